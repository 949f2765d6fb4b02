// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkSpectrumProbe.h"

#include "Absorbance.h"
#include "EdgeAnalysis.h"
#include "EnergyStack.h"
#include "Ranks.h"
#include "SpectrumCurves.h"
#include "SpectrumRows.h"
#include "SpectrumSum.h"
#include "StackRun.h"
#include "TableColumns.h"
#include "Threads.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkMatrix3x3.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkStringArray.h>
#include <vtkTable.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>

vtkStandardNewMacro(vtkSpectrumProbe);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::AddColumn;
using paraxanes::Extent;
using paraxanes::SpectrumSum;
using paraxanes::StackRun;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr vtkIdType MostSelections = 1000; // a row each
constexpr double VoxelsAtOnce = 262144;    // of a sphere

using Point = std::array<double, 3>;

constexpr Point Nowhere = { NaN, NaN, NaN };

Point PositionOf(vtkImageData* image, int x, int y, int z)
{
  const double* origin = image->GetOrigin();
  const double* spacing = image->GetSpacing();
  return { origin[0] + x * spacing[0], origin[1] + y * spacing[1], origin[2] + z * spacing[2] };
}

std::string Text(const Point& point)
{
  std::ostringstream text;
  text << point[0] << ", " << point[1] << ", " << point[2];
  return text.str();
}

// The voxels that may lie within the radius, or the one nearest to the point.
Extent BoxAbout(vtkImageData* image, const Point& point, double radius)
{
  Extent box;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double origin = image->GetOrigin()[axis];
    const double spacing = image->GetSpacing()[axis];
    const double at = std::clamp((point[axis] - origin) / spacing, -1e9, 1e9);
    const double reach = std::min(radius / spacing, 1e9);
    box[2 * axis] = static_cast<int>(radius > 0.0 ? std::ceil(at - reach) : std::round(at));
    box[2 * axis + 1] = static_cast<int>(radius > 0.0 ? std::floor(at + reach) : std::round(at));
  }
  return box;
}

bool IsWithin(const Point& a, const Point& b, double radius)
{
  const double dx = a[0] - b[0];
  const double dy = a[1] - b[1];
  const double dz = a[2] - b[2];
  return radius == 0.0 || dx * dx + dy * dy + dz * dz <= radius * radius;
}

// Each spectrum at its edge, to mark it on a chart.
std::vector<double> ValuesAt(const std::vector<double>& edges, const std::vector<double>& energies,
  const std::vector<std::vector<double>>& spectra)
{
  std::vector<double> values;
  for (std::size_t i = 0; i < edges.size(); ++i)
  {
    values.push_back(std::isnan(edges[i])
        ? NaN
        : paraxanes::InterpolateSpectrum(energies, spectra[i], edges[i], 0.0).value_or(NaN));
  }
  return values;
}

template <typename Body>
void ForEachVoxel(const Extent& box, Body body)
{
  for (int z = box[4]; z <= box[5]; ++z)
  {
    for (int y = box[2]; y <= box[3]; ++y)
    {
      for (int x = box[0]; x <= box[1]; ++x)
      {
        body(x, y, z);
      }
    }
  }
}

}

// The selections, and the sums of their spectra.
struct vtkSpectrumProbe::Spectra
{
  std::vector<std::string> Names;
  std::vector<Point> Positions; // NaN where it has none
  std::vector<SpectrumSum> Sums;
  vtkDataArray* Labels = nullptr;

  void Add(const std::string& name, const Point& position, std::size_t energies)
  {
    this->Names.push_back(name);
    this->Positions.push_back(position);
    this->Sums.emplace_back(energies);
  }

  // Labels from 1 on, as many as some rank has.
  void AddLabels(std::size_t most, std::size_t energies)
  {
    while (this->Names.size() < most)
    {
      this->Add(std::to_string(this->Names.size() + 1), Nowhere, energies);
    }
  }

