// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ArrayValues.h
 * The values of a point array as numbers of one type.
 */
#ifndef ArrayValues_h
#define ArrayValues_h

#include <vtkAOSDataArrayTemplate.h>
#include <vtkDataArray.h>
#include <vtkDataArrayRange.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace paraxanes
{

/// Its own memory where the array has this type, else a copy. Null without an array.
template <typename T>
class ArrayValues
{
public:
  const T* Get() const { return this->Pointer; }

  void Set(vtkDataArray* array)
  {
    this->Pointer = nullptr;
    if (!array)
    {
      return;
    }
    if (auto* typed = vtkAOSDataArrayTemplate<T>::FastDownCast(array))
    {
      this->Pointer = typed->GetPointer(0);
      return;
    }
    const auto range = vtk::DataArrayValueRange(array);
    this->Copy.resize(static_cast<std::size_t>(range.size()));
    std::transform(range.begin(), range.end(), this->Copy.begin(),
      [](auto value)
      {
        // A code that does not fit into a byte is still none that says valid.
        if constexpr (std::is_same_v<T, std::uint8_t>)
        {
          return static_cast<T>(value == 0 ? 0 : 1);
        }
        // A number that does not fit is no label.
        if constexpr (std::is_same_v<T, std::int32_t>)
        {
          const auto number = static_cast<double>(value);
          return static_cast<T>(std::abs(number) <= 2147483647.0 ? number : 0.0);
        }
        return static_cast<T>(value);
      });
    this->Pointer = this->Copy.data();
  }

private:
  const T* Pointer = nullptr;
  std::vector<T> Copy;
};

}

#endif
