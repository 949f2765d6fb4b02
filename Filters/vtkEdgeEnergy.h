// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkEdgeEnergy
 * @brief Edge energy of every voxel: where its normalised XANES spectrum crosses a level.
 *
 * Raw spectra are normalised on the way (see vtkXANESStackAlgorithm), without ever holding a
 * normalised stack; an array named normalized_... is taken as it is. Output: the input's arrays
 * but for stacks (PassStack keeps them), and
 * - `edge_energy` (float64, eV; NaN unless valid),
 * - `edge_jump` (float32, the stack's unit; post(E0) - pre(E0)),
 * - `validity` (uint8, paraxanes::Validity; 0 is valid).
 * Field data: the resolved parameters.
 */
#ifndef vtkEdgeEnergy_h
#define vtkEdgeEnergy_h

#include "ParaXANESFiltersModule.h"
#include "vtkXANESStackAlgorithm.h"

#include <memory> // for std::unique_ptr

namespace paraxanes
{
struct LevelCrossing;
}

class PARAXANESFILTERS_EXPORT vtkEdgeEnergy : public vtkXANESStackAlgorithm
{
public:
  static vtkEdgeEnergy* New();
  vtkTypeMacro(vtkEdgeEnergy, vtkXANESStackAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Crossings
  {
    DOWN_FROM_MAXIMUM = 0, ///< the first crossing down from the maximum in the window
    FIRST = 1,             ///< the one lowest in energy
    LAST = 2,              ///< the one highest in energy
    NEAREST = 3            ///< the one nearest to ReferenceEnergy
  };

  ///@{
  /// Level of the normalised spectrum. Default: 0.5.
  vtkSetMacro(Level, double);
  vtkGetMacro(Level, double);
  ///@}

  ///@{
  /// Closed range of energies in which the crossing is looked for, eV; 0 0 (default): E0 - 5 to
  /// E0 + 30.
  vtkSetVector2Macro(Window, double);
  vtkGetVector2Macro(Window, double);
  ///@}

  ///@{
  /// Which of several crossings counts. Default: DOWN_FROM_MAXIMUM.
  vtkSetClampMacro(Crossing, int, DOWN_FROM_MAXIMUM, NEAREST);
  vtkGetMacro(Crossing, int);
  ///@}

  ///@{
  /// The energy for NEAREST, eV; 0 (default): where the mean spectrum crosses the level.
  vtkSetMacro(ReferenceEnergy, double);
  vtkGetMacro(ReferenceEnergy, double);
  ///@}

  ///@{
  /// Whether stacks of the input are passed on. Default: off.
  vtkSetMacro(PassStack, vtkTypeBool);
  vtkGetMacro(PassStack, vtkTypeBool);
  vtkBooleanMacro(PassStack, vtkTypeBool);
  ///@}

  ///@{
  /// Largest amount of spectra to hold when they are pulled from a source that shows one energy at
  /// a time, GiB; 0 (default): no limit is given.
  vtkSetClampMacro(MemoryLimit, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(MemoryLimit, double);
  ///@}

  ///@{
  /// Ghost layers of maps to deliver on several ranks whatever is asked for, so that filters
  /// behind do not make the stack be read again: block size plus one for a gradient. Default: 7.
  vtkSetClampMacro(HaloVoxels, int, 0, 1000);
  vtkGetMacro(HaloVoxels, int);
  ///@}

protected:
  vtkEdgeEnergy();
  ~vtkEdgeEnergy() override;

  int GetHalo() override { return this->HaloVoxels; }
  bool NeedsMeanSpectrum() override;
  double GetSlabLimit() override;
  bool MakesMaps() override { return true; }
  bool PassesStack() override { return this->PassStack != 0; }
  const char* GetDefaultInputArray(vtkImageData* input) override;
  bool PrepareRun(paraxanes::StackRun& run, std::string& error) override;
  void ProcessBlock(const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block) override;
  void FinishRun(paraxanes::StackRun& run) override;

  double Level = 0.5;
  double Window[2] = { 0.0, 0.0 };
  int Crossing = DOWN_FROM_MAXIMUM;
  double ReferenceEnergy = 0.0;
  vtkTypeBool PassStack = 0;
  double MemoryLimit = 0.0;
  int HaloVoxels = 7;

private:
  vtkEdgeEnergy(const vtkEdgeEnergy&) = delete;
  void operator=(const vtkEdgeEnergy&) = delete;

  bool FindReference(
    const paraxanes::StackRun& run, paraxanes::LevelCrossing& crossing, std::string& error);

  /// What an execution needs beside the run: the plan of the search, and where the maps are.
  struct Plan;
  std::unique_ptr<Plan> CurrentPlan;
};

#endif