  // Collective.
  void SumOverRanks(const paraxanes::Ranks& ranks)
  {
    std::vector<double> sums;
    std::vector<vtkIdType> counts;
    for (const SpectrumSum& sum : this->Sums)
    {
      sums.insert(sums.end(), sum.Sum.begin(), sum.Sum.end());
      counts.push_back(static_cast<vtkIdType>(sum.Count));
    }
    ranks.Sum(sums.data(), static_cast<vtkIdType>(sums.size()));
    ranks.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
    const double* next = sums.data();
    for (std::size_t i = 0; i < this->Sums.size(); ++i)
    {
      SpectrumSum& sum = this->Sums[i];
      std::copy_n(next, sum.Sum.size(), sum.Sum.begin());
      next += sum.Sum.size();
      sum.Count = counts[i];
    }
  }

  // Labels that no voxel has are no particles.
  void RemoveEmpty()
  {
    Spectra kept;
    for (std::size_t i = 0; i < this->Names.size(); ++i)
    {
      if (this->Sums[i].Count > 0)
      {
        kept.Add(this->Names[i], this->Positions[i], 0);
        kept.Sums.back() = this->Sums[i];
      }
    }
    *this = kept;
  }

  std::vector<double> Mean(std::size_t i) const
  {
    const SpectrumSum& sum = this->Sums[i];
    std::vector<double> mean = sum.Sum;
    for (double& mu : mean)
    {
      mu = sum.Count > 0 ? mu / static_cast<double>(sum.Count) : NaN;
    }
    return mean;
  }
};

vtkSpectrumProbe::vtkSpectrumProbe()
{
  this->SetNumberOfOutputPorts(2);
}

vtkSpectrumProbe::~vtkSpectrumProbe() = default;

void vtkSpectrumProbe::AddPoint(double x, double y, double z)
{
  this->Points.push_back({ x, y, z });
  this->Modified();
}

void vtkSpectrumProbe::RemoveAllPoints()
{
  this->Points.clear();
  this->Modified();
}

void vtkSpectrumProbe::SetLabelArray(const char* name)
{
  this->SetInputArrayToProcess(2, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

// Fits and errors follow from raw spectra.
const char* vtkSpectrumProbe::GetDefaultInputArray(vtkImageData* input)
{
  const char* raw = "absorbance";
  return input->GetPointData()->HasArray(raw) ? raw : this->Superclass::GetDefaultInputArray(input);
}

int vtkSpectrumProbe::FillOutputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), "vtkTable");
  return 1;
}

int vtkSpectrumProbe::RequestInformation(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  // The time of a source that shows one energy at a time is no time of the tables.
  for (int port = 0; port < outputVector->GetNumberOfInformationObjects(); ++port)
  {
    outputVector->GetInformationObject(port)->Remove(Pipeline::TIME_STEPS());
    outputVector->GetInformationObject(port)->Remove(Pipeline::TIME_RANGE());
  }
  return 1;
}

int vtkSpectrumProbe::RequestUpdateExtent(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  const int port = std::max(request->Get(vtkExecutive::FROM_OUTPUT_PORT()), 0);
  const paraxanes::PieceRequest piece(outputVector->GetInformationObject(port));
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  inInfo->Set(Pipeline::UPDATE_PIECE_NUMBER(), piece.Piece);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), piece.NumberOfPieces);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  return 1;
}

int vtkSpectrumProbe::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkTable* curves = vtkTable::GetData(outputVector, 0);
  vtkTable* results = vtkTable::GetData(outputVector, 1);
  StackRun run(
    inputVector[0]->GetInformationObject(0), vtkImageData::GetData(inputVector[0]), nullptr);
  paraxanes::ChooseNumberOfThreads(run.Ranks);
  this->ForgetWarnings();

  std::string error;
  if (!run.Ranks.AnyStopped(this) && this->Execute(run, curves, results, error))
  {
    return 1;
  }
  curves->Initialize();
  results->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

