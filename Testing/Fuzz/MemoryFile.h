// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MemoryFile.h
 * Bytes that can be opened by a file name, without a disk.
 */
#ifndef MemoryFile_h
#define MemoryFile_h

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

class MemoryFile
{
public:
  MemoryFile(const std::uint8_t* bytes, std::size_t size)
    : Descriptor(::memfd_create("fuzz", MFD_CLOEXEC))
    , Path("/proc/self/fd/" + std::to_string(this->Descriptor))
  {
    if (this->Descriptor < 0 || ::write(this->Descriptor, bytes, size) != static_cast<ssize_t>(size))
    {
      throw std::runtime_error("There is no file in memory to be had.");
    }
  }
  ~MemoryFile() { ::close(this->Descriptor); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

private:
  const int Descriptor;

public:
  const std::string Path;
};

#endif
