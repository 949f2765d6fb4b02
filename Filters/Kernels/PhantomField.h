// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PhantomField.h
 * What is true of a phantom: edge energy, edge jump, grain and particle at every voxel.
 *
 * A voxel is a pure function of the parameters and of its index, so that a phantom can be made
 * box by box, in any order.
 */
#ifndef PhantomField_h
#define PhantomField_h

#include "VoronoiGrains.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace paraxanes
{

enum class PhantomKind
{
  Rod,        ///< grains are cones about radial axes: their boundaries are radial planes
  Gravel,     ///< grains at random
  Azimuthal,  ///< E = EdgeEnergy + BoundaryExcess cos(azimuth about z): gradient tangential
  Radial,     ///< E = EdgeEnergy + SurfaceTrend (distance / radius)^2: gradient outward
  Linear,     ///< E = EdgeEnergy + LinearGradient . (position - centre), over the whole field
  WhiteNoise, ///< E = EdgeEnergy + BoundaryExcess x independent normal numbers
  Uniform     ///< E = EdgeEnergy, over the whole field
};

/// Numbers of different uses do not share a sequence: HashCounter(Seed, stream) is their seed.
enum PhantomStream : std::uint64_t
{
  GrainStream = 1,
  PoreStream,
  EnergyStream,
  BreakStream,
  NoiseStream,
  InvalidStream
};

/// Lengths in um, energies in eV.
struct PhantomParameters
{
  PhantomKind Kind = PhantomKind::Rod;
  int Size = 96;     ///< voxels along each edge of the field
  bool Flat = false; ///< one layer of voxels: the section through the middle
  double VoxelSize = 0.03;
  double EdgeJump = 0.7;
  double Porosity = 0.25; ///< the jump is spread smoothly over EdgeJump x (1 -+ Porosity)
  double EdgeEnergy = 8344.4;
  double BoundaryExcess = 1.5; ///< of E at a grain boundary over the inside of the grain
  double BoundaryWidth = 0.09; ///< depth over which the excess falls to zero
  double SurfaceTrend = 0.3;   ///< of E at the surface over the centre, with the squared radius
  double GrainSize = 0.42;
  std::array<double, 3> AspectRatio = { 1.0, 1.0, 1.0 }; ///< of the particle's axes
  std::array<double, 3> CenterOffset = { 0.0, 0.0,
    0.0 }; ///< of the particle in its part of the field
  int NumberOfParticles = 1;
  std::uint64_t Seed = 1;
};

/// Gradient of the kind Linear, eV/um.
constexpr std::array<double, 3> LinearGradient = { 0.5, -0.3, 0.2 };

struct PhantomVoxel
{
  double EdgeEnergy = 0.0; ///< eV; NaN outside the particles
  double EdgeJump = 0.0;   ///< 0 outside
  int Grain = 0;           ///< 1, 2, ... over all particles; 0 outside
  int Particle = 0;        ///< 1 (the largest), 2, ...; 0 outside
};

/// What is wrong with the parameters, and what to do; empty when nothing is.
std::string CheckPhantom(const PhantomParameters& parameters);

/**
 * The particles sit in equal cubic parts of the field, one in each: as many parts along each edge
 * as hold them. A particle is an ellipsoid with its longest semi-axis 0.42 of its part's edge, the
 * later ones of several particles smaller; a particle that its offset would push out of its part
 * is made smaller, so that it is never cut off.
 */
class PhantomField
{
public:
  /// Parameters that CheckPhantom accepts.
  explicit PhantomField(const PhantomParameters& parameters);

  /// Voxel indices may lie outside the field.
  PhantomVoxel At(int x, int y, int z) const;

  const PhantomParameters& Parameters() const { return this->Given; }

  /// Number of a voxel in the whole field, x fastest: the counter of its noise.
  std::uint64_t GlobalIndex(int x, int y, int z) const;

private:
  struct Body
  {
    Point Center;   // um, voxel (0, 0, 0) at the origin
    Point SemiAxes; // um
    VoronoiGrains Grains;
    int FirstGrain = 1;
  };

  const Body* BodyAt(const Point& position) const;
  double JumpAt(const Point& position) const;
  /// Sets grain and edge energy of a voxel at `offset` from a particle's centre; radius 1 is its
  /// surface.
  void AddVariation(const Body& body, const Point& offset, double radius, std::uint64_t index,
    PhantomVoxel& voxel) const;

  PhantomParameters Given;
  std::vector<Body> Bodies;
  int PartsPerEdge = 1;
};

}

#endif