bool vtkSpectrumProbe::Execute(
  StackRun& run, vtkTable* curves, vtkTable* results, std::string& error)
{
  const auto find = [&](std::string& problem)
  { return run.IsEmpty() || (this->FindStack(run, problem) && this->FindMask(run, problem)); };
  if (!run.Ranks.AllDo(find, error))
  {
    return false;
  }
  run.ShareEnergies();
  run.Normalized = run.Ranks.Any(run.Normalized);
  if (run.Energies.empty())
  {
    error = "The input is an empty image; an energy stack is expected.";
    return false;
  }
  Spectra spectra;
  const auto name = [&](std::string& problem)
  {
    problem = this->FindNames(run, spectra);
    return problem.empty();
  };
  if (!paraxanes::FindOwnedExtent(run.Input, run.Request, run.Ranks, run.Owned, error) ||
    !run.Ranks.AllDo(name, error) || !this->FindMeanSpectrum(run, error))
  {
    return false;
  }
  // A label may be on one rank only; a rank that was given other points is refused.
  const auto most =
    static_cast<std::size_t>(run.Ranks.Max(static_cast<double>(spectra.Names.size())));
  const auto complete = [&](std::string& problem)
  {
    if (this->Selection != LABELS && most != spectra.Names.size())
    {
      problem = "The ranks were given different points.";
      return false;
    }
    spectra.AddLabels(most, run.Energies.size());
    return true;
  };
  if (!run.Ranks.AllDo(complete, error) ||
    !(this->Selection == POINTS ? this->SumPoints(run, spectra, error)
                                : this->SumBlocks(run, spectra, error)))
  {
    return false;
  }
  spectra.SumOverRanks(run.Ranks);
  return run.Ranks.AllDo([&](std::string& problem)
    { return !run.Ranks.IsRoot() || this->MakeTables(run, spectra, curves, results, problem); },
    error);
}

// What is wrong; empty when nothing is.
std::string vtkSpectrumProbe::FindNames(const StackRun& run, Spectra& spectra)
{
  const Extent& whole = run.Request.Whole;
  const double* spacing = run.Input->GetSpacing();
  if (!(spacing[0] > 0.0 && spacing[1] > 0.0 && spacing[2] > 0.0) ||
    !run.Input->GetDirectionMatrix()->IsIdentity())
  {
    return "The image is rotated against the axes, or its spacing is not positive: points do not "
           "tell its voxels. Give it a spacing and no direction.";
  }
  switch (this->Selection)
  {
    case MASK:
      if (paraxanes::ChosenArray(this, 1).empty())
      {
        return "Selection Mask needs a mask. Choose MaskArray.";
      }
      spectra.Add("mask", Nowhere, run.Energies.size());
      return {};
    case EVERY_VOXEL:
      if (paraxanes::NumberOfVoxels(whole) > MostSelections)
      {
        return "The image has " + std::to_string(paraxanes::NumberOfVoxels(whole)) +
          " voxels, and Selection EveryVoxel shows at most " + std::to_string(MostSelections) +
          ". Choose Points, Mask or Labels.";
      }
      ForEachVoxel(whole,
        [&](int x, int y, int z)
        {
          const std::string name =
            std::to_string(x) + " " + std::to_string(y) + " " + std::to_string(z);
          spectra.Add(name, PositionOf(run.Input, x, y, z), run.Energies.size());
        });
      return {};
    case LABELS:
      return this->FindLabels(run, spectra);
    default:
      return this->FindPoints(run, spectra);
  }
}

