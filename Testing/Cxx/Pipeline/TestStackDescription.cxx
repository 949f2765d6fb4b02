// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackReaderTest.h"

#include "vtkStackDescriptionWriter.h"
#include "vtkTXMPhantomSource.h"

#include "Formats/StackDescription.h"

#include <vtkTrivialProducer.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <sys/resource.h>

namespace
{

using namespace stacktest;

constexpr int NE = 3;

class StackDescription : public StackReaderTest
{
protected:
  void Write(const std::string& text) { WriteText(this->Path(), text); }
  std::string Path() const { return this->Folder + "stack.txmstack"; }

  void ReadText(const std::string& text)
  {
    this->NewReader();
    this->Write(text);
    this->Read(this->Path());
  }

  void ExpectWholeStack()
  {
    this->ExpectStack(NX, NY, NZ, NE, Value);
    EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));
  }

  // Names that say nothing.
  void WriteVolumesAs(const std::string& prefix)
  {
    for (int e = 0; e < NE; ++e)
    {
      WriteTIFF(this->Folder + prefix + std::to_string(e) + ".tif", NX, NY, Slices(e));
    }
  }

  void WriteRaw(const std::string& name, int energies, const TIFFOptions& type, bool big,
    std::size_t offset, int first = 0)
  {
    std::vector<unsigned char> bytes(offset, 77);
    for (int e = first; e < first + energies; ++e)
    {
      for (int z = 0; z < NZ; ++z)
      {
        for (int y = 0; y < NY; ++y)
        {
          for (int x = 0; x < NX; ++x)
          {
            AppendSample(bytes, Value(x, y, z, e), type);
          }
        }
      }
    }
    const auto size = static_cast<std::ptrdiff_t>(type.Bits / 8);
    for (auto sample = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
         big && sample != bytes.end(); sample += size)
    {
      std::reverse(sample, sample + size);
    }
    WriteText(this->Folder + name, std::string(bytes.begin(), bytes.end()));
  }

  // Writes the description of what was read and reads it again: all must be equal.
  void ExpectSameAgain()
  {
    auto writer = vtkSmartPointer<vtkStackDescriptionWriter>::New();
    writer->SetInputConnection(this->Reader->GetOutputPort());
    const std::string copy = this->Folder + "elsewhere/again.txmstack";
    fs::create_directories(this->Folder + "elsewhere");
    writer->SetFileName(copy.c_str());
    ASSERT_EQ(writer->Write(), 1);
    const vtkSmartPointer<vtkTXMStackReader> first = this->Reader;
    this->NewReader();
    this->Read(copy);
    this->ExpectSame(first->GetOutput());
  }

  void ExpectSame(vtkImageData* expected)
  {
    EXPECT_TRUE(this->Said->Errors.empty()) << this->Said->Errors.front();
    ASSERT_GT(expected->GetNumberOfPoints(), 0);
    EXPECT_EQ(this->Energies(), paraxanes::StackEnergies(expected));
    for (int axis = 0; axis < 3; ++axis)
    {
      EXPECT_EQ(this->Output()->GetDimensions()[axis], expected->GetDimensions()[axis]);
      EXPECT_EQ(this->Output()->GetSpacing()[axis], expected->GetSpacing()[axis]);
      EXPECT_EQ(this->Output()->GetOrigin()[axis], expected->GetOrigin()[axis]);
    }
    auto* values = vtkFloatArray::SafeDownCast(expected->GetPointData()->GetArray("absorbance"));
    ASSERT_NE(values, nullptr);
    ASSERT_NE(this->Stack(), nullptr);
    ASSERT_EQ(this->Stack()->GetNumberOfValues(), values->GetNumberOfValues());
    EXPECT_EQ(std::memcmp(this->Stack()->GetPointer(0), values->GetPointer(0),
                static_cast<std::size_t>(values->GetNumberOfValues()) * sizeof(float)),
      0);
    EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_unit"),
      paraxanes::GetField(expected, "absorbance_unit"));
  }
};

//------------------------------------------------------------------------------------------------
// Reading

