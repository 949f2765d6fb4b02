// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PhantomSpectra.h"

#include "CounterNoise.h"
#include "EnergyAxis.h"
#include "Parallel.h"
#include "PolynomialFit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

// Background of a jump of 1 at the edge, and its slope per eV.
constexpr double BackgroundLevel = 0.2;
constexpr double BackgroundSlope = -4e-4;

// Full width at half maximum of a Gaussian, in standard deviations.
constexpr double WidthInDeviations = 2.3548200450309493;

std::int64_t Width(const std::array<int, 6>& box, std::size_t axis)
{
  return box[2 * axis + 1] - box[2 * axis] + std::int64_t{ 1 };
}

// Calls row(first index, y, z) for the rows along x of a box, on all threads.
template <typename Row>
void ForEachRow(const std::array<int, 6>& box, Row row)
{
  const std::int64_t height = Width(box, 1);
  ParallelFor(0, height * Width(box, 2), 8,
    [&](std::int64_t begin, std::int64_t end)
    {
      for (std::int64_t r = begin; r < end; ++r)
      {
        row(r * Width(box, 0), box[2] + static_cast<int>(r % height),
          box[4] + static_cast<int>(r / height));
      }
    });
}

}

PhantomSpectra::PhantomSpectra(const PhantomField& field, const SpectrumParameters& parameters)
  : Field(field)
  , Given(parameters)
  , Shape(parameters.Shape)
{
  const PhantomParameters& phantom = field.Parameters();
  for (const double energy : parameters.Energies)
  {
    this->Background.push_back(BackgroundLevel + BackgroundSlope * (energy - phantom.EdgeEnergy));
  }
  if (parameters.Noise > 0.0)
  {
    this->Counts = CountsForNoise(parameters.Noise, phantom.EdgeJump * (BackgroundLevel + 0.5));
  }
  if (parameters.Resolution > 0.0)
  {
    const double deviation = parameters.Resolution / WidthInDeviations / phantom.VoxelSize;
    this->Layers = static_cast<int>(std::ceil(3.0 * deviation));
    double sum = 0.0;
    for (int i = -this->Layers; i <= this->Layers; ++i)
    {
      this->Weights.push_back(std::exp(-0.5 * i * i / (deviation * deviation)));
      sum += this->Weights.back();
    }
    for (double& weight : this->Weights)
    {
      weight /= sum;
    }
  }
}

PhantomSpectra::Source PhantomSpectra::SourceAt(int x, int y, int z) const
{
  const PhantomVoxel voxel = this->Field.At(x, y, z);
  if (voxel.Particle == 0)
  {
    return {};
  }
  return { voxel.EdgeJump, voxel.EdgeEnergy - this->Field.Parameters().EdgeEnergy };
}

std::vector<PhantomSpectra::Source> PhantomSpectra::BlurredSources(
  const std::array<int, 6>& box) const
{
  // Moments of the jump over the box and its halo; then averaged along one axis after the other.
  std::array<int, 6> from = box;
  for (std::size_t axis = 0; axis < (this->Field.Parameters().Flat ? 2U : 3U); ++axis)
  {
    from[2 * axis] -= this->Layers;
    from[2 * axis + 1] += this->Layers;
  }
  const auto size = [](const std::array<int, 6>& b)
  { return static_cast<std::size_t>(Width(b, 0) * Width(b, 1) * Width(b, 2)); };
  std::vector<Source> sources(size(from));
  ForEachRow(from,
    [&](std::int64_t first, int y, int z)
    {
      for (int x = from[0]; x <= from[1]; ++x)
      {
        Source source = this->SourceAt(x, y, z);
        source.Edge *= source.Jump;
        sources[static_cast<std::size_t>(first + x - from[0])] = source;
      }
    });

  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (from[2 * axis] == box[2 * axis])
    {
      continue;
    }
    std::array<int, 6> to = from;
    to[2 * axis] = box[2 * axis];
    to[2 * axis + 1] = box[2 * axis + 1];
    std::vector<Source> averaged(size(to));
    const std::array<std::int64_t, 3> strides = { 1, Width(from, 0),
      Width(from, 0) * Width(from, 1) };
    ForEachRow(to,
      [&](std::int64_t first, int y, int z)
      {
        for (int x = to[0]; x <= to[1]; ++x)
        {
          std::int64_t index = (x - from[0]) * strides[0] + (y - from[2]) * strides[1] +
            (z - from[4]) * strides[2] - this->Layers * strides[axis];
          Source sum;
          for (const double weight : this->Weights)
          {
            const Source& source = sources[static_cast<std::size_t>(index)];
            sum.Jump += weight * source.Jump;
            sum.Edge += weight * source.Edge;
            index += strides[axis];
          }
          averaged[static_cast<std::size_t>(first + x - to[0])] = sum;
        }
      });
    sources.swap(averaged);
    from = to;
  }
  for (Source& source : sources)
  {
    source.Edge = source.Jump != 0.0 ? source.Edge / source.Jump : 0.0;
  }
  return sources;
}

