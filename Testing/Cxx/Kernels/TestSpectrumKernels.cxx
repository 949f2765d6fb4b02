// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumKernels.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace
{

using paraxanes::CrossingRule;
using paraxanes::NormalizationMode;
using paraxanes::Validity;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

// A Ni K scan, 0.9 eV steps at the edge.
std::vector<double> ScanEnergies()
{
  std::vector<double> energies;
  for (double e = 8150.0; e < 8310.0; e += 12.5)
  {
    energies.push_back(e);
  }
  for (double e = 8320.0; e < 8370.0; e += 0.9)
  {
    energies.push_back(e);
  }
  for (double e = 8380.0; e < 8600.0; e += 17.0)
  {
    energies.push_back(e);
  }
  return energies;
}

// Pre-edge line, linear rise over `width` centred on the edge, line parallel to the pre-edge.
double PiecewiseLinear(double energy, double edge, double jump, double width)
{
  const double rise = std::min(1.0, std::max(0.0, (energy - edge) / width + 0.5));
  return 0.4 - 2e-4 * (energy - 8333.0) + jump * rise;
}

struct Scan
{
  std::vector<double> Energies = ScanEnergies();
  paraxanes::NormalizationSettings Settings;
  paraxanes::JumpLimits Limits;
  paraxanes::LevelCrossing Crossing;

  Scan()
  {
    const paraxanes::EnergyRanges ranges =
      paraxanes::DefaultRanges(8333.0, this->Energies.front(), this->Energies.back());
    this->Settings.E0 = 8333.0;
    this->Settings.PreEdge = ranges.PreEdge;
    this->Settings.PostEdge = ranges.PostEdge;
    this->Crossing.Window = ranges.Window;
  }

  template <typename T>
  std::vector<T> Spectra(const std::vector<double>& edges, double jump) const
  {
    std::vector<T> spectra;
    for (const double edge : edges)
    {
      for (const double energy : this->Energies)
      {
        spectra.push_back(static_cast<T>(PiecewiseLinear(energy, edge, jump, 9.0)));
      }
    }
    return spectra;
  }
};

struct Maps
{
  std::vector<double> EdgeEnergy;
  std::vector<float> EdgeJump;
  std::vector<std::uint8_t> Validity;
  std::vector<float> Normalized;
};

template <typename T>
Maps Find(const Scan& scan, const std::vector<T>& spectra, const std::uint8_t* mask = nullptr)
{
  const std::size_t count = spectra.size() / scan.Energies.size();
  Maps maps;
  maps.EdgeEnergy.resize(count);
  maps.EdgeJump.resize(count);
  maps.Validity.resize(count);
  maps.Normalized.resize(spectra.size());
  paraxanes::SpectrumMaps out;
  out.EdgeEnergy = maps.EdgeEnergy.data();
  out.EdgeJump = maps.EdgeJump.data();
  out.Validity = maps.Validity.data();
  out.Normalized = maps.Normalized.data();
  EXPECT_EQ(paraxanes::CheckNormalization(scan.Energies, scan.Settings), "");
  EXPECT_EQ(paraxanes::CheckLevelCrossing(scan.Energies, scan.Crossing), "");
  const paraxanes::Normalization normalization(scan.Energies, scan.Settings);
  const auto voxels = static_cast<std::int64_t>(count);
  paraxanes::NormalizeSpectra(normalization, scan.Limits, spectra.data(), voxels, mask, out);
  paraxanes::FindEdges(normalization, scan.Limits,
    paraxanes::EdgeFinder(scan.Energies, scan.Crossing), spectra.data(), voxels, mask, out);
  return maps;
}

std::vector<double> ManyEdges()
{
  std::vector<double> edges;
  for (int i = 0; i < 203; ++i)
  {
    edges.push_back(8341.0 + 0.0351 * i);
  }
  return edges;
}

bool Is(std::uint8_t code, Validity validity)
{
  return code == static_cast<std::uint8_t>(validity);
}

// Every vector width that this machine has, the plain path among them.
class EveryTarget : public testing::TestWithParam<std::int64_t>
{
protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

INSTANTIATE_TEST_SUITE_P(
  SpectrumKernels, EveryTarget, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()));

template <typename T>
void ExpectExact(NormalizationMode mode, int preDegree, int postDegree)
{
  Scan scan;
  scan.Settings.Mode = mode;
  scan.Settings.PreEdgeDegree = preDegree;
  scan.Settings.PostEdgeDegree = postDegree;
  const std::vector<double> edges = ManyEdges();
  const Maps maps = Find(scan, scan.Spectra<T>(edges, 0.7));
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    EXPECT_TRUE(Is(maps.Validity[v], Validity::Valid)) << v;
    EXPECT_NEAR(maps.EdgeEnergy[v], edges[v], 5e-6) << v;
    EXPECT_NEAR(maps.EdgeJump[v], 0.7, 0.7e-6) << v;
  }
}

