// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleStatistics.h"
#include "CentralDifference.h"
#include "CounterNoise.h"
#include "SignalSize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace
{

using paraxanes::NoiseShape;
using paraxanes::SignalSums;
using paraxanes::Vector3;

constexpr Vector3 Cube = { 0.1, 0.1, 0.1 };

// Vectors of true size `size(i)` and random direction with normal noise of standard deviation 1.
template <typename Size>
SignalSums Simulate(bool plane, int vectors, Size size)
{
  const NoiseShape shape(Cube, plane ? 2 : -1);
  SignalSums sums;
  for (int i = 0; i < vectors; ++i)
  {
    Vector3 direction = {};
    Vector3 noise = {};
    double norm = 0.0;
    for (int axis = 0; axis < (plane ? 2 : 3); ++axis)
    {
      direction[axis] = paraxanes::NormalAt(5, 6 * i + axis);
      noise[axis] = paraxanes::NormalAt(6, 6 * i + axis);
      norm = std::hypot(norm, direction[axis]);
    }
    const double scale = size(i) / norm;
    const Vector3 u = { scale * direction[0] + noise[0], scale * direction[1] + noise[1],
      scale * direction[2] + noise[2] };
    sums.Add(SignalSums(std::hypot(u[0], u[1], u[2]), 1.0, shape.VarianceOver(u[0], u[1], u[2])));
  }
  return sums;
}

// The biases that SignalSize.h gives, for |t| over the noise.
TEST(SignalSize, MeanIsBiasedAsDocumentedAndRootMeanSquareIsNot)
{
  constexpr int Vectors = 400000;
  const double sizes[5] = { 0.0, 0.5, 1.0, 2.0, 3.0 };
  const double biases[2][5] = { { 0.9679, 0.5475, 0.2751, 0.0452, 0.0037 },
    { 0.8512, 0.4405, 0.1923, 0.0139, -0.0045 } };
  for (const bool plane : { false, true })
  {
    for (int k = 0; k < 5; ++k)
    {
      const SignalSums sums = Simulate(plane, Vectors, [&](int) { return sizes[k]; });
      EXPECT_NEAR(sums.Sizes / Vectors - sizes[k], biases[plane][k], 0.006) << plane << k;
      // |u|^2 scatters by sqrt(4 t^2 + 2 d).
      const double scatter = std::sqrt((4.0 * sizes[k] * sizes[k] + 6.0) / Vectors);
      EXPECT_NEAR(sums.MeanSquareWithoutNoise(), sizes[k] * sizes[k], 4.0 * scatter);
    }
  }
}

TEST(SignalSize, HoldsForVectorsOfManySizes)
{
  const auto size = [](int i) { return 3.0 + 3.0 * paraxanes::UniformAt(1, i); };
  for (const bool plane : { false, true })
  {
    const SignalSums sums = Simulate(plane, 200000, size);
    EXPECT_NEAR(sums.MeanWithoutNoise(), 4.5, 0.015) << plane;
    EXPECT_NEAR(std::sqrt(sums.MeanSquareWithoutNoise()), std::sqrt(21.0), 0.015) << plane;
    EXPECT_GT(sums.RootMeanSquare(), std::sqrt(21.0) + 0.15); // what is taken off
  }
}

TEST(SignalSize, WithoutNoiseNothingIsTakenOff)
{
  SignalSums sums;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 1; i < 1000; ++i)
  {
    const double size = 1.0 / i;
    sums.Add(SignalSums(size, 0.0, 0.0));
    sum += size;
    squares += size * size;
  }
  EXPECT_EQ(sums.MeanWithoutNoise(), sum / 999.0);
  EXPECT_EQ(std::sqrt(sums.MeanSquareWithoutNoise()), std::sqrt(squares / 999.0));
  EXPECT_EQ(sums.RootMeanSquare(), std::sqrt(squares / 999.0));
}

TEST(SignalSize, VoxelsThatAreNoCubes)
{
  const Vector3 spacing = { 0.1, 0.2, 0.5 };
  const Vector3 u = { 0.3, -1.2, 2.0 };
  for (int normal = -1; normal < 3; ++normal)
  {
    double variance = 0.0;
    double along = 0.0;
    double norm2 = 0.0;
    for (int axis = 0; axis < 3; ++axis)
    {
      const double part = axis == normal ? 0.0 : 0.04 / (spacing[axis] * spacing[axis]);
      variance += part;
      along += u[axis] * u[axis] * part;
      norm2 += axis == normal ? 0.0 : u[axis] * u[axis];
    }
    const double error = std::sqrt(along / norm2);
    const NoiseShape shape(spacing, normal);
    EXPECT_NEAR(error * error * shape.VarianceOver(u[0], u[1], u[2]), variance, 1e-12 * variance)
      << normal;
  }
  EXPECT_EQ(NoiseShape(Cube, -1).VarianceOver(1.0, 0.0, 0.0), 3.0);
}

