// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TableCharts.h
 * How the tables of this plugin look as charts. It follows from the names of their columns.
 */
#ifndef TableCharts_h
#define TableCharts_h

#include <optional>
#include <string>
#include <vector>

namespace paraxanes
{

struct ChartTitles
{
  std::string Chart;
  std::string Bottom;
  std::string Left;
  std::string Right;
};

enum class LineStyle
{
  Solid = 1,
  Dashed = 2,
  Dotted = 3
};

/// The axes of a curve, as ParaView numbers them.
enum class PlotCorner
{
  BottomLeft = 0,
  BottomRight = 1
};

struct ChartCurve
{
  std::string Column;
  bool IsShown = false;
  std::string Label;
  double Color[3] = { 0.3, 0.3, 0.3 };
  LineStyle Style = LineStyle::Solid;
  PlotCorner Corner = PlotCorner::BottomLeft;
};

struct TableChart
{
  std::string Abscissa;
  ChartTitles Titles;
  std::vector<ChartCurve> Curves; // one for each column, the abscissa too
};

/// The chart of a table with these columns; none where they are not of this plugin.
std::optional<TableChart> ChartOf(const std::vector<std::string>& columns);

}

#endif
