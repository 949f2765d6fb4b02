// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ColumnNames.h
 * What the columns of a table are, by their names: energies, angles, and what mu is made of.
 */
#ifndef ColumnNames_h
#define ColumnNames_h

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace paraxanes
{

/// "Energy (eV)", "energy_keV", "photon energy".
bool IsEnergyName(const std::string& name);

/// "theta", "bragg_angle".
bool IsAngleName(const std::string& name);

/// Ways to mu: a column, or a formula of two.
struct MuSource
{
  std::optional<std::size_t> Column;
  std::optional<std::size_t> Incident;
  std::optional<std::size_t> Transmitted;
  std::optional<std::size_t> Fluorescence;

  explicit MuSource(const std::vector<std::string>& names);

  bool Known() const
  {
    return this->Column || (this->Incident && (this->Transmitted || this->Fluorescence));
  }
};

}

#endif
