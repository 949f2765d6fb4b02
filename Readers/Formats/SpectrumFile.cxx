// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumFile.h"

#include "ColumnNames.h"
#include "SpectrumTable.h"
#include "StackFormat.h"
#include "TextNumbers.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t LargestFile = 64u << 20; // bytes; a spectrum has some kilobytes
constexpr std::size_t BeginOfFile = 64u << 10; // bytes that tell whether it is a spectrum
constexpr double HighestEnergy = 200000.0;     // eV, of an X-ray absorption scan

[[noreturn]] void Fail(const std::string& path, const std::string& problem)
{
  throw FormatError(path + ": " + problem);
}

// A column by name or by number from 1.
std::size_t ChooseColumn(const std::string& path, const SpectrumTable& table,
  const std::string& chosen, const char* property)
{
  const auto find = [&](auto same) -> std::optional<std::size_t>
  {
    const auto found = std::find_if(table.Names.begin(), table.Names.end(), same);
    return found == table.Names.end() ? std::optional<std::size_t>()
                                      : static_cast<std::size_t>(found - table.Names.begin());
  };
  if (const auto exact = find([&](const std::string& name) { return name == chosen; }))
  {
    return *exact;
  }
  if (const auto like =
        find([&](const std::string& name) { return LowerCase(name) == LowerCase(chosen); }))
  {
    return *like;
  }
  const std::optional<double> number = ParseNumber(chosen);
  if (number && *number >= 1.0 && *number <= static_cast<double>(table.Columns.size()) &&
    *number == std::floor(*number))
  {
    return static_cast<std::size_t>(*number) - 1;
  }
  Fail(path,
    std::string(property) + " is \"" + chosen + "\", and the file has " + table.Describe() +
      ". Give one of the names, or a number from 1.");
}

std::size_t FindEnergy(
  const std::string& path, const SpectrumTable& table, const std::string& chosen)
{
  if (!chosen.empty())
  {
    return ChooseColumn(path, table, chosen, "EnergyColumn");
  }
  const auto energy = std::find_if(table.Names.begin(), table.Names.end(), IsEnergyName);
  if (energy != table.Names.end())
  {
    return static_cast<std::size_t>(energy - table.Names.begin());
  }
  if (!table.Names.empty() && IsAngleName(table.Names.front()))
  {
    Fail(path,
      "the spectrum is given over the angle of the monochromator (" + table.Names.front() +
        "), and no column is an energy. Convert the angles to energies, or name the energies in "
        "EnergyColumn.");
  }
  return 0;
}

// "keV" or "eV": what the file says, else from the energies themselves.
std::string UnitOf(const SpectrumTable& table, std::size_t energy)
{
  // "energy eV", "Energy (keV)", "energy_ev": the unit is a word.
  std::string text = table.Units.empty() ? std::string() : table.Units[energy];
  text = LowerCase(text + " " + (table.Names.empty() ? std::string() : table.Names[energy]));
  std::replace_if(
    text.begin(), text.end(), [](char c) { return c < 'a' || c > 'z'; }, ' ');
  const std::vector<std::string> words = SplitWords(text);
  const auto says = [&](const char* unit)
  { return std::find(words.begin(), words.end(), unit) != words.end(); };
  double highest = -std::numeric_limits<double>::infinity();
  for (const double value : table.Columns[energy])
  {
    highest = std::isfinite(value) ? std::max(highest, value) : highest;
  }
  if (says("ev"))
  {
    return "eV";
  }
  // Nobody scans at 8333 keV, whatever the header says.
  const bool kilo = highest < (says("kev") ? HighestEnergy / 1000.0 : LargestKiloElectronVolts);
  return kilo ? "keV" : "eV";
}

std::vector<double> Combine(
  const std::vector<double>& a, const std::vector<double>& b, double (*formula)(double, double))
{
  std::vector<double> result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), formula);
  return result;
}

