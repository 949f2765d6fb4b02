// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeAnalysis.h"
#include "EdgeShape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace
{

using paraxanes::EdgeMethod;
using paraxanes::NormalizationMode;
using paraxanes::Validity;

using Shape = std::function<double(double)>; // of E - edge energy: 0 before, 1 behind

std::vector<double> ScanEnergies(double step)
{
  std::vector<double> energies;
  for (double e = 8150.0; e < 8310.0; e += 12.5)
  {
    energies.push_back(e);
  }
  for (double e = 8320.0; e < 8370.0; e += step)
  {
    energies.push_back(e);
  }
  for (double e = 8380.0; e < 8600.0; e += 17.0)
  {
    energies.push_back(e);
  }
  return energies;
}

struct Found
{
  std::vector<double> Energy;
  std::vector<float> Error;
  std::vector<float> Height;
  std::vector<std::uint8_t> Validity;
  std::vector<float> Residual;
  std::vector<float> PreSlope;
  std::vector<float> PostSlope;
  std::vector<float> Jump;
  std::vector<float> JumpError;
  std::vector<float> JumpToNoise;
};

struct Scan
{
  std::vector<double> Energies;
  paraxanes::NormalizationSettings Settings;
  paraxanes::EdgeSearch Search;

  explicit Scan(double step = 0.9)
    : Energies(ScanEnergies(step))
  {
    const paraxanes::EnergyRanges ranges =
      paraxanes::DefaultRanges(8333.0, this->Energies.front(), this->Energies.back());
    this->Settings.E0 = 8333.0;
    this->Settings.PreEdge = ranges.PreEdge;
    this->Settings.PostEdge = ranges.PostEdge;
    this->Search.Crossing.Window = { 8328.0, 8365.0 };
  }

  std::vector<double> Spectra(
    const Shape& shape, const std::vector<double>& edges, double noise, unsigned seed = 1) const
  {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, 1.0);
    std::vector<double> spectra;
    for (const double edge : edges)
    {
      for (const double energy : this->Energies)
      {
        spectra.push_back(
          0.4 - 2e-4 * (energy - 8333.0) + 0.7 * shape(energy - edge) + noise * normal(random));
      }
    }
    return spectra;
  }

  Found Analyze(EdgeMethod method, const std::vector<double>& spectra) const
  {
    paraxanes::EdgeAnalysis analysis;
    analysis.Normalization = paraxanes::Normalization(this->Energies, this->Settings);
    analysis.Methods = paraxanes::EdgeMethods(this->Energies, this->Search);
    analysis.Main = method;
    const std::size_t count = spectra.size() / this->Energies.size();
    Found found;
    found.Energy.resize(count);
    found.Validity.resize(count);
    for (auto* map : { &found.Error, &found.Height, &found.Residual, &found.PreSlope,
           &found.PostSlope, &found.Jump, &found.JumpError, &found.JumpToNoise })
    {
      map->resize(count);
    }
    paraxanes::AnalysisMaps maps;
    maps.Methods[static_cast<int>(method)] = { found.Energy.data(), found.Error.data(),
      found.Height.data() };
    maps.Validity = found.Validity.data();
    maps.Quality.FitResidual = found.Residual.data();
    maps.Quality.PreEdgeSlope = found.PreSlope.data();
    maps.Quality.PostEdgeSlope = found.PostSlope.data();
    maps.EdgeJump = found.Jump.data();
    maps.Quality.JumpError = found.JumpError.data();
    maps.Quality.JumpToNoise = found.JumpToNoise.data();
    paraxanes::AnalyzeSpectra(
      analysis, spectra.data(), static_cast<std::int64_t>(count), nullptr, maps);
    return found;
  }
};

std::vector<double> ManyEdges(int count)
{
  std::vector<double> edges;
  for (int i = 0; i < count; ++i)
  {
    edges.push_back(8343.0 + 3.0 * i / count);
  }
  return edges;
}

