// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PeakRatio.h"

#include "EdgeTable.h"
#include "NoisePropagation.h"
#include "SpectrumKernels.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <optional>
#include <sstream>

namespace paraxanes
{
namespace
{

EdgeSearch SearchIn(const EnergyRange& window, const PeakRatioSettings& settings)
{
  EdgeSearch search;
  search.Wanted = { EdgeMethod::WhiteLine };
  search.Crossing.Window = window;
  search.LocalFitDegree = settings.LocalFitDegree;
  search.LocalFitHalfWidth = settings.LocalFitHalfWidth;
  return search;
}

bool IsOneEnergy(const EnergyRange& window)
{
  return window.Low == window.High;
}

// Linear between the samples about the energy.
EdgeResult HeightAt(
  double energy, const std::vector<double>& energies, const double* values, SampleWeights& ofHeight)
{
  const auto next = std::lower_bound(energies.begin() + 1, energies.end() - 1, energy);
  const auto upper = static_cast<int>(next - energies.begin());
  const double below = *(next - 1);
  const double fraction = (energy - below) / (*next - below);
  ofHeight.Clear({ upper - 1, upper + 1 });
  ofHeight.Values[static_cast<std::size_t>(upper) - 1] = 1.0 - fraction;
  ofHeight.Values[static_cast<std::size_t>(upper)] = fraction;
  EdgeResult result;
  result.Energy = energy;
  result.Height = (1.0 - fraction) * values[upper - 1] + fraction * values[upper];
  result.Code = Validity::Valid;
  return result;
}

// mu - pre and the noise of a sample.
class AbovePreEdge : public SpectrumGroupVisitor
{
public:
  explicit AbovePreEdge(const Normalization& normalization)
    : Fits(normalization)
  {
  }

  void Visit(const SpectrumGroup& group) override
  {
    for (int k = 0; k < this->Fits.NumberOfEnergies; ++k)
    {
      this->Values.push_back(group.AbovePreEdge[k * SpectrumGroup::Size]);
    }
    this->Noise = Deviation(group.Squares[0], this->Fits.DegreesOfFreedom);
  }

  std::vector<double> Values;
  double Noise = std::numeric_limits<double>::quiet_NaN();

private:
  const Normalization& Fits;
};

}

bool DefaultPeaks(const std::string& element, const std::string& edge, PeakRatioSettings& settings)
{
  const std::optional<AbsorptionEdge> known = EdgeOf(element, edge);
  if (!known || known->Element != "Ni" || known->Edge != "L3")
  {
    return false;
  }
  settings.Low = { 852.0, 854.0 };
  settings.High = { 854.0, 857.0 };
  return true;
}

std::string CheckPeaks(const std::vector<double>& energies, const PeakRatioSettings& settings)
{
  for (const EnergyRange& window : { settings.Low, settings.High })
  {
    const bool isInScan = energies.front() <= window.Low && window.High <= energies.back();
    std::ostringstream where;
    where << std::setprecision(10) << "the window " << window.Low << " to " << window.High
          << " eV of a peak";
    if (!isInScan || !(window.Low <= window.High))
    {
      where << " does not ascend, or does not lie in the scan (" << energies.front() << " to "
            << energies.back() << " eV)";
      return where.str();
    }
    const std::string problem =
      IsOneEnergy(window) ? "" : CheckEdgeSearch(energies, SearchIn(window, settings));
    if (!problem.empty())
    {
      return where.str() + " cannot be used: " + problem;
    }
  }
  if (!(settings.Low.High <= settings.High.Low))
  {
    std::ostringstream text;
    text << std::setprecision(10) << "the window of the low peak, " << settings.Low.Low << " to "
         << settings.Low.High << " eV, does not end before that of the high one, "
         << settings.High.Low << " to " << settings.High.High << " eV, begins";
    return text.str();
  }
  return {};
}

PeakRatio FindPeakRatio(const Normalization& normalization, const std::vector<double>& energies,
  const std::vector<double>& mu, const PeakRatioSettings& settings)
{
  AbovePreEdge above(normalization);
  VisitSpectra(normalization, {}, mu.data(), 1, { 0, normalization.NumberOfEnergies }, above);
  const double* values = above.Values.data();
  const auto find = [&](const EnergyRange& window, SampleWeights& ofHeight)
  {
    return IsOneEnergy(window)
      ? HeightAt(window.Low, energies, values, ofHeight)
      : EdgeMethods(energies, SearchIn(window, settings)).WhiteLine(values, &ofHeight);
  };
  SampleWeights ofLow;
  SampleWeights ofHigh;
  PeakRatio peaks;
  peaks.Low = find(settings.Low, ofLow);
  peaks.High = find(settings.High, ofHigh);
  const bool found = peaks.Low.Code == Validity::Valid && peaks.High.Code == Validity::Valid;
  if (!found || !(peaks.Low.Height > 0.0))
  {
    return peaks;
  }
  peaks.Ratio = peaks.High.Height / peaks.Low.Height;
  // d(H / L) = (dH - ratio dL) / L.
  SampleWeights ofRatio;
  ofRatio.Clear({ std::min(ofLow.Samples.First, ofHigh.Samples.First),
    std::max(ofLow.Samples.Last, ofHigh.Samples.Last) });
  const auto add = [&](const SampleWeights& weights, double factor)
  {
    for (int k = weights.Samples.First; k < weights.Samples.Last; ++k)
    {
      ofRatio.Values[static_cast<std::size_t>(k)] +=
        factor * weights.Values[static_cast<std::size_t>(k)] / peaks.Low.Height;
    }
  };
  add(ofHigh, 1.0);
  add(ofLow, -peaks.Ratio);
  peaks.Error = above.Noise * NoisePropagation(normalization).OfAbovePreEdge(ofRatio);
  return peaks;
}

}
