// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5Files.h"

#include "vtkTXMStackReader.h"

#include "EnergyStack.h"
#include "Formats/Formats.h"
#include "NumberedSeries.h"

#include <vtkCallbackCommand.h>
#include <vtkCommand.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>

#include <vtk_tiff.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace
{

namespace fs = std::filesystem;
using hdf5test::File;
using hdf5test::Stack;
using hdf5test::Storage;

//------------------------------------------------------------------------------------------------
// Reading

struct Result
{
  std::vector<float> Values; // as in `absorbance`
  std::vector<double> Energies;
  std::array<int, 3> Size = { 0, 0, 0 };
  std::array<double, 3> Spacing = { 0.0, 0.0, 0.0 };
  std::string Layout;
  std::vector<std::string> Errors;
  std::vector<std::string> Warnings;

  std::string FirstError() const { return this->Errors.empty() ? "" : this->Errors.front(); }
};

void Keep(vtkObject*, unsigned long event, void* client, void* data)
{
  Result& result = *static_cast<Result*>(client);
  const std::string text = static_cast<char*>(data);
  // As of most files here: no pixel size, and whole numbers for absorbance.
  if (text.find("No pixel size is found") == std::string::npos &&
    text.find("and nothing says what they are") == std::string::npos)
  {
    (event == vtkCommand::ErrorEvent ? result.Errors : result.Warnings).push_back(text);
  }
}

using Settings = std::function<void(vtkTXMStackReader*)>;

// Integers that are absorbance all the same.
void AsAbsorbance(vtkTXMStackReader* reader)
{
  reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
}

Result Read(const std::vector<std::string>& paths, const Settings& settings = nullptr)
{
  Result result;
  vtkNew<vtkTXMStackReader> reader;
  vtkNew<vtkCallbackCommand> keep;
  keep->SetCallback(Keep);
  keep->SetClientData(&result);
  reader->AddObserver(vtkCommand::ErrorEvent, keep);
  reader->AddObserver(vtkCommand::WarningEvent, keep);
  vtkNew<vtkCallbackCommand> nothing; // the executive repeats the reader's error
  nothing->SetCallback([](vtkObject*, unsigned long, void*, void*) {});
  reader->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, nothing);
  for (const std::string& path : paths)
  {
    reader->AddFileName(path.c_str());
  }
  if (settings)
  {
    settings(reader);
  }
  reader->Update();
  vtkImageData* image = reader->GetOutput();
  auto* stack = vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray("absorbance"));
  if (stack)
  {
    result.Values.assign(stack->GetPointer(0), stack->GetPointer(0) + stack->GetNumberOfValues());
    result.Energies = paraxanes::StackEnergies(image);
    image->GetDimensions(result.Size.data());
    image->GetSpacing(result.Spacing.data());
    result.Layout = paraxanes::GetField(image, "hdf5_layout");
  }
  return result;
}

// Fits in a byte, and differs between neighbours in every direction.
double Value(int x, int y, int z, int e)
{
  return (7 * x + 11 * y + 13 * z + 17 * e) % 113 + 1;
}

Stack NewStack(int slices = 1)
{
  Stack stack;
  stack.Slices = slices;
  stack.Value = Value;
  return stack;
}

// What is to be read of a stack: -ln of it where it is transmission.
std::vector<float> Expected(const Stack& stack, bool transmission = false)
{
  std::vector<float> values;
  for (const double value : stack.Values("zyxe"))
  {
    values.push_back(static_cast<float>(transmission ? -std::log(value) : value));
  }
  return values;
}

void ExpectNear(const std::vector<float>& found, const std::vector<float>& expected, float most)
{
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k)
  {
    ASSERT_NEAR(found[k], expected[k], most) << k;
  }
}

void ExpectStack(const Result& result, const Stack& stack)
{
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_TRUE(result.Warnings.empty()) << result.Warnings.front();
  EXPECT_EQ(result.Size, (std::array<int, 3>{ stack.Columns, stack.Rows, stack.Slices }));
  EXPECT_EQ(result.Energies, stack.Energies);
  EXPECT_TRUE(result.Values == Expected(stack));
}

class HDF5Format : public ::testing::Test
{
protected:
  void SetUp() override
  {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    this->Folder = std::string(PARAXANES_TEST_OUTPUT) + "/hdf5/" + info->name() + "/";
    fs::remove_all(this->Folder);
    fs::create_directories(this->Folder);
    this->Path = this->Folder + "stack.h5";
  }
  void TearDown() override { fs::remove_all(this->Folder); }

  // An error with this text in it, and nothing read.
  void ExpectError(const std::string& text, const Settings& settings = nullptr)
  {
    ::testing::internal::CaptureStderr();
    const Result result = Read({ this->Path }, settings);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), ""); // nothing of the library's own
    EXPECT_TRUE(result.Values.empty());
    ASSERT_EQ(result.Errors.size(), 1u);
    EXPECT_NE(result.Errors.front().find(text), std::string::npos) << result.Errors.front();
    EXPECT_NE(result.Errors.front().find(this->Path), std::string::npos) << result.Errors.front();
  }

  bool CanRead()
  {
    return vtkSmartPointer<vtkTXMStackReader>::New()->CanReadFile(this->Path.c_str());
  }

  std::string Folder;
  std::string Path;
};

//------------------------------------------------------------------------------------------------
// Layouts, with no property set

TEST_F(HDF5Format, SameAsTIFF)
{
  const Stack stack = NewStack(3);
  for (int e = 0; e < 4; ++e)
  {
    const std::string name = this->Folder + "vol_" +
      std::to_string(stack.Energies[static_cast<std::size_t>(e)]) + "eV.tif";
    TIFF* tiff = TIFFOpen(name.c_str(), "w");
    for (int z = 0; z < 3; ++z)
    {
      TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, stack.Columns);
      TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, stack.Rows);
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 32);
      TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
      TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
      for (int y = 0; y < stack.Rows; ++y)
      {
        std::vector<float> row;
        for (int x = 0; x < stack.Columns; ++x)
        {
          row.push_back(static_cast<float>(Value(x, y, z, e)));
        }
        TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0);
      }
      TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
  }
  const Result tiff = Read({ this->Folder + "vol_8330.000000eV.tif" });
  hdf5test::WriteSandbox(this->Path, stack);
  const Result hdf5 = Read({ this->Path });
  ExpectStack(hdf5, stack);
  EXPECT_TRUE(hdf5.Values == tiff.Values);
  EXPECT_EQ(hdf5.Energies, tiff.Energies);
  EXPECT_EQ(hdf5.Size, tiff.Size);
}

