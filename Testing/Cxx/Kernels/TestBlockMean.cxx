// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "BlockMean.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <vector>

namespace
{

using paraxanes::BlockGrid;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

std::vector<unsigned char> AllValid(const BlockGrid& grid)
{
  return std::vector<unsigned char>(static_cast<std::size_t>(grid.NumberOfVoxels()), 1);
}

std::vector<std::uint32_t> Counts(const BlockGrid& grid, const std::vector<unsigned char>& mask)
{
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(grid.NumberOfBlocks()));
  paraxanes::CountBlocks(grid, mask.data(), counts.data());
  return counts;
}

template <typename T>
std::vector<paraxanes::MeanType<T>> Means(const BlockGrid& grid,
  const std::vector<unsigned char>& mask, std::int64_t required, const std::vector<T>& values,
  int components = 1)
{
  std::vector<paraxanes::MeanType<T>> means(
    static_cast<std::size_t>(grid.NumberOfBlocks() * components));
  paraxanes::BlockMeans(grid, mask.data(), Counts(grid, mask).data(), required, values.data(),
    components, means.data());
  return means;
}

// Reproducible values without structure.
double Noise(std::size_t i)
{
  const auto hash = static_cast<std::uint32_t>(i * 2654435761u);
  return 8340.0 + 10.0 * (hash ^ hash >> 15) / 4294967296.0;
}

TEST(BlockMean, MeanOfALinearMapIsItsValueAtTheCentroid)
{
  const BlockGrid grid = { { 9, 8, 11 }, { 1, 2, 1 }, { 2, 3, 5 }, { 4, 2, 2 } };
  std::vector<double> values;
  for (int z = 0; z < 11; ++z)
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 9; ++x)
        values.push_back(0.5 * x - 0.25 * y + 2.0 * z);
  std::vector<unsigned char> mask = AllValid(grid);
  mask[3 * 72 + 4 * 9 + 4] = 0;
  const std::vector<double> means = Means(grid, mask, 1, values);
  std::vector<double> centroids(3 * means.size());
  paraxanes::BlockCentroids(grid, mask.data(), Counts(grid, mask).data(),
    { { -4, 7, 0 }, { 1.0, 2.0, 3.0 }, { 0.5, 2.0, 0.25 } }, centroids.data());
  for (std::size_t b = 0; b < means.size(); ++b)
  {
    const double x = (centroids[3 * b] - 1.0) / 0.5 + 4;
    const double y = (centroids[3 * b + 1] - 2.0) / 2.0 - 7;
    const double z = (centroids[3 * b + 2] - 3.0) / 0.25;
    EXPECT_NEAR(means[b], 0.5 * x - 0.25 * y + 2.0 * z, 1e-12) << b;
  }
  EXPECT_DOUBLE_EQ(centroids[3 * 0], 1.0 + 0.5 * (1.5 - 4));
  EXPECT_EQ(Counts(grid, mask)[1], 29u);
  EXPECT_EQ(Counts(grid, mask)[0], 30u);
}

TEST(BlockMean, ThresholdOfThreeQuarters)
{
  EXPECT_EQ(paraxanes::RequiredVoxels(0.75, 8), 6);
  EXPECT_EQ(paraxanes::RequiredVoxels(0.75, 27), 21);
  EXPECT_EQ(paraxanes::RequiredVoxels(0.75, 1), 1);
  EXPECT_EQ(paraxanes::RequiredVoxels(0.0, 8), 1);
  EXPECT_EQ(paraxanes::RequiredVoxels(1.0, 1000), 1000);
  EXPECT_EQ(paraxanes::RequiredVoxels(0.7, 10), 7);

  const BlockGrid grid = { { 4, 2, 2 }, { 0, 0, 0 }, { 2, 2, 2 }, { 2, 1, 1 } };
  std::vector<float> values = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
  std::vector<unsigned char> mask = AllValid(grid);
  for (const int hole : { 0, 1, 2, 3, 6 })
  {
    values[static_cast<std::size_t>(hole)] = static_cast<float>(NaN);
  }
  paraxanes::MaskFinite(grid, values.data(), 1, mask.data());
  const std::vector<float> means = Means(grid, mask, 6, values);
  EXPECT_EQ(means[0], (5 + 6 + 9 + 10 + 13 + 14) / 6.0f); // 6 of 8
  EXPECT_TRUE(std::isnan(means[1]));                      // 5 of 8
  EXPECT_EQ(Counts(grid, mask), (std::vector<std::uint32_t>{ 6, 5 }));
}

