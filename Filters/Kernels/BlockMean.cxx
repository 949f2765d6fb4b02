// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "BlockMean.h"

#include "Multiversion.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
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

PARAXANES_MULTIVERSION void AddEqual(
  const unsigned char* codes, unsigned char code, std::int64_t count, std::uint32_t* sums)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    sums[i] += codes[i] == code ? 1 : 0;
  }
}

// Sums of indices, for mean positions.
PARAXANES_MULTIVERSION void AddIndices(const unsigned char* mask, std::int64_t count,
  std::int64_t y, std::int64_t z, std::int64_t* counts, std::int64_t* sumsOfY,
  std::int64_t* sumsOfZ)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    counts[i] += mask[i];
    sumsOfY[i] += mask[i] ? y : 0;
    sumsOfZ[i] += mask[i] ? z : 0;
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

// Votes of the blocks of a row on the codes of their voxels, one code after the other: there are
// few.
class CodeVotes
{
public:
  explicit CodeVotes(const BlockGrid& grid)
    : Grid(grid)
    , Most(static_cast<std::size_t>(grid.Blocks[0]))
    , Sums(static_cast<std::size_t>(grid.Blocks[0] * grid.Factor[0]))
  {
  }

  // Sets the most frequent code that is not 0, the lowest of equals, where there is one.
  void OfRow(std::int64_t row, const unsigned char* codes, unsigned char* blockCodes)
  {
    const auto width = static_cast<std::int64_t>(this->Sums.size());
    bool occurs[256] = {};
    ForRowsOfVoxels(this->Grid, row,
      [&](std::int64_t first, std::int64_t, std::int64_t)
      {
        std::for_each(
          codes + first, codes + first + width, [&](unsigned char code) { occurs[code] = true; });
      });
    std::fill(this->Most.begin(), this->Most.end(), 0);
    for (int code = 1; code < 256; ++code)
    {
      if (occurs[code])
      {
        this->Count(row, codes, static_cast<unsigned char>(code), blockCodes);
      }
    }
  }

private:
  void Count(
    std::int64_t row, const unsigned char* codes, unsigned char code, unsigned char* blockCodes)
  {
    std::fill(this->Sums.begin(), this->Sums.end(), 0);
    ForRowsOfVoxels(this->Grid, row,
      [&](std::int64_t first, std::int64_t, std::int64_t)
      {
        AddEqual(
          codes + first, code, static_cast<std::int64_t>(this->Sums.size()), this->Sums.data());
      });
    const std::uint32_t* sums = this->Sums.data();
    for (std::uint32_t& most : this->Most)
    {
      const std::uint32_t count = std::accumulate(sums, sums + this->Grid.Factor[0], 0U);
      *blockCodes = count > most ? code : *blockCodes;
      most = std::max(most, count);
      sums += this->Grid.Factor[0];
      ++blockCodes;
    }
  }

  const BlockGrid& Grid;
  std::vector<std::uint32_t> Most; // votes for the code of each block
  std::vector<std::uint32_t> Sums; // votes for a code in each x
};

// The first of a block's rows of voxels, and which bits of it change in the others.
template <typename T>
const T* FindDifferences(const BlockGrid& grid, std::int64_t row, const T* values, int components,
  std::vector<T>& differences)
{
  const T* first = nullptr;
  T* differs = differences.data();
  const auto count = static_cast<std::int64_t>(differences.size());
  std::fill(differs, differs + count, T{ 0 });
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t voxel, std::int64_t, std::int64_t)
    {
      const T* here = values + voxel * components;
      first = first ? first : here;
      for (std::int64_t i = 0; i < count; ++i)
      {
        differs[i] = static_cast<T>(differs[i] | (here[i] ^ first[i]));
      }
    });
  return first;
}

