// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FileBytes.h"

#include "StackFormat.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace paraxanes
{

FileBytes::FileBytes(const std::string& path)
  : FilePath(path)
  , Number(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
{
  if (this->Number < 0)
  {
    throw FormatError(path + " cannot be opened: " + std::strerror(errno) + ".");
  }
}

FileBytes::~FileBytes()
{
  ::close(this->Number);
}

std::uint64_t FileBytes::Size() const
{
  struct stat status = {};
  return ::fstat(this->Number, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::size_t FileBytes::ReadSome(void* bytes, std::size_t count, std::uint64_t position) const
{
  std::size_t done = 0;
  while (done < count)
  {
    const ssize_t got = ::pread(this->Number, static_cast<char*>(bytes) + done, count - done,
      static_cast<off_t>(position + done));
    if (got < 0 && errno == EINTR)
    {
      continue;
    }
    if (got <= 0)
    {
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void FileBytes::Read(void* bytes, std::size_t count, std::uint64_t position) const
{
  const std::size_t done = this->ReadSome(bytes, count, position);
  if (done < count)
  {
    throw FormatError(this->FilePath + " ends, or cannot be read, at byte " +
      std::to_string(position + done) + "; pixels up to byte " + std::to_string(position + count) +
      " are expected.");
  }
}

}
