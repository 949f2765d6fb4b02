// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackAlignment.h"

#include "FileBytes.h"
#include "TextNumbers.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>

namespace paraxanes
{
namespace
{

// Pixel sizes that differ by less are the same, relative: rounded in a file; too little to see.
constexpr double RoundedPixelSize = 1e-6;
constexpr double SamePixelSize = 1e-4;

constexpr std::uint64_t LargestTable = 4 << 20; // bytes

using Words = std::vector<std::string>;

// Blanks in place of these characters within quotes, where they separate nothing.
void HideQuoted(const std::string& characters, std::string& line)
{
  bool quoted = false;
  for (char& c : line)
  {
    quoted = quoted != (c == '"');
    c = quoted && characters.find(c) != std::string::npos ? ' ' : c;
  }
}

// Cells of a line, without quotes and spaces around them; none of a comment.
Words CellsOf(std::string line)
{
  HideQuoted(";\t#", line);
  line.resize(std::min(line.find('#'), line.size()));
  const bool semicolons = line.find(';') != std::string::npos;
  if (semicolons)
  {
    std::replace(line.begin(), line.end(), ',', '.'); // decimal marks
  }
  HideQuoted(",", line);
  line.erase(std::remove_if(line.begin(), line.end(), [](char c) { return c == '"' || c == '\r'; }),
    line.end());
  const bool table = line.find_first_of(",;\t") != std::string::npos;
  const char* separators = semicolons ? ";" : table ? ",\t" : " ";
  Words cells;
  for (std::size_t begin = 0; begin <= line.size();)
  {
    const std::size_t end = std::min(line.find_first_of(separators, begin), line.size());
    const std::string cell = Trim(line.substr(begin, end - begin), " \t");
    if (table || !cell.empty())
    {
      cells.push_back(cell);
    }
    begin = end + 1;
  }
  const bool blank =
    std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); });
  return blank ? Words() : cells;
}

