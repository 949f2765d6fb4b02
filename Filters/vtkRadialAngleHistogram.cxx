// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkRadialAngleHistogram.h"

#include "AngleTables.h"
#include "ConnectedPieces.h"
#include "EnergyStack.h"
#include "NewArray.h"
#include "ParticleCenterRun.h"

#include <vtkDataArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <map>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkRadialAngleHistogram);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::AngleHistogram;
using paraxanes::InputError;
using paraxanes::SizeHistogram;
using paraxanes::TextOf;
using paraxanes::Vector3;

constexpr int MostBootstrapSamples = 100000;
// A percentile of fewer blocks is not one of the population's.
constexpr std::int64_t FewBlocks = 20;
// Between two of them progress is told and abort is heard.
constexpr int NumberOfBlockSlabs = 16;

}

class vtkRadialAngleHistogram::Run : public paraxanes::ParticleCenterRun
{
public:
  Run(vtkRadialAngleHistogram* self, vtkInformation* inInfo, vtkInformation* particleInfo,
    vtkInformationVector* outputVector)
    : ParticleCenterRun(self, self->ChoiceOfCenter(), inInfo, particleInfo)
    , Filter(self)
    , Output(vtkImageData::GetData(outputVector, 0))
    , AngleTable(vtkTable::GetData(outputVector, 1))
    , SizeTable(vtkTable::GetData(outputVector, 2))
    , SummaryTable(vtkTable::GetData(outputVector, 3))
  {
  }

  // False: failed or aborted.
  bool Execute()
  {
    return this->Step([&] { this->CheckProperties(); }) && this->Step([&] { this->Prepare(); }) &&
      this->FindOwnedPoints() && this->Step([&] { this->MarkOutput(); }) && this->FindParticles() &&
      this->FindCenters() && this->FindAngles() && this->FindSizeRange() && this->FindSizes() &&
      this->FindBands() && this->Step([&] { this->Write(); });
  }

  void Clear()
  {
    this->Output->Initialize();
    this->AngleTable->Initialize();
    this->SizeTable->Initialize();
    this->SummaryTable->Initialize();
  }

private:
  void CheckProperties() const
  {
    const double* range = this->Filter->SizeRange;
    if (this->Filter->NumberOfBins < 1 || this->Filter->NumberOfSizeBins < 1)
    {
      throw InputError(TextOf("NumberOfBins is ", this->Filter->NumberOfBins,
        " and NumberOfSizeBins ", this->Filter->NumberOfSizeBins, ". Give 1 or more of each."));
    }
    if (!this->HasAutomaticSizeRange() && !(range[0] >= 0.0 && range[0] < range[1]))
    {
      throw InputError(TextOf("SizeRange is ", range[0], " to ", range[1],
        ". Give two sizes of vectors, the smaller (0 or more) first, or 0 0 for an automatic "
        "range."));
    }
    const double significance = this->Filter->MinimumSignificance;
    if (!(significance >= 0.0 && std::isfinite(significance)))
    {
      throw InputError(TextOf("MinimumSignificance is ", significance, ". Give 0 or more."));
    }
    if (significance > 0.0 && !this->HasErrors())
    {
      throw InputError(TextOf("MinimumSignificance is ", significance,
        ", and no ErrorArray says how large the errors are. Set ErrorArray of Valence Gradient, "
        "and "
        "choose valence_gradient_error here."));
    }
    if (this->Filter->NumberOfBootstrapSamples != 0)
    {
      this->CheckBootstrap();
    }
  }

  void CheckBootstrap() const
  {
    const double level = this->Filter->ConfidenceLevel;
    if (!(level > 0.0 && level < 1.0))
    {
      throw InputError(
        TextOf("ConfidenceLevel is ", level, ". Give a number between 0 and 1, such as 0.95."));
    }
    if (this->Filter->BootstrapBlockEdge < 1)
    {
      throw InputError(TextOf(
        "BootstrapBlockEdge is ", this->Filter->BootstrapBlockEdge, ". Give 1 voxel or more."));
    }
    const int samples = this->Filter->NumberOfBootstrapSamples;
    const double fewest = std::ceil(2.0 / (1.0 - level) - 1e-9);
    if (samples < fewest || samples > MostBootstrapSamples)
    {
      throw InputError(
        TextOf("NumberOfBootstrapSamples is ", samples, ". For a ConfidenceLevel of ", level,
          " give ", fewest, " to ", MostBootstrapSamples, ", or 0 for no bands."));
    }
  }

