// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeScatter.h
 * The error of an edge energy that noise moves in jumps, by trying: another sample becomes the
 * highest, or another pair the steepest, so that the derivatives of the result say too little. The
 * parametric bootstrap (B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, section
 * 6.5): the spectrum, smoothed, with noise of its own size is looked at again and again.
 *
 * Smoothed by parabolas through seven samples (A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964)
 * 1627, doi 10.1021/ac60214a047) as far as what they leave is noise: the larger it is than noise
 * makes it, the nearer the spectrum stays to its own samples (B. Efron, C. Morris, J. Am. Stat.
 * Assoc. 68 (1973) 117, doi 10.1080/01621459.1973.10481350: shrinkage to a smooth curve).
 */
#ifndef EdgeScatter_h
#define EdgeScatter_h

#include "EdgeMethods.h"

#include <vector>

namespace paraxanes
{

/// Holds buffers: one for each thread.
class EdgeScatter
{
public:
  /// How often a spectrum is looked at; the error is known to 1 / sqrt(2 * 63) of itself.
  static constexpr int Draws = 64;

  /// `degreesOfFreedom` from which the noise of a spectrum is known. It is itself uncertain, and
  /// the draws have the variance of Student's distribution.
  EdgeScatter(const EdgeMethods& methods, int degreesOfFreedom);

  /**
   * Standard deviation, eV, of what a method finds (Derivative or WhiteLine) in spectra like this
   * one, of those in which it finds anything; NaN where these are fewer than two, or the noise is
   * known from fewer than three degrees of freedom. `noise`: standard deviation of one value. The
   * draws follow from `found`, what it found in the spectrum itself: a spectrum has the same error
   * wherever it lies, and one that differs in its last digit has other draws.
   */
  double Of(EdgeMethod method, SampleView values, double noise, double found);

private:
  void Smooth(SampleView values, double noise); // to Base

  const EdgeMethods& Methods;
  IndexRange Window;
  double Spread;                   // of Student's distribution
  std::vector<LocalFit> Parabolas; // of each sample of the window
  double FreeSamples = 0.0;        // degrees of freedom of what the parabolas leave
  std::vector<double> Base;        // over the axis up to the window's end, as Noisy
  std::vector<double> Noisy;
};

}

#endif
