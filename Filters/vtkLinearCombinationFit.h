// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkLinearCombinationFit
 * @brief The spectrum of every voxel as a combination of reference spectra.
 *
 * Input 0: an energy stack, raw (it is normalised on the way, see vtkXANESStackAlgorithm) or
 * normalised. Input 1, repeatable: reference spectra, tables with the columns "energy (eV)" and
 * "mu" as vtkXASSpectrumReader makes them. Each reference is interpolated to those of the stack's
 * energies that it covers (a cubic through the four nearest samples), and normalised there with the
 * settings of the stack: a reference and a voxel of the same substance then have the same spectrum,
 * also where the scan is coarse. Definitions of the fit: LinearCombination.h.
 *
 * Output: the input's arrays but for stacks (PassStack keeps them), and
 * - `fraction_<name>` and `fraction_<name>_error` (float32) for each reference,
 * - `lcf_r_factor` (float32): sum of squared residuals over sum of squared data, fit range,
 * - `edge_jump` (float32) of a raw stack,
 * - `validity` (uint8, paraxanes::Validity; 0 is valid).
 * Field data: lcf_references, lcf_fit_range, lcf_constraint, lcf_condition_number.
 */
#ifndef vtkLinearCombinationFit_h
#define vtkLinearCombinationFit_h

#include "ParaXANESFiltersModule.h"
#include "vtkXANESStackAlgorithm.h"

#include <memory> // for std::unique_ptr
#include <string> // for std::string
#include <vector> // for std::vector

class vtkTable;

namespace paraxanes
{
class Ranks;
struct EnergyRange;
struct IndexRange;
struct Normalization;
}

class PARAXANESFILTERS_EXPORT vtkLinearCombinationFit : public vtkXANESStackAlgorithm
{
public:
  static vtkLinearCombinationFit* New();
  vtkTypeMacro(vtkLinearCombinationFit, vtkXANESStackAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Constraints
  {
    NO_CONSTRAINT = 0,
    NON_NEGATIVE = 1,
    SUM_TO_ONE = 2,
    NON_NEGATIVE_SUM_TO_ONE = 3
  };

  /// Removes all reference spectra; AddInputConnection(1, ...) adds one.
  void RemoveAllReferences();

  ///@{
  /// Names of the references, in their order, for the names of the arrays. None (default): those of
  /// their files.
  void AddReferenceName(const char* name);
  void ClearReferenceNames();
  ///@}

  ///@{
  /// Whether the references are normalised already. Default: off.
  vtkSetMacro(NormalizedReferences, vtkTypeBool);
  vtkGetMacro(NormalizedReferences, vtkTypeBool);
  vtkBooleanMacro(NormalizedReferences, vtkTypeBool);
  ///@}

  ///@{
  /// Closed range of energies of the fit, eV; 0 0 (default): E0 - 20 to E0 + 30.
  vtkSetVector2Macro(FitRange, double);
  vtkGetVector2Macro(FitRange, double);
  ///@}

  ///@{
  /// What the fractions have to be. Default: NO_CONSTRAINT.
  vtkSetClampMacro(Constraint, int, NO_CONSTRAINT, NON_NEGATIVE_SUM_TO_ONE);
  vtkGetMacro(Constraint, int);
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
  /// Ghost layers of maps to deliver on several ranks whatever is asked for. Default: 7.
  vtkSetClampMacro(HaloVoxels, int, 0, 1000);
  vtkGetMacro(HaloVoxels, int);
  ///@}

protected:
  vtkLinearCombinationFit();
  ~vtkLinearCombinationFit() override;

  int GetHalo() override { return this->HaloVoxels; }
  double GetSlabLimit() override;
  bool MakesMaps() override { return true; }
  bool PassesStack() override { return this->PassStack != 0; }
  const char* GetDefaultInputArray(vtkImageData* input) override;
  bool PrepareRun(paraxanes::StackRun& run, std::string& error) override;
  void ProcessBlock(const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block) override;
  void FinishRun(paraxanes::StackRun& run) override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::vector<std::string> ReferenceNames;
  vtkTypeBool NormalizedReferences = 0;
  double FitRange[2] = { 0.0, 0.0 };
  int Constraint = NO_CONSTRAINT;
  vtkTypeBool PassStack = 0;
  double MemoryLimit = 0.0;
  int HaloVoxels = 7;

private:
  vtkLinearCombinationFit(const vtkLinearCombinationFit&) = delete;
  void operator=(const vtkLinearCombinationFit&) = delete;

  struct Reference;
  struct Plan;

  bool ReadReferences(vtkInformationVector* tables, const paraxanes::Ranks& ranks,
    std::vector<Reference>& references, std::string& error);
  static bool ReadReference(vtkTable* table, int index, Reference& reference, std::string& error);
  bool NameReferences(std::vector<Reference>& references, std::string& error);
  bool FindFitRange(
    const paraxanes::StackRun& run, paraxanes::EnergyRange& range, std::string& error);
  bool FindNormalization(const paraxanes::StackRun& run, Plan& plan, std::string& error);
  /// The reference on the energies of the stack, normalised; NaN where it has no samples.
  bool PlaceReference(const paraxanes::StackRun& run, const Reference& reference,
    const paraxanes::IndexRange& samples, std::vector<double>& placed, std::string& error);
  bool CheckCollinearity(const paraxanes::StackRun& run, std::string& error);

  std::vector<Reference> References; ///< of the last execution
  std::unique_ptr<Plan> CurrentPlan;
};

#endif
