// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "DistributedPieces.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace paraxanes
{
namespace
{

struct Voxel
{
  int X;
  int Y;
  int Z;
};

std::int64_t SizeOf(const VoxelBox& box, int axis)
{
  return box[2 * axis + 1] - box[2 * axis] + std::int64_t{ 1 };
}

std::int64_t IndexIn(const VoxelBox& box, const Voxel& voxel)
{
  return voxel.X - box[0] +
    SizeOf(box, 0) * (voxel.Y - box[2] + SizeOf(box, 1) * (voxel.Z - box[4]));
}

Voxel VoxelAt(const VoxelBox& box, std::int64_t index)
{
  const std::int64_t row = index / SizeOf(box, 0);
  return { box[0] + static_cast<int>(index % SizeOf(box, 0)),
    box[2] + static_cast<int>(row % SizeOf(box, 1)),
    box[4] + static_cast<int>(row / SizeOf(box, 1)) };
}

bool IsInside(const VoxelBox& box, const Voxel& voxel)
{
  return voxel.X >= box[0] && voxel.X <= box[1] && voxel.Y >= box[2] && voxel.Y <= box[3] &&
    voxel.Z >= box[4] && voxel.Z <= box[5];
}

bool IsEmpty(const VoxelBox& box)
{
  return box[1] < box[0] || box[3] < box[2] || box[5] < box[4];
}

VoxelBox Common(const VoxelBox& a, const std::vector<std::int64_t>& b)
{
  VoxelBox both;
  for (std::size_t i = 0; i < 6; i += 2)
  {
    both[i] = std::max(a[i], static_cast<int>(b[i]));
    both[i + 1] = std::min(a[i + 1], static_cast<int>(b[i + 1]));
  }
  return both;
}

bool IsAtEnd(const VoxelBox& whole, int axis, int index)
{
  return SizeOf(whole, axis) > 1 && (index == whole[2 * axis] || index == whole[2 * axis + 1]);
}

// Whether a voxel of the whole field belongs to this rank.
bool Owns(const VoxelGrid& grid, std::int64_t voxel)
{
  return IsInside(grid.Owned, VoxelAt(grid.Whole, voxel));
}

// Parents of sets, the first of a set being its root.
std::size_t FindRoot(std::vector<std::size_t>& parents, std::size_t node)
{
  while (parents[node] != node)
  {
    parents[node] = parents[parents[node]];
    node = parents[node];
  }
  return node;
}

}

void PieceSums::Add(const PieceSums& other)
{
  this->Voxels += other.Voxels;
  this->First = std::min(this->First, other.First);
  this->AtBorder += other.AtBorder;
}

std::vector<std::int64_t> TellPieces(
  const std::vector<PieceSums>& pieces, const VoxelGrid& grid, std::int64_t minimumSize)
{
  std::vector<std::int64_t> told;
  for (const PieceSums& sums : pieces)
  {
    if (sums.Voxels >= minimumSize && Owns(grid, sums.First))
    {
      told.push_back(sums.Voxels);
      told.push_back(sums.First);
    }
  }
  return told;
}

PieceNumbers NumberPieces(const std::vector<PieceSums>& pieces, const Told& told, bool largestOnly)
{
  using Key = std::pair<std::int64_t, std::int64_t>; // less voxels, first voxel
  std::vector<Key> order;
  for (const std::vector<std::int64_t>& ofRank : told)
  {
    for (std::size_t i = 0; i + 1 < ofRank.size(); i += 2)
    {
      order.emplace_back(-ofRank[i], ofRank[i + 1]);
    }
  }
  std::sort(order.begin(), order.end());
  // A piece that has several parts on a rank was told several times.
  order.erase(std::unique(order.begin(), order.end()), order.end());
  if (largestOnly && order.size() > 1)
  {
    order.resize(1);
  }
  if (order.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
  {
    throw std::runtime_error("There are " + std::to_string(order.size()) +
      " pieces, more than can be numbered. Raise MinimumSize.");
  }

  PieceNumbers numbers;
  for (const Key& key : order)
  {
    numbers.Sizes.push_back(-key.first);
  }
  for (const PieceSums& sums : pieces)
  {
    const Key key = { -sums.Voxels, sums.First };
    const auto place = std::lower_bound(order.begin(), order.end(), key);
    const bool kept = place != order.end() && *place == key;
    numbers.OfPiece.push_back(kept ? static_cast<std::int32_t>(place - order.begin() + 1) : 0);
  }
  return numbers;
}

DistributedPieces::DistributedPieces(
  const std::uint8_t* validity, bool valid, const VoxelGrid& grid, int rank)
  : Validity(validity)
  , Valid(valid)
  , Grid(grid)
  , Rank(rank)
  , Forest(validity,
      { static_cast<int>(grid.Size(0)), static_cast<int>(grid.Size(1)),
        static_cast<int>(grid.Size(2)) },
      valid)
{
  this->SumOwned();
}

void DistributedPieces::SumOwned()
{
  this->PieceTotals.resize(static_cast<std::size_t>(this->Forest.NumberOfPieces()));
  const VoxelGrid& grid = this->Grid;
  this->Forest.ForRuns(
    [&](std::int64_t row, const RunForest::Run& run, std::int64_t piece)
    {
      const int begin = std::max(grid.Box[0] + run.Begin, grid.Owned[0]);
      const int last = std::min(grid.Box[0] + run.End - 1, grid.Owned[1]);
      if (!grid.OwnsRow(row) || last < begin)
      {
        return;
      }
      const Voxel first = { begin, grid.Y(row), grid.Z(row) };
      PieceSums sums;
      sums.Voxels = last - begin + 1;
      sums.First = IndexIn(grid.Whole, first);
      const bool along = IsAtEnd(grid.Whole, 1, first.Y) || IsAtEnd(grid.Whole, 2, first.Z);
      // A run of one voxel has one end.
      sums.AtBorder = along ? sums.Voxels
                            : (IsAtEnd(grid.Whole, 0, begin) ? 1 : 0) +
          (last > begin && IsAtEnd(grid.Whole, 0, last) ? 1 : 0);
      this->PieceTotals[static_cast<std::size_t>(piece)].Add(sums);
    });
}

std::vector<std::int64_t> DistributedPieces::Tell(int round, const Told& told)
{
  switch (round)
  {
    case 0:
      return { this->Grid.Owned.begin(), this->Grid.Owned.end() };
    case 1:
      return this->AskOwners(told);
    case 2:
      return this->AnswerQuestions(told);
    default:
      return this->JoinPieces(told);
  }
}

// What of a piece lies in the box of another rank, and hangs together there, is part of one piece
// of that rank, of which one voxel is enough to ask. Tells pairs of voxel and piece.
std::vector<std::int64_t> DistributedPieces::AskOwners(const Told& boxes) const
{
  std::vector<std::int64_t> questions;
  for (std::size_t rank = 0; rank < boxes.size(); ++rank)
  {
    const VoxelBox box = Common(this->Grid.Box, boxes[rank]);
    if (static_cast<int>(rank) == this->Rank || IsEmpty(box))
    {
      continue;
    }
    const std::int64_t width = SizeOf(box, 0);
    const std::int64_t rows = SizeOf(box, 1) * SizeOf(box, 2);
    std::vector<std::uint8_t> validity(static_cast<std::size_t>(width * rows));
    for (std::int64_t row = 0; row < rows; ++row)
    {
      const Voxel first = VoxelAt(box, row * width);
      std::copy_n(
        this->Validity + IndexIn(this->Grid.Box, first), width, validity.begin() + row * width);
    }
    const RunForest common(validity.data(),
      { static_cast<int>(width), static_cast<int>(SizeOf(box, 1)),
        static_cast<int>(SizeOf(box, 2)) },
      this->Valid);
    std::int64_t asked = 0;
    common.ForRuns(
      [&](std::int64_t row, const RunForest::Run& run, std::int64_t piece)
      {
        if (piece < asked)
        {
          return;
        }
        ++asked;
        const Voxel voxel = VoxelAt(box, row * width + run.Begin);
        const std::int64_t mine = IndexIn(this->Grid.Box, voxel);
        questions.push_back(IndexIn(this->Grid.Whole, voxel));
        questions.push_back(this->Forest.PieceAt(
          mine / this->Grid.Size(0), static_cast<std::int32_t>(mine % this->Grid.Size(0))));
      });
  }
  return questions;
}

// Tells triples: the rank that asked, its piece, and the piece that it is here.
std::vector<std::int64_t> DistributedPieces::AnswerQuestions(const Told& questions) const
{
  std::vector<std::int64_t> answers;
  for (std::size_t rank = 0; rank < questions.size(); ++rank)
  {
    for (std::size_t i = 0; i + 1 < questions[rank].size(); i += 2)
    {
      if (!Owns(this->Grid, questions[rank][i]))
      {
        continue;
      }
      const std::int64_t mine =
        IndexIn(this->Grid.Box, VoxelAt(this->Grid.Whole, questions[rank][i]));
      const std::int64_t piece = this->Forest.PieceAt(
        mine / this->Grid.Size(0), static_cast<std::int32_t>(mine % this->Grid.Size(0)));
      if (piece < 0)
      {
        throw std::runtime_error("The ranks have different values in voxel " +
          std::to_string(questions[rank][i]) +
          ", which is on several of them. Apply Ghost Cells before, or run on one rank.");
      }
      answers.insert(
        answers.end(), { static_cast<std::int64_t>(rank), questions[rank][i + 1], piece });
    }
  }
  return answers;
}

// The same sets on every rank. Tells of its own pieces in them: set, voxels, first voxel, voxels at
// the border.
std::vector<std::int64_t> DistributedPieces::JoinPieces(const Told& answers)
{
  using Node = std::pair<std::int64_t, std::int64_t>; // rank and piece
  std::vector<std::pair<Node, Node>> joins;
  std::vector<Node> nodes;
  for (std::size_t rank = 0; rank < answers.size(); ++rank)
  {
    for (std::size_t i = 0; i + 2 < answers[rank].size(); i += 3)
    {
      const Node asked = { answers[rank][i], answers[rank][i + 1] };
      const Node owner = { static_cast<std::int64_t>(rank), answers[rank][i + 2] };
      joins.emplace_back(asked, owner);
      nodes.push_back(asked);
      nodes.push_back(owner);
    }
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());

  std::vector<std::size_t> parents(nodes.size());
  std::iota(parents.begin(), parents.end(), std::size_t{ 0 });
  const auto rootOf = [&](const Node& node)
  {
    const auto place = std::lower_bound(nodes.begin(), nodes.end(), node);
    return FindRoot(parents, static_cast<std::size_t>(place - nodes.begin()));
  };
  for (const auto& join : joins)
  {
    const std::size_t a = rootOf(join.first);
    const std::size_t b = rootOf(join.second);
    parents[std::max(a, b)] = std::min(a, b);
  }

  this->NumberOfSets = nodes.size();
  std::vector<std::int64_t> mine;
  for (std::size_t node = 0; node < nodes.size(); ++node)
  {
    if (nodes[node].first != this->Rank)
    {
      continue;
    }
    const Part part = { static_cast<std::size_t>(nodes[node].second), FindRoot(parents, node) };
    this->Parts.push_back(part);
    const PieceSums& sums = this->PieceTotals[part.Piece];
    mine.insert(
      mine.end(), { static_cast<std::int64_t>(part.Set), sums.Voxels, sums.First, sums.AtBorder });
  }
  return mine;
}

void DistributedPieces::Finish(const Told& told)
{
  std::vector<PieceSums> totals(this->NumberOfSets);
  for (const std::vector<std::int64_t>& sums : told)
  {
    for (std::size_t i = 0; i + 3 < sums.size(); i += 4)
    {
      totals[static_cast<std::size_t>(sums[i])].Add({ sums[i + 1], sums[i + 2], sums[i + 3] });
    }
  }
  for (const Part& part : this->Parts)
  {
    this->PieceTotals[part.Piece] = totals[part.Set];
  }
}

void DistributedPieces::WriteNumbers(const PieceNumbers& numbers, std::int32_t* labels) const
{
  const std::int64_t width = this->Grid.Size(0);
  ParallelFor(0, width * this->Grid.NumberOfRows(), 65536,
    [=](std::int64_t first, std::int64_t last) { std::fill(labels + first, labels + last, 0); });
  this->Forest.ForRunsInParallel(
    [&](std::int64_t row, const RunForest::Run& run, std::int64_t piece)
    {
      std::fill(labels + row * width + run.Begin, labels + row * width + run.End,
        numbers.OfPiece[static_cast<std::size_t>(piece)]);
    });
}

void DistributedPieces::FillEnclosed(std::uint8_t* validity) const
{
  const std::int64_t width = this->Grid.Size(0);
  this->Forest.ForRunsInParallel(
    [&](std::int64_t row, const RunForest::Run& run, std::int64_t piece)
    {
      if (this->PieceTotals[static_cast<std::size_t>(piece)].AtBorder == 0)
      {
        std::fill(validity + row * width + run.Begin, validity + row * width + run.End, 0);
      }
    });
}

}
