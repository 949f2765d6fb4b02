// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ScanFolder.h"

#include "JoinedFile.h"
#include "ScanNames.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;

// Field of view at 9000 eV, um: of the whole detector, whatever its binning.
constexpr double FieldOfView = 36.39296;
constexpr double FieldEnergy = 9000.0;

struct ScanFile
{
  std::string Path;
  ScanFrame Frame;
  std::shared_ptr<const StackFile> File;
};
using ScanFiles = std::vector<ScanFile>;

bool IsReference(const ScanFile& file)
{
  return file.Frame.Reference;
}

std::string Count(std::size_t count, const std::string& what)
{
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void Add(ScanFiles& files, const fs::path& path)
{
  if (const auto frame = ParseScanName(path.filename().string()))
  {
    files.push_back({ path.string(), *frame, nullptr });
  }
}

ScanFiles FilesOfFolder(const fs::path& folder)
{
  ScanFiles files;
  std::error_code error;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, error), end;
       !error && entry != end; entry.increment(error))
  {
    Add(files, folder / entry->path().filename());
  }
  std::sort(files.begin(), files.end(),
    [](const ScanFile& a, const ScanFile& b) { return a.Path < b.Path; });
  return files;
}

ScanFiles FilesOfNames(const std::vector<std::string>& names)
{
  ScanFiles files;
  for (const std::string& name : names)
  {
    Add(files, name);
  }
  return files;
}

std::set<double> EnergiesOf(const ScanFiles& files)
{
  std::set<double> energies;
  for (const ScanFile& file : files)
  {
    if (!file.Frame.Reference)
    {
      energies.insert(file.Frame.Energy);
    }
  }
  return energies;
}

// The frames of the folder that are listed or, where none of these is there, all.
ScanFiles FilesOfList(const std::string& path, std::vector<std::string>& warnings)
{
  const fs::path folder = fs::path(path).parent_path();
  const ScanFiles listed = FilesOfNames(ReadScanList(path));
  const ScanFiles all = FilesOfFolder(folder);
  std::set<std::string> names;
  for (const ScanFile& file : listed)
  {
    names.insert(file.Path);
  }
  ScanFiles files;
  std::copy_if(all.begin(), all.end(), std::back_inserter(files),
    [&](const ScanFile& file)
    { return names.count(fs::path(file.Path).filename().string()) != 0; });
  const bool renamed = files.empty();
  files = renamed ? all : files;
  if (files.empty())
  {
    throw FormatError(path + " lists " + Count(names.size(), "frame") +
      ", and its folder has no frame of a scan (.xrm, .txrm with an energy in its name).");
  }
  if (files.size() < names.size() || renamed)
  {
    warnings.push_back(path + " lists " + Count(names.size(), "frame") + " of " +
      std::to_string(EnergiesOf(listed).size()) + " energies; " + Count(files.size(), "frame") +
      " of " + std::to_string(EnergiesOf(files).size()) + " energies are present" +
      (renamed ? ", under other names." : "."));
  }
  return files;
}

std::string Text(const ScanKey& key)
{
  return "\"" + key.Sample + "\"" + (key.Angle.empty() ? "" : " at " + key.Angle + " degrees") +
    (key.Tile.empty() ? "" : ", tile " + key.Tile) + (key.Tomography ? ", tomography" : "");
}

// The scan of the sample; the first one where several fit.
ScanKey ChooseScan(const ScanFiles& files, const std::optional<ScanFrame>& given,
  const std::string& path, std::vector<std::string>& warnings)
{
  if (given && !given->Reference)
  {
    return given->Key;
  }
  std::set<ScanKey> keys;
  for (const ScanFile& file : files)
  {
    const bool fits =
      !given || given->Key.Sample.empty() || file.Frame.Key.Sample == given->Key.Sample;
    if (fits && !file.Frame.Reference)
    {
      keys.insert(file.Frame.Key);
    }
  }
  if (keys.empty())
  {
    throw FormatError("There are " + Count(files.size(), "frame") + " beside " + path +
      ", but none of a sample that belongs to it: references only.");
  }
  if (keys.size() > 1)
  {
    std::string others;
    for (auto key = std::next(keys.begin()); key != keys.end(); ++key)
    {
      others += (others.empty() ? "" : "; ") + Text(*key);
    }
    warnings.push_back(path + " stands for " + std::to_string(keys.size()) +
      " scans; the first one is read: " + Text(*keys.begin()) +
      ". For another one open one of its frames: " + others + ".");
  }
  return *keys.begin();
}

