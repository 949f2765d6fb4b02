// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Formats/StackPixels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace
{

using paraxanes::DecodedTogether;
using paraxanes::ImageGrid;
using paraxanes::Region;
using paraxanes::VoxelBox;

constexpr int Columns = 37;
constexpr int Rows = 29;
constexpr int Slices = 11;

float Value(int image, int x, int y)
{
  const int value = (image * 7919 + y * 131 + x * 17) % 10007;
  return value % 509 == 0 ? std::numeric_limits<float>::quiet_NaN()
    : value % 1999 == 1   ? -std::numeric_limits<float>::infinity()
                          : static_cast<float>(value - 5000);
}

// Counts how often a block of pixels that are decoded together is decoded.
class FakeFile : public paraxanes::StackFile
{
public:
  FakeFile(int energies, const DecodedTogether& together)
    : StackFile("fake", Contents(energies, together))
  {
  }

  std::unique_ptr<paraxanes::PixelReader> Open() const override
  {
    return std::make_unique<Reader>(*this);
  }

  mutable std::mutex Mutex;
  mutable std::multiset<std::vector<int>> Decoded;

private:
  static paraxanes::FileContents Contents(int energies, const DecodedTogether& together)
  {
    paraxanes::FileContents contents;
    contents.Columns = Columns;
    contents.Rows = Rows;
    contents.Images = energies * Slices;
    contents.Together = together;
    return contents;
  }

  class Reader : public paraxanes::PixelReader
  {
  public:
    explicit Reader(const FakeFile& file)
      : File(file)
    {
    }
    void Read(int image, const Region& region, float* out) const override
    {
      this->ReadImages({ image, 1, 1, 1, 1 }, region, out, 0);
    }
    void ReadImages(
      const ImageGrid& images, const Region& region, float* out, std::int64_t stride) const override
    {
      const DecodedTogether& together = this->File.StackFile::Contents().Together;
      std::set<std::vector<int>> blocks;
      for (int k = 0; k < images.Frames * images.Slices; ++k, out += stride)
      {
        const int image = images.First + k / images.Slices * images.FrameStep +
          k % images.Slices * images.SliceStep;
        for (int j = 0; j < region.Rows; ++j)
        {
          for (int i = 0; i < region.Columns; ++i)
          {
            const int x = region.X0 + i * region.XStride;
            const int y = region.Y0 + j * region.YStride;
            out[j * region.Columns + i] = Value(image, x, y);
            blocks.insert({ image / Slices / together.Energies, image % Slices / together.Slices,
              y / together.Rows, x / together.Columns });
          }
        }
      }
      const std::lock_guard<std::mutex> lock(this->File.Mutex);
      this->File.Decoded.insert(blocks.begin(), blocks.end());
    }

  private:
    const FakeFile& File;
  };
};

paraxanes::StackRecipe Frames(const std::shared_ptr<const FakeFile>& file, int energies)
{
  paraxanes::StackRecipe recipe;
  recipe.Size[0] = Columns;
  recipe.Size[1] = Rows;
  recipe.Size[2] = Slices;
  recipe.Frames.resize(static_cast<std::size_t>(energies));
  for (int k = 0; k < energies; ++k)
  {
    paraxanes::StackImage image;
    image.File = file;
    image.Number = k * Slices;
    recipe.Frames[static_cast<std::size_t>(k)].Image.Images = { image };
  }
  return recipe;
}

void ExpectEqual(
  const std::vector<paraxanes::Interval>& a, const std::vector<paraxanes::Interval>& b)
{
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
  {
    ASSERT_EQ(a[k].Low, b[k].Low) << k;
    ASSERT_EQ(a[k].High, b[k].High) << k;
  }
}

void ExpectBox(const VoxelBox& box, const DecodedTogether& together, int energies)
{
  const auto file = std::make_shared<FakeFile>(energies, together);
  const paraxanes::FrameReader reader(Frames(file, energies));
  const std::int64_t voxels = std::int64_t{ box.Count[0] } * box.Count[1] * box.Count[2];
  std::vector<float> spectra(static_cast<std::size_t>(voxels * energies) + 1, 1e30f);
  paraxanes::ComponentRanges ranges(energies);
  double last = 0.0;
  const auto progress = [&last](double done)
  {
    EXPECT_GE(done, last);
    last = done;
    return true;
  };
  ASSERT_TRUE(paraxanes::ReadSpectra(reader, box, spectra.data(), ranges, progress));
  EXPECT_EQ(last, 1.0);
  EXPECT_EQ(spectra.back(), 1e30f);
  for (std::int64_t v = 0; v < voxels; ++v)
  {
    const int x = box.First[0] + static_cast<int>(v % box.Count[0]) * box.Stride[0];
    const int y = box.First[1] + static_cast<int>(v / box.Count[0] % box.Count[1]) * box.Stride[1];
    const int z = box.First[2] + static_cast<int>(v / box.Count[0] / box.Count[1]) * box.Stride[2];
    for (int k = 0; k < energies; ++k)
    {
      const float expected = Value(k * Slices + z, x, y);
      const float found = spectra[static_cast<std::size_t>(v * energies + k)];
      ASSERT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected)))
        << x << " " << y << " " << z << ", energy " << k << ": " << found;
    }
  }
  const auto again = paraxanes::FindComponentRanges(spectra.data(), voxels, energies);
  EXPECT_EQ(ranges.Count(), voxels);
  EXPECT_EQ(ranges.NotFinite(), again.NotFinite());
  ExpectEqual(ranges.All(), again.All());
  ExpectEqual(ranges.Finite(), again.Finite());
  ExpectEqual({ ranges.NormAll(), ranges.NormFinite() }, { again.NormAll(), again.NormFinite() });
  if (together.Columns > 1)
  {
    for (const std::vector<int>& block : file->Decoded)
    {
      ASSERT_EQ(file->Decoded.count(block), 1u)
        << block[0] << " " << block[1] << " " << block[2] << " " << block[3];
    }
  }
}