TEST_F(StackDescription, FilesWithTheirEnergies)
{
  this->WriteVolumesAs("v");
  this->ReadText(R"({ "txmstack": 1, "comment": "three of them", "element": "Ni", "edge": "K",
    "pixel_size": 0.03, "slice_spacing": 0.06,
    "files": ["v0.tif", "v1.tif", "v2.tif"], "energies": [8330, 8331.5, 8340] })");
  this->ExpectWholeStack();
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 0.03);
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[2], 0.06);

  // The order of the list counts, not that of the names; out of order is a warning.
  this->ReadText(R"({ "txmstack": 1, "files": ["v2.tif", "v0.tif", "v1.tif"],
    "energies": [8340, 8330, 8331.5] })");
  this->ExpectWarning("sorted");
  this->Said->Warnings.clear();
  this->ExpectWholeStack();

  // Energies from the names, from a file, and of one file's volumes.
  this->WriteVolumes();
  this->ReadText(R"({ "txmstack": 1, "files": ["vol_8331.50_eV.tif", "vol_8330.00_eV.tif"] })");
  this->ExpectStack(NX, NY, NZ, 2, Value);
  WriteText(this->Folder + "energies.txt", "8.330\n8.3315\n8.340\n");
  this->NewReader();
  this->Write(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif", "v2.tif"] })");
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  this->Read(this->Path());
  this->ExpectWholeStack();
  std::vector<PageFunction> all;
  for (int e = 0; e < NE; ++e)
  {
    for (const PageFunction& slice : Slices(e))
    {
      all.push_back(slice);
    }
  }
  WriteTIFF(this->Folder + "all.tif", NX, NY, all);
  this->ReadText(
    R"({ "txmstack": 1, "files": ["all.tif"], "slices": 5, "energies": [8330, 8331.5, 8340] })");
  this->ExpectWholeStack();

  // Files that follow one another, in a folder of their own.
  for (int z = 0; z < NZ; ++z)
  {
    WriteTIFF(this->Folder + "s/" + std::to_string(z) + ".tif", NX, NY,
      { Slices(0)[static_cast<std::size_t>(z)] });
  }
  this->ReadText(R"({ "txmstack": 1, "energies": [8330, 8331.5],
    "files": [{ "files": ["s/0.tif", "s/1.tif", "s/2.tif", "s/3.tif", "s/4.tif"] }, "v1.tif"] })");
  this->ExpectStack(NX, NY, NZ, 2, Value);
}

TEST_F(StackDescription, RawFilesOfEveryType)
{
  const std::pair<int, int> types[] = { { 8, SAMPLEFORMAT_UINT }, { 8, SAMPLEFORMAT_INT },
    { 16, SAMPLEFORMAT_UINT }, { 16, SAMPLEFORMAT_INT }, { 32, SAMPLEFORMAT_UINT },
    { 32, SAMPLEFORMAT_INT }, { 64, SAMPLEFORMAT_UINT }, { 64, SAMPLEFORMAT_INT },
    { 32, SAMPLEFORMAT_IEEEFP }, { 64, SAMPLEFORMAT_IEEEFP } };
  for (const auto& type : types)
  {
    for (const bool big : { false, true })
    {
      TIFFOptions options;
      options.Bits = type.first;
      options.Kind = type.second;
      const std::string name = (type.second == SAMPLEFORMAT_UINT     ? "uint"
                                   : type.second == SAMPLEFORMAT_INT ? "int"
                                                                     : "float") +
        std::to_string(type.first);
      SCOPED_TRACE(name);
      this->WriteRaw("all.raw", NE, options, big, 13);
      this->ReadText(R"({ "txmstack": 1, "slices": 5, "energies": [8330, 8331.5, 8340],
        "values": "absorbance",
        "files": [{ "file": "all.raw", "format": "raw", "offset": 13, "columns": 37, "rows": 21,
        "type": ")" +
        name + R"(", "byte_order": ")" + (big ? "big" : "little") + R"(" }] })");
      ASSERT_NO_FATAL_FAILURE(this->ExpectWholeStack());
      this->Reader->SetVOI(3, 30, 5, 19, 1, 4);
      this->Reader->SetStride(4, 3, 2);
      this->Reader->SetEnergyRange(8331.5, 8340.0);
      this->Reader->Update();
      this->ExpectStack(7, 5, 2, 2,
        [](int x, int y, int z, int e) { return Value(3 + 4 * x, 5 + 3 * y, 1 + 2 * z, e + 1); });
    }
  }
}

