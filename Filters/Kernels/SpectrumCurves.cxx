// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumCurves.h"

#include "SpectrumKernels.h"

namespace paraxanes
{

SpectrumCurves FindCurves(const Normalization& normalization, const std::vector<double>& mu)
{
  class FirstOfGroup : public SpectrumGroupVisitor
  {
  public:
    explicit FirstOfGroup(const Normalization& fits)
      : Fits(fits)
    {
    }

    void Visit(const SpectrumGroup& group) override
    {
      for (int k = 0; k < this->Fits.NumberOfEnergies; ++k)
      {
        const int sample = k * SpectrumGroup::Size;
        double step = 0.0;
        for (int j = 0; j <= this->Fits.Settings.PostEdgeDegree; ++j)
        {
          step += group.Post[j][0] * this->Fits.PostBasis[j][static_cast<std::size_t>(k)];
        }
        const double pre = group.Mu[sample] - group.AbovePreEdge[sample];
        this->Curves.PreEdge.push_back(pre);
        this->Curves.PostEdge.push_back(pre + step);
        this->Curves.Normalized.push_back(group.Normalized[sample]);
      }
    }

    SpectrumCurves Curves;

  private:
    const Normalization& Fits;
  };

  FirstOfGroup first(normalization);
  VisitSpectra(normalization, {}, mu.data(), 1, { 0, normalization.NumberOfEnergies }, first);
  return first.Curves;
}

}
