// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkParticleLabels.h"

#include "ConnectedPieces.h"
#include "DistanceMap.h"
#include "DistributedPieces.h"
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "NewArray.h"
#include "OtsuThreshold.h"
#include "ParticleTable.h"
#include "Ranks.h"
#include "Threads.h"
#include "Watershed.h"

#include <vtkArrayDispatch.h>
#include <vtkDataArrayRange.h>
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
#include <sstream>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkParticleLabels);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using Numbers = std::vector<std::int64_t>;

template <typename... Parts>
std::string Text(const Parts&... parts)
{
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

// Calls Body(values, components) for a type that the kernels take as it is.
template <typename Body>
struct Worker
{
  const Body& Call;

  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* array) const
  {
    this->Call(const_cast<const T*>(array->GetPointer(0)), array->GetNumberOfComponents());
  }
};

template <typename Body>
bool WithArray(vtkDataArray* array, const Body& body)
{
  using Arrays = vtkTypeList::Create<vtkAOSDataArrayTemplate<float>,
    vtkAOSDataArrayTemplate<double>, vtkAOSDataArrayTemplate<unsigned char>,
    vtkAOSDataArrayTemplate<unsigned short>, vtkAOSDataArrayTemplate<int>>;
  const Worker<Body> worker = { body };
  return vtkArrayDispatch::DispatchByArray<Arrays>::Execute(array, worker);
}

}

class vtkParticleLabels::Run
{
public:
  Run(vtkParticleLabels* self, vtkInformation* inInfo, vtkInformationVector* outputVector)
    : Self(self)
    , Together(inInfo)
    , Piece(inInfo)
    , Input(vtkImageData::GetData(inInfo))
    , Output(vtkImageData::GetData(outputVector, 0))
    , Table(vtkTable::GetData(outputVector, 1))
  {
  }

  // False: failed or aborted.
  bool Execute()
  {
    paraxanes::ChooseNumberOfThreads(this->Together);
    return this->Step([this](std::string& error) { return this->Prepare(error); }) &&
      this->FindOwned() && this->FindThreshold() && this->Progress(0.3) &&
      this->Step([this](std::string&) { return this->MarkInside(); }) && this->FillHoles() &&
      this->Progress(0.6) && this->Label() && this->Progress(0.8) && this->Measure() &&
      this->Step([this](std::string&) { return this->Write(); });
  }

  void Clear()
  {
    this->Output->Initialize();
    this->Table->Initialize();
  }

private:
  // Does something that talks to no other rank; what fails on one rank fails on all.
  bool Step(const std::function<bool(std::string&)>& work)
  {
    std::string error;
    const bool ok = this->Together.AllDo(work, error);
    if (!error.empty())
    {
      vtkErrorWithObjectMacro(this->Self, << error);
    }
    return ok;
  }

  bool Progress(double fraction)
  {
    this->Self->UpdateProgress(fraction);
    return !this->Together.Any(this->Self->CheckAbort());
  }

  // Lets every rank hear what all of them tell.
  bool Exchange(const std::function<Numbers()>& tell, paraxanes::Told& told)
  {
    Numbers mine;
    std::string error;
    const auto work = [&](std::string&)
    {
      mine = tell();
      return true;
    };
    if (!this->Step(work))
    {
      return false;
    }
    paraxanes::Told all;
    if (!this->Together.GatherAll(mine, all, error))
    {
      vtkErrorWithObjectMacro(this->Self, << error);
      return false;
    }
    told = std::move(all);
    return true;
  }

