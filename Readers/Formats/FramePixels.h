// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file FramePixels.h
 * Absorbance of a part of a frame: its exposures averaged, darks and references taken into
 * account, outliers repaired, moved and magnified to the grid of the stack.
 *
 * For each image that a camera took, in this order: less the mean dark; outliers replaced
 * (ZingerThreshold). Then the mean of the images of the sample, divided by that of the references
 * (despeckled), divided by the mean of its background region, -ln, and last the interpolation.
 * Nothing depends on how a stack is cut into regions.
 */
#ifndef FramePixels_h
#define FramePixels_h

#include "PlaneResampling.h"
#include "StackSeries.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

namespace paraxanes
{

/// What makes absorbance of the values of one frame.
struct FrameSource
{
  Frame Image;
  /// Intensity = (values - darks) / (Incident * (references - darks)), without what is not there.
  double Incident = 1.0;
  /// Where the voxels of the stack lie in this frame, for x, y, z.
  std::array<AxisMap, 3> Place;

  bool Moves() const
  {
    return this->Place[0].Moves() || this->Place[1].Moves() || this->Place[2].Moves();
  }
};

/// How the values of all frames become absorbance on one grid.
struct StackRecipe
{
  std::vector<FrameSource> Frames;
  int Size[3] = { 0, 0, 0 }; ///< voxels of a frame
  bool Intensities = false;  ///< absorbance is -ln(intensity); else the values are absorbance
  bool Despeckle = false;    ///< 3 x 3 median of each mean reference
  double Zingers = 0.0;      ///< pixels off by more than this part of their median; 0: none
  Region Background;         ///< beside the sample, in each image; no columns: none
  Interpolation Between = Interpolation::Linear;
};

/// What was found among the values.
struct PixelCounts
{
  std::int64_t NotPositive = 0; ///< without absorbance, as intensity or incident is not positive
  std::int64_t Outside = 0;     ///< not in the frame, which lies elsewhere or is smaller
  std::int64_t Zingers = 0;     ///< pixels of sample images that were replaced
  std::int64_t ReferenceZingers = 0; ///< pixels of reference images that were replaced
};

/// A block of planes: frames [FirstFrame, FirstFrame + Frames) of the list, and slices
/// FirstSlice + s * SliceStep, s < Slices.
struct PlaneGrid
{
  int FirstFrame = 0;
  int Frames = 1;
  int FirstSlice = 0;
  int Slices = 1;
  int SliceStep = 1;
};

/// Safe to use from several threads at once.
class FrameReader
{
public:
  /// Keeps up to `cacheBytes` of references and darks that serve several slices or frames.
  explicit FrameReader(StackRecipe recipe, std::int64_t cacheBytes = std::int64_t{ 64 } << 20);

  int NumberOfFrames() const { return static_cast<int>(this->Recipe.Frames.size()); }

  /// The largest blocks of pixels in which files of the frames are decoded.
  DecodedTogether Together() const;

  /// Absorbance of the region; that of frame f and slice s of the grid begins at
  /// planes[(f * grid.Slices + s) * stride]. Throws FormatError.
  void Read(const PlaneGrid& grid, const Region& region, float* planes, std::int64_t stride) const;

  /// Of all that was read so far.
  PixelCounts Counts() const;

private:
  using Images = std::vector<StackImage>;
  using Plane = std::vector<float>;
  using PlanePointer = std::shared_ptr<const Plane>;
  /// Which images and darks, and the region.
  using PlaneKey = std::tuple<int, int, std::array<int, 6>>;
  /// What serves a frame, by number; the same images have the same number. -1: none.
  struct Sets
  {
    int References = -1;
    int Darks = -1;
  };

  void Keep(const StackFile& file);
  int SetOf(const Images& images);
  bool IsDirect(int frame) const;
  int RunLength(int first, int last, int& step) const;
  void ReadImages(const StackFile& file, const ImageGrid& images, const Region& region,
    float* planes, std::int64_t stride) const;
  void ReadFrame(int frame, int slice, const Region& region, float* plane) const;
  std::int64_t ReadUnmoved(
    int frame, int slice, const Region& region, const Region& counted, float* plane) const;
  void ReadMoved(int frame, int slice, const Region& region, float* plane) const;
  void ReadIntensity(
    int frame, int slice, const Region& region, const Region& counted, float* plane) const;
  std::int64_t ToAbsorbance(int frame, int slice, const Region& region, float* plane) const;
  double Background(int frame, int slice) const;
  Plane RepairedMean(const Images& images, int slice, int darks, const Region& region,
    const Region& counted, std::int64_t& repaired) const;
  Plane Mean(const Images& images, int slice, const Region& region,
    const std::function<void(Plane&)>& correct) const;
  PlanePointer Light(int frame, const Region& region) const;
  PlanePointer Dark(int set, const Region& region) const;
  bool Find(const PlaneKey& key, PlanePointer& plane) const;
  /// False when another thread was first.
  bool Store(const PlaneKey& key, const PlanePointer& plane, bool reused) const;

  const StackRecipe Recipe;
  const std::int64_t CacheBytes;
  std::map<const StackFile*, std::unique_ptr<PixelReader>> Open;
  std::size_t Descriptors = 0; // that these keep
  std::vector<Images> ImageSets;
  std::vector<int> SetUses; // frames that use a set
  std::vector<Sets> FrameSets;

  mutable std::mutex Lock; // of the three below
  mutable std::map<PlaneKey, PlanePointer> Planes;
  mutable std::map<std::pair<int, int>, double> Backgrounds;
  mutable std::int64_t CachedBytes = 0;

  mutable std::atomic<std::int64_t> NotPositive{ 0 };
  mutable std::atomic<std::int64_t> Outside{ 0 };
  mutable std::atomic<std::int64_t> Zingers{ 0 };
  mutable std::atomic<std::int64_t> ReferenceZingers{ 0 };
};

}

#endif