// Otherwise a uniform map would have a gradient where the counts of blocks differ.
TEST(BlockMean, MeanOfEqualValuesIsThatValueToTheBit)
{
  const BlockGrid grid = { { 30, 6, 6 }, { 0, 0, 0 }, { 3, 3, 3 }, { 10, 2, 2 } };
  std::vector<unsigned char> mask = AllValid(grid);
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    mask[i] = Noise(i) < 8348.0 ? 1 : 0;
  }
  for (const double value : { 8344.4, 8333.1, 1.0 / 3.0, -0.7 })
  {
    const std::vector<double> doubles(mask.size(), value);
    const std::vector<float> floats(mask.size(), static_cast<float>(value));
    for (const double mean : Means(grid, mask, 1, doubles))
    {
      EXPECT_EQ(mean, value);
    }
    for (const float mean : Means(grid, mask, 1, floats))
    {
      EXPECT_EQ(mean, static_cast<float>(value));
    }
  }
}

TEST(BlockMean, SpectraAreAveragedPerComponent)
{
  const BlockGrid grid = { { 2, 2, 1 }, { 0, 0, 0 }, { 2, 2, 1 }, { 1, 1, 1 } };
  const std::vector<float> spectra = { 1, 10, 100, 2, 20, 200, 3, 30, static_cast<float>(NaN), 6,
    60, 600 };
  std::vector<unsigned char> mask = AllValid(grid);
  paraxanes::MaskFinite(grid, spectra.data(), 3, mask.data());
  EXPECT_EQ(mask, (std::vector<unsigned char>{ 1, 1, 0, 1 }));
  EXPECT_EQ(Means(grid, mask, 3, spectra, 3), (std::vector<float>{ 3, 30, 300 }));
  const std::vector<unsigned short> counts = { 1, 2, 3, 5, 5, 7, 9, 9 };
  EXPECT_EQ(Means(grid, AllValid(grid), 1, counts, 2), (std::vector<float>{ 4.5f, 5.75f }));
}

TEST(BlockMean, LabelsTakeTheMostFrequentValueAndTheLowestOfEquals)
{
  const BlockGrid grid = { { 4, 4, 1 }, { 0, 0, 0 }, { 2, 2, 1 }, { 2, 2, 1 } };
  const std::vector<int> labels = { 7, 7, 3, 5, /**/ 7, 1, 5, 3, /**/ 0, 0, 9, 9, /**/ 0, -4, 8,
    2 };
  std::vector<unsigned char> mask = AllValid(grid);
  mask[8] = mask[9] = mask[12] = 0; // air round one valid voxel
  mask[10] = mask[11] = mask[14] = mask[15] = 0;
  std::vector<int> modes(4);
  paraxanes::BlockModes(grid, mask.data(), labels.data(), modes.data());
  EXPECT_EQ(modes, (std::vector<int>{ 7, 3, -4, 9 }));
}

// Most frequent, the lowest of equals; `none` where there is no value.
template <typename T>
T ModeOf(const std::vector<T>& values, T none)
{
  T mode = none;
  std::ptrdiff_t most = 0;
  for (const T value : std::set<T>(values.begin(), values.end()))
  {
    const std::ptrdiff_t count = std::count(values.begin(), values.end(), value);
    mode = count > most ? value : mode;
    most = std::max(most, count);
  }
  return mode;
}

