// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ColorBars.h"

#include "ColorSettings.h"

#include <vtkCommand.h>
#include <vtkDataObject.h>
#include <vtkNew.h>
#include <vtkPVArrayInformation.h>
#include <vtkPVDataInformation.h>
#include <vtkSMPropertyHelper.h>
#include <vtkSMProxy.h>
#include <vtkSMProxyManager.h>
#include <vtkSMSessionProxyManager.h>
#include <vtkSMSettings.h>
#include <vtkSMSourceProxy.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace
{

constexpr const char* EnergyName = "edge_energy";
constexpr const char* ArrayLists = "RepresentedArrayListSettings";

bool StartsWith(const std::string& text, const std::string& start)
{
  return text.compare(0, start.size(), start) == 0;
}

std::string Words(std::string name)
{
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

// The array that a colour map is for: they are registered as (array).PVLookupTable.
std::string ArrayOf(const std::string& proxyName)
{
  const std::size_t end = proxyName.rfind(".PVLookupTable");
  return end == std::string::npos ? std::string() : proxyName.substr(0, end);
}

// The longest array of this plugin that this name is, or begins with, before an underscore.
std::string KnownName(const std::string& array)
{
  std::string longest;
  for (const std::string& known : paraxanes::ColoredMaps())
  {
    const bool fits = array == known || StartsWith(array, known + "_");
    longest = fits && known.size() > longest.size() ? known : longest;
  }
  return longest;
}

std::string FieldText(vtkPVDataInformation* data, const std::string& name)
{
  vtkPVArrayInformation* array = data->GetArrayInformation(name.c_str(), vtkDataObject::FIELD);
  return array && array->GetNumberOfStringValues() > 0 ? array->GetStringValue(0) : "";
}

// What is coloured by a map: among its users are representations.
vtkPVDataInformation* ColoredData(vtkSMProxy* colors, const std::string& array)
{
  for (unsigned int i = 0; i < colors->GetNumberOfConsumers(); ++i)
  {
    const vtkSMPropertyHelper input(colors->GetConsumerProxy(i), "Input", /*quiet=*/true);
    auto* source = vtkSMSourceProxy::SafeDownCast(
      input.GetNumberOfElements() > 0 ? input.GetAsProxy() : nullptr);
    vtkPVDataInformation* data =
      source ? source->GetDataInformation(input.GetOutputPort()) : nullptr;
    if (data && data->GetArrayInformation(array.c_str(), vtkDataObject::POINT))
    {
      return data;
    }
  }
  return nullptr;
}

// Such as "Ni K-edge energy, derivative (eV)" of edge_energy_derivative.
std::string EnergyTitle(const std::string& array, vtkPVDataInformation* data)
{
  const std::string element = FieldText(data, "element");
  const std::string edge = FieldText(data, "edge");
  const std::string of = element.empty() || edge.empty() ? "edge" : element + " " + edge + "-edge";
  const std::string suffix = array.substr(std::string(EnergyName).size());
  const bool isElement = suffix.empty() || suffix == "_" + element;
  return of + " energy" + (isElement ? "" : "," + Words(suffix)) + " (eV)";
}

std::string Title(const std::string& array, vtkPVDataInformation* data)
{
  if (StartsWith(array, EnergyName) && !StartsWith(array, std::string(EnergyName) + "_error"))
  {
    return EnergyTitle(array, data);
  }
  const std::string known = KnownName(array);
  const std::string unit = known == "theta" ? "degrees"
    : known == "depth"                      ? "um"
    : known.find("energy") != std::string::npos
    ? "eV"
    : FieldText(data, array.substr(0, array.find("_magnitude")) + "_unit");
  return Words(array) + (unit.empty() || unit == "dimensionless" ? "" : " (" + unit + ")");
}

// ParaView keeps it up to date, but does not begin where there is a title.
std::string ComponentTitle(vtkSMProxy* colors, vtkPVArrayInformation* values)
{
  if (values->GetNumberOfComponents() == 1)
  {
    return {};
  }
  const std::string mode = vtkSMPropertyHelper(colors, "VectorMode").GetAsString();
  const int component = vtkSMPropertyHelper(colors, "VectorComponent").GetAsInt();
  const char* name = mode == "Component" ? values->GetComponentName(component) : "Magnitude";
  return name ? name : "";
}

// ParaView's own of two digits writes 8.3e+03 for 8344.4.
void SetFormats(vtkSMProxy* bar)
{
  const std::string before = vtkSMPropertyHelper(bar, "RangeLabelFormat").GetAsString();
  const char* format = before.find('{') == std::string::npos ? "%.6g" : "{:.6g}";
  vtkSMPropertyHelper(bar, "AutomaticLabelFormat").Set(0);
  vtkSMPropertyHelper(bar, "LabelFormat").Set(format);
  vtkSMPropertyHelper(bar, "RangeLabelFormat").Set(format);
}

void NameColorBar(vtkSMProxy* bar)
{
  vtkSMProxy* colors = vtkSMPropertyHelper(bar, "LookupTable").GetAsProxy();
  vtkSMSessionProxyManager* proxies = bar->GetSessionProxyManager();
  const char* name = colors ? proxies->GetProxyName("lookup_tables", colors) : nullptr;
  const std::string array = name ? ArrayOf(name) : "";
  vtkPVDataInformation* data = KnownName(array).empty() ? nullptr : ColoredData(colors, array);
  if (!data)
  {
    return;
  }
  vtkPVArrayInformation* values = data->GetArrayInformation(array.c_str(), vtkDataObject::POINT);
  vtkSMPropertyHelper(bar, "Title").Set(Title(array, data).c_str());
  vtkSMPropertyHelper(bar, "ComponentTitle").Set(ComponentTitle(colors, values).c_str());
  SetFormats(bar);
  bar->UpdateVTKObjects();
}

void ColorAsKnown(vtkSMProxy* colors, const std::string& array)
{
  const std::string known = KnownName(array);
  if (known.empty() || known == array)
  {
    return;
  }
  const std::string settings = ".array_lookup_tables." + known;
  vtkSMSettings::GetInstance()->GetProxySettings(settings.c_str(), colors);
  colors->UpdateVTKObjects();
}

// ParaView colours by the first array by name, which would be where the voxels of a block are.
void HideBookkeeping(vtkSMProxy* settings)
{
  constexpr const char* Bookkeeping = "^block_(centroid|count)$";
  vtkSMPropertyHelper filters(settings, "FilterExpressions");
  const unsigned int number = filters.GetNumberOfElements();
  for (unsigned int i = 0; i < number; ++i)
  {
    if (std::strcmp(filters.GetAsString(i), Bookkeeping) == 0)
    {
      return;
    }
  }
  filters.Set(number, Bookkeeping);
  settings->UpdateVTKObjects();
}

class Watcher : public vtkCommand
{
public:
  static Watcher* New() { return new Watcher; }
  vtkTypeMacro(Watcher, vtkCommand);

  void Execute(vtkObject*, unsigned long, void* data) override
  {
    const auto* registered =
      static_cast<const vtkSMProxyManager::RegisteredProxyInformation*>(data);
    vtkSMProxy* proxy = registered ? registered->Proxy : nullptr;
    if (!proxy || !registered->GroupName || !registered->ProxyName ||
      proxy->GetSessionProxyManager()->GetInLoadXMLState())
    {
      return;
    }
    const std::string group = registered->GroupName;
    if (group == "settings" && registered->ProxyName == std::string(ArrayLists))
    {
      HideBookkeeping(proxy);
    }
    else if (group == "scalar_bars")
    {
      NameColorBar(proxy);
    }
    else if (group == "lookup_tables")
    {
      ColorAsKnown(proxy, ArrayOf(registered->ProxyName));
    }
  }
};

}

void paraxanes::WatchColorBars()
{
  static bool isWatching = false;
  if (isWatching || !vtkSMProxyManager::IsInitialized())
  {
    return;
  }
  isWatching = true;
  vtkNew<Watcher> watcher;
  vtkSMProxyManager* proxies = vtkSMProxyManager::GetProxyManager();
  proxies->AddObserver(vtkCommand::RegisterEvent, watcher);
  vtkSMSessionProxyManager* session = proxies->GetActiveSessionProxyManager();
  vtkSMProxy* settings = session ? session->GetProxy("settings", ArrayLists) : nullptr;
  if (settings)
  {
    HideBookkeeping(settings);
  }
}
