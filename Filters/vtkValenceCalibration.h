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

#include <vtkImageAlgorithm.h>

#include <string> // for std::string
#include <vector> // for std::vector

namespace paraxanes
{
class Ranks;
struct CalibrationCounts;
struct ValenceCalibration;
}

class PARAXANESFILTERS_EXPORT vtkValenceCalibration : public vtkImageAlgorithm
{
public:
  static vtkValenceCalibration* New();
  vtkTypeMacro(vtkValenceCalibration, vtkImageAlgorithm);
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

  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::vector<double> ReferencePoints; // energy, value, energy, value, ...
  int Degree = LINEAR;
  std::string ResultName = "valence";

private:
  vtkValenceCalibration(const vtkValenceCalibration&) = delete;
  void operator=(const vtkValenceCalibration&) = delete;

  /// The curve; false with the reason in `error`.
  bool FitCurve(paraxanes::ValenceCalibration& curve, std::string& error);
  /// Adds the arrays to the output; false with the reason in `error`, or with none after a stop.
  bool AddValues(const paraxanes::ValenceCalibration& curve, vtkImageData* output,
    paraxanes::CalibrationCounts& counts, std::string& error);
  /// Collective.
  void WarnOfTheCurve(const paraxanes::ValenceCalibration& curve,
    const paraxanes::CalibrationCounts& counts, const paraxanes::Ranks& ranks);
};

#endif
