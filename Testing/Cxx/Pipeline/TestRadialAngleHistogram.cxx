// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "vtkParticleLabels.h"
#include "vtkRadialAngleHistogram.h"

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
#include <vtkUnsignedIntArray.h>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace
{

using Point = std::array<double, 3>;
using Function = std::function<double(const Point&, int)>;
using Image = vtkSmartPointer<vtkImageData>;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

Image MakeImage(const paraxanes::Extent& extent, double spacing = 0.1)
{
  auto image = Image::New();
  paraxanes::SetExtent(image, extent);
  image->SetSpacing(spacing, spacing, spacing);
  image->SetOrigin(1.0, 2.0, 3.0);
  return image;
}

// An array from a function of position and component.
template <typename Array>
void AddArray(vtkImageData* image, const char* name, int components, const Function& function)
{
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
      array->SetComponent(i, k, function(point, k));
    }
  }
  image->GetPointData()->AddArray(array);
}

double Distance(const Point& a, const Point& b)
{
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// A ball with a gradient that points away from its centre, in a field with a margin.
const Point BallCenter = { 2.0, 2.9, 3.85 };
constexpr double BallRadius = 0.7;

bool InBall(const Point& point)
{
  return Distance(point, BallCenter) <= BallRadius;
}

template <typename Gradient = vtkFloatArray>
Image Ball(const paraxanes::Extent& extent = { 0, 20, 0, 18, 0, 17 })
{
  Image image = MakeImage(extent);
  AddArray<vtkUnsignedCharArray>(
    image, "validity", 1, [](const Point& p, int) { return InBall(p) ? 0.0 : 1.0; });
  AddArray<Gradient>(image, "valence_gradient", 3,
    [](const Point& p, int k) { return InBall(p) ? p[k] - BallCenter[k] : NaN; });
  return image;
}

// Runs the filter and keeps what it says.
struct Case
{
  vtkNew<vtkRadialAngleHistogram> Filter;
  vtkNew<vtkTest::ErrorObserver> Said;
  vtkNew<vtkTest::ErrorObserver> Executive;

  explicit Case(vtkImageData* image)
  {
    this->Filter->SetInputData(0, image);
    this->Filter->AddObserver(vtkCommand::AnyEvent, this->Said);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Executive);
  }

  vtkTable* Table(int port)
  {
    return vtkTable::SafeDownCast(this->Filter->GetOutputDataObject(port));
  }
  double Summary(const char* column, vtkIdType row = 0)
  {
    return this->Table(3)->GetValueByName(row, column).ToDouble();
  }
  double Sum(int port, const char* column, vtkIdType rows)
  {
    double sum = 0.0;
    for (vtkIdType row = 0; row < rows; ++row)
    {
      sum += this->Table(port)->GetValueByName(row, column).ToDouble();
    }
    return sum;
  }
  // The run fails with this message, and leaves nothing behind.
  void ExpectError(const std::string& message)
  {
    this->Filter->Update();
    EXPECT_TRUE(this->Said->GetError());
    EXPECT_NE(this->Said->GetErrorMessage().find(message), std::string::npos)
      << this->Said->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfPoints(), 0);
    for (int port = 1; port < 4; ++port)
    {
      EXPECT_EQ(this->Table(port)->GetNumberOfColumns(), 0);
    }
  }
  void ExpectWarning(const std::string& message)
  {
    this->Filter->Update();
    EXPECT_FALSE(this->Said->GetError());
    EXPECT_NE(this->Said->GetWarningMessage().find(message), std::string::npos)
      << this->Said->GetWarningMessage();
  }
};

