// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Units.h"

#include "TextNumbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace paraxanes
{
namespace
{

constexpr double MostKiloElectronVolts = 200.0; // nobody scans at 8333 keV, whatever is said

}

double MicrometresPerUnit(const std::string& unit)
{
  static const std::pair<const char*, double> units[] = { { "um", 1.0 }, { "micron", 1.0 },
    { "microns", 1.0 }, { "micrometer", 1.0 }, { "micrometers", 1.0 }, { "micrometre", 1.0 },
    { "\\u00b5m", 1.0 }, { "\xC2\xB5m", 1.0 }, { "\xCE\xBCm", 1.0 }, { "\xB5m", 1.0 },
    { "nm", 1e-3 }, { "nanometer", 1e-3 }, { "nanometers", 1e-3 }, { "mm", 1e3 },
    { "millimeter", 1e3 }, { "cm", 1e4 }, { "m", 1e6 }, { "meter", 1e6 } };
  const std::string trimmed = LowerCase(Trim(unit, Blanks));
  for (const auto& known : units)
  {
    if (trimmed == known.first)
    {
      return known.second;
    }
  }
  return 0.0;
}

double LengthOfText(const std::string& text)
{
  const std::string trimmed = Trim(text, Blanks);
  double number = 0.0;
  const char* end = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number).ptr;
  const std::size_t unit = static_cast<std::size_t>(end - trimmed.data());
  return unit > 0 ? number * MicrometresPerUnit(trimmed.substr(unit)) : 0.0;
}

double KiloToElectronVolts(double energy)
{
  return std::round(energy * 1e9) / 1e6;
}

void ToElectronVolts(std::vector<double>& energies, const std::string& unit)
{
  const std::string lower = LowerCase(Trim(unit, Blanks));
  const double limit = lower == "kev" ? MostKiloElectronVolts : LargestKiloElectronVolts;
  const bool above = std::any_of(
    energies.begin(), energies.end(), [limit](double energy) { return energy >= limit; });
  if (lower != "ev" && !above)
  {
    std::transform(energies.begin(), energies.end(), energies.begin(), KiloToElectronVolts);
  }
}

double ShortestDecimal(double value)
{
  const float number = static_cast<float>(value);
  char text[32];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), number);
  if (!std::isfinite(number) || end.ec != std::errc())
  {
    return value;
  }
  std::from_chars(text, end.ptr, value);
  return value;
}

}
