// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkPoolAngleTables.h"

#include "AngleTables.h"
#include "EnergyStack.h"
#include "MapRun.h"
#include "Ranks.h"

#include <vtkDataArray.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkTable.h>

#include <exception>
#include <string>

vtkStandardNewMacro(vtkPoolAngleTables);

namespace
{

using paraxanes::InputError;
using paraxanes::TextOf;

// The column whose name begins with this.
vtkDataArray* Column(vtkTable* table, const std::string& begin)
{
  for (vtkIdType i = 0; i < table->GetNumberOfColumns(); ++i)
  {
    const std::string name = table->GetColumnName(i) ? table->GetColumnName(i) : "";
    if (name.compare(0, begin.size(), begin) == 0)
    {
      return vtkDataArray::SafeDownCast(table->GetColumn(i));
    }
  }
  return nullptr;
}

// What is counted in one table, and what kind of table it is.
struct AngleTable
{
  AngleTable(vtkTable* table, int number)
  {
    vtkDataArray* counts = Column(table, "count");
    vtkDataArray* sums = Column(table, "sum of |u| (");
    vtkDataArray* random = Column(table, "random reference, ");
    if (!counts || !sums || !random)
    {
      throw InputError(TextOf("Input ", number, " has ", table->GetNumberOfColumns(),
        " columns and is no table of theta densities. Take output 1 of Radial Angle Histogram."));
    }
    vtkDataArray* particles = Column(table, "particle");
    for (vtkIdType row = 0; row < table->GetNumberOfRows(); ++row)
    {
      if (!particles || particles->GetTuple1(row) == 0.0)
      {
        this->Histogram.Counts.push_back(static_cast<std::int64_t>(counts->GetTuple1(row)));
        this->Histogram.Sizes.push_back(sums->GetTuple1(row));
      }
    }
    const std::string name = sums->GetName();
    const std::size_t begin = name.find('(') + 1;
    this->Unit = name.substr(begin, name.rfind(')') - begin);
    this->InPlane = std::string(random->GetName()).find("uniform") != std::string::npos;
  }

  std::string Kind() const
  {
    return TextOf(this->Histogram.Counts.size(), " bins in ", this->InPlane ? "a plane" : "space",
      ", |u| in ", this->Unit);
  }

  paraxanes::AngleHistogram Histogram;
  std::string Unit;
  bool InPlane = false;
};

void Pool(vtkInformationVector* inputs, vtkTable* output)
{
  paraxanes::AngleResults results;
  std::string kind;
  const int number = inputs->GetNumberOfInformationObjects();
  for (int i = 0; i < number; ++i)
  {
    const AngleTable table(vtkTable::GetData(inputs, i), i + 1);
    if (i == 0)
    {
      kind = table.Kind();
      results.AllAngles =
        paraxanes::AngleHistogram(static_cast<int>(table.Histogram.Counts.size()));
      results.Unit = table.Unit;
      results.Reference.Normal = table.InPlane ? 2 : -1;
    }
    if (table.Kind() != kind)
    {
      throw InputError(TextOf("Input 1 has ", kind, ", and input ", i + 1, " has ", table.Kind(),
        ". Pool tables that were made with the same Number Of Bins from the same kind of image."));
    }
    results.AllAngles.Add(table.Histogram);
  }
  paraxanes::WriteAngleTable(results, output);
  paraxanes::SetField(
    output, "number_of_tables", std::vector<double>{ static_cast<double>(number) });
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());
}

}

int vtkPoolAngleTables::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkTable");
  info->Set(vtkAlgorithm::INPUT_IS_REPEATABLE(), 1);
  return 1;
}

int vtkPoolAngleTables::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  if (!paraxanes::IsFirstRank())
  {
    return 1; // has no tables
  }
  vtkTable* output = vtkTable::GetData(outputVector, 0);
  try
  {
    Pool(inputVector[0], output);
    return 1;
  }
  catch (const std::exception& exception)
  {
    vtkErrorMacro(<< exception.what());
  }
  output->Initialize();
  return 0;
}

void vtkPoolAngleTables::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
}
