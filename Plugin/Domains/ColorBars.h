// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ColorBars.h
 * What colour bars say of the arrays of this plugin.
 */
#ifndef ColorBars_h
#define ColorBars_h

#include "ParaXANESDomainsModule.h"

namespace paraxanes
{

/**
 * From now on new colour bars of maps have a title with the unit, such as "Ni K-edge energy (eV)",
 * and energies that can be read; new colour maps of arrays with a suffix, such as edge_energy_Ni,
 * are those of the array without. What comes from a state stays as it is.
 */
PARAXANESDOMAINS_EXPORT void WatchColorBars();

}

#endif
