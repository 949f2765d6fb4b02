// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ValenceCalibration.h
 * From edge energies to valence or state of charge, by reference points.
 *
 *     value(E)   least-squares polynomial of degree 1 or 2 through the points (energy, value)
 *     error      |d value / dE| times the error of the edge energy; that of the points is not in it
 */
#ifndef ValenceCalibration_h
#define ValenceCalibration_h

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace paraxanes
{

struct ReferencePoint
{
  double Energy = 0.0; ///< eV
  double Value = 0.0;  ///< valence, state of charge, ...
};

/// What is wrong with the points for a polynomial of this degree; empty when nothing is.
std::string CheckReferencePoints(const std::vector<ReferencePoint>& points, int degree);

/// value(E) = sum_i Coefficients[i] (E - Center)^i.
struct ValenceCalibration
{
  ValenceCalibration() = default;
  /// The points have to pass CheckReferencePoints.
  ValenceCalibration(std::vector<ReferencePoint> points, int degree);

  double Center = 0.0; ///< eV, the middle of the points
  std::array<double, 3> Coefficients = {};
  double Low = 0.0;  ///< eV, the lowest energy of the points
  double High = 0.0; ///< eV, the highest

  double Value(double energy) const;
  double Slope(double energy) const;

  /// False when the curve turns between the points: one value then stands for two energies.
  bool IsMonotonic() const;
};

/// A block of voxels.
struct CalibrationBlock
{
  const double* Energies = nullptr;         ///< eV; NaN where there is none
  const float* EnergyErrors = nullptr;      ///< eV; may be null
  const unsigned char* Duplicate = nullptr; ///< not 0: another rank's voxel, not counted; or null
  std::int64_t Count = 0;
  double* Values = nullptr;
  float* ValueErrors = nullptr; ///< null without EnergyErrors
};

struct CalibrationCounts
{
  std::int64_t Finite = 0;
  std::int64_t Outside = 0; ///< beyond the points, so that the value is an extrapolation
};

/// Serial: callers share blocks out among threads.
CalibrationCounts Calibrate(const ValenceCalibration& calibration, const CalibrationBlock& block);

}

#endif
