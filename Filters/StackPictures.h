// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackPictures.h
 * Slices of an energy stack as pictures, one per energy, on the first rank.
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

/// A box of the whole image that is seen along its third axis; a pixel of the picture is the mean
/// of Factor x Factor voxels and of all layers.
struct PicturePlane
{
  Extent Box;
  int RowAxis; ///< the rows of the picture lie along this axis, 1 or 2; its columns along x
  int Factor = 1;
};

/**
 * The middle of the whole image, seen along z (rowAxis 1) or y (rowAxis 2), in means that make it
 * at most `size` pixels wide and high. Up to 16 layers, a quarter of the image at most: content
 * that moves along the view then still looks alike.
 */
PicturePlane MiddleLayers(const StackRun& run, int rowAxis, int size);

/// The central part of the slice in the middle of z, at most `size` voxels wide and high.
PicturePlane MiddleOfSlice(const StackRun& run, int size);

/**
 * Fills `pictures`, one per energy, on the first rank; the others get none. The same for any split
 * over ranks and any number of threads. Collective; `step` is called with the fraction done and
 * says whether to go on. False with the reason in `error`, or with none after a stop.
 */
bool GatherPictures(const StackRun& run, const PicturePlane& plane,
  const std::function<bool(double)>& step, std::vector<Picture>& pictures, std::string& error);

}

#endif
