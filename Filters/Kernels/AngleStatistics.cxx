// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleStatistics.h"

#include "Multiversion.h"
#include "Parallel.h"
#include "VectorLoops.h"

#include <cfloat>
#include <cmath>
#include <cstring>
#include <numeric>

namespace paraxanes
{
namespace
{

constexpr double Pi = 3.14159265358979323846;
constexpr int ChunkSize = 256;
constexpr std::int64_t VoxelsPerTask = 8192;

// What the vector loops work on: some voxels of a row.
struct Chunk
{
  float Theta[ChunkSize];
  double Size[ChunkSize];
  double SquaredCosine[ChunkSize];
  std::int32_t Bin[ChunkSize];
};

// atan(t) in degrees for 0 <= t <= 1; error below 3e-9 degrees, exact at 0. Chebyshev expansion of
// atan(t)/t in t^2.
inline double ArcTangent(double t)
{
  constexpr double C[12] = { 57.295779509587938, -19.098592131025214, 11.459104311539864,
    -8.1840995893690121, 6.3558120751211851, -5.1446171528199196, 4.1495227569104465,
    -3.1063076282577824, 1.9557002185680903, -0.91989231595769527, 0.27657951844856143,
    -0.038989575281739235 };
  const double z = t * t;
  double sum = C[11];
  for (int k = 10; k >= 0; --k)
  {
    sum = sum * z + C[k];
  }
  return t * sum;
}

// The lines v from the voxels of a row to a centre.
struct Lines
{
  double Sign; // of v along x; 0 where x is normal to the plane
  double CenterX;
  double Origin;
  double Spacing;
  double Vy;
  double Vz;
};

// The angle from |u x v| and u.v, which is accurate near 0 and 180 degrees, where the arc cosine
// is not. `first`: index of the first voxel along x.
template <typename T>
inline __attribute__((always_inline)) void FindAngles(
  const T* vectors, const Lines& lines, int first, int count, Chunk& chunk)
{
  for (int i = 0; i < count; ++i)
  {
    const double ux = vectors[3 * i];
    const double uy = vectors[3 * i + 1];
    const double uz = vectors[3 * i + 2];
    const double toCenter = lines.CenterX - (lines.Origin + lines.Spacing * (first + i));
    const double vx = lines.Sign == 0.0 ? 0.0 : lines.Sign * toCenter;
    const double vy = lines.Vy;
    const double vz = lines.Vz;
    const double cx = uy * vz - uz * vy;
    const double cy = uz * vx - ux * vz;
    const double cz = ux * vy - uy * vx;
    const double acrossSquared = cx * cx + cy * cy + cz * cz;
    const double dot = ux * vx + uy * vy + uz * vz;
    const double across = std::sqrt(acrossSquared);
    const double along = std::fabs(dot);
    const double size = std::sqrt(ux * ux + uy * uy + uz * uz);
    const bool steep = across > along;
    const double angle = ArcTangent((steep ? along : across) / (steep ? across : along));
    const double acute = steep ? 90.0 - angle : angle;
    const double theta = dot < 0.0 ? 180.0 - acute : acute;
    const bool valid = size > 0.0 && size <= DBL_MAX && vx * vx + vy * vy + vz * vz > 0.0;
    chunk.Theta[i] = valid ? static_cast<float>(theta) : NAN;
    chunk.Size[i] = size;
    chunk.SquaredCosine[i] = dot * dot / (dot * dot + acrossSquared);
  }
}

PARAXANES_MULTIVERSION void FindAnglesOf(
  const float* vectors, const Lines& lines, int first, int count, Chunk& chunk)
{
  FindAngles(vectors, lines, first, count, chunk);
}

PARAXANES_MULTIVERSION void FindAnglesOf(
  const double* vectors, const Lines& lines, int first, int count, Chunk& chunk)
{
  FindAngles(vectors, lines, first, count, chunk);
}

PARAXANES_MULTIVERSION void FindBins(Chunk& chunk, int count, int bins)
{
  for (int i = 0; i < count; ++i)
  {
    chunk.Bin[i] = AngleHistogram::BinOf(chunk.Theta[i], bins);
  }
}

// |u|; NaN where there is no theta.
template <typename T>
inline __attribute__((always_inline)) void FindSizes(
  const T* vectors, const float* theta, int count, double* sizes)
{
  for (int i = 0; i < count; ++i)
  {
    const double none = static_cast<double>(theta[i]) - static_cast<double>(theta[i]);
    sizes[i] = SizeOf(vectors + 3 * i) + none;
  }
}

PARAXANES_MULTIVERSION void FindSizesOf(
  const float* vectors, const float* theta, int count, double* sizes)
{
  FindSizes(vectors, theta, count, sizes);
}

PARAXANES_MULTIVERSION void FindSizesOf(
  const double* vectors, const float* theta, int count, double* sizes)
{
  FindSizes(vectors, theta, count, sizes);
}

// Calls body(size) for the vectors of a stretch of a row that have a theta.
template <typename T, typename Body>
void ForEachSize(const T* vectors, const float* theta, RowRange stretch, Body body)
{
  double sizes[ChunkSize];
  for (int begin = stretch.Begin; begin < stretch.End; begin += ChunkSize)
  {
    const int count = std::min(ChunkSize, stretch.End - begin);
    FindSizesOf(vectors + 3 * begin, theta + begin, count, sizes);
    for (int i = 0; i < count; ++i)
    {
      if (!std::isnan(sizes[i]))
      {
        body(sizes[i]);
      }
    }
  }
}

// Where sizes count: bin of a theta group, from 0 on; -1: nowhere. Gives the number outside.
template <typename T>
inline __attribute__((always_inline)) int FindSizeBins(const T* vectors, const float* theta,
  int count, const SizeBins& bins, bool fold, std::int32_t* places)
{
  const double low = bins.Low;
  const double high = bins.High;
  const std::int32_t number = bins.Number;
  const double scale = number / (high - low);
  const double last = number - 0.5;
  const double folded = fold ? 90.0 : DBL_MAX;
  int outside = 0;
  for (int i = 0; i < count; ++i)
  {
    // Without branches, so that it is a vector loop.
    const double size = SizeOf(vectors + 3 * i);
    const double angle = theta[i];
    const double acute = angle > folded ? 180.0 - angle : angle;
    const bool isCounted = (acute <= 90.0) & (size <= DBL_MAX);
    const double safe = isCounted ? acute : 0.0;
    const auto ten = static_cast<std::int32_t>(safe / 10.0);
    const std::int32_t group = ten < NumberOfThetaGroups ? ten : NumberOfThetaGroups - 1;
    const double wanted = ((isCounted ? size : 0.0) - low) * scale;
    const double above = wanted < 0.0 ? 0.0 : wanted;
    const auto bin = static_cast<std::int32_t>(above < last ? above : last);
    places[i] = isCounted ? group * number + bin : -1;
    // As float32, in which an automatic range is found.
    const double rounded = static_cast<float>(size);
    outside += isCounted & ((rounded < low) | (rounded > high));
  }
  return outside;
}

PARAXANES_MULTIVERSION int FindSizeBinsOf(const float* vectors, const float* theta, int count,
  const SizeBins& bins, bool fold, std::int32_t* places)
{
  return FindSizeBins(vectors, theta, count, bins, fold, places);
}

PARAXANES_MULTIVERSION int FindSizeBinsOf(const double* vectors, const float* theta, int count,
  const SizeBins& bins, bool fold, std::int32_t* places)
{
  return FindSizeBins(vectors, theta, count, bins, fold, places);
}

template <typename T>
void AddTo(std::vector<T>& sum, const std::vector<T>& part)
{
  for (std::size_t i = 0; i < sum.size(); ++i)
  {
    sum[i] += part[i];
  }
}

void Accumulate(AngleHistogram& histogram, Chunk& chunk, int begin, int end)
{
  FindBins(chunk, end, static_cast<int>(histogram.Counts.size()));
  // Sums in registers, and no branch on the angle, which no processor can foresee.
  std::int64_t* counts = histogram.Counts.data();
  double* sizes = histogram.Sizes.data();
  std::int64_t countAcross = 0;
  double sizesAcross = 0.0;
  double squaredCosines = 0.0;
  for (int i = begin; i < end; ++i)
  {
    const std::int32_t bin = chunk.Bin[i];
    if (bin < 0)
    {
      continue;
    }
    const double size = chunk.Size[i];
    const bool across = AngleHistogram::IsAcross(chunk.Theta[i]);
    ++counts[bin];
    sizes[bin] += size;
    squaredCosines += chunk.SquaredCosine[i];
    countAcross += across;
    sizesAcross += across ? size : 0.0;
  }
  histogram.CountAcross += countAcross;
  histogram.SizesAcross += sizesAcross;
  histogram.SumOfSquaredCosines += squaredCosines;
}

// Of all vectors with a theta, before those that do not stand out lose it.
template <typename T>
void AccumulateSignal(AngleHistogram& histogram, const Chunk& chunk, const T* vectors,
  const float* errors, const NoiseShape& shape, double significance, int begin, int end)
{
  for (int i = begin; i < end; ++i)
  {
    if (std::isnan(chunk.Theta[i]))
    {
      continue;
    }
    const double size = chunk.Size[i];
    histogram.CountCut += VectorErrors::StandsOut(size, errors[i], significance) ? 0 : 1;
    histogram.Signal.Add(SignalOf(vectors + 3 * i, size, errors[i], shape));
  }
}

void CutOff(Chunk& chunk, const float* errors, double significance, int count)
{
  for (int i = 0; i < count; ++i)
  {
    const bool keep = VectorErrors::StandsOut(chunk.Size[i], errors[i], significance);
    chunk.Theta[i] = keep ? chunk.Theta[i] : NAN;
  }
}

}

int AngleReference::Find(int label) const
{
  const auto found = std::lower_bound(this->Particles.begin(), this->Particles.end(), label);
  return found != this->Particles.end() && *found == label
    ? static_cast<int>(found - this->Particles.begin())
    : -1;
}

bool AngleReference::HasLine(
  const VoxelGrid& grid, int particle, const std::array<int, 3>& voxel) const
{
  const Vector3& center = this->Centers[static_cast<std::size_t>(particle)];
  double squares = 0.0;
  for (int axis = 0; axis < 3; ++axis)
  {
    const double v = axis == this->Normal ? 0.0 : center[axis] - grid.Position(axis, voxel[axis]);
    squares += v * v;
  }
  return squares > 0.0;
}

namespace
{

double Ratio(double part, double whole)
{
  return whole > 0.0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}

void AngleHistogram::Add(const AngleHistogram& other)
{
  AddTo(this->Counts, other.Counts);
  AddTo(this->Sizes, other.Sizes);
  this->CountAcross += other.CountAcross;
  this->SizesAcross += other.SizesAcross;
  this->SumOfSquaredCosines += other.SumOfSquaredCosines;
  this->CountCut += other.CountCut;
  this->Signal.Add(other.Signal);
}

std::int64_t AngleHistogram::NumberOfVectors() const
{
  return std::accumulate(this->Counts.begin(), this->Counts.end(), std::int64_t{ 0 });
}

double AngleHistogram::SumOfSizes() const
{
  return std::accumulate(this->Sizes.begin(), this->Sizes.end(), 0.0);
}

double AngleHistogram::FractionCut() const
{
  const auto cut = static_cast<double>(this->CountCut);
  return Ratio(cut, cut + static_cast<double>(this->NumberOfVectors()));
}

std::vector<double> AngleHistogram::Densities() const
{
  const double whole = static_cast<double>(this->NumberOfVectors()) * this->BinWidth();
  std::vector<double> densities;
  for (const std::int64_t count : this->Counts)
  {
    densities.push_back(Ratio(static_cast<double>(count), whole));
  }
  return densities;
}

std::vector<double> AngleHistogram::WeightedDensities() const
{
  const double whole = this->SumOfSizes() * this->BinWidth();
  std::vector<double> densities;
  for (const double size : this->Sizes)
  {
    densities.push_back(Ratio(size, whole));
  }
  return densities;
}

std::vector<double> AngleHistogram::MeanSizes() const
{
  std::vector<double> means;
  for (std::size_t bin = 0; bin < this->Counts.size(); ++bin)
  {
    means.push_back(Ratio(this->Sizes[bin], static_cast<double>(this->Counts[bin])));
  }
  return means;
}

std::vector<double> SizeHistogram::Densities(int group, const SizeBins& bins) const
{
  std::int64_t vectors = 0;
  for (int bin = 0; bin < bins.Number; ++bin)
  {
    vectors += this->Count(group, bin);
  }
  std::vector<double> densities;
  for (int bin = 0; bin < bins.Number; ++bin)
  {
    densities.push_back(Ratio(
      static_cast<double>(this->Count(group, bin)), static_cast<double>(vectors) * bins.Width()));
  }
  return densities;
}

void SizeHistogram::Add(const SizeHistogram& other)
{
  AddTo(this->Counts, other.Counts);
  this->CountOutside += other.CountOutside;
}

template <typename T>
AngleHistograms ComputeAngles(const T* vectors, const std::int32_t* labels, const VoxelGrid& grid,
  const AngleReference& reference, int bins, std::int64_t firstRow, std::int64_t lastRow,
  float* theta, const VectorErrors& errors)
{
  const NoiseShape shape(grid.Spacing, reference.Normal);
  const double sign = reference.Outward ? -1.0 : 1.0;
  const RowRange all = { 0, static_cast<int>(grid.Size(0)) };
  const RowRange owned = OwnedRange(grid);

  const auto lineTo = [&](const Vector3& center, int axis, int index)
  { return axis == reference.Normal ? 0.0 : sign * (center[axis] - grid.Position(axis, index)); };
  const auto body = [&](std::int64_t firstOfPart, std::int64_t lastOfPart)
  {
    AngleHistograms histograms;
    Chunk chunk;
    for (std::int64_t row = firstOfPart; row < lastOfPart; ++row)
    {
      const std::int64_t first = grid.First(row);
      float* rowTheta = theta + first;
      const bool counts = grid.OwnsRow(row);
      ForEachParticle(labels ? labels + first : nullptr, all, reference,
        [&](RowRange stretch, int particle)
        {
          if (particle < 0)
          {
            std::fill(rowTheta + stretch.Begin, rowTheta + stretch.End, NAN);
            return;
          }
          const Vector3& center = reference.Centers[particle];
          AngleHistogram* histogram =
            counts ? &histograms.emplace(particle, bins).first->second : nullptr;
          const Lines lines = { reference.Normal == 0 ? 0.0 : sign, center[0], grid.Origin[0],
            grid.Spacing[0], lineTo(center, 1, grid.Y(row)), lineTo(center, 2, grid.Z(row)) };
          for (int x = stretch.Begin; x < stretch.End; x += ChunkSize)
          {
            const int count = std::min(ChunkSize, stretch.End - x);
            const T* u = vectors + 3 * (first + x);
            FindAnglesOf(u, lines, grid.Box[0] + x, count, chunk);
            const int begin = std::max(0, owned.Begin - x);
            const int end = std::min(count, owned.End - x);
            if (errors.Errors)
            {
              const float* error = errors.Errors + first + x;
              if (histogram)
              {
                AccumulateSignal(
                  *histogram, chunk, u, error, shape, errors.MinimumSignificance, begin, end);
              }
              CutOff(chunk, error, errors.MinimumSignificance, count);
            }
            std::copy(chunk.Theta, chunk.Theta + count, rowTheta + x);
            if (histogram)
            {
              Accumulate(*histogram, chunk, begin, end);
            }
          }
        });
    }
    return histograms;
  };
  return ParallelReduce(firstRow, lastRow, grid.RowsPerTask(VoxelsPerTask), AngleHistograms(), body,
    MergeHistograms<AngleHistogram>);
}

std::vector<std::int64_t> SizeBitCounts::Take()
{
  const std::lock_guard<std::mutex> lock(this->Mutex);
  if (this->Parts.empty())
  {
    return std::vector<std::int64_t>(NumberOfSizeBits, 0);
  }
  std::vector<std::int64_t> part = std::move(this->Parts.back());
  this->Parts.pop_back();
  return part;
}

void SizeBitCounts::Return(std::vector<std::int64_t>&& part)
{
  const std::lock_guard<std::mutex> lock(this->Mutex);
  this->Parts.push_back(std::move(part));
}

void SizeBitCounts::AddTo(std::vector<std::int64_t>& counts) const
{
  for (const std::vector<std::int64_t>& part : this->Parts)
  {
    paraxanes::AddTo(counts, part);
  }
}

template <typename T>
void CountSizeBits(const T* vectors, const float* theta, const VoxelGrid& grid, int upper,
  std::int64_t firstRow, std::int64_t lastRow, SizeBitCounts& all)
{
  const RowRange owned = OwnedRange(grid);
  ParallelFor(firstRow, lastRow, grid.RowsPerTask(VoxelsPerTask),
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<std::int64_t> counts = all.Take();
      for (std::int64_t row = begin; row < end; ++row)
      {
        if (!grid.OwnsRow(row))
        {
          continue;
        }
        const std::int64_t first = grid.First(row);
        ForEachSize(vectors + 3 * first, theta + first, owned,
          [&](double exact)
          {
            const float size = static_cast<float>(exact);
            std::uint32_t bits;
            std::memcpy(&bits, &size, sizeof(bits));
            if (upper < 0)
            {
              ++counts[bits >> 16];
            }
            else if (bits >> 16 == static_cast<std::uint32_t>(upper))
            {
              ++counts[bits & 0xffffU];
            }
          });
      }
      all.Return(std::move(counts));
    });
}

int FindRank(const std::vector<std::int64_t>& counts, std::int64_t& rank)
{
  int index = 0;
  while (index + 1 < static_cast<int>(counts.size()) && rank > counts[index])
  {
    rank -= counts[index++];
  }
  return index;
}

float SizeFromBits(int upper, int lower)
{
  const std::uint32_t bits =
    static_cast<std::uint32_t>(upper) << 16 | static_cast<std::uint32_t>(lower);
  float size;
  std::memcpy(&size, &bits, sizeof(size));
  return size;
}

template <typename T>
SizeHistograms CountSizes(const T* vectors, const std::int32_t* labels, const float* theta,
  const VoxelGrid& grid, const AngleReference& reference, const SizeBins& bins, bool fold,
  std::int64_t firstRow, std::int64_t lastRow)
{
  const RowRange owned = OwnedRange(grid);
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    SizeHistograms histograms;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (!grid.OwnsRow(row))
      {
        continue;
      }
      const std::int64_t first = grid.First(row);
      ForEachParticle(labels ? labels + first : nullptr, owned, reference,
        [&](RowRange stretch, int particle)
        {
          if (particle < 0)
          {
            return;
          }
          SizeHistogram& histogram = histograms.emplace(particle, bins.Number).first->second;
          std::int32_t places[ChunkSize];
          for (int x = stretch.Begin; x < stretch.End; x += ChunkSize)
          {
            const int count = std::min(ChunkSize, stretch.End - x);
            const std::int64_t voxel = first + x;
            histogram.CountOutside +=
              FindSizeBinsOf(vectors + 3 * voxel, theta + voxel, count, bins, fold, places);
            // Without a branch on the angle, which no processor can foresee.
            for (int i = 0; i < count; ++i)
            {
              histogram.Counts[std::max(places[i], 0)] += places[i] >= 0 ? 1 : 0;
            }
          }
        });
    }
    return histograms;
  };
  return ParallelReduce(firstRow, lastRow, grid.RowsPerTask(VoxelsPerTask), SizeHistograms(), body,
    MergeHistograms<SizeHistogram>);
}

