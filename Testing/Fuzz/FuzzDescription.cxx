// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a .txmstack file. It may name itself as its file of pixels.
#include "FuzzStack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const fuzz::File file("stack.txmstack", bytes, size);
  fuzz::Try([&] { fuzz::ReadStack({ { file.Path }, true, "", {}, {} }); });
  return 0;
}
