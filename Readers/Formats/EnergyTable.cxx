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
#include <iterator>
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

// A line that is no comment and no header.
struct Line
{
  std::string Text;
  std::string Where;
};

struct Lines
{
  std::string Header;
  std::vector<Line> All; // at least one
};

// Where semicolons separate the columns, commas are decimal marks, as spreadsheets write them; and
// where spaces or tabs do.
std::string WithDecimalPoints(std::string text)
{
  const std::size_t space = text.find_first_of(" \t");
  const bool spaces = space != std::string::npos && HasDecimalComma(text.substr(0, space));
  if (spaces || text.find(';') != std::string::npos)
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

Lines ReadLines(const std::string& path)
{
  std::istringstream file(ReadText(path, LargestTable));
  Lines lines;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number)
  {
    const std::string content = line.substr(0, line.find('#'));
    if (content.find_first_not_of(Separators) == std::string::npos)
    {
      continue;
    }
    const std::string text = Trim(content, " \t\r,"); // a semicolon makes commas decimal marks
    if (lines.All.empty() && lines.Header.empty() && IsHeader(text))
    {
      lines.Header = text;
      continue;
    }
    lines.All.push_back({ text, Where(path, number) });
  }
  if (lines.All.empty())
  {
    throw FormatError(path + " holds no energies; one energy a line is expected.");
  }
  return lines;
}

std::vector<EnergyEntry> MakeTable(const std::vector<Line>& lines, const std::string& path)
{
  std::vector<EnergyEntry> entries;
  std::transform(lines.begin(), lines.end(), std::back_inserter(entries),
    [](const Line& line) { return ParseLine(line.Text, line.Where); });
  CheckEnergies(entries, path);
  const bool kilo = std::all_of(entries.begin(), entries.end(),
    [](const EnergyEntry& entry) { return entry.Energy < LargestKiloElectronVolts; });
  for (EnergyEntry& entry : entries)
  {
    entry.Energy = kilo ? KiloToElectronVolts(entry.Energy) : entry.Energy;
  }
  return entries;
}

// Blanks are no mark, as they are in "energy (eV)", nor is the unit in "energy, eV" a column.
bool NamesTwoColumns(const std::string& header)
{
  const std::size_t mark = header.find_first_of(",;\t");
  return mark != std::string::npos &&
    !IsOneOf(LowerCase(Trim(header.substr(mark), " \t,;()[]")), { "ev", "kev" });
}

// "8330,5" and nothing else: one number or two.
bool IsDoubtful(const Line& line)
{
  return HasDecimalComma(line.Text) &&
    line.Text.find_first_not_of("0123456789,") == std::string::npos;
}

// A comma that no number can have, as in "8330.5,100".
bool HasSeparatingComma(const Line& line)
{
  return !IsDoubtful(line) && WithDecimalPoints(line.Text).find(',') != std::string::npos;
}

// The numbers of a line, one a line; none where it holds something else.
std::vector<Line> NumbersOf(const Line& line)
{
  std::vector<Line> numbers;
  const std::string text = WithDecimalPoints(line.Text);
  for (std::size_t begin = 0; begin != std::string::npos;)
  {
    const std::size_t end = text.find_first_of(Separators, begin);
    numbers.push_back({ text.substr(begin, end - begin), line.Where });
    begin = text.find_first_not_of(Separators, end);
  }
  const bool all = std::all_of(numbers.begin(), numbers.end(),
    [](const Line& number) { return ParseNumber(number.Text).has_value(); });
  return all ? numbers : std::vector<Line>();
}

}

std::vector<EnergyEntry> ReadEnergyTable(const std::string& path)
{
  return MakeTable(ReadLines(path).All, path);
}

std::vector<EnergyEntry> ReadEnergyList(const std::string& path)
{
  const Lines lines = ReadLines(path);
  const auto doubtful = std::find_if(lines.All.begin(), lines.All.end(), IsDoubtful);
  if (doubtful != lines.All.end() && !NamesTwoColumns(lines.Header) &&
    std::none_of(lines.All.begin(), lines.All.end(), HasSeparatingComma))
  {
    throw FormatError(doubtful->Where + "\"" + doubtful->Text +
      "\" may be one number with a decimal comma or two numbers. Write energies with a decimal "
      "point, or a semicolon behind them.");
  }
  const std::vector<Line> one =
    lines.All.size() == 1 ? NumbersOf(lines.All.front()) : std::vector<Line>();
  return MakeTable(one.empty() ? lines.All : one, path);
}

}
