// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file RunForest.h
 * The face-connected pieces of one box of voxels, as runs along x: the basis of all labelling.
 */
#ifndef RunForest_h
#define RunForest_h

#include "Parallel.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace paraxanes
{

/**
 * The runs of all rows of a box, and the piece that each belongs to. Pieces are numbered from 0 in
 * the order of their first voxels in memory; voxels that touch along an edge or at a corner only
 * are not connected.
 */
class RunForest
{
public:
  /// Voxels [Begin, End) of a row.
  struct Run
  {
    std::int32_t Begin;
    std::int32_t End;
  };

  /// Of the valid voxels (validity 0) or of all others; one value per voxel, x fastest.
  RunForest(const std::uint8_t* validity, const std::array<int, 3>& size, bool valid);

  std::int64_t NumberOfPieces() const { return this->Count; }

  /// The piece of voxel x of a row (row = y + z * size y), -1 where there is none.
  std::int64_t PieceAt(std::int64_t row, std::int32_t x) const;

  /// Calls body(row, run, piece) in the order of memory.
  template <typename Body>
  void ForRuns(Body body) const
  {
    this->ForRuns(0, this->Rows, body);
  }

  /// The same on several threads, row by row.
  template <typename Body>
  void ForRunsInParallel(Body body) const
  {
    ParallelFor(0, this->Rows, this->RowsPerTask(),
      [&](std::int64_t first, std::int64_t last) { this->ForRuns(first, last, body); });
  }

private:
  template <typename Body>
  void ForRuns(std::int64_t firstRow, std::int64_t lastRow, Body body) const
  {
    for (std::int64_t row = firstRow; row < lastRow; ++row)
    {
      for (std::int64_t run = this->FirstRun(row); run < this->FirstRun(row + 1); ++run)
      {
        const auto i = static_cast<std::size_t>(run);
        body(row, this->Runs[i], this->Pieces[i]);
      }
    }
  }

  std::int64_t FirstRun(std::int64_t row) const
  {
    return this->FirstRuns[static_cast<std::size_t>(row)];
  }
  std::int64_t RowsPerTask() const
  {
    return std::max<std::int64_t>(1, 65536 / std::max(1, this->Width));
  }
  void FindAllRuns(const std::uint8_t* validity, bool valid);
  std::int64_t FindRoot(std::int64_t run);
  void Join(std::int64_t rowA, std::int64_t rowB);
  void NumberPieces();

  std::int32_t Width;
  std::int64_t Rows;
  std::int64_t Count = 0;
  std::vector<std::int64_t> FirstRuns; // per row, and the number of runs at the end
  std::vector<Run> Runs;
  // Of each run: while the runs are joined its parent, a root being the first run of its piece.
  std::vector<std::int64_t> Pieces;
};

}

#endif
