// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkTXMStackReader.h"

#include "ComponentRanges.h"
#include "EnergyStack.h"
#include "Formats/EnergyNames.h"
#include "Formats/FileCache.h"
#include "Formats/FramePixels.h"
#include "Formats/HDF5Format.h"
#include "Formats/JoinedFile.h"
#include "Formats/ScanNames.h"
#include "Formats/StackAlignment.h"
#include "Formats/StackDescription.h"
#include "Formats/StackGrid.h"
#include "Formats/StackPixels.h"
#include "Formats/StackSeries.h"
#include "Formats/StackValues.h"
#include "Formats/Texts.h"
#include "Formats/XRMFormat.h"
#include "FrameFit.h"
#include "Ranks.h"

#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>
#include <vtkTimeStamp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <map>
#include <new>
#include <set>
#include <sstream>
#include <utility>
#include <vtksys/SystemTools.hxx>

namespace
{

using paraxanes::BaseName;
using paraxanes::FormatError;
using paraxanes::Frame;
using paraxanes::Series;
using paraxanes::Text;
using paraxanes::ValueKind;

// Memory for references and darks that serve several slices or energies.
constexpr std::int64_t SmallestCache = std::int64_t{ 64 } << 20;

const char* const ChangedWhileRead =
  " has changed while the stack was read: what was read is of old and new files. Read it again "
  "when nothing writes to it.";

// What is said of parts of a stack.
const char* const NotFiniteValues = "not finite";
const char* const ReplacedPixels = "zingers";
const char* const LargeValues = "large";

// Of a projection: with 20 two of 10^9 photons come through.
constexpr double LargestAbsorbance = 20.0;

// Of the images' largest values the smallest: a bad pixel is not in every image.
double LeastMaximum(const paraxanes::ComponentRanges& ranges)
{
  const std::vector<paraxanes::Interval> finite = ranges.Finite();
  const auto least = std::min_element(finite.begin(), finite.end(),
    [](const paraxanes::Interval& a, const paraxanes::Interval& b) { return a.High < b.High; });
  return least == finite.end() ? 0.0 : least->High;
}

// Where the images of a frame are; of those in `seen` no more is said.
std::vector<std::string> PathsOf(const Frame& frame, std::set<const paraxanes::StackFile*>& seen)
{
  std::vector<std::string> paths;
  for (const auto* images : { &frame.Images, &frame.References, &frame.Darks })
  {
    for (const paraxanes::StackImage& image : *images)
    {
      if (seen.insert(image.File.get()).second)
      {
        const std::vector<std::string> more = paraxanes::PathsOf(*image.File);
        paths.insert(paths.end(), more.begin(), more.end());
      }
    }
  }
  return paths;
}

std::string TextOfRange(const std::vector<double>& energies)
{
  return Text(energies.front()) + " to " + Text(energies.back()) + " eV";
}

}

// All that is known about the stack before pixels are read.
struct vtkTXMStackReader::Plan
{
  StackDescription Stack;
  paraxanes::StackRecipe Recipe;
  paraxanes::StackGrid Grid;
  Series Read; // what is read of the files, for a description
  std::map<std::string, paraxanes::FileStamp> Stamps; // of all files and folders looked at
  std::vector<std::string> Warnings;
  bool ValuesAreGuessed = false; // for absorbance
};

// Values, and what was found among them: numbers that are summed over ranks, but for the last.
struct vtkTXMStackReader::ValueCounts
{
  double Values = 0.0;
  double NotFinite = 0.0;
  double Outside = 0.0;
  double NotPositive = 0.0;
  double Zingers = 0.0;
  double ReferenceZingers = 0.0;
  double LeastMaximum = 0.0; // of the images' largest values the smallest
};

struct vtkTXMStackReader::Internals
{
  paraxanes::FileCache Files;
  paraxanes::FileCache References;
  paraxanes::FileCache Darks;
  Plan Current;
  bool Valid = false;
  std::set<std::string> Told;      // what was warned of
  std::vector<std::string> ToldOf; // these files
  ValueCounts Found;               // by the last FillSpectra
  bool CheckedFit = false;
  vtkMTimeType MadeFor = 0; // MTime of the reader
  vtkTimeStamp FilesChanged;
  std::string ChangedFile; // the last one
  vtkNew<vtkStringArray> DataSetNames;
  std::string DataSetsOf; // the file of these
  paraxanes::FileStamp DataSetsStamp;