// Modes and codes voted on voxel by voxel, in grains, at their borders, and in noise.
TEST(BlockMean, VotesAreThoseOfTheDefinition)
{
  for (const int factor : { 1, 2, 3 })
  {
    const BlockGrid grid = { { 41, 7, 9 }, { 1, 0, 0 }, { factor, factor, factor },
      { 40 / factor, 7 / factor, 9 / factor } };
    const auto voxels = static_cast<std::size_t>(grid.NumberOfVoxels());
    std::vector<unsigned char> mask(voxels), codes(voxels);
    std::vector<short> labels(voxels);
    for (std::size_t i = 0; i < voxels; ++i)
    {
      const double x = static_cast<double>(i % 41);
      labels[i] = static_cast<short>(x < 30 ? x / 4 - 3 : std::fmod(Noise(i), 3.0));
      codes[i] = static_cast<unsigned char>(std::fmod(10 * Noise(i), 4.0));
      mask[i] = codes[i] == 0 || x < 8 ? 1 : 0;
    }
    const auto blocks = static_cast<std::size_t>(grid.NumberOfBlocks());
    const std::vector<std::uint32_t> counts = Counts(grid, mask);
    const std::int64_t required = (factor * factor * factor + 1) / 2;
    std::vector<short> modes(blocks);
    std::vector<unsigned char> blockCodes(blocks);
    paraxanes::BlockModes(grid, mask.data(), labels.data(), modes.data());
    paraxanes::BlockCodes(grid, counts.data(), required, codes.data(), blockCodes.data());
    for (std::size_t b = 0; b < blocks; ++b)
    {
      std::vector<short> valid, all;
      std::vector<unsigned char> bad;
      const auto at = static_cast<std::int64_t>(b);
      for (int i = 0; i < factor * factor * factor; ++i)
      {
        const std::int64_t x = 1 + at % grid.Blocks[0] * factor + i % factor;
        const std::int64_t y = at / grid.Blocks[0] % grid.Blocks[1] * factor + i / factor % factor;
        const std::int64_t z = at / grid.Blocks[0] / grid.Blocks[1] * factor + i / factor / factor;
        const auto v = static_cast<std::size_t>((z * 7 + y) * 41 + x);
        all.push_back(labels[v]);
        mask[v] ? valid.push_back(labels[v]) : void();
        codes[v] ? bad.push_back(codes[v]) : void();
      }
      EXPECT_EQ(modes[b], ModeOf<short>(valid.empty() ? all : valid, 0)) << factor << ", " << b;
      EXPECT_EQ(blockCodes[b], counts[b] >= required ? 0 : ModeOf(bad, paraxanes::NotFiniteBlock))
        << factor << ", " << b;
    }
  }
}

TEST(BlockMean, CodesOfBlocks)
{
  const BlockGrid grid = { { 6, 2, 1 }, { 0, 0, 0 }, { 2, 2, 1 }, { 3, 1, 1 } };
  const std::vector<unsigned char> codes = { 0, 4, 5, 3, 0, 0, /**/ 0, 0, 5, 3, 0, 0 };
  std::vector<unsigned char> blocks(3);
  const std::vector<std::uint32_t> counts = { 3, 0, 1 };
  paraxanes::BlockCodes(grid, counts.data(), 3, codes.data(), blocks.data());
  EXPECT_EQ(blocks, (std::vector<unsigned char>{ 0, 3, paraxanes::NotFiniteBlock }));
  paraxanes::BlockCodes(grid, counts.data(), 1, nullptr, blocks.data());
  EXPECT_EQ(blocks, (std::vector<unsigned char>{ 0, paraxanes::NotFiniteBlock, 0 }));
}

