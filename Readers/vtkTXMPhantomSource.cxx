// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkTXMPhantomSource.h"

#include "EdgeShape.h"
#include "EdgeTable.h"
#include "EnergyAxis.h"
#include "NewArray.h"
#include "Parallel.h"
#include "PhantomField.h"
#include "PhantomSpectra.h"

#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>

#include <algorithm>
#include <cmath>
#include <sstream>

vtkStandardNewMacro(vtkTXMPhantomSource);

namespace
{

// Voxels between two reports of progress, where spectra are blurred (layers are then computed more
// than once) and where they are not.
constexpr vtkIdType BlurredStep = vtkIdType{ 1 } << 21;
constexpr vtkIdType SharpStep = vtkIdType{ 1 } << 18;

const char* const KindNames[] = { "Rod", "Gravel", "Azimuthal", "Radial", "Linear", "WhiteNoise",
  "Uniform" };

// Ni K, eV.
double NickelEdge()
{
  return paraxanes::EdgeEnergyOf("Ni", "K").value();
}

std::vector<double> DefaultEnergies()
{
  std::vector<double> energies;
  const auto add = [&energies](double first, double step, int count)
  {
    for (int i = 0; i < count; ++i)
    {
      energies.push_back(first + step * i);
    }
  };
  add(8150.0, 16.0, 11);
  add(8318.0, 7.0, 2);
  add(8330.0, 3.0, 1);
  for (int i = 0; i <= 30; ++i)
  {
    energies.push_back((83330 + 9 * i) / 10.0); // the decimal numbers themselves
  }
  add(8363.0, 4.0, 2);
  add(8374.0, 10.0, 1);
  add(8384.0, 18.0, 13);
  return energies;
}

// Boxes of about `step` voxels that make up a box, in the order of its memory.
std::vector<paraxanes::Extent> Slabs(const paraxanes::Extent& box, vtkIdType step)
{
  const vtkIdType width = box[1] - box[0] + 1;
  const vtkIdType layer = width * (box[3] - box[2] + 1);
  const auto layers = static_cast<int>(std::clamp<vtkIdType>(step / layer, 1, box[5] - box[4] + 1));
  const auto rows = static_cast<int>(
    layers > 1 ? box[3] - box[2] + 1 : std::clamp<vtkIdType>(step / width, 1, box[3] - box[2] + 1));
  std::vector<paraxanes::Extent> slabs;
  for (int z = box[4]; z <= box[5]; z += layers)
  {
    for (int y = box[2]; y <= box[3]; y += rows)
    {
      slabs.push_back(
        { box[0], box[1], y, std::min(y + rows - 1, box[3]), z, std::min(z + layers - 1, box[5]) });
    }
  }
  return slabs;
}

}

vtkTXMPhantomSource::vtkTXMPhantomSource()
  : Energies(DefaultEnergies())
{
}

vtkTXMPhantomSource::~vtkTXMPhantomSource() = default;

void vtkTXMPhantomSource::AddEnergy(double energy)
{
  this->Energies.push_back(energy);
  this->Modified();
}

void vtkTXMPhantomSource::RemoveAllEnergies()
{
  this->Energies.clear();
  this->Modified();
}

paraxanes::PhantomParameters vtkTXMPhantomSource::FieldParameters() const
{
  paraxanes::PhantomParameters parameters;
  parameters.Kind = static_cast<paraxanes::PhantomKind>(this->Kind);
  parameters.Size = this->Size;
  parameters.Flat = this->Dimension == 2;
  parameters.VoxelSize = this->VoxelSize;
  parameters.EdgeJump = this->EdgeJump;
  parameters.Porosity = this->Porosity;
  parameters.EdgeEnergy = this->EdgeEnergy;
  parameters.BoundaryExcess = this->BoundaryExcess;
  parameters.BoundaryWidth = this->BoundaryWidth;
  parameters.SurfaceTrend = this->SurfaceTrend;
  parameters.GrainSize = this->GrainSize;
  std::copy_n(this->AspectRatio, 3, parameters.AspectRatio.begin());
  std::copy_n(this->CenterOffset, 3, parameters.CenterOffset.begin());
  parameters.NumberOfParticles = this->NumberOfParticles;
  parameters.Seed = static_cast<std::uint64_t>(this->Seed);
  return parameters;
}

