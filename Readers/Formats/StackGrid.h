// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackGrid.h
 * Where the voxels of a stack are: the part that is read, and its place in micrometres.
 */
#ifndef StackGrid_h
#define StackGrid_h

#include "StackSeries.h"

#include <array>

namespace paraxanes
{

/// What the user says.
struct GridRequest
{
  double PixelSize = 0.0;    ///< um, along x; 0: that of the series, else 1. The shape stays.
  double SliceSpacing = 0.0; ///< um; 0: that of the series where PixelSize is 0, else PixelSize
  std::array<int, 6> VOI = { 0, -1, 0, -1, 0, -1 }; ///< closed; 0 -1: whole
  std::array<int, 3> Stride = { 1, 1, 1 };
};

/// Voxels First + i * Stride of the files, i < Count, for x, y, z.
struct StackGrid
{
  std::array<int, 3> First = { 0, 0, 0 };
  std::array<int, 3> Stride = { 1, 1, 1 };
  std::array<int, 3> Count = { 0, 0, 0 };
  std::array<double, 3> Spacing = { 1.0, 1.0, 1.0 }; ///< um
  /// um; voxel 0 of the files is where they say, else at 0.
  std::array<double, 3> Origin = { 0.0, 0.0, 0.0 };
  std::array<double, 3> Stored = { 1.0, 1.0, 1.0 }; ///< um, spacing of the voxels of the files
};

/// The request is for a part of the part that the series is. Throws FormatError when the VOI is not
/// in the stack or a stride is below 1.
StackGrid MakeGrid(const Series& series, const GridRequest& request);

}

#endif
