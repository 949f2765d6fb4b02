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

TEST(PoolAngleTables, OtherBinsAndOtherTablesAreErrors)
{
  const auto first = Angles(7, 1, 18);
  const auto second = Angles(7, 1, 36);
  vtkNew<vtkPoolAngleTables> bins;
  bins->AddInputConnection(first->GetOutputPort(1));
  bins->AddInputConnection(second->GetOutputPort(1));
  EXPECT_NE(ErrorOf(bins).find("36 bins"), std::string::npos);
  EXPECT_EQ(Table(bins, 0)->GetNumberOfRows(), 0);
  vtkNew<vtkPoolAngleTables> other;
  other->AddInputConnection(first->GetOutputPort(3));
  EXPECT_NE(ErrorOf(other).find("no table of theta densities"), std::string::npos);
}

}
