// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a list of the frames of a scan, and as the name of one.
#include "FuzzStack.h"
#include "ScanNames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  paraxanes::ParseScanName(text);
  const fuzz::File file("ScanInfo_scan.txt", bytes, size);
  if (paraxanes::IsScanList(file.Path))
  {
    for (const std::string& name : paraxanes::ReadScanList(file.Path))
    {
      paraxanes::ParseScanName(name);
    }
    fuzz::Try([&] { fuzz::ReadStack({ { file.Path }, true, "", {}, {} }); });
  }
  return 0;
}
