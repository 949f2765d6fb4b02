// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkXANESNormalize.h"

#include "ComponentRanges.h"
#include "EnergyStack.h"
#include "NewArray.h"
#include "SpectrumKernels.h"
#include "StackRun.h"

#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

vtkStandardNewMacro(vtkXANESNormalize);

vtkXANESNormalize::vtkXANESNormalize() = default;

vtkXANESNormalize::~vtkXANESNormalize() = default;

bool vtkXANESNormalize::PrepareRun(paraxanes::StackRun& run, std::string& error)
{
  if (run.Normalized)
  {
    error = "Array \"" + std::string(run.Stack->GetName()) +
      "\" is normalised already. Choose a raw stack as InputArray.";
    return false;
  }
  const vtkIdType voxels = run.NumberOfVoxels();
  const auto normalized = paraxanes::NewArray<vtkFloatArray>(
    "normalized_absorbance", voxels, static_cast<int>(run.Energies.size()));
  const auto jump = paraxanes::NewArray<vtkFloatArray>("edge_jump", voxels);
  const auto validity = paraxanes::NewArray<vtkUnsignedCharArray>("validity", voxels);
  paraxanes::NameComponents(normalized, run.Energies);
  vtkPointData* points = run.Output->GetPointData();
  points->SetScalars(normalized);
  points->AddArray(jump);
  points->AddArray(validity);

  this->Normalized = normalized->GetPointer(0);
  this->EdgeJump = jump->GetPointer(0);
  this->Validity = validity->GetPointer(0);
  this->Ranges = std::make_unique<paraxanes::SharedRanges>(static_cast<int>(run.Energies.size()));
  return true;
}

void vtkXANESNormalize::ProcessBlock(
  const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block)
{
  paraxanes::SpectrumMaps maps;
  maps.Normalized = this->Normalized + block.First * static_cast<vtkIdType>(run.Energies.size());
  maps.EdgeJump = this->EdgeJump + block.First;
  maps.Validity = this->Validity + block.First;
  const auto normalize = [&](const auto* spectra)
  {
    paraxanes::NormalizeSpectra(
      run.Normalization, run.Limits, spectra, block.Count, block.Mask, maps);
  };
  block.Floats ? normalize(block.Floats) : normalize(block.Doubles);
  this->Ranges->AddSpectra(maps.Normalized, block.Count); // while they are in the cache
}

void vtkXANESNormalize::FinishRun(paraxanes::StackRun& run)
{
  auto* normalized =
    vtkFloatArray::SafeDownCast(run.Output->GetPointData()->GetArray("normalized_absorbance"));
  paraxanes::StoreRanges(normalized, this->Ranges->Get());
  this->Ranges.reset();
}
