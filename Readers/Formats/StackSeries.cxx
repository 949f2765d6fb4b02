// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackSeries.h"

#include "EnergyNames.h"
#include "EnergyTable.h"
#include "NumberedSeries.h"
#include "ScanFolder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <map>
#include <optional>
#include <sstream>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
using Files = std::vector<std::shared_ptr<const StackFile>>;

std::string BaseName(const std::string& path)
{
  return fs::path(path).filename().string();
}

std::string Text(double energy)
{
  std::ostringstream text;
  text << std::setprecision(10) << energy << " eV";
  return text.str();
}

bool IsDigit(char c)
{
  return c >= '0' && c <= '9';
}

// Runs of digits count as numbers: scan_2 before scan_10.
bool NaturallyLess(const std::string& a, const std::string& b)
{
  std::size_t i = 0;
  std::size_t j = 0;
  const auto number = [](const std::string& text, std::size_t& position)
  {
    const std::size_t begin = std::min(text.find_first_not_of('0', position), text.size());
    position = begin;
    while (position < text.size() && IsDigit(text[position]))
    {
      ++position;
    }
    return text.substr(begin, position - begin);
  };
  while (i < a.size() && j < b.size())
  {
    if (IsDigit(a[i]) && IsDigit(b[j]))
    {
      const std::string x = number(a, i);
      const std::string y = number(b, j);
      if (x != y)
      {
        return x.size() != y.size() ? x.size() < y.size() : x < y;
      }
    }
    else if (a[i] != b[j])
    {
      return a[i] < b[j];
    }
    else
    {
      ++i;
      ++j;
    }
  }
  return i == a.size() && j < b.size();
}

// Images that follow one another at one energy.
struct Group
{
  double Energy;
  int First;
  int Count;
};

std::vector<Group> GroupImages(const std::vector<double>& energies)
{
  std::vector<Group> groups;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    if (groups.empty() || groups.back().Energy != energies[k])
    {
      groups.push_back({ energies[k], static_cast<int>(k), 0 });
    }
    ++groups.back().Count;
  }
  return groups;
}

std::vector<Group> EnergiesOfFile(const StackFile& file, bool alone)
{
  const std::vector<Group> groups = GroupImages(file.Contents().ImageEnergies);
  const std::optional<double> name = EnergyOfPath(file.Path());
  if (name && !(alone && groups.size() > 1))
  {
    return { Group{ *name, 0, file.Contents().Images } };
  }
  return groups;
}

StackImage ImageOf(const std::shared_ptr<const StackFile>& file, int number)
{
  const std::vector<double>& times = file->Contents().ExposureTimes;
  return { file, number, times.empty() ? 0.0 : times[static_cast<std::size_t>(number)] };
}

// Frames, the number of slices of each, and where it comes from.
struct Parts
{
  std::vector<Frame> Frames;
  std::vector<int> Slices;

  void Add(double energy, const std::shared_ptr<const StackFile>& file, int first, int slices)
  {
    Frame frame;
    frame.Energy = energy;
    frame.Images = { ImageOf(file, first) };
    const FileContents& contents = file->Contents();
    // Of the file itself: what it holds beside its images.
    for (int k = 0; k < contents.References + contents.Darks; ++k)
    {
      const bool dark = k >= contents.References;
      const bool fits = dark || contents.ReferenceEnergies.empty() ||
        std::abs(contents.ReferenceEnergies[static_cast<std::size_t>(k)] - energy) <=
          EnergyTolerance;
      if (fits)
      {
        (dark ? frame.Darks : frame.References).push_back(ImageOf(file, contents.Images + k));
      }
    }
    frame.PixelSize = contents.ImagePixelSizes.empty()
      ? contents.PixelSize
      : contents.ImagePixelSizes[static_cast<std::size_t>(first)];
    if (!contents.ImageShifts.empty() && slices == 1)
    {
      const std::array<double, 2>& shift = contents.ImageShifts[static_cast<std::size_t>(first)];
      frame.Shift = { shift[0], shift[1], 0.0 };
    }
    this->Frames.push_back(std::move(frame));
    this->Slices.push_back(slices);
  }
};

std::string Origin(const Frame& frame)
{
  return BaseName(frame.File().Path()) + " (image " +
    std::to_string(frame.Images.front().Number + 1) + ")";
}

bool NamesFiles(const std::vector<EnergyEntry>& table, const std::string& path)
{
  const auto named = std::count_if(
    table.begin(), table.end(), [](const EnergyEntry& entry) { return !entry.File.empty(); });
  if (named != 0 && named != static_cast<std::ptrdiff_t>(table.size()))
  {
    throw FormatError(path + " names a file in " + std::to_string(named) + " of its " +
      std::to_string(table.size()) + " lines; in all or in none is expected.");
  }
  return named != 0;
}

