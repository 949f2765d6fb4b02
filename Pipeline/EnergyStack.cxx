// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"

#include "ComponentRanges.h"
#include "EnergyAxis.h"
#include "NewArray.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkAlgorithm.h>
#include <vtkArrayDispatch.h>
#include <vtkDataArray.h>
#include <vtkDataSet.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationDoubleVectorKey.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>
#include <vtkUnsignedCharArray.h>

#include <type_traits>

namespace paraxanes
{
namespace
{

void SetRange(
  vtkInformation* information, vtkInformationDoubleVectorKey* key, const Interval& range)
{
  const double limits[2] = { range.Low, range.High };
  information->Set(key, limits, 2);
}

void SetComponentRanges(vtkInformation* information, vtkInformationInformationVectorKey* key,
  const std::vector<Interval>& ranges)
{
  vtkNew<vtkInformationVector> perComponent;
  perComponent->SetNumberOfInformationObjects(static_cast<int>(ranges.size()));
  for (std::size_t k = 0; k < ranges.size(); ++k)
  {
    SetRange(perComponent->GetInformationObject(static_cast<int>(k)),
      vtkDataArray::COMPONENT_RANGE(), ranges[k]);
  }
  information->Set(key, perComponent);
}

// An array of another memory layout is left to VTK.
struct StoreRange
{
  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* map) const
  {
    const int components = map->GetNumberOfComponents();
    if (components == 1)
    {
      const ValueRanges ranges = FindValueRanges(map->GetPointer(0), map->GetNumberOfValues());
      vtkInformation* information = map->GetInformation();
      SetComponentRanges(information, vtkAbstractArray::PER_COMPONENT(), { ranges.All });
      SetComponentRanges(information, vtkAbstractArray::PER_FINITE_COMPONENT(), { ranges.Finite });
    }
    else if constexpr (std::is_same_v<T, float>)
    {
      StoreRanges(
        map, FindComponentRanges(map->GetPointer(0), map->GetNumberOfTuples(), components));
    }
    else if constexpr (std::is_same_v<T, double>)
    {
      const VectorRanges ranges =
        FindVectorRanges(map->GetPointer(0), map->GetNumberOfTuples(), components);
      std::vector<Interval> all;
      std::vector<Interval> finite;
      for (const ValueRanges& component : ranges.Components)
      {
        all.push_back(component.All);
        finite.push_back(component.Finite);
      }
      vtkInformation* information = map->GetInformation();
      SetComponentRanges(information, vtkAbstractArray::PER_COMPONENT(), all);
      SetComponentRanges(information, vtkAbstractArray::PER_FINITE_COMPONENT(), finite);
      SetRange(information, vtkDataArray::L2_NORM_RANGE(), ranges.Norm.All);
      SetRange(information, vtkDataArray::L2_NORM_FINITE_RANGE(), ranges.Norm.Finite);
    }
  }
  void operator()(vtkDataArray*) const {}
};

}

std::vector<double> StackEnergies(vtkDataObject* data)
{
  auto* array =
    data ? vtkDataArray::SafeDownCast(data->GetFieldData()->GetAbstractArray("energy")) : nullptr;
  std::vector<double> energies;
  if (array && array->GetNumberOfComponents() == 1)
  {
    for (vtkIdType k = 0; k < array->GetNumberOfTuples(); ++k)
    {
      energies.push_back(array->GetComponent(k, 0));
    }
  }
  return energies;
}

void SetStackEnergies(vtkDataObject* data, const std::vector<double>& energies)
{
  SetField(data, "energy", energies);
}

void NameComponents(vtkDataArray* stack, const std::vector<double>& energies)
{
  const std::vector<std::string> labels = EnergyLabels(energies);
  for (std::size_t k = 0; k < labels.size(); ++k)
  {
    stack->SetComponentName(static_cast<vtkIdType>(k), labels[k].c_str());
  }
}

void StoreRanges(vtkDataArray* stack, const ComponentRanges& ranges)
{
  vtkInformation* information = stack->GetInformation();
  SetComponentRanges(information, vtkAbstractArray::PER_COMPONENT(), ranges.All());
  SetComponentRanges(information, vtkAbstractArray::PER_FINITE_COMPONENT(), ranges.Finite());
  if (ranges.Components() > 1)
  {
    SetRange(information, vtkDataArray::L2_NORM_RANGE(), ranges.NormAll());
    SetRange(information, vtkDataArray::L2_NORM_FINITE_RANGE(), ranges.NormFinite());
  }
}

