// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleRun.h"

#include "ConnectedPieces.h"
#include "EnergyStack.h"
#include "NewArray.h"

#include <vtkAlgorithm.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <type_traits>

namespace paraxanes
{
namespace
{

constexpr int MostBootstrapSamples = 100000;
// A percentile of fewer blocks is not one of the population's.
constexpr std::int64_t FewBlocks = 20;
// Between two of them progress is told and abort is heard.
constexpr int NumberOfBlockSlabs = 16;

void KeepDistinct(std::vector<std::int64_t>& numbers)
{
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}

AngleRun::AngleRun(vtkAlgorithm* self, const CenterChoice& center, const AngleChoice& choice,
  vtkInformation* inInfo, vtkInformation* particleInfo)
  : ParticleCenterRun(self, center, inInfo, particleInfo)
  , Choice(choice)
{
}

bool AngleRun::HasErrors() const
{
  return !ChosenArray(this->Self, 3).empty();
}

void AngleRun::CheckChoice() const
{
  const std::array<double, 2>& range = this->Choice.SizeRange;
  if (this->Choice.Bins < 1 || this->Choice.SizeBins < 1)
  {
    throw InputError(TextOf("NumberOfBins is ", this->Choice.Bins, " and NumberOfSizeBins ",
      this->Choice.SizeBins, ". Give 1 or more of each."));
  }
  if (!this->Choice.HasAutomaticSizeRange() && !(range[0] >= 0.0 && range[0] < range[1]))
  {
    throw InputError(TextOf("SizeRange is ", range[0], " to ", range[1],
      ". Give two sizes of vectors, the smaller (0 or more) first, or 0 0 for an automatic "
      "range."));
  }
  const double significance = this->Choice.MinimumSignificance;
  if (!(significance >= 0.0 && std::isfinite(significance)))
  {
    throw InputError(TextOf("MinimumSignificance is ", significance, ". Give 0 or more."));
  }
  if (significance > 0.0 && !this->HasErrors())
  {
    throw InputError(TextOf("MinimumSignificance is ", significance,
      ", and no ErrorArray says how large the errors are. Set ErrorArray of Valence Gradient, "
      "and choose valence_gradient_error here."));
  }
  if (this->Choice.Bootstrap.Samples != 0)
  {
    this->CheckBootstrap();
  }
}

void AngleRun::CheckBootstrap() const
{
  const double level = this->Choice.Bootstrap.Level;
  if (!(level > 0.0 && level < 1.0))
  {
    throw InputError(
      TextOf("ConfidenceLevel is ", level, ". Give a number between 0 and 1, such as 0.95."));
  }
  if (this->Choice.Bootstrap.BlockEdge < 1)
  {
    throw InputError(TextOf(
      "BootstrapBlockEdge is ", this->Choice.Bootstrap.BlockEdge, ". Give 1 voxel or more."));
  }
  const int samples = this->Choice.Bootstrap.Samples;
  const double fewest = std::ceil(2.0 / (1.0 - level) - 1e-9);
  if (samples < fewest || samples > MostBootstrapSamples)
  {
    throw InputError(TextOf("NumberOfBootstrapSamples is ", samples, ". For a ConfidenceLevel of ",
      level, " give ", fewest, " to ", MostBootstrapSamples, ", or 0 for no bands."));
  }
}

void AngleRun::PrepareVectors()
{
  std::string error;
  this->Gradient =
    FindPointArray(this->Input, ChosenArray(this->Self, 0), "valence_gradient", error);
  if (!this->Gradient)
  {
    throw InputError(TextOf("No gradient: ", error,
      ". Apply Valence Gradient before, or choose an array in GradientArray."));
  }
  if (this->Gradient->GetNumberOfComponents() != 3)
  {
    throw InputError(
      TextOf("\"", this->Gradient->GetName(), "\" has ", this->Gradient->GetNumberOfComponents(),
        " components, and GradientArray needs 3. Apply Valence Gradient before, or choose another "
        "array."));
  }
  this->Errors.Set(this->OptionalArray(3, "ErrorArray"));
  const std::string unit = GetField(this->Input, std::string(this->Gradient->GetName()) + "_unit");
  if (!unit.empty())
  {
    this->Results.Unit = unit;
  }
  this->Normal = this->FindNormal();

  this->Theta = NewArray<vtkFloatArray>("theta", this->Input->GetNumberOfPoints());
  if (!vtkFloatArray::SafeDownCast(this->Gradient))
  {
    this->DoubleGradient.Set(this->Gradient);
  }
}

// Axis normal to the plane of the gradient, -1 in space.
int AngleRun::FindNormal() const
{
  const std::string plane = GetField(this->Input, "gradient_plane");
  const char* const names[3] = { "YZ", "XZ", "XY" };
  for (int axis = 0; axis < 3; ++axis)
  {
    if (plane == names[axis])
    {
      return axis;
    }
  }
  if (plane == "Volume")
  {
    return -1;
  }
  if (!plane.empty())
  {
    throw InputError(TextOf("Field data gradient_plane is \"", plane,
      "\"; expected Volume, XY, YZ or XZ, as Valence Gradient writes it."));
  }
  int flat = 0;
  int normal = -1;
  for (int axis = 0; axis < 3; ++axis)
  {
    if (this->Grid.Whole[2 * axis] == this->Grid.Whole[2 * axis + 1])
    {
      ++flat;
      normal = axis;
    }
  }
  return flat == 1 ? normal : -1;
}

std::vector<std::uint8_t> AngleRun::ValidityOfVectors() const
{
  std::vector<std::uint8_t> validity(static_cast<std::size_t>(this->Input->GetNumberOfPoints()));
  this->WithGradient(
    [&](const auto* gradient)
    {
      MarkValidity(
        gradient, this->Input->GetNumberOfPoints(), 3, -DBL_MAX, DBL_MAX, validity.data());
    });
  return validity;
}

// Calls body(pointer) with the values of the gradient as float or double.
template <typename Body>
void AngleRun::WithGradient(Body body) const
{
  if (!this->Gradient)
  {
    return;
  }
  if (auto* floats = vtkFloatArray::SafeDownCast(this->Gradient))
  {
    body(static_cast<const float*>(floats->GetPointer(0)));
    return;
  }
  body(this->DoubleGradient.Get());
}

bool AngleRun::FindAngles()
{
  AngleReference& reference = this->Results.Reference;
  reference.Particles = this->Found.Labels;
  reference.Centers = this->Found.Centers;
  reference.Normal = static_cast<int>(this->Together.Max(this->Normal));
  reference.Outward = this->Choice.Outward;

  const AngleHistogram none(this->Choice.Bins);
  AngleHistograms mine;
  const auto slab = [&](std::int64_t first, std::int64_t last)
  {
    this->WithGradient(
      [&](const auto* gradient)
      {
        MergeHistograms(mine,
          ComputeAngles(gradient, this->LabelsOfVectors.Get(), this->Grid, reference,
            this->Choice.Bins, first, last, this->Theta->GetPointer(0),
            { this->Errors.Get(), this->Choice.MinimumSignificance }));
      });
  };
  if (!this->ForSlabs(0.1, 0.6, slab) ||
    !this->Reduce(mine, none, this->Results.Angles, this->Results.AllAngles))
  {
    return false;
  }
  this->NumberOfVectors = this->Results.AllAngles.NumberOfVectors();
  this->WarnAboutVectors();
  return true;
}

void AngleRun::WarnAboutVectors() const
{
  const AngleHistogram& all = this->Results.AllAngles;
  if (this->NumberOfVectors == 0 && all.CountCut > 0)
  {
    this->Warn(TextOf("MinimumSignificance ", this->Choice.MinimumSignificance, " cuts off all ",
      all.CountCut, " vectors. The tables have counts of 0."));
  }
  else if (this->NumberOfVectors == 0)
  {
    this->Warn("There is no vector with a theta: the gradient is nowhere finite and other than "
               "zero inside a particle. The tables have counts of 0.");
  }
  const std::int64_t unknown = this->NumberOfVectors + all.CountCut - all.Signal.Number;
  if (this->HasErrors() && unknown > 0)
  {
    this->Warn(TextOf(unknown, " of ", this->NumberOfVectors + all.CountCut,
      " vectors have no error (not finite, or below 0): they are left out of the sizes without "
      "noise, and cut off where MinimumSignificance is above 0."));
  }
}

// Of each particle and of all together, over all ranks. Collective.
template <typename Histogram>
bool AngleRun::Reduce(const std::map<int, Histogram>& mine, const Histogram& none,
  std::vector<Histogram>& each, Histogram& all)
{
  std::vector<vtkIdType> counts;
  std::vector<double> sums;
  const auto pack = [&](auto& histogram)
  {
    histogram.ForEachNumber(
      [&](auto count) { counts.push_back(count); }, [&](double sum) { sums.push_back(sum); });
  };
  const bool ok = this->Step(
    [&]
    {
      each.assign(this->Results.Reference.Particles.size(), none);
      for (const auto& entry : mine)
      {
        each[static_cast<std::size_t>(entry.first)] = entry.second;
      }
      for (Histogram& histogram : each)
      {
        pack(histogram);
      }
    });
  if (!ok)
  {
    return false;
  }
  this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
  this->Together.Sum(sums.data(), static_cast<vtkIdType>(sums.size()));
  all = none;
  auto count = counts.begin();
  auto sum = sums.begin();
  for (Histogram& histogram : each)
  {
    histogram.ForEachNumber(
      [&](auto& number) { number = *count++; }, [&](double& number) { number = *sum++; });
    all.Add(histogram);
  }
  return true;
}

// The exact 99.9 percentile over all ranks: its upper 16 bits first, then the lower ones.
bool AngleRun::FindSizeRange()
{
  this->Results.Bins.Number = this->Choice.SizeBins;
  this->Results.Bins.Low = this->Choice.SizeRange[0];
  this->Results.Bins.High = this->Choice.SizeRange[1];
  if (!this->Choice.HasAutomaticSizeRange())
  {
    return true;
  }
  this->Results.Bins.High = 1.0;
  if (this->NumberOfVectors == 0)
  {
    return true;
  }
  // In whole numbers: the smallest rank with rank / number >= 0.999.
  std::int64_t rank = this->NumberOfVectors - this->NumberOfVectors / 1000;
  int upper = -1;
  for (const double progress : { 0.7, 0.8 })
  {
    std::vector<std::int64_t> mine(65536, 0);
    const bool ok = this->Step(
      [&]
      {
        this->WithGradient([&](const auto* gradient)
          { mine = CountSizeBits(gradient, this->Theta->GetPointer(0), this->Grid, upper); });
      });
    if (!ok)
    {
      return false;
    }
    std::vector<vtkIdType> all(mine.begin(), mine.end());
    this->Together.Sum(all.data(), static_cast<vtkIdType>(all.size()));
    const int found = FindRank({ all.begin(), all.end() }, rank);
    if (upper >= 0)
    {
      this->Results.Bins.High = SizeFromBits(upper, found);
    }
    upper = found;
    if (!this->Progress(progress))
    {
      return false;
    }
  }
  return true;
}

bool AngleRun::FindSizes()
{
  const SizeHistogram none(this->Results.Bins.Number);
  SizeHistograms mine;
  const auto slab = [&](std::int64_t first, std::int64_t last)
  {
    this->WithGradient(
      [&](const auto* gradient)
      {
        MergeHistograms(mine,
          CountSizes(gradient, this->LabelsOfVectors.Get(), this->Theta->GetPointer(0), this->Grid,
            this->Results.Reference, this->Results.Bins, this->Choice.Fold, first, last));
      });
  };
  return this->ForSlabs(0.8, 0.9, slab) &&
    this->Reduce(mine, none, this->Results.Sizes, this->Results.AllSizes);
}

// Calls body(field) with what the bootstrap works on. For ranks with voxels.
template <typename Body>
void AngleRun::WithField(Body body) const
{
  this->WithGradient(
    [&](const auto* gradient)
    {
      body(VectorField<std::remove_const_t<std::remove_pointer_t<decltype(gradient)>>>{
        gradient, this->LabelsOfVectors.Get(), this->Errors.Get(), this->Theta->GetPointer(0) });
    });
}

bool AngleRun::FindBands()
{
  this->Results.HasBands = this->Choice.Bootstrap.Samples > 0;
  if (!this->Results.HasBands)
  {
    return true;
  }
  LargestNumbers largest;
  const auto find = [&](const auto& field)
  { largest = FindLargest(field, this->Grid, this->Results.Reference); };
  if (!this->Step([&] { this->WithField(find); }))
  {
    return false;
  }
  largest.Size = this->Together.Max(largest.Size);
  largest.Square = this->Together.Max(largest.Square);
  const BootstrapColumns columns(
    this->Choice.Bins, this->NumberOfVectors + this->Results.AllAngles.CountCut, largest);
  BlockSums sums;
  return this->FindBlocks(columns, sums) && this->FindBands(columns, sums);
}

bool AngleRun::FindBlocks(const BootstrapColumns& columns, BlockSums& sums)
{
  const BlockGrid blocks(this->Grid, this->Choice.Bootstrap.BlockEdge);
  const std::int64_t rows = blocks.NumberOfRows();
  for (int slab = 0; slab < NumberOfBlockSlabs; ++slab)
  {
    const auto add = [&](const auto& field)
    {
      sums.Append(SumBlocks(field, this->Grid, this->Results.Reference, columns, blocks,
        rows * slab / NumberOfBlockSlabs, rows * (slab + 1) / NumberOfBlockSlabs));
    };
    if (!this->Step([&] { this->WithField(add); }) ||
      !this->Progress(0.9 + 0.05 * (slab + 1) / NumberOfBlockSlabs))
    {
      return false;
    }
  }
  return this->Step([&] { sums.SortByParticle(); });
}

// The replicates of one particle after the other, as those of all are large. Collective.
bool AngleRun::FindBands(const BootstrapColumns& columns, const BlockSums& sums)
{
  const auto particles = static_cast<int>(this->Found.Labels.size());
  std::vector<std::int64_t> together;
  for (int particle = 0; particle < particles; ++particle)
  {
    Parts parts;
    std::vector<std::int64_t> replicates;
    const auto prepare = [&]
    {
      parts = sums.PartsOf(particle);
      replicates.assign(static_cast<std::size_t>(this->Choice.Bootstrap.Samples) *
          static_cast<std::size_t>(columns.Number()),
        0);
      together.resize(replicates.size(), 0);
    };
    if (!this->Step(prepare) || !this->ResampleParticle(sums, parts, columns, particle, replicates))
    {
      return false;
    }
    this->ReduceCounts(replicates);
    std::transform(together.begin(), together.end(), replicates.begin(), together.begin(),
      [](std::int64_t a, std::int64_t b) { return a + b; });
    if (this->HasLabels())
    {
      this->Results.Bands.emplace_back();
      if (!this->FindBand(columns, parts, replicates, this->Results.Bands.back()))
      {
        return false;
      }
    }
  }
  if (!this->FindBand(columns, sums.Parts, together, this->Results.AllBand))
  {
    return false;
  }
  this->WarnAboutBlocks();
  return true;
}

// Some replicates after the other, so that an abort is heard.
bool AngleRun::ResampleParticle(const BlockSums& sums, const Parts& parts,
  const BootstrapColumns& columns, int particle, std::vector<std::int64_t>& replicates)
{
  const BootstrapChoice choice = this->Choice.Bootstrap;
  const auto particles = static_cast<int>(this->Found.Labels.size());
  const std::int64_t slabs = std::max(1, NumberOfBlockSlabs / particles);
  for (std::int64_t slab = 0; slab < slabs; ++slab)
  {
    const auto resample = [&]
    {
      Resample(sums, parts, columns, choice.Seed, static_cast<int>(choice.Samples * slab / slabs),
        static_cast<int>(choice.Samples * (slab + 1) / slabs), replicates);
    };
    const double done = particle + static_cast<double>(slab + 1) / static_cast<double>(slabs);
    if (!this->Step(resample) || !this->Progress(0.95 + 0.04 * done / particles))
    {
      return false;
    }
  }
  return true;
}

bool AngleRun::FindBand(const BootstrapColumns& columns, const Parts& parts,
  const std::vector<std::int64_t>& replicates, AngleBand& band)
{
  std::vector<std::int64_t> mine;
  std::vector<std::vector<std::int64_t>> ofRanks;
  const auto find = [&]
  {
    for (const BlockSums::Part& part : parts)
    {
      mine.push_back(part.Block);
    }
    KeepDistinct(mine);
  };
  std::string error;
  if (!this->Step(find))
  {
    return false;
  }
  if (!this->Together.GatherAll(mine, ofRanks, error))
  {
    vtkErrorWithObjectMacro(this->Self, << error);
    return false;
  }
  return this->Step(
    [&]
    {
      mine.clear();
      for (const std::vector<std::int64_t>& blocks : ofRanks)
      {
        mine.insert(mine.end(), blocks.begin(), blocks.end());
      }
      KeepDistinct(mine);
      band = MakeBand(replicates, static_cast<std::int64_t>(mine.size()), columns,
        this->Choice.Bootstrap, this->Results.InPlane());
    });
}

void AngleRun::WarnAboutBlocks() const
{
  const auto few = [](const AngleBand& band) { return band.Blocks < FewBlocks; };
  const auto particles = std::count_if(this->Results.Bands.begin(), this->Results.Bands.end(), few);
  const int edge = this->Choice.Bootstrap.BlockEdge;
  if (this->NumberOfVectors > 0 && few(this->Results.AllBand))
  {
    this->Warn(TextOf("The vectors lie in ", this->Results.AllBand.Blocks, " blocks of ", edge,
      " voxels; with fewer than ", FewBlocks,
      " the confidence bands are too narrow (with 1 there are none). Give a smaller "
      "BootstrapBlockEdge, if grains are smaller than that."));
  }
  else if (particles > 0)
  {
    this->Warn(TextOf(particles, " of ", this->Results.Bands.size(),
      " particles have vectors in fewer than ", FewBlocks, " blocks of ", edge,
      " voxels: their confidence bands are too narrow. The summary tells the number of blocks."));
  }
}

}
