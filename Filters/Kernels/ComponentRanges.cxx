// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

#include "Absorbance.h"
#include "Deinterleave.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

// Vectors of unknown length: not with the fixed tags below; Arm has NEON anyway.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ComponentRanges.cxx"
#include <hwy/foreach_target.h> // must come before highway.h

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace paraxanes
{
namespace HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

// The range of the values of one plane without NaN, and their squares added to those of their
// voxels.
void AddPlane(const float* plane, std::size_t count, float& low, float& high, double* squares)
{
  const hn::ScalableTag<float> d;
  const hn::ScalableTag<double> doubles;
  const hn::Rebind<float, decltype(doubles)> half;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t wide = hn::Lanes(doubles);
  auto lowest = hn::Set(d, std::numeric_limits<float>::infinity());
  auto highest = hn::Set(d, -std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
  {
    // The second one where the first is NaN.
    const auto value = hn::LoadU(d, plane + i);
    lowest = hn::Min(value, lowest);
    highest = hn::Max(value, highest);
    for (std::size_t k = i; k < i + lanes; k += wide)
    {
      // Rounded once, fused or not: the square of a float fits into a double.
      const auto x = hn::PromoteTo(doubles, hn::LoadU(half, plane + k));
      hn::StoreU(hn::MulAdd(x, x, hn::LoadU(doubles, squares + k)), doubles, squares + k);
    }
  }
  low = hn::GetLane(hn::MinOfLanes(d, lowest));
  high = hn::GetLane(hn::MaxOfLanes(d, highest));
  for (; i < count; ++i)
  {
    const float value = plane[i];
    low = value < low ? value : low;
    high = value > high ? value : high;
    squares[i] += static_cast<double>(value) * value;
  }
}

} // namespace HWY_NAMESPACE
} // namespace paraxanes
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paraxanes
{
namespace
{

constexpr std::int64_t VoxelsAtOnce = 128; // their sums of squares stay in the first-level cache
constexpr float Infinity = std::numeric_limits<float>::infinity();

HWY_EXPORT(AddPlane);

}

ComponentRanges::ComponentRanges(int components)
  : Low(static_cast<std::size_t>(components), Infinity)
  , High(static_cast<std::size_t>(components), -Infinity)
  , Infinities(static_cast<std::size_t>(components))
{
}

void ComponentRanges::AddPlanes(const float* planes, std::int64_t planeStride, std::int64_t count)
{
  for (std::int64_t first = 0; first < count; first += VoxelsAtOnce)
  {
    this->AddVoxels(planes + first, planeStride, std::min(VoxelsAtOnce, count - first));
  }
}

void ComponentRanges::AddVoxels(const float* planes, std::int64_t planeStride, std::int64_t count)
{
  this->Added += count;
  alignas(64) double squares[VoxelsAtOnce] = {};
  for (std::size_t k = 0; k < this->Low.size(); ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    float low = 0.0f;
    float high = 0.0f;
    HWY_DYNAMIC_DISPATCH(AddPlane)(plane, static_cast<std::size_t>(count), low, high, squares);
    if (std::isfinite(low) && std::isfinite(high))
    {
      this->Low[k] = std::min(this->Low[k], low);
      this->High[k] = std::max(this->High[k], high);
    }
    else
    {
      this->AddWithInfinities(plane, count, k);
    }
  }
  bool finite = true;
  Interval range = this->Squares;
  for (std::int64_t v = 0; v < count; ++v)
  {
    const double square = squares[v] + (squares[v] - squares[v]); // NaN where not finite
    range.Low = square < range.Low ? square : range.Low;
    range.High = square > range.High ? square : range.High;
    finite = finite && square == square;
  }
  this->Squares = range;
  if (!finite)
  {
    this->InfiniteNorm = this->InfiniteNorm ||
      std::any_of(squares, squares + count, [](double square) { return std::isinf(square); });
    for (int k = 0; k < this->Components(); ++k)
    {
      this->NotFiniteValues += CountNotFinite(planes + k * planeStride, count);
    }
  }
}

void ComponentRanges::AddWithInfinities(
  const float* values, std::int64_t count, std::size_t component)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const float value = values[i];
    if (std::isinf(value))
    {
      this->Infinities[component].Extend({ value, value });
    }
    else if (std::isfinite(value))
    {
      this->Low[component] = std::min(this->Low[component], value);
      this->High[component] = std::max(this->High[component], value);
    }
  }
}

void ComponentRanges::Merge(const ComponentRanges& other)
{
  for (std::size_t k = 0; k < this->Low.size(); ++k)
  {
    this->Low[k] = std::min(this->Low[k], other.Low[k]);
    this->High[k] = std::max(this->High[k], other.High[k]);
    this->Infinities[k].Extend(other.Infinities[k]);
  }
  this->Squares.Extend(other.Squares);
  this->InfiniteNorm = this->InfiniteNorm || other.InfiniteNorm;
  this->NotFiniteValues += other.NotFiniteValues;
  this->Added += other.Added;
}

std::vector<Interval> ComponentRanges::Finite() const
{
  std::vector<Interval> ranges(this->Low.size());
  for (std::size_t k = 0; k < ranges.size(); ++k)
  {
    if (this->Low[k] <= this->High[k])
    {
      // Zero has no sign: which of the two it was would depend on the order.
      ranges[k] = { this->Low[k] + 0.0f, this->High[k] + 0.0f };
    }
  }
  return ranges;
}

std::vector<Interval> ComponentRanges::All() const
{
  std::vector<Interval> ranges = this->Finite();
  for (std::size_t k = 0; k < ranges.size(); ++k)
  {
    ranges[k].Extend(this->Infinities[k]);
  }
  return ranges;
}

Interval ComponentRanges::NormFinite() const
{
  return this->Squares.Empty() || this->Components() == 1
    ? Interval()
    : Interval{ std::sqrt(this->Squares.Low), std::sqrt(this->Squares.High) };
}

Interval ComponentRanges::NormAll() const
{
  Interval norm = this->NormFinite();
  if (this->InfiniteNorm && this->Components() > 1)
  {
    norm.Extend({ Infinity, Infinity });
  }
  return norm;
}

ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components)
{
  ComponentRanges ranges(components);
  std::mutex mutex;
  ParallelFor(0, count, 16384,
    [&](std::int64_t first, std::int64_t last)
    {
      ComponentRanges part(components);
      // One more than the voxels, so that the planes do not meet in the same lines of the cache.
      constexpr std::int64_t stride = VoxelsAtOnce + 1;
      std::vector<float> planes(static_cast<std::size_t>(stride * components));
      for (; first < last; first += VoxelsAtOnce)
      {
        const std::int64_t voxels = std::min(VoxelsAtOnce, last - first);
        Deinterleave(spectra + first * components, components, voxels, planes.data(), stride);
        part.AddPlanes(planes.data(), stride, voxels);
      }
      const std::lock_guard<std::mutex> lock(mutex);
      ranges.Merge(part);
    });
  return ranges;
}

}
#endif