  bool Prepare(std::string& error)
  {
    const double* range = this->Self->Threshold;
    if (this->Self->ThresholdMethod == RANGE && !(range[0] <= range[1]))
    {
      error = Text("Threshold is ", range[0], " to ", range[1], ". Give the lower value first.");
      return false;
    }
    if (this->Self->MinimumSize < 1)
    {
      error = Text("MinimumSize is ", this->Self->MinimumSize,
        " voxels. Give 1 (keep every particle) or more.");
      return false;
    }
    if (this->Piece.Split() && this->Together.Size() == 1)
    {
      error = Text("A part of the image (piece ", this->Piece.Piece, " of ",
        this->Piece.NumberOfPieces,
        ") was asked for, and particles are found in the whole only. Ask for all of it, or for as "
        "many pieces as there are ranks.");
      return false;
    }
    if (this->Self->SplitTouching && this->Together.Size() > 1)
    {
      error = Text("SplitTouching works on one rank, and this image is on ", this->Together.Size(),
        ". Label it on one rank, save the result and open it on many, or turn SplitTouching off.");
      return false;
    }
    if (this->Self->SplitTouching && !(this->Self->SplitDepth >= 0.0))
    {
      error = Text("SplitDepth is ", this->Self->SplitDepth, " voxels. Give 0 or more.");
      return false;
    }
    const paraxanes::Extent box = paraxanes::MakeExtent(this->Input->GetExtent());
    this->Grid.Box = paraxanes::IsEmpty(box) ? paraxanes::EmptyExtent : box;
    this->Grid.Whole = this->Piece.Whole;
    std::copy_n(this->Input->GetOrigin(), 3, this->Grid.Origin.begin());
    std::copy_n(this->Input->GetSpacing(), 3, this->Grid.Spacing.begin());
    this->Output->ShallowCopy(this->Input);
    return this->Input->GetNumberOfPoints() == 0 || this->FindArray(error);
  }

  bool FindArray(std::string& error)
  {
    this->Array = paraxanes::FindPointArray(
      this->Input, paraxanes::ChosenArray(this->Self, 0), "validity", error);
    if (!this->Array)
    {
      error = "No array to label: " + error + ". Choose one in InputArray.";
      return false;
    }
    const bool otsu = this->Self->ThresholdMethod == OTSU;
    if (otsu && std::string("validity") == this->Array->GetName())
    {
      error = "ThresholdMethod is Otsu, and \"validity\" holds codes, which have no threshold. "
              "Choose an array of measured values, such as edge_jump or absorbance, in InputArray.";
      return false;
    }
    const bool known = WithArray(this->Array, [](const auto*, int) {});
    if (!known || (otsu && this->Array->GetNumberOfComponents() > 1))
    {
      this->FindMeans();
    }
    return true;
  }

  // One value per voxel, for several passes over them, or of a type that the kernels do not take.
  void FindMeans()
  {
    const auto voxels = static_cast<std::size_t>(this->Array->GetNumberOfTuples());
    this->Means.resize(voxels);
    const auto means = [this](const auto* values, int components) {
      paraxanes::FindMeans(
        values, this->Array->GetNumberOfTuples(), components, this->Means.data());
    };
    if (!WithArray(this->Array, means))
    {
      const int components = this->Array->GetNumberOfComponents();
      const auto range = vtk::DataArrayValueRange(this->Array);
      const std::vector<double> values(range.begin(), range.end());
      means(values.data(), components);
    }
  }

  // Calls body(values, components), on ranks that have voxels.
  template <typename Body>
  void WithValues(const Body& body) const
  {
    if (!this->Means.empty())
    {
      body(this->Means.data(), 1);
      return;
    }
    if (this->Array)
    {
      WithArray(this->Array, body);
    }
  }

  // Every voxel has one owner, and its neighbours beside it. Collective; told once.
  bool FindOwned()
  {
    std::string error;
    paraxanes::Extent owned;
    bool ok = paraxanes::FindOwnedExtent(this->Input, this->Piece, this->Together, owned, error);
    if (ok &&
      !this->Together.All(
        paraxanes::Contains(this->Grid.Box, paraxanes::Grow(owned, 1, this->Grid.Whole))))
    {
      error = "The input did not deliver the layer of voxels around its piece that was asked for. "
              "Apply Ghost Cells before, or run on one rank.";
      ok = false;
    }
    if (!ok && this->Together.IsRoot())
    {
      vtkErrorWithObjectMacro(this->Self, << error);
    }
    if (ok && this->Piece.Split())
    {
      paraxanes::PassMarks(this->Input, owned, this->Piece, this->Output);
    }
    this->Grid.Owned = owned;
    return ok;
  }

  bool FindThreshold()
  {
    if (this->Self->ThresholdMethod == RANGE)
    {
      this->Lowest = this->Self->Threshold[0];
      this->Highest = this->Self->Threshold[1];
      this->Reported = { this->Lowest, this->Highest };
      return true;
    }
    return this->FindOtsuThreshold();
  }

