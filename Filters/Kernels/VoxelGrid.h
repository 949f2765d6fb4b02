// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file VoxelGrid.h
 * Where the voxels of an array are: indices, positions, and which of them count.
 */
#ifndef VoxelGrid_h
#define VoxelGrid_h

#include <algorithm>
#include <array>
#include <cstdint>

namespace paraxanes
{

using Vector3 = std::array<double, 3>;

/// A closed box of voxels: { x0, x1, y0, y1, z0, z1 }; empty when an upper end is below its lower.
using VoxelBox = std::array<int, 6>;

struct VoxelGrid
{
  VoxelBox Box;    ///< the voxels of the arrays, x fastest
  VoxelBox Owned;  ///< those that count (the others belong to another rank)
  VoxelBox Whole;  ///< the whole field
  Vector3 Origin;  ///< position of voxel (0, 0, 0)
  Vector3 Spacing; ///< lengths of a voxel

  std::int64_t Size(int axis) const
  {
    return std::max(0, this->Box[2 * axis + 1] - this->Box[2 * axis] + 1);
  }
  /// Rows along x; none when the box is empty.
  std::int64_t NumberOfRows() const
  {
    return this->Size(0) > 0 ? this->Size(1) * this->Size(2) : 0;
  }
  int Y(std::int64_t row) const { return this->Box[2] + static_cast<int>(row % this->Size(1)); }
  int Z(std::int64_t row) const { return this->Box[4] + static_cast<int>(row / this->Size(1)); }
  /// Index of the first voxel of a row.
  std::int64_t First(std::int64_t row) const { return row * this->Size(0); }
  /// From voxel indices, so that it does not depend on the part of the field that is at hand.
  double Position(int axis, int index) const
  {
    return this->Origin[axis] + this->Spacing[axis] * index;
  }
  bool OwnsRow(std::int64_t row) const
  {
    const int y = this->Y(row);
    const int z = this->Z(row);
    return y >= this->Owned[2] && y <= this->Owned[3] && z >= this->Owned[4] &&
      z <= this->Owned[5] && this->Owned[0] <= this->Owned[1];
  }
  /// Rows that make a task of a parallel loop, about `voxels` voxels.
  std::int64_t RowsPerTask(std::int64_t voxels) const
  {
    return std::max<std::int64_t>(1, voxels / std::max<std::int64_t>(1, this->Size(0)));
  }
};

}

#endif
