// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every filter stops soon after AbortExecute is set while it works, and leaves nothing behind.
 */
#include "Parallel.h"
#include "StatisticsImage.h"
#include "vtkDepthProfile.h"
#include "vtkEdgeEnergy.h"
#include "vtkMaskedProjection.h"
#include "vtkMetalMass.h"
#include "vtkParticleLabels.h"
#include "vtkRadialAngleHistogram.h"
#include "vtkTXMPhantomSource.h"
#include "vtkValenceGradient.h"
#include "vtkVoxelBin.h"
#include "vtkXANESNormalize.h"

#include <vtkCallbackCommand.h>
#include <vtkImageData.h>
#include <vtkNew.h>

#include <gtest/gtest.h>

namespace
{

vtkImageData* OutputOf(vtkAlgorithm* algorithm)
{
  return vtkImageData::SafeDownCast(algorithm->GetOutputDataObject(0));
}

// Counts the reports of at least this progress, and sets AbortExecute there where it stops.
struct Stopper
{
  Stopper(vtkAlgorithm* algorithm, double from, bool stops)
    : From(from)
    , Stops(stops)
  {
    vtkNew<vtkCallbackCommand> command;
    command->SetClientData(this);
    command->SetCallback(
      [](vtkObject* caller, unsigned long, void* data, void*)
      {
        auto* self = static_cast<Stopper*>(data);
        auto* filter = vtkAlgorithm::SafeDownCast(caller);
        if (filter->GetProgress() >= self->From)
        {
          ++self->Reports;
          filter->SetAbortExecute(self->Stops ? 1 : 0);
        }
      });
    const unsigned long tag = algorithm->AddObserver(vtkCommand::ProgressEvent, command);
    algorithm->Modified();
    algorithm->Update();
    algorithm->RemoveObserver(tag);
    algorithm->SetAbortExecute(0);
  }
  double From;
  bool Stops;
  int Reports = 0;
};

// Runs it once whole, then again with an abort at the second report of progress.
void ExpectStops(vtkAlgorithm* algorithm)
{
  int reports = 0;
  vtkNew<vtkCallbackCommand> count;
  count->SetClientData(&reports);
  count->SetCallback(
    [](vtkObject*, unsigned long, void* data, void*) { ++*static_cast<int*>(data); });
  const unsigned long counting = algorithm->AddObserver(vtkCommand::ProgressEvent, count);
  algorithm->Modified();
  algorithm->Update();
  ASSERT_GT(OutputOf(algorithm)->GetNumberOfPoints(), 0);
  EXPECT_GE(reports, 20) << "too few chances to stop";
  algorithm->RemoveObserver(counting);

  reports = 0;
  vtkNew<vtkCallbackCommand> abort;
  abort->SetClientData(&reports);
  abort->SetCallback(
    [](vtkObject* caller, unsigned long, void* data, void*)
    {
      if (++*static_cast<int*>(data) == 2)
      {
        vtkAlgorithm::SafeDownCast(caller)->SetAbortExecute(1);
      }
    });
  const unsigned long aborting = algorithm->AddObserver(vtkCommand::ProgressEvent, abort);
  algorithm->Modified();
  algorithm->Update();
  EXPECT_LE(reports, 4);
  EXPECT_EQ(OutputOf(algorithm)->GetNumberOfPoints(), 0);
  algorithm->RemoveObserver(aborting);
  algorithm->SetAbortExecute(0); // it would stop what is behind, too
}

TEST(Abort, IsHeardByEveryFilter)
{
  vtkNew<vtkTXMPhantomSource> phantom;
  phantom->SetSize(64);
  vtkNew<vtkXANESNormalize> normalize;
  normalize->SetInputConnection(phantom->GetOutputPort());
  vtkNew<vtkEdgeEnergy> edges;
  edges->SetInputConnection(phantom->GetOutputPort());
  edges->Update();
  vtkNew<vtkTXMPhantomSource> slabs;
  slabs->SetSize(64);
  slabs->SetOutputMode(vtkTXMPhantomSource::ENERGY_AS_TIME);
  vtkNew<vtkEdgeEnergy> pulled;
  pulled->SetInputConnection(slabs->GetOutputPort());
  pulled->SetMemoryLimit(0.01);
  vtkNew<vtkImageData> map;
  map->ShallowCopy(edges->GetOutput());
  vtkNew<vtkVoxelBin> bin;
  bin->SetInputData(map);
  vtkNew<vtkValenceGradient> gradient;
  gradient->SetInputData(map);
  gradient->Update();
  vtkNew<vtkImageData> vectors;
  vectors->ShallowCopy(gradient->GetOutput());
  vtkNew<vtkRadialAngleHistogram> angles;
  angles->SetInputData(vectors);
  vtkNew<vtkDepthProfile> profile;
  profile->SetInputData(map);
  vtkNew<vtkMaskedProjection> projection;
  projection->SetInputData(map);
  vtkNew<vtkParticleLabels> labels;
  labels->SetInputData(map);
  labels->SetFillHoles(true);
  vtkNew<vtkMetalMass> mass;
  mass->SetInputData(map);
  mass->SetJumpUnit(vtkMetalMass::PER_MICROMETRE);
  for (vtkAlgorithm* algorithm : std::initializer_list<vtkAlgorithm*>{
         normalize, edges, pulled, bin, gradient, angles, profile, projection, labels, mass })
  {
    SCOPED_TRACE(algorithm->GetClassName());
    ExpectStops(algorithm);
  }
}

// The work between two reports is bounded, whatever the number of samples and particles.
TEST(Abort, IsHeardWhileBandsAreMade)
{
  constexpr int Size = 20;
  constexpr int Particles = 10; // one large, some small
  auto image = StatisticsImage({ Size, Size, Size }, 0.1);
  vtkNew<vtkFloatArray> gradient;
  gradient->SetName("valence_gradient");
  gradient->SetNumberOfComponents(3);
  ForEachVoxel(image,
    [&](vtkIdType i, int, int, int)
    {
      const auto n = static_cast<double>(i);
      gradient->InsertNextTuple3(std::sin(n), std::sin(1.7 * n), std::sin(2.3 * n));
    });
  image->GetPointData()->AddArray(gradient);
  AddArray<vtkIntArray>(image, "particle_id",
    [](int x, int y, int z) { return y + z == 0 && x < Particles ? 1 + x : 1; });
  vtkNew<vtkRadialAngleHistogram> angles;
  angles->SetInputData(image);
  angles->SetLabelArray("particle_id");
  angles->SetBootstrapBlockEdge(2);

  constexpr int Samples = 10000;
  angles->SetNumberOfBootstrapSamples(Samples);
  paraxanes::SetNumberOfThreads(1); // the fewer threads, the more parts
  const int reports = Stopper(angles, 0.95, false).Reports;
  // Of the large particle and of all, a block's 8 vectors have about 18 sums.
  const double sums = 2.0 * Samples * (Size * Size * Size / 8.0) * 18.0;
  const double percentiles = 2.0 * 75.0 * Samples * 100.0;
  EXPECT_GE(
    reports, 3 * (Particles + 1) + (sums + percentiles) / (4e7 * paraxanes::NumberOfThreads()));
  paraxanes::SetNumberOfThreads(0);
  ASSERT_GT(angles->GetOutput()->GetNumberOfPoints(), 0);

  angles->SetNumberOfBootstrapSamples(1000);
  for (const double from : { 0.01, 0.3, 0.65, 0.75, 0.85, 0.905, 0.93, 0.96, 0.98 })
  {
    // One more is that of the end, which VTK makes.
    EXPECT_LE(Stopper(angles, from, true).Reports, 2) << from;
    EXPECT_EQ(angles->GetOutput()->GetNumberOfPoints(), 0) << from;
  }
}

}
