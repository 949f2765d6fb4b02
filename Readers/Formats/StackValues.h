// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackValues.h
 * What the values of a stack are, and what makes absorbance of them.
 */
#ifndef StackValues_h
#define StackValues_h

#include "FileCache.h"
#include "FramePixels.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// What the user says.
struct ValueRequest
{
  ValueKind Kind = ValueKind::Unknown; ///< Unknown: Auto
  std::string I0File;                  ///< spectrum of the incident light; empty: none
  std::vector<std::string> ReferenceFiles;
  std::vector<std::string> DarkFiles;
  bool FindSeries = true; ///< one reference or dark file stands for its series
  FormatOptions Options;  ///< of all files
  bool ScaleByExposure = true;
  bool DespeckleReferences = false;
  double ZingerThreshold = 0.0;
  std::array<int, 4> BackgroundRegion = { 0, -1, 0, -1 }; ///< x0 x1 y0 y1, closed; none by default
};

/// How a stack becomes absorbance, in numbers and in words.
struct ValueRecipe
{
  /// What the values are taken for; unknown where they are shown as they are and only look like
  /// counts.
  ValueKind Kind = ValueKind::Unknown;
  /// Projections that are taken for absorbance because nobody says what their values are.
  bool IsGuess = false;
  StackRecipe Stack;              ///< without the places of the frames
  std::string From;               ///< "-ln(counts / references)"
  std::string Unit;               ///< "-ln(I/I0)"
  std::vector<std::string> Files; ///< that were read beside those of the frames
  /// Field data of one number per energy, such as { "exposures", ... }.
  std::vector<std::pair<std::string, std::vector<double>>> Numbers;
  std::vector<std::string> Warnings;
};

/**
 * What the values are: what the user says; else what the format says; else counts where there is
 * incident light (I0File, references, a background region); else absorbance. Integers of which
 * nobody says anything, and which have no incident light, are shown as they are, are labelled
 * counts and warned of: most are, but some programs scale absorbance to integers.
 *
 * Incident light of counts: the references of the user, else the I0File, else the references or the
 * incident intensities of the frames; and the background region, alone or on top of references.
 * Throws FormatError, also when counts have no incident light.
 *
 * The frames are those of the stack that are read, with the energies of the files.
 */
ValueRecipe MakeValueRecipe(const ValueRequest& request, const Series& series,
  std::vector<Frame> frames, FileCache& references, FileCache& darks);

}

#endif
