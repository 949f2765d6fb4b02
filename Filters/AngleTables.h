// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file AngleTables.h
 * The tables of Radial Angle Histogram. Where there are labels a table begins with the rows of all
 * particles pooled (particle 0); those of each particle follow.
 */
#ifndef AngleTables_h
#define AngleTables_h

#include "AngleBootstrap.h"
#include "AngleStatistics.h"

#include <vtkType.h>

#include <string>
#include <vector>

class vtkTable;

namespace paraxanes
{

/// Everything that was counted, over all ranks.
struct AngleResults
{
  AngleReference Reference;
  bool PerParticle = false;           ///< rows for each particle too
  bool OneCenter = true;              ///< the pooled vectors have a centre in common
  std::string CenterSource;           ///< where the centres come from, in words
  std::string Unit = "eV/um";         ///< of the vectors
  std::vector<vtkIdType> ValidVoxels; ///< that made the centre of each particle

  std::vector<AngleHistogram> Angles; ///< of each particle
  AngleHistogram AllAngles;
  SizeBins Bins;
  std::vector<SizeHistogram> Sizes; ///< of each particle
  SizeHistogram AllSizes;

  bool HasErrors = false; ///< of the vectors
  bool HasBands = false;
  std::vector<AngleBand> Bands; ///< of each particle
  AngleBand AllBand;

  bool InPlane() const { return this->Reference.Normal >= 0; }
};

/// A row per bin of theta: densities, random reference, mean |u|, counts.
void WriteAngleTable(const AngleResults& results, vtkTable* table);

/// A row per bin of |u|: a density and a count for each of the nine theta groups.
void WriteSizeTable(const AngleResults& results, vtkTable* table);

/// A row per particle.
void WriteSummaryTable(const AngleResults& results, vtkTable* table);

}

#endif
