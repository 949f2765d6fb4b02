// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "AngleTables.h"

#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkIntArray.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkTable.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace paraxanes
{
namespace
{

// Columns that are filled side by side; a table takes only columns of equal length, so that it gets
// them at the end.
class Columns
{
public:
  template <class Array>
  Array* Add(const std::string& name)
  {
    auto column = vtkSmartPointer<Array>::New();
    column->SetName(name.c_str());
    this->Arrays.push_back(column);
    return column;
  }

  void MoveTo(vtkTable* table)
  {
    for (vtkAbstractArray* column : this->Arrays)
    {
      table->AddColumn(column);
    }
  }

private:
  std::vector<vtkSmartPointer<vtkAbstractArray>> Arrays;
};

// The two columns of a band.
class BandColumns
{
public:
  BandColumns(Columns& columns, const std::string& name, const std::string& unit = "")
    : Lower(columns.Add<vtkDoubleArray>(name + " lower" + unit))
    , Upper(columns.Add<vtkDoubleArray>(name + " upper" + unit))
  {
  }
  void Insert(const Interval& interval)
  {
    this->Lower->InsertNextValue(interval.Lower);
    this->Upper->InsertNextValue(interval.Upper);
  }

private:
  vtkDoubleArray* Lower;
  vtkDoubleArray* Upper;
};

// All particles together, then each of them.
template <typename Histogram>
std::vector<const Histogram*> Pooled(
  const AngleResults& results, const Histogram& all, const std::vector<Histogram>& each)
{
  std::vector<const Histogram*> blocks = { &all };
  for (std::size_t i = 0; results.PerParticle && i < each.size(); ++i)
  {
    blocks.push_back(&each[i]);
  }
  return blocks;
}

int ParticleOf(const AngleResults& results, std::size_t block)
{
  return block == 0 ? 0 : results.Reference.Particles[block - 1];
}

void AddParticleColumn(const AngleResults& results, int rowsPerBlock, Columns& columns)
{
  if (!results.PerParticle)
  {
    return;
  }
  auto* particles = columns.Add<vtkIntArray>("particle");
  for (std::size_t block = 0; block <= results.Reference.Particles.size(); ++block)
  {
    for (int row = 0; row < rowsPerBlock; ++row)
    {
      particles->InsertNextValue(ParticleOf(results, block));
    }
  }
}

}

void WriteAngleTable(const AngleResults& results, vtkTable* table)
{
  Columns columns;
  const int bins = static_cast<int>(results.AllAngles.Counts.size());
  const std::vector<double> random = RandomProbabilities(bins, results.InPlane());
  auto* theta = columns.Add<vtkDoubleArray>("theta (deg)");
  auto* density = columns.Add<vtkDoubleArray>("probability density (1/deg)");
  auto* weighted = columns.Add<vtkDoubleArray>("weighted probability density (1/deg)");
  auto* reference =
    columns.Add<vtkDoubleArray>(results.InPlane() ? "random reference, uniform (1/deg)"
                                                  : "random reference, sin(theta)/2 (1/deg)");
  auto* mean = columns.Add<vtkDoubleArray>("mean |u| (" + results.Unit + ")");
  auto* counts = columns.Add<vtkIdTypeArray>("count");
  auto* sums = columns.Add<vtkDoubleArray>("sum of |u| (" + results.Unit + ")");
  for (const AngleHistogram* block : Pooled(results, results.AllAngles, results.Angles))
  {
    const std::vector<double> densities = block->Densities();
    const std::vector<double> weightedDensities = block->WeightedDensities();
    const std::vector<double> means = block->MeanSizes();
    for (int bin = 0; bin < bins; ++bin)
    {
      const auto i = static_cast<std::size_t>(bin);
      theta->InsertNextValue(block->BinCenter(bin));
      density->InsertNextValue(densities[i]);
      weighted->InsertNextValue(weightedDensities[i]);
      reference->InsertNextValue(random[i] / block->BinWidth());
      mean->InsertNextValue(means[i]);
      counts->InsertNextValue(block->Counts[i]);
      sums->InsertNextValue(block->Sizes[i]);
    }
  }
  if (results.HasBands)
  {
    BandColumns densities(columns, "probability density", " (1/deg)");
    BandColumns weightedDensities(columns, "weighted probability density", " (1/deg)");
    for (const AngleBand* band : Pooled(results, results.AllBand, results.Bands))
    {
      std::for_each(band->Densities.begin(), band->Densities.end(),
        [&](const Interval& interval) { densities.Insert(interval); });
      std::for_each(band->WeightedDensities.begin(), band->WeightedDensities.end(),
        [&](const Interval& interval) { weightedDensities.Insert(interval); });
    }
  }
  AddParticleColumn(results, bins, columns);
  columns.MoveTo(table);
}

namespace
{

// Of a unit such as eV/um or 1/um.
std::string Reciprocal(const std::string& unit)
{
  const std::size_t slash = unit.find('/');
  if (slash == std::string::npos || slash != unit.rfind('/'))
  {
    return "1/(" + unit + ")";
  }
  const std::string over = unit.substr(0, slash);
  const std::string under = unit.substr(slash + 1);
  return over == "1" ? under : under + "/" + over;
}

}

void WriteSizeTable(const AngleResults& results, vtkTable* table)
{
  Columns columns;
  const SizeBins& bins = results.Bins;
  const std::string unit = Reciprocal(results.Unit);
  const auto blocks = Pooled(results, results.AllSizes, results.Sizes);
  const auto group = [](int i)
  { return "theta " + std::to_string(10 * i) + "-" + std::to_string(10 * i + 10); };

  auto* sizes = columns.Add<vtkDoubleArray>("|u| (" + results.Unit + ")");
  for (std::size_t block = 0; block < blocks.size(); ++block)
  {
    for (int bin = 0; bin < bins.Number; ++bin)
    {
      sizes->InsertNextValue(bins.Center(bin));
    }
  }
  for (int i = 0; i < NumberOfThetaGroups; ++i)
  {
    auto* densities = columns.Add<vtkDoubleArray>(group(i) + " probability density (" + unit + ")");
    for (const SizeHistogram* block : blocks)
    {
      for (const double density : block->Densities(i, bins))
      {
        densities->InsertNextValue(density);
      }
    }
  }
  for (int i = 0; i < NumberOfThetaGroups; ++i)
  {
    auto* counts = columns.Add<vtkIdTypeArray>(group(i) + " count");
    for (const SizeHistogram* block : blocks)
    {
      for (int bin = 0; bin < bins.Number; ++bin)
      {
        counts->InsertNextValue(block->Count(i, bin));
      }
    }
  }
  AddParticleColumn(results, bins.Number, columns);
  columns.MoveTo(table);
}

namespace
{

// What the errors of the vectors say.
void AddNoiseColumns(const AngleResults& results, Columns& columns)
{
  const std::string unit = " (" + results.Unit + ")";
  auto* cut = columns.Add<vtkIdTypeArray>("vectors cut off");
  auto* fraction = columns.Add<vtkDoubleArray>("fraction cut off");
  auto* withError = columns.Add<vtkIdTypeArray>("vectors with an error");
  auto* error = columns.Add<vtkDoubleArray>("mean error of |u|" + unit);
  auto* noise = columns.Add<vtkDoubleArray>("rms noise of u" + unit);
  auto* all = columns.Add<vtkDoubleArray>("rms |u|" + unit);
  auto* rootMeanSquare = columns.Add<vtkDoubleArray>("rms |u| without noise" + unit);
  auto* mean = columns.Add<vtkDoubleArray>("mean |u| without noise" + unit);
  auto* note = columns.Add<vtkStringArray>("noise note");
  for (const AngleHistogram* block : Pooled(results, results.AllAngles, results.Angles))
  {
    const SignalSums& signal = block->Signal;
    cut->InsertNextValue(block->CountCut);
    fraction->InsertNextValue(block->FractionCut());
    withError->InsertNextValue(signal.Number);
    error->InsertNextValue(signal.MeanError());
    noise->InsertNextValue(signal.Noise());
    all->InsertNextValue(signal.RootMeanSquare());
    rootMeanSquare->InsertNextValue(signal.RootMeanSquareWithoutNoise());
    mean->InsertNextValue(signal.MeanWithoutNoise());
    std::ostringstream reason;
    if (signal.Number == 0)
    {
      reason << "no vector has an error";
    }
    else if (!signal.StandsOut())
    {
      reason << "the errors account for all of |u|: rms |u| is " << signal.RootMeanSquare()
             << ", of noise alone " << signal.Noise();
    }
    else if (std::isnan(signal.MeanWithoutNoise()))
    {
      reason << "the errors account for all of |u| in some of what is pooled";
    }
    note->InsertNextValue(reason.str());
  }
}

void AddSummaryBands(const AngleResults& results, Columns& columns)
{
  const std::string unit = " (" + results.Unit + ")";
  BandColumns mean(columns, "mean |u|", unit);
  BandColumns across(columns, "P(80..100) over random");
  BandColumns weighted(columns, "weighted P(80..100) over random");
  auto* blocks = columns.Add<vtkIdTypeArray>("bootstrap blocks");
  const auto bands = Pooled(results, results.AllBand, results.Bands);
  for (const AngleBand* band : bands)
  {
    mean.Insert(band->MeanSize);
    across.Insert(band->AcrossOverRandom);
    weighted.Insert(band->WeightedAcrossOverRandom);
    blocks->InsertNextValue(band->Blocks);
  }
  if (results.HasErrors)
  {
    BandColumns rootMeanSquare(columns, "rms |u| without noise", unit);
    BandColumns signal(columns, "mean |u| without noise", unit);
    const auto angles = Pooled(results, results.AllAngles, results.Angles);
    for (std::size_t block = 0; block < bands.size(); ++block)
    {
      rootMeanSquare.Insert(bands[block]->RootMeanSquareWithoutNoise);
      signal.Insert(
        angles[block]->Signal.StandsOut() ? bands[block]->MeanWithoutNoise : Interval());
    }
  }
}

}

void WriteSummaryTable(const AngleResults& results, vtkTable* table)
{
  Columns columns;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  auto* particle = columns.Add<vtkIntArray>("particle");
  vtkDoubleArray* center[3];
  for (int axis = 0; axis < 3; ++axis)
  {
    center[axis] = columns.Add<vtkDoubleArray>(std::string("center ") + "xyz"[axis] + " (um)");
  }
  auto* source = columns.Add<vtkStringArray>("center source");
  auto* vectors = columns.Add<vtkIdTypeArray>("number of vectors");
  auto* mean = columns.Add<vtkDoubleArray>("mean |u| (" + results.Unit + ")");
  auto* across = columns.Add<vtkDoubleArray>("P(80..100) over random");
  auto* weighted = columns.Add<vtkDoubleArray>("weighted P(80..100) over random");
  auto* order = columns.Add<vtkDoubleArray>("order parameter");
  auto* chiSquared = columns.Add<vtkDoubleArray>("chi2_per_dof_independent");
  auto* outside = columns.Add<vtkIdTypeArray>("vectors outside size range");
  auto* valid = columns.Add<vtkIdTypeArray>("valid voxels of the center");

  const auto angles = Pooled(results, results.AllAngles, results.Angles);
  const auto sizes = Pooled(results, results.AllSizes, results.Sizes);
  for (std::size_t block = 0; block < angles.size(); ++block)
  {
    const AngleSummary summary = Summarize(*angles[block], results.InPlane());
    const bool hasCenter = block > 0 || (results.OneCenter && !results.Reference.Centers.empty());
    for (int axis = 0; axis < 3; ++axis)
    {
      center[axis]->InsertNextValue(hasCenter
          ? results.Reference.Centers[block > 0 ? block - 1 : 0][static_cast<std::size_t>(axis)]
          : nan);
    }
    vtkIdType voxels = 0;
    for (std::size_t i = 0; i < results.ValidVoxels.size(); ++i)
    {
      voxels += block == 0 || block - 1 == i ? results.ValidVoxels[i] : 0;
    }
    particle->InsertNextValue(ParticleOf(results, block));
    source->InsertNextValue(results.CenterSource);
    vectors->InsertNextValue(summary.NumberOfVectors);
    mean->InsertNextValue(summary.MeanSize);
    across->InsertNextValue(summary.AcrossOverRandom);
    weighted->InsertNextValue(summary.WeightedAcrossOverRandom);
    order->InsertNextValue(summary.OrderParameter);
    chiSquared->InsertNextValue(summary.ChiSquaredPerDof);
    outside->InsertNextValue(sizes[block]->CountOutside);
    valid->InsertNextValue(voxels);
  }
  if (results.HasErrors)
  {
    AddNoiseColumns(results, columns);
  }
  if (results.HasBands)
  {
    AddSummaryBands(results, columns);
  }
  columns.MoveTo(table);
}

}
