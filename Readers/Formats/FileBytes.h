// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FileBytes.h
 * A file whose bytes are read at any position from any thread.
 */
#ifndef FileBytes_h
#define FileBytes_h

#include <cstddef>
#include <cstdint>
#include <string>

namespace paraxanes
{

class FileBytes
{
public:
  /// Throws FormatError when there is no such file or it cannot be opened.
  explicit FileBytes(const std::string& path);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  const std::string& Path() const { return this->FilePath; }

  /// Bytes in the file; 0 where that is not known.
  std::uint64_t Size() const;

  /// Bytes read: fewer than asked for at the end of the file or on an error.
  std::size_t ReadSome(void* bytes, std::size_t count, std::uint64_t position) const;

  /// Throws FormatError when the file ends before.
  void Read(void* bytes, std::size_t count, std::uint64_t position) const;

private:
  const std::string FilePath;
  const int Number;
};

/// The text of a file of at most `largest` bytes, without a byte order mark. Throws FormatError for
/// a larger file and for one that is no text.
std::string ReadText(const std::string& path, std::uint64_t largest);

}

#endif
