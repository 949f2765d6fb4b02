// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Interleave.h
 * From one image per energy to one spectrum per voxel.
 */
#ifndef Interleave_h
#define Interleave_h

#include <cstdint>

namespace paraxanes
{

class ComponentRanges;

/**
 * spectra[v * spectrumStride + k] = planes[k * planeStride + v] for v < count, k < numberOfPlanes.
 * Fast when the planes stay in the second-level cache and planeStride is no multiple of 1024.
 * Where `ranges` is given the spectra are added to it while they are at hand.
 */
void Interleave(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t count, float* spectra, std::int64_t spectrumStride,
  ComponentRanges* ranges = nullptr);

}

#endif