// Samples of the scan, and references of its sample, or of no sample in particular.
ScanFiles Belonging(const ScanFiles& files, const ScanKey& key)
{
  const auto reference = [&](const ScanFile& file, const std::string& sample)
  { return file.Frame.Reference && file.Frame.Key.Sample == sample; };
  const bool own = std::any_of(
    files.begin(), files.end(), [&](const ScanFile& file) { return reference(file, key.Sample); });
  ScanFiles belonging;
  std::copy_if(files.begin(), files.end(), std::back_inserter(belonging),
    [&](const ScanFile& file)
    {
      return reference(file, own ? key.Sample : "") ||
        (!file.Frame.Reference && file.Frame.Key == key);
    });
  return belonging;
}

//------------------------------------------------------------------------------------------------
// Times

double TimeOf(const ScanFile& file)
{
  const std::vector<double>& times = file.File->Contents().Times;
  return times.empty() ? std::numeric_limits<double>::quiet_NaN() : times.front();
}

// References of one energy that followed one another: no other frame was taken between them.
// Without times, those of each repeat.
std::vector<ScanFiles> GroupReferences(ScanFiles references, const ScanFiles& all)
{
  const bool timed = std::all_of(
    all.begin(), all.end(), [](const ScanFile& file) { return std::isfinite(TimeOf(file)); });
  std::stable_sort(references.begin(), references.end(),
    [&](const ScanFile& a, const ScanFile& b)
    { return timed ? TimeOf(a) < TimeOf(b) : a.Frame.Repeat < b.Frame.Repeat; });
  const auto between = [&](const ScanFile& a, const ScanFile& b)
  {
    return std::any_of(all.begin(), all.end(),
      [&](const ScanFile& other)
      { return TimeOf(a) < TimeOf(other) && TimeOf(other) < TimeOf(b); });
  };
  std::vector<ScanFiles> groups;
  for (const ScanFile& file : references)
  {
    const ScanFile* last = groups.empty() ? nullptr : &groups.back().back();
    const bool follows =
      last && (timed ? !between(*last, file) : last->Frame.Repeat == file.Frame.Repeat);
    if (!follows)
    {
      groups.emplace_back();
    }
    groups.back().push_back(file);
  }
  return groups;
}

double Distance(const ScanFile& sample, const ScanFiles& group)
{
  double least = std::numeric_limits<double>::infinity();
  for (const ScanFile& file : group)
  {
    const double time = std::abs(TimeOf(sample) - TimeOf(file));
    const double repeat = std::abs(sample.Frame.Repeat - file.Frame.Repeat);
    least = std::min(least, std::isfinite(time) ? time : repeat);
  }
  return least;
}

// The groups that are nearest to any of the samples.
ScanFiles NearestReferences(const ScanFiles& samples, const std::vector<ScanFiles>& groups)
{
  std::set<std::size_t> chosen;
  for (const ScanFile& sample : samples)
  {
    const auto nearest = std::min_element(groups.begin(), groups.end(),
      [&](const ScanFiles& a, const ScanFiles& b)
      { return Distance(sample, a) < Distance(sample, b); });
    chosen.insert(static_cast<std::size_t>(nearest - groups.begin()));
  }
  ScanFiles references;
  for (const std::size_t k : chosen)
  {
    references.insert(references.end(), groups[k].begin(), groups[k].end());
  }
  return references;
}