TEST(RadialAngleHistogram, RadialFieldHas180AndItsTablesAreNormalised)
{
  Image image = Ball();
  Case run(image);
  run.Filter->Update();
  ASSERT_FALSE(run.Said->GetError() || run.Said->GetWarning());
  vtkDataArray* theta = run.Filter->GetOutput()->GetPointData()->GetArray("theta");
  ASSERT_TRUE(vtkFloatArray::SafeDownCast(theta));
  vtkIdType vectors = 0;
  for (vtkIdType i = 0; i < theta->GetNumberOfTuples(); ++i)
  {
    Point point;
    image->GetPoint(i, point.data());
    ASSERT_EQ(std::isnan(theta->GetComponent(i, 0)), !InBall(point));
    if (InBall(point))
    {
      ++vectors;
      ASSERT_NEAR(theta->GetComponent(i, 0), 180.0, 1e-2);
    }
  }
  for (int axis = 0; axis < 3; ++axis)
  {
    const char* const names[3] = { "center x (um)", "center y (um)", "center z (um)" };
    EXPECT_NEAR(run.Summary(names[axis]), BallCenter[axis], 1e-6);
  }
  EXPECT_EQ(run.Summary("number of vectors"), static_cast<double>(vectors));
  EXPECT_NEAR(run.Summary("order parameter"), 1.0, 1e-6);
  EXPECT_EQ(run.Summary("P(80..100) over random"), 0.0);

  vtkTable* angles = run.Table(1);
  ASSERT_EQ(angles->GetNumberOfRows(), 36);
  EXPECT_STREQ(angles->GetColumnName(0), "theta (deg)");
  EXPECT_EQ(angles->GetValueByName(35, "count").ToDouble(), static_cast<double>(vectors));
  EXPECT_EQ(angles->GetValue(0, 0).ToDouble(), 2.5);
  for (const char* column : { "probability density (1/deg)", "weighted probability density (1/deg)",
         "random reference, sin(theta)/2 (1/deg)" })
  {
    EXPECT_NEAR(run.Sum(1, column, 36) * 5.0, 1.0, 1e-12) << column;
  }
  EXPECT_EQ(run.Filter->GetOutput()->GetPointData()->GetArray("valence_gradient"),
    image->GetPointData()->GetArray("valence_gradient")); // by reference
  for (int port = 0; port < 4; ++port)
  {
    EXPECT_EQ(paraxanes::GetField(run.Filter->GetOutputDataObject(port), "paraxanes_version"),
      paraxanes::PluginVersion());
  }
}

TEST(RadialAngleHistogram, OutwardTurnsTheLineRound)
{
  Case run(Ball());
  run.Filter->OutwardOn();
  run.Filter->Update();
  EXPECT_EQ(run.Table(1)->GetValueByName(0, "count").ToDouble(), run.Summary("number of vectors"));
}

TEST(RadialAngleHistogram, TypesAndNegativeExtentsChangeNothing)
{
  Case floats(Ball<vtkFloatArray>());
  Image shifted = Ball<vtkDoubleArray>({ -3, 20, -1, 18, 0, 17 });
  Case doubles(shifted);
  floats.Filter->Update();
  doubles.Filter->Update();
  EXPECT_EQ(doubles.Summary("number of vectors"), floats.Summary("number of vectors"));
  EXPECT_NEAR(doubles.Summary("center x (um)"), BallCenter[0], 1e-6);

  Image integers = MakeImage({ 0, 6, 0, 6, 0, 6 });
  AddArray<vtkIntArray>(integers, "valence_gradient", 3,
    [](const Point& p, int k) { return std::round(10.0 * (p[k] - k - 1.0)) - 3.0; });
  Case run(integers);
  run.Filter->Update();
  EXPECT_EQ(run.Summary("number of vectors"), 7 * 7 * 7 - 1);
  EXPECT_NEAR(run.Summary("order parameter"), 1.0, 1e-6);
}

// Vectors at every angle: the groups, their densities, the fold and the range.
Image ManyAngles()
{
  Image image = MakeImage({ 0, 60, 0, 40, 0, 0 });
  AddArray<vtkUnsignedCharArray>(image, "validity", 1, [](const Point&, int) { return 0.0; });
  AddArray<vtkDoubleArray>(image, "valence_gradient", 3,
    [](const Point& p, int k)
    {
      const double angle = 100.0 * p[0] + 37.0 * p[1];
      const double size = 1.0 + std::sin(77.0 * p[0] + 11.0 * p[1]);
      return k == 0 ? size * std::cos(angle) : (k == 1 ? size * std::sin(angle) : 0.0);
    });
  return image;
}