TEST_F(HDF5Format, LayoutsOfAbsorbance)
{
  using Writer = std::function<void(const std::string&, const Stack&)>;
  struct Case
  {
    const char* Layout;
    int Slices;
    double PixelSize; // 1: not in the file
    Writer Write;
  };
  const Case cases[] = {
    { "APS Data Exchange", 1, 0.0382,
      [](const auto& path, const auto& stack) { hdf5test::WriteDataExchange(path, stack); } },
    { "APS Data Exchange", 3, 0.0382,
      [](const auto& path, const auto& stack) { hdf5test::WriteDataExchange(path, stack); } },
    { "TXM-Sandbox", 1, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WriteSandbox(path, stack); } },
    { "TXM-Sandbox", 3, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WriteSandbox(path, stack); } },
    { "PyXAS", 1, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WritePyXAS(path, stack); } },
    { "PyXAS", 3, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WritePyXAS(path, stack); } },
    { "NeXus", 1, 0.0382,
      [](const auto& path, const auto& stack) { hdf5test::WriteNeXus(path, stack, false); } },
    { "NeXus", 1, 0.0382,
      [](const auto& path, const auto& stack) { hdf5test::WriteNeXus(path, stack, true); } },
    { "NeXus", 1, 0.0382,
      [](const auto& path, const auto& stack)
      { hdf5test::WriteNeXus(path, stack, false, "yex"); } },
    { "NeXus", 1, 0.0382,
      [](const auto& path, const auto& stack) { hdf5test::WriteNeXus(path, stack, true, "xye"); } },
    { "plain", 1, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WritePlain(path, stack, "eyx"); } },
    { "plain", 3, 1.0,
      [](const auto& path, const auto& stack) { hdf5test::WritePlain(path, stack, "zyxe"); } },
  };
  for (const Case& layout : cases)
  {
    SCOPED_TRACE(layout.Layout + std::to_string(layout.Slices));
    const Stack stack = NewStack(layout.Slices);
    layout.Write(this->Path, stack);
    EXPECT_TRUE(this->CanRead());
    const Result result = Read({ this->Path });
    ExpectStack(result, stack);
    EXPECT_EQ(result.Layout, layout.Layout);
    EXPECT_NEAR(result.Spacing[0], layout.PixelSize, 1e-9);
  }
}

TEST_F(HDF5Format, LayoutsOfTransmission)
{
  const Stack stack = NewStack();
  hdf5test::WriteFXI(this->Path, stack);
  const Result beamline = Read({ this->Path });
  EXPECT_TRUE(beamline.Errors.empty()) << beamline.FirstError();
  EXPECT_TRUE(beamline.Warnings.empty());
  EXPECT_EQ(beamline.Energies, stack.Energies);
  EXPECT_EQ(beamline.Layout, "NSLS-II FXI");
  EXPECT_NEAR(beamline.Spacing[0], 0.0382, 1e-9);
  ExpectNear(beamline.Values, Expected(stack, true), 1e-6f);

  hdf5test::WriteMistral(this->Path, stack);
  const Result mistral = Read({ this->Path });
  EXPECT_TRUE(mistral.Errors.empty()) << mistral.FirstError();
  EXPECT_EQ(mistral.Energies, stack.Energies);
  EXPECT_EQ(mistral.Layout, "ALBA MISTRAL");
  EXPECT_NEAR(mistral.Spacing[0], 0.0382, 1e-9);
  ExpectNear(mistral.Values, Expected(stack, true), 1e-6f);
}

TEST_F(HDF5Format, EnergiesOfTextsAreRead)
{
  const Stack stack = NewStack();
  const std::pair<const char*, double> units[] = { { " eV", 1.0 }, { "keV", 1e-3 }, { "", 1e-3 } };
  for (const auto& unit : units)
  {
    for (const bool attribute : { false, true })
    {
      std::vector<std::string> texts;
      for (const double energy : stack.Energies)
      {
        char text[32] = {};
        std::snprintf(text, sizeof(text), "%.8g%s", energy * unit.second, unit.first);
        texts.emplace_back(text);
      }
      {
        File file(this->Path);
        stack.Write(file, "/counts", "eyx");
        attribute ? file.Attribute("/counts", "energies", texts) : file.Texts("/energies", texts);
      }
      ExpectStack(Read({ this->Path }), stack);
    }
  }
  {
    File file(this->Path);
    stack.Write(file, "/counts", "eyx");
    file.Texts("/energies", { "8330 eV", "8331.5 eV", "high", "8350 eV" });
  }
  this->ExpectError("is laid out in no way that is known");
}

TEST_F(HDF5Format, AnEnergiesFileTellsTheAxisOfTheEnergies)
{
  const Stack stack = NewStack(3);
  std::ofstream(this->Folder + "energies.txt") << "8330 8331.5 8340.25 8350\n";
  for (const char* axes : { "ezyx", "zeyx", "zyxe" })
  {
    SCOPED_TRACE(axes);
    {
      File file(this->Path);
      stack.Write(file, "/volumes", axes);
    }
    std::string text;
    ExpectStack(Read({ this->Path },
                  [&](auto* reader)
                  {
                    reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
                    std::string error;
                    text = reader->DescriptionText(this->Folder, error);
                  }),
      stack);
    // A description of it needs no energies file.
    std::ofstream(this->Folder + "stack.txmstack") << text;
    ExpectStack(Read({ this->Folder + "stack.txmstack" }), stack);
  }
  std::ofstream(this->Folder + "energies.txt") << "8330 8331.5\n";
  this->ExpectError("2 energies are given",
    [&](auto* reader) { reader->SetEnergiesFile((this->Folder + "energies.txt").c_str()); });
}

