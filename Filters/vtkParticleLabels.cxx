// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkParticleLabels.h"

#include "ConnectedPieces.h"
#include "DistanceMap.h"
#include "DistributedPieces.h"
#include "EnergyStack.h"
#include "MapRun.h"
#include "NewArray.h"
#include "OtsuThreshold.h"
#include "ParticleTable.h"
#include "Watershed.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkIntArray.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkParticleLabels);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using Numbers = std::vector<std::int64_t>;

}

class vtkParticleLabels::Run : public paraxanes::MapRun
{
public:
  Run(vtkParticleLabels* self, vtkInformation* inInfo, vtkInformationVector* outputVector)
    : MapRun(self, inInfo)
    , Filter(self)
    , Output(vtkImageData::GetData(outputVector, 0))
    , Table(vtkTable::GetData(outputVector, 1))
  {
  }

private:
  bool Execute() override
  {
    return this->Step([&] { this->Prepare(); }) && this->FindOwned() && this->FindMeans() &&
      this->FindThreshold() && this->Progress(0.3) && this->MarkInside() && this->FillHoles() &&
      this->Progress(0.6) && this->Label() && this->Progress(0.8) && this->Measure() &&
      this->Step([&] { this->Write(); });
  }

  void Clear() override
  {
    this->Output->Initialize();
    this->Table->Initialize();
  }

  // Lets every rank hear what all of them tell.
  bool Exchange(const std::function<Numbers()>& tell, paraxanes::Told& told)
  {
    Numbers mine;
    if (!this->Step([&] { mine = tell(); }))
    {
      return false;
    }
    paraxanes::Told all;
    std::string error;
    if (!this->Together.GatherAll(mine, all, error))
    {
      return this->Fail(error);
    }
    told = std::move(all);
    return true;
  }

  void Prepare()
  {
    using paraxanes::InputError;
    using paraxanes::TextOf;
    const double* range = this->Filter->Threshold;
    if (this->Filter->ThresholdMethod == RANGE && !(range[0] <= range[1]))
    {
      throw InputError(
        TextOf("Threshold is ", range[0], " to ", range[1], ". Give the lower value first."));
    }
    if (this->Filter->MinimumSize < 1)
    {
      throw InputError(TextOf("MinimumSize is ", this->Filter->MinimumSize,
        " voxels. Give 1 (keep every particle) or more."));
    }
    if (this->Piece.Split() && this->Together.Size() == 1)
    {
      throw InputError(TextOf("A part of the image (piece ", this->Piece.Piece, " of ",
        this->Piece.NumberOfPieces,
        ") was asked for, and particles are found in the whole only. Ask for all of it, or for as "
        "many pieces as there are ranks."));
    }
    if (this->Filter->SplitTouching && !(this->Filter->SplitDepth >= 0.0))
    {
      throw InputError(
        TextOf("SplitDepth is ", this->Filter->SplitDepth, " voxels. Give 0 or more."));
    }
    this->Output->ShallowCopy(this->Input);
    if (this->HasVoxels())
    {
      this->FindArray();
    }
  }

  void FindArray()
  {
    std::string error;
    vtkDataArray* array = paraxanes::FindPointArray(
      this->Input, paraxanes::ChosenArray(this->Self, 0), "validity", error);
    if (!array)
    {
      throw paraxanes::InputError("No array to label: " + error + ". Choose one in InputArray.");
    }
    this->MapName = array->GetName() ? array->GetName() : "";
    if (this->Filter->ThresholdMethod == OTSU && this->MapName == "validity")
    {
      throw paraxanes::InputError(
        "ThresholdMethod is Otsu, and \"validity\" holds codes, which have no threshold. Choose "
        "an array of measured values, such as edge_jump or absorbance, in InputArray.");
    }
    this->Map = paraxanes::TypedValues(array);
    this->Components = array->GetNumberOfComponents();
  }

  // One value per voxel, for the several passes of Otsu's method. Collective, as what follows.
  bool FindMeans()
  {
    const bool several = this->Filter->ThresholdMethod == OTSU && this->Components > 1;
    if (!this->Together.Any(several))
    {
      return true;
    }
    vtkSmartPointer<vtkDoubleArray> means;
    const auto allocate = [&]
    {
      means = paraxanes::NewArray<vtkDoubleArray>(
        this->MapName, this->HasVoxels() ? this->Input->GetNumberOfPoints() : 0);
    };
    const auto find = [&](std::int64_t firstRow, std::int64_t lastRow)
    {
      const std::int64_t first = this->Grid.First(firstRow);
      this->Map.With(
        [&](const auto* values)
        {
          paraxanes::FindMeans(values + first * this->Components, this->Grid.First(lastRow) - first,
            this->Components, means->GetPointer(first));
        });
    };
    if (!this->Step(allocate) || !this->ForSlabs(0.0, 0.2, find))
    {
      return false;
    }
    this->Map = paraxanes::TypedValues(means);
    this->Components = 1;
    return true;
  }

