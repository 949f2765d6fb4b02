// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a table of energies, as one of shifts, and as the text in which an energy is looked
// for.
#include "EnergyNames.h"
#include "EnergyTable.h"
#include "FuzzFile.h"
#include "StackAlignment.h"

#include <cmath>
#include <optional>

namespace
{

void CheckEnergy(const std::optional<double>& energy)
{
  fuzz::Require(!energy || (std::isfinite(*energy) && *energy > 0.0), "energies are above 0");
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const std::optional<paraxanes::NamedEnergy> named = paraxanes::FindEnergy(text);
  CheckEnergy(named ? std::optional<double>(named->Energy) : std::nullopt);
  CheckEnergy(paraxanes::EnergyOfPath(text));
  CheckEnergy(paraxanes::EnergyOfDescription(text));
  const fuzz::File file("table.txt", bytes, size);
  fuzz::Try(
    [&]
    {
      for (const paraxanes::EnergyEntry& entry : paraxanes::ReadEnergyTable(file.Path))
      {
        CheckEnergy(entry.Energy);
      }
    });
  fuzz::Try([&] { paraxanes::ReadShiftTable(file.Path); });
  return 0;
}
