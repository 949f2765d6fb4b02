// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ValenceCalibration.h"

#include "PolynomialFit.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace paraxanes
{

std::string CheckReferencePoints(const std::vector<ReferencePoint>& points, int degree)
{
  std::ostringstream problem;
  problem.precision(10);
  std::set<double> energies;
  for (const ReferencePoint& point : points)
  {
    if (!std::isfinite(point.Energy) || !std::isfinite(point.Value))
    {
      problem << "the reference point (" << point.Energy << " eV, " << point.Value
              << ") is not finite";
      return problem.str();
    }
    energies.insert(point.Energy);
  }
  const auto needed = static_cast<std::size_t>(degree) + 1;
  const char* shape = degree == 1 ? "line" : "parabola";
  if (points.size() < needed)
  {
    problem << "there are " << points.size() << " reference points; a " << shape
            << " needs at least " << needed;
  }
  else if (energies.size() < needed)
  {
    problem << "the " << points.size() << " reference points have only " << energies.size()
            << " different " << (energies.size() == 1 ? "energy" : "energies") << "; a " << shape
            << " needs at least " << needed;
  }
  return problem.str();
}

ValenceCalibration::ValenceCalibration(std::vector<ReferencePoint> points, int degree)
{
  std::sort(points.begin(), points.end(),
    [](const ReferencePoint& a, const ReferencePoint& b) { return a.Energy < b.Energy; });
  this->Low = points.front().Energy;
  this->High = points.back().Energy;
  this->Center = 0.5 * (this->Low + this->High);

  std::vector<double> energies;
  for (const ReferencePoint& point : points)
  {
    energies.push_back(point.Energy);
  }
  const PolynomialFit fit(energies, { 0, static_cast<int>(points.size()) }, degree);
  const auto fitted = [&](double energy)
  {
    const std::vector<double> weights = fit.WeightsAt(energy);
    double value = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i)
    {
      value += weights[i] * points[i].Value;
    }
    return value;
  };
  // A parabola is known from three of its values.
  const double half = 0.5 * (this->High - this->Low);
  const double low = fitted(this->Low);
  const double middle = fitted(this->Center);
  const double high = fitted(this->High);
  this->Coefficients[0] = middle;
  this->Coefficients[1] = (high - low) / (2.0 * half);
  if (degree > 1)
  {
    this->Coefficients[2] = (high + low - 2.0 * middle) / (2.0 * half * half);
  }
}

double ValenceCalibration::Value(double energy) const
{
  const double x = energy - this->Center;
  return this->Coefficients[0] + x * (this->Coefficients[1] + x * this->Coefficients[2]);
}

double ValenceCalibration::Slope(double energy) const
{
  return this->Coefficients[1] + 2.0 * this->Coefficients[2] * (energy - this->Center);
}

bool ValenceCalibration::IsMonotonic() const
{
  return this->Slope(this->Low) * this->Slope(this->High) > 0.0;
}

CalibrationCounts Calibrate(const ValenceCalibration& calibration, const CalibrationBlock& block)
{
  CalibrationCounts counts;
  for (std::int64_t v = 0; v < block.Count; ++v)
  {
    const double energy = block.Energies[v];
    block.Values[v] = calibration.Value(energy);
    if (block.EnergyErrors)
    {
      block.ValueErrors[v] = static_cast<float>(
        std::abs(calibration.Slope(energy)) * static_cast<double>(block.EnergyErrors[v]));
    }
    const bool counted = std::isfinite(energy) && !(block.Duplicate && block.Duplicate[v]);
    counts.Finite += counted ? 1 : 0;
    counts.Outside += counted && (energy < calibration.Low || energy > calibration.High) ? 1 : 0;
  }
  return counts;
}

}
