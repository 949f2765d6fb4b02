// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkTXMStackReader.h"

#include "EnergyStack.h"
#include "Formats/EnergyNames.h"
#include "Formats/EnergyTable.h"
#include "Formats/FileCache.h"
#include "Formats/FramePixels.h"
#include "Formats/StackPixels.h"
#include "Formats/StackSeries.h"

#include "Absorbance.h"
#include "EnergyAxis.h"

#include <vtkObjectFactory.h>
#include <vtkTimeStamp.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <iomanip>
#include <new>
#include <optional>
#include <sstream>
#include <utility>
#include <vtksys/SystemTools.hxx>

namespace
{

using paraxanes::FormatError;
using paraxanes::FrameSource;
using paraxanes::Series;
using paraxanes::ValueKind;

std::string BaseName(const std::string& path)
{
  return vtksys::SystemTools::GetFilenameName(path);
}

std::string Text(double number)
{
  std::ostringstream text;
  text << std::setprecision(10) << number;
  return text.str();
}

std::string TextOfRange(const std::vector<double>& energies)
{
  return Text(energies.front()) + " to " + Text(energies.back()) + " eV";
}

// Ascending energies and positive counts.
void ReadIncident(
  const std::string& path, std::vector<double>& energies, std::vector<double>& counts)
{
  std::vector<paraxanes::EnergyEntry> entries = paraxanes::ReadEnergyTable(path);
  std::sort(entries.begin(), entries.end(),
    [](const auto& a, const auto& b) { return a.Energy < b.Energy; });
  for (const paraxanes::EnergyEntry& entry : entries)
  {
    if (!(entry.Value > 0.0) || !std::isfinite(entry.Value))
    {
      throw FormatError(path + " has no positive number beside the energy " + Text(entry.Energy) +
        " eV; two columns, energy and counts, are expected.");
    }
    if (!energies.empty() && entry.Energy == energies.back())
    {
      throw FormatError(path + " repeats the energy " + Text(entry.Energy) + " eV.");
    }
    energies.push_back(entry.Energy);
    counts.push_back(entry.Value);
  }
}

void SetIncident(std::vector<FrameSource>& frames, const std::string& path)
{
  std::vector<double> energies;
  std::vector<double> counts;
  ReadIncident(path, energies, counts);
  for (FrameSource& frame : frames)
  {
    const std::optional<double> incident = paraxanes::InterpolateSpectrum(
      energies, counts, frame.Image.Energy, paraxanes::EnergyTolerance);
    if (!incident)
    {
      throw FormatError(path + " covers " + TextOfRange(energies) +
        ", and the stack has an image at " + Text(frame.Image.Energy) +
        " eV. Give a spectrum that covers the stack, or a smaller EnergyRange.");
    }
    frame.Incident = *incident;
  }
}

// First and last voxel of an axis.
std::pair<int, int> AxisRange(const int* voi, int size, char axis)
{
  if (voi[1] < voi[0])
  {
    return { 0, size - 1 };
  }
  if (voi[0] < 0 || voi[1] >= size)
  {
    throw FormatError(std::string("VOI asks for voxels ") + std::to_string(voi[0]) + " to " +
      std::to_string(voi[1]) + " along " + axis + "; the stack has 0 to " +
      std::to_string(size - 1) + ".");
  }
  return { voi[0], voi[1] };
}

}

// All that is known about the stack before pixels are read.
struct vtkTXMStackReader::Plan
{
  StackDescription Stack;
  std::vector<FrameSource> Frames;
  int First[3] = { 0, 0, 0 }; // of the VOI
  std::vector<std::pair<std::string, paraxanes::FileStamp>> Stamps;
};

struct vtkTXMStackReader::Internals
{
  paraxanes::FileCache Files;
  paraxanes::FileCache References;
  Plan Current;
  bool Valid = false;
  bool WarnedOfValues = false;
  vtkMTimeType MadeFor = 0; // MTime of the reader
  vtkTimeStamp FilesChanged;