  bool HasChanged(const std::string& path) const
  {
    const auto known = this->Current.Stamps.find(path);
    return known != this->Current.Stamps.end() && !(paraxanes::StampOf(path) == known->second);
  }

  // The first file that is another one than when the stack was described; else none.
  std::string FindChangedFile() const
  {
    for (const auto& file : this->Current.Stamps)
    {
      if (this->HasChanged(file.first))
      {
        return file.first;
      }
    }
    return {};
  }

  // The same among those that hold pixels of these energies.
  std::string FindChangedFile(int firstEnergy, int lastEnergy) const
  {
    std::set<const paraxanes::StackFile*> seen;
    for (int k = firstEnergy; k < lastEnergy; ++k)
    {
      const Frame& frame = this->Current.Recipe.Frames[static_cast<std::size_t>(k)].Image;
      for (const std::string& path : PathsOf(frame, seen))
      {
        if (this->HasChanged(path))
        {
          return path;
        }
      }
    }
    return {};
  }
};

vtkStandardNewMacro(vtkTXMStackReader);

vtkTXMStackReader::vtkTXMStackReader()
  : State(std::make_unique<Internals>())
{
}

vtkTXMStackReader::~vtkTXMStackReader() = default;

void vtkTXMStackReader::AddFileName(const char* name)
{
  if (name && *name)
  {
    this->FileNames.emplace_back(name);
    this->Modified();
  }
}

void vtkTXMStackReader::RemoveAllFileNames()
{
  if (!this->FileNames.empty())
  {
    this->FileNames.clear();
    this->Modified();
  }
}

const char* vtkTXMStackReader::GetFileName(int index) const
{
  return index >= 0 && index < this->GetNumberOfFileNames()
    ? this->FileNames[static_cast<std::size_t>(index)].c_str()
    : nullptr;
}

void vtkTXMStackReader::AddReferenceFileName(const char* name)
{
  if (name && *name)
  {
    this->ReferenceFileNames.emplace_back(name);
    this->Modified();
  }
}

void vtkTXMStackReader::RemoveAllReferenceFileNames()
{
  if (!this->ReferenceFileNames.empty())
  {
    this->ReferenceFileNames.clear();
    this->Modified();
  }
}

void vtkTXMStackReader::AddDarkFileName(const char* name)
{
  if (name && *name)
  {
    this->DarkFileNames.emplace_back(name);
    this->Modified();
  }
}

void vtkTXMStackReader::RemoveAllDarkFileNames()
{
  if (!this->DarkFileNames.empty())
  {
    this->DarkFileNames.clear();
    this->Modified();
  }
}

void vtkTXMStackReader::AddExcludedEnergy(double energy)
{
  this->ExcludedEnergies.push_back(energy);
  this->Modified();
}

void vtkTXMStackReader::RemoveAllExcludedEnergies()
{
  if (!this->ExcludedEnergies.empty())
  {
    this->ExcludedEnergies.clear();
    this->Modified();
  }
}

int vtkTXMStackReader::CanReadFile(const char* name)
{
  if (name &&
    (paraxanes::IsXradiaFile(name) || paraxanes::IsScanList(name) ||
      paraxanes::IsStackDescription(name)))
  {
    return 1;
  }
  const std::string extension =
    vtksys::SystemTools::LowerCase(vtksys::SystemTools::GetFilenameLastExtension(name ? name : ""));
  const std::string known[] = { ".tif", ".tiff", ".h5", ".hdf5", ".hdf", ".nxs", ".cxi" };
  if (std::find(std::begin(known), std::end(known), extension) == std::end(known))
  {
    return 0;
  }
  try
  {
    const auto file = paraxanes::DescribeFile(name, {});
    return paraxanes::EnergyOfPath(name) || !file->Contents().ImageEnergies.empty() ? 1 : 0;
  }
  catch (const std::exception&)
  {
    return 0;
  }
}