// Fewer images than energies.
TEST_F(HDF5Format, StoppedScanOfFXI)
{
  Stack stack = NewStack();
  hdf5test::WriteFXI(this->Path, stack);
  {
    const hid_t file = H5Fopen(this->Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "/X_eng", H5P_DEFAULT);
    const hsize_t count = 20;
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t data =
      H5Dcreate2(file, "/X_eng", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    std::vector<double> energies = stack.KiloElectronVolts();
    for (std::size_t k = energies.size(); k < 20; ++k)
    {
      energies.push_back(8.36 + 0.01 * static_cast<double>(k));
    }
    H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, energies.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Fclose(file);
  }
  EXPECT_TRUE(this->CanRead());
  const Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(
    result.Warnings.front().find("20 energies, and /img_xanes holds 4 images"), std::string::npos)
    << result.Warnings.front();
  EXPECT_EQ(result.Energies, stack.Energies);
  ExpectNear(result.Values, Expected(stack, true), 1e-6f);
}

TEST_F(HDF5Format, XanespyTakesTheFirstTime)
{
  const Stack stack = NewStack();
  hdf5test::WriteXanespy(this->Path, stack);
  const Result result = Read({ this->Path });
  EXPECT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings.front().find("2 times"), std::string::npos);
  EXPECT_EQ(result.Layout, "xanespy");
  EXPECT_EQ(result.Energies, stack.Energies);
  EXPECT_NEAR(result.Spacing[0], 0.0382, 1e-9);
  EXPECT_TRUE(result.Values == Expected(stack));
}

// Intensities and the references of each energy.
TEST_F(HDF5Format, XanespyIntensities)
{
  const Stack stack = NewStack();
  {
    File file(this->Path);
    const std::string group = "/sample/imported/";
    stack.Write(file, group + "intensities", "eyx");
    Stack references = stack;
    references.Value = [](int, int, int, int e) { return 100.0 + e; };
    references.Write(file, group + "references", "eyx");
    file.Numbers(group + "energies", stack.Energies);
  }
  const Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  Stack absorbance = stack;
  absorbance.Value = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / (100.0 + e)); };
  ExpectNear(result.Values, Expected(absorbance), 1e-5f);
}

// One file per energy; the energies are in the files.
TEST_F(HDF5Format, TomographySeries)
{
  const Stack stack = NewStack(3);
  const char* const names[] = { "fly_scan_id_1001.h5", "fly_scan_id_1002.h5", "fly_scan_id_1003.h5",
    "fly_scan_id_1010.h5" };
  for (int e = 0; e < 4; ++e)
  {
    hdf5test::WriteFXITomography(this->Folder + names[3 - e], stack, e, { 300.0, 500.0 }, 0.0);
  }
  hdf5test::WritePlain(
    this->Folder + "fly_scan_id_1004.h5", NewStack(), "eyx"); // not of the series
  std::ofstream(this->Folder + "fly_scan_id_1005.h5") << "no HDF5 file";
  this->Path = this->Folder + names[1];
  EXPECT_TRUE(this->CanRead());
  const Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_EQ(result.Size, (std::array<int, 3>{ 13, 7, 3 }));
  EXPECT_EQ(result.Energies, stack.Energies);
  Stack absorbance = stack;
  absorbance.Value = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / 400.0); };
  ExpectNear(result.Values, Expected(absorbance), 1e-5f);
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings.front().find("4 of 6 files"), std::string::npos)
    << result.Warnings.front();

  const Result alone = Read({ this->Path }, [](auto* reader) { reader->FindSeriesOff(); });
  EXPECT_EQ(alone.Energies, (std::vector<double>{ stack.Energies[2] }));

  // The files that were looked at are not read again.
  paraxanes::FileCache cache;
  std::vector<std::string> warnings;
  const std::vector<std::string> series =
    paraxanes::FindNumberedSeries(this->Path, {}, cache, warnings);
  EXPECT_EQ(series.size(), 4u);
  const std::string damaged = this->Folder + "fly_scan_id_1005.h5";
  const auto before = cache.DescribeReadable({ series[0], damaged, series[3] }, {});
  EXPECT_EQ(before[1], nullptr);
  const auto after = cache.Describe(series, {});
  EXPECT_EQ(cache.Size(), 4u);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[3], before[2]);
}

TEST_F(HDF5Format, ProjectionsAreTold)
{
  const Stack stack = NewStack(3);
  const auto write = [&](const std::vector<double>& angles)
  {
    File file(this->Path);
    stack.Write(file, "/exchange/data", "ezyx");
    file.Numbers("/exchange/energy", stack.Energies);
    file.Numbers("/exchange/theta", angles);
  };
  write({ 0.0, 60.0, 120.0 });
  Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings[0].find(
              "The 3 images of an energy are projections at angles from 0 to 120 degrees"),
    std::string::npos)
    << result.Warnings[0];
  // Angles that are not those of the slices.
  write({ 0.0, 60.0, 120.0, 180.0 });
  EXPECT_TRUE(Read({ this->Path }).Warnings.empty());
  write({ 60.0, 60.0, 60.0 });
  EXPECT_TRUE(Read({ this->Path }).Warnings.empty());
}

TEST_F(HDF5Format, IntegersWithoutReferencesAreToldToBeCounts)
{
  Storage integers;
  integers.Type = H5T_STD_U16LE;
  hdf5test::WriteDataExchange(this->Path, NewStack(), integers);
  Result result = Read({ this->Path });
  EXPECT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings[0].find("The pixels are integers"), std::string::npos);
  ExpectStack(Read({ this->Path }, AsAbsorbance), NewStack());
}

TEST_F(HDF5Format, DataExchangeWithReferences)
{
  const Stack stack = NewStack();
  hdf5test::WriteDataExchange(this->Path, stack);
  {
    const hid_t file = H5Fopen(this->Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t sizes[] = { 2, 7, 13 };
    const hid_t space = H5Screate_simple(3, sizes, nullptr);
    const std::vector<double> white(2 * 7 * 13, 200.0);
    const hid_t data = H5Dcreate2(
      file, "/exchange/data_white", H5T_STD_U16BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, white.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Fclose(file);
  }
  const Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  Stack absorbance = stack;
  absorbance.Value = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / 200.0); };
  ExpectNear(result.Values, Expected(absorbance), 1e-5f);
}

// Several images of the incident light for every energy, one energy after the other.
TEST_F(HDF5Format, ReferencesOfEachEnergy)
{
  const Stack stack = NewStack();
  const auto write = [&](const std::vector<double>& incident)
  {
    std::vector<double> white;
    for (const double value : incident)
    {
      white.insert(white.end(), 7 * 13, value);
    }
    File file(this->Path);
    stack.Write(file, "/exchange/data", "eyx");
    file.Numbers("/exchange/energy", stack.Energies);
    file.Data("/exchange/data_white", { incident.size(), 7, 13 }, white);
  };
  write({ 190, 210, 290, 310, 390, 410, 490, 510 });
  Result result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_TRUE(result.Warnings.empty());
  Stack absorbance = stack;
  absorbance.Value = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / (200.0 + 100.0 * e)); };
  ExpectNear(result.Values, Expected(absorbance), 1e-5f);

  write({ 300 });
  result = Read({ this->Path });
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings[0].find("holds 1 image for 4 energies; it is used"), std::string::npos)
    << result.Warnings[0];

  write({ 100, 200, 300, 400, 500 });
  result = Read({ this->Path });
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings[0].find("holds 5 images for 4 energies"), std::string::npos)
    << result.Warnings[0];
  absorbance.Value = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / 300.0); };
  ExpectNear(result.Values, Expected(absorbance), 1e-5f);
}

