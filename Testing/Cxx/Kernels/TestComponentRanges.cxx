// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

#include <gtest/gtest.h>

#include <limits>

namespace
{

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();
constexpr float Infinity = std::numeric_limits<float>::infinity();

TEST(ComponentRanges, LeaveOutNaNAlwaysAndInfinitiesWhereFiniteOnesAreAskedFor)
{
  const std::vector<float> spectra = { 1, -2, 3, NaN, 4, -Infinity, 0, NaN, NaN };
  const paraxanes::ComponentRanges ranges = paraxanes::FindComponentRanges(spectra.data(), 3, 3);
  EXPECT_EQ(ranges.All[0].Low, 0);
  EXPECT_EQ(ranges.All[0].High, 1);
  EXPECT_EQ(ranges.All[1].Low, -2);
  EXPECT_EQ(ranges.All[1].High, 4);
  EXPECT_EQ(ranges.All[2].Low, -Infinity);
  EXPECT_EQ(ranges.Finite[2].Low, 3);
  EXPECT_EQ(ranges.Finite[2].High, 3);
  EXPECT_NEAR(ranges.NormAll.High, std::sqrt(14.0), 1e-12); // the one spectrum without NaN
}

TEST(ComponentRanges, NothingButNaNGivesEmptyRanges)
{
  const std::vector<float> spectra = { NaN, 1, NaN, 2 };
  const paraxanes::ComponentRanges ranges = paraxanes::FindComponentRanges(spectra.data(), 2, 2);
  EXPECT_TRUE(ranges.All[0].Empty());
  EXPECT_TRUE(ranges.NormFinite.Empty());
  EXPECT_EQ(ranges.All[1].High, 2);
}

TEST(ComponentRanges, RangesOfAMap)
{
  const std::vector<double> map = { 3, NaN, -1, Infinity };
  const paraxanes::ValueRanges ranges = paraxanes::FindValueRanges(map.data(), 4);
  EXPECT_EQ(ranges.All.Low, -1);
  EXPECT_EQ(ranges.All.High, Infinity);
  EXPECT_EQ(ranges.Finite.High, 3);
}

}
