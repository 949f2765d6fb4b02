// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ParticleCenterRun.h
 * One execution of a filter that measures against the centres of particles: which particles there
 * are, and where their centres are.
 */
#ifndef ParticleCenterRun_h
#define ParticleCenterRun_h

#include "ArrayValues.h"
#include "MapRun.h"
#include "ParticleCenters.h"

#include <cstdint>
#include <string>
#include <vector>

class vtkDataArray;
class vtkImageData;
class vtkInformation;

namespace paraxanes
{

struct CenterChoice
{
  enum Modes
  {
    Centroid = 0,
    Weighted = 1,
    Given = 2
  };
  int Mode = Centroid;
  Vector3 Point = { 0.0, 0.0, 0.0 }; ///< the centre, when it is given
  std::string LabelArray;            ///< empty: all is one particle
  std::string WeightArray;
};

/// The particles over all ranks; without labels one, 0.
struct CenteredParticles
{
  std::vector<int> Labels;            ///< ascending
  std::vector<Vector3> Centers;       ///< NaN: none
  std::vector<vtkIdType> ValidVoxels; ///< that made the centre
  std::string Source;                 ///< of the centres, in words
};

class ParticleCenterRun : public MapRun
{
public:
  /// `particleInfo` is that of the image at full resolution, null where there is none.
  ParticleCenterRun(vtkAlgorithm* self, const CenterChoice& choice, vtkInformation* inInfo,
    vtkInformation* particleInfo);

protected:
  bool HasLabels() const { return !this->Choice.LabelArray.empty(); }
  /// Takes labels, weights and validity from the inputs.
  void Prepare();
  /// Every point of the inputs has one owner. Collective.
  bool FindOwnedPoints();
  bool FindParticles();
  bool FindCenters();

  void Warn(const std::string& text) const;

  /// 0 for each voxel of the input that has a vector: says where the particle is where nothing
  /// else does.
  virtual std::vector<std::uint8_t> ValidityOfVectors() const = 0;

  ArrayValues<std::int32_t> LabelsOfVectors; // of the input
  CenteredParticles Found;

private:
  void PrepareSource();
  bool UseBlocks();
  void SetCenters(const std::vector<vtkIdType>& counts, const std::vector<double>& sums);
  void WarnAboutOtherField() const;
  void WarnAboutParticles(vtkIdType atBorder, vtkIdType withoutWeight, int withoutCenter) const;
  void WarnAboutSeveralPieces() const;

  CenterChoice Choice;
  vtkInformation* ParticleInfo;
  vtkImageData* Particles; // null without ParticleInput

  vtkImageData* Source; // where the centres come from
  VoxelGrid SourceGrid;
  VoxelMasses Masses;
  ArrayValues<std::int32_t> SourceLabels;
  ArrayValues<float> Weights;
  ArrayValues<std::uint8_t> ValidityOfSource;
  ArrayValues<std::uint32_t> BlockCounts;
  ArrayValues<double> BlockCentroids;
  std::vector<std::uint8_t> VectorValidity;
};

}

#endif