TEST_P(EveryTarget, PiecewiseLinearEdgesAreExact)
{
  for (const NormalizationMode mode : { NormalizationMode::Ratio, NormalizationMode::EdgeStep })
  {
    ExpectExact<float>(mode, 1, 1);
    ExpectExact<double>(mode, 1, 1);
    ExpectExact<float>(mode, 1, 3);
    ExpectExact<double>(mode, 1, 2);
    ExpectExact<float>(mode, 1, 0);
  }
}

// The definition, written down once more without any cleverness.
TEST_P(EveryTarget, AgreesWithTheDefinitionOnNoisySpectra)
{
  Scan scan;
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0.0, 0.02);
  std::vector<double> spectra = scan.Spectra<double>(ManyEdges(), 0.7);
  for (double& mu : spectra)
  {
    mu += noise(random);
  }
  for (const NormalizationMode mode : { NormalizationMode::Ratio, NormalizationMode::EdgeStep })
  {
    scan.Settings.Mode = mode;
    const Maps maps = Find(scan, spectra);
    const auto line = [&](const std::vector<double>& y, const paraxanes::EnergyRange& range)
    {
      double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
      for (std::size_t k = 0; k < scan.Energies.size(); ++k)
      {
        const double x = scan.Energies[k] - 8333.0;
        if (scan.Energies[k] >= range.Low && scan.Energies[k] <= range.High)
        {
          n += 1;
          sx += x;
          sy += y[k];
          sxx += x * x;
          sxy += x * y[k];
        }
      }
      const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
      return std::make_pair((sy - slope * sx) / n, slope);
    };
    for (std::size_t v = 0; v < maps.EdgeEnergy.size(); ++v)
    {
      std::vector<double> y(spectra.begin() + static_cast<std::ptrdiff_t>(v * scan.Energies.size()),
        spectra.begin() + static_cast<std::ptrdiff_t>((v + 1) * scan.Energies.size()));
      const auto pre = line(y, scan.Settings.PreEdge);
      for (std::size_t k = 0; k < y.size(); ++k)
      {
        y[k] -= pre.first + pre.second * (scan.Energies[k] - 8333.0);
      }
      const auto post = line(y, scan.Settings.PostEdge);
      EXPECT_NEAR(maps.EdgeJump[v], post.first, 1e-6);
      for (std::size_t k = 0; k < y.size(); ++k)
      {
        const double step = post.first +
          (mode == NormalizationMode::Ratio ? post.second * (scan.Energies[k] - 8333.0) : 0.0);
        y[k] /= step;
        EXPECT_NEAR(maps.Normalized[v * y.size() + k], y[k], 1e-5);
      }
      const paraxanes::IndexRange window =
        paraxanes::SamplesIn(scan.Energies, scan.Crossing.Window);
      auto k = static_cast<std::size_t>(
        std::max_element(y.begin() + window.First, y.begin() + window.Last) - y.begin());
      while (k > static_cast<std::size_t>(window.First) && !(y[k - 1] < 0.5 && y[k] >= 0.5))
      {
        --k;
      }
      const double energy = scan.Energies[k - 1] +
        (0.5 - y[k - 1]) / (y[k] - y[k - 1]) * (scan.Energies[k] - scan.Energies[k - 1]);
      EXPECT_NEAR(maps.EdgeEnergy[v], energy, 1e-7) << v;
    }
  }
}