  bool HasErrors() const { return !paraxanes::ChosenArray(this->Self, 3).empty(); }

  bool HasAutomaticSizeRange() const
  {
    return this->Filter->SizeRange[0] == 0.0 && this->Filter->SizeRange[1] == 0.0;
  }

  void Prepare()
  {
    this->Output->ShallowCopy(this->Input);
    if (this->HasVoxels())
    {
      this->PrepareVectors();
    }
    this->ParticleCenterRun::Prepare();
  }

  void PrepareVectors()
  {
    std::string error;
    this->Gradient = paraxanes::FindPointArray(
      this->Input, paraxanes::ChosenArray(this->Self, 0), "valence_gradient", error);
    if (!this->Gradient)
    {
      throw InputError(TextOf("No gradient: ", error,
        ". Apply Valence Gradient before, or choose an array in GradientArray."));
    }
    if (this->Gradient->GetNumberOfComponents() != 3)
    {
      throw InputError(TextOf("\"", this->Gradient->GetName(), "\" has ",
        this->Gradient->GetNumberOfComponents(),
        " components, and GradientArray needs 3. Apply Valence Gradient before, or choose another "
        "array."));
    }
    this->Errors.Set(this->OptionalArray(3, "ErrorArray"));
    const std::string unit =
      paraxanes::GetField(this->Input, std::string(this->Gradient->GetName()) + "_unit");
    if (!unit.empty())
    {
      this->Results.Unit = unit;
    }
    this->Normal = this->FindNormal();

    this->Theta = paraxanes::NewArray<vtkFloatArray>("theta", this->Input->GetNumberOfPoints());
    this->Output->GetPointData()->AddArray(this->Theta);
    if (!vtkFloatArray::SafeDownCast(this->Gradient))
    {
      this->DoubleGradient.Set(this->Gradient);
    }
  }

