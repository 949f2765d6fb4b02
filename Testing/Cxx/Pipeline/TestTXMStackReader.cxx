// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackReaderTest.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkExecutive.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <vtk_tiff.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

using namespace stacktest;

class TXMStackReader : public StackReaderTest
{
};

//------------------------------------------------------------------------------------------------
// What is read

TEST_F(TXMStackReader, EveryTypeStorageAndByteOrder)
{
  struct Storage
  {
    int Compression, RowsPerStrip, Tile;
  };
  const std::pair<int, int> types[] = { { 8, SAMPLEFORMAT_UINT }, { 8, SAMPLEFORMAT_INT },
    { 16, SAMPLEFORMAT_UINT }, { 16, SAMPLEFORMAT_INT }, { 32, SAMPLEFORMAT_UINT },
    { 32, SAMPLEFORMAT_INT }, { 64, SAMPLEFORMAT_UINT }, { 64, SAMPLEFORMAT_INT },
    { 32, SAMPLEFORMAT_IEEEFP }, { 64, SAMPLEFORMAT_IEEEFP } };
  for (const auto& type : types)
  {
    for (const Storage& storage :
      { Storage{ COMPRESSION_NONE, 0, 0 }, Storage{ COMPRESSION_NONE, 4, 0 },
        Storage{ COMPRESSION_NONE, 0, 16 }, Storage{ COMPRESSION_LZW, 4, 0 },
        Storage{ COMPRESSION_ADOBE_DEFLATE, 0, 0 }, Storage{ COMPRESSION_LZW, 0, 16 } })
    {
      for (const char* mode : { "wl", "wb", "w8" })
      {
        TIFFOptions options;
        options.Mode = mode;
        options.Bits = type.first;
        options.Kind = type.second;
        options.Compression = storage.Compression;
        options.RowsPerStrip = storage.RowsPerStrip;
        options.Tile = storage.Tile;
        this->WriteVolumes(options);
        this->NewReaderOfAbsorbance();
        this->Read(this->Folder + Names[1]);
        SCOPED_TRACE(std::to_string(type.first) + " bits, kind " + std::to_string(type.second) +
          ", " + mode + ", compression " + std::to_string(storage.Compression) + ", tile " +
          std::to_string(storage.Tile));
        ASSERT_NO_FATAL_FAILURE(this->ExpectStack(NX, NY, NZ, 3, Value));
      }
    }
  }
}

TEST_F(TXMStackReader, OnePagePerEnergy)
{
  for (int e = 0; e < 3; ++e)
  {
    WriteTIFF(this->Folder + Names[e], NX, NY, Slices(e, 1));
  }
  this->Read(this->Folder + Names[2]);
  this->ExpectStack(NX, NY, 1, 3, Value);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));
  EXPECT_STREQ(this->Stack()->GetComponentName(1), "8331.50 eV");
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_unit"), "-ln(I/I0)");
  EXPECT_EQ(paraxanes::GetField(this->Output(), "source"), "vol_8330.00_eV.tif (3 files)");
  EXPECT_EQ(this->Reader->GetNumberOfEnergies(), 3);
}

// More files than are kept open.
TEST_F(TXMStackReader, ManyFiles)
{
  for (int e = 0; e < 300; ++e)
  {
    WriteTIFF(this->Folder + "s_" + std::to_string(7000 + e) + "eV.tif", 5, 4, Slices(e, 1));
  }
  this->Read(this->Folder + "s_7003eV.tif");
  this->ExpectStack(5, 4, 1, 300, Value);
}

TEST_F(TXMStackReader, SeriesAreFoundByTheirNames)
{
  this->WriteVolumes();
  WriteTIFF(this->Folder + "other_8332.00_eV.tif", NX, NY, Slices(0));
  WriteTIFF(this->Folder + "vol_8332.00_eV_ref.tif", NX, NY, Slices(0));
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, NZ, 3, Value);

  this->NewReader();
  this->Reader->FindSeriesOff();
  this->Read(this->Folder + Names[1]);
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 1); });

  // A group of ParaView's file dialog: one integer differs. It is not the whole series.
  WriteTIFF(this->Folder + "vol_8340.50_eV.tif", NX, NY, Slices(3));
  this->NewReader();
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  this->Read(this->Folder + Names[2]); // vol_..00_eV.tif
  this->ExpectStack(NX, NY, NZ, 4, Value);
  this->NewReader();
  this->Reader->AddFileName((this->Folder + Names[2]).c_str());
  this->Read(this->Folder + "vol_8340.50_eV.tif"); // vol_8340..._eV.tif
  this->ExpectStack(NX, NY, NZ, 4, Value);
  this->Reader->FindSeriesOff();
  this->Reader->Update();
  this->ExpectStack(
    NX, NY, NZ, 2, [](int x, int y, int z, int e) { return Value(x, y, z, 2 + e); });

  // Other names are those that are given; their order does not matter.
  this->NewReader();
  this->Reader->AddFileName((this->Folder + Names[2]).c_str());
  this->Read(this->Folder + Names[1]);
  this->ExpectStack(
    NX, NY, NZ, 2, [](int x, int y, int z, int e) { return Value(x, y, z, e + 1); });
}

TEST_F(TXMStackReader, EnergiesOfFolders)
{
  for (int e = 0; e < 3; ++e)
  {
    WriteTIFF(this->Folder + std::to_string(8330 + e) + "p50_eV/recon.tif", NX, NY, Slices(e));
  }
  this->Read(this->Folder + "8331p50_eV/recon.tif");
  this->ExpectStack(NX, NY, NZ, 3, Value);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.5, 8331.5, 8332.5 }));
}

TEST_F(TXMStackReader, EnergiesOfPages)
{
  TIFFOptions options;
  std::vector<PageFunction> pages;
  for (int e = 0; e < 4; ++e)
  {
    options.Descriptions.push_back("energy_eV=" + std::to_string(700 + e));
    pages.push_back(Slices(e, 1).front());
  }
  WriteTIFF(this->Folder + "all.tif", NX, NY, pages, options);
  this->Read(this->Folder + "all.tif");
  this->ExpectStack(NX, NY, 1, 4, Value);
  EXPECT_EQ(this->Energies().back(), 703.0);

  // Pages of equal energy that follow one another are slices.
  options.Descriptions = { "energy_eV=700", "energy_eV=700", "energy_eV=702", "energy_eV=702" };
  WriteTIFF(this->Folder + "volumes.tif", NX, NY, pages, options);
  this->NewReader();
  this->Read(this->Folder + "volumes.tif");
  this->ExpectStack(
    NX, NY, 2, 2, [](int x, int y, int z, int e) { return Value(x, y, 0, 2 * e + z); });
}

TEST_F(TXMStackReader, EnergiesOfAFile)
{
  std::vector<PageFunction> pages;
  for (int e = 0; e < 3; ++e)
  {
    pages.push_back(Slices(e, 1).front());
    WriteTIFF(this->Folder + "v_" + std::to_string(e + 9) + ".tif", NX, NY, Slices(e));
  }
  // One column, keV, for the pages of a file.
  WriteTIFF(this->Folder + "pages.tif", NX, NY, pages);
  WriteText(this->Folder + "energies.txt", "8.330\n8.3315\n8.340\n");
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  this->Read(this->Folder + "pages.tif");
  this->ExpectStack(NX, NY, 1, 3, Value);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.5, 8340.0 }));

  // One column for several files: their natural order, v_9 before v_10.
  this->NewReader();
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  this->Reader->AddFileName((this->Folder + "v_10.tif").c_str());
  this->Reader->AddFileName((this->Folder + "v_11.tif").c_str());
  this->Read(this->Folder + "v_9.tif");
  this->ExpectStack(NX, NY, NZ, 3, Value);

  // Two columns: any one file stands for those of the table.
  WriteText(this->Folder + "files.txt", "8330 v_9.tif\n8331.5 v_10.tif\n8340 v_11.tif\n");
  this->NewReader();
  this->Reader->SetEnergiesFile((this->Folder + "files.txt").c_str());
  this->Read(this->Folder + "v_11.tif");
  this->ExpectStack(NX, NY, NZ, 3, Value);
}

