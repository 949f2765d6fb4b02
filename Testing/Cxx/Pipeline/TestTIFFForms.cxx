// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// The same stack through every form in which TIFF files hold one.
#include "StackReaderTest.h"

#include "Formats/FileBytes.h"
#include "Formats/TIFFDescriptions.h"
#include "Formats/TIFFDirectory.h"

#include <numeric>

namespace
{

using namespace stacktest;

constexpr int NE = 3;

class TIFFForms : public StackReaderTest
{
protected:
  // One file per slice, in one folder per energy.
  void WriteSliceFolders(int firstNumber = 8, const std::string& name = "slice_")
  {
    for (int e = 0; e < NE; ++e)
    {
      for (int z = 0; z < NZ; ++z)
      {
        // 8, 9, 10: natural order is not that of letters
        WriteTIFF(this->FolderOf(e) + name + std::to_string(firstNumber + z) + ".tif", NX, NY,
          { Slices(e)[static_cast<std::size_t>(z)] });
      }
    }
  }

  // All slices in one page, plane after plane.
  static void WritePlanar(
    const std::string& path, int energy, int slices, int compression, bool tiles)
  {
    TIFF* tiff = TIFFOpen(path.c_str(), "w");
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, NX);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, NY);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, slices);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_SEPARATE);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
    constexpr int tile = 16;
    constexpr int strip = 8;
    if (tiles)
    {
      TIFFSetField(tiff, TIFFTAG_TILEWIDTH, tile);
      TIFFSetField(tiff, TIFFTAG_TILELENGTH, tile);
    }
    else
    {
      TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, strip);
    }
    std::uint32_t number = 0;
    for (int z = 0; z < slices; ++z)
    {
      const int height = tiles ? tile : strip;
      const int width = tiles ? tile : NX;
      for (int y0 = 0; y0 < NY; y0 += height)
      {
        for (int x0 = 0; x0 < NX; x0 += width)
        {
          std::vector<unsigned char> bytes;
          for (int k = 0; k < width * (tiles ? height : std::min(height, NY - y0)); ++k)
          {
            bytes.push_back(
              static_cast<unsigned char>(Value(x0 + k % width, y0 + k / width, z, energy)));
          }
          const auto size = static_cast<tmsize_t>(bytes.size());
          tiles ? TIFFWriteEncodedTile(tiff, number++, bytes.data(), size)
                : TIFFWriteEncodedStrip(tiff, number++, bytes.data(), size);
        }
      }
    }
    TIFFClose(tiff);
  }

  std::string FolderOf(int e) const
  {
    return this->Folder + std::string(Names[e]).substr(0, 14) + "/";
  }

  // Pages z + NZ * e, or in another order of both.
  void WriteHyperstack(const std::string& name, const std::vector<std::pair<int, int>>& pages,
    const std::string& description, const TIFFOptions& more = {})
  {
    TIFFOptions options = more;
    options.Descriptions = { description };
    std::vector<PageFunction> functions;
    for (const auto& page : pages)
    {
      const int e = page.first;
      const int z = page.second;
      functions.emplace_back([e, z](int x, int y) { return Value(x, y, z, e); });
    }
    WriteTIFF(this->Folder + name, NX, NY, functions, options);
  }

  static std::vector<std::pair<int, int>> Pages(bool slicesFastest)
  {
    std::vector<std::pair<int, int>> pages;
    for (int k = 0; k < NE * NZ; ++k)
    {
      pages.push_back(
        slicesFastest ? std::make_pair(k / NZ, k % NZ) : std::make_pair(k % NE, k / NE));
    }
    return pages;
  }

  void GiveEnergies()
  {
    WriteText(this->Folder + "energies.txt", "8330\n8331.5\n8340\n");
    this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  }

  void ExpectWholeStack()
  {
    this->ExpectStack(NX, NY, NZ, NE, Value);
    EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));
  }
};

// tifffile writes three or four slices as the colours of one image.
TEST_F(TIFFForms, SlicesStoredLikeColours)
{
  for (const int slices : { 3, 4 })
  {
    for (const int compression : { COMPRESSION_NONE, COMPRESSION_ADOBE_DEFLATE })
    {
      for (const bool tiles : { false, true })
      {
        SCOPED_TRACE(std::to_string(slices) + " " + std::to_string(compression));
        for (int e = 0; e < NE; ++e)
        {
          this->WritePlanar(this->Folder + Names[e], e, slices, compression, tiles);
        }
        this->NewReader();
        this->Reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
        this->Read(this->Folder + Names[0]);
        this->ExpectWarning(std::to_string(slices) + " images one after another");
        this->Said->Warnings.clear();
        this->ExpectStack(NX, NY, slices, NE, Value);
      }
    }
  }
}

