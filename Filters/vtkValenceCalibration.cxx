// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkValenceCalibration.h"

#include "EnergyStack.h"
#include "ImagePieces.h"
#include "NewArray.h"
#include "Parallel.h"
#include "Ranks.h"
#include "Threads.h"
#include "ValenceCalibration.h"

#include <vtkDataArray.h>
#include <vtkDataObject.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkValenceCalibration);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;

constexpr vtkIdType Grain = 16384;      // voxels of a block
constexpr vtkIdType NumberOfSlabs = 32; // steps of progress, and chances to stop

// The array itself where it is of this type, else a copy; null for null.
template <class Array>
vtkSmartPointer<Array> As(vtkDataArray* array)
{
  vtkSmartPointer<Array> same = Array::FastDownCast(array);
  if (array && !same)
  {
    same = paraxanes::NewArray<Array>("", array->GetNumberOfTuples());
    for (vtkIdType v = 0; v < array->GetNumberOfTuples(); ++v)
    {
      same->SetValue(v, static_cast<typename Array::ValueType>(array->GetComponent(v, 0)));
    }
  }
  return same;
}

// "edge_energy_error" of "edge_energy", "edge_energy_error_Ni" of "edge_energy_Ni"; may be null.
vtkDataArray* FindError(vtkPointData* points, const std::string& map)
{
  for (std::size_t place = map.size(); place != std::string::npos && place > 0;
       place = map.find_last_of('_', place - 1))
  {
    const std::string name = map.substr(0, place) + "_error" + map.substr(place);
    vtkDataArray* error = points->GetArray(name.c_str());
    if (error && error->GetNumberOfComponents() == 1)
    {
      return error;
    }
  }
  return nullptr;
}

}

vtkValenceCalibration::vtkValenceCalibration() = default;

vtkValenceCalibration::~vtkValenceCalibration() = default;

void vtkValenceCalibration::AddReferencePoint(double energy, double value)
{
  this->ReferencePoints.insert(this->ReferencePoints.end(), { energy, value });
  this->Modified();
}

void vtkValenceCalibration::ClearReferencePoints()
{
  this->ReferencePoints.clear();
  this->Modified();
}

int vtkValenceCalibration::GetNumberOfReferencePoints() const
{
  return static_cast<int>(this->ReferencePoints.size() / 2);
}

int vtkValenceCalibration::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  if (inInfo->Has(vtkDataObject::DIRECTION()))
  {
    outputVector->GetInformationObject(0)->CopyEntry(inInfo, vtkDataObject::DIRECTION());
  }
  return 1;
}

int vtkValenceCalibration::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const paraxanes::PieceRequest request(outputVector->GetInformationObject(0));
  if (request.Split()) // else the default: what is asked of the output
  {
    inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
    inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), request.GhostLevels);
  }
  return 1;
}

bool vtkValenceCalibration::FitCurve(paraxanes::ValenceCalibration& curve, std::string& error)
{
  if (this->ResultName.empty())
  {
    error = "ResultName is empty. Name the array, such as \"valence\".";
    return false;
  }
  std::vector<paraxanes::ReferencePoint> points;
  for (std::size_t i = 0; i + 1 < this->ReferencePoints.size(); i += 2)
  {
    points.push_back({ this->ReferencePoints[i], this->ReferencePoints[i + 1] });
  }
  error = paraxanes::CheckReferencePoints(points, this->Degree);
  if (!error.empty())
  {
    error = "There is no calibration: " + error +
      ". Give pairs of edge energy (eV) and value in ReferencePoints.";
    return false;
  }
  curve = paraxanes::ValenceCalibration(points, this->Degree);
  return true;
}

