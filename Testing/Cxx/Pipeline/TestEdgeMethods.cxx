// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// The methods of Edge Energy in pipelines; their numbers are tested in TestEdgeAnalysis.cxx.
#include "Parallel.h"
#include "vtkEdgeEnergy.h"
#include "vtkTXMPhantomSource.h"
#include "vtkXANESNormalize.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkExecutive.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace
{

class EdgeMethodsInPipelines : public testing::Test
{
protected:
  void SetUp() override
  {
    this->Phantom->SetKind(vtkTXMPhantomSource::GRAVEL);
    this->Phantom->SetSize(16);
    this->Phantom->SetNoise(0.01);
    this->Filter->SetInputConnection(this->Phantom->GetOutputPort());
    this->Filter->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Filter->AddObserver(vtkCommand::WarningEvent, this->Messages);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Messages);
  }
  void TearDown() override { paraxanes::SetNumberOfThreads(0); }

  vtkPointData* Update()
  {
    this->Filter->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    EXPECT_FALSE(this->Messages->GetWarning()) << this->Messages->GetWarningMessage();
    return this->Filter->GetOutput()->GetPointData();
  }

  std::vector<double> Values(const char* name)
  {
    vtkDataArray* array = this->Update()->GetArray(name);
    std::vector<double> values;
    for (vtkIdType v = 0; array && v < array->GetNumberOfTuples(); ++v)
    {
      values.push_back(array->GetTuple1(v));
    }
    EXPECT_FALSE(values.empty()) << name;
    return values;
  }

  void ExpectError(const std::string& words)
  {
    this->Filter->Update();
    EXPECT_NE(this->Messages->GetErrorMessage().find(words), std::string::npos)
      << this->Messages->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfPoints(), 0);
  }

  void WantEverything()
  {
    for (int method = 0; method < vtkEdgeEnergy::NumberOfMethods; ++method)
    {
      this->Filter->AddMethod(method);
    }
    this->Filter->ComputeErrorsOn();
    this->Filter->QualityMapsOn();
  }

  vtkNew<vtkTXMPhantomSource> Phantom;
  vtkNew<vtkEdgeEnergy> Filter;
  vtkNew<vtkTest::ErrorObserver> Messages;
};

bool Same(const std::vector<double>& a, const std::vector<double>& b, double tolerance)
{
  for (std::size_t v = 0; v < a.size(); ++v)
  {
    if (std::isnan(a[v]) != std::isnan(b[v]) || std::abs(a[v] - b[v]) > tolerance)
    {
      return false;
    }
  }
  return a.size() == b.size();
}

TEST_F(EdgeMethodsInPipelines, EachHasItsOwnArraysInOnePass)
{
  const std::vector<double> level = this->Values("edge_energy");
  const std::vector<double> validity = this->Values("validity");
  this->WantEverything();
  vtkPointData* made = this->Update();
  for (const char* name : { "edge_energy", "edge_energy_derivative",
         "edge_energy_white_line_fraction", "white_line_energy", "edge_energy_centroid" })
  {
    EXPECT_EQ(made->GetArray(name)->GetDataType(), VTK_DOUBLE) << name;
    EXPECT_EQ(made->GetArray((std::string(name) + "_error").c_str())->GetDataType(), VTK_FLOAT);
  }
  for (const char* name :
    { "white_line_height", "white_line_above_pre_edge", "edge_jump", "pre_edge_noise",
      "fit_residual", "pre_edge_slope", "post_edge_slope", "edge_jump_error", "jump_to_noise" })
  {
    EXPECT_EQ(made->GetArray(name)->GetDataType(), VTK_FLOAT) << name;
  }
  EXPECT_STREQ(made->GetScalars()->GetName(), "edge_energy");
  // The pass with everything finds the same levels as the fast one.
  EXPECT_TRUE(Same(level, this->Values("edge_energy"), 1e-7));
  EXPECT_TRUE(Same(validity, this->Values("validity"), 0.0));
  // Each alone finds what it finds beside the others.
  const std::vector<double> centroid = this->Values("edge_energy_centroid");
  this->Filter->RemoveAllMethods();
  this->Filter->ComputeErrorsOff();
  this->Filter->QualityMapsOff();
  this->Filter->SetMethod(vtkEdgeEnergy::CENTROID);
  EXPECT_TRUE(Same(centroid, this->Values("edge_energy_centroid"), 0.0));
  EXPECT_FALSE(this->Update()->HasArray("edge_energy"));
  EXPECT_STREQ(this->Update()->GetScalars()->GetName(), "edge_energy_centroid");
}