// The files of a table that names them, beside the table or beside the file that stands for them.
std::vector<std::string> FilesOfTable(
  const std::vector<EnergyEntry>& table, const std::string& tablePath, const std::string& file)
{
  std::vector<std::string> paths;
  bool listed = false;
  for (const EnergyEntry& entry : table)
  {
    listed = listed || BaseName(entry.File) == BaseName(file);
    const fs::path besideTable = fs::path(tablePath).parent_path() / entry.File;
    const fs::path besideFile = fs::path(file).parent_path() / entry.File;
    std::error_code error;
    paths.push_back((fs::exists(besideTable, error) ? besideTable : besideFile).string());
  }
  if (!listed)
  {
    throw FormatError(tablePath + " does not name " + BaseName(file) + ".");
  }
  return paths;
}

Parts PartsOfNamingTable(
  const Files& files, const std::vector<EnergyEntry>& table, const std::string& tablePath)
{
  std::map<std::string, double> energies;
  for (const EnergyEntry& entry : table)
  {
    energies[BaseName(entry.File)] = entry.Energy;
  }
  Parts parts;
  for (const auto& file : files)
  {
    const auto found = energies.find(BaseName(file->Path()));
    if (found == energies.end())
    {
      throw FormatError(tablePath + " has no energy for " + BaseName(file->Path()) + ".");
    }
    parts.Add(found->second, file, 0, file->Contents().Images);
  }
  return parts;
}

Parts PartsOfTable(
  const Files& files, const std::vector<EnergyEntry>& table, const std::string& tablePath)
{
  Parts parts;
  const std::size_t images = static_cast<std::size_t>(files.front()->Contents().Images);
  const bool pages = files.size() == 1 && table.size() == images;
  if (!pages && table.size() != files.size())
  {
    throw FormatError(tablePath + " has " + std::to_string(table.size()) + " energies for " +
      (files.size() == 1 ? std::to_string(images) + " pages of " + BaseName(files.front()->Path())
                         : std::to_string(files.size()) + " files") +
      "; one energy for each is expected.");
  }
  for (std::size_t k = 0; k < table.size(); ++k)
  {
    const auto& file = pages ? files.front() : files[k];
    parts.Add(
      table[k].Energy, file, pages ? static_cast<int>(k) : 0, pages ? 1 : file->Contents().Images);
  }
  return parts;
}

Parts PartsOfFiles(const Files& files)
{
  Parts parts;
  for (const auto& file : files)
  {
    const std::vector<Group> groups = EnergiesOfFile(*file, files.size() == 1);
    if (groups.empty())
    {
      throw IncompleteError("No energy is found in the name of " + file->Path() +
        " (such as \"_8333.00_eV\"), of its folder, or in the descriptions of its pages. Give an "
        "EnergiesFile: a text file with one energy a line.");
    }
    for (const Group& group : groups)
    {
      parts.Add(group.Energy, file, group.First, group.Count);
    }
  }
  return parts;
}

void CheckSlices(const Parts& parts)
{
  for (std::size_t k = 0; k < parts.Frames.size(); ++k)
  {
    if (parts.Slices[k] != parts.Slices.front())
    {
      throw FormatError("The numbers of slices differ (a truncated series?): " +
        std::to_string(parts.Slices.front()) + " at " + Text(parts.Frames.front().Energy) + " in " +
        Origin(parts.Frames.front()) + ", " + std::to_string(parts.Slices[k]) + " at " +
        Text(parts.Frames[k].Energy) + " in " + Origin(parts.Frames[k]) + ".");
    }
  }
}

bool LowerEnergy(const Frame& a, const Frame& b)
{
  return a.Energy < b.Energy;
}

void CheckRepeated(const std::vector<Frame>& sorted)
{
  const auto repeated = std::adjacent_find(sorted.begin(), sorted.end(),
    [](const Frame& a, const Frame& b) { return !(a.Energy < b.Energy); });
  if (repeated != sorted.end())
  {
    throw FormatError("The energy " + Text(repeated->Energy) + " is repeated: in " +
      Origin(*repeated) + " and in " + Origin(*(repeated + 1)) +
      ". Each energy may be there once; of several scans, name the files of one, with FindSeries "
      "off.");
  }
}

}

void CheckSizes(const std::vector<std::shared_ptr<const StackFile>>& files)
{
  const auto size = [](const FileContents& contents)
  { return std::to_string(contents.Columns) + " x " + std::to_string(contents.Rows) + " pixels"; };
  const FileContents& first = files.front()->Contents();
  for (const auto& file : files)
  {
    const FileContents& contents = file->Contents();
    if (contents.Columns != first.Columns || contents.Rows != first.Rows)
    {
      throw FormatError("The sizes of the images differ: " + files.front()->Path() + " has " +
        size(first) + ", " + file->Path() + " has " + size(contents) + ".");
    }
  }
}

std::vector<std::string> ExpandFiles(const std::vector<std::string>& paths, bool findSeries)
{
  if (!findSeries)
  {
    return paths;
  }
  const std::vector<std::string> series = FindSeries(paths.front());
  return paths.size() == 1 || IsDialogGroup(paths, series) ? series : paths;
}

