// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkStackQuality.h"

#include "EnergyAxis.h"
#include "EnergyStack.h"
#include "FrameStatistics.h"
#include "NewArray.h"
#include "Parallel.h"
#include "Ranks.h"
#include "StackPictures.h"
#include "StackRun.h"
#include "Threads.h"

#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkIdTypeArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationVector.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkStringArray.h>
#include <vtkTable.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>
#include <vector>

namespace
{

using Pipeline = vtkStreamingDemandDrivenPipeline;
using paraxanes::FrameSums;
using paraxanes::FrameVerdict;
using paraxanes::Picture;
using paraxanes::PictureShift;
using paraxanes::StackRun;

constexpr int PictureSize = 512; // px, of the correlated slices
constexpr int NoiseSize = 256;   // px
constexpr int FewestSlices = 16; // for a shift along z
constexpr std::int64_t PairsAtOnce = 8;
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

std::string Text(double value, int digits)
{
  std::ostringstream text;
  // No "-0.0".
  text << std::fixed << std::setprecision(digits)
       << (std::abs(value) < 0.5 * std::pow(10.0, -digits) ? 0.0 : value);
  return text.str();
}

// The owned voxels of a block, row by row.
void AddOwned(const StackRun& run, const paraxanes::SpectraBlock& spectra, FrameSums& sums)
{
  const vtkIdType width = run.Box[1] - run.Box[0] + 1;
  const vtkIdType height = run.Box[3] - run.Box[2] + 1;
  const auto energies = static_cast<vtkIdType>(run.Energies.size());
  for (vtkIdType v = spectra.First; v < spectra.First + spectra.Count;)
  {
    const vtkIdType rowEnd = std::min(spectra.First + spectra.Count, (v / width + 1) * width);
    const int x = run.Box[0] + static_cast<int>(v % width);
    const int y = run.Box[2] + static_cast<int>(v / width % height);
    const int z = run.Box[4] + static_cast<int>(v / width / height);
    const paraxanes::Extent part =
      paraxanes::Intersect({ x, x + static_cast<int>(rowEnd - v) - 1, y, y, z, z }, run.Owned);
    if (!paraxanes::IsEmpty(part))
    {
      const vtkIdType offset = (v + part[0] - x - spectra.First) * energies;
      const vtkIdType count = paraxanes::NumberOfVoxels(part);
      spectra.Floats ? sums.Add(spectra.Floats + offset, count)
                     : sums.Add(spectra.Doubles + offset, count);
    }
    v = rowEnd;
  }
}

template <class Array, typename Value>
void AddColumn(vtkTable* table, const char* name, const std::vector<Value>& values)
{
  const auto column = paraxanes::NewArray<Array>(name, static_cast<vtkIdType>(values.size()));
  std::transform(values.begin(), values.end(), column->GetPointer(0),
    [](Value value) { return static_cast<typename Array::ValueType>(value); });
  table->AddColumn(column);
}

}

// What is found out about the frames; on the first rank.
struct vtkStackQuality::Frames
{
  paraxanes::FrameSeries Series;
  std::vector<vtkIdType> NotFinite;
  std::vector<vtkIdType> Zeros;
  std::vector<double> Peaks;
  std::size_t Lost = paraxanes::NeverLost; // first frame whose place in x and y is not known
  std::size_t LostZ = paraxanes::NeverLost;
  int Factor = 1; // of the correlated slices
};

vtkStandardNewMacro(vtkStackQuality);

vtkStackQuality::vtkStackQuality() = default;
vtkStackQuality::~vtkStackQuality() = default;

int vtkStackQuality::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkImageData");
  return 1;
}

int vtkStackQuality::RequestInformation(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  // The time of a source that shows one energy at a time is no time of the table.
  vtkInformation* outInfo = outputVector->GetInformationObject(0);
  outInfo->Remove(Pipeline::TIME_STEPS());
  outInfo->Remove(Pipeline::TIME_RANGE());
  return 1;
}

int vtkStackQuality::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkInformation* inInfo = inputVector[0]->GetInformationObject(0);
  const paraxanes::PieceRequest request(outputVector->GetInformationObject(0));
  inInfo->Set(Pipeline::UPDATE_EXTENT(), inInfo->Get(Pipeline::WHOLE_EXTENT()), 6);
  inInfo->Set(Pipeline::UPDATE_PIECE_NUMBER(), request.Piece);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), request.NumberOfPieces);
  inInfo->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  return 1;
}

bool vtkStackQuality::Step(double fraction)
{
  this->UpdateProgress(fraction);
  return !this->CheckAbort();
}

