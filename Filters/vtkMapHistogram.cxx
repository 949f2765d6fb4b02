// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkMapHistogram.h"

#include "EnergyStack.h"
#include "MapRun.h"

#include <vtkDataArray.h>
#include <vtkDataObject.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkObjectFactory.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkTable.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

vtkStandardNewMacro(vtkMapHistogram);

namespace
{

using paraxanes::Moments;
using paraxanes::PercentileSearch;
using Pipeline = vtkStreamingDemandDrivenPipeline;

// Each has columns of its own.
constexpr int MostBins = 10000;
constexpr std::size_t MostParticles = 1000;
// A normal distribution has these parts below the mean and one standard deviation either way.
constexpr double Parts[3] = { 0.15865525393145707, 0.5, 0.84134474606854293 };

}

class vtkMapHistogram::Run : public paraxanes::MapRun
{
public:
  Run(vtkMapHistogram* self, vtkInformation* inInfo, vtkInformationVector* outputVector)
    : MapRun(self, inInfo)
    , Filter(self)
    , Histogram(vtkTable::GetData(outputVector, 0))
    , Summary(vtkTable::GetData(outputVector, 1))
  {
  }

private:
  bool Execute() override
  {
    return this->Step([&] { this->Prepare(); }) && this->FindOwned() && this->FindParticles() &&
      this->FindMeans() && this->FindCounts() && this->FindPercentiles() &&
      this->Step([&] { this->Write(); });
  }

  void Clear() override
  {
    this->Histogram->Initialize();
    this->Summary->Initialize();
  }

  void Prepare()
  {
    const double* range = this->Filter->Range;
    if (this->Filter->NumberOfBins < 1 || this->Filter->NumberOfBins > MostBins)
    {
      throw paraxanes::InputError(paraxanes::TextOf(
        "NumberOfBins is ", this->Filter->NumberOfBins, ". Give 1 to ", MostBins, "."));
    }
    if (!this->HasAutomaticRange() && !(range[0] < range[1] && std::isfinite(range[1] - range[0])))
    {
      throw paraxanes::InputError(paraxanes::TextOf("Range is ", range[0], " to ", range[1],
        ". Give the smaller value first, or 0 0 for an automatic range."));
    }
    if (this->Piece.Split() && this->Together.Size() == 1)
    {
      throw paraxanes::InputError(
        "A histogram needs the whole image, and was asked for a piece of it.");
    }
    if (!this->HasVoxels())
    {
      return;
    }
    this->FindMap(0, "edge_energy", "InputArray");
    if (vtkDataArray* labels = this->OptionalArray(1, "LabelArray"))
    {
      this->Labels = this->LabelsOf(labels, "LabelArray");
    }
  }

  bool HasAutomaticRange() const
  {
    return this->Filter->Range[0] == 0.0 && this->Filter->Range[1] == 0.0;
  }

  bool HasLabels() const { return !paraxanes::ChosenArray(this->Self, 1).empty(); }

  // The labels of all ranks, ascending. Collective.
  bool FindParticles()
  {
    if (!this->HasLabels())
    {
      this->Particles = { 0 };
      return true;
    }
    std::vector<std::int64_t> mine;
    std::vector<std::vector<std::int64_t>> all;
    std::string error;
    if (!this->Step([&] { mine = this->LabelsHere(); }))
    {
      return false;
    }
    if (!this->Together.GatherAll(mine, all, error))
    {
      return this->Fail(error);
    }
    return this->Step(
      [&]
      {
        std::set<std::int32_t> found;
        for (const std::vector<std::int64_t>& labels : all)
        {
          found.insert(labels.begin(), labels.end());
        }
        this->CheckNumber(found.size());
        this->Particles.assign(found.begin(), found.end());
      });
  }

  std::vector<std::int64_t> LabelsHere() const
  {
    std::set<std::int32_t> found;
    std::int32_t last = 0;
    for (const std::int32_t label : this->Labels)
    {
      if (label > 0 && label != last)
      {
        found.insert(last = label);
      }
    }
    this->CheckNumber(found.size());
    return std::vector<std::int64_t>(found.begin(), found.end());
  }

  void CheckNumber(std::size_t labels) const
  {
    if (labels > MostParticles)
    {
      throw paraxanes::InputError(paraxanes::TextOf("LabelArray \"",
        paraxanes::ChosenArray(this->Self, 1), "\" has ", labels, " labels, and ", MostParticles,
        " can be told apart. Raise Minimum Size of Particle Labels."));
    }
  }

  // Index of the particle of a voxel, -1 where it has none.
  int ParticleOf(std::int64_t i) const
  {
    if (this->Labels.empty())
    {
      return 0;
    }
    const std::int32_t label = this->Labels[static_cast<std::size_t>(i)];
    const auto found = std::lower_bound(this->Particles.begin(), this->Particles.end(), label);
    return label > 0 ? static_cast<int>(found - this->Particles.begin()) : -1;
  }

