// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "LinearCombination.h"

#include "SpectrumKernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

namespace
{

using paraxanes::FractionConstraint;
using paraxanes::IndexRange;
using paraxanes::LinearCombination;
using paraxanes::NormalizationMode;
using paraxanes::Validity;
using Spectrum = std::vector<double>;

constexpr FractionConstraint AllConstraints[] = { FractionConstraint::None,
  FractionConstraint::NonNegative, FractionConstraint::SumToOne,
  FractionConstraint::NonNegativeSumToOne };

bool SumsToOne(FractionConstraint constraint)
{
  return constraint == FractionConstraint::SumToOne ||
    constraint == FractionConstraint::NonNegativeSumToOne;
}

bool IsBounded(FractionConstraint constraint)
{
  return constraint == FractionConstraint::NonNegative ||
    constraint == FractionConstraint::NonNegativeSumToOne;
}

// A Ni K scan.
Spectrum ScanEnergies()
{
  Spectrum energies;
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

// Edges with white lines that differ in place and height; 0 before and 1 behind the edge.
double Reference(int i, double energy)
{
  const double x = energy - (8341.0 + 1.7 * i);
  const double rise = std::min(1.0, std::max(0.0, x / 6.0 + 0.5));
  const double line = (0.3 + 0.1 * i) * std::exp(-0.5 * std::pow((x - 5.0) / (2.0 + 0.4 * i), 2));
  return std::abs(x) > 40.0 ? (x > 0.0 ? 1.0 : 0.0) : rise + line;
}

std::vector<Spectrum> References(int count, const Spectrum& energies = ScanEnergies())
{
  std::vector<Spectrum> references;
  for (int i = 0; i < count; ++i)
  {
    references.emplace_back();
    for (const double energy : energies)
    {
      references.back().push_back(Reference(i, energy));
    }
  }
  return references;
}

IndexRange FitSamples(const Spectrum& energies = ScanEnergies())
{
  return paraxanes::SamplesIn(energies, { 8320.0, 8363.0 });
}

template <typename T = double>
std::vector<T> Mixture(const std::vector<Spectrum>& references, const Spectrum& fractions)
{
  std::vector<T> spectrum;
  for (std::size_t k = 0; k < references.front().size(); ++k)
  {
    double mu = 0.0;
    for (std::size_t i = 0; i < references.size(); ++i)
    {
      mu += fractions[i] * references[i][k];
    }
    spectrum.push_back(static_cast<T>(mu));
  }
  return spectrum;
}

struct Maps
{
  std::vector<std::vector<float>> Fractions, Errors;
  std::vector<float> RFactor, EdgeJump;
  std::vector<std::uint8_t> Validity;

  Maps(int references, std::size_t voxels)
    : Fractions(static_cast<std::size_t>(references), std::vector<float>(voxels))
    , Errors(Fractions)
    , RFactor(voxels)
    , EdgeJump(voxels)
    , Validity(voxels)
  {
  }

  paraxanes::CombinationMaps Pointers()
  {
    paraxanes::CombinationMaps maps;
    for (std::size_t i = 0; i < this->Fractions.size(); ++i)
    {
      maps.Fractions[i] = this->Fractions[i].data();
      maps.Errors[i] = this->Errors[i].data();
    }
    maps.RFactor = this->RFactor.data();
    maps.EdgeJump = this->EdgeJump.data();
    maps.Validity = this->Validity.data();
    return maps;
  }
};

template <typename T>
Maps Fit(const LinearCombination& combination, const std::vector<T>& spectra,
  const std::uint8_t* validity = nullptr, const std::uint8_t* mask = nullptr)
{
  const std::size_t count = spectra.size() / static_cast<std::size_t>(combination.NumberOfEnergies);
  Maps maps(combination.NumberOfReferences, count);
  FitCombinations(
    combination, spectra.data(), static_cast<std::int64_t>(count), validity, mask, maps.Pointers());
  return maps;
}

// Fractions that sum to 1.
Spectrum RandomFractions(int count, std::mt19937& random)
{
  std::exponential_distribution<double> distribution;
  Spectrum fractions;
  for (int i = 0; i < count; ++i)
  {
    fractions.push_back(distribution(random));
  }
  const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
  for (double& fraction : fractions)
  {
    fraction /= sum;
  }
  return fractions;
}

TEST(LinearCombination, FindsTheFractionsOfAMixture)
{
  std::mt19937 random(1);
  for (int m = 1; m <= 5; ++m)
  {
    const std::vector<Spectrum> references = References(m);
    std::vector<Spectrum> truth;
    Spectrum spectra;
    for (int v = 0; v < 150; ++v) // not a multiple of what is worked on at once
    {
      truth.push_back(RandomFractions(m, random));
      if (v % 5 == 0 && m > 1) // a pure phase: on the bound
      {
        truth.back().assign(static_cast<std::size_t>(m), 0.0);
        truth.back()[static_cast<std::size_t>(v) % static_cast<std::size_t>(m)] = 1.0;
      }
      const Spectrum spectrum = Mixture(references, truth.back());
      spectra.insert(spectra.end(), spectrum.begin(), spectrum.end());
    }
    for (const FractionConstraint constraint : AllConstraints)
    {
      const Maps maps =
        Fit(LinearCombination(references, FitSamples(), constraint, nullptr), spectra);
      for (std::size_t v = 0; v < truth.size(); ++v)
      {
        for (std::size_t i = 0; i < truth[v].size(); ++i)
        {
          ASSERT_NEAR(maps.Fractions[i][v], truth[v][i], 1e-6) << m << " references, voxel " << v;
          const bool isBounded = constraint == FractionConstraint::NonNegative ||
            constraint == FractionConstraint::NonNegativeSumToOne;
          EXPECT_FALSE(isBounded && std::signbit(maps.Fractions[i][v])) << maps.Fractions[i][v];
        }
        EXPECT_FALSE(std::signbit(maps.RFactor[v]));
        EXPECT_NEAR(maps.RFactor[v], 0.0, 1e-12);
        EXPECT_EQ(maps.Validity[v], 0);
      }
    }
  }
}

// The conditions of Karush, Kuhn and Tucker: the problem is convex, so that they prove the
// solution. With a sum of 1 the gradients of the free fractions are equal (the multiplier), else
// they are 0; fractions at 0 have a gradient that is not lower.
TEST(LinearCombination, SolutionsMeetTheConditionsOfAMinimum)
{
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  constexpr int samples = 23;
  int atTheBound = 0;
  for (int m = 1; m <= paraxanes::MostReferences; ++m)
  {
    std::vector<Spectrum> references(static_cast<std::size_t>(m), Spectrum(samples));
    for (Spectrum& reference : references)
    {
      std::generate(reference.begin(), reference.end(), [&] { return normal(random); });
    }
    Spectrum spectra(200 * samples);
    std::generate(spectra.begin(), spectra.end(), [&] { return normal(random); });
    for (const FractionConstraint constraint : AllConstraints)
    {
      const Maps maps =
        Fit(LinearCombination(references, { 0, samples }, constraint, nullptr), spectra);
      for (std::size_t v = 0; v < 200; ++v)
      {
        Spectrum fractions;
        for (int i = 0; i < m; ++i)
        {
          fractions.push_back(static_cast<double>(maps.Fractions[static_cast<std::size_t>(i)][v]));
        }
        const Spectrum fitted = Mixture(references, fractions);
        double squares = 0.0;
        double data = 0.0;
        Spectrum gradients(static_cast<std::size_t>(m), 0.0);
        for (std::size_t k = 0; k < samples; ++k)
        {
          const double residual = fitted[k] - spectra[v * samples + k];
          squares += residual * residual;
          data += spectra[v * samples + k] * spectra[v * samples + k];
          for (std::size_t i = 0; i < fractions.size(); ++i)
          {
            gradients[i] += residual * references[i][k];
          }
        }
        ASSERT_NEAR(maps.RFactor[v], squares / data, 1e-6);
        double multiplier = 0.0;
        if (SumsToOne(constraint))
        {
          ASSERT_NEAR(std::accumulate(fractions.begin(), fractions.end(), 0.0), 1.0, 1e-6);
          const auto largest = std::max_element(fractions.begin(), fractions.end());
          multiplier = gradients[static_cast<std::size_t>(largest - fractions.begin())];
        }
        for (std::size_t i = 0; i < fractions.size(); ++i)
        {
          if (IsBounded(constraint) && fractions[i] == 0.0)
          {
            ++atTheBound;
            ASSERT_GT(gradients[i], multiplier - 1e-5);
            continue;
          }
          ASSERT_NEAR(gradients[i], multiplier, 1e-5);
          ASSERT_TRUE(!IsBounded(constraint) || fractions[i] > 0.0);
        }
      }
    }
  }
  EXPECT_GT(atTheBound, 1000);
}

struct Pulls
{
  double Mean = 0.0;
  double Deviation = 0.0;
};

Pulls PullsOf(const std::vector<float>& found, const std::vector<float>& errors, double truth)
{
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t v = 0; v < found.size(); ++v)
  {
    const double pull = (static_cast<double>(found[v]) - truth) / static_cast<double>(errors[v]);
    sum += pull;
    squares += pull * pull;
  }
  const auto count = static_cast<double>(found.size());
  return { sum / count, std::sqrt(squares / count - sum * sum / count / count) };
}

TEST(LinearCombination, ErrorsOfNormalizedSpectraAreRight)
{
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0.0, 0.02);
  const std::vector<Spectrum> references = References(3);
  const Spectrum truth = { 0.5, 0.2, 0.3 };
  const Spectrum clean = Mixture(references, truth);
  std::vector<float> spectra;
  for (int v = 0; v < 10000; ++v)
  {
    for (const double mu : clean)
    {
      spectra.push_back(static_cast<float>(mu + noise(random)));
    }
  }
  for (const FractionConstraint constraint :
    { FractionConstraint::None, FractionConstraint::SumToOne })
  {
    const LinearCombination combination(references, FitSamples(), constraint, nullptr);
    EXPECT_NEAR(combination.DegreesOfFreedom,
      FitSamples().Size() - (constraint == FractionConstraint::None ? 3 : 2), 1e-9);
    const Maps maps = Fit(combination, spectra);
    for (std::size_t i = 0; i < 3; ++i)
    {
      const Pulls pulls = PullsOf(maps.Fractions[i], maps.Errors[i], truth[i]);
      EXPECT_NEAR(pulls.Mean, 0.0, 0.05);
      EXPECT_NEAR(pulls.Deviation, 1.0, 0.1);
    }
  }
}

