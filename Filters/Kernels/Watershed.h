// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Watershed.h
 * Particles that touch, parted at the necks between them.
 */
#ifndef Watershed_h
#define Watershed_h

#include "DistanceMap.h"
#include "DistributedPieces.h"

#include <array>
#include <cstdint>
#include <vector>

namespace paraxanes
{

/**
 * Floods the distances to the surface from their maxima down, through the faces of voxels (L.
 * Vincent and P. Soille, IEEE Trans. PAMI 13, 583 (1991), on the distances turned over). Where
 * basins meet, those whose maximum lies less than `depth` above that place, which is the highest
 * way out of them, become one with the highest, so that the small maxima of a rough surface part
 * nothing. Of several ways up from a voxel the steepest counts, then the first in memory. No line
 * is left between the basins: each voxel inside belongs to one.
 *
 * @param squared squared distances, one per voxel, x fastest, as SquaredDistances finds them; 0
 * outside
 * @param size voxels along x, y, z
 * @param basins one per voxel: the number of its basin from 0 on, -1 outside
 * @return the sizes of the basins and their first voxels; none when it was stopped
 */
std::vector<PieceSums> FindBasins(const double* squared, const std::array<int, 3>& size,
  double depth, std::int32_t* basins, const ProceedFunction& proceed = {});

}

#endif