int vtkStackQuality::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkTable* output = vtkTable::GetData(outputVector);
  StackRun run(
    inputVector[0]->GetInformationObject(0), vtkImageData::GetData(inputVector[0]), nullptr);
  paraxanes::ChooseNumberOfThreads(run.Ranks);

  std::string error;
  if (!run.Ranks.AnyStopped(this) && this->Execute(run, output, error))
  {
    return 1;
  }
  output->Initialize();
  if (error.empty())
  {
    return paraxanes::EndStopped(this);
  }
  vtkErrorMacro(<< error);
  return 0;
}

bool vtkStackQuality::Execute(StackRun& run, vtkTable* output, std::string& error)
{
  const auto find = [&](std::string& problem)
  { return run.IsEmpty() || run.FindStack(this, "absorbance", true, problem); };
  if (!run.Ranks.AllDo(find, error))
  {
    return false;
  }
  run.ShareEnergies();
  if (run.Energies.empty())
  {
    error = "The input is an empty image; an energy stack is expected.";
    return false;
  }
  Frames frames;
  if (!paraxanes::FindOwnedExtent(run.Input, run.Request, run.Ranks, run.Owned, error) ||
    !this->SumFrames(run, frames, error) || !this->LookAtSlices(run, frames, error))
  {
    return false;
  }
  return run.Ranks.AllDo(
    [&](std::string&)
    {
      if (run.Ranks.IsRoot())
      {
        this->MakeTable(run, frames, output);
      }
      return this->Step(1.0);
    },
    error);
}

// Sums and counts of whole frames. Collective.
bool vtkStackQuality::SumFrames(const StackRun& run, Frames& frames, std::string& error)
{
  // The sums of a slab's blocks come in any order and are added in a fixed one.
  const std::size_t energies = run.Energies.size();
  std::mutex mutex;
  std::map<vtkIdType, FrameSums> sumsOfSlab;
  FrameSums total(0);
  const auto allocate = [&](std::string&)
  {
    total = FrameSums(energies);
    frames.NotFinite.resize(energies);
    frames.Zeros.resize(energies);
    frames.Series.Mean.resize(energies);
    frames.Series.NotFinite.resize(energies);
    return true;
  };
  const auto block = [&](const paraxanes::SpectraBlock& spectra)
  {
    FrameSums sums(energies);
    AddOwned(run, spectra, sums);
    const std::lock_guard<std::mutex> lock(mutex);
    sumsOfSlab.emplace(spectra.First, std::move(sums));
  };
  const auto endOfSlab = [&](double fraction)
  {
    for (const auto& sums : sumsOfSlab)
    {
      total.Add(sums.second);
    }
    sumsOfSlab.clear();
    return this->Step(0.5 * fraction);
  };
  if (!run.Ranks.AllDo(allocate, error) || !run.ForEachBlock(block, endOfSlab, error))
  {
    return false;
  }
  const auto count = static_cast<vtkIdType>(energies);
  std::copy(total.NotFinite.begin(), total.NotFinite.end(), frames.NotFinite.begin());
  std::copy(total.Zeros.begin(), total.Zeros.end(), frames.Zeros.begin());
  run.Ranks.Sum(total.Sum.data(), count);
  run.Ranks.Sum(frames.NotFinite.data(), count);
  run.Ranks.Sum(frames.Zeros.data(), count);
  const vtkIdType voxels = run.Ranks.Sum(paraxanes::NumberOfVoxels(run.Owned));
  for (std::size_t k = 0; k < energies; ++k)
  {
    const auto finite = static_cast<double>(voxels - frames.NotFinite[k]);
    frames.Series.Mean[k] = finite > 0.0 ? total.Sum[k] / finite : NaN;
    frames.Series.NotFinite[k] = 1.0 - finite / static_cast<double>(voxels);
  }
  return true;
}

