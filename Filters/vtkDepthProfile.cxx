// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkDepthProfile.h"

#include "DistanceMap.h"
#include "EnergyStack.h"
#include "MapRun.h"
#include "NewArray.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <algorithm>
#include <cmath>
#include <limits>

vtkStandardNewMacro(vtkDepthProfile);

namespace
{

using paraxanes::Extent;
using paraxanes::Moments;
using Pipeline = vtkStreamingDemandDrivenPipeline;

constexpr double MostBins = 10000.0;

}

class vtkDepthProfile::Run : public paraxanes::MapRun
{
public:
  Run(vtkDepthProfile* self, vtkInformation* inInfo, vtkInformationVector* outputVector)
    : MapRun(self, inInfo)
    , Filter(self)
    , Output(vtkImageData::GetData(outputVector, 0))
    , Table(vtkTable::GetData(outputVector, 1))
  {
  }

private:
  bool Execute() override
  {
    return this->Step([&] { this->Prepare(); }) && this->FindOwned() && this->FindDepth() &&
      this->FindBins() && this->FindProfile() && this->Step([&] { this->Write(); });
  }

  void Clear() override
  {
    this->Output->Initialize();
    this->Table->Initialize();
  }

  void Prepare()
  {
    const double* range = this->Filter->DepthRange;
    if (this->Filter->NumberOfBins < 0 || this->Filter->NumberOfBins > MostBins)
    {
      throw paraxanes::InputError(paraxanes::TextOf("NumberOfBins is ", this->Filter->NumberOfBins,
        ". Give 1 to ", MostBins, " bins of depth, or 0 for bins as wide as a voxel."));
    }
    if (!this->HasAutomaticRange() && !(range[0] < range[1] && std::isfinite(range[1] - range[0])))
    {
      throw paraxanes::InputError(paraxanes::TextOf("DepthRange is ", range[0], " to ", range[1],
        " um. Give the smaller depth first, or 0 0 for an automatic range."));
    }
    if (this->Piece.Split() && this->Together.Size() == 1)
    {
      throw paraxanes::InputError("Depth needs the whole image, and was asked for a piece of it.");
    }
    this->Output->ShallowCopy(this->Input);
    if (this->HasVoxels())
    {
      this->FindMap(0, "edge_energy", "InputArray");
      this->FindInside();
    }
  }

  bool HasAutomaticRange() const
  {
    return this->Filter->DepthRange[0] == 0.0 && this->Filter->DepthRange[1] == 0.0;
  }

  // The label of each voxel, 0 outside.
  void FindInside()
  {
    if (vtkDataArray* labels = this->OptionalArray(1, "LabelArray"))
    {
      this->Inside = this->LabelsOf(labels, "LabelArray");
      this->InsideSource = labels->GetName();
      return;
    }
    if (vtkDataArray* mask = this->OptionalArray(2, "MaskArray"))
    {
      this->Inside = InsideOf<std::int32_t>(mask);
      this->InsideSource = mask->GetName();
      return;
    }
    const bool codes = this->Input->GetPointData()->GetArray("validity") != nullptr;
    this->InsideSource = codes ? "validity" : this->MapName + " is finite";
    this->Inside.resize(static_cast<std::size_t>(this->Input->GetNumberOfPoints()));
    this->Map.With(
      [&](const auto* values)
      {
        ForItems(this->Input->GetNumberOfPoints(),
          [&](std::int64_t i)
          {
            // A valid voxel without a value is inside all the same.
            const double value = codes ? 0.0 : static_cast<double>(values[i]);
            this->Inside[static_cast<std::size_t>(i)] = this->Counts(i, value) ? 1 : 0;
          });
      });
  }

  // Collective, as what follows.
  bool FindDepth()
  {
    std::int32_t largest = 0;
    for (const std::int32_t label : this->Inside)
    {
      largest = std::max(largest, label);
    }
    const bool bytes = this->Together.Max(static_cast<double>(largest)) <= 255.0;
    return bytes ? this->FindDepthFrom<std::uint8_t>() : this->FindDepthFrom<std::int32_t>();
  }