  bool FindMeans()
  {
    const std::size_t particles = this->Particles.size();
    const auto particle = [this](std::int64_t i) { return this->ParticleOf(i); };
    if (this->HasLabels())
    {
      const auto any = [this](std::int64_t i) { return this->ParticleOf(i) < 0 ? -1 : 0; };
      if (!this->FindMoments(0.0, 0.25, 1, any))
      {
        return false;
      }
      this->AllMeans = this->Means.front();
    }
    if (!this->FindMoments(0.25, 0.5, particles, particle))
    {
      return false;
    }
    this->All = this->RangeOfAll();
    if (!this->HasLabels())
    {
      this->AllMeans = this->Means.front();
    }
    if (this->All.Count == 0 && this->Together.IsRoot())
    {
      vtkWarningWithObjectMacro(
        this->Self, "There is no valid voxel with a value. The tables have counts of 0.");
    }
    return true;
  }

  bool FindCounts()
  {
    this->Bins = { this->Filter->Range[0], this->Filter->Range[1], this->Filter->NumberOfBins };
    if (this->HasAutomaticRange())
    {
      // Of a constant a range with the value in its middle.
      const bool any = this->All.Count > 0;
      const double half = any && this->All.Low < this->All.High ? 0.0 : 0.5;
      this->Bins.Low = any ? this->All.Low - half : 0.0;
      this->Bins.High = any ? this->All.High + half : 1.0;
    }
    const auto bins = static_cast<std::size_t>(this->Bins.Number);
    if (!this->Step([&] { this->BinCounts.assign(this->Particles.size() * bins, 0); }))
    {
      return false;
    }
    const auto particle = [this](std::int64_t i) { return this->ParticleOf(i); };
    const auto count = [&](auto& part, std::int64_t, std::size_t g, double value)
    {
      const int bin = this->Bins.Find(value);
      if (bin >= 0)
      {
        ++part[g * bins + static_cast<std::size_t>(bin)];
      }
    };
    if (!this->AddUp(0.5, 0.6, this->BinCounts, particle, count))
    {
      return false;
    }
    this->ReduceCounts(this->BinCounts);
    return true;
  }

  // Those of all particles together first, then those of each.
  bool FindPercentiles()
  {
    std::vector<std::int64_t> counts;
    const auto allocate = [&]
    {
      this->AddSearches();
      counts.resize(this->Searches.size() * PercentileSearch::Digits);
    };
    if (!this->Step(allocate))
    {
      return false;
    }
    const auto particle = [this](std::int64_t i) { return this->ParticleOf(i); };
    for (int pass = 0; pass < PercentileSearch::NumberOfPasses; ++pass)
    {
      std::fill(counts.begin(), counts.end(), 0);
      const auto count = [&](auto& part, std::int64_t, std::size_t g, double value)
      {
        const auto add = [&](std::size_t group)
        {
          for (std::size_t s = 3 * group; s < 3 * group + 3; ++s)
          {
            const int digit = this->Searches[s].Digit(value);
            if (digit >= 0)
            {
              ++part[s * PercentileSearch::Digits + static_cast<std::size_t>(digit)];
            }
          }
        };
        add(0);
        if (this->HasSeveralGroups)
        {
          add(g + 1);
        }
      };
      const double from = 0.6 + 0.1 * pass;
      if (!this->AddUp(from, from + 0.1, counts, particle, count))
      {
        return false;
      }
      this->ReduceCounts(counts);
      for (std::size_t s = 0; s < this->Searches.size(); ++s)
      {
        this->Searches[s].Next(counts.data() + s * PercentileSearch::Digits);
      }
    }
    return true;
  }

  void AddSearches()
  {
    const std::size_t groups = this->Particles.size() + (this->HasLabels() ? 1 : 0);
    for (std::size_t g = 0; g < groups; ++g)
    {
      for (const double part : Parts)
      {
        const std::int64_t count = this->MomentsOf(g).Count;
        PercentileSearch search;
        search.Low = this->All.Low;
        search.High = this->All.High;
        search.Rank = PercentileSearch::RankOf(part, count);
        this->Searches.push_back(search);
      }
    }
  }

  // Group 0 is of all particles together, with labels; the next is the first particle.
  const Moments& MomentsOf(std::size_t group) const
  {
    return group == 0 ? this->AllMeans : this->Means[group - 1];
  }
  const paraxanes::ValueRange& RangeOf(std::size_t group) const
  {
    return group == 0 ? this->All : this->Ranges[group - 1];
  }
  double Percentile(std::size_t group, std::size_t part) const
  {
    return this->MomentsOf(group).Count > 0 ? this->Searches[3 * group + part].Value()
                                            : std::numeric_limits<double>::quiet_NaN();
  }
  std::vector<std::int64_t> CountsOf(std::size_t group) const
  {
    const auto bins = static_cast<std::size_t>(this->Bins.Number);
    std::vector<std::int64_t> counts(bins, 0);
    for (std::size_t p = 0; p < this->Particles.size(); ++p)
    {
      for (std::size_t bin = 0; bin < bins && (group == 0 || p + 1 == group); ++bin)
      {
        counts[bin] += this->BinCounts[p * bins + bin];
      }
    }
    return counts;
  }

  std::size_t NumberOfGroups() const { return this->Searches.size() / 3; }

