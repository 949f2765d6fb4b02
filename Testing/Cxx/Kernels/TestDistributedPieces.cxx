// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ConnectedPieces.h"
#include "DistributedPieces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace
{

using paraxanes::DistributedPieces;
using paraxanes::Told;
using paraxanes::VoxelBox;
using paraxanes::VoxelGrid;
using Mask = std::vector<std::uint8_t>;
using Labels = std::vector<std::int32_t>;

const VoxelBox Whole = { -4, 36, 7, 43, 0, 28 };

int SizeOf(const VoxelBox& box, int axis)
{
  return std::max(0, box[2 * axis + 1] - box[2 * axis] + 1);
}

std::size_t VoxelsOf(const VoxelBox& box)
{
  return static_cast<std::size_t>(SizeOf(box, 0)) * SizeOf(box, 1) * SizeOf(box, 2);
}

// Of an array over one box, the part over another.
template <typename T>
std::vector<T> Crop(const std::vector<T>& values, const VoxelBox& from, const VoxelBox& to)
{
  std::vector<T> part;
  part.reserve(VoxelsOf(to));
  for (int z = to[4]; z <= to[5]; ++z)
  {
    for (int y = to[2]; y <= to[3]; ++y)
    {
      for (int x = to[0]; x <= to[1]; ++x)
      {
        part.push_back(
          values[x - from[0] + SizeOf(from, 0) * (y - from[2] + SizeOf(from, 1) * (z - from[4]))]);
      }
    }
  }
  return part;
}

Mask RandomMask(const VoxelBox& box, unsigned percent, unsigned seed)
{
  std::mt19937 random(seed);
  Mask mask(VoxelsOf(box));
  std::generate(
    mask.begin(), mask.end(), [&] { return static_cast<std::uint8_t>(random() % 100 >= percent); });
  return mask;
}

// A rank's part of the image: what it owns, grown by `below` and `above` layers.
struct Rank
{
  VoxelGrid Grid;
  Mask Validity;
  std::unique_ptr<DistributedPieces> Pieces;
};

std::vector<Rank> Split(const Mask& whole, const VoxelBox& box, const std::vector<VoxelBox>& owned,
  int below, int above, bool valid)
{
  std::vector<Rank> ranks;
  for (const VoxelBox& mine : owned)
  {
    VoxelBox part = mine;
    for (std::size_t i = 0; i < 6 && mine[1] >= mine[0]; i += 2)
    {
      part[i] = std::max(box[i], mine[i] - below);
      part[i + 1] = std::min(box[i + 1], mine[i + 1] + above);
    }
    Rank rank;
    rank.Grid = { part, mine, box, { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
    rank.Validity = Crop(whole, box, part);
    rank.Pieces = std::make_unique<DistributedPieces>(
      rank.Validity.data(), valid, rank.Grid, static_cast<int>(ranks.size()));
    ranks.push_back(std::move(rank));
  }
  Told told;
  for (int round = 0; round < DistributedPieces::NumberOfRounds; ++round)
  {
    Told next;
    for (Rank& rank : ranks)
    {
      next.push_back(rank.Pieces->Tell(round, told));
    }
    told = next;
  }
  for (Rank& rank : ranks)
  {
    rank.Pieces->Finish(told);
  }
  return ranks;
}

// Boxes that cut x, y and z at these voxels, and one without voxels.
std::vector<VoxelBox> Boxes(
  const std::vector<int>& x, const std::vector<int>& y, const std::vector<int>& z)
{
  std::vector<VoxelBox> boxes = { { 0, -1, 0, -1, 0, -1 } };
  const std::array<std::vector<int>, 3> cuts = { x, y, z };
  std::array<std::vector<std::pair<int, int>>, 3> parts;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    int first = Whole[2 * axis];
    for (const int cut : cuts[axis])
    {
      parts[axis].emplace_back(first, cut - 1);
      first = cut;
    }
    parts[axis].emplace_back(first, Whole[2 * axis + 1]);
  }
  for (const auto& c : parts[2])
  {
    for (const auto& b : parts[1])
    {
      for (const auto& a : parts[0])
      {
        boxes.push_back({ a.first, a.second, b.first, b.second, c.first, c.second });
      }
    }
  }
  return boxes;
}

const std::vector<std::vector<VoxelBox>> Partitions = { Boxes({ 11 }, {}, {}), Boxes({}, {}, { 9 }),
  Boxes({ 0, 17 }, { 8, 30 }, { 15 }), Boxes({ 5, 6, 7 }, { 20 }, { 1, 2, 14, 28 }) };

void ExpectSameLabels(const Mask& mask, const std::vector<VoxelBox>& owned, int below, int above,
  std::int64_t minimumSize, bool largestOnly)
{
  Labels truth(mask.size());
  const std::vector<std::int64_t> sizes =
    paraxanes::LabelPieces(mask.data(), { SizeOf(Whole, 0), SizeOf(Whole, 1), SizeOf(Whole, 2) },
      minimumSize, largestOnly, truth.data());
  const std::vector<Rank> ranks = Split(mask, Whole, owned, below, above, true);
  Told told;
  for (const Rank& rank : ranks)
  {
    told.push_back(paraxanes::TellPieces(rank.Pieces->Sums(), rank.Grid, minimumSize));
  }
  for (const Rank& rank : ranks)
  {
    const auto numbers = paraxanes::NumberPieces(rank.Pieces->Sums(), told, largestOnly);
    ASSERT_EQ(numbers.Sizes, sizes);
    Labels labels(rank.Validity.size(), -1);
    rank.Pieces->WriteNumbers(numbers, labels.data());
    // Also of the voxels of other ranks, as these see them.
    ASSERT_EQ(labels, Crop(truth, Whole, rank.Grid.Box));
  }
}

TEST(DistributedPieces, RanksAgreeWithOneRank)
{
  for (const unsigned percent : { 5U, 31U, 35U, 60U })
  {
    const Mask mask = RandomMask(Whole, percent, percent);
    for (const auto& owned : Partitions)
    {
      // Only the plane that neighbours share; ghost layers.
      ExpectSameLabels(mask, owned, 0, 1, 1, false);
      ExpectSameLabels(mask, owned, 1, 2, 3, false);
      ExpectSameLabels(mask, owned, 7, 8, 1, true);
    }
  }
}

// A spiral that crosses the borders of ranks many times and holds together by its far end alone.
TEST(DistributedPieces, AWindingPieceCountsOnce)
{
  Mask mask(VoxelsOf(Whole), 1);
  std::int64_t voxels = 0;
  for (int z = 0; z <= 28; ++z)
  {
    for (int x = -4; x <= 36; ++x)
    {
      const bool turn = z % 2 == 1 && x == (z % 4 == 1 ? 36 : -4);
      if (z % 2 == 0 || turn)
      {
        mask[x + 4 + 41 * (13 + 37 * z)] = 0;
        ++voxels;
      }
    }
  }
  for (const auto& owned : Partitions)
  {
    for (const Rank& rank : Split(mask, Whole, owned, 0, 1, true))
    {
      for (const paraxanes::PieceSums& sums : rank.Pieces->Sums())
      {
        EXPECT_EQ(sums.Voxels, voxels);
        EXPECT_EQ(sums.First, 41 * 13);
      }
    }
    ExpectSameLabels(mask, owned, 0, 1, voxels, false);
  }
}

// What a flood of the outside from the border of the image does not reach.
Mask FillByFlood(const Mask& mask, const VoxelBox& box)
{
  const std::array<int, 3> size = { SizeOf(box, 0), SizeOf(box, 1), SizeOf(box, 2) };
  Mask filled(mask.size(), 0);
  std::vector<std::array<int, 3>> stack;
  const auto visit = [&](const std::array<int, 3>& at)
  {
    const std::size_t i = at[0] + size[0] * (at[1] + size[1] * at[2]);
    if (mask[i] != 0 && filled[i] == 0)
    {
      filled[i] = 1;
      stack.push_back(at);
    }
  };
  for (int z = 0; z < size[2]; ++z)
  {
    for (int y = 0; y < size[1]; ++y)
    {
      for (int x = 0; x < size[0]; ++x)
      {
        const bool atEnd = x == 0 || x == size[0] - 1 || y == 0 || y == size[1] - 1 ||
          (size[2] > 1 && (z == 0 || z == size[2] - 1));
        if (atEnd)
        {
          visit({ x, y, z });
        }
      }
    }
  }
  while (!stack.empty())
  {
    const std::array<int, 3> at = stack.back();
    stack.pop_back();
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      for (const int step : { -1, 1 })
      {
        std::array<int, 3> next = at;
        next[axis] += step;
        if (next[axis] >= 0 && next[axis] < size[axis])
        {
          visit(next);
        }
      }
    }
  }
  return filled;
}

void ExpectFilled(const Mask& mask, const VoxelBox& box, const std::vector<VoxelBox>& owned)
{
  const Mask truth = FillByFlood(mask, box);
  for (Rank& rank : Split(mask, box, owned, 0, 1, false))
  {
    rank.Pieces->FillEnclosed(rank.Validity.data());
    ASSERT_EQ(rank.Validity, Crop(truth, box, rank.Grid.Box));
  }
}

TEST(DistributedPieces, FillsWhatTheOutsideDoesNotReach)
{
  for (const unsigned percent : { 40U, 69U, 75U })
  {
    const Mask mask = RandomMask(Whole, percent, percent);
    EXPECT_NE(FillByFlood(mask, Whole), mask);
    ExpectFilled(mask, Whole, { Whole });
    for (const auto& owned : Partitions)
    {
      ExpectFilled(mask, Whole, owned);
    }
  }
}

// The flat axis has no border.
TEST(DistributedPieces, FillsInAPlane)
{
  const VoxelBox plane = { 0, 40, 0, 30, 3, 3 };
  const Mask mask = RandomMask(plane, 60, 2);
  EXPECT_NE(FillByFlood(mask, plane), mask);
  ExpectFilled(mask, plane, { plane });
  ExpectFilled(mask, plane, { { 0, 19, 0, 30, 3, 3 }, { 20, 40, 0, 30, 3, 3 } });
}

TEST(DistributedPieces, RanksThatDisagreeAreAnError)
{
  std::vector<Rank> ranks;
  const VoxelBox whole = { 0, 3, 0, 0, 0, 0 };
  const Mask mine = { 0, 0, 0 };
  const Mask other = { 1, 1 };
  const VoxelGrid grid = { { 0, 2, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0 }, whole, {}, { 1, 1, 1 } };
  const VoxelGrid otherGrid = { { 2, 3, 0, 0, 0, 0 }, { 2, 3, 0, 0, 0, 0 }, whole, {},
    { 1, 1, 1 } };
  DistributedPieces a(mine.data(), true, grid, 0);
  DistributedPieces b(other.data(), true, otherGrid, 1);
  const Told boxes = { a.Tell(0, {}), b.Tell(0, {}) };
  const Told questions = { a.Tell(1, boxes), b.Tell(1, boxes) };
  EXPECT_EQ(questions[0], (std::vector<std::int64_t>{ 2, 0 }));
  EXPECT_THROW(b.Tell(2, questions), std::runtime_error);
}

}
