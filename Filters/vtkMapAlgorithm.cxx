// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkMapAlgorithm.h"

#include "ImagePieces.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <string>

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;

constexpr vtkIdType NumberOfSlabs = 32; // steps of progress, and chances to stop

}

vtkMapAlgorithm::vtkMapAlgorithm() = default;

vtkMapAlgorithm::~vtkMapAlgorithm() = default;

int vtkMapAlgorithm::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  if (inInfo->Has(vtkDataObject::DIRECTION()))
  {
    outputVector->GetInformationObject(0)->CopyEntry(inInfo, vtkDataObject::DIRECTION());
  }
  return 1;
}

int vtkMapAlgorithm::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const paraxanes::PieceRequest request(outputVector->GetInformationObject(0));
  if (request.Split()) // else the default: what is asked of the output
  {
    inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), request.GhostLevels);
  }
  return 1;
}

int vtkMapAlgorithm::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  const paraxanes::PieceRequest request(inputVector[0]->GetInformationObject(0));
  vtkImageData* input = vtkImageData::GetData(inputVector[0]);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);
  paraxanes::ChooseNumberOfThreads(ranks);
  if (ranks.AnyStopped(this))
  {
    output->Initialize();
    return paraxanes::EndStopped(this);
  }

  std::string error;
  paraxanes::Extent owned;
  const auto work = [&](std::string&)
  {
    this->ReadSettings();
    output->ShallowCopy(input);
    if (request.Split())
    {
      paraxanes::PassMarks(input, owned, request, output);
    }
    return output->GetNumberOfPoints() == 0 || this->AddMaps(output, request.Whole);
  };
  if (paraxanes::FindOwnedExtent(input, request, ranks, owned, error) && ranks.AllDo(work, error))
  {
    this->Finish(ranks);
    return 1;
  }
  output->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

bool vtkMapAlgorithm::ForSlabs(
  vtkIdType voxels, const std::function<void(vtkIdType, vtkIdType)>& body)
{
  for (vtkIdType i = 0; i < NumberOfSlabs; ++i)
  {
    body(voxels * i / NumberOfSlabs, voxels * (i + 1) / NumberOfSlabs);
    this->UpdateProgress(static_cast<double>(i + 1) / static_cast<double>(NumberOfSlabs));
    if (this->CheckAbort())
    {
      return false;
    }
  }
  return true;
}
