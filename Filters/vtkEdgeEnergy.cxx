// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEdgeEnergy.h"

#include "EdgeFinder.h"
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

#include <cmath>

vtkStandardNewMacro(vtkEdgeEnergy);

struct vtkEdgeEnergy::Plan
{
  paraxanes::EdgeFinder Finder;
  vtkSmartPointer<vtkUnsignedCharArray> GivenValidity; // of normalised input; may be null
  paraxanes::SpectrumMaps Maps;
};

namespace
{

template <class Array>
auto* AddArray(vtkImageData* output, const char* name, vtkIdType voxels)
{
  const auto array = paraxanes::NewArray<Array>(name, voxels);
  output->GetPointData()->AddArray(array);
  return array->GetPointer(0);
}

paraxanes::SpectrumMaps From(const paraxanes::SpectrumMaps& maps, vtkIdType first)
{
  paraxanes::SpectrumMaps part;
  part.EdgeEnergy = maps.EdgeEnergy + first;
  part.EdgeJump = maps.EdgeJump ? maps.EdgeJump + first : nullptr;
  part.Validity = maps.Validity + first;
  return part;
}

}

vtkEdgeEnergy::vtkEdgeEnergy() = default;

vtkEdgeEnergy::~vtkEdgeEnergy() = default;

bool vtkEdgeEnergy::NeedsMeanSpectrum()
{
  return this->Crossing == NEAREST && this->ReferenceEnergy == 0.0;
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

bool vtkEdgeEnergy::PrepareRun(paraxanes::StackRun& run, std::string& error)
{
  this->CurrentPlan = std::make_unique<Plan>();
  double e0 = run.Normalization.Settings.E0;
  if (run.Normalized)
  {
    const std::optional<double> given = paraxanes::GetNumber(run.Input, "E0");
    if (!given && this->Window[0] == 0.0 && this->Window[1] == 0.0)
    {
      error = "The input is normalised and does not say its E0 (field data \"E0\"), from which the "
              "window follows. Set Window.";
      return false;
    }
    e0 = given.value_or(0.0);
  }
  paraxanes::LevelCrossing crossing;
  crossing.Level = this->Level;
  crossing.Rule = static_cast<paraxanes::CrossingRule>(this->Crossing);
  crossing.Window = this->ResolveRange(this->Window,
    paraxanes::DefaultRanges(e0, run.Energies.front(), run.Energies.back()).Window, e0);
  crossing.Reference = this->ReferenceEnergy;
  if (this->NeedsMeanSpectrum() && !this->FindReference(run, crossing, error))
  {
    return false;
  }
  const std::string problem = paraxanes::CheckLevelCrossing(run.Energies, crossing);
  if (!problem.empty())
  {
    error = "The edge cannot be looked for: " + problem + ". Set Window or Level.";
    return false;
  }

  Plan& plan = *this->CurrentPlan;
  plan.Finder = paraxanes::EdgeFinder(run.Energies, crossing);
  plan.GivenValidity =
    run.Normalized ? paraxanes::ValidityCodes(run.Input) : vtkSmartPointer<vtkUnsignedCharArray>();
  const vtkIdType voxels = run.NumberOfVoxels();
  plan.Maps.EdgeEnergy = AddArray<vtkDoubleArray>(run.Output, "edge_energy", voxels);
  plan.Maps.Validity = AddArray<vtkUnsignedCharArray>(run.Output, "validity", voxels);
  if (!run.Normalized)
  {
    plan.Maps.EdgeJump = AddArray<vtkFloatArray>(run.Output, "edge_jump", voxels);
  }
  return true;
}

// Where the mean spectrum crosses the level, by the default rule.
bool vtkEdgeEnergy::FindReference(
  const paraxanes::StackRun& run, paraxanes::LevelCrossing& crossing, std::string& error)
{
  paraxanes::LevelCrossing ofMean = crossing;
  ofMean.Rule = paraxanes::CrossingRule::DownFromMaximum;
  error = paraxanes::CheckLevelCrossing(run.Energies, ofMean);
  if (!error.empty())
  {
    error = "The edge cannot be looked for: " + error + ". Set Window or Level.";
    return false;
  }
  const paraxanes::EdgeFinder finder(run.Energies, ofMean);
  paraxanes::SpectrumMaps maps;
  maps.EdgeEnergy = &crossing.Reference;
  if (run.Normalized)
  {
    paraxanes::FindEdgesOfNormalized(finder, run.Mean.data(), 1, nullptr, nullptr, maps);
  }
  else
  {
    paraxanes::FindEdges(run.Normalization, {}, finder, run.Mean.data(), 1, nullptr, maps);
  }
  if (std::isnan(crossing.Reference))
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
  const paraxanes::SpectrumMaps maps = From(plan.Maps, block.First);
  const auto find = [&](const auto* spectra)
  {
    if (run.Normalized)
    {
      const std::uint8_t* validity =
        plan.GivenValidity ? plan.GivenValidity->GetPointer(block.First) : nullptr;
      paraxanes::FindEdgesOfNormalized(
        plan.Finder, spectra, block.Count, validity, block.Mask, maps);
    }
    else
    {
      paraxanes::FindEdges(
        run.Normalization, run.Limits, plan.Finder, spectra, block.Count, block.Mask, maps);
    }
  };
  block.Floats ? find(block.Floats) : find(block.Doubles);
}

void vtkEdgeEnergy::FinishRun(paraxanes::StackRun& run)
{
  static const char* const rules[] = { "down from the maximum", "first", "last", "nearest" };
  const paraxanes::LevelCrossing& crossing = this->CurrentPlan->Finder.Settings;
  run.Output->GetPointData()->SetActiveScalars("edge_energy");
  paraxanes::SetField(run.Output, "edge_energy_level", std::vector<double>{ crossing.Level });
  paraxanes::SetField(run.Output, "edge_energy_window",
    std::vector<double>{ crossing.Window.Low, crossing.Window.High });
  paraxanes::SetField(run.Output, "edge_energy_crossing", rules[this->Crossing]);
  if (this->Crossing == NEAREST)
  {
    paraxanes::SetField(
      run.Output, "edge_energy_reference", std::vector<double>{ crossing.Reference });
  }
  this->CurrentPlan.reset();
}

void vtkEdgeEnergy::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Level: " << this->Level << "\n";
  os << indent << "Window: " << this->Window[0] << " to " << this->Window[1] << " eV\n";
  os << indent << "Crossing: " << this->Crossing << "\n";
  os << indent << "ReferenceEnergy: " << this->ReferenceEnergy << " eV\n";
  os << indent << "PassStack: " << this->PassStack << "\n";
  os << indent << "MemoryLimit: " << this->MemoryLimit << " GiB\n";
  os << indent << "HaloVoxels: " << this->HaloVoxels << "\n";
}
