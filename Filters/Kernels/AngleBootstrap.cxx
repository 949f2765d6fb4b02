// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleBootstrap.h"

#include "CounterNoise.h"
#include "MapStatistics.h"
#include "Parallel.h"
#include "VectorLoops.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace paraxanes
{
namespace
{

// Replicates that go through the blocks together.
constexpr int ReplicatesPerTask = 8;

// Calls body(particle, theta, size, signal) for the voxels of a stretch of a row that have a vector
// (theta NaN: it does not count). Range in positions in the row.
template <typename T, typename Body>
void ForEachVector(const VectorField<T>& field, const VoxelGrid& grid,
  const AngleReference& reference, const NoiseShape& shape, std::int64_t row, RowRange range,
  Body body)
{
  const std::int64_t first = grid.First(row);
  ForEachParticle(field.Labels ? field.Labels + first : nullptr, range, reference,
    [&](RowRange stretch, int particle)
    {
      for (int x = stretch.Begin; particle >= 0 && x < stretch.End; ++x)
      {
        const std::int64_t i = first + x;
        const bool counts = !std::isnan(field.Theta[i]);
        if (!counts && !field.Errors)
        {
          continue;
        }
        const T* u = field.Vectors + 3 * i;
        const double size = SizeOf(u);
        // One that is cut off counts for the signal.
        const bool measured = counts ||
          (size > 0.0 && std::isfinite(size) &&
            reference.HasLine(grid, particle, { grid.Box[0] + x, grid.Y(row), grid.Z(row) }));
        if (measured)
        {
          body(particle, field.Theta[i], size,
            field.Errors ? SignalOf(u, size, field.Errors[i], shape) : SignalSums());
        }
      }
    });
}

std::int64_t Whole(double number)
{
  return static_cast<std::int64_t>(std::llround(number));
}

void AddVector(const BootstrapColumns& columns, float theta, double size, const SignalSums& signal,
  std::vector<std::int64_t>& sums)
{
  const auto add = [&](int column, std::int64_t value)
  { sums[static_cast<std::size_t>(column)] += value; };
  const int bin = AngleHistogram::BinOf(theta, columns.Bins);
  if (bin >= 0)
  {
    const std::int64_t whole = Whole(size * columns.SizeScale);
    add(columns.CountOf(bin), 1);
    add(columns.SizesOf(bin), whole);
    if (AngleHistogram::IsAcross(theta))
    {
      add(columns.CountAcross(), 1);
      add(columns.SizesAcross(), whole);
    }
  }
  if (signal.Number > 0)
  {
    add(columns.SignalNumber(), 1);
    add(columns.SignalSquares(), Whole((signal.Squares - signal.Variances) * columns.SquareScale));
    add(columns.SignalSizes(), Whole(signal.Sizes * columns.SizeScale));
  }
}

void AppendPart(std::int64_t block, int particle, std::vector<std::int64_t>& sums, BlockSums& all)
{
  const auto begin = static_cast<std::int64_t>(all.Entries.size());
  for (std::size_t column = 0; column < sums.size(); ++column)
  {
    if (sums[column] != 0)
    {
      all.Entries.push_back({ static_cast<std::int32_t>(column), sums[column] });
      sums[column] = 0;
    }
  }
  const auto end = static_cast<std::int64_t>(all.Entries.size());
  if (end > begin)
  {
    all.Parts.push_back({ block, particle, begin, end });
  }
}

// The order statistic at a part of the way from the smallest to the largest, between neighbours a
// straight line.
double Percentile(const std::vector<double>& sorted, double part)
{
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), sorted.size() - 1);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval IntervalOf(std::vector<double>& values, double level)
{
  values.erase(
    std::remove_if(values.begin(), values.end(), [](double value) { return std::isnan(value); }),
    values.end());
  if (values.empty())
  {
    return {};
  }
  std::sort(values.begin(), values.end());
  return { Percentile(values, 0.5 * (1.0 - level)), Percentile(values, 0.5 * (1.0 + level)) };
}

AngleHistogram HistogramOf(const std::int64_t* sums, const BootstrapColumns& columns)
{
  const auto size = [&](int column)
  { return static_cast<double>(sums[column]) / columns.SizeScale; };
  AngleHistogram histogram(columns.Bins);
  for (int bin = 0; bin < columns.Bins; ++bin)
  {
    histogram.Counts[static_cast<std::size_t>(bin)] = sums[columns.CountOf(bin)];
    histogram.Sizes[static_cast<std::size_t>(bin)] = size(columns.SizesOf(bin));
  }
  histogram.CountAcross = sums[columns.CountAcross()];
  histogram.SizesAcross = size(columns.SizesAcross());
  histogram.Signal.Number = sums[columns.SignalNumber()];
  histogram.Signal.Squares =
    static_cast<double>(sums[columns.SignalSquares()]) / columns.SquareScale;
  histogram.Signal.Sizes = size(columns.SignalSizes());
  return histogram;
}

}

