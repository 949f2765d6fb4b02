// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkRadialAngleHistogram.h"

#include "AngleRun.h"
#include "EnergyStack.h"

#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <string>
#include <vector>

vtkStandardNewMacro(vtkRadialAngleHistogram);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::Vector3;

}

class vtkRadialAngleHistogram::Run : public paraxanes::AngleRun
{
public:
  Run(vtkRadialAngleHistogram* self, vtkInformation* inInfo, vtkInformation* particleInfo,
    vtkInformationVector* outputVector)
    : AngleRun(self, self->ChoiceOfCenter(), self->ChoiceOfAngles(), inInfo, particleInfo)
    , Filter(self)
    , Output(vtkImageData::GetData(outputVector, 0))
    , AngleTable(vtkTable::GetData(outputVector, 1))
    , SizeTable(vtkTable::GetData(outputVector, 2))
    , SummaryTable(vtkTable::GetData(outputVector, 3))
  {
  }

private:
  bool Execute() override
  {
    return this->Step([&] { this->CheckChoice(); }) && this->Step([&] { this->Prepare(); }) &&
      this->FindOwnedPoints() && this->Step([&] { this->MarkOutput(); }) && this->FindParticles() &&
      this->FindCenters() && this->FindAngles() && this->FindSizeRange() && this->FindSizes() &&
      this->FindBands() && this->Step([&] { this->Write(); });
  }

  void Clear() override
  {
    this->Output->Initialize();
    this->AngleTable->Initialize();
    this->SizeTable->Initialize();
    this->SummaryTable->Initialize();
  }

  void Prepare()
  {
    this->Output->ShallowCopy(this->Input);
    if (this->HasVoxels())
    {
      this->PrepareVectors();
      this->Output->GetPointData()->AddArray(this->Theta);
    }
    this->AngleRun::Prepare();
  }

  void MarkOutput()
  {
    if (this->Piece.Split())
    {
      paraxanes::PassMarks(this->Input, this->Grid.Owned, this->Piece, this->Output);
    }
  }

  void WriteProvenance(vtkDataObject* data) const
  {
    const vtkRadialAngleHistogram* self = this->Filter;
    const char* const planes[4] = { "Volume", "YZ", "XZ", "XY" };
    const char* const modes[3] = { "Centroid", "Weighted", "Point" };
    paraxanes::SetField(
      data, "theta_gradient_array", this->Gradient ? this->Gradient->GetName() : "");
    paraxanes::SetField(data, "theta_plane", planes[this->Results.Reference.Normal + 1]);
    paraxanes::SetField(data, "theta_center_mode", modes[self->CenterMode]);
    paraxanes::SetField(data, "theta_center_source", this->Found.Source);
    if (this->HasLabels())
    {
      paraxanes::SetField(data, "theta_label_array", paraxanes::ChosenArray(this->Self, 2));
    }
    else
    {
      const Vector3& center = this->Results.Reference.Centers.front();
      paraxanes::SetField(
        data, "theta_center", std::vector<double>{ center[0], center[1], center[2] });
    }
    const auto number = [&](const char* name, double value)
    { paraxanes::SetField(data, name, std::vector<double>{ value }); };
    number("theta_outward", self->Outward ? 1.0 : 0.0);
    number("theta_number_of_bins", self->NumberOfBins);
    number("theta_fold_angles", self->FoldAngles ? 1.0 : 0.0);
    number("theta_number_of_size_bins", this->Results.Bins.Number);
    paraxanes::SetField(data, "theta_size_range",
      std::vector<double>{ this->Results.Bins.Low, this->Results.Bins.High });
    if (this->HasErrors())
    {
      paraxanes::SetField(data, "theta_error_array", paraxanes::ChosenArray(this->Self, 3));
      number("theta_minimum_significance", self->MinimumSignificance);
    }
    if (this->Results.HasBands)
    {
      number("theta_bootstrap_samples", self->NumberOfBootstrapSamples);
      number("theta_bootstrap_block_edge", self->BootstrapBlockEdge);
      number("theta_bootstrap_confidence_level", self->ConfidenceLevel);
      number("theta_bootstrap_seed", self->Seed);
    }
    paraxanes::SetField(data, "paraxanes_version", paraxanes::PluginVersion());
  }

