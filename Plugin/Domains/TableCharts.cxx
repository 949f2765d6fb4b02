// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "TableCharts.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace
{

using paraxanes::ChartCurve;
using paraxanes::ChartTitles;
using paraxanes::LineStyle;
using paraxanes::PlotCorner;
using Color = std::array<double, 3>;

// M. Okabe and K. Ito, Color Universal Design (2008): for people who lack one of three cones too.
constexpr Color Blue = { 0.0, 0.447, 0.698 };
constexpr Color Vermilion = { 0.835, 0.369, 0.0 };
constexpr std::array<Color, 6> Distinct = { Blue, Vermilion, Color{ 0.0, 0.62, 0.451 },
  Color{ 0.8, 0.475, 0.655 }, Color{ 0.902, 0.624, 0.0 }, Color{ 0.337, 0.706, 0.914 } };
constexpr Color Gray = { 0.3, 0.3, 0.3 };

// Groups of theta in their order: matplotlib's viridis without its lightest end.
constexpr std::array<Color, 9> Ordered = { Color{ 0.267, 0.005, 0.329 },
  Color{ 0.281, 0.156, 0.469 }, Color{ 0.245, 0.288, 0.537 }, Color{ 0.191, 0.407, 0.556 },
  Color{ 0.148, 0.512, 0.557 }, Color{ 0.12, 0.618, 0.536 }, Color{ 0.208, 0.719, 0.473 },
  Color{ 0.431, 0.808, 0.346 }, Color{ 0.71, 0.869, 0.169 } };

bool StartsWith(const std::string& text, const std::string& start)
{
  return text.compare(0, start.size(), start) == 0;
}

// What stands in the last brackets, the unit; with them removed from the text.
std::string TakeUnit(std::string& text)
{
  const std::size_t open = text.rfind(" (");
  if (open == std::string::npos || text.back() != ')')
  {
    return {};
  }
  const std::string unit = text.substr(open + 2, text.size() - open - 3);
  text.erase(open);
  return unit;
}

void Show(ChartCurve& curve, const std::string& label, const Color& color,
  LineStyle style = LineStyle::Solid, PlotCorner corner = PlotCorner::BottomLeft)
{
  curve.IsShown = true;
  curve.Label = label;
  std::copy(color.begin(), color.end(), curve.Color);
  curve.Style = style;
  curve.Corner = corner;
}

void AngleCurve(ChartCurve& curve, ChartTitles&)
{
  std::string name = curve.Column;
  TakeUnit(name);
  if (name == "probability density")
  {
    Show(curve, "measured", Blue);
  }
  else if (name == "weighted probability density")
  {
    Show(curve, "weighted by size", Vermilion);
  }
  else if (StartsWith(name, "random reference"))
  {
    Show(curve, "random directions", Gray, LineStyle::Dashed);
  }
  else if (name == "probability density lower" || name == "probability density upper")
  {
    Show(curve, "confidence band, " + name.substr(name.rfind(' ') + 1), Blue, LineStyle::Dotted);
  }
}

// Such as "theta 10-20 probability density (um/eV)".
void SizeCurve(ChartCurve& curve, ChartTitles& titles)
{
  std::string name = curve.Column;
  const std::string unit = TakeUnit(name);
  const std::size_t words = name.find(" probability density");
  if (!StartsWith(name, "theta ") || words == std::string::npos)
  {
    return;
  }
  const int low = std::atoi(name.c_str() + 6);
  const auto group = static_cast<std::size_t>(std::clamp(low / 10, 0, 8));
  Show(curve, "theta " + std::to_string(low) + " to " + std::to_string(low + 10) + " degrees",
    Ordered[group]);
  titles.Left = "probability density (" + unit + ")";
}

// Such as "mean edge_energy (eV)".
void DepthCurve(ChartCurve& curve, ChartTitles& titles)
{
  if (!StartsWith(curve.Column, "mean "))
  {
    return;
  }
  std::string name = curve.Column;
  const std::string unit = TakeUnit(name);
  std::replace(name.begin(), name.end(), '_', ' ');
  Show(curve, name, Blue);
  titles.Left = name.substr(5) + (unit.empty() ? "" : " (" + unit + ")");
}

// Such as "pre-edge 2": each spectrum has a colour, and its fits too.
void SpectrumCurve(ChartCurve& curve, ChartTitles& titles, std::size_t number)
{
  const Color& color = Distinct[number % Distinct.size()];
  const bool isFit = StartsWith(curve.Column, "pre-edge") || StartsWith(curve.Column, "post-edge");
  if (StartsWith(curve.Column, "normalized"))
  {
    titles.Right = "normalised absorption";
    Show(curve, curve.Column, color, LineStyle::Dotted, PlotCorner::BottomRight);
    return;
  }
  Show(curve, curve.Column, color, isFit ? LineStyle::Dashed : LineStyle::Solid);
}

// What follows the first word: the curves of a spectrum have it in common.
std::string SpectrumOf(const std::string& column)
{
  const std::size_t space = column.find(' ');
  return space == std::string::npos ? column : column.substr(space);
}

void SpectrumCurves(paraxanes::TableChart& chart)
{
  std::vector<std::string> spectra;
  for (ChartCurve& curve : chart.Curves)
  {
    if (curve.Column == chart.Abscissa)
    {
      continue;
    }
    const std::string spectrum = SpectrumOf(curve.Column);
    auto found = std::find(spectra.begin(), spectra.end(), spectrum);
    found = found == spectra.end() ? spectra.insert(spectra.end(), spectrum) : found;
    SpectrumCurve(curve, chart.Titles, static_cast<std::size_t>(found - spectra.begin()));
  }
}

template <typename Function>
void EachCurve(paraxanes::TableChart& chart, Function describe)
{
  for (ChartCurve& curve : chart.Curves)
  {
    describe(curve, chart.Titles);
  }
}

// How a chart against a column with this name looks.
struct Kind
{
  const char* Abscissa; // its name without the unit
  ChartTitles Titles;   // "%" is the unit of the abscissa
  void (*Describe)(paraxanes::TableChart&);
};

const std::array<Kind, 4> Kinds = {
  Kind{ "theta",
    { "Angle of gradient to radius", "theta (degrees)", "probability density (1/degree)", "" },
    [](paraxanes::TableChart& chart) { EachCurve(chart, AngleCurve); } },
  // No "|u|": ParaView takes bars for borders of a table.
  Kind{ "|u|", { "Gradient sizes by angle", "size of the gradient (%)", "", "" },
    [](paraxanes::TableChart& chart) { EachCurve(chart, SizeCurve); } },
  Kind{ "depth", { "Depth profile", "depth below the surface (%)", "", "" },
    [](paraxanes::TableChart& chart) { EachCurve(chart, DepthCurve); } },
  Kind{ "energy", { "Spectra", "photon energy (%)", "absorption", "" }, SpectrumCurves },
};

// The density and the count of the values of any map, against these.
bool IsOfHistogram(const std::string& column)
{
  return column == "count" || column == "particle" || StartsWith(column, "probability density (");
}

void HistogramCurve(ChartCurve& curve, ChartTitles& titles)
{
  if (StartsWith(curve.Column, "probability density ("))
  {
    titles.Left = curve.Column;
    Show(curve, "probability density", Blue);
  }
}

paraxanes::TableChart NewChart(
  const std::string& abscissa, const ChartTitles& titles, const std::vector<std::string>& columns)
{
  paraxanes::TableChart chart{ abscissa, titles, {} };
  for (const std::string& column : columns)
  {
    chart.Curves.emplace_back();
    chart.Curves.back().Column = chart.Curves.back().Label = column;
  }
  return chart;
}

std::optional<paraxanes::TableChart> HistogramOf(const std::vector<std::string>& columns)
{
  const auto abscissa = std::find_if_not(columns.begin(), columns.end(), IsOfHistogram);
  const bool isHistogram = columns.size() > 2 && abscissa != columns.end() &&
    std::all_of(abscissa + 1, columns.end(), IsOfHistogram);
  if (!isHistogram)
  {
    return std::nullopt;
  }
  std::string name = *abscissa;
  std::replace(name.begin(), name.end(), '_', ' ');
  auto chart = NewChart(*abscissa, { "Histogram", name, "", "" }, columns);
  EachCurve(chart, HistogramCurve);
  return chart;
}

}

std::optional<paraxanes::TableChart> paraxanes::ChartOf(const std::vector<std::string>& columns)
{
  for (const std::string& column : columns)
  {
    std::string name = column;
    const std::string unit = TakeUnit(name);
    const auto kind = std::find_if(
      Kinds.begin(), Kinds.end(), [&](const Kind& each) { return each.Abscissa == name; });
    if (kind == Kinds.end())
    {
      continue;
    }
    TableChart chart = NewChart(column, kind->Titles, columns);
    const std::size_t percent = chart.Titles.Bottom.find('%');
    if (percent != std::string::npos)
    {
      chart.Titles.Bottom.replace(percent, 1, unit);
    }
    kind->Describe(chart);
    return chart;
  }
  return HistogramOf(columns);
}