TEST(RadialAngleHistogram, EachSizeGroupIntegratesToOne)
{
  Image image = ManyAngles();
  for (const bool fold : { false, true })
  {
    Case run(image);
    run.Filter->SetFoldAngles(fold);
    run.Filter->SetNumberOfSizeBins(20);
    run.Filter->Update();
    vtkTable* sizes = run.Table(2);
    ASSERT_EQ(sizes->GetNumberOfRows(), 20);
    ASSERT_EQ(sizes->GetNumberOfColumns(), 19);
    const double width = sizes->GetValue(1, 0).ToDouble() - sizes->GetValue(0, 0).ToDouble();
    double counts = 0.0;
    for (int group = 0; group < 9; ++group)
    {
      EXPECT_NEAR(run.Sum(2, sizes->GetColumnName(1 + group), 20) * width, 1.0, 1e-12);
      counts += run.Sum(2, sizes->GetColumnName(10 + group), 20);
    }
    vtkDataArray* theta = run.Filter->GetOutput()->GetPointData()->GetArray("theta");
    double expected = 0.0;
    for (vtkIdType i = 0; i < theta->GetNumberOfTuples(); ++i)
    {
      const double angle = theta->GetComponent(i, 0);
      expected += fold ? (angle >= 0.0) : (angle <= 90.0);
    }
    EXPECT_EQ(counts, expected);
    // The density table does not fold.
    EXPECT_GT(run.Table(1)->GetValueByName(35, "count").ToDouble(), 0.0);
    // 99.9 % of the vectors.
    EXPECT_NEAR(20.0 * width, 2.0, 0.01);
    EXPECT_LE(run.Summary("vectors outside size range"), 3.0);
  }
}

TEST(RadialAngleHistogram, SizeRangeIsKeptAndWhatIsOutsideIsTold)
{
  Case run(ManyAngles());
  run.Filter->SetSizeRange(0.5, 1.5);
  run.Filter->SetNumberOfSizeBins(10);
  run.Filter->Update();
  EXPECT_NEAR(run.Table(2)->GetValue(0, 0).ToDouble(), 0.55, 1e-12);
  EXPECT_NEAR(run.Table(2)->GetValue(9, 0).ToDouble(), 1.45, 1e-12);
  EXPECT_GT(run.Summary("vectors outside size range"), 100.0);
}

// A flat image, and field data: the random reference is uniform, and v is projected.
TEST(RadialAngleHistogram, PlaneIsReadFromFieldData)
{
  Case flat(ManyAngles());
  flat.Filter->Update();
  EXPECT_NE(flat.Table(1)->GetColumnByName("random reference, uniform (1/deg)"), nullptr);

  Image image = MakeImage({ 0, 10, 0, 12, 0, 8 });
  AddArray<vtkFloatArray>(image, "valence_gradient", 3,
    [](const Point& p, int k) { return k == 2 ? 0.0 : p[k] - (k == 0 ? 1.5 : 2.6); });
  for (const char* plane : { "Volume", "XY" })
  {
    paraxanes::SetField(image, "gradient_plane", plane);
    Case run(image);
    run.Filter->Update();
    const bool inPlane = std::string(plane) == "XY";
    EXPECT_EQ(
      run.Table(1)->GetColumnByName("random reference, uniform (1/deg)") != nullptr, inPlane);
    if (inPlane)
    {
      EXPECT_NEAR(run.Summary("order parameter"), 1.0, 1e-6);
    }
    else
    {
      EXPECT_LT(run.Summary("order parameter"), 0.9);
    }
  }
  paraxanes::SetField(image, "gradient_plane", "AB");
  Case(image).ExpectError("gradient_plane is \"AB\"");
}

// Two balls, each with a radial gradient of its own: one inward, one outward.
Image TwoBalls(double spacing = 0.1)
{
  const int last = static_cast<int>(std::lround(2.0 / spacing));
  Image image = MakeImage({ 0, 2 * last, 0, last, 0, last }, spacing);
  const auto ball = [](const Point& p)
  {
    return Distance(p, { 2.0, 3.0, 4.0 }) <= 0.72
      ? 1
      : (Distance(p, { 4.0, 3.0, 4.0 }) <= 0.52 ? 2 : 0);
  };
  AddArray<vtkIntArray>(
    image, "particle_id", 1, [=](const Point& p, int) { return double(ball(p)); });
  AddArray<vtkUnsignedCharArray>(
    image, "validity", 1, [=](const Point& p, int) { return ball(p) > 0 ? 0.0 : 2.0; });
  AddArray<vtkFloatArray>(image, "valence_gradient", 3,
    [=](const Point& p, int k)
    {
      const Point centers[2] = { { 2.0, 3.0, 4.0 }, { 4.0, 3.0, 4.0 } };
      const int label = ball(p);
      return label == 0 ? NaN : (label == 1 ? 1.0 : -1.0) * (p[k] - centers[label - 1][k]);
    });
  return image;
}

