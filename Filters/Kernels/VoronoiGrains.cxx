// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "VoronoiGrains.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

double SquaredDistance(const Point& a, const Point& b)
{
  const double x = a[0] - b[0];
  const double y = a[1] - b[1];
  const double z = a[2] - b[2];
  return x * x + y * y + z * z;
}

}

VoronoiGrains::VoronoiGrains(const std::vector<Point>& points, double spacing)
  : Points(points)
  , Edge(spacing)
{
  Point last = points.front();
  this->Origin = points.front();
  for (const Point& point : points)
  {
    for (std::size_t i = 0; i < 3; ++i)
    {
      this->Origin[i] = std::min(this->Origin[i], point[i]);
      last[i] = std::max(last[i], point[i]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i)
  {
    this->Cells[i] = 1 + static_cast<int>(std::floor((last[i] - this->Origin[i]) / this->Edge));
  }

  const auto index = [this](const Point& point)
  {
    const std::array<int, 3> cell = this->CellOf(point);
    return static_cast<std::size_t>(
      (cell[2] * this->Cells[1] + cell[1]) * this->Cells[0] + cell[0]);
  };
  const auto cells = static_cast<std::size_t>(this->Cells[0]) *
    static_cast<std::size_t>(this->Cells[1]) * static_cast<std::size_t>(this->Cells[2]);
  this->FirstInCell.assign(cells + 1, 0);
  for (const Point& point : points)
  {
    ++this->FirstInCell[index(point) + 1];
  }
  for (std::size_t c = 0; c < cells; ++c)
  {
    this->FirstInCell[c + 1] += this->FirstInCell[c];
  }
  std::vector<int> next(this->FirstInCell.begin(), this->FirstInCell.end() - 1);
  this->Order.resize(points.size());
  for (std::size_t p = 0; p < points.size(); ++p)
  {
    this->Order[static_cast<std::size_t>(next[index(points[p])]++)] = static_cast<int>(p);
  }
}

std::array<int, 3> VoronoiGrains::CellOf(const Point& position) const
{
  std::array<int, 3> cell;
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double c = std::floor((position[i] - this->Origin[i]) / this->Edge);
    cell[i] = static_cast<int>(std::clamp(c, 0.0, static_cast<double>(this->Cells[i] - 1)));
  }
  return cell;
}

double VoronoiGrains::DistanceInside(const Point& position, const std::array<int, 3>& cell) const
{
  double distance = this->Edge;
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double x = position[i] - this->Origin[i] - cell[i] * this->Edge;
    distance = std::min({ distance, x, this->Edge - x });
  }
  // Beside the grid nothing is known.
  return std::max(distance, 0.0);
}

int VoronoiGrains::LastRing(const std::array<int, 3>& cell) const
{
  int ring = 0;
  for (std::size_t i = 0; i < 3; ++i)
  {
    ring = std::max({ ring, cell[i], this->Cells[i] - 1 - cell[i] });
  }
  return ring;
}

template <typename Visit>
void VoronoiGrains::VisitRing(const std::array<int, 3>& cell, int ring, Visit visit) const
{
  const auto low = [&](std::size_t i) { return std::max(cell[i] - ring, 0); };
  const auto high = [&](std::size_t i) { return std::min(cell[i] + ring, this->Cells[i] - 1); };
  for (int z = low(2); z <= high(2); ++z)
  {
    for (int y = low(1); y <= high(1); ++y)
    {
      const bool face = std::abs(z - cell[2]) == ring || std::abs(y - cell[1]) == ring;
      // On the other rows only the two ends belong to the ring.
      for (int x = face ? low(0) : cell[0] - ring; x <= high(0); x += face ? 1 : 2 * ring)
      {
        if (x < 0)
        {
          continue;
        }
        const auto c = static_cast<std::size_t>((z * this->Cells[1] + y) * this->Cells[0] + x);
        for (int p = this->FirstInCell[c]; p < this->FirstInCell[c + 1]; ++p)
        {
          visit(this->Order[static_cast<std::size_t>(p)]);
        }
      }
    }
  }
}

VoronoiGrains::Nearest VoronoiGrains::FindNearest(
  const Point& position, const std::array<int, 3>& cell, double inside) const
{
  Nearest nearest = { -1, std::numeric_limits<double>::infinity() };
  const int last = this->LastRing(cell);
  for (int ring = 0; ring <= last; ++ring)
  {
    const double closest = ring == 0 ? 0.0 : (ring - 1) * this->Edge + inside;
    if (closest * closest > nearest.Square)
    {
      break;
    }
    this->VisitRing(cell, ring,
      [&](int p)
      {
        const double square = SquaredDistance(position, this->Points[static_cast<std::size_t>(p)]);
        // The lower index of two equally near points, whatever the order of the cells.
        if (square < nearest.Square || (square == nearest.Square && p < nearest.Index))
        {
          nearest = { p, square };
        }
      });
  }
  return nearest;
}

VoronoiGrains::Answer VoronoiGrains::Find(const Point& position, double limit) const
{
  const std::array<int, 3> cell = this->CellOf(position);
  const double inside = this->DistanceInside(position, cell);
  const Nearest nearest = this->FindNearest(position, cell, inside);
  const Point& center = this->Points[static_cast<std::size_t>(nearest.Index)];
  const double distance = std::sqrt(nearest.Square);

  // The plane between the nearest point and another one is at least half the difference of their
  // distances away, so that points further than distance + 2 x (what is known) do not matter.
  double toBoundary = limit;
  const int last = this->LastRing(cell);
  for (int ring = 0; ring <= last; ++ring)
  {
    if (ring > 0 && (ring - 1) * this->Edge + inside > distance + 2.0 * toBoundary)
    {
      break;
    }
    this->VisitRing(cell, ring,
      [&](int p)
      {
        const Point& other = this->Points[static_cast<std::size_t>(p)];
        const double square = SquaredDistance(position, other);
        const double reach = distance + 2.0 * toBoundary;
        if (p == nearest.Index || square > reach * reach)
        {
          return;
        }
        const double between = std::sqrt(SquaredDistance(center, other));
        if (between > 0.0)
        {
          toBoundary = std::min(toBoundary, 0.5 * (square - nearest.Square) / between);
        }
      });
  }
  return { nearest.Index, toBoundary };
}

}
