// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumCurves.h
 * The curves that a plot of one spectrum shows.
 */
#ifndef SpectrumCurves_h
#define SpectrumCurves_h

#include "Normalization.h"

#include <vector>

namespace paraxanes
{

/// Over the whole energy axis.
struct SpectrumCurves
{
  std::vector<double> PreEdge;    ///< pre(E), in the spectrum's unit
  std::vector<double> PostEdge;   ///< post(E), in the spectrum's unit
  std::vector<double> Normalized; ///< NaN where post - pre is too small
};

SpectrumCurves FindCurves(const Normalization& normalization, const std::vector<double>& mu);

}

#endif
