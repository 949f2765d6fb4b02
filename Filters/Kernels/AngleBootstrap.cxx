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
    add(columns.Count(), 1);
    add(columns.Sizes(), whole);
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

Interval IntervalOf(
  const std::int64_t* replicates, const BootstrapChoice& choice, const BandStatistic& statistic)
{
  const auto column = [&](int index)
  { return replicates + static_cast<std::int64_t>(index) * choice.Samples; };
  const std::int64_t* parts = column(statistic.Part);
  const std::int64_t* wholes = column(statistic.Whole);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(choice.Samples));
  for (int replicate = 0; replicate < choice.Samples; ++replicate)
  {
    if (wholes[replicate] > 0)
    {
      values.push_back(statistic.Factor * static_cast<double>(parts[replicate]) /
        static_cast<double>(wholes[replicate]));
    }
  }
  if (values.empty())
  {
    return {};
  }
  std::sort(values.begin(), values.end());
  const auto end = [&](double part)
  {
    const double value = Percentile(values, part);
    return statistic.Root ? std::sqrt(std::fmax(0.0, value)) : value;
  };
  return { end(0.5 * (1.0 - choice.Level)), end(0.5 * (1.0 + choice.Level)) };
}

}

template <typename T>
LargestNumbers FindLargest(const VectorField<T>& field, const VoxelGrid& grid,
  const AngleReference& reference, std::int64_t firstRow, std::int64_t lastRow)
{
  const NoiseShape shape(grid.Spacing, reference.Normal);
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    LargestNumbers largest;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (grid.OwnsRow(row))
      {
        ForEachVector(field, grid, reference, shape, row, OwnedRange(grid),
          [&](int, float, double size, const SignalSums& signal) {
            largest.Add({ size, std::max(size * size, signal.Variances) });
          });
      }
    }
    return largest;
  };
  const auto merge = [](LargestNumbers& all, const LargestNumbers& part) { all.Add(part); };
  return ParallelReduce(firstRow, lastRow, grid.RowsPerTask(65536), LargestNumbers(), body, merge);
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

std::vector<std::int64_t> BlockSums::BlocksWith(const std::vector<Part>& parts, int column) const
{
  const auto hasColumn = [&](const Part& part)
  {
    return std::any_of(this->Entries.begin() + part.Begin, this->Entries.begin() + part.End,
      [&](const Entry& entry) { return entry.Column == column; });
  };
  std::vector<std::int64_t> blocks;
  for (const Part& part : parts)
  {
    if (hasColumn(part))
    {
      blocks.push_back(part.Block);
    }
  }
  return blocks;
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
  const BootstrapChoice& choice, int first, int last, std::vector<std::int64_t>& replicates)
{
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    const auto count = static_cast<int>(end - begin);
    int weights[ReplicatesPerTask];
    for (const BlockSums::Part& part : parts)
    {
      for (int k = 0; k < count; ++k)
      {
        weights[k] = PoissonWeight(choice.Seed, static_cast<int>(begin) + k, part.Block);
      }
      for (std::int64_t i = part.Begin; i < part.End; ++i)
      {
        const BlockSums::Entry& entry = sums.Entries[static_cast<std::size_t>(i)];
        std::int64_t* sum =
          replicates.data() + static_cast<std::int64_t>(entry.Column) * choice.Samples + begin;
        for (int k = 0; k < count; ++k)
        {
          sum[k] += weights[k] * entry.Value;
        }
      }
    }
  };
  ParallelFor(first, last, ReplicatesPerTask, body);
}

std::vector<BandStatistic> StatisticsOf(
  const BootstrapColumns& columns, bool plane, AngleBand& band)
{
  const BootstrapColumns& c = columns;
  std::vector<BandStatistic> statistics;
  if (band.Blocks > 1)
  {
    const double perDegree = c.Bins / 180.0;
    for (int bin = 0; bin < c.Bins; ++bin)
    {
      const auto i = static_cast<std::size_t>(bin);
      statistics.push_back({ c.CountOf(bin), c.Count(), perDegree, &band.Densities[i] });
      statistics.push_back({ c.SizesOf(bin), c.Sizes(), perDegree, &band.WeightedDensities[i] });
    }
    const double perRandom = 1.0 / RandomAcross(plane);
    statistics.push_back({ c.Sizes(), c.Count(), 1.0 / c.SizeScale, &band.MeanSize });
    statistics.push_back({ c.CountAcross(), c.Count(), perRandom, &band.AcrossOverRandom });
    statistics.push_back({ c.SizesAcross(), c.Sizes(), perRandom, &band.WeightedAcrossOverRandom });
  }
  if (band.SignalBlocks > 1)
  {
    statistics.push_back({ c.SignalSquares(), c.SignalNumber(), 1.0 / c.SquareScale,
      &band.RootMeanSquareWithoutNoise, true });
    statistics.push_back(
      { c.SignalSizes(), c.SignalNumber(), 1.0 / c.SizeScale, &band.MeanWithoutNoise });
  }
  return statistics;
}

void FindIntervals(const std::vector<std::int64_t>& replicates, const BootstrapChoice& choice,
  const std::vector<BandStatistic>& statistics, std::int64_t first, std::int64_t last)
{
  ParallelFor(first, last, 1,
    [&](std::int64_t begin, std::int64_t end)
    {
      for (std::int64_t i = begin; i < end; ++i)
      {
        const BandStatistic& statistic = statistics[static_cast<std::size_t>(i)];
        *statistic.Band = IntervalOf(replicates.data(), choice, statistic);
      }
    });
}

template LargestNumbers FindLargest(
  const VectorField<float>&, const VoxelGrid&, const AngleReference&, std::int64_t, std::int64_t);
template LargestNumbers FindLargest(
  const VectorField<double>&, const VoxelGrid&, const AngleReference&, std::int64_t, std::int64_t);
template BlockSums SumBlocks(const VectorField<float>&, const VoxelGrid&, const AngleReference&,
  const BootstrapColumns&, const BlockGrid&, std::int64_t, std::int64_t);
template BlockSums SumBlocks(const VectorField<double>&, const VoxelGrid&, const AngleReference&,
  const BootstrapColumns&, const BlockGrid&, std::int64_t, std::int64_t);

}
