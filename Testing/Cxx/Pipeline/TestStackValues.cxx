// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "JoinedFile.h"
#include "MemoryStack.h"
#include "StackPixels.h"
#include "StackValues.h"

#include "Parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
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
  EXPECT_THROW(MakeRecipe({}, some), paraxanes::FormatError);
}

// Where every energy has an intensity, references of some are not used.
TEST(StackValues, ReferencesServeAllEnergiesOrNone)
{
  Series series = MakeSeries(false, true, false);
  series.Frames[1].References.clear();
  for (Frame& frame : series.Frames)
  {
    frame.Incident = 500.0;
  }
  const ValueRecipe recipe = MakeRecipe({}, series);
  for (const paraxanes::FrameSource& frame : recipe.Stack.Frames)
  {
    EXPECT_EQ(frame.Incident, 500.0);
    EXPECT_TRUE(frame.Image.References.empty());
  }
  EXPECT_EQ(recipe.From, "-ln(counts / i0)");
}

TEST(StackValues, BackgroundRegionsOutOfOrderAreTold)
{
  ValueRequest request;
  for (const std::array<int, 4>& region :
    { std::array<int, 4>{ 3, 0, 0, 3 }, std::array<int, 4>{ 0, 3, 0, -1 } })
  {
    request.BackgroundRegion = region;
    const std::string error = ErrorOf(request, MakeSeries());
    EXPECT_NE(error.find("or 0 -1 0 -1 for none, is expected"), std::string::npos) << error;
  }
}

