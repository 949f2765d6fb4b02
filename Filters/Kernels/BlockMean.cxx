// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "BlockMean.h"

#include "Multiversion.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace paraxanes
{
namespace
{

constexpr std::int64_t VoxelsPerPart = 65536;
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr double Infinity = std::numeric_limits<double>::infinity();

std::int64_t AtLeastOne(std::int64_t value)
{
  return std::max<std::int64_t>(1, value);
}

// Calls rows(first, last) for parts of the rows of blocks along x, on all threads.
template <typename Rows>
void ForRowsOfBlocks(const BlockGrid& grid, Rows rows)
{
  const std::int64_t voxelsPerRow = grid.Size[0] * grid.Factor[1] * grid.Factor[2];
  ParallelFor(
    0, grid.Blocks[1] * grid.Blocks[2], AtLeastOne(VoxelsPerPart / AtLeastOne(voxelsPerRow)), rows);
}

// Calls row(first voxel of the row, its y, its z) for the rows of voxels of a row of blocks.
template <typename Row>
void ForRowsOfVoxels(const BlockGrid& grid, std::int64_t rowOfBlocks, Row row)
{
  const std::int64_t y0 = grid.First[1] + (rowOfBlocks % grid.Blocks[1]) * grid.Factor[1];
  const std::int64_t z0 = grid.First[2] + (rowOfBlocks / grid.Blocks[1]) * grid.Factor[2];
  for (std::int64_t z = z0; z < z0 + grid.Factor[2]; ++z)
  {
    for (std::int64_t y = y0; y < y0 + grid.Factor[1]; ++y)
    {
      row((z * grid.Size[1] + y) * grid.Size[0] + grid.First[0], y, z);
    }
  }
}

// Calls voxel(index) for every voxel of a block.
template <typename Voxel>
void ForVoxels(const BlockGrid& grid, std::int64_t rowOfBlocks, std::int64_t block, Voxel voxel)
{
  ForRowsOfVoxels(grid, rowOfBlocks,
    [&](std::int64_t first, std::int64_t, std::int64_t)
    {
      first += block * grid.Factor[0];
      for (int x = 0; x < grid.Factor[0]; ++x)
      {
        voxel(first + x);
      }
    });
}

// Not finite is what does not become 0 when it is taken from itself.
template <typename T>
inline __attribute__((always_inline)) void MaskFiniteValues(
  const T* values, std::int64_t count, unsigned char* mask)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const T difference = values[i] - values[i];
    const unsigned char finite = difference == T{ 0 } ? 1 : 0;
    mask[i] = mask[i] & finite;
  }
}

PARAXANES_MULTIVERSION void MaskFiniteRow(
  const float* values, std::int64_t count, unsigned char* mask)
{
  MaskFiniteValues(values, count, mask);
}

PARAXANES_MULTIVERSION void MaskFiniteRow(
  const double* values, std::int64_t count, unsigned char* mask)
{
  MaskFiniteValues(values, count, mask);
}

// The sum is 0 when all are finite, else NaN.
template <typename T>
inline __attribute__((always_inline)) bool AllFinite(const T* values, int components)
{
  T sum = 0;
  for (int c = 0; c < components; ++c)
  {
    sum += values[c] - values[c];
  }
  return sum == T{ 0 };
}

PARAXANES_MULTIVERSION void MaskCodesRow(
  const unsigned char* codes, std::int64_t count, unsigned char* mask)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const unsigned char valid = codes[i] == 0 ? 1 : 0;
    mask[i] = mask[i] & valid;
  }
}

PARAXANES_MULTIVERSION void AddCounts(
  const unsigned char* mask, std::int64_t count, std::uint32_t* sums)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    sums[i] += mask[i];
  }
}

// For each x of a row of blocks.
PARAXANES_MULTIVERSION void AddValues(
  const float* values, const unsigned char* mask, std::int64_t count, double* sum)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double value = values[i];
    sum[i] += mask[i] ? value : 0.0;
  }
}

PARAXANES_MULTIVERSION void AddValuesInRange(const double* values, const unsigned char* mask,
  std::int64_t count, double* sum, double* low, double* high)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double value = values[i];
    const double below = mask[i] ? value : Infinity;
    const double above = mask[i] ? value : -Infinity;
    sum[i] += mask[i] ? value : 0.0;
    low[i] = below < low[i] ? below : low[i];
    high[i] = above > high[i] ? above : high[i];
  }
}

