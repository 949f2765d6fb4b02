// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file CentralDifference.h
 * The gradient of a map from the nearest neighbours of each voxel.
 */
#ifndef CentralDifference_h
#define CentralDifference_h

#include <array>
#include <cstdint>

namespace paraxanes
{

/// The box of voxels whose gradient is wanted, inside an array of voxels, x fastest.
struct DifferenceGrid
{
  std::array<std::int64_t, 3> Size;  ///< voxels of the array along x, y, z
  std::array<std::int64_t, 3> First; ///< index in the array of the first voxel of the box
  std::array<std::int64_t, 3> Count; ///< voxels of the box
  std::array<double, 3> Spacing;     ///< um
  /// Axes with a derivative; along the others it is 0, and the neighbours are not looked at.
  std::array<bool, 3> Active;
};

enum class Neighbors
{
  /// A voxel counts only when it and all its neighbours along the active axes are valid.
  Strict,
  /// Where one neighbour of an axis is missing the difference to the other one is taken. Biased:
  /// it has twice the noise and points along the surface's normal.
  OneSided
};

/**
 * Central differences (E[i+1] - E[i-1]) / (2 dx) in the unit of E per um, float32 with three
 * components and their norm; NaN where a voxel does not count. Valid is what is finite and has
 * the code 0; `codes` may be null. Beyond the array there is nothing valid. The gradient of equal
 * values is exactly 0. T: float, double.
 */
template <typename T>
void CentralDifferences(const DifferenceGrid& grid, Neighbors neighbors, const T* values,
  const unsigned char* codes, float* gradient, float* magnitude);

/**
 * Standard error of the gradient's norm, to first order, from those of the values, which are taken
 * as independent: sqrt(sum over the axes of (u_a / |u| error_a)^2), error_a = sqrt(e[i-1]^2 +
 * e[i+1]^2) / (2 dx); the root mean square of the error_a where |u| is 0. A neighbour without a
 * finite error is none, as for the gradient: the voxel's own value stands for it, along all axes
 * together. NaN where `gradient` is.
 */
void DifferenceErrors(
  const DifferenceGrid& grid, const float* errors, const float* gradient, float* error);

}

#endif
