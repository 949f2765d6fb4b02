// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ComponentRanges.h
 * Ranges of every energy of a stack and of the spectra's norm, gathered while the stack is
 * written: ParaView would otherwise find them in a serial pass over the whole stack.
 */
#ifndef ComponentRanges_h
#define ComponentRanges_h

#include "Parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

namespace paraxanes
{

/// An interval that starts empty: Low > High.
struct Interval
{
  double Low = 1.7976931348623157e308;
  double High = -1.7976931348623157e308;
  bool Empty() const { return this->Low > this->High; }
  void Extend(const Interval& other)
  {
    this->Low = std::min(this->Low, other.Low);
    this->High = std::max(this->High, other.High);
  }
};

/// As VTK defines them: NaN is never counted; Finite leaves infinities out too. Spectra may be
/// added in any order: minima and maxima are exact, and zeros have no sign.
class ComponentRanges
{
public:
  static constexpr std::size_t Group = 32; ///< spectra that are added together

  explicit ComponentRanges(int components = 0);

  /// Adds `count` spectra: component k of spectrum v is planes[k * planeStride + v].
  void AddPlanes(const float* planes, std::int64_t planeStride, std::int64_t count);
  /// The same, of spectra one after the other.
  void AddSpectra(const float* spectra, std::int64_t count);
  /// With the same ranges, and nothing counted: for more spectra of the same stack, to be merged.
  /// To add spectra that lie within what is known takes half the time.
  ComponentRanges Part() const;
  void Merge(const ComponentRanges& other);

  int Components() const { return static_cast<int>(this->Infinities.size()); }
  /// Spectra that were added.
  std::int64_t Count() const { return this->Added; }
  /// Values that are NaN or infinite.
  std::int64_t NotFinite() const { return this->NotFiniteValues; }

  std::vector<Interval> All() const;    ///< one per component
  std::vector<Interval> Finite() const; ///< one per component
  /// Of sqrt(sum of squares) over the components; empty where there is one component only.
  Interval NormAll() const;
  Interval NormFinite() const;

private:
  void AddOneByOne(const float* planes, std::int64_t planeStride, std::int64_t count);
  void AddValue(float value, std::size_t component);

  std::vector<float> Low; // of the finite values, one per component
  std::vector<float> High;
  std::vector<Interval> Infinities; // one per component
  Interval Squares;                 // of the finite sums of squares
  bool InfiniteNorm = false;
  std::int64_t NotFiniteValues = 0;
  std::int64_t Added = 0;
};

/// Ranges to which several threads add.
class SharedRanges
{
public:
  explicit SharedRanges(int components)
    : Ranges(components)
  {
  }

  void AddSpectra(const float* spectra, std::int64_t count);
  /// When all is added.
  const ComponentRanges& Get() const { return this->Ranges; }

private:
  std::mutex Mutex;
  ComponentRanges Ranges;
};

/// The same for a whole array, on all threads.
ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components);

/// Ranges of the values of a map, on all threads.
struct ValueRanges
{
  Interval All;    ///< without NaN
  Interval Finite; ///< without infinities too

  void Extend(const ValueRanges& other)
  {
    this->All.Extend(other.All);
    this->Finite.Extend(other.Finite);
  }
};

/// Of a part of a map.
template <typename T>
ValueRanges RangesOf(const T* values, std::int64_t count)
{
  // Eight side by side, so that none waits for the others. Comparisons are false for NaN.
  constexpr int width = 8;
  using Limits = std::numeric_limits<T>;
  T low[width];
  T high[width];
  std::fill_n(low, width, Limits::has_infinity ? Limits::infinity() : Limits::max());
  std::fill_n(high, width, Limits::has_infinity ? -Limits::infinity() : Limits::lowest());
  const auto add = [&](T value, int i)
  {
    low[i] = value < low[i] ? value : low[i];
    high[i] = value > high[i] ? value : high[i];
  };
  std::int64_t done = 0;
  for (; done + width <= count; done += width)
  {
    for (int i = 0; i < width; ++i)
    {
      add(values[done + i], i);
    }
  }
  for (; done < count; ++done)
  {
    add(values[done], 0);
  }
  ValueRanges ranges;
  ranges.All.Extend({ static_cast<double>(*std::min_element(low, low + width)),
    static_cast<double>(*std::max_element(high, high + width)) });
  ranges.Finite = ranges.All;
  if (std::isinf(ranges.All.Low) || std::isinf(ranges.All.High))
  {
    ranges.Finite = {};
    for (std::int64_t i = 0; i < count; ++i)
    {
      const auto value = static_cast<double>(values[i]);
      ranges.Finite.Extend(std::isfinite(value) ? Interval{ value, value } : Interval());
    }
  }
  return ranges;
}

template <typename T>
ValueRanges FindValueRanges(const T* values, std::int64_t count)
{
  return ParallelReduce(
    0, count, 65536, ValueRanges(),
    [&](std::int64_t first, std::int64_t last) { return RangesOf(values + first, last - first); },
    [](ValueRanges& a, const ValueRanges& b) { a.Extend(b); });
}

struct VectorRanges
{
  std::vector<ValueRanges> Components;
  ValueRanges Norm;

  void Extend(const VectorRanges& other)
  {
    this->Components.resize(other.Components.size());
    for (std::size_t c = 0; c < other.Components.size(); ++c)
    {
      this->Components[c].Extend(other.Components[c]);
    }
    this->Norm.Extend(other.Norm);
  }
};

/// Of a part of an array of doubles; `Norm` is that of the squares.
inline VectorRanges VectorRangesOf(const double* values, std::int64_t count, int components)
{
  constexpr std::int64_t atOnce = 1024;
  std::array<double, atOnce> column;
  std::array<double, atOnce> squares;
  VectorRanges ranges;
  ranges.Components.resize(static_cast<std::size_t>(components));
  for (std::int64_t first = 0; first < count; first += atOnce)
  {
    const std::int64_t here = std::min(atOnce, count - first);
    squares.fill(0.0);
    for (int c = 0; c < components; ++c)
    {
      const double* from = values + first * components + c;
      for (std::int64_t i = 0; i < here; ++i)
      {
        const double value = from[i * components];
        column[static_cast<std::size_t>(i)] = value;
        squares[static_cast<std::size_t>(i)] += value * value;
      }
      ranges.Components[static_cast<std::size_t>(c)].Extend(RangesOf(column.data(), here));
    }
    ranges.Norm.Extend(RangesOf(squares.data(), here));
  }
  return ranges;
}

inline VectorRanges FindVectorRanges(const double* values, std::int64_t count, int components)
{
  VectorRanges all = ParallelReduce(
    0, count, 16384, VectorRanges(),
    [&](std::int64_t first, std::int64_t last)
    { return VectorRangesOf(values + first * components, last - first, components); },
    [](VectorRanges& a, const VectorRanges& b) { a.Extend(b); });
  for (Interval* norm : { &all.Norm.All, &all.Norm.Finite })
  {
    *norm = norm->Empty() ? Interval() : Interval{ std::sqrt(norm->Low), std::sqrt(norm->High) };
  }
  return all;
}

}

#endif
