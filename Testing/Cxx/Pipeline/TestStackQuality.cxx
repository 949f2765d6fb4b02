// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * Stack Quality on stacks whose faults are known, and the reader's own look at what it opens.
 */
#include "vtkStackQuality.h"

#include "CounterNoise.h"
#include "EnergyStack.h"
#include "Parallel.h"
#include "vtkTXMPhantomSource.h"
#include "vtkTXMStackReader.h"

#include <vtkCallbackCommand.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>

#include <vtk_tiff.h>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace
{

using Numbers = std::vector<double>;
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

struct Place
{
  double X = 0.0, Y = 0.0, Z = 0.0;
};

// A texture of blobs of about two voxels that lies `place` further.
double Texture(int x, int y, int z, const Place& place)
{
  static const auto blobs = []
  {
    std::vector<std::array<double, 5>> result;
    for (std::uint64_t i = 0; i < 160; ++i)
    {
      const auto random = [&](std::uint64_t j) { return paraxanes::UniformAt(4, 8 * i + j); };
      result.push_back({ 60.0 * random(0) - 6.0, 56.0 * random(1) - 6.0, 40.0 * random(2) - 8.0,
        1.3 + 1.5 * random(3), 0.3 + 0.7 * random(4) });
    }
    return result;
  }();
  double value = 0.0;
  for (const auto& blob : blobs)
  {
    const double dx = x - place.X - blob[0];
    const double dy = y - place.Y - blob[1];
    const double dz = z - place.Z - blob[2];
    const double r2 = dx * dx + dy * dy + dz * dz;
    if (r2 < 100.0)
    {
      value += blob[4] * std::exp(-0.5 * r2 / (blob[3] * blob[3]));
    }
  }
  return value;
}

struct StackOptions
{
  paraxanes::Extent Box = { 0, 47, 0, 43, 0, 23 };
  std::vector<Place> Places = std::vector<Place>(8);
  double Noise = 0.01;
};

Numbers EnergiesOf(std::size_t count)
{
  Numbers energies;
  for (std::size_t k = 0; k < count; ++k)
  {
    energies.push_back(8330.0 + 1.5 * static_cast<double>(k));
  }
  return energies;
}

template <class Array>
vtkSmartPointer<vtkImageData> MakeStack(const StackOptions& options, double scale = 1.0)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  paraxanes::SetExtent(image, options.Box);
  vtkNew<Array> stack;
  stack->SetName("absorbance");
  const auto energies = static_cast<int>(options.Places.size());
  stack->SetNumberOfComponents(energies);
  stack->SetNumberOfTuples(image->GetNumberOfPoints());
  const paraxanes::Extent& box = options.Box;
  vtkIdType v = 0;
  for (int z = box[4]; z <= box[5]; ++z)
  {
    for (int y = box[2]; y <= box[3]; ++y)
    {
      for (int x = box[0]; x <= box[1]; ++x, ++v)
      {
        for (int k = 0; k < energies; ++k)
        {
          const double noise = options.Noise *
            paraxanes::NormalAt(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(v));
          const double value = 0.2 +
            Texture(
              x - box[0], y - box[2], z - box[4], options.Places[static_cast<std::size_t>(k)]) +
            noise;
          stack->SetComponent(v, k, scale * value);
        }
      }
    }
  }
  image->GetPointData()->SetScalars(stack);
  paraxanes::SetStackEnergies(image, EnergiesOf(options.Places.size()));
  return image;
}

