// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackSource.h"

#include <vtkAlgorithm.h>

namespace paraxanes
{

StackSource::~StackSource() = default;

StackSource* UpstreamSourceOfOneEnergy(vtkAlgorithm* algorithm)
{
  vtkAlgorithm* upstream = algorithm->GetInputAlgorithm(0, 0);
  while (upstream && upstream->IsA("vtkPVPostFilter"))
  {
    upstream =
      upstream->GetNumberOfInputConnections(0) > 0 ? upstream->GetInputAlgorithm(0, 0) : nullptr;
  }
  auto* source = dynamic_cast<StackSource*>(upstream);
  return source && source->ShowsOneEnergy() ? source : nullptr;
}

}
