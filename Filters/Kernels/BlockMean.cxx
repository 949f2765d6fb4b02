// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "BlockMean.h"

#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr double Infinity = std::numeric_limits<double>::infinity();

std::int64_t AtLeastOne(std::int64_t value)
{
  return std::max<std::int64_t>(1, value);
}

// Calls row(first voxel) for the rows of voxels of a row of blocks.
template <typename Row>
void ForRowsOfVoxels(const BlockGrid& grid, std::int64_t rowOfBlocks, Row row)
{
  const std::int64_t y0 = grid.First[1] + (rowOfBlocks % grid.Blocks[1]) * grid.Factor[1];
  const std::int64_t z0 = grid.First[2] + (rowOfBlocks / grid.Blocks[1]) * grid.Factor[2];
  for (std::int64_t z = z0; z < z0 + grid.Factor[2]; ++z)
  {
    for (std::int64_t y = y0; y < y0 + grid.Factor[1]; ++y)
    {
      row((z * grid.Size[1] + y) * grid.Size[0] + grid.First[0]);
    }
  }
}

// Calls row(first voxel, number of voxels) for all rows of voxels.
template <typename Row>
void ForAllRowsOfVoxels(const BlockGrid& grid, Row row)
{
  for (std::int64_t blocks = 0; blocks < grid.NumberOfRows(); ++blocks)
  {
    ForRowsOfVoxels(
      grid, blocks, [&](std::int64_t first) { row(first, grid.Blocks[0] * grid.Factor[0]); });
  }
}

