// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Blocks and gradients of a float64 map of 128^3 voxels with codes, on 1 and 2 threads; items are
// voxels of the input.
#include "BlockMean.h"
#include "CentralDifference.h"
#include "Parallel.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <limits>
#include <vector>

namespace
{

constexpr std::int64_t N = 128;
constexpr std::int64_t Voxels = N * N * N;

// A ball of valid voxels in air.
struct Map
{
  std::vector<double> Energy;
  std::vector<unsigned char> Codes;

  Map()
    : Energy(Voxels, std::numeric_limits<double>::quiet_NaN())
    , Codes(Voxels, 3)
  {
    for (std::int64_t i = 0; i < Voxels; ++i)
    {
      const double x = i % N - 64.0;
      const double y = i / N % N - 64.0;
      const double z = i / N / N - 64.0;
      const auto v = static_cast<std::size_t>(i);
      if (x * x + y * y + z * z < 60.0 * 60.0)
      {
        this->Energy[v] = 8344.0 + 0.01 * static_cast<double>(i * 7919 % 101);
        this->Codes[v] = 0;
      }
    }
  }
};

const Map& TheMap()
{
  static const Map map;
  return map;
}

// All that Voxel Bin does for one map: mask, counts, codes, centroids, means.
void Bin(benchmark::State& state)
{
  const Map& map = TheMap();
  const int n = static_cast<int>(state.range(0));
  paraxanes::SetNumberOfThreads(static_cast<int>(state.range(1)));
  const paraxanes::BlockGrid grid = { { N, N, N }, { 0, 0, 0 }, { n, n, n },
    { N / n, N / n, N / n } };
  const auto blocks = static_cast<std::size_t>(grid.NumberOfBlocks());
  const std::int64_t required = paraxanes::RequiredVoxels(0.75, grid.VoxelsPerBlock());
  std::vector<unsigned char> mask(Voxels), codes(blocks);
  std::vector<std::uint32_t> counts(blocks);
  std::vector<double> means(blocks), centroids(3 * blocks);
  for (auto _ : state)
  {
    paraxanes::ParallelFor(0, grid.Blocks[2], 1,
      [&](std::int64_t begin, std::int64_t end)
      {
        for (std::int64_t z = begin; z < end; ++z)
        {
          const paraxanes::BlockGrid part = grid.OfRows(z, 0, grid.Blocks[1]);
          const std::int64_t first = z * part.NumberOfBlocks();
          std::uint32_t* count = counts.data() + first;
          paraxanes::MaskAll(part, mask.data());
          paraxanes::MaskCodes(part, map.Codes.data(), mask.data());
          paraxanes::MaskFinite(part, map.Energy.data(), 1, mask.data());
          paraxanes::CountBlocks(part, mask.data(), count);
          paraxanes::BlockCodes(part, count, required, map.Codes.data(), codes.data() + first);
          paraxanes::BlockCentroids(part, mask.data(), count,
            { { 0, 0, 0 }, { 0, 0, 0 }, { 0.03, 0.03, 0.03 } }, centroids.data() + 3 * first);
          paraxanes::BlockMeans(
            part, mask.data(), count, required, map.Energy.data(), 1, means.data() + first);
        }
      });
    benchmark::DoNotOptimize(means.data());
  }
  state.SetItemsProcessed(state.iterations() * Voxels);
  paraxanes::SetNumberOfThreads(0);
}

void Gradient(benchmark::State& state)
{
  const Map& map = TheMap();
  paraxanes::SetNumberOfThreads(static_cast<int>(state.range(0)));
  const paraxanes::DifferenceGrid grid = { { N, N, N }, { 0, 0, 0 }, { N, N, N },
    { 0.03, 0.03, 0.03 }, { true, true, true } };
  std::vector<float> gradient(3 * Voxels), magnitude(Voxels);
  for (auto _ : state)
  {
    paraxanes::CentralDifferences(grid, paraxanes::Neighbors::Strict, map.Energy.data(),
      map.Codes.data(), gradient.data(), magnitude.data());
    benchmark::DoNotOptimize(gradient.data());
  }
  state.SetItemsProcessed(state.iterations() * Voxels);
  paraxanes::SetNumberOfThreads(0);
}

BENCHMARK(Bin)
  ->ArgsProduct({ { 1, 2, 3 }, { 1, 2 } })
  ->ArgNames({ "block", "threads" })
  ->UseRealTime();
BENCHMARK(Gradient)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();

}

BENCHMARK_MAIN();
