// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FileCache.h
 * Headers of files, read once and kept as long as the file does not change.
 */
#ifndef FileCache_h
#define FileCache_h

#include "Formats.h"

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace paraxanes
{

/// A file, and what has to be said to read it.
struct FileRequest
{
  std::string Path;
  FormatOptions Options;
};

class FileCache
{
public:
  /// Headers of the files, read on all threads where they are not known. Files that are not among
  /// these are forgotten. Throws FormatError for the first file that cannot be read.
  std::vector<std::shared_ptr<const StackFile>> Describe(const std::vector<FileRequest>& requests);
  std::vector<std::shared_ptr<const StackFile>> Describe(
    const std::vector<std::string>& paths, const FormatOptions& options);

  /// The same, with null for files that cannot be read; those that were known before still are.
  std::vector<std::shared_ptr<const StackFile>> DescribeReadable(
    const std::vector<std::string>& paths, const FormatOptions& options);

  /// Number of files that are known.
  std::size_t Size() const { return this->Known.size(); }

private:
  struct Entry
  {
    FileStamp Stamp;
    FormatOptions Options;
    std::shared_ptr<const StackFile> File;
  };
  std::vector<Entry> Find(
    const std::vector<FileRequest>& requests, std::vector<std::exception_ptr>& errors) const;

  std::map<std::string, Entry> Known;
};

}

#endif
