// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeFinder.h
 * The edge energy as a crossing of a level by the normalised spectrum.
 *
 * A crossing lies between neighbouring samples of the window with y[i] < level <= y[i+1]; its
 * energy is interpolated linearly between them. A NaN sample takes part in no crossing.
 */
#ifndef EdgeFinder_h
#define EdgeFinder_h

#include "EnergyAxis.h"

#include <limits>
#include <string>
#include <vector>

namespace paraxanes
{

/// Which of several crossings counts.
enum class CrossingRule
{
  DownFromMaximum, ///< the first one down from the maximum in the window (the lowest of equal
                   ///< maxima); a NaN sample on the way ends the walk
  First,           ///< the one lowest in energy
  Last,            ///< the one highest in energy
  Nearest          ///< the one nearest to a reference energy
};

struct LevelCrossing
{
  double Level = 0.5;
  EnergyRange Window; ///< eV
  CrossingRule Rule = CrossingRule::DownFromMaximum;
  double Reference = std::numeric_limits<double>::quiet_NaN(); ///< eV, for Nearest
};

/// What is wrong with the settings for these energies; empty when nothing is.
std::string CheckLevelCrossing(const std::vector<double>& energies, const LevelCrossing& crossing);

/// A plan for SpectrumKernels.h: the settings with the samples of the window.
struct EdgeFinder
{
  EdgeFinder() = default;
  EdgeFinder(const std::vector<double>& energies, const LevelCrossing& crossing);

  LevelCrossing Settings;
  std::vector<double> Energies;
  IndexRange Window;
};

/// Energy of the steepest rise of a spectrum: the midpoint of the two samples with the largest
/// (mu[i+1] - mu[i]) / (E[i+1] - E[i]), the lowest of equal ones. NaN below two samples or without
/// a rise.
double SteepestRise(const std::vector<double>& energies, const std::vector<double>& spectrum);

}

#endif
