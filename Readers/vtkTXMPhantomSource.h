// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkTXMPhantomSource
 * @brief An energy stack like a measured one, of which the truth is known.
 *
 * One or more particles of grains in air, with a Ni K edge at every voxel, noise, and optionally
 * blur and dead voxels. Output: vtkImageData of Size^3 voxels (2D: Size^2), origin at the first
 * voxel, with point arrays
 * - `absorbance`: the stack (see vtkEnergyStackSource);
 * - `true_edge_energy` (float64, eV, NaN outside the particles), `true_edge_jump` (float32, 0
 *   outside), `grain_id` and `particle_id` (int32, from 1, 0 outside).
 *
 * Kinds. Rod and Gravel: ellipsoids of grains, radially aligned or at random; the edge energy is
 * EdgeEnergy, plus BoundaryExcess at a grain boundary, falling linearly to 0 at the depth
 * BoundaryWidth, plus SurfaceTrend at the surface, falling inward with the squared radius.
 * For exact tests, in an ellipsoid: Azimuthal (EdgeEnergy + BoundaryExcess cos(azimuth about z)),
 * Radial (EdgeEnergy + SurfaceTrend radius^2), WhiteNoise (independent normal numbers with the
 * standard deviation BoundaryExcess); and over the whole field: Linear (the gradient is
 * (0.5, -0.3, 0.2) eV/um everywhere) and Uniform (EdgeEnergy).
 *
 * Everything is a function of the properties and of a voxel's index in the whole field: the same
 * for any split into pieces and any number of threads.
 */
#ifndef vtkTXMPhantomSource_h
#define vtkTXMPhantomSource_h

#include "ParaXANESReadersModule.h"
#include "vtkEnergyStackSource.h"

#include <string> // for std::string
#include <vector> // for std::vector

namespace paraxanes
{
struct PhantomParameters;
struct SpectrumParameters;
}

class PARAXANESREADERS_EXPORT vtkTXMPhantomSource : public vtkEnergyStackSource
{
public:
  static vtkTXMPhantomSource* New();
  vtkTypeMacro(vtkTXMPhantomSource, vtkEnergyStackSource);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum Kinds
  {
    ROD = 0,
    GRAVEL,
    AZIMUTHAL,
    RADIAL,
    LINEAR,
    WHITE_NOISE,
    UNIFORM
  };
  enum EdgeShapes
  {
    COMPACT = 0,
    PIECEWISE_LINEAR,
    EXAFS
  };
  enum NoiseModels
  {
    GAUSSIAN = 0,
    POISSON
  };

  ///@{
  /// What the particles are like. Default: ROD.
  vtkSetClampMacro(Kind, int, ROD, UNIFORM);
  vtkGetMacro(Kind, int);
  ///@}

  ///@{
  /// Voxels along each edge of the field, at least 2. Default: 96.
  vtkSetMacro(Size, int);
  vtkGetMacro(Size, int);
  ///@}

  ///@{
  /// 3 (default), or 2: one layer of voxels, the section through the middle.
  vtkSetClampMacro(Dimension, int, 2, 3);
  vtkGetMacro(Dimension, int);
  ///@}

  ///@{
  /// Edge of a voxel, um. Default: 0.03.
  vtkSetMacro(VoxelSize, double);
  vtkGetMacro(VoxelSize, double);
  ///@}

  ///@{
  /// Shape of the edge. COMPACT (default): like a layered oxide, with pre-edge peak and white line.
  /// PIECEWISE_LINEAR: rises linearly over 5 eV, so that the level 0.5 is found exactly. EXAFS:
  /// COMPACT with oscillations behind it.
  vtkSetClampMacro(EdgeShape, int, COMPACT, EXAFS);
  vtkGetMacro(EdgeShape, int);
  ///@}

  ///@{
  /// Mean edge jump, absorbance. Default: 0.7.
  vtkSetMacro(EdgeJump, double);
  vtkGetMacro(EdgeJump, double);
  ///@}

  ///@{
  /// The jump varies smoothly over EdgeJump x (1 -+ Porosity), in [0, 1). Default: 0.25.
  vtkSetMacro(Porosity, double);
  vtkGetMacro(Porosity, double);
  ///@}

  ///@{
  /// Edge energy inside the grains, eV. Default: 8344.4.
  vtkSetMacro(EdgeEnergy, double);
  vtkGetMacro(EdgeEnergy, double);
  ///@}

  ///@{
  /// Edge energy at a grain boundary over that inside, eV. Amplitude of AZIMUTHAL, standard
  /// deviation of WHITE_NOISE. Default: 1.5.
  vtkSetMacro(BoundaryExcess, double);
  vtkGetMacro(BoundaryExcess, double);
  ///@}

