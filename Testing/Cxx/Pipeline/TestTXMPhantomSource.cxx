// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "vtkTXMPhantomSource.h"

#include <vtkCallbackCommand.h>
#include <vtkDataArray.h>
#include <vtkDataSetAttributes.h>
#include <vtkExecutive.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTestErrorObserver.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace
{

using paraxanes::Extent;

const char* const Arrays[] = { "absorbance", "true_edge_energy", "true_edge_jump", "grain_id",
  "particle_id" };

// Small, with everything switched on.
void MakeSmall(vtkTXMPhantomSource* source)
{
  source->SetSize(20);
  source->SetInvalidFraction(0.03);
  source->SetResolution(0.05);
}

// The tuples of a voxel have the same bits in both images, for every array.
void ExpectSameVoxels(vtkImageData* whole, vtkImageData* part)
{
  const Extent all = paraxanes::MakeExtent(whole->GetExtent());
  const Extent box = paraxanes::MakeExtent(part->GetExtent());
  ASSERT_TRUE(paraxanes::Contains(all, box));
  for (const char* name : Arrays)
  {
    vtkDataArray* a = whole->GetPointData()->GetArray(name);
    vtkDataArray* b = part->GetPointData()->GetArray(name);
    ASSERT_TRUE(a && b) << name;
    ASSERT_EQ(b->GetNumberOfTuples(), paraxanes::NumberOfVoxels(box));
    const auto bytes = static_cast<std::size_t>(a->GetNumberOfComponents() * a->GetDataTypeSize());
    const auto* from = static_cast<const char*>(a->GetVoidPointer(0));
    const auto* to = static_cast<const char*>(b->GetVoidPointer(0));
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y)
      {
        for (int x = box[0]; x <= box[1]; ++x)
        {
          const auto i = static_cast<std::size_t>(paraxanes::VoxelIndex(all, x, y, z));
          const auto j = static_cast<std::size_t>(paraxanes::VoxelIndex(box, x, y, z));
          ASSERT_EQ(std::memcmp(from + i * bytes, to + j * bytes, bytes), 0)
            << name << " at " << x << " " << y << " " << z;
        }
      }
    }
  }
}

TEST(TXMPhantomSource, IsAStackWithItsTruth)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(24);
  source->Update();
  vtkImageData* image = source->GetOutput();
  EXPECT_EQ(paraxanes::MakeExtent(image->GetExtent()), (Extent{ 0, 23, 0, 23, 0, 23 }));
  EXPECT_EQ(image->GetSpacing()[1], 0.03);
  const std::vector<double> energies = paraxanes::StackEnergies(image);
  EXPECT_EQ(energies, source->GetEnergies());
  ASSERT_EQ(energies.size(), 61U);
  EXPECT_EQ(energies.front(), 8150.0);
  EXPECT_EQ(energies[10], 8310.0);
  EXPECT_EQ(energies[14], 8333.0);
  EXPECT_EQ(energies[15], 8333.9);
  EXPECT_EQ(energies[44], 8360.0);
  EXPECT_EQ(energies[48], 8384.0);
  EXPECT_EQ(energies.back(), 8600.0);
  EXPECT_EQ(paraxanes::GetField(image, "element"), "Ni");
  EXPECT_EQ(paraxanes::GetField(image, "edge"), "K");
  EXPECT_NE(paraxanes::GetField(image, "source").find("Rod"), std::string::npos);
  EXPECT_NE(paraxanes::GetField(image, "absorbance_unit"), "");

  vtkPointData* points = image->GetPointData();
  auto* stack = vtkFloatArray::SafeDownCast(points->GetScalars());
  ASSERT_TRUE(stack);
  EXPECT_STREQ(stack->GetName(), "absorbance");
  EXPECT_EQ(stack->GetNumberOfComponents(), 61);
  EXPECT_STREQ(stack->GetComponentName(14), "8333.00 eV");
  vtkDataArray* energy = points->GetArray("true_edge_energy");
  vtkDataArray* jump = points->GetArray("true_edge_jump");
  vtkDataArray* particle = points->GetArray("particle_id");
  EXPECT_EQ(energy->GetDataType(), VTK_DOUBLE);
  EXPECT_EQ(jump->GetDataType(), VTK_FLOAT);
  EXPECT_EQ(particle->GetDataType(), VTK_INT);
  EXPECT_EQ(points->GetArray("grain_id")->GetDataType(), VTK_INT);
  vtkIdType inside = 0;
  for (vtkIdType i = 0; i < image->GetNumberOfPoints(); ++i)
  {
    const bool air = particle->GetComponent(i, 0) == 0.0;
    ASSERT_EQ(std::isnan(energy->GetComponent(i, 0)), air);
    ASSERT_EQ(jump->GetComponent(i, 0) == 0.0, air);
    ASSERT_EQ(points->GetArray("grain_id")->GetComponent(i, 0) == 0.0, air);
    inside += air ? 0 : 1;
  }
  EXPECT_NEAR(static_cast<double>(inside), 4.0 / 3.0 * 3.14159 * std::pow(0.42 * 24, 3), 150.0);
}

