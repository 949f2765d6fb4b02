// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkMetalMass.h"

#include "EdgeTable.h"
#include "EnergyStack.h"
#include "ImagePieces.h"
#include "MapRun.h"
#include "MetalMass.h"
#include "NewArray.h"
#include "Parallel.h"
#include "Ranks.h"
#include "Threads.h"
#include "TypedValues.h"

#include <vtkDataArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>

#include <algorithm>
#include <cmath>
#include <set>

vtkStandardNewMacro(vtkMetalMass);

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::InputError;
using paraxanes::TextOf;

constexpr vtkIdType Grain = 65536;      // voxels of a block
constexpr vtkIdType NumberOfSlabs = 32; // steps of progress, and chances to stop

// What is behind the name of a default array: "_Ni" of "edge_jump_Ni".
std::string SuffixOf(const std::string& name)
{
  const std::string usual = "edge_jump";
  return name.rfind(usual, 0) == 0 ? name.substr(usual.size()) : std::string();
}

vtkDataArray* MapOf(vtkImageData* image, const std::string& name)
{
  vtkDataArray* map = image->GetPointData()->GetArray(name.c_str());
  return map && map->GetNumberOfComponents() == 1 ? map : nullptr;
}

// The same on every rank: the extent is the whole image's.
bool IsFlat(const paraxanes::Extent& whole)
{
  return whole[0] == whole[1] || whole[2] == whole[3] || whole[4] == whole[5];
}

}

// What the masses are made of.
struct vtkMetalMass::Plan
{
  vtkDataArray* Jump = nullptr;
  vtkDataArray* JumpToNoise = nullptr; // may be null
  std::string Suffix;
  std::string Element; // with its edge; may be empty
  std::string Source;
  double AttenuationJump = 0.0; // cm2/g
  paraxanes::JumpUnit Unit = paraxanes::JumpUnit::Absorbance;
};

vtkMetalMass::vtkMetalMass() = default;

vtkMetalMass::~vtkMetalMass() = default;

int vtkMetalMass::RequestInformation(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  if (inInfo->Has(vtkDataObject::DIRECTION()))
  {
    outputVector->GetInformationObject(0)->CopyEntry(inInfo, vtkDataObject::DIRECTION());
  }
  return 1;
}

