// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PlaneResampling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace paraxanes
{
namespace
{

// Positions that are as good as whole, in samples.
constexpr double WholeWithin = 1e-6;
// Where sums begin: with it a moved -0 stays what it is.
constexpr double Nothing = -0.0;

using Taps = AxisTaps::Taps;

// Keys' weights at `fraction` behind the second of four samples.
std::array<double, 4> KeysWeights(double t)
{
  return { ((-0.5 * t + 1.0) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1.0,
    ((-1.5 * t + 2.0) * t + 0.5) * t, (0.5 * t - 0.5) * t * t };
}

// Between the samples `below` and below + 1.
Taps TapsBetween(int below, double fraction, int size, Interpolation between)
{
  if (between == Interpolation::Linear || size < 3)
  {
    return { below, 2, { 1.0 - fraction, fraction, 0.0, 0.0 } };
  }
  const std::array<double, 4> w = KeysWeights(fraction);
  if (below == 0) // f(-1) = 3 f(0) - 3 f(1) + f(2)
  {
    return { 0, 3, { w[1] + 3.0 * w[0], w[2] - 3.0 * w[0], w[3] + w[0], 0.0 } };
  }
  if (below + 2 == size)
  {
    return { below - 1, 3, { w[0] + w[3], w[1] - 3.0 * w[3], w[2] + 3.0 * w[3], 0.0 } };
  }
  return { below - 1, 4, w };
}

Taps TapsAt(double position, int size, Interpolation between)
{
  const double whole = std::round(position);
  const bool isWhole = std::abs(position - whole) <= WholeWithin;
  const double place = isWhole ? whole : position;
  if (!(place >= 0.0 && place <= size - 1.0))
  {
    return {};
  }
  const int below = static_cast<int>(place);
  return isWhole ? Taps{ below, 1, { 1.0, 0.0, 0.0, 0.0 } }
                 : TapsBetween(below, place - below, size, between);
}

// rows[s] += weight * in[s]
void AddRow(const float* in, double weight, std::vector<double>& row)
{
  for (std::size_t s = 0; s < row.size(); ++s)
  {
    row[s] += weight * in[s];
  }
}

}

AxisTaps::AxisTaps(
  const AxisMap& map, int first, int step, int count, int size, Interpolation between)
{
  this->Runs.reserve(static_cast<std::size_t>(count));
  int begin = size;
  int end = 0;
  for (int i = 0; i < count; ++i)
  {
    const Taps taps = TapsAt(map(first + static_cast<double>(step) * i), size, between);
    if (taps.Count > 0)
    {
      begin = std::min(begin, taps.First);
      end = std::max(end, taps.First + taps.Count);
    }
    this->Runs.push_back(taps);
  }
  this->Begin = std::min(begin, end);
  this->End = end;
  const auto home = [&](int i)
  {
    const double place = std::floor(map(first + static_cast<double>(step) * i) + WholeWithin);
    return static_cast<int>(
      std::clamp(place, static_cast<double>(this->Begin), static_cast<double>(this->End)));
  };
  this->HomeBegin = home(0);
  this->HomeEnd = home(count);
}

void ResamplePlane(
  const std::vector<WeightedPlane>& planes, const AxisTaps& x, const AxisTaps& y, float* out)
{
  constexpr float NaN = std::numeric_limits<float>::quiet_NaN();
  const auto columns = static_cast<std::int64_t>(x.All().size());
  const std::int64_t width = x.SourceCount();
  std::vector<double> row(static_cast<std::size_t>(width));
  for (const Taps& rows : y.All())
  {
    if (rows.Count == 0 || width == 0 || planes.empty())
    {
      out = std::fill_n(out, columns, NaN);
      continue;
    }
    std::fill(row.begin(), row.end(), Nothing);
    for (const WeightedPlane& plane : planes)
    {
      for (int k = 0; k < rows.Count; ++k)
      {
        const std::int64_t line = rows.First + k - y.SourceFirst();
        AddRow(plane.Values + line * width,
          plane.Weight * rows.Weights[static_cast<std::size_t>(k)], row);
      }
    }
    for (const Taps& taps : x.All())
    {
      const double* source = row.data() + (taps.First - x.SourceFirst());
      double sum = Nothing;
      for (int k = 0; k < taps.Count; ++k)
      {
        sum += taps.Weights[static_cast<std::size_t>(k)] * source[k];
      }
      *out++ = taps.Count == 0 ? NaN : static_cast<float>(sum);
    }
  }
}

}
