// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Interleave.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#include <xmmintrin.h>
#endif

namespace paraxanes
{
namespace
{

void InterleaveAny(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t count, float* spectra, std::int64_t spectrumStride)
{
  for (std::int64_t v = 0; v < count; ++v)
  {
    for (int k = 0; k < numberOfPlanes; ++k)
    {
      spectra[v * spectrumStride + k] = planes[k * planeStride + v];
    }
  }
}

// Four planes, four voxels.
void Interleave4x4(
  const float* planes, std::int64_t planeStride, float* spectra, std::int64_t spectrumStride)
{
#if defined(__SSE2__)
  __m128 a = _mm_loadu_ps(planes);
  __m128 b = _mm_loadu_ps(planes + planeStride);
  __m128 c = _mm_loadu_ps(planes + 2 * planeStride);
  __m128 d = _mm_loadu_ps(planes + 3 * planeStride);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(spectra, a);
  _mm_storeu_ps(spectra + spectrumStride, b);
  _mm_storeu_ps(spectra + 2 * spectrumStride, c);
  _mm_storeu_ps(spectra + 3 * spectrumStride, d);
#else
  InterleaveAny(planes, planeStride, 4, 4, spectra, spectrumStride);
#endif
}

}

void Interleave(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t count, float* spectra, std::int64_t spectrumStride)
{
  // 16 voxels: one cache line of each plane, read once and used up.
  constexpr std::int64_t tile = 16;
  const int planesOf4 = numberOfPlanes / 4 * 4;
  for (std::int64_t first = 0; first < count; first += tile)
  {
    const std::int64_t voxels = std::min(tile, count - first);
    const std::int64_t voxelsOf4 = voxels / 4 * 4;
    const float* in = planes + first;
    float* out = spectra + first * spectrumStride;
    for (int k = 0; k < planesOf4; k += 4)
    {
      for (std::int64_t v = 0; v < voxelsOf4; v += 4)
      {
        Interleave4x4(
          in + k * planeStride + v, planeStride, out + v * spectrumStride + k, spectrumStride);
      }
    }
    InterleaveAny(in + voxelsOf4, planeStride, planesOf4, voxels - voxelsOf4,
      out + voxelsOf4 * spectrumStride, spectrumStride);
    InterleaveAny(in + planesOf4 * planeStride, planeStride, numberOfPlanes - planesOf4, voxels,
      out + planesOf4, spectrumStride);
  }
}

}
