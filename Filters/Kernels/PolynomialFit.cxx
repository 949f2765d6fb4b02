// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PolynomialFit.h"

#include <cmath>

namespace paraxanes
{
namespace
{

double Horner(const std::vector<double>& coefficients, double x)
{
  double value = 0.0;
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c)
  {
    value = value * x + *c;
  }
  return value;
}

}

PolynomialFit::PolynomialFit(const std::vector<double>& energies, IndexRange samples, int degree)
  : Range(samples)
{
  const double low = energies[static_cast<std::size_t>(samples.First)];
  const double high = energies[static_cast<std::size_t>(samples.Last - 1)];
  this->Center = 0.5 * (low + high);
  this->Scale = high > low ? 0.5 * (high - low) : 1.0;

  const auto dot = [&](const std::vector<double>& a, const std::vector<double>& b)
  {
    double sum = 0.0;
    for (int k = samples.First; k < samples.Last; ++k)
    {
      const double x = (energies[static_cast<std::size_t>(k)] - this->Center) / this->Scale;
      sum += Horner(a, x) * Horner(b, x);
    }
    return sum;
  };

  for (int j = 0; j <= degree; ++j)
  {
    std::vector<double> q(static_cast<std::size_t>(degree) + 1, 0.0);
    q[static_cast<std::size_t>(j)] = 1.0;
    // Twice: once more takes off what rounding left of the first time.
    for (int pass = 0; pass < 2; ++pass)
    {
      for (const std::vector<double>& p : this->Coefficients)
      {
        const double overlap = dot(p, q);
        for (std::size_t i = 0; i < q.size(); ++i)
        {
          q[i] -= overlap * p[i];
        }
      }
    }
    const double norm = std::sqrt(dot(q, q));
    for (double& c : q)
    {
      c /= norm;
    }
    this->Coefficients.push_back(q);
    std::vector<double> values;
    values.reserve(energies.size());
    for (const double energy : energies)
    {
      values.push_back(this->Evaluate(j, energy));
    }
    this->Values.push_back(values);
  }
}

double PolynomialFit::Evaluate(int j, double energy) const
{
  return Horner(
    this->Coefficients[static_cast<std::size_t>(j)], (energy - this->Center) / this->Scale);
}

std::vector<double> PolynomialFit::WeightsAt(double energy) const
{
  std::vector<double> weights(this->Values.empty() ? 0 : this->Values.front().size(), 0.0);
  for (int j = 0; j <= this->Degree(); ++j)
  {
    const double q = this->Evaluate(j, energy);
    for (auto k = static_cast<std::size_t>(this->Range.First);
         k < static_cast<std::size_t>(this->Range.Last); ++k)
    {
      weights[k] += q * this->Basis(j)[k];
    }
  }
  return weights;
}

}
