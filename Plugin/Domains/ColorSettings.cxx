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

// From none to much, where ParaView's blue and red would show two sides.
const char* const Amounts[] = { "valence_gradient", "valence_gradient_magnitude",
  "edge_energy_error", "white_line_height", "depth" };

const char* const Stacks[] = { "absorbance", "normalized_absorbance" };

constexpr double Gray[] = { 0, 0, 0, 0, 1, 1, 1, 1 };

// Of matplotlib: even steps, also for those who are colour-blind.
constexpr double Viridis[] = { 0, 0.267, 0.005, 0.329, 0.125, 0.283, 0.141, 0.458, 0.25, 0.254,
  0.265, 0.530, 0.375, 0.207, 0.372, 0.553, 0.5, 0.164, 0.471, 0.558, 0.625, 0.128, 0.567, 0.551,
  0.75, 0.267, 0.749, 0.441, 0.875, 0.565, 0.842, 0.263, 1, 0.993, 0.906, 0.144 };

// ParaView's own is 1, that of the user's settings too.
constexpr double Priority = 0.5;
constexpr int Lab = 2;         // of PVLookupTable's ColorSpace
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
  tables["theta"]["PVLookupTable"]["NanOpacity"] = 0.0;
  for (const char* name : Amounts)
  {
    tables[name]["PVLookupTable"] = { { "RGBPoints", Viridis }, { "ColorSpace", Lab },
      { "NanOpacity", 0.0 } };
  }
  // The magnitude of a spectrum means nothing; its first energy does.
  for (const char* name : Stacks)
  {
    tables[name]["PVLookupTable"] = { { "VectorMode", ByComponent }, { "VectorComponent", 0 },
      { "RGBPoints", Gray }, { "NanOpacity", 0.0 } };
  }
  vtkSMSettings::GetInstance()->AddCollectionFromString(settings.dump(), Priority);
}

std::vector<std::string> paraxanes::ColoredMaps()
{
  std::vector<std::string> names(std::begin(EnergyMaps), std::end(EnergyMaps));
  names.insert(names.end(), std::begin(Amounts), std::end(Amounts));
  names.insert(names.end(), std::begin(Stacks), std::end(Stacks));
  names.emplace_back("theta");
  return names;
}
