// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "DistanceMap.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace
{

using paraxanes::Vector3;
using Size = std::array<int, 3>;

constexpr double Infinity = std::numeric_limits<double>::infinity();

std::size_t Voxels(const Size& size)
{
  return static_cast<std::size_t>(size[0]) * size[1] * size[2];
}

// Calls voxel(index, x, y, z).
template <typename Voxel>
void ForEach(const Size& size, Voxel voxel)
{
  std::size_t i = 0;
  for (int z = 0; z < size[2]; ++z)
  {
    for (int y = 0; y < size[1]; ++y)
    {
      for (int x = 0; x < size[0]; ++x)
      {
        voxel(i++, x, y, z);
      }
    }
  }
}

template <typename Label>
std::vector<double> Distances(
  const std::vector<Label>& labels, const Size& size, const Vector3& spacing)
{
  std::vector<double> squared(labels.size(), -1.0);
  EXPECT_TRUE(
    paraxanes::SquaredDistances(labels.data(), size, spacing, 0, size[2], squared.data()));
  return squared;
}

// Every voxel against every other.
template <typename Label>
std::vector<double> Truth(
  const std::vector<Label>& labels, const Size& size, const Vector3& spacing)
{
  std::vector<double> squared(labels.size(), 0.0);
  ForEach(size,
    [&](std::size_t i, int x, int y, int z)
    {
      if (labels[i] <= 0)
      {
        return;
      }
      squared[i] = Infinity;
      ForEach(size,
        [&](std::size_t j, int u, int v, int w)
        {
          if (labels[j] != labels[i])
          {
            const double dx = spacing[0] * (x - u);
            const double dy = spacing[1] * (y - v);
            const double dz = spacing[2] * (z - w);
            squared[i] = std::min(squared[i], dx * dx + dy * dy + dz * dz);
          }
        });
    });
  return squared;
}

void ExpectEqual(const std::vector<double>& found, const std::vector<double>& truth)
{
  for (std::size_t i = 0; i < truth.size(); ++i)
  {
    if (truth[i] == Infinity)
    {
      ASSERT_EQ(found[i], Infinity) << i;
      continue;
    }
    ASSERT_NEAR(found[i], truth[i], 1e-12 * truth[i]) << i;
  }
}

// Blobs with many small holes, so that runs are of all lengths.
std::vector<std::int32_t> RandomLabels(const Size& size, int labels, double outside, int seed)
{
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<std::int32_t> result(Voxels(size));
  ForEach(size,
    [&](std::size_t i, int x, int y, int z)
    { result[i] = uniform(random) < outside ? 0 : 1 + (x / 5 + y / 4 + z / 3) % labels; });
  return result;
}

TEST(DistanceMap, EqualsBruteForceForAnySpacing)
{
  for (const Vector3& spacing :
    { Vector3{ 1.0, 1.0, 1.0 }, Vector3{ 0.03, 0.05, 0.21 }, Vector3{ 2.0, 0.1, 0.7 } })
  {
    for (const double outside : { 0.0, 0.002, 0.02, 0.3 })
    {
      const Size size = { 13, 11, 9 };
      const std::vector<std::int32_t> labels = RandomLabels(size, 1, outside, 7);
      const std::vector<std::uint8_t> mask(labels.begin(), labels.end());
      ExpectEqual(Distances(mask, size, spacing), Truth(mask, size, spacing));
    }
  }
}

TEST(DistanceMap, EachLabelHasASurfaceOfItsOwn)
{
  const Size size = { 12, 10, 8 };
  const Vector3 spacing = { 1.0, 1.5, 0.4 };
  std::vector<std::int32_t> labels = RandomLabels(size, 3, 0.05, 3);
  labels[17] = -4; // no particle either
  ExpectEqual(Distances(labels, size, spacing), Truth(labels, size, spacing));
}

TEST(DistanceMap, AFlatImageHasNoSurfaceAlongItsNormal)
{
  for (const Size& size : { Size{ 19, 17, 1 }, Size{ 19, 1, 17 }, Size{ 1, 19, 17 } })
  {
    const std::vector<std::int32_t> labels = RandomLabels(size, 2, 0.01, 5);
    ExpectEqual(Distances(labels, size, { 1.0, 2.0, 3.0 }), Truth(labels, size, { 1, 2, 3 }));
  }
}

TEST(DistanceMap, TheBorderOfTheImageIsNoSurface)
{
  const Size size = { 5, 4, 3 };
  std::vector<std::uint8_t> mask(Voxels(size), 1);
  for (const double squared : Distances(mask, size, { 1.0, 1.0, 1.0 }))
  {
    EXPECT_EQ(squared, Infinity);
  }
  mask[0] = 0;
  EXPECT_EQ(Distances(mask, size, { 1.0, 1.0, 1.0 }).back(), 16.0 + 9.0 + 4.0);
}

TEST(DistanceMap, PlanesAndThreadsDoNotChangeABit)
{
  const Size size = { 33, 21, 17 };
  const Vector3 spacing = { 0.03, 0.031, 0.07 };
  const std::vector<std::int32_t> labels = RandomLabels(size, 2, 0.004, 11);
  const std::vector<double> whole = Distances(labels, size, spacing);
  const std::size_t plane = static_cast<std::size_t>(size[0]) * size[1];
  for (const int threads : { 1, 3 })
  {
    paraxanes::SetNumberOfThreads(threads);
    for (const auto& [first, last] : { std::pair(0, 4), std::pair(4, 13), std::pair(16, 17) })
    {
      std::vector<double> part(plane * (last - first));
      EXPECT_TRUE(
        paraxanes::SquaredDistances(labels.data(), size, spacing, first, last, part.data()));
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + plane * first));
    }
  }
  paraxanes::SetNumberOfThreads(0);
}

