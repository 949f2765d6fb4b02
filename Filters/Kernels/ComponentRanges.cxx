// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

#include "CacheLines.h"
#include "Deinterleave.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

// Whether a group lies within what is known already for certain: every value between `low` and
// `high` of its component, and every sum of squares finite and within the limits, by a look in
// single precision. Most groups do, and need nothing else.
bool IsWithin(const float* planes, std::int64_t planeStride, std::size_t components,
  const float* low, const float* high, double lowSquare, double highSquare)
{
  const hn::CappedTag<float, ValuesOfLine> d;
  constexpr std::size_t lanes = hn::MaxLanes(d);
  constexpr std::size_t parts = ComponentRanges::Group / lanes;
  using Limits = std::numeric_limits<float>;

  // Sums of terms of one sign: a rounding for each product and sum, and what is too small for a
  // float.
  const auto terms = static_cast<double>(components);
  const double error = (terms + 1.0) * Limits::epsilon();
  const double lost = terms * Limits::min();
  const double least = lowSquare * (1.0 + error) + lost;
  const double most = std::min<double>(highSquare * (1.0 - error) - lost, Limits::max());
  if (!(least < most))
  {
    return false;
  }
  hn::VFromD<decltype(d)> squares[parts];
  std::fill_n(squares, parts, hn::Zero(d));
  auto outside = hn::FirstN(d, 0);
  for (std::size_t k = 0; k < components; ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    auto lowest = hn::LoadU(d, plane);
    auto highest = lowest;
    squares[0] = hn::MulAdd(lowest, lowest, squares[0]);
    for (std::size_t i = 1; i < parts; ++i)
    {
      const auto x = hn::LoadU(d, plane + i * lanes);
      squares[i] = hn::MulAdd(x, x, squares[i]);
      lowest = hn::Min(lowest, x);
      highest = hn::Max(highest, x);
    }
    outside = hn::Or(
      outside, hn::Or(hn::Lt(lowest, hn::Set(d, low[k])), hn::Gt(highest, hn::Set(d, high[k]))));
  }
  // Comparisons are false for NaN. Limits that are rounded to the next float stay within the error.
  const auto above = hn::Set(d, static_cast<float>(least));
  const auto below = hn::Set(d, static_cast<float>(most));
  auto within = hn::Not(outside);
  for (std::size_t i = 0; i < parts; ++i)
  {
    within = hn::And(within, hn::And(hn::Gt(squares[i], above), hn::Lt(squares[i], below)));
  }
  return hn::AllTrue(d, within);
}

// Extends `low` and `high` to the sums of squares of a group, but for those that are NaN.
void AddSquares(
  const float* planes, std::int64_t planeStride, std::size_t components, double& low, double& high)
{
  const hn::CappedTag<double, ValuesOfLine / 2> doubles;
  const hn::Rebind<float, decltype(doubles)> half;
  constexpr std::size_t wide = hn::MaxLanes(doubles);
  constexpr std::size_t parts = ComponentRanges::Group / wide;

  // In the order of the components, as VTK adds; rounded once, fused or not: the square of a float
  // fits into a double.
  hn::VFromD<decltype(doubles)> squares[parts];
  std::fill_n(squares, parts, hn::Zero(doubles));
  for (std::size_t k = 0; k < components; ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    for (std::size_t i = 0; i < parts; ++i)
    {
      const auto x = hn::PromoteTo(doubles, hn::LoadU(half, plane + i * wide));
      squares[i] = hn::MulAdd(x, x, squares[i]);
    }
  }
  auto lowest = hn::Inf(doubles);
  auto highest = hn::Neg(lowest);
  for (std::size_t i = 0; i < parts; ++i)
  {
    const auto none = hn::IsNaN(squares[i]);
    lowest = hn::Min(lowest, hn::IfThenElse(none, lowest, squares[i]));
    highest = hn::Max(highest, hn::IfThenElse(none, highest, squares[i]));
  }
  low = std::min(low, hn::GetLane(hn::MinOfLanes(doubles, lowest)));
  high = std::max(high, hn::GetLane(hn::MaxOfLanes(doubles, highest)));
}

// How many of a group's values are NaN; -1 where one is infinite.
std::int64_t CountNaN(const float* planes, std::int64_t planeStride, std::size_t components)
{
  const hn::CappedTag<float, ValuesOfLine> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t count = 0;
  for (std::size_t k = 0; k < components; ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    for (std::size_t i = 0; i < ComponentRanges::Group; i += lanes)
    {
      const auto value = hn::LoadU(d, plane + i);
      if (!hn::AllFalse(d, hn::IsInf(value)))
      {
        return -1;
      }
      count += hn::CountTrue(d, hn::IsNaN(value));
    }
  }
  return static_cast<std::int64_t>(count);
}

