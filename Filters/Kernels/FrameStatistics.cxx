// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FrameStatistics.h"

#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr double BackgroundFraction = 0.1;
constexpr double NormalMedian = 0.674489750196082; // of |z|
constexpr double ImmerkaerNorm = 6.0;              // root of the sum of squares of the mask

// The lower of the two in the middle.
double MedianOf(std::vector<double> values)
{
  if (values.empty())
  {
    return NaN;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

constexpr std::int64_t VoxelsAtOnce = 4096;

// Narrow counters, as wide as the values, for the vector unit.
template <typename T>
void AddSpectra(FrameSums& sums, const T* spectra, std::int64_t voxels)
{
  const std::size_t energies = sums.Sum.size();
  std::vector<std::int32_t> notFinite(energies);
  std::vector<std::int32_t> zeros(energies);
  for (std::int64_t first = 0; first < voxels; first += VoxelsAtOnce)
  {
    std::fill(notFinite.begin(), notFinite.end(), 0);
    std::fill(zeros.begin(), zeros.end(), 0);
    const std::int64_t last = std::min(voxels, first + VoxelsAtOnce);
    double* sum = sums.Sum.data();
    std::int32_t* bad = notFinite.data();
    std::int32_t* zero = zeros.data();
    for (std::int64_t v = first; v < last; ++v, spectra += energies)
    {
      for (std::size_t e = 0; e < energies; ++e)
      {
        const T value = spectra[e];
        const bool finite = std::abs(value) <= std::numeric_limits<T>::max();
        sum[e] += static_cast<double>(finite ? value : T(0));
        bad[e] += finite ? 0 : 1;
        zero[e] += value == T(0) ? 1 : 0;
      }
    }
    for (std::size_t e = 0; e < energies; ++e)
    {
      sums.NotFinite[e] += notFinite[e];
      sums.Zeros[e] += zeros[e];
    }
  }
}

}

void FrameSums::Add(const FrameSums& other)
{
  for (std::size_t e = 0; e < this->Sum.size(); ++e)
  {
    this->Sum[e] += other.Sum[e];
    this->NotFinite[e] += other.NotFinite[e];
    this->Zeros[e] += other.Zeros[e];
  }
}

void FrameSums::Add(const float* spectra, std::int64_t voxels)
{
  AddSpectra(*this, spectra, voxels);
}

void FrameSums::Add(const double* spectra, std::int64_t voxels)
{
  AddSpectra(*this, spectra, voxels);
}

BlockSums::BlockSums(int columns, int rows, int energies, int factor)
  : Columns(columns)
  , Rows(rows)
  , Energies(energies)
  , Factor(factor)
{
  const std::size_t size = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) *
    static_cast<std::size_t>(energies);
  this->Sum.assign(size, 0.0);
  this->Count.assign(size, 0.0);
}

void BlockSums::Add(const float* spectra, int width, int height, int x0, int y0)
{
  const auto energies = static_cast<std::size_t>(this->Energies);
  const int lastColumn = std::min(x0 + width, this->Columns * this->Factor);
  const auto addBlockRow = [&](int blockRow)
  {
    const int begin = std::max(y0, blockRow * this->Factor);
    const int end = std::min(y0 + height, (blockRow + 1) * this->Factor);
    for (int y = begin; y < end; ++y)
    {
      const float* spectrum =
        spectra + static_cast<std::size_t>(y - y0) * static_cast<std::size_t>(width) * energies;
      for (int x = x0; x < lastColumn; ++x, spectrum += energies)
      {
        const std::size_t block =
          (static_cast<std::size_t>(blockRow) * static_cast<std::size_t>(this->Columns) +
            static_cast<std::size_t>(x / this->Factor)) *
          energies;
        for (std::size_t e = 0; e < energies; ++e)
        {
          const bool finite = std::isfinite(spectrum[e]);
          this->Sum[block + e] += finite ? static_cast<double>(spectrum[e]) : 0.0;
          this->Count[block + e] += finite ? 1.0 : 0.0;
        }
      }
    }
  };
  ParallelFor(0, this->Rows, 1,
    [&](std::int64_t first, std::int64_t last)
    {
      for (auto row = static_cast<int>(first); row < static_cast<int>(last); ++row)
      {
        addBlockRow(row);
      }
    });
}

