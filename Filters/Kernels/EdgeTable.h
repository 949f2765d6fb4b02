// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeTable.h
 * Reference energies E0 of the K and L3 absorption edges between 400 eV and 30 keV.
 *
 * Binding energies as in the X-ray Data Booklet, table 1-1 (LBNL/PUB-490 Rev. 3, 2009), which
 * rests on J. A. Bearden and A. F. Burr, Rev. Mod. Phys. 39, 125 (1967); W. T. Elam, B. D. Ravel
 * and J. R. Sieber, Radiat. Phys. Chem. 63, 121 (2002) use the same. Beyond uranium: Bearden and
 * Burr. The energy of a compound's edge differs by some eV: a table value serves the edge jump and
 * the default ranges, it is not a measured edge energy.
 *
 * Jumps of the mass attenuation coefficient at the edge: photoabsorption above less below in the
 * table of Elam, Ravel and Sieber (above), as in XrayDB 4.4.7 (public domain). C. T. Chantler's
 * (J. Phys. Chem. Ref. Data 24, 71 (1995) and 29, 597 (2000)) are larger by 1 to 8 % (K), differ by
 * -8 to 13 % (L3). For lighter elements the tables differ by up to 45 %; there are none of them.
 */
#ifndef EdgeTable_h
#define EdgeTable_h

#include <optional>
#include <string>
#include <vector>

namespace paraxanes
{

struct AbsorptionEdge
{
  int AtomicNumber = 0;
  std::string Element; ///< symbol, such as "Ni"
  std::string Edge;    ///< "K" or "L3"
  double Energy = 0.0; ///< eV
  double Jump = 0.0;   ///< of the mass attenuation coefficient, cm2/g; 0: none in the table
};

/// Every edge of the table: first K, then L3, each in the order of the atomic number.
const std::vector<AbsorptionEdge>& KnownEdges();

/// An element's "K" or "L3" edge, named in any case ("ni", "k"); none when not in the table.
std::optional<AbsorptionEdge> EdgeOf(const std::string& element, const std::string& edge);

/// Its energy (eV).
std::optional<double> EdgeEnergyOf(const std::string& element, const std::string& edge);

/// The jump of the mass attenuation coefficient (cm2/g) at an edge; none when not in the table.
std::optional<double> MassAttenuationJumpOf(const std::string& element, const std::string& edge);

/// Energy (eV) of the L2 edge behind the L3 edge within 6 eV of e0, for Cr to Zn, where a scan of
/// L3 shows both (same source as the energies).
std::optional<double> L2EdgeBehind(double e0);

/// The edges with first <= energy <= last (eV), in the order of their energy, but for those of
/// noble gases, which no sample is made of (Ne K lies within every scan of Ni L3 and L2). A wide
/// scan may hold several: Ni K (8333 eV) and Er L3 (8358 eV), for instance.
std::vector<AbsorptionEdge> FindEdges(double first, double last);

/// The edge of a scan from first to last (eV): of the element ("K" where the edge is empty), or the
/// only one in the scan where the element is empty. Otherwise what is wrong; empty when nothing is.
std::string ChooseEdge(const std::string& element, const std::string& edge, double first,
  double last, AbsorptionEdge& chosen);

}

#endif
