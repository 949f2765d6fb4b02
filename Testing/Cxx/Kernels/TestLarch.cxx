// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Normalisation beside Larch's: Testing/Data/larch holds what make_tables.py wrote with Larch
// 0.9.81.
#include "Normalization.h"
#include "SpectrumKernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

namespace
{

struct Spectrum
{
  std::vector<double> Energies;
  std::vector<double> Mu;
};

// The same formula as in make_tables.py.
Spectrum Computed()
{
  const double pi = std::acos(-1.0);
  Spectrum spectrum;
  for (int k = 0; k < 321; ++k)
  {
    const double e = 8200.0 + 1.25 * k;
    const double above = e > 8333.0 ? 1e-6 * (e - 8333.0) * (e - 8333.0) : 0.0;
    const double peak = (e - 8350.0) / 4.0;
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(0.4 - 2e-4 * (e - 8333.0) +
      0.7 * (0.5 + std::atan((e - 8344.0) / 2.0) / pi) + 0.3 * std::exp(-peak * peak) + above);
  }
  return spectrum;
}

// The first two columns of numbers; empty where there is no file.
Spectrum Measured(const std::string& name)
{
  const bool isKeV = name.rfind("ref_", 0) == 0;
  std::ifstream file(std::string(PARAXANES_TEST_DATA) + "/spectra/" + name);
  Spectrum spectrum;
  for (std::string line; std::getline(file, line);)
  {
    char* end = nullptr;
    const double energy = std::strtod(line.c_str(), &end);
    if (end != line.c_str() && line[line.find_first_not_of(" \t")] != '#')
    {
      spectrum.Energies.push_back(energy * (isKeV ? 1000.0 : 1.0));
      spectrum.Mu.push_back(std::strtod(end, nullptr));
    }
  }
  return spectrum;
}

struct Settings
{
  double E0, Pre1, Pre2, Norm1, Norm2;
  int Degree;
  bool operator<(const Settings& other) const
  {
    return std::tie(this->E0, this->Degree) < std::tie(other.E0, other.Degree);
  }
};

struct Value
{
  std::string Quantity;
  int Index;
  double Number;
};

using Table = std::map<Settings, std::vector<Value>>;

Table ReadTable(const std::string& spectrum)
{
  std::ifstream file(std::string(PARAXANES_TEST_SOURCES) + "/Data/larch/larch_0.9.81.csv");
  EXPECT_TRUE(file.good());
  Table table;
  for (std::string line; std::getline(file, line);)
  {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
    {
      fields.push_back(field);
    }
    if (fields.size() == 10 && fields[0] == spectrum)
    {
      const Settings settings = { std::stod(fields[1]), std::stod(fields[2]), std::stod(fields[3]),
        std::stod(fields[4]), std::stod(fields[5]), std::stoi(fields[6]) };
      table[settings].push_back({ fields[7], std::stoi(fields[8]), std::stod(fields[9]) });
    }
  }
  return table;
}

// By both ways through the kernels.
std::vector<double> Normalize(
  const Spectrum& spectrum, const paraxanes::Normalization& normalization)
{
  class Keep : public paraxanes::SpectrumGroupVisitor
  {
  public:
    void Visit(const paraxanes::SpectrumGroup& group) override { this->Take(group); }
    void Take(const paraxanes::SpectrumGroup& group)
    {
      for (std::size_t k = 0; k < this->Values.size(); ++k)
      {
        this->Values[k] = group.Normalized[k * paraxanes::SpectrumGroup::Size];
      }
    }
    std::vector<double> Values;
  };
  Keep keep;
  keep.Values.resize(spectrum.Mu.size());
  paraxanes::JumpLimits limits;
  limits.MinimumJumpToNoise = 0.0;
  paraxanes::VisitSpectra(
    normalization, limits, spectrum.Mu.data(), 1, { 0, normalization.NumberOfEnergies }, keep);
  std::vector<float> floats(spectrum.Mu.size());
  paraxanes::SpectrumMaps maps;
  maps.Normalized = floats.data();
  paraxanes::NormalizeSpectra(normalization, limits, spectrum.Mu.data(), 1, nullptr, maps);
  for (std::size_t k = 0; k < floats.size(); ++k)
  {
    EXPECT_NEAR(floats[k], keep.Values[k], 1e-6 * (1.0 + std::abs(keep.Values[k])));
  }
  return keep.Values;
}

void Compare(const std::string& name, const Spectrum& spectrum)
{
  const Table table = ReadTable(name);
  EXPECT_EQ(table.size(), 4u);
  for (const auto& [larch, values] : table)
  {
    paraxanes::NormalizationSettings settings;
    settings.Rule = paraxanes::RangeRule::Larch;
    const double e0 =
      spectrum
        .Energies[static_cast<std::size_t>(paraxanes::NearestSample(spectrum.Energies, larch.E0))];
    settings.E0 = larch.E0;
    settings.PreEdge = { e0 + larch.Pre1, e0 + larch.Pre2 };
    settings.PostEdge = { e0 + larch.Norm1, e0 + larch.Norm2 };
    settings.PreEdgeDegree = 1;
    settings.PostEdgeDegree = larch.Degree;
    settings.Mode = paraxanes::NormalizationMode::EdgeStep;
    ASSERT_EQ(paraxanes::CheckNormalization(spectrum.Energies, settings), "");
    const paraxanes::Normalization step(spectrum.Energies, settings);
    settings.Mode = paraxanes::NormalizationMode::Flattened;
    const paraxanes::Normalization flattened(spectrum.Energies, settings);
    const std::vector<double> weights = step.EdgeJumpWeights();
    double jump = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k)
    {
      jump += weights[k] * spectrum.Mu[k];
    }
    const std::vector<double> norm = Normalize(spectrum, step);
    const std::vector<double> flat = Normalize(spectrum, flattened);
    for (const Value& value : values)
    {
      const auto k = static_cast<std::size_t>(std::max(value.Index, 0));
      const double found = value.Quantity == "edge_step" ? jump
        : value.Quantity == "norm"                       ? norm[k]
                                                         : flat[k];
      EXPECT_NEAR(found, value.Number, 1e-9 * std::max(1.0, std::abs(value.Number)))
        << name << ", E0 " << larch.E0 << ", degree " << larch.Degree << ", " << value.Quantity
        << " " << value.Index;
    }
  }
}

