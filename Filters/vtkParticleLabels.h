// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkParticleLabels
 * @brief Numbers the particles of an image: the face-connected pieces of what a threshold takes.
 *
 * A voxel is inside when its value lies in the closed range Threshold; of an array with several
 * components (an energy stack) the value is their mean. NaN is outside. The default, `validity`
 * in 0..0, takes the valid voxels. Voxels that touch along an edge or at a corner only are not
 * connected. Pieces smaller than MinimumSize are dropped.
 *
 * Adds the point array `particle_id` (int32): 0 = none, 1 = the largest particle, 2 = the next;
 * of equal ones the first in memory order comes first. Everything else is passed by reference.
 *
 * The whole image has to be on one rank: a request for one of several pieces is an error.
 */
#ifndef vtkParticleLabels_h
#define vtkParticleLabels_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

#include <string>

class PARAXANESFILTERS_EXPORT vtkParticleLabels : public vtkImageAlgorithm
{
public:
  static vtkParticleLabels* New();
  vtkTypeMacro(vtkParticleLabels, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: the array that tells particles from their surroundings. Empty (default):
  /// `validity`, then the active scalars.
  void SetInputArray(const char* name);

  ///@{
  /// Closed range of the values inside particles. Default 0 0.
  vtkSetVector2Macro(Threshold, double);
  vtkGetVector2Macro(Threshold, double);
  ///@}

  ///@{
  /// Smallest particle that is kept, in voxels. Default 100.
  vtkSetMacro(MinimumSize, vtkIdType);
  vtkGetMacro(MinimumSize, vtkIdType);
  ///@}

  ///@{
  /// Keep the largest particle only. Default off.
  vtkSetMacro(LargestOnly, bool);
  vtkGetMacro(LargestOnly, bool);
  vtkBooleanMacro(LargestOnly, bool);
  ///@}

protected:
  vtkParticleLabels() = default;
  ~vtkParticleLabels() override = default;

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkParticleLabels(const vtkParticleLabels&) = delete;
  void operator=(const vtkParticleLabels&) = delete;

  // Empty: labelled. Otherwise what is wrong.
  std::string Label(vtkImageData* input, vtkImageData* output);

  double Threshold[2] = { 0.0, 0.0 };
  vtkIdType MinimumSize = 100;
  bool LargestOnly = false;
};

#endif
