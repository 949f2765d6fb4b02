// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Units.h
 * Lengths and energies in the units that files give them in.
 */
#ifndef Units_h
#define Units_h

#include <string>
#include <vector>

namespace paraxanes
{

/// Micrometres in a unit of length, such as "nm", "micron" or "um"; 0 for what is none.
double MicrometresPerUnit(const std::string& unit);

/// A length such as "38.2nm" or "0.03 um", in um; 0 where the text is none.
double LengthOfText(const std::string& text);

/// Energies in eV: given in keV where the unit says so or, where it says nothing, where all are
/// below 100.
void ToElectronVolts(std::vector<double>& energies, const std::string& unit);

}

#endif
