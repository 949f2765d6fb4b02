// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file StackRun.h
 * One pass of a filter over an energy stack: where the spectra are, and how to go through them.
 */
#ifndef StackRun_h
#define StackRun_h

#include "ImagePieces.h"
#include "Normalization.h"
#include "Ranks.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataArray;
class vtkImageData;
class vtkInformation;

namespace paraxanes
{

class StackSource;

/// Spectra of voxels [First, First + Count) of the run's box: Floats or Doubles, the other is null.
struct SpectraBlock
{
  const float* Floats = nullptr;
  const double* Doubles = nullptr;
  vtkIdType First = 0;
  vtkIdType Count = 0;
  const std::uint8_t* Mask = nullptr; ///< 0 is outside; null without a mask
};

struct StackRun
{
  StackRun(vtkInformation* outputInformation, vtkImageData* input, vtkImageData* output);

  const paraxanes::Ranks Ranks;
  const PieceRequest Request;
  vtkImageData* Input;
  vtkImageData* Output;
  Extent Box;                 ///< of the input and the output
  Extent Owned = EmptyExtent; ///< what this rank owns of it

  std::vector<double> Energies;  ///< eV
  vtkDataArray* Stack = nullptr; ///< null when the spectra are pulled
  StackSource* Source = nullptr; ///< where they are pulled from, else null
  vtkMTimeType SourceMTime = 0;  ///< when the run began
  vtkDataArray* Shown = nullptr; ///< the one energy that such a source shows
  double SlabLimit = 0.0;        ///< bytes to pull at once; 0: none given
  vtkDataArray* Mask = nullptr;  ///< may be null
  /// Of a voxel, on one thread. Blocks are so small that a slab of them takes less than a second.
  double SecondsPerVoxel = 1e-6;

  bool Normalized = false; ///< the spectra are normalised already; the rest is not set then
  std::string Element;
  std::string Edge;
  paraxanes::Normalization Normalization;
  JumpLimits Limits;
  std::vector<double> Mean; ///< the mean spectrum, once it has been asked for

  bool IsEmpty() const { return paraxanes::IsEmpty(this->Box); }
  vtkIdType NumberOfVoxels() const { return paraxanes::NumberOfVoxels(this->Box); }

  /**
   * Finds the stack in the input: the array that is chosen as input array 0 of the filter, else
   * `defaultArray`, else the active scalars, else the first that is a stack; or, with `mayPull`,
   * the source directly behind which the filter stands and that shows one energy at a time. False
   * with the reason in `error`.
   */
  bool FindStack(vtkAlgorithm* filter, const char* defaultArray, bool mayPull, std::string& error);

  /// Gives the energies to the ranks whose piece is empty. Collective.
  void ShareEnergies();

  /**
   * Calls block(...) for all voxels, from all threads; after each slab step(fraction done) on the
   * calling thread, which says whether to go on. Collective: a rank that fails or stops ends it on
   * all ranks. False with the reason in `error`, or with none after a stop.
   */
  bool ForEachBlock(const std::function<void(const SpectraBlock&)>& block,
    const std::function<bool(double)>& step, std::string& error) const;

  /**
   * The spectra of a box inside the run's box, x fastest, the energies of a voxel contiguous.
   * False with the reason in `error`, or with none when `step` said to stop.
   */
  bool CopyBox(const Extent& box, std::vector<float>& spectra,
    const std::function<bool(double)>& step, std::string& error) const;

  /**
   * The mean of the finite spectra inside the mask, of about a million voxels of the whole image
   * where it has more; the choice does not depend on the pieces. Collective. Empty, with the
   * reason in `error`, when there is none.
   */
  std::vector<double> MeanSpectrum(
    const std::function<bool(double)>& step, std::string& error) const;
};

}

#endif
