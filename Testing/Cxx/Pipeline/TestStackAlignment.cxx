// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// From stored values to one grid, through the reader.
#include "StackReaderTest.h"

#include "vtkEnergyStackWriter.h"

#include "Formats/StackAlignment.h"
#include "Formats/StackGrid.h"

#include <vtkDoubleArray.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace
{

using namespace stacktest;
using paraxanes::AlignmentRequest;
using paraxanes::Frame;
using paraxanes::Series;

class StackAlignment : public StackReaderTest
{
protected:
  std::vector<double> Field(const char* name)
  {
    auto* array = vtkDoubleArray::SafeDownCast(this->Output()->GetFieldData()->GetArray(name));
    return array
      ? std::vector<double>(array->GetPointer(0), array->GetPointer(0) + array->GetNumberOfValues())
      : std::vector<double>();
  }

  std::vector<float> Values()
  {
    vtkFloatArray* stack = this->Stack();
    return stack
      ? std::vector<float>(stack->GetPointer(0), stack->GetPointer(0) + stack->GetNumberOfValues())
      : std::vector<float>();
  }

  void SetShifts(const std::string& text)
  {
    WriteText(this->Folder + "shifts.csv", text);
    this->Reader->SetShiftsFile((this->Folder + "shifts.csv").c_str());
  }

  // References and darks with energies and without, shifts, everything that costs.
  void WriteMeasurement()
  {
    this->WriteVolumes();
    const auto flat = [](double level)
    { return std::vector<PageFunction>{ [level](int x, int y) { return level + x + 2 * y; } }; };
    for (int e = 0; e < 3; ++e)
    {
      WriteTIFF(
        this->Folder + "ref_" + std::string(Names[e]).substr(4), NX, NY, flat(300.0 + 10.0 * e));
    }
    WriteTIFF(this->Folder + "dark.tif", NX, NY, flat(-80.0));
  }

  void UseMeasurement()
  {
    this->Reader->AddReferenceFileName((this->Folder + "ref_8330.00_eV.tif").c_str());
    this->Reader->AddDarkFileName((this->Folder + "dark.tif").c_str());
    this->Reader->SetZingerThreshold(3.0);
    this->Reader->SetDespeckleReferences(true);
    this->Reader->SetInterpolation(vtkTXMStackReader::CUBIC);
    this->SetShifts("8330 0 0 0\n8331.5 1.5 -2.25 0.5\n8340 3 0 0\n");
  }
};

// dx = 2: what is seen at x belongs to x - 2.
TEST_F(StackAlignment, WholeShiftsMoveTheValues)
{
  this->WriteVolumes();
  this->SetShifts(
    "# a comment\n\"energy (keV)\",\"remark\",\"dx (px)\",\"dy (px)\",\"dz (px)\"\r\n"
    "8.3315,\"moved # by (2, -1, 1); a lot\",2,-1,1\r\n8.330,,0,0,0\r\n8.340,,0,3,0\r\n");
  this->Read(this->Folder + Names[0]);
  const int shifts[3][3] = { { 0, 0, 0 }, { 2, -1, 1 }, { 0, 3, 0 } };
  const std::vector<float> values = this->Values();
  ASSERT_EQ(values.size(), static_cast<std::size_t>(NX) * NY * NZ * 3);
  std::int64_t outside = 0;
  std::size_t at = 0;
  for (int z = 0; z < NZ; ++z)
  {
    for (int y = 0; y < NY; ++y)
    {
      for (int x = 0; x < NX; ++x)
      {
        for (int e = 0; e < 3; ++e, ++at)
        {
          const int i = x + shifts[e][0];
          const int j = y + shifts[e][1];
          const int k = z + shifts[e][2];
          const bool inside = i >= 0 && i < NX && j >= 0 && j < NY && k >= 0 && k < NZ;
          outside += inside ? 0 : 1;
          if (inside)
          {
            ASSERT_EQ(values[at], Value(i, j, k, e)) << x << " " << y << " " << z << " " << e;
          }
          else
          {
            ASSERT_TRUE(std::isnan(values[at])) << x << " " << y << " " << z << " " << e;
          }
        }
      }
    }
  }
  this->ExpectWarning(std::to_string(outside) + " because they lie outside");
  EXPECT_EQ(this->Field("shift_x"), (std::vector<double>{ 0.0, 2.0, 0.0 }));
  EXPECT_EQ(this->Field("shift_y"), (std::vector<double>{ 0.0, -1.0, 3.0 }));
  EXPECT_EQ(this->Field("shift_z"), (std::vector<double>{ 0.0, 1.0, 0.0 }));

  // The place of the voxels stays.
  EXPECT_EQ(this->Output()->GetOrigin()[0], 0.0);
}

TEST_F(StackAlignment, ShiftsOfZeroChangeNothing)
{
  this->WriteVolumes();
  this->SetShifts("8330 0 0\n8331.5 0 0\n8340 0 0\n8350 7 7\n");
  this->Read(this->Folder + Names[0]);
  this->ExpectStack(NX, NY, NZ, 3, Value);
  EXPECT_TRUE(this->Field("shift_x").empty());
}

// One number for each energy of the file is one for each that is read.
TEST_F(StackAlignment, NumbersOfFilesFollowTheEnergies)
{
  this->WriteVolumes();
  this->SetShifts("8330 1 0\n8331.5 2 0\n8340 3 0\n");
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  const std::string copy = this->Folder + "copy.h5";
  auto writer = vtkSmartPointer<vtkEnergyStackWriter>::New();
  writer->SetInputConnection(this->Reader->GetOutputPort());
  writer->SetFileName(copy.c_str());
  ASSERT_EQ(writer->Write(), 1);
  this->NewReader();
  this->Reader->AddExcludedEnergy(8331.5);
  this->Read(copy);
  EXPECT_EQ(this->Field("shift_x"), (std::vector<double>{ 1.0, 3.0 }));
}

TEST_F(StackAlignment, ShiftsThatCannotBeUsed)
{
  this->WriteVolumes();
  const std::pair<const char*, const char*> files[] = {
    { "8330 0 0\n8340 1 1\n", "no shift for 8331.5 eV" },
    { "8330 0 0\n8331.5 0\n", "line 2 has 2 columns" },
    { "8330 0 0\n8331.5 0 0 1\n", "line 2 has 4 columns, the lines before it have 3" },
    { "energy;dx;dy\n8330;0,5\n", "line 2 has 2 columns, the lines before it have 3" },
    { "8330 0 0\n8331.5 0 1 2 3\n", "line 2 has 5 columns" },
    { "8330,0,0\n8331.5,,1\n", "line 2 has \"\" where a number is expected" },
    { "8330 0 nan\n", "line 1 has \"nan\"" },
    { "energy (eV),dx (px),dy (px),dz (px)\n8330,0,0,0\n8331.5,1,0,nan\n",
      "line 3 has \"nan\" where a number is expected. Set it by hand; a table of Stack Quality" },
    { "8330 0 0\n8330 1 1\n", "repeats the energy 8330 eV" },
    { "# nothing\n\n", "has no shifts" },
    { "-5 0 0\n", "an energy above 0" },
    { "energy (eV),shift x (px),shift y (px)\n8330,0,0\n", "have to be added up" },
  };
  for (const auto& file : files)
  {
    this->SetShifts(file.first);
    this->Read(this->Folder + Names[0]);
    this->ExpectError(file.second);
    this->NewReader();
  }
  this->SetShifts("8330 0 0\n" + std::string(100000, 'x'));
  this->Read(this->Folder + Names[0]);
  this->ExpectError("line 2 has 1 columns");
  this->NewReader();
  this->Reader->SetShiftsFile((this->Folder + "nothing.csv").c_str());
  this->Read(this->Folder + Names[0]);
  this->ExpectError("nothing.csv cannot be opened");
}

// As a German spreadsheet writes it; and energies that are not read need no line.
TEST_F(StackAlignment, ShiftsWithDecimalCommas)
{
  this->WriteVolumes();
  this->SetShifts("\xef\xbb\xbf"
                  "energy;dx;dy\r\n8330;0;1,5\r\n8340,0;-2,25;0\r\n");
  this->Reader->AddExcludedEnergy(8331.5);
  this->Read(this->Folder + Names[0]);
  EXPECT_TRUE(this->Said->Errors.empty());
  EXPECT_EQ(this->Field("shift_x"), (std::vector<double>{ 0.0, -2.25 }));
  EXPECT_EQ(this->Field("shift_y"), (std::vector<double>{ 1.5, 0.0 }));
}

// VOI, stride and pieces are parts of the whole, to the bit, whatever is done to the values.
TEST_F(StackAlignment, PartsAreThoseOfTheWhole)
{
  this->WriteMeasurement();
  this->UseMeasurement();
  this->Read(this->Folder + Names[0]);
  const std::vector<float> whole = this->Values();
  ASSERT_EQ(whole.size(), static_cast<std::size_t>(NX) * NY * NZ * 3);
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_from"),
    "-ln((counts - dark) / (reference images - dark))");
  const auto expectPart = [&](const int first[3], const int stride[3])
  {
    int dimensions[3];
    this->Output()->GetDimensions(dimensions);
    const std::vector<float> part = this->Values();
    ASSERT_FALSE(part.empty());
    std::size_t at = 0;
    for (int k = 0; k < dimensions[2]; ++k)
    {
      for (int j = 0; j < dimensions[1]; ++j)
      {
        for (int i = 0; i < dimensions[0]; ++i, at += 3)
        {
          const int x = first[0] + i * stride[0];
          const int y = first[1] + j * stride[1];
          const int z = first[2] + k * stride[2];
          const auto voxel = static_cast<std::size_t>((z * NY + y) * NX + x);
          ASSERT_EQ(std::memcmp(&part[at], &whole[3 * voxel], 3 * sizeof(float)), 0)
            << x << " " << y << " " << z;
        }
      }
    }
    EXPECT_EQ(at, part.size());
  };
  this->Reader->SetVOI(3, 30, 2, 19, 1, 4);
  this->Reader->SetStride(2, 3, 1);
  this->Reader->Update();
  const int first[3] = { 3, 2, 1 };
  const int stride[3] = { 2, 3, 1 };
  expectPart(first, stride);

  this->Reader->SetVOI(0, -1, 0, -1, 0, -1);
  this->Reader->SetStride(1, 1, 1);
  const int one[3] = { 1, 1, 1 };
  for (int piece = 0; piece < 4; ++piece)
  {
    this->Reader->UpdatePiece(piece, 4, 1);
    const int* extent = this->Output()->GetExtent();
    const int begin[3] = { extent[0], extent[2], extent[4] };
    expectPart(begin, one);
  }
}

