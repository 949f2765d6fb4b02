// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "DataExchangeWriter.h"

#include "NewFile.h"
#include "Parallel.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace paraxanes
{
namespace
{

constexpr std::int64_t BytesOfChunk = 256 * 1024;

hid_t NativeType(const SampleType& type)
{
  if (type.Kind == SampleKind::Real)
  {
    return type.Bytes == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
  }
  const bool isSigned = type.Kind == SampleKind::Signed;
  switch (type.Bytes)
  {
    case 1:
      return isSigned ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
    case 2:
      return isSigned ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    case 4:
      return isSigned ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    default:
      return isSigned ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
  }
}

// UTF-8 of any length, which h5py reads as str.
HDF5Id TextType()
{
  HDF5Id type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

// First the lowest byte of every sample, then the next: what H5Pset_shuffle stands for.
void Shuffle(const unsigned char* samples, std::size_t count, std::size_t bytes, unsigned char* out)
{
  for (std::size_t b = 0; b < bytes; ++b)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      *out++ = samples[i * bytes + b];
    }
  }
}

std::string LinkName(std::string name)
{
  std::replace(name.begin(), name.end(), '/', '_');
  return name.empty() || name.find_first_not_of('.') == std::string::npos ? name + "_" : name;
}

}

DataExchangeWriter::DataExchangeWriter(NewFile& file, const ExchangeStack& stack, int level)
  : Target(file)
  , Stack(stack)
  , Level(level)
  , Driver(file)
{
  try
  {
    const HDF5Lock lock;
    this->Create();
  }
  catch (...)
  {
    this->Drop();
    throw;
  }
}

DataExchangeWriter::~DataExchangeWriter()
{
  this->Drop();
}

void DataExchangeWriter::Drop()
{
  const HDF5Lock lock;
  this->Data = HDF5Id();
  this->Links = HDF5Id();
  this->Untimed = HDF5Id();
  this->File = HDF5Id();
}

