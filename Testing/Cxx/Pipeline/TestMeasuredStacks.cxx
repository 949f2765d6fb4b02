// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Real measurements against the numbers of their manifests, which are those of numpy in float64.
#include "StackReaderTest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

namespace
{

using namespace stacktest;

class MeasuredStacks : public StackReaderTest
{
protected:
  // The folder of a measurement, or nothing: then the test is skipped.
  static std::string Data(const std::string& name)
  {
    const std::string folder = std::string(PARAXANES_TEST_DATA) + "/" + name + "/";
    return fs::exists(folder) ? folder : std::string();
  }

  std::vector<double> Energy(int component)
  {
    vtkFloatArray* stack = this->Stack();
    std::vector<double> values;
    for (vtkIdType v = 0; stack && v < stack->GetNumberOfTuples(); ++v)
    {
      values.push_back(stack->GetTypedComponent(v, component));
    }
    return values;
  }
};

#define SKIP_WITHOUT(folder, name)                                                                 \
  if ((folder).empty())                                                                            \
  {                                                                                                \
    GTEST_SKIP() << "The measurement " << (name) << " is not in " << PARAXANES_TEST_DATA           \
                 << " (set PARAXANES_TEST_DATA to the folder of the data).";                       \
  }

// What is known of an image.
struct Oracle
{
  double Mean;
  double Std;
  double Min;
  double Max;
  std::vector<std::pair<double, double>> Percentiles;
  std::vector<double> Pixels; // at the places below
};

constexpr int Width = 1024;
constexpr std::array<std::array<int, 2>, 5> Places = { { { 700, 620 }, { 420, 720 }, { 620, 390 },
  { 840, 405 }, { 100, 100 } } }; // column, row

void ExpectOracle(const std::vector<double>& values, const Oracle& oracle)
{
  constexpr double tolerance = 1e-5;
  ASSERT_FALSE(values.empty());
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  const double squares = std::accumulate(values.begin(), values.end(), 0.0,
    [mean](double sum, double value) { return sum + (value - mean) * (value - mean); });
  EXPECT_NEAR(mean, oracle.Mean, tolerance);
  EXPECT_NEAR(std::sqrt(squares / n), oracle.Std, tolerance);
  for (std::size_t k = 0; k < oracle.Pixels.size(); ++k)
  {
    const auto at = static_cast<std::size_t>(Places[k][1] * Width + Places[k][0]);
    EXPECT_NEAR(values[at], oracle.Pixels[k], tolerance) << k;
  }
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NEAR(sorted.front(), oracle.Min, tolerance);
  EXPECT_NEAR(sorted.back(), oracle.Max, tolerance);
  for (const auto& [percent, expected] : oracle.Percentiles)
  {
    const double position = percent / 100.0 * (n - 1.0);
    const auto k = static_cast<std::size_t>(position);
    const double value =
      sorted[k] + (position - static_cast<double>(k)) * (sorted[k + 1] - sorted[k]);
    EXPECT_NEAR(value, expected, tolerance) << percent << " %";
  }
}

std::vector<double> Difference(const std::vector<double>& a, const std::vector<double>& b)
{
  std::vector<double> difference(a.size());
  std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
  return difference;
}

const Oracle Plain8324 = { 0.5863706066, 0.08138302167, -0.597837001, 1.32941871,
  { { 0.1, 0.081678031 }, { 1, 0.38884423 }, { 25, 0.54365702 }, { 50, 0.5704467 },
    { 75, 0.61771957 }, { 99, 0.80357865 }, { 99.9, 0.87305783 } },
  { 0.564612834, 0.793627937, 0.805984957, 0.623049903, 0.430157721 } };
const Oracle Plain8354 = { 0.6865408942, 0.2515143091, -0.413975798, 1.64976716,
  { { 0.1, 0.091807549 }, { 1, 0.40546511 }, { 25, 0.54547472 }, { 50, 0.57394839 },
    { 75, 0.74193734 }, { 99, 1.4879371 }, { 99.9, 1.5525826 } },
  { 0.577937294, 1.52852595, 1.47192029, 0.947259571, 0.50138523 } };
const Oracle Scaled8324 = { 1.09719623, 0.08138302167, -0.087011377, 1.84024434,
  { { 0.1, 0.59250365 }, { 1, 0.89966985 }, { 25, 1.0544826 }, { 50, 1.0812723 }, { 75, 1.1285452 },
    { 99, 1.3144043 }, { 99.9, 1.3838835 } },
  { 1.07543846, 1.30445356, 1.31681058, 1.13387553, 0.940983344 } };
const Oracle Scaled8354 = { 1.197366518, 0.2515143091, 0.096849826, 2.16059278,
  { { 0.1, 0.60263317 }, { 1, 0.91629073 }, { 25, 1.0563003 }, { 50, 1.084774 }, { 75, 1.252763 },
    { 99, 1.9987627 }, { 99.9, 2.0634082 } },
  { 1.08876292, 2.03935157, 1.98274591, 1.45808519, 1.01221085 } };
const Oracle Change = { 0.1001702876, 0.196376564, -0.966843011, 1.00866405,
  { { 0.1, -0.2913225 }, { 1, -0.1439051 }, { 25, -0.018437651 }, { 50, 0.021762058 },
    { 75, 0.15779534 }, { 99, 0.71159789 }, { 99.9, 0.77835066 } },
  { 0.0133244603, 0.734898011, 0.665935328, 0.324209668, 0.0712275093 } };
const Oracle Aligned = { 0.1265146873, 0.2174864359, -0.246386526, 0.901938368,
  { { 1, -0.085479706 }, { 5, -0.051694342 }, { 25, -0.01455288 }, { 50, 0.019355971 },
    { 75, 0.2190165 }, { 95, 0.63620774 }, { 99, 0.7184928 } },
  {} };
const Oracle Unaligned = { 0.1219797931, 0.225122135, -0.297864431, 0.874359905,
  { { 1, -0.1290675 }, { 5, -0.073415495 }, { 25, -0.02086705 }, { 50, 0.016766952 },
    { 75, 0.21347391 }, { 95, 0.63855889 }, { 99, 0.73055968 } },
  {} };

const char* const AnyFrame = "rep01_20161456_ssrl-test-data_08354.0_eV_002of003.xrm";

TEST_F(MeasuredStacks, SSRLFramesWithAndWithoutExposure)
{
  const std::string folder = Data("ssrl-6-2c");
  SKIP_WITHOUT(folder, "ssrl-6-2c");
  this->Read(folder + AnyFrame);
  ASSERT_TRUE(this->Said->Errors.empty()) << this->Said->Errors.front();
  ASSERT_EQ(this->Energies(), (std::vector<double>{ 8324.0, 8354.0 }));
  EXPECT_EQ(paraxanes::GetField(this->Output(), "absorbance_from"),
    "-ln(counts per second / references of the files per second)");
  ExpectOracle(this->Energy(0), Scaled8324);
  ExpectOracle(this->Energy(1), Scaled8354);
  ExpectOracle(Difference(this->Energy(1), this->Energy(0)), Change);
  const auto& warnings = this->Said->Warnings;
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(),
    [](const std::string& text) { return text.find("0.36 % more") != std::string::npos; }));

  this->Reader->SetScaleByExposure(false);
  this->Reader->Update();
  ExpectOracle(this->Energy(0), Plain8324);
  ExpectOracle(this->Energy(1), Plain8354);

  // One energy at a time.
  this->Reader->SetOutputMode(vtkTXMStackReader::ENERGY_AS_TIME);
  this->Reader->UpdateTimeStep(8354.0);
  ExpectOracle(this->Energy(0), Plain8354);
}

