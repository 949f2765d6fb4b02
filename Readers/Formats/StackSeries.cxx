// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackSeries.h"

#include "EnergyNames.h"
#include "EnergyTable.h"
#include "JoinedFile.h"
#include "NumberedSeries.h"
#include "ScanFolder.h"
#include "SliceFolders.h"
#include "StackDescription.h"
#include "Texts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <system_error>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;
using Files = std::vector<std::shared_ptr<const StackFile>>;

// Images that follow one another at one energy.
struct Group
{
  double Energy;
  int First;
  int Count;
};

// `slices`: images of each energy where the file says it, else 0.
std::vector<Group> GroupImages(const std::vector<double>& energies, int slices)
{
  std::vector<Group> groups;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    const bool full = !groups.empty() && slices > 0 && groups.back().Count == slices;
    if (groups.empty() || groups.back().Energy != energies[k] || full)
    {
      groups.push_back({ energies[k], static_cast<int>(k), 0 });
    }
    ++groups.back().Count;
  }
  return groups;
}

std::vector<Group> EnergiesOfFile(const StackFile& file, bool alone)
{
  const std::vector<Group> groups =
    GroupImages(file.Contents().ImageEnergies, file.Contents().Slices);
  const std::optional<double> name = EnergyOfPath(file.Path());
  if (name && !(alone && groups.size() > 1))
  {
    return { Group{ *name, 0, file.Contents().Images } };
  }
  return groups;
}

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
std::vector<std::string> PathsOfTable(
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

std::vector<double> EnergiesOf(const std::vector<EnergyEntry>& table)
{
  std::vector<double> energies;
  for (const EnergyEntry& entry : table)
  {
    energies.push_back(entry.Energy);
  }
  return energies;
}

// A folder stands for the files in it.
std::vector<std::string> FilesGiven(const StackRequest& request, bool& folder)
{
  std::error_code error;
  folder = request.Files.size() == 1 && fs::is_directory(request.Files.front(), error);
  return folder ? FilesOfFolder(request.Files.front()) : request.Files;
}

// Leaves those out whose names hold excluded energies, where each has an energy in its name.
void DropExcluded(
  const std::vector<double>& excluded, std::vector<SliceFiles>& volumes, std::vector<double>& used)
{
  const auto energyOf = [](const SliceFiles& volume)
  { return EnergyOfPath(volume.front()).value_or(0.0); };
  std::set<double> energies;
  for (const SliceFiles& volume : volumes)
  {
    energies.insert(energyOf(volume));
  }
  if (volumes.size() == 1 || energies.count(0.0) != 0)
  {
    return;
  }
  const std::set<double> unread = EnergiesLeftUnread(energies, excluded, used);
  volumes.erase(std::remove_if(volumes.begin(), volumes.end(),
                  [&](const SliceFiles& volume) { return unread.count(energyOf(volume)) != 0; }),
    volumes.end());
}

// What names alone tell of a stack.
struct NamedFiles
{
  Files All;
  std::vector<std::string> Warnings;
  std::vector<double> ExcludedUnread;
};

// The volumes that the files stand for, those of several files joined. Where the energies are
// theirs, also those whose energies only their contents tell, but none that is excluded.
NamedFiles FilesOfNames(const StackRequest& request, FileCache& cache, bool energiesOfFiles)
{
  NamedFiles found;
  bool folder = false;
  const std::vector<std::string> given = FilesGiven(request, folder);
  const bool find = request.FindSeries && !folder;
  std::vector<SliceFiles> volumes;
  if (find && (given.size() == 1 || given == NumberedFiles(given.front())))
  {
    volumes = FindSliceFolders(given.front());
  }
  if (volumes.empty())
  {
    std::vector<std::string> paths = folder ? given : ExpandFiles(given, request.FindSeries);
    if (energiesOfFiles && find && paths.size() == 1)
    {
      paths = FindNumberedSeries(paths.front(), request.Options, cache, found.Warnings);
    }
    volumes = GroupSlices(paths);
  }
  if (energiesOfFiles)
  {
    DropExcluded(request.Excluded, volumes, found.ExcludedUnread);
  }
  std::vector<std::string> paths;
  for (const SliceFiles& volume : volumes)
  {
    paths.insert(paths.end(), volume.begin(), volume.end());
  }
  const Files parts = cache.Describe(paths, request.Options);
  std::size_t first = 0;
  for (const SliceFiles& volume : volumes)
  {
    const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
    found.All.push_back(
      JoinFiles(Files(begin, begin + static_cast<std::ptrdiff_t>(volume.size()))));
    first += volume.size();
  }
  return found;
}

Files FilesOfNamingTable(
  const StackRequest& request, const std::vector<EnergyEntry>& table, FileCache& cache)
{
  bool folder = false;
  const std::vector<std::string> given = FilesGiven(request, folder);
  const bool find = request.FindSeries && given.size() == 1;
  return cache.Describe(
    find ? PathsOfTable(table, request.EnergiesFile, given.front()) : given, request.Options);
}

// Files that a table of `count` energies without names is for, in natural order.
Files FilesOfTable(StackRequest request, std::size_t count, FileCache& cache)
{
  request.Options.Energies = count;
  Files files = FilesOfNames(request, cache, false).All;
  const FileContents& contents = files.front()->Contents();
  const auto images = static_cast<std::size_t>(contents.Images);
  const auto slices = static_cast<std::size_t>(contents.Slices);
  const bool fits = count == 1 || images == count || images == slices * count;
  if (files.size() == 1 && request.FindSeries && !fits)
  {
    const std::vector<std::string> numbered = NumberedFiles(files.front()->Path());
    if (numbered.size() == count)
    {
      files = cache.Describe(numbered, request.Options);
    }
  }
  std::stable_sort(files.begin(), files.end(),
    [](const auto& a, const auto& b) { return NaturallyLess(a->Path(), b->Path()); });
  return files;
}

FrameList FramesOfNamingTable(
  const Files& files, const std::vector<EnergyEntry>& table, const std::string& tablePath)
{
  std::map<std::string, double> energies;
  for (const EnergyEntry& entry : table)
  {
    energies[BaseName(entry.File)] = entry.Energy;
  }
  FrameList list;
  for (const auto& file : files)
  {
    const auto found = energies.find(BaseName(file->Path()));
    if (found == energies.end())
    {
      throw FormatError(tablePath + " has no energy for " + BaseName(file->Path()) + ".");
    }
    list.Add(found->second, file, 0, file->Contents().Images);
  }
  return list;
}

void CheckSlices(const FrameList& list)
{
  for (std::size_t k = 0; k < list.Frames.size(); ++k)
  {
    if (list.Slices[k] != list.Slices.front())
    {
      throw FormatError("The numbers of slices differ (a truncated series?): " +
        std::to_string(list.Slices.front()) + " at " + Text(list.Frames.front().Energy) +
        " eV in " + Origin(list.Frames.front()) + ", " + std::to_string(list.Slices[k]) + " at " +
        Text(list.Frames[k].Energy) + " eV in " + Origin(list.Frames[k]) + ".");
    }
  }
}

// What files warn of, once: with the file, where the text does not name it, and the number of
// files.
std::vector<std::string> WarningsOf(const Files& files)
{
  std::vector<std::pair<std::string, std::set<std::string>>> found;
  for (const auto& file : files)
  {
    for (const std::string& warning : file->Contents().Warnings)
    {
      auto known = std::find_if(
        found.begin(), found.end(), [&](const auto& one) { return one.first == warning; });
      known = known == found.end() ? found.insert(found.end(), { warning, {} }) : known;
      known->second.insert(file->Path());
    }
  }
  std::vector<std::string> warnings;
  for (const auto& [text, paths] : found)
  {
    const std::string name = BaseName(*paths.begin());
    const std::string others =
      paths.size() > 1 ? " and " + std::to_string(paths.size() - 1) + " other files" : "";
    const bool named = others.empty() && text.find(name) != std::string::npos;
    warnings.push_back(named ? text : name + others + ": " + text);
  }
  return warnings;
}

bool LowerEnergy(const Frame& a, const Frame& b)
{
  return a.Energy < b.Energy;
}

// How many images of the stack come before that of the frame: pages of a file as they are, energies
// of several files as they grow, with those that were left out unread.
int PlaceInStack(const Frame& frame, const Series& stack)
{
  const bool pages = std::all_of(stack.Frames.begin(), stack.Frames.end(),
    [&](const Frame& other) { return &other.File() == &frame.File(); });
  const auto before = std::count_if(stack.Frames.begin(), stack.Frames.end(),
    [&](const Frame& other)
    {
      return pages ? other.Images.front().Number < frame.Images.front().Number
                   : other.Energy < frame.Energy;
    });
  const auto unread = std::count_if(stack.ExcludedUnread.begin(), stack.ExcludedUnread.end(),
    [&](double energy) { return energy < frame.Energy; });
  return static_cast<int>(before + unread);
}

// The reference images of each frame in a file that does not say their energies.
std::vector<std::vector<StackImage>> ReferencesInOrder(const std::vector<Frame>& frames,
  const Series& stack, const std::shared_ptr<const StackFile>& file)
{
  const int images = file->Contents().Images;
  const int energies = static_cast<int>(stack.Frames.size() + stack.ExcludedUnread.size());
  const bool each = images == energies;
  if (!each && energies > 1 && images % energies == 0)
  {
    throw FormatError(file->Path() + " holds " + std::to_string(images) +
      " reference images without energies, and the stack has " + std::to_string(energies) +
      " energies: which of them belong to which is not known. One for each energy, in their order, "
      "one for all, or files with the energies in their names are expected.");
  }
  std::vector<std::vector<StackImage>> references;
  for (const Frame& frame : frames)
  {
    const int first = each ? PlaceInStack(frame, stack) : 0;
    references.emplace_back();
    for (int k = 0; k < (each ? 1 : images); ++k)
    {
      references.back().push_back(ImageOf(file, first + k));
    }
  }
  return references;
}

void CheckRepeated(const std::vector<Frame>& sorted)
{
  const auto repeated = std::adjacent_find(sorted.begin(), sorted.end(),
    [](const Frame& a, const Frame& b) { return !(a.Energy < b.Energy); });
  if (repeated != sorted.end())
  {
    throw FormatError("The energy " + Text(repeated->Energy) + " eV is repeated: in " +
      Origin(*repeated) + " and in " + Origin(*(repeated + 1)) +
      ". Each energy may be there once; of several scans, name the files of one, with FindSeries "
      "off.");
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

void FrameList::Add(
  double energy, const std::shared_ptr<const StackFile>& file, int first, int slices)
{
  Frame frame;
  frame.Energy = energy;
  frame.Images = { ImageOf(file, first) };
  const FileContents& contents = file->Contents();
  for (int k = 0; k < contents.References + contents.Darks; ++k)
  {
    const bool dark = k >= contents.References;
    const bool fits = dark || contents.ReferenceEnergies.empty() ||
      std::abs(contents.ReferenceEnergies[static_cast<std::size_t>(k)] - energy) <= EnergyTolerance;
    if (fits)
    {
      (dark ? frame.Darks : frame.References).push_back(ImageOf(file, contents.Images + k));
    }
  }
  const auto number = static_cast<std::size_t>(first);
  frame.PixelSize = number < contents.ImagePixelSizes.size() ? contents.ImagePixelSizes[number]
                                                             : contents.PixelSize;
  if (number < contents.ImageShifts.size() && slices == 1)
  {
    const std::array<double, 2>& shift = contents.ImageShifts[number];
    frame.Shift = { shift[0], shift[1], 0.0 };
  }
  this->Frames.push_back(std::move(frame));
  this->Slices.push_back(slices);
}

StackImage ImageOf(const std::shared_ptr<const StackFile>& file, int number)
{
  const std::vector<double>& times = file->Contents().ExposureTimes;
  const auto k = static_cast<std::size_t>(number);
  return { file, number, k < times.size() ? times[k] : 0.0 };
}

FrameList FramesOfFiles(const Files& files)
{
  FrameList list;
  for (const auto& file : files)
  {
    const std::vector<Group> groups = EnergiesOfFile(*file, files.size() == 1);
    if (groups.empty())
    {
      throw FormatError("No energy is found in the name of " + file->Path() +
        " (such as \"_8333.00_eV\"), of its folder, or in the descriptions of its pages. Give an "
        "EnergiesFile: a text file with one energy a line.");
    }
    for (const Group& group : groups)
    {
      list.Add(group.Energy, file, group.First, group.Count);
    }
  }
  return list;
}

FrameList FramesOfEnergies(
  const Files& files, const std::vector<double>& energies, const std::string& origin)
{
  const FileContents& first = files.front()->Contents();
  const int count = static_cast<int>(energies.size());
  const bool alone = files.size() == 1;
  const bool volumes =
    alone && first.Slices > 0 && first.Images == first.Slices * std::int64_t{ count };
  const bool pages = alone && !volumes && first.Images == count;
  if (!volumes && !pages && energies.size() != files.size())
  {
    const std::string found = !alone ? std::to_string(files.size()) + " files"
      : first.Slices > 1
      ? std::to_string(first.Images / first.Slices) + " volumes of " +
        std::to_string(first.Slices) + " slices in " + BaseName(files.front()->Path())
      : std::to_string(first.Images) + " pages of " + BaseName(files.front()->Path());
    throw FormatError(origin + " has " + std::to_string(count) + " energies for " + found +
      "; one energy for each is expected.");
  }
  const int slices = volumes ? first.Slices : 1;
  FrameList list;
  for (int k = 0; k < count; ++k)
  {
    const auto& file = alone ? files.front() : files[static_cast<std::size_t>(k)];
    const bool part = volumes || pages;
    list.Add(energies[static_cast<std::size_t>(k)], file, part ? k * slices : 0,
      part ? slices : file->Contents().Images);
  }
  return list;
}

Series StackOfFrames(FrameList list, const std::string& origin)
{
  Files files;
  for (const Frame& frame : list.Frames)
  {
    for (const auto* images : { &frame.Images, &frame.References, &frame.Darks })
    {
      for (const StackImage& image : *images)
      {
        if (files.empty() || files.back() != image.File)
        {
          files.push_back(image.File);
        }
      }
    }
  }
  CheckSizes(files);
  CheckSlices(list);

  Series series;
  const FileContents& contents = list.Frames.front().File().Contents();
  series.Columns = contents.Columns;
  series.Rows = contents.Rows;
  series.Slices = list.Slices.front();
  series.PixelSize = contents.PixelSize;
  series.PixelHeight = contents.PixelHeight;
  series.SliceSpacing = contents.SliceSpacing;
  series.Origin = contents.Origin;
  series.Values = contents.Values;
  series.ArrayName = contents.ArrayName;
  series.Texts = contents.Texts;
  series.Numbers = contents.Numbers;
  series.Warnings = WarningsOf(files);
  series.Frames = std::move(list.Frames);
  if (!origin.empty() && !std::is_sorted(series.Frames.begin(), series.Frames.end(), LowerEnergy))
  {
    series.Warnings.push_back("The energies of " + origin +
      " are not in ascending order; they were sorted, each with its image.");
  }
  std::stable_sort(series.Frames.begin(), series.Frames.end(), LowerEnergy);
  CheckRepeated(series.Frames);
  return series;
}

Series FindStack(const StackRequest& request, FileCache& cache)
{
  if (request.Files.size() == 1 && IsStackDescription(request.Files.front()))
  {
    return ReadStackDescription(request, cache);
  }
  if (std::optional<Series> scan = FindScan(request, cache))
  {
    return std::move(*scan);
  }
  const std::string& energiesFile = request.EnergiesFile;
  const std::vector<EnergyEntry> table =
    energiesFile.empty() ? std::vector<EnergyEntry>() : ReadEnergyList(energiesFile);
  const bool naming = NamesFiles(table, energiesFile);
  NamedFiles named;
  if (table.empty())
  {
    named = FilesOfNames(request, cache, true);
  }
  const Files files = naming ? FilesOfNamingTable(request, table, cache)
    : table.empty()          ? named.All
                             : FilesOfTable(request, table.size(), cache);
  FrameList list = naming ? FramesOfNamingTable(files, table, energiesFile)
    : table.empty()       ? FramesOfFiles(files)
                          : FramesOfEnergies(files, EnergiesOf(table), energiesFile);
  // The order of files named on a command line says nothing; that of pages and tables does.
  const std::string origin = !table.empty() ? energiesFile
    : files.size() == 1                     ? files.front()->Path()
                                            : std::string();
  Series series = StackOfFrames(std::move(list), origin);
  series.Warnings.insert(series.Warnings.begin(), named.Warnings.begin(), named.Warnings.end());
  series.ExcludedUnread = named.ExcludedUnread;
  return series;
}

std::vector<std::vector<StackImage>> MatchReferences(const std::vector<Frame>& frames,
  const Series& stack, const std::vector<std::shared_ptr<const StackFile>>& files)
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
    if (groups.empty() && files.size() == 1)
    {
      return ReferencesInOrder(frames, stack, file);
    }
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
    missing +=
      references[k].empty() ? (missing.empty() ? "" : ", ") + Text(energies[k]) + " eV" : "";
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
    const bool inRange = (range.Low == 0.0 && range.High == 0.0) ||
      (energies[k] >= range.Low && energies[k] <= range.High);
    if (kept[k] && inRange)
    {
      selected.push_back(k);
    }
  }
  return selected;
}

std::set<double> EnergiesLeftUnread(
  const std::set<double>& energies, const std::vector<double>& excluded, std::vector<double>& used)
{
  used.clear();
  if (energies.empty() || excluded.empty())
  {
    return {};
  }
  const std::vector<double> sorted(energies.begin(), energies.end());
  std::vector<double> unmatched;
  const std::vector<std::size_t> kept = SelectEnergies(sorted, excluded, {}, unmatched);
  if (kept.empty())
  {
    return {};
  }
  std::set<double> unread = energies;
  for (const std::size_t k : kept)
  {
    unread.erase(sorted[k]);
  }
  std::copy_if(excluded.begin(), excluded.end(), std::back_inserter(used),
    [&](double energy)
    { return std::find(unmatched.begin(), unmatched.end(), energy) == unmatched.end(); });
  return unread;
}

}