std::vector<double> RandomProbabilities(int bins, bool plane)
{
  std::vector<double> probabilities(static_cast<std::size_t>(bins), 1.0 / bins);
  for (int bin = 0; bin < bins && !plane; ++bin)
  {
    // (cos a - cos b) / 2 of the bin's ends, without cancellation.
    probabilities[bin] = std::sin((bin + 0.5) * Pi / bins) * std::sin(0.5 * Pi / bins);
  }
  return probabilities;
}

double RandomAcross(bool plane)
{
  return plane ? 20.0 / 180.0 : std::cos(80.0 * Pi / 180.0);
}

AngleSummary Summarize(const AngleHistogram& histogram, bool plane)
{
  AngleSummary summary;
  summary.NumberOfVectors = histogram.NumberOfVectors();
  if (summary.NumberOfVectors == 0)
  {
    return summary;
  }
  const double vectors = static_cast<double>(summary.NumberOfVectors);
  const double sizes = histogram.SumOfSizes();
  const double randomAcross = RandomAcross(plane);
  const double squaredCosine = histogram.SumOfSquaredCosines / vectors;
  summary.MeanSize = sizes / vectors;
  summary.AcrossOverRandom = static_cast<double>(histogram.CountAcross) / vectors / randomAcross;
  summary.WeightedAcrossOverRandom = histogram.SizesAcross / sizes / randomAcross;
  summary.OrderParameter = plane ? 2.0 * squaredCosine - 1.0 : 1.5 * squaredCosine - 0.5;

  const int bins = static_cast<int>(histogram.Counts.size());
  const std::vector<double> probabilities = RandomProbabilities(bins, plane);
  double chiSquared = 0.0;
  for (int bin = 0; bin < bins; ++bin)
  {
    const double expected = vectors * probabilities[bin];
    const double difference = static_cast<double>(histogram.Counts[bin]) - expected;
    chiSquared += difference * difference / expected;
  }
  summary.ChiSquaredPerDof = bins > 1 ? chiSquared / (bins - 1) : NAN;
  return summary;
}