paraxanes::NormalizationSettings Settings(const Spectrum& energies, NormalizationMode mode)
{
  const paraxanes::EnergyRanges ranges =
    paraxanes::DefaultRanges(8333.0, energies.front(), energies.back());
  paraxanes::NormalizationSettings settings;
  settings.Mode = mode;
  settings.E0 = 8333.0;
  settings.PreEdge = ranges.PreEdge;
  settings.PostEdge = ranges.PostEdge;
  return settings;
}

// A pre-edge line, and a step of 0.7 that falls by 5 % to the end of the scan.
double Raw(double normalized, double energy)
{
  return 0.4 - 2e-4 * (energy - 8333.0) + (0.7 - 1.3e-4 * (energy - 8333.0)) * normalized;
}

// The noise is that of the raw samples: the fits before and behind the edge carry it to all of the
// normalised ones. The errors would be 1.3 to 1.5 times too small without that.
TEST(LinearCombination, ErrorsOfRawSpectraHoldTheNoiseOfTheNormalization)
{
  std::mt19937 random(4);
  const Spectrum energies = ScanEnergies();
  const std::vector<Spectrum> references = References(2);
  for (const NormalizationMode mode :
    { NormalizationMode::Ratio, NormalizationMode::EdgeStep, NormalizationMode::Flattened })
  {
    const paraxanes::Normalization normalization(energies, Settings(energies, mode));
    // As a filter does it: the references go through the same normalisation.
    std::vector<Spectrum> normalized;
    for (const Spectrum& reference : references)
    {
      Spectrum raw;
      for (std::size_t k = 0; k < energies.size(); ++k)
      {
        raw.push_back(Raw(reference[k], energies[k]));
      }
      std::vector<float> result(energies.size());
      paraxanes::SpectrumMaps maps;
      maps.Normalized = result.data();
      paraxanes::NormalizeSpectra(normalization, {}, raw.data(), 1, nullptr, maps);
      normalized.emplace_back(result.begin(), result.end());
    }
    for (const double first : { 0.0, 0.3, 1.0 })
    {
      const Spectrum truth = { first, 1.0 - first };
      const Spectrum clean = Mixture(references, truth);
      for (const FractionConstraint constraint :
        { FractionConstraint::None, FractionConstraint::SumToOne })
      {
        std::normal_distribution<double> noise(0.0, 0.01);
        std::vector<float> spectra;
        for (int v = 0; v < 4000; ++v)
        {
          for (std::size_t k = 0; k < energies.size(); ++k)
          {
            spectra.push_back(static_cast<float>(Raw(clean[k], energies[k]) + noise(random)));
          }
        }
        const LinearCombination combination(normalized, FitSamples(), constraint, &normalization);
        Maps maps(2, 4000);
        FitCombinationsOfRaw(
          normalization, {}, combination, spectra.data(), 4000, nullptr, maps.Pointers());
        for (std::size_t i = 0; i < 2; ++i)
        {
          const Pulls pulls = PullsOf(maps.Fractions[i], maps.Errors[i], truth[i]);
          EXPECT_NEAR(pulls.Mean, 0.0, 0.1) << first;
          EXPECT_NEAR(pulls.Deviation, 1.0, 0.1) << first;
        }
      }
    }
  }
}

