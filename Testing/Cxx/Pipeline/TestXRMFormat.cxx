// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackReaderTest.h"
#include "XRMFiles.h"

#include "Formats/Formats.h"
#include "Formats/XRMFormat.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <thread>

namespace
{

using namespace stacktest;
using paraxanes::FileContents;
using paraxanes::FormatError;
using paraxanes::StackFile;
using paraxanes::ValueKind;

// The same picture for all images: one that moves is warned of.
double Picture(int x, int y, int image)
{
  return Value(x, y, 0, 0) + image;
}

class XRMFormat : public StackReaderTest
{
protected:
  // Images of one file.
  static std::vector<PixelFunction> Images(int count, int first = 0)
  {
    std::vector<PixelFunction> images;
    for (int k = first; k < first + count; ++k)
    {
      images.emplace_back([k](int x, int y) { return Picture(x, y, k); });
    }
    return images;
  }

  std::string Write(const CompoundWriter& writer, const std::string& name = "file.txrm")
  {
    writer.Write(this->Folder + name);
    return this->Folder + name;
  }

  std::shared_ptr<const StackFile> Describe(
    const CompoundWriter& writer, const std::string& name = "file.txrm")
  {
    return paraxanes::DescribeFile(this->Write(writer, name), {});
  }

  // Whole image `number` of the file.
  static std::vector<float> Pixels(const StackFile& file, int number)
  {
    const FileContents& contents = file.Contents();
    std::vector<float> pixels(static_cast<std::size_t>(contents.Columns) * contents.Rows);
    file.Open()->Read(number, { 0, contents.Columns, 1, 0, contents.Rows, 1 }, pixels.data());
    return pixels;
  }

  static void ExpectPixels(const StackFile& file, int number, const PixelFunction& value)
  {
    const std::vector<float> pixels = Pixels(file, number);
    int wrong = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
    {
      const int columns = file.Contents().Columns;
      const int x = static_cast<int>(i) % columns;
      const int y = static_cast<int>(i) / columns;
      wrong += pixels[i] == static_cast<float>(value(x, y)) ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0) << "image " << number;
  }

  // The message of what the writer's file is refused with.
  std::string Refusal(const CompoundWriter& writer, const std::string& name = "file.txrm")
  {
    return RefusalOf(this->Write(writer, name));
  }

  static std::string RefusalOf(const std::string& path)
  {
    try
    {
      const auto file = paraxanes::DescribeFile(path, {});
      Pixels(*file, 0);
    }
    catch (const FormatError& error)
    {
      return error.what();
    }
    return "read";
  }

  static void ExpectText(const std::string& text, const std::string& part)
  {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
};

TEST_F(XRMFormat, EveryTypeAndSectorSize)
{
  for (int type = 2; type <= 11; ++type)
  {
    for (const std::size_t sector : { 512u, 4096u })
    {
      for (const bool scattered : { false, true })
      {
        XRMWriter writer(NX, NY, this->Images(3), type);
        writer.SectorBytes = sector;
        writer.Scattered = scattered;
        writer.Reals("ImageInfo/Energy", { 8330.0f, 8331.5f, 8340.0f });
        const std::string path = this->Write(writer);
        this->NewReader();
        this->Reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
        this->Read(path);
        SCOPED_TRACE("type " + std::to_string(type) + ", sectors of " + std::to_string(sector));
        ASSERT_NO_FATAL_FAILURE(this->ExpectStack(
          NX, NY, 1, 3, [](int x, int y, int, int e) { return Picture(x, y, e); }));
        EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));
        EXPECT_EQ(this->Output()->GetSpacing()[0], 0.25);
      }
    }
  }
}

TEST_F(XRMFormat, PartsOfImages)
{
  XRMWriter writer(NX, NY, this->Images(1), 6);
  writer.SectorBytes = 512;
  writer.Scattered = true;
  const auto file = this->Describe(writer);
  const auto reader = file->Open();
  for (const paraxanes::Region& region : { paraxanes::Region{ 3, 30, 1, 2, 19, 1 },
         paraxanes::Region{ 1, 12, 3, 2, 4, 5 }, paraxanes::Region{ 36, 1, 1, 20, 1, 1 },
         paraxanes::Region{ 0, NX, 1, 4, 9, 2 }, paraxanes::Region{ 0, 19, 2, 0, NY, 1 } })
  {
    std::vector<float> part(static_cast<std::size_t>(region.Columns) * region.Rows, -1.0f);
    reader->Read(0, region, part.data());
    for (int j = 0; j < region.Rows; ++j)
    {
      for (int i = 0; i < region.Columns; ++i)
      {
        const double expected =
          Picture(region.X0 + i * region.XStride, region.Y0 + j * region.YStride, 0);
        EXPECT_EQ(part[static_cast<std::size_t>(j * region.Columns + i)], expected);
      }
    }
  }
}

