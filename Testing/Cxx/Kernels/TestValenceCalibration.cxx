// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ValenceCalibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace
{

using paraxanes::CheckReferencePoints;
using paraxanes::ReferencePoint;
using paraxanes::ValenceCalibration;

TEST(ValenceCalibration, ALineThroughTwoPoints)
{
  const ValenceCalibration line({ { 8346.5, 3.5 }, { 8342.5, 2.0 } }, 1);
  EXPECT_NEAR(line.Value(8342.5), 2.0, 1e-13);
  EXPECT_NEAR(line.Value(8346.5), 3.5, 1e-13);
  EXPECT_NEAR(line.Value(8345.0), 2.0 + 2.5 * 0.375, 1e-13);
  EXPECT_NEAR(line.Slope(8300.0), 0.375, 1e-13);
  EXPECT_EQ(line.Low, 8342.5);
  EXPECT_EQ(line.High, 8346.5);
  EXPECT_TRUE(line.IsMonotonic());
}

TEST(ValenceCalibration, LeastSquaresOfMorePoints)
{
  // x = -1, 0, 1, 2 about 8344, y = 1, 3, 2, 5: slope 11/10, mean 2.75 at x = 0.5.
  const ValenceCalibration line(
    { { 8343.0, 1.0 }, { 8344.0, 3.0 }, { 8345.0, 2.0 }, { 8346.0, 5.0 } }, 1);
  EXPECT_NEAR(line.Slope(8344.0), 1.1, 1e-12);
  EXPECT_NEAR(line.Value(8344.5), 2.75, 1e-12);
}

TEST(ValenceCalibration, AParabolaThroughThreePoints)
{
  const auto truth = [](double e)
  { return 3.0 + 0.4 * (e - 8344.0) + 0.05 * std::pow(e - 8344.0, 2); };
  std::vector<ReferencePoint> points;
  for (const double e : { 8341.0, 8343.5, 8347.0 })
  {
    points.push_back({ e, truth(e) });
  }
  const ValenceCalibration parabola(points, 2);
  for (const double e : { 8340.0, 8341.0, 8344.0, 8346.3, 8350.0 })
  {
    EXPECT_NEAR(parabola.Value(e), truth(e), 1e-11);
    EXPECT_NEAR(parabola.Slope(e), 0.4 + 0.1 * (e - 8344.0), 1e-11);
  }
  EXPECT_TRUE(parabola.IsMonotonic());
  EXPECT_FALSE(ValenceCalibration({ { 1.0, 0.0 }, { 2.0, 1.0 }, { 3.0, 0.5 } }, 2).IsMonotonic());
}

TEST(ValenceCalibration, SaysWhatIsWrongWithThePoints)
{
  EXPECT_EQ(CheckReferencePoints({ { 1, 2 }, { 2, 3 } }, 1), "");
  EXPECT_EQ(CheckReferencePoints({}, 1), "there are 0 reference points; a line needs at least 2");
  EXPECT_EQ(CheckReferencePoints({ { 1, 2 }, { 2, 3 } }, 2),
    "there are 2 reference points; a parabola needs at least 3");
  EXPECT_EQ(CheckReferencePoints({ { 1, 2 }, { 1, 3 } }, 1),
    "the 2 reference points have only 1 different energy; a line needs at least 2");
  EXPECT_EQ(CheckReferencePoints({ { 1, 2 }, { 1, 3 }, { 2, 3 } }, 2),
    "the 3 reference points have only 2 different energies; a parabola needs at least 3");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(
    CheckReferencePoints({ { 1, nan }, { 2, 3 } }, 1).find("is not finite"), std::string::npos);
}

TEST(ValenceCalibration, ErrorsFollowTheSlopeAndCountsLeaveDuplicatesOut)
{
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const ValenceCalibration curve({ { 10.0, 0.0 }, { 12.0, 4.0 }, { 14.0, 16.0 } }, 2); // (E - 10)^2
  const double energies[] = { 11.0, nan, 10.0, 15.0, 9.0, 9.0 };
  const float errors[] = { 0.25f, 0.25f, 0.25f, 0.5f, 0.125f, 0.125f };
  const unsigned char duplicate[] = { 0, 0, 0, 0, 0, 1 };
  double values[6];
  float valueErrors[6];
  paraxanes::CalibrationBlock block;
  block.Energies = energies;
  block.EnergyErrors = errors;
  block.Duplicate = duplicate;
  block.Count = 6;
  block.Values = values;
  block.ValueErrors = valueErrors;
  const paraxanes::CalibrationCounts counts = Calibrate(curve, block);
  EXPECT_EQ(counts.Finite, 4);
  EXPECT_EQ(counts.Outside, 2);
  EXPECT_NEAR(values[0], 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_TRUE(std::isnan(valueErrors[1]));
  EXPECT_NEAR(values[3], 25.0, 1e-11);
  EXPECT_NEAR(valueErrors[0], 2.0 * 0.25, 1e-6);
  EXPECT_NEAR(valueErrors[2], 0.0, 1e-6);
  EXPECT_NEAR(valueErrors[3], 10.0 * 0.5, 1e-5);
  EXPECT_NEAR(valueErrors[4], 2.0 * 0.125, 1e-6); // a falling branch has an error too
}

}
