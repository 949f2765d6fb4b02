// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumFile.h"

#include "StackFormat.h"
#include "TextNumbers.h"
#include "Texts.h"
#include "Units.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <sys/stat.h>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t LargestFile = 64u << 20; // bytes; a spectrum has some kilobytes
constexpr std::size_t LongestLine = 64u << 10; // bytes
constexpr std::size_t BeginOfFile = 64u << 10; // bytes that tell whether it is a spectrum
constexpr double HighestEnergy = 200000.0;     // eV, of an X-ray absorption scan

const char* const Blanks = " \t\r\v\f";
const char* const CommentMarks = "#%;!*";

[[noreturn]] void Fail(const std::string& path, const std::string& problem)
{
  throw FormatError(path + ": " + problem);
}

//------------------------------------------------------------------------------------------------
// Text

// The first `limit` bytes.
std::string ReadText(const std::string& path, std::size_t limit)
{
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
  {
    Fail(path, "this is a folder; a text file with a spectrum is expected.");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file)
  {
    Fail(path, std::string("the file cannot be opened: ") + std::strerror(errno) + ".");
  }
  std::string text;
  char part[65536];
  while (text.size() < limit && (file.read(part, sizeof(part)), file.gcount() > 0))
  {
    text.append(part, static_cast<std::size_t>(file.gcount()));
  }
  text.resize(std::min(text.size(), limit));
  if (text.compare(0, 2, "\xff\xfe") == 0 || text.compare(0, 2, "\xfe\xff") == 0)
  {
    Fail(path, "the text is UTF-16; save it as UTF-8 or plain text.");
  }
  if (text.find('\0') != std::string::npos)
  {
    Fail(path, "this is no text, it has bytes of 0; a text file with a spectrum is expected.");
  }
  return text.compare(0, 3, "\xef\xbb\xbf") == 0 ? text.substr(3) : text;
}

// Lines end with LF, CR LF or CR.
std::vector<std::string> SplitLines(const std::string& text)
{
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();)
  {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  }
  return lines;
}

