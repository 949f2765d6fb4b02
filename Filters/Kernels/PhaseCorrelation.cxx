// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PhaseCorrelation.h"

#include <unsupported/Eigen/FFT>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numeric>

namespace paraxanes
{
namespace
{

using Complex = std::complex<double>;

constexpr double Pi = 3.14159265358979323846;
constexpr double WeakPower = 0.1;      // of the mean power: frequencies below count less
constexpr double PeakWidth = 1.0;      // px, standard deviation
constexpr int SmallestSize = 16;       // px
constexpr double Hopeless = 8.0;       // significance of a peak that moving windows do not help
constexpr double PassTolerance = 0.01; // px

// A size at least `size` whose only factors are 2, 3 and 5.
int GoodSize(int size)
{
  for (;; ++size)
  {
    int rest = size;
    for (const int factor : { 2, 3, 5 })
    {
      while (rest % factor == 0)
      {
        rest /= factor;
      }
    }
    if (rest == 1)
    {
      return size;
    }
  }
}

// The Hann window over what both images see when one is shifted by `shift`; `side` -1 is for the
// first image, 1 for the second.
std::vector<double> Window(int size, double shift, int side)
{
  const double length = size - std::abs(shift);
  const double center = 0.5 * (size - 1 + side * shift);
  std::vector<double> window(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i)
  {
    const double u = (i - center) / length;
    const double cosine = std::cos(Pi * u);
    window[static_cast<std::size_t>(i)] = std::abs(u) < 0.5 ? cosine * cosine : 0.0;
  }
  return window;
}

// The image through a window, of mean 0 and length 1; empty where there is no contrast.
std::vector<double> WindowedImage(const Picture& picture, double shiftX, double shiftY, int side)
{
  const std::vector<double> wx = Window(picture.Columns, shiftX, side);
  const std::vector<double> wy = Window(picture.Rows, shiftY, side);
  const auto forEachPixel = [&](auto body)
  {
    std::size_t i = 0;
    for (const double y : wy)
    {
      for (const double x : wx)
      {
        if (std::isfinite(picture.Values[i]))
        {
          body(i, static_cast<double>(picture.Values[i]), x * y);
        }
        ++i;
      }
    }
  };
  double sum = 0.0;
  double weight = 0.0;
  double largest = 0.0;
  forEachPixel(
    [&](std::size_t, double value, double w)
    {
      sum += w * value;
      weight += w;
      largest = std::max(largest, std::abs(value));
    });
  const double mean = weight > 0.0 ? sum / weight : 0.0;
  std::vector<double> image(picture.Values.size(), 0.0);
  double power = 0.0;
  forEachPixel(
    [&](std::size_t i, double value, double w)
    {
      image[i] = w * (value - mean);
      power += image[i] * image[i];
    });
  // Rounding is no contrast.
  const double noise = 1e-7 * largest * std::sqrt(weight);
  if (!(std::sqrt(power) > noise))
  {
    return {};
  }
  const double scale = 1.0 / std::sqrt(power);
  std::transform(
    image.begin(), image.end(), image.begin(), [scale](double value) { return value * scale; });
  return image;
}

// A grid of complex numbers that can be transformed along both axes.
struct Grid
{
  int Columns;
  int Rows;
  std::vector<Complex> Values;

  Complex& At(int x, int y)
  {
    return this->Values[static_cast<std::size_t>(y) * static_cast<std::size_t>(this->Columns) +
      static_cast<std::size_t>(x)];
  }

  void TransformRows(Eigen::FFT<double>& fft, bool inverse)
  {
    std::vector<Complex> row(static_cast<std::size_t>(this->Columns));
    for (int y = 0; y < this->Rows; ++y)
    {
      Complex* begin = &this->At(0, y);
      std::copy(begin, begin + this->Columns, row.begin());
      inverse ? fft.inv(begin, row.data(), this->Columns)
              : fft.fwd(begin, row.data(), this->Columns);
    }
  }

  void Transpose()
  {
    constexpr int tile = 16; // fits the cache on both sides
    Grid turned = { this->Rows, this->Columns, std::vector<Complex>(this->Values.size()) };
    for (int y0 = 0; y0 < this->Rows; y0 += tile)
    {
      for (int x0 = 0; x0 < this->Columns; x0 += tile)
      {
        for (int y = y0; y < std::min(this->Rows, y0 + tile); ++y)
        {
          for (int x = x0; x < std::min(this->Columns, x0 + tile); ++x)
          {
            turned.At(y, x) = this->At(x, y);
          }
        }
      }
    }
    *this = std::move(turned);
  }

