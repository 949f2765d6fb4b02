// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a table of energies, as one of shifts, and as the text in which an energy is looked
// for.
#include "EnergyNames.h"
#include "EnergyTable.h"
#include "FuzzFile.h"
#include "StackAlignment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  paraxanes::FindEnergy(text);
  paraxanes::EnergyOfPath(text);
  paraxanes::EnergyOfDescription(text);
  const fuzz::File file("table.txt", bytes, size);
  fuzz::Try([&] { paraxanes::ReadEnergyTable(file.Path); });
  fuzz::Try([&] { paraxanes::ReadShiftTable(file.Path); });
  return 0;
}