// Calls voxel(index) for every voxel of a block.
template <typename Voxel>
void ForVoxels(const BlockGrid& grid, std::int64_t rowOfBlocks, std::int64_t block, Voxel voxel)
{
  ForRowsOfVoxels(grid, rowOfBlocks,
    [&](std::int64_t first)
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

PARAXANES_MULTIVERSION unsigned char HighestCode(const unsigned char* codes, std::int64_t count)
{
  unsigned char highest = 0;
  for (std::int64_t i = 0; i < count; ++i)
  {
    highest = codes[i] > highest ? codes[i] : highest;
  }
  return highest;
}

// Sets a code where it has more votes than another.
PARAXANES_MULTIVERSION void TakeMore(const std::uint32_t* votes, unsigned char code,
  std::int64_t blocks, std::uint32_t* most, unsigned char* codes)
{
  for (std::int64_t b = 0; b < blocks; ++b)
  {
    codes[b] = votes[b] > most[b] ? code : codes[b];
    most[b] = votes[b] > most[b] ? votes[b] : most[b];
  }
}

// Calls loop(number of voxels of a block along x), known to the compiler where that is usual.
template <typename Loop>
inline __attribute__((always_inline)) void WithFactor(int factor, Loop loop)
{
  factor == 2 ? loop(std::integral_constant<int, 2>()) : loop(factor);
}

// Adds up the values of each block along x.
PARAXANES_MULTIVERSION void AddUpBlocks(
  const std::uint32_t* values, std::int64_t blocks, int factor, std::uint32_t* sums)
{
  WithFactor(factor,
    [=](auto n)
    {
      for (std::int64_t b = 0; b < blocks; ++b)
      {
        std::uint32_t sum = 0;
        for (int i = 0; i < n; ++i)
        {
          sum += values[b * n + i];
        }
        sums[b] = sum;
      }
    });
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

// From the sums of the columns of each block.
PARAXANES_MULTIVERSION void FindMeans(const double* sums, const std::uint32_t* counts,
  std::int64_t required, std::int64_t blocks, int factor, float* means)
{
  WithFactor(factor,
    [=](auto n)
    {
      for (std::int64_t b = 0; b < blocks; ++b)
      {
        double sum = 0.0;
        for (int i = 0; i < n; ++i)
        {
          sum += sums[b * n + i];
        }
        means[b] = static_cast<float>(counts[b] >= required ? sum / counts[b] : NaN);
      }
    });
}

PARAXANES_MULTIVERSION void FindMeansInRange(const double* sums, const double* lows,
  const double* highs, const std::uint32_t* counts, std::int64_t required, std::int64_t blocks,
  int factor, double* means)
{
  WithFactor(factor,
    [=](auto n)
    {
      for (std::int64_t b = 0; b < blocks; ++b)
      {
        double sum = 0.0;
        double low = Infinity;
        double high = -Infinity;
        for (int i = 0; i < n; ++i)
        {
          const std::int64_t at = b * n + i;
          sum += sums[at];
          low = lows[at] < low ? lows[at] : low;
          high = highs[at] > high ? highs[at] : high;
        }
        const double mean = sum / counts[b];
        const double above = mean < low ? low : mean;
        means[b] = counts[b] < required ? NaN : above > high ? high : above;
      }
    });
}

// One component; rows(first voxel) gives the values of a row of voxels. The sum of up to 2^29 equal
// floats is exact in double, so that their mean is too.
template <typename Rows>
void MeansOfRow(const BlockGrid& grid, std::int64_t row, const unsigned char* mask,
  const std::uint32_t* counts, std::int64_t required, Rows rows, float* means,
  std::vector<double>& scratch)
{
  const std::int64_t width = grid.Blocks[0] * grid.Factor[0];
  scratch.assign(static_cast<std::size_t>(width), 0.0);
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t first) { AddValues(rows(first), mask + first, width, scratch.data()); });
  FindMeans(scratch.data(), counts, required, grid.Blocks[0], grid.Factor[0], means);
}

// The sum of equal doubles is rounded: the mean is kept within the range of the values.
template <typename Rows>
void MeansOfRow(const BlockGrid& grid, std::int64_t row, const unsigned char* mask,
  const std::uint32_t* counts, std::int64_t required, Rows rows, double* means,
  std::vector<double>& scratch)
{
  const std::int64_t width = grid.Blocks[0] * grid.Factor[0];
  scratch.resize(static_cast<std::size_t>(3 * width));
  double* sums = scratch.data();
  double* lows = sums + width;
  double* highs = lows + width;
  std::fill(sums, lows, 0.0);
  std::fill(lows, highs, Infinity);
  std::fill(highs, highs + width, -Infinity);
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t first)
    { AddValuesInRange(rows(first), mask + first, width, sums, lows, highs); });
  FindMeansInRange(sums, lows, highs, counts, required, grid.Blocks[0], grid.Factor[0], means);
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
    , InBlocks(static_cast<std::size_t>(grid.Blocks[0]))
    , Most(InBlocks.size())
    , InColumns(static_cast<std::size_t>(grid.Blocks[0] * grid.Factor[0]))
  {
  }

  // Sets the most frequent code that is not 0, the lowest of equals, where there is one.
  void OfRow(std::int64_t row, const unsigned char* codes, unsigned char* blockCodes)
  {
    const auto width = static_cast<std::int64_t>(this->InColumns.size());
    unsigned char highest = 0;
    ForRowsOfVoxels(this->Grid, row,
      [&](std::int64_t first) { highest = std::max(highest, HighestCode(codes + first, width)); });
    std::fill(this->Most.begin(), this->Most.end(), 0);
    for (int code = 1; code <= highest; ++code)
    {
      std::fill(this->InColumns.begin(), this->InColumns.end(), 0);
      ForRowsOfVoxels(this->Grid, row,
        [&](std::int64_t first) {
          AddEqual(codes + first, static_cast<unsigned char>(code), width, this->InColumns.data());
        });
      AddUpBlocks(
        this->InColumns.data(), this->Grid.Blocks[0], this->Grid.Factor[0], this->InBlocks.data());
      TakeMore(this->InBlocks.data(), static_cast<unsigned char>(code), this->Grid.Blocks[0],
        this->Most.data(), blockCodes);
    }
  }

private:
  const BlockGrid& Grid;
  std::vector<std::uint32_t> InBlocks; // votes for a code
  std::vector<std::uint32_t> Most;     // for the code that has most so far
  std::vector<std::uint32_t> InColumns;
};

