// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StatisticsImage.h"
#include "vtkDepthProfile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace
{

constexpr double Spacing = 0.03;

vtkDataArray* PointArray(vtkAlgorithm* filter, const char* name)
{
  return vtkImageData::SafeDownCast(filter->GetOutputDataObject(0))->GetPointData()->GetArray(name);
}

vtkTable* Profile(vtkDepthProfile* filter)
{
  return vtkTable::SafeDownCast(filter->GetOutputDataObject(1));
}

// A sphere of 20 voxels off the middle; edge_energy is a function of the true depth.
struct Sphere
{
  static constexpr double Radius = 20.0 * Spacing;
  static double Depth(int x, int y, int z)
  {
    return Radius - Spacing * std::hypot(x - 22.3, y - 22.8, z - 23.1);
  }
  static double Energy(double depth) { return 8344.0 + 1.5 * std::exp(-depth / 0.1); }
};

TEST(DepthProfile, OfASphereIsTheTruthWithinHalfAVoxel)
{
  auto image = StatisticsImage({ 46, 46, 46 }, Spacing);
  AddArray<vtkDoubleArray>(image, "edge_energy",
    [](int x, int y, int z)
    {
      const double depth = Sphere::Depth(x, y, z);
      return depth >= 0.0 ? Sphere::Energy(depth) : NaN;
    });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->SetNumberOfBins(12);
  filter->Update();

  vtkDataArray* depths = PointArray(filter, "depth");
  vtkDataArray* energies = PointArray(filter, "edge_energy");
  ASSERT_TRUE(depths);
  ASSERT_EQ(depths->GetDataType(), VTK_FLOAT);
  double deepest = 0.0;
  std::vector<double> depth, energy;
  ForEachVoxel(image,
    [&](vtkIdType i, int x, int y, int z)
    {
      const double truth = Sphere::Depth(x, y, z);
      const double found = depths->GetTuple1(i);
      ASSERT_EQ(std::isnan(found), truth < 0.0);
      if (truth >= 0.0)
      {
        ASSERT_NEAR(found, truth, 0.501 * Spacing);
        deepest = std::max(deepest, found);
        depth.push_back(found);
        energy.push_back(energies->GetTuple1(i));
      }
    });

  vtkTable* table = Profile(filter);
  ASSERT_EQ(table->GetNumberOfRows(), 12);
  double total = 0.0;
  for (vtkIdType bin = 0; bin < 12; ++bin)
  {
    const double low = deepest * bin / 12;
    const double high = deepest * (bin + 1) / 12;
    std::vector<double> values;
    for (std::size_t i = 0; i < depth.size(); ++i)
    {
      if (depth[i] >= low && (depth[i] < high || bin == 11))
      {
        values.push_back(energy[i]);
      }
    }
    const Statistics truth(values);
    EXPECT_NEAR(Cell(table, bin, "depth (um)"), 0.5 * (low + high), 1e-12);
    EXPECT_EQ(Cell(table, bin, "count"), values.size());
    EXPECT_NEAR(Cell(table, bin, "mean edge_energy (eV)"), truth.Mean, 1e-9);
    EXPECT_NEAR(Cell(table, bin, "standard deviation (eV)"), truth.Deviation, 1e-9);
    EXPECT_NEAR(Cell(table, bin, "standard error (eV)"),
      truth.Deviation / std::sqrt(static_cast<double>(values.size())), 1e-9);
    total += Cell(table, bin, "count");
    // The trend that was put in, at a depth that is right to half a voxel.
    if (bin < 11)
    {
      EXPECT_LE(Cell(table, bin, "mean edge_energy (eV)"), Sphere::Energy(low - 0.5 * Spacing));
      EXPECT_GE(Cell(table, bin, "mean edge_energy (eV)"), Sphere::Energy(high + 0.5 * Spacing));
    }
  }
  EXPECT_EQ(total, depth.size());
}

// Layers 1, 2, ... of a box from voxel 2 on; 0 and less outside.
int Layer(const std::array<int, 3>& size, int x, int y, int z)
{
  return std::min({ x - 1, y - 1, z - 1, size[0] - 2 - x, size[1] - 2 - y, size[2] - 2 - z });
}

TEST(DepthProfile, OfABoxIsExactAndItsLinearTrendIsTakenOff)
{
  const std::array<int, 3> size = { 21, 20, 19 };
  auto image = StatisticsImage(size, Spacing);
  const auto depthOf = [&](int x, int y, int z) { return Spacing * (Layer(size, x, y, z) - 0.5); };
  AddArray<vtkDoubleArray>(
    image, "edge_energy", [&](int x, int y, int z) { return 8344.0 - 2.0 * depthOf(x, y, z); });
  AddArray<vtkUnsignedCharArray>(
    image, "validity", [&](int x, int y, int z) { return Layer(size, x, y, z) > 0 ? 0 : 3; });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->SubtractProfileOn();
  filter->Update();
  vtkDataArray* depths = PointArray(filter, "depth");
  vtkDataArray* detrended = PointArray(filter, "edge_energy_detrended");
  ASSERT_TRUE(detrended);
  ForEachVoxel(image,
    [&](vtkIdType i, int x, int y, int z)
    {
      if (Layer(size, x, y, z) > 0)
      {
        ASSERT_NEAR(depths->GetTuple1(i), depthOf(x, y, z), 1e-7);
        ASSERT_NEAR(detrended->GetTuple1(i), 0.0, 1e-6);
      }
      else
      {
        ASSERT_TRUE(std::isnan(depths->GetTuple1(i)) && std::isnan(detrended->GetTuple1(i)));
      }
    });
  ASSERT_EQ(Profile(filter)->GetNumberOfRows(), 8); // one for each layer
  EXPECT_NEAR(Cell(Profile(filter), 7, "depth (um)"), 7.5 * Spacing, 1e-12);
  EXPECT_NEAR(Cell(Profile(filter), 0, "standard deviation (eV)"), 0.0, 1e-9);
  EXPECT_EQ(Cell(Profile(filter), 0, "count"), 17 * 16 * 15 - 15 * 14 * 13);
}

TEST(DepthProfile, IsInterpolatedBetweenBinCentresAndConstantBeyond)
{
  const std::array<int, 3> size = { 21, 20, 19 };
  auto image = StatisticsImage(size, Spacing);
  const auto energy = [&](int x, int y, int z)
  { return 8344.0 + std::sqrt(std::max(0, Layer(size, x, y, z))) + 0.01 * (x % 3); };
  AddArray<vtkDoubleArray>(image, "edge_energy", energy);
  AddArray<vtkIntArray>(
    image, "inside", [&](int x, int y, int z) { return Layer(size, x, y, z) > 0 ? 5 : 0; });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->SetMaskArray("inside");
  filter->SetNumberOfBins(3);
  filter->SubtractProfileOn();
  filter->Update();
  double center[3], mean[3];
  for (int bin = 0; bin < 3; ++bin)
  {
    center[bin] = Cell(Profile(filter), bin, "depth (um)");
    mean[bin] = Cell(Profile(filter), bin, "mean edge_energy (eV)");
  }
  ForEachVoxel(image,
    [&](vtkIdType i, int x, int y, int z)
    {
      const double depth = PointArray(filter, "depth")->GetTuple1(i);
      if (Layer(size, x, y, z) <= 0)
      {
        return;
      }
      double trend = depth < center[0] ? mean[0] : mean[2];
      for (int bin = 0; bin < 2; ++bin)
      {
        if (depth >= center[bin] && depth < center[bin + 1])
        {
          const double part = (depth - center[bin]) / (center[bin + 1] - center[bin]);
          trend = mean[bin] * (1.0 - part) + mean[bin + 1] * part;
        }
      }
      ASSERT_NEAR(
        PointArray(filter, "edge_energy_detrended")->GetTuple1(i), energy(x, y, z) - trend, 1e-9);
    });
}

TEST(DepthProfile, ParticlesThatTouchHaveASurfaceEachAndTheBorderIsNone)
{
  auto image = StatisticsImage({ 12, 6, 1 }, 1.0);
  AddArray<vtkFloatArray>(image, "edge_energy", [](int x, int, int) { return 1.0f * x; });
  AddArray<vtkIntArray>(image, "particle_id", [](int x, int, int) { return x < 5 ? 7 : 3000; });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->SetLabelArray("particle_id");
  filter->Update();
  ForEachVoxel(image,
    [&](vtkIdType i, int x, int, int)
    { ASSERT_EQ(PointArray(filter, "depth")->GetTuple1(i), x < 5 ? 4.5 - x : x - 4.5); });
}

TEST(DepthProfile, VoxelsWithoutAValueAreLeftOutAndMakeNoSurfaceInsideALabel)
{
  auto image = StatisticsImage({ 9, 9, 9 }, 1.0);
  AddArray<vtkFloatArray>(
    image, "edge_energy", [](int x, int y, int z) { return x + y + z == 12 ? float(NaN) : 5.0f; });
  AddArray<vtkUnsignedCharArray>(
    image, "validity", [](int x, int y, int z) { return x == 4 && y == 4 && z == 3 ? 2 : 0; });
  AddArray<vtkIntArray>(image, "particle_id", [](int x, int, int) { return x > 0 ? 1 : 0; });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->SetLabelArray("particle_id");
  filter->SetNumberOfBins(8);
  filter->SetDepthRange(0.0, 8.0);
  filter->Update();
  ForEachVoxel(image,
    [&](vtkIdType i, int x, int, int)
    {
      const double depth = PointArray(filter, "depth")->GetTuple1(i);
      ASSERT_TRUE(x == 0 ? std::isnan(depth) : depth == x - 0.5) << x;
    });
  vtkIdType on = 0; // of plane x = 4
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    { on += x == 4 && x + y + z != 12 && !(y == 4 && z == 3) ? 1 : 0; });
  EXPECT_EQ(Cell(Profile(filter), 3, "count"), on);
  EXPECT_EQ(Cell(Profile(filter), 3, "mean edge_energy (eV)"), 5.0);
}