TEST_F(TXMStackReader, EnergiesOutOfOrderAreSortedWithAWarning)
{
  std::vector<PageFunction> pages;
  for (const int e : { 2, 0, 1 })
  {
    pages.push_back(Slices(e, 1).front());
  }
  WriteTIFF(this->Folder + "pages.tif", NX, NY, pages);
  WriteText(this->Folder + "energies.txt", "8332\n8330\n8331\n");
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  this->Read(this->Folder + "pages.tif");
  this->ExpectWarning("sorted");
  this->Said->Warnings.clear();
  this->ExpectStack(NX, NY, 1, 3, Value);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8330.0, 8331.0, 8332.0 }));
}

TEST_F(TXMStackReader, ShiftExcludedEnergiesAndRange)
{
  this->WriteVolumes();
  this->Reader->SetEnergyShift(-1.0);
  this->Reader->AddExcludedEnergy(8330.52); // 8331.50 shifted
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Energies(), (std::vector<double>{ 8329.0, 8339.0 }));
  this->ExpectStack(
    NX, NY, NZ, 2, [](int x, int y, int z, int e) { return Value(x, y, z, 2 * e); });

  this->Reader->RemoveAllExcludedEnergies();
  this->Reader->SetEnergyRange(8330.5, 8339.0); // closed
  this->Reader->Update();
  this->ExpectStack(
    NX, NY, NZ, 2, [](int x, int y, int z, int e) { return Value(x, y, z, e + 1); });

  this->Reader->SetEnergyRange(0.0, 0.0);
  this->Reader->AddExcludedEnergy(8331.5); // not shifted: there is none
  this->Reader->Update();
  this->ExpectWarning("8331.5 eV");
}

// Bad files: cut off, of another size, no TIFF at all.
TEST_F(TXMStackReader, FilesOfExcludedEnergiesAreNotOpened)
{
  const std::function<void(const std::string&)> spoilers[] = {
    [](const std::string& path) { fs::resize_file(path, fs::file_size(path) / 2); },
    [](const std::string& path) { WriteTIFF(path, NX + 1, NY, Slices(1)); },
    [](const std::string& path) { WriteText(path, "nothing"); },
  };
  for (const auto& spoil : spoilers)
  {
    this->WriteVolumes();
    spoil(this->Folder + Names[1]);
    for (const int given : { 0, 1 })
    {
      this->NewReader();
      this->Reader->SetEnergyShift(-1.0);
      this->Reader->AddExcludedEnergy(8330.52); // 8331.50 shifted
      this->Read(this->Folder + Names[given]);
      this->ExpectStack(
        NX, NY, NZ, 2, [](int x, int y, int z, int e) { return Value(x, y, z, 2 * e); });
    }
  }
  // When none is left, this is said.
  this->WriteVolumes();
  this->NewReader();
  for (const double energy : { 8330.0, 8331.5, 8340.0 })
  {
    this->Reader->AddExcludedEnergy(energy);
  }
  this->Read(this->Folder + Names[0]);
  this->ExpectError("No energy is left");
}

// One image of the incident light, without an energy, or several of which the mean is taken.
TEST_F(TXMStackReader, OneReferenceServesAllEnergies)
{
  this->WriteVolumes();
  const auto light = [&](const std::vector<double>& values)
  {
    std::vector<PageFunction> pages;
    for (const double value : values)
    {
      pages.emplace_back([value](int x, int) { return value + x; });
    }
    WriteTIFF(this->Folder + "light.tif", NX, NY, pages);
    this->NewReader();
    this->Reader->SetValueType(vtkTXMStackReader::COUNTS);
    this->Reader->AddReferenceFileName((this->Folder + "light.tif").c_str());
    this->Read(this->Folder + Names[0]);
  };
  const auto absorbance = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / (200.0 + x)); };
  light({ 200.0 });
  this->ExpectStack(NX, NY, NZ, 3, absorbance, 1e-6);
  light({ 190.0, 210.0 });
  this->ExpectWarning("light.tif holds 2 reference images without energies");
  this->Said->Warnings.clear();
  this->ExpectStack(NX, NY, NZ, 3, absorbance, 1e-6);
  // Several for each energy, in an order that nothing tells.
  light(std::vector<double>(6, 200.0));
  this->ExpectError("light.tif holds 6 reference images without energies, and the stack has 3");
  // Of several files each needs an energy.
  this->NewReader();
  WriteTIFF(this->Folder + "more.tif", NX, NY, Slices(0, 1));
  this->Reader->AddReferenceFileName((this->Folder + "light.tif").c_str());
  this->Reader->AddReferenceFileName((this->Folder + "more.tif").c_str());
  this->Read(this->Folder + Names[0]);
  this->ExpectError("No energy is found in the name of the reference");
}

// Also where energies are left out, whether their files are read or not.
TEST_F(TXMStackReader, AsManyReferencesAsEnergiesServeOneEach)
{
  this->WriteVolumes();
  std::vector<PageFunction> light;
  std::vector<PageFunction> pages;
  for (const int e : { 0, 1, 2 })
  {
    light.emplace_back([e](int x, int) { return 200.0 + 50.0 * e + x; });
    pages.push_back(Slices(2 - e, 1).front());
  }
  WriteTIFF(this->Folder + "light.tif", NX, NY, light);
  const auto read = [&](const std::string& name)
  {
    this->Reader->SetValueType(vtkTXMStackReader::COUNTS);
    this->Reader->AddReferenceFileName((this->Folder + "light.tif").c_str());
    this->Read(this->Folder + name);
  };
  const auto absorbance = [](int x, int y, int z, int e)
  { return -std::log(Value(x, y, z, e) / (200.0 + 50.0 * e + x)); };
  read(Names[0]);
  this->ExpectStack(NX, NY, NZ, 3, absorbance, 1e-6);
  this->NewReader();
  this->Reader->AddExcludedEnergy(8331.5);
  read(Names[0]);
  this->ExpectStack(
    NX, NY, NZ, 2, [&](int x, int y, int z, int e) { return absorbance(x, y, z, 2 * e); }, 1e-6);
  this->NewReader();
  this->Reader->SetEnergyRange(8331.0, 8350.0);
  read(Names[0]);
  this->ExpectStack(
    NX, NY, NZ, 2, [&](int x, int y, int z, int e) { return absorbance(x, y, z, e + 1); }, 1e-6);

  // The pages of a stack and those of its references are in one order, whatever the energies are.
  WriteTIFF(this->Folder + "pages.tif", NX, NY, pages);
  WriteText(this->Folder + "energies.txt", "8350\n8340\n8330\n");
  this->NewReader();
  this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
  read("pages.tif");
  this->ExpectWarning("not in ascending order");
  this->Said->Warnings.clear();
  this->ExpectStack(
    NX, NY, 1, 3,
    [](int x, int y, int, int e)
    { return -std::log(Value(x, y, 0, e) / (200.0 + 50.0 * (2 - e) + x)); },
    1e-6);
}

