// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ConnectedPieces.h"
#include "Parallel.h"
#include "ParticleCenters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace
{

using Labels = std::vector<std::int32_t>;
using Sizes = std::vector<std::int64_t>;

// '.' is outside.
std::vector<std::uint8_t> Validity(const std::string& picture)
{
  std::vector<std::uint8_t> validity;
  for (const char letter : picture)
  {
    validity.push_back(letter == '.' ? 3 : 0);
  }
  return validity;
}

Sizes Label(const std::string& picture, const std::array<int, 3>& size, Labels& labels,
  std::int64_t minimumSize = 1, bool largestOnly = false)
{
  labels.assign(picture.size(), -1);
  return paraxanes::LabelPieces(
    Validity(picture).data(), size, minimumSize, largestOnly, labels.data());
}

TEST(ConnectedPieces, TheLargestIsOneAndDiagonalNeighboursAreApart)
{
  Labels labels;
  EXPECT_EQ(Label("#..."
                  ".##."
                  ".#.#",
              { 4, 3, 1 }, labels),
    (Sizes{ 3, 1, 1 }));
  EXPECT_EQ(labels, (Labels{ 2, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 3 }));
}

TEST(ConnectedPieces, ConnectsAlongEachAxisAndThroughDetours)
{
  Labels labels;
  // A "U" whose arms meet only in the last row, and in 3D only in the last slice.
  EXPECT_EQ(Label("#.#"
                  "#.#"
                  "###",
              { 3, 3, 1 }, labels),
    (Sizes{ 7 }));
  EXPECT_EQ(Label("#.#"
                  "#.#"
                  "###",
              { 3, 1, 3 }, labels),
    (Sizes{ 7 }));
  EXPECT_EQ(Label("#.##.#", { 1, 3, 2 }, labels), (Sizes{ 2, 2 }));
}

TEST(ConnectedPieces, EqualSizesAreNumberedInMemoryOrder)
{
  Labels labels;
  EXPECT_EQ(Label("##.##.##", { 8, 1, 1 }, labels), (Sizes{ 2, 2, 2 }));
  EXPECT_EQ(labels, (Labels{ 1, 1, 0, 2, 2, 0, 3, 3 }));
}

TEST(ConnectedPieces, SmallOnesAreLeftOut)
{
  Labels labels;
  EXPECT_EQ(Label("#.##.###", { 8, 1, 1 }, labels, 2), (Sizes{ 3, 2 }));
  EXPECT_EQ(labels, (Labels{ 0, 0, 2, 2, 0, 1, 1, 1 }));
  EXPECT_EQ(Label("#.##.###", { 8, 1, 1 }, labels, 1, true), (Sizes{ 3 }));
  EXPECT_EQ(labels, (Labels{ 0, 0, 0, 0, 0, 1, 1, 1 }));
  EXPECT_TRUE(Label("........", { 8, 1, 1 }, labels).empty());
  EXPECT_EQ(labels, Labels(8, 0));
}

// Against a flood fill, on a random mask near the percolation threshold.
TEST(ConnectedPieces, AgreesWithFloodFill)
{
  const std::array<int, 3> size = { 41, 37, 29 };
  const int voxels = size[0] * size[1] * size[2];
  std::mt19937 random(1);
  std::vector<std::uint8_t> validity;
  for (int i = 0; i < voxels; ++i)
  {
    validity.push_back(random() % 100 < 31 ? 0 : 1);
  }
  Labels labels(voxels);
  const Sizes sizes = paraxanes::LabelPieces(validity.data(), size, 1, false, labels.data());

  std::vector<bool> seen(voxels, false);
  std::size_t pieces = 0;
  for (int start = 0; start < voxels; ++start)
  {
    if (validity[start] != 0 || seen[start])
    {
      continue;
    }
    ++pieces;
    std::vector<int> stack = { start };
    seen[start] = true;
    std::int64_t filled = 0;
    while (!stack.empty())
    {
      const int voxel = stack.back();
      stack.pop_back();
      ++filled;
      ASSERT_EQ(labels[voxel], labels[start]);
      const int at[3] = { voxel % size[0], voxel / size[0] % size[1], voxel / size[0] / size[1] };
      int stride = 1;
      for (int axis = 0; axis < 3; stride *= size[axis++])
      {
        for (const int step : { -1, 1 })
        {
          const int next = voxel + step * stride;
          const int there = at[axis] + step;
          if (there >= 0 && there < size[axis] && validity[next] == 0 && !seen[next])
          {
            seen[next] = true;
            stack.push_back(next);
          }
        }
      }
    }
    ASSERT_EQ(filled, sizes[labels[start] - 1]);
  }
  EXPECT_EQ(pieces, sizes.size());
}

TEST(ConnectedPieces, ThresholdIsClosedAndTakesTheMean)
{
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = { 1, 3, 2, 4, 0, 3, nan, 2 };
  std::vector<std::uint8_t> validity(4);
  paraxanes::MarkValidity(values.data(), 4, 2, 2.0, 3.0, validity.data());
  EXPECT_EQ(validity, (std::vector<std::uint8_t>{ 0, 0, 1, 1 }));
}

const paraxanes::VoxelGrid Grid = { { 0, 9, 0, 9, 0, 9 }, { 0, 9, 0, 9, 0, 9 },
  { 0, 9, 0, 9, 0, 9 }, { 10.0, 20.0, 30.0 }, { 0.5, 1.0, 2.0 } };

int Index(int x, int y, int z)
{
  return x + 10 * (y + 10 * z);
}

TEST(ParticleCenters, MeanPositionOfTheValidVoxelsOfEachLabel)
{
  std::vector<std::uint8_t> validity(1000, 1);
  Labels labels(1000, 0);
  for (const auto& voxel : { std::array<int, 3>{ 2, 3, 4 }, { 4, 3, 4 }, { 3, 6, 1 } })
  {
    validity[Index(voxel[0], voxel[1], voxel[2])] = 0;
    labels[Index(voxel[0], voxel[1], voxel[2])] = 7;
  }
  labels[Index(9, 9, 9)] = 7; // not valid
  validity[Index(0, 5, 5)] = 0;
  labels[Index(0, 5, 5)] = 3; // at the border
  validity[Index(5, 5, 5)] = 0;
  labels[Index(5, 5, 5)] = -1; // no particle
  paraxanes::VoxelMasses masses;
  masses.Validity = validity.data();
  masses.Labels = labels.data();
  auto sums = paraxanes::SumMasses(masses, Grid);
  EXPECT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[7].Voxels, 3);
  EXPECT_EQ(sums[7].AtBorder, 0);
  EXPECT_EQ(sums[3].AtBorder, 1);
  const auto center = sums[7].Center(Grid);
  EXPECT_DOUBLE_EQ(center[0], 10.0 + 0.5 * 3.0);
  EXPECT_DOUBLE_EQ(center[1], 20.0 + 4.0);
  EXPECT_DOUBLE_EQ(center[2], 30.0 + 2.0 * 3.0);
  EXPECT_EQ(paraxanes::FindLabels(labels.data(), Grid), (std::vector<int>{ 3, 7 }));
}