// Background, noise and shifts. Collective.
bool vtkStackQuality::LookAtSlices(const StackRun& run, Frames& frames, std::string& error)
{
  const std::size_t energies = run.Energies.size();
  std::vector<Picture> pictures;
  const auto gather = [&](const paraxanes::PicturePlane& plane, double from, double to)
  {
    const auto step = [=](double fraction) { return this->Step(from + (to - from) * fraction); };
    return paraxanes::GatherPictures(run, plane, step, pictures, error);
  };
  // Shifts of each frame against the one before, or the last before that has structure; on the
  // first rank.
  const auto findShifts = [&](paraxanes::LinkedShifts& linked, double from, double to)
  {
    const auto work = [&](std::string&)
    {
      std::vector<PictureShift> shifts(energies);
      const auto pairs = static_cast<std::int64_t>(pictures.size()) - 1;
      for (std::int64_t first = 0; first < pairs; first += PairsAtOnce)
      {
        paraxanes::ParallelFor(first, std::min(pairs, first + PairsAtOnce), 1,
          [&](std::int64_t begin, std::int64_t end)
          {
            for (auto k = static_cast<std::size_t>(begin); k < static_cast<std::size_t>(end); ++k)
            {
              shifts[k + 1] = paraxanes::FindShift(pictures[k], pictures[k + 1]);
            }
          });
        const double done = static_cast<double>(first) / static_cast<double>(pairs);
        if (!this->Step(from + (to - from) * done))
        {
          return false;
        }
      }
      bool goOn = true;
      const auto between = [&](std::size_t first, std::size_t second)
      {
        goOn = goOn && this->Step(to);
        return goOn && second < pictures.size()
          ? paraxanes::FindShift(pictures[first], pictures[second])
          : PictureShift();
      };
      linked = paraxanes::LinkShifts(std::move(shifts), between);
      return goOn;
    };
    return run.Ranks.AllDo(work, error);
  };
  const auto values =
    [&](const paraxanes::LinkedShifts& linked, double PictureShift::*member, int factor)
  {
    std::vector<double> result;
    for (const PictureShift& shift : linked.Shifts)
    {
      result.push_back(shift.IsSignificant() ? factor * (shift.*member) : NaN);
    }
    return result;
  };

  if (!gather(paraxanes::MiddleOfSlice(run, NoiseSize), 0.5, 0.55))
  {
    return false;
  }
  paraxanes::FrameSeries& series = frames.Series;
  const auto findNoise = [&](std::string&)
  {
    series.Noise.resize(pictures.size());
    paraxanes::ParallelFor(0, static_cast<std::int64_t>(pictures.size()), 1,
      [&](std::int64_t begin, std::int64_t end)
      {
        for (auto k = static_cast<std::size_t>(begin); k < static_cast<std::size_t>(end); ++k)
        {
          series.Noise[k] = paraxanes::NoiseOf(pictures[k]);
        }
      });
    return true;
  };
  if (!run.Ranks.AllDo(findNoise, error))
  {
    return false;
  }

  const paraxanes::PicturePlane alongZ = paraxanes::MiddleLayers(run, 1, PictureSize);
  paraxanes::LinkedShifts shifts;
  const auto findBackgrounds = [&](std::string&)
  {
    series.Background = paraxanes::BackgroundsOf(pictures);
    return true;
  };
  const auto keepShifts = [&](std::string&)
  {
    frames.Factor = alongZ.Factor;
    series.ShiftX = values(shifts, &PictureShift::X, alongZ.Factor);
    series.ShiftY = values(shifts, &PictureShift::Y, alongZ.Factor);
    series.ShiftZ.assign(energies, NaN);
    frames.Lost = shifts.Lost;
    for (const PictureShift& shift : shifts.Shifts)
    {
      frames.Peaks.push_back(shift.Peak);
    }
    frames.Peaks.front() = NaN;
    return true;
  };
  if (!gather(alongZ, 0.55, 0.6) || !run.Ranks.AllDo(findBackgrounds, error) ||
    !findShifts(shifts, 0.6, 0.8) || !run.Ranks.AllDo(keepShifts, error))
  {
    return false;
  }
  if (run.Request.Whole[5] - run.Request.Whole[4] + 1 < FewestSlices)
  {
    return true;
  }
  const paraxanes::PicturePlane alongY = paraxanes::MiddleLayers(run, 2, PictureSize);
  if (!gather(alongY, 0.8, 0.85) || !findShifts(shifts, 0.85, 0.99))
  {
    return false;
  }
  series.ShiftZ = values(shifts, &PictureShift::Y, alongY.Factor);
  frames.LostZ = shifts.Lost;
  return true;
}