TEST_F(TXMStackReader, VoxelsKeepTheirPlaceUnderVOIAndStride)
{
  for (const int compression : { COMPRESSION_NONE, COMPRESSION_LZW })
  {
    for (const int tile : { 0, 16 })
    {
      TIFFOptions options;
      options.Compression = compression;
      options.RowsPerStrip = 4;
      options.Tile = tile;
      this->WriteVolumes(options);
      this->NewReader();
      this->Reader->SetPixelSize(0.5);
      this->Reader->SetSliceSpacing(2.0);
      this->Reader->SetVOI(3, 30, 5, 19, 1, 4);
      this->Reader->SetStride(4, 3, 2);
      this->Read(this->Folder + Names[0]);
      this->ExpectStack(7, 5, 2, 3,
        [](int x, int y, int z, int e) { return Value(3 + 4 * x, 5 + 3 * y, 1 + 2 * z, e); });
      const double* spacing = this->Output()->GetSpacing();
      EXPECT_DOUBLE_EQ(spacing[0], 2.0);
      EXPECT_DOUBLE_EQ(spacing[1], 1.5);
      EXPECT_DOUBLE_EQ(spacing[2], 4.0);
      const double* origin = this->Output()->GetOrigin();
      EXPECT_DOUBLE_EQ(origin[0], 1.5);
      EXPECT_DOUBLE_EQ(origin[1], 2.5);
      EXPECT_DOUBLE_EQ(origin[2], 2.0);
      for (int stride = 1; stride <= 3; ++stride)
      {
        this->Reader->SetVOI(2, 36, 0, -1, 0, -1);
        this->Reader->SetStride(stride, 1, 1);
        this->Reader->Update();
        const int columns = 34 / stride + 1;
        this->ExpectStack(columns, NY, NZ, 3,
          [stride](int x, int y, int z, int e) { return Value(2 + stride * x, y, z, e); });
      }
    }
  }
}

TEST_F(TXMStackReader, PiecesAndExtentsAndThreadsGiveTheSameValues)
{
  for (const int compression : { COMPRESSION_NONE, COMPRESSION_LZW })
  {
    TIFFOptions options;
    options.Compression = compression;
    options.RowsPerStrip = 4;
    this->WriteVolumes(options);
    for (const char* threads : { "1", "2", "5" })
    {
      ::setenv("VTK_SMP_MAX_THREADS", threads, 1);
      for (int pieces = 1; pieces <= 3; ++pieces)
      {
        for (int piece = 0; piece < pieces; ++piece)
        {
          this->NewReader();
          this->Reader->AddFileName((this->Folder + Names[0]).c_str());
          this->Reader->UpdatePiece(piece, pieces, 1);
          int e[6];
          this->Output()->GetExtent(e);
          this->ExpectStack(e[1] - e[0] + 1, e[3] - e[2] + 1, e[5] - e[4] + 1, 3,
            [&](int x, int y, int z, int k) { return Value(x + e[0], y + e[2], z + e[4], k); });
        }
      }
      const int part[6] = { 4, 11, 3, 17, 2, 2 };
      this->NewReader();
      this->Reader->AddFileName((this->Folder + Names[0]).c_str());
      this->Reader->UpdateExtent(part);
      this->ExpectStack(
        8, 15, 1, 3, [](int x, int y, int z, int k) { return Value(x + 4, y + 3, z + 2, k); });
    }
    ::unsetenv("VTK_SMP_MAX_THREADS");
  }
}

TEST_F(TXMStackReader, HeadersTellWhatAStackIs)
{
  this->WriteVolumes();
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  this->Reader->UpdateInformation();
  int whole[6];
  this->Reader->GetOutputInformation(0)->Get(
    vtkStreamingDemandDrivenPipeline::WHOLE_EXTENT(), whole);
  EXPECT_EQ(std::vector<int>(whole, whole + 6), (std::vector<int>{ 0, 36, 0, 20, 0, 4 }));
  EXPECT_EQ(this->Output()->GetNumberOfPoints(), 0);
  this->ExpectNoMessages();
}

TEST_F(TXMStackReader, EnergyAsTime)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  this->WriteVolumes();
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  this->Reader->UpdateInformation();
  vtkInformation* information = this->Reader->GetOutputInformation(0);
  ASSERT_EQ(information->Length(Pipeline::TIME_STEPS()), 3);
  EXPECT_DOUBLE_EQ(information->Get(Pipeline::TIME_STEPS(), 1), 8331.5);
  this->Reader->UpdateTimeStep(8331.5);
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 1); });
  EXPECT_EQ(this->Energies().size(), 3u);

  // Full spectra for a filter behind it.
  const int box[6] = { 5, 9, 2, 2, 3, 4 };
  std::vector<float> spectra(5 * 2 * 3);
  std::string error;
  ASSERT_TRUE(this->Reader->ReadBox(
    box, this->Reader->StackEnergies(), spectra.data(), [](double) { return true; }, error))
    << error;
  for (int z = 0; z < 2; ++z)
  {
    for (int x = 0; x < 5; ++x)
    {
      for (int e = 0; e < 3; ++e)
      {
        EXPECT_EQ(
          spectra[static_cast<std::size_t>((z * 5 + x) * 3 + e)], Value(5 + x, 2, 3 + z, e));
      }
    }
  }
}