// The most frequent value over the mask, or over all where the mask leaves none.
template <typename T>
T VoteOnBlock(const BlockGrid& grid, std::int64_t row, std::int64_t block,
  const unsigned char* mask, const T* values, int components, std::vector<T>& found)
{
  const auto collect = [&](bool all)
  {
    ForVoxels(grid, row, block,
      [&](std::int64_t voxel)
      {
        if (all || mask[voxel])
        {
          found.push_back(values[voxel * components]);
        }
      });
  };
  found.clear();
  collect(false);
  if (found.empty())
  {
    collect(true);
  }
  return MostFrequent(found);
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
  const int factor = grid.Factor[0];
  const std::int64_t perBlock = std::int64_t{ factor } * components;
  const std::int64_t perRow = grid.Blocks[0] * components;
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      std::vector<T> found;
      std::vector<T> differences(static_cast<std::size_t>(grid.Blocks[0] * perBlock));
      for (std::int64_t row = begin; row < end; ++row)
      {
        const T* first = FindDifferences(grid, row, values, components, differences);
        for (std::int64_t i = 0; i < perRow; ++i)
        {
          // Most blocks have one value only, and nothing to vote on.
          const std::int64_t block = i / components;
          const int component = static_cast<int>(i % components);
          const T* corner = first + block * perBlock + component;
          const T* differs = differences.data() + block * perBlock + component;
          bool uniform = true;
          for (int x = 0; x < perBlock; x += components)
          {
            uniform = uniform && differs[x] == 0 && corner[x] == *corner;
          }
          modes[row * perRow + i] = uniform
            ? *corner
            : VoteOnBlock(grid, row, block, mask, values + component, components, found);
        }
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
      CodeVotes votes(grid);
      for (std::int64_t row = begin; row < end; ++row)
      {
        const std::uint32_t* valid = counts + row * grid.Blocks[0];
        unsigned char* out = blockCodes + row * grid.Blocks[0];
        const bool anyInvalid =
          std::any_of(valid, valid + grid.Blocks[0], [&](auto count) { return count < required; });
        std::fill(out, out + grid.Blocks[0], NotFiniteBlock);
        if (codes && anyInvalid)
        {
          votes.OfRow(row, codes, out);
        }
        for (std::int64_t b = 0; b < grid.Blocks[0]; ++b)
        {
          out[b] = valid[b] >= required ? 0 : out[b];
        }
      }
    });
}

void BlockCentroids(const BlockGrid& grid, const unsigned char* mask,
  const VoxelPositions& positions, double* centroids)
{
  const int factor = grid.Factor[0];
  const std::int64_t width = grid.Blocks[0] * factor;
  ForRowsOfBlocks(grid,
    [&](std::int64_t begin, std::int64_t end)
    {
      // Integer sums of indices: exact, whatever the part of the image.
      std::vector<std::int64_t> sums(static_cast<std::size_t>(3 * width));
      for (std::int64_t row = begin; row < end; ++row)
      {
        std::fill(sums.begin(), sums.end(), 0);
        ForRowsOfVoxels(grid, row,
          [&](std::int64_t first, std::int64_t y, std::int64_t z)
          {
            AddIndices(
              mask + first, width, y, z, sums.data(), sums.data() + width, sums.data() + 2 * width);
          });
        double* centroid = centroids + row * grid.Blocks[0] * 3;
        for (std::int64_t x = 0; x < width; x += factor)
        {
          std::int64_t count = 0;
          std::int64_t sum[3] = {};
          for (std::int64_t i = x; i < x + factor; ++i)
          {
            const std::int64_t* of = sums.data() + i;
            count += of[0];
            sum[0] += of[0] * (grid.First[0] + i);
            sum[1] += of[width];
            sum[2] += of[2 * width];
          }
          for (std::size_t axis = 0; axis < 3; ++axis)
          {
            const auto all = static_cast<double>(sum[axis] + count * positions.First[axis]);
            *centroid++ = count > 0 ? positions.Origin[axis] +
                positions.Spacing[axis] * (all / static_cast<double>(count))
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