// Spectra without infinities, Group of them: the lowest and highest values of each component, and
// of the sums of squares. Nothing is added, and the answer is false, where a value is infinite.
bool AddGroup(const float* planes, std::int64_t planeStride, std::size_t components, float* low,
  float* high, double& lowSquare, double& highSquare, std::int64_t& notFinite)
{
  if (IsWithin(planes, planeStride, components, low, high, lowSquare, highSquare))
  {
    return true;
  }
  const std::int64_t none = CountNaN(planes, planeStride, components);
  if (none < 0)
  {
    return false;
  }
  notFinite += none;
  if (none == static_cast<std::int64_t>(ComponentRanges::Group * components))
  {
    return true; // as in the air round a particle
  }
  AddSquares(planes, planeStride, components, lowSquare, highSquare);
  const hn::CappedTag<float, ValuesOfLine> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t k = 0; k < components; ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    auto lowest = hn::Inf(d);
    auto highest = hn::Neg(lowest);
    for (std::size_t i = 0; i < ComponentRanges::Group; i += lanes)
    {
      const auto value = hn::LoadU(d, plane + i);
      const auto isNaN = hn::IsNaN(value);
      lowest = hn::Min(lowest, hn::IfThenElse(isNaN, lowest, value));
      highest = hn::Max(highest, hn::IfThenElse(isNaN, highest, value));
    }
    low[k] = std::min(low[k], hn::GetLane(hn::MinOfLanes(d, lowest)));
    high[k] = std::max(high[k], hn::GetLane(hn::MaxOfLanes(d, highest)));
  }
  return true;
}

} // namespace HWY_NAMESPACE
} // namespace paraxanes
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paraxanes
{
namespace
{

constexpr float Infinity = std::numeric_limits<float>::infinity();

HWY_EXPORT(AddGroup);

}

ComponentRanges::ComponentRanges(int components)
  : Low(static_cast<std::size_t>(components), Infinity)
  , High(static_cast<std::size_t>(components), -Infinity)
  , Infinities(static_cast<std::size_t>(components))
{
}

void ComponentRanges::AddPlanes(const float* planes, std::int64_t planeStride, std::int64_t count)
{
  this->Added += count;
  constexpr auto group = static_cast<std::int64_t>(Group);
  for (; count > 0; count -= group, planes += group)
  {
    const bool added = count >= group &&
      HWY_DYNAMIC_DISPATCH(AddGroup)(planes, planeStride, this->Infinities.size(), this->Low.data(),
        this->High.data(), this->Squares.Low, this->Squares.High, this->NotFiniteValues);
    if (!added)
    {
      this->AddOneByOne(planes, planeStride, std::min(count, group));
    }
  }
}

void ComponentRanges::AddOneByOne(const float* planes, std::int64_t planeStride, std::int64_t count)
{
  double squares[Group] = {};
  for (std::size_t k = 0; k < this->Infinities.size(); ++k)
  {
    const float* plane = planes + static_cast<std::int64_t>(k) * planeStride;
    for (std::int64_t v = 0; v < count; ++v)
    {
      this->AddValue(plane[v], k);
      squares[v] += static_cast<double>(plane[v]) * plane[v];
    }
  }
  for (std::int64_t v = 0; v < count; ++v)
  {
    if (std::isfinite(squares[v]))
    {
      this->Squares.Extend({ squares[v], squares[v] });
    }
    this->InfiniteNorm = this->InfiniteNorm || std::isinf(squares[v]);
  }
}

void ComponentRanges::AddValue(float value, std::size_t component)
{
  if (std::isfinite(value))
  {
    this->Low[component] = std::min(this->Low[component], value);
    this->High[component] = std::max(this->High[component], value);
    return;
  }
  ++this->NotFiniteValues;
  if (std::isinf(value))
  {
    this->Infinities[component].Extend({ value, value });
  }
}

ComponentRanges ComponentRanges::Part() const
{
  ComponentRanges part = *this;
  part.NotFiniteValues = 0;
  part.Added = 0;
  return part;
}

void ComponentRanges::Merge(const ComponentRanges& other)
{
  for (std::size_t k = 0; k < this->Infinities.size(); ++k)
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
  std::vector<Interval> ranges(this->Infinities.size());
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

void ComponentRanges::AddSpectra(const float* spectra, std::int64_t count)
{
  // One more than the voxels, so that the planes do not meet in the same lines of the cache.
  constexpr std::int64_t atOnce = 128;
  constexpr std::int64_t stride = atOnce + 1;
  const int components = this->Components();
  std::vector<float> planes(static_cast<std::size_t>(stride * components));
  for (; count > 0; count -= atOnce, spectra += atOnce * components)
  {
    const std::int64_t voxels = std::min(atOnce, count);
    Deinterleave(spectra, components, voxels, planes.data(), stride);
    this->AddPlanes(planes.data(), stride, voxels);
  }
}

void SharedRanges::AddSpectra(const float* spectra, std::int64_t count)
{
  const auto known = [&]
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    return this->Ranges.Part();
  };
  ComponentRanges part = known();
  part.AddSpectra(spectra, count);
  const std::lock_guard<std::mutex> lock(this->Mutex);
  this->Ranges.Merge(part);
}

ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components)
{
  SharedRanges ranges(components);
  ParallelFor(0, count, 16384,
    [&](std::int64_t first, std::int64_t last)
    { ranges.AddSpectra(spectra + first * components, last - first); });
  return ranges.Get();
}

}
#endif
