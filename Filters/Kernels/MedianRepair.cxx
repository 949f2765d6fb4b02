// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MedianRepair.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace paraxanes
{
namespace
{

// Any pixel: borders, and neighbours that are NaN.
float MedianAt(const float* image, int columns, int rows, int x, int y)
{
  const float own = image[std::int64_t{ y } * columns + x];
  if (std::isnan(own))
  {
    return own;
  }
  std::array<float, 9> found;
  std::size_t count = 0;
  for (int j = std::max(y - 1, 0); j <= std::min(y + 1, rows - 1); ++j)
  {
    for (int i = std::max(x - 1, 0); i <= std::min(x + 1, columns - 1); ++i)
    {
      const float value = image[std::int64_t{ j } * columns + i];
      if (!std::isnan(value))
      {
        found[count++] = value;
      }
    }
  }
  std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count));
  const float upper = found[count / 2];
  return count % 2 == 1 ? upper : static_cast<float>((double{ upper } + found[count / 2 - 1]) / 2);
}

void Order(float& a, float& b)
{
  const float low = b < a ? b : a;
  b = b < a ? a : b;
  a = low;
}

// Each column of three in order; then the median is the middle one of the largest of the lowest,
// the median of the middle and the lowest of the largest ones.
void MedianRow(const float* above, const float* row, const float* below, int columns, float* out)
{
  for (int x = 1; x < columns - 1; ++x)
  {
    float low[3];
    float middle[3];
    float high[3];
    for (int k = 0; k < 3; ++k)
    {
      low[k] = above[x + k - 1];
      middle[k] = row[x + k - 1];
      high[k] = below[x + k - 1];
      Order(low[k], middle[k]);
      Order(middle[k], high[k]);
      Order(low[k], middle[k]);
    }
    Order(low[0], low[1]);
    Order(low[1], low[2]);
    Order(high[1], high[2]);
    Order(high[0], high[1]);
    Order(middle[0], middle[1]);
    Order(middle[1], middle[2]);
    Order(middle[0], middle[1]);
    float largestLow = low[2];
    float lowestHigh = high[0];
    Order(largestLow, middle[1]);
    Order(middle[1], lowestHigh);
    Order(largestLow, middle[1]);
    out[x] = middle[1];
  }
}

}

std::vector<float> MedianImage(const float* image, int columns, int rows)
{
  const std::int64_t pixels = std::int64_t{ columns } * rows;
  std::vector<float> median(static_cast<std::size_t>(pixels));
  const bool complete =
    std::none_of(image, image + pixels, [](float value) { return std::isnan(value); });
  for (int y = 0; y < rows; ++y)
  {
    const float* row = image + std::int64_t{ y } * columns;
    float* out = median.data() + std::int64_t{ y } * columns;
    const bool inside = complete && y > 0 && y < rows - 1 && columns > 2;
    if (inside)
    {
      MedianRow(row - columns, row, row + columns, columns, out);
    }
    for (int x = 0; x < columns; x += inside ? columns - 1 : 1)
    {
      out[x] = MedianAt(image, columns, rows, x, y);
    }
  }
  return median;
}

std::vector<std::uint8_t> RepairOutliers(float* image, int columns, int rows, double threshold)
{
  const std::vector<float> median = MedianImage(image, columns, rows);
  std::vector<std::uint8_t> replaced(median.size());
  for (std::size_t i = 0; i < median.size(); ++i)
  {
    const double difference = std::abs(double{ image[i] } - median[i]);
    const bool off = difference > threshold * std::abs(double{ median[i] });
    replaced[i] = off ? 1 : 0;
    image[i] = off ? median[i] : image[i];
  }
  return replaced;
}

}
