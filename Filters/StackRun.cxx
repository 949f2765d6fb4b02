// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackRun.h"

#include "CounterNoise.h"
#include "EnergyAxis.h"
#include "EnergyStack.h"
#include "Parallel.h"
#include "SpectrumSum.h"
#include "StackSource.h"

#include <vtkAOSDataArrayTemplate.h>
#include <vtkAlgorithm.h>
#include <vtkArrayDispatch.h>
#include <vtkDataArray.h>
#include <vtkDataArrayRange.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

namespace paraxanes
{
namespace
{

constexpr vtkIdType Grain = 1024;              // voxels of a block, so that it stays in the cache
constexpr double SlabsOfARun = 50;             // steps of progress, and chances to stop
constexpr double SecondsOfASlab = 0.5;         // at most, so that an abort is heard
constexpr double SecondsPerValue = 1e-8;       // to read it, about
constexpr double PullAtOnce = 256.0 * 1048576; // bytes, where no limit is given
constexpr double LargestSample = 1e6;          // voxels of the mean spectrum, about

// Values [first, first + out.size()) of an array of any type.
template <typename T>
struct ConvertValues
{
  template <class Array>
  void operator()(Array* array, vtkIdType first, std::vector<T>& out) const
  {
    const auto last = first + static_cast<vtkIdType>(out.size());
    const auto values = vtk::DataArrayValueRange(array, first, last);
    std::transform(
      values.begin(), values.end(), out.begin(), [](auto value) { return static_cast<T>(value); });
  }
};

template <typename T>
void Convert(vtkDataArray* array, vtkIdType first, std::vector<T>& out)
{
  ConvertValues<T> worker;
  if (!vtkArrayDispatch::Dispatch::Execute(array, worker, first, out))
  {
    worker(array, first, out);
  }
}

// Neighbours that are a box together, of at most so many voxels, joined: rows to planes, and in a
// second pass planes to boxes.
std::vector<Extent> Joined(const std::vector<Extent>& slabs, double voxels)
{
  std::vector<Extent> joined;
  for (const Extent& slab : slabs)
  {
    if (!joined.empty())
    {
      Extent& last = joined.back();
      Extent both = last;
      for (std::size_t i = 0; i < both.size(); i += 2)
      {
        both[i] = std::min(both[i], slab[i]);
        both[i + 1] = std::max(both[i + 1], slab[i + 1]);
      }
      const vtkIdType number = NumberOfVoxels(last) + NumberOfVoxels(slab);
      if (NumberOfVoxels(both) == number && static_cast<double>(number) <= voxels)
      {
        last = both;
        continue;
      }
    }
    joined.push_back(slab);
  }
  return joined;
}

// Where a slab's spectra are: in the stack's array, or in a buffer that was pulled.
struct SlabSpectra
{
  const StackRun& Run;
  const float* Pulled; // null when they are in the array
  vtkIdType First;     // index of the slab's first voxel in the box

