// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AxisProjection.h"

#include "MapStatistics.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

// Calls body(voxel, pixel in the slab) for the owned voxels inside whose pixels are in the slab;
// different rows of the plane in parallel.
template <typename Body>
void ForVoxels(const ProjectionLines& lines, const ProjectionSlab& slab, Body body)
{
  const VoxelGrid& grid = lines.Grid;
  const bool alongZ = lines.Axis == 2;
  const int rowAxis = alongZ ? 1 : 2; // of the voxels, along the rows of the plane
  const int lineAxis = alongZ ? 2 : 1;
  const std::int64_t wholeRow = grid.Whole[2 * rowAxis];
  const std::int64_t begin =
    std::max<std::int64_t>(slab.FirstRow, grid.Owned[2 * rowAxis] - wholeRow);
  const std::int64_t end =
    std::min<std::int64_t>(slab.LastRow, grid.Owned[2 * rowAxis + 1] - wholeRow + 1);
  const auto voxelRow = [&](std::int64_t row, int line)
  {
    const std::int64_t across = row + wholeRow;
    const std::int64_t y = alongZ ? across : line;
    const std::int64_t z = alongZ ? line : across;
    return ((z - grid.Box[4]) * grid.Size(1) + y - grid.Box[2]) * grid.Size(0) - grid.Box[0];
  };
  ParallelFor(begin, std::max(begin, end), 1,
    [&](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t row = first; row < last; ++row)
      {
        const std::int64_t pixels = (row - slab.FirstRow) * lines.Width();
        for (int line = grid.Owned[2 * lineAxis]; line <= grid.Owned[2 * lineAxis + 1]; ++line)
        {
          const std::int64_t voxels = voxelRow(row, line);
          const bool alongX = lines.Axis == 0;
          for (int x = grid.Owned[0]; x <= grid.Owned[1]; ++x)
          {
            const std::int64_t column = alongX ? line - grid.Whole[2] : x - grid.Whole[0];
            if (!lines.Inside || lines.Inside[voxels + x])
            {
              body(voxels + x, pixels + column);
            }
          }
        }
      }
    });
}

std::size_t NumberOfValues(const ProjectionLines& lines, const ProjectionSlab& slab, int components)
{
  return static_cast<std::size_t>((slab.LastRow - slab.FirstRow) * lines.Width() * components);
}

// Extremes: the largest of(value) of the finite values.
template <typename T, typename Of>
void FindExtremes(
  const ProjectionLines& lines, const T* values, int components, ProjectionSlab& slab, Of of)
{
  slab.Extremes.assign(
    NumberOfValues(lines, slab, components), -std::numeric_limits<double>::infinity());
  ForVoxels(lines, slab,
    [&](std::int64_t voxel, std::int64_t pixel)
    {
      for (int c = 0; c < components; ++c)
      {
        const double value = of(static_cast<double>(values[voxel * components + c]));
        double& extreme = slab.Extremes[static_cast<std::size_t>(pixel * components + c)];
        extreme = std::isfinite(value) ? std::max(extreme, value) : extreme;
      }
    });
}

}

template <typename T>
void ProjectSizes(
  const ProjectionLines& lines, const T* values, int components, ProjectionSlab& slab)
{
  FindExtremes(lines, values, components, slab, [](double value) { return std::abs(value); });
}

void FindScales(const ProjectionLines& lines, ProjectionSlab& slab)
{
  int bits = 0;
  while ((std::int64_t{ 1 } << bits) < lines.Length())
  {
    ++bits;
  }
  slab.Scales.resize(slab.Extremes.size());
  std::transform(slab.Extremes.begin(), slab.Extremes.end(), slab.Scales.begin(),
    [=](double largest) { return FixedPointScale(std::max(0.0, largest), 62 - bits); });
}

template <typename T>
void ProjectSums(
  const ProjectionLines& lines, const T* values, int components, ProjectionSlab& slab)
{
  slab.Counts.assign(NumberOfValues(lines, slab, components), 0);
  slab.Sums.assign(slab.Counts.size(), 0);
  ForVoxels(lines, slab,
    [&](std::int64_t voxel, std::int64_t pixel)
    {
      for (int c = 0; c < components; ++c)
      {
        const auto value = static_cast<double>(values[voxel * components + c]);
        const auto i = static_cast<std::size_t>(pixel * components + c);
        if (std::isfinite(value))
        {
          const double scaled = value * slab.Scales[i];
          slab.Sums[i] += static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled));
          ++slab.Counts[i];
        }
      }
    });
}

template <typename T>
void ProjectExtremes(
  const ProjectionLines& lines, const T* values, int components, double sign, ProjectionSlab& slab)
{
  FindExtremes(lines, values, components, slab, [=](double value) { return sign * value; });
}

void CountInside(const ProjectionLines& lines, ProjectionSlab& slab)
{
  slab.Counts.assign(NumberOfValues(lines, slab, 1), 0);
  ForVoxels(lines, slab,
    [&](std::int64_t, std::int64_t pixel) { ++slab.Counts[static_cast<std::size_t>(pixel)]; });
}

#define PARAXANES_INSTANTIATE(T)                                                                   \
  template void ProjectSizes(const ProjectionLines&, const T*, int, ProjectionSlab&);              \
  template void ProjectSums(const ProjectionLines&, const T*, int, ProjectionSlab&);               \
  template void ProjectExtremes(const ProjectionLines&, const T*, int, double, ProjectionSlab&)

PARAXANES_INSTANTIATE(float);
PARAXANES_INSTANTIATE(double);
PARAXANES_INSTANTIATE(std::uint8_t);
PARAXANES_INSTANTIATE(std::uint16_t);
PARAXANES_INSTANTIATE(std::int16_t);
PARAXANES_INSTANTIATE(std::int32_t);

}
