// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkMaskedProjection.h"

#include "AxisProjection.h"
#include "EnergyStack.h"
#include "ErrorArrays.h"
#include "MapRun.h"
#include "NewArray.h"

#include <vtkDataArray.h>
#include <vtkDataArraySelection.h>
#include <vtkDataSetAttributes.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkIntArray.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <algorithm>
#include <cmath>
#include <limits>

vtkStandardNewMacro(vtkMaskedProjection);

namespace
{

using paraxanes::Extent;
using Pipeline = vtkStreamingDemandDrivenPipeline;

// Values that are summed up, and reduced over ranks, at once.
constexpr std::int64_t ValuesPerSlab = 2000000;
// At least as many slabs: between two of them progress is told and abort is heard.
constexpr std::int64_t NumberOfSlabs = 32;
constexpr const char* CountName = "projection_count";

Extent PlaneOf(const Extent& whole, int axis)
{
  Extent plane = whole;
  plane[2 * axis] = 0;
  plane[2 * axis + 1] = 0;
  return plane;
}

bool IsFloating(vtkDataArray* array)
{
  return array->GetDataType() == VTK_FLOAT || array->GetDataType() == VTK_DOUBLE;
}

}

class vtkMaskedProjection::Run : public paraxanes::MapRun
{
public:
  Run(vtkMaskedProjection* self, vtkInformation* inInfo, vtkInformationVector* outputVector)
    : MapRun(self, inInfo)
    , Filter(self)
    , Output(vtkImageData::GetData(outputVector, 0))
  {
    this->Lines.Axis = self->Axis;
  }

private:
  bool Execute() override
  {
    return this->Step([&] { this->Prepare(); }) && this->FindOwned() && this->ShareArrays() &&
      this->ProjectArrays() && this->Step([&] { this->Finish(); });
  }

  void Clear() override { this->Output->Initialize(); }

  void Prepare()
  {
    if (this->Piece.Split() && this->Together.Size() == 1)
    {
      throw paraxanes::InputError(
        "A projection needs the whole image, and was asked for a piece of it.");
    }
    if (!this->HasVoxels())
    {
      return;
    }
    this->FindInside();
    vtkPointData* points = this->Input->GetPointData();
    for (int i = 0; i < points->GetNumberOfArrays(); ++i)
    {
      vtkDataArray* array = points->GetArray(i);
      if (!array || !this->IsChosen(array))
      {
        continue;
      }
      const bool isError =
        array->GetNumberOfComponents() == 1 && paraxanes::IsError(points, array->GetName());
      if (isError && !this->AddsUp())
      {
        continue; // of the extreme value among others nothing is known
      }
      this->Arrays.push_back(array);
      this->AreErrors.push_back(isError);
    }
    if (this->Arrays.empty())
    {
      throw paraxanes::InputError(paraxanes::TextOf("There is nothing to project: the input has ",
        paraxanes::ListPointArrays(this->Input),
        ". Choose arrays in PointArrays; without a choice those of floating-point numbers are "
        "taken."));
    }
  }

  bool IsChosen(vtkDataArray* array) const
  {
    const std::string name = array->GetName() ? array->GetName() : "";
    if (name.empty() || name == vtkDataSetAttributes::GhostArrayName())
    {
      return false;
    }
    vtkDataArraySelection* selection = this->Filter->PointArraySelection;
    return selection->ArrayExists(name.c_str())
      ? selection->ArrayIsEnabled(name.c_str()) != 0
      : selection->GetNumberOfArraysEnabled() == 0 && IsFloating(array);
  }

  void FindInside()
  {
    this->FindValidity();
    vtkDataArray* mask = this->OptionalArray(0, "MaskArray");
    if (!mask && !this->Validity)
    {
      return;
    }
    this->Inside = mask ? InsideOf<std::uint8_t>(mask)
                        : std::vector<std::uint8_t>(this->Input->GetNumberOfPoints(), 1);
    if (this->Validity)
    {
      ForItems(this->Input->GetNumberOfPoints(),
        [this](std::int64_t i)
        {
          if (this->Validity[i] != 0)
          {
            this->Inside[static_cast<std::size_t>(i)] = 0;
          }
        });
    }
    this->Lines.Inside = this->Inside.data();
  }

