// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyTable.h"

#include "FileBytes.h"
#include "StackFormat.h"
#include "TextNumbers.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>

namespace paraxanes
{
namespace
{

const char* const Separators = " \t,;\r";
constexpr std::uint64_t LargestTable = 4 << 20; // bytes
constexpr double LargestEnergy = 1e6;           // eV
constexpr double LargestRatio = 10.0;           // of the energies of one table

std::string Where(const std::string& path, int line)
{
  return path + ", line " + std::to_string(line) + ": ";
}

// Where semicolons separate the columns, commas are decimal marks, as spreadsheets write them.
std::string WithDecimalPoints(std::string text)
{
  if (text.find(';') != std::string::npos)
  {
    std::replace(text.begin(), text.end(), ',', '.');
  }
  return text;
}

EnergyEntry ParseLine(const std::string& line, const std::string& where)
{
  EnergyEntry entry;
  const std::string text = WithDecimalPoints(line);
  const std::size_t end = std::min(text.find_first_of(Separators), text.size());
  const std::optional<double> energy = ParseNumber(text.substr(0, end));
  if (!energy || !(KiloToElectronVolts(*energy) > 0.0 && *energy < LargestEnergy))
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
    // As it is written: names may hold spaces and commas.
    entry.File = Trim(line.substr(end), Separators);
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

// Tables that hold something else in their first column, or two units.
void CheckEnergies(const std::vector<EnergyEntry>& entries, const std::string& path)
{
  bool counts = entries.size() > 1;
  double low = entries.front().Energy;
  double high = low;
  for (std::size_t k = 0; k < entries.size(); ++k)
  {
    const double energy = entries[k].Energy;
    counts = counts && energy == static_cast<double>(k + 1) && !std::isnan(entries[k].Value);
    low = std::min(low, energy);
    high = std::max(high, energy);
  }
  if (counts)
  {
    throw FormatError(
      path + " counts its lines in the first column; energies are expected there, in eV or keV.");
  }
  if (high > LargestRatio * low)
  {
    throw FormatError(path + " has energies from " + Text(low) + " to " + Text(high) +
      "; all of them in eV, or all of them in keV, are expected.");
  }
}

}

std::vector<EnergyEntry> ReadEnergyTable(const std::string& path)
{
  std::istringstream file(ReadText(path, LargestTable));
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
  CheckEnergies(entries, path);
  const bool kilo = std::all_of(entries.begin(), entries.end(),
    [](const EnergyEntry& entry) { return entry.Energy < LargestKiloElectronVolts; });
  for (EnergyEntry& entry : entries)
  {
    entry.Energy = kilo ? KiloToElectronVolts(entry.Energy) : entry.Energy;
  }
  return entries;
}

}
