// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file CacheLines.h
 * Memory that begins with a line of the cache: no vector of values lies across two lines.
 */
#ifndef CacheLines_h
#define CacheLines_h

#include <cstddef>
#include <vector>

namespace paraxanes
{

/// Values of a line, and of the widest vector.
constexpr std::size_t ValuesOfLine = 16;

struct alignas(ValuesOfLine * sizeof(float)) CacheLine
{
  float Values[ValuesOfLine];
};

/// Floats for use again and again: kept while they are enough.
class ScratchValues
{
public:
  /// Room for `count` values; what they are is left open.
  float* Reserve(std::size_t count)
  {
    const std::size_t lines = (count + ValuesOfLine - 1) / ValuesOfLine;
    if (this->Lines.size() < lines)
    {
      this->Lines.resize(lines);
    }
    return this->Lines.empty() ? nullptr : this->Lines.front().Values;
  }
  /// Gives the memory back.
  void Free() { std::vector<CacheLine>().swap(this->Lines); }
  std::size_t Bytes() const { return this->Lines.size() * sizeof(CacheLine); }

private:
  std::vector<CacheLine> Lines;
};

}

#endif