  // Ranks without voxels learn how many arrays there are, to take part in the reductions.
  // Collective.
  bool ShareArrays()
  {
    this->Lines.Grid = this->Grid;
    if (!this->Piece.Split())
    {
      this->Lines.Grid.Whole = this->Grid.Box;
    }
    const double mine = static_cast<double>(this->Arrays.size());
    const auto number = static_cast<std::size_t>(this->Together.Max(mine));
    std::vector<double> components(number, 0.0);
    for (std::size_t i = 0; i < this->Arrays.size(); ++i)
    {
      components[i] = this->Arrays[i]->GetNumberOfComponents();
    }
    this->Together.Max(components.data(), static_cast<vtkIdType>(number));
    this->Components.assign(components.begin(), components.end());
    const int candidate = this->HasVoxels() ? this->Together.Rank() : this->Together.Size();
    this->OutputRank = static_cast<int>(-this->Together.Max(-candidate));
    const bool same = this->Arrays.empty() || this->Arrays.size() == number;
    return this->Step(
      [&]
      {
        if (!same)
        {
          throw paraxanes::InputError("The ranks have different arrays.");
        }
        this->MakeOutput();
      });
  }

  bool AddsUp() const { return this->Filter->Operation == MEAN || this->Filter->Operation == SUM; }

  bool IsOutputHere() const { return this->Together.Rank() == this->OutputRank; }

  void MakeOutput()
  {
    if (!this->IsOutputHere())
    {
      paraxanes::SetExtent(this->Output, paraxanes::EmptyExtent);
      return;
    }
    const Extent plane = PlaneOf(this->Lines.Grid.Whole, this->Lines.Axis);
    paraxanes::SetExtent(this->Output, plane);
    for (vtkDataArray* array : this->Arrays)
    {
      this->Output->GetPointData()->AddArray(this->NewResult(array));
    }
    this->Count = paraxanes::NewArray<vtkIntArray>(CountName, paraxanes::NumberOfVoxels(plane));
    this->Output->GetPointData()->AddArray(this->Count);
    if (vtkDataArray* active = this->Input->GetPointData()->GetScalars())
    {
      this->Output->GetPointData()->SetActiveScalars(active->GetName());
    }
    if (this->Piece.Split())
    {
      paraxanes::MarkOwned(this->Output, plane, plane, false);
    }
  }

  vtkSmartPointer<vtkDataArray> NewResult(vtkDataArray* array) const
  {
    const vtkIdType pixels = this->Output->GetNumberOfPoints();
    const int components = array->GetNumberOfComponents();
    vtkSmartPointer<vtkDataArray> result;
    if (array->GetDataType() == VTK_FLOAT)
    {
      result = paraxanes::NewArray<vtkFloatArray>(array->GetName(), pixels, components);
    }
    else
    {
      result = paraxanes::NewArray<vtkDoubleArray>(array->GetName(), pixels, components);
    }
    for (int c = 0; c < components; ++c)
    {
      if (const char* name = array->GetComponentName(c))
      {
        result->SetComponentName(c, name);
      }
    }
    return result;
  }

  // Calls body(slab) for slabs of the plane, the same on every rank.
  template <typename Body>
  bool ForPlane(double from, double to, int components, Body body)
  {
    const std::int64_t rows = this->Lines.Rows();
    const std::int64_t row = std::max<std::int64_t>(1, this->Lines.Width() * components);
    const std::int64_t step =
      std::max<std::int64_t>(1, std::min(ValuesPerSlab / row, rows / NumberOfSlabs));
    for (std::int64_t first = 0; first < rows; first += step)
    {
      paraxanes::ProjectionSlab slab;
      slab.FirstRow = first;
      slab.LastRow = std::min(rows, first + step);
      const double done = static_cast<double>(slab.LastRow) / static_cast<double>(rows);
      if (!body(slab) || !this->Progress(from + (to - from) * done))
      {
        return false;
      }
    }
    return true;
  }

  bool ProjectArrays()
  {
    const auto count = [&](paraxanes::ProjectionSlab& slab)
    {
      if (!this->Step([&] { paraxanes::CountInside(this->Lines, slab); }))
      {
        return false;
      }
      this->ReduceCounts(slab.Counts);
      for (std::size_t i = 0; this->Count && i < slab.Counts.size(); ++i)
      {
        this->Count->SetValue(
          this->First(slab, 1) + static_cast<vtkIdType>(i), static_cast<int>(slab.Counts[i]));
      }
      return true;
    };
    const auto steps = static_cast<double>(this->Components.size() + 1);
    bool ok = this->ForPlane(0.0, 1.0 / steps, 1, count);
    for (std::size_t i = 0; ok && i < this->Components.size(); ++i)
    {
      const double from = static_cast<double>(i + 1) / steps;
      const double to = static_cast<double>(i + 2) / steps;
      ok = this->AddsUp() ? this->Sums(i, from, to) : this->Extremes(i, from, to);
    }
    return ok;
  }

