// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "StatisticsImage.h"
#include "vtkMaskedProjection.h"

#include <vtkDataArraySelection.h>
#include <vtkIdTypeArray.h>
#include <vtkUnsignedShortArray.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace
{

const std::array<int, 3> Size = { 7, 6, 5 };

double Value(int x, int y, int z, int component)
{
  const int hash = (x * 31 + y * 17 + z * 53 + component * 7) % 23;
  return hash == 3 ? NaN : hash * 1.37 - 9.0 + 1e-3 * x;
}

bool IsValid(int x, int y, int z)
{
  return (x + 2 * y + 3 * z) % 5 != 0 && !(x == 2 && y == 2) && !(y == 4 && z == 1);
}

bool IsMasked(int x, int, int z)
{
  return x != 5 && z != 3;
}

vtkSmartPointer<vtkImageData> Image()
{
  auto image = StatisticsImage(Size, 0.5);
  image->SetOrigin(1.0, 2.0, 3.0);
  AddArray<vtkDoubleArray>(
    image, "edge_energy", [](int x, int y, int z) { return Value(x, y, z, 0); });
  AddArray<vtkUnsignedCharArray>(
    image, "validity", [](int x, int y, int z) { return IsValid(x, y, z) ? 0 : 2; });
  AddArray<vtkIntArray>(
    image, "particle_id", [](int x, int y, int z) { return IsMasked(x, y, z) ? 4 : 0; });
  vtkNew<vtkFloatArray> stack;
  stack->SetName("absorbance");
  stack->SetNumberOfComponents(3);
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    {
      for (int c = 0; c < 3; ++c)
      {
        stack->InsertNextValue(static_cast<float>(Value(x, y, z, c)));
      }
    });
  image->GetPointData()->AddArray(stack);
  paraxanes::SetStackEnergies(image, { 8300.0, 8340.0, 8400.0 });
  paraxanes::NameComponents(stack, { 8300.0, 8340.0, 8400.0 });
  return image;
}

double Reduce(int operation, const std::vector<double>& values)
{
  if (values.empty())
  {
    return NaN;
  }
  double sum = 0.0;
  for (const double value : values)
  {
    sum += value;
  }
  const auto ends = std::minmax_element(values.begin(), values.end());
  const double results[4] = { sum / static_cast<double>(values.size()), *ends.first, *ends.second,
    sum };
  return results[operation];
}

class MaskedProjection : public testing::TestWithParam<std::tuple<int, int, bool>>
{
};