template <typename T>
LargestNumbers FindLargest(
  const VectorField<T>& field, const VoxelGrid& grid, const AngleReference& reference)
{
  const NoiseShape shape(grid.Spacing, reference.Normal);
  const auto larger = [](LargestNumbers& all, const LargestNumbers& part)
  {
    all.Size = std::max(all.Size, part.Size);
    all.Square = std::max(all.Square, part.Square);
  };
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    LargestNumbers largest;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (grid.OwnsRow(row))
      {
        ForEachVector(field, grid, reference, shape, row, OwnedRange(grid),
          [&](int, float, double size, const SignalSums& signal) {
            larger(largest, { size, std::max(size * size, signal.Variances) });
          });
      }
    }
    return largest;
  };
  return ParallelReduce(std::int64_t{ 0 }, grid.NumberOfRows(), grid.RowsPerTask(65536),
    LargestNumbers(), body, larger);
}

BootstrapColumns::BootstrapColumns(int bins, std::int64_t vectors, const LargestNumbers& largest)
  : Bins(bins)
{
  // Sums stay below 2^63, also where each block counts 16 times, of which the chance is 1e-14.
  const int bits = 58 - static_cast<int>(std::ceil(std::log2(static_cast<double>(vectors) + 1.0)));
  this->SizeScale = FixedPointScale(largest.Size, bits);
  this->SquareScale = FixedPointScale(largest.Square, bits);
}

void BlockSums::Append(const BlockSums& other)
{
  const auto shift = static_cast<std::int64_t>(this->Entries.size());
  for (const Part& part : other.Parts)
  {
    this->Parts.push_back({ part.Block, part.Particle, part.Begin + shift, part.End + shift });
  }
  this->Entries.insert(this->Entries.end(), other.Entries.begin(), other.Entries.end());
}

void BlockSums::SortByParticle()
{
  std::stable_sort(this->Parts.begin(), this->Parts.end(),
    [](const Part& a, const Part& b) { return a.Particle < b.Particle; });
}

std::vector<BlockSums::Part> BlockSums::PartsOf(int particle) const
{
  const auto first = std::lower_bound(this->Parts.begin(), this->Parts.end(), particle,
    [](const Part& part, int value) { return part.Particle < value; });
  const auto last = std::upper_bound(first, this->Parts.end(), particle,
    [](int value, const Part& part) { return value < part.Particle; });
  return { first, last };
}

BlockGrid::BlockGrid(const VoxelGrid& grid, int edge)
  : Edge(edge)
{
  for (int axis = 0; axis < 3; ++axis)
  {
    const std::int64_t low = grid.Whole[2 * axis];
    this->Size[axis] = (grid.Whole[2 * axis + 1] - low) / this->Edge + 1;
    const bool empty = grid.Owned[2 * axis + 1] < grid.Owned[2 * axis];
    this->First[axis] = empty ? 0 : (grid.Owned[2 * axis] - low) / this->Edge;
    this->Count[axis] =
      empty ? 0 : (grid.Owned[2 * axis + 1] - low) / this->Edge - this->First[axis] + 1;
  }
}

std::int64_t BlockGrid::NumberOfRows() const
{
  return this->Count[0] > 0 ? this->Count[1] * this->Count[2] : 0;
}

template <typename T>
BlockSums SumBlocks(const VectorField<T>& field, const VoxelGrid& grid,
  const AngleReference& reference, const BootstrapColumns& columns, const BlockGrid& blocks,
  std::int64_t firstRow, std::int64_t lastRow)
{
  const NoiseShape shape(grid.Spacing, reference.Normal);
  // The owned voxels of block `block` along an axis.
  const auto voxels = [&](int axis, std::int64_t block)
  {
    const std::int64_t low = grid.Whole[2 * axis] + block * blocks.Edge;
    return RowRange{ static_cast<int>(std::max<std::int64_t>(low, grid.Owned[2 * axis])),
      static_cast<int>(std::min<std::int64_t>(low + blocks.Edge - 1, grid.Owned[2 * axis + 1])) +
        1 };
  };
  const auto sumBlock = [&](std::int64_t bx, std::int64_t by, std::int64_t bz,
                          std::map<int, std::vector<std::int64_t>>& sums)
  {
    const RowRange x = voxels(0, bx);
    const RowRange y = voxels(1, by);
    const RowRange z = voxels(2, bz);
    const RowRange inRow = { x.Begin - grid.Box[0], x.End - grid.Box[0] };
    for (int k = z.Begin; k < z.End; ++k)
    {
      for (int j = y.Begin; j < y.End; ++j)
      {
        const std::int64_t row = (k - grid.Box[4]) * grid.Size(1) + (j - grid.Box[2]);
        ForEachVector(field, grid, reference, shape, row, inRow,
          [&](int particle, float theta, double size, const SignalSums& signal)
          {
            std::vector<std::int64_t>& mine = sums[particle];
            mine.resize(static_cast<std::size_t>(columns.Number()), 0);
            AddVector(columns, theta, size, signal, mine);
          });
      }
    }
  };
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    BlockSums part;
    for (std::int64_t row = begin; row < end; ++row)
    {
      const std::int64_t by = blocks.First[1] + row % blocks.Count[1];
      const std::int64_t bz = blocks.First[2] + row / blocks.Count[1];
      std::map<int, std::vector<std::int64_t>> sums;
      for (std::int64_t i = 0; i < blocks.Count[0]; ++i)
      {
        const std::int64_t bx = blocks.First[0] + i;
        sumBlock(bx, by, bz, sums);
        for (auto& entry : sums)
        {
          AppendPart(blocks.Index(bx, by, bz), entry.first, entry.second, part);
        }
      }
    }
    return part;
  };
  const auto append = [](BlockSums& all, const BlockSums& part) { all.Append(part); };
  return ParallelReduce(firstRow, lastRow, 1, BlockSums(), body, append);
}

