// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Formats/Samples.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace
{

using paraxanes::Region;
using paraxanes::SampleKind;

constexpr std::uint64_t Begin = 6; // bytes before the first sample

// Sample i is i, so that a sample at the wrong place has the wrong value.
template <typename Sample>
std::string WriteSamples(int columns, int rows)
{
  // A file for each test: they run at the same time.
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string path =
    (std::filesystem::path(PARAXANES_TEST_OUTPUT) / (std::string(test->name()) + ".raw")).string();
  std::vector<Sample> samples(static_cast<std::size_t>(columns) * rows);
  for (std::size_t i = 0; i < samples.size(); ++i)
  {
    samples[i] = static_cast<Sample>(i);
  }
  std::ofstream file(path, std::ios::binary);
  file.write("before", Begin);
  file.write(reinterpret_cast<const char*>(samples.data()),
    static_cast<std::streamsize>(samples.size() * sizeof(Sample)));
  return path;
}

template <typename Sample>
void ExpectRegions(const paraxanes::SampleType& type, int columns, int rows)
{
  const paraxanes::FileBytes file(WriteSamples<Sample>(columns, rows));
  const int half = columns / 2;
  const Region regions[] = { { 0, columns, 1, 0, rows, 1 }, { half, half, 1, 1, rows - 1, 1 },
    { columns - 1, 1, 1, 0, rows, 1 }, { 3, half / 2, 2, 2, rows / 3, 3 },
    { 0, columns, 1, 1, rows / 2, 2 }, { 5, 7, 1, rows - 1, 1, 1 } };
  for (const Region& region : regions)
  {
    const auto width = static_cast<std::size_t>(region.Columns);
    std::vector<float> found(width * static_cast<std::size_t>(region.Rows) + 1, -1.0f);
    paraxanes::ReadStored(file, Begin, columns, type, region, found.data());
    EXPECT_EQ(found.back(), -1.0f) << "written behind the end";
    for (int j = 0; j < region.Rows; ++j)
    {
      for (int i = 0; i < region.Columns; ++i)
      {
        const int sample =
          (region.Y0 + j * region.YStride) * columns + region.X0 + i * region.XStride;
        ASSERT_EQ(found[static_cast<std::size_t>(j) * width + static_cast<std::size_t>(i)],
          static_cast<float>(static_cast<Sample>(sample)))
          << "column " << i << ", row " << j << " of the region from " << region.X0 << ", "
          << region.Y0 << " of an image of " << columns << " columns";
      }
    }
  }
}

// Rows that are read together, more of them than at once, and rows too far apart for that.
TEST(Samples, RegionsOfStoredImages)
{
  for (const int columns : { 300, 9000 })
  {
    const int rows = columns == 300 ? 500 : 7;
    ExpectRegions<float>({ SampleKind::Real, 4, false }, columns, rows);
    ExpectRegions<double>({ SampleKind::Real, 8, false }, columns, rows);
    ExpectRegions<std::uint16_t>({ SampleKind::Unsigned, 2, false }, columns, rows);
  }
}

TEST(Samples, FilesThatEndTooEarlyAreRefused)
{
  const paraxanes::FileBytes file(WriteSamples<float>(300, 500));
  std::vector<float> found(300 * 501);
  const paraxanes::SampleType type = { SampleKind::Real, 4, false };
  for (const Region& region : { Region{ 0, 300, 1, 0, 501, 1 }, Region{ 299, 1, 1, 0, 501, 1 } })
  {
    EXPECT_THROW(
      paraxanes::ReadStored(file, Begin, 300, type, region, found.data()), paraxanes::FormatError);
  }
  // What follows the last wanted sample need not be there.
  const Region last = { 298, 2, 1, 0, 500, 1 };
  EXPECT_NO_THROW(paraxanes::ReadStored(file, Begin, 300, type, last, found.data()));
}

}
