// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FileCache.h"

#include "Parallel.h"

#include <exception>

namespace paraxanes
{

std::vector<std::shared_ptr<const StackFile>> FileCache::Describe(
  const std::vector<std::string>& paths, const FormatOptions& options)
{
  if (!(options == this->Options))
  {
    this->Known.clear();
    this->Options = options;
  }
  std::vector<Entry> entries(paths.size());
  std::vector<std::exception_ptr> errors(paths.size());
  const auto describe = [&](std::size_t i)
  {
    const FileStamp stamp = StampOf(paths[i]);
    const auto known = this->Known.find(paths[i]);
    entries[i] = known != this->Known.end() && known->second.first == stamp
      ? known->second
      : Entry(stamp, DescribeFile(paths[i], options));
  };
  ParallelFor(0, static_cast<std::int64_t>(paths.size()), 1,
    [&](std::int64_t first, std::int64_t last)
    {
      for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
      {
        try
        {
          describe(i);
        }
        catch (...)
        {
          errors[i] = std::current_exception();
        }
      }
    });

  // The first in order, not in time: the same message whatever the number of threads.
  for (const std::exception_ptr& error : errors)
  {
    if (error)
    {
      std::rethrow_exception(error);
    }
  }
  std::vector<std::shared_ptr<const StackFile>> files;
  this->Known.clear();
  for (std::size_t i = 0; i < paths.size(); ++i)
  {
    this->Known[paths[i]] = entries[i];
    files.push_back(entries[i].second);
  }
  return files;
}

}
