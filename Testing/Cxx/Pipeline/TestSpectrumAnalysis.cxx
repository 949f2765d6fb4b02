// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "vtkEdgeEnergy.h"
#include "vtkSpectrumAnalysis.h"
#include "vtkXANESNormalize.h"
#include "vtkXASSpectrumReader.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace
{

const double NaN = std::nan("");

struct Spectrum
{
  std::vector<double> Energies;
  std::vector<double> Mu;
};

// An edge at `edge` with a white line, on a sloping background, with steps that grow.
Spectrum Analytic(double edge, double e0 = 8333.0, double shift = 0.0)
{
  const double pi = std::acos(-1.0);
  Spectrum spectrum;
  for (double e = e0 - 150.0 + shift; e < e0 + 260.0; e += 0.6 + 0.01 * std::abs(e - e0))
  {
    const double peak = (e - edge - 6.0) / 4.0;
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(0.4 - 2e-4 * (e - e0) + 0.7 * (0.5 + std::atan((e - edge) / 1.5) / pi) +
      0.3 * std::exp(-peak * peak));
  }
  return spectrum;
}

// Noise of a fixed seed.
Spectrum Noisy(Spectrum spectrum, double sigma, unsigned int seed)
{
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0.0, sigma);
  for (double& mu : spectrum.Mu)
  {
    mu += noise(random);
  }
  return spectrum;
}

void AddColumn(vtkTable* table, const char* name, const std::vector<double>& values)
{
  vtkNew<vtkDoubleArray> column;
  column->SetName(name);
  for (const double value : values)
  {
    column->InsertNextValue(value);
  }
  table->AddColumn(column);
}

vtkSmartPointer<vtkTable> TableOf(const Spectrum& spectrum, const std::string& source = {})
{
  auto table = vtkSmartPointer<vtkTable>::New();
  AddColumn(table, "energy (eV)", spectrum.Energies);
  AddColumn(table, "mu", spectrum.Mu);
  if (!source.empty())
  {
    paraxanes::SetField(table, "source", source);
  }
  return table;
}

// A stack of one voxel.
vtkSmartPointer<vtkImageData> StackOf(const Spectrum& spectrum)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(1, 1, 1);
  vtkNew<vtkDoubleArray> stack;
  stack->SetName("absorbance");
  stack->SetNumberOfComponents(static_cast<int>(spectrum.Mu.size()));
  stack->InsertNextTuple(spectrum.Mu.data());
  image->GetPointData()->SetScalars(stack);
  paraxanes::SetStackEnergies(image, spectrum.Energies);
  return image;
}