TEST_F(StackDescription, FramesWithExposuresReferencesAndDarks)
{
  this->WriteVolumesAs("v");
  WriteTIFF(this->Folder + "flat.tif", NX, NY,
    { [](int x, int) { return 200.0 + x; }, [](int x, int) { return 300.0 + x; } });
  this->ReadText(R"({ "txmstack": 1, "values": "counts", "frames": [
    { "energy": 8330, "images": ["v0.tif"], "references": ["flat.tif"] },
    { "energy": 8331.5, "images": ["v1.tif"], "references": [{ "file": "flat.tif", "image": 1 }] },
    { "energy": 8340, "images": ["v2.tif"], "i0": 500 } ] })");
  // All or none of the frames have references or i0; a mixture is not silently taken.
  EXPECT_FALSE(this->Said->Errors.empty());

  this->ReadText(R"({ "txmstack": 1, "values": "counts", "frames": [
    { "energy": 8330, "images": ["v0.tif"], "references": ["flat.tif"] },
    { "energy": 8331.5, "images": ["v1.tif"], "references": [{ "file": "flat.tif", "image": 1 }] }
    ] })");
  this->ExpectStack(
    NX, NY, NZ, 2,
    [](int x, int y, int z, int e)
    { return -std::log(Value(x, y, z, e) / ((e == 0 ? 250.0 : 300.0) + x)); },
    1e-6);
  this->ExpectSameAgain();

  // For all frames at once; they are counts then.
  this->ReadText(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif"], "energies": [8330, 8340],
    "references": [{ "file": "flat.tif", "image": 0 }] })");
  this->ExpectStack(
    NX, NY, NZ, 2,
    [](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e) / (200.0 + x)); }, 1e-6);
  this->ReadText(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif"], "energies": [8330, 8340],
    "i0": [300, 400] })");
  this->ExpectStack(
    NX, NY, NZ, 2,
    [](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e) / (300.0 + 100.0 * e)); },
    1e-6);
  this->ExpectSameAgain();
}

TEST_F(StackDescription, APartOfTheImagesAndAPartOfThat)
{
  this->WriteVolumesAs("v");
  this->ReadText(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif", "v2.tif"], "pixel_size": 0.5,
    "energies": [8330, 8331.5, 8340], "voi": [3, 30, 0, 20, 1, 4], "stride": [2, 1, 1] })");
  this->ExpectStack(
    14, NY, 4, NE, [](int x, int y, int z, int e) { return Value(3 + 2 * x, y, 1 + z, e); });
  EXPECT_DOUBLE_EQ(this->Output()->GetOrigin()[0], 1.5);
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 1.0);
  this->Reader->SetVOI(2, 13, 0, -1, 1, 3);
  this->Reader->SetStride(3, 1, 2);
  this->Reader->Update();
  this->ExpectStack(
    4, NY, 2, NE, [](int x, int y, int z, int e) { return Value(7 + 6 * x, y, 2 + 2 * z, e); });
  EXPECT_DOUBLE_EQ(this->Output()->GetOrigin()[0], 3.5);
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 3.0);
  this->ExpectSameAgain();
}

