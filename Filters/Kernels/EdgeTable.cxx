// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeTable.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iomanip>
#include <iterator>
#include <sstream>

namespace paraxanes
{

namespace
{

struct Entry
{
  int AtomicNumber;
  const char* Element;
  double Energy; // eV
  double Jump;   // cm2/g; 0: none
};

// clang-format off
constexpr Entry KEdges[] = {
    { 7, "N", 409.9, 0.0 }, { 8, "O", 543.1, 0.0 }, { 9, "F", 696.7, 0.0 },
    { 10, "Ne", 870.2, 8947.0 }, { 11, "Na", 1070.8, 5892.0 }, { 12, "Mg", 1303.0, 4990.0 },
    { 13, "Al", 1559.6, 3595.0 }, { 14, "Si", 1839.0, 2884.0 }, { 15, "P", 2145.5, 2224.0 },
    { 16, "S", 2472.0, 1853.0 }, { 17, "Cl", 2822.4, 1459.0 }, { 18, "Ar", 3205.9, 1133.0 },
    { 19, "K", 3608.4, 1068.0 }, { 20, "Ca", 4038.5, 904.6 }, { 21, "Sc", 4492.0, 717.9 },
    { 22, "Ti", 4966.0, 603.9 }, { 23, "V", 5465.0, 514.2 }, { 24, "Cr", 5989.0, 450.1 },
    { 25, "Mn", 6539.0, 394.0 }, { 26, "Fe", 7112.0, 354.5 }, { 27, "Co", 7709.0, 308.4 },
    { 28, "Ni", 8333.0, 285.1 }, { 29, "Cu", 8979.0, 240.1 }, { 30, "Zn", 9659.0, 218.5 },
    { 31, "Ga", 10367.0, 190.4 }, { 32, "Ge", 11103.0, 170.1 }, { 33, "As", 11867.0, 153.5 },
    { 34, "Se", 12658.0, 135.7 }, { 35, "Br", 13474.0, 125.3 }, { 36, "Kr", 14326.0, 111.6 },
    { 37, "Rb", 15200.0, 102.4 }, { 38, "Sr", 16105.0, 93.71 }, { 39, "Y", 17038.0, 86.76 },
    { 40, "Zr", 17998.0, 79.69 }, { 41, "Nb", 18986.0, 73.7 }, { 42, "Mo", 20000.0, 66.47 },
    { 43, "Tc", 21044.0, 62.51 }, { 44, "Ru", 22117.0, 57.33 }, { 45, "Rh", 23220.0, 53.35 },
    { 46, "Pd", 24350.0, 48.98 }, { 47, "Ag", 25514.0, 45.87 }, { 48, "Cd", 26711.0, 41.84 },
    { 49, "In", 27940.0, 39.01 }, { 50, "Sn", 29200.0, 35.83 }
};

constexpr Entry L3Edges[] = {
    { 22, "Ti", 453.8, 0.0 }, { 23, "V", 512.1, 0.0 }, { 24, "Cr", 574.1, 0.0 },
    { 25, "Mn", 638.7, 0.0 }, { 26, "Fe", 706.8, 0.0 }, { 27, "Co", 778.1, 0.0 },
    { 28, "Ni", 852.7, 0.0 }, { 29, "Cu", 932.7, 0.0 }, { 30, "Zn", 1021.8, 0.0 },
    { 31, "Ga", 1116.4, 0.0 }, { 32, "Ge", 1217.0, 0.0 }, { 33, "As", 1323.6, 0.0 },
    { 34, "Se", 1433.9, 0.0 }, { 35, "Br", 1550.0, 0.0 }, { 36, "Kr", 1678.4, 0.0 },
    { 37, "Rb", 1804.0, 0.0 }, { 38, "Sr", 1940.0, 0.0 }, { 39, "Y", 2080.0, 1952.0 },
    { 40, "Zr", 2223.0, 1766.0 }, { 41, "Nb", 2371.0, 1597.0 }, { 42, "Mo", 2520.0, 1437.0 },
    { 43, "Tc", 2677.0, 1304.0 }, { 44, "Ru", 2838.0, 1173.0 }, { 45, "Rh", 3004.0, 1071.0 },
    { 46, "Pd", 3173.0, 944.7 }, { 47, "Ag", 3351.0, 885.6 }, { 48, "Cd", 3538.0, 794.6 },
    { 49, "In", 3730.0, 710.6 }, { 50, "Sn", 3929.0, 614.4 }, { 51, "Sb", 4132.0, 577.7 },
    { 52, "Te", 4341.0, 520.3 }, { 53, "I", 4557.0, 495.9 }, { 54, "Xe", 4786.0, 453.2 },
    { 55, "Cs", 5012.0, 438.5 }, { 56, "Ba", 5247.0, 396.1 }, { 57, "La", 5483.0, 372.4 },
    { 58, "Ce", 5723.0, 351.3 }, { 59, "Pr", 5964.0, 330.2 }, { 60, "Nd", 6208.0, 312.6 },
    { 61, "Pm", 6459.0, 297.8 }, { 62, "Sm", 6716.0, 274.7 }, { 63, "Eu", 6977.0, 260.5 },
    { 64, "Gd", 7243.0, 241.5 }, { 65, "Tb", 7514.0, 228.9 }, { 66, "Dy", 7790.0, 213.8 },
    { 67, "Ho", 8071.0, 204.1 }, { 68, "Er", 8358.0, 193.6 }, { 69, "Tm", 8648.0, 184.6 },
    { 70, "Yb", 8944.0, 173.6 }, { 71, "Lu", 9244.0, 165.4 }, { 72, "Hf", 9561.0, 155.7 },
    { 73, "Ta", 9881.0, 147.7 }, { 74, "W", 10207.0, 141.4 }, { 75, "Re", 10535.0, 134.8 },
    { 76, "Os", 10871.0, 127.5 }, { 77, "Ir", 11215.0, 122.2 }, { 78, "Pt", 11564.0, 116.2 },
    { 79, "Au", 11919.0, 111.2 }, { 80, "Hg", 12284.0, 105.3 }, { 81, "Tl", 12658.0, 99.74 },
    { 82, "Pb", 13035.0, 95.1 }, { 83, "Bi", 13419.0, 91.12 }, { 84, "Po", 13814.0, 87.98 },
    { 85, "At", 14214.0, 84.43 }, { 86, "Rn", 14619.0, 77.41 }, { 87, "Fr", 15031.0, 74.91 },
    { 88, "Ra", 15444.0, 71.75 }, { 89, "Ac", 15871.0, 69.26 }, { 90, "Th", 16300.0, 65.71 },
    { 91, "Pa", 16733.0, 63.99 }, { 92, "U", 17166.0, 60.33 }, { 93, "Np", 17610.0, 58.79 },
    { 94, "Pu", 18057.0, 56.58 }, { 95, "Am", 18504.0, 54.04 }
};
// clang-format on

// Of Cr to Zn, eV.
constexpr double L2Edges[] = { 583.8, 649.9, 719.9, 793.2, 870.0, 952.3, 1044.9 };
constexpr int FirstWithL2 = 24;
constexpr double ReachOfL3 = 6.0; // eV; E0 may be taken from a spectrum

std::vector<AbsorptionEdge> MakeTable()
{
  std::vector<AbsorptionEdge> edges;
  for (const Entry& entry : KEdges)
  {
    edges.push_back({ entry.AtomicNumber, entry.Element, "K", entry.Energy, entry.Jump });
  }
  for (const Entry& entry : L3Edges)
  {
    edges.push_back({ entry.AtomicNumber, entry.Element, "L3", entry.Energy, entry.Jump });
  }
  return edges;
}

bool EqualInAnyCase(const std::string& a, const std::string& b)
{
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool IsNobleGas(const AbsorptionEdge& edge)
{
  static constexpr int numbers[] = { 10, 18, 36, 54, 86 };
  return std::find(std::begin(numbers), std::end(numbers), edge.AtomicNumber) != std::end(numbers);
}

}

const std::vector<AbsorptionEdge>& KnownEdges()
{
  static const std::vector<AbsorptionEdge> edges = MakeTable();
  return edges;
}

std::optional<AbsorptionEdge> EdgeOf(const std::string& element, const std::string& edge)
{
  const std::vector<AbsorptionEdge>& edges = KnownEdges();
  const auto found = std::find_if(edges.begin(), edges.end(),
    [&](const AbsorptionEdge& known)
    { return EqualInAnyCase(known.Element, element) && EqualInAnyCase(known.Edge, edge); });
  return found == edges.end() ? std::nullopt : std::optional<AbsorptionEdge>(*found);
}

std::optional<double> EdgeEnergyOf(const std::string& element, const std::string& edge)
{
  const std::optional<AbsorptionEdge> known = EdgeOf(element, edge);
  return known ? std::optional<double>(known->Energy) : std::nullopt;
}

std::optional<double> MassAttenuationJumpOf(const std::string& element, const std::string& edge)
{
  const std::optional<AbsorptionEdge> known = EdgeOf(element, edge);
  return known && known->Jump > 0.0 ? std::optional<double>(known->Jump) : std::nullopt;
}

std::optional<double> L2EdgeBehind(double e0)
{
  for (const Entry& entry : L3Edges)
  {
    const int index = entry.AtomicNumber - FirstWithL2;
    const bool isListed = index >= 0 && index < static_cast<int>(std::size(L2Edges));
    if (isListed && std::abs(entry.Energy - e0) <= ReachOfL3)
    {
      return L2Edges[index];
    }
  }
  return std::nullopt;
}

std::vector<AbsorptionEdge> FindEdges(double first, double last)
{
  std::vector<AbsorptionEdge> found;
  std::copy_if(KnownEdges().begin(), KnownEdges().end(), std::back_inserter(found),
    [=](const AbsorptionEdge& edge)
    { return edge.Energy >= first && edge.Energy <= last && !IsNobleGas(edge); });
  std::sort(found.begin(), found.end(),
    [](const AbsorptionEdge& a, const AbsorptionEdge& b) { return a.Energy < b.Energy; });
  return found;
}

std::string ChooseEdge(const std::string& element, const std::string& edge, double first,
  double last, AbsorptionEdge& chosen)
{
  const auto number = [](double value)
  {
    std::ostringstream text;
    text << std::setprecision(10) << value;
    return text.str();
  };
  const auto nameOf = [&](const AbsorptionEdge& of)
  { return of.Element + " " + of.Edge + " (" + number(of.Energy) + " eV)"; };
  const std::string scan = number(first) + " to " + number(last) + " eV";
  if (!element.empty())
  {
    const std::string shell = edge.empty() ? "K" : edge;
    const std::optional<AbsorptionEdge> known = EdgeOf(element, shell);
    if (!known)
    {
      return "There is no edge \"" + element + " " + shell +
        "\" in the table (K and L3, 400 eV to 30 keV).";
    }
    chosen = *known;
    const bool inside = first <= chosen.Energy && chosen.Energy <= last;
    return inside ? std::string() : nameOf(chosen) + " lies outside the scan, " + scan + ".";
  }
  const std::vector<AbsorptionEdge> edges = FindEdges(first, last);
  if (edges.empty())
  {
    return "No K or L3 edge of the table lies in the scan from " + scan + ".";
  }
  if (edges.size() > 1)
  {
    std::string names;
    for (const AbsorptionEdge& of : edges)
    {
      names += (names.empty() ? "" : ", ") + nameOf(of);
    }
    return "Several edges lie in the scan from " + scan + ": " + names + ".";
  }
  chosen = edges.front();
  return {};
}

}
