// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HDF5Layouts.h
 * Which data set of an HDF5 file holds the images, which one the energies, and what else is known:
 * one small function for each program or facility that writes such files.
 *
 * | layout | images | energies |
 * |---|---|---|
 * | APS Data Exchange | /exchange/data (with data_white, data_dark) | /exchange/energy, else that
 * of the monochromator | | TXM-Sandbox | registered_xanes3D or registered_xanes2D in
 * /registration_results/reg_results | eng_list there | | NSLS-II FXI, tomography per energy |
 * /img_tomo (with img_bkg, img_dark) | /X_eng | | NSLS-II FXI, 2D XANES | /img_xanes, which is
 * transmission, beside img_bkg | /X_eng | | PyXAS | /img_xanes or /img | /XEng or /X_eng | |
 * xanespy | optical_depths, else intensities with references, of SAMPLE/imported | energies there |
 * | ALBA MISTRAL | /SpecNormalized/spectroscopy_normalized_aligned: transmission | energy there |
 * | NeXus (NXstxm, NXxas) | the signal of the first NXdata with energies | its axis "energy" |
 * | plain | the only array of 3 or more axes | "energy" or a name like it, beside it or in the root
 * |
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