// Column of mu in `used`, where it is one.
std::vector<double> FindMu(const std::string& path, const SpectrumTable& table, std::size_t energy,
  const std::string& chosen, std::optional<std::size_t>& used, Spectrum& spectrum)
{
  const auto column = [&](std::size_t k)
  {
    used = k;
    spectrum.MuFrom = "column " + std::to_string(k + 1) +
      (table.Names.empty() || table.Names[k].empty() ? "" : " (" + table.Names[k] + ")");
    return table.Columns[k];
  };
  if (!chosen.empty())
  {
    return column(ChooseColumn(path, table, chosen, "MuColumn"));
  }
  const MuSource source(table.Names);
  if (source.Column)
  {
    return column(*source.Column);
  }
  const auto formula = [&](const std::string& text) { spectrum.MuFrom = text; };
  if (source.Incident && source.Transmitted)
  {
    formula(
      "ln(" + table.NameOf(*source.Incident) + " / " + table.NameOf(*source.Transmitted) + ")");
    return Combine(table.Columns[*source.Incident], table.Columns[*source.Transmitted],
      [](double i0, double transmitted)
      { return i0 > 0.0 && transmitted > 0.0 ? std::log(i0 / transmitted) : NaN; });
  }
  if (source.Incident && source.Fluorescence)
  {
    formula(table.NameOf(*source.Fluorescence) + " / " + table.NameOf(*source.Incident));
    return Combine(table.Columns[*source.Fluorescence], table.Columns[*source.Incident],
      [](double fluorescence, double i0) { return i0 > 0.0 ? fluorescence / i0 : NaN; });
  }
  if (table.Columns.size() < 2)
  {
    Fail(path,
      "there is " + table.Describe() +
        "; an energy and mu are expected. A list of energies alone belongs in EnergiesFile of the "
        "TXM Stack Reader.");
  }
  if (table.Columns.size() == 2)
  {
    return column(1 - energy);
  }
  if (!table.Names.empty())
  {
    Fail(path,
      "which of " + table.Describe() +
        " is mu? No name says so (mu, xmu, mutrans, norm, ..., or i0 with itrans or ifluor). Name "
        "it in MuColumn.");
  }
  const std::size_t guess = energy == 1 ? 0 : 1;
  spectrum.Warnings.push_back("The " + table.Describe() + " have no names: column " +
    std::to_string(energy + 1) + " is taken for the energy and column " +
    std::to_string(guess + 1) + " for mu. Set EnergyColumn and MuColumn if that is wrong.");
  return column(guess);
}

// Leaves out, sorts and averages rows.
void PutInOrder(const std::string& path, Spectrum& spectrum)
{
  const std::size_t rows = spectrum.Energies.size();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows; ++i)
  {
    const double energy = spectrum.Energies[i];
    if (std::isfinite(energy) && energy > 0.0 && std::isfinite(spectrum.Mu[i]))
    {
      order.push_back(i);
    }
  }
  const auto energyOf = [&](std::size_t i) { return spectrum.Energies[i]; };
  std::size_t backward = 0;
  for (std::size_t k = 1; k < order.size(); ++k)
  {
    backward += energyOf(order[k]) < energyOf(order[k - 1]) ? 1 : 0;
  }
  std::stable_sort(order.begin(), order.end(),
    [&](std::size_t a, std::size_t b) { return energyOf(a) < energyOf(b); });

  std::vector<std::size_t> begins; // of rows of one energy, in `order`
  for (std::size_t k = 0; k < order.size(); ++k)
  {
    if (k == 0 || energyOf(order[k]) != energyOf(order[k - 1]))
    {
      begins.push_back(k);
    }
  }
  const std::size_t repeated = order.size() - begins.size();
  begins.push_back(order.size());
  const auto reorder = [&](std::vector<double>& values)
  {
    std::vector<double> result;
    for (std::size_t g = 0; g + 1 < begins.size(); ++g)
    {
      double sum = 0.0;
      for (std::size_t k = begins[g]; k < begins[g + 1]; ++k)
      {
        sum += values[order[k]];
      }
      result.push_back(sum / static_cast<double>(begins[g + 1] - begins[g]));
    }
    values = std::move(result);
  };
  std::vector<double> energies = spectrum.Energies;
  for (std::size_t g = 0; g + 1 < begins.size(); ++g)
  {
    energies[g] = energyOf(order[begins[g]]); // a mean of equals could differ in the last bit
  }
  energies.resize(begins.size() - 1);
  reorder(spectrum.Mu);
  for (SpectrumColumn& other : spectrum.Others)
  {
    reorder(other.Values);
  }
  spectrum.Energies = std::move(energies);

  if (spectrum.Energies.size() < 2)
  {
    Fail(path,
      std::to_string(rows) + " rows hold " + std::to_string(spectrum.Energies.size()) +
        " different energies above 0 with a finite mu (" + spectrum.MuFrom +
        "); two or more are expected.");
  }
  std::string text;
  const auto note = [&](std::size_t count, const char* what)
  {
    if (count > 0)
    {
      text += (text.empty() ? "" : "; ") + std::to_string(count) + what;
    }
  };
  note(rows - order.size(), " rows without a finite energy and mu were left out");
  note(backward, " rows had a lower energy than the row before them and were sorted");
  note(repeated, " rows repeated an energy and were averaged with it");
  if (!text.empty())
  {
    spectrum.Warnings.push_back("Of " + std::to_string(rows) + " rows: " + text + ".");
  }
}

