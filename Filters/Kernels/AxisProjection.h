// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file AxisProjection.h
 * Sums and extremes along an axis, over the voxels that are inside and the values that are finite.
 *
 * The pixels of the plane are those of the whole field, in the order of the voxels. Parts of the
 * field add up (by sums of whole numbers, or the larger of two) to the bit of the whole.
 */
#ifndef AxisProjection_h
#define AxisProjection_h

#include "VoxelGrid.h"

#include <cstdint>
#include <vector>

namespace paraxanes
{

/// The voxels of a part of a field along an axis, and which of them are inside.
struct ProjectionLines
{
  VoxelGrid Grid;
  int Axis = 2;
  const std::uint8_t* Inside = nullptr; ///< null: all

  /// Pixels of a row, and rows, of the plane.
  std::int64_t Width() const { return this->WholeSize(this->Axis == 0 ? 1 : 0); }
  std::int64_t Rows() const { return this->WholeSize(this->Axis == 2 ? 1 : 2); }
  std::int64_t Length() const { return this->WholeSize(this->Axis); }
  std::int64_t WholeSize(int axis) const
  {
    return this->Grid.Whole[2 * axis + 1] - this->Grid.Whole[2 * axis] + 1;
  }
};

/// Of rows [FirstRow, LastRow) of the plane, each pixel's components side by side.
struct ProjectionSlab
{
  std::int64_t FirstRow = 0;
  std::int64_t LastRow = 0;
  std::vector<std::int64_t> Counts;
  std::vector<double> Extremes;   ///< -infinity where there is none
  std::vector<std::int64_t> Sums; ///< times Scales
  std::vector<double> Scales;
};

/// Extremes: the largest |value|.
template <typename T>
void ProjectSizes(
  const ProjectionLines& lines, const T* values, int components, ProjectionSlab& slab);

/// Scales from Extremes, which are the sizes over all parts: for each line a power of two with
/// which its sum is a whole number of less than 2^62, so that a far value blurs no other line.
void FindScales(const ProjectionLines& lines, ProjectionSlab& slab);

/// Counts and Sums, with Scales.
template <typename T>
void ProjectSums(
  const ProjectionLines& lines, const T* values, int components, ProjectionSlab& slab);

/// Extremes. sign -1: the smallest values, with their sign turned; 1: the largest.
template <typename T>
void ProjectExtremes(
  const ProjectionLines& lines, const T* values, int components, double sign, ProjectionSlab& slab);

/// Counts: how many voxels of each line are inside; one component.
void CountInside(const ProjectionLines& lines, ProjectionSlab& slab);

}

#endif
