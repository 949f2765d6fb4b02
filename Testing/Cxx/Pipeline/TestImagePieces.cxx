// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ImagePieces.h"

#include <vtkDataSetAttributes.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>

#include <gtest/gtest.h>

#include <map>

namespace
{

paraxanes::PieceRequest Request(const paraxanes::Extent& whole, int piece, int pieces)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  vtkNew<vtkInformation> information;
  information->Set(Pipeline::UPDATE_PIECE_NUMBER(), piece);
  information->Set(Pipeline::UPDATE_NUMBER_OF_PIECES(), pieces);
  information->Set(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS(), 0);
  information->Set(Pipeline::WHOLE_EXTENT(), whole.data(), 6);
  return paraxanes::PieceRequest(information);
}

// The boxes that sources own are a partition, whatever the extent and the number of pieces.
TEST(ImagePieces, EveryVoxelHasOneOwner)
{
  for (const paraxanes::Extent& whole :
    { paraxanes::Extent{ 0, 9, 0, 9, 0, 9 }, paraxanes::Extent{ -5, 7, 3, 4, 0, 30 },
      paraxanes::Extent{ 0, 24, 0, 17, 0, 0 }, paraxanes::Extent{ 0, 1, 0, 1, 0, 2 } })
  {
    for (int pieces = 1; pieces <= 9; ++pieces)
    {
      vtkIdType owned = 0;
      std::map<vtkIdType, int> owners;
      for (int piece = 0; piece < pieces; ++piece)
      {
        const paraxanes::Extent box = paraxanes::SourceOwnedExtent(Request(whole, piece, pieces));
        owned += paraxanes::NumberOfVoxels(box);
        for (int z = box[4]; z <= box[5]; ++z)
        {
          for (int y = box[2]; y <= box[3]; ++y)
          {
            for (int x = box[0]; x <= box[1]; ++x)
            {
              ++owners[paraxanes::VoxelIndex(whole, x, y, z)];
            }
          }
        }
      }
      EXPECT_EQ(owned, paraxanes::NumberOfVoxels(whole)) << pieces << " pieces";
      EXPECT_EQ(static_cast<vtkIdType>(owners.size()), owned) << pieces << " pieces";
    }
  }
}

TEST(ImagePieces, OwnedExtentIsReadBackFromTheMarksAndPassedOnCropped)
{
  const paraxanes::Extent owned = { 2, 5, 0, 3, 4, 6 };
  vtkNew<vtkImageData> image;
  image->SetExtent(0, 6, 0, 4, 3, 8);
  paraxanes::MarkOwned(image, owned, { 1, 6, 0, 4, 4, 7 }, true);
  EXPECT_EQ(paraxanes::OwnedExtent(image), owned);

  vtkNew<vtkImageData> cropped;
  cropped->SetExtent(1, 6, 0, 4, 4, 8);
  paraxanes::PassMarks(image, owned, Request({ 0, 6, 0, 4, 3, 8 }, 0, 2), cropped);
  EXPECT_EQ(paraxanes::OwnedExtent(cropped), owned);
  EXPECT_EQ(cropped->GetPointGhostArray()->GetNumberOfTuples(), cropped->GetNumberOfPoints());
  EXPECT_EQ(cropped->GetCellGhostArray()->GetNumberOfTuples(), cropped->GetNumberOfCells());
  int cells = 0;
  for (vtkIdType i = 0; i < cropped->GetNumberOfCells(); ++i)
  {
    cells += cropped->GetCellGhostArray()->GetValue(i) == 0 ? 1 : 0;
  }
  EXPECT_EQ(cells, 5 * 4 * 3); // those of the piece
}

// A piece of one plane, at the upper end of the image that it is cut from and inside it.
TEST(ImagePieces, APieceOfOnePlaneTakesTheMarksOfTheCellsBesideIt)
{
  vtkNew<vtkImageData> image;
  image->SetExtent(0, 3, 0, 3, 0, 3);
  paraxanes::MarkOwned(image, { 0, 3, 0, 3, 2, 3 }, { 0, 3, 0, 3, 2, 3 }, true);
  for (const int z : { 1, 2, 3 })
  {
    vtkNew<vtkImageData> plane;
    plane->SetExtent(0, 3, 0, 3, z, z);
    paraxanes::PassMarks(
      image, paraxanes::OwnedExtent(image), Request({ 0, 3, 0, 3, 0, 3 }, 1, 2), plane);
    ASSERT_EQ(plane->GetCellGhostArray()->GetNumberOfTuples(), plane->GetNumberOfCells());
    const bool ghost = plane->GetCellGhostArray()->GetValue(0) != 0;
    EXPECT_EQ(ghost, z == 1) << z;
  }
}

TEST(ImagePieces, AnImageWithoutMarksIsOwnedWhole)
{
  vtkNew<vtkImageData> image;
  image->SetExtent(0, 6, 0, 4, 3, 8);
  EXPECT_EQ(paraxanes::OwnedExtent(image), (paraxanes::Extent{ 0, 6, 0, 4, 3, 8 }));
}

}
