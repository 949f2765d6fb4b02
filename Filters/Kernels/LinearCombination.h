// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file LinearCombination.h
 * A normalised spectrum as a combination of normalised reference spectra.
 *
 *     y(E_k) = sum_i f_i R_i(E_k) + residual     over the samples of the fit range
 *
 * The fractions f minimise the sum of squared residuals: they are a fixed matrix times the products
 * of the references with the spectrum. With fractions that must not be negative, the solution is
 * that of one set of references with the others at 0 (C. L. Lawson, R. J. Hanson, Solving Least
 * Squares Problems, 1974, chapter 23). With eight references at most there are 255 sets, whose
 * matrices are all found beforehand. From all references on, those whose fraction is negative leave
 * the set and those that would lower the residual enter it, until there are none of either (block
 * principal pivoting: L. F. Portugal, J. J. Judice, L. N. Vicente, Math. Comp. 63, 625 (1994)):
 * that is the minimum. A voxel for which this does not end soon, as rounding can make it where a
 * fraction is 0 by itself, tries all sets and takes the best one.
 *
 * Errors: one standard deviation, from the scatter about the fit without the bound at 0. The noise
 * of the samples is taken as independent before the normalisation, whose fits carry it to all
 * samples. At the bound the error is an upper limit.
 * R factor: sum of squared residuals over sum of squared data (M. Newville's Larch; Athena scales
 * it otherwise for normalised spectra).
 */
#ifndef LinearCombination_h
#define LinearCombination_h

#include "EnergyAxis.h"
#include "Normalization.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace paraxanes
{

enum class FractionConstraint
{
  None,
  NonNegative,
  SumToOne,
  NonNegativeSumToOne
};

constexpr int MostReferences = 8;

/// mu at other energies within those of the spectrum (at least four, ascending): the cubic through
/// the four nearest samples, two on each side where there are two.
std::vector<double> InterpolateSpectrum(const std::vector<double>& energies,
  const std::vector<double>& mu, const std::vector<double>& at);

struct LinearCombination
{
  LinearCombination() = default;

  /**
   * `references`: normalised, on the energies of the stack; 1 to MostReferences of them, finite in
   * `samples`, of which there are more than references. `normalization`: how the spectra are
   * normalised, for the errors; null takes the noise of normalised samples as independent.
   */
  LinearCombination(const std::vector<std::vector<double>>& references, IndexRange samples,
    FractionConstraint constraint, const Normalization* normalization);

  /// Of a set of references, with the others at 0. Matrix (R^T y) + Offset is, for a reference of
  /// the set, its fraction; for another one half the slope of the sum of squared residuals against
  /// its fraction, as the others go along: the set has the minimum where none is negative.
  struct Solution
  {
    std::array<std::array<double, MostReferences>, MostReferences> Matrix = {}; ///< columns
    std::array<double, MostReferences> Offset = {};
  };

  int NumberOfReferences = 0;
  int NumberOfEnergies = 0;
  IndexRange Samples;
  FractionConstraint Constraint = FractionConstraint::None;
  std::vector<double> Weights;   // the references, in the order of the work on a spectrum
  std::vector<double> Products;  // R^T R, row by row
  Solution Free;                 // of all references
  std::vector<Solution> Bounded; // by the bits of the set; empty without a bound at 0

  /// Variance of f_i over that of a sample: sum of ErrorForms[(i * m + j) * m + l] t_j t_l, where
  /// t_j = f_j + (1 - sum of f) / m for m references.
  std::vector<double> ErrorForms;
  /// Expected sum of squared residuals over the variance of a sample.
  double DegreesOfFreedom = 0.0;

  /// Largest over smallest singular value of R: how nearly the references are combinations of each
  /// other. Collinear: those that take part in the worst combination.
  double ConditionNumber = 1.0;
  std::vector<int> Collinear;
};

/// Where the maps of a block go. Fractions and Errors: one per reference.
struct CombinationMaps
{
  std::array<float*, MostReferences> Fractions = {}; ///< NaN unless valid
  std::array<float*, MostReferences> Errors = {};
  float* RFactor = nullptr;
  float* EdgeJump = nullptr; ///< of raw spectra; may be null
  std::uint8_t* Validity = nullptr;

  CombinationMaps From(std::int64_t first) const;
};

/// Normalised spectra, interleaved. `validity`: codes of the voxels, which stay where they are not
/// 0; may be null, and the same as maps.Validity. Serial, like the kernels of SpectrumKernels.h.
template <typename T>
void FitCombinations(const LinearCombination& combination, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const CombinationMaps& maps);

/// Raw spectra, normalised on the way.
template <typename T>
void FitCombinationsOfRaw(const Normalization& normalization, const JumpLimits& limits,
  const LinearCombination& combination, const T* spectra, std::int64_t count,
  const std::uint8_t* mask, const CombinationMaps& maps);

}

#endif
