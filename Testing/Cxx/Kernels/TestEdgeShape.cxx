// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeShape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace
{

using paraxanes::EdgeShape;

TEST(EdgeShape, CrossesOneHalfAtTheEdgeEnergy)
{
  for (const auto kind :
    { EdgeShape::Kind::Compact, EdgeShape::Kind::PiecewiseLinear, EdgeShape::Kind::Exafs })
  {
    const EdgeShape shape(kind);
    EXPECT_NEAR(shape.Value(0.0), 0.5, 1e-14);
    for (double x = -20.0; x < 0.0; x += 0.05)
    {
      EXPECT_LT(shape.Value(x - 1e-6), 0.5) << x;
    }
    for (double x = 1e-6; x < 30.0; x += 0.05)
    {
      EXPECT_GT(shape.Value(x), 0.5) << x;
    }
  }
}

TEST(EdgeShape, IsStraightOutsideTheEdge)
{
  for (const auto kind : { EdgeShape::Kind::Compact, EdgeShape::Kind::PiecewiseLinear })
  {
    const EdgeShape shape(kind);
    EXPECT_EQ(shape.Value(-16.0), 0.0);
    EXPECT_EQ(shape.Value(-500.0), 0.0);
    EXPECT_EQ(shape.Value(33.0), 1.0);
    EXPECT_EQ(shape.Value(500.0), 1.0);
  }
  EXPECT_EQ(EdgeShape(EdgeShape::Kind::Exafs).Value(-16.0), 0.0);
}

TEST(EdgeShape, CompactHasAWhiteLine)
{
  const EdgeShape shape(EdgeShape::Kind::Compact);
  double highest = 0.0;
  double position = 0.0;
  for (double x = -20.0; x < 40.0; x += 0.01)
  {
    if (shape.Value(x) > highest)
    {
      highest = shape.Value(x);
      position = x;
    }
  }
  EXPECT_GT(highest, 1.3);
  EXPECT_LT(highest, 1.6);
  EXPECT_GT(position, 4.0);
  EXPECT_LT(position, 12.0);
}

TEST(EdgeShape, ExafsOscillatesAboutOneAndFades)
{
  const EdgeShape shape(EdgeShape::Kind::Exafs);
  int crossings = 0;
  double early = 0.0;
  double late = 0.0;
  for (double x = 40.0; x < 250.0; x += 0.5)
  {
    const double a = shape.Value(x) - 1.0;
    crossings += a * (shape.Value(x + 0.5) - 1.0) < 0.0 ? 1 : 0;
    (x < 120.0 ? early : late) = std::max(x < 120.0 ? early : late, std::abs(a));
  }
  EXPECT_GE(crossings, 4);
  EXPECT_GT(early, 0.02);
  EXPECT_LT(late, 0.6 * early);
}

TEST(EdgeShape, PiecewiseLinearIsLinear)
{
  const EdgeShape shape(EdgeShape::Kind::PiecewiseLinear);
  const std::vector<double> energies = { 8340.0, 8343.0, 8344.4, 8345.3, 8346.9, 8347.0 };
  std::vector<double> values(energies.size());
  shape.Values(energies.data(), static_cast<int>(energies.size()), 8344.4, values.data());
  const std::vector<double> expected = { 0.0, 0.22, 0.5, 0.68, 1.0, 1.0 };
  for (std::size_t k = 0; k < values.size(); ++k)
  {
    EXPECT_NEAR(values[k], expected[k], 1e-12);
  }
}

}
