// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeFinder.h"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace paraxanes
{

std::string CheckLevelCrossing(const std::vector<double>& energies, const LevelCrossing& crossing)
{
  std::ostringstream problem;
  problem << std::setprecision(10);
  if (!std::isfinite(crossing.Level))
  {
    problem << "the level is not a finite number";
  }
  else if (!(crossing.Window.Low <= crossing.Window.High))
  {
    problem << "the window " << crossing.Window.Low << " to " << crossing.Window.High
            << " eV does not ascend";
  }
  else if (SamplesIn(energies, crossing.Window).Size() < 2)
  {
    problem << "the window " << crossing.Window.Low << " to " << crossing.Window.High
            << " eV holds " << SamplesIn(energies, crossing.Window).Size() << " of the energies ("
            << energies.front() << " to " << energies.back() << " eV); a crossing needs at least 2";
  }
  else if (crossing.Rule == CrossingRule::Nearest && !std::isfinite(crossing.Reference))
  {
    problem << "the crossing nearest to a reference is asked for, and there is no reference energy";
  }
  return problem.str();
}

EdgeFinder::EdgeFinder(const std::vector<double>& energies, const LevelCrossing& crossing)
  : Settings(crossing)
  , Energies(energies)
  , Window(SamplesIn(energies, crossing.Window))
{
}

double SteepestRise(const std::vector<double>& energies, const std::vector<double>& spectrum)
{
  double steepest = 0.0;
  double energy = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i + 1 < energies.size(); ++i)
  {
    const double slope = (spectrum[i + 1] - spectrum[i]) / (energies[i + 1] - energies[i]);
    if (slope > steepest)
    {
      steepest = slope;
      energy = 0.5 * (energies[i] + energies[i + 1]);
    }
  }
  return energy;
}

}
