// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PlaneResampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

namespace
{

using paraxanes::AxisMap;
using paraxanes::AxisTaps;
using paraxanes::Interpolation;

using Function = std::function<double(double x, double y)>;

constexpr int NX = 31;
constexpr int NY = 26;

// A whole image through the maps, output of the given part.
struct Part
{
  int X0 = 0, XStep = 1, Columns = NX, Y0 = 0, YStep = 1, Rows = NY;
};

std::vector<float> Resample(const Function& f, const AxisMap& mapX, const AxisMap& mapY,
  Interpolation between, const Part& part = {})
{
  const AxisTaps x(mapX, part.X0, part.XStep, part.Columns, NX, between);
  const AxisTaps y(mapY, part.Y0, part.YStep, part.Rows, NY, between);
  std::vector<float> source; // just what is needed
  for (int j = y.SourceFirst(); j < y.SourceFirst() + y.SourceCount(); ++j)
  {
    for (int i = x.SourceFirst(); i < x.SourceFirst() + x.SourceCount(); ++i)
    {
      source.push_back(static_cast<float>(f(i, j)));
    }
  }
  std::vector<float> out(static_cast<std::size_t>(part.Columns * part.Rows));
  paraxanes::ResamplePlane({ { source.data(), 1.0 } }, x, y, out.data());
  return out;
}

// Largest error of the pixels inside; the number of those outside must fit.
double LargestError(
  const Function& f, const AxisMap& mapX, const AxisMap& mapY, Interpolation between)
{
  const std::vector<float> found = Resample(f, mapX, mapY, between);
  double largest = 0.0;
  for (int j = 0; j < NY; ++j)
  {
    for (int i = 0; i < NX; ++i)
    {
      const double x = mapX(i);
      const double y = mapY(j);
      const float value = found[static_cast<std::size_t>(j * NX + i)];
      const bool inside = x >= -1e-6 && x <= NX - 1 + 1e-6 && y >= -1e-6 && y <= NY - 1 + 1e-6;
      EXPECT_EQ(std::isnan(value), !inside) << i << " " << j;
      largest = inside ? std::max(largest, std::abs(value - f(x, y))) : largest;
    }
  }
  return largest;
}

TEST(PlaneResampling, WholeShiftsMoveValuesToTheBit)
{
  const Function f = [](double x, double y)
  { return x == 7 && y == 9 ? -0.0 : std::sin(1.7 * x + y * y) / 3.0; };
  for (const Interpolation between : { Interpolation::Linear, Interpolation::Cubic })
  {
    const std::vector<float> moved = Resample(f, { 15.0, 1.0, 4.0 }, { 12.5, 1.0, -3.0 }, between);
    for (int j = 0; j < NY; ++j)
    {
      for (int i = 0; i < NX; ++i)
      {
        const float value = moved[static_cast<std::size_t>(j * NX + i)];
        if (i + 4 >= NX || j < 3)
        {
          EXPECT_TRUE(std::isnan(value));
          continue;
        }
        const auto expected = static_cast<float>(f(i + 4, j - 3));
        ASSERT_EQ(std::memcmp(&value, &expected, sizeof(float)), 0) << i << " " << j;
      }
    }
  }
}

TEST(PlaneResampling, LinearIsExactForPlanesAndCubicForParabolas)
{
  const AxisMap x = { 15.0, 0.9, 1.3 };
  const AxisMap y = { 12.5, 1.1, -0.4 };
  const Function plane = [](double a, double b) { return 3.0 + 0.5 * a - 0.25 * b; };
  EXPECT_LT(LargestError(plane, x, y, Interpolation::Linear), 1e-5);
  EXPECT_LT(LargestError(plane, x, y, Interpolation::Cubic), 1e-5);
  // Up to the border, where Keys' condition takes the place of the missing sample.
  const Function parabola = [](double a, double b)
  { return 1.0 + 0.01 * a * a - 0.02 * b * b + 0.03 * a * b + 0.2 * a; };
  EXPECT_LT(LargestError(parabola, x, y, Interpolation::Cubic), 1e-5);
  EXPECT_GT(LargestError(parabola, x, y, Interpolation::Linear), 1e-3);
}

// Smaller steps: linear converges with h^2 f''/8, cubic (Keys) with h^3.
TEST(PlaneResampling, ErrorsShrinkAsTheoryTells)
{
  const auto error = [](double h, Interpolation between)
  {
    const Function f = [h](double a, double b) { return std::sin(h * a) + std::cos(h * b); };
    return LargestError(f, { 15.0, 1.0, 0.5 }, { 12.5, 1.0, 0.5 }, between);
  };
  const double linear = error(0.2, Interpolation::Linear);
  EXPECT_NEAR(linear, 2.0 * 0.2 * 0.2 / 8.0, 0.1 * linear);
  EXPECT_NEAR(linear / error(0.1, Interpolation::Linear), 4.0, 0.5);
  EXPECT_LT(error(0.2, Interpolation::Cubic), 0.2 * linear);
  EXPECT_GT(error(0.2, Interpolation::Cubic) / error(0.1, Interpolation::Cubic), 6.0);
}

// A Gaussian in um, taken with two pixel sizes, is the same on the grid of the smaller one.
TEST(PlaneResampling, MagnificationBringsAGaussianToOneGrid)
{
  const double small = 0.0312;
  const double large = small * 1.0036;
  const double cx = (NX - 1) / 2.0;
  const double cy = (NY - 1) / 2.0;
  const auto taken = [&](double size)
  {
    return [=](double x, double y)
    {
      const double dx = (x - cx) * size - 0.05;
      const double dy = (y - cy) * size + 0.02;
      return std::exp(-(dx * dx + dy * dy) / (2.0 * 0.15 * 0.15));
    };
  };
  const AxisMap x = { cx, small / large, 0.0 };
  const AxisMap y = { cy, small / large, 0.0 };
  for (const auto& [between, tolerance] :
    { std::pair(Interpolation::Linear, 1e-3), std::pair(Interpolation::Cubic, 1e-4) })
  {
    const std::vector<float> same = Resample(taken(large), x, y, between);
    double largest = 0.0;
    double uncorrected = 0.0;
    for (int j = 0; j < NY; ++j)
    {
      for (int i = 0; i < NX; ++i)
      {
        const double truth = taken(small)(i, j);
        largest = std::max(largest, std::abs(same[static_cast<std::size_t>(j * NX + i)] - truth));
        uncorrected = std::max(uncorrected, std::abs(taken(large)(i, j) - truth));
      }
    }
    EXPECT_LT(largest, tolerance);
    EXPECT_GT(uncorrected, 2e-3);
  }
}

TEST(PlaneResampling, PartsAreThoseOfTheWholeToTheBit)
{
  const Function f = [](double x, double y) { return std::sin(1.7 * x + y * y) / 3.0; };
  const AxisMap x = { 15.0, 0.97, 2.3 };
  const AxisMap y = { 12.5, 0.97, -1.7 };
  for (const Interpolation between : { Interpolation::Linear, Interpolation::Cubic })
  {
    const std::vector<float> whole = Resample(f, x, y, between);
    const Part part = { 5, 3, 8, 2, 2, 11 };
    const std::vector<float> found = Resample(f, x, y, between, part);
    for (int j = 0; j < part.Rows; ++j)
    {
      for (int i = 0; i < part.Columns; ++i)
      {
        const int at = (part.Y0 + j * part.YStep) * NX + part.X0 + i * part.XStep;
        ASSERT_EQ(std::memcmp(&found[static_cast<std::size_t>(j * part.Columns + i)],
                    &whole[static_cast<std::size_t>(at)], sizeof(float)),
          0);
      }
    }
  }
}

TEST(PlaneResampling, NaNSpreadsToWhatItHasAWeightInAndNoFurther)
{
  const Function f = [](double x, double y)
  { return x == 10 && y == 10 ? std::numeric_limits<double>::quiet_NaN() : 1.0; };
  const auto holes = [&](double shift, Interpolation between)
  {
    const std::vector<float> image = Resample(f, { 0.0, 1.0, shift }, { 0.0, 1.0, 0.0 }, between);
    return std::count_if(image.begin(), image.end(), [](float value) { return std::isnan(value); });
  };
  const double whole = 2.0 * NY; // columns that lie outside
  EXPECT_EQ(holes(2.0, Interpolation::Linear), whole + 1);
  EXPECT_EQ(holes(1.5, Interpolation::Linear), whole + 2);
  EXPECT_EQ(holes(1.5, Interpolation::Cubic), whole + 4);
}

TEST(PlaneResampling, OneAndTwoSamplesAndNothing)
{
  const AxisTaps one({ 0.0, 1.0, 0.0 }, 0, 1, 3, 1, Interpolation::Cubic);
  EXPECT_EQ(one.All()[0].Count, 1);
  EXPECT_EQ(one.All()[1].Count, 0);
  const AxisTaps two({ 0.5, 1.0, 0.25 }, 0, 1, 2, 2, Interpolation::Cubic);
  EXPECT_EQ(two.All()[0].Count, 2);
  EXPECT_DOUBLE_EQ(two.All()[0].Weights[1], 0.25);
  const AxisTaps none({ 0.0, 1.0, 1e12 }, 0, 1, 4, 100, Interpolation::Linear);
  EXPECT_EQ(none.SourceCount(), 0);
  EXPECT_EQ(none.HomeCount(), 0);
  std::vector<float> out(4 * 4, 1.0f);
  paraxanes::ResamplePlane({ { nullptr, 1.0 } }, none, none, out.data());
  EXPECT_TRUE(std::isnan(out[0]) && std::isnan(out[15]));
}

// What is counted for a run of the output is counted for no other one.
TEST(PlaneResampling, HomesOfNeighboursDoNotOverlap)
{
  const AxisMap map = { 40.0, 0.93, 3.3 };
  int end = -1;
  int sum = 0;
  for (int first = 0; first < 100; first += 7)
  {
    const AxisTaps taps(map, first, 1, std::min(7, 100 - first), 100, Interpolation::Cubic);
    EXPECT_TRUE(end < 0 || taps.HomeFirst() == end);
    end = taps.HomeFirst() + taps.HomeCount();
    sum += taps.HomeCount();
    EXPECT_GE(taps.HomeFirst(), taps.SourceFirst());
    EXPECT_LE(end, taps.SourceFirst() + taps.SourceCount());
  }
  // Beyond the last sample nothing is read, and nothing counted.
  const AxisTaps outside({ 0.0, 1.0, 99.5 }, 0, 1, 4, 100, Interpolation::Cubic);
  EXPECT_EQ(outside.SourceCount() + outside.HomeCount(), 0);
  const AxisTaps all(map, 0, 1, 100, 100, Interpolation::Cubic);
  EXPECT_EQ(all.HomeCount(), sum);
}

}
