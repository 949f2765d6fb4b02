// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file AngleStatistics.h
 * The angle theta between vectors u and the lines from their voxels to a centre, and its
 * statistics.
 *
 * theta is the angle between u and v = centre - voxel, 0..180 degrees: u that points away from the
 * centre has 180. In a plane v is projected into it. Where u is not finite, or u or v is zero,
 * there is no theta (NaN) and the vector counts nowhere.
 *
 * Counts are integers and exact. Sums are made of fixed parts in a fixed order, so that results do
 * not depend on the number of threads; over ranks, counts and sums of accumulators add up.
 */
#ifndef AngleStatistics_h
#define AngleStatistics_h

#include "SignalSize.h"
#include "VoxelGrid.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <vector>

namespace paraxanes
{

/// Theta groups of the vector sizes: [0, 10), [10, 20), ... [80, 90] degrees.
constexpr int NumberOfThetaGroups = 9;

/// What u is measured against. With several particles voxel i belongs to particle labels[i].
struct AngleReference
{
  std::vector<int> Particles;   ///< their labels, ascending; one label 0 when there are none
  std::vector<Vector3> Centers; ///< of each particle; NaN: none, so that it has no theta
  int Normal = -1;              ///< axis (0, 1, 2) normal to the plane; -1: in space
  bool Outward = false;         ///< v = voxel - centre instead

  /// Index of a particle, -1 when the label is not among them.
  int Find(int label) const;
  /// Whether there is a line from a voxel to the centre of its particle.
  bool HasLine(const VoxelGrid& grid, int particle, const std::array<int, 3>& voxel) const;
};

/// How sure the vectors are.
struct VectorErrors
{
  const float* Errors = nullptr;    ///< of |u|, one standard deviation per voxel; null: none
  double MinimumSignificance = 0.0; ///< vectors of fewer errors than this have no theta

  /// An error that is not known, or below 0, is none to stand out of.
  static bool StandsOut(double size, double error, double significance)
  {
    return !(significance > 0.0) || (error >= 0.0 && size >= significance * error);
  }
};

/// Accumulates the angles of one particle.
struct AngleHistogram
{
  explicit AngleHistogram(int bins = 0)
    : Counts(static_cast<std::size_t>(bins), 0)
    , Sizes(static_cast<std::size_t>(bins), 0.0)
  {
  }

  void Add(const AngleHistogram& other);
  std::int64_t NumberOfVectors() const;
  double SumOfSizes() const;
  /// Of the vectors that would have a theta; NaN where there is none.
  double FractionCut() const;

  double BinWidth() const { return 180.0 / static_cast<double>(this->Counts.size()); }
  double BinCenter(int bin) const { return (bin + 0.5) * this->BinWidth(); }
  /// -1 for NaN.
  static int BinOf(float theta, int bins)
  {
    // The quotient is exact at the bins' edges. NaN compares false.
    const double bin = static_cast<double>(theta) * bins / 180.0;
    return bin >= 0.0 ? std::min(static_cast<int>(bin), bins - 1) : -1;
  }
  static bool IsAcross(float theta) { return theta >= 80.0F && theta <= 100.0F; }
  ///@{
  /// Of each bin: probability density (1/deg), each vector counting 1 or |u|, and mean |u|. NaN
  /// where there is no vector.
  std::vector<double> Densities() const;
  std::vector<double> WeightedDensities() const;
  std::vector<double> MeanSizes() const;
  ///@}

  /// Calls count(number) and sum(number) for all that adds up, in the same order each time.
  template <typename Count, typename Sum>
  void ForEachNumber(Count count, Sum sum)
  {
    std::for_each(this->Counts.begin(), this->Counts.end(), count);
    count(this->CountAcross);
    count(this->CountCut);
    std::for_each(this->Sizes.begin(), this->Sizes.end(), sum);
    sum(this->SizesAcross);
    sum(this->SumOfSquaredCosines);
    this->Signal.ForEachNumber(count, sum);
  }

  std::vector<std::int64_t> Counts; ///< per bin of 180 degrees / bins, the last one closed
  std::vector<double> Sizes;        ///< sum of |u| per bin
  std::int64_t CountAcross = 0;     ///< vectors with 80 <= theta <= 100
  double SizesAcross = 0.0;         ///< sum of their |u|
  double SumOfSquaredCosines = 0.0; ///< sum of cos(theta)^2
  std::int64_t CountCut = 0;        ///< vectors that do not stand out of their error; nowhere else
  SignalSums Signal;                ///< of all that have an error, those that are cut off too
};

struct SizeBins
{
  double Low = 0.0; ///< |u| at the lower end of the first bin
  double High = 1.0;
  int Number = 50;
  double Width() const { return (this->High - this->Low) / this->Number; }
  double Center(int bin) const { return this->Low + (bin + 0.5) * this->Width(); }
};

/// Accumulates |u| of one particle in the theta groups.
struct SizeHistogram
{
  explicit SizeHistogram(int bins = 0)
    : Counts(static_cast<std::size_t>(bins) * NumberOfThetaGroups, 0)
  {
  }

  void Add(const SizeHistogram& other);
  std::int64_t Count(int group, int bin) const
  {
    return this->Counts[this->Counts.size() / NumberOfThetaGroups * group + bin];
  }
  /// Probability densities of |u| in the bins of a group; NaN where the group has no vector.
  std::vector<double> Densities(int group, const SizeBins& bins) const;