vtkStringArray* vtkTXMStackReader::GetDataSetNames()
{
  Internals& state = *this->State;
  const std::string path = this->FileNames.empty() ? std::string() : this->FileNames.front();
  const paraxanes::FileStamp stamp = paraxanes::StampOf(path);
  if (path != state.DataSetsOf || !(stamp == state.DataSetsStamp))
  {
    state.DataSetsOf = path;
    state.DataSetsStamp = stamp;
    state.DataSetNames->Initialize();
    state.DataSetNames->InsertNextValue("");
    for (const std::string& name : paraxanes::HDF5Format::DataSets(path))
    {
      state.DataSetNames->InsertNextValue(name);
    }
  }
  return state.DataSetNames;
}

int vtkTXMStackReader::GetNumberOfEnergies()
{
  return static_cast<int>(this->StackEnergies().size());
}

vtkMTimeType vtkTXMStackReader::StackMTime()
{
  StackDescription stack;
  std::string error;
  this->DescribeStack(stack, error); // notices files that have changed
  return std::max(this->GetMTime(), this->State->FilesChanged.GetMTime());
}

std::string vtkTXMStackReader::WhatChanged() const
{
  return this->State->ChangedFile.empty() ? this->Superclass::WhatChanged()
                                          : this->State->ChangedFile;
}

bool vtkTXMStackReader::ReadBox(const int box[6], const std::vector<double>& energies,
  float* spectra, const ProgressFunction& progress, std::string& error)
{
  const vtkMTimeType before = this->State->FilesChanged.GetMTime();
  this->State->Found = {};
  const bool read = this->Superclass::ReadBox(box, energies, spectra, progress, error);
  if (this->State->FilesChanged.GetMTime() == before)
  {
    if (read && paraxanes::IsFirstRank()) // all read the same files
    {
      const bool part = paraxanes::MakeExtent(box) != this->State->Current.Stack.Whole;
      this->WarnOfFiles();
      this->WarnOfValues(this->State->Found, part);
    }
    return read;
  }
  error = read ? this->State->ChangedFile + ChangedWhileRead : error;
  return false;
}

paraxanes::ValueRequest vtkTXMStackReader::MakeValueRequest() const
{
  const ValueKind kinds[] = { ValueKind::Unknown, ValueKind::Absorbance, ValueKind::Transmission,
    ValueKind::Counts };
  paraxanes::ValueRequest request;
  request.Kind = kinds[this->ValueType];
  request.I0File = this->I0File;
  request.ReferenceFiles = this->ReferenceFileNames;
  request.DarkFiles = this->DarkFileNames;
  request.FindSeries = this->FindSeries;
  request.Options = { this->DataPath, this->EnergyPath, this->AxisOrder, {}, 0 };
  request.ScaleByExposure = this->ScaleByExposure;
  request.DespeckleReferences = this->DespeckleReferences;
  request.ZingerThreshold = this->ZingerThreshold;
  std::copy_n(this->BackgroundRegion, 4, request.BackgroundRegion.begin());
  return request;
}

paraxanes::AlignmentRequest vtkTXMStackReader::MakeAlignmentRequest() const
{
  paraxanes::AlignmentRequest request;
  request.CorrectMagnification = this->CorrectMagnification;
  request.ShiftsFile = this->ShiftsFile;
  std::copy_n(this->OpticalAxis, 2, request.OpticalAxis.begin());
  return request;
}

paraxanes::GridRequest vtkTXMStackReader::MakeGridRequest() const
{
  paraxanes::GridRequest request;
  request.PixelSize = this->PixelSize;
  request.SliceSpacing = this->SliceSpacing;
  std::copy_n(this->VOI, 6, request.VOI.begin());
  std::copy_n(this->Stride, 3, request.Stride.begin());
  return request;
}