  bool SameFiles() const
  {
    return std::all_of(this->Current.Stamps.begin(), this->Current.Stamps.end(),
      [](const auto& file) { return paraxanes::StampOf(file.first) == file.second; });
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
  const std::string extension =
    vtksys::SystemTools::LowerCase(vtksys::SystemTools::GetFilenameLastExtension(name ? name : ""));
  if (extension != ".tif" && extension != ".tiff")
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

vtkTXMStackReader::Plan vtkTXMStackReader::MakePlan(std::vector<std::string>& warnings)
{
  if (this->FileNames.empty())
  {
    throw paraxanes::IncompleteError("There are no FileNames.");
  }
  Plan plan;
  const auto watch = [&plan](const std::string& path)
  { plan.Stamps.emplace_back(path, paraxanes::StampOf(path)); };
  for (const std::string& table : { this->EnergiesFile, this->I0File })
  {
    if (!table.empty())
    {
      watch(table);
    }
  }

  const paraxanes::StackRequest request = { this->FileNames, this->FindSeries, this->EnergiesFile,
    {} };
  const Series series = paraxanes::FindStack(request, this->State->Files);
  warnings = series.Warnings;
  std::vector<double> energies;
  for (const paraxanes::Frame& frame : series.Frames)
  {
    energies.push_back(frame.Energy + this->EnergyShift);
    for (const paraxanes::StackImage& image : frame.Images)
    {
      if (plan.Stamps.empty() || plan.Stamps.back().first != image.File->Path())
      {
        watch(image.File->Path());
      }
    }
  }

  std::vector<double> unmatched;
  const std::vector<std::size_t> selected = paraxanes::SelectEnergies(
    energies, this->ExcludedEnergies, { this->EnergyRange[0], this->EnergyRange[1] }, unmatched);
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
  std::vector<paraxanes::Frame> frames;
  for (const std::size_t k : selected)
  {
    frames.push_back(series.Frames[k]);
    plan.Frames.push_back({ series.Frames[k], 0.0 });
    plan.Stack.Energies.push_back(energies[k]);
  }

  // What the values are.
  const bool hasReferences = !this->ReferenceFileNames.empty();
  const bool embedded = std::all_of(frames.begin(), frames.end(),
    [](const paraxanes::Frame& frame) { return !frame.References.empty(); });
  const bool hasIncident = hasReferences || !this->I0File.empty();
  const bool counts = this->ValueType == COUNTS ||
    (this->ValueType == AUTO && (hasIncident || series.Values == ValueKind::Counts));
  const bool transmission = !counts &&
    (this->ValueType == TRANSMISSION ||
      (this->ValueType == AUTO && series.Values == ValueKind::Transmission));
  std::string from = "the values of the files";
  for (FrameSource& frame : plan.Frames)
  {
    if (!counts || !this->I0File.empty())
    {
      frame.Image.References.clear();
      frame.Image.Darks.clear();
    }
  }
  if (hasReferences && !this->I0File.empty())
  {
    throw FormatError("I0File and ReferenceFileNames are both given; one of them is expected.");
  }
  if (counts && !hasIncident && !embedded)
  {
    throw FormatError(
      "The values are counts; absorbance needs an I0File or ReferenceFileNames beside them.");
  }
  if (!counts && hasIncident)
  {
    warnings.push_back("I0File and ReferenceFileNames are not used, as ValueType is not Counts.");
  }
  if (counts && hasReferences)
  {
    const std::vector<std::string> paths =
      paraxanes::ExpandFiles(this->ReferenceFileNames, this->FindSeries);
    std::for_each(paths.begin(), paths.end(), watch);
    const auto references =
      paraxanes::MatchReferences(frames, this->State->References.Describe(paths, {}));
    for (std::size_t k = 0; k < references.size(); ++k)
    {
      plan.Frames[k].Image.References = references[k];
    }
    from = "-ln(counts / reference images)";
  }
  else if (counts && hasIncident)
  {
    SetIncident(plan.Frames, this->I0File);
    from = "-ln(counts / " + BaseName(this->I0File) + ")";
  }
  else if (counts)
  {
    from = "-ln(counts / references of the files)";
  }
  else if (transmission)
  {
    for (FrameSource& frame : plan.Frames)
    {
      frame.Incident = 1.0;
    }
    from = "-ln(transmission)";
  }

  // Where the voxels are.
  const int sizes[3] = { series.Columns, series.Rows, series.Slices };
  const double pixelSize = this->PixelSize > 0.0 ? this->PixelSize
    : series.PixelSize > 0.0                     ? series.PixelSize
                                                 : 1.0;
  const bool fileSpacing = this->PixelSize == 0.0 && series.SliceSpacing > 0.0;
  const double sliceSpacing = this->SliceSpacing > 0.0 ? this->SliceSpacing
    : fileSpacing                                      ? series.SliceSpacing
                                                       : pixelSize;
  const double spacing[3] = { pixelSize, pixelSize, sliceSpacing };
  for (int axis = 0; axis < 3; ++axis)
  {
    const int stride = this->Stride[axis];
    if (stride < 1)
    {
      throw FormatError("Stride is " + std::to_string(stride) + " along " + "xyz"[axis] +
        "; 1 or more is expected.");
    }
    const auto [first, last] = AxisRange(this->VOI + 2 * axis, sizes[axis], "xyz"[axis]);
    plan.First[axis] = first;
    plan.Stack.Whole[2 * axis] = 0;
    plan.Stack.Whole[2 * axis + 1] = (last - first) / stride;
    plan.Stack.Spacing[axis] = spacing[axis] * stride;
    plan.Stack.Origin[axis] = spacing[axis] * first;
  }

  const bool logarithm = counts || transmission || series.Slices == 1;
  plan.Stack.Texts = {
    { "absorbance_unit", logarithm ? "-ln(I/I0)" : "attenuation per length, unit of the files" },
    { "absorbance_from", from },
    { "source",
      BaseName(series.Frames.front().File().Path()) + " (" +
        std::to_string(this->State->Files.Size()) + " files)" },
    { "paraxanes_version", paraxanes::PluginVersion() },
  };
  return plan;
}

bool vtkTXMStackReader::DescribeStack(StackDescription& stack, std::string& error)
{
  Internals& state = *this->State;
  const vtkMTimeType time = this->GetMTime();
  const bool sameFiles = state.Valid && state.SameFiles();
  if (!sameFiles || state.MadeFor != time)
  {
    if (state.Valid && !sameFiles)
    {
      state.FilesChanged.Modified();
    }
    state.Valid = false;
    std::vector<std::string> warnings;
    try
    {
      state.Current = this->MakePlan(warnings);
    }
    catch (const std::bad_alloc&)
    {
      error = "There is not enough memory to describe the stack.";
      return false;
    }
    catch (const std::exception& exception)
    {
      error = exception.what();
      stack.Incomplete = dynamic_cast<const paraxanes::IncompleteError*>(&exception) != nullptr;
      return false;
    }
    state.Valid = true;
    state.MadeFor = time;
    state.WarnedOfValues = false;
    for (const std::string& warning : warnings)
    {
      vtkWarningMacro(<< warning);
    }
  }
  stack = state.Current.Stack;
  return true;
}

bool vtkTXMStackReader::FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
  EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
  const ProgressFunction& progress, std::string& error)
{
  const Plan& plan = this->State->Current;
  if (!paraxanes::Contains(stack.Whole, box))
  {
    error = "The files have changed since the stack was described; reload them.";
    return false;
  }
  paraxanes::VoxelBox voxels;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    voxels.First[axis] = plan.First[axis] + box[2 * axis] * this->Stride[axis];
    voxels.Count[axis] = box[2 * axis + 1] - box[2 * axis] + 1;
    voxels.Stride[axis] = this->Stride[axis];
  }
  const std::vector<FrameSource> frames(
    plan.Frames.begin() + energies.First, plan.Frames.begin() + energies.Last);
  paraxanes::PixelCounts counts;
  try
  {
    const paraxanes::FrameReader reader(frames);
    if (!paraxanes::ReadSpectra(reader, voxels, spectra, ranges, progress))
    {
      return false;
    }
    counts = reader.Counts();
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
  // Once for a stack, not for each of its slabs and energies.
  if (counts.NotFinite > 0 && !this->State->WarnedOfValues)
  {
    this->State->WarnedOfValues = true;
    const double values =
      static_cast<double>(frames.size()) * voxels.Count[0] * voxels.Count[1] * voxels.Count[2];
    vtkWarningMacro(<< counts.NotFinite << " of " << values
                    << " values that were read are NaN or infinite, " << counts.NotPositive
                    << " of them because an intensity is zero or negative. Such voxels have no "
                       "edge energy.");
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
  os << indent << "I0File: " << this->I0File << "\n";
  os << indent << "VOI: " << this->VOI[0] << " " << this->VOI[1] << " " << this->VOI[2] << " "
     << this->VOI[3] << " " << this->VOI[4] << " " << this->VOI[5] << "\n";
  os << indent << "Stride: " << this->Stride[0] << " " << this->Stride[1] << " " << this->Stride[2]
     << "\n";
}
