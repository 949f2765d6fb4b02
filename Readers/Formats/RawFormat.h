// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file RawFormat.h
 * Files of pixels only, stored as a description says (StackDescription.h).
 */
#ifndef RawFormat_h
#define RawFormat_h

#include "StackFormat.h"

namespace paraxanes
{

/// The file of `options.Raw`. Throws FormatError when the type is not known, or the file's size is
/// not that of a whole number of images, or of the number that is given.
std::shared_ptr<const StackFile> DescribeRawFile(
  const std::string& path, const FormatOptions& options);

}

#endif
