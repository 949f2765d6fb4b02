// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MapStatistics.h
 * Mean, spread, percentiles and bins of the values of a map, by groups of its voxels.
 *
 * Sums are made of whole numbers (the values in steps of 2^-52 of the largest one), so that they
 * are the same to the bit in whatever order they are made: for any number of threads and ranks.
 */
#ifndef MapStatistics_h
#define MapStatistics_h

#include "Parallel.h"
#include "VoxelGrid.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <type_traits>
#include <vector>

namespace paraxanes
{

/// The power of two that brings all numbers of up to `largest` below 2^bits.
double FixedPointScale(double largest, int bits);

/// A sum of numbers of less than 2^52, rounded to whole ones; those of several ranks add up.
struct FixedPointSum
{
  std::int64_t High = 0; ///< in units of 2^26
  std::int64_t Low = 0;

  void Add(double number)
  {
    const auto whole = static_cast<std::int64_t>(number + std::copysign(0.5, number));
    this->High += whole >> 26;
    this->Low += whole & ((std::int64_t{ 1 } << 26) - 1);
  }
  void Add(const FixedPointSum& other)
  {
    this->High += other.High;
    this->Low += other.Low;
  }
  double Value() const
  {
    return std::ldexp(static_cast<double>(this->High), 26) + static_cast<double>(this->Low);
  }
};

/// Number and range of some values.
struct ValueRange
{
  std::int64_t Count = 0;
  double Low = std::numeric_limits<double>::infinity();
  double High = -std::numeric_limits<double>::infinity();

  void Add(double value)
  {
    ++this->Count;
    this->Low = std::min(this->Low, value);
    this->High = std::max(this->High, value);
  }
  void Add(const ValueRange& other)
  {
    this->Count += other.Count;
    this->Low = std::min(this->Low, other.Low);
    this->High = std::max(this->High, other.High);
  }
};

/// Of the values of one group. NaN where there are too few.
struct Moments
{
  std::int64_t Count = 0;
  double Mean = std::numeric_limits<double>::quiet_NaN();
  double StandardDeviation = std::numeric_limits<double>::quiet_NaN(); ///< of a sample (n - 1)

  /// Of the mean, if the values are independent.
  double StandardError() const
  {
    return this->StandardDeviation / std::sqrt(static_cast<double>(this->Count));
  }
};

/// Whole numbers for the mean of values of a range and for their spread about it: in steps of that
/// range, so that a far value in one group blurs no other.
class MomentScale
{
public:
  explicit MomentScale(const ValueRange& range);

  /// Of a value: a number of less than 2^52. Of the sum of those of `count` values: their mean.
  double ForMean(double value) const { return this->Place(value, this->Low) * this->Unit; }
  double Mean(const FixedPointSum& sum, std::int64_t count) const;
  /// The same for the spread about `mean`; the standard deviation of a sample, NaN of one value.
  double ForSpread(double value, double mean) const
  {
    const double place = this->Place(value, mean);
    return place * place * this->Unit;
  }
  double StandardDeviation(const FixedPointSum& sum, std::int64_t count) const;

private:
  // In widths of the range, at most 1; in halves, as the range may be more than a double holds.
  double Place(double value, double from) const
  {
    return (0.5 * value - 0.5 * from) * this->PerHalfWidth;
  }

  double Low = 0.0;
  double PerHalfWidth = 1.0; // a power of two, so that places are exact
  double Unit = 1.0;
};

/// Equal bins over a closed range.
struct ValueBins
{
  double Low = 0.0;
  double High = 1.0;
  int Number = 1;

  double Width() const { return (this->High - this->Low) / this->Number; }
  double Center(int bin) const { return this->Low + (bin + 0.5) * this->Width(); }
  /// -1 outside, and for NaN. The last bin is closed.
  int Find(double value) const
  {
    if (!(value >= this->Low && value <= this->High))
    {
      return -1;
    }
    const double part = (0.5 * value - 0.5 * this->Low) / (0.5 * this->High - 0.5 * this->Low);
    const double bin = std::min(part * this->Number, static_cast<double>(this->Number - 1));
    return bin > 0.0 ? static_cast<int>(bin) : 0; // NaN: there is no range
  }
};

/// Probability densities over the bins; NaN where all counts are 0.
std::vector<double> Densities(const std::vector<std::int64_t>& counts, const ValueBins& bins);

/// The means of bins, and between their centres straight lines; beyond them it is constant. Bins
/// without a value are left out.
class BinnedProfile
{
public:
  BinnedProfile(const ValueBins& bins, const std::vector<Moments>& moments);
  /// NaN when there is no bin with a value.
  double At(double abscissa) const;

private:
  std::vector<double> Centers;
  std::vector<double> Means;
};

/**
 * Calls body(part, i) for the owned voxels of rows [firstRow, lastRow) and adds the parts to
 * `sums`, one for each group, in any order. Sum is a count or has Add(const Sum&).
 */
template <typename Sum, typename Body>
void AddOwned(const VoxelGrid& grid, std::int64_t firstRow, std::int64_t lastRow,
  std::vector<Sum>& sums, Body body)
{
  std::mutex merging;
  const auto rows = [&](std::int64_t first, std::int64_t last)
  {
    std::vector<Sum> part(sums.size());
    for (std::int64_t row = first; row < last; ++row)
    {
      const std::int64_t start = grid.First(row) - grid.Box[0];
      for (int x = grid.Owned[0]; grid.OwnsRow(row) && x <= grid.Owned[1]; ++x)
      {
        body(part, start + x);
      }
    }
    const std::lock_guard<std::mutex> lock(merging);
    for (std::size_t i = 0; i < part.size(); ++i)
    {
      if constexpr (std::is_arithmetic_v<Sum>)
      {
        sums[i] += part[i];
      }
      else
      {
        sums[i].Add(part[i]);
      }
    }
  };
  // Few parts: with many groups they are large.
  const std::int64_t grain = std::max(grid.RowsPerTask(65536), (lastRow - firstRow + 15) / 16);
  ParallelFor(firstRow, lastRow, grain, rows);
}

/**
 * Order statistics by their bits: a value is a whole number of 32 bits, its place in a range, of
 * which each of four passes over the values finds eight.
 */
struct PercentileSearch
{
  static constexpr int NumberOfPasses = 4;
  static constexpr int Digits = 256;

  double Low = 0.0;
  double High = 0.0;
  std::int64_t Rank = 0;   ///< 1 = the smallest; of those with the bits that are found already
  std::uint32_t Found = 0; ///< the upper bits
  int Pass = 0;

  /// The smallest value that at least this part of `count` values does not exceed.
  static std::int64_t RankOf(double part, std::int64_t count);

  std::uint32_t Code(double value) const
  {
    const double place = (value - this->Low) / (this->High - this->Low) * 4294967296.0;
    return place < 4294967295.0 ? static_cast<std::uint32_t>(place) : 4294967295u;
  }
  /// The digit of a value in this pass, -1 when its upper bits are others.
  int Digit(double value) const
  {
    const std::uint32_t code = this->Code(value);
    const int shift = 24 - 8 * this->Pass;
    const bool same = this->Pass == 0 || code >> (shift + 8) == this->Found;
    return same ? static_cast<int>(code >> shift & 255u) : -1;
  }
  /// With the number of values by digit, over all ranks.
  void Next(const std::int64_t* counts);
  /// Right to 2^-32 of the range.
  double Value() const;
};

}

#endif
