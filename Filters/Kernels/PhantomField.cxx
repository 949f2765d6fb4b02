// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PhantomField.h"

#include "CounterNoise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace paraxanes
{
namespace
{

constexpr double Pi = 3.14159265358979323846;

// Of the longest semi-axis to the edge of the particle's part of the field.
constexpr double Filling = 0.42;
// The last of many particles is this much smaller than the first.
constexpr double SizeSpread = 0.3;
// Radius, in radii of the particle, at which the rods are GrainSize wide.
constexpr double RodReference = 0.55;
// Length of a rod's grains, in grain sizes.
constexpr double RodLength = 4.0;
// Grains are numbered by int, and are all held in memory.
constexpr double MostGrains = 1e8;
// Length over which the jump varies, in grain sizes.
constexpr double PoreScale = 0.3;

std::uint64_t StreamSeed(const PhantomParameters& parameters, PhantomStream stream)
{
  return HashCounter(parameters.Seed, stream);
}

double Dot(const Point& a, const Point& b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

bool FillsField(PhantomKind kind)
{
  return kind == PhantomKind::Linear || kind == PhantomKind::Uniform;
}

int PartsPerEdgeFor(const PhantomParameters& parameters)
{
  const int dimensions = parameters.Flat ? 2 : 3;
  int parts = 1;
  while (std::pow(parts, dimensions) < parameters.NumberOfParticles)
  {
    ++parts;
  }
  return parts;
}

// Semi-axes of a particle in a cubic part of the field, a voxel of air left around it. Zero or
// less where it does not fit.
Point FittingSemiAxes(const PhantomParameters& parameters, int particle, double partEdge)
{
  const double longest =
    *std::max_element(parameters.AspectRatio.begin(), parameters.AspectRatio.end());
  const double shrunk =
    1.0 - SizeSpread * particle / static_cast<double>(parameters.NumberOfParticles);
  double scale = Filling * partEdge * shrunk / longest;
  for (std::size_t i = 0; i < (parameters.Flat ? 2U : 3U); ++i)
  {
    const double room =
      0.5 * partEdge - std::abs(parameters.CenterOffset[i]) - parameters.VoxelSize;
    scale = std::min(scale, room / parameters.AspectRatio[i]);
  }
  Point axes;
  for (std::size_t i = 0; i < 3; ++i)
  {
    axes[i] = scale * parameters.AspectRatio[i];
  }
  return axes;
}

// Directions evenly over the sphere (a Fibonacci lattice), each moved at random by up to 0.4 of
// their distance, so that no pattern is left.
std::vector<Point> RodAxes(double radius, double grainSize, std::uint64_t seed)
{
  const double sphere = 4.0 * Pi * radius * radius;
  const int count = std::max(6, static_cast<int>(std::lround(sphere / (grainSize * grainSize))));
  const double spacing = std::sqrt(4.0 * Pi / count);
  const double golden = Pi * (3.0 - std::sqrt(5.0));
  std::vector<Point> axes;
  axes.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
  {
    const double z = 1.0 - (2.0 * i + 1.0) / count;
    const double rho = std::sqrt(1.0 - z * z);
    Point axis = { rho * std::cos(golden * i), rho * std::sin(golden * i), z };
    for (std::size_t c = 0; c < 3; ++c)
    {
      const auto counter = static_cast<std::uint64_t>(i) * 3 + c;
      axis[c] += 0.8 * spacing * (UniformAt(seed, counter) - 0.5);
    }
    const double length = std::sqrt(Dot(axis, axis));
    axes.push_back({ axis[0] / length, axis[1] / length, axis[2] / length });
  }
  return axes;
}

// One point at random in each cell of a cubic lattice over the box [-reach, reach].
std::vector<Point> GravelCenters(const Point& reach, double grainSize, std::uint64_t seed)
{
  std::array<int, 3> cells;
  for (std::size_t i = 0; i < 3; ++i)
  {
    cells[i] = 2 + static_cast<int>(std::ceil(2.0 * reach[i] / grainSize));
  }
  std::vector<Point> centers;
  std::uint64_t counter = 0;
  for (int z = 0; z < cells[2]; ++z)
  {
    for (int y = 0; y < cells[1]; ++y)
    {
      for (int x = 0; x < cells[0]; ++x)
      {
        const std::array<int, 3> cell = { x, y, z };
        Point center;
        for (std::size_t i = 0; i < 3; ++i)
        {
          center[i] = grainSize * (cell[i] - 0.5 * cells[i] + UniformAt(seed, counter++));
        }
        centers.push_back(center);
      }
    }
  }
  return centers;
}

}

std::string CheckPhantom(const PhantomParameters& p)
{
  std::ostringstream problem;
  const auto positive = [](double value) { return std::isfinite(value) && value > 0.0; };
  const auto finite = [](double value) { return std::isfinite(value); };
  if (p.Size < 2)
  {
    problem << "Size is " << p.Size << ", and a phantom needs at least 2 voxels along each edge.";
  }
  else if (!positive(p.VoxelSize))
  {
    problem << "VoxelSize is " << p.VoxelSize << " um, and has to be above 0.";
  }
  else if (!(std::isfinite(p.GrainSize) && p.GrainSize >= p.VoxelSize))
  {
    problem << "GrainSize is " << p.GrainSize << " um, and has to be at least VoxelSize, "
            << p.VoxelSize << " um.";
  }
  else if (p.Kind == PhantomKind::Gravel &&
    std::pow(p.Size * p.VoxelSize / p.GrainSize, 3.0) > MostGrains)
  {
    problem << "There would be more than " << MostGrains
            << " grains: take a larger GrainSize or a smaller Size.";
  }
  else if (!positive(p.BoundaryWidth))
  {
    problem << "BoundaryWidth is " << p.BoundaryWidth << " um, and has to be above 0.";
  }
  else if (!std::all_of(p.AspectRatio.begin(), p.AspectRatio.end(), positive))
  {
    problem << "The AspectRatio of every axis has to be above 0.";
  }
  else if (!std::all_of(p.CenterOffset.begin(), p.CenterOffset.end(), finite) ||
    !finite(p.EdgeEnergy) || !finite(p.EdgeJump) || !finite(p.BoundaryExcess) ||
    !finite(p.SurfaceTrend))
  {
    problem << "CenterOffset, EdgeEnergy, EdgeJump, BoundaryExcess and SurfaceTrend have to be "
               "finite numbers.";
  }
  else if (!(p.Porosity >= 0.0 && p.Porosity < 1.0))
  {
    problem << "Porosity is " << p.Porosity << ", and has to be in [0, 1).";
  }
  else if (p.NumberOfParticles < 1)
  {
    problem << "NumberOfParticles is " << p.NumberOfParticles << ", and has to be at least 1.";
  }
  else if (!FillsField(p.Kind))
  {
    const double partEdge = p.Size * p.VoxelSize / PartsPerEdgeFor(p);
    const Point axes = FittingSemiAxes(p, p.NumberOfParticles - 1, partEdge);
    if (*std::min_element(axes.begin(), axes.end()) < p.VoxelSize)
    {
      problem << "A particle does not fit into its part of the field (" << partEdge
              << " um wide): take a larger Size, a smaller CenterOffset, fewer particles or a less "
                 "extreme AspectRatio.";
    }
  }
  return problem.str();
}

PhantomField::PhantomField(const PhantomParameters& parameters)
  : Given(parameters)
  , PartsPerEdge(PartsPerEdgeFor(parameters))
{
  if (FillsField(parameters.Kind))
  {
    this->PartsPerEdge = 0;
    return;
  }
  const double h = parameters.VoxelSize;
  const double partEdge = parameters.Size * h / this->PartsPerEdge;
  int firstGrain = 1;
  for (int particle = 0; particle < parameters.NumberOfParticles; ++particle)
  {
    const std::array<int, 3> part = { particle % this->PartsPerEdge,
      particle / this->PartsPerEdge % this->PartsPerEdge,
      particle / (this->PartsPerEdge * this->PartsPerEdge) };
    Body body;
    body.SemiAxes = FittingSemiAxes(parameters, particle, partEdge);
    for (std::size_t i = 0; i < 3; ++i)
    {
      body.Center[i] = (part[i] + 0.5) * partEdge - 0.5 * h + parameters.CenterOffset[i];
    }
    if (parameters.Flat)
    {
      body.Center[2] = 0.0;
    }
    const std::uint64_t seed =
      HashCounter(StreamSeed(parameters, GrainStream), static_cast<std::uint64_t>(particle));
    if (parameters.Kind == PhantomKind::Rod)
    {
      const double mean = std::cbrt(body.SemiAxes[0] * body.SemiAxes[1] * body.SemiAxes[2]);
      const std::vector<Point> axes = RodAxes(RodReference * mean, parameters.GrainSize, seed);
      const double spacing = std::sqrt(4.0 * Pi / static_cast<double>(axes.size()));
      body.Grains = VoronoiGrains(axes, spacing);
    }
    else if (parameters.Kind == PhantomKind::Gravel)
    {
      body.Grains = VoronoiGrains(
        GravelCenters(body.SemiAxes, parameters.GrainSize, seed), parameters.GrainSize);
    }
    body.FirstGrain = firstGrain;
    firstGrain += std::max(1, body.Grains.NumberOfGrains());
    this->Bodies.push_back(body);
  }
}

std::uint64_t PhantomField::GlobalIndex(int x, int y, int z) const
{
  const std::int64_t size = this->Given.Size;
  return static_cast<std::uint64_t>((z * size + y) * size + x);
}

const PhantomField::Body* PhantomField::BodyAt(const Point& position) const
{
  const int parts = this->PartsPerEdge;
  const double partEdge = this->Given.Size * this->Given.VoxelSize / parts;
  std::array<int, 3> part = { 0, 0, 0 };
  for (std::size_t i = 0; i < (this->Given.Flat ? 2U : 3U); ++i)
  {
    const double c = std::floor((position[i] + 0.5 * this->Given.VoxelSize) / partEdge);
    if (c < 0.0 || c >= parts)
    {
      return nullptr;
    }
    part[i] = static_cast<int>(c);
  }
  const auto particle = static_cast<std::size_t>((part[2] * parts + part[1]) * parts + part[0]);
  return particle < this->Bodies.size() ? &this->Bodies[particle] : nullptr;
}

double PhantomField::JumpAt(const Point& position) const
{
  if (this->Given.Porosity == 0.0)
  {
    return this->Given.EdgeJump;
  }
  // Random numbers on a coarse lattice, linear in between.
  const double length = PoreScale * this->Given.GrainSize;
  const std::uint64_t seed = StreamSeed(this->Given, PoreStream);
  std::array<std::int64_t, 3> cell;
  Point t;
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double c = std::floor(position[i] / length);
    cell[i] = static_cast<std::int64_t>(c);
    t[i] = position[i] / length - c;
  }
  double spread = 0.0;
  for (int corner = 0; corner < 8; ++corner)
  {
    std::uint64_t counter = 0;
    double weight = 1.0;
    for (std::size_t i = 0; i < 3; ++i)
    {
      const int upper = corner >> i & 1;
      weight *= upper ? t[i] : 1.0 - t[i];
      // 21 bits for each of the three lattice coordinates.
      counter = counter << 21 | (static_cast<std::uint64_t>(cell[i] + upper) & 0x1fffffU);
    }
    spread += weight * (2.0 * UniformAt(seed, counter) - 1.0);
  }
  return this->Given.EdgeJump * (1.0 + this->Given.Porosity * spread);
}

PhantomVoxel PhantomField::At(int x, int y, int z) const
{
  const double h = this->Given.VoxelSize;
  const Point position = { x * h, y * h, z * h };
  PhantomVoxel voxel;
  voxel.EdgeEnergy = std::numeric_limits<double>::quiet_NaN();
  if (FillsField(this->Given.Kind))
  {
    const double middle = 0.5 * (this->Given.Size - 1) * h;
    const Point offset = { position[0] - middle, position[1] - middle,
      this->Given.Flat ? 0.0 : position[2] - middle };
    voxel.EdgeEnergy = this->Given.EdgeEnergy +
      (this->Given.Kind == PhantomKind::Linear ? Dot(LinearGradient, offset) : 0.0);
    voxel.EdgeJump = this->JumpAt(position);
    voxel.Grain = 1;
    voxel.Particle = 1;
    return voxel;
  }

  const Body* body = this->BodyAt(position);
  if (!body)
  {
    return voxel;
  }
  Point offset;
  Point scaled;
  for (std::size_t i = 0; i < 3; ++i)
  {
    offset[i] = position[i] - body->Center[i];
    scaled[i] = offset[i] / body->SemiAxes[i];
  }
  const double radius = std::sqrt(Dot(scaled, scaled));
  if (radius > 1.0)
  {
    return voxel;
  }
  voxel.EdgeJump = this->JumpAt(position);
  voxel.Particle = 1 + static_cast<int>(body - this->Bodies.data());
  voxel.Grain = body->FirstGrain;
  voxel.EdgeEnergy = this->Given.EdgeEnergy;
  this->AddVariation(*body, offset, radius, this->GlobalIndex(x, y, z), voxel);
  return voxel;
}

void PhantomField::AddVariation(const Body& body, const Point& offset, double radius,
  std::uint64_t index, PhantomVoxel& voxel) const
{
  const PhantomParameters& given = this->Given;
  switch (given.Kind)
  {
    case PhantomKind::Azimuthal:
    {
      const double rho = std::hypot(offset[0], offset[1]);
      voxel.EdgeEnergy += rho > 0.0 ? given.BoundaryExcess * offset[0] / rho : 0.0;
      return;
    }
    case PhantomKind::Radial:
      voxel.EdgeEnergy += given.SurfaceTrend * radius * radius;
      return;
    case PhantomKind::WhiteNoise:
      voxel.EdgeEnergy += given.BoundaryExcess * NormalAt(StreamSeed(given, EnergyStream), index);
      return;
    default:
      break;
  }

  double depth = 0.0; // below the nearest boundary, um
  if (given.Kind == PhantomKind::Rod)
  {
    const double length = std::sqrt(Dot(offset, offset));
    const Point direction = length > 0.0
      ? Point{ offset[0] / length, offset[1] / length, offset[2] / length }
      : Point{ 0.0, 0.0, 1.0 };
    // The planes between two axes pass through the centre: distances grow with the radius.
    const VoronoiGrains::Answer rod =
      body.Grains.Find(direction, length > 0.0 ? given.BoundaryWidth / length : 1.0);
    // Rods break across their axis, each at radii of its own.
    const double segmentLength = RodLength * given.GrainSize;
    const double along = length / segmentLength +
      UniformAt(
        StreamSeed(given, BreakStream), static_cast<std::uint64_t>(voxel.Grain + rod.Grain));
    const double segment = std::floor(along);
    const double toBreak = segmentLength * std::min(along - segment, segment + 1.0 - along);
    depth = std::min(length * rod.ToBoundary, toBreak);
    voxel.Grain += rod.Grain + static_cast<int>(segment) * body.Grains.NumberOfGrains();
  }
  else
  {
    const VoronoiGrains::Answer grain = body.Grains.Find(offset, given.BoundaryWidth);
    depth = grain.ToBoundary;
    voxel.Grain += grain.Grain;
  }
  voxel.EdgeEnergy += given.BoundaryExcess * std::max(0.0, 1.0 - depth / given.BoundaryWidth) +
    given.SurfaceTrend * radius * radius;
}

}
