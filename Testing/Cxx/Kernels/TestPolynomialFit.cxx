// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PolynomialFit.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{

const std::vector<double> Energies = { 8133.0, 8150.0, 8211.0, 8290.0, 8333.0, 8344.0, 8400.0,
  8466.6, 8500.0, 8533.0 };

double Cubic(double energy)
{
  const double x = (energy - 8333.0) / 100.0;
  return 1.0 + x * (0.5 + x * (-0.25 + x * 0.125));
}

// A polynomial of the fit's degree comes back exactly, inside the range and outside.
TEST(PolynomialFit, ReproducesAPolynomialOfItsDegree)
{
  const paraxanes::PolynomialFit fit(Energies, { 2, 9 }, 3);
  for (const double energy : { 8133.0, 8300.5, 8533.0 })
  {
    const std::vector<double> weights = fit.WeightsAt(energy);
    double value = 0.0;
    for (std::size_t k = 0; k < Energies.size(); ++k)
    {
      value += weights[k] * Cubic(Energies[k]);
    }
    EXPECT_NEAR(value, Cubic(energy), 1e-11) << energy;
  }
}

TEST(PolynomialFit, BasisIsOrthonormalOverTheRange)
{
  const paraxanes::PolynomialFit fit(Energies, { 1, 8 }, 3);
  for (int i = 0; i <= 3; ++i)
  {
    for (int j = 0; j <= i; ++j)
    {
      double sum = 0.0;
      for (std::size_t k = 1; k < 8; ++k)
      {
        sum += fit.Basis(i)[k] * fit.Basis(j)[k];
      }
      EXPECT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-14) << i << ", " << j;
    }
  }
}

TEST(PolynomialFit, DegreeZeroIsTheMean)
{
  const paraxanes::PolynomialFit fit(Energies, { 0, 4 }, 0);
  const std::vector<double> weights = fit.WeightsAt(9000.0);
  for (std::size_t k = 0; k < Energies.size(); ++k)
  {
    EXPECT_NEAR(weights[k], k < 4 ? 0.25 : 0.0, 1e-15);
  }
}

}