bool AreSameBits(double a, double b)
{
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

class WarningCounter : public vtkCommand
{
public:
  static WarningCounter* New() { return new WarningCounter; }
  void Execute(vtkObject*, unsigned long, void*) override { ++this->Count; }
  int Count = 0;
};

class SpectrumAnalysis : public testing::Test
{
protected:
  void SetUp() override
  {
    this->Filter->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Filter->AddObserver(vtkCommand::WarningEvent, this->Messages);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Filter->SetElement("Ni");
  }

  void Add(const Spectrum& spectrum, const std::string& source = {})
  {
    this->Filter->AddInputData(TableOf(spectrum, source));
  }

  vtkTable* Table(int port)
  {
    this->Filter->Update();
    return vtkTable::SafeDownCast(this->Filter->GetOutputDataObject(port));
  }
  void ExpectSilence()
  {
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    EXPECT_FALSE(this->Messages->GetWarning()) << this->Messages->GetWarningMessage();
  }

  double Result(const std::string& column, vtkIdType row = 0)
  {
    auto* values = vtkDataArray::SafeDownCast(this->Table(1)->GetColumnByName(column.c_str()));
    EXPECT_NE(values, nullptr) << column;
    return values && row < values->GetNumberOfTuples() ? values->GetTuple1(row) : -1.0;
  }
  std::string Text(const std::string& column, vtkIdType row = 0)
  {
    auto* values = vtkStringArray::SafeDownCast(this->Table(1)->GetColumnByName(column.c_str()));
    EXPECT_NE(values, nullptr) << column;
    return values && row < values->GetNumberOfTuples() ? values->GetValue(row) : std::string();
  }
  std::vector<double> Curve(const std::string& column)
  {
    auto* values = vtkDataArray::SafeDownCast(this->Table(0)->GetColumnByName(column.c_str()));
    EXPECT_NE(values, nullptr) << column;
    std::vector<double> curve;
    for (vtkIdType k = 0; values && k < values->GetNumberOfTuples(); ++k)
    {
      curve.push_back(values->GetTuple1(k));
    }
    return curve;
  }

  void ExpectError(const std::string& words)
  {
    this->Messages->Clear();
    this->Filter->Modified();
    this->Filter->Update();
    EXPECT_NE(this->Messages->GetErrorMessage().find(words), std::string::npos)
      << this->Messages->GetErrorMessage();
    for (const int port : { 0, 1 })
    {
      EXPECT_EQ(
        vtkTable::SafeDownCast(this->Filter->GetOutputDataObject(port))->GetNumberOfColumns(), 0);
    }
  }
  void ExpectErrorOf(vtkTable* table, const std::string& words)
  {
    this->Filter->RemoveAllInputs();
    this->Filter->AddInputData(table);
    this->ExpectError(words);
  }
  void ExpectWarning(const std::string& words)
  {
    this->Messages->Clear();
    this->Filter->Modified();
    this->Filter->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    EXPECT_NE(this->Messages->GetWarningMessage().find(words), std::string::npos)
      << this->Messages->GetWarningMessage();
  }

  vtkNew<vtkSpectrumAnalysis> Filter;
  vtkNew<vtkTest::ErrorObserver> Messages;
};

// Every number of the row, against the maps of Edge Energy of a stack of one voxel.
class AsAStack : public SpectrumAnalysis
{
protected:
  void Compare(const Spectrum& spectrum)
  {
    vtkNew<vtkEdgeEnergy> edges;
    vtkNew<vtkEdgeEnergy> fast; // the pass that finds levels only
    vtkNew<vtkXANESNormalize> normalize;
    for (vtkXANESStackAlgorithm* filter :
      std::initializer_list<vtkXANESStackAlgorithm*>{ edges, fast, normalize })
    {
      filter->SetInputData(StackOf(spectrum));
      filter->SetElement("Ni");
      filter->SetMode(this->Filter->GetMode());
      filter->SetE0Source(this->Filter->GetE0Source());
      filter->SetE0(this->Filter->GetE0());
      filter->SetRangeRule(this->Filter->GetRangeRule());
      filter->SetPostEdgeDegree(this->Filter->GetPostEdgeDegree());
    }
    edges->SetCrossing(this->Filter->GetCrossing());
    fast->SetCrossing(this->Filter->GetCrossing());
    edges->SetLocalFitDegree(this->Filter->GetLocalFitDegree());
    edges->ComputeErrorsOn();
    edges->QualityMapsOn();
    for (int method = 0; method < vtkEdgeEnergy::NumberOfMethods; ++method)
    {
      edges->AddMethod(method);
      this->Filter->AddMethod(method);
    }
    edges->Update();
    this->Filter->RemoveAllInputs();
    this->Add(spectrum);
    vtkPointData* maps = edges->GetOutput()->GetPointData();
    const auto same = [&](const char* column, const char* map)
    {
      vtkDataArray* values = maps->GetArray(map);
      ASSERT_NE(values, nullptr) << map;
      EXPECT_TRUE(AreSameBits(this->Result(column), values->GetTuple1(0)))
        << column << ": " << this->Result(column) << ", stack " << values->GetTuple1(0);
    };
    for (const char* name : { "edge_energy", "edge_energy_derivative",
           "edge_energy_white_line_fraction", "white_line_energy", "edge_energy_centroid" })
    {
      same((std::string(name) + " (eV)").c_str(), name);
      same((std::string(name) + "_error (eV)").c_str(), (std::string(name) + "_error").c_str());
    }
    for (const char* name :
      { "white_line_height", "white_line_above_pre_edge", "edge_jump", "validity", "pre_edge_noise",
        "fit_residual", "pre_edge_slope", "post_edge_slope", "edge_jump_error", "jump_to_noise" })
    {
      same(name, name);
    }
    if (this->Filter->GetLocalFitDegree() == 0 && this->Filter->GetMode() != 2)
    {
      fast->Update();
      EXPECT_TRUE(AreSameBits(this->Result("edge_energy (eV)"),
        fast->GetOutput()->GetPointData()->GetArray("edge_energy")->GetTuple1(0)));
    }
    normalize->Update();
    vtkDataArray* normalized =
      normalize->GetOutput()->GetPointData()->GetArray("normalized_absorbance");
    const std::vector<double> curve = this->Curve("normalized 1");
    ASSERT_EQ(curve.size(), static_cast<std::size_t>(normalized->GetNumberOfComponents()));
    for (std::size_t k = 0; k < curve.size() && this->Result("validity") == 0.0; ++k)
    {
      EXPECT_TRUE(AreSameBits(static_cast<double>(static_cast<float>(curve[k])),
        normalized->GetComponent(0, static_cast<int>(k))))
        << k;
    }
    for (const char* field : { "E0", "pre_edge_range", "post_edge_range", "pre_edge_degree",
           "post_edge_degree", "edge_energy_window", "minimum_jump_to_noise" })
    {
      vtkDataArray* a = this->Table(1)->GetFieldData()->GetArray(field);
      vtkDataArray* b = edges->GetOutput()->GetFieldData()->GetArray(field);
      ASSERT_TRUE(a && b && a->GetNumberOfValues() == b->GetNumberOfValues()) << field;
      for (vtkIdType i = 0; i < a->GetNumberOfValues(); ++i)
      {
        EXPECT_EQ(a->GetComponent(i, 0), b->GetComponent(i, 0)) << field;
      }
    }
    EXPECT_EQ(
      this->Result("E0 (eV)"), edges->GetOutput()->GetFieldData()->GetArray("E0")->GetTuple1(0));
    for (const char* field : { "normalization", "range_rule", "E0_source", "edge_energy_method",
           "edge_energy_crossing", "paraxanes_version" })
    {
      EXPECT_EQ(
        paraxanes::GetField(this->Table(0), field), paraxanes::GetField(edges->GetOutput(), field))
        << field;
    }
  }
};

TEST_F(AsAStack, EachNumberIsTheSameToTheBit)
{
  const Spectrum spectrum = Noisy(Analytic(8344.3), 0.004, 1);
  for (const int mode :
    { vtkEdgeEnergy::RATIO, vtkEdgeEnergy::EDGE_STEP, vtkEdgeEnergy::FLATTENED })
  {
    for (const int source : { vtkEdgeEnergy::TABLE, vtkEdgeEnergy::MEAN_SPECTRUM })
    {
      for (const int degree : { 0, 3 })
      {
        this->Filter->SetMode(mode);
        this->Filter->SetE0Source(source);
        this->Filter->SetLocalFitDegree(degree);
        this->Compare(spectrum);
        EXPECT_EQ(this->Result("validity"), 0);
      }
    }
  }
  this->ExpectSilence();
}

TEST_F(AsAStack, WithLarchsRangesAndTheNearestCrossing)
{
  this->Filter->SetRangeRule(vtkEdgeEnergy::LARCH);
  this->Filter->SetCrossing(vtkEdgeEnergy::NEAREST);
  this->Filter->SetE0Source(vtkEdgeEnergy::VALUE);
  this->Filter->SetE0(8340.0);
  this->Compare(Noisy(Analytic(8344.3), 0.01, 2));
  this->ExpectSilence();
}

TEST_F(AsAStack, WhatIsNotValidHasTheSameCode)
{
  Spectrum air = Noisy(Analytic(8344.3), 0.01, 3);
  for (std::size_t k = 0; k < air.Mu.size(); ++k)
  {
    air.Mu[k] -= Analytic(8344.3).Mu[k];
  }
  this->Compare(air);
  EXPECT_EQ(this->Result("validity"), 4);
  EXPECT_TRUE(std::isnan(this->Result("edge_energy (eV)")));
  EXPECT_EQ(this->Text("meaning"), "edge jump lost in noise");
}

TEST_F(AsAStack, MeasuredSpectra)
{
  const std::string folder = std::string(PARAXANES_TEST_DATA) + "/spectra/";
  if (!std::ifstream(folder + "ref_NiO.txt").good())
  {
    GTEST_SKIP() << "The spectra are not in " << folder
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  for (const char* name : { "ref_NiO.txt", "ref_LiNiO2.txt", "ni_metal_rt.xdi" })
  {
    vtkNew<vtkXASSpectrumReader> reader;
    reader->SetFileName((folder + name).c_str());
    reader->Update();
    Spectrum spectrum;
    for (vtkIdType k = 0; k < reader->GetOutput()->GetNumberOfRows(); ++k)
    {
      spectrum.Energies.push_back(reader->GetOutput()->GetValue(k, 0).ToDouble());
      spectrum.Mu.push_back(reader->GetOutput()->GetValue(k, 1).ToDouble());
    }
    this->Compare(spectrum);
    EXPECT_EQ(this->Result("validity"), 0) << name;
  }
}

// The level's crossing of an arctangent without a white line is where it is.
TEST_F(SpectrumAnalysis, AnAnalyticEdgeIsWhereItIs)
{
  Spectrum spectrum;
  for (double e = 8200.0; e <= 8550.0; e += 0.25 + 0.002 * std::abs(e - 8340.0))
  {
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(
      0.2 + 0.8 * std::clamp((e - 8340.0) / 10.0, 0.0, 1.0)); // half way at 8345 eV
  }
  this->Add(spectrum);
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 8345.0, 1e-9);
  EXPECT_NEAR(this->Result("edge_jump"), 0.8, 1e-7);
  EXPECT_EQ(this->Text("meaning"), "valid");
  EXPECT_EQ(this->Text("edge"), "Ni K");
  EXPECT_EQ(this->Result("E0 (eV)"), 8333.0);
  EXPECT_EQ(this->Result("pre-edge from (eV)"), 8200.0);
  EXPECT_EQ(this->Result("pre-edge to (eV)"), 8313.0);
  EXPECT_EQ(this->Result("window from (eV)"), 8328.0);
  EXPECT_EQ(this->Result("window to (eV)"), 8363.0);
  const std::vector<double> pre = this->Curve("pre-edge 1");
  const std::vector<double> post = this->Curve("post-edge 1");
  for (std::size_t k = 0; k < pre.size(); ++k)
  {
    EXPECT_NEAR(pre[k], 0.2, 1e-12);
    EXPECT_NEAR(post[k], 1.0, 1e-12);
  }
  this->ExpectSilence();
}

// Half way at 8345 eV, with a peak before the edge that crosses the level, too.
TEST_F(SpectrumAnalysis, NamesTheCrossingThatTheWindowMisses)
{
  Spectrum spectrum;
  for (double e = 8200.25; e <= 8550.0; e += 0.5)
  {
    const double edge = std::clamp((e - 8340.0) / 10.0, 0.0, 1.0);
    const double peak = std::max(0.0, 0.8 - std::abs(e - 8325.0) / 5.0);
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(0.2 + 0.8 * (edge + peak));
  }
  this->Add(spectrum);
  this->Filter->SetPreEdgeRange(8200.0, 8310.0);
  this->Filter->SetWindow(8347.0, 8360.0);
  EXPECT_EQ(this->Result("validity"), 5);
  this->ExpectWarning("1 at 8345 eV (window 8347 to 8360 eV)");
  this->Filter->SetCrossing(vtkEdgeEnergy::LAST);
  this->Filter->SetWindow(8315.0, 8345.5);
  this->ExpectWarning("1 at 8345 eV (window 8315 to 8345.5 eV)");
  EXPECT_EQ(this->Result("validity"), 6);
}

// E0 of a spectrum itself: the middle of the steepest pair.
TEST_F(SpectrumAnalysis, E0IsTheSteepestRiseOfEachSpectrum)
{
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  const Spectrum first = Analytic(8341.0);
  const Spectrum second = Analytic(8346.5);
  vtkSmartPointer<vtkTable> table = TableOf(first);
  AddColumn(table, "deep", second.Mu);
  this->Filter->AddInputData(table);
  this->Filter->AddMuColumn("mu");
  this->Filter->AddMuColumn("deep");
  const auto steepest = [](const Spectrum& spectrum)
  {
    std::size_t best = 0;
    const auto slope = [&](std::size_t k)
    {
      return (spectrum.Mu[k + 1] - spectrum.Mu[k]) /
        (spectrum.Energies[k + 1] - spectrum.Energies[k]);
    };
    for (std::size_t k = 1; k + 1 < spectrum.Mu.size(); ++k)
    {
      best = slope(k) > slope(best) ? k : best;
    }
    return 0.5 * (spectrum.Energies[best] + spectrum.Energies[best + 1]);
  };
  EXPECT_EQ(this->Result("E0 (eV)", 0), steepest(first));
  EXPECT_EQ(this->Result("E0 (eV)", 1), steepest(second));
  EXPECT_NEAR(this->Result("E0 (eV)", 1), 8346.5, 1.0);
  EXPECT_EQ(this->Text("name", 1), "deep");
  // What the two do not share is not in the field data.
  EXPECT_EQ(this->Table(1)->GetFieldData()->GetArray("E0"), nullptr);
  EXPECT_EQ(paraxanes::GetField(this->Table(1), "E0_source"), "mean spectrum");
  this->ExpectSilence();
}

TEST_F(SpectrumAnalysis, TablesKeepTheirOwnEnergies)
{
  const Spectrum first = Analytic(8341.0);
  const Spectrum second = Analytic(8346.5, 8333.0, 0.37);
  this->Add(first, "NiO.xdi");
  this->Add(second, "folder.of/LiNiO2.txt");
  this->Add(first, "NiO.dat");
  ASSERT_EQ(this->Table(1)->GetNumberOfRows(), 3);
  EXPECT_EQ(this->Text("name", 0), "NiO");
  EXPECT_EQ(this->Text("name", 1), "LiNiO2");
  EXPECT_EQ(this->Text("name", 2), "NiO (2)");
  const std::vector<double> energies = this->Curve("energy (eV)");
  const std::size_t n = first.Energies.size();
  ASSERT_EQ(energies.size(), n + second.Energies.size()); // the third has those of the first
  const std::vector<double> a = this->Curve("mu NiO");
  const std::vector<double> b = this->Curve("mu LiNiO2");
  const std::vector<double> c = this->Curve("normalized NiO (2)");
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    const bool isFirst = k < n;
    EXPECT_EQ(energies[k], isFirst ? first.Energies[k] : second.Energies[k - n]);
    EXPECT_TRUE(AreSameBits(a[k], isFirst ? first.Mu[k] : NaN));
    EXPECT_TRUE(AreSameBits(b[k], isFirst ? NaN : second.Mu[k - n]));
    EXPECT_EQ(std::isnan(c[k]), !isFirst);
  }
  EXPECT_TRUE(
    AreSameBits(this->Result("edge_energy (eV)", 0), this->Result("edge_energy (eV)", 2)));
  EXPECT_GT(this->Result("edge_energy (eV)", 1), this->Result("edge_energy (eV)", 0) + 4.0);
  EXPECT_EQ(paraxanes::GetField(this->Table(0), "source"), ""); // not that of the first alone
  EXPECT_EQ(paraxanes::GetField(this->Table(0), "element"), "Ni");
  this->ExpectSilence();
}