// From a map with noise through differences and their errors to the sums of the angles.
struct Plane
{
  explicit Plane(double noise, bool volume)
    : Size{ 60, 60, volume ? 60 : 1 }
  {
    const std::int64_t voxels = Size[0] * Size[1] * Size[2];
    std::vector<double> map;
    for (std::int64_t i = 0; i < voxels; ++i)
    {
      const double x = static_cast<double>(i % Size[0]);
      const double y = static_cast<double>(i / Size[0] % Size[1]);
      map.push_back(0.08 * x - 0.06 * y + noise * paraxanes::NormalAt(3, i));
    }
    const paraxanes::DifferenceGrid grid = { Size, { 0, 0, 0 }, Size, Cube,
      { true, true, volume } };
    this->Gradient.resize(3 * map.size());
    this->Errors.resize(map.size());
    std::vector<float> magnitude(map.size());
    const std::vector<float> errors(map.size(), static_cast<float>(noise));
    paraxanes::CentralDifferences(grid, paraxanes::Neighbors::Strict, map.data(), nullptr,
      this->Gradient.data(), magnitude.data());
    paraxanes::DifferenceErrors(grid, errors.data(), this->Gradient.data(), this->Errors.data());

    const paraxanes::VoxelBox box = { 0, 59, 0, 59, 0, volume ? 59 : 0 };
    const paraxanes::VoxelGrid voxelGrid = { box, box, box, { 0.0, 0.0, 0.0 }, Cube };
    const paraxanes::AngleReference reference = { { 0 }, { { -9.0, 1.0, 2.0 } }, volume ? -1 : 2,
      false };
    this->Theta.resize(map.size());
    this->Histogram = paraxanes::ComputeAngles(this->Gradient.data(), nullptr, voxelGrid, reference,
      36, 0, voxelGrid.NumberOfRows(), this->Theta.data(), { this->Errors.data(), 0.0 })[0];
  }

  std::array<std::int64_t, 3> Size;
  std::vector<float> Gradient;
  std::vector<float> Errors;
  std::vector<float> Theta;
  paraxanes::AngleHistogram Histogram;
};

TEST(SignalSize, GradientOfANoisyMap)
{
  for (const bool volume : { true, false })
  {
    for (const double noise : { 0.0, 0.03, 0.06, 0.12 }) // of 0.1 per voxel
    {
      const Plane plane(noise, volume);
      const SignalSums& signal = plane.Histogram.Signal;
      ASSERT_EQ(signal.Number, plane.Histogram.NumberOfVectors());
      const double error = noise / std::sqrt(2.0) / 0.1;
      EXPECT_NEAR(signal.MeanError(), error, 1e-6 * error);
      const double bound = volume ? 0.01 : 0.05; // the scatter; neighbours share voxels
      EXPECT_NEAR(std::sqrt(signal.MeanSquareWithoutNoise()), 1.0, bound) << volume << noise;
      // What is left of the noise at |u| / error above 2, and above 1.
      const double left = error * (error < 0.5 ? 0.045 : 0.28);
      EXPECT_GT(signal.MeanWithoutNoise(), 1.0 - bound) << volume << noise;
      EXPECT_LT(signal.MeanWithoutNoise(), 1.0 + bound + left) << volume << noise;
      if (noise == 0.0)
      {
        const auto vectors = static_cast<double>(signal.Number);
        EXPECT_NEAR(signal.MeanWithoutNoise(), plane.Histogram.SumOfSizes() / vectors, 1e-11);
      }
    }
  }
}

TEST(SignalSize, VectorsBelowTheCutHaveNoThetaAndCountInTheSignal)
{
  constexpr int Vectors = 12;
  std::vector<float> u;
  std::vector<float> errors;
  for (int i = 0; i < Vectors; ++i)
  {
    u.insert(u.end(), { 0.0F, 1.0F + 0.25F * static_cast<float>(i), 0.0F });
    errors.push_back(1.0F);
  }
  errors[10] = NAN; // is not known to stand out
  errors[11] = -1.0F;
  u[1] = 0.0F; // has no direction
  const paraxanes::VoxelBox box = { 0, Vectors - 1, 0, 0, 0, 0 };
  const paraxanes::VoxelGrid grid = { box, box, box, { 0.0, 0.0, 0.0 }, Cube };
  const paraxanes::AngleReference reference = { { 0 }, { { 5.0, 5.0, 5.0 } }, -1, false };
  std::vector<float> theta(Vectors);
  const paraxanes::AngleHistogram cut = paraxanes::ComputeAngles(
    u.data(), nullptr, grid, reference, 18, 0, 1, theta.data(), { errors.data(), 2.0 })[0];
  for (int i = 0; i < Vectors; ++i)
  {
    EXPECT_EQ(std::isnan(theta[i]), i < 4 || i > 9) << i; // 2.0 itself counts
  }
  EXPECT_EQ(cut.NumberOfVectors(), 6);
  EXPECT_EQ(cut.CountCut, 5);
  EXPECT_EQ(cut.Signal.Number, 9);
  const paraxanes::AngleHistogram all = paraxanes::ComputeAngles(
    u.data(), nullptr, grid, reference, 18, 0, 1, theta.data(), { errors.data(), 0.0 })[0];
  EXPECT_EQ(all.NumberOfVectors(), 11);
  EXPECT_EQ(all.CountCut, 0);
  EXPECT_EQ(all.Signal.Sizes, cut.Signal.Sizes);
}

}