struct StackQuality : ::testing::Test
{
  void SetUp() override
  {
    this->Filter->AddObserver(vtkCommand::ErrorEvent, this->Observer);
    this->Filter->AddObserver(vtkCommand::WarningEvent, this->Observer);
    this->Filter->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Observer);
  }
  vtkTable* Check(vtkImageData* image)
  {
    this->Observer->Clear();
    this->Filter->SetInputData(image);
    this->Filter->Update();
    return this->Filter->GetOutput();
  }
  static Numbers Column(vtkTable* table, const char* name)
  {
    auto* array = vtkDataArray::SafeDownCast(table->GetColumnByName(name));
    Numbers values;
    for (vtkIdType k = 0; array && k < array->GetNumberOfTuples(); ++k)
    {
      values.push_back(array->GetComponent(k, 0));
    }
    return values;
  }
  static std::string Remark(vtkTable* table, vtkIdType row)
  {
    return table->GetValueByName(row, "remark").ToString();
  }
  static Numbers OutlierRows(vtkTable* table)
  {
    Numbers rows;
    const Numbers outliers = Column(table, "outlier");
    for (std::size_t k = 0; k < outliers.size(); ++k)
    {
      if (outliers[k] != 0.0)
      {
        rows.push_back(static_cast<double>(k));
      }
    }
    return rows;
  }
  void ExpectError(const std::string& part)
  {
    EXPECT_TRUE(this->Observer->GetError());
    EXPECT_NE(this->Observer->GetErrorMessage().find(part), std::string::npos)
      << this->Observer->GetErrorMessage();
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfColumns(), 0);
  }
  std::string Warning()
  {
    return this->Observer->GetWarning() ? this->Observer->GetWarningMessage() : "";
  }

  vtkNew<vtkStackQuality> Filter;
  vtkNew<vtkTest::ErrorObserver> Observer;
};

// All columns of a table as one text, to compare tables to the bit.
std::string Dump(vtkTable* table)
{
  std::string text;
  for (vtkIdType column = 0; column < table->GetNumberOfColumns(); ++column)
  {
    text += std::string(table->GetColumnName(column)) + "\n";
    for (vtkIdType row = 0; row < table->GetNumberOfRows(); ++row)
    {
      const vtkVariant value = table->GetValue(row, column);
      char digits[64] = {};
      if (value.IsNumeric())
      {
        std::snprintf(digits, sizeof(digits), "%a ", value.ToDouble());
      }
      text += value.IsNumeric() ? std::string(digits) : value.ToString() + " ";
    }
    text += "\n";
  }
  return text;
}

TEST_F(StackQuality, CountsAndMeansAreExact)
{
  StackOptions options;
  options.Box = { -3, 16, 4, 23, -2, -2 };
  options.Places.resize(6);
  const auto image = MakeStack<vtkDoubleArray>(options);
  vtkDataArray* stack = image->GetPointData()->GetScalars();
  stack->SetComponent(7, 2, NaN);
  stack->SetComponent(8, 2, std::numeric_limits<double>::infinity());
  stack->SetComponent(9, 2, 0.0);
  stack->SetComponent(9, 3, -0.0);
  stack->SetComponent(50, 3, 0.0);
  vtkTable* table = this->Check(image);
  EXPECT_FALSE(this->Observer->GetError());
  const char* const names[] = { "energy (eV)", "mean", "background", "noise", "NaN count",
    "zero count", "shift x (px)", "shift y (px)", "shift z (px)", "shift quality", "dx (px)",
    "dy (px)", "dz (px)", "outlier", "remark" };
  ASSERT_EQ(table->GetNumberOfColumns(), 15);
  for (vtkIdType k = 0; k < 15; ++k)
  {
    EXPECT_STREQ(table->GetColumnName(k), names[k]);
  }
  EXPECT_EQ(Column(table, "energy (eV)"), EnergiesOf(6));
  EXPECT_EQ(Column(table, "NaN count"), Numbers({ 0, 0, 2, 0, 0, 0 }));
  EXPECT_EQ(Column(table, "zero count"), Numbers({ 0, 0, 1, 2, 0, 0 }));
  for (int k = 0; k < 6; ++k)
  {
    double sum = 0.0;
    double count = 0.0;
    for (vtkIdType v = 0; v < 400; ++v)
    {
      const double value = stack->GetComponent(v, k);
      sum += std::isfinite(value) ? value : 0.0;
      count += std::isfinite(value) ? 1.0 : 0.0;
    }
    EXPECT_NEAR(Column(table, "mean")[static_cast<std::size_t>(k)], sum / count, 1e-13);
  }
  for (const double shift : Column(table, "shift z (px)"))
  {
    EXPECT_TRUE(std::isnan(shift)) << "there is one slice";
  }
  EXPECT_EQ(paraxanes::StackEnergies(table), EnergiesOf(6));
  EXPECT_EQ(paraxanes::GetField(table, "paraxanes_version"), paraxanes::PluginVersion());
  EXPECT_EQ(paraxanes::GetNumber(table, "outlier_threshold"), 5.0);
}