TEST(LinearCombination, DoesNotDependOnTheTypeOrThePlaceInABlock)
{
  for (const double sigma : { 0.0, 0.001, 0.05 })
  {
    std::mt19937 random(5);
    std::normal_distribution<double> noise(0.0, 1.0);
    const Spectrum energies = ScanEnergies();
    const std::vector<Spectrum> references = References(3);
    const paraxanes::Normalization normalization(
      energies, Settings(energies, NormalizationMode::Ratio));
    std::vector<float> spectra;
    for (int v = 0; v < 300; ++v)
    {
      const Spectrum clean = Mixture(references, RandomFractions(3, random));
      for (std::size_t k = 0; k < energies.size(); ++k)
      {
        spectra.push_back(static_cast<float>(Raw(clean[k], energies[k]) + sigma * noise(random)));
      }
    }
    const std::vector<double> doubles(spectra.begin(), spectra.end());
    const LinearCombination combination(
      references, FitSamples(), FractionConstraint::NonNegative, &normalization);
    const auto fit = [&](const auto& values, std::int64_t begin, std::int64_t end, Maps& maps)
    {
      FitCombinationsOfRaw(normalization, {}, combination,
        values.data() + begin * combination.NumberOfEnergies, end - begin, nullptr,
        maps.Pointers().From(begin));
    };
    const auto equal = [](const std::vector<float>& a, const std::vector<float>& b)
    { return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0; };
    Maps whole(3, 300);
    fit(spectra, 0, 300, whole);
    Maps ofDoubles(3, 300);
    fit(doubles, 0, 300, ofDoubles);
    Maps inParts(3, 300);
    fit(spectra, 0, 37, inParts);
    fit(spectra, 37, 38, inParts);
    fit(spectra, 38, 300, inParts);
    for (const Maps* other : { &ofDoubles, &inParts })
    {
      for (std::size_t i = 0; i < 3; ++i)
      {
        EXPECT_TRUE(equal(whole.Fractions[i], other->Fractions[i]));
        EXPECT_TRUE(equal(whole.Errors[i], other->Errors[i]));
      }
      EXPECT_TRUE(equal(whole.RFactor, other->RFactor));
      EXPECT_TRUE(equal(whole.EdgeJump, other->EdgeJump));
      EXPECT_EQ(whole.Validity, other->Validity);
    }
  }
}

