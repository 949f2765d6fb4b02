// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EnergyAxis.h
 * The energies of a stack: ranges to sample indices, default ranges, names of the components.
 */
#ifndef EnergyAxis_h
#define EnergyAxis_h

#include <string>
#include <vector>

namespace paraxanes
{

/// A closed range of energies, eV. Empty (hi < lo) holds nothing.
struct EnergyRange
{
  double Low = 0.0;
  double High = 0.0;
};

/// The half-open range [First, Last) of sample indices.
struct IndexRange
{
  int First = 0;
  int Last = 0;
  int Size() const { return this->Last > this->First ? this->Last - this->First : 0; }
};

/// The ranges of an analysis, eV.
struct EnergyRanges
{
  EnergyRange PreEdge;
  EnergyRange PostEdge;
  EnergyRange Window;
};

/// What is wrong with energies that should be finite and strictly ascending; empty when nothing is.
std::string CheckEnergies(const std::vector<double>& energies);

/// Indices of the energies E with range.Low <= E <= range.High; energies strictly ascending.
IndexRange SamplesIn(const std::vector<double>& energies, const EnergyRange& range);

/// Index of the energy nearest to the given one (the lower of two equally near ones).
int NearestSample(const std::vector<double>& energies, double energy);

/**
 * Default ranges about the reference energy e0 for a scan from first to last (eV):
 * pre-edge [max(first, e0-200), e0-20]; post-edge [e0+50, last], or the upper half of what lies
 * above e0 when last < e0+100; window [e0-5, e0+30].
 *
 * At an L3 edge of Cr to Zn (within 6 eV of e0), which L2 follows by 10 to 23 eV: the pre-edge
 * range ends a third of what lies below e0 before e0, but at least 3 eV (a scan that begins later
 * has none), the post-edge range begins at least 7 eV above L2, behind its white line, and the
 * window ends 3 eV below L2.
 */
EnergyRanges DefaultRanges(double e0, double first, double last);

/// Default degree of the pre-edge line: 1, or 0 below three samples, and 0 for ranges shorter than
/// 10 eV below 1200 eV: such a line, carried on over the edge, is off by more than the edge jump.
int DefaultPreEdgeDegree(int samples, const EnergyRange& preEdge);

/// Default degree of the post-edge polynomial: 0 when the range is below 30 eV, else 1.
int DefaultPostEdgeDegree(const EnergyRange& postEdge);

/// Names such as "8333.00 eV"; more decimals where two would be equal.
std::vector<std::string> EnergyLabels(const std::vector<double>& energies);

}

#endif
