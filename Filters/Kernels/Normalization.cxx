// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Normalization.h"

#include "PolynomialFit.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>

namespace paraxanes
{
namespace
{

std::string CheckFit(const char* name, const std::vector<double>& energies,
  const EnergyRange& range, int degree, RangeRule rule)
{
  std::ostringstream problem;
  problem << std::setprecision(10);
  if (!(range.Low <= range.High))
  {
    problem << "the " << name << " range " << range.Low << " to " << range.High
            << " eV does not ascend";
    return problem.str();
  }
  const int samples = SamplesOfFit(energies, range, rule).Size();
  if (samples < degree + 1)
  {
    problem << "the " << name << " range " << range.Low << " to " << range.High << " eV holds "
            << samples << " of the energies (" << energies.front() << " to " << energies.back()
            << " eV); a fit of degree " << degree << " needs at least " << degree + 1;
  }
  return problem.str();
}

// Values of q_j over the whole axis; zero where the fit has no such term.
std::vector<double> BasisOrZero(const PolynomialFit& fit, int j, std::size_t size)
{
  return j <= fit.Degree() ? fit.Basis(j) : std::vector<double>(size, 0.0);
}

}

IndexRange SamplesOfFit(
  const std::vector<double>& energies, const EnergyRange& range, RangeRule rule)
{
  if (rule == RangeRule::Closed)
  {
    return SamplesIn(energies, range);
  }
  const auto size = static_cast<int>(energies.size());
  const auto above = std::upper_bound(energies.begin(), energies.end(), range.Low);
  const int first = std::max(static_cast<int>(above - energies.begin()) - 1, 0);
  const int last = NearestSample(energies, range.High);
  return { first, last - first < 2 ? std::min(size, first + 2) : last };
}

std::string CheckNormalization(
  const std::vector<double>& energies, const NormalizationSettings& settings)
{
  if (energies.empty())
  {
    return "there are no energies";
  }
  if (!std::isfinite(settings.E0))
  {
    return "E0 is not a number";
  }
  std::string problem =
    CheckFit("pre-edge", energies, settings.PreEdge, settings.PreEdgeDegree, settings.Rule);
  if (problem.empty())
  {
    problem =
      CheckFit("post-edge", energies, settings.PostEdge, settings.PostEdgeDegree, settings.Rule);
  }
  if (problem.empty() && settings.PreEdge.High >= settings.PostEdge.Low)
  {
    std::ostringstream text;
    text << std::setprecision(10) << "the pre-edge range ends at " << settings.PreEdge.High
         << " eV, which is not below the start of the post-edge range, " << settings.PostEdge.Low
         << " eV";
    problem = text.str();
  }
  if (problem.empty() &&
    SamplesOfFit(energies, settings.PreEdge, settings.Rule).Last >
      SamplesOfFit(energies, settings.PostEdge, settings.Rule).First)
  {
    problem = "by Larch's rule the pre-edge and the post-edge range share samples";
  }
  return problem;
}

Normalization::Normalization(
  const std::vector<double>& energies, const NormalizationSettings& settings)
  : Settings(settings)
  , NumberOfEnergies(static_cast<int>(energies.size()))
  , PreEdge(SamplesOfFit(energies, settings.PreEdge, settings.Rule))
  , PostEdge(SamplesOfFit(energies, settings.PostEdge, settings.Rule))
{
  if (settings.Rule == RangeRule::Larch)
  {
    this->Settings.E0 =
      energies[static_cast<std::size_t>(NearestSample(energies, this->Settings.E0))];
  }
  const double e0 = this->Settings.E0;
  this->FirstFlat =
    static_cast<int>(std::lower_bound(energies.begin(), energies.end(), e0) - energies.begin());
  const PolynomialFit pre(energies, this->PreEdge, settings.PreEdgeDegree);
  // The basis after the edge also has to hold the pre-edge line, for the residuals.
  const int postBasisDegree =
    std::min(std::max(settings.PreEdgeDegree, settings.PostEdgeDegree), this->PostEdge.Size() - 1);
  const PolynomialFit post(energies, this->PostEdge, postBasisDegree);

  for (int i = 0; i < PreTerms; ++i)
  {
    this->PreBasis[i] = BasisOrZero(pre, i, energies.size());
  }
  for (int j = 0; j < PostTerms; ++j)
  {
    this->PostBasis[j] = BasisOrZero(post, j, energies.size());
    this->AtE0[j] = j <= settings.PostEdgeDegree ? post.Evaluate(j, e0) : 0.0;
    for (int i = 0; i < PreTerms; ++i)
    {
      this->PreInPost[j][i] = std::inner_product(this->PostBasis[j].begin() + this->PostEdge.First,
        this->PostBasis[j].begin() + this->PostEdge.Last,
        this->PreBasis[i].begin() + this->PostEdge.First, 0.0);
    }
  }
  this->DegreesOfFreedom = this->PreEdge.Size() - (settings.PreEdgeDegree + 1) +
    this->PostEdge.Size() - (settings.PostEdgeDegree + 1);
  const std::vector<double> weights = this->EdgeJumpWeights();
  this->JumpErrorFactor =
    std::sqrt(std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0));
}

std::vector<double> Normalization::EdgeJumpWeights() const
{
  std::vector<double> weights(static_cast<std::size_t>(this->NumberOfEnergies), 0.0);
  for (int j = 0; j < PostTerms; ++j)
  {
    for (auto k = static_cast<std::size_t>(this->PostEdge.First);
         k < static_cast<std::size_t>(this->PostEdge.Last); ++k)
    {
      weights[k] += this->AtE0[j] * this->PostBasis[j][k];
    }
    for (int i = 0; i < PreTerms; ++i)
    {
      for (auto k = static_cast<std::size_t>(this->PreEdge.First);
           k < static_cast<std::size_t>(this->PreEdge.Last); ++k)
      {
        weights[k] -= this->AtE0[j] * this->PreInPost[j][i] * this->PreBasis[i][k];
      }
    }
  }
  return weights;
}

Normalization IdentityNormalization(int energies)
{
  Normalization identity;
  identity.NumberOfEnergies = energies;
  for (std::vector<double>& basis : identity.PreBasis)
  {
    basis.assign(static_cast<std::size_t>(energies), 0.0);
  }
  for (std::vector<double>& basis : identity.PostBasis)
  {
    basis.assign(static_cast<std::size_t>(energies), 0.0);
  }
  return identity;
}

}
