// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ParticleCenterRun.h"

#include "ConnectedPieces.h"
#include "EnergyStack.h"

#include <vtkAlgorithm.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkPointData.h>

#include <algorithm>
#include <map>
#include <set>

namespace paraxanes
{
namespace
{

// Each has tables of its own.
constexpr std::size_t MostParticles = 10000;

vtkDataArray* Labels(vtkImageData* image, const std::string& name, const char* where)
{
  vtkDataArray* array = RequiredArray(image, name, "LabelArray", where);
  CheckLabels(array, "LabelArray");
  return array;
}

void CheckNumberOfParticles(std::size_t number)
{
  if (number > MostParticles)
  {
    throw InputError(TextOf("LabelArray has ", number, " labels; at most ", MostParticles,
      " particles can be told apart. Raise MinimumSize of Particle Labels."));
  }
}

}

ParticleCenterRun::ParticleCenterRun(vtkAlgorithm* self, const CenterChoice& choice,
  vtkInformation* inInfo, vtkInformation* particleInfo)
  : MapRun(self, inInfo)
  , Choice(choice)
  , ParticleInfo(particleInfo)
  , Particles(particleInfo ? vtkImageData::GetData(particleInfo) : nullptr)
  , Source(this->Particles ? this->Particles : this->Input)
  , SourceGrid(
      this->Particles ? GridOf(this->Particles, PieceRequest(particleInfo).Whole) : this->Grid)
{
}

void ParticleCenterRun::Prepare()
{
  if (this->HasLabels() && this->HasVoxels())
  {
    this->LabelsOfVectors.Set(Labels(this->Input, this->Choice.LabelArray, "the input"));
  }
  if (this->Source->GetNumberOfPoints() > 0)
  {
    this->PrepareSource();
  }
}

void ParticleCenterRun::PrepareSource()
{
  const char* name = this->Particles ? "ParticleInput" : "the input";
  if (this->HasLabels())
  {
    this->SourceLabels.Set(Labels(this->Source, this->Choice.LabelArray, name));
    this->Masses.Labels = this->SourceLabels.Get();
  }
  if (this->Choice.Mode == CenterChoice::Weighted)
  {
    if (this->Choice.WeightArray.empty())
    {
      throw InputError("CenterMode is Weighted, and no WeightArray is chosen. Choose an array "
                       "such as edge_jump.");
    }
    this->Weights.Set(RequiredArray(this->Source, this->Choice.WeightArray, "WeightArray", name));
    this->Masses.Weights = this->Weights.Get();
  }
  vtkDataArray* validity = this->Source->GetPointData()->GetArray("validity");
  this->ValidityOfSource.Set(validity);
  this->Masses.Validity = this->ValidityOfSource.Get();
  if (!this->Particles && this->UseBlocks())
  {
    return;
  }
  if (validity)
  {
    this->Found.Source =
      this->Particles ? "valid voxels of ParticleInput" : "valid voxels of the input";
  }
  else if (!this->Particles)
  {
    this->VectorValidity = this->ValidityOfVectors();
    this->Masses.Validity = this->VectorValidity.data();
    this->Found.Source = "voxels of the input with a gradient";
  }
  else if (!this->HasLabels())
  {
    throw InputError(
      TextOf("ParticleInput has neither \"validity\" nor labels, so that nothing says "
             "where the particle is; it has ",
        ListPointArrays(this->Source),
        ". Connect the output of Edge Energy, or choose a LabelArray."));
  }
  else
  {
    this->Found.Source = "labelled voxels of ParticleInput";
  }
}

// The centre from the moments that binning left.
bool ParticleCenterRun::UseBlocks()
{
  vtkDataArray* counts = this->Input->GetPointData()->GetArray("block_count");
  vtkDataArray* centroids = this->Input->GetPointData()->GetArray("block_centroid");
  if (!counts || !centroids || counts->GetNumberOfComponents() != 1 ||
    centroids->GetNumberOfComponents() != 3)
  {
    return false;
  }
  this->BlockCounts.Set(counts);
  this->BlockCentroids.Set(centroids);
  this->Masses.BlockCounts = this->BlockCounts.Get();
  this->Masses.BlockCentroids = this->BlockCentroids.Get();
  this->Found.Source = "blocks of the input (block_count, block_centroid)";
  return true;
}

bool ParticleCenterRun::FindOwnedPoints()
{
  if (!this->FindOwned())
  {
    return false;
  }
  if (!this->Particles)
  {
    this->SourceGrid = this->Grid;
    return true;
  }
  std::string error;
  return FindOwnedExtent(this->Particles, PieceRequest(this->ParticleInfo), this->Together,
           this->SourceGrid.Owned, error) ||
    this->Fail(this->Together.IsRoot() ? error : "");
}

// The labels of all ranks, ascending. Collective.
bool ParticleCenterRun::FindParticles()
{
  if (!this->HasLabels())
  {
    return this->Step([&] { this->Found.Labels = { 0 }; });
  }
  std::vector<std::int64_t> mine;
  bool ok = this->Step(
    [&]
    {
      std::set<int> labels;
      const auto add = [&](const std::int32_t* of, const VoxelGrid& grid)
      {
        if (of)
        {
          const std::vector<int> found = FindLabels(of, grid);
          labels.insert(found.begin(), found.end());
        }
      };
      add(this->SourceLabels.Get(), this->SourceGrid);
      if (this->Particles)
      {
        add(this->LabelsOfVectors.Get(), this->Grid);
      }
      CheckNumberOfParticles(labels.size());
      mine.assign(labels.begin(), labels.end());
    });
  if (!ok)
  {
    return false;
  }
  std::vector<std::vector<std::int64_t>> ofRanks;
  std::string error;
  if (!this->Together.GatherAll(mine, ofRanks, error))
  {
    return this->Fail(error);
  }
  return this->Step(
    [&]
    {
      std::set<int> all;
      for (const std::vector<std::int64_t>& labels : ofRanks)
      {
        std::transform(labels.begin(), labels.end(), std::inserter(all, all.end()),
          [](std::int64_t label) { return static_cast<int>(label); });
      }
      this->Found.Labels.assign(all.begin(), all.end());
      CheckNumberOfParticles(all.size());
    });
}

bool ParticleCenterRun::FindCenters()
{
  std::vector<vtkIdType> counts;
  std::vector<double> sums;
  const bool ok = this->Step(
    [&]
    {
      std::map<int, MassSums> mine = SumMasses(this->Masses, this->SourceGrid);
      for (const int particle : this->Found.Labels)
      {
        const MassSums& part = mine[particle];
        const std::int64_t numbers[3] = { part.Voxels, part.AtBorder, part.WithoutWeight };
        counts.insert(counts.end(), numbers, numbers + 3);
        sums.push_back(part.Mass);
        sums.insert(sums.end(), part.Moment.begin(), part.Moment.end());
      }
    });
  if (!ok)
  {
    return false;
  }
  this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
  this->Together.Sum(sums.data(), static_cast<vtkIdType>(sums.size()));
  return this->Step([&] { this->SetCenters(counts, sums); });
}

// From the sums over all ranks: voxels, at the border, without weight; mass, moment.
void ParticleCenterRun::SetCenters(
  const std::vector<vtkIdType>& counts, const std::vector<double>& sums)
{
  const bool given = this->Choice.Mode == CenterChoice::Given;
  vtkIdType atBorder = 0;
  vtkIdType withoutWeight = 0;
  int withoutCenter = 0;
  for (std::size_t i = 0; i < this->Found.Labels.size(); ++i)
  {
    MassSums total;
    total.Mass = sums[4 * i];
    total.Moment = { sums[4 * i + 1], sums[4 * i + 2], sums[4 * i + 3] };
    this->Found.Centers.push_back(given ? this->Choice.Point : total.Center(this->SourceGrid));
    withoutCenter += given || total.Mass > 0.0 ? 0 : 1;
    this->Found.ValidVoxels.push_back(counts[3 * i]);
    atBorder += counts[3 * i + 1];
    withoutWeight += counts[3 * i + 2];
  }
  if (given)
  {
    this->Found.Source = "given point";
  }
  else if (this->Choice.Mode == CenterChoice::Weighted)
  {
    this->Found.Source += TextOf(", weighted by ", this->Choice.WeightArray);
  }
  this->WarnAboutParticles(atBorder, withoutWeight, withoutCenter);
}

void ParticleCenterRun::Warn(const std::string& text) const
{
  if (this->Together.IsRoot())
  {
    vtkWarningWithObjectMacro(this->Self, << text);
  }
}

// The two inputs are images of one field; a map of something else gives a centre of something
// else.
void ParticleCenterRun::WarnAboutOtherField() const
{
  for (int a = 0; this->Particles && a < 3; ++a)
  {
    const auto end = [&](const VoxelGrid& grid, int side)
    { return grid.Position(a, grid.Whole[2 * a + side]); };
    const double tolerance = 1.01 * this->Grid.Spacing[a];
    if (end(this->Grid, 0) < end(this->SourceGrid, 0) - tolerance ||
      end(this->Grid, 1) > end(this->SourceGrid, 1) + tolerance)
    {
      this->Warn(TextOf("The vectors reach from ", end(this->Grid, 0), " to ", end(this->Grid, 1),
        " um along ", "xyz"[a], ", and ParticleInput only from ", end(this->SourceGrid, 0), " to ",
        end(this->SourceGrid, 1), " um: it seems to be another field, and the centre with it."));
      return;
    }
  }
}

void ParticleCenterRun::WarnAboutParticles(
  vtkIdType atBorder, vtkIdType withoutWeight, int withoutCenter) const
{
  // Of pure noise 0.05 % passes for valid; a particle that is cut off makes far more.
  const auto border = static_cast<double>(VoxelsAtBorder(this->SourceGrid));
  if (static_cast<double>(atBorder) > 0.002 * border)
  {
    this->Warn(TextOf(atBorder,
      " valid voxels lie at the border of the field: a particle is cut "
      "off, and its centre is not that of the whole particle."));
  }
  if (withoutWeight > 0 && this->Choice.Mode == CenterChoice::Weighted)
  {
    this->Warn(TextOf(withoutWeight,
      " valid voxels have a weight that is negative or not finite; "
      "they are left out of the centre."));
  }
  if (withoutCenter > 0)
  {
    this->Warn(TextOf(withoutCenter, " of ", this->Found.Labels.size(),
      " particles have no centre (no valid voxel, or no weight): they have no theta."));
  }
  this->WarnAboutOtherField();
  this->WarnAboutSeveralPieces();
}

void ParticleCenterRun::WarnAboutSeveralPieces() const
{
  if (this->Together.Size() > 1 || !this->Masses.Validity || this->Masses.Labels)
  {
    return;
  }
  const int* size = this->Source->GetDimensions();
  const std::vector<std::int64_t> pieces =
    LabelPieces(this->Masses.Validity, { size[0], size[1], size[2] }, 1, false, nullptr);
  std::size_t large = 0;
  while (large < pieces.size() && pieces[large] >= pieces.front() / 10.0)
  {
    ++large;
  }
  if (large > 1)
  {
    this->Warn(TextOf("The valid voxels form ", large, " large pieces (the two largest have ",
      pieces[0], " and ", pieces[1],
      " voxels), and they share one centre. Where they are several particles, apply Particle "
      "Labels and choose LabelArray."));
  }
}

}