TEST_F(StackQuality, ShiftsNoiseAndBackgroundAreTheTrueOnes)
{
  StackOptions options;
  options.Noise = 0.02;
  options.Places = { {}, { 0.4, -0.3, 0.0 }, { 1.65, 0.95, 0.5 }, { 1.65, 0.95, -1.25 },
    { -2.1, 0.95, -1.25 } };
  vtkTable* table = this->Check(MakeStack<vtkFloatArray>(options));
  EXPECT_TRUE(std::isnan(Column(table, "shift x (px)").front()));
  EXPECT_TRUE(std::isnan(Column(table, "shift quality").front()));
  for (std::size_t k = 1; k < options.Places.size(); ++k)
  {
    const Place& now = options.Places[k];
    const Place& before = options.Places[k - 1];
    EXPECT_NEAR(Column(table, "shift x (px)")[k], now.X - before.X, 0.15) << k;
    EXPECT_NEAR(Column(table, "shift y (px)")[k], now.Y - before.Y, 0.15) << k;
    EXPECT_NEAR(Column(table, "shift z (px)")[k], now.Z - before.Z, 0.15) << k;
    EXPECT_NEAR(Column(table, "dx (px)")[k], now.X, 0.3) << k;
    EXPECT_NEAR(Column(table, "dy (px)")[k], now.Y, 0.3) << k;
    EXPECT_NEAR(Column(table, "dz (px)")[k], now.Z, 0.3) << k;
    EXPECT_GT(Column(table, "shift quality")[k], 0.2);
    EXPECT_LE(Column(table, "shift quality")[k], 1.0);
  }
  for (const double noise : Column(table, "noise"))
  {
    // The texture of two voxels adds to the noise here.
    EXPECT_GT(noise, 0.018);
    EXPECT_LT(noise, 0.06);
  }
  // Between the blobs there is the level.
  for (const double background : Column(table, "background"))
  {
    EXPECT_NEAR(background, 0.2, 0.08);
  }
}

TEST_F(StackQuality, OutliersAreNamedWithTheirEnergies)
{
  StackOptions options;
  options.Places.assign(12, {});
  options.Places[3] = { 3.0, -2.0, 0.0 }; // alone
  for (std::size_t k = 9; k < 12; ++k)
  {
    options.Places[k] = { 0.0, 5.0, 0.0 }; // and all after it
  }
  const auto image = MakeStack<vtkFloatArray>(options);
  vtkDataArray* stack = image->GetPointData()->GetScalars();
  for (vtkIdType v = 0; v < stack->GetNumberOfTuples(); ++v)
  {
    stack->SetComponent(v, 6, stack->GetComponent(v, 6) + 0.1);
    if (v % 7 == 0)
    {
      stack->SetComponent(v, 7, NaN);
    }
  }
  vtkTable* table = this->Check(image);
  EXPECT_EQ(OutlierRows(table), Numbers({ 3, 6, 7 }));
  EXPECT_EQ(Remark(table, 0), "");
  EXPECT_EQ(Remark(table, 3).find("displaced by (3.0, -2.0") != std::string::npos, true)
    << Remark(table, 3);
  EXPECT_EQ(Remark(table, 4), "") << "it only came back";
  EXPECT_EQ(Remark(table, 6), "mean, background");
  EXPECT_NE(Remark(table, 7).find("values not finite"), std::string::npos) << Remark(table, 7);
  EXPECT_EQ(Remark(table, 9).rfind("jumps by ", 0), 0u) << Remark(table, 9);
  const std::string warning = this->Warning();
  EXPECT_NE(warning.find("3 of 12 frames stand out"), std::string::npos) << warning;
  EXPECT_NE(
    warning.find("ExcludedEnergies of the reader to 8334.50 8339.00 8340.50."), std::string::npos)
    << warning;
  EXPECT_NE(warning.find("jumps, and stays there, at 8343.50 eV by (0.0, 5.0"), std::string::npos)
    << warning;

  // Nobody is an outlier beyond a threshold that is high enough, but for the holes: the other
  // frames have none at all.
  this->Filter->SetOutlierThreshold(1e9);
  EXPECT_EQ(OutlierRows(this->Check(image)), Numbers({ 7 }));
}

