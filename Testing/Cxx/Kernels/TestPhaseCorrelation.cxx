// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PhaseCorrelation.h"

#include "CounterNoise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace
{

using paraxanes::FindShift;
using paraxanes::Picture;
using paraxanes::PictureShift;
using paraxanes::UniformAt;

struct Blob
{
  double X, Y, Width, Height;
};

// Blobs of widths narrowest .. widest all over an image and around it.
std::vector<Blob> Blobs(int columns, int rows, double narrowest, double widest)
{
  std::vector<Blob> blobs;
  for (std::uint64_t i = 0; i < 60; ++i)
  {
    blobs.push_back(
      { columns * (1.4 * UniformAt(1, 4 * i) - 0.2), rows * (1.4 * UniformAt(1, 4 * i + 1) - 0.2),
        narrowest + (widest - narrowest) * UniformAt(1, 4 * i + 2),
        0.3 + 0.7 * UniformAt(1, 4 * i + 3) });
  }
  return blobs;
}

// The blobs moved by (dx, dy), on a level and with a contrast.
Picture Draw(const std::vector<Blob>& blobs, int columns, int rows, double dx, double dy,
  double contrast = 1.0, double level = 0.0)
{
  Picture picture = { columns, rows, {} };
  for (int y = 0; y < rows; ++y)
  {
    for (int x = 0; x < columns; ++x)
    {
      double value = level;
      for (const Blob& blob : blobs)
      {
        const double r2 = std::pow(x - blob.X - dx, 2) + std::pow(y - blob.Y - dy, 2);
        value += contrast * blob.Height * std::exp(-0.5 * r2 / (blob.Width * blob.Width));
      }
      picture.Values.push_back(static_cast<float>(value));
    }
  }
  return picture;
}

void AddNoise(Picture& picture, double deviation, std::uint64_t seed)
{
  for (std::size_t i = 0; i < picture.Values.size(); ++i)
  {
    picture.Values[i] += static_cast<float>(deviation * paraxanes::NormalAt(seed, i));
  }
}

const std::pair<double, double> Shifts[] = { { 0.0, 0.0 }, { 0.3, -0.45 }, { 1.25, 2.5 },
  { -5.7, 3.2 }, { 12.4, 7.1 }, { 20.7, -9.4 } };

TEST(PhaseCorrelation, FindsSubPixelShiftsOfAnalyticImages)
{
  for (const auto& widths : { std::make_pair(1.0, 2.0), std::make_pair(2.0, 8.0) })
  {
    const int columns = 120;
    const int rows = 97; // a prime: not a size of the transform
    const auto blobs = Blobs(columns, rows, widths.first, widths.second);
    const Picture from = Draw(blobs, columns, rows, 0.0, 0.0);
    for (const auto& shift : Shifts)
    {
      const PictureShift found =
        FindShift(from, Draw(blobs, columns, rows, shift.first, shift.second, 1.7, 5.0));
      EXPECT_NEAR(found.X, shift.first, 0.05) << widths.second;
      EXPECT_NEAR(found.Y, shift.second, 0.05) << widths.second;
      EXPECT_TRUE(found.IsSignificant()) << found.Significance;
      EXPECT_GT(found.Peak, 0.5);
      EXPECT_LE(found.Peak, 1.0 + 1e-9);
    }
  }
}

TEST(PhaseCorrelation, ContrastLevelAndMissingPixelsDoNotMatter)
{
  const auto blobs = Blobs(128, 128, 1.5, 6.0);
  const Picture from = Draw(blobs, 128, 128, 0.0, 0.0);
  Picture to = Draw(blobs, 128, 128, 3.25, -4.5, 1e-3, 40.0);
  for (std::size_t i = 0; i < to.Values.size(); i += 97)
  {
    to.Values[i] =
      i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  }
  const PictureShift found = FindShift(from, to);
  EXPECT_TRUE(found.IsSignificant());
  EXPECT_NEAR(found.X, 3.25, 0.1);
  EXPECT_NEAR(found.Y, -4.5, 0.1);
  // Backward it is the opposite.
  const PictureShift back = FindShift(to, from);
  EXPECT_NEAR(back.X, -found.X, 0.02);
  EXPECT_NEAR(back.Y, -found.Y, 0.02);
}

TEST(PhaseCorrelation, NoiseBlursALittle)
{
  const auto blobs = Blobs(128, 128, 1.5, 6.0);
  Picture from = Draw(blobs, 128, 128, 0.0, 0.0);
  Picture to = Draw(blobs, 128, 128, 6.3, 2.8);
  AddNoise(from, 0.1, 2);
  AddNoise(to, 0.1, 3);
  const PictureShift found = FindShift(from, to);
  EXPECT_TRUE(found.IsSignificant());
  EXPECT_NEAR(found.X, 6.3, 0.25);
  EXPECT_NEAR(found.Y, 2.8, 0.25);
}

TEST(PhaseCorrelation, NoiseAloneIsNotSignificant)
{
  for (const int size : { 32, 64, 125, 256 })
  {
    for (std::uint64_t seed = 0; seed < 6; ++seed)
    {
      Picture from = { size, size, std::vector<float>(static_cast<std::size_t>(size * size)) };
      Picture to = from;
      AddNoise(from, 1.0, 10 + 2 * seed);
      AddNoise(to, 1.0, 11 + 2 * seed);
      const PictureShift found = FindShift(from, to);
      EXPECT_FALSE(found.IsSignificant()) << size << ": " << found.Significance;
      EXPECT_TRUE(FindShift(from, from).IsSignificant());
    }
  }
}

TEST(PhaseCorrelation, WhatHasNoContrastHasNoShift)
{
  const Picture flat = { 64, 64, std::vector<float>(64 * 64, 3.5f) };
  const Picture nothing = { 64, 64,
    std::vector<float>(64 * 64, std::numeric_limits<float>::quiet_NaN()) };
  const Picture image = Draw(Blobs(64, 64, 1.0, 4.0), 64, 64, 0.0, 0.0);
  const Picture other = Draw(Blobs(64, 32, 1.0, 4.0), 64, 32, 0.0, 0.0);
  const Picture small = Draw(Blobs(15, 64, 1.0, 4.0), 15, 64, 0.0, 0.0);
  for (const auto& pair :
    { std::make_pair(flat, flat), std::make_pair(flat, image), std::make_pair(image, nothing),
      std::make_pair(nothing, nothing), std::make_pair(image, other), std::make_pair(small, small),
      std::make_pair(Picture(), Picture()) })
  {
    const PictureShift found = FindShift(pair.first, pair.second);
    EXPECT_FALSE(found.IsSignificant());
    EXPECT_TRUE(std::isnan(found.X));
    EXPECT_EQ(found.Peak, 0.0);
  }
}

}