TEST(TXMPhantomSource, PiecesEqualTheWhole)
{
  vtkNew<vtkTXMPhantomSource> source;
  MakeSmall(source);
  source->Update();
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(source->GetOutput());
  for (const int pieces : { 2, 3, 8 })
  {
    for (const int ghosts : { 0, 2 })
    {
      vtkIdType owned = 0;
      for (int piece = 0; piece < pieces; ++piece)
      {
        source->UpdatePiece(piece, pieces, ghosts);
        vtkImageData* part = source->GetOutput();
        ExpectSameVoxels(whole, part);
        auto* marks = vtkUnsignedCharArray::SafeDownCast(
          part->GetPointData()->GetArray(vtkDataSetAttributes::GhostArrayName()));
        ASSERT_TRUE(marks);
        for (vtkIdType i = 0; i < marks->GetNumberOfTuples(); ++i)
        {
          owned += marks->GetValue(i) == 0 ? 1 : 0;
        }
      }
      EXPECT_EQ(owned, 8000);
    }
  }
}

TEST(TXMPhantomSource, AnyExtentEqualsTheWhole)
{
  vtkNew<vtkTXMPhantomSource> source;
  MakeSmall(source);
  source->Update();
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(source->GetOutput());
  const int box[6] = { 4, 11, 0, 19, 7, 7 };
  source->Modified(); // or the whole that is there would do
  source->UpdateExtent(box);
  EXPECT_EQ(paraxanes::MakeExtent(source->GetOutput()->GetExtent()), paraxanes::MakeExtent(box));
  ExpectSameVoxels(whole, source->GetOutput());
}

TEST(TXMPhantomSource, ThreadsDoNotMatter)
{
  vtkNew<vtkTXMPhantomSource> source;
  MakeSmall(source);
  setenv("VTK_SMP_MAX_THREADS", "1", 1);
  source->Update();
  vtkNew<vtkImageData> one;
  one->DeepCopy(source->GetOutput());
  setenv("VTK_SMP_MAX_THREADS", "2", 1);
  source->Modified();
  source->Update();
  unsetenv("VTK_SMP_MAX_THREADS");
  ExpectSameVoxels(one, source->GetOutput());
}

