// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file DistributedPieces.h
 * The connected pieces of an image that is spread over ranks, exactly as on one rank.
 */
#ifndef DistributedPieces_h
#define DistributedPieces_h

#include "RunForest.h"
#include "VoxelGrid.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace paraxanes
{

/// What each rank tells all others, in rank order.
using Told = std::vector<std::vector<std::int64_t>>;

/// Sums over the owned voxels of a piece; those of several ranks add up.
struct PieceSums
{
  std::int64_t Voxels = 0;
  /// Index of its first voxel in the whole field.
  std::int64_t First = std::numeric_limits<std::int64_t>::max();
  std::int64_t AtBorder = 0; ///< voxels at the border of the whole field (but for flat axes)

  void Add(const PieceSums& other);
};

struct PieceNumbers
{
  std::vector<std::int32_t> OfPiece; ///< of this rank's pieces; 0: left out
  std::vector<std::int64_t> Sizes;   ///< in voxels, of pieces 1, 2, ... of all ranks
};

/// What a rank tells all others of its pieces, of which the sums are over all ranks already.
std::vector<std::int64_t> TellPieces(
  const std::vector<PieceSums>& pieces, const VoxelGrid& grid, std::int64_t minimumSize);

/// Numbers the pieces that were told: 1 is the largest; of equal ones that whose first voxel comes
/// first.
PieceNumbers NumberPieces(const std::vector<PieceSums>& pieces, const Told& told, bool largestOnly);

/**
 * Finds the face-connected pieces of a box of voxels that overlaps the boxes of other ranks, and
 * merges those that are one piece. It knows no ranks but what they tell each other, which is about
 * the pieces that cross from one to another only: in each of NumberOfRounds rounds every rank hears
 * what all told in the round before, and tells something:
 *
 *     Told told;
 *     for (int round = 0; round < DistributedPieces::NumberOfRounds; ++round)
 *       told = what all ranks give from pieces.Tell(round, told);
 *     pieces.Finish(told);
 *
 * Every face between two owned voxels has to lie within the box of a rank that owns one of them.
 */
class DistributedPieces
{
public:
  static constexpr int NumberOfRounds = 4;

  /// Of the valid voxels (validity 0) or of all others; validity has one value per voxel of
  /// grid.Box.
  DistributedPieces(const std::uint8_t* validity, bool valid, const VoxelGrid& grid, int rank);

  std::vector<std::int64_t> Tell(int round, const Told& told);
  void Finish(const Told& told);

  /// Of the pieces of this rank's runs: after Finish over all ranks.
  const std::vector<PieceSums>& Sums() const { return this->PieceTotals; }
  /// After Finish: makes the voxels of pieces that do not touch the border of the field valid.
  void FillEnclosed(std::uint8_t* validity) const;

  /// The number of every voxel of the box, 0 where there is none.
  void WriteNumbers(const PieceNumbers& numbers, std::int32_t* labels) const;

private:
  std::vector<std::int64_t> AskOwners(const Told& boxes) const;
  std::vector<std::int64_t> AnswerQuestions(const Told& questions) const;
  std::vector<std::int64_t> JoinPieces(const Told& answers);
  void SumOwned();

  const std::uint8_t* Validity;
  bool Valid;
  VoxelGrid Grid;
  int Rank;
  RunForest Forest;
  std::vector<PieceSums> PieceTotals;

  // A piece of this rank that goes on on another, and the set of pieces that it is one with.
  struct Part
  {
    std::size_t Piece;
    std::size_t Set;
  };
  std::vector<Part> Parts;
  std::size_t NumberOfSets = 0;
};

}

#endif
