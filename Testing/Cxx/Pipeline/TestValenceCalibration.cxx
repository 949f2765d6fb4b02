// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * Valence Calibration on maps of known values.
 */
#include "EnergyStack.h"
#include "vtkEdgeEnergy.h"
#include "vtkTXMPhantomSource.h"
#include "vtkValenceCalibration.h"

#include <vtkAbstractArray.h>
#include <vtkDataArray.h>
#include <vtkDataObject.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace
{

constexpr int Size[3] = { 5, 4, 3 };

double EdgeAt(vtkIdType v)
{
  return v == 7 ? std::numeric_limits<double>::quiet_NaN() : 8342.0 + 0.1 * static_cast<double>(v);
}

vtkSmartPointer<vtkImageData> Map(bool withErrors = true)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(Size);
  vtkNew<vtkDoubleArray> edge;
  vtkNew<vtkFloatArray> error;
  edge->SetName("edge_energy");
  error->SetName("edge_energy_error");
  for (vtkIdType v = 0; v < image->GetNumberOfPoints(); ++v)
  {
    edge->InsertNextValue(EdgeAt(v));
    error->InsertNextValue(0.25f);
  }
  image->GetPointData()->AddArray(edge);
  if (withErrors)
  {
    image->GetPointData()->AddArray(error);
  }
  return image;
}

struct Errors
{
  explicit Errors(vtkAlgorithm* algorithm)
  {
    algorithm->AddObserver(vtkCommand::ErrorEvent, this->OfAlgorithm);
    algorithm->AddObserver(vtkCommand::WarningEvent, this->OfAlgorithm);
    algorithm->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->OfExecutive);
  }
  std::string Message() { return this->OfAlgorithm->GetErrorMessage(); }
  std::string Warning() { return this->OfAlgorithm->GetWarningMessage(); }
  vtkNew<vtkTest::ErrorObserver> OfAlgorithm;
  vtkNew<vtkTest::ErrorObserver> OfExecutive;
};

TEST(ValenceCalibrationFilter, AddsValuesErrorsAndWhereTheyAreFrom)
{
  vtkNew<vtkValenceCalibration> filter;
  filter->SetInputData(Map());
  filter->AddReferencePoint(8348.0, 4.0);
  filter->AddReferencePoint(8342.0, 1.0);
  filter->SetResultName("state_of_charge");
  Errors errors(filter);
  filter->Update();
  EXPECT_FALSE(errors.OfAlgorithm->GetWarning()) << errors.Warning();
  vtkImageData* output = filter->GetOutput();
  auto* values = vtkDoubleArray::SafeDownCast(output->GetPointData()->GetArray("state_of_charge"));
  auto* valueErrors =
    vtkFloatArray::SafeDownCast(output->GetPointData()->GetArray("state_of_charge_error"));
  ASSERT_TRUE(values && valueErrors);
  for (vtkIdType v = 0; v < output->GetNumberOfPoints(); ++v)
  {
    if (v == 7)
    {
      EXPECT_TRUE(std::isnan(values->GetValue(v)));
      continue;
    }
    EXPECT_NEAR(values->GetValue(v), 1.0 + 0.05 * static_cast<double>(v), 1e-12);
    EXPECT_NEAR(valueErrors->GetValue(v), 0.125f, 1e-7f);
  }
  EXPECT_STREQ(output->GetPointData()->GetScalars()->GetName(), "state_of_charge");
  EXPECT_TRUE(output->GetPointData()->HasArray("edge_energy"));
  EXPECT_EQ(*paraxanes::GetNumber(output, "state_of_charge_center"), 8345.0);
  vtkFieldData* fields = output->GetFieldData();
  ASSERT_EQ(fields->GetArray("state_of_charge_coefficients")->GetNumberOfValues(), 2);
  EXPECT_NEAR(fields->GetArray("state_of_charge_coefficients")->GetComponent(0, 0), 2.5, 1e-13);
  EXPECT_NEAR(fields->GetArray("state_of_charge_coefficients")->GetComponent(1, 0), 0.5, 1e-13);
  ASSERT_EQ(fields->GetArray("state_of_charge_points")->GetNumberOfValues(), 4);
  EXPECT_EQ(fields->GetArray("state_of_charge_points")->GetComponent(3, 0), 1.0);
  EXPECT_EQ(paraxanes::GetField(output, "state_of_charge_input_array"), "edge_energy");
  EXPECT_TRUE(values->GetInformation()->Has(vtkAbstractArray::PER_FINITE_COMPONENT()));
}

