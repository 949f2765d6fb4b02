// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

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

// Extends low[i] and high[i] by values[i] where it is finite. False when one of them is not.
bool MinMax(const float* values, std::int64_t count, float* low, float* high)
{
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto test = hn::Zero(d); // NaN as soon as a value is not finite
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
  {
    const auto value = hn::LoadU(d, values + i);
    const auto l = hn::LoadU(d, low + i);
    const auto h = hn::LoadU(d, high + i);
    // NaN for infinities and NaN: comparisons are false for them. Zero loses its sign, which would
    // depend on the order.
    const auto zero = hn::Sub(value, value);
    const auto x = hn::Add(value, zero);
    hn::StoreU(hn::IfThenElse(hn::Lt(x, l), x, l), d, low + i);
    hn::StoreU(hn::IfThenElse(hn::Gt(x, h), x, h), d, high + i);
    test = hn::Add(test, zero);
  }
  float rest = hn::GetLane(hn::SumOfLanes(d, test));
  for (; i < count; ++i)
  {
    const float zero = values[i] - values[i];
    const float x = values[i] + zero;
    low[i] = x < low[i] ? x : low[i];
    high[i] = x > high[i] ? x : high[i];
    rest += zero;
  }
  return rest == 0.0f;
}

// Sums of squares of `count` spectra.
void SquaredNorms(const float* spectra, std::int64_t count, int components, double* squares)
{
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> floats;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (std::int64_t v = 0; v < count; ++v, spectra += components)
  {
    const auto load = [&](int k) { return hn::PromoteTo(d, hn::LoadU(floats, spectra + k)); };
    auto even = hn::Zero(d);
    auto odd = hn::Zero(d);
    int k = 0;
    for (; k + 2 * lanes <= components; k += 2 * lanes)
    {
      const auto x = load(k);
      const auto y = load(k + lanes);
      even = hn::MulAdd(x, x, even);
      odd = hn::MulAdd(y, y, odd);
    }
    if (k + lanes <= components)
    {
      const auto x = load(k);
      even = hn::MulAdd(x, x, even);
      k += lanes;
    }
    double sum = 0.0;
    if (k < components && components >= lanes)
    {
      // The last vector, less what was added before.
      const auto added = hn::FirstN(d, static_cast<std::size_t>(k + lanes - components));
      const auto x = hn::IfThenZeroElse(added, load(components - lanes));
      odd = hn::MulAdd(x, x, odd);
      k = components;
    }
    for (; k < components; ++k)
    {
      const double x = spectra[k];
      sum += x * x;
    }
    squares[v] = sum + hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
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

constexpr std::int64_t LargestGroup = 64;  // spectra
constexpr std::int64_t GroupValues = 1024; // stay in the first-level cache
constexpr float Infinity = std::numeric_limits<float>::infinity();

HWY_EXPORT(MinMax);
HWY_EXPORT(SquaredNorms);

}

ComponentRanges::ComponentRanges(int components)
  : Infinities(static_cast<std::size_t>(components))
{
  const auto values = static_cast<std::size_t>(this->GroupSize() * components);
  this->Low.assign(values, Infinity);
  this->High.assign(values, -Infinity);
}

// Several spectra side by side: long loops for any number of components, and a whole number of
// vectors where there are many.
std::int64_t ComponentRanges::GroupSize() const
{
  std::int64_t group = LargestGroup;
  while (group > 1 && group * this->Components() > GroupValues)
  {
    group /= 2;
  }
  return group;
}

void ComponentRanges::Add(const float* spectra, std::int64_t count)
{
  this->Added += count;
  const std::int64_t group = this->GroupSize();
  for (std::int64_t first = 0; first < count; first += group)
  {
    this->AddGroup(spectra + first * this->Components(), std::min(group, count - first));
  }
}

void ComponentRanges::AddGroup(const float* spectra, std::int64_t count)
{
  const std::int64_t values = count * this->Components();
  const bool finite =
    HWY_DYNAMIC_DISPATCH(MinMax)(spectra, values, this->Low.data(), this->High.data());
  if (!finite)
  {
    this->AddNotFinite(spectra, values);
  }
  if (this->Components() == 1)
  {
    return;
  }
  double squares[LargestGroup];
  HWY_DYNAMIC_DISPATCH(SquaredNorms)(spectra, count, this->Components(), squares);
  double low = this->Squares.Low;
  double high = this->Squares.High;
  for (std::int64_t v = 0; v < count; ++v)
  {
    const double square = squares[v] + (squares[v] - squares[v]); // NaN where not finite
    low = square < low ? square : low;
    high = square > high ? square : high;
  }
  this->Squares = { low, high };
  this->InfiniteNorm = this->InfiniteNorm ||
    (!finite &&
      std::any_of(squares, squares + count, [](double square) { return std::isinf(square); }));
}

void ComponentRanges::AddNotFinite(const float* values, std::int64_t count)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    this->NotFiniteValues += std::isfinite(values[i]) ? 0 : 1;
    if (std::isinf(values[i]))
    {
      const auto component = static_cast<std::size_t>(i) % this->Infinities.size();
      this->Infinities[component].Extend({ values[i], values[i] });
    }
  }
}

void ComponentRanges::Merge(const ComponentRanges& other)
{
  for (std::size_t i = 0; i < this->Low.size(); ++i)
  {
    this->Low[i] = std::min(this->Low[i], other.Low[i]);
    this->High[i] = std::max(this->High[i], other.High[i]);
  }
  for (std::size_t k = 0; k < this->Infinities.size(); ++k)
  {
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
  for (std::size_t i = 0; i < this->Low.size(); ++i)
  {
    if (this->Low[i] <= this->High[i])
    {
      ranges[i % ranges.size()].Extend({ this->Low[i], this->High[i] });
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
  return this->Squares.Empty()
    ? Interval()
    : Interval{ std::sqrt(this->Squares.Low), std::sqrt(this->Squares.High) };
}

Interval ComponentRanges::NormAll() const
{
  Interval norm = this->NormFinite();
  if (this->InfiniteNorm)
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
      part.Add(spectra + first * components, last - first);
      const std::lock_guard<std::mutex> lock(mutex);
      ranges.Merge(part);
    });
  return ranges;
}

}
#endif
