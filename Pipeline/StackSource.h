// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class StackSource
 * @brief Where a filter can pull full spectra from, box by box.
 *
 * A source that shows one energy at a time implements this, and a map-making filter directly
 * behind it reads the spectra through it, slab by slab, so that the whole stack is never held.
 * What the source shows is left alone.
 */
#ifndef StackSource_h
#define StackSource_h

#include "ParaXANESPipelineModule.h"

#include <vtkType.h>

#include <functional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataArray;
class vtkImageData;

namespace paraxanes
{

class PARAXANESPIPELINE_EXPORT StackSource
{
public:
  virtual ~StackSource();

  /// True when the pipeline carries one energy at a time.
  virtual bool ShowsOneEnergy() const = 0;

  /// Energies of the stack, eV, strictly ascending. Empty when it cannot be read.
  virtual std::vector<double> StackEnergies() = 0;

  /// Called now and then from the calling thread with the fraction done; false: stop.
  using ProgressFunction = std::function<bool(double)>;

  /**
   * Fills `spectra` with the box of voxels (VTK extent), x fastest, the energies of a voxel
   * contiguous. `energies` are those that the caller expects: another stack by now is an error.
   * False with the reason in `error` when it fails, with none when `progress` said to stop.
   */
  virtual bool ReadBox(const int box[6], const std::vector<double>& energies, float* spectra,
    const ProgressFunction& progress, std::string& error) = 0;

  /// Changes when the stack does, but not with the energy that is shown.
  virtual vtkMTimeType StackMTime() = 0;

  /**
   * The text of a file that describes the stack, to be written into `folder`: the paths in it are
   * relative to that. Empty when there is none: with the reason in `error`, or with none for a
   * stack that is not made of files.
   */
  virtual std::string DescriptionText(const std::string& folder, std::string& error);
};

/// The source directly upstream of a filter or writer, else null. ParaView's own filter behind
/// every source is looked through.
PARAXANESPIPELINE_EXPORT StackSource* UpstreamSource(vtkAlgorithm* algorithm);

/// The same, if it is one that shows one energy at a time; else null.
PARAXANESPIPELINE_EXPORT StackSource* UpstreamSourceOfOneEnergy(vtkAlgorithm* algorithm);

/// The stack in an image.
struct FoundStack
{
  std::vector<double> Energies;  ///< eV
  vtkDataArray* Array = nullptr; ///< one component per energy; or one, see IsShown
  bool IsShown = false;          ///< the array is the one energy that a source of such shows
};

/**
 * Finds the stack in an image: the array that is chosen, else the default one, else the active
 * scalars, else the first with one component per energy. False with the reason in `error`.
 */
PARAXANESPIPELINE_EXPORT bool FindStack(vtkImageData* image, const std::string& chosen,
  const char* defaultArray, FoundStack& stack, std::string& error);

/**
 * The energies of a stack that has to be pulled from its source, null where there is none to pull
 * from. False with the reason in `error`; without `mayPull` it is that the caller cannot pull.
 */
PARAXANESPIPELINE_EXPORT bool FindEnergiesToPull(
  StackSource* source, bool mayPull, std::vector<double>& energies, std::string& error);

}

#endif