TEST_F(EdgeMethodsInPipelines, ErrorsDescribeTheScatter)
{
  this->Filter->ComputeErrorsOn();
  const std::vector<double> noisy = this->Values("edge_energy");
  const std::vector<double> errors = this->Values("edge_energy_error");
  this->Filter->ComputeErrorsOff();
  this->Phantom->SetNoise(0.0);
  const std::vector<double> exact = this->Values("edge_energy");
  double pulls = 0.0;
  int count = 0;
  for (std::size_t v = 0; v < noisy.size(); ++v)
  {
    if (std::isfinite(noisy[v]) && std::isfinite(exact[v]))
    {
      pulls += std::pow((noisy[v] - exact[v]) / errors[v], 2);
      ++count;
    }
    EXPECT_EQ(std::isnan(noisy[v]), std::isnan(errors[v]));
  }
  EXPECT_GT(count, 500);
  EXPECT_NEAR(std::sqrt(pulls / count), 1.0, 0.1);
}

TEST_F(EdgeMethodsInPipelines, DoNotDependOnThreads)
{
  this->WantEverything();
  this->Filter->SetLocalFitDegree(3);
  paraxanes::SetNumberOfThreads(1);
  const std::vector<double> one = this->Values("edge_energy_derivative");
  const std::vector<double> oneError = this->Values("edge_energy_error");
  paraxanes::SetNumberOfThreads(4);
  this->Filter->Modified();
  EXPECT_TRUE(Same(one, this->Values("edge_energy_derivative"), 0.0));
  EXPECT_TRUE(Same(oneError, this->Values("edge_energy_error"), 0.0));
}

TEST_F(EdgeMethodsInPipelines, ASuffixNamesTheElement)
{
  this->Filter->SetOutputSuffix("Ni");
  this->Filter->ComputeErrorsOn();
  vtkPointData* made = this->Update();
  for (const char* name :
    { "edge_energy_Ni", "edge_energy_error_Ni", "edge_jump_Ni", "validity_Ni" })
  {
    EXPECT_TRUE(made->HasArray(name)) << name;
  }
  EXPECT_FALSE(made->HasArray("edge_energy"));
  EXPECT_STREQ(made->GetScalars()->GetName(), "edge_energy_Ni");
}

// Two elements in one image keep their own parameters.
TEST_F(EdgeMethodsInPipelines, SuffixesAreOfFieldsToo)
{
  this->Filter->SetOutputSuffix("A");
  this->Filter->PassStackOn();
  vtkNew<vtkEdgeEnergy> second;
  second->SetInputConnection(this->Filter->GetOutputPort());
  second->SetOutputSuffix("B");
  second->SetLevel(0.4);
  second->Update();
  vtkFieldData* fields = second->GetOutput()->GetFieldData();
  ASSERT_NE(fields->GetArray("edge_energy_level_A"), nullptr);
  ASSERT_NE(fields->GetArray("edge_energy_level_B"), nullptr);
  EXPECT_EQ(fields->GetArray("edge_energy_level_A")->GetTuple1(0), 0.5);
  EXPECT_EQ(fields->GetArray("edge_energy_level_B")->GetTuple1(0), 0.4);
  EXPECT_NE(fields->GetArray("E0_A"), nullptr);
}

