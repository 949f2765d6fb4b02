// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "OtsuThreshold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace
{

using paraxanes::FiniteRange;
using paraxanes::VoxelGrid;
using Values = std::vector<double>;

VoxelGrid Line(int voxels)
{
  const paraxanes::VoxelBox box = { 0, voxels - 1, 0, 0, 0, 0 };
  return { box, box, box, { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
}

double Threshold(const Values& values)
{
  const VoxelGrid grid = Line(static_cast<int>(values.size()));
  const FiniteRange range = paraxanes::FindRange(values.data(), grid);
  return paraxanes::OtsuThreshold(
    paraxanes::CountValues(values.data(), grid, range, paraxanes::OtsuBins), range);
}

double Variance(const Values& values, double threshold)
{
  double sums[2] = { 0.0, 0.0 };
  double counts[2] = { 0.0, 0.0 };
  for (const double value : values)
  {
    const int upper = value > threshold ? 1 : 0;
    sums[upper] += value;
    counts[upper] += 1.0;
  }
  const double difference = sums[1] / counts[1] - sums[0] / counts[0];
  return counts[0] * counts[1] * difference * difference;
}

TEST(OtsuThreshold, PartsTwoValuesInTheMiddle)
{
  EXPECT_NEAR(Threshold({ 0.0, 1.0, 0.0, 0.0, 0.0 }), 0.5, 1e-3);
  EXPECT_NEAR(Threshold({ -3.0, 1.0, 1.0, 1.0 }), -1.0, 2e-3);
}

TEST(OtsuThreshold, IsThatOfTheLargestVarianceBetweenClasses)
{
  std::mt19937 random(4);
  std::normal_distribution<double> air(0.0, 0.2);
  std::normal_distribution<double> particle(1.0, 0.3);
  for (const double share : { 0.05, 0.5, 0.8 })
  {
    Values values;
    for (int i = 0; i < 3000; ++i)
    {
      values.push_back(random() % 1000 < 1000 * share ? particle(random) : air(random));
    }
    // Every threshold that there is.
    double best = 0.0;
    for (const double value : values)
    {
      const double variance = Variance(values, value);
      best = std::isfinite(variance) ? std::max(best, variance) : best;
    }
    EXPECT_NEAR(Variance(values, Threshold(values)) / best, 1.0, 1e-3);
    EXPECT_LE(Variance(values, Threshold(values)), best * (1.0 + 1e-12));
  }
}

TEST(OtsuThreshold, WhatIsNotFiniteOrNotOwnedDoesNotCount)
{
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Threshold({ 2.0, NAN, 5.0, infinity, 2.0, -infinity }), Threshold({ 2.0, 5.0, 2.0 }));
  Values values(45, 900.0);
  std::copy_n(Values({ 2.0, 5.0, 2.0 }).begin(), 3, values.begin() + 21); // the owned ones
  VoxelGrid grid = Line(5);
  grid.Box = grid.Whole = { 0, 4, 0, 2, 0, 2 };
  grid.Owned = { 1, 3, 1, 1, 1, 1 };
  const FiniteRange range = paraxanes::FindRange(values.data(), grid);
  EXPECT_EQ(range.Low, 2.0);
  EXPECT_EQ(range.High, 5.0);
  EXPECT_EQ(
    paraxanes::CountValues(values.data(), grid, range, 3), (std::vector<std::int64_t>{ 2, 0, 1 }));
}

// Sentinels of both signs: their difference is more than a double holds.
TEST(OtsuThreshold, AnyRangeOfValuesIsCounted)
{
  const double largest = std::numeric_limits<double>::max();
  const Values values = { -largest, 1.0, 2.0, largest };
  const VoxelGrid grid = Line(4);
  const FiniteRange range = paraxanes::FindRange(values.data(), grid);
  EXPECT_EQ(paraxanes::CountValues(values.data(), grid, range, 4),
    (std::vector<std::int64_t>{ 1, 0, 2, 1 }));
}

TEST(OtsuThreshold, OneValueHasNone)
{
  EXPECT_TRUE(std::isnan(paraxanes::OtsuThreshold({ 0, 7, 0 }, FiniteRange())));
  EXPECT_TRUE(std::isnan(paraxanes::OtsuThreshold({ 0, 0, 0 }, FiniteRange())));
}

}
