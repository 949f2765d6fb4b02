// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Picking.h
 * What lies under the mouse.
 */
#ifndef Picking_h
#define Picking_h

#include <array>
#include <optional>

class pqRenderView;

namespace paraxanes
{

using Point = std::array<double, 3>; ///< um

/// The point of a slice or surface that is drawn at a pixel; nothing over the background.
std::optional<Point> PickPoint(pqRenderView* view, int x, int y);

}

#endif
