// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Normalization.h
 * Pre-edge line, post-edge polynomial and edge jump as linear functions of a spectrum.
 *
 *     pre(E)    least-squares polynomial of degree 0 or 1 of mu over the pre-edge range
 *     post(E)   pre(E) + least-squares polynomial of degree 0..3 of mu - pre over the post-edge
 * range edge_jump post(E0) - pre(E0)
 *
 * The weights depend on the energies only. They are found once here; SpectrumKernels.h applies
 * them to every voxel.
 */
#ifndef Normalization_h
#define Normalization_h

#include "EnergyAxis.h"

#include <string>
#include <vector>

namespace paraxanes
{

enum class NormalizationMode
{
  Ratio,    ///< (mu - pre) / (post - pre) at each energy; NaN where post - pre < 10 % of edge_jump
  EdgeStep, ///< (mu - pre) / edge_jump, Athena's "normalized"
  Flattened ///< EdgeStep below E0; from E0 on 1 + (mu - post) / edge_jump, Athena's "flat"
};

/// Which samples belong to a range.
enum class RangeRule
{
  Closed, ///< those in it, both ends included
  Larch   ///< from the one at or below its low end up to, and without, the one nearest to its high
        ///< end, at least two; and E0 is the sample nearest to it (larch/xafs/pre_edge.py, 0.9.81)
};

struct NormalizationSettings
{
  NormalizationMode Mode = NormalizationMode::Ratio;
  RangeRule Rule = RangeRule::Closed;
  double E0 = 0.0;        ///< reference energy of the edge jump, eV
  EnergyRange PreEdge;    ///< eV
  EnergyRange PostEdge;   ///< eV
  int PreEdgeDegree = 1;  ///< 0 or 1
  int PostEdgeDegree = 1; ///< 0..3
};

/// When a normalised spectrum counts.
struct JumpLimits
{
  double MinimumEdgeJump = 0.0;    ///< in the stack's unit; the jump has to be positive in any case
  double MinimumJumpToNoise = 4.0; ///< in standard errors of the edge jump
};

/// The samples of a fit.
IndexRange SamplesOfFit(
  const std::vector<double>& energies, const EnergyRange& range, RangeRule rule);

/// What is wrong with the settings for these energies; empty when nothing is.
std::string CheckNormalization(
  const std::vector<double>& energies, const NormalizationSettings& settings);

/// The weights of a normalisation. All tables run over the whole energy axis.
struct Normalization
{
  static constexpr int PreTerms = 2;
  static constexpr int PostTerms = 4;

  Normalization() = default;
  /// The settings have to pass CheckNormalization.
  Normalization(const std::vector<double>& energies, const NormalizationSettings& settings);

  NormalizationSettings Settings; ///< E0 is the one that is used
  int NumberOfEnergies = 0;
  int FirstFlat = 0; ///< mode Flattened: the first sample at or above E0
  IndexRange PreEdge;
  IndexRange PostEdge;

  /// pre(E_k) = sum_i a_i PreBasis[i][k], a_i = sum of PreBasis[i][k] mu_k over the pre-edge range.
  std::vector<double> PreBasis[PreTerms];
  /// b_j = sum of PostBasis[j][k] mu_k over the post-edge range. In the same basis the pre-edge
  /// line is t_j = sum_i PreInPost[j][i] a_i, and post - pre is the sum of c_j PostBasis[j] with
  /// c_j = b_j - t_j for j <= PostEdgeDegree.
  std::vector<double> PostBasis[PostTerms];
  double PreInPost[PostTerms][PreTerms] = {};
  /// PostBasis[j] at E0, zero above PostEdgeDegree: edge_jump = sum_j c_j AtE0[j].
  double AtE0[PostTerms] = {};

  /// Samples less parameters of both fits. 0: the noise cannot be told.
  int DegreesOfFreedom = 0;
  /// Standard error of edge_jump over the noise of one sample.
  double JumpErrorFactor = 0.0;

  /// Weights w with edge_jump = sum_k w_k mu_k.
  std::vector<double> EdgeJumpWeights() const;
};

/// For spectra that are normalised already: its curves are 0, so that with a constant step of 1
/// every sample stays what it is.
Normalization IdentityNormalization(int energies);

}

#endif