TEST(DistanceMap, TheDepthOfABoxIsCountedInLayers)
{
  const Size size = { 14, 13, 12 };
  const Vector3 spacing = { 0.03, 0.03, 0.03 };
  std::vector<std::uint8_t> mask(Voxels(size), 0);
  const auto layer = [&](int x, int y, int z) // 1 for the outermost; box from 2 to size - 3
  {
    return std::min({ x - 1, y - 1, z - 1, size[0] - 2 - x, size[1] - 2 - y, size[2] - 2 - z });
  };
  ForEach(size, [&](std::size_t i, int x, int y, int z) { mask[i] = layer(x, y, z) > 0; });
  const std::vector<double> squared = Distances(mask, size, spacing);
  const double half = paraxanes::HalfVoxel(size, spacing);
  ForEach(size,
    [&](std::size_t i, int x, int y, int z)
    {
      const double depth = paraxanes::DepthOf(squared[i], half);
      if (mask[i])
      {
        EXPECT_NEAR(depth, 0.03 * (layer(x, y, z) - 0.5), 1e-14);
      }
      else
      {
        EXPECT_TRUE(std::isnan(depth));
      }
    });
}

TEST(DistanceMap, TheDepthOfASphereIsWithinHalfAVoxel)
{
  const Size size = { 46, 46, 46 };
  const double spacing = 0.03;
  const double radius = 20.0;
  const double center[3] = { 22.3, 22.8, 23.1 };
  std::vector<std::uint8_t> mask(Voxels(size));
  std::vector<double> truth(Voxels(size));
  ForEach(size,
    [&](std::size_t i, int x, int y, int z)
    {
      truth[i] = radius - std::hypot(x - center[0], y - center[1], z - center[2]);
      mask[i] = truth[i] >= 0.0;
    });
  const std::vector<double> squared = Distances(mask, size, { spacing, spacing, spacing });
  double sum = 0.0;
  double number = 0.0;
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    if (mask[i])
    {
      const double error = paraxanes::DepthOf(squared[i], 0.5 * spacing) / spacing - truth[i];
      ASSERT_LE(std::abs(error), 0.501) << truth[i];
      sum += error;
      number += 1.0;
    }
  }
  EXPECT_NEAR(sum / number, -0.26, 0.05);
}

TEST(DistanceMap, HalfAVoxelLeavesFlatAxesOut)
{
  EXPECT_EQ(paraxanes::HalfVoxel({ 5, 5, 1 }, { 0.4, 0.2, 0.01 }), 0.1);
}

TEST(DistanceMap, StopsWhenItIsTold)
{
  const Size size = { 20, 20, 20 };
  const std::vector<std::uint8_t> mask(Voxels(size), 1);
  std::vector<double> squared(Voxels(size));
  double last = 0.0;
  EXPECT_FALSE(paraxanes::SquaredDistances(mask.data(), size, { 1.0, 1.0, 1.0 }, 0, 20,
    squared.data(), [&](double done) { return (last = done) < 0.5; }));
  EXPECT_NEAR(last, 0.5, 0.02);
}

}