TEST_F(TXMStackReader, FilesThatChangeAreNoticed)
{
  this->WriteVolumes();
  this->Read(this->Folder + Names[0]);
  const vtkMTimeType before = this->Reader->StackMTime();
  EXPECT_EQ(this->Reader->StackMTime(), before);
  TIFFOptions options;
  options.Mode = "wb"; // the header that was kept is wrong too
  WriteTIFF(this->Folder + Names[1], NX, NY, Slices(7), options);
  fs::last_write_time(
    this->Folder + Names[1], fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_GT(this->Reader->StackMTime(), before);
  float spectra[3];
  std::string error;
  const int box[6] = { 1, 1, 2, 2, 3, 3 };
  ASSERT_TRUE(this->Reader->ReadBox(
    box, this->Reader->StackEnergies(), spectra, [](double) { return true; }, error));
  EXPECT_EQ(spectra[1], Value(1, 2, 3, 7));
}

// The pipeline was told of other energies and extents than the files have by now.
TEST_F(TXMStackReader, StacksThatShrinkAreAnErrorThatNamesTheFile)
{
  const auto open = [this]
  {
    this->WriteVolumes();
    this->NewReader();
    this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
    this->Reader->AddFileName((this->Folder + Names[0]).c_str());
    this->Reader->UpdateTimeStep(8330.0);
    this->ExpectNoMessages();
  };
  open();
  fs::remove(this->Folder + Names[2]);
  this->Reader->UpdateTimeStep(8331.5);
  ASSERT_NO_FATAL_FAILURE(
    this->ExpectError(std::string(Names[2]) + " has changed since the stack was opened: that had"));
  EXPECT_NE(this->Said->Errors.front().find("at 2 energies"), std::string::npos);
  std::vector<float> spectra(3);
  std::string error;
  const int box[6] = { 1, 1, 2, 2, 3, 3 };
  EXPECT_FALSE(this->Reader->ReadBox(
    box, this->Reader->StackEnergies(), spectra.data(), [](double) { return true; }, error));
  EXPECT_NE(error.find(Names[2]), std::string::npos) << error;

  // Larger ones too: a part of them would be read.
  open();
  for (int e = 0; e < 3; ++e)
  {
    WriteTIFF(this->Folder + Names[e], NX + 3, NY, Slices(e));
  }
  this->Reader->UpdateTimeStep(8331.5);
  this->ExpectError(std::string(Names[0]) + " has changed");
  error.clear();
  EXPECT_FALSE(this->Reader->ReadBox(
    box, this->Reader->StackEnergies(), spectra.data(), [](double) { return true; }, error));
  EXPECT_NE(error.find("now it has 40 x 21 x 5 voxels"), std::string::npos) << error;

  // Reloaded, they are read.
  this->Reader->Modified();
  this->Reader->UpdateTimeStep(8331.5);
  EXPECT_EQ(this->Said->Errors.size(), 1u);
  EXPECT_EQ(this->Output()->GetDimensions()[0], NX + 3);
}

// A script that creates a reader gives one property after the other, and the file is described
// after the first one.
TEST_F(TXMStackReader, SaysNothingOfWhatIsSetBeforeItIsRead)
{
  TIFFOptions integers;
  integers.Bits = 16;
  integers.Kind = SAMPLEFORMAT_UINT;
  WriteTIFF(this->Folder + "8333_eV.tif", NX, NY, Slices(0), integers);
  WriteTIFF(this->Folder + "8334_eV.tif", NX, NY, Slices(1), integers);
  this->NewReader();
  this->Reader->AddFileName((this->Folder + "8333_eV.tif").c_str());
  this->Reader->SetValueType(vtkTXMStackReader::AUTO);
  this->Reader->UpdateInformation(); // integers without incident light
  this->Reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
  this->Reader->Update();
  this->ExpectNoMessages();
  this->Reader->SetValueType(vtkTXMStackReader::AUTO);
  this->Reader->Update();
  this->ExpectWarning("incident light");
}

// Others may write into the folder, be it the stack itself in another format.
TEST_F(TXMStackReader, NewFilesInTheFolderAreNoChangeOfTheStack)
{
  this->WriteVolumes();
  this->Reader->AddFileName(this->Folder.c_str());
  const std::vector<double> energies = this->Reader->StackEnergies();
  ASSERT_EQ(energies.size(), 3u);
  WriteText(this->Folder + "new.log", "nothing");
  fs::last_write_time(this->Folder, fs::file_time_type::clock::now() + std::chrono::seconds(5));
  std::vector<float> spectra(3);
  std::string error;
  const int box[6] = { 1, 1, 2, 2, 3, 3 };
  EXPECT_TRUE(this->Reader->ReadBox(
    box, energies, spectra.data(), [](double) { return true; }, error))
    << error;
  EXPECT_EQ(spectra[1], Value(1, 2, 3, 1));
}

TEST_F(TXMStackReader, FilesThatAppearAfterTheStackWasOpenedAreNoEmptyStack)
{
  const std::string path = this->Folder + Names[0];
  this->Reader->AddFileName(path.c_str());
  this->Reader->UpdateInformation();
  this->WriteVolumes();
  auto* executive = vtkStreamingDemandDrivenPipeline::SafeDownCast(this->Reader->GetExecutive());
  executive->UpdateData(0);
  this->ExpectError("could not when it was opened");
}

TEST_F(TXMStackReader, FilesThatChangeBetweenBoxesAreNotMixed)
{
  this->WriteVolumes();
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  auto change = [this, seconds = 5]() mutable
  {
    WriteTIFF(this->Folder + Names[1], NX, NY, Slices(7));
    fs::last_write_time(
      this->Folder + Names[1], fs::file_time_type::clock::now() + std::chrono::seconds(seconds++));
  };
  const std::vector<double> energies = this->Reader->StackEnergies();
  float spectra[3];
  std::string error;
  const int box[6] = { 1, 1, 2, 2, 3, 3 };
  const auto read = [&](const std::function<bool(double)>& progress)
  {
    error.clear();
    return this->Reader->ReadBox(box, energies, spectra, progress, error);
  };
  const auto goOn = [](double) { return true; };
  EXPECT_TRUE(read(goOn)) << error;
  change();
  EXPECT_FALSE(read(goOn));
  EXPECT_NE(
    error.find(std::string(Names[1]) + " has changed while the stack was read"), std::string::npos)
    << error;
  // Who begins anew gets the new values.
  this->Reader->StackMTime();
  EXPECT_TRUE(read(goOn)) << error;
  EXPECT_EQ(spectra[1], Value(1, 2, 3, 7));

  // While a box is read.
  const auto changing = [&](double)
  {
    change();
    return true;
  };
  EXPECT_FALSE(read(changing));
  EXPECT_NE(error.find(Names[1]), std::string::npos) << error;
}

TEST_F(TXMStackReader, CanBeAborted)
{
  this->WriteVolumes();
  int calls = 0;
  struct Abort : vtkCommand
  {
    void Execute(vtkObject* caller, unsigned long, void* fraction) override
    {
      ++*this->Calls;
      if (*static_cast<double*>(fraction) < 1.0)
      {
        static_cast<vtkAlgorithm*>(caller)->SetAbortExecute(1);
      }
    }
    int* Calls = nullptr;
  };
  auto abort = vtkSmartPointer<Abort>::Take(new Abort);
  abort->Calls = &calls;
  this->Reader->AddObserver(vtkCommand::ProgressEvent, abort);
  this->Read(this->Folder + Names[0]);
  EXPECT_GT(calls, 0);
  EXPECT_EQ(this->Output()->GetNumberOfPoints(), 0);
  this->ExpectNoMessages();
}

//------------------------------------------------------------------------------------------------
// Values

TEST_F(TXMStackReader, CountsWithAnIncidentSpectrum)
{
  this->WriteVolumes();
  // At 8330: 200, at 8331.5: 230, at 8340: 400 (linear).
  WriteText(this->Folder + "i0.txt", "8.320 0.001\n8.330 200\n8.340 400\n8.350 1\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Read(this->Folder + Names[0]);
  const double incident[3] = { 200.0, 230.0, 400.0 };
  this->ExpectStack(
    NX, NY, NZ, 3,
    [&](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e) / incident[e]); }, 1e-6);
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_from"), "-ln(counts / i0.txt)");

  // The incident spectrum and the stack have the same, uncalibrated, energies.
  this->Reader->SetEnergyShift(50.0);
  this->Reader->Update();
  this->ExpectStack(
    NX, NY, NZ, 3,
    [&](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e) / incident[e]); }, 1e-6);
}

TEST_F(TXMStackReader, IncidentSpectraWithWideGapsAreTold)
{
  for (int e = 0; e < 20; ++e)
  {
    WriteTIFF(this->Folder + "s_" + std::to_string(8330 + e) + "eV.tif", 5, 4, Slices(e, 1));
  }
  WriteText(this->Folder + "i0.txt", "8329 200\n8340 200\n8350 200\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Read(this->Folder + "s_8330eV.tif");
  this->ExpectNoMessages(); // five steps at most
  WriteText(this->Folder + "i0.txt", "8329 200\n8342 200\n8350 200\n");
  this->Reader->Modified();
  this->Reader->Update();
  this->ExpectWarning(
    "i0.txt is 6 eV away from the image at 8335 eV, and the steps of the stack are 1 eV");
}

TEST_F(TXMStackReader, CountsWithReferenceImagesThatAreAveraged)
{
  this->WriteVolumes();
  const auto flat = [](double level)
  { return std::vector<PageFunction>{ [level](int x, int) { return level + x; } }; };
  for (int e = 0; e < 3; ++e)
  {
    const std::string energy = std::string(Names[e]).substr(4, 10);
    for (int k = 0; k < 2; ++k)
    {
      const std::string name = this->Folder + "ref_" + energy + "_" + std::to_string(k) + ".tif";
      WriteTIFF(name, NX, NY, flat(200.0 + 10.0 * e + 100.0 * k));
      this->Reader->AddReferenceFileName(name.c_str());
    }
  }
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(
    NX, NY, NZ, 3,
    [](int x, int y, int z, int e)
    { return -std::log(Value(x, y, z, e) / (250.0 + 10.0 * e + x)); },
    1e-6);

  // One file stands for its series here too.
  this->Reader->RemoveAllReferenceFileNames();
  this->Reader->AddReferenceFileName((this->Folder + "ref_8331.50_eV_0.tif").c_str());
  this->Reader->Update();
  this->ExpectStack(
    NX, NY, NZ, 3,
    [](int x, int y, int z, int e)
    { return -std::log(Value(x, y, z, e) / (200.0 + 10.0 * e + x)); },
    1e-6);
}

TEST_F(TXMStackReader, TransmissionAndAbsorbance)
{
  this->WriteVolumes();
  this->Reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(
    NX, NY, NZ, 3, [](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e)); }, 1e-6);

  WriteText(this->Folder + "i0.txt", "8320 100\n8350 100\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
  this->Reader->Update();
  this->ExpectWarning("not used");
}

