// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file DistanceMap.h
 * How deep the voxels of particles lie: their exact Euclidean distance to what is outside.
 *
 * Of each voxel it is the distance of its centre to the nearest centre of a voxel with another
 * label, so that particles that touch have a surface between them. What lies beyond the border of
 * the image is not known, and is no surface: a particle that is cut off has none there, an image of
 * one plane none along its normal, and a particle that fills the image none at all.
 *
 * One axis after the other, by the lower envelope of parabolas (P. F. Felzenszwalb, D. P.
 * Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8 (2012) 415-428),
 * within the runs of one label: linear in the number of voxels, exact for any spacing.
 */
#ifndef DistanceMap_h
#define DistanceMap_h

#include "VoxelGrid.h"

#include <array>
#include <functional>

namespace paraxanes
{

/// Told the fraction that is done; false to stop.
using ProceedFunction = std::function<bool(double)>;

/**
 * Squared distances in planes [firstPlane, lastPlane) of the image, which do not depend on which
 * planes are asked for: 0 where the label is 0 or less, infinite where nothing else is in the
 * image.
 *
 * @param labels one per voxel of the whole image, x fastest; Label is uint8 (a mask) or int32
 * @param size voxels of the image along x, y, z
 * @param squared one per voxel of the planes
 * @return false when it was stopped
 */
template <typename Label>
bool SquaredDistances(const Label* labels, const std::array<int, 3>& size, const Vector3& spacing,
  int firstPlane, int lastPlane, double* squared, const ProceedFunction& proceed = {});

/// Half the smallest spacing of the axes along which the image has several voxels.
double HalfVoxel(const std::array<int, 3>& size, const Vector3& spacing);

/**
 * Distance to the surface: to the nearest centre outside, less half a voxel, since the surface lies
 * between the centres outside and inside. Of a sphere with a radius of 20 voxels it is within half
 * a voxel of the truth everywhere, in the mean 0.26 voxels short: the nearest of many centres lies
 * close behind the surface. (The distance to the boxes of the voxels outside is up to 0.86 voxels
 * short, as their corners reach inward.) NaN outside, and where there is no surface.
 */
double DepthOf(double squaredDistance, double halfVoxel);

}

#endif
