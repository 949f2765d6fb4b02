// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumRows.h
 * What was found of some spectra, a row of a table for each.
 */
#ifndef SpectrumRows_h
#define SpectrumRows_h

#include "EdgeAnalysis.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

class vtkTable;

namespace paraxanes
{

class SpectrumRows
{
public:
  /// `methods`: those of vtkEdgeEnergy that are wanted. Without fits there are no errors, edge
  /// jumps and quality. What is not found stays NaN.
  SpectrumRows(std::size_t count, const std::vector<int>& methods, bool fitted);

  /// Where the results go; valid while this lives.
  AnalysisMaps Maps();

  /// Energies of the methods, their errors and heights, `edge_jump`, `validity`.
  void AddEdges(vtkTable* table) const;
  /// `pre_edge_noise`, `fit_residual`, `pre_edge_slope`, `post_edge_slope`,
  /// `edge_jump_error`, `jump_to_noise`.
  void AddQuality(vtkTable* table) const;

  std::vector<std::uint8_t> Validity;

private:
  struct Method
  {
    int Index;
    std::vector<double> Energy;
    std::vector<float> Error;
    std::vector<float> Height;
  };

  bool Fitted;
  std::vector<Method> Methods;
  std::vector<float> EdgeJump;
  std::vector<float> PreEdgeNoise;
  std::vector<float> FitResidual;
  std::vector<float> PreEdgeSlope;
  std::vector<float> PostEdgeSlope;
  std::vector<float> JumpError;
  std::vector<float> JumpToNoise;
};

/// Spectra that cross the level, but not well inside the window in which it was looked for: as of
/// LiNiO2, whose steepest rise, taken as E0, lies 5.4 eV above its crossing.
class CrossingsElsewhere
{
public:
  /// `code`: what the search in the window ended with; `normalized`: the spectrum.
  void Look(const std::string& name, paraxanes::Validity code, const EdgeAnalysis& analysis,
    const std::vector<double>& normalized);
  /// For the user; empty where there are none.
  std::string Warning() const;

private:
  std::string List; ///< of the first ones
  std::size_t Count = 0;
};

}

#endif
