// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEdgeEnergy.h"

#include "EdgeAnalysis.h"
#include "EnergyStack.h"
#include "NewArray.h"
#include "SpectrumKernels.h"
#include "StackRun.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>

vtkStandardNewMacro(vtkEdgeEnergy);

struct vtkEdgeEnergy::Plan
{
  paraxanes::EdgeAnalysis Analysis;
  bool LevelOnly = false; // the crossing alone, which has a faster pass
  vtkSmartPointer<vtkUnsignedCharArray> GivenValidity; // of normalised input; may be null
  paraxanes::AnalysisMaps Maps;
};

namespace
{

constexpr const char* EnergyNames[vtkEdgeEnergy::NumberOfMethods] = { "edge_energy",
  "edge_energy_derivative", "edge_energy_white_line_fraction", "white_line_energy",
  "edge_energy_centroid" };

template <class Array>
auto* AddArray(vtkImageData* output, const std::string& name, vtkIdType voxels)
{
  const auto array = paraxanes::NewArray<Array>(name.c_str(), voxels);
  output->GetPointData()->AddArray(array);
  return array->GetPointer(0);
}

// Roughly. Errors that are found by trying (EdgeScatter) take by far the longest.
double SecondsPerVoxel(const paraxanes::AnalysisMaps& maps)
{
  double seconds = 2e-6;
  for (const int method : { vtkEdgeEnergy::DERIVATIVE, vtkEdgeEnergy::WHITE_LINE })
  {
    seconds += maps.Methods[method].Error ? 4e-5 : 0.0;
  }
  return seconds;
}

}

vtkEdgeEnergy::vtkEdgeEnergy() = default;

vtkEdgeEnergy::~vtkEdgeEnergy()
{
  this->SetOutputSuffix(nullptr);
}

void vtkEdgeEnergy::AddMethod(int method)
{
  if (method < LEVEL || method > CENTROID)
  {
    vtkErrorMacro("There is no method " << method << "; they are 0 to " << CENTROID << ".");
    return;
  }
  if (!this->Others[method])
  {
    this->Others[method] = true;
    this->Modified();
  }
}

void vtkEdgeEnergy::RemoveAllMethods()
{
  std::fill(std::begin(this->Others), std::end(this->Others), false);
  this->Modified();
}

std::vector<int> vtkEdgeEnergy::WantedMethods() const
{
  std::vector<int> wanted;
  for (int method = 0; method < NumberOfMethods; ++method)
  {
    if (this->Wants(method))
    {
      wanted.push_back(method);
    }
  }
  return wanted;
}

bool vtkEdgeEnergy::NeedsMeanSpectrum()
{
  const bool crosses = this->Wants(LEVEL) || this->Wants(WHITE_LINE_FRACTION);
  return crosses && this->Crossing == NEAREST && this->ReferenceEnergy == 0.0;
}

bool vtkEdgeEnergy::NeedsNormalization()
{
  const bool whiteLineAlone = std::count(std::begin(this->Others), std::end(this->Others), true) ==
      (this->Others[WHITE_LINE] ? 1 : 0) &&
    this->Method == WHITE_LINE;
  return !whiteLineAlone || this->ComputeErrors || this->QualityMaps;
}

double vtkEdgeEnergy::GetSlabLimit()
{
  return this->MemoryLimit * 1024.0 * 1024.0 * 1024.0;
}

const char* vtkEdgeEnergy::GetDefaultInputArray(vtkImageData* input)
{
  const char* normalized = "normalized_absorbance";
  return input->GetPointData()->HasArray(normalized)
    ? normalized
    : this->Superclass::GetDefaultInputArray(input);
}

std::string vtkEdgeEnergy::CheckMethods(const paraxanes::StackRun& run) const
{
  if (!run.Normalized)
  {
    return {};
  }
  const char* what = this->Wants(WHITE_LINE_FRACTION) ? "The method WhiteLineFraction"
    : this->ComputeErrors                             ? "The error of an edge energy"
    : this->QualityMaps                               ? "The quality of the fits"
                                                      : nullptr;
  return what ? std::string(what) + " follows from raw spectra, and \"" +
      (run.Stack ? run.Stack : run.Shown)->GetName() +
      "\" is normalised. Choose the raw stack as InputArray; Edge Energy normalises by itself."
              : std::string();
}

