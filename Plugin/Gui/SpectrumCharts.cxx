// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumCharts.h"

#include <pqApplicationCore.h>
#include <pqDataRepresentation.h>
#include <pqObjectBuilder.h>
#include <pqOutputPort.h>
#include <pqPipelineSource.h>
#include <pqView.h>

#include <vtkAlgorithm.h>
#include <vtkDataArray.h>
#include <vtkNew.h>
#include <vtkSMParaViewPipelineControllerWithRendering.h>
#include <vtkSMPropertyHelper.h>
#include <vtkSMSourceProxy.h>
#include <vtkSMViewLayoutProxy.h>
#include <vtkSMViewProxy.h>
#include <vtkTable.h>

#include <QString>
#include <QVector>

#include <array>
#include <cmath>

namespace
{

using Color = std::array<double, 3>;

enum Line
{
  NoLine = 0,
  Solid = 1,
  Dashed = 2
};

constexpr int Circle = 4;      // of ParaView's markers
constexpr int BottomRight = 2; // of ParaView's places for a legend

// Told apart by the colour-blind, too (Okabe and Ito).
constexpr Color PointColors[] = { { 0.0, 0.447, 0.698 }, { 0.835, 0.369, 0.0 },
  { 0.0, 0.62, 0.451 }, { 0.8, 0.475, 0.655 }, { 0.902, 0.624, 0.0 }, { 0.337, 0.706, 0.914 } };
constexpr Color Gray = { 0.3, 0.3, 0.3 };
constexpr Color Black = { 0.0, 0.0, 0.0 };

// Edge energies in the table of results, by the number of the filter's Method.
constexpr const char* EdgeColumns[] = { "edge_energy (eV)", "edge_energy_derivative (eV)",
  "edge_energy_white_line_fraction (eV)", "white_line_energy (eV)", "edge_energy_centroid (eV)" };
const char* const MeasuredAtEdge = "mu at edge";
const char* const NormalizedAtEdge = "normalized at edge";

struct Series
{
  QString Column;
  bool IsVisible = false;
  QString Label = {};
  Color Shade = Black;
  Line Style = Solid;
  int Marker = 0;
};

const char* EdgeColumn(pqPipelineSource* probe)
{
  return EdgeColumns[vtkSMPropertyHelper(probe->getProxy(), "Method").GetAsInt()];
}

std::size_t NumberOfPoints(pqPipelineSource* probe)
{
  const unsigned int values =
    vtkSMPropertyHelper(probe->getProxy(), "Points").GetNumberOfElements();
  return values < 3 ? 1 : values / 3;
}

// NaN where there is none, or where the filter runs on a server.
double EdgeEnergy(pqPipelineSource* probe, std::size_t point)
{
  auto* filter = vtkAlgorithm::SafeDownCast(probe->getProxy()->GetClientSideObject());
  auto* results = vtkTable::SafeDownCast(filter ? filter->GetOutputDataObject(1) : nullptr);
  auto* edges =
    vtkDataArray::SafeDownCast(results ? results->GetColumnByName(EdgeColumn(probe)) : nullptr);
  const auto row = static_cast<vtkIdType>(point);
  return edges && row < edges->GetNumberOfTuples() ? edges->GetComponent(row, 0) : std::nan("");
}

QString Name(const char* curve, std::size_t point)
{
  return QString("%1 %2").arg(curve).arg(point + 1);
}

// Which of several points; nothing where there is one.
QString Number(std::size_t point, std::size_t points)
{
  return points > 1 ? QString(" %1").arg(point + 1) : QString();
}

// The fits are those of the last point, the one that moves.
QVector<Series> Measured(pqPipelineSource* probe)
{
  const std::size_t points = NumberOfPoints(probe);
  QVector<Series> all = { { "energy (eV)" } };
  for (std::size_t i = 0; i < points; ++i)
  {
    const bool isLast = i + 1 == points;
    all.push_back({ Name("mu", i), true, "spectrum" + Number(i, points),
      PointColors[i % std::size(PointColors)] });
    all.push_back({ Name("pre-edge", i), isLast, "pre-edge fit", Gray, Dashed });
    all.push_back({ Name("post-edge", i), isLast, "post-edge fit", Black, Dashed });
    all.push_back({ Name("normalized", i) });
  }
  return all;
}

QVector<Series> Normalized(pqPipelineSource* probe)
{
  const std::size_t points = NumberOfPoints(probe);
  QVector<Series> all = { { "energy (eV)" } };
  for (std::size_t i = 0; i < points; ++i)
  {
    const double edge = EdgeEnergy(probe, i);
    const QString value = std::isnan(edge) ? QString() : QString(": %1 eV").arg(edge, 0, 'f', 2);
    const QString text = "spectrum" + Number(i, points) + value;
    all.push_back({ Name("normalized", i), true, text, PointColors[i % std::size(PointColors)] });
    for (const char* curve : { "mu", "pre-edge", "post-edge" })
    {
      all.push_back({ Name(curve, i) });
    }
  }
  return all;
}

QVector<Series> Edges(const char* shown)
{
  QVector<Series> all;
  for (const char* column : { "name", "x (um)", "y (um)", "z (um)", "voxels", "edge_jump",
         "validity", MeasuredAtEdge, NormalizedAtEdge })
  {
    all.push_back({ column, QString(column) == shown, "edge energy", Black, NoLine, Circle });
  }
  for (const char* column : EdgeColumns)
  {
    all.push_back({ column });
    all.push_back({ QString(column).replace(" (eV)", "_error (eV)") });
  }
  return all;
}

// A property of names and values.
void Set(vtkSMProxy* display, const char* property, const QVector<QStringList>& rows)
{
  vtkSMPropertyHelper helper(display, property);
  unsigned int next = 0;
  helper.SetNumberOfElements(
    static_cast<unsigned int>(rows.isEmpty() ? 0 : rows.size() * rows.front().size()));
  for (const QStringList& row : rows)
  {
    for (const QString& text : row)
    {
      helper.Set(next++, text.toUtf8().data());
    }
  }
}

void Set(vtkSMProxy* display, const QVector<Series>& all)
{
  QVector<QStringList> visibility;
  QVector<QStringList> labels;
  QVector<QStringList> colors;
  QVector<QStringList> lines;
  QVector<QStringList> markers;
  QVector<QStringList> sizes;
  QVector<QStringList> corners;
  for (const Series& series : all)
  {
    const QString& name = series.Column;
    visibility.push_back({ name, series.IsVisible ? "1" : "0" });
    labels.push_back({ name, series.Label.isEmpty() ? name : series.Label });
    colors.push_back({ name, QString::number(series.Shade[0]), QString::number(series.Shade[1]),
      QString::number(series.Shade[2]) });
    lines.push_back({ name, QString::number(series.Style) });
    markers.push_back({ name, QString::number(series.Marker) });
    sizes.push_back({ name, "10" });
    corners.push_back({ name, "0" }); // all on one ordinate
  }
  Set(display, "SeriesVisibility", visibility);
  Set(display, "SeriesLabel", labels);
  Set(display, "SeriesColor", colors);
  Set(display, "SeriesLineStyle", lines);
  Set(display, "SeriesMarkerStyle", markers);
  Set(display, "SeriesMarkerSize", sizes);
  Set(display, "SeriesPlotCorner", corners);
  display->UpdateVTKObjects();
}

// A spreadsheet shows tables, too.
bool IsChart(vtkSMProxy* display)
{
  return display->GetProperty("SeriesVisibility") != nullptr;
}

bool IsShown(vtkSMProxy* display, const char* column)
{
  return vtkSMPropertyHelper(display, "SeriesVisibility").GetStatus(column, 0) != 0;
}

void SetTitle(vtkSMProxy* chart, bool measured)
{
  vtkSMPropertyHelper(chart, "ChartTitle")
    .Set(measured ? "Spectrum and its fits" : "Normalized, with the edge energy");
  chart->UpdateVTKObjects();
}

vtkSMViewProxy* NewChart(pqPipelineSource* probe, const char* left)
{
  pqView* view = pqApplicationCore::instance()->getObjectBuilder()->createView(
    "XYChartView", probe->getServer());
  vtkSMViewProxy* chart = view->getViewProxy();
  vtkSMPropertyHelper(chart, "LeftAxisTitle").Set(left);
  vtkSMPropertyHelper(chart, "BottomAxisTitle").Set("photon energy (eV)");
  vtkSMPropertyHelper(chart, "LegendLocation").Set(BottomRight);
  chart->UpdateVTKObjects();
  return chart;
}

void ShowCurves(pqPipelineSource* probe, vtkSMViewProxy* chart, const QVector<Series>& curves,
  const char* valueAtEdge)
{
  vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
  Set(controller->Show(probe->getSourceProxy(), 0, chart), curves);
  vtkSMProxy* edges = controller->Show(probe->getSourceProxy(), 1, chart);
  vtkSMPropertyHelper(edges, "UseIndexForXAxis").Set(0);
  vtkSMPropertyHelper(edges, "XArrayName").Set(EdgeColumn(probe));
  Set(edges, Edges(valueAtEdge));
  // A chart of raw and normalised spectra has one.
  vtkSMPropertyHelper(chart, "RightAxisTitle").Set("");
  chart->UpdateVTKObjects();
}

}