// 8354 eV lies 10 columns and 20 rows further.
TEST_F(MeasuredStacks, SSRLFramesAligned)
{
  const std::string folder = Data("ssrl-6-2c");
  SKIP_WITHOUT(folder, "ssrl-6-2c");
  this->Reader->SetVOI(100, 899, 100, 899, 0, 0);
  this->Read(folder + AnyFrame);
  ExpectOracle(Difference(this->Energy(1), this->Energy(0)), Unaligned);
  WriteText(this->Folder + "shifts.csv", "energy,dx,dy\n8324,0,0\n8354,10,20\n");
  this->Reader->SetShiftsFile((this->Folder + "shifts.csv").c_str());
  this->Reader->Update();
  ExpectOracle(Difference(this->Energy(1), this->Energy(0)), Aligned);
}

TEST_F(MeasuredStacks, SSRLFramesOnOneGrid)
{
  const std::string folder = Data("ssrl-6-2c");
  SKIP_WITHOUT(folder, "ssrl-6-2c");
  this->Reader->SetCorrectMagnification(true);
  this->Read(folder + AnyFrame);
  EXPECT_NEAR(this->Output()->GetSpacing()[0], 36.39296 * 8324.0 / 9000.0 / 1024.0, 1e-9);
  const std::vector<double> values = this->Energy(1);
  ASSERT_FALSE(values.empty());
  EXPECT_TRUE(
    std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }));
  // The lower energy has the smallest pixels and is left as it is.
  ExpectOracle(this->Energy(0), Scaled8324);
}

TEST_F(MeasuredStacks, FrameWithAReferenceInTheFile)
{
  const std::string folder = Data("dxchange");
  SKIP_WITHOUT(folder, "dxchange");
  this->Reader->SetScaleByExposure(false);
  this->Read(folder + "test_chip00.xrm");
  ASSERT_TRUE(this->Said->Errors.empty()) << this->Said->Errors.front();
  const std::vector<double> values = this->Energy(0);
  ASSERT_EQ(values.size(), 512u * 512u);
  ExpectOracle(
    values, { 1.93727361, 0.240034032, -0.278713402, 5.74939299, { { 50, 1.97188564 } }, {} });
  EXPECT_NEAR(values[0], 1.69866905, 1e-5);
  EXPECT_NEAR(values[511], 1.83258146, 1e-5);
  EXPECT_NEAR(values[511 * 512], 0.0148150858, 1e-5);
  EXPECT_NEAR(values[170 * 512 + 128], 1.87946505, 1e-5);
  EXPECT_NEAR(values[261 * 512 + 384], 2.11776041, 1e-5);

  // Per second: 39.885 s and 40 s.
  this->Reader->SetScaleByExposure(true);
  this->Reader->Update();
  EXPECT_NEAR(this->Energy(0)[0], 1.69866905 + std::log(39.885 / 40.0), 1e-4);
}

}
