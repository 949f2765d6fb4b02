// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkEnergyStackWriter.h"

#include "EnergyStack.h"
#include "Formats/DataExchangeWriter.h"
#include "Formats/NewFile.h"
#include "ImagePieces.h"
#include "Ranks.h"
#include "StackSource.h"
#include "Threads.h"

#include "Deinterleave.h"
#include "Parallel.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkArrayDispatch.h>
#include <vtkDataArray.h>
#include <vtkErrorCode.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkStringArray.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

using Pipeline = vtkStreamingDemandDrivenPipeline;

namespace paraxanes
{

/// What a rank knows of the stack that is written.
struct StackToWrite
{
  vtkImageData* Image = nullptr;
  Extent Whole = EmptyExtent; ///< of the file
  Extent Owned = EmptyExtent; ///< by this rank
  std::vector<double> Energies;
  vtkDataArray* Array = nullptr; ///< null when the spectra are pulled
  StackSource* Source = nullptr; ///< where they are pulled from, else null
  std::string Name;
  SampleType Type;
  int FirstRank = 0; ///< the one that makes the file

  vtkIdType NumberOfEnergies() const { return static_cast<vtkIdType>(this->Energies.size()); }
  vtkIdType BytesOfSpectrum() const { return this->NumberOfEnergies() * this->Type.Bytes; }
};

namespace
{

constexpr double BytesOfSlab = 128.0 * 1048576;
constexpr double SlabsOfAStack = 50;   // steps of progress, and chances to stop
constexpr double SmallestSlab = 16384; // voxels
constexpr vtkIdType Grain = 4096;      // voxels of a block

template <typename T>
SampleType SampleTypeOf()
{
  SampleType type;
  type.Kind = std::is_floating_point_v<T> ? SampleKind::Real
    : std::is_signed_v<T>                 ? SampleKind::Signed
                                          : SampleKind::Unsigned;
  type.Bytes = static_cast<int>(sizeof(T));
  return type;
}

bool FindSampleType(vtkDataArray* array, SampleType& type)
{
  switch (array->GetDataType())
  {
    vtkTemplateMacro(type = SampleTypeOf<VTK_TT>(); return true);
    default:
      return false;
  }
}

// Voxels from the first of an energy's plane to that of the next: no multiple of a cache set.
vtkIdType PlaneStride(vtkIdType voxels)
{
  return voxels % 1024 == 0 ? voxels + 16 : voxels;
}

// The spectra of `box`, out of those of `extent`, to one plane per energy.
template <typename T>
void DeinterleaveBox(
  const T* spectra, const Extent& extent, const Extent& box, int energies, unsigned char* planes)
{
  auto* out = reinterpret_cast<T*>(planes);
  const vtkIdType width = box[1] - box[0] + 1;
  const vtkIdType height = box[3] - box[2] + 1;
  const vtkIdType rows = height * (box[5] - box[4] + 1);
  const vtkIdType stride = PlaneStride(NumberOfVoxels(box));
  ParallelFor(0, rows, std::max<vtkIdType>(1, Grain / width),
    [&](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t row = first; row < last; ++row)
      {
        const int y = box[2] + static_cast<int>(row % height);
        const int z = box[4] + static_cast<int>(row / height);
        Deinterleave(spectra + VoxelIndex(extent, box[0], y, z) * energies, energies, width,
          out + row * width, stride);
      }
    });
}

struct DeinterleaveArray
{
  template <typename T>
  void operator()(vtkAOSDataArrayTemplate<T>* array, const Extent& extent, const Extent& box,
    unsigned char* planes) const
  {
    DeinterleaveBox(array->GetPointer(0), extent, box, array->GetNumberOfComponents(), planes);
  }

