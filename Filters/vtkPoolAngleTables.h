// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkPoolAngleTables
 * @brief One table of angles from those of several images.
 *
 * The inputs are tables of vtkRadialAngleHistogram, all of one kind: of theta densities (output 1),
 * of vector sizes (2) or summaries (3), of the same bins, the same unit and the same kind of image
 * (space or plane). What adds up is added up, and everything made anew from it, so that each vector
 * counts the same, whichever image it is from. Of a table with several particles the rows of all
 * together (particle 0) are taken.
 *
 * Vector sizes need the same SizeRange; the automatic one differs from image to image. A pooled
 * summary has no centre and no chi squared: these are of one image, and of bins.
 *
 * Pooled tables have no confidence bands: percentiles do not add up, and those of each image know
 * nothing of how the images differ.
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
