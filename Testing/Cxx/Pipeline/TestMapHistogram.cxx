// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StatisticsImage.h"
#include "vtkMapHistogram.h"
#include "vtkParticleLabels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace
{

double Value(int x, int y, int z)
{
  const int hash = (x * 7919 + y * 104729 + z * 1299709) % 1009;
  return hash % 13 == 0 ? NaN : 8344.0 + 0.01 * hash + 1e-5 * hash * hash;
}

int Label(int x, int y, int)
{
  return x < 8 ? 3 : y < 9 ? 40 : x > 15 ? -1 : 0;
}

bool IsValid(int x, int y, int z)
{
  return (x + y + z) % 7 != 0;
}

vtkSmartPointer<vtkImageData> Image()
{
  auto image = StatisticsImage({ 20, 18, 16 }, 0.03);
  AddArray<vtkDoubleArray>(image, "edge_energy", Value);
  AddArray<vtkUnsignedCharArray>(
    image, "validity", [](int x, int y, int z) { return IsValid(x, y, z) ? 0 : 4; });
  AddArray<vtkIntArray>(image, "particle_id", Label);
  return image;
}

vtkTable* Table(vtkMapHistogram* filter, int port)
{
  return vtkTable::SafeDownCast(filter->GetOutputDataObject(port));
}

// The smallest value that at least this part does not exceed.
double Percentile(std::vector<double> values, double part)
{
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

void ExpectRow(vtkTable* table, vtkIdType row, const std::vector<double>& values)
{
  const Statistics truth(values);
  EXPECT_EQ(Cell(table, row, "count"), values.size());
  EXPECT_NEAR(Cell(table, row, "mean edge_energy (eV)"), truth.Mean, 1e-8);
  EXPECT_NEAR(Cell(table, row, "standard deviation (eV)"), truth.Deviation, 1e-9);
  EXPECT_NEAR(Cell(table, row, "median (eV)"), Percentile(values, 0.5), 1e-8);
  EXPECT_NEAR(Cell(table, row, "width, 16th to 84th percentile (eV)"),
    Percentile(values, 0.841344746) - Percentile(values, 0.158655254), 1e-8);
  EXPECT_EQ(Cell(table, row, "minimum (eV)"), *std::min_element(values.begin(), values.end()));
  EXPECT_EQ(Cell(table, row, "maximum (eV)"), *std::max_element(values.begin(), values.end()));
}

std::map<int, std::vector<double>> Truth(vtkImageData* image)
{
  std::map<int, std::vector<double>> values; // by label; -100: all
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    {
      if (IsValid(x, y, z) && !std::isnan(Value(x, y, z)))
      {
        values[Label(x, y, z)].push_back(Value(x, y, z));
        values[-100].push_back(Value(x, y, z));
      }
    });
  return values;
}

TEST(MapHistogram, SummaryAndCountsAreThoseOfTheValues)
{
  auto image = Image();
  const std::vector<double> values = Truth(image)[-100];
  vtkNew<vtkMapHistogram> filter;
  filter->SetInputData(image);
  filter->SetNumberOfBins(17);
  filter->Update();
  ASSERT_EQ(Table(filter, 1)->GetNumberOfRows(), 1);
  ExpectRow(Table(filter, 1), 0, values);

  vtkTable* histogram = Table(filter, 0);
  ASSERT_EQ(histogram->GetNumberOfRows(), 17);
  const double low = *std::min_element(values.begin(), values.end());
  const double width = (*std::max_element(values.begin(), values.end()) - low) / 17;
  std::vector<int> counts(17, 0);
  for (const double value : values)
  {
    ++counts[std::min(16, static_cast<int>((value - low) / width))];
  }
  double integral = 0.0;
  for (int bin = 0; bin < 17; ++bin)
  {
    EXPECT_NEAR(Cell(histogram, bin, "edge_energy (eV)"), low + (bin + 0.5) * width, 1e-9);
    EXPECT_EQ(Cell(histogram, bin, "count"), counts[bin]);
    integral += Cell(histogram, bin, "probability density (1/eV)") * width;
  }
  EXPECT_NEAR(integral, 1.0, 1e-12);
}

TEST(MapHistogram, ParticlesHaveColumnsAndRowsAfterThoseOfAll)
{
  auto image = Image();
  auto truth = Truth(image);
  vtkNew<vtkMapHistogram> filter;
  filter->SetInputData(image);
  filter->SetLabelArray("particle_id");
  filter->SetNumberOfBins(9);
  filter->SetRange(8346.0, 8352.0);
  filter->Update();
  std::vector<double> all = truth[3];
  all.insert(all.end(), truth[40].begin(), truth[40].end());
  vtkTable* summary = Table(filter, 1);
  ASSERT_EQ(summary->GetNumberOfRows(), 3);
  EXPECT_EQ(Cell(summary, 0, "particle"), 0);
  EXPECT_EQ(Cell(summary, 1, "particle"), 3);
  EXPECT_EQ(Cell(summary, 2, "particle"), 40);
  ExpectRow(summary, 0, all);
  ExpectRow(summary, 1, truth[3]);
  ExpectRow(summary, 2, truth[40]);

  const auto inside = [](const std::vector<double>& values, double low, double high)
  {
    return std::count_if(values.begin(), values.end(),
      [=](double value)
      { return value >= low && (value < high || (high == 8352.0 && value == high)); });
  };
  vtkTable* histogram = Table(filter, 0);
  for (int bin = 0; bin < 9; ++bin)
  {
    const double low = 8346.0 + bin * 6.0 / 9;
    const double high = bin == 8 ? 8352.0 : 8346.0 + (bin + 1) * 6.0 / 9;
    EXPECT_EQ(Cell(histogram, bin, "count"), inside(all, low, high));
    EXPECT_EQ(Cell(histogram, bin, "particle 3 count"), inside(truth[3], low, high));
    EXPECT_EQ(Cell(histogram, bin, "particle 40 count"), inside(truth[40], low, high));
    EXPECT_NEAR(Cell(histogram, bin, "particle 40 probability density (1/eV)"),
      static_cast<double>(inside(truth[40], low, high)) * 1.5 /
        static_cast<double>(inside(truth[40], 8346.0, 8352.0)),
      1e-12);
  }
}

TEST(MapHistogram, AFarValueBlursItsOwnParticleOnly)
{
  auto image = StatisticsImage({ 8, 4, 2 }, 1.0);
  AddArray<vtkDoubleArray>(image, "edge_energy",
    [](int x, int y, int z) { return x == 0 && y + z == 0 ? 1e30 : 8344.0 + 0.25 * y; });
  AddArray<vtkIntArray>(image, "particle_id", [](int x, int, int) { return x < 4 ? 1 : 2; });
  vtkNew<vtkMapHistogram> filter;
  filter->SetInputData(image);
  filter->SetLabelArray("particle_id");
  filter->Update();
  vtkTable* summary = Table(filter, 1);
  EXPECT_NEAR(Cell(summary, 1, "mean edge_energy (eV)") / (1e30 / 32), 1.0, 1e-12);
  EXPECT_EQ(Cell(summary, 2, "mean edge_energy (eV)"), 8344.375);
  EXPECT_NEAR(Cell(summary, 2, "standard deviation (eV)"), std::sqrt(32 * 0.078125 / 31), 1e-12);
}

// Domains of high values are the particles of a threshold on the map.
TEST(MapHistogram, GivesTheSizesOfDomainsOfHighValues)
{
  auto image = StatisticsImage({ 12, 10, 8 }, 0.03);
  const auto inside = [](int x, int y, int z, std::array<int, 6> box) {
    return x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3] && z >= box[4] && z <= box[5];
  };
  AddArray<vtkFloatArray>(image, "edge_energy",
    [&](int x, int y, int z)
    {
      // Of 60, 24 (which touches the first along an edge only) and 2 voxels.
      const bool high = inside(x, y, z, { 1, 5, 1, 4, 2, 4 }) ||
        inside(x, y, z, { 6, 9, 5, 7, 3, 4 }) || inside(x, y, z, { 11, 11, 0, 0, 6, 7 });
      return high ? 8346.0 + 0.1 * x : 8344.0;
    });
  vtkNew<vtkParticleLabels> domains;
  domains->SetInputData(image);
  domains->SetInputArray("edge_energy");
  domains->SetThreshold(8345.0, 1e9);
  domains->SetMinimumSize(1);
  vtkNew<vtkMapHistogram> filter;
  filter->SetInputConnection(domains->GetOutputPort());
  filter->SetLabelArray("particle_id");
  filter->Update();
  vtkTable* sizes = Table(filter, 1);
  ASSERT_EQ(sizes->GetNumberOfRows(), 4);
  EXPECT_EQ(Cell(sizes, 0, "count"), 86);
  EXPECT_EQ(Cell(sizes, 1, "count"), 60);
  EXPECT_EQ(Cell(sizes, 2, "count"), 24);
  EXPECT_EQ(Cell(sizes, 3, "count"), 2);
}

