// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ParticleCenters.h"

#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace paraxanes
{
namespace
{

constexpr std::int64_t VoxelsPerTask = 65536;

bool IsAtBorder(const VoxelGrid& grid, const std::array<int, 3>& voxel, int firstAxis = 0)
{
  for (int axis = firstAxis; axis < 3; ++axis)
  {
    const int low = grid.Whole[2 * axis];
    const int high = grid.Whole[2 * axis + 1];
    if (low < high && (voxel[axis] == low || voxel[axis] == high))
    {
      return true;
    }
  }
  return false;
}

bool Counts(const VoxelMasses& masses, std::int64_t index)
{
  const bool valid = !masses.Validity || masses.Validity[index] == 0;
  if (!masses.BlockCounts)
  {
    return valid;
  }
  return masses.BlockCounts[index] > 0 && (valid || !masses.Weights);
}

// Voxels of a row that weigh 1 each.
void AddWholeVoxels(MassSums& sums, const VoxelMasses& masses, const VoxelGrid& grid,
  std::int64_t index, const std::array<int, 3>& start, int count)
{
  std::int64_t voxels = 0;
  std::int64_t offsets = 0;
  for (int i = 0; i < count; ++i)
  {
    const bool valid = !masses.Validity || masses.Validity[index + i] == 0;
    voxels += valid ? 1 : 0;
    offsets += valid ? i : 0;
  }
  if (voxels == 0)
  {
    return;
  }
  const auto number = static_cast<double>(voxels);
  sums.Voxels = voxels;
  sums.Mass = number;
  sums.Moment = { number * start[0] + static_cast<double>(offsets), number * start[1],
    number * start[2] };
  if (IsAtBorder(grid, start, 1))
  {
    sums.AtBorder = voxels;
    return;
  }
  for (int i = 0; i < count; i += std::max(1, count - 1)) // its ends
  {
    const bool valid = !masses.Validity || masses.Validity[index + i] == 0;
    sums.AtBorder += valid && IsAtBorder(grid, { start[0] + i, start[1], start[2] }) ? 1 : 0;
  }
}

void AddVoxel(MassSums& sums, const VoxelMasses& masses, const VoxelGrid& grid, std::int64_t index,
  const std::array<int, 3>& voxel)
{
  const std::int64_t voxels = masses.BlockCounts ? masses.BlockCounts[index] : 1;
  const bool valid = !masses.Validity || masses.Validity[index] == 0;
  sums.Voxels += voxels;
  sums.AtBorder += valid && IsAtBorder(grid, voxel) ? 1 : 0;
  const double weight = masses.Weights ? masses.Weights[index] : 1.0;
  if (!(weight >= 0.0 && std::isfinite(weight)))
  {
    sums.WithoutWeight += voxels;
    return;
  }
  const double mass = weight * static_cast<double>(voxels);
  sums.Mass += mass;
  for (int axis = 0; axis < 3; ++axis)
  {
    const double position = masses.BlockCounts
      ? (masses.BlockCentroids[3 * index + axis] - grid.Origin[axis]) / grid.Spacing[axis]
      : voxel[axis];
    sums.Moment[axis] += mass * position;
  }
}

void AddVoxels(MassSums& sums, const VoxelMasses& masses, const VoxelGrid& grid, std::int64_t index,
  const std::array<int, 3>& start, int count)
{
  for (int i = 0; i < count; ++i)
  {
    if (Counts(masses, index + i))
    {
      AddVoxel(sums, masses, grid, index + i, { start[0] + i, start[1], start[2] });
    }
  }
}

}

std::vector<int> FindLabels(const std::int32_t* labels, const VoxelGrid& grid)
{
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    std::set<int> found;
    int last = 0;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (!grid.OwnsRow(row))
      {
        continue;
      }
      const std::int32_t* rowLabels = labels + grid.First(row) - grid.Box[0];
      for (int x = grid.Owned[0]; x <= grid.Owned[1]; ++x)
      {
        if (rowLabels[x] != last)
        {
          last = rowLabels[x];
          if (last > 0)
          {
            found.insert(last);
          }
        }
      }
    }
    return found;
  };
  const std::set<int> found = ParallelReduce(std::int64_t{ 0 }, grid.NumberOfRows(),
    grid.RowsPerTask(VoxelsPerTask), std::set<int>(), body,
    [](std::set<int>& all, const std::set<int>& part) { all.insert(part.begin(), part.end()); });
  return { found.begin(), found.end() };
}

void MassSums::Add(const MassSums& other)
{
  this->Voxels += other.Voxels;
  this->AtBorder += other.AtBorder;
  this->WithoutWeight += other.WithoutWeight;
  this->Mass += other.Mass;
  for (int axis = 0; axis < 3; ++axis)
  {
    this->Moment[axis] += other.Moment[axis];
  }
}

Vector3 MassSums::Center(const VoxelGrid& grid) const
{
  constexpr double Steps = 16777216.0;
  Vector3 center = { NAN, NAN, NAN };
  for (int axis = 0; axis < 3 && this->Mass > 0.0; ++axis)
  {
    const double index = std::round(this->Moment[axis] / this->Mass * Steps) / Steps;
    center[axis] = grid.Origin[axis] + grid.Spacing[axis] * index;
  }
  return center;
}

std::map<int, MassSums> SumMasses(const VoxelMasses& masses, const VoxelGrid& grid)
{
  using Sums = std::map<int, MassSums>;
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    Sums sums;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (!grid.OwnsRow(row))
      {
        continue;
      }
      for (int x = grid.Owned[0]; x <= grid.Owned[1];)
      {
        const int begin = x;
        const std::int64_t first = grid.First(row) - grid.Box[0];
        const int label = masses.Labels ? masses.Labels[first + x] : 0;
        x = masses.Labels ? x + 1 : grid.Owned[1] + 1;
        while (masses.Labels && x <= grid.Owned[1] && masses.Labels[first + x] == label)
        {
          ++x;
        }
        if (masses.Labels && label <= 0)
        {
          continue;
        }
        MassSums part;
        const std::array<int, 3> start = { begin, grid.Y(row), grid.Z(row) };
        masses.Weights || masses.BlockCounts
          ? AddVoxels(part, masses, grid, first + begin, start, x - begin)
          : AddWholeVoxels(part, masses, grid, first + begin, start, x - begin);
        if (part.Voxels > 0)
        {
          sums[label].Add(part);
        }
      }
    }
    return sums;
  };
  return ParallelReduce(std::int64_t{ 0 }, grid.NumberOfRows(), grid.RowsPerTask(VoxelsPerTask),
    Sums(), body,
    [](Sums& all, const Sums& part)
    {
      for (const auto& entry : part)
      {
        all[entry.first].Add(entry.second);
      }
    });
}

std::int64_t VoxelsAtBorder(const VoxelGrid& grid)
{
  std::int64_t all = 1;
  std::int64_t inner = 1;
  for (int axis = 0; axis < 3; ++axis)
  {
    const std::int64_t size = grid.Whole[2 * axis + 1] - grid.Whole[2 * axis] + std::int64_t{ 1 };
    all *= size;
    inner *= size == 1 ? 1 : std::max<std::int64_t>(0, size - 2);
  }
  return all - inner;
}

}
