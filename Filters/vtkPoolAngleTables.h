// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkPoolAngleTables
 * @brief One theta density from the tables of several images.
 *
 * The inputs are tables of theta densities (output 1 of vtkRadialAngleHistogram), of the same bins,
 * the same unit and the same kind (space or plane). Counts and sums of |u| are added up and the
 * densities made anew from them, so that each vector counts the same, whichever image it is from.
 * Of a table with several particles the rows of all together (particle 0) are taken.
 *
 * Tables are on rank 0 only, and so is the result.
 */
#ifndef vtkPoolAngleTables_h
#define vtkPoolAngleTables_h

#include "ParaXANESFiltersModule.h"

#include <vtkTableAlgorithm.h>

class PARAXANESFILTERS_EXPORT vtkPoolAngleTables : public vtkTableAlgorithm
{
public:
  static vtkPoolAngleTables* New();
  vtkTypeMacro(vtkPoolAngleTables, vtkTableAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

protected:
  vtkPoolAngleTables() = default;
  ~vtkPoolAngleTables() override = default;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkPoolAngleTables(const vtkPoolAngleTables&) = delete;
  void operator=(const vtkPoolAngleTables&) = delete;
};

#endif
