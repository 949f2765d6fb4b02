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
#include <set>
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
  double Incident = 0.0; ///< intensity of the incident light, the same for all pixels; 0: not known

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
  std::string ArrayName;                                            ///< as in FileContents
  std::vector<Frame> Frames;                                        ///< energies strictly ascending
  std::vector<std::pair<std::string, std::string>> Texts;           ///< as in FileContents
  std::vector<std::pair<std::string, std::vector<double>>> Numbers; ///< likewise
  std::vector<std::string> Warnings;                                ///< sentences
  /// Files beside those of the images that say what the stack is.
  std::vector<std::string> Descriptions;
  /// Those of StackRequest::Excluded whose files were left out unread.
  std::vector<double> ExcludedUnread;
  /// The part of the images that is the stack: first and last along x, y, z, an axis whose last is
  /// below its first is whole; of these every Stride-th.
  std::array<int, 6> VOI = { 0, -1, 0, -1, 0, -1 };
  std::array<int, 3> Stride = { 1, 1, 1 };
};

/// What the user gives.
struct StackRequest
{
  std::vector<std::string> Files;
  bool FindSeries = true;   ///< one file alone stands for its series
  std::string EnergiesFile; ///< empty: energies from the files
  FormatOptions Options;
  /// Energies that are not wanted, eV: files that have them in their names are not opened, as they
  /// may be bad. Other images of them are not left out here.
  std::vector<double> Excluded;
};

/**
 * The stack that the files make. A .txmstack file says all by itself (StackDescription.h); that of
 * a scan folder is put together by ScanFolder.h. A folder stands for the TIFF files in it. The
 * series of a single file are those of the table where it names files, else the slices of
 * FindSliceFolders, else FindSeries of EnergyNames.h or, where only the contents hold the energy,
 * FindNumberedSeries.
 *
 * Energies come from the first of these that there is:
 * - the energies file: two columns, energy and file name (matched by the name without folders);
 *   or one column: one energy per file, in the natural order of the file names, or one energy per
 *   image (or volume, where the file says how many slices one has) of a single file, or one energy
 *   per file that is named like a single one but for the number at its end;
 * - the energies of the images of a single file, when they differ;
 * - the names of the files, or of their folders;
 * - the energies of the images of several files.
 *
 * Images of one energy are the slices of a volume. Throws FormatError when energies are missing
 * or repeated, or when sizes differ.
 */
Series FindStack(const StackRequest& request, FileCache& cache);

/// Frames before they are in order, with their numbers of slices.
struct FrameList
{
  std::vector<Frame> Frames;
  std::vector<int> Slices;

  /// Adds a frame of images from `first` on, with the references, darks and the pixel size that the
  /// file itself has for it.
  void Add(double energy, const std::shared_ptr<const StackFile>& file, int first, int slices);
};

/// Frames of the files, each with the energies that it has itself. Throws FormatError where a file
/// has none.
FrameList FramesOfFiles(const std::vector<std::shared_ptr<const StackFile>>& files);

/// Frames of one energy per file, or per image or volume of a single file. `origin` is where the
/// energies come from, for messages.
FrameList FramesOfEnergies(const std::vector<std::shared_ptr<const StackFile>>& files,
  const std::vector<double>& energies, const std::string& origin);

/**
 * The stack of these frames, in the order of their energies: sizes, pixel sizes and kind of values
 * are those of the files. Warns when the frames were not in order and `origin`, which says what
 * their order was, is not empty. Throws FormatError when sizes or numbers of slices differ, or an
 * energy is repeated.
 */
Series StackOfFrames(FrameList list, const std::string& origin);

/// The image with its exposure time, where the file knows it.
StackImage ImageOf(const std::shared_ptr<const StackFile>& file, int number);

/**
 * For each frame, of those of the stack, the reference images of its energy: that of a file's name,
 * or those of the images of the file. A single file without energies has one image for each energy
 * of the stack, in the order of its pages or else of the energies; or all its images serve all
 * energies. Those that belong to no frame are passed over. Throws FormatError when a size differs
 * from the stack's, an energy has none, or a single file several for each energy without saying
 * which.
 */
std::vector<std::vector<StackImage>> MatchReferences(const std::vector<Frame>& frames,
  const Series& stack, const std::vector<std::shared_ptr<const StackFile>>& references);

/// The files that these stand for: when `findSeries` is true the series of a single one, or of a
/// group of ParaView's file dialog, which may hold a part of the series only.
std::vector<std::string> ExpandFiles(const std::vector<std::string>& paths, bool findSeries);

/**
 * Indices of the frames that are left when each excluded energy takes the nearest one away
 * (within EnergyTolerance; those that match none are returned in `unmatched`) and only those in
 * `range`, which is closed, are kept (0 to 0: all).
 */
std::vector<std::size_t> SelectEnergies(const std::vector<double>& energies,
  const std::vector<double>& excluded, const EnergyRange& range, std::vector<double>& unmatched);

/**
 * Of the energies in the names of files those whose files are not to be opened: that
 * SelectEnergies takes away, but never all. The excluded ones that did so are returned in `used`.
 */
std::set<double> EnergiesLeftUnread(
  const std::set<double>& energies, const std::vector<double>& excluded, std::vector<double>& used);

}

#endif
