// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file EdgeShape.h
 * Absorption edges of phantoms: 0 well before the edge, 1 well after it, 0.5 at the edge energy.
 */
#ifndef EdgeShape_h
#define EdgeShape_h

namespace paraxanes
{

/**
 * The shape as a function of x = E - edge energy (eV). Every shape is exactly 0 below x = -16 and,
 * but for Exafs, exactly 1 above x = 33, so that straight lines through both ends are exact.
 */
class EdgeShape
{
public:
  enum class Kind
  {
    Compact,         ///< like a Ni K edge of a layered oxide: small pre-edge peak, white line, dip
    PiecewiseLinear, ///< linear from 0 to 1 between x = -2.5 and 2.5: linear interpolation between
                     ///< samples at most 2.5 eV apart finds the edge energy exactly
    Exafs            ///< Compact, and oscillations that fade towards high energies
  };

  explicit EdgeShape(Kind kind = Kind::Compact);

  double Value(double x) const;

  /// shape(energies[k] - edge) for k in [0, count).
  void Values(const double* energies, int count, double edge, double* values) const;

private:
  Kind TheKind;
  double Shift = 0.0; // eV, so that the value at 0 is 0.5
};

}

#endif