// Makes the frame noise.
void Scramble(vtkImageData* image, int frame)
{
  vtkDataArray* stack = image->GetPointData()->GetScalars();
  for (vtkIdType v = 0; v < stack->GetNumberOfTuples(); ++v)
  {
    const auto seed = static_cast<std::uint64_t>(100 + frame);
    stack->SetComponent(v, frame, paraxanes::NormalAt(seed, static_cast<std::uint64_t>(v)));
  }
}

TEST_F(StackQuality, MotionDuringFramesWithoutStructureIsNotLost)
{
  StackOptions options;
  options.Places.assign(12, {});
  for (std::size_t k = 6; k < 12; ++k)
  {
    options.Places[k] = { 7.0, -3.0, 2.0 };
  }
  for (const std::vector<int>& noise : { std::vector<int>{ 6 }, { 5, 6, 7 }, { 0, 6 }, { 6, 11 } })
  {
    const auto image = MakeStack<vtkFloatArray>(options);
    for (const int frame : noise)
    {
      Scramble(image, frame);
    }
    vtkTable* table = this->Check(image);
    const auto bridged = static_cast<std::size_t>(noise == std::vector<int>{ 5, 6, 7 } ? 8 : 7);
    EXPECT_TRUE(std::isnan(Column(table, "shift x (px)")[6]));
    EXPECT_NEAR(Column(table, "shift x (px)")[bridged], 7.0, 0.3);
    for (std::size_t k = 0; k < 12; ++k)
    {
      const Place place = k < bridged ? Place() : options.Places[k];
      EXPECT_NEAR(Column(table, "dx (px)")[k], place.X, 0.3) << k;
      EXPECT_NEAR(Column(table, "dy (px)")[k], place.Y, 0.3) << k;
      EXPECT_NEAR(Column(table, "dz (px)")[k], place.Z, 0.5) << k; // of 24 slices
    }
  }
}

TEST_F(StackQuality, PlacesThatAreNotKnownAreNaN)
{
  StackOptions options;
  options.Places.assign(12, {});
  const auto image = MakeStack<vtkFloatArray>(options);
  const auto other = MakeStack<vtkFloatArray>(options);
  vtkDataArray* stack = image->GetPointData()->GetScalars();
  for (vtkIdType v = 0; v < stack->GetNumberOfTuples(); ++v)
  {
    for (int k = 7; k < 12; ++k)
    {
      // Mirrored at its middle: other structure.
      stack->SetComponent(v, k,
        other->GetPointData()->GetScalars()->GetComponent(stack->GetNumberOfTuples() - 1 - v, k));
    }
  }
  Scramble(image, 6);
  vtkTable* table = this->Check(image);
  for (const char* name : { "dx (px)", "dy (px)", "dz (px)" })
  {
    const Numbers places = Column(table, name);
    for (std::size_t k = 0; k < 12; ++k)
    {
      EXPECT_EQ(std::isnan(places[k]), k >= 7) << name << ", " << k;
    }
  }
  EXPECT_TRUE(std::isfinite(Column(table, "shift x (px)")[9]));
  EXPECT_NE(Remark(table, 7).find("place not known from here on"), std::string::npos);
  EXPECT_NE(this->Warning().find("no common structure with what is before it at 8340.50 eV"),
    std::string::npos)
    << this->Warning();
}