TEST_F(TIFFForms, FoldersOfSlices)
{
  this->WriteSliceFolders();
  WriteTIFF(this->FolderOf(0) + "other.tif", NX + 1, NY, Slices(0)); // no slice
  this->Read(this->FolderOf(1) + "slice_9.tif");
  this->ExpectWholeStack();
  EXPECT_EQ(paraxanes::GetField(this->Output(), "source"), "slice_8.tif (15 files)");

  // A part along all axes equals the part of the whole.
  this->Reader->SetVOI(3, 30, 5, 19, 1, 4);
  this->Reader->SetStride(4, 3, 2);
  this->Reader->SetEnergyRange(8331.0, 8345.0);
  this->Reader->Update();
  this->ExpectStack(7, 5, 2, 2,
    [](int x, int y, int z, int e) { return Value(3 + 4 * x, 5 + 3 * y, 1 + 2 * z, e + 1); });

  // Only what is given.
  this->NewReader();
  this->Reader->FindSeriesOff();
  this->Read(this->FolderOf(1) + "slice_9.tif");
  this->ExpectStack(NX, NY, 1, 1, [](int x, int y, int, int) { return Value(x, y, 1, 1); });
}

// ParaView's file dialog hands over all files whose names differ in one number.
TEST_F(TIFFForms, AGroupOfSlicesStandsForAllFolders)
{
  this->WriteSliceFolders();
  for (int z = 0; z < NZ; ++z)
  {
    this->Reader->AddFileName(
      (this->FolderOf(2) + "slice_" + std::to_string(8 + z) + ".tif").c_str());
  }
  this->Reader->Update();
  this->ExpectWholeStack();

  this->Reader->FindSeriesOff();
  this->Reader->Update();
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 2); });
}

TEST_F(TIFFForms, OneFolderOfSlicesIsOneEnergy)
{
  this->WriteSliceFolders();
  fs::remove_all(this->FolderOf(0));
  fs::remove_all(this->FolderOf(1));
  this->Read(this->FolderOf(2) + "slice_10.tif");
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 2); });
}

// Several pages each, the energy in the names of the files too.
TEST_F(TIFFForms, FoldersOfFilesOfSeveralSlices)
{
  for (int e = 0; e < NE; ++e)
  {
    const std::vector<PageFunction> slices = Slices(e);
    const std::string name = this->FolderOf(e) + "rec_" + std::string(Names[e]).substr(4, 10) + "_";
    WriteTIFF(name + "01.tif", NX, NY, { slices[0], slices[1] });
    WriteTIFF(name + "02.tif", NX, NY, { slices[2], slices[3], slices[4] });
  }
  this->Read(this->FolderOf(0) + "rec_8330.00_eV_02.tif");
  this->ExpectWholeStack();
}

TEST_F(TIFFForms, AFolderStandsForTheFilesInIt)
{
  this->WriteVolumes();
  this->Read(this->Folder);
  this->ExpectWholeStack();

  fs::remove_all(this->Folder);
  this->WriteSliceFolders();
  this->NewReader();
  this->Read(this->Folder);
  this->ExpectWholeStack();
  this->NewReader();
  this->Read(this->FolderOf(1));
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 1); });

  fs::create_directories(this->Folder + "none");
  this->NewReader();
  this->Read(this->Folder + "none");
  this->ExpectError("a folder without TIFF files");
}

