// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackReaderTest.h"
#include "XRMFiles.h"

#include "Formats/ScanFolder.h"
#include "Formats/ScanNames.h"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>

namespace
{

using namespace stacktest;
using paraxanes::Frame;
using paraxanes::ParseScanName;
using paraxanes::ScanFrame;
using paraxanes::Series;
using paraxanes::StackImage;

constexpr int Columns = 16;
constexpr int Rows = 8;

class ScanFolder : public StackReaderTest
{
protected:
  // What a frame is taken like.
  struct Shot
  {
    explicit Shot(double value, std::string time = "", float exposure = 0.5f, int images = 1,
      int columns = ::Columns)
      : Value(value)
      , Time(std::move(time))
      , Exposure(exposure)
      , Images(images)
      , Columns(columns)
    {
    }
    double Value;     // of all pixels
    std::string Time; // hh:mm:ss
    float Exposure;
    int Images;
    int Columns;
  };

  void Take(const std::string& name, const Shot& shot)
  {
    const std::vector<PixelFunction> images(
      static_cast<std::size_t>(shot.Images), [&](int, int) { return shot.Value; });
    XRMWriter writer(shot.Columns, Rows, images);
    const auto count = static_cast<std::size_t>(shot.Images);
    writer.Reals("ImageInfo/Energy", std::vector<float>(count, 0.0f));
    writer.Reals("ImageInfo/ExpTimes", std::vector<float>(count, shot.Exposure));
    if (!shot.Time.empty())
    {
      writer.Dates(std::vector<std::string>(count, "05/29/16 " + shot.Time));
    }
    writer.Write(this->Folder + name);
  }

  // Two energies, two exposures and two references each.
  void TakeScan(const std::string& sample, double value, const std::string& more = "")
  {
    for (int e = 0; e < 2; ++e)
    {
      const std::string energy = e == 0 ? "08324.0_eV" : "08354.0_eV";
      for (int k = 1; k <= 2; ++k)
      {
        const std::string exposure = "_00" + std::to_string(k) + "of002.xrm";
        this->Take("rep01_" + sample + "_" + energy + more + exposure,
          Shot(value + e, "15:0" + std::to_string(e) + ":0" + std::to_string(k)));
        this->Take(
          "rep01_00000" + std::to_string(2 * e + k) + "_ref_" + sample + "_" + energy + exposure,
          Shot(2 * value, "15:0" + std::to_string(e) + ":3" + std::to_string(k), 0.3f));
      }
    }
  }

  Series Find(const std::string& name, bool findSeries = true)
  {
    paraxanes::FileCache cache;
    const auto series =
      paraxanes::FindScan({ { this->Folder + name }, findSeries, "", {}, {} }, cache);
    EXPECT_TRUE(series.has_value()) << name;
    return series.value_or(Series());
  }

