// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "LinearCombination.h"

#include "Multiversion.h"
#include "NoisePropagation.h"
#include "SpectrumKernels.h"

#include <Eigen/Dense>
#include <hwy/base.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace paraxanes
{
namespace
{

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<double> RowByRow(const Matrix& matrix)
{
  std::vector<double> values(static_cast<std::size_t>(matrix.size()));
  Eigen::Map<RowMajor>(values.data(), matrix.rows(), matrix.cols()) = matrix;
  return values;
}

// Of the references in `set`, one bit each.
LinearCombination::Solution Solve(const Matrix& products, unsigned set, bool sumToOne)
{
  std::vector<Eigen::Index> members;
  std::vector<Eigen::Index> others;
  for (Eigen::Index i = 0; i < products.rows(); ++i)
  {
    (set >> i & 1u ? members : others).push_back(i);
  }
  const auto size = static_cast<Eigen::Index>(members.size());
  Matrix inverse = Matrix(products(members, members)).ldlt().solve(Matrix::Identity(size, size));
  Vector offset = Vector::Zero(size);
  Vector multiplier = Vector::Zero(size); // of the products: the slope that all members share
  double constant = 0.0;
  if (sumToOne)
  {
    const Vector sums = inverse.rowwise().sum();
    offset = sums / sums.sum();
    multiplier = -offset;
    constant = 1.0 / sums.sum();
    inverse -= offset * sums.transpose();
  }
  Matrix all = Matrix::Zero(products.rows(), products.cols());
  Vector allOffset = Vector::Zero(products.rows());
  all(members, members) = inverse;
  allOffset(members) = offset;
  for (const Eigen::Index j : others)
  {
    const Matrix with = products(j, members);
    all(j, members) = with * inverse - multiplier.transpose();
    all(j, j) = -1.0;
    allOffset(j) = (with * offset)(0) - constant;
  }
  LinearCombination::Solution solution;
  for (Eigen::Index i = 0; i < products.rows(); ++i)
  {
    solution.Offset[static_cast<std::size_t>(i)] = allOffset(i);
    for (Eigen::Index j = 0; j < products.cols(); ++j)
    {
      solution.Matrix[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] = all(i, j);
    }
  }
  return solution;
}

// How the noise of a sample reaches sums of normalised samples.
class SumNoise
{
public:
  // Null: the normalised samples themselves have independent noise.
  SumNoise(const Normalization* normalization, IndexRange samples)
    : IsIndependent(!normalization)
    , Propagation(normalization ? NoisePropagation(*normalization) : NoisePropagation())
  {
    this->Weights.Samples = samples;
    if (normalization)
    {
      this->Step.Post[0] = 1.0 / normalization->PostBasis[0].front();
      this->Step.EdgeJump = 1.0;
    }
  }

  // Variance of the sum of weights times samples, over that of a sample, for a spectrum `y` (both
  // over the samples) with a step of 1.
  double Variance(const Vector& weights, const Vector& y)
  {
    if (this->IsIndependent)
    {
      return weights.squaredNorm();
    }
    const auto first = static_cast<std::size_t>(this->Weights.Samples.First);
    this->Weights.Values.assign(first, 0.0);
    this->Weights.Values.insert(this->Weights.Values.end(), weights.begin(), weights.end());
    std::vector<double> whole(first, 0.0);
    whole.insert(whole.end(), y.begin(), y.end());
    const double error = this->Propagation.OfNormalized(this->Weights, whole.data(), this->Step);
    return error * error;
  }

private:
  bool IsIndependent;
  NoisePropagation Propagation;
  SampleWeights Weights;
  FittedStep Step;
};

// --- Voxels ---

// Samples that are taken together. The last ones of a spectrum may have been taken before, and have
// a weight of 0 then.
constexpr int Lanes = 8;

constexpr int FirstOf(int k, int size)
{
  return std::max(0, std::min(k, size - Lanes));
}

// For each Lanes samples the values of the references, then 1.
std::vector<double> WeightsOf(const Matrix& references)
{
  const auto size = static_cast<int>(references.rows());
  std::vector<double> weights;
  for (int k = 0; k < size; k += Lanes)
  {
    for (Eigen::Index i = 0; i <= references.cols(); ++i)
    {
      for (int sample = FirstOf(k, size); sample < FirstOf(k, size) + Lanes; ++sample)
      {
        const bool counts = sample >= k && sample < size;
        weights.push_back(!counts ? 0.0 : i < references.cols() ? references(sample, i) : 1.0);
      }
    }
  }
  return weights;
}

constexpr int Group = 64; // voxels that are worked on together

using Values = double[Group];

/// A group of voxels; [i][v] for reference i and voxel v.
struct GroupFit
{
  Values Products[MostReferences]; // R^T y
  Values Squares;                  // y^T y
  Values Fractions[MostReferences];
  Values Residual; // sum of squared residuals
  Values Variance; // of a sample
  Values Errors[MostReferences];
};

// Vectors of any machine: the compiler makes them of those that there are.
using Doubles = double __attribute__((vector_size(8 * Lanes)));

template <typename T>
struct VectorOf;
template <>
struct VectorOf<float>
{
  using Type = float __attribute__((vector_size(4 * Lanes)));
};
template <>
struct VectorOf<double>
{
  using Type = Doubles;
};

HWY_INLINE double SumOf(const Doubles& lanes)
{
  double __attribute__((vector_size(32))) halves[2];
  std::memcpy(halves, &lanes, sizeof(halves));
  halves[0] += halves[1];
  double __attribute__((vector_size(16))) quarters[2];
  std::memcpy(quarters, halves, sizeof(quarters));
  quarters[0] += quarters[1];
  return quarters[0][0] + quarters[0][1];
}

/// Products with M references, and squares.
template <int M, typename T>
HWY_INLINE void ProductsOf(const LinearCombination& c, const T* samples, int voxels, GroupFit& fit)
{
  const int size = c.Samples.Size();
  T few[Lanes] = {};
  for (int v = 0; v < voxels; ++v, samples += c.NumberOfEnergies)
  {
    const T* from = samples;
    if (size < Lanes)
    {
      from = std::copy(samples, samples + size, few) - size;
    }
    const double* weights = c.Weights.data();
    Doubles sums[M + 1] = {};
    for (int k = 0; k < size; k += Lanes, weights += (M + 1) * Lanes)
    {
      // Memory goes on with the next group while this one is worked on.
      __builtin_prefetch(samples + Group * c.NumberOfEnergies + k);
      typename VectorOf<T>::Type values;
      std::memcpy(&values, from + FirstOf(k, size), sizeof(values));
      const Doubles y = __builtin_convertvector(values, Doubles);
      for (int i = 0; i <= M; ++i)
      {
        Doubles weight;
        std::memcpy(&weight, weights + i * Lanes, sizeof(weight));
        sums[i] += weight * (i < M ? y : y * y);
      }
    }
    for (int i = 0; i <= M; ++i)
    {
      (i < M ? fit.Products[i] : fit.Squares)[v] = SumOf(sums[i]);
    }
  }
}

template <typename T>
HWY_INLINE void ProductsFor(const LinearCombination& c, const T* samples, int voxels, GroupFit& fit)
{
  switch (c.NumberOfReferences)
  {
    case 1:
      return ProductsOf<1>(c, samples, voxels, fit);
    case 2:
      return ProductsOf<2>(c, samples, voxels, fit);
    case 3:
      return ProductsOf<3>(c, samples, voxels, fit);
    case 4:
      return ProductsOf<4>(c, samples, voxels, fit);
    case 5:
      return ProductsOf<5>(c, samples, voxels, fit);
    case 6:
      return ProductsOf<6>(c, samples, voxels, fit);
    case 7:
      return ProductsOf<7>(c, samples, voxels, fit);
    default:
      return ProductsOf<8>(c, samples, voxels, fit);
  }
}

PARAXANES_MULTIVERSION void FindProducts(
  const LinearCombination& c, const float* samples, int voxels, GroupFit& fit)
{
  ProductsFor(c, samples, voxels, fit);
}

PARAXANES_MULTIVERSION void FindProducts(
  const LinearCombination& c, const double* samples, int voxels, GroupFit& fit)
{
  ProductsFor(c, samples, voxels, fit);
}

/// sum += factor * a * b, voxel by voxel.
HWY_INLINE void AddProduct(double factor, const Values& a, const Values& b, Values& sum)
{
  for (int v = 0; v < Group; ++v)
  {
    sum[v] += factor * a[v] * b[v];
  }
}

/// y^T y - 2 f^T R^T y + f^T R^T R f.
HWY_INLINE void FindResiduals(const LinearCombination& c, GroupFit& fit)
{
  const int m = c.NumberOfReferences;
  std::copy(fit.Squares, fit.Squares + Group, fit.Residual);
  for (int i = 0; i < m; ++i)
  {
    AddProduct(-2.0, fit.Fractions[i], fit.Products[i], fit.Residual);
    for (int j = 0; j < m; ++j)
    {
      AddProduct(c.Products[i * m + j], fit.Fractions[i], fit.Fractions[j], fit.Residual);
    }
  }
  for (double& residual : fit.Residual)
  {
    residual = std::max(residual, 0.0); // rounding; NaN stays
  }
}

/// The solution without a bound, and the variance of a sample by its residuals.
PARAXANES_MULTIVERSION void SolveFree(const LinearCombination& c, GroupFit& fit)
{
  const int m = c.NumberOfReferences;
  for (int i = 0; i < m; ++i)
  {
    std::fill(fit.Fractions[i], fit.Fractions[i] + Group, c.Free.Offset[i]);
    for (int j = 0; j < m; ++j)
    {
      const double factor = c.Free.Matrix[j][i];
      for (int v = 0; v < Group; ++v)
      {
        fit.Fractions[i][v] += factor * fit.Products[j][v];
      }
    }
  }
  FindResiduals(c, fit);
  const double freedom = 1.0 / c.DegreesOfFreedom;
  for (int v = 0; v < Group; ++v)
  {
    fit.Variance[v] = fit.Residual[v] * freedom;
  }
}

/// Fractions of the set, and slopes of the others.
HWY_INLINE void SolveSet(
  const LinearCombination::Solution& set, const double* products, int m, double* values)
{
  Doubles sums;
  std::memcpy(&sums, set.Offset.data(), sizeof(sums));
  for (int j = 0; j < m; ++j)
  {
    Doubles column;
    std::memcpy(&column, set.Matrix[j].data(), sizeof(column));
    sums += column * products[j];
  }
  std::memcpy(values, &sums, sizeof(sums));
}

HWY_INLINE unsigned NegativesOf(const double* values)
{
  unsigned negatives = 0;
  for (int i = 0; i < MostReferences; ++i)
  {
    negatives |= (values[i] < 0.0 ? 1u : 0u) << i;
  }
  return negatives;
}

/// The set with the lowest sum of squared residuals of those whose fractions are not negative.
unsigned BestSet(const LinearCombination& c, const double* products)
{
  const int m = c.NumberOfReferences;
  // Where no reference helps; with a sum of 1 one always does.
  unsigned best = 0;
  double lowest =
    c.Constraint == FractionConstraint::NonNegative ? 0.0 : std::numeric_limits<double>::infinity();
  for (unsigned set = 1; set < c.Bounded.size(); ++set)
  {
    double values[MostReferences];
    SolveSet(c.Bounded[set], products, m, values);
    if ((NegativesOf(values) & set) != 0)
    {
      continue;
    }
    double residual = 0.0; // less y^T y, which is the same for all
    for (int i = 0; i < m; ++i)
    {
      double fitted = 0.0;
      for (int j = 0; j < m; ++j)
      {
        fitted += (set >> j & 1u) * c.Products[i * m + j] * values[j];
      }
      residual += (set >> i & 1u) * values[i] * (fitted - 2.0 * products[i]);
    }
    if (residual < lowest)
    {
      lowest = residual;
      best = set;
    }
  }
  return best;
}

/// The fractions with a bound at 0 of a voxel whose free solution has negative ones.
PARAXANES_MULTIVERSION void SolveBounded(const LinearCombination& c, int v, GroupFit& fit)
{
  constexpr int fullSteps = 4; // then one at a time, which does not go in circles
  constexpr int mostSteps = 40;
  const int m = c.NumberOfReferences;
  double products[MostReferences];
  for (int i = 0; i < m; ++i)
  {
    products[i] = fit.Products[i][v];
  }
  auto set = static_cast<unsigned>(c.Bounded.size()) - 1u;
  unsigned wrong = set;
  double values[MostReferences] = {};
  for (int step = 0; wrong != 0 && step < mostSteps; ++step)
  {
    SolveSet(c.Bounded[set], products, m, values);
    wrong = NegativesOf(values);
    set ^= step < fullSteps ? wrong : wrong & (0u - wrong);
  }
  if (wrong != 0)
  {
    set = BestSet(c, products);
    SolveSet(c.Bounded[set], products, m, values);
  }
  for (int i = 0; i < m; ++i)
  {
    fit.Fractions[i][v] = set >> i & 1u ? std::max(values[i], 0.0) : 0.0; // rounding; NaN stays
  }
}

PARAXANES_MULTIVERSION void FindErrors(const LinearCombination& c, GroupFit& fit)
{
  const int m = c.NumberOfReferences;
  Values shares[MostReferences]; // fractions that sum to 1
  for (int v = 0; v < Group; ++v)
  {
    double left = 1.0;
    for (int i = 0; i < m; ++i)
    {
      left -= fit.Fractions[i][v];
    }
    for (int i = 0; i < m; ++i)
    {
      shares[i][v] = fit.Fractions[i][v] + left / m;
    }
  }
  for (int i = 0; i < m; ++i)
  {
    Values form = {};
    for (int j = 0; j < m; ++j)
    {
      for (int l = 0; l < m; ++l)
      {
        AddProduct(c.ErrorForms[(i * m + j) * m + l], shares[j], shares[l], form);
      }
    }
    for (int v = 0; v < Group; ++v)
    {
      fit.Errors[i][v] = std::sqrt(std::max(0.0, form[v] * fit.Variance[v]));
    }
  }
}

void StoreGroup(const LinearCombination& c, const GroupFit& fit, std::int64_t first, int count,
  const std::uint8_t* validity, const std::uint8_t* mask, const CombinationMaps& maps)
{
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  std::uint8_t* codes = maps.Validity + first;
  for (int v = 0; v < count; ++v)
  {
    const bool outside = mask && mask[first + v] == 0;
    const std::uint8_t given = validity ? validity[first + v] : 0;
    const Validity own = !std::isfinite(fit.Squares[v]) ? Validity::NotFinite
      : fit.Squares[v] > 0.0                            ? Validity::Valid
                                                        : Validity::JumpTooSmall; // nothing there
    codes[v] = outside ? static_cast<std::uint8_t>(Validity::OutsideMask)
      : given != 0     ? given
                       : static_cast<std::uint8_t>(own);
  }
  const auto store = [&](const Values& values, float* map)
  {
    for (int v = 0; v < count; ++v)
    {
      map[first + v] = codes[v] == 0 ? static_cast<float>(values[v]) : nan;
    }
  };
  for (std::size_t i = 0; i < static_cast<std::size_t>(c.NumberOfReferences); ++i)
  {
    store(fit.Fractions[i], maps.Fractions[i]);
    store(fit.Errors[i], maps.Errors[i]);
  }
  Values ratio;
  for (int v = 0; v < Group; ++v)
  {
    ratio[v] = fit.Residual[v] / fit.Squares[v];
  }
  store(ratio, maps.RFactor);
}

template <typename T>
void FitCombinationsFor(const LinearCombination& c, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const CombinationMaps& maps)
{
  GroupFit fit = {};
  for (std::int64_t first = 0; first < count; first += Group)
  {
    const int voxels = static_cast<int>(std::min<std::int64_t>(Group, count - first));
    FindProducts(c, spectra + first * c.NumberOfEnergies + c.Samples.First, voxels, fit);
    SolveFree(c, fit);
    bool anyNegative = false;
    for (int v = 0; v < voxels && !c.Bounded.empty(); ++v)
    {
      const bool negative = std::any_of(fit.Fractions, fit.Fractions + c.NumberOfReferences,
        [&](const Values& fractions) { return fractions[v] < 0.0; });
      if (negative)
      {
        SolveBounded(c, v, fit);
        anyNegative = true;
      }
    }
    if (anyNegative)
    {
      FindResiduals(c, fit);
    }
    FindErrors(c, fit);
    StoreGroup(c, fit, first, voxels, validity, mask, maps);
  }
}

template <typename T>
void FitCombinationsOfRawFor(const Normalization& normalization, const JumpLimits& limits,
  const LinearCombination& combination, const T* spectra, std::int64_t count,
  const std::uint8_t* mask, const CombinationMaps& maps)
{
  // What is normalised at once stays in the cache.
  constexpr std::int64_t part = 2 * Group;
  const std::int64_t energies = normalization.NumberOfEnergies;
  std::vector<float> normalized(static_cast<std::size_t>(part * energies));
  for (std::int64_t first = 0; first < count; first += part)
  {
    const std::int64_t voxels = std::min(part, count - first);
    const CombinationMaps here = maps.From(first);
    SpectrumMaps spectrumMaps;
    spectrumMaps.Normalized = normalized.data();
    spectrumMaps.EdgeJump = here.EdgeJump;
    spectrumMaps.Validity = here.Validity;
    NormalizeSpectra(normalization, limits, spectra + first * energies, voxels,
      mask ? mask + first : nullptr, spectrumMaps);
    FitCombinationsFor(combination, normalized.data(), voxels, here.Validity, nullptr, here);
  }
}

}

std::vector<double> InterpolateSpectrum(
  const std::vector<double>& energies, const std::vector<double>& mu, const std::vector<double>& at)
{
  const auto size = static_cast<std::ptrdiff_t>(energies.size());
  std::vector<double> values;
  for (const double energy : at)
  {
    const auto above =
      std::upper_bound(energies.begin(), energies.end(), energy) - energies.begin();
    const auto first = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 2, 0, size - 4));
    double value = 0.0;
    double sizes = 0.0; // of the weights
    for (std::size_t i = first; i < first + 4; ++i)
    {
      double weight = 1.0; // Lagrange's
      for (std::size_t j = first; j < first + 4; ++j)
      {
        weight *= i == j ? 1.0 : (energy - energies[j]) / (energies[i] - energies[j]);
      }
      value += weight * mu[i];
      sizes += std::abs(weight);
    }
    // On a grid that is far from even a cubic blows noise up: on an even one it is 1.63 at most.
    constexpr double largestSizes = 2.0;
    if (sizes > largestSizes)
    {
      const auto upper = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above, 1, size - 1));
      const double part = (energy - energies[upper - 1]) / (energies[upper] - energies[upper - 1]);
      value = mu[upper - 1] + part * (mu[upper] - mu[upper - 1]);
    }
    values.push_back(value);
  }
  return values;
}

