// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeMethods.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

// A slope counts where it is so many of its standard errors.
constexpr double SlopeSignificance = 5.0;

// A result on a local fit, found twice where the samples follow from it: about a first energy, then
// about what was found there.
template <typename Find>
std::optional<double> FindTwice(
  const LocalFits& fits, double first, SampleView values, Find find, const LocalFit*& fit)
{
  std::optional<double> energy = first;
  for (int pass = 0; pass < 2 && energy; ++pass)
  {
    fit = fits.About(*energy);
    energy = fit ? find(fit->Through(values), *energy) : std::nullopt;
  }
  return energy;
}

// Of the polynomial that a method needs; 0 where it needs none.
int FitDegree(EdgeMethod method, int degree)
{
  switch (method)
  {
    case EdgeMethod::Derivative:
      return 3;
    case EdgeMethod::WhiteLine:
      return std::max(degree, 2);
    case EdgeMethod::Centroid:
      return 0;
    default:
      return degree;
  }
}

// Calls weight(k) for the samples of a run.
template <typename Weight>
void SetWeights(SampleWeights* weights, IndexRange samples, Weight weight)
{
  if (!weights)
  {
    return;
  }
  weights->Clear(samples);
  for (int k = samples.First; k < samples.Last; ++k)
  {
    weights->Values[static_cast<std::size_t>(k)] = weight(k);
  }
}

// The searches below are loops over samples with spectra side by side within, for vectors: indices
// are doubles, as wide as the values that choose them. Unrolled, they would not become vectors.
template <int N>
inline __attribute__((always_inline)) void Tops(const double* spectra, IndexRange window, int* tops)
{
  double highest[N];
  double top[N];
  for (int v = 0; v < N; ++v)
  {
    highest[v] = spectra[window.First * N + v];
    top[v] = window.First;
  }
  for (int k = window.First + 1; k < window.Last; ++k)
  {
    const double here = k;
#pragma GCC unroll 1
    for (int v = 0; v < N; ++v)
    {
      const double value = spectra[k * N + v];
      top[v] = highest[v] < value ? here : top[v];
      highest[v] = highest[v] < value ? value : highest[v];
    }
  }
  std::transform(top, top + N, tops, [](double k) { return static_cast<int>(k); });
}

template <int N>
inline __attribute__((always_inline)) void SteepestRises(
  const double* spectra, const double* perWidth, IndexRange window, int* steepest)
{
  double slope[N];
  double lower[N];
#pragma GCC unroll 1
  for (int v = 0; v < N; ++v)
  {
    slope[v] = 0.0;
    lower[v] = -1.0;
  }
  for (int k = window.First; k + 1 < window.Last; ++k)
  {
    const double here = k;
#pragma GCC unroll 1
    for (int v = 0; v < N; ++v)
    {
      const double rise = spectra[(k + 1) * N + v] - spectra[k * N + v];
      const double slopeHere = rise * perWidth[k];
      lower[v] = slopeHere > slope[v] ? here : lower[v];
      slope[v] = slopeHere > slope[v] ? slopeHere : slope[v];
    }
  }
  std::transform(lower, lower + N, steepest, [](double k) { return static_cast<int>(k); });
}

template <int N>
inline __attribute__((always_inline)) void Areas(
  const double* spectra, const double* widths, IndexRange window, double* areas)
{
  double area[N] = {};
  for (int k = window.First; k < window.Last; ++k)
  {
#pragma GCC unroll 1
    for (int v = 0; v < N; ++v)
    {
      area[v] += widths[k] * spectra[k * N + v];
    }
  }
  std::copy_n(area, N, areas);
}

constexpr int GroupSize = EdgeMethods::GroupSize;

PARAXANES_MULTIVERSION void TopsOfGroup(const double* spectra, IndexRange window, int* tops)
{
  Tops<GroupSize>(spectra, window, tops);
}

PARAXANES_MULTIVERSION void SteepestRisesOfGroup(
  const double* spectra, const double* perWidth, IndexRange window, int* steepest)
{
  SteepestRises<GroupSize>(spectra, perWidth, window, steepest);
}