TEST_F(StackQuality, GoodStacksRaiseNoWarning)
{
  const auto check = [&](const std::function<void(vtkTXMPhantomSource*)>& set)
  {
    vtkNew<vtkTXMPhantomSource> phantom;
    phantom->SetSize(40);
    set(phantom);
    phantom->Update();
    vtkTable* table = this->Check(phantom->GetOutput());
    EXPECT_EQ(this->Warning(), "");
    EXPECT_EQ(table->GetNumberOfRows(), 61);
    EXPECT_EQ(OutlierRows(table), Numbers());
    return table;
  };
  vtkTable* table = check([](auto*) {});
  for (const double noise : Column(table, "noise"))
  {
    EXPECT_GT(noise, 0.065);
    EXPECT_LT(noise, 0.12); // that of voxels of 0.08, and grains of a few voxels
  }
  check([](auto* phantom) { phantom->SetNoise(0.0); });
  check([](auto* phantom) { phantom->SetEdgeJump(0.0); }); // air
  check([](auto* phantom) { phantom->SetNoise(0.3); });
}

TEST_F(StackQuality, TypesThreadsAndPullingDoNotMatter)
{
  StackOptions options;
  options.Places.resize(5);
  options.Places[2] = { 1.0, 0.0, 0.0 };
  const auto image = MakeStack<vtkFloatArray>(options);
  paraxanes::SetNumberOfThreads(1);
  const std::string one = Dump(this->Check(image));
  paraxanes::SetNumberOfThreads(0);
  image->Modified();
  EXPECT_EQ(Dump(this->Check(image)), one);

  const auto integers = MakeStack<vtkIntArray>(options, 1000.0);
  const Numbers shifts = Column(this->Check(integers), "shift x (px)");
  EXPECT_NEAR(shifts[2], 1.0, 0.1);
  EXPECT_NEAR(shifts[3], -1.0, 0.1);

  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(40);
  phantom->Update();
  const std::string held = Dump(this->Check(phantom->GetOutput()));
  vtkNew<vtkTXMPhantomSource> shown;
  shown->SetSize(40);
  shown->SetOutputMode(vtkTXMPhantomSource::ENERGY_AS_TIME);
  this->Observer->Clear();
  this->Filter->SetInputConnection(shown->GetOutputPort());
  this->Filter->Update();
  EXPECT_FALSE(this->Observer->GetError());
  EXPECT_EQ(Dump(this->Filter->GetOutput()), held);
  EXPECT_EQ(paraxanes::GetField(this->Filter->GetOutput(), "shown_energy"), "");
  EXPECT_EQ(paraxanes::StackEnergies(this->Filter->GetOutput()).size(), 61u);
}

// 1200 voxels make pictures of 400 means of 3 x 3.
TEST_F(StackQuality, LargeSlicesAreAveraged)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(1200, 300, 1);
  vtkNew<vtkFloatArray> stack;
  stack->SetName("absorbance");
  stack->SetNumberOfComponents(2);
  stack->SetNumberOfTuples(image->GetNumberOfPoints());
  for (int y = 0; y < 300; ++y)
  {
    for (int x = 0; x < 1200; ++x)
    {
      for (int k = 0; k < 2; ++k)
      {
        // Waves without a period, moved by (9.5, -6).
        const double u = x - 9.5 * k;
        const double v = y + 6.0 * k;
        const double value =
          std::sin(0.11 * u + 0.0003 * u * u) * std::cos(0.09 * v - 0.0005 * v * v) +
          std::sin(0.05 * u + 0.23 * v + 1e-5 * u * v);
        const vtkIdType voxel = 1200 * static_cast<vtkIdType>(y) + x;
        const double noise = 0.05 *
          paraxanes::NormalAt(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(voxel));
        stack->SetTypedComponent(voxel, k, static_cast<float>(value + noise));
      }
    }
  }
  image->GetPointData()->SetScalars(stack);
  paraxanes::SetStackEnergies(image, { 8330.0, 8340.0 });
  vtkTable* table = this->Check(image);
  EXPECT_NEAR(Column(table, "shift x (px)")[1], 9.5, 0.2);
  EXPECT_NEAR(Column(table, "shift y (px)")[1], -6.0, 0.2);
  EXPECT_NEAR(Column(table, "noise")[1], 0.05, 0.005);
  EXPECT_EQ(OutlierRows(table), Numbers());
  EXPECT_NE(this->Warning().find("jumps"), std::string::npos) << this->Warning();
}

