// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Errors of the vectors and confidence bands of Radial Angle Histogram.
#include "CounterNoise.h"
#include "EnergyStack.h"
#include "StatisticsImage.h"
#include "vtkRadialAngleHistogram.h"
#include "vtkValenceGradient.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace
{

constexpr const char* Mean = "mean |u| (eV/um)";
constexpr const char* MeanWithout = "mean |u| without noise (eV/um)";
constexpr const char* RootWithout = "rms |u| without noise (eV/um)";

double NormalOf(int seed, int x, int y, int z)
{
  return paraxanes::NormalAt(
    static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(x + 100 * (y + 100 * z)));
}

// A ramp of 0.1 eV per voxel of 0.1 um, 1 eV/um, with noise; the gradient with its errors.
struct Chain
{
  explicit Chain(double noise, int depth = 24, int seed = 1)
  {
    constexpr double ramp = 0.1;
    auto image = StatisticsImage({ 24, 24, depth }, 0.1);
    AddArray<vtkDoubleArray>(image, "edge_energy",
      [&](int x, int y, int z)
      { return 8344.0 + 0.8 * ramp * x - 0.6 * ramp * y + noise * NormalOf(seed, x, y, z); });
    AddArray<vtkFloatArray>(image, "edge_energy_error", [&](int, int, int) { return noise; });
    AddArray<vtkIntArray>(
      image, "particle_id", [](int x, int, int) { return x < 9 ? 2 : (x < 22 ? 5 : 0); });
    this->Gradient->SetInputData(image);
    this->Gradient->SetErrorArray("edge_energy_error");
    this->Angles->SetInputConnection(this->Gradient->GetOutputPort());
  }
  double Summary(const std::string& column, vtkIdType row = 0)
  {
    return Cell(this->Table(3), row, column);
  }
  vtkTable* Table(int port)
  {
    this->Angles->Update();
    return vtkTable::SafeDownCast(this->Angles->GetOutputDataObject(port));
  }
  std::string Note(vtkIdType row = 0)
  {
    return this->Table(3)->GetValueByName(row, "noise note").ToString();
  }

  vtkNew<vtkValenceGradient> Gradient;
  vtkNew<vtkRadialAngleHistogram> Angles;
};

TEST(AngleErrors, SizesWithoutNoiseOfASimulatedRamp)
{
  for (const int depth : { 24, 1 })
  {
    for (const double noise : { 0.02, 0.05, 0.1 })
    {
      Chain chain(noise, depth);
      chain.Angles->SetErrorArray("valence_gradient_error");
      const double error = noise / std::sqrt(2.0) / 0.1;
      const double scatter = depth > 1 ? 0.02 : 0.12;
      EXPECT_NEAR(chain.Summary("mean error of |u| (eV/um)"), error, 1e-5);
      EXPECT_NEAR(
        chain.Summary("rms noise of u (eV/um)"), error * std::sqrt(depth > 1 ? 3 : 2), 1e-5);
      EXPECT_NEAR(chain.Summary(RootWithout), 1.0, scatter) << depth << " " << noise;
      EXPECT_GT(chain.Summary(MeanWithout), 1.0 - scatter) << depth << " " << noise;
      EXPECT_LT(chain.Summary(MeanWithout), 1.0 + scatter + 0.28 * error) << depth << " " << noise;
      // By what it is off uncorrected: (d - 1) s^2 / 2 for |u| = 1.
      EXPECT_GT(chain.Summary(Mean), chain.Summary(MeanWithout) + 0.2 * error * error);
      EXPECT_EQ(chain.Note(), "");
      EXPECT_EQ(chain.Summary("vectors cut off"), 0.0);
      EXPECT_EQ(chain.Summary("vectors with an error"), chain.Summary("number of vectors"));
    }
  }
}

TEST(AngleErrors, WithoutNoiseNothingIsTakenOff)
{
  Chain chain(0.0);
  chain.Angles->SetErrorArray("valence_gradient_error");
  EXPECT_NEAR(chain.Summary(MeanWithout), chain.Summary(Mean), 1e-11);
  EXPECT_EQ(chain.Summary(RootWithout), chain.Summary("rms |u| (eV/um)"));
}

TEST(AngleErrors, NoiseThatExceedsTheSignalIsNoNumber)
{
  // Errors that are said to be larger than what is measured.
  Chain chain(0.0);
  AddArray<vtkDoubleArray>(vtkImageData::SafeDownCast(chain.Gradient->GetInput()), "large",
    [](int, int, int) { return 0.2; });
  chain.Gradient->SetErrorArray("large");
  chain.Angles->SetErrorArray("valence_gradient_error");
  chain.Angles->SetNumberOfBootstrapSamples(40);
  chain.Angles->SetBootstrapBlockEdge(6);
  EXPECT_TRUE(std::isnan(chain.Summary(RootWithout)));
  EXPECT_TRUE(std::isnan(chain.Summary(MeanWithout)));
  EXPECT_TRUE(std::isnan(chain.Summary("mean |u| without noise upper (eV/um)")));
  EXPECT_EQ(chain.Summary("rms |u| without noise lower (eV/um)"), 0.0);
  EXPECT_NE(
    chain.Note().find("the errors account for all of |u|: rms |u| is 1, of noise alone 2.4"),
    std::string::npos)
    << chain.Note();
}

TEST(AngleErrors, OneSidedDifferencesAreWarnedOf)
{
  const auto warns = [](int neighbors, const char* errors)
  {
    Chain chain(0.1);
    chain.Gradient->SetNeighbors(neighbors);
    chain.Angles->SetErrorArray(errors);
    vtkNew<vtkTest::ErrorObserver> observer;
    chain.Angles->AddObserver(vtkCommand::WarningEvent, observer);
    chain.Angles->Update();
    return observer->GetWarningMessage().find("one-sided differences") != std::string::npos;
  };
  EXPECT_TRUE(warns(vtkValenceGradient::ONE_SIDED, "valence_gradient_error"));
  EXPECT_FALSE(warns(vtkValenceGradient::STRICT, "valence_gradient_error"));
  EXPECT_FALSE(warns(vtkValenceGradient::ONE_SIDED, ""));
}

TEST(AngleErrors, WhatDoesNotStandOutIsCutOffAndCounted)
{
  Chain all(0.1);
  const double vectors = all.Summary("number of vectors");
  EXPECT_EQ(all.Table(3)->GetColumnByName("vectors cut off"), nullptr);
  Chain chain(0.1);
  chain.Angles->SetErrorArray("valence_gradient_error");
  chain.Angles->SetMinimumSignificance(2.0);
  const double cut = chain.Summary("vectors cut off");
  EXPECT_GT(cut, 0.2 * vectors);
  EXPECT_EQ(chain.Summary("number of vectors") + cut, vectors);
  EXPECT_EQ(chain.Summary("fraction cut off"), cut / vectors);
  EXPECT_GT(chain.Summary(Mean), all.Summary(Mean)); // the cut's own bias
  EXPECT_EQ(paraxanes::GetField(chain.Table(1), "theta_error_array"), "valence_gradient_error");

  vtkPointData* points = chain.Angles->GetOutput()->GetPointData();
  vtkDataArray* theta = points->GetArray("theta");
  vtkDataArray* sizes = points->GetArray("valence_gradient_magnitude");
  vtkDataArray* errors = points->GetArray("valence_gradient_error");
  vtkDataArray* before = all.Angles->GetOutput()->GetPointData()->GetArray("theta");
  for (vtkIdType i = 0; i < theta->GetNumberOfTuples(); ++i)
  {
    const double over = sizes->GetTuple1(i) - 2.0 * errors->GetTuple1(i);
    if (std::fabs(over) > 1e-5 && !std::isnan(over))
    {
      ASSERT_EQ(std::isnan(theta->GetTuple1(i)), over < 0.0);
    }
    if (!std::isnan(theta->GetTuple1(i)))
    {
      ASSERT_EQ(theta->GetTuple1(i), before->GetTuple1(i));
    }
  }
  // All vectors make the sizes without noise, whatever is cut off.
  Chain uncut(0.1);
  uncut.Angles->SetErrorArray("valence_gradient_error");
  EXPECT_EQ(chain.Summary(MeanWithout), uncut.Summary(MeanWithout));
  EXPECT_EQ(chain.Summary(RootWithout), uncut.Summary(RootWithout));
}

TEST(AngleBands, AreColumnsOfTheirOwn)
{
  Chain off(0.1);
  Chain on(0.1);
  on.Angles->SetNumberOfBootstrapSamples(200);
  on.Angles->SetBootstrapBlockEdge(6);
  EXPECT_EQ(off.Table(1)->GetNumberOfColumns() + 4, on.Table(1)->GetNumberOfColumns());
  EXPECT_EQ(off.Table(3)->GetNumberOfColumns() + 7, on.Table(3)->GetNumberOfColumns());
  EXPECT_EQ(on.Summary("bootstrap blocks"), 64.0);
  EXPECT_EQ(paraxanes::GetNumber(on.Table(1), "theta_bootstrap_samples"), 200.0);
  EXPECT_FALSE(paraxanes::GetNumber(off.Table(1), "theta_bootstrap_samples"));
  for (const std::string name : { "probability density", "weighted probability density" })
  {
    int wide = 0;
    for (vtkIdType row = 0; row < 36; ++row)
    {
      const double density = Cell(on.Table(1), row, name + " (1/deg)");
      const double lower = Cell(on.Table(1), row, name + " lower (1/deg)");
      const double upper = Cell(on.Table(1), row, name + " upper (1/deg)");
      EXPECT_EQ(density, Cell(off.Table(1), row, name + " (1/deg)"));
      EXPECT_LE(lower, density);
      EXPECT_GE(upper, density);
      wide += upper > lower ? 1 : 0;
    }
    EXPECT_GT(wide, 25);
  }
  for (const char* name : { "P(80..100) over random", "weighted P(80..100) over random" })
  {
    EXPECT_LT(on.Summary(std::string(name) + " lower"), on.Summary(name));
    EXPECT_GT(on.Summary(std::string(name) + " upper"), on.Summary(name));
  }
  EXPECT_LT(on.Summary("mean |u| lower (eV/um)"), on.Summary(Mean));
  EXPECT_GT(on.Summary("mean |u| upper (eV/um)"), on.Summary(Mean));
}

struct Ends
{
  double Lower;
  double Upper;
  double Width() const { return this->Upper - this->Lower; }
};

Ends EndsOfMean(double level, int seed)
{
  Chain chain(0.1);
  chain.Angles->SetNumberOfBootstrapSamples(1000);
  chain.Angles->SetBootstrapBlockEdge(6);
  chain.Angles->SetConfidenceLevel(level);
  chain.Angles->SetSeed(seed);
  return { chain.Summary("mean |u| lower (eV/um)"), chain.Summary("mean |u| upper (eV/um)") };
}

TEST(AngleBands, AnotherSeedGivesAnotherBandOfTheSameWidth)
{
  const Ends first = EndsOfMean(0.95, 1);
  const Ends again = EndsOfMean(0.95, 1);
  EXPECT_EQ(first.Lower, again.Lower);
  EXPECT_EQ(first.Upper, again.Upper);
  for (const int seed : { 2, -3, 1000000 })
  {
    const Ends other = EndsOfMean(0.95, seed);
    EXPECT_NE(first.Lower, other.Lower);
    EXPECT_NE(first.Upper, other.Upper);
    EXPECT_NEAR(first.Lower, other.Lower, 0.1 * first.Width());
    EXPECT_NEAR(first.Upper, other.Upper, 0.1 * first.Width());
  }
}

// As for normal numbers, which a mean of 64 blocks is nearly.
TEST(AngleBands, WidenWithTheConfidenceLevel)
{
  const double standard = EndsOfMean(0.6827, 1).Width() / 2.0;
  EXPECT_NEAR(EndsOfMean(0.5, 1).Width() / standard, 2.0 * 0.674, 0.15);
  EXPECT_NEAR(EndsOfMean(0.95, 1).Width() / standard, 2.0 * 1.960, 0.35);
  EXPECT_NEAR(EndsOfMean(0.99, 1).Width() / standard, 2.0 * 2.576, 0.6);
}

TEST(AngleBands, BlocksOfVectorsThatAreCutOffAreNone)
{
  Chain chain(0.0);
  AddArray<vtkDoubleArray>(vtkImageData::SafeDownCast(chain.Gradient->GetInput()), "half",
    [](int x, int, int) { return x < 12 ? 1.0 : 0.001; });
  chain.Gradient->SetErrorArray("half");
  chain.Angles->SetErrorArray("valence_gradient_error");
  chain.Angles->SetMinimumSignificance(3.0);
  chain.Angles->SetNumberOfBootstrapSamples(40);
  chain.Angles->SetBootstrapBlockEdge(6);
  EXPECT_GT(chain.Summary("fraction cut off"), 0.5);
  EXPECT_EQ(chain.Summary("bootstrap blocks"), 32.0);
}

// Neighbouring vectors share voxels: voxel by voxel the bands would be too narrow.
TEST(AngleBands, HoldTheTruthOfNoisyMaps)
{
  const auto coverage = [](int edge)
  {
    constexpr int Fields = 60;
    int inside = 0;
    for (int seed = 1; seed <= Fields; ++seed)
    {
      Chain chain(0.1, 24, seed);
      chain.Angles->SetErrorArray("valence_gradient_error");
      chain.Angles->SetNumberOfBootstrapSamples(200);
      chain.Angles->SetBootstrapBlockEdge(edge);
      inside += chain.Summary("rms |u| without noise lower (eV/um)") <= 1.0 &&
          chain.Summary("rms |u| without noise upper (eV/um)") >= 1.0
        ? 1
        : 0;
    }
    return inside / static_cast<double>(Fields);
  };
  EXPECT_NEAR(coverage(6), 0.94, 0.06);
  EXPECT_LT(coverage(1), 0.85);
}

TEST(AngleBands, EachParticleHasItsOwn)
{
  Chain chain(0.1);
  chain.Angles->SetLabelArray("particle_id");
  chain.Angles->SetErrorArray("valence_gradient_error");
  chain.Angles->SetNumberOfBootstrapSamples(100);
  chain.Angles->SetBootstrapBlockEdge(4);
  ASSERT_EQ(chain.Table(3)->GetNumberOfRows(), 3);
  ASSERT_EQ(chain.Table(1)->GetNumberOfRows(), 3 * 36);
  EXPECT_EQ(chain.Summary("bootstrap blocks", 0), 6.0 * 6.0 * 6.0);
  EXPECT_EQ(chain.Summary("bootstrap blocks", 1), 3.0 * 6.0 * 6.0);
  EXPECT_EQ(chain.Summary("bootstrap blocks", 2), 4.0 * 6.0 * 6.0);
  const auto width = [&](vtkIdType row)
  {
    return chain.Summary("mean |u| upper (eV/um)", row) -
      chain.Summary("mean |u| lower (eV/um)", row);
  };
  EXPECT_LT(width(0), width(1));
  EXPECT_GT(width(2), 0.0);
}

TEST(AngleBands, WrongValuesAreRefused)
{
  const auto refuses = [](const char* reason, auto spoil)
  {
    Chain chain(0.1);
    spoil(chain.Angles.Get());
    EXPECT_NE(ErrorOf(chain.Angles).find(reason), std::string::npos) << reason;
    EXPECT_EQ(chain.Angles->GetOutput()->GetNumberOfPoints(), 0);
  };
  using Filter = vtkRadialAngleHistogram;
  refuses("NumberOfBootstrapSamples is -1",
    [](Filter* filter) { filter->SetNumberOfBootstrapSamples(-1); });
  refuses("give 40 to 100000", [](Filter* filter) { filter->SetNumberOfBootstrapSamples(39); });
  refuses("BootstrapBlockEdge is 0",
    [](Filter* filter)
    {
      filter->SetNumberOfBootstrapSamples(200);
      filter->SetBootstrapBlockEdge(0);
    });
  for (const double level : { 0.0, 1.0, NaN })
  {
    refuses("ConfidenceLevel is",
      [&](Filter* filter)
      {
        filter->SetNumberOfBootstrapSamples(200);
        filter->SetConfidenceLevel(level);
      });
  }
  refuses(
    "MinimumSignificance is -1", [](Filter* filter) { filter->SetMinimumSignificance(-1.0); });
  refuses("no ErrorArray", [](Filter* filter) { filter->SetMinimumSignificance(2.0); });
  refuses("no point array \"nothing\"", [](Filter* filter) { filter->SetErrorArray("nothing"); });
  refuses("ErrorArray needs one with 1",
    [](Filter* filter) { filter->SetErrorArray("valence_gradient"); });
}

}
