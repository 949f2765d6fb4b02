// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file JoinedFile.h
 * Several files as one sequence of images, such as a folder of slices.
 */
#ifndef JoinedFile_h
#define JoinedFile_h

#include "StackFormat.h"

namespace paraxanes
{

/// The images of the files (not their references and darks), one file after the other, as a file
/// with the first one's path and sizes. A single file is itself. Throws FormatError when the
/// images are of different sizes.
std::shared_ptr<const StackFile> JoinFiles(
  const std::vector<std::shared_ptr<const StackFile>>& files);

/// Throws FormatError, with two files that differ, unless the images are of one size.
void CheckSizes(const std::vector<std::shared_ptr<const StackFile>>& files);

/// The paths of the files that these are made of.
std::vector<std::string> PathsOf(const StackFile& file);

}

#endif
