// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FuzzFile.h
 * Bytes as a file, and the end that a wrong file is to have.
 */
#ifndef FuzzFile_h
#define FuzzFile_h

#include "StackFormat.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace fuzz
{

/// A file of these bytes in a folder of its own, in memory where the system has such a place.
/// Removed at the end: HDF5 takes a file that is written anew for the one that it knows.
class File
{
public:
  File(const std::string& name, const std::uint8_t* bytes, std::size_t size)
    : Path((Folder() / name).string())
  {
    std::ofstream stream(this->Path, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    if (!stream.flush())
    {
      std::fprintf(stderr, "%s cannot be written.\n", this->Path.c_str());
      std::exit(2);
    }
  }
  ~File() { std::filesystem::remove(this->Path); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string Path;

private:
  static const std::filesystem::path& Folder()
  {
    struct Temporary
    {
      std::filesystem::path Path;
      Temporary()
      {
        const bool shared = std::filesystem::is_directory("/dev/shm");
        std::string name =
          (shared ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
          "paraxanes-fuzz-XXXXXX";
        this->Path = ::mkdtemp(name.data()) ? name : "";
      }
      ~Temporary() { std::filesystem::remove_all(this->Path); }
    };
    static const Temporary folder;
    return folder.Path;
  }
};

/// Runs what may end with a FormatError, but with nothing else.
template <typename Function>
void Try(const Function& function)
{
  try
  {
    function();
  }
  catch (const paraxanes::FormatError&)
  {
    // What a wrong file is to end with.
  }
}

/// Ends the program, which is a finding, unless what was read keeps a promise.
inline void Require(bool kept, const char* promise)
{
  if (!kept)
  {
    std::fprintf(stderr, "Not kept: %s.\n", promise);
    std::abort();
  }
}

}

#endif