TEST_F(TIFFForms, MissingSlicesAreNamed)
{
  this->WriteSliceFolders();
  fs::remove(this->FolderOf(1) + "slice_10.tif");
  this->Read(this->FolderOf(0) + "slice_8.tif");
  this->ExpectError("vol_8331.50_eV has no slice with the number 10");
  EXPECT_NE(
    this->Said->Errors.front().find("4 slices such as slice_8.tif are found, 5 are expected"),
    std::string::npos)
    << this->Said->Errors.front();

  // In all of them: the slices around it are not neighbours.
  fs::remove(this->FolderOf(0) + "slice_10.tif");
  fs::remove(this->FolderOf(2) + "slice_10.tif");
  this->NewReader();
  this->Read(this->FolderOf(0) + "slice_8.tif");
  this->ExpectError("no slice with the number 10: after 9 comes 11");

  fs::remove(this->FolderOf(0) + "slice_9.tif");
  fs::copy(this->FolderOf(0) + "slice_8.tif", this->FolderOf(0) + "slice_08.tif");
  this->NewReader();
  this->Read(this->FolderOf(0) + "slice_8.tif");
  this->ExpectError("slice 8 twice");
}

TEST_F(TIFFForms, SlicesOfUnequalSize)
{
  this->WriteSliceFolders();
  WriteTIFF(this->FolderOf(1) + "slice_9.tif", NX, NY + 2, { Slices(0).front() });
  this->Read(this->FolderOf(0) + "slice_8.tif");
  this->ExpectError("37 x 23 pixels");
}

// More slices than are kept open, on several threads.
TEST_F(TIFFForms, SlicesAreReadByAnyNumberOfThreads)
{
  this->WriteSliceFolders();
  for (const char* threads : { "1", "3" })
  {
    ::setenv("VTK_SMP_MAX_THREADS", threads, 1);
    this->NewReader();
    this->Read(this->FolderOf(1) + "slice_9.tif");
    this->ExpectWholeStack();
  }
  ::unsetenv("VTK_SMP_MAX_THREADS");
}

TEST_F(TIFFForms, EnergiesFileForNumberedFiles)
{
  for (int e = 0; e < NE; ++e)
  {
    WriteTIFF(this->Folder + "img_" + std::to_string(9 + e) + ".tif", NX, NY, Slices(e));
  }
  this->GiveEnergies();
  this->Read(this->Folder + "img_10.tif");
  this->ExpectWholeStack();
}

TEST_F(TIFFForms, TXMWizardNames)
{
  for (int e = 0; e < NE; ++e)
  {
    char name[64];
    std::snprintf(name, sizeof(name), "particle_%08.2f_eV.tif", e == 1 ? 8331.5 : 8330.0 + 5 * e);
    WriteTIFF(this->Folder + name, NX, NY, Slices(e));
  }
  this->Read(this->Folder + "particle_08330.00_eV.tif");
  this->ExpectStack(NX, NY, NZ, NE, Value);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));
}

TEST_F(TIFFForms, CompressionsAndPredictors)
{
  struct Storage
  {
    int Bits, Kind, Compression, Predictor;
  };
  for (const Storage& storage : { Storage{ 8, SAMPLEFORMAT_UINT, COMPRESSION_PACKBITS, 0 },
         Storage{ 32, SAMPLEFORMAT_IEEEFP, COMPRESSION_PACKBITS, 0 },
         Storage{ 16, SAMPLEFORMAT_UINT, COMPRESSION_LZW, 2 },
         Storage{ 32, SAMPLEFORMAT_INT, COMPRESSION_ADOBE_DEFLATE, 2 },
         Storage{ 32, SAMPLEFORMAT_IEEEFP, COMPRESSION_LZW, 3 },
         Storage{ 64, SAMPLEFORMAT_IEEEFP, COMPRESSION_ADOBE_DEFLATE, 3 } })
  {
    for (const int tile : { 0, 16 })
    {
      for (const char* mode : { "wl", "wb", "w8" })
      {
        if (storage.Predictor == 3 && mode[1] == 'b')
        {
          continue; // libtiff writes the bytes in the wrong order (and reads them in the right one)
        }
        SCOPED_TRACE(std::to_string(storage.Bits) + " bits, compression " +
          std::to_string(storage.Compression) + ", predictor " + std::to_string(storage.Predictor) +
          ", " + mode);
        TIFFOptions options;
        options.Mode = mode;
        options.Bits = storage.Bits;
        options.Kind = storage.Kind;
        options.Compression = storage.Compression;
        options.Tile = tile;
        options.RowsPerStrip = 4;
        options.MoreTags = [&](TIFF* tiff)
        {
          if (storage.Predictor > 0)
          {
            TIFFSetField(tiff, TIFFTAG_PREDICTOR, storage.Predictor);
          }
        };
        this->WriteVolumes(options);
        this->NewReaderOfAbsorbance();
        this->Read(this->Folder + Names[0]);
        ASSERT_NO_FATAL_FAILURE(this->ExpectWholeStack());
      }
    }
  }
}

