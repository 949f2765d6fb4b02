// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkVoxelBin.h"

#include "BlockMean.h"
#include "EnergyStack.h"
#include "ErrorArrays.h"
#include "ImagePieces.h"
#include "NewArray.h"
#include "Parallel.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkArrayDispatch.h>
#include <vtkDataArraySelection.h>
#include <vtkDataSetAttributes.h>
#include <vtkDoubleArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnsignedIntArray.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkVoxelBin);

namespace
{

using paraxanes::Extent;
using Pipeline = vtkStreamingDemandDrivenPipeline;

// Says whether to go on, from the fraction that is done.
using StepFunction = std::function<bool(double)>;

// Between slabs progress is told and abort is heard; each costs a meeting of all threads.
constexpr double ValuesOfSlab = 1e7;
constexpr double FewestSlabs = 32;
constexpr std::int64_t VoxelsOfPart = 8192; // that a thread takes at once
constexpr const char* Validity = "validity";
constexpr const char* BlockCount = "block_count";
constexpr const char* BlockCentroid = "block_centroid";

int FloorDivide(int a, int b)
{
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

int CeilDivide(int a, int b)
{
  return -FloorDivide(-a, b);
}

// Which voxels of the input's whole extent form which points of the output's. Blocks begin at the
// first voxel; block index floor(first / n) keeps indices and origin as they are for first = 0.
struct Blocks
{
  Extent InputWhole;
  int Factor[3];
  Extent OutputWhole;

  Blocks(const Extent& whole, const int blockSize[3])
    : InputWhole(whole)
    , OutputWhole(whole)
  {
    for (int a = 0; a < 3; ++a)
    {
      const int first = whole[2 * a];
      const int voxels = whole[2 * a + 1] - first + 1;
      this->Factor[a] = voxels <= 1 ? 1 : blockSize[a];
      this->OutputWhole[2 * a] = FloorDivide(first, this->Factor[a]);
      this->OutputWhole[2 * a + 1] = this->OutputWhole[2 * a] + voxels / this->Factor[a] - 1;
    }
  }

  int LargestFactor() const { return *std::max_element(this->Factor, this->Factor + 3); }

  int FirstVoxel(int axis, int block) const
  {
    return this->InputWhole[2 * axis] + (block - this->OutputWhole[2 * axis]) * this->Factor[axis];
  }

  Extent Voxels(const Extent& blocks) const
  {
    if (paraxanes::IsEmpty(blocks))
    {
      return paraxanes::EmptyExtent;
    }
    Extent voxels;
    for (int a = 0; a < 3; ++a)
    {
      voxels[2 * a] = this->FirstVoxel(a, blocks[2 * a]);
      voxels[2 * a + 1] = this->FirstVoxel(a, blocks[2 * a + 1] + 1) - 1;
    }
    return voxels;
  }

  // Blocks that begin in the owned voxels; those after the last beginning go to its owner.
  Extent Owned(const Extent& voxels) const
  {
    if (paraxanes::IsEmpty(voxels))
    {
      return paraxanes::EmptyExtent;
    }
    Extent owned;
    for (int a = 0; a < 3; ++a)
    {
      const int first = this->InputWhole[2 * a];
      const int start = this->OutputWhole[2 * a];
      const int last = this->OutputWhole[2 * a + 1];
      const int next = CeilDivide(voxels[2 * a + 1] + 1 - first, this->Factor[a]);
      owned[2 * a] = start + CeilDivide(voxels[2 * a] - first, this->Factor[a]);
      owned[2 * a + 1] =
        voxels[2 * a + 1] == this->InputWhole[2 * a + 1] ? last : std::min(start + next - 1, last);
    }
    return paraxanes::IsEmpty(owned) ? paraxanes::EmptyExtent : owned;
  }

  // With the plane that neighbouring pieces share.
  Extent Piece(const Extent& owned) const
  {
    Extent piece = owned;
    for (int i = 1; i < 6 && !paraxanes::IsEmpty(owned); i += 2)
    {
      piece[i] = std::min(piece[i] + 1, this->OutputWhole[i]);
    }
    return piece;
  }
};

Blocks MakeBlocks(vtkInformation* inInfo, const int blockSize[3])
{
  return Blocks(paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT())), blockSize);
}