  void Write()
  {
    this->WriteProvenance(this->Output);
    paraxanes::StoreRanges(this->Output);
    if (!this->Together.IsRoot())
    {
      this->AngleTable->Initialize();
      this->SizeTable->Initialize();
      this->SummaryTable->Initialize();
      return;
    }
    this->Results.CenterSource = this->Found.Source;
    this->Results.ValidVoxels = this->Found.ValidVoxels;
    this->Results.PerParticle = this->HasLabels();
    this->Results.HasErrors = this->HasErrors();
    this->Results.OneCenter =
      this->Results.Reference.Particles.size() == 1 || this->Filter->CenterMode == POINT;
    paraxanes::WriteAngleTable(this->Results, this->AngleTable);
    paraxanes::WriteSizeTable(this->Results, this->SizeTable);
    paraxanes::WriteSummaryTable(this->Results, this->SummaryTable);
    for (vtkTable* table : { this->AngleTable, this->SizeTable, this->SummaryTable })
    {
      this->WriteProvenance(table);
    }
  }

  vtkRadialAngleHistogram* Filter;
  vtkImageData* Output;
  vtkTable* AngleTable;
  vtkTable* SizeTable;
  vtkTable* SummaryTable;
};

vtkRadialAngleHistogram::vtkRadialAngleHistogram()
{
  this->SetNumberOfInputPorts(2);
  this->SetNumberOfOutputPorts(4);
}

paraxanes::CenterChoice vtkRadialAngleHistogram::ChoiceOfCenter()
{
  return { this->CenterMode, { this->Center[0], this->Center[1], this->Center[2] },
    paraxanes::ChosenArray(this, 2), paraxanes::ChosenArray(this, 1) };
}

paraxanes::AngleChoice vtkRadialAngleHistogram::ChoiceOfAngles()
{
  return { this->NumberOfBins, this->Outward, this->FoldAngles, this->NumberOfSizeBins,
    { this->SizeRange[0], this->SizeRange[1] }, this->MinimumSignificance,
    { this->NumberOfBootstrapSamples, this->BootstrapBlockEdge, this->ConfidenceLevel,
      static_cast<std::uint64_t>(this->Seed) } };
}

void vtkRadialAngleHistogram::SetGradientArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetWeightArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetLabelArray(const char* name)
{
  this->SetInputArrayToProcess(2, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetErrorArray(const char* name)
{
  this->SetInputArrayToProcess(3, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkRadialAngleHistogram::FillInputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  if (port == 1)
  {
    info->Set(vtkAlgorithm::INPUT_IS_OPTIONAL(), 1);
  }
  return 1;
}

int vtkRadialAngleHistogram::FillOutputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), port == 0 ? "vtkImageData" : "vtkTable");
  return 1;
}

int vtkRadialAngleHistogram::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  std::string error;
  for (int port = 0; port < 2; ++port)
  {
    vtkInformation* inInfo = inputVector[port]->GetInformationObject(0);
    if (inInfo && !paraxanes::CheckAxisAligned(inInfo, error))
    {
      vtkErrorMacro(<< error);
      return 0;
    }
  }
  return 1;
}

int vtkRadialAngleHistogram::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  // Statistics are of the whole image, whatever part of it is to be shown.
  for (int port = 0; port < 2; ++port)
  {
    if (vtkInformation* inInfo = inputVector[port]->GetInformationObject(0))
    {
      inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
    }
  }
  return 1;
}

int vtkRadialAngleHistogram::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), inputVector[1]->GetInformationObject(0),
    outputVector);
  return run.Request();
}

void vtkRadialAngleHistogram::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "GradientArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "WeightArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "LabelArray: " << paraxanes::ChosenArray(this, 2) << "\n";
  os << indent << "CenterMode: " << this->CenterMode << "\n";
  os << indent << "Center: " << this->Center[0] << " " << this->Center[1] << " " << this->Center[2]
     << " um\n";
  os << indent << "Outward: " << (this->Outward ? "on" : "off") << "\n";
  os << indent << "NumberOfBins: " << this->NumberOfBins << "\n";
  os << indent << "FoldAngles: " << (this->FoldAngles ? "on" : "off") << "\n";
  os << indent << "NumberOfSizeBins: " << this->NumberOfSizeBins << "\n";
  os << indent << "SizeRange: " << this->SizeRange[0] << " " << this->SizeRange[1] << "\n";
  os << indent << "ErrorArray: " << paraxanes::ChosenArray(this, 3) << "\n";
  os << indent << "MinimumSignificance: " << this->MinimumSignificance << "\n";
  os << indent << "NumberOfBootstrapSamples: " << this->NumberOfBootstrapSamples << "\n";
  os << indent << "BootstrapBlockEdge: " << this->BootstrapBlockEdge << " voxels\n";
  os << indent << "ConfidenceLevel: " << this->ConfidenceLevel << "\n";
  os << indent << "Seed: " << this->Seed << "\n";
}
