// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PeakRatio.h
 * The ratio of the heights of two peaks above the pre-edge line, such as the two of a Ni L3 edge.
 */
#ifndef PeakRatio_h
#define PeakRatio_h

#include "EdgeMethods.h"
#include "Normalization.h"

#include <limits>
#include <string>
#include <vector>

namespace paraxanes
{

/**
 * Where a peak lies: the maximum of mu - pre within a window, of a local polynomial as that of
 * EdgeMethod::WhiteLine; or, in a window that is one energy, mu - pre at this energy, interpolated
 * linearly: for a shoulder, which has no maximum.
 *
 * A local fit that is wider than a peak flattens it. The highest of noisy samples lies high: by
 * about one standard deviation of their noise where the peak is flat over several of them.
 */
struct PeakRatioSettings
{
  EnergyRange Low;  ///< window of the peak below in the ratio, eV
  EnergyRange High; ///< window of the peak above in the ratio, eV
  int LocalFitDegree = 0;
  double LocalFitHalfWidth = 3.0; ///< eV
};

/**
 * Where the peaks of an edge are looked for when nothing is said: of Ni L3 852 to 854 eV and 854 to
 * 857 eV. False for other edges.
 *
 * These windows are our own choice; no publication that defines them was found, neither for Ni nor
 * for Mn, Fe and Co. They meet at 854 eV, 1.3 eV above the edge of EdgeTable.h, midway between the
 * two peaks that spectra of NiO and of layered oxides have near 853 and 855 eV. Beamlines differ in
 * their calibration: a reference spectrum has to confirm them.
 */
bool DefaultPeaks(const std::string& element, const std::string& edge, PeakRatioSettings& settings);

/// What is wrong with the windows for these energies; empty when nothing is.
std::string CheckPeaks(const std::vector<double>& energies, const PeakRatioSettings& settings);

struct PeakRatio
{
  EdgeResult Low; ///< Height: above the pre-edge line
  EdgeResult High;
  double Ratio = std::numeric_limits<double>::quiet_NaN(); ///< of the heights, high over low
  /// One standard deviation, from the scatter about the fits, through the peaks and the pre-edge
  /// line; NaN where the noise cannot be told.
  double Error = std::numeric_limits<double>::quiet_NaN();
};

/// Of a finite spectrum; the settings have to pass CheckPeaks.
PeakRatio FindPeakRatio(const Normalization& normalization, const std::vector<double>& energies,
  const std::vector<double>& mu, const PeakRatioSettings& settings);

}

#endif