// Some rows of blocks whose mask and counts are known.
struct Part
{
  const paraxanes::BlockGrid& Grid;
  std::int64_t First; // block
  const unsigned char* Mask;
  const std::uint32_t* Counts; // of the part
};
using PartFunction = std::function<void(const Part&)>;

// Takes out of a mask what is not finite in an array.
using MaskFunction = std::function<void(const paraxanes::BlockGrid&, unsigned char*)>;

struct MaskWorker
{
  MaskFunction Function;

  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* array)
  {
    if constexpr (std::is_floating_point<T>::value)
    {
      this->Function = [values = array->GetPointer(0), components = array->GetNumberOfComponents()](
                         const paraxanes::BlockGrid& grid, unsigned char* mask)
      { paraxanes::MaskFinite(grid, values, components, mask); };
    }
  }
};

// Makes the output of an array, and what fills a part of it.
struct BinWorker
{
  vtkIdType Blocks;
  std::int64_t Required;
  std::string Name;
  bool IsError;
  vtkSmartPointer<vtkDataArray> Output;
  PartFunction Function;

  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* array)
  {
    const int components = array->GetNumberOfComponents();
    const T* values = array->GetPointer(0);
    const std::int64_t required = this->Required;
    if constexpr (std::is_integral<T>::value)
    {
      if (components == 1)
      {
        T* modes = this->Allocate<T>(1);
        this->Function = [=](const Part& part)
        { paraxanes::BlockModes(part.Grid, part.Mask, values, modes + part.First); };
        return;
      }
    }
    auto* means = this->Allocate<paraxanes::MeanType<T>>(components);
    if constexpr (std::is_floating_point<T>::value)
    {
      if (components == 1 && this->IsError)
      {
        this->Function = [=](const Part& part)
        {
          paraxanes::BlockErrors(
            part.Grid, part.Mask, part.Counts, required, values, means + part.First);
        };
        return;
      }
    }
    this->Function = [=](const Part& part)
    {
      paraxanes::BlockMeans(part.Grid, part.Mask, part.Counts, required, values, components,
        means + part.First * components);
    };
  }

  template <typename T>
  T* Allocate(int components)
  {
    this->Output.TakeReference(vtkDataArray::CreateDataArray(vtkTypeTraits<T>::VTK_TYPE_ID));
    auto* array = vtkAOSDataArrayTemplate<T>::FastDownCast(this->Output);
    paraxanes::AllocateArray(array, this->Name, this->Blocks, components);
    return array->GetPointer(0);
  }
};

// The arrays of one image. All of them are binned part by part, so that mask and values come from
// memory once.
class Binning
{
public:
  Binning(vtkImageData* input, vtkImageData* output, const Blocks& blocks, double fraction)
    : Input(input->GetPointData())
    , Output(output->GetPointData())
    , InputCodes(paraxanes::ValidityCodes(input))
  {
    const Extent from = paraxanes::MakeExtent(input->GetExtent());
    const Extent to = paraxanes::MakeExtent(output->GetExtent());
    for (std::size_t a = 0; a < 3; ++a)
    {
      const int axis = static_cast<int>(a);
      this->Grid.Size[a] = from[2 * a + 1] - from[2 * a] + 1;
      this->Grid.First[a] = blocks.FirstVoxel(axis, to[2 * a]) - from[2 * a];
      this->Grid.Factor[a] = blocks.Factor[a];
      this->Grid.Blocks[a] = to[2 * a + 1] - to[2 * a] + 1;
      this->Positions.First[a] = from[2 * a];
      this->Positions.Origin[a] = input->GetOrigin()[a];
      this->Positions.Spacing[a] = input->GetSpacing()[a];
    }
    this->Required = paraxanes::RequiredVoxels(fraction, this->Grid.VoxelsPerBlock());
    this->AddValidity();
    this->AddMoments();
  }