  // Index in the plane of the first value of a slab.
  vtkIdType First(const paraxanes::ProjectionSlab& slab, int components) const
  {
    return slab.FirstRow * this->Lines.Width() * components;
  }

  // Writes value(i) for the values of a slab, on the rank that has the output.
  template <typename Value>
  void WriteSlab(std::size_t array, const paraxanes::ProjectionSlab& slab, Value value) const
  {
    if (!this->IsOutputHere())
    {
      return;
    }
    vtkDataArray* result = this->Output->GetPointData()->GetArray(this->Arrays[array]->GetName());
    const int components = this->Components[array];
    const vtkIdType first = this->First(slab, components);
    const vtkIdType number = (slab.LastRow - slab.FirstRow) * this->Lines.Width() * components;
    const auto write = [&](auto* to)
    {
      for (vtkIdType k = 0; k < number; ++k)
      {
        to[first + k] =
          static_cast<std::remove_pointer_t<decltype(to)>>(value(static_cast<std::size_t>(k)));
      }
    };
    if (auto* floats = vtkFloatArray::FastDownCast(result))
    {
      write(floats->GetPointer(0));
    }
    else
    {
      write(vtkDoubleArray::FastDownCast(result)->GetPointer(0));
    }
  }

  bool Sums(std::size_t array, double from, double to)
  {
    const int components = this->Components[array];
    const bool mean = this->Filter->Operation == MEAN;
    const auto sizes = [&](paraxanes::ProjectionSlab& slab)
    {
      this->WithValues([&](const auto* values)
        { paraxanes::ProjectSizes(this->Lines, values, components, slab); });
    };
    const auto sums = [&](paraxanes::ProjectionSlab& slab)
    {
      paraxanes::FindScales(this->Lines, slab);
      this->WithValues(
        [&](const auto* values) { paraxanes::ProjectSums(this->Lines, values, components, slab); });
    };
    return this->TakeValues(array) &&
      this->ForPlane(from, to, components,
        [&](paraxanes::ProjectionSlab& slab)
        {
          if (!this->Step([&] { sizes(slab); }))
          {
            return false;
          }
          this->ReduceExtremes(slab);
          if (!this->Step([&] { sums(slab); }))
          {
            return false;
          }
          this->ReduceCounts(slab.Counts);
          this->ReduceCounts(slab.Sums);
          this->WriteSlab(array, slab,
            [&](std::size_t k)
            {
              const auto count = static_cast<double>(slab.Counts[k]);
              const double sum = static_cast<double>(slab.Sums[k]) / slab.Scales[k];
              const auto pixel = this->First(slab, 1) + static_cast<vtkIdType>(k);
              const bool isError = this->AreErrors[array];
              const bool isKnown =
                isError ? slab.Counts[k] == this->Count->GetValue(pixel) : count > 0.0;
              const double result = isError ? std::sqrt(sum) : sum;
              return isKnown && count > 0.0 ? (mean ? result / count : result)
                                            : std::numeric_limits<double>::quiet_NaN();
            });
          return true;
        });
  }

  bool Extremes(std::size_t array, double from, double to)
  {
    const int components = this->Components[array];
    const double sign = this->Filter->Operation == MAXIMUM ? 1.0 : -1.0;
    const auto extremes = [&](paraxanes::ProjectionSlab& slab)
    {
      this->WithValues([&](const auto* values)
        { paraxanes::ProjectExtremes(this->Lines, values, components, sign, slab); });
    };
    return this->TakeValues(array) &&
      this->ForPlane(from, to, components,
        [&](paraxanes::ProjectionSlab& slab)
        {
          if (!this->Step([&] { extremes(slab); }))
          {
            return false;
          }
          this->ReduceExtremes(slab);
          this->WriteSlab(array, slab,
            [&](std::size_t k)
            {
              const double extreme = slab.Extremes[k];
              return std::isfinite(extreme) ? sign * extreme
                                            : std::numeric_limits<double>::quiet_NaN();
            });
          return true;
        });
  }

  void ReduceExtremes(paraxanes::ProjectionSlab& slab) const
  {
    this->Together.Max(slab.Extremes.data(), static_cast<vtkIdType>(slab.Extremes.size()));
  }

  static vtkSmartPointer<vtkDataArray> SquaresOf(vtkDataArray* array)
  {
    const vtkIdType voxels = array->GetNumberOfTuples();
    auto squares = paraxanes::NewArray<vtkDoubleArray>("", voxels);
    double* to = squares->GetPointer(0);
    paraxanes::TypedValues(array).With(
      [&](const auto* from)
      {
        ForItems(voxels,
          [&](std::int64_t i)
          {
            const auto value = static_cast<double>(from[i]);
            to[i] = value * value;
          });
      });
    return squares;
  }