TEST_F(SpectrumAnalysis, ASeriesOfDepthsInOneTable)
{
  vtkNew<vtkTable> table;
  AddColumn(table, "E", Analytic(8340.0).Energies);
  std::vector<std::string> names;
  for (int depth = 0; depth < 60; ++depth)
  {
    names.push_back(std::to_string(depth) + " um");
    AddColumn(table, names.back().c_str(), Analytic(8340.0 + 0.1 * depth).Mu);
    this->Filter->AddMuColumn(names.back().c_str());
  }
  this->Filter->SetEnergyColumn("E");
  this->Filter->AddMuColumn("E"); // all columns ticked
  this->Filter->AddInputData(table);
  ASSERT_EQ(this->Table(1)->GetNumberOfRows(), 60);
  EXPECT_EQ(this->Table(0)->GetNumberOfColumns(), 61); // energies and normalised curves
  for (int depth = 0; depth < 60; ++depth)
  {
    EXPECT_EQ(this->Text("name", depth), names[static_cast<std::size_t>(depth)]);
    EXPECT_EQ(this->Result("validity", depth), 0);
    if (depth > 0)
    {
      EXPECT_GT(
        this->Result("edge_energy (eV)", depth), this->Result("edge_energy (eV)", depth - 1));
    }
  }
  this->ExpectSilence();
}

