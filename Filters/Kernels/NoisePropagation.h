// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file NoisePropagation.h
 * How the noise of the samples of a spectrum reaches a number that was found from it.
 *
 * The samples have independent noise of one variance. A result that depends on normalised samples
 * depends on the samples themselves and, through the pre-edge and post-edge fits, on the fits'
 * coefficients; samples within a fit's range are correlated with its coefficients. All of it is
 * linear for small noise, so that the variance is a sum of a few terms, without a covariance
 * matrix.
 */
#ifndef NoisePropagation_h
#define NoisePropagation_h

#include "EdgeMethods.h"
#include "Normalization.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace paraxanes
{

/// Of one spectrum: post - pre = sum_j Post[j] PostBasis[j].
struct FittedStep
{
  std::array<double, Normalization::PostTerms> Post = {};
  double EdgeJump = 0.0;
};

/// Standard deviation of samples about fits; NaN without degrees of freedom.
inline double Deviation(double squares, int freedom)
{
  return freedom > 0 ? std::sqrt(std::max(squares, 0.0) / freedom)
                     : std::numeric_limits<double>::quiet_NaN();
}

class NoisePropagation
{
public:
  NoisePropagation() = default;
  explicit NoisePropagation(const Normalization& normalization);

  /// Standard error of a result over the noise of one sample. The weights are those of samples of
  /// the normalised spectrum `y` (over the whole axis), of mu - pre.
  double OfNormalized(const SampleWeights& weights, SampleView y, const FittedStep& fit) const;
  double OfAbovePreEdge(const SampleWeights& weights) const;

private:
  // The change of a result with the coefficients of both fits, and with the samples alone.
  struct Sensitivity;

  std::array<double, Normalization::PostTerms> PostBasisAt(int k) const;
  void AddPreEdge(int k, double change, Sensitivity& sum) const;
  void AddStep(const std::array<double, Normalization::PostTerms>& basis, double change,
    Sensitivity& sum) const;
  void AddSample(int k, double change, Sensitivity& sum) const;

  paraxanes::Normalization Fits;
};

}

#endif
