// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SliceFolders.h"

#include "EnergyNames.h"
#include "StackFormat.h"
#include "Texts.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;

// A name without the energy of its folder and without the number at its end.
struct SliceName
{
  std::string Pattern;
  std::optional<std::int64_t> Number;
};

SliceName ParseName(const std::string& path)
{
  const fs::path file(path);
  std::string stem = file.stem().string();
  const std::string extension = file.extension().string();
  const std::optional<NamedEnergy> own = FindEnergy(stem);
  const std::optional<NamedEnergy> folder = FindEnergy(file.parent_path().filename().string());
  if (own && folder && own->Energy == folder->Energy)
  {
    stem = own->Before + "*" + own->After;
  }
  const std::size_t last = stem.find_last_not_of("0123456789");
  const std::size_t begin = last == std::string::npos ? 0 : last + 1;
  std::int64_t number = 0;
  const bool numbered =
    std::from_chars(stem.data() + begin, stem.data() + stem.size(), number).ec == std::errc();
  return numbered ? SliceName{ stem.substr(0, begin) + "#" + extension, number }
                  : SliceName{ stem + extension, std::nullopt };
}

// An energy in the name of the folder that the name of the file does not contradict.
std::optional<NamedEnergy> EnergyOfFolder(const std::string& path)
{
  const fs::path file(path);
  const std::optional<NamedEnergy> folder = FindEnergy(file.parent_path().filename().string());
  const std::optional<NamedEnergy> own = FindEnergy(file.filename().string());
  return own && folder && own->Energy != folder->Energy ? std::nullopt : folder;
}

// Files of the folder in the order of their numbers.
SliceFiles FilesLike(const fs::path& folder, const std::string& pattern)
{
  std::vector<std::pair<std::int64_t, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end; entry.increment(error))
  {
    const std::string path = (folder / entry->path().filename()).string();
    const SliceName name = ParseName(path);
    std::error_code status;
    if (name.Pattern == pattern && !entry->is_directory(status))
    {
      found.emplace_back(name.Number.value_or(0), path);
    }
  }
  std::sort(found.begin(), found.end());
  SliceFiles files;
  for (const auto& file : found)
  {
    files.push_back(file.second);
  }
  return files;
}

struct Volume
{
  SliceFiles Files;
  std::vector<std::int64_t> Numbers; // ascending
};

std::string FolderOf(const Volume& volume)
{
  return fs::path(volume.Files.front()).parent_path().string();
}

