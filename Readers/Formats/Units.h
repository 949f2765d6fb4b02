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

/// Micrometres in a unit of length, such as "nm", "micron" or "UM"; 0 for what is none.
double MicrometresPerUnit(const std::string& unit);

/// A length such as "38.2nm" or "0.03 um", in um; 0 where the text is none.
double LengthOfText(const std::string& text);

/// Energies below are in keV where nothing is said: nobody scans an edge below 100 eV or above
/// 100 keV with such a microscope.
constexpr double LargestKiloElectronVolts = 100.0;

/// keV to eV; 8.3335 keV is 8333.5 eV, not 8333.499999999999.
double KiloToElectronVolts(double energy);

/// Energies in eV: given in keV where all are below 100, or below 200 where the unit is keV, and
/// the unit is not eV.
void ToElectronVolts(std::vector<double>& energies, const std::string& unit);

/// The shortest decimal that a number of 32 bits stands for: 8.333 is kept as 8.33300018 in them.
double ShortestDecimal(double value);

}

#endif
