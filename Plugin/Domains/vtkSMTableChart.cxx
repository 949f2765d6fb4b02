// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkSMTableChart.h"

#include "TableCharts.h"

#include <vtkCommand.h>
#include <vtkDataObject.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPVArrayInformation.h>
#include <vtkPVDataInformation.h>
#include <vtkPVDataSetAttributesInformation.h>
#include <vtkSMProperty.h>
#include <vtkSMPropertyHelper.h>
#include <vtkSMProxy.h>
#include <vtkSMSourceProxy.h>
#include <vtkWeakPointer.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

vtkStandardNewMacro(vtkSMTableChart);

vtkSMTableChart::vtkSMTableChart() = default;

vtkSMTableChart::~vtkSMTableChart() = default;

namespace
{

using paraxanes::ChartCurve;

// Six digits: 8330 where ParaView's default of two writes 8.3e+03.
constexpr int DefaultPrecision = 2;
constexpr int Precision = 6;

std::vector<std::string> Columns(vtkSMProxy* representation)
{
  const vtkSMPropertyHelper input(representation, "Input");
  auto* table = vtkSMSourceProxy::SafeDownCast(input.GetAsProxy());
  std::vector<std::string> names;
  if (!table)
  {
    return names;
  }
  vtkPVDataSetAttributesInformation* rows =
    table->GetDataInformation(input.GetOutputPort())->GetAttributeInformation(vtkDataObject::ROW);
  for (int i = 0; rows && i < rows->GetNumberOfArrays(); ++i)
  {
    vtkPVArrayInformation* column = rows->GetArrayInformation(i);
    if (column->GetDataType() != VTK_STRING && column->GetName())
    {
      names.emplace_back(column->GetName());
    }
  }
  return names;
}

// Of properties that list values by column.
class Lists
{
public:
  Lists(vtkSMProxy* representation, const char* name)
    : Property(representation, name)
    , Length(Property.GetNumberOfElements())
  {
  }
  void Put(const std::string& column, const std::vector<std::string>& values)
  {
    const auto step = static_cast<unsigned int>(values.size() + 1);
    unsigned int at = 0;
    while (at < this->Length && column != this->Property.GetAsString(at))
    {
      at += step;
    }
    this->Property.Set(at, column.c_str());
    for (unsigned int i = 1; i < step; ++i)
    {
      this->Property.Set(at + i, values[i - 1].c_str());
    }
    this->Length = std::max(this->Length, at + step);
  }

private:
  vtkSMPropertyHelper Property;
  unsigned int Length;
};

std::string Text(double number)
{
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
}

std::string Text(int number)
{
  return std::to_string(number);
}

void PutCurve(vtkSMProxy* representation, const ChartCurve& curve)
{
  const auto put = [&](const char* property, const std::vector<std::string>& values)
  { Lists(representation, property).Put(curve.Column, values); };
  put("SeriesVisibility", { curve.IsShown ? "1" : "0" });
  put("SeriesLabel", { curve.Label });
  put("SeriesColor", { Text(curve.Color[0]), Text(curve.Color[1]), Text(curve.Color[2]) });
  put("SeriesLineStyle", { Text(static_cast<int>(curve.Style)) });
  put("SeriesPlotCorner", { Text(static_cast<int>(curve.Corner)) });
}

// Sets what nobody else has set: it is as ParaView makes it, or as it was set here, which the view
// notes down.
void Put(
  vtkSMProxy* view, const char* property, const std::string& initial, const std::string& text)
{
  vtkSMPropertyHelper helper(view, property, /*quiet=*/true);
  const std::string note = std::string("ParaXANES.") + property;
  const char* noted = view->GetAnnotation(note.c_str());
  const char* present = helper.GetAsString();
  if ((present ? present : "") == (noted ? std::string(noted) : initial))
  {
    helper.Set(text.c_str());
    view->SetAnnotation(note.c_str(), text.c_str());
  }
}

// Once, as the user may want ParaView's own.
void PutPrecision(vtkSMProxy* view, const char* property)
{
  vtkSMPropertyHelper helper(view, property, /*quiet=*/true);
  const std::string note = std::string("ParaXANES.") + property;
  if (helper.GetAsInt() == DefaultPrecision && !view->HasAnnotation(note.c_str()))
  {
    helper.Set(Precision);
    view->SetAnnotation(note.c_str(), Text(Precision).c_str());
  }
}

void PutTitles(vtkSMProxy* view, const paraxanes::ChartTitles& titles)
{
  Put(view, "ChartTitle", "", titles.Chart);
  Put(view, "BottomAxisTitle", "", titles.Bottom);
  Put(view, "LeftAxisTitle", "", titles.Left);
  Put(view, "RightAxisTitle", "", titles.Right);
  for (const char* property :
    { "BottomAxisLabelPrecision", "LeftAxisLabelPrecision", "RightAxisLabelPrecision" })
  {
    PutPrecision(view, property);
  }
  view->UpdateVTKObjects();
}

// Lives as long as the representation that it observes.
class Chart : public vtkCommand
{
public:
  static Chart* New() { return new Chart; }
  vtkTypeMacro(Chart, vtkCommand);