TEST_F(HDF5Format, ReferencesOfAnotherSize)
{
  const Stack stack = NewStack();
  const std::vector<hdf5test::Sizes> wrong = { { 2, 7, 12 }, { 0, 7, 13 }, { 5 } };
  for (const char* path : { "/exchange/data_white", "/exchange/data_dark" })
  {
    for (const hdf5test::Sizes& sizes : wrong)
    {
      {
        File file(this->Path);
        stack.Write(file, "/exchange/data", "eyx");
        file.Attribute("/exchange/data", "value_type", { "counts" });
        file.Numbers("/exchange/energy", stack.Energies);
        file.Data(path, sizes, std::vector<double>(sizes.size() == 3 ? sizes[0] * 84 : 5, 1.0));
      }
      this->ExpectError(std::string(path) + " is ");
      this->ExpectError(", 7 x 13 is expected");
    }
  }
}

// They are no slices.
TEST_F(HDF5Format, RepeatedEnergies)
{
  for (const int slices : { 1, 3 })
  {
    for (const double second : { 8330.0, 8331.5 })
    {
      Stack stack = NewStack(slices);
      stack.Energies = { 8330.0, second, 8340.25, 8340.25 };
      hdf5test::WriteSandbox(this->Path, stack);
      const Result result = Read({ this->Path });
      EXPECT_TRUE(result.Values.empty());
      EXPECT_NE(result.FirstError().find(" eV is repeated"), std::string::npos)
        << result.FirstError();
    }
  }
}

