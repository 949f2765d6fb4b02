// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5File.h
 * What is in an HDF5 file: data sets, small arrays, texts and attributes.
 *
 * The library as it is packaged is not safe to use from several threads: everything here is to be
 * called under an HDF5Lock. No message of the library reaches the terminal.
 */
#ifndef HDF5File_h
#define HDF5File_h

#include <hdf5.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// One thread in the library at a time, and its messages kept instead of printed.
class HDF5Lock
{
public:
  HDF5Lock();
  ~HDF5Lock();
  HDF5Lock(const HDF5Lock&) = delete;
  HDF5Lock& operator=(const HDF5Lock&) = delete;

private:
  std::unique_lock<std::mutex> Lock;
  H5E_auto2_t Function = nullptr;
  void* Data = nullptr;
};

/// The cause of the call that just failed, in the library's words.
std::string HDF5Problem();

/// Anything that the library gives a number to: closed at the end.
class HDF5Id
{
public:
  HDF5Id() = default;
  explicit HDF5Id(hid_t id)
    : Id(id)
  {
  }
  ~HDF5Id();
  HDF5Id(HDF5Id&& other) noexcept
    : Id(std::exchange(other.Id, H5I_INVALID_HID))
  {
  }
  HDF5Id& operator=(HDF5Id&& other) noexcept
  {
    std::swap(this->Id, other.Id);
    return *this;
  }

  operator hid_t() const { return this->Id; }
  bool IsValid() const { return this->Id >= 0; }

private:
  hid_t Id = H5I_INVALID_HID;
};

using HDF5Sizes = std::vector<std::uint64_t>;

struct HDF5DataSet
{
  std::string Path; ///< from the root, such as "/exchange/data"
  HDF5Sizes Sizes;  ///< slowest first; none for a single value
  std::string Type; ///< such as "float32", "text"
  bool IsNumber = false;
  bool IsInteger = false;

  std::string Text() const; ///< "/exchange/data (60 x 512 x 512, float32)"
};

/// What an open data set is.
HDF5DataSet DescribeDataSet(const HDF5Id& object, const std::string& path);

/// "60 x 512 x 512", or "one value".
std::string TextOfSizes(const HDF5Sizes& sizes);

/// A small array of numbers.
struct HDF5Numbers
{
  std::vector<double> Values;
  HDF5Sizes Sizes;
};

class HDF5File
{
public:
  /// Throws FormatError.
  explicit HDF5File(const std::string& path);

  const std::string& Path() const { return this->FilePath; }

  /// The group or data set of a path; not valid where there is none. Links into other files are
  /// followed where these are plain files.
  HDF5Id Open(const std::string& path) const;

  /// Where a soft or external link leads, when there is nothing; else nothing.
  std::optional<std::string> BrokenLink(const std::string& path) const;

  bool HasGroup(const std::string& path) const;
  std::optional<HDF5DataSet> Find(const std::string& path) const;

  /// All data sets, each object once whatever the number of its links (there may be loops), in the
  /// order of the names, and no more than a few thousand.
  std::vector<HDF5DataSet> DataSets() const;
  /// The names of the groups in a group.
  std::vector<std::string> Groups(const std::string& path) const;

  /// Nothing where there is no such data set, where it holds no numbers, or more than a million.
  /// float32 numbers are taken for the shortest decimal that they stand for.
  std::optional<HDF5Numbers> Numbers(const std::string& path) const;
  std::optional<HDF5Numbers> NumbersOfAttribute(
    const std::string& path, const std::string& name) const;

  /// Texts of fixed or variable length. Nothing where there is no such data set or no text.
  std::optional<std::string> Text(const std::string& path) const;
  std::vector<std::string> Texts(const std::string& path) const;
  std::optional<std::string> TextOfAttribute(
    const std::string& path, const std::string& name) const;
  std::vector<std::string> TextsOfAttribute(const std::string& path, const std::string& name) const;

private:
  const std::string FilePath;
  HDF5Id Access; // how links are followed, and data sets opened
  HDF5Id File;
};

}

#endif
