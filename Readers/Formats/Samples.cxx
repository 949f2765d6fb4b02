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
  const auto convert = [=](std::size_t step)
  {
    for (int i = 0; i < count; ++i)
    {
      T value;
      std::memcpy(&value, bytes + static_cast<std::size_t>(i) * step * sizeof(T), sizeof(T));
      out[i] = static_cast<float>(value);
    }
  };
  // A loop of its own, which compilers turn into wide instructions.
  stride == 1 ? convert(1) : convert(static_cast<std::size_t>(stride));
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

// Whole rows come in one piece; others too, with what lies between them, where that is little.
void ReadStored(const FileBytes& file, std::uint64_t position, int columns, const SampleType& type,
  const Region& region, float* out)
{
  if (region.Columns == 0 || region.Rows == 0)
  {
    return;
  }
  constexpr std::uint64_t smallGap = 4 << 10; // bytes: copied as fast as another call is made
  constexpr std::uint64_t atOnce = 128 << 10; // bytes that stay in the cache
  const auto sampleBytes = static_cast<std::uint64_t>(type.Bytes);
  const std::uint64_t first = static_cast<std::uint64_t>(region.Y0) * columns + region.X0;
  const std::uint64_t row = std::uint64_t{ region.Columns - 1u } * region.XStride + 1; // samples
  const std::uint64_t pitch = static_cast<std::uint64_t>(region.YStride) * columns;
  if (type.IsNativeFloat() && region.XStride == 1 && row == pitch)
  {
    file.Read(out, region.Rows * row * sizeof(float), position + first * sizeof(float));
    return;
  }
  const bool little = (pitch - row) * sampleBytes <= smallGap;
  const int together =
    little ? static_cast<int>(std::max<std::uint64_t>(1, atOnce / (pitch * sampleBytes))) : 1;
  const SampleConverter convert = FindConverter(type);
  // Kept: clearing a new one would take as long as converting it.
  thread_local std::vector<unsigned char> stored;
  for (int j = 0; j < region.Rows; j += together)
  {
    const int rows = std::min(together, region.Rows - j);
    const std::uint64_t begin = position + (first + j * pitch) * sampleBytes;
    float* to = out + static_cast<std::size_t>(j) * static_cast<std::size_t>(region.Columns);
    if (rows == 1 && type.IsNativeFloat() && region.XStride == 1)
    {
      file.Read(to, row * sizeof(float), begin);
      continue;
    }
    const std::uint64_t samples = (rows - 1) * pitch + row;
    stored.resize(std::max<std::size_t>(stored.size(), samples * sampleBytes));
    file.Read(stored.data(), samples * sampleBytes, begin);
    if (type.Swapped)
    {
      SwapBytes(stored.data(), samples, type.Bytes);
    }
    for (int k = 0; k < rows; ++k, to += region.Columns)
    {
      convert(stored.data() + k * pitch * sampleBytes, region.Columns, region.XStride, to);
    }
  }
}

}
