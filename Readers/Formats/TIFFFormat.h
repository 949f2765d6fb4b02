// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TIFFFormat.h
 * TIFF and BigTIFF: grey images of 8 to 64 bits, integer or real, in strips or tiles, with any
 * compression that libtiff knows. Pages of reduced size (thumbnails) are passed over.
 *
 * - Energies: from the page descriptions, where every page states one.
 * - Pixel size: the resolution tags (pixels per cm or inch; or per unit of an ImageJ
 *   description). One above 20 um is a printer's default, such as 72 dpi, and not believed.
 * - ImageJ keeps the pages of large files after a single directory and tells their number in the
 *   description; it is believed when the file is long enough for them.
 */
#ifndef TIFFFormat_h
#define TIFFFormat_h

#include "StackFormat.h"

namespace paraxanes
{

class TIFFFormat : public StackFormat
{
public:
  std::string Name() const override { return "TIFF"; }
  bool IsMine(const std::string& path) const override;
  std::shared_ptr<const StackFile> Describe(
    const std::string& path, const FormatOptions& options) const override;
};

}

#endif