class StackPixels : public testing::TestWithParam<int>
{
protected:
  void SetUp() override { paraxanes::SetNumberOfThreads(this->GetParam()); }
  void TearDown() override { paraxanes::SetNumberOfThreads(0); }
};

// However the pixels are decoded: every voxel in its place, with the ranges that a second pass
// finds, and no block of pixels decoded twice.
TEST_P(StackPixels, AnyBoxOfAnyBlocks)
{
  const DecodedTogether togethers[] = { { 1, 1, 1, 1 }, { 1, 5, 1, 1 }, { Columns, 7, 1, 1 },
    { 8, 8, 1, 1 }, { 16, 4, 3, 1 }, { 8, 8, 4, 4 }, { Columns, Rows, 1, 1 },
    { Columns, Rows, Slices, 1 }, { 5, 3, 2, 13 } };
  const VoxelBox boxes[] = { { { 0, 0, 0 }, { Columns, Rows, Slices }, { 1, 1, 1 } },
    { { 3, 2, 1 }, { 20, 19, 7 }, { 1, 1, 1 } }, { { 1, 0, 2 }, { 12, 10, 3 }, { 3, 2, 4 } },
    { { 36, 28, 10 }, { 1, 1, 1 }, { 1, 1, 1 } }, { { 0, 4, 5 }, { Columns, 1, 1 }, { 1, 9, 9 } },
    { { 2, 1, 0 }, { 2, 3, 2 }, { 17, 13, 10 } } };
  for (const DecodedTogether& together : togethers)
  {
    for (const VoxelBox& box : boxes)
    {
      for (const int energies : { 1, 13 })
      {
        SCOPED_TRACE(testing::Message()
          << together.Columns << " x " << together.Rows << " x " << together.Slices << " x "
          << together.Energies << " together, box of " << box.Count[0] << " x " << box.Count[1]
          << " x " << box.Count[2] << ", " << energies << " energies");
        ASSERT_NO_FATAL_FAILURE(ExpectBox(box, together, energies));
      }
    }
  }
}

TEST_P(StackPixels, StopsWhenProgressSaysSo)
{
  const auto file = std::make_shared<FakeFile>(3, DecodedTogether());
  const paraxanes::FrameReader reader(Frames(file, 3));
  std::vector<float> spectra(3 * Columns * Rows * Slices);
  paraxanes::ComponentRanges ranges(3);
  const VoxelBox box = { { 0, 0, 0 }, { Columns, Rows, Slices }, { 1, 1, 1 } };
  EXPECT_FALSE(
    paraxanes::ReadSpectra(reader, box, spectra.data(), ranges, [](double) { return false; }));
}

INSTANTIATE_TEST_SUITE_P(Threads, StackPixels, testing::Values(1, 2));

}
