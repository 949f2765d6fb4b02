// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkRadialAngleHistogram.h"

#include "AngleTables.h"
#include "ConnectedPieces.h"
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "NewArray.h"
#include "Parallel.h"
#include "ParticleCenters.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkDataArrayRange.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <cfloat>
#include <cmath>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

vtkStandardNewMacro(vtkRadialAngleHistogram);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::AngleHistogram;
using paraxanes::AngleSummary;
using paraxanes::SizeHistogram;
using paraxanes::Vector3;
using paraxanes::VoxelGrid;

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
// Each has tables of its own.
constexpr vtkIdType MostParticles = 10000;
// Between two of them progress is told and abort is heard.
constexpr int NumberOfSlabs = 32;

// What is wrong with the input, in words for the user.
struct InputError : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

template <typename... Parts>
std::string Text(const Parts&... parts)
{
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

// The values of an array as T: its own memory where it has this type, else a copy.
template <typename T>
class Values
{
public:
  const T* Get() const { return this->Pointer; }

  void Set(vtkDataArray* array)
  {
    this->Pointer = nullptr;
    if (!array)
    {
      return;
    }
    if (auto* typed = vtkAOSDataArrayTemplate<T>::FastDownCast(array))
    {
      this->Pointer = typed->GetPointer(0);
      return;
    }
    const auto range = vtk::DataArrayValueRange(array);
    this->Copy.resize(static_cast<std::size_t>(range.size()));
    std::transform(range.begin(), range.end(), this->Copy.begin(),
      [](auto value)
      {
        // A code that does not fit into a byte is still none that says valid.
        if constexpr (std::is_same_v<T, std::uint8_t>)
        {
          return static_cast<T>(value == 0 ? 0 : 1);
        }
        return static_cast<T>(value);
      });
    this->Pointer = this->Copy.data();
  }

private:
  const T* Pointer = nullptr;
  std::vector<T> Copy;
};

VoxelGrid MakeGrid(vtkImageData* image, vtkInformation* information)
{
  VoxelGrid grid;
  const paraxanes::Extent box = paraxanes::MakeExtent(image->GetExtent());
  grid.Box = paraxanes::IsEmpty(box) ? paraxanes::EmptyExtent : box;
  grid.Owned = grid.Box;
  grid.Whole = paraxanes::MakeExtent(information->Get(Pipeline::WHOLE_EXTENT()));
  std::copy_n(image->GetOrigin(), 3, grid.Origin.begin());
  std::copy_n(image->GetSpacing(), 3, grid.Spacing.begin());
  return grid;
}

}

class vtkRadialAngleHistogram::Run
{
public:
  Run(vtkRadialAngleHistogram* self, vtkInformation* inInfo, vtkInformation* particleInfo,
    vtkInformationVector* outputVector)
    : Self(self)
    , Together(inInfo)
    , InInfo(inInfo)
    , ParticleInfo(particleInfo)
    , Input(vtkImageData::GetData(inInfo))
    , Particles(particleInfo ? vtkImageData::GetData(particleInfo) : nullptr)
    , Output(vtkImageData::GetData(outputVector, 0))
    , AngleTable(vtkTable::GetData(outputVector, 1))
    , SizeTable(vtkTable::GetData(outputVector, 2))
    , SummaryTable(vtkTable::GetData(outputVector, 3))
  {
  }

  // False: failed or aborted.
  bool Execute()
  {
    paraxanes::ChooseNumberOfThreads(this->Together);
    return this->Step([&] { this->CheckProperties(); }) && this->Step([&] { this->Prepare(); }) &&
      this->FindOwnedPoints() && this->FindParticles() && this->FindCenters() &&
      this->FindAngles() && this->FindSizeRange() && this->FindSizes() &&
      this->Step([&] { this->Write(); });
  }

