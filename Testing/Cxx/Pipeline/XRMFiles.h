// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file XRMFiles.h
 * Writes compound files (OLE2), and what Xradia's microscopes put into them.
 */
#ifndef XRMFiles_h
#define XRMFiles_h

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace stacktest
{

template <typename T>
std::string BytesOf(const std::vector<T>& numbers)
{
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!numbers.empty())
  {
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
  }
  return bytes;
}

// Streams of 4096 bytes and more have sectors of their own, others share the mini stream.
struct CompoundWriter
{
  std::map<std::string, std::string> Streams; // by path
  std::size_t SectorBytes = 4096;
  std::uint32_t Gap = 0;  // unused sectors in front, holes in the file
  bool Scattered = false; // no two sectors of a stream follow one another

  static constexpr std::uint32_t Free = 0xFFFFFFFF;
  static constexpr std::uint32_t End = 0xFFFFFFFE;

  void Write(const std::string& path) const
  {
    Layout layout(*this);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream file(path, std::ios::binary);
    file << layout.Header;
    for (const auto& [sector, bytes] : layout.Sectors)
    {
      file.seekp(static_cast<std::streamoff>((std::uint64_t{ sector } + 1) * this->SectorBytes));
      file << bytes;
    }
  }

private:
  struct Entry
  {
    std::string Name;
    int Kind = 2; // 1: storage, 5: root
    std::uint32_t Right = Free, Child = Free, First = End;
    std::uint64_t Size = 0;
  };

  // What is in which sector.
  struct Layout
  {
    const CompoundWriter& Writer;
    std::string Header;
    std::map<std::uint32_t, std::string> Sectors;
    std::vector<std::uint32_t> Next;
    std::string Mini;
    std::vector<std::uint32_t> MiniNext;
    std::vector<Entry> Entries{ { "Root Entry", 5 } };

    explicit Layout(const CompoundWriter& writer)
      : Writer(writer)
      , Next(writer.Gap, Free)
    {
      this->AddStorage(0, "");
      this->Entries[0].Size = this->Mini.size();
      this->Entries[0].First = this->AddChain(this->Mini);
      const std::uint32_t mini = this->AddChain(BytesOf(this->MiniNext));
      std::string directory;
      for (const Entry& entry : this->Entries)
      {
        directory += Text(entry);
      }
      const std::uint32_t first = this->AddChain(directory);
      this->AddTables(first, mini);
    }

    // The streams and storages in a storage, as a list.
    void AddStorage(std::size_t parent, const std::string& path)
    {
      std::map<std::string, bool> children; // true: storage
      for (const auto& [name, bytes] : this->Writer.Streams)
      {
        if (name.compare(0, path.size(), path) == 0)
        {
          const std::size_t slash = name.find('/', path.size());
          children[name.substr(path.size(), slash - path.size())] = slash != std::string::npos;
        }
      }
      std::size_t last = 0;
      for (const auto& [name, storage] : children)
      {
        const std::size_t number = this->Entries.size();
        (last == 0 ? this->Entries[parent].Child : this->Entries[last].Right) =
          static_cast<std::uint32_t>(number);
        last = number;
        this->Entries.push_back({ name, storage ? 1 : 2 });
        if (storage)
        {
          this->AddStorage(number, path + name + "/");
          continue;
        }
        const std::string& bytes = this->Writer.Streams.at(path + name);
        const std::uint32_t first =
          bytes.size() < 4096 ? this->AddMini(bytes) : this->AddChain(bytes);
        this->Entries[number].First = first;
        this->Entries[number].Size = bytes.size();
      }
    }

    std::uint32_t AddMini(const std::string& bytes)
    {
      const auto first = static_cast<std::uint32_t>(this->MiniNext.size());
      const std::size_t count = (bytes.size() + 63) / 64;
      for (std::size_t k = 0; k < count; ++k)
      {
        this->MiniNext.push_back(k + 1 < count ? first + static_cast<std::uint32_t>(k) + 1 : End);
      }
      this->Mini += bytes;
      this->Mini.resize(this->MiniNext.size() * 64, '\x55');
      return count == 0 ? End : first;
    }

    std::uint32_t AddChain(const std::string& bytes)
    {
      const std::size_t size = this->Writer.SectorBytes;
      const std::size_t count = (bytes.size() + size - 1) / size;
      std::uint32_t last = End;
      std::uint32_t first = End;
      for (std::size_t k = 0; k < count; ++k)
      {
        if (this->Writer.Scattered)
        {
          this->Next.push_back(Free);
        }
        const auto sector = static_cast<std::uint32_t>(this->Next.size());
        this->Next.push_back(End);
        std::string part = bytes.substr(k * size, size);
        part.resize(size, '\x55');
        this->Sectors[sector] = part;
        (last == End ? first : this->Next[last]) = sector;
        last = sector;
      }
      return first;
    }

    static std::string Text(const Entry& entry)
    {
      std::string name;
      for (const char c : entry.Name + '\0')
      {
        name += std::string{ c, '\0' };
      }
      const auto length = static_cast<std::uint16_t>(name.size());
      name.resize(64, '\0');
      return name + BytesOf(std::vector<std::uint16_t>{ length }) +
        std::string{ static_cast<char>(entry.Kind), '\1' } +
        BytesOf(std::vector<std::uint32_t>{ Free, entry.Right, entry.Child }) +
        std::string(36, '\0') + BytesOf(std::vector<std::uint32_t>{ entry.First }) +
        BytesOf(std::vector<std::uint64_t>{ entry.Size });
    }

