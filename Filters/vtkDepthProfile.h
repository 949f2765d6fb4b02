// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkDepthProfile
 * @brief Mean of a map against the distance to the particle's surface.
 *
 * Depth is the exact Euclidean distance from a voxel's centre to the nearest voxel centre outside,
 * less half a voxel (half the smallest spacing): the surface lies between the two. On a sphere it
 * is right to half a voxel. The border of the image is no surface, so that a particle that is cut
 * off there has none, and a 2D image none along its normal.
 *
 * Inside are the voxels of LabelArray (integers, 0 or less: outside), where each particle has its
 * own surface, also against one that it touches; else those where MaskArray is not 0; else those
 * with `validity` 0; else those where the map is finite. Each hole makes a surface: for a map with
 * isolated bad voxels take labels with holes filled. Voxels count where the map is finite, and
 * `validity`, if there is one, 0.
 *
 * Outputs:
 * - 0 image: the input with `depth` (float32, um; NaN outside and where there is no surface); with
 *   SubtractProfile also `<map>_detrended` (float64): the map less the profile at the voxel's depth
 *   (straight lines between the centres of the bins, constant beyond the first and the last).
 * - 1 table, a row per bin: depth, mean, standard deviation (n - 1), standard error of the mean (if
 *   voxels are independent), count.
 *
 * On several ranks the table is on rank 0, and all is the same to the bit as on one. Each rank gets
 * the mask of the whole image for the distance: 1 byte per voxel (4 with more than 255 particles),
 * less than 2 GiB; and 8 bytes per voxel of its own planes. The maps stay where they are.
 */
#ifndef vtkDepthProfile_h
#define vtkDepthProfile_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

class PARAXANESFILTERS_EXPORT vtkDepthProfile : public vtkImageAlgorithm
{
public:
  static vtkDepthProfile* New();
  vtkTypeMacro(vtkDepthProfile, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: the map. Empty (default): `edge_energy`, then the active scalars.
  void SetInputArray(const char* name);
  /// Input array 1: integers that say which particle a voxel belongs to. Empty (default): none.
  void SetLabelArray(const char* name);
  /// Input array 2: not 0 inside. Empty (default): none.
  void SetMaskArray(const char* name);

  ///@{
  /// Bins of depth. Default 0: as wide as a voxel, so that no layer falls between two of them.
  vtkSetMacro(NumberOfBins, int);
  vtkGetMacro(NumberOfBins, int);
  ///@}

  ///@{
  /// Range of depth, um; what lies outside is left out of the table. Default 0 0: from 0 to the
  /// largest depth of a voxel that counts (in whole voxels with an automatic number of bins).
  vtkSetVector2Macro(DepthRange, double);
  vtkGetVector2Macro(DepthRange, double);
  ///@}

  ///@{
  /// Add the map less its profile. Default off.
  vtkSetMacro(SubtractProfile, bool);
  vtkGetMacro(SubtractProfile, bool);
  vtkBooleanMacro(SubtractProfile, bool);
  ///@}

protected:
  vtkDepthProfile();
  ~vtkDepthProfile() override = default;

  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkDepthProfile(const vtkDepthProfile&) = delete;
  void operator=(const vtkDepthProfile&) = delete;

  class Run; // one execution
  friend class Run;

  int NumberOfBins = 0;
  double DepthRange[2] = { 0.0, 0.0 };
  bool SubtractProfile = false;
};

#endif
