// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkTXMPhantomSource.h"

#include <vtkObjectFactory.h>

vtkStandardNewMacro(vtkTXMPhantomSource);
