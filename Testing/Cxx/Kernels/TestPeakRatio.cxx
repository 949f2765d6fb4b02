// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PeakRatio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace
{

// Two caps of parabolas, of heights 1 and 0.8, on a line, with a flat part behind.
struct TwoPeaks
{
  std::vector<double> Energies;
  std::vector<double> Mu;

  explicit TwoPeaks(double step = 0.2)
  {
    const auto cap = [](double e, double at, double height)
    {
      const double x = e - at;
      return std::abs(x) < 1.0 ? height - 0.5 * x * x : height - 0.5 - (std::abs(x) - 1.0);
    };
    for (int k = 0; 835.0 + k * step <= 890.0; ++k)
    {
      const double e = 835.0 + k * step;
      const double peaks = std::max({ 0.0, cap(e, 853.07, 1.0), cap(e, 855.53, 0.8) });
      this->Energies.push_back(e);
      this->Mu.push_back(0.3 - 0.001 * (e - 850.0) + (e > 877.0 ? 0.25 : peaks));
    }
  }

  paraxanes::Normalization Normalization() const
  {
    paraxanes::NormalizationSettings settings;
    settings.E0 = 852.7;
    settings.PreEdge = { 835.0, 848.0 };
    settings.PostEdge = { 878.0, 890.0 };
    return { this->Energies, settings };
  }
};

paraxanes::PeakRatioSettings NickelPeaks()
{
  paraxanes::PeakRatioSettings settings;
  EXPECT_TRUE(paraxanes::DefaultPeaks("ni", "l3", settings));
  return settings;
}

TEST(PeakRatio, IsExactOfParabolas)
{
  const TwoPeaks spectrum;
  paraxanes::PeakRatioSettings settings = NickelPeaks();
  for (const int degree : { 0, 2, 3 })
  {
    settings.LocalFitDegree = degree;
    settings.LocalFitHalfWidth = 0.45;
    const paraxanes::PeakRatio found =
      paraxanes::FindPeakRatio(spectrum.Normalization(), spectrum.Energies, spectrum.Mu, settings);
    EXPECT_NEAR(found.Low.Energy, 853.07, 1e-8);
    EXPECT_NEAR(found.High.Energy, 855.53, 1e-8);
    EXPECT_NEAR(found.Low.Height, 1.0, 1e-9);
    EXPECT_NEAR(found.High.Height, 0.8, 1e-9);
    EXPECT_NEAR(found.Ratio, 0.8, 1e-9);
    EXPECT_NEAR(found.Error, 0.0, 1e-7); // no noise, but for rounding of the squares
  }
}

TEST(PeakRatio, TakesHeightsAtEnergies)
{
  const TwoPeaks spectrum;
  paraxanes::PeakRatioSettings settings;
  settings.Low = { 853.0, 853.0 };  // a sample
  settings.High = { 855.1, 855.1 }; // between two
  const paraxanes::PeakRatio found =
    paraxanes::FindPeakRatio(spectrum.Normalization(), spectrum.Energies, spectrum.Mu, settings);
  const auto at = [](double e) { return 0.8 - 0.5 * (e - 855.53) * (e - 855.53); };
  EXPECT_NEAR(found.Low.Height, 1.0 - 0.5 * 0.07 * 0.07, 1e-9);
  EXPECT_NEAR(found.High.Height, 0.5 * (at(855.0) + at(855.2)), 1e-9);
  EXPECT_EQ(found.High.Energy, 855.1);
  settings.High = { spectrum.Energies.back(), spectrum.Energies.back() };
  EXPECT_NEAR(
    paraxanes::FindPeakRatio(spectrum.Normalization(), spectrum.Energies, spectrum.Mu, settings)
      .High.Height,
    0.25, 1e-9);
}

TEST(PeakRatio, ItsErrorIsThatOfNoise)
{
  std::mt19937 random(1);
  const TwoPeaks clean;
  const paraxanes::Normalization normalization = clean.Normalization();
  paraxanes::PeakRatioSettings maxima = NickelPeaks();
  maxima.LocalFitDegree = 2;
  maxima.LocalFitHalfWidth = 0.9;
  paraxanes::PeakRatioSettings energies = maxima;
  energies.Low = { 853.0, 853.0 };
  energies.High = { 855.55, 855.55 };
  for (const paraxanes::PeakRatioSettings& settings : { maxima, energies })
  {
    const double truth =
      paraxanes::FindPeakRatio(normalization, clean.Energies, clean.Mu, settings).Ratio;
    for (const double sigma : { 0.003, 0.01 })
    {
      std::normal_distribution<double> noise(0.0, sigma);
      constexpr int trials = 1000;
      double squares = 0.0;
      for (int i = 0; i < trials; ++i)
      {
        std::vector<double> mu = clean.Mu;
        for (double& value : mu)
        {
          value += noise(random);
        }
        const paraxanes::PeakRatio found =
          paraxanes::FindPeakRatio(normalization, clean.Energies, mu, settings);
        const double pull = (found.Ratio - truth) / found.Error;
        squares += pull * pull / trials;
      }
      EXPECT_NEAR(std::sqrt(squares), 1.0, 0.08) << sigma;
    }
  }
}

// The default, through three samples: the scatter is that of the error.
TEST(PeakRatio, ItsErrorIsThatOfNoiseWithoutALocalFit)
{
  std::mt19937 random(1);
  const TwoPeaks clean;
  const paraxanes::Normalization normalization = clean.Normalization();
  for (const double sigma : { 0.003, 0.01 })
  {
    std::normal_distribution<double> noise(0.0, sigma);
    constexpr int trials = 1000;
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < trials; ++i)
    {
      std::vector<double> mu = clean.Mu;
      for (double& value : mu)
      {
        value += noise(random);
      }
      const paraxanes::PeakRatio found =
        paraxanes::FindPeakRatio(normalization, clean.Energies, mu, NickelPeaks());
      const double pull = (found.Ratio - 0.8) / found.Error;
      sum += pull / trials;
      squares += pull * pull / trials;
      EXPECT_NEAR(found.Low.Height, 1.0, 5.0 * sigma + 0.02);
    }
    const double deviation = std::sqrt(squares - sum * sum);
    EXPECT_GT(deviation, 0.8) << sigma;
    EXPECT_LT(deviation, 1.1) << sigma;
  }
}

