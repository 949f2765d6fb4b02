// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "RunForest.h"

#include <numeric>

namespace paraxanes
{
namespace
{

// Calls found(run) for every run of a row.
template <typename Found>
void FindRuns(const std::uint8_t* row, std::int32_t width, bool valid, Found found)
{
  std::int32_t x = 0;
  while (x < width)
  {
    while (x < width && (row[x] == 0) != valid)
    {
      ++x;
    }
    const std::int32_t begin = x;
    while (x < width && (row[x] == 0) == valid)
    {
      ++x;
    }
    if (x > begin)
    {
      found(RunForest::Run{ begin, x });
    }
  }
}

}

RunForest::RunForest(const std::uint8_t* validity, const std::array<int, 3>& size, bool valid)
  : Width(size[0])
  , Rows(size[0] > 0 ? static_cast<std::int64_t>(size[1]) * size[2] : 0)
{
  this->FindAllRuns(validity, valid);
  this->Pieces.resize(this->Runs.size());
  std::iota(this->Pieces.begin(), this->Pieces.end(), std::int64_t{ 0 });
  for (std::int64_t row = 0; row < this->Rows; ++row)
  {
    if (row % size[1] > 0)
    {
      this->Join(row - 1, row);
    }
    if (row >= size[1])
    {
      this->Join(row - size[1], row);
    }
  }
  this->NumberPieces();
}

std::int64_t RunForest::PieceAt(std::int64_t row, std::int32_t x) const
{
  const auto begin = this->Runs.begin() + this->FirstRun(row);
  const auto end = this->Runs.begin() + this->FirstRun(row + 1);
  const auto run = std::partition_point(begin, end, [x](const Run& r) { return r.End <= x; });
  const bool found = run != end && run->Begin <= x;
  return found ? this->Pieces[static_cast<std::size_t>(run - this->Runs.begin())] : -1;
}

void RunForest::FindAllRuns(const std::uint8_t* validity, bool valid)
{
  this->FirstRuns.assign(static_cast<std::size_t>(this->Rows) + 1, 0);
  const auto forRows = [&](auto found)
  {
    ParallelFor(0, this->Rows, this->RowsPerTask(),
      [&](std::int64_t first, std::int64_t last)
      {
        for (std::int64_t row = first; row < last; ++row)
        {
          FindRuns(validity + row * this->Width, this->Width, valid,
            [&](const Run& run) { found(static_cast<std::size_t>(row), run); });
        }
      });
  };
  forRows([&](std::size_t row, const Run&) { ++this->FirstRuns[row + 1]; });
  std::partial_sum(this->FirstRuns.begin(), this->FirstRuns.end(), this->FirstRuns.begin());
  this->Runs.resize(static_cast<std::size_t>(this->FirstRuns.back()));
  std::vector<std::int64_t> next(this->FirstRuns.begin(), this->FirstRuns.end() - 1);
  forRows([&](std::size_t row, const Run& run)
    { this->Runs[static_cast<std::size_t>(next[row]++)] = run; });
}

std::int64_t RunForest::FindRoot(std::int64_t run)
{
  std::int64_t* parents = this->Pieces.data();
  while (parents[run] != run)
  {
    parents[run] = parents[parents[run]];
    run = parents[run];
  }
  return run;
}

// Joins the runs of two neighbouring rows that share a face.
void RunForest::Join(std::int64_t rowA, std::int64_t rowB)
{
  std::int64_t a = this->FirstRun(rowA);
  std::int64_t b = this->FirstRun(rowB);
  while (a < this->FirstRun(rowA + 1) && b < this->FirstRun(rowB + 1))
  {
    const Run& runA = this->Runs[static_cast<std::size_t>(a)];
    const Run& runB = this->Runs[static_cast<std::size_t>(b)];
    if (runA.Begin < runB.End && runB.Begin < runA.End)
    {
      const std::int64_t rootA = this->FindRoot(a);
      const std::int64_t rootB = this->FindRoot(b);
      this->Pieces[static_cast<std::size_t>(std::max(rootA, rootB))] = std::min(rootA, rootB);
    }
    (runA.End < runB.End ? a : b) += 1;
  }
}

// A parent comes before its children, so that it has its number when they ask for it.
void RunForest::NumberPieces()
{
  for (std::size_t run = 0; run < this->Pieces.size(); ++run)
  {
    const auto parent = static_cast<std::size_t>(this->Pieces[run]);
    this->Pieces[run] = parent == run ? this->Count++ : this->Pieces[parent];
  }
}

}
