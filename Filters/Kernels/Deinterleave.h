// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Deinterleave.h
 * From one spectrum per voxel to one image per energy.
 */
#ifndef Deinterleave_h
#define Deinterleave_h

#include <algorithm>
#include <cstdint>

namespace paraxanes
{

/**
 * planes[k * planeStride + v] = spectra[v * numberOfPlanes + k] for v < count, k < numberOfPlanes;
 * every bit as it is, those of NaN too. Fast when planeStride is no multiple of 1024.
 */
template <typename T>
void Deinterleave(
  const T* spectra, int numberOfPlanes, std::int64_t count, T* planes, std::int64_t planeStride)
{
  // The spectra of a tile stay in the first-level cache while their lines of the planes are filled.
  constexpr std::int64_t Tile = 16;
  for (std::int64_t first = 0; first < count; first += Tile)
  {
    const std::int64_t voxels = std::min(Tile, count - first);
    const T* in = spectra + first * numberOfPlanes;
    for (int k = 0; k < numberOfPlanes; ++k)
    {
      T* out = planes + k * planeStride + first;
      for (std::int64_t v = 0; v < voxels; ++v)
      {
        out[v] = in[v * numberOfPlanes + k];
      }
    }
  }
}

}

#endif
