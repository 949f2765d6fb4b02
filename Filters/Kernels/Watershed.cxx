// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Watershed.h"

#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace paraxanes
{
namespace
{

constexpr std::int64_t VoxelsPerPart = 1 << 20;

// Sorts in parallel, part by part, and merges the parts two by two.
template <typename Less>
bool Sort(std::vector<std::int64_t>& items, Less less, const ProceedFunction& proceed)
{
  const auto number = static_cast<std::int64_t>(items.size());
  const auto at = [&](std::int64_t i) { return items.begin() + std::min(i, number); };
  ParallelFor(0, number, VoxelsPerPart,
    [&](std::int64_t first, std::int64_t last) { std::sort(at(first), at(last), less); });
  double done = 0.3;
  for (std::int64_t part = VoxelsPerPart; part < number; part *= 2)
  {
    if (proceed && !proceed(done))
    {
      return false;
    }
    done += 0.3 * (0.6 - done);
    ParallelFor(0, (number + 2 * part - 1) / (2 * part), 1,
      [&](std::int64_t first, std::int64_t last)
      {
        for (std::int64_t i = first; i < last; ++i)
        {
          std::inplace_merge(
            at(2 * i * part), at((2 * i + 1) * part), at((2 * i + 2) * part), less);
        }
      });
  }
  return true;
}

class Flood
{
public:
  Flood(const double* squared, const std::array<int, 3>& size, double depth, std::int32_t* basins)
    : Squared(squared)
    , Size(size)
    , Steps{ 1, size[0], static_cast<std::int64_t>(size[0]) * size[1] }
    , Depth(depth)
    , Basins(basins)
  {
  }

  // The next voxel downwards.
  void Add(std::int64_t voxel)
  {
    const auto [neighbors, count] = this->FloodedNeighbors(voxel);
    if (count == 0)
    {
      this->Basins[voxel] = this->NewBasin(this->Squared[voxel]);
      return;
    }
    std::int64_t steepest = neighbors[0];
    std::int32_t highest = this->RootAt(neighbors[0]);
    for (int i = 1; i < count; ++i)
    {
      steepest = this->Squared[neighbors[i]] > this->Squared[steepest] ? neighbors[i] : steepest;
      highest = this->Higher(highest, this->RootAt(neighbors[i]));
    }
    this->Basins[voxel] = this->RootAt(steepest);
    for (int i = 0; i < count; ++i)
    {
      const std::int32_t root = this->RootAt(neighbors[i]);
      // Not a number where nothing lies outside: then there is no neck.
      const bool apart =
        std::sqrt(this->Peaks[root]) - std::sqrt(this->Squared[voxel]) >= this->Depth;
      if (root != highest && !apart)
      {
        this->Parents[root] = highest;
      }
    }
  }

  // Gives the basins that are left their numbers.
  std::vector<PieceSums> Finish()
  {
    std::vector<std::int32_t> numbers(this->Parents.size(), -1);
    std::vector<PieceSums> sums;
    for (std::int64_t voxel = 0; voxel < this->Steps[2] * this->Size[2]; ++voxel)
    {
      if (this->Basins[voxel] < 0)
      {
        continue;
      }
      std::int32_t& number = numbers[this->RootAt(voxel)];
      if (number < 0)
      {
        number = static_cast<std::int32_t>(sums.size());
        sums.emplace_back();
      }
      this->Basins[voxel] = number;
      sums[number].Add({ 1, voxel, 0 });
    }
    return sums;
  }

private:
  struct Neighbors
  {
    std::array<std::int64_t, 6> Voxels;
    int Count = 0;
  };

  // In the order of memory.
  Neighbors FloodedNeighbors(std::int64_t voxel) const
  {
    const std::array<std::int64_t, 3> at = { voxel % this->Size[0],
      voxel / this->Steps[1] % this->Size[1], voxel / this->Steps[2] };
    Neighbors neighbors;
    const auto add = [&](std::int64_t neighbor, bool inside)
    {
      if (inside && this->Basins[neighbor] >= 0)
      {
        neighbors.Voxels[static_cast<std::size_t>(neighbors.Count++)] = neighbor;
      }
    };
    for (std::size_t axis = 3; axis-- > 0;)
    {
      add(voxel - this->Steps[axis], at[axis] > 0);
    }
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      add(voxel + this->Steps[axis], at[axis] + 1 < this->Size[axis]);
    }
    return neighbors;
  }

  std::int32_t NewBasin(double peak)
  {
    if (this->Parents.size() >= std::numeric_limits<std::int32_t>::max())
    {
      throw std::runtime_error("There are too many maxima of the distance to the surface.");
    }
    this->Parents.push_back(static_cast<std::int32_t>(this->Parents.size()));
    this->Peaks.push_back(peak);
    return this->Parents.back();
  }

  std::int32_t RootAt(std::int64_t voxel)
  {
    std::int32_t basin = this->Basins[voxel];
    while (this->Parents[basin] != basin)
    {
      this->Parents[basin] = this->Parents[this->Parents[basin]];
      basin = this->Parents[basin];
    }
    return basin;
  }

  // Of equal ones the older.
  std::int32_t Higher(std::int32_t a, std::int32_t b) const
  {
    return this->Peaks[a] == this->Peaks[b] ? std::min(a, b)
                                            : (this->Peaks[a] > this->Peaks[b] ? a : b);
  }

  const double* Squared;
  std::array<int, 3> Size;
  std::array<std::int64_t, 3> Steps;
  double Depth;
  std::int32_t* Basins;
  std::vector<std::int32_t> Parents; // of basins; those that are left are their own
  std::vector<double> Peaks;
};

}

std::vector<PieceSums> FindBasins(const double* squared, const std::array<int, 3>& size,
  double depth, std::int32_t* basins, const ProceedFunction& proceed)
{
  const std::int64_t voxels = static_cast<std::int64_t>(size[0]) * size[1] * size[2];
  const auto isInside = [](double distance) { return distance > 0.0; };
  std::vector<std::int64_t> order;
  order.reserve(static_cast<std::size_t>(std::count_if(squared, squared + voxels, isInside)));
  for (std::int64_t voxel = 0; voxel < voxels; ++voxel)
  {
    basins[voxel] = -1;
    if (squared[voxel] > 0.0)
    {
      order.push_back(voxel);
    }
  }
  const auto before = [=](std::int64_t a, std::int64_t b)
  { return squared[a] == squared[b] ? a < b : squared[a] > squared[b]; };
  if (!Sort(order, before, proceed))
  {
    return {};
  }
  Flood flood(squared, size, depth, basins);
  for (std::size_t i = 0; i < order.size(); ++i)
  {
    flood.Add(order[i]);
    const bool report = proceed && i % VoxelsPerPart == 0;
    if (report && !proceed(0.6 + 0.4 * static_cast<double>(i) / static_cast<double>(order.size())))
    {
      return {};
    }
  }
  return flood.Finish();
}

}
