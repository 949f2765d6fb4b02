// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkTXMStackReader
 * @brief Reads an energy stack of a transmission X-ray microscope.
 *
 * One multi-page file per energy (the pages are the slices of a volume), one page per energy in
 * one file each, or a single file of all energies. Where the energies come from is said in
 * Formats/StackSeries.h, what is read of a format in Formats/TIFFFormat.h, Formats/HDF5Format.h and
 * Formats/XRMFormat.h; a .txmstack file names the images itself (Formats/StackDescription.h).
 * Only the strips, tiles or chunks that a request meets are read, on all threads.
 *
 * Output: float32 `absorbance` (under its own name where vtkEnergyStackWriter wrote the values),
 * one component per energy (vtkEnergyStackSource). The first stored row is y = 0 and the first page
 * z = 0. Voxel (0, 0, 0) of the whole image is at the origin, and each voxel keeps its place under
 * VOI and Stride. Field data: `energy`, `absorbance_unit`, `source` (the first file and the number
 * of files), `absorbance_from`, `paraxanes_version`; with one number for each energy `exposures`,
 * `references` and `darks` (how many images), `pixel_size` (um, of this grid where it is known; as
 * stored unless CorrectMagnification or PixelSize change it), `shift_x`, `shift_y` and `shift_z`
 * (pixels; where there are some).
 *
 * Energies out of order are sorted, with a warning; repeated energies are an error. Values that
 * are not finite are kept and counted in a warning, those of all ranks together; of a stack that is
 * read in parts (one energy, or boxes) the first part that has some is told. Frames that do not lie
 * upon each other are named in a warning (FrameFit.h); on several ranks the first one looks at its
 * part. Nothing is said before the stack is read, nor twice of the same files.
 */
#ifndef vtkTXMStackReader_h
#define vtkTXMStackReader_h

#include "ParaXANESReadersModule.h"
#include "vtkEnergyStackSource.h"

#include <memory> // for std::unique_ptr
#include <string> // for std::string
#include <vector> // for std::vector

class vtkStringArray;

namespace paraxanes
{
struct AlignmentRequest;
struct GridRequest;
struct Series;
struct ValueRequest;
}

class PARAXANESREADERS_EXPORT vtkTXMStackReader : public vtkEnergyStackSource
{
public:
  static vtkTXMStackReader* New();
  vtkTypeMacro(vtkTXMStackReader, vtkEnergyStackSource);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// True for Xradia files, lists of scans and .txmstack files; for a TIFF or HDF5 file whose name,
  /// folder or contents hold energies, HDF5 files in a layout that is known. Other files can be
  /// read with an EnergiesFile or with the names of their data sets, but are left to other readers
  /// when a file is opened.
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
  /// of the stack. One that matches none is named in a warning. Files of a series that have such an
  /// energy in their names are not opened.
  void AddExcludedEnergy(double energy);
  void RemoveAllExcludedEnergies();
  ///@}

  ///@{
  /// Only energies in this closed range, eV, after the shift. Default: 0 0, all.
  vtkSetVector2Macro(EnergyRange, double);
  vtkGetVector2Macro(EnergyRange, double);
  ///@}

  ///@{
  /// Size of a pixel, um. Default: 0, from the file, or 1 where it has none. Pixels
  /// that are not square keep their shape.
  vtkSetMacro(PixelSize, double);
  vtkGetMacro(PixelSize, double);
  ///@}

  ///@{
  /// Distance of slices, um. Default: 0, from the file where PixelSize is 0 too, else PixelSize.
  vtkSetMacro(SliceSpacing, double);
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
   * What the values of the files are. COUNTS need an I0File, references or a background region:
   * absorbance is -ln(counts / incident); TRANSMISSION: -ln(value); ABSORBANCE is taken as it is.
   * AUTO (default) never guesses from the values: what the format says, else counts where incident
   * light is given, else absorbance; but integers without incident light are called counts
   * (absorbance_unit) and warned of.
   */
  vtkSetClampMacro(ValueType, int, AUTO, COUNTS);
  vtkGetMacro(ValueType, int);
  ///@}