  // Of another memory layout: by way of a copy.
  void operator()(
    vtkDataArray* array, const Extent& extent, const Extent& box, unsigned char* planes) const
  {
    const auto copy =
      vtkSmartPointer<vtkDataArray>::Take(vtkDataArray::CreateDataArray(array->GetDataType()));
    copy->SetNumberOfComponents(array->GetNumberOfComponents());
    copy->SetNumberOfTuples(NumberOfVoxels(box));
    const vtkIdType width = box[1] - box[0] + 1;
    vtkIdType to = 0;
    for (int z = box[4]; z <= box[5]; ++z)
    {
      for (int y = box[2]; y <= box[3]; ++y, to += width)
      {
        copy->InsertTuples(to, width, VoxelIndex(extent, box[0], y, z), array);
      }
    }
    if (!vtkArrayDispatch::Dispatch::Execute(copy, *this, box, box, planes))
    {
      throw std::runtime_error(
        "Arrays of class " + std::string(array->GetClassName()) + " cannot be written.");
    }
  }
};

// One plane for each energy over `box`, which may be empty.
class Planes
{
public:
  explicit Planes(const StackToWrite& stack)
    : Stack(stack)
  {
  }

  bool Fill(const Extent& box, const StackSource::ProgressFunction& progress, std::string& error)
  {
    const vtkIdType voxels = NumberOfVoxels(box);
    this->Bytes.resize(
      static_cast<std::size_t>(PlaneStride(voxels) * this->Stack.BytesOfSpectrum()));
    if (voxels == 0)
    {
      return true;
    }
    const auto energies = static_cast<int>(this->Stack.NumberOfEnergies());
    if (this->Stack.Source)
    {
      this->Pulled.resize(static_cast<std::size_t>(voxels * energies));
      if (!this->Stack.Source->ReadBox(
            box.data(), this->Stack.Energies, this->Pulled.data(), progress, error))
      {
        return false;
      }
      DeinterleaveBox(this->Pulled.data(), box, box, energies, this->Bytes.data());
      return true;
    }
    const Extent extent = MakeExtent(this->Stack.Image->GetExtent());
    const DeinterleaveArray worker;
    if (!vtkArrayDispatch::Dispatch::Execute(
          this->Stack.Array, worker, extent, box, this->Bytes.data()))
    {
      worker(this->Stack.Array, extent, box, this->Bytes.data());
    }
    return true;
  }

  std::vector<unsigned char> Bytes; ///< plane k begins at k * PlaneStride(voxels of the box)

private:
  const StackToWrite& Stack;
  std::vector<float> Pulled;
};

// Calls run(voxel of `inner`, voxel of `outer`, count) for voxels that follow one another in both.
template <typename Run>
void ForEachRun(const Extent& inner, const Extent& outer, Run run)
{
  const bool wholeRows = inner[0] == outer[0] && inner[1] == outer[1];
  const bool wholeSlices = wholeRows && inner[2] == outer[2] && inner[3] == outer[3];
  const vtkIdType width = inner[1] - inner[0] + 1;
  const vtkIdType height = inner[3] - inner[2] + 1;
  const int rows = wholeRows ? static_cast<int>(height) : 1;
  const vtkIdType count = wholeSlices ? NumberOfVoxels(inner) : width * rows;
  for (int z = inner[4]; z <= inner[5]; ++z)
  {
    for (int y = inner[2]; y <= inner[3]; y += rows)
    {
      run(VoxelIndex(inner, inner[0], y, z), VoxelIndex(outer, inner[0], y, z), count);
    }
    if (wholeSlices)
    {
      return;
    }
  }
}

// All field data but what has a place of its own in the file.
void AddFields(vtkFieldData* fields, ExchangeStack& stack)
{
  for (int i = 0; i < fields->GetNumberOfArrays(); ++i)
  {
    vtkAbstractArray* array = fields->GetAbstractArray(i);
    const std::string name = array->GetName() ? array->GetName() : "";
    if (name.empty() || name == "energy" || name == "shown_energy")
    {
      continue;
    }
    if (auto* numbers = vtkDataArray::SafeDownCast(array))
    {
      std::vector<double> values;
      for (vtkIdType t = 0; t < numbers->GetNumberOfTuples(); ++t)
      {
        for (int c = 0; c < numbers->GetNumberOfComponents(); ++c)
        {
          values.push_back(numbers->GetComponent(t, c));
        }
      }
      stack.Numbers.emplace_back(name, values);
    }
    else if (auto* texts = vtkStringArray::SafeDownCast(array))
    {
      std::vector<std::string> values;
      for (vtkIdType t = 0; t < texts->GetNumberOfValues(); ++t)
      {
        values.push_back(texts->GetValue(t));
      }
      stack.Texts.emplace_back(name, values);
    }
  }
}

ExchangeStack Describe(const StackToWrite& stack)
{
  ExchangeStack exchange;
  exchange.Type = stack.Type;
  exchange.Energies = stack.Energies;
  exchange.Name = stack.Name;
  exchange.Unit = GetField(stack.Image, "absorbance_unit");
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const int first = stack.Whole[2 * axis];
    exchange.Voxels[axis] = std::int64_t{ stack.Whole[2 * axis + 1] } - first + 1;
    exchange.Spacing[axis] = stack.Image->GetSpacing()[axis];
    exchange.Origin[axis] =
      stack.Image->GetOrigin()[axis] + first * stack.Image->GetSpacing()[axis];
  }
  AddFields(stack.Image->GetFieldData(), exchange);
  return exchange;
}

}
}

