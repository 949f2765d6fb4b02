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
#include <cmath>
#include <cstdint>
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

/// The same for a whole array, on all threads.
ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components);

/// Ranges of the values of a map, on all threads.
struct ValueRanges
{
  Interval All;    ///< without NaN
  Interval Finite; ///< without infinities too
};

template <typename T>
ValueRanges FindValueRanges(const T* values, std::int64_t count)
{
  return ParallelReduce(
    0, count, 65536, ValueRanges(),
    [&](std::int64_t first, std::int64_t last)
    {
      ValueRanges part;
      for (std::int64_t i = first; i < last; ++i)
      {
        // Comparisons are false for NaN.
        const auto value = static_cast<double>(values[i]);
        part.All.Low = value < part.All.Low ? value : part.All.Low;
        part.All.High = value > part.All.High ? value : part.All.High;
        const bool finite = std::isfinite(value);
        part.Finite.Low = finite && value < part.Finite.Low ? value : part.Finite.Low;
        part.Finite.High = finite && value > part.Finite.High ? value : part.Finite.High;
      }
      return part;
    },
    [](ValueRanges& a, const ValueRanges& b)
    {
      a.All.Extend(b.All);
      a.Finite.Extend(b.Finite);
    });
}

}

#endif