// Wide rows come in several chunks.
TEST_F(XRMFormat, WideImages)
{
  const PixelFunction image = [](int x, int y) { return x % 1009 + y; };
  for (const int type : { 5, 10, 11 })
  {
    const auto file = this->Describe(XRMWriter(70001, 2, { image }, type));
    this->ExpectPixels(*file, 0, image);
    std::vector<float> part(10);
    file->Open()->Read(0, { 1, 10, 7000, 1, 1, 1 }, part.data());
    for (int i = 0; i < 10; ++i)
    {
      EXPECT_EQ(part[static_cast<std::size_t>(i)], image(1 + 7000 * i, 1));
    }
  }
}

TEST_F(XRMFormat, MoreThanAHundredImages)
{
  const auto file = this->Describe(XRMWriter(9, 8, this->Images(230)));
  ASSERT_EQ(file->Contents().Images, 230);
  for (const int k : { 0, 99, 100, 199, 200, 229 })
  {
    this->ExpectPixels(*file, k, [k](int x, int y) { return Picture(x, y, k); });
  }
}

// Behind 4 GiB of holes, with tables in sectors of their own.
TEST_F(XRMFormat, MoreThanFourGibibytes)
{
  XRMWriter writer(NX, NY, this->Images(2), 10);
  writer.Gap = static_cast<std::uint32_t>((std::uint64_t{ 5 } << 30) / 4096);
  const auto file = this->Describe(writer);
  EXPECT_GT(fs::file_size(this->Folder + "file.txrm"), std::uint64_t{ 5 } << 30);
  for (int k = 0; k < 2; ++k)
  {
    this->ExpectPixels(*file, k, [k](int x, int y) { return Picture(x, y, k); });
  }
}

TEST_F(XRMFormat, ThreadsShareAReader)
{
  const auto file = this->Describe(XRMWriter(200, 100, this->Images(8)));
  const auto reader = file->Open();
  std::vector<std::vector<float>> pixels(8, std::vector<float>(200 * 100));
  std::vector<std::thread> threads;
  for (int k = 0; k < 8; ++k)
  {
    threads.emplace_back(
      [&, k] {
        reader->Read(k, { 0, 200, 1, 0, 100, 1 }, pixels[static_cast<std::size_t>(k)].data());
      });
  }
  for (std::thread& thread : threads)
  {
    thread.join();
  }
  for (int k = 0; k < 8; ++k)
  {
    EXPECT_EQ(pixels[static_cast<std::size_t>(k)], this->Pixels(*file, k));
  }
}

//------------------------------------------------------------------------------------------------
// What images are

