// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Files and stacks that are functions of the pixel, for tests of what is made of the values.
#ifndef MemoryStack_h
#define MemoryStack_h

#include "Absorbance.h"
#include "FramePixels.h"
#include "StackSeries.h"

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace memory
{

/// Value of pixel (x, y) of an image.
using ImageFunction = std::function<double(int image, int x, int y)>;

class File : public paraxanes::StackFile
{
public:
  File(const paraxanes::FileContents& contents, ImageFunction value)
    : StackFile("memory", contents)
    , Value(std::move(value))
  {
  }

  std::unique_ptr<paraxanes::PixelReader> Open() const override
  {
    return std::make_unique<Reader>(*this);
  }

private:
  class Reader : public paraxanes::PixelReader
  {
  public:
    explicit Reader(const File& file)
      : Source(file)
    {
    }

    void Read(int image, const paraxanes::Region& region, float* out) const override
    {
      const paraxanes::FileContents& contents = this->Source.Contents();
      const int x1 = region.X0 + (region.Columns - 1) * region.XStride;
      const int y1 = region.Y0 + (region.Rows - 1) * region.YStride;
      const int images = contents.Images + contents.References + contents.Darks;
      if (image < 0 || image >= images || region.X0 < 0 || region.Y0 < 0 ||
        x1 >= contents.Columns || y1 >= contents.Rows)
      {
        throw paraxanes::FormatError("read outside of an image");
      }
      for (int j = 0; j < region.Rows; ++j)
      {
        for (int i = 0; i < region.Columns; ++i)
        {
          *out++ = static_cast<float>(this->Source.Value(
            image, region.X0 + i * region.XStride, region.Y0 + j * region.YStride));
        }
      }
    }

  private:
    const File& Source;
  };

  ImageFunction Value;
};

/// A file of images of one size.
inline std::shared_ptr<const File> MakeFile(
  int columns, int rows, int images, ImageFunction value, int references = 0, int darks = 0)
{
  paraxanes::FileContents contents;
  contents.Columns = columns;
  contents.Rows = rows;
  contents.Images = images;
  contents.References = references;
  contents.Darks = darks;
  return std::make_shared<const File>(contents, std::move(value));
}

/// All pixels of all slices of the frames of a recipe: [frame][slice * rows * columns + ...].
inline std::vector<std::vector<float>> ReadFrames(
  const paraxanes::StackRecipe& recipe, paraxanes::PixelCounts* counts = nullptr)
{
  const paraxanes::FrameReader reader(recipe);
  std::vector<std::vector<float>> frames;
  const std::int64_t pixels = std::int64_t{ recipe.Size[0] } * recipe.Size[1];
  for (int frame = 0; frame < reader.NumberOfFrames(); ++frame)
  {
    frames.emplace_back(static_cast<std::size_t>(pixels * recipe.Size[2]));
    paraxanes::PlaneGrid grid;
    grid.FirstFrame = frame;
    grid.Slices = recipe.Size[2];
    reader.Read(grid, { 0, recipe.Size[0], 1, 0, recipe.Size[1], 1 }, frames.back().data(), pixels);
  }
  if (counts)
  {
    *counts = reader.Counts();
  }
  return frames;
}

inline std::int64_t CountNotFinite(const std::vector<std::vector<float>>& frames)
{
  std::int64_t count = 0;
  for (const std::vector<float>& frame : frames)
  {
    count += paraxanes::CountNotFinite(frame.data(), static_cast<std::int64_t>(frame.size()));
  }
  return count;
}

}

#endif
