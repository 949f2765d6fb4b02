// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkStackQuality
 * @brief Checks the frames of an energy stack, one row of a table for each energy.
 *
 * Input: an energy stack, in memory or directly behind a source that shows one energy at a time
 * (the spectra are then pulled from it). Output: vtkTable, ascending in energy, with
 * - `energy (eV)`;
 * - `mean` of the finite values of the whole frame, in the stack's unit;
 * - `background`: mean over the tenth of the middle layers that is lowest on average over all
 *   energies, the same places in each frame;
 * - `noise`: standard deviation of white noise, from the middle 256 x 256 voxels of the middle
 *   slice (paraxanes::NoiseOf, after Immerkaer);
 * - `NaN count` (NaN and infinite values) and `zero count` of the whole frame, exact;
 * - `shift x (px)`, `shift y (px)`: by how many voxels the content lies further than at the energy
 *   before, from the middle layers seen along z; `shift z (px)` from those seen along y, where
 *   there are 16 slices or more. Phase correlation (paraxanes::FindShift) of pictures of at most
 *   512 x 512 pixels: means of blocks where a layer is larger. NaN in the first row, and where the
 *   correlation has no significant peak: no common structure above the noise. After such a frame,
 *   than at the last energy before it that has structure;
 * - `shift quality`: the peak of that correlation, seen along z, 0 .. 1;
 * - `dx (px)`, `dy (px)`, `dz (px)`: sums of these shifts, which a ShiftsFile of the reader takes.
 *   A frame without structure lies where the one before it does; where five frames that follow
 *   correlate with each other, but not with what was before, NaN from there on, with a warning;
 * - `outlier`: 1 for a frame that stands out from its neighbours, and `remark`, which says why
 *   (paraxanes::JudgeFrames); also where the content jumps and stays there, which is no outlier.
 *
 * One warning names what stands out, with the energies for ExcludedEnergies of the reader. Field
 * data: those of the input, and `outlier_energies` (eV), `outlier_threshold`, `background_from`,
 * `noise_from`, `shift_from`, `paraxanes_version`. On several ranks the first one has the table.
 */
#ifndef vtkStackQuality_h
#define vtkStackQuality_h

#include "ParaXANESFiltersModule.h"

#include <vtkTableAlgorithm.h>

#include <string> // for std::string

namespace paraxanes
{
struct StackRun;
}

class PARAXANESFILTERS_EXPORT vtkStackQuality : public vtkTableAlgorithm
{
public:
  static vtkStackQuality* New();
  vtkTypeMacro(vtkStackQuality, vtkTableAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// How many standard deviations from its neighbours a frame has to be to stand out. Default: 5.
  /// Input array 0 is the stack (default: absorbance, the active scalars, the first that is one).
  vtkSetClampMacro(OutlierThreshold, double, 1.0, VTK_DOUBLE_MAX);
  vtkGetMacro(OutlierThreshold, double);
  ///@}

protected:
  vtkStackQuality();
  ~vtkStackQuality() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  double OutlierThreshold = 5.0;

private:
  vtkStackQuality(const vtkStackQuality&) = delete;
  void operator=(const vtkStackQuality&) = delete;

  struct Frames;
  bool Execute(paraxanes::StackRun& run, vtkTable* output, std::string& error);
  bool SumFrames(const paraxanes::StackRun& run, Frames& frames, std::string& error);
  bool LookAtSlices(const paraxanes::StackRun& run, Frames& frames, std::string& error);
  void MakeTable(const paraxanes::StackRun& run, const Frames& frames, vtkTable* output);
  bool Step(double fraction);
};

#endif