TEST_F(SpectrumAnalysis, ExcludedEnergiesAreLeftOut)
{
  const Spectrum good = Analytic(8344.0);
  Spectrum bad = good;
  const std::size_t glitch = good.Mu.size() / 2;
  bad.Mu[glitch] = NaN;
  this->Add(bad);
  this->Filter->AddExcludedEnergy(good.Energies[glitch] + 0.03);
  Spectrum without = good;
  without.Energies.erase(without.Energies.begin() + static_cast<std::ptrdiff_t>(glitch));
  without.Mu.erase(without.Mu.begin() + static_cast<std::ptrdiff_t>(glitch));
  const double found = this->Result("edge_energy (eV)");
  EXPECT_EQ(this->Curve("energy (eV)"), without.Energies);
  this->ExpectSilence();
  this->Filter->RemoveAllExcludedEnergies();
  this->Filter->RemoveAllInputs();
  this->Add(without);
  EXPECT_EQ(found, this->Result("edge_energy (eV)"));
  this->Filter->AddExcludedEnergy(9000.0);
  this->ExpectWarning("ExcludedEnergies has 9000 eV");
  for (const double energy : without.Energies)
  {
    this->Filter->AddExcludedEnergy(energy);
  }
  this->ExpectError("Input 1 has 0 energies that are not excluded");
}