  void Add(vtkDataArray* given)
  {
    vtkSmartPointer<vtkDataArray> array = given;
    BinWorker bin{ this->Grid.NumberOfBlocks(), this->Required, array->GetName(),
      paraxanes::IsError(this->Input, array->GetName()), {}, {} };
    if (!vtkArrayDispatch::Dispatch::Execute(array, bin))
    {
      // Contiguous, as the kernels read it.
      array.TakeReference(vtkDataArray::CreateDataArray(given->GetDataType()));
      array->DeepCopy(given);
      if (!vtkArrayDispatch::Dispatch::Execute(array, bin))
      {
        return; // of bits
      }
    }
    this->Arrays.push_back(array);
    MaskWorker mask;
    vtkArrayDispatch::Dispatch::Execute(array, mask);
    const bool isFloating = static_cast<bool>(mask.Function);
    if (isFloating && array->GetNumberOfComponents() > 1)
    {
      this->Vectors.push_back({ mask.Function, bin.Function });
    }
    else
    {
      // One mask for all. A voxel counts whether its error is known or not.
      if (isFloating && !bin.IsError)
      {
        this->Masks.push_back(mask.Function);
      }
      this->Functions.push_back(bin.Function);
    }
    this->ValuesPerVoxel += array->GetNumberOfComponents();
    for (int c = 0; c < array->GetNumberOfComponents(); ++c)
    {
      if (const char* name = given->GetComponentName(c))
      {
        bin.Output->SetComponentName(c, name);
      }
    }
    this->Output->AddArray(bin.Output);
    if (given == this->Input->GetScalars())
    {
      this->Output->SetActiveScalars(array->GetName());
    }
  }

  // False when `step` said to stop.
  bool Run(const StepFunction& step)
  {
    const auto voxels = static_cast<std::size_t>(this->Grid.NumberOfVoxels());
    const std::unique_ptr<unsigned char[]> mask(new unsigned char[voxels]);
    const std::unique_ptr<unsigned char[]> maskOfVectors(
      this->Vectors.empty() ? nullptr : new unsigned char[voxels]);
    const double values = static_cast<double>(voxels) * this->ValuesPerVoxel;
    const auto wanted = static_cast<std::int64_t>(std::fmax(FewestSlabs, values / ValuesOfSlab));
    const std::int64_t rows = this->Grid.Blocks[1];
    const std::int64_t voxelsOfRow = this->Grid.Blocks[0] * this->Grid.VoxelsPerBlock();
    const std::int64_t rowsOfPart = std::max<std::int64_t>(1, VoxelsOfPart / voxelsOfRow);
    const std::int64_t partsOfLayer = (rows + rowsOfPart - 1) / rowsOfPart;
    const std::int64_t parts = partsOfLayer * this->Grid.Blocks[2];
    const std::int64_t slabs = std::min(parts, wanted);
    const auto bin = [&](std::int64_t part)
    {
      const std::int64_t first = part % partsOfLayer * rowsOfPart;
      this->BinRows(part / partsOfLayer, first, std::min(first + rowsOfPart, rows), mask.get(),
        maskOfVectors.get());
    };
    for (std::int64_t i = 0; i < slabs; ++i)
    {
      paraxanes::ParallelFor(parts * i / slabs, parts * (i + 1) / slabs, 1,
        [&](std::int64_t part, std::int64_t) { bin(part); });
      if (!step(static_cast<double>(i + 1) / static_cast<double>(slabs)))
      {
        return false;
      }
    }
    return true;
  }

private:
  struct VectorFunctions
  {
    MaskFunction Mask;
    PartFunction Bin;
  };

