// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file AngleRun.h
 * One execution of Radial Angle Histogram: theta of each vector and what is counted of all, over
 * all ranks.
 */
#ifndef AngleRun_h
#define AngleRun_h

#include "AngleTables.h"
#include "ArrayValues.h"
#include "ParticleCenterRun.h"

#include <vtkFloatArray.h>
#include <vtkSmartPointer.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace paraxanes
{

struct AngleChoice
{
  int Bins = 36; ///< of theta
  bool Outward = false;
  bool Fold = false; ///< the theta groups of sizes
  int SizeBins = 50;
  std::array<double, 2> SizeRange = { 0.0, 0.0 };
  double MinimumSignificance = 0.0;
  BootstrapChoice Bootstrap;

  bool HasAutomaticSizeRange() const
  {
    return this->SizeRange[0] == 0.0 && this->SizeRange[1] == 0.0;
  }
};

/// The vectors are input array 0, labels and weights as ParticleCenterRun has them, errors of the
/// vectors' sizes input array 3.
class AngleRun : public ParticleCenterRun
{
public:
  AngleRun(vtkAlgorithm* self, const CenterChoice& center, const AngleChoice& choice,
    vtkInformation* inInfo, vtkInformation* particleInfo);

protected:
  void CheckChoice() const;
  /// For ranks with voxels.
  void PrepareVectors();
  bool FindAngles();
  bool FindSizeRange();
  bool FindSizes();
  bool FindBands();

  bool HasErrors() const;

  vtkDataArray* Gradient = nullptr;     ///< null on a rank without points
  vtkSmartPointer<vtkFloatArray> Theta; ///< null on a rank without points
  AngleResults Results;

private:
  using Parts = std::vector<BlockSums::Part>;

  void CheckBootstrap() const;
  int FindNormal() const;
  std::vector<std::uint8_t> ValidityOfVectors() const override;
  template <typename Body>
  void WithGradient(Body body) const;
  template <typename Body>
  void WithField(Body body) const;
  template <typename Histogram>
  bool Reduce(
    const std::map<int, Histogram>& mine, int bins, std::vector<Histogram>& each, Histogram& all);
  void WarnAboutVectors() const;

  /// Of progress.
  struct Span
  {
    double From;
    double To;
    double At(double part) const { return this->From + part * (this->To - this->From); }
  };
  bool ForParts(const Span& progress, std::int64_t items, double work, int fewest,
    const std::function<void(std::int64_t, std::int64_t)>& body);
  bool FindBlocks(const BootstrapColumns& columns, BlockSums& sums);
  bool FindBands(const BootstrapColumns& columns, const BlockSums& sums);
  bool CountBlocks(const BlockSums& sums, const Parts& parts, int column, std::int64_t& blocks);
  bool FindReplicates(const Span& progress, const BlockSums& sums, const Parts& parts,
    std::vector<std::int64_t>& replicates);
  bool FindBand(const Span& progress, const BootstrapColumns& columns,
    const std::vector<std::int64_t>& replicates, AngleBand& band);
  void WarnAboutBlocks() const;

  AngleChoice Choice;
  ArrayValues<double> DoubleGradient; // unless it is float32
  ArrayValues<float> Errors;          // of |u|
  int Normal = -1;
  bool OneSided = false; // differences
  std::int64_t NumberOfVectors = 0;
};

}

#endif
