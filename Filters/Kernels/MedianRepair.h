// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MedianRepair.h
 * Speckles, hot and dead pixels of detector images, by the median of the 3 x 3 neighbourhood.
 */
#ifndef MedianRepair_h
#define MedianRepair_h

#include <cstdint>
#include <vector>

namespace paraxanes
{

/**
 * The median of each pixel and its up to eight neighbours in the image: at the border of those
 * that there are (of an even number the mean of the two middle ones), without those that are NaN.
 * NaN where a pixel is NaN itself.
 */
std::vector<float> MedianImage(const float* image, int columns, int rows);

/**
 * Replaces each pixel that differs from its median (above) by more than `threshold` times the
 * size of that median: 0.5 for pixels that are off by half. The medians are those of the image as
 * it came. Returns one flag per pixel, 1 where it was replaced.
 *
 * This is the outlier removal of tomography (TomoPy's remove_outlier, both signs), with a
 * threshold that is relative, so that it serves every exposure and detector.
 */
std::vector<std::uint8_t> RepairOutliers(float* image, int columns, int rows, double threshold);

}

#endif
