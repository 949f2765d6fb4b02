// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CounterNoise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace
{

constexpr std::uint64_t Seed = 7;

double Mean(const std::vector<double>& x)
{
  double sum = 0.0;
  for (const double v : x)
  {
    sum += v;
  }
  return sum / static_cast<double>(x.size());
}

double MeanProduct(const std::vector<double>& x, const std::vector<double>& y)
{
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    sum += x[i] * y[i];
  }
  return sum / static_cast<double>(x.size());
}

// The normal numbers of 61 samples of many voxels, voxel by voxel.
std::vector<double> Normals(int voxels, std::uint64_t seed)
{
  std::vector<double> all;
  std::vector<float> normals(61);
  for (int voxel = 0; voxel < voxels; ++voxel)
  {
    paraxanes::CounterNormals(seed, static_cast<std::uint64_t>(voxel), 0, 61, normals.data());
    all.insert(all.end(), normals.begin(), normals.end());
  }
  return all;
}

// Moments of a standard normal distribution, within 5 of their own standard deviations.
void ExpectNormal(const std::vector<double>& x)
{
  const double n = static_cast<double>(x.size());
  double second = 0.0;
  double third = 0.0;
  double fourth = 0.0;
  double outside = 0.0;
  for (const double v : x)
  {
    second += v * v / n;
    third += v * v * v / n;
    fourth += v * v * v * v / n;
    outside += std::abs(v) > 3.0 ? 1.0 / n : 0.0;
  }
  EXPECT_NEAR(Mean(x), 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(second, 1.0, 5.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(third, 0.0, 5.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(fourth, 3.0, 5.0 * std::sqrt(96.0 / n));
  EXPECT_NEAR(outside, 0.0026998, 5.0 * std::sqrt(0.0027 / n));
}

TEST(CounterNoise, SamplesAreNormal)
{
  ExpectNormal(Normals(20000, Seed));
}

TEST(CounterNoise, SingleNumbersAreNormal)
{
  std::vector<double> x;
  for (std::uint64_t i = 0; i < 400000; ++i)
  {
    x.push_back(paraxanes::NormalAt(Seed, i));
  }
  ExpectNormal(x);
}

TEST(CounterNoise, UniformNumbersAreUniform)
{
  std::vector<int> bins(20, 0);
  constexpr int N = 200000;
  for (std::uint64_t i = 0; i < N; ++i)
  {
    const double u = paraxanes::UniformAt(Seed, i);
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    ++bins[static_cast<std::size_t>(20.0 * u)];
  }
  double chi2 = 0.0;
  for (const int count : bins)
  {
    chi2 += (count - N / 20.0) * (count - N / 20.0) / (N / 20.0);
  }
  EXPECT_LT(chi2, 50.0); // 19 degrees of freedom
}

TEST(CounterNoise, NeighboursAreIndependent)
{
  const std::vector<double> x = Normals(20000, Seed);
  const double limit = 5.0 / std::sqrt(static_cast<double>(x.size()));
  // The two numbers of a pair, the next pair, the same sample of the next voxel, a row further.
  for (const std::size_t lag : { 1U, 2U, 3U, 61U, 122U, 61U * 128U })
  {
    std::vector<double> a(x.begin(), x.end() - static_cast<std::ptrdiff_t>(lag));
    std::vector<double> b(x.begin() + static_cast<std::ptrdiff_t>(lag), x.end());
    EXPECT_NEAR(MeanProduct(a, b), 0.0, limit) << "lag " << lag;
    for (double& v : a)
    {
      v *= v;
    }
    for (double& v : b)
    {
      v *= v;
    }
    EXPECT_NEAR(MeanProduct(a, b) - Mean(a) * Mean(b), 0.0, 2.0 * limit) << "lag " << lag;
  }
  EXPECT_NEAR(MeanProduct(x, Normals(20000, Seed + 1)), 0.0, limit);
}

TEST(CounterNoise, AnyRangeOfSamplesGivesTheSameNumbers)
{
  constexpr int N = 203;
  std::vector<float> all(N);
  paraxanes::CounterNormals(Seed, 12345, 0, N, all.data());
  for (int first = 0; first < N; first += 7)
  {
    for (int last = first + 1; last <= N; last += 13)
    {
      std::vector<float> part(static_cast<std::size_t>(last - first));
      paraxanes::CounterNormals(Seed, 12345, first, last, part.data());
      for (int k = first; k < last; ++k)
      {
        ASSERT_EQ(part[static_cast<std::size_t>(k - first)], all[static_cast<std::size_t>(k)]);
      }
    }
  }
}

TEST(CounterNoise, GaussianNoiseHasItsStandardDeviation)
{
  std::vector<float> normals(150);
  std::vector<float> samples(150, 2.0F);
  paraxanes::CounterNormals(Seed, 3, 0, 150, normals.data());
  paraxanes::AddGaussianNoise(Seed, 3, 0, 150, 0.25, samples.data());
  for (std::size_t k = 0; k < samples.size(); ++k)
  {
    EXPECT_FLOAT_EQ(samples[k], 2.0F + 0.25F * normals[k]);
  }
}

// Mean and variance of the counts equal their expectation, for few counts and for many.
TEST(CounterNoise, CountsArePoissonDistributed)
{
  for (const double mean : { 0.5, 3.0, 9.0, 12.0, 60.0, 500.0 })
  {
    constexpr int Voxels = 4000;
    constexpr int Samples = 50;
    constexpr double Counts = 1000.0;
    const auto absorbance = static_cast<float>(-std::log(mean / Counts));
    std::vector<double> counts;
    for (std::uint64_t voxel = 0; voxel < Voxels; ++voxel)
    {
      std::vector<float> samples(Samples, absorbance);
      paraxanes::AddCountingNoise(Seed, voxel, 0, Samples, Counts, samples.data());
      for (const float sample : samples)
      {
        const double n = Counts * std::exp(-static_cast<double>(sample));
        counts.push_back(n < 0.75 ? 0.0 : n); // half a count stands for none
        ASSERT_NEAR(counts.back(), std::round(counts.back()), 1e-3);
      }
    }
    const double n = static_cast<double>(counts.size());
    const double average = Mean(counts);
    const double variance = MeanProduct(counts, counts) - average * average;
    EXPECT_NEAR(average, mean, 5.0 * std::sqrt(mean / n));
    EXPECT_NEAR(variance, mean, 0.02 * mean + 5.0 * mean * std::sqrt(2.0 / n));
  }
}

TEST(CounterNoise, CountsForANoiseGiveThatNoise)
{
  const double counts = paraxanes::CountsForNoise(0.02, 0.5);
  EXPECT_NEAR(paraxanes::CountingNoise(counts, 0.5), 0.02, 1e-12);
  std::vector<double> absorbances;
  for (std::uint64_t voxel = 0; voxel < 2000; ++voxel)
  {
    std::vector<float> samples(50, 0.5F);
    paraxanes::AddCountingNoise(Seed, voxel, 0, 50, counts, samples.data());
    absorbances.insert(absorbances.end(), samples.begin(), samples.end());
  }
  const double average = Mean(absorbances);
  EXPECT_NEAR(
    std::sqrt(MeanProduct(absorbances, absorbances) - average * average), 0.02, 0.02 * 0.02);
}

}
