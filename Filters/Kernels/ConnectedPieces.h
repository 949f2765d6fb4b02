// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ConnectedPieces.h
 * The pieces of valid voxels that hang together through the faces of their voxels.
 */
#ifndef ConnectedPieces_h
#define ConnectedPieces_h

#include "Parallel.h"

#include <array>
#include <cstdint>
#include <vector>

namespace paraxanes
{

/**
 * Finds the face-connected pieces of the voxels where validity[i] is 0 and numbers them by size:
 * 1 is the largest; of equal ones that whose first voxel comes first. Voxels that touch along an
 * edge or at a corner only are not connected.
 *
 * @param validity one value per voxel, x fastest
 * @param size voxels along x, y, z
 * @param minimumSize smaller pieces (in voxels) are left out
 * @param largestOnly keep piece 1 only
 * @param labels one value per voxel, 0 where there is none; may be null
 * @return the sizes in voxels of pieces 1, 2, ...
 */
std::vector<std::int64_t> LabelPieces(const std::uint8_t* validity, const std::array<int, 3>& size,
  std::int64_t minimumSize, bool largestOnly, std::int32_t* labels);

/// The value of a voxel with several components, such as the energies of a stack: their mean.
template <typename T>
double MeanOf(const T* value, int components)
{
  double sum = 0.0;
  for (int k = 0; k < components; ++k)
  {
    sum += static_cast<double>(value[k]);
  }
  return sum / components;
}

/// means[i] = value of voxel i. T is float, double or a VTK integer type, here and below.
template <typename T>
void FindMeans(const T* values, std::int64_t voxels, int components, double* means)
{
  ParallelFor(0, voxels, 65536,
    [=](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t i = first; i < last; ++i)
      {
        means[i] = MeanOf(values + i * components, components);
      }
    });
}

/// validity[i] = 0 where low <= value <= high, else 1. NaN is never valid.
template <typename T>
void MarkValidity(const T* values, std::int64_t voxels, int components, double low, double high,
  std::uint8_t* validity)
{
  ParallelFor(0, voxels, 65536,
    [=](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t i = first; i < last; ++i)
      {
        const double mean = MeanOf(values + i * components, components);
        validity[i] = mean >= low && mean <= high ? 0 : 1;
      }
    });
}

}

#endif