TEST_P(MaskedProjection, EqualsThePlainSums)
{
  const auto [axis, operation, mask] = GetParam();
  const bool masked = mask;
  const int along = axis;
  auto image = Image();
  vtkNew<vtkMaskedProjection> filter;
  filter->SetInputData(image);
  filter->SetAxis(axis);
  filter->SetOperation(operation);
  filter->SetMaskArray(mask ? "particle_id" : "");
  filter->Update();
  auto* output = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0));
  ASSERT_EQ(output->GetNumberOfPoints(), 7 * 6 * 5 / Size[axis]);
  ASSERT_EQ(output->GetDimensions()[axis], 1);
  vtkPointData* points = output->GetPointData();
  ASSERT_FALSE(points->GetArray("particle_id") || points->GetArray("validity"));
  vtkDataArray* energy = points->GetArray("edge_energy");
  vtkDataArray* stack = points->GetArray("absorbance");
  ASSERT_EQ(energy->GetDataType(), VTK_DOUBLE);
  ASSERT_EQ(stack->GetDataType(), VTK_FLOAT);
  ASSERT_STREQ(stack->GetComponentName(1), "8340.00 eV");
  ASSERT_EQ(paraxanes::StackEnergies(output).size(), 3u);

  std::vector<std::vector<double>> values(4 * output->GetNumberOfPoints());
  std::vector<int> counts(output->GetNumberOfPoints(), 0);
  const int width = along == 0 ? Size[1] : Size[0];
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    {
      const int pixel = along == 0 ? y + width * z : along == 1 ? x + width * z : x + width * y;
      if (IsValid(x, y, z) && (!masked || IsMasked(x, y, z)))
      {
        ++counts[pixel];
        for (int c = 0; c < 4; ++c)
        {
          const double value = c == 3 ? Value(x, y, z, 0) : float(Value(x, y, z, c));
          if (!std::isnan(value))
          {
            values[4 * pixel + c].push_back(value);
          }
        }
      }
    });
  const auto expectNear = [](double found, double truth, double bound)
  {
    ASSERT_EQ(std::isnan(found), std::isnan(truth));
    if (!std::isnan(truth))
    {
      ASSERT_NEAR(found, truth, bound);
    }
  };
  int empty = 0;
  for (vtkIdType pixel = 0; pixel < output->GetNumberOfPoints(); ++pixel)
  {
    ASSERT_EQ(points->GetArray("projection_count")->GetTuple1(pixel), counts[pixel]);
    empty += counts[pixel] == 0 ? 1 : 0;
    expectNear(energy->GetTuple1(pixel), Reduce(operation, values[4 * pixel + 3]), 1e-12);
    for (int c = 0; c < 3; ++c)
    {
      expectNear(stack->GetComponent(pixel, c), Reduce(operation, values[4 * pixel + c]), 1e-5);
    }
  }
  if (mask)
  {
    EXPECT_GT(empty, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(AxesAndOperations, MaskedProjection,
  testing::Combine(testing::Range(0, 3), testing::Range(0, 4), testing::Bool()));

TEST(MaskedProjectionPlane, IsAsThickAsTheImageAndInItsMiddle)
{
  for (int axis = 0; axis < 3; ++axis)
  {
    auto image = Image();
    image->SetExtent(-3, 3, 2, 7, 4, 8);
    vtkNew<vtkMaskedProjection> filter;
    filter->SetInputData(image);
    filter->SetAxis(axis);
    filter->Update();
    auto* output = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0));
    double before[6], after[6];
    image->GetBounds(before);
    output->GetBounds(after);
    for (int a = 0; a < 3; ++a)
    {
      const double middle = 0.5 * (before[2 * a] + before[2 * a + 1]);
      EXPECT_NEAR(after[2 * a], a == axis ? middle : before[2 * a], 1e-12);
      EXPECT_NEAR(after[2 * a + 1], a == axis ? middle : before[2 * a + 1], 1e-12);
      EXPECT_NEAR(output->GetSpacing()[a], 0.5 * (a == axis ? Size[a] : 1), 1e-12);
    }
  }
}

TEST(MaskedProjectionArrays, IntegersAreTakenWhenTheyAreChosen)
{
  auto image = Image();
  vtkNew<vtkMaskedProjection> filter;
  filter->SetInputData(image);
  filter->SetOperation(vtkMaskedProjection::MAXIMUM);
  filter->GetPointArraySelection()->EnableArray("particle_id");
  filter->Update();
  auto* output = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0));
  EXPECT_EQ(output->GetPointData()->GetArray("particle_id")->GetRange()[1], 4.0);
  EXPECT_FALSE(output->GetPointData()->GetArray("absorbance"));

  filter->GetPointArraySelection()->DisableAllArrays();
  filter->GetPointArraySelection()->EnableArray("none_such");
  for (const char* name : { "absorbance", "edge_energy", "particle_id", "validity" })
  {
    filter->GetPointArraySelection()->AddArray(name, false);
  }
  EXPECT_NE(ErrorOf(filter).find("nothing to project"), std::string::npos);
}

// Sums are exact: the line of a far value may lose its small ones, no other line does.
TEST(MaskedProjectionValues, AFarValueBlursItsOwnLineOnly)
{
  for (const int operation : { vtkMaskedProjection::SUM, vtkMaskedProjection::MEAN })
  {
    auto image = StatisticsImage(Size, 0.5);
    AddArray<vtkDoubleArray>(image, "map",
      [](int x, int y, int z) { return x == 3 && y == 2 && z == 1 ? 1e30 : 0.25 + x + 0.125 * y; });
    vtkNew<vtkMaskedProjection> filter;
    filter->SetInputData(image);
    filter->SetOperation(operation);
    filter->Update();
    auto* output = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0));
    const double number = operation == vtkMaskedProjection::SUM ? Size[2] : 1.0;
    ForEachVoxel(output,
      [&](vtkIdType i, int x, int y, int)
      {
        const bool far = x == 3 && y == 2;
        const double truth = far ? 1e30 * number / Size[2] : number * (0.25 + x + 0.125 * y);
        EXPECT_NEAR(
          output->GetPointData()->GetArray("map")->GetTuple1(i) / truth, 1.0, far ? 1e-12 : 0.0);
      });
  }
}

