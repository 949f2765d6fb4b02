// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Parallel.h"
#include "vtkEdgeEnergy.h"
#include "vtkSpectrumProbe.h"
#include "vtkTXMPhantomSource.h"
#include "vtkXANESNormalize.h"

#include <vtkCommand.h>
#include <vtkDataArray.h>
#include <vtkExecutive.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkTestErrorObserver.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace
{

constexpr int Size = 12;

class SpectrumProbe : public testing::Test
{
protected:
  void SetUp() override
  {
    this->Phantom->SetKind(vtkTXMPhantomSource::GRAVEL);
    this->Phantom->SetSize(Size);
    this->Phantom->SetNoise(0.01);
    this->Probe->SetInputConnection(this->Phantom->GetOutputPort());
    this->Probe->AddObserver(vtkCommand::ErrorEvent, this->Messages);
    this->Probe->AddObserver(vtkCommand::WarningEvent, this->Messages);
    this->Probe->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, this->Messages);
  }
  void TearDown() override { paraxanes::SetNumberOfThreads(0); }

  vtkTable* Table(int port)
  {
    this->Probe->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    EXPECT_FALSE(this->Messages->GetWarning()) << this->Messages->GetWarningMessage();
    return vtkTable::SafeDownCast(this->Probe->GetOutputDataObject(port));
  }

  double Result(const char* column, vtkIdType row)
  {
    vtkTable* table = this->Table(1);
    auto* values = vtkDataArray::SafeDownCast(table->GetColumnByName(column));
    EXPECT_NE(values, nullptr) << column;
    return values && row < values->GetNumberOfTuples() ? values->GetTuple1(row) : std::nan("");
  }

  std::vector<double> Curve(const std::string& column)
  {
    auto* values = vtkDataArray::SafeDownCast(this->Table(0)->GetColumnByName(column.c_str()));
    EXPECT_NE(values, nullptr) << column;
    std::vector<double> curve;
    for (vtkIdType k = 0; values && k < values->GetNumberOfTuples(); ++k)
    {
      curve.push_back(values->GetTuple1(k));
    }
    return curve;
  }

  // Mean of the spectra that `take` takes, by voxel index.
  template <typename Take>
  std::vector<double> Mean(Take take)
  {
    this->Phantom->Update();
    vtkDataArray* stack = this->Phantom->GetOutput()->GetPointData()->GetArray("absorbance");
    std::vector<double> mean(static_cast<std::size_t>(stack->GetNumberOfComponents()));
    int count = 0;
    for (vtkIdType v = 0; v < stack->GetNumberOfTuples(); ++v)
    {
      for (std::size_t k = 0; take(v) && k < mean.size(); ++k)
      {
        mean[k] += stack->GetComponent(v, static_cast<int>(k));
      }
      count += take(v) ? 1 : 0;
    }
    for (double& mu : mean)
    {
      mu /= count;
    }
    return mean;
  }

  void ExpectError(const std::string& words)
  {
    this->Messages->Clear();
    this->Probe->Modified();
    this->Probe->Update();
    EXPECT_NE(this->Messages->GetErrorMessage().find(words), std::string::npos)
      << this->Messages->GetErrorMessage();
    EXPECT_EQ(vtkTable::SafeDownCast(this->Probe->GetOutputDataObject(0))->GetNumberOfColumns(), 0);
  }

  vtkNew<vtkTXMPhantomSource> Phantom;
  vtkNew<vtkSpectrumProbe> Probe;
  vtkNew<vtkTest::ErrorObserver> Messages;
};

void ExpectSame(const std::vector<double>& a, const std::vector<double>& b, double tolerance)
{
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
  {
    EXPECT_NEAR(a[k], b[k], tolerance) << k;
  }
}

