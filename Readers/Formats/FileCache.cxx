// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FileCache.h"

#include "Parallel.h"

namespace paraxanes
{
namespace
{

std::vector<FileRequest> RequestsOf(
  const std::vector<std::string>& paths, const FormatOptions& options)
{
  std::vector<FileRequest> requests;
  for (const std::string& path : paths)
  {
    requests.push_back({ path, options });
  }
  return requests;
}

}

// Described on all threads where they are not known; of those that fail the error.
std::vector<FileCache::Entry> FileCache::Find(
  const std::vector<FileRequest>& requests, std::vector<std::exception_ptr>& errors) const
{
  std::vector<Entry> entries(requests.size());
  errors.assign(requests.size(), nullptr);
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
  return entries;
}

std::vector<std::shared_ptr<const StackFile>> FileCache::Describe(
  const std::vector<std::string>& paths, const FormatOptions& options)
{
  return this->Describe(RequestsOf(paths, options));
}

std::vector<std::shared_ptr<const StackFile>> FileCache::Describe(
  const std::vector<FileRequest>& requests)
{
  std::vector<std::exception_ptr> errors;
  const std::vector<Entry> entries = this->Find(requests, errors);
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

std::vector<std::shared_ptr<const StackFile>> FileCache::DescribeReadable(
  const std::vector<std::string>& paths, const FormatOptions& options)
{
  std::vector<std::exception_ptr> errors;
  const std::vector<Entry> entries = this->Find(RequestsOf(paths, options), errors);
  std::vector<std::shared_ptr<const StackFile>> files;
  for (std::size_t i = 0; i < paths.size(); ++i)
  {
    try
    {
      if (errors[i])
      {
        std::rethrow_exception(errors[i]);
      }
      this->Known[paths[i]] = entries[i];
    }
    catch (const FormatError&)
    {
      // Null says so.
    }
    files.push_back(entries[i].File);
  }
  return files;
}

}