  // Rows [first, last) of a layer of blocks.
  void BinRows(std::int64_t layer, std::int64_t first, std::int64_t last, unsigned char* mask,
    unsigned char* maskOfVectors) const
  {
    const paraxanes::BlockGrid grid = this->Grid.OfRows(layer, first, last);
    std::vector<std::uint32_t> counts(static_cast<std::size_t>(grid.NumberOfBlocks()));
    const Part part = { grid, (layer * this->Grid.Blocks[1] + first) * grid.Blocks[0], mask,
      counts.data() };
    paraxanes::MaskAll(grid, mask);
    if (this->InputCodes)
    {
      paraxanes::MaskCodes(grid, this->InputCodes->GetPointer(0), mask);
    }
    for (const MaskFunction& finite : this->Masks)
    {
      finite(grid, mask);
    }
    paraxanes::CountBlocks(grid, mask, counts.data());
    for (const PartFunction& function : this->Functions)
    {
      function(part);
    }
    for (const VectorFunctions& vectors : this->Vectors)
    {
      paraxanes::CopyMask(grid, mask, maskOfVectors);
      vectors.Mask(grid, maskOfVectors);
      paraxanes::CountBlocks(grid, maskOfVectors, counts.data());
      vectors.Bin({ grid, part.First, maskOfVectors, counts.data() });
    }
  }

  void AddValidity()
  {
    const auto validity =
      paraxanes::NewArray<vtkUnsignedCharArray>(Validity, this->Grid.NumberOfBlocks());
    const unsigned char* from = this->InputCodes ? this->InputCodes->GetPointer(0) : nullptr;
    unsigned char* to = validity->GetPointer(0);
    this->Functions.push_back([from, to, required = this->Required](const Part& part)
      { paraxanes::BlockCodes(part.Grid, part.Counts, required, from, to + part.First); });
    this->Output->AddArray(validity);
  }

  void AddMoments()
  {
    const vtkIdType blocks = this->Grid.NumberOfBlocks();
    const auto counts = paraxanes::NewArray<vtkUnsignedIntArray>(BlockCount, blocks);
    const auto centroids = paraxanes::NewArray<vtkDoubleArray>(BlockCentroid, blocks, 3);
    std::uint32_t* count = counts->GetPointer(0);
    double* centroid = centroids->GetPointer(0);
    auto* smaller = vtkUnsignedIntArray::FastDownCast(this->Input->GetArray(BlockCount));
    auto* smallerAt = vtkDoubleArray::FastDownCast(this->Input->GetArray(BlockCentroid));
    if (smaller && smallerAt && smallerAt->GetNumberOfComponents() == 3)
    {
      const std::uint32_t* from = smaller->GetPointer(0);
      const double* at = smallerAt->GetPointer(0);
      this->Functions.push_back(
        [=](const Part& part) {
          paraxanes::MergeBlocks(
            part.Grid, from, at, count + part.First, centroid + 3 * part.First);
        });
    }
    else
    {
      this->Functions.push_back(
        [count, centroid, positions = this->Positions](const Part& part)
        {
          std::copy_n(part.Counts, part.Grid.NumberOfBlocks(), count + part.First);
          paraxanes::BlockCentroids(
            part.Grid, part.Mask, part.Counts, positions, centroid + 3 * part.First);
        });
    }
    this->Output->AddArray(counts);
    this->Output->AddArray(centroids);
  }

  vtkPointData* Input;
  vtkPointData* Output;
  vtkSmartPointer<vtkUnsignedCharArray> InputCodes;
  paraxanes::BlockGrid Grid;
  paraxanes::VoxelPositions Positions;
  std::int64_t Required = 1;
  std::vector<vtkSmartPointer<vtkDataArray>> Arrays; // which the functions read
  std::vector<MaskFunction> Masks;
  std::vector<PartFunction> Functions;
  std::vector<VectorFunctions> Vectors; // each with a mask of its own
  double ValuesPerVoxel = 1.0;
};