// Of raw and of normalised stacks.
TEST_F(SpectrumProbe, TellsWhereTheLevelIsCrossedOutsideTheWindow)
{
  const double edge = this->Result("edge_energy (eV)", 0);
  this->Probe->SetWindow(8352.0, 8380.0);
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(this->Phantom->GetOutputPort());
  for (vtkAlgorithm* source : std::initializer_list<vtkAlgorithm*>{ this->Phantom, normalize })
  {
    this->Messages->Clear();
    this->Probe->SetInputConnection(source->GetOutputPort());
    this->Probe->SetInputArrayToProcess(
      0, 0, 0, 0, source == normalize ? "normalized_absorbance" : "absorbance");
    this->Probe->Update();
    EXPECT_FALSE(this->Messages->GetError()) << this->Messages->GetErrorMessage();
    std::ostringstream words;
    words << "1 at " << std::setprecision(7) << edge;
    EXPECT_NE(this->Messages->GetWarningMessage().find(words.str()), std::string::npos)
      << words.str() << ": " << this->Messages->GetWarningMessage();
  }
}

TEST_F(SpectrumProbe, APointHasTheEdgeOfItsVoxel)
{
  this->Phantom->Update();
  vtkNew<vtkEdgeEnergy> edges;
  edges->SetInputConnection(this->Phantom->GetOutputPort());
  edges->ComputeErrorsOn();
  edges->Update();
  vtkPointData* maps = edges->GetOutput()->GetPointData();
  const vtkIdType voxels[] = { 5 + Size * (6 + Size * 5), 6 + Size * (4 + Size * 7) };
  for (const vtkIdType voxel : voxels)
  {
    double point[3];
    this->Phantom->GetOutput()->GetPoint(voxel, point);
    this->Probe->AddPoint(point[0] + 0.004, point[1] - 0.01, point[2]);
  }
  for (vtkIdType row = 0; row < 2; ++row)
  {
    const vtkIdType voxel = voxels[row];
    EXPECT_EQ(this->Result("voxels", row), 1);
    EXPECT_NEAR(
      this->Result("edge_energy (eV)", row), maps->GetArray("edge_energy")->GetTuple1(voxel), 1e-7);
    EXPECT_NEAR(this->Result("edge_energy_error (eV)", row),
      maps->GetArray("edge_energy_error")->GetTuple1(voxel), 1e-6);
    EXPECT_NEAR(
      this->Result("edge_jump", row), maps->GetArray("edge_jump")->GetTuple1(voxel), 1e-6);
    EXPECT_EQ(this->Result("validity", row), 0);
    ExpectSame(this->Curve("mu " + std::to_string(row + 1)),
      this->Mean([voxel](vtkIdType v) { return v == voxel; }), 1e-12);
  }
}

TEST_F(SpectrumProbe, CurvesBelongTogether)
{
  const std::vector<double> mu = this->Curve("mu 1");
  const std::vector<double> pre = this->Curve("pre-edge 1");
  const std::vector<double> post = this->Curve("post-edge 1");
  const std::vector<double> normalized = this->Curve("normalized 1");
  ASSERT_FALSE(mu.empty());
  for (std::size_t k = 0; k < mu.size(); ++k)
  {
    EXPECT_NEAR(normalized[k], (mu[k] - pre[k]) / (post[k] - pre[k]), 1e-9);
  }
  const std::vector<double> energies = this->Curve("energy (eV)");
  ASSERT_EQ(energies.size(), mu.size());
  // Where a chart marks the edge: on the curves.
  const double edge = this->Result("edge_energy (eV)", 0);
  const auto k = std::lower_bound(energies.begin(), energies.end(), edge) - energies.begin();
  const double share = (edge - energies[k - 1]) / (energies[k] - energies[k - 1]);
  EXPECT_NEAR(this->Result("normalized at edge", 0), 0.5, 1e-9);
  EXPECT_NEAR(this->Result("mu at edge", 0), (1.0 - share) * mu[k - 1] + share * mu[k], 1e-12);
  EXPECT_NEAR(post.back() - pre.back(), this->Result("edge_jump", 0), 0.05);
  // Modes with a constant step have the same post-edge polynomial.
  for (const int mode : { vtkSpectrumProbe::EDGE_STEP, vtkSpectrumProbe::FLATTENED })
  {
    this->Probe->SetMode(mode);
    ExpectSame(this->Curve("post-edge 1"), post, 1e-9);
    const double jump = this->Result("edge_jump", 0);
    const std::vector<double> stepped = this->Curve("normalized 1");
    EXPECT_NEAR(stepped.front(), (mu.front() - pre.front()) / jump, 1e-6);
    const double last = mode == vtkSpectrumProbe::EDGE_STEP
      ? (mu.back() - pre.back()) / jump
      : 1.0 + (mu.back() - post.back()) / jump;
    EXPECT_NEAR(stepped.back(), last, 1e-6);
  }
}

