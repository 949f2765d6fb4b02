// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkXANESStackAlgorithm
 * @brief What the filters on energy stacks share.
 *
 * Input: an energy stack, that is a vtkImageData with a point array of one component per energy
 * and field data `energy` (eV). The filter goes through it in slabs, in parallel within a slab;
 * between slabs it reports progress and looks for an abort, on all ranks together. Directly behind
 * a source that shows one energy at a time (paraxanes::StackSource), a filter that makes maps pulls
 * the spectra from it slab by slab, so that the stack is never held as a whole.
 *
 * This class holds the normalisation's properties; "0 0" for a range and -1 for a degree mean
 * automatic, and what was resolved is written to the output's field data. Subclasses supply the
 * kernel for a block of spectra.
 */
#ifndef vtkXANESStackAlgorithm_h
#define vtkXANESStackAlgorithm_h

#include "ParaXANESFiltersModule.h"

#include <vtkImageAlgorithm.h>
#include <vtkSmartPointer.h> // for vtkSmartPointer

#include <set>    // for std::set
#include <string> // for std::string
#include <vector> // for std::vector

class vtkDataObject;

namespace paraxanes
{
struct EnergyRange;
struct SpectraBlock;
struct StackRun;
}

class PARAXANESFILTERS_EXPORT vtkXANESStackAlgorithm : public vtkImageAlgorithm
{
public:
  vtkAbstractTypeMacro(vtkXANESStackAlgorithm, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum E0Sources
  {
    TABLE = 0,        ///< by element and edge
    VALUE = 1,        ///< property E0
    MEAN_SPECTRUM = 2 ///< steepest rise of the mean spectrum
  };

  enum Modes
  {
    RATIO = 0,     ///< (mu - pre) / (post - pre) at each energy
    EDGE_STEP = 1, ///< (mu - pre) / edge_jump
    FLATTENED = 2  ///< EDGE_STEP below E0, from there on 1 + (mu - post) / edge_jump
  };

  enum RangeRules
  {
    CLOSED = 0, ///< the energies in a range, both ends included
    LARCH = 1   ///< from the one at or below its low end up to, and without, the one nearest to its
                ///< high end; E0 is the energy nearest to it
  };

  ///@{
  /// Element and edge ("K" or "L3") whose table value is E0. Empty (default): those of the stack's
  /// field data, else the one edge that the scan covers.
  vtkSetStringMacro(Element);
  vtkGetStringMacro(Element);
  vtkSetStringMacro(Edge);
  vtkGetStringMacro(Edge);
  ///@}

  ///@{
  /// Where the reference energy E0 comes from. It places the edge jump and the automatic ranges;
  /// it is not the edge energy. Default: TABLE.
  vtkSetClampMacro(E0Source, int, TABLE, MEAN_SPECTRUM);
  vtkGetMacro(E0Source, int);
  ///@}

  ///@{
  /// The reference energy when E0Source is VALUE, eV.
  vtkSetMacro(E0, double);
  vtkGetMacro(E0, double);
  ///@}

  ///@{
  /// Whether ranges that are given count from E0. Default: off, they are energies.
  vtkSetMacro(RangesRelativeToE0, vtkTypeBool);
  vtkGetMacro(RangesRelativeToE0, vtkTypeBool);
  vtkBooleanMacro(RangesRelativeToE0, vtkTypeBool);
  ///@}

  ///@{
  /// Closed ranges of the fits, eV; 0 0 (default): automatic.
  vtkSetVector2Macro(PreEdgeRange, double);
  vtkGetVector2Macro(PreEdgeRange, double);
  vtkSetVector2Macro(PostEdgeRange, double);
  vtkGetVector2Macro(PostEdgeRange, double);
  ///@}

  ///@{
  /// Degrees of the fits: before the edge 0 or 1, behind it 0 to 3; -1 (default): automatic.
  vtkSetClampMacro(PreEdgeDegree, int, -1, 1);
  vtkGetMacro(PreEdgeDegree, int);
  vtkSetClampMacro(PostEdgeDegree, int, -1, 3);
  vtkGetMacro(PostEdgeDegree, int);
  ///@}

  ///@{
  /// Definition of the normalised spectrum. Default: RATIO.
  vtkSetClampMacro(Mode, int, RATIO, FLATTENED);
  vtkGetMacro(Mode, int);
  ///@}

  ///@{
  /// Which energies belong to the ranges of the fits. Default: CLOSED. With LARCH, ranges relative
  /// to E0 and a degree of the pre-edge of 1 the numbers are those of Larch's pre_edge().
  vtkSetClampMacro(RangeRule, int, CLOSED, LARCH);
  vtkGetMacro(RangeRule, int);
  ///@}

  /// Input array 1: a point array of one component that is not 0 inside the particle. Null, empty
  /// or "None" (default): every voxel. Input array 0 is the stack.
  void SetMaskArray(const char* name);

  ///@{
  /// A voxel counts when edge_jump >= MinimumEdgeJump (in the stack's unit; default 0; the jump has
  /// to be positive in any case) and edge_jump >= MinimumJumpToNoise standard errors (default 4).
  vtkSetMacro(MinimumEdgeJump, double);
  vtkGetMacro(MinimumEdgeJump, double);
  vtkSetClampMacro(MinimumJumpToNoise, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(MinimumJumpToNoise, double);
  ///@}

protected:
  vtkXANESStackAlgorithm();
  ~vtkXANESStackAlgorithm() override;

  /// Ghost layers that the output has beyond the piece on several ranks, whatever was asked for.
  virtual int GetHalo() { return 0; }

  /// Largest amount of spectra to pull at once, bytes; 0: none given.
  virtual double GetSlabLimit() { return 0.0; }

  /// Name of the array to work on where none was chosen.
  virtual const char* GetDefaultInputArray(vtkImageData*) { return "absorbance"; }

  /// Whether stack arrays of the input are passed on.
  virtual bool PassesStack() { return true; }

  /// True for filters that make maps: they may pull spectra, and carry no time.
  virtual bool MakesMaps() { return false; }

  /// Resolves what the subclass needs and allocates its arrays on run.Output. False, with the
  /// reason in `error`, when it cannot.
  virtual bool PrepareRun(paraxanes::StackRun& run, std::string& error) = 0;

  /// Works on a block of the output's voxels; called from any thread.
  virtual void ProcessBlock(
    const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block) = 0;

  /// A range property in eV: the automatic one for 0 0.
  paraxanes::EnergyRange ResolveRange(
    const double given[2], const paraxanes::EnergyRange& automatic, double e0) const;

  /// Name of an array or a field that is made.
  virtual std::string NameOf(const std::string& name) const { return name; }

  /// Whether the fits are needed; otherwise run.Normalization is not set.
  virtual bool NeedsNormalization() { return true; }

  /// The reference energy by E0Source; sets run.Element and run.Edge. False with the reason in
  /// `error`.
  bool ResolveE0(paraxanes::StackRun& run, double& e0, std::string& error);

  /// On the first rank, and not again about the same matter before ForgetWarnings().
  void WarnOnce(const paraxanes::StackRun& run, const std::string& about, const std::string& text);
  void ForgetWarnings() { this->Warnings.clear(); }

  /// Whether PrepareRun needs run.Mean, the spectrum that stands for the whole stack.
  virtual bool NeedsMeanSpectrum() { return false; }

  /// After the last slab.
  virtual void FinishRun(paraxanes::StackRun&) {}

  ///@{
  /// The steps of a run. FindMeanSpectrum is collective.
  bool FindStack(paraxanes::StackRun& run, std::string& error);
  bool FindMask(paraxanes::StackRun& run, std::string& error);
  bool FindMeanSpectrum(paraxanes::StackRun& run, std::string& error);
  bool ResolveNormalization(paraxanes::StackRun& run, std::string& error);
  void WriteProvenance(const paraxanes::StackRun& run, vtkDataObject* output);
  /// Reports progress; false when the work should stop.
  bool Step(double fraction);
  ///@}

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  char* Element = nullptr;
  char* Edge = nullptr;
  int E0Source = TABLE;
  double E0 = 0.0;
  vtkTypeBool RangesRelativeToE0 = 0;
  double PreEdgeRange[2] = { 0.0, 0.0 };
  double PostEdgeRange[2] = { 0.0, 0.0 };
  int PreEdgeDegree = -1;
  int PostEdgeDegree = -1;
  int Mode = RATIO;
  int RangeRule = CLOSED;
  double MinimumEdgeJump = 0.0;
  double MinimumJumpToNoise = 4.0;

private:
  vtkXANESStackAlgorithm(const vtkXANESStackAlgorithm&) = delete;
  void operator=(const vtkXANESStackAlgorithm&) = delete;

  bool Execute(paraxanes::StackRun& run, std::string& error);
  void PrepareOutput(paraxanes::StackRun& run);
  void WarnIfNothingIsValid(const paraxanes::StackRun& run);
  void CheckEdgeName(paraxanes::StackRun& run);
  bool HasKeptMaps(const paraxanes::StackRun& run);
  void AddKeptMaps(paraxanes::StackRun& run);
  void KeepMaps(const paraxanes::StackRun& run);
  bool ResolveTableE0(paraxanes::StackRun& run, double& e0, std::string& error);

  /// The maps made of spectra that were pulled, kept while the stack, the properties and the box
  /// stay.
  vtkSmartPointer<vtkImageData> KeptMaps;
  vtkMTimeType KeptStackMTime = 0;
  vtkMTimeType KeptMTime = 0;

  std::set<std::string> Warnings; // what they were about
};

#endif