bool vtkEdgeEnergy::ResolveWindow(paraxanes::StackRun& run, double window[2], std::string& error)
{
  double e0 = run.Normalization.Settings.E0;
  const bool automatic = this->Window[0] == 0.0 && this->Window[1] == 0.0;
  if (run.Normalized)
  {
    const std::optional<double> given = paraxanes::GetNumber(run.Input, "E0");
    if (!given && automatic)
    {
      error = "The input is normalised and does not say its E0 (field data \"E0\"), from which the "
              "window follows. Set Window.";
      return false;
    }
    e0 = given.value_or(0.0);
  }
  else if (!this->NeedsNormalization() && (automatic || this->RangesRelativeToE0) &&
    !this->ResolveE0(run, e0, error))
  {
    return false;
  }
  const paraxanes::EnergyRange resolved = this->ResolveRange(this->Window,
    paraxanes::DefaultRanges(e0, run.Energies.front(), run.Energies.back()).Window, e0);
  window[0] = resolved.Low;
  window[1] = resolved.High;
  return true;
}

bool vtkEdgeEnergy::ResolveAnalysis(
  paraxanes::StackRun& run, paraxanes::EdgeAnalysis& analysis, std::string& error)
{
  double window[2] = {};
  error = this->CheckMethods(run);
  if (!error.empty() || !this->ResolveWindow(run, window, error))
  {
    return false;
  }
  paraxanes::EdgeSearch search;
  search.Crossing.Level = this->Level;
  search.Crossing.Window = { window[0], window[1] };
  search.Crossing.Rule = static_cast<paraxanes::CrossingRule>(this->Crossing);
  search.Crossing.Reference = this->ReferenceEnergy;
  search.LocalFitDegree = this->LocalFitDegree;
  search.LocalFitHalfWidth = this->LocalFitHalfWidth;
  search.Wanted.clear();
  for (const int method : this->WantedMethods())
  {
    search.Wanted.push_back(static_cast<paraxanes::EdgeMethod>(method));
  }
  if (this->NeedsMeanSpectrum() && !this->FindReference(run, search, error))
  {
    return false;
  }
  const std::string problem = paraxanes::CheckEdgeSearch(run.Energies, search);
  if (!problem.empty())
  {
    error = "The edge cannot be looked for: " + problem + ". Set Window, Level, or the local fit.";
    return false;
  }
  analysis.Normalization = run.Normalization;
  analysis.Limits = run.Limits;
  analysis.Methods = paraxanes::EdgeMethods(run.Energies, search);
  analysis.Main = static_cast<paraxanes::EdgeMethod>(this->Method);
  return true;
}

bool vtkEdgeEnergy::PrepareRun(paraxanes::StackRun& run, std::string& error)
{
  this->CurrentPlan = std::make_unique<Plan>();
  Plan& plan = *this->CurrentPlan;
  if (!this->ResolveAnalysis(run, plan.Analysis, error))
  {
    return false;
  }
  plan.GivenValidity =
    run.Normalized ? paraxanes::ValidityCodes(run.Input) : vtkSmartPointer<vtkUnsignedCharArray>();
  this->AddMaps(run);
  const bool others = std::any_of(
    std::begin(this->Others) + 1, std::end(this->Others), [](bool wanted) { return wanted; });
  plan.LevelOnly = this->Method == LEVEL && !others && this->LocalFitDegree == 0 &&
    !this->ComputeErrors && !this->QualityMaps && this->Mode != FLATTENED;
  run.SecondsPerVoxel = SecondsPerVoxel(plan.Maps);
  return true;
}

const char* vtkEdgeEnergy::GetEnergyName(int method)
{
  return EnergyNames[method];
}

std::string vtkEdgeEnergy::NameOf(const std::string& name) const
{
  return this->OutputSuffix && *this->OutputSuffix ? name + "_" + this->OutputSuffix : name;
}

