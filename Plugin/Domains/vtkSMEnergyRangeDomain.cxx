// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkSMEnergyRangeDomain.h"

#include "EdgeTable.h"
#include "EnergyAxis.h"

#include <vtkDataObject.h>
#include <vtkObjectFactory.h>
#include <vtkPVArrayInformation.h>
#include <vtkPVDataInformation.h>
#include <vtkPVXMLElement.h>
#include <vtkSMPropertyHelper.h>
#include <vtkSMUncheckedPropertyHelper.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkSMEnergyRangeDomain);

namespace
{

// The entries of E0Source.
enum E0Sources
{
  FROM_TABLE,
  GIVEN
};

std::string TextOf(vtkSMProperty* property)
{
  const char* text = property ? vtkSMUncheckedPropertyHelper(property).GetAsString() : nullptr;
  return text ? text : "";
}

double NumberOf(vtkSMProperty* property)
{
  return property ? vtkSMUncheckedPropertyHelper(property).GetAsDouble() : 0.0;
}

std::string FieldText(vtkPVDataInformation* data, const char* name)
{
  vtkPVArrayInformation* array = data->GetArrayInformation(name, vtkDataObject::FIELD);
  return array && array->GetNumberOfStringValues() > 0 ? array->GetStringValue(0) : "";
}

// The first and the last energy of a stack, or of the spectra in a table.
std::optional<paraxanes::EnergyRange> ScanOf(vtkPVDataInformation* data)
{
  vtkPVArrayInformation* energies = data->GetArrayInformation("energy", vtkDataObject::FIELD);
  if (!energies)
  {
    energies = data->GetArrayInformation("energy (eV)", vtkDataObject::ROW);
  }
  if (!energies)
  {
    return std::nullopt;
  }
  const double first = energies->GetComponentRange(0)[0];
  const double last = energies->GetComponentRange(0)[1];
  if (!std::isfinite(first) || !std::isfinite(last) || first >= last)
  {
    return std::nullopt;
  }
  return paraxanes::EnergyRange{ first, last };
}

}

struct vtkSMEnergyRangeDomain::Internals
{
  paraxanes::EnergyRange paraxanes::EnergyRanges::*Which = &paraxanes::EnergyRanges::PreEdge;
  std::optional<paraxanes::EnergyRange> Scan;
  std::optional<paraxanes::EnergyRange> Automatic;
};

vtkSMEnergyRangeDomain::vtkSMEnergyRangeDomain()
  : Internal(std::make_unique<Internals>())
{
}

vtkSMEnergyRangeDomain::~vtkSMEnergyRangeDomain() = default;

int vtkSMEnergyRangeDomain::ReadXMLAttributes(vtkSMProperty* property, vtkPVXMLElement* element)
{
  const std::string range = element->GetAttributeOrEmpty("range");
  this->Internal->Which = range == "PostEdge" ? &paraxanes::EnergyRanges::PostEdge
    : range == "Window"                       ? &paraxanes::EnergyRanges::Window
                                              : &paraxanes::EnergyRanges::PreEdge;
  return this->Superclass::ReadXMLAttributes(property, element);
}

// As the filters resolve it; what only they can know, the mean spectrum and the energies one by
// one (Range Rule Larch), gives 0.
double vtkSMEnergyRangeDomain::FindE0(vtkPVDataInformation* data)
{
  if (NumberOf(this->GetRequiredProperty("RangeRule")) != 0.0)
  {
    return 0.0;
  }
  const auto source = static_cast<int>(NumberOf(this->GetRequiredProperty("E0Source")));
  if (source == GIVEN)
  {
    return NumberOf(this->GetRequiredProperty("E0"));
  }
  std::string element = TextOf(this->GetRequiredProperty("Element"));
  std::string edge = TextOf(this->GetRequiredProperty("Edge"));
  if (element.empty() && edge.empty())
  {
    element = FieldText(data, "element");
    edge = FieldText(data, "edge");
  }
  paraxanes::AbsorptionEdge chosen;
  const paraxanes::EnergyRange& scan = *this->Internal->Scan;
  const bool found = paraxanes::ChooseEdge(element, edge, scan.Low, scan.High, chosen).empty();
  return source == FROM_TABLE && found ? chosen.Energy : 0.0;
}

void vtkSMEnergyRangeDomain::Update(vtkSMProperty*)
{
  DeferDomainModifiedEvents defer(this);
  Internals& internal = *this->Internal;
  const std::optional<paraxanes::EnergyRange> before = internal.Automatic;
  internal.Automatic.reset();

  vtkPVDataInformation* data = this->GetInputDataInformation("Input");
  internal.Scan = data ? ScanOf(data) : std::nullopt;
  const double e0 = internal.Scan ? this->FindE0(data) : 0.0;
  const bool relative = NumberOf(this->GetRequiredProperty("RangesRelativeToE0")) != 0.0;
  const double zero = relative ? e0 : 0.0;
  if (e0 > 0.0)
  {
    const paraxanes::EnergyRange range =
      paraxanes::DefaultRanges(e0, internal.Scan->Low, internal.Scan->High).*internal.Which;
    internal.Automatic = { range.Low - zero, range.High - zero };
  }
  const bool isKnown = internal.Scan && (!relative || e0 > 0.0);
  this->SetEntries(isKnown
      ? std::vector<vtkEntry>(2, vtkEntry(internal.Scan->Low - zero, internal.Scan->High - zero))
      : std::vector<vtkEntry>());
  if (before.has_value() != internal.Automatic.has_value() ||
    (before &&
      (before->Low != internal.Automatic->Low || before->High != internal.Automatic->High)))
  {
    this->DomainModified();
  }
}

int vtkSMEnergyRangeDomain::SetDefaultValues(vtkSMProperty* property, bool useUncheckedValues)
{
  if (!this->Internal->Automatic)
  {
    return 0;
  }
  const double range[2] = { this->Internal->Automatic->Low, this->Internal->Automatic->High };
  vtkSMPropertyHelper helper(property);
  helper.SetUseUnchecked(useUncheckedValues);
  helper.Set(range, 2);
  return 1;
}

void vtkSMEnergyRangeDomain::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Automatic: ";
  if (this->Internal->Automatic)
  {
    os << this->Internal->Automatic->Low << " " << this->Internal->Automatic->High << "\n";
  }
  else
  {
    os << "(not known)\n";
  }
}
