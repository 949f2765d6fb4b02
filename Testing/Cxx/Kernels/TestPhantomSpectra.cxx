// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyAxis.h"
#include "Parallel.h"
#include "PhantomSpectra.h"
#include "PolynomialFit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

namespace
{

using paraxanes::EdgeShape;
using paraxanes::PhantomField;
using paraxanes::PhantomKind;
using paraxanes::PhantomParameters;
using paraxanes::PhantomSpectra;
using paraxanes::SpectrumParameters;

using Box = std::array<int, 6>;

std::vector<double> Energies()
{
  std::vector<double> energies;
  for (int i = 0; i < 10; ++i)
  {
    energies.push_back(8150.0 + 16.0 * i);
  }
  for (int i = 0; i <= 30; ++i)
  {
    energies.push_back(8333.0 + 0.9 * i);
  }
  for (int i = 0; i < 12; ++i)
  {
    energies.push_back(8385.0 + 18.0 * i);
  }
  return energies;
}

std::vector<float> Fill(
  const PhantomField& field, const SpectrumParameters& spectra, const Box& box, int first, int last)
{
  const auto voxels = static_cast<std::size_t>(box[1] - box[0] + 1) *
    static_cast<std::size_t>(box[3] - box[2] + 1) * static_cast<std::size_t>(box[5] - box[4] + 1);
  std::vector<float> values(voxels * static_cast<std::size_t>(last - first));
  PhantomSpectra(field, spectra).Fill(box, first, last, values.data());
  return values;
}

bool SameBits(const float* a, const float* b, std::size_t count)
{
  return std::memcmp(a, b, count * sizeof(float)) == 0;
}

// Straight lines through both ends, the level 0.5 down from above: what the analysis does.
double Crossing(const std::vector<double>& energies, const float* mu)
{
  using paraxanes::PolynomialFit;
  const auto ranges = paraxanes::DefaultRanges(8333.0, energies.front(), energies.back());
  const PolynomialFit pre(energies, paraxanes::SamplesIn(energies, ranges.PreEdge), 1);
  const PolynomialFit post(energies, paraxanes::SamplesIn(energies, ranges.PostEdge), 1);
  const auto normalized = [&](std::size_t k)
  {
    const std::vector<double> a = pre.WeightsAt(energies[k]);
    const std::vector<double> b = post.WeightsAt(energies[k]);
    double below = 0.0;
    double above = 0.0;
    for (std::size_t i = 0; i < energies.size(); ++i)
    {
      below += a[i] * static_cast<double>(mu[i]);
      above += b[i] * static_cast<double>(mu[i]);
    }
    return (static_cast<double>(mu[k]) - below) / (above - below);
  };
  auto k = static_cast<std::size_t>(paraxanes::SamplesIn(energies, { 0.0, 8352.0 }).Last);
  while (normalized(k) >= 0.5)
  {
    --k;
  }
  const double low = normalized(k);
  return energies[k] + (0.5 - low) / (normalized(k + 1) - low) * (energies[k + 1] - energies[k]);
}

TEST(PhantomSpectra, PiecewiseLinearEdgesCrossExactly)
{
  for (const auto kind : { PhantomKind::Rod, PhantomKind::Linear, PhantomKind::WhiteNoise })
  {
    PhantomParameters parameters;
    parameters.Kind = kind;
    parameters.Size = 24;
    const PhantomField field(parameters);
    SpectrumParameters spectra;
    spectra.Energies = Energies();
    spectra.Shape = EdgeShape::Kind::PiecewiseLinear;
    spectra.Noise = 0.0;
    const int n = static_cast<int>(spectra.Energies.size());
    const std::vector<float> values = Fill(field, spectra, { 0, 23, 0, 23, 12, 12 }, 0, n);
    int edges = 0;
    for (int i = 0; i < 24 * 24; ++i)
    {
      const double truth = field.At(i % 24, i / 24, 12).EdgeEnergy;
      if (std::isfinite(truth))
      {
        ASSERT_NEAR(Crossing(spectra.Energies, values.data() + i * n), truth, 1e-6);
        ++edges;
      }
    }
    EXPECT_GT(edges, 200);
  }
}

TEST(PhantomSpectra, AnySplitGivesTheSameBits)
{
  PhantomParameters parameters;
  parameters.Size = 20;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = Energies();
  spectra.InvalidFraction = 0.05;
  const int n = static_cast<int>(spectra.Energies.size());
  for (const auto model : { paraxanes::NoiseModel::Gaussian, paraxanes::NoiseModel::Poisson })
  {
    for (const double resolution : { 0.0, 0.08 })
    {
      spectra.Model = model;
      spectra.Resolution = resolution;
      paraxanes::SetNumberOfThreads(2);
      const std::vector<float> whole = Fill(field, spectra, { 0, 19, 0, 19, 0, 19 }, 0, n);
      paraxanes::SetNumberOfThreads(1);
      const std::vector<float> again = Fill(field, spectra, { 0, 19, 0, 19, 0, 19 }, 0, n);
      paraxanes::SetNumberOfThreads(0);
      ASSERT_TRUE(SameBits(whole.data(), again.data(), whole.size()));

      const Box box = { 3, 17, 5, 6, 8, 13 };
      const std::vector<float> part = Fill(field, spectra, box, 5, n - 2);
      const float* values = part.data();
      for (int z = box[4]; z <= box[5]; ++z)
      {
        for (int y = box[2]; y <= box[3]; ++y)
        {
          for (int x = box[0]; x <= box[1]; ++x, values += n - 7)
          {
            const float* expected = whole.data() + ((z * 20 + y) * 20 + x) * n + 5;
            ASSERT_TRUE(SameBits(values, expected, static_cast<std::size_t>(n - 7)));
          }
        }
      }
    }
  }
}

TEST(PhantomSpectra, DeadVoxelsAreAsManyAsAsked)
{
  PhantomParameters parameters;
  parameters.Size = 50;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = { 8300.0, 8400.0 };
  spectra.InvalidFraction = 0.02;
  const std::vector<float> values = Fill(field, spectra, { 0, 49, 0, 49, 0, 49 }, 0, 2);
  int dead = 0;
  for (std::size_t i = 0; i < values.size(); i += 2)
  {
    ASSERT_EQ(std::isnan(values[i]), std::isnan(values[i + 1]));
    dead += std::isnan(values[i]) ? 1 : 0;
  }
  EXPECT_NEAR(dead, 2500, 5 * 50);
}

TEST(PhantomSpectra, EqualVoxelsHaveEqualSpectra)
{
  PhantomParameters parameters;
  parameters.Kind = PhantomKind::Uniform;
  parameters.Size = 8;
  parameters.Porosity = 0.0;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = Energies();
  spectra.Noise = 0.0;
  const int n = static_cast<int>(spectra.Energies.size());
  const std::vector<float> values = Fill(field, spectra, { 0, 7, 0, 7, 0, 7 }, 0, n);
  for (int i = 1; i < 512; ++i)
  {
    ASSERT_TRUE(SameBits(values.data() + i * n, values.data(), static_cast<std::size_t>(n)));
  }
}

TEST(PhantomSpectra, AirIsEmptyButForNoise)
{
  PhantomParameters parameters;
  parameters.Size = 30;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = Energies();
  const int n = static_cast<int>(spectra.Energies.size());
  const std::vector<float> noisy = Fill(field, spectra, { 0, 29, 0, 29, 0, 0 }, 0, n);
  double squares = 0.0;
  for (const float value : noisy)
  {
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(noisy.size())), 0.08, 0.002);
  spectra.Noise = 0.0;
  for (const float value : Fill(field, spectra, { 0, 29, 0, 29, 0, 0 }, 0, n))
  {
    ASSERT_EQ(value, 0.0F);
  }
}

