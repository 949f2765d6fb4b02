// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FrameFit.h
 * Whether the frames of a stack lie upon each other: a quick look when a file is opened.
 */
#ifndef FrameFit_h
#define FrameFit_h

#include "ImagePieces.h"

#include <string>
#include <vector>

namespace paraxanes
{

/**
 * Text of a warning when the content of a stack moves by more than two pixels between neighbouring
 * energies, or between the first and the last; empty when it does not, or when there is no common
 * structure above the noise that would tell.
 *
 * Looks at the middle of the middle slice of the box, 512 pixels wide and high, in means of blocks,
 * and at no more than 9 of the energies: some hundredths of a second. `spectra` over `box`, x
 * fastest, the energies of a voxel contiguous.
 */
std::string FrameFitWarning(
  const float* spectra, const Extent& box, const std::vector<double>& energies);

}

#endif
