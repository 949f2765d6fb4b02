// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FramePixels.h
 * Absorbance of a part of a frame: its exposures averaged, its references and darks taken into
 * account.
 */
#ifndef FramePixels_h
#define FramePixels_h

#include "StackSeries.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace paraxanes
{

/// What makes absorbance of the values of one frame.
struct FrameSource
{
  Frame Image;
  /// Incident intensity of the whole image: absorbance = -ln(value / Incident). 0: by the
  /// references of the frame; where it has none either, the values are absorbance.
  double Incident = 0.0;
};

/// What was found among the values.
struct PixelCounts
{
  std::int64_t NotPositive = 0; ///< without absorbance, as intensity or incident is not positive
  std::int64_t NotFinite = 0;   ///< NaN or infinite, those above included
};

/// A block of planes: frames [FirstFrame, FirstFrame + Frames) of the list, and slices
/// FirstSlice + s * SliceStep, s < Slices.
struct PlaneGrid
{
  int FirstFrame = 0;
  int Frames = 1;
  int FirstSlice = 0;
  int Slices = 1;
  int SliceStep = 1;
};

/// Safe to use from several threads at once.
class FrameReader
{
public:
  explicit FrameReader(std::vector<FrameSource> frames);

  int NumberOfFrames() const { return static_cast<int>(this->Frames.size()); }

  /// The largest blocks of pixels in which files of the frames are decoded.
  DecodedTogether Together() const;

  /// Absorbance of the region; that of frame f and slice s of the grid begins at
  /// planes[(f * grid.Slices + s) * stride]. Throws FormatError.
  void Read(const PlaneGrid& grid, const Region& region, float* planes, std::int64_t stride) const;

  /// Of all that was read so far.
  PixelCounts Counts() const { return { this->NotPositive, this->NotFinite }; }

private:
  void Keep(const StackFile& file);
  void ReadImages(const StackFile& file, const ImageGrid& images, const Region& region,
    float* planes, std::int64_t stride) const;
  std::vector<double> Mean(const std::vector<StackImage>& images, const Region& region) const;
  void ToAbsorbance(const FrameSource& frame, const Region& region, float* plane) const;

  const std::vector<FrameSource> Frames;
  std::map<const StackFile*, std::unique_ptr<PixelReader>> Open;
  mutable std::atomic<std::int64_t> NotPositive{ 0 };
  mutable std::atomic<std::int64_t> NotFinite{ 0 };
};

}

#endif