TEST_F(SpectrumAnalysis, OneBadSpectrumDoesNotSpoilTheOthers)
{
  this->Add(Analytic(8344.0), "good.dat");
  Spectrum broken = Analytic(8344.0);
  broken.Mu[7] = NaN;
  this->Add(broken, "broken.dat");
  this->Add(Analytic(7720.0, 7709.0), "Co.dat");
  this->ExpectWarning("validity 8: Co.");
  EXPECT_NE(this->Messages->GetWarningMessage().find("Ni K (8333 eV) lies outside the scan"),
    std::string::npos);
  EXPECT_EQ(this->Result("validity", 0), 0);
  EXPECT_EQ(this->Result("validity", 1), 2);
  EXPECT_EQ(this->Text("meaning", 1), "spectrum not finite");
  EXPECT_EQ(this->Result("validity", 2), 8);
  EXPECT_EQ(this->Text("meaning", 2), "not normalised");
  for (const vtkIdType row : { 1, 2 })
  {
    EXPECT_TRUE(std::isnan(this->Result("edge_energy (eV)", row)));
    EXPECT_TRUE(std::isnan(this->Result("edge_jump", row)));
    EXPECT_TRUE(std::isnan(this->Result("E0 (eV)", row)));
  }
  // The curves of such a spectrum are its mu alone.
  const std::vector<double> curve = this->Curve("normalized Co");
  EXPECT_TRUE(std::all_of(curve.begin(), curve.end(), [](double y) { return std::isnan(y); }));
  // Nothing but noise has no steepest rise of its own that ranges could follow from.
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  this->Filter->Modified();
  EXPECT_EQ(this->Result("validity", 2), 0);
}

