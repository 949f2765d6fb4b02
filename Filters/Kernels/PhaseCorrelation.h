// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PhaseCorrelation.h
 * By how much the content of one image lies further than that of another.
 *
 * Phase correlation (C. D. Kuglin and D. C. Hines, Proc. IEEE Conf. Cybernetics and Society, 163
 * (1975)): the transform of the cross-power spectrum, each frequency divided by its magnitude, is a
 * peak at the shift, whatever the contrast. Here
 * - both images are seen through a Hann window that moves with the content: the shift is found,
 *   the windows are moved apart by it, and so on until it stays. A window that stands still pulls
 *   every shift towards zero;
 * - frequencies weaker than a tenth of the mean count less, as their phase is noise;
 * - a Gaussian low pass makes the peak a Gaussian of one pixel, whose top three pixels tell its
 *   position exactly along each axis.
 */
#ifndef PhaseCorrelation_h
#define PhaseCorrelation_h

#include <limits>
#include <vector>

namespace paraxanes
{

/// An image, row by row. NaN and infinite pixels do not count.
struct Picture
{
  int Columns = 0;
  int Rows = 0;
  std::vector<float> Values;
};

struct PictureShift
{
  double X = std::numeric_limits<double>::quiet_NaN(); ///< px, along a row
  double Y = std::numeric_limits<double>::quiet_NaN(); ///< px
  double Peak = 0.0;                                   ///< 0 .. 1: identical but for the shift
  double Significance = 0.0; ///< peak over the scatter of the correlation away from it

  /// Two images of independent noise reach 12; a common structure has 30 to several hundred.
  bool IsSignificant() const { return this->Significance >= 15.0; }
};

/**
 * The shift from `from` to `to`, of the same size: positive when the content of `to` lies at
 * larger indices; within half a size. Precise to some hundredths of a pixel where the images are
 * the same but for the shift. Insignificant for images smaller than 16 pixels, and constant ones.
 * Fewer passes of the moving windows are faster; the first alone says up to a quarter too little.
 */
PictureShift FindShift(const Picture& from, const Picture& to, int passes = 5);

}

#endif
