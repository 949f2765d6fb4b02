// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MapRun.h"

#include "EnergyStack.h"
#include "Threads.h"

#include <vtkAlgorithm.h>
#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkPointData.h>
#include <vtkTable.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace paraxanes
{
namespace
{

// Between two of them progress is told and abort is heard.
constexpr int NumberOfSlabs = 16;
// Voxels of a rank's pass after which it hears of the others: about a tenth of a second.
constexpr double VoxelsPerPart = 1e7;
constexpr double LargestGather = 2147483647.0; // bytes

}

std::string UnitInBrackets(vtkDataObject* data, const std::string& array, int power)
{
  std::string unit = GetField(data, array + "_unit");
  if (unit.empty() && array.find("energy") != std::string::npos)
  {
    unit = "eV";
  }
  if (unit.empty())
  {
    return {};
  }
  const bool simple = unit.find('/') == std::string::npos;
  return power > 0 ? " (" + unit + ")" : simple ? " (1/" + unit + ")" : " (1/(" + unit + "))";
}

void TableColumns::Add(const std::string& name, const std::vector<double>& values)
{
  auto column = vtkSmartPointer<vtkDoubleArray>::New();
  column->SetName(name.c_str());
  for (const double value : values)
  {
    column->InsertNextValue(value);
  }
  this->Arrays.push_back(column);
}

void TableColumns::Add(const std::string& name, const std::vector<std::int64_t>& values)
{
  auto column = vtkSmartPointer<vtkIdTypeArray>::New();
  column->SetName(name.c_str());
  for (const std::int64_t value : values)
  {
    column->InsertNextValue(value);
  }
  this->Arrays.push_back(column);
}

void TableColumns::MoveTo(vtkTable* table) const
{
  for (vtkDataArray* column : this->Arrays)
  {
    table->AddColumn(column);
  }
}

VoxelGrid GridOf(vtkImageData* image, const Extent& whole)
{
  VoxelGrid grid;
  const Extent box = MakeExtent(image->GetExtent());
  grid.Box = IsEmpty(box) ? EmptyExtent : box;
  grid.Owned = grid.Box;
  grid.Whole = whole;
  std::copy_n(image->GetOrigin(), 3, grid.Origin.begin());
  std::copy_n(image->GetSpacing(), 3, grid.Spacing.begin());
  return grid;
}

vtkDataArray* RequiredArray(
  vtkImageData* image, const std::string& name, const char* property, const char* where)
{
  vtkDataArray* array = image->GetPointData()->GetArray(name.c_str());
  if (!array)
  {
    throw InputError(TextOf("There is no point array \"", name, "\" in ", where, ", which has ",
      ListPointArrays(image), ". Choose another in ", property,
      " or hand the array through the filters before."));
  }
  if (array->GetNumberOfComponents() != 1)
  {
    throw InputError(TextOf("\"", name, "\" of ", where, " has ", array->GetNumberOfComponents(),
      " components, and ", property, " needs one with 1."));
  }
  return array;
}

void CheckLabels(vtkDataArray* labels, const char* property)
{
  if (labels->GetDataType() == VTK_FLOAT || labels->GetDataType() == VTK_DOUBLE)
  {
    throw InputError(TextOf("\"", labels->GetName(), "\" holds ", labels->GetDataTypeAsString(),
      " numbers, and ", property, " needs integers, such as particle_id of ParticleLabels."));
  }
}

MapRun::MapRun(vtkAlgorithm* self, vtkInformation* inInfo)
  : Self(self)
  , Together(inInfo)
  , Piece(inInfo)
  , Input(vtkImageData::GetData(inInfo))
  , Grid(GridOf(this->Input, this->Piece.Whole))
{
  ChooseNumberOfThreads(this->Together);
}

int MapRun::Request()
{
  bool isDone = false;
  try
  {
    isDone = !this->Together.AnyStopped(this->Self) && this->Execute();
  }
  catch (const std::exception& problem) // from outside of any Step
  {
    if (this->Together.Size() > 1)
    {
      throw; // the other ranks would wait for ever
    }
    this->Fail(problem.what());
  }
  if (!isDone)
  {
    this->Clear();
    return this->HasFailed ? 0 : EndStopped(this->Self);
  }
  this->Self->UpdateProgress(1.0);
  return 1;
}

bool MapRun::Step(const std::function<void()>& body)
{
  return this->Steps(1, 1,
    [&](std::int64_t)
    {
      body();
      return true;
    });
}

bool MapRun::Steps(
  std::int64_t number, std::int64_t parts, const std::function<bool(std::int64_t)>& body)
{
  for (std::int64_t part = 0; part < parts; ++part)
  {
    const auto work = [&](std::string&)
    {
      std::int64_t i = number * part / parts;
      const std::int64_t end = number * (part + 1) / parts;
      while (i < end && body(i))
      {
        ++i;
      }
      return i == end;
    };
    std::string error;
    if (!this->Together.AllDo(work, error))
    {
      return !error.empty() && this->Fail(error);
    }
  }
  return true;
}

bool MapRun::Fail(const std::string& error)
{
  this->HasFailed = true;
  if (!error.empty())
  {
    vtkErrorWithObjectMacro(this->Self, << error);
  }
  return false;
}

bool MapRun::Heard(double fraction)
{
  this->Self->UpdateProgress(fraction);
  return !this->Self->CheckAbort();
}

bool MapRun::Progress(double fraction)
{
  return this->Together.All(this->Heard(fraction));
}

bool MapRun::ForSlabs(
  double from, double to, const std::function<void(std::int64_t, std::int64_t)>& body)
{
  const std::int64_t rows = this->Grid.NumberOfRows();
  return this->Steps(NumberOfSlabs, this->PartsOfPass,
    [&](std::int64_t slab)
    {
      body(rows * slab / NumberOfSlabs, rows * (slab + 1) / NumberOfSlabs);
      return this->Heard(from + (to - from) * static_cast<double>(slab + 1) / NumberOfSlabs);
    });
}

bool MapRun::FindOwned()
{
  std::string error;
  if (!FindOwnedExtent(this->Input, this->Piece, this->Together, this->Grid.Owned, error))
  {
    return this->Fail(this->Together.IsRoot() ? error : "");
  }
  const double largest = this->Together.Max(static_cast<double>(this->Input->GetNumberOfPoints()));
  this->PartsOfPass = static_cast<std::int64_t>(
    std::clamp(std::ceil(largest / VoxelsPerPart), 1.0, static_cast<double>(NumberOfSlabs)));
  return true;
}

bool MapRun::HasVoxels() const
{
  return this->Input->GetNumberOfPoints() > 0;
}

Extent MapRun::Whole() const
{
  return this->Piece.Split() ? this->Piece.Whole : Extent(this->Grid.Box);
}

std::array<int, 3> MapRun::WholeSize() const
{
  const Extent whole = this->Whole();
  return { whole[1] - whole[0] + 1, whole[3] - whole[2] + 1, whole[5] - whole[4] + 1 };
}

bool MapRun::GatherRows(std::size_t voxelBytes, const PackRow& pack, void* whole)
{
  const Extent box = this->Whole();
  std::vector<unsigned char> mine;
  const auto packAll = [&]
  {
    const double needed =
      static_cast<double>(NumberOfVoxels(box)) * static_cast<double>(voxelBytes);
    if (this->Together.Size() > 1 && needed > LargestGather)
    {
      throw InputError(TextOf("The mask of the whole image has ", needed / 1073741824.0,
        " GiB, and ranks can share less than 2 GiB. Bin the image first (Voxel Bin), or run on one "
        "rank."));
    }
    const Extent owned = this->Grid.Owned;
    mine.resize(sizeof(Extent) + voxelBytes * static_cast<std::size_t>(NumberOfVoxels(owned)));
    std::memcpy(mine.data(), owned.data(), sizeof(Extent));
    unsigned char* to = mine.data() + sizeof(Extent);
    ForRows(this->Grid.Box, owned,
      [&](vtkIdType first, int count)
      {
        pack(first, count, to);
        to += voxelBytes * static_cast<std::size_t>(count);
      });
  };
  const auto unpack = [&](const unsigned char* from)
  {
    Extent part;
    std::memcpy(part.data(), from, sizeof(Extent));
    from += sizeof(Extent);
    ForRows(box, part,
      [&](vtkIdType first, int count)
      {
        const std::size_t bytes = voxelBytes * static_cast<std::size_t>(count);
        std::memcpy(static_cast<unsigned char*>(whole) + voxelBytes * first, from, bytes);
        from += bytes;
      });
  };
  if (!this->Step(packAll))
  {
    return false;
  }
  // Each rank is the root of a gathering.
  for (int root = 0; root < this->Together.Size(); ++root)
  {
    GatheredBytes all;
    std::string error;
    if (!this->Together.GatherBytes(mine, root, all, error))
    {
      return this->Fail(error);
    }
    for (std::size_t rank = 0; root == this->Together.Rank() && rank < all.Offsets.size(); ++rank)
    {
      unpack(all.Of(rank));
    }
  }
  return true;
}

void MapRun::FindValidity()
{
  const vtkSmartPointer<vtkUnsignedCharArray> codes = ValidityCodes(this->Input);
  this->Codes = codes;
  this->Validity = codes ? codes->GetPointer(0) : nullptr;
}

void MapRun::FindMap(int index, const char* defaultName, const char* property)
{
  std::string error;
  vtkDataArray* map =
    FindPointArray(this->Input, ChosenArray(this->Self, index), defaultName, error);
  if (!map)
  {
    throw InputError(TextOf("No map: ", error, ". Choose an array in ", property, "."));
  }
  this->MapName = map->GetName() ? map->GetName() : "";
  if (map->GetNumberOfComponents() != 1)
  {
    throw InputError(TextOf("Point array \"", this->MapName, "\" has ",
      map->GetNumberOfComponents(), " components, and ", property,
      " needs a map with one value per voxel, such as edge_energy."));
  }
  this->Map = TypedValues(map);
  this->FindValidity();
}

vtkDataArray* MapRun::OptionalArray(int index, const char* property) const
{
  const std::string name = ChosenArray(this->Self, index);
  return name.empty() ? nullptr : RequiredArray(this->Input, name, property, "the input");
}

std::vector<std::int32_t> MapRun::LabelsOf(vtkDataArray* array, const char* property) const
{
  CheckLabels(array, property);
  return Transformed<std::int32_t>(array,
    [](auto value)
    { return value >= 1 && value <= 2147483647.0 ? static_cast<std::int32_t>(value) : 0; });
}

ValueRange MapRun::RangeOfAll() const
{
  ValueRange all;
  for (const ValueRange& range : this->Ranges)
  {
    all.Add(range);
  }
  return all;
}

// Some counts after the other, as vtkIdType is another type and memory for all of them may lack.
void MapRun::ReduceCounts(std::vector<std::int64_t>& counts) const
{
  std::array<vtkIdType, 4096> some;
  for (std::size_t first = 0; this->Together.Size() > 1 && first < counts.size();
       first += some.size())
  {
    const std::size_t length = std::min(some.size(), counts.size() - first);
    std::copy_n(counts.data() + first, length, some.data());
    this->Together.Sum(some.data(), static_cast<vtkIdType>(length));
    std::copy_n(some.data(), length, counts.data() + first);
  }
}

void MapRun::ReduceRanges()
{
  constexpr std::size_t block = 1024;
  std::array<vtkIdType, block> counts;
  std::array<double, 2 * block> ends;
  for (std::size_t first = 0; first < this->Ranges.size(); first += block)
  {
    const std::size_t length = std::min(block, this->Ranges.size() - first);
    ValueRange* ranges = this->Ranges.data() + first;
    for (std::size_t g = 0; g < length; ++g)
    {
      counts[g] = ranges[g].Count;
      ends[2 * g] = -ranges[g].Low;
      ends[2 * g + 1] = ranges[g].High;
    }
    this->Together.Sum(counts.data(), static_cast<vtkIdType>(length));
    this->Together.Max(ends.data(), static_cast<vtkIdType>(2 * length));
    for (std::size_t g = 0; g < length; ++g)
    {
      ranges[g] = { counts[g], -ends[2 * g], ends[2 * g + 1] };
    }
  }
}

void MapRun::ReduceSums(std::vector<FixedPointSum>& sums) const
{
  constexpr std::size_t block = 1024;
  std::array<vtkIdType, 2 * block> parts;
  for (std::size_t first = 0; first < sums.size(); first += block)
  {
    const std::size_t length = std::min(block, sums.size() - first);
    for (std::size_t g = 0; g < length; ++g)
    {
      parts[2 * g] = sums[first + g].High;
      parts[2 * g + 1] = sums[first + g].Low;
    }
    this->Together.Sum(parts.data(), static_cast<vtkIdType>(2 * length));
    for (std::size_t g = 0; g < length; ++g)
    {
      sums[first + g] = { parts[2 * g], parts[2 * g + 1] };
    }
  }
}

}