paraxanes::SpectrumParameters vtkTXMPhantomSource::SpectraParameters() const
{
  paraxanes::SpectrumParameters parameters;
  parameters.Energies = this->Energies;
  parameters.Shape = static_cast<paraxanes::EdgeShape::Kind>(this->EdgeShape);
  parameters.Noise = this->Noise;
  parameters.Model = static_cast<paraxanes::NoiseModel>(this->NoiseModel);
  parameters.Resolution = this->Resolution;
  parameters.InvalidFraction = this->InvalidFraction;
  return parameters;
}

std::string vtkTXMPhantomSource::CheckProperties() const
{
  std::ostringstream problem;
  problem << paraxanes::CheckPhantom(this->FieldParameters());
  if (!problem.str().empty())
  {
    return problem.str();
  }
  if (this->Energies.empty())
  {
    return "Energies is empty: a stack needs at least one energy.";
  }
  const std::string energies = paraxanes::CheckEnergies(this->Energies);
  if (!energies.empty())
  {
    return "Energies have to be finite and strictly ascending, and " + energies + ".";
  }
  if (!(this->Noise >= 0.0 && std::isfinite(this->Noise)))
  {
    problem << "Noise is " << this->Noise << ", and has to be at least 0.";
  }
  else if (!(this->InvalidFraction >= 0.0 && this->InvalidFraction <= 1.0))
  {
    problem << "InvalidFraction is " << this->InvalidFraction << ", and has to be in [0, 1].";
  }
  else if (!(this->Resolution >= 0.0 && this->Resolution <= this->Size * this->VoxelSize))
  {
    problem << "Resolution is " << this->Resolution << " um, and has to be between 0 and the "
            << "width of the field, " << this->Size * this->VoxelSize << " um.";
  }
  return problem.str();
}

bool vtkTXMPhantomSource::DescribeStack(StackDescription& stack, std::string& error)
{
  error = this->CheckProperties();
  if (!error.empty())
  {
    return false;
  }
  const int last = this->Size - 1;
  stack.Whole = { 0, last, 0, last, 0, this->Dimension == 2 ? 0 : last };
  std::fill_n(stack.Spacing, 3, this->VoxelSize);
  stack.Energies = this->Energies;
  std::ostringstream source;
  source << "TXM Phantom, kind " << KindNames[this->Kind] << ", seed " << this->Seed;
  stack.Texts = { { "source", source.str() }, { "absorbance_unit", "dimensionless" } };
  if (std::abs(this->EdgeEnergy - NickelEdge()) < 60.0)
  {
    stack.Texts.emplace_back("element", "Ni");
    stack.Texts.emplace_back("edge", "K");
  }
  return true;
}

bool vtkTXMPhantomSource::FillSpectra(const StackDescription&, const paraxanes::Extent& box,
  EnergyIndices energies, float* spectra, paraxanes::ComponentRanges&,
  const ProgressFunction& progress, std::string&)
{
  const paraxanes::PhantomField field(this->FieldParameters());
  const paraxanes::PhantomSpectra phantom(field, this->SpectraParameters());
  const auto voxels = static_cast<double>(paraxanes::NumberOfVoxels(box));
  const vtkIdType step = this->Resolution > 0.0 ? BlurredStep : SharpStep;
  vtkIdType done = 0;
  for (const paraxanes::Extent& slab : Slabs(box, step))
  {
    phantom.Fill(
      slab, energies.First, energies.Last, spectra + done * (energies.Last - energies.First));
    done += paraxanes::NumberOfVoxels(slab);
    if (!progress(static_cast<double>(done) / voxels))
    {
      return false;
    }
  }
  return true;
}