// Nothing in the files says so.
TEST_F(TXMStackReader, LargeNumbersOfProjectionsAreToldToBeNoAbsorbance)
{
  const auto write = [this](double factor)
  {
    for (int e = 0; e < 3; ++e)
    {
      WriteTIFF(this->Folder + Names[e], NX, NY,
        { [=](int x, int y) { return factor * Value(x, y, 0, e); } });
    }
  };
  write(1000.0);
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->LargeValues, 1);
  this->NewReaderOfAbsorbance();
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->LargeValues, 0);
  write(0.01);
  this->NewReader();
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->LargeValues, 0);
}

TEST_F(TXMStackReader, IntegersWithoutIncidentLightAreToldToBeCounts)
{
  TIFFOptions options;
  options.Bits = 16;
  options.Kind = SAMPLEFORMAT_UINT;
  this->WriteVolumes(options);
  this->Read(this->Folder + Names[0]);
  this->ExpectWarning("The pixels are integers and there is no incident light for them");
  EXPECT_EQ(this->Stack()->GetTypedComponent(1, 2), Value(1, 0, 0, 2));
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_unit"), "counts");
  EXPECT_NE(
    paraxanes::GetField(this->Output(), "absorbance_from").find("counts"), std::string::npos);
  // Not once more for another property.
  this->Reader->SetEnergyShift(1.0);
  this->Reader->Update();
  EXPECT_EQ(this->Said->Warnings.size(), 1u);
  // But for other files.
  fs::copy(this->Folder + Names[0], this->Folder + "other_8330.00_eV.tif");
  this->Reader->RemoveAllFileNames();
  this->Read(this->Folder + "other_8330.00_eV.tif");
  EXPECT_EQ(this->Said->Warnings.size(), 2u);

  // A description of it does not call them absorbance either.
  std::string error;
  const std::string text = this->Reader->DescriptionText(this->Folder, error);
  EXPECT_EQ(text.find("\"values\""), std::string::npos) << text;
  EXPECT_EQ(text.find("slice_spacing"), std::string::npos) << text;

  this->NewReaderOfAbsorbance();
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, NZ, 3, Value);
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_unit"),
    "attenuation per length, unit of the files");

  this->NewReader();
  WriteText(this->Folder + "i0.txt", "8320 200\n8350 200\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(
    NX, NY, NZ, 3, [](int x, int y, int z, int e) { return -std::log(Value(x, y, z, e) / 200.0); },
    1e-6);
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_unit"), "-ln(I/I0)");
}

TEST_F(TXMStackReader, CountsAmongAbsorbanceAreAnError)
{
  this->WriteVolumes();
  TIFFOptions options;
  options.Bits = 16;
  options.Kind = SAMPLEFORMAT_UINT;
  WriteTIFF(this->Folder + Names[1], NX, NY, Slices(1), options);
  this->Read(this->Folder + Names[0]);
  ASSERT_NO_FATAL_FAILURE(this->ExpectError("The images are not of one kind"));
  for (const std::string& part :
    { std::string(Names[0]) + " holds real numbers", std::string(Names[1]) + " (8331.5 eV) " })
  {
    EXPECT_NE(this->Said->Errors.front().find(part), std::string::npos)
      << this->Said->Errors.front();
  }
  // Both ways out.
  this->Reader->AddExcludedEnergy(8331.5);
  this->Reader->Update();
  EXPECT_EQ(this->Said->Errors.size(), 1u);
  EXPECT_EQ(this->Stack()->GetNumberOfComponents(), 2);
  this->NewReaderOfAbsorbance();
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, NZ, 3, Value);

  // Among the slices of an energy too.
  for (const char* energy : { "a_8330eV", "a_8340eV" })
  {
    for (int z = 0; z < 2; ++z)
    {
      WriteTIFF(this->Folder + energy + "/s_" + std::to_string(z) + ".tif", NX, NY, Slices(0, 1),
        z == 1 ? options : TIFFOptions());
    }
  }
  this->NewReader();
  this->Read(this->Folder + "a_8330eV/s_0.tif");
  this->ExpectError("s_1.tif (8330 eV) integers");

  // The incident light says what they are: exposures that were averaged among those that were not.
  this->NewReader();
  WriteText(this->Folder + "i0.txt", "8320 200\n8350 200\n");
  this->Reader->SetI0File((this->Folder + "i0.txt").c_str());
  this->Read(this->Folder + "a_8330eV/s_0.tif");
  this->ExpectStack(
    NX, NY, 2, 2, [](int x, int y, int, int) { return -std::log(Value(x, y, 0, 0) / 200.0); },
    1e-6);
}

TEST_F(TXMStackReader, UnknownPixelSizesAreToldOnce)
{
  this->WriteVolumes();
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->UnknownSizes, 1);
  EXPECT_FALSE(this->Output()->GetFieldData()->HasArray("pixel_size"));
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 1.0);
  // Neither another property nor another slab.
  this->Reader->SetEnergyShift(1.0);
  this->Reader->Update();
  this->Reader->SetPixelSize(0.03);
  this->Reader->Update();
  this->Reader->SetPixelSize(0.0);
  this->Reader->Update();
  EXPECT_EQ(this->Said->UnknownSizes, 1);

  this->NewReader();
  this->Reader->SetPixelSize(0.03);
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->UnknownSizes, 0);
  TIFFOptions options;
  options.MoreTags = [](TIFF* tiff)
  {
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 1e4F / 0.5F);
  };
  this->WriteVolumes(options);
  this->NewReader();
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(this->Said->UnknownSizes, 0);
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 0.5);
}

TEST_F(TXMStackReader, ValuesThatAreNotFiniteAreCountedOnce)
{
  const double bad[] = { 0.0, -3.0, std::nan(""), 5.0 };
  for (int e = 0; e < 2; ++e)
  {
    WriteTIFF(this->Folder + Names[e], 4, 1, { [&](int x, int) { return bad[x]; } });
  }
  this->Reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  this->Read(this->Folder + Names[0]);
  this->ExpectWarning("6 of 8 values that were read are NaN or infinite, 4 of them");
  EXPECT_TRUE(std::isnan(this->Stack()->GetTypedComponent(0, 1)));
  EXPECT_TRUE(std::isnan(this->Stack()->GetTypedComponent(1, 0)));
  EXPECT_TRUE(std::isnan(this->Stack()->GetTypedComponent(2, 0)));
  float spectra[8];
  std::string error;
  const int box[6] = { 0, 3, 0, 0, 0, 0 };
  EXPECT_TRUE(this->Reader->ReadBox(
    box, this->Reader->StackEnergies(), spectra, [](double) { return true; }, error));
  EXPECT_EQ(this->Said->Warnings.size(), 1u);
  // Nor for another property.
  this->Reader->SetEnergyShift(1.0);
  this->Reader->Update();
  EXPECT_EQ(this->Said->Warnings.size(), 1u);
}

