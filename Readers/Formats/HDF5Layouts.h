// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5Layouts.h
 * Which data set of an HDF5 file holds the images, which one the energies, and what else is known:
 * one small function for each program or facility that writes such files.
 *
 * | layout                  | images                                 | energies                 |
 * |-------------------------|----------------------------------------|--------------------------|
 * | APS Data Exchange       | /exchange/data                         | /exchange/energy, else   |
 * |                         | (with data_white, data_dark)           | the monochromator's      |
 * | TXM-Sandbox             | registered_xanes3D or 2D in            | eng_list there           |
 * |                         | /registration_results/reg_results      |                          |
 * | NSLS-II FXI, tomography | /img_tomo (with img_bkg, img_dark)     | /X_eng                   |
 * | per energy              |                                        |                          |
 * | NSLS-II FXI, 2D XANES   | /img_xanes, which is transmission,     | /X_eng                   |
 * |                         | beside img_bkg                         |                          |
 * | PyXAS                   | /img_xanes or /img                     | /XEng or /X_eng          |
 * | xanespy                 | optical_depths, else intensities with  | energies there           |
 * |                         | references, of SAMPLE/imported         |                          |
 * | ALBA MISTRAL            | spectroscopy_normalized_aligned of     | energy there             |
 * |                         | /SpecNormalized: transmission          |                          |
 * | NeXus (NXstxm, NXxas)   | the signal of the first NXdata with    | its axis "energy"        |
 * |                         | energies                               |                          |
 * | plain                   | the only array of 3 or more axes       | "energy" or a name like  |
 * |                         |                                        | it, beside it or in the  |
 * |                         |                                        | root                     |
 */
#ifndef HDF5Layouts_h
#define HDF5Layouts_h

#include "HDF5File.h"
#include "StackFormat.h"

#include <string>
#include <vector>

namespace paraxanes
{

struct HDF5Layout
{
  std::string Name;
  HDF5DataSet Data;
  /// What the axes are, slowest first, one letter each: e (energy), z, y, x, and t, of which the
  /// first is taken. Empty: found by the sizes.
  std::string Axes;
  std::string EnergyPath;
  std::vector<double> Energies; ///< eV; empty where there are none in the file
  std::string References;       ///< data set of the incident light; empty: none
  std::string Darks;            ///< data set of images without light; empty: none
  std::string Angles;           ///< data set of the angles of projections; empty: none
  ValueKind Values = ValueKind::Unknown;
  std::vector<double> PixelSizes; ///< um; none, one, or one per energy
  double PixelHeight = 0.0;       ///< um; 0: pixels are square
  double SliceSpacing = 0.0;      ///< um; 0 where not known
  /// um, along x, y, z, where the file says it of all three; PixelSizes and SliceSpacing else.
  std::vector<double> Spacing;
  std::vector<double> Origin; ///< um, of the first voxel, likewise
  std::vector<std::string> Warnings;
};

/**
 * The layout of a file, where the options do not say it. The letters of the axes are checked
 * against the sizes. Throws FormatError with a list of the data sets where it is none of those
 * above, FormatError where what the options name is not there or cannot be used.
 */
HDF5Layout FindLayout(const HDF5File& file, const FormatOptions& options);

}

#endif
