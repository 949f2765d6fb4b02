// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "vtkEdgeEnergy.h"
#include "vtkMetalMass.h"
#include "vtkVoxelBin.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedShortArray.h>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace
{

class MetalMass : public testing::Test
{
protected:
  void SetUp() override
  {
    this->Filter->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Filter->SetInputData(this->Image);
    this->SetSize(4, 3, 1);
    this->AddMap(
      "edge_jump", { 0.0, 0.5, -0.01, std::nan(""), 1.0, 2.0, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9 });
    paraxanes::SetField(this->Image, "element", std::string("Ni"));
    paraxanes::SetField(this->Image, "edge", std::string("K"));
    paraxanes::SetField(this->Image, "absorbance_unit", std::string("-ln(I/I0)"));
  }

  void SetSize(int x, int y, int z)
  {
    this->Image->SetDimensions(x, y, z);
    this->Image->SetSpacing(0.05, 0.05, 0.05);
  }

  void AddMap(const char* name, const std::vector<double>& values)
  {
    vtkNew<vtkFloatArray> map;
    map->SetName(name);
    for (const double value : values)
    {
      map->InsertNextValue(static_cast<float>(value));
    }
    this->Image->GetPointData()->AddArray(map);
    this->Image->Modified();
  }

  vtkDataArray* Map(const char* name = "metal_mass")
  {
    this->Filter->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    vtkDataArray* map = this->Filter->GetOutput()->GetPointData()->GetArray(name);
    EXPECT_NE(map, nullptr) << name;
    return map;
  }

  void ExpectMasses(double perJump, const char* unit)
  {
    vtkDataArray* jump = this->Image->GetPointData()->GetArray("edge_jump");
    vtkDataArray* mass = this->Map();
    ASSERT_NE(mass, nullptr);
    ASSERT_EQ(mass->GetNumberOfTuples(), jump->GetNumberOfTuples());
    EXPECT_EQ(mass->GetDataType(), VTK_FLOAT);
    for (vtkIdType v = 0; v < jump->GetNumberOfTuples(); ++v)
    {
      const double expected = jump->GetTuple1(v) * perJump;
      EXPECT_EQ(std::isnan(mass->GetTuple1(v)), std::isnan(expected));
      if (!std::isnan(expected))
      {
        EXPECT_NEAR(mass->GetTuple1(v), expected, 1e-7 * std::abs(expected)) << v;
      }
    }
    EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "metal_mass_unit"), unit);
  }

  void ExpectError(const std::string& words)
  {
    this->Messages->Clear();
    this->Filter->Modified();
    this->Filter->Update();
    EXPECT_NE(this->Messages->GetErrorMessage().find(words), std::string::npos)
      << this->Messages->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetPointData()->GetNumberOfArrays(), 0);
  }

  vtkNew<vtkImageData> Image;
  vtkNew<vtkMetalMass> Filter;
  vtkNew<vtkTest::ErrorObserver> Messages;
};

TEST_F(MetalMass, OfAbsorbanceIsPerArea)
{
  this->ExpectMasses(1.0 / 285.1, "g/cm2");
  EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "metal_mass_element"), "Ni K");
  EXPECT_EQ(paraxanes::GetNumber(this->Filter->GetOutput(), "metal_mass_attenuation_jump"), 285.1);
  EXPECT_STREQ(this->Filter->GetOutput()->GetPointData()->GetScalars()->GetName(), "metal_mass");
  EXPECT_NE(this->Filter->GetOutput()->GetPointData()->GetArray("edge_jump"), nullptr);
}

// A foil of 6 um of nickel, 8.908 g/cm3, jumps by 6e-4 cm x 8.908 g/cm3 x 285.1 cm2/g; Hubbell and
// Seltzer's tables say 285.12 cm2/g (329.4 less 44.28).
TEST_F(MetalMass, OfANickelFoil)
{
  const double areal = 6e-4 * 8.908;
  this->AddMap("edge_jump", std::vector<double>(12, areal * (329.4 - 44.28)));
  EXPECT_NEAR(this->Map()->GetTuple1(5), areal, 2e-3 * areal);
}