  // Every voxel has one owner, and its neighbours beside it. Told once.
  bool FindOwned()
  {
    if (!this->MapRun::FindOwned())
    {
      return false;
    }
    this->Grid.Whole = this->Whole();
    const paraxanes::Extent owned = this->Grid.Owned;
    const paraxanes::Extent around = paraxanes::Grow(owned, 1, this->Grid.Whole);
    if (!this->Together.All(paraxanes::Contains(this->Grid.Box, around)))
    {
      return this->Fail(this->Together.IsRoot()
          ? "The input did not deliver the layer of voxels around its piece that was asked for. "
            "Apply Ghost Cells before, or run on one rank."
          : "");
    }
    return this->Step(
      [&]
      {
        if (this->Piece.Split())
        {
          paraxanes::PassMarks(this->Input, owned, this->Piece, this->Output);
        }
      });
  }

  bool FindThreshold()
  {
    if (this->Filter->ThresholdMethod == RANGE)
    {
      this->Lowest = this->Filter->Threshold[0];
      this->Highest = this->Filter->Threshold[1];
      this->Reported = { this->Lowest, this->Highest };
      return true;
    }
    return this->FindOtsuThreshold();
  }

  bool FindOtsuThreshold()
  {
    paraxanes::FiniteRange range;
    const auto find = [&] {
      this->Map.With([&](const auto* values) { range = paraxanes::FindRange(values, this->Grid); });
    };
    if (!this->Step(find))
    {
      return false;
    }
    range.Low = -this->Together.Max(-range.Low);
    range.High = this->Together.Max(range.High);
    Numbers counts;
    const auto count = [&]
    {
      counts.assign(static_cast<std::size_t>(paraxanes::OtsuBins), 0);
      this->Map.With([&](const auto* values)
        { counts = paraxanes::CountValues(values, this->Grid, range, paraxanes::OtsuBins); });
    };
    if (!this->Step(count))
    {
      return false;
    }
    this->ReduceCounts(counts);
    const double threshold = paraxanes::OtsuThreshold(counts, range);
    this->Lowest = std::nextafter(threshold, DBL_MAX);
    this->Highest = DBL_MAX;
    this->Reported = { threshold, range.High };
    return this->Step(
      [&]
      {
        if (this->HasVoxels() && !std::isfinite(threshold))
        {
          const std::string found = range.Low == range.High
            ? paraxanes::TextOf("all its finite values are ", range.Low)
            : "it has no finite value";
          throw paraxanes::InputError(
            paraxanes::TextOf("\"", this->MapName, "\" has no threshold: ", found,
              ", and Otsu needs two classes of them. Choose another array in InputArray."));
        }
      });
  }

  bool MarkInside()
  {
    const auto allocate = [&] { this->Inside.resize(this->Input->GetNumberOfPoints()); };
    const auto mark = [&](std::int64_t firstRow, std::int64_t lastRow)
    {
      const std::int64_t first = this->Grid.First(firstRow);
      this->Map.With(
        [&](const auto* values)
        {
          paraxanes::MarkValidity(values + first * this->Components,
            this->Grid.First(lastRow) - first, this->Components, this->Lowest, this->Highest,
            this->Inside.data() + first);
        });
    };
    return this->Step(allocate) && this->ForSlabs(0.3, 0.5, mark);
  }

  // Calls body(pieces) with the pieces of valid voxels, or of all others, over all ranks.
  bool WithPieces(bool valid, const std::function<bool(paraxanes::DistributedPieces&)>& body)
  {
    std::unique_ptr<paraxanes::DistributedPieces> pieces;
    const auto find = [&]
    {
      pieces = std::make_unique<paraxanes::DistributedPieces>(
        this->Inside.data(), valid, this->Grid, this->Together.Rank());
    };
    if (!this->Step(find))
    {
      return false;
    }
    paraxanes::Told told;
    for (int round = 0; round < paraxanes::DistributedPieces::NumberOfRounds; ++round)
    {
      if (!this->Exchange([&] { return pieces->Tell(round, told); }, told))
      {
        return false;
      }
    }
    const auto finish = [&] { pieces->Finish(told); };
    return this->Step(finish) && body(*pieces);
  }

  bool FillHoles()
  {
    return !this->Filter->FillHoles ||
      this->WithPieces(false,
        [this](paraxanes::DistributedPieces& pieces)
        {
          pieces.FillEnclosed(this->Inside.data());
          return true;
        });
  }

  bool Label()
  {
    this->Labels = nullptr;
    const auto allocate = [this]
    {
      this->Labels =
        paraxanes::NewArray<vtkIntArray>("particle_id", this->Input->GetNumberOfPoints());
    };
    return this->Step(allocate) &&
      (this->Filter->SplitTouching ? this->LabelBasins() : this->LabelPieces());
  }

