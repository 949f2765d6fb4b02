// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkValenceGradient
 * @brief The gradient of the edge energy: where to and how fast the valence state rises.
 *
 * Central differences (E[i+1] - E[i-1]) / (2 dx) over the nearest neighbours along x, y and z, in
 * eV/um, or along two of them (Plane). A voxel is valid where the map is finite and point array
 * `validity`, if there is one, is 0.
 *
 * Input and output: vtkImageData. The output has the input's arrays and
 * - `valence_gradient`, float32 with 3 components, NaN where there is none;
 * - `valence_gradient_magnitude`, float32, its norm;
 * - `valence_gradient_error`, float32, the standard error of the norm, where ErrorArray is set.
 * Named so for the map `edge_energy`. A map `edge_energy_X` gives `valence_gradient_X`, any other
 * map `M` gives `M_gradient`; the norm's name is the gradient's with `_magnitude`.
 *
 * Field data: `<gradient>_unit` (the map's unit per um: field data `<map>_unit` if there is any,
 * else eV for names with "energy"), `gradient_plane`, `gradient_neighbors`, `gradient_input_array`,
 * `paraxanes_version`.
 */
#ifndef vtkValenceGradient_h
#define vtkValenceGradient_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>
#include <vtkSmartPointer.h> // for vtkSmartPointer

#include <string> // for std::string

class vtkFloatArray;

class PARAXANESFILTERS_EXPORT vtkValenceGradient : public vtkImageAlgorithm
{
public:
  static vtkValenceGradient* New();
  vtkTypeMacro(vtkValenceGradient, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Planes
  {
    VOLUME = 0,
    XY = 1,
    YZ = 2,
    XZ = 3
  };

  ///@{
  /// Where the gradient lies: in the volume (default), or in a plane, with 0 along its normal.
  /// In a 2D image it lies in the image's plane, whatever is set here.
  vtkSetClampMacro(Plane, int, VOLUME, XZ);
  vtkGetMacro(Plane, int);
  ///@}

  /// Input array 1: errors of the map, such as `edge_energy_error`. Null, empty or "None"
  /// (default): no error of the gradient is made. Errors of neighbours are taken as independent.
  void SetErrorArray(const char* name);

  enum NeighborRules
  {
    STRICT = 0,
    ONE_SIDED = 1
  };

  ///@{
  /// STRICT (default): a voxel counts only when it and all its neighbours (6, in a plane 4) are
  /// valid. ONE_SIDED: where one of two neighbours is missing, the difference to the other one
  /// serves. Biased: such differences have twice the noise and point along the surface's normal,
  /// so that noise alone no longer gives random angles.
  vtkSetClampMacro(Neighbors, int, STRICT, ONE_SIDED);
  vtkGetMacro(Neighbors, int);
  ///@}

protected:
  vtkValenceGradient();
  ~vtkValenceGradient() override;

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int Plane = VOLUME;
  int Neighbors = STRICT;

private:
  vtkValenceGradient(const vtkValenceGradient&) = delete;
  void operator=(const vtkValenceGradient&) = delete;

  bool FindErrors(vtkImageData* input, vtkSmartPointer<vtkFloatArray>& errors, std::string& error);

  /// Adds the gradient of the chosen array; false with the reason in `error`.
  bool AddGradient(
    vtkImageData* input, vtkInformation* inInfo, vtkImageData* output, std::string& error);
};

#endif
