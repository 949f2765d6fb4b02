// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumRows.h"

#include "TableColumns.h"
#include "vtkEdgeEnergy.h"

#include <vtkDoubleArray.h>
#include <vtkIntArray.h>

#include <limits>
#include <string>

namespace paraxanes
{

SpectrumRows::SpectrumRows(std::size_t count, const std::vector<int>& methods, bool fitted)
  : Validity(count)
  , Fitted(fitted)
{
  const std::vector<float> none(count, std::numeric_limits<float>::quiet_NaN());
  for (const int method : methods)
  {
    this->Methods.push_back(
      { method, std::vector<double>(count, std::numeric_limits<double>::quiet_NaN()), none, none });
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

}