TEST_F(TIFFForms, NumbersAreReadAsStoredHoweverTheyAreShown)
{
  for (const int photometric : { PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_PALETTE })
  {
    TIFFOptions options;
    options.Bits = 8;
    options.Kind = SAMPLEFORMAT_UINT;
    options.MoreTags = [&](TIFF* tiff)
    {
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
      std::vector<std::uint16_t> colours(256, 7);
      if (photometric == PHOTOMETRIC_PALETTE)
      {
        TIFFSetField(tiff, TIFFTAG_COLORMAP, colours.data(), colours.data(), colours.data());
      }
    };
    this->WriteVolumes(options);
    this->NewReaderOfAbsorbance();
    this->Read(this->Folder + Names[0]);
    this->ExpectWarning("vol_8330.00_eV.tif and 2 other files");
    this->Said->Warnings.clear();
    this->ExpectWholeStack();
  }
}

TEST_F(TIFFForms, ImageJHyperstacks)
{
  const std::string head = "ImageJ=1.53t\nimages=15\n";
  // Frames are energies: channels, slices, frames is the order.
  this->WriteHyperstack(
    "frames.tif", Pages(true), head + "slices=5\nframes=3\nhyperstack=true\nmode=grayscale\n");
  this->GiveEnergies();
  this->Read(this->Folder + "frames.tif");
  this->ExpectWholeStack();

  // Channels are energies, and change fastest.
  this->WriteHyperstack(
    "channels.tif", Pages(false), head + "channels=3\nslices=5\nhyperstack=true\n");
  this->NewReader();
  this->GiveEnergies();
  this->Read(this->Folder + "channels.tif");
  this->ExpectWholeStack();

  this->WriteHyperstack("both.tif", Pages(true), head + "channels=5\nframes=3\nhyperstack=true\n");
  this->NewReader();
  this->GiveEnergies();
  this->Read(this->Folder + "both.tif");
  this->ExpectError("5 channels, 1 slices and 3 frames");
}

TEST_F(TIFFForms, ShapesThatDoNotFitAreNotBelieved)
{
  std::vector<std::pair<int, int>> pages;
  for (int e = 0; e < NE; ++e)
  {
    pages.emplace_back(e, 0);
  }
  const std::string ome =
    "<?xml version=\"1.0\"?><OME><Image><Pixels DimensionOrder=\"XYZCT\" "
    "SizeX=\"37\" SizeY=\"21\" SizeZ=\"9\" SizeC=\"1\" SizeT=\"1\"/></Image></OME>";
  for (const std::string& description :
    { std::string("ImageJ=1.53t\nimages=90\nslices=30\nframes=3\nhyperstack=true\n"), ome })
  {
    this->WriteHyperstack("stale.tif", pages, description);
    this->NewReader();
    this->GiveEnergies();
    this->Read(this->Folder + "stale.tif");
    this->ExpectWarning("stale.tif: The ");
    EXPECT_NE(this->Said->Warnings.front().find("there are 3 pages"), std::string::npos);
    this->Said->Warnings.clear();
    this->ExpectStack(NX, NY, 1, NE, Value);
  }
}

