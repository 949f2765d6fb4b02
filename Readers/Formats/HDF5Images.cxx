// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "HDF5Images.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <limits>
#include <set>

namespace paraxanes
{
namespace
{

// Gaps between wanted samples up to this are read with them, rather than skipped.
constexpr std::uint64_t SmallGap = 16 << 10;
// What is read at once between neighbouring pixels of contiguous data, where these are no
// neighbours in the file, and how many pixels: they share lines of the cache where they go.
constexpr std::uint64_t RunBetweenPixels = 64 << 10;
constexpr std::uint64_t PixelsBesideRun = 16;
// What is read at once of contiguous data that have to be converted.
constexpr std::uint64_t LargestRun = 8 << 20;
// Deflate makes no more of a byte than this.
constexpr std::uint64_t MostInflated = 1040;

// Along one axis: samples `Stride` apart to places `OutStride` apart.
struct CopyAxis
{
  std::uint64_t Count;
  std::uint64_t Stride;
  std::int64_t OutStride;
};

void CopySamples(const unsigned char* samples, const std::vector<CopyAxis>& axes, std::size_t first,
  std::size_t inner, std::uint64_t bytes, SampleConverter convert, float* out)
{
  if (first == axes.size())
  {
    convert(
      samples, static_cast<int>(axes[inner].Count), static_cast<int>(axes[inner].Stride), out);
    return;
  }
  const CopyAxis& axis = axes[first];
  const std::uint64_t count = first == inner ? 1 : axis.Count;
  for (std::uint64_t k = 0; k < count; ++k)
  {
    CopySamples(samples + k * axis.Stride * bytes, axes, first + 1, inner, bytes, convert,
      out + static_cast<std::int64_t>(k) * axis.OutStride);
  }
}

// The axis along which the output is contiguous goes innermost.
void CopySamples(const unsigned char* samples, const std::vector<CopyAxis>& axes,
  std::uint64_t bytes, SampleConverter convert, float* out)
{
  const auto inner = std::find_if(
    axes.begin(), axes.end(), [](const CopyAxis& axis) { return axis.OutStride == 1; });
  CopySamples(
    samples, axes, 0, static_cast<std::size_t>(inner - axes.begin()), bytes, convert, out);
}

// As the library computes it: of big-endian words of 16 bits.
std::uint32_t Fletcher32(const unsigned char* bytes, std::size_t count)
{
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::size_t words = count / 2;
  while (words > 0)
  {
    const std::size_t block = std::min<std::size_t>(words, 360); // no sum overflows
    words -= block;
    for (std::size_t k = 0; k < block; ++k, bytes += 2)
    {
      a += static_cast<std::uint32_t>(bytes[0] << 8 | bytes[1]);
      b += a;
    }
    a = (a & 0xffff) + (a >> 16);
    b = (b & 0xffff) + (b >> 16);
  }
  if (count % 2 != 0)
  {
    a += static_cast<std::uint32_t>(*bytes << 8);
    b += a;
    a = (a & 0xffff) + (a >> 16);
    b = (b & 0xffff) + (b >> 16);
  }
  a = (a & 0xffff) + (a >> 16);
  b = (b & 0xffff) + (b >> 16);
  return b << 16 | a;
}

bool ChecksumFits(const std::vector<unsigned char>& bytes)
{
  const std::size_t count = bytes.size() - 4;
  std::uint32_t stored = 0;
  for (std::size_t k = 0; k < 4; ++k)
  {
    stored |= static_cast<std::uint32_t>(bytes[count + k]) << 8 * k;
  }
  const std::uint32_t found = Fletcher32(bytes.data(), count);
  // Very old versions of the library turned the bytes of each half round.
  const std::uint32_t turned = (found & 0x00ff00ff) << 8 | (found >> 8 & 0x00ff00ff);
  return stored == found || stored == turned;
}

// Bytes k of all elements were put together.
void Unshuffle(
  const std::vector<unsigned char>& shuffled, std::size_t element, std::vector<unsigned char>& out)
{
  out.resize(shuffled.size());
  const std::size_t count = element > 0 ? shuffled.size() / element : 0;
  for (std::size_t k = 0; k < element; ++k)
  {
    const unsigned char* plane = shuffled.data() + k * count;
    for (std::size_t i = 0; i < count; ++i)
    {
      out[i * element + k] = plane[i];
    }
  }
  std::copy(shuffled.begin() + static_cast<std::ptrdiff_t>(count * element), shuffled.end(),
    out.begin() + static_cast<std::ptrdiff_t>(count * element));
}

SampleType TypeOf(hid_t type)
{
  const struct
  {
    hid_t Little, Big;
    SampleType Type;
  } types[] = {
    { H5T_STD_U8LE, H5T_STD_U8BE, { SampleKind::Unsigned, 1, false } },
    { H5T_STD_I8LE, H5T_STD_I8BE, { SampleKind::Signed, 1, false } },
    { H5T_STD_U16LE, H5T_STD_U16BE, { SampleKind::Unsigned, 2, false } },
    { H5T_STD_I16LE, H5T_STD_I16BE, { SampleKind::Signed, 2, false } },
    { H5T_STD_U32LE, H5T_STD_U32BE, { SampleKind::Unsigned, 4, false } },
    { H5T_STD_I32LE, H5T_STD_I32BE, { SampleKind::Signed, 4, false } },
    { H5T_STD_U64LE, H5T_STD_U64BE, { SampleKind::Unsigned, 8, false } },
    { H5T_STD_I64LE, H5T_STD_I64BE, { SampleKind::Signed, 8, false } },
    { H5T_IEEE_F32LE, H5T_IEEE_F32BE, { SampleKind::Real, 4, false } },
    { H5T_IEEE_F64LE, H5T_IEEE_F64BE, { SampleKind::Real, 8, false } },
  };
  const bool littleMachine = H5Tget_order(H5T_NATIVE_INT) == H5T_ORDER_LE;
  for (const auto& known : types)
  {
    const bool little = H5Tequal(type, known.Little) > 0;
    if (little || H5Tequal(type, known.Big) > 0)
    {
      SampleType found = known.Type;
      found.Swapped = found.Bytes > 1 && little != littleMachine;
      return found;
    }
  }
  return { SampleKind::Real, 0, false };
}

// The files that a virtual data set is put together from.
std::set<std::string> SourcesOf(hid_t properties)
{
  std::set<std::string> sources;
  std::size_t count = 0;
  if (H5Pget_virtual_count(properties, &count) < 0)
  {
    return sources;
  }
  for (std::size_t k = 0; k < count; ++k)
  {
    char name[4096] = {};
    H5Pget_virtual_filename(properties, k, name, sizeof(name) - 1);
    sources.insert(name);
  }
  return sources;
}

// One of these that is not there: without it, the library gives fill values and says nothing.
std::string MissingSource(const std::set<std::string>& sources, const std::string& filePath)
{
  namespace fs = std::filesystem;
  for (const std::string& name : sources)
  {
    const fs::path source(name);
    const bool numbered = name.find('%') != std::string::npos;
    std::error_code error;
    if (source != "." && !numbered && !fs::is_regular_file(source, error) &&
      !fs::is_regular_file(fs::path(filePath).parent_path() / source, error))
    {
      return source.string();
    }
  }
  return {};
}

std::string NameOf(const HDF5Id& object)
{
  char name[4096] = {};
  H5Fget_name(object, name, sizeof(name) - 1);
  return name;
}

}

HDF5Images::HDF5Images(const HDF5File& file, const std::string& path, const std::string& axes)
  : FilePath(file.Path())
  , DataPath(path)
  , Letters(axes)
  , Data(file.Open(path))
{
  if (!this->Data.IsValid() || H5Iget_type(this->Data) != H5I_DATASET)
  {
    throw FormatError(this->Where() + "cannot be opened: " + HDF5Problem() + ".");
  }
  const HDF5DataSet found = DescribeDataSet(this->Data, path);
  if (!found.IsNumber)
  {
    throw FormatError(this->Where() + "holds " + found.Type + "; numbers are expected.");
  }
  this->Sizes = found.Sizes;
  if (this->Sizes.size() != axes.size())
  {
    throw FormatError(this->Where() + "has " + std::to_string(this->Sizes.size()) + " axes; " +
      std::to_string(axes.size()) + " are expected (" + axes + ").");
  }
  std::uint64_t images = 1;
  constexpr std::uint64_t most = std::numeric_limits<int>::max() / 8;
  constexpr std::uint64_t mostImages = 10000000;
  for (std::size_t k = 0; k < axes.size(); ++k)
  {
    const std::uint64_t size = this->Sizes[k];
    const bool pixels = axes[k] == 'x' || axes[k] == 'y';
    images *= pixels || axes[k] == 't' ? 1 : std::min(size, mostImages + 1);
    if (size == 0 || size > most || images > mostImages)
    {
      throw FormatError(
        this->Where() + "has " + TextOfSizes(this->Sizes) + " values, which cannot be read.");
    }
  }
  this->OpenType();
  this->OpenStorage();
}

HDF5Images::~HDF5Images() = default;

std::string HDF5Images::Where() const
{
  return this->FilePath + ": data set " + this->DataPath + " ";
}

int HDF5Images::SizeOf(char axis) const
{
  const std::size_t k = this->Letters.find(axis);
  return k == std::string::npos ? 1 : static_cast<int>(this->Sizes[k]);
}

void HDF5Images::OpenType()
{
  const HDF5Id type(H5Dget_type(this->Data));
  this->Type = TypeOf(type);
  this->Convert = FindConverter(this->Type);
}

void HDF5Images::OpenStorage()
{
  const HDF5Id properties(H5Dget_create_plist(this->Data));
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout == H5D_VIRTUAL)
  {
    const std::set<std::string> sources = SourcesOf(properties);
    this->OpenFiles += sources.size();
    const std::string missing = MissingSource(sources, NameOf(this->Data));
    if (!missing.empty())
    {
      throw FormatError(
        this->Where() + "is put together from other files, and " + missing + " is not there.");
    }
    return;
  }
  if (H5Dget_storage_size(this->Data) == 0)
  {
    H5D_space_status_t status = H5D_SPACE_STATUS_ERROR;
    if (H5Dget_space_status(this->Data, &status) < 0)
    {
      throw FormatError(this->Where() + "cannot be read: " + HDF5Problem() + ".");
    }
    throw FormatError(this->Where() + "was created, but nothing was ever written into it.");
  }
  if (layout == H5D_CHUNKED)
  {
    this->CheckFilters(properties);
    this->OpenChunks(properties);
  }
  const haddr_t offset = layout == H5D_CONTIGUOUS ? H5Dget_offset(this->Data) : HADDR_UNDEF;
  if (offset == HADDR_UNDEF || !this->Convert || H5Pget_external_count(properties) != 0)
  {
    return;
  }
  this->Bytes = std::make_unique<FileBytes>(NameOf(this->Data));
  this->Offset = offset;
  const std::uint64_t size = this->Bytes->Size();
  std::uint64_t room = size > offset ? (size - offset) / this->SampleBytes() : 0;
  for (const std::uint64_t count : this->Sizes)
  {
    room /= count;
  }
  if (room == 0)
  {
    throw FormatError(this->Where() + "has " + TextOfSizes(this->Sizes) + " values from byte " +
      std::to_string(offset) + " on, and " + this->Bytes->Path() + " ends at byte " +
      std::to_string(size) + ": it is cut off or damaged.");
  }
  this->Data = HDF5Id(); // one open file is enough
}

