// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkXASSpectrumReader.h"

#include "EnergyStack.h"
#include "EnergyTable.h"
#include "SpectrumFile.h"
#include "StackFormat.h"
#include "TextNumbers.h"

#include <vtkCommand.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkNew.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace
{

namespace fs = std::filesystem;
using paraxanes::FormatError;
using paraxanes::ReadSpectrum;
using paraxanes::Spectrum;
using Numbers = std::vector<double>;

std::string Write(const std::string& name, const std::string& text)
{
  // A folder for each test: they run at the same time.
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder = fs::path(PARAXANES_TEST_OUTPUT) / "spectra" / test->name();
  fs::create_directories(folder);
  const std::string path = (folder / name).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Spectrum Read(const std::string& text, const paraxanes::SpectrumOptions& options = {})
{
  return ReadSpectrum(Write("spectrum.dat", text), options);
}

// The message, which has to name the file.
std::string ErrorOf(const std::string& path, const paraxanes::SpectrumOptions& options = {})
{
  try
  {
    ReadSpectrum(path, options);
  }
  catch (const FormatError& error)
  {
    const std::string message = error.what();
    EXPECT_NE(message.find(path), std::string::npos) << message;
    return message;
  }
  return "no error";
}

std::string ErrorOfText(const std::string& text, const paraxanes::SpectrumOptions& options = {})
{
  return ErrorOf(Write("bad.dat", text), options);
}

void ExpectContains(const std::string& message, const std::string& part)
{
  EXPECT_NE(message.find(part), std::string::npos) << message;
}

//------------------------------------------------------------------------------------------------

TEST(TextNumbers, AreReadAsInstrumentsWriteThem)
{
  const std::pair<const char*, double> numbers[] = { { "8333.5", 8333.5 }, { "+1e3", 1000.0 },
    { ".8786204E+04", 8786.204 }, { "1.0D+03", 1000.0 }, { "-2.5d-1", -0.25 }, { "-.5", -0.5 },
    { "7.", 7.0 } };
  for (const auto& number : numbers)
  {
    ASSERT_TRUE(paraxanes::ParseNumber(number.first)) << number.first;
    EXPECT_DOUBLE_EQ(*paraxanes::ParseNumber(number.first), number.second) << number.first;
  }
  EXPECT_TRUE(std::isnan(*paraxanes::ParseNumber("nan")));
  for (const char* text :
    { "", "+", "-", "+-1", "1,5", "1 ", " 1", "12eV", "0x10", "e", "d", "--1" })
  {
    EXPECT_FALSE(paraxanes::ParseNumber(text)) << text;
  }
}

TEST(SpectrumFile, SeparatorsCommentsAndLineEndsDoNotMatter)
{
  const char* const texts[] = { "8300 0.1\n8340 0.5\n8380 1.25\n",
    "8300\t0.1\r\n8340\t0.5\r\n8380\t1.25\r\n", "8300,0.1\r8340,0.5\r8380,1.25",
    "8300; 0.1\n8340; 0.5\n8380; 1.25\n", "8300, 0.1,\n8340, 0.5,\n8380, 1.25,\n",
    "# a\n% b\n; c\n! d\n* e\n\n8300 0.1 # first\n  8340   0.5\n8380 1.25\n\n\n",
    "\xef\xbb\xbf"
    "energy mu\n8300 0.1\n8340 0.5\n8380 1.25\n",
    "\"Energy (eV)\",\"mu\"\n8300,0.1\n8340,0.5\n8380,1.25\n",
    "8300,0 0,1\n8340,0 0,5\n8380,0 1,25\n", "8300,0;0,1\n8340,0;0,5\n8380,0;1,25\n",
    ".83E+04 .1E+00\n.834D+04 5.0D-01\n8.38D3 1.25D0\n", "8.3 0.1\n8.34 0.5\n8.38 1.25\n" };
  for (const char* text : texts)
  {
    const Spectrum spectrum = Read(text);
    EXPECT_EQ(spectrum.Energies, Numbers({ 8300.0, 8340.0, 8380.0 })) << text;
    EXPECT_EQ(spectrum.Mu, Numbers({ 0.1, 0.5, 1.25 })) << text;
    EXPECT_TRUE(spectrum.Others.empty()) << text;
    EXPECT_TRUE(spectrum.Warnings.empty()) << text;
  }
}

TEST(SpectrumFile, TheUnitComesFromTheFileElseFromTheEnergies)
{
  EXPECT_EQ(Read("8.3335 0\n8.3344 1\n").Energies, Numbers({ 8333.5, 8334.4 }));
  EXPECT_EQ(Read("8.3335 0\n8.3344 1\n").EnergyUnit, "keV");
  EXPECT_EQ(Read("# Energy (keV) mu\n8.3335 0\n120 1\n").Energies, Numbers({ 8333.5, 120000.0 }));
  // An L edge far below 100 eV, when the file says so.
  const Spectrum soft =
    Read("# XDI/1.0\n# Column.1: energy eV\n# Column.2: mu\n#---\n54 0\n56 1\n");
  EXPECT_EQ(soft.Energies, Numbers({ 54.0, 56.0 }));
  EXPECT_EQ(soft.EnergyUnit, "eV");
  const Spectrum kilo =
    Read("# XDI/1.0\n# Column.1: energy keV\n# Column.2: mu\n#---\n8.333 0\n8.334 1\n");
  EXPECT_EQ(kilo.Energies, Numbers({ 8333.0, 8334.0 }));
  // A header that cannot be right.
  EXPECT_EQ(Read("# Energy (keV) mu\n8333 0\n8334 1\n").Energies, Numbers({ 8333.0, 8334.0 }));
}

TEST(SpectrumFile, MuIsFoundByItsName)
{
  const Spectrum fourth = Read("energy i0 it mu\n8300 10 5 0.1\n8340 10 4 0.2\n");
  EXPECT_EQ(fourth.Mu, Numbers({ 0.1, 0.2 }));
  EXPECT_EQ(fourth.MuFrom, "column 4 (mu)");
  ASSERT_EQ(fourth.Others.size(), 2u);
  EXPECT_EQ(fourth.Others[0].Name, "i0");
  EXPECT_EQ(fourth.Others[1].Values, Numbers({ 5.0, 4.0 }));

  const Spectrum athena = Read("# Athena data file\n# Element.symbol: Ni\n#------\n"
                               "#  energy  norm  nbkg  flat\n8300 0.1 0 1\n8340 0.2 0 1\n");
  EXPECT_EQ(athena.Mu, Numbers({ 0.1, 0.2 }));
  EXPECT_EQ(athena.Element, "Ni");
  ASSERT_EQ(athena.Others.size(), 2u);
  EXPECT_EQ(athena.Others[0].Name, "nbkg");

  // The energy need not be first.
  const Spectrum second = Read("xmu,Energy (eV)\n0.1,8300\n0.2,8340\n");
  EXPECT_EQ(second.Energies, Numbers({ 8300.0, 8340.0 }));
  EXPECT_EQ(second.Mu, Numbers({ 0.1, 0.2 }));
}

TEST(SpectrumFile, MuIsMadeOfIntensities)
{
  const Spectrum transmission =
    Read("# Energy I0 Itrans\n8300 1000 500\n8340 1000 2000\n8350 1000 0\n8360 800 400\n");
  ASSERT_EQ(transmission.Mu.size(), 3u);
  EXPECT_DOUBLE_EQ(transmission.Mu[0], std::log(2.0));
  EXPECT_DOUBLE_EQ(transmission.Mu[1], std::log(0.5)); // negative mu is a fact of offsets
  EXPECT_EQ(transmission.MuFrom, "ln(I0 / Itrans)");
  EXPECT_EQ(transmission.Others.size(), 2u);
  ASSERT_EQ(transmission.Warnings.size(), 1u);
  ExpectContains(transmission.Warnings[0], "1 rows without a finite energy and mu");

  const Spectrum fluorescence = Read("energy,ifluor,i0\n8300,50,1000\n8340,200,1000\n");
  EXPECT_EQ(fluorescence.Mu, Numbers({ 0.05, 0.2 }));
  EXPECT_EQ(fluorescence.MuFrom, "ifluor / i0");
}

TEST(SpectrumFile, ColumnsCanBeChosen)
{
  const std::string text = "energy a b mu\n8300 1 2 3\n8340 4 5 6\n";
  EXPECT_EQ(Read(text, { "", "B", 0.0 }).Mu, Numbers({ 2.0, 5.0 }));
  EXPECT_EQ(Read(text, { "", "2", 0.0 }).Mu, Numbers({ 1.0, 4.0 }));
  const Spectrum other = Read(text, { "1", "b", 2.5 });
  EXPECT_EQ(other.Energies, Numbers({ 8302.5, 8342.5 }));
  ASSERT_EQ(other.Others.size(), 2u);
  EXPECT_EQ(other.Others[1].Name, "mu (2)"); // "mu" is the name of the one that was chosen
  ExpectContains(ErrorOfText(text, { "", "7", 0.0 }), "4 columns (energy, a, b, mu)");
  ExpectContains(ErrorOfText(text, { "nothing", "", 0.0 }), "EnergyColumn is \"nothing\"");
  ExpectContains(ErrorOfText(text, { "4", "4", 0.0 }), "both energy and mu");
}

TEST(SpectrumFile, WithoutNamesTheSecondColumnIsMuAndThatIsSaid)
{
  const Spectrum spectrum = Read("8300 1 2 3\n8340 4 5 6\n");
  EXPECT_EQ(spectrum.Mu, Numbers({ 1.0, 4.0 }));
  ASSERT_EQ(spectrum.Others.size(), 2u);
  EXPECT_EQ(spectrum.Others[0].Name, "column 3");
  ASSERT_EQ(spectrum.Warnings.size(), 1u);
  ExpectContains(spectrum.Warnings[0], "column 2 for mu");
  // A comment with as many words as columns is no line of names.
  EXPECT_EQ(Read("# measured in May 2020\n8300 1 2 3\n8340 4 5 6\n").Others[0].Name, "column 3");
}

TEST(SpectrumFile, RowsAreSortedAveragedAndLeftOut)
{
  const Spectrum spectrum = Read("energy mu x\n8340 2 1\n8300 1 1\n8340 4 2\nnan 7 0\n8320 nan 0\n"
                                 "8310 -- 0\n8350 9 3\n8345 8 3\n-1 5 0\n");
  EXPECT_EQ(spectrum.Energies, Numbers({ 8300.0, 8340.0, 8345.0, 8350.0 }));
  EXPECT_EQ(spectrum.Mu, Numbers({ 1.0, 3.0, 8.0, 9.0 }));
  EXPECT_EQ(spectrum.Others[0].Values, Numbers({ 1.0, 1.5, 3.0, 3.0 }));
  ASSERT_EQ(spectrum.Warnings.size(), 1u);
  ExpectContains(spectrum.Warnings[0], "Of 9 rows: 4 rows without a finite energy and mu");
  ExpectContains(spectrum.Warnings[0], "2 rows had a lower energy");
  ExpectContains(spectrum.Warnings[0], "1 rows repeated an energy");
  // A descending scan.
  EXPECT_EQ(Read("8340 2\n8330 1\n8320 0\n").Mu, Numbers({ 0.0, 1.0, 2.0 }));
  // A scan that was stopped while it was written.
  const Spectrum stopped = Read("8300 1 2\n8340 2 3\n8350 3\n");
  EXPECT_EQ(stopped.Energies.size(), 2u);
  ExpectContains(stopped.Warnings.front(), "last line");
}

TEST(SpectrumFile, HeadersAreKept)
{
  const Spectrum spectrum =
    Read("# XDI/1.0 GSE/1.0\n# Column.1: energy eV\n# Column.2: mutrans\n# Element.symbol: Ni\n"
         "# Element.edge: K\n# Sample.name: foil: thin\n# ///\n# a comment: of the user\n#----\n"
         "# energy mutrans\n8300 -1.5\n8340 -1.25\n");
  const std::vector<std::pair<std::string, std::string>> expected = { { "Element.symbol", "Ni" },
    { "Element.edge", "K" }, { "Sample.name", "foil: thin" } };
  EXPECT_EQ(spectrum.Metadata, expected);
  EXPECT_EQ(spectrum.Element, "Ni");
  EXPECT_EQ(spectrum.Edge, "K");
  EXPECT_EQ(spectrum.MuFrom, "column 2 (mutrans)");
}

TEST(SpectrumFile, WhatIsNoSpectrumIsSaid)
{
  const std::string xdi = "# XDI/1.0\n# Column.1: angle degrees\n";
  ExpectContains(ErrorOfText(xdi + "# Column.2: mutrans\n13.1 1\n13.0 2\n"), "angle");
  // With an energy beside it the angle is just a column.
  EXPECT_EQ(
    Read(xdi + "# Column.2: energy eV\n# Column.3: mutrans\n13.1 8300 1\n13.0 8310 2\n").Energies,
    Numbers({ 8300.0, 8310.0 }));
  ExpectContains(ErrorOfText(""), "no row of numbers");
  ExpectContains(ErrorOfText("# energy mu\nsome words\n"), "no row of numbers");
  ExpectContains(ErrorOfText("8300\n8310\n8320\n"), "EnergiesFile");
  ExpectContains(ErrorOfText("8300 1\n8310 2 3\n8320 3\n"), "line 2: 3 columns; 2 are expected");
  ExpectContains(ErrorOfText("8300 1\n8310 oops\n8320 3\n"), "line 2: \"oops\" is no number");
  ExpectContains(ErrorOfText("8300 1\n8300 2\n"), "two or more are expected");
  ExpectContains(ErrorOfText("nothing 1\n8300 nan\n"), "two or more are expected");
  ExpectContains(ErrorOfText("energy roi1 roi2\n8300 1 2\n8310 2 3\n"), "MuColumn");
  ExpectContains(ErrorOfText(std::string("8300 1\n\0\n", 9)), "no text");
  ExpectContains(ErrorOfText(std::string("\xff\xfe") + "8 0 1"), "UTF-16");
  ExpectContains(ErrorOfText(std::string(70000, '1')), "has 70000 characters");
  ExpectContains(ErrorOf(PARAXANES_TEST_OUTPUT), "folder");
  ExpectContains(ErrorOf("/nowhere/at/all.xdi"), "cannot be opened");
}

TEST(SpectrumFile, TruncatedAnywhereItIsReadOrRefused)
{
  const std::string text = "# XDI/1.0\n# Column.1: energy eV\n# Column.2: mutrans\n#---\n"
                           "8300.0 1.5\n8310.0 2.5\n8320.0 3.5\n";
  for (std::size_t length = 0; length <= text.size(); ++length)
  {
    const std::string path = Write("cut.xdi", text.substr(0, length));
    try
    {
      const Spectrum spectrum = ReadSpectrum(path, {});
      EXPECT_GE(spectrum.Energies.size(), 2u) << length;
    }
    catch (const FormatError&)
    {
      EXPECT_LT(length, text.find("8320.0")) << "two rows are complete";
    }
  }
}

TEST(SpectrumFile, OnlySpectraAreOffered)
{
  std::string scan = "";
  std::string time = "";
  for (int i = 0; i < 20; ++i)
  {
    scan += std::to_string(8300 + 5 * i) + " " + std::to_string(i) + "\n";
    time += std::to_string(i) + " " + std::to_string(i * i) + "\n";
  }
  const auto looks = [](const std::string& text, const char* name = "file.txt")
  { return paraxanes::LooksLikeSpectrum(Write(name, text)); };
  EXPECT_TRUE(looks(scan));
  EXPECT_TRUE(looks("# XDI/1.0\n# anything\n1 2\n"));
  EXPECT_TRUE(looks("energy,mu\n8300,1\n8310,2\n", "file.csv"));
  EXPECT_TRUE(looks("Energy (keV);i0;itrans\n8.3;1;1\n8.31;2;1\n", "file.csv"));
  EXPECT_TRUE(looks("1 2\n3 4\n", "file.nor"));
  EXPECT_FALSE(looks(time));
  EXPECT_FALSE(looks("energy,temperature\n8300,1\n8310,2\n", "file.csv"));
  EXPECT_FALSE(looks("x,y,z\n8300,1,2\n8310,2,3\n", "file.csv"));
  EXPECT_FALSE(looks("only words\nand more\n"));
  EXPECT_FALSE(looks("8300\n8310\n8320\n"));
  EXPECT_FALSE(looks(""));
  EXPECT_FALSE(looks(std::string("\0\1\2", 3)));
  EXPECT_FALSE(paraxanes::LooksLikeSpectrum("/nowhere.txt"));
  // A long file is judged by its begin, cut somewhere within a row.
  std::string longFile = "";
  for (int i = 0; i < 20000; ++i)
  {
    longFile += std::to_string(8300.0 + 0.01 * i) + " 1.25\n";
  }
  EXPECT_TRUE(looks(longFile));
}

//------------------------------------------------------------------------------------------------
// The class

struct XASSpectrumReader : ::testing::Test
{
  void SetUp() override
  {
    this->Reader->AddObserver(vtkCommand::ErrorEvent, this->Observer);
    this->Reader->AddObserver(vtkCommand::WarningEvent, this->Observer);
    this->Reader->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Observer);
  }
  vtkTable* Read(const std::string& path)
  {
    this->Observer->Clear();
    this->Reader->SetFileName(path.c_str());
    this->Reader->Update();
    return this->Reader->GetOutput();
  }
  static Numbers Column(vtkTable* table, const char* name)
  {
    auto* array = vtkDoubleArray::SafeDownCast(table->GetColumnByName(name));
    return array ? Numbers(array->GetPointer(0), array->GetPointer(array->GetNumberOfValues()))
                 : Numbers();
  }

  vtkNew<vtkXASSpectrumReader> Reader;
  vtkNew<vtkTest::ErrorObserver> Observer;
};

TEST_F(XASSpectrumReader, MakesATableWithItsHeaders)
{
  vtkTable* table = this->Read(Write("table.xdi",
    "# XDI/1.0\n# Column.1: energy keV\n# Column.2: i0\n# Column.3: mutrans\n"
    "# Element.symbol: Ni\n# Element.edge: K\n# Sample.name: NiO\n#---\n"
    "8.3335 10 -1.5\n8.3344 20 -1.25\n"));
  EXPECT_FALSE(this->Observer->GetError());
  EXPECT_FALSE(this->Observer->GetWarning());
  ASSERT_EQ(table->GetNumberOfColumns(), 3);
  EXPECT_STREQ(table->GetColumnName(0), "energy (eV)");
  EXPECT_STREQ(table->GetColumnName(1), "mu");
  EXPECT_STREQ(table->GetColumnName(2), "i0");
  EXPECT_EQ(Column(table, "energy (eV)"), Numbers({ 8333.5, 8334.4 }));
  EXPECT_EQ(Column(table, "mu"), Numbers({ -1.5, -1.25 }));
  EXPECT_EQ(Column(table, "i0"), Numbers({ 10.0, 20.0 }));
  const std::pair<const char*, const char*> fields[] = { { "Sample.name", "NiO" },
    { "Element.symbol", "Ni" }, { "element", "Ni" }, { "edge", "K" }, { "source", "table.xdi" },
    { "energy_unit_of_file", "keV" }, { "mu_from", "column 3 (mutrans)" } };
  for (const auto& field : fields)
  {
    EXPECT_EQ(paraxanes::GetField(table, field.first), field.second);
  }
  EXPECT_EQ(paraxanes::GetField(table, "paraxanes_version"), paraxanes::PluginVersion());

  this->Reader->SetEnergyShift(-1.5);
  this->Reader->SetMuColumn("i0");
  this->Reader->Update();
  EXPECT_EQ(Column(table, "energy (eV)"), Numbers({ 8332.0, 8332.9 }));
  EXPECT_EQ(Column(table, "mu"), Numbers({ 10.0, 20.0 }));
  EXPECT_EQ(paraxanes::GetNumber(table, "energy_shift"), -1.5);
}

TEST_F(XASSpectrumReader, WarnsOnceAndFailsEmpty)
{
  this->Read(Write("unsorted.txt", "8340 2\n8300 1\nnan 3\n8340 4\n"));
  EXPECT_TRUE(this->Observer->GetWarning());
  EXPECT_FALSE(this->Observer->GetError());
  const std::string warning = this->Observer->GetWarningMessage();
  ExpectContains(warning, "unsorted.txt");
  EXPECT_EQ(warning.find("unsorted.txt"), warning.rfind("unsorted.txt")) << "once";

  vtkTable* table = this->Read(Write("words.txt", "no numbers\n"));
  EXPECT_TRUE(this->Observer->GetError());
  ExpectContains(this->Observer->GetErrorMessage(), "words.txt");
  EXPECT_EQ(table->GetNumberOfColumns(), 0);

  this->Observer->Clear();
  this->Reader->SetFileName(nullptr);
  this->Reader->Update();
  ExpectContains(this->Observer->GetErrorMessage(), "There is no FileName");
  EXPECT_EQ(this->Reader->CanReadFile(nullptr), 0);
}

// The files and numbers of manifest.json.
TEST_F(XASSpectrumReader, RealSpectraHaveTheirKnownNumbers)
{
  const std::string folder = std::string(PARAXANES_TEST_DATA) + "/spectra/";
  if (!fs::exists(folder))
  {
    GTEST_SKIP() << "The spectra are not there: " << folder
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  struct Known
  {
    const char* File;
    std::size_t Rows;
    Numbers First; // energy (eV) and the other columns
    Numbers Last;
    double SteepestRise; // eV
    double LowestMu;
    double HighestMu;
  };
  const Known files[] = {
    { "ni_metal_rt.xdi", 418, { 8133.0, -1.1873423, 151941.7 }, { 9567.435, 0.040683351, 119512.7 },
      8331.5, -1.238854, 1.417694 },
    { "ref_NiO.txt", 787, { 8200.0, 0.0007 }, { 9000.0, 1.0116 }, 8342.5, -0.0037, 1.6674 },
    { "ref_LiNiO2.txt", 786, { 8200.0, 0.0024 }, { 9000.0, 1.0146 }, 8347.0, -0.0118, 1.591 },
    { "NCA_xanes.csv", 61, { 8250.0, 0.46341105 }, { 8640.0, 0.64339741 }, 8347.0, 0.4503647,
      0.8438217 },
    { "cu_10k.xmu", 612, { 8786.204, 1.013661 }, { 11362.47, 1.344309 }, 8977.58, 0.9301157,
      3.39308 },
  };
  for (const Known& known : files)
  {
    EXPECT_EQ(this->Reader->CanReadFile((folder + known.File).c_str()), 1) << known.File;
    vtkTable* table = this->Read(folder + known.File);
    EXPECT_FALSE(this->Observer->GetError()) << known.File;
    EXPECT_FALSE(this->Observer->GetWarning()) << known.File;
    const Numbers energies = Column(table, "energy (eV)");
    const Numbers mu = Column(table, "mu");
    ASSERT_EQ(energies.size(), known.Rows) << known.File;
    ASSERT_EQ(table->GetNumberOfColumns(), static_cast<vtkIdType>(known.First.size()));
    for (std::size_t k = 0; k < known.First.size(); ++k)
    {
      const auto column = static_cast<vtkIdType>(k);
      const auto last = static_cast<vtkIdType>(known.Rows) - 1;
      EXPECT_NEAR(table->GetValue(0, column).ToDouble(), known.First[k], 1e-8) << known.File;
      EXPECT_NEAR(table->GetValue(last, column).ToDouble(), known.Last[k], 1e-8) << known.File;
    }
    EXPECT_NEAR(*std::min_element(mu.begin(), mu.end()), known.LowestMu, 1e-6) << known.File;
    EXPECT_NEAR(*std::max_element(mu.begin(), mu.end()), known.HighestMu, 1e-6) << known.File;

    // As numpy.gradient: second order for uneven steps.
    std::size_t steepest = 1;
    double highest = -1e300;
    for (std::size_t i = 1; i + 1 < energies.size(); ++i)
    {
      const double below = energies[i] - energies[i - 1];
      const double above = energies[i + 1] - energies[i];
      const double slope = (below * below * mu[i + 1] + (above * above - below * below) * mu[i] -
                             above * above * mu[i - 1]) /
        (below * above * (below + above));
      if (slope > highest)
      {
        highest = slope;
        steepest = i;
      }
    }
    EXPECT_NEAR(energies[steepest], known.SteepestRise, 1e-6) << known.File;
  }
  vtkTable* foil = this->Read(folder + "ni_metal_rt.xdi");
  EXPECT_EQ(paraxanes::GetField(foil, "Element.symbol"), "Ni");
  EXPECT_EQ(paraxanes::GetField(foil, "Sample.name"), "Ni metal foil");
  EXPECT_EQ(paraxanes::GetField(foil, "element"), "Ni");
  EXPECT_EQ(paraxanes::GetField(this->Read(folder + "cu_10k.xmu"), "element"), "Cu");

  // A list of energies is no spectrum; it is what EnergiesFile takes.
  const std::string list = folder + "Ni_eng_list.txt";
  ExpectContains(ErrorOf(list), "EnergiesFile");
  EXPECT_EQ(this->Reader->CanReadFile(list.c_str()), 0);
  const auto entries = paraxanes::ReadEnergyTable(list);
  ASSERT_EQ(entries.size(), 101u);
  EXPECT_NEAR(entries.front().Energy, 8212.0028, 1e-3);
  EXPECT_NEAR(entries.back().Energy, 8776.9976, 1e-3);
}

}
