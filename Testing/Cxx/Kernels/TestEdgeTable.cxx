// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeTable.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <utility>

namespace
{

TEST(EdgeTable, HoldsThePublishedEnergies)
{
  const struct
  {
    const char* Element;
    const char* Edge;
    double Energy;
  } published[] = { { "Ni", "K", 8333.0 }, { "Co", "K", 7709.0 }, { "Mn", "K", 6539.0 },
    { "Fe", "K", 7112.0 }, { "Cu", "K", 8979.0 }, { "Ti", "K", 4966.0 }, { "S", "K", 2472.0 },
    { "O", "K", 543.1 }, { "Mo", "K", 20000.0 }, { "Ag", "K", 25514.0 }, { "Fe", "L3", 706.8 },
    { "Ni", "L3", 852.7 }, { "Ce", "L3", 5723.0 }, { "Pt", "L3", 11564.0 },
    { "U", "L3", 17166.0 } };
  for (const auto& edge : published)
  {
    const auto energy = paraxanes::EdgeEnergyOf(edge.Element, edge.Edge);
    ASSERT_TRUE(energy) << edge.Element << " " << edge.Edge;
    EXPECT_DOUBLE_EQ(*energy, edge.Energy) << edge.Element << " " << edge.Edge;
  }
}

TEST(EdgeTable, ReadsNamesInAnyCaseAndNoOthers)
{
  EXPECT_EQ(paraxanes::EdgeEnergyOf("ni", "k"), 8333.0);
  EXPECT_EQ(paraxanes::EdgeEnergyOf("FE", "l3"), 706.8);
  for (const auto& [element, edge] : { std::pair{ "Ni", "L2" }, { "", "K" }, { "Xx", "K" },
         { "N i", "K" }, { "Ni", "" }, { "C", "K" }, { "Sc", "L3" }, { "Sb", "K" } })
  {
    EXPECT_FALSE(paraxanes::EdgeEnergyOf(element, edge)) << element << " " << edge;
  }
}

// Beside the tables of J. H. Hubbell and S. M. Seltzer (NISTIR 5632, 1995), total attenuation.
TEST(EdgeTable, JumpsOfTheMassAttenuationAreThoseOfOtherTables)
{
  const struct
  {
    const char* Element;
    const char* Edge;
    double Below;
    double Above;
  } published[] = { { "Fe", "K", 53.19, 407.6 }, { "Ni", "K", 44.28, 329.4 },
    { "Cu", "K", 38.29, 278.4 }, { "Pb", "L3", 67.0, 162.1 } };
  for (const auto& edge : published)
  {
    const auto jump = paraxanes::MassAttenuationJumpOf(edge.Element, edge.Edge);
    ASSERT_TRUE(jump) << edge.Element;
    const double other = edge.Above - edge.Below;
    EXPECT_NEAR(*jump, other, 0.005 * other) << edge.Element << " " << edge.Edge;
  }
  EXPECT_EQ(paraxanes::MassAttenuationJumpOf("ni", "k"), 285.1);
  for (const auto& [element, edge] :
    { std::pair{ "Ni", "L3" }, { "O", "K" }, { "Xx", "K" }, { "", "" } })
  {
    EXPECT_FALSE(paraxanes::MassAttenuationJumpOf(element, edge)) << element << " " << edge;
  }
}

TEST(EdgeTable, JumpsFallWithTheAtomicNumber)
{
  const auto& edges = paraxanes::KnownEdges();
  for (std::size_t i = 1; i < edges.size(); ++i)
  {
    const auto& [before, edge] = std::tie(edges[i - 1], edges[i]);
    if (edge.Edge == before.Edge && before.Jump > 0.0)
    {
      EXPECT_LT(edge.Jump, before.Jump) << edge.Element;
      EXPECT_GT(edge.Jump, 0.5 * before.Jump) << edge.Element;
    }
  }
}

TEST(EdgeTable, L2IsBehindTheL3EdgesOfTheMetalsFromChromiumToZinc)
{
  EXPECT_EQ(paraxanes::L2EdgeBehind(852.7), 870.0);
  EXPECT_EQ(paraxanes::L2EdgeBehind(574.1), 583.8);
  EXPECT_EQ(paraxanes::L2EdgeBehind(1021.8), 1044.9);
  EXPECT_EQ(paraxanes::L2EdgeBehind(709.5), 719.9); // an oxide's
  for (const double e0 : { 543.1, 696.7, 512.1, 870.0, 1070.8, 8333.0, 0.0 })
  {
    EXPECT_FALSE(paraxanes::L2EdgeBehind(e0)) << e0;
  }
}

TEST(EdgeTable, RisesWithTheAtomicNumberAndHasNoGap)
{
  const auto& edges = paraxanes::KnownEdges();
  ASSERT_EQ(edges.size(), 44u + 74u); // N to Sn, Ti to Am
  for (std::size_t i = 1; i < edges.size(); ++i)
  {
    if (edges[i].Edge == edges[i - 1].Edge)
    {
      EXPECT_EQ(edges[i].AtomicNumber, edges[i - 1].AtomicNumber + 1) << edges[i].Element;
      EXPECT_GT(edges[i].Energy, edges[i - 1].Energy) << edges[i].Element;
    }
  }
  for (const auto& edge : edges)
  {
    EXPECT_TRUE(edge.Energy >= 400.0 && edge.Energy <= 30000.0) << edge.Element;
  }
}

// Moseley: the square root of the energy is nearly linear in Z; a misplaced digit stands out.
TEST(EdgeTable, FollowsASmoothCurve)
{
  const auto& edges = paraxanes::KnownEdges();
  for (std::size_t i = 1; i + 1 < edges.size(); ++i)
  {
    if (edges[i - 1].Edge == edges[i + 1].Edge)
    {
      const double step = std::sqrt(edges[i + 1].Energy) - std::sqrt(edges[i].Energy);
      const double before = std::sqrt(edges[i].Energy) - std::sqrt(edges[i - 1].Energy);
      EXPECT_NEAR(step, before, 0.16) << edges[i].Element << " " << edges[i].Edge;
    }
  }
}

// Ne K, 870.2 eV, lies in it.
TEST(EdgeTable, AScanOfNickelL3IsOfNickel)
{
  paraxanes::AbsorptionEdge chosen;
  EXPECT_EQ(paraxanes::ChooseEdge("", "", 840.0, 890.0, chosen), "");
  EXPECT_EQ(chosen.Element, "Ni");
  EXPECT_EQ(chosen.Edge, "L3");
  EXPECT_EQ(paraxanes::ChooseEdge("Ne", "K", 840.0, 890.0, chosen), ""); // when it is asked for
  EXPECT_EQ(chosen.Energy, 870.2);
  // Both can be in a sample.
  EXPECT_NE(paraxanes::ChooseEdge("", "", 690.0, 740.0, chosen).find("F K (696.7 eV), Fe L3"),
    std::string::npos);
}

TEST(EdgeTable, GivesNamesAsTheyAreWritten)
{
  paraxanes::AbsorptionEdge chosen;
  EXPECT_EQ(paraxanes::ChooseEdge("nI", "l3", 840.0, 890.0, chosen), "");
  EXPECT_EQ(chosen.Element, "Ni");
  EXPECT_EQ(chosen.Edge, "L3");
  EXPECT_EQ(paraxanes::EdgeOf("CO", "k")->Element, "Co");
  EXPECT_FALSE(paraxanes::EdgeOf("Xx", "K"));
}

TEST(EdgeTable, FindsTheEdgesOfAScanInOrder)
{
  const auto narrow = paraxanes::FindEdges(8333.0, 8333.0);
  ASSERT_EQ(narrow.size(), 1u);
  EXPECT_EQ(narrow[0].Element, "Ni");
  EXPECT_EQ(narrow[0].Edge, "K");

  const auto wide = paraxanes::FindEdges(8200.0, 8500.0);
  ASSERT_EQ(wide.size(), 2u);
  EXPECT_EQ(wide[0].Element, "Ni");
  EXPECT_EQ(wide[1].Element, "Er");
  EXPECT_EQ(wide[1].Edge, "L3");

  EXPECT_TRUE(paraxanes::FindEdges(8200.0, 8300.0).empty());
  EXPECT_TRUE(paraxanes::FindEdges(8500.0, 8200.0).empty());
}

}