  ///@{
  /// Images of incident light. Each energy of the stack takes the mean of those of its energy
  /// (within 0.05 eV, before the shift); an energy without one is an error. A single file without
  /// energies serves all of them.
  void AddReferenceFileName(const char* name);
  void RemoveAllReferenceFileNames();
  ///@}

  ///@{
  /// Images without light. The mean of all is subtracted from each image of the sample and of the
  /// references, for every energy, as it is. Default: those of the files, where they have some.
  void AddDarkFileName(const char* name);
  void RemoveAllDarkFileNames();
  ///@}

  ///@{
  /// Whether counts of images and references are compared per second, where all exposure times are
  /// known. Default: on.
  vtkSetMacro(ScaleByExposure, bool);
  vtkGetMacro(ScaleByExposure, bool);
  vtkBooleanMacro(ScaleByExposure, bool);
  ///@}

  ///@{
  /// Whether the mean reference is replaced by its 3 x 3 median. Default: off.
  vtkSetMacro(DespeckleReferences, bool);
  vtkGetMacro(DespeckleReferences, bool);
  vtkBooleanMacro(DespeckleReferences, bool);
  ///@}

  ///@{
  /// Zingers, hot and dead pixels: in every image of samples and references, pixels that differ
  /// from their 3 x 3 median by more than this part of it are replaced by it, and counted in a
  /// message. Default: 0, off.
  vtkSetMacro(ZingerThreshold, double);
  vtkGetMacro(ZingerThreshold, double);
  ///@}

  ///@{
  /// Pixels beside the sample, x0 x1 y0 y1, both included, in the images as they are stored: each
  /// image of transmission is divided by its mean there; counts without references too. Default:
  /// 0 -1 0 -1, none.
  vtkSetVector4Macro(BackgroundRegion, int);
  vtkGetVector4Macro(BackgroundRegion, int);
  ///@}

  ///@{
  /// Incident spectrum: a text file of two columns, energy (eV or keV) and counts. Interpolated
  /// linearly (before the shift); it has to cover the energies of the stack. Default: none.
  vtkSetStdStringFromCharMacro(I0File);
  vtkGetCharFromStdStringMacro(I0File);
  ///@}

  ///@{
  /// Data set of the images in HDF5 files, such as "/exchange/data". Default: none, found by the
  /// layout of the file.
  vtkSetStdStringFromCharMacro(DataPath);
  vtkGetCharFromStdStringMacro(DataPath);
  ///@}

  ///@{
  /// Data set of the energies in HDF5 files, or an attribute (object\@attribute), in eV or keV.
  /// Default: none, found by the layout of the file.
  vtkSetStdStringFromCharMacro(EnergyPath);
  vtkGetCharFromStdStringMacro(EnergyPath);
  ///@}

  ///@{
  /// What the axes of the data set are, slowest first, one letter each: e (energy), z, y, x, and t,
  /// of which the first is taken; such as "ezyx". Default: none, found by the layout and the sizes.
  vtkSetStdStringFromCharMacro(AxisOrder);
  vtkGetCharFromStdStringMacro(AxisOrder);
  ///@}

  /// The data sets of numbers in the first file, behind an empty name; for a choice in a panel.
  vtkStringArray* GetDataSetNames();

  ///@{
  /// Whether all energies are brought to one grid, that of the smallest pixel size, about the
  /// optical axis. Default: off; then pixel sizes that differ by more than 1e-4 give a warning.
  vtkSetMacro(CorrectMagnification, bool);
  vtkGetMacro(CorrectMagnification, bool);
  vtkBooleanMacro(CorrectMagnification, bool);
  ///@}

