// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ComponentRanges.h
 * Ranges of every energy of a stack and of the spectra's norm, gathered while the stack is
 * written: ParaView would otherwise find them in a serial pass over the whole stack.
 */
#ifndef ComponentRanges_h
#define ComponentRanges_h

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
};

/// As VTK defines them: NaN is never counted; Finite leaves infinities out too.
class ComponentRanges
{
public:
  explicit ComponentRanges(int components = 0);

  /// Adds `count` spectra, components contiguous.
  void Add(const float* spectra, std::int64_t count);
  void Merge(const ComponentRanges& other);

  std::vector<Interval> All;    ///< one per component
  std::vector<Interval> Finite; ///< one per component
  Interval NormAll;             ///< of sqrt(sum of squares) over the components
  Interval NormFinite;
};

/// The same for a whole array, on all threads.
ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components);

}

#endif