Series FindStack(const StackRequest& request, FileCache& cache)
{
  if (std::optional<Series> scan = FindScan(request, cache))
  {
    return std::move(*scan);
  }
  const std::vector<std::string>& given = request.Files;
  const std::string& energiesFile = request.EnergiesFile;
  const std::vector<EnergyEntry> table =
    energiesFile.empty() ? std::vector<EnergyEntry>() : ReadEnergyTable(energiesFile);
  const bool naming = NamesFiles(table, energiesFile);
  std::vector<std::string> paths = naming && request.FindSeries && given.size() == 1
    ? FilesOfTable(table, energiesFile, given.front())
    : ExpandFiles(given, request.FindSeries);
  Series series;
  if (paths.size() == 1 && request.FindSeries && table.empty())
  {
    paths = FindNumberedSeries(paths.front(), request.Options, series.Warnings);
  }
  if (!table.empty() && !naming)
  {
    std::stable_sort(paths.begin(), paths.end(), NaturallyLess);
  }

  const Files files = cache.Describe(paths, request.Options);
  CheckSizes(files);
  Parts parts = naming ? PartsOfNamingTable(files, table, energiesFile)
    : table.empty()    ? PartsOfFiles(files)
                       : PartsOfTable(files, table, energiesFile);
  CheckSlices(parts);

  const FileContents& contents = files.front()->Contents();
  series.Columns = contents.Columns;
  series.Rows = contents.Rows;
  series.Slices = parts.Slices.front();
  series.PixelSize = contents.PixelSize;
  series.PixelHeight = contents.PixelHeight;
  series.SliceSpacing = contents.SliceSpacing;
  series.Origin = contents.Origin;
  series.Values = contents.Values;
  series.Texts = contents.Texts;
  series.Numbers = contents.Numbers;
  for (const auto& file : files)
  {
    const std::vector<std::string>& warnings = file->Contents().Warnings;
    series.Warnings.insert(series.Warnings.end(), warnings.begin(), warnings.end());
  }
  series.Frames = std::move(parts.Frames);
  // The order of files named on a command line says nothing; that of pages and tables does.
  const bool ordered = !table.empty() || files.size() == 1;
  if (ordered && !std::is_sorted(series.Frames.begin(), series.Frames.end(), LowerEnergy))
  {
    series.Warnings.push_back("The energies of " +
      (table.empty() ? files.front()->Path() : energiesFile) +
      " are not in ascending order; they were sorted, each with its image.");
  }
  std::stable_sort(series.Frames.begin(), series.Frames.end(), LowerEnergy);
  CheckRepeated(series.Frames);
  return series;
}

std::vector<std::vector<StackImage>> MatchReferences(
  const std::vector<Frame>& frames, const std::vector<std::shared_ptr<const StackFile>>& files)
{
  std::vector<double> energies;
  for (const Frame& frame : frames)
  {
    energies.push_back(frame.Energy);
  }
  Files all = { frames.front().Images.front().File };
  all.insert(all.end(), files.begin(), files.end());
  CheckSizes(all);

  std::vector<std::vector<StackImage>> references(energies.size());
  for (const auto& file : files)
  {
    const std::vector<Group> groups = EnergiesOfFile(*file, files.size() == 1);
    if (groups.empty())
    {
      throw FormatError("No energy is found in the name of the reference " + file->Path() +
        " (such as \"_8333.00_eV\"), of its folder, or in the descriptions of its pages.");
    }
    for (const Group& group : groups)
    {
      const auto nearest = static_cast<std::size_t>(NearestSample(energies, group.Energy));
      for (int k = 0; k < group.Count; ++k)
      {
        if (std::abs(energies[nearest] - group.Energy) <= EnergyTolerance)
        {
          references[nearest].push_back(ImageOf(file, group.First + k));
        }
      }
    }
  }
  std::string missing;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    missing += references[k].empty() ? (missing.empty() ? "" : ", ") + Text(energies[k]) : "";
  }
  if (!missing.empty())
  {
    throw FormatError("There is no reference image for " + missing + ".");
  }
  return references;
}

std::vector<std::size_t> SelectEnergies(const std::vector<double>& energies,
  const std::vector<double>& excluded, const EnergyRange& range, std::vector<double>& unmatched)
{
  std::vector<bool> kept(energies.size(), true);
  for (const double energy : excluded)
  {
    const auto nearest = static_cast<std::size_t>(NearestSample(energies, energy));
    const bool matches = std::abs(energies[nearest] - energy) <= EnergyTolerance;
    if (matches)
    {
      kept[nearest] = false;
    }
    else
    {
      unmatched.push_back(energy);
    }
  }
  std::vector<std::size_t> selected;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    const bool inRange =
      range.High <= range.Low || (energies[k] >= range.Low && energies[k] <= range.High);
    if (kept[k] && inRange)
    {
      selected.push_back(k);
    }
  }
  return selected;
}

}