TEST_F(XRMFormat, Energies)
{
  using Numbers = std::vector<double>;
  const auto energies =
    [&](const std::function<void(XRMWriter&)>& change, const std::string& name = "file.txrm")
  {
    XRMWriter writer(4, 3, this->Images(3));
    change(writer);
    return this->Describe(writer, name)->Contents().ImageEnergies;
  };
  const auto motors = [](XRMWriter& writer)
  {
    std::string names("Sample X");
    names.resize(25, '\0');
    names += "Energy";
    names.resize(50, '\0');
    writer.Streams["PositionInfo/AxisNames"] = names;
    writer.Integer("PositionInfo/TotalAxis", 2);
    writer.Reals("PositionInfo/MotorPositions", { 1, 8330, 2, 8331, 3, 8332 });
  };
  EXPECT_EQ(energies([](XRMWriter&) {}), Numbers());
  EXPECT_EQ(energies([](XRMWriter& w) { w.Reals("ImageInfo/Energy", { 0, 0, 0 }); }), Numbers());
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 7, 8, 9, 0 });
              }),
    (Numbers{ 7000, 8000, 9000 }));
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 8.333f, 8.3345f, 8.336f });
              }),
    (Numbers{ 8333, 8334.5, 8336 }));
  // All or none are keV.
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 98, 99, 101 });
              }),
    (Numbers{ 98, 99, 101 }));
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 8400, 0, 0, 0 });
              }),
    (Numbers{ 8400, 8400, 8400 }));
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 8400, 8500, 0 });
              }),
    Numbers());
  EXPECT_EQ(energies(
              [&](XRMWriter& w)
              {
                motors(w);
                w.Reals("ImageInfo/Energy", { 8400, 0, 0 });
              }),
    (Numbers{ 8330, 8331, 8332 }));
  EXPECT_EQ(energies(
              [&](XRMWriter& w)
              {
                motors(w);
                w.Reals("ImageInfo/Energy", { 8400, 8401, 8402 });
              }),
    (Numbers{ 8400, 8401, 8402 }));
  // Projections: the monochromator never stands quite still.
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 8400, 8400.03125f, 8400 });
              }),
    (Numbers{ 8400, 8400, 8400 }));
  EXPECT_EQ(energies(
              [](XRMWriter& w) {
                w.Reals("ImageInfo/Energy", { 8400, 8401, 8402 });
              },
              "file.TXM"),
    (Numbers{ 8400, 8400, 8400 }));
}

TEST_F(XRMFormat, EnergyOfTheName)
{
  for (int e = 0; e < 3; ++e)
  {
    XRMWriter writer(NX, NY, this->Images(1, e), 10);
    writer.Integer("ImageInfo/OriginalDataRefCorrected", 1);
    writer.Reals("ImageInfo/Energy", { 8000.0f }); // not true
    this->Write(writer, "part_" + std::to_string(8330 + e) + ".00_eV.xrm");
  }
  this->Read(this->Folder + "part_8331.00_eV.xrm");
  this->ExpectStack(
    NX, NY, 1, 3, [](int x, int y, int, int e) { return -std::log(Picture(x, y, e)); }, 1e-6);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330, 8331, 8332 }));
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_from"), "-ln(transmission)");
}

TEST_F(XRMFormat, ReconstructedVolume)
{
  XRMWriter writer(NX, NY, this->Images(NZ), 4);
  writer.Reals("ImageInfo/Energy", { 8333.0f });
  writer.Pixels("ReferenceData/Image", 4, [](int, int) { return 7.0; });
  this->Read(this->Write(writer, "volume.txm"));
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Picture(x, y, z); });
  EXPECT_EQ(this->Energies(), std::vector<double>{ 8333 });
}

TEST_F(XRMFormat, ReferencesOfEveryVersion)
{
  const PixelFunction reference = [](int x, int y) { return 500 + x - y; };
  for (const int version : { 3, 5, 6 })
  {
    XRMWriter writer(NX, NY, this->Images(1));
    writer.Reals("ImageInfo/Energy", { 8333.0f });
    writer.Reals("ImageInfo/ExpTimes", { 2.5f });
    if (version == 3)
    {
      writer.Pixels("ReferenceData/Image", 10, reference);
      writer.Integer("ReferenceData/DataType", 10);
      writer.Reals("ReferenceData/ExpTime", { 1.5f });
    }
    else if (version == 5)
    {
      writer.Pixels("ReferenceData/Image", 7, reference);
      writer.Integer("ReferenceData/ImageInfo/DataType", 7);
      writer.Reals("ReferenceData/ImageInfo/ExpTime", { 1.5f });
    }
    else
    {
      writer.Pixels("MultiReferenceData/Image1", 5, reference);
      writer.Pixels("MultiReferenceData/Image2", 5, [](int, int) { return 4.0; });
      writer.Reals("MultiReferenceData/ImageInfo/ExpTimes", { 1.5f, 1.5f });
    }
    SCOPED_TRACE(version);
    const auto file = this->Describe(writer);
    const FileContents& contents = file->Contents();
    ASSERT_EQ(contents.Images, 1);
    ASSERT_EQ(contents.References, version == 6 ? 2 : 1);
    EXPECT_EQ(contents.Values, ValueKind::Counts);
    this->ExpectPixels(*file, 1, reference);
    EXPECT_EQ(contents.ExposureTimes.size(), version == 6 ? 3u : 2u);
    EXPECT_EQ(contents.ExposureTimes[0], 2.5);
    EXPECT_EQ(contents.ExposureTimes[1], 1.5);
  }
}