using paraxanes::Extent;

vtkStandardNewMacro(vtkEnergyStackWriter);

vtkEnergyStackWriter::vtkEnergyStackWriter() = default;
vtkEnergyStackWriter::~vtkEnergyStackWriter() = default;

int vtkEnergyStackWriter::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  return 1;
}

vtkTypeBool vtkEnergyStackWriter::ProcessRequest(
  vtkInformation* request, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  if (request->Has(Pipeline::REQUEST_UPDATE_EXTENT()))
  {
    vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
    inInfo->Set(Pipeline::UPDATE_PIECE_NUMBER(), this->Piece);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), this->NumberOfPieces);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
    return 1;
  }
  if (request->Has(vtkDemandDrivenPipeline::REQUEST_DATA()))
  {
    this->InputArrived = true; // a rank that is never asked must not be missing when all write
    return 1;
  }
  return this->Superclass::ProcessRequest(request, inputVector, outputVector);
}

int vtkEnergyStackWriter::Write()
{
  this->SetErrorCode(vtkErrorCode::NoError);
  this->InputArrived = false;
  if (this->GetNumberOfInputConnections(0) > 0)
  {
    this->Modified(); // the file is written again, even if nothing has changed
    this->UpdateWholeExtent();
  }
  this->WriteData();
  return this->GetErrorCode() == vtkErrorCode::NoError ? 1 : 0;
}

void vtkEnergyStackWriter::WriteData()
{
  vtkNew<vtkInformation> pieces;
  pieces->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), this->NumberOfPieces);
  const paraxanes::Ranks ranks(pieces);
  paraxanes::ChooseNumberOfThreads(ranks);

  std::string error;
  if (this->WriteStack(ranks, error))
  {
    this->UpdateProgress(1.0);
    return;
  }
  this->SetErrorCode(vtkErrorCode::UnknownError);
  if (!error.empty())
  {
    vtkErrorMacro(<< error);
  }
}

bool vtkEnergyStackWriter::Step(double fraction)
{
  this->UpdateProgress(fraction);
  return !this->CheckAbort();
}