    void AddTables(std::uint32_t directory, std::uint32_t mini)
    {
      const std::size_t size = this->Writer.SectorBytes;
      const std::size_t perSector = size / 4;
      std::size_t tables = 0;
      std::size_t more = 0;
      while (tables * perSector < this->Next.size() + tables + more)
      {
        ++tables;
        more = tables <= 109 ? 0 : (tables - 109 + perSector - 2) / (perSector - 1);
      }
      const auto first = static_cast<std::uint32_t>(this->Next.size());
      const auto firstMore = static_cast<std::uint32_t>(first + tables);
      this->Next.insert(this->Next.end(), tables, 0xFFFFFFFD);
      this->Next.insert(this->Next.end(), more, 0xFFFFFFFC);
      this->Next.resize(tables * perSector, Free);
      std::vector<std::uint32_t> names;
      for (std::uint32_t k = 0; k < tables; ++k)
      {
        const auto begin = this->Next.begin() + static_cast<std::ptrdiff_t>(k * perSector);
        this->Sectors[first + k] = BytesOf(
          std::vector<std::uint32_t>(begin, begin + static_cast<std::ptrdiff_t>(perSector)));
        names.push_back(first + k);
      }
      names.resize(std::max<std::size_t>(109, names.size()), Free);
      for (std::uint32_t k = 0; k < more; ++k)
      {
        const std::size_t begin = 109 + k * (perSector - 1);
        const std::size_t end = std::min(names.size(), begin + perSector - 1);
        std::vector<std::uint32_t> part(names.begin() + static_cast<std::ptrdiff_t>(begin),
          names.begin() + static_cast<std::ptrdiff_t>(end));
        part.resize(perSector - 1, Free);
        part.push_back(k + 1 < more ? firstMore + k + 1 : End);
        this->Sectors[firstMore + k] = BytesOf(part);
      }
      names.resize(109);
      const bool small = size == 512;
      this->Header = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') +
        BytesOf(std::vector<std::uint16_t>{ 0x3E, static_cast<std::uint16_t>(small ? 3 : 4), 0xFFFE,
          static_cast<std::uint16_t>(small ? 9 : 12), 6 }) +
        std::string(6, '\0') +
        BytesOf(std::vector<std::uint32_t>{ 0, static_cast<std::uint32_t>(tables), directory, 0,
          4096, mini, 1, more == 0 ? End : firstMore, static_cast<std::uint32_t>(more) }) +
        BytesOf(names);
    }
  };
};

using PixelFunction = std::function<double(int x, int y)>;

template <typename T>
std::string PixelsOf(int columns, int rows, const PixelFunction& value)
{
  std::vector<T> pixels;
  for (int y = 0; y < rows; ++y)
  {
    for (int x = 0; x < columns; ++x)
    {
      pixels.push_back(static_cast<T>(value(x, y)));
    }
  }
  return BytesOf(pixels);
}

// Of the data types 2 to 11.
inline std::string XRMPixels(int type, int columns, int rows, const PixelFunction& value)
{
  switch (type)
  {
    case 2:
      return PixelsOf<std::int8_t>(columns, rows, value);
    case 3:
      return PixelsOf<std::uint8_t>(columns, rows, value);
    case 4:
      return PixelsOf<std::int16_t>(columns, rows, value);
    case 5:
      return PixelsOf<std::uint16_t>(columns, rows, value);
    case 6:
      return PixelsOf<std::int32_t>(columns, rows, value);
    case 7:
      return PixelsOf<std::uint32_t>(columns, rows, value);
    case 8:
      return PixelsOf<std::int64_t>(columns, rows, value);
    case 9:
      return PixelsOf<std::uint64_t>(columns, rows, value);
    case 10:
      return PixelsOf<float>(columns, rows, value);
    default:
      return PixelsOf<double>(columns, rows, value);
  }
}

// A file of images: streams may be changed before it is written.
struct XRMWriter : CompoundWriter
{
  XRMWriter(int columns, int rows, const std::vector<PixelFunction>& images, int type = 5)
    : Columns(columns)
    , Rows(rows)
  {
    const auto count = static_cast<std::int32_t>(images.size());
    this->Integer("ImageInfo/ImageWidth", columns);
    this->Integer("ImageInfo/ImageHeight", rows);
    this->Integer("ImageInfo/NoOfImages", count);
    this->Integer("ImageInfo/ImagesTaken", count);
    this->Integer("ImageInfo/DataType", type);
    this->Integer("ImageInfo/OriginalDataRefCorrected", 0);
    this->Reals("ImageInfo/PixelSize", { 0.25f });
    this->Reals("Version", { 4.0f });
    for (std::size_t k = 0; k < images.size(); ++k)
    {
      this->Pixels(ImageName(k), type, images[k]);
    }
  }

  static std::string ImageName(std::size_t k)
  {
    return "ImageData" + std::to_string(k / 100 + 1) + "/Image" + std::to_string(k + 1);
  }

  void Integer(const std::string& stream, std::int32_t value)
  {
    this->Streams[stream] = BytesOf(std::vector<std::int32_t>{ value });
  }
  void Reals(const std::string& stream, const std::vector<float>& values)
  {
    this->Streams[stream] = BytesOf(values);
  }
  void Pixels(const std::string& stream, int type, const PixelFunction& image)
  {
    this->Streams[stream] = XRMPixels(type, this->Columns, this->Rows, image);
  }
  // Texts of 40 bytes with rubbish behind their ends.
  void Dates(const std::vector<std::string>& dates)
  {
    std::string bytes;
    for (const std::string& date : dates)
    {
      std::string text = date + '\0';
      text.resize(40, '\xBE');
      bytes += text;
    }
    this->Streams["ImageInfo/Date"] = bytes;
  }

  int Columns, Rows;
};

}

#endif
