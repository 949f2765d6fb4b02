// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Samples.h
 * Stored samples of any type and byte order to float, and images that are stored uncompressed.
 */
#ifndef Samples_h
#define Samples_h

#include "FileBytes.h"
#include "StackFormat.h"

namespace paraxanes
{

enum class SampleKind
{
  Unsigned,
  Signed,
  Real
};

struct SampleType
{
  SampleKind Kind = SampleKind::Unsigned;
  int Bytes = 1;
  bool Swapped = false; ///< stored in the byte order that is not this machine's

  bool IsNativeFloat() const
  {
    return this->Kind == SampleKind::Real && this->Bytes == 4 && !this->Swapped;
  }
};

/// Every stride-th of the samples, `count` in all, in this machine's byte order, to float.
using SampleConverter = void (*)(const unsigned char* samples, int count, int stride, float* out);

/// Null for samples that are not supported: integers have 1, 2, 4 or 8 bytes, real numbers 4 or 8.
SampleConverter FindConverter(const SampleType& type);

/// Turns the byte order of samples of `size` bytes (2, 4 or 8; others are left alone).
void SwapBytes(unsigned char* bytes, std::size_t count, int size);

/// A part of an image as it is stored: its pixels (X0 + i, Y0 + j), in this machine's byte order.
struct StoredBlock
{
  const unsigned char* Samples;
  int X0, Columns, Y0, Rows;
};

/// Copies what the region takes of the block to its place in `out`.
void CopyBlock(const StoredBlock& block, const Region& region, int sampleBytes,
  SampleConverter convert, float* out);

/**
 * Reads a region of an image that is stored uncompressed, its rows of `columns` samples one after
 * the other from `position` on. Throws FormatError when the file ends before.
 */
void ReadStored(const FileBytes& file, std::uint64_t position, int columns, const SampleType& type,
  const Region& region, float* out);

}

#endif