  ///@{
  /// Depth below a grain boundary over which the excess falls to 0, um. Default: 0.09.
  vtkSetMacro(BoundaryWidth, double);
  vtkGetMacro(BoundaryWidth, double);
  ///@}

  ///@{
  /// Edge energy at the particle's surface over that in its centre, eV. Default: 0.3.
  vtkSetMacro(SurfaceTrend, double);
  vtkGetMacro(SurfaceTrend, double);
  ///@}

  ///@{
  /// Typical width of a grain, um. Default: 0.42.
  vtkSetMacro(GrainSize, double);
  vtkGetMacro(GrainSize, double);
  ///@}

  ///@{
  /// Ratio of the particle's axes. Default: (1, 1, 1).
  vtkSetVector3Macro(AspectRatio, double);
  vtkGetVector3Macro(AspectRatio, double);
  ///@}

  ///@{
  /// Position of the particle's centre from the field's (several particles: from its part's), um.
  /// Default: (0, 0, 0).
  vtkSetVector3Macro(CenterOffset, double);
  vtkGetVector3Macro(CenterOffset, double);
  ///@}

  ///@{
  /// Particles in the field, the first one the largest. Default: 1.
  vtkSetMacro(NumberOfParticles, int);
  vtkGetMacro(NumberOfParticles, int);
  ///@}

  ///@{
  /// Fraction of the voxels, at random, whose spectra are NaN, in [0, 1]. Default: 0.
  vtkSetMacro(InvalidFraction, double);
  vtkGetMacro(InvalidFraction, double);
  ///@}

  ///@{
  /// Full width at half maximum of the Gaussian that blurs jump and edge energy (not the truth
  /// arrays), um. Default: 0, none.
  vtkSetMacro(Resolution, double);
  vtkGetMacro(Resolution, double);
  ///@}

  ///@{
  /// Standard deviation of the absorbance at each energy. Default: 0.08.
  vtkSetMacro(Noise, double);
  vtkGetMacro(Noise, double);
  ///@}

  ///@{
  /// GAUSSIAN (default): the same noise everywhere. POISSON: of counts, so many that halfway up the
  /// edge the absorbance has the given noise.
  vtkSetClampMacro(NoiseModel, int, GAUSSIAN, POISSON);
  vtkGetMacro(NoiseModel, int);
  ///@}

  ///@{
  /// Chooses the grains, pores and noise. Default: 1.
  vtkSetMacro(Seed, int);
  vtkGetMacro(Seed, int);
  ///@}

  ///@{
  /// Energies, eV, strictly ascending. Default: 61 about the Ni K edge, 8150 to 8600, 0.9 eV apart
  /// from 8333 to 8360.
  void AddEnergy(double energy);
  void RemoveAllEnergies();
  const std::vector<double>& GetEnergies() const { return this->Energies; }
  ///@}

  /// Noise over jump, and the scatter of the edge energy (one voxel, default ranges) to expect.
  const char* GetExpectedScatter();

protected:
  vtkTXMPhantomSource();
  ~vtkTXMPhantomSource() override;

  bool DescribeStack(StackDescription& stack, std::string& error) override;
  bool FillSpectra(const StackDescription& stack, const paraxanes::Extent& box,
    EnergyIndices energies, float* spectra, paraxanes::ComponentRanges& ranges,
    const ProgressFunction& progress, std::string& error) override;
  bool AddToOutput(
    const StackDescription& stack, vtkImageData* output, const ProgressFunction& progress) override;

private:
  vtkTXMPhantomSource(const vtkTXMPhantomSource&) = delete;
  void operator=(const vtkTXMPhantomSource&) = delete;

  paraxanes::PhantomParameters FieldParameters() const;
  paraxanes::SpectrumParameters SpectraParameters() const;
  /// What is wrong with the properties; empty when nothing is.
  std::string CheckProperties() const;

  int Kind = ROD;
  int Size = 96;
  int Dimension = 3;
  double VoxelSize = 0.03;
  int EdgeShape = COMPACT;
  double EdgeJump = 0.7;
  double Porosity = 0.25;
  double EdgeEnergy = 8344.4;
  double BoundaryExcess = 1.5;
  double BoundaryWidth = 0.09;
  double SurfaceTrend = 0.3;
  double GrainSize = 0.42;
  double AspectRatio[3] = { 1.0, 1.0, 1.0 };
  double CenterOffset[3] = { 0.0, 0.0, 0.0 };
  int NumberOfParticles = 1;
  double InvalidFraction = 0.0;
  double Resolution = 0.0;
  double Noise = 0.08;
  int NoiseModel = GAUSSIAN;
  int Seed = 1;
  std::vector<double> Energies;
  std::string ExpectedScatter;
};

#endif
