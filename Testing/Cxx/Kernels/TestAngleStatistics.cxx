// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleStatistics.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace
{

using paraxanes::AngleHistogram;
using paraxanes::AngleReference;
using paraxanes::Vector3;
using paraxanes::VoxelBox;
using paraxanes::VoxelGrid;

constexpr double Pi = 3.14159265358979323846;

VoxelGrid MakeGrid(const VoxelBox& box)
{
  return { box, box, box, { 0.5, -1.0, 2.0 }, { 0.1, 0.2, 0.3 } };
}

std::int64_t NumberOfVoxels(const VoxelGrid& grid)
{
  return grid.Size(0) * grid.NumberOfRows();
}

Vector3 CenterOf(const VoxelGrid& grid)
{
  Vector3 center;
  for (int axis = 0; axis < 3; ++axis)
  {
    center[axis] = 0.5 *
      (grid.Position(axis, grid.Whole[2 * axis]) + grid.Position(axis, grid.Whole[2 * axis + 1]));
  }
  return center;
}

// Vectors made by a function of the position.
template <typename T>
std::vector<T> Field(const VoxelGrid& grid, const std::function<Vector3(const Vector3&)>& function)
{
  std::vector<T> field;
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
  {
    for (int x = grid.Box[0]; x <= grid.Box[1]; ++x)
    {
      for (const double value : function(
             { grid.Position(0, x), grid.Position(1, grid.Y(row)), grid.Position(2, grid.Z(row)) }))
      {
        field.push_back(static_cast<T>(value));
      }
    }
  }
  return field;
}

// Independent random directions; |u| is `size` of a uniform number in [0, 1).
template <typename T = float>
std::vector<T> RandomField(
  std::int64_t voxels, unsigned seed, bool plane = false,
  const std::function<double(double)>& size = [](double x) { return 1.0 + x; })
{
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<T> field;
  for (std::int64_t i = 0; i < voxels; ++i)
  {
    const Vector3 u = { normal(random), normal(random), plane ? 0.0 : normal(random) };
    const double scale = size(uniform(random)) / std::sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]);
    for (const double value : u)
    {
      field.push_back(static_cast<T>(value * scale));
    }
  }
  return field;
}

struct Result
{
  std::vector<float> Theta;
  AngleHistogram Histogram;
};

template <typename T>
Result Angles(const std::vector<T>& field, const VoxelGrid& grid, const AngleReference& reference,
  int bins = 36)
{
  Result result;
  result.Theta.assign(static_cast<std::size_t>(NumberOfVoxels(grid)), -1.0F);
  auto histograms = paraxanes::ComputeAngles(
    field.data(), nullptr, grid, reference, bins, 0, grid.NumberOfRows(), result.Theta.data());
  const auto found = histograms.find(0);
  result.Histogram = found == histograms.end() ? AngleHistogram(bins) : found->second;
  return result;
}

AngleReference OneCenter(const Vector3& center, int normal = -1)
{
  return { { 0 }, { center }, normal, false };
}

TEST(AngleStatistics, OutwardIs180InwardIs0TangentialIs90)
{
  const VoxelGrid grid = MakeGrid({ -7, 6, 3, 15, 0, 9 });
  const Vector3 center = { 0.47, 0.9, 3.3 };
  const auto radial = [&](const Vector3& p) {
    return Vector3{ p[0] - center[0], p[1] - center[1], p[2] - center[2] };
  };
  const auto tangential = [&](const Vector3& p) {
    return Vector3{ -(p[1] - center[1]), p[0] - center[0], 0.0 };
  };

  AngleReference reference = OneCenter(center);
  for (const float theta : Angles(Field<float>(grid, radial), grid, reference).Theta)
  {
    ASSERT_NEAR(theta, 180.0F, 2e-5F);
  }
  for (const float theta : Angles(Field<double>(grid, tangential), grid, reference).Theta)
  {
    ASSERT_NEAR(theta, 90.0F, 1e-5F);
  }
  reference.Outward = true;
  for (const float theta : Angles(Field<float>(grid, radial), grid, reference).Theta)
  {
    ASSERT_NEAR(theta, 0.0F, 2e-5F);
  }
}

