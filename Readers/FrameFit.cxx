// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "FrameFit.h"

#include "EnergyAxis.h"
#include "Parallel.h"
#include "PhaseCorrelation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <sstream>

namespace paraxanes
{
namespace
{

// Little enough work to do at every opening: the middle of an image, in means of blocks.
constexpr int LookedAt = 512;    // px
constexpr int PictureSize = 128; // px
constexpr int MostFrames = 9;
constexpr double FarShift = 2.0; // px
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

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

  // Of some of the energies, in means of blocks.
  std::vector<Picture> Pictures(
    const float* spectra, int energies, const std::vector<std::size_t>& frames) const
  {
    const int width = (this->Columns + this->Factor - 1) / this->Factor;
    const int height = (this->Rows + this->Factor - 1) / this->Factor;
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::vector<Picture> pictures(frames.size(), { width, height, std::vector<float>(pixels) });
    const auto setRow = [&](int blockRow)
    {
      const std::size_t size = static_cast<std::size_t>(width) * frames.size();
      std::vector<double> sums(size, 0.0);
      std::vector<double> counts(size, 0.0);
      const int last = std::min(this->Rows, (blockRow + 1) * this->Factor);
      for (int row = blockRow * this->Factor; row < last; ++row)
      {
        const float* spectrum =
          spectra + ((this->FirstRow + row) * this->Width + this->X0) * energies;
        for (int x = 0; x < this->Columns; ++x, spectrum += energies)
        {
          const std::size_t block = static_cast<std::size_t>(x / this->Factor) * frames.size();
          for (std::size_t k = 0; k < frames.size(); ++k)
          {
            const double value = spectrum[frames[k]];
            const bool finite = std::isfinite(value);
            sums[block + k] += finite ? value : 0.0;
            counts[block + k] += finite ? 1.0 : 0.0;
          }
        }
      }
      for (std::size_t i = 0; i < size; ++i)
      {
        const std::size_t pixel =
          static_cast<std::size_t>(blockRow) * static_cast<std::size_t>(width) + i / frames.size();
        pictures[i % frames.size()].Values[pixel] =
          static_cast<float>(counts[i] > 0.0 ? sums[i] / counts[i] : NaN);
      }
    };
    ParallelFor(0, height, 8,
      [&](std::int64_t begin, std::int64_t end)
      {
        for (auto row = static_cast<int>(begin); row < static_cast<int>(end); ++row)
        {
          setRow(row);
        }
      });
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
  // Frames that are evenly spread, with the first and the last; each against the one before, and
  // the last against the first.
  std::vector<std::size_t> taken(static_cast<std::size_t>(std::min(frames, MostFrames)));
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < taken.size(); ++i)
  {
    taken[i] = i * static_cast<std::size_t>(frames - 1) / (taken.size() - 1);
    if (i > 0)
    {
      pairs.emplace_back(i - 1, i);
    }
  }
  if (taken.size() > 2)
  {
    pairs.emplace_back(0, taken.size() - 1);
  }
  const std::vector<Picture> pictures = middle.Pictures(spectra, frames, taken);
  std::vector<PictureShift> shifts(pairs.size());
  const auto length = [&](std::size_t i) { return factor * std::hypot(shifts[i].X, shifts[i].Y); };
  ParallelFor(0, static_cast<std::int64_t>(pairs.size()), 1,
    [&](std::int64_t begin, std::int64_t end)
    {
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      {
        // One pass may say a quarter too little.
        const auto find = [&](int passes)
        { return FindShift(pictures[pairs[i].first], pictures[pairs[i].second], passes); };
        shifts[i] = find(1);
        if (length(i) > 0.7 * FarShift)
        {
          shifts[i] = find(2);
        }
      }
    });

  const auto distance = [&](std::size_t i) { return shifts[i].IsSignificant() ? length(i) : 0.0; };
  // Neighbours say where it happens; the first and the last only that something drifts.
  const std::size_t neighbours = taken.size() - 1;
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
       << labels[taken[pairs[farthest].first]] << " to " << labels[taken[pairs[farthest].second]]
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
