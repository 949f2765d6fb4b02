// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file VersionCompatibility.h
 * The one place for what differs between the versions of ParaView that we build with
 * (5.11, 5.13, 6.1).
 */
#ifndef VersionCompatibility_h
#define VersionCompatibility_h

#include <vtkVersionMacros.h>

#endif
