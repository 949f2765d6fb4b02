// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkRadialAngleHistogram
 * @brief Angle between a gradient and the line to the particle's centre, and its statistics.
 *
 * theta is the angle, in degrees, between the gradient u and v = centre - voxel, so that a value
 * that rises outward has 180; Outward turns v round. Where field data `gradient_plane` of the
 * input is "XY", "YZ" or "XZ" (or the image is flat along one axis) v is projected into the plane.
 * Where u is not finite, or u or v is zero, theta is NaN and the vector does not count.
 *
 * Inputs: 0, an image with the gradient, a point array of 3 components. 1 (optional),
 * ParticleInput: the image at full resolution with the particle's `validity`, labels and weights,
 * for the centre. It must lie in the same coordinates; labels are needed in both.
 *
 * Centre of a particle: the mean position of its valid voxels (those with validity 0), of
 * ParticleInput; without it from the blocks of input 0 (`block_count`, `block_centroid`); without
 * them of input 0 itself; there, without `validity`, the voxels with a gradient. Or weighted by an
 * array, or a given point. With a label array (integers, 0 or less: no particle) each particle has
 * its own centre.
 *
 * Outputs:
 * - 0 image: input 0 with `theta` (float32, degrees, NaN where there is none).
 * - 1 table, one row per theta bin: `theta (deg)` (the bin's middle), probability density, the same
 *   weighted by |u|, random reference (sin(theta)/2 in space, uniform in a plane; the column says
 *   which), mean |u|, count, sum of |u|. Each density integrates to 1 over 0..180 degrees.
 * - 2 table, one row per bin of |u|: the density in each of the nine theta groups [0, 10) ..
 *   [80, 90] (each integrates to 1), then the counts. Of theta <= 90 only, or, with FoldAngles, of
 *   min(theta, 180 - theta). FoldAngles changes this table only.
 *   |u| outside SizeRange counts in the first or last bin.
 * - 3 table, one row: centre and where it comes from, number of vectors, mean |u|, probability of
 *   80..100 degrees over the random one (plain and weighted), order parameter <(3 cos^2 - 1)/2>
 *   (<cos 2 theta> in a plane), chi2_per_dof_independent against the random reference.
 *
 * With an error array the summary tells too: how many vectors MinimumSignificance cuts off (theta
 * is NaN there), the mean error of |u|, and root mean square and mean of |u| without the share of
 * the noise. These two are of all vectors with an error, whatever is cut off: vectors that are
 * chosen by their size have a noise of another distribution. They are right as far as the errors
 * are: a few far too large ones make them too small, or NaN. With true errors the root mean square
 * is without bias, and the mean too large by at most the error (0.05 of it where |u| is 2 errors,
 * see SignalSize.h). Where the errors account for all of |u| both are NaN, and the column `noise
 * note` says so.
 *
 * With NumberOfBootstrapSamples there are columns `... lower` and `... upper`: in table 1 of both
 * densities, in table 3 of mean |u|, of P(80..100) over random and of the sizes without noise.
 * Blocks of voxels are drawn again, as vectors of neighbouring voxels are not independent; the
 * column `bootstrap blocks` tells the number of those with vectors that have a theta. The bands of
 * the sizes without noise are of all replicates, also of those whose errors account for all of |u|:
 * that of the root mean square then reaches down to 0, and that of the mean is of the mean with its
 * bias (NaN where the mean itself is). The bands are the same to the bit for any number of ranks.
 *
 * One-sided differences (field data `gradient_neighbors`) with an error array are warned of: their
 * noise is not what is taken off, and points along the radius.
 *
 * With labels the tables have a column `particle`; the first rows (particle 0) are of all particles
 * together, the next of the particle with the lowest label, and so on. Counts and sums of any
 * particles can be added.
 *
 * On several ranks the tables are on rank 0, the others' are empty; only owned points count. Counts
 * are the same for any number of ranks, and theta to the bit. Pieces that hang together are looked
 * for (to warn where there are several without labels) on one rank only.
 */
#ifndef vtkRadialAngleHistogram_h
#define vtkRadialAngleHistogram_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>

#include <string>

namespace paraxanes
{
struct AngleChoice;
struct CenterChoice;
}

class PARAXANESFILTERS_EXPORT vtkRadialAngleHistogram : public vtkImageAlgorithm
{
public:
  static vtkRadialAngleHistogram* New();
  vtkTypeMacro(vtkRadialAngleHistogram, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// Input array 0: the gradient. Empty (default): `valence_gradient`, then the active scalars.
  void SetGradientArray(const char* name);

  /// Input array 1: what a voxel weighs, for CenterMode WEIGHTED. Empty (default): none.
  void SetWeightArray(const char* name);

  /// Input array 2: integers that say which particle a voxel belongs to. Empty (default): none.
  void SetLabelArray(const char* name);

  /// Input array 3: the error of |u|, such as `valence_gradient_error`. Empty (default): none.
  void SetErrorArray(const char* name);

  enum CenterModes
  {
    CENTROID = 0,
    WEIGHTED = 1,
    POINT = 2
  };

  ///@{
  /// The image at full resolution (optional).
  void SetParticleInputConnection(vtkAlgorithmOutput* output)
  {
    this->SetInputConnection(1, output);
  }
  void RemoveParticleInput() { this->SetInputConnection(1, nullptr); }
  ///@}

  ///@{
  /// Mean position of the valid voxels (default), weighted by the weight array, or Center.
  vtkSetClampMacro(CenterMode, int, CENTROID, POINT);
  vtkGetMacro(CenterMode, int);
  ///@}

  ///@{
  /// The centre in CenterMode POINT, um. Default 0 0 0.
  vtkSetVector3Macro(Center, double);
  vtkGetVector3Macro(Center, double);
  ///@}

  ///@{
  /// Measure against the line from the centre to the voxel instead, so that a value that rises
  /// outward has theta 0. Default off.
  vtkSetMacro(Outward, bool);
  vtkGetMacro(Outward, bool);
  vtkBooleanMacro(Outward, bool);
  ///@}

  ///@{
  /// Bins of theta over 0..180 degrees, 1 or more. Default 36.
  vtkSetMacro(NumberOfBins, int);
  vtkGetMacro(NumberOfBins, int);
  ///@}

  ///@{
  /// Group vector sizes by min(theta, 180 - theta), instead of theta <= 90 only. Default off.
  vtkSetMacro(FoldAngles, bool);
  vtkGetMacro(FoldAngles, bool);
  vtkBooleanMacro(FoldAngles, bool);
  ///@}

  ///@{
  /// Bins of |u|, 1 or more. Default 50.
  vtkSetMacro(NumberOfSizeBins, int);
  vtkGetMacro(NumberOfSizeBins, int);
  ///@}

  ///@{
  /// Range of |u| in the unit of the gradient. Default 0 0: from 0 to the 99.9 percentile of all
  /// vectors (the smallest |u|, as float32, that at least 99.9 % of them do not exceed).
  vtkSetVector2Macro(SizeRange, double);
  vtkGetVector2Macro(SizeRange, double);
  ///@}

  ///@{
  /// A vector counts when |u| is at least this many times its error. Default 0: all count.
  vtkSetMacro(MinimumSignificance, double);
  vtkGetMacro(MinimumSignificance, double);
  ///@}

  ///@{
  /// Replicates of the bootstrap that makes confidence bands; 0 (default): none.
  vtkSetMacro(NumberOfBootstrapSamples, int);
  vtkGetMacro(NumberOfBootstrapSamples, int);
  ///@}

  ///@{
  /// Edge of its blocks, voxels of the image with the gradient. Default 8.
  vtkSetMacro(BootstrapBlockEdge, int);
  vtkGetMacro(BootstrapBlockEdge, int);
  ///@}

  ///@{
  /// Between which percentiles the bands lie. Default 0.95: from 2.5 to 97.5 %.
  vtkSetMacro(ConfidenceLevel, double);
  vtkGetMacro(ConfidenceLevel, double);
  ///@}

  ///@{
  /// Of the random numbers of the bootstrap. Default 1.
  vtkSetMacro(Seed, int);
  vtkGetMacro(Seed, int);
  ///@}

protected:
  vtkRadialAngleHistogram();
  ~vtkRadialAngleHistogram() override = default;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

private:
  vtkRadialAngleHistogram(const vtkRadialAngleHistogram&) = delete;
  void operator=(const vtkRadialAngleHistogram&) = delete;

  class Run; // one execution
  friend class Run;

  paraxanes::CenterChoice ChoiceOfCenter();
  paraxanes::AngleChoice ChoiceOfAngles();

  int CenterMode = CENTROID;
  double Center[3] = { 0.0, 0.0, 0.0 };
  bool Outward = false;
  int NumberOfBins = 36;
  bool FoldAngles = false;
  int NumberOfSizeBins = 50;
  double SizeRange[2] = { 0.0, 0.0 };
  double MinimumSignificance = 0.0;
  int NumberOfBootstrapSamples = 0;
  int BootstrapBlockEdge = 8;
  double ConfidenceLevel = 0.95;
  int Seed = 1;
};

#endif