  // Calls write(numbers) with the numbers of this rank's pieces.
  bool Number(const std::vector<paraxanes::PieceSums>& pieces,
    const std::function<void(const paraxanes::PieceNumbers&)>& write)
  {
    paraxanes::Told told;
    const auto number = [&]
    {
      const auto numbers = paraxanes::NumberPieces(pieces, told, this->Filter->LargestOnly);
      this->NumberOfParticles = numbers.Sizes.size();
      write(numbers);
    };
    return this->Exchange([&]
             { return paraxanes::TellPieces(pieces, this->Grid, this->Filter->MinimumSize); },
             told) &&
      this->Step(number);
  }

  bool LabelPieces()
  {
    return this->WithPieces(true,
      [this](paraxanes::DistributedPieces& pieces)
      {
        return this->Number(pieces.Sums(),
          [&](const paraxanes::PieceNumbers& numbers)
          { pieces.WriteNumbers(numbers, this->Labels->GetPointer(0)); });
      });
  }

  // Every rank floods the whole image: in one order, so that the basins are the same everywhere.
  bool LabelBasins()
  {
    std::vector<std::uint8_t> mask;
    const auto isInside = [this](std::int64_t i)
    { return static_cast<std::uint8_t>(this->Inside[static_cast<std::size_t>(i)] == 0 ? 1 : 0); };
    std::vector<std::int32_t> basinOf;
    std::vector<paraxanes::PieceSums> basins;
    bool stopped = false;
    const auto find = [&] { stopped = !this->FindBasins(mask, basinOf, basins); };
    const auto write = [&](const paraxanes::PieceNumbers& numbers)
    {
      std::int32_t* labels = this->Labels->GetPointer(0);
      paraxanes::ForRows(this->Whole(), this->Grid.Box,
        [&](vtkIdType first, int count)
        {
          const auto row = basinOf.begin() + first;
          labels = std::transform(row, row + count, labels,
            [&](std::int32_t basin)
            { return basin < 0 ? 0 : numbers.OfPiece[static_cast<std::size_t>(basin)]; });
        });
    };
    return this->GatherWhole(mask, isInside) && this->Step(find) && !this->Together.Any(stopped) &&
      this->Number(basins, write);
  }

  // False when the user stopped it.
  bool FindBasins(const std::vector<std::uint8_t>& mask, std::vector<std::int32_t>& basinOf,
    std::vector<paraxanes::PieceSums>& basins)
  {
    const auto proceed = [this](double done)
    {
      this->Self->UpdateProgress(0.6 + 0.2 * done);
      return !this->Self->CheckAbort();
    };
    const std::array<int, 3> size = this->WholeSize();
    basinOf.resize(mask.size());
    std::vector<double> squared(mask.size());
    if (!paraxanes::SquaredDistances(mask.data(), size, this->Grid.Spacing, 0, size[2],
          squared.data(), [&](double done) { return proceed(0.4 * done); }))
    {
      return false;
    }
    const double voxel = 2.0 * paraxanes::HalfVoxel(size, this->Grid.Spacing);
    basins = paraxanes::FindBasins(squared.data(), size, this->Filter->SplitDepth * voxel,
      basinOf.data(), [&](double done) { return proceed(0.4 + 0.6 * done); });
    return !this->Self->CheckAbort();
  }

  // Whole numbers, so that the sums of ranks are exact.
  bool Measure()
  {
    constexpr std::size_t Columns = 2 + paraxanes::NumberOfLines;
    std::vector<vtkIdType> counts;
    std::vector<double> moments;
    const auto sum = [&]
    {
      counts.assign(Columns * this->NumberOfParticles, 0);
      moments.assign(3 * this->NumberOfParticles, 0.0);
      paraxanes::VoxelMasses masses;
      masses.Labels = this->Labels->GetPointer(0);
      for (const auto& entry : paraxanes::SumMasses(masses, this->Grid))
      {
        const auto particle = static_cast<std::size_t>(entry.first - 1);
        counts[Columns * particle] = entry.second.Voxels;
        counts[Columns * particle + 1] = entry.second.AtBorder;
        std::copy_n(entry.second.Moment.begin(), 3, moments.begin() + 3 * particle);
      }
      for (const auto& entry : paraxanes::CountCrossings(masses.Labels, this->Grid))
      {
        const auto particle = static_cast<std::size_t>(entry.first - 1);
        std::copy(
          entry.second.begin(), entry.second.end(), counts.begin() + Columns * particle + 2);
      }
    };
    if (!this->Step(sum))
    {
      return false;
    }
    this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
    this->Together.Sum(moments.data(), static_cast<vtkIdType>(moments.size()));
    const auto keep = [&]
    {
      this->Sums.Masses.resize(this->NumberOfParticles);
      this->Sums.Surfaces.resize(this->NumberOfParticles);
      for (std::size_t particle = 0; particle < this->NumberOfParticles; ++particle)
      {
        paraxanes::MassSums& masses = this->Sums.Masses[particle];
        const vtkIdType* const mine = counts.data() + Columns * particle;
        masses.Voxels = mine[0];
        masses.AtBorder = mine[1];
        masses.Mass = static_cast<double>(mine[0]);
        std::copy_n(moments.data() + 3 * particle, 3, masses.Moment.begin());
        std::copy_n(mine + 2, paraxanes::NumberOfLines, this->Sums.Surfaces[particle].begin());
      }
    };
    return this->Step(keep);
  }