// Against the arc tangent in long double, over all angles and near their ends.
TEST(AngleStatistics, ThetaIsExactToAMillionthOfADegree)
{
  const VoxelGrid grid = { { 0, 4000, 0, 0, 0, 0 }, { 0, 4000, 0, 0, 0, 0 },
    { 0, 4000, 0, 0, 0, 0 }, { 0.0, 0.0, 0.0 }, { 0.0, 1.0, 1.0 } };
  const AngleReference reference = OneCenter({ 3.0, 0.0, 0.0 });
  std::vector<double> field;
  std::vector<double> truth;
  for (int i = 0; i <= 4000; ++i)
  {
    // v is along x; every third angle is close to 0 or 180.
    const double angle = i % 3 == 0 ? i * 1e-6 : (i % 3 == 1 ? 180.0 - i * 1e-6 : i * 0.045);
    const double size = std::pow(10.0, i % 7 - 3);
    field.insert(field.end(),
      { size * std::cos(angle * Pi / 180.0), size * std::sin(angle * Pi / 180.0) * 0.6,
        size * std::sin(angle * Pi / 180.0) * 0.8 });
    truth.push_back(angle);
  }
  const Result result = Angles(field, grid, reference);
  for (std::size_t i = 0; i < truth.size(); ++i)
  {
    // float32 has steps of 1.5e-5 degrees at 180.
    ASSERT_NEAR(result.Theta[i], truth[i], truth[i] < 0.01 ? 3e-9 : 0.8e-5) << i;
  }
}

