// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ComponentRanges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace
{

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();
constexpr float Infinity = std::numeric_limits<float>::infinity();

TEST(ComponentRanges, LeaveOutNaNAlwaysAndInfinitiesWhereFiniteOnesAreAskedFor)
{
  const std::vector<float> spectra = { 1, -2, 3, NaN, 4, -Infinity, 0, NaN, NaN };
  const paraxanes::ComponentRanges ranges = paraxanes::FindComponentRanges(spectra.data(), 3, 3);
  EXPECT_EQ(ranges.All()[0].Low, 0);
  EXPECT_EQ(ranges.All()[0].High, 1);
  EXPECT_EQ(ranges.All()[1].Low, -2);
  EXPECT_EQ(ranges.All()[1].High, 4);
  EXPECT_EQ(ranges.All()[2].Low, -Infinity);
  EXPECT_EQ(ranges.Finite()[2].Low, 3);
  EXPECT_EQ(ranges.Finite()[2].High, 3);
  EXPECT_NEAR(ranges.NormAll().High, std::sqrt(14.0), 1e-12); // the one spectrum without NaN
}

// Value by value, for every rest of groups and vectors, with NaN and infinities here and there.
TEST(ComponentRanges, AreThoseOfEverySingleValue)
{
  for (const int components : { 2, 7, 60, 61, 1500 })
  {
    for (const int count : { 1, 5, 17, 133 })
    {
      for (const bool bad : { false, true })
      {
        std::vector<float> spectra(static_cast<std::size_t>(components) * count);
        std::vector<paraxanes::Interval> all(static_cast<std::size_t>(components));
        std::vector<paraxanes::Interval> finite(all);
        paraxanes::Interval norm;
        std::int64_t notFinite = 0;
        for (std::size_t i = 0; i < spectra.size(); ++i)
        {
          const auto random = static_cast<int>(i * 2654435761u % 10007u);
          spectra[i] = bad && random % 97 == 0 ? NaN
            : bad && random % 1013 == 0        ? (random % 2 ? Infinity : -Infinity)
                                               : static_cast<float>(random - 5000) / 7.0f;
        }
        for (int v = 0; v < count; ++v)
        {
          double square = 0.0;
          for (std::size_t k = 0; k < all.size(); ++k)
          {
            const double x = spectra[static_cast<std::size_t>(v) * all.size() + k];
            square += x * x;
            notFinite += std::isfinite(x) ? 0 : 1;
            std::isnan(x) ? void() : all[k].Extend({ x, x });
            std::isfinite(x) ? finite[k].Extend({ x, x }) : void();
          }
          std::isfinite(square) ? norm.Extend({ std::sqrt(square), std::sqrt(square) }) : void();
        }
        const auto found = paraxanes::FindComponentRanges(spectra.data(), count, components);
        EXPECT_EQ(found.NotFinite(), notFinite);
        const std::vector<paraxanes::Interval> foundAll = found.All();
        const std::vector<paraxanes::Interval> foundFinite = found.Finite();
        for (std::size_t k = 0; k < all.size(); ++k)
        {
          ASSERT_EQ(foundAll[k].Low, all[k].Low) << components << " components, " << k;
          ASSERT_EQ(foundAll[k].High, all[k].High) << components << " components, " << k;
          ASSERT_EQ(foundFinite[k].Low, finite[k].Low) << components << " components, " << k;
          ASSERT_EQ(foundFinite[k].High, finite[k].High) << components << " components, " << k;
        }
        ASSERT_EQ(found.NormFinite().Empty(), norm.Empty());
        if (!norm.Empty())
        {
          EXPECT_NEAR(found.NormFinite().Low / norm.Low, 1.0, 1e-14);
          EXPECT_NEAR(found.NormFinite().High / norm.High, 1.0, 1e-14);
        }
      }
    }
  }
}

// The highest norm in a later group, above the one before by less than sums in single precision can
// tell, which are too low for some of the values.
TEST(ComponentRanges, AreExactWhereNormsHardlyDiffer)
{
  constexpr std::size_t components = 60;
  constexpr std::size_t count = 64;
  for (int j = 0; j < 200; ++j)
  {
    const float high = 0.1f + 0.013f * static_cast<float>(j);
    const float higher = std::nextafter(high, 10.0f);
    std::vector<float> spectra(components * count, 0.7f * high);
    std::fill_n(spectra.begin(), components, 0.5f * high);
    std::fill_n(spectra.begin() + components, components, high);
    std::fill_n(spectra.begin() + 40 * components, components, high);
    spectra[40 * components] = higher;
    double highest = static_cast<double>(higher) * higher;
    for (std::size_t k = 1; k < components; ++k)
    {
      highest += static_cast<double>(high) * high;
    }
    const auto found = paraxanes::FindComponentRanges(
      spectra.data(), static_cast<std::int64_t>(count), static_cast<int>(components));
    EXPECT_DOUBLE_EQ(found.NormFinite().High, std::sqrt(highest)) << high;
  }
}

TEST(ComponentRanges, DoNotDependOnTheOrder)
{
  const std::vector<float> zeros = { 0.0f, -0.0f, -0.0f, 0.0f };
  paraxanes::ComponentRanges first(2);
  first.AddPlanes(zeros.data(), 1, 1);
  paraxanes::ComponentRanges second(2);
  second.AddPlanes(zeros.data() + 2, 1, 1);
  second.Merge(first);
  EXPECT_FALSE(std::signbit(second.All()[0].Low));
  EXPECT_FALSE(std::signbit(second.All()[1].High));
}

TEST(ComponentRanges, NothingButNaNGivesEmptyRanges)
{
  const std::vector<float> spectra = { NaN, 1, NaN, 2 };
  const paraxanes::ComponentRanges ranges = paraxanes::FindComponentRanges(spectra.data(), 2, 2);
  EXPECT_TRUE(ranges.All()[0].Empty());
  EXPECT_TRUE(ranges.NormFinite().Empty());
  EXPECT_EQ(ranges.All()[1].High, 2);
}

TEST(ComponentRanges, RangesOfAMap)
{
  const std::vector<double> map = { 3, NaN, -1, Infinity };
  const paraxanes::ValueRanges ranges = paraxanes::FindValueRanges(map.data(), 4);
  EXPECT_EQ(ranges.All.Low, -1);
  EXPECT_EQ(ranges.All.High, Infinity);
  EXPECT_EQ(ranges.Finite.High, 3);
}

// Of every length, with NaN and infinities at every place.
TEST(ComponentRanges, RangesOfAMapAreThoseOfItsValues)
{
  for (std::size_t size = 1; size < 36; ++size)
  {
    for (const float odd : { NaN, Infinity, -Infinity })
    {
      for (std::size_t place = 0; place < size; ++place)
      {
        std::vector<float> map;
        paraxanes::Interval finite;
        for (std::size_t i = 0; i < size; ++i)
        {
          map.push_back(static_cast<float>(i * 2654435761u % 101u) - 50.0f);
          i == place ? void() : finite.Extend({ map.back(), map.back() });
        }
        map[place] = odd;
        paraxanes::Interval all = finite;
        std::isnan(odd) ? void() : all.Extend({ odd, odd });
        const auto found = paraxanes::FindValueRanges(map.data(), static_cast<std::int64_t>(size));
        EXPECT_EQ(found.All.Low, all.Low) << size << " values";
        EXPECT_EQ(found.All.High, all.High) << size << " values";
        EXPECT_EQ(found.Finite.Low, finite.Low) << size << " values";
        EXPECT_EQ(found.Finite.High, finite.High) << size << " values";
      }
    }
  }
}

}
