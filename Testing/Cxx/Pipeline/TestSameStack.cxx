// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// One stack written in every format: the reader gives the same array, to the bit.
#include "HDF5Files.h"
#include "StackReaderTest.h"
#include "XRMFiles.h"

#include <cstring>
#include <functional>

namespace
{

using namespace stacktest;

const std::vector<double> Expected = { 8330.0, 8331.5, 8340.0 };

// Not whole numbers, so that formats which round would be noticed.
double Sample(int x, int y, int z, int e)
{
  return static_cast<float>(Value(x, y, z, e) / 7.0);
}

std::function<double(int, int)> Slice(int z, int e)
{
  return [z, e](int x, int y) { return Sample(x, y, z, e); };
}

std::string NameOf(int e, const std::string& extension)
{
  const std::string tiff = Names[e];
  return tiff.substr(0, tiff.size() - 4) + extension;
}

// Each writes the stack into a folder and returns the file to open.
struct Format
{
  std::string Name;
  std::function<std::string(const std::string& folder)> Write;
};

std::string WriteTIFFVolumes(const std::string& folder)
{
  for (int e = 0; e < 3; ++e)
  {
    std::vector<PageFunction> pages;
    for (int z = 0; z < NZ; ++z)
    {
      pages.emplace_back(Slice(z, e));
    }
    WriteTIFF(folder + NameOf(e, ".tif"), NX, NY, pages);
  }
  return folder + Names[1];
}

std::string WriteSliceFolders(const std::string& folder)
{
  for (int e = 0; e < 3; ++e)
  {
    for (int z = 0; z < NZ; ++z)
    {
      WriteTIFF(folder + NameOf(e, "") + "/slice_" + std::to_string(z) + ".tif", NX, NY,
        { PageFunction(Slice(z, e)) });
    }
  }
  return folder + NameOf(0, "") + "/slice_3.tif";
}

std::string WriteReconstructions(const std::string& folder)
{
  for (int e = 0; e < 3; ++e)
  {
    std::vector<PixelFunction> images;
    for (int z = 0; z < NZ; ++z)
    {
      images.emplace_back(Slice(z, e));
    }
    constexpr int float32 = 10;
    XRMWriter(NX, NY, images, float32).Write(folder + NameOf(e, ".txm"));
  }
  return folder + NameOf(2, ".txm");
}

hdf5test::Stack HDF5Stack()
{
  hdf5test::Stack stack;
  stack.Columns = NX;
  stack.Rows = NY;
  stack.Slices = NZ;
  stack.Energies = Expected;
  stack.Value = Sample;
  return stack;
}

std::string WriteDataExchange(const std::string& folder)
{
  hdf5test::WriteDataExchange(folder + "stack.h5", HDF5Stack());
  return folder + "stack.h5";
}

std::string WriteSandbox(const std::string& folder)
{
  hdf5test::WriteSandbox(folder + "stack.h5", HDF5Stack());
  return folder + "stack.h5";
}

std::string WriteRaw(const std::string& folder)
{
  for (int e = 0; e < 3; ++e)
  {
    std::ofstream file(folder + NameOf(e, ".raw"), std::ios::binary);
    for (int z = 0; z < NZ; ++z)
    {
      file << XRMPixels(10, NX, NY, Slice(z, e));
    }
  }
  std::string files;
  for (int e = 0; e < 3; ++e)
  {
    files += std::string(e > 0 ? ", " : "") + "{ \"file\": \"" + NameOf(e, ".raw") +
      "\", \"format\": \"raw\", \"type\": \"float32\", \"byte_order\": \"little\", \"columns\": " +
      std::to_string(NX) + ", \"rows\": " + std::to_string(NY) +
      ", \"images\": " + std::to_string(NZ) + " }";
  }
  WriteText(folder + "stack.txmstack",
    "{ \"txmstack\": 1, \"energies\": [8330, 8331.5, 8340], \"files\": [" + files + "] }");
  return folder + "stack.txmstack";
}

struct SameStack : StackReaderTest
{
};

TEST_F(SameStack, InEveryFormat)
{
  const Format formats[] = {
    { "tiff", WriteTIFFVolumes },
    { "slices", WriteSliceFolders },
    { "txm", WriteReconstructions },
    { "exchange", WriteDataExchange },
    { "sandbox", WriteSandbox },
    { "raw", WriteRaw },
  };
  for (const Format& format : formats)
  {
    SCOPED_TRACE(format.Name);
    this->NewReader();
    const std::string folder = this->Folder + format.Name + "/";
    fs::create_directories(folder);
    this->Read(format.Write(folder));
    this->ExpectStack(NX, NY, NZ, 3, Sample);
    EXPECT_EQ(this->Energies(), Expected);
  }
}

}