TEST_F(StackQuality, WhatIsNoStackIsSaid)
{
  StackOptions options;
  options.Box = { 0, 5, 0, 5, 0, 0 };
  const auto image = MakeStack<vtkFloatArray>(options);
  paraxanes::SetStackEnergies(image, { 8330.0, 8340.0 });
  this->Check(image);
  this->ExpectError("8 components and the stack 2 energies");
  paraxanes::SetStackEnergies(image, {});
  image->Modified();
  this->Check(image);
  this->ExpectError("no energy stack");
  vtkNew<vtkImageData> empty;
  this->Check(empty);
  this->ExpectError("empty image");

  // One energy at a time, but not directly behind the source.
  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(16);
  phantom->SetOutputMode(vtkTXMPhantomSource::ENERGY_AS_TIME);
  phantom->Update();
  vtkNew<vtkImageData> copy;
  copy->ShallowCopy(phantom->GetOutput());
  this->Check(copy);
  this->ExpectError("OutputMode to Stack");
}

TEST_F(StackQuality, StopsSoon)
{
  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(48);
  this->Filter->SetInputConnection(phantom->GetOutputPort());
  int reports = 0;
  vtkNew<vtkCallbackCommand> count;
  count->SetClientData(&reports);
  count->SetCallback(
    [](vtkObject*, unsigned long, void* data, void*) { ++*static_cast<int*>(data); });
  this->Filter->AddObserver(vtkCommand::ProgressEvent, count);
  this->Filter->Update();
  EXPECT_GE(reports, 20) << "too few chances to stop";
  const int all = reports;
  // Once early, while voxels are summed, and once among the shifts.
  for (const int at : { 2, all - 4 })
  {
    struct Abort
    {
      int Reports;
      int At;
    } state = { 0, at };
    vtkNew<vtkCallbackCommand> abort;
    abort->SetClientData(&state);
    abort->SetCallback(
      [](vtkObject* caller, unsigned long, void* data, void*)
      {
        auto* self = static_cast<Abort*>(data);
        if (++self->Reports == self->At)
        {
          vtkAlgorithm::SafeDownCast(caller)->SetAbortExecute(1);
        }
      });
    const unsigned long tag = this->Filter->AddObserver(vtkCommand::ProgressEvent, abort);
    this->Filter->Modified();
    this->Filter->Update();
    EXPECT_LE(state.Reports, at + 2);
    EXPECT_EQ(this->Filter->GetOutput()->GetNumberOfColumns(), 0);
    this->Filter->RemoveObserver(tag);
    this->Filter->SetAbortExecute(0);
  }
}

//------------------------------------------------------------------------------------------------
// The reader looks at what it opens

