// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file CommonFields.h
 * What tables that become one have in common.
 */
#ifndef CommonFields_h
#define CommonFields_h

#include <vtkAbstractArray.h>
#include <vtkFieldData.h>
#include <vtkVariant.h>

namespace paraxanes
{

inline bool AreEqual(vtkAbstractArray* a, vtkAbstractArray* b)
{
  bool equal = a && b && a->GetNumberOfValues() == b->GetNumberOfValues();
  for (vtkIdType i = 0; equal && i < a->GetNumberOfValues(); ++i)
  {
    equal = a->GetVariantValue(i) == b->GetVariantValue(i);
  }
  return equal;
}

/// Takes out of `common` what `other` has not, or has with other values.
inline void KeepCommon(vtkFieldData* common, vtkFieldData* other)
{
  for (int i = common->GetNumberOfArrays() - 1; i >= 0; --i)
  {
    vtkAbstractArray* array = common->GetAbstractArray(i);
    if (!AreEqual(array, other->GetAbstractArray(array->GetName())))
    {
      common->RemoveArray(i);
    }
  }
}

}

#endif
