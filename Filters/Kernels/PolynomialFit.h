// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PolynomialFit.h
 * Least-squares polynomials over a range of samples, as linear functions of the samples.
 */
#ifndef PolynomialFit_h
#define PolynomialFit_h

#include "EnergyAxis.h"

#include <vector>

namespace paraxanes
{

/**
 * The least-squares polynomial of a given degree through the samples of a range.
 *
 * It is written in polynomials q_j that are orthonormal over the samples of the range, so that
 * fit(E) = sum_j c_j q_j(E) with c_j = sum_k q_j(E_k) mu_k: weights that depend on the energies
 * only. (Gram-Schmidt on a scaled axis; see for instance G. E. Forsythe, J. SIAM 5, 74 (1957).)
 */
class PolynomialFit
{
public:
  PolynomialFit() = default;

  /// Needs at least degree + 1 samples in the range.
  PolynomialFit(const std::vector<double>& energies, IndexRange samples, int degree);

  IndexRange Samples() const { return this->Range; }
  int Degree() const { return static_cast<int>(this->Values.size()) - 1; }

  /// q_j at every energy of the axis, inside the range and out: Basis(j)[k].
  const std::vector<double>& Basis(int j) const
  {
    return this->Values[static_cast<std::size_t>(j)];
  }

  /// q_j at any energy (eV).
  double Evaluate(int j, double energy) const;

  /// q_j = sum_i PowersOf(j)[i] x^i with x = (E - Middle()) / HalfSpan().
  const std::vector<double>& PowersOf(int j) const
  {
    return this->Coefficients[static_cast<std::size_t>(j)];
  }
  double Middle() const { return this->Center; }
  double HalfSpan() const { return this->Scale; }

  /// Weights w over all samples such that fit(energy) = sum_k w_k mu_k; zero outside the range.
  std::vector<double> WeightsAt(double energy) const;

private:
  IndexRange Range;
  double Center = 0.0;
  double Scale = 1.0;
  std::vector<std::vector<double>> Values;       // [j][k], k over the whole axis
  std::vector<std::vector<double>> Coefficients; // [j][power of (E - Center) / Scale]
};

}

#endif
