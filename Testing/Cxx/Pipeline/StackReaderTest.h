// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackReaderTest.h
 * Files of stacks with known values, and a reader whose output is compared with them.
 */
#ifndef StackReaderTest_h
#define StackReaderTest_h

#include "vtkTXMStackReader.h"

#include "EnergyStack.h"

#include <vtkCommand.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>

#include <vtk_tiff.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace stacktest
{

namespace fs = std::filesystem;

//------------------------------------------------------------------------------------------------
// Files

// Fits in eight bits, and differs between neighbours in every direction.
inline double Value(int x, int y, int z, int e)
{
  return (7 * x + 11 * y + 13 * z + 17 * e) % 113 + 1;
}

struct TIFFOptions
{
  std::string Mode = "w"; // wl, wb: byte order; w8: BigTIFF
  int Bits = 32;
  int Kind = SAMPLEFORMAT_IEEEFP;
  int Compression = COMPRESSION_NONE;
  int RowsPerStrip = 0;                  // 0: one strip
  int Tile = 0;                          // 0: strips
  std::vector<std::string> Descriptions; // one per page
  std::function<void(TIFF*)> MoreTags;
};

using PageFunction = std::function<double(int x, int y)>;

inline void AppendSample(
  std::vector<unsigned char>& bytes, double value, const TIFFOptions& options)
{
  const auto append = [&](auto sample)
  {
    unsigned char raw[sizeof(sample)];
    std::memcpy(raw, &sample, sizeof(sample));
    bytes.insert(bytes.end(), raw, raw + sizeof(sample));
  };
  const bool isSigned = options.Kind == SAMPLEFORMAT_INT;
  switch (options.Kind == SAMPLEFORMAT_IEEEFP ? -options.Bits : options.Bits)
  {
    case -32:
      return append(static_cast<float>(value));
    case -64:
      return append(value);
    case 8:
      return isSigned ? append(static_cast<std::int8_t>(value))
                      : append(static_cast<std::uint8_t>(value));
    case 16:
      return isSigned ? append(static_cast<std::int16_t>(value))
                      : append(static_cast<std::uint16_t>(value));
    case 32:
      return isSigned ? append(static_cast<std::int32_t>(value))
                      : append(static_cast<std::uint32_t>(value));
    default:
      return isSigned ? append(static_cast<std::int64_t>(value))
                      : append(static_cast<std::uint64_t>(value));
  }
}

inline void WritePage(
  TIFF* tiff, int columns, int rows, const PageFunction& page, const TIFFOptions& options)
{
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, columns);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, rows);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, options.Bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, options.Kind);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, options.Compression);
  if (options.MoreTags)
  {
    options.MoreTags(tiff);
  }
  const auto block = [&](int x0, int y0, int width, int height)
  {
    std::vector<unsigned char> bytes;
    for (int y = y0; y < y0 + height; ++y)
    {
      for (int x = x0; x < x0 + width; ++x)
      {
        AppendSample(bytes, x < columns && y < rows ? page(x, y) : 99.0, options);
      }
    }
    return bytes;
  };
  if (options.Tile > 0)
  {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, options.Tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, options.Tile);
    for (int y = 0; y < rows; y += options.Tile)
    {
      for (int x = 0; x < columns; x += options.Tile)
      {
        std::vector<unsigned char> bytes = block(x, y, options.Tile, options.Tile);
        TIFFWriteEncodedTile(tiff,
          TIFFComputeTile(tiff, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0),
          bytes.data(), static_cast<tmsize_t>(bytes.size()));
      }
    }
  }
  else
  {
    const int strip = options.RowsPerStrip > 0 ? options.RowsPerStrip : rows;
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, strip);
    for (int y = 0; y < rows; y += strip)
    {
      std::vector<unsigned char> bytes = block(0, y, columns, std::min(strip, rows - y));
      TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(y / strip), bytes.data(),
        static_cast<tmsize_t>(bytes.size()));
    }
  }
  TIFFWriteDirectory(tiff);
}

inline void WriteTIFF(const std::string& path, int columns, int rows,
  const std::vector<PageFunction>& pages, const TIFFOptions& options = {})
{
  fs::create_directories(fs::path(path).parent_path());
  TIFF* tiff = TIFFOpen(path.c_str(), options.Mode.c_str());
  ASSERT_NE(tiff, nullptr) << path;
  for (std::size_t k = 0; k < pages.size(); ++k)
  {
    if (k < options.Descriptions.size())
    {
      TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, options.Descriptions[k].c_str());
    }
    WritePage(tiff, columns, rows, pages[k], options);
  }
  TIFFClose(tiff);
}