double PiecewiseLinear(double x)
{
  return std::min(1.0, std::max(0.0, x / 9.0 + 0.5));
}

// Cubic from 0 to 1 over 24 eV, with the inflection in the middle.
double SmoothStep(double x)
{
  const double t = std::min(1.0, std::max(0.0, x / 24.0 + 0.5));
  return t * t * (3.0 - 2.0 * t);
}

// A rise, then a parabola with its top of 1.5 at 9 eV, and 1 behind it.
double WithWhiteLine(double x)
{
  return x < 2.0 || x > 16.0 ? (x < 2.0 ? std::max(0.0, 0.5 + 0.25 * x) : 1.0)
                             : 1.5 - 0.5 * (x - 9.0) * (x - 9.0) / 49.0;
}

Shape Compact()
{
  return [shape = paraxanes::EdgeShape(paraxanes::EdgeShape::Kind::Compact)](double x)
  { return shape.Value(x); };
}

Shape Exafs()
{
  return [shape = paraxanes::EdgeShape(paraxanes::EdgeShape::Kind::Exafs)](double x)
  { return shape.Value(x); };
}

void ExpectEnergies(const Scan& scan, EdgeMethod method, const Shape& shape, double shift = 0.0)
{
  const std::vector<double> edges = ManyEdges(37);
  const Found found = scan.Analyze(method, scan.Spectra(shape, edges, 0.0));
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    EXPECT_EQ(found.Validity[v], 0);
    EXPECT_NEAR(found.Energy[v], edges[v] + shift, 1e-5) << static_cast<int>(method);
  }
}

TEST(EdgeMethods, EachIsExactOnAnEdgeOfItsOwnShape)
{
  Scan scan;
  for (const NormalizationMode mode :
    { NormalizationMode::Ratio, NormalizationMode::EdgeStep, NormalizationMode::Flattened })
  {
    scan.Settings.Mode = mode;
    scan.Search.LocalFitDegree = 0;
    ExpectEnergies(scan, EdgeMethod::Level, PiecewiseLinear);
    ExpectEnergies(scan, EdgeMethod::WhiteLineFraction, PiecewiseLinear);
    ExpectEnergies(scan, EdgeMethod::Derivative, SmoothStep);
    scan.Search.LocalFitDegree = 1;
    ExpectEnergies(scan, EdgeMethod::Level, PiecewiseLinear);
    scan.Search.LocalFitDegree = 3;
    ExpectEnergies(scan, EdgeMethod::Level, SmoothStep);
    ExpectEnergies(scan, EdgeMethod::WhiteLineFraction, SmoothStep);
    ExpectEnergies(scan, EdgeMethod::Derivative, SmoothStep);
  }
  // Only the slope of the pre-edge line moves the top of mu: none here.
  for (const int degree : { 0, 2, 3 })
  {
    scan.Search.LocalFitDegree = degree;
    const double slope = -2e-4;
    const double top = 9.0 + slope / 0.7 * 49.0;
    ExpectEnergies(scan, EdgeMethod::WhiteLine, WithWhiteLine, top);
  }
}

TEST(EdgeMethods, TheCentroidOfALineBetweenSamplesIsItsMiddle)
{
  // From sample to sample, where trapezoids are exact.
  Scan scan;
  const double middle = 8320.0 + 0.9 * 27.5;
  const double width = 0.9 * 11;
  const auto shape = [width](double x) { return std::min(1.0, std::max(0.0, x / width + 0.5)); };
  const Found found = scan.Analyze(EdgeMethod::Centroid, scan.Spectra(shape, { middle }, 0.0));
  EXPECT_NEAR(found.Energy[0], middle, 1e-5);
}