// One component. The sum of up to 2^29 equal floats is exact in double, so that their mean is too.
void MeansOfRow(const BlockGrid& grid, std::int64_t row, const unsigned char* mask,
  const std::uint32_t* counts, std::int64_t required, const float* values, float* means,
  std::vector<double>& scratch)
{
  const int factor = grid.Factor[0];
  const std::int64_t width = grid.Blocks[0] * factor;
  scratch.assign(static_cast<std::size_t>(width), 0.0);
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t first, std::int64_t, std::int64_t)
    { AddValues(values + first, mask + first, width, scratch.data()); });
  const double* sums = scratch.data();
  for (std::int64_t b = 0; b < grid.Blocks[0]; ++b, sums += factor)
  {
    double sum = 0.0;
    for (int i = 0; i < factor; ++i)
    {
      sum += sums[i];
    }
    means[b] = static_cast<float>(counts[b] >= required ? sum / counts[b] : NaN);
  }
}

// The sum of equal doubles is rounded: the mean is kept within the range of the values.
void MeansOfRow(const BlockGrid& grid, std::int64_t row, const unsigned char* mask,
  const std::uint32_t* counts, std::int64_t required, const double* values, double* means,
  std::vector<double>& scratch)
{
  const int factor = grid.Factor[0];
  const std::int64_t width = grid.Blocks[0] * factor;
  const auto size = static_cast<std::size_t>(width);
  scratch.assign(3 * size, 0.0);
  double* sums = scratch.data();
  double* lows = sums + width;
  double* highs = lows + width;
  std::fill(lows, lows + width, Infinity);
  std::fill(highs, highs + width, -Infinity);
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t first, std::int64_t, std::int64_t)
    { AddValuesInRange(values + first, mask + first, width, sums, lows, highs); });
  for (std::int64_t b = 0; b < grid.Blocks[0]; ++b, sums += factor, lows += factor, highs += factor)
  {
    if (counts[b] < required)
    {
      means[b] = NaN;
      continue;
    }
    double sum = 0.0;
    double low = Infinity;
    double high = -Infinity;
    for (int i = 0; i < factor; ++i)
    {
      sum += sums[i];
      low = std::min(low, lows[i]);
      high = std::max(high, highs[i]);
    }
    means[b] = std::min(std::max(sum / counts[b], low), high);
  }
}

// Several components, whose sums are side by side.
template <typename T>
inline __attribute__((always_inline)) void AddSpectrum(
  const T* values, int components, double* sum, double* low, double* high)
{
  for (int c = 0; c < components; ++c)
  {
    const double value = static_cast<double>(values[c]);
    sum[c] += value;
    low[c] = value < low[c] ? value : low[c];
    high[c] = value > high[c] ? value : high[c];
  }
}

template <typename T>
void MeansOfSpectra(const BlockGrid& grid, std::int64_t row, const unsigned char* mask,
  const std::uint32_t* counts, std::int64_t required, const T* values, int components,
  MeanType<T>* means, std::vector<double>& scratch)
{
  for (std::int64_t b = 0; b < grid.Blocks[0]; ++b, means += components)
  {
    if (counts[b] < required)
    {
      std::fill(means, means + components, static_cast<MeanType<T>>(NaN));
      continue;
    }
    const auto size = static_cast<std::size_t>(components);
    scratch.assign(size, 0.0);
    scratch.resize(2 * size, Infinity);
    scratch.resize(3 * size, -Infinity);
    double* sum = scratch.data();
    double* low = sum + components;
    double* high = low + components;
    ForVoxels(grid, row, b,
      [&](std::int64_t voxel)
      {
        if (mask[voxel])
        {
          AddSpectrum(values + voxel * components, components, sum, low, high);
        }
      });
    for (int c = 0; c < components; ++c)
    {
      const double mean = std::min(std::max(sum[c] / counts[b], low[c]), high[c]);
      means[c] = static_cast<MeanType<T>>(mean);
    }
  }
}

template <typename T>
T MostFrequent(std::vector<T>& values)
{
  if (std::all_of(values.begin(), values.end(), [&](T value) { return value == values.front(); }))
  {
    return values.front();
  }
  std::sort(values.begin(), values.end());
  T best = values.front();
  std::ptrdiff_t longest = 0;
  for (auto first = values.begin(); first != values.end();)
  {
    const auto last = std::find_if(first, values.end(), [&](T value) { return value != *first; });
    if (last - first > longest)
    {
      longest = last - first;
      best = *first;
    }
    first = last;
  }
  return best;
}

}