// The filter itself snaps E0 to a sample, from which ranges count.
TEST_F(EdgeMethodsInPipelines, LarchsRuleMovesE0ToASample)
{
  this->Filter->SetRangeRule(vtkEdgeEnergy::LARCH);
  this->Filter->RangesRelativeToE0On();
  this->Filter->SetE0Source(vtkEdgeEnergy::VALUE);
  this->Filter->SetE0(8344.43);
  this->Filter->SetPreEdgeRange(-120.0, -30.0);
  this->Filter->SetPostEdgeRange(40.0, 120.0);
  this->Filter->SetWindow(-10.0, 20.0);
  this->Update();
  vtkFieldData* fields = this->Filter->GetOutput()->GetFieldData();
  const double e0 = fields->GetArray("E0")->GetTuple1(0);
  vtkDataArray* energies = fields->GetArray("energy");
  bool isSample = false;
  for (vtkIdType k = 0; k < energies->GetNumberOfTuples(); ++k)
  {
    isSample = isSample || energies->GetTuple1(k) == e0;
  }
  EXPECT_TRUE(isSample) << e0;
  EXPECT_NE(e0, 8344.43);
  EXPECT_NEAR(fields->GetArray("pre_edge_range")->GetComponent(0, 0), e0 - 120.0, 1e-9);
}

TEST_F(EdgeMethodsInPipelines, TheWhiteLineAloneNeedsNoFits)
{
  this->Filter->SetMethod(vtkEdgeEnergy::WHITE_LINE);
  this->Filter->SetPostEdgeRange(9000.0, 9100.0); // where there is nothing
  this->Filter->SetLocalFitDegree(2);
  const std::vector<double> energies = this->Values("white_line_energy");
  EXPECT_FALSE(this->Update()->HasArray("edge_jump"));
  const std::vector<double> inside = this->Values("grain_id");
  for (std::size_t v = 0; v < energies.size(); ++v)
  {
    if (inside[v] > 0.0)
    {
      EXPECT_GT(energies[v], 8345.0);
      EXPECT_LT(energies[v], 8358.0);
    }
  }
  this->Filter->ComputeErrorsOn();
  this->ExpectError("post-edge range 9000 to 9100");
}

TEST_F(EdgeMethodsInPipelines, FlattenedEdgesAreThoseOfTheFlattenedStack)
{
  this->Filter->SetMode(vtkEdgeEnergy::FLATTENED);
  const std::vector<double> direct = this->Values("edge_energy");
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(this->Phantom->GetOutputPort());
  normalize->SetMode(vtkXANESNormalize::FLATTENED);
  this->Filter->SetInputConnection(normalize->GetOutputPort());
  EXPECT_TRUE(Same(direct, this->Values("edge_energy"), 1e-4));
  this->Filter->SetInputConnection(this->Phantom->GetOutputPort());
  this->Filter->SetMode(vtkEdgeEnergy::EDGE_STEP);
  EXPECT_TRUE(Same(direct, this->Values("edge_energy"), 0.3));
  EXPECT_FALSE(Same(direct, this->Values("edge_energy"), 1e-4)); // other definitions
}

TEST_F(EdgeMethodsInPipelines, WhatNeedsRawSpectraSaysSo)
{
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(this->Phantom->GetOutputPort());
  this->Filter->SetInputConnection(normalize->GetOutputPort());
  this->Filter->AddMethod(vtkEdgeEnergy::DERIVATIVE);
  EXPECT_TRUE(this->Update()->HasArray("edge_energy_derivative"));
  this->Filter->AddMethod(vtkEdgeEnergy::WHITE_LINE_FRACTION);
  this->ExpectError("WhiteLineFraction follows from raw spectra");
}

TEST_F(EdgeMethodsInPipelines, ALocalFitWithoutSamplesSaysSo)
{
  this->Filter->SetLocalFitDegree(3);
  this->Filter->SetLocalFitHalfWidth(0.5);
  this->ExpectError("a fit of degree 3 needs at least 4 energies, and within the half-width");
}

}
