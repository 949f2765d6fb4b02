// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyAxis.h"

#include <gtest/gtest.h>

#include <limits>

namespace
{

TEST(EnergyAxis, RangesAreClosed)
{
  const std::vector<double> energies = { 1, 2, 3, 4 };
  const paraxanes::IndexRange samples = paraxanes::SamplesIn(energies, { 2, 3 });
  EXPECT_EQ(samples.First, 1);
  EXPECT_EQ(samples.Last, 3);
  EXPECT_EQ(paraxanes::SamplesIn(energies, { 2.1, 2.9 }).Size(), 0);
  EXPECT_EQ(paraxanes::SamplesIn(energies, { 3, 2 }).Size(), 0);
}

TEST(EnergyAxis, DefaultRangesOfALongScanAndOfAShortOne)
{
  const paraxanes::EnergyRanges wide = paraxanes::DefaultRanges(8333.0, 8000.0, 8600.0);
  EXPECT_EQ(wide.PreEdge.Low, 8133.0);
  EXPECT_EQ(wide.PreEdge.High, 8313.0);
  EXPECT_EQ(wide.PostEdge.Low, 8383.0);
  EXPECT_EQ(wide.PostEdge.High, 8600.0);
  EXPECT_EQ(wide.Window.Low, 8328.0);
  EXPECT_EQ(wide.Window.High, 8363.0);
  const paraxanes::EnergyRanges narrow = paraxanes::DefaultRanges(8333.0, 8250.0, 8413.0);
  EXPECT_EQ(narrow.PreEdge.Low, 8250.0);
  EXPECT_EQ(narrow.PostEdge.Low, 8373.0); // the upper half of what lies above E0
}

// Fe L3 706.8 eV, L2 719.9 eV.
TEST(EnergyAxis, DefaultRangesOfASoftL3EdgeKeepClearOfL2)
{
  const paraxanes::EnergyRanges narrow = paraxanes::DefaultRanges(706.8, 700.0, 730.4);
  EXPECT_EQ(narrow.PreEdge.Low, 700.0);
  EXPECT_NEAR(narrow.PreEdge.High, 703.8, 1e-9); // nearer, L3 rises
  EXPECT_NEAR(narrow.PostEdge.Low, 726.9, 1e-9);
  EXPECT_EQ(narrow.PostEdge.High, 730.4);
  EXPECT_NEAR(narrow.Window.Low, 701.8, 1e-9);
  EXPECT_NEAR(narrow.Window.High, 716.9, 1e-9);
  const paraxanes::EnergyRanges wide = paraxanes::DefaultRanges(708.0, 600.0, 850.0);
  EXPECT_NEAR(paraxanes::DefaultRanges(706.8, 694.8, 730.4).PreEdge.High, 702.8, 1e-9);
  const paraxanes::EnergyRange none = paraxanes::DefaultRanges(706.8, 705.8, 730.4).PreEdge;
  EXPECT_GT(none.Low, none.High);
  EXPECT_EQ(wide.PreEdge.Low, 600.0);
  EXPECT_EQ(wide.PreEdge.High, 688.0);
  EXPECT_EQ(wide.PostEdge.Low, 758.0);
  EXPECT_NEAR(wide.Window.High, 716.9, 1e-9);
  // O K lies between V and Cr L3.
  EXPECT_EQ(paraxanes::DefaultRanges(543.1, 520.0, 560.0).Window.High, 573.1);
}

TEST(EnergyAxis, DefaultDegrees)
{
  EXPECT_EQ(paraxanes::DefaultPreEdgeDegree(2, { 8200.0, 8300.0 }), 0);
  EXPECT_EQ(paraxanes::DefaultPreEdgeDegree(3, { 8310.0, 8313.0 }), 1);
  EXPECT_EQ(paraxanes::DefaultPreEdgeDegree(30, { 700.0, 704.5 }), 0); // short, and soft
  EXPECT_EQ(paraxanes::DefaultPreEdgeDegree(30, { 690.0, 700.0 }), 1);
  EXPECT_EQ(paraxanes::DefaultPostEdgeDegree({ 8400.0, 8429.0 }), 0);
  EXPECT_EQ(paraxanes::DefaultPostEdgeDegree({ 8400.0, 8430.0 }), 1);
}

TEST(EnergyAxis, LabelsHaveTheDigitsThatTellThemApart)
{
  EXPECT_EQ(paraxanes::EnergyLabels({ 8333.0, 8334.5 }),
    (std::vector<std::string>{ "8333.00 eV", "8334.50 eV" }));
  EXPECT_EQ(paraxanes::EnergyLabels({ 700.001, 700.002 }),
    (std::vector<std::string>{ "700.001 eV", "700.002 eV" }));
}

TEST(EnergyAxis, SaysWhichEnergyIsWrong)
{
  EXPECT_EQ(paraxanes::CheckEnergies({ 1, 2, 3 }), "");
  EXPECT_NE(paraxanes::CheckEnergies({ 1, 3, 3 }).find("energy 3 (3 eV)"), std::string::npos);
  EXPECT_NE(
    paraxanes::CheckEnergies({ 1, std::numeric_limits<double>::quiet_NaN() }).find("energy 2"),
    std::string::npos);
}

TEST(EnergyAxis, NearestSampleIsTheLowerOfTwo)
{
  EXPECT_EQ(paraxanes::NearestSample({ 1, 2, 4 }, 3.0), 1);
  EXPECT_EQ(paraxanes::NearestSample({ 1, 2, 4 }, 9.0), 2);
}

}
