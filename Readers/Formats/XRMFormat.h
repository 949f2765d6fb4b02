// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file XRMFormat.h
 * Files of Xradia and Zeiss microscopes: .xrm (one image), .txrm (a series), .txm (the slices of a
 * reconstructed volume), versions 3 to 5, with pixels of any type. Rows are kept in the order in
 * which they are stored: the first one is the lowest in Zeiss's viewer, as in ParaView.
 *
 * - Images: those that were taken. A scan that was stopped, or a file that is cut off, has fewer
 *   than planned; what is there is used, and a warning tells how many.
 * - Mosaics: the tiles are put together, row after row, as they are numbered (without overlap); a
 *   stitched mosaic is one image of the size that is stored.
 * - Energies: ImageInfo/Energy where it is set for every image; else the Energy axis of the motors;
 *   else the first of ImageInfo/Energy for all, where only that is set. None of these at SSRL,
 *   where the name of the file has it.
 * - Pixel size: ImageInfo/PixelSize. (At SSRL it is constant and wrong; see ScanFolder.h.)
 * - References in the file serve all of its images. There are none where the images have been
 *   divided by them already (OriginalDataRefCorrected): then the values are transmission.
 * - Shifts of Alignment/ (X-Shifts, Y-Shifts), where the file says that none have been applied, of
 *   images that are alone at their energy (those of projections are left to the reconstruction).
 */
#ifndef XRMFormat_h
#define XRMFormat_h

#include "StackFormat.h"

namespace paraxanes
{

/// True for files named .xrm, .txrm or .txm that begin as compound files and, unless they are too
/// damaged to tell, have images in them: for a first look, no file is refused with a message.
bool IsXradiaFile(const std::string& path);

class XRMFormat : public StackFormat
{
public:
  std::string Name() const override { return "XRM"; }
  bool IsMine(const std::string& path) const override;
  std::shared_ptr<const StackFile> Describe(
    const std::string& path, const FormatOptions& options) const override;
};

}

#endif
