// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TableColumns.h
 * The columns of a table of spectra, as XAS Spectrum Reader makes it.
 */
#ifndef TableColumns_h
#define TableColumns_h

#include "SpectrumCurves.h"

#include <vtkDataArray.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkTable.h>

#include <string>
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

/// `"a", "b"`, for messages.
inline std::string ColumnNames(vtkTable* table)
{
  std::string names;
  for (vtkIdType i = 0; i < table->GetNumberOfColumns(); ++i)
  {
    const char* name = table->GetColumnName(i);
    names += (i == 0 ? "\"" : ", \"") + std::string(name ? name : "") + "\"";
  }
  return names.empty() ? "no columns" : names;
}

template <class Array, typename Value>
void AddColumn(vtkTable* table, const std::string& name, const std::vector<Value>& values)
{
  vtkNew<Array> column;
  column->SetName(name.c_str());
  column->SetNumberOfValues(static_cast<vtkIdType>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    column->SetValue(static_cast<vtkIdType>(i), values[i]);
  }
  table->AddColumn(column);
}

/// More spectra than these show their normalised curves only.
constexpr std::size_t MostWithFits = 50;

/// A spectrum with its fits.
inline void AddCurves(vtkTable* table, const std::string& name, const std::vector<double>& mu,
  const SpectrumCurves& curves, bool withFits)
{
  if (withFits)
  {
    AddColumn<vtkDoubleArray>(table, "mu " + name, mu);
    AddColumn<vtkDoubleArray>(table, "pre-edge " + name, curves.PreEdge);
    AddColumn<vtkDoubleArray>(table, "post-edge " + name, curves.PostEdge);
  }
  AddColumn<vtkDoubleArray>(table, "normalized " + name, curves.Normalized);
}

}

#endif