bool vtkEnergyStackWriter::FindStack(paraxanes::StackToWrite& stack, std::string& error)
{
  paraxanes::FoundStack found;
  const std::string chosen = this->DataArray == "None" ? "" : this->DataArray;
  if (!paraxanes::FindStack(stack.Image, chosen, "absorbance", found, error))
  {
    return false;
  }
  stack.Energies = found.Energies;
  stack.Name = found.Array->GetName() ? found.Array->GetName() : "absorbance";
  if (found.IsShown)
  {
    stack.Source = paraxanes::UpstreamSourceOfOneEnergy(this);
    stack.Type = paraxanes::SampleTypeOf<float>();
    return paraxanes::FindEnergiesToPull(stack.Source, true, stack.Energies, error);
  }
  stack.Array = found.Array;
  if (!paraxanes::FindSampleType(stack.Array, stack.Type))
  {
    error = "Array \"" + stack.Name + "\" holds no numbers that can be written (" +
      stack.Array->GetClassName() + ").";
  }
  return error.empty();
}

bool vtkEnergyStackWriter::WriteStack(const paraxanes::Ranks& ranks, std::string& error)
{
  paraxanes::StackToWrite stack;
  const auto find = [&](std::string& problem)
  {
    if (this->FileName.empty())
    {
      problem = "There is no file name.";
      return false;
    }
    stack.Image = vtkImageData::SafeDownCast(this->GetInput());
    if (!this->InputArrived || !stack.Image)
    {
      problem = "There is no input to write to \"" + this->FileName +
        "\": connect an energy stack, and see whether its source reports an error.";
      return false;
    }
    return paraxanes::CheckAxisAligned(this->GetInputInformation(0, 0), problem) &&
      (stack.Image->GetNumberOfPoints() == 0 || this->FindStack(stack, problem));
  };
  if (!ranks.AllDo(find, error))
  {
    return false;
  }

  const paraxanes::PieceRequest request(this->GetInputInformation(0, 0));
  if (!paraxanes::FindOwnedExtent(stack.Image, request, ranks, stack.Owned, error))
  {
    return false;
  }
  stack.Whole = ranks.Size() > 1 ? request.Whole : stack.Owned;
  const std::vector<vtkIdType> owned = ranks.Gather(paraxanes::NumberOfVoxels(stack.Owned));
  const auto first =
    std::find_if(owned.begin(), owned.end(), [](vtkIdType voxels) { return voxels > 0; });
  if (first == owned.end())
  {
    error = "There is nothing to write to \"" + this->FileName + "\": the image is empty.";
    return false;
  }
  stack.FirstRank = static_cast<int>(first - owned.begin());

  // What a rank without a part cannot know, it is told.
  const bool mine = ranks.Rank() == stack.FirstRank;
  const auto told = [&](vtkIdType number) { return ranks.Sum(mine ? number : vtkIdType{ 0 }); };
  const vtkIdType energies = told(stack.NumberOfEnergies());
  const vtkIdType bytes = told(stack.Type.Bytes);
  const bool same = paraxanes::IsEmpty(stack.Owned) ||
    (stack.NumberOfEnergies() == energies && stack.Type.Bytes == bytes);
  if (!ranks.All(same))
  {
    error = "The ranks do not have the same stack: their energies or types differ.";
    return false;
  }
  stack.Energies.resize(static_cast<std::size_t>(energies));
  stack.Type.Bytes = static_cast<int>(bytes);
  return this->CompressionLevel > 0 ? this->WriteCompressed(stack, ranks, error)
                                    : this->WriteBlock(stack, ranks, error);
}