TEST_F(XRMFormat, ReferencesOfNoEnergyAreTold)
{
  XRMWriter writer(4, 3, this->Images(2));
  writer.Pixels("ReferenceData/Image", 5, [](int, int) { return 500.0; });
  writer.Reals("ImageInfo/Energy", { 8330.0f, 8330.0f });
  EXPECT_TRUE(this->Describe(writer)->Contents().Warnings.empty());
  writer.Reals("ImageInfo/Energy", { 8330.0f, 8340.0f });
  const FileContents contents = this->Describe(writer)->Contents();
  ASSERT_EQ(contents.Warnings.size(), 1u);
  this->ExpectText(contents.Warnings[0], "serve all of its 2 energies, 8330 to 8340 eV");
}

TEST_F(XRMFormat, CorrectedImagesAreNotDividedAgain)
{
  XRMWriter writer(4, 3, this->Images(1));
  writer.Pixels("ReferenceData/Image", 5, [](int, int) { return 500.0; });
  writer.Integer("ImageInfo/OriginalDataRefCorrected", 1);
  const auto file = this->Describe(writer);
  EXPECT_EQ(file->Contents().References, 0);
  EXPECT_EQ(file->Contents().Values, ValueKind::Transmission);
}

TEST_F(XRMFormat, DatesAndShifts)
{
  XRMWriter writer(4, 3, this->Images(2));
  writer.Dates({ "02/29/16 23:59:58", "03/01/2016 00:00:03" });
  writer.Reals("Alignment/X-Shifts", { 1.5f, 0.0f });
  writer.Reals("Alignment/Y-Shifts", { -2.0f, 4.0f });
  writer.Integer("Alignment/StageShiftsApplied", 0);
  const FileContents contents = this->Describe(writer)->Contents();
  ASSERT_EQ(contents.Times.size(), 2u);
  EXPECT_EQ(contents.Times[0], 1456790398.0);
  EXPECT_EQ(contents.Times[1] - contents.Times[0], 5.0);
  using Shift = std::array<double, 2>;
  EXPECT_EQ(contents.ImageShifts, (std::vector<Shift>{ { -1.5, -2.0 }, { 0.0, 4.0 } }));

  writer.Integer("Alignment/MetrologyShiftsApplied", 1);
  writer.Dates({ "02/29/16 23:59:58", "" });
  EXPECT_TRUE(this->Describe(writer)->Contents().ImageShifts.empty());
  EXPECT_TRUE(this->Describe(writer)->Contents().Times.empty());
}

// Images of an energy at several angles are no slices; those of a reconstruction are.
TEST_F(XRMFormat, ProjectionsAreTold)
{
  XRMWriter writer(4, 3, this->Images(3));
  writer.Reals("ImageInfo/Angles", { -60.0f, -30.0f, 45.5f, 0.0f }); // longer than the images
  const FileContents contents = this->Describe(writer)->Contents();
  ASSERT_EQ(contents.Warnings.size(), 1u);
  this->ExpectText(contents.Warnings[0],
    "The 3 images of an energy are projections at angles from -60 to 45.5 degrees");
  EXPECT_TRUE(this->Describe(writer, "volume.txm")->Contents().Warnings.empty());

  // Exposures at one angle; and one image for each energy, at whatever angle.
  writer.Reals("ImageInfo/Angles", { -60.0f, -60.1f, -60.0f });
  EXPECT_TRUE(this->Describe(writer)->Contents().Warnings.empty());
  writer.Reals("ImageInfo/Angles", { -60.0f, -30.0f, 45.5f });
  writer.Reals("ImageInfo/Energy", { 8330.0f, 8340.0f, 8350.0f });
  EXPECT_TRUE(this->Describe(writer)->Contents().Warnings.empty());
}