TEST_F(StackDescription, ChangesAreNoticed)
{
  this->WriteVolumesAs("v");
  this->ReadText(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif"], "energies": [8330, 8340] })");
  const vtkMTimeType before = this->Reader->StackMTime();
  this->Write(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif"], "energies": [8330, 8350] })");
  fs::last_write_time(this->Path(), fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_GT(this->Reader->StackMTime(), before);
  EXPECT_EQ(this->Reader->StackEnergies().back(), 8350.0);

  // So are files of the light that only the description names.
  WriteTIFF(this->Folder + "flat.tif", NX, NY, { [](int, int) { return 200.0; } });
  this->ReadText(R"({ "txmstack": 1, "files": ["v0.tif", "v1.tif"], "energies": [8330, 8340],
    "references": ["flat.tif"] })");
  const vtkMTimeType after = this->Reader->StackMTime();
  fs::last_write_time(
    this->Folder + "flat.tif", fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_GT(this->Reader->StackMTime(), after);
}

TEST_F(StackDescription, IsTakenByItsName)
{
  EXPECT_TRUE(this->Reader->CanReadFile("a.txmstack"));
  EXPECT_FALSE(this->Reader->CanReadFile("a.json"));
}

//------------------------------------------------------------------------------------------------
// Mistakes: one error, with the file and the place

TEST_F(StackDescription, MistakesAreNamedWithTheirPlace)
{
  this->WriteVolumesAs("v");
  const std::string files = R"("files": ["v0.tif", "v1.tif"], )";
  const std::string frames =
    R"({ "txmstack": 1, "frames": [{ "energy": 8330, "images": ["v0.tif"] },
    { "energy": 8340, "images": [{ "file": "v1.tif")";
  const std::string raw = R"({ "txmstack": 1, "energies": [8330], "files": [{ "format": "raw")";
  const std::pair<std::string, std::string> mistakes[] = {
    { "", "line 1, column 1" },
    { "{ \"txmstack\": 1,\n  \"files\": [\"v0.tif\",]\n}", "line 2, column 22" },
    { "{ \"txmstack\": 1 } more", "line 1" },
    { "{ \"txmstack\": \"\xff\" }", "no valid JSON" },
    { "[1]", "an object" },
    { "{}", "\"txmstack\" is missing" },
    { R"({ "txmstack": 2, "files": ["v0.tif"] })", "version 1" },
    { R"({ "txmstack": "1", "files": ["v0.tif"] })", "txmstack: \"1\" is found" },
    { R"({ "txmstack": 1 })", "\"files\" (with \"energies\")" },
    { R"({ "txmstack": 1, "files": [] })", "\"files\" (with \"energies\")" },
    { R"({ "txmstack": 1, "frames": [] })", "\"frames\", that is not empty" },
    { R"({ "txmstack": 1, "file": ["v0.tif"] })", "the nearest one is \"files\"" },
    { R"({ "txmstack": 1, "pixelsize": 1 })", "the nearest one is \"pixel_size\"" },
    { R"({ "txmstack": 1, "slices": 5, "slices": 6 })", "\"slices\" is given twice" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, "8340"] })", "energies[1]: \"8340\"" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, -8340] })", "energies[1]: -8340" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 1e999] })", "number overflow" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [] })", "energies: the list is empty" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330] })", "1 energies for 2 files" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8330] })", "8330 eV is repeated" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "slices": 4 })",
      "slices: 4 slices are expected" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "slices": 2.5 })",
      "slices: 2.5 is found; an integer" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "values": "numbers" })",
      "\"absorbance\" or \"transmission\" or \"counts\"" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "pixel_size": 0 })",
      "pixel_size: 0 is found; a positive number (micrometres)" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "i0": [1, 2, 3] })",
      "a list of 2 numbers" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "voi": [0, 37, 0, 20, 0, 4] })",
      "voi[1]: 37 is found; an integer from 0 to 36" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "stride": [1, 0, 1] })",
      "stride[1]: 0" },
    { R"({ "txmstack": 1, )" + files + R"("frames": [{ "energy": 1, "images": ["v0.tif"] }],
        "energies": [1] })",
      "energies: it stands in each of the \"frames\"" },
    { R"({ "txmstack": 1, "files": ["v0.tif", "w1.tif", "w2.tif"], "energies": [1, 2, 3] })",
      "names 3 files, and 2 of them cannot be found, such as " },
    { R"({ "txmstack": 1, "files": [7] })", "files[0]: 7 is found; an object" },
    { R"({ "txmstack": 1, "files": [""] })", "files[0]: \"\" is found; a text" },
    { R"({ "txmstack": 1, "files": [{}] })", "either \"file\" or \"files\"" },
    { R"({ "txmstack": 1, "files": [{ "files": [] }] })", "files[0].files: the list is empty" },
    { R"({ "txmstack": 1, "files": [{ "file": "v0.tif", "type": "int8" }] })",
      "\"type\" is for files of \"format\": \"raw\" only" },
    { R"({ "txmstack": 1, "files": [{ "file": "v0.tif", "format": "tiff" }] })",
      "files[0].format: \"tiff\" is found; \"raw\"" },
    { frames + R"(, "image": 5 }] }] })", "frames[1].images[0]: image 5 are expected" },
    { frames + R"(, "image": -1 }] }] })", "frames[1].images[0].image: -1" },
    { frames + R"(, "images": 1 }] }] })", "the nearest one is \"image\"" },
    { frames + R"(, "exposure_time": -1 }] }] })", "exposure_time: -1 is found" },
    { frames + R"( }], "shift": [1, 2] }] })", "frames[1].shift: [1,2] is found; a list of 3" },
    { frames + R"( }], "i0": 0 }] })", "frames[1].i0: 0" },
    { frames + R"( }], "i0": 5, "references": ["v0.tif"] }] })",
      "frames[1].i0: either \"i0\" or \"references\" is expected" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "i0": 5,
        "references": ["v0.tif"] })",
      "i0: either \"i0\" or \"references\" is expected" },
    { R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340], "voi": [9, 3, 0, 20, 0, 4] })",
      "voi[1]: 3 is found; an integer from 9 to 36" },
    { frames + R"( }, 3] }] })", "frames[1].images[1]: 3 is found" },
    { R"({ "txmstack": 1, "frames": [{ "images": ["v0.tif"] }] })",
      "frames[0]: the key \"energy\" is missing" },
    { R"({ "txmstack": 1, "frames": [{ "energy": 8330 }] })",
      "frames[0]: the key \"images\" is missing" },
    { R"({ "txmstack": 1, "frames": [{ "energy": 8330, "images": [] }] })",
      "frames[0].images: the list is empty" },
    { raw + "}] }", "files[0]: the key \"type\" is missing" },
    { raw + R"(, "file": "v0.tif", "type": "float16", "columns": 3, "rows": 3 }] })",
      "files[0].type: \"float16\" is found; \"uint8\" or" },
    { raw + R"(, "file": "v0.tif", "type": "int8", "columns": 0, "rows": 3 }] })",
      "files[0].columns: 0" },
    { raw + R"(, "file": "v0.tif", "type": "int8", "columns": 3, "rows": 3, "offset": -1 }] })",
      "files[0].offset: -1" },
    { raw + R"(, "file": "v0.tif", "type": "int8", "columns": 2147483647, "rows": 2147483647 }] })",
      "cannot be read" },
    { raw + R"(, "file": "v0.tif", "type": "int64", "columns": 260000000, "rows": 260000000 }] })",
      "bytes each) after 0 bytes are expected" },
    { raw + R"(, "file": "v0.tif", "type": "int8", "columns": 37, "rows": 20, "images": 9 }] })",
      "9 images of 37 x 20 pixels of type int8 (740 bytes each)" },
    { raw + R"(, "file": "v0.tif", "type": "int8", "columns": 1, "rows": 1,
        "offset": 999999999 }] })",
      "a whole number of images" },
    { std::string(100, '[') + std::string(100, ']'), "nested more than" },
  };
  for (const auto& mistake : mistakes)
  {
    SCOPED_TRACE(mistake.first.substr(0, 200));
    this->ReadText(mistake.first);
    this->ExpectError(mistake.second);
    ASSERT_FALSE(this->Said->Errors.empty());
    // The description is named, or one of its files.
    const std::string& error = this->Said->Errors.front();
    EXPECT_TRUE(error.find(this->Folder) != std::string::npos ||
      error.find("v0.tif (image 1)") != std::string::npos)
      << error;
  }

  WriteText(this->Folder + "energies.txt", "8330\n8340\n");
  this->NewReader();
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  this->Write(R"({ "txmstack": 1, )" + files + R"("energies": [8330, 8340] })");
  this->Read(this->Path());
  this->ExpectError("has energies, and so has the EnergiesFile");

  this->NewReader();
  this->Read(this->Folder + "none.txmstack");
  this->ExpectError("none.txmstack cannot be opened: No such file");
  fs::create_directories(this->Folder + "folder.txmstack");
  this->NewReader();
  this->Read(this->Folder + "folder.txmstack");
  this->ExpectError("folder.txmstack cannot be opened");
}

