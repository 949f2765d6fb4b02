// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyTable.h"

#include "StackFormat.h"
#include "TextNumbers.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

namespace paraxanes
{
namespace
{

const char* const Separators = " \t,;\r";

std::string Where(const std::string& path, int line)
{
  return path + ", line " + std::to_string(line) + ": ";
}

EnergyEntry ParseLine(const std::string& text, const std::string& where)
{
  EnergyEntry entry;
  const std::size_t end = std::min(text.find_first_of(Separators), text.size());
  const std::optional<double> energy = ParseNumber(text.substr(0, end));
  if (!energy || !std::isfinite(*energy) || *energy <= 0.0)
  {
    throw FormatError(where + "\"" + text.substr(0, end) + "\" is not an energy (eV or keV).");
  }
  entry.Energy = *energy;
  entry.Value = std::numeric_limits<double>::quiet_NaN();
  const std::string rest = Trim(text.substr(end), Separators);
  const std::string second = rest.substr(0, rest.find_first_of(Separators));
  const std::optional<double> value = ParseNumber(second);
  if (value)
  {
    entry.Value = *value;
  }
  else
  {
    entry.File = rest; // names may hold spaces
  }
  return entry;
}

// Not "nan" or "inf", which are bad energies rather than words.
bool IsHeader(const std::string& text)
{
  const std::string word = text.substr(0, text.find_first_of(Separators));
  const std::string lower = LowerCase(word);
  return std::isalpha(static_cast<unsigned char>(word.front())) && lower != "nan" &&
    lower.compare(0, 3, "inf") != 0;
}

}

std::vector<EnergyEntry> ReadEnergyTable(const std::string& path)
{
  std::ifstream file = OpenTable(path);
  std::vector<EnergyEntry> entries;
  std::string line;
  bool first = true;
  for (int number = 1; std::getline(file, line); ++number)
  {
    const std::string text = Trim(line.substr(0, line.find('#')), Separators);
    if (text.empty())
    {
      continue;
    }
    if (!(first && IsHeader(text)))
    {
      entries.push_back(ParseLine(text, Where(path, number)));
    }
    first = false;
  }
  if (entries.empty())
  {
    throw FormatError(path + " holds no energies; one energy a line is expected.");
  }
  const bool kilo = std::all_of(
    entries.begin(), entries.end(), [](const EnergyEntry& entry) { return entry.Energy < 100.0; });
  for (EnergyEntry& entry : entries)
  {
    entry.Energy = kilo ? KiloToElectronVolts(entry.Energy) : entry.Energy;
  }
  return entries;
}

}
