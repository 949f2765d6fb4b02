// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackGrid.h"

#include <string>

namespace paraxanes
{
namespace
{

double FirstPositive(double a, double b, double c)
{
  return a > 0.0 ? a : b > 0.0 ? b : c;
}

}

StackGrid MakeGrid(const Series& series, const GridRequest& request)
{
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  const double pixelSize = FirstPositive(request.PixelSize, series.PixelSize, 1.0);
  const bool asInFiles = request.PixelSize == 0.0;
  const double spacing[3] = { pixelSize,
    FirstPositive(asInFiles ? series.PixelHeight : 0.0, pixelSize, 1.0),
    FirstPositive(request.SliceSpacing, asInFiles ? series.SliceSpacing : 0.0, pixelSize) };
  StackGrid grid;
  grid.Stride = request.Stride;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const char name = "xyz"[axis];
    const int stride = request.Stride[axis];
    if (stride < 1)
    {
      throw FormatError(
        "Stride is " + std::to_string(stride) + " along " + name + "; 1 or more is expected.");
    }
    const bool whole = request.VOI[2 * axis + 1] < request.VOI[2 * axis];
    const int first = whole ? 0 : request.VOI[2 * axis];
    const int last = whole ? sizes[axis] - 1 : request.VOI[2 * axis + 1];
    if (first < 0 || last >= sizes[axis])
    {
      throw FormatError("VOI asks for voxels " + std::to_string(first) + " to " +
        std::to_string(last) + " along " + name + "; the stack has 0 to " +
        std::to_string(sizes[axis] - 1) + ".");
    }
    grid.First[axis] = first;
    grid.Count[axis] = (last - first) / stride + 1;
    grid.Spacing[axis] = spacing[axis] * stride;
    grid.Origin[axis] = (asInFiles ? series.Origin[axis] : 0.0) + spacing[axis] * first;
  }
  return grid;
}

}
