// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumSum.h
 * The sum of the finite ones of some spectra, for their mean.
 */
#ifndef SpectrumSum_h
#define SpectrumSum_h

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace paraxanes
{

struct SpectrumSum
{
  explicit SpectrumSum(std::size_t energies = 0)
    : Sum(energies, 0.0)
  {
  }

  template <typename T>
  void AddIfFinite(const T* spectrum)
  {
    if (!std::all_of(spectrum, spectrum + this->Sum.size(), [](T mu) { return std::isfinite(mu); }))
    {
      return;
    }
    for (std::size_t k = 0; k < this->Sum.size(); ++k)
    {
      this->Sum[k] += static_cast<double>(spectrum[k]);
    }
    ++this->Count;
  }

  void Add(const SpectrumSum& other)
  {
    for (std::size_t k = 0; k < this->Sum.size(); ++k)
    {
      this->Sum[k] += other.Sum[k];
    }
    this->Count += other.Count;
  }

  std::vector<double> Sum; ///< one per energy
  long long Count = 0;     ///< of spectra
};

}

#endif
