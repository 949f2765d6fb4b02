// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleBootstrap.h"
#include "CounterNoise.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

namespace
{

using paraxanes::AngleBand;
using paraxanes::AngleReference;
using paraxanes::BlockSums;
using paraxanes::BootstrapChoice;
using paraxanes::BootstrapColumns;
using paraxanes::VectorField;
using paraxanes::VoxelBox;
using paraxanes::VoxelGrid;

constexpr double Pi = 3.14159265358979323846;

// Theta and |u| given for each voxel; the vectors lie along z, as only their size counts.
struct Field
{
  VoxelGrid Grid;
  std::vector<float> Vectors;
  std::vector<float> Theta;
  std::vector<float> Errors;
  std::vector<std::int32_t> Labels;
  AngleReference Reference = { { 0 }, { { -3.0, -4.0, -5.0 } }, -1, false };

  Field(const VoxelBox& box, const VoxelBox& owned, const VoxelBox& whole,
    const std::function<double(int, int, int)>& theta,
    const std::function<double(int, int, int)>& size)
    : Grid{ box, owned, whole, { 0.0, 0.0, 0.0 }, { 0.1, 0.1, 0.1 } }
  {
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y)
      {
        for (int x = box[0]; x <= box[1]; ++x)
        {
          this->Theta.push_back(static_cast<float>(theta(x, y, z)));
          const auto u = static_cast<float>(size(x, y, z));
          this->Vectors.insert(this->Vectors.end(), { 0.0F, 0.0F, u });
        }
      }
    }
  }

  VectorField<float> Values() const
  {
    return { this->Vectors.data(), this->Labels.empty() ? nullptr : this->Labels.data(),
      this->Errors.empty() ? nullptr : this->Errors.data(), this->Theta.data() };
  }
  BlockSums Sums(const BootstrapColumns& columns, int edge) const
  {
    const paraxanes::BlockGrid blocks(this->Grid, edge);
    BlockSums sums = paraxanes::SumBlocks(
      this->Values(), this->Grid, this->Reference, columns, blocks, 0, blocks.NumberOfRows());
    sums.SortByParticle();
    return sums;
  }
  BootstrapColumns Columns(int bins) const
  {
    return { bins, static_cast<std::int64_t>(this->Theta.size()),
      paraxanes::FindLargest(
        this->Values(), this->Grid, this->Reference, 0, this->Grid.NumberOfRows()) };
  }
  static std::vector<std::int64_t> Replicates(
    const BlockSums& sums, const BootstrapColumns& columns, const BootstrapChoice& choice)
  {
    std::vector<std::int64_t> replicates(
      static_cast<std::size_t>(choice.Samples) * static_cast<std::size_t>(columns.Number()), 0);
    for (int first = 0; first < choice.Samples; first += 50)
    {
      paraxanes::Resample(
        sums, sums.PartsOf(0), choice, first, std::min(first + 50, choice.Samples), replicates);
    }
    return replicates;
  }
  AngleBand Band(int bins, const BootstrapChoice& choice) const
  {
    const BootstrapColumns columns = this->Columns(bins);
    const BlockSums sums = this->Sums(columns, choice.BlockEdge);
    const auto blocks = [&](int column)
    { return static_cast<std::int64_t>(sums.BlocksWith(sums.Parts, column).size()); };
    AngleBand band(bins);
    band.Blocks = blocks(columns.Count());
    band.SignalBlocks = blocks(columns.SignalNumber());
    const auto statistics = paraxanes::StatisticsOf(columns, false, band);
    paraxanes::FindIntervals(Replicates(sums, columns, choice), choice, statistics, 0,
      static_cast<std::int64_t>(statistics.size()));
    return band;
  }
};

// Voxels [0, n) along each axis.
Field Cube(int n, const std::function<double(int, int, int)>& theta,
  const std::function<double(int, int, int)>& size)
{
  const VoxelBox box = { 0, n - 1, 0, n - 1, 0, n - 1 };
  return { box, box, box, theta, size };
}

std::uint64_t Counter(int x, int y, int z)
{
  return static_cast<std::uint64_t>(x + 1000 * (y + 1000 * z));
}

// The share of bins, over all fields, whose true density lies in the band. `theta` of a uniform
// number; equal in cubes of `grain` voxels.
struct Coverage
{
  double Plain = 0.0;
  double Weighted = 0.0;
  double Mean = 0.0;
  double Across = 0.0;
};