// Of this rank.
std::string vtkSpectrumProbe::FindLabels(const StackRun& run, Spectra& spectra)
{
  if (run.IsEmpty())
  {
    return {};
  }
  const std::string chosen = paraxanes::ChosenArray(this, 2);
  const std::string name = chosen.empty() ? "particle_id" : chosen;
  spectra.Labels = run.Input->GetPointData()->GetArray(name.c_str());
  if (!spectra.Labels || spectra.Labels->GetNumberOfComponents() != 1)
  {
    return "LabelArray: there is no point array \"" + name + "\" of one component; the input has " +
      paraxanes::ListPointArrays(run.Input) + ".";
  }
  const double most = spectra.Labels->GetRange()[1];
  if (most > static_cast<double>(MostSelections))
  {
    std::ostringstream text;
    text << "The highest label in \"" << name << "\" is " << most << "; at most " << MostSelections
         << " are shown. Choose another LabelArray, or drop small particles.";
    return text.str();
  }
  spectra.AddLabels(most >= 1.0 ? static_cast<std::size_t>(most) : 0, run.Energies.size());
  return {};
}

std::string vtkSpectrumProbe::FindPoints(const StackRun& run, Spectra& spectra)
{
  const Extent& whole = run.Request.Whole;
  std::vector<Point> points = this->Points;
  if (points.empty())
  {
    points.push_back(PositionOf(
      run.Input, (whole[0] + whole[1]) / 2, (whole[2] + whole[3]) / 2, (whole[4] + whole[5]) / 2));
  }
  for (const Point& point : points)
  {
    const bool finite = std::all_of(
      point.begin(), point.end(), [](double coordinate) { return std::isfinite(coordinate); });
    if (!finite || !std::isfinite(this->Radius))
    {
      return "The point " + Text(point) + " um or the radius is not finite.";
    }
    if (paraxanes::IsEmpty(paraxanes::Intersect(BoxAbout(run.Input, point, this->Radius), whole)))
    {
      return "There is no voxel at the point " + Text(point) + " um within the radius of " +
        std::to_string(this->Radius) + " um. Move the point into the image, or enlarge Radius.";
    }
    spectra.Add(std::to_string(spectra.Names.size() + 1), point, run.Energies.size());
  }
  return {};
}

// Reads boxes about the points only.
bool vtkSpectrumProbe::SumPoints(const StackRun& run, Spectra& spectra, std::string& error)
{
  const std::size_t energies = run.Energies.size();
  const double limit = this->GetSlabLimit() / (static_cast<double>(energies) * sizeof(float));
  const double atOnce = limit > 0.0 ? std::min(limit, VoxelsAtOnce) : VoxelsAtOnce;
  const auto points = static_cast<double>(spectra.Names.size());
  const auto sum = [&](std::string& problem)
  {
    std::vector<float> pulled;
    std::vector<double> spectrum(energies);
    for (std::size_t i = 0; i < spectra.Positions.size(); ++i)
    {
      const Point& point = spectra.Positions[i];
      const std::vector<Extent> slabs = paraxanes::SlabsOf(
        paraxanes::Intersect(BoxAbout(run.Input, point, this->Radius), run.Owned), atOnce);
      for (std::size_t k = 0; k < slabs.size(); ++k)
      {
        const auto done = [&](double fraction)
        {
          const double slab =
            (static_cast<double>(k) + fraction) / static_cast<double>(slabs.size());
          return this->Step((static_cast<double>(i) + slab) / points);
        };
        if (run.Source && !run.CopyBox(slabs[k], pulled, done, problem))
        {
          return false;
        }
        const float* next = pulled.data();
        ForEachVoxel(slabs[k],
          [&](int x, int y, int z)
          {
            const vtkIdType voxel = paraxanes::VoxelIndex(run.Box, x, y, z);
            const double mask = run.Mask ? run.Mask->GetTuple1(voxel) : 1.0;
            const bool inside = mask != 0.0 && !std::isnan(mask) &&
              IsWithin(PositionOf(run.Input, x, y, z), point, this->Radius);
            if (inside && run.Source)
            {
              spectra.Sums[i].AddIfFinite(next);
            }
            else if (inside)
            {
              run.Stack->GetTuple(voxel, spectrum.data());
              spectra.Sums[i].AddIfFinite(spectrum.data());
            }
            next += run.Source ? energies : 0;
          });
        if (!done(1.0))
        {
          return false;
        }
      }
    }
    return true;
  };
  return run.Ranks.AllDo(sum, error);
}

