// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "vtkParticleLabels.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkShortArray.h>
#include <vtkSmartPointer.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <string>

namespace
{

using Point = std::array<double, 3>;
using Image = vtkSmartPointer<vtkImageData>;

constexpr double Pi = 3.14159265358979323846;
constexpr double Spacing = 0.05;

double Distance(const Point& a, const Point& b)
{
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

template <typename Array>
Image MakeImage(const paraxanes::Extent& extent, const char* name, int components,
  const std::function<double(const Point&, int)>& value)
{
  auto image = Image::New();
  paraxanes::SetExtent(image, extent);
  image->SetSpacing(Spacing, Spacing, Spacing);
  image->SetOrigin(1.0, 2.0, 3.0);
  vtkNew<Array> array;
  array->SetName(name);
  array->SetNumberOfComponents(components);
  array->SetNumberOfTuples(image->GetNumberOfPoints());
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    Point point;
    image->GetPoint(i, point.data());
    for (int k = 0; k < components; ++k)
    {
      array->SetComponent(i, k, value(point, k));
    }
  }
  image->GetPointData()->AddArray(array);
  return image;
}

// Two balls, the second of which is cut by the upper end along x.
const Point First = { 2.02, 3.01, 4.03 };
const Point Second = { 4.0, 3.0, 4.0 };
constexpr double FirstRadius = 0.8;
constexpr double SecondRadius = 0.6;

int BallAt(const Point& p)
{
  return Distance(p, First) <= FirstRadius ? 1 : (Distance(p, Second) <= SecondRadius ? 2 : 0);
}

const paraxanes::Extent Field = { 0, 60, 0, 40, 0, 40 };

struct Case
{
  vtkNew<vtkParticleLabels> Filter;
  vtkNew<vtkTest::ErrorObserver> Said;
  vtkNew<vtkTest::ErrorObserver> Executive;

  explicit Case(vtkImageData* image, const char* array)
  {
    this->Filter->SetInputData(image);
    this->Filter->SetInputArray(array);
    this->Filter->SetMinimumSize(1);
    this->Filter->AddObserver(vtkCommand::AnyEvent, this->Said);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Executive);
  }
  int Label(vtkIdType voxel)
  {
    vtkDataArray* labels = this->Filter->GetOutput()->GetPointData()->GetArray("particle_id");
    return static_cast<int>(labels->GetComponent(voxel, 0));
  }
  double Field(const char* name)
  {
    return paraxanes::GetNumber(this->Filter->GetOutput(), name).value_or(NAN);
  }
  vtkTable* Table() { return vtkTable::SafeDownCast(this->Filter->GetOutputDataObject(1)); }
  double Value(const char* column, vtkIdType row = 0)
  {
    EXPECT_NE(this->Table()->GetColumnByName(column), nullptr) << column;
    return this->Table()->GetColumnByName(column)
      ? this->Table()->GetValueByName(row, column).ToDouble()
      : NAN;
  }
  void ExpectBalls(vtkImageData* image)
  {
    this->Filter->Update();
    ASSERT_FALSE(this->Said->GetError() || this->Said->GetWarning());
    for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
    {
      Point point;
      image->GetPoint(i, point.data());
      ASSERT_EQ(this->Label(i), BallAt(point));
    }
  }
  void ExpectError(const std::string& message)
  {
    this->Filter->Update();
    EXPECT_TRUE(this->Said->GetError());
    EXPECT_NE(this->Said->GetErrorMessage().find(message), std::string::npos)
      << this->Said->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfPoints(), 0);
    EXPECT_EQ(this->Table()->GetNumberOfColumns(), 0);
  }
};

TEST(ParticleLabels, OtsuFindsTheBallsInTheMeanOfAStack)
{
  // At no single energy does one value tell the balls from air.
  Image image = MakeImage<vtkFloatArray>(Field, "absorbance", 3,
    [](const Point& p, int k)
    {
      const double wave = 0.1 * std::sin(40.0 * p[0] + 70.0 * p[1] + 31.0 * p[2]);
      return (BallAt(p) ? 1.0 : 0.2) + wave + (k == 0 ? 5.0 * wave : 0.0) -
        (k == 1 ? 5.0 * wave : 0.0);
    });
  Case run(image, "absorbance");
  run.Filter->SetThresholdMethod(vtkParticleLabels::OTSU);
  run.Filter->SetThreshold(7.0, 3.0); // not used
  run.ExpectBalls(image);
  EXPECT_GT(run.Field("particle_threshold"), 0.3);
  EXPECT_LT(run.Field("particle_threshold"), 0.9);
  EXPECT_EQ(paraxanes::GetField(run.Filter->GetOutput(), "particle_array"), "absorbance");
  EXPECT_NE(paraxanes::GetField(run.Filter->GetOutput(), "particle_threshold_method").find("Otsu"),
    std::string::npos);
}