// The labels that ImageJ keeps when it opens a series of files: their names.
TEST_F(TIFFForms, ImageJLabelsHaveEnergies)
{
  static const TIFFFieldInfo fields[] = { { 50838, TIFF_VARIABLE2, TIFF_VARIABLE2, TIFF_LONG,
                                            FIELD_CUSTOM, 1, 1,
                                            const_cast<char*>("IJMetadataByteCounts") },
    { 50839, TIFF_VARIABLE2, TIFF_VARIABLE2, TIFF_BYTE, FIELD_CUSTOM, 1, 1,
      const_cast<char*>("IJMetadata") } };
  for (const bool big : { false, true })
  {
    std::vector<unsigned char> bytes;
    std::vector<std::uint32_t> sizes = { 20 };
    const auto word = [&](std::uint32_t value)
    {
      for (int k = 0; k < 4; ++k)
      {
        bytes.push_back(static_cast<unsigned char>(value >> 8 * (big ? 3 - k : k)));
      }
    };
    const auto text = [&](const std::string& label)
    {
      for (const char c : label)
      {
        bytes.insert(bytes.end(),
          { static_cast<unsigned char>(big ? 0 : c), static_cast<unsigned char>(big ? c : 0) });
      }
      sizes.push_back(static_cast<std::uint32_t>(2 * label.size()));
    };
    word(0x494a494a); // IJIJ
    word(0x696e666f); // info
    word(1);
    word(0x6c61626c); // labl
    word(NE);
    text("3 images");
    for (const char* name : Names)
    {
      text(name);
    }
    TIFFOptions options;
    options.Mode = big ? "wb" : "wl";
    bool first = true;
    options.MoreTags = [&](TIFF* tiff)
    {
      TIFFMergeFieldInfo(tiff, fields, 2);
      if (first)
      {
        TIFFSetField(tiff, 50838, static_cast<std::uint32_t>(sizes.size()), sizes.data());
        TIFFSetField(tiff, 50839, static_cast<std::uint32_t>(bytes.size()), bytes.data());
      }
      first = false;
    };
    this->WriteHyperstack("labels.tif", { { 0, 0 }, { 1, 0 }, { 2, 0 } },
      "ImageJ=1.53t\nimages=3\nslices=3\n", options);
    this->NewReader();
    this->Read(this->Folder + "labels.tif");
    this->ExpectStack(NX, NY, 1, NE, Value);
    EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));

    // Cut off or longer than they say: no labels, and no bytes beyond the end are looked at.
    const std::vector<std::size_t> counts(sizes.begin(), sizes.end());
    for (std::size_t length = 0; length < bytes.size(); ++length)
    {
      const std::vector<unsigned char> part(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_TRUE(paraxanes::ImageJLabels(part, counts, big).empty());
    }
    EXPECT_EQ(paraxanes::ImageJLabels(bytes, counts, big).size(), 3u);
    EXPECT_TRUE(paraxanes::ImageJLabels(bytes, counts, !big).empty());
  }
}

std::string OME(const std::string& sizes, const std::string& inside)
{
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
         "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image ID=\"Image:0\">"
         "<Pixels ID=\"Pixels:0\" Type=\"float\" SizeX=\"37\" SizeY=\"21\" " +
    sizes + ">" + inside + "</Pixels></Image></OME>";
}

TEST_F(TIFFForms, OMEInEveryOrderOfDimensions)
{
  const std::string channels = "<Channel ID=\"Channel:0:0\" Name=\"8330.00 eV\"/>"
                               "<Channel ID=\"Channel:0:1\" Name=\"8331.50 eV\"/>"
                               "<Channel ID=\"Channel:0:2\" Name=\"8340.00 eV\"/>"
                               "<TiffData IFD=\"0\" PlaneCount=\"15\"/>";
  const std::string sizes =
    "SizeZ=\"5\" SizeC=\"3\" SizeT=\"1\" PhysicalSizeX=\"32\" "
    "PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"32\" PhysicalSizeYUnit=\"nm\" "
    "PhysicalSizeZ=\"0.05\" DimensionOrder=\"";
  const std::pair<const char*, bool> orders[] = { { "XYZCT", true }, { "XYZTC", true },
    { "XYTZC", true }, { "XYCZT", false }, { "XYCTZ", false }, { "XYTCZ", false } };
  for (const auto& order : orders)
  {
    SCOPED_TRACE(order.first);
    this->WriteHyperstack(
      "a.ome.tif", Pages(order.second), OME(sizes + order.first + "\"", channels));
    this->NewReader();
    this->Read(this->Folder + "a.ome.tif");
    this->ExpectWholeStack();
    EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 0.032);
    EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[2], 0.05);
  }

  // Time is energy, with an energies file.
  this->WriteHyperstack("t.ome.tif", Pages(false),
    OME("SizeZ=\"5\" SizeC=\"1\" SizeT=\"3\" DimensionOrder=\"XYCTZ\"", ""));
  this->NewReader();
  this->GiveEnergies();
  this->Read(this->Folder + "t.ome.tif");
  this->ExpectWholeStack();

  this->WriteHyperstack("ct.ome.tif", Pages(false),
    OME("SizeZ=\"1\" SizeC=\"5\" SizeT=\"3\" DimensionOrder=\"XYCTZ\"", ""));
  this->NewReader();
  this->GiveEnergies();
  this->Read(this->Folder + "ct.ome.tif");
  this->ExpectError("5 channels, 1 slices and 3 frames");
}

