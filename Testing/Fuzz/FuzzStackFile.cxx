// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a file of images: the formats tell themselves which one is theirs.
#include "FileCache.h"
#include "MemoryFile.h"
#include "StackPixels.h"
#include "StackSeries.h"

#include <algorithm>
#include <vector>

namespace
{

// Small enough for any image, with strides, away from the corner where there is room.
paraxanes::VoxelBox SomeVoxels(const paraxanes::Series& series)
{
  paraxanes::VoxelBox box;
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    box.First[axis] = sizes[axis] / 3;
    box.Stride[axis] = axis == 0 ? 2 : 1;
    const int left = (sizes[axis] - box.First[axis] + box.Stride[axis] - 1) / box.Stride[axis];
    box.Count[axis] = std::clamp(left, 1, 16);
  }
  return box;
}

void ReadSome(const paraxanes::Series& series)
{
  const std::size_t count = std::min<std::size_t>(series.Frames.size(), 8);
  std::vector<paraxanes::FrameSource> frames(count);
  for (std::size_t k = 0; k < count; ++k)
  {
    frames[k].Image = series.Frames[k];
  }
  const paraxanes::VoxelBox box = SomeVoxels(series);
  std::vector<float> spectra(count * static_cast<std::size_t>(box.Count[0]) *
    static_cast<std::size_t>(box.Count[1]) * static_cast<std::size_t>(box.Count[2]));
  const paraxanes::FrameReader reader(std::move(frames));
  paraxanes::ReadSpectra(reader, box, spectra.data(), [](double) { return true; });
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const MemoryFile file(bytes, size);
  try
  {
    paraxanes::FileCache cache;
    ReadSome(paraxanes::FindStack({ { file.Path }, false, "", {} }, cache));
  }
  catch (const paraxanes::FormatError&)
  {
    // What a wrong file is to end with.
  }
  return 0;
}