// A filter that is missing is named, instead of a chunk that cannot be read.
void HDF5Images::CheckFilters(hid_t properties) const
{
  const int count = H5Pget_nfilters(properties);
  for (int k = 0; k < count; ++k)
  {
    unsigned flags = 0;
    unsigned config = 0;
    std::size_t values = 0;
    char name[256] = {};
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(k), &flags,
      &values, nullptr, sizeof(name) - 1, name, &config);
    if (filter >= 0 && H5Zfilter_avail(filter) <= 0)
    {
      throw FormatError(this->Where() + "is compressed with the HDF5 filter " +
        std::to_string(filter) + (name[0] ? " (" + std::string(name) + ")" : std::string()) +
        ", which is not installed. Install its plugin and name its folder in the environment "
        "variable HDF5_PLUGIN_PATH, or write the file again with gzip.");
    }
  }
}

// Sets Chunk where all filters are known here.
void HDF5Images::OpenChunks(hid_t properties)
{
  std::vector<Filter> filters;
  const int count = H5Pget_nfilters(properties);
  for (int k = 0; k < count; ++k)
  {
    unsigned flags = 0;
    unsigned config = 0;
    unsigned values[8] = {};
    std::size_t number = 8;
    const H5Z_filter_t filter = H5Pget_filter2(
      properties, static_cast<unsigned>(k), &flags, &number, values, 0, nullptr, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
      filter != H5Z_FILTER_FLETCHER32)
    {
      return;
    }
    filters.push_back({ filter, number > 0 ? values[0] : this->SampleBytes() });
  }
  std::vector<hsize_t> chunk(this->Sizes.size());
  if (!this->Convert || count < 0 ||
    H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data()) !=
      static_cast<int>(chunk.size()))
  {
    return;
  }
  this->FillValue.assign(this->SampleBytes(), 0);
  const HDF5Id type(H5Dget_type(this->Data));
  H5D_fill_value_t defined = H5D_FILL_VALUE_UNDEFINED;
  if (H5Pfill_value_defined(properties, &defined) >= 0 && defined != H5D_FILL_VALUE_UNDEFINED)
  {
    H5Pget_fill_value(properties, type, this->FillValue.data());
  }
  this->Chunk.assign(chunk.begin(), chunk.end());
  this->Filters = std::move(filters);
  this->ChunkBytes = this->SampleBytes();
  for (const std::uint64_t size : this->Chunk)
  {
    this->ChunkBytes *= size; // the library keeps this below 4 GiB
  }
}

