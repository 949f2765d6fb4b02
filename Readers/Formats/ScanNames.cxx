// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ScanNames.h"

#include "EnergyNames.h"
#include "TextNumbers.h"
#include "Texts.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <system_error>

namespace paraxanes
{
namespace
{

// A scan has thousands of files, not millions; its list is known by how it begins.
constexpr std::uintmax_t LongestList = 64 << 20; // bytes
constexpr std::uintmax_t LongestBegin = 64 << 10;
constexpr std::size_t LongestName = 255;

// Scripts are written on Windows.
std::string NameInScript(std::string path)
{
  std::replace(path.begin(), path.end(), '\\', '/');
  return BaseName(path);
}

// The groups of the first match, which is taken out of the text.
std::vector<std::string> Take(std::string& text, const std::regex& pattern)
{
  std::smatch match;
  if (!std::regex_search(text, match, pattern))
  {
    return {};
  }
  std::vector<std::string> groups(match.begin(), match.end());
  text = match.prefix().str() + match.suffix().str();
  return groups;
}

int Number(const std::string& digits)
{
  return static_cast<int>(std::strtol(digits.c_str(), nullptr, 10));
}

// The first word of a line, and the rest without blanks around it.
std::pair<std::string, std::string> Split(const std::string& line)
{
  const char* const blanks = " \t\r\n";
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == std::string::npos)
  {
    return {};
  }
  const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
  const std::size_t rest = line.find_first_not_of(blanks, end);
  const std::size_t last = line.find_last_not_of(blanks);
  return { line.substr(begin, end - begin),
    rest == std::string::npos ? "" : line.substr(rest, last + 1 - rest) };
}

struct ScanList
{
  bool HasList = false;    // the word FILES
  bool SetsEnergy = false; // the word sete
  std::vector<std::string> Names;
};

// At most so many bytes; of no plain file, such as a pipe, nothing.
ScanList Read(const std::string& path, std::uintmax_t most)
{
  std::error_code error;
  const bool plain = std::filesystem::is_regular_file(path, error);
  const std::uintmax_t size = plain ? std::filesystem::file_size(path, error) : 0;
  if (size == 0 || error)
  {
    return {};
  }
  std::string begin(static_cast<std::size_t>(std::min(size, most)), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  std::istringstream lines(begin);
  ScanList list;
  std::string line;
  while (std::getline(lines, line))
  {
    const auto [word, rest] = Split(line);
    list.SetsEnergy = list.SetsEnergy || word == "sete";
    if (list.HasList && !word.empty())
    {
      list.Names.push_back(NameInScript(rest.empty() ? word : word + " " + rest));
    }
    else if (word == "collect" && !rest.empty())
    {
      list.Names.push_back(NameInScript(rest));
    }
    list.HasList = list.HasList || (word == "FILES" && rest.empty());
  }
  return list;
}

}

std::optional<ScanFrame> ParseScanName(const std::string& name)
{
  static const std::regex begin("^(rep\\d{1,6}_|\\d{1,9}_(?=ref_)|ref_|tomo_)", std::regex::icase);
  static const std::regex exposure("_(\\d{1,6})of(\\d{1,6})", std::regex::icase);
  static const std::regex angle("_([+-]?\\d{1,6}(\\.\\d{1,6})?)_Degree", std::regex::icase);
  static const std::regex tile("_(X\\d{1,6}_Y\\d{1,6})", std::regex::icase);
  static const std::regex end("_ref_?$", std::regex::icase);

  const std::string extension = Extension(name);
  const std::optional<NamedEnergy> energy = FindEnergy(name);
  if ((extension != ".xrm" && extension != ".txrm") || !energy || name.size() > LongestName)
  {
    return std::nullopt;
  }
  ScanFrame frame;
  frame.Energy = energy->Energy;
  std::string before = energy->Before;
  for (std::vector<std::string> found = Take(before, begin); !found.empty();
       found = Take(before, begin))
  {
    const std::string word = LowerCase(found[1]);
    frame.Reference = frame.Reference || word == "ref_";
    frame.Key.Tomography = frame.Key.Tomography || word == "tomo_";
    frame.Repeat = word.compare(0, 3, "rep") == 0 ? Number(word.substr(3)) : frame.Repeat;
  }
  frame.Reference = !Take(before, end).empty() || frame.Reference;

  std::string rest = before + "\n" + energy->After.substr(0, energy->After.rfind('.'));
  const std::vector<std::string> exposures = Take(rest, exposure);
  const std::vector<std::string> angles = Take(rest, angle);
  const std::vector<std::string> tiles = Take(rest, tile);
  frame.Exposures = exposures.empty() ? 0 : Number(exposures[2]);
  frame.Key.Angle = angles.empty() ? "" : angles[1];
  frame.Key.Tile = tiles.empty() ? "" : tiles[1];
  const std::size_t middle = rest.find('\n');
  std::string sample = rest.substr(0, middle);
  sample.erase(sample.find_last_not_of('_') + 1);
  frame.Key.Sample = sample + rest.substr(middle + 1);
  return frame;
}

bool IsScanList(const std::string& path)
{
  const std::string name = LowerCase(BaseName(path));
  if (Extension(name) != ".txt")
  {
    return false;
  }
  const ScanList list = Read(path, LongestBegin);
  const bool info = name.compare(0, 9, "scaninfo_") == 0 && list.HasList;
  return !list.Names.empty() && (info || list.SetsEnergy);
}

std::vector<std::string> ReadScanList(const std::string& path)
{
  return Read(path, LongestList).Names;
}

}
