// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CentralDifference.h"
#include "Parallel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace
{

using paraxanes::DifferenceGrid;
using paraxanes::Neighbors;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr int N = 7;

DifferenceGrid Whole(std::array<bool, 3> active = { true, true, true })
{
  return { { N, N, N }, { 0, 0, 0 }, { N, N, N }, { 0.5, 0.25, 2.0 }, active };
}

std::size_t Index(int x, int y, int z)
{
  return static_cast<std::size_t>((z * N + y) * N + x);
}

// 8340 + 2 x - 4 y + 0.5 z in eV, positions in um: the gradient is (2, -4, 0.5) eV/um.
template <typename T>
std::vector<T> Linear()
{
  std::vector<T> values;
  for (int z = 0; z < N; ++z)
    for (int y = 0; y < N; ++y)
      for (int x = 0; x < N; ++x)
        values.push_back(static_cast<T>(8340.0 + 1.0 * x - 1.0 * y + 1.0 * z));
  return values;
}

struct Result
{
  std::vector<float> Gradient, Magnitude;
  bool None(std::size_t i) const
  {
    const int none = std::isnan(Gradient[3 * i]) + std::isnan(Gradient[3 * i + 1]) +
      std::isnan(Gradient[3 * i + 2]) + std::isnan(Magnitude[i]);
    EXPECT_TRUE(none == 0 || none == 4) << i; // all or nothing
    return none != 0;
  }
  std::size_t CountValid() const
  {
    std::size_t count = 0;
    for (std::size_t i = 0; i < Magnitude.size(); ++i)
    {
      count += this->None(i) ? 0 : 1;
    }
    return count;
  }
};

template <typename T>
Result Differences(const DifferenceGrid& grid, const std::vector<T>& values,
  Neighbors neighbors = Neighbors::Strict, const unsigned char* codes = nullptr)
{
  const auto voxels = static_cast<std::size_t>(grid.Count[0] * grid.Count[1] * grid.Count[2]);
  Result result{ std::vector<float>(3 * voxels, -1.0f), std::vector<float>(voxels, -1.0f) };
  paraxanes::CentralDifferences(
    grid, neighbors, values.data(), codes, result.Gradient.data(), result.Magnitude.data());
  return result;
}

void ExpectGradient(const Result& result, std::size_t i, float x, float y, float z)
{
  EXPECT_EQ(result.Gradient[3 * i], x);
  EXPECT_EQ(result.Gradient[3 * i + 1], y);
  EXPECT_EQ(result.Gradient[3 * i + 2], z);
  EXPECT_FLOAT_EQ(result.Magnitude[i], std::sqrt(x * x + y * y + z * z));
}

TEST(CentralDifference, LinearMapIsExact)
{
  const Result doubles = Differences(Whole(), Linear<double>());
  const Result floats = Differences(Whole(), Linear<float>());
  EXPECT_EQ(doubles.CountValid(), 125u);
  EXPECT_EQ(floats.CountValid(), 125u);
  for (int z = 1; z < N - 1; ++z)
    for (int y = 1; y < N - 1; ++y)
      for (int x = 1; x < N - 1; ++x)
      {
        ExpectGradient(doubles, Index(x, y, z), 2.0f, -4.0f, 0.5f);
        ExpectGradient(floats, Index(x, y, z), 2.0f, -4.0f, 0.5f);
      }
}

TEST(CentralDifference, UniformMapIsExactlyZero)
{
  const std::vector<double> values(N * N * N, 8344.4);
  for (const Neighbors neighbors : { Neighbors::Strict, Neighbors::OneSided })
  {
    const Result result = Differences(Whole(), values, neighbors);
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      if (!result.None(i))
      {
        ExpectGradient(result, i, 0.0f, 0.0f, 0.0f);
      }
    }
    EXPECT_EQ(result.CountValid(), neighbors == Neighbors::Strict ? 125u : 343u);
  }
}