int vtkMetalMass::RequestUpdateExtent(
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

// Throws InputError.
vtkMetalMass::Plan vtkMetalMass::FindPlan(vtkImageData* image, bool isFlat)
{
  Plan plan;
  const std::string chosen = paraxanes::ChosenArray(this, 0);
  const std::string name = chosen.empty() ? "edge_jump" : chosen;
  plan.Jump = MapOf(image, name);
  if (!plan.Jump)
  {
    throw InputError("There is no point array \"" + name + "\" of one component; the input has " +
      paraxanes::ListPointArrays(image) +
      ". Choose the edge jump as InputArray; Edge Energy and XANES Normalize make it.");
  }
  plan.Suffix = SuffixOf(name);
  plan.JumpToNoise = MapOf(image, "jump_to_noise" + plan.Suffix);

  std::string element = this->Element;
  std::string edge = this->Edge;
  if (element.empty() && edge.empty())
  {
    element = paraxanes::GetField(image, "element" + plan.Suffix);
    edge = paraxanes::GetField(image, "edge" + plan.Suffix);
  }
  edge = edge.empty() ? "K" : edge;
  plan.Element = element.empty() ? "" : element + " " + edge;
  plan.AttenuationJump = this->MassAttenuationJump;
  plan.Source = "given";
  if (this->MassAttenuationJump == 0.0)
  {
    const std::optional<double> known = paraxanes::MassAttenuationJumpOf(element, edge);
    if (!known)
    {
      throw InputError(element.empty()
          ? "The input does not say of which element its edge is (field data \"element" +
            plan.Suffix + "\"). Set Element and Edge, or MassAttenuationJump."
          : "The jump of the mass attenuation coefficient at \"" + plan.Element +
            "\" is not in the table (K from Ne to Sn, L3 from Y on; of softer edges the published "
            "tables differ by up to 45 %). Set MassAttenuationJump in cm2/g.");
    }
    plan.AttenuationJump = *known;
    plan.Source = "table of Elam, Ravel and Sieber (2002)";
  }

  if (this->JumpUnit != AUTOMATIC)
  {
    plan.Unit = static_cast<paraxanes::JumpUnit>(this->JumpUnit - 1);
    return plan;
  }
  const std::string unit = paraxanes::GetField(image, "absorbance_unit");
  static const std::set<std::string> none = { "-ln(I/I0)", "dimensionless", "1", "" };
  static const std::set<std::string> perMicrometre = { "1/um", "um^-1", "1/\xc2\xb5m" };
  static const std::set<std::string> perCentimetre = { "1/cm", "cm^-1" };
  if (perMicrometre.count(unit) > 0)
  {
    plan.Unit = paraxanes::JumpUnit::PerMicrometre;
  }
  else if (perCentimetre.count(unit) > 0)
  {
    plan.Unit = paraxanes::JumpUnit::PerCentimetre;
  }
  else if (!isFlat || none.count(unit) == 0)
  {
    throw InputError("What the edge jump is cannot be told: the image is " +
      std::string(isFlat ? "flat" : "a volume") + ", and its absorbance_unit is \"" + unit +
      "\". Set JumpUnit: Absorbance for -ln(I/I0), or PerMicrometre, PerCentimetre or PerVoxel for "
      "an attenuation per length.");
  }
  return plan;
}

int vtkMetalMass::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  const paraxanes::PieceRequest request(inputVector[0]->GetInformationObject(0));
  vtkImageData* input = vtkImageData::GetData(inputVector[0]);
  vtkImageData* output = vtkImageData::GetData(outInfo);
  const paraxanes::Ranks ranks(outInfo);
  paraxanes::ChooseNumberOfThreads(ranks);

  std::string error;
  paraxanes::Extent owned;
  const auto work = [&](std::string&)
  {
    output->ShallowCopy(input);
    if (request.Split())
    {
      paraxanes::PassMarks(input, owned, request, output);
    }
    return output->GetNumberOfPoints() == 0 ||
      this->AddMass(this->FindPlan(output, IsFlat(request.Whole)), output);
  };
  if (paraxanes::FindOwnedExtent(input, request, ranks, owned, error) && ranks.AllDo(work, error))
  {
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

// False when the user stopped it.
bool vtkMetalMass::AddMass(const Plan& plan, vtkImageData* output)
{
  const double* spacing = output->GetSpacing();
  const bool isCube = std::abs(spacing[1] / spacing[0] - 1.0) < 1e-6 &&
    std::abs(spacing[2] / spacing[0] - 1.0) < 1e-6;
  if (plan.Unit == paraxanes::JumpUnit::PerVoxel && !(isCube && spacing[0] > 0.0))
  {
    throw InputError(TextOf("The spacing is ", spacing[0], ", ", spacing[1], ", ", spacing[2],
      " um: over which of them the attenuation is taken is not known. Set another JumpUnit."));
  }
  const double factor = paraxanes::MassPerEdgeJump(plan.AttenuationJump, plan.Unit, spacing[0]);
  const vtkIdType voxels = output->GetNumberOfPoints();
  const std::string name = "metal_mass" + plan.Suffix;
  const std::string errorName = "metal_mass_error" + plan.Suffix;
  const auto masses = paraxanes::NewArray<vtkFloatArray>(name, voxels);
  const auto errors = plan.JumpToNoise ? paraxanes::NewArray<vtkFloatArray>(errorName, voxels)
                                       : vtkSmartPointer<vtkFloatArray>();
  const paraxanes::TypedValues jumps(plan.Jump);
  const paraxanes::TypedValues significances(plan.JumpToNoise);
  for (vtkIdType i = 0; i < NumberOfSlabs; ++i)
  {
    const vtkIdType begin = voxels * i / NumberOfSlabs;
    const vtkIdType end = voxels * (i + 1) / NumberOfSlabs;
    float* mass = masses->GetPointer(0);
    jumps.With(
      [&](const auto* jump)
      {
        paraxanes::ParallelFor(begin, end, Grain,
          [&](std::int64_t first, std::int64_t last)
          {
            std::transform(jump + first, jump + last, mass + first,
              [factor](auto value) { return static_cast<float>(factor * value); });
          });
      });
    significances.With(
      [&](const auto* significance)
      {
        float* error = errors->GetPointer(0);
        paraxanes::ParallelFor(begin, end, Grain,
          [&](std::int64_t first, std::int64_t last)
          {
            std::transform(mass + first, mass + last, significance + first, error + first,
              [](float of, auto noise) { return static_cast<float>(of / noise); });
          });
      });
    this->UpdateProgress(static_cast<double>(i + 1) / static_cast<double>(NumberOfSlabs));
    if (this->CheckAbort())
    {
      return false;
    }
  }
  output->GetPointData()->AddArray(masses);
  if (errors)
  {
    output->GetPointData()->AddArray(errors);
  }
  output->GetPointData()->SetActiveScalars(name.c_str());
  paraxanes::StoreRanges(output);

  const bool isAreal = plan.Unit == paraxanes::JumpUnit::Absorbance;
  paraxanes::SetField(output, name + "_unit", std::string(isAreal ? "g/cm2" : "g/cm3"));
  paraxanes::SetField(output, name + "_element", plan.Element);
  paraxanes::SetField(
    output, name + "_attenuation_jump", std::vector<double>{ plan.AttenuationJump });
  paraxanes::SetField(output, name + "_source", plan.Source);
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
  return true;
}

void vtkMetalMass::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Element: " << this->Element << "\n";
  os << indent << "Edge: " << this->Edge << "\n";
  os << indent << "MassAttenuationJump: " << this->MassAttenuationJump << " cm2/g\n";
  os << indent << "JumpUnit: " << this->JumpUnit << "\n";
}