// Every voxel belongs to one selection or none. The sums of a slab's blocks come in any order and
// are added in a fixed one.
bool vtkSpectrumProbe::SumBlocks(const StackRun& run, Spectra& spectra, std::string& error)
{
  const std::size_t energies = run.Energies.size();
  const vtkIdType width = run.Box[1] - run.Box[0] + 1;
  const vtkIdType height = run.Box[3] - run.Box[2] + 1;
  const auto selectionOf = [&](vtkIdType voxel) -> vtkIdType
  {
    const int x = run.Box[0] + static_cast<int>(voxel % width);
    const int y = run.Box[2] + static_cast<int>(voxel / width % height);
    const int z = run.Box[4] + static_cast<int>(voxel / width / height);
    if (!paraxanes::Contains(run.Owned, { x, x, y, y, z, z }))
    {
      return -1;
    }
    switch (this->Selection)
    {
      case LABELS:
      {
        const double label = spectra.Labels->GetComponent(voxel, 0);
        return label >= 1.0 ? static_cast<vtkIdType>(label) - 1 : -1;
      }
      case EVERY_VOXEL:
        return paraxanes::VoxelIndex(run.Request.Whole, x, y, z);
      default:
        return 0;
    }
  };

  using Sums = std::map<vtkIdType, SpectrumSum>; // of selections
  std::mutex mutex;
  std::map<vtkIdType, Sums> sumsOfSlab;
  const auto block = [&](const paraxanes::SpectraBlock& of)
  {
    Sums sums;
    for (vtkIdType v = 0; v < of.Count; ++v)
    {
      const vtkIdType selection = of.Mask && of.Mask[v] == 0 ? -1 : selectionOf(of.First + v);
      if (selection < 0)
      {
        continue;
      }
      SpectrumSum& sum = sums.try_emplace(selection, energies).first->second;
      const std::size_t first = static_cast<std::size_t>(v) * energies;
      of.Floats ? sum.AddIfFinite(of.Floats + first) : sum.AddIfFinite(of.Doubles + first);
    }
    const std::lock_guard<std::mutex> lock(mutex);
    sumsOfSlab[of.First] = std::move(sums);
  };
  const auto endOfSlab = [&](double fraction)
  {
    for (const auto& sums : sumsOfSlab)
    {
      for (const auto& [selection, sum] : sums.second)
      {
        spectra.Sums[static_cast<std::size_t>(selection)].Add(sum);
      }
    }
    sumsOfSlab.clear();
    return this->Step(fraction);
  };
  return run.ForEachBlock(block, endOfSlab, error);
}