TEST(LinearCombination, NothingHasNoFractions)
{
  const LinearCombination combination(
    References(2), FitSamples(), FractionConstraint::SumToOne, nullptr);
  const Spectrum nothing(ScanEnergies().size(), 0.0);
  const Maps maps = Fit(combination, nothing, nullptr, nullptr);
  EXPECT_EQ(maps.Validity[0], static_cast<std::uint8_t>(Validity::JumpTooSmall));
  EXPECT_TRUE(std::isnan(maps.Fractions[0][0]));
}

TEST(LinearCombination, SaysWhyAVoxelHasNoFractions)
{
  const std::vector<Spectrum> references = References(2);
  const Spectrum clean = Mixture(references, { 0.4, 0.6 });
  Spectrum spectra;
  for (int v = 0; v < 5; ++v)
  {
    spectra.insert(spectra.end(), clean.begin(), clean.end());
  }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  spectra[2 * clean.size() + static_cast<std::size_t>(FitSamples().First)] = nan;
  spectra[3 * clean.size()] = nan; // not in the fit range
  const std::uint8_t codes[5] = { 0, 4, 0, 0, 0 };
  const std::uint8_t mask[5] = { 0, 1, 1, 1, 1 };
  const LinearCombination combination(references, FitSamples(), FractionConstraint::None, nullptr);
  const Maps maps = Fit(combination, spectra, codes, mask);
  const std::vector<std::uint8_t> expected = { static_cast<std::uint8_t>(Validity::OutsideMask), 4,
    static_cast<std::uint8_t>(Validity::NotFinite), 0, 0 };
  EXPECT_EQ(maps.Validity, expected);
  for (std::size_t v = 0; v < 5; ++v)
  {
    EXPECT_EQ(std::isnan(maps.Fractions[0][v]), expected[v] != 0);
    EXPECT_EQ(std::isnan(maps.Errors[1][v]), expected[v] != 0);
    EXPECT_EQ(std::isnan(maps.RFactor[v]), expected[v] != 0);
  }
}