  void Process(
    const std::function<void(const SpectraBlock&)>& body, vtkIdType first, vtkIdType last) const
  {
    const auto energies = static_cast<vtkIdType>(this->Run.Energies.size());
    SpectraBlock block;
    block.First = this->First + first;
    block.Count = last - first;

    std::vector<double> converted;
    if (this->Pulled)
    {
      block.Floats = this->Pulled + first * energies;
    }
    else if (auto* floats = vtkAOSDataArrayTemplate<float>::FastDownCast(this->Run.Stack))
    {
      block.Floats = floats->GetPointer(block.First * energies);
    }
    else if (auto* doubles = vtkAOSDataArrayTemplate<double>::FastDownCast(this->Run.Stack))
    {
      block.Doubles = doubles->GetPointer(block.First * energies);
    }
    else
    {
      converted.resize(static_cast<std::size_t>(block.Count * energies));
      Convert(this->Run.Stack, block.First * energies, converted);
      block.Doubles = converted.data();
    }

    std::vector<double> maskValues;
    std::vector<std::uint8_t> mask;
    if (this->Run.Mask)
    {
      maskValues.resize(static_cast<std::size_t>(block.Count));
      Convert(this->Run.Mask, block.First, maskValues);
      // NaN is outside too.
      for (const double value : maskValues)
      {
        mask.push_back(value != 0.0 && !std::isnan(value) ? 1 : 0);
      }
      block.Mask = mask.data();
    }
    body(block);
  }
};

// Where the sampled voxels of a row begin, of every `step` one. By a hash of the row: with the same
// beginning they would all have the same x where the step is a multiple of the width.
vtkIdType FirstSampled(vtkIdType row, vtkIdType step)
{
  constexpr std::uint64_t seed = 1;
  return static_cast<vtkIdType>(
    UniformAt(seed, static_cast<std::uint64_t>(row)) * static_cast<double>(step));
}

}

StackRun::StackRun(vtkInformation* outputInformation, vtkImageData* input, vtkImageData* output)
  : Ranks(outputInformation)
  , Request(outputInformation)
  , Input(input)
  , Output(output)
  , Box(MakeExtent(input->GetExtent()))
{
}

bool StackRun::FindStack(
  vtkAlgorithm* filter, const char* defaultArray, bool mayPull, std::string& error)
{
  FoundStack stack;
  if (!paraxanes::FindStack(this->Input, ChosenArray(filter, 0), defaultArray, stack, error))
  {
    return false;
  }
  this->Energies = stack.Energies;
  const char* name = stack.Array->GetName();
  this->Normalized = name && std::string(name).rfind("normalized_", 0) == 0;
  if (stack.IsShown)
  {
    // The files themselves count, not what they were when they were shown.
    this->Shown = stack.Array;
    this->Source = mayPull ? UpstreamSourceOfOneEnergy(filter) : nullptr;
    this->SourceMTime = this->Source ? this->Source->StackMTime() : 0;
    return FindEnergiesToPull(this->Source, mayPull, this->Energies, error);
  }
  this->Stack = stack.Array;
  return true;
}

void StackRun::ShareEnergies()
{
  const double none = -std::numeric_limits<double>::max();
  const auto count =
    static_cast<std::size_t>(this->Ranks.Max(static_cast<double>(this->Energies.size())));
  this->Energies.resize(count, none);
  this->Ranks.Max(this->Energies.data(), static_cast<vtkIdType>(count));
}

bool StackRun::ForEachBlock(const std::function<void(const SpectraBlock&)>& block,
  const std::function<bool(double)>& step, std::string& error) const
{
  const auto energies = static_cast<vtkIdType>(this->Energies.size());
  const double quick = SecondsOfASlab / this->SecondsPerVoxel * NumberOfThreads();
  double voxels =
    std::min(std::ceil(static_cast<double>(this->NumberOfVoxels()) / SlabsOfARun), quick);
  const double limit = this->SlabLimit > 0.0 ? this->SlabLimit : PullAtOnce;
  const double mostPulled = limit / (static_cast<double>(energies) * sizeof(float));
  if (this->Source)
  {
    voxels = std::min(voxels, mostPulled);
  }
  const std::vector<Extent> slabs = SlabsOf(this->Box, voxels);
  // A box that is pulled may read whole compressed images: as few as the memory allows. Slabs are
  // those of a stack in memory, so that sums over blocks of voxels are the same to the bit.
  const std::vector<Extent> boxes =
    this->Source ? Joined(Joined(slabs, mostPulled), mostPulled) : slabs;
  // Part of the time that goes into reading.
  const double toRead = this->Source ? static_cast<double>(energies) * SecondsPerValue : 0.0;
  const double seconds = toRead + this->SecondsPerVoxel / NumberOfThreads(); // of a voxel
  const double reads = toRead / seconds;
  const auto all = static_cast<double>(this->NumberOfVoxels());
  // Parts after each of which a rank hears of the others: seldom, since ranks wait for each other.
  const auto parts =
    static_cast<std::size_t>(this->Ranks.Max(std::ceil(1.0 + all * seconds / SecondsOfASlab)));
  std::vector<float> pulled;
  auto box = boxes.begin(); // the next one to pull
  vtkIdType firstPulled = 0;
  vtkIdType endPulled = 0;
  vtkIdType first = 0;
  const auto done = [&](double read)
  { return step((reads * read + (1.0 - reads) * static_cast<double>(first)) / all); };
  const auto pull = [&](std::string& problem)
  {
    const vtkIdType count = paraxanes::NumberOfVoxels(*box);
    pulled.resize(static_cast<std::size_t>(count * energies));
    const auto reading = [&](double fraction)
    { return done(static_cast<double>(endPulled) + fraction * static_cast<double>(count)); };
    if (!this->Source->ReadBox(box->data(), this->Energies, pulled.data(), reading, problem))
    {
      return false;
    }
    firstPulled = endPulled;
    endPulled += count;
    ++box;
    return true;
  };
  const auto process = [&](const Extent& slab, std::string& problem)
  {
    if (this->Source && first == endPulled && !pull(problem))
    {
      return false;
    }
    const vtkIdType count = paraxanes::NumberOfVoxels(slab);
    const float* values = this->Source ? pulled.data() + (first - firstPulled) * energies : nullptr;
    const SlabSpectra spectra = { *this, values, first };
    ParallelFor(0, count, Grain,
      [&](std::int64_t begin, std::int64_t end) { spectra.Process(block, begin, end); });
    first += count;
    return done(static_cast<double>(endPulled));
  };
  for (std::size_t i = 0; i < parts; ++i)
  {
    const auto begin = slabs.begin() + static_cast<std::ptrdiff_t>(slabs.size() * i / parts);
    const auto end = slabs.begin() + static_cast<std::ptrdiff_t>(slabs.size() * (i + 1) / parts);
    const auto work = [&](std::string& problem)
    { return std::all_of(begin, end, [&](const Extent& slab) { return process(slab, problem); }); };
    if (!this->Ranks.AllDo(work, error))
    {
      return false;
    }
  }
  return true;
}

bool StackRun::CopyBox(const Extent& box, std::vector<float>& spectra,
  const std::function<bool(double)>& step, std::string& error) const
{
  const std::size_t energies = this->Energies.size();
  spectra.resize(static_cast<std::size_t>(paraxanes::NumberOfVoxels(box)) * energies);
  if (this->Source)
  {
    return this->Source->ReadBox(box.data(), this->Energies, spectra.data(), step, error);
  }
  const vtkIdType height = box[3] - box[2] + 1;
  const std::size_t row = static_cast<std::size_t>(box[1] - box[0] + 1) * energies;
  ParallelFor(0, height * (box[5] - box[4] + 1), 1,
    [&](std::int64_t first, std::int64_t last)
    {
      std::vector<float> values(row);
      for (std::int64_t r = first; r < last; ++r)
      {
        const int y = box[2] + static_cast<int>(r % height);
        const int z = box[4] + static_cast<int>(r / height);
        Convert(this->Stack, VoxelIndex(this->Box, box[0], y, z) * static_cast<vtkIdType>(energies),
          values);
        std::copy(
          values.begin(), values.end(), spectra.begin() + r * static_cast<std::ptrdiff_t>(row));
      }
    });
  return true;
}

std::vector<double> StackRun::MeanSpectrum(
  const std::function<bool(double)>& step, std::string& error) const
{
  const Extent& whole = this->Request.Whole;
  const auto every = static_cast<vtkIdType>(
    std::ceil(static_cast<double>(paraxanes::NumberOfVoxels(whole)) / LargestSample));
  const vtkIdType width = this->Box[1] - this->Box[0] + 1;
  const vtkIdType height = this->Box[3] - this->Box[2] + 1;
  const std::size_t energies = this->Energies.size();

  // Calls body(v) for the sampled voxels of [first, first + count), row by row.
  const auto forEachSampled = [&](vtkIdType first, vtkIdType count, auto body)
  {
    for (vtkIdType v = first; v < first + count;)
    {
      const vtkIdType rowEnd = std::min(first + count, (v / width + 1) * width);
      const int x = this->Box[0] + static_cast<int>(v % width);
      const int y = this->Box[2] + static_cast<int>(v / width % height);
      const int z = this->Box[4] + static_cast<int>(v / width / height);
      const vtkIdType row = VoxelIndex(whole, whole[0], y, z) / (whole[1] - whole[0] + 1);
      const vtkIdType over = (x - whole[0] + every - FirstSampled(row, every)) % every;
      for (vtkIdType u = v + (over == 0 ? 0 : every - over); u < rowEnd; u += every)
      {
        const int ux = x + static_cast<int>(u - v);
        if (Contains(this->Owned, { ux, ux, y, y, z, z }))
        {
          body(u);
        }
      }
      v = rowEnd;
    }
  };

  // The sums of a slab's blocks come in any order and are added in a fixed one.
  std::mutex mutex;
  std::map<vtkIdType, SpectrumSum> sumsOfSlab;
  SpectrumSum total(energies);
  const auto block = [&](const SpectraBlock& spectra)
  {
    SpectrumSum sum(energies);
    forEachSampled(spectra.First, spectra.Count,
      [&](vtkIdType voxel)
      {
        const auto v = static_cast<std::size_t>(voxel - spectra.First);
        if (spectra.Mask && spectra.Mask[v] == 0)
        {
          return;
        }
        spectra.Floats ? sum.AddIfFinite(spectra.Floats + v * energies)
                       : sum.AddIfFinite(spectra.Doubles + v * energies);
      });
    const std::lock_guard<std::mutex> lock(mutex);
    sumsOfSlab[spectra.First] = std::move(sum);
  };
  const auto endOfSlab = [&](double fraction)
  {
    for (const auto& sum : sumsOfSlab)
    {
      total.Add(sum.second);
    }
    sumsOfSlab.clear();
    return step(fraction);
  };
  if (!this->ForEachBlock(block, endOfSlab, error))
  {
    return {};
  }

  this->Ranks.Sum(total.Sum.data(), static_cast<vtkIdType>(energies));
  const vtkIdType count = this->Ranks.Sum(static_cast<vtkIdType>(total.Count));
  if (count == 0)
  {
    error = "There is no finite spectrum to take the mean of: E0 or the reference cannot be found. "
            "Set them.";
    return {};
  }
  for (double& mean : total.Sum)
  {
    mean /= static_cast<double>(count);
  }
  return total.Sum;
}

}
