// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "LocalFits.h"

#include "PolynomialFit.h"

#include <algorithm>
#include <cmath>

namespace paraxanes
{
namespace
{

// Of those in the range, the one nearest to an energy.
template <typename Energies, typename Accept>
std::optional<double> Nearest(
  const Energies& found, double energy, const EnergyRange& range, Accept accept)
{
  std::optional<double> nearest;
  for (const double candidate : found)
  {
    const bool inside = range.Low <= candidate && candidate <= range.High && accept(candidate);
    if (inside && (!nearest || std::abs(candidate - energy) < std::abs(*nearest - energy)))
    {
      nearest = candidate;
    }
  }
  return nearest;
}

}

double LocalPolynomial::Value(double energy) const
{
  const double x = this->X(energy);
  const auto& p = this->Powers;
  return p[0] + x * (p[1] + x * (p[2] + x * p[3]));
}

double LocalPolynomial::Slope(double energy) const
{
  const double x = this->X(energy);
  const auto& p = this->Powers;
  return (p[1] + x * (2.0 * p[2] + x * 3.0 * p[3])) / this->HalfSpan;
}

double LocalPolynomial::Curvature(double energy) const
{
  const double x = this->X(energy);
  return (2.0 * this->Powers[2] + 6.0 * x * this->Powers[3]) / (this->HalfSpan * this->HalfSpan);
}

LocalPolynomial::Pair LocalPolynomial::Extrema() const
{
  const double a = 3.0 * this->Powers[3];
  const double b = this->Powers[2]; // half of the linear coefficient
  const double c = this->Powers[1];
  const double root = b * b - a * c;
  if (root < 0.0 || (a == 0.0 && b == 0.0))
  {
    return {};
  }
  // Without the difference of nearly equal numbers.
  const double q = -(b + std::copysign(std::sqrt(root), b));
  Pair energies;
  if (q != 0.0)
  {
    energies.Add(this->Middle + this->HalfSpan * (c / q));
  }
  if (a != 0.0)
  {
    energies.Add(this->Middle + this->HalfSpan * (q / a));
  }
  if (energies.Count == 2 && energies.Energies[1] < energies.Energies[0])
  {
    std::swap(energies.Energies[0], energies.Energies[1]);
  }
  return energies;
}

std::optional<double> LocalPolynomial::RiseThrough(double level, double energy) const
{
  // Between its extrema it rises or falls all the way: at most one crossing in each part.
  std::vector<double> ends = { this->Range.Low };
  for (const double extremum : this->Extrema())
  {
    if (this->Range.Low < extremum && extremum < this->Range.High)
    {
      ends.push_back(extremum);
    }
  }
  ends.push_back(this->Range.High);

  std::vector<double> found;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i)
  {
    double low = ends[i];
    double high = ends[i + 1];
    if (!(this->Value(low) < level && level <= this->Value(high)))
    {
      continue;
    }
    // Newton's steps; halving where one would leave the bracket.
    double e = std::clamp(energy, low, high);
    for (int step = 0; step < 100 && high - low > 1e-13 * std::abs(high); ++step)
    {
      const double above = this->Value(e) - level;
      (above < 0.0 ? low : high) = e;
      const double next = e - above / this->Slope(e);
      const bool inside = low < next && next < high;
      if (inside && std::abs(next - e) <= 1e-14 * std::abs(e))
      {
        e = next;
        break;
      }
      e = inside ? next : 0.5 * (low + high);
    }
    found.push_back(e);
  }
  return Nearest(found, energy, this->Range, [](double) { return true; });
}

std::optional<double> LocalPolynomial::Maximum(double energy) const
{
  return Nearest(this->Extrema(), energy, this->Range,
    [this](double extremum) { return this->Curvature(extremum) < 0.0; });
}

std::optional<double> LocalPolynomial::SteepestRise() const
{
  if (!(this->Powers[3] < 0.0))
  {
    return std::nullopt;
  }
  const double energy = this->Middle - this->HalfSpan * this->Powers[2] / (3.0 * this->Powers[3]);
  return Nearest(std::array<double, 1>{ energy }, energy, this->Range,
    [this](double steepest) { return this->Slope(steepest) > 0.0; });
}

