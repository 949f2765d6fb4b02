// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkPoolAngleTables.h"

#include "AngleTables.h"
#include "CommonFields.h"
#include "EnergyStack.h"
#include "MapRun.h"
#include "Ranks.h"

#include <vtkDataArray.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkTable.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

vtkStandardNewMacro(vtkPoolAngleTables);

namespace
{

using paraxanes::InputError;
using paraxanes::TextOf;

// The column whose name begins with this; null where there is none.
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

// The rows of all particles together.
std::vector<double> Values(vtkTable* table, const std::string& begin)
{
  std::vector<double> values;
  vtkDataArray* column = Column(table, begin);
  vtkDataArray* particles = Column(table, "particle");
  for (vtkIdType row = 0; column && row < table->GetNumberOfRows(); ++row)
  {
    if (!particles || particles->GetTuple1(row) == 0.0)
    {
      values.push_back(column->GetTuple1(row));
    }
  }
  return values;
}

std::string UnitOf(vtkDataArray* column)
{
  const std::string name = column->GetName();
  const std::size_t begin = name.find('(') + 1;
  return name.substr(begin, name.rfind(')') - begin);
}

// What a table counts. Two can be pooled where `Like` is the same.
struct Part
{
  paraxanes::AngleResults Results;
  std::string Like;
};

Part OfAngles(vtkTable* table)
{
  Part part;
  const std::vector<double> counts = Values(table, "count");
  paraxanes::AngleHistogram& histogram = part.Results.AllAngles;
  histogram.Counts.assign(counts.begin(), counts.end());
  histogram.Sizes = Values(table, "sum of |u| (");
  part.Results.Unit = UnitOf(Column(table, "sum of |u| ("));
  const bool plane = std::string(Column(table, "random reference, ")->GetName()).find("uniform") !=
    std::string::npos;
  part.Results.Reference.Normal = plane ? 2 : -1;
  part.Like = TextOf("theta densities: ", counts.size(), " bins in ", plane ? "a plane" : "space",
    ", |u| in ", part.Results.Unit);
  return part;
}

Part OfSizes(vtkTable* table)
{
  Part part;
  const std::vector<double> centers = Values(table, "|u| (");
  if (centers.size() < 2)
  {
    throw InputError(
      "A table of vector sizes has fewer than two bins, so that nothing says how wide "
      "they are. Give 2 or more in Number Of Size Bins of Radial Angle Histogram.");
  }
  const auto number = static_cast<int>(centers.size());
  const double width = (centers.back() - centers.front()) / (number - 1);
  part.Results.Bins = { centers.front() - 0.5 * width, centers.back() + 0.5 * width, number };
  part.Results.Unit = UnitOf(Column(table, "|u| ("));
  part.Results.AllSizes = paraxanes::SizeHistogram(0);
  for (int group = 0; group < paraxanes::NumberOfThetaGroups; ++group)
  {
    const std::vector<double> counts =
      Values(table, TextOf("theta ", 10 * group, "-", 10 * group + 10, " count"));
    part.Results.AllSizes.Counts.insert(
      part.Results.AllSizes.Counts.end(), counts.begin(), counts.end());
  }
  const bool folded = paraxanes::GetNumber(table, "theta_fold_angles").value_or(0.0) != 0.0;
  part.Like = TextOf("vector sizes: ", number, " bins from ", std::max(0.0, part.Results.Bins.Low),
    " to ", part.Results.Bins.High, " ", part.Results.Unit, folded ? ", theta folded" : "");
  return part;
}

Part OfSummary(vtkTable* table)
{
  const auto value = [&](const char* begin)
  {
    const std::vector<double> values = Values(table, begin);
    return values.empty() ? 0.0 : values.front();
  };
  const auto count = [&](const char* begin) { return static_cast<vtkIdType>(value(begin)); };
  Part part;
  paraxanes::AngleResults& results = part.Results;
  results.Unit = UnitOf(Column(table, "mean |u| ("));
  const std::string plane = paraxanes::GetField(table, "theta_plane");
  results.Reference.Normal = plane.empty() || plane == "Volume" ? -1 : 2;

  paraxanes::AngleSummary summary;
  summary.NumberOfVectors = count("number of vectors");
  summary.MeanSize = value("mean |u| (");
  summary.AcrossOverRandom = value("P(80..100) over random");
  summary.WeightedAcrossOverRandom = value("weighted P(80..100) over random");
  summary.OrderParameter = value("order parameter");
  results.AllAngles = paraxanes::HistogramOf(summary, results.InPlane());
  results.AllAngles.CountCut = count("vectors cut off");
  results.HasErrors = Column(table, "vectors with an error") != nullptr;
  if (results.HasErrors)
  {
    results.AllAngles.Signal =
      paraxanes::SignalSums::FromMeans(count("vectors with an error"), value("mean error of |u| ("),
        value("rms |u| ("), value("rms noise of u ("), value("mean |u| without noise ("));
  }
  results.AllSizes.CountOutside = count("vectors outside size range");
  results.ValidVoxels = { count("valid voxels of the center") };
  part.Like = TextOf("a summary of ", results.InPlane() ? "planes" : "volumes", ", |u| in ",
    results.Unit, results.HasErrors ? ", with errors" : "");
  return part;
}

enum class Kind
{
  Angles,
  Sizes,
  Summary
};

Kind KindOf(vtkTable* table, int number)
{
  if (Column(table, "count") && Column(table, "sum of |u| (") &&
    Column(table, "random reference, "))
  {
    return Kind::Angles;
  }
  if (Column(table, "|u| (") && Column(table, "theta 80-90 count"))
  {
    return Kind::Sizes;
  }
  if (Column(table, "number of vectors") && Column(table, "mean |u| ("))
  {
    return Kind::Summary;
  }
  throw InputError(TextOf("Input ", number, " has ", table->GetNumberOfColumns(),
    " columns and is no table of theta densities, vector sizes or a summary. Take output 1, 2 or 3 "
    "of Radial Angle Histogram."));
}

Part PartOf(vtkTable* table, Kind kind)
{
  Part part = kind == Kind::Angles ? OfAngles(table)
    : kind == Kind::Sizes          ? OfSizes(table)
                                   : OfSummary(table);
  const auto number = [&](const char* name)
  { return paraxanes::GetNumber(table, name).value_or(0.0); };
  if (number("theta_outward") != 0.0)
  {
    part.Like += ", theta 0 outward";
  }
  if (const double significance = number("theta_minimum_significance"); significance > 0.0)
  {
    part.Like += TextOf(", vectors of at least ", significance, " errors");
  }
  return part;
}

void Write(const paraxanes::AngleResults& results, Kind kind, vtkTable* output)
{
  switch (kind)
  {
    case Kind::Angles:
      paraxanes::WriteAngleTable(results, output);
      break;
    case Kind::Sizes:
      paraxanes::WriteSizeTable(results, output);
      break;
    case Kind::Summary:
      paraxanes::WriteSummaryTable(results, output);
  }
}

void Pool(vtkInformationVector* inputs, vtkTable* output)
{
  const int number = inputs->GetNumberOfInformationObjects();
  const Kind kind = KindOf(vtkTable::GetData(inputs, 0), 1);
  Part all = PartOf(vtkTable::GetData(inputs, 0), kind);
  for (int i = 1; i < number; ++i)
  {
    vtkTable* table = vtkTable::GetData(inputs, i);
    const Part part = PartOf(table, KindOf(table, i + 1));
    if (part.Like != all.Like)
    {
      throw InputError(TextOf("Input 1 has ", all.Like, ", and input ", i + 1, " has ", part.Like,
        ". Pool tables of one kind that were made with the same Number Of Bins, Size Range, Fold "
        "Angles, Outward, Error Array and Minimum Significance from the same kind of image."));
    }
    all.Results.AllAngles.Add(part.Results.AllAngles);
    all.Results.AllSizes.Add(part.Results.AllSizes);
    all.Results.ValidVoxels.insert(all.Results.ValidVoxels.end(), part.Results.ValidVoxels.begin(),
      part.Results.ValidVoxels.end());
  }
  all.Results.CenterSource = "pooled tables";
  Write(all.Results, kind, output);
  // The first one's came with the output.
  for (int i = 1; i < number; ++i)
  {
    paraxanes::KeepCommon(output->GetFieldData(), vtkTable::GetData(inputs, i)->GetFieldData());
  }
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