TEST(MapHistogram, ConstantAndEmptyMaps)
{
  auto image = StatisticsImage({ 4, 4, 4 }, 1.0);
  AddArray<vtkFloatArray>(image, "edge_jump", [](int, int, int) { return 0.7f; });
  AddArray<vtkFloatArray>(image, "nothing", [](int, int, int) { return float(NaN); });
  vtkNew<vtkMapHistogram> filter;
  filter->SetInputData(image);
  filter->SetInputArray("edge_jump");
  filter->SetNumberOfBins(3);
  filter->Update();
  EXPECT_EQ(Cell(Table(filter, 0), 1, "count"), 64);
  EXPECT_NEAR(Cell(Table(filter, 1), 0, "mean edge_jump"), 0.7f, 1e-12);
  EXPECT_NEAR(Cell(Table(filter, 1), 0, "median"), 0.7f, 1e-12);
  EXPECT_NEAR(Cell(Table(filter, 1), 0, "standard deviation"), 0.0, 1e-12);

  filter->SetInputArray("nothing");
  vtkNew<vtkTest::ErrorObserver> warnings;
  filter->AddObserver(vtkCommand::WarningEvent, warnings);
  filter->Update();
  EXPECT_TRUE(warnings->GetWarning());
  EXPECT_EQ(Cell(Table(filter, 1), 0, "count"), 0);
  EXPECT_TRUE(std::isnan(Cell(Table(filter, 1), 0, "median")));
}

TEST(MapHistogram, SaysWhatIsWrong)
{
  const auto messageOf = [&](void (*change)(vtkMapHistogram*))
  {
    auto image = Image();
    vtkNew<vtkMapHistogram> filter;
    filter->SetInputData(image);
    change(filter);
    return ErrorOf(filter);
  };
  EXPECT_NE(messageOf([](vtkMapHistogram* f) { f->SetLabelArray("edge_energy"); }).find("integers"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkMapHistogram* f) { f->SetRange(2.0, 2.0); }).find("smaller"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkMapHistogram* f) { f->SetNumberOfBins(0); }).find("1 to 10000"),
    std::string::npos);
  EXPECT_NE(
    messageOf([](vtkMapHistogram* f) { f->SetNumberOfBins(2147483647); }).find("1 to 10000"),
    std::string::npos);
  EXPECT_NE(messageOf([](vtkMapHistogram* f) { f->SetRange(-HUGE_VAL, 1.0); }).find("smaller"),
    std::string::npos);
}

}