// One bad voxel takes itself and its six neighbours, whatever makes it bad.
TEST(CentralDifference, StrictNeedsAllNeighbours)
{
  for (const double bad : { NaN, std::numeric_limits<double>::infinity(), 8000.0 })
  {
    std::vector<double> values = Linear<double>();
    std::vector<unsigned char> codes(values.size(), 0);
    values[Index(3, 3, 3)] = bad;
    codes[Index(3, 3, 3)] = bad == 8000.0 ? 5 : 0;
    const Result result =
      Differences(Whole(), values, Neighbors::Strict, bad == 8000.0 ? codes.data() : nullptr);
    EXPECT_EQ(result.CountValid(), 118u) << bad;
    for (const std::size_t i : { Index(3, 3, 3), Index(2, 3, 3), Index(4, 3, 3), Index(3, 2, 3),
           Index(3, 4, 3), Index(3, 3, 2), Index(3, 3, 4) })
    {
      EXPECT_TRUE(result.None(i)) << i;
    }
    ExpectGradient(result, Index(2, 2, 3), 2.0f, -4.0f, 0.5f);
  }
}

TEST(CentralDifference, OneSidedTakesTheOtherNeighbour)
{
  std::vector<double> values = Linear<double>();
  std::vector<unsigned char> codes(values.size(), 0);
  values[Index(3, 3, 3)] = NaN;
  codes[Index(5, 3, 3)] = 2;
  const Result result = Differences(Whole(), values, Neighbors::OneSided, codes.data());
  EXPECT_EQ(result.CountValid(), 343u - 4u); // and those between them and at the end
  EXPECT_TRUE(result.None(Index(4, 3, 3)));
  EXPECT_TRUE(result.None(Index(6, 3, 3)));
  ExpectGradient(result, Index(2, 3, 3), 2.0f, -4.0f, 0.5f);
  ExpectGradient(result, Index(0, 0, 0), 2.0f, -4.0f, 0.5f);
  ExpectGradient(result, Index(6, 6, 6), 2.0f, -4.0f, 0.5f);

  // The forward and the backward difference of x^2 are not its derivative.
  std::vector<double> squares(values.size());
  for (std::size_t i = 0; i < squares.size(); ++i)
  {
    squares[i] = static_cast<double>((i % N) * (i % N));
  }
  const Result curved = Differences(Whole(), squares, Neighbors::OneSided);
  ExpectGradient(curved, Index(0, 3, 3), 2.0f, 0.0f, 0.0f);
  ExpectGradient(curved, Index(3, 3, 3), 12.0f, 0.0f, 0.0f);
  ExpectGradient(curved, Index(6, 3, 3), 22.0f, 0.0f, 0.0f);
}

TEST(CentralDifference, PlanesIgnoreTheirNormal)
{
  for (std::size_t normal = 0; normal < 3; ++normal)
  {
    std::array<bool, 3> active = { true, true, true };
    active[normal] = false;
    std::vector<double> values = Linear<double>();
    const std::size_t step[3] = { 1, N, N * N };
    values[Index(3, 3, 3) + step[normal]] = NaN;
    float expected[3] = { 2.0f, -4.0f, 0.5f };
    expected[normal] = 0.0f;
    for (const Neighbors neighbors : { Neighbors::Strict, Neighbors::OneSided })
    {
      const Result result = Differences(Whole(active), values, neighbors);
      ExpectGradient(result, Index(3, 3, 3), expected[0], expected[1], expected[2]);
      EXPECT_EQ(
        result.CountValid(), neighbors == Neighbors::Strict ? 5u * 5u * 7u - 5u : 343u - 1u);
    }
  }
}