TEST(Larch, AComputedSpectrumIsNormalizedAsLarchDoes)
{
  Compare("computed", Computed());
}

TEST(Larch, MeasuredSpectraAreNormalizedAsLarchDoes)
{
  if (Measured("ref_NiO.txt").Mu.empty())
  {
    GTEST_SKIP() << "The spectra are not in " << PARAXANES_TEST_DATA
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  for (const char* name : { "ref_NiO.txt", "ref_LiNiO2.txt", "ni_metal_rt.xdi", "cu_10k.xmu" })
  {
    Compare(name, Measured(name));
  }
}

TEST(Larch, RangesTakeTheSampleBelowAndLeaveOutTheNearestToTheEnd)
{
  const std::vector<double> energies = { 0, 10, 20, 30, 40, 50 };
  const auto samples = [&](double low, double high)
  {
    const auto range =
      paraxanes::SamplesOfFit(energies, { low, high }, paraxanes::RangeRule::Larch);
    return std::make_pair(range.First, range.Last);
  };
  EXPECT_EQ(samples(12, 38), std::make_pair(1, 4));
  EXPECT_EQ(samples(10, 34), std::make_pair(1, 3));
  EXPECT_EQ(samples(-5, 50), std::make_pair(0, 5));
  EXPECT_EQ(samples(20, 21), std::make_pair(2, 4)); // at least two
  EXPECT_EQ(samples(50, 60), std::make_pair(5, 6)); // where there are
}

}
