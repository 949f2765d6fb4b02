// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#ifndef vtkVoxelBin_h
#define vtkVoxelBin_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

class PARAXANESFILTERS_EXPORT vtkVoxelBin : public vtkImageAlgorithm
{
public:
  static vtkVoxelBin* New();
  vtkTypeMacro(vtkVoxelBin, vtkImageAlgorithm);

protected:
  vtkVoxelBin() = default;
  ~vtkVoxelBin() override = default;

private:
  vtkVoxelBin(const vtkVoxelBin&) = delete;
  void operator=(const vtkVoxelBin&) = delete;
};

#endif
