// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Formats.h
 * All formats, and the first look at a file.
 */
#ifndef Formats_h
#define Formats_h

#include "StackFormat.h"

namespace paraxanes
{

/// Reads the header of a file in the first format that takes it. Throws FormatError when the file
/// is missing, a folder, not readable, empty, of no known format, or damaged.
std::shared_ptr<const StackFile> DescribeFile(
  const std::string& path, const FormatOptions& options);

/// When and how large a file is: the same for the same contents, as far as the system tells.
struct FileStamp
{
  std::int64_t Seconds = 0;
  std::int64_t Nanoseconds = 0;
  std::int64_t Size = -1; ///< -1: there is no such file
  bool operator==(const FileStamp& other) const
  {
    return this->Seconds == other.Seconds && this->Nanoseconds == other.Nanoseconds &&
      this->Size == other.Size;
  }
};
FileStamp StampOf(const std::string& path);

}

#endif
