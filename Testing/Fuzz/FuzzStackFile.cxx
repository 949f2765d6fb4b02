// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a file of images: the formats tell themselves which one is theirs.
#include "Formats.h"
#include "FuzzStack.h"
#include "HDF5Format.h"

#include <cmath>
#include <memory>

namespace
{

bool IsEmptyOr(std::size_t size, std::int64_t expected)
{
  return size == 0 || static_cast<std::int64_t>(size) == expected;
}

void CheckContents(const paraxanes::FileContents& contents)
{
  using fuzz::Require;
  const std::int64_t all = std::int64_t{ contents.Images } + contents.References + contents.Darks;
  Require(contents.Columns > 0 && contents.Rows > 0, "images have pixels");
  Require(
    contents.Images > 0 && contents.References >= 0 && contents.Darks >= 0, "images are there");
  Require(contents.Slices >= 0, "slices are counted");
  Require(IsEmptyOr(contents.ImageEnergies.size(), contents.Images), "an energy per image");
  Require(IsEmptyOr(contents.ReferenceEnergies.size(), contents.References), "one per reference");
  Require(IsEmptyOr(contents.ExposureTimes.size(), all), "an exposure time per image");
  Require(IsEmptyOr(contents.Times.size(), all), "a time per image");
  Require(IsEmptyOr(contents.ImageShifts.size(), contents.Images), "a shift per image");
  Require(IsEmptyOr(contents.ImagePixelSizes.size(), contents.Images), "a pixel size per image");
  for (const double energy : contents.ImageEnergies)
  {
    Require(std::isfinite(energy) && energy > 0.0, "energies are above 0");
  }
}

// Also of files without energies, which are no stack.
void ReadImages(const paraxanes::StackFile& file)
{
  const paraxanes::FileContents& contents = file.Contents();
  paraxanes::Region region;
  region.X0 = contents.Columns / 2;
  region.Y0 = contents.Rows / 3;
  region.Columns = std::min(16, contents.Columns - region.X0);
  region.Rows = std::min(16, (contents.Rows - region.Y0 + 1) / 2);
  region.YStride = 2;
  const std::int64_t pixels = std::int64_t{ region.Columns } * region.Rows;
  std::vector<float> values(static_cast<std::size_t>(4 * pixels));

  const std::unique_ptr<paraxanes::PixelReader> reader = file.Open();
  const int all = contents.Images + contents.References + contents.Darks;
  for (const int image : { 0, contents.Images / 2, all - 1 })
  {
    fuzz::Try([&] { reader->Read(image, region, values.data()); });
  }
  if (contents.Images >= 4)
  {
    const int step = contents.Images / 2;
    reader->ReadImages({ 0, 2, step, 2, 1 }, region, values.data(), pixels);
  }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const fuzz::File file("stack", bytes, size);
  fuzz::Try(
    [&]
    {
      const auto described = paraxanes::DescribeFile(file.Path, {});
      CheckContents(described->Contents());
      ReadImages(*described);
    });
  fuzz::Try([&] { fuzz::ReadStack({ { file.Path }, false, "", {}, {} }); });
  paraxanes::HDF5Format::DataSets(file.Path);
  return 0;
}
