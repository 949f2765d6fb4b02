// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeShape.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>

namespace paraxanes
{
namespace
{

// Half the width of the linear rise, eV.
constexpr double HalfRise = 2.5;

// 0 at t <= 0, 1 at t >= 1, with two continuous derivatives.
double SmoothStep(double t)
{
  t = std::min(std::max(t, 0.0), 1.0);
  return t * t * t * (10.0 + t * (6.0 * t - 15.0));
}

// 1 at the centre, 0 beyond the half-width, with two continuous derivatives.
double Peak(double x, double center, double halfWidth)
{
  const double t = (x - center) / halfWidth;
  const double s = std::max(0.0, 1.0 - t * t);
  return s * s * s;
}

// All parts have a bounded support: a real edge's tails would bend the lines that are fitted
// before and after it.
double Compact(double x)
{
  return SmoothStep((x + 6.75) / 13.5) + 0.02 * Peak(x, -11.0, 4.0) + 0.5 * Peak(x, 7.0, 9.0) -
    0.08 * Peak(x, 22.0, 10.0);
}

double Linear(double x)
{
  return std::min(std::max(0.5 + x / (2.0 * HalfRise), 0.0), 1.0);
}

// One shell at 1.95 A: sin(2 k R + phase) with k from E - E0 = k^2 / 0.2625 eV A^2, faded in
// above the white line and out by disorder.
double Oscillation(double x)
{
  if (x <= 15.0)
  {
    return 0.0;
  }
  const double k = std::sqrt(0.2625 * x);
  return 0.25 * SmoothStep((x - 15.0) / 15.0) * std::exp(-0.02 * k * k) / k *
    std::sin(3.9 * k + 1.0);
}

PARAXANES_MULTIVERSION
void CompactValues(const double* energies, int count, double origin, double* values)
{
  for (int k = 0; k < count; ++k)
  {
    values[k] = Compact(energies[k] - origin);
  }
}

PARAXANES_MULTIVERSION
void LinearValues(const double* energies, int count, double origin, double* values)
{
  for (int k = 0; k < count; ++k)
  {
    values[k] = Linear(energies[k] - origin);
  }
}

}

EdgeShape::EdgeShape(Kind kind)
  : TheKind(kind)
{
  if (kind == Kind::PiecewiseLinear)
  {
    return;
  }
  // Compact rises steadily between these.
  double low = -3.0;
  double high = 3.0;
  for (int i = 0; i < 60; ++i)
  {
    const double middle = 0.5 * (low + high);
    (Compact(middle) < 0.5 ? low : high) = middle;
  }
  this->Shift = 0.5 * (low + high);
}

double EdgeShape::Value(double x) const
{
  double value = 0.0;
  this->Values(&x, 1, 0.0, &value);
  return value;
}

void EdgeShape::Values(const double* energies, int count, double edge, double* values) const
{
  if (this->TheKind == Kind::PiecewiseLinear)
  {
    LinearValues(energies, count, edge, values);
    return;
  }
  CompactValues(energies, count, edge - this->Shift, values);
  if (this->TheKind == Kind::Exafs)
  {
    for (int k = 0; k < count; ++k)
    {
      values[k] += Oscillation(energies[k] - edge);
    }
  }
}

}