// Shifts and sizes of images are known for the images of the sample only.
TEST(StackFrames, TakeNumbersOfImagesThatAreThere)
{
  paraxanes::FileContents contents;
  contents.Columns = NX;
  contents.Rows = NY;
  contents.Images = 2;
  contents.References = 1;
  contents.PixelSize = 0.5;
  contents.ImagePixelSizes = { 0.1, 0.2 };
  contents.ImageShifts = { { 1.0, 2.0 }, { 3.0, 4.0 } };
  const auto zero = [](int, int, int) { return 0.0; };
  const auto file = std::make_shared<const memory::File>(contents, zero);
  paraxanes::FrameList list;
  list.Add(8330.0, file, 1, 1);
  list.Add(8340.0, file, 2, 1);
  EXPECT_EQ(list.Frames[0].PixelSize, 0.2);
  EXPECT_EQ(list.Frames[0].Shift, (std::array<double, 3>{ 3.0, 4.0, 0.0 }));
  EXPECT_EQ(list.Frames[1].PixelSize, 0.5);
  EXPECT_EQ(list.Frames[1].Shift, (std::array<double, 3>{ 0.0, 0.0, 0.0 }));

  // Files that are joined keep the shifts of all their images, or of none.
  const auto joined = paraxanes::JoinFiles({ file, file });
  ASSERT_EQ(joined->Contents().ImageShifts.size(), 4u);
  EXPECT_EQ(joined->Contents().ImageShifts[3][1], 4.0);
  const auto without = memory::MakeFile(NX, NY, 2, zero);
  EXPECT_TRUE(paraxanes::JoinFiles({ file, without })->Contents().ImageShifts.empty());
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

//------------------------------------------------------------------------------------------------
// Regions, slices and threads

constexpr int NZ = 7;

// Two volumes of counts with one reference and one dark, and everything switched on.
StackRecipe MakeVolumes(bool moved)
{
  StackRecipe recipe;
  recipe.Size[0] = NX;
  recipe.Size[1] = NY;
  recipe.Size[2] = NZ;
  recipe.Intensities = true;
  recipe.Despeckle = true;
  recipe.Zingers = 0.5;
  recipe.Background = { 1, 4, 1, 2, 3, 1 };
  recipe.Between = paraxanes::Interpolation::Cubic;
  for (int e = 0; e < 2; ++e)
  {
    const auto value = [e](int image, int x, int y)
    {
      const double light = 1000.0 + 20.0 * std::sin(0.9 * x + 0.4 * y + image) + 3.0 * (x + y);
      const bool zinger = (x * 5 + y * 3 + image * 7 + e) % 97 == 0;
      return image == NZ + 1 ? 10.0 + (x * y) % 5 // dark
        : zinger             ? 60000.0
        : image == NZ        ? 2.0 * light
                             : light;
    };
    const auto file = memory::MakeFile(NX, NY, NZ, value, 1, 1);
    paraxanes::FrameSource source;
    source.Image.Energy = 8330.0 + e;
    source.Image.Images = { { file, 0, 0.0 } };
    source.Image.References = { { file, NZ, 0.0 } };
    source.Image.Darks = { { file, NZ + 1, 0.0 } };
    source.Incident = 1.0 + e;
    if (moved)
    {
      const double scale = e == 0 ? 1.0 : 0.98;
      source.Place = { paraxanes::AxisMap{ (NX - 1) / 2.0, scale, 1.3 * e },
        paraxanes::AxisMap{ (NY - 1) / 2.0, scale, -0.6 },
        paraxanes::AxisMap{ (NZ - 1) / 2.0, scale, 0.4 * e } };
    }
    recipe.Frames.push_back(source);
  }
  return recipe;
}

std::vector<float> ReadBox(const StackRecipe& recipe, const paraxanes::VoxelBox& box,
  paraxanes::PixelCounts* counts = nullptr)
{
  const FrameReader reader(recipe);
  const std::size_t voxels = static_cast<std::size_t>(box.Count[0]) * box.Count[1] * box.Count[2];
  std::vector<float> spectra(voxels * recipe.Frames.size());
  paraxanes::ComponentRanges ranges(reader.NumberOfFrames());
  paraxanes::ReadSpectra(reader, box, spectra.data(), ranges, [](double) { return true; });
  if (counts)
  {
    *counts = reader.Counts();
  }
  return spectra;
}

class RegionsOfStacks : public ::testing::TestWithParam<bool>
{
};

TEST_P(RegionsOfStacks, AreThoseOfTheWholeToTheBit)
{
  const StackRecipe recipe = MakeVolumes(GetParam());
  const std::vector<float> whole = ReadBox(recipe, { { 0, 0, 0 }, { NX, NY, NZ }, { 1, 1, 1 } });
  std::vector<paraxanes::VoxelBox> boxes = { { { 3, 2, 1 }, { 5, 9, 3 }, { 1, 1, 1 } },
    { { 1, 0, 0 }, { 6, 5, 2 }, { 3, 4, 5 } }, { { 22, 16, 6 }, { 1, 1, 1 }, { 1, 1, 1 } } };
  for (int x = 0; x < NX; ++x) // outliers at every border
  {
    boxes.push_back({ { x, 0, 0 }, { 1, NY, NZ }, { 1, 1, 1 } });
  }
  for (const paraxanes::VoxelBox& box : boxes)
  {
    const std::vector<float> part = ReadBox(recipe, box);
    std::size_t at = 0;
    for (int k = 0; k < box.Count[2]; ++k)
    {
      for (int j = 0; j < box.Count[1]; ++j)
      {
        for (int i = 0; i < box.Count[0]; ++i, at += 2)
        {
          const int x = box.First[0] + i * box.Stride[0];
          const int y = box.First[1] + j * box.Stride[1];
          const int z = box.First[2] + k * box.Stride[2];
          const std::size_t voxel = static_cast<std::size_t>((z * NY + y) * NX + x);
          ASSERT_EQ(std::memcmp(&part[at], &whole[2 * voxel], 2 * sizeof(float)), 0)
            << x << " " << y << " " << z;
        }
      }
    }
  }
}

TEST_P(RegionsOfStacks, DoNotDependOnThreadsNorOnTheCache)
{
  const StackRecipe recipe = MakeVolumes(GetParam());
  const paraxanes::VoxelBox all = { { 0, 0, 0 }, { NX, NY, NZ }, { 1, 1, 1 } };
  paraxanes::PixelCounts counts[3];
  paraxanes::SetNumberOfThreads(1);
  const std::vector<float> one = ReadBox(recipe, all, &counts[0]);
  paraxanes::SetNumberOfThreads(4);
  const std::vector<float> four = ReadBox(recipe, all, &counts[1]);
  paraxanes::SetNumberOfThreads(0);
  EXPECT_EQ(std::memcmp(one.data(), four.data(), one.size() * sizeof(float)), 0);
  const FrameReader uncached(recipe, 0);
  std::vector<float> again(one.size());
  paraxanes::ComponentRanges ranges(uncached.NumberOfFrames());
  paraxanes::ReadSpectra(uncached, all, again.data(), ranges, [](double) { return true; });
  EXPECT_EQ(std::memcmp(one.data(), again.data(), one.size() * sizeof(float)), 0);
  counts[2] = uncached.Counts();
  for (const paraxanes::PixelCounts& other : { counts[1], counts[2] })
  {
    EXPECT_EQ(other.NotPositive, counts[0].NotPositive);
    EXPECT_EQ(other.Outside, counts[0].Outside);
    EXPECT_EQ(other.Zingers, counts[0].Zingers);
    EXPECT_EQ(other.ReferenceZingers, counts[0].ReferenceZingers);
  }
  EXPECT_GT(counts[0].Zingers, 0);
  EXPECT_GT(counts[0].ReferenceZingers, 0);
  EXPECT_EQ(counts[0].Outside > 0, GetParam());
}

INSTANTIATE_TEST_SUITE_P(InPlaceAndMoved, RegionsOfStacks, ::testing::Bool());

//------------------------------------------------------------------------------------------------
// The steps, one by one

StackRecipe MakeImages(const memory::ImageFunction& value, int images = 1, int references = 0)
{
  StackRecipe recipe;
  recipe.Size[0] = NX;
  recipe.Size[1] = NY;
  recipe.Size[2] = images;
  recipe.Intensities = true;
  const auto file = memory::MakeFile(NX, NY, images, value, references);
  paraxanes::FrameSource source;
  source.Image.Images = { { file, 0, 0.0 } };
  for (int k = 0; k < references; ++k)
  {
    source.Image.References.push_back({ file, images + k, 0.0 });
  }
  recipe.Frames = { source };
  return recipe;
}

TEST(FrameValues, ZingersAreReplacedByTheMedianAndCounted)
{
  StackRecipe recipe = MakeImages(
    [](int image, int x, int y)
    {
      const bool hot = image == 0 ? (x == 5 && y == 6) || (x == 0 && y == 0) : x == 9 && y == 9;
      return hot ? 5e4 : image == 0 && x == 12 && y == 12 ? 0.0 : 100.0 * (image + 1);
    },
    1, 2);
  recipe.Zingers = 0.5;
  paraxanes::PixelCounts counts;
  const auto frames = memory::ReadFrames(recipe, &counts);
  for (const float value : frames.front())
  {
    ASSERT_FLOAT_EQ(value, static_cast<float>(std::log(2.5))); // (200 + 300) / 2 / 100
  }
  EXPECT_EQ(counts.Zingers, 3);
  EXPECT_EQ(counts.ReferenceZingers, 2);
  EXPECT_EQ(memory::CountNotFinite(frames), 0);

  recipe.Zingers = 0.0;
  const auto as = memory::ReadFrames(recipe, &counts);
  EXPECT_EQ(counts.NotPositive, 1);
  EXPECT_EQ(memory::CountNotFinite(as), 1);
  EXPECT_FLOAT_EQ(as.front()[6 * NX + 5], static_cast<float>(std::log(250.0 / 5e4)));
}

TEST(FrameValues, DespeckledReferencesAreTheMedianOfTheirMean)
{
  StackRecipe recipe = MakeImages([](int image, int x, int y)
    { return image == 0    ? 10.0
        : x == 4 && y == 4 ? 1e4
                           : 100.0; },
    1, 1);
  recipe.Despeckle = true;
  const auto despeckled = memory::ReadFrames(recipe);
  for (const float value : despeckled.front())
  {
    ASSERT_FLOAT_EQ(value, static_cast<float>(std::log(10.0)));
  }
  recipe.Despeckle = false;
  EXPECT_FLOAT_EQ(
    memory::ReadFrames(recipe).front()[4 * NX + 4], static_cast<float>(std::log(1000.0)));
}

// Each image, slices too, has the light of its own region; pixels without any are left out.
TEST(FrameValues, BackgroundRegionIsTheLightOfEachImage)
{
  const auto value = [](int image, int x, int y)
  {
    return x == 2 && y == 2 ? std::numeric_limits<double>::quiet_NaN()
                            : (image + 1.0) * (x < 4 ? 100.0 + y : 20.0);
  };
  StackRecipe recipe = MakeImages(value, 3);
  recipe.Background = { 0, 4, 1, 1, 3, 1 }; // rows 1 to 3
  const std::vector<float> slices = memory::ReadFrames(recipe).front();
  const double light = (4 * 101.0 + 3 * 102.0 + 4 * 103.0) / 11.0;
  for (int z = 0; z < 3; ++z)
  {
    EXPECT_FLOAT_EQ(slices[static_cast<std::size_t>(z * NX * NY + 20)],
      static_cast<float>(-std::log(20.0 / light)));
  }

  // On top of references: the mean transmission there.
  StackRecipe both = MakeImages(
    [&](int image, int x, int y) { return image == 0 ? value(0, x, y) : 50.0 + x; }, 1, 1);
  both.Background = { 4, 2, 1, 0, 1, 1 };
  const double mean = (20.0 / 54.0 + 20.0 / 55.0) / 2.0;
  EXPECT_FLOAT_EQ(
    memory::ReadFrames(both).front()[10], static_cast<float>(-std::log(20.0 / 60.0 / mean)));

  // A region without light: nothing has absorbance.
  StackRecipe dark = MakeImages([](int, int x, int) { return x < 4 ? 0.0 : 20.0; });
  dark.Background = { 0, 2, 1, 0, 2, 1 };
  paraxanes::PixelCounts counts;
  memory::ReadFrames(dark, &counts);
  EXPECT_EQ(counts.NotPositive, NX * NY);
}

// References that are not positive, and shared by the energies, are counted for each.
TEST(FrameValues, IntensitiesThatAreNotPositiveAreCounted)
{
  StackRecipe recipe = MakeImages([](int image, int x, int)
    { return image == 0 ? (x == 0 ? -1.0 : 5.0) : (x == 1 ? 0.0 : 7.0); },
    1, 1);
  recipe.Frames.push_back(recipe.Frames.front());
  paraxanes::PixelCounts counts;
  const auto frames = memory::ReadFrames(recipe, &counts);
  EXPECT_EQ(counts.NotPositive, 2 * 2 * NY);
  EXPECT_EQ(memory::CountNotFinite(frames), 2 * 2 * NY);

  // Moved: NaN where they have a weight, and outside.
  recipe.Frames.pop_back();
  recipe.Frames.front().Place[0].Shift = 1.0;
  const auto moved = memory::ReadFrames(recipe, &counts);
  EXPECT_EQ(counts.Outside, NY);
  EXPECT_EQ(counts.NotPositive, NY); // column 1; column 0 is moved out
  EXPECT_EQ(memory::CountNotFinite(moved), 2 * NY);
}

// Volumes move along z too.
TEST(FrameValues, VolumesAreMovedAlongEveryAxis)
{
  StackRecipe recipe =
    MakeImages([](int z, int x, int y) { return 2.0 * x + 3.0 * y - 5.0 * z; }, NZ);
  recipe.Intensities = false;
  recipe.Frames.front().Place = { paraxanes::AxisMap{ 11.0, 0.9, 0.5 },
    paraxanes::AxisMap{ 8.0, 0.9, -0.25 }, paraxanes::AxisMap{ 3.0, 0.9, 1.0 } };
  for (const auto between : { paraxanes::Interpolation::Linear, paraxanes::Interpolation::Cubic })
  {
    recipe.Between = between;
    const std::vector<float> moved = memory::ReadFrames(recipe).front();
    int outside = 0;
    for (int z = 0; z < NZ; ++z)
    {
      for (int y = 0; y < NY; ++y)
      {
        for (int x = 0; x < NX; ++x)
        {
          const auto& place = recipe.Frames.front().Place;
          const float value = moved[static_cast<std::size_t>((z * NY + y) * NX + x)];
          const double at[3] = { place[0](x), place[1](y), place[2](z) };
          if (at[2] > NZ - 1 + 1e-6)
          {
            ++outside;
            EXPECT_TRUE(std::isnan(value));
            continue;
          }
          ASSERT_NEAR(value, 2.0 * at[0] + 3.0 * at[1] - 5.0 * at[2], 2e-5);
        }
      }
    }
    EXPECT_EQ(outside, NX * NY);
  }
}

}