  bool FindOtsuThreshold()
  {
    paraxanes::FiniteRange range;
    const auto find = [&](std::string&)
    {
      this->WithValues(
        [&](const auto* values, int) { range = paraxanes::FindRange(values, this->Grid); });
      return true;
    };
    if (!this->Step(find))
    {
      return false;
    }
    range.Low = -this->Together.Max(-range.Low);
    range.High = this->Together.Max(range.High);
    Numbers counts(static_cast<std::size_t>(paraxanes::OtsuBins), 0);
    const auto count = [&](std::string&)
    {
      this->WithValues([&](const auto* values, int)
        { counts = paraxanes::CountValues(values, this->Grid, range, paraxanes::OtsuBins); });
      return true;
    };
    if (range.Low < range.High && !this->Step(count))
    {
      return false;
    }
    std::vector<vtkIdType> sums(counts.begin(), counts.end());
    this->Together.Sum(sums.data(), static_cast<vtkIdType>(sums.size()));
    const double threshold = paraxanes::OtsuThreshold(Numbers(sums.begin(), sums.end()), range);
    this->Lowest = std::nextafter(threshold, DBL_MAX);
    this->Highest = DBL_MAX;
    this->Reported = { threshold, range.High };
    return this->Step(
      [&](std::string& error)
      {
        if (!this->Array || std::isfinite(threshold))
        {
          return true;
        }
        error = Text("\"", this->Array->GetName(), "\" has no threshold: ",
          range.Low == range.High ? Text("all its finite values are ", range.Low)
                                  : std::string("it has no finite value"),
          ", and Otsu needs two classes of them. Choose another array in InputArray.");
        return false;
      });
  }

  bool MarkInside()
  {
    this->Validity.resize(static_cast<std::size_t>(this->Input->GetNumberOfPoints()));
    this->WithValues(
      [this](const auto* values, int components)
      {
        paraxanes::MarkValidity(values, this->Input->GetNumberOfPoints(), components, this->Lowest,
          this->Highest, this->Validity.data());
      });
    return true;
  }

