// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file VectorLoops.h
 * What the loops over vectors share; for their source files only.
 */
#ifndef VectorLoops_h
#define VectorLoops_h

#include "AngleStatistics.h"
#include "SignalSize.h"
#include "VoxelGrid.h"

#include <cmath>
#include <cstdint>

namespace paraxanes
{

// Voxels [begin, end) of a row, by position in the row.
struct RowRange
{
  int Begin;
  int End;
};

inline RowRange OwnedRange(const VoxelGrid& grid)
{
  return { grid.Owned[0] - grid.Box[0], grid.Owned[1] + 1 - grid.Box[0] };
}

// Calls body(range, particle) for the stretches of [begin, end) that have one label.
template <typename Body>
void ForEachParticle(
  const std::int32_t* labels, RowRange range, const AngleReference& reference, Body body)
{
  if (!labels)
  {
    body(range, 0);
    return;
  }
  for (int begin = range.Begin; begin < range.End;)
  {
    int end = begin + 1;
    while (end < range.End && labels[end] == labels[begin])
    {
      ++end;
    }
    body(RowRange{ begin, end }, reference.Find(labels[begin]));
    begin = end;
  }
}

template <typename T>
double SizeOf(const T* u)
{
  const double x = u[0];
  const double y = u[1];
  const double z = u[2];
  return std::sqrt(x * x + y * y + z * z);
}

// Of none where the error is none.
template <typename T>
SignalSums SignalOf(const T* u, double size, float error, const NoiseShape& shape)
{
  const double e = error;
  const double variance = e * e *
    shape.VarianceOver(
      static_cast<double>(u[0]), static_cast<double>(u[1]), static_cast<double>(u[2]));
  return e >= 0.0 && std::isfinite(variance) ? SignalSums(size, e, variance) : SignalSums();
}

}

#endif
