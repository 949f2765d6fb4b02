// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyAxis.h"

#include "EdgeTable.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <optional>
#include <sstream>

namespace paraxanes
{
namespace
{

constexpr double NearestSoftPreEdge = 3.0; // eV below E0; nearer, L3 rises

}

std::string CheckEnergies(const std::vector<double>& energies)
{
  std::ostringstream problem;
  problem << std::setprecision(10);
  for (std::size_t i = 0; i < energies.size(); ++i)
  {
    if (!std::isfinite(energies[i]))
    {
      problem << "energy " << i + 1 << " is not a finite number";
      return problem.str();
    }
    if (i > 0 && energies[i] <= energies[i - 1])
    {
      problem << "energy " << i + 1 << " (" << energies[i]
              << " eV) is not above the one before it (" << energies[i - 1] << " eV)";
      return problem.str();
    }
  }
  return {};
}

IndexRange SamplesIn(const std::vector<double>& energies, const EnergyRange& range)
{
  const auto first = std::lower_bound(energies.begin(), energies.end(), range.Low);
  const auto last = std::upper_bound(energies.begin(), energies.end(), range.High);
  return { static_cast<int>(first - energies.begin()), static_cast<int>(last - energies.begin()) };
}

int NearestSample(const std::vector<double>& energies, double energy)
{
  const auto nearest = std::min_element(energies.begin(), energies.end(),
    [energy](double a, double b) { return std::abs(a - energy) < std::abs(b - energy); });
  return static_cast<int>(nearest - energies.begin());
}

EnergyRanges DefaultRanges(double e0, double first, double last)
{
  EnergyRanges ranges;
  ranges.PreEdge = { std::max(first, e0 - 200.0), e0 - 20.0 };
  ranges.PostEdge = { last < e0 + 100.0 ? 0.5 * (e0 + last) : e0 + 50.0, last };
  ranges.Window = { e0 - 5.0, e0 + 30.0 };
  if (const std::optional<double> l2 = L2EdgeBehind(e0))
  {
    ranges.PreEdge.High = e0 - std::clamp((e0 - first) / 3.0, NearestSoftPreEdge, 20.0);
    ranges.PostEdge.Low = std::max(ranges.PostEdge.Low, *l2 + 7.0);
    ranges.Window.High = *l2 - 3.0;
  }
  return ranges;
}

int DefaultPreEdgeDegree(int samples, const EnergyRange& preEdge)
{
  const bool isShortAndSoft = preEdge.High < 1200.0 && preEdge.High - preEdge.Low < 10.0;
  return samples < 3 || isShortAndSoft ? 0 : 1;
}

int DefaultPostEdgeDegree(const EnergyRange& postEdge)
{
  return postEdge.High - postEdge.Low < 30.0 ? 0 : 1;
}

std::vector<std::string> EnergyLabels(const std::vector<double>& energies)
{
  std::vector<std::string> labels(energies.size());
  for (int decimals = 2; decimals <= 12; ++decimals)
  {
    for (std::size_t i = 0; i < energies.size(); ++i)
    {
      std::ostringstream label;
      label << std::fixed << std::setprecision(decimals) << energies[i] << " eV";
      labels[i] = label.str();
    }
    // Ascending energies: equal labels are neighbours.
    if (std::adjacent_find(labels.begin(), labels.end()) == labels.end())
    {
      break;
    }
  }
  return labels;
}

}
