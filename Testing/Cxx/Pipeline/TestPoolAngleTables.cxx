// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StatisticsImage.h"
#include "vtkPoolAngleTables.h"
#include "vtkRadialAngleHistogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace
{

constexpr const char* Density = "probability density (1/deg)";
constexpr const char* Weighted = "weighted probability density (1/deg)";
constexpr const char* Sum = "sum of |u| (eV/um)";

// The angles of a field of vectors of its own for each seed; two particles when `labels`.
vtkSmartPointer<vtkRadialAngleHistogram> Angles(int size, int seed, int bins, bool labels = false)
{
  auto image = StatisticsImage({ size, size, size - 2 }, 0.05);
  vtkNew<vtkFloatArray> gradient;
  gradient->SetName("valence_gradient");
  gradient->SetNumberOfComponents(3);
  ForEachVoxel(image,
    [&](vtkIdType, int x, int y, int z)
    {
      gradient->InsertNextTuple3(std::sin(seed + x * 1.7 + y), std::cos(seed * y + 0.3 * z),
        std::sin(seed * 0.7 + x * y + z * 2.3));
    });
  image->GetPointData()->AddArray(gradient);
  AddArray<vtkIntArray>(
    image, "particle_id", [&](int x, int, int) { return 2 * x < size ? 1 : 2; });
  AddArray<vtkFloatArray>(image, "error", [](int, int, int) { return 0.6; });
  auto angles = vtkSmartPointer<vtkRadialAngleHistogram>::New();
  angles->SetInputData(image);
  angles->SetNumberOfBins(bins);
  angles->SetLabelArray(labels ? "particle_id" : "");
  angles->Update();
  return angles;
}

vtkTable* Table(vtkAlgorithm* filter, int port)
{
  return vtkTable::SafeDownCast(filter->GetOutputDataObject(port));
}

TEST(PoolAngleTables, EachVectorCountsTheSame)
{
  const auto small = Angles(7, 1, 18);
  const auto large = Angles(13, 2, 18, true); // its rows of all particles
  vtkNew<vtkPoolAngleTables> pool;
  pool->AddInputConnection(small->GetOutputPort(1));
  pool->AddInputConnection(large->GetOutputPort(1));
  pool->Update();
  vtkTable* pooled = Table(pool, 0);
  ASSERT_EQ(pooled->GetNumberOfRows(), 18);
  double total = 0.0;
  double sizes = 0.0;
  for (vtkIdType row = 0; row < 18; ++row)
  {
    total += Cell(pooled, row, "count");
    sizes += Cell(pooled, row, Sum);
  }
  EXPECT_GT(total, 2000.0);
  for (vtkIdType row = 0; row < 18; ++row)
  {
    const double count = Cell(Table(small, 1), row, "count") + Cell(Table(large, 1), row, "count");
    const double sum = Cell(Table(small, 1), row, Sum) + Cell(Table(large, 1), row, Sum);
    EXPECT_EQ(Cell(pooled, row, "theta (deg)"), 10.0 * row + 5.0);
    EXPECT_EQ(Cell(pooled, row, "count"), count);
    EXPECT_NEAR(Cell(pooled, row, Sum), sum, 1e-12 * sum);
    EXPECT_NEAR(Cell(pooled, row, Density), count / (total * 10.0), 1e-15);
    EXPECT_NEAR(Cell(pooled, row, Weighted), sum / (sizes * 10.0), 1e-15);
    EXPECT_NEAR(Cell(pooled, row, "mean |u| (eV/um)"), sum / count, 1e-12);
  }
}

TEST(PoolAngleTables, OfOneTableIsThatTable)
{
  const auto angles = Angles(9, 5, 36);
  vtkNew<vtkPoolAngleTables> pool;
  pool->AddInputConnection(angles->GetOutputPort(1));
  pool->Update();
  vtkTable* one = Table(angles, 1);
  ASSERT_EQ(Table(pool, 0)->GetNumberOfColumns(), one->GetNumberOfColumns());
  for (vtkIdType column = 0; column < one->GetNumberOfColumns(); ++column)
  {
    for (vtkIdType row = 0; row < one->GetNumberOfRows(); ++row)
    {
      EXPECT_EQ(Cell(Table(pool, 0), row, one->GetColumnName(column)),
        Cell(one, row, one->GetColumnName(column)));
    }
  }
}

TEST(PoolAngleTables, VectorSizesAddUp)
{
  const auto small = Angles(7, 1, 18);
  const auto large = Angles(13, 2, 18, true);
  vtkNew<vtkPoolAngleTables> pool;
  for (const auto& angles : { small, large })
  {
    angles->SetSizeRange(0.5, 1.5);
    angles->SetNumberOfSizeBins(8);
    pool->AddInputConnection(angles->GetOutputPort(2));
  }
  pool->Update();
  vtkTable* pooled = Table(pool, 0);
  ASSERT_EQ(pooled->GetNumberOfRows(), 8);
  ASSERT_EQ(pooled->GetNumberOfColumns(), 19);
  for (int group = 0; group < 9; ++group)
  {
    const std::string name =
      "theta " + std::to_string(10 * group) + "-" + std::to_string(10 * group + 10);
    double total = 0.0;
    for (vtkIdType row = 0; row < 8; ++row)
    {
      total += Cell(pooled, row, name + " count");
    }
    EXPECT_GT(total, 10.0);
    for (vtkIdType row = 0; row < 8; ++row)
    {
      const double count =
        Cell(Table(small, 2), row, name + " count") + Cell(Table(large, 2), row, name + " count");
      EXPECT_NEAR(Cell(pooled, row, "|u| (eV/um)"), 0.5625 + 0.125 * row, 1e-14);
      EXPECT_EQ(Cell(pooled, row, name + " count"), count);
      EXPECT_NEAR(
        Cell(pooled, row, name + " probability density (um/eV)"), count / (total * 0.125), 1e-12);
    }
  }
}

TEST(PoolAngleTables, SummariesAddUp)
{
  const auto small = Angles(7, 1, 18);
  const auto large = Angles(13, 2, 18, true);
  vtkNew<vtkPoolAngleTables> pool;
  vtkNew<vtkPoolAngleTables> angles;
  for (const auto& one : { small, large })
  {
    one->SetErrorArray("error");
    one->SetMinimumSignificance(1.5);
    pool->AddInputConnection(one->GetOutputPort(3));
    angles->AddInputConnection(one->GetOutputPort(1));
  }
  pool->Update();
  angles->Update();
  vtkTable* pooled = Table(pool, 0);
  ASSERT_EQ(pooled->GetNumberOfRows(), 1);
  // From the pooled table of densities: all vectors, and those of 80 to 100 degrees.
  double count = 0.0;
  double sum = 0.0;
  for (vtkIdType row = 0; row < 18; ++row)
  {
    count += Cell(Table(angles, 0), row, "count");
    sum += Cell(Table(angles, 0), row, Sum);
  }
  const auto across = [&](const char* column)
  { return Cell(Table(angles, 0), 8, column) + Cell(Table(angles, 0), 9, column); };
  const double random = std::sin(10.0 * 3.14159265358979323846 / 180.0);
  EXPECT_EQ(Cell(pooled, 0, "number of vectors"), count);
  EXPECT_NEAR(Cell(pooled, 0, "mean |u| (eV/um)"), sum / count, 1e-12);
  EXPECT_NEAR(Cell(pooled, 0, "P(80..100) over random"), across("count") / count / random, 1e-12);
  EXPECT_NEAR(
    Cell(pooled, 0, "weighted P(80..100) over random"), across(Sum) / sum / random, 1e-12);
  const auto ofBoth = [&](const char* column)
  { return Cell(Table(small, 3), 0, column) + Cell(Table(large, 3), 0, column); };
  for (const char* column : { "vectors cut off", "vectors with an error",
         "valid voxels of the center", "vectors outside size range" })
  {
    EXPECT_EQ(Cell(pooled, 0, column), ofBoth(column));
  }
  const double cut = Cell(pooled, 0, "vectors cut off");
  EXPECT_GT(cut, 100.0);
  EXPECT_NEAR(Cell(pooled, 0, "fraction cut off"), cut / (cut + count), 1e-15);
  const auto expectMean = [&](const char* column, double power, const char* number)
  {
    double mean = 0.0;
    for (const auto& one : { small, large })
    {
      mean += Cell(Table(one, 3), 0, number) / ofBoth(number) *
        std::pow(Cell(Table(one, 3), 0, column), power);
    }
    EXPECT_NEAR(std::pow(Cell(pooled, 0, column), power), mean, 1e-12) << column;
  };
  expectMean("order parameter", 1.0, "number of vectors");
  expectMean("mean error of |u| (eV/um)", 1.0, "vectors with an error");
  expectMean("mean |u| without noise (eV/um)", 1.0, "vectors with an error");
  expectMean("rms |u| (eV/um)", 2.0, "vectors with an error");
  expectMean("rms |u| without noise (eV/um)", 2.0, "vectors with an error");
  EXPECT_TRUE(std::isnan(Cell(pooled, 0, "chi2_per_dof_independent")));
  EXPECT_TRUE(std::isnan(Cell(pooled, 0, "center x (um)")));
}

TEST(PoolAngleTables, FieldDataAreWhatAllHaveInCommon)
{
  const auto first = Angles(7, 1, 18);
  const auto second = Angles(9, 2, 18);
  vtkNew<vtkPoolAngleTables> pool;
  pool->AddInputConnection(first->GetOutputPort(1));
  pool->AddInputConnection(second->GetOutputPort(1));
  pool->Update();
  vtkFieldData* field = Table(pool, 0)->GetFieldData();
  EXPECT_TRUE(field->HasArray("theta_fold_angles"));
  EXPECT_TRUE(Table(first, 1)->GetFieldData()->HasArray("theta_size_range"));
  EXPECT_FALSE(field->HasArray("theta_size_range")); // automatic, of other vectors
}

TEST(PoolAngleTables, OtherBinsAndOtherTablesAreErrors)
{
  const auto refuses = [](vtkAlgorithmOutput* one, vtkAlgorithmOutput* other, const char* reason)
  {
    vtkNew<vtkPoolAngleTables> pool;
    pool->AddInputConnection(one);
    pool->AddInputConnection(other);
    const std::string error = ErrorOf(pool);
    EXPECT_NE(error.find(reason), std::string::npos) << error;
    EXPECT_EQ(Table(pool, 0)->GetNumberOfRows(), 0);
  };
  const auto first = Angles(7, 1, 18);
  const auto second = Angles(7, 1, 36);
  refuses(first->GetOutputPort(1), second->GetOutputPort(1), "36 bins");
  refuses(first->GetOutputPort(1), first->GetOutputPort(3), "input 2 has a summary");
  const auto range = Angles(7, 1, 18);
  range->SetSizeRange(0.0, 3.0);
  refuses(first->GetOutputPort(2), range->GetOutputPort(2), "to 3 eV/um");
  const auto folded = Angles(7, 1, 18);
  folded->FoldAnglesOn();
  refuses(first->GetOutputPort(2), folded->GetOutputPort(2), "theta folded");
  const auto errors = Angles(7, 1, 18);
  errors->SetErrorArray("error");
  refuses(first->GetOutputPort(3), errors->GetOutputPort(3), "with errors");
  const auto outward = Angles(7, 1, 18);
  outward->OutwardOn();
  refuses(first->GetOutputPort(1), outward->GetOutputPort(1), "theta 0 outward");
  const auto cut = Angles(7, 1, 18);
  cut->SetErrorArray("error");
  cut->SetMinimumSignificance(1.5);
  refuses(errors->GetOutputPort(3), cut->GetOutputPort(3), "at least 1.5 errors");
  const auto single = Angles(7, 1, 18);
  single->SetNumberOfSizeBins(1);
  refuses(single->GetOutputPort(2), single->GetOutputPort(2), "fewer than two bins");

  vtkNew<vtkTable> table;
  vtkNew<vtkDoubleArray> column;
  column->SetName("energy");
  table->AddColumn(column);
  vtkNew<vtkPoolAngleTables> other;
  other->SetInputData(table);
  EXPECT_NE(ErrorOf(other).find("no table of theta densities"), std::string::npos);
}

}
