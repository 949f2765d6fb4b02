// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ColorSettings.h"

#include "ValencePreset.h"

#include <vtkSMSettings.h>

#include <nlohmann/json.hpp>

#include <iterator>

namespace
{

// Edge energies, and what is made of them: blue low, red high.
const char* const EnergyMaps[] = { "edge_energy", "edge_energy_derivative", "edge_energy_centroid",
  "edge_energy_white_line_fraction", "white_line_energy", "edge_energy_detrended",
  "true_edge_energy", "valence" };

const char* const OtherMaps[] = { "theta", "valence_gradient", "valence_gradient_magnitude",
  "edge_energy_error", "white_line_height", "depth" };

const char* const Stacks[] = { "absorbance", "normalized_absorbance" };

// ParaView's own is 1, that of the user's settings too.
constexpr double Priority = 0.5;
constexpr int ByComponent = 1; // of PVLookupTable's VectorMode

}

void paraxanes::AddColorSettings()
{
  const nlohmann::json presets = nlohmann::json::parse(ValencePreset);
  nlohmann::json settings;
  settings["TransferFunctionPresets"]["CustomPresets"] = presets.dump();
  nlohmann::json& tables = settings["array_lookup_tables"];
  for (const char* name : EnergyMaps)
  {
    tables[name]["PVLookupTable"] = presets[0];
  }
  for (const char* name : OtherMaps)
  {
    tables[name]["PVLookupTable"]["NanOpacity"] = 0.0;
  }
  // The magnitude of a spectrum means nothing; its first energy does.
  for (const char* name : Stacks)
  {
    tables[name]["PVLookupTable"] = { { "VectorMode", ByComponent }, { "VectorComponent", 0 },
      { "NanOpacity", 0.0 } };
  }
  vtkSMSettings::GetInstance()->AddCollectionFromString(settings.dump(), Priority);
}

std::vector<std::string> paraxanes::ColoredMaps()
{
  std::vector<std::string> names(std::begin(EnergyMaps), std::end(EnergyMaps));
  names.insert(names.end(), std::begin(OtherMaps), std::end(OtherMaps));
  return names;
}
