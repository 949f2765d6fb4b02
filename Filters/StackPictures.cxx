// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "StackPictures.h"

#include "FrameStatistics.h"
#include "StackRun.h"

#include <algorithm>
#include <cstddef>

namespace paraxanes
{
namespace
{

constexpr double SpectraAtOnce = 64.0 * 1048576; // bytes
constexpr int MostLayers = 16;

int Length(const Extent& box, int axis)
{
  const auto a = static_cast<std::size_t>(2 * axis);
  return box[a + 1] - box[a] + 1;
}

// The whole image, cut down to its middle along an axis.
void TakeMiddle(Extent& box, int axis, int length)
{
  const auto a = static_cast<std::size_t>(2 * axis);
  const int taken = std::min(length, Length(box, axis));
  box[a] += (Length(box, axis) - taken) / 2;
  box[a + 1] = box[a] + taken - 1;
}

}

PicturePlane MiddleLayers(const StackRun& run, int rowAxis, int size)
{
  PicturePlane plane = { run.Request.Whole, rowAxis };
  const int view = 3 - rowAxis;
  TakeMiddle(plane.Box, view, std::clamp(Length(plane.Box, view) / 4, 1, MostLayers));
  const int length = std::max(Length(plane.Box, 0), Length(plane.Box, rowAxis));
  plane.Factor = std::max(1, (length + size - 1) / size);
  return plane;
}

PicturePlane MiddleOfSlice(const StackRun& run, int size)
{
  PicturePlane plane = { run.Request.Whole, 1 };
  TakeMiddle(plane.Box, 0, size);
  TakeMiddle(plane.Box, 1, size);
  TakeMiddle(plane.Box, 2, 1);
  return plane;
}

bool GatherPictures(const StackRun& run, const PicturePlane& plane,
  const std::function<bool(double)>& step, std::vector<Picture>& pictures, std::string& error)
{
  const auto energies = static_cast<int>(run.Energies.size());
  const auto axis = static_cast<std::size_t>(2 * plane.RowAxis);
  const int width = Length(plane.Box, 0);
  const int columns = (width + plane.Factor - 1) / plane.Factor;
  const int rows = (Length(plane.Box, plane.RowAxis) + plane.Factor - 1) / plane.Factor;
  const auto allocate = [&](std::string&)
  {
    pictures.clear();
    if (run.Ranks.IsRoot())
    {
      const auto pixels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
      pictures.assign(run.Energies.size(), { columns, rows, std::vector<float>(pixels) });
    }
    return true;
  };
  if (!run.Ranks.AllDo(allocate, error))
  {
    return false;
  }
  const auto view = static_cast<std::size_t>(6 - axis);
  const double bytesOfRow =
    static_cast<double>(width) * plane.Factor * energies * static_cast<double>(sizeof(float));
  const int band = std::clamp(static_cast<int>(SpectraAtOnce / bytesOfRow), 1, rows);

  std::vector<float> spectra;
  for (int row = 0; row < rows; row += band)
  {
    const int count = std::min(band, rows - row);
    BlockSums sums(0, 0, energies, plane.Factor);
    const auto work = [&](std::string& problem)
    {
      sums = BlockSums(columns, count, energies, plane.Factor);
      Extent box = plane.Box;
      const int first = box[axis] + row * plane.Factor;
      box[axis] = first;
      box[axis + 1] = std::min(box[axis + 1], first + count * plane.Factor - 1);
      box = Intersect(box, run.Owned);
      const auto reading = [&](double fraction) { return step((row + fraction * count) / rows); };
      // Layer by layer: those of a picture along y do not follow each other in a box.
      for (int layer = box[view]; layer <= box[view + 1] && !IsEmpty(box); ++layer)
      {
        Extent slice = box;
        slice[view] = slice[view + 1] = layer;
        if (!run.CopyBox(slice, spectra, reading, problem))
        {
          return false;
        }
        sums.Add(spectra.data(), Length(slice, 0), Length(slice, plane.RowAxis),
          slice[0] - plane.Box[0], slice[axis] - first);
      }
      return reading(1.0);
    };
    if (!run.Ranks.AllDo(work, error))
    {
      return false;
    }
    run.Ranks.Sum(sums.Sum.data(), static_cast<vtkIdType>(sums.Sum.size()));
    run.Ranks.Sum(sums.Count.data(), static_cast<vtkIdType>(sums.Count.size()));
    if (run.Ranks.IsRoot())
    {
      SetRows(sums, row, pictures);
    }
  }
  return true;
}

}
