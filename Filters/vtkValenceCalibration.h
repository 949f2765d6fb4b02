// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkValenceCalibration
 * @brief Valence or state of charge from edge energies, by reference points.
 *
 * A line, or a parabola, through points (edge energy, value): those of reference compounds, or of
 * electrodes of known charge, whose edge energies were found in the same way. Output: the input's
 * arrays and
 * - `valence` (float64: the value may be an energy again; NaN where there is no edge energy),
 * - `valence_error` (float32, one standard deviation) where the input has the error of the edge
 *   energy, such as `edge_energy_error`; the uncertainty of the points is not in it.
 * Field data: valence_points, valence_center, valence_coefficients, valence_range,
 * valence_input_array. The names follow ResultName.
 */
#ifndef vtkValenceCalibration_h
#define vtkValenceCalibration_h

#include "ParaXANESFiltersModule.h"
#include "vtkMapAlgorithm.h"

#include <memory> // for std::unique_ptr
#include <string> // for std::string
#include <vector> // for std::vector

class PARAXANESFILTERS_EXPORT vtkValenceCalibration : public vtkMapAlgorithm
{
public:
  static vtkValenceCalibration* New();
  vtkTypeMacro(vtkValenceCalibration, vtkMapAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Degrees
  {
    LINEAR = 1,
    QUADRATIC = 2
  };

  ///@{
  /// The reference points: edge energy (eV) and value. At least two different energies, for
  /// QUADRATIC three; more are fitted by least squares.
  void AddReferencePoint(double energy, double value);
  void ClearReferencePoints();
  int GetNumberOfReferencePoints() const;
  ///@}

  ///@{
  /// The curve through the points. Default: LINEAR.
  vtkSetClampMacro(Degree, int, LINEAR, QUADRATIC);
  vtkGetMacro(Degree, int);
  ///@}

  ///@{
  /// Name of the array that is added. Default: "valence".
  vtkSetStdStringFromCharMacro(ResultName);
  vtkGetCharFromStdStringMacro(ResultName);
  ///@}

protected:
  vtkValenceCalibration();
  ~vtkValenceCalibration() override;

  void ReadSettings() override;
  bool AddMaps(vtkImageData* output, const std::array<int, 6>& whole) override;
  void Finish(const paraxanes::Ranks& ranks) override;

  std::vector<double> ReferencePoints; // energy, value, energy, value, ...
  int Degree = LINEAR;
  std::string ResultName = "valence";

private:
  vtkValenceCalibration(const vtkValenceCalibration&) = delete;
  void operator=(const vtkValenceCalibration&) = delete;

  struct Run;
  std::unique_ptr<Run> CurrentRun;
};

#endif