TEST_F(MetalMass, OfAVolumeIsPerVolume)
{
  this->SetSize(2, 3, 2);
  paraxanes::SetField(this->Image, "absorbance_unit", std::string("1/um"));
  this->ExpectMasses(1e4 / 285.1, "g/cm3");
  paraxanes::SetField(this->Image, "absorbance_unit", std::string("1/cm"));
  this->Image->Modified();
  this->ExpectMasses(1.0 / 285.1, "g/cm3");
  // Nickel itself: 1/um = 8.908 g/cm3 x 285.1 cm2/g x 1e-4 cm/um.
  this->AddMap("edge_jump", std::vector<double>(12, 8.908 * 285.1 * 1e-4));
  this->Filter->SetJumpUnit(vtkMetalMass::PER_MICROMETRE);
  EXPECT_NEAR(this->Map()->GetTuple1(0), 8.908, 1e-5);
  this->AddMap("edge_jump", std::vector<double>(12, 8.908 * 285.1 * 0.05e-4));
  this->Filter->SetJumpUnit(vtkMetalMass::PER_VOXEL);
  EXPECT_NEAR(this->Map()->GetTuple1(0), 8.908, 1e-5);
  this->Image->SetSpacing(0.05, 0.05, 0.1);
  this->ExpectError("over which of them");
}

TEST_F(MetalMass, OfAVolumeWhoseUnitDoesNotSayIt)
{
  this->SetSize(2, 3, 2);
  for (const char* unit : { "-ln(I/I0)", "", "attenuation per length, unit of the files" })
  {
    paraxanes::SetField(this->Image, "absorbance_unit", std::string(unit));
    this->Image->Modified();
    this->ExpectError("the image is a volume, and its absorbance_unit is \"" + std::string(unit));
  }
}

// Of which the unit is no longer that of the stack.
TEST_F(MetalMass, OfTheProjectionOfAVolume)
{
  for (const char* unit : { "-ln(I/I0)", "" })
  {
    paraxanes::SetField(this->Image, "projection_operation", std::string("Mean"));
    paraxanes::SetField(this->Image, "absorbance_unit", std::string(unit));
    this->Image->Modified();
    this->ExpectError("the image is the projection of a volume");
  }
  this->Messages->Clear();
  paraxanes::SetField(this->Image, "absorbance_unit", std::string("1/um"));
  this->Image->Modified();
  this->ExpectMasses(1e4 / 285.1, "g/cm3");
  paraxanes::SetField(this->Image, "projection_operation", std::string("Sum"));
  this->Image->Modified();
  this->ExpectError("is a sum over voxels");
}

TEST_F(MetalMass, OfAFlatImageWhoseUnitIsPerLength)
{
  paraxanes::SetField(
    this->Image, "absorbance_unit", std::string("attenuation per length, unit of the files"));
  this->ExpectError("the image is flat, and its absorbance_unit is \"attenuation per length");
  this->Filter->SetJumpUnit(vtkMetalMass::ABSORBANCE);
  this->Messages->Clear();
  this->ExpectMasses(1.0 / 285.1, "g/cm2");
}

TEST_F(MetalMass, ValuesThatAreGivenComeFirst)
{
  this->Filter->SetMassAttenuationJump(300.0);
  this->ExpectMasses(1.0 / 300.0, "g/cm2");
  EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "metal_mass_source"), "given");
  this->Filter->SetMassAttenuationJump(0.0);
  this->Filter->SetElement("Co");
  this->ExpectMasses(1.0 / 308.4, "g/cm2");
  EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "metal_mass_element"), "Co K");
}

TEST_F(MetalMass, HasTheErrorOfTheJump)
{
  this->AddMap("edge_jump_error", std::vector<double>(12, 0.02));
  vtkDataArray* error = this->Map("metal_mass_error");
  for (vtkIdType v = 0; v < 12; ++v)
  {
    EXPECT_NEAR(error->GetTuple1(v), 0.02 / 285.1, 1e-10);
  }
}

// Bins the image, once with each block.
vtkSmartPointer<vtkImageData> Binned(vtkImageData* image, const std::vector<std::array<int, 3>>& by)
{
  vtkSmartPointer<vtkImageData> binned = image;
  for (const std::array<int, 3>& block : by)
  {
    vtkNew<vtkVoxelBin> bin;
    bin->SetInputData(binned);
    bin->SetBlockSize(block[0], block[1], block[2]);
    bin->Update();
    binned = vtkImageData::SafeDownCast(bin->GetOutputDataObject(0));
  }
  return binned;
}

