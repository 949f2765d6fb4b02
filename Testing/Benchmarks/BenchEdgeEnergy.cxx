// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * The fused pass from a raw stack to edge energies with jump and validity, and linear combination
 * fits of normalised and raw stacks, beside the speed at which the same threads read the same
 * memory. Every repetition times both, one right after the
 * other, so that the ratio holds on a machine whose speed drifts.
 *
 *   BenchEdgeEnergy [--benchmark_repetitions=5]
 *
 * voxels/s: of the pass; ceiling: voxels/s at which the stack is read; ratio: pass over ceiling.
 */
#include "LinearCombination.h"
#include "Parallel.h"
#include "SpectrumKernels.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

namespace
{

constexpr std::int64_t Voxels = 1 << 22;
constexpr std::int64_t Grain = 4096;

double Now()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A Ni K scan: 10 energies before the edge, the middle at the edge, 10 behind.
std::vector<double> MakeEnergies(int count)
{
  std::vector<double> energies;
  for (int k = 0; k < 10; ++k)
  {
    energies.push_back(8150.0 + 16.0 * k);
  }
  const int middle = count - 20;
  for (int k = 0; k < middle; ++k)
  {
    energies.push_back(8320.0 + 60.0 * k / middle);
  }
  for (int k = 0; k < 10; ++k)
  {
    energies.push_back(8390.0 + 20.0 * k);
  }
  return energies;
}

struct Stack
{
  std::vector<double> Energies;
  std::vector<float> Spectra;
};

// Noisy edges with a white line, in every voxel.
const Stack& TheStack(int energies)
{
  static Stack stack;
  if (static_cast<int>(stack.Energies.size()) == energies)
  {
    return stack;
  }
  stack.Energies = MakeEnergies(energies);
  stack.Spectra.resize(static_cast<std::size_t>(Voxels * energies));
  paraxanes::ParallelFor(0, Voxels, Grain,
    [&](std::int64_t first, std::int64_t last)
    {
      std::vector<float> shape(stack.Energies.size() * 16);
      for (std::size_t i = 0; i < 16; ++i)
      {
        for (std::size_t k = 0; k < stack.Energies.size(); ++k)
        {
          const double x = stack.Energies[k] - 8343.0 - 0.1 * static_cast<double>(i);
          shape[i * stack.Energies.size() + k] = static_cast<float>(0.35 +
            0.7 * (0.5 + std::atan(x / 1.5) / 3.14159) + 0.4 * std::exp(-(x - 6) * (x - 6) / 18));
        }
      }
      std::uint32_t random = static_cast<std::uint32_t>(first) * 2654435761u + 1u;
      for (std::int64_t v = first; v < last; ++v)
      {
        float* spectrum = &stack.Spectra[static_cast<std::size_t>(v) * stack.Energies.size()];
        const float* from = &shape[static_cast<std::size_t>(v % 16) * stack.Energies.size()];
        for (std::size_t k = 0; k < stack.Energies.size(); ++k)
        {
          random = random * 1664525u + 1013904223u;
          spectrum[k] = from[k] + 0.05f * (static_cast<float>(random >> 8) / 16777216.0f - 0.5f);
        }
      }
    });
  return stack;
}

// Sixteen sums side by side, so that nothing but the memory limits it.
double ReadAll(const std::vector<float>& values)
{
  const auto count = static_cast<std::int64_t>(values.size());
  return paraxanes::ParallelReduce(
    0, count / 64, 4096, 0.0,
    [&](std::int64_t first, std::int64_t last)
    {
      std::uint64_t sums[8] = {};
      const auto* words = reinterpret_cast<const std::uint64_t*>(values.data()) + first * 32;
      for (std::int64_t i = 0; i < (last - first) * 4; ++i, words += 8)
      {
        for (int j = 0; j < 8; ++j)
        {
          sums[j] ^= words[j];
        }
      }
      std::uint64_t all = 0;
      for (const std::uint64_t sum : sums)
      {
        all ^= sum;
      }
      return static_cast<double>(all & 1u);
    },
    [](double& a, double b) { a += b; });
}

// Times the pass and, right before it, the reading.
template <typename Pass>
void Time(benchmark::State& state, const Stack& stack, Pass pass)
{
  pass(); // touches the maps

  double reading = 0.0;
  double passing = 0.0;
  for (auto _ : state)
  {
    const double start = Now();
    benchmark::DoNotOptimize(ReadAll(stack.Spectra));
    const double middle = Now();
    pass();
    const double end = Now();
    reading += middle - start;
    passing += end - middle;
    state.SetIterationTime(end - middle);
  }
  const double voxels = static_cast<double>(Voxels) * static_cast<double>(state.iterations());
  state.counters["voxels/s"] = voxels / passing;
  state.counters["ceiling"] = voxels / reading;
  state.counters["GB/s"] = voxels * static_cast<double>(stack.Energies.size()) * 4e-9 / passing;
  state.counters["ratio"] = reading / passing;
}

paraxanes::NormalizationSettings SettingsFor(const Stack& stack, std::int64_t mode)
{
  const double e0 = 8333.0;
  const paraxanes::EnergyRanges ranges =
    paraxanes::DefaultRanges(e0, stack.Energies.front(), stack.Energies.back());
  paraxanes::NormalizationSettings settings;
  settings.Mode = static_cast<paraxanes::NormalizationMode>(mode);
  settings.E0 = e0;
  settings.PreEdge = ranges.PreEdge;
  settings.PostEdge = ranges.PostEdge;
  return settings;
}

void RawStackToEdgeEnergies(benchmark::State& state)
{
  paraxanes::SetNumberOfThreads(static_cast<int>(state.range(1)));
  const Stack& stack = TheStack(static_cast<int>(state.range(0)));
  const auto energies = static_cast<std::int64_t>(stack.Energies.size());

  const paraxanes::NormalizationSettings settings = SettingsFor(stack, state.range(2));
  const paraxanes::Normalization normalization(stack.Energies, settings);
  paraxanes::LevelCrossing crossing;
  crossing.Window =
    paraxanes::DefaultRanges(settings.E0, stack.Energies.front(), stack.Energies.back()).Window;
  const paraxanes::EdgeFinder finder(stack.Energies, crossing);

  std::vector<double> edge(Voxels);
  std::vector<float> jump(Voxels);
  std::vector<std::uint8_t> validity(Voxels);
  const auto pass = [&]
  {
    paraxanes::ParallelFor(0, Voxels, Grain,
      [&](std::int64_t first, std::int64_t last)
      {
        paraxanes::SpectrumMaps maps;
        maps.EdgeEnergy = edge.data() + first;
        maps.EdgeJump = jump.data() + first;
        maps.Validity = validity.data() + first;
        paraxanes::FindEdges(normalization, {}, finder, stack.Spectra.data() + first * energies,
          last - first, nullptr, maps);
      });
  };
  Time(state, stack, pass);
}

void StackToFractions(benchmark::State& state)
{
  paraxanes::SetNumberOfThreads(static_cast<int>(state.range(1)));
  const Stack& stack = TheStack(static_cast<int>(state.range(0)));
  const auto energies = static_cast<std::int64_t>(stack.Energies.size());
  const auto count = static_cast<std::size_t>(state.range(2));
  const auto constraint = static_cast<paraxanes::FractionConstraint>(state.range(3));
  const bool raw = state.range(4) != 0;
  const paraxanes::Normalization normalization(stack.Energies, SettingsFor(stack, 0));

  // Edges that differ; the voxels lie between the first and the last.
  std::vector<std::vector<double>> references(count);
  for (std::size_t i = 0; i < count; ++i)
  {
    for (const double energy : stack.Energies)
    {
      const double x = energy - 8343.0 - 1.6 * static_cast<double>(i) / static_cast<double>(count);
      const double width = 1.5 + 0.5 * static_cast<double>(i);
      references[i].push_back(
        0.5 + std::atan(x / width) / 3.14159 + 0.57 * std::exp(-(x - 6) * (x - 6) / 18));
    }
  }
  const paraxanes::LinearCombination combination(references,
    paraxanes::SamplesIn(stack.Energies, { 8313.0, 8363.0 }), constraint, &normalization);

  std::vector<std::vector<float>> values(2 * count + 1, std::vector<float>(Voxels));
  std::vector<std::uint8_t> validity(Voxels);
  paraxanes::CombinationMaps maps;
  for (std::size_t i = 0; i < count; ++i)
  {
    maps.Fractions[i] = values[2 * i].data();
    maps.Errors[i] = values[2 * i + 1].data();
  }
  maps.RFactor = values.back().data();
  maps.Validity = validity.data();
  Time(state, stack,
    [&]
    {
      paraxanes::ParallelFor(0, Voxels, Grain,
        [&](std::int64_t first, std::int64_t last)
        {
          const float* spectra = stack.Spectra.data() + first * energies;
          const paraxanes::CombinationMaps here = maps.From(first);
          raw ? paraxanes::FitCombinationsOfRaw(
                  normalization, {}, combination, spectra, last - first, nullptr, here)
              : paraxanes::FitCombinations(
                  combination, spectra, last - first, nullptr, nullptr, here);
        });
    });
}

BENCHMARK(RawStackToEdgeEnergies)
  ->ArgNames({ "energies", "threads", "mode" })
  ->Args({ 60, 1, 0 })
  ->Args({ 40, 2, 0 })
  ->Args({ 60, 2, 0 })
  ->Args({ 120, 2, 0 })
  ->Args({ 60, 2, 1 })
  ->UseManualTime()
  ->Unit(benchmark::kMillisecond)
  ->MinTime(1.0);

// constraint: 0 none, 1 not negative, 3 also summing to 1.
BENCHMARK(StackToFractions)
  ->ArgNames({ "energies", "threads", "references", "constraint", "raw" })
  ->Args({ 60, 1, 2, 0, 0 })
  ->Args({ 60, 2, 2, 0, 0 })
  ->Args({ 60, 2, 3, 0, 0 })
  ->Args({ 60, 2, 4, 0, 0 })
  ->Args({ 60, 2, 2, 3, 0 })
  ->Args({ 60, 2, 3, 1, 0 })
  ->Args({ 60, 2, 8, 1, 0 })
  ->Args({ 60, 2, 8, 3, 0 })
  ->Args({ 60, 2, 2, 0, 1 })
  ->Args({ 60, 2, 3, 3, 1 })
  ->UseManualTime()
  ->Unit(benchmark::kMillisecond)
  ->MinTime(1.0);

}

BENCHMARK_MAIN();