  template <typename Label>
  bool FindDepthFrom()
  {
    std::vector<Label> labels;
    const auto labelOf = [this](std::int64_t i)
    { return static_cast<Label>(this->Inside[static_cast<std::size_t>(i)]); };
    if (!this->GatherWhole(labels, labelOf))
    {
      return false;
    }
    this->Inside = {};
    bool stopped = false;
    const auto distance = [&] { stopped = !this->FindDistances(labels); };
    return this->Step(distance) && !this->Together.Any(stopped) && this->Progress(0.5);
  }

  // False when the user stopped it.
  template <typename Label>
  bool FindDistances(const std::vector<Label>& labels)
  {
    if (!this->HasVoxels())
    {
      return true;
    }
    const Extent whole = this->Whole();
    const Extent& box = this->Grid.Box;
    const std::array<int, 3> size = this->WholeSize();
    const int first = box[4] - whole[4];
    const int last = box[5] - whole[4] + 1;
    const Extent planes = { whole[0], whole[1], whole[2], whole[3], box[4], box[5] };
    std::vector<double> squared(static_cast<std::size_t>(paraxanes::NumberOfVoxels(planes)));
    const auto proceed = [&](double done)
    {
      this->Self->UpdateProgress(0.5 * done);
      return !this->Self->CheckAbort();
    };
    if (!paraxanes::SquaredDistances(
          labels.data(), size, this->Grid.Spacing, first, last, squared.data(), proceed))
    {
      return false;
    }
    this->Depth = paraxanes::NewArray<vtkFloatArray>("depth", this->Input->GetNumberOfPoints());
    const double half = 0.5 * this->VoxelSize();
    float* depth = this->Depth->GetPointer(0);
    paraxanes::ForRows(planes, box,
      [&](vtkIdType start, int count)
      {
        for (int x = 0; x < count; ++x)
        {
          *depth++ = static_cast<float>(paraxanes::DepthOf(squared[start + x], half));
        }
      });
    this->Output->GetPointData()->AddArray(this->Depth);
    return true;
  }

  double VoxelSize() const
  {
    return 2.0 * paraxanes::HalfVoxel(this->WholeSize(), this->Grid.Spacing);
  }

  // From the largest depth of a voxel that counts.
  bool FindBins()
  {
    this->Bins = { this->Filter->DepthRange[0], this->Filter->DepthRange[1],
      this->Filter->NumberOfBins };
    std::vector<paraxanes::ValueRange> depths(1);
    const float* depth = this->Depths();
    const auto group = [=](std::int64_t i) { return std::isnan(depth[i]) ? -1 : 0; };
    const auto add = [=](auto& part, std::int64_t i, std::size_t, double)
    { part[0].Add(static_cast<double>(depth[i])); };
    if (!this->AddUp(0.5, 0.6, depths, group, add))
    {
      return false;
    }
    const double deepest = this->Together.Max(depths[0].High);
    const double size = this->Together.Max(this->HasVoxels() ? this->VoxelSize() : 0.0);
    const double voxel = size > 0.0 && std::isfinite(size) ? size : 1.0; // a single voxel has none
    if (this->HasAutomaticRange())
    {
      this->Bins.High = std::isfinite(deepest) && deepest > 0.0 ? deepest : voxel;
    }
    if (this->Filter->NumberOfBins == 0)
    {
      const double number = std::ceil((this->Bins.High - this->Bins.Low) / voxel);
      this->Bins.Number = static_cast<int>(std::clamp(number, 1.0, MostBins));
      this->Bins.High = this->HasAutomaticRange() ? this->Bins.Number * voxel : this->Bins.High;
    }
    if (!std::isfinite(deepest) && this->Together.IsRoot())
    {
      vtkWarningWithObjectMacro(this->Self,
        "No voxel with a value has a depth: nothing is inside, or nothing outside. The table has "
        "counts of 0.");
    }
    return true;
  }

  const float* Depths() const { return this->Depth ? this->Depth->GetPointer(0) : nullptr; }

  bool FindProfile()
  {
    const float* depth = this->Depths();
    const auto bin = [=](std::int64_t i) { return this->Bins.Find(static_cast<double>(depth[i])); };
    return this->FindMoments(0.6, 0.9, static_cast<std::size_t>(this->Bins.Number), bin);
  }