bool vtkValenceCalibration::AddValues(const paraxanes::ValenceCalibration& curve,
  vtkImageData* output, paraxanes::CalibrationCounts& counts, std::string& error)
{
  vtkDataArray* map =
    paraxanes::FindPointArray(output, paraxanes::ChosenArray(this, 0), "edge_energy", error);
  if (!map)
  {
    error = "No edge energies to calibrate: " + error + ". Choose InputArray.";
    return false;
  }
  const std::string mapName = map->GetName() ? map->GetName() : "";
  if (map->GetNumberOfComponents() != 1)
  {
    error = "Point array \"" + mapName + "\" has " + std::to_string(map->GetNumberOfComponents()) +
      " components; a map with one value per voxel is needed, such as \"edge_energy\".";
    return false;
  }
  vtkDataArray* mapError = FindError(output->GetPointData(), mapName);
  const vtkSmartPointer<vtkDoubleArray> energies = As<vtkDoubleArray>(map);
  const vtkSmartPointer<vtkFloatArray> energyErrors = As<vtkFloatArray>(mapError);
  vtkUnsignedCharArray* ghosts = output->GetPointGhostArray();
  const vtkIdType voxels = output->GetNumberOfPoints();
  const auto values = paraxanes::NewArray<vtkDoubleArray>(this->ResultName, voxels);
  const auto valueErrors = energyErrors
    ? paraxanes::NewArray<vtkFloatArray>(this->ResultName + "_error", voxels)
    : vtkSmartPointer<vtkFloatArray>();

  const auto calibrate = [&](vtkIdType first, vtkIdType last)
  {
    paraxanes::CalibrationBlock block;
    block.Energies = energies->GetPointer(first);
    block.EnergyErrors = energyErrors ? energyErrors->GetPointer(first) : nullptr;
    block.Duplicate = ghosts ? ghosts->GetPointer(first) : nullptr;
    block.Count = last - first;
    block.Values = values->GetPointer(first);
    block.ValueErrors = valueErrors ? valueErrors->GetPointer(first) : nullptr;
    return paraxanes::Calibrate(curve, block);
  };
  const auto add = [](paraxanes::CalibrationCounts& sum, const paraxanes::CalibrationCounts& part)
  {
    sum.Finite += part.Finite;
    sum.Outside += part.Outside;
  };
  for (vtkIdType i = 0; i < NumberOfSlabs; ++i)
  {
    add(counts,
      paraxanes::ParallelReduce(voxels * i / NumberOfSlabs, voxels * (i + 1) / NumberOfSlabs, Grain,
        paraxanes::CalibrationCounts(), calibrate, add));
    this->UpdateProgress(static_cast<double>(i + 1) / static_cast<double>(NumberOfSlabs));
    if (this->CheckAbort())
    {
      return false;
    }
  }
  output->GetPointData()->AddArray(values);
  if (valueErrors)
  {
    output->GetPointData()->AddArray(valueErrors);
  }
  output->GetPointData()->SetActiveScalars(this->ResultName.c_str());
  paraxanes::StoreRanges(output);

  const auto numbers = [&](const char* suffix, const std::vector<double>& list)
  { paraxanes::SetField(output, this->ResultName + suffix, list); };
  const auto terms = curve.Coefficients.begin();
  numbers("_points", this->ReferencePoints);
  numbers("_center", { curve.Center });
  numbers("_coefficients", std::vector<double>(terms, terms + this->Degree + 1));
  numbers("_range", { curve.Low, curve.High });
  paraxanes::SetField(output, this->ResultName + "_input_array", mapName);
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  return true;
}

void vtkValenceCalibration::WarnOfTheCurve(const paraxanes::ValenceCalibration& curve,
  const paraxanes::CalibrationCounts& counts, const paraxanes::Ranks& ranks)
{
  vtkIdType sums[2] = { counts.Finite, counts.Outside };
  ranks.Sum(sums, 2);
  if (!ranks.IsRoot())
  {
    return;
  }
  std::ostringstream text;
  text << std::setprecision(10) << curve.Low << " to " << curve.High << " eV";
  const std::string range = text.str();
  if (!curve.IsMonotonic())
  {
    vtkWarningMacro("The calibration curve does not rise or fall throughout "
      << range
      << ": one value stands for several energies. Check ReferencePoints, or take a line.");
  }
  if (sums[1] > 0)
  {
    vtkWarningMacro(<< sums[1] << " of " << sums[0]
                    << " edge energies lie outside the calibrated range, " << range
                    << ": their values are extrapolated.");
  }
}

int vtkValenceCalibration::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  const paraxanes::PieceRequest inputRequest(inputVector[0]->GetInformationObject(0));
  vtkImageData* input = vtkImageData::GetData(inputVector[0]);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);
  paraxanes::ChooseNumberOfThreads(ranks);

  std::string error;
  paraxanes::Extent owned;
  paraxanes::ValenceCalibration curve;
  paraxanes::CalibrationCounts counts;
  const auto work = [&](std::string& problem)
  {
    if (!this->FitCurve(curve, problem))
    {
      return false;
    }
    output->ShallowCopy(input);
    if (inputRequest.Split())
    {
      paraxanes::PassMarks(input, owned, inputRequest, output);
    }
    return output->GetNumberOfPoints() == 0 || this->AddValues(curve, output, counts, problem);
  };
  if (paraxanes::FindOwnedExtent(input, inputRequest, ranks, owned, error) &&
    ranks.AllDo(work, error))
  {
    this->WarnOfTheCurve(curve, counts, ranks);
    return 1;
  }
  output->Initialize();
  if (error.empty())
  {
    return 1; // stopped
  }
  vtkErrorMacro(<< error);
  return 0;
}

void vtkValenceCalibration::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "ReferencePoints: " << this->GetNumberOfReferencePoints() << "\n";
  os << indent << "Degree: " << this->Degree << "\n";
  os << indent << "ResultName: " << this->ResultName << "\n";
}
