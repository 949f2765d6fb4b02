// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Formats.h"

#include "FileBytes.h"
#include "HDF5Format.h"
#include "RawFormat.h"
#include "TIFFFormat.h"
#include "XRMFormat.h"

#include <sys/stat.h>

namespace paraxanes
{
namespace
{

// Throws where the file cannot even be opened, or holds nothing.
void CheckReadable(const std::string& path)
{
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
  {
    throw FormatError(path + " is a folder; the names of the files in it are expected.");
  }
  if (FileBytes(path).Size() == 0)
  {
    throw FormatError(path + " is empty (0 bytes).");
  }
}

}

std::shared_ptr<const StackFile> DescribeFile(const std::string& path, const FormatOptions& options)
{
  static const TIFFFormat tiff;
  static const HDF5Format hdf5;
  static const XRMFormat xrm;
  static const StackFormat* const formats[] = { &tiff, &hdf5, &xrm };

  CheckReadable(path);
  if (options.Raw)
  {
    return DescribeRawFile(path, options);
  }
  std::string names;
  for (const StackFormat* format : formats)
  {
    if (format->IsMine(path))
    {
      return format->Describe(path, options);
    }
    names += (names.empty() ? "" : ", ") + format->Name();
  }
  throw FormatError(
    path + " does not begin as a file of a format that can be read (" + names + ") does.");
}

FileStamp StampOf(const std::string& path)
{
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0)
  {
    return {};
  }
  return { status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size };
}

}
