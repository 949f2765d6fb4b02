// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file OtsuThreshold.h
 * The threshold that separates the two classes of values of an image best.
 */
#ifndef OtsuThreshold_h
#define OtsuThreshold_h

#include "Parallel.h"
#include "VoxelGrid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace paraxanes
{

/// Lowest and highest finite value; those of several ranks merge.
struct FiniteRange
{
  double Low = std::numeric_limits<double>::infinity();
  double High = -std::numeric_limits<double>::infinity();

  void Add(double value)
  {
    if (std::isfinite(value))
    {
      this->Low = std::min(this->Low, value);
      this->High = std::max(this->High, value);
    }
  }
};

/// Calls body(sums, value) for the owned voxels, and adds up the sums of the parts by merge.
template <typename T, typename Sums, typename Body, typename Merge>
Sums ReduceOwned(const T* values, const VoxelGrid& grid, std::int64_t voxelsPerTask,
  const Sums& identity, Body body, Merge merge)
{
  const auto rows = [&](std::int64_t begin, std::int64_t end)
  {
    Sums sums = identity;
    for (std::int64_t row = begin; row < end; ++row)
    {
      const T* first = values + grid.First(row) - grid.Box[0];
      for (int x = grid.Owned[0]; grid.OwnsRow(row) && x <= grid.Owned[1]; ++x)
      {
        body(sums, static_cast<double>(first[x]));
      }
    }
    return sums;
  };
  return ParallelReduce(
    std::int64_t{ 0 }, grid.NumberOfRows(), grid.RowsPerTask(voxelsPerTask), identity, rows, merge);
}

/// Of the owned voxels; one value per voxel.
template <typename T>
FiniteRange FindRange(const T* values, const VoxelGrid& grid)
{
  return ReduceOwned(
    values, grid, 65536, FiniteRange(), [](FiniteRange& range, double value) { range.Add(value); },
    [](FiniteRange& all, const FiniteRange& part)
    {
      all.Add(part.Low);
      all.Add(part.High);
    });
}

/// How many of the owned voxels have a value in each of `bins` equal parts of the range. Values
/// that are not finite do not count.
template <typename T>
std::vector<std::int64_t> CountValues(
  const T* values, const VoxelGrid& grid, const FiniteRange& range, int bins)
{
  using Counts = std::vector<std::int64_t>;
  // In halves: the range of sentinels of both signs is more than a double holds.
  const double scale = bins / (0.5 * range.High - 0.5 * range.Low);
  return ReduceOwned(
    values, grid, 1 << 20, Counts(static_cast<std::size_t>(bins), 0),
    [=](Counts& counts, double value)
    {
      if (value >= range.Low && value <= range.High)
      {
        const double bin = (0.5 * value - 0.5 * range.Low) * scale;
        const auto last = static_cast<double>(bins - 1);
        ++counts[bin > 0.0 ? static_cast<std::size_t>(std::min(bin, last)) : 0]; // NaN: no range
      }
    },
    [](Counts& all, const Counts& part)
    { std::transform(all.begin(), all.end(), part.begin(), all.begin(), std::plus<>()); });
}

/// Enough that the bins do not show, and that an outlier of a hundred times the range does no harm.
constexpr int OtsuBins = 4096;

/**
 * The value that parts a histogram into a lower and an upper class with the largest variance
 * between their means (N. Otsu, IEEE Trans. Syst. Man Cybern. 9, 62 (1979), eq. 18): the upper end
 * of the last bin of the lower class. Where several bins serve equally well, as in a gap between
 * the classes, the middle of them. NaN when all values lie in one bin.
 */
double OtsuThreshold(const std::vector<std::int64_t>& counts, const FiniteRange& range);

}

#endif