TEST_F(TIFFForms, OMEPlanesLieWhereTiffDataSays)
{
  std::string planes;
  std::vector<std::pair<int, int>> pages(NE * NZ);
  for (int e = 0; e < NE; ++e)
  {
    for (int z = 0; z < NZ; ++z)
    {
      const int page = (7 * (e * NZ + z) + 3) % (NE * NZ);
      pages[static_cast<std::size_t>(page)] = { e, z };
      planes += "<TiffData FirstC=\"" + std::to_string(e) + "\" FirstZ=\"" + std::to_string(z) +
        "\" FirstT=\"0\" IFD=\"" + std::to_string(page) +
        "\" PlaneCount=\"1\"><UUID FileName=\"a.ome.tif\">urn:uuid:1</UUID></TiffData>";
    }
  }
  const std::string sizes = "SizeZ=\"5\" SizeC=\"3\" SizeT=\"1\" DimensionOrder=\"XYZCT\"";
  this->WriteHyperstack("a.ome.tif", pages, OME(sizes, planes));
  this->GiveEnergies();
  this->Read(this->Folder + "a.ome.tif");
  this->ExpectWholeStack();
}

// Pages that are stored as the one before are not parsed; those between that differ are.
TEST_F(TIFFForms, PagesThatDifferAmongMany)
{
  constexpr int pages = 14;
  for (const char* mode : { "wl", "wb", "w8l", "w8b" })
  {
    SCOPED_TRACE(mode);
    int page = 0;
    TIFFOptions options;
    options.Mode = mode;
    options.MoreTags = [&](TIFF* tiff)
    {
      TIFFSetField(
        tiff, TIFFTAG_DATETIME, ("2026:11:22 10:00:" + std::to_string(10 + page)).c_str());
      TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 1e5 + page);
      TIFFSetField(tiff, TIFFTAG_COMPRESSION,
        page == 5 || page == 6 ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE);
      options.RowsPerStrip = page == 9 ? 4 : NY;
      ++page;
    };
    options.Descriptions = { "first" };
    WriteTIFF(this->Folder + "vol_8330.00_eV.tif", NX, NY, Slices(0, pages), options);
    this->NewReader();
    this->Read(this->Folder + "vol_8330.00_eV.tif");
    this->ExpectStack(NX, NY, pages, 1, Value);
    EXPECT_NEAR(this->Output()->GetSpacing()[0], 0.254, 1e-6); // of the first page
  }
}

// Where each page's directory is, by libtiff.
std::vector<std::uint64_t> Directories(const std::string& path)
{
  std::vector<std::uint64_t> offsets;
  TIFF* tiff = TIFFOpen(path.c_str(), "r");
  do
  {
    offsets.push_back(TIFFCurrentDirOffset(tiff));
  } while (TIFFReadDirectory(tiff));
  TIFFClose(tiff);
  return offsets;
}

TEST_F(TIFFForms, DamageAmongManyPages)
{
  const std::string path = this->Folder + "vol_8330.00_eV.tif";
  const auto spoil = [&](std::uint64_t position, std::uint32_t number)
  {
    WriteTIFF(path, NX, NY, Slices(0, 9));
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(position));
    file.write(reinterpret_cast<const char*>(&number), sizeof(number));
    file.close();
    this->NewReader();
    this->Read(path);
  };
  WriteTIFF(path, NX, NY, Slices(0, 9));
  const std::vector<std::uint64_t> offsets = Directories(path);
  const paraxanes::FileBytes file(path);
  const paraxanes::TIFFDirectory sixth(file, {}, offsets[5]);
  ASSERT_EQ(sixth.Next(), offsets[6]);

  spoil(sixth.End() - 4, static_cast<std::uint32_t>(offsets[2]));
  this->ExpectError("the directory of page 7, at byte " + std::to_string(offsets[2]) +
    ", is that of a page before it");
  spoil(sixth.End() - 4, 0x7ffffff0u);
  this->ExpectError("page 7");

  // The entry of the strip's place, behind the tags 256, 257, 258, 259, 262.
  const std::uint64_t strip = offsets[5] + 2 + 12 * 5;
  ASSERT_GT(sixth.Strip(), 0u);
  spoil(strip + 8, 0x7ffffff0u);
  this->ExpectError("page 6: strip 1 of 1 needs bytes");
  // Another type of samples.
  spoil(offsets[5] + 2 + 12 * 2 + 8, 16u);
  this->ExpectError("page 6");
}

