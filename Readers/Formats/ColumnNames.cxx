// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ColumnNames.h"

#include "TextNumbers.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace paraxanes
{
namespace
{

// The name in small letters, without its unit: "Energy (eV)" and "energy_eV" are "energy".
std::string PlainName(const std::string& name)
{
  std::string plain = LowerCase(name);
  plain = Trim(plain.substr(0, plain.find_first_of("([")), " \t_.");
  for (const char* unit : { "_kev", "_ev", " kev", " ev", "/kev", "/ev" })
  {
    const std::size_t length = std::strlen(unit);
    if (plain.size() > length && plain.compare(plain.size() - length, length, unit) == 0)
    {
      return plain.substr(0, plain.size() - length);
    }
  }
  return plain;
}

// Where the names of a table say that mu is.
std::optional<std::size_t> FindName(
  const std::vector<std::string>& names, std::initializer_list<const char*> wanted)
{
  for (const char* name : wanted)
  {
    const auto found = std::find_if(names.begin(), names.end(),
      [&](const std::string& candidate) { return PlainName(candidate) == name; });
    if (found != names.end())
    {
      return static_cast<std::size_t>(found - names.begin());
    }
  }
  return {};
}

}

bool IsEnergyName(const std::string& name)
{
  const std::string plain = PlainName(name);
  return IsOneOf(plain,
    { "e", "en", "ev", "kev", "energy", "energies", "photon_energy", "photon energy",
      "photonenergy", "mono_energy", "enc_energy" });
}

bool IsAngleName(const std::string& name)
{
  return IsOneOf(PlainName(name), { "angle", "theta", "bragg", "bragg_angle" });
}

MuSource::MuSource(const std::vector<std::string>& names)
  : Column(FindName(names,
      { "mu", "xmu", "mutrans", "mufluor", "mutey", "mu_t", "mu_f", "norm", "normtrans",
        "normfluor", "flat", "absorbance", "absorption", "optical_density", "optical density", "od",
        "xanes", "xas", "intensity_norm" }))
  , Incident(FindName(names, { "i0", "io", "i_0", "i0eff", "monitor" }))
  , Transmitted(FindName(names, { "itrans", "it", "i1", "i_t", "itransmission", "trans" }))
  , Fluorescence(FindName(names, { "ifluor", "if", "i_f", "fluo", "fluor", "fluorescence" }))
{
}

}
