// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeMethods.h
 * The definitions of an edge energy, each on one spectrum, and the weights of its samples in the
 * result, from which the error follows.
 */
#ifndef EdgeMethods_h
#define EdgeMethods_h

#include "EdgeFinder.h"
#include "LocalFits.h"
#include "SpectrumValidity.h"

#include <limits>
#include <string>
#include <vector>

namespace paraxanes
{

/**
 * Level              the normalised spectrum crosses a level
 * Derivative         its steepest rise: the inflection of a cubic through the samples about the
 *                    steepest pair
 * WhiteLineFraction  mu - pre crosses a fraction of its maximum in the window
 * WhiteLine          the maximum of mu in the window, of a polynomial through the samples about it
 * Centroid           of the derivative of the normalised spectrum y over the window [a, b]:
 *                    (b y(b) - a y(a) - integral of y) / (y(b) - y(a)), by trapezoids
 *
 * The weights are those of small changes. Noise moves a steepest rise and a white line by more than
 * these, to other samples: their errors are in EdgeScatter.h.
 */
enum class EdgeMethod
{
  Level,
  Derivative,
  WhiteLineFraction,
  WhiteLine,
  Centroid
};

constexpr int NumberOfEdgeMethods = 5;

struct EdgeSearch
{
  std::vector<EdgeMethod> Wanted = { EdgeMethod::Level };
  LevelCrossing Crossing; ///< its level is the fraction of the white line too
  /// 0: the fewest samples (two for a level, three for a maximum, four for the steepest rise).
  /// 1..3: samples within the half-width, twice, about the first result the second time; the
  /// degree is at least 2 for a maximum and 3 for the steepest rise.
  int LocalFitDegree = 0;
  double LocalFitHalfWidth = 3.0; ///< eV
};

/// What is wrong with a search by the wanted methods for these energies; empty when nothing is.
std::string CheckEdgeSearch(const std::vector<double>& energies, const EdgeSearch& search);

/// How a result changes with the samples: by Values[k] times the change of sample k.
struct SampleWeights
{
  IndexRange Samples;         ///< the others have none
  std::vector<double> Values; ///< over the whole axis

  void Clear(IndexRange samples);
  /// Takes a sample in, with no weight so far.
  void Include(int sample);
};

struct EdgeResult
{
  double Energy = std::numeric_limits<double>::quiet_NaN(); ///< eV
  double Height = std::numeric_limits<double>::quiet_NaN(); ///< of the white line
  Validity Code = Validity::NoCrossing;
};

/// Spectra are given over the whole axis. Weights may be null. `noise`: standard deviation of a
/// sample of y; the slope at a crossing is taken over so many samples that it stands out from it.
class EdgeMethods
{
public:
  EdgeMethods() = default;
  EdgeMethods(const std::vector<double>& energies, const EdgeSearch& search);

  const EdgeFinder& Finder() const { return this->Crossings; }
  const EdgeSearch& Search() const { return this->Settings; }

  /// `upper`: the upper sample of the crossing that the rule has chosen; `linear`: the energy
  /// interpolated there.
  EdgeResult Level(
    const double* y, int upper, double linear, double noise, SampleWeights* weights) const;
  /// Of y = (mu - pre) / height, whose maximum, 1, is at sample `top`; weights of mu - pre.
  EdgeResult WhiteLineFraction(const double* y, double height, int top, int upper, double linear,
    double noise, SampleWeights* weights) const;
  EdgeResult Derivative(const double* y) const;
  /// `ofHeight`: the weights in the height; may be null.
  EdgeResult WhiteLine(const double* mu, SampleWeights* ofHeight = nullptr) const;
  EdgeResult Centroid(const double* y, SampleWeights* weights) const;

  /// The highest sample of the window, the lowest in energy of equal ones.
  int Top(const double* values) const;

private:
  double Energy(int k) const { return this->Crossings.Energies[static_cast<std::size_t>(k)]; }
  double SlopeAbout(const double* y, int upper, double noise) const;

  EdgeSearch Settings;
  EdgeFinder Crossings;
  LocalFits ForLevel;
  LocalFits ForMaximum;
  LocalFits ForSteepest;
};

}

#endif
