// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file AngleBootstrap.h
 * Confidence bands of the statistics of theta and |u|, by a bootstrap over blocks of voxels.
 *
 * Vectors of neighbouring voxels are not independent: their differences share voxels, and a grain
 * turns many of them. Blocks of voxels that are larger than that are nearly so. In each replicate
 * every block counts as often as a Poisson number of mean 1 says; the band is between percentiles
 * of the replicates.
 *
 * The Poisson number is a function of seed, replicate and the block's place in the whole field, and
 * all sums are of whole numbers, so that bands are the same to the bit for any number of threads,
 * and of ranks, which may cut blocks: what their parts bring adds up.
 */
#ifndef AngleBootstrap_h
#define AngleBootstrap_h

#include "AngleStatistics.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace paraxanes
{

struct BootstrapChoice
{
  int Samples = 0;     ///< replicates; 0: none
  int BlockEdge = 8;   ///< voxels
  double Level = 0.95; ///< of confidence
  std::uint64_t Seed = 1;
};

/// What the bootstrap works on, one value per voxel of the grid's box.
template <typename T>
struct VectorField
{
  const T* Vectors = nullptr;
  const std::int32_t* Labels = nullptr; ///< null: one particle
  const float* Errors = nullptr;        ///< of |u|; null: none
  const float* Theta = nullptr;         ///< NaN: the vector does not count
};

/// The largest numbers to be added up, over all owned vectors.
struct LargestNumbers
{
  double Size = 0.0;   ///< |u|
  double Square = 0.0; ///< |u|^2, or V of SignalSize.h

  void Add(const LargestNumbers& other)
  {
    this->Size = std::max(this->Size, other.Size);
    this->Square = std::max(this->Square, other.Square);
  }
};

/// Of rows [firstRow, lastRow).
template <typename T>
LargestNumbers FindLargest(const VectorField<T>& field, const VoxelGrid& grid,
  const AngleReference& reference, std::int64_t firstRow, std::int64_t lastRow);

/// The numbers that are added up for a block or a replicate, and the factors that make them whole.
struct BootstrapColumns
{
  /// `vectors`: the number of all vectors, over all ranks as the largest numbers are.
  BootstrapColumns(int bins, std::int64_t vectors, const LargestNumbers& largest);

  int CountOf(int bin) const { return bin; }
  int SizesOf(int bin) const { return this->Bins + bin; }
  int Count() const { return 2 * this->Bins; }
  int Sizes() const { return 2 * this->Bins + 1; }
  int CountAcross() const { return 2 * this->Bins + 2; }
  int SizesAcross() const { return 2 * this->Bins + 3; }
  int SignalNumber() const { return 2 * this->Bins + 4; }
  int SignalSquares() const { return 2 * this->Bins + 5; } ///< of |u|, less the noise's share
  int SignalSizes() const { return 2 * this->Bins + 6; }
  int Number() const { return 2 * this->Bins + 7; }

  int Bins;
  double SizeScale;
  double SquareScale;
};

/// What the vectors of each particle bring in each block.
struct BlockSums
{
  struct Entry
  {
    std::int32_t Column;
    std::int64_t Value;
  };
  struct Part
  {
    std::int64_t Block;
    int Particle;
    std::int64_t Begin; ///< of its entries
    std::int64_t End;
  };

  void Append(const BlockSums& other);
  /// The parts of each particle one after the other, with the blocks in their order.
  void SortByParticle();
  /// Those of a particle, once they are sorted.
  std::vector<Part> PartsOf(int particle) const;
  /// Those of parts that bring something to a column, one for each part.
  std::vector<std::int64_t> BlocksWith(const std::vector<Part>& parts, int column) const;

  std::vector<Part> Parts;
  std::vector<Entry> Entries;
};

/// Blocks lie side by side from the lower corner of the whole field on.
struct BlockGrid
{
  BlockGrid(const VoxelGrid& grid, int edge);

  /// Rows of blocks along x with voxels that the rank owns.
  std::int64_t NumberOfRows() const;
  std::int64_t Index(std::int64_t x, std::int64_t y, std::int64_t z) const
  {
    return x + this->Size[0] * (y + this->Size[1] * z);
  }

  std::int64_t Edge;
  std::int64_t Size[3];  ///< blocks of the whole field
  std::int64_t First[3]; ///< those with owned voxels
  std::int64_t Count[3];
};

/// Over the owned voxels of rows [firstRow, lastRow) of blocks.
template <typename T>
BlockSums SumBlocks(const VectorField<T>& field, const VoxelGrid& grid,
  const AngleReference& reference, const BootstrapColumns& columns, const BlockGrid& blocks,
  std::int64_t firstRow, std::int64_t lastRow);

/// How often a block counts in a replicate.
int PoissonWeight(std::uint64_t seed, int replicate, std::int64_t block);

/// Those that go through the blocks together, on one thread.
constexpr int ReplicatesPerTask = 8;

/// Adds to the replicates [first, last) of `choice.Samples`; `replicates` has column after column,
/// in each the sums of all replicates. What several ranks have adds up.
void Resample(const BlockSums& sums, const std::vector<BlockSums::Part>& parts,
  const BootstrapChoice& choice, int first, int last, std::vector<std::int64_t>& replicates);

struct Interval
{
  double Lower = std::numeric_limits<double>::quiet_NaN();
  double Upper = std::numeric_limits<double>::quiet_NaN();
};

/// Of one particle. NaN where there is nothing to resample.
struct AngleBand
{
  explicit AngleBand(int bins = 0)
    : Densities(static_cast<std::size_t>(bins))
    , WeightedDensities(static_cast<std::size_t>(bins))
  {
  }

  std::vector<Interval> Densities; ///< of each bin
  std::vector<Interval> WeightedDensities;
  Interval MeanSize;
  Interval AcrossOverRandom;
  Interval WeightedAcrossOverRandom;
  Interval RootMeanSquareWithoutNoise; ///< 0 where the noise is larger
  Interval MeanWithoutNoise;
  std::int64_t Blocks = 0;       ///< with vectors that have a theta
  std::int64_t SignalBlocks = 0; ///< with vectors that have an error
};

/**
 * What is estimated of each replicate: the ratio of two columns. No replicate is left out for the
 * size of what it gives (the mean square without noise may be negative), as a band of some of them
 * would be too narrow. Only where no block counts, as their weights alone decide, there is none.
 */
struct BandStatistic
{
  int Part;      ///< a column
  int Whole;     ///< a column of counts or sizes, 0 or more
  double Factor; ///< times the ratio
  Interval* Band;
  bool Root = false; ///< the band is that of the root, 0 of a negative ratio
};

/// All of which `band` has one: those with blocks to draw from, 2 or more.
std::vector<BandStatistic> StatisticsOf(
  const BootstrapColumns& columns, bool plane, AngleBand& band);

/// Fills the bands of the statistics [first, last).
void FindIntervals(const std::vector<std::int64_t>& replicates, const BootstrapChoice& choice,
  const std::vector<BandStatistic>& statistics, std::int64_t first, std::int64_t last);

}

#endif