  void Execute(vtkObject*, unsigned long event, void* data) override
  {
    const bool isProperty = event == vtkCommand::PropertyModifiedEvent;
    if (this->Representation && (!isProperty || IsVisibility(data)))
    {
      this->Draw();
    }
  }

  void Draw()
  {
    const auto chart = paraxanes::ChartOf(Columns(this->Representation));
    if (!chart)
    {
      return;
    }
    this->DrawCurves(*chart);
    if (vtkSMPropertyHelper(this->Representation, "Visibility").GetAsInt() != 0)
    {
      this->DrawTitles(chart->Titles);
    }
  }

  vtkWeakPointer<vtkSMProxy> Representation;

private:
  static bool IsVisibility(const void* name)
  {
    return name && std::strcmp(static_cast<const char*>(name), "Visibility") == 0;
  }

  void DrawCurves(const paraxanes::TableChart& chart)
  {
    const std::size_t before = this->Drawn.size();
    for (const ChartCurve& curve : chart.Curves)
    {
      if (this->Drawn.insert(curve.Column).second)
      {
        PutCurve(this->Representation, curve);
      }
    }
    if (this->Abscissa != chart.Abscissa)
    {
      this->Abscissa = chart.Abscissa;
      vtkSMPropertyHelper(this->Representation, "UseIndexForXAxis").Set(0);
      vtkSMPropertyHelper(this->Representation, "XArrayName").Set(chart.Abscissa.c_str());
    }
    if (this->Drawn.size() != before)
    {
      this->Representation->UpdateVTKObjects();
    }
  }

  void DrawTitles(const paraxanes::ChartTitles& titles)
  {
    for (unsigned int i = 0; i < this->Representation->GetNumberOfConsumers(); ++i)
    {
      vtkSMProxy* view = this->Representation->GetConsumerProxy(i);
      if (view->GetProperty("ChartTitle"))
      {
        PutTitles(view, titles);
      }
    }
  }

  std::set<std::string> Drawn;
  std::string Abscissa;
};

}

void vtkSMTableChart::PostInitializeProxy(
  vtkSMProxy* representation, vtkPVXMLElement*, vtkMTimeType)
{
  vtkNew<Chart> chart;
  chart->Representation = representation;
  chart->Draw();
  representation->AddObserver(vtkCommand::UpdateDataEvent, chart);
  representation->AddObserver(vtkCommand::PropertyModifiedEvent, chart);
  representation->GetProperty("SeriesVisibility")
    ->AddObserver(vtkCommand::DomainModifiedEvent, chart);
}

void vtkSMTableChart::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
}