//------------------------------------------------------------------------------------------------
// Frames

double PixelSize(const FileContents& contents, double energy)
{
  return contents.ImageEnergies.empty() ? FieldOfView * energy / FieldEnergy / contents.Columns
                                        : contents.PixelSize;
}

StackImage ImageOf(const ScanFile& file, int number)
{
  const std::vector<double>& times = file.File->Contents().ExposureTimes;
  return { file.File, number, times.empty() ? 0.0 : times[static_cast<std::size_t>(number)] };
}

Frame MakeFrame(const ScanFiles& samples, const ScanFiles& references)
{
  Frame frame;
  frame.Energy = samples.front().Frame.Energy;
  frame.PixelSize = PixelSize(samples.front().File->Contents(), frame.Energy);
  for (const ScanFile& file : samples)
  {
    frame.Images.push_back(ImageOf(file, 0));
  }
  for (const ScanFile& file : references)
  {
    for (int k = 0; k < file.File->Contents().Images; ++k)
    {
      frame.References.push_back(ImageOf(file, k));
    }
  }
  for (const ScanFile& file : samples)
  {
    const FileContents& contents = file.File->Contents();
    for (int k = 0; references.empty() && k < contents.References; ++k)
    {
      frame.References.push_back(ImageOf(file, contents.Images + k));
    }
    // The mean of the exposures; none where the images are projections.
    for (std::size_t axis = 0; contents.Images == 1 && !contents.ImageShifts.empty() && axis < 2;
         ++axis)
    {
      frame.Shift[axis] += contents.ImageShifts.front()[axis] / static_cast<double>(samples.size());
    }
  }
  return frame;
}

// Exposures that the names tell of, and those that are there: of samples or references.
std::array<std::size_t, 2> CountExposures(const ScanFiles& files, bool references)
{
  std::map<std::pair<double, int>, std::array<std::size_t, 2>> counts; // by energy and repeat
  for (const ScanFile& file : files)
  {
    if (file.Frame.Reference == references)
    {
      auto& [told, there] = counts[{ file.Frame.Energy, file.Frame.Repeat }];
      ++there;
      told = std::max({ told, there, static_cast<std::size_t>(file.Frame.Exposures) });
    }
  }
  std::array<std::size_t, 2> sums = { 0, 0 };
  for (const auto& count : counts)
  {
    sums[0] += count.second[0];
    sums[1] += count.second[1];
  }
  return sums;
}

void CheckSlices(const ScanFiles& files)
{
  const ScanFile* first = nullptr;
  for (const ScanFile& file : files)
  {
    if (file.Frame.Reference)
    {
      continue;
    }
    first = first ? first : &file;
    const int expected = first->File->Contents().Images;
    const int found = file.File->Contents().Images;
    if (found != expected)
    {
      throw FormatError(
        "The numbers of images differ (a stopped scan?): " + std::to_string(expected) + " in " +
        first->Path + ", " + std::to_string(found) + " in " + file.Path + ".");
    }
  }
}

// Frames of ascending energies.
std::vector<Frame> MakeFrames(const ScanFiles& files)
{
  std::map<double, std::array<ScanFiles, 2>> byEnergy; // samples, references
  for (const ScanFile& file : files)
  {
    const auto near = byEnergy.lower_bound(file.Frame.Energy - EnergyTolerance);
    const bool known = near != byEnergy.end() && near->first <= file.Frame.Energy + EnergyTolerance;
    auto& lists = known ? near->second : byEnergy[file.Frame.Energy];
    lists[file.Frame.Reference ? 1 : 0].push_back(file);
  }
  std::vector<Frame> frames;
  for (const auto& [energy, lists] : byEnergy)
  {
    const auto& [samples, references] = lists;
    if (!samples.empty())
    {
      const std::vector<ScanFiles> groups = GroupReferences(references, files);
      frames.push_back(
        MakeFrame(samples, groups.empty() ? ScanFiles() : NearestReferences(samples, groups)));
    }
  }
  return frames;
}

