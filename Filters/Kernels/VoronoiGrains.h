// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file VoronoiGrains.h
 * Grains as the Voronoi cells of points in space.
 */
#ifndef VoronoiGrains_h
#define VoronoiGrains_h

#include <array>
#include <vector>

namespace paraxanes
{

using Point = std::array<double, 3>;

/// Points are found through a grid of cells, so that a query takes the same time for any number.
class VoronoiGrains
{
public:
  VoronoiGrains() = default;

  /// At least one point; `spacing` (> 0) is their typical distance.
  VoronoiGrains(const std::vector<Point>& points, double spacing);

  struct Answer
  {
    int Grain = 0;           ///< index of the nearest point
    double ToBoundary = 0.0; ///< distance to the grain's nearest boundary, at most the limit
  };

  /// The grain that holds a position, and how far its boundary is where that is below `limit`.
  Answer Find(const Point& position, double limit) const;

  int NumberOfGrains() const { return static_cast<int>(this->Points.size()); }

private:
  struct Nearest
  {
    int Index = -1;
    double Square = 0.0;
  };
  Nearest FindNearest(const Point& position, const std::array<int, 3>& cell, double inside) const;

  /// Calls visit(point index) for the points of the cells at Chebyshev distance `ring`.
  template <typename Visit>
  void VisitRing(const std::array<int, 3>& cell, int ring, Visit visit) const;

  std::array<int, 3> CellOf(const Point& position) const;
  /// Distance from a position to the nearest face of its cell.
  double DistanceInside(const Point& position, const std::array<int, 3>& cell) const;
  int LastRing(const std::array<int, 3>& cell) const;

  std::vector<Point> Points;
  double Edge = 1.0; // of a cell of the grid
  Point Origin = { 0.0, 0.0, 0.0 };
  std::array<int, 3> Cells = { 0, 0, 0 };
  std::vector<int> FirstInCell; // of Order; one more than cells
  std::vector<int> Order;       // point indices, cell by cell
};

}

#endif