void vtkEdgeEnergy::AddMaps(paraxanes::StackRun& run)
{
  paraxanes::AnalysisMaps& maps = this->CurrentPlan->Maps;
  const auto add = [&](auto*& map, const std::string& name)
  {
    using Value = std::remove_pointer_t<std::remove_reference_t<decltype(map)>>;
    using Array = std::conditional_t<std::is_same_v<Value, double>, vtkDoubleArray,
      std::conditional_t<std::is_same_v<Value, float>, vtkFloatArray, vtkUnsignedCharArray>>;
    map = AddArray<Array>(run.Output, this->NameOf(name), run.NumberOfVoxels());
  };
  for (const int method : this->WantedMethods())
  {
    paraxanes::MethodMaps& of = maps.Methods[method];
    add(of.Energy, EnergyNames[method]);
    if (this->ComputeErrors)
    {
      add(of.Error, std::string(EnergyNames[method]) + "_error");
    }
    if (method == WHITE_LINE)
    {
      add(of.Height, "white_line_height");
    }
    if (method == WHITE_LINE_FRACTION)
    {
      add(of.Height, "white_line_above_pre_edge");
    }
  }
  add(maps.Validity, "validity");
  if (!run.Normalized && this->NeedsNormalization())
  {
    add(maps.EdgeJump, "edge_jump");
  }
  if (this->QualityMaps)
  {
    add(maps.Quality.PreEdgeNoise, "pre_edge_noise");
    add(maps.Quality.FitResidual, "fit_residual");
    add(maps.Quality.PreEdgeSlope, "pre_edge_slope");
    add(maps.Quality.PostEdgeSlope, "post_edge_slope");
    add(maps.Quality.JumpError, "edge_jump_error");
    add(maps.Quality.JumpToNoise, "jump_to_noise");
  }
}

// Where the mean spectrum crosses the level, by the default rule.
bool vtkEdgeEnergy::FindReference(
  const paraxanes::StackRun& run, paraxanes::EdgeSearch& search, std::string& error)
{
  paraxanes::EdgeSearch ofMean = search;
  ofMean.Crossing.Rule = paraxanes::CrossingRule::DownFromMaximum;
  ofMean.LocalFitDegree = 0;
  ofMean.Wanted = { paraxanes::EdgeMethod::Level };
  error = paraxanes::CheckEdgeSearch(run.Energies, ofMean);
  if (!error.empty())
  {
    error = "The edge cannot be looked for: " + error + ". Set Window or Level.";
    return false;
  }
  paraxanes::EdgeAnalysis analysis;
  analysis.Normalization = run.Normalization;
  analysis.Limits.MinimumJumpToNoise = 0.0;
  analysis.Methods = paraxanes::EdgeMethods(run.Energies, ofMean);
  double& reference = search.Crossing.Reference;
  paraxanes::AnalysisMaps maps;
  maps.Methods[LEVEL].Energy = &reference;
  if (run.Normalized)
  {
    paraxanes::AnalyzeUnfitted(analysis, run.Mean.data(), 1, nullptr, nullptr, maps);
  }
  else
  {
    paraxanes::AnalyzeSpectra(analysis, run.Mean.data(), 1, nullptr, maps);
  }
  if (std::isnan(reference))
  {
    error = "The mean spectrum does not cross the level in the window, so that there is no "
            "reference for Crossing Nearest. Set ReferenceEnergy, or Window.";
    return false;
  }
  return true;
}

