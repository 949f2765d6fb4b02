// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MedianRepair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace
{

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();

std::vector<float> Noise(int columns, int rows)
{
  std::vector<float> image(static_cast<std::size_t>(columns) * rows);
  unsigned state = 12345;
  for (float& value : image)
  {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 20) - 2000.0f;
  }
  return image;
}

// By sorting.
float TrueMedian(const std::vector<float>& image, int columns, int rows, int x, int y)
{
  std::vector<float> values;
  for (int j = std::max(y - 1, 0); j < std::min(y + 2, rows); ++j)
  {
    for (int i = std::max(x - 1, 0); i < std::min(x + 2, columns); ++i)
    {
      const float value = image[static_cast<std::size_t>(j * columns + i)];
      if (!std::isnan(value))
      {
        values.push_back(value);
      }
    }
  }
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2] + values[n / 2 - 1]) / 2.0f;
}

void ExpectMedians(const std::vector<float>& image, int columns, int rows)
{
  const std::vector<float> median = paraxanes::MedianImage(image.data(), columns, rows);
  ASSERT_EQ(median.size(), image.size());
  for (int y = 0; y < rows; ++y)
  {
    for (int x = 0; x < columns; ++x)
    {
      const auto i = static_cast<std::size_t>(y * columns + x);
      if (std::isnan(image[i]))
      {
        EXPECT_TRUE(std::isnan(median[i]));
        continue;
      }
      ASSERT_EQ(median[i], TrueMedian(image, columns, rows, x, y)) << x << " " << y;
    }
  }
}

TEST(MedianRepair, MediansOfEveryPixelAndSize)
{
  for (const int columns : { 1, 2, 3, 4, 7, 33 })
  {
    for (const int rows : { 1, 2, 3, 9 })
    {
      std::vector<float> image = Noise(columns, rows);
      ExpectMedians(image, columns, rows);
      image[image.size() / 2] = NaN;
      ExpectMedians(image, columns, rows);
    }
  }
}

TEST(MedianRepair, ReplacesWhatIsOffByMoreThanItsPartOfTheMedian)
{
  const int n = 9;
  std::vector<float> image(n * n);
  for (int i = 0; i < n * n; ++i)
  {
    image[static_cast<std::size_t>(i)] = 100.0f + static_cast<float>(i % n); // a ramp
  }
  const std::vector<float> ramp = image;
  image[4 * n + 4] = 5000.0f; // hot
  image[2 * n + 6] = 0.0f;    // dead
  image[0] = 400.0f;          // hot, in a corner
  image[7 * n + 2] = 149.0f;  // off by less than half
  const std::vector<std::uint8_t> replaced = paraxanes::RepairOutliers(image.data(), n, n, 0.5);
  for (int i = 0; i < n * n; ++i)
  {
    const auto k = static_cast<std::size_t>(i);
    const bool bad = i == 4 * n + 4 || i == 2 * n + 6 || i == 0;
    EXPECT_EQ(replaced[k], bad ? 1 : 0) << i;
    const float expected = i == 7 * n + 2 ? 149.0f : ramp[k];
    EXPECT_NEAR(image[k], expected, bad ? 1.0f : 0.0f) << i;
  }
  // A threshold of 1 or more finds no dead pixels.
  image[2 * n + 6] = 0.0f;
  EXPECT_EQ(paraxanes::RepairOutliers(image.data(), n, n, 1.0)[2 * n + 6], 0);
}

TEST(MedianRepair, NaNStaysWhatItIs)
{
  std::vector<float> image(25, 10.0f);
  image[12] = NaN;
  image[13] = 50.0f;
  const auto replaced = paraxanes::RepairOutliers(image.data(), 5, 5, 0.5);
  EXPECT_TRUE(std::isnan(image[12]));
  EXPECT_EQ(replaced[12], 0);
  EXPECT_EQ(image[13], 10.0f);
}

}
