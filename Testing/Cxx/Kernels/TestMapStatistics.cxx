// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MapStatistics.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace
{

using paraxanes::FixedPointSum;
using paraxanes::Moments;
using paraxanes::PercentileSearch;
using paraxanes::ValueBins;

std::vector<double> RandomValues(std::size_t number, double low, double high)
{
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<double> values(number);
  std::generate(values.begin(), values.end(), [&] { return uniform(random); });
  return values;
}

TEST(FixedPoint, SumsAreTheSameInAnyOrderAndRight)
{
  std::vector<double> values = RandomValues(200000, -3.0, 8.0);
  const double scale = paraxanes::FixedPointScale(8.0, 52);
  EXPECT_LT(8.0 * scale, std::ldexp(1.0, 52));
  long double truth = 0.0L;
  FixedPointSum forward;
  for (const double value : values)
  {
    truth += value;
    forward.Add(value * scale);
  }
  EXPECT_NEAR(forward.Value() / scale, static_cast<double>(truth), 1e-9);

  std::shuffle(values.begin(), values.end(), std::mt19937(1));
  FixedPointSum parts[2];
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    parts[i % 3 == 0].Add(values[i] * scale);
  }
  parts[0].Add(parts[1]);
  EXPECT_EQ(parts[0].Value(), forward.Value());
}

TEST(FixedPoint, ScalesAnyRange)
{
  for (const double largest : { 0.0, 1e-300, 1.0, 8344.5, 1e300 })
  {
    const double scale = paraxanes::FixedPointScale(largest, 52);
    EXPECT_TRUE(std::isfinite(scale) && scale > 0.0);
    EXPECT_LT(largest * scale, std::ldexp(1.0, 52));
  }
}

TEST(MomentScale, MeanAndSpreadOfAnyRange)
{
  for (const double unit : { 1e-300, 1.0, 1e308 })
  {
    const std::vector<double> values = { -1.5 * unit, 0.25 * unit, 1.75 * unit, 1.5 * unit };
    paraxanes::ValueRange range;
    for (const double value : values)
    {
      range.Add(value);
    }
    const paraxanes::MomentScale scale(range);
    FixedPointSum sum, squares;
    for (const double value : values)
    {
      EXPECT_LT(std::abs(scale.ForMean(value)), std::ldexp(1.0, 52));
      sum.Add(scale.ForMean(value));
    }
    const double mean = scale.Mean(sum, 4);
    EXPECT_NEAR(mean / unit, 0.5, 1e-14);
    for (const double value : values)
    {
      squares.Add(scale.ForSpread(value, mean));
    }
    EXPECT_NEAR(scale.StandardDeviation(squares, 4) / unit, std::sqrt(6.625 / 3.0), 1e-14);
  }
}

TEST(ValueBins, TheLastIsClosedAndNaNIsOutside)
{
  const ValueBins bins = { 2.0, 6.0, 4 };
  EXPECT_EQ(bins.Find(2.0), 0);
  EXPECT_EQ(bins.Find(2.999), 0);
  EXPECT_EQ(bins.Find(3.0), 1);
  EXPECT_EQ(bins.Find(6.0), 3);
  EXPECT_EQ(bins.Find(6.0001), -1);
  EXPECT_EQ(bins.Find(1.9999), -1);
  EXPECT_EQ(bins.Find(std::nan("")), -1);
  EXPECT_EQ(bins.Center(0), 2.5);
}

TEST(BinnedProfile, LeavesEmptyBinsOut)
{
  std::vector<Moments> moments(4);
  const auto set = [&](std::size_t bin, double mean)
  {
    moments[bin].Count = 3;
    moments[bin].Mean = mean;
  };
  set(0, 10.0);
  set(3, 40.0);
  const paraxanes::BinnedProfile profile({ 0.0, 4.0, 4 }, moments);
  EXPECT_EQ(profile.At(0.1), 10.0);
  EXPECT_EQ(profile.At(0.5), 10.0);
  EXPECT_NEAR(profile.At(1.5), 20.0, 1e-12);
  EXPECT_EQ(profile.At(3.9), 40.0);
  EXPECT_TRUE(std::isnan(profile.At(std::nan(""))));
  EXPECT_TRUE(std::isnan(paraxanes::BinnedProfile({ 0.0, 4.0, 4 }, { 4, Moments() }).At(1.0)));
}

TEST(PercentileSearch, FindsTheOrderStatistic)
{
  std::vector<double> values = RandomValues(5003, 8340.0, 8350.0);
  values.insert(values.end(), 1000, 8343.0); // equal ones
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<std::int64_t>(values.size());
  for (const double part : { 0.0, 0.01, 0.25, 0.3, 0.5, 0.999, 1.0 })
  {
    PercentileSearch search;
    search.Low = sorted.front();
    search.High = sorted.back();
    search.Rank = PercentileSearch::RankOf(part, count);
    const double truth = sorted[static_cast<std::size_t>(search.Rank - 1)];
    for (int pass = 0; pass < PercentileSearch::NumberOfPasses; ++pass)
    {
      std::vector<std::int64_t> counts(PercentileSearch::Digits, 0);
      for (const double value : values)
      {
        const int digit = search.Digit(value);
        counts[static_cast<std::size_t>(std::max(digit, 0))] += digit < 0 ? 0 : 1;
      }
      search.Next(counts.data());
    }
    EXPECT_NEAR(search.Value(), truth, std::ldexp(10.0, -32)) << part;
  }
}

}
