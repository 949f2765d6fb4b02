// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Texts.h
 * Numbers and file names in messages and in order.
 */
#ifndef Texts_h
#define Texts_h

#include <cstddef>
#include <string>

namespace paraxanes
{

/// As many digits as are needed, up to these: 8333.5.
std::string Text(double number, int digits = 10);

/// The warning of images that were taken at angles (degrees) and are shown as slices.
std::string ProjectionsAtAngles(std::size_t images, double first, double last);

/// The name of a file without its folders.
std::string BaseName(const std::string& path);

/// What the name of a file ends with, in small letters: ".tif".
std::string Extension(const std::string& path);

/// Runs of digits count as numbers: scan_2 before scan_10.
bool NaturallyLess(const std::string& a, const std::string& b);

}

#endif