std::int64_t RequiredVoxels(double fraction, std::int64_t voxelsPerBlock)
{
  // 0.75 of 8 is 6, whatever the product is rounded to.
  const double required = std::ceil(fraction * static_cast<double>(voxelsPerBlock) - 1e-6);
  return std::min(voxelsPerBlock, AtLeastOne(static_cast<std::int64_t>(required)));
}

template <typename T>
void MaskFinite(const T* values, std::int64_t voxels, int components, unsigned char* mask)
{
  ParallelFor(0, voxels, AtLeastOne(VoxelsPerPart / components),
    [&](std::int64_t first, std::int64_t last)
    {
      if (components == 1)
      {
        MaskFiniteRow(values + first, last - first, mask + first);
        return;
      }
      for (std::int64_t v = first; v < last; ++v)
      {
        mask[v] = mask[v] && AllFinite(values + v * components, components) ? 1 : 0;
      }
    });
}

template void MaskFinite(const float*, std::int64_t, int, unsigned char*);
template void MaskFinite(const double*, std::int64_t, int, unsigned char*);

void MaskCodes(const unsigned char* codes, std::int64_t voxels, unsigned char* mask)
{
  ParallelFor(0, voxels, VoxelsPerPart,
    [&](std::int64_t first, std::int64_t last)
    { MaskCodesRow(codes + first, last - first, mask + first); });
}

void CountBlocks(const BlockGrid& grid, const unsigned char* mask, std::uint32_t* counts)
{
  const int factor = grid.Factor[0];
  const std::int64_t width = grid.Blocks[0] * factor;
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<std::uint32_t> sums(static_cast<std::size_t>(width));
      for (std::int64_t row = begin; row < end; ++row)
      {
        std::fill(sums.begin(), sums.end(), 0);
        ForRowsOfVoxels(grid, row,
          [&](std::int64_t first, std::int64_t, std::int64_t)
          { AddCounts(mask + first, width, sums.data()); });
        for (std::int64_t b = 0; b < grid.Blocks[0]; ++b)
        {
          std::uint32_t sum = 0;
          for (int i = 0; i < factor; ++i)
          {
            sum += sums[static_cast<std::size_t>(b * factor + i)];
          }
          counts[row * grid.Blocks[0] + b] = sum;
        }
      }
    });
}

template <typename T>
void BlockMeans(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  std::int64_t required, const T* values, int components, MeanType<T>* means)
{
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<double> scratch;
      for (std::int64_t row = begin; row < end; ++row)
      {
        const std::int64_t block = row * grid.Blocks[0];
        if constexpr (std::is_floating_point<T>::value)
        {
          if (components == 1)
          {
            MeansOfRow(grid, row, mask, counts + block, required, values, means + block, scratch);
            continue;
          }
        }
        MeansOfSpectra(grid, row, mask, counts + block, required, values, components,
          means + block * components, scratch);
      }
    });
}

template <typename T>
void BlockModes(
  const BlockGrid& grid, const unsigned char* mask, const T* values, int components, T* modes)
{
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<T> found;
      for (std::int64_t i = begin * grid.Blocks[0] * components;
           i < end * grid.Blocks[0] * components; ++i)
      {
        const int component = static_cast<int>(i % components);
        const std::int64_t block = i / components % grid.Blocks[0];
        const std::int64_t row = i / components / grid.Blocks[0];
        const auto collect = [&](bool all)
        {
          ForVoxels(grid, row, block,
            [&](std::int64_t voxel)
            {
              if (all || mask[voxel])
              {
                found.push_back(values[voxel * components + component]);
              }
            });
        };
        found.clear();
        collect(false);
        if (found.empty())
        {
          collect(true);
        }
        modes[i] = MostFrequent(found);
      }
    });
}

#define PARAXANES_INSTANTIATE_MEANS(T)                                                             \
  template void BlockMeans(const BlockGrid&, const unsigned char*, const std::uint32_t*,           \
    std::int64_t, const T*, int, MeanType<T>*);
#define PARAXANES_INSTANTIATE(T)                                                                   \
  PARAXANES_INSTANTIATE_MEANS(T)                                                                   \
  template void BlockModes(const BlockGrid&, const unsigned char*, const T*, int, T*);

