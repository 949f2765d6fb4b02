// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkSpectrumProbe
 * @brief Spectra at points, in spheres, in a mask, or of each particle, with their fits and edges.
 *
 * The spectra of each selection are averaged as they are, those that are not finite left out, and
 * the mean is normalised and its edges are found as vtkEdgeEnergy does for a voxel, with all of its
 * properties but those of its maps (PassStack, HaloVoxels, OutputSuffix, ComputeErrors,
 * QualityMaps). Directly behind a source that shows one energy at a time, POINTS read only what
 * lies about the points.
 *
 * Output 0 (vtkTable), the curves: `energy (eV)`, and for each selection `mu NAME`,
 * `pre-edge NAME`, `post-edge NAME` (in the stack's unit), `normalized NAME`. Output 1 (vtkTable),
 * a row for each selection that has voxels: its name, `x (um)`, `y (um)`, `z (um)` (of points and
 * single voxels), `voxels`, `edge_jump`, the energies of the methods and their errors (eV),
 * `validity` (paraxanes::Validity), `mu at edge` and `normalized at edge` (the curves at the first
 * of these energies). With more than 50 selections output 0 has the normalised
 * spectra only. Field data: the selection and the resolved parameters. On several ranks the first
 * one has the tables. GetOutputDataObject() gives them; GetOutput() is null.
 */
#ifndef vtkSpectrumProbe_h
#define vtkSpectrumProbe_h

#include "ParaXANESFiltersModule.h"
#include "vtkEdgeEnergy.h"

#include <array>  // for std::array
#include <string> // for std::string
#include <vector> // for std::vector

class vtkTable;

class PARAXANESFILTERS_EXPORT vtkSpectrumProbe : public vtkEdgeEnergy
{
public:
  static vtkSpectrumProbe* New();
  vtkTypeMacro(vtkSpectrumProbe, vtkEdgeEnergy);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Selections
  {
    POINTS = 0,     ///< the voxels within Radius of each point
    MASK = 1,       ///< every voxel inside the mask array
    LABELS = 2,     ///< the voxels of each label from 1 on; at most 1000
    EVERY_VOXEL = 3 ///< each voxel on its own; at most 1000
  };

  ///@{
  /// Which spectra. Default: POINTS. A mask array limits all of them.
  vtkSetClampMacro(Selection, int, POINTS, EVERY_VOXEL);
  vtkGetMacro(Selection, int);
  ///@}

  ///@{
  /// Points, um. None (default): the middle of the image.
  void AddPoint(double x, double y, double z);
  void RemoveAllPoints();
  ///@}

  ///@{
  /// Radius of the sphere about each point, um; 0 (default): the voxel nearest to the point.
  vtkSetClampMacro(Radius, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(Radius, double);
  ///@}

  /// Input array 2: the point array of labels for LABELS. Empty (default): `particle_id`.
  void SetLabelArray(const char* name);

protected:
  vtkSpectrumProbe();
  ~vtkSpectrumProbe() override;

  bool NeedsNormalization() override { return true; }
  const char* GetDefaultInputArray(vtkImageData* input) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int Selection = POINTS;
  double Radius = 0.0;

private:
  vtkSpectrumProbe(const vtkSpectrumProbe&) = delete;
  void operator=(const vtkSpectrumProbe&) = delete;

  struct Spectra;
  bool Execute(paraxanes::StackRun& run, vtkTable* curves, vtkTable* results, std::string& error);
  std::string FindNames(const paraxanes::StackRun& run, Spectra& spectra);
  std::string FindLabels(const paraxanes::StackRun& run, Spectra& spectra);
  std::string FindPoints(const paraxanes::StackRun& run, Spectra& spectra);
  void WriteSelection(vtkTable* table);
  bool SumPoints(const paraxanes::StackRun& run, Spectra& spectra, std::string& error);
  bool SumBlocks(const paraxanes::StackRun& run, Spectra& spectra, std::string& error);
  bool MakeTables(paraxanes::StackRun& run, Spectra& spectra, vtkTable* curves, vtkTable* results,
    std::string& error);

  std::vector<std::array<double, 3>> Points;
};

#endif
