// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkVoxelBin.h"

#include <vtkObjectFactory.h>

vtkStandardNewMacro(vtkVoxelBin);