TEST(TXMPhantomSource, EnergyAsTimeShowsOneEnergyOfTheStack)
{
  vtkNew<vtkTXMPhantomSource> source;
  MakeSmall(source);
  source->SetNoiseModel(vtkTXMPhantomSource::POISSON);
  source->Update();
  vtkNew<vtkImageData> whole;
  whole->DeepCopy(source->GetOutput());
  vtkDataArray* stack = whole->GetPointData()->GetArray("absorbance");

  source->SetOutputMode(vtkEnergyStackSource::ENERGY_AS_TIME);
  for (const int k : { 0, 1, 30, 60 })
  {
    source->UpdateTimeStep(source->GetEnergies()[static_cast<std::size_t>(k)]);
    vtkDataArray* shown = source->GetOutput()->GetPointData()->GetArray("absorbance");
    ASSERT_EQ(shown->GetNumberOfComponents(), 1);
    for (vtkIdType i = 0; i < shown->GetNumberOfTuples(); ++i)
    {
      const double expected = stack->GetComponent(i, k);
      if (std::isnan(expected))
      {
        ASSERT_TRUE(std::isnan(shown->GetComponent(i, 0)));
        continue;
      }
      ASSERT_EQ(shown->GetComponent(i, 0), expected);
    }
    for (const char* name : { "true_edge_energy", "grain_id" })
    {
      EXPECT_TRUE(source->GetOutput()->GetPointData()->GetArray(name)) << name;
    }
  }

  // What a map-making filter pulls.
  const int box[6] = { 2, 9, 3, 4, 5, 6 };
  std::vector<float> spectra(8 * 2 * 2 * 61);
  std::string error;
  ASSERT_TRUE(source->ReadBox(
    box, source->StackEnergies(), spectra.data(), [](double) { return true; }, error))
    << error;
  const vtkIdType voxel = paraxanes::VoxelIndex({ 0, 19, 0, 19, 0, 19 }, 2, 3, 5);
  for (int k = 0; k < 61; ++k)
  {
    const double expected = stack->GetComponent(voxel, k);
    if (!std::isnan(expected))
    {
      EXPECT_EQ(static_cast<double>(spectra[static_cast<std::size_t>(k)]), expected);
    }
  }
}

TEST(TXMPhantomSource, TwoDimensionsAreOneLayer)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(40);
  source->SetDimension(2);
  source->SetResolution(0.05);
  source->SetNumberOfParticles(3);
  source->Update();
  vtkImageData* image = source->GetOutput();
  EXPECT_EQ(paraxanes::MakeExtent(image->GetExtent()), (Extent{ 0, 39, 0, 39, 0, 0 }));
  const double* range = image->GetPointData()->GetArray("particle_id")->GetRange();
  EXPECT_EQ(range[0], 0.0);
  EXPECT_EQ(range[1], 3.0);

  vtkNew<vtkImageData> whole;
  whole->DeepCopy(image);
  vtkIdType owned = 0;
  for (int piece = 0; piece < 4; ++piece)
  {
    source->UpdatePiece(piece, 4, 1);
    ExpectSameVoxels(whole, source->GetOutput());
    owned += paraxanes::NumberOfVoxels(paraxanes::OwnedExtent(source->GetOutput()));
  }
  EXPECT_EQ(owned, 1600);
}

TEST(TXMPhantomSource, EnergiesCanBeGiven)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(4);
  source->RemoveAllEnergies();
  source->AddEnergy(8300.0);
  source->AddEnergy(8344.0);
  source->Update();
  EXPECT_EQ(source->GetOutput()->GetPointData()->GetScalars()->GetNumberOfComponents(), 2);
}

TEST(TXMPhantomSource, SaysWhichScatterToExpect)
{
  vtkNew<vtkTXMPhantomSource> source;
  const std::string text = source->GetExpectedScatter();
  EXPECT_NE(text.find("noise / jump 0.114"), std::string::npos) << text;
  EXPECT_NE(text.find("by 0.6"), std::string::npos) << text;
}

// One error, an empty output, and what is wrong in the message.
void ExpectError(const char* word, const std::function<void(vtkTXMPhantomSource*)>& change)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(10);
  change(source);
  vtkNew<vtkTest::ErrorObserver> own;
  vtkNew<vtkTest::ErrorObserver> executive;
  source->AddObserver(vtkCommand::ErrorEvent, own);
  source->GetExecutive()->AddObserver(vtkCommand::ErrorEvent, executive);
  source->Update();
  EXPECT_TRUE(own->GetError()) << word;
  EXPECT_NE(own->GetErrorMessage().find(word), std::string::npos)
    << word << ": " << own->GetErrorMessage();
  EXPECT_EQ(source->GetOutput()->GetNumberOfPoints(), 0) << word;
}

