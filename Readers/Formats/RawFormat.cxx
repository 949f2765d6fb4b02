// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "RawFormat.h"

#include "FileBytes.h"
#include "Samples.h"

#include <algorithm>
#include <limits>

namespace paraxanes
{
namespace
{

// Of a little-endian machine's samples: "uint16", "float32", ...
std::optional<SampleType> TypeOf(const std::string& name)
{
  const std::pair<const char*, SampleKind> kinds[] = { { "uint", SampleKind::Unsigned },
    { "int", SampleKind::Signed }, { "float", SampleKind::Real } };
  for (const auto& kind : kinds)
  {
    for (const int bytes : { 1, 2, 4, 8 })
    {
      const SampleType type = { kind.second, bytes, false };
      if (name == kind.first + std::to_string(8 * bytes) && FindConverter(type))
      {
        return type;
      }
    }
  }
  return std::nullopt;
}

bool IsBigEndianMachine()
{
  const std::uint16_t one = 1;
  return *reinterpret_cast<const unsigned char*>(&one) == 0;
}

class RawReader : public PixelReader
{
public:
  RawReader(const std::string& path, const RawLayout& layout, const SampleType& type)
    : File(path)
    , Layout(layout)
    , Type(type)
  {
  }

  void Read(int image, const Region& region, float* out) const override
  {
    const std::uint64_t imageBytes = static_cast<std::uint64_t>(this->Layout.Columns) *
      static_cast<std::uint64_t>(this->Layout.Rows) * static_cast<std::uint64_t>(this->Type.Bytes);
    ReadStored(this->File, this->Layout.Offset + static_cast<std::uint64_t>(image) * imageBytes,
      this->Layout.Columns, this->Type, region, out);
  }

private:
  const FileBytes File;
  const RawLayout& Layout;
  const SampleType Type;
};

class RawFile : public StackFile
{
public:
  RawFile(const std::string& path, FileContents contents, const FormatOptions& options,
    const SampleType& type)
    : StackFile(path, std::move(contents), options)
    , Type(type)
  {
  }

  std::unique_ptr<PixelReader> Open() const override
  {
    return std::make_unique<RawReader>(this->Path(), *this->Options().Raw, this->Type);
  }

private:
  const SampleType Type;
};

}

std::shared_ptr<const StackFile> DescribeRawFile(
  const std::string& path, const FormatOptions& options)
{
  const RawLayout& layout = *options.Raw;
  std::optional<SampleType> type = TypeOf(layout.Type);
  if (!type)
  {
    throw FormatError(path + ": \"" + layout.Type + "\" is no type of pixels that can be read.");
  }
  type->Swapped = layout.BigEndian != IsBigEndianMachine();
  constexpr int most = std::numeric_limits<int>::max() / 8;
  if (layout.Columns < 1 || layout.Rows < 1 || layout.Columns > most || layout.Rows > most)
  {
    throw FormatError(path + ": images of " + std::to_string(layout.Columns) + " x " +
      std::to_string(layout.Rows) + " pixels cannot be read.");
  }
  const std::uint64_t size = FileBytes(path).Size();
  // At most 2^28 x 2^28 x 8: no overflow.
  const std::uint64_t imageBytes = static_cast<std::uint64_t>(layout.Columns) *
    static_cast<std::uint64_t>(layout.Rows) * static_cast<std::uint64_t>(type->Bytes);
  const std::uint64_t pixels = size - std::min(size, layout.Offset);
  const std::uint64_t images = pixels / imageBytes;
  const bool whole = images > 0 && images * imageBytes == pixels &&
    images <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (!whole || (layout.Images > 0 && images != static_cast<std::uint64_t>(layout.Images)))
  {
    throw FormatError(path + " has " + std::to_string(size) + " bytes; " +
      (layout.Images > 0 ? std::to_string(layout.Images) + " images" : "a whole number of images") +
      " of " + std::to_string(layout.Columns) + " x " + std::to_string(layout.Rows) +
      " pixels of type " + layout.Type + " (" + std::to_string(imageBytes) + " bytes each) after " +
      std::to_string(layout.Offset) + " bytes are expected.");
  }
  FileContents contents;
  contents.Columns = layout.Columns;
  contents.Rows = layout.Rows;
  contents.Images = static_cast<int>(images);
  contents.Integers = type->Kind != SampleKind::Real;
  return std::make_shared<RawFile>(path, std::move(contents), options, *type);
}

}
