// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ConnectedPieces.h"
#include "Parallel.h"
#include "Watershed.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace
{

using paraxanes::PieceSums;
using paraxanes::Vector3;
using Size = std::array<int, 3>;
using Mask = std::vector<std::uint8_t>;

struct Basins
{
  std::vector<std::int32_t> Of;
  std::vector<PieceSums> Sums;
};

Basins Find(const std::vector<double>& squared, const Size& size, double depth)
{
  Basins basins;
  basins.Of.assign(squared.size(), 99);
  basins.Sums = paraxanes::FindBasins(squared.data(), size, depth, basins.Of.data());
  return basins;
}

// Of distances along a line.
std::vector<std::int32_t> AlongLine(const std::vector<double>& distances, double depth)
{
  std::vector<double> squared;
  for (const double distance : distances)
  {
    squared.push_back(distance * distance);
  }
  return Find(squared, { static_cast<int>(squared.size()), 1, 1 }, depth).Of;
}

using Numbers = std::vector<std::int32_t>;

TEST(Watershed, TwoMaximaThatAreDeepEnoughStayApart)
{
  const std::vector<double> line = { 0, 2, 5, 3, 2, 3, 4, 1, 0, 1 };
  const Numbers apart = { -1, 0, 0, 0, 0, 1, 1, 1, -1, 2 };
  EXPECT_EQ(AlongLine(line, 0.0), apart);
  EXPECT_EQ(AlongLine(line, 2.0), apart); // 4 - 2, included
  EXPECT_EQ(AlongLine(line, 2.01), (Numbers{ -1, 0, 0, 0, 0, 0, 0, 0, -1, 1 }));
}

// The small maximum in the middle goes to the higher of its neighbours, which stay apart.
TEST(Watershed, WhatIsTooShallowGoesToTheHighest)
{
  EXPECT_EQ(AlongLine({ 9, 2, 3, 1, 6 }, 1.5), (Numbers{ 0, 0, 0, 1, 1 }));
  EXPECT_EQ(AlongLine({ 6, 1, 3, 2, 9 }, 1.5), (Numbers{ 0, 0, 1, 1, 1 }));
  EXPECT_EQ(AlongLine({ 9, 2, 3, 1, 6 }, 7.9), (Numbers{ 0, 0, 0, 0, 0 }));
}

TEST(Watershed, WithoutASurfaceThereIsNoNeck)
{
  const std::vector<double> squared(60, std::numeric_limits<double>::infinity());
  const Basins basins = Find(squared, { 3, 4, 5 }, 0.0);
  ASSERT_EQ(basins.Sums.size(), 1U);
  EXPECT_EQ(basins.Sums[0].Voxels, 60);
}

struct Scene
{
  Size Voxels;
  Vector3 Spacing;
  Mask Inside;

  Vector3 At(std::size_t i) const
  {
    const auto row = i / this->Voxels[0];
    return { this->Spacing[0] * (i % this->Voxels[0]), this->Spacing[1] * (row % this->Voxels[1]),
      this->Spacing[2] * (row / this->Voxels[1]) };
  }
  Basins Split(double depth) const
  {
    std::vector<double> squared(this->Inside.size());
    paraxanes::SquaredDistances(
      this->Inside.data(), this->Voxels, this->Spacing, 0, this->Voxels[2], squared.data());
    return Find(squared, this->Voxels, depth);
  }
};

Scene Draw(const Size& size, const Vector3& spacing, const std::function<bool(const Vector3&)>& in)
{
  Scene scene = { size, spacing, {} };
  for (std::size_t i = 0; i < static_cast<std::size_t>(size[0]) * size[1] * size[2]; ++i)
  {
    scene.Inside.push_back(in(scene.At(i)) ? 1 : 0);
  }
  return scene;
}

double Distance(const Vector3& a, const Vector3& b)
{
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// Two balls of radius 16 whose centres are 24 apart: a neck of radius sqrt(16^2 - 12^2) = 10.6.
const Vector3 Left = { 20.2, 20.1, 19.9 };
const Vector3 Right = { 44.2, 20.1, 19.9 };
const double Depth = 16.0 - std::sqrt(16.0 * 16.0 - 12.0 * 12.0);

bool InBalls(const Vector3& p)
{
  return Distance(p, Left) <= 16.0 || Distance(p, Right) <= 16.0;
}

void ExpectParted(const Scene& scene, double voxel)
{
  const Basins basins = scene.Split(Depth - 2.0 * voxel);
  ASSERT_EQ(basins.Sums.size(), 2U);
  std::size_t wrong = 0;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < scene.Inside.size(); ++i)
  {
    ASSERT_EQ(basins.Of[i] < 0, scene.Inside[i] == 0);
    if (scene.Inside[i] == 0)
    {
      continue;
    }
    ++inside;
    const double beyond = scene.At(i)[0] - 32.2; // the plane of the neck
    wrong += std::abs(beyond) > voxel && (basins.Of[i] == 1) != (beyond > 0.0) ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0U) << "of " << inside;
  EXPECT_EQ(scene.Split(Depth + 2.0 * voxel).Sums.size(), 1U);
}

TEST(Watershed, TwoOverlappingBallsArePartedAtTheirNeck)
{
  ExpectParted(Draw({ 65, 41, 41 }, { 1.0, 1.0, 1.0 }, InBalls), 1.0);
}

// Every maximum is a basin, and every other voxel belongs to that of its highest neighbour. So many
// voxels that they are sorted in parts.
TEST(Watershed, WithoutDepthEveryMaximumIsABasin)
{
  const Size size = { 130, 129, 131 };
  const std::array<std::int64_t, 3> steps = { 1, 130, 130 * 129 };
  std::mt19937_64 random(7);
  std::vector<double> squared(130 * 129 * 131);
  for (double& value : squared)
  {
    value = 1.0 + static_cast<double>(random() >> 11U);
  }
  const Basins basins = Find(squared, size, 0.0);
  std::size_t maxima = 0;
  for (std::size_t voxel = 0; voxel < squared.size(); ++voxel)
  {
    std::size_t highest = voxel;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const auto at = static_cast<std::int64_t>(voxel) / steps[axis] % size[axis];
      for (const int step : { -1, 1 })
      {
        const std::size_t next = voxel + step * steps[axis];
        const bool inside = at + step >= 0 && at + step < size[axis];
        highest = inside && squared[next] > squared[highest] ? next : highest;
      }
    }
    maxima += highest == voxel ? 1 : 0;
    ASSERT_EQ(basins.Of[voxel], basins.Of[highest]);
  }
  EXPECT_EQ(basins.Sums.size(), maxima);
}

