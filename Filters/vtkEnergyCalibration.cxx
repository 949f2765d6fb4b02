// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEnergyCalibration.h"

#include "EdgeMethods.h"
#include "EdgeTable.h"
#include "EnergyStack.h"
#include "Ranks.h"
#include "TableColumns.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkStringArray.h>
#include <vtkTable.h>

#include <iomanip>
#include <sstream>
#include <vector>

vtkStandardNewMacro(vtkEnergyCalibration);

namespace
{

std::string Text(double value)
{
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

void AddNumber(vtkTable* table, const char* name, double value)
{
  vtkNew<vtkDoubleArray> column;
  column->SetName(name);
  column->InsertNextValue(value);
  table->AddColumn(column);
}

}

vtkEnergyCalibration::~vtkEnergyCalibration()
{
  this->SetElement(nullptr);
  this->SetEdge(nullptr);
}

int vtkEnergyCalibration::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkTable");
  return 1;
}

int vtkEnergyCalibration::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkTable* spectrum = vtkTable::GetData(inputVector[0]);
  vtkTable* output = vtkTable::GetData(outputVector);
  const paraxanes::Ranks ranks(inputVector[0]->GetInformationObject(0));
  // The reader's table has rows on the first rank only.
  const auto work = [&](std::string& problem)
  {
    problem = ranks.IsRoot() ? this->Calibrate(spectrum, output) : std::string();
    return problem.empty();
  };
  std::string error;
  if (ranks.AllDo(work, error))
  {
    return 1;
  }
  output->Initialize();
  vtkErrorMacro(<< error);
  return 0;
}

std::string vtkEnergyCalibration::Calibrate(vtkTable* spectrum, vtkTable* output)
{
  const std::vector<double> energies = paraxanes::ColumnOf(spectrum, "energy (eV)");
  const std::vector<double> mu = paraxanes::ColumnOf(spectrum, "mu");
  if (energies.size() < 4 || mu.size() != energies.size())
  {
    return "The input has " + std::to_string(spectrum->GetNumberOfRows()) +
      " rows; columns \"energy (eV)\" and \"mu\" of at least 4 rows are needed, as XAS Spectrum "
      "Reader makes them.";
  }
  const std::string wrong = paraxanes::CheckEnergies(energies);
  if (!wrong.empty())
  {
    return "The spectrum cannot be used: " + wrong + ".";
  }
  std::string element = this->Element ? this->Element : "";
  std::string shell = this->Edge ? this->Edge : "";
  if (element.empty() && shell.empty())
  {
    element = paraxanes::GetField(spectrum, "element");
    shell = paraxanes::GetField(spectrum, "edge");
  }
  double reference = this->ReferenceEnergy;
  if (reference == 0.0)
  {
    paraxanes::AbsorptionEdge edge;
    const std::string problem =
      paraxanes::ChooseEdge(element, shell, energies.front(), energies.back(), edge);
    if (!problem.empty())
    {
      return problem + " Set Element and Edge, or ReferenceEnergy.";
    }
    element = edge.Element;
    shell = edge.Edge;
    reference = edge.Energy;
  }

  paraxanes::EdgeSearch search;
  search.Crossing.Window = { reference - this->HalfWidth, reference + this->HalfWidth };
  const std::string unusable = paraxanes::CheckEdgeSearch(energies, search);
  if (!unusable.empty())
  {
    return "The steepest rise cannot be looked for: " + unusable + ". Enlarge HalfWidth.";
  }
  const paraxanes::EdgeMethods methods(energies, search);
  const paraxanes::EdgeResult found = methods.Derivative(mu.data());
  if (found.Code != paraxanes::Validity::Valid)
  {
    return "Between " + Text(search.Crossing.Window.Low) + " and " +
      Text(search.Crossing.Window.High) +
      " eV mu has no steepest rise with energies on both sides. Check Element, Edge and HalfWidth.";
  }

  vtkNew<vtkStringArray> edgeName;
  edgeName->SetName("edge");
  edgeName->InsertNextValue(element.empty() ? std::string() : element + " " + shell);
  output->AddColumn(edgeName);
  AddNumber(output, "reference energy (eV)", reference);
  AddNumber(output, "found energy (eV)", found.Energy);
  AddNumber(output, "energy shift (eV)", reference - found.Energy);
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  return {};
}

void vtkEnergyCalibration::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Element: " << (this->Element ? this->Element : "") << "\n";
  os << indent << "Edge: " << (this->Edge ? this->Edge : "") << "\n";
  os << indent << "ReferenceEnergy: " << this->ReferenceEnergy << " eV\n";
  os << indent << "HalfWidth: " << this->HalfWidth << " eV\n";
}