TEST_F(SpectrumAnalysis, SaysWhatIsWrong)
{
  const Spectrum good = Analytic(8344.0);
  vtkNew<vtkTable> empty;
  this->ExpectErrorOf(empty,
    "Input 1 has 0 rows and no columns; there is no column of numbers "
    "\"energy (eV)\"");
  Spectrum three = good;
  three.Energies.resize(3);
  three.Mu.resize(3);
  this->ExpectErrorOf(TableOf(three, "three.dat"),
    "Input 1 (three.dat) has 3 energies that are not excluded; at least 4");
  Spectrum unsorted = good;
  std::swap(unsorted.Energies[4], unsorted.Energies[5]);
  this->ExpectErrorOf(TableOf(unsorted), "is not above the one before it");
  unsorted = good;
  unsorted.Energies[4] = NaN;
  this->ExpectErrorOf(TableOf(unsorted), "energy 5 is not a finite number");
  Spectrum keV = good;
  for (double& energy : keV.Energies)
  {
    energy /= 1000.0;
  }
  this->ExpectErrorOf(TableOf(keV), "look like keV");
  this->Filter->AddMuColumn("norm");
  this->ExpectErrorOf(
    TableOf(good), "\"energy (eV)\", \"mu\"; there is no column of numbers \"norm\"");
  this->Filter->RemoveAllMuColumns();
  this->Filter->SetEnergyColumn("E");
  this->ExpectErrorOf(TableOf(good), "there is no column of numbers \"E\"");
  this->Filter->SetEnergyColumn("");
  this->Filter->SetElement("Cu");
  this->ExpectErrorOf(TableOf(good), "1: Cu K (8979 eV) lies outside the scan");
  this->Filter->SetElement("Ni");
  this->Filter->SetPreEdgeRange(7000.0, 7100.0);
  this->ExpectErrorOf(TableOf(good), "The spectra cannot be normalised");
  this->Filter->SetPreEdgeRange(0.0, 0.0);
  this->Filter->SetWindow(8340.0, 8340.1);
  this->ExpectErrorOf(TableOf(good), "The edge cannot be looked for");
  vtkNew<vtkTable> words;
  vtkNew<vtkStringArray> text;
  text->SetName("mu");
  for (std::size_t k = 0; k < good.Energies.size(); ++k)
  {
    text->InsertNextValue("much");
  }
  AddColumn(words, "energy (eV)", good.Energies);
  words->AddColumn(text);
  this->ExpectErrorOf(words, "there is no column of numbers \"mu\"");
}

// An L3 edge of nickel with peaks at 853 and 855.2 eV, L2, and little room before and behind.
Spectrum SoftNickel(double low, double high, double first = 840.0, double last = 885.0)
{
  const auto peak = [](double e, double at, double width)
  { return std::exp(-0.5 * (e - at) * (e - at) / (width * width)); };
  const double pi = std::acos(-1.0);
  Spectrum spectrum;
  for (double e = first; e <= last; e += 0.1)
  {
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(0.3 + 0.2 * (0.5 + std::atan((e - 853.0) / 0.4) / pi) +
      0.1 * (0.5 + std::atan((e - 870.3) / 0.4) / pi) + low * peak(e, 853.0, 0.5) +
      high * peak(e, 855.2, 0.5) + 0.5 * peak(e, 870.6, 1.0));
  }
  return spectrum;
}

TEST_F(SpectrumAnalysis, ASoftL3EdgeNeedsNoRanges)
{
  this->Filter->SetEdge("L3");
  this->Add(SoftNickel(1.0, 0.6));
  EXPECT_EQ(this->Result("validity"), 0) << this->Text("meaning");
  EXPECT_NEAR(this->Result("edge_jump"), 0.3, 0.03); // of L3 and L2
  EXPECT_LT(this->Result("pre-edge to (eV)"), 850.0);
  EXPECT_EQ(this->Result("post-edge from (eV)"), 877.0);
  EXPECT_EQ(this->Result("window to (eV)"), 867.0);
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 852.0, 0.7); // the foot of the white line
  this->ExpectSilence();
  this->Filter->RemoveAllInputs();
  this->Add(SoftNickel(1.0, 0.6, 840.0, 865.0));
  this->ExpectError("The automatic post-edge range lies behind L2 (870 eV)");
  // A pre-edge on the rise would take its jump away.
  this->Filter->RemoveAllInputs();
  this->Add(SoftNickel(1.0, 0.6, 851.7));
  this->ExpectError("The automatic pre-edge range ends at 849.7 eV, before the scan begins");
}

TEST_F(SpectrumAnalysis, TheRatioOfTwoPeaks)
{
  this->Filter->SetEdge("L3");
  this->Filter->PeakRatioOn();
  this->Add(SoftNickel(1.0, 0.6), "pristine.dat");
  this->Add(SoftNickel(1.0, 1.2), "charged.dat");
  EXPECT_EQ(this->Text("peaks", 0), "valid");
  EXPECT_NEAR(this->Result("peak_low_energy (eV)", 0), 853.0, 0.05);
  EXPECT_NEAR(this->Result("peak_high_energy (eV)", 0), 855.2, 0.05);
  // Above the pre-edge: the arctangents add to the peaks.
  EXPECT_NEAR(this->Result("peak_low_height", 0), 1.1, 0.03);
  EXPECT_NEAR(this->Result("peak_high_height", 0), 0.6 + 0.2 * 0.94, 0.03);
  EXPECT_NEAR(this->Result("peak_ratio", 0),
    this->Result("peak_high_height", 0) / this->Result("peak_low_height", 0), 1e-12);
  EXPECT_GT(this->Result("peak_ratio", 1), 1.1);
  EXPECT_GT(this->Result("peak_ratio_error", 0), 0.0);
  EXPECT_LT(this->Result("peak_ratio_error", 0), 0.05);
  vtkDataArray* window = this->Table(1)->GetFieldData()->GetArray("peak_high_window");
  ASSERT_NE(window, nullptr);
  EXPECT_EQ(window->GetComponent(0, 0), 854.0);

  // A shoulder has no maximum, but a height at an energy.
  this->Filter->RemoveAllInputs();
  this->Add(SoftNickel(1.0, 0.0));
  EXPECT_EQ(this->Text("peaks"), "high peak: crossing or maximum at the window's end");
  EXPECT_TRUE(std::isnan(this->Result("peak_ratio")));
  this->Filter->SetHighPeak(855.0, 855.0);
  EXPECT_EQ(this->Text("peaks"), "valid");
  EXPECT_EQ(this->Result("peak_high_energy (eV)"), 855.0);
  EXPECT_GT(this->Result("peak_ratio"), 0.1);
  this->ExpectSilence();

  this->Filter->SetHighPeak(900.0, 905.0);
  this->ExpectError("does not lie in the scan");
  this->Filter->SetHighPeak(0.0, 0.0);
  this->Filter->SetE0Source(vtkEdgeEnergy::VALUE);
  this->Filter->SetE0(852.7);
  this->Filter->SetElement("");
  this->Filter->SetEdge("");
  this->ExpectError("there are no default windows for the peaks of an edge without a name");
  this->ExpectError("between which the peaks of a reference spectrum lie, in eV");
}

