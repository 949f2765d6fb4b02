// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a file of one spectrum.
#include "FuzzFile.h"
#include "SpectrumFile.h"

#include <cmath>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const fuzz::File file("spectrum.txt", bytes, size);
  paraxanes::LooksLikeSpectrum(file.Path);
  fuzz::Try(
    [&]
    {
      const paraxanes::Spectrum spectrum = paraxanes::ReadSpectrum(file.Path, {});
      fuzz::Require(spectrum.Mu.size() == spectrum.Energies.size(), "a mu per energy");
      double last = 0.0;
      for (std::size_t k = 0; k < spectrum.Energies.size(); ++k)
      {
        fuzz::Require(std::isfinite(spectrum.Mu[k]), "mu is finite");
        fuzz::Require(spectrum.Energies[k] > last, "energies ascend");
        last = spectrum.Energies[k];
      }
      for (const paraxanes::SpectrumColumn& column : spectrum.Others)
      {
        fuzz::Require(column.Values.size() == spectrum.Mu.size(), "columns are of one length");
      }
    });
  return 0;
}
