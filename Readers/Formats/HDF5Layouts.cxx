// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5Layouts.h"

#include "TextNumbers.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace paraxanes
{
namespace
{

constexpr double LargestPixelSize = 20.0; // um; a pixel of a detector, not of the sample
constexpr double SameSize = 1e-4;         // of its size, by which pixels may be higher than wide
constexpr std::size_t MostListed = 40;    // data sets in a message

using Layout = HDF5Layout;

std::string Unit(const HDF5File& file, const std::string& path)
{
  for (const char* name : { "units", "unit", "Units" })
  {
    if (const std::optional<std::string> unit = file.TextOfAttribute(path, name))
    {
      return *unit;
    }
  }
  return {};
}

// Along the energy: of (t, E) the first t, of (E, 1) all.
std::vector<double> FirstRow(const HDF5Numbers& numbers)
{
  std::vector<double> row = numbers.Values;
  if (numbers.Sizes.size() == 2 && numbers.Sizes[1] > 1)
  {
    row.resize(std::min<std::size_t>(row.size(), numbers.Sizes[1]));
  }
  return row;
}

// "8330.0 eV" and the like, all in one unit, if any; none where a text is no energy. Sets the unit
// that is found.
std::vector<double> NumbersOfTexts(const std::vector<std::string>& texts, std::string& unit)
{
  std::vector<double> numbers;
  std::set<std::string> units;
  for (const std::string& text : texts)
  {
    const std::size_t end = text.find_last_of("0123456789.") + 1;
    const std::optional<double> number = ParseNumber(Trim(text.substr(0, end), " \t"));
    units.insert(LowerCase(Trim(text.substr(end), " \t")));
    if (!number || units.size() > 1)
    {
      return {};
    }
    numbers.push_back(*number);
  }
  const std::string found = units.empty() ? std::string() : *units.begin();
  if (!found.empty() && found != "ev" && found != "kev")
  {
    return {};
  }
  unit = found.empty() ? unit : found;
  return numbers;
}

bool ReadEnergies(const HDF5File& file, const std::string& path, Layout& layout)
{
  // "object@attribute", or a data set.
  const std::size_t at = path.rfind('@');
  const bool isData = at == std::string::npos;
  const std::string object = path.substr(0, at);
  const std::string attribute = isData ? "" : path.substr(at + 1);
  const std::optional<HDF5Numbers> numbers =
    isData ? file.Numbers(path) : file.NumbersOfAttribute(object, attribute);
  std::string unit = isData ? Unit(file, path) : "";
  const std::vector<double> energies = numbers
    ? (numbers->Sizes.size() > 2 ? std::vector<double>() : FirstRow(*numbers))
    : NumbersOfTexts(isData ? file.Texts(path) : file.TextsOfAttribute(object, attribute), unit);
  if (energies.empty())
  {
    return false;
  }
  layout.EnergyPath = path;
  layout.Energies = energies;
  ToElectronVolts(layout.Energies, unit);
  return true;
}

// The first of the data sets that there is.
bool ReadFirstEnergies(const HDF5File& file, const std::vector<std::string>& paths, Layout& layout)
{
  return std::any_of(paths.begin(), paths.end(),
    [&](const std::string& path) { return ReadEnergies(file, path, layout); });
}

bool UseData(const HDF5File& file, const std::string& path, Layout& layout)
{
  std::optional<HDF5DataSet> data = file.Find(path);
  if (!data || !data->IsNumber || data->Sizes.size() < 2)
  {
    return false;
  }
  layout.Data = std::move(*data);
  return true;
}

bool IsPixelSize(double size)
{
  return std::isfinite(size) && size > 0.0 && size <= LargestPixelSize;
}

// um. Of a number without a unit nobody knows what it is: 0, and a warning.
double LengthOf(
  const HDF5File& file, const std::string& name, const std::string& text, Layout& layout)
{
  if (ParseNumber(Trim(text, " \t")).value_or(0.0) > 0.0)
  {
    const std::string warning = file.Path() + ": " + name + " is \"" + text +
      "\", without a unit such as nm; it is not used.";
    if (std::find(layout.Warnings.begin(), layout.Warnings.end(), warning) == layout.Warnings.end())
    {
      layout.Warnings.push_back(warning);
    }
  }
  return LengthOfText(text);
}

// Lengths in um: numbers with a unit, or a text such as "38.2nm". None where that is not all.
std::vector<double> Lengths(
  const HDF5File& file, const std::string& path, const char* otherwise, Layout& layout)
{
  std::vector<double> lengths;
  if (const std::optional<std::string> text = file.Text(path))
  {
    lengths = { LengthOf(file, path, *text, layout) };
  }
  else if (const std::optional<HDF5Numbers> numbers = file.Numbers(path))
  {
    const std::string unit = Unit(file, path);
    const double factor = MicrometresPerUnit(unit.empty() ? otherwise : unit);
    for (const double number : FirstRow(*numbers))
    {
      lengths.push_back(number * factor);
    }
  }
  return std::all_of(lengths.begin(), lengths.end(), IsPixelSize) ? lengths : std::vector<double>();
}

void ReadPixelSizes(
  const HDF5File& file, const std::string& path, const char* otherwise, Layout& layout)
{
  if (layout.PixelSizes.empty())
  {
    layout.PixelSizes = Lengths(file, path, otherwise, layout);
  }
}

// What many programs write into the root, or into the group of the data: "Pixel Size" = "38.2nm".
void ReadNamedPixelSize(const HDF5File& file, const std::string& group, Layout& layout)
{
  for (const char* name : { "Pixel Size", "pixel_size", "PixelSize", "pixel size" })
  {
    ReadPixelSizes(file, group + "/" + name, "um", layout);
    const std::optional<std::string> text = file.TextOfAttribute(group.empty() ? "/" : group, name);
    const double size =
      text && layout.PixelSizes.empty() ? LengthOf(file, name, *text, layout) : 0.0;
    if (IsPixelSize(size))
    {
      layout.PixelSizes = { size };
    }
  }
}

// Steps of positions in um; 0 where there are none.
double StepOfPositions(const HDF5File& file, const std::string& path, const char* otherwise)
{
  const std::optional<HDF5Numbers> numbers = file.Numbers(path);
  if (!numbers || numbers->Sizes.size() != 1 || numbers->Values.size() < 2)
  {
    return 0.0;
  }
  const std::string unit = Unit(file, path);
  const double range = std::abs(numbers->Values.back() - numbers->Values.front());
  const double step = range / static_cast<double>(numbers->Values.size() - 1) *
    MicrometresPerUnit(unit.empty() ? otherwise : unit);
  return IsPixelSize(step) ? step : 0.0;
}

// The first of the data sets of positions that has steps.
double FirstStep(
  const HDF5File& file, const std::string& group, const std::vector<std::string>& names)
{
  for (const std::string& name : names)
  {
    const double step = StepOfPositions(file, group + "/" + name, "um");
    if (step > 0.0)
    {
      return step;
    }
  }
  return 0.0;
}

void ReadPositions(const HDF5File& file, const std::string& group, Layout& layout)
{
  const double width = FirstStep(file, group, { "sample_x", "x", "X" });
  if (!layout.PixelSizes.empty() || width == 0.0)
  {
    return;
  }
  layout.PixelSizes = { width };
  const double height = FirstStep(file, group, { "sample_y", "y", "Y" });
  layout.PixelHeight = std::abs(height - width) > SameSize * width ? height : 0.0;
}

std::string Group(const std::string& path)
{
  return path.substr(0, path.rfind('/'));
}

// The letter of an axis's name; 0 for what is not known.
char LetterOfAxis(const std::string& name)
{
  static const std::pair<const char*, char> letters[] = { { "energy", 'e' }, { "energies", 'e' },
    { "photon_energy", 'e' }, { "e", 'e' }, { "z", 'z' }, { "sample_z", 'z' }, { "theta", 'z' },
    { "angle", 'z' }, { "rotation_angle", 'z' }, { "y", 'y' }, { "sample_y", 'y' }, { "x", 'x' },
    { "sample_x", 'x' }, { "t", 't' }, { "time", 't' } };
  const std::string lower = LowerCase(name);
  for (const auto& letter : letters)
  {
    if (lower == letter.first)
    {
      return letter.second;
    }
  }
  return 0;
}

std::string LettersOfAxes(const std::vector<std::string>& names)
{
  std::string letters;
  for (const std::string& name : names)
  {
    const char letter = LetterOfAxis(name);
    if (letter == 0)
    {
      return {};
    }
    letters += letter;
  }
  return letters;
}

std::vector<std::string> Split(const std::string& text, const char* separators)
{
  std::vector<std::string> parts;
  for (std::size_t begin = text.find_first_not_of(separators); begin != std::string::npos;)
  {
    const std::size_t end = text.find_first_of(separators, begin);
    parts.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(separators, std::min(end, text.size()));
  }
  return parts;
}

// The attribute `axes` as a list of names, or as one text such as "energy:y:x".
std::vector<std::string> NamesOfAxes(const HDF5File& file, const std::string& path)
{
  std::vector<std::string> names = file.TextsOfAttribute(path, "axes");
  return names.size() == 1 ? Split(names.front(), ":,; []") : names;
}

//------------------------------------------------------------------------------------------------
// The layouts. Each returns false for files that are not of its kind.

// An attribute of three finite numbers, such as vtkEnergyStackWriter writes; else none.
std::vector<double> ThreeNumbers(
  const HDF5File& file, const std::string& path, const std::string& name)
{
  const std::optional<HDF5Numbers> numbers = file.NumbersOfAttribute(path, name);
  const bool good = numbers && numbers->Values.size() == 3 &&
    std::all_of(numbers->Values.begin(), numbers->Values.end(),
      [](double number) { return std::isfinite(number); });
  return good ? numbers->Values : std::vector<double>();
}

bool IsDataExchange(const HDF5File& file, Layout& layout)
{
  const std::string monochromator = "/measurement/instrument/monochromator/energy";
  if (!UseData(file, "/exchange/data", layout))
  {
    return false;
  }
  ReadFirstEnergies(file, { "/exchange/energy", "/exchange/energies", monochromator }, layout);
  layout.Axes = LettersOfAxes(NamesOfAxes(file, layout.Data.Path));
  const std::string kind =
    LowerCase(file.TextOfAttribute(layout.Data.Path, "value_type").value_or(""));
  const bool white = file.Find("/exchange/data_white").has_value();
  layout.Values = kind == "absorbance" ? ValueKind::Absorbance
    : kind == "transmission"           ? ValueKind::Transmission
    : kind == "counts" || white        ? ValueKind::Counts
                                       : ValueKind::Unknown;
  layout.Angles = "/exchange/theta";
  layout.References = "/exchange/data_white";
  layout.Darks = "/exchange/data_dark";
  ReadNamedPixelSize(file, "/exchange", layout);
  ReadPixelSizes(file, "/measurement/instrument/detector/actual_pixel_size_x", "m", layout);
  ReadPixelSizes(
    file, "/measurement/instrument/detection_system/objective/resolution", "um", layout);
  const std::vector<double> spacing = Lengths(file, "/exchange/slice_spacing", "um", layout);
  layout.SliceSpacing = spacing.size() == 1 ? spacing.front() : 0.0;
  layout.Spacing = ThreeNumbers(file, layout.Data.Path, "spacing");
  layout.Origin = ThreeNumbers(file, layout.Data.Path, "origin");
  const auto positive = [](double spacing) { return spacing > 0.0; };
  if (!std::all_of(layout.Spacing.begin(), layout.Spacing.end(), positive))
  {
    layout.Spacing.clear();
  }
  return true;
}

bool IsTXMSandbox(const HDF5File& file, Layout& layout)
{
  const std::string group = "/registration_results/reg_results";
  const bool volumes = UseData(file, group + "/registered_xanes3D", layout);
  if (!volumes && !UseData(file, group + "/registered_xanes2D", layout))
  {
    return false;
  }
  layout.Axes = volumes ? "ezyx" : "eyx";
  layout.Values = ValueKind::Absorbance;
  return ReadEnergies(file, group + "/eng_list", layout);
}

bool IsFXITomography(const HDF5File& file, Layout& layout)
{
  if (!UseData(file, "/img_tomo", layout) || !ReadEnergies(file, "/X_eng", layout))
  {
    return false;
  }
  layout.Values = ValueKind::Counts;
  layout.Angles = "/angle";
  layout.References = "/img_bkg";
  layout.Darks = "/img_dark";
  return true;
}

// A scan that was stopped has fewer images than energies: the first ones. True in any case.
bool DropEnergiesNotReached(const HDF5File& file, Layout& layout)
{
  const HDF5Sizes& sizes = layout.Data.Sizes; // energy, y, x
  const std::size_t energies = layout.Energies.size();
  const bool stopped = sizes.size() == 3 && sizes.front() < energies &&
    std::count(sizes.begin(), sizes.end(), energies) == 0;
  if (stopped && sizes.front() > 0)
  {
    layout.Warnings.push_back(file.Path() + ": " + layout.EnergyPath + " names " +
      std::to_string(energies) + " energies, and " + layout.Data.Path + " holds " +
      std::to_string(sizes.front()) +
      " images: the scan was stopped. The images are those of the first energies.");
    layout.Energies.resize(sizes.front());
    layout.Axes = "eyx";
  }
  return true;
}

bool IsFXIOrPyXAS(const HDF5File& file, Layout& layout)
{
  if (!UseData(file, "/img_xanes", layout) && !UseData(file, "/img", layout))
  {
    return false;
  }
  // The beamline's own files keep the incident light beside the images, which are divided by it.
  const bool measured = layout.Data.Path == "/img_xanes" && file.Find("/img_bkg").has_value();
  layout.Name = measured ? "NSLS-II FXI" : "PyXAS";
  layout.Values = measured ? ValueKind::Transmission : ValueKind::Unknown;
  return ReadFirstEnergies(file, { "/X_eng", "/XEng" }, layout) &&
    (!measured || DropEnergiesNotReached(file, layout));
}

bool IsXanespy(const HDF5File& file, Layout& layout)
{
  for (const std::string& sample : file.Groups("/"))
  {
    const std::string group = "/" + sample + "/imported";
    const bool absorbance = UseData(file, group + "/optical_depths", layout);
    if (!absorbance && !UseData(file, group + "/intensities", layout))
    {
      continue;
    }
    layout.Axes = layout.Data.Sizes.size() == 4 ? "teyx" : "eyx";
    layout.Values = absorbance ? ValueKind::Absorbance : ValueKind::Counts;
    layout.References = absorbance ? "" : group + "/references";
    ReadPixelSizes(file, group + "/pixel_sizes", "um", layout);
    return ReadEnergies(file, group + "/energies", layout);
  }
  return false;
}

bool IsMistral(const HDF5File& file, Layout& layout)
{
  const std::string group = "/SpecNormalized";
  if (!UseData(file, group + "/spectroscopy_normalized_aligned", layout) &&
    !UseData(file, group + "/spectroscopy_normalized", layout))
  {
    return false;
  }
  layout.Axes = layout.Data.Sizes.size() == 4 ? "ezyx" : "eyx";
  layout.Angles = group + "/rotation_angle";
  layout.Values = ValueKind::Transmission;
  ReadPixelSizes(file, group + "/x_pixel_size", "um", layout);
  return ReadEnergies(file, group + "/energy", layout);
}

// Old files number the axes instead: attribute axis = 1 on the data set of the slowest axis.
std::string LettersOfNumberedAxes(const HDF5File& file, const std::string& group, std::size_t rank)
{
  std::string letters(rank, ' ');
  for (const char* name : { "energy", "photon_energy", "sample_x", "sample_y", "sample_z", "x", "y",
         "z", "rotation_angle" })
  {
    const std::optional<HDF5Numbers> axis = file.NumbersOfAttribute(group + "/" + name, "axis");
    const double number = axis && axis->Values.size() == 1 ? axis->Values.front() : 0.0;
    if (number >= 1.0 && number <= static_cast<double>(rank))
    {
      letters[static_cast<std::size_t>(number) - 1] = LetterOfAxis(name);
    }
  }
  return letters.find(' ') == std::string::npos ? letters : std::string();
}

bool IsNXdata(const HDF5File& file, const std::string& group, Layout& layout)
{
  if (file.TextOfAttribute(group, "NX_class").value_or("") != "NXdata")
  {
    return false;
  }
  const std::string signal = file.TextOfAttribute(group, "signal").value_or("data");
  if (!UseData(file, group + "/" + signal, layout) || layout.Data.Sizes.size() < 3 ||
    !ReadFirstEnergies(file, { group + "/energy", group + "/photon_energy" }, layout))
  {
    return false;
  }
  layout.Angles = group + "/rotation_angle";
  layout.Axes = LettersOfAxes(NamesOfAxes(file, group));
  if (layout.Axes.empty())
  {
    layout.Axes = LettersOfAxes(NamesOfAxes(file, layout.Data.Path));
  }
  if (layout.Axes.empty())
  {
    layout.Axes = LettersOfNumberedAxes(file, group, layout.Data.Sizes.size());
  }
  ReadPositions(file, group, layout);
  return true;
}

bool IsNeXus(const HDF5File& file, Layout& layout)
{
  for (const std::string& entry : file.Groups("/"))
  {
    for (const std::string& data : file.Groups("/" + entry))
    {
      Layout found;
      if (IsNXdata(file, "/" + entry + "/" + data, found))
      {
        layout = std::move(found);
        return true;
      }
    }
  }
  return false;
}

// Energies beside a data set, by their usual names: data sets, or attributes of the data set.
bool FindEnergies(const HDF5File& file, Layout& layout)
{
  const std::string group = Group(layout.Data.Path);
  const std::string names[] = { "energy", "energies", "Energy", "Energies", "eng_list", "X_eng",
    "XEng", "photon_energy" };
  std::vector<std::string> paths;
  for (const std::string& place : { group + "/", std::string("/"), layout.Data.Path + "@",
         (group.empty() ? "/" : group) + "@", std::string("/@") })
  {
    for (const std::string& name : names)
    {
      paths.push_back(place + name);
    }
  }
  return ReadFirstEnergies(file, paths, layout);
}

bool UseOnlyArray(const HDF5File& file, Layout& layout)
{
  int arrays = 0;
  for (const HDF5DataSet& data : file.DataSets())
  {
    if (data.IsNumber && data.Sizes.size() >= 3)
    {
      layout.Data = data;
      ++arrays;
    }
  }
  return arrays == 1;
}

bool IsPlain(const HDF5File& file, Layout& layout)
{
  if (!UseOnlyArray(file, layout) || !FindEnergies(file, layout))
  {
    return false;
  }
  const std::string group = Group(layout.Data.Path);
  ReadNamedPixelSize(file, group, layout);
  ReadPositions(file, group, layout);
  return true;
}

Layout Recognise(const HDF5File& file)
{
  using Recogniser = bool (*)(const HDF5File&, Layout&);
  static const std::pair<const char*, Recogniser> recognisers[] = {
    { "APS Data Exchange", IsDataExchange },
    { "TXM-Sandbox", IsTXMSandbox },
    { "NSLS-II FXI", IsFXITomography },
    { "PyXAS", IsFXIOrPyXAS },
    { "xanespy", IsXanespy },
    { "ALBA MISTRAL", IsMistral },
    { "NeXus", IsNeXus },
    { "plain", IsPlain },
  };
  for (const auto& recogniser : recognisers)
  {
    Layout layout;
    layout.Name = recogniser.first;
    if (recogniser.second(file, layout))
    {
      layout.Name = layout.Name.empty() ? recogniser.first : layout.Name;
      ReadNamedPixelSize(file, "", layout);
      return layout;
    }
  }
  return {};
}

//------------------------------------------------------------------------------------------------
// What the user names

std::string ListDataSets(const HDF5File& file)
{
  std::vector<HDF5DataSet> all = file.DataSets();
  // The large ones are those that are looked for.
  std::stable_sort(all.begin(), all.end(),
    [](const HDF5DataSet& a, const HDF5DataSet& b) { return a.Sizes.size() > b.Sizes.size(); });
  std::string text;
  for (std::size_t k = 0; k < std::min(all.size(), MostListed); ++k)
  {
    text += (k > 0 ? ", " : "") + all[k].Text();
  }
  const std::size_t more = all.size() - std::min(all.size(), MostListed);
  return text.empty() ? "none" : text + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

// Links that lead nowhere, of those at which images are looked for.
std::string BrokenLinks(const HDF5File& file, const std::vector<std::string>& paths)
{
  std::string text;
  for (const std::string& path : paths)
  {
    if (const std::optional<std::string> target = file.BrokenLink(path))
    {
      text += " The link " + path + " leads to " + *target + ", which is not there.";
    }
  }
  return text;
}

void NameData(const HDF5File& file, const std::string& path, Layout& layout)
{
  std::optional<HDF5DataSet> data = file.Find(path);
  if (!data)
  {
    throw FormatError(file.Path() + " has no data set " + path + " (DataPath); it has " +
      ListDataSets(file) + "." + BrokenLinks(file, { path }));
  }
  if (data->Path == layout.Data.Path)
  {
    return;
  }
  // Another data set than the layout's: what is known of the images does not hold.
  Layout named;
  named.Name = "named";
  named.Data = std::move(*data);
  named.PixelSizes = layout.PixelSizes;
  named.PixelHeight = layout.PixelHeight;
  named.Warnings = layout.Warnings;
  if (!FindEnergies(file, named))
  {
    named.EnergyPath = layout.EnergyPath;
    named.Energies = layout.Energies;
  }
  layout = std::move(named);
}

void NameEnergies(const HDF5File& file, const std::string& path, Layout& layout)
{
  if (!ReadEnergies(file, path, layout))
  {
    throw FormatError(file.Path() + " has no numbers of one axis at " + path +
      " (EnergyPath); it has " + ListDataSets(file) + ".");
  }
}

void CheckEnergies(const HDF5File& file, const Layout& layout)
{
  const bool usable = std::all_of(layout.Energies.begin(), layout.Energies.end(),
    [](double energy) { return std::isfinite(energy) && energy > 0.0; });
  if (!usable)
  {
    throw FormatError(file.Path() + ": " + layout.EnergyPath +
      " holds energies that are zero, negative or not finite; energies in eV or keV are expected.");
  }
}

//------------------------------------------------------------------------------------------------
// Axes

std::string Where(const HDF5File& file, const Layout& layout)
{
  return file.Path() + ": " + layout.Data.Text() + " ";
}

std::string EnergiesText(const Layout& layout, std::size_t given)
{
  return layout.Energies.empty()
    ? (given > 0 ? std::to_string(given) + " energies are given" : "no energies are known")
    : layout.EnergyPath + " holds " + std::to_string(layout.Energies.size()) + " energies";
}

bool IsAxisOrder(const std::string& axes, std::size_t rank)
{
  const std::set<char> letters(axes.begin(), axes.end());
  return axes.size() == rank && letters.size() == rank &&
    axes.find_first_not_of("tezyx") == std::string::npos && letters.count('y') &&
    letters.count('x');
}

bool EnergiesFit(const Layout& layout, const std::string& axes)
{
  const std::size_t e = axes.find('e');
  const std::uint64_t axis = e == std::string::npos ? 1 : layout.Data.Sizes[e];
  return layout.Energies.empty() || layout.Energies.size() == axis;
}

// By the sizes: the energy axis is as long as there are energies, in the file or else given.
std::string AxesOfSizes(const HDF5File& file, const Layout& layout, std::size_t given)
{
  const HDF5Sizes& sizes = layout.Data.Sizes;
  // Of three axes they may as well be those of a series of volumes.
  const bool needed = layout.Energies.empty() && sizes.size() == 4;
  const std::size_t energies = needed ? given : layout.Energies.size();
  const std::string advice = "; say what its axes are with AxisOrder, slowest first, such as "
                             "\"ezyx\", or which data sets to take with DataPath and EnergyPath.";
  if (sizes.size() < 2 || sizes.size() > 4)
  {
    throw FormatError(Where(file, layout) + "has " + std::to_string(sizes.size()) +
      " axes; images of 2 to 4 axes are expected" + advice);
  }
  const std::string order = std::string("zyx").substr(sizes.size() == 2 ? 1 : 0);
  if (energies <= 1 && sizes.size() < 4)
  {
    return order;
  }
  const auto matching = std::count(sizes.begin(), sizes.end(), energies);
  if (energies == 0 || matching == 0)
  {
    throw FormatError(
      Where(file, layout) + "has no axis of the energies: " + EnergiesText(layout, given) + advice);
  }
  if (matching > 1)
  {
    throw FormatError(Where(file, layout) + "has " + std::to_string(matching) +
      " axes that may be the energies: " + EnergiesText(layout, given) + advice);
  }
  std::string axes = std::string("zyx").substr(sizes.size() == 3 ? 1 : 0);
  axes.insert(
    static_cast<std::size_t>(std::find(sizes.begin(), sizes.end(), energies) - sizes.begin()), 1,
    'e');
  return axes;
}

std::string CheckAxisOrder(const HDF5File& file, const Layout& layout, const std::string& order)
{
  const std::string axes = LowerCase(order);
  if (!IsAxisOrder(axes, layout.Data.Sizes.size()))
  {
    throw FormatError(Where(file, layout) + "has " + std::to_string(layout.Data.Sizes.size()) +
      " axes, and AxisOrder is \"" + order +
      "\"; one letter for each is expected, slowest first: y and x, and e (energy), z or t.");
  }
  if (!EnergiesFit(layout, axes))
  {
    throw FormatError(Where(file, layout) + "does not fit AxisOrder \"" + order +
      "\": " + EnergiesText(layout, 0) + ".");
  }
  return axes;
}

// One angle for each image, and not always the same one.
void WarnOfProjections(const HDF5File& file, Layout& layout)
{
  const std::size_t z = layout.Axes.find('z');
  const std::optional<HDF5Numbers> angles =
    layout.Angles.empty() ? std::nullopt : file.Numbers(layout.Angles);
  if (!angles || z == std::string::npos || angles->Values.size() != layout.Data.Sizes[z])
  {
    return;
  }
  const std::vector<double>& values = angles->Values;
  if (std::any_of(
        values.begin(), values.end(), [&](double angle) { return angle != values.front(); }))
  {
    layout.Warnings.push_back(ProjectionsAtAngles(values.size(), values.front(), values.back()));
  }
}

}

HDF5Layout FindLayout(const HDF5File& file, const FormatOptions& options)
{
  Layout layout = Recognise(file);
  if (!options.DataPath.empty())
  {
    NameData(file, options.DataPath, layout);
  }
  const bool energiesNamed = !options.EnergyPath.empty();
  const bool energiesKnown = energiesNamed || options.Energies > 0;
  if (layout.Data.Path.empty() && !(energiesKnown && UseOnlyArray(file, layout)))
  {
    throw FormatError(file.Path() +
      " is laid out in no way that is known. Name its images with DataPath, the energies with "
      "EnergyPath and, where the sizes do not tell them, the axes with AxisOrder. It has " +
      ListDataSets(file) + "." +
      BrokenLinks(file,
        { "/exchange", "/exchange/data", "/img_tomo", "/img_xanes", "/img",
          "/registration_results/reg_results/registered_xanes3D",
          "/registration_results/reg_results/registered_xanes2D",
          "/SpecNormalized/spectroscopy_normalized_aligned" }));
  }
  if (energiesNamed)
  {
    NameEnergies(file, options.EnergyPath, layout);
  }
  CheckEnergies(file, layout);
  if (!options.AxisOrder.empty())
  {
    layout.Axes = CheckAxisOrder(file, layout, options.AxisOrder);
  }
  else if (!IsAxisOrder(layout.Axes, layout.Data.Sizes.size()) || !EnergiesFit(layout, layout.Axes))
  {
    layout.Axes = AxesOfSizes(file, layout, options.Energies);
  }
  WarnOfProjections(file, layout);
  return layout;
}

}