// Who reads in parts does not know of all.
TEST_F(TXMStackReader, ValuesOfPartsThatAreNotFinite)
{
  const double bad[] = { 5.0, 0.0, 5.0, 0.0 };
  for (int e = 0; e < 2; ++e)
  {
    WriteTIFF(this->Folder + Names[e], 4, 1, { [&](int x, int) { return bad[x]; } });
  }
  this->Reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  float spectra[2];
  std::string error;
  for (int x = 0; x < 4; ++x)
  {
    const int box[6] = { x, x, 0, 0, 0, 0 };
    EXPECT_TRUE(this->Reader->ReadBox(
      box, this->Reader->StackEnergies(), spectra, [](double) { return true; }, error));
    EXPECT_EQ(this->Said->Warnings.size(), x < 1 ? 0u : 1u);
  }
  this->ExpectWarning("2 of 2 values that were read");
  this->ExpectWarning("This is one part of the stack; there may be more in others.");
  // One energy is a part too.
  this->NewReader();
  this->Reader->SetValueType(vtkTXMStackReader::TRANSMISSION);
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Read(this->Folder + Names[0]);
  this->Reader->UpdateTimeStep(8331.5);
  this->ExpectWarning("2 of 4 values that were read");
  this->ExpectWarning("there may be more in others");
}

TEST_F(TXMStackReader, PixelSizesComeFromTheTagsThatCanBeBelieved)
{
  const auto resolution = [](int unit, float perUnit)
  {
    TIFFOptions options;
    options.MoreTags = [=](TIFF* tiff)
    {
      TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, unit);
      TIFFSetField(tiff, TIFFTAG_XRESOLUTION, perUnit);
    };
    return options;
  };
  TIFFOptions imageJ = resolution(RESUNIT_NONE, 25.0f);
  imageJ.Descriptions = { "ImageJ=1.53t\nimages=5\nslices=5\nunit=micron\nspacing=0.07\n" };
  const struct
  {
    TIFFOptions Options;
    double Pixel, Slice;
  } cases[] = { { resolution(RESUNIT_CENTIMETER, 125000.0f), 0.08, 0.08 },
    { resolution(RESUNIT_INCH, 254000.0f), 0.1, 0.1 }, { resolution(RESUNIT_INCH, 72.0f), 1, 1 },
    { resolution(RESUNIT_NONE, 1.0f), 1, 1 }, { imageJ, 0.04, 0.07 }, { TIFFOptions(), 1, 1 } };
  for (const auto& one : cases)
  {
    WriteTIFF(this->Folder + Names[0], NX, NY, Slices(0), one.Options);
    this->NewReader();
    this->Read(this->Folder + Names[0]);
    EXPECT_NEAR(this->Output()->GetSpacing()[0], one.Pixel, 1e-6);
    EXPECT_NEAR(this->Output()->GetSpacing()[2], one.Slice, 1e-6);
  }
  this->Reader->SetPixelSize(0.03);
  this->Reader->Update();
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[1], 0.03);
  EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[2], 0.03);
}

// All pages behind one directory; believed only when the file is long enough.
TEST_F(TXMStackReader, ImageJPagesBehindOneDirectory)
{
  for (const int claimed : { NZ, 1000 })
  {
    for (int e = 0; e < 2; ++e)
    {
      TIFFOptions options;
      options.Mode = "wb";
      options.Descriptions = { "ImageJ=1.53t\nimages=" + std::to_string(claimed) +
        "\nslices=" + std::to_string(claimed) + "\nloop=false\n" };
      const std::string path = this->Folder + Names[e];
      // Header and directory of one page whose pixels are moved to the end.
      WriteTIFF(path, NX, NY, Slices(e, 1), options);
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      std::vector<char> bytes(fs::file_size(path));
      file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      const std::uint32_t begin = static_cast<std::uint32_t>(bytes.size());
      const auto be = [](std::uint32_t v)
      {
        return std::string{ static_cast<char>(v >> 24), static_cast<char>(v >> 16),
          static_cast<char>(v >> 8), static_cast<char>(v) };
      };
      // Tag 273, type 4, count 1, offset 8: where libtiff puts the first strip.
      const std::string strip = std::string("\x01\x11\x00\x04\x00\x00\x00\x01", 8);
      const auto at = std::search(bytes.begin(), bytes.end(), strip.begin(), strip.end());
      ASSERT_NE(at, bytes.end());
      const std::string offset = be(begin);
      std::copy(offset.begin(), offset.end(), at + 8);
      std::vector<unsigned char> pixels;
      for (const PageFunction& page : Slices(e))
      {
        for (int y = 0; y < NY; ++y)
        {
          for (int x = 0; x < NX; ++x)
          {
            AppendSample(pixels, page(x, y), TIFFOptions());
          }
        }
      }
      for (std::size_t i = 0; i < pixels.size(); i += 4)
      {
        std::reverse(pixels.begin() + static_cast<std::ptrdiff_t>(i),
          pixels.begin() + static_cast<std::ptrdiff_t>(i) + 4);
      }
      file.seekp(0);
      file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      file.write(
        reinterpret_cast<char*>(pixels.data()), static_cast<std::streamsize>(pixels.size()));
    }
    this->NewReader();
    this->Read(this->Folder + Names[0]);
    if (claimed != NZ)
    {
      this->ExpectWarning("1000 slices and 1 frames, and there are 1 pages");
      this->Said->Warnings.clear();
    }
    this->ExpectStack(NX, NY, claimed == NZ ? NZ : 1, 2, Value);
  }
}

// Thumbnails between the pages are no slices.
TEST_F(TXMStackReader, ReducedPagesArePassedOver)
{
  int page = 0;
  TIFFOptions options;
  options.MoreTags = [&page](TIFF* tiff)
  { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, page++ % 2 == 1 ? FILETYPE_REDUCEDIMAGE : 0); };
  std::vector<PageFunction> pages;
  for (int z = 0; z < 2; ++z)
  {
    pages.push_back(Slices(0)[static_cast<std::size_t>(z)]);
    pages.emplace_back([](int, int) { return 0.0; });
  }
  WriteTIFF(this->Folder + Names[0], NX, NY, pages, options);
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, 2, 1, Value);
}

// Thumbnails of the pixels of the page before, one after another.
TEST_F(TXMStackReader, ReducedPagesOfTheSamePixelsArePassedOver)
{
  const std::string path = this->Folder + Names[0];
  int page = 0;
  TIFFOptions options;
  options.MoreTags = [&page](TIFF* tiff)
  { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, page++ > 0 ? FILETYPE_REDUCEDIMAGE : 0); };
  WriteTIFF(path, NX, NY, Slices(0, 4), options);
  TIFF* tiff = TIFFOpen(path.c_str(), "r+");
  const std::uint64_t pixels = TIFFGetStrileOffset(tiff, 0);
  while (TIFFReadDirectory(tiff))
  {
    const std::uint64_t entry = TIFFCurrentDirOffset(tiff) + 2;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    for (std::uint64_t i = 0; i < 20; ++i)
    {
      std::uint16_t tag = 0;
      file.seekg(static_cast<std::streamoff>(entry + 12 * i));
      file.read(reinterpret_cast<char*>(&tag), 2);
      if (tag == TIFFTAG_STRIPOFFSETS)
      {
        const auto place = static_cast<std::uint32_t>(pixels);
        file.seekp(static_cast<std::streamoff>(entry + 12 * i + 8));
        file.write(reinterpret_cast<const char*>(&place), 4);
        break;
      }
    }
  }
  TIFFClose(tiff);
  this->Read(path);
  this->ExpectStack(NX, NY, 1, 1, Value);
}

TEST_F(TXMStackReader, RangesAreStoredForParaView)
{
  this->WriteVolumes();
  this->Read(this->Folder + Names[0]);
  double range[2];
  this->Stack()->GetRange(range, 1);
  EXPECT_EQ(range[0], 1.0);
  EXPECT_EQ(range[1], 113.0);
  EXPECT_TRUE(this->Stack()->GetInformation()->Has(vtkAbstractArray::PER_COMPONENT()));
}

