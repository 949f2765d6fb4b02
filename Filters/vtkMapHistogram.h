// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkMapHistogram
 * @brief Histogram of a map, mean and width of its values; of each particle with labels.
 *
 * Voxels count where the map is finite, `validity`, if there is such an array, is 0, and their
 * label, with LabelArray (integers), above 0.
 *
 * Outputs:
 * - 0 table, one row per bin: the bin's middle, probability density (integrates to 1 over the
 *   bins), count. With labels the first columns are of all particles together; those of each
 *   follow, with the label in their names. Values outside Range are in no bin.
 * - 1 table, one row per particle, the first of all of them together (particle 0): count, mean,
 *   standard deviation (n - 1), median, width, smallest and largest value, of all values, whatever
 *   Range is. The width is from the 16th to the 84th percentile (15.87 and 84.13 %): of a normal
 *   distribution two standard deviations, and deaf to outliers. A percentile is the smallest value
 *   that at least this part of the values does not exceed, to 2^-32 of the range of the map.
 *
 * On several ranks the tables are on rank 0, the same to the bit as on one rank.
 */
#ifndef vtkMapHistogram_h
#define vtkMapHistogram_h

#include "ParaXANESFiltersModule.h"

#include <vtkTableAlgorithm.h>

class PARAXANESFILTERS_EXPORT vtkMapHistogram : public vtkTableAlgorithm
{
public:
  static vtkMapHistogram* New();
  vtkTypeMacro(vtkMapHistogram, vtkTableAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: the map. Empty (default): `edge_energy`, then the active scalars.
  void SetInputArray(const char* name);
  /// Input array 1: integers that say which particle a voxel belongs to. Empty (default): none.
  void SetLabelArray(const char* name);

  ///@{
  /// Bins, 1 or more. Default 100.
  vtkSetMacro(NumberOfBins, int);
  vtkGetMacro(NumberOfBins, int);
  ///@}

  ///@{
  /// Range of the bins, in the map's unit. Default 0 0: from the smallest to the largest value.
  vtkSetVector2Macro(Range, double);
  vtkGetVector2Macro(Range, double);
  ///@}

protected:
  vtkMapHistogram();
  ~vtkMapHistogram() override = default;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkMapHistogram(const vtkMapHistogram&) = delete;
  void operator=(const vtkMapHistogram&) = delete;

  class Run; // one execution
  friend class Run;

  int NumberOfBins = 100;
  double Range[2] = { 0.0, 0.0 };
};

#endif
