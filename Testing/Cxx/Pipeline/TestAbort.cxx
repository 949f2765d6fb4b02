// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every filter stops soon after AbortExecute is set while it works, and leaves nothing behind.
 */
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
         normalize, edges, bin, gradient, angles, profile, projection, labels, mass })
  {
    SCOPED_TRACE(algorithm->GetClassName());
    ExpectStops(algorithm);
  }
}

}
