// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkValenceGradient.h"

#include "CentralDifference.h"
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "NewArray.h"
#include "Ranks.h"
#include "Threads.h"

#include <vtkDataObject.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkValenceGradient);

namespace
{

using paraxanes::Extent;
using Pipeline = vtkStreamingDemandDrivenPipeline;

constexpr std::int64_t NumberOfSlabs = 32;

// The axis without derivative, or -1; by vtkValenceGradient::Planes.
int NormalOf(int plane)
{
  constexpr int normals[4] = { -1, 2, 0, 1 };
  return normals[plane];
}

const char* NameOf(int plane)
{
  constexpr const char* names[4] = { "Volume", "XY", "YZ", "XZ" };
  return names[plane];
}

bool IsFlat(const Extent& extent, int axis)
{
  return extent[2 * axis] == extent[2 * axis + 1];
}

// The plane that was chosen, or that of a 2D image.
int ResolvePlane(int chosen, const Extent& whole)
{
  for (const int plane : { vtkValenceGradient::XY, vtkValenceGradient::YZ, vtkValenceGradient::XZ })
  {
    if (IsFlat(whole, NormalOf(plane)))
    {
      return plane;
    }
  }
  return chosen;
}

std::string GradientName(const std::string& map)
{
  const std::string energy = "edge_energy";
  return map.compare(0, energy.size(), energy) == 0 &&
      (map.size() == energy.size() || map[energy.size()] == '_')
    ? "valence_gradient" + map.substr(energy.size())
    : map + "_gradient";
}

std::string GradientUnit(vtkDataObject* data, const std::string& map)
{
  std::string unit = paraxanes::GetField(data, map + "_unit");
  if (unit.empty())
  {
    unit = map.find("energy") != std::string::npos ? "eV" : "1";
  }
  return unit + "/um";
}

// What came, less one layer where the image goes on: its neighbours are not all there.
Extent WithoutOuterLayer(const Extent& extent, const Extent& whole)
{
  Extent inner = extent;
  for (int i = 0; i < 6; i += 2)
  {
    inner[i] += extent[i] > whole[i] ? 1 : 0;
    inner[i + 1] -= extent[i + 1] < whole[i + 1] ? 1 : 0;
  }
  return paraxanes::IsEmpty(inner) ? paraxanes::EmptyExtent : inner;
}

// Row by row: vtkDataSetAttributes::CopyStructuredData takes a hundred times as long.
void PassPointData(vtkImageData* input, vtkImageData* output)
{
  const Extent from = paraxanes::MakeExtent(input->GetExtent());
  const Extent to = paraxanes::MakeExtent(output->GetExtent());
  vtkPointData* points = output->GetPointData();
  if (from == to)
  {
    points->PassData(input->GetPointData());
    return;
  }
  points->CopyAllOn();
  points->CopyAllocate(input->GetPointData(), paraxanes::NumberOfVoxels(to));
  const vtkIdType width = to[1] - to[0] + 1;
  for (int z = to[4]; z <= to[5]; ++z)
  {
    for (int y = to[2]; y <= to[3]; ++y)
    {
      points->CopyData(input->GetPointData(), paraxanes::VoxelIndex(to, to[0], y, z), width,
        paraxanes::VoxelIndex(from, to[0], y, z));
    }
  }
}

}

vtkValenceGradient::vtkValenceGradient() = default;

vtkValenceGradient::~vtkValenceGradient() = default;

void vtkValenceGradient::SetErrorArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkValenceGradient::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector*)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const Extent whole = paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT()));
  int flat = 0;
  for (int axis = 0; axis < 3; ++axis)
  {
    flat += IsFlat(whole, axis) ? 1 : 0;
  }
  if (!paraxanes::IsEmpty(whole) && flat > 1)
  {
    vtkErrorMacro("The gradient needs an image of at least two dimensions; this one has "
      << whole[1] - whole[0] + 1 << " x " << whole[3] - whole[2] + 1 << " x "
      << whole[5] - whole[4] + 1 << " voxels.");
    return 0;
  }
  std::string error;
  if (!paraxanes::CheckAxisAligned(inInfo, error))
  {
    vtkErrorMacro(<< error);
    return 0;
  }
  return 1;
}

