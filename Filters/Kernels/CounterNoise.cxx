// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CounterNoise.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// This file is compiled without contraction to fused multiply-adds, so that the numbers are the
// same on every machine and for every vector width.

namespace paraxanes
{
namespace
{

constexpr double TwoPi = 6.28318530717958647692;
constexpr int Pairs = 32; // of normal numbers in one go

float AsFloat(std::uint32_t bits)
{
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

std::uint32_t AsBits(float value)
{
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// C. Wellons' "lowbias32": 32-bit operations only, which vectorise everywhere.
std::uint32_t Mix(std::uint32_t x)
{
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

// Natural logarithm of a normal number in (0, 1], to float accuracy (Cephes logf).
float Log(float x)
{
  const std::uint32_t bits = AsBits(x);
  // Mantissa in [sqrt(1/2), sqrt(2)).
  const std::uint32_t shifted = bits - 0x3f3504f3U;
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float m = AsFloat((shifted & 0x007fffffU) + 0x3f3504f3U) - 1.0F;
  float p = 7.0376836292e-2F;
  p = p * m - 1.1514610310e-1F;
  p = p * m + 1.1676998740e-1F;
  p = p * m - 1.2420140846e-1F;
  p = p * m + 1.4249322787e-1F;
  p = p * m - 1.6668057665e-1F;
  p = p * m + 2.0000714765e-1F;
  p = p * m - 2.4999993993e-1F;
  p = p * m + 3.3333331174e-1F;
  const float square = m * m;
  return m + (square * m * p - 0.5F * square) + exponent * 0.693147181F;
}

// Pairs of independent normal numbers from the hashes of their number (Box and Muller).
PARAXANES_MULTIVERSION
void NormalPairs(
  std::uint32_t key0, std::uint32_t key1, std::uint32_t firstPair, int count, float* normals)
{
  for (int i = 0; i < count; ++i)
  {
    const std::uint32_t step = (firstPair + static_cast<std::uint32_t>(i)) * 0x9e3779b9U;
    const std::uint32_t a = Mix(key0 + step);
    const std::uint32_t b = Mix(key1 + step);

    // 23 bits, the middle of their interval: exact in a float, never 0.
    const float u = (static_cast<float>(static_cast<std::int32_t>(a >> 9)) + 0.5F) * 0x1p-23F;
    const float radius = std::sqrt(-2.0F * Log(u));

    // Angle in [-pi/4, pi/4), then one of four quadrants by the two upper bits.
    const float x =
      static_cast<float>(static_cast<std::int32_t>((b << 2) >> 9) - (1 << 22)) * 1.87253514e-7F;
    const float y = x * x;
    const float sine =
      x + x * y * (-1.6666654611e-1F + y * (8.3321608736e-3F - y * 1.9515295891e-4F));
    const float cosine = 1.0F - 0.5F * y +
      y * y * (4.166664568298827e-2F + y * (-1.388731625493765e-3F + y * 2.443315711809948e-5F));
    // A multiple of 90 degrees: swapped (bit 30), the signs from bit 31.
    const std::uint32_t swap = 0U - ((b >> 30) & 1U);
    const std::uint32_t sign = b & 0x80000000U;
    const std::uint32_t s = AsBits(sine);
    const std::uint32_t c = AsBits(cosine);
    normals[2 * i] = radius * AsFloat(((c & ~swap) | (s & swap)) ^ sign);
    normals[2 * i + 1] =
      radius * AsFloat(((s & ~swap) | ((c & swap) ^ (swap & 0x80000000U))) ^ sign);
  }
}

double PoissonFromNormal(double mean, double z)
{
  // Cornish-Fisher expansion of the quantile; exact to a fraction of a count above a mean of 10.
  if (mean > 10.0)
  {
    return std::floor(mean + std::sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5);
  }
  const double quantile = 0.5 * std::erfc(-z / std::sqrt(2.0));
  double probability = std::exp(-mean);
  double sum = probability;
  int n = 0;
  while (sum < quantile && n < 100)
  {
    ++n;
    probability *= mean / n;
    sum += probability;
  }
  return n;
}

}

std::uint64_t HashCounter(std::uint64_t seed, std::uint64_t counter)
{
  const auto mix = [](std::uint64_t x)
  {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  };
  return mix(mix(seed + 0x9e3779b97f4a7c15ULL) + (counter + 1) * 0x9e3779b97f4a7c15ULL);
}

double UniformAt(std::uint64_t seed, std::uint64_t counter)
{
  return (static_cast<double>(HashCounter(seed, counter) >> 12) + 0.5) * 0x1p-52;
}

double NormalAt(std::uint64_t seed, std::uint64_t counter)
{
  const double radius = std::sqrt(-2.0 * std::log(UniformAt(seed, 2 * counter)));
  return radius * std::cos(TwoPi * UniformAt(seed, 2 * counter + 1));
}

void CounterNormals(std::uint64_t seed, std::uint64_t voxel, int first, int last, float* normals)
{
  const std::uint64_t key = HashCounter(seed, voxel);
  const auto key0 = static_cast<std::uint32_t>(key);
  const auto key1 = static_cast<std::uint32_t>(key >> 32);
  float block[2 * Pairs];
  for (int pair = first / 2; 2 * pair < last; pair += Pairs)
  {
    const int count = std::min(Pairs, (last + 1) / 2 - pair);
    NormalPairs(key0, key1, static_cast<std::uint32_t>(pair), count, block);
    const int begin = std::max(first, 2 * pair);
    const int end = std::min(last, 2 * (pair + count));
    std::copy(block + begin - 2 * pair, block + end - 2 * pair, normals + begin - first);
  }
}

void AddGaussianNoise(std::uint64_t seed, std::uint64_t voxel, int first, int last,
  double standardDeviation, float* samples)
{
  constexpr int Block = 2 * Pairs;
  float normals[Block];
  const auto scale = static_cast<float>(standardDeviation);
  for (int k = first; k < last; k += Block)
  {
    const int end = std::min(last, k + Block);
    CounterNormals(seed, voxel, k, end, normals);
    for (int i = k; i < end; ++i)
    {
      samples[i - first] += scale * normals[i - k];
    }
  }
}

void AddCountingNoise(
  std::uint64_t seed, std::uint64_t voxel, int first, int last, double counts, float* samples)
{
  constexpr int Block = 2 * Pairs;
  float normals[Block];
  for (int k = first; k < last; k += Block)
  {
    const int end = std::min(last, k + Block);
    CounterNormals(seed, voxel, k, end, normals);
    for (int i = k; i < end; ++i)
    {
      float& sample = samples[i - first];
      const double mean = counts * std::exp(-static_cast<double>(sample));
      const double n = PoissonFromNormal(mean, static_cast<double>(normals[i - k]));
      sample = static_cast<float>(-std::log(std::max(n, 0.5) / counts));
    }
  }
}

double CountingNoise(double counts, double absorbance)
{
  return std::exp(0.5 * absorbance) / std::sqrt(counts);
}

double CountsForNoise(double noise, double absorbance)
{
  return std::exp(absorbance) / (noise * noise);
}

}