  bool TakeValues(std::size_t array)
  {
    return this->Step(
      [&]
      {
        this->Values = {};
        vtkSmartPointer<vtkDataArray> values = this->HasVoxels() ? this->Arrays[array] : nullptr;
        if (values && this->AreErrors[array])
        {
          values = SquaresOf(values);
        }
        this->Values = paraxanes::TypedValues(values);
      });
  }

  // A rank without voxels takes part with nothing of the same size.
  template <typename Project>
  void WithValues(Project project) const
  {
    if (this->Values)
    {
      this->Values.With(project);
    }
    else
    {
      project(static_cast<const float*>(nullptr));
    }
  }

  // A sum over voxels is none per voxel: g/cm3 become "g/cm3 x voxels".
  void MarkUnitsOfSums()
  {
    for (vtkDataArray* array : this->Arrays)
    {
      const std::string field = std::string(array->GetName()) + "_unit";
      const std::string unit = paraxanes::GetField(this->Output, field);
      if (!unit.empty())
      {
        paraxanes::SetField(this->Output, field, unit + " x voxels");
      }
    }
  }

  void Finish()
  {
    const char* const operations[4] = { "Mean", "Minimum", "Maximum", "Sum" };
    const char* const axes[3] = { "X", "Y", "Z" };
    paraxanes::SetField(this->Output, "projection_operation", operations[this->Filter->Operation]);
    paraxanes::SetField(this->Output, "projection_axis", axes[this->Lines.Axis]);
    paraxanes::SetField(this->Output, "projection_voxels",
      std::vector<double>{ static_cast<double>(this->Lines.Length()) });
    if (this->Filter->Operation == SUM)
    {
      this->MarkUnitsOfSums();
    }
    paraxanes::SetField(this->Output, "paraxanes_version", paraxanes::PluginVersion());
    paraxanes::StoreRanges(this->Output);
  }

  vtkMaskedProjection* Filter;
  vtkImageData* Output;
  paraxanes::ProjectionLines Lines;
  int OutputRank = 0; // the first one that has voxels
  std::vector<std::uint8_t> Inside;
  std::vector<vtkDataArray*> Arrays;  // none on a rank without voxels
  std::vector<bool> AreErrors;        // of Arrays: their squares add up
  paraxanes::TypedValues Values;      // of the array at hand
  std::vector<int> Components;        // of each array, on every rank
  vtkSmartPointer<vtkIntArray> Count; // where the output is
};

vtkMaskedProjection::vtkMaskedProjection() = default;

vtkMaskedProjection::~vtkMaskedProjection() = default;

void vtkMaskedProjection::SetMaskArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

vtkDataArraySelection* vtkMaskedProjection::GetPointArraySelection()
{
  return this->PointArraySelection;
}

vtkMTimeType vtkMaskedProjection::GetMTime()
{
  return std::max(this->Superclass::GetMTime(), this->PointArraySelection->GetMTime());
}

int vtkMaskedProjection::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  std::string error;
  if (!paraxanes::CheckAxisAligned(inInfo, error))
  {
    vtkErrorMacro(<< error);
    return 0;
  }
  const Extent whole = paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT()));
  double origin[3] = { 0.0, 0.0, 0.0 };
  double spacing[3] = { 1.0, 1.0, 1.0 };
  inInfo->Has(vtkDataObject::ORIGIN()) ? inInfo->Get(vtkDataObject::ORIGIN(), origin) : void();
  inInfo->Has(vtkDataObject::SPACING()) ? inInfo->Get(vtkDataObject::SPACING(), spacing) : void();
  const int a = this->Axis;
  origin[a] += 0.5 * spacing[a] * (whole[2 * a] + whole[2 * a + 1]);
  spacing[a] *= std::max(1, whole[2 * a + 1] - whole[2 * a] + 1);
  outInfo->Set(Pipeline::WHOLE_EXTENT(), PlaneOf(whole, a).data(), 6);
  outInfo->Set(vtkDataObject::ORIGIN(), origin, 3);
  outInfo->Set(vtkDataObject::SPACING(), spacing, 3);
  return 1;
}

int vtkMaskedProjection::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  return 1;
}

int vtkMaskedProjection::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), outputVector);
  return run.Request();
}

void vtkMaskedProjection::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "MaskArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "Operation: " << this->Operation << "\n";
  os << indent << "Axis: " << this->Axis << "\n";
  os << indent << "PointArraySelection:\n";
  this->PointArraySelection->PrintSelf(os, indent.GetNextIndent());
}
