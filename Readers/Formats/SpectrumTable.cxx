// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumTable.h"

#include "ColumnNames.h"
#include "StackFormat.h"
#include "TextNumbers.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <sys/stat.h>

namespace paraxanes
{
namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t LongestLine = 64u << 10; // bytes

const char* const CommentMarks = "#%;!*";

[[noreturn]] void Fail(const std::string& path, const std::string& problem)
{
  throw FormatError(path + ": " + problem);
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

// How the columns of a file are separated.
struct Layout
{
  char Separator = ' '; // ' ': spaces and tabs
  bool DecimalComma = false;
};

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

// "Namespace.tag: value" of XDI, and "%tag: value" of older files.
void AddMetadata(const std::string& comment, SpectrumTable& table)
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
void TakeColumnHeaders(SpectrumTable& table)
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

  SpectrumTable Parse(const std::string& text)
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
    SpectrumTable& table = this->Result;
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
  SpectrumTable Result;
};

}

std::string ReadSpectrumText(const std::string& path, std::size_t limit)
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

SpectrumTable ParseSpectrumTable(const std::string& path, const std::string& text, bool wholeFile)
{
  return TableParser(path, wholeFile).Parse(text);
}

}