// A box inside an array, on 1 and 2 threads: the same bits as in the whole.
TEST(CentralDifference, DoesNotDependOnBoxOrThreads)
{
  const DifferenceGrid whole = { { 70, 61, 50 }, { 0, 0, 0 }, { 70, 61, 50 }, { 0.03, 0.03, 0.07 },
    { true, true, true } };
  DifferenceGrid box = whole;
  box.First = { 0, 5, 7 };
  box.Count = { 37, 9, 43 };
  std::vector<double> values(70 * 61 * 50);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const auto hash = static_cast<std::uint32_t>(i * 2654435761u);
    values[i] = hash % 97 == 0 ? NaN : 8340.0 + (hash >> 7) * 1e-6;
  }
  paraxanes::SetNumberOfThreads(1);
  const Result one = Differences(whole, values);
  paraxanes::SetNumberOfThreads(2);
  const Result two = Differences(whole, values);
  const Result part = Differences(box, values);
  paraxanes::SetNumberOfThreads(0);
  EXPECT_EQ(std::memcmp(one.Gradient.data(), two.Gradient.data(), one.Gradient.size() * 4), 0);
  EXPECT_EQ(std::memcmp(one.Magnitude.data(), two.Magnitude.data(), one.Magnitude.size() * 4), 0);
  int differences = 0;
  for (std::size_t i = 0; i < part.Magnitude.size(); ++i)
  {
    const std::size_t x = i % 37, y = 5 + i / 37 % 9, z = 7 + i / 37 / 9;
    const std::size_t j = (z * 61 + y) * 70 + x;
    differences += std::memcmp(&part.Gradient[3 * i], &one.Gradient[3 * j], 12) != 0 ||
      std::memcmp(&part.Magnitude[i], &one.Magnitude[j], 4) != 0;
  }
  EXPECT_EQ(differences, 0);
}

// Beside small changes of every value.
TEST(CentralDifference, ErrorsOfTheNormAreThoseOfItsValues)
{
  for (const Neighbors neighbors : { Neighbors::Strict, Neighbors::OneSided })
  {
    const DifferenceGrid grid = Whole({ true, true, false });
    std::vector<double> values = Linear<double>();
    values[Index(3, 2, 1)] = NaN;
    std::vector<float> errors;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      errors.push_back(
        std::isnan(values[i]) ? std::nanf("") : 0.01f * static_cast<float>(i % 7 + 1));
    }
    std::vector<float> gradient(3 * values.size());
    std::vector<float> norm(values.size());
    const auto run = [&]
    {
      paraxanes::CentralDifferences(
        grid, neighbors, values.data(), nullptr, gradient.data(), norm.data());
    };
    run();
    std::vector<float> found(values.size());
    paraxanes::DifferenceErrors(grid, errors.data(), gradient.data(), found.data());
    const std::vector<float> exact = norm;
    std::vector<double> squares(values.size(), 0.0);
    constexpr double change = 0.05;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      const double value = values[i];
      values[i] = value + change;
      run();
      const std::vector<float> higher = norm;
      values[i] = value - change;
      run();
      values[i] = value;
      for (std::size_t v = 0; v < values.size(); ++v)
      {
        const double slope = (higher[v] - norm[v]) / (2.0 * change);
        squares[v] +=
          std::isfinite(slope) && slope != 0.0 ? slope * slope * errors[i] * errors[i] : 0.0;
      }
    }
    int checked = 0;
    for (std::size_t v = 0; v < values.size(); ++v)
    {
      ASSERT_EQ(std::isnan(found[v]), std::isnan(exact[v])) << v;
      if (!std::isnan(found[v]))
      {
        EXPECT_NEAR(found[v] / std::sqrt(squares[v]), 1.0, 2e-3) << v;
        ++checked;
      }
    }
    EXPECT_GT(checked, 100);
  }
}

TEST(CentralDifference, NoGradientHasTheMeanErrorOfItsAxes)
{
  const DifferenceGrid grid = Whole();
  const std::vector<float> errors(N * N * N, 0.1f);
  const std::vector<float> gradient(3 * errors.size(), 0.0f);
  std::vector<float> found(errors.size());
  paraxanes::DifferenceErrors(grid, errors.data(), gradient.data(), found.data());
  const double x = 0.1 * std::sqrt(2.0) / (2.0 * 0.5);
  const double y = 0.1 * std::sqrt(2.0) / (2.0 * 0.25);
  const double z = 0.1 * std::sqrt(2.0) / (2.0 * 2.0);
  EXPECT_NEAR(found[Index(3, 3, 3)], std::sqrt((x * x + y * y + z * z) / 3.0), 1e-6);
}

}
