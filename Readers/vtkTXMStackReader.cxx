// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkTXMStackReader.h"

#include <vtkObjectFactory.h>

vtkStandardNewMacro(vtkTXMStackReader);
