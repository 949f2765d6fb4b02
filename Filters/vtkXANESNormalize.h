// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkXANESNormalize
 * @brief Normalised XANES spectra of every voxel: pre-edge 0, post-edge 1.
 *
 * Definitions, ranges and limits are those of vtkXANESStackAlgorithm. Output: the input's arrays
 * and
 * - `normalized_absorbance` (float32, one component per energy; NaN unless valid),
 * - `edge_jump` (float32, the stack's unit),
 * - `validity` (uint8, paraxanes::Validity; 0 is valid).
 * It holds a second stack; Edge Energy does not need it and normalises by itself.
 */
#ifndef vtkXANESNormalize_h
#define vtkXANESNormalize_h

#include "ParaXANESFiltersModule.h"
#include "vtkXANESStackAlgorithm.h"

#include <memory>

namespace paraxanes
{
class SharedRanges;
}

class PARAXANESFILTERS_EXPORT vtkXANESNormalize : public vtkXANESStackAlgorithm
{
public:
  static vtkXANESNormalize* New();
  vtkTypeMacro(vtkXANESNormalize, vtkXANESStackAlgorithm);

protected:
  vtkXANESNormalize();
  ~vtkXANESNormalize() override;

  bool PrepareRun(paraxanes::StackRun& run, std::string& error) override;
  void ProcessBlock(const paraxanes::StackRun& run, const paraxanes::SpectraBlock& block) override;
  void FinishRun(paraxanes::StackRun& run) override;

private:
  vtkXANESNormalize(const vtkXANESNormalize&) = delete;
  void operator=(const vtkXANESNormalize&) = delete;

  // Where the results of the execution are.
  float* Normalized = nullptr;
  float* EdgeJump = nullptr;
  unsigned char* Validity = nullptr;
  std::unique_ptr<paraxanes::SharedRanges> Ranges; // of the normalised stack
};

#endif