// One energy at a time is the same, and needs no more than its own files.
TEST_F(StackAlignment, EnergyAsTimeGivesTheSameValues)
{
  this->WriteMeasurement();
  this->UseMeasurement();
  this->Read(this->Folder + Names[0]);
  const std::vector<float> whole = this->Values();
  ASSERT_EQ(whole.size(), static_cast<std::size_t>(NX) * NY * NZ * 3);
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  const double energies[3] = { 8330.0, 8331.5, 8340.0 };
  for (std::size_t e = 0; e < 3; ++e)
  {
    this->Reader->UpdateTimeStep(energies[e]);
    const std::vector<float> one = this->Values();
    ASSERT_EQ(one.size() * 3, whole.size());
    for (std::size_t i = 0; i < one.size(); ++i)
    {
      ASSERT_EQ(std::memcmp(&one[i], &whole[3 * i + e], sizeof(float)), 0);
    }
    EXPECT_EQ(this->Field("references").size(), 3u);
  }
}

TEST_F(StackAlignment, EnergyAsTimeReadsOnlyWhatTheEnergyNeeds)
{
  TIFFOptions options;
  options.Compression = COMPRESSION_ADOBE_DEFLATE;
  this->WriteVolumes(options);
  std::fstream file(this->Folder + Names[2], std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(20);
  file.write("damaged", 7);
  file.close();
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Reader->AddFileName((this->Folder + Names[0]).c_str());
  this->Reader->UpdateInformation();
  this->Reader->UpdateTimeStep(8331.5);
  this->ExpectStack(NX, NY, NZ, 1, [](int x, int y, int z, int) { return Value(x, y, z, 1); });
  this->Reader->UpdateTimeStep(8340.0);
  this->ExpectError("cannot be read");
}

TEST_F(StackAlignment, EnergyAsTimeIsBoundByTheMemoryLimit)
{
  this->WriteVolumes();
  const double volume = NX * NY * NZ * 4.0 / (1024.0 * 1024.0 * 1024.0);
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Reader->SetMemoryLimit(1.01 * volume); // a third of the stack
  this->Read(this->Folder + Names[0]);
  this->ExpectNoMessages();
  EXPECT_GT(this->Output()->GetNumberOfPoints(), 0);
  this->Reader->SetMemoryLimit(0.99 * volume);
  this->Reader->Update();
  this->ExpectError("3885 voxels x 1 energies");
  EXPECT_EQ(this->Said->Errors.front().find("EnergyAsTime"), std::string::npos);
}

TEST_F(StackAlignment, DarkImagesOfOtherSizeAreAnError)
{
  this->WriteMeasurement();
  WriteTIFF(this->Folder + "dark.tif", NX, NY - 1, Slices(0, 1));
  this->UseMeasurement();
  this->Read(this->Folder + Names[0]);
  this->ExpectError("has 37 x 20 pixels; 37 x 21 are expected");
}

TEST_F(StackAlignment, ZingersAreToldOnce)
{
  WriteTIFF(this->Folder + "a_8330.00_eV.tif", NX, NY,
    { [](int x, int y) { return x == 5 && y == 5 ? 1e6 : 50.0; } });
  WriteTIFF(this->Folder + "ref_8330.00_eV.tif", NX, NY, { [](int, int) { return 100.0; } });
  this->Reader->AddReferenceFileName((this->Folder + "ref_8330.00_eV.tif").c_str());
  this->Reader->SetZingerThreshold(0.5);
  this->Read(this->Folder + "a_8330.00_eV.tif");
  this->ExpectWarning("ZingerThreshold 0.5 replaced 1 pixels of images of the sample and 0 of "
                      "references");
}

//------------------------------------------------------------------------------------------------
// Magnification

// A Gaussian in um about the centre of the image.
double Gaussian(double x, double y, double size)
{
  const double dx = (x - (NX - 1) / 2.0) * size - 1.0;
  const double dy = (y - (NY - 1) / 2.0) * size + 0.5;
  return 2.0 * std::exp(-(dx * dx + dy * dy) / 8.0);
}

constexpr double Sizes[] = { 0.5, 0.505, 0.51 };

class StackMagnification : public StackAlignment
{
protected:
  void WriteFrames()
  {
    for (int e = 0; e < 3; ++e)
    {
      TIFFOptions options;
      options.MoreTags = [e](TIFF* tiff)
      {
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 1e4 / Sizes[e]);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 1e4 / Sizes[e]);
      };
      WriteTIFF(this->Folder + Names[e], NX, NY,
        { [e](int x, int y) { return Gaussian(x, y, Sizes[e]); } }, options);
    }
  }

  // Largest difference of the other energies from the first one.
  double LargestDifference()
  {
    const std::vector<float> values = this->Values();
    double largest = 0.0;
    for (std::size_t i = 0; i + 2 < values.size(); i += 3)
    {
      for (std::size_t e = 1; e < 3; ++e)
      {
        const double difference = std::abs(double{ values[i + e] } - values[i]);
        largest = difference <= largest ? largest : difference; // NaN is larger
      }
    }
    return largest;
  }
};

