// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SliceFolders.h
 * Volumes whose slices are files of their own: one folder per energy, such as
 * 8333.00_eV/slice_0001.tif.
 */
#ifndef SliceFolders_h
#define SliceFolders_h

#include <string>
#include <vector>

namespace paraxanes
{

/// The files that make one volume, in the order of their slices.
using SliceFiles = std::vector<std::string>;

/**
 * The volumes that the files make: those of one folder whose name holds an energy, and whose own
 * names differ in the number at their end only, are the slices of one; any other file is a volume
 * of its own. Throws FormatError when a slice is missing, with the first that is.
 */
std::vector<SliceFiles> GroupSlices(const std::vector<std::string>& paths);

/**
 * What a slice stands for: all slices of its folder, and of the folders beside it whose names
 * differ in the energy only, one volume for each. Empty when the file is not in such a folder.
 */
std::vector<SliceFiles> FindSliceFolders(const std::string& path);

/// The files of a folder that are named like this one but for the number at the end, in order of
/// the number; the file alone when there are no others.
std::vector<std::string> NumberedFiles(const std::string& path);

/// What a folder stands for: the TIFF files in it or, where there are none, in the folders in it
/// whose names hold an energy. Throws FormatError when there are none either.
std::vector<std::string> FilesOfFolder(const std::string& folder);

}

#endif
