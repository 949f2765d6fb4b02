// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "NoisePropagation.h"

#include <algorithm>
#include <cmath>

namespace paraxanes
{

namespace
{

constexpr int PreTerms = Normalization::PreTerms;
constexpr int PostTerms = Normalization::PostTerms;

bool Holds(const IndexRange& range, int k)
{
  return range.First <= k && k < range.Last;
}

}

struct NoisePropagation::Sensitivity
{
  std::array<double, PreTerms> Pre = {};   // to a_i
  std::array<double, PostTerms> Post = {}; // to b_j
  double Squares = 0.0;                    // of those to the samples alone
  // Of the samples alone times the basis functions of the fit that they belong to.
  std::array<double, PreTerms> PreOverlap = {};
  std::array<double, PostTerms> PostOverlap = {};

  double Variance() const
  {
    double sum = this->Squares;
    for (std::size_t i = 0; i < this->Pre.size(); ++i)
    {
      sum += this->Pre[i] * (this->Pre[i] + 2.0 * this->PreOverlap[i]);
    }
    for (std::size_t j = 0; j < this->Post.size(); ++j)
    {
      sum += this->Post[j] * (this->Post[j] + 2.0 * this->PostOverlap[j]);
    }
    return sum;
  }
};

NoisePropagation::NoisePropagation(const Normalization& normalization)
  : Fits(normalization)
{
}

// Of the terms that are fitted.
std::array<double, PostTerms> NoisePropagation::PostBasisAt(int k) const
{
  std::array<double, PostTerms> basis = {};
  for (int j = 0; j <= this->Fits.Settings.PostEdgeDegree; ++j)
  {
    basis[static_cast<std::size_t>(j)] = this->Fits.PostBasis[j][static_cast<std::size_t>(k)];
  }
  return basis;
}

void NoisePropagation::AddPreEdge(int k, double change, Sensitivity& sum) const
{
  for (int i = 0; i < PreTerms; ++i)
  {
    sum.Pre[static_cast<std::size_t>(i)] +=
      change * this->Fits.PreBasis[i][static_cast<std::size_t>(k)];
  }
}

// Of sum_j c_j basis[j], where c_j = b_j - sum_i PreInPost[j][i] a_i.
void NoisePropagation::AddStep(
  const std::array<double, PostTerms>& basis, double change, Sensitivity& sum) const
{
  for (std::size_t j = 0; j < basis.size(); ++j)
  {
    sum.Post[j] += change * basis[j];
    for (std::size_t i = 0; i < sum.Pre.size(); ++i)
    {
      sum.Pre[i] -= change * basis[j] * this->Fits.PreInPost[j][i];
    }
  }
}

void NoisePropagation::AddSample(int k, double change, Sensitivity& sum) const
{
  sum.Squares += change * change;
  const auto sample = static_cast<std::size_t>(k);
  if (Holds(this->Fits.PreEdge, k))
  {
    for (int i = 0; i < PreTerms; ++i)
    {
      sum.PreOverlap[static_cast<std::size_t>(i)] += change * this->Fits.PreBasis[i][sample];
    }
  }
  if (Holds(this->Fits.PostEdge, k))
  {
    const std::array<double, PostTerms> basis = this->PostBasisAt(k);
    for (std::size_t j = 0; j < basis.size(); ++j)
    {
      sum.PostOverlap[j] += change * basis[j];
    }
  }
}

double NoisePropagation::OfNormalized(
  const SampleWeights& weights, SampleView y, const FittedStep& fit) const
{
  const NormalizationMode mode = this->Fits.Settings.Mode;
  std::array<double, PostTerms> atE0 = {};
  std::copy(std::begin(this->Fits.AtE0), std::end(this->Fits.AtE0), atE0.begin());
  Sensitivity sum;
  for (int k = weights.Samples.First; k < weights.Samples.Last; ++k)
  {
    const double weight = weights.Values[static_cast<std::size_t>(k)];
    const std::array<double, PostTerms> basis = this->PostBasisAt(k);
    if (mode == NormalizationMode::Ratio)
    {
      double step = 0.0;
      for (std::size_t j = 0; j < basis.size(); ++j)
      {
        step += fit.Post[j] * basis[j];
      }
      this->AddSample(k, weight / step, sum);
      this->AddPreEdge(k, -weight / step, sum);
      this->AddStep(basis, -weight * y[k] / step, sum);
      continue;
    }
    // y = (mu - pre) / jump, flattened (mu - pre - step) / jump + 1.
    const bool flat = mode == NormalizationMode::Flattened && k >= this->Fits.FirstFlat;
    const double perJump = weight / fit.EdgeJump;
    this->AddSample(k, perJump, sum);
    this->AddPreEdge(k, -perJump, sum);
    this->AddStep(basis, flat ? -perJump : 0.0, sum);
    this->AddStep(atE0, -perJump * (y[k] - (flat ? 1.0 : 0.0)), sum);
  }
  return std::sqrt(std::max(sum.Variance(), 0.0));
}

double NoisePropagation::OfAbovePreEdge(const SampleWeights& weights) const
{
  Sensitivity sum;
  for (int k = weights.Samples.First; k < weights.Samples.Last; ++k)
  {
    const double weight = weights.Values[static_cast<std::size_t>(k)];
    this->AddSample(k, weight, sum);
    this->AddPreEdge(k, -weight, sum);
  }
  return std::sqrt(std::max(sum.Variance(), 0.0));
}

}