Coverage Cover(int grain, int edge, const std::function<double(double)>& theta,
  const std::vector<double>& densities, double across, int fields = 120, double level = 0.95)
{
  const int bins = static_cast<int>(densities.size());
  Coverage coverage;
  const auto inside = [](const paraxanes::Interval& interval, double truth)
  { return interval.Lower <= truth && truth <= interval.Upper ? 1.0 : 0.0; };
  for (int seed = 1; seed <= fields; ++seed)
  {
    const auto uniform = [&](int x, int y, int z, int which)
    {
      return paraxanes::UniformAt(
        static_cast<std::uint64_t>(2 * seed + which), Counter(x / grain, y / grain, z / grain));
    };
    // |u| uniform in 1..2, whatever theta is: the weighted density is the plain one.
    const Field field = Cube(
      24, [&](int x, int y, int z) { return theta(uniform(x, y, z, 0)); },
      [&](int x, int y, int z) { return 1.0 + uniform(x, y, z, 1000001); });
    const AngleBand band = field.Band(bins, { 200, edge, level, static_cast<std::uint64_t>(seed) });
    for (int bin = 0; bin < bins; ++bin)
    {
      const auto i = static_cast<std::size_t>(bin);
      coverage.Plain += inside(band.Densities[i], densities[i]) / (fields * bins);
      coverage.Weighted += inside(band.WeightedDensities[i], densities[i]) / (fields * bins);
    }
    coverage.Mean += inside(band.MeanSize, 1.5) / fields;
    coverage.Across += inside(band.AcrossOverRandom, across) / fields;
  }
  return coverage;
}

std::vector<double> RandomDensities(int bins)
{
  std::vector<double> densities = paraxanes::RandomProbabilities(bins, false);
  for (double& density : densities)
  {
    density *= bins / 180.0;
  }
  return densities;
}

double RandomTheta(double uniform)
{
  return std::acos(1.0 - 2.0 * uniform) * 180.0 / Pi;
}

// At 95 % the scatter of a share of 120 fields is 2 %, of their bins together less than 1 %.
void ExpectNominal(const Coverage& coverage)
{
  EXPECT_NEAR(coverage.Plain, 0.945, 0.02);
  EXPECT_NEAR(coverage.Weighted, 0.945, 0.02);
  EXPECT_NEAR(coverage.Mean, 0.945, 0.06);
  EXPECT_NEAR(coverage.Across, 0.945, 0.06);
}

TEST(AngleBootstrap, CoversRandomDirections)
{
  ExpectNominal(Cover(1, 4, RandomTheta, RandomDensities(9), 1.0));
}

// Independent vectors.
TEST(AngleBootstrap, CoversAsOftenAsItsLevelSays)
{
  constexpr int Fields = 150;
  for (const double level : { 0.5, 0.68, 0.9 })
  {
    SCOPED_TRACE(level);
    const Coverage coverage = Cover(1, 3, RandomTheta, RandomDensities(6), 1.0, Fields, level);
    const double scatter = std::sqrt(level * (1.0 - level) / Fields); // of a binomial share
    EXPECT_NEAR(coverage.Plain, level, 3.0 * scatter / std::sqrt(6.0));
    EXPECT_NEAR(coverage.Weighted, level, 3.0 * scatter / std::sqrt(6.0));
    EXPECT_NEAR(coverage.Mean, level, 3.0 * scatter);
    EXPECT_NEAR(coverage.Across, level, 3.0 * scatter);
  }
}

TEST(AngleBootstrap, CoversRandomDirectionsThatAreEqualInBlocks)
{
  ExpectNominal(Cover(3, 3, RandomTheta, RandomDensities(6), 1.0));
  // Voxel by voxel it takes them for independent: the band is five times too narrow.
  EXPECT_LT(Cover(3, 1, RandomTheta, RandomDensities(6), 1.0, 8).Plain, 0.5);
}

TEST(AngleBootstrap, CoversAKnownDensity)
{
  // Uniform over 0..180 degrees; 20 degrees of them have cos(80) of the random ones.
  const std::vector<double> uniform(9, 1.0 / 180.0);
  ExpectNominal(Cover(
    2, 4, [](double x) { return 180.0 * x; }, uniform, 20.0 / 180.0 / std::cos(80.0 * Pi / 180.0)));
}

void ExpectSame(const AngleBand& one, const AngleBand& other)
{
  for (std::size_t bin = 0; bin < one.Densities.size(); ++bin)
  {
    EXPECT_EQ(one.Densities[bin].Lower, other.Densities[bin].Lower);
    EXPECT_EQ(one.Densities[bin].Upper, other.Densities[bin].Upper);
    EXPECT_EQ(one.WeightedDensities[bin].Lower, other.WeightedDensities[bin].Lower);
    EXPECT_EQ(one.WeightedDensities[bin].Upper, other.WeightedDensities[bin].Upper);
  }
  EXPECT_EQ(one.MeanSize.Lower, other.MeanSize.Lower);
  EXPECT_EQ(one.MeanWithoutNoise.Upper, other.MeanWithoutNoise.Upper);
  EXPECT_EQ(one.RootMeanSquareWithoutNoise.Lower, other.RootMeanSquareWithoutNoise.Lower);
}

