// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TableColumns.h
 * The columns of a table of spectra, as XAS Spectrum Reader makes it.
 */
#ifndef TableColumns_h
#define TableColumns_h

#include <vtkDataArray.h>
#include <vtkTable.h>

#include <vector>

namespace paraxanes
{

/// The numbers of a column; empty where there is no such column.
inline std::vector<double> ColumnOf(vtkTable* table, const char* name)
{
  std::vector<double> values;
  auto* column = vtkDataArray::SafeDownCast(table->GetColumnByName(name));
  for (vtkIdType row = 0; column && row < column->GetNumberOfTuples(); ++row)
  {
    values.push_back(column->GetComponent(row, 0));
  }
  return values;
}

}

#endif