// Binning by 2 and then by 3 counts and locates the same voxels as binning by 6.
TEST(BlockMean, MomentsAreCarriedThroughRepeatedBinning)
{
  const BlockGrid by6 = { { 12, 12, 12 }, { 0, 0, 0 }, { 6, 6, 6 }, { 2, 2, 2 } };
  const BlockGrid by2 = { { 12, 12, 12 }, { 0, 0, 0 }, { 2, 2, 2 }, { 6, 6, 6 } };
  const BlockGrid by3 = { { 6, 6, 6 }, { 0, 0, 0 }, { 3, 3, 3 }, { 2, 2, 2 } };
  const paraxanes::VoxelPositions at = { { 0, 0, 0 }, { 5.0, -3.0, 1.0 }, { 0.03, 0.03, 0.06 } };
  std::vector<unsigned char> mask = AllValid(by6);
  for (std::size_t i = 0; i < mask.size(); ++i)
  {
    mask[i] = Noise(i) < 8343.0 || i % 12 < 2 ? 0 : 1; // empty blocks of 2 among them
  }
  std::vector<double> centroids2(3 * 216), centroids3(3 * 8), centroids6(3 * 8);
  std::vector<std::uint32_t> counts3(8);
  paraxanes::BlockCentroids(by2, mask.data(), Counts(by2, mask).data(), at, centroids2.data());
  paraxanes::BlockCentroids(by6, mask.data(), Counts(by6, mask).data(), at, centroids6.data());
  paraxanes::MergeBlocks(
    by3, Counts(by2, mask).data(), centroids2.data(), counts3.data(), centroids3.data());
  EXPECT_EQ(counts3, Counts(by6, mask));
  EXPECT_TRUE(std::isnan(centroids2[0]));
  for (std::size_t i = 0; i < centroids3.size(); ++i)
  {
    EXPECT_NEAR(centroids3[i], centroids6[i], 1e-13);
  }
}

template <typename T>
bool SameBits(const std::vector<T>& a, const std::vector<T>& b)
{
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

TEST(BlockMean, RowByRowIsTheSameAsAtOnce)
{
  const BlockGrid grid = { { 67, 61, 50 }, { 1, 0, 2 }, { 3, 2, 3 }, { 22, 30, 16 } };
  std::vector<double> values(static_cast<std::size_t>(grid.NumberOfVoxels()));
  std::vector<float> floats(values.size());
  std::vector<int> labels(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = i % 7 == 3 ? NaN : Noise(i);
    floats[i] = static_cast<float>(values[i]);
    labels[i] = static_cast<int>(Noise(i)) % 3;
  }
  const auto blocks = static_cast<std::size_t>(grid.NumberOfBlocks());
  const auto bin = [&](bool rowByRow, std::vector<double>& means, std::vector<float>& errors,
                     std::vector<int>& modes, std::vector<double>& centroids)
  {
    means.resize(blocks);
    errors.resize(blocks);
    modes.resize(blocks);
    centroids.resize(3 * blocks);
    std::vector<unsigned char> mask(values.size());
    std::vector<std::uint32_t> counts(blocks);
    for (std::int64_t row = 0; row < (rowByRow ? grid.NumberOfRows() : 1); ++row)
    {
      const std::int64_t y = row % grid.Blocks[1];
      const BlockGrid part = rowByRow ? grid.OfRows(row / grid.Blocks[1], y, y + 1) : grid;
      const std::int64_t first = row * grid.Blocks[0];
      paraxanes::MaskAll(part, mask.data());
      paraxanes::MaskFinite(part, values.data(), 1, mask.data());
      paraxanes::CountBlocks(part, mask.data(), &counts[first]);
      paraxanes::BlockMeans(part, mask.data(), &counts[first], 9, values.data(), 1, &means[first]);
      paraxanes::BlockErrors(part, mask.data(), &counts[first], 9, floats.data(), &errors[first]);
      paraxanes::BlockModes(part, mask.data(), labels.data(), &modes[first]);
      paraxanes::BlockCentroids(part, mask.data(), &counts[first],
        { { 0, 0, 0 }, { 0, 0, 0 }, { 1, 1, 1 } }, &centroids[3 * first]);
    }
  };
  std::vector<double> means[2];
  std::vector<float> errors[2];
  std::vector<int> modes[2];
  std::vector<double> centroids[2];
  for (const int i : { 0, 1 })
  {
    bin(i == 1, means[i], errors[i], modes[i], centroids[i]);
  }
  EXPECT_TRUE(SameBits(means[0], means[1]));
  EXPECT_TRUE(SameBits(errors[0], errors[1]));
  EXPECT_TRUE(SameBits(centroids[0], centroids[1]));
  EXPECT_EQ(modes[0], modes[1]);
}

}
