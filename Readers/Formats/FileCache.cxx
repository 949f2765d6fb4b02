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
  std::vector<FileRequest> requests;
  for (const std::string& path : paths)
  {
    requests.push_back({ path, options });
  }
  return this->Describe(requests);
}

std::vector<std::shared_ptr<const StackFile>> FileCache::Describe(
  const std::vector<FileRequest>& requests)
{
  std::vector<Entry> entries(requests.size());
  std::vector<std::exception_ptr> errors(requests.size());
  const auto describe = [&](std::size_t i)
  {
    const FileRequest& request = requests[i];
    const FileStamp stamp = StampOf(request.Path);
    const auto known = this->Known.find(request.Path);
    const bool same = known != this->Known.end() && known->second.Stamp == stamp &&
      known->second.Options == request.Options;
    entries[i] = same
      ? known->second
      : Entry{ stamp, request.Options, DescribeFile(request.Path, request.Options) };
  };
  ParallelFor(0, static_cast<std::int64_t>(requests.size()), 1,
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
  for (std::size_t i = 0; i < requests.size(); ++i)
  {
    this->Known[requests[i].Path] = entries[i];
    files.push_back(entries[i].File);
  }
  return files;
}

}