// Those that are averaged or voted on; what has a meaning of its own is left out.
std::vector<vtkDataArray*> ArraysToBin(vtkPointData* points, vtkDataArraySelection* selection)
{
  std::vector<vtkDataArray*> arrays;
  for (int i = 0; i < points->GetNumberOfArrays(); ++i)
  {
    vtkDataArray* array = points->GetArray(i);
    const std::string name = array && array->GetName() ? array->GetName() : "";
    const bool special = name.empty() || name == Validity || name == BlockCount ||
      name == BlockCentroid || name == vtkDataSetAttributes::GhostArrayName();
    const bool chosen = selection->ArrayExists(name.c_str())
      ? selection->ArrayIsEnabled(name.c_str()) != 0
      : selection->GetNumberOfArraysEnabled() == 0;
    if (!special && chosen)
    {
      arrays.push_back(array);
    }
  }
  return arrays;
}

void SetProvenance(vtkImageData* output, const Blocks& blocks, double fraction)
{
  std::vector<double> size(blocks.Factor, blocks.Factor + 3);
  auto* before = vtkDataArray::SafeDownCast(output->GetFieldData()->GetAbstractArray("block_size"));
  for (std::size_t a = 0; a < 3 && before && before->GetNumberOfValues() == 3; ++a)
  {
    size[a] *= before->GetVariantValue(static_cast<vtkIdType>(a)).ToDouble();
  }
  paraxanes::SetField(output, "block_size", size);
  paraxanes::SetField(output, "minimum_valid_fraction", std::vector<double>{ fraction });
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
}

}

vtkVoxelBin::vtkVoxelBin() = default;

vtkVoxelBin::~vtkVoxelBin() = default;

vtkDataArraySelection* vtkVoxelBin::GetPointArraySelection()
{
  return this->PointArraySelection;
}

vtkMTimeType vtkVoxelBin::GetMTime()
{
  return std::max(this->Superclass::GetMTime(), this->PointArraySelection->GetMTime());
}

// Asked at every pass: after an error in one of them the executive goes on to the next.
bool vtkVoxelBin::CheckBlocks(vtkInformation* inInfo)
{
  const Extent whole = paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT()));
  for (int a = 0; a < 3; ++a)
  {
    const int voxels = std::max(1, whole[2 * a + 1] - whole[2 * a] + 1);
    if (this->BlockSize[a] < 1 || (voxels > 1 && this->BlockSize[a] > voxels))
    {
      vtkErrorMacro("BlockSize is " << this->BlockSize[0] << " x " << this->BlockSize[1] << " x "
                                    << this->BlockSize[2] << " voxels, and the image has "
                                    << whole[1] - whole[0] + 1 << " x " << whole[3] - whole[2] + 1
                                    << " x " << whole[5] - whole[4] + 1
                                    << ". Give sizes from 1 to those of the image.");
      return false;
    }
  }
  return true;
}

int vtkVoxelBin::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  std::string error;
  if (!this->CheckBlocks(inInfo))
  {
    return 0;
  }
  if (!paraxanes::CheckAxisAligned(inInfo, error))
  {
    vtkErrorMacro(<< error);
    return 0;
  }
  const Blocks blocks = MakeBlocks(inInfo, this->BlockSize);
  double origin[3] = { 0.0, 0.0, 0.0 };
  double spacing[3] = { 1.0, 1.0, 1.0 };
  inInfo->Has(vtkDataObject::ORIGIN()) ? inInfo->Get(vtkDataObject::ORIGIN(), origin) : void();
  inInfo->Has(vtkDataObject::SPACING()) ? inInfo->Get(vtkDataObject::SPACING(), spacing) : void();
  for (int a = 0; a < 3; ++a)
  {
    // Position of block 0, in voxels: 0 unless the first voxel is no multiple of the factor.
    const int first = blocks.FirstVoxel(a, 0);
    origin[a] += spacing[a] * (first + 0.5 * (blocks.Factor[a] - 1));
    spacing[a] *= blocks.Factor[a];
  }
  outInfo->Set(Pipeline::WHOLE_EXTENT(), blocks.OutputWhole.data(), 6);
  outInfo->Set(vtkDataObject::ORIGIN(), origin, 3);
  outInfo->Set(vtkDataObject::SPACING(), spacing, 3);
  return 1;
}

