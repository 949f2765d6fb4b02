// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkEdgeEnergy
 * @brief Edge energy of every voxel, by one or several definitions, each with its error.
 *
 * Raw spectra are normalised on the way (see vtkXANESStackAlgorithm), without ever holding a
 * normalised stack; an array named normalized_... is taken as it is. Output: the input's arrays
 * but for stacks (PassStack keeps them), and
 * - `edge_energy` and the energies of the other methods (float64, eV; NaN unless valid), which are
 *   different definitions and differ by more than what is measured (paraxanes::EdgeMethod):
 *   LEVEL `edge_energy`, DERIVATIVE `edge_energy_derivative`,
 *   WHITE_LINE_FRACTION `edge_energy_white_line_fraction`, WHITE_LINE `white_line_energy`,
 *   CENTROID `edge_energy_centroid`;
 * - `white_line_height` (float32, the stack's unit; mu at white_line_energy) and
 *   `white_line_above_pre_edge` (the highest mu - pre of the window, of WHITE_LINE_FRACTION);
 * - with ComputeErrors `..._error` (float32, eV; one standard deviation from the noise about the
 *   fits; the bias of a definition is not in it);
 * - `edge_jump` (float32, the stack's unit; post(E0) - pre(E0));
 * - with QualityMaps `pre_edge_noise` and `fit_residual` (standard deviation about the pre-edge fit
 *   and about both), `pre_edge_slope` and `post_edge_slope` (per eV), `edge_jump_error` (one
 *   standard deviation), `jump_to_noise`;
 * - `validity` (uint8, paraxanes::Validity; 0 is valid), of Method.
 * Every name, of field data too, ends in _OutputSuffix where that is set. Field data: the resolved
 * parameters.
 *
 * WHITE_LINE alone, without errors and quality maps, needs no fits: then there is no `edge_jump`,
 * no limit is asked, and every voxel inside the mask whose spectrum has a maximum in the window is
 * valid.
 */
#ifndef vtkEdgeEnergy_h
#define vtkEdgeEnergy_h

#include "ParaXANESFiltersModule.h"
#include "vtkXANESStackAlgorithm.h"

#include <memory> // for std::unique_ptr
#include <string> // for std::string
#include <vector> // for std::vector

namespace paraxanes
{
struct EdgeAnalysis;
struct EdgeSearch;
}

class PARAXANESFILTERS_EXPORT vtkEdgeEnergy : public vtkXANESStackAlgorithm
{
public:
  static vtkEdgeEnergy* New();
  vtkTypeMacro(vtkEdgeEnergy, vtkXANESStackAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Methods
  {
    LEVEL = 0,               ///< the normalised spectrum crosses Level
    DERIVATIVE = 1,          ///< its steepest rise
    WHITE_LINE_FRACTION = 2, ///< mu - pre crosses the fraction Level of its maximum in the window
    WHITE_LINE = 3,          ///< the maximum of mu in the window
    CENTROID = 4             ///< the centroid of the derivative of the normalised spectrum
  };
  static constexpr int NumberOfMethods = 5;

  enum Crossings
  {
    DOWN_FROM_MAXIMUM = 0, ///< the first crossing down from the maximum in the window
    FIRST = 1,             ///< the one lowest in energy
    LAST = 2,              ///< the one highest in energy
    NEAREST = 3            ///< the one nearest to ReferenceEnergy
  };

  ///@{
  /// The definition of the edge energy, whose codes are `validity`. Default: LEVEL.
  vtkSetClampMacro(Method, int, LEVEL, CENTROID);
  vtkGetMacro(Method, int);
  ///@}

  ///@{
  /// Other methods in the same pass. Default: none.
  void AddMethod(int method);
  void RemoveAllMethods();
  ///@}

  /// Name of the array of a method's energies.
  static const char* GetEnergyName(int method);

  ///@{
  /// Degree of the polynomial that is fitted to the samples within LocalFitHalfWidth (eV, default
  /// 3) of the result; 0 (default): interpolation between the fewest samples. For noisy spectra.
  /// Degree 1 is biased where the edge is curved. Maxima take at least degree 2, the steepest rise
  /// 3.
  vtkSetClampMacro(LocalFitDegree, int, 0, 3);
  vtkGetMacro(LocalFitDegree, int);
  vtkSetClampMacro(LocalFitHalfWidth, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(LocalFitHalfWidth, double);
  ///@}

  ///@{
  /// Whether errors of the energies are made. Default: off.
  vtkSetMacro(ComputeErrors, vtkTypeBool);
  vtkGetMacro(ComputeErrors, vtkTypeBool);
  vtkBooleanMacro(ComputeErrors, vtkTypeBool);
  ///@}

  ///@{
  /// Whether maps of the quality of the fits are made. Default: off.
  vtkSetMacro(QualityMaps, vtkTypeBool);
  vtkGetMacro(QualityMaps, vtkTypeBool);
  vtkBooleanMacro(QualityMaps, vtkTypeBool);
  ///@}

  ///@{
  /// Added with an underscore to the names of all arrays that are made, such as "Ni" where a scan
  /// has several elements. Default: none.
  vtkSetStringMacro(OutputSuffix);
  vtkGetStringMacro(OutputSuffix);
  ///@}

  ///@{
  /// Level of the normalised spectrum, or fraction of the white line. Default: 0.5.
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
  bool NeedsNormalization() override;
  std::string NameOf(const std::string& name) const override;
  double GetSlabLimit() override;
  bool MakesMaps() override { return true; }
  bool PassesStack() override { return this->PassStack != 0; }
  const char* GetDefaultInputArray(vtkImageData* input) override;
  bool PrepareRun(paraxanes::StackRun& run, std::string& error) override;
  void ProcessBlock(const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block) override;
  void FinishRun(paraxanes::StackRun& run) override;

  bool Wants(int method) const { return method == this->Method || this->Others[method]; }
  std::vector<int> WantedMethods() const;
  /// What is looked for in the run's spectra. False with the reason in `error`.
  bool ResolveAnalysis(
    paraxanes::StackRun& run, paraxanes::EdgeAnalysis& analysis, std::string& error);
  void WriteSearch(const paraxanes::EdgeSearch& search, vtkDataObject* output) const;

  int Method = LEVEL;
  bool Others[NumberOfMethods] = {};
  int LocalFitDegree = 0;
  double LocalFitHalfWidth = 3.0;
  vtkTypeBool ComputeErrors = 0;
  vtkTypeBool QualityMaps = 0;
  char* OutputSuffix = nullptr;
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

  std::string CheckMethods(const paraxanes::StackRun& run) const;
  bool ResolveWindow(paraxanes::StackRun& run, double window[2], std::string& error);
  bool FindReference(
    const paraxanes::StackRun& run, paraxanes::EdgeSearch& search, std::string& error);
  void AddMaps(paraxanes::StackRun& run);

  /// What an execution needs beside the run: the plan of the search, and where the maps are.
  struct Plan;
  std::unique_ptr<Plan> CurrentPlan;
};

#endif
