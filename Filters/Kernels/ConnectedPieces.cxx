// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ConnectedPieces.h"

#include "DistributedPieces.h"

#include <algorithm>

namespace paraxanes
{

std::vector<std::int64_t> LabelPieces(const std::uint8_t* validity, const std::array<int, 3>& size,
  std::int64_t minimumSize, bool largestOnly, std::int32_t* labels)
{
  const VoxelBox box = { 0, size[0] - 1, 0, size[1] - 1, 0, size[2] - 1 };
  const VoxelGrid grid = { box, box, box, { 0.0, 0.0, 0.0 }, { 1.0, 1.0, 1.0 } };
  const DistributedPieces pieces(validity, true, grid, 0); // alone: nothing to merge
  const PieceNumbers numbers =
    NumberPieces(pieces.Sums(), { TellPieces(pieces.Sums(), grid, minimumSize) }, largestOnly);
  if (labels)
  {
    pieces.WriteNumbers(numbers, labels);
  }
  return numbers.Sizes;
}

}
