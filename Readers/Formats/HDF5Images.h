// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5Images.h
 * Images in a data set of any axis order, type and storage.
 *
 * As the library is used by one thread at a time, it does as little as possible: contiguous data
 * are read past it, and of chunks it hands out the stored bytes, which are decoded here (deflate,
 * shuffle, fletcher32). Everything else, such as other filters, compact and virtual data sets and
 * rare types, is read by the library.
 */
#ifndef HDF5Images_h
#define HDF5Images_h

#include "FileBytes.h"
#include "HDF5File.h"
#include "Samples.h"
#include "StackFormat.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace paraxanes
{

class HDF5Images
{
public:
  /**
   * Opens the data set; `axes` are its letters (HDF5Layouts.h), as many as it has axes. Under an
   * HDF5Lock, as is the destructor. Throws FormatError where the data set cannot be read, is
   * empty, or does not fit into its file.
   */
  HDF5Images(const HDF5File& file, const std::string& path, const std::string& axes);
  ~HDF5Images();

  int Columns() const { return this->SizeOf('x'); }
  int Rows() const { return this->SizeOf('y'); }
  int Slices() const { return this->SizeOf('z'); }
  int Energies() const { return this->SizeOf('e'); }

  DecodedTogether Together() const;

  /// How many files stay open: more than one where the data set is put together from others.
  std::size_t Descriptors() const { return this->OpenFiles; }

  /// Image (e, z) is number e * Slices() + z. Not under an HDF5Lock; safe to use from several
  /// threads at once. As PixelReader::ReadImages.
  void Read(const ImageGrid& images, const Region& region, float* out, std::int64_t stride) const;

private:
  // What is read along an axis, and how far apart that is in the output.
  struct Axis
  {
    std::uint64_t Size = 1;
    std::uint64_t First = 0;
    std::uint64_t Count = 1;
    std::uint64_t Step = 1;
    std::int64_t OutStride = 0;
  };
  using Axes = std::vector<Axis>; // slowest first, as in the file

  struct Filter
  {
    int Kind;
    std::size_t ElementBytes;
  };

  int SizeOf(char axis) const;
  void OpenType();
  void OpenStorage();
  void OpenChunks(hid_t properties);
  void CheckFilters(hid_t properties) const;
  std::uint64_t SampleBytes() const { return static_cast<std::uint64_t>(this->Type.Bytes); }
  Axes Select(int energy, int slice, const ImageGrid& images, const Region& region,
    std::int64_t stride) const;
  void ReadBox(const Axes& axes, float* out) const;
  void ReadContiguous(const Axes& axes, float* out) const;
  void ReadChunks(const Axes& axes, float* out) const;
  void ReadByLibrary(const Axes& axes, float* out) const;
  void ReadChunk(const HDF5Sizes& chunk, const Axes& axes, float* out,
    std::vector<unsigned char>& stored, std::vector<unsigned char>& decoded) const;
  void Decode(std::vector<unsigned char>& stored, std::uint32_t skipped, const std::string& where,
    std::vector<unsigned char>& decoded) const;
  std::string Where() const;

  const std::string FilePath;
  const std::string DataPath;
  const std::string Letters;
  HDF5Id Data;
  std::size_t OpenFiles = 1;
  HDF5Sizes Sizes;
  SampleType Type; // of no bytes: only the library can read it
  SampleConverter Convert = nullptr;

  // One of these, or else it is read by the library.
  std::unique_ptr<FileBytes> Bytes; // contiguous, from Offset on
  std::uint64_t Offset = 0;
  HDF5Sizes Chunk;
  std::uint64_t ChunkBytes = 0;
  std::vector<Filter> Filters; // in the order in which they were applied
  std::vector<unsigned char> FillValue;
};

}

#endif