TEST(ParticleLabels, OtsuTakesArraysOfAnyTypeAndLeavesNaNOutside)
{
  Image maps = MakeImage<vtkDoubleArray>(Field, "edge_jump", 1,
    [](const Point& p, int) { return BallAt(p) ? 0.7 : (p[2] < 4.0 ? NAN : -0.1); });
  Case doubles(maps, "edge_jump");
  doubles.Filter->SetThresholdMethod(vtkParticleLabels::OTSU);
  doubles.ExpectBalls(maps);
  EXPECT_NEAR(doubles.Field("particle_threshold"), 0.3, 1e-3);

  Image counts = MakeImage<vtkShortArray>(
    Field, "counts", 1, [](const Point& p, int) { return BallAt(p) ? -300.0 : -900.0; });
  Case shorts(counts, "counts");
  shorts.Filter->SetThresholdMethod(vtkParticleLabels::OTSU);
  shorts.ExpectBalls(counts);
  EXPECT_NEAR(shorts.Field("particle_threshold"), -600.0, 1.0);
}

TEST(ParticleLabels, OtsuNeedsTwoClassesOfMeasuredValues)
{
  const auto expect = [](const char* name, double value, const char* message)
  {
    Image image = MakeImage<vtkFloatArray>(
      { 0, 4, 0, 4, 0, 4 }, name, 1, [=](const Point&, int) { return value; });
    Case run(image, name);
    run.Filter->SetThresholdMethod(vtkParticleLabels::OTSU);
    run.ExpectError(message);
  };
  expect("validity", 1.0, "holds codes");
  expect("edge_jump", 3.0, "all its finite values are 3");
  expect("edge_jump", NAN, "no finite value");
}

TEST(ParticleLabels, HolesAreFilledWhereAskedFor)
{
  const Point pore = { 2.02, 3.01, 4.43 };
  // A pore within the first ball, and a channel from the second one to the border of the field.
  const auto isOpen = [&](const Point& p)
  { return BallAt(p) == 2 && std::hypot(p[1] - 3.0, p[2] - 4.0) < 0.2; };
  Image image = MakeImage<vtkUnsignedCharArray>(Field, "validity", 1,
    [&](const Point& p, int)
    { return BallAt(p) == 0 || Distance(p, pore) < 0.3 || isOpen(p) ? 4.0 : 0.0; });
  Case run(image, "");
  run.Filter->FillHolesOn();
  run.Filter->Update();
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    Point point;
    image->GetPoint(i, point.data());
    ASSERT_EQ(run.Label(i), isOpen(point) ? 0 : BallAt(point));
  }
  EXPECT_EQ(run.Field("particle_holes_filled"), 1.0);
  const double filled = run.Value("voxels");
  run.Filter->FillHolesOff();
  run.Filter->Update();
  EXPECT_LT(run.Value("voxels"), filled);
  double place[3] = { 2.02, 3.01, 4.43 };
  const vtkIdType inPore = image->FindPoint(place);
  EXPECT_EQ(run.Label(inPore), 0);
}

TEST(ParticleLabels, TheTableHoldsSizePlaceAndShape)
{
  Image image = MakeImage<vtkUnsignedCharArray>(
    Field, "validity", 1, [](const Point& p, int) { return BallAt(p) ? 0.0 : 1.0; });
  Case run(image, "");
  run.ExpectBalls(image);
  ASSERT_EQ(run.Table()->GetNumberOfRows(), 2);
  vtkIdType voxels[3] = { 0, 0, 0 };
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    ++voxels[run.Label(i)];
  }
  for (vtkIdType row = 0; row < 2; ++row)
  {
    EXPECT_EQ(run.Value("particle_id", row), row + 1.0);
    EXPECT_EQ(run.Value("voxels", row), static_cast<double>(voxels[row + 1]));
    EXPECT_NEAR(run.Value("volume (um3)", row), voxels[row + 1] * std::pow(Spacing, 3), 1e-12);
  }
  const double ball = 4.0 / 3.0 * Pi * std::pow(FirstRadius, 3);
  EXPECT_NEAR(run.Value("volume (um3)") / ball, 1.0, 0.01);
  EXPECT_NEAR(run.Value("equivalent diameter (um)") / (2.0 * FirstRadius), 1.0, 0.003);
  EXPECT_NEAR(run.Value("surface (um2)") / (4.0 * Pi * FirstRadius * FirstRadius), 1.0, 0.02);
  EXPECT_NEAR(run.Value("sphericity"), 1.0, 0.02);
  EXPECT_EQ(run.Value("touches_border"), 0.0);
  EXPECT_NEAR(run.Value("center x (um)"), First[0], 0.1 * Spacing);
  EXPECT_NEAR(run.Value("center y (um)"), First[1], 0.1 * Spacing);
  EXPECT_NEAR(run.Value("center z (um)"), First[2], 0.1 * Spacing);
  EXPECT_EQ(run.Value("touches_border", 1), 1.0);
  EXPECT_EQ(paraxanes::GetField(run.Table(), "paraxanes_version"), paraxanes::PluginVersion());
  EXPECT_EQ(run.Field("number_of_particles"), 2.0);
}

