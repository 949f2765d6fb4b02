// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FuzzStack.h
 * What is done with a stack whose files may be anything.
 */
#ifndef FuzzStack_h
#define FuzzStack_h

#include "FuzzFile.h"
#include "StackAlignment.h"
#include "StackDescription.h"
#include "StackPixels.h"
#include "StackValues.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fuzz
{

// Small enough for any image, with strides, away from the corner where there is room.
inline paraxanes::VoxelBox SomeVoxels(const paraxanes::Series& series)
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

inline void CheckSeries(const paraxanes::Series& series)
{
  Require(series.Columns > 0 && series.Rows > 0 && series.Slices > 0, "a stack has voxels");
  Require(!series.Frames.empty(), "a stack has energies");
  double last = 0.0;
  for (const paraxanes::Frame& frame : series.Frames)
  {
    Require(std::isfinite(frame.Energy) && frame.Energy > last, "energies ascend");
    Require(!frame.Images.empty(), "a frame has images");
    last = frame.Energy;
  }
}

/// Finds the stack and reads some of its voxels as absorbance.
inline void ReadStack(const paraxanes::StackRequest& request)
{
  constexpr std::size_t Most = 8;
  paraxanes::FileCache cache;
  paraxanes::Series series = paraxanes::FindStack(request, cache);
  CheckSeries(series);
  Try([&] { paraxanes::WriteStackDescription(series, "/folder"); });
  series.Frames.resize(std::min(Most, series.Frames.size()));

  paraxanes::FileCache others;
  paraxanes::StackRecipe recipe =
    paraxanes::MakeValueRecipe({}, series, series.Frames, others, others).Stack;
  std::vector<double> energies;
  for (const paraxanes::Frame& frame : series.Frames)
  {
    energies.push_back(frame.Energy);
  }
  const paraxanes::StackAlignment alignment = paraxanes::MakeAlignment({}, series, energies);
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    recipe.Frames[k].Place = alignment.Places[k];
  }
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  std::copy(sizes, sizes + 3, recipe.Size);

  const paraxanes::VoxelBox box = SomeVoxels(series);
  std::vector<float> spectra(energies.size() * static_cast<std::size_t>(box.Count[0]) *
    static_cast<std::size_t>(box.Count[1]) * static_cast<std::size_t>(box.Count[2]));
  paraxanes::ComponentRanges ranges(static_cast<int>(energies.size()));
  const paraxanes::FrameReader reader(std::move(recipe));
  paraxanes::ReadSpectra(reader, box, spectra.data(), ranges, [](double) { return true; });
}

}

#endif
