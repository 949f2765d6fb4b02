// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file PhantomSpectra.h
 * The spectra of a phantom: edges of a given shape on a background, with blur, noise and dead
 * voxels.
 */
#ifndef PhantomSpectra_h
#define PhantomSpectra_h

#include "EdgeShape.h"
#include "PhantomField.h"

#include <array>
#include <vector>

namespace paraxanes
{

enum class NoiseModel
{
  Gaussian, ///< the same standard deviation everywhere
  Poisson   ///< of counts, so that it grows with the absorbance; `Noise` halfway up the edge
};

struct SpectrumParameters
{
  std::vector<double> Energies; ///< eV, strictly ascending
  EdgeShape::Kind Shape = EdgeShape::Kind::Compact;
  double Noise = 0.08; ///< standard deviation of the absorbance at each energy; 0: none
  NoiseModel Model = NoiseModel::Gaussian;
  double Resolution = 0.0;      ///< full width at half maximum of a Gaussian, um; 0: none
  double InvalidFraction = 0.0; ///< of the voxels, whose spectra are NaN
};

/**
 * absorbance(E) = jump x (0.2 - 4e-4 (E - EdgeEnergy) + shape(E - edge energy)) + noise.
 *
 * The background is a straight line in proportion to the jump, the same before and after the edge.
 * Resolution: the jump, and the edge energy weighted by the jump, are averaged with the Gaussian
 * (cut at 3 standard deviations); the truth itself stays sharp.
 */
class PhantomSpectra
{
public:
  PhantomSpectra(const PhantomField& field, const SpectrumParameters& parameters);

  /**
   * Spectra of a box of voxels { x0, x1, y0, y1, z0, z1 } (closed), x fastest, the samples
   * [first, last) of a voxel contiguous. Pure: the same numbers whatever the box.
   */
  void Fill(const std::array<int, 6>& box, int first, int last, float* spectra) const;

  /// Layers beyond a box that are looked at: the reach of the blur.
  int Halo() const { return this->Layers; }

private:
  /// What a spectrum is made from.
  struct Source
  {
    double Jump = 0.0;
    double Edge = 0.0; // eV above the phantom's EdgeEnergy
  };
  Source SourceAt(int x, int y, int z) const;
  std::vector<Source> BlurredSources(const std::array<int, 6>& box) const;
  void FillVoxel(const Source& source, std::uint64_t voxel, int first, int last, double* work,
    float* spectrum) const;

  const PhantomField& Field;
  SpectrumParameters Given;
  EdgeShape Shape;
  std::vector<double> Background; // at every energy, for a jump of 1
  std::vector<double> Weights;    // of the blur, from -Layers to Layers
  int Layers = 0;
  double Counts = 0.0; // of the counting noise, without absorption
};

/**
 * Standard deviation (eV) of the edge energy of one voxel that noise of one standard deviation
 * gives: the level 0.5 of the spectrum normalised by straight lines through the default ranges
 * about `e0`, to first order. NaN where the energies do not suffice.
 */
double ExpectedEdgeScatter(const std::vector<double>& energies, const EdgeShape& shape,
  double edgeEnergy, double e0, double noiseOverJump);

}

#endif
