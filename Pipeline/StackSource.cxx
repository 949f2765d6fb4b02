// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackSource.h"

#include "EnergyAxis.h"
#include "EnergyStack.h"

#include <vtkAlgorithm.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkPointData.h>

namespace paraxanes
{

StackSource::~StackSource() = default;

std::string StackSource::DescriptionText(const std::string&, std::string&)
{
  return {};
}

StackSource* UpstreamSource(vtkAlgorithm* algorithm)
{
  vtkAlgorithm* upstream = algorithm->GetInputAlgorithm(0, 0);
  while (upstream && upstream->IsA("vtkPVPostFilter"))
  {
    upstream =
      upstream->GetNumberOfInputConnections(0) > 0 ? upstream->GetInputAlgorithm(0, 0) : nullptr;
  }
  return dynamic_cast<StackSource*>(upstream);
}

StackSource* UpstreamSourceOfOneEnergy(vtkAlgorithm* algorithm)
{
  StackSource* source = UpstreamSource(algorithm);
  return source && source->ShowsOneEnergy() ? source : nullptr;
}

bool FindStack(vtkImageData* image, const std::string& chosen, const char* defaultArray,
  FoundStack& stack, std::string& error)
{
  stack.Energies = StackEnergies(image);
  const std::string problem =
    stack.Energies.empty() ? "there is no field data \"energy\"" : CheckEnergies(stack.Energies);
  if (!problem.empty())
  {
    error = "The input is no energy stack: " + problem +
      ". A stack has one component per energy, and field data \"energy\" with their energies in "
      "eV, as TXM Stack Reader makes it.";
    return false;
  }
  const auto isStack = [&](vtkDataArray* array)
  { return array && array->GetNumberOfComponents() == static_cast<int>(stack.Energies.size()); };

  vtkPointData* points = image->GetPointData();
  stack.Array = FindPointArray(image, chosen, defaultArray, error);
  stack.IsShown = stack.Array && !isStack(stack.Array) &&
    stack.Array->GetNumberOfComponents() == 1 && image->GetFieldData()->HasArray("shown_energy");
  for (int i = 0;
       chosen.empty() && i < points->GetNumberOfArrays() && !isStack(stack.Array) && !stack.IsShown;
       ++i)
  {
    stack.Array = isStack(points->GetArray(i)) ? points->GetArray(i) : stack.Array;
  }
  if (!stack.Array)
  {
    error = "There is no energy stack: " + error + ".";
    return false;
  }
  error.clear(); // there may be one of another name
  if (!isStack(stack.Array) && !stack.IsShown)
  {
    const char* name = stack.Array->GetName();
    error = "Array \"" + std::string(name ? name : "(unnamed)") + "\" has " +
      std::to_string(stack.Array->GetNumberOfComponents()) + " components and the stack " +
      std::to_string(stack.Energies.size()) + " energies: it is no energy stack. The input has " +
      ListPointArrays(image) + ".";
  }
  return error.empty();
}

bool FindEnergiesToPull(
  StackSource* source, bool mayPull, std::vector<double>& energies, std::string& error)
{
  if (!source)
  {
    error = mayPull
      ? "The input carries one energy at a time (OutputMode EnergyAsTime). Spectra can be pulled "
        "only directly behind the source: connect this to it, or set the source's OutputMode to "
        "Stack."
      : "The input carries one energy at a time (OutputMode EnergyAsTime), and this filter needs "
        "the whole stack: set the source's OutputMode to Stack.";
    return false;
  }
  energies = source->StackEnergies();
  if (energies.empty())
  {
    error = "The source of the stack cannot read it any more. Reload it.";
  }
  return error.empty();
}

}
