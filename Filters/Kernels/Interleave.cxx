// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Interleave.h"

#include "CacheLines.h"
#include "ComponentRanges.h"

#include <algorithm>

// Vectors of unknown length are no blocks of four; Arm has NEON anyway.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "Interleave.cxx"
#include <hwy/foreach_target.h> // must come before highway.h

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace paraxanes
{
namespace HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

// out[v * numberOfPlanes + k] = planes[k * planeStride + v], planes [first, last)
void TransposeOneByOne(const float* planes, std::int64_t planeStride, int numberOfPlanes, int first,
  int last, std::int64_t firstVoxel, std::int64_t voxels, float* out)
{
  for (int k = first; k < last; ++k)
  {
    for (std::int64_t v = firstVoxel; v < voxels; ++v)
    {
      out[v * numberOfPlanes + k] = planes[k * planeStride + v];
    }
  }
}

#if HWY_TARGET == HWY_SCALAR
void TransposeTile(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t voxels, float* out)
{
  TransposeOneByOne(planes, planeStride, numberOfPlanes, 0, numberOfPlanes, 0, voxels, out);
}
#else
// Four planes of a voxel in the lower four lanes, of the fourth voxel after it in the upper ones.
template <class V>
HWY_INLINE void StoreFour(V values, float* spectrum, std::int64_t stride)
{
#if HWY_MAX_BYTES >= 32
  const hn::CappedTag<float, 8> d;
  const hn::Half<decltype(d)> half;
  hn::StoreU(hn::LowerHalf(half, values), half, spectrum);
  hn::StoreU(hn::UpperHalf(half, values), half, spectrum + 4 * stride);
#else
  (void)stride;
  hn::StoreU(values, hn::CappedTag<float, 8>(), spectrum);
#endif
}

void TransposeTile(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t voxels, float* out)
{
  const hn::CappedTag<float, 8> d;
  const hn::RepartitionToWide<decltype(d)> pairs;
  constexpr int width = static_cast<int>(hn::MaxLanes(d));
  const int wholePlanes = numberOfPlanes / 4 * 4;
  const std::int64_t wholeVoxels = voxels / width * width;
  for (int k = 0; k < wholePlanes; k += 4)
  {
    for (std::int64_t v = 0; v < wholeVoxels; v += width)
    {
      const float* from = planes + k * planeStride + v;
      float* to = out + v * numberOfPlanes + k;
      const auto plane0 = hn::LoadU(d, from);
      const auto plane1 = hn::LoadU(d, from + planeStride);
      const auto plane2 = hn::LoadU(d, from + 2 * planeStride);
      const auto plane3 = hn::LoadU(d, from + 3 * planeStride);
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, plane0, plane1));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, plane0, plane1));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, plane2, plane3));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, plane2, plane3));
      StoreFour(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), to, numberOfPlanes);
      StoreFour(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), to + numberOfPlanes,
        numberOfPlanes);
      StoreFour(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), to + 2 * numberOfPlanes,
        numberOfPlanes);
      StoreFour(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), to + 3 * numberOfPlanes,
        numberOfPlanes);
    }
  }
  TransposeOneByOne(planes, planeStride, numberOfPlanes, 0, wholePlanes, wholeVoxels, voxels, out);
  TransposeOneByOne(
    planes, planeStride, numberOfPlanes, wholePlanes, numberOfPlanes, 0, voxels, out);
}
#endif

} // namespace HWY_NAMESPACE
} // namespace paraxanes
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paraxanes
{
namespace
{

HWY_EXPORT(TransposeTile);

// Voxels whose planes are at hand for the ranges and then to be turned: with the tile and the
// ranges they stay in the first-level cache for 120 energies too.
constexpr std::int64_t VoxelsAtOnce = ComponentRanges::Group;
// Values that are turned in the first-level cache before they go to memory, in whole lines, which
// is faster than to turn them there. (Stores past the cache are no faster for a new array, whose
// pages the system has just cleared.)
constexpr std::int64_t TileValues = 2048;

// Through a tile.
void Turn(const float* planes, std::int64_t planeStride, int numberOfPlanes, std::int64_t count,
  float* spectra, std::int64_t spectrumStride)
{
  thread_local ScratchValues scratch;
  // No line of a plane is needed for two tiles.
  constexpr auto line = static_cast<std::int64_t>(ValuesOfLine);
  const std::int64_t tileVoxels =
    std::clamp(TileValues / numberOfPlanes / line * line, line, VoxelsAtOnce);
  float* tile = scratch.Reserve(static_cast<std::size_t>(tileVoxels * numberOfPlanes));
  for (std::int64_t first = 0; first < count; first += tileVoxels)
  {
    const std::int64_t voxels = std::min(tileVoxels, count - first);
    HWY_DYNAMIC_DISPATCH(TransposeTile)
    (planes + first, planeStride, numberOfPlanes, voxels, tile);
    float* out = spectra + first * spectrumStride;
    if (spectrumStride == numberOfPlanes)
    {
      std::copy_n(tile, voxels * numberOfPlanes, out);
      continue;
    }
    for (std::int64_t v = 0; v < voxels; ++v)
    {
      std::copy_n(tile + v * numberOfPlanes, numberOfPlanes, out + v * spectrumStride);
    }
  }
}

}

void Interleave(const float* planes, std::int64_t planeStride, int numberOfPlanes,
  std::int64_t count, float* spectra, std::int64_t spectrumStride, ComponentRanges* ranges)
{
  for (std::int64_t first = 0; first < count; first += VoxelsAtOnce)
  {
    const std::int64_t voxels = std::min(VoxelsAtOnce, count - first);
    if (ranges)
    {
      ranges->AddPlanes(planes + first, planeStride, voxels);
    }
    Turn(planes + first, planeStride, numberOfPlanes, voxels, spectra + first * spectrumStride,
      spectrumStride);
  }
}

}
#endif
