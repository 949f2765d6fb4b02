// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyNames.h"

#include "TextNumbers.h"
#include "Units.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;

bool IsDigit(char c)
{
  return c >= '0' && c <= '9';
}

bool IsLetter(char c)
{
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// Not std::stod: a GUI may have set a locale with a decimal comma.
double ToNumber(const std::string& text)
{
  double number = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Nothing for 0, and for what is too large for a number.
std::optional<double> PossibleEnergy(double number, bool kilo)
{
  const double energy = kilo ? KiloToElectronVolts(number) : number;
  return energy > 0.0 && std::isfinite(energy) ? std::optional<double>(energy) : std::nullopt;
}

// The end of the number that the unit at `unit` belongs to, or npos.
std::size_t EndOfNumber(const std::string& name, std::size_t unit)
{
  std::size_t end = unit;
  while (end > 0 && (name[end - 1] == '_' || name[end - 1] == ' ' || name[end - 1] == '-'))
  {
    --end;
  }
  return end > 0 && IsDigit(name[end - 1]) ? end : std::string::npos;
}

std::size_t BeginOfDigits(const std::string& name, std::size_t end)
{
  while (end > 0 && IsDigit(name[end - 1]))
  {
    --end;
  }
  return end;
}

// One decimal point, or p for it, with digits on both sides.
std::size_t BeginOfNumber(const std::string& name, std::size_t end)
{
  const std::size_t digits = BeginOfDigits(name, end);
  const bool point = digits > 1 &&
    (name[digits - 1] == '.' || name[digits - 1] == 'p' || name[digits - 1] == 'P') &&
    IsDigit(name[digits - 2]);
  return point ? BeginOfDigits(name, digits - 1) : digits;
}

// The energy whose unit "eV" stands at `position`.
std::optional<NamedEnergy> EnergyAt(const std::string& name, std::size_t position)
{
  const std::size_t after = position + 2;
  if (after < name.size() && IsLetter(name[after]))
  {
    return std::nullopt; // "every", "event"
  }
  const bool kilo = position > 0 && (name[position - 1] == 'k' || name[position - 1] == 'K');
  const std::size_t end = EndOfNumber(name, kilo ? position - 1 : position);
  if (end == std::string::npos)
  {
    return std::nullopt;
  }
  const std::size_t begin = BeginOfNumber(name, end);
  std::string number = name.substr(begin, end - begin);
  std::replace_if(
    number.begin(), number.end(), [](char c) { return c == 'p' || c == 'P'; }, '.');
  const std::optional<double> energy = PossibleEnergy(ToNumber(number), kilo);
  return energy ? std::optional<NamedEnergy>({ *energy, name.substr(0, begin), name.substr(after) })
                : std::nullopt;
}

bool SameSeries(const NamedEnergy& a, const NamedEnergy& b)
{
  return a.Before == b.Before && a.After == b.After;
}

// What follows the word "energy": unit, separator, number, unit. `text` is in lower case.
std::optional<double> StatedEnergy(const std::string& text, std::size_t position)
{
  const std::string marks = " _=:\"'()[]\t";
  const auto skip = [&]
  { position = std::min(text.find_first_not_of(marks, position), text.size()); };
  const auto take = [&](const char* word)
  {
    const bool there = text.compare(position, std::string(word).size(), word) == 0;
    position += there ? std::string(word).size() : 0;
    return there;
  };
  skip();
  bool kilo = take("kev");
  const bool unit = kilo || take("ev");
  skip();
  if (position == text.size() || !IsDigit(text[position]))
  {
    return std::nullopt;
  }
  double energy = 0.0;
  const char* end = std::from_chars(text.data() + position, text.data() + text.size(), energy).ptr;
  position = static_cast<std::size_t>(end - text.data());
  if (!unit)
  {
    skip();
    kilo = take("kev") || (!take("ev") && energy < LargestKiloElectronVolts);
  }
  return PossibleEnergy(energy, kilo);
}

// A path with a star for the integer of its energy, or for what stands behind the integer.
std::string WithoutPart(const std::string& path, bool integer)
{
  const fs::path file = fs::path(path).lexically_normal();
  const std::string name = file.filename().string();
  const std::optional<NamedEnergy> energy = FindEnergy(name);
  if (!energy)
  {
    return {};
  }
  const std::size_t begin = energy->Before.size();
  const std::size_t end = name.size() - energy->After.size();
  const std::size_t point = std::min(name.find_first_not_of("0123456789", begin), end);
  const std::string kept =
    integer ? "*" + name.substr(point, end - point) : name.substr(begin, point - begin) + "*";
  return (file.parent_path() / (energy->Before + kept + energy->After)).string();
}

bool IsWholeGroup(
  const std::vector<std::string>& paths, const std::vector<std::string>& series, bool integer)
{
  const std::string key = WithoutPart(paths.front(), integer);
  const auto belongs = [&](const std::string& path) { return WithoutPart(path, integer) == key; };
  return !key.empty() && std::all_of(paths.begin(), paths.end(), belongs) &&
    std::count_if(series.begin(), series.end(), belongs) ==
    static_cast<std::ptrdiff_t>(paths.size());
}

}

std::optional<NamedEnergy> FindEnergy(const std::string& name)
{
  const std::string lower = LowerCase(name);
  for (std::size_t position = lower.rfind("ev"); position != std::string::npos && position > 0;
       position = lower.rfind("ev", position - 1))
  {
    const std::optional<NamedEnergy> energy = EnergyAt(name, position);
    if (energy)
    {
      return energy;
    }
  }
  return std::nullopt;
}

std::optional<double> EnergyOfPath(const std::string& path)
{
  const fs::path file(path);
  std::optional<NamedEnergy> energy = FindEnergy(file.filename().string());
  if (!energy)
  {
    energy = FindEnergy(file.parent_path().filename().string());
  }
  return energy ? std::optional<double>(energy->Energy) : std::nullopt;
}

std::optional<double> EnergyOfDescription(const std::string& description)
{
  const std::string text = LowerCase(description);
  const std::string word = "energy";
  for (std::size_t position = text.find(word); position != std::string::npos;
       position = text.find(word, position + 1))
  {
    const std::optional<double> energy = StatedEnergy(text, position + word.size());
    if (energy)
    {
      return energy;
    }
  }
  const std::optional<NamedEnergy> named = FindEnergy(description);
  return named ? std::optional<double>(named->Energy) : std::nullopt;
}

std::vector<std::pair<double, std::string>> FindSiblings(
  const std::string& folder, const NamedEnergy& series)
{
  std::vector<std::pair<double, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end; entry.increment(error))
  {
    const fs::path name = entry->path().filename();
    const std::optional<NamedEnergy> energy = FindEnergy(name.string());
    if (energy && SameSeries(*energy, series))
    {
      found.emplace_back(energy->Energy, (fs::path(folder) / name).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> FindSeries(const std::string& path)
{
  const fs::path file(path);
  std::vector<std::string> series;
  if (const auto energy = FindEnergy(file.filename().string()))
  {
    for (const auto& sibling : FindSiblings(file.parent_path().string(), *energy))
    {
      std::error_code error;
      if (!fs::is_directory(sibling.second, error))
      {
        series.push_back(sibling.second);
      }
    }
  }
  else if (const auto folder = FindEnergy(file.parent_path().filename().string()))
  {
    for (const auto& sibling : FindSiblings(file.parent_path().parent_path().string(), *folder))
    {
      const fs::path candidate = fs::path(sibling.second) / file.filename();
      std::error_code error;
      if (fs::exists(candidate, error))
      {
        series.push_back(candidate.string());
      }
    }
  }
  if (series.empty()) // also where the folder cannot be listed: opening the file says why
  {
    series.push_back(path);
  }
  return series;
}

bool IsDialogGroup(const std::vector<std::string>& paths, const std::vector<std::string>& series)
{
  return IsWholeGroup(paths, series, true) || IsWholeGroup(paths, series, false);
}

}
