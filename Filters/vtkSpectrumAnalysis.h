// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkSpectrumAnalysis
 * @brief Normalises the spectra of tables and finds their edges.
 *
 * Input, repeatable: tables of spectra, as vtkXASSpectrumReader makes them: a column of energies
 * (eV, ascending, of its own for each table) and one or more columns of mu. Each spectrum is
 * analysed on its own, as vtkEdgeEnergy does it for a voxel, to the bit, with all of its properties
 * but those of stacks and maps (the arrays, MaskArray, PassStack, HaloVoxels, OutputSuffix,
 * MemoryLimit, ComputeErrors, QualityMaps). E0Source MEAN_SPECTRUM takes the steepest rise of the
 * spectrum itself (paraxanes::SteepestRise).
 *
 * Output 0 (vtkTable), the curves: `energy (eV)`, and for each spectrum `mu NAME`, `pre-edge NAME`,
 * `post-edge NAME` (in the unit of mu), `normalized NAME`. Tables with the same energies share
 * rows, the rows of others follow, and a curve is NaN where its table has no energies: so each is
 * one unbroken line of a chart. With more than 50 spectra there are the normalised ones only.
 *
 * Output 1 (vtkTable), a row for each spectrum: `name` (of its file, of its column where a table
 * has several), `edge`, `E0 (eV)`, the energies of the methods and their errors (eV), `edge_jump`,
 * `validity` (paraxanes::Validity) and `meaning` in words, the quality of the fits as in
 * vtkEdgeEnergy, and the ranges and degrees that were taken; with PeakRatio the energies and
 * heights of the two peaks above the pre-edge line, `peak_ratio`, its error, and in `peaks` in
 * words whether they were found; where no spectrum has windows for them, that is an error. A
 * spectrum that cannot be normalised has validity 8; when none can, that is an error.
 *
 * Field data: what all spectra share of the resolved parameters and of their tables' field data. On
 * several ranks the first one has the tables. GetOutputDataObject() gives them; GetOutput() is
 * null.
 */
#ifndef vtkSpectrumAnalysis_h
#define vtkSpectrumAnalysis_h

#include "ParaXANESFiltersModule.h"
#include "vtkEdgeEnergy.h"

#include <string> // for std::string
#include <vector> // for std::vector

class vtkTable;

namespace paraxanes
{
struct PeakRatioSettings;
}

class PARAXANESFILTERS_EXPORT vtkSpectrumAnalysis : public vtkEdgeEnergy
{
public:
  static vtkSpectrumAnalysis* New();
  vtkTypeMacro(vtkSpectrumAnalysis, vtkEdgeEnergy);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /// Name of the column of energies. Empty (default): "energy (eV)".
  vtkSetStdStringFromCharMacro(EnergyColumn);
  vtkGetCharFromStdStringMacro(EnergyColumn);
  ///@}

  ///@{
  /// Names of the columns that are spectra; of each table those that it has. None (default): "mu".
  void AddMuColumn(const char* name);
  void RemoveAllMuColumns();
  ///@}

  ///@{
  /// Energies that are left out, eV: of each table the nearest within 0.05 eV. Default: none.
  void AddExcludedEnergy(double energy);
  void RemoveAllExcludedEnergies();
  ///@}

  ///@{
  /// Whether the ratio of the heights of two peaks above the pre-edge line is found, such as
  /// L3-high over L3-low of Ni (paraxanes::PeakRatio). Default: off.
  vtkSetMacro(PeakRatio, vtkTypeBool);
  vtkGetMacro(PeakRatio, vtkTypeBool);
  vtkBooleanMacro(PeakRatio, vtkTypeBool);
  ///@}

  ///@{
  /// Windows of the two peaks, eV; an energy given twice takes the height there. 0 0 (default): 852
  /// to 854 and 854 to 857 of Ni L3, our own choice (paraxanes::DefaultPeaks); of other edges they
  /// have to be given.
  vtkSetVector2Macro(LowPeak, double);
  vtkGetVector2Macro(LowPeak, double);
  vtkSetVector2Macro(HighPeak, double);
  vtkGetVector2Macro(HighPeak, double);
  ///@}

protected:
  vtkSpectrumAnalysis();
  ~vtkSpectrumAnalysis() override;

  bool NeedsNormalization() override { return true; }
  int FillInputPortInformation(int port, vtkInformation* info) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::string EnergyColumn;
  std::vector<std::string> MuColumns;
  std::vector<double> ExcludedEnergies;
  vtkTypeBool PeakRatio = 0;
  double LowPeak[2] = { 0.0, 0.0 };
  double HighPeak[2] = { 0.0, 0.0 };

private:
  vtkSpectrumAnalysis(const vtkSpectrumAnalysis&) = delete;
  void operator=(const vtkSpectrumAnalysis&) = delete;

  struct Results;
  struct Spectrum;
  struct Table;

  bool Execute(
    vtkInformationVector* inputs, vtkTable* curves, vtkTable* results, std::string& error);
  std::vector<Table> ReadTables(vtkInformationVector* inputs);
  void ReadTable(vtkTable* input, Table& table);
  void ExcludeEnergies(Table& table, std::vector<bool>& matched) const;
  bool ResolvePeaks(
    const paraxanes::StackRun& run, paraxanes::PeakRatioSettings& peaks, std::string& error) const;
  bool AnalyzeTable(vtkInformation* request, Table& table, Results& found);
  static std::size_t CountSpectra(const std::vector<Table>& tables);
  static void WriteCurves(const std::vector<Table>& tables, vtkTable* curves);
  void WriteResults(
    const std::vector<Table>& tables, const Results& found, vtkTable* results) const;
};

#endif