TEST(RadialAngleHistogram, EachLabelHasItsCenterAndItsRows)
{
  Case run(TwoBalls());
  run.Filter->SetLabelArray("particle_id");
  run.Filter->Update();
  ASSERT_FALSE(run.Said->GetError() || run.Said->GetWarning());
  ASSERT_EQ(run.Table(3)->GetNumberOfRows(), 3);
  ASSERT_EQ(run.Table(1)->GetNumberOfRows(), 3 * 36);
  ASSERT_EQ(run.Table(2)->GetNumberOfRows(), 3 * 50);
  EXPECT_TRUE(std::isnan(run.Summary("center x (um)", 0)));
  EXPECT_NEAR(run.Summary("center x (um)", 1), 2.0, 1e-6);
  EXPECT_NEAR(run.Summary("center x (um)", 2), 4.0, 1e-6);
  const double first = run.Summary("number of vectors", 1);
  const double second = run.Summary("number of vectors", 2);
  EXPECT_EQ(run.Summary("number of vectors", 0), first + second);
  const auto count = [&](vtkIdType row)
  { return run.Table(1)->GetValueByName(row, "count").ToDouble(); };
  EXPECT_EQ(count(36 + 35), first);
  EXPECT_EQ(count(72), second);
  EXPECT_EQ(count(35), first);
  EXPECT_EQ(count(0), second);
  EXPECT_EQ(run.Table(1)->GetValueByName(72, "particle").ToInt(), 2);

  Case without(TwoBalls());
  without.ExpectWarning("form 2 large pieces");
}

TEST(RadialAngleHistogram, CenterComesFromParticleInputAtFullResolution)
{
  Image coarse = TwoBalls(0.2);
  Image fine = TwoBalls(0.1);
  // Heavier towards larger x.
  AddArray<vtkDoubleArray>(fine, "edge_jump", 1, [](const Point& p, int) { return p[0]; });
  Case run(coarse);
  run.Filter->SetInputData(1, fine);
  run.Filter->SetLabelArray("particle_id");
  run.Filter->Update();
  EXPECT_NE(run.Table(3)->GetValueByName(0, "center source").ToString().find("ParticleInput"),
    std::string::npos);
  const double voxels = run.Summary("valid voxels of the center", 1);
  EXPECT_GT(voxels, 7.0 * run.Summary("number of vectors", 1));

  run.Filter->SetCenterMode(vtkRadialAngleHistogram::WEIGHTED);
  run.Filter->SetWeightArray("edge_jump");
  run.Filter->Update();
  // Sum of x^2 over sum of x.
  double first = 0.0;
  double second = 0.0;
  for (vtkIdType i = 0; i < fine->GetNumberOfPoints(); ++i)
  {
    if (fine->GetPointData()->GetArray("particle_id")->GetComponent(i, 0) == 1.0)
    {
      const double x = fine->GetPoint(i)[0];
      first += x;
      second += x * x;
    }
  }
  EXPECT_NEAR(run.Summary("center x (um)", 1), second / first, 1e-6);
  EXPECT_GT(run.Summary("center x (um)", 1), 2.02);

  run.Filter->SetCenterMode(vtkRadialAngleHistogram::POINT);
  run.Filter->SetCenter(-100.0, 3.0, 4.0);
  run.Filter->Update();
  EXPECT_EQ(run.Summary("center x (um)", 2), -100.0);
}

TEST(RadialAngleHistogram, CenterComesFromBlockMoments)
{
  Image image = Ball();
  AddArray<vtkUnsignedIntArray>(image, "block_count", 1,
    [](const Point& p, int) { return InBall(p) ? (p[0] > 2.05 ? 8 : 2) : 0; });
  AddArray<vtkDoubleArray>(image, "block_centroid", 3,
    [](const Point& p, int k) { return InBall(p) ? p[k] + (k == 0 ? 0.01 : 0.0) : NaN; });
  double moment = 0.0;
  double mass = 0.0;
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    const double count = image->GetPointData()->GetArray("block_count")->GetComponent(i, 0);
    mass += count;
    moment += count * (image->GetPoint(i)[0] + 0.01);
  }
  Case run(image);
  run.Filter->Update();
  EXPECT_NEAR(run.Summary("center x (um)"), moment / mass, 1e-8);
  EXPECT_NEAR(run.Summary("center y (um)"), BallCenter[1], 1e-6);
  EXPECT_EQ(run.Summary("valid voxels of the center"), mass);
}