LocalFit::LocalFit(const std::vector<double>& energies, IndexRange samples, int degree)
  : Run(samples)
{
  const PolynomialFit fit(energies, samples, degree);
  this->Empty.Middle = fit.Middle();
  this->Empty.HalfSpan = fit.HalfSpan();
  this->Empty.Range = { energies[static_cast<std::size_t>(samples.First)],
    energies[static_cast<std::size_t>(samples.Last - 1)] };
  for (auto k = static_cast<std::size_t>(samples.First); k < static_cast<std::size_t>(samples.Last);
       ++k)
  {
    std::array<double, LocalPolynomial::MostPowers> part = {};
    for (int j = 0; j <= degree; ++j)
    {
      const std::vector<double>& powers = fit.PowersOf(j);
      for (std::size_t i = 0; i < powers.size(); ++i)
      {
        part[i] += fit.Basis(j)[k] * powers[i];
      }
    }
    this->Parts.push_back(part);
  }
}

LocalPolynomial LocalFit::Through(SampleView values) const
{
  LocalPolynomial polynomial = this->Empty;
  for (std::size_t s = 0; s < this->Parts.size(); ++s)
  {
    const double value = values[this->Run.First + static_cast<int>(s)];
    for (std::size_t i = 0; i < polynomial.Powers.size(); ++i)
    {
      polynomial.Powers[i] += value * this->Parts[s][i];
    }
  }
  return polynomial;
}

LocalPolynomial LocalFit::WeightsOf(int k) const
{
  LocalPolynomial weights = this->Empty;
  weights.Powers = this->Parts[static_cast<std::size_t>(k - this->Run.First)];
  return weights;
}

double LocalFit::InValue(int k, double energy) const
{
  return this->WeightsOf(k).Value(energy);
}

double LocalFit::InSlope(int k, double energy) const
{
  return this->WeightsOf(k).Slope(energy);
}

LocalFits::LocalFits(
  const std::vector<double>& energies, IndexRange window, int degree, double halfWidth)
  : Energies(energies)
  , Window(window)
  , Degree(degree)
  , HalfWidth(halfWidth)
  , Places(static_cast<std::size_t>((window.Size() + 1) * (window.Size() + 1)), -1)
{
  if (halfWidth <= 0.0)
  {
    const int count = degree + 1;
    for (int first = window.First; first + count <= window.Last; ++first)
    {
      this->Add({ first, first + count });
    }
    return;
  }
  // The samples about an energy change where one of them is just a half-width away.
  std::vector<double> changes;
  for (int k = window.First; k < window.Last; ++k)
  {
    const double energy = energies[static_cast<std::size_t>(k)];
    changes.insert(changes.end(), { energy - halfWidth, energy, energy + halfWidth });
  }
  std::sort(changes.begin(), changes.end());
  for (std::size_t i = 0; i < changes.size(); ++i)
  {
    this->Add(this->SamplesAbout(changes[i]));
    this->Add(
      this->SamplesAbout(0.5 * (changes[i] + changes[std::min(i + 1, changes.size() - 1)])));
  }
}

void LocalFits::Add(IndexRange samples)
{
  if (samples.Size() > this->Degree && !this->Through(samples))
  {
    this->Places[this->Key(samples)] = static_cast<int>(this->Fits.size());
    this->Fits.emplace_back(this->Energies, samples, this->Degree);
  }
}

std::size_t LocalFits::Key(IndexRange samples) const
{
  const int first = samples.First - this->Window.First;
  const int last = samples.Last - this->Window.First;
  return static_cast<std::size_t>(first * (this->Window.Size() + 1) + last);
}

IndexRange LocalFits::SamplesAbout(double energy) const
{
  IndexRange samples =
    SamplesIn(this->Energies, { energy - this->HalfWidth, energy + this->HalfWidth });
  samples.First = std::max(samples.First, this->Window.First);
  samples.Last = std::min(samples.Last, this->Window.Last);
  return samples;
}

const LocalFit* LocalFits::About(double energy) const
{
  return this->Through(this->SamplesAbout(energy));
}

const LocalFit* LocalFits::Through(IndexRange samples) const
{
  const bool inside = this->Window.First <= samples.First && samples.First <= samples.Last &&
    samples.Last <= this->Window.Last;
  const int place = inside && !this->Places.empty() ? this->Places[this->Key(samples)] : -1;
  return place < 0 ? nullptr : &this->Fits[static_cast<std::size_t>(place)];
}

}
