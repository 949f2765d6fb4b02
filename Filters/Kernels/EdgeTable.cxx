// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeTable.h"

#include <algorithm>
#include <cctype>
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
  double Energy;
};

// clang-format off
constexpr Entry KEdges[] = {
    { 7, "N", 409.9 }, { 8, "O", 543.1 }, { 9, "F", 696.7 }, { 10, "Ne", 870.2 },
    { 11, "Na", 1070.8 }, { 12, "Mg", 1303.0 }, { 13, "Al", 1559.6 }, { 14, "Si", 1839.0 },
    { 15, "P", 2145.5 }, { 16, "S", 2472.0 }, { 17, "Cl", 2822.4 }, { 18, "Ar", 3205.9 },
    { 19, "K", 3608.4 }, { 20, "Ca", 4038.5 }, { 21, "Sc", 4492.0 }, { 22, "Ti", 4966.0 },
    { 23, "V", 5465.0 }, { 24, "Cr", 5989.0 }, { 25, "Mn", 6539.0 }, { 26, "Fe", 7112.0 },
    { 27, "Co", 7709.0 }, { 28, "Ni", 8333.0 }, { 29, "Cu", 8979.0 }, { 30, "Zn", 9659.0 },
    { 31, "Ga", 10367.0 }, { 32, "Ge", 11103.0 }, { 33, "As", 11867.0 }, { 34, "Se", 12658.0 },
    { 35, "Br", 13474.0 }, { 36, "Kr", 14326.0 }, { 37, "Rb", 15200.0 }, { 38, "Sr", 16105.0 },
    { 39, "Y", 17038.0 }, { 40, "Zr", 17998.0 }, { 41, "Nb", 18986.0 }, { 42, "Mo", 20000.0 },
    { 43, "Tc", 21044.0 }, { 44, "Ru", 22117.0 }, { 45, "Rh", 23220.0 }, { 46, "Pd", 24350.0 },
    { 47, "Ag", 25514.0 }, { 48, "Cd", 26711.0 }, { 49, "In", 27940.0 }, { 50, "Sn", 29200.0 }
};

constexpr Entry L3Edges[] = {
    { 22, "Ti", 453.8 }, { 23, "V", 512.1 }, { 24, "Cr", 574.1 }, { 25, "Mn", 638.7 },
    { 26, "Fe", 706.8 }, { 27, "Co", 778.1 }, { 28, "Ni", 852.7 }, { 29, "Cu", 932.7 },
    { 30, "Zn", 1021.8 }, { 31, "Ga", 1116.4 }, { 32, "Ge", 1217.0 }, { 33, "As", 1323.6 },
    { 34, "Se", 1433.9 }, { 35, "Br", 1550.0 }, { 36, "Kr", 1678.4 }, { 37, "Rb", 1804.0 },
    { 38, "Sr", 1940.0 }, { 39, "Y", 2080.0 }, { 40, "Zr", 2223.0 }, { 41, "Nb", 2371.0 },
    { 42, "Mo", 2520.0 }, { 43, "Tc", 2677.0 }, { 44, "Ru", 2838.0 }, { 45, "Rh", 3004.0 },
    { 46, "Pd", 3173.0 }, { 47, "Ag", 3351.0 }, { 48, "Cd", 3538.0 }, { 49, "In", 3730.0 },
    { 50, "Sn", 3929.0 }, { 51, "Sb", 4132.0 }, { 52, "Te", 4341.0 }, { 53, "I", 4557.0 },
    { 54, "Xe", 4786.0 }, { 55, "Cs", 5012.0 }, { 56, "Ba", 5247.0 }, { 57, "La", 5483.0 },
    { 58, "Ce", 5723.0 }, { 59, "Pr", 5964.0 }, { 60, "Nd", 6208.0 }, { 61, "Pm", 6459.0 },
    { 62, "Sm", 6716.0 }, { 63, "Eu", 6977.0 }, { 64, "Gd", 7243.0 }, { 65, "Tb", 7514.0 },
    { 66, "Dy", 7790.0 }, { 67, "Ho", 8071.0 }, { 68, "Er", 8358.0 }, { 69, "Tm", 8648.0 },
    { 70, "Yb", 8944.0 }, { 71, "Lu", 9244.0 }, { 72, "Hf", 9561.0 }, { 73, "Ta", 9881.0 },
    { 74, "W", 10207.0 }, { 75, "Re", 10535.0 }, { 76, "Os", 10871.0 }, { 77, "Ir", 11215.0 },
    { 78, "Pt", 11564.0 }, { 79, "Au", 11919.0 }, { 80, "Hg", 12284.0 }, { 81, "Tl", 12658.0 },
    { 82, "Pb", 13035.0 }, { 83, "Bi", 13419.0 }, { 84, "Po", 13814.0 }, { 85, "At", 14214.0 },
    { 86, "Rn", 14619.0 }, { 87, "Fr", 15031.0 }, { 88, "Ra", 15444.0 }, { 89, "Ac", 15871.0 },
    { 90, "Th", 16300.0 }, { 91, "Pa", 16733.0 }, { 92, "U", 17166.0 }, { 93, "Np", 17610.0 },
    { 94, "Pu", 18057.0 }, { 95, "Am", 18504.0 }
};
// clang-format on

std::vector<AbsorptionEdge> MakeTable()
{
  std::vector<AbsorptionEdge> edges;
  for (const Entry& entry : KEdges)
  {
    edges.push_back({ entry.AtomicNumber, entry.Element, "K", entry.Energy });
  }
  for (const Entry& entry : L3Edges)
  {
    edges.push_back({ entry.AtomicNumber, entry.Element, "L3", entry.Energy });
  }
  return edges;
}

bool EqualInAnyCase(const std::string& a, const std::string& b)
{
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}

const std::vector<AbsorptionEdge>& KnownEdges()
{
  static const std::vector<AbsorptionEdge> edges = MakeTable();
  return edges;
}

std::optional<double> EdgeEnergyOf(const std::string& element, const std::string& edge)
{
  for (const AbsorptionEdge& known : KnownEdges())
  {
    if (EqualInAnyCase(known.Element, element) && EqualInAnyCase(known.Edge, edge))
    {
      return known.Energy;
    }
  }
  return std::nullopt;
}

std::vector<AbsorptionEdge> FindEdges(double first, double last)
{
  std::vector<AbsorptionEdge> found;
  std::copy_if(KnownEdges().begin(), KnownEdges().end(), std::back_inserter(found),
    [=](const AbsorptionEdge& edge) { return edge.Energy >= first && edge.Energy <= last; });
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
    const std::optional<double> energy = EdgeEnergyOf(element, shell);
    if (!energy)
    {
      return "There is no edge \"" + element + " " + shell +
        "\" in the table (K and L3, 400 eV to 30 keV).";
    }
    chosen = { 0, element, shell, *energy };
    const bool inside = first <= *energy && *energy <= last;
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
