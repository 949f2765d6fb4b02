// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PhantomField.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

namespace
{

using paraxanes::PhantomField;
using paraxanes::PhantomKind;
using paraxanes::PhantomParameters;
using paraxanes::PhantomVoxel;
using paraxanes::Point;

PhantomParameters Small(PhantomKind kind, int size = 40)
{
  PhantomParameters parameters;
  parameters.Kind = kind;
  parameters.Size = size;
  return parameters;
}

template <typename Visit>
void ForEachVoxel(const PhantomParameters& parameters, Visit visit)
{
  const int n = parameters.Size;
  for (int z = 0; z < (parameters.Flat ? 1 : n); ++z)
  {
    for (int y = 0; y < n; ++y)
    {
      for (int x = 0; x < n; ++x)
      {
        visit(x, y, z);
      }
    }
  }
}

// Central differences of the truth; NaN where a neighbour is outside.
Point Gradient(const PhantomField& field, int x, int y, int z)
{
  const double twice = 2.0 * field.Parameters().VoxelSize;
  const auto energy = [&](int i, int j, int k) { return field.At(i, j, k).EdgeEnergy; };
  return { (energy(x + 1, y, z) - energy(x - 1, y, z)) / twice,
    (energy(x, y + 1, z) - energy(x, y - 1, z)) / twice,
    (energy(x, y, z + 1) - energy(x, y, z - 1)) / twice };
}

// Angles (degrees) between the gradient and the line to the field's centre.
std::vector<double> Thetas(const PhantomField& field)
{
  const double middle = 0.5 * (field.Parameters().Size - 1);
  std::vector<double> thetas;
  ForEachVoxel(field.Parameters(),
    [&](int x, int y, int z)
    {
      const Point u = Gradient(field, x, y, z);
      const Point v = { middle - x, middle - y, middle - z };
      const double lengths = std::hypot(u[0], u[1], u[2]) * std::hypot(v[0], v[1], v[2]);
      if (lengths > 0.0 && std::isfinite(field.At(x, y, z).EdgeEnergy))
      {
        const double cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / lengths;
        thetas.push_back(std::acos(std::clamp(cosine, -1.0, 1.0)) * 57.295779513082323);
      }
    });
  std::sort(thetas.begin(), thetas.end());
  return thetas;
}

TEST(PhantomField, LinearHasTheDocumentedGradient)
{
  const PhantomField field(Small(PhantomKind::Linear, 20));
  ForEachVoxel(field.Parameters(),
    [&](int x, int y, int z)
    {
      const Point u = Gradient(field, x, y, z);
      for (std::size_t i = 0; i < 3; ++i)
      {
        ASSERT_NEAR(u[i], paraxanes::LinearGradient[i], 2e-10);
      }
    });
}

TEST(PhantomField, RadialPointsOutward)
{
  const std::vector<double> thetas = Thetas(PhantomField(Small(PhantomKind::Radial)));
  ASSERT_GT(thetas.size(), 10000U);
  EXPECT_GT(thetas.front(), 179.999);
}

TEST(PhantomField, AzimuthalIsTangential)
{
  const std::vector<double> thetas = Thetas(PhantomField(Small(PhantomKind::Azimuthal, 64)));
  ASSERT_GT(thetas.size(), 10000U);
  EXPECT_NEAR(thetas[thetas.size() / 2], 90.0, 0.01);
  EXPECT_GT(thetas[thetas.size() / 20], 89.0);
  EXPECT_LT(thetas[thetas.size() * 19 / 20], 91.0);
}

TEST(PhantomField, WhiteNoiseIsIndependentAndNormal)
{
  const PhantomField field(Small(PhantomKind::WhiteNoise, 60));
  double n = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  double products = 0.0;
  ForEachVoxel(field.Parameters(),
    [&](int x, int y, int z)
    {
      const double a = field.At(x, y, z).EdgeEnergy - field.Parameters().EdgeEnergy;
      const double b = field.At(x + 1, y, z).EdgeEnergy - field.Parameters().EdgeEnergy;
      if (std::isfinite(a) && std::isfinite(b))
      {
        n += 1.0;
        sum += a;
        squares += a * a;
        products += a * b;
      }
    });
  ASSERT_GT(n, 50000.0);
  EXPECT_NEAR(sum / n, 0.0, 1.5 * 5.0 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 2.25, 2.25 * 5.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(products / n, 0.0, 2.25 * 5.0 / std::sqrt(n));
}

TEST(PhantomField, UniformIsTheSameEverywhere)
{
  PhantomParameters parameters = Small(PhantomKind::Uniform, 12);
  parameters.Porosity = 0.0;
  const PhantomField field(parameters);
  ForEachVoxel(parameters,
    [&](int x, int y, int z)
    {
      const PhantomVoxel voxel = field.At(x, y, z);
      ASSERT_EQ(voxel.EdgeEnergy, 8344.4);
      ASSERT_EQ(voxel.EdgeJump, 0.7);
      ASSERT_EQ(voxel.Particle, 1);
      ASSERT_EQ(voxel.Grain, 1);
    });
}

TEST(PhantomField, JumpIsSpreadByPorosity)
{
  const PhantomField field(Small(PhantomKind::Uniform));
  double lowest = 1.0;
  double highest = 0.0;
  double sum = 0.0;
  ForEachVoxel(field.Parameters(),
    [&](int x, int y, int z)
    {
      const double jump = field.At(x, y, z).EdgeJump;
      lowest = std::min(lowest, jump);
      highest = std::max(highest, jump);
      sum += jump;
      ASSERT_LT(std::abs(field.At(x + 1, y, z).EdgeJump - jump), 0.1); // smooth
    });
  EXPECT_GT(lowest, 0.7 * 0.75);
  EXPECT_LT(lowest, 0.7 * 0.85);
  EXPECT_LT(highest, 0.7 * 1.25);
  EXPECT_GT(highest, 0.7 * 1.15);
  EXPECT_NEAR(sum / 64000.0, 0.7, 0.01);
}

// Energies lie between the grain's inside and boundary plus surface; both ends occur.
TEST(PhantomField, EdgeEnergyIsHighestAtBoundariesAndSurface)
{
  for (const auto kind : { PhantomKind::Rod, PhantomKind::Gravel })
  {
    const PhantomField field(Small(kind, 64));
    double lowest = 1e9;
    double highest = 0.0;
    std::map<int, int> sizes;
    ForEachVoxel(field.Parameters(),
      [&](int x, int y, int z)
      {
        const PhantomVoxel voxel = field.At(x, y, z);
        if (voxel.Particle == 0)
        {
          ASSERT_TRUE(std::isnan(voxel.EdgeEnergy));
          ASSERT_EQ(voxel.EdgeJump, 0.0);
          ASSERT_EQ(voxel.Grain, 0);
          return;
        }
        lowest = std::min(lowest, voxel.EdgeEnergy);
        highest = std::max(highest, voxel.EdgeEnergy);
        ++sizes[voxel.Grain];
      });
    EXPECT_GE(lowest, 8344.4);
    EXPECT_LT(lowest, 8344.5);
    EXPECT_LE(highest, 8344.4 + 1.5 + 0.3);
    EXPECT_GT(highest, 8344.4 + 1.5);
    EXPECT_GT(sizes.size(), 10U);
    EXPECT_GT(sizes.begin()->first, 0);
  }
}

// Boundaries between the grains of rods are mostly radial: across a boundary the grain changes far
// more often sideways than outwards. Gravel has no preferred direction.
TEST(PhantomField, RodsAreRadial)
{
  const auto share = [](PhantomKind kind)
  {
    const PhantomField field(Small(kind, 64));
    double radial = 0.0;
    double tangential = 0.0;
    ForEachVoxel(field.Parameters(),
      [&](int x, int y, int z)
      {
        const Point v = { x - 31.5, y - 31.5, z - 31.5 };
        const double r = std::hypot(v[0], v[1], v[2]);
        // Along x, where the radius does too, or lies across it.
        const double cosine = std::abs(v[0]) / r;
        const int here = field.At(x, y, z).Grain;
        const int next = field.At(x + 1, y, z).Grain;
        if (r > 8.0 && here > 0 && next > 0 && here != next)
        {
          radial += cosine > 0.95 ? 1.0 / 0.05 : 0.0;
          tangential += cosine < 0.05 ? 1.0 / 0.05 : 0.0;
        }
      });
    return radial / tangential;
  };
  EXPECT_LT(share(PhantomKind::Rod), 0.6);
  EXPECT_NEAR(share(PhantomKind::Gravel), 1.0, 0.3);
}

TEST(PhantomField, ParticlesAreWhole)
{
  PhantomParameters parameters = Small(PhantomKind::Gravel, 48);
  parameters.NumberOfParticles = 5;
  const PhantomField field(parameters);
  std::map<int, int> sizes;
  std::map<int, std::set<int>> particlesOfGrain;
  ForEachVoxel(parameters,
    [&](int x, int y, int z)
    {
      const PhantomVoxel voxel = field.At(x, y, z);
      if (voxel.Particle == 0)
      {
        return;
      }
      ++sizes[voxel.Particle];
      particlesOfGrain[voxel.Grain].insert(voxel.Particle);
      for (const int c : { x, y, z })
      {
        ASSERT_GT(c, 0);
        ASSERT_LT(c, 47);
      }
      const int neighbour = field.At(x + 1, y, z).Particle;
      ASSERT_TRUE(neighbour == 0 || neighbour == voxel.Particle); // air between particles
    });
  ASSERT_EQ(sizes.size(), 5U);
  for (int particle = 1; particle < 5; ++particle)
  {
    EXPECT_GE(sizes[particle], sizes[particle + 1]);
  }
  for (const auto& grain : particlesOfGrain)
  {
    EXPECT_EQ(grain.second.size(), 1U);
  }
}

TEST(PhantomField, OffsetAndAspectRatioPlaceTheParticle)
{
  PhantomParameters parameters = Small(PhantomKind::Rod, 50);
  parameters.CenterOffset = { 0.09, -0.06, 0.15 };
  parameters.AspectRatio = { 1.0, 1.5, 0.8 };
  const PhantomField field(parameters);
  Point sum = { 0.0, 0.0, 0.0 };
  Point squares = { 0.0, 0.0, 0.0 };
  double count = 0.0;
  ForEachVoxel(parameters,
    [&](int x, int y, int z)
    {
      if (field.At(x, y, z).Particle == 1)
      {
        const Point p = { x - 24.5 - 3.0, y - 24.5 + 2.0, z - 24.5 - 5.0 };
        for (std::size_t i = 0; i < 3; ++i)
        {
          sum[i] += p[i];
          squares[i] += p[i] * p[i];
        }
        count += 1.0;
      }
    });
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(sum[i] / count, 0.0, 1e-9);
  }
  EXPECT_NEAR(std::sqrt(squares[1] / squares[0]), 1.5, 0.03);
  EXPECT_NEAR(std::sqrt(squares[2] / squares[0]), 0.8, 0.03);

  // Pushed towards the border it becomes smaller, and is not cut off.
  parameters.CenterOffset = { 0.6, 0.0, 0.0 };
  const PhantomField pushed(parameters);
  for (int z = 0; z < 50; ++z)
  {
    for (int y = 0; y < 50; ++y)
    {
      ASSERT_EQ(pushed.At(49, y, z).Particle, 0);
    }
  }
  EXPECT_EQ(pushed.At(44, 24, 24).Particle, 1);
}

TEST(PhantomField, FlatIsTheSectionThroughTheMiddle)
{
  PhantomParameters parameters = Small(PhantomKind::Gravel, 41); // the middle is a voxel
  parameters.Porosity = 0.0;
  const PhantomField whole(parameters);
  parameters.Flat = true;
  const PhantomField flat(parameters);
  int inside = 0;
  ForEachVoxel(parameters,
    [&](int x, int y, int z)
    {
      const PhantomVoxel a = flat.At(x, y, z);
      const PhantomVoxel b = whole.At(x, y, 20);
      ASSERT_EQ(a.Particle, b.Particle);
      ASSERT_EQ(a.Grain, b.Grain);
      inside += a.Particle;
      if (a.Particle > 0)
      {
        ASSERT_NEAR(a.EdgeEnergy, b.EdgeEnergy, 1e-9);
      }
    });
  EXPECT_GT(inside, 500);
}

TEST(PhantomField, SeedsChangeTheGrains)
{
  for (const auto kind : { PhantomKind::Rod, PhantomKind::Gravel, PhantomKind::WhiteNoise })
  {
    PhantomParameters parameters = Small(kind);
    const PhantomField first(parameters);
    const PhantomField same(parameters);
    parameters.Seed = 2;
    const PhantomField second(parameters);
    int different = 0;
    for (int x = 10; x < 30; ++x)
    {
      EXPECT_EQ(first.At(x, 20, 20).EdgeEnergy, same.At(x, 20, 20).EdgeEnergy);
      different += first.At(x, 20, 20).EdgeEnergy != second.At(x, 20, 20).EdgeEnergy ? 1 : 0;
    }
    EXPECT_GT(different, 10);
  }
}

TEST(PhantomField, SaysWhatIsWrong)
{
  EXPECT_EQ(paraxanes::CheckPhantom(PhantomParameters()), "");
  const auto expect = [](const char* word, void (*change)(PhantomParameters&))
  {
    PhantomParameters parameters;
    change(parameters);
    EXPECT_NE(paraxanes::CheckPhantom(parameters).find(word), std::string::npos) << word;
  };
  expect("Size", [](PhantomParameters& p) { p.Size = 1; });
  expect("VoxelSize", [](PhantomParameters& p) { p.VoxelSize = 0.0; });
  expect("GrainSize", [](PhantomParameters& p) { p.GrainSize = 0.01; });
  expect("BoundaryWidth", [](PhantomParameters& p) { p.BoundaryWidth = -1.0; });
  expect("AspectRatio", [](PhantomParameters& p) { p.AspectRatio[1] = 0.0; });
  expect("Porosity", [](PhantomParameters& p) { p.Porosity = 1.0; });
  expect("NumberOfParticles", [](PhantomParameters& p) { p.NumberOfParticles = 0; });
  expect("fit", [](PhantomParameters& p) { p.NumberOfParticles = 100000; });
  expect("fit", [](PhantomParameters& p) { p.CenterOffset[0] = 2.0; });
  expect("finite",
    [](PhantomParameters& p) { p.EdgeEnergy = std::numeric_limits<double>::quiet_NaN(); });
  expect("grains",
    [](PhantomParameters& p)
    {
      p.Kind = PhantomKind::Gravel;
      p.Size = 3000;
      p.GrainSize = 0.03;
    });
}

}
