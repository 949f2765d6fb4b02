// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackPixels.h
 * Reads a box of spectra: images from files, on all threads, straight into interleaved spectra.
 */
#ifndef StackPixels_h
#define StackPixels_h

#include "ComponentRanges.h"
#include "FramePixels.h"

#include <array>
#include <functional>

namespace paraxanes
{

/// A strided box of voxels of a stack: First + i * Stride, i < Count, for x, y, z.
struct VoxelBox
{
  std::array<int, 3> First = { 0, 0, 0 };
  std::array<int, 3> Count = { 0, 0, 0 };
  std::array<int, 3> Stride = { 1, 1, 1 };
};

/**
 * Fills `spectra` with the box, x fastest, the frames of a voxel contiguous, and adds them to
 * `ranges`. `progress` is called from the calling thread with the fraction done; false stops the
 * work. Returns false when it was stopped. Throws FormatError.
 */
bool ReadSpectra(const FrameReader& frames, const VoxelBox& box, float* spectra,
  ComponentRanges& ranges, const std::function<bool(double)>& progress);

}

#endif
