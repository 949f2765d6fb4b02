// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ColorSettings.h
 * The colours in which the arrays of this plugin are shown at first.
 */
#ifndef ColorSettings_h
#define ColorSettings_h

#include "ParaXANESDomainsModule.h"

namespace paraxanes
{

/**
 * Adds the colour map "Valence" and the default colours of maps and stacks to ParaView's settings
 * of this session. They rank below the user's own settings, and are not written to the user's file.
 */
PARAXANESDOMAINS_EXPORT void AddColorSettings();

}

#endif
