// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackPixels.h
 * Reads a box of spectra: images from files, on all threads, straight into interleaved spectra.
 */
#ifndef StackPixels_h
#define StackPixels_h

#include "StackSeries.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace paraxanes
{

/// A strided box of voxels of a stack: First + i * Stride, i < Count, for x, y, z.
struct VoxelBox
{
  std::array<int, 3> First = { 0, 0, 0 };
  std::array<int, 3> Count = { 0, 0, 0 };
  std::array<int, 3> Stride = { 1, 1, 1 };
};

/// What makes absorbance of the values of one frame.
struct FrameSource
{
  Frame Image;
  /// Incident intensity of the whole image: absorbance = -ln(value / Incident). 0: the values are
  /// absorbance.
  double Incident = 0.0;
  /// Images whose mean is the incident intensity; used instead of Incident where there are any.
  std::vector<Reference> References;
};

/// What was found among the values.
struct PixelCounts
{
  std::int64_t NotPositive = 0; ///< without absorbance, as intensity or incident is not positive
  std::int64_t NotFinite = 0;   ///< NaN or infinite, those above included
};

/**
 * Fills `spectra` with the box, x fastest, the frames of a voxel contiguous. `progress` is called
 * from the calling thread with the fraction done; false stops the work. Returns false when it was
 * stopped. Throws FormatError.
 */
bool ReadSpectra(const std::vector<FrameSource>& frames, const VoxelBox& box, float* spectra,
  const std::function<bool(double)>& progress, PixelCounts& counts);

}

#endif