void DataExchangeWriter::Create()
{
  const std::int64_t bytesOfRow = this->Stack.Voxels[0] * this->Stack.Type.Bytes;
  this->RowsOfChunk =
    static_cast<int>(std::clamp<std::int64_t>(BytesOfChunk / bytesOfRow, 1, this->Stack.Voxels[1]));

  this->File = HDF5Id(this->Driver.Create());
  this->Require(this->File.IsValid(), "the file");
  this->Links = HDF5Id(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(this->Links, 1);
  this->Untimed = HDF5Id(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(this->Untimed, false);
  this->WriteTexts("/implements", { "exchange:measurement:process" });
  this->Data = this->CreateData();
  this->WriteAttribute(this->Data, "units", this->Stack.Unit);
  this->WriteAttribute(this->Data, "description", this->Stack.Name);
  this->WriteAttribute(
    this->Data, "axes", this->Stack.Voxels[2] > 1 ? "energy:z:y:x" : "energy:y:x");
  this->WriteAttribute(this->Data, "value_type", "absorbance");
  this->WriteAttribute(this->Data, "spacing", this->Stack.Spacing);
  this->WriteAttribute(this->Data, "origin", this->Stack.Origin);
  this->WriteNumbers("/exchange/energy", this->Stack.Energies, "eV");
  const std::string detector = "/measurement/instrument/detector/actual_pixel_size_";
  this->WriteNumbers(detector + "x", { this->Stack.Spacing[0] }, "um");
  this->WriteNumbers(detector + "y", { this->Stack.Spacing[1] }, "um");
  this->WriteNumbers("/exchange/slice_spacing", { this->Stack.Spacing[2] }, "um");
  this->WriteFields();

  if (this->Level == 0)
  {
    this->Offset = static_cast<std::int64_t>(H5Dget_offset(this->Data));
    this->Require(this->Offset > 0, "the place of /exchange/data");
  }
}

void DataExchangeWriter::Require(bool ok, const char* what) const
{
  this->Driver.Check();
  if (!ok)
  {
    throw std::runtime_error("Cannot write \"" + this->Target.Path() + "\": HDF5 could not make " +
      what + " (" + HDF5Problem() + ").");
  }
}

HDF5Id DataExchangeWriter::CreateData()
{
  const auto& voxels = this->Stack.Voxels;
  std::vector<hsize_t> sizes = { this->Stack.Energies.size() };
  std::vector<hsize_t> chunk = { 1 };
  if (voxels[2] > 1)
  {
    sizes.push_back(static_cast<hsize_t>(voxels[2]));
    chunk.push_back(1);
  }
  sizes.insert(sizes.end(), { static_cast<hsize_t>(voxels[1]), static_cast<hsize_t>(voxels[0]) });
  chunk.insert(
    chunk.end(), { static_cast<hsize_t>(this->RowsOfChunk), static_cast<hsize_t>(voxels[0]) });

  const HDF5Id space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
  const HDF5Id how(H5Pcopy(this->Untimed));
  H5Pset_fill_time(how, H5D_FILL_TIME_NEVER);
  if (this->Level > 0)
  {
    H5Pset_chunk(how, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(how);
    H5Pset_deflate(how, static_cast<unsigned>(this->Level));
  }
  else
  {
    H5Pset_alloc_time(how, H5D_ALLOC_TIME_EARLY);
  }
  HDF5Id data(H5Dcreate2(this->File, "/exchange/data", NativeType(this->Stack.Type), space,
    this->Links, how, H5P_DEFAULT));
  this->Require(data.IsValid(), "/exchange/data");
  return data;
}

void DataExchangeWriter::WriteAttribute(
  hid_t object, const char* name, const std::string& text) const
{
  const HDF5Id space(H5Screate(H5S_SCALAR));
  const HDF5Id type = TextType();
  const HDF5Id attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
  const char* pointer = text.c_str();
  this->Require(attribute.IsValid() && H5Awrite(attribute, type, &pointer) >= 0, name);
}

void DataExchangeWriter::WriteAttribute(
  hid_t object, const char* name, const std::array<double, 3>& numbers) const
{
  const hsize_t size = numbers.size();
  const HDF5Id space(H5Screate_simple(1, &size, nullptr));
  const HDF5Id attribute(
    H5Acreate2(object, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT));
  this->Require(
    attribute.IsValid() && H5Awrite(attribute, H5T_NATIVE_DOUBLE, numbers.data()) >= 0, name);
}

// One text or number is a single value, several are an array.
HDF5Id DataExchangeWriter::WriteTexts(
  const std::string& path, const std::vector<std::string>& texts) const
{
  const hsize_t size = texts.size();
  const HDF5Id space(size == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr));
  const HDF5Id type = TextType();
  HDF5Id data(
    H5Dcreate2(this->File, path.c_str(), type, space, this->Links, this->Untimed, H5P_DEFAULT));
  std::vector<const char*> pointers;
  for (const std::string& text : texts)
  {
    pointers.push_back(text.c_str());
  }
  this->Require(data.IsValid() &&
      (size == 0 || H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) >= 0),
    path.c_str());
  return data;
}

HDF5Id DataExchangeWriter::WriteNumbers(
  const std::string& path, const std::vector<double>& numbers, const char* unit) const
{
  const hsize_t size = numbers.size();
  const HDF5Id space(size == 1 && path != "/exchange/energy" ? H5Screate(H5S_SCALAR)
                                                             : H5Screate_simple(1, &size, nullptr));
  HDF5Id data(H5Dcreate2(
    this->File, path.c_str(), H5T_NATIVE_DOUBLE, space, this->Links, this->Untimed, H5P_DEFAULT));
  this->Require(data.IsValid() &&
      (size == 0 ||
        H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) >= 0),
    path.c_str());
  if (unit)
  {
    this->WriteAttribute(data, "units", unit);
  }
  return data;
}

