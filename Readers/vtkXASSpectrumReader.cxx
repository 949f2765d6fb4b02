// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkXASSpectrumReader.h"

#include "EnergyStack.h"
#include "Formats/SpectrumFile.h"
#include "NewArray.h"
#include "Ranks.h"

#include <vtkDoubleArray.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkTable.h>

#include <algorithm>
#include <exception>
#include <vector>
#include <vtksys/SystemTools.hxx>

namespace
{

void AddColumn(vtkTable* table, const std::string& name, const std::vector<double>& values)
{
  const auto column =
    paraxanes::NewArray<vtkDoubleArray>(name, static_cast<vtkIdType>(values.size()));
  std::copy(values.begin(), values.end(), column->GetPointer(0));
  table->AddColumn(column);
}

}

vtkStandardNewMacro(vtkXASSpectrumReader);

vtkXASSpectrumReader::vtkXASSpectrumReader()
{
  this->SetNumberOfInputPorts(0);
}

vtkXASSpectrumReader::~vtkXASSpectrumReader()
{
  this->SetFileName(nullptr);
}

int vtkXASSpectrumReader::CanReadFile(const char* name)
{
  return name && paraxanes::LooksLikeSpectrum(name) ? 1 : 0;
}

int vtkXASSpectrumReader::RequestInformation(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  // Without this the other ranks would not be asked, and could not fail together with the first.
  outputVector->GetInformationObject(0)->Set(CAN_HANDLE_PIECE_REQUEST(), 1);
  return 1;
}

int vtkXASSpectrumReader::RequestData(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  vtkTable* output = vtkTable::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);

  paraxanes::Spectrum spectrum;
  const auto read = [&](std::string& error)
  {
    if (!this->FileName || !*this->FileName)
    {
      error = "There is no FileName.";
      return false;
    }
    if (!ranks.IsRoot())
    {
      return true;
    }
    spectrum = paraxanes::ReadSpectrum(
      this->FileName, { this->EnergyColumn, this->MuColumn, this->EnergyShift });
    AddColumn(output, "energy (eV)", spectrum.Energies);
    AddColumn(output, "mu", spectrum.Mu);
    for (const paraxanes::SpectrumColumn& column : spectrum.Others)
    {
      AddColumn(output, column.Name, column.Values);
    }
    for (const auto& entry : spectrum.Metadata)
    {
      paraxanes::SetField(output, entry.first, entry.second);
    }
    const auto text = [&](const char* name, const std::string& value)
    {
      if (!value.empty())
      {
        paraxanes::SetField(output, name, value);
      }
    };
    text("element", spectrum.Element);
    text("edge", spectrum.Edge);
    text("source", vtksys::SystemTools::GetFilenameName(this->FileName));
    text("energy_unit_of_file", spectrum.EnergyUnit);
    text("mu_from", spectrum.MuFrom);
    paraxanes::SetField(output, "energy_shift", std::vector<double>{ this->EnergyShift });
    text("paraxanes_version", paraxanes::PluginVersion());
    return true;
  };
  std::string error;
  if (!ranks.AllDo(read, error))
  {
    output->Initialize();
    vtkErrorMacro(<< error);
    return 0;
  }
  std::string warnings;
  for (const std::string& warning : spectrum.Warnings)
  {
    warnings += " " + warning;
  }
  if (!warnings.empty())
  {
    vtkWarningMacro(<< this->FileName << ":" << warnings);
  }
  return 1;
}

void vtkXASSpectrumReader::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "FileName: " << (this->FileName ? this->FileName : "") << "\n";
  os << indent << "EnergyColumn: " << this->EnergyColumn << "\n";
  os << indent << "MuColumn: " << this->MuColumn << "\n";
  os << indent << "EnergyShift: " << this->EnergyShift << " eV\n";
}
