// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Samples.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace paraxanes
{
namespace
{

template <typename T>
void ToFloat(const unsigned char* bytes, int count, int stride, float* out)
{
  for (int i = 0; i < count; ++i)
  {
    T value;
    std::memcpy(&value, bytes + static_cast<std::size_t>(i) * stride * sizeof(T), sizeof(T));
    out[i] = static_cast<float>(value);
  }
}

template <typename U, U (*Swapped)(U)>
void Swap(unsigned char* bytes, std::size_t count)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    U value;
    std::memcpy(&value, bytes + i * sizeof(U), sizeof(U));
    value = Swapped(value);
    std::memcpy(bytes + i * sizeof(U), &value, sizeof(U));
  }
}

std::uint16_t Swap16(std::uint16_t x)
{
  return __builtin_bswap16(x);
}
std::uint32_t Swap32(std::uint32_t x)
{
  return __builtin_bswap32(x);
}
std::uint64_t Swap64(std::uint64_t x)
{
  return __builtin_bswap64(x);
}

// First index i >= 0 with start + i * stride >= position.
int FirstIndex(int start, int stride, int position)
{
  return position <= start ? 0 : (position - start + stride - 1) / stride;
}

}

SampleConverter FindConverter(const SampleType& type)
{
  const bool isSigned = type.Kind == SampleKind::Signed;
  if (type.Kind == SampleKind::Real)
  {
    return type.Bytes == 4 ? ToFloat<float> : type.Bytes == 8 ? ToFloat<double> : nullptr;
  }
  switch (type.Bytes)
  {
    case 1:
      return isSigned ? ToFloat<std::int8_t> : ToFloat<std::uint8_t>;
    case 2:
      return isSigned ? ToFloat<std::int16_t> : ToFloat<std::uint16_t>;
    case 4:
      return isSigned ? ToFloat<std::int32_t> : ToFloat<std::uint32_t>;
    case 8:
      return isSigned ? ToFloat<std::int64_t> : ToFloat<std::uint64_t>;
    default:
      return nullptr;
  }
}

void SwapBytes(unsigned char* bytes, std::size_t count, int size)
{
  if (size == 2)
  {
    Swap<std::uint16_t, Swap16>(bytes, count);
  }
  else if (size == 4)
  {
    Swap<std::uint32_t, Swap32>(bytes, count);
  }
  else if (size == 8)
  {
    Swap<std::uint64_t, Swap64>(bytes, count);
  }
}

void CopyBlock(const StoredBlock& block, const Region& region, int sampleBytes,
  SampleConverter convert, float* out)
{
  const int firstColumn = FirstIndex(region.X0, region.XStride, block.X0);
  const int lastColumn =
    std::min(region.Columns, FirstIndex(region.X0, region.XStride, block.X0 + block.Columns));
  const int firstRow = FirstIndex(region.Y0, region.YStride, block.Y0);
  const int lastRow =
    std::min(region.Rows, FirstIndex(region.Y0, region.YStride, block.Y0 + block.Rows));
  for (int j = firstRow; j < lastRow; ++j)
  {
    const std::size_t y = static_cast<std::size_t>(region.Y0 + j * region.YStride - block.Y0);
    const std::size_t x =
      static_cast<std::size_t>(region.X0 + firstColumn * region.XStride - block.X0);
    const std::size_t sample = y * static_cast<std::size_t>(block.Columns) + x;
    convert(block.Samples + sample * static_cast<std::size_t>(sampleBytes),
      lastColumn - firstColumn, region.XStride,
      out + static_cast<std::size_t>(j) * region.Columns + firstColumn);
  }
}

// Whole rows come in one piece, others row by row.
void ReadStored(const FileBytes& file, std::uint64_t position, int columns, const SampleType& type,
  const Region& region, float* out)
{
  const bool together = region.YStride == 1 && region.Columns == columns;
  const int rows = together ? 1 : region.Rows;
  const int count = together ? region.Rows * region.Columns : region.Columns;
  const std::size_t samples =
    count == 0 ? 0 : static_cast<std::size_t>(count - 1) * region.XStride + 1;
  const bool direct = type.IsNativeFloat() && region.XStride == 1;
  const SampleConverter convert = FindConverter(type);
  // Kept: clearing a new one would take as long as converting it.
  thread_local std::vector<unsigned char> stored;
  const std::size_t bytes = direct ? 0 : samples * static_cast<std::size_t>(type.Bytes);
  stored.resize(std::max(stored.size(), bytes));
  for (int j = 0; j < rows; ++j)
  {
    const std::uint64_t sample =
      static_cast<std::uint64_t>(region.Y0 + j * region.YStride) * columns +
      static_cast<std::uint64_t>(region.X0);
    const std::uint64_t begin = position + sample * static_cast<std::uint64_t>(type.Bytes);
    float* row = out + static_cast<std::size_t>(j) * static_cast<std::size_t>(count);
    if (direct)
    {
      file.Read(row, samples * sizeof(float), begin);
      continue;
    }
    file.Read(stored.data(), bytes, begin);
    if (type.Swapped)
    {
      SwapBytes(stored.data(), samples, type.Bytes);
    }
    convert(stored.data(), count, region.XStride, row);
  }
}

}