double ThetaAt(int x, int y, int z)
{
  return RandomTheta(paraxanes::UniformAt(1, Counter(x, y, z)));
}
double SizeAt(int x, int y, int z)
{
  return 1.0 + 0.3 * paraxanes::UniformAt(2, Counter(x, y, z));
}

TEST(AngleBootstrap, SameForAnyNumberOfThreads)
{
  Field field = Cube(30, ThetaAt, SizeAt);
  field.Errors.assign(field.Theta.size(), 0.25F);
  const BootstrapChoice choice = { 100, 4, 0.9, 7 };
  paraxanes::SetNumberOfThreads(1);
  const AngleBand one = field.Band(36, choice);
  paraxanes::SetNumberOfThreads(4);
  const AngleBand four = field.Band(36, choice);
  paraxanes::SetNumberOfThreads(0);
  ExpectSame(one, four);
  EXPECT_LT(one.MeanSize.Lower, one.MeanSize.Upper);
  EXPECT_LT(one.MeanWithoutNoise.Upper, one.MeanSize.Lower);
  // Another seed, another band.
  EXPECT_NE(field.Band(36, { 100, 4, 0.9, 8 }).MeanSize.Lower, one.MeanSize.Lower);
}

// Vectors of nothing but noise: in half of the replicates the noise accounts for more than all.
TEST(AngleBootstrap, BandOfTheMeanWithoutNoiseIsOfAllReplicates)
{
  constexpr int Size = 12;
  constexpr int Edge = 3;
  const auto normal = [](int x, int y, int z, std::uint64_t which)
  { return paraxanes::NormalAt(10 + which, Counter(x, y, z)); };
  Field field = Cube(Size, ThetaAt,
    [&](int x, int y, int z)
    { return std::hypot(normal(x, y, z, 0), normal(x, y, z, 1), normal(x, y, z, 2)); });
  field.Errors.assign(field.Theta.size(), 1.0F);
  const BootstrapChoice choice = { 400, Edge, 0.8, 5 };
  const AngleBand band = field.Band(4, choice);

  std::vector<double> means;
  int withoutSignal = 0;
  for (int replicate = 0; replicate < choice.Samples; ++replicate)
  {
    double number = 0.0;
    double sizes = 0.0;
    double squares = 0.0;
    for (int i = 0; i < Size * Size * Size; ++i)
    {
      const int x = i % Size / Edge;
      const int y = i / Size % Size / Edge;
      const int z = i / Size / Size / Edge;
      const int weight = paraxanes::PoissonWeight(choice.Seed, replicate, x + 4 * (y + 4 * z));
      const double u = field.Vectors[static_cast<std::size_t>(3 * i + 2)];
      number += weight;
      sizes += weight * std::fmax(0.0, u - 1.0 / u);
      squares += weight * (u * u - 3.0);
    }
    means.push_back(sizes / number);
    withoutSignal += squares <= 0.0 ? 1 : 0;
  }
  EXPECT_GT(withoutSignal, 0.2 * choice.Samples);
  EXPECT_LT(withoutSignal, 0.8 * choice.Samples);
  std::sort(means.begin(), means.end());
  // Places 0.1 * 399 and 0.9 * 399 of 0 to 399.
  EXPECT_NEAR(band.MeanWithoutNoise.Lower, 0.1 * means[39] + 0.9 * means[40], 1e-9);
  EXPECT_NEAR(band.MeanWithoutNoise.Upper, 0.9 * means[359] + 0.1 * means[360], 1e-9);
  EXPECT_EQ(band.RootMeanSquareWithoutNoise.Lower, 0.0);
  EXPECT_GT(band.RootMeanSquareWithoutNoise.Upper, 0.0);
}

// Vectors that are cut off count in the sizes without noise only.
TEST(AngleBootstrap, BlocksAreThoseOfTheVectorsThatCount)
{
  Field field = Cube(
    12, [](int x, int y, int z) { return x < 8 ? std::nan("") : ThetaAt(x, y, z); }, SizeAt);
  field.Errors.assign(field.Theta.size(), 0.25F);
  AngleBand band = field.Band(4, { 100, 4, 0.9, 1 });
  EXPECT_EQ(band.Blocks, 9);
  EXPECT_EQ(band.SignalBlocks, 27);
  EXPECT_LT(band.MeanSize.Lower, band.MeanSize.Upper);
  band = field.Band(4, { 100, 12, 0.9, 1 });
  EXPECT_EQ(band.Blocks, 1);
  EXPECT_EQ(band.SignalBlocks, 1);
  EXPECT_TRUE(std::isnan(band.MeanWithoutNoise.Lower));
  field = Cube(
    12, [](int x, int y, int z) { return x + y + z > 0 ? std::nan("") : ThetaAt(x, y, z); },
    SizeAt);
  field.Errors.assign(field.Theta.size(), 0.25F);
  band = field.Band(4, { 100, 4, 0.9, 1 });
  EXPECT_EQ(band.Blocks, 1);
  EXPECT_TRUE(std::isnan(band.MeanSize.Lower));
  EXPECT_LT(band.MeanWithoutNoise.Lower, band.MeanWithoutNoise.Upper);
}