TEST_F(SpectrumAnalysis, ATableWithoutPeaksDoesNotSpoilTheOthers)
{
  this->Filter->SetElement("");
  this->Filter->PeakRatioOn();
  const vtkSmartPointer<vtkTable> cobalt = TableOf(Analytic(7720.0, 7709.0));
  paraxanes::SetField(cobalt, "element", std::string("Co"));
  this->Filter->AddInputData(cobalt);
  this->Add(SoftNickel(1.0, 0.6), "nickel.dat"); // found by itself
  EXPECT_EQ(this->Result("validity", 0), 0);
  EXPECT_NE(
    this->Text("peaks", 0).find("no default windows for the peaks of Co K"), std::string::npos)
    << this->Text("peaks", 0);
  EXPECT_TRUE(std::isnan(this->Result("peak_ratio", 0)));
  EXPECT_TRUE(std::isnan(this->Result("peak_high_height", 0)));
  EXPECT_EQ(this->Text("edge", 1), "Ni L3");
  EXPECT_EQ(this->Text("peaks", 1), "valid");
  EXPECT_GT(this->Result("peak_ratio", 1), 0.5);
  EXPECT_EQ(this->Table(1)->GetFieldData()->GetArray("peak_high_window"), nullptr);
  this->ExpectSilence();
}

TEST_F(SpectrumAnalysis, DoubtsAnElementWhoseEdgeIsNotInTheScan)
{
  this->Filter->SetElement("ni");
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  this->Add(Analytic(8344.0));
  EXPECT_EQ(this->Text("edge"), "Ni K");
  this->ExpectSilence();
  this->Filter->RemoveAllInputs();
  this->Add(Analytic(7720.0, 7709.0));
  this->ExpectWarning("Ni K (8333 eV) lies outside the scan");
  this->Filter->SetE0Source(vtkEdgeEnergy::VALUE);
  this->Filter->SetE0(7709.0);
  this->ExpectWarning("Ni K (8333 eV) lies outside the scan");
}

TEST_F(SpectrumAnalysis, WarnsOnceOfWhatAllSpectraShare)
{
  vtkNew<WarningCounter> counter;
  this->Filter->AddObserver(vtkCommand::WarningEvent, counter);
  this->Filter->SetPostEdgeDegree(2);
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  this->Add(Analytic(8341.0));
  this->Add(Analytic(8344.0));
  this->Add(Analytic(8347.0));
  this->ExpectWarning("Degree 1 is safer");
  EXPECT_EQ(counter->Count, 1);
  this->ExpectWarning("Degree 1 is safer"); // again, when it is made again
  EXPECT_EQ(counter->Count, 2);
}

TEST_F(SpectrumAnalysis, NamesColumnsThatNoTableHas)
{
  this->Add(Analytic(8341.0));
  for (const char* name : { "mu", "nu", "xi" })
  {
    this->Filter->AddMuColumn(name);
  }
  this->ExpectWarning("MuColumns has \"nu\", \"xi\", but no input");
  EXPECT_EQ(this->Table(1)->GetNumberOfRows(), 1);
}

TEST_F(SpectrumAnalysis, SaysThatASpectrumDoesNotRise)
{
  Spectrum flat = Analytic(8341.0);
  std::fill(flat.Mu.begin(), flat.Mu.end(), 1.0);
  this->Add(flat);
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  this->ExpectError("rises nowhere");
}

TEST_F(SpectrumAnalysis, MessagesSpeakOfNoStack)
{
  this->Add(Analytic(8341.0));
  this->Filter->SetPreEdgeRange(7000.0, 7100.0);
  this->ExpectError("holds 0 of the energies (");
  this->Filter->SetPreEdgeRange(0.0, 0.0);
  this->Filter->SetWindow(8340.0, 8340.1);
  this->ExpectError("of the energies (");
}

