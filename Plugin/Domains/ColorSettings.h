// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ColorSettings.h
 * The colours in which the arrays of this plugin are shown at first.
 */
#ifndef ColorSettings_h
#define ColorSettings_h

#include "ParaXANESDomainsModule.h"

#include <string>
#include <vector>

namespace paraxanes
{

/**
 * Adds the colour map "Valence" and the default colours of maps and stacks to ParaView's settings
 * of this session. They rank below the user's own: where the user has presets of their own,
 * "Valence" is the default of the maps, but not in the list of presets; where the user adds some
 * while the plugin is loaded, ParaView saves it with them.
 */
PARAXANESDOMAINS_EXPORT void AddColorSettings();

/// The names of the maps with colours of their own.
std::vector<std::string> ColoredMaps();

}

#endif