TEST(ValenceCalibrationFilter, TakesFloatsAndNoErrors)
{
  const auto image = Map(false);
  vtkNew<vtkFloatArray> floats;
  floats->SetName("edge_energy_Ni");
  for (vtkIdType v = 0; v < image->GetNumberOfPoints(); ++v)
  {
    floats->InsertNextValue(static_cast<float>(EdgeAt(v)));
  }
  image->GetPointData()->AddArray(floats);
  vtkNew<vtkValenceCalibration> filter;
  filter->SetInputData(image);
  filter->SetInputArrayToProcess(
    0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "edge_energy_Ni");
  filter->SetDegree(vtkValenceCalibration::QUADRATIC);
  for (const double e : { 8342.0, 8344.0, 8348.0 })
  {
    filter->AddReferencePoint(e, (e - 8341.0) * (e - 8341.0));
  }
  filter->Update();
  vtkImageData* output = filter->GetOutput();
  EXPECT_FALSE(output->GetPointData()->HasArray("valence_error"));
  vtkDataArray* values = output->GetPointData()->GetArray("valence");
  ASSERT_TRUE(values);
  const double energy = static_cast<double>(static_cast<float>(EdgeAt(11)));
  EXPECT_NEAR(values->GetComponent(11, 0), std::pow(energy - 8341.0, 2), 1e-9);

  // The error of an element's own edge energy.
  vtkNew<vtkFloatArray> error;
  error->SetName("edge_energy_error_Ni");
  error->SetNumberOfTuples(image->GetNumberOfPoints());
  error->FillValue(0.5f);
  image->GetPointData()->AddArray(error);
  image->Modified();
  filter->Update();
  vtkDataArray* valueErrors = filter->GetOutput()->GetPointData()->GetArray("valence_error");
  ASSERT_TRUE(valueErrors);
  EXPECT_NEAR(valueErrors->GetComponent(11, 0), energy - 8341.0, 1e-5);
  // A suffix may have an underscore itself.
  floats->SetName("edge_energy_Ni_K");
  error->SetName("edge_energy_error_Ni_K");
  filter->SetInputArrayToProcess(
    0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "edge_energy_Ni_K");
  image->Modified();
  filter->Update();
  EXPECT_TRUE(filter->GetOutput()->GetPointData()->HasArray("valence_error"));
}

TEST(ValenceCalibrationFilter, WarnsOfExtrapolationAndOfATurningCurve)
{
  vtkNew<vtkValenceCalibration> filter;
  filter->SetInputData(Map());
  filter->AddReferencePoint(8342.95, 2.0);
  filter->AddReferencePoint(8347.0, 3.0);
  Errors errors(filter);
  filter->Update();
  // Voxels 0 to 9 but for 7, and 51 to 59.
  EXPECT_NE(errors.Warning().find("18 of 59 edge energies lie outside the calibrated range"),
    std::string::npos)
    << errors.Warning();

  vtkNew<vtkValenceCalibration> turning;
  turning->SetInputData(Map());
  turning->SetDegree(vtkValenceCalibration::QUADRATIC);
  turning->AddReferencePoint(8341.0, 2.0);
  turning->AddReferencePoint(8344.0, 3.0);
  turning->AddReferencePoint(8349.0, 2.5);
  Errors ofTurning(turning);
  turning->Update();
  EXPECT_NE(ofTurning.Warning().find("does not rise or fall throughout"), std::string::npos);
}