DecodedTogether HDF5Images::Together() const
{
  DecodedTogether together;
  const std::pair<char, int*> sizes[] = { { 'x', &together.Columns }, { 'y', &together.Rows },
    { 'z', &together.Slices }, { 'e', &together.Energies } };
  const auto set = [&](std::size_t k, std::uint64_t count)
  {
    const auto found = std::find_if(std::begin(sizes), std::end(sizes),
      [&](const auto& size) { return size.first == this->Letters[k]; });
    if (found != std::end(sizes))
    {
      *found->second = static_cast<int>(std::min(count, this->Sizes[k]));
    }
  };
  for (std::size_t k = 0; k < this->Chunk.size(); ++k)
  {
    set(k, this->Chunk[k]);
  }
  // Of contiguous data what lies between the pixels of a row, as far as it is worth a call.
  const std::size_t x = this->Letters.find('x');
  std::uint64_t wanted = RunBetweenPixels / std::max<std::uint64_t>(1, this->SampleBytes());
  for (std::size_t k = this->Letters.size(); this->Chunk.empty() && k-- > x + 1;)
  {
    set(k, wanted);
    set(x, PixelsBesideRun);
    wanted = (wanted + this->Sizes[k] - 1) / this->Sizes[k];
  }
  return together;
}

HDF5Images::Axes HDF5Images::Select(
  int energy, int slice, const ImageGrid& images, const Region& region, std::int64_t stride) const
{
  Axes axes(this->Letters.size());
  const auto set = [&](char letter, int first, int count, int step, std::int64_t outStride)
  {
    const std::size_t k = this->Letters.find(letter);
    if (k != std::string::npos)
    {
      axes[k] = { this->Sizes[k], static_cast<std::uint64_t>(first),
        static_cast<std::uint64_t>(count), static_cast<std::uint64_t>(step), outStride };
    }
  };
  for (std::size_t k = 0; k < axes.size(); ++k)
  {
    axes[k].Size = this->Sizes[k];
  }
  set('x', region.X0, region.Columns, region.XStride, 1);
  set('y', region.Y0, region.Rows, region.YStride, region.Columns);
  set('z', slice, images.Slices, images.SliceStep, stride);
  set('e', energy, images.Frames, images.FrameStep / this->Slices(), images.Slices * stride);
  return axes;
}

