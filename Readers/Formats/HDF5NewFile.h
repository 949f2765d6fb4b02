// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5NewFile.h
 * HDF5 writing into a NewFile.
 */
#ifndef HDF5NewFile_h
#define HDF5NewFile_h

#include <hdf5.h>

#include <exception>

namespace paraxanes
{

class NewFile;

/**
 * A file driver for HDF5 on top of a NewFile. HDF5 (1.10 at least) cannot close a file whose disk
 * is full, and ends the process later on; this driver keeps the error to itself (Check) and lets
 * HDF5 believe that all is well. The file is closed before this object goes.
 */
class HDF5NewFile
{
public:
  explicit HDF5NewFile(NewFile& file);
  ~HDF5NewFile();
  HDF5NewFile(const HDF5NewFile&) = delete;
  void operator=(const HDF5NewFile&) = delete;

  /// Creates an empty HDF5 file; negative when HDF5 says so.
  hid_t Create();

  /// Throws what has gone wrong since; nothing that was written counts then.
  void Check() const;

private:
  struct Driver;
  NewFile& File;
  std::exception_ptr Problem;
  hid_t DriverID = -1;
};

}

#endif