TEST_F(TXMStackReader, TakesOnlyFilesWithEnergies)
{
  this->WriteVolumes();
  WriteTIFF(this->Folder + "plain.tif", NX, NY, Slices(0));
  TIFFOptions options;
  options.Descriptions = { "energy_eV=700", "energy_eV=701" };
  WriteTIFF(this->Folder + "described.TIFF", NX, NY, Slices(0, 2), options);
  WriteText(this->Folder + "text_8333_eV.tif", "this is no TIFF file");
  WriteText(this->Folder + "v_8333_eV.txt", "nor is this");
  const auto takes = [&](const std::string& name)
  { return this->Reader->CanReadFile((this->Folder + name).c_str()); };
  EXPECT_TRUE(takes(Names[0]));
  EXPECT_TRUE(takes("described.TIFF"));
  EXPECT_FALSE(takes("plain.tif"));
  EXPECT_FALSE(takes("text_8333_eV.tif"));
  EXPECT_FALSE(takes("v_8333_eV.txt"));
  EXPECT_FALSE(takes("missing_8333_eV.tif"));
  EXPECT_FALSE(this->Reader->CanReadFile(nullptr));
  this->ExpectNoMessages();
}

//------------------------------------------------------------------------------------------------
// Bad input: one clear error each

TEST_F(TXMStackReader, BadFilesGiveOneErrorAndNoOtherOutput)
{
  const auto expect = [&](const std::string& file, const std::string& text)
  {
    SCOPED_TRACE(file);
    this->NewReader();
    ::testing::internal::CaptureStderr();
    this->Read(this->Folder + file);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), ""); // libtiff is quiet
    this->ExpectError(text);
    EXPECT_NE(this->Said->Errors.front().find(file), std::string::npos);
  };
  expect("missing_1eV.tif", "No such file");
  WriteText(this->Folder + "empty_1eV.tif", "");
  expect("empty_1eV.tif", "is empty");
  WriteText(this->Folder + "text_1eV.tif", "these are words and not pixels");
  expect("text_1eV.tif", "does not begin as");
  WriteText(this->Folder + "short_1eV.tif", std::string("II*\0", 4));
  expect("short_1eV.tif", "not a valid TIFF");
  fs::create_directories(this->Folder + "folder_1eV.tif");
  expect("folder_1eV.tif", "is a folder");
  if (::geteuid() != 0) // root may read everything
  {
    WriteTIFF(this->Folder + "closed_1eV.tif", NX, NY, Slices(0));
    fs::permissions(this->Folder + "closed_1eV.tif", fs::perms::none);
    expect("closed_1eV.tif", "Permission denied");
  }
  WriteTIFF(this->Folder + "cut_1eV.tif", NX, NY, Slices(0));
  fs::resize_file(this->Folder + "cut_1eV.tif", fs::file_size(this->Folder + "cut_1eV.tif") / 2);
  expect("cut_1eV.tif", "page");
  TIFFOptions colour;
  colour.Bits = 8;
  colour.Kind = SAMPLEFORMAT_UINT;
  colour.MoreTags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3); };
  WriteTIFF(this->Folder + "colour_1eV.tif", NX, NY, Slices(0, 1), colour);
  expect("colour_1eV.tif", "3 samples per pixel");
}

TEST_F(TXMStackReader, NoFileNames)
{
  this->Reader->Update();
  this->ExpectError("no FileNames");
}

TEST_F(TXMStackReader, PagesOfUnequalSize)
{
  TIFF* tiff = TIFFOpen((this->Folder + Names[0]).c_str(), "w");
  WritePage(tiff, NX, NY, Slices(0).front(), {});
  WritePage(tiff, NX + 1, NY, Slices(0).front(), {});
  TIFFClose(tiff);
  this->Read(this->Folder + Names[0]);
  this->ExpectError("page 2: 38 x 21");
  EXPECT_NE(this->Said->Errors.front().find("37 x 21"), std::string::npos);
}

TEST_F(TXMStackReader, FilesThatDiffer)
{
  this->WriteVolumes();
  WriteTIFF(this->Folder + Names[2], NX, NY, Slices(2, 4));
  this->Read(this->Folder + Names[0]);
  this->ExpectError("5 at 8330 eV in vol_8330.00_eV.tif (image 1), 4 at 8340 eV in "
                    "vol_8340.00_eV.tif");

  WriteTIFF(this->Folder + Names[2], NX - 1, NY, Slices(2));
  this->NewReader();
  this->Read(this->Folder + Names[0]);
  this->ExpectError("37 x 21 pixels");
  EXPECT_NE(this->Said->Errors.front().find("36 x 21 pixels"), std::string::npos);
}

TEST_F(TXMStackReader, EnergiesThatDoNotFit)
{
  WriteTIFF(this->Folder + "pages.tif", NX, NY, Slices(0));
  const std::pair<std::string, std::string> tables[] = { { "8330\n8331\n8332\n8333\n",
                                                           "4 energies for 5 pages" },
    { "8330\n8331\n8331\n8332\n8333\n", "8331 eV is repeated" },
    { "8330\n8331\nthree\n8332\n8333\n", "line 3" }, { "8330\n8331\nnan\n8332\n8333\n", "line 3" },
    { "", "no energies" }, { "8330 a.tif\n8331\n", "1 of its 2 lines" },
    { "8330 a.tif\n8331 b.tif\n", "does not name pages.tif" } };
  for (const auto& table : tables)
  {
    WriteText(this->Folder + "energies.txt", table.first);
    this->NewReader();
    this->Reader->SetEnergiesFile((this->Folder + "energies.txt").c_str());
    this->Read(this->Folder + "pages.tif");
    this->ExpectError(table.second);
  }
  this->NewReader();
  this->Read(this->Folder + "pages.tif");
  this->ExpectError("No energy is found");
  this->NewReader();
  this->Reader->SetEnergiesFile((this->Folder + "nothing.txt").c_str());
  this->Read(this->Folder + "pages.tif");
  this->ExpectError("nothing.txt cannot be opened");
}

TEST_F(TXMStackReader, EnergiesRepeatedInNames)
{
  this->WriteVolumes();
  WriteTIFF(this->Folder + "vol_08330.00_eV.tif", NX, NY, Slices(0));
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  this->Read(this->Folder + "vol_08330.00_eV.tif");
  this->ExpectError("8330 eV is repeated");
}

TEST_F(TXMStackReader, IncidentLightThatDoesNotFit)
{
  this->WriteVolumes();
  const auto expect = [&](const std::string& text)
  {
    this->Reader->AddFileName((this->Folder + Names[0]).c_str());
    this->Reader->Update();
    this->ExpectError(text);
    this->NewReader();
  };
  const std::string table = this->Folder + "i0.txt";
  WriteText(table, "8330 100\n8339 100\n");
  this->Reader->SetI0File(table.c_str());
  expect("an image at 8340 eV");
  WriteText(table, "8330 100\n8339 0\n8341 100\n");
  this->Reader->SetI0File(table.c_str());
  expect("no positive number");
  WriteText(table, "8330\n8341\n");
  this->Reader->SetI0File(table.c_str());
  expect("no positive number");
  WriteText(table, "8330 1\n8330 1\n8341 1\n");
  this->Reader->SetI0File(table.c_str());
  expect("repeats the energy 8330 eV");
  this->Reader->SetValueType(vtkTXMStackReader::COUNTS);
  expect("there is no incident light");
  this->Reader->SetI0File(table.c_str());
  this->Reader->AddReferenceFileName((this->Folder + Names[0]).c_str());
  expect("both given");
  WriteTIFF(this->Folder + "ref_8330.00_eV.tif", NX, NY, Slices(0, 1));
  WriteTIFF(this->Folder + "ref_8331.54_eV.tif", NX, NY, Slices(0, 1));
  this->Reader->AddReferenceFileName((this->Folder + "ref_8330.00_eV.tif").c_str());
  expect("no reference image for 8340 eV.");
  WriteTIFF(this->Folder + "ref_8340.00_eV.tif", NX, NY + 1, Slices(0, 1));
  this->Reader->AddReferenceFileName((this->Folder + "ref_8330.00_eV.tif").c_str());
  expect("37 x 22 pixels");
}

