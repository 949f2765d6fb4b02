// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkMetalMass.h"

#include "ArrayValues.h"
#include "EdgeTable.h"
#include "EnergyStack.h"
#include "InputError.h"
#include "MetalMass.h"
#include "NewArray.h"
#include "Parallel.h"

#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkObjectFactory.h>
#include <vtkPointData.h>
#include <vtkVariant.h>

#include <algorithm>
#include <cmath>
#include <set>

vtkStandardNewMacro(vtkMetalMass);

namespace
{

using paraxanes::InputError;
using paraxanes::TextOf;

constexpr vtkIdType Grain = 65536; // voxels of a block

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

// Throws InputError.
void CheckPositive(const char* name, double value)
{
  if (value != 0.0 && !(value > 0.0 && std::isfinite(value)))
  {
    throw InputError(TextOf(name, " is ", value, ". It has to be above 0, or 0 for the default."));
  }
}

// The same on every rank: the extent is the whole image's.
bool IsFlat(const std::array<int, 6>& whole)
{
  return whole[0] == whole[1] || whole[2] == whole[3] || whole[4] == whole[5];
}

}

// What the masses are made of.
struct vtkMetalMass::Plan
{
  vtkDataArray* Jump = nullptr;
  vtkDataArray* JumpError = nullptr; // may be null
  std::string Suffix;
  std::string Element; // with its edge; may be empty
  std::string Source;
  double AttenuationJump = 0.0; // cm2/g
  paraxanes::JumpUnit Unit = paraxanes::JumpUnit::Absorbance;
};

vtkMetalMass::vtkMetalMass() = default;

vtkMetalMass::~vtkMetalMass() = default;

void vtkMetalMass::ReadSettings()
{
  CheckPositive("MassAttenuationJump", this->MassAttenuationJump);
  CheckPositive("VoxelWidth", this->VoxelWidth);
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
  plan.JumpError = MapOf(image, "edge_jump_error" + plan.Suffix);

  std::string element = this->Element;
  std::string edge = this->Edge;
  if (element.empty())
  {
    element = paraxanes::GetField(image, "element" + plan.Suffix);
    edge = edge.empty() ? paraxanes::GetField(image, "edge" + plan.Suffix) : edge;
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
            "tables differ by up to 45 %). Set MassAttenuationJump in cm2/g; the edge jump of a "
            "soft L3 edge is that of L3 and L2: give the jump at both together.");
    }
    plan.AttenuationJump = *known;
    plan.Source = "table of Elam, Ravel and Sieber (2002)";
  }

  if (this->JumpUnit != AUTOMATIC)
  {
    plan.Unit = static_cast<paraxanes::JumpUnit>(this->JumpUnit - 1);
    return plan;
  }
  const std::string projection = paraxanes::GetField(image, "projection_operation");
  if (projection == "Sum")
  {
    throw InputError(
      "The edge jump is a sum over voxels (Masked Projection): what its unit is cannot "
      "be told. Take Metal Mass before the projection, or set JumpUnit.");
  }
  const bool isSection = isFlat && projection.empty();
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
  else if (!isSection || none.count(unit) == 0)
  {
    throw InputError("What the edge jump is cannot be told: the image is " +
      std::string(isSection ? "flat"
          : isFlat          ? "the projection of a volume"
                            : "a volume") +
      ", and its absorbance_unit is \"" + unit +
      "\". Set JumpUnit: Absorbance for -ln(I/I0), or PerMicrometre, PerCentimetre or PerVoxel for "
      "an attenuation per length.");
  }
  return plan;
}

// Of the voxels whose attenuation it is, um. Throws InputError.
double vtkMetalMass::FindVoxelWidth(vtkImageData* image) const
{
  if (this->VoxelWidth > 0.0)
  {
    return this->VoxelWidth;
  }
  // Means over blocks are still attenuations over the voxels that were there before.
  auto* blocks = vtkDataArray::SafeDownCast(image->GetFieldData()->GetAbstractArray("block_size"));
  const bool isBinned = blocks && blocks->GetNumberOfValues() == 3;
  double width[3];
  for (int a = 0; a < 3; ++a)
  {
    width[a] = image->GetSpacing()[a] / (isBinned ? blocks->GetVariantValue(a).ToDouble() : 1.0);
  }
  const bool isCube =
    std::abs(width[1] / width[0] - 1.0) < 1e-6 && std::abs(width[2] / width[0] - 1.0) < 1e-6;
  if (!isCube || !(width[0] > 0.0))
  {
    throw InputError(TextOf("The voxels are ", width[0], ", ", width[1], ", ", width[2],
      " um wide: over which of them the attenuation is taken is not known. Set VoxelWidth, or "
      "another JumpUnit."));
  }
  return width[0];
}

bool vtkMetalMass::AddMaps(vtkImageData* output, const std::array<int, 6>& whole)
{
  const Plan plan = this->FindPlan(output, IsFlat(whole));
  const double width =
    plan.Unit == paraxanes::JumpUnit::PerVoxel ? this->FindVoxelWidth(output) : 1.0;
  const double factor = paraxanes::MassPerEdgeJump(plan.AttenuationJump, plan.Unit, width);
  const vtkIdType voxels = output->GetNumberOfPoints();
  const std::string name = "metal_mass" + plan.Suffix;
  const std::string errorName = "metal_mass_error" + plan.Suffix;
  const auto masses = paraxanes::NewArray<vtkFloatArray>(name, voxels);
  const auto errors = plan.JumpError ? paraxanes::NewArray<vtkFloatArray>(errorName, voxels)
                                     : vtkSmartPointer<vtkFloatArray>();
  const paraxanes::TypedValues jumps(plan.Jump);
  const paraxanes::TypedValues jumpErrors(plan.JumpError);
  const auto work = [&](vtkIdType begin, vtkIdType end)
  {
    const auto scale = [&](const auto* from, float* to)
    {
      paraxanes::ParallelFor(begin, end, Grain,
        [&](std::int64_t first, std::int64_t last)
        {
          std::transform(from + first, from + last, to + first,
            [factor](auto value) { return static_cast<float>(factor * value); });
        });
    };
    jumps.With([&](const auto* jump) { scale(jump, masses->GetPointer(0)); });
    jumpErrors.With([&](const auto* error) { scale(error, errors->GetPointer(0)); });
  };
  if (!this->ForSlabs(voxels, work))
  {
    return false;
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
  os << indent << "VoxelWidth: " << this->VoxelWidth << " um\n";
}