// In noise that crosses the level and reaches its maximum anywhere.
TEST_P(EveryTarget, WalksDownInWindowsOfEverySize)
{
  Scan scan;
  scan.Limits.MinimumJumpToNoise = 0.0;
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0.0, 0.3);
  std::vector<double> spectra = scan.Spectra<double>(ManyEdges(), 0.7);
  const std::size_t energies = scan.Energies.size();
  for (std::size_t i = 0; i < spectra.size(); ++i)
  {
    const double energy = scan.Energies[i % energies];
    spectra[i] += energy > 8320.0 && energy < 8370.0 ? noise(random) : 0.0;
  }
  const paraxanes::IndexRange whole = paraxanes::SamplesIn(scan.Energies, { 8330.0, 8360.0 });
  for (int size = 2; size <= whole.Size(); ++size)
  {
    const double low = scan.Energies[static_cast<std::size_t>(whole.First)];
    scan.Crossing.Window = { low, scan.Energies[static_cast<std::size_t>(whole.First + size - 1)] };
    const Maps maps = Find(scan, spectra);
    for (std::size_t v = 0; v < maps.EdgeEnergy.size(); ++v)
    {
      const float* y = &maps.Normalized[v * energies];
      int k = static_cast<int>(std::max_element(y + whole.First, y + whole.First + size) - y);
      while (k > whole.First && !(y[k - 1] < 0.5f && y[k] >= 0.5f))
      {
        --k;
      }
      const auto upper = static_cast<std::size_t>(k);
      EXPECT_EQ(Is(maps.Validity[v], Validity::NoCrossing), k == whole.First);
      if (maps.Validity[v] == 0)
      {
        EXPECT_GE(maps.EdgeEnergy[v], scan.Energies[upper - 1]) << size << " samples, voxel " << v;
        EXPECT_LE(maps.EdgeEnergy[v], scan.Energies[upper]) << size << " samples, voxel " << v;
      }
    }
  }
}

TEST_P(EveryTarget, NormalizedSpectraGiveTheSameEdges)
{
  Scan scan;
  const std::vector<double> edges = ManyEdges();
  const Maps maps = Find(scan, scan.Spectra<float>(edges, 0.7));
  std::vector<double> found(edges.size());
  std::vector<std::uint8_t> validity(edges.size());
  std::vector<std::uint8_t> given(edges.size(), 0);
  given[7] = static_cast<std::uint8_t>(Validity::JumpTooSmall);
  paraxanes::SpectrumMaps out;
  out.EdgeEnergy = found.data();
  out.Validity = validity.data();
  paraxanes::FindEdgesOfNormalized(paraxanes::EdgeFinder(scan.Energies, scan.Crossing),
    maps.Normalized.data(), static_cast<std::int64_t>(edges.size()), given.data(), nullptr, out);
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    if (v == 7)
    {
      EXPECT_TRUE(std::isnan(found[v]));
      EXPECT_EQ(validity[v], given[v]);
      continue;
    }
    EXPECT_NEAR(found[v], edges[v], 2e-5);
    EXPECT_EQ(validity[v], 0);
  }
}

// A spectrum that is given as normalised samples; pre-edge 0, post-edge 1.
struct SmallCase
{
  std::vector<double> Energies = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  paraxanes::LevelCrossing Crossing;
  SmallCase() { this->Crossing.Window = { 0, 9 }; }

  std::pair<double, Validity> Find(const std::vector<double>& samples) const
  {
    double energy = 0.0;
    std::uint8_t code = 99;
    paraxanes::SpectrumMaps out;
    out.EdgeEnergy = &energy;
    out.Validity = &code;
    paraxanes::FindEdgesOfNormalized(paraxanes::EdgeFinder(this->Energies, this->Crossing),
      samples.data(), 1, nullptr, nullptr, out);
    const std::vector<float> floats(samples.begin(), samples.end());
    double energyFloat = 0.0;
    out.EdgeEnergy = &energyFloat;
    paraxanes::FindEdgesOfNormalized(paraxanes::EdgeFinder(this->Energies, this->Crossing),
      floats.data(), 1, nullptr, nullptr, out);
    if (std::isnan(energy))
    {
      EXPECT_TRUE(std::isnan(energyFloat));
    }
    else
    {
      EXPECT_NEAR(energy, energyFloat, 1e-6);
    }
    return { energy, static_cast<Validity>(code) };
  }
};