TEST_F(XRMFormat, Mosaics)
{
  const PixelFunction whole = [](int x, int y) { return 100 * y + x; };
  // Version 3: one image of all tiles, and a reference of the size of a tile.
  XRMWriter stitched(12, 6, { whole });
  stitched.Integer("ImageInfo/NoOfImages", 6);
  stitched.Integer("ImageInfo/MosiacMode", 1);
  stitched.Integer("ImageInfo/MosiacColumns", 3);
  stitched.Integer("ImageInfo/MosiacRows", 2);
  stitched.Streams["ReferenceData/Image"] =
    XRMPixels(5, 4, 3, [](int x, int y) { return 10 * y + x; });
  auto file = this->Describe(stitched);
  EXPECT_EQ(file->Contents().Images, 1);
  EXPECT_TRUE(file->Contents().Warnings.empty());
  this->ExpectPixels(*file, 0, whole);
  this->ExpectPixels(*file, 1, [](int x, int y) { return 10 * (y % 3) + x % 4; });

  // Version 5: width and height are those of a tile; each tile a stream, or one stream for all.
  std::vector<PixelFunction> tiles;
  for (int k = 0; k < 6; ++k)
  {
    tiles.emplace_back([=](int x, int y) { return whole(x + k % 3 * 4, y + k / 3 * 3); });
  }
  XRMWriter tiled(4, 3, tiles);
  tiled.Integer("ImageInfo/MosiacColumns", 3);
  tiled.Integer("ImageInfo/MosiacRows", 2);
  file = this->Describe(tiled);
  EXPECT_EQ(file->Contents().Columns, 12);
  EXPECT_EQ(file->Contents().Rows, 6);
  ASSERT_EQ(file->Contents().Images, 1);
  this->ExpectPixels(*file, 0, whole);
  std::vector<float> part(6);
  file->Open()->Read(0, { 2, 3, 4, 1, 2, 3 }, part.data());
  EXPECT_EQ(part, (std::vector<float>{ 102, 106, 110, 402, 406, 410 }));

  XRMWriter one(4, 3, { whole });
  one.Integer("ImageInfo/NoOfImages", 6);
  one.Integer("ImageInfo/MosiacColumns", 3);
  one.Integer("ImageInfo/MosiacRows", 2);
  one.Streams["ImageData1/Image1"] = XRMPixels(5, 12, 6, whole);
  file = this->Describe(one);
  ASSERT_EQ(file->Contents().Columns, 12);
  this->ExpectPixels(*file, 0, whole);

  // Before version 5 the tiles count only where the mode says so.
  tiled.Integer("ImageInfo/MosiacMode", 0);
  file = this->Describe(tiled);
  EXPECT_EQ(file->Contents().Columns, 4);
  EXPECT_EQ(file->Contents().Images, 6);
  tiled.Reals("Version", { 5.0f });
  EXPECT_EQ(this->Describe(tiled)->Contents().Columns, 12);

  tiled.Streams.erase("ImageData1/Image6");
  this->ExpectText(this->Refusal(tiled), "3 x 2 tiles, and has 5 of them");
}

//------------------------------------------------------------------------------------------------
// Incomplete and wrong files

TEST_F(XRMFormat, StoppedScans)
{
  XRMWriter writer(NX, NY, this->Images(5));
  writer.Integer("ImageInfo/ImagesTaken", 3);
  FileContents contents = this->Describe(writer)->Contents();
  EXPECT_EQ(contents.Images, 3);
  ASSERT_EQ(contents.Warnings.size(), 1u);
  this->ExpectText(contents.Warnings[0], "has 3 of 5 images planned");

  writer.Integer("ImageInfo/ImagesTaken", 5);
  writer.Streams.erase("ImageData1/Image3");
  contents = this->Describe(writer)->Contents();
  EXPECT_EQ(contents.Images, 2);
  this->ExpectText(contents.Warnings[0], "2 of 5 images planned (stream ImageData1/Image3 is mis");

  for (const char* stream : { "ImageData1/Image1", "ImageData1/Image2" })
  {
    writer.Streams.erase(stream);
  }
  this->ExpectText(this->Refusal(writer), "has no image: stream ImageData1/Image1 is missing");
}