// `counted`: the warnings say already how many frames are missing.
Series MakeSeries(ScanFiles files, std::vector<std::string> warnings, bool counted,
  const StackRequest& request, FileCache& cache)
{
  std::vector<std::string> paths;
  for (const ScanFile& file : files)
  {
    paths.push_back(file.Path);
  }
  const std::vector<std::shared_ptr<const StackFile>> described =
    cache.Describe(paths, request.Options);
  for (std::size_t k = 0; k < files.size(); ++k)
  {
    files[k].File = described[k];
  }
  CheckSizes(described);
  CheckSlices(files);

  Series series;
  series.Frames = MakeFrames(files);
  const FileContents& contents = series.Frames.front().File().Contents();
  series.Columns = contents.Columns;
  series.Rows = contents.Rows;
  series.Slices = contents.Images;
  series.PixelSize = series.Frames.front().PixelSize;
  series.SliceSpacing = contents.SliceSpacing;
  series.Values = contents.Values;
  series.Texts = contents.Texts;
  series.Warnings = std::move(warnings);
  for (const auto& file : described)
  {
    const std::vector<std::string>& warnings = file->Contents().Warnings;
    series.Warnings.insert(series.Warnings.end(), warnings.begin(), warnings.end());
  }
  const auto [samplesTold, samples] = CountExposures(files, false);
  const auto [referencesTold, references] = CountExposures(files, true);
  series.Texts.emplace_back("scan",
    Count(samples, "exposure") + " and " + Count(references, "reference") + " of " +
      std::to_string(series.Frames.size()) + (series.Frames.size() == 1 ? " energy" : " energies"));
  const bool complete = samples >= samplesTold && references >= referencesTold;
  if (!complete && !counted)
  {
    series.Warnings.push_back("The names of the frames tell of " + Count(samplesTold, "exposure") +
      " and " + Count(referencesTold, "reference") + "; " + std::to_string(samples) + " and " +
      std::to_string(references) + " are present and are used.");
  }
  return series;
}

}

std::optional<Series> FindScan(const StackRequest& request, FileCache& cache)
{
  const std::string& path = request.Files.front();
  const bool list = IsScanList(path);
  const std::optional<ScanFrame> given = ParseScanName(fs::path(path).filename().string());
  if ((!list && !given) || !request.EnergiesFile.empty())
  {
    return std::nullopt;
  }
  std::vector<std::string> warnings;
  bool counted = false;
  ScanFiles files;
  if (list)
  {
    files = FilesOfList(path, warnings);
    counted = !warnings.empty();
  }
  else if (request.FindSeries && request.Files.size() == 1)
  {
    files = FilesOfFolder(fs::path(path).parent_path());
  }
  else
  {
    files = FilesOfNames(request.Files);
    const bool one = std::all_of(files.begin(), files.end(),
      [&](const ScanFile& file) { return file.Frame.Reference || file.Frame.Key == given->Key; });
    if (files.size() != request.Files.size() || given->Reference || !one)
    {
      return std::nullopt;
    }
    const ScanFiles beside =
      request.FindSeries ? FilesOfFolder(fs::path(path).parent_path()) : ScanFiles();
    if (std::none_of(files.begin(), files.end(), IsReference))
    {
      std::copy_if(beside.begin(), beside.end(), std::back_inserter(files), IsReference);
    }
  }
  const ScanKey key = ChooseScan(files, given, path, warnings);
  files = Belonging(files, key);
  std::vector<double> excluded;
  const std::set<double> unread = EnergiesLeftUnread(EnergiesOf(files), request.Excluded, excluded);
  files.erase(std::remove_if(files.begin(), files.end(),
                [&](const ScanFile& file) { return unread.count(file.Frame.Energy) != 0; }),
    files.end());
  Series series = MakeSeries(std::move(files), std::move(warnings), counted, request, cache);
  series.ExcludedUnread = std::move(excluded);
  return series;
}

}