TEST_P(EveryTarget, CrossingRulesChooseAmongSeveral)
{
  SmallCase small;
  // Crossings at 1.5, 4.5 and 7.25; the maximum at 5.
  const std::vector<double> samples = { 0, 0, 1, 0.2, 0, 1.5, 0.4, 0.4, 0.8, 0.8 };
  const auto check = [&](CrossingRule rule, double energy, double reference)
  {
    small.Crossing.Rule = rule;
    small.Crossing.Reference = reference;
    const auto found = small.Find(samples);
    EXPECT_NEAR(found.first, energy, 1e-12);
    EXPECT_EQ(found.second, Validity::Valid);
  };
  check(CrossingRule::First, 1.5, NaN);
  check(CrossingRule::DownFromMaximum, 4.0 + 0.5 / 1.5, NaN);
  check(CrossingRule::Last, 7.25, NaN);
  check(CrossingRule::Nearest, 1.5, 2.0);
  check(CrossingRule::Nearest, 4.0 + 0.5 / 1.5, 5.0);
  check(CrossingRule::Nearest, 7.25, 6.5);
}

TEST_P(EveryTarget, WalkDownStartsAtTheLowestOfEqualMaxima)
{
  const auto found = SmallCase().Find({ 0, 0, 0, 1, 0, 0, 1, 1, 1, 1 });
  EXPECT_EQ(found.second, Validity::Valid);
  EXPECT_DOUBLE_EQ(found.first, 2.5);
}

TEST_P(EveryTarget, ANaNSampleEndsTheWalk)
{
  const auto found = SmallCase().Find({ 0, 0, 1, 1, NaN, 1, 1.2, 1, 1, 1 });
  EXPECT_EQ(found.second, Validity::NoCrossing);
  EXPECT_TRUE(std::isnan(found.first));
  // Neither is a step from or to a NaN sample a crossing, by any rule.
  SmallCase small;
  small.Crossing.Rule = CrossingRule::First;
  EXPECT_DOUBLE_EQ(small.Find({ 0, NaN, 1, 0, 1, 1, 1, 1, 1, 1 }).first, 3.5);
}

TEST_P(EveryTarget, NoCrossingIsToldFromOneAtTheEnd)
{
  EXPECT_EQ(SmallCase().Find({ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }).second, Validity::NoCrossing);
  EXPECT_EQ(SmallCase().Find({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.4 }).second, Validity::NoCrossing);
  EXPECT_EQ(SmallCase().Find({ 1, 0.9, 0.8, 0, 0, 0, 0, 0, 0, 0 }).second, Validity::NoCrossing);
  const auto atStart = SmallCase().Find({ 0, 1, 1, 1, 1, 1, 1, 1, 1, 1 });
  EXPECT_EQ(atStart.second, Validity::CrossingAtWindowEnd);
  EXPECT_TRUE(std::isnan(atStart.first));
  EXPECT_EQ(
    SmallCase().Find({ 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }).second, Validity::CrossingAtWindowEnd);
}

TEST_P(EveryTarget, EveryReasonHasItsCode)
{
  Scan scan;
  std::mt19937 random(11);
  std::normal_distribution<float> noise(0.0f, 0.05f);
  std::vector<float> spectra = scan.Spectra<float>({ 8345, 8345, 8345, 8345, 8345, 8345 }, 0.7);
  const std::size_t n = scan.Energies.size();
  spectra[1 * n + 3] = std::numeric_limits<float>::quiet_NaN();
  spectra[2 * n + n / 2] = std::numeric_limits<float>::infinity();
  for (std::size_t k = 0; k < n; ++k)
  {
    spectra[3 * n + k] = 0.4f;                                // no edge at all
    spectra[4 * n + k] = 0.4f - spectra[4 * n + k];           // a negative jump
    spectra[5 * n + k] = 0.004f * spectra[k] + noise(random); // lost in noise
  }
  const std::uint8_t mask[6] = { 1, 1, 1, 1, 1, 1 };
  const Maps maps = Find(scan, spectra, mask);
  EXPECT_TRUE(Is(maps.Validity[0], Validity::Valid));
  EXPECT_TRUE(Is(maps.Validity[1], Validity::NotFinite));
  EXPECT_TRUE(Is(maps.Validity[2], Validity::NotFinite));
  EXPECT_TRUE(std::isnan(maps.EdgeJump[1]));
  EXPECT_TRUE(Is(maps.Validity[3], Validity::JumpTooSmall));
  EXPECT_TRUE(Is(maps.Validity[4], Validity::JumpTooSmall));
  EXPECT_NEAR(maps.EdgeJump[4], -0.7, 1e-5);
  EXPECT_NE(maps.Validity[5], 0);
  for (std::size_t v = 1; v < 6; ++v)
  {
    EXPECT_TRUE(std::isnan(maps.EdgeEnergy[v])) << v;
    EXPECT_TRUE(std::isnan(maps.Normalized[v * n])) << v;
  }

  const std::uint8_t outside[6] = { 0, 1, 1, 1, 1, 1 };
  const Maps masked = Find(scan, spectra, outside);
  EXPECT_TRUE(Is(masked.Validity[0], Validity::OutsideMask));
  EXPECT_TRUE(std::isnan(masked.EdgeEnergy[0]));

  scan.Limits.MinimumEdgeJump = 0.71;
  EXPECT_TRUE(Is(Find(scan, spectra).Validity[0], Validity::JumpTooSmall));
}