std::optional<double> NumberOf(const std::string& text)
{
  const std::optional<double> number = ParseNumber(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

// Which cells hold the energy and the shifts; -1: none.
struct Columns
{
  int Energy = 0;
  int Shift[3] = { 1, 2, 3 };
  bool Named = false;
};

Columns ColumnsOf(const Words& header, const std::string& path)
{
  Columns columns;
  columns.Named = true;
  columns.Energy = -1;
  std::fill_n(columns.Shift, 3, -1);
  for (std::size_t k = 0; k < header.size(); ++k)
  {
    std::string name;
    for (const char c : header[k])
    {
      const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0;
      name += kept ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : ' ';
    }
    const auto begins = [&name](const std::string& word) { return name.rfind(word, 0) == 0; };
    if (columns.Energy < 0 && begins("energy"))
    {
      columns.Energy = static_cast<int>(k);
    }
    for (int axis = 0; axis < 3; ++axis)
    {
      const char letter = "xyz"[axis];
      if (begins(std::string("d") + letter) && columns.Shift[axis] < 0)
      {
        columns.Shift[axis] = static_cast<int>(k);
      }
    }
  }
  if (columns.Energy < 0 || columns.Shift[0] < 0 || columns.Shift[1] < 0)
  {
    throw FormatError(path +
      " names its columns, but not energy, dx and dy, which are expected: shifts of all energies "
      "against the same place (those against the energy before have to be added up).");
  }
  return columns;
}

ShiftEntry EntryOf(const Words& cells, const Columns& columns, const std::string& where)
{
  const auto cell = [&](int column, double otherwise) -> double
  {
    if (column < 0 || static_cast<std::size_t>(column) >= cells.size())
    {
      return otherwise;
    }
    const std::optional<double> number = NumberOf(cells[static_cast<std::size_t>(column)]);
    if (!number)
    {
      throw FormatError(where + " has \"" + cells[static_cast<std::size_t>(column)] +
        "\" where a number is expected. Set it by hand; a table of Stack Quality has NaN where the "
        "place of a frame is not known.");
    }
    return *number;
  };
  const bool complete = columns.Named || cells.size() == 3 || cells.size() == 4;
  const double nothing = std::nan("");
  ShiftEntry entry;
  entry.Energy = cell(columns.Energy, nothing);
  entry.Shift = { cell(columns.Shift[0], nothing), cell(columns.Shift[1], nothing),
    cell(columns.Shift[2], 0.0) };
  if (!complete || !(entry.Energy > 0.0) || std::isnan(entry.Shift[0] + entry.Shift[1]))
  {
    throw FormatError(where + " has " + std::to_string(cells.size()) +
      " columns; an energy above 0 and shifts along x and y (and z) are expected.");
  }
  return entry;
}

std::array<double, 3> ShiftAt(
  const std::vector<ShiftEntry>& table, double energy, const std::string& path)
{
  const auto nearest = std::min_element(table.begin(), table.end(),
    [energy](const ShiftEntry& a, const ShiftEntry& b)
    { return std::abs(a.Energy - energy) < std::abs(b.Energy - energy); });
  if (nearest == table.end() || std::abs(nearest->Energy - energy) > EnergyTolerance)
  {
    throw FormatError(path + " has no shift for " + Text(energy) +
      " eV; a line for each energy of the stack is expected.");
  }
  return nearest->Shift;
}

// Sizes of all frames; empty where one is not known.
std::vector<double> PixelSizesOf(const Series& series)
{
  std::vector<double> sizes;
  for (const Frame& frame : series.Frames)
  {
    const double size = frame.PixelSize > 0.0 ? frame.PixelSize : series.PixelSize;
    if (!(size > 0.0) || !std::isfinite(size))
    {
      return {};
    }
    sizes.push_back(size);
  }
  return sizes;
}

std::string Growth(
  const std::vector<double>& sizes, const std::vector<double>& energies, double relative)
{
  const auto [low, high] = std::minmax_element(sizes.begin(), sizes.end());
  return "The pixel size is " + Text(*low, 5) + " um at " +
    Text(energies[static_cast<std::size_t>(low - sizes.begin())]) + " eV and " + Text(*high, 5) +
    " um at " + Text(energies[static_cast<std::size_t>(high - sizes.begin())]) + " eV (" +
    Text(100.0 * relative, 2) + " % more)";
}

}

std::vector<ShiftEntry> ReadShiftTable(const std::string& path)
{
  std::istringstream file(ReadText(path, LargestTable));
  std::vector<ShiftEntry> entries;
  Columns columns;
  std::size_t width = 0; // of the lines so far
  std::string line;
  for (int number = 1; std::getline(file, line); ++number)
  {
    const Words cells = CellsOf(line);
    if (cells.empty())
    {
      continue;
    }
    const std::string where = path + ", line " + std::to_string(number);
    if (width > 0 && cells.size() != width)
    {
      throw FormatError(where + " has " + std::to_string(cells.size()) +
        " columns, the lines before it have " + std::to_string(width) + ".");
    }
    if (width == 0 && !NumberOf(cells.front()))
    {
      columns = ColumnsOf(cells, path);
    }
    else
    {
      entries.push_back(EntryOf(cells, columns, where));
    }
    width = cells.size();
  }
  if (entries.empty())
  {
    throw FormatError(path + " has no shifts; lines of energy, dx, dy are expected.");
  }
  const bool keV = std::all_of(entries.begin(), entries.end(),
    [](const ShiftEntry& entry) { return entry.Energy < LargestKiloElectronVolts; });
  for (ShiftEntry& entry : entries)
  {
    entry.Energy = keV ? KiloToElectronVolts(entry.Energy) : entry.Energy;
  }
  std::stable_sort(entries.begin(), entries.end(),
    [](const ShiftEntry& a, const ShiftEntry& b) { return a.Energy < b.Energy; });
  const auto repeated = std::adjacent_find(entries.begin(), entries.end(),
    [](const ShiftEntry& a, const ShiftEntry& b) { return a.Energy == b.Energy; });
  if (repeated != entries.end())
  {
    throw FormatError(path + " repeats the energy " + Text(repeated->Energy) + " eV.");
  }
  return entries;
}

std::vector<std::pair<std::string, std::vector<double>>> StackAlignment::Numbers(
  const std::vector<std::size_t>& frames) const
{
  std::vector<std::pair<std::string, std::vector<double>>> numbers;
  std::vector<double> sizes;
  for (const std::size_t k : frames)
  {
    sizes.push_back(this->PixelSizes.empty() ? 0.0 : this->PixelSizes[k]);
  }
  if (!this->PixelSizes.empty())
  {
    numbers.emplace_back("pixel_size", sizes);
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    std::vector<double> shifts;
    for (const std::size_t k : frames)
    {
      shifts.push_back(this->Places[k][axis].Shift);
    }
    if (std::any_of(shifts.begin(), shifts.end(), [](double shift) { return shift != 0.0; }))
    {
      numbers.emplace_back(std::string("shift_") + "xyz"[axis], shifts);
    }
  }
  return numbers;
}

StackAlignment MakeAlignment(
  const AlignmentRequest& request, const Series& series, const std::vector<double>& energies)
{
  StackAlignment alignment;
  alignment.PixelSizes = PixelSizesOf(series);
  // Where only the size of each frame is known, the grid is that of the first one.
  const bool known = series.PixelSize > 0.0 || alignment.PixelSizes.empty();
  alignment.PixelSize = known ? series.PixelSize : alignment.PixelSizes.front();
  alignment.SliceSpacing = series.SliceSpacing;
  std::vector<double> scales(series.Frames.size(), 1.0);
  if (!alignment.PixelSizes.empty())
  {
    const auto [low, high] =
      std::minmax_element(alignment.PixelSizes.begin(), alignment.PixelSizes.end());
    const double smallest = *low;
    const double growth = *high / smallest - 1.0;
    if (request.CorrectMagnification && growth > 1.0)
    {
      throw FormatError(Growth(alignment.PixelSizes, energies, growth) +
        "; sizes that differ by less than a factor of two are expected. Are their units right?");
    }
    if (request.CorrectMagnification && growth > RoundedPixelSize)
    {
      std::transform(alignment.PixelSizes.begin(), alignment.PixelSizes.end(), scales.begin(),
        [smallest](double size) { return smallest / size; });
      const double spacing = series.PixelSize > 0.0 ? series.SliceSpacing / series.PixelSize : 0.0;
      alignment.PixelSizes.assign(scales.size(), smallest);
      alignment.PixelSize = smallest;
      alignment.SliceSpacing = spacing * smallest;
    }
    if (!request.CorrectMagnification && growth > SamePixelSize)
    {
      const double border = growth * std::max(series.Columns, series.Rows) / 2.0;
      alignment.Warnings.push_back(Growth(alignment.PixelSizes, energies, growth) +
        ": at the border of the images the energies lie up to " + Text(border, 2) +
        " pixels apart. " +
        (growth > 1.0 ? "Are the units of the sizes right?"
                      : "CorrectMagnification brings them to one grid."));
    }
  }
  else if (request.CorrectMagnification)
  {
    alignment.Warnings.push_back(
      "CorrectMagnification has nothing to go by: the files do not hold the pixel size of each "
      "energy.");
  }

  std::vector<ShiftEntry> table;
  if (!request.ShiftsFile.empty())
  {
    table = ReadShiftTable(request.ShiftsFile);
    alignment.Files.push_back(request.ShiftsFile);
  }
  const auto center = [](double given, int size)
  { return given >= 0.0 ? given : (size - 1) / 2.0; };
  const double centers[3] = { center(request.OpticalAxis[0], series.Columns),
    center(request.OpticalAxis[1], series.Rows), center(-1.0, series.Slices) };
  for (std::size_t k = 0; k < series.Frames.size(); ++k)
  {
    std::array<double, 3> shift = series.Frames[k].Shift;
    const bool isRead =
      request.Frames.empty() || std::binary_search(request.Frames.begin(), request.Frames.end(), k);
    if (!request.ShiftsFile.empty() && isRead)
    {
      shift = ShiftAt(table, energies[k], request.ShiftsFile);
    }
    std::array<AxisMap, 3> place;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      // One slice is an image: there is nothing to move along z.
      const bool flat = axis == 2 && series.Slices == 1;
      place[axis] = { centers[axis], flat ? 1.0 : scales[k], flat ? 0.0 : shift[axis] };
    }
    alignment.Places.push_back(place);
  }
  return alignment;
}

}