void vtkEdgeEnergy::ProcessBlock(
  const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block)
{
  const Plan& plan = *this->CurrentPlan;
  const paraxanes::AnalysisMaps maps = plan.Maps.From(block.First);
  const std::uint8_t* validity =
    plan.GivenValidity ? plan.GivenValidity->GetPointer(block.First) : nullptr;
  const bool fitted = !run.Normalized && this->NeedsNormalization();
  const auto findLevels = [&](const auto* spectra)
  {
    const paraxanes::EdgeFinder& finder = plan.Analysis.Methods.Finder();
    paraxanes::SpectrumMaps levels;
    levels.EdgeEnergy = maps.Methods[LEVEL].Energy;
    levels.EdgeJump = maps.EdgeJump;
    levels.Validity = maps.Validity;
    if (fitted)
    {
      paraxanes::FindEdges(
        run.Normalization, run.Limits, finder, spectra, block.Count, block.Mask, levels);
    }
    else
    {
      paraxanes::FindEdgesOfNormalized(finder, spectra, block.Count, validity, block.Mask, levels);
    }
  };
  const auto analyze = [&](const auto* spectra)
  {
    if (fitted)
    {
      paraxanes::AnalyzeSpectra(plan.Analysis, spectra, block.Count, block.Mask, maps);
    }
    else
    {
      paraxanes::AnalyzeUnfitted(plan.Analysis, spectra, block.Count, validity, block.Mask, maps);
    }
  };
  const auto find = [&](const auto* spectra)
  { plan.LevelOnly ? findLevels(spectra) : analyze(spectra); };
  block.Floats ? find(block.Floats) : find(block.Doubles);
}

void vtkEdgeEnergy::FinishRun(paraxanes::StackRun& run)
{
  run.Output->GetPointData()->SetActiveScalars(this->NameOf(EnergyNames[this->Method]).c_str());
  this->WriteSearch(this->CurrentPlan->Analysis.Methods.Search(), run.Output);
  this->CurrentPlan.reset();
}

void vtkEdgeEnergy::WriteSearch(const paraxanes::EdgeSearch& search, vtkDataObject* output) const
{
  static const char* const rules[] = { "down from the maximum", "first", "last", "nearest" };
  static const char* const methods[NumberOfMethods] = { "level", "derivative",
    "white line fraction", "white line", "centroid" };
  const paraxanes::LevelCrossing& crossing = search.Crossing;
  const auto numbers = [&](const char* name, const std::vector<double>& values)
  { paraxanes::SetField(output, this->NameOf(name), values); };
  std::string found = methods[this->Method];
  for (int method = 0; method < NumberOfMethods; ++method)
  {
    found += this->Others[method] && method != this->Method ? std::string(", ") + methods[method]
                                                            : std::string();
  }
  paraxanes::SetField(output, this->NameOf("edge_energy_method"), found);
  numbers("edge_energy_level", { crossing.Level });
  numbers("edge_energy_window", { crossing.Window.Low, crossing.Window.High });
  paraxanes::SetField(output, this->NameOf("edge_energy_crossing"), rules[this->Crossing]);
  if (this->Crossing == NEAREST)
  {
    numbers("edge_energy_reference", { crossing.Reference });
  }
  if (search.LocalFitDegree > 0)
  {
    numbers("local_fit_degree", { static_cast<double>(search.LocalFitDegree) });
    numbers("local_fit_half_width", { search.LocalFitHalfWidth });
  }
}

void vtkEdgeEnergy::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Method: " << this->Method << "\n";
  os << indent << "Other methods:";
  for (int method = 0; method < NumberOfMethods; ++method)
  {
    os << (this->Others[method] ? " " + std::to_string(method) : std::string());
  }
  os << "\n";
  os << indent << "LocalFitDegree: " << this->LocalFitDegree << "\n";
  os << indent << "LocalFitHalfWidth: " << this->LocalFitHalfWidth << " eV\n";
  os << indent << "ComputeErrors: " << this->ComputeErrors << "\n";
  os << indent << "QualityMaps: " << this->QualityMaps << "\n";
  os << indent << "OutputSuffix: " << (this->OutputSuffix ? this->OutputSuffix : "") << "\n";
  os << indent << "Level: " << this->Level << "\n";
  os << indent << "Window: " << this->Window[0] << " to " << this->Window[1] << " eV\n";
  os << indent << "Crossing: " << this->Crossing << "\n";
  os << indent << "ReferenceEnergy: " << this->ReferenceEnergy << " eV\n";
  os << indent << "PassStack: " << this->PassStack << "\n";
  os << indent << "MemoryLimit: " << this->MemoryLimit << " GiB\n";
  os << indent << "HaloVoxels: " << this->HaloVoxels << "\n";
}
