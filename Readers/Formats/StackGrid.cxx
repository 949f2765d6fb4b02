// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackGrid.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace paraxanes
{
namespace
{

double FirstPositive(double a, double b, double c)
{
  return a > 0.0 ? a : b > 0.0 ? b : c;
}

// First and last voxel of an axis.
std::pair<int, int> AxisRange(const std::array<int, 6>& voi, std::size_t axis, int size)
{
  const int first = voi[2 * axis];
  const int last = voi[2 * axis + 1];
  if (first == 0 && last == -1)
  {
    return { 0, size - 1 };
  }
  if (last < first)
  {
    throw FormatError("VOI is " + std::to_string(first) + " to " + std::to_string(last) +
      " along " + "xyz"[axis] +
      "; the first voxel and then the last, or 0 -1 for all, is expected.");
  }
  if (first < 0 || last >= size)
  {
    throw FormatError("VOI asks for voxels " + std::to_string(first) + " to " +
      std::to_string(last) + " along " + "xyz"[axis] + "; the stack has 0 to " +
      std::to_string(size - 1) + ".");
  }
  return { first, last };
}

// Beyond every image a larger stride is the same.
int MultipliedStride(int a, int b)
{
  return static_cast<int>(
    std::min<std::int64_t>(std::int64_t{ a } * b, std::numeric_limits<int>::max()));
}

}

StackGrid MakeGrid(const Series& series, const GridRequest& request)
{
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  const double pixelSize = FirstPositive(request.PixelSize, series.PixelSize, 1.0);
  const bool asInFiles = request.PixelSize == 0.0;
  StackGrid grid;
  const double shape = series.PixelSize > 0.0 ? series.PixelHeight / series.PixelSize : 0.0;
  const double pixelHeight = asInFiles ? series.PixelHeight : pixelSize * shape;
  grid.Stored = { pixelSize, FirstPositive(pixelHeight, pixelSize, 1.0),
    FirstPositive(request.SliceSpacing, asInFiles ? series.SliceSpacing : 0.0, pixelSize) };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const char name = "xyz"[axis];
    const int stride = request.Stride[axis];
    if (stride < 1)
    {
      throw FormatError(
        "Stride is " + std::to_string(stride) + " along " + name + "; 1 or more is expected.");
    }
    const int step = series.Stride[axis];
    const auto [begin, end] = AxisRange(series.VOI, axis, sizes[axis]);
    const auto [first, last] = AxisRange(request.VOI, axis, (end - begin) / step + 1);
    grid.First[axis] = begin + step * first;
    grid.Stride[axis] = MultipliedStride(step, stride);
    grid.Count[axis] = (last - first) / stride + 1;
    grid.Spacing[axis] = grid.Stored[axis] * grid.Stride[axis];
    grid.Origin[axis] =
      (asInFiles ? series.Origin[axis] : 0.0) + grid.Stored[axis] * grid.First[axis];
  }
  return grid;
}

}
