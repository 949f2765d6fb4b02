// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkValenceCalibration.h"

#include "ArrayValues.h"
#include "EnergyStack.h"
#include "ErrorArrays.h"
#include "InputError.h"
#include "NewArray.h"
#include "Parallel.h"
#include "Ranks.h"
#include "ValenceCalibration.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <iomanip>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkValenceCalibration);

namespace
{

using paraxanes::InputError;
using paraxanes::TextOf;

constexpr vtkIdType Grain = 16384; // voxels of a block

}

// Of one execution.
struct vtkValenceCalibration::Run
{
  paraxanes::ValenceCalibration Curve;
  paraxanes::CalibrationCounts Counts;
};

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

void vtkValenceCalibration::ReadSettings()
{
  if (this->ResultName.empty())
  {
    throw InputError("ResultName is empty. Name the array, such as \"valence\".");
  }
  std::vector<paraxanes::ReferencePoint> points;
  for (std::size_t i = 0; i + 1 < this->ReferencePoints.size(); i += 2)
  {
    points.push_back({ this->ReferencePoints[i], this->ReferencePoints[i + 1] });
  }
  const std::string problem = paraxanes::CheckReferencePoints(points, this->Degree);
  if (!problem.empty())
  {
    throw InputError("There is no calibration: " + problem +
      ". Give pairs of edge energy (eV) and value in ReferencePoints.");
  }
  this->CurrentRun = std::make_unique<Run>();
  this->CurrentRun->Curve = paraxanes::ValenceCalibration(points, this->Degree);
}

bool vtkValenceCalibration::AddMaps(vtkImageData* output, const std::array<int, 6>&)
{
  const paraxanes::ValenceCalibration& curve = this->CurrentRun->Curve;
  std::string error;
  vtkDataArray* map =
    paraxanes::FindPointArray(output, paraxanes::ChosenArray(this, 0), "edge_energy", error);
  if (!map)
  {
    throw InputError("No edge energies to calibrate: " + error + ". Choose InputArray.");
  }
  const std::string mapName = map->GetName() ? map->GetName() : "";
  if (map->GetNumberOfComponents() != 1)
  {
    throw InputError(TextOf("Point array \"", mapName, "\" has ", map->GetNumberOfComponents(),
      " components; a map with one value per voxel is needed, such as \"edge_energy\"."));
  }
  vtkPointData* points = output->GetPointData();
  vtkDataArray* mapError = paraxanes::ErrorOf(points, mapName);
  const std::string errorName = this->ResultName + "_error";
  for (const std::string& name : { this->ResultName, errorName })
  {
    if (points->HasArray(name.c_str()))
    {
      throw InputError("The input has a point array \"" + name +
        "\" already, which the result would replace. Give another ResultName.");
    }
  }
  const auto energies = paraxanes::ArrayOf<double>(map);
  const auto energyErrors = paraxanes::ArrayOf<float>(mapError);
  vtkUnsignedCharArray* ghosts = output->GetPointGhostArray();
  const vtkIdType voxels = output->GetNumberOfPoints();
  const auto values = paraxanes::NewArray<vtkDoubleArray>(this->ResultName, voxels);
  const auto valueErrors = energyErrors ? paraxanes::NewArray<vtkFloatArray>(errorName, voxels)
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
  const auto work = [&](vtkIdType first, vtkIdType last)
  {
    add(this->CurrentRun->Counts,
      paraxanes::ParallelReduce(
        first, last, Grain, paraxanes::CalibrationCounts(), calibrate, add));
  };
  if (!this->ForSlabs(voxels, work))
  {
    return false;
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

void vtkValenceCalibration::Finish(const paraxanes::Ranks& ranks)
{
  const std::unique_ptr<Run> run = std::move(this->CurrentRun);
  const paraxanes::ValenceCalibration& curve = run->Curve;
  vtkIdType sums[2] = { run->Counts.Finite, run->Counts.Outside };
  ranks.Sum(sums, 2);
  if (!ranks.IsRoot())
  {
    return;
  }
  const std::string range = TextOf(std::setprecision(10), curve.Low, " to ", curve.High, " eV");
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

void vtkValenceCalibration::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "ReferencePoints: " << this->GetNumberOfReferencePoints() << "\n";
  os << indent << "Degree: " << this->Degree << "\n";
  os << indent << "ResultName: " << this->ResultName << "\n";
}