// The level is crossed 5.05 eV below the steepest rise, before the automatic window begins.
TEST_F(SpectrumAnalysis, TellsWhereTheLevelIsCrossedOutsideTheWindow)
{
  Spectrum spectrum;
  for (double e = 8200.0; e <= 8550.0; e += 0.5)
  {
    spectrum.Energies.push_back(e);
    spectrum.Mu.push_back(
      0.2 + 0.6 * std::clamp((e - 8340.2) / 6.0, 0.0, 1.0) + (e > 8350.0 ? 0.4 : 0.0));
  }
  this->Add(spectrum, "two steps.dat");
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  this->ExpectWarning("two steps at 8345.2 eV (window 8345.25 to 8380.25 eV)");
  EXPECT_EQ(this->Result("validity"), 5);

  this->Messages->Clear();
  this->Filter->SetWindow(-20.0, 30.0);
  this->Filter->RangesRelativeToE0On();
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 8345.2, 1e-9);
  this->Filter->SetWindow(0.0, 0.0);
  this->Filter->SetE0Source(vtkEdgeEnergy::TABLE);
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 8345.2, 1e-9);
  this->ExpectSilence();

  // Crossed inside: between the last two samples of the window.
  this->Filter->RangesRelativeToE0Off();
  this->Filter->SetWindow(8330.0, 8345.7);
  this->ExpectWarning("two steps at 8345.2 eV (window 8330 to 8345.7 eV)");
  EXPECT_EQ(this->Result("validity"), 6);
  // Of other methods there is nothing to tell.
  this->Messages->Clear();
  this->Filter->SetWindow(8355.0, 8380.0);
  this->Filter->SetMethod(vtkEdgeEnergy::DERIVATIVE);
  EXPECT_EQ(this->Result("validity"), 5);
  this->ExpectSilence();
}

TEST_F(SpectrumAnalysis, TellsWhereLithiumNickelOxideCrosses)
{
  const std::string file = std::string(PARAXANES_TEST_DATA) + "/spectra/ref_LiNiO2.txt";
  if (!std::ifstream(file).good())
  {
    GTEST_SKIP() << file << " is not here (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  vtkNew<vtkXASSpectrumReader> reader;
  reader->SetFileName(file.c_str());
  this->Filter->SetInputConnection(reader->GetOutputPort());
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 8341.776, 0.001);
  this->Filter->SetE0Source(vtkEdgeEnergy::MEAN_SPECTRUM);
  // The ranges of the fits go along with E0, which moves the crossing by 0.1 eV.
  this->ExpectWarning("ref_LiNiO2 at 8341.873 eV (window 8342.25 to 8377.25 eV)");
  this->Messages->Clear();
  this->Filter->SetWindow(-20.0, 30.0);
  this->Filter->RangesRelativeToE0On();
  EXPECT_NEAR(this->Result("edge_energy (eV)"), 8341.873, 0.001);
  EXPECT_EQ(this->Result("validity"), 0);
  this->ExpectSilence();
}

// Larch's own numbers for NiO (Testing/Data/larch), through the reader and the filter.
TEST_F(SpectrumAnalysis, NormalizesAsLarchDoes)
{
  const std::string file = std::string(PARAXANES_TEST_DATA) + "/spectra/ref_NiO.txt";
  if (!std::ifstream(file).good())
  {
    GTEST_SKIP() << file << " is not here (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  vtkNew<vtkXASSpectrumReader> reader;
  reader->SetFileName(file.c_str());
  this->Filter->SetInputConnection(reader->GetOutputPort());
  this->Filter->SetE0Source(vtkEdgeEnergy::VALUE);
  this->Filter->SetRangeRule(vtkEdgeEnergy::LARCH);
  this->Filter->RangesRelativeToE0On();
  this->Filter->SetPreEdgeDegree(1);
  this->Filter->SetMinimumJumpToNoise(0.0);
  std::ifstream table(std::string(PARAXANES_TEST_SOURCES) + "/Data/larch/larch_0.9.81.csv");
  int compared = 0;
  for (std::string line; std::getline(table, line);)
  {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
    {
      fields.push_back(field);
    }
    if (fields.size() != 10 || fields[0] != "ref_NiO.txt")
    {
      continue;
    }
    this->Filter->SetE0(std::stod(fields[1]));
    this->Filter->SetPreEdgeRange(std::stod(fields[2]), std::stod(fields[3]));
    this->Filter->SetPostEdgeRange(std::stod(fields[4]), std::stod(fields[5]));
    this->Filter->SetPostEdgeDegree(std::stoi(fields[6]));
    this->Filter->SetMode(
      fields[7] == "flat" ? vtkEdgeEnergy::FLATTENED : vtkEdgeEnergy::EDGE_STEP);
    const double expected = std::stod(fields[9]);
    if (fields[7] == "edge_step")
    {
      EXPECT_NEAR(this->Result("edge_jump"), expected, 1e-7 * std::abs(expected)) << line;
    }
    else
    {
      const auto k = static_cast<std::size_t>(std::stoi(fields[8]));
      EXPECT_NEAR(
        this->Curve("normalized ref_NiO")[k], expected, 1e-9 * std::max(1.0, std::abs(expected)))
        << line;
    }
    ++compared;
  }
  EXPECT_GT(compared, 200);
}

}
