// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackDescription.h
 * The .txmstack file: a text (JSON) that says of which images of which files a stack is made.
 * docs/txmstack.md has all of its keys.
 */
#ifndef StackDescription_h
#define StackDescription_h

#include "StackSeries.h"

#include <string>

namespace paraxanes
{

constexpr int DescriptionVersion = 1;

/// The words of a description for each ValueKind.
constexpr const char* DescribedValues[] = { "", "absorbance", "transmission", "counts" };

/// True for a name that ends with .txmstack.
bool IsStackDescription(const std::string& path);

/**
 * The stack that the first file of the request describes. The energies may also come from the
 * EnergiesFile of the request or from the files themselves, where the description has none.
 * Throws FormatError with the place of the mistake: line and column of what is no JSON, else the
 * key, such as frames[3].images[0].file.
 */
Series ReadStackDescription(const StackRequest& request, FileCache& cache);

/**
 * The text of a description that gives this stack when it is read from `folder`. Paths are relative
 * to the folder as long as both have more than the root in common. Throws FormatError when a file
 * cannot be named.
 */
std::string WriteStackDescription(const Series& series, const std::string& folder);

}

#endif
