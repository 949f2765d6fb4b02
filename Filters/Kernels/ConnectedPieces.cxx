// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ConnectedPieces.h"

#include "Parallel.h"

#include <algorithm>
#include <numeric>

namespace paraxanes
{
namespace
{

// Voxels [Begin, End) of a row that are valid.
struct Run
{
  std::int32_t Begin;
  std::int32_t End;
};

// Calls found(run) for every run of a row.
template <typename Found>
void FindRuns(const std::uint8_t* row, std::int32_t width, Found found)
{
  std::int32_t x = 0;
  while (x < width)
  {
    while (x < width && row[x] != 0)
    {
      ++x;
    }
    const std::int32_t begin = x;
    while (x < width && row[x] == 0)
    {
      ++x;
    }
    if (x > begin)
    {
      found(Run{ begin, x });
    }
  }
}

// The runs of all rows, and which of them hang together: a union-find forest whose roots are the
// first runs of their pieces.
class RunForest
{
public:
  RunForest(const std::uint8_t* validity, const std::array<int, 3>& size)
    : Width(size[0])
    , Rows(static_cast<std::int64_t>(size[1]) * size[2])
  {
    this->FindAllRuns(validity);
    this->Parents.resize(this->Runs.size());
    std::iota(this->Parents.begin(), this->Parents.end(), std::int64_t{ 0 });
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
    // A parent comes before its children, so that one pass leads every run to its root.
    for (std::int64_t& parent : this->Parents)
    {
      parent = this->Parents[static_cast<std::size_t>(parent)];
    }
  }

  std::int64_t Root(std::int64_t run) const { return this->Parents[static_cast<std::size_t>(run)]; }

  std::vector<std::int64_t> Sizes() const
  {
    std::vector<std::int64_t> sizes(this->Runs.size(), 0);
    for (std::size_t run = 0; run < this->Runs.size(); ++run)
    {
      sizes[static_cast<std::size_t>(this->Parents[run])] +=
        this->Runs[run].End - this->Runs[run].Begin;
    }
    return sizes;
  }

  void Write(const std::vector<std::int32_t>& labelOfRoot, std::int32_t* labels) const
  {
    this->ForRows(
      [&](std::int64_t row)
      {
        std::int32_t* out = labels + row * this->Width;
        std::fill(out, out + this->Width, 0);
        for (std::int64_t run = this->FirstRun(row); run < this->FirstRun(row + 1); ++run)
        {
          const Run& voxels = this->Runs[static_cast<std::size_t>(run)];
          std::fill(out + voxels.Begin, out + voxels.End,
            labelOfRoot[static_cast<std::size_t>(this->Root(run))]);
        }
      });
  }

private:
  template <typename Body>
  void ForRows(Body body) const
  {
    const std::int64_t grain = std::max<std::int64_t>(1, 65536 / std::max(1, this->Width));
    ParallelFor(0, this->Rows, grain,
      [&](std::int64_t first, std::int64_t last)
      {
        for (std::int64_t row = first; row < last; ++row)
        {
          body(row);
        }
      });
  }

  std::int64_t FirstRun(std::int64_t row) const
  {
    return this->FirstRuns[static_cast<std::size_t>(row)];
  }

  void FindAllRuns(const std::uint8_t* validity)
  {
    this->FirstRuns.assign(static_cast<std::size_t>(this->Rows) + 1, 0);
    this->ForRows(
      [&](std::int64_t row)
      {
        FindRuns(validity + row * this->Width, this->Width,
          [&](const Run&) { ++this->FirstRuns[static_cast<std::size_t>(row) + 1]; });
      });
    std::partial_sum(this->FirstRuns.begin(), this->FirstRuns.end(), this->FirstRuns.begin());
    this->Runs.resize(static_cast<std::size_t>(this->FirstRuns.back()));
    this->ForRows(
      [&](std::int64_t row)
      {
        std::size_t next = static_cast<std::size_t>(this->FirstRun(row));
        FindRuns(validity + row * this->Width, this->Width,
          [&](const Run& run) { this->Runs[next++] = run; });
      });
  }

  std::int64_t FindRoot(std::int64_t run)
  {
    std::int64_t* parents = this->Parents.data();
    while (parents[run] != run)
    {
      parents[run] = parents[parents[run]];
      run = parents[run];
    }
    return run;
  }

  // Joins the runs of two neighbouring rows that share a face.
  void Join(std::int64_t rowA, std::int64_t rowB)
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
        this->Parents[static_cast<std::size_t>(std::max(rootA, rootB))] = std::min(rootA, rootB);
      }
      (runA.End < runB.End ? a : b) += 1;
    }
  }

  std::int32_t Width;
  std::int64_t Rows;
  std::vector<std::int64_t> FirstRuns; // per row, and the number of runs at the end
  std::vector<Run> Runs;
  std::vector<std::int64_t> Parents;
};

}

std::vector<std::int64_t> LabelPieces(const std::uint8_t* validity, const std::array<int, 3>& size,
  std::int64_t minimumSize, bool largestOnly, std::int32_t* labels)
{
  const RunForest forest(validity, size);
  const std::vector<std::int64_t> sizes = forest.Sizes();
  std::vector<std::size_t> roots;
  for (std::size_t run = 0; run < sizes.size(); ++run)
  {
    if (sizes[run] > 0 && sizes[run] >= minimumSize)
    {
      roots.push_back(run);
    }
  }
  std::stable_sort(
    roots.begin(), roots.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  if (largestOnly && roots.size() > 1)
  {
    roots.resize(1);
  }

  std::vector<std::int64_t> kept;
  std::vector<std::int32_t> labelOfRoot(sizes.size(), 0);
  for (const std::size_t root : roots)
  {
    kept.push_back(sizes[root]);
    labelOfRoot[root] = static_cast<std::int32_t>(kept.size());
  }
  if (labels)
  {
    forest.Write(labelOfRoot, labels);
  }
  return kept;
}

}
