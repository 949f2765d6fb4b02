// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FrameStatistics.h"

#include "CounterNoise.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace
{

using paraxanes::BlockSums;
using paraxanes::FindOutliers;
using paraxanes::FrameSums;
using paraxanes::Picture;

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();
constexpr float Infinity = std::numeric_limits<float>::infinity();
using Counts = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(FrameStatistics, SumsAndCountsAreExact)
{
  // Three energies of four voxels.
  const std::vector<float> spectra = { 1.0f, 0.0f, NaN, 2.0f, -0.0f, 4.0f, 3.0f, Infinity, -1.5f,
    -Infinity, 0.25f, 0.0f };
  FrameSums sums(3);
  sums.Add(spectra.data(), 4);
  EXPECT_EQ(sums.Sum, Numbers({ 6.0, 0.25, 2.5 }));
  EXPECT_EQ(sums.NotFinite, Counts({ 1, 1, 1 }));
  EXPECT_EQ(sums.Zeros, Counts({ 0, 2, 1 }));
  const std::vector<double> doubles(spectra.begin(), spectra.end());
  FrameSums twice(3);
  twice.Add(doubles.data(), 4);
  twice.Add(sums);
  EXPECT_EQ(twice.Sum, Numbers({ 12.0, 0.5, 5.0 }));
  EXPECT_EQ(twice.Zeros, Counts({ 0, 4, 2 }));
}

// 7 x 5 pixels in blocks of 2 x 2: the last column and row are left out.
TEST(FrameStatistics, BlocksAreMeansOfTheirFinitePixels)
{
  const int energies = 2;
  std::vector<float> spectra;
  for (int y = 0; y < 5; ++y)
  {
    for (int x = 0; x < 7; ++x)
    {
      spectra.push_back(static_cast<float>(x + 10 * y));
      spectra.push_back(x < 2 && y < 2 ? NaN : (x == 2 && y == 0 ? Infinity : 1.0f));
    }
  }
  const auto pictures = [&](bool inParts)
  {
    BlockSums sums(3, 2, energies, 2);
    if (inParts)
    {
      // Upper rows first, and the lower ones in two parts.
      sums.Add(spectra.data() + 3 * 7 * energies, 7, 2, 0, 3);
      sums.Add(spectra.data(), 7, 1, 0, 0);
      sums.Add(spectra.data() + 7 * energies, 7, 2, 0, 1);
    }
    else
    {
      sums.Add(spectra.data(), 7, 5, 0, 0);
    }
    std::vector<Picture> result(
      energies, { 3, 3, std::vector<float>(9, -1.0f) }); // one row more than the sums have
    paraxanes::SetRows(sums, 1, result);
    return result;
  };
  const auto whole = pictures(false);
  EXPECT_EQ(whole[0].Values,
    std::vector<float>({ -1.0f, -1.0f, -1.0f, 5.5f, 7.5f, 9.5f, 25.5f, 27.5f, 29.5f }));
  EXPECT_TRUE(std::isnan(whole[1].Values[3]));
  EXPECT_EQ(whole[1].Values[4], 1.0f);
  EXPECT_EQ(pictures(true)[0].Values, whole[0].Values);
  // A part that does not begin with a block.
  BlockSums part(3, 2, energies, 2);
  part.Add(spectra.data() + 3 * energies, 1, 1, 3, 0);
  EXPECT_EQ(part.Sum[1 * energies], 3.0);
  EXPECT_EQ(part.Count[1 * energies], 1.0);
}

TEST(FrameStatistics, NoiseIsFoundBelowStructure)
{
  for (const double deviation : { 0.08, 3.0 })
  {
    Picture picture = { 160, 120, {} };
    for (int y = 0; y < 120; ++y)
    {
      for (int x = 0; x < 160; ++x)
      {
        const double ramp = 0.5 * x - 0.3 * y + 0.002 * x * x;
        const double particle = std::hypot(x - 80, y - 60) < 40.0 ? 50.0 : 0.0;
        const double noise =
          deviation * paraxanes::NormalAt(5, static_cast<std::uint64_t>(160 * y + x));
        picture.Values.push_back(static_cast<float>(ramp + particle + noise));
      }
    }
    EXPECT_NEAR(paraxanes::NoiseOf(picture), deviation, 0.05 * deviation);
    picture.Values[1000] = NaN;
    EXPECT_NEAR(paraxanes::NoiseOf(picture), deviation, 0.05 * deviation);
  }
  EXPECT_EQ(paraxanes::NoiseOf({ 8, 8, std::vector<float>(64, 2.0f) }), 0.0);
  EXPECT_TRUE(std::isnan(paraxanes::NoiseOf({ 2, 8, std::vector<float>(16, 2.0f) })));
  EXPECT_TRUE(std::isnan(paraxanes::NoiseOf({ 8, 8, std::vector<float>(64, NaN) })));
}

TEST(FrameStatistics, BackgroundIsOfTheSamePixelsInEachFrame)
{
  // 20 pixels: two are background. The second frame is brighter by 1 and has a hole in one.
  std::vector<Picture> pictures(3, { 5, 4, std::vector<float>(20, 3.0f) });
  for (Picture& picture : pictures)
  {
    picture.Values[7] = 0.25f;
    picture.Values[11] = 0.75f;
  }
  for (float& value : pictures[1].Values)
  {
    value += 1.0f;
  }
  pictures[2].Values[7] = NaN;
  pictures[2].Values[0] = 0.0f; // low in one frame only
  EXPECT_EQ(paraxanes::BackgroundsOf(pictures), Numbers({ 0.5, 1.5, 0.75 }));
  EXPECT_TRUE(paraxanes::BackgroundsOf({}).empty());
  EXPECT_TRUE(
    std::isnan(paraxanes::BackgroundsOf({ { 2, 1, std::vector<float>(2, NaN) } }).front()));
}

// Places of the outliers among n values.
std::vector<int> Outliers(const Numbers& values, double floor = 0.0)
{
  std::vector<int> places;
  const std::vector<bool> outliers = FindOutliers(values, 5.0, floor);
  for (std::size_t k = 0; k < outliers.size(); ++k)
  {
    if (outliers[k])
    {
      places.push_back(static_cast<int>(k));
    }
  }
  return places;
}

TEST(FrameStatistics, OutliersStandOutFromTheirNeighbours)
{
  // An absorption edge with a white line, noisy or not.
  for (const double noise : { 0.0, 0.01 })
  {
    Numbers edge;
    for (int k = 0; k < 60; ++k)
    {
      const double u = (k - 25.0) / 2.0;
      edge.push_back(0.3 + 0.5 * (1.0 + std::tanh(u)) +
        0.6 * std::exp(-0.5 * (u - 2.5) * (u - 2.5)) - 0.002 * k +
        noise * paraxanes::NormalAt(3, static_cast<std::uint64_t>(k)));
    }
    EXPECT_TRUE(Outliers(edge, 1e-3).empty()) << noise;
    for (const int bad : { 0, 1, 12, 45, 58, 59 })
    {
      Numbers values = edge;
      values[static_cast<std::size_t>(bad)] += 0.3;
      EXPECT_EQ(Outliers(values, 1e-3), std::vector<int>({ bad })) << noise;
    }
  }
  // A step that stays is none, nor is one sample of a white line.
  EXPECT_TRUE(Outliers({ 0, 0, 0, 0, 0, 5, 5, 5, 5, 5 }).empty());
  EXPECT_TRUE(Outliers({ 0, 0, 0, 0, 0, 1.5, 1, 1, 1, 1 }).empty());
  EXPECT_EQ(Outliers({ 0, 0, 0, 0, 2, 0, 0, 0, 0, 0 }), std::vector<int>({ 4 }));
  EXPECT_TRUE(Outliers({ 0, 0, 0, 0, 2, 0, 0, 0, 0, 0 }, 2.5).empty()) << "below the floor";
  EXPECT_EQ(Outliers({ 0, NaN, 0, 0, NaN, 0, 7, 0 }), std::vector<int>({ 6 }));
  EXPECT_TRUE(Outliers({ 0, 0, 9, 0 }).empty()) << "too few to tell";
  EXPECT_TRUE(Outliers({}).empty());
}

TEST(FrameStatistics, ThreadsDoNotMatter)
{
  const int energies = 7;
  std::vector<float> spectra(200 * 90 * energies);
  for (std::size_t i = 0; i < spectra.size(); ++i)
  {
    spectra[i] = static_cast<float>(paraxanes::NormalAt(9, i));
  }
  const auto sums = [&](int threads)
  {
    paraxanes::SetNumberOfThreads(threads);
    BlockSums result(66, 30, energies, 3);
    result.Add(spectra.data(), 200, 90, 0, 0);
    paraxanes::SetNumberOfThreads(0);
    return result.Sum;
  };
  EXPECT_EQ(sums(1), sums(4));
}

}
