// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file DataExchangeWriter.h
 * An energy stack as an HDF5 file in the Data Exchange layout.
 *
 *     /implements                       "exchange:measurement:process"
 *     /exchange/data                    (energy, z, y, x), or (energy, y, x) of a flat stack, in
 * the stack's own type; attributes units, description, axes, value_type ("absorbance"), spacing,
 * and origin of the first voxel (x, y, z; um) /exchange/energy                  float64, attribute
 * units "eV" /exchange/slice_spacing           float64, attribute units "um" /exchange/pixel_size
 * um, one per energy, where they are known /measurement/instrument/detector/actual_pixel_size_x,
 * actual_pixel_size_y float64, attribute units "um" /process/paraxanes/NAME           what else the
 * stack carries: texts, numbers (float64)
 */
#ifndef DataExchangeWriter_h
#define DataExchangeWriter_h

#include "HDF5File.h"
#include "HDF5NewFile.h"
#include "Samples.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// All that a file says about a stack, besides its samples.
struct ExchangeStack
{
  std::array<std::int64_t, 3> Voxels = { 0, 0, 0 }; ///< along x, y, z
  SampleType Type;
  std::vector<double> Energies;                      ///< eV
  std::array<double, 3> Spacing = { 1.0, 1.0, 1.0 }; ///< um
  std::array<double, 3> Origin = { 0.0, 0.0, 0.0 };  ///< um, of the first voxel
  std::string Name;                                  ///< of the values, such as "absorbance"
  std::string Unit;                                  ///< of the values
  std::vector<std::pair<std::string, std::vector<std::string>>> Texts;
  std::vector<std::pair<std::string, std::vector<double>>> Numbers;
};

/**
 * Not compressed, the samples are one block of the file, all of energy 0 first, which the caller
 * writes at DataOffset(). Compressed (deflate after shuffling bytes), each chunk is some rows of
 * one slice of one energy. What goes wrong is thrown as std::runtime_error with the file's name.
 */
class DataExchangeWriter
{
public:
  /// level: 0 is not compressed, 1 (fast) to 9 (small).
  DataExchangeWriter(NewFile& file, const ExchangeStack& stack, int level);
  ~DataExchangeWriter();

  /// Where the samples begin in the file; 0 when they are compressed.
  std::int64_t DataOffset() const { return this->Offset; }

  /// Rows of a chunk. Chunks begin at multiples of it.
  int ChunkRows() const { return this->RowsOfChunk; }

  /**
   * Compresses, on all threads, and writes rows [y0, y0 + rows) of slices [z0, z0 + slices):
   * whole chunks. Those of energy k begin at samples + k * stride (in samples), x fastest.
   */
  void WriteCompressed(
    int y0, int rows, int z0, int slices, const unsigned char* samples, std::int64_t stride);

  /// Writes what is left. Nothing but DataOffset() may be called after it.
  void Close();

private:
  void Create();
  void Drop();
  void Require(bool ok, const char* what) const;
  HDF5Id CreateData();
  void WriteAttribute(hid_t object, const char* name, const std::string& text) const;
  void WriteAttribute(hid_t object, const char* name, const std::array<double, 3>& numbers) const;
  HDF5Id WriteTexts(const std::string& path, const std::vector<std::string>& texts) const;
  HDF5Id WriteNumbers(
    const std::string& path, const std::vector<double>& numbers, const char* unit) const;
  void WriteFields() const;
  std::vector<unsigned char> CompressedChunk(const unsigned char* samples, int rows) const;

  NewFile& Target;
  const ExchangeStack Stack;
  const int Level;
  int RowsOfChunk = 1;
  std::int64_t Offset = 0;
  HDF5NewFile Driver; // outlives what is open
  HDF5Id File;
  HDF5Id Links;   // make the groups of a path
  HDF5Id Untimed; // the same stack makes the same file
  HDF5Id Data;
};

}

#endif
