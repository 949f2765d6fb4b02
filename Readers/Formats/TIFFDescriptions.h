// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TIFFDescriptions.h
 * What ImageJ and OME write into a TIFF file about its pages.
 */
#ifndef TIFFDescriptions_h
#define TIFFDescriptions_h

#include <optional>
#include <string>
#include <vector>

namespace paraxanes
{

/// The pages of a file as volumes of energies.
struct PageShape
{
  int Slices = 0;         ///< of a volume; 0: it is not known what the pages are
  std::vector<int> Order; ///< pages, the slices of a volume one after the other; empty: as is
  std::vector<double> PageEnergies;  ///< eV, one per page; empty where not all are known
  double PixelSize = 0.0;            ///< um; 0 where not known
  double SliceSpacing = 0.0;         ///< um; 0 where not known
  std::vector<std::string> Warnings; ///< sentences
};

bool IsImageJ(const std::string& description);
bool IsOME(const std::string& description);

/// The number of images that ImageJ says that there are; 0 where it does not.
double ImageJCount(const std::string& description);

/// um per ImageJ's unit of length; none where the description names no unit.
std::optional<double> ImageJUnit(const std::string& description);

/**
 * A stack or hyperstack of ImageJ. Channels or frames are energies (not both: FormatError), stored
 * in the order channels, slices, frames. A shape that is not that of the pages is stale and is not
 * believed. `labels` are those of the slices, with energies in them where they were file names.
 */
PageShape ReadImageJ(
  const std::string& description, const std::vector<std::string>& labels, int pages);

/// OME-XML: SizeZ are slices, SizeC or SizeT energies (not both: FormatError), whose values come
/// from the names of the channels. A set of several files is not believed.
PageShape ReadOME(const std::string& xml, int pages);

/// The labels of slices in ImageJ's own tags, bytes as they are stored: IJMetadata (50839), whose
/// parts have the sizes of IJMetadataByteCounts (50838). Empty where they are not as they should.
std::vector<std::string> ImageJLabels(const std::vector<unsigned char>& metadata,
  const std::vector<std::size_t>& sizes, bool bigEndian);

}

#endif