void HDF5Images::Read(
  const ImageGrid& images, const Region& region, float* out, std::int64_t stride) const
{
  const int slices = this->Slices();
  const int slice = images.First % slices;
  ImageGrid grid = images;
  grid.FrameStep = images.Frames == 1 ? slices : images.FrameStep;
  grid.SliceStep = images.Slices == 1 ? 1 : images.SliceStep;
  const bool box = grid.FrameStep > 0 && grid.FrameStep % slices == 0 && grid.SliceStep > 0 &&
    slice + (grid.Slices - 1) * grid.SliceStep < slices;
  if (box)
  {
    this->ReadBox(this->Select(images.First / slices, slice, grid, region, stride), out);
    return;
  }
  for (int f = 0; f < images.Frames; ++f)
  {
    for (int s = 0; s < images.Slices; ++s, out += stride)
    {
      const int image = images.First + f * images.FrameStep + s * images.SliceStep;
      this->ReadBox(
        this->Select(image / slices, image % slices, { 0, 1, slices, 1, 1 }, region, stride), out);
    }
  }
}

void HDF5Images::ReadBox(const Axes& axes, float* out) const
{
  if (std::any_of(axes.begin(), axes.end(), [](const Axis& axis) { return axis.Count == 0; }))
  {
    return;
  }
  if (this->Bytes)
  {
    this->ReadContiguous(axes, out);
  }
  else if (!this->Chunk.empty())
  {
    this->ReadChunks(axes, out);
  }
  else
  {
    this->ReadByLibrary(axes, out);
  }
}