// Cut off anywhere: one error each, and no crash.
TEST_F(StackDescription, CutOffAnywhere)
{
  this->WriteVolumesAs("v");
  const std::string whole = R"({"txmstack": 1, "values": "counts", "slices": 5, "frames": [
    {"energy": 8330, "images": [{"file": "v0.tif", "image": 0}], "i0": 200, "shift": [0, 1, 2]}]})";
  for (std::size_t length = 0; length < whole.size(); ++length)
  {
    this->ReadText(whole.substr(0, length));
    EXPECT_EQ(this->Said->Errors.size(), 1u) << length;
  }
}

//------------------------------------------------------------------------------------------------
// Writing

TEST_F(StackDescription, WhatWasReadIsDescribedAndReadAgain)
{
  // Volumes; shifted energies, some left out, a part of the voxels.
  this->WriteVolumes();
  this->Reader->SetEnergyShift(0.1);
  this->Reader->AddExcludedEnergy(8331.6);
  this->Reader->SetPixelSize(0.031);
  this->Reader->SetVOI(2, 30, 3, 18, 1, 4);
  this->Reader->SetStride(2, 3, 1);
  this->Read(this->Folder + Names[0]);
  this->ExpectSameAgain();
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.1, 8340.1 }));

  // Slices in folders.
  for (int e = 0; e < NE; ++e)
  {
    for (int z = 0; z < NZ; ++z)
    {
      WriteTIFF(
        this->Folder + std::string(Names[e]).substr(0, 14) + "/" + std::to_string(z) + ".tif", NX,
        NY, { Slices(e)[static_cast<std::size_t>(z)] });
    }
  }
  this->NewReader();
  this->Read(this->Folder + "vol_8330.00_eV/0.tif");
  this->ExpectSameAgain();
  this->ExpectWholeStack();

  // Raw files, described in another folder.
  this->WriteRaw("a.raw", 2, TIFFOptions(), false, 0);
  this->WriteRaw("b.raw", 1, TIFFOptions(), true, 8, 2);
  this->ReadText(R"({ "txmstack": 1, "slices": 5,
    "files": [{ "file": "a.raw", "format": "raw", "type": "float32", "columns": 37, "rows": 21 },
      { "file": "b.raw", "format": "raw", "type": "float32", "columns": 37, "rows": 21,
        "byte_order": "big", "offset": 8 }],
    "frames": [{ "energy": 8330, "images": ["a.raw"] },
      { "energy": 8331.5, "images": [{ "file": "a.raw", "image": 5 }] },
      { "energy": 8340, "images": ["b.raw"] }] })");
  this->ExpectWholeStack();
  this->ExpectSameAgain();
  this->ExpectWholeStack();
}