PARAXANES_INSTANTIATE_MEANS(float)
PARAXANES_INSTANTIATE_MEANS(double)
PARAXANES_INSTANTIATE(char)
PARAXANES_INSTANTIATE(signed char)
PARAXANES_INSTANTIATE(unsigned char)
PARAXANES_INSTANTIATE(short)
PARAXANES_INSTANTIATE(unsigned short)
PARAXANES_INSTANTIATE(int)
PARAXANES_INSTANTIATE(unsigned int)
PARAXANES_INSTANTIATE(long)
PARAXANES_INSTANTIATE(unsigned long)
PARAXANES_INSTANTIATE(long long)
PARAXANES_INSTANTIATE(unsigned long long)

void BlockCodes(const BlockGrid& grid, const std::uint32_t* counts, std::int64_t required,
  const unsigned char* codes, unsigned char* blockCodes)
{
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<unsigned char> found;
      for (std::int64_t i = begin * grid.Blocks[0]; i < end * grid.Blocks[0]; ++i)
      {
        if (counts[i] >= required)
        {
          blockCodes[i] = 0;
          continue;
        }
        // Mostly there is one code only, and nothing to vote on.
        unsigned char code = 0;
        bool uniform = true;
        found.clear();
        if (codes)
        {
          ForVoxels(grid, i / grid.Blocks[0], i % grid.Blocks[0],
            [&](std::int64_t voxel)
            {
              code = code == 0 ? codes[voxel] : code;
              uniform = uniform && (codes[voxel] == 0 || codes[voxel] == code);
            });
        }
        if (!uniform)
        {
          ForVoxels(grid, i / grid.Blocks[0], i % grid.Blocks[0],
            [&](std::int64_t voxel)
            {
              if (codes[voxel] != 0)
              {
                found.push_back(codes[voxel]);
              }
            });
          code = MostFrequent(found);
        }
        blockCodes[i] = code == 0 ? NotFiniteBlock : code;
      }
    });
}

void BlockCentroids(const BlockGrid& grid, const unsigned char* mask,
  const VoxelPositions& positions, double* centroids)
{
  struct Moments
  {
    std::int64_t Count, Sum[3];
  };
  const int factor = grid.Factor[0];
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<Moments> moments(static_cast<std::size_t>(grid.Blocks[0]));
      for (std::int64_t row = begin; row < end; ++row)
      {
        std::fill(moments.begin(), moments.end(), Moments{});
        // Integer sums of indices: exact, whatever the part of the image.
        ForRowsOfVoxels(grid, row,
          [&](std::int64_t first, std::int64_t y, std::int64_t z)
          {
            const unsigned char* valid = mask + first;
            for (std::int64_t b = 0; b < grid.Blocks[0]; ++b, valid += factor)
            {
              std::int64_t count = 0;
              std::int64_t offsets = 0;
              for (int i = 0; i < factor; ++i)
              {
                count += valid[i];
                offsets += valid[i] ? i : 0;
              }
              Moments& block = moments[static_cast<std::size_t>(b)];
              block.Count += count;
              block.Sum[0] += count * (grid.First[0] + b * factor) + offsets;
              block.Sum[1] += count * y;
              block.Sum[2] += count * z;
            }
          });
        double* centroid = centroids + row * grid.Blocks[0] * 3;
        for (const Moments& block : moments)
        {
          for (std::size_t axis = 0; axis < 3; ++axis)
          {
            const auto sum =
              static_cast<double>(block.Sum[axis] + block.Count * positions.First[axis]);
            *centroid++ = block.Count > 0 ? positions.Origin[axis] +
                positions.Spacing[axis] * (sum / static_cast<double>(block.Count))
                                          : NaN;
          }
        }
      }
    });
}

void MergeBlocks(const BlockGrid& grid, const std::uint32_t* counts, const double* centroids,
  std::uint32_t* mergedCounts, double* mergedCentroids)
{
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      for (std::int64_t i = begin * grid.Blocks[0]; i < end * grid.Blocks[0]; ++i)
      {
        std::uint32_t count = 0;
        double sum[3] = {};
        ForVoxels(grid, i / grid.Blocks[0], i % grid.Blocks[0],
          [&](std::int64_t voxel)
          {
            if (counts[voxel] > 0)
            {
              count += counts[voxel];
              for (int axis = 0; axis < 3; ++axis)
              {
                sum[axis] += counts[voxel] * centroids[3 * voxel + axis];
              }
            }
          });
        mergedCounts[i] = count;
        for (int axis = 0; axis < 3; ++axis)
        {
          mergedCentroids[3 * i + axis] = count > 0 ? sum[axis] / count : NaN;
        }
      }
    });
}

}