  // Calls body(pieces) with the pieces of valid voxels, or of all others, over all ranks.
  bool WithPieces(bool valid, const std::function<bool(paraxanes::DistributedPieces&)>& body)
  {
    std::unique_ptr<paraxanes::DistributedPieces> pieces;
    const auto find = [&](std::string&)
    {
      pieces = std::make_unique<paraxanes::DistributedPieces>(
        this->Validity.data(), valid, this->Grid, this->Together.Rank());
      return true;
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
    const auto finish = [&](std::string&)
    {
      pieces->Finish(told);
      return true;
    };
    return this->Step(finish) && body(*pieces);
  }

  bool FillHoles()
  {
    return !this->Self->FillHoles ||
      this->WithPieces(false,
        [this](paraxanes::DistributedPieces& pieces)
        {
          pieces.FillEnclosed(this->Validity.data());
          return true;
        });
  }

  bool Label()
  {
    this->Labels = nullptr;
    const auto allocate = [this](std::string&)
    {
      this->Labels =
        paraxanes::NewArray<vtkIntArray>("particle_id", this->Input->GetNumberOfPoints());
      return true;
    };
    return this->Step(allocate) &&
      (this->Self->SplitTouching ? this->LabelBasins() : this->LabelPieces());
  }

  // Calls write(numbers) with the numbers of this rank's pieces.
  bool Number(const std::vector<paraxanes::PieceSums>& pieces,
    const std::function<void(const paraxanes::PieceNumbers&)>& write)
  {
    paraxanes::Told told;
    const auto number = [&](std::string&)
    {
      const auto numbers = paraxanes::NumberPieces(pieces, told, this->Self->LargestOnly);
      this->NumberOfParticles = numbers.Sizes.size();
      write(numbers);
      return true;
    };
    return this->Exchange([&]
             { return paraxanes::TellPieces(pieces, this->Grid, this->Self->MinimumSize); },
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

  // On one rank only: basins are flooded in one order over the whole image.
  bool LabelBasins()
  {
    std::vector<paraxanes::PieceSums> basins;
    const auto find = [&](std::string&)
    {
      const std::array<int, 3> size = { static_cast<int>(this->Grid.Size(0)),
        static_cast<int>(this->Grid.Size(1)), static_cast<int>(this->Grid.Size(2)) };
      const auto proceed = [this](double done)
      {
        this->Self->UpdateProgress(0.6 + 0.2 * done);
        return !this->Self->CheckAbort();
      };
      std::vector<std::uint8_t> mask(this->Validity.size());
      std::transform(this->Validity.begin(), this->Validity.end(), mask.begin(),
        [](std::uint8_t validity) { return static_cast<std::uint8_t>(validity == 0 ? 1 : 0); });
      std::vector<double> squared(mask.size());
      if (!paraxanes::SquaredDistances(mask.data(), size, this->Grid.Spacing, 0, size[2],
            squared.data(), [&](double done) { return proceed(0.4 * done); }))
      {
        return false;
      }
      const double voxel = 2.0 * paraxanes::HalfVoxel(size, this->Grid.Spacing);
      basins = paraxanes::FindBasins(squared.data(), size, this->Self->SplitDepth * voxel,
        this->Labels->GetPointer(0), [&](double done) { return proceed(0.4 + 0.6 * done); });
      return !this->Self->CheckAbort();
    };
    const auto write = [this](const paraxanes::PieceNumbers& numbers)
    {
      std::int32_t* labels = this->Labels->GetPointer(0);
      std::transform(labels, labels + this->Labels->GetNumberOfValues(), labels,
        [&](std::int32_t basin)
        { return basin < 0 ? 0 : numbers.OfPiece[static_cast<std::size_t>(basin)]; });
    };
    return this->Step(find) && this->Number(basins, write);
  }

  // Whole numbers, so that the sums of ranks are exact.
  bool Measure()
  {
    constexpr std::size_t Columns = 2 + paraxanes::NumberOfLines;
    std::vector<vtkIdType> counts;
    std::vector<double> moments;
    const auto sum = [&](std::string&)
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
      return true;
    };
    if (!this->Step(sum))
    {
      return false;
    }
    this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
    this->Together.Sum(moments.data(), static_cast<vtkIdType>(moments.size()));
    const auto keep = [&](std::string&)
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
      return true;
    };
    return this->Step(keep);
  }

  bool Write()
  {
    if (this->Together.IsRoot())
    {
      this->WarnWithoutParticles();
      paraxanes::WriteParticleTable(this->Sums, this->Grid, this->Table);
      this->Describe(this->Table);
    }
    if (this->Array)
    {
      this->Output->GetPointData()->AddArray(this->Labels);
    }
    this->Describe(this->Output);
    return true;
  }

  void WarnWithoutParticles() const
  {
    if (this->NumberOfParticles == 0 && this->Array)
    {
      vtkWarningWithObjectMacro(this->Self,
        "There is no particle: no connected piece of at least "
          << this->Self->MinimumSize << " voxels has \"" << this->Array->GetName() << "\" in "
          << this->Reported[0] << ".." << this->Reported[1]
          << ". Check the threshold and MinimumSize.");
    }
  }

  void Describe(vtkDataObject* output) const
  {
    const auto number = [&](const char* name, double value)
    { paraxanes::SetField(output, name, std::vector<double>{ value }); };
    if (this->Array)
    {
      paraxanes::SetField(output, "particle_array", this->Array->GetName());
    }
    paraxanes::SetField(output, "particle_threshold_method",
      this->Self->ThresholdMethod == OTSU ? "Otsu (above the first value)" : "Range");
    paraxanes::SetField(output, "particle_threshold", this->Reported);
    number("particle_holes_filled", this->Self->FillHoles ? 1.0 : 0.0);
    if (this->Self->SplitTouching)
    {
      number("particle_split_depth", this->Self->SplitDepth);
    }
    number("particle_minimum_size", static_cast<double>(this->Self->MinimumSize));
    number("number_of_particles", static_cast<double>(this->NumberOfParticles));
    paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  }

  vtkParticleLabels* Self;
  paraxanes::Ranks Together;
  paraxanes::PieceRequest Piece;
  vtkImageData* Input;
  vtkImageData* Output;
  vtkTable* Table;

  paraxanes::VoxelGrid Grid;
  vtkDataArray* Array = nullptr; // null on a rank without points
  std::vector<double> Means;     // where they are taken for its values
  double Lowest = 0.0;           // inside, both included
  double Highest = 0.0;
  std::vector<double> Reported; // the threshold as it is told
  std::vector<std::uint8_t> Validity;
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
  if (!run.Execute())
  {
    run.Clear();
    return this->GetAbortOutput() ? 1 : 0;
  }
  this->UpdateProgress(1.0);
  return 1;
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