PARAXANES_MULTIVERSION void AreasOfGroup(
  const double* spectra, const double* widths, IndexRange window, double* areas)
{
  Areas<GroupSize>(spectra, widths, window, areas);
}

}

std::string CheckEdgeSearch(const std::vector<double>& energies, const EdgeSearch& search)
{
  const std::string problem = CheckLevelCrossing(energies, search.Crossing);
  if (!problem.empty())
  {
    return problem;
  }
  const bool local = search.LocalFitDegree > 0;
  const IndexRange window = SamplesIn(energies, search.Crossing.Window);
  int most = local ? 0 : window.Size();
  for (int k = window.First; k < window.Last && local && search.LocalFitHalfWidth > 0.0; ++k)
  {
    const double energy = energies[static_cast<std::size_t>(k)];
    const IndexRange near =
      SamplesIn(energies, { energy - search.LocalFitHalfWidth, energy + search.LocalFitHalfWidth });
    most = std::max(most, std::min(near.Last, window.Last) - std::max(near.First, window.First));
  }
  for (const EdgeMethod method : search.Wanted)
  {
    const int degree = FitDegree(method, search.LocalFitDegree);
    if (most <= degree)
    {
      std::ostringstream text;
      text << std::setprecision(10) << "a fit of degree " << degree << " needs at least "
           << degree + 1 << " energies, and "
           << (local ? "within the half-width of an energy of the window there are at most "
                     : "in the window there are ")
           << most;
      return text.str();
    }
  }
  return {};
}

void SampleWeights::Clear(IndexRange samples)
{
  this->Samples = samples;
  if (this->Values.size() < static_cast<std::size_t>(samples.Last))
  {
    this->Values.resize(static_cast<std::size_t>(samples.Last));
  }
  std::fill(this->Values.begin() + samples.First, this->Values.begin() + samples.Last, 0.0);
}

void SampleWeights::Include(int sample)
{
  if (this->Values.size() <= static_cast<std::size_t>(sample))
  {
    this->Values.resize(static_cast<std::size_t>(sample) + 1);
  }
  for (; this->Samples.First > sample; --this->Samples.First)
  {
    this->Values[static_cast<std::size_t>(this->Samples.First) - 1] = 0.0;
  }
  for (; this->Samples.Last <= sample; ++this->Samples.Last)
  {
    this->Values[static_cast<std::size_t>(this->Samples.Last)] = 0.0;
  }
}

EdgeMethods::EdgeMethods(const std::vector<double>& energies, const EdgeSearch& search)
  : Settings(search)
  , Crossings(energies, search.Crossing)
{
  const int degree = search.LocalFitDegree;
  const double halfWidth = degree > 0 ? search.LocalFitHalfWidth : 0.0;
  if (degree > 0)
  {
    this->ForLevel = LocalFits(energies, this->Crossings.Window, degree, halfWidth);
  }
  this->ForMaximum = LocalFits(
    energies, this->Crossings.Window, FitDegree(EdgeMethod::WhiteLine, degree), halfWidth);
  this->ForSteepest = LocalFits(energies, this->Crossings.Window, 3, halfWidth);
  const IndexRange& window = this->Crossings.Window;
  this->Widths.resize(energies.size());
  this->PerWidth.resize(energies.size());
  for (int k = window.First; k < window.Last; ++k)
  {
    const double above = this->Energy(std::min(k + 1, window.Last - 1));
    const auto sample = static_cast<std::size_t>(k);
    this->Widths[sample] = 0.5 * (above - this->Energy(std::max(k - 1, window.First)));
    this->PerWidth[sample] = 1.0 / (above - this->Energy(k));
  }
}

template <>
void EdgeMethods::FindTops<1>(const double* spectra, int* tops) const
{
  Tops<1>(spectra, this->Crossings.Window, tops);
}

template <>
void EdgeMethods::FindTops<EdgeMethods::GroupSize>(const double* spectra, int* tops) const
{
  TopsOfGroup(spectra, this->Crossings.Window, tops);
}

