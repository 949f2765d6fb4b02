// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file NumberedSeries.h
 * Files of one energy each that only their contents tell, such as fly_scan_id_1001.h5.
 */
#ifndef NumberedSeries_h
#define NumberedSeries_h

#include "FileCache.h"

#include <string>
#include <vector>

namespace paraxanes
{

/**
 * The files whose names differ from this one's in one integer, and which are as it is: images of
 * the same size and a single energy in their contents. Only the file itself where its own name or
 * folder holds the energy, or its contents hold none or several. Files that are left out are
 * counted in a sentence that is added to the warnings.
 */
std::vector<std::string> FindNumberedSeries(const std::string& path, const FormatOptions& options,
  FileCache& cache, std::vector<std::string>& warnings);

}

#endif