// The number before "of" in the warning of extrapolation.
int CountOutside(const std::string& warning)
{
  const std::size_t of = warning.find(" of ");
  const std::size_t first = of == std::string::npos ? of : warning.find_last_of(" \n", of - 1);
  return first == std::string::npos ? 0 : std::stoi(warning.substr(first + 1));
}

TEST(ValenceCalibrationFilter, IsTheSameOnPiecesAndCountsEachVoxelOnce)
{
  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(16);
  phantom->SetNoise(0.01);
  vtkNew<vtkEdgeEnergy> edge;
  edge->SetInputConnection(phantom->GetOutputPort());
  edge->SetHaloVoxels(1);
  vtkNew<vtkValenceCalibration> filter;
  filter->SetInputConnection(edge->GetOutputPort());
  filter->AddReferencePoint(8343.5, 2.0);
  filter->AddReferencePoint(8344.5, 3.0);
  Errors ofWhole(filter);
  filter->Update();
  const int outside = CountOutside(ofWhole.Warning());
  EXPECT_GT(outside, 100);
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(filter->GetOutput());
  vtkDataArray* values = whole->GetPointData()->GetArray("valence");
  ASSERT_TRUE(values);

  int sum = 0;
  for (int piece = 0; piece < 2; ++piece)
  {
    ofWhole.OfAlgorithm->Clear();
    filter->UpdatePiece(piece, 2, 1);
    sum += CountOutside(ofWhole.Warning());
    vtkImageData* part = filter->GetOutput();
    ASSERT_TRUE(part->GetPointGhostArray());
    EXPECT_LT(part->GetNumberOfPoints(), whole->GetNumberOfPoints());
    for (vtkIdType v = 0; v < part->GetNumberOfPoints(); ++v)
    {
      double p[3];
      part->GetPoint(v, p);
      const double there = values->GetComponent(whole->FindPoint(p), 0);
      const double here = part->GetPointData()->GetArray("valence")->GetComponent(v, 0);
      EXPECT_EQ(std::memcmp(&there, &here, sizeof(double)), 0);
    }
  }
  EXPECT_EQ(sum, outside);
}

TEST(ValenceCalibrationFilterErrors, AreTold)
{
  const auto message = [](auto prepare)
  {
    vtkNew<vtkValenceCalibration> filter;
    filter->SetInputData(Map());
    prepare(filter.Get());
    Errors errors(filter);
    filter->Update();
    EXPECT_EQ(filter->GetOutput()->GetPointData()->GetNumberOfArrays(), 0);
    return errors.Message();
  };
  EXPECT_NE(
    message([](vtkValenceCalibration*) {}).find("there are 0 reference points"), std::string::npos);
  const auto same = [](vtkValenceCalibration* filter)
  {
    filter->AddReferencePoint(8344.0, 2.0);
    filter->AddReferencePoint(8344.0, 3.0);
  };
  EXPECT_NE(message(same).find("only 1 different energy"), std::string::npos);
  const auto noArray = [](vtkValenceCalibration* filter)
  {
    filter->AddReferencePoint(8344.0, 2.0);
    filter->AddReferencePoint(8345.0, 3.0);
    filter->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "nothing");
  };
  EXPECT_NE(message(noArray).find("there is no point array \"nothing\""), std::string::npos);
  const auto noName = [](vtkValenceCalibration* filter)
  {
    filter->AddReferencePoint(8344.0, 2.0);
    filter->AddReferencePoint(8345.0, 3.0);
    filter->SetResultName("");
  };
  EXPECT_NE(message(noName).find("ResultName is empty"), std::string::npos);
  const auto takenName = [](vtkValenceCalibration* filter)
  {
    filter->AddReferencePoint(8344.0, 2.0);
    filter->AddReferencePoint(8345.0, 3.0);
    filter->SetResultName("edge_energy");
  };
  EXPECT_NE(
    message(takenName).find("has a point array \"edge_energy\" already"), std::string::npos);
}

}