// In runs: the fastest axes, as far as what lies between their wanted samples is small.
void HDF5Images::ReadContiguous(const Axes& axes, float* out) const
{
  const std::uint64_t bytes = this->SampleBytes();
  std::vector<std::uint64_t> pitch(axes.size(), 1); // in samples
  for (std::size_t k = axes.size() - 1; k > 0; --k)
  {
    pitch[k - 1] = pitch[k] * axes[k].Size;
  }
  std::uint64_t run = 1;                                     // samples
  std::uint64_t direct = this->Type.IsNativeFloat() ? 1 : 0; // samples that go straight to `out`
  std::size_t begin = axes.size();                           // first axis of the run
  while (begin > 0)
  {
    const Axis& axis = axes[begin - 1];
    const std::uint64_t distance = axis.Step * pitch[begin - 1];
    const std::uint64_t longer = (axis.Count - 1) * distance + run;
    const bool joins = axis.Count == 1 ||
      (direct == run && distance == run && axis.OutStride == static_cast<std::int64_t>(run));
    if (!joins &&
      ((distance - run) * bytes > SmallGap || longer * bytes > LargestRun ||
        (direct == run && run * bytes >= SmallGap)))
    {
      break;
    }
    direct = joins ? direct * axis.Count : 0;
    run = longer;
    --begin;
  }

  std::vector<CopyAxis> copy;
  for (std::size_t k = begin; k < axes.size(); ++k)
  {
    copy.push_back({ axes[k].Count, axes[k].Step * pitch[k], axes[k].OutStride });
  }
  // The row of the output, where no part of it is in the run.
  if (std::none_of(
        copy.begin(), copy.end(), [](const CopyAxis& axis) { return axis.OutStride == 1; }))
  {
    copy.push_back({ 1, 1, 1 });
  }
  std::vector<unsigned char> buffer(direct == run ? 0 : run * bytes);
  const auto read = [&](std::uint64_t sample, float* place)
  {
    const std::uint64_t position = this->Offset + sample * bytes;
    if (direct == run)
    {
      this->Bytes->Read(place, run * bytes, position);
      return;
    }
    this->Bytes->Read(buffer.data(), buffer.size(), position);
    if (this->Type.Swapped)
    {
      SwapBytes(buffer.data(), run, this->Type.Bytes);
    }
    CopySamples(buffer.data(), copy, bytes, this->Convert, place);
  };
  std::uint64_t first = 0;
  for (std::size_t k = 0; k < axes.size(); ++k)
  {
    first += axes[k].First * pitch[k];
  }
  const auto loop = [&](const auto& self, std::size_t k, std::uint64_t sample, float* place) -> void
  {
    if (k == begin)
    {
      read(sample, place);
      return;
    }
    for (std::uint64_t i = 0; i < axes[k].Count; ++i)
    {
      self(self, k + 1, sample + i * axes[k].Step * pitch[k],
        place + static_cast<std::int64_t>(i) * axes[k].OutStride);
    }
  };
  loop(loop, 0, first, out);
}

