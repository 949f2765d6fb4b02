// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkEnergyCalibration
 * @brief The shift of a monochromator's energies, from the spectrum of a foil.
 *
 * Input: a vtkTable with columns `energy (eV)` and `mu`, as XAS Spectrum Reader makes it. The
 * steepest rise of mu within HalfWidth of the edge is looked for (the inflection of a cubic through
 * the four energies about it, so that it does not snap to one of them) and compared with the
 * energy that the edge of the element has in the table.
 *
 * Output (vtkTable), one row: `edge`, `reference energy (eV)`, `found energy (eV)`,
 * `energy shift (eV)`, which is what EnergyShift of TXM Stack Reader and XAS Spectrum Reader take
 * for scans with the same monochromator. On several ranks the first one has it.
 */
#ifndef vtkEnergyCalibration_h
#define vtkEnergyCalibration_h

#include "ParaXANESFiltersModule.h"

#include <vtkTableAlgorithm.h>

#include <string> // for std::string

class PARAXANESFILTERS_EXPORT vtkEnergyCalibration : public vtkTableAlgorithm
{
public:
  static vtkEnergyCalibration* New();
  vtkTypeMacro(vtkEnergyCalibration, vtkTableAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// Element and edge ("K" or "L3") of the foil. Empty (default): those in the spectrum's field
  /// data, else the one edge that it covers.
  vtkSetStringMacro(Element);
  vtkGetStringMacro(Element);
  vtkSetStringMacro(Edge);
  vtkGetStringMacro(Edge);
  ///@}

  ///@{
  /// Energy of the steepest rise of the foil, eV; 0 (default): that of the table of edges.
  vtkSetClampMacro(ReferenceEnergy, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(ReferenceEnergy, double);
  ///@}

  ///@{
  /// How far from the reference energy the rise is looked for, eV. Default: 30.
  vtkSetClampMacro(HalfWidth, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(HalfWidth, double);
  ///@}

protected:
  vtkEnergyCalibration() = default;
  ~vtkEnergyCalibration() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  char* Element = nullptr;
  char* Edge = nullptr;
  double ReferenceEnergy = 0.0;
  double HalfWidth = 30.0;

private:
  vtkEnergyCalibration(const vtkEnergyCalibration&) = delete;
  void operator=(const vtkEnergyCalibration&) = delete;

  // Empty: calibrated. Otherwise what is wrong.
  std::string Calibrate(vtkTable* spectrum, vtkTable* output);
};

#endif