std::vector<std::string> SplitWords(const std::string& text)
{
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(Blanks); begin != std::string::npos;)
  {
    const std::size_t end = std::min(text.find_first_of(Blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(Blanks, end);
  }
  return words;
}

// How the columns of a file are separated.
struct Layout
{
  char Separator = ' '; // ' ': spaces and tabs
  bool DecimalComma = false;
};

// "8333,5": one comma between digits, and no point.
bool HasDecimalComma(const std::string& word)
{
  const auto isDigit = [&](std::size_t i)
  { return i < word.size() && word[i] >= '0' && word[i] <= '9'; };
  const std::size_t comma = word.find(',');
  return comma != std::string::npos && comma > 0 && isDigit(comma - 1) && isDigit(comma + 1) &&
    word.find_first_of(",.", comma + 1) == std::string::npos && word.find('.') == std::string::npos;
}

Layout LayoutOf(const std::string& line)
{
  const bool comma = line.find(',') != std::string::npos;
  if (line.find(';') != std::string::npos)
  {
    return { ';', comma };
  }
  if (!comma)
  {
    return { ' ', false };
  }
  // "8333,5 0,12" has decimal commas; in "8333.5, 0.12" and "8333,0" they separate.
  const std::vector<std::string> words = SplitWords(line);
  const bool decimal = words.size() > 1 &&
    std::all_of(words.begin(), words.end(),
      [](const std::string& word)
      { return word.find(',') == std::string::npos || HasDecimalComma(word); });
  return decimal ? Layout{ ' ', true } : Layout{ ',', false };
}

std::vector<std::string> SplitFields(const std::string& line, const Layout& layout)
{
  if (layout.Separator == ' ')
  {
    return SplitWords(line);
  }
  std::vector<std::string> fields;
  for (std::size_t begin = 0; begin <= line.size();)
  {
    const std::size_t end = std::min(line.find(layout.Separator, begin), line.size());
    const std::string field = Trim(line.substr(begin, end - begin), Blanks);
    fields.push_back(Trim(field, "\""));
    begin = end + 1;
  }
  if (fields.back().empty() && fields.size() > 1)
  {
    fields.pop_back(); // a separator at the end of the line
  }
  return fields;
}

// Names in a line; a unit in brackets belongs to the word before it.
std::vector<std::string> SplitNames(const std::string& line, const Layout& layout)
{
  std::vector<std::string> names;
  for (const std::string& field : SplitFields(line, layout))
  {
    const bool unit = !field.empty() && (field.front() == '(' || field.front() == '[');
    if (unit && layout.Separator == ' ' && !names.empty())
    {
      names.back() += " " + field;
    }
    else
    {
      names.push_back(Trim(field, "\"'"));
    }
  }
  return names;
}

//------------------------------------------------------------------------------------------------
// Names of columns

// The name in small letters, without its unit: "Energy (eV)" and "energy_eV" are "energy".
std::string PlainName(const std::string& name)
{
  std::string plain = LowerCase(name);
  plain = Trim(plain.substr(0, plain.find_first_of("([")), " \t_.");
  for (const char* unit : { "_kev", "_ev", " kev", " ev", "/kev", "/ev" })
  {
    const std::size_t length = std::strlen(unit);
    if (plain.size() > length && plain.compare(plain.size() - length, length, unit) == 0)
    {
      return plain.substr(0, plain.size() - length);
    }
  }
  return plain;
}

bool IsOneOf(const std::string& name, std::initializer_list<const char*> names)
{
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsEnergyName(const std::string& name)
{
  const std::string plain = PlainName(name);
  return IsOneOf(plain,
    { "e", "en", "ev", "kev", "energy", "energies", "photon_energy", "photon energy",
      "photonenergy", "mono_energy", "enc_energy" });
}

bool IsAngleName(const std::string& name)
{
  return IsOneOf(PlainName(name), { "angle", "theta", "bragg", "bragg_angle" });
}

// Where the names of a table say that mu is.
std::optional<std::size_t> FindName(
  const std::vector<std::string>& names, std::initializer_list<const char*> wanted)
{
  for (const char* name : wanted)
  {
    const auto found = std::find_if(names.begin(), names.end(),
      [&](const std::string& candidate) { return PlainName(candidate) == name; });
    if (found != names.end())
    {
      return static_cast<std::size_t>(found - names.begin());
    }
  }
  return {};
}

// Ways to mu: a column, or a formula of two.
struct MuSource
{
  std::optional<std::size_t> Column;
  std::optional<std::size_t> Incident;
  std::optional<std::size_t> Transmitted;
  std::optional<std::size_t> Fluorescence;

  explicit MuSource(const std::vector<std::string>& names)
    : Column(FindName(names,
        { "mu", "xmu", "mutrans", "mufluor", "mutey", "mu_t", "mu_f", "norm", "normtrans",
          "normfluor", "flat", "absorbance", "absorption", "optical_density", "optical density",
          "od", "xanes", "xas", "intensity_norm" }))
    , Incident(FindName(names, { "i0", "io", "i_0", "i0eff", "monitor" }))
    , Transmitted(FindName(names, { "itrans", "it", "i1", "i_t", "itransmission", "trans" }))
    , Fluorescence(FindName(names, { "ifluor", "if", "i_f", "fluo", "fluor", "fluorescence" }))
  {
  }

  bool Known() const
  {
    return this->Column || (this->Incident && (this->Transmitted || this->Fluorescence));
  }
};

//------------------------------------------------------------------------------------------------
// The table

struct Table
{
  std::vector<std::string> Names; // as many as columns, or none
  std::vector<std::string> Units; // of XDI: as many as names, or none
  std::vector<std::vector<double>> Columns;
  std::vector<std::pair<std::string, std::string>> Metadata;
  bool XDI = false;
  bool IncompleteEnd = false; // the last line was cut off

  std::size_t Rows() const { return this->Columns.empty() ? 0 : this->Columns.front().size(); }
  std::string NameOf(std::size_t column) const
  {
    const std::string name = this->Names.empty() ? std::string() : this->Names[column];
    return name.empty() ? "column " + std::to_string(column + 1) : name;
  }
  // "2 columns (energy, mu)"
  std::string Describe() const
  {
    std::string names;
    for (const std::string& name : this->Names)
    {
      names += (names.empty() ? " (" : ", ") + name;
    }
    return std::to_string(this->Columns.size()) +
      (this->Columns.size() == 1 ? " column" : " columns") + names + (names.empty() ? "" : ")");
  }
};

// "Namespace.tag: value" of XDI, and "%tag: value" of older files.
void AddMetadata(const std::string& comment, Table& table)
{
  const bool old = comment.compare(0, 1, "%") == 0;
  const std::string body = Trim(comment, " \t%");
  const std::size_t colon = body.find(':');
  if (colon == std::string::npos || colon == 0)
  {
    return;
  }
  const std::string key = Trim(body.substr(0, colon), Blanks);
  const std::string value = Trim(body.substr(colon + 1), Blanks);
  const bool named = key.find_first_of(" \t=,;/") == std::string::npos;
  const std::size_t dot = key.find('.');
  const bool dotted = dot != std::string::npos && dot > 0 && dot + 1 < key.size();
  if (named && !value.empty() && (old || dotted))
  {
    table.Metadata.emplace_back(key, value);
  }
}

// "Column.1: energy eV" of XDI into names and units.
void TakeColumnHeaders(Table& table)
{
  std::vector<std::string> names(table.Columns.size());
  std::vector<std::string> units(table.Columns.size());
  bool any = false;
  const auto isColumn = [&](const std::pair<std::string, std::string>& entry)
  {
    if (LowerCase(entry.first).compare(0, 7, "column.") != 0)
    {
      return false;
    }
    const std::optional<double> number = ParseNumber(entry.first.substr(7));
    if (number && *number >= 1.0 && *number <= static_cast<double>(names.size()))
    {
      const auto k = static_cast<std::size_t>(*number) - 1;
      const std::vector<std::string> words = SplitWords(entry.second);
      names[k] = words.front();
      units[k] = words.size() > 1 ? words[1] : "";
      any = true;
    }
    return true;
  };
  auto& entries = table.Metadata;
  entries.erase(std::remove_if(entries.begin(), entries.end(), isColumn), entries.end());
  if (any)
  {
    table.Names = names;
    table.Units = units;
  }
}

std::optional<double> ParseField(const std::string& field, const Layout& layout)
{
  const std::string lower = LowerCase(field);
  if (IsOneOf(lower, { "", "-", "--", "---", "n/a", "na", "null", "none" }))
  {
    return NaN; // a value that is missing
  }
  std::string number = field;
  if (layout.DecimalComma)
  {
    std::replace(number.begin(), number.end(), ',', '.');
  }
  return ParseNumber(number);
}

class TableParser
{
public:
  TableParser(const std::string& path, bool wholeFile)
    : Path(path)
    , WholeFile(wholeFile)
  {
  }

  Table Parse(const std::string& text)
  {
    std::vector<std::string> lines = SplitLines(text);
    if (!this->WholeFile && !lines.empty())
    {
      lines.pop_back(); // cut somewhere
    }
    while (!lines.empty() && Trim(lines.back(), Blanks).empty())
    {
      lines.pop_back();
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
      this->Line = i + 1;
      this->Last = i + 1 == lines.size();
      if (lines[i].size() > LongestLine)
      {
        Fail(this->Path,
          "line " + std::to_string(i + 1) + " has " + std::to_string(lines[i].size()) +
            " characters; columns of numbers are expected.");
      }
      this->ParseLine(Trim(lines[i], Blanks));
    }
    this->FindNames();
    return std::move(this->Result);
  }

private:
  void ParseLine(const std::string& line)
  {
    if (line.empty())
    {
      return;
    }
    if (std::strchr(CommentMarks, line.front()))
    {
      this->ParseComment(line);
      return;
    }
    const std::string data = Trim(line.substr(0, line.find_first_of("#%!")), Blanks);
    const bool begun = !this->Result.Columns.empty();
    const Layout layout = begun ? this->Separation : LayoutOf(data);
    const std::vector<std::string> fields = SplitFields(data, layout);
    const std::optional<double> first = ParseField(fields.front(), layout);
    // A first line "nan" is no name, but one of "-" is no number either.
    if (!begun && !(first && std::isfinite(*first)))
    {
      this->Header = data;
      return;
    }
    this->AddRow(fields, layout);
  }

  void ParseComment(const std::string& line)
  {
    const std::size_t begin = line.find_first_not_of("#;!* \t");
    const std::string comment = begin == std::string::npos ? "" : line.substr(begin);
    if (this->Line == 1 && comment.compare(0, 4, "XDI/") == 0)
    {
      this->Result.XDI = true;
    }
    if (this->Result.Columns.empty())
    {
      AddMetadata(comment, this->Result);
      this->Comment = comment.empty() || comment.front() == '-' ? this->Comment : comment;
    }
  }

  void AddRow(const std::vector<std::string>& fields, const Layout& layout)
  {
    auto& columns = this->Result.Columns;
    if (columns.empty())
    {
      columns.resize(fields.size());
      this->Separation = layout;
    }
    const std::string where = "line " + std::to_string(this->Line) + ": ";
    if (fields.size() != columns.size() && this->Last && fields.size() < columns.size())
    {
      this->Result.IncompleteEnd = true;
      return;
    }
    if (fields.size() != columns.size())
    {
      Fail(this->Path,
        where + std::to_string(fields.size()) + " columns; " + std::to_string(columns.size()) +
          " are expected, as in the first row.");
    }
    for (std::size_t k = 0; k < fields.size(); ++k)
    {
      const std::optional<double> value = ParseField(fields[k], layout);
      if (!value)
      {
        Fail(this->Path, where + "\"" + fields[k].substr(0, 40) + "\" is no number.");
      }
      columns[k].push_back(*value);
    }
  }

  // XDI's headers, a line of words, or a comment that names an energy.
  void FindNames()
  {
    Table& table = this->Result;
    TakeColumnHeaders(table);
    const auto fits = [&](const std::vector<std::string>& names)
    { return names.size() == table.Columns.size(); };
    if (table.Names.empty() && !this->Header.empty())
    {
      const bool commas = this->Separation.Separator == ' ' &&
        this->Header.find(',') != std::string::npos && !this->Separation.DecimalComma;
      const Layout layout = commas ? Layout{ ',', false } : this->Separation;
      const std::vector<std::string> names = SplitNames(this->Header, layout);
      table.Names = fits(names) ? names : std::vector<std::string>();
    }
    if (table.Names.empty() && !this->Comment.empty())
    {
      for (const Layout& layout : { this->Separation, Layout{ ' ', false }, Layout{ ',', false } })
      {
        const std::vector<std::string> names = SplitNames(this->Comment, layout);
        if (fits(names) &&
          (std::any_of(names.begin(), names.end(), IsEnergyName) ||
            std::any_of(names.begin(), names.end(), IsAngleName)))
        {
          table.Names = names;
          return;
        }
      }
    }
  }

  std::string Path;
  bool WholeFile;
  std::size_t Line = 0;
  bool Last = false;
  Layout Separation;
  std::string Header;  // the last line before the numbers that is no comment
  std::string Comment; // the last one before the numbers that says something
  Table Result;
};

//------------------------------------------------------------------------------------------------
// From table to spectrum

// A column by name or by number from 1.
std::size_t ChooseColumn(
  const std::string& path, const Table& table, const std::string& chosen, const char* property)
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

std::size_t FindEnergy(const std::string& path, const Table& table, const std::string& chosen)
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
std::string UnitOf(const Table& table, std::size_t energy)
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
std::vector<double> FindMu(const std::string& path, const Table& table, std::size_t energy,
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
  const std::string text = ReadText(path, LargestFile + 1);
  if (text.size() > LargestFile)
  {
    Fail(path, "the file is larger than 64 MiB; a spectrum is expected.");
  }
  const Table table = TableParser(path, true).Parse(text);
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
    const std::string text = ReadText(path, BeginOfFile);
    const Table table = TableParser(path, text.size() < BeginOfFile).Parse(text);
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
