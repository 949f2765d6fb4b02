// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PickedSpectra.h
 * Spectra of points, with their fits and edges, in charts beside a view.
 */
#ifndef PickedSpectra_h
#define PickedSpectra_h

#include "Picking.h"

class pqRenderView;

namespace paraxanes
{

/**
 * Moves the last point of the Spectrum Probe on the stack that is shown at this point, or adds one
 * more; makes the filter and its charts where there are none. Energy ranges and method are those of
 * an Edge Energy filter on the same stack. False where no stack is shown.
 */
bool ShowSpectrumAt(pqRenderView* view, const Point& point, bool keepOthers);

}

#endif