TEST(TIFFDirectory, PagesAreLikeEachOtherWhenOnlyTheirPixelsLieElsewhere)
{
  const std::string path = PARAXANES_TEST_OUTPUT "/directories.tif";
  int page = 0;
  TIFFOptions options;
  options.MoreTags = [&](TIFF* tiff)
  {
    TIFFSetField(tiff, TIFFTAG_DATETIME, ("2026:11:22 10:00:" + std::to_string(10 + page)).c_str());
    TIFFSetField(tiff, TIFFTAG_FILLORDER, page == 2 ? FILLORDER_LSB2MSB : FILLORDER_MSB2LSB);
    options.RowsPerStrip = page == 5 ? 4 : NY;
    ++page;
  };
  for (const char* mode : { "wl", "wb", "w8l", "w8b" })
  {
    SCOPED_TRACE(mode);
    page = 0;
    options.Mode = mode;
    WriteTIFF(path, NX, NY, Slices(0, 7), options);
    const std::vector<std::uint64_t> offsets = Directories(path);
    const paraxanes::FileBytes file(path);
    std::vector<paraxanes::TIFFDirectory> directories;
    for (const std::uint64_t offset : offsets)
    {
      directories.push_back({ file,
        { std::string(mode).find('8') != std::string::npos,
          std::string(mode).find('b') != std::string::npos },
        offset });
      ASSERT_TRUE(directories.back().IsWhole());
    }
    for (std::size_t i = 0; i < 7; ++i)
    {
      EXPECT_EQ(directories[i].Next(), i < 6 ? offsets[i + 1] : 0u);
      EXPECT_EQ(directories[i].Strip() > 0, i != 5) << i;
      EXPECT_EQ(directories[i].IsLike(directories[1]), i != 2 && i != 5) << i;
    }
  }
  fs::remove(path);
}

// What stands in a description is never trusted with memory or places.
TEST(TIFFDescriptions, NonsenseIsNotBelieved)
{
  for (const char* sizes :
    { "SizeZ=\"-5\" SizeC=\"-3\" SizeT=\"1\"", "SizeZ=\"99999999999\" SizeC=\"3\" SizeT=\"1\"",
      "SizeZ=\"nan\" SizeC=\"inf\" SizeT=\"1e300\"", "" })
  {
    const auto shape =
      paraxanes::ReadOME(OME(std::string(sizes) + " DimensionOrder=\"XYZCT\"", ""), 15);
    EXPECT_TRUE(shape.Order.empty()) << sizes;
    EXPECT_EQ(shape.Slices, 0);
    EXPECT_EQ(shape.Warnings.size(), 1u);
  }
  const std::string good = "SizeZ=\"5\" SizeC=\"3\" SizeT=\"1\" DimensionOrder=";
  EXPECT_EQ(paraxanes::ReadOME(OME(good + "\"ZCTXY\"", ""), 15).Warnings.size(), 1u);
  for (const char* data : { "<TiffData IFD=\"-3\" PlaneCount=\"99999999999\"/>",
         "<TiffData FirstC=\"9223372036854775807\" FirstZ=\"4\" IFD=\"2\"/>",
         "<TiffData IFD=\"9223372036854775807\"/>" })
  {
    const auto shape = paraxanes::ReadOME(OME(good + "\"XYZCT\"", data), 15);
    ASSERT_EQ(shape.Order.size(), 15u);
    for (const int page : shape.Order)
    {
      EXPECT_TRUE(page >= 0 && page < 15);
    }
  }
  EXPECT_EQ(paraxanes::ReadOME("<OME><Pixels", 3).Warnings.size(), 1u);
  for (const char* count : { "-1", "0", "1e99", "nan", "words" })
  {
    const auto shape = paraxanes::ReadImageJ(
      std::string("ImageJ=1\nimages=5\nslices=") + count + "\nframes=5\n", {}, 5);
    EXPECT_TRUE(shape.Order.empty()) << count;
  }
}

}
