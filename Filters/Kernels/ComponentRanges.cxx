// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

// Comparisons are false for NaN, which therefore never gets in.
PARAXANES_MULTIVERSION void MinMax(
  const float* spectra, std::int64_t count, int components, float* low, float* high)
{
  for (std::int64_t v = 0; v < count; ++v, spectra += components)
  {
    for (int k = 0; k < components; ++k)
    {
      const float x = spectra[k];
      low[k] = x < low[k] ? x : low[k];
      high[k] = x > high[k] ? x : high[k];
    }
  }
}

// Sums of squares of `count` spectra, 8 partial sums each.
PARAXANES_MULTIVERSION void SquaredNorms(
  const float* spectra, std::int64_t count, int components, double* squares)
{
  for (std::int64_t v = 0; v < count; ++v, spectra += components)
  {
    double partial[8] = {};
    int k = 0;
    for (; k + 8 <= components; k += 8)
    {
      for (int i = 0; i < 8; ++i)
      {
        const double x = spectra[k + i];
        partial[i] += x * x;
      }
    }
    for (; k < components; ++k)
    {
      const double x = spectra[k];
      partial[0] += x * x;
    }
    squares[v] = ((partial[0] + partial[1]) + (partial[2] + partial[3])) +
      ((partial[4] + partial[5]) + (partial[6] + partial[7]));
  }
}

}

ComponentRanges::ComponentRanges(int components)
  : All(static_cast<std::size_t>(components))
  , Finite(static_cast<std::size_t>(components))
{
}

void ComponentRanges::Add(const float* spectra, std::int64_t count)
{
  constexpr std::int64_t chunk = 128; // stays in the first-level cache between the two passes
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const int components = static_cast<int>(this->All.size());
  std::vector<float> low(this->All.size(), infinity);
  std::vector<float> high(this->All.size(), -infinity);
  double squares[chunk];
  for (std::int64_t first = 0; first < count; first += chunk)
  {
    const std::int64_t n = std::min(chunk, count - first);
    MinMax(spectra + first * components, n, components, low.data(), high.data());
    SquaredNorms(spectra + first * components, n, components, squares);
    for (std::int64_t v = 0; v < n; ++v)
    {
      if (!std::isnan(squares[v]))
      {
        this->NormAll.Extend({ std::sqrt(squares[v]), std::sqrt(squares[v]) });
      }
      if (std::isfinite(squares[v]))
      {
        this->NormFinite.Extend({ std::sqrt(squares[v]), std::sqrt(squares[v]) });
      }
    }
  }
  for (std::size_t k = 0; k < this->All.size(); ++k)
  {
    if (low[k] > high[k])
    {
      continue; // nothing but NaN
    }
    this->All[k].Extend({ low[k], high[k] });
    if (std::isfinite(low[k]) && std::isfinite(high[k]))
    {
      this->Finite[k].Extend({ low[k], high[k] });
      continue;
    }
    for (std::int64_t v = 0; v < count; ++v) // rare: infinities among the values
    {
      const float x = spectra[v * components + static_cast<std::int64_t>(k)];
      if (std::isfinite(x))
      {
        this->Finite[k].Extend({ x, x });
      }
    }
  }
}

void ComponentRanges::Merge(const ComponentRanges& other)
{
  for (std::size_t k = 0; k < this->All.size(); ++k)
  {
    this->All[k].Extend(other.All[k]);
    this->Finite[k].Extend(other.Finite[k]);
  }
  this->NormAll.Extend(other.NormAll);
  this->NormFinite.Extend(other.NormFinite);
}

ComponentRanges FindComponentRanges(const float* spectra, std::int64_t count, int components)
{
  return ParallelReduce(
    0, count, 16384, ComponentRanges(components),
    [&](std::int64_t first, std::int64_t last)
    {
      ComponentRanges part(components);
      part.Add(spectra + first * components, last - first);
      return part;
    },
    [](ComponentRanges& a, const ComponentRanges& b) { a.Merge(b); });
}

}
