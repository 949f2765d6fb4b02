// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
// Runs a fuzz entry over all files of folders: the regression test of what fuzzing has found, for
// compilers without a fuzzer.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

int main(int count, char** folders)
{
  int files = 0;
  for (int i = 1; i < count; ++i)
  {
    for (const auto& entry : std::filesystem::directory_iterator(folders[i]))
    {
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::vector<char> bytes{ std::istreambuf_iterator<char>(stream), {} };
      try
      {
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      }
      catch (const std::exception& exception)
      {
        std::fprintf(stderr, "%s: %s\n", entry.path().c_str(), exception.what());
        return 1;
      }
      ++files;
    }
  }
  std::printf("%d files\n", files);
  return files > 0 ? 0 : 1;
}
