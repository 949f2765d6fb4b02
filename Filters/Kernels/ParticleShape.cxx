// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ParticleShape.h"

#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

constexpr double Pi = 3.14159265358979323846;

using Step = std::array<int, 3>;

// One of each pair of opposite steps to the 26 neighbours.
constexpr std::array<Step, NumberOfLines> Lines = { Step{ 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 },
  { 1, 1, 0 }, { 1, -1, 0 }, { 1, 0, 1 }, { 1, 0, -1 }, { 0, 1, 1 }, { 0, 1, -1 }, { 1, 1, 1 },
  { 1, 1, -1 }, { 1, -1, 1 }, { 1, -1, -1 } };

bool IsFlat(const VoxelGrid& grid, int axis)
{
  return grid.Whole[2 * axis] == grid.Whole[2 * axis + 1];
}

int FlatAxes(const VoxelGrid& grid)
{
  return (IsFlat(grid, 0) ? 1 : 0) + (IsFlat(grid, 1) ? 1 : 0) + (IsFlat(grid, 2) ? 1 : 0);
}

bool IsWithin(const VoxelGrid& grid, const Step& line)
{
  return (line[0] == 0 || !IsFlat(grid, 0)) && (line[1] == 0 || !IsFlat(grid, 1)) &&
    (line[2] == 0 || !IsFlat(grid, 2));
}

Vector3 Along(const VoxelGrid& grid, const Step& line)
{
  return { line[0] * grid.Spacing[0], line[1] * grid.Spacing[1], line[2] * grid.Spacing[2] };
}

double Length(const Vector3& v)
{
  return std::hypot(v[0], v[1], v[2]);
}

// Directions that are spread evenly: a Fibonacci spiral, or a half circle in a plane.
Vector3 Direction(const VoxelGrid& grid, int i, int directions)
{
  const double part = (i + 0.5) / directions;
  if (!IsPlane(grid))
  {
    const double turn = Pi * (3.0 - std::sqrt(5.0)) * i;
    const double radius = std::sqrt(1.0 - part * part); // one half of the sphere
    return { radius * std::cos(turn), radius * std::sin(turn), part };
  }
  const Vector3 circle = { std::cos(Pi * part), std::sin(Pi * part), 0.0 };
  Vector3 direction = { 0.0, 0.0, 0.0 };
  int next = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    direction[axis] = IsFlat(grid, static_cast<int>(axis)) ? 0.0 : circle[next++];
  }
  return direction;
}

// The labels of one row of voxels and of the 8 rows around it, null where the field ends.
struct Rows
{
  std::array<const std::int32_t*, 9> Labels;

  Rows(const std::int32_t* labels, const VoxelGrid& grid, std::int64_t row)
  {
    for (int dz = -1; dz <= 1; ++dz)
    {
      for (int dy = -1; dy <= 1; ++dy)
      {
        const int y = grid.Y(row) + dy;
        const int z = grid.Z(row) + dz;
        const bool inside =
          y >= grid.Whole[2] && y <= grid.Whole[3] && z >= grid.Whole[4] && z <= grid.Whole[5];
        this->Labels[Place(dy, dz)] =
          inside ? labels + grid.First(row + dy + dz * grid.Size(1)) - grid.Box[0] : nullptr;
      }
    }
  }

  static std::size_t Place(int dy, int dz)
  {
    return static_cast<std::size_t>(3 * (dz + 1) + dy + 1);
  }

  // What lies beyond the end of a row has no label.
  std::int32_t At(const VoxelGrid& grid, int x, int dy, int dz) const
  {
    const std::int32_t* row = this->Labels[Place(dy, dz)];
    return row && x >= grid.Whole[0] && x <= grid.Whole[1] ? row[x] : 0;
  }
};

}

std::map<int, Crossings> CountCrossings(const std::int32_t* labels, const VoxelGrid& grid)
{
  using Counts = std::map<int, Crossings>;
  const auto body = [&](std::int64_t begin, std::int64_t end)
  {
    Counts counts;
    for (std::int64_t row = begin; row < end; ++row)
    {
      if (!grid.OwnsRow(row))
      {
        continue;
      }
      const Rows rows(labels, grid, row);
      Crossings* current = nullptr;
      int currentLabel = 0;
      for (int x = grid.Owned[0]; x <= grid.Owned[1]; ++x)
      {
        const int label = rows.At(grid, x, 0, 0);
        if (label <= 0)
        {
          continue;
        }
        if (label != currentLabel)
        {
          current = &counts[label];
          currentLabel = label;
        }
        for (std::size_t i = 0; i < NumberOfLines; ++i)
        {
          const Step& line = Lines[i];
          (*current)[i] += (rows.At(grid, x + line[0], line[1], line[2]) != label ? 1 : 0) +
            (rows.At(grid, x - line[0], -line[1], -line[2]) != label ? 1 : 0);
        }
      }
    }
    return counts;
  };
  return ParallelReduce(std::int64_t{ 0 }, grid.NumberOfRows(), grid.RowsPerTask(65536), Counts(),
    body,
    [](Counts& all, const Counts& part)
    {
      for (const auto& entry : part)
      {
        Crossings& sums = all[entry.first];
        for (std::size_t i = 0; i < NumberOfLines; ++i)
        {
          sums[i] += entry.second[i];
        }
      }
    });
}

bool IsPlane(const VoxelGrid& grid)
{
  return FlatAxes(grid) == 1;
}

double VoxelMeasure(const VoxelGrid& grid)
{
  double measure = 1.0;
  for (int axis = 0; axis < 3; ++axis)
  {
    measure *= IsPlane(grid) && IsFlat(grid, axis) ? 1.0 : grid.Spacing[axis];
  }
  return measure;
}

CroftonSurface::CroftonSurface(const VoxelGrid& grid)
{
  if (FlatAxes(grid) > 1)
  {
    this->Factors.fill(std::numeric_limits<double>::quiet_NaN());
    return;
  }
  constexpr int Directions = 200000; // the shares are right to 1e-4
  for (int i = 0; i < Directions; ++i)
  {
    const Vector3 direction = Direction(grid, i, Directions);
    std::size_t next = 0;
    double largest = -1.0;
    for (std::size_t k = 0; k < NumberOfLines; ++k)
    {
      const Vector3 line = Along(grid, Lines[k]);
      const double cosine =
        std::abs(line[0] * direction[0] + line[1] * direction[1] + line[2] * direction[2]) /
        Length(line);
      if (IsWithin(grid, Lines[k]) && cosine > largest)
      {
        largest = cosine;
        next = k;
      }
    }
    this->LineShares[next] += 1.0 / Directions;
  }
  for (std::size_t k = 0; k < NumberOfLines; ++k)
  {
    const double across = VoxelMeasure(grid) / Length(Along(grid, Lines[k]));
    this->Factors[k] = (IsPlane(grid) ? 0.5 * Pi : 2.0) * across * this->LineShares[k];
  }
}

double CroftonSurface::operator()(const Crossings& crossings) const
{
  double surface = 0.0;
  for (std::size_t k = 0; k < NumberOfLines; ++k)
  {
    surface += this->Factors[k] * static_cast<double>(crossings[k]);
  }
  return surface;
}

double EquivalentDiameter(double measure, bool plane)
{
  return plane ? std::sqrt(4.0 * measure / Pi) : std::cbrt(6.0 * measure / Pi);
}

double Sphericity(double measure, double surface, bool plane)
{
  const double diameter = EquivalentDiameter(measure, plane);
  return Pi * (plane ? diameter : diameter * diameter) / surface;
}

}