  static std::vector<std::string> Names(const std::vector<StackImage>& images)
  {
    std::vector<std::string> names;
    for (const StackImage& image : images)
    {
      names.push_back(fs::path(image.File->Path()).filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  static void ExpectText(const std::string& text, const std::string& part)
  {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  void ExpectOneWarning(const Series& series, const std::string& part)
  {
    ASSERT_EQ(series.Warnings.size(), 1u) << ::testing::PrintToString(series.Warnings);
    this->ExpectText(series.Warnings.front(), part);
  }
};

TEST_F(ScanFolder, NamesOfFrames)
{
  auto frame = ParseScanName("rep02_20161456_ssrl-test-data_08324.0_eV_001of003.xrm");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->Key.Sample, "20161456_ssrl-test-data");
  EXPECT_EQ(frame->Energy, 8324.0);
  EXPECT_EQ(frame->Repeat, 2);
  EXPECT_EQ(frame->Exposures, 3);
  EXPECT_FALSE(frame->Reference);

  frame = ParseScanName("rep01_000051_ref_20161456_ssrl-test-data_08324.0_eV_004of010.xrm");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->Key.Sample, "20161456_ssrl-test-data");
  EXPECT_TRUE(frame->Reference);
  EXPECT_EQ(frame->Exposures, 10);

  frame = ParseScanName("tomo_my_ref_sample_+012.50_Degree_X01_Y02_08333.25_eV.txrm");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->Key.Sample, "my_ref_sample");
  EXPECT_EQ(frame->Key.Angle, "+012.50");
  EXPECT_EQ(frame->Key.Tile, "X01_Y02");
  EXPECT_TRUE(frame->Key.Tomography);
  EXPECT_FALSE(frame->Reference);
  EXPECT_EQ(frame->Energy, 8333.25);
  const auto behind = ParseScanName("tomo_my_ref_sample_08333.25_eV_X01_Y02_+012.50_Degree.txrm");
  ASSERT_TRUE(behind.has_value());
  EXPECT_TRUE(behind->Key == frame->Key);

  for (const char* name : { "ref_08333.00_eV_001of010.xrm", "_ref_08333.00_eV.xrm" })
  {
    frame = ParseScanName(name);
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->Reference) << name;
    EXPECT_EQ(frame->Key.Sample, "") << name;
  }
  EXPECT_FALSE(ParseScanName("sample_8333.0_eV.tif").has_value());
  EXPECT_FALSE(ParseScanName("sample.xrm").has_value());
  EXPECT_FALSE(ParseScanName("").has_value());
}

TEST_F(ScanFolder, AnyFrameStandsForItsScan)
{
  this->TakeScan("a", 100);
  this->TakeScan("b", 200);
  this->TakeScan("c", 300, "_+010.00_Degree");
  this->TakeScan("d", 400, "_X00_Y01");
  WriteText(this->Folder + "rep01_a_08360.0_eV_001of002.txt", "no frame");
  for (const char* name : { "rep01_a_08324.0_eV_001of002.xrm", "rep01_a_08354.0_eV_002of002.xrm",
         "rep01_000001_ref_a_08324.0_eV_001of002.xrm" })
  {
    SCOPED_TRACE(name);
    const Series series = this->Find(name);
    EXPECT_TRUE(series.Warnings.empty());
    EXPECT_EQ(series.Columns, Columns);
    EXPECT_EQ(series.Rows, Rows);
    EXPECT_EQ(series.Slices, 1);
    EXPECT_EQ(series.Values, paraxanes::ValueKind::Counts);
    ASSERT_EQ(series.Frames.size(), 2u);
    for (std::size_t e = 0; e < 2; ++e)
    {
      const Frame& frame = series.Frames[e];
      const std::string energy = e == 0 ? "_08324.0_eV_" : "_08354.0_eV_";
      EXPECT_EQ(frame.Energy, e == 0 ? 8324.0 : 8354.0);
      EXPECT_EQ(this->Names(frame.Images),
        (std::vector<std::string>{
          "rep01_a" + energy + "001of002.xrm", "rep01_a" + energy + "002of002.xrm" }));
      ASSERT_EQ(frame.References.size(), 2u);
      this->ExpectText(this->Names(frame.References)[0], "_ref_a" + energy);
      EXPECT_FLOAT_EQ(static_cast<float>(frame.Images[1].ExposureTime), 0.5f);
      EXPECT_FLOAT_EQ(static_cast<float>(frame.References[1].ExposureTime), 0.3f);
      EXPECT_DOUBLE_EQ(frame.PixelSize, 36.39296 * frame.Energy / 9000.0 / Columns);
    }
    EXPECT_EQ(series.PixelSize, series.Frames[0].PixelSize);
    ASSERT_EQ(series.Texts.size(), 1u);
    EXPECT_EQ(series.Texts[0].second, "4 exposures and 4 references of 2 energies");
  }
}

TEST_F(ScanFolder, AnglesAndTilesAreNotMixed)
{
  this->TakeScan("a", 100, "_+010.00_Degree");
  this->TakeScan("a", 200, "_-010.00_Degree");
  this->TakeScan("b", 100, "_X01_Y01");
  this->TakeScan("b", 200, "_X02_Y01");
  Series series = this->Find("rep01_a_08354.0_eV_-010.00_Degree_001of002.xrm");
  ASSERT_EQ(series.Frames.size(), 2u);
  EXPECT_TRUE(series.Warnings.empty());
  EXPECT_EQ(series.Frames[0].Images.size(), 2u);
  this->ExpectText(this->Names(series.Frames[0].Images)[1], "_-010.00_Degree_002of002");
  EXPECT_EQ(series.Frames[0].References.size(), 2u);
  series = this->Find("rep01_b_08354.0_eV_X02_Y01_001of002.xrm");
  this->ExpectText(this->Names(series.Frames[0].Images)[0], "X02_Y01");
  EXPECT_EQ(series.Frames[0].Images.size(), 2u);

  series = this->Find("rep01_000001_ref_a_08324.0_eV_001of002.xrm");
  this->ExpectOneWarning(series, "stands for 2 scans; the first one is read: \"a\" at +010.00");
  this->ExpectText(series.Warnings[0], "\"a\" at -010.00 degrees");
  EXPECT_EQ(series.Frames[0].Images.size(), 2u);
}

TEST_F(ScanFolder, ReferencesNearestInTime)
{
  const std::string frame = "_s_08324.0_eV_001of001.xrm";
  this->Take("rep01_000001_ref" + frame, Shot(1, "10:00:00"));
  this->Take("rep01_000002_ref_s_08324.0_eV_002of002.xrm", Shot(1, "10:00:01"));
  this->Take("rep01_s_08354.0_eV_001of001.xrm", Shot(1, "10:05:00"));
  this->Take("rep01" + frame, Shot(1, "10:20:00"));
  this->Take("rep02" + frame, Shot(1, "10:20:10"));
  this->Take("rep01_000003_ref" + frame, Shot(1, "10:21:00"));
  this->Take("rep01_000004_ref_s_08324.0_eV_002of002.xrm", Shot(1, "10:21:30"));
  const Series series = this->Find("rep01" + frame);
  ASSERT_EQ(series.Frames.size(), 2u);
  EXPECT_EQ(this->Names(series.Frames[0].Images),
    (std::vector<std::string>{ "rep01" + frame, "rep02" + frame }));
  EXPECT_EQ(this->Names(series.Frames[0].References),
    (std::vector<std::string>{
      "rep01_000003_ref" + frame, "rep01_000004_ref_s_08324.0_eV_002of002.xrm" }));
  EXPECT_TRUE(series.Frames[1].References.empty());
}

// A B B A: each repeat has its own.
TEST_F(ScanFolder, RepeatsWithTheirReferences)
{
  const std::string frame = "_s_08324.0_eV_001of001.xrm";
  for (const bool timed : { true, false })
  {
    const auto time = [&](const char* text) { return timed ? text : ""; };
    this->Take("rep01" + frame, Shot(1, time("10:00:00")));
    this->Take("rep01_000001_ref" + frame, Shot(1, time("10:01:00")));
    this->Take("rep02_000002_ref" + frame, Shot(1, time("11:00:00")));
    this->Take("rep02" + frame, Shot(1, time("11:01:00")));
    this->Take("rep03_000003_ref" + frame, Shot(1, time("14:01:00")));
    this->Take("rep02_s_08354.0_eV_001of001.xrm", Shot(1, time("10:30:00")));
    this->Take("rep03_s_08354.0_eV_001of001.xrm", Shot(1, time("13:30:00")));
    const Series series = this->Find("rep01" + frame);
    ASSERT_EQ(series.Frames.size(), 2u);
    EXPECT_EQ(series.Frames[0].Images.size(), 2u);
    EXPECT_EQ(this->Names(series.Frames[0].References),
      (std::vector<std::string>{ "rep01_000001_ref" + frame, "rep02_000002_ref" + frame }));
  }
}

TEST_F(ScanFolder, ReferencesWithoutSample)
{
  this->Take("s_08324.00_eV_001of001.xrm", Shot(100));
  this->Take("t_08324.00_eV_001of001.xrm", Shot(100));
  this->Take("ref_08324.00_eV_001of001.xrm", Shot(200));
  this->Take("ref_t_08324.00_eV_001of001.xrm", Shot(300));
  EXPECT_EQ(this->Names(this->Find("s_08324.00_eV_001of001.xrm").Frames[0].References),
    std::vector<std::string>{ "ref_08324.00_eV_001of001.xrm" });
  EXPECT_EQ(this->Names(this->Find("t_08324.00_eV_001of001.xrm").Frames[0].References),
    std::vector<std::string>{ "ref_t_08324.00_eV_001of001.xrm" });
}

TEST_F(ScanFolder, Tomography)
{
  for (const char* energy : { "08324.00_eV", "08354.00_eV" })
  {
    this->Take(std::string("tomo_s_") + energy + ".txrm", Shot(100, "10:00:00", 1.0f, 5));
    this->Take(std::string("ref_s_") + energy + ".xrm", Shot(200, "10:10:00", 1.0f));
    this->Take(std::string("s_") + energy + ".xrm", Shot(200, "10:20:00", 1.0f));
  }
  Series series = this->Find("tomo_s_08324.00_eV.txrm");
  EXPECT_EQ(series.Slices, 5);
  ASSERT_EQ(series.Frames.size(), 2u);
  EXPECT_EQ(series.Frames[1].Images.size(), 1u);
  EXPECT_EQ(series.Frames[1].References.size(), 1u);
  EXPECT_EQ(this->Find("s_08324.00_eV.xrm").Slices, 1);

  this->Take("tomo_s_08354.00_eV.txrm", Shot(100, "10:00:00", 1.0f, 4));
  this->Read(this->Folder + "tomo_s_08324.00_eV.txrm");
  this->ExpectError("The numbers of images differ (a stopped scan?): 5 in ");
}

TEST_F(ScanFolder, Lists)
{
  this->TakeScan("a", 100);
  std::string names;
  for (const char* name :
    { "rep01_a_08324.0_eV_001of002.xrm", "rep01_a_08354.0_eV_001of002.xrm",
      "rep01_000001_ref_a_08324.0_eV_001of002.xrm", "rep01_000003_ref_a_08354.0_eV_001of002.xrm" })
  {
    names += name + std::string("\r\n");
  }
  const std::string info = "VERSION 1\r\nENERGY 1\r\nNEXPOSURES   3\r\nFILES\r\n";
  WriteText(this->Folder + "ScanInfo_1.txt", info + names);
  Series series = this->Find("ScanInfo_1.txt");
  ASSERT_EQ(series.Frames.size(), 2u);
  EXPECT_EQ(series.Frames[0].Images.size(), 1u); // the other exposure is not listed

  const std::string missing = "rep01_a_08340.0_eV_001of002.xrm\n";
  WriteText(this->Folder + "ScanInfo_2.txt", info + names + missing);
  series = this->Find("ScanInfo_2.txt");
  this->ExpectOneWarning(
    series, "lists 5 frames of 3 energies; 4 frames of 2 energies are present.");

  // Renamed files; another sample beside them.
  std::string script = ";; scan\nsetexp 0.5\n";
  for (int e = 0; e < 3; ++e)
  {
    script += "sete " + std::to_string(8320 + e) +
      ".00\nmoveto x 1.0\ncollect C:\\data\\rep01_old_" + std::to_string(8320 + e) +
      ".0_eV_001of002.xrm\n";
  }
  WriteText(this->Folder + "scan.txt", script);
  series = this->Find("scan.txt");
  EXPECT_EQ(series.Frames.size(), 2u);
  this->ExpectOneWarning(
    series, "lists 3 frames of 3 energies; 8 frames of 2 energies are present, under other names.");

  for (const auto& [name, text] :
    { std::pair<std::string, std::string>{ "ScanInfo_3.txt", "VERSION 1\n" },
      { "energies.txt", "8324.0\n8354.0\n" }, { "collect.txt", "collect a.xrm\n" },
      { "scan.dat", script }, { "list.txt", info + names } })
  {
    WriteText(this->Folder + name, text);
    EXPECT_EQ(this->Reader->CanReadFile((this->Folder + name).c_str()), 0) << name;
  }
  EXPECT_EQ(this->Reader->CanReadFile((this->Folder + "ScanInfo_1.txt").c_str()), 1);
  EXPECT_EQ(this->Reader->CanReadFile((this->Folder + "scan.txt").c_str()), 1);
  EXPECT_EQ(this->Reader->CanReadFile((this->Folder + "none.txt").c_str()), 0);
}

TEST_F(ScanFolder, MissingExposuresAreCounted)
{
  this->TakeScan("a", 100);
  fs::remove(this->Folder + "rep01_a_08324.0_eV_001of002.xrm");
  const Series series = this->Find("rep01_a_08354.0_eV_001of002.xrm");
  this->ExpectOneWarning(series, "tell of 4 exposures and 4 references; 3 and 4 are present");
  // Also beside another warning.
  this->TakeScan("b", 100, "_X01_Y01");
  this->TakeScan("b", 100, "_X02_Y01");
  fs::remove(this->Folder + "rep01_b_08324.0_eV_X01_Y01_001of002.xrm");
  const Series tiles = this->Find("rep01_000001_ref_b_08324.0_eV_001of002.xrm");
  ASSERT_EQ(tiles.Warnings.size(), 2u);
  this->ExpectText(tiles.Warnings[0], "stands for 2 scans");
  this->ExpectText(tiles.Warnings[1], "3 and 4 are present");
}

// References within the files of the exposures, and shifts.
TEST_F(ScanFolder, ReferencesAndShiftsOfEveryExposure)
{
  for (int k = 1; k <= 2; ++k)
  {
    XRMWriter writer(Columns, Rows, { [](int, int) { return 100.0; } });
    writer.Streams["ReferenceData/Image"] =
      XRMPixels(5, Columns, Rows, [](int, int) { return 200.0; });
    writer.Reals("Alignment/X-Shifts", { -1.0f * static_cast<float>(k) });
    writer.Reals("Alignment/Y-Shifts", { 2.0f });
    writer.Write(this->Folder + "rep01_a_08324.0_eV_00" + std::to_string(k) + "of002.xrm");
  }
  const Series series = this->Find("rep01_a_08324.0_eV_001of002.xrm");
  ASSERT_EQ(series.Frames.size(), 1u);
  EXPECT_EQ(series.Frames[0].Images.size(), 2u);
  EXPECT_EQ(this->Names(series.Frames[0].References),
    (std::vector<std::string>{
      "rep01_a_08324.0_eV_001of002.xrm", "rep01_a_08324.0_eV_002of002.xrm" }));
  EXPECT_EQ(series.Frames[0].Shift, (std::array<double, 3>{ 1.5, 2.0, 0.0 }));
}

// A pipe with the name of a list is not waited for.
TEST_F(ScanFolder, FramesOfExcludedEnergiesAreNotOpened)
{
  this->TakeScan("sample", 3.0);
  WriteText(this->Folder + "rep01_sample_08354.0_eV_002of002.xrm", "nothing");
  this->Reader->AddExcludedEnergy(8354.0);
  this->Read(this->Folder + "rep01_sample_08324.0_eV_001of002.xrm");
  this->ExpectNoMessages();
  EXPECT_EQ(this->Energies(), std::vector<double>{ 8324.0 });
}

TEST_F(ScanFolder, PipesAreNoLists)
{
  const std::string path = this->Folder + "ScanInfo_1.txt";
  fs::create_directories(this->Folder);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(paraxanes::IsScanList(path));
  EXPECT_TRUE(paraxanes::ReadScanList(path).empty());
}

TEST_F(ScanFolder, GivenFilesOnly)
{
  this->TakeScan("a", 100);
  const std::string first = "rep01_a_08324.0_eV_001of002.xrm";
  Series series = this->Find(first, false);
  ASSERT_EQ(series.Frames.size(), 1u);
  EXPECT_EQ(series.Frames[0].Images.size(), 1u);
  EXPECT_TRUE(series.Frames[0].References.empty());
  EXPECT_DOUBLE_EQ(series.PixelSize, 36.39296 * 8324.0 / 9000.0 / Columns);

  // Several frames: their references are found all the same.
  paraxanes::FileCache cache;
  const auto some = paraxanes::FindScan(
    { { this->Folder + first, this->Folder + "rep01_a_08354.0_eV_002of002.xrm" }, true, "", {},
      {} },
    cache);
  ASSERT_TRUE(some.has_value());
  ASSERT_EQ(some->Frames.size(), 2u);
  EXPECT_EQ(some->Frames[0].Images.size(), 1u);
  EXPECT_EQ(some->Frames[0].References.size(), 2u);
}

// Exposures of 0.5 s, references of 0.3 s.
TEST_F(ScanFolder, Absorbance)
{
  this->TakeScan("a", 100);
  for (const bool scale : { false, true })
  {
    this->NewReader();
    this->Reader->SetScaleByExposure(scale);
    this->Read(this->Folder + "rep01_a_08354.0_eV_001of002.xrm");
    EXPECT_TRUE(this->Said->Errors.empty());
    ASSERT_NE(this->Stack(), nullptr);
    ASSERT_EQ(this->Stack()->GetNumberOfComponents(), 2);
    ASSERT_EQ(this->Stack()->GetNumberOfTuples(), Columns * Rows);
    for (vtkIdType voxel = 0; voxel < Columns * Rows; ++voxel)
    {
      for (int e = 0; e < 2; ++e)
      {
        const double transmission = (100.0 + e) / 200.0 * (scale ? 0.3 / 0.5 : 1.0);
        EXPECT_NEAR(this->Stack()->GetTypedComponent(voxel, e), -std::log(transmission), 1e-6);
      }
    }
    EXPECT_DOUBLE_EQ(this->Output()->GetSpacing()[0], 36.39296 * 8324.0 / 9000.0 / Columns);
    EXPECT_EQ(
      paraxanes::GetField(this->Output(), "scan"), "4 exposures and 4 references of 2 energies");
  }
}

TEST_F(ScanFolder, WrongFolders)
{
  this->TakeScan("a", 100);
  this->Take("rep01_a_08354.0_eV_002of002.xrm", Shot(100, "15:01:01", 0.5f, 1, 8));
  this->Read(this->Folder + "rep01_a_08324.0_eV_001of002.xrm");
  this->ExpectError("The sizes of the images differ");

  const std::string list = "FILES\nrep01_a_08324.0_eV_001of002.xrm\n";
  WriteText(this->Folder + "empty/ScanInfo_1.txt", list);
  this->NewReader();
  this->Read(this->Folder + "empty/ScanInfo_1.txt");
  this->ExpectError("lists 1 frame, and its folder has no frame of a scan");

  fs::create_directories(this->Folder + "refs");
  fs::rename(this->Folder + "rep01_000001_ref_a_08324.0_eV_001of002.xrm",
    this->Folder + "refs/ref_a_08324.0_eV.xrm");
  this->NewReader();
  this->Read(this->Folder + "refs/ref_a_08324.0_eV.xrm");
  this->ExpectError("references only");
}

TEST_F(ScanFolder, EnergiesWithoutReference)
{
  this->TakeScan("a", 100);
  for (const int k : { 1, 2 })
  {
    fs::remove(this->Folder + "rep01_00000" + std::to_string(2 + k) + "_ref_a_08354.0_eV_00" +
      std::to_string(k) + "of002.xrm");
  }
  const std::string path = this->Folder + "rep01_a_08324.0_eV_001of002.xrm";
  this->Read(path);
  this->ExpectError("1 of 2 energies have no reference image (the first: 8354 eV)");

  this->NewReader();
  this->Reader->AddExcludedEnergy(8354.0);
  this->Read(path);
  EXPECT_TRUE(this->Said->Errors.empty());
  ASSERT_NE(this->Stack(), nullptr);
  EXPECT_EQ(this->Stack()->GetNumberOfComponents(), 1);
}

}