  void Write()
  {
    if (this->Together.IsRoot())
    {
      this->WarnWithoutParticles();
      paraxanes::WriteParticleTable(this->Sums, this->Grid, this->Table);
      this->Describe(this->Table);
    }
    if (this->HasVoxels())
    {
      this->Output->GetPointData()->AddArray(this->Labels);
    }
    this->Describe(this->Output);
  }

  void WarnWithoutParticles() const
  {
    if (this->NumberOfParticles == 0 && this->HasVoxels())
    {
      vtkWarningWithObjectMacro(this->Self,
        "There is no particle: no connected piece of at least "
          << this->Filter->MinimumSize << " voxels has \"" << this->MapName << "\" in "
          << this->Reported[0] << ".." << this->Reported[1]
          << ". Check the threshold and MinimumSize.");
    }
  }

  void Describe(vtkDataObject* output) const
  {
    const auto number = [&](const char* name, double value)
    { paraxanes::SetField(output, name, std::vector<double>{ value }); };
    if (this->HasVoxels())
    {
      paraxanes::SetField(output, "particle_array", this->MapName);
    }
    paraxanes::SetField(output, "particle_threshold_method",
      this->Filter->ThresholdMethod == OTSU ? "Otsu (above the first value)" : "Range");
    paraxanes::SetField(output, "particle_threshold", this->Reported);
    number("particle_holes_filled", this->Filter->FillHoles ? 1.0 : 0.0);
    if (this->Filter->SplitTouching)
    {
      number("particle_split_depth", this->Filter->SplitDepth);
    }
    number("particle_minimum_size", static_cast<double>(this->Filter->MinimumSize));
    number("number_of_particles", static_cast<double>(this->NumberOfParticles));
    paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  }

  vtkParticleLabels* Filter;
  vtkImageData* Output;
  vtkTable* Table;

  int Components = 1;  // of the map
  double Lowest = 0.0; // inside, both included
  double Highest = 0.0;
  std::vector<double> Reported;     // the threshold as it is told
  std::vector<std::uint8_t> Inside; // 0 inside, as in validity
  vtkSmartPointer<vtkIntArray> Labels;
  std::size_t NumberOfParticles = 0;
  paraxanes::ParticleSums Sums;
};

vtkParticleLabels::vtkParticleLabels()
{
  this->SetNumberOfOutputPorts(2);
}

void vtkParticleLabels::SetInputArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkParticleLabels::FillOutputPortInformation(int port, vtkInformation* info)
{
  info->Set(vtkDataObject::DATA_TYPE_NAME(), port == 0 ? "vtkImageData" : "vtkTable");
  return 1;
}

int vtkParticleLabels::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  std::string error;
  if (!paraxanes::CheckAxisAligned(inputVector[0]->GetInformationObject(0), error))
  {
    vtkErrorMacro(<< error);
    return 0;
  }
  return 1;
}

int vtkParticleLabels::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  // A part of a particle has another size and, cut off from the rest, another number. Surfaces are
  // counted between neighbours.
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  const paraxanes::PieceRequest request(inInfo);
  if (request.Split())
  {
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), std::max(1, request.GhostLevels));
  }
  return 1;
}

int vtkParticleLabels::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), outputVector);
  return run.Request();
}

void vtkParticleLabels::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InputArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "ThresholdMethod: " << (this->ThresholdMethod == OTSU ? "Otsu" : "Range") << "\n";
  os << indent << "Threshold: " << this->Threshold[0] << " " << this->Threshold[1] << "\n";
  os << indent << "FillHoles: " << (this->FillHoles ? "on" : "off") << "\n";
  os << indent << "SplitTouching: " << (this->SplitTouching ? "on" : "off") << "\n";
  os << indent << "SplitDepth: " << this->SplitDepth << " voxels\n";
  os << indent << "MinimumSize: " << this->MinimumSize << " voxels\n";
  os << indent << "LargestOnly: " << (this->LargestOnly ? "on" : "off") << "\n";
}