vtkTXMStackReader::Plan vtkTXMStackReader::MakePlan()
{
  if (this->FileNames.empty())
  {
    throw paraxanes::FormatError("There are no FileNames.");
  }
  this->CheckNumbers();
  Plan plan;
  std::vector<std::string>& warnings = plan.Warnings;
  const auto watch = [&plan](const std::string& path)
  { plan.Stamps.emplace(path, paraxanes::StampOf(path)); };
  watch(this->FileNames.front()); // also where it only lists the files
  if (!this->EnergiesFile.empty())
  {
    watch(this->EnergiesFile);
  }

  const paraxanes::StackRequest request = { this->FileNames, this->FindSeries, this->EnergiesFile,
    { this->DataPath, this->EnergyPath, this->AxisOrder, {}, 0 }, this->ExcludedInFiles() };
  Series series = paraxanes::FindStack(request, this->State->Files);
  warnings = series.Warnings;
  std::for_each(series.Descriptions.begin(), series.Descriptions.end(), watch);
  std::vector<double> energies;
  std::set<const paraxanes::StackFile*> watched;
  for (const paraxanes::Frame& frame : series.Frames)
  {
    energies.push_back(frame.Energy + this->EnergyShift);
    const std::vector<std::string> paths = PathsOf(frame, watched);
    std::for_each(paths.begin(), paths.end(), watch);
  }

  std::vector<double> excluded; // of those that were read
  for (std::size_t k = 0; k < request.Excluded.size(); ++k)
  {
    const std::vector<double>& unread = series.ExcludedUnread;
    if (std::find(unread.begin(), unread.end(), request.Excluded[k]) == unread.end())
    {
      excluded.push_back(this->ExcludedEnergies[k]);
    }
  }
  std::vector<double> unmatched;
  const std::vector<std::size_t> selected = paraxanes::SelectEnergies(
    energies, excluded, { this->EnergyRange[0], this->EnergyRange[1] }, unmatched);
  if (selected.empty())
  {
    throw FormatError("No energy is left: the files have " + TextOfRange(energies) +
      ", EnergyRange is " + Text(this->EnergyRange[0]) + " to " + Text(this->EnergyRange[1]) +
      " eV, and " + std::to_string(this->ExcludedEnergies.size()) + " energies are excluded.");
  }
  for (const double energy : unmatched)
  {
    warnings.push_back("ExcludedEnergies has " + Text(energy) + " eV, but no energy within " +
      Text(paraxanes::EnergyTolerance) + " eV of it is in the stack.");
  }
  std::vector<Frame> frames;
  for (const std::size_t k : selected)
  {
    frames.push_back(series.Frames[k]);
    plan.Stack.Energies.push_back(energies[k]);
  }

  paraxanes::ValueRecipe values = paraxanes::MakeValueRecipe(this->MakeValueRequest(), series,
    std::move(frames), this->State->References, this->State->Darks);
  std::for_each(values.Files.begin(), values.Files.end(), watch);
  warnings.insert(warnings.end(), values.Warnings.begin(), values.Warnings.end());
  plan.ValuesAreGuessed = values.IsGuess;
  plan.Recipe = std::move(values.Stack);
  plan.Stack.Numbers = values.Numbers;

  paraxanes::AlignmentRequest alignmentRequest = this->MakeAlignmentRequest();
  alignmentRequest.Frames = selected;
  paraxanes::StackAlignment alignment =
    paraxanes::MakeAlignment(alignmentRequest, series, energies);
  std::for_each(alignment.Files.begin(), alignment.Files.end(), watch);
  warnings.insert(warnings.end(), alignment.Warnings.begin(), alignment.Warnings.end());
  plan.Recipe.Between = this->Interpolation == CUBIC ? paraxanes::Interpolation::Cubic
                                                     : paraxanes::Interpolation::Linear;
  for (std::size_t k = 0; k < selected.size(); ++k)
  {
    plan.Recipe.Frames[k].Place = alignment.Places[selected[k]];
  }
  // A PixelSize that is given is that of the grid; those of the frames follow.
  if (this->PixelSize > 0.0 && !alignment.PixelSizes.empty())
  {
    const double known =
      alignment.PixelSize > 0.0 ? alignment.PixelSize : alignment.PixelSizes.front();
    const double scale = this->PixelSize / known;
    for (double& size : alignment.PixelSizes)
    {
      size *= scale;
    }
    for (paraxanes::FrameSource& frame : plan.Recipe.Frames)
    {
      frame.Image.PixelSize *= scale;
    }
  }
  const auto alignmentNumbers = alignment.Numbers(selected);
  plan.Stack.Numbers.insert(
    plan.Stack.Numbers.end(), alignmentNumbers.begin(), alignmentNumbers.end());

  const double pixelSize = series.PixelSize;
  if (alignment.PixelSize != pixelSize && pixelSize > 0.0)
  {
    series.PixelHeight = alignment.PixelSize * (series.PixelHeight / pixelSize);
  }
  series.PixelSize = alignment.PixelSize;
  series.SliceSpacing = alignment.SliceSpacing;
  plan.Grid = paraxanes::MakeGrid(series, this->MakeGridRequest());
  if (this->PixelSize == 0.0 && series.PixelSize == 0.0)
  {
    warnings.push_back("No pixel size is found in " +
      BaseName(series.Frames.front().File().Path()) +
      ": 1 um is taken. Set PixelSize (um), on which every length and gradient depends.");
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    plan.Stack.Whole[2 * axis] = 0;
    plan.Stack.Whole[2 * axis + 1] = plan.Grid.Count[axis] - 1;
    plan.Stack.Spacing[axis] = plan.Grid.Spacing[axis];
    plan.Stack.Origin[axis] = plan.Grid.Origin[axis];
  }

  series.Values = values.Kind;
  series.PixelSize = this->PixelSize > 0.0 ? this->PixelSize : pixelSize;
  plan.Read = this->SeriesThatIsRead(plan, series);

  plan.Stack.Texts = {
    { "absorbance_unit", values.Unit },
    { "absorbance_from", values.From },
    { "source",
      BaseName(series.Frames.front().File().Path()) + " (" +
        std::to_string(this->State->Files.Size()) + " files)" },
    { "paraxanes_version", paraxanes::PluginVersion() },
  };
  // A file that was written by this program says it itself, as long as its values are kept.
  if (!plan.Recipe.Intensities && !series.ArrayName.empty())
  {
    plan.Stack.ArrayName = series.ArrayName;
  }
  plan.Stack.Texts.insert(
    plan.Recipe.Intensities ? plan.Stack.Texts.begin() : plan.Stack.Texts.end(),
    series.Texts.begin(), series.Texts.end());
  for (auto& [name, numbers] : series.Numbers)
  {
    if (numbers.size() == series.Frames.size()) // one for each energy
    {
      std::vector<double> kept;
      for (const std::size_t k : selected)
      {
        kept.push_back(numbers[k]);
      }
      numbers = std::move(kept);
    }
  }
  plan.Stack.Numbers.insert(
    plan.Stack.Numbers.begin(), series.Numbers.begin(), series.Numbers.end());
  return plan;
}

