// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkParticleLabels
 * @brief Numbers the particles of an image: the face-connected pieces of what a threshold takes.
 *
 * With ThresholdMethod RANGE a voxel is inside when its value lies in the closed range Threshold;
 * with OTSU when it is above the value that parts the histogram of all finite values best. Of an
 * array with several components (an energy stack) the value is their mean. NaN is outside. The
 * default, `validity` in 0..0, takes the valid voxels. With FillHoles also those are inside from
 * which no way through the faces of outer voxels leads to the border of the image. Voxels that
 * touch along an edge or at a corner only are not connected. Pieces smaller than MinimumSize are
 * dropped.
 *
 * Output 0 is the image with the point array `particle_id` (int32): 0 = none, 1 = the largest
 * particle, 2 = the next; of equal ones the first in memory order comes first. Everything else is
 * passed by reference. Output 1 is a table of one row per particle, on the first rank.
 *
 * The same on any number of ranks: a particle that is cut by their borders counts once.
 */
#ifndef vtkParticleLabels_h
#define vtkParticleLabels_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

class PARAXANESFILTERS_EXPORT vtkParticleLabels : public vtkImageAlgorithm
{
public:
  static vtkParticleLabels* New();
  vtkTypeMacro(vtkParticleLabels, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: the array that tells particles from their surroundings. Empty (default):
  /// `validity`, then the active scalars.
  void SetInputArray(const char* name);

  enum ThresholdMethods
  {
    RANGE = 0,
    OTSU = 1
  };

  ///@{
  /// Where the threshold comes from. Default RANGE.
  vtkSetClampMacro(ThresholdMethod, int, RANGE, OTSU);
  vtkGetMacro(ThresholdMethod, int);
  ///@}

  ///@{
  /// With RANGE: closed range of the values inside particles. Default 0 0.
  vtkSetVector2Macro(Threshold, double);
  vtkGetVector2Macro(Threshold, double);
  ///@}

  ///@{
  /// Voxels that particles enclose belong to them. Default off.
  vtkSetMacro(FillHoles, bool);
  vtkGetMacro(FillHoles, bool);
  vtkBooleanMacro(FillHoles, bool);
  ///@}

  ///@{
  /// Parts particles that touch, at the necks between them: by a watershed of the distance to the
  /// surface. Every rank floods the whole image: 13 bytes
  /// per voxel of it and 8 per voxel inside. Default off.
  vtkSetMacro(SplitTouching, bool);
  vtkGetMacro(SplitTouching, bool);
  vtkBooleanMacro(SplitTouching, bool);
  ///@}

  ///@{
  /// How much deeper than their neck both parts have to be, in voxels (of the smallest spacing) of
  /// distance to the surface. Default 2.
  vtkSetMacro(SplitDepth, double);
  vtkGetMacro(SplitDepth, double);
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
  vtkParticleLabels();
  ~vtkParticleLabels() override = default;

  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkParticleLabels(const vtkParticleLabels&) = delete;
  void operator=(const vtkParticleLabels&) = delete;

  class Run;

  int ThresholdMethod = RANGE;
  double Threshold[2] = { 0.0, 0.0 };
  bool FillHoles = false;
  bool SplitTouching = false;
  double SplitDepth = 2.0;
  vtkIdType MinimumSize = 100;
  bool LargestOnly = false;
};

#endif
