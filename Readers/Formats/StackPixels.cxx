// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackPixels.h"

#include "CacheLines.h"
#include "Interleave.h"
#include "Parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace paraxanes
{
namespace
{

// Images of all energies that are read before they are interleaved: they stay in the cache.
constexpr std::int64_t BlockBytes = 1 << 20;
// But of each image so much that the call that reads it does not cost more than the reading.
constexpr std::int64_t PlaneBytes = 32 << 10;
// Where blocks have to be larger (pixels that are decoded together): the most for each thread, and
// the share of the array for all threads.
constexpr std::int64_t LargestBlockBytes = 32 << 20;
constexpr double LargestShare = 0.05;
// Blocks for each thread, so that none waits long for another at the end.
constexpr std::int64_t BlocksPerThread = 4;
constexpr std::chrono::milliseconds ProgressInterval(50);

struct Part
{
  int First = 0;
  int Count = 0;
};

// An axis of the box in parts that end where pixels that are decoded together end.
class Axis
{
public:
  Axis(int first, int count, int stride, int together)
    : First(first % together)
    , Count(count)
    , Stride(stride)
    , Together(together)
  {
    this->Cut(1);
  }

  // Parts of `length` voxels, or as few more as are decoded together.
  void Cut(std::int64_t length)
  {
    const std::int64_t fewest = (this->Stride + this->Together - 1) / this->Together;
    this->Span = std::max(fewest, length * this->Stride / this->Together) * this->Together;
  }

  int Parts() const
  {
    return static_cast<int>(
      (this->First + std::int64_t{ this->Count - 1 } * this->Stride) / this->Span + 1);
  }

  // Voxels of the longest part.
  std::int64_t Length() const
  {
    return std::min<std::int64_t>(this->Count, (this->Span + this->Stride - 1) / this->Stride);
  }

  Part At(std::int64_t part) const
  {
    const int first = this->IndexAt(part * this->Span);
    return { first, this->IndexAt((part + 1) * this->Span) - first };
  }

private:
  // The first voxel at or behind a pixel; pixels count from the begin of a decoded block.
  int IndexAt(std::int64_t pixel) const
  {
    const std::int64_t index = (pixel - this->First + this->Stride - 1) / this->Stride;
    return static_cast<int>(std::clamp<std::int64_t>(index, 0, this->Count));
  }

  int First;
  int Count;
  int Stride;
  int Together;
  std::int64_t Span = 1; // pixels of a part
};

// How a box is cut: into boxes of voxels with all their energies, or with a group of them where
// too much is decoded together.
struct Blocks
{
  Blocks(const FrameReader& frames, const VoxelBox& box)
    : Blocks(frames.NumberOfFrames(), frames.Together(), box)
  {
  }

  std::int64_t Count() const
  {
    return std::int64_t{ this->X.Parts() } * this->Y.Parts() * this->Z.Parts() *
      this->Frames.Parts();
  }

  Axis X;
  Axis Y;
  Axis Z;
  Axis Frames;

private:
  Blocks(int frames, const DecodedTogether& together, const VoxelBox& box)
    : X(box.First[0], box.Count[0], box.Stride[0], together.Columns)
    , Y(box.First[1], box.Count[1], box.Stride[1], together.Rows)
    , Z(box.First[2], box.Count[2], box.Stride[2], together.Slices)
    , Frames(0, frames, 1, together.Energies)
  {
    const std::int64_t values = std::int64_t{ box.Count[0] } * box.Count[1] * box.Count[2] * frames;
    const std::int64_t wanted = std::max(BlockBytes, frames * PlaneBytes);
    const auto share = static_cast<std::int64_t>(
      LargestShare * static_cast<double>(values) * sizeof(float) / NumberOfThreads());
    const std::int64_t largest = std::clamp(share, BlockBytes, LargestBlockBytes);
    if (together.Columns == 1)
    {
      this->X.Cut(box.Count[0]); // whole rows, as files store them
    }
    const auto fit = [this](Axis& axis, std::int64_t blockValues)
    {
      const std::int64_t others = this->Values() / axis.Length();
      axis.Cut(std::max(axis.Length(), blockValues / others));
    };
    fit(this->Frames, largest / static_cast<std::int64_t>(sizeof(float)));
    for (Axis* axis : { &this->X, &this->Y, &this->Z })
    {
      fit(*axis,
        std::min(std::min(wanted, largest) / static_cast<std::int64_t>(sizeof(float)),
          values / (BlocksPerThread * NumberOfThreads())));
    }
    // Work for every thread, also where there are few blocks (a 2D stack of compressed images).
    for (std::int64_t group = this->Frames.Length();
         group > 4 && this->Count() < BlocksPerThread * NumberOfThreads();)
    {
      group = (group + 1) / 2;
      this->Frames.Cut(group);
    }
  }

  // Of a block.
  std::int64_t Values() const
  {
    return this->X.Length() * this->Y.Length() * this->Z.Length() * this->Frames.Length();
  }
};

class Loader
{
public:
  Loader(const FrameReader& frames, const VoxelBox& box, float* spectra, ComponentRanges& ranges)
    : Frames(frames)
    , Box(box)
    , Spectra(spectra)
    , Ranges(ranges)
    , Parts(frames, box)
  {
  }

  std::int64_t NumberOfBlocks() const { return this->Parts.Count(); }

  // Ranges of the norm need all energies of a voxel at once.
  bool HasRanges() const { return this->Parts.Frames.Parts() == 1; }

  void LoadBlock(std::int64_t index)
  {
    const auto next = [&index](const Axis& axis)
    {
      const Part part = axis.At(index % axis.Parts());
      index /= axis.Parts();
      return part;
    };
    const Part group = next(this->Parts.Frames);
    const Part x = next(this->Parts.X);
    const Part y = next(this->Parts.Y);
    const Part z = next(this->Parts.Z);

    Region region;
    region.X0 = this->Box.First[0] + x.First * this->Box.Stride[0];
    region.Columns = x.Count;
    region.XStride = this->Box.Stride[0];
    region.Y0 = this->Box.First[1] + y.First * this->Box.Stride[1];
    region.Rows = y.Count;
    region.YStride = this->Box.Stride[1];
    PlaneGrid grid;
    grid.FirstFrame = group.First;
    grid.Frames = group.Count;
    grid.FirstSlice = this->Box.First[2] + z.First * this->Box.Stride[2];
    grid.Slices = z.Count;
    grid.SliceStep = this->Box.Stride[2];
    const std::int64_t stride = PlaneStride(std::int64_t{ x.Count } * y.Count, z.Count);

    thread_local ScratchValues scratch;
    float* planes = scratch.Reserve(static_cast<std::size_t>(stride * group.Count * z.Count));
    this->Frames.Read(grid, region, planes, stride);
    this->Interleave(planes, stride, group, x, y, z);
    if (scratch.Bytes() > 4 * BlockBytes)
    {
      scratch.Free();
    }
  }

private:
  // Planes of the frames of a slice are `slices` planes apart: not a power of two, or all of them
  // would meet in the same lines of the cache. Whole lines where they allow that.
  static std::int64_t PlaneStride(std::int64_t pixels, int slices)
  {
    constexpr auto line = static_cast<std::int64_t>(ValuesOfLine);
    std::int64_t stride = (pixels + line - 1) / line * line + line;
    const std::int64_t step = line * slices % 1024 == 0 ? 1 : line;
    while (stride * slices % 1024 == 0)
    {
      stride += step;
    }
    return stride;
  }

  ComponentRanges KnownRanges()
  {
    const std::lock_guard<std::mutex> lock(this->RangesMutex);
    return this->Ranges.Part();
  }

  void Interleave(const float* planes, std::int64_t stride, const Part& group, const Part& x,
    const Part& y, const Part& z)
  {
    const int frames = this->Frames.NumberOfFrames();
    const bool hasRanges = this->HasRanges();
    ComponentRanges ranges = this->KnownRanges();
    // Whole rows follow one another in the box too.
    const bool wholeRows = x.Count == this->Box.Count[0];
    const int runs = wholeRows ? 1 : y.Count;
    const std::int64_t run = wholeRows ? std::int64_t{ x.Count } * y.Count : x.Count;
    for (int slice = 0; slice < z.Count; ++slice)
    {
      for (int row = 0; row < runs; ++row)
      {
        const std::int64_t voxel =
          (std::int64_t{ z.First + slice } * this->Box.Count[1] + y.First + row) *
            this->Box.Count[0] +
          x.First;
        paraxanes::Interleave(planes + slice * stride + row * run, z.Count * stride, group.Count,
          run, this->Spectra + voxel * frames + group.First, frames, hasRanges ? &ranges : nullptr);
      }
    }
    if (hasRanges)
    {
      const std::lock_guard<std::mutex> lock(this->RangesMutex);
      this->Ranges.Merge(ranges);
    }
  }

  const FrameReader& Frames;
  const VoxelBox Box;
  float* const Spectra;
  ComponentRanges& Ranges;
  std::mutex RangesMutex;
  const Blocks Parts;
};

}

bool ReadSpectra(const FrameReader& frames, const VoxelBox& box, float* spectra,
  ComponentRanges& ranges, const std::function<bool(double)>& progress)
{
  if (frames.NumberOfFrames() == 0 || box.Count[0] <= 0 || box.Count[1] <= 0 || box.Count[2] <= 0)
  {
    return true;
  }
  Loader loader(frames, box, spectra, ranges);
  const std::int64_t blocks = loader.NumberOfBlocks();
  std::atomic<std::int64_t> done{ 0 };
  std::atomic<bool> stopped{ false };
  // One loop over all blocks, in which the calling thread reports now and then: a loop for each
  // step would make the threads wait for each other at its end.
  const std::thread::id caller = std::this_thread::get_id();
  auto reported = std::chrono::steady_clock::now();
  const auto report = [&]
  {
    const auto now = std::chrono::steady_clock::now();
    if (std::this_thread::get_id() == caller && now - reported > ProgressInterval)
    {
      reported = now;
      stopped = !progress(static_cast<double>(done) / static_cast<double>(blocks));
    }
  };
  ParallelFor(0, blocks, 1,
    [&](std::int64_t block, std::int64_t)
    {
      if (!stopped)
      {
        loader.LoadBlock(block);
        ++done;
        report();
      }
    });
  if (stopped || !progress(1.0))
  {
    return false;
  }
  if (!loader.HasRanges())
  {
    ranges.Merge(FindComponentRanges(
      spectra, std::int64_t{ box.Count[0] } * box.Count[1] * box.Count[2], ranges.Components()));
  }
  return true;
}

}