inline void WriteText(const std::string& path, const std::string& text)
{
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

constexpr int NX = 37;
constexpr int NY = 21;
constexpr int NZ = 5;

inline std::vector<PageFunction> Slices(int energy, int slices = NZ)
{
  std::vector<PageFunction> pages;
  for (int z = 0; z < slices; ++z)
  {
    pages.emplace_back([z, energy](int x, int y) { return Value(x, y, z, energy); });
  }
  return pages;
}

constexpr const char* Names[] = { "vol_8330.00_eV.tif", "vol_8331.50_eV.tif",
  "vol_8340.00_eV.tif" };

//------------------------------------------------------------------------------------------------
// Reading

class Messages : public vtkCommand
{
public:
  static Messages* New() { return new Messages; }
  void Execute(vtkObject*, unsigned long event, void* data) override
  {
    const std::string text = static_cast<char*>(data);
    if (text.find("No pixel size is found") != std::string::npos)
    {
      ++this->UnknownSizes; // of most files here
    }
    else if (text.find("and nothing says what they are") != std::string::npos)
    {
      ++this->LargeValues; // the known values are whole numbers up to 113
    }
    // The known values repeat, so that each energy looks like another one moved.
    else if (text.find("The frames do not fit together") == std::string::npos)
    {
      (event == vtkCommand::ErrorEvent ? this->Errors : this->Warnings).push_back(text);
    }
  }
  std::vector<std::string> Errors;
  std::vector<std::string> Warnings;
  int UnknownSizes = 0;
  int LargeValues = 0;
};

// A folder for each test; a reader whose messages are kept.
class StackReaderTest : public ::testing::Test
{
protected:
  void SetUp() override
  {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    this->Folder = std::string(PARAXANES_TEST_OUTPUT) + "/reader/" + info->test_suite_name() + "." +
      info->name() + "/";
    fs::remove_all(this->Folder);
    fs::create_directories(this->Folder);
    this->NewReader();
  }

  void TearDown() override { fs::remove_all(this->Folder); }

  void NewReader()
  {
    this->Reader = vtkSmartPointer<vtkTXMStackReader>::New();
    this->Said = vtkSmartPointer<Messages>::New();
    this->ExecutiveSaid = vtkSmartPointer<Messages>::New();
    this->Reader->AddObserver(vtkCommand::ErrorEvent, this->Said);
    this->Reader->AddObserver(vtkCommand::WarningEvent, this->Said);
    this->Reader->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->ExecutiveSaid);
  }

  // Three volumes, named after their energies.
  void WriteVolumes(const TIFFOptions& options = {})
  {
    for (int e = 0; e < 3; ++e)
    {
      WriteTIFF(this->Folder + Names[e], NX, NY, Slices(e), options);
    }
  }

  void Read(const std::string& file)
  {
    this->Reader->AddFileName(file.c_str());
    this->Reader->Update();
  }

  vtkImageData* Output() { return this->Reader->GetOutput(); }

  vtkFloatArray* Stack()
  {
    return vtkFloatArray::SafeDownCast(this->Output()->GetPointData()->GetArray("absorbance"));
  }

  std::vector<double> Energies() { return paraxanes::StackEnergies(this->Output()); }

  // Integers that are absorbance all the same.
  void NewReaderOfAbsorbance()
  {
    this->NewReader();
    this->Reader->SetValueType(vtkTXMStackReader::ABSORBANCE);
  }

  void ExpectNoMessages()
  {
    for (const auto& list : { this->Said->Errors, this->Said->Warnings })
    {
      EXPECT_TRUE(list.empty()) << list.front();
    }
  }

  // All voxels and energies: value(x, y, z, energy index).
  void ExpectStack(int nx, int ny, int nz, int energies,
    const std::function<double(int, int, int, int)>& value, double tolerance = 0.0)
  {
    this->ExpectNoMessages();
    vtkFloatArray* stack = this->Stack();
    ASSERT_NE(stack, nullptr);
    ASSERT_EQ(stack->GetNumberOfComponents(), energies);
    ASSERT_EQ(stack->GetNumberOfTuples(), static_cast<vtkIdType>(nx) * ny * nz);
    int wrong = 0;
    for (int z = 0; z < nz; ++z)
    {
      for (int y = 0; y < ny; ++y)
      {
        for (int x = 0; x < nx; ++x)
        {
          for (int e = 0; e < energies; ++e)
          {
            const vtkIdType voxel = (static_cast<vtkIdType>(z) * ny + y) * nx + x;
            const double found = stack->GetTypedComponent(voxel, e);
            wrong += std::abs(found - value(x, y, z, e)) <= tolerance ? 0 : 1;
          }
        }
      }
    }
    EXPECT_EQ(wrong, 0) << "values";
  }

  // One error of the reader, with this text in it, and an empty output.
  void ExpectError(const std::string& text)
  {
    ASSERT_EQ(this->Said->Errors.size(), 1u);
    EXPECT_NE(this->Said->Errors.front().find(text), std::string::npos)
      << this->Said->Errors.front();
    EXPECT_EQ(this->Output()->GetNumberOfPoints(), 0);
  }

  void ExpectWarning(const std::string& text)
  {
    EXPECT_TRUE(this->Said->Errors.empty()) << this->Said->Errors.front();
    ASSERT_EQ(this->Said->Warnings.size(), 1u);
    EXPECT_NE(this->Said->Warnings.front().find(text), std::string::npos)
      << this->Said->Warnings.front();
  }

  std::string Folder;
  vtkSmartPointer<vtkTXMStackReader> Reader;
  vtkSmartPointer<Messages> Said;
  vtkSmartPointer<Messages> ExecutiveSaid;
};

}

#endif