bool vtkSpectrumProbe::MakeTables(
  StackRun& run, Spectra& spectra, vtkTable* curves, vtkTable* results, std::string& error)
{
  if (this->Selection == LABELS)
  {
    spectra.RemoveEmpty();
    if (spectra.Names.empty())
    {
      error = "No label from 1 on has a finite spectrum inside the mask. Choose another LabelArray "
              "or MaskArray.";
      return false;
    }
  }
  paraxanes::EdgeAnalysis analysis;
  if ((!run.Normalized && !this->ResolveNormalization(run, error)) ||
    !this->ResolveAnalysis(run, analysis, error))
  {
    return false;
  }
  const std::size_t count = spectra.Names.size();
  std::vector<double> means;
  std::vector<vtkIdType> voxels;
  AddColumn<vtkDoubleArray>(curves, "energy (eV)", run.Energies);
  std::string empty;
  std::vector<std::vector<double>> measured;
  std::vector<std::vector<double>> normalized;
  for (std::size_t i = 0; i < count; ++i)
  {
    const std::string& name = spectra.Names[i];
    const std::vector<double> mean = spectra.Mean(i);
    measured.push_back(mean);
    means.insert(means.end(), mean.begin(), mean.end());
    voxels.push_back(static_cast<vtkIdType>(spectra.Sums[i].Count));
    if (spectra.Sums[i].Count == 0)
    {
      empty += (empty.empty() ? "" : ", ") + name;
    }
    if (run.Normalized)
    {
      AddColumn<vtkDoubleArray>(curves, "normalized " + name, mean);
      normalized.push_back(mean);
      continue;
    }
    const paraxanes::SpectrumCurves fits = paraxanes::FindCurves(run.Normalization, mean);
    paraxanes::AddCurves(curves, name, mean, fits, count <= paraxanes::MostWithFits);
    normalized.push_back(fits.Normalized);
  }
  if (!empty.empty())
  {
    vtkWarningMacro("There is no finite spectrum inside the mask at: "
      << empty << ". Enlarge Radius, or choose other points or another MaskArray.");
  }

  paraxanes::SpectrumRows found(count, this->WantedMethods(), !run.Normalized);
  const paraxanes::AnalysisMaps maps = found.Maps();
  const auto rows = static_cast<std::int64_t>(count);
  if (run.Normalized)
  {
    paraxanes::AnalyzeUnfitted(analysis, means.data(), rows, nullptr, nullptr, maps);
  }
  else
  {
    paraxanes::AnalyzeSpectra(analysis, means.data(), rows, nullptr, maps);
  }
  paraxanes::CrossingsElsewhere elsewhere;
  for (std::size_t i = 0; i < count; ++i)
  {
    const auto code = static_cast<paraxanes::Validity>(found.Validity[i]);
    elsewhere.Look(spectra.Names[i], code, analysis, normalized[i]);
  }
  if (const std::string text = elsewhere.Warning(); !text.empty())
  {
    vtkWarningMacro(<< text);
  }

  AddColumn<vtkStringArray>(results, "name", spectra.Names);
  static const char* const axes[] = { "x (um)", "y (um)", "z (um)" };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    std::vector<double> values;
    for (const Point& position : spectra.Positions)
    {
      values.push_back(position[axis]);
    }
    AddColumn<vtkDoubleArray>(results, axes[axis], values);
  }
  AddColumn<vtkIdTypeArray>(results, "voxels", voxels);
  found.AddEdges(results);
  const std::string edge = GetEnergyName(this->WantedMethods().front()) + std::string(" (eV)");
  const std::vector<double> edges = paraxanes::ColumnOf(results, edge.c_str());
  if (!run.Normalized)
  {
    AddColumn<vtkDoubleArray>(results, "mu at edge", ValuesAt(edges, run.Energies, measured));
  }
  AddColumn<vtkDoubleArray>(
    results, "normalized at edge", ValuesAt(edges, run.Energies, normalized));
  for (vtkTable* table : { curves, results })
  {
    this->WriteSelection(table);
    this->WriteProvenance(run, table);
    this->WriteSearch(analysis.Methods.Search(), table);
  }
  return this->Step(1.0);
}

void vtkSpectrumProbe::WriteSelection(vtkTable* table)
{
  static const char* const names[] = { "points", "mask", "labels", "every voxel" };
  paraxanes::SetField(table, "selection", std::string(names[this->Selection]));
  const std::string mask = paraxanes::ChosenArray(this, 1);
  if (!mask.empty())
  {
    paraxanes::SetField(table, "mask_array", mask);
  }
  if (this->Selection == POINTS)
  {
    paraxanes::SetField(table, "radius", std::vector<double>{ this->Radius });
  }
  if (this->Selection == LABELS)
  {
    const std::string labels = paraxanes::ChosenArray(this, 2);
    paraxanes::SetField(table, "label_array", labels.empty() ? "particle_id" : labels);
  }
}

void vtkSpectrumProbe::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Selection: " << this->Selection << "\n";
  os << indent << "Points (um):";
  for (const Point& point : this->Points)
  {
    os << " (" << Text(point) << ")";
  }
  os << "\n";
  os << indent << "Radius: " << this->Radius << " um\n";
  os << indent << "LabelArray: " << paraxanes::ChosenArray(this, 2) << "\n";
}