// The first of a block's rows of voxels, and which bits of it change in the others.
template <typename T>
const T* FindDifferences(
  const BlockGrid& grid, std::int64_t row, const T* values, std::vector<T>& differences)
{
  const T* first = nullptr;
  T* differs = differences.data();
  const auto count = static_cast<std::int64_t>(differences.size());
  std::fill(differs, differs + count, T{ 0 });
  ForRowsOfVoxels(grid, row,
    [&](std::int64_t voxel)
    {
      const T* here = values + voxel;
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
  const unsigned char* mask, const T* values, std::vector<T>& found)
{
  const auto collect = [&](bool all)
  {
    ForVoxels(grid, row, block,
      [&](std::int64_t voxel)
      {
        if (all || mask[voxel])
        {
          found.push_back(values[voxel]);
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

using Index = std::array<std::int64_t, 3>;

// In the array, of the first voxel of a block.
Index Corner(const BlockGrid& grid, std::int64_t block)
{
  Index corner = { block % grid.Blocks[0], block / grid.Blocks[0] % grid.Blocks[1],
    block / grid.Blocks[0] / grid.Blocks[1] };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    corner[axis] = grid.First[axis] + corner[axis] * grid.Factor[axis];
  }
  return corner;
}

// Sums of the indices of a block's voxels: whole numbers, exact whatever the part of the image.
Index SumAllIndices(const BlockGrid& grid, std::int64_t block)
{
  Index sums = Corner(grid, block);
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const std::int64_t factor = grid.Factor[axis];
    const std::int64_t alongAxis = factor * sums[axis] + factor * (factor - 1) / 2;
    sums[axis] = alongAxis * (grid.VoxelsPerBlock() / factor);
  }
  return sums;
}

// The same over a mask.
Index SumIndices(const BlockGrid& grid, std::int64_t block, const unsigned char* mask)
{
  const Index corner = Corner(grid, block);
  Index sums = {};
  for (std::int64_t z = corner[2]; z < corner[2] + grid.Factor[2]; ++z)
  {
    for (std::int64_t y = corner[1]; y < corner[1] + grid.Factor[1]; ++y)
    {
      const unsigned char* row = mask + (z * grid.Size[1] + y) * grid.Size[0];
      for (std::int64_t x = corner[0]; x < corner[0] + grid.Factor[0]; ++x)
      {
        const std::int64_t counts = row[x];
        sums[0] += counts * x;
        sums[1] += counts * y;
        sums[2] += counts * z;
      }
    }
  }
  return sums;
}

}

std::int64_t RequiredVoxels(double fraction, std::int64_t voxelsPerBlock)
{
  // 0.75 of 8 is 6, whatever the product is rounded to.
  const double required = std::ceil(fraction * static_cast<double>(voxelsPerBlock) - 1e-6);
  return std::min(voxelsPerBlock, AtLeastOne(static_cast<std::int64_t>(required)));
}

void MaskAll(const BlockGrid& grid, unsigned char* mask)
{
  ForAllRowsOfVoxels(
    grid, [&](std::int64_t first, std::int64_t count) { std::fill_n(mask + first, count, 1); });
}

void CopyMask(const BlockGrid& grid, const unsigned char* mask, unsigned char* copy)
{
  ForAllRowsOfVoxels(grid,
    [&](std::int64_t first, std::int64_t count)
    { std::copy_n(mask + first, count, copy + first); });
}

template <typename T>
void MaskFinite(const BlockGrid& grid, const T* values, int components, unsigned char* mask)
{
  ForAllRowsOfVoxels(grid,
    [&](std::int64_t first, std::int64_t count)
    {
      if (components == 1)
      {
        MaskFiniteRow(values + first, count, mask + first);
        return;
      }
      for (std::int64_t v = first; v < first + count; ++v)
      {
        mask[v] = mask[v] && AllFinite(values + v * components, components) ? 1 : 0;
      }
    });
}

template void MaskFinite(const BlockGrid&, const float*, int, unsigned char*);
template void MaskFinite(const BlockGrid&, const double*, int, unsigned char*);

void MaskCodes(const BlockGrid& grid, const unsigned char* codes, unsigned char* mask)
{
  ForAllRowsOfVoxels(grid,
    [&](std::int64_t first, std::int64_t count)
    { MaskCodesRow(codes + first, count, mask + first); });
}

void CountBlocks(const BlockGrid& grid, const unsigned char* mask, std::uint32_t* counts)
{
  const std::int64_t width = grid.Blocks[0] * grid.Factor[0];
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(width));
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row, counts += grid.Blocks[0])
  {
    std::fill(sums.begin(), sums.end(), 0);
    ForRowsOfVoxels(
      grid, row, [&](std::int64_t first) { AddCounts(mask + first, width, sums.data()); });
    AddUpBlocks(sums.data(), grid.Blocks[0], grid.Factor[0], counts);
  }
}

template <typename T>
void BlockMeans(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  std::int64_t required, const T* values, int components, MeanType<T>* means)
{
  std::vector<double> scratch;
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
  {
    const std::int64_t block = row * grid.Blocks[0];
    if constexpr (std::is_floating_point<T>::value)
    {
      if (components == 1)
      {
        const auto rows = [&](std::int64_t first) { return values + first; };
        MeansOfRow(grid, row, mask, counts + block, required, rows, means + block, scratch);
        continue;
      }
    }
    MeansOfSpectra(grid, row, mask, counts + block, required, values, components,
      means + block * components, scratch);
  }
}

template <typename T>
void BlockErrors(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  std::int64_t required, const T* values, T* errors)
{
  std::vector<double> scratch;
  std::vector<T> squares(static_cast<std::size_t>(grid.Blocks[0] * grid.Factor[0]));
  const auto rows = [&](std::int64_t first)
  {
    const T* row = values + first;
    std::transform(row, row + squares.size(), squares.begin(), [](T e) { return e * e; });
    return squares.data();
  };
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
  {
    MeansOfRow(grid, row, mask, counts, required, rows, errors, scratch);
    std::transform(errors, errors + grid.Blocks[0], counts, errors,
      [](T mean, std::uint32_t count) { return std::sqrt(mean / static_cast<T>(count)); });
    counts += grid.Blocks[0];
    errors += grid.Blocks[0];
  }
}

template <typename T>
void BlockModes(const BlockGrid& grid, const unsigned char* mask, const T* values, T* modes)
{
  std::vector<T> found;
  std::vector<T> differences(static_cast<std::size_t>(grid.Blocks[0] * grid.Factor[0]));
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
  {
    const T* first = FindDifferences(grid, row, values, differences);
    const T* differs = differences.data();
    WithFactor(grid.Factor[0],
      [&](auto n)
      {
        for (std::int64_t b = 0; b < grid.Blocks[0]; ++b)
        {
          // Most blocks have one value only, and nothing to vote on.
          T any = 0;
          for (int x = 0; x < n; ++x)
          {
            any = static_cast<T>(any | differs[b * n + x] | (first[b * n + x] ^ first[b * n]));
          }
          *modes++ = any == 0 ? first[b * n] : VoteOnBlock(grid, row, b, mask, values, found);
        }
      });
  }
}

void BlockCodes(const BlockGrid& grid, const std::uint32_t* counts, std::int64_t required,
  const unsigned char* codes, unsigned char* blockCodes)
{
  CodeVotes votes(grid);
  for (std::int64_t row = 0; row < grid.NumberOfRows(); ++row)
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
}

void BlockCentroids(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  const VoxelPositions& positions, double* centroids)
{
  const std::int64_t all = grid.VoxelsPerBlock();
  for (std::int64_t i = 0; i < grid.NumberOfBlocks(); ++i)
  {
    const std::int64_t count = counts[i];
    const Index sums = count == all ? SumAllIndices(grid, i)
      : count > 0                   ? SumIndices(grid, i, mask)
                                    : Index{};
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const auto sum = static_cast<double>(sums[axis] + count * positions.First[axis]);
      *centroids++ = count > 0
        ? positions.Origin[axis] + positions.Spacing[axis] * (sum / static_cast<double>(count))
        : NaN;
    }
  }
}

void MergeBlocks(const BlockGrid& grid, const std::uint32_t* counts, const double* centroids,
  std::uint32_t* mergedCounts, double* mergedCentroids)
{
  for (std::int64_t i = 0; i < grid.NumberOfBlocks(); ++i)
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
}

#define PARAXANES_INSTANTIATE_MEANS(T)                                                             \
  template void BlockMeans(const BlockGrid&, const unsigned char*, const std::uint32_t*,           \
    std::int64_t, const T*, int, MeanType<T>*);
#define PARAXANES_INSTANTIATE_ERRORS(T)                                                            \
  template void BlockErrors(                                                                       \
    const BlockGrid&, const unsigned char*, const std::uint32_t*, std::int64_t, const T*, T*);
#define PARAXANES_INSTANTIATE(T)                                                                   \
  PARAXANES_INSTANTIATE_MEANS(T)                                                                   \
  template void BlockModes(const BlockGrid&, const unsigned char*, const T*, T*);

PARAXANES_INSTANTIATE_ERRORS(float)
PARAXANES_INSTANTIATE_ERRORS(double)
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

}
