// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackSource.h"

#include <vtkAlgorithm.h>

namespace paraxanes
{

StackSource::~StackSource() = default;

std::string StackSource::DescriptionText(const std::string&, std::string&)
{
  return {};
}

StackSource* UpstreamSource(vtkAlgorithm* algorithm)
{
  vtkAlgorithm* upstream = algorithm->GetInputAlgorithm(0, 0);
  while (upstream && upstream->IsA("vtkPVPostFilter"))
  {
    upstream =
      upstream->GetNumberOfInputConnections(0) > 0 ? upstream->GetInputAlgorithm(0, 0) : nullptr;
  }
  return dynamic_cast<StackSource*>(upstream);
}

StackSource* UpstreamSourceOfOneEnergy(vtkAlgorithm* algorithm)
{
  StackSource* source = UpstreamSource(algorithm);
  return source && source->ShowsOneEnergy() ? source : nullptr;
}

}
