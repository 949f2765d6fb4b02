// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5Format.h
 * HDF5 files of the layouts in HDF5Layouts.h, or with the data set of the images and that of the
 * energies named: images of integers or real numbers of any axis order, contiguous, chunked or
 * virtual, with any filter that the library has.
 */
#ifndef HDF5Format_h
#define HDF5Format_h

#include "StackFormat.h"

#include <string>
#include <vector>

namespace paraxanes
{

class HDF5Format : public StackFormat
{
public:
  std::string Name() const override { return "HDF5"; }
  bool IsMine(const std::string& path) const override;
  std::shared_ptr<const StackFile> Describe(
    const std::string& path, const FormatOptions& options) const override;

  /// The paths of all data sets of numbers in a file; none where it cannot be read.
  static std::vector<std::string> DataSets(const std::string& path);
};

}

#endif
