// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TIFFDirectory.h
 * The directory of a page of a TIFF file, byte by byte (TIFF 6.0, section 2; BigTIFF).
 *
 * The pages of a stack differ in the place of their pixels only. Directories that say so are
 * recognised by their bytes: for libtiff to parse each took most of the time of a small part.
 */
#ifndef TIFFDirectory_h
#define TIFFDirectory_h

#include <cstddef>
#include <cstdint>
#include <vector>

namespace paraxanes
{

class FileBytes;

class TIFFDirectory
{
public:
  struct Form
  {
    bool Big = false; ///< BigTIFF
    bool BigEndian = false;
  };

  TIFFDirectory(const FileBytes& file, const Form& form, std::uint64_t offset);

  std::uint64_t Offset() const { return this->Start; }
  /// Where its bytes end, or should.
  std::uint64_t End() const;
  /// All its bytes are in the file.
  bool IsWhole() const { return this->Whole; }
  /// Where the next page's directory is; 0: there is none.
  std::uint64_t Next() const;
  /// Where the only strip of the page is; 0 where there is none, or more.
  std::uint64_t Strip() const;

  /// The page is as the other one but for the place of its only strip, and for what says nothing
  /// of its pixels (date, resolution, range).
  bool IsLike(const TIFFDirectory& other) const;

private:
  std::size_t CountBytes() const { return this->Kind.Big ? 8 : 2; }
  std::size_t EntryBytes() const { return this->Kind.Big ? 20 : 12; }
  std::size_t OffsetBytes() const { return this->Kind.Big ? 8 : 4; }
  const unsigned char* Entry(std::uint64_t i) const;
  std::uint64_t Number(const unsigned char* bytes, std::size_t width) const;
  bool IsStrip(const unsigned char* entry) const;

  Form Kind;
  std::uint64_t Start;
  std::uint64_t Entries = 0;
  std::vector<unsigned char> Bytes;
  bool Whole = false;
};

}

#endif