// The first rank makes the file with its description, and each writes its samples into it.
bool vtkEnergyStackWriter::WriteBlock(
  const paraxanes::StackToWrite& stack, const paraxanes::Ranks& ranks, std::string& error)
{
  const bool first = ranks.Rank() == stack.FirstRank;
  std::unique_ptr<paraxanes::NewFile> file;
  vtkIdType token = 0;
  vtkIdType offset = 0;
  const auto create = [&](std::string&)
  {
    if (first)
    {
      file = std::make_unique<paraxanes::NewFile>(this->FileName);
      paraxanes::DataExchangeWriter writer(*file, paraxanes::Describe(stack), 0);
      writer.Close();
      file->Reserve(file->Size());
      token = file->Token();
      offset = writer.DataOffset();
    }
    return true;
  };
  if (!ranks.AllDo(create, error))
  {
    return false;
  }
  token = ranks.Sum(token);
  offset = ranks.Sum(offset);
  const auto open = [&](std::string&)
  {
    if (!first && !paraxanes::IsEmpty(stack.Owned))
    {
      file = std::make_unique<paraxanes::NewFile>(this->FileName, token);
    }
    return true;
  };
  if (!ranks.AllDo(open, error))
  {
    return false;
  }

  const double most =
    paraxanes::BytesOfSlab / static_cast<double>(std::max<vtkIdType>(1, stack.BytesOfSpectrum()));
  const double some =
    static_cast<double>(paraxanes::NumberOfVoxels(stack.Owned)) / paraxanes::SlabsOfAStack;
  const std::vector<Extent> slabs =
    paraxanes::SlabsOf(stack.Owned, std::min(most, std::max(some, paraxanes::SmallestSlab)));
  const auto steps = static_cast<std::size_t>(ranks.Max(static_cast<double>(slabs.size())));
  paraxanes::Planes planes(stack);
  for (std::size_t i = 0; i < steps; ++i)
  {
    const auto step = [&](double fraction)
    { return this->Step((static_cast<double>(i) + fraction) / static_cast<double>(steps)); };
    const auto write = [&](std::string& problem)
    {
      if (i >= slabs.size())
      {
        return step(1.0);
      }
      const auto reading = [&](double fraction) { return step(0.6 * fraction); };
      if (!planes.Fill(slabs[i], reading, problem))
      {
        return false;
      }
      const vtkIdType voxels = paraxanes::NumberOfVoxels(stack.Whole);
      const vtkIdType stride = paraxanes::PlaneStride(paraxanes::NumberOfVoxels(slabs[i]));
      const vtkIdType bytes = stack.Type.Bytes;
      paraxanes::ParallelFor(0, stack.NumberOfEnergies(), 1,
        [&](std::int64_t begin, std::int64_t end)
        {
          for (std::int64_t k = begin; k < end; ++k)
          {
            paraxanes::ForEachRun(slabs[i], stack.Whole,
              [&](vtkIdType from, vtkIdType to, vtkIdType count)
              {
                file->Write(offset + (k * voxels + to) * bytes,
                  planes.Bytes.data() + (k * stride + from) * bytes, count * bytes);
              });
          }
        });
      return step(1.0);
    };
    if (!ranks.AllDo(write, error))
    {
      return false;
    }
  }
  const auto finish = [&](std::string&)
  {
    if (file)
    {
      file->Finish();
    }
    return true;
  };
  const auto commit = [&](std::string&)
  {
    if (first)
    {
      file->Commit();
    }
    return true;
  };
  return ranks.AllDo(finish, error) && ranks.AllDo(commit, error);
}

