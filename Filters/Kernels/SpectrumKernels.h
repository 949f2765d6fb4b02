// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumKernels.h
 * The passes over an energy stack. Serial: callers share blocks of voxels out among threads.
 *
 * Spectra are interleaved: `spectra` holds count x N values, the N energies of a voxel contiguous.
 * They are float or double; sums run in double. Sixteen voxels at a time are transposed, so that a
 * vector register holds one energy of several voxels; Highway compiles this for every vector
 * width and takes the widest that the machine has.
 */
#ifndef SpectrumKernels_h
#define SpectrumKernels_h

#include "EdgeFinder.h"
#include "Normalization.h"
#include "SpectrumValidity.h"

#include <cstdint>

namespace paraxanes
{

/// Where the maps of a block go; each pointer may be null when a map is not wanted.
struct SpectrumMaps
{
  double* EdgeEnergy = nullptr;     ///< eV; NaN unless valid
  float* EdgeJump = nullptr;        ///< in the stack's unit; NaN where the spectrum is not finite
  std::uint8_t* Validity = nullptr; ///< paraxanes::Validity
  float* Normalized = nullptr;      ///< count x N; NaN unless valid
};

/// Raw spectra to edge energies, without holding a normalised spectrum. `mask`: 0 is outside; may
/// be null. Not for mode Flattened (see EdgeAnalysis.h).
template <typename T>
void FindEdges(const Normalization& normalization, const JumpLimits& limits,
  const EdgeFinder& finder, const T* spectra, std::int64_t count, const std::uint8_t* mask,
  const SpectrumMaps& maps);

/// Normalised spectra to edge energies. `validity`: codes of the voxels, which stay where they are
/// not 0; may be null.
template <typename T>
void FindEdgesOfNormalized(const EdgeFinder& finder, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps);

/// Raw spectra to normalised ones, edge jumps and validity.
template <typename T>
void NormalizeSpectra(const Normalization& normalization, const JumpLimits& limits,
  const T* spectra, std::int64_t count, const std::uint8_t* mask, const SpectrumMaps& maps);

/// Spectra that were transposed and fitted together: sample k of voxel v is at [k * Size + v].
struct SpectrumGroup
{
  static constexpr int Size = 16;

  std::int64_t First = 0; ///< voxel
  int Count = 0;          ///< voxels; the others repeat the last one
  const double* Mu = nullptr;
  const double* AbovePreEdge = nullptr;        ///< mu - pre
  const double* Normalized = nullptr;          ///< NaN where post - pre is too small
  double Post[Normalization::PostTerms][Size]; ///< post - pre = sum_j Post[j] PostBasis[j]
  double EdgeJump[Size];
  double Pre1[Size];           ///< pre = a constant + Pre1 PreBasis[1]
  double PreEdgeSquares[Size]; ///< sum of squared residuals of the pre-edge fit
  double Squares[Size];        ///< of both fits
  double Code[Size];           ///< paraxanes::Validity
};

class SpectrumGroupVisitor
{
public:
  virtual ~SpectrumGroupVisitor() = default;
  virtual void Visit(const SpectrumGroup& group) = 0;
};

/// Fits and normalises raw spectra, group by group; groups have these samples.
template <typename T>
void VisitSpectra(const Normalization& normalization, const JumpLimits& limits, const T* spectra,
  std::int64_t count, IndexRange samples, SpectrumGroupVisitor& visitor);

/// Spectra of a group (SpectrumGroup) to the crossings of a level by the finder's rule: upper[v] is
/// the upper sample of the crossing, energies[v] (eV) is interpolated in it; codes that are 0 are
/// completed. `identity`: IdentityNormalization of the energies.
void FindCrossings(const Normalization& identity, const EdgeFinder& finder, const double* group,
  double* codes, int* upper, double* energies);

}

#endif