void SetRows(const BlockSums& sums, int row, std::vector<Picture>& pictures)
{
  const auto energies = static_cast<std::size_t>(sums.Energies);
  const std::size_t blocks =
    static_cast<std::size_t>(sums.Columns) * static_cast<std::size_t>(sums.Rows);
  const std::size_t first = static_cast<std::size_t>(row) * static_cast<std::size_t>(sums.Columns);
  for (std::size_t e = 0; e < energies; ++e)
  {
    float* values = pictures[e].Values.data() + first;
    for (std::size_t b = 0; b < blocks; ++b)
    {
      const double count = sums.Count[b * energies + e];
      values[b] = static_cast<float>(count > 0.0 ? sums.Sum[b * energies + e] / count : NaN);
    }
  }
}

double NoiseOf(const Picture& picture)
{
  std::vector<double> responses;
  const auto columns = static_cast<std::ptrdiff_t>(picture.Columns);
  for (int y = 1; y + 1 < picture.Rows; ++y)
  {
    for (int x = 1; x + 1 < picture.Columns; ++x)
    {
      const float* p = picture.Values.data() + y * columns + x;
      const auto row = [](const float* q)
      { return static_cast<double>(q[-1]) - 2.0 * q[0] + static_cast<double>(q[1]); };
      const double response = row(p - columns) - 2.0 * row(p) + row(p + columns);
      if (std::isfinite(response))
      {
        responses.push_back(std::abs(response));
      }
    }
  }
  return MedianOf(std::move(responses)) / (ImmerkaerNorm * NormalMedian);
}

std::vector<double> BackgroundsOf(const std::vector<Picture>& pictures)
{
  const std::size_t pixels = pictures.empty() ? 0 : pictures.front().Values.size();
  std::vector<double> sums(pixels, 0.0);
  std::vector<double> counts(pixels, 0.0);
  for (const Picture& picture : pictures)
  {
    for (std::size_t i = 0; i < pixels; ++i)
    {
      const bool finite = std::isfinite(picture.Values[i]);
      sums[i] += finite ? static_cast<double>(picture.Values[i]) : 0.0;
      counts[i] += finite ? 1.0 : 0.0;
    }
  }
  std::vector<std::size_t> lowest;
  for (std::size_t i = 0; i < pixels; ++i)
  {
    if (counts[i] > 0.0)
    {
      sums[i] /= counts[i];
      lowest.push_back(i);
    }
  }
  const auto size =
    static_cast<std::size_t>(std::ceil(BackgroundFraction * static_cast<double>(lowest.size())));
  std::partial_sort(lowest.begin(), lowest.begin() + static_cast<std::ptrdiff_t>(size),
    lowest.end(),
    [&](std::size_t a, std::size_t b) { return sums[a] != sums[b] ? sums[a] < sums[b] : a < b; });
  lowest.resize(size);

  std::vector<double> backgrounds;
  for (const Picture& picture : pictures)
  {
    double sum = 0.0;
    double count = 0.0;
    for (const std::size_t i : lowest)
    {
      const bool finite = std::isfinite(picture.Values[i]);
      sum += finite ? static_cast<double>(picture.Values[i]) : 0.0;
      count += finite ? 1.0 : 0.0;
    }
    backgrounds.push_back(count > 0.0 ? sum / count : NaN);
  }
  return backgrounds;
}

std::vector<bool> FindOutliers(const std::vector<double>& values, double threshold, double floor)
{
  std::vector<bool> outliers(values.size(), false);
  std::vector<std::size_t> frames; // that have a value
  for (std::size_t k = 0; k < values.size(); ++k)
  {
    if (std::isfinite(values[k]))
    {
      frames.push_back(k);
    }
  }
  const auto count = static_cast<std::ptrdiff_t>(frames.size());
  if (count < 5)
  {
    return outliers;
  }
  const auto at = [&](std::ptrdiff_t i) { return values[frames[static_cast<std::size_t>(i)]]; };

  // Of each value its distance from the four about it, and the largest step among these.
  std::vector<double> distances;
  std::vector<double> steps;
  for (std::ptrdiff_t i = 0; i < count; ++i)
  {
    const std::ptrdiff_t begin = std::clamp<std::ptrdiff_t>(i - 2, 0, count - 5);
    std::vector<double> near;
    for (std::ptrdiff_t j = begin; j < begin + 5; ++j)
    {
      if (j != i)
      {
        near.push_back(at(j));
      }
    }
    double step = 0.0;
    for (std::size_t j = 1; j < near.size(); ++j)
    {
      step = std::max(step, std::abs(near[j] - near[j - 1]));
    }
    std::sort(near.begin(), near.end());
    distances.push_back(std::abs(at(i) - 0.5 * (near[1] + near[2])));
    steps.push_back(step);
  }
  const double deviation = MedianOf(distances) / NormalMedian;
  for (std::size_t i = 0; i < distances.size(); ++i)
  {
    const double limit = std::max({ threshold * deviation, 3.0 * steps[i], floor });
    outliers[frames[i]] = distances[i] > limit;
  }
  return outliers;
}