TEST_F(SpectrumProbe, ASphereIsAveraged)
{
  this->Phantom->Update();
  vtkImageData* image = this->Phantom->GetOutput();
  const double center[3] = { 0.16, 0.19, 0.17 };
  const double radius = 0.08;
  this->Probe->AddPoint(center[0], center[1], center[2]);
  this->Probe->SetRadius(radius);
  int inside = 0;
  const auto mean = this->Mean(
    [&](vtkIdType v)
    {
      double p[3];
      image->GetPoint(v, p);
      return std::hypot(p[0] - center[0], p[1] - center[1], p[2] - center[2]) <= radius;
    });
  for (vtkIdType v = 0; v < image->GetNumberOfPoints(); ++v)
  {
    double p[3];
    image->GetPoint(v, p);
    inside += std::hypot(p[0] - center[0], p[1] - center[1], p[2] - center[2]) <= radius ? 1 : 0;
  }
  EXPECT_GT(inside, 50);
  EXPECT_EQ(this->Result("voxels", 0), inside);
  ExpectSame(this->Curve("mu 1"), mean, 1e-9);
  // Read box by box from a source that shows one energy, it is the same.
  const double edge = this->Result("edge_energy (eV)", 0);
  this->Phantom->SetOutputMode(vtkTXMPhantomSource::ENERGY_AS_TIME);
  EXPECT_EQ(this->Result("voxels", 0), inside);
  EXPECT_NEAR(this->Result("edge_energy (eV)", 0), edge, 1e-9);
}

TEST_F(SpectrumProbe, MasksAndLabels)
{
  this->Phantom->Update();
  vtkDataArray* grains = this->Phantom->GetOutput()->GetPointData()->GetArray("grain_id");
  this->Probe->SetSelection(vtkSpectrumProbe::MASK);
  this->Probe->SetMaskArray("grain_id");
  ExpectSame(this->Curve("mu mask"),
    this->Mean([&](vtkIdType v) { return grains->GetTuple1(v) != 0.0; }), 1e-9);

  this->Probe->SetMaskArray("None");
  this->Probe->SetSelection(vtkSpectrumProbe::LABELS);
  this->Probe->SetLabelArray("grain_id");
  std::set<int> labels;
  for (vtkIdType v = 0; v < grains->GetNumberOfTuples(); ++v)
  {
    labels.insert(static_cast<int>(grains->GetTuple1(v)));
  }
  labels.erase(0);
  ASSERT_GT(labels.size(), 1u);
  EXPECT_EQ(this->Table(1)->GetNumberOfRows(), static_cast<vtkIdType>(labels.size()));
  for (const int label : labels)
  {
    ExpectSame(this->Curve("mu " + std::to_string(label)),
      this->Mean([&](vtkIdType v) { return grains->GetTuple1(v) == label; }), 1e-9);
  }
  const std::string last = "mu " + std::to_string(*labels.rbegin());
  const std::vector<double> before = this->Curve(last);
  paraxanes::SetNumberOfThreads(4);
  this->Probe->Modified();
  ExpectSame(this->Curve(last), before, 0.0);
}

