// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumFile.h
 * A single XAS spectrum in a text file: XDI (XAS Data Interchange 1.0, Ravel et al., J. Phys.:
 * Conf. Ser. 712, 012148 (2016)), Athena's .xmu and .nor, and plain columns.
 *
 * Columns are separated by spaces, tabs, commas or semicolons; `#`, `%`, `;`, `!` and `*` begin
 * comments. Names come from XDI's `Column.N` headers, a header line of words, or the last comment
 * before the numbers that has an energy and as many words as there are columns. Numbers may be
 * Fortran's (`.8786204E+04`, `1.0D+03`) and may have decimal commas where the columns are
 * separated by semicolons, tabs or spaces.
 */
#ifndef SpectrumFile_h
#define SpectrumFile_h

#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

struct SpectrumColumn
{
  std::string Name;
  std::vector<double> Values;
};

struct Spectrum
{
  std::vector<double> Energies; ///< eV, strictly ascending
  std::vector<double> Mu;       ///< finite
  /// The other columns of the file in their order; names differ from each other, from
  /// "energy (eV)" and from "mu".
  std::vector<SpectrumColumn> Others;
  /// "Element.symbol" to "Ni", as the file has them.
  std::vector<std::pair<std::string, std::string>> Metadata;
  std::string Element;    ///< empty where the file does not say
  std::string Edge;       ///< likewise
  std::string EnergyUnit; ///< of the file: "eV" or "keV"
  std::string MuFrom;     ///< "column 2 (mutrans)", "ln(i0 / itrans)"
  std::vector<std::string> Warnings;
};

struct SpectrumOptions
{
  std::string EnergyColumn; ///< name, or number from 1; empty: found by itself
  std::string MuColumn;     ///< likewise
  double EnergyShift = 0.0; ///< eV, added to every energy
};

/**
 * Reads a spectrum. Energies are taken in the unit that the file names, else in keV when all are
 * below 100. Rows without a finite energy above 0 and a finite mu are left out, energies out of
 * order are sorted, rows of the same energy averaged; each with a warning that counts them.
 * Throws FormatError, with the line where there is one, for what is no spectrum.
 */
Spectrum ReadSpectrum(const std::string& path, const SpectrumOptions& options);

/**
 * Whether a file should be offered as a spectrum: XDI; or columns named energy and mu (or what mu
 * is made of); or without names two or three columns whose first ascends like the energies of a
 * scan. Looks at the first 64 KiB. Any other table is somebody else's.
 */
bool LooksLikeSpectrum(const std::string& path);

}

#endif