namespace
{

// A typical large magnitude: 9 of 10 values are smaller.
double MagnitudeOf(const std::vector<double>& values)
{
  std::vector<double> magnitudes;
  for (const double value : values)
  {
    if (std::isfinite(value))
    {
      magnitudes.push_back(std::abs(value));
    }
  }
  if (magnitudes.empty())
  {
    return 0.0;
  }
  std::sort(magnitudes.begin(), magnitudes.end());
  return magnitudes[magnitudes.size() * 9 / 10];
}

constexpr std::size_t SureOfStructure = 4; // pairs; single ones correlate by chance

}

LinkedShifts LinkShifts(std::vector<PictureShift> shifts,
  const std::function<PictureShift(std::size_t, std::size_t)>& between)
{
  LinkedShifts linked = { std::move(shifts) };
  std::vector<PictureShift>& links = linked.Shifts;
  std::size_t last = 0;
  std::size_t pairs = 0; // that correlate, up to frame `last`
  std::size_t run = 0;   // pairs up to here that correlate, but not with frame `last`
  for (std::size_t k = 1; k < links.size(); ++k)
  {
    const bool pair = links[k].IsSignificant();
    if (last + 1 == k)
    {
      last = pair ? k : last;
      pairs += pair ? 1 : 0;
      run = 0;
      continue;
    }
    run = pair ? run + 1 : 0;
    PictureShift bridge = between(last, k);
    if (bridge.IsSignificant())
    {
      // Those just before may have structure as well: then the bridge ends at the first of them.
      for (std::size_t j = k - run + 1; j <= k; ++j)
      {
        bridge.X -= links[j].X;
        bridge.Y -= links[j].Y;
      }
      links[k - run] = bridge;
    }
    else if (run == SureOfStructure && pairs >= SureOfStructure)
    {
      linked.Lost = k - run;
      return linked;
    }
    if (bridge.IsSignificant() || run == SureOfStructure)
    {
      last = k;
      pairs = run;
    }
  }
  return linked;
}

std::vector<double> PositionsOf(const std::vector<double>& shifts, std::size_t lost)
{
  std::vector<double> positions;
  double position = 0.0;
  for (const double shift : shifts)
  {
    position += std::isfinite(shift) ? shift : 0.0;
    positions.push_back(positions.size() < lost ? position : NaN);
  }
  return positions;
}

std::vector<FrameVerdict> JudgeFrames(const FrameSeries& series, double threshold)
{
  const std::size_t frames = series.Mean.size();
  std::vector<FrameVerdict> verdicts(frames);
  const auto judge = [&](const std::vector<double>& values, double floor, auto mark)
  {
    const std::vector<bool> outliers = FindOutliers(values, threshold, floor);
    for (std::size_t k = 0; k < frames; ++k)
    {
      if (outliers[k])
      {
        mark(k);
      }
    }
  };
  judge(
    series.Mean, 5e-3 * MagnitudeOf(series.Mean), [&](std::size_t k) { verdicts[k].Mean = true; });
  judge(series.Background, 5e-3 * MagnitudeOf(series.Background),
    [&](std::size_t k) { verdicts[k].Background = true; });
  const double noise = MedianOf(series.Noise);
  judge(
    series.Noise, 0.1 * noise, [&](std::size_t k) { verdicts[k].Noise = series.Noise[k] > noise; });
  judge(series.NotFinite, 1e-3, [&](std::size_t k) { verdicts[k].NotFinite = true; });

  std::vector<double> steps(frames, 0.0);
  for (const std::vector<double>* shifts : { &series.ShiftX, &series.ShiftY, &series.ShiftZ })
  {
    judge(PositionsOf(*shifts), 0.5, [&](std::size_t k) { verdicts[k].Displaced = true; });
    for (std::size_t k = 0; k < frames; ++k)
    {
      const double shift = (*shifts)[k];
      steps[k] = std::isfinite(shift) ? std::hypot(steps[k], shift) : steps[k];
    }
  }
  const double usual = frames < 5 ? 0.0 : MedianOf(steps) / NormalMedian;
  for (std::size_t k = 0; k < frames; ++k)
  {
    verdicts[k].NotFinite = verdicts[k].NotFinite || series.NotFinite[k] == 1.0;
    const bool explained = verdicts[k].Displaced || (k > 0 && verdicts[k - 1].Displaced);
    verdicts[k].Jumps = steps[k] > std::max(1.0, threshold * usual) && !explained;
  }
  return verdicts;
}

}