TEST(EdgeMethods, HeightsOfWhiteLines)
{
  Scan scan;
  const std::vector<double> edges = { 8343.3, 8344.1 };
  const std::vector<double> spectra = scan.Spectra(WithWhiteLine, edges, 0.0);
  scan.Search.LocalFitDegree = 2;
  const Found line = scan.Analyze(EdgeMethod::WhiteLine, spectra);
  const Found fraction = scan.Analyze(EdgeMethod::WhiteLineFraction, spectra);
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    EXPECT_NEAR(line.Height[v], 0.4 - 2e-4 * (edges[v] + 9.0 - 8333.0) + 0.7 * 1.5, 1e-5);
    EXPECT_NEAR(fraction.Height[v], 0.7 * 1.5, 0.7 * 0.5 * 0.45 * 0.45 / 49.0); // the next sample
  }
}

TEST(EdgeMethods, AMaximumAtTheEndOfTheWindowIsNoWhiteLine)
{
  Scan scan;
  const auto rising = [](double x) { return PiecewiseLinear(x) + std::max(0.0, 1e-3 * x); };
  const Found found = scan.Analyze(EdgeMethod::WhiteLine, scan.Spectra(rising, { 8344.0 }, 0.0));
  EXPECT_EQ(found.Validity[0], static_cast<std::uint8_t>(Validity::CrossingAtWindowEnd));
  EXPECT_TRUE(std::isnan(found.Energy[0]));
  EXPECT_TRUE(std::isnan(found.Error[0]));
}

TEST(EdgeMethods, TooFewSamplesForALocalFitHaveACode)
{
  Scan scan;
  scan.Search.LocalFitDegree = 3;
  scan.Search.LocalFitHalfWidth = 1.0;
  const Found found =
    scan.Analyze(EdgeMethod::Level, scan.Spectra(PiecewiseLinear, { 8344.0 }, 0.0));
  EXPECT_EQ(found.Validity[0], static_cast<std::uint8_t>(Validity::NoLocalFit));
  EXPECT_TRUE(std::isnan(found.Energy[0]));
}

// The factor between noise and error, beside that of small changes of every sample.
TEST(EdgeMethods, ErrorsAreThoseOfChangesOfEverySample)
{
  for (const NormalizationMode mode :
    { NormalizationMode::Ratio, NormalizationMode::EdgeStep, NormalizationMode::Flattened })
  {
    for (const EdgeMethod method :
      { EdgeMethod::Level, EdgeMethod::WhiteLineFraction, EdgeMethod::Centroid })
    {
      for (const int postDegree : { 0, 1, 2 })
      {
        Scan scan;
        scan.Settings.Mode = mode;
        scan.Settings.PostEdgeDegree = postDegree;
        // Some samples of the window take part in a fit.
        scan.Settings.PostEdge.Low = 8354.0;
        scan.Settings.PreEdge.High = 8329.0;
        // The level's slope is that of four samples, which lie on one line here.
        const std::vector<double> spectrum = scan.Spectra(PiecewiseLinear, { 8344.1 }, 1e-5);
        const Found found = scan.Analyze(method, spectrum);
        ASSERT_EQ(found.Validity[0], 0) << static_cast<int>(method);

        const std::size_t samples = spectrum.size();
        constexpr double change = 1e-5;
        std::vector<double> changed;
        for (std::size_t k = 0; k < 2 * samples; ++k)
        {
          changed.insert(changed.end(), spectrum.begin(), spectrum.end());
          changed[k * samples + k / 2] += k % 2 == 0 ? change : -change;
        }
        const Found after = scan.Analyze(method, changed);
        double squares = 0.0;
        for (std::size_t k = 0; k < samples; ++k)
        {
          const double slope = (after.Energy[2 * k] - after.Energy[2 * k + 1]) / (2.0 * change);
          squares += slope * slope;
        }
        EXPECT_NEAR(found.Error[0] / found.Residual[0] / std::sqrt(squares), 1.0, 2e-3)
          << "method " << static_cast<int>(method) << ", mode " << static_cast<int>(mode)
          << ", degree " << postDegree;
      }
    }
  }
}

struct Scatter
{
  double Pull; // standard deviation of (found - expected) / error
  double Deviation;
  double Bias;
  int Count;
  double Error; // root mean square
  double LargestError;
};

