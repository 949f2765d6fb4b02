// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Absorbance.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace paraxanes
{
namespace
{

// Returns 1 where there is no absorbance.
int ToAbsorbance(float& intensity, double incident)
{
  const double value = intensity;
  if (value <= 0.0 || !(incident > 0.0))
  {
    intensity = std::numeric_limits<float>::quiet_NaN();
    return 1;
  }
  intensity = static_cast<float>(-std::log(value / incident));
  return 0;
}

}

std::int64_t ToAbsorbance(float* intensities, std::int64_t count, double incident)
{
  std::int64_t without = 0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    without += ToAbsorbance(intensities[i], incident);
  }
  return without;
}

std::int64_t ToAbsorbance(
  float* intensities, std::int64_t count, const float* incident, double scale)
{
  std::int64_t without = 0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    without += ToAbsorbance(intensities[i], incident[i] * scale);
  }
  return without;
}

double MeanIntensity(
  const float* intensities, std::int64_t count, const float* incident, double scale)
{
  double sum = 0.0;
  std::int64_t finite = 0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double ratio = intensities[i] / (scale * (incident ? double{ incident[i] } : 1.0));
    sum += std::isfinite(ratio) ? ratio : 0.0;
    finite += std::isfinite(ratio) ? 1 : 0;
  }
  return finite > 0 ? sum / static_cast<double>(finite) : std::numeric_limits<double>::quiet_NaN();
}

// By the bits: a whole stack passes through here.
PARAXANES_MULTIVERSION std::int64_t CountNotFinite(const float* values, std::int64_t count)
{
  constexpr std::uint32_t exponent = 0x7f800000u;
  std::int64_t found = 0;
  for (std::int64_t first = 0; first < count; first += 4096)
  {
    const std::int64_t last = std::min(count, first + 4096);
    std::uint32_t inBlock = 0;
    for (std::int64_t i = first; i < last; ++i)
    {
      std::uint32_t bits;
      std::memcpy(&bits, values + i, sizeof(bits));
      inBlock += (bits & exponent) == exponent ? 1u : 0u;
    }
    found += inBlock;
  }
  return found;
}

std::optional<double> InterpolateSpectrum(const std::vector<double>& energies,
  const std::vector<double>& values, double energy, double tolerance)
{
  if (energies.empty() || energy < energies.front() - tolerance ||
    energy > energies.back() + tolerance)
  {
    return std::nullopt;
  }
  const double inside = std::clamp(energy, energies.front(), energies.back());
  const auto above = std::lower_bound(energies.begin(), energies.end(), inside);
  const auto k = static_cast<std::size_t>(above - energies.begin());
  if (*above == inside)
  {
    return values[k];
  }
  const double fraction = (inside - energies[k - 1]) / (energies[k] - energies[k - 1]);
  return values[k - 1] + fraction * (values[k] - values[k - 1]);
}

}
