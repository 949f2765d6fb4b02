// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FramePixels.h"

#include "Absorbance.h"

#include <algorithm>

namespace paraxanes
{
namespace
{

// Files that are kept open at once; more are opened again for every block.
constexpr std::size_t OpenFilesLimit = 256;

// Frames from `first` on that can be read in one go: single images of one file, equally far apart.
int RunLength(const std::vector<FrameSource>& frames, int first, int last, int& step)
{
  const auto image = [&](int k) -> const StackImage&
  { return frames[static_cast<std::size_t>(k)].Image.Images.front(); };
  const auto single = [&](int k)
  { return frames[static_cast<std::size_t>(k)].Image.Images.size() == 1; };
  step = 1;
  int length = 1;
  while (first + length < last && single(first) && single(first + length) &&
    image(first + length).File == image(first).File)
  {
    const int distance = image(first + length).Number - image(first + length - 1).Number;
    if (length > 1 && distance != step)
    {
      break;
    }
    step = distance;
    ++length;
  }
  return length;
}

}

FrameReader::FrameReader(std::vector<FrameSource> frames)
  : Frames(std::move(frames))
{
  for (const FrameSource& frame : this->Frames)
  {
    for (const auto* images : { &frame.Image.Images, &frame.Image.References, &frame.Image.Darks })
    {
      for (const StackImage& image : *images)
      {
        this->Keep(*image.File);
      }
    }
  }
}

void FrameReader::Keep(const StackFile& file)
{
  if (this->Open.size() < OpenFilesLimit && this->Open.count(&file) == 0)
  {
    this->Open[&file] = file.Open();
  }
}

DecodedTogether FrameReader::Together() const
{
  DecodedTogether together;
  for (const FrameSource& frame : this->Frames)
  {
    const DecodedTogether& file = frame.Image.File().Contents().Together;
    together.Columns = std::max(together.Columns, file.Columns);
    together.Rows = std::max(together.Rows, file.Rows);
    together.Slices = std::max(together.Slices, file.Slices);
    together.Energies = std::max(together.Energies, file.Energies);
  }
  return together;
}

void FrameReader::ReadImages(const StackFile& file, const ImageGrid& images, const Region& region,
  float* planes, std::int64_t stride) const
{
  const auto open = this->Open.find(&file);
  if (open != this->Open.end())
  {
    open->second->ReadImages(images, region, planes, stride);
  }
  else
  {
    file.Open()->ReadImages(images, region, planes, stride);
  }
}

void FrameReader::Read(
  const PlaneGrid& grid, const Region& region, float* planes, std::int64_t stride) const
{
  const std::int64_t pixels = std::int64_t{ region.Columns } * region.Rows;
  const int last = grid.FirstFrame + grid.Frames;
  for (int first = grid.FirstFrame; first < last;)
  {
    int step = 1;
    const int length = RunLength(this->Frames, first, last, step);
    float* begin = planes + std::int64_t{ first - grid.FirstFrame } * grid.Slices * stride;
    const std::vector<StackImage>& images =
      this->Frames[static_cast<std::size_t>(first)].Image.Images;
    const ImageGrid grids = { images.front().Number + grid.FirstSlice, length, step, grid.Slices,
      grid.SliceStep };
    this->ReadImages(*images.front().File, grids, region, begin, stride);
    for (std::int64_t k = 0; k < std::int64_t{ length } * grid.Slices; ++k)
    {
      float* plane = begin + k * stride;
      const auto frame = static_cast<std::size_t>(first + k / grid.Slices);
      this->ToAbsorbance(this->Frames[frame], region, plane);
      this->NotFinite += CountNotFinite(plane, pixels);
    }
    first += length;
  }
}

void FrameReader::ToAbsorbance(const FrameSource& frame, const Region& region, float* plane) const
{
  const std::int64_t pixels = std::int64_t{ region.Columns } * region.Rows;
  if (frame.Incident > 0.0)
  {
    this->NotPositive += paraxanes::ToAbsorbance(plane, pixels, frame.Incident);
  }
  else if (!frame.Image.References.empty())
  {
    const std::vector<double> incident = this->Mean(frame.Image.References, region);
    this->NotPositive += paraxanes::ToAbsorbance(plane, pixels, incident.data());
  }
}

std::vector<double> FrameReader::Mean(
  const std::vector<StackImage>& images, const Region& region) const
{
  const std::size_t pixels = static_cast<std::size_t>(region.Columns) * region.Rows;
  std::vector<double> mean(pixels, 0.0);
  std::vector<float> plane(pixels);
  for (const StackImage& image : images)
  {
    const ImageGrid one = { image.Number, 1, 1, 1, 1 };
    this->ReadImages(*image.File, one, region, plane.data(), static_cast<std::int64_t>(pixels));
    for (std::size_t i = 0; i < pixels; ++i)
    {
      mean[i] += plane[i];
    }
  }
  for (double& value : mean)
  {
    value /= static_cast<double>(images.size());
  }
  return mean;
}

}