TEST(ParticleLabels, InAPlaneTheTableHoldsAreas)
{
  Image image = MakeImage<vtkUnsignedCharArray>({ 0, 40, 0, 40, 7, 7 }, "validity", 1,
    [](const Point& p, int) { return std::hypot(p[0] - 2.0, p[1] - 3.0) <= 0.71 ? 0.0 : 1.0; });
  Case run(image, "");
  run.Filter->Update();
  EXPECT_NEAR(run.Value("area (um2)") / (Pi * 0.71 * 0.71), 1.0, 0.01);
  EXPECT_NEAR(run.Value("equivalent diameter (um)"), 1.42, 0.01);
  EXPECT_NEAR(run.Value("circumference (um)") / (2.0 * Pi * 0.71), 1.0, 0.03);
  EXPECT_NEAR(run.Value("sphericity"), 1.0, 0.03);
  EXPECT_EQ(run.Value("touches_border"), 0.0);
}

TEST(ParticleLabels, TouchingBallsArePartedWhereAskedFor)
{
  Point left = { 1.8, 3.0, 4.0 };
  Point right = { 3.0, 3.0, 4.0 };
  Image image = MakeImage<vtkUnsignedCharArray>(Field, "validity", 1,
    [&](const Point& p, int)
    { return Distance(p, left) <= 0.77 || Distance(p, right) <= 0.72 ? 0.0 : 1.0; });
  Case run(image, "");
  run.Filter->Update();
  EXPECT_EQ(run.Table()->GetNumberOfRows(), 1);
  run.Filter->SplitTouchingOn();
  run.Filter->Update();
  ASSERT_EQ(run.Table()->GetNumberOfRows(), 2);
  EXPECT_EQ(run.Label(image->FindPoint(left.data())), 1);
  EXPECT_EQ(run.Label(image->FindPoint(right.data())), 2);
  EXPECT_EQ(run.Label(0), 0);
  EXPECT_EQ(run.Field("particle_split_depth"), 2.0);
  EXPECT_GT(run.Value("voxels", 0), run.Value("voxels", 1));
  run.Filter->SetSplitDepth(10.0);
  run.Filter->Update();
  EXPECT_EQ(run.Table()->GetNumberOfRows(), 1);
  run.Filter->SetSplitDepth(-1.0);
  run.ExpectError("SplitDepth is -1");
}

TEST(ParticleLabels, WithoutParticlesTheTableIsEmpty)
{
  Image image = MakeImage<vtkUnsignedCharArray>(
    { 0, 4, 0, 4, 0, 4 }, "validity", 1, [](const Point&, int) { return 1.0; });
  Case run(image, "");
  run.Filter->Update();
  EXPECT_FALSE(run.Said->GetError());
  EXPECT_TRUE(run.Said->GetWarning());
  EXPECT_EQ(run.Table()->GetNumberOfRows(), 0);
  EXPECT_GT(run.Table()->GetNumberOfColumns(), 0);

  Case empty(MakeImage<vtkUnsignedCharArray>(
               paraxanes::EmptyExtent, "validity", 1, [](const Point&, int) { return 1.0; }),
    "");
  empty.Filter->Update();
  EXPECT_FALSE(empty.Said->GetError());
  EXPECT_EQ(empty.Table()->GetNumberOfRows(), 0);
}

TEST(ParticleLabels, AbortLeavesNothing)
{
  Image image = MakeImage<vtkUnsignedCharArray>(
    Field, "validity", 1, [](const Point& p, int) { return BallAt(p) ? 0.0 : 1.0; });
  Case run(image, "");
  run.Filter->SetAbortExecute(1);
  run.Filter->Update();
  EXPECT_EQ(run.Filter->GetOutput()->GetNumberOfPoints(), 0);
  EXPECT_EQ(run.Table()->GetNumberOfRows(), 0);
}

}
