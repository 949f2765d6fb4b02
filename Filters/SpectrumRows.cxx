// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumRows.h"

#include "InputError.h"
#include "SpectrumKernels.h"
#include "TableColumns.h"
#include "vtkEdgeEnergy.h"

#include <vtkDoubleArray.h>
#include <vtkIntArray.h>

#include <cmath>
#include <iomanip>
#include <limits>

namespace paraxanes
{
namespace
{

constexpr std::size_t MostListed = 5; // in a warning
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

// The crossing of the whole spectrum that is nearest to an energy; NaN where there is none.
double CrossingNearestTo(
  double energy, const EdgeFinder& finder, const std::vector<double>& normalized)
{
  const EnergyRange all = { finder.Energies.front(), finder.Energies.back() };
  const EdgeFinder everywhere(
    finder.Energies, { finder.Settings.Level, all, CrossingRule::Nearest, energy });
  double found = NaN;
  SpectrumMaps maps;
  maps.EdgeEnergy = &found;
  FindEdgesOfNormalized(everywhere, normalized.data(), 1, nullptr, nullptr, maps);
  return found;
}

}

SpectrumRows::SpectrumRows(std::size_t count, const std::vector<int>& methods, bool fitted)
  : Validity(count)
  , Fitted(fitted)
{
  const std::vector<float> none(count, std::numeric_limits<float>::quiet_NaN());
  for (const int method : methods)
  {
    this->Methods.push_back({ method, std::vector<double>(count, NaN), none, none });
  }
  this->EdgeJump = this->PreEdgeNoise = this->FitResidual = this->PreEdgeSlope =
    this->PostEdgeSlope = this->JumpError = this->JumpToNoise = none;
}

AnalysisMaps SpectrumRows::Maps()
{
  AnalysisMaps maps;
  for (Method& method : this->Methods)
  {
    maps.Methods[method.Index] = { method.Energy.data(),
      this->Fitted ? method.Error.data() : nullptr, method.Height.data() };
  }
  maps.EdgeJump = this->EdgeJump.data();
  maps.Validity = this->Validity.data();
  if (this->Fitted)
  {
    maps.Quality = { this->PreEdgeNoise.data(), this->FitResidual.data(), this->PreEdgeSlope.data(),
      this->PostEdgeSlope.data(), this->JumpError.data(), this->JumpToNoise.data() };
  }
  return maps;
}

void SpectrumRows::AddEdges(vtkTable* table) const
{
  for (const Method& method : this->Methods)
  {
    const std::string name = vtkEdgeEnergy::GetEnergyName(method.Index);
    AddColumn<vtkDoubleArray>(table, name + " (eV)", method.Energy);
    if (this->Fitted)
    {
      AddColumn<vtkDoubleArray>(table, name + "_error (eV)", method.Error);
    }
    const bool isFraction = method.Index == vtkEdgeEnergy::WHITE_LINE_FRACTION;
    if (isFraction || method.Index == vtkEdgeEnergy::WHITE_LINE)
    {
      AddColumn<vtkDoubleArray>(
        table, isFraction ? "white_line_above_pre_edge" : "white_line_height", method.Height);
    }
  }
  if (this->Fitted)
  {
    AddColumn<vtkDoubleArray>(table, "edge_jump", this->EdgeJump);
  }
  AddColumn<vtkIntArray>(table, "validity", this->Validity);
}

void SpectrumRows::AddQuality(vtkTable* table) const
{
  AddColumn<vtkDoubleArray>(table, "pre_edge_noise", this->PreEdgeNoise);
  AddColumn<vtkDoubleArray>(table, "fit_residual", this->FitResidual);
  AddColumn<vtkDoubleArray>(table, "pre_edge_slope", this->PreEdgeSlope);
  AddColumn<vtkDoubleArray>(table, "post_edge_slope", this->PostEdgeSlope);
  AddColumn<vtkDoubleArray>(table, "edge_jump_error", this->JumpError);
  AddColumn<vtkDoubleArray>(table, "jump_to_noise", this->JumpToNoise);
}

void CrossingsElsewhere::Look(const std::string& name, paraxanes::Validity code,
  const EdgeAnalysis& analysis, const std::vector<double>& normalized)
{
  const bool isAtEnd = code == paraxanes::Validity::CrossingAtWindowEnd;
  if (analysis.Main != EdgeMethod::Level || !(isAtEnd || code == paraxanes::Validity::NoCrossing))
  {
    return;
  }
  const paraxanes::EdgeFinder& finder = analysis.Methods.Finder();
  const EnergyRange window = finder.Settings.Window;
  double energy = NaN;
  double distance = std::numeric_limits<double>::infinity();
  for (const double end : { window.Low, window.High })
  {
    const double found = CrossingNearestTo(end, finder, normalized);
    if (std::abs(found - end) < distance)
    {
      energy = found;
      distance = std::abs(found - end);
    }
  }
  const bool isInside = window.Low <= energy && energy <= window.High;
  if (std::isnan(energy) || (isInside && !isAtEnd))
  {
    return;
  }
  if (++this->Count <= MostListed)
  {
    this->List += TextOf(std::setprecision(7), this->Count > 1 ? ", " : "", name, " at ", energy,
      " eV (window ", window.Low, " to ", window.High, " eV)");
  }
}

std::string CrossingsElsewhere::Warning() const
{
  if (this->Count == 0)
  {
    return {};
  }
  const std::string others =
    this->Count > MostListed ? TextOf(", and ", this->Count - MostListed, " more") : std::string();
  return TextOf("There is no edge energy where the level is crossed outside the window or at its "
                "end: ",
    this->List, others,
    ". Set Window so that it begins and ends well beside these energies; or, where E0Source is "
    "MeanSpectrum, take Table.");
}

}
