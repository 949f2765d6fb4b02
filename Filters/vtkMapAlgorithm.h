// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkMapAlgorithm
 * @brief Base class of filters that make maps of maps, each voxel by itself.
 *
 * Output: the input's arrays, ghosts included, and those that a subclass adds. What is wrong on one
 * rank is an error on all.
 */
#ifndef vtkMapAlgorithm_h
#define vtkMapAlgorithm_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

#include <array>      // for std::array
#include <functional> // for std::function

namespace paraxanes
{
class Ranks;
}

class PARAXANESFILTERS_EXPORT vtkMapAlgorithm : public vtkImageAlgorithm
{
public:
  vtkTypeMacro(vtkMapAlgorithm, vtkImageAlgorithm);

protected:
  vtkMapAlgorithm();
  ~vtkMapAlgorithm() override;

  /// Takes in the settings, on every rank. Throws paraxanes::InputError.
  virtual void ReadSettings() = 0;
  /// Adds the arrays; `whole` is the extent over all ranks. For ranks with voxels. False when the
  /// user stopped it. Throws paraxanes::InputError.
  virtual bool AddMaps(vtkImageData* output, const std::array<int, 6>& whole) = 0;
  /// After success. Collective.
  virtual void Finish(const paraxanes::Ranks&) {}

  /// Calls body(first voxel, last) for one part of the image after the other. False when the user
  /// stopped it.
  bool ForSlabs(vtkIdType voxels, const std::function<void(vtkIdType, vtkIdType)>& body);

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkMapAlgorithm(const vtkMapAlgorithm&) = delete;
  void operator=(const vtkMapAlgorithm&) = delete;
};

#endif