TEST_F(StackDescription, CountsAreDescribedWithTheirLight)
{
  this->WriteVolumes();
  WriteText(this->Folder + "i0.txt", "8320 150.25\n8350 977\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Reader->SetEnergyShift(-2.0);
  this->Read(this->Folder + Names[0]);
  this->ExpectSameAgain();

  for (int e = 0; e < NE; ++e)
  {
    WriteTIFF(this->Folder + "ref_" + std::string(Names[e]).substr(4), NX, NY,
      { [e](int x, int y) { return 200.0 + 3 * x + y + e; } });
  }
  this->NewReader();
  this->Reader->AddReferenceFileName((this->Folder + "ref_8330.00_eV.tif").c_str());
  this->Read(this->Folder + Names[0]);
  this->ExpectSameAgain();

  this->NewReader();
  this->Reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  this->Read(this->Folder + Names[0]);
  this->ExpectSameAgain();
}

// The light of a background region is in the images; no number stands for it.
TEST_F(StackDescription, ABackgroundRegionIsNoIncidentIntensity)
{
  this->WriteVolumes();
  this->Reader->SetValueType(vtkTXMStackReader::COUNTS);
  this->Reader->SetBackgroundRegion(0, 3, 0, 3);
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  std::string error;
  const std::string text = this->Reader->DescriptionText(this->Folder, error);
  EXPECT_EQ(error, "");
  EXPECT_NE(text.find("\"counts\""), std::string::npos);
  EXPECT_EQ(text.find("\"i0\""), std::string::npos);
}

TEST_F(StackDescription, PathsAreRelativeToTheFolderOfTheDescription)
{
  this->WriteVolumes();
  this->Read(this->Folder + Names[0]);
  std::string error;
  const auto text = [&](const std::string& folder)
  { return this->Reader->DescriptionText(folder, error); };
  EXPECT_NE(text(this->Folder).find("\"vol_8330.00_eV.tif\""), std::string::npos);
  EXPECT_NE(text(this->Folder + "sub").find("\"../vol_8330.00_eV.tif\""), std::string::npos);
  EXPECT_NE(text("/elsewhere/far").find("\"/"), std::string::npos);
  EXPECT_EQ(error, "");
}

TEST_F(StackDescription, WriterErrorsLeaveNothing)
{
  this->WriteVolumes();
  auto said = vtkSmartPointer<Messages>::New();
  const auto write = [&](vtkAlgorithm* input, const std::string& path)
  {
    auto writer = vtkSmartPointer<vtkStackDescriptionWriter>::New();
    said->Errors.clear();
    writer->AddObserver(vtkCommand::ErrorEvent, said);
    if (input)
    {
      writer->SetInputConnection(input->GetOutputPort());
    }
    writer->SetFileName(path.c_str());
    const int worked = writer->Write();
    EXPECT_EQ(said->Errors.size(), worked == 1 ? 0u : 1u);
    return said->Errors.empty() ? std::string() : said->Errors.front();
  };
  const auto contains = [](const std::string& text, const char* part)
  { return text.find(part) != std::string::npos; };
  const auto files = [&]
  { return std::distance(fs::directory_iterator(this->Folder), fs::directory_iterator()); };
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  EXPECT_TRUE(contains(write(this->Reader, ""), "no FileName"));
  EXPECT_TRUE(contains(write(nullptr, this->Path()), "Choose the reader itself"));
  EXPECT_TRUE(contains(write(this->Reader, this->Folder + "no/a.txmstack"), "No such file"));
  auto phantom = vtkSmartPointer<vtkTXMPhantomSource>::New();
  EXPECT_TRUE(contains(write(phantom, this->Path()), "not made of files"));
  auto image = vtkSmartPointer<vtkImageData>::New();
  auto producer = vtkSmartPointer<vtkTrivialProducer>::New();
  producer->SetOutput(image);
  EXPECT_TRUE(contains(write(producer, this->Path()), "something else"));
  auto broken = vtkSmartPointer<vtkTXMStackReader>::New();
  broken->AddFileName((this->Folder + "none.tif").c_str());
  EXPECT_TRUE(contains(write(broken, this->Path()), "none.tif"));

  // The disk is full: the old file stays, and no part of the new one.
  this->Write("old");
  const auto before = files();
  struct rlimit limit = {};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const struct rlimit small = { 100, limit.rlim_max };
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string full = write(this->Reader, this->Path());
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(contains(full, "File too large")) << full;
  EXPECT_EQ(fs::file_size(this->Path()), 3u);
  EXPECT_EQ(files(), before);

  EXPECT_EQ(write(this->Reader, this->Path()), "");
  EXPECT_GT(fs::file_size(this->Path()), 100u);
}

}