// Parts of a field that overlap, whose border cuts blocks, give the same to the bit.
TEST(AngleBootstrap, PartsMakeTheWhole)
{
  const VoxelBox whole = { -2, 20, 1, 14, 3, 17 };
  const Field all(whole, whole, whole, ThetaAt, SizeAt);
  const BootstrapChoice choice = { 60, 5, 0.95, 3 };
  const BootstrapColumns columns = all.Columns(12);
  const BlockSums allSums = all.Sums(columns, choice.BlockEdge);
  const std::vector<std::int64_t> expected = Field::Replicates(allSums, columns, choice);

  std::vector<std::int64_t> sum(expected.size(), 0);
  std::set<std::int64_t> blocks;
  for (const VoxelBox& owned : { VoxelBox{ -2, 6, 1, 14, 3, 17 }, VoxelBox{ 7, 20, 1, 7, 3, 17 },
         VoxelBox{ 7, 20, 8, 14, 3, 17 } })
  {
    VoxelBox box = owned;
    for (int axis = 0; axis < 3; ++axis)
    {
      box[2 * axis] = std::max(whole[2 * axis], box[2 * axis] - 1);
      box[2 * axis + 1] = std::min(whole[2 * axis + 1], box[2 * axis + 1] + 1);
    }
    const Field part(box, owned, whole, ThetaAt, SizeAt);
    const BlockSums sums = part.Sums(columns, choice.BlockEdge);
    const std::vector<std::int64_t> mine = Field::Replicates(sums, columns, choice);
    for (std::size_t i = 0; i < sum.size(); ++i)
    {
      sum[i] += mine[i];
    }
    for (const BlockSums::Part& block : sums.Parts)
    {
      blocks.insert(block.Block);
    }
  }
  EXPECT_EQ(sum, expected);
  EXPECT_EQ(blocks.size(), allSums.Parts.size());
  EXPECT_EQ(blocks.size(), 5U * 3U * 3U);
}

TEST(AngleBootstrap, EachParticleHasItsOwnParts)
{
  Field field = Cube(12, ThetaAt, SizeAt);
  field.Reference.Particles = { 3, 8 };
  field.Reference.Centers = { { -3.0, -4.0, -5.0 }, { -3.0, -4.0, -5.0 } };
  for (std::size_t i = 0; i < field.Theta.size(); ++i)
  {
    field.Labels.push_back(i % 12 < 5 ? 3 : (i % 12 < 10 ? 8 : 0));
  }
  const BootstrapColumns columns = field.Columns(6);
  const BlockSums sums = field.Sums(columns, 4);
  EXPECT_EQ(sums.PartsOf(0).size(), 2U * 9U);
  EXPECT_EQ(sums.PartsOf(1).size(), 2U * 9U);
  std::int64_t vectors[2] = {};
  for (int particle = 0; particle < 2; ++particle)
  {
    for (const BlockSums::Part& part : sums.PartsOf(particle))
    {
      for (std::int64_t i = part.Begin; i < part.End; ++i)
      {
        const BlockSums::Entry& entry = sums.Entries[static_cast<std::size_t>(i)];
        vectors[particle] += entry.Column < columns.SizesOf(0) ? entry.Value : 0;
      }
    }
    EXPECT_EQ(vectors[particle], 5 * 144);
  }
}

TEST(AngleBootstrap, OneBlockHasNoBand)
{
  const AngleBand band = Cube(6, ThetaAt, SizeAt).Band(4, { 50, 6, 0.95, 1 });
  EXPECT_EQ(band.Blocks, 1);
  EXPECT_TRUE(std::isnan(band.MeanSize.Lower));
  ASSERT_EQ(band.Densities.size(), 4U);
  EXPECT_TRUE(std::isnan(band.Densities[0].Upper));
}

TEST(AngleBootstrap, WeightsAreThoseOfPoisson)
{
  constexpr int Number = 200000;
  int counts[17] = {};
  for (int block = 0; block < Number; ++block)
  {
    ++counts[paraxanes::PoissonWeight(4, block % 7, block)];
  }
  double probability = std::exp(-1.0);
  for (int weight = 0; weight < 7; ++weight)
  {
    EXPECT_NEAR(counts[weight], Number * probability, 4.0 * std::sqrt(Number * probability) + 1.0);
    probability /= weight + 1;
  }
}

}
