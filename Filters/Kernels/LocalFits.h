// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file LocalFits.h
 * Least-squares polynomials through a few neighbouring samples, and what a user looks for on them:
 * the crossing of a level, the maximum, the inflection.
 */
#ifndef LocalFits_h
#define LocalFits_h

#include "EnergyAxis.h"

#include <array>
#include <optional>
#include <vector>

namespace paraxanes
{

/// p(x) = sum_i Powers[i] x^i with x = (E - Middle) / HalfSpan, for E from Low to High.
struct LocalPolynomial
{
  static constexpr int MostPowers = 4;

  std::array<double, MostPowers> Powers = {};
  double Middle = 0.0;
  double HalfSpan = 1.0;
  EnergyRange Range; ///< of the samples it was fitted to, eV

  double Value(double energy) const;
  double Slope(double energy) const;     ///< per eV
  double Curvature(double energy) const; ///< second derivative, per eV^2

  /// The energy in Range where it rises through a level, the one nearest to `energy`.
  std::optional<double> RiseThrough(double level, double energy) const;
  /// The energy of its maximum in Range, the one nearest to `energy`.
  std::optional<double> Maximum(double energy) const;
  /// The energy of its steepest rise, where that lies in Range.
  std::optional<double> SteepestRise() const;

private:
  double X(double energy) const { return (energy - this->Middle) / this->HalfSpan; }
  // At most two energies.
  struct Pair
  {
    std::array<double, 2> Energies;
    int Count = 0;
    void Add(double energy) { this->Energies[static_cast<std::size_t>(this->Count++)] = energy; }
    const double* begin() const { return this->Energies.data(); }
    const double* end() const { return this->Energies.data() + this->Count; }
  };
  // Where its slope is zero, in ascending order.
  Pair Extrema() const;
};

/// Samples over the whole axis, one after the other or those of one spectrum of several that lie
/// side by side.
struct SampleView
{
  SampleView(const double* values, int stride = 1)
    : Values(values)
    , Stride(stride)
  {
  }
  double operator[](int k) const { return this->Values[k * this->Stride]; }

  const double* Values;
  int Stride;
};

/// The fit through one run of samples, as a linear function of them.
class LocalFit
{
public:
  /// Needs at least degree + 1 samples; degree 0..3.
  LocalFit(const std::vector<double>& energies, IndexRange samples, int degree);

  IndexRange Samples() const { return this->Run; }
  LocalPolynomial Through(SampleView values) const;

  /// The weight of sample k (within Samples()) in the value, the slope at an energy.
  double InValue(int k, double energy) const;
  double InSlope(int k, double energy) const;

private:
  // Of the polynomial that is 1 at sample k and 0 at the others, fitted.
  LocalPolynomial WeightsOf(int k) const;

  IndexRange Run;
  LocalPolynomial Empty;                                              // without powers
  std::vector<std::array<double, LocalPolynomial::MostPowers>> Parts; // of each sample
};

/// The fits through the samples of a window within a half-width of any energy.
class LocalFits
{
public:
  LocalFits() = default;
  /// A half-width of 0 stands for the degree + 1 samples about a sample.
  LocalFits(const std::vector<double>& energies, IndexRange window, int degree, double halfWidth);

  /// The fit about an energy; null where too few samples lie there.
  const LocalFit* About(double energy) const;
  /// The fit through a run of samples; null where it was not foreseen.
  const LocalFit* Through(IndexRange samples) const;

private:
  IndexRange SamplesAbout(double energy) const;
  void Add(IndexRange samples);
  std::size_t Key(IndexRange samples) const;

  std::vector<double> Energies;
  IndexRange Window;
  int Degree = 0;
  double HalfWidth = 0.0;
  std::vector<LocalFit> Fits;
  std::vector<int> Places; // in Fits by the run's ends in the window; -1: none
};

}

#endif
