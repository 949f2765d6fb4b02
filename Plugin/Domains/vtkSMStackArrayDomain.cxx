// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkSMStackArrayDomain.h"

#include <vtkDataObject.h>
#include <vtkObjectFactory.h>
#include <vtkPVArrayInformation.h>
#include <vtkPVDataInformation.h>

vtkStandardNewMacro(vtkSMStackArrayDomain);

vtkSMStackArrayDomain::vtkSMStackArrayDomain() = default;

vtkSMStackArrayDomain::~vtkSMStackArrayDomain() = default;

// Without energies nothing is known of the input yet.
bool vtkSMStackArrayDomain::IsFilteredArray(
  vtkPVDataInformation* data, int association, const char* arrayName)
{
  vtkPVArrayInformation* energies = data->GetArrayInformation("energy", vtkDataObject::FIELD);
  vtkPVArrayInformation* array = data->GetArrayInformation(arrayName, association);
  if (!energies || !array)
  {
    return false;
  }
  const bool oneEnergy = data->GetArrayInformation("shown_energy", vtkDataObject::FIELD);
  const vtkTypeInt64 components = oneEnergy ? 1 : energies->GetNumberOfTuples();
  return array->GetNumberOfComponents() != components;
}

void vtkSMStackArrayDomain::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
}
