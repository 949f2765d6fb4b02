// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PlaneResampling.h
 * Images moved and magnified, by separable interpolation.
 */
#ifndef PlaneResampling_h
#define PlaneResampling_h

#include <array>
#include <vector>

namespace paraxanes
{

/**
 * Linear: between two samples, exact for straight lines. Cubic: Keys' cubic convolution with
 * a = -1/2 (Catmull-Rom), exact for parabolas up to the border, where the sample that is missing
 * is that of the parabola through the outer three. (Keys, IEEE Trans. ASSP 29, 1153 (1981).)
 */
enum class Interpolation
{
  Linear,
  Cubic
};

/// Index x of the output lies at Center + (x - Center) * Scale + Shift of the source.
struct AxisMap
{
  double Center = 0.0;
  double Scale = 1.0; ///< above 0
  double Shift = 0.0;

  bool Moves() const { return this->Scale != 1.0 || this->Shift != 0.0; }
  double operator()(double x) const
  {
    return this->Center + (x - this->Center) * this->Scale + this->Shift;
  }
};

/**
 * What a strided run of output indices takes from a source of `size` samples. Positions within
 * 1e-6 of a whole number are that number: one sample with weight 1, the same to the bit. Positions
 * outside of the source's first and last sample take nothing.
 */
class AxisTaps
{
public:
  struct Taps
  {
    int First = 0; ///< of the source
    int Count = 0; ///< 0: outside
    std::array<double, 4> Weights = { 0.0, 0.0, 0.0, 0.0 };
  };

  AxisTaps(const AxisMap& map, int first, int step, int count, int size, Interpolation between);

  /// Of each output index.
  const std::vector<Taps>& All() const { return this->Runs; }
  /// The range of the source that is needed, half-open; empty when all is outside.
  int SourceFirst() const { return this->Begin; }
  int SourceCount() const { return this->End - this->Begin; }
  /// The part of it that no other run of a partition of the output calls so, for counting.
  int HomeFirst() const { return this->HomeBegin; }
  int HomeCount() const { return this->HomeEnd - this->HomeBegin; }

private:
  std::vector<Taps> Runs;
  int Begin = 0;
  int End = 0;
  int HomeBegin = 0;
  int HomeEnd = 0;
};

/// A source plane, of the source ranges of both axes, x fastest, and its weight.
struct WeightedPlane
{
  const float* Values = nullptr;
  double Weight = 1.0;
};

/// Fills out[j * (number of x) + i]. NaN outside of the source and wherever a source value that
/// has a weight is NaN. Sums in double, in an order that does not depend on the ranges.
void ResamplePlane(
  const std::vector<WeightedPlane>& planes, const AxisTaps& x, const AxisTaps& y, float* out);

}

#endif
