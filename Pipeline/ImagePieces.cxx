// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ImagePieces.h"

#include "Ranks.h"

#include <vtkCellData.h>
#include <vtkDataSetAttributes.h>
#include <vtkExtentTranslator.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkMatrix3x3.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStreamingDemandDrivenPipeline.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cstring>

namespace paraxanes
{
namespace
{

// Calls row(y, z, first index of the row) for every row along x.
template <typename Row>
void ForEachRow(const Extent& extent, Row row)
{
  vtkIdType first = 0;
  const vtkIdType width = extent[1] - extent[0] + 1;
  for (int z = extent[4]; z <= extent[5]; ++z)
  {
    for (int y = extent[2]; y <= extent[3]; ++y, first += width)
    {
      row(y, z, first);
    }
  }
}

// Cells among the points of `box` in an image over `extent`: one less than points along each axis,
// but for the axes along which the image is flat.
Extent CellsOf(const Extent& box, const Extent& extent)
{
  Extent cells = box;
  for (int i = 0; i < 6; i += 2)
  {
    cells[i + 1] -= extent[i] == extent[i + 1] ? 0 : 1;
  }
  return cells;
}

void MarkOutside(
  vtkUnsignedCharArray* marks, const Extent& extent, const Extent& inside, unsigned char mark)
{
  marks->SetName(vtkDataSetAttributes::GhostArrayName());
  marks->SetNumberOfTuples(NumberOfVoxels(extent));
  marks->FillValue(mark);
  const Extent both = Intersect(extent, inside);
  if (IsEmpty(both))
  {
    return;
  }
  ForEachRow(extent,
    [&](int y, int z, vtkIdType first)
    {
      if (y >= both[2] && y <= both[3] && z >= both[4] && z <= both[5])
      {
        std::memset(marks->GetPointer(first + both[0] - extent[0]), 0,
          static_cast<std::size_t>(both[1] - both[0] + 1));
      }
    });
}

// The part of the marks over `from` that lies in `to`, both boxes of points or both of cells.
void CropMarks(
  vtkDataSetAttributes* from, const Extent& fromBox, vtkDataSetAttributes* to, const Extent& toBox)
{
  auto* marks = vtkUnsignedCharArray::SafeDownCast(
    from->GetAbstractArray(vtkDataSetAttributes::GhostArrayName()));
  if (!marks)
  {
    return;
  }
  if (fromBox == toBox)
  {
    to->AddArray(marks);
    return;
  }
  // The cells of one plane of points are those on its upper side, or on its lower at the very end.
  Extent source = toBox;
  for (int i = 0; i < 6; i += 2)
  {
    const int shift = std::max(0, toBox[i + 1] - fromBox[i + 1]);
    source[i] -= shift;
    source[i + 1] -= shift;
  }
  vtkNew<vtkUnsignedCharArray> cropped;
  cropped->SetName(marks->GetName());
  cropped->SetNumberOfTuples(NumberOfVoxels(toBox));
  ForEachRow(toBox,
    [&](int y, int z, vtkIdType first)
    {
      std::memcpy(cropped->GetPointer(first),
        marks->GetPointer(
          VoxelIndex(fromBox, source[0], y - toBox[2] + source[2], z - toBox[4] + source[4])),
        static_cast<std::size_t>(toBox[1] - toBox[0] + 1));
    });
  to->AddArray(cropped);
}

}

const Extent EmptyExtent = { 0, -1, 0, -1, 0, -1 };

Extent MakeExtent(const int extent[6])
{
  return { extent[0], extent[1], extent[2], extent[3], extent[4], extent[5] };
}

bool IsEmpty(const Extent& extent)
{
  return extent[1] < extent[0] || extent[3] < extent[2] || extent[5] < extent[4];
}

vtkIdType NumberOfVoxels(const Extent& extent)
{
  return IsEmpty(extent) ? 0
                         : (extent[1] - extent[0] + vtkIdType{ 1 }) *
      (extent[3] - extent[2] + vtkIdType{ 1 }) * (extent[5] - extent[4] + vtkIdType{ 1 });
}

Extent Intersect(const Extent& a, const Extent& b)
{
  Extent both;
  for (int i = 0; i < 6; i += 2)
  {
    both[i] = std::max(a[i], b[i]);
    both[i + 1] = std::min(a[i + 1], b[i + 1]);
  }
  return IsEmpty(both) ? EmptyExtent : both;
}

Extent Grow(const Extent& extent, int layers, const Extent& whole)
{
  if (IsEmpty(extent))
  {
    return EmptyExtent;
  }
  Extent grown = extent;
  for (int i = 0; i < 6; i += 2)
  {
    grown[i] -= layers;
    grown[i + 1] += layers;
  }
  return Intersect(grown, whole);
}

bool Contains(const Extent& outer, const Extent& inner)
{
  return IsEmpty(inner) || Intersect(outer, inner) == inner;
}

vtkIdType VoxelIndex(const Extent& extent, int x, int y, int z)
{
  const vtkIdType width = extent[1] - extent[0] + 1;
  const vtkIdType height = extent[3] - extent[2] + 1;
  return ((z - extent[4]) * height + (y - extent[2])) * width + (x - extent[0]);
}

std::vector<Extent> SlabsOf(const Extent& box, double voxels)
{
  std::vector<Extent> slabs;
  if (IsEmpty(box))
  {
    return slabs;
  }
  const double row = box[1] - box[0] + 1;
  const double slice = row * (box[3] - box[2] + 1);
  const int slices = static_cast<int>(std::min(voxels / slice, 1e9));
  if (slices >= 1)
  {
    for (int z = box[4]; z <= box[5]; z += slices)
    {
      slabs.push_back({ box[0], box[1], box[2], box[3], z, std::min(box[5], z + slices - 1) });
    }
    return slabs;
  }
  const int rows = std::max(1, static_cast<int>(voxels / row));
  for (int z = box[4]; z <= box[5]; ++z)
  {
    for (int y = box[2]; y <= box[3]; y += rows)
    {
      slabs.push_back({ box[0], box[1], y, std::min(box[3], y + rows - 1), z, z });
    }
  }
  return slabs;
}

PieceRequest::PieceRequest(vtkInformation* information)
  : Whole(EmptyExtent)
{
  using Pipeline = vtkStreamingDemandDrivenPipeline;
  if (information->Has(Pipeline::UPDATE_NUMBER_OF_PIECES()))
  {
    this->NumberOfPieces = information->Get(Pipeline::UPDATE_NUMBER_OF_PIECES());
    this->Piece = information->Get(Pipeline::UPDATE_PIECE_NUMBER());
    this->GhostLevels = information->Get(Pipeline::UPDATE_NUMBER_OF_GHOST_LEVELS());
  }
  if (information->Has(Pipeline::WHOLE_EXTENT()))
  {
    this->Whole = MakeExtent(information->Get(Pipeline::WHOLE_EXTENT()));
  }
}

Extent PieceExtent(const PieceRequest& request, int ghosts)
{
  if (!request.Split())
  {
    return request.Whole;
  }
  vtkNew<vtkExtentTranslator> translator;
  Extent whole = request.Whole;
  Extent piece;
  const int found = translator->PieceToExtentThreadSafe(request.Piece, request.NumberOfPieces,
    ghosts, whole.data(), piece.data(), vtkExtentTranslator::BLOCK_MODE, 0);
  return found && !IsEmpty(piece) ? piece : EmptyExtent;
}

Extent SourceOwnedExtent(const PieceRequest& request)
{
  Extent owned = PieceExtent(request, 0);
  if (IsEmpty(owned))
  {
    return EmptyExtent;
  }
  for (int i = 1; i < 6; i += 2)
  {
    if (owned[i] != request.Whole[i])
    {
      --owned[i];
    }
  }
  return IsEmpty(owned) ? EmptyExtent : owned;
}

Extent OwnedExtent(vtkImageData* image)
{
  const Extent extent = MakeExtent(image->GetExtent());
  auto* marks = vtkUnsignedCharArray::SafeDownCast(
    image->GetPointData()->GetAbstractArray(vtkDataSetAttributes::GhostArrayName()));
  if (IsEmpty(extent) || !marks)
  {
    return IsEmpty(extent) ? EmptyExtent : extent;
  }
  Extent owned = { extent[1] + 1, extent[0] - 1, extent[3] + 1, extent[2] - 1, extent[5] + 1,
    extent[4] - 1 };
  const int width = extent[1] - extent[0] + 1;
  ForEachRow(extent,
    [&](int y, int z, vtkIdType first)
    {
      const unsigned char* row = marks->GetPointer(first);
      const auto mine = [](unsigned char mark)
      { return (mark & vtkDataSetAttributes::DUPLICATEPOINT) == 0; };
      const auto begin = std::find_if(row, row + width, mine);
      if (begin == row + width)
      {
        return;
      }
      auto last = row + width - 1;
      while (!mine(*last))
      {
        --last;
      }
      owned[0] = std::min(owned[0], extent[0] + static_cast<int>(begin - row));
      owned[1] = std::max(owned[1], extent[0] + static_cast<int>(last - row));
      owned[2] = std::min(owned[2], y);
      owned[3] = std::max(owned[3], y);
      owned[4] = std::min(owned[4], z);
      owned[5] = std::max(owned[5], z);
    });
  return IsEmpty(owned) ? EmptyExtent : owned;
}

bool FindOwnedExtent(vtkImageData* input, const PieceRequest& inputPiece, const Ranks& ranks,
  Extent& owned, std::string& error)
{
  owned = OwnedExtent(input);
  const bool split = inputPiece.Split();
  const Extent extent = MakeExtent(input->GetExtent());
  const vtkIdType expected = NumberOfVoxels(split ? inputPiece.Whole : extent);
  // Without MPI (pieces one after the other) the sum cannot be known, and marks are believed.
  const bool known = !split || ranks.Size() == inputPiece.NumberOfPieces;
  const auto found = [&] { return known ? ranks.Sum(NumberOfVoxels(owned)) : expected; };
  const bool marked = IsEmpty(extent) || input->GetPointGhostArray();
  if (known ? found() == expected : marked)
  {
    return true;
  }
  if (split)
  {
    owned = Intersect(SourceOwnedExtent(inputPiece), extent);
  }
  const vtkIdType number = found();
  if (number != expected)
  {
    error = "The ranks own " + std::to_string(number) + " of " + std::to_string(expected) +
      " voxels of this image, so that sums would be wrong. Put filters that cut or rearrange "
      "images "
      "behind this one, apply ParaView's Ghost Cells before it, or run on one rank.";
  }
  return number == expected;
}

void MarkOwned(vtkImageData* image, const Extent& owned, const Extent& piece, bool markCells)
{
  const Extent extent = MakeExtent(image->GetExtent());
  if (IsEmpty(extent))
  {
    return;
  }
  vtkNew<vtkUnsignedCharArray> points;
  MarkOutside(points, extent, owned, vtkDataSetAttributes::DUPLICATEPOINT);
  image->GetPointData()->AddArray(points);
  if (markCells)
  {
    vtkNew<vtkUnsignedCharArray> cells;
    MarkOutside(
      cells, CellsOf(extent, extent), CellsOf(piece, extent), vtkDataSetAttributes::DUPLICATECELL);
    image->GetCellData()->AddArray(cells);
  }
}

void PassMarks(
  vtkImageData* input, const Extent& owned, const PieceRequest& inputPiece, vtkImageData* output)
{
  if (!input->GetPointGhostArray() || OwnedExtent(input) != owned)
  {
    MarkOwned(output, owned, PieceExtent(inputPiece, 0), true);
    return;
  }
  const Extent from = MakeExtent(input->GetExtent());
  const Extent to = MakeExtent(output->GetExtent());
  if (IsEmpty(from) || IsEmpty(to))
  {
    return;
  }
  CropMarks(input->GetPointData(), from, output->GetPointData(), to);
  CropMarks(input->GetCellData(), CellsOf(from, from), output->GetCellData(), CellsOf(to, to));
}

void SetExtent(vtkImageData* image, const Extent& extent)
{
  image->SetExtent(extent[0], extent[1], extent[2], extent[3], extent[4], extent[5]);
}

bool CheckAxisAligned(vtkInformation* information, std::string& error)
{
  vtkNew<vtkMatrix3x3> direction;
  if (information->Has(vtkDataObject::DIRECTION()))
  {
    direction->DeepCopy(information->Get(vtkDataObject::DIRECTION()));
  }
  if (!direction->IsIdentity())
  {
    error =
      "The image is rotated against the axes (direction matrix). Resample it to an image along "
      "the axes first.";
  }
  return direction->IsIdentity();
}

}
