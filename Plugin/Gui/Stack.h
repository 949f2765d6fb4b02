// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Stack.h
 * Which source of the pipeline is the energy stack, and whether a filter fits.
 */
#ifndef Stack_h
#define Stack_h

class QString;
class pqOutputPort;

namespace paraxanes
{

/// Whether this is an energy stack, whole or one energy at a time.
bool IsStack(pqOutputPort* port);

/// This one if it is an energy stack, or else the nearest one upstream; null where there is none.
pqOutputPort* FindStack(pqOutputPort* port);

/// Whether a filter takes this for its Input.
bool Accepts(const QString& filter, pqOutputPort* port);

}

#endif
