// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Absorbance.h
 * From what a detector counts to absorbance.
 */
#ifndef Absorbance_h
#define Absorbance_h

#include <cstdint>
#include <optional>
#include <vector>

namespace paraxanes
{

/**
 * Replaces intensities I by -ln(I / incident), in double. Where either is zero or negative there
 * is no absorbance: NaN. Returns the number of these; a NaN that was there stays uncounted.
 */
std::int64_t ToAbsorbance(float* intensities, std::int64_t count, double incident);

/// The same with an incident intensity of incident[i] * scale for each pixel.
std::int64_t ToAbsorbance(
  float* intensities, std::int64_t count, const float* incident, double scale);

/// Mean of intensities[i] / (incident[i] * scale), of those that are finite; NaN where none is.
/// No incident: 1 everywhere.
double MeanIntensity(
  const float* intensities, std::int64_t count, const float* incident, double scale);

/// Number of NaN and infinite values.
std::int64_t CountNotFinite(const float* values, std::int64_t count);

/**
 * Linear interpolation in a spectrum with strictly ascending energies. Up to `tolerance` beyond
 * its ends the value at the end; nothing further outside.
 */
std::optional<double> InterpolateSpectrum(const std::vector<double>& energies,
  const std::vector<double>& values, double energy, double tolerance);

}

#endif
