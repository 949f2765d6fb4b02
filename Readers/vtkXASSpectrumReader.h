// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkXASSpectrumReader
 * @brief Reads a single X-ray absorption spectrum from a text file.
 *
 * XDI, Athena's .xmu and .nor, and plain columns; what is understood is said in
 * Formats/SpectrumFile.h.
 *
 * Output: vtkTable with float64 columns "energy (eV)", strictly ascending, and "mu", finite; then
 * the other columns of the file under their own names. Field data: the headers of the file under
 * their own names (Element.symbol, Sample.name, ...), and `element` and `edge` where the file says
 * so, `source` (name of the file), `energy_unit_of_file`, `mu_from`, `energy_shift` (eV),
 * `paraxanes_version`. On several ranks the first one has the rows, the others an empty table.
 */
#ifndef vtkXASSpectrumReader_h
#define vtkXASSpectrumReader_h

#include "ParaXANESReadersModule.h"

#include <vtkTableAlgorithm.h>

#include <string> // for std::string

class PARAXANESREADERS_EXPORT vtkXASSpectrumReader : public vtkTableAlgorithm
{
public:
  static vtkXASSpectrumReader* New();
  vtkTypeMacro(vtkXASSpectrumReader, vtkTableAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// True for a file that is a spectrum without doubt: XDI; columns named energy and mu; or columns
  /// without names of which the first ascends like the energies of a scan.
  int CanReadFile(const char* name);

  ///@{
  /// The file.
  vtkSetFilePathMacro(FileName);
  vtkGetFilePathMacro(FileName);
  ///@}

  ///@{
  /// Columns of energy and mu: a name, or a number from 1. Empty (default): found by their names,
  /// else columns 1 and 2; where there is no mu, ln(i0 / itrans) or ifluor / i0.
  vtkSetStdStringFromCharMacro(EnergyColumn);
  vtkGetCharFromStdStringMacro(EnergyColumn);
  vtkSetStdStringFromCharMacro(MuColumn);
  vtkGetCharFromStdStringMacro(MuColumn);
  ///@}

  ///@{
  /// Added to every energy, eV: the calibration of the monochromator. Default: 0.
  vtkSetMacro(EnergyShift, double);
  vtkGetMacro(EnergyShift, double);
  ///@}

protected:
  vtkXASSpectrumReader();
  ~vtkXASSpectrumReader() override;

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  char* FileName = nullptr;
  std::string EnergyColumn;
  std::string MuColumn;
  double EnergyShift = 0.0;

private:
  vtkXASSpectrumReader(const vtkXASSpectrumReader&) = delete;
  void operator=(const vtkXASSpectrumReader&) = delete;
};

#endif