  // Axis normal to the plane of the gradient, -1 in space.
  int FindNormal() const
  {
    const std::string plane = paraxanes::GetField(this->Input, "gradient_plane");
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

  std::vector<std::uint8_t> ValidityOfVectors() const override
  {
    std::vector<std::uint8_t> validity(static_cast<std::size_t>(this->Input->GetNumberOfPoints()));
    this->WithGradient(
      [&](const auto* gradient)
      {
        paraxanes::MarkValidity(
          gradient, this->Input->GetNumberOfPoints(), 3, -DBL_MAX, DBL_MAX, validity.data());
      });
    return validity;
  }

  // Calls body(pointer) with the values of the gradient as float or double.
  template <typename Body>
  void WithGradient(Body body) const
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

  void MarkOutput()
  {
    if (this->Piece.Split())
    {
      paraxanes::PassMarks(this->Input, this->Grid.Owned, this->Piece, this->Output);
    }
  }

  bool FindAngles()
  {
    paraxanes::AngleReference& reference = this->Results.Reference;
    reference.Particles = this->Found.Labels;
    reference.Centers = this->Found.Centers;
    reference.Normal = static_cast<int>(this->Together.Max(this->Normal));
    reference.Outward = this->Filter->Outward;

    const AngleHistogram none(this->Filter->NumberOfBins);
    paraxanes::AngleHistograms mine;
    const auto slab = [&](std::int64_t first, std::int64_t last)
    {
      this->WithGradient(
        [&](const auto* gradient)
        {
          paraxanes::MergeHistograms(mine,
            paraxanes::ComputeAngles(gradient, this->LabelsOfVectors.Get(), this->Grid, reference,
              this->Filter->NumberOfBins, first, last, this->Theta->GetPointer(0),
              { this->Errors.Get(), this->Filter->MinimumSignificance }));
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

  void WarnAboutVectors() const
  {
    const AngleHistogram& all = this->Results.AllAngles;
    if (this->NumberOfVectors == 0 && all.CountCut > 0)
    {
      this->Warn(TextOf("MinimumSignificance ", this->Filter->MinimumSignificance, " cuts off all ",
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
  bool Reduce(const std::map<int, Histogram>& mine, const Histogram& none,
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
  bool FindSizeRange()
  {
    this->Results.Bins.Number = this->Filter->NumberOfSizeBins;
    this->Results.Bins.Low = this->Filter->SizeRange[0];
    this->Results.Bins.High = this->Filter->SizeRange[1];
    if (!this->HasAutomaticSizeRange())
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
          this->WithGradient(
            [&](const auto* gradient) {
              mine =
                paraxanes::CountSizeBits(gradient, this->Theta->GetPointer(0), this->Grid, upper);
            });
        });
      if (!ok)
      {
        return false;
      }
      std::vector<vtkIdType> all(mine.begin(), mine.end());
      this->Together.Sum(all.data(), static_cast<vtkIdType>(all.size()));
      const int found = paraxanes::FindRank({ all.begin(), all.end() }, rank);
      if (upper >= 0)
      {
        this->Results.Bins.High = paraxanes::SizeFromBits(upper, found);
      }
      upper = found;
      if (!this->Progress(progress))
      {
        return false;
      }
    }
    return true;
  }

  bool FindSizes()
  {
    const SizeHistogram none(this->Results.Bins.Number);
    paraxanes::SizeHistograms mine;
    const auto slab = [&](std::int64_t first, std::int64_t last)
    {
      this->WithGradient(
        [&](const auto* gradient)
        {
          paraxanes::MergeHistograms(mine,
            paraxanes::CountSizes(gradient, this->LabelsOfVectors.Get(), this->Theta->GetPointer(0),
              this->Grid, this->Results.Reference, this->Results.Bins, this->Filter->FoldAngles,
              first, last));
        });
    };
    return this->ForSlabs(0.8, 0.95, slab) &&
      this->Reduce(mine, none, this->Results.Sizes, this->Results.AllSizes);
  }

  paraxanes::BootstrapChoice Bootstrap() const
  {
    return { this->Filter->NumberOfBootstrapSamples, this->Filter->BootstrapBlockEdge,
      this->Filter->ConfidenceLevel, static_cast<std::uint64_t>(this->Filter->Seed) };
  }

  // Calls body(field) with what the bootstrap works on. For ranks with voxels.
  template <typename Body>
  void WithField(Body body) const
  {
    this->WithGradient(
      [&](const auto* gradient)
      {
        body(paraxanes::VectorField<std::remove_const_t<std::remove_pointer_t<decltype(gradient)>>>{
          gradient, this->LabelsOfVectors.Get(), this->Errors.Get(), this->Theta->GetPointer(0) });
      });
  }

  bool FindBands()
  {
    this->Results.HasBands = this->Bootstrap().Samples > 0;
    if (!this->Results.HasBands)
    {
      return true;
    }
    paraxanes::LargestNumbers largest;
    const auto find = [&](const auto& field)
    { largest = paraxanes::FindLargest(field, this->Grid, this->Results.Reference); };
    if (!this->Step([&] { this->WithField(find); }))
    {
      return false;
    }
    largest.Size = this->Together.Max(largest.Size);
    largest.Square = this->Together.Max(largest.Square);
    const paraxanes::BootstrapColumns columns(this->Filter->NumberOfBins,
      this->NumberOfVectors + this->Results.AllAngles.CountCut, largest);
    paraxanes::BlockSums sums;
    return this->FindBlocks(columns, sums) && this->FindBands(columns, sums);
  }

  bool FindBlocks(const paraxanes::BootstrapColumns& columns, paraxanes::BlockSums& sums)
  {
    const paraxanes::BlockGrid blocks(this->Grid, this->Bootstrap().BlockEdge);
    const std::int64_t rows = blocks.NumberOfRows();
    for (int slab = 0; slab < NumberOfBlockSlabs; ++slab)
    {
      const auto add = [&](const auto& field)
      {
        sums.Append(paraxanes::SumBlocks(field, this->Grid, this->Results.Reference, columns,
          blocks, rows * slab / NumberOfBlockSlabs, rows * (slab + 1) / NumberOfBlockSlabs));
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
  bool FindBands(const paraxanes::BootstrapColumns& columns, const paraxanes::BlockSums& sums)
  {
    const auto particles = static_cast<int>(this->Found.Labels.size());
    std::vector<std::int64_t> together;
    for (int particle = 0; particle < particles; ++particle)
    {
      std::vector<paraxanes::BlockSums::Part> parts;
      std::vector<std::int64_t> replicates;
      const auto prepare = [&]
      {
        parts = sums.PartsOf(particle);
        replicates.assign(static_cast<std::size_t>(this->Bootstrap().Samples) *
            static_cast<std::size_t>(columns.Number()),
          0);
        together.resize(replicates.size(), 0);
      };
      if (!this->Step(prepare) || !this->Resample(sums, parts, columns, particle, replicates))
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
    return this->FindBand(columns, sums.Parts, together, this->Results.AllBand) &&
      this->WarnAboutBlocks();
  }

  // Some replicates after the other, so that an abort is heard.
  bool Resample(const paraxanes::BlockSums& sums,
    const std::vector<paraxanes::BlockSums::Part>& parts,
    const paraxanes::BootstrapColumns& columns, int particle, std::vector<std::int64_t>& replicates)
  {
    const paraxanes::BootstrapChoice choice = this->Bootstrap();
    const auto particles = static_cast<int>(this->Found.Labels.size());
    const std::int64_t slabs = std::max(1, NumberOfBlockSlabs / particles);
    for (std::int64_t slab = 0; slab < slabs; ++slab)
    {
      const auto resample = [&]
      {
        paraxanes::Resample(sums, parts, columns, choice.Seed,
          static_cast<int>(choice.Samples * slab / slabs),
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

  bool FindBand(const paraxanes::BootstrapColumns& columns,
    const std::vector<paraxanes::BlockSums::Part>& parts,
    const std::vector<std::int64_t>& replicates, paraxanes::AngleBand& band)
  {
    std::vector<std::int64_t> mine;
    std::vector<std::vector<std::int64_t>> ofRanks;
    const auto find = [&]
    {
      for (const paraxanes::BlockSums::Part& part : parts)
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
        band = paraxanes::MakeBand(replicates, static_cast<std::int64_t>(mine.size()), columns,
          this->Bootstrap(), this->Results.InPlane());
      });
  }

  static void KeepDistinct(std::vector<std::int64_t>& numbers)
  {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  }

  bool WarnAboutBlocks() const
  {
    const auto few = [](const paraxanes::AngleBand& band) { return band.Blocks < FewBlocks; };
    const auto particles =
      std::count_if(this->Results.Bands.begin(), this->Results.Bands.end(), few);
    const int edge = this->Bootstrap().BlockEdge;
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
    return true;
  }

  void WriteProvenance(vtkDataObject* data) const
  {
    const vtkRadialAngleHistogram* self = this->Filter;
    const char* const planes[4] = { "Volume", "YZ", "XZ", "XY" };
    const char* const modes[3] = { "Centroid", "Weighted", "Point" };
    paraxanes::SetField(
      data, "theta_gradient_array", this->Gradient ? this->Gradient->GetName() : "");
    paraxanes::SetField(data, "theta_plane", planes[this->Results.Reference.Normal + 1]);
    paraxanes::SetField(data, "theta_center_mode", modes[self->CenterMode]);
    paraxanes::SetField(data, "theta_center_source", this->Found.Source);
    if (this->HasLabels())
    {
      paraxanes::SetField(data, "theta_label_array", paraxanes::ChosenArray(this->Self, 2));
    }
    else
    {
      const Vector3& center = this->Results.Reference.Centers.front();
      paraxanes::SetField(
        data, "theta_center", std::vector<double>{ center[0], center[1], center[2] });
    }
    const auto number = [&](const char* name, double value)
    { paraxanes::SetField(data, name, std::vector<double>{ value }); };
    number("theta_outward", self->Outward ? 1.0 : 0.0);
    number("theta_number_of_bins", self->NumberOfBins);
    number("theta_fold_angles", self->FoldAngles ? 1.0 : 0.0);
    number("theta_number_of_size_bins", this->Results.Bins.Number);
    paraxanes::SetField(data, "theta_size_range",
      std::vector<double>{ this->Results.Bins.Low, this->Results.Bins.High });
    if (this->HasErrors())
    {
      paraxanes::SetField(data, "theta_error_array", paraxanes::ChosenArray(this->Self, 3));
      number("theta_minimum_significance", self->MinimumSignificance);
    }
    if (this->Results.HasBands)
    {
      number("theta_bootstrap_samples", self->NumberOfBootstrapSamples);
      number("theta_bootstrap_block_edge", self->BootstrapBlockEdge);
      number("theta_bootstrap_confidence_level", self->ConfidenceLevel);
      number("theta_bootstrap_seed", self->Seed);
    }
    paraxanes::SetField(data, "paraxanes_version", paraxanes::PluginVersion());
  }

  void Write()
  {
    this->WriteProvenance(this->Output);
    paraxanes::StoreRanges(this->Output);
    if (!this->Together.IsRoot())
    {
      this->AngleTable->Initialize();
      this->SizeTable->Initialize();
      this->SummaryTable->Initialize();
      return;
    }
    this->Results.CenterSource = this->Found.Source;
    this->Results.ValidVoxels = this->Found.ValidVoxels;
    this->Results.PerParticle = this->HasLabels();
    this->Results.HasErrors = this->HasErrors();
    this->Results.OneCenter =
      this->Results.Reference.Particles.size() == 1 || this->Filter->CenterMode == POINT;
    paraxanes::WriteAngleTable(this->Results, this->AngleTable);
    paraxanes::WriteSizeTable(this->Results, this->SizeTable);
    paraxanes::WriteSummaryTable(this->Results, this->SummaryTable);
    for (vtkTable* table : { this->AngleTable, this->SizeTable, this->SummaryTable })
    {
      this->WriteProvenance(table);
    }
  }

  vtkRadialAngleHistogram* Filter;
  vtkImageData* Output;
  vtkTable* AngleTable;
  vtkTable* SizeTable;
  vtkTable* SummaryTable;

  vtkDataArray* Gradient = nullptr;              // null on a rank without points
  paraxanes::ArrayValues<double> DoubleGradient; // unless it is float32
  vtkSmartPointer<vtkFloatArray> Theta;          // null on a rank without points
  paraxanes::ArrayValues<float> Errors;          // of |u|
  int Normal = -1;

  paraxanes::AngleResults Results;
  std::int64_t NumberOfVectors = 0;
};

vtkRadialAngleHistogram::vtkRadialAngleHistogram()
{
  this->SetNumberOfInputPorts(2);
  this->SetNumberOfOutputPorts(4);
}

paraxanes::CenterChoice vtkRadialAngleHistogram::ChoiceOfCenter()
{
  return { this->CenterMode, { this->Center[0], this->Center[1], this->Center[2] },
    paraxanes::ChosenArray(this, 2), paraxanes::ChosenArray(this, 1) };
}

void vtkRadialAngleHistogram::SetGradientArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetWeightArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetLabelArray(const char* name)
{
  this->SetInputArrayToProcess(2, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkRadialAngleHistogram::SetErrorArray(const char* name)
{
  this->SetInputArrayToProcess(3, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkRadialAngleHistogram::FillInputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  if (port == 1)
  {
    info->Set(vtkAlgorithm::INPUT_IS_OPTIONAL(), 1);
  }
  return 1;
}

int vtkRadialAngleHistogram::FillOutputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), port == 0 ? "vtkImageData" : "vtkTable");
  return 1;
}

int vtkRadialAngleHistogram::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  std::string error;
  for (int port = 0; port < 2; ++port)
  {
    vtkInformation* inInfo = inputVector[port]->GetInformationObject(0);
    if (inInfo && !paraxanes::CheckAxisAligned(inInfo, error))
    {
      vtkErrorMacro(<< error);
      return 0;
    }
  }
  return 1;
}

int vtkRadialAngleHistogram::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  // Statistics are of the whole image, whatever part of it is to be shown.
  for (int port = 0; port < 2; ++port)
  {
    if (vtkInformation* inInfo = inputVector[port]->GetInformationObject(0))
    {
      inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
    }
  }
  return 1;
}

int vtkRadialAngleHistogram::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), inputVector[1]->GetInformationObject(0),
    outputVector);
  if (!run.Execute())
  {
    run.Clear();
    return this->GetAbortOutput() ? 1 : 0;
  }
  this->UpdateProgress(1.0);
  return 1;
}

void vtkRadialAngleHistogram::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "GradientArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "WeightArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "LabelArray: " << paraxanes::ChosenArray(this, 2) << "\n";
  os << indent << "CenterMode: " << this->CenterMode << "\n";
  os << indent << "Center: " << this->Center[0] << " " << this->Center[1] << " " << this->Center[2]
     << " um\n";
  os << indent << "Outward: " << (this->Outward ? "on" : "off") << "\n";
  os << indent << "NumberOfBins: " << this->NumberOfBins << "\n";
  os << indent << "FoldAngles: " << (this->FoldAngles ? "on" : "off") << "\n";
  os << indent << "NumberOfSizeBins: " << this->NumberOfSizeBins << "\n";
  os << indent << "SizeRange: " << this->SizeRange[0] << " " << this->SizeRange[1] << "\n";
  os << indent << "ErrorArray: " << paraxanes::ChosenArray(this, 3) << "\n";
  os << indent << "MinimumSignificance: " << this->MinimumSignificance << "\n";
  os << indent << "NumberOfBootstrapSamples: " << this->NumberOfBootstrapSamples << "\n";
  os << indent << "BootstrapBlockEdge: " << this->BootstrapBlockEdge << " voxels\n";
  os << indent << "ConfidenceLevel: " << this->ConfidenceLevel << "\n";
  os << indent << "Seed: " << this->Seed << "\n";
}