  void AddDetrended()
  {
    const paraxanes::BinnedProfile profile(this->Bins, this->Means);
    const auto detrended = paraxanes::NewArray<vtkDoubleArray>(
      this->MapName + "_detrended", this->Input->GetNumberOfPoints());
    double* to = detrended->GetPointer(0);
    const float* depth = this->Depths();
    this->Map.With(
      [&](const auto* values)
      {
        ForItems(this->Input->GetNumberOfPoints(),
          [&](std::int64_t i)
          {
            const auto value = static_cast<double>(values[i]);
            to[i] = this->Counts(i, value) ? value - profile.At(static_cast<double>(depth[i]))
                                           : std::numeric_limits<double>::quiet_NaN();
          });
      });
    this->Output->GetPointData()->AddArray(detrended);
    const std::string unit = paraxanes::GetField(this->Input, this->MapName + "_unit");
    if (!unit.empty())
    {
      paraxanes::SetField(this->Output, this->MapName + "_detrended_unit", unit);
    }
  }

  void WriteProvenance(vtkDataObject* data) const
  {
    paraxanes::SetField(data, "depth_unit", std::string("um"));
    paraxanes::SetField(data, "depth_inside", this->InsideSource);
    paraxanes::SetField(data, "depth_profile_array", this->MapName);
    paraxanes::SetField(data, "depth_profile_range",
      std::vector<double>{ this->Bins.Low, this->Bins.High, double(this->Bins.Number) });
    paraxanes::SetField(data, "paraxanes_version", paraxanes::PluginVersion());
  }

  void Write()
  {
    if (this->HasVoxels())
    {
      if (this->Filter->SubtractProfile)
      {
        this->AddDetrended();
      }
      if (this->Piece.Split())
      {
        paraxanes::PassMarks(this->Input, this->Grid.Owned, this->Piece, this->Output);
      }
    }
    this->WriteProvenance(this->Output);
    paraxanes::StoreRanges(this->Output);
    if (!this->Together.IsRoot())
    {
      this->Table->Initialize();
      return;
    }
    std::vector<double> depths, means, deviations, errors;
    std::vector<std::int64_t> counts;
    for (int bin = 0; bin < this->Bins.Number; ++bin)
    {
      const Moments& moments = this->Means[static_cast<std::size_t>(bin)];
      depths.push_back(this->Bins.Center(bin));
      means.push_back(moments.Mean);
      deviations.push_back(moments.StandardDeviation);
      errors.push_back(moments.StandardError());
      counts.push_back(moments.Count);
    }
    const std::string unit = paraxanes::UnitInBrackets(this->Input, this->MapName);
    paraxanes::TableColumns columns;
    columns.Add("depth (um)", depths);
    columns.Add("mean " + this->MapName + unit, means);
    columns.Add("standard deviation" + unit, deviations);
    columns.Add("standard error" + unit, errors);
    columns.Add("count", counts);
    columns.MoveTo(this->Table);
    this->WriteProvenance(this->Table);
  }

  vtkDepthProfile* Filter;
  vtkImageData* Output;
  vtkTable* Table;
  std::vector<std::int32_t> Inside; // labels; freed when all ranks have them
  std::string InsideSource;
  vtkSmartPointer<vtkFloatArray> Depth; // null on a rank without voxels
  paraxanes::ValueBins Bins;
};

vtkDepthProfile::vtkDepthProfile()
{
  this->SetNumberOfOutputPorts(2);
}

void vtkDepthProfile::SetInputArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkDepthProfile::SetLabelArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkDepthProfile::SetMaskArray(const char* name)
{
  this->SetInputArrayToProcess(2, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkDepthProfile::FillOutputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), port == 0 ? "vtkImageData" : "vtkTable");
  return 1;
}

int vtkDepthProfile::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  std::string error;
  if (!paraxanes::CheckAxisAligned(inputVector[0]->GetInformationObject(0), error))
  {
    vtkErrorMacro(<< error);
    return 0;
  }
  return 1;
}

int vtkDepthProfile::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  // Distances and statistics are of the whole image, whatever part of it is to be shown.
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  return 1;
}

int vtkDepthProfile::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), outputVector);
  return run.Request();
}

void vtkDepthProfile::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InputArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "LabelArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "MaskArray: " << paraxanes::ChosenArray(this, 2) << "\n";
  os << indent << "NumberOfBins: " << this->NumberOfBins << "\n";
  os << indent << "DepthRange: " << this->DepthRange[0] << " " << this->DepthRange[1] << " um\n";
  os << indent << "SubtractProfile: " << (this->SubtractProfile ? "on" : "off") << "\n";
}
