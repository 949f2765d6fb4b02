// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file CounterNoise.h
 * Random numbers that are pure functions of a seed and a counter: the same voxel gets the same
 * numbers whatever the split into boxes, the order of the work and the number of threads.
 */
#ifndef CounterNoise_h
#define CounterNoise_h

#include <cstdint>

namespace paraxanes
{

/// 64 random bits. (SplitMix64: G. L. Steele et al., OOPSLA 2014, doi 10.1145/2660193.2660195.)
std::uint64_t HashCounter(std::uint64_t seed, std::uint64_t counter);

/// Uniform in the open interval (0, 1).
double UniformAt(std::uint64_t seed, std::uint64_t counter);

/// Normal with mean 0 and standard deviation 1.
double NormalAt(std::uint64_t seed, std::uint64_t counter);

/**
 * The standard normal numbers of the samples [first, last) of a voxel, |z| < 5.8. Every sample is
 * independent of the others; a sample is the same in whatever range it is asked for.
 */
void CounterNormals(std::uint64_t seed, std::uint64_t voxel, int first, int last, float* normals);

/// Adds normal noise of a standard deviation to the samples [first, last), given at `samples`.
void AddGaussianNoise(std::uint64_t seed, std::uint64_t voxel, int first, int last,
  double standardDeviation, float* samples);

/**
 * Counting noise of absorbances: each becomes -ln(n / counts), where n is Poisson distributed with
 * mean counts exp(-absorbance). No count at all is taken as half a count.
 */
void AddCountingNoise(
  std::uint64_t seed, std::uint64_t voxel, int first, int last, double counts, float* samples);

/// Standard deviation of the absorbance of one count of `counts` exp(-absorbance), first order.
double CountingNoise(double counts, double absorbance);

/// The counts without absorption for which CountingNoise(counts, absorbance) is `noise` > 0.
double CountsForNoise(double noise, double absorbance);

}

#endif