int vtkVoxelBin::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  if (!this->CheckBlocks(inInfo))
  {
    return 0;
  }
  const Blocks blocks = MakeBlocks(inInfo, this->BlockSize);
  const paraxanes::PieceRequest request(outInfo);
  if (request.Split())
  {
    const int ghosts = (2 + request.GhostLevels) * blocks.LargestFactor() - 2;
    inInfo->Set(Pipeline::UPDATE_EXTENT(), blocks.InputWhole.data(), 6);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), ghosts);
    return 1;
  }
  const Extent asked = paraxanes::MakeExtent(outInfo->Get(Pipeline::UPDATE_EXTENT()));
  inInfo->Set(Pipeline::UPDATE_EXTENT(), blocks.Voxels(asked).data(), 6);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  return 1;
}

int vtkVoxelBin::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  vtkImageData* input = vtkImageData::GetData(inInfo);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);
  paraxanes::ChooseNumberOfThreads(ranks);
  if (ranks.AnyStopped(this))
  {
    output->Initialize();
    return paraxanes::EndStopped(this);
  }
  const paraxanes::PieceRequest request(outInfo);
  if (!this->CheckBlocks(inInfo)) // the same on every rank
  {
    output->Initialize();
    return 0;
  }
  const Blocks blocks = MakeBlocks(inInfo, this->BlockSize);

  std::string error;
  Extent ownedVoxels;
  const auto work = [&](std::string& problem)
  {
    const Extent owned = blocks.Owned(ownedVoxels);
    const Extent piece = blocks.Piece(owned);
    const Extent extent = request.Split()
      ? paraxanes::Grow(piece, request.GhostLevels, blocks.OutputWhole)
      : paraxanes::MakeExtent(outInfo->Get(Pipeline::UPDATE_EXTENT()));
    if (!paraxanes::Contains(paraxanes::MakeExtent(input->GetExtent()), blocks.Voxels(extent)))
    {
      problem =
        "The input did not deliver all voxels that were asked for: it gives other pieces or fewer "
        "ghost layers. Run on one rank, or bin before the step that cuts the image.";
      return false;
    }
    const bool empty = paraxanes::IsEmpty(extent);
    paraxanes::SetExtent(output, empty ? paraxanes::EmptyExtent : extent);
    if (!empty && !this->BinArrays(input, output, inInfo))
    {
      return false; // stopped
    }
    if (request.Split())
    {
      paraxanes::MarkOwned(output, owned, piece, request.GhostLevels > 0);
    }
    return true;
  };
  if (paraxanes::FindOwnedExtent(
        input, paraxanes::PieceRequest(inInfo), ranks, ownedVoxels, error) &&
    ranks.AllDo(work, error))
  {
    return 1;
  }
  output->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

// False when the user stopped it.
bool vtkVoxelBin::BinArrays(vtkImageData* input, vtkImageData* output, vtkInformation* inInfo)
{
  const Blocks blocks = MakeBlocks(inInfo, this->BlockSize);
  const std::vector<vtkDataArray*> arrays =
    ArraysToBin(input->GetPointData(), this->PointArraySelection);
  Binning binning(input, output, blocks, this->MinimumValidFraction);
  std::for_each(arrays.begin(), arrays.end(), [&](vtkDataArray* array) { binning.Add(array); });
  const auto step = [&](double fraction)
  {
    this->UpdateProgress(fraction);
    return !this->CheckAbort();
  };
  if (!binning.Run(step))
  {
    return false;
  }
  paraxanes::StoreRanges(output);
  SetProvenance(output, blocks, this->MinimumValidFraction);
  return true;
}

void vtkVoxelBin::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "BlockSize: " << this->BlockSize[0] << " " << this->BlockSize[1] << " "
     << this->BlockSize[2] << "\n";
  os << indent << "MinimumValidFraction: " << this->MinimumValidFraction << "\n";
  os << indent << "PointArraySelection:\n";
  this->PointArraySelection->PrintSelf(os, indent.GetNextIndent());
}
