// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEnergyCalibration.h"
#include "vtkXASSpectrumReader.h"

#include <vtkCommand.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

namespace
{

class EnergyCalibration : public testing::Test
{
protected:
  void SetUp() override
  {
    this->Filter->SetInputData(this->Spectrum);
    this->Filter->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    for (const char* name : { "energy (eV)", "mu" })
    {
      vtkNew<vtkDoubleArray> column;
      column->SetName(name);
      this->Spectrum->AddColumn(column);
    }
  }

  void AddRow(double energy, double mu)
  {
    vtkDoubleArray::SafeDownCast(this->Spectrum->GetColumn(0))->InsertNextValue(energy);
    vtkDoubleArray::SafeDownCast(this->Spectrum->GetColumn(1))->InsertNextValue(mu);
  }

  // A rise whose inflection is at `edge`, in steps that grow.
  void AddFoil(double edge)
  {
    for (double e = edge - 100.0; e < edge + 100.0; e += 0.7 + 0.002 * std::abs(e - edge))
    {
      const double t = std::min(1.0, std::max(0.0, (e - edge) / 24.0 + 0.5));
      this->AddRow(e, 0.2 + t * t * (3.0 - 2.0 * t));
    }
  }

  double Found(const char* column)
  {
    this->Filter->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    auto* values = vtkDoubleArray::SafeDownCast(this->Filter->GetOutput()->GetColumnByName(column));
    return values && values->GetNumberOfTuples() == 1 ? values->GetValue(0) : std::nan("");
  }

  void ExpectError(const std::string& words)
  {
    this->Messages->Clear();
    this->Filter->Modified();
    this->Filter->Update();
    EXPECT_NE(this->Messages->GetErrorMessage().find(words), std::string::npos)
      << this->Messages->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfColumns(), 0);
  }

  vtkNew<vtkTable> Spectrum;
  vtkNew<vtkEnergyCalibration> Filter;
  vtkNew<vtkTest::ErrorObserver> Messages;
};

TEST_F(EnergyCalibration, FindsTheShiftOfAFoil)
{
  this->AddFoil(8331.37);
  this->Filter->SetElement("Ni");
  EXPECT_NEAR(this->Found("found energy (eV)"), 8331.37, 1e-6);
  EXPECT_NEAR(this->Found("reference energy (eV)"), 8333.0, 1.0);
  EXPECT_NEAR(
    this->Found("energy shift (eV)"), this->Found("reference energy (eV)") - 8331.37, 1e-6);
  this->Filter->SetReferenceEnergy(8333.5);
  EXPECT_NEAR(this->Found("energy shift (eV)"), 8333.5 - 8331.37, 1e-6);
}

TEST_F(EnergyCalibration, SaysWhatIsWrong)
{
  this->ExpectError("at least 4 rows are needed");
  this->AddFoil(8331.37);
  this->Filter->SetElement("Cu");
  this->ExpectError("Cu K (8979 eV) lies outside the scan");
  this->Filter->SetElement("Xy");
  this->ExpectError("There is no edge \"Xy K\"");
  this->Filter->SetElement("Ni");
  this->Filter->SetHalfWidth(0.1);
  this->ExpectError("Enlarge HalfWidth");
  this->Filter->SetHalfWidth(30.0);
  this->Filter->SetReferenceEnergy(8400.0); // where mu is flat
  this->ExpectError("no steepest rise");
}

TEST(EnergyCalibrationOfFiles, AMeasuredFoil)
{
  const std::string file = std::string(PARAXANES_TEST_DATA) + "/spectra/ni_metal_rt.xdi";
  if (!std::ifstream(file).good())
  {
    GTEST_SKIP() << file << " is not here (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  vtkNew<vtkXASSpectrumReader> reader;
  reader->SetFileName(file.c_str());
  vtkNew<vtkEnergyCalibration> filter;
  filter->SetInputConnection(reader->GetOutputPort());
  filter->Update();
  auto* shift =
    vtkDoubleArray::SafeDownCast(filter->GetOutput()->GetColumnByName("energy shift (eV)"));
  ASSERT_NE(shift, nullptr);
  EXPECT_LT(std::abs(shift->GetValue(0)), 2.0); // its beamline was calibrated to 8333 eV
}

}