TEST(RadialAngleHistogram, WarnsOfAParticleThatIsCutOff)
{
  Case(Ball({ 10, 20, 0, 18, 0, 17 })).ExpectWarning("border of the field");
}

TEST(RadialAngleHistogram, NoVectorIsAWarning)
{
  Image image = Ball();
  image->GetPointData()->GetArray("valence_gradient")->Fill(NaN);
  Case run(image);
  run.ExpectWarning("no vector with a theta");
  EXPECT_EQ(run.Table(1)->GetNumberOfRows(), 36);
  EXPECT_EQ(run.Sum(1, "count", 36), 0.0);
  EXPECT_TRUE(std::isnan(run.Table(1)->GetValue(0, 1).ToDouble()));
  EXPECT_EQ(run.Summary("number of vectors"), 0.0);
  // No valid voxel either: no centre.
  image->GetPointData()->GetArray("validity")->Fill(5.0);
  Case(image).ExpectWarning("no centre");
}

TEST(RadialAngleHistogram, WrongInputIsAnErrorWithAdvice)
{
  Image image = Ball();
  {
    Case run(image);
    run.Filter->SetGradientArray("none");
    run.ExpectError("no point array \"none\"");
  }
  {
    Case run(image);
    run.Filter->SetGradientArray("validity");
    run.ExpectError("needs 3");
  }
  {
    Case run(image);
    run.Filter->SetCenterMode(vtkRadialAngleHistogram::WEIGHTED);
    run.ExpectError("no WeightArray is chosen");
    run.Said->Clear();
    run.Filter->SetWeightArray("edge_jump");
    run.ExpectError("no point array \"edge_jump\"");
  }
  {
    Case run(image);
    run.Filter->SetLabelArray("particle_id");
    run.ExpectError("no point array \"particle_id\"");
    run.Said->Clear();
    AddArray<vtkFloatArray>(image, "particle_id", 1, [](const Point&, int) { return 1.0; });
    run.Filter->Modified();
    run.ExpectError("needs integers");
  }
  {
    Case run(image);
    run.Filter->SetSizeRange(2.0, 1.0);
    run.ExpectError("SizeRange is 2 to 1");
  }
  for (const int bins : { 0, -5, 1000000000 })
  {
    Case run(image);
    run.Filter->SetNumberOfBins(bins);
    run.ExpectError("Give 1 to 1000000 of each");
    Case sizes(image);
    sizes.Filter->SetNumberOfSizeBins(bins);
    sizes.ExpectError("Give 1 to 1000000 of each");
  }
  {
    Case run(image);
    run.Filter->SetInputData(1, MakeImage({ 0, 3, 0, 3, 0, 3 }));
    run.ExpectError("ParticleInput has neither");
  }
  // Points that nobody owns, as behind a filter that cuts a distributed image.
  paraxanes::MarkOwned(image, { 0, 9, 0, 18, 0, 17 }, { 0, 20, 0, 18, 0, 17 }, false);
  Case(image).ExpectError("Ghost Cells");
}

TEST(RadialAngleHistogram, AnEmptyImageGivesEmptyTables)
{
  Case run(MakeImage(paraxanes::EmptyExtent));
  run.ExpectWarning("no vector");
  EXPECT_EQ(run.Sum(1, "count", 36), 0.0);
}

TEST(RadialAngleHistogram, AbortLeavesNothing)
{
  Case run(Ball());
  vtkNew<vtkTest::ErrorObserver> unused;
  run.Filter->SetAbortExecute(1);
  run.Filter->Update();
  EXPECT_EQ(run.Filter->GetOutput()->GetNumberOfPoints(), 0);
}

struct LabelCase
{
  vtkNew<vtkParticleLabels> Filter;
  vtkNew<vtkTest::ErrorObserver> Said;
  vtkNew<vtkTest::ErrorObserver> Executive;

