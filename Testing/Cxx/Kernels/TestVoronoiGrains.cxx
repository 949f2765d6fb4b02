// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CounterNoise.h"
#include "VoronoiGrains.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace
{

using paraxanes::Point;
using paraxanes::VoronoiGrains;

std::vector<Point> RandomPoints(int count, bool onSphere)
{
  std::vector<Point> points;
  std::uint64_t counter = 0;
  for (int i = 0; i < count; ++i)
  {
    Point p;
    double square = 0.0;
    for (double& x : p)
    {
      x = onSphere ? paraxanes::NormalAt(5, counter++) : paraxanes::UniformAt(5, counter++);
      square += x * x;
    }
    for (double& x : p)
    {
      x /= onSphere ? std::sqrt(square) : 1.0;
    }
    points.push_back(p);
  }
  return points;
}

double Distance(const Point& a, const Point& b)
{
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// The definition: nearest point, and the nearest of the planes halfway to every other one.
VoronoiGrains::Answer FromDefinition(const std::vector<Point>& points, const Point& x, double limit)
{
  const auto nearest = std::min_element(points.begin(), points.end(),
    [&](const Point& a, const Point& b) { return Distance(a, x) < Distance(b, x); });
  VoronoiGrains::Answer answer = { static_cast<int>(nearest - points.begin()), limit };
  for (const Point& other : points)
  {
    if (&other != &*nearest)
    {
      const double plane = (std::pow(Distance(other, x), 2) - std::pow(Distance(*nearest, x), 2)) /
        (2.0 * Distance(other, *nearest));
      answer.ToBoundary = std::min(answer.ToBoundary, plane);
    }
  }
  return answer;
}

void ExpectDefinition(const std::vector<Point>& points, double spacing)
{
  const VoronoiGrains grains(points, spacing);
  ASSERT_EQ(grains.NumberOfGrains(), static_cast<int>(points.size()));
  std::uint64_t counter = 1000000;
  for (int i = 0; i < 300; ++i)
  {
    Point x;
    for (double& c : x)
    {
      c = 3.0 * paraxanes::UniformAt(9, counter++) - 1.2; // inside the points and beside them
    }
    for (const double limit : { 0.02, 0.3, 10.0 })
    {
      const VoronoiGrains::Answer expected = FromDefinition(points, x, limit);
      const VoronoiGrains::Answer found = grains.Find(x, limit);
      ASSERT_EQ(found.Grain, expected.Grain);
      ASSERT_NEAR(found.ToBoundary, expected.ToBoundary, 1e-12);
    }
  }
}

TEST(VoronoiGrains, FindsWhatTheDefinitionSays)
{
  ExpectDefinition(RandomPoints(500, false), 0.126);
  ExpectDefinition(RandomPoints(300, true), 0.2);
}

TEST(VoronoiGrains, TheGridDoesNotMatter)
{
  ExpectDefinition(RandomPoints(200, false), 0.03);
  ExpectDefinition(RandomPoints(200, false), 5.0);
}

TEST(VoronoiGrains, OneGrainHasNoBoundary)
{
  const VoronoiGrains grains({ { 1.0, 2.0, 3.0 } }, 1.0);
  EXPECT_EQ(grains.Find({ 50.0, 0.0, 0.0 }, 0.7).Grain, 0);
  EXPECT_EQ(grains.Find({ 50.0, 0.0, 0.0 }, 0.7).ToBoundary, 0.7);
}

}