TEST(AngleStatistics, NoThetaWithoutDirection)
{
  const VoxelGrid grid = { { 0, 5, 0, 0, 0, 0 }, { 0, 5, 0, 0, 0, 0 }, { 0, 5, 0, 0, 0, 0 },
    { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
  const float nan = std::nanf("");
  const float inf = HUGE_VALF;
  const std::vector<float> field = { 0, 0, 0, /**/ nan, 1, 1, /**/ 1, 0, 0, /**/ 1, 1, 1, /**/ 1,
    inf, 0, /**/ 0, 0, 2 };
  // Voxel 3 is the centre.
  const Result result = Angles(field, grid, OneCenter({ 3.0, 0.0, 0.0 }));
  EXPECT_TRUE(std::isnan(result.Theta[0]));
  EXPECT_TRUE(std::isnan(result.Theta[1]));
  EXPECT_FLOAT_EQ(result.Theta[2], 0.0F);
  EXPECT_TRUE(std::isnan(result.Theta[3]));
  EXPECT_TRUE(std::isnan(result.Theta[4]));
  EXPECT_FLOAT_EQ(result.Theta[5], 90.0F);
  EXPECT_EQ(result.Histogram.NumberOfVectors(), 2);
  EXPECT_DOUBLE_EQ(result.Histogram.SumOfSizes(), 3.0);
}

// In a plane the line to the centre is projected: its part along the normal changes nothing.
TEST(AngleStatistics, InAPlaneTheLineIsProjected)
{
  const VoxelGrid grid = MakeGrid({ 0, 9, 0, 9, 0, 3 });
  for (int normal = 0; normal < 3; ++normal)
  {
    const int a = (normal + 1) % 3;
    const Vector3 center = { 0.96, 0.07, 2.2 };
    const auto inPlane = [&](const Vector3& p)
    {
      Vector3 u = { 0.0, 0.0, 0.0 };
      const int b = (normal + 2) % 3;
      u[a] = p[a] - center[a];
      u[b] = p[b] - center[b];
      return u;
    };
    for (const float theta :
      Angles(Field<float>(grid, inPlane), grid, OneCenter(center, normal)).Theta)
    {
      ASSERT_NEAR(theta, 180.0F, 2e-5F);
    }
  }
}

TEST(AngleStatistics, RandomDirectionsFollowTheReference)
{
  for (const bool plane : { false, true })
  {
    for (const unsigned seed : { 1U, 2U, 3U })
    {
      const VoxelGrid grid = MakeGrid({ 0, 99, 0, 49, 0, 39 });
      const auto field = RandomField(NumberOfVoxels(grid), seed, plane);
      const Result result = Angles(field, grid, OneCenter({ 3.01, 2.02, 9.03 }, plane ? 2 : -1));
      const auto summary = paraxanes::Summarize(result.Histogram, plane);
      EXPECT_EQ(summary.NumberOfVectors, NumberOfVoxels(grid));
      EXPECT_GT(summary.ChiSquaredPerDof, 0.4);
      EXPECT_LT(summary.ChiSquaredPerDof, 1.9);
      EXPECT_NEAR(summary.AcrossOverRandom, 1.0, 0.03);
      EXPECT_NEAR(summary.WeightedAcrossOverRandom, 1.0, 0.03);
      EXPECT_NEAR(summary.OrderParameter, 0.0, 0.01);
      EXPECT_NEAR(summary.MeanSize, 1.5, 0.005);
      // The other reference does not fit.
      EXPECT_GT(paraxanes::Summarize(result.Histogram, !plane).ChiSquaredPerDof, 100.0);
    }
  }
}

TEST(AngleStatistics, SummaryOfKnownAngles)
{
  // Sizes 1, 2, 3, 4 at 0, 60, 80, 100 degrees from v, which is along x.
  const VoxelGrid grid = { { 0, 3, 0, 0, 0, 0 }, { 0, 3, 0, 0, 0, 0 }, { 0, 3, 0, 0, 0, 0 },
    { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
  const double degrees[4] = { 0.0, 60.0, 85.0, 95.0 };
  std::vector<double> field;
  double squaredCosine = 0.0;
  for (int i = 0; i < 4; ++i)
  {
    const double cosine = std::cos(degrees[i] * Pi / 180.0);
    field.insert(
      field.end(), { (i + 1) * cosine, (i + 1) * std::sin(degrees[i] * Pi / 180.0), 0.0 });
    squaredCosine += cosine * cosine / 4.0;
  }
  const auto histogram = Angles(field, grid, OneCenter({ 10.0, 0.0, 0.0 }), 4).Histogram;
  EXPECT_EQ(histogram.Counts, (std::vector<std::int64_t>{ 1, 2, 1, 0 }));
  EXPECT_NEAR(histogram.Sizes[1], 5.0, 1e-12);

  const auto space = paraxanes::Summarize(histogram, false);
  const double across = std::cos(80.0 * Pi / 180.0);
  EXPECT_DOUBLE_EQ(space.MeanSize, 2.5);
  EXPECT_NEAR(space.AcrossOverRandom, 0.5 / across, 1e-12);
  EXPECT_NEAR(space.WeightedAcrossOverRandom, 0.7 / across, 1e-12);
  EXPECT_NEAR(space.OrderParameter, 1.5 * squaredCosine - 0.5, 1e-12);
  const double p = (1.0 - std::sqrt(0.5)) / 2.0; // of the outer bins
  const double q = 0.5 - p;
  EXPECT_NEAR(space.ChiSquaredPerDof,
    (std::pow(1 - 4 * p, 2) / (4 * p) + std::pow(2 - 4 * q, 2) / (4 * q) +
      std::pow(1 - 4 * q, 2) / (4 * q) + 4 * p) /
      3.0,
    1e-12);
  const auto plane = paraxanes::Summarize(histogram, true);
  EXPECT_NEAR(plane.OrderParameter, 2.0 * squaredCosine - 1.0, 1e-12);
  EXPECT_NEAR(plane.AcrossOverRandom, 0.5 * 9.0, 1e-12);
  EXPECT_NEAR(plane.ChiSquaredPerDof, (0.0 + 1.0 + 0.0 + 1.0) / 3.0, 1e-12);
}

TEST(AngleStatistics, SummaryOfNothingIsNotANumber)
{
  const auto summary = paraxanes::Summarize(AngleHistogram(36), false);
  EXPECT_EQ(summary.NumberOfVectors, 0);
  EXPECT_TRUE(std::isnan(summary.MeanSize));
  EXPECT_TRUE(std::isnan(summary.AcrossOverRandom));
  EXPECT_TRUE(std::isnan(summary.ChiSquaredPerDof));
}

TEST(AngleStatistics, RandomProbabilitiesSumToOne)
{
  for (const int bins : { 1, 7, 36, 1800 })
  {
    const auto space = paraxanes::RandomProbabilities(bins, false);
    EXPECT_NEAR(std::accumulate(space.begin(), space.end(), 0.0), 1.0, 1e-12);
    EXPECT_NEAR(space[0], (1.0 - std::cos(Pi / bins)) / 2.0, 1e-12);
    const auto plane = paraxanes::RandomProbabilities(bins, true);
    EXPECT_DOUBLE_EQ(plane[bins / 2], 1.0 / bins);
  }
}

// A bin's lower edge belongs to it, whatever the number of bins; 180 belongs to the last.
TEST(AngleStatistics, BinsAreClosedBelow)
{
  for (const int bins : { 9, 36, 180 })
  {
    const VoxelGrid grid = { { 0, 3, 0, 0, 0, 0 }, { 0, 3, 0, 0, 0, 0 }, { 0, 3, 0, 0, 0, 0 },
      { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
    // 0, 90, 180 and 45 degrees are exact.
    const std::vector<float> field = { 1, 0, 0, 0, 1, 0, -1, 0, 0, 1, 1, 0 };
    const auto counts = Angles(field, grid, OneCenter({ 9.0, 0.0, 0.0 }), bins).Histogram.Counts;
    std::vector<std::int64_t> expected(static_cast<std::size_t>(bins), 0);
    ++expected[0];
    ++expected[bins / 2];
    ++expected[bins - 1];
    ++expected[bins / 4];
    EXPECT_EQ(counts, expected) << bins;
  }
}

TEST(AngleStatistics, SameForAnyNumberOfThreads)
{
  const VoxelGrid grid = MakeGrid({ 0, 298, 0, 40, 0, 50 });
  const auto field = RandomField(NumberOfVoxels(grid), 4);
  const AngleReference reference = OneCenter({ 10.01, 3.02, 9.03 });
  paraxanes::SetNumberOfThreads(1);
  const Result one = Angles(field, grid, reference);
  paraxanes::SetNumberOfThreads(2);
  const Result two = Angles(field, grid, reference);
  paraxanes::SetNumberOfThreads(0);
  EXPECT_EQ(one.Theta, two.Theta);
  EXPECT_EQ(one.Histogram.Counts, two.Histogram.Counts);
  EXPECT_EQ(one.Histogram.Sizes, two.Histogram.Sizes);
  EXPECT_EQ(one.Histogram.SumOfSquaredCosines, two.Histogram.SumOfSquaredCosines);
}

// Two parts that overlap, as on two ranks: the same theta to the bit, and merged the same
// counts.
TEST(AngleStatistics, PartsMakeTheWhole)
{
  const VoxelGrid whole = MakeGrid({ -9, 27, 2, 20, 0, 10 });
  const auto field = RandomField(NumberOfVoxels(whole), 5);
  const AngleReference reference = OneCenter({ 1.3, 1.1, 3.0 });
  const Result expected = Angles(field, whole, reference);

  AngleHistogram merged(36);
  for (const VoxelBox& owned : { VoxelBox{ -9, 5, 2, 20, 0, 10 }, VoxelBox{ 6, 27, 2, 20, 0, 10 } })
  {
    VoxelGrid part = whole;
    part.Owned = owned;
    part.Box = owned;
    part.Box[0] = std::max(owned[0] - 2, -9);
    part.Box[1] = std::min(owned[1] + 1, 27);
    std::vector<float> partField;
    std::vector<float> partTheta;
    for (std::int64_t row = 0; row < part.NumberOfRows(); ++row)
    {
      for (int x = part.Box[0]; x <= part.Box[1]; ++x)
      {
        const std::int64_t index = whole.First(row) + x - whole.Box[0];
        partField.insert(partField.end(), field.begin() + 3 * index, field.begin() + 3 * index + 3);
        partTheta.push_back(expected.Theta[index]);
      }
    }
    const Result result = Angles(partField, part, reference);
    EXPECT_EQ(result.Theta, partTheta);
    merged.Add(result.Histogram);
  }
  EXPECT_EQ(merged.Counts, expected.Histogram.Counts);
  EXPECT_EQ(merged.CountAcross, expected.Histogram.CountAcross);
  for (int bin = 0; bin < 36; ++bin)
  {
    EXPECT_NEAR(merged.Sizes[bin], expected.Histogram.Sizes[bin], 1e-9);
  }
}

TEST(AngleStatistics, EachParticleHasItsOwnCenter)
{
  const VoxelGrid grid = { { 0, 7, 0, 2, 0, 0 }, { 0, 7, 0, 2, 0, 0 }, { 0, 7, 0, 2, 0, 0 },
    { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
  const AngleReference reference = { { 2, 5 }, { { -9.0, 1.0, 0.0 }, { 99.0, 1.0, 0.0 } }, -1,
    false };
  std::vector<std::int32_t> labels;
  std::vector<float> field;
  for (int i = 0; i < 24; ++i)
  {
    const int x = i % 8;
    labels.push_back(x < 3 ? 5 : (x < 5 ? 2 : (x < 7 ? 0 : 4)));
    field.insert(field.end(), { 1.0F, 0.0F, 0.0F });
  }
  std::vector<float> theta(24);
  const auto histograms =
    paraxanes::ComputeAngles(field.data(), labels.data(), grid, reference, 4, 0, 3, theta.data());
  EXPECT_EQ(histograms.at(1).Counts, (std::vector<std::int64_t>{ 9, 0, 0, 0 }));
  EXPECT_EQ(histograms.at(0).Counts, (std::vector<std::int64_t>{ 0, 0, 0, 6 }));
  EXPECT_NEAR(theta[0], 0.0, 2.0);
  EXPECT_NEAR(theta[4], 180.0, 6.0);
  EXPECT_TRUE(std::isnan(theta[5]));
  EXPECT_TRUE(std::isnan(theta[7])); // a label that is no particle
}

TEST(AngleStatistics, PercentileIsAnExactOrderStatistic)
{
  const VoxelGrid grid = MakeGrid({ 0, 49, 0, 19, 0, 9 });
  auto field = RandomField(
    NumberOfVoxels(grid), 6, false, [](double x) { return 1e-3 / (1.0 - x); }); // a long tail
  field[7] = std::nanf("");
  const Result result = Angles(field, grid, OneCenter(CenterOf(grid)));
  std::vector<float> sizes;
  for (std::size_t i = 0; i < result.Theta.size(); ++i)
  {
    if (!std::isnan(result.Theta[i]))
    {
      const double x = field[3 * i];
      const double y = field[3 * i + 1];
      const double z = field[3 * i + 2];
      sizes.push_back(static_cast<float>(std::sqrt(x * x + y * y + z * z)));
    }
  }
  std::sort(sizes.begin(), sizes.end());
  const auto count = [&](int upper)
  {
    paraxanes::SizeBitCounts counts;
    const auto rows = [&](std::int64_t first, std::int64_t last) {
      paraxanes::CountSizeBits(field.data(), result.Theta.data(), grid, upper, first, last, counts);
    };
    rows(0, 7);
    rows(7, grid.NumberOfRows());
    std::vector<std::int64_t> sum(paraxanes::NumberOfSizeBits);
    counts.AddTo(sum);
    return sum;
  };
  for (const std::int64_t wanted :
    { std::int64_t{ 1 }, std::int64_t{ 5000 }, static_cast<std::int64_t>(sizes.size()) })
  {
    std::int64_t rank = wanted;
    const int upper = paraxanes::FindRank(count(-1), rank);
    const int lower = paraxanes::FindRank(count(upper), rank);
    EXPECT_EQ(paraxanes::SizeFromBits(upper, lower), sizes[wanted - 1]) << wanted;
  }
}

// Each theta of 0..90 (with fold 0..180) is in one group, each |u| in one bin.
TEST(AngleStatistics, SizesAreCountedOnceInTheirGroup)
{
  const VoxelGrid grid = MakeGrid({ 0, 99, 0, 19, 0, 19 });
  const auto field = RandomField<double>(NumberOfVoxels(grid), 7);
  const AngleReference reference = OneCenter({ 3.01, 2.02, 5.03 });
  const Result result = Angles(field, grid, reference);
  for (const bool fold : { false, true })
  {
    const paraxanes::SizeBins bins = { 1.1, 1.8, 7 }; // |u| is in 1..2
    const auto histogram = paraxanes::CountSizes(field.data(), nullptr, result.Theta.data(), grid,
      reference, bins, fold, 0, grid.NumberOfRows())
                             .at(0);
    std::vector<std::int64_t> groups(9, 0);
    std::int64_t outside = 0;
    std::int64_t firstBin = 0;
    for (std::size_t i = 0; i < result.Theta.size(); ++i)
    {
      const double theta = result.Theta[i];
      const double acute = fold ? std::min(theta, 180.0 - theta) : theta;
      if (acute <= 90.0)
      {
        const double x = field[3 * i];
        const double y = field[3 * i + 1];
        const double z = field[3 * i + 2];
        const double size = std::sqrt(x * x + y * y + z * z);
        ++groups[std::min(8, static_cast<int>(acute / 10.0))];
        outside += size < 1.1 || size > 1.8 ? 1 : 0;
        firstBin += size < 1.2 ? 1 : 0;
      }
    }
    std::int64_t countedFirst = 0;
    for (int group = 0; group < 9; ++group)
    {
      std::int64_t counted = 0;
      for (int bin = 0; bin < bins.Number; ++bin)
      {
        counted += histogram.Count(group, bin);
      }
      EXPECT_EQ(counted, groups[group]) << group;
      countedFirst += histogram.Count(group, 0);
    }
    EXPECT_EQ(countedFirst, firstBin);
    EXPECT_EQ(histogram.CountOutside, outside);
    EXPECT_EQ(
      std::accumulate(groups.begin(), groups.end(), std::int64_t{ 0 }) == NumberOfVoxels(grid),
      fold);
  }
}

}
