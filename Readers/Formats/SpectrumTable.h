// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumTable.h
 * A text file of columns as a table of numbers, with the names and the metadata that the file
 * gives. What the columns mean is for SpectrumFile.h to say.
 */
#ifndef SpectrumTable_h
#define SpectrumTable_h

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

struct SpectrumTable
{
  std::vector<std::string> Names; ///< as many as columns, or none
  std::vector<std::string> Units; ///< of XDI: as many as names, or none
  std::vector<std::vector<double>> Columns;
  std::vector<std::pair<std::string, std::string>> Metadata;
  bool XDI = false;
  bool IncompleteEnd = false; ///< the last line was cut off

  std::size_t Rows() const { return this->Columns.empty() ? 0 : this->Columns.front().size(); }
  std::string NameOf(std::size_t column) const
  {
    const std::string name = this->Names.empty() ? std::string() : this->Names[column];
    return name.empty() ? "column " + std::to_string(column + 1) : name;
  }
  /// "2 columns (energy, mu)"
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

/// The first `limit` bytes of a text file. Throws FormatError for a folder, for what cannot be
/// opened and for what is no text.
std::string ReadSpectrumText(const std::string& path, std::size_t limit);

/// The table in a text: the whole of the file, or its begin, cut somewhere. Throws FormatError with
/// the line for what is no table.
SpectrumTable ParseSpectrumTable(const std::string& path, const std::string& text, bool wholeFile);

}

#endif
