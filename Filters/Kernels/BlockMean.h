// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file BlockMean.h
 * Blocks of voxels: their valid voxels counted, averaged and located.
 *
 * All arrays have x fastest, the components of a voxel contiguous. A mask has one byte per voxel:
 * 1 where the voxel counts, else 0. Results depend on the voxels of their block only, not on the
 * part of an image that is at hand. Serial: callers share rows of blocks out among threads
 * (BlockGrid::OfRows), few enough to stay in the cache for all that is found of them.
 */
#ifndef BlockMean_h
#define BlockMean_h

#include "SpectrumValidity.h"

#include <array>
#include <cstdint>
#include <type_traits>

namespace paraxanes
{

/// Which voxels of an array form which blocks. Every block lies inside the array.
struct BlockGrid
{
  std::array<std::int64_t, 3> Size;   ///< voxels of the array along x, y, z
  std::array<std::int64_t, 3> First;  ///< index in the array of the first voxel of the first block
  std::array<int, 3> Factor;          ///< voxels of a block along x, y, z
  std::array<std::int64_t, 3> Blocks; ///< blocks along x, y, z

  std::int64_t NumberOfVoxels() const { return this->Size[0] * this->Size[1] * this->Size[2]; }
  std::int64_t NumberOfBlocks() const
  {
    return this->Blocks[0] * this->Blocks[1] * this->Blocks[2];
  }
  std::int64_t VoxelsPerBlock() const
  {
    return std::int64_t{ this->Factor[0] } * this->Factor[1] * this->Factor[2];
  }
  std::int64_t NumberOfRows() const { return this->Blocks[1] * this->Blocks[2]; }
  /// Blocks [first, last) along y of the layer z of blocks.
  BlockGrid OfRows(std::int64_t z, std::int64_t first, std::int64_t last) const
  {
    return { this->Size,
      { this->First[0], this->First[1] + first * this->Factor[1],
        this->First[2] + z * this->Factor[2] },
      this->Factor, { this->Blocks[0], last - first, 1 } };
  }
};

/// Where the voxels of an array are: voxel i lies at Origin + Spacing * (First + i), um.
struct VoxelPositions
{
  std::array<std::int64_t, 3> First; ///< global index of the array's first voxel
  std::array<double, 3> Origin;
  std::array<double, 3> Spacing;
};

/// What a mean is kept in: floating types as they are, integers in float where it holds them.
template <typename T>
using MeanType = std::conditional_t<std::is_floating_point<T>::value || (sizeof(T) > 2),
  std::conditional_t<std::is_same<T, float>::value, float, double>, float>;

/// In a block without a valid voxel and without any code: its voxels are not finite.
constexpr auto NotFiniteBlock = static_cast<unsigned char>(Validity::NotFinite);

/// Fewest valid voxels of a valid block: at least `fraction` (0..1) of its voxels, at least one.
std::int64_t RequiredVoxels(double fraction, std::int64_t voxelsPerBlock);

/// Masks all voxels of the blocks in.
void MaskAll(const BlockGrid& grid, unsigned char* mask);
void CopyMask(const BlockGrid& grid, const unsigned char* mask, unsigned char* copy);

/// Takes out of the mask what is not finite in some component. T: float, double.
template <typename T>
void MaskFinite(const BlockGrid& grid, const T* values, int components, unsigned char* mask);

/// Takes out of the mask what has a code other than 0.
void MaskCodes(const BlockGrid& grid, const unsigned char* codes, unsigned char* mask);

/// Number of masked-in voxels of each block.
void CountBlocks(const BlockGrid& grid, const unsigned char* mask, std::uint32_t* counts);

/**
 * Mean of each block over the mask, in double; NaN where `counts` (of the same mask) is below
 * `required`. The mean of equal values is that value to the bit. T: any arithmetic type of VTK.
 */
template <typename T>
void BlockMeans(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  std::int64_t required, const T* values, int components, MeanType<T>* means);

/// Errors of the means of values that have errors of their own, independent of each other:
/// sqrt(sum of squares) / count, rounded to T after each step. T: float, double.
template <typename T>
void BlockErrors(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  std::int64_t required, const T* values, T* errors);

/// Most frequent value of each block (the lowest of equals) over the mask; over all its voxels
/// where the mask leaves none. T: any integer type of VTK.
template <typename T>
void BlockModes(const BlockGrid& grid, const unsigned char* mask, const T* values, T* modes);

/// 0 where a block has the required count; else the most frequent code that is not 0 (the lowest
/// of equals), NotFiniteBlock where there is none. `codes` may be null.
void BlockCodes(const BlockGrid& grid, const std::uint32_t* counts, std::int64_t required,
  const unsigned char* codes, unsigned char* blockCodes);

/// Mean position (x, y, z in um) of the voxels of each block over the mask; NaN where none.
/// `counts`: of the same mask.
void BlockCentroids(const BlockGrid& grid, const unsigned char* mask, const std::uint32_t* counts,
  const VoxelPositions& positions, double* centroids);

/**
 * Counts and mean positions of blocks of blocks: sums and weighted means. `counts` and `centroids`
 * are those of the smaller blocks; the latter is not looked at where the count is 0.
 */
void MergeBlocks(const BlockGrid& grid, const std::uint32_t* counts, const double* centroids,
  std::uint32_t* mergedCounts, double* mergedCentroids);

}

#endif