// Chunks know nothing of what a rank owns: all samples go to the first rank.
bool vtkEnergyStackWriter::WriteCompressed(
  const paraxanes::StackToWrite& stack, const paraxanes::Ranks& ranks, std::string& error)
{
  const bool first = ranks.Rank() == stack.FirstRank;
  std::unique_ptr<paraxanes::NewFile> file;
  std::unique_ptr<paraxanes::DataExchangeWriter> writer;
  vtkIdType chunkRows = 0;
  const auto create = [&](std::string&)
  {
    if (first)
    {
      file = std::make_unique<paraxanes::NewFile>(this->FileName);
      writer = std::make_unique<paraxanes::DataExchangeWriter>(
        *file, paraxanes::Describe(stack), this->CompressionLevel);
      chunkRows = writer->ChunkRows();
    }
    return true;
  };
  if (!ranks.AllDo(create, error))
  {
    return false;
  }
  chunkRows = ranks.Sum(chunkRows);
  std::vector<Extent> owned(static_cast<std::size_t>(ranks.Size()));
  for (std::size_t i = 0; i < 6; ++i)
  {
    const std::vector<vtkIdType> limits = ranks.Gather(stack.Owned[i]);
    for (std::size_t rank = 0; rank < owned.size(); ++rank)
    {
      owned[rank][i] = static_cast<int>(limits[rank]);
    }
  }

  // Whole chunks.
  const double chunk = static_cast<double>(chunkRows) * (stack.Whole[1] - stack.Whole[0] + 1);
  const double most = paraxanes::BytesOfSlab / static_cast<double>(stack.BytesOfSpectrum());
  const double some =
    static_cast<double>(paraxanes::NumberOfVoxels(stack.Whole)) / paraxanes::SlabsOfAStack;
  const double voxels = std::min(most, std::max(some, paraxanes::SmallestSlab));
  const std::vector<Extent> slabs =
    paraxanes::SlabsOf(stack.Whole, std::max(1.0, std::floor(voxels / chunk)) * chunk);
  paraxanes::Planes planes(stack);
  paraxanes::GatheredBytes parts;
  for (std::size_t i = 0; i < slabs.size(); ++i)
  {
    const auto step = [&](double fraction)
    { return this->Step((static_cast<double>(i) + fraction) / static_cast<double>(slabs.size())); };
    const auto read = [&](std::string& problem)
    {
      return planes.Fill(
        paraxanes::Intersect(stack.Owned, slabs[i]),
        [&](double fraction) { return step(0.4 * fraction); }, problem);
    };
    if (!ranks.AllDo(read, error) ||
      !ranks.GatherBytes(planes.Bytes, stack.FirstRank, parts, error))
    {
      return false;
    }
    const auto write = [&](std::string&)
    {
      if (first)
      {
        const vtkIdType bytes = stack.Type.Bytes;
        const vtkIdType stride = paraxanes::PlaneStride(paraxanes::NumberOfVoxels(slabs[i]));
        std::vector<unsigned char> together;
        for (std::size_t rank = 0; rank < owned.size() && ranks.Size() > 1; ++rank)
        {
          const Extent part = paraxanes::Intersect(owned[rank], slabs[i]);
          if (paraxanes::IsEmpty(part))
          {
            continue;
          }
          together.resize(static_cast<std::size_t>(stride * stack.BytesOfSpectrum()));
          const vtkIdType partStride = paraxanes::PlaneStride(paraxanes::NumberOfVoxels(part));
          for (vtkIdType k = 0; k < stack.NumberOfEnergies(); ++k)
          {
            paraxanes::ForEachRun(part, slabs[i],
              [&](vtkIdType from, vtkIdType to, vtkIdType count)
              {
                std::copy_n(parts.Of(rank) + (k * partStride + from) * bytes, count * bytes,
                  together.data() + (k * stride + to) * bytes);
              });
          }
        }
        const Extent& slab = slabs[i];
        writer->WriteCompressed(slab[2] - stack.Whole[2], slab[3] - slab[2] + 1,
          slab[4] - stack.Whole[4], slab[5] - slab[4] + 1,
          ranks.Size() > 1 ? together.data() : parts.Of(0), stride);
      }
      return step(1.0);
    };
    if (!ranks.AllDo(write, error))
    {
      return false;
    }
  }
  const auto commit = [&](std::string&)
  {
    if (first)
    {
      writer->Close();
      file->Commit();
    }
    return true;
  };
  return ranks.AllDo(commit, error);
}

void vtkEnergyStackWriter::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "FileName: " << this->FileName << "\n";
  os << indent << "DataArray: " << this->DataArray << "\n";
  os << indent << "CompressionLevel: " << this->CompressionLevel << "\n";
  os << indent << "NumberOfPieces: " << this->NumberOfPieces << "\n";
  os << indent << "Piece: " << this->Piece << "\n";
}
