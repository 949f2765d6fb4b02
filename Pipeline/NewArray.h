// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file NewArray.h
 * Arrays for results. VTK ends the process when its own allocation fails (where it is built with
 * assertions, as in Debian); this throws std::bad_alloc, which becomes an error message.
 */
#ifndef NewArray_h
#define NewArray_h

#include "HugePages.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkAbstractArray.h>
#include <vtkSmartPointer.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

namespace paraxanes
{

/// Names an array and gives it memory.
template <typename Value>
void AllocateArray(
  vtkAOSDataArrayTemplate<Value>* array, const std::string& name, vtkIdType tuples, int components)
{
  const vtkIdType values = tuples * components;
  const auto bytes = static_cast<std::size_t>(std::max<vtkIdType>(1, values)) * sizeof(Value);
  auto* memory = static_cast<Value*>(std::malloc(bytes));
  if (!memory)
  {
    throw std::bad_alloc();
  }
  AdviseHugePages(memory, bytes);
  array->SetName(name.c_str());
  array->SetNumberOfComponents(components);
  array->SetArray(memory, values, 0, vtkAbstractArray::VTK_DATA_ARRAY_FREE);
}

/// Array: a class of its own, such as vtkFloatArray. VTK takes every array of floats for one.
template <class Array>
vtkSmartPointer<Array> NewArray(const std::string& name, vtkIdType tuples, int components = 1)
{
  auto array = vtkSmartPointer<Array>::New();
  AllocateArray<typename Array::ValueType>(array, name, tuples, components);
  return array;
}

}

#endif