TEST(MaskedProjectionArrays, OfAnyTypeGiveTheSame)
{
  auto image = StatisticsImage(Size, 0.5);
  const auto value = [](int x, int y, int z) { return (x * 31 + y * 17 + z * 53) % 23; };
  AddArray<vtkDoubleArray>(image, "truth", value);
  AddArray<vtkUnsignedCharArray>(image, "bytes", value);
  AddArray<vtkUnsignedShortArray>(image, "counts", value);
  AddArray<vtkIntArray>(image, "labels", value);
  AddArray<vtkIdTypeArray>(image, "ids", value);
  vtkNew<vtkMaskedProjection> filter;
  filter->SetInputData(image);
  const std::vector<const char*> names = { "truth", "bytes", "counts", "labels", "ids" };
  for (const char* name : names)
  {
    filter->GetPointArraySelection()->EnableArray(name);
  }
  for (int operation = 0; operation < 4; ++operation)
  {
    filter->SetOperation(operation);
    filter->Update();
    auto* points = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0))->GetPointData();
    for (const char* name : names)
    {
      for (vtkIdType i = 0; i < Size[0] * Size[1]; ++i)
      {
        ASSERT_EQ(points->GetArray(name)->GetTuple1(i), points->GetArray("truth")->GetTuple1(i))
          << name;
      }
    }
  }
}

TEST(MaskedProjectionArrays, ErrorsBecomeThoseOfTheResult)
{
  auto image = StatisticsImage({ 2, 1, 4 }, 0.5);
  const double nan = NaN;
  AddArray<vtkDoubleArray>(image, "edge_energy", [](int, int, int z) { return 8340.0 + z; });
  AddArray<vtkUnsignedCharArray>(image, "validity", [](int, int, int z) { return z == 3 ? 5 : 0; });
  AddArray<vtkFloatArray>(image, "edge_energy_error",
    [&](int x, int, int z) { return x == 1 && z == 1 ? nan : z + 1.0; });
  AddArray<vtkFloatArray>(image, "error_map", [](int, int, int z) { return z + 1.0; });
  for (int operation = 0; operation < 4; ++operation)
  {
    vtkNew<vtkMaskedProjection> filter;
    filter->SetInputData(image);
    filter->SetOperation(operation);
    filter->Update();
    auto* points = vtkImageData::SafeDownCast(filter->GetOutputDataObject(0))->GetPointData();
    EXPECT_EQ(points->GetArray("error_map")->GetTuple1(0), Reduce(operation, { 1.0, 2.0, 3.0 }));
    vtkDataArray* errors = points->GetArray("edge_energy_error");
    if (operation == vtkMaskedProjection::MINIMUM || operation == vtkMaskedProjection::MAXIMUM)
    {
      EXPECT_EQ(errors, nullptr);
      continue;
    }
    ASSERT_NE(errors, nullptr);
    const double number = operation == vtkMaskedProjection::MEAN ? 3.0 : 1.0;
    EXPECT_NEAR(errors->GetTuple1(0), std::sqrt(1.0 + 4.0 + 9.0) / number, 1e-6);
    EXPECT_TRUE(std::isnan(errors->GetTuple1(1))); // one of them is not known
  }
}

TEST(MaskedProjectionUnits, ASumOverVoxelsSaysSo)
{
  for (int operation = 0; operation < 4; ++operation)
  {
    auto image = Image();
    paraxanes::SetField(image, "edge_energy_unit", std::string("g/cm3"));
    paraxanes::SetField(image, "other_unit", std::string("um"));
    vtkNew<vtkMaskedProjection> filter;
    filter->SetInputData(image);
    filter->SetOperation(operation);
    filter->Update();
    const bool isSum = operation == vtkMaskedProjection::SUM;
    vtkDataObject* output = filter->GetOutputDataObject(0);
    EXPECT_EQ(paraxanes::GetField(output, "edge_energy_unit"), isSum ? "g/cm3 x voxels" : "g/cm3");
    EXPECT_EQ(paraxanes::GetField(output, "other_unit"), "um");
    EXPECT_EQ(paraxanes::GetField(image, "edge_energy_unit"), "g/cm3");
  }
}

}