// What the plan reads of the series, so that a description of it gives the same again. Sizes are
// those before the magnification is corrected, which is done again.
paraxanes::Series vtkTXMStackReader::SeriesThatIsRead(const Plan& plan, Series series) const
{
  series.Frames.clear();
  for (std::size_t k = 0; k < plan.Recipe.Frames.size(); ++k)
  {
    const paraxanes::FrameSource& source = plan.Recipe.Frames[k];
    Frame frame = source.Image;
    frame.Energy = plan.Stack.Energies[k];
    const bool light = !this->I0File.empty() || source.Image.Incident > 0.0;
    const bool byNumber = series.Values == ValueKind::Counts && frame.References.empty() && light;
    frame.Incident = byNumber ? source.Incident : 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      frame.Shift[axis] = source.Place[axis].Shift;
    }
    if (!this->ScaleByExposure)
    {
      for (auto* images : { &frame.Images, &frame.References })
      {
        for (paraxanes::StackImage& image : *images)
        {
          image.ExposureTime = 0.0; // not to be scaled by
        }
      }
    }
    series.Frames.push_back(std::move(frame));
  }
  if (series.PixelSize > 0.0)
  {
    series.SliceSpacing = plan.Grid.Stored[2] * (series.PixelSize / plan.Grid.Stored[0]);
  }
  else if (this->SliceSpacing > 0.0)
  {
    series.SliceSpacing = this->SliceSpacing;
  }
  series.Stride = plan.Grid.Stride;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    series.VOI[2 * axis] = plan.Grid.First[axis];
    series.VOI[2 * axis + 1] =
      plan.Grid.First[axis] + (plan.Grid.Count[axis] - 1) * plan.Grid.Stride[axis];
  }
  return series;
}