bool vtkTXMPhantomSource::AddToOutput(
  const StackDescription&, vtkImageData* output, const ProgressFunction& progress)
{
  const paraxanes::Extent box = paraxanes::MakeExtent(output->GetExtent());
  const vtkIdType voxels = paraxanes::NumberOfVoxels(box);
  const auto energy = paraxanes::NewArray<vtkDoubleArray>("true_edge_energy", voxels);
  const auto jump = paraxanes::NewArray<vtkFloatArray>("true_edge_jump", voxels);
  const auto grain = paraxanes::NewArray<vtkIntArray>("grain_id", voxels);
  const auto particle = paraxanes::NewArray<vtkIntArray>("particle_id", voxels);
  for (vtkDataArray* array : std::initializer_list<vtkDataArray*>{ energy, jump, grain, particle })
  {
    output->GetPointData()->AddArray(array);
  }

  const paraxanes::PhantomField field(this->FieldParameters());
  double* energies = energy->GetPointer(0);
  float* jumps = jump->GetPointer(0);
  int* grains = grain->GetPointer(0);
  int* particles = particle->GetPointer(0);
  const vtkIdType width = box[1] - box[0] + 1;
  const vtkIdType height = box[3] - box[2] + 1;
  const auto fillRows = [&](vtkIdType first, vtkIdType last)
  {
    for (vtkIdType row = first; row < last; ++row)
    {
      const int y = box[2] + static_cast<int>(row % height);
      const int z = box[4] + static_cast<int>(row / height);
      for (vtkIdType i = 0; i < width; ++i)
      {
        const paraxanes::PhantomVoxel voxel = field.At(box[0] + static_cast<int>(i), y, z);
        const vtkIdType index = row * width + i;
        energies[index] = voxel.EdgeEnergy;
        jumps[index] = static_cast<float>(voxel.EdgeJump);
        grains[index] = voxel.Grain;
        particles[index] = voxel.Particle;
      }
    }
  };
  const vtkIdType rows = voxels / width;
  constexpr vtkIdType slabs = 64;
  for (vtkIdType slab = 0; slab < slabs; ++slab)
  {
    paraxanes::ParallelFor(rows * slab / slabs, rows * (slab + 1) / slabs, 8, fillRows);
    if (!progress(static_cast<double>(slab + 1) / slabs))
    {
      return false;
    }
  }
  return true;
}

const char* vtkTXMPhantomSource::GetExpectedScatter()
{
  this->ExpectedScatter = this->CheckProperties();
  if (this->ExpectedScatter.empty())
  {
    const double ratio = this->Noise / std::abs(this->EdgeJump);
    const paraxanes::EdgeShape shape(static_cast<paraxanes::EdgeShape::Kind>(this->EdgeShape));
    std::ostringstream text;
    text.precision(3);
    text << "noise / jump " << ratio << ", edge energies scatter by "
         << paraxanes::ExpectedEdgeScatter(
              this->Energies, shape, this->EdgeEnergy, NickelEdge(), ratio)
         << " eV";
    this->ExpectedScatter = text.str();
  }
  return this->ExpectedScatter.c_str();
}

void vtkTXMPhantomSource::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Kind: " << KindNames[this->Kind] << "\n";
  os << indent << "Size: " << this->Size << " (" << this->Dimension << "D)\n";
  os << indent << "VoxelSize: " << this->VoxelSize << " um\n";
  os << indent << "EdgeShape: " << this->EdgeShape << "\n";
  os << indent << "EdgeJump: " << this->EdgeJump << "\n";
  os << indent << "Porosity: " << this->Porosity << "\n";
  os << indent << "EdgeEnergy: " << this->EdgeEnergy << " eV\n";
  os << indent << "BoundaryExcess: " << this->BoundaryExcess << " eV\n";
  os << indent << "BoundaryWidth: " << this->BoundaryWidth << " um\n";
  os << indent << "SurfaceTrend: " << this->SurfaceTrend << " eV\n";
  os << indent << "GrainSize: " << this->GrainSize << " um\n";
  os << indent << "AspectRatio: " << this->AspectRatio[0] << " " << this->AspectRatio[1] << " "
     << this->AspectRatio[2] << "\n";
  os << indent << "CenterOffset: " << this->CenterOffset[0] << " " << this->CenterOffset[1] << " "
     << this->CenterOffset[2] << " um\n";
  os << indent << "NumberOfParticles: " << this->NumberOfParticles << "\n";
  os << indent << "InvalidFraction: " << this->InvalidFraction << "\n";
  os << indent << "Resolution: " << this->Resolution << " um\n";
  os << indent << "Noise: " << this->Noise
     << (this->NoiseModel == POISSON ? " (Poisson)\n" : " (Gaussian)\n");
  os << indent << "Seed: " << this->Seed << "\n";
  os << indent << "Energies: " << this->Energies.size() << "\n";
  os << indent << "ExpectedScatter: " << this->GetExpectedScatter() << "\n";
}