template <>
void EdgeMethods::FindSteepest<1>(const double* spectra, int* steepest) const
{
  SteepestRises<1>(spectra, this->PerWidth.data(), this->Crossings.Window, steepest);
}

template <>
void EdgeMethods::FindSteepest<EdgeMethods::GroupSize>(const double* spectra, int* steepest) const
{
  SteepestRisesOfGroup(spectra, this->PerWidth.data(), this->Crossings.Window, steepest);
}

template <>
void EdgeMethods::FindAreas<1>(const double* spectra, double* areas) const
{
  Areas<1>(spectra, this->Widths.data(), this->Crossings.Window, areas);
}

template <>
void EdgeMethods::FindAreas<EdgeMethods::GroupSize>(const double* spectra, double* areas) const
{
  AreasOfGroup(spectra, this->Widths.data(), this->Crossings.Window, areas);
}

// Of the line through the samples about a crossing: four, as the two alone would follow the noise,
// and more of the window where the noise of four is a large part of the slope. A line over more
// than the edge is too flat, so that an error from it is too large rather than too small.
double EdgeMethods::SlopeAbout(SampleView y, int upper, double noise) const
{
  const IndexRange& window = this->Crossings.Window;
  for (int half = 2;; ++half)
  {
    const int first = std::max(upper - half, window.First);
    const int last = std::min(upper + half, window.Last);
    double energy = 0.0;
    double value = 0.0;
    for (int k = first; k < last; ++k)
    {
      energy += this->Energy(k) / (last - first);
      value += y[k] / (last - first);
    }
    double product = 0.0;
    double square = 0.0;
    for (int k = first; k < last; ++k)
    {
      product += (this->Energy(k) - energy) * (y[k] - value);
      square += (this->Energy(k) - energy) * (this->Energy(k) - energy);
    }
    const bool whole = first == window.First && last == window.Last;
    if (whole || !(product < SlopeSignificance * noise * std::sqrt(square)))
    {
      return product / square;
    }
  }
}

EdgeResult EdgeMethods::Level(
  SampleView y, int upper, double linear, double noise, SampleWeights* weights) const
{
  EdgeResult result;
  result.Code = Validity::Valid;
  result.Energy = linear;
  if (this->Settings.LocalFitDegree == 0)
  {
    if (weights)
    {
      const double slope = this->SlopeAbout(y, upper, noise);
      const double fraction =
        (linear - this->Energy(upper - 1)) / (this->Energy(upper) - this->Energy(upper - 1));
      SetWeights(weights, { upper - 1, upper + 1 },
        [&](int k) { return -(k == upper ? fraction : 1.0 - fraction) / slope; });
    }
    return result;
  }
  const LocalFit* fit = nullptr;
  const double level = this->Settings.Crossing.Level;
  const std::optional<double> found = FindTwice(
    this->ForLevel, linear, y,
    [level](const LocalPolynomial& p, double energy) { return p.RiseThrough(level, energy); }, fit);
  if (!found)
  {
    return { NaN, NaN, Validity::NoLocalFit };
  }
  result.Energy = *found;
  if (weights)
  {
    double squares = 0.0;
    for (int k = fit->Samples().First; k < fit->Samples().Last; ++k)
    {
      squares += fit->InSlope(k, *found) * fit->InSlope(k, *found);
    }
    double slope = fit->Through(y).Slope(*found);
    if (slope < SlopeSignificance * noise * std::sqrt(squares))
    {
      slope = this->SlopeAbout(y, upper, noise);
    }
    SetWeights(weights, fit->Samples(), [&](int k) { return -fit->InValue(k, *found) / slope; });
  }
  return result;
}

EdgeResult EdgeMethods::WhiteLineFraction(SampleView y, double height, int top, int upper,
  double linear, double noise, SampleWeights* weights) const
{
  EdgeResult result = this->Level(y, upper, linear, noise, weights);
  result.Height = height;
  if (weights && result.Code == Validity::Valid)
  {
    double sum = 0.0;
    for (int k = weights->Samples.First; k < weights->Samples.Last; ++k)
    {
      double& weight = weights->Values[static_cast<std::size_t>(k)];
      sum += weight * y[k];
      weight /= height;
    }
    weights->Include(top);
    weights->Values[static_cast<std::size_t>(top)] -= sum / height;
  }
  return result;
}