// Against what the method finds without noise; `fewest`: the part of the spectra in which it does.
Scatter Measure(const Scan& scan, EdgeMethod method, const Shape& shape, double noise, int count,
  double fewest = 0.98)
{
  const std::vector<double> edges = ManyEdges(count);
  const Found exact = scan.Analyze(method, scan.Spectra(shape, edges, 0.0));
  const Found found = scan.Analyze(method, scan.Spectra(shape, edges, noise, 7));
  double pulls = 0.0;
  double squares = 0.0;
  double sum = 0.0;
  double errors = 0.0;
  double largest = 0.0;
  int valid = 0;
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    if (found.Validity[v] == 0 && exact.Validity[v] == 0)
    {
      const double difference = found.Energy[v] - exact.Energy[v];
      pulls += std::pow(difference / found.Error[v], 2);
      squares += difference * difference;
      sum += difference;
      errors += std::pow(static_cast<double>(found.Error[v]), 2);
      largest = std::max(largest, static_cast<double>(found.Error[v]));
      ++valid;
    }
  }
  EXPECT_GT(valid, fewest * count) << static_cast<int>(method);
  return { std::sqrt(pulls / valid), std::sqrt(squares / valid), sum / valid, valid,
    std::sqrt(errors / valid), largest };
}

TEST(EdgeMethods, PullsOfTheLevel)
{
  for (const double noise : { 0.005, 0.01, 0.02, 0.03 })
  {
    for (const int degree : { 0, 3 })
    {
      Scan scan;
      scan.Search.LocalFitDegree = degree;
      const Scatter compact = Measure(scan, EdgeMethod::Level, Compact(), noise, 10000);
      EXPECT_GT(compact.Pull, 0.9) << noise << ", degree " << degree;
      EXPECT_LT(compact.Pull, 1.1) << noise << ", degree " << degree;
      const Scatter exafs = Measure(scan, EdgeMethod::Level, Exafs(), noise, 10000);
      EXPECT_LT(exafs.Pull, 1.1) << noise << ", degree " << degree;
    }
  }
}

// `student`: of an error that stands for Student's distribution, with the 22 degrees of freedom
// from which the noise of a Scan is known; others have the right square on average.
void ExpectPulls(EdgeMethod method, int degree, bool student)
{
  for (const double noise : { 0.005, 0.01, 0.02, 0.03 })
  {
    Scan scan;
    scan.Search.LocalFitDegree = degree;
    const Scatter compact = Measure(scan, method, Compact(), noise, 10000);
    EXPECT_GT(compact.Pull, 0.9) << noise;
    EXPECT_LT(compact.Pull, 1.1) << noise;
    const double expected = student ? std::sqrt(22.0 / 20.0) : 1.0;
    EXPECT_NEAR(compact.Error / compact.Deviation, expected, 0.15) << noise;
    EXPECT_LT(Measure(scan, method, Exafs(), noise, 2000).Pull, 1.1) << noise;
  }
}

TEST(EdgeMethods, PullsOfTheWhiteLineFraction)
{
  ExpectPulls(EdgeMethod::WhiteLineFraction, 0, false);
  ExpectPulls(EdgeMethod::WhiteLineFraction, 3, false);
}

TEST(EdgeMethods, PullsOfTheCentroid)
{
  ExpectPulls(EdgeMethod::Centroid, 0, false);
}

TEST(EdgeMethods, PullsOfTheDerivative)
{
  ExpectPulls(EdgeMethod::Derivative, 0, true);
}

TEST(EdgeMethods, PullsOfTheWhiteLine)
{
  for (const int degree : { 0, 2, 3 })
  {
    SCOPED_TRACE(degree);
    ExpectPulls(EdgeMethod::WhiteLine, degree, true);
  }
}