  /// As that of AngleHistogram.
  template <typename Count, typename Sum>
  void ForEachNumber(Count count, Sum)
  {
    std::for_each(this->Counts.begin(), this->Counts.end(), count);
    count(this->CountOutside);
  }

  std::vector<std::int64_t> Counts; ///< the bins of group 0, then those of group 1, ...
  std::int64_t CountOutside = 0;    ///< of them, vectors outside the range (see CountSizes)
};

/// By index of the particle; those without vectors may be missing.
using AngleHistograms = std::map<int, AngleHistogram>;
using SizeHistograms = std::map<int, SizeHistogram>;

template <typename Histogram>
void MergeHistograms(std::map<int, Histogram>& sum, const std::map<int, Histogram>& part)
{
  for (const auto& entry : part)
  {
    const auto found = sum.emplace(entry.first, entry.second);
    if (!found.second)
    {
      found.first->second.Add(entry.second);
    }
  }
}

/**
 * theta (float32, degrees) of the voxels of rows [firstRow, lastRow), and the statistics of the
 * owned ones. Theta is right to 1e-8 degrees before it is rounded to float32; the statistics take
 * the rounded value, so that they agree with the array.
 *
 * @param vectors three components per voxel of the grid's box; T is float or double
 * @param labels one per voxel; null: all voxels belong to the only particle
 * @param theta one per voxel of the grid's box, written in the given rows
 * @param bins number of bins over 0..180 degrees, at least 1
 * @param errors for vectors that stand out of their errors only, and for the share of the noise
 */
template <typename T>
AngleHistograms ComputeAngles(const T* vectors, const std::int32_t* labels, const VoxelGrid& grid,
  const AngleReference& reference, int bins, std::int64_t firstRow, std::int64_t lastRow,
  float* theta, const VectorErrors& errors = {});

/// Values that 16 bits of |u| have.
constexpr int NumberOfSizeBits = 65536;

/// Counts for values of 16 bits. Each thread adds to some of its own, as they are many.
class SizeBitCounts
{
public:
  /// Where a thread goes on to count, and puts back after that.
  std::vector<std::int64_t> Take();
  void Return(std::vector<std::int64_t>&& part);
  void AddTo(std::vector<std::int64_t>& counts) const;

private:
  std::mutex Mutex;
  std::vector<std::vector<std::int64_t>> Parts;
};

/**
 * One of two passes that find an order statistic of |u| (as float32) exactly, over any number of
 * ranks. Without `upper` (-1) adds the number of owned vectors with a theta, of rows [firstRow,
 * lastRow), for each value of the upper 16 bits of |u|. With it: of those with these upper bits,
 * for each value of the lower 16.
 */
template <typename T>
void CountSizeBits(const T* vectors, const float* theta, const VoxelGrid& grid, int upper,
  std::int64_t firstRow, std::int64_t lastRow, SizeBitCounts& all);

/// First index at which the running sum of counts reaches `rank` (1 = the first); `rank` is
/// reduced by what lies before it.
int FindRank(const std::vector<std::int64_t>& counts, std::int64_t& rank);

/// The number that has these 16 upper and 16 lower bits.
float SizeFromBits(int upper, int lower);

/**
 * Histograms of |u| in the nine theta groups, over the owned vectors of rows [firstRow, lastRow).
 * Without `fold` vectors with theta <= 90 count; with it theta stands for min(theta, 180 - theta),
 * and all count. |u| outside the bins counts in the first or last one, and is told.
 */
template <typename T>
SizeHistograms CountSizes(const T* vectors, const std::int32_t* labels, const float* theta,
  const VoxelGrid& grid, const AngleReference& reference, const SizeBins& bins, bool fold,
  std::int64_t firstRow, std::int64_t lastRow);

/// Probability of random directions in each theta bin: sin(theta)/2 integrated over it, or uniform
/// in a plane.
std::vector<double> RandomProbabilities(int bins, bool plane);
/// Of them, that of 80 <= theta <= 100.
double RandomAcross(bool plane);

struct AngleSummary
{
  std::int64_t NumberOfVectors = 0;
  double MeanSize = std::numeric_limits<double>::quiet_NaN();
  /// Part of the vectors with 80 <= theta <= 100 over that of random directions; each vector
  /// counting 1, or |u|.
  double AcrossOverRandom = std::numeric_limits<double>::quiet_NaN();
  double WeightedAcrossOverRandom = std::numeric_limits<double>::quiet_NaN();
  /// <(3 cos^2 theta - 1) / 2>, in a plane <cos 2 theta>: 1 along the lines to the centre, 0
  /// random, below 0 across them.
  double OrderParameter = std::numeric_limits<double>::quiet_NaN();
  /// Sum of (count - expected)^2 / expected over (bins - 1), expected being random directions.
  /// About 1 for random directions if the vectors are independent.
  double ChiSquaredPerDof = std::numeric_limits<double>::quiet_NaN();
};

AngleSummary Summarize(const AngleHistogram& histogram, bool plane);

/// What has this summary, with one bin: to add up summaries.
AngleHistogram HistogramOf(const AngleSummary& summary, bool plane);

}

#endif