TEST_F(MetalMass, TheMassPerVolumeStaysWhatItIsWhenVoxelsAreBinned)
{
  this->SetSize(8, 8, 8);
  this->AddMap("edge_jump", std::vector<double>(512, 8.908 * 285.1 * 0.05e-4)); // of nickel
  this->Filter->SetJumpUnit(vtkMetalMass::PER_VOXEL);
  for (const std::vector<std::array<int, 3>>& by : { std::vector<std::array<int, 3>>{ { 2, 2, 2 } },
         { { 3, 3, 3 } }, { { 2, 2, 1 }, { 2, 2, 2 } } })
  {
    this->Filter->SetInputData(Binned(this->Image, by));
    EXPECT_NEAR(this->Map()->GetTuple1(0), 8.908, 1e-5);
  }
}

// As of a stack that was opened with a stride.
TEST_F(MetalMass, TakesTheVoxelWidthThatIsGiven)
{
  this->SetSize(2, 3, 2);
  this->Image->SetSpacing(0.1, 0.1, 0.2);
  this->AddMap("edge_jump", std::vector<double>(12, 8.908 * 285.1 * 0.05e-4));
  this->Filter->SetJumpUnit(vtkMetalMass::PER_VOXEL);
  this->Filter->SetVoxelWidth(0.05);
  EXPECT_NEAR(this->Map()->GetTuple1(0), 8.908, 1e-5);
}

TEST_F(MetalMass, TheErrorOfABlockIsThatOfTheMean)
{
  this->SetSize(2, 2, 2);
  const std::vector<double> errors = { 0.01, 0.02, 0.01, 0.03, 0.01, 0.02, 0.01, 0.05 };
  double squares = 0.0;
  for (const double error : errors)
  {
    squares += error * error;
  }
  this->AddMap("edge_jump", { 0.01, 0.5, 0.02, 0.4, 0.01, 0.5, 0.02, 0.6 }); // of unlike weight
  this->AddMap("edge_jump_error", errors);
  this->Filter->SetInputData(Binned(this->Image, { { 2, 2, 2 } }));
  this->Filter->SetJumpUnit(vtkMetalMass::PER_CENTIMETRE);
  EXPECT_NEAR(this->Map("metal_mass_error")->GetTuple1(0), std::sqrt(squares) / 8.0 / 285.1, 1e-10);
}

TEST_F(MetalMass, TakesTheElementOfTheInputAtTheEdgeThatIsGiven)
{
  paraxanes::SetField(this->Image, "element", std::string("Pt"));
  this->Filter->SetEdge("L3");
  this->ExpectMasses(1.0 / 116.2, "g/cm2");
}

TEST_F(MetalMass, RefusesNumbersThatAreNone)
{
  for (const double wrong : { -1.0, std::nan(""), std::numeric_limits<double>::infinity() })
  {
    this->Filter->SetMassAttenuationJump(wrong);
    this->ExpectError("MassAttenuationJump is ");
    this->Filter->SetMassAttenuationJump(0.0);
    this->Filter->SetVoxelWidth(wrong);
    this->ExpectError("VoxelWidth is ");
    this->Filter->SetVoxelWidth(0.0);
  }
}

TEST_F(MetalMass, ArraysWithASuffix)
{
  this->AddMap("edge_jump_Co", std::vector<double>(12, 0.5));
  paraxanes::SetField(this->Image, "element_Co", std::string("Co"));
  paraxanes::SetField(this->Image, "edge_Co", std::string("K"));
  this->Filter->SetInputArrayToProcess(
    0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "edge_jump_Co");
  EXPECT_NEAR(this->Map("metal_mass_Co")->GetTuple1(0), 0.5 / 308.4, 1e-9);
  EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "metal_mass_Co_unit"), "g/cm2");
}

TEST_F(MetalMass, TakesIntegers)
{
  vtkNew<vtkUnsignedShortArray> integers;
  integers->SetName("jumps");
  for (int v = 0; v < 12; ++v)
  {
    integers->InsertNextValue(static_cast<unsigned short>(v));
  }
  this->Image->GetPointData()->AddArray(integers);
  this->Filter->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "jumps");
  EXPECT_NEAR(this->Map()->GetTuple1(11), 11.0 / 285.1, 1e-7);
}

TEST_F(MetalMass, SaysWhatIsWrong)
{
  this->Filter->SetElement("Ni");
  this->Filter->SetEdge("L3");
  this->ExpectError("\"Ni L3\" is not in the table");
  this->ExpectError("the jump at both together");
  this->Filter->SetElement("");
  this->Filter->SetEdge("");
  paraxanes::SetField(this->Image, "element", std::string());
  paraxanes::SetField(this->Image, "edge", std::string());
  this->Image->Modified();
  this->ExpectError("Set Element and Edge, or MassAttenuationJump");
  this->Filter->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "jump");
  this->ExpectError("There is no point array \"jump\"");
}

}
