// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Images made of functions of the voxel index, for tests of statistics, and their plain truth.
#ifndef StatisticsImage_h
#define StatisticsImage_h

#include <vtkAlgorithm.h>
#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>
#include <vtkVariant.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

inline vtkSmartPointer<vtkImageData> StatisticsImage(std::array<int, 3> size, double spacing)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(size.data());
  image->SetSpacing(spacing, spacing, spacing);
  return image;
}

// Calls voxel(index, x, y, z).
template <typename Voxel>
void ForEachVoxel(vtkImageData* image, Voxel voxel)
{
  const int* size = image->GetDimensions();
  vtkIdType i = 0;
  for (int z = 0; z < size[2]; ++z)
  {
    for (int y = 0; y < size[1]; ++y)
    {
      for (int x = 0; x < size[0]; ++x)
      {
        voxel(i++, x, y, z);
      }
    }
  }
}

template <class Array, typename Value>
void AddArray(vtkImageData* image, const char* name, Value value)
{
  vtkNew<Array> array;
  array->SetName(name);
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    { array->InsertNextValue(static_cast<typename Array::ValueType>(value(x, y, z))); });
  image->GetPointData()->AddArray(array);
}

// NaN where there is no such column.
inline double Cell(vtkTable* table, vtkIdType row, const std::string& column)
{
  auto* array = vtkDataArray::SafeDownCast(table->GetColumnByName(column.c_str()));
  return array ? array->GetTuple1(row) : NaN;
}

struct Statistics
{
  explicit Statistics(const std::vector<double>& values)
  {
    const auto number = static_cast<double>(values.size());
    for (const double value : values)
    {
      this->Mean += value / number;
    }
    for (const double value : values)
    {
      this->Deviation += (value - this->Mean) * (value - this->Mean) / (number - 1.0);
    }
    this->Deviation = std::sqrt(this->Deviation);
  }
  double Mean = 0.0;
  double Deviation = 0.0;
};

// The error of an update that fails; empty when it does not.
inline std::string ErrorOf(vtkAlgorithm* filter)
{
  vtkNew<vtkTest::ErrorObserver> errors;
  vtkNew<vtkTest::ErrorObserver> executive;
  filter->AddObserver(vtkCommand::ErrorEvent, errors);
  filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, executive);
  filter->Update();
  return errors->GetErrorMessage();
}

#endif