void HDF5Images::ReadChunks(const Axes& axes, float* out) const
{
  HDF5Sizes chunk(axes.size());
  std::vector<unsigned char> stored;
  std::vector<unsigned char> decoded;
  const auto loop = [&](const auto& self, std::size_t k) -> void
  {
    if (k == axes.size())
    {
      this->ReadChunk(chunk, axes, out, stored, decoded);
      return;
    }
    const Axis& axis = axes[k];
    const std::uint64_t size = this->Chunk[k];
    const std::uint64_t last = axis.First + (axis.Count - 1) * axis.Step;
    for (std::uint64_t c = axis.First / size; c <= last / size; ++c)
    {
      // Strides may pass over chunks.
      const std::uint64_t begin = c * size;
      const std::uint64_t next = begin <= axis.First
        ? axis.First
        : axis.First + (begin - axis.First + axis.Step - 1) / axis.Step * axis.Step;
      if (next < begin + size)
      {
        chunk[k] = begin;
        self(self, k + 1);
      }
    }
  };
  loop(loop, 0);
}

// `chunk`: its first sample along each axis.
void HDF5Images::ReadChunk(const HDF5Sizes& chunk, const Axes& axes, float* out,
  std::vector<unsigned char>& stored, std::vector<unsigned char>& decoded) const
{
  std::string where = this->Where() + "in the chunk from (";
  for (std::size_t k = 0; k < chunk.size(); ++k)
  {
    where += (k > 0 ? ", " : "") + std::to_string(chunk[k]);
  }
  where += ") on ";
  std::uint32_t skipped = 0;
  {
    const HDF5Lock lock;
    const std::vector<hsize_t> place(chunk.begin(), chunk.end());
    hsize_t size = 0;
    if (H5Dget_chunk_storage_size(this->Data, place.data(), &size) < 0)
    {
      // Never written, or not to be found. This says which, but looks through the whole index.
      unsigned mask = 0;
      haddr_t address = HADDR_UNDEF;
      if (H5Dget_chunk_info_by_coord(this->Data, place.data(), &mask, &address, &size) < 0 ||
        address != HADDR_UNDEF)
      {
        throw FormatError(where + "cannot be found: " + HDF5Problem() + ".");
      }
      size = 0;
    }
    // Filters may enlarge a chunk, by little.
    if (size > this->ChunkBytes + this->ChunkBytes / 8 + 1024)
    {
      throw FormatError(where + "has " + std::to_string(size) + " stored bytes for " +
        std::to_string(this->ChunkBytes) + ": it is damaged.");
    }
    stored.resize(size);
    if (size > 0 &&
      H5Dread_chunk(this->Data, H5P_DEFAULT, place.data(), &skipped, stored.data()) < 0)
    {
      throw FormatError(where + "cannot be read: " + HDF5Problem() + ".");
    }
  }
  if (stored.empty())
  {
    decoded.resize(this->ChunkBytes);
    for (std::size_t k = 0; k < decoded.size(); k += this->FillValue.size())
    {
      std::copy(this->FillValue.begin(), this->FillValue.end(),
        decoded.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  else
  {
    this->Decode(stored, skipped, where, decoded);
  }
  if (this->Type.Swapped)
  {
    SwapBytes(decoded.data(), decoded.size() / this->SampleBytes(), this->Type.Bytes);
  }

  std::vector<CopyAxis> copy(axes.size());
  std::uint64_t pitch = 1;
  std::uint64_t first = 0;
  for (std::size_t k = axes.size(); k-- > 0;)
  {
    const Axis& axis = axes[k];
    const std::uint64_t skip =
      chunk[k] <= axis.First ? 0 : (chunk[k] - axis.First + axis.Step - 1) / axis.Step;
    const std::uint64_t begin = axis.First + skip * axis.Step - chunk[k];
    const std::uint64_t fitting = (this->Chunk[k] - begin + axis.Step - 1) / axis.Step;
    copy[k] = { std::min(fitting, axis.Count - skip), axis.Step * pitch, axis.OutStride };
    first += begin * pitch;
    out += static_cast<std::int64_t>(skip) * axis.OutStride;
    pitch *= this->Chunk[k];
  }
  CopySamples(
    decoded.data() + first * this->SampleBytes(), copy, this->SampleBytes(), this->Convert, out);
}

// `stored` is used up. Bit k of `skipped`: filter k was not applied to this chunk.
void HDF5Images::Decode(std::vector<unsigned char>& stored, std::uint32_t skipped,
  const std::string& where, std::vector<unsigned char>& decoded) const
{
  for (std::size_t k = this->Filters.size(); k-- > 0;)
  {
    if (k < 32 && (skipped >> k & 1) != 0)
    {
      continue;
    }
    const Filter& filter = this->Filters[k];
    if (filter.Kind == H5Z_FILTER_FLETCHER32)
    {
      if (stored.size() < 4 || !ChecksumFits(stored))
      {
        throw FormatError(where + "the checksum is wrong: the file is damaged.");
      }
      stored.resize(stored.size() - 4);
    }
    else if (filter.Kind == H5Z_FILTER_SHUFFLE)
    {
      Unshuffle(stored, filter.ElementBytes, decoded);
      stored.swap(decoded);
    }
    else
    {
      // A checksum that was made before lies within.
      const std::uint64_t most = this->ChunkBytes + 4 * this->Filters.size();
      if (most > (stored.size() + 64) * MostInflated)
      {
        throw FormatError(where + "has " + std::to_string(stored.size()) + " stored bytes for " +
          std::to_string(this->ChunkBytes) + ": it is damaged.");
      }
      decoded.resize(most);
      uLongf size = most;
      const int status = uncompress(decoded.data(), &size, stored.data(), stored.size());
      if (status != Z_OK)
      {
        throw FormatError(where + "cannot be inflated (zlib error " + std::to_string(status) +
          "): the file is damaged.");
      }
      decoded.resize(size);
      stored.swap(decoded);
    }
  }
  stored.swap(decoded);
  if (decoded.size() != this->ChunkBytes)
  {
    throw FormatError(where + "holds " + std::to_string(decoded.size()) + " bytes; " +
      std::to_string(this->ChunkBytes) + " are expected.");
  }
}

void HDF5Images::ReadByLibrary(const Axes& axes, float* out) const
{
  std::vector<hsize_t> first;
  std::vector<hsize_t> step;
  std::vector<hsize_t> count;
  for (const Axis& axis : axes)
  {
    first.push_back(axis.First);
    step.push_back(axis.Step);
    count.push_back(axis.Count);
  }
  std::vector<CopyAxis> copy(axes.size());
  std::uint64_t samples = 1;
  for (std::size_t k = axes.size(); k-- > 0;)
  {
    copy[k] = { axes[k].Count, samples, axes[k].OutStride };
    samples *= axes[k].Count;
  }
  std::vector<float> values(samples);
  {
    const HDF5Lock lock;
    const HDF5Id space(H5Dget_space(this->Data));
    const HDF5Id memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
    if (H5Sselect_hyperslab(
          space, H5S_SELECT_SET, first.data(), step.data(), count.data(), nullptr) < 0 ||
      H5Dread(this->Data, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, values.data()) < 0)
    {
      throw FormatError(this->Where() + "cannot be read: " + HDF5Problem() + ".");
    }
  }
  const SampleConverter convert = FindConverter({ SampleKind::Real, 4, false });
  CopySamples(
    reinterpret_cast<const unsigned char*>(values.data()), copy, sizeof(float), convert, out);
}

}