  explicit LabelCase(vtkImageData* image)
  {
    this->Filter->SetInputData(image);
    this->Filter->SetMinimumSize(1);
    this->Filter->AddObserver(vtkCommand::AnyEvent, this->Said);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Executive);
  }
  vtkDataArray* Labels()
  {
    this->Filter->Update();
    return this->Filter->GetOutput()->GetPointData()->GetArray("particle_id");
  }
  void ExpectError(const std::string& message)
  {
    EXPECT_TRUE(this->Said->GetError());
    EXPECT_NE(this->Said->GetErrorMessage().find(message), std::string::npos)
      << this->Said->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfPoints(), 0);
  }
};

TEST(ParticleLabels, NumbersTheBallsBySize)
{
  Image image = TwoBalls();
  vtkSmartPointer<vtkDataArray> truth = image->GetPointData()->GetArray("particle_id");
  image->GetPointData()->RemoveArray("particle_id");
  LabelCase run(image);
  vtkDataArray* labels = run.Labels();
  ASSERT_TRUE(vtkIntArray::SafeDownCast(labels));
  vtkIdType sizes[3] = { 0, 0, 0 };
  for (vtkIdType i = 0; i < truth->GetNumberOfTuples(); ++i)
  {
    ASSERT_EQ(labels->GetComponent(i, 0), truth->GetComponent(i, 0));
    ++sizes[static_cast<int>(truth->GetComponent(i, 0))];
  }
  EXPECT_EQ(run.Filter->GetOutput()->GetPointData()->GetArray("valence_gradient"),
    image->GetPointData()->GetArray("valence_gradient"));

  run.Filter->SetMinimumSize(sizes[2]);
  EXPECT_EQ(run.Labels()->GetRange()[1], 2.0);
  run.Filter->SetMinimumSize(sizes[2] + 1);
  EXPECT_EQ(run.Labels()->GetRange()[1], 1.0);
  run.Filter->SetMinimumSize(1);
  run.Filter->LargestOnlyOn();
  EXPECT_EQ(run.Labels()->GetRange()[1], 1.0);
  run.Filter->LargestOnlyOff();
  run.Filter->SetMinimumSize(sizes[1] + 1);
  EXPECT_EQ(run.Labels()->GetRange()[1], 0.0);
  EXPECT_TRUE(run.Said->GetWarning());
  EXPECT_NE(run.Said->GetWarningMessage().find("There is no particle"), std::string::npos);
}

TEST(ParticleLabels, ThresholdTakesTheMeanOverTheEnergies)
{
  // Two squares of mean 2 that touch at a corner, in a plane.
  Image image = MakeImage({ -2, 5, 0, 7, 4, 4 });
  AddArray<vtkFloatArray>(image, "absorbance", 2,
    [](const Point& p, int k)
    {
      const bool low = p[0] < 1.15 && p[1] < 2.35;
      const bool high = p[0] > 1.15 && p[1] > 2.35;
      return low || high ? (k == 0 ? 1.0 : 3.0) : (k == 0 ? 4.0 : NaN);
    });
  LabelCase run(image);
  run.Filter->SetInputArray("absorbance");
  run.Filter->SetThreshold(2.0, 2.0);
  EXPECT_EQ(run.Labels()->GetRange()[1], 2.0);
  run.Filter->SetThreshold(2.1, 9.0);
  EXPECT_EQ(run.Labels()->GetRange()[1], 0.0);
}

TEST(ParticleLabels, WrongInputIsAnErrorWithAdvice)
{
  Image image = TwoBalls();
  {
    LabelCase run(image);
    run.Filter->SetInputArray("none");
    run.Filter->Update();
    run.ExpectError("no point array \"none\"");
  }
  {
    LabelCase run(image);
    run.Filter->SetThreshold(1.0, 0.0);
    run.Filter->Update();
    run.ExpectError("lower value first");
  }
  {
    LabelCase run(image);
    run.Filter->SetMinimumSize(0);
    run.Filter->Update();
    run.ExpectError("Give 1");
  }
  {
    LabelCase run(image);
    run.Filter->UpdatePiece(0, 2, 0);
    run.ExpectError("piece 0 of 2");
  }
}

}