TEST_F(SpectrumProbe, EveryVoxelOfASmallImage)
{
  this->Phantom->SetSize(9);
  this->Probe->SetSelection(vtkSpectrumProbe::EVERY_VOXEL);
  vtkNew<vtkEdgeEnergy> edges;
  edges->SetInputConnection(this->Phantom->GetOutputPort());
  edges->Update();
  vtkDataArray* expected = edges->GetOutput()->GetPointData()->GetArray("edge_energy");
  EXPECT_EQ(this->Table(1)->GetNumberOfRows(), 9 * 9 * 9);
  for (vtkIdType v = 0; v < 9 * 9 * 9; v += 7)
  {
    const double found = this->Result("edge_energy (eV)", v);
    EXPECT_TRUE(std::abs(found - expected->GetTuple1(v)) < 1e-7 ||
      (std::isnan(found) && std::isnan(expected->GetTuple1(v))))
      << v;
  }
}

TEST_F(SpectrumProbe, NaNIsOutsideOfTheMaskForPointsToo)
{
  vtkNew<vtkEdgeEnergy> edges;
  edges->SetInputConnection(this->Phantom->GetOutputPort());
  edges->PassStackOn();
  edges->Update();
  vtkDataArray* energies = edges->GetOutput()->GetPointData()->GetArray("edge_energy");
  int valid = 0;
  for (vtkIdType v = 0; v < energies->GetNumberOfTuples(); ++v)
  {
    valid += std::isnan(energies->GetTuple1(v)) ? 0 : 1;
  }
  this->Probe->SetInputConnection(edges->GetOutputPort());
  this->Probe->SetMaskArray("edge_energy");
  this->Probe->SetRadius(10.0);
  EXPECT_EQ(this->Result("voxels", 0), valid);
  this->Probe->SetSelection(vtkSpectrumProbe::MASK);
  EXPECT_EQ(this->Result("voxels", 0), valid);
}

TEST_F(SpectrumProbe, TakesTheRawSpectraWhereBothAreThere)
{
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(this->Phantom->GetOutputPort());
  const std::vector<double> mu = this->Curve("mu 1");
  this->Probe->SetInputConnection(normalize->GetOutputPort());
  ExpectSame(this->Curve("mu 1"), mu, 0.0);
}

TEST_F(SpectrumProbe, NormalizedStacksHaveNoFits)
{
  const double raw = this->Result("edge_energy (eV)", 0);
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(this->Phantom->GetOutputPort());
  this->Probe->SetInputConnection(normalize->GetOutputPort());
  this->Probe->SetInputArrayToProcess(
    0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, "normalized_absorbance");
  EXPECT_NEAR(this->Result("edge_energy (eV)", 0), raw, 1e-4);
  EXPECT_EQ(this->Table(0)->GetColumnByName("pre-edge 1"), nullptr);
  EXPECT_EQ(this->Curve("normalized 1").size(), this->Curve("energy (eV)").size());
}

TEST_F(SpectrumProbe, AnEmptyImageIsAnError)
{
  vtkNew<vtkImageData> empty;
  this->Probe->SetInputData(empty);
  this->ExpectError("empty image");
}

TEST_F(SpectrumProbe, SaysWhatIsWrong)
{
  this->Probe->AddPoint(50.0, 0.0, 0.0);
  this->ExpectError("There is no voxel at the point 50, 0, 0 um");
  this->Probe->RemoveAllPoints();
  this->Probe->AddPoint(std::nan(""), 0.0, 0.0);
  this->ExpectError("not finite");
  this->Probe->RemoveAllPoints();
  this->Probe->SetSelection(vtkSpectrumProbe::MASK);
  this->ExpectError("needs a mask");
  this->Probe->SetSelection(vtkSpectrumProbe::EVERY_VOXEL);
  this->ExpectError("shows at most 1000");
  this->Probe->SetSelection(vtkSpectrumProbe::LABELS);
  this->Probe->SetLabelArray("nothing");
  this->ExpectError("no point array \"nothing\"");
  this->Probe->SetLabelArray("true_edge_jump");
  this->ExpectError("No label from 1 on has a finite spectrum");
  this->Probe->SetSelection(vtkSpectrumProbe::POINTS);
  this->Probe->SetPreEdgeRange(9000.0, 9100.0);
  this->ExpectError("pre-edge range 9000 to 9100");
}

}
