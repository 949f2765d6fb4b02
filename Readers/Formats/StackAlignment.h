// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackAlignment.h
 * Where the voxels of a stack lie in each of its frames: shifts and magnification.
 */
#ifndef StackAlignment_h
#define StackAlignment_h

#include "PlaneResampling.h"
#include "StackSeries.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace paraxanes
{

/// What the user says.
struct AlignmentRequest
{
  bool CorrectMagnification = false;
  std::array<double, 2> OpticalAxis = { -1.0, -1.0 }; ///< pixels; below 0: centre of the image
  std::string ShiftsFile;                             ///< replaces the shifts of the files
  std::vector<std::size_t> Frames; ///< that are read, ascending: they need shifts; empty: all
};

/// The places of the voxels in all frames of a series, and the grid that they make.
struct StackAlignment
{
  std::vector<std::array<AxisMap, 3>> Places; ///< one for each frame
  std::vector<double> PixelSizes;             ///< um, of the frames on the grid; empty: not known
  double PixelSize = 0.0;                     ///< um, of the grid; 0: not known
  double SliceSpacing = 0.0;                  ///< um, of the grid; 0: not known
  std::vector<std::string> Files;             ///< that were read
  std::vector<std::string> Warnings;

  /// Field data of one number for each of these frames: pixel_size, shift_x, ...
  std::vector<std::pair<std::string, std::vector<double>>> Numbers(
    const std::vector<std::size_t>& frames) const;
};

/**
 * `energies` are those of the frames for the user, eV: with the calibration. With magnification
 * the grid has the smallest pixel size of all frames, about the optical axis, so that every frame
 * holds the whole grid but for its shift. Throws FormatError when the file has no shift for an
 * energy that is read, or pixel sizes to correct differ by more than a factor of two.
 */
StackAlignment MakeAlignment(
  const AlignmentRequest& request, const Series& series, const std::vector<double>& energies);

/// One line of a table of shifts.
struct ShiftEntry
{
  double Energy = 0.0;                             ///< eV
  std::array<double, 3> Shift = { 0.0, 0.0, 0.0 }; ///< pixels along x, y, z
};

/**
 * Reads a text file of three or four columns: energy (eV, or keV when all are below 100) and the
 * shifts along x, y and, in the fourth, z; `#` begins a comment. Columns are separated by commas,
 * tabs or spaces; or by semicolons, and then commas are decimal marks. A first line of words names
 * the columns: then those that begin with "energy", "dx", "dy" and "dz" are taken, wherever they
 * are. Throws FormatError, with the line.
 */
std::vector<ShiftEntry> ReadShiftTable(const std::string& path);

}

#endif