TEST(TXMPhantomSource, RejectsWhatItCannotMake)
{
  using Source = vtkTXMPhantomSource;
  ExpectError("Size", [](Source* s) { s->SetSize(1); });
  ExpectError("Size", [](Source* s) { s->SetSize(-3); });
  ExpectError("VoxelSize", [](Source* s) { s->SetVoxelSize(0.0); });
  ExpectError("GrainSize", [](Source* s) { s->SetGrainSize(0.0); });
  ExpectError("BoundaryWidth", [](Source* s) { s->SetBoundaryWidth(0.0); });
  ExpectError("AspectRatio", [](Source* s) { s->SetAspectRatio(1.0, -1.0, 1.0); });
  ExpectError("Porosity", [](Source* s) { s->SetPorosity(-0.1); });
  ExpectError("fit", [](Source* s) { s->SetCenterOffset(1.0, 0.0, 0.0); });
  ExpectError("NumberOfParticles", [](Source* s) { s->SetNumberOfParticles(0); });
  ExpectError("Noise", [](Source* s) { s->SetNoise(-1.0); });
  ExpectError("InvalidFraction", [](Source* s) { s->SetInvalidFraction(1.5); });
  ExpectError("Resolution", [](Source* s) { s->SetResolution(-0.1); });
  ExpectError(
    "Resolution", [](Source* s) { s->SetResolution(std::numeric_limits<double>::quiet_NaN()); });
  ExpectError("ascending", [](Source* s) { s->AddEnergy(8600.0); });
  ExpectError("finite", [](Source* s) { s->AddEnergy(std::numeric_limits<double>::infinity()); });
  ExpectError("empty", [](Source* s) { s->RemoveAllEnergies(); });
  ExpectError("MemoryLimit",
    [](Source* s)
    {
      s->SetSize(64);
      s->SetMemoryLimit(0.01);
    });
}

TEST(TXMPhantomSource, StopsWhenAborted)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(100);
  vtkNew<vtkCallbackCommand> stop;
  double furthest = 0.0; // of the work, before the executive says that it is over
  stop->SetClientData(&furthest);
  stop->SetCallback(
    [](vtkObject* caller, unsigned long, void* data, void*)
    {
      auto* algorithm = vtkTXMPhantomSource::SafeDownCast(caller);
      if (algorithm->GetProgress() > 0.0 && algorithm->GetProgress() < 1.0)
      {
        *static_cast<double*>(data) = algorithm->GetProgress();
        algorithm->SetAbortExecute(1);
      }
    });
  source->AddObserver(vtkCommand::ProgressEvent, stop);
  source->Update();
  EXPECT_GT(furthest, 0.0);
  EXPECT_LT(furthest, 0.5);
  EXPECT_EQ(source->GetOutput()->GetNumberOfPoints(), 0);
}

TEST(TXMPhantomSource, ProgressIsEven)
{
  vtkNew<vtkTXMPhantomSource> source;
  source->SetSize(100);
  vtkNew<vtkCallbackCommand> note;
  std::vector<double> fractions;
  note->SetClientData(&fractions);
  note->SetCallback(
    [](vtkObject* caller, unsigned long, void* all, void*)
    {
      static_cast<std::vector<double>*>(all)->push_back(
        vtkTXMPhantomSource::SafeDownCast(caller)->GetProgress());
    });
  source->AddObserver(vtkCommand::ProgressEvent, note);
  source->Update();
  ASSERT_GE(fractions.size(), 4U);
  for (std::size_t i = 1; i < fractions.size(); ++i)
  {
    EXPECT_GE(fractions[i], fractions[i - 1]);
    EXPECT_LT(fractions[i] - fractions[i - 1], 0.35);
  }
}

}
