// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkVoxelBin
 * @brief Averages blocks of voxels, which brings structures of several voxels out of the noise.
 *
 * Input and output: vtkImageData. Spacing times the block size; the origin moves so that each
 * block lies at the centre of its voxels; incomplete blocks at the upper end are dropped. Along an
 * axis with one voxel (2D images) the block is 1.
 *
 * One mask serves all arrays of a block: a voxel counts where point array `validity`, if there is
 * one, is 0, and where every floating array with one component that is to be binned is finite,
 * but for errors. A block is valid when at least MinimumValidFraction of its voxels count. Point
 * arrays:
 * - floating arrays: mean over the voxels that count, type kept; NaN in blocks that are not valid.
 *   Errors (arrays named ..._error, or ..._error_SUFFIX beside ..._SUFFIX) become that of the mean
 *   of independent values, sqrt(sum of squares) / count; NaN where one of them is.
 *   Arrays with several components (vectors, stacks) in addition leave out voxels in which some
 *   component is not finite, and are NaN where too few are left;
 * - integer arrays with one component are labels: the most frequent value (the lowest of equals)
 *   of the voxels that count, or of all where none does. With several components they are
 *   measurements: the mean, in float32 (float64 for values of more than 16 bits);
 * - `validity` (uint8): 0 in valid blocks, else the most frequent code that is not 0 (2, not
 *   finite, where there is none);
 * - `block_count` (uint32) and `block_centroid` (float64 x 3, um): number and mean position of the
 *   voxels that count, in blocks that are not valid too. Where the input has both they are summed
 *   and averaged over all voxels of the block, so that binning by 2 and then by 3 counts and
 *   locates the same voxels as binning by 6.
 *
 * Field data: `block_size` (three numbers, voxels of full resolution), `minimum_valid_fraction`,
 * `paraxanes_version`.
 *
 * On several ranks a rank owns the blocks that begin in what it owns of the input.
 */
#ifndef vtkVoxelBin_h
#define vtkVoxelBin_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>
#include <vtkNew.h> // for vtkNew

class vtkDataArraySelection;

class PARAXANESFILTERS_EXPORT vtkVoxelBin : public vtkImageAlgorithm
{
public:
  static vtkVoxelBin* New();
  vtkTypeMacro(vtkVoxelBin, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// Voxels of a block along x, y and z, each at least 1. Default: 2, 2, 2.
  vtkSetVector3Macro(BlockSize, int);
  vtkGetVector3Macro(BlockSize, int);
  ///@}

  ///@{
  /// Smallest part of a valid block that is valid, 0..1. Default: 0.75. With 1 a block's mean has
  /// exactly the block's position; with less, isolated holes cost fewer blocks.
  vtkSetClampMacro(MinimumValidFraction, double, 0.0, 1.0);
  vtkGetMacro(MinimumValidFraction, double);
  ///@}

  /// The point arrays to bin: those that are enabled; where none is, all but the disabled ones.
  /// `validity`, `block_count` and `block_centroid` are always handled.
  vtkDataArraySelection* GetPointArraySelection();

  vtkMTimeType GetMTime() override;

protected:
  vtkVoxelBin();
  ~vtkVoxelBin() override;

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int BlockSize[3] = { 2, 2, 2 };
  double MinimumValidFraction = 0.75;
  vtkNew<vtkDataArraySelection> PointArraySelection;

private:
  bool CheckBlocks(vtkInformation* inInfo);
  bool BinArrays(vtkImageData* input, vtkImageData* output, vtkInformation* inInfo);

  vtkVoxelBin(const vtkVoxelBin&) = delete;
  void operator=(const vtkVoxelBin&) = delete;
};

#endif