  ///@{
  /// Where the optical axis meets the images as they are stored: what stays in its place when the
  /// magnification changes; pixels along x and y, of the whole image. Default: -1 -1, its centre,
  /// (n - 1) / 2.
  vtkSetVector2Macro(OpticalAxis, double);
  vtkGetVector2Macro(OpticalAxis, double);
  ///@}

  ///@{
  /// Text file of shifts: energy (after the EnergyShift), dx, dy and, for volumes, dz: how many
  /// pixels further along x, y, z the sample lies in this frame than it ought to. It replaces the
  /// shifts of the files. Default: none.
  vtkSetStdStringFromCharMacro(ShiftsFile);
  vtkGetCharFromStdStringMacro(ShiftsFile);
  ///@}

  enum Interpolations
  {
    LINEAR = 0,
    CUBIC = 1
  };

  ///@{
  /// Between pixels, where shifts are not whole or magnifications differ: LINEAR (default), or
  /// CUBIC, the cubic convolution of Keys with a = -1/2. It acts on absorbance. Whole shifts move
  /// the values without a change. What lies outside of an image is NaN.
  vtkSetClampMacro(Interpolation, int, LINEAR, CUBIC);
  vtkGetMacro(Interpolation, int);
  ///@}

  ///@{
  /// Closed box of voxels to read: x0, x1, y0, y1, z0, z1. An axis of 0 -1 is
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

  /// An error, which names the file, when one changes while it is read or between two boxes: a
  /// caller who wants the new values asks for StackMTime before.
  bool ReadBox(const int box[6], const std::vector<double>& energies, float* spectra,
    const ProgressFunction& progress, std::string& error) override;

  vtkMTimeType StackMTime() override;

  /// What is read, as a .txmstack file: energies after the shift, pixel sizes, incident light and
  /// the part of the images included.
  std::string DescriptionText(const std::string& folder, std::string& error) override;

protected:
  vtkTXMStackReader();
  ~vtkTXMStackReader() override;

  bool DescribeStack(StackDescription& stack, std::string& error) override;
  bool DescribeAgain(StackDescription& stack, std::string& error) override;
  std::string WhatChanged() const override;
  bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
    const ProgressFunction& progress, std::string& error) override;
  void AfterReading(const paraxanes::Ranks& ranks) override;
  /// Warns, once for a stack, when its frames do not lie upon each other.
  bool AddToOutput(
    const StackDescription& stack, vtkImageData* output, const ProgressFunction& progress) override;

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
  std::vector<std::string> DarkFileNames;
  std::string I0File;
  std::string DataPath;
  std::string EnergyPath;
  std::string AxisOrder;
  bool ScaleByExposure = true;
  bool DespeckleReferences = false;
  double ZingerThreshold = 0.0;
  int BackgroundRegion[4] = { 0, -1, 0, -1 };
  bool CorrectMagnification = false;
  double OpticalAxis[2] = { -1.0, -1.0 };
  std::string ShiftsFile;
  int Interpolation = LINEAR;
  int VOI[6] = { 0, -1, 0, -1, 0, -1 };
  int Stride[3] = { 1, 1, 1 };

private:
  vtkTXMStackReader(const vtkTXMStackReader&) = delete;
  void operator=(const vtkTXMStackReader&) = delete;

  struct Plan;
  struct Internals;
  struct ValueCounts;
  Plan MakePlan();
  paraxanes::Series SeriesThatIsRead(const Plan& plan, paraxanes::Series series) const;
  void CheckNumbers() const;
  std::vector<double> ExcludedInFiles() const;
  void WarnOfFiles();
  void WarnOnce(const std::string& about, const std::string& warning);
  paraxanes::ValueRequest MakeValueRequest() const;
  paraxanes::AlignmentRequest MakeAlignmentRequest() const;
  paraxanes::GridRequest MakeGridRequest() const;
  void WarnOfValues(const ValueCounts& found, bool part);
  std::unique_ptr<Internals> State;
};

#endif
