// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file CompoundFile.h
 * Compound files (OLE2; specification: Microsoft [MS-CFB]): streams in a tree of storages.
 *
 * libgsf reads them too, but computes positions in 32 bits and so fails beyond 4 GiB, which
 * tomographies exceed; and it is of no use to several threads at once. Here a stream is told as
 * runs of bytes of the file, which anybody may read.
 */
#ifndef CompoundFile_h
#define CompoundFile_h

#include "FileBytes.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace paraxanes
{

/// Bytes of a stream that lie together in the file.
struct ByteRun
{
  std::uint64_t Begin = 0;    ///< in the stream
  std::uint64_t Position = 0; ///< in the file
  std::uint64_t Length = 0;
};

struct StreamBytes
{
  std::uint64_t Size = 0;      ///< as the directory of the file has it
  std::uint64_t Available = 0; ///< what is there of it: less where the file is cut off
  std::vector<ByteRun> Runs;   ///< one after the other, Available bytes together
};

/// Reads a part of a stream that is there. Throws FormatError.
void ReadStream(const FileBytes& file, const std::vector<ByteRun>& runs, std::uint64_t begin,
  std::size_t count, void* bytes);

class CompoundFile
{
public:
  /// Reads allocation tables and directory. Throws FormatError.
  explicit CompoundFile(const std::string& path);

  /// True when a file begins as compound files do.
  static bool HasSignature(const std::string& path);

  const std::string& Path() const { return this->File.Path(); }
  std::uint64_t Size() const { return this->FileSize; }

  /// Names are paths such as "ImageInfo/Energy", in lower or upper case.
  bool Has(const std::string& stream) const;

  /// Size 0 where there is no such stream.
  StreamBytes Find(const std::string& stream) const;

  /// Text, or raw bytes, up to `limit` bytes. Empty where there is no such stream. Throws
  /// FormatError where the stream is cut off.
  std::string Bytes(const std::string& stream, std::size_t limit) const;

  /// The first `limit` numbers of a stream, or as many as it has. Throws as Bytes.
  template <typename T>
  std::vector<T> Numbers(const std::string& stream, std::size_t limit) const
  {
    const std::string bytes = this->Bytes(stream, limit * sizeof(T));
    std::vector<T> numbers(bytes.size() / sizeof(T));
    if (!numbers.empty())
    {
      std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
    }
    return numbers;
  }

private:
  struct Entry
  {
    std::uint32_t First = 0; // sector
    std::uint64_t Size = 0;
  };

  std::uint64_t SectorPosition(std::uint32_t sector) const;
  void ReadAllocationTable(const unsigned char* header);
  void ReadDirectory(std::uint32_t first);
  StreamBytes Chain(std::uint32_t first, std::uint64_t size) const;
  StreamBytes MiniChain(const Entry& entry) const;
  [[noreturn]] void Fail(const std::string& what) const;

  FileBytes File;
  std::uint64_t FileSize = 0; // when it was opened
  std::uint64_t SectorBytes = 512;
  std::uint64_t MiniLimit = 4096;      // smaller streams are kept in the mini stream
  std::vector<std::uint32_t> Next;     // sector behind each sector
  std::vector<std::uint32_t> MiniNext; // the same of the mini stream
  StreamBytes Mini;
  std::map<std::string, Entry> Entries; // by path in lower case
};

}

#endif
