// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ParticleTable.h"

#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkTable.h>

#include <string>

namespace paraxanes
{
namespace
{

// A column with a value for each particle, counted from 0.
template <class Array, typename Value>
void AddColumn(vtkTable* table, const std::string& name, std::size_t particles, Value value)
{
  vtkNew<Array> column;
  column->SetName(name.c_str());
  column->SetNumberOfValues(static_cast<vtkIdType>(particles));
  for (std::size_t i = 0; i < particles; ++i)
  {
    column->SetValue(static_cast<vtkIdType>(i), value(i));
  }
  table->AddColumn(column);
}

}

void WriteParticleTable(const ParticleSums& sums, const VoxelGrid& grid, vtkTable* table)
{
  const std::size_t particles = sums.Masses.size();
  const bool plane = IsPlane(grid);
  const CroftonSurface surface(grid);
  const auto measure = [&](std::size_t i)
  { return VoxelMeasure(grid) * static_cast<double>(sums.Masses[i].Voxels); };

  AddColumn<vtkIntArray>(
    table, "particle_id", particles, [](std::size_t i) { return static_cast<int>(i + 1); });
  AddColumn<vtkIdTypeArray>(
    table, "voxels", particles, [&](std::size_t i) { return sums.Masses[i].Voxels; });
  AddColumn<vtkDoubleArray>(table, plane ? "area (um2)" : "volume (um3)", particles, measure);
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    AddColumn<vtkDoubleArray>(table, std::string("center ") + "xyz"[axis] + " (um)", particles,
      [&](std::size_t i) { return sums.Masses[i].Center(grid)[axis]; });
  }
  AddColumn<vtkDoubleArray>(table, "equivalent diameter (um)", particles,
    [&](std::size_t i) { return EquivalentDiameter(measure(i), plane); });
  AddColumn<vtkDoubleArray>(table, plane ? "circumference (um)" : "surface (um2)", particles,
    [&](std::size_t i) { return surface(sums.Surfaces[i]); });
  AddColumn<vtkDoubleArray>(table, "sphericity", particles,
    [&](std::size_t i) { return Sphericity(measure(i), surface(sums.Surfaces[i]), plane); });
  AddColumn<vtkIntArray>(table, "touches_border", particles,
    [&](std::size_t i) { return sums.Masses[i].AtBorder > 0 ? 1 : 0; });
}

}
