// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EnergyTable.h
 * Text files with one energy a line: energy lists and incident spectra.
 */
#ifndef EnergyTable_h
#define EnergyTable_h

#include <string>
#include <vector>

namespace paraxanes
{

/// One line of a table.
struct EnergyEntry
{
  double Energy = 0.0; ///< eV
  double Value = 0.0;  ///< second column where it is a number, else NaN
  std::string File;    ///< second column where it is a name
};

/**
 * Reads a table of one or two columns, separated by spaces, tabs, commas or semicolons; `#`
 * begins a comment; a first line that begins with a word is a header. Commas are decimal marks
 * where semicolons, spaces or tabs separate ("8330,5 12"). Energies are in eV, or in keV when all
 * are below 100. Throws FormatError, with the line, for what is no finite energy above 0.
 */
std::vector<EnergyEntry> ReadEnergyTable(const std::string& path);

/**
 * Reads a table of energies, and of files in the second column, likewise. All numbers of a single
 * line are energies. Throws FormatError also where a line is like "8330,5", which may be one number
 * or two, and neither a header of two columns nor another line tells.
 */
std::vector<EnergyEntry> ReadEnergyList(const std::string& path);

}

#endif
