// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "NewFile.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace paraxanes
{
namespace
{

namespace fs = std::filesystem;

// The file that is to be written: that behind a link, which would be replaced otherwise.
std::string Target(const std::string& path)
{
  std::error_code ignored;
  const fs::path behind =
    fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : fs::path(path);
  const std::string target = behind.empty() ? path : behind.string();
  const fs::file_status status = fs::status(target, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status))
  {
    throw std::runtime_error("Cannot write \"" + path + "\": it exists and is no file.");
  }
  if (fs::exists(status) && access(target.c_str(), W_OK) != 0)
  {
    throw std::runtime_error("Cannot replace \"" + path + "\": " + std::strerror(errno) + ".");
  }
  return target;
}

fs::path FolderOf(const std::string& path)
{
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

}

NewFile::NewFile(const std::string& path)
  : FinalPath(Target(path))
  , Mine(true)
{
  constexpr int Attempts = 1000;
  for (int i = 0; i < Attempts && this->Descriptor < 0; ++i)
  {
    this->TemporaryToken = static_cast<std::int64_t>(getpid()) * Attempts + i;
    this->Descriptor =
      open(this->TemporaryPath().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (this->Descriptor < 0 && errno != EEXIST)
    {
      break;
    }
  }
  if (this->Descriptor < 0)
  {
    this->Fail(errno);
  }
}

NewFile::NewFile(const std::string& path, std::int64_t token)
  : FinalPath(Target(path))
  , TemporaryToken(token)
{
  this->Descriptor = open(this->TemporaryPath().c_str(), O_RDWR | O_CLOEXEC);
  if (this->Descriptor < 0)
  {
    throw std::runtime_error("Cannot write \"" + this->FinalPath + "\" from every rank: " +
      std::strerror(errno) + ". Its folder has to be on a file system that all ranks share.");
  }
}

NewFile::~NewFile()
{
  if (this->Descriptor >= 0)
  {
    close(this->Descriptor);
  }
  if (this->Mine)
  {
    unlink(this->TemporaryPath().c_str());
  }
}

std::string NewFile::TemporaryPath() const
{
  return (
    FolderOf(this->FinalPath) / (".paraxanes-" + std::to_string(this->TemporaryToken) + ".part"))
    .string();
}

void NewFile::Fail(int error, std::int64_t needed) const
{
  std::string message =
    "Cannot write \"" + this->FinalPath + "\": " + std::string(std::strerror(error));
  struct statvfs space = {};
  if ((error == ENOSPC || error == EFBIG || error == EDQUOT) &&
    statvfs(FolderOf(this->FinalPath).c_str(), &space) == 0)
  {
    if (needed > 0)
    {
      message += ". It needs " + std::to_string(needed) + " bytes";
    }
    message += "; its file system has " +
      std::to_string(static_cast<std::uintmax_t>(space.f_bavail) * space.f_frsize) +
      " bytes free. Make room, choose another folder, or write less";
  }
  throw std::runtime_error(message + ".");
}

std::int64_t NewFile::Size() const
{
  struct stat status = {};
  if (fstat(this->Descriptor, &status) != 0)
  {
    this->Fail(errno);
  }
  return status.st_size;
}

void NewFile::Reserve(std::int64_t bytes)
{
#ifdef __linux__
  int done = 0;
  do
  {
    done = bytes > 0 ? fallocate(this->Descriptor, 0, 0, bytes) : 0;
  } while (done != 0 && errno == EINTR);
  if (done != 0 && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
  {
    this->Fail(errno, bytes);
  }
#else
  (void)bytes; // writing will tell
#endif
}

void NewFile::Write(std::int64_t offset, const void* data, std::int64_t bytes)
{
  const auto* rest = static_cast<const unsigned char*>(data);
  while (bytes > 0)
  {
    const ssize_t done = pwrite(this->Descriptor, rest, static_cast<std::size_t>(bytes), offset);
    if (done < 0 && errno == EINTR)
    {
      continue;
    }
    if (done <= 0)
    {
      this->Fail(done < 0 ? errno : ENOSPC);
    }
    rest += done;
    offset += done;
    bytes -= done;
  }
}

std::int64_t NewFile::Read(std::int64_t offset, void* data, std::int64_t bytes) const
{
  auto* out = static_cast<unsigned char*>(data);
  std::int64_t total = 0;
  while (total < bytes)
  {
    const ssize_t done =
      pread(this->Descriptor, out + total, static_cast<std::size_t>(bytes - total), offset + total);
    if (done < 0 && errno == EINTR)
    {
      continue;
    }
    if (done < 0)
    {
      this->Fail(errno);
    }
    if (done == 0)
    {
      break;
    }
    total += done;
  }
  return total;
}

void NewFile::Resize(std::int64_t bytes)
{
  if (ftruncate(this->Descriptor, bytes) != 0)
  {
    this->Fail(errno, bytes);
  }
}

void NewFile::Finish()
{
  // A network's or a compressed file system may tell only now that there is no room.
  if (this->Descriptor >= 0)
  {
    const bool synced = fsync(this->Descriptor) == 0 || errno == EINVAL || errno == ENOTSUP;
    const int error = errno;
    const bool closed = close(std::exchange(this->Descriptor, -1)) == 0;
    if (!synced || !closed)
    {
      this->Fail(synced ? errno : error);
    }
  }
}

void NewFile::Commit()
{
  this->Finish();
  if (std::rename(this->TemporaryPath().c_str(), this->FinalPath.c_str()) != 0)
  {
    this->Fail(errno);
  }
  this->Mine = false;
}

}
