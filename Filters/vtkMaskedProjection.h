// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkMaskedProjection
 * @brief Mean, smallest, largest or sum along an axis, over valid voxels: of maps and of stacks.
 *
 * A voxel counts where `validity`, if there is such an array, is 0, and MaskArray, if one is
 * chosen, not 0; a value of it where it is finite, each component for itself. A pixel without a
 * value is NaN. The sum is of the values, without the length of a voxel. Errors (arrays named
 * ..._error, or ..._error_SUFFIX beside ..._SUFFIX) become those of the mean or the sum of
 * independent values, NaN where one of them is not known; of a minimum or maximum there is none.
 *
 * The output is an image of one plane, index 0 along the axis: as one voxel that is as thick as the
 * whole image, in its middle (as Voxel Bin places its blocks); the other axes stay as they are. Its
 * arrays keep their names: float32 where the input is, else float64. A stack is one again. Beside
 * them `projection_count` (int32), the number of voxels that count.
 *
 * On several ranks rank 0 has the plane, the same to the bit as on one rank: sums are made of whole
 * numbers.
 */
#ifndef vtkMaskedProjection_h
#define vtkMaskedProjection_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>
#include <vtkNew.h>

class vtkDataArraySelection;

class PARAXANESFILTERS_EXPORT vtkMaskedProjection : public vtkImageAlgorithm
{
public:
  static vtkMaskedProjection* New();
  vtkTypeMacro(vtkMaskedProjection, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: not 0 inside. Empty (default): none.
  void SetMaskArray(const char* name);

  enum Operations
  {
    MEAN = 0,
    MINIMUM = 1,
    MAXIMUM = 2,
    SUM = 3
  };

  ///@{
  /// What is made of the values along a line. Default MEAN.
  vtkSetClampMacro(Operation, int, MEAN, SUM);
  vtkGetMacro(Operation, int);
  ///@}

  ///@{
  /// The axis along which it looks: 0, 1, 2 for x, y, z. Default 2.
  vtkSetClampMacro(Axis, int, 0, 2);
  vtkGetMacro(Axis, int);
  ///@}

  /// The point arrays to project. Without a choice: all of floating-point numbers.
  vtkDataArraySelection* GetPointArraySelection();
  vtkMTimeType GetMTime() override;

protected:
  vtkMaskedProjection();
  ~vtkMaskedProjection() override;

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkMaskedProjection(const vtkMaskedProjection&) = delete;
  void operator=(const vtkMaskedProjection&) = delete;

  class Run; // one execution
  friend class Run;

  int Operation = MEAN;
  int Axis = 2;
  vtkNew<vtkDataArraySelection> PointArraySelection;
};

#endif