TEST(Watershed, VoxelsOfAnyShapeAndAPlane)
{
  ExpectParted(Draw({ 65, 41, 21 }, { 1.0, 1.0, 2.0 }, InBalls), 2.0);
  ExpectParted(Draw({ 65, 41, 1 }, { 1.0, 1.0, 1.0 },
                 [](const Vector3& p) {
                   return InBalls({ p[0], p[1], Left[2] });
                 }),
    1.0);
}

TEST(Watershed, ARoughBallStaysWhole)
{
  std::mt19937 random(5);
  const Scene scene = Draw({ 41, 41, 41 }, { 1.0, 1.0, 1.0 },
    [&](const Vector3& p) { return Distance(p, Left) <= 16.0 + (random() % 100) * 0.015; });
  EXPECT_GT(scene.Split(0.0).Sums.size(), 1U);
  std::size_t large = 0;
  for (const PieceSums& sums : scene.Split(2.0).Sums)
  {
    large += sums.Voxels >= 100 ? 1 : 0;
  }
  EXPECT_EQ(large, 1U);
}

// With any depth a basin hangs together, and without one that can be reached pieces are basins.
TEST(Watershed, BasinsHangTogetherWithinPieces)
{
  std::mt19937 random(6);
  const Scene scene =
    Draw({ 30, 29, 28 }, { 1.0, 1.0, 1.0 }, [&](const Vector3&) { return random() % 100 < 60; });
  Mask validity;
  for (const std::uint8_t inside : scene.Inside)
  {
    validity.push_back(inside ? 0 : 1);
  }
  const auto pieces = paraxanes::LabelPieces(validity.data(), scene.Voxels, 1, false, nullptr);
  EXPECT_EQ(scene.Split(1e9).Sums.size(), pieces.size());

  const Basins basins = scene.Split(0.0);
  EXPECT_GT(basins.Sums.size(), pieces.size());
  for (std::size_t k = 0; k < basins.Sums.size(); k += 50)
  {
    Mask one;
    for (const std::int32_t basin : basins.Of)
    {
      one.push_back(basin == static_cast<std::int32_t>(k) ? 0 : 1);
    }
    EXPECT_EQ(paraxanes::LabelPieces(one.data(), scene.Voxels, 1, false, nullptr),
      std::vector<std::int64_t>{ basins.Sums[k].Voxels });
  }
}

TEST(Watershed, SameForAnyNumberOfThreadsAndStopsWhenTold)
{
  const Scene scene = Draw({ 170, 110, 90 }, { 1.0, 1.0, 1.0 },
    [](const Vector3& p)
    { return std::sin(0.3 * p[0]) + std::sin(0.35 * p[1]) + std::sin(0.4 * p[2]) > -1.2; });
  paraxanes::SetNumberOfThreads(1);
  const Basins one = scene.Split(1.0);
  paraxanes::SetNumberOfThreads(2);
  const Basins two = scene.Split(1.0);
  paraxanes::SetNumberOfThreads(0);
  EXPECT_GT(one.Sums.size(), 10U);
  EXPECT_EQ(one.Of, two.Of);

  std::vector<double> squared(scene.Inside.begin(), scene.Inside.end());
  std::vector<std::int32_t> basins(squared.size());
  for (const double last : { 0.1, 0.7 })
  {
    const auto proceed = [=](double done) { return done < last; };
    EXPECT_TRUE(
      paraxanes::FindBasins(squared.data(), scene.Voxels, 1.0, basins.data(), proceed).empty());
  }
}

}
