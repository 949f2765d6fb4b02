// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumValidity.h
 * Why a voxel has no value: the codes of the `validity` array.
 */
#ifndef SpectrumValidity_h
#define SpectrumValidity_h

#include <cstdint>

namespace paraxanes
{

enum class Validity : std::uint8_t
{
  Valid = 0,
  OutsideMask = 1,        ///< the mask array is 0
  NotFinite = 2,          ///< the spectrum holds NaN or infinities
  JumpTooSmall = 3,       ///< edge_jump is not positive or below MinimumEdgeJump
  JumpNotSignificant = 4, ///< edge_jump is below MinimumJumpToNoise standard errors
  NoCrossing = 5,         ///< the level is not crossed in the window
  CrossingAtWindowEnd =
    6,              ///< it is crossed between the first or the last two samples of the window
  NoLocalFit = 7,   ///< too few samples for the local fit, or what is looked for is not on it
  NotNormalized = 8 ///< of spectra in tables: there is no E0, or a range holds too few energies
};

constexpr int NumberOfValidityCodes = 9;

/// In words for the user.
inline const char* MeaningOf(Validity code)
{
  constexpr const char* meanings[NumberOfValidityCodes] = { "valid", "outside the mask",
    "spectrum not finite", "too small an edge jump", "edge jump lost in noise",
    "no crossing in the window", "crossing or maximum at the window's end", "no local fit",
    "not normalised" };
  return meanings[static_cast<int>(code)];
}

}

#endif