AngleHistogram HistogramOf(const AngleSummary& summary, bool plane)
{
  AngleHistogram histogram(1);
  if (summary.NumberOfVectors == 0)
  {
    return histogram;
  }
  const auto vectors = static_cast<double>(summary.NumberOfVectors);
  const double sizes = vectors * summary.MeanSize;
  histogram.Counts[0] = summary.NumberOfVectors;
  histogram.Sizes[0] = sizes;
  histogram.CountAcross = std::llround(summary.AcrossOverRandom * vectors * RandomAcross(plane));
  histogram.SizesAcross = summary.WeightedAcrossOverRandom * sizes * RandomAcross(plane);
  const double order = summary.OrderParameter;
  histogram.SumOfSquaredCosines =
    vectors * (plane ? (order + 1.0) / 2.0 : (2.0 * order + 1.0) / 3.0);
  return histogram;
}

#define INSTANTIATE(T)                                                                             \
  template AngleHistograms ComputeAngles(const T*, const std::int32_t*, const VoxelGrid&,          \
    const AngleReference&, int, std::int64_t, std::int64_t, float*, const VectorErrors&);          \
  template void CountSizeBits(                                                                     \
    const T*, const float*, const VoxelGrid&, int, std::int64_t, std::int64_t, SizeBitCounts&);    \
  template SizeHistograms CountSizes(const T*, const std::int32_t*, const float*,                  \
    const VoxelGrid&, const AngleReference&, const SizeBins&, bool, std::int64_t, std::int64_t);
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}
