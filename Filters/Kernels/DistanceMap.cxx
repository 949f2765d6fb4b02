// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "DistanceMap.h"

#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace paraxanes
{
namespace
{

constexpr double Infinity = std::numeric_limits<double>::infinity();
// Between two of them progress is told and abort is heard.
constexpr std::int64_t NumberOfParts = 32;
// Lines across the rows that are done one after the other: they share cache lines.
constexpr int LinesPerTile = 16;

// Calls body(item) for all items in parallel; false when proceed said to stop.
template <typename Body>
bool ForItems(std::int64_t items, std::int64_t grain, double from, double to,
  const ProceedFunction& proceed, Body body)
{
  for (std::int64_t part = 0; part < NumberOfParts; ++part)
  {
    ParallelFor(items * part / NumberOfParts, items * (part + 1) / NumberOfParts, grain, body);
    const auto done = static_cast<double>(part + 1) / NumberOfParts;
    if (proceed && !proceed(from + (to - from) * done))
    {
      return false;
    }
  }
  return true;
}

// Steps along z to the nearest other label, on the side that the planes are gone through from.
template <typename Label>
struct StepsAlongZ
{
  const Label* Labels; // of the row in plane 0
  std::int64_t Plane;  // voxels
  std::vector<double> Steps;

  void Enter(int z, int before, bool first)
  {
    const Label* here = this->Labels + z * this->Plane;
    const Label* there = this->Labels + before * this->Plane;
    for (std::size_t x = 0; x < this->Steps.size(); ++x)
    {
      this->Steps[x] = first ? Infinity : here[x] != there[x] ? 1.0 : this->Steps[x] + 1.0;
    }
  }
};

// The parabolas of one line, and their lower envelope.
class Envelope
{
public:
  explicit Envelope(double spacing)
    : Square(spacing * spacing)
  {
  }

  void Clear() { this->Parabolas.clear(); }

  // In ascending order of their places.
  void Add(double place, double height)
  {
    if (height == Infinity)
    {
      return;
    }
    double start = -Infinity;
    while (!this->Parabolas.empty())
    {
      const Parabola& last = this->Parabolas.back();
      start =
        0.5 * (place + last.Place + (height - last.Height) / (this->Square * (place - last.Place)));
      if (start > last.Start)
      {
        break;
      }
      this->Parabolas.pop_back();
      start = -Infinity;
    }
    this->Parabolas.push_back({ place, height, start });
  }

  bool IsEmpty() const { return this->Parabolas.empty(); }

  // Of ascending places, from the first on; k = 0 before the first.
  double At(double place, std::size_t& k) const
  {
    while (k + 1 < this->Parabolas.size() && this->Parabolas[k + 1].Start < place)
    {
      ++k;
    }
    const double steps = place - this->Parabolas[k].Place;
    return this->Parabolas[k].Height + this->Square * steps * steps;
  }

private:
  struct Parabola
  {
    double Place;
    double Height;
    double Start; // from where on it is the lowest
  };

  double Square;
  std::vector<Parabola> Parabolas;
};

// Lowers the squared distances along a line by those to the other places on it.
template <typename Label>
void LowerLine(
  const Label* labels, double* squared, int size, std::int64_t stride, Envelope& envelope)
{
  for (int begin = 0; begin < size;)
  {
    const Label label = labels[begin * stride];
    int end = begin + 1;
    while (end < size && labels[end * stride] == label)
    {
      ++end;
    }
    if (label > 0)
    {
      envelope.Clear();
      if (begin > 0)
      {
        envelope.Add(begin - 1, 0.0);
      }
      for (int i = begin; i < end; ++i)
      {
        envelope.Add(i, squared[i * stride]);
      }
      if (end < size)
      {
        envelope.Add(end, 0.0);
      }
      std::size_t k = 0;
      for (int i = begin; i < end && !envelope.IsEmpty(); ++i)
      {
        squared[i * stride] = envelope.At(i, k);
      }
    }
    begin = end;
  }
}

}

template <typename Label>
bool SquaredDistances(const Label* labels, const std::array<int, 3>& size, const Vector3& spacing,
  int firstPlane, int lastPlane, double* squared, const ProceedFunction& proceed)
{
  const std::int64_t width = size[0];
  const std::int64_t plane = width * size[1];
  const std::int64_t planes = lastPlane - firstPlane;
  const Label* first = labels + firstPlane * plane;
  const double height = size[2] > 1 ? spacing[2] : 1.0; // of 2D images it may be 0

  // z first: it alone needs all planes, of labels only.
  const auto alongZ = [&](std::int64_t beginRow, std::int64_t endRow)
  {
    for (std::int64_t row = beginRow * width; row < endRow * width; row += width)
    {
      StepsAlongZ<Label> up = { labels + row, plane, std::vector<double>(width) };
      for (int z = 0; z < lastPlane; ++z)
      {
        up.Enter(z, z - 1 + (z == 0 ? 1 : 0), z == 0);
        if (z >= firstPlane)
        {
          std::copy(up.Steps.begin(), up.Steps.end(), squared + (z - firstPlane) * plane + row);
        }
      }
      StepsAlongZ<Label> down = { labels + row, plane, std::vector<double>(width) };
      for (int z = size[2] - 1; z >= firstPlane; --z)
      {
        const bool atEnd = z == size[2] - 1;
        down.Enter(z, atEnd ? z : z + 1, atEnd);
        double* values = squared + (z - firstPlane) * plane + row;
        for (std::int64_t x = 0; z < lastPlane && x < width; ++x)
        {
          const double distance = height * std::min(values[x], down.Steps[x]);
          values[x] = labels[z * plane + row + x] > 0 ? distance * distance : 0.0;
        }
      }
    }
  };
  const std::int64_t tiles = (width + LinesPerTile - 1) / LinesPerTile;
  const auto alongY = [&](std::int64_t beginTile, std::int64_t endTile)
  {
    Envelope envelope(spacing[1]);
    for (std::int64_t tile = beginTile; tile < endTile; ++tile)
    {
      const std::int64_t x = tile % tiles * LinesPerTile;
      for (std::int64_t i = x; i < std::min(width, x + LinesPerTile); ++i)
      {
        const std::int64_t start = tile / tiles * plane + i;
        LowerLine(first + start, squared + start, size[1], width, envelope);
      }
    }
  };
  const auto alongX = [&](std::int64_t beginRow, std::int64_t endRow)
  {
    Envelope envelope(spacing[0]);
    for (std::int64_t row = beginRow * width; row < endRow * width; row += width)
    {
      LowerLine(first + row, squared + row, size[0], 1, envelope);
    }
  };
  return ForItems(size[1], 1, 0.0, 0.3, proceed, alongZ) &&
    ForItems(planes * tiles, 1, 0.3, 0.7, proceed, alongY) &&
    ForItems(planes * size[1], LinesPerTile, 0.7, 1.0, proceed, alongX);
}

template bool SquaredDistances(const std::uint8_t*, const std::array<int, 3>&, const Vector3&, int,
  int, double*, const ProceedFunction&);
template bool SquaredDistances(const std::int32_t*, const std::array<int, 3>&, const Vector3&, int,
  int, double*, const ProceedFunction&);

double HalfVoxel(const std::array<int, 3>& size, const Vector3& spacing)
{
  double smallest = Infinity;
  for (std::size_t a = 0; a < 3; ++a)
  {
    smallest = size[a] > 1 ? std::min(smallest, spacing[a]) : smallest;
  }
  return 0.5 * smallest;
}

double DepthOf(double squaredDistance, double halfVoxel)
{
  return squaredDistance > 0.0 && squaredDistance < Infinity
    ? std::sqrt(squaredDistance) - halfVoxel
    : std::numeric_limits<double>::quiet_NaN();
}

}
