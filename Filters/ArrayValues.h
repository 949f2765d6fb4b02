// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ArrayValues.h
 * The values of an array as kernels take them: contiguous and of a known type.
 */
#ifndef ArrayValues_h
#define ArrayValues_h

#include "NewArray.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkArrayDispatch.h>
#include <vtkDataArray.h>
#include <vtkDataArrayRange.h>
#include <vtkSmartPointer.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace paraxanes
{

/// Copies the values of an array of any type.
template <typename T>
struct CopyValues
{
  template <class From>
  void operator()(From* from, T* to) const
  {
    const auto range = vtk::DataArrayValueRange(from);
    std::transform(range.begin(), range.end(), to,
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
  }
};

/// The array itself where it has this type, else a copy; null for null. Throws std::bad_alloc where
/// there is no memory for a copy.
template <typename T>
vtkSmartPointer<vtkAOSDataArrayTemplate<T>> ArrayOf(vtkDataArray* array)
{
  using Array = vtkAOSDataArrayTemplate<T>;
  vtkSmartPointer<Array> values = Array::FastDownCast(array);
  if (!array || values)
  {
    return values;
  }
  values = NewArray<Array>("", array->GetNumberOfTuples(), array->GetNumberOfComponents());
  CopyValues<T> copy;
  if (!vtkArrayDispatch::Dispatch::Execute(array, copy, values->GetPointer(0)))
  {
    copy(array, values->GetPointer(0));
  }
  return values;
}

/// As numbers of one type.
template <typename T>
class ArrayValues
{
public:
  /// Null without an array.
  const T* Get() const { return this->Array ? this->Array->GetPointer(0) : nullptr; }
  void Set(vtkDataArray* array) { this->Array = ArrayOf<T>(array); }

private:
  vtkSmartPointer<vtkAOSDataArrayTemplate<T>> Array;
};

/// Of whatever type: arrays of the usual types are taken as they are, others copied once, in double
/// precision.
class TypedValues
{
public:
  TypedValues() = default;
  /// Throws std::bad_alloc where there is no memory for a copy.
  explicit TypedValues(vtkDataArray* array)
    : Array(array)
  {
    if (array && !this->Dispatch([](const auto*) {}))
    {
      this->Array = ArrayOf<double>(array);
    }
  }

  explicit operator bool() const { return this->Array != nullptr; }

  /// Calls body(first value), once; not at all where there is no array.
  template <typename Body>
  void With(const Body& body) const
  {
    if (this->Array)
    {
      this->Dispatch(body);
    }
  }

private:
  template <typename Body>
  struct Caller
  {
    const Body& Call;
    template <typename T>
    void operator()(vtkAOSDataArrayTemplate<T>* array) const
    {
      this->Call(const_cast<const T*>(array->GetPointer(0)));
    }
  };

  template <typename Body>
  bool Dispatch(const Body& body) const
  {
    using Arrays =
      vtkTypeList::Create<vtkAOSDataArrayTemplate<float>, vtkAOSDataArrayTemplate<double>,
        vtkAOSDataArrayTemplate<unsigned char>, vtkAOSDataArrayTemplate<unsigned short>,
        vtkAOSDataArrayTemplate<short>, vtkAOSDataArrayTemplate<int>>;
    const Caller<Body> caller = { body };
    return vtkArrayDispatch::DispatchByArray<Arrays>::Execute(this->Array.Get(), caller);
  }

  vtkSmartPointer<vtkDataArray> Array;
};

}

#endif
