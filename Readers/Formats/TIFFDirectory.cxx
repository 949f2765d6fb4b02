// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "TIFFDirectory.h"

#include "FileBytes.h"

#include <vtk_tiff.h>

#include <algorithm>
#include <cstring>

namespace paraxanes
{
namespace
{

constexpr std::size_t UsualBytes = 512;     // most directories are smaller
constexpr std::uint64_t MostEntries = 4096; // libtiff's own limit

// What pages of a stack may say differently without meaning another kind of pixels.
bool SaysNothingOfPixels(std::uint64_t tag)
{
  switch (tag)
  {
    case TIFFTAG_MINSAMPLEVALUE:
    case TIFFTAG_MAXSAMPLEVALUE:
    case TIFFTAG_XRESOLUTION:
    case TIFFTAG_YRESOLUTION:
    case TIFFTAG_PAGENUMBER:
    case TIFFTAG_SOFTWARE:
    case TIFFTAG_DATETIME:
      return true;
    default:
      return false;
  }
}

std::size_t WidthOf(std::uint64_t type)
{
  switch (type)
  {
    case TIFF_SHORT:
      return 2;
    case TIFF_LONG:
      return 4;
    case TIFF_LONG8:
      return 8;
    default:
      return 0;
  }
}

}

TIFFDirectory::TIFFDirectory(const FileBytes& file, const Form& form, std::uint64_t offset)
  : Kind(form)
  , Start(offset)
  , Bytes(UsualBytes)
{
  std::size_t got = file.ReadSome(this->Bytes.data(), UsualBytes, offset);
  if (got < this->CountBytes())
  {
    return;
  }
  this->Entries = this->Number(this->Bytes.data(), this->CountBytes());
  if (this->Entries > MostEntries)
  {
    return;
  }
  const auto size = static_cast<std::size_t>(this->End() - offset);
  this->Bytes.resize(size);
  if (size > UsualBytes)
  {
    got = file.ReadSome(this->Bytes.data(), size, offset);
  }
  this->Whole = got >= size;
}

std::uint64_t TIFFDirectory::End() const
{
  return this->Start + this->CountBytes() + this->Entries * this->EntryBytes() +
    this->OffsetBytes();
}

std::uint64_t TIFFDirectory::Next() const
{
  return this->Whole ? this->Number(this->Entry(this->Entries), this->OffsetBytes()) : 0;
}

std::uint64_t TIFFDirectory::Strip() const
{
  for (std::uint64_t i = 0; this->Whole && i < this->Entries; ++i)
  {
    if (this->IsStrip(this->Entry(i)))
    {
      const std::size_t width = WidthOf(this->Number(this->Entry(i) + 2, 2));
      return this->Number(this->Entry(i) + 4 + this->OffsetBytes(), width);
    }
  }
  return 0;
}

bool TIFFDirectory::IsLike(const TIFFDirectory& other) const
{
  if (!this->Whole || !other.Whole || this->Bytes.size() != other.Bytes.size())
  {
    return false;
  }
  for (std::uint64_t i = 0; i < this->Entries; ++i)
  {
    const unsigned char* mine = this->Entry(i);
    const unsigned char* theirs = other.Entry(i);
    const bool free =
      SaysNothingOfPixels(this->Number(mine, 2)) || (this->IsStrip(mine) && this->IsStrip(theirs));
    const std::size_t same = free ? 2 : this->EntryBytes();
    if (std::memcmp(mine, theirs, same) != 0)
    {
      return false;
    }
  }
  return true;
}

const unsigned char* TIFFDirectory::Entry(std::uint64_t i) const
{
  return this->Bytes.data() + this->CountBytes() + static_cast<std::size_t>(i) * this->EntryBytes();
}

std::uint64_t TIFFDirectory::Number(const unsigned char* bytes, std::size_t width) const
{
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < width; ++i)
  {
    number = number * 256 + bytes[this->Kind.BigEndian ? i : width - 1 - i];
  }
  return number;
}

// Its number stands in the entry itself.
bool TIFFDirectory::IsStrip(const unsigned char* entry) const
{
  const std::size_t width = WidthOf(this->Number(entry + 2, 2));
  return this->Number(entry, 2) == TIFFTAG_STRIPOFFSETS && width > 0 &&
    width <= this->OffsetBytes() && this->Number(entry + 4, this->OffsetBytes()) == 1;
}

}