// Before the shift.
std::vector<double> vtkTXMStackReader::ExcludedInFiles() const
{
  std::vector<double> energies;
  for (const double energy : this->ExcludedEnergies)
  {
    energies.push_back(energy - this->EnergyShift);
  }
  return energies;
}

void vtkTXMStackReader::CheckNumbers() const
{
  const auto check = [](bool good, const char* name, double found, const char* expected)
  {
    if (!good)
    {
      throw FormatError(
        std::string(name) + " is " + Text(found) + "; " + expected + " is expected.");
    }
  };
  const auto size = [](double value) { return std::isfinite(value) && value >= 0.0; };
  check(size(this->PixelSize), "PixelSize", this->PixelSize, "0 (from the file) or more um");
  check(size(this->SliceSpacing), "SliceSpacing", this->SliceSpacing, "0 (automatic) or more um");
  check(size(this->ZingerThreshold), "ZingerThreshold", this->ZingerThreshold, "0 (off) or more");
  check(std::isfinite(this->EnergyShift), "EnergyShift", this->EnergyShift, "a number of eV");
  for (const double energy : this->ExcludedEnergies)
  {
    check(std::isfinite(energy), "One of the ExcludedEnergies", energy, "a number of eV");
  }
  const double* range = this->EnergyRange;
  if (!(range[0] <= range[1]) || !std::isfinite(range[0]) || !std::isfinite(range[1]))
  {
    throw FormatError("EnergyRange is " + Text(range[0]) + " to " + Text(range[1]) +
      " eV; the lowest energy and then the highest, or 0 0 for all, is expected.");
  }
}

std::string vtkTXMStackReader::DescriptionText(const std::string& folder, std::string& error)
{
  StackDescription stack;
  if (!this->DescribeStack(stack, error))
  {
    return {};
  }
  std::string others;
  const auto check = [&others](bool used, const char* name)
  { others += used ? (others.empty() ? "" : ", ") + std::string(name) : ""; };
  const Plan& plan = this->State->Current;
  check(plan.Recipe.Background.Columns > 0, "BackgroundRegion");
  check(plan.Recipe.Despeckle, "DespeckleReferences");
  check(plan.Recipe.Zingers > 0.0, "ZingerThreshold");
  check(this->CorrectMagnification, "CorrectMagnification");
  check(this->Interpolation == CUBIC, "Interpolation");
  if (!others.empty())
  {
    vtkWarningMacro("A description says which images a stack is made of, not what is done to them. "
                    "Set these properties again where it is opened: "
      << others << ".");
  }
  try
  {
    return paraxanes::WriteStackDescription(plan.Read, folder);
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
  }
  return {};
}

// Of files that have not changed nothing is said twice, whatever property is set.
void vtkTXMStackReader::WarnOnce(const std::string& about, const std::string& warning)
{
  Internals& state = *this->State;
  if (state.ToldOf != this->FileNames)
  {
    state.ToldOf = this->FileNames;
    state.Told.clear();
  }
  if (state.Told.insert(about).second)
  {
    vtkWarningMacro(<< warning);
  }
}

bool vtkTXMStackReader::DescribeStack(StackDescription& stack, std::string& error)
{
  Internals& state = *this->State;
  const vtkMTimeType time = this->GetMTime();
  const std::string changed = state.Valid ? state.FindChangedFile() : std::string();
  if (!state.Valid || !changed.empty() || state.MadeFor != time)
  {
    if (!changed.empty())
    {
      state.FilesChanged.Modified();
      state.ChangedFile = changed;
      state.Told.clear();
    }
    state.Valid = false;
    try
    {
      state.Current = this->MakePlan();
    }
    catch (const std::bad_alloc&)
    {
      error = "There is not enough memory to describe the stack.";
      return false;
    }
    catch (const std::exception& exception)
    {
      error = exception.what();
      return false;
    }
    state.Valid = true;
    state.MadeFor = time;
    state.CheckedFit = false;
    for (const char* kind : { NotFiniteValues, ReplacedPixels })
    {
      state.Told.erase(kind); // of parts, whose numbers may be others now
    }
  }
  stack = state.Current.Stack;
  return true;
}