// The threshold of 4 standard errors lets 0.05 % of pure noise pass (one-sided 4 sigma would be
// 0.003 %; the scatter is estimated from few samples) and keeps a particle's voxels.
TEST_P(EveryTarget, NoiseIsNotTakenForAnEdge)
{
  Scan scan;
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0.0f, 0.08f);
  const std::size_t voxels = 20000;
  std::vector<float> air(voxels * scan.Energies.size());
  for (float& mu : air)
  {
    mu = noise(random);
  }
  const Maps maps = Find(scan, air);
  const auto passed = std::count_if(maps.EdgeEnergy.begin(), maps.EdgeEnergy.end(),
    [](double energy) { return !std::isnan(energy); });
  EXPECT_LT(static_cast<double>(passed) / voxels, 0.002);
}

TEST(Normalization, WeightsOfTheJumpGiveTheJump)
{
  Scan scan;
  for (const int postDegree : { 0, 1, 2, 3 })
  {
    for (const int preDegree : { 0, 1 })
    {
      scan.Settings.PreEdgeDegree = preDegree;
      scan.Settings.PostEdgeDegree = postDegree;
      const std::vector<double> spectrum = scan.Spectra<double>({ 8344.0 }, 0.6);
      const Maps maps = Find(scan, spectrum);
      const std::vector<double> weights =
        paraxanes::Normalization(scan.Energies, scan.Settings).EdgeJumpWeights();
      double jump = 0.0;
      for (std::size_t k = 0; k < weights.size(); ++k)
      {
        jump += weights[k] * spectrum[k];
      }
      EXPECT_NEAR(jump, maps.EdgeJump[0], 1e-6) << preDegree << " " << postDegree;
    }
  }
}

TEST(Normalization, SaysWhatIsWrongWithTheRanges)
{
  Scan scan;
  scan.Settings.PreEdge = { 7000, 7100 };
  EXPECT_NE(paraxanes::CheckNormalization(scan.Energies, scan.Settings).find("pre-edge"),
    std::string::npos);
  scan = Scan();
  scan.Settings.PostEdge = { 8400, 8401 };
  EXPECT_NE(paraxanes::CheckNormalization(scan.Energies, scan.Settings).find("post-edge"),
    std::string::npos);
  scan = Scan();
  scan.Settings.PostEdge = { 8200, 8300 };
  EXPECT_NE(paraxanes::CheckNormalization(scan.Energies, scan.Settings), "");
  scan = Scan();
  scan.Crossing.Window = { 8700, 8800 };
  EXPECT_NE(
    paraxanes::CheckLevelCrossing(scan.Energies, scan.Crossing).find("window"), std::string::npos);
}

TEST(EdgeFinder, SteepestRise)
{
  EXPECT_DOUBLE_EQ(paraxanes::SteepestRise({ 0, 1, 2, 4, 5 }, { 0, 0.1, 0.9, 1.5, 1.4 }), 1.5);
  EXPECT_TRUE(std::isnan(paraxanes::SteepestRise({ 0, 1, 2 }, { 1, 1, 0 })));
}

}