// From 0.01 on a part of the spectra has no inflection.
TEST(EdgeMethods, PullsOfTheDerivativeOfALocalFit)
{
  for (const double noise : { 0.002, 0.005, 0.01, 0.02, 0.03 })
  {
    Scan scan;
    scan.Search.LocalFitDegree = 3;
    const Scatter compact = Measure(scan, EdgeMethod::Derivative, Compact(), noise, 10000, 0.75);
    EXPECT_GT(compact.Pull, 0.9) << noise;
    EXPECT_LT(compact.Pull, 1.1) << noise;
    EXPECT_LT(Measure(scan, EdgeMethod::Derivative, Exafs(), noise, 2000, 0.75).Pull, 1.1) << noise;
  }
}

// Where the slope at the crossing of a voxel is all noise, its error is not the noise over it.
TEST(EdgeMethods, ErrorsOfNoisySpectraHaveNoTail)
{
  for (const EdgeMethod method : { EdgeMethod::Level, EdgeMethod::WhiteLineFraction })
  {
    for (const int degree : { 0, 3 })
    {
      for (const double noise : { 0.08, 0.15 })
      {
        Scan scan;
        scan.Search.LocalFitDegree = degree;
        const Scatter scatter = Measure(scan, method, Compact(), noise, 10000, 0.3);
        EXPECT_NEAR(scatter.Error / scatter.Deviation, 1.0, noise < 0.1 ? 0.1 : 0.2)
          << "method " << static_cast<int>(method) << ", degree " << degree << ", noise " << noise;
        EXPECT_LT(scatter.LargestError, 12.0);
      }
    }
  }
}

// Of degree 3, half-width 3 eV.
TEST(EdgeMethods, ALocalFitScattersLessThanInterpolation)
{
  const auto ratio = [](double step)
  {
    Scan scan(step);
    const Scatter linear = Measure(scan, EdgeMethod::Level, Compact(), 0.02, 10000);
    scan.Search.LocalFitDegree = 3;
    const Scatter fitted = Measure(scan, EdgeMethod::Level, Compact(), 0.02, 10000);
    EXPECT_LT(std::abs(fitted.Bias), 0.01) << step;
    return fitted.Deviation / linear.Deviation;
  };
  EXPECT_LE(ratio(0.9), 0.88);
  EXPECT_LE(ratio(0.5), 0.78);
}

TEST(EdgeMethods, QualityOfTheFits)
{
  Scan scan;
  const auto sloping = [](double x) { return PiecewiseLinear(x) * (1.0 + 1e-3 * (x - 4.5)); };
  const Found clean = scan.Analyze(EdgeMethod::Level, scan.Spectra(sloping, { 8344.0 }, 0.0));
  EXPECT_NEAR(clean.PreSlope[0], -2e-4, 1e-8);
  EXPECT_NEAR(clean.PostSlope[0], -2e-4 + 7e-4, 1e-8);
  const Found noisy = scan.Analyze(EdgeMethod::Level, scan.Spectra(sloping, ManyEdges(4000), 0.01));
  double squares = 0.0;
  for (const float residual : noisy.Residual)
  {
    squares += residual * residual / 4000.0;
  }
  EXPECT_NEAR(std::sqrt(squares), 0.01, 1e-4);
}

TEST(EdgeMethods, SpectraWithoutFits)
{
  Scan scan;
  const std::vector<double> edges = ManyEdges(33);
  std::vector<double> spectra;
  for (const double edge : edges)
  {
    for (const double energy : scan.Energies)
    {
      spectra.push_back(PiecewiseLinear(energy - edge));
    }
  }
  spectra[5] = std::nan("");
  std::vector<std::uint8_t> mask(edges.size(), 1);
  mask[1] = 0;
  std::vector<double> energy(edges.size());
  std::vector<std::uint8_t> validity(edges.size());
  paraxanes::EdgeAnalysis analysis;
  analysis.Methods = paraxanes::EdgeMethods(scan.Energies, scan.Search);
  paraxanes::AnalysisMaps maps;
  maps.Methods[static_cast<int>(EdgeMethod::Level)].Energy = energy.data();
  maps.Validity = validity.data();
  paraxanes::AnalyzeUnfitted(
    analysis, spectra.data(), static_cast<std::int64_t>(edges.size()), nullptr, mask.data(), maps);
  EXPECT_EQ(validity[1], static_cast<std::uint8_t>(Validity::OutsideMask));
  for (std::size_t v = 0; v < edges.size(); v += v == 0 ? 2 : 1)
  {
    EXPECT_EQ(validity[v], 0);
    EXPECT_NEAR(energy[v], edges[v], 1e-9);
  }
}

