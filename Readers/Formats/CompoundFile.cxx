// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "CompoundFile.h"

#include "StackFormat.h"
#include "TextNumbers.h"

#include <algorithm>
#include <array>

namespace paraxanes
{
namespace
{

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Numbers of compound files are taken as they are stored, lowest byte first."
#endif

constexpr unsigned char Signature[8] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
constexpr std::size_t HeaderBytes = 512;
constexpr std::size_t EntryBytes = 128;
constexpr std::size_t HeaderTables = 109; // sectors of the allocation table named by the header
constexpr std::uint64_t MiniSectorBytes = 64;
constexpr std::uint32_t NoEntry = 0xFFFFFFFF;
constexpr std::uint32_t LastSector = 0xFFFFFFFA; // larger numbers are marks
// No sound file comes near these.
constexpr int DeepestStorage = 16;
constexpr std::uint64_t LargestTable = std::uint64_t{ 64 } << 20;

template <typename T>
T NumberAt(const unsigned char* bytes, std::size_t offset)
{
  T number;
  std::memcpy(&number, bytes + offset, sizeof(T));
  return number;
}

// The name of a directory entry, UTF-16; letters that are not ASCII do not occur in names that
// anybody asks for.
std::string NameOf(const unsigned char* entry)
{
  const std::size_t bytes = std::min<std::size_t>(NumberAt<std::uint16_t>(entry, 64), 64);
  std::string name;
  for (std::size_t i = 0; i + 2 < bytes; i += 2)
  {
    const auto letter = NumberAt<std::uint16_t>(entry, i);
    name += letter < 128 ? static_cast<char>(letter) : '?';
  }
  return LowerCase(name);
}

void Append(StreamBytes& stream, std::uint64_t position, std::uint64_t length)
{
  if (!stream.Runs.empty() && stream.Runs.back().Position + stream.Runs.back().Length == position)
  {
    stream.Runs.back().Length += length;
  }
  else
  {
    stream.Runs.push_back({ stream.Available, position, length });
  }
  stream.Available += length;
}

}

void ReadStream(const FileBytes& file, const std::vector<ByteRun>& runs, std::uint64_t begin,
  std::size_t count, void* bytes)
{
  auto run = std::upper_bound(runs.begin(), runs.end(), begin,
    [](std::uint64_t position, const ByteRun& r) { return position < r.Begin; });
  auto* out = static_cast<unsigned char*>(bytes);
  for (run -= run == runs.begin() ? 0 : 1; count > 0; ++run)
  {
    if (run == runs.end() || begin < run->Begin || begin - run->Begin >= run->Length)
    {
      throw FormatError(file.Path() + ": a stream ends at byte " + std::to_string(begin) + ", " +
        std::to_string(count) + " bytes before its end.");
    }
    const std::uint64_t offset = begin - run->Begin;
    const auto part =
      static_cast<std::size_t>(std::min<std::uint64_t>(count, run->Length - offset));
    file.Read(out, part, run->Position + offset);
    out += part;
    begin += part;
    count -= part;
  }
}

bool CompoundFile::HasSignature(const std::string& path)
{
  unsigned char begin[sizeof(Signature)] = {};
  return FileBytes(path).ReadSome(begin, sizeof(begin), 0) == sizeof(begin) &&
    std::equal(std::begin(begin), std::end(begin), std::begin(Signature));
}

void CompoundFile::Fail(const std::string& what) const
{
  throw FormatError(this->Path() + " is no sound compound file (OLE): " + what + ". It has " +
    std::to_string(this->FileSize) + " bytes and may be cut off or damaged.");
}

CompoundFile::CompoundFile(const std::string& path)
  : File(path)
  , FileSize(this->File.Size())
{
  std::array<unsigned char, HeaderBytes> header = {};
  if (this->File.ReadSome(header.data(), header.size(), 0) < header.size() ||
    !std::equal(std::begin(Signature), std::end(Signature), header.begin()))
  {
    this->Fail("it does not begin with the signature of one and a header of 512 bytes");
  }
  const unsigned shift = NumberAt<std::uint16_t>(header.data(), 30);
  const unsigned miniShift = NumberAt<std::uint16_t>(header.data(), 32);
  if ((shift != 9 && shift != 12) || miniShift != 6)
  {
    this->Fail("the exponents of its sector sizes are " + std::to_string(shift) + " and " +
      std::to_string(miniShift) + "; 9 or 12, and 6, are expected");
  }
  this->SectorBytes = std::uint64_t{ 1 } << shift;
  this->MiniLimit = NumberAt<std::uint32_t>(header.data(), 56);
  this->ReadAllocationTable(header.data());
  this->ReadDirectory(NumberAt<std::uint32_t>(header.data(), 48));
  const StreamBytes table = this->Chain(NumberAt<std::uint32_t>(header.data(), 60), LargestTable);
  this->MiniNext.resize(static_cast<std::size_t>(table.Available / sizeof(std::uint32_t)));
  ReadStream(this->File, table.Runs, 0, this->MiniNext.size() * sizeof(std::uint32_t),
    this->MiniNext.data());
}

std::uint64_t CompoundFile::SectorPosition(std::uint32_t sector) const
{
  return (std::uint64_t{ sector } + 1) * this->SectorBytes;
}

// The sectors of the table are named in the header and, where they are many, in a chain of sectors
// of their own. Parts of the table that a cut file lacks tell of sectors that it lacks as well:
// they stay empty, and the streams end there.
void CompoundFile::ReadAllocationTable(const unsigned char* header)
{
  const std::size_t perSector = this->SectorBytes / sizeof(std::uint32_t);
  const std::uint64_t sectors = this->FileSize / this->SectorBytes + 1;
  const std::uint64_t useful = sectors / perSector + 1;
  const std::uint64_t tables = std::min<std::uint64_t>(NumberAt<std::uint32_t>(header, 44), useful);
  std::vector<std::uint32_t> names(HeaderTables);
  std::memcpy(names.data(), header + 76, HeaderTables * sizeof(std::uint32_t));
  std::vector<std::uint32_t> more(perSector);
  std::uint32_t sector = NumberAt<std::uint32_t>(header, 68);
  while (names.size() < tables)
  {
    if (sector >= LastSector ||
      this->File.ReadSome(more.data(), this->SectorBytes, this->SectorPosition(sector)) <
        this->SectorBytes)
    {
      break;
    }
    names.insert(names.end(), more.begin(), more.end() - 1);
    sector = more.back();
  }
  names.resize(std::min<std::size_t>(names.size(), static_cast<std::size_t>(tables)));
  this->Next.assign(names.size() * perSector, NoEntry);
  for (std::size_t k = 0; k < names.size(); ++k)
  {
    if (names[k] < LastSector)
    {
      this->File.ReadSome(
        this->Next.data() + k * perSector, this->SectorBytes, this->SectorPosition(names[k]));
    }
  }
}

// A chain that never ends visits a sector twice, and so is longer than the file.
StreamBytes CompoundFile::Chain(std::uint32_t first, std::uint64_t size) const
{
  StreamBytes stream;
  stream.Size = size;
  const std::uint64_t end = this->FileSize;
  std::uint32_t sector = first;
  for (std::size_t steps = 0; stream.Available < size && steps < this->Next.size() &&
       sector < this->Next.size() && this->SectorPosition(sector) < end;
       ++steps)
  {
    const std::uint64_t position = this->SectorPosition(sector);
    const std::uint64_t wanted = std::min(this->SectorBytes, size - stream.Available);
    const std::uint64_t there = std::min(wanted, end - position);
    Append(stream, position, there);
    if (there < wanted)
    {
      break;
    }
    sector = this->Next[sector];
  }
  return stream;
}

StreamBytes CompoundFile::MiniChain(const Entry& entry) const
{
  StreamBytes stream;
  stream.Size = entry.Size;
  std::uint32_t sector = entry.First;
  for (std::size_t steps = 0; stream.Available < entry.Size && steps < this->MiniNext.size() &&
       sector < this->MiniNext.size();
       ++steps)
  {
    // Sectors are multiples of mini sectors: one of these never spans two runs.
    const std::uint64_t begin = sector * MiniSectorBytes;
    const std::uint64_t wanted = std::min(MiniSectorBytes, entry.Size - stream.Available);
    if (begin + wanted > this->Mini.Available)
    {
      break;
    }
    const auto run =
      std::upper_bound(this->Mini.Runs.begin(), this->Mini.Runs.end(), begin,
        [](std::uint64_t position, const ByteRun& r) { return position < r.Begin; }) -
      1;
    Append(stream, run->Position + (begin - run->Begin), wanted);
    sector = this->MiniNext[sector];
  }
  return stream;
}

void CompoundFile::ReadDirectory(std::uint32_t first)
{
  const StreamBytes table = this->Chain(first, LargestTable);
  const std::size_t count = static_cast<std::size_t>(table.Available / EntryBytes);
  if (count == 0)
  {
    this->Fail("its directory would begin at byte " + std::to_string(this->SectorPosition(first)));
  }
  std::vector<unsigned char> bytes(count * EntryBytes);
  ReadStream(this->File, table.Runs, 0, bytes.size(), bytes.data());
  const unsigned char* root = bytes.data();

  struct Place
  {
    std::uint32_t Number;
    int Depth;
    std::string Storage;
  };
  std::vector<bool> seen(count, false);
  std::vector<Place> open = { { NumberAt<std::uint32_t>(root, 76), 0, "" } };
  bool missing = false;
  while (!open.empty())
  {
    const Place place = std::move(open.back());
    open.pop_back();
    missing = missing || (place.Number != NoEntry && place.Number >= count);
    if (place.Number >= count || seen[place.Number])
    {
      continue;
    }
    seen[place.Number] = true;
    const unsigned char* entry = bytes.data() + place.Number * EntryBytes;
    const std::string path = place.Storage + NameOf(entry);
    open.push_back({ NumberAt<std::uint32_t>(entry, 68), place.Depth, place.Storage });
    open.push_back({ NumberAt<std::uint32_t>(entry, 72), place.Depth, place.Storage });
    const int kind = entry[66];
    if (kind == 1 && place.Depth < DeepestStorage)
    {
      open.push_back({ NumberAt<std::uint32_t>(entry, 76), place.Depth + 1, path + "/" });
    }
    else if (kind == 2)
    {
      // The upper half of a size may be garbage where sectors have 512 bytes.
      const std::uint64_t size = this->SectorBytes == 512 ? NumberAt<std::uint32_t>(entry, 120)
                                                          : NumberAt<std::uint64_t>(entry, 120);
      this->Entries.insert({ path, { NumberAt<std::uint32_t>(entry, 116), size } });
    }
  }
  if (missing)
  {
    this->Fail("its directory has " + std::to_string(count) + " entries and names more");
  }
  this->Mini = this->Chain(NumberAt<std::uint32_t>(root, 116), NumberAt<std::uint32_t>(root, 120));
}

bool CompoundFile::Has(const std::string& stream) const
{
  return this->Entries.count(LowerCase(stream)) != 0;
}

StreamBytes CompoundFile::Find(const std::string& stream) const
{
  const auto found = this->Entries.find(LowerCase(stream));
  if (found == this->Entries.end())
  {
    return {};
  }
  const Entry& entry = found->second;
  return entry.Size < this->MiniLimit ? this->MiniChain(entry)
                                      : this->Chain(entry.First, entry.Size);
}

std::string CompoundFile::Bytes(const std::string& stream, std::size_t limit) const
{
  const StreamBytes found = this->Find(stream);
  const std::uint64_t count = std::min<std::uint64_t>(found.Size, limit);
  if (found.Available < count)
  {
    throw FormatError(this->Path() + ", stream " + stream + ": " + std::to_string(found.Available) +
      " of " + std::to_string(found.Size) + " bytes are there. The file has " +
      std::to_string(this->FileSize) + " bytes and may be cut off or damaged.");
  }
  std::string bytes(static_cast<std::size_t>(count), '\0');
  ReadStream(this->File, found.Runs, 0, bytes.size(), bytes.data());
  return bytes;
}

}
