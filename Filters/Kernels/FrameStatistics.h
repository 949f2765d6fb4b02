// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FrameStatistics.h
 * What the frames of an energy stack are like, one by one, and which of them stand out.
 */
#ifndef FrameStatistics_h
#define FrameStatistics_h

#include "PhaseCorrelation.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace paraxanes
{

/// Sums over voxels, for each energy.
struct FrameSums
{
  std::vector<double> Sum;             ///< of the finite values
  std::vector<std::int64_t> NotFinite; ///< NaN and infinite values
  std::vector<std::int64_t> Zeros;

  explicit FrameSums(std::size_t energies)
    : Sum(energies, 0.0)
    , NotFinite(energies, 0)
    , Zeros(energies, 0)
  {
  }
  void Add(const FrameSums& other);
  /// Spectra of `voxels` voxels, the energies of a voxel contiguous.
  void Add(const float* spectra, std::int64_t voxels);
  void Add(const double* spectra, std::int64_t voxels);
};

/// Sums over blocks of factor x factor pixels of an image with spectra.
struct BlockSums
{
  int Columns = 0; ///< blocks
  int Rows = 0;
  int Energies = 0;
  int Factor = 1;
  std::vector<double> Sum; ///< of the finite values; blocks row by row, energies contiguous
  std::vector<double> Count;

  BlockSums(int columns, int rows, int energies, int factor);
  /// Adds an image of width x height pixels whose first is pixel (x0, y0); what lies beyond the
  /// last block is left out. The result does not depend on the number of threads.
  void Add(const float* spectra, int width, int height, int x0, int y0);
};

/// Means of the blocks into rows [row, row + sums.Rows) of one picture per energy; NaN where no
/// value is finite.
void SetRows(const BlockSums& sums, int row, std::vector<Picture>& pictures);

/**
 * The standard deviation of white noise in an image, whatever smooth structure is below it: the
 * median magnitude of the differences of second differences, over 6 x 0.6745 (mask and norm: J.
 * Immerkaer, Computer Vision and Image Understanding 64, 300 (1996); the median in place of its
 * mean ignores edges). NaN where no 3 x 3 pixels are finite.
 */
double NoiseOf(const Picture& picture);

/**
 * The background of each frame: its mean over the tenth of the pixels (at least one) whose mean
 * over all frames is lowest. The same pixels in each frame, so that noise does not lower it.
 */
std::vector<double> BackgroundsOf(const std::vector<Picture>& pictures);

/**
 * Values that stand out: further from the median of the four about them than `threshold` standard
 * deviations (the median of these distances, over 0.6745), than three times the largest step among
 * the four (on an edge every value is far from the next), and than `floor`. NaN never does. None
 * below five values.
 */
std::vector<bool> FindOutliers(const std::vector<double>& values, double threshold, double floor);

/// One value per frame; NaN where there is none.
struct FrameSeries
{
  std::vector<double> Mean;
  std::vector<double> Background;
  std::vector<double> Noise;
  std::vector<double> NotFinite; ///< part of the frame, 0 .. 1
  /// Significant shifts (LinkShifts), px; the first frame has none.
  std::vector<double> ShiftX;
  std::vector<double> ShiftY;
  std::vector<double> ShiftZ;
};

constexpr std::size_t NeverLost = std::numeric_limits<std::size_t>::max();

/// Shifts whose sums are the places of the frames' content.
struct LinkedShifts
{
  std::vector<PictureShift> Shifts;
  std::size_t Lost = NeverLost; ///< first frame whose place is not known, nor of those after it
};

/**
 * Bridges frames without structure. `shifts` are against the frame before; a frame after such that
 * cannot be correlated gets between(k, frame), its shift against frame k, the last with structure,
 * so that a motion meanwhile is not lost. Where that is insignificant too, for five frames
 * that correlate with each other, after as many that did, the place is lost from there on. Frames
 * before the first with structure do not matter.
 */
LinkedShifts LinkShifts(std::vector<PictureShift> shifts,
  const std::function<PictureShift(std::size_t, std::size_t)>& between);

/// Sums of the shifts up to each frame: how far its content lies from where it was in the first.
/// One that is NaN counts as none: there is no structure. NaN from frame `lost` on.
std::vector<double> PositionsOf(const std::vector<double>& shifts, std::size_t lost = NeverLost);

/// In what a frame stands out.
struct FrameVerdict
{
  bool Mean = false;
  bool Background = false;
  bool Noise = false;
  bool NotFinite = false;
  bool Displaced = false; ///< this frame alone
  bool Jumps = false;     ///< this frame and those after it: no outlier, but a stack in two parts
  bool IsOutlier() const
  {
    return this->Mean || this->Background || this->Noise || this->NotFinite || this->Displaced;
  }
};

/**
 * Judges each frame against its neighbours (FindOutliers): mean and background, by at least
 * 0.5 % of their magnitude; noise that is higher, by at least a tenth; values that are not
 * finite, at least a thousandth of the frame more, or all; position (the sum of the shifts), by at
 * least half a pixel. A jump is a shift of more than a pixel and `threshold` standard deviations of
 * the shifts that no displaced frame explains.
 */
std::vector<FrameVerdict> JudgeFrames(const FrameSeries& series, double threshold);

}

#endif