bool vtkTXMStackReader::DescribeAgain(StackDescription& stack, std::string& error)
{
  if (!this->State->Valid || this->State->MadeFor != this->GetMTime())
  {
    return this->DescribeStack(stack, error);
  }
  stack = this->State->Current.Stack;
  return true;
}

bool vtkTXMStackReader::FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
  EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
  const ProgressFunction& progress, std::string& error)
{
  const Plan& plan = this->State->Current;
  if (!paraxanes::Contains(stack.Whole, box))
  {
    error = this->WhatChanged() + " has changed since the stack was described; reload it.";
    return false;
  }
  paraxanes::VoxelBox voxels;
  double values = energies.Last - energies.First;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    voxels.Stride[axis] = plan.Grid.Stride[axis];
    voxels.First[axis] = plan.Grid.First[axis] + box[2 * axis] * voxels.Stride[axis];
    voxels.Count[axis] = box[2 * axis + 1] - box[2 * axis] + 1;
    values *= voxels.Count[axis];
  }
  paraxanes::StackRecipe recipe = plan.Recipe;
  recipe.Frames.assign(
    plan.Recipe.Frames.begin() + energies.First, plan.Recipe.Frames.begin() + energies.Last);
  const auto cache = static_cast<std::int64_t>(values * sizeof(float) / 10);
  try
  {
    const paraxanes::FrameReader reader(std::move(recipe), std::max(cache, SmallestCache));
    if (!paraxanes::ReadSpectra(reader, voxels, spectra, ranges, progress))
    {
      return false;
    }
    const std::string changed = this->State->FindChangedFile(energies.First, energies.Last);
    if (!changed.empty())
    {
      error = changed + ChangedWhileRead;
      return false;
    }
    const paraxanes::PixelCounts counts = reader.Counts();
    this->State->Found = { values, static_cast<double>(ranges.NotFinite()),
      static_cast<double>(counts.Outside), static_cast<double>(counts.NotPositive),
      static_cast<double>(counts.Zingers), static_cast<double>(counts.ReferenceZingers),
      LeastMaximum(ranges) };
  }
  catch (const std::bad_alloc&)
  {
    error = "There is not enough memory to read the stack.";
    return false;
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
    return false;
  }
  return true;
}

// Not when the stack is described: a script may be about to say what is missing.
void vtkTXMStackReader::WarnOfFiles()
{
  for (const std::string& warning : this->State->Current.Warnings)
  {
    this->WarnOnce(warning, warning);
  }
}

// What several ranks read, shared planes included, is told by the first one.
void vtkTXMStackReader::AfterReading(const paraxanes::Ranks& ranks)
{
  const ValueCounts mine = std::exchange(this->State->Found, {});
  double counts[] = { mine.Values, mine.NotFinite, mine.Outside, mine.NotPositive, mine.Zingers,
    mine.ReferenceZingers };
  ranks.Sum(counts, 6);
  const double leastMaximum = ranks.Max(mine.LeastMaximum);
  if (ranks.IsRoot())
  {
    this->WarnOfFiles();
    this->WarnOfValues(
      { counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], leastMaximum },
      this->ShowsOneEnergy());
  }
}

// Of a stack that is read in parts, by slabs or energies, the first part alone is told.
void vtkTXMStackReader::WarnOfValues(const ValueCounts& found, bool part)
{
  const std::string more =
    part ? " This is one part of the stack; there may be more in others." : "";
  const auto count = [](double number) { return Text(number, 15); };
  const auto warn = [&](const char* kind, const std::string& text)
  { this->WarnOnce(part ? kind : text, text + more); };
  if (this->State->Current.ValuesAreGuessed && found.LeastMaximum > LargestAbsorbance)
  {
    warn(LargeValues,
      "Every image has values above " + Text(LargestAbsorbance) + ", and nothing says what they " +
        "are: they are taken for absorbance, which is seldom more than 3. If they are counts, give "
        "ReferenceFileNames, an I0File or a BackgroundRegion (pixels beside the sample). If they "
        "are absorbance, set ValueType to Absorbance.");
  }
  if (found.NotFinite > 0.0)
  {
    const std::string outside = found.Outside > 0.0
      ? count(found.Outside) + " because they lie outside of a shifted or magnified image, "
      : "";
    warn(NotFiniteValues,
      count(found.NotFinite) + " of " + count(found.Values) +
        " values that were read are NaN or infinite, " + outside + count(found.NotPositive) +
        " of them because an intensity is zero or negative. Such voxels have no edge energy.");
  }
  if (found.Zingers + found.ReferenceZingers > 0.0)
  {
    warn(ReplacedPixels,
      "ZingerThreshold " + Text(this->ZingerThreshold) + " replaced " + count(found.Zingers) +
        " pixels of images of the sample and " + count(found.ReferenceZingers) +
        " of references by the median around them.");
  }
}