  // Leaves the grid turned.
  void Transform(Eigen::FFT<double>& fft, bool inverse)
  {
    this->TransformRows(fft, inverse);
    this->Transpose();
    this->TransformRows(fft, inverse);
  }
};

// The Gaussian low pass along an axis.
std::vector<double> LowPass(int size)
{
  std::vector<double> weights;
  for (int k = 0; k < size; ++k)
  {
    const double frequency = static_cast<double>(std::min(k, size - k)) / size;
    weights.push_back(std::exp(-2.0 * std::pow(Pi * PeakWidth * frequency, 2)));
  }
  return weights;
}

// Replaces the transform of (first + i second) by the weighted phases of their cross-power
// spectrum; returns the sum of the weights.
double ToPhases(Grid& grid)
{
  const int columns = grid.Columns;
  const int rows = grid.Rows;
  std::vector<Complex> power(grid.Values.size());
  double sum = 0.0;
  std::size_t i = 0;
  for (int y = 0; y < rows; ++y)
  {
    Complex* const opposite = &grid.At(0, y == 0 ? 0 : rows - y);
    for (int x = 0; x < columns; ++x, ++i)
    {
      // Both images are real: their transforms follow from two values of the sum's.
      const Complex here = grid.Values[i];
      const Complex there = std::conj(opposite[x == 0 ? 0 : columns - x]);
      const Complex first = 0.5 * (here + there);
      const Complex second = Complex(0.0, -0.5) * (here - there);
      power[i] = std::conj(first) * second;
      sum += std::sqrt(std::norm(power[i]));
    }
  }
  const double weak = WeakPower * sum / static_cast<double>(power.size());
  const std::vector<double> lowPassX = LowPass(columns);
  const std::vector<double> lowPassY = LowPass(rows);
  double weights = 0.0;
  i = 0;
  for (const double wy : lowPassY)
  {
    for (const double wx : lowPassX)
    {
      const double magnitude = std::sqrt(std::norm(power[i]));
      const double weight = magnitude > 0.0 ? wx * wy / (magnitude + weak) : 0.0;
      grid.Values[i] = weight * power[i];
      weights += weight * magnitude;
      ++i;
    }
  }
  return weights;
}

// Where a Gaussian through three values has its top, -0.5 .. 0.5 from the middle one.
double TopOfPeak(double below, double middle, double above)
{
  const double least = 1e-12 * middle;
  const double a = std::log(std::max(below, least));
  const double b = std::log(middle);
  const double c = std::log(std::max(above, least));
  const double curvature = a - 2.0 * b + c;
  return curvature < 0.0 ? std::clamp(0.5 * (a - c) / curvature, -0.5, 0.5) : 0.0;
}

PictureShift FindPeak(Grid& correlation)
{
  const int columns = correlation.Columns;
  const int rows = correlation.Rows;
  const auto top =
    static_cast<int>(std::max_element(correlation.Values.begin(), correlation.Values.end(),
                       [](const Complex& a, const Complex& b) { return a.real() < b.real(); }) -
      correlation.Values.begin());
  const int x0 = top % columns;
  const int y0 = top / columns;
  const auto at = [&](int x, int y)
  { return correlation.At((x + columns) % columns, (y + rows) % rows).real(); };
  PictureShift shift;
  shift.Peak = at(x0, y0);
  if (!(shift.Peak > 0.0))
  {
    return shift;
  }
  shift.X = x0 + TopOfPeak(at(x0 - 1, y0), shift.Peak, at(x0 + 1, y0));
  shift.Y = y0 + TopOfPeak(at(x0, y0 - 1), shift.Peak, at(x0, y0 + 1));
  shift.X -= 2.0 * shift.X > columns ? columns : 0.0;
  shift.Y -= 2.0 * shift.Y > rows ? rows : 0.0;

  // The scatter beyond five widths of the peak: all but those within.
  const int radius = static_cast<int>(5.0 * PeakWidth);
  double squares = 0.0;
  for (const Complex& value : correlation.Values)
  {
    squares += value.real() * value.real();
  }
  auto count = static_cast<double>(correlation.Values.size());
  for (int dy = -radius; dy <= radius; ++dy)
  {
    for (int dx = -radius; dx <= radius; ++dx)
    {
      const double value = at(x0 + dx, y0 + dy);
      squares -= value * value;
      count -= 1.0;
    }
  }
  shift.Significance = squares > 0.0 ? shift.Peak / std::sqrt(squares / count) : 0.0;
  return shift;
}

// With windows that are moved apart by a shift.
PictureShift Correlate(const Picture& from, const Picture& to, double shiftX, double shiftY)
{
  const std::vector<double> first = WindowedImage(from, shiftX, shiftY, -1);
  const std::vector<double> second = WindowedImage(to, shiftX, shiftY, 1);
  if (first.empty() || second.empty())
  {
    return {};
  }
  // The windows are 0 at the border: zeros beside them change nothing.
  Grid grid = { GoodSize(from.Columns), GoodSize(from.Rows), {} };
  grid.Values.resize(static_cast<std::size_t>(grid.Columns) * static_cast<std::size_t>(grid.Rows));
  std::size_t i = 0;
  for (int y = 0; y < from.Rows; ++y)
  {
    for (int x = 0; x < from.Columns; ++x, ++i)
    {
      grid.At(x, y) = { first[i], second[i] };
    }
  }
  Eigen::FFT<double> fft;
  fft.SetFlag(Eigen::FFT<double>::Unscaled);
  grid.Transform(fft, false);
  const double weights = ToPhases(grid);
  if (!(weights > 0.0))
  {
    return {};
  }
  grid.Transform(fft, true);
  for (Complex& value : grid.Values)
  {
    value /= weights;
  }
  return FindPeak(grid);
}

}

PictureShift FindShift(const Picture& from, const Picture& to, int passes)
{
  if (from.Columns != to.Columns || from.Rows != to.Rows || from.Columns < SmallestSize ||
    from.Rows < SmallestSize)
  {
    return {};
  }
  PictureShift shift = Correlate(from, to, 0.0, 0.0);
  for (int pass = 1; pass < passes && shift.Significance > Hopeless; ++pass)
  {
    const PictureShift next = Correlate(from, to, shift.X, shift.Y);
    const double change = std::max(std::abs(next.X - shift.X), std::abs(next.Y - shift.Y));
    shift = next;
    if (!(change >= PassTolerance))
    {
      break;
    }
  }
  return shift;
}

}
