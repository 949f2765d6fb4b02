// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ParticleTable.h
 * The table of particles: size, place and shape of each.
 */
#ifndef ParticleTable_h
#define ParticleTable_h

#include "ParticleCenters.h"
#include "ParticleShape.h"
#include "VoxelGrid.h"

#include <vector>

class vtkTable;

namespace paraxanes
{

/// Of particles 1, 2, ..., over all ranks.
struct ParticleSums
{
  std::vector<MassSums> Masses;
  std::vector<Crossings> Surfaces;
};

void WriteParticleTable(const ParticleSums& sums, const VoxelGrid& grid, vtkTable* table);

}

#endif
