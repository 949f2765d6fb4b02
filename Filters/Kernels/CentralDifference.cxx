// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CentralDifference.h"

#include "Multiversion.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace paraxanes
{
namespace
{

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();

// Steps to the neighbours (0 along an axis without derivative, so that the difference is 0) and
// the factors of the differences.
struct Stencil
{
  std::int64_t Step[3];
  double Scale[3];
};

Stencil MakeStencil(const DifferenceGrid& grid)
{
  const std::int64_t step[3] = { 1, grid.Size[0], grid.Size[0] * grid.Size[1] };
  Stencil stencil;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    stencil.Step[axis] = grid.Active[axis] ? step[axis] : 0;
    stencil.Scale[axis] = grid.Active[axis] ? 0.5 / grid.Spacing[axis] : 0.0;
  }
  return stencil;
}

// `bad` is not 0 where some voxel of the stencil has a code. What is not finite does not become 0
// when it is taken from itself, and NaN stays NaN.
template <typename T>
inline __attribute__((always_inline)) void StrictDifferences(const T* values,
  const unsigned char* bad, std::int64_t count, const Stencil& stencil, float* gradient,
  float* magnitude)
{
  const T* west = values - stencil.Step[0];
  const T* east = values + stencil.Step[0];
  const T* south = values - stencil.Step[1];
  const T* north = values + stencil.Step[1];
  const T* below = values - stencil.Step[2];
  const T* above = values + stencil.Step[2];
  const double scaleX = stencil.Scale[0];
  const double scaleY = stencil.Scale[1];
  const double scaleZ = stencil.Scale[2];
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double center = values[i];
    const double dx = static_cast<double>(east[i]) - static_cast<double>(west[i]);
    const double dy = static_cast<double>(north[i]) - static_cast<double>(south[i]);
    const double dz = static_cast<double>(above[i]) - static_cast<double>(below[i]);
    const double finite = ((center - center) + (dx - dx)) + ((dy - dy) + (dz - dz));
    const double none = bad[i] ? std::numeric_limits<double>::quiet_NaN() : finite;
    const double x = dx * scaleX + none;
    const double y = dy * scaleY + none;
    const double z = dz * scaleZ + none;
    gradient[3 * i] = static_cast<float>(x);
    gradient[3 * i + 1] = static_cast<float>(y);
    gradient[3 * i + 2] = static_cast<float>(z);
    magnitude[i] = static_cast<float>(std::sqrt(x * x + y * y + z * z));
  }
}

PARAXANES_MULTIVERSION void StrictRow(const float* values, const unsigned char* bad,
  std::int64_t count, const Stencil& stencil, float* gradient, float* magnitude)
{
  StrictDifferences(values, bad, count, stencil, gradient, magnitude);
}

PARAXANES_MULTIVERSION void StrictRow(const double* values, const unsigned char* bad,
  std::int64_t count, const Stencil& stencil, float* gradient, float* magnitude)
{
  StrictDifferences(values, bad, count, stencil, gradient, magnitude);
}

PARAXANES_MULTIVERSION void JoinCodes(
  const unsigned char* codes, std::int64_t count, const Stencil& stencil, unsigned char* bad)
{
  const std::int64_t x = stencil.Step[0];
  const std::int64_t y = stencil.Step[1];
  const std::int64_t z = stencil.Step[2];
  for (std::int64_t i = 0; i < count; ++i)
  {
    bad[i] = codes[i] | codes[i - x] | codes[i + x] | codes[i - y] | codes[i + y] | codes[i - z] |
      codes[i + z];
  }
}

void SetNone(float* gradient, float* magnitude, std::int64_t first, std::int64_t last)
{
  std::fill(gradient + 3 * first, gradient + 3 * last, NaN);
  std::fill(magnitude + first, magnitude + last, NaN);
}

// The voxels of [first, first + count) of an axis that have both neighbours in the array.
struct Inner
{
  std::int64_t Begin, End;
};

Inner InnerPart(const DifferenceGrid& grid, std::size_t axis)
{
  const std::int64_t first = grid.First[axis];
  const std::int64_t last = first + grid.Count[axis];
  const std::int64_t border = grid.Active[axis] ? 1 : 0;
  const std::int64_t begin = std::max(first, border);
  return { begin, std::max(begin, std::min(last, grid.Size[axis] - border)) };
}

// Along one axis: false when the voxel has no valid neighbour there.
template <typename T, typename Valid>
bool OneSidedDifference(const T* values, std::int64_t voxel, std::int64_t position,
  std::int64_t size, std::int64_t step, double spacing, const Valid& valid, double& derivative)
{
  const bool before = position > 0 && valid(voxel - step);
  const bool after = position + 1 < size && valid(voxel + step);
  if (!before && !after)
  {
    return false;
  }
  const double low = values[before ? voxel - step : voxel];
  const double high = values[after ? voxel + step : voxel];
  derivative = (high - low) * ((before && after ? 0.5 : 1.0) / spacing);
  return true;
}

template <typename T>
void OneSidedRow(const DifferenceGrid& grid, const Stencil& stencil, const T* values,
  const unsigned char* codes, std::int64_t y, std::int64_t z, float* gradient, float* magnitude)
{
  const auto valid = [&](std::int64_t voxel)
  { return std::isfinite(values[voxel]) && (!codes || codes[voxel] == 0); };
  const std::int64_t row = (z * grid.Size[1] + y) * grid.Size[0];
  for (std::int64_t i = 0; i < grid.Count[0]; ++i)
  {
    const std::int64_t position[3] = { grid.First[0] + i, y, z };
    const std::int64_t voxel = row + position[0];
    double u[3] = { 0.0, 0.0, 0.0 };
    bool found = valid(voxel);
    for (std::size_t axis = 0; axis < 3 && found; ++axis)
    {
      found = !grid.Active[axis] ||
        OneSidedDifference(values, voxel, position[axis], grid.Size[axis], stencil.Step[axis],
          grid.Spacing[axis], valid, u[axis]);
    }
    if (!found)
    {
      SetNone(gradient, magnitude, i, i + 1);
      continue;
    }
    for (int axis = 0; axis < 3; ++axis)
    {
      gradient[3 * i + axis] = static_cast<float>(u[axis]);
    }
    magnitude[i] = static_cast<float>(std::sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]));
  }
}

}