void StoreRanges(vtkImageData* output)
{
  StoreRange worker;
  vtkPointData* points = output->GetPointData();
  for (int i = 0; i < points->GetNumberOfArrays(); ++i)
  {
    vtkDataArray* map = points->GetArray(i);
    const bool stored =
      map && map->HasInformation() && map->GetInformation()->Has(vtkAbstractArray::PER_COMPONENT());
    if (map && !stored && map->GetNumberOfTuples() > 0)
    {
      vtkArrayDispatch::Dispatch::Execute(map, worker);
    }
  }
}

void SetField(vtkDataObject* data, const std::string& name, const std::string& text)
{
  vtkNew<vtkStringArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(text);
  data->GetFieldData()->AddArray(array);
}

void SetField(vtkDataObject* data, const std::string& name, const std::vector<double>& numbers)
{
  vtkNew<vtkDoubleArray> array;
  array->SetName(name.c_str());
  for (const double number : numbers)
  {
    array->InsertNextValue(number);
  }
  data->GetFieldData()->AddArray(array);
}

std::string GetField(vtkDataObject* data, const std::string& name)
{
  vtkAbstractArray* array = data->GetFieldData()->GetAbstractArray(name.c_str());
  return array && array->GetNumberOfValues() > 0 ? array->GetVariantValue(0).ToString()
                                                 : std::string();
}

std::optional<double> GetNumber(vtkDataObject* data, const std::string& name)
{
  auto* array = vtkDataArray::SafeDownCast(data->GetFieldData()->GetAbstractArray(name.c_str()));
  if (!array || array->GetNumberOfValues() == 0)
  {
    return {};
  }
  return array->GetComponent(0, 0);
}

std::string ChosenArray(vtkAlgorithm* filter, int index)
{
  const char* name = filter->GetInputArrayInformation(index)->Get(vtkDataObject::FIELD_NAME());
  const std::string text = name ? name : "";
  return text == "None" || text == "Automatic" ? "" : text;
}

vtkDataArray* FindPointArray(
  vtkDataObject* data, const std::string& chosen, const char* defaultName, std::string& error)
{
  auto* dataSet = vtkDataSet::SafeDownCast(data);
  vtkPointData* points = dataSet ? dataSet->GetPointData() : nullptr;
  if (!points)
  {
    error = "the input is no image";
    return nullptr;
  }
  const std::string name = chosen.empty() ? defaultName : chosen;
  vtkDataArray* array = points->GetArray(name.c_str());
  if (!array && chosen.empty())
  {
    array = points->GetScalars();
  }
  if (!array)
  {
    error = "there is no point array \"" + name + "\"; the input has " + ListPointArrays(data);
  }
  return array;
}

vtkSmartPointer<vtkUnsignedCharArray> ValidityCodes(vtkImageData* image)
{
  vtkDataArray* array = image->GetPointData()->GetArray("validity");
  if (!array || array->GetNumberOfComponents() != 1)
  {
    return nullptr;
  }
  if (auto* codes = vtkUnsignedCharArray::FastDownCast(array))
  {
    return codes;
  }
  auto codes = NewArray<vtkUnsignedCharArray>("validity", array->GetNumberOfTuples());
  for (vtkIdType i = 0; i < array->GetNumberOfTuples(); ++i)
  {
    const double code = array->GetComponent(i, 0);
    codes->SetValue(i, code >= 0.0 && code <= 255.0 ? static_cast<unsigned char>(code) : 255);
  }
  return codes;
}

std::string ListPointArrays(vtkDataObject* data)
{
  auto* dataSet = vtkDataSet::SafeDownCast(data);
  vtkPointData* points = dataSet ? dataSet->GetPointData() : nullptr;
  std::string list;
  for (int i = 0; points && i < points->GetNumberOfArrays(); ++i)
  {
    vtkAbstractArray* array = points->GetAbstractArray(i);
    list +=
      (list.empty() ? "" : ", ") + std::string(array->GetName() ? array->GetName() : "(unnamed)");
    if (array->GetNumberOfComponents() > 1)
    {
      list += " (" + std::to_string(array->GetNumberOfComponents()) + " components)";
    }
  }
  return list.empty() ? "no point arrays" : list;
}

std::string PluginVersion()
{
  return PARAXANES_VERSION;
}

}