void vtkStackQuality::MakeTable(const StackRun& run, const Frames& frames, vtkTable* output)
{
  const paraxanes::FrameSeries& series = frames.Series;
  const std::vector<FrameVerdict> verdicts = paraxanes::JudgeFrames(series, this->OutlierThreshold);
  const std::vector<std::string> labels = paraxanes::EnergyLabels(run.Energies);

  vtkNew<vtkStringArray> remarks;
  remarks->SetName("remark");
  std::vector<int> outliers;
  std::vector<double> outlierEnergies;
  std::string named;
  std::string jumps;
  std::string energies;
  const std::size_t lost = std::min(frames.Lost, frames.LostZ);
  for (std::size_t k = 0; k < verdicts.size(); ++k)
  {
    const FrameVerdict& verdict = verdicts[k];
    std::string remark;
    const auto add = [&](bool applies, const std::string& text)
    { remark += applies ? (remark.empty() ? "" : ", ") + text : ""; };
    const auto orZero = [](double shift) { return std::isfinite(shift) ? shift : 0.0; };
    const std::string shift = "(" + Text(orZero(series.ShiftX[k]), 1) + ", " +
      Text(orZero(series.ShiftY[k]), 1) +
      (std::isfinite(series.ShiftZ[k]) ? ", " + Text(series.ShiftZ[k], 1) : "") + ") px";
    add(verdict.Mean, "mean");
    add(verdict.Background, "background");
    add(verdict.Noise, "noise");
    add(verdict.NotFinite, std::to_string(frames.NotFinite[k]) + " values not finite");
    add(verdict.Displaced, k == 0 ? "displaced" : "displaced by " + shift);
    add(verdict.Jumps, "jumps by " + shift + ", and what follows with it");
    add(k == lost, "no common structure with the frames before, place not known from here on");
    remarks->InsertNextValue(remark);
    outliers.push_back(verdict.IsOutlier() ? 1 : 0);
    if (verdict.IsOutlier())
    {
      named += (named.empty() ? "" : "; ") + labels[k] + " (" + remark + ")";
      energies += " " + labels[k].substr(0, labels[k].find(' '));
      outlierEnergies.push_back(run.Energies[k]);
    }
    if (verdict.Jumps)
    {
      jumps += (jumps.empty() ? "" : "; ") + labels[k] + " by " + shift;
    }
  }

  AddColumn<vtkDoubleArray>(output, "energy (eV)", run.Energies);
  AddColumn<vtkDoubleArray>(output, "mean", series.Mean);
  AddColumn<vtkDoubleArray>(output, "background", series.Background);
  AddColumn<vtkDoubleArray>(output, "noise", series.Noise);
  AddColumn<vtkIdTypeArray>(output, "NaN count", frames.NotFinite);
  AddColumn<vtkIdTypeArray>(output, "zero count", frames.Zeros);
  AddColumn<vtkDoubleArray>(output, "shift x (px)", series.ShiftX);
  AddColumn<vtkDoubleArray>(output, "shift y (px)", series.ShiftY);
  AddColumn<vtkDoubleArray>(output, "shift z (px)", series.ShiftZ);
  AddColumn<vtkDoubleArray>(output, "shift quality", frames.Peaks);
  // As the ShiftsFile of the reader names them.
  AddColumn<vtkDoubleArray>(output, "dx (px)", paraxanes::PositionsOf(series.ShiftX, frames.Lost));
  AddColumn<vtkDoubleArray>(output, "dy (px)", paraxanes::PositionsOf(series.ShiftY, frames.Lost));
  AddColumn<vtkDoubleArray>(output, "dz (px)", paraxanes::PositionsOf(series.ShiftZ, frames.LostZ));
  AddColumn<vtkUnsignedCharArray>(output, "outlier", outliers);
  output->AddColumn(remarks);

  paraxanes::SetStackEnergies(output, run.Energies);
  output->GetFieldData()->RemoveArray("shown_energy"); // of the source, not of the stack
  paraxanes::SetField(output, "outlier_energies", outlierEnergies);
  paraxanes::SetField(output, "outlier_threshold", std::vector<double>{ this->OutlierThreshold });
  paraxanes::SetField(output, "background_from",
    "mean of the tenth of the middle layers with the lowest mean over all energies");
  paraxanes::SetField(output, "noise_from",
    "median response to Immerkaer's mask, middle 256 x 256 voxels of the middle slice");
  paraxanes::SetField(output, "shift_from",
    "phase correlation of the middle layers, in means of " + std::to_string(frames.Factor) + " x " +
      std::to_string(frames.Factor) + " voxels");
  paraxanes::SetField(output, "paraxanes_version", paraxanes::PluginVersion());

  std::string warning;
  if (!named.empty())
  {
    warning = std::to_string(outlierEnergies.size()) + " of " + std::to_string(verdicts.size()) +
      " frames stand out from their neighbours: " + named +
      ". To leave them out, set ExcludedEnergies of the reader to" + energies + ".";
  }
  if (!jumps.empty())
  {
    warning += (warning.empty() ? "" : " ") +
      std::string("The content of the frames jumps, and stays there, at ") + jumps +
      ": align the frames with a ShiftsFile of the reader.";
  }
  if (lost < labels.size())
  {
    warning += (warning.empty() ? "" : " ") +
      std::string("The content of the frames has no common structure with what is before it at ") +
      labels[lost] +
      ": where it lies is not known from there on (NaN in dx, dy or dz), and the table cannot be a "
      "ShiftsFile of the reader as it is.";
  }
  if (!warning.empty())
  {
    vtkWarningMacro(<< warning);
  }
}

void vtkStackQuality::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "OutlierThreshold: " << this->OutlierThreshold << "\n";
}