// What is not finite outside of the window does not matter, inside it is no part of an edge: as in
// the faster pass.
TEST(EdgeMethods, SpectraWithoutFitsAgreeWithTheFasterPass)
{
  Scan scan;
  std::vector<double> spectra;
  const std::vector<double> edges = ManyEdges(80);
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    for (std::size_t k = 0; k < scan.Energies.size(); ++k)
    {
      spectra.push_back(k == v ? std::nan("") : PiecewiseLinear(scan.Energies[k] - edges[v]));
    }
  }
  std::vector<double> energy(edges.size());
  std::vector<double> expected(edges.size());
  std::vector<std::uint8_t> validity(edges.size());
  std::vector<std::uint8_t> expectedValidity(edges.size());
  const auto count = static_cast<std::int64_t>(edges.size());
  paraxanes::EdgeAnalysis analysis;
  analysis.Methods = paraxanes::EdgeMethods(scan.Energies, scan.Search);
  paraxanes::AnalysisMaps maps;
  maps.Methods[static_cast<int>(EdgeMethod::Level)].Energy = energy.data();
  maps.Validity = validity.data();
  paraxanes::AnalyzeUnfitted(analysis, spectra.data(), count, nullptr, nullptr, maps);
  paraxanes::SpectrumMaps levels;
  levels.EdgeEnergy = expected.data();
  levels.Validity = expectedValidity.data();
  paraxanes::FindEdgesOfNormalized(
    analysis.Methods.Finder(), spectra.data(), count, nullptr, nullptr, levels);
  EXPECT_EQ(validity, expectedValidity);
  for (std::size_t v = 0; v < edges.size(); ++v)
  {
    EXPECT_EQ(std::isnan(energy[v]), std::isnan(expected[v]));
    EXPECT_FALSE(energy[v] != expected[v] && std::isfinite(expected[v]));
  }
  // The centroid needs every sample of the window.
  maps = {};
  maps.Methods[static_cast<int>(EdgeMethod::Centroid)].Energy = energy.data();
  maps.Validity = validity.data();
  analysis.Main = EdgeMethod::Centroid;
  paraxanes::AnalyzeUnfitted(analysis, spectra.data(), count, nullptr, nullptr, maps);
  const paraxanes::IndexRange window = analysis.Methods.Finder().Window;
  for (int v = 0; v < static_cast<int>(edges.size()); ++v)
  {
    const bool inside = window.First <= v && v < window.Last;
    EXPECT_EQ(validity[static_cast<std::size_t>(v)] == 0, !inside) << v;
    EXPECT_EQ(std::isnan(energy[static_cast<std::size_t>(v)]), inside) << v;
  }
}

TEST(EdgeMethods, ACentroidLiesInTheWindow)
{
  Scan scan;
  scan.Search.Crossing.Window = { 8355.0, 8369.0 }; // behind the edge
  const std::vector<double> spectra = scan.Spectra(PiecewiseLinear, ManyEdges(500), 0.01);
  const Found found = scan.Analyze(EdgeMethod::Centroid, spectra);
  for (std::size_t v = 0; v < found.Energy.size(); ++v)
  {
    EXPECT_TRUE(found.Validity[v] != 0 || (found.Energy[v] >= 8355.0 && found.Energy[v] <= 8369.0));
  }
}