// Slices that others have, and slices that none has between those that there are.
void CheckComplete(const std::vector<Volume>& volumes)
{
  std::vector<std::int64_t> all;
  for (const Volume& volume : volumes)
  {
    const auto twice = std::adjacent_find(volume.Numbers.begin(), volume.Numbers.end());
    if (twice != volume.Numbers.end())
    {
      throw FormatError(FolderOf(volume) + " holds slice " + std::to_string(*twice) +
        " twice, as " +
        BaseName(volume.Files[static_cast<std::size_t>(twice - volume.Numbers.begin())]) +
        " and with the same number written otherwise.");
    }
    all.insert(all.end(), volume.Numbers.begin(), volume.Numbers.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (const Volume& volume : volumes)
  {
    const auto missing =
      std::mismatch(all.begin(), all.end(), volume.Numbers.begin(), volume.Numbers.end());
    if (missing.first != all.end())
    {
      throw FormatError(FolderOf(volume) + " has no slice with the number " +
        std::to_string(*missing.first) +
        ", which other folders have: " + std::to_string(volume.Numbers.size()) +
        " slices such as " + BaseName(volume.Files.front()) + " are found, " +
        std::to_string(all.size()) + " are expected.");
    }
  }
  std::int64_t step = std::numeric_limits<std::int64_t>::max();
  for (std::size_t k = 1; k < all.size(); ++k)
  {
    step = std::min(step, all[k] - all[k - 1]);
  }
  for (std::size_t k = 1; k < all.size(); ++k)
  {
    if (all[k] - all[k - 1] != step)
    {
      throw FormatError(FolderOf(volumes.front()) + " has no slice with the number " +
        std::to_string(all[k - 1] + step) + ": after " + std::to_string(all[k - 1]) + " comes " +
        std::to_string(all[k]) + " (" + std::to_string(all.size()) + " slices such as " +
        BaseName(volumes.front().Files.front()) + " are found).");
    }
  }
}

bool HasExtension(const fs::path& path)
{
  const std::string extension = Extension(path.string());
  return extension == ".tif" || extension == ".tiff";
}

// TIFF files, or folders named after an energy, in natural order.
std::vector<std::string> Entries(const fs::path& folder, bool folders)
{
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
  {
    std::error_code status;
    const fs::path path = entry->path();
    if (entry->is_directory(status) == folders &&
      (folders ? FindEnergy(path.filename().string()).has_value() : HasExtension(path)))
    {
      found.push_back(path.string());
    }
  }
  std::sort(found.begin(), found.end(), NaturallyLess);
  return found;
}

}

std::vector<SliceFiles> GroupSlices(const std::vector<std::string>& paths)
{
  std::vector<Volume> volumes;
  std::map<std::string, std::size_t> known;               // folder and pattern
  std::map<std::string, std::vector<std::size_t>> series; // of slices, by pattern
  for (const std::string& path : paths)
  {
    const SliceName name = ParseName(path);
    const bool slice = name.Number && EnergyOfFolder(path);
    const std::string key = slice ? (fs::path(path).parent_path() / name.Pattern).string() : path;
    const auto found = known.emplace(key, volumes.size());
    if (found.second || !slice)
    {
      volumes.emplace_back();
      series[slice ? name.Pattern : std::string()].push_back(volumes.size() - 1);
    }
    Volume& volume = slice ? volumes[found.first->second] : volumes.back();
    const auto place =
      std::upper_bound(volume.Numbers.begin(), volume.Numbers.end(), name.Number.value_or(0));
    volume.Files.insert(volume.Files.begin() + (place - volume.Numbers.begin()), path);
    volume.Numbers.insert(place, name.Number.value_or(0));
  }
  for (const auto& one : series)
  {
    std::vector<Volume> members;
    for (const std::size_t k : one.second)
    {
      members.push_back(volumes[k]);
    }
    const bool single = std::all_of(members.begin(), members.end(),
      [](const Volume& volume) { return volume.Files.size() == 1; });
    if (!single)
    {
      CheckComplete(members);
    }
  }
  std::vector<SliceFiles> groups;
  for (Volume& volume : volumes)
  {
    groups.push_back(std::move(volume.Files));
  }
  return groups;
}

std::vector<SliceFiles> FindSliceFolders(const std::string& path)
{
  const std::optional<NamedEnergy> energy = EnergyOfFolder(path);
  const SliceName name = ParseName(path);
  if (!energy || !name.Number)
  {
    return {};
  }
  std::vector<std::string> files;
  for (const auto& folder :
    FindSiblings(fs::path(path).parent_path().parent_path().string(), *energy))
  {
    const SliceFiles slices = FilesLike(folder.second, name.Pattern);
    files.insert(files.end(), slices.begin(), slices.end());
  }
  return files.empty() ? std::vector<SliceFiles>() : GroupSlices(files);
}

std::vector<std::string> NumberedFiles(const std::string& path)
{
  const SliceName name = ParseName(path);
  const SliceFiles files =
    name.Number ? FilesLike(fs::path(path).parent_path(), name.Pattern) : SliceFiles();
  return files.empty() ? std::vector<std::string>{ path } : files;
}

std::vector<std::string> FilesOfFolder(const std::string& folder)
{
  std::vector<std::string> files = Entries(folder, false);
  if (files.empty())
  {
    for (const std::string& inner : Entries(folder, true))
    {
      const std::vector<std::string> more = Entries(inner, false);
      files.insert(files.end(), more.begin(), more.end());
    }
  }
  if (files.empty())
  {
    throw FormatError(folder +
      " is a folder without TIFF files, and without folders of them that are named after an energy "
      "(such as \"8333.00_eV\"); the name of a file is expected.");
  }
  return files;
}

}
