// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackPictures.h
 * Planes of an energy stack as pictures, one per energy, on the first rank.
 */
#ifndef StackPictures_h
#define StackPictures_h

#include "ImagePieces.h"
#include "PhaseCorrelation.h"

#include <functional>
#include <string>
#include <vector>

namespace paraxanes
{

struct StackRun;

/// A plane of the whole image; a pixel of the picture is the mean of Factor x Factor voxels.
struct PicturePlane
{
  Extent Box;  ///< one voxel thick
  int RowAxis; ///< the rows of the picture lie along this axis, 1 or 2; its columns along x
  int Factor = 1;
};

/// The slice in the middle of the whole image across z (rowAxis 1) or y (rowAxis 2), in means that
/// make it at most `size` pixels wide and high.
PicturePlane MiddleSlice(const StackRun& run, int rowAxis, int size);

/// The central part of the same slice, at most `size` voxels wide and high, without means.
PicturePlane MiddleOfSlice(const StackRun& run, int rowAxis, int size);

/**
 * Fills `pictures`, one per energy, on the first rank; the others get none. The same for any split
 * over ranks and any number of threads. Collective; `step` is called with the fraction done and
 * says whether to go on. False with the reason in `error`, or with none after a stop.
 */
bool GatherPictures(const StackRun& run, const PicturePlane& plane,
  const std::function<bool(double)>& step, std::vector<Picture>& pictures, std::string& error);

}

#endif