EdgeResult EdgeMethods::Derivative(const double* y) const
{
  int steepest = -1;
  this->FindSteepest<1>(y, &steepest);
  return this->Derivative(y, steepest);
}

EdgeResult EdgeMethods::Derivative(SampleView y, int lower) const
{
  EdgeResult result;
  const IndexRange& window = this->Crossings.Window;
  if (lower < 0)
  {
    return result;
  }
  if (lower == window.First || lower + 2 >= window.Last)
  {
    result.Code = Validity::CrossingAtWindowEnd;
    return result;
  }
  const LocalFit* fit = this->ForSteepest.Through({ lower - 1, lower + 3 });
  std::optional<double> found;
  if (this->Settings.LocalFitDegree == 0)
  {
    found = fit->Through(y).SteepestRise();
  }
  else
  {
    found = FindTwice(
      this->ForSteepest, 0.5 * (this->Energy(lower) + this->Energy(lower + 1)), y,
      [](const LocalPolynomial& p, double) { return p.SteepestRise(); }, fit);
  }
  if (!found)
  {
    result.Code = Validity::NoLocalFit;
    return result;
  }
  result.Energy = *found;
  result.Code = Validity::Valid;
  return result;
}

EdgeResult EdgeMethods::WhiteLine(const double* mu, SampleWeights* ofHeight) const
{
  int top = 0;
  this->FindTops<1>(mu, &top);
  return this->WhiteLine(mu, top, ofHeight);
}

EdgeResult EdgeMethods::WhiteLine(SampleView mu, int top, SampleWeights* ofHeight) const
{
  EdgeResult result;
  const IndexRange& window = this->Crossings.Window;
  if (top == window.First || top == window.Last - 1)
  {
    result.Code = Validity::CrossingAtWindowEnd;
    return result;
  }
  const LocalFit* fit = this->ForMaximum.Through({ top - 1, top + 2 });
  std::optional<double> found;
  if (this->Settings.LocalFitDegree == 0)
  {
    found = fit->Through(mu).Maximum(this->Energy(top));
  }
  else
  {
    found = FindTwice(
      this->ForMaximum, this->Energy(top), mu,
      [](const LocalPolynomial& p, double energy) { return p.Maximum(energy); }, fit);
  }
  if (!found)
  {
    result.Code = Validity::NoLocalFit;
    return result;
  }
  const LocalPolynomial peak = fit->Through(mu);
  result.Energy = *found;
  result.Height = peak.Value(*found);
  result.Code = Validity::Valid;
  // At the maximum a small change of its energy does not change the height.
  SetWeights(ofHeight, fit->Samples(), [&](int k) { return fit->InValue(k, *found); });
  return result;
}

EdgeResult EdgeMethods::Centroid(SampleView y, double area, SampleWeights* weights) const
{
  EdgeResult result;
  const IndexRange& window = this->Crossings.Window;
  const int last = window.Last - 1;
  const double rise = y[last] - y[window.First];
  if (!(rise > 0.0))
  {
    return result;
  }
  // From the window's begin, so that no digits are lost.
  const double begin = this->Energy(window.First);
  const double end = this->Energy(last) - begin;
  const double centroid = (end * y[last] - area) / rise;
  // Outside of the window, or NaN: no rise that stands out from the noise.
  if (!(0.0 <= centroid && centroid <= end))
  {
    return result;
  }
  result.Energy = begin + centroid;
  result.Code = Validity::Valid;
  SetWeights(weights, window,
    [&](int k)
    {
      const double atEnds = k == last ? end - centroid : k == window.First ? centroid : 0.0;
      return (atEnds - this->Widths[static_cast<std::size_t>(k)]) / rise;
    });
  return result;
}

}
