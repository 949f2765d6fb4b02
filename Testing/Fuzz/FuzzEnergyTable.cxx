// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a table of energies, and as the text in which an energy is looked for.
#include "EnergyNames.h"
#include "EnergyTable.h"
#include "MemoryFile.h"
#include "StackFormat.h"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  paraxanes::FindEnergy(text);
  paraxanes::EnergyOfPath(text);
  paraxanes::EnergyOfDescription(text);
  const MemoryFile file(bytes, size);
  try
  {
    paraxanes::ReadEnergyTable(file.Path);
  }
  catch (const paraxanes::FormatError&)
  {
    // What a wrong file is to end with.
  }
  return 0;
}
