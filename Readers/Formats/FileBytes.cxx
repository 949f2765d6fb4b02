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
namespace
{

// Opening a pipe would wait for a writer, for ever.
int Open(const std::string& path)
{
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
  {
    throw FormatError(path + " is no regular file.");
  }
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0)
  {
    throw FormatError(path + " cannot be opened: " + std::strerror(errno) + ".");
  }
  return number;
}

}

FileBytes::FileBytes(const std::string& path)
  : FilePath(path)
  , Number(Open(path))
{
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

std::string ReadText(const std::string& path, std::uint64_t largest)
{
  const FileBytes file(path);
  if (file.Size() > largest)
  {
    throw FormatError(path + " has " + std::to_string(file.Size()) + " bytes; a text of at most " +
      std::to_string(largest) + " is expected.");
  }
  std::string text(static_cast<std::size_t>(file.Size()), ' ');
  file.Read(text.data(), text.size(), 0);
  if (text.find('\0') != std::string::npos)
  {
    throw FormatError(path + " is no text of bytes (ASCII or UTF-8).");
  }
  const std::string mark = "\xEF\xBB\xBF";
  return text.compare(0, mark.size(), mark) == 0 ? text.substr(mark.size()) : text;
}

}
