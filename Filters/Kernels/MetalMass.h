// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file MetalMass.h
 * The mass of an element from the jump of the absorbance at its edge.
 *
 * At an edge the attenuation of everything else stays what it is. The jump of -ln(I/I0) is the
 * areal mass of the element (g/cm2) times the jump of its mass attenuation coefficient (cm2/g,
 * EdgeTable.h); the jump of the attenuation per length is the mass per volume (g/cm3) times it.
 */
#ifndef MetalMass_h
#define MetalMass_h

namespace paraxanes
{

/// What an edge jump is.
enum class JumpUnit
{
  Absorbance,    ///< of -ln(I/I0)
  PerMicrometre, ///< of the attenuation per um
  PerCentimetre, ///< of the attenuation per cm
  PerVoxel       ///< of the attenuation over the width of a voxel
};

/// Mass for an edge jump of one: g/cm2 of Absorbance, g/cm3 of the others. `jump`: of the mass
/// attenuation coefficient, cm2/g; `voxel`: um, for PerVoxel.
constexpr double MassPerEdgeJump(double jump, JumpUnit unit, double voxel)
{
  constexpr double micrometresOfACentimetre = 1e4;
  switch (unit)
  {
    case JumpUnit::PerMicrometre:
      return micrometresOfACentimetre / jump;
    case JumpUnit::PerVoxel:
      return micrometresOfACentimetre / (jump * voxel);
    default:
      return 1.0 / jump;
  }
}

}

#endif