void DataExchangeWriter::WriteFields() const
{
  const std::string group = "/process/paraxanes/";
  for (const auto& [name, texts] : this->Stack.Texts)
  {
    this->WriteTexts(group + LinkName(name), texts);
  }
  for (const auto& [name, numbers] : this->Stack.Numbers)
  {
    if (name == "pixel_size" && numbers.size() == this->Stack.Energies.size())
    {
      this->WriteNumbers("/exchange/pixel_size", numbers, "um");
      continue;
    }
    this->WriteNumbers(group + LinkName(name), numbers, nullptr);
  }
}

std::vector<unsigned char> DataExchangeWriter::CompressedChunk(
  const unsigned char* samples, int rows) const
{
  const auto bytes = static_cast<std::size_t>(this->Stack.Type.Bytes);
  const auto columns = static_cast<std::size_t>(this->Stack.Voxels[0]);
  const std::size_t count = columns * static_cast<std::size_t>(this->RowsOfChunk);
  std::vector<unsigned char> whole;
  if (rows < this->RowsOfChunk)
  {
    // A chunk is always whole; what lies beyond the last row is zero.
    whole.assign(samples, samples + columns * static_cast<std::size_t>(rows) * bytes);
    whole.resize(count * bytes, 0);
    samples = whole.data();
  }
  std::vector<unsigned char> shuffled(count * bytes);
  Shuffle(samples, count, bytes, shuffled.data());

  uLongf size = compressBound(static_cast<uLong>(shuffled.size()));
  std::vector<unsigned char> chunk(size);
  if (compress2(chunk.data(), &size, shuffled.data(), static_cast<uLong>(shuffled.size()),
        this->Level) != Z_OK)
  {
    throw std::runtime_error("Cannot write \"" + this->Target.Path() + "\": zlib failed.");
  }
  chunk.resize(size);
  return chunk;
}

void DataExchangeWriter::WriteCompressed(
  int y0, int rows, int z0, int slices, const unsigned char* samples, std::int64_t stride)
{
  const std::int64_t blocks = (rows + this->RowsOfChunk - 1) / this->RowsOfChunk;
  const std::int64_t chunksOfPlane = blocks * slices;
  const auto energies = static_cast<std::int64_t>(this->Stack.Energies.size());
  const std::int64_t columns = this->Stack.Voxels[0];

  std::vector<std::vector<unsigned char>> chunks(
    static_cast<std::size_t>(energies * chunksOfPlane));
  ParallelFor(0, energies * chunksOfPlane, 1,
    [&](std::int64_t first, std::int64_t last)
    {
      for (std::int64_t i = first; i < last; ++i)
      {
        const std::int64_t z = i % chunksOfPlane / blocks;
        const std::int64_t y = i % blocks * this->RowsOfChunk;
        const std::int64_t sample = i / chunksOfPlane * stride + (z * rows + y) * columns;
        chunks[static_cast<std::size_t>(i)] =
          this->CompressedChunk(samples + sample * this->Stack.Type.Bytes,
            static_cast<int>(std::min<std::int64_t>(this->RowsOfChunk, rows - y)));
      }
    });

  const HDF5Lock lock;
  for (std::int64_t i = 0; i < energies * chunksOfPlane; ++i)
  {
    std::vector<hsize_t> place = { static_cast<hsize_t>(i / chunksOfPlane) };
    if (this->Stack.Voxels[2] > 1)
    {
      place.push_back(static_cast<hsize_t>(z0 + i % chunksOfPlane / blocks));
    }
    place.push_back(static_cast<hsize_t>(y0 + i % blocks * this->RowsOfChunk));
    place.push_back(0);
    const std::vector<unsigned char>& chunk = chunks[static_cast<std::size_t>(i)];
    this->Require(
      H5Dwrite_chunk(this->Data, H5P_DEFAULT, 0, place.data(), chunk.size(), chunk.data()) >= 0,
      "a chunk of /exchange/data");
  }
}

void DataExchangeWriter::Close()
{
  const HDF5Lock lock;
  this->Data = HDF5Id();
  this->Links = HDF5Id();
  this->Untimed = HDF5Id();
  this->Require(H5Fflush(this->File, H5F_SCOPE_GLOBAL) >= 0, "the last of the file");
  this->File = HDF5Id();
  this->Driver.Check();
}

}
