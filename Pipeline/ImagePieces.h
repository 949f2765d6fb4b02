// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ImagePieces.h
 * Pieces of an image on several ranks, and which of their points a rank owns.
 *
 * VTK splits an image by cells, so that neighbouring pieces share a plane of points. An image
 * output stays such an overlapping piece (slices and surfaces then have no gaps) and says what it
 * owns: point array vtkGhostType, DUPLICATEPOINT on every point that another rank owns.
 * Every sum, histogram and centre runs over owned points only.
 */
#ifndef ImagePieces_h
#define ImagePieces_h

#include "ParaXANESPipelineModule.h"

#include <vtkType.h>

#include <array>
#include <string>
#include <vector>

class vtkImageData;
class vtkInformation;

namespace paraxanes
{

class Ranks;

/// A closed box of voxels as VTK writes it: { x0, x1, y0, y1, z0, z1 }; empty when x1 < x0.
using Extent = std::array<int, 6>;

PARAXANESPIPELINE_EXPORT extern const Extent EmptyExtent;

PARAXANESPIPELINE_EXPORT Extent MakeExtent(const int extent[6]);
PARAXANESPIPELINE_EXPORT bool IsEmpty(const Extent& extent);
PARAXANESPIPELINE_EXPORT vtkIdType NumberOfVoxels(const Extent& extent);
PARAXANESPIPELINE_EXPORT Extent Intersect(const Extent& a, const Extent& b);
/// Grows a box by `layers` on every side, clamped to `whole`; an empty box stays empty.
PARAXANESPIPELINE_EXPORT Extent Grow(const Extent& extent, int layers, const Extent& whole);
PARAXANESPIPELINE_EXPORT bool Contains(const Extent& outer, const Extent& inner);
/// Index of voxel (x, y, z) in an array over `extent`.
PARAXANESPIPELINE_EXPORT vtkIdType VoxelIndex(const Extent& extent, int x, int y, int z);

/// Boxes of whole slices, or of rows of one slice, that together make up `box` in the order of its
/// voxels; each of at most `voxels` voxels, but at least a row. None for an empty box.
PARAXANESPIPELINE_EXPORT std::vector<Extent> SlabsOf(const Extent& box, double voxels);

/// What a request asks for. One piece of one when the request says nothing.
struct PARAXANESPIPELINE_EXPORT PieceRequest
{
  explicit PieceRequest(vtkInformation* information);
  int Piece = 0;
  int NumberOfPieces = 1;
  int GhostLevels = 0;
  Extent Whole;
  bool Split() const { return this->NumberOfPieces > 1; }
};

/// The standard overlapping piece, grown by `ghosts` layers. Empty when there is nothing left.
PARAXANESPIPELINE_EXPORT Extent PieceExtent(const PieceRequest& request, int ghosts);

/// What a source owns: its piece less the upper planes, except at the end of the whole image.
/// For sources only; filters ask their input (FindOwnedExtent).
PARAXANESPIPELINE_EXPORT Extent SourceOwnedExtent(const PieceRequest& request);

/// What this rank owns of an image: the bounding box of its points that are no duplicates. The
/// whole image where it is not marked (one rank).
PARAXANESPIPELINE_EXPORT Extent OwnedExtent(vtkImageData* image);

/**
 * What this rank owns of a filter's input: by its marks; as a source of ours would own it where
 * there are none, or where the marks of all ranks are no partition (an image from a source that is
 * not ours). False, with advice in `error`, when that is no partition either. Collective.
 */
PARAXANESPIPELINE_EXPORT bool FindOwnedExtent(vtkImageData* input, const PieceRequest& inputPiece,
  const Ranks& ranks, Extent& owned, std::string& error);

/**
 * Marks what a rank owns of an image: points outside `owned` are DUPLICATEPOINT; with
 * `markCells`, cells outside `piece` (the standard piece without ghost layers) are DUPLICATECELL.
 * `markCells` has to be the same on every rank: an array that only some ranks have is dropped
 * when their parts are put together.
 */
PARAXANESPIPELINE_EXPORT void MarkOwned(
  vtkImageData* image, const Extent& owned, const Extent& piece, bool markCells);

/**
 * Hands the marks of an input on to an output on the same grid, cropped to the output's extent.
 * Where they are missing or another source's, and do not say what was found to be owned
 * (FindOwnedExtent), it marks the output anew.
 */
PARAXANESPIPELINE_EXPORT void PassMarks(
  vtkImageData* input, const Extent& owned, const PieceRequest& inputPiece, vtkImageData* output);

/// EmptyExtent makes the empty image that a rank without a part returns.
PARAXANESPIPELINE_EXPORT void SetExtent(vtkImageData* image, const Extent& extent);

/// False, with the reason in `error`, for an image that is rotated against the axes.
PARAXANESPIPELINE_EXPORT bool CheckAxisAligned(vtkInformation* information, std::string& error);

}

#endif
