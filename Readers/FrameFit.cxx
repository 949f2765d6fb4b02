// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FrameFit.h"

#include "EnergyAxis.h"
#include "FrameStatistics.h"
#include "Parallel.h"
#include "PhaseCorrelation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <sstream>

namespace paraxanes
{
namespace
{

// Little enough work to do at every opening: the middle of an image, in means of blocks.
constexpr int LookedAt = 512;    // px
constexpr int PictureSize = 128; // px
constexpr int MostFrames = 17;
constexpr double FarShift = 2.0; // px

// The middle of the middle slice.
struct Middle
{
  explicit Middle(const Extent& box)
    : Width(box[1] - box[0] + 1)
    , Columns(std::min(this->Width, LookedAt))
    , Rows(std::min(box[3] - box[2] + 1, LookedAt))
    , X0((this->Width - this->Columns) / 2)
    , Factor((std::max(this->Columns, this->Rows) + PictureSize - 1) / PictureSize)
  {
    const int height = box[3] - box[2] + 1;
    const int slice = (box[5] - box[4]) / 2;
    this->FirstRow = std::int64_t{ slice } * height + (height - this->Rows) / 2;
  }

  // One picture per energy.
  std::vector<Picture> Pictures(const float* spectra, int energies) const
  {
    BlockSums sums((this->Columns + this->Factor - 1) / this->Factor,
      (this->Rows + this->Factor - 1) / this->Factor, energies, this->Factor);
    for (int row = 0; row < this->Rows; ++row)
    {
      const std::int64_t voxel = (this->FirstRow + row) * this->Width + this->X0;
      sums.Add(spectra + voxel * energies, this->Columns, 1, 0, row);
    }
    const auto pixels = static_cast<std::size_t>(sums.Columns) * sums.Rows;
    std::vector<Picture> pictures(
      static_cast<std::size_t>(energies), { sums.Columns, sums.Rows, std::vector<float>(pixels) });
    SetRows(sums, 0, pictures);
    return pictures;
  }

  int Width;
  int Columns;
  int Rows;
  int X0;
  int Factor;
  std::int64_t FirstRow = 0;
};

}

std::string FrameFitWarning(
  const float* spectra, const Extent& box, const std::vector<double>& energies)
{
  const auto frames = static_cast<int>(energies.size());
  if (IsEmpty(box) || frames < 2)
  {
    return {};
  }
  const Middle middle(box);
  const int factor = middle.Factor;
  const std::vector<Picture> pictures = middle.Pictures(spectra, frames);

  // Frames that are evenly spread, with the first and the last; each against the one before, and
  // the last against the first.
  const int taken = std::min(frames, MostFrames);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  const auto frame = [&](int i)
  { return static_cast<std::size_t>(i * (frames - 1) / (taken - 1)); };
  for (int i = 1; i < taken; ++i)
  {
    pairs.emplace_back(frame(i - 1), frame(i));
  }
  if (taken > 2)
  {
    pairs.emplace_back(frame(0), frame(taken - 1));
  }
  const auto find = [&](std::size_t i, int passes)
  { return FindShift(pictures[pairs[i].first], pictures[pairs[i].second], passes); };
  std::vector<PictureShift> shifts(pairs.size());
  ParallelFor(0, static_cast<std::int64_t>(pairs.size()), 1,
    [&](std::int64_t begin, std::int64_t end)
    {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      {
        shifts[i] = find(i, 2);
      }
    });

  // Neighbours say where it happens; the first and the last only that something drifts.
  const auto distance = [&](std::size_t i)
  { return shifts[i].IsSignificant() ? factor * std::hypot(shifts[i].X, shifts[i].Y) : 0.0; };
  const std::size_t neighbours = static_cast<std::size_t>(taken) - 1;
  std::size_t farthest = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < neighbours; ++i)
  {
    count += distance(i) > FarShift ? 1 : 0;
    farthest = distance(i) > distance(farthest) ? i : farthest;
  }
  farthest = count > 0 ? farthest : pairs.size() - 1;
  if (!(distance(farthest) > FarShift))
  {
    return {};
  }
  const std::vector<std::string> labels = EnergyLabels(energies);
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << "The frames do not fit together: from "
       << labels[pairs[farthest].first] << " to " << labels[pairs[farthest].second]
       << " the content moves by " << factor * shifts[farthest].X << " pixels in x and "
       << factor * shifts[farthest].Y << " in y";
  if (count > 1)
  {
    text << " (the largest of " << count << " such shifts among " << neighbours
         << " pairs of energies)";
  }
  text << ". Spectra would mix different places: align the frames (ShiftsFile), and look at them "
          "with the filter Stack Quality.";
  return text.str();
}

}
