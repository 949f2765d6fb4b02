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
    SampleView y, int upper, double linear, double noise, SampleWeights* weights) const;
  /// Of y = (mu - pre) / height, whose maximum, 1, is at sample `top`; weights of mu - pre.
  EdgeResult WhiteLineFraction(SampleView y, double height, int top, int upper, double linear,
    double noise, SampleWeights* weights) const;
  EdgeResult Derivative(const double* y) const;
  EdgeResult Derivative(SampleView y, int steepest) const;
  /// `ofHeight`: the weights in the height; may be null.
  EdgeResult WhiteLine(const double* mu, SampleWeights* ofHeight = nullptr) const;
  EdgeResult WhiteLine(SampleView mu, int top, SampleWeights* ofHeight) const;
  EdgeResult Centroid(SampleView y, double area, SampleWeights* weights) const;

  ///@{
  /**
   * What the methods start from, of N spectra side by side: sample k of spectrum v is at
   * [k * N + v]. N is 1 or GroupSize.
   */
  static constexpr int GroupSize = 16;
  /// The highest sample of the window, the lowest in energy of equal ones.
  template <int N>
  void FindTops(const double* spectra, int* tops) const;
  /// The lower one of the two samples between which the rise is steepest; -1 where nothing rises.
  template <int N>
  void FindSteepest(const double* spectra, int* steepest) const;
  /// The integral over the window, by trapezoids.
  template <int N>
  void FindAreas(const double* spectra, double* areas) const;
  ///@}

private:
  double Energy(int k) const { return this->Crossings.Energies[static_cast<std::size_t>(k)]; }
  double SlopeAbout(SampleView y, int upper, double noise) const;

  EdgeSearch Settings;
  EdgeFinder Crossings;
  std::vector<double> Widths;   // of the trapezoids' shares of each sample, eV
  std::vector<double> PerWidth; // 1 / eV from each sample to the next
  LocalFits ForLevel;
  LocalFits ForMaximum;
  LocalFits ForSteepest;
};

}

#endif