TEST_F(XRMFormat, WrongNumbers)
{
  const XRMWriter sound(NX, NY, this->Images(1));
  const auto refusal = [&](const char* stream, std::int32_t value)
  {
    XRMWriter writer = sound;
    writer.Integer(stream, value);
    const std::string text = this->Refusal(writer);
    this->ExpectText(text, this->Folder + "file.txrm");
    return text;
  };
  this->ExpectText(refusal("ImageInfo/DataType", 12),
    "ImageInfo/DataType: the data type of the "
    "pixels is 12; 2 to 11");
  this->ExpectText(refusal("ImageInfo/DataType", 10),
    "ImageData1/Image1 has 1554 bytes; 37 x 21 pixels of 32-bit real numbers are 3108 bytes");
  this->ExpectText(refusal("ImageInfo/DataType", 3), "are 777 bytes");
  this->ExpectText(refusal("ImageInfo/ImageWidth", 0), "ImageInfo/ImageWidth: 0; a number from 1");
  this->ExpectText(refusal("ImageInfo/ImageWidth", std::numeric_limits<int>::max()),
    "ImageInfo/ImageWidth: 2147483647; a number from 1 to 1048576");
  this->ExpectText(refusal("ImageInfo/ImageHeight", -5), "ImageInfo/ImageHeight: -5");
  this->ExpectText(refusal("ImageInfo/ImageHeight", 1 << 20), "are 77594624 bytes");
  this->ExpectText(refusal("ImageInfo/MosiacRows", 1 << 30), "ImageInfo/MosiacColumns");

  XRMWriter writer = sound;
  writer.Streams.erase("ImageInfo/ImageHeight");
  this->ExpectText(this->Refusal(writer), "ImageInfo/ImageHeight: it is missing");
  writer = sound;
  writer.Streams["ImageInfo/ImageHeight"] = "ab";
  this->ExpectText(this->Refusal(writer), "ImageInfo/ImageHeight: no number");
  writer = sound;
  writer.Streams["ReferenceData/Image"] = std::string(100, 'a');
  this->ExpectText(this->Refusal(writer), "ReferenceData/Image has 100 bytes");
  writer = sound;
  writer.Integer("ImageInfo/NoOfImages", std::numeric_limits<int>::max());
  writer.Integer("ImageInfo/ImagesTaken", std::numeric_limits<int>::min());
  EXPECT_EQ(this->Describe(writer)->Contents().Images, 1);

  CompoundWriter document;
  document.Streams["WordDocument"] = "text";
  this->ExpectText(this->Refusal(document), "no XRM, TXRM or TXM file");
  EXPECT_FALSE(paraxanes::IsXradiaFile(this->Folder + "file.txrm"));
}

// Wherever the file ends: a message that names it, or the images that are whole.
TEST_F(XRMFormat, CutOffAnywhere)
{
  for (const std::size_t sector : { 512u, 4096u })
  {
    XRMWriter writer(64, 32, this->Images(4));
    writer.SectorBytes = sector;
    const std::string whole = this->Write(writer, "whole.txrm");
    const std::string path = this->Folder + "cut.txrm";
    const auto size = fs::file_size(whole);
    for (int part = 1; part < 60; ++part)
    {
      fs::remove(path);
      fs::copy_file(whole, path);
      fs::resize_file(path, size * static_cast<std::uintmax_t>(part) / 60);
      SCOPED_TRACE(part);
      const std::string text = this->RefusalOf(path);
      this->ExpectText(text, text == "read" ? "read" : path);
      if (text == "read") // what lacks is not needed, or is told
      {
        const auto file = paraxanes::DescribeFile(path, {});
        const int images = file->Contents().Images;
        EXPECT_EQ(file->Contents().Warnings.size(), images < 4 ? 1u : 0u);
        for (int k = 0; k < images; ++k)
        {
          this->ExpectPixels(*file, k, this->Images(1, k)[0]);
        }
      }
      EXPECT_TRUE(paraxanes::IsXradiaFile(path)); // so that the user is told
    }
  }
}

