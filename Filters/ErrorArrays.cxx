// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ErrorArrays.h"

#include <vtkDataArray.h>
#include <vtkPointData.h>

#include <cstddef>

namespace paraxanes
{
namespace
{

const std::string Error = "_error";

}

vtkDataArray* ErrorOf(vtkPointData* points, const std::string& map)
{
  for (std::size_t place = map.size(); place != std::string::npos && place > 0;
       place = map.find_last_of('_', place - 1))
  {
    const std::string name = map.substr(0, place) + Error + map.substr(place);
    vtkDataArray* error = points->GetArray(name.c_str());
    if (error && error->GetNumberOfComponents() == 1)
    {
      return error;
    }
  }
  return nullptr;
}

bool IsError(vtkPointData* points, const std::string& name)
{
  const std::size_t place = name.rfind(Error);
  if (place == std::string::npos)
  {
    return false;
  }
  const std::string suffix = name.substr(place + Error.size());
  const std::string map = name.substr(0, place) + suffix;
  return suffix.empty() || (suffix.front() == '_' && points->HasArray(map.c_str()));
}

}