TEST(LinearCombination, NamesReferencesThatAreCombinationsOfEachOther)
{
  std::vector<Spectrum> references = References(4);
  const LinearCombination good(references, FitSamples(), FractionConstraint::None, nullptr);
  EXPECT_LT(good.ConditionNumber, 100.0);
  for (std::size_t k = 0; k < references[0].size(); ++k)
  {
    references[2][k] =
      0.5 * (references[0][k] + references[3][k]) + 1e-4 * static_cast<double>(k % 2);
  }
  const LinearCombination bad(references, FitSamples(), FractionConstraint::None, nullptr);
  EXPECT_GT(bad.ConditionNumber, 1e4);
  EXPECT_EQ(bad.Collinear, (std::vector<int>{ 0, 2, 3 }));

  // Orthogonal ones: the ratio of their lengths.
  const LinearCombination orthogonal(
    { { 3.0, 0.0, 0.0 }, { 0.0, 0.5, 0.0 } }, { 0, 3 }, FractionConstraint::None, nullptr);
  EXPECT_NEAR(orthogonal.ConditionNumber, 6.0, 1e-12);
}

TEST(InterpolateSpectrum, IsExactForCubics)
{
  const auto cubic = [](double e) { return 1.0 + e * (0.5 + e * (-0.2 + 0.03 * e)); };
  const Spectrum energies = { 1.0, 1.6, 2.4, 3.1, 4.0, 4.8 };
  Spectrum mu;
  for (const double energy : energies)
  {
    mu.push_back(cubic(energy));
  }
  const Spectrum at = { 1.0, 1.2, 1.6, 2.0, 3.1, 3.9, 4.1, 4.6, 4.8 };
  const Spectrum found = paraxanes::InterpolateSpectrum(energies, mu, at);
  for (std::size_t k = 0; k < at.size(); ++k)
  {
    EXPECT_NEAR(found[k], cubic(at[k]), 1e-12);
  }
  mu[3] = 100.0; // samples are kept
  EXPECT_EQ(paraxanes::InterpolateSpectrum(energies, mu, { 3.1 })[0], 100.0);
}

// Two energies that are nearly the same, and a step that grows: noise stays what it is.
TEST(InterpolateSpectrum, DoesNotBlowUpNoiseOnUnevenGrids)
{
  const Spectrum energies = { 0.0, 10.0, 20.0, 20.5, 21.0, 21.002, 21.5, 22.0 };
  for (std::size_t i = 0; i < energies.size(); ++i)
  {
    Spectrum mu(energies.size(), 1.0);
    mu[i] = 1.001;
    Spectrum at;
    for (double e = 0.0; e <= 22.0; e += 0.05)
    {
      at.push_back(e);
    }
    for (const double value : paraxanes::InterpolateSpectrum(energies, mu, at))
    {
      EXPECT_NEAR(value, 1.0, 0.0021);
    }
  }
}

}