// Names that differ from each other and from those of the first two columns.
void MakeNamesUnique(std::vector<SpectrumColumn>& columns)
{
  std::set<std::string> taken = { "energy (eV)", "mu" };
  for (SpectrumColumn& column : columns)
  {
    const std::string name = column.Name;
    for (int k = 2; !taken.insert(column.Name).second; ++k)
    {
      column.Name = name + " (" + std::to_string(k) + ")";
    }
  }
}

std::string MetadataOf(const Spectrum& spectrum, std::initializer_list<const char*> keys)
{
  for (const auto& entry : spectrum.Metadata)
  {
    if (IsOneOf(LowerCase(entry.first), keys))
    {
      return entry.second;
    }
  }
  return {};
}

// Energies of a scan: ascending, in a plausible range, some of them.
bool LooksLikeEnergies(const std::vector<double>& column)
{
  const bool ascending = std::adjacent_find(column.begin(), column.end(),
                           [](double a, double b) { return !(a < b); }) == column.end();
  if (column.size() < 10 || !ascending)
  {
    return false;
  }
  const double first = column.front();
  const double last = column.back();
  const bool kilo = last < LargestKiloElectronVolts;
  const double unit = kilo ? 1000.0 : 1.0;
  // From an edge's own width to two octaves.
  return first * unit >= 50.0 && last * unit <= HighestEnergy && (last - first) * unit >= 10.0 &&
    last < 4.0 * first && (!kilo || first >= 0.2);
}

}

Spectrum ReadSpectrum(const std::string& path, const SpectrumOptions& options)
{
  const std::string text = ReadSpectrumText(path, LargestFile + 1);
  if (text.size() > LargestFile)
  {
    Fail(path, "the file is larger than 64 MiB; a spectrum is expected.");
  }
  const SpectrumTable table = ParseSpectrumTable(path, text, true);
  if (table.Rows() == 0)
  {
    Fail(path, "there is no row of numbers; columns of energy and mu are expected.");
  }

  Spectrum spectrum;
  spectrum.Metadata = table.Metadata;
  spectrum.Element = MetadataOf(spectrum, { "element.symbol", "atom", "element" });
  spectrum.Edge = MetadataOf(spectrum, { "element.edge", "edge" });
  if (table.IncompleteEnd)
  {
    spectrum.Warnings.push_back(
      "The last line has fewer columns than the others and was left out.");
  }

  const std::size_t energy = FindEnergy(path, table, options.EnergyColumn);
  std::optional<std::size_t> mu;
  spectrum.Mu = FindMu(path, table, energy, options.MuColumn, mu, spectrum);
  if (mu == energy)
  {
    Fail(path,
      "column " + std::to_string(energy + 1) + " would be both energy and mu; the file has " +
        table.Describe() + ". Set EnergyColumn and MuColumn.");
  }
  spectrum.EnergyUnit = UnitOf(table, energy);
  const bool kilo = spectrum.EnergyUnit == "keV";
  for (const double value : table.Columns[energy])
  {
    spectrum.Energies.push_back((kilo ? KiloToElectronVolts(value) : value) + options.EnergyShift);
  }
  for (std::size_t k = 0; k < table.Columns.size(); ++k)
  {
    if (k != energy && k != mu)
    {
      spectrum.Others.push_back({ table.NameOf(k), table.Columns[k] });
    }
  }
  MakeNamesUnique(spectrum.Others);
  PutInOrder(path, spectrum);
  return spectrum;
}

bool LooksLikeSpectrum(const std::string& path)
{
  try
  {
    const std::string text = ReadSpectrumText(path, BeginOfFile);
    const SpectrumTable table = ParseSpectrumTable(path, text, text.size() < BeginOfFile);
    if (table.XDI)
    {
      return true;
    }
    if (table.Rows() < 2 || table.Columns.size() < 2)
    {
      return false;
    }
    if (IsOneOf(Extension(path), { ".xmu", ".nor" }))
    {
      return true;
    }
    if (!table.Names.empty())
    {
      return std::any_of(table.Names.begin(), table.Names.end(), IsEnergyName) &&
        MuSource(table.Names).Known();
    }
    return table.Columns.size() <= 3 && LooksLikeEnergies(table.Columns.front());
  }
  catch (const FormatError&)
  {
    return false;
  }
}

}