bool vtkTXMStackReader::AddToOutput(
  const StackDescription& stack, vtkImageData* output, const ProgressFunction&)
{
  const paraxanes::Ranks ranks(this->GetOutputInformation(0));
  auto* spectra = vtkFloatArray::SafeDownCast(output->GetPointData()->GetScalars());
  if (this->ShowsOneEnergy() || this->State->CheckedFit || !ranks.IsRoot() || !spectra)
  {
    return true;
  }
  this->State->CheckedFit = true;
  const std::string warning = paraxanes::FrameFitWarning(
    spectra->GetPointer(0), paraxanes::MakeExtent(output->GetExtent()), stack.Energies);
  if (!warning.empty())
  {
    this->WarnOnce(warning, warning);
  }
  return true;
}

void vtkTXMStackReader::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  const char* const types[] = { "Auto", "Absorbance", "Transmission", "Counts" };
  os << indent << "FileNames: " << this->FileNames.size() << " files\n";
  os << indent << "FindSeries: " << this->FindSeries << "\n";
  os << indent << "EnergiesFile: " << this->EnergiesFile << "\n";
  os << indent << "EnergyShift: " << this->EnergyShift << " eV\n";
  os << indent << "ExcludedEnergies: " << this->ExcludedEnergies.size() << " energies\n";
  os << indent << "EnergyRange: " << this->EnergyRange[0] << " " << this->EnergyRange[1] << " eV\n";
  os << indent << "PixelSize: " << this->PixelSize << " um\n";
  os << indent << "SliceSpacing: " << this->SliceSpacing << " um\n";
  os << indent << "ValueType: " << types[this->ValueType] << "\n";
  os << indent << "ReferenceFileNames: " << this->ReferenceFileNames.size() << " files\n";
  os << indent << "DarkFileNames: " << this->DarkFileNames.size() << " files\n";
  os << indent << "I0File: " << this->I0File << "\n";
  os << indent << "DataPath: " << this->DataPath << "\n";
  os << indent << "EnergyPath: " << this->EnergyPath << "\n";
  os << indent << "AxisOrder: " << this->AxisOrder << "\n";
  os << indent << "ScaleByExposure: " << this->ScaleByExposure << "\n";
  os << indent << "DespeckleReferences: " << this->DespeckleReferences << "\n";
  os << indent << "ZingerThreshold: " << this->ZingerThreshold << "\n";
  os << indent << "BackgroundRegion: " << this->BackgroundRegion[0] << " "
     << this->BackgroundRegion[1] << " " << this->BackgroundRegion[2] << " "
     << this->BackgroundRegion[3] << "\n";
  os << indent << "CorrectMagnification: " << this->CorrectMagnification << "\n";
  os << indent << "OpticalAxis: " << this->OpticalAxis[0] << " " << this->OpticalAxis[1] << "\n";
  os << indent << "ShiftsFile: " << this->ShiftsFile << "\n";
  os << indent << "Interpolation: " << (this->Interpolation == CUBIC ? "Cubic" : "Linear") << "\n";
  os << indent << "VOI: " << this->VOI[0] << " " << this->VOI[1] << " " << this->VOI[2] << " "
     << this->VOI[3] << " " << this->VOI[4] << " " << this->VOI[5] << "\n";
  os << indent << "Stride: " << this->Stride[0] << " " << this->Stride[1] << " " << this->Stride[2]
     << "\n";
}
