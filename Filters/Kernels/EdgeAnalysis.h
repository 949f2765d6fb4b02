// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeAnalysis.h
 * Several definitions of the edge energy in one pass over the spectra, each with its error, and the
 * quality of the fits. Serial, as SpectrumKernels.h, whose FindEdges is faster where the level's
 * crossing alone is wanted.
 */
#ifndef EdgeAnalysis_h
#define EdgeAnalysis_h

#include "EdgeMethods.h"
#include "NoisePropagation.h"
#include "Normalization.h"
#include "SpectrumKernels.h"

#include <cstdint>

namespace paraxanes
{

/// Where the results of a method go; each pointer may be null.
struct MethodMaps
{
  double* Energy = nullptr; ///< eV; NaN where there is none
  float* Error = nullptr;   ///< eV, one standard deviation; NaN where the noise cannot be told
  float* Height = nullptr;  ///< of the white line, in the stack's unit
  bool Wanted() const { return this->Energy != nullptr; }
};

/// How well the fits describe a spectrum, in the stack's unit; each pointer may be null.
struct QualityMaps
{
  float* PreEdgeNoise = nullptr;  ///< standard deviation about the pre-edge fit
  float* FitResidual = nullptr;   ///< standard deviation about both fits
  float* PreEdgeSlope = nullptr;  ///< per eV
  float* PostEdgeSlope = nullptr; ///< of post(E), mean over the post-edge range, per eV
  float* JumpError = nullptr;     ///< standard error of edge_jump
  float* JumpToNoise = nullptr;   ///< edge_jump over its standard error
};

struct AnalysisMaps
{
  MethodMaps Methods[NumberOfEdgeMethods];
  QualityMaps Quality;
  float* EdgeJump = nullptr;
  std::uint8_t* Validity = nullptr; ///< of the main method

  /// The maps from a voxel on.
  AnalysisMaps From(std::int64_t first) const;
};

/**
 * The plan of a pass. A voxel has a level, a steepest rise or a centroid when its edge jump counts
 * (JumpLimits). The fraction of the white line, and the white line where it is the main method, ask
 * the same of the highest mu - pre of the window: MinimumEdgeJump, and (MinimumJumpToNoise +
 * sqrt(2 ln n)) standard errors of it, since the highest of n samples of noise alone is about
 * sqrt(2 ln n) of them high. Beside another main method the white line is looked for where that has
 * a value.
 */
struct EdgeAnalysis
{
  paraxanes::Normalization Normalization;
  JumpLimits Limits;
  EdgeMethods Methods;
  EdgeMethod Main = EdgeMethod::Level;
};

/// Of raw spectra. `mask`: 0 is outside; may be null.
template <typename T>
void AnalyzeSpectra(const EdgeAnalysis& analysis, const T* spectra, std::int64_t count,
  const std::uint8_t* mask, const AnalysisMaps& maps);

/// Of spectra without fits: normalised ones, or raw ones for WhiteLine alone. No errors, no quality
/// and no WhiteLineFraction. `validity`: codes of the voxels, which stay where they are not 0; may
/// be null. What is not finite is no part of an edge.
template <typename T>
void AnalyzeUnfitted(const EdgeAnalysis& analysis, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const AnalysisMaps& maps);

}

#endif