LinearCombination::LinearCombination(const std::vector<std::vector<double>>& references,
  IndexRange samples, FractionConstraint constraint, const Normalization* normalization)
  : NumberOfReferences(static_cast<int>(references.size()))
  , NumberOfEnergies(static_cast<int>(references.front().size()))
  , Samples(samples)
  , Constraint(constraint)
{
  const Eigen::Index m = this->NumberOfReferences;
  const Eigen::Index size = samples.Size();
  Matrix r(size, m);
  for (Eigen::Index i = 0; i < m; ++i)
  {
    r.col(i) = Eigen::Map<const Vector>(
      references[static_cast<std::size_t>(i)].data() + samples.First, size);
  }
  this->Weights = WeightsOf(r);
  const Matrix products = r.transpose() * r;
  this->Products = RowByRow(products);

  const Eigen::JacobiSVD<Matrix> svd(r, Eigen::ComputeThinV);
  this->ConditionNumber = svd.singularValues()(0) / svd.singularValues()(m - 1);
  const Vector worst = svd.matrixV().col(m - 1).cwiseAbs();
  for (int i = 0; i < this->NumberOfReferences; ++i)
  {
    if (worst(i) > 0.1 * worst.maxCoeff())
    {
      this->Collinear.push_back(i);
    }
  }

  const bool sumToOne = constraint == FractionConstraint::SumToOne ||
    constraint == FractionConstraint::NonNegativeSumToOne;
  const bool bounded = constraint == FractionConstraint::NonNegative ||
    constraint == FractionConstraint::NonNegativeSumToOne;
  const unsigned all = (1u << m) - 1u;
  this->Free = Solve(products, all, sumToOne);
  for (unsigned set = 0; bounded && set <= all; ++set)
  {
    this->Bounded.push_back(Solve(products, set, sumToOne));
  }

  // The variances are quadratic in the spectrum, so that their values at the references and halfway
  // between two of them tell all.
  SumNoise noise(normalization, samples);
  const Matrix inverse = Eigen::Map<const Matrix, 0, Eigen::OuterStride<MostReferences>>(
    this->Free.Matrix[0].data(), m, m);
  const Matrix fit = inverse * r.transpose();
  for (Eigen::Index i = 0; i < m; ++i)
  {
    const auto variance = [&](Eigen::Index j, Eigen::Index l)
    { return noise.Variance(fit.row(i), 0.5 * (r.col(j) + r.col(l))); };
    for (Eigen::Index j = 0; j < m; ++j)
    {
      for (Eigen::Index l = 0; l < m; ++l)
      {
        this->ErrorForms.push_back(2.0 * variance(j, l) - 0.5 * (variance(j, j) + variance(l, l)));
      }
    }
  }
  const Matrix residuals = Matrix::Identity(size, size) - r * fit;
  for (Eigen::Index k = 0; k < size; ++k)
  {
    this->DegreesOfFreedom += noise.Variance(residuals.row(k), r.rowwise().mean());
  }
}

