// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkParticleLabels.h"

#include "ConnectedPieces.h"
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkArrayDispatch.h>
#include <vtkDataArrayRange.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <exception>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkParticleLabels);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;

struct ThresholdWorker
{
  double Low;
  double High;
  std::uint8_t* Validity;

  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* array) const
  {
    paraxanes::MarkValidity(array->GetPointer(0), array->GetNumberOfTuples(),
      array->GetNumberOfComponents(), this->Low, this->High, this->Validity);
  }

  void operator()(vtkDataArray* array) const
  {
    const int components = array->GetNumberOfComponents();
    std::vector<double> values(static_cast<std::size_t>(array->GetNumberOfValues()));
    const auto range = vtk::DataArrayValueRange(array);
    std::copy(range.begin(), range.end(), values.begin());
    paraxanes::MarkValidity(
      values.data(), array->GetNumberOfTuples(), components, this->Low, this->High, this->Validity);
  }
};

std::vector<std::uint8_t> FindValidity(vtkDataArray* array, double low, double high)
{
  std::vector<std::uint8_t> validity(static_cast<std::size_t>(array->GetNumberOfTuples()));
  const ThresholdWorker worker = { low, high, validity.data() };
  using Arrays = vtkTypeList::Create<vtkAOSDataArrayTemplate<float>,
    vtkAOSDataArrayTemplate<double>, vtkAOSDataArrayTemplate<unsigned char>,
    vtkAOSDataArrayTemplate<unsigned short>, vtkAOSDataArrayTemplate<int>>;
  if (!vtkArrayDispatch::DispatchByArray<Arrays>::Execute(array, worker))
  {
    worker(array);
  }
  return validity;
}

}

void vtkParticleLabels::SetInputArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkParticleLabels::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  if (inInfo->Has(vtkDataObject::DIRECTION()))
  {
    outInfo->CopyEntry(inInfo, vtkDataObject::DIRECTION());
  }
  return 1;
}

int vtkParticleLabels::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  // A part of a particle has another size and, cut off from the rest, another number.
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  return 1;
}

std::string vtkParticleLabels::Label(vtkImageData* input, vtkImageData* output)
{
  if (!(this->Threshold[0] <= this->Threshold[1]))
  {
    return "Threshold is " + std::to_string(this->Threshold[0]) + " to " +
      std::to_string(this->Threshold[1]) + ". Give the lower value first.";
  }
  if (this->MinimumSize < 1)
  {
    return "MinimumSize is " + std::to_string(this->MinimumSize) +
      " voxels. Give 1 (keep every particle) or more.";
  }
  output->ShallowCopy(input);
  if (input->GetNumberOfPoints() == 0)
  {
    return {};
  }
  std::string error;
  vtkDataArray* array =
    paraxanes::FindPointArray(input, paraxanes::ChosenArray(this, 0), "validity", error);
  if (!array)
  {
    return "No array to label: " + error + ". Choose one in InputArray.";
  }

  const std::vector<std::uint8_t> validity =
    FindValidity(array, this->Threshold[0], this->Threshold[1]);
  this->UpdateProgress(0.3);
  if (this->CheckAbort())
  {
    return {};
  }
  vtkNew<vtkIntArray> labels;
  labels->SetName("particle_id");
  labels->SetNumberOfValues(input->GetNumberOfPoints());
  int* size = input->GetDimensions();
  const std::vector<std::int64_t> sizes = paraxanes::LabelPieces(validity.data(),
    { size[0], size[1], size[2] }, this->MinimumSize, this->LargestOnly, labels->GetPointer(0));
  if (sizes.empty())
  {
    vtkWarningMacro("There is no particle: no connected piece of at least "
      << this->MinimumSize << " voxels has \"" << array->GetName() << "\" in " << this->Threshold[0]
      << ".." << this->Threshold[1] << ". Check Threshold and MinimumSize.");
  }
  output->GetPointData()->AddArray(labels);

  paraxanes::SetField(output, "particle_array", array->GetName());
  paraxanes::SetField(
    output, "particle_threshold", std::vector<double>{ this->Threshold[0], this->Threshold[1] });
  paraxanes::SetField(
    output, "particle_minimum_size", std::vector<double>{ static_cast<double>(this->MinimumSize) });
  paraxanes::SetField(
    output, "number_of_particles", std::vector<double>{ static_cast<double>(sizes.size()) });
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  return {};
}

int vtkParticleLabels::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkImageData* input = vtkImageData::GetData(inInfo);
  vtkImageData* output = vtkImageData::GetData(outputVector);
  if (paraxanes::PieceRequest(inInfo).Split())
  {
    vtkErrorMacro("Particles cannot be labelled across ranks; this image is on "
      << paraxanes::PieceRequest(inInfo).NumberOfPieces
      << " of them. Label it on one rank, save the result, and open it on many.");
    output->Initialize();
    return 0;
  }
  paraxanes::ChooseNumberOfThreads(paraxanes::Ranks(inInfo));
  std::string error;
  try
  {
    error = this->Label(input, output);
  }
  catch (const std::bad_alloc&)
  {
    error = "There is not enough memory for the labels.";
  }
  catch (const std::exception& exception)
  {
    error = exception.what();
  }
  if (!error.empty())
  {
    vtkErrorMacro(<< error);
    output->Initialize();
    return 0;
  }
  this->UpdateProgress(1.0);
  return 1;
}

void vtkParticleLabels::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InputArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "Threshold: " << this->Threshold[0] << " " << this->Threshold[1] << "\n";
  os << indent << "MinimumSize: " << this->MinimumSize << " voxels\n";
  os << indent << "LargestOnly: " << (this->LargestOnly ? "on" : "off") << "\n";
}