TEST_F(StackMagnification, IsToldWhenItIsNotCorrected)
{
  this->WriteFrames();
  this->Read(this->Folder + Names[0]);
  this->ExpectWarning("The pixel size is 0.5 um at 8330 eV and 0.51 um at 8340 eV (2");
  EXPECT_NE(this->Said->Warnings.front().find("0.37 pixels apart"), std::string::npos)
    << this->Said->Warnings.front();
  const std::vector<double> sizes = this->Field("pixel_size");
  ASSERT_EQ(sizes.size(), 3u);
  EXPECT_NEAR(sizes[1], 0.505, 1e-6);
  EXPECT_GT(this->LargestDifference(), 0.02);
}

TEST_F(StackMagnification, BringsAllEnergiesToTheSmallestPixels)
{
  this->WriteFrames();
  this->Reader->SetCorrectMagnification(true);
  this->Read(this->Folder + Names[0]);
  this->ExpectNoMessages(); // nothing lies outside
  EXPECT_NEAR(this->Output()->GetSpacing()[0], 0.5, 1e-6);
  const double linear = this->LargestDifference();
  EXPECT_LT(linear, 0.01);
  this->Reader->SetInterpolation(vtkTXMStackReader::CUBIC);
  this->Reader->Update();
  EXPECT_LT(this->LargestDifference(), 0.2 * linear);

  // About another point: there the values stay, elsewhere they do not fit.
  this->Reader->SetOpticalAxis(0.0, 0.0);
  this->Reader->Update();
  const std::vector<float> values = this->Values();
  for (std::size_t e = 0; e < 3; ++e)
  {
    EXPECT_EQ(values[e], static_cast<float>(Gaussian(0.0, 0.0, Sizes[e])));
  }
  EXPECT_GT(this->LargestDifference(), 0.02);

  // A part of the energies lies on the same grid.
  this->Reader->SetEnergyRange(8331.0, 8350.0);
  this->Reader->Update();
  EXPECT_NEAR(this->Output()->GetSpacing()[0], 0.5, 1e-6);
  const std::vector<double> sizes = this->Field("pixel_size");
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(sizes[0], sizes[1]); // of the grid
  EXPECT_NEAR(sizes[0], 0.5, 1e-6);
}

