// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Units.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

namespace paraxanes
{
namespace
{

std::string LowerCase(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
    [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string Trim(const std::string& text)
{
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

}

double MicrometresPerUnit(const std::string& unit)
{
  static const std::pair<const char*, double> units[] = { { "um", 1.0 }, { "micron", 1.0 },
    { "microns", 1.0 }, { "micrometer", 1.0 }, { "micrometers", 1.0 }, { "micrometre", 1.0 },
    { "\\u00B5m", 1.0 }, { "\xC2\xB5m", 1.0 }, { "\xCE\xBCm", 1.0 }, { "\xB5m", 1.0 },
    { "nm", 1e-3 }, { "nanometer", 1e-3 }, { "nanometers", 1e-3 }, { "mm", 1e3 },
    { "millimeter", 1e3 }, { "cm", 1e4 }, { "m", 1e6 }, { "meter", 1e6 } };
  const std::string trimmed = Trim(unit);
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
  const std::string trimmed = Trim(text);
  double number = 0.0;
  const char* end = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number).ptr;
  const std::size_t unit = static_cast<std::size_t>(end - trimmed.data());
  return unit > 0 ? number * MicrometresPerUnit(trimmed.substr(unit)) : 0.0;
}

void ToElectronVolts(std::vector<double>& energies, const std::string& unit)
{
  const std::string lower = LowerCase(Trim(unit));
  const bool below =
    std::all_of(energies.begin(), energies.end(), [](double energy) { return energy < 100.0; });
  if (lower == "kev" || (lower != "ev" && below))
  {
    for (double& energy : energies)
    {
      energy = std::round(energy * 1e9) / 1e6; // 8.3335 keV is 8333.5 eV, not 8333.499999999999
    }
  }
}

}