CombinationMaps CombinationMaps::From(std::int64_t first) const
{
  const auto from = [&](auto* map) { return map ? map + first : nullptr; };
  CombinationMaps part;
  for (std::size_t i = 0; i < this->Fractions.size(); ++i)
  {
    part.Fractions[i] = from(this->Fractions[i]);
    part.Errors[i] = from(this->Errors[i]);
  }
  part.RFactor = from(this->RFactor);
  part.EdgeJump = from(this->EdgeJump);
  part.Validity = from(this->Validity);
  return part;
}

template <>
void FitCombinations(const LinearCombination& combination, const float* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const CombinationMaps& maps)
{
  FitCombinationsFor(combination, spectra, count, validity, mask, maps);
}

template <>
void FitCombinations(const LinearCombination& combination, const double* spectra,
  std::int64_t count, const std::uint8_t* validity, const std::uint8_t* mask,
  const CombinationMaps& maps)
{
  FitCombinationsFor(combination, spectra, count, validity, mask, maps);
}

template <>
void FitCombinationsOfRaw(const Normalization& normalization, const JumpLimits& limits,
  const LinearCombination& combination, const float* spectra, std::int64_t count,
  const std::uint8_t* mask, const CombinationMaps& maps)
{
  FitCombinationsOfRawFor(normalization, limits, combination, spectra, count, mask, maps);
}

template <>
void FitCombinationsOfRaw(const Normalization& normalization, const JumpLimits& limits,
  const LinearCombination& combination, const double* spectra, std::int64_t count,
  const std::uint8_t* mask, const CombinationMaps& maps)
{
  FitCombinationsOfRawFor(normalization, limits, combination, spectra, count, mask, maps);
}

}