int vtkValenceGradient::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  const Extent whole = paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT()));
  const paraxanes::PieceRequest request(outInfo);
  if (request.Split())
  {
    inInfo->Set(Pipeline::UPDATE_EXTENT(), whole.data(), 6);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), request.GhostLevels + 1);
    return 1;
  }
  const Extent asked = paraxanes::MakeExtent(outInfo->Get(Pipeline::UPDATE_EXTENT()));
  inInfo->Set(Pipeline::UPDATE_EXTENT(), paraxanes::Grow(asked, 1, whole).data(), 6);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  return 1;
}

// The errors of the map as float32; null where none are chosen.
bool vtkValenceGradient::FindErrors(
  vtkImageData* input, vtkSmartPointer<vtkFloatArray>& errors, std::string& error)
{
  const std::string name = paraxanes::ChosenArray(this, 1);
  if (name.empty())
  {
    return true;
  }
  vtkDataArray* array = input->GetPointData()->GetArray(name.c_str());
  if (!array || array->GetNumberOfComponents() != 1)
  {
    error = "ErrorArray: there is no point array \"" + name +
      "\" of one component; the input has " + paraxanes::ListPointArrays(input) + ".";
    return false;
  }
  errors = vtkFloatArray::FastDownCast(array);
  if (!errors)
  {
    errors = vtkSmartPointer<vtkFloatArray>::New();
    errors->DeepCopy(array);
  }
  return true;
}

