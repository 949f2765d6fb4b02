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
    std::fill(mask.begin(), mask.end(), 1);
    paraxanes::MaskCodes(map.Codes.data(), Voxels, mask.data());
    paraxanes::MaskFinite(map.Energy.data(), Voxels, 1, mask.data());
    paraxanes::CountBlocks(grid, mask.data(), counts.data());
    paraxanes::BlockCodes(grid, counts.data(), required, map.Codes.data(), codes.data());
    paraxanes::BlockCentroids(
      grid, mask.data(), { { 0, 0, 0 }, { 0, 0, 0 }, { 0.03, 0.03, 0.03 } }, centroids.data());
    paraxanes::BlockMeans(
      grid, mask.data(), counts.data(), required, map.Energy.data(), 1, means.data());
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
