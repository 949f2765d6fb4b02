// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MemoryStack.h"
#include "StackPixels.h"
#include "StackValues.h"

#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace
{

using paraxanes::Frame;
using paraxanes::FrameReader;
using paraxanes::Series;
using paraxanes::StackImage;
using paraxanes::StackRecipe;
using paraxanes::ValueKind;
using paraxanes::ValueRecipe;
using paraxanes::ValueRequest;

constexpr int NX = 23;
constexpr int NY = 17;

double Pattern(int x, int y, int k)
{
  return 40.0 + (7 * x + 11 * y + 13 * k) % 59;
}

// Two energies; each has two exposures, three references and two darks of other times, which are
// images 0-1, 2-4 and 5-6 of its file.
constexpr int Exposures = 2;
constexpr int References = 3;
constexpr int Darks = 2;
constexpr double ExposureTimes[] = { 0.5, 0.25, 0.3, 0.1, 0.2, 0.5, 0.5 };

double Counts(int frame, int image, int x, int y)
{
  const double light = image < Exposures ? Pattern(x, y, image + frame)
    : image < Exposures + References     ? 3.0 * Pattern(y, x, image + 2 * frame)
                                         : 0.0;
  return 10.0 + (x + image) % 3 + 400.0 * light * (image < 5 ? ExposureTimes[image] : 0.0);
}

Series MakeSeries(bool times = true, bool references = true, bool darks = true)
{
  Series series;
  series.Columns = NX;
  series.Rows = NY;
  series.Slices = 1;
  series.Values = ValueKind::Counts;
  for (int e = 0; e < 2; ++e)
  {
    const auto file =
      memory::MakeFile(NX, NY, 7, [e](int image, int x, int y) { return Counts(e, image, x, y); });
    Frame frame;
    frame.Energy = 8330.0 + 10.0 * e;
    const auto add = [&](std::vector<StackImage>& images, int first, int count)
    {
      for (int k = first; k < first + count; ++k)
      {
        images.push_back({ file, k, times ? ExposureTimes[k] : 0.0 });
      }
    };
    add(frame.Images, 0, Exposures);
    add(frame.References, Exposures, references ? References : 0);
    add(frame.Darks, Exposures + References, darks ? Darks : 0);
    series.Frames.push_back(frame);
  }
  return series;
}

ValueRecipe MakeRecipe(const ValueRequest& request, const Series& series)
{
  paraxanes::FileCache references;
  paraxanes::FileCache darks;
  return paraxanes::MakeValueRecipe(request, series, series.Frames, references, darks);
}

double MeanCounts(int frame, int first, int count, int x, int y)
{
  double sum = 0.0;
  for (int k = first; k < first + count; ++k)
  {
    sum += Counts(frame, k, x, y);
  }
  return sum / count;
}

using PixelFunction = std::function<double(int frame, int x, int y)>;

void ExpectFrames(const ValueRecipe& recipe, const PixelFunction& expected)
{
  const auto frames = memory::ReadFrames(recipe.Stack);
  ASSERT_EQ(frames.size(), 2u);
  double largest = 0.0;
  for (int e = 0; e < 2; ++e)
  {
    for (int y = 0; y < NY; ++y)
    {
      for (int x = 0; x < NX; ++x)
      {
        const float found =
          frames[static_cast<std::size_t>(e)][static_cast<std::size_t>(y * NX + x)];
        const double difference = std::abs(found - expected(e, x, y));
        largest = difference <= largest ? largest : difference; // NaN is larger
      }
    }
  }
  EXPECT_LE(largest, 1e-6);
}

std::string ErrorOf(const ValueRequest& request, const Series& series)
{
  try
  {
    MakeRecipe(request, series);
  }
  catch (const paraxanes::FormatError& error)
  {
    return error.what();
  }
  return "no error";
}

// Sum of the counts by the sum of the times, on both sides, each less the mean dark.
TEST(StackValues, CountsPerSecondLessDarks)
{
  const ValueRecipe recipe = MakeRecipe({}, MakeSeries());
  EXPECT_EQ(
    recipe.From, "-ln((counts - dark) per second / (references of the files - dark) per second)");
  ExpectFrames(recipe,
    [](int e, int x, int y)
    {
      const double dark = MeanCounts(e, 5, 2, x, y);
      const double sample = Counts(e, 0, x, y) + Counts(e, 1, x, y) - 2.0 * dark;
      const double light =
        Counts(e, 2, x, y) + Counts(e, 3, x, y) + Counts(e, 4, x, y) - 3.0 * dark;
      return -std::log(sample / 0.75 / (light / 0.6));
    });
  ASSERT_EQ(recipe.Numbers.size(), 3u);
  EXPECT_EQ(recipe.Numbers[0].first, "exposures");
  EXPECT_EQ(recipe.Numbers[0].second, std::vector<double>(2, 2.0));
  EXPECT_EQ(recipe.Numbers[1].second, std::vector<double>(2, 3.0));
  EXPECT_EQ(recipe.Numbers[2].second, std::vector<double>(2, 2.0));
}

TEST(StackValues, PlainMeansWithoutExposureTimes)
{
  const PixelFunction plain = [](int e, int x, int y)
  { return -std::log(MeanCounts(e, 0, 2, x, y) / MeanCounts(e, 2, 3, x, y)); };
  const ValueRecipe unknown = MakeRecipe({}, MakeSeries(false, true, false));
  EXPECT_EQ(unknown.From, "-ln(counts / references of the files)");
  EXPECT_TRUE(unknown.Warnings.empty());
  ExpectFrames(unknown, plain);

  ValueRequest request;
  request.ScaleByExposure = false;
  ExpectFrames(MakeRecipe(request, MakeSeries(true, true, false)), plain);

  // One time is missing: no energy is scaled.
  Series partly = MakeSeries(true, true, false);
  partly.Frames[1].References[2].ExposureTime = 0.0;
  const ValueRecipe mixed = MakeRecipe({}, partly);
  ASSERT_EQ(mixed.Warnings.size(), 1u);
  EXPECT_NE(mixed.Warnings[0].find("9 of 10 images"), std::string::npos) << mixed.Warnings[0];
  ExpectFrames(mixed, plain);
}

TEST(StackValues, DarksOfOtherExposureAreSubtractedWithAWarning)
{
  const ValueRecipe same = MakeRecipe({}, MakeSeries());
  EXPECT_TRUE(same.Warnings.empty());
  Series series = MakeSeries();
  series.Frames[1].Darks[0].ExposureTime = 2.0;
  const ValueRecipe other = MakeRecipe({}, series);
  ASSERT_EQ(other.Warnings.size(), 1u);
  EXPECT_NE(other.Warnings[0].find("for 2 s, images of the sample for 0.5 s"), std::string::npos);
}

TEST(StackValues, TransmissionAndAbsorbanceAreAveraged)
{
  Series series = MakeSeries();
  series.Values = ValueKind::Transmission;
  const ValueRecipe transmission = MakeRecipe({}, series);
  EXPECT_EQ(transmission.From, "-ln(transmission)");
  ExpectFrames(
    transmission, [](int e, int x, int y) { return -std::log(MeanCounts(e, 0, 2, x, y)); });

  // What the user says comes before what the format says.
  ValueRequest request;
  request.Kind = ValueKind::Absorbance;
  const ValueRecipe plain = MakeRecipe(request, series);
  EXPECT_EQ(plain.From, "the values of the files");
  const auto frames = memory::ReadFrames(plain.Stack);
  EXPECT_EQ(frames[1][NX + 2], static_cast<float>(MeanCounts(1, 0, 2, 2, 1)));
}

TEST(StackValues, AutoNeverGuesses)
{
  Series series = MakeSeries(true, false, false);
  series.Values = ValueKind::Unknown;
  EXPECT_FALSE(MakeRecipe({}, series).Stack.Intensities);
  ValueRequest region;
  region.BackgroundRegion = { 0, 1, 0, 1 };
  EXPECT_TRUE(MakeRecipe(region, series).Stack.Intensities);
  series = MakeSeries(true, true, false);
  series.Values = ValueKind::Unknown;
  EXPECT_TRUE(MakeRecipe({}, series).Stack.Intensities);
  series.Values = ValueKind::Absorbance;
  EXPECT_FALSE(MakeRecipe({}, series).Stack.Intensities);
}

TEST(StackValues, CountsWithoutIncidentLightSayWhatToGive)
{
  const std::string none = ErrorOf({}, MakeSeries(true, false, false));
  for (const char* text : { "no incident light", "ReferenceFileNames", "I0File", "BackgroundRegion",
         "ValueType Absorbance shows the values as they are" })
  {
    EXPECT_NE(none.find(text), std::string::npos) << none;
  }
  Series some = MakeSeries();
  some.Frames[1].References.clear();
  const std::string partly = ErrorOf({}, some);
  EXPECT_NE(
    partly.find("1 of 2 energies have no reference image (the first: 8340 eV)"), std::string::npos)
    << partly;
  EXPECT_THROW(MakeRecipe({}, some), paraxanes::IncompleteError);
}

TEST(StackValues, WrongCombinationsAreTold)
{
  ValueRequest request;
  request.I0File = "i0.txt";
  request.ReferenceFiles = { "ref.tif" };
  EXPECT_NE(ErrorOf(request, MakeSeries()).find("I0File and ReferenceFileNames are both"),
    std::string::npos);
  request.ReferenceFiles.clear();
  request.BackgroundRegion = { 0, 3, 0, 3 };
  EXPECT_NE(
    ErrorOf(request, MakeSeries()).find("I0File and BackgroundRegion are both"), std::string::npos);
  request.I0File.clear();
  request.BackgroundRegion = { 0, 3, 0, NY };
  EXPECT_NE(
    ErrorOf(request, MakeSeries()).find("the images have 0 to 22 and 0 to 16"), std::string::npos);

  request = {};
  request.DarkFiles = { "dark.tif" };
  request.ReferenceFiles = { "ref.tif" };
  request.ZingerThreshold = 0.5;
  Series series = MakeSeries();
  series.Values = ValueKind::Absorbance;
  const ValueRecipe recipe = MakeRecipe(request, series);
  ASSERT_EQ(recipe.Warnings.size(), 1u);
  EXPECT_NE(recipe.Warnings[0].find("ReferenceFileNames, DarkFileNames and ZingerThreshold are not "
                                    "used, as the values are absorbance by what the files say"),
    std::string::npos)
    << recipe.Warnings[0];
}

}
