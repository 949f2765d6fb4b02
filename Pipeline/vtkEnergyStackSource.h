// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkEnergyStackSource
 * @brief What the sources of energy stacks share: pieces, energies as time, memory limit.
 *
 * A subclass says what the stack is (DescribeStack) and fills boxes of spectra (FillSpectra); this
 * class does the rest: information keys, extents and ghost layers, ownership on several ranks,
 * ranges, field data, errors, progress and abort.
 *
 * Output: vtkImageData, lengths in um, with
 * - OutputMode Stack: a float32 point array with one component per energy, named after it;
 * - OutputMode EnergyAsTime: one energy at a time as a float32 array of one component; the time
 *   steps are the energies in eV. A stack of any size can be browsed like this, and map-making
 *   filters directly behind it pull the spectra that they need (StackSource).
 * Field data: `energy` (eV), `absorbance_unit`, and `element`, `edge`, `source` where known.
 */
#ifndef vtkEnergyStackSource_h
#define vtkEnergyStackSource_h

#include "ImagePieces.h" // for paraxanes::Extent
#include "ParaXANESPipelineModule.h"
#include "StackSource.h" // for paraxanes::StackSource

#include <vtkImageAlgorithm.h>

#include <string>  // for std::string
#include <utility> // for std::pair
#include <vector>  // for std::vector

namespace paraxanes
{
class ComponentRanges;
class Ranks;
}

class PARAXANESPIPELINE_EXPORT vtkEnergyStackSource
  : public vtkImageAlgorithm
  , public paraxanes::StackSource
{
public:
  vtkAbstractTypeMacro(vtkEnergyStackSource, vtkImageAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum OutputModes
  {
    STACK = 0,
    ENERGY_AS_TIME = 1
  };

  ///@{
  /// Whole spectra, or one energy at a time. Default: STACK.
  vtkSetClampMacro(OutputMode, int, STACK, ENERGY_AS_TIME);
  vtkGetMacro(OutputMode, int);
  ///@}

  ///@{
  /// Largest array that one rank may allocate, GiB; 0 (default): 70 % of the memory that is free,
  /// divided among the ranks of the node.
  /// A larger request is refused, with the numbers and the ways out.
  vtkSetClampMacro(MemoryLimit, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(MemoryLimit, double);
  ///@}

  bool ShowsOneEnergy() const override { return this->OutputMode == ENERGY_AS_TIME; }
  std::vector<double> StackEnergies() override;
  bool ReadBox(const int box[6], const std::vector<double>& energies, float* spectra,
    const ProgressFunction& progress, std::string& error) override;
  vtkMTimeType StackMTime() override;

protected:
  vtkEnergyStackSource();
  ~vtkEnergyStackSource() override;

  struct StackDescription
  {
    paraxanes::Extent Whole = paraxanes::EmptyExtent;
    double Origin[3] = { 0.0, 0.0, 0.0 };  ///< um
    double Spacing[3] = { 1.0, 1.0, 1.0 }; ///< um
    std::vector<double> Energies;          ///< eV, strictly ascending
    std::string ArrayName = "absorbance";
    /// Field data of one text each, such as { "element", "Ni" }.
    std::vector<std::pair<std::string, std::string>> Texts;
    /// Field data of numbers, such as { "pixel_size", one number per energy }.
    std::vector<std::pair<std::string, std::vector<double>>> Numbers;
  };

  /// Energies [First, Last) of a stack.
  struct EnergyIndices
  {
    int First = 0;
    int Last = 0;
  };

  /**
   * What the stack is, without reading voxels. Called at every pass: keep what is expensive.
   * False, with the reason in `error`, when there is no stack.
   */
  virtual bool DescribeStack(StackDescription& stack, std::string& error) = 0;

  /// The same for each box of a stack that was described before: the files need not be looked at
  /// again.
  virtual bool DescribeAgain(StackDescription& stack, std::string& error)
  {
    return this->DescribeStack(stack, error);
  }

  /// What of the stack has changed since it was described first, for messages.
  virtual std::string WhatChanged() const { return "The stack"; }

  /**
   * Fills `spectra` with the box, x fastest, the given energies of a voxel contiguous. A source
   * that can adds all of them to `ranges` while they are at hand; otherwise the ranges are found in
   * a second pass. Called on each rank on its own: nothing collective here. False, with the reason
   * in `error`, when it fails; false with an empty reason when `progress` said to stop.
   */
  virtual bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
    const ProgressFunction& progress, std::string& error) = 0;

  /// Adds other point arrays over the output's extent, and field data. False when `progress` said
  /// to stop.
  virtual bool AddToOutput(
    const StackDescription& stack, vtkImageData* output, const ProgressFunction& progress);

  /// Once all ranks have read what was asked for: the place to say what was found. Collective.
  virtual void AfterReading(const paraxanes::Ranks& ranks);

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;

  int OutputMode = STACK;
  double MemoryLimit = 0.0;

private:
  vtkEnergyStackSource(const vtkEnergyStackSource&) = delete;
  void operator=(const vtkEnergyStackSource&) = delete;

  /// False, with an error, when the stack has another size or other energies than the pipeline was
  /// told: extents and times that were asked for belong to that one.
  bool IsAsAnnounced(const StackDescription& stack, std::string& error) const;
  /// DescribeStack, with exceptions turned into errors.
  bool TryToDescribe(StackDescription& stack, std::string& error);
  EnergyIndices RequestedEnergies(const StackDescription& stack, vtkInformation* outInfo) const;
  /// Fills an output whose extent is set; false with the reason in `error`, or with none after a
  /// stop.
  bool Fill(const StackDescription& stack, EnergyIndices energies, vtkImageData* output,
    std::string& error);
  bool CheckMemory(vtkIdType voxels, int components, std::string& error) const;
  double LimitInBytes() const;

  StackDescription Announced; ///< by RequestInformation; without energies: none
  int RanksOfNode = 1;        ///< that share its memory
};

#endif
