// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyNames.h"
#include "EnergyTable.h"
#include "StackFormat.h"
#include "StackSeries.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace
{

std::string WriteTable(const std::string& name, const std::string& text)
{
  // A folder for each test: they run at the same time.
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto folder = std::filesystem::path(PARAXANES_TEST_OUTPUT) / "tables" / test->name();
  std::filesystem::create_directories(folder);
  const std::string path = (folder / name).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string ErrorOf(const std::string& path)
{
  try
  {
    paraxanes::ReadEnergyTable(path);
  }
  catch (const paraxanes::FormatError& error)
  {
    return error.what();
  }
  return {};
}

TEST(EnergyNames, NumbersWithTheirUnitAreFound)
{
  const std::pair<const char*, double> names[] = { { "ni_8333.00_eV.tif", 8333.0 },
    { "rep01_NCM_08324.0_eV_001of003.tif", 8324.0 }, { "vol_8333p50eV.tif", 8333.5 },
    { "8333.50eV.tif", 8333.5 }, { "a 8333 eV b.tif", 8333.0 }, { "x-8.3335keV.tiff", 8333.5 },
    { "fe_8.3335_keV_2.tif", 8333.5 }, { "step4_710.25EV.tif", 710.25 },
    { "from_700eV_at_8333.00_eV.tif", 8333.0 }, { "step8333p50eV.tif", 8333.5 } };
  for (const auto& name : names)
  {
    const auto energy = paraxanes::FindEnergy(name.first);
    ASSERT_TRUE(energy) << name.first;
    EXPECT_DOUBLE_EQ(energy->Energy, name.second) << name.first;
  }
}

TEST(EnergyNames, OtherNumbersAreNoEnergies)
{
  for (const char* name : { "scan_8333.00.tif", "3_events.tif", "device_12.tif", "level.tif",
         "eV.tif", "_eV.tif", "12_every.tif", "0_eV.tif", "0.00_keV.tif", "" })
  {
    EXPECT_FALSE(paraxanes::FindEnergy(name)) << name;
  }
}

TEST(EnergyNames, TheFileIsAskedBeforeItsFolder)
{
  EXPECT_DOUBLE_EQ(*paraxanes::EnergyOfPath("/a/8333.50_eV/volume.tif"), 8333.5);
  EXPECT_DOUBLE_EQ(*paraxanes::EnergyOfPath("/a/8333.50_eV/v_8340_eV.tif"), 8340.0);
  EXPECT_FALSE(paraxanes::EnergyOfPath("/8333.50_eV/b/volume.tif"));
}

TEST(EnergyNames, DescriptionsStateEnergies)
{
  const std::pair<const char*, double> descriptions[] = { { "energy_eV=700.375", 700.375 },
    { "{\"energy_eV\": 700.375, \"dwell\": 1}", 700.375 }, { "Energy = 8333.5", 8333.5 },
    { "Energy: 8.3335 keV", 8333.5 }, { "energy_keV=8.3335", 8333.5 }, { "energy=8.3335", 8333.5 },
    { "energy (eV): 90.5", 90.5 }, { "energy=90.5 eV", 90.5 }, { "slice at 8333.00 eV", 8333.0 },
    { "energy=7.0e2", 700.0 } };
  for (const auto& description : descriptions)
  {
    const auto energy = paraxanes::EnergyOfDescription(description.first);
    ASSERT_TRUE(energy) << description.first;
    EXPECT_DOUBLE_EQ(*energy, description.second) << description.first;
  }
  for (const char* description :
    { "", "ImageJ=1.53t\nimages=60\nslices=60\n", "energy unknown", "high energy beamline 6" })
  {
    EXPECT_FALSE(paraxanes::EnergyOfDescription(description)) << description;
  }
}

TEST(EnergyTable, ColumnsSeparatorsCommentsAndHeader)
{
  const auto entries = paraxanes::ReadEnergyTable(WriteTable("two.txt",
    "# a list\r\nEnergy (eV), I0\r\n8330.5,\t100 # first\r\n\r\n8331 ; 2.5e2\r\n+8332.25 -3\r\n"));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_DOUBLE_EQ(entries[0].Energy, 8330.5);
  EXPECT_DOUBLE_EQ(entries[0].Value, 100.0);
  EXPECT_DOUBLE_EQ(entries[1].Value, 250.0);
  EXPECT_DOUBLE_EQ(entries[2].Energy, 8332.25);
  EXPECT_DOUBLE_EQ(entries[2].Value, -3.0);

  const auto files =
    paraxanes::ReadEnergyTable(WriteTable("files.txt", "8330 a b.tif\n8331 sub/c.tif\n"));
  EXPECT_EQ(files[0].File, "a b.tif");
  EXPECT_EQ(files[1].File, "sub/c.tif");
  EXPECT_TRUE(std::isnan(files[0].Value));
}

TEST(EnergyTable, CommasAreDecimalMarksBetweenSemicolons)
{
  const auto entries = paraxanes::ReadEnergyTable(WriteTable("commas.txt",
    "\xEF\xBB\xBF"
    "8330,5;1,5\n8331,25;2\n"));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_DOUBLE_EQ(entries[0].Energy, 8330.5);
  EXPECT_DOUBLE_EQ(entries[0].Value, 1.5);
  EXPECT_DOUBLE_EQ(entries[1].Energy, 8331.25);
}

TEST(EnergyTable, CommasAreDecimalMarksBetweenBlanks)
{
  const auto entries =
    paraxanes::ReadEnergyTable(WriteTable("blanks.txt", "8330,5\t1,5\n8331,25  2\n"));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_DOUBLE_EQ(entries[0].Energy, 8330.5);
  EXPECT_DOUBLE_EQ(entries[0].Value, 1.5);
  EXPECT_DOUBLE_EQ(entries[1].Energy, 8331.25);
  // They separate where nothing else does, and stay in names.
  const auto columns = paraxanes::ReadEnergyTable(WriteTable("columns.txt", "8330, 5\n8331,6\n"));
  EXPECT_DOUBLE_EQ(columns[1].Energy, 8331.0);
  EXPECT_DOUBLE_EQ(columns[1].Value, 6.0);
  const auto files = paraxanes::ReadEnergyList(WriteTable("names.txt", "8330,5 a 1,2.tif\n"));
  EXPECT_DOUBLE_EQ(files[0].Energy, 8330.5);
  EXPECT_EQ(files[0].File, "a 1,2.tif");
}

TEST(EnergyTable, AllEnergiesInOneLine)
{
  const auto energies = [](const char* text)
  {
    std::vector<double> found;
    for (const auto& entry : paraxanes::ReadEnergyList(WriteTable("line.txt", text)))
    {
      found.push_back(entry.Energy);
    }
    return found;
  };
  const std::vector<double> expected = { 8330.0, 8331.5, 8340.0 };
  for (const char* text : { "8330 8331.5 8340", "# eV\nenergy\n8330.0, 8331.5, 8340.0,\r\n",
         "8330,0;8331,5;8340,0;\n", "8330,0 8331,5 8340\n", "8.33\t8.3315\t8.34\n" })
  {
    EXPECT_EQ(energies(text), expected) << text;
  }
  EXPECT_EQ(energies("8330 8331"), (std::vector<double>{ 8330.0, 8331.0 }));
  EXPECT_EQ(energies("8330,5;\n8331,5;\n"), (std::vector<double>{ 8330.5, 8331.5 }));
  EXPECT_EQ(energies("energy,i0\n8330,5\n8331,6\n"), (std::vector<double>{ 8330.0, 8331.0 }));
}

TEST(EnergyTable, OneNumberOrTwoIsAnError)
{
  const auto error = [](const char* text) -> std::string
  {
    try
    {
      paraxanes::ReadEnergyList(WriteTable("doubtful.txt", text));
    }
    catch (const paraxanes::FormatError& found)
    {
      return found.what();
    }
    return "no error";
  };
  for (const char* text : { "# eV\n8330,0\n8330,5\n", "energy (eV)\n8330,0\n8330,5\n",
         "Energy, eV\n8330,0\n8330,5\n", "energy [keV]\n8330,0\n8330,5\n", "8330\n8330,0\n8340\n",
         "8329.5\n8330,0\n", "8329,5;\n8330,0\n", "8329,5 a\n8330,0\n" })
  {
    EXPECT_NE(error(text).find("line 2: \"8330,0\" may be"), std::string::npos)
      << text << error(text);
  }
  // A header or another line tells.
  for (const char* text :
    { "energy (eV), i0\n8330,0\n8330,5\n", "energy\ti0\n8330,0\n8330,5\n", "8330.5,100\n8331,101\n",
      "8330, 100\n8331,101\n", "8330,1e5\n8331,99000\n", "8330\n8331\n", "8330,5;\n8340;\n" })
  {
    EXPECT_EQ(error(text), "no error") << text;
  }
}

TEST(EnergyTable, WhatCannotBeEnergiesIsAnError)
{
  const auto fails = [](const char* text, const char* message)
  { EXPECT_NE(ErrorOf(WriteTable("odd.txt", text)).find(message), std::string::npos) << text; };
  fails("1 8333\n2 8340.5\n3 8345\n", "counts its lines");
  fails("8.333\n8340.5\n", "all of them in eV");
  fails("8333\n1e308\n", "line 2");
}

TEST(EnergyTable, EnergiesBelow100AreKiloelectronvolts)
{
  const auto kilo = paraxanes::ReadEnergyTable(WriteTable("kev.txt", "8.3335\n8.334\n"));
  EXPECT_DOUBLE_EQ(kilo[0].Energy, 8333.5);
  EXPECT_DOUBLE_EQ(kilo[1].Energy, 8334.0);
  const auto mixed = paraxanes::ReadEnergyTable(WriteTable("mixed.txt", "95\n105\n"));
  EXPECT_DOUBLE_EQ(mixed[0].Energy, 95.0);
}

TEST(EnergyTable, WhatIsNoEnergyIsAnErrorWithItsLine)
{
  EXPECT_NE(ErrorOf(WriteTable("word.txt", "8330\nabc\n")).find("line 2"), std::string::npos);
  EXPECT_NE(ErrorOf(WriteTable("nan.txt", "nan\n8330\n")).find("line 1"), std::string::npos);
  EXPECT_NE(ErrorOf(WriteTable("inf.txt", "8330\ninf\n")).find("line 2"), std::string::npos);
  EXPECT_NE(ErrorOf(WriteTable("negative.txt", "-8330\n")).find("line 1"), std::string::npos);
  EXPECT_NE(ErrorOf(WriteTable("empty.txt", "# nothing\n")).find("no energies"), std::string::npos);
  EXPECT_NE(ErrorOf("/nowhere/energies.txt").find("cannot be opened"), std::string::npos);
}

// What is no text may be one line of gigabytes.
TEST(EnergyTable, NoTableIsThatLarge)
{
  const std::string path = WriteTable("large.txt", "8330\n");
  std::filesystem::resize_file(path, (std::uintmax_t{ 64 } << 20) + 1);
  EXPECT_NE(ErrorOf(path).find("67108865 bytes"), std::string::npos);
  std::filesystem::remove(path);
}

TEST(StackSeries, ExcludedEnergiesLeaveFilesUnread)
{
  std::vector<double> used;
  EXPECT_EQ(paraxanes::EnergiesLeftUnread({ 700.0, 701.0, 701.06 }, { 701.04, 705.0 }, used),
    (std::set<double>{ 701.06 }));
  EXPECT_EQ(used, std::vector<double>{ 701.04 });
  EXPECT_TRUE(paraxanes::EnergiesLeftUnread({ 700.0 }, { 700.0 }, used).empty()); // never all
  EXPECT_TRUE(used.empty());
}

TEST(StackSeries, ExcludedEnergiesTakeTheNearestWithinTheTolerance)
{
  std::vector<double> unmatched;
  const auto selected = paraxanes::SelectEnergies(
    { 700.0, 701.0, 701.06, 702.0 }, { 701.04, 700.06 }, { 0.0, 0.0 }, unmatched);
  EXPECT_EQ(selected, (std::vector<std::size_t>{ 0, 1, 3 }));
  EXPECT_EQ(unmatched, std::vector<double>{ 700.06 });
  const auto range =
    paraxanes::SelectEnergies({ 700.0, 701.0, 702.0 }, {}, { 701.0, 702.0 }, unmatched);
  EXPECT_EQ(range, (std::vector<std::size_t>{ 1, 2 })); // closed
}

}