template <typename T>
void CentralDifferences(const DifferenceGrid& grid, Neighbors neighbors, const T* values,
  const unsigned char* codes, float* gradient, float* magnitude)
{
  const Stencil stencil = MakeStencil(grid);
  const Inner innerX = InnerPart(grid, 0);
  const Inner innerY = InnerPart(grid, 1);
  const Inner innerZ = InnerPart(grid, 2);
  const std::int64_t width = grid.Count[0];
  const auto strictRow =
    [&](std::int64_t y, std::int64_t z, unsigned char* bad, float* u, float* size)
  {
    if (y < innerY.Begin || y >= innerY.End || z < innerZ.Begin || z >= innerZ.End)
    {
      SetNone(u, size, 0, width);
      return;
    }
    const std::int64_t begin = innerX.Begin - grid.First[0];
    const std::int64_t end = innerX.End - grid.First[0];
    const std::int64_t voxel = (z * grid.Size[1] + y) * grid.Size[0] + innerX.Begin;
    SetNone(u, size, 0, std::min(begin, width));
    SetNone(u, size, std::min(end, width), width);
    if (codes)
    {
      JoinCodes(codes + voxel, end - begin, stencil, bad);
    }
    StrictRow(values + voxel, bad, end - begin, stencil, u + 3 * begin, size + begin);
  };
  const std::int64_t rowsPerPart =
    std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(1, width));
  ParallelFor(0, grid.Count[1] * grid.Count[2], rowsPerPart,
    [&](std::int64_t first, std::int64_t last)
    {
      std::vector<unsigned char> bad(static_cast<std::size_t>(width));
      for (std::int64_t row = first; row < last; ++row)
      {
        const std::int64_t y = grid.First[1] + row % grid.Count[1];
        const std::int64_t z = grid.First[2] + row / grid.Count[1];
        float* u = gradient + 3 * row * width;
        float* size = magnitude + row * width;
        if (neighbors == Neighbors::Strict)
        {
          strictRow(y, z, bad.data(), u, size);
        }
        else
        {
          OneSidedRow(grid, stencil, values, codes, y, z, u, size);
        }
      }
    });
}

template void CentralDifferences(
  const DifferenceGrid&, Neighbors, const float*, const unsigned char*, float*, float*);
template void CentralDifferences(
  const DifferenceGrid&, Neighbors, const double*, const unsigned char*, float*, float*);

namespace
{

// How the derivative along one axis changes with the voxel's own value (where a neighbour is
// missing), and the variance that the neighbours bring.
struct AxisError
{
  double OfCenter = 0.0;
  double Variance = 0.0;
};

AxisError FindAxisError(const DifferenceGrid& grid, const Stencil& stencil, const float* errors,
  std::size_t axis, std::int64_t voxel, std::int64_t position)
{
  const std::int64_t step = stencil.Step[axis];
  const bool before = position > 0 && std::isfinite(errors[voxel - step]);
  const bool after = position + 1 < grid.Size[axis] && std::isfinite(errors[voxel + step]);
  const double scale = (before && after ? 0.5 : 1.0) / grid.Spacing[axis];
  const double low = before ? errors[voxel - step] * scale : 0.0;
  const double high = after ? errors[voxel + step] * scale : 0.0;
  return { before == after ? 0.0 : before ? scale : -scale, low * low + high * high };
}

}

void DifferenceErrors(
  const DifferenceGrid& grid, const float* errors, const float* gradient, float* error)
{
  const Stencil stencil = MakeStencil(grid);
  const auto active = std::count(grid.Active.begin(), grid.Active.end(), true);
  const auto errorOf = [&](const float* u, const std::array<std::int64_t, 3>& position)
  {
    const std::int64_t voxel =
      (position[2] * grid.Size[1] + position[1]) * grid.Size[0] + position[0];
    const double center = errors[voxel];
    double alongGradient = 0.0; // |u|^2 times the variance of |u|, but for the voxel's own part
    double ofCenter = 0.0;
    double variances = 0.0;
    double norm2 = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      if (grid.Active[axis])
      {
        const AxisError part = FindAxisError(grid, stencil, errors, axis, voxel, position[axis]);
        const double component = u[axis];
        alongGradient += component * component * part.Variance;
        ofCenter += component * part.OfCenter;
        const double own = part.OfCenter == 0.0 ? 0.0 : part.OfCenter * center;
        variances += part.Variance + own * own;
        norm2 += component * component;
      }
    }
    const double own = ofCenter == 0.0 ? 0.0 : ofCenter * center;
    return std::sqrt(
      norm2 == 0.0 ? variances / static_cast<double>(active) : (alongGradient + own * own) / norm2);
  };
  ParallelFor(0, grid.Count[1] * grid.Count[2], 64,
    [&](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t i = first * grid.Count[0]; i < last * grid.Count[0]; ++i)
      {
        const std::int64_t row = i / grid.Count[0];
        const bool none = std::isnan(gradient[3 * i]);
        error[i] = none
          ? NaN
          : static_cast<float>(errorOf(gradient + 3 * i,
              { grid.First[0] + i % grid.Count[0], grid.First[1] + row % grid.Count[1],
                grid.First[2] + row / grid.Count[1] }));
      }
    });
}

}