TEST_F(HDF5Format, PixelSizes)
{
  const Stack stack = NewStack();
  const auto positions = [](std::size_t count, double step)
  {
    std::vector<double> values;
    for (std::size_t k = 0; k < count; ++k)
    {
      values.push_back(step * static_cast<double>(k));
    }
    return values;
  };
  // Pixels that are higher than wide.
  for (const double height : { 0.05, 0.0400001 })
  {
    {
      File file(this->Path);
      stack.Write(file, "/images", "eyx");
      file.Numbers("/energy", stack.Energies);
      file.Numbers("/sample_x", positions(13, 0.04));
      file.Numbers("/sample_y", positions(7, height));
    }
    const Result result = Read({ this->Path });
    ExpectStack(result, stack);
    EXPECT_NEAR(result.Spacing[0], 0.04, 1e-9);
    EXPECT_NEAR(result.Spacing[1], height > 0.045 ? 0.05 : 0.04, 1e-9);
  }
  // Texts.
  const auto write = [&](const std::string& size)
  {
    File file(this->Path);
    stack.Write(file, "/img_xanes", "eyx");
    file.Numbers("/X_eng", stack.Energies);
    file.Text("/Pixel Size", size);
  };
  write("38.2 NM");
  EXPECT_NEAR(Read({ this->Path }).Spacing[0], 0.0382, 1e-9);
  write("38.2");
  const Result result = Read({ this->Path });
  EXPECT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_NEAR(result.Spacing[0], 1.0, 1e-9);
  ASSERT_EQ(result.Warnings.size(), 1u);
  EXPECT_NE(result.Warnings[0].find("is \"38.2\", without a unit"), std::string::npos)
    << result.Warnings[0];
  // Our own spacing, however large.
  hdf5test::WriteDataExchange(this->Path, stack);
  {
    const hid_t file = H5Fopen(this->Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t data = H5Dopen2(file, "/exchange/data", H5P_DEFAULT);
    const hsize_t three = 3;
    const hid_t space = H5Screate_simple(1, &three, nullptr);
    const hid_t spacing =
      H5Acreate2(data, "spacing", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    const double values[] = { 25.0, 50.0, 75.0 };
    H5Awrite(spacing, H5T_NATIVE_DOUBLE, values);
    H5Aclose(spacing);
    H5Sclose(space);
    H5Dclose(data);
    H5Fclose(file);
  }
  const Result large = Read({ this->Path });
  ExpectStack(large, stack);
  EXPECT_NEAR(large.Spacing[0], 25.0, 1e-9);
  EXPECT_NEAR(large.Spacing[1], 50.0, 1e-9);
}

TEST_F(HDF5Format, EnergiesOfAnyForm)
{
  const Stack stack = NewStack();
  const auto write = [&](const std::function<void(File&)>& energies)
  {
    File file(this->Path);
    stack.Write(file, "/entry/images", "eyx");
    energies(file);
  };
  // 32 bits: 8.33025 keV is not 8330.2498 eV.
  write([&](File& file) { file.Data("/entry/energy", { 4 }, stack.KiloElectronVolts()); });
  ExpectStack(Read({ this->Path }), stack);
  write(
    [&](File& file)
    {
      file.Data("/entry/energy", { 4, 1 }, stack.KiloElectronVolts());
      file.Attribute("/entry/energy", "units", { "keV" });
    });
  ExpectStack(Read({ this->Path }), stack);
  // Nobody scans at 8333 keV.
  write(
    [&](File& file)
    {
      file.Numbers("/entry/energy", stack.Energies);
      file.Attribute("/entry/energy", "units", { "keV" });
    });
  ExpectStack(Read({ this->Path }), stack);
  write([&](File& file) { file.Numbers("/list", stack.Energies); });
  ExpectStack(Read({ this->Path }, [](auto* reader) { reader->SetEnergyPath("/list"); }), stack);

  // One energy: a number, or an attribute.
  Stack one = NewStack(4);
  one.Energies = { 8333.5 };
  {
    File file(this->Path);
    one.Write(file, "/images", "zyx");
    file.Attribute("/images", "energy", 8.3335);
  }
  ExpectStack(Read({ this->Path }), one);
  ExpectStack(Read({ this->Path },
                [](auto* reader)
                {
                  reader->SetDataPath("images");
                  reader->SetEnergyPath("/images@energy");
                }),
    one);
  // Below 100 eV there are edges too.
  Stack soft = NewStack();
  soft.Energies = { 50.0, 60.0, 70.0, 80.0 };
  hdf5test::WritePlain(this->Path, soft, "eyx");
  ExpectStack(Read({ this->Path }), soft);
  // From the name of the file, or from a table.
  this->Path = this->Folder + "scan_8333.5eV.h5";
  {
    File file(this->Path);
    one.Write(file, "/images", "zyx");
  }
  ExpectStack(Read({ this->Path }, [](auto* reader) { reader->SetDataPath("/images"); }), one);
  this->Path = this->Folder + "scan.h5";
  {
    File file(this->Path);
    stack.Write(file, "/images", "eyx");
  }
  std::ofstream(this->Folder + "energies.txt") << "8330\n8331.5\n8340.25\n8350\n";
  ExpectStack(Read({ this->Path },
                [&](auto* reader)
                {
                  reader->SetDataPath("/images");
                  reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
                }),
    stack);
}

//------------------------------------------------------------------------------------------------
// Axes, types, storage

std::vector<std::string> Permutations(std::string axes)
{
  std::vector<std::string> all;
  std::sort(axes.begin(), axes.end());
  do
  {
    all.push_back(axes);
  } while (std::next_permutation(axes.begin(), axes.end()));
  return all;
}

// Bytes that are read together of contiguous data, whatever the order of the axes.
TEST_F(HDF5Format, NoAxisOrderIsReadAsAWhole)
{
  Stack stack = NewStack(30);
  stack.Columns = 40;
  stack.Rows = 50;
  stack.Energies.clear();
  for (int e = 0; e < 20; ++e)
  {
    stack.Energies.push_back(8330.0 + e);
  }
  for (const std::string& axes : Permutations("ezyx"))
  {
    SCOPED_TRACE(axes);
    {
      File file(this->Path);
      file.Data("/counts", stack.SizesOf(axes), std::vector<double>(1200000), {});
      file.Numbers("/energy", stack.Energies);
    }
    paraxanes::FormatOptions options;
    options.AxisOrder = axes;
    const auto together = paraxanes::DescribeFile(this->Path, options)->Contents().Together;
    const double pixels = 4.0 * together.Columns * together.Rows;
    EXPECT_LE(pixels * together.Slices * together.Energies, 2 << 20);
    // Rows are written and read whole where they are stored so.
    EXPECT_EQ(together.Columns == 1, axes.back() == 'x');
  }
}

TEST_F(HDF5Format, MoreFilesThanMayBeOpen)
{
  // Each keeps three open: images, references and darks.
  Stack stack = NewStack();
  std::vector<std::string> paths;
  for (int e = 0; e < 40; ++e)
  {
    stack.Energies = { 8330.0 + e };
    stack.Value = [e](int x, int y, int, int) { return Value(x, y, 0, e); };
    paths.push_back(this->Folder + "one_" + std::to_string(8330 + e) + "_eV.h5");
    File file(paths.back());
    stack.Write(file, "/exchange/data", "eyx");
    file.Data("/exchange/data_white", { 1, 7, 13 }, std::vector<double>(91, 500.0));
    file.Data("/exchange/data_dark", { 1, 7, 13 }, std::vector<double>(91, 0.0));
    file.Numbers("/exchange/energy", stack.Energies);
  }
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64; // 40 files are more than half, 120 descriptors more than all
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  const Result result = Read({ paths.front() });
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(result.Errors.empty()) << result.FirstError();
  ASSERT_EQ(result.Values.size(), 40u * 91u);
  for (std::size_t e = 0; e < 40; ++e)
  {
    EXPECT_NEAR(result.Values[e], -std::log(Value(0, 0, 0, static_cast<int>(e)) / 500.0), 1e-6);
  }
}

TEST_F(HDF5Format, EveryAxisOrder)
{
  Storage chunks;
  for (const std::string& letters : { std::string("eyx"), std::string("ezyx") })
  {
    const Stack stack = NewStack(letters.size() == 4 ? 3 : 1);
    for (const std::string& axes : Permutations(letters))
    {
      for (const bool chunked : { false, true })
      {
        SCOPED_TRACE(axes + (chunked ? ", chunked" : ""));
        chunks.Chunk = chunked ? hdf5test::Sizes(axes.size(), 3) : hdf5test::Sizes();
        hdf5test::WritePlain(this->Path, stack, axes, chunks);
        ExpectStack(
          Read({ this->Path }, [&](auto* reader) { reader->SetAxisOrder(axes.c_str()); }), stack);
      }
    }
  }
  // Five axes, and letters of any case.
  const Stack stack = NewStack(3);
  hdf5test::WritePlain(this->Path, stack, "etzyx");
  const Result result = Read({ this->Path },
    [](auto* reader)
    {
      reader->SetDataPath("/counts");
      reader->SetAxisOrder("ETZYX");
    });
  EXPECT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_TRUE(result.Values == Expected(stack));
  EXPECT_EQ(result.Warnings.size(), 1u);
}

TEST_F(HDF5Format, EveryTypeAndStorage)
{
  const hid_t types[] = { H5T_STD_U8LE, H5T_STD_I8BE, H5T_STD_U16LE, H5T_STD_U16BE, H5T_STD_I16LE,
    H5T_STD_I16BE, H5T_STD_U32LE, H5T_STD_U32BE, H5T_STD_I32LE, H5T_STD_I32BE, H5T_STD_U64LE,
    H5T_STD_U64BE, H5T_STD_I64LE, H5T_STD_I64BE, H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE,
    H5T_IEEE_F64BE };
  std::vector<Storage> storages(8);
  storages[1].Chunk = { 2, 5, 4 };
  storages[2].Chunk = { 1, 7, 13 };
  storages[2].Deflate = 4;
  storages[3].Chunk = { 3, 4, 5 };
  storages[3].Deflate = 1;
  storages[3].Shuffle = true;
  storages[4].Chunk = { 4, 1, 1 };
  storages[4].Fletcher32 = true;
  storages[5].Chunk = { 4, 7, 13 };
  storages[5].Deflate = 9;
  storages[5].Shuffle = true;
  storages[5].Fletcher32 = true;
  storages[6].Compact = true;
  storages[7].External = "values.raw"; // beside the file
  const Stack stack = NewStack();
  const fs::path before = fs::current_path();
  for (const hid_t& type : types)
  {
    for (std::size_t k = 0; k < storages.size(); ++k)
    {
      SCOPED_TRACE("storage " + std::to_string(k) + ", type " + std::to_string(&type - types));
      Storage storage = storages[k];
      storage.Type = type;
      fs::current_path(this->Folder);
      hdf5test::WritePlain(this->Path, stack, "eyx", storage);
      fs::current_path(before);
      ExpectStack(Read({ this->Path }, AsAbsorbance), stack);
    }
  }
}

TEST_F(HDF5Format, RareTypes)
{
  const Stack stack = NewStack();
  Storage storage;
  // Half precision, three bytes, and twelve of sixteen bits.
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_precision(half, 16);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  const hid_t three = H5Tcopy(H5T_STD_U32LE);
  H5Tset_size(three, 3);
  const hid_t twelve = H5Tcopy(H5T_STD_U16LE);
  H5Tset_precision(twelve, 12);
  H5Tset_offset(twelve, 2);
  for (const hid_t type : { half, three, twelve })
  {
    for (const bool chunked : { false, true })
    {
      storage.Type = type;
      storage.Chunk = chunked ? hdf5test::Sizes{ 2, 3, 5 } : hdf5test::Sizes();
      storage.Deflate = chunked ? 3 : 0;
      hdf5test::WritePlain(this->Path, stack, "eyx", storage);
      ExpectStack(Read({ this->Path }, AsAbsorbance), stack);
    }
    H5Tclose(type);
  }
}

TEST_F(HDF5Format, ChunksThatWereNotWrittenAreFilled)
{
  Stack stack = NewStack();
  Storage storage;
  storage.Type = H5T_STD_I16BE;
  storage.Chunk = { 1, 4, 13 };
  storage.Fill = 5.0;
  storage.Write = false;
  hdf5test::WritePlain(this->Path, stack, "eyx", storage);
  this->ExpectError("nothing was ever written");
  {
    const hid_t file = H5Fopen(this->Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t data = H5Dopen2(file, "/counts", H5P_DEFAULT);
    const hid_t space = H5Dget_space(data);
    const hsize_t first[] = { 2, 0, 0 };
    const hsize_t count[] = { 1, 4, 13 };
    H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nullptr, count, nullptr);
    const hid_t memory = H5Screate_simple(3, count, nullptr);
    const std::vector<double> values(4 * 13, 9.0);
    H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data());
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(data);
    H5Fclose(file);
  }
  stack.Value = [](int, int y, int, int e) { return e == 2 && y < 4 ? 9.0 : 5.0; };
  ExpectStack(Read({ this->Path }, AsAbsorbance), stack);
}

TEST_F(HDF5Format, FileInsideAUserBlock)
{
  const Stack stack = NewStack();
  for (const bool chunked : { false, true })
  {
    {
      File file(this->Path, 1024);
      Storage storage;
      storage.Chunk = chunked ? hdf5test::Sizes{ 2, 2, 2 } : hdf5test::Sizes();
      stack.Write(file, "/img", "eyx", storage);
      file.Numbers("/X_eng", stack.Energies);
    }
    ExpectStack(Read({ this->Path }), stack);
  }
}

// VOI, Stride and EnergyRange, on 1 and 2 threads, against the whole.
TEST_F(HDF5Format, PartsAreThoseOfTheWhole)
{
  Stack stack = NewStack(5);
  stack.Columns = 37;
  stack.Rows = 21;
  // The same picture at every energy: one that moves is warned of.
  const auto value = [](int x, int y, int z, int e) { return Value(x, y, z, 0) + 200.0 * e; };
  stack.Value = value;
  for (const char* axes : { "ezyx", "zyxe", "yexz", "xzey" })
  {
    for (const int chunk : { 0, 4, 9 })
    {
      Storage storage;
      storage.Type = H5T_STD_U16LE;
      if (chunk > 0)
      {
        for (const hsize_t size : stack.SizesOf(axes))
        {
          storage.Chunk.push_back(std::min<hsize_t>(size, static_cast<hsize_t>(chunk)));
        }
        storage.Deflate = 1;
        storage.Shuffle = true;
      }
      hdf5test::WritePlain(this->Path, stack, axes, storage);
      for (const char* threads : { "1", "2" })
      {
        SCOPED_TRACE(
          std::string(axes) + ", chunk " + std::to_string(chunk) + ", threads " + threads);
        ::setenv("VTK_SMP_MAX_THREADS", threads, 1);
        const Settings order = [&](auto* reader)
        {
          AsAbsorbance(reader);
          reader->SetAxisOrder(axes);
        };
        ExpectStack(Read({ this->Path }, order), stack);
        const Result part = Read({ this->Path },
          [&](auto* reader)
          {
            order(reader);
            reader->SetVOI(3, 30, 2, 20, 1, 4);
            reader->SetStride(5, 7, 2);
            reader->SetEnergyRange(8331.0, 8345.0);
          });
        ASSERT_TRUE(part.Errors.empty()) << part.FirstError();
        Stack cropped = stack;
        cropped.Columns = 6;
        cropped.Rows = 3;
        cropped.Slices = 2;
        cropped.Energies = { 8331.5, 8340.25 };
        cropped.Value = [&](int x, int y, int z, int e)
        { return value(3 + 5 * x, 2 + 7 * y, 1 + 2 * z, 1 + e); };
        ExpectStack(part, cropped);
      }
    }
  }
  ::unsetenv("VTK_SMP_MAX_THREADS");
}

TEST_F(HDF5Format, VirtualDataSets)
{
  const Stack stack = NewStack();
  for (int e = 0; e < 4; ++e)
  {
    File file(this->Folder + "part" + std::to_string(e) + ".h5");
    Stack one = stack;
    one.Value = [e](int x, int y, int z, int) { return Value(x, y, z, e); };
    one.Write(file, "/image", "yx");
  }
  {
    File file(this->Path);
    file.Numbers("/energy", stack.Energies);
    const hsize_t sizes[] = { 4, 7, 13 };
    const hid_t space = H5Screate_simple(3, sizes, nullptr);
    const hid_t source = H5Screate_simple(2, sizes + 1, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    for (hsize_t e = 0; e < 4; ++e)
    {
      const hsize_t first[] = { e, 0, 0 };
      const hsize_t count[] = { 1, 7, 13 };
      H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nullptr, count, nullptr);
      const std::string name = "part" + std::to_string(e) + ".h5";
      H5Pset_virtual(creation, space, name.c_str(), "/image", source);
    }
    H5Sselect_all(space);
    H5Dclose(
      H5Dcreate2(file.Get(), "/data", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(source);
    H5Sclose(space);
  }
  ExpectStack(Read({ this->Path }), stack);
  fs::remove(this->Folder + "part2.h5");
  this->ExpectError("part2.h5 is not there");
}

TEST_F(HDF5Format, LinksAreFollowedAndLoopsEnd)
{
  const Stack stack = NewStack();
  {
    File file(this->Path);
    file.Group("/a/b");
    file.HardLink("/a/b/loop", "/a");
    file.SoftLink("/a/self", "/a/self");
    file.SoftLink("/a/up", "/");
    file.SoftLink("/a/nothing", "/nowhere");
    file.ExternalLink("/a/missing", "missing.h5", "/data");
    file.ExternalLink("/a/back", "stack.h5", "/a");
    file.ExternalLink("/a/pipe", "pipe.h5", "/data");
  }
  ::mkfifo((this->Folder + "pipe.h5").c_str(), 0600);
  this->ExpectError("laid out in no way that is known");
  this->ExpectError("/a/pipe", [](auto* reader) { reader->SetDataPath("/a/pipe"); });
  this->ExpectError("/a/self", [](auto* reader) { reader->SetDataPath("/a/self"); });
  this->ExpectError("/a/missing", [](auto* reader) { reader->SetDataPath("/a/missing"); });

  hdf5test::WritePlain(this->Folder + "other.h5", stack, "eyx");
  {
    File file(this->Path);
    file.ExternalLink("/exchange/data", "other.h5", "/counts");
    file.ExternalLink("/exchange/energy", "other.h5", "/energy");
  }
  ExpectStack(Read({ this->Path }), stack);
  fs::remove(this->Folder + "other.h5");
  this->ExpectError("The link /exchange/data leads to /counts of the file other.h5");
  {
    File file(this->Path);
    file.SoftLink("/exchange/data", "/nowhere");
  }
  this->ExpectError("The link /exchange/data leads to /nowhere, which is not there");
}

//------------------------------------------------------------------------------------------------
// What the user names, and what is wrong

TEST_F(HDF5Format, DataSetsAreOffered)
{
  const Stack stack = NewStack();
  {
    File file(this->Path);
    stack.Write(file, "/first/images", "eyx");
    stack.Write(file, "/second/images", "eyx");
    file.Numbers("/second/list", stack.Energies);
    file.Text("/title", "two scans");
  }
  EXPECT_FALSE(this->CanRead());
  this->ExpectError("/first/images (4 x 7 x 13, float32), /second/images (4 x 7 x 13, float32)");
  const auto name = [](auto* reader)
  {
    reader->SetDataPath("/second/images");
    reader->SetEnergyPath("/second/list");
  };
  ExpectStack(Read({ this->Path }, name), stack);
  vtkNew<vtkTXMStackReader> reader;
  reader->AddFileName(this->Path.c_str());
  vtkStringArray* names = reader->GetDataSetNames();
  ASSERT_EQ(names->GetNumberOfValues(), 4);
  EXPECT_EQ(names->GetValue(0), "");
  EXPECT_EQ(names->GetValue(1), "/first/images");
  EXPECT_EQ(names->GetValue(3), "/second/list");
  reader->RemoveAllFileNames();
  EXPECT_EQ(reader->GetDataSetNames()->GetNumberOfValues(), 1);
}

TEST_F(HDF5Format, WrongNames)
{
  hdf5test::WritePlain(this->Path, NewStack(), "eyx");
  this->ExpectError("no data set /nothing", [](auto* reader) { reader->SetDataPath("/nothing"); });
  this->ExpectError(
    "/energy (4, float64) has 1 axes", [](auto* reader) { reader->SetDataPath("/energy"); });
  this->ExpectError(
    "no numbers of one axis at /nothing", [](auto* reader) { reader->SetEnergyPath("/nothing"); });
  this->ExpectError(
    "no numbers of one axis at /counts", [](auto* reader) { reader->SetEnergyPath("/counts"); });
  for (const char* order : { "yx", "eyy", "eyq", "ezy", "eyxz" })
  {
    this->ExpectError("3 axes, and AxisOrder is \"" + std::string(order),
      [&](auto* reader) { reader->SetAxisOrder(order); });
  }
  this->ExpectError(
    "does not fit AxisOrder \"yxe\"", [](auto* reader) { reader->SetAxisOrder("yxe"); });
}

TEST_F(HDF5Format, EnergiesThatAreOfNoUse)
{
  const Stack stack = NewStack();
  const auto write = [&](const std::vector<double>& energies)
  {
    File file(this->Path);
    stack.Write(file, "/img_xanes", "eyx");
    file.Numbers("/X_eng", energies);
  };
  write({ 8.33, 8.34, 8.35 });
  this->ExpectError("/X_eng holds 3 energies");
  write({ 8.33, 0.0, 8.34, 8.35 });
  this->ExpectError("/X_eng holds energies that are zero");
  write({ 8.33, std::nan(""), 8.34, 8.35 });
  this->ExpectError("/X_eng holds energies that are zero");
  {
    File file(this->Path);
    stack.Write(file, "/img_xanes", "eyx");
    file.Text("/X_eng", "high");
  }
  this->ExpectError("laid out in no way that is known");
  {
    File file(this->Path);
    stack.Write(file, "/exchange/data", "eyx");
  }
  EXPECT_FALSE(this->CanRead());
  const Result result = Read({ this->Path });
  EXPECT_NE(result.FirstError().find("No energy is found"), std::string::npos)
    << result.FirstError();
  // Two axes of the same length.
  Stack square = NewStack();
  square.Rows = 4;
  hdf5test::WritePlain(this->Path, square, "eyx");
  this->ExpectError("2 axes that may be the energies");
  ExpectStack(Read({ this->Path }, [](auto* reader) { reader->SetAxisOrder("eyx"); }), square);
  hdf5test::WriteSandbox(this->Path, square); // its order is known
  ExpectStack(Read({ this->Path }), square);
}

TEST_F(HDF5Format, DataThatAreNoImages)
{
  const Stack stack = NewStack();
  const auto write = [&](const std::function<void(File&)>& data)
  {
    File file(this->Path);
    file.Numbers("/X_eng", stack.Energies);
    data(file);
  };
  write([](File& file) { file.Text("/img_xanes", "nothing", false); });
  this->ExpectError("/img_xanes (one value, text)");
  const auto compound = [&](hid_t type)
  {
    write(
      [&](File& file)
      {
        Storage storage;
        storage.Type = type;
        file.Data("/img_xanes", { 4, 7, 13 }, {}, storage);
      });
    H5Tclose(type);
  };
  const hid_t pair = H5Tcreate(H5T_COMPOUND, 8);
  H5Tinsert(pair, "r", 0, H5T_IEEE_F32LE);
  H5Tinsert(pair, "i", 4, H5T_IEEE_F32LE);
  compound(pair);
  this->ExpectError("/img_xanes (4 x 7 x 13, compound)");
  this->ExpectError("compound", [](auto* reader) { reader->SetDataPath("/img_xanes"); });
  write([](File& file) { file.Data("/img_xanes", { 4, 0, 13 }, {}); });
  this->ExpectError("4 x 0 x 13");
  write([](File& file) { file.Data("/img_xanes", { 4, 3000000000, 13 }, {}); });
  this->ExpectError("3000000000");
  write([](File& file) { file.Group("/img_xanes"); });
  this->ExpectError("laid out in no way that is known");
}

// Attributes of wrong types, and references that do not fit, are passed over.
TEST_F(HDF5Format, WhatIsOfNoUseBesideTheImages)
{
  const Stack stack = NewStack();
  {
    File file(this->Path);
    stack.Write(file, "/exchange/data", "eyx");
    file.Attribute("/exchange/data", "axes", 3.0);
    file.Attribute("/exchange/data", "value_type", { "absorbance", "or not" });
    file.Numbers("/exchange/energy", stack.Energies);
    file.Attribute("/exchange/energy", "units", 1e300);
    file.Text("/exchange/pixel_size", "tiny");
    file.Attribute("/", "Pixel Size", { "-1 nm" });
  }
  ExpectStack(Read({ this->Path }), stack);
  {
    File file(this->Path);
    stack.Write(file, "/exchange/data", "eyx");
    file.Attribute("/exchange/data", "axes", { "what:y:x" });
    file.Attribute("/exchange/data", "value_type", { "absorbance" });
    file.Numbers("/exchange/energy", stack.Energies);
    file.Data("/exchange/data_white", { 1, 2, 3 }, std::vector<double>(6, 1.0));
    file.Data("/exchange/data_dark", { 5 }, std::vector<double>(5, 1.0));
  }
  const Result result = Read({ this->Path });
  EXPECT_TRUE(result.Errors.empty()) << result.FirstError();
  EXPECT_TRUE(result.Values == Expected(stack));
  ASSERT_EQ(result.Warnings.size(), 2u);
  EXPECT_NE(result.Warnings[0].find("another size"), std::string::npos) << result.Warnings[0];
  EXPECT_NE(result.Warnings[1].find("/exchange/data_dark"), std::string::npos);
}

std::string Bytes(const std::string& path)
{
  std::ifstream file(path, std::ios::binary);
  return { std::istreambuf_iterator<char>(file), {} };
}

// Wherever a file is cut, an error says so.
TEST_F(HDF5Format, TruncatedFiles)
{
  Storage chunks;
  chunks.Chunk = { 2, 3, 5 };
  chunks.Deflate = 1;
  for (const Storage& storage : { Storage(), chunks })
  {
    hdf5test::WriteDataExchange(this->Path, NewStack(), storage);
    const std::string whole = Bytes(this->Path);
    for (std::size_t k = 1; k <= 20; ++k)
    {
      std::ofstream(this->Path, std::ios::binary) << whole.substr(0, whole.size() * k / 21);
      SCOPED_TRACE(k);
      this->ExpectError("");
      EXPECT_FALSE(this->CanRead());
    }
  }
}

// Damaged bytes end in an error or in other values, never in a crash.
TEST_F(HDF5Format, DamagedChunks)
{
  Storage storage;
  storage.Chunk = { 4, 7, 13 };
  storage.Deflate = 1;
  storage.Fletcher32 = true;
  Stack stack = NewStack();
  hdf5test::WritePlain(this->Path, stack, "eyx", storage);
  std::string bytes = Bytes(this->Path);
  const std::size_t begin = bytes.find("\x78\x01"); // of the deflated chunk
  ASSERT_NE(begin, std::string::npos);
  bytes[begin + 40] = static_cast<char>(bytes[begin + 40] ^ 0x10);
  std::ofstream(this->Path, std::ios::binary) << bytes;
  this->ExpectError("checksum is wrong");

  storage.Fletcher32 = false;
  hdf5test::WritePlain(this->Path, stack, "eyx", storage);
  bytes = Bytes(this->Path);
  bytes[bytes.find("\x78\x01") + 40] ^= 0x10;
  std::ofstream(this->Path, std::ios::binary) << bytes;
  this->ExpectError("cannot be inflated");
}

// The places of the chunks cannot be found: they are not taken for chunks that were not written.
TEST_F(HDF5Format, DamagedIndexOfChunks)
{
  Storage storage;
  storage.Chunk = { 1, 4, 13 };
  hdf5test::WritePlain(this->Path, NewStack(), "eyx", storage);
  std::string bytes = Bytes(this->Path);
  const std::size_t tree = bytes.find("TREE\x01"); // a node of chunks
  ASSERT_NE(tree, std::string::npos);
  bytes[tree] = 'X';
  std::ofstream(this->Path, std::ios::binary) << bytes;
  this->ExpectError("data set /counts cannot be read");
}

//------------------------------------------------------------------------------------------------
// A measurement

TEST_F(HDF5Format, ALSStackEqualsItsTIFF)
{
  const std::string folder = std::string(PARAXANES_TEST_DATA) + "/als-stxm-71214078/";
  if (!fs::exists(folder))
  {
    GTEST_SKIP() << "The measurement is not there: " << folder
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  const Settings incident = [&](auto* reader) { reader->SetI0File((folder + "i0.xsp").c_str()); };
  const Result tiff = Read({ folder + "71214078_counts_float32.tif" }, incident);
  const Result hdf5 = Read({ folder + "71214078_counts_float64.h5" }, incident);
  ASSERT_TRUE(hdf5.Errors.empty()) << hdf5.FirstError();
  EXPECT_TRUE(hdf5.Warnings.empty());
  EXPECT_EQ(hdf5.Size, (std::array<int, 3>{ 125, 125, 1 }));
  EXPECT_EQ(hdf5.Energies, tiff.Energies);
  EXPECT_TRUE(hdf5.Values == tiff.Values);
  EXPECT_NEAR(hdf5.Spacing[0], 0.08, 1e-9);
  EXPECT_NEAR(hdf5.Values[(24 * 125 + 75) * 123], 1.9598552, 1e-5);
  EXPECT_NEAR(hdf5.Values[(24 * 125 + 75) * 123 + 122], 1.8925349, 1e-5);
}

}
