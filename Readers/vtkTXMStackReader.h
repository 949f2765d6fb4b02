// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkTXMStackReader
 * @brief Reads an energy stack of a transmission X-ray microscope from TIFF files.
 *
 * One multi-page file per energy (the pages are the slices of a volume), one page per energy in
 * one file each, or a single file of all energies. Where the energies come from is said in
 * Formats/StackSeries.h, what of TIFF is read in Formats/TIFFFormat.h. Only the strips or tiles
 * that a request meets are read, on all threads.
 *
 * Output: float32 `absorbance`, one component per energy (vtkEnergyStackSource). The first stored
 * row is y = 0 and the first page z = 0. Voxel (0, 0, 0) of the whole image is at the origin, and
 * each voxel keeps its place under VOI and Stride. Field data: `energy`, `absorbance_unit`,
 * `source` (the first file and the number of files), `absorbance_from`, `paraxanes_version`.
 *
 * Energies out of order are sorted, with a warning; repeated energies are an error. Values that
 * are not finite are kept and counted in a warning.
 */
#ifndef vtkTXMStackReader_h
#define vtkTXMStackReader_h

#include "ParaXANESReadersModule.h"
#include "vtkEnergyStackSource.h"

#include <memory> // for std::unique_ptr
#include <string> // for std::string
#include <vector> // for std::vector

class PARAXANESREADERS_EXPORT vtkTXMStackReader : public vtkEnergyStackSource
{
public:
  static vtkTXMStackReader* New();
  vtkTypeMacro(vtkTXMStackReader, vtkEnergyStackSource);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// True for a TIFF file whose name, folder or page descriptions hold energies. Other TIFF files
  /// can be read with an EnergiesFile, but are left to other readers when a file is opened.
  int CanReadFile(const char* name);

  ///@{
  /// The files of the stack; one alone may stand for its series.
  void AddFileName(const char* name);
  void RemoveAllFileNames();
  int GetNumberOfFileNames() const { return static_cast<int>(this->FileNames.size()); }
  const char* GetFileName(int index) const;
  ///@}

  ///@{
  /// Whether a single file stands for all files whose names differ from its own in the energy
  /// only; so do the files of a group of ParaView's file dialog (vol_..00_eV.tif), which is often
  /// a part of the series. Also for reference files. Default: on.
  vtkSetMacro(FindSeries, bool);
  vtkGetMacro(FindSeries, bool);
  vtkBooleanMacro(FindSeries, bool);
  ///@}

  ///@{
  /// Text file of energies, eV or keV: one column, or two columns, energy and file name. Default:
  /// none.
  vtkSetStdStringFromCharMacro(EnergiesFile);
  vtkGetCharFromStdStringMacro(EnergiesFile);
  ///@}

  ///@{
  /// Added to every energy, eV: the calibration of the monochromator. Default: 0.
  vtkSetMacro(EnergyShift, double);
  vtkGetMacro(EnergyShift, double);
  ///@}

  ///@{
  /// Energies of bad frames, eV, after the shift; each takes the nearest energy within 0.05 eV out
  /// of the stack. One that matches none is named in a warning.
  void AddExcludedEnergy(double energy);
  void RemoveAllExcludedEnergies();
  ///@}

  ///@{
  /// Only energies in this closed range, eV, after the shift. Default: 0 0, all.
  vtkSetVector2Macro(EnergyRange, double);
  vtkGetVector2Macro(EnergyRange, double);
  ///@}

  ///@{
  /// Size of a pixel, um. Default: 0, from the file (TIFF resolution), or 1 where it has none.
  vtkSetClampMacro(PixelSize, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(PixelSize, double);
  ///@}

  ///@{
  /// Distance of slices, um. Default: 0, from the file where PixelSize is 0 too, else PixelSize.
  vtkSetClampMacro(SliceSpacing, double, 0.0, VTK_DOUBLE_MAX);
  vtkGetMacro(SliceSpacing, double);
  ///@}

  enum ValueTypes
  {
    AUTO = 0,
    ABSORBANCE = 1,
    TRANSMISSION = 2,
    COUNTS = 3
  };

  ///@{
  /**
   * What the values of the files are. COUNTS need an I0File or references: absorbance is
   * -ln(counts / incident); TRANSMISSION: -ln(value); ABSORBANCE is taken as it is. AUTO (default)
   * never guesses from the values: counts where incident light is given, else what the format
   * says, else absorbance.
   */
  vtkSetClampMacro(ValueType, int, AUTO, COUNTS);
  vtkGetMacro(ValueType, int);
  ///@}

  ///@{
  /// Images of incident light. Each energy of the stack takes the mean of those of its energy
  /// (within 0.05 eV, before the shift); an energy without one is an error.
  void AddReferenceFileName(const char* name);
  void RemoveAllReferenceFileNames();
  ///@}

  ///@{
  /// Incident spectrum: a text file of two columns, energy (eV or keV) and counts. Interpolated
  /// linearly (before the shift); it has to cover the energies of the stack. Default: none.
  vtkSetStdStringFromCharMacro(I0File);
  vtkGetCharFromStdStringMacro(I0File);
  ///@}

  ///@{
  /// Closed box of voxels to read: x0, x1, y0, y1, z0, z1. An axis whose end is below its begin is
  /// read whole. Default: 0 -1 0 -1 0 -1.
  vtkSetVector6Macro(VOI, int);
  vtkGetVector6Macro(VOI, int);
  ///@}

  ///@{
  /// Every how many voxels one is read, along x, y, z, from the begin of the VOI on. Default: 1.
  vtkSetVector3Macro(Stride, int);
  vtkGetVector3Macro(Stride, int);
  ///@}

  /// Energies of the stack as it is read; 0 when it cannot be.
  int GetNumberOfEnergies();

  vtkMTimeType StackMTime() override;

protected:
  vtkTXMStackReader();
  ~vtkTXMStackReader() override;

  bool DescribeStack(StackDescription& stack, std::string& error) override;
  bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
    const ProgressFunction& progress, std::string& error) override;

  std::vector<std::string> FileNames;
  bool FindSeries = true;
  std::string EnergiesFile;
  double EnergyShift = 0.0;
  std::vector<double> ExcludedEnergies;
  double EnergyRange[2] = { 0.0, 0.0 };
  double PixelSize = 0.0;
  double SliceSpacing = 0.0;
  int ValueType = AUTO;
  std::vector<std::string> ReferenceFileNames;
  std::string I0File;
  int VOI[6] = { 0, -1, 0, -1, 0, -1 };
  int Stride[3] = { 1, 1, 1 };

private:
  vtkTXMStackReader(const vtkTXMStackReader&) = delete;
  void operator=(const vtkTXMStackReader&) = delete;

  struct Plan;
  struct Internals;
  Plan MakePlan(std::vector<std::string>& warnings);
  std::unique_ptr<Internals> State;
};

#endif
