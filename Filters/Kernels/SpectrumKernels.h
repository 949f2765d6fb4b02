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
/// be null.
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

}

#endif
