// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkMetalMass
 * @brief The areal mass (2D) or the mass per volume (3D) of an element, from its edge jump.
 *
 * Output: the input's arrays and
 * - `metal_mass` (float32; g/cm2 where the edge jump is one of -ln(I/I0), g/cm3 where it is one per
 *   length), edge jump over the jump of the mass attenuation coefficient at the edge
 *   (paraxanes::MassPerEdgeJump), for every voxel that has an edge jump, valid or not: sums and
 *   means over noise are then free of bias;
 * - `metal_mass_error` (float32, one standard deviation) where the input has `edge_jump_error`
 *   (QualityMaps of vtkEdgeEnergy, binned or not); the table's own uncertainty, a few per cent, is
 *   not in it.
 * Of an array edge_jump_SUFFIX (OutputSuffix of vtkEdgeEnergy) the names end in _SUFFIX as well,
 * and element and edge are those of that suffix. Field data: metal_mass_unit, metal_mass_element,
 * metal_mass_attenuation_jump (cm2/g), metal_mass_source.
 */
#ifndef vtkMetalMass_h
#define vtkMetalMass_h

#include "ParaXANESFiltersModule.h"
#include "vtkMapAlgorithm.h"

#include <string> // for std::string

class PARAXANESFILTERS_EXPORT vtkMetalMass : public vtkMapAlgorithm
{
public:
  static vtkMetalMass* New();
  vtkTypeMacro(vtkMetalMass, vtkMapAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum JumpUnits
  {
    AUTOMATIC = 0,      ///< by field data `absorbance_unit`
    ABSORBANCE = 1,     ///< -ln(I/I0): the result is in g/cm2
    PER_MICROMETRE = 2, ///< attenuation per um: the result is in g/cm3, as of those below
    PER_CENTIMETRE = 3, ///< attenuation per cm
    PER_VOXEL = 4       ///< attenuation over the width of a voxel
  };

  ///@{
  /// Element and edge ("K" or "L3"). Empty (default): those in the input's field data; K of an
  /// element that is given without an edge.
  vtkSetStdStringFromCharMacro(Element);
  vtkGetCharFromStdStringMacro(Element);
  vtkSetStdStringFromCharMacro(Edge);
  vtkGetCharFromStdStringMacro(Edge);
  ///@}

  ///@{
  /// Jump of the mass attenuation coefficient at the edge, cm2/g. 0 (default): that of the table
  /// (paraxanes::MassAttenuationJumpOf). Of soft L3 edges (Cr to Zn) that of L3 and L2 together:
  /// such is their edge jump.
  vtkSetMacro(MassAttenuationJump, double);
  vtkGetMacro(MassAttenuationJump, double);
  ///@}

  ///@{
  /// What the edge jump is. Default: AUTOMATIC.
  vtkSetClampMacro(JumpUnit, int, AUTOMATIC, PER_VOXEL);
  vtkGetMacro(JumpUnit, int);
  ///@}

  ///@{
  /// For PER_VOXEL: width in um of the voxels over which the attenuation was taken. 0 (default):
  /// the spacing, or what it was before vtkVoxelBin (field data `block_size`).
  vtkSetMacro(VoxelWidth, double);
  vtkGetMacro(VoxelWidth, double);
  ///@}

protected:
  vtkMetalMass();
  ~vtkMetalMass() override;

  void ReadSettings() override;
  bool AddMaps(vtkImageData* output, const std::array<int, 6>& whole) override;

  std::string Element;
  std::string Edge;
  double MassAttenuationJump = 0.0;
  int JumpUnit = AUTOMATIC;
  double VoxelWidth = 0.0;

private:
  vtkMetalMass(const vtkMetalMass&) = delete;
  void operator=(const vtkMetalMass&) = delete;

  struct Plan;
  Plan FindPlan(vtkImageData* image, bool isFlat);
  double FindVoxelWidth(vtkImageData* image) const;
};

#endif