struct FrameFit : ::testing::Test
{
  // One page per energy: a texture of `size` pixels at a place, with noise.
  std::string Write(const std::string& name, int size, const std::vector<Place>& places,
    double noise, double contrast = 1.0)
  {
    const auto folder = std::filesystem::path(PARAXANES_TEST_OUTPUT) / "frame_fit";
    std::filesystem::create_directories(folder);
    const std::string path = (folder / (name + ".tif")).string();
    TIFF* tiff = TIFFOpen(path.c_str(), "w");
    for (std::size_t k = 0; k < places.size(); ++k)
    {
      TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, size);
      TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, size);
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 32);
      TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
      TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
      TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, size);
      const std::string energy =
        "energy_eV=" + std::to_string(8330.0 + 2.0 * static_cast<double>(k));
      TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, energy.c_str());
      std::vector<float> values;
      for (int y = 0; y < size; ++y)
      {
        for (int x = 0; x < size; ++x)
        {
          const auto pixel = static_cast<std::uint64_t>(size * y + x);
          values.push_back(static_cast<float>(0.3 +
            (contrast > 0.0 ? contrast * Texture(x % 48, y % 44, 10, places[k]) : 0.0) +
            noise * paraxanes::NormalAt(20 + k, pixel)));
        }
      }
      TIFFWriteEncodedStrip(tiff, 0, values.data(), static_cast<tmsize_t>(values.size() * 4));
      TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
    return path;
  }
  std::string WarningOf(const std::string& path)
  {
    vtkNew<vtkTest::ErrorObserver> observer;
    this->Reader->AddObserver(vtkCommand::WarningEvent, observer);
    this->Reader->SetPixelSize(0.03); // the files do not tell it
    this->Reader->RemoveAllFileNames();
    this->Reader->AddFileName(path.c_str());
    this->Reader->Update();
    EXPECT_GT(this->Reader->GetOutput()->GetNumberOfPoints(), 0);
    const std::string warning = observer->GetWarning() ? observer->GetWarningMessage() : "";
    this->Reader->RemoveObservers(vtkCommand::WarningEvent);
    return warning;
  }

  vtkNew<vtkTXMStackReader> Reader;
};

TEST_F(FrameFit, FramesThatMoveAreNamed)
{
  const std::vector<Place> places = { {}, {}, {}, { 2.5, -4.0, 0.0 }, { 2.5, -4.0, 0.0 } };
  const std::string path = this->Write("moved", 44, places, 0.05);
  const std::string warning = this->WarningOf(path);
  EXPECT_NE(
    warning.find("from 8334.00 eV to 8336.00 eV the content moves by 2."), std::string::npos)
    << warning;
  EXPECT_NE(warning.find("pixels in x and -4.0 in y"), std::string::npos) << warning;
  EXPECT_NE(warning.find("ShiftsFile"), std::string::npos) << warning;
  EXPECT_NE(warning.find("Stack Quality"), std::string::npos) << warning;

  // Neither when the same is read again, nor one energy at a time.
  vtkNew<vtkTest::ErrorObserver> observer;
  this->Reader->AddObserver(vtkCommand::WarningEvent, observer);
  const int part[6] = { 0, 20, 0, 20, 0, 0 };
  this->Reader->UpdateExtent(part);
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Reader->Update();
  EXPECT_FALSE(observer->GetWarning());
}

TEST_F(FrameFit, SlowDriftsAreFoundBetweenFirstAndLast)
{
  std::vector<Place> places(12);
  for (std::size_t k = 0; k < places.size(); ++k)
  {
    places[k].Y = 0.4 * static_cast<double>(k);
  }
  const std::string warning = this->WarningOf(this->Write("drift", 44, places, 0.05));
  EXPECT_NE(warning.find("from 8330.00 eV to 8352.00 eV"), std::string::npos) << warning;
}

TEST_F(FrameFit, WhatLiesStillOrHasNoStructureRaisesNothing)
{
  EXPECT_EQ(this->WarningOf(this->Write("still", 44, std::vector<Place>(6), 0.05)), "");
  EXPECT_EQ(this->WarningOf(this->Write("noisy", 44, std::vector<Place>(6), 1.0)), "");
  EXPECT_EQ(this->WarningOf(this->Write("air", 44, std::vector<Place>(40), 1.0, 0.0)), "");
  EXPECT_EQ(this->WarningOf(this->Write("flat", 44, std::vector<Place>(6), 0.0, 0.0)), "");
  EXPECT_EQ(this->WarningOf(this->Write("small", 8, { {}, { 3.0, 0.0, 0.0 } }, 0.0)), "");
  EXPECT_EQ(this->WarningOf(this->Write("jitter", 44, { {}, { 1.5, 1.0, 0.0 } }, 0.0)), "");
  EXPECT_EQ(this->WarningOf(this->Write("single", 44, { {} }, 0.0)), "");
}

}
