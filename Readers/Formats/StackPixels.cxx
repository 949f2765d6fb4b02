// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackPixels.h"

#include "Interleave.h"
#include "Parallel.h"

#include <algorithm>
#include <vector>

namespace paraxanes
{
namespace
{

// Images of all energies that are read before they are interleaved: they stay in the cache.
constexpr std::int64_t BlockBytes = 512 << 10;
// Where blocks have to be larger (compressed strips): no more than this for each thread.
constexpr std::int64_t LargestBlockBytes = 32 << 20;

// How a box is cut: rows of one slice, of a group of frames.
struct Blocks
{
  Blocks(const FrameReader& frames, const VoxelBox& box)
    : Frames(frames.NumberOfFrames())
    , Rows(box.Count[1])
    , Slices(box.Count[2])
  {
    const int together = std::clamp(frames.Together().Rows / box.Stride[1], 1, this->Rows);
    const std::int64_t rowBytes = std::int64_t{ box.Count[0] } * 4;
    const std::int64_t fitting = BlockBytes / (rowBytes * this->Frames);
    this->BlockRows = static_cast<int>(
      std::clamp<std::int64_t>(fitting / together * together, together, this->Rows));
    this->RowParts = (this->Rows + this->BlockRows - 1) / this->BlockRows;
    this->GroupFrames = static_cast<int>(
      std::clamp<std::int64_t>(LargestBlockBytes / (rowBytes * this->BlockRows), 1, this->Frames));
    // Work for every thread, also where there are few blocks (a 2D stack of compressed images).
    while (this->Count() < 4 * NumberOfThreads() && this->GroupFrames > 4)
    {
      this->GroupFrames = (this->GroupFrames + 1) / 2;
    }
  }

  int Groups() const { return (this->Frames + this->GroupFrames - 1) / this->GroupFrames; }
  std::int64_t Count() const
  {
    return std::int64_t{ this->Slices } * this->RowParts * this->Groups();
  }

  int Frames;
  int Rows;
  int Slices;
  int BlockRows = 1;
  int RowParts = 1;
  int GroupFrames = 1;
};

class Loader
{
public:
  Loader(const FrameReader& frames, const VoxelBox& box, float* spectra)
    : Frames(frames)
    , Box(box)
    , Spectra(spectra)
    , Parts(frames, box)
  {
  }

  const Blocks& GetBlocks() const { return this->Parts; }

  void LoadBlock(std::int64_t index)
  {
    const int groups = this->Parts.Groups();
    const int firstFrame = static_cast<int>(index % groups) * this->Parts.GroupFrames;
    const int frames = std::min(this->Parts.GroupFrames, this->Parts.Frames - firstFrame);
    const int rowPart = static_cast<int>(index / groups % this->Parts.RowParts);
    const int slice = static_cast<int>(index / groups / this->Parts.RowParts);
    const int firstRow = rowPart * this->Parts.BlockRows;
    const int rows = std::min(this->Parts.BlockRows, this->Parts.Rows - firstRow);

    Region region;
    region.X0 = this->Box.First[0];
    region.Columns = this->Box.Count[0];
    region.XStride = this->Box.Stride[0];
    region.Y0 = this->Box.First[1] + firstRow * this->Box.Stride[1];
    region.Rows = rows;
    region.YStride = this->Box.Stride[1];
    const std::int64_t pixels = std::int64_t{ region.Columns } * rows;
    // Not a power of two apart, or all planes would meet in the same lines of the cache.
    const std::int64_t stride = (pixels + 15) / 16 * 16 + 16;

    thread_local std::vector<float> planes;
    planes.resize(static_cast<std::size_t>(stride * frames));
    PlaneGrid grid;
    grid.FirstFrame = firstFrame;
    grid.Frames = frames;
    grid.FirstSlice = this->Box.First[2] + slice * this->Box.Stride[2];
    this->Frames.Read(grid, region, planes.data(), stride);
    const std::int64_t voxel =
      (std::int64_t{ slice } * this->Box.Count[1] + firstRow) * this->Box.Count[0];
    Interleave(planes.data(), stride, frames, pixels,
      this->Spectra + voxel * this->Parts.Frames + firstFrame, this->Parts.Frames);
    if (planes.capacity() * sizeof(float) > 4 * BlockBytes)
    {
      std::vector<float>().swap(planes); // gives the memory back, which clear() does not
    }
  }

private:
  const FrameReader& Frames;
  const VoxelBox Box;
  float* const Spectra;
  const Blocks Parts;
};

}

bool ReadSpectra(const FrameReader& frames, const VoxelBox& box, float* spectra,
  const std::function<bool(double)>& progress)
{
  if (frames.NumberOfFrames() == 0 || box.Count[0] <= 0 || box.Count[1] <= 0 || box.Count[2] <= 0)
  {
    return true;
  }
  Loader loader(frames, box, spectra);
  const std::int64_t blocks = loader.GetBlocks().Count();
  const std::int64_t step = std::max<std::int64_t>(4 * NumberOfThreads(), blocks / 64);
  for (std::int64_t first = 0; first < blocks; first += step)
  {
    const std::int64_t last = std::min(blocks, first + step);
    ParallelFor(first, last, 1,
      [&](std::int64_t begin, std::int64_t end)
      {
        for (std::int64_t block = begin; block < end; ++block)
        {
          loader.LoadBlock(block);
        }
      });
    if (!progress(static_cast<double>(last) / static_cast<double>(blocks)))
    {
      return false;
    }
  }
  return true;
}

}