TEST(DepthProfile, SaysWhatIsWrong)
{
  auto image = StatisticsImage({ 5, 5, 5 }, 1.0);
  AddArray<vtkFloatArray>(image, "edge_energy", [](int x, int, int) { return 1.0f * x; });
  const auto messageOf = [&](void (*change)(vtkDepthProfile*))
  {
    vtkNew<vtkDepthProfile> filter;
    filter->SetInputData(image);
    change(filter);
    return ErrorOf(filter);
  };
  EXPECT_NE(messageOf([](vtkDepthProfile* f) { f->SetLabelArray("none_such"); }).find("none_such"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkDepthProfile* f) { f->SetLabelArray("edge_energy"); }).find("integers"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkDepthProfile* f) { f->SetDepthRange(3.0, 1.0); }).find("smaller"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkDepthProfile* f) { f->SetNumberOfBins(-1); }).find("1 to 10000"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkDepthProfile* f) { f->SetDepthRange(0.0, HUGE_VAL); }).find("smaller"),
    std::string::npos);
}

// A 2D image has no length along its normal; some say 0.
TEST(DepthProfile, OfAPlaneDoesNotAskForItsThickness)
{
  auto image = StatisticsImage({ 9, 7, 1 }, 0.5);
  image->SetSpacing(0.5, 0.5, 0.0);
  AddArray<vtkDoubleArray>(
    image, "edge_energy", [](int x, int, int) { return x > 1 && x < 7 ? 8344.0 : NaN; });
  vtkNew<vtkDepthProfile> filter;
  filter->SetInputData(image);
  filter->Update();
  vtkDataArray* depth = PointArray(filter, "depth");
  EXPECT_EQ(depth->GetTuple1(4 + 9 * 3), 1.25f);
  EXPECT_EQ(depth->GetTuple1(2 + 9 * 3), 0.25f);
}

// Neither has a depth, and neither is an accident.
TEST(DepthProfile, AnEmptyImageAndASingleVoxelHaveOneBin)
{
  for (const int size : { 0, 1 })
  {
    vtkNew<vtkImageData> image;
    image->SetDimensions(size, size, size);
    vtkNew<vtkFloatArray> map;
    map->SetName("edge_energy");
    map->SetNumberOfTuples(size);
    map->FillValue(8344.0f);
    image->GetPointData()->AddArray(map);
    vtkNew<vtkDepthProfile> filter;
    filter->SetInputData(image);
    filter->SetGlobalWarningDisplay(0);
    filter->Update();
    filter->SetGlobalWarningDisplay(1);
    EXPECT_LE(Profile(filter)->GetNumberOfRows(), 1) << size;
  }
}

}
