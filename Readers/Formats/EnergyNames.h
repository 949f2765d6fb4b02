// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EnergyNames.h
 * Energies in the names of files and folders and in page descriptions, and the files that belong
 * together by their names.
 */
#ifndef EnergyNames_h
#define EnergyNames_h

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// An energy in a name, and the text on both sides of it.
struct NamedEnergy
{
  double Energy = 0.0; ///< eV
  std::string Before;
  std::string After;
};

/**
 * The last number in `name` that is followed by its unit: 8333.00_eV, 08333.0_eV, 8333p50eV,
 * 8333.50eV, "8333 eV", 8.3335_keV. A number without a unit is not taken for an energy.
 */
std::optional<NamedEnergy> FindEnergy(const std::string& name);

/// The energy in the name of a file or, where there is none, of its folder, eV.
std::optional<double> EnergyOfPath(const std::string& path);

/**
 * The energy that a page description states, eV: energy_eV=700.0, "energy": 8.333 keV,
 * Energy = 8333.0 (below 100: keV), or as in a name.
 */
std::optional<double> EnergyOfDescription(const std::string& description);

/**
 * The files whose names differ from this one's in the energy only; where the energy is in the
 * folder's name, the files of the same name in such folders. In the order of the energies, the
 * file itself included. Only the file itself where its name holds no energy.
 */
std::vector<std::string> FindSeries(const std::string& path);

/// The files of a folder or the folders in it, with their energies in ascending order, whose names
/// differ from that of `series` in the energy only.
std::vector<std::pair<double, std::string>> FindSiblings(
  const std::string& folder, const NamedEnergy& series);

/**
 * Whether the files are one of the groups that ParaView's file dialog makes of a series: it knows
 * one integer per name, so that all of vol_*.00_eV.tif are one group and all of vol_*.50_eV.tif
 * another one.
 */
bool IsDialogGroup(const std::vector<std::string>& paths, const std::vector<std::string>& series);

}

#endif
