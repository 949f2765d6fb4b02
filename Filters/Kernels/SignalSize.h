// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SignalSize.h
 * The size of vectors without the share of their noise.
 *
 * A vector is u = t + n: t the true one, n normal noise of mean 0 whose components are independent
 * and have standard deviations s_a. Its error is that of |u|, to first order:
 * s_u^2 = sum (u_a / |u|)^2 s_a^2, as DifferenceErrors makes it.
 *
 * - Root mean square: <|u|^2> = <|t|^2> + <V> with V = sum s_a^2, whatever t is. So
 *   sqrt(<|u|^2 - V>) is that of t, and needs no assumption on it.
 * - Mean: nothing has the mean |t| for every t, as a mean over normal noise is smooth where t is 0
 *   and |t| is not. Each vector stands for max(0, |u| - (V - s_u^2) / (2 |u|)), which is right to
 *   first order. In space and with equal s_a = s it is |u| - s^2 / |u|, and what is left of the
 *   noise shrinks exponentially with |t|: the mean is too large by 0.97 s at t = 0 (<|u|> itself
 *   by 1.60 s), 0.28 s at |t| = s (0.85), 0.045 s at 2 s (0.49), 0.004 s at 3 s (0.33). In a plane
 *   by 0.85 s (1.25), 0.19 s (0.55), 0.014 s (0.27) and -0.004 s (0.17).
 *
 * Both hold for all vectors, not for some that were chosen by their size.
 */
#ifndef SignalSize_h
#define SignalSize_h

#include "VoxelGrid.h"

#include <cmath>
#include <cstdint>

namespace paraxanes
{

/**
 * V over the square of the error of |u|, for differences of values of one error: the variances of
 * the components are as 1 / spacing^2. The number of axes (3, in a plane 2) where voxels are cubes.
 */
class NoiseShape
{
public:
  /// `normal`: axis without a component, -1 in space.
  NoiseShape(const Vector3& spacing, int normal);

  double VarianceOver(double x, double y, double z) const
  {
    const double xx = this->Active[0] * x * x;
    const double yy = this->Active[1] * y * y;
    const double zz = this->Active[2] * z * z;
    return this->Sum * (xx + yy + zz) /
      (xx * this->Weights[0] + yy * this->Weights[1] + zz * this->Weights[2]);
  }

private:
  Vector3 Active = { 1.0, 1.0, 1.0 };
  Vector3 Weights; // the variances of the components, in proportion
  double Sum = 0.0;
};

/// Of one vector, and sums over vectors; those of several ranks add up.
struct SignalSums
{
  SignalSums() = default;
  /// A vector of size |u| > 0 with its error and the V that belongs to it.
  SignalSums(double size, double error, double variance)
    : Number(1)
    , Errors(error)
    , Squares(size * size)
    , Variances(variance)
    , Sizes(std::fmax(0.0, size - 0.5 * (variance - error * error) / size))
  {
  }

  /// From what means say; a mean that is NaN stays so.
  static SignalSums FromMeans(std::int64_t number, double meanError, double rootMeanSquare,
    double noise, double meanWithoutNoise);

  void Add(const SignalSums& other);

  template <typename Count, typename Sum>
  void ForEachNumber(Count count, Sum sum)
  {
    count(this->Number);
    sum(this->Errors);
    sum(this->Squares);
    sum(this->Variances);
    sum(this->Sizes);
  }

  /// Whether |u| is more than noise makes it; else nothing is left without it.
  bool StandsOut() const { return this->Number > 0 && this->Squares > this->Variances; }
  double MeanError() const { return this->Mean(this->Errors); }
  double RootMeanSquare() const { return std::sqrt(this->Mean(this->Squares)); }
  /// Root of the mean V.
  double Noise() const { return std::sqrt(this->Mean(this->Variances)); }
  /// <|t|^2>; may come out below 0 where there is nothing but noise.
  double MeanSquareWithoutNoise() const { return this->Mean(this->Squares - this->Variances); }
  ///@{
  /// NaN where nothing stands out.
  double RootMeanSquareWithoutNoise() const
  {
    return this->StandsOut() ? std::sqrt(this->MeanSquareWithoutNoise()) : NAN;
  }
  double MeanWithoutNoise() const { return this->StandsOut() ? this->Mean(this->Sizes) : NAN; }
  ///@}

  std::int64_t Number = 0;
  double Errors = 0.0;
  double Squares = 0.0;   ///< of |u|
  double Variances = 0.0; ///< V
  double Sizes = 0.0;     ///< without noise, to first order

private:
  double Mean(double sum) const { return sum / static_cast<double>(this->Number); }
};

}

#endif
