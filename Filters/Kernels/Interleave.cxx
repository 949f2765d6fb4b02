// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Interleave.h"

#include "ComponentRanges.h"

#include <algorithm>
#include <cstring>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace paraxanes
{
namespace
{

// Values that are turned in the first-level cache before they go to memory.
constexpr std::int64_t TileValues = 4096;

// 4 x 4 values.
void Transpose4(const float* in, std::int64_t inStride, float* out, std::int64_t outStride)
{
#if defined(__SSE2__)
  __m128 a = _mm_loadu_ps(in);
  __m128 b = _mm_loadu_ps(in + inStride);
  __m128 c = _mm_loadu_ps(in + 2 * inStride);
  __m128 d = _mm_loadu_ps(in + 3 * inStride);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(out, a);
  _mm_storeu_ps(out + outStride, b);
  _mm_storeu_ps(out + 2 * outStride, c);
  _mm_storeu_ps(out + 3 * outStride, d);
#else
  for (int i = 0; i < 4; ++i)
  {
    for (int j = 0; j < 4; ++j)
    {
      out[j * outStride + i] = in[i * inStride + j];
    }
  }
#endif
}

// out[v * numberOfPlanes + k] = planes[k * planeStride + v]
void TransposeTile(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t voxels, float* out)
{
  const int planesOf4 = numberOfPlanes / 4 * 4;
  const std::int64_t voxelsOf4 = voxels / 4 * 4;
  for (int k = 0; k < planesOf4; k += 4)
  {
    for (std::int64_t v = 0; v < voxelsOf4; v += 4)
    {
      Transpose4(
        planes + k * planeStride + v, planeStride, out + v * numberOfPlanes + k, numberOfPlanes);
    }
  }
  for (int k = 0; k < numberOfPlanes; ++k)
  {
    for (std::int64_t v = k < planesOf4 ? voxelsOf4 : 0; v < voxels; ++v)
    {
      out[v * numberOfPlanes + k] = planes[k * planeStride + v];
    }
  }
}

// Past the cache: the stack is larger and is not read again soon, and no line of it has to be
// fetched before it is written.
void CopyPastCache(float* out, const float* in, std::int64_t count)
{
#if defined(__SSE2__)
  while (count > 0 && reinterpret_cast<std::uintptr_t>(out) % 16 != 0)
  {
    *out++ = *in++;
    --count;
  }
  for (; count >= 4; count -= 4, in += 4, out += 4)
  {
    _mm_stream_ps(out, _mm_loadu_ps(in));
  }
#endif
  std::memcpy(out, in, static_cast<std::size_t>(count) * sizeof(float));
}

}

void Interleave(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t count, float* spectra, std::int64_t spectrumStride, ComponentRanges* ranges)
{
  thread_local std::vector<float> tile;
  // Lines of the cache are 16 values: no line of a plane is needed for two tiles.
  const std::int64_t tileVoxels =
    std::clamp<std::int64_t>(TileValues / numberOfPlanes / 16 * 16, 16, 1024);
  tile.resize(static_cast<std::size_t>(tileVoxels * numberOfPlanes));
  for (std::int64_t first = 0; first < count; first += tileVoxels)
  {
    const std::int64_t voxels = std::min(tileVoxels, count - first);
    TransposeTile(planes + first, planeStride, numberOfPlanes, voxels, tile.data());
    if (ranges)
    {
      ranges->Add(tile.data(), voxels);
    }
    float* out = spectra + first * spectrumStride;
    if (spectrumStride == numberOfPlanes)
    {
      CopyPastCache(out, tile.data(), voxels * numberOfPlanes);
      continue;
    }
    for (std::int64_t v = 0; v < voxels; ++v)
    {
      std::copy_n(tile.data() + v * numberOfPlanes, numberOfPlanes, out + v * spectrumStride);
    }
  }
#if defined(__SSE2__)
  _mm_sfence(); // what went past the cache is seen before what is written next
#endif
}

}