TEST_F(StackMagnification, FollowsThePixelSizeThatIsGiven)
{
  this->WriteFrames();
  this->Reader->SetPixelSize(1.0);
  this->Read(this->Folder + Names[0]);
  std::vector<double> sizes = this->Field("pixel_size");
  ASSERT_EQ(sizes.size(), 3u);
  for (std::size_t e = 0; e < 3; ++e)
  {
    EXPECT_NEAR(sizes[e], 2.0 * Sizes[e], 1e-5);
  }
  this->Reader->SetCorrectMagnification(true);
  this->Reader->Update();
  sizes = this->Field("pixel_size");
  ASSERT_EQ(sizes.size(), 3u);
  EXPECT_NEAR(sizes[2], 1.0, 1e-12);
  EXPECT_EQ(this->Output()->GetSpacing()[0], 1.0);
}

TEST_F(StackMagnification, NeedsPixelSizes)
{
  this->WriteVolumes();
  this->Reader->SetCorrectMagnification(true);
  this->Read(this->Folder + Names[0]);
  this->ExpectWarning("nothing to go by");
}

TEST(StackPlaces, MoveAboutTheOpticalAxis)
{
  Series series;
  series.Columns = 101;
  series.Rows = 51;
  series.Slices = 21;
  series.PixelSize = 2.0;
  series.SliceSpacing = 3.0;
  for (const double size : { 2.0, 1.0 })
  {
    Frame frame;
    frame.PixelSize = size;
    frame.Shift = { 1.0, 2.0, 3.0 };
    series.Frames.push_back(frame);
  }
  AlignmentRequest request;
  request.CorrectMagnification = true;
  const auto alignment = paraxanes::MakeAlignment(request, series, { 8330.0, 8340.0 });
  EXPECT_EQ(alignment.PixelSize, 1.0);
  EXPECT_EQ(alignment.SliceSpacing, 1.5);
  EXPECT_EQ(alignment.Places[0][0](50.0), 51.0);
  EXPECT_EQ(alignment.Places[0][0](60.0), 56.0); // 10 um are 5 pixels
  EXPECT_EQ(alignment.Places[1][0](60.0), 61.0);
  EXPECT_EQ(alignment.Places[0][1](25.0), 27.0);
  EXPECT_EQ(alignment.Places[0][2](12.0), 14.0);

  series.Frames[1].PixelSize = 0.9;
  EXPECT_THROW(
    paraxanes::MakeAlignment(request, series, { 8330.0, 8340.0 }), paraxanes::FormatError);

  // Without the correction that is told, no more.
  request.CorrectMagnification = false;
  const auto stored = paraxanes::MakeAlignment(request, series, { 8330.0, 8340.0 });
  ASSERT_EQ(stored.Warnings.size(), 1u);
  EXPECT_NE(stored.Warnings[0].find("Are the units of the sizes right?"), std::string::npos);
}

// Pixels keep their shape when their size is given; so they do when a description has it.
TEST(StackPlaces, PixelsKeepTheirShape)
{
  Series series;
  series.Columns = 10;
  series.Rows = 10;
  series.Slices = 1;
  series.PixelSize = 2.0;
  series.PixelHeight = 3.0;
  series.Origin = { 7.0, 8.0, 9.0 };
  paraxanes::GridRequest request;
  request.PixelSize = 4.0;
  const paraxanes::StackGrid grid = paraxanes::MakeGrid(series, request);
  EXPECT_EQ(grid.Spacing[0], 4.0);
  EXPECT_EQ(grid.Spacing[1], 6.0);
  EXPECT_EQ(grid.Origin[1], 0.0);
}

}
