// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file NewFile.h
 * A file that appears under its name only when it is complete.
 */
#ifndef NewFile_h
#define NewFile_h

#include <cstdint>
#include <string>

namespace paraxanes
{

/**
 * A file in the making: it has a temporary name in the folder of the file that it will be. What
 * has that name already stays as it is until Commit(), which puts the new file in its place.
 * Without Commit() nothing remains. Errors are thrown as std::runtime_error and name the file.
 */
class NewFile
{
public:
  explicit NewFile(const std::string& path);
  /// The same file on another rank, which was told the Token(). Commit() is the first one's.
  NewFile(const std::string& path, std::int64_t token);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  void operator=(const NewFile&) = delete;

  const std::string& Path() const { return this->FinalPath; }
  std::int64_t Token() const { return this->TemporaryToken; }
  std::int64_t Size() const;

  /// Makes sure that there is room for that many bytes, where the file system can tell.
  void Reserve(std::int64_t bytes);
  /// May be called from several threads at once.
  void Write(std::int64_t offset, const void* data, std::int64_t bytes);
  /// Less than was asked for at the end of the file.
  std::int64_t Read(std::int64_t offset, void* data, std::int64_t bytes) const;
  void Resize(std::int64_t bytes);

  /// Everything is on the disk now, or it throws. No more access after that.
  void Finish();
  /// Finishes the file and gives it its name.
  void Commit();

private:
  [[noreturn]] void Fail(int error, std::int64_t needed = 0) const;
  std::string TemporaryPath() const;

  std::string FinalPath;
  std::int64_t TemporaryToken = 0;
  int Descriptor = -1;
  bool Mine = false; ///< to be named, or removed
};

}

#endif