TEST(PeakRatio, SaysWhatIsMissing)
{
  TwoPeaks spectrum;
  paraxanes::PeakRatioSettings settings = NickelPeaks();
  settings.High = { 856.0, 857.0 }; // the fall of the second peak
  paraxanes::PeakRatio found =
    paraxanes::FindPeakRatio(spectrum.Normalization(), spectrum.Energies, spectrum.Mu, settings);
  EXPECT_EQ(found.High.Code, paraxanes::Validity::CrossingAtWindowEnd);
  EXPECT_EQ(found.Low.Code, paraxanes::Validity::Valid);
  EXPECT_TRUE(std::isnan(found.Ratio));
  EXPECT_TRUE(std::isnan(found.Error));

  for (double& mu : spectrum.Mu)
  {
    mu = -mu; // below the pre-edge line
  }
  settings.Low = { 853.0, 853.0 };
  settings.High = { 855.0, 855.0 };
  found =
    paraxanes::FindPeakRatio(spectrum.Normalization(), spectrum.Energies, spectrum.Mu, settings);
  EXPECT_TRUE(std::isnan(found.Ratio));

  EXPECT_EQ(paraxanes::CheckPeaks(spectrum.Energies, NickelPeaks()), "");
  settings.Low = { 820.0, 853.0 };
  EXPECT_NE(paraxanes::CheckPeaks(spectrum.Energies, settings).find("does not lie in the scan"),
    std::string::npos);
  settings.Low = { 854.0, 853.0 };
  EXPECT_NE(
    paraxanes::CheckPeaks(spectrum.Energies, settings).find("does not ascend"), std::string::npos);
  settings.Low = { 853.0, 853.25 };
  EXPECT_NE(paraxanes::CheckPeaks(spectrum.Energies, settings).find("cannot be used: a "),
    std::string::npos);
  settings = NickelPeaks();
  std::swap(settings.Low, settings.High);
  EXPECT_NE(paraxanes::CheckPeaks(spectrum.Energies, settings).find("does not end before"),
    std::string::npos);
  EXPECT_FALSE(paraxanes::DefaultPeaks("Co", "L3", settings));
  EXPECT_FALSE(paraxanes::DefaultPeaks("Ni", "K", settings));
  EXPECT_FALSE(paraxanes::DefaultPeaks("", "", settings));
}

}
