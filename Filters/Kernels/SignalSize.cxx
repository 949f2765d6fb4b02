// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SignalSize.h"

namespace paraxanes
{

NoiseShape::NoiseShape(const Vector3& spacing, int normal)
{
  for (int axis = 0; axis < 3; ++axis)
  {
    if (axis == normal)
    {
      this->Active[axis] = 0.0;
      this->Weights[axis] = 0.0;
      continue;
    }
    // Over that of x or y, so that cubes have exactly 1.
    const double ratio = spacing[normal == 0 ? 1 : 0] / spacing[axis];
    this->Weights[axis] = ratio * ratio;
    this->Sum += this->Weights[axis];
  }
}

SignalSums SignalSums::FromMeans(std::int64_t number, double meanError, double rootMeanSquare,
  double noise, double meanWithoutNoise)
{
  SignalSums sums;
  if (number > 0)
  {
    const auto n = static_cast<double>(number);
    sums.Number = number;
    sums.Errors = n * meanError;
    sums.Squares = n * rootMeanSquare * rootMeanSquare;
    sums.Variances = n * noise * noise;
    sums.Sizes = n * meanWithoutNoise;
  }
  return sums;
}

void SignalSums::Add(const SignalSums& other)
{
  this->Number += other.Number;
  this->Errors += other.Errors;
  this->Squares += other.Squares;
  this->Variances += other.Variances;
  this->Sizes += other.Sizes;
}

}