bool vtkValenceGradient::AddGradient(
  vtkImageData* input, vtkInformation* inInfo, vtkImageData* output, std::string& error)
{
  vtkDataArray* map =
    paraxanes::FindPointArray(input, paraxanes::ChosenArray(this, 0), "edge_energy", error);
  if (!map)
  {
    error = "No map to take the gradient of: " + error + ". Choose InputArray.";
    return false;
  }
  const std::string mapName = map->GetName() ? map->GetName() : "";
  if (map->GetNumberOfComponents() != 1)
  {
    error = "Point array \"" + mapName + "\" has " + std::to_string(map->GetNumberOfComponents()) +
      " components; the gradient needs a map with one value per voxel, such as \"edge_energy\".";
    return false;
  }

  vtkSmartPointer<vtkFloatArray> errors;
  if (!this->FindErrors(input, errors, error))
  {
    return false;
  }

  const Extent whole = paraxanes::MakeExtent(inInfo->Get(Pipeline::WHOLE_EXTENT()));
  const Extent from = paraxanes::MakeExtent(input->GetExtent());
  const Extent to = paraxanes::MakeExtent(output->GetExtent());
  const int plane = ResolvePlane(this->Plane, whole);
  paraxanes::DifferenceGrid grid;
  for (std::size_t a = 0; a < 3; ++a)
  {
    grid.Size[a] = from[2 * a + 1] - from[2 * a] + 1;
    grid.First[a] = to[2 * a] - from[2 * a];
    grid.Count[a] = to[2 * a + 1] - to[2 * a] + 1;
    grid.Spacing[a] = input->GetSpacing()[a];
    grid.Active[a] = static_cast<int>(a) != NormalOf(plane);
  }

  const std::string name = GradientName(mapName);
  const vtkIdType voxels = paraxanes::NumberOfVoxels(to);
  const auto gradient = paraxanes::NewArray<vtkFloatArray>(name, voxels, 3);
  const auto magnitude = paraxanes::NewArray<vtkFloatArray>(name + "_magnitude", voxels);
  const auto errorOfNorm = errors ? paraxanes::NewArray<vtkFloatArray>(name + "_error", voxels)
                                  : vtkSmartPointer<vtkFloatArray>();
  const vtkSmartPointer<vtkUnsignedCharArray> codes = paraxanes::ValidityCodes(input);
  const auto neighbors =
    this->Neighbors == STRICT ? paraxanes::Neighbors::Strict : paraxanes::Neighbors::OneSided;
  const auto run = [&](auto* values)
  {
    // In slabs along the slowest axis, between which progress is told and an abort heard.
    const std::size_t axis = grid.Count[2] > 1 ? 2 : 1;
    const std::int64_t layer = grid.Count[0] * (axis == 2 ? grid.Count[1] : 1);
    const std::int64_t slabs = std::min(grid.Count[axis], NumberOfSlabs);
    for (std::int64_t i = 0; i < slabs && !this->CheckAbort(); ++i)
    {
      const std::int64_t first = grid.Count[axis] * i / slabs;
      paraxanes::DifferenceGrid slab = grid;
      slab.First[axis] += first;
      slab.Count[axis] = grid.Count[axis] * (i + 1) / slabs - first;
      paraxanes::CentralDifferences(slab, neighbors, values->GetPointer(0),
        codes ? codes->GetPointer(0) : nullptr, gradient->GetPointer(3 * first * layer),
        magnitude->GetPointer(first * layer));
      if (errors)
      {
        paraxanes::DifferenceErrors(slab, errors->GetPointer(0),
          gradient->GetPointer(3 * first * layer), errorOfNorm->GetPointer(first * layer));
      }
      this->UpdateProgress(static_cast<double>(i + 1) / static_cast<double>(slabs));
    }
  };
  if (auto* floats = vtkFloatArray::FastDownCast(map))
  {
    run(floats);
  }
  else if (auto* doubles = vtkDoubleArray::FastDownCast(map))
  {
    run(doubles);
  }
  else
  {
    vtkNew<vtkDoubleArray> copy;
    copy->DeepCopy(map);
    run(copy.Get());
  }
  output->GetPointData()->AddArray(gradient);
  output->GetPointData()->AddArray(magnitude);
  if (errors)
  {
    output->GetPointData()->AddArray(errorOfNorm);
  }
  paraxanes::StoreRanges(output);
  paraxanes::SetField(output, name + "_unit", GradientUnit(input, mapName));
  paraxanes::SetField(output, "gradient_plane", std::string(NameOf(plane)));
  paraxanes::SetField(
    output, "gradient_neighbors", std::string(this->Neighbors == STRICT ? "Strict" : "OneSided"));
  paraxanes::SetField(output, "gradient_input_array", mapName);
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  return true;
}

int vtkValenceGradient::RequestData(
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
  const paraxanes::PieceRequest inputRequest(inInfo);

  std::string error;
  Extent owned;
  const auto work = [&](std::string& problem)
  {
    const Extent came = paraxanes::MakeExtent(input->GetExtent());
    const Extent extent = request.Split()
      ? WithoutOuterLayer(came, inputRequest.Whole)
      : paraxanes::MakeExtent(outInfo->Get(Pipeline::UPDATE_EXTENT()));
    if (!paraxanes::Contains(came, extent) ||
      (request.Split() && !paraxanes::Contains(extent, owned)))
    {
      problem = "The input did not deliver the layer of neighbours that was asked for. Run on one "
                "rank, or take the gradient before the step that cuts the image.";
      return false;
    }
    const bool empty = paraxanes::IsEmpty(extent);
    paraxanes::SetExtent(output, empty ? paraxanes::EmptyExtent : extent);
    if (!empty)
    {
      PassPointData(input, output);
      if (!this->AddGradient(input, inInfo, output, problem) || this->CheckAbort())
      {
        return false;
      }
    }
    if (request.Split())
    {
      paraxanes::PassMarks(input, owned, inputRequest, output);
    }
    return true;
  };
  if (paraxanes::FindOwnedExtent(input, inputRequest, ranks, owned, error) &&
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

void vtkValenceGradient::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InputArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "ErrorArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "Plane: " << NameOf(this->Plane) << "\n";
  os << indent << "Neighbors: " << (this->Neighbors == STRICT ? "Strict" : "OneSided") << "\n";
}
