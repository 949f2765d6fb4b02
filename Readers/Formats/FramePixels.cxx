// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FramePixels.h"

#include "Absorbance.h"
#include "MedianRepair.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sys/resource.h>

namespace paraxanes
{
namespace
{

// Rows of a block where neighbouring rows are read too, so that they are a small part of it.
constexpr int RowsWithNeighbours = 32;

// Descriptors that are kept at once: half of what the process may open. More files are opened again
// for every block.
std::size_t DescriptorLimit()
{
  rlimit limit = {};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::size_t>(limit.rlim_cur / 2) : 256;
}

std::int64_t Pixels(const Region& region)
{
  return std::int64_t{ region.Columns } * region.Rows;
}

std::array<int, 6> Numbers(const Region& region)
{
  return { region.X0, region.Columns, region.XStride, region.Y0, region.Rows, region.YStride };
}

// All pixels from the first to the last of a region, and `halo` more around it where there are any.
Region Dense(const Region& region, int halo, const int size[3])
{
  Region dense;
  const int x1 = region.X0 + (region.Columns - 1) * region.XStride + 1;
  const int y1 = region.Y0 + (region.Rows - 1) * region.YStride + 1;
  dense.X0 = std::max(region.X0 - halo, 0);
  dense.Y0 = std::max(region.Y0 - halo, 0);
  dense.Columns = std::min(x1 + halo, size[0]) - dense.X0;
  dense.Rows = std::min(y1 + halo, size[1]) - dense.Y0;
  return dense;
}

// The pixels of a region of a dense one that holds it.
template <typename T>
std::vector<T> Pick(const std::vector<T>& values, const Region& dense, const Region& region)
{
  std::vector<T> picked;
  picked.reserve(static_cast<std::size_t>(Pixels(region)));
  for (int j = 0; j < region.Rows; ++j)
  {
    const std::int64_t row = region.Y0 - dense.Y0 + std::int64_t{ j } * region.YStride;
    const T* in = values.data() + row * dense.Columns + (region.X0 - dense.X0);
    for (int i = 0; i < region.Columns; ++i)
    {
      picked.push_back(in[std::int64_t{ i } * region.XStride]);
    }
  }
  return picked;
}

}

FrameReader::FrameReader(StackRecipe recipe, std::int64_t cacheBytes)
  : Recipe(std::move(recipe))
  , CacheBytes(cacheBytes)
{
  for (const FrameSource& frame : this->Recipe.Frames)
  {
    for (const Images* images :
      { &frame.Image.Images, &frame.Image.References, &frame.Image.Darks })
    {
      for (const StackImage& image : *images)
      {
        this->Keep(*image.File);
      }
    }
    this->FrameSets.push_back(
      { this->SetOf(frame.Image.References), this->SetOf(frame.Image.Darks) });
  }
}

void FrameReader::Keep(const StackFile& file)
{
  const std::size_t needed = file.Descriptors();
  if (this->Open.count(&file) == 0 && this->Descriptors + needed <= DescriptorLimit())
  {
    this->Open[&file] = file.Open();
    this->Descriptors += needed;
  }
}

int FrameReader::SetOf(const Images& images)
{
  if (images.empty())
  {
    return -1;
  }
  const auto same = [&images](const Images& other)
  {
    return std::equal(images.begin(), images.end(), other.begin(), other.end(),
      [](const StackImage& a, const StackImage& b)
      { return a.File == b.File && a.Number == b.Number; });
  };
  const auto found = std::find_if(this->ImageSets.begin(), this->ImageSets.end(), same);
  const auto index = static_cast<std::size_t>(found - this->ImageSets.begin());
  if (found == this->ImageSets.end())
  {
    this->ImageSets.push_back(images);
    this->SetUses.push_back(0);
  }
  ++this->SetUses[index];
  return static_cast<int>(index);
}

DecodedTogether FrameReader::Together() const
{
  DecodedTogether together;
  bool neighbours = this->Recipe.Zingers > 0.0 || this->Recipe.Despeckle;
  for (const FrameSource& frame : this->Recipe.Frames)
  {
    const DecodedTogether& file = frame.Image.File().Contents().Together;
    together.Columns = std::max(together.Columns, file.Columns);
    together.Rows = std::max(together.Rows, file.Rows);
    together.Slices = std::max(together.Slices, file.Slices);
    together.Energies = std::max(together.Energies, file.Energies);
    neighbours = neighbours || frame.Moves();
  }
  together.Rows = neighbours ? std::max(together.Rows, RowsWithNeighbours) : together.Rows;
  return together;
}

PixelCounts FrameReader::Counts() const
{
  return { this->NotPositive, this->Outside, this->Zingers, this->ReferenceZingers };
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

// Frames whose values come straight from one image.
bool FrameReader::IsDirect(int frame) const
{
  const FrameSource& source = this->Recipe.Frames[static_cast<std::size_t>(frame)];
  return source.Image.Images.size() == 1 && source.Image.Darks.empty() && !source.Moves() &&
    this->Recipe.Zingers == 0.0;
}

// Direct frames from `first` on that can be read in one go: of one file, equally far apart.
int FrameReader::RunLength(int first, int last, int& step) const
{
  const auto image = [&](int k) -> const StackImage&
  { return this->Recipe.Frames[static_cast<std::size_t>(k)].Image.Images.front(); };
  step = 1;
  int length = 1;
  while (first + length < last && this->IsDirect(first + length) &&
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

void FrameReader::Read(
  const PlaneGrid& grid, const Region& region, float* planes, std::int64_t stride) const
{
  const int last = grid.FirstFrame + grid.Frames;
  for (int first = grid.FirstFrame; first < last;)
  {
    float* begin = planes + std::int64_t{ first - grid.FirstFrame } * grid.Slices * stride;
    int length = 1;
    const bool direct = this->IsDirect(first);
    if (direct)
    {
      int step = 1;
      length = this->RunLength(first, last, step);
      const StackImage& image =
        this->Recipe.Frames[static_cast<std::size_t>(first)].Image.Images.front();
      const ImageGrid images = { image.Number + grid.FirstSlice, length, step, grid.Slices,
        grid.SliceStep };
      this->ReadImages(*image.File, images, region, begin, stride);
    }
    for (int k = 0; k < length * grid.Slices; ++k)
    {
      float* plane = begin + k * stride;
      const int frame = first + k / grid.Slices;
      const int slice = grid.FirstSlice + k % grid.Slices * grid.SliceStep;
      if (direct)
      {
        this->NotPositive += this->ToAbsorbance(frame, slice, region, plane);
      }
      else
      {
        this->ReadFrame(frame, slice, region, plane);
      }
    }
    first += length;
  }
}

void FrameReader::ReadFrame(int frame, int slice, const Region& region, float* plane) const
{
  if (this->Recipe.Frames[static_cast<std::size_t>(frame)].Moves())
  {
    this->ReadMoved(frame, slice, region, plane);
  }
  else
  {
    this->NotPositive += this->ReadUnmoved(frame, slice, region, region, plane);
  }
}

// Absorbance in the frame's own grid; the number of pixels that have none.
std::int64_t FrameReader::ReadUnmoved(
  int frame, int slice, const Region& region, const Region& counted, float* plane) const
{
  this->ReadIntensity(frame, slice, region, counted, plane);
  return this->ToAbsorbance(frame, slice, region, plane);
}

void FrameReader::ReadMoved(int frame, int slice, const Region& region, float* plane) const
{
  const FrameSource& source = this->Recipe.Frames[static_cast<std::size_t>(frame)];
  const int* size = this->Recipe.Size;
  const Interpolation between = this->Recipe.Between;
  const AxisTaps x(source.Place[0], region.X0, region.XStride, region.Columns, size[0], between);
  const AxisTaps y(source.Place[1], region.Y0, region.YStride, region.Rows, size[1], between);
  const AxisTaps z(source.Place[2], slice, 1, 1, size[2], between);
  const AxisTaps::Taps& slices = z.All().front();

  const Region needed = { x.SourceFirst(), x.SourceCount(), 1, y.SourceFirst(), y.SourceCount(),
    1 };
  Region counted = { x.HomeFirst(), x.HomeCount(), 1, y.HomeFirst(), y.HomeCount(), 1 };
  std::vector<Plane> planes;
  std::vector<WeightedPlane> weighted;
  std::int64_t notPositive = 0;
  for (int k = 0; k < (Pixels(needed) > 0 ? slices.Count : 0); ++k)
  {
    const int s = slices.First + k;
    planes.emplace_back(static_cast<std::size_t>(Pixels(needed)));
    const bool home = s >= z.HomeFirst() && s < z.HomeFirst() + z.HomeCount();
    counted.Rows = home ? y.HomeCount() : 0;
    notPositive += this->ReadUnmoved(frame, s, needed, counted, planes.back().data());
    weighted.push_back({ planes.back().data(), slices.Weights[static_cast<std::size_t>(k)] });
  }
  ResamplePlane(weighted, x, y, plane);

  const auto inside = [](const AxisTaps& axis)
  {
    return std::count_if(axis.All().begin(), axis.All().end(),
      [](const AxisTaps::Taps& taps) { return taps.Count > 0; });
  };
  const std::int64_t found = slices.Count > 0 ? inside(x) * inside(y) : 0;
  this->Outside += Pixels(region) - found;
  if (notPositive > 0)
  {
    this->NotPositive += CountNotFinite(plane, Pixels(region)) - (Pixels(region) - found);
  }
}

// Mean of the exposures, less the dark.
void FrameReader::ReadIntensity(
  int frame, int slice, const Region& region, const Region& counted, float* plane) const
{
  const auto k = static_cast<std::size_t>(frame);
  std::int64_t repaired = 0;
  const Plane mean = this->RepairedMean(this->Recipe.Frames[k].Image.Images, slice,
    this->FrameSets[k].Darks, region, counted, repaired);
  this->Zingers += repaired;
  std::copy(mean.begin(), mean.end(), plane);
}

std::int64_t FrameReader::ToAbsorbance(
  int frame, int slice, const Region& region, float* plane) const
{
  if (!this->Recipe.Intensities)
  {
    return 0;
  }
  const auto k = static_cast<std::size_t>(frame);
  const double incident = this->Recipe.Frames[k].Incident *
    (this->Recipe.Background.Columns > 0 ? this->Background(frame, slice) : 1.0);
  if (this->FrameSets[k].References < 0)
  {
    return paraxanes::ToAbsorbance(plane, Pixels(region), incident);
  }
  const PlanePointer light = this->Light(frame, region);
  return paraxanes::ToAbsorbance(plane, Pixels(region), light->data(), incident);
}

// Mean intensity of the background region of an image, of its finite pixels.
double FrameReader::Background(int frame, int slice) const
{
  const std::pair<int, int> key(frame, slice);
  {
    const std::lock_guard<std::mutex> guard(this->Lock);
    const auto known = this->Backgrounds.find(key);
    if (known != this->Backgrounds.end())
    {
      return known->second;
    }
  }
  const Region& region = this->Recipe.Background;
  Plane plane(static_cast<std::size_t>(Pixels(region)));
  Region none = region;
  none.Rows = 0;
  this->ReadIntensity(frame, slice, region, none, plane.data());
  const auto k = static_cast<std::size_t>(frame);
  const PlanePointer light =
    this->FrameSets[k].References < 0 ? nullptr : this->Light(frame, region);
  const double incident = this->Recipe.Frames[k].Incident;
  const double mean =
    MeanIntensity(plane.data(), Pixels(region), light ? light->data() : nullptr, incident);
  const std::lock_guard<std::mutex> guard(this->Lock);
  this->Backgrounds[key] = mean;
  return mean;
}

// Of the images, each less the mean of a set of darks (-1: none) and repaired. Replaced pixels of
// `counted` are added to `repaired`.
FrameReader::Plane FrameReader::RepairedMean(const Images& images, int slice, int darks,
  const Region& region, const Region& counted, std::int64_t& repaired) const
{
  const double threshold = this->Recipe.Zingers;
  const bool repair = threshold > 0.0;
  const Region read = repair ? Dense(region, 1, this->Recipe.Size) : region;
  const PlanePointer dark = darks < 0 ? nullptr : this->Dark(darks, read);
  const auto correct = [&](Plane& plane)
  {
    for (std::size_t i = 0; dark && i < plane.size(); ++i)
    {
      plane[i] -= (*dark)[i];
    }
    if (repair)
    {
      const auto replaced = RepairOutliers(plane.data(), read.Columns, read.Rows, threshold);
      const auto here = Pick(replaced, read, counted);
      repaired += std::count(here.begin(), here.end(), std::uint8_t{ 1 });
    }
  };
  const Plane mean = this->Mean(images, slice, read, correct);
  return repair ? Pick(mean, read, region) : mean;
}

FrameReader::Plane FrameReader::Mean(const Images& images, int slice, const Region& region,
  const std::function<void(Plane&)>& correct) const
{
  const std::int64_t pixels = Pixels(region);
  std::vector<double> sum(static_cast<std::size_t>(pixels), 0.0);
  Plane plane(static_cast<std::size_t>(pixels));
  for (const StackImage& image : images)
  {
    const ImageGrid one = { image.Number + slice, 1, 1, 1, 1 };
    this->ReadImages(*image.File, one, region, plane.data(), pixels);
    correct(plane);
    for (std::size_t i = 0; i < plane.size(); ++i)
    {
      sum[i] += plane[i];
    }
  }
  const auto number = static_cast<double>(images.size());
  std::transform(sum.begin(), sum.end(), plane.begin(),
    [number](double value) { return static_cast<float>(value / number); });
  return plane;
}

// The mean reference of a frame.
FrameReader::PlanePointer FrameReader::Light(int frame, const Region& region) const
{
  const Sets& sets = this->FrameSets[static_cast<std::size_t>(frame)];
  const PlaneKey key(sets.References, sets.Darks, Numbers(region));
  PlanePointer found;
  if (this->Find(key, found))
  {
    return found;
  }
  const Region read = this->Recipe.Despeckle ? Dense(region, 1, this->Recipe.Size) : region;
  const auto set = static_cast<std::size_t>(sets.References);
  std::int64_t repaired = 0;
  Plane mean = this->RepairedMean(this->ImageSets[set], 0, sets.Darks, read, region, repaired);
  if (this->Recipe.Despeckle)
  {
    mean = Pick(MedianImage(mean.data(), read.Columns, read.Rows), read, region);
  }
  const auto light = std::make_shared<const Plane>(std::move(mean));
  const bool reused = this->Recipe.Size[2] > 1 || this->SetUses[set] > 1;
  if (this->Store(key, light, reused))
  {
    this->ReferenceZingers += repaired;
  }
  return light;
}

FrameReader::PlanePointer FrameReader::Dark(int set, const Region& region) const
{
  const PlaneKey key(-1, set, Numbers(region));
  PlanePointer found;
  if (this->Find(key, found))
  {
    return found;
  }
  const Images& images = this->ImageSets[static_cast<std::size_t>(set)];
  const auto dark = std::make_shared<const Plane>(this->Mean(images, 0, region, [](Plane&) {}));
  this->Store(key, dark, true);
  return dark;
}

bool FrameReader::Find(const PlaneKey& key, PlanePointer& plane) const
{
  const std::lock_guard<std::mutex> guard(this->Lock);
  const auto known = this->Planes.find(key);
  plane = known == this->Planes.end() ? nullptr : known->second;
  return plane != nullptr;
}

bool FrameReader::Store(const PlaneKey& key, const PlanePointer& plane, bool reused) const
{
  const auto bytes = static_cast<std::int64_t>(plane->size() * sizeof(float));
  const std::lock_guard<std::mutex> guard(this->Lock);
  const bool kept = reused && this->CachedBytes + bytes <= this->CacheBytes;
  const bool first = this->Planes.emplace(key, kept ? plane : nullptr).second;
  this->CachedBytes += first && kept ? bytes : 0;
  return first;
}

}