// Tables first, as Zeiss writes them: the stream that is cut off is named.
TEST_F(XRMFormat, CutOffStream)
{
  XRMWriter writer(1024, 1024, this->Images(2));
  const std::string path = this->Write(writer);
  std::ifstream stream(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  // Image 2 is moved to the end, where 12288 of its bytes are left.
  const auto imageAt = [&](char first)
  {
    std::string begin = XRMPixels(5, 1024, 1, this->Images(1, first)[0]);
    return bytes.find(begin);
  };
  const std::size_t second = imageAt(1);
  ASSERT_NE(second, std::string::npos);
  const auto sector = static_cast<std::uint32_t>(second / 4096 - 1);
  const auto last = static_cast<std::uint32_t>(bytes.size() / 4096 - 1);
  const auto put = [&](std::size_t position, std::uint32_t value)
  { std::memcpy(bytes.data() + position, &value, sizeof(value)); };
  std::uint32_t table = 0;
  std::memcpy(&table, bytes.data() + 76, sizeof(table));
  for (std::uint32_t k = 0; k < 3; ++k)
  {
    bytes += bytes.substr((sector + k + 1) * 4096, 4096);
    put((table + 1) * 4096 + (last + k) * 4, last + k + 1); // the last one names what is not there
  }
  std::string name;
  for (const char c : std::string("Image2"))
  {
    name += std::string{ c, '\0' };
  }
  put(bytes.find(name) + 116, last);
  std::ofstream(path, std::ios::binary) << bytes;
  const FileContents contents = paraxanes::DescribeFile(path, {})->Contents();
  EXPECT_EQ(contents.Images, 1);
  ASSERT_EQ(contents.Warnings.size(), 1u);
  this->ExpectText(contents.Warnings[0], "1 of 2 images planned (of stream ImageData1/Image2 ");
  this->ExpectText(contents.Warnings[0], "of its 2097152 bytes are there");
}

// Chains that bite their tails, sectors and entries that are not there: refused or read, in time.
TEST_F(XRMFormat, RandomDamage)
{
  XRMWriter writer(32, 16, this->Images(3), 7);
  writer.SectorBytes = 512;
  writer.Pixels("ReferenceData/Image", 7, [](int, int) { return 5.0; });
  writer.Integer("ReferenceData/DataType", 7);
  const std::string path = this->Write(writer);
  std::ifstream stream(path, std::ios::binary);
  const std::string sound((std::istreambuf_iterator<char>(stream)), {});
  std::mt19937 random(1);
  int refused = 0;
  for (int k = 0; k < 600; ++k)
  {
    std::string bytes = sound;
    for (int changes = 0; changes < 3; ++changes)
    {
      // Mostly in what follows the pixels: small streams, directory, tables.
      const std::size_t begin = random() % 4 == 0 ? 0 : bytes.size() * 3 / 4;
      const std::size_t position = begin + random() % (bytes.size() - begin - 4);
      const std::uint32_t values[] = { 0, 1, 0xFFFFFFFE, 0x7FFFFFFF,
        static_cast<std::uint32_t>(random() % 40) };
      std::memcpy(bytes.data() + position, &values[random() % 5], 4);
    }
    std::ofstream(path, std::ios::binary) << bytes;
    refused += this->RefusalOf(path) == "read" ? 0 : 1;
  }
  EXPECT_GT(refused, 20);
}

TEST_F(XRMFormat, ChainsThatNeverEnd)
{
  XRMWriter writer(64, 64, this->Images(1));
  writer.SectorBytes = 512;
  const std::string path = this->Write(writer);
  std::fstream stream(path, std::ios::binary | std::ios::in | std::ios::out);
  std::uint32_t table = 0;
  stream.seekg(76);
  stream.read(reinterpret_cast<char*>(&table), 4);
  const std::string zeros(512, '\0'); // every sector is followed by the first one
  stream.seekp((table + 1) * 512);
  stream.write(zeros.data(), 512);
  stream.close();
  this->ExpectText(this->RefusalOf(path), path);
}

TEST_F(XRMFormat, ErrorsOfTheReader)
{
  XRMWriter writer(NX, NY, this->Images(1));
  writer.Integer("ImageInfo/DataType", 12);
  const std::string path = this->Write(writer, "part_8333.0_eV.xrm");
  EXPECT_EQ(this->Reader->CanReadFile(path.c_str()), 1);
  this->Read(path);
  this->ExpectError("stream ImageInfo/DataType");
}

TEST_F(XRMFormat, FirstLook)
{
  const XRMWriter writer(NX, NY, this->Images(1));
  for (const char* name : { "a.xrm", "a.TXRM", "a.txm" })
  {
    EXPECT_EQ(this->Reader->CanReadFile(this->Write(writer, name).c_str()), 1) << name;
  }
  EXPECT_EQ(this->Reader->CanReadFile(this->Write(writer, "a.doc").c_str()), 0);
  WriteText(this->Folder + "b.xrm", "text");
  EXPECT_EQ(this->Reader->CanReadFile((this->Folder + "b.xrm").c_str()), 0);
  EXPECT_EQ(this->Reader->CanReadFile((this->Folder + "none.xrm").c_str()), 0);
}

}