  void Clear()
  {
    this->Output->Initialize();
    this->AngleTable->Initialize();
    this->SizeTable->Initialize();
    this->SummaryTable->Initialize();
  }

private:
  // Does something that talks to no other rank; what fails on one rank fails on all.
  template <typename Body>
  bool Step(Body body)
  {
    std::string error;
    const auto work = [&](std::string&)
    {
      body();
      return true;
    };
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

  // Calls body(first row, last row) for slabs of the image, as many on every rank.
  template <typename Body>
  bool ForSlabs(double from, double to, Body body)
  {
    const std::int64_t rows = this->Grid.NumberOfRows();
    for (int slab = 0; slab < NumberOfSlabs; ++slab)
    {
      const bool ok =
        this->Step([&] { body(rows * slab / NumberOfSlabs, rows * (slab + 1) / NumberOfSlabs); });
      if (!ok || !this->Progress(from + (to - from) * (slab + 1) / NumberOfSlabs))
      {
        return false;
      }
    }
    return true;
  }

  void CheckProperties() const
  {
    const double* range = this->Self->SizeRange;
    if (this->Self->NumberOfBins < 1 || this->Self->NumberOfSizeBins < 1)
    {
      throw InputError(Text("NumberOfBins is ", this->Self->NumberOfBins, " and NumberOfSizeBins ",
        this->Self->NumberOfSizeBins, ". Give 1 or more of each."));
    }
    if (!this->HasAutomaticSizeRange() && !(range[0] >= 0.0 && range[0] < range[1]))
    {
      throw InputError(Text("SizeRange is ", range[0], " to ", range[1],
        ". Give two sizes of vectors, the smaller (0 or more) first, or 0 0 for an automatic "
        "range."));
    }
  }

  bool HasAutomaticSizeRange() const
  {
    return this->Self->SizeRange[0] == 0.0 && this->Self->SizeRange[1] == 0.0;
  }

  std::string WeightArray() const { return paraxanes::ChosenArray(this->Self, 1); }
  std::string LabelArray() const { return paraxanes::ChosenArray(this->Self, 2); }
  bool HasLabels() const { return !this->LabelArray().empty(); }

  // The array of a property that has to be there.
  static vtkDataArray* Required(vtkImageData* image, const std::string& name, const char* property,
    const char* inputName, int components)
  {
    vtkDataArray* array = image->GetPointData()->GetArray(name.c_str());
    if (!array)
    {
      throw InputError(Text("There is no point array \"", name, "\" in ", inputName, ", which has ",
        paraxanes::ListPointArrays(image), ". Choose another in ", property,
        " or hand the array through the filters before."));
    }
    if (array->GetNumberOfComponents() != components)
    {
      throw InputError(Text("\"", name, "\" of ", inputName, " has ",
        array->GetNumberOfComponents(), " components, and ", property, " needs ", components, "."));
    }
    return array;
  }

  static vtkDataArray* Labels(vtkImageData* image, const std::string& name, const char* inputName)
  {
    vtkDataArray* array = Required(image, name, "LabelArray", inputName, 1);
    if (array->GetDataType() == VTK_FLOAT || array->GetDataType() == VTK_DOUBLE)
    {
      throw InputError(
        Text("\"", name, "\" of ", inputName, " holds ", array->GetDataTypeAsString(),
          " numbers, and LabelArray needs integers, such as particle_id of ParticleLabels."));
    }
    return array;
  }

  void Prepare()
  {
    this->Grid = MakeGrid(this->Input, this->InInfo);
    this->Source = this->Particles ? this->Particles : this->Input;
    this->SourceGrid = this->Particles ? MakeGrid(this->Particles, this->ParticleInfo) : this->Grid;
    this->Output->ShallowCopy(this->Input);
    if (this->Input->GetNumberOfPoints() > 0)
    {
      this->PrepareInput();
    }
    if (this->Source->GetNumberOfPoints() > 0)
    {
      this->PrepareSource();
    }
  }

  void PrepareInput()
  {
    std::string error;
    this->Gradient = paraxanes::FindPointArray(
      this->Input, paraxanes::ChosenArray(this->Self, 0), "valence_gradient", error);
    if (!this->Gradient)
    {
      throw InputError(Text("No gradient: ", error,
        ". Apply Valence Gradient before, or choose an array in GradientArray."));
    }
    if (this->Gradient->GetNumberOfComponents() != 3)
    {
      throw InputError(Text("\"", this->Gradient->GetName(), "\" has ",
        this->Gradient->GetNumberOfComponents(),
        " components, and GradientArray needs 3. Apply Valence Gradient before, or choose another "
        "array."));
    }
    if (this->HasLabels())
    {
      this->LabelValues.Set(Labels(this->Input, this->LabelArray(), "the input"));
    }
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
      throw InputError(Text("Field data gradient_plane is \"", plane,
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

  void PrepareSource()
  {
    const char* name = this->Particles ? "ParticleInput" : "the input";
    if (this->HasLabels())
    {
      this->SourceLabels.Set(Labels(this->Source, this->LabelArray(), name));
      this->Masses.Labels = this->SourceLabels.Get();
    }
    if (this->Self->CenterMode == WEIGHTED)
    {
      if (this->WeightArray().empty())
      {
        throw InputError("CenterMode is Weighted, and no WeightArray is chosen. Choose an array "
                         "such as edge_jump.");
      }
      this->Weights.Set(Required(this->Source, this->WeightArray(), "WeightArray", name, 1));
      this->Masses.Weights = this->Weights.Get();
    }
    vtkDataArray* validity = this->Source->GetPointData()->GetArray("validity");
    this->Validity.Set(validity);
    this->Masses.Validity = this->Validity.Get();
    if (!this->Particles && this->UseBlocks())
    {
      return;
    }
    if (validity)
    {
      this->Results.CenterSource =
        this->Particles ? "valid voxels of ParticleInput" : "valid voxels of the input";
    }
    else if (!this->Particles)
    {
      this->MarkGradients();
    }
    else if (!this->HasLabels())
    {
      throw InputError(
        Text("ParticleInput has neither \"validity\" nor labels, so that nothing says "
             "where the particle is; it has ",
          paraxanes::ListPointArrays(this->Source),
          ". Connect the output of Edge Energy, or choose a LabelArray."));
    }
    else
    {
      this->Results.CenterSource = "labelled voxels of ParticleInput";
    }
  }

  // The centre from the moments that binning left.
  bool UseBlocks()
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
    this->Results.CenterSource = "blocks of the input (block_count, block_centroid)";
    return true;
  }

  void MarkGradients()
  {
    this->GradientValidity.resize(static_cast<std::size_t>(this->Input->GetNumberOfPoints()));
    this->WithGradient(
      [&](const auto* gradient)
      {
        paraxanes::MarkValidity(gradient, this->Input->GetNumberOfPoints(), 3, -DBL_MAX, DBL_MAX,
          this->GradientValidity.data());
      });
    this->Masses.Validity = this->GradientValidity.data();
    this->Results.CenterSource = "voxels of the input with a gradient";
  }

  // Calls body(pointer) with the values of the gradient as float or double.
  template <typename Body>
  void WithGradient(Body body)
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

  const std::int32_t* LabelsOfVectors() const { return this->LabelValues.Get(); }

  bool FindOwnedPoints()
  {
    if (!this->FindOwned(this->Input, this->InInfo, this->Grid))
    {
      return false;
    }
    const paraxanes::PieceRequest piece(this->InInfo);
    if (piece.Split())
    {
      paraxanes::PassMarks(this->Input, this->Grid.Owned, piece, this->Output);
    }
    if (this->Particles)
    {
      return this->FindOwned(this->Particles, this->ParticleInfo, this->SourceGrid);
    }
    this->SourceGrid = this->Grid;
    return true;
  }

  // Every point of the image has one owner, or else sums are wrong. Collective; told once.
  bool FindOwned(vtkImageData* image, vtkInformation* information, VoxelGrid& grid)
  {
    std::string error;
    const bool ok = paraxanes::FindOwnedExtent(
      image, paraxanes::PieceRequest(information), this->Together, grid.Owned, error);
    if (!ok && this->Together.IsRoot())
    {
      vtkErrorWithObjectMacro(this->Self, << error);
    }
    return ok;
  }

  // The labels of all ranks, ascending. Collective.
  bool FindParticles()
  {
    if (!this->HasLabels())
    {
      this->Results.Reference.Particles = { 0 };
      return true;
    }
    std::set<int> mine;
    bool ok = this->Step(
      [&]
      {
        const auto add = [&](const std::int32_t* labels, const VoxelGrid& grid)
        {
          if (labels)
          {
            const std::vector<int> found = paraxanes::FindLabels(labels, grid);
            mine.insert(found.begin(), found.end());
          }
        };
        add(this->SourceLabels.Get(), this->SourceGrid);
        if (this->Particles)
        {
          add(this->LabelsOfVectors(), this->Grid);
        }
        CheckNumberOfParticles(mine.size());
      });
    if (!ok)
    {
      return false;
    }
    const std::vector<vtkIdType> numbers =
      this->Together.Gather(static_cast<vtkIdType>(mine.size()));
    std::vector<vtkIdType> everyone;
    for (int rank = 0; rank < this->Together.Size(); ++rank)
    {
      const auto begin = everyone.size();
      everyone.resize(begin + static_cast<std::size_t>(numbers[static_cast<std::size_t>(rank)]), 0);
      if (rank == this->Together.Rank())
      {
        std::copy(mine.begin(), mine.end(), everyone.begin() + static_cast<std::ptrdiff_t>(begin));
      }
    }
    this->Together.Sum(everyone.data(), static_cast<vtkIdType>(everyone.size()));
    const std::set<vtkIdType> all(everyone.begin(), everyone.end());
    this->Results.Reference.Particles.assign(all.begin(), all.end());
    return this->Step([&] { CheckNumberOfParticles(all.size()); });
  }

  static void CheckNumberOfParticles(std::size_t number)
  {
    if (number > static_cast<std::size_t>(MostParticles))
    {
      throw InputError(Text("LabelArray has ", number, " labels; at most ", MostParticles,
        " particles can be told apart. Raise MinimumSize of Particle Labels."));
    }
  }

  bool FindCenters()
  {
    this->Results.Reference.Normal = static_cast<int>(this->Together.Max(this->Normal));
    this->Results.Reference.Outward = this->Self->Outward;
    std::vector<vtkIdType> counts;
    std::vector<double> sums;
    const bool ok = this->Step(
      [&]
      {
        std::map<int, paraxanes::MassSums> mine =
          paraxanes::SumMasses(this->Masses, this->SourceGrid);
        for (const int particle : this->Results.Reference.Particles)
        {
          const paraxanes::MassSums& part = mine[particle];
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
  void SetCenters(const std::vector<vtkIdType>& counts, const std::vector<double>& sums)
  {
    const bool given = this->Self->CenterMode == POINT;
    vtkIdType atBorder = 0;
    vtkIdType withoutWeight = 0;
    int withoutCenter = 0;
    for (std::size_t i = 0; i < this->Results.Reference.Particles.size(); ++i)
    {
      paraxanes::MassSums total;
      total.Mass = sums[4 * i];
      total.Moment = { sums[4 * i + 1], sums[4 * i + 2], sums[4 * i + 3] };
      const double* point = this->Self->Center;
      this->Results.Reference.Centers.push_back(
        given ? Vector3{ point[0], point[1], point[2] } : total.Center(this->SourceGrid));
      withoutCenter += given || total.Mass > 0.0 ? 0 : 1;
      this->Results.ValidVoxels.push_back(counts[3 * i]);
      atBorder += counts[3 * i + 1];
      withoutWeight += counts[3 * i + 2];
    }
    if (given)
    {
      this->Results.CenterSource = "given point";
    }
    else if (this->Self->CenterMode == WEIGHTED)
    {
      this->Results.CenterSource += Text(", weighted by ", this->WeightArray());
    }
    this->WarnAboutParticles(atBorder, withoutWeight, withoutCenter);
  }

  void Warn(const std::string& text) const
  {
    if (this->Together.IsRoot())
    {
      vtkWarningWithObjectMacro(this->Self, << text);
    }
  }

  // The two inputs are images of one field; a map of something else gives a centre of something
  // else.
  void WarnAboutOtherField() const
  {
    for (int a = 0; this->Particles && a < 3; ++a)
    {
      const auto end = [&](const VoxelGrid& grid, int side)
      { return grid.Position(a, grid.Whole[2 * a + side]); };
      const double tolerance = 1.01 * this->Grid.Spacing[a];
      if (end(this->Grid, 0) < end(this->SourceGrid, 0) - tolerance ||
        end(this->Grid, 1) > end(this->SourceGrid, 1) + tolerance)
      {
        this->Warn(Text("The vectors reach from ", end(this->Grid, 0), " to ", end(this->Grid, 1),
          " um along ", "xyz"[a], ", and ParticleInput only from ", end(this->SourceGrid, 0),
          " to ", end(this->SourceGrid, 1),
          " um: it seems to be another field, and the centre with it."));
        return;
      }
    }
  }

  void WarnAboutParticles(vtkIdType atBorder, vtkIdType withoutWeight, int withoutCenter) const
  {
    // Of pure noise 0.05 % passes for valid; a particle that is cut off makes far more.
    const auto border = static_cast<double>(paraxanes::VoxelsAtBorder(this->SourceGrid));
    if (static_cast<double>(atBorder) > 0.002 * border)
    {
      this->Warn(Text(atBorder,
        " valid voxels lie at the border of the field: a particle is cut "
        "off, and its centre is not that of the whole particle."));
    }
    if (withoutWeight > 0 && this->Self->CenterMode == WEIGHTED)
    {
      this->Warn(Text(withoutWeight,
        " valid voxels have a weight that is negative or not finite; "
        "they are left out of the centre."));
    }
    if (withoutCenter > 0)
    {
      this->Warn(Text(withoutCenter, " of ", this->Results.Reference.Particles.size(),
        " particles have no centre (no valid voxel, or no weight): they have no theta."));
    }
    this->WarnAboutOtherField();
    this->WarnAboutSeveralPieces();
  }

  void WarnAboutSeveralPieces() const
  {
    if (this->Together.Size() > 1 || !this->Masses.Validity || this->Masses.Labels)
    {
      return;
    }
    const int* size = this->Source->GetDimensions();
    const std::vector<std::int64_t> pieces = paraxanes::LabelPieces(
      this->Masses.Validity, { size[0], size[1], size[2] }, 1, false, nullptr);
    std::size_t large = 0;
    while (large < pieces.size() && pieces[large] >= pieces.front() / 10.0)
    {
      ++large;
    }
    if (large > 1)
    {
      this->Warn(Text("The valid voxels form ", large, " large pieces (the two largest have ",
        pieces[0], " and ", pieces[1],
        " voxels), and they share one centre. Where they are several particles, apply Particle "
        "Labels and choose LabelArray."));
    }
  }

  bool FindAngles()
  {
    paraxanes::AngleHistograms mine;
    const auto slab = [&](std::int64_t first, std::int64_t last)
    {
      this->WithGradient(
        [&](const auto* gradient)
        {
          const paraxanes::AngleHistograms part = paraxanes::ComputeAngles(gradient,
            this->LabelsOfVectors(), this->Grid, this->Results.Reference, this->Self->NumberOfBins,
            first, last, this->Theta->GetPointer(0));
          for (const auto& entry : part)
          {
            mine.emplace(entry.first, this->Self->NumberOfBins).first->second.Add(entry.second);
          }
        });
    };
    return this->ForSlabs(0.1, 0.6, slab) && this->ReduceAngles(mine);
  }

  bool ReduceAngles(const paraxanes::AngleHistograms& mine)
  {
    std::vector<vtkIdType> counts;
    std::vector<double> sums;
    const std::size_t bins = static_cast<std::size_t>(this->Self->NumberOfBins);
    const bool ok = this->Step(
      [&]
      {
        const AngleHistogram none(this->Self->NumberOfBins);
        for (std::size_t i = 0; i < this->Results.Reference.Particles.size(); ++i)
        {
          const auto found = mine.find(static_cast<int>(i));
          const AngleHistogram& part = found == mine.end() ? none : found->second;
          counts.insert(counts.end(), part.Counts.begin(), part.Counts.end());
          counts.push_back(part.CountAcross);
          sums.insert(sums.end(), part.Sizes.begin(), part.Sizes.end());
          sums.insert(sums.end(), { part.SizesAcross, part.SumOfSquaredCosines });
        }
      });
    if (!ok)
    {
      return false;
    }
    this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
    this->Together.Sum(sums.data(), static_cast<vtkIdType>(sums.size()));
    this->Results.AllAngles = AngleHistogram(this->Self->NumberOfBins);
    for (std::size_t i = 0; i < this->Results.Reference.Particles.size(); ++i)
    {
      AngleHistogram total(this->Self->NumberOfBins);
      const auto* count = counts.data() + i * (bins + 1);
      const auto* sum = sums.data() + i * (bins + 2);
      std::copy_n(count, bins, total.Counts.begin());
      std::copy_n(sum, bins, total.Sizes.begin());
      total.CountAcross = count[bins];
      total.SizesAcross = sum[bins];
      total.SumOfSquaredCosines = sum[bins + 1];
      this->Results.Angles.push_back(total);
      this->Results.AllAngles.Add(total);
    }
    this->NumberOfVectors = this->Results.AllAngles.NumberOfVectors();
    if (this->NumberOfVectors == 0)
    {
      this->Warn("There is no vector with a theta: the gradient is nowhere finite and other than "
                 "zero inside a particle. The tables have counts of 0.");
    }
    return true;
  }

  // The exact 99.9 percentile over all ranks: its upper 16 bits first, then the lower ones.
  bool FindSizeRange()
  {
    this->Results.Bins.Number = this->Self->NumberOfSizeBins;
    this->Results.Bins.Low = this->Self->SizeRange[0];
    this->Results.Bins.High = this->Self->SizeRange[1];
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
    paraxanes::SizeHistograms mine;
    const auto slab = [&](std::int64_t first, std::int64_t last)
    {
      this->WithGradient(
        [&](const auto* gradient)
        {
          const paraxanes::SizeHistograms part = paraxanes::CountSizes(gradient,
            this->LabelsOfVectors(), this->Theta->GetPointer(0), this->Grid,
            this->Results.Reference, this->Results.Bins, this->Self->FoldAngles, first, last);
          for (const auto& entry : part)
          {
            mine.emplace(entry.first, this->Results.Bins.Number).first->second.Add(entry.second);
          }
        });
    };
    return this->ForSlabs(0.8, 0.95, slab) && this->ReduceSizes(mine);
  }

  bool ReduceSizes(const paraxanes::SizeHistograms& mine)
  {
    std::vector<vtkIdType> counts;
    const bool ok = this->Step(
      [&]
      {
        const SizeHistogram none(this->Results.Bins.Number);
        for (std::size_t i = 0; i < this->Results.Reference.Particles.size(); ++i)
        {
          const auto found = mine.find(static_cast<int>(i));
          const SizeHistogram& part = found == mine.end() ? none : found->second;
          counts.insert(counts.end(), part.Counts.begin(), part.Counts.end());
          counts.push_back(part.CountOutside);
        }
      });
    if (!ok)
    {
      return false;
    }
    this->Together.Sum(counts.data(), static_cast<vtkIdType>(counts.size()));
    this->Results.AllSizes = SizeHistogram(this->Results.Bins.Number);
    for (std::size_t i = 0; i < this->Results.Reference.Particles.size(); ++i)
    {
      SizeHistogram total(this->Results.Bins.Number);
      const vtkIdType* count = counts.data() + i * (total.Counts.size() + 1);
      std::copy_n(count, total.Counts.size(), total.Counts.begin());
      total.CountOutside = count[total.Counts.size()];
      this->Results.Sizes.push_back(total);
      this->Results.AllSizes.Add(total);
    }
    return true;
  }

  void WriteProvenance(vtkDataObject* data) const
  {
    const vtkRadialAngleHistogram* self = this->Self;
    const char* const planes[4] = { "Volume", "YZ", "XZ", "XY" };
    const char* const modes[3] = { "Centroid", "Weighted", "Point" };
    paraxanes::SetField(
      data, "theta_gradient_array", this->Gradient ? this->Gradient->GetName() : "");
    paraxanes::SetField(data, "theta_plane", planes[this->Results.Reference.Normal + 1]);
    paraxanes::SetField(data, "theta_center_mode", modes[self->CenterMode]);
    paraxanes::SetField(data, "theta_center_source", this->Results.CenterSource);
    if (this->HasLabels())
    {
      paraxanes::SetField(data, "theta_label_array", this->LabelArray());
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
    this->Results.PerParticle = this->HasLabels();
    this->Results.OneCenter =
      this->Results.Reference.Particles.size() == 1 || this->Self->CenterMode == POINT;
    paraxanes::WriteAngleTable(this->Results, this->AngleTable);
    paraxanes::WriteSizeTable(this->Results, this->SizeTable);
    paraxanes::WriteSummaryTable(this->Results, this->SummaryTable);
    for (vtkTable* table : { this->AngleTable, this->SizeTable, this->SummaryTable })
    {
      this->WriteProvenance(table);
    }
  }

  vtkRadialAngleHistogram* Self;
  paraxanes::Ranks Together;
  vtkInformation* InInfo;
  vtkInformation* ParticleInfo; // null without ParticleInput
  vtkImageData* Input;
  vtkImageData* Particles; // null without ParticleInput
  vtkImageData* Output;
  vtkTable* AngleTable;
  vtkTable* SizeTable;
  vtkTable* SummaryTable;

  VoxelGrid Grid;
  vtkDataArray* Gradient = nullptr;     // null on a rank without points
  Values<double> DoubleGradient;        // unless it is float32
  Values<std::int32_t> LabelValues;     // of the vectors
  vtkSmartPointer<vtkFloatArray> Theta; // null on a rank without points
  int Normal = -1;

  vtkImageData* Source = nullptr; // where the centres come from
  VoxelGrid SourceGrid;
  paraxanes::VoxelMasses Masses;
  Values<std::int32_t> SourceLabels;
  Values<float> Weights;
  Values<std::uint8_t> Validity;
  Values<std::uint32_t> BlockCounts;
  Values<double> BlockCentroids;
  std::vector<std::uint8_t> GradientValidity;

  paraxanes::AngleResults Results;
  std::int64_t NumberOfVectors = 0;
};

vtkRadialAngleHistogram::vtkRadialAngleHistogram()
{
  this->SetNumberOfInputPorts(2);
  this->SetNumberOfOutputPorts(4);
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
}
