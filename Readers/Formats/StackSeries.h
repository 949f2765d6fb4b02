// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackSeries.h
 * Files and energies put together to a stack: which image of which file is which slice of which
 * energy.
 */
#ifndef StackSeries_h
#define StackSeries_h

#include "EnergyAxis.h"
#include "FileCache.h"
#include "StackFormat.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// Two energies that differ by less are the same, eV: names and tables round differently.
constexpr double EnergyTolerance = 0.05;

/// An image of a file, or the first of its slices.
struct StackImage
{
  std::shared_ptr<const StackFile> File;
  int Number = 0;
  double ExposureTime = 0.0; ///< s; 0 where not known
};

/// One energy of a stack.
struct Frame
{
  double Energy = 0.0; ///< eV
  /// Slice 0 of each exposure, at least one; the slices are the images that follow. The values are
  /// the mean of the exposures.
  std::vector<StackImage> Images;
  /// Images of the incident light, and images without light: one image for all slices each, or
  /// none. Their means are taken.
  std::vector<StackImage> References;
  std::vector<StackImage> Darks;
  double PixelSize = 0.0; ///< um at this energy; 0: that of the stack
  /// How many pixels further along x, y, z the sample lies in this frame than it ought to.
  std::array<double, 3> Shift = { 0.0, 0.0, 0.0 };

  const StackFile& File() const { return *this->Images.front().File; }
};

struct Series
{
  int Columns = 0;
  int Rows = 0;
  int Slices = 0;
  double PixelSize = 0.0;                           ///< um; 0 where not known
  double PixelHeight = 0.0;                         ///< um; 0: pixels are square
  double SliceSpacing = 0.0;                        ///< um; 0 where not known
  std::array<double, 3> Origin = { 0.0, 0.0, 0.0 }; ///< um, of the first voxel
  ValueKind Values = ValueKind::Unknown;
  std::vector<Frame> Frames;                                        ///< energies strictly ascending
  std::vector<std::pair<std::string, std::string>> Texts;           ///< as in FileContents
  std::vector<std::pair<std::string, std::vector<double>>> Numbers; ///< likewise
  std::vector<std::string> Warnings;                                ///< sentences
};

/// What the user gives.
struct StackRequest
{
  std::vector<std::string> Files;
  bool FindSeries = true;   ///< one file alone stands for its series
  std::string EnergiesFile; ///< empty: energies from the files
  FormatOptions Options;
};

/**
 * The stack that the files make; that of a scan folder is put together by ScanFolder.h. The series
 * of a single file are those of the table where it names files, else FindSeries of EnergyNames.h
 * or, where only the contents hold the energy, FindNumberedSeries.
 *
 * Energies come from the first of these that there is:
 * - the energies file: two columns, energy and file name (matched by the name without folders);
 *   or one column: one energy per file, in the natural order of the file names, or one energy per
 *   image of a single file;
 * - the energies of the images of a single file, when they differ;
 * - the names of the files, or of their folders;
 * - the energies of the images of several files.
 *
 * Images of one energy are the slices of a volume. Throws FormatError when energies are missing
 * or repeated, or when sizes differ.
 */
Series FindStack(const StackRequest& request, FileCache& cache);

/**
 * For each frame the reference images of its energy: that of a file's name, or those of the images
 * of the file. Those that belong to no frame are passed over. Throws FormatError when a size
 * differs from the stack's or an energy has none.
 */
std::vector<std::vector<StackImage>> MatchReferences(const std::vector<Frame>& frames,
  const std::vector<std::shared_ptr<const StackFile>>& references);

/// Throws FormatError where images of two files differ in size.
void CheckSizes(const std::vector<std::shared_ptr<const StackFile>>& files);

/// The files that these stand for: when `findSeries` is true the series of a single one, or of a
/// group of ParaView's file dialog, which may hold a part of the series only.
std::vector<std::string> ExpandFiles(const std::vector<std::string>& paths, bool findSeries);

/**
 * Indices of the frames that are left when each excluded energy takes the nearest one away
 * (within EnergyTolerance; those that match none are returned in `unmatched`) and only those in
 * `range` are kept (High <= Low: all).
 */
std::vector<std::size_t> SelectEnergies(const std::vector<double>& energies,
  const std::vector<double>& excluded, const EnergyRange& range, std::vector<double>& unmatched);

}

#endif