// The blur keeps the sum of the jumps, widens them by its own variance, and leaves a constant edge
// energy as it is.
TEST(PhantomSpectra, BlurSpreadsTheJump)
{
  constexpr int Size = 64;
  PhantomParameters parameters;
  parameters.Kind = PhantomKind::Radial;
  parameters.SurfaceTrend = 0.0;
  parameters.Size = Size;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = { 8300.0, 8344.4 };
  spectra.Noise = 0.0;
  const Box whole = { 0, Size - 1, 0, Size - 1, 0, Size - 1 };
  const auto moments = [](const std::vector<float>& values)
  {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < values.size(); i += 2)
    {
      const double jump = static_cast<double>(values[i + 1] - values[i]);
      const double x = static_cast<double>(i / 2 % Size) - 31.5;
      sum += jump;
      squares += x * x * jump;
    }
    return std::make_pair(sum, squares / sum);
  };
  const auto sharp = moments(Fill(field, spectra, whole, 0, 2));
  spectra.Resolution = 0.12;
  const std::vector<float> values = Fill(field, spectra, whole, 0, 2);
  const auto blurred = moments(values);
  EXPECT_NEAR(blurred.first / sharp.first, 1.0, 1e-3);
  // Full width at half maximum of 4 voxels; the tails are cut at 3 standard deviations.
  EXPECT_NEAR(blurred.second - sharp.second, 4.0 * 4.0 / (8.0 * std::log(2.0)), 0.15);
  for (std::size_t i = 0; i < values.size(); i += 2)
  {
    if (values[i] > 1e-3F)
    {
      const double ratio = static_cast<double>(values[i + 1] / values[i]);
      ASSERT_NEAR(ratio, (0.2 + 0.5) / (0.2 + 4e-4 * 44.4), 1e-4);
    }
  }
}