TEST(ParticleCenters, WeightsCountAndBadOnesAreLeftOut)
{
  std::vector<float> weights(1000, 0.0F);
  weights[Index(1, 1, 1)] = 1.0F;
  weights[Index(5, 1, 1)] = 3.0F;
  weights[Index(8, 8, 8)] = std::nanf("");
  weights[Index(8, 8, 7)] = -2.0F;
  paraxanes::VoxelMasses masses;
  masses.Weights = weights.data();
  auto sums = paraxanes::SumMasses(masses, Grid);
  EXPECT_EQ(sums[0].WithoutWeight, 2);
  EXPECT_DOUBLE_EQ(sums[0].Center(Grid)[0], 10.0 + 0.5 * 4.0);
  EXPECT_DOUBLE_EQ(sums[0].Center(Grid)[2], 30.0 + 2.0);
}

TEST(ParticleCenters, BlocksCountTheirVoxelsAtTheirCentroids)
{
  std::vector<std::uint32_t> counts(1000, 0);
  std::vector<double> centroids(3000, std::numeric_limits<double>::quiet_NaN());
  std::vector<std::uint8_t> validity(1000, 1);
  const auto set = [&](int x, int y, int z, std::uint32_t count, double at)
  {
    counts[Index(x, y, z)] = count;
    std::fill_n(centroids.begin() + 3 * Index(x, y, z), 3, at);
  };
  set(3, 3, 3, 8, 11.0);
  validity[Index(3, 3, 3)] = 0;
  set(4, 3, 3, 2, 16.0); // not a valid block, but with valid voxels
  set(0, 3, 3, 0, 99.0);
  paraxanes::VoxelMasses masses;
  masses.Validity = validity.data();
  masses.BlockCounts = counts.data();
  masses.BlockCentroids = centroids.data();
  auto sums = paraxanes::SumMasses(masses, Grid);
  EXPECT_EQ(sums[0].Voxels, 10);
  EXPECT_EQ(sums[0].AtBorder, 0);
  for (const double coordinate : sums[0].Center(Grid))
  {
    EXPECT_NEAR(coordinate, 12.0, 1e-6);
  }
}

TEST(ParticleCenters, NothingHasNoCenter)
{
  EXPECT_TRUE(std::isnan(paraxanes::MassSums().Center(Grid)[0]));
}

// Parts with a shared plane give the same centre to the bit; so does any number of threads.
TEST(ParticleCenters, SameForPartsAndThreads)
{
  const paraxanes::VoxelGrid whole = { { -3, 60, 0, 49, 0, 39 }, { -3, 60, 0, 49, 0, 39 },
    { -3, 60, 0, 49, 0, 39 }, { 0.0, 0.0, 0.0 }, { 0.03, 0.03, 0.03 } };
  std::mt19937 random(3);
  std::vector<float> weights(64 * 50 * 40);
  for (float& weight : weights)
  {
    weight = static_cast<float>(random() % 10007) * 1e-3F;
  }
  paraxanes::VoxelMasses masses;
  masses.Weights = weights.data();
  paraxanes::SetNumberOfThreads(1);
  const auto one = paraxanes::SumMasses(masses, whole).at(0);
  paraxanes::SetNumberOfThreads(2);
  const auto two = paraxanes::SumMasses(masses, whole).at(0);
  paraxanes::SetNumberOfThreads(0);
  EXPECT_EQ(one.Moment, two.Moment);

  paraxanes::MassSums merged;
  for (const auto& owned :
    { paraxanes::VoxelBox{ -3, 11, 0, 49, 0, 39 }, paraxanes::VoxelBox{ 12, 60, 0, 49, 0, 39 } })
  {
    paraxanes::VoxelGrid part = whole;
    part.Owned = owned;
    merged.Add(paraxanes::SumMasses(masses, part).at(0));
  }
  EXPECT_EQ(merged.Voxels, one.Voxels);
  EXPECT_EQ(merged.Center(whole), one.Center(whole));
}

}