int PoissonWeight(std::uint64_t seed, int replicate, std::int64_t block)
{
  const std::uint64_t key = HashCounter(seed, static_cast<std::uint64_t>(replicate));
  double rest = UniformAt(key, static_cast<std::uint64_t>(block)) - 0.36787944117144233;
  double probability = 0.36787944117144233; // 1/e
  int weight = 0;
  while (rest > 0.0 && weight < 16)
  {
    ++weight;
    probability /= weight;
    rest -= probability;
  }
  return weight;
}

void Resample(const BlockSums& sums, const std::vector<BlockSums::Part>& parts,
  const BootstrapColumns& columns, std::uint64_t seed, int firstReplicate, int lastReplicate,
  std::vector<std::int64_t>& replicates)
{
  const auto width = static_cast<std::size_t>(columns.Number());
  ParallelFor(firstReplicate, lastReplicate, ReplicatesPerTask,
    [&](std::int64_t first, std::int64_t last)
    {
      for (const BlockSums::Part& part : parts)
      {
        for (std::int64_t replicate = first; replicate < last; ++replicate)
        {
          const int weight = PoissonWeight(seed, static_cast<int>(replicate), part.Block);
          std::int64_t* sum = replicates.data() + static_cast<std::size_t>(replicate) * width;
          for (std::int64_t i = part.Begin; weight > 0 && i < part.End; ++i)
          {
            const BlockSums::Entry& entry = sums.Entries[static_cast<std::size_t>(i)];
            sum[entry.Column] += weight * entry.Value;
          }
        }
      }
    });
}

AngleBand MakeBand(const std::vector<std::int64_t>& replicates, std::int64_t blocks,
  const BootstrapColumns& columns, const BootstrapChoice& choice, bool plane)
{
  const auto bins = static_cast<std::size_t>(columns.Bins);
  AngleBand band;
  band.Blocks = blocks;
  band.Densities.resize(bins);
  band.WeightedDensities.resize(bins);
  if (blocks < 2)
  {
    return band;
  }
  // Values of each statistic over the replicates.
  std::vector<std::vector<double>> densities(bins);
  std::vector<std::vector<double>> weighted(bins);
  std::vector<double> others[5];
  for (std::size_t first = 0; first < replicates.size();
       first += static_cast<std::size_t>(columns.Number()))
  {
    const AngleHistogram histogram = HistogramOf(replicates.data() + first, columns);
    const std::vector<double> plain = histogram.Densities();
    const std::vector<double> bySize = histogram.WeightedDensities();
    for (std::size_t bin = 0; bin < bins; ++bin)
    {
      densities[bin].push_back(plain[bin]);
      weighted[bin].push_back(bySize[bin]);
    }
    const AngleSummary summary = Summarize(histogram, plane);
    const SignalSums& signal = histogram.Signal;
    others[0].push_back(summary.MeanSize);
    others[1].push_back(summary.AcrossOverRandom);
    others[2].push_back(summary.WeightedAcrossOverRandom);
    others[3].push_back(
      signal.Number > 0 ? std::sqrt(std::fmax(0.0, signal.MeanSquareWithoutNoise())) : NAN);
    others[4].push_back(signal.Number > 0 ? signal.MeanWithoutNoise() : NAN);
  }
  for (std::size_t bin = 0; bin < bins; ++bin)
  {
    band.Densities[bin] = IntervalOf(densities[bin], choice.Level);
    band.WeightedDensities[bin] = IntervalOf(weighted[bin], choice.Level);
  }
  band.MeanSize = IntervalOf(others[0], choice.Level);
  band.AcrossOverRandom = IntervalOf(others[1], choice.Level);
  band.WeightedAcrossOverRandom = IntervalOf(others[2], choice.Level);
  band.RootMeanSquareWithoutNoise = IntervalOf(others[3], choice.Level);
  band.MeanWithoutNoise = IntervalOf(others[4], choice.Level);
  return band;
}

template LargestNumbers FindLargest(
  const VectorField<float>&, const VoxelGrid&, const AngleReference&);
template LargestNumbers FindLargest(
  const VectorField<double>&, const VoxelGrid&, const AngleReference&);
template BlockSums SumBlocks(const VectorField<float>&, const VoxelGrid&, const AngleReference&,
  const BootstrapColumns&, const BlockGrid&, std::int64_t, std::int64_t);
template BlockSums SumBlocks(const VectorField<double>&, const VoxelGrid&, const AngleReference&,
  const BootstrapColumns&, const BlockGrid&, std::int64_t, std::int64_t);

}