TEST(PhantomSpectra, CountingNoiseGrowsWithTheAbsorbance)
{
  PhantomParameters parameters;
  parameters.Kind = PhantomKind::Uniform;
  parameters.Porosity = 0.0;
  parameters.Size = 30;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = { 8344.4, 8400.0 };
  spectra.Noise = 0.02;
  spectra.Model = paraxanes::NoiseModel::Poisson;
  const std::vector<float> values = Fill(field, spectra, { 0, 29, 0, 29, 0, 29 }, 0, 2);
  for (std::size_t k = 0; k < 2; ++k)
  {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = k; i < values.size(); i += 2)
    {
      sum += static_cast<double>(values[i]) / 27000.0;
      squares += static_cast<double>(values[i]) * static_cast<double>(values[i]) / 27000.0;
    }
    const double above = k == 0 ? 0.0 : 0.7 * (0.5 - 4e-4 * 55.6);
    EXPECT_NEAR(std::sqrt(squares - sum * sum), 0.02 * std::exp(0.5 * above), 0.0006);
    EXPECT_NEAR(sum, 0.49 + above, 0.001);
  }
}

TEST(PhantomSpectra, ScatterIsWhatIsExpected)
{
  PhantomParameters parameters;
  parameters.Kind = PhantomKind::Uniform;
  parameters.Porosity = 0.0;
  parameters.Size = 12;
  const PhantomField field(parameters);
  SpectrumParameters spectra;
  spectra.Energies = Energies();
  spectra.Noise = 0.01; // where the first order holds
  const int n = static_cast<int>(spectra.Energies.size());
  const std::vector<float> values = Fill(field, spectra, { 0, 11, 0, 11, 0, 11 }, 0, n);
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < 1728; ++i)
  {
    const double error = Crossing(spectra.Energies, values.data() + i * n) - 8344.4;
    sum += error / 1728.0;
    squares += error * error / 1728.0;
  }
  const double expected = paraxanes::ExpectedEdgeScatter(
    spectra.Energies, EdgeShape(EdgeShape::Kind::Compact), 8344.4, 8333.0, 0.01 / 0.7);
  EXPECT_NEAR(std::sqrt(squares - sum * sum) / expected, 1.0, 0.1);
  EXPECT_TRUE(std::isnan(paraxanes::ExpectedEdgeScatter(
    { 8300.0, 8350.0 }, EdgeShape(EdgeShape::Kind::Compact), 8344.4, 8333.0, 0.1)));
}

}