TEST_F(TXMStackReader, NumbersThatCannotBe)
{
  const double nan = std::nan("");
  const std::pair<std::function<void()>, const char*> cases[] = {
    { [this] { this->Reader->SetEnergyRange(8340.0, 8330.0); }, "EnergyRange is 8340 to 8330 eV" },
    { [&] { this->Reader->SetEnergyRange(nan, 8330.0); }, "EnergyRange is nan" },
    { [this] { this->Reader->SetPixelSize(-0.03); }, "PixelSize is -0.03" },
    { [this] { this->Reader->SetSliceSpacing(-1.0); }, "SliceSpacing is -1" },
    { [&] { this->Reader->SetPixelSize(nan); }, "PixelSize is nan" },
    { [&] { this->Reader->SetEnergyShift(nan); }, "EnergyShift is nan" },
    { [this] { this->Reader->SetZingerThreshold(-1.0); }, "ZingerThreshold is -1" },
    { [&] { this->Reader->SetZingerThreshold(nan); }, "ZingerThreshold is nan" },
    { [this] { this->Reader->SetVOI(0, -1, 9, 3, 0, -1); }, "VOI is 9 to 3 along y" },
    { [this] { this->Reader->SetVOI(5, -1, 0, -1, 0, -1); }, "VOI is 5 to -1 along x" },
    { [this] { this->Reader->SetBackgroundRegion(8, 2, 0, 3); },
      "BackgroundRegion is 8 to 2 along x and 0 to 3 along y" },
    { [&] { this->Reader->AddExcludedEnergy(nan); }, "ExcludedEnergies is nan" },
  };
  this->WriteVolumes();
  for (const auto& one : cases)
  {
    this->NewReader();
    one.first();
    this->Read(this->Folder + Names[0]);
    this->ExpectError(one.second);
  }
  // A range of one energy is a range.
  this->NewReader();
  this->Reader->SetEnergyRange(8331.5, 8331.5);
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 1); });
}

TEST_F(TXMStackReader, RequestsOutsideTheData)
{
  this->WriteVolumes();
  this->Reader->SetVOI(0, 37, 0, -1, 0, -1);
  this->Read(this->Folder + Names[0]);
  this->ExpectError("voxels 0 to 37 along x; the stack has 0 to 36");
  this->NewReader();
  this->Reader->SetEnergyRange(9000.0, 9100.0);
  this->Read(this->Folder + Names[0]);
  this->ExpectError("8330 to 8340 eV");
  this->NewReader();
  this->Reader->SetStride(1, 0, 1);
  this->Read(this->Folder + Names[0]);
  this->ExpectError("Stride is 0 along y");
  this->NewReader();
  this->Reader->SetMemoryLimit(1e-6);
  this->Read(this->Folder + Names[0]);
  this->ExpectError("memory limit");
}

// A valid file cut off anywhere: what is left is read, or there is one error.
TEST_F(TXMStackReader, CutOffFilesNeverCrash)
{
  for (const int compression : { COMPRESSION_NONE, COMPRESSION_LZW })
  {
    TIFFOptions options;
    options.Compression = compression;
    options.RowsPerStrip = 4;
    WriteTIFF(this->Folder + "whole.tif", NX, NY, Slices(0), options);
    const auto size = fs::file_size(this->Folder + "whole.tif");
    for (std::uintmax_t k = 0; k < 24; ++k)
    {
      const std::string path = this->Folder + "cut_1eV.tif";
      fs::copy_file(this->Folder + "whole.tif", path, fs::copy_options::overwrite_existing);
      fs::resize_file(path, k < 4 ? size - 1 - k : size * (k - 3) / 21);
      this->NewReader();
      ::testing::internal::CaptureStderr();
      this->Read(path);
      EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
      EXPECT_LE(this->Said->Errors.size(), 1u);
      EXPECT_EQ(this->Said->Errors.empty(), this->Output()->GetNumberOfPoints() > 0) << k;
    }
  }
}

// Strips that do not hold what their header says.
TEST_F(TXMStackReader, DamagedStripsAreAnError)
{
  TIFFOptions options;
  options.Compression = COMPRESSION_ADOBE_DEFLATE;
  WriteTIFF(this->Folder + Names[0], NX, NY, Slices(0), options);
  std::fstream file(this->Folder + Names[0], std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(20);
  file.write("damaged", 7);
  file.close();
  ::testing::internal::CaptureStderr();
  this->Read(this->Folder + Names[0]);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  this->ExpectError("page 1: strip 0 cannot be read");
}

//------------------------------------------------------------------------------------------------
// A real measurement

TEST_F(TXMStackReader, ALSStackHasItsKnownAbsorbance)
{
  const std::string folder = std::string(PARAXANES_TEST_DATA) + "/als-stxm-71214078/";
  if (!fs::exists(folder))
  {
    GTEST_SKIP() << "The measurement is not there: " << folder
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";
  }
  this->Reader->SetI0File((folder + "i0.xsp").c_str());
  this->Read(folder + "71214078_counts_float32.tif");
  this->ExpectNoMessages();
  vtkFloatArray* stack = this->Stack();
  ASSERT_NE(stack, nullptr);
  ASSERT_EQ(stack->GetNumberOfComponents(), 123);
  ASSERT_EQ(stack->GetNumberOfTuples(), 125 * 125);
  EXPECT_NEAR(this->Output()->GetSpacing()[0], 0.08, 1e-9);
  EXPECT_DOUBLE_EQ(this->Energies().front(), 700.0);
  EXPECT_DOUBLE_EQ(this->Energies().back(), 730.353);

  // The numbers of oracles.json.
  std::vector<double> values(stack->GetPointer(0), stack->GetPointer(0) + 123 * 125 * 125);
  const double mean =
    std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  EXPECT_NEAR(mean, 1.074424823, 1e-5);
  std::sort(values.begin(), values.end());
  EXPECT_NEAR(values.front(), 0.755844894, 1e-5);
  EXPECT_NEAR(values.back(), 3.6011919, 1e-5);
  const auto percentile = [&](double percent)
  {
    const double position = percent / 100.0 * static_cast<double>(values.size() - 1);
    const auto k = static_cast<std::size_t>(position);
    return values[k] + (position - static_cast<double>(k)) * (values[k + 1] - values[k]);
  };
  EXPECT_NEAR(percentile(1.0), 0.81072195, 1e-5);
  EXPECT_NEAR(percentile(25.0), 0.84747398, 1e-5);
  EXPECT_NEAR(percentile(50.0), 0.91022759, 1e-5);
  EXPECT_NEAR(percentile(75.0), 1.0779902, 1e-5);
  EXPECT_NEAR(percentile(99.0), 2.6214164, 1e-5);
  const auto frameMean = [&](int frame)
  {
    double sum = 0.0;
    for (vtkIdType v = 0; v < 125 * 125; ++v)
    {
      sum += stack->GetTypedComponent(v, frame);
    }
    return sum / (125.0 * 125.0);
  };
  EXPECT_NEAR(frameMean(0), 1.0489413, 1e-5);
  EXPECT_NEAR(frameMean(42), 1.2137757, 1e-5);
  EXPECT_NEAR(frameMean(122), 1.0444424, 1e-5);
  // Column 75 of row 24: the order of rows and columns.
  EXPECT_NEAR(stack->GetTypedComponent(24 * 125 + 75, 0), 1.9598552, 1e-5);
  EXPECT_NEAR(stack->GetTypedComponent(24 * 125 + 75, 122), 1.8925349, 1e-5);
}

}
