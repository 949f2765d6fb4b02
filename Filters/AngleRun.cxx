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
#include <functional>
#include <string>
#include <type_traits>

namespace paraxanes
{
namespace
{

constexpr int MostBins = 1000000;
constexpr int MostBootstrapSamples = 100000;
// A percentile of fewer blocks is not one of the population's.
constexpr std::int64_t FewBlocks = 20;
// Between parts of so much work of a thread (about 30 ms) progress is told and abort is heard.
constexpr double WorkPerPart = 3e7;
// Work of a voxel in the sums of blocks, and of a replicate in a percentile.
constexpr double WorkPerVoxel = 30.0;
constexpr double WorkPerValue = 100.0;

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
  if (std::min(this->Choice.Bins, this->Choice.SizeBins) < 1 ||
    std::max(this->Choice.Bins, this->Choice.SizeBins) > MostBins)
  {
    throw InputError(TextOf("NumberOfBins is ", this->Choice.Bins, " and NumberOfSizeBins ",
      this->Choice.SizeBins, ". Give 1 to ", MostBins, " of each."));
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
  this->OneSided = GetField(this->Input, "gradient_neighbors") == "OneSided";

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
  const auto refer = [&]
  {
    reference.Particles = this->Found.Labels;
    reference.Centers = this->Found.Centers;
  };
  if (!this->Step(refer))
  {
    return false;
  }
  reference.Normal = static_cast<int>(this->Together.Max(this->Normal));
  reference.Outward = this->Choice.Outward;
  this->OneSided = this->Together.Any(this->OneSided);

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
    !this->Reduce(mine, this->Choice.Bins, this->Results.Angles, this->Results.AllAngles))
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
  if (this->HasErrors() && this->OneSided)
  {
    this->Warn("The gradient has one-sided differences (Neighbors of Valence Gradient): at the "
               "surface they have twice the noise and point along the radius, so that noise alone "
               "has no random theta, and the share of the noise in the sizes, which is found as "
               "for central differences, is wrong. Take Neighbors Strict.");
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
bool AngleRun::Reduce(
  const std::map<int, Histogram>& mine, int bins, std::vector<Histogram>& each, Histogram& all)
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
      all = Histogram(bins);
      each.assign(this->Results.Reference.Particles.size(), all);
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
  for (const double progress : { 0.6, 0.7 })
  {
    SizeBitCounts mine;
    std::vector<std::int64_t> counts;
    const auto slab = [&](std::int64_t first, std::int64_t last)
    {
      counts.resize(NumberOfSizeBits);
      this->WithGradient(
        [&](const auto* gradient) {
          CountSizeBits(gradient, this->Theta->GetPointer(0), this->Grid, upper, first, last, mine);
        });
    };
    if (!this->ForSlabs(progress, progress + 0.1, slab))
    {
      return false;
    }
    mine.AddTo(counts);
    this->ReduceCounts(counts);
    const int found = FindRank(counts, rank);
    if (upper >= 0)
    {
      this->Results.Bins.High = SizeFromBits(upper, found);
    }
    upper = found;
  }
  return true;
}

bool AngleRun::FindSizes()
{
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
    this->Reduce(mine, this->Results.Bins.Number, this->Results.Sizes, this->Results.AllSizes);
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
  const auto slab = [&](std::int64_t first, std::int64_t last)
  {
    this->WithField([&](const auto& field)
      { largest.Add(FindLargest(field, this->Grid, this->Results.Reference, first, last)); });
  };
  if (!this->ForSlabs(0.9, 0.91, slab))
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

// Steps of body(first, last) for parts of [0, items), as many on every rank, each as short as an
// abort may wait, but of `fewest` items for each thread.
bool AngleRun::ForParts(const Span& progress, std::int64_t items, double work, int fewest,
  const std::function<void(std::int64_t, std::int64_t)>& body)
{
  const double most = static_cast<double>(items) / (fewest * NumberOfThreads());
  const double wanted = work / (WorkPerPart * NumberOfThreads());
  const auto parts = static_cast<std::int64_t>(
    this->Together.Max(std::fmax(1.0, std::ceil(std::fmin(wanted, most)))));
  return this->Steps(parts, parts,
    [&](std::int64_t part)
    {
      body(items * part / parts, items * (part + 1) / parts);
      return this->Heard(progress.At(static_cast<double>(part + 1) / static_cast<double>(parts)));
    });
}

bool AngleRun::FindBlocks(const BootstrapColumns& columns, BlockSums& sums)
{
  const BlockGrid blocks(this->Grid, this->Choice.Bootstrap.BlockEdge);
  const auto add = [&](std::int64_t first, std::int64_t last)
  {
    this->WithField(
      [&](const auto& field)
      {
        sums.Append(
          SumBlocks(field, this->Grid, this->Results.Reference, columns, blocks, first, last));
      });
  };
  const double voxels = static_cast<double>(this->Input->GetNumberOfPoints());
  return this->ForParts({ 0.91, 0.95 }, blocks.NumberOfRows(), voxels * WorkPerVoxel, 1, add) &&
    this->Step([&] { sums.SortByParticle(); });
}

// One band after the other, as the replicates of all are large. Collective.
bool AngleRun::FindBands(const BootstrapColumns& columns, const BlockSums& sums)
{
  std::vector<std::int64_t> replicates;
  const std::size_t particles = this->HasLabels() ? this->Found.Labels.size() : 0;
  const std::size_t bands = particles > 1 ? 1 + particles : 1; // a single particle has that of all
  const auto allocate = [&]
  {
    this->Results.AllBand = AngleBand(columns.Bins);
    this->Results.Bands.assign(particles, this->Results.AllBand);
    replicates.resize(static_cast<std::size_t>(this->Choice.Bootstrap.Samples) *
      static_cast<std::size_t>(columns.Number()));
  };
  if (!this->Step(allocate))
  {
    return false;
  }
  for (std::size_t i = 0; i < bands; ++i)
  {
    AngleBand& band = i == 0 ? this->Results.AllBand : this->Results.Bands[i - 1];
    Parts parts;
    const auto choose = [&]
    { parts = i == 0 ? sums.Parts : sums.PartsOf(static_cast<int>(i) - 1); };
    const double width = 0.04 / static_cast<double>(bands);
    const double from = 0.95 + width * static_cast<double>(i);
    if (!this->Step(choose) || !this->CountBlocks(sums, parts, columns.Count(), band.Blocks) ||
      !this->CountBlocks(sums, parts, columns.SignalNumber(), band.SignalBlocks) ||
      !this->FindReplicates({ from, from + 0.5 * width }, sums, parts, replicates) ||
      !this->FindBand({ from + 0.5 * width, from + width }, columns, replicates, band))
    {
      return false;
    }
  }
  if (particles == 1)
  {
    this->Results.Bands.front() = this->Results.AllBand;
  }
  this->WarnAboutBlocks();
  return true;
}

// Of all ranks, which may cut blocks. Collective.
bool AngleRun::CountBlocks(
  const BlockSums& sums, const Parts& parts, int column, std::int64_t& blocks)
{
  std::vector<std::int64_t> mine;
  std::vector<std::vector<std::int64_t>> ofRanks;
  std::string error;
  if (!this->Step([&] { mine = sums.BlocksWith(parts, column); }))
  {
    return false;
  }
  if (!this->Together.GatherAll(mine, ofRanks, error))
  {
    return this->Fail(error);
  }
  return this->Step(
    [&]
    {
      mine.clear();
      for (const std::vector<std::int64_t>& theirs : ofRanks)
      {
        mine.insert(mine.end(), theirs.begin(), theirs.end());
      }
      std::sort(mine.begin(), mine.end());
      blocks = std::unique(mine.begin(), mine.end()) - mine.begin();
    });
}

// The sums of the replicates over all ranks. Collective.
bool AngleRun::FindReplicates(const Span& progress, const BlockSums& sums, const Parts& parts,
  std::vector<std::int64_t>& replicates)
{
  const BootstrapChoice& choice = this->Choice.Bootstrap;
  std::fill(replicates.begin(), replicates.end(), 0);
  std::int64_t entries = 0;
  for (const BlockSums::Part& part : parts)
  {
    entries += part.End - part.Begin;
  }
  const double work = static_cast<double>(entries) * choice.Samples;
  const auto resample = [&](std::int64_t first, std::int64_t last)
  { Resample(sums, parts, choice, static_cast<int>(first), static_cast<int>(last), replicates); };
  if (!this->ForParts(progress, choice.Samples, work, ReplicatesPerTask, resample))
  {
    return false;
  }
  this->ReduceCounts(replicates);
  return this->Progress(progress.To);
}

// On the first rank only, as it alone has tables. Collective.
bool AngleRun::FindBand(const Span& progress, const BootstrapColumns& columns,
  const std::vector<std::int64_t>& replicates, AngleBand& band)
{
  const BootstrapChoice& choice = this->Choice.Bootstrap;
  std::vector<BandStatistic> statistics;
  const auto choose = [&]
  {
    if (this->Together.IsRoot())
    {
      statistics = StatisticsOf(columns, this->Results.InPlane(), band);
    }
  };
  if (!this->Step(choose))
  {
    return false;
  }
  const auto number = static_cast<std::int64_t>(statistics.size());
  const double work = static_cast<double>(number) * choice.Samples * WorkPerValue;
  return this->ForParts(progress, number, work, 1,
    [&](std::int64_t first, std::int64_t last)
    { FindIntervals(replicates, choice, statistics, first, last); });
}

void AngleRun::WarnAboutBlocks() const
{
  // The sizes without noise are those of vectors with errors, which may lie in fewer blocks.
  const auto blocksOf = [this](const AngleBand& band)
  { return this->Results.HasErrors ? std::min(band.Blocks, band.SignalBlocks) : band.Blocks; };
  const auto few = [&](const AngleBand& band) { return blocksOf(band) < FewBlocks; };
  const auto particles = std::count_if(this->Results.Bands.begin(), this->Results.Bands.end(), few);
  const int edge = this->Choice.Bootstrap.BlockEdge;
  if (this->NumberOfVectors > 0 && few(this->Results.AllBand))
  {
    this->Warn(TextOf("The vectors lie in ", blocksOf(this->Results.AllBand), " blocks of ", edge,
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
