// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ParticleCenters.h
 * Which particles a label array has, and their centres of gravity.
 */
#ifndef ParticleCenters_h
#define ParticleCenters_h

#include "VoxelGrid.h"

#include <cstdint>
#include <map>
#include <vector>

namespace paraxanes
{

/// The positive labels among the owned voxels, ascending.
std::vector<int> FindLabels(const std::int32_t* labels, const VoxelGrid& grid);

/**
 * What voxels weigh and where they are; one value per voxel, any pointer may be null.
 *
 * A voxel counts where its validity is 0 (null: everywhere). Blocks of voxels count where they have
 * valid voxels, also those that are not valid themselves; the latter are left out of what is at the
 * border, and of a centre with weights.
 */
struct VoxelMasses
{
  const std::uint8_t* Validity = nullptr;
  const std::int32_t* Labels = nullptr;       ///< particle; null: all are particle 0
  const float* Weights = nullptr;             ///< null: each voxel weighs 1
  const std::uint32_t* BlockCounts = nullptr; ///< valid voxels of a block; null: no blocks
  const double* BlockCentroids = nullptr;     ///< their mean position, with BlockCounts
};

/// Sums over the owned valid voxels of one particle; those of several ranks add up.
struct MassSums
{
  std::int64_t Voxels = 0;
  std::int64_t AtBorder = 0; ///< of them, at the border of the whole field (but for flat axes)
  std::int64_t WithoutWeight =
    0; ///< of them, with a weight that is negative or not finite: left out
  double Mass = 0.0;
  Vector3 Moment = { 0.0, 0.0, 0.0 }; ///< sum of mass times position in voxel indices

  void Add(const MassSums& other);
  /// Centre of gravity in the units of the grid; NaN without mass. Without weights and blocks the
  /// sums are of whole numbers, hence exact; it is rounded to 2^-24 of a voxel, so that sums of
  /// other numbers give the same centre for any number of ranks.
  Vector3 Center(const VoxelGrid& grid) const;
};

/// By label. Voxels with a label of 0 or less belong to no particle.
std::map<int, MassSums> SumMasses(const VoxelMasses& masses, const VoxelGrid& grid);

/// Number of voxels at the border of the whole field (but for flat axes).
std::int64_t VoxelsAtBorder(const VoxelGrid& grid);

}

#endif