void PhantomSpectra::FillVoxel(const Source& source, std::uint64_t voxel, int first, int last,
  double* work, float* spectrum) const
{
  const std::uint64_t seed = this->Field.Parameters().Seed;
  const int count = last - first;
  if (this->Given.InvalidFraction > 0.0 &&
    UniformAt(HashCounter(seed, InvalidStream), voxel) < this->Given.InvalidFraction)
  {
    std::fill_n(spectrum, count, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  if (source.Jump == 0.0)
  {
    std::fill_n(spectrum, count, 0.0F);
  }
  else
  {
    const double edge = this->Field.Parameters().EdgeEnergy + source.Edge;
    this->Shape.Values(this->Given.Energies.data() + first, count, edge, work);
    const double* background = this->Background.data() + first;
    for (int k = 0; k < count; ++k)
    {
      spectrum[k] = static_cast<float>(source.Jump * (background[k] + work[k]));
    }
  }
  if (this->Given.Noise <= 0.0)
  {
    return;
  }
  const std::uint64_t noise = HashCounter(seed, NoiseStream);
  if (this->Given.Model == NoiseModel::Poisson)
  {
    AddCountingNoise(noise, voxel, first, last, this->Counts, spectrum);
  }
  else
  {
    AddGaussianNoise(noise, voxel, first, last, this->Given.Noise, spectrum);
  }
}

void PhantomSpectra::Fill(const std::array<int, 6>& box, int first, int last, float* spectra) const
{
  const bool blur = this->Layers > 0;
  const std::vector<Source> blurred = blur ? this->BlurredSources(box) : std::vector<Source>();
  ForEachRow(box,
    [&](std::int64_t row, int y, int z)
    {
      std::vector<double> work(static_cast<std::size_t>(last - first));
      for (int x = box[0]; x <= box[1]; ++x)
      {
        const std::int64_t index = row + x - box[0];
        const Source source =
          blur ? blurred[static_cast<std::size_t>(index)] : this->SourceAt(x, y, z);
        this->FillVoxel(source, this->Field.GlobalIndex(x, y, z), first, last, work.data(),
          spectra + index * (last - first));
      }
    });
}

double ExpectedEdgeScatter(const std::vector<double>& energies, const EdgeShape& shape,
  double edgeEnergy, double e0, double noiseOverJump)
{
  constexpr double None = std::numeric_limits<double>::quiet_NaN();
  if (energies.empty())
  {
    return None;
  }
  const EnergyRanges ranges = DefaultRanges(e0, energies.front(), energies.back());
  const IndexRange pre = SamplesIn(energies, ranges.PreEdge);
  const IndexRange post = SamplesIn(energies, ranges.PostEdge);
  const auto above = std::upper_bound(energies.begin(), energies.end(), edgeEnergy);
  if (pre.Size() < 2 || post.Size() < 2 || above == energies.begin() || above == energies.end())
  {
    return None;
  }
  // The crossing is where g = mu - pre / 2 - post / 2 is zero: weights of the samples in g.
  const double low = *(above - 1);
  const double t = (edgeEnergy - low) / (*above - low);
  const std::vector<double> preWeights = PolynomialFit(energies, pre, 1).WeightsAt(edgeEnergy);
  const std::vector<double> postWeights = PolynomialFit(energies, post, 1).WeightsAt(edgeEnergy);
  double squares = 0.0;
  for (std::size_t k = 0; k < energies.size(); ++k)
  {
    double weight = -0.5 * (preWeights[k] + postWeights[k]);
    if (k + 1 == static_cast<std::size_t>(above - energies.begin()))
    {
      weight += 1.0 - t;
    }
    else if (k == static_cast<std::size_t>(above - energies.begin()))
    {
      weight += t;
    }
    squares += weight * weight;
  }
  const double slope =
    (shape.Value(*above - edgeEnergy) - shape.Value(low - edgeEnergy)) / (*above - low);
  return noiseOverJump * std::sqrt(squares) / slope;
}

}
