// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyTable.h"

#include "StackFormat.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>

namespace paraxanes
{
namespace
{

const char* const Separators = " \t,;\r";

std::string Trim(const std::string& text)
{
  const std::size_t begin = text.find_first_not_of(Separators);
  const std::size_t end = text.find_last_not_of(Separators);
  return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

// Not std::stod: a GUI may have set a locale with a decimal comma.
std::optional<double> ToNumber(const std::string& text)
{
  const char* begin = text.data() + (text.compare(0, 1, "+") == 0 ? 1 : 0);
  const char* end = text.data() + text.size();
  double number = 0.0;
  const std::from_chars_result result = std::from_chars(begin, end, number);
  return result.ec == std::errc() && result.ptr == end ? std::optional<double>(number)
                                                       : std::nullopt;
}

std::string Where(const std::string& path, int line)
{
  return path + ", line " + std::to_string(line) + ": ";
}

EnergyEntry ParseLine(const std::string& text, const std::string& where)
{
  EnergyEntry entry;
  const std::size_t end = std::min(text.find_first_of(Separators), text.size());
  const std::optional<double> energy = ToNumber(text.substr(0, end));
  if (!energy || !std::isfinite(*energy) || *energy <= 0.0)
  {
    throw FormatError(where + "\"" + text.substr(0, end) + "\" is not an energy (eV or keV).");
  }
  entry.Energy = *energy;
  entry.Value = std::numeric_limits<double>::quiet_NaN();
  const std::string rest = Trim(text.substr(end));
  const std::string second = rest.substr(0, rest.find_first_of(Separators));
  const std::optional<double> value = ToNumber(second);
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
  std::string lower = word;
  std::transform(lower.begin(), lower.end(), lower.begin(),
    [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::isalpha(static_cast<unsigned char>(word.front())) && lower != "nan" &&
    lower.compare(0, 3, "inf") != 0;
}

}

std::vector<EnergyEntry> ReadEnergyTable(const std::string& path)
{
  std::ifstream file(path);
  if (!file)
  {
    throw FormatError(path + " cannot be opened: " + std::strerror(errno) + ".");
  }
  std::vector<EnergyEntry> entries;
  std::string line;
  bool first = true;
  for (int number = 1; std::getline(file, line); ++number)
  {
    const std::string text = Trim(line.substr(0, line.find('#')));
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
    // 8.3335 keV is 8333.5 eV, not 8333.499999999999.
    entry.Energy = kilo ? std::round(entry.Energy * 1e9) / 1e6 : entry.Energy;
  }
  return entries;
}

}
