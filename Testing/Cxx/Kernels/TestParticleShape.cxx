// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ParticleShape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace
{

using paraxanes::Crossings;
using paraxanes::Vector3;
using paraxanes::VoxelBox;
using paraxanes::VoxelGrid;
using Labels = std::vector<std::int32_t>;

constexpr double Pi = 3.14159265358979323846;

VoxelGrid Grid(const VoxelBox& box, const Vector3& spacing = { 1.0, 1.0, 1.0 })
{
  return { box, box, box, { 0.0, 0.0, 0.0 }, spacing };
}

Labels Draw(const VoxelGrid& grid, const std::function<int(const Vector3&)>& label)
{
  Labels labels;
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
  {
    for (int x = grid.Box[0]; x <= grid.Box[1]; ++x)
    {
      labels.push_back(label(
        { grid.Position(0, x), grid.Position(1, grid.Y(row)), grid.Position(2, grid.Z(row)) }));
    }
  }
  return labels;
}

double SurfaceOf(const VoxelGrid& grid, const Labels& labels, int label = 1)
{
  return paraxanes::CroftonSurface(grid)(paraxanes::CountCrossings(labels.data(), grid).at(label));
}

std::function<int(const Vector3&)> Ellipsoid(const Vector3& half)
{
  return [=](const Vector3& p)
  {
    return std::hypot((p[0] - 0.31) / half[0], (p[1] + 0.17) / half[1], (p[2] - 0.4) / half[2]) <= 1
      ? 1
      : 0;
  };
}

// The shares of the cubic grid, as in Lehmann and Legland.
TEST(ParticleShape, SharesOfTheDirectionsAreTheKnownOnes)
{
  const auto shares = paraxanes::CroftonSurface(Grid({ 0, 9, 0, 9, 0, 9 })).Shares();
  for (std::size_t i = 0; i < shares.size(); ++i)
  {
    const double known = i < 3 ? 0.04577789120476 : (i < 9 ? 0.03698062787608 : 0.03519563978232);
    EXPECT_NEAR(shares[i], 2.0 * known, 1e-4) << i;
  }
  const auto plane = paraxanes::CroftonSurface(Grid({ 0, 9, 5, 5, 0, 9 })).Shares();
  for (std::size_t i = 0; i < plane.size(); ++i)
  {
    const bool inside = i == 0 || i == 2 || i == 5 || i == 6;
    EXPECT_NEAR(plane[i], inside ? 0.25 : 0.0, 1e-4) << i;
  }
}

TEST(ParticleShape, BallsHaveTheirSurface)
{
  for (const double radius : { 3.3, 5.0, 8.7, 14.0, 20.0 })
  {
    const int end = static_cast<int>(radius) + 3;
    const VoxelGrid grid = Grid({ -end, end, -end, end, -end, end });
    const Labels labels = Draw(grid, Ellipsoid({ radius, radius, radius }));
    const double surface = SurfaceOf(grid, labels);
    EXPECT_NEAR(surface / (4.0 * Pi * radius * radius), 1.0, 0.02) << radius;
    const auto voxels = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
    EXPECT_NEAR(paraxanes::Sphericity(voxels, surface, false), 1.0, 0.02) << radius;
  }
}

// Slices that are twice as far apart as their pixels.
TEST(ParticleShape, BallsOfFlatVoxelsHaveTheirSurface)
{
  const VoxelGrid grid = Grid({ -40, 40, -40, 40, -20, 20 }, { 0.03, 0.03, 0.06 });
  const double surface = SurfaceOf(grid,
    Draw(grid,
      [](const Vector3& p) { return std::hypot(p[0] + 0.01, p[1], p[2] - 0.02) <= 0.9 ? 1 : 0; }));
  EXPECT_NEAR(surface / (4.0 * Pi * 0.81), 1.0, 0.02);
}

// A spheroid of half axes a, a, c > a: 2 pi a (a + c asin(e) / e), e^2 = 1 - a^2 / c^2.
TEST(ParticleShape, SpheroidsHaveTheirSurface)
{
  const double a = 9.0;
  const double c = 18.0;
  const double e = std::sqrt(1.0 - a * a / (c * c));
  const double truth = 2.0 * Pi * a * (a + c * std::asin(e) / e);
  const VoxelGrid grid = Grid({ -20, 20, -20, 20, -20, 20 });
  for (const Vector3& half : { Vector3{ a, a, c }, { a, c, a }, { c, a, a } })
  {
    EXPECT_NEAR(SurfaceOf(grid, Draw(grid, Ellipsoid(half))) / truth, 1.0, 0.03);
  }
}

TEST(ParticleShape, CirclesHaveTheirCircumference)
{
  const VoxelGrid grid = Grid({ -20, 20, 5, 5, -20, 20 }, { 0.5, 7.0, 0.5 });
  const Labels labels =
    Draw(grid, [](const Vector3& p) { return std::hypot(p[0] - 0.1, p[2]) <= 8.0 ? 1 : 0; });
  EXPECT_TRUE(paraxanes::IsPlane(grid));
  EXPECT_EQ(paraxanes::VoxelMeasure(grid), 0.25);
  const double area = 0.25 * static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double length = SurfaceOf(grid, labels);
  EXPECT_NEAR(length / (2.0 * Pi * 8.0), 1.0, 0.02);
  EXPECT_NEAR(paraxanes::Sphericity(area, length, true), 1.0, 0.02);
  EXPECT_NEAR(paraxanes::EquivalentDiameter(area, true), 16.0, 0.1);
}

TEST(ParticleShape, FormulasOfBallCubeAndSquare)
{
  EXPECT_NEAR(paraxanes::EquivalentDiameter(4.0 / 3.0 * Pi * 8.0, false), 4.0, 1e-12);
  EXPECT_NEAR(paraxanes::Sphericity(1.0, 6.0, false), std::cbrt(Pi / 6.0), 1e-12);
  EXPECT_NEAR(paraxanes::Sphericity(1.0, 4.0, true), std::sqrt(Pi) / 2.0, 1e-12);
}

// Touching particles each have their whole surface, also where they touch and at the border.
TEST(ParticleShape, EachParticleHasItsOwnSurface)
{
  const VoxelGrid wide = Grid({ -30, 30, -15, 15, -15, 15 });
  const VoxelGrid cut = Grid({ -30, 30, -15, 15, -15, 0 });
  const auto halves = [](const Vector3& p)
  { return std::hypot(p[0], p[1], p[2]) <= 12.0 ? (p[0] < 0.0 ? 4 : 9) : 0; };
  const auto half = [](const Vector3& p)
  { return std::hypot(p[0], p[1], p[2]) <= 12.0 && p[0] < 0.0 ? 4 : 0; };
  const auto alone = SurfaceOf(wide, Draw(wide, half), 4);
  EXPECT_EQ(SurfaceOf(wide, Draw(wide, halves), 4), alone);
  EXPECT_GT(SurfaceOf(wide, Draw(wide, halves), 9), 0.0);
  const auto lower = [&](const Vector3& p) { return p[2] <= 0.0 ? halves(p) : 0; };
  EXPECT_EQ(SurfaceOf(cut, Draw(cut, halves), 9), SurfaceOf(wide, Draw(wide, lower), 9));
}

TEST(ParticleShape, PartsAddUp)
{
  const VoxelGrid grid = Grid({ -15, 15, -14, 14, -13, 13 });
  const Labels labels = Draw(grid, Ellipsoid({ 12.0, 14.5, 9.0 }));
  const auto whole = paraxanes::CountCrossings(labels.data(), grid).at(1);
  Crossings sums{};
  for (const VoxelBox& owned : { VoxelBox{ -15, 2, -14, 14, -13, 13 }, { 3, 15, -14, 14, -13, -4 },
         { 3, 15, -14, 14, -3, 13 } })
  {
    VoxelGrid part = grid;
    part.Owned = owned;
    const auto mine = paraxanes::CountCrossings(labels.data(), part).at(1);
    for (std::size_t i = 0; i < sums.size(); ++i)
    {
      sums[i] += mine[i];
    }
  }
  EXPECT_EQ(sums, whole);
}

TEST(ParticleShape, ALineHasNoSurface)
{
  const VoxelGrid grid = Grid({ 0, 9, 0, 0, 0, 0 });
  EXPECT_TRUE(std::isnan(SurfaceOf(grid, Labels(10, 1))));
  EXPECT_FALSE(paraxanes::IsPlane(grid));
}

}
