// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ParticleShape.h
 * The surfaces of labelled particles, and what follows from surface and volume.
 */
#ifndef ParticleShape_h
#define ParticleShape_h

#include "VoxelGrid.h"

#include <array>
#include <cstdint>
#include <map>

namespace paraxanes
{

/// Lines of voxels run along 13 directions in space and along 4 of them in a plane.
constexpr std::size_t NumberOfLines = 13;

/// How often the lines along each direction cross a particle's surface; those of ranks add up.
using Crossings = std::array<std::int64_t, NumberOfLines>;

/**
 * By label, of the owned voxels. What lies beyond the whole field is outside of every particle. One
 * layer around the owned voxels has to be in the box.
 */
std::map<int, Crossings> CountCrossings(const std::int32_t* labels, const VoxelGrid& grid);

/// True for a field that is flat along one axis: areas and circumferences take the place of volumes
/// and surfaces.
bool IsPlane(const VoxelGrid& grid);

/// Volume of a voxel; its area in a plane.
double VoxelMeasure(const VoxelGrid& grid);

/**
 * Surfaces (circumferences in a plane) from crossings by Crofton's formula: the mean over all
 * directions of the crossings per area across the lines, times 2 (pi/2 in a plane). The mean over
 * the directions of the lines is weighted by the share of all directions to which each is next, as
 * in G. Lehmann and D. Legland, Insight J. (2012), hdl 10380/3342; here for voxels of any shape.
 * Without bias on smooth particles, unlike the faces of the voxels, which are 1.5 times (4/pi in a
 * plane) too many.
 */
class CroftonSurface
{
public:
  explicit CroftonSurface(const VoxelGrid& grid);

  /// NaN in a field that is flat along more than one axis.
  double operator()(const Crossings& crossings) const;

  /// Share of all directions; 0 for lines that leave a plane.
  const std::array<double, NumberOfLines>& Shares() const { return this->LineShares; }

private:
  std::array<double, NumberOfLines> LineShares{};
  std::array<double, NumberOfLines> Factors{};
};

/// Diameter of the ball of this volume, or of the circle of this area.
double EquivalentDiameter(double measure, bool plane);

/// Surface of the ball of this volume over the surface (H. Wadell, J. Geol. 43, 250 (1935)); in a
/// plane, circumference of the circle of this area over the circumference.
double Sphericity(double measure, double surface, bool plane);

}

#endif
