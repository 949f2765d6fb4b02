// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TypedValues.h
 * The values of an array as kernels take them: contiguous and of a known type.
 */
#ifndef TypedValues_h
#define TypedValues_h

#include "NewArray.h"

#include <vtkArrayDispatch.h>
#include <vtkDataArray.h>
#include <vtkDataArrayRange.h>
#include <vtkDoubleArray.h>
#include <vtkSmartPointer.h>

#include <algorithm>

namespace paraxanes
{

/// Arrays of the usual types are taken as they are; others are copied once, in double precision.
class TypedValues
{
public:
  TypedValues() = default;
  /// Throws std::bad_alloc where there is no memory for a copy.
  explicit TypedValues(vtkDataArray* array)
    : Array(array)
  {
    const auto nothing = [](const auto*) {};
    if (!array || this->Dispatch(nothing))
    {
      return;
    }
    const auto copy =
      NewArray<vtkDoubleArray>("", array->GetNumberOfTuples(), array->GetNumberOfComponents());
    CopyWorker worker;
    if (!vtkArrayDispatch::Dispatch::Execute(array, worker, copy->GetPointer(0)))
    {
      worker(array, copy->GetPointer(0));
    }
    this->Array = copy;
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
  struct CopyWorker
  {
    template <class From>
    void operator()(From* from, double* to) const
    {
      const auto range = vtk::DataArrayValueRange(from);
      std::transform(
        range.begin(), range.end(), to, [](auto value) { return static_cast<double>(value); });
    }
  };

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
