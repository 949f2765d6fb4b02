// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "NumberedSeries.h"

#include "EnergyNames.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
const char* const Digits = "0123456789";

// The files of the folder whose names are the two parts with an integer between them.
std::vector<std::string> Siblings(
  const fs::path& folder, const std::string& before, const std::string& after)
{
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end; entry.increment(error))
  {
    const std::string name = entry->path().filename().string();
    const std::size_t length = before.size() + after.size();
    if (name.size() > length && name.compare(0, before.size(), before) == 0 &&
      name.compare(name.size() - after.size(), after.size(), after) == 0 &&
      name.substr(before.size(), name.size() - length).find_first_not_of(Digits) ==
        std::string::npos)
    {
      found.push_back((folder / name).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Of the integers in the name that one whose change gives the most files; the last of equals.
std::vector<std::string> MostSiblings(const fs::path& file)
{
  const std::string name = file.filename().string();
  const std::size_t stem = file.stem().string().size();
  std::vector<std::string> most;
  for (std::size_t begin = name.find_first_of(Digits); begin < stem;)
  {
    const std::size_t end = std::min(name.find_first_not_of(Digits, begin), stem);
    std::vector<std::string> found =
      Siblings(file.parent_path(), name.substr(0, begin), name.substr(end));
    if (found.size() >= most.size())
    {
      most = std::move(found);
    }
    begin = name.find_first_of(Digits, end);
  }
  return most;
}

bool HasOneEnergy(const FileContents& contents)
{
  const std::vector<double>& energies = contents.ImageEnergies;
  return !energies.empty() &&
    std::all_of(
      energies.begin(), energies.end(), [&](double energy) { return energy == energies.front(); });
}

bool IsLike(const FileContents& a, const FileContents& b)
{
  return HasOneEnergy(a) && a.Columns == b.Columns && a.Rows == b.Rows;
}

}

std::vector<std::string> FindNumberedSeries(const std::string& path, const FormatOptions& options,
  FileCache& cache, std::vector<std::string>& warnings)
{
  const auto file =
    EnergyOfPath(path) ? nullptr : cache.DescribeReadable({ path }, options).front();
  if (!file || !HasOneEnergy(file->Contents()))
  {
    return { path };
  }
  const std::vector<std::string> siblings = MostSiblings(path);
  const auto described = cache.DescribeReadable(siblings, options);
  std::vector<std::string> series;
  for (std::size_t i = 0; i < siblings.size(); ++i)
  {
    if (described[i] && IsLike(described[i]->Contents(), file->Contents()))
    {
      series.push_back(siblings[i]);
    }
  }
  if (series.size() < siblings.size())
  {
    warnings.push_back("Of the files with a name like that of " + path + ", " +
      std::to_string(series.size()) + " of " + std::to_string(siblings.size()) +
      " files have images of its size and one energy; the others are left out.");
  }
  return series.empty() ? std::vector<std::string>{ path } : series;
}

}