bool paraxanes::HasChart(pqPipelineSource* probe)
{
  for (pqView* view : probe->getOutputPort(0)->getViews())
  {
    pqDataRepresentation* display = probe->getOutputPort(0)->getRepresentation(view);
    if (display && display->isVisible() && IsChart(display->getProxy()))
    {
      return true;
    }
  }
  return false;
}

void paraxanes::AddCharts(pqPipelineSource* probe, pqView* beside)
{
  vtkSMViewProxy* above = NewChart(probe, "absorption");
  vtkSMViewProxy* below = NewChart(probe, "normalized");
  vtkSMViewLayoutProxy* layout = vtkSMViewLayoutProxy::FindLayout(beside->getViewProxy());
  if (layout)
  {
    const int place = layout->Split(
      layout->GetViewLocation(beside->getViewProxy()), vtkSMViewLayoutProxy::HORIZONTAL, 0.55);
    const int right = place + 1;
    const int upper = layout->SplitVertical(right, 0.5);
    layout->AssignView(upper, above);
    layout->AssignView(upper + 1, below);
  }
  ShowCurves(probe, above, Measured(probe), MeasuredAtEdge);
  ShowCurves(probe, below, Normalized(probe), NormalizedAtEdge);
}

void paraxanes::UpdateCharts(pqPipelineSource* probe)
{
  for (int port = 0; port < 2; ++port)
  {
    for (pqView* view : probe->getOutputPort(port)->getViews())
    {
      vtkSMProxy* display = probe->getOutputPort(port)->getRepresentation(view)->getProxy();
      if (!IsChart(display))
      {
        continue;
      }
      const bool measured = IsShown(display, "mu 1");
      const bool normalized = IsShown(display, "normalized 1");
      if (port == 1)
      {
        vtkSMPropertyHelper(display, "XArrayName").Set(EdgeColumn(probe));
        display->UpdateVTKObjects();
      }
      else if (measured != normalized) // else it is as somebody wants it
      {
        Set(display, measured ? Measured(probe) : Normalized(probe));
        SetTitle(view->getViewProxy(), measured);
      }
      view->render();
    }
  }
}