  void WriteHistogram(paraxanes::TableColumns& columns) const
  {
    const std::string unit = paraxanes::UnitInBrackets(this->Input, this->MapName);
    const std::string inverse = paraxanes::UnitInBrackets(this->Input, this->MapName, -1);
    std::vector<double> centers;
    for (int bin = 0; bin < this->Bins.Number; ++bin)
    {
      centers.push_back(this->Bins.Center(bin));
    }
    columns.Add(this->MapName + unit, centers);
    const auto nameOf = [&](std::size_t group)
    {
      return group == 0 ? std::string()
                        : "particle " + std::to_string(this->Particles[group - 1]) + " ";
    };
    for (std::size_t g = 0; g < this->NumberOfGroups(); ++g)
    {
      columns.Add(nameOf(g) + "probability density" + inverse,
        paraxanes::Densities(this->CountsOf(g), this->Bins));
    }
    for (std::size_t g = 0; g < this->NumberOfGroups(); ++g)
    {
      columns.Add(nameOf(g) + "count", this->CountsOf(g));
    }
  }

  void WriteSummary(paraxanes::TableColumns& columns) const
  {
    const std::string unit = paraxanes::UnitInBrackets(this->Input, this->MapName);
    std::vector<std::int64_t> particles, counts;
    std::vector<double> means, deviations, medians, widths, lows, highs;
    for (std::size_t g = 0; g < this->NumberOfGroups(); ++g)
    {
      const Moments& moments = this->MomentsOf(g);
      const bool any = moments.Count > 0;
      particles.push_back(g == 0 ? 0 : this->Particles[g - 1]);
      counts.push_back(moments.Count);
      means.push_back(moments.Mean);
      deviations.push_back(moments.StandardDeviation);
      medians.push_back(this->Percentile(g, 1));
      widths.push_back(this->Percentile(g, 2) - this->Percentile(g, 0));
      lows.push_back(any ? this->RangeOf(g).Low : std::nan(""));
      highs.push_back(any ? this->RangeOf(g).High : std::nan(""));
    }
    columns.Add("particle", particles);
    columns.Add("count", counts);
    columns.Add("mean " + this->MapName + unit, means);
    columns.Add("standard deviation" + unit, deviations);
    columns.Add("median" + unit, medians);
    columns.Add("width, 16th to 84th percentile" + unit, widths);
    columns.Add("minimum" + unit, lows);
    columns.Add("maximum" + unit, highs);
  }

  void Write()
  {
    if (!this->Together.IsRoot())
    {
      this->Clear();
      return;
    }
    paraxanes::TableColumns histogram, summary;
    this->WriteHistogram(histogram);
    this->WriteSummary(summary);
    histogram.MoveTo(this->Histogram);
    summary.MoveTo(this->Summary);
    for (vtkTable* table : { this->Histogram, this->Summary })
    {
      paraxanes::SetField(table, "histogram_array", this->MapName);
      paraxanes::SetField(table, "histogram_label_array", paraxanes::ChosenArray(this->Self, 1));
      paraxanes::SetField(
        table, "histogram_range", std::vector<double>{ this->Bins.Low, this->Bins.High });
      paraxanes::SetField(table, "paraxanes_version", paraxanes::PluginVersion());
    }
  }

  vtkMapHistogram* Filter;
  vtkTable* Histogram;
  vtkTable* Summary;
  std::vector<std::int32_t> Labels;    // empty without labels, and without voxels
  std::vector<std::int32_t> Particles; // of all ranks, ascending; one 0 without labels
  const bool HasSeveralGroups = this->HasLabels();

  Moments AllMeans;
  paraxanes::ValueRange All;
  paraxanes::ValueBins Bins;
  std::vector<std::int64_t> BinCounts;    // the bins of the first particle, then those of the next
  std::vector<PercentileSearch> Searches; // three for each group
};

vtkMapHistogram::vtkMapHistogram()
{
  this->SetNumberOfOutputPorts(2);
}

void vtkMapHistogram::SetInputArray(const char* name)
{
  this->SetInputArrayToProcess(0, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

void vtkMapHistogram::SetLabelArray(const char* name)
{
  this->SetInputArrayToProcess(1, 0, 0, vtkDataObject::FIELD_ASSOCIATION_POINTS, name ? name : "");
}

int vtkMapHistogram::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  return 1;
}

int vtkMapHistogram::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const paraxanes::PieceRequest request(outputVector->GetInformationObject(0));
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  inInfo->Set(Pipeline::UPDATE_PIECE_NUMBER(), request.Piece);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), request.NumberOfPieces);
  return 1;
}

int vtkMapHistogram::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  Run run(this, inputVector[0]->GetInformationObject(0), outputVector);
  return run.Request();
}

void vtkMapHistogram::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InputArray: " << paraxanes::ChosenArray(this, 0) << "\n";
  os << indent << "LabelArray: " << paraxanes::ChosenArray(this, 1) << "\n";
  os << indent << "NumberOfBins: " << this->NumberOfBins << "\n";
  os << indent << "Range: " << this->Range[0] << " " << this->Range[1] << "\n";
}
