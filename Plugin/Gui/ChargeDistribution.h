// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ChargeDistribution.h
 * From a stack to the picture of its charge distribution.
 */
#ifndef ChargeDistribution_h
#define ChargeDistribution_h

namespace paraxanes
{

/// Runs Examples/window_charge_distribution.py, which is part of this plugin, on the selected stack
/// or on that from which the selected source is made.
void MakeChargeDistribution();

}

#endif