// Air: the highest sample of the window is high by itself.
TEST(EdgeMethods, NoiseAloneHasNoWhiteLine)
{
  Scan scan;
  const auto nothing = [](double) { return 0.0; };
  const std::vector<double> spectra = scan.Spectra(nothing, ManyEdges(20000), 0.02);
  for (const EdgeMethod method : { EdgeMethod::WhiteLineFraction, EdgeMethod::WhiteLine })
  {
    const Found found = scan.Analyze(method, spectra);
    const auto valid = std::count(found.Validity.begin(), found.Validity.end(), std::uint8_t{ 0 });
    EXPECT_LT(valid, 20) << static_cast<int>(method); // 0.1 %
  }
}

TEST(EdgeMethods, WantedMethodsAreChecked)
{
  Scan scan;
  EXPECT_EQ(paraxanes::CheckEdgeSearch(scan.Energies, scan.Search), "");
  scan.Search.LocalFitDegree = 1;
  scan.Search.LocalFitHalfWidth = 1.0; // three energies
  EXPECT_EQ(paraxanes::CheckEdgeSearch(scan.Energies, scan.Search), "");
  scan.Search.Wanted = { EdgeMethod::Level, EdgeMethod::WhiteLine };
  EXPECT_EQ(paraxanes::CheckEdgeSearch(scan.Energies, scan.Search), "");
  scan.Search.Wanted = { EdgeMethod::Derivative };
  EXPECT_NE(
    paraxanes::CheckEdgeSearch(scan.Energies, scan.Search).find("degree 3"), std::string::npos);
  scan.Search.Wanted = { EdgeMethod::Centroid };
  EXPECT_EQ(paraxanes::CheckEdgeSearch(scan.Energies, scan.Search), "");
}

TEST(LocalPolynomials, CrossingsAndExtremaOfACubic)
{
  // (x - 1) x (x + 1) about 100, x = (E - 100) / 2: rises through 0 at x = -1 and 1, falls at 0.
  paraxanes::LocalPolynomial cubic;
  cubic.Powers = { 0.0, -1.0, 0.0, 1.0 };
  cubic.Middle = 100.0;
  cubic.HalfSpan = 2.0;
  cubic.Range = { 96.0, 104.0 };
  EXPECT_NEAR(*cubic.RiseThrough(0.0, 99.0), 98.0, 1e-10);
  EXPECT_NEAR(*cubic.RiseThrough(0.0, 101.0), 102.0, 1e-10);
  EXPECT_NEAR(*cubic.Maximum(100.0), 100.0 - 2.0 / std::sqrt(3.0), 1e-10);
  EXPECT_FALSE(cubic.SteepestRise()); // steeper and steeper on both sides
  cubic.Powers[3] = -1.0;
  cubic.Powers[1] = 3.0;
  EXPECT_NEAR(*cubic.SteepestRise(), 100.0, 1e-12);
  cubic.Range = { 100.5, 104.0 };
  EXPECT_FALSE(cubic.SteepestRise());
  EXPECT_FALSE(cubic.RiseThrough(-1.0, 101.0));
}

TEST(EdgeAnalysis, TheErrorOfTheEdgeJumpIsThatOfNoise)
{
  const Scan scan;
  const Found clean =
    scan.Analyze(EdgeMethod::Level, scan.Spectra(PiecewiseLinear, { 8344.0 }, 0.0));
  const Found found = scan.Analyze(
    EdgeMethod::Level, scan.Spectra(PiecewiseLinear, std::vector<double>(2000, 8344.0), 0.01));
  double squares = 0.0;
  for (std::size_t i = 0; i < found.Jump.size(); ++i)
  {
    const double pull = (found.Jump[i] - clean.Jump[0]) / found.JumpError[i];
    squares += pull * pull / static_cast<double>(found.Jump.size());
    EXPECT_FLOAT_EQ(found.JumpToNoise[i], found.Jump[i] / found.JumpError[i]);
  }
  // Student's t, as the noise is that of the fits' own samples.
  const double freedom = paraxanes::Normalization(scan.Energies, scan.Settings).DegreesOfFreedom;
  EXPECT_NEAR(std::sqrt(squares), std::sqrt(freedom / (freedom - 2.0)), 0.06);
}

}
