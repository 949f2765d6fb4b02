// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeAnalysis.h"

#include "EdgeScatter.h"
#include "Multiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace paraxanes
{
namespace
{

constexpr int Size = SpectrumGroup::Size;
static_assert(Size == EdgeMethods::GroupSize, "groups are searched as a whole");
constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

bool IsValid(double code)
{
  return code == static_cast<double>(Validity::Valid);
}

// values / scales, voxel by voxel, of some samples of a group.
PARAXANES_MULTIVERSION void Divide(
  const double* values, const double* scales, IndexRange samples, double* quotients)
{
  for (int k = samples.First; k < samples.Last; ++k)
  {
    for (int v = 0; v < Size; ++v)
    {
      quotients[k * Size + v] = values[k * Size + v] / scales[v];
    }
  }
}

// What a group has of a level's crossings.
struct Crossings
{
  double Codes[Size];
  double Energies[Size];
  int Upper[Size];
};

class Analyzer : public SpectrumGroupVisitor
{
public:
  Analyzer(const EdgeAnalysis& analysis, const std::uint8_t* mask, const AnalysisMaps& maps)
    : Plan(analysis)
    , Fits(analysis.Normalization)
    , Mask(mask)
    , Maps(maps)
    , Energies(static_cast<int>(analysis.Methods.Finder().Energies.size()))
    , Identity(IdentityNormalization(this->Energies))
    , Noise(analysis.Normalization)
    , Scaled(static_cast<std::size_t>(this->Energies) * Size)
  {
  }

  void Visit(const SpectrumGroup& group) override
  {
    this->Group = &group;
    if (this->Wants(EdgeMethod::Level))
    {
      std::copy(group.Code, group.Code + Size, this->OfLevel.Codes);
      this->FindCrossings(group.Normalized, this->OfLevel);
    }
    const EdgeMethods& methods = this->Plan.Methods;
    if (this->Wants(EdgeMethod::Derivative))
    {
      methods.FindSteepest<Size>(group.Normalized, this->Steepest);
    }
    if (this->Wants(EdgeMethod::Centroid))
    {
      methods.FindAreas<Size>(group.Normalized, this->Area);
    }
    if (this->Wants(EdgeMethod::WhiteLine))
    {
      methods.FindTops<Size>(group.Mu, this->TopOfMu);
    }
    const bool fraction = this->Wants(EdgeMethod::WhiteLineFraction);
    if (this->IsFitted() && (fraction || this->Plan.Main == EdgeMethod::WhiteLine))
    {
      this->ScaleToWhiteLine();
      if (fraction)
      {
        std::copy(this->HeightCodes, this->HeightCodes + Size, this->OfFraction.Codes);
        this->FindCrossings(this->Scaled.data(), this->OfFraction);
      }
    }
    for (int v = 0; v < group.Count; ++v)
    {
      this->AnalyzeVoxel(v);
    }
  }

private:
  const MethodMaps& MapsOf(EdgeMethod method) const
  {
    return this->Maps.Methods[static_cast<int>(method)];
  }
  bool Wants(EdgeMethod method) const { return this->MapsOf(method).Wanted(); }
  bool IsFitted() const { return this->Fits.NumberOfEnergies > 0; }

  void FindCrossings(const double* group, Crossings& found) const
  {
    paraxanes::FindCrossings(
      this->Identity, this->Plan.Methods.Finder(), group, found.Codes, found.Upper, found.Energies);
  }

  // Heights of the white lines, which of them count, and mu - pre over the height.
  void ScaleToWhiteLine()
  {
    const SpectrumGroup& group = *this->Group;
    const double perNoise = this->Plan.Limits.MinimumJumpToNoise;
    const double ofNoiseAlone =
      std::sqrt(2.0 * std::log(this->Plan.Methods.Finder().Window.Size()));
    this->Plan.Methods.FindTops<Size>(group.AbovePreEdge, this->Top);
    for (int v = 0; v < Size; ++v)
    {
      const double height = group.AbovePreEdge[this->Top[v] * Size + v];
      this->Height[v] = height;
      const double noise = this->SampleNoise(v) * this->AbovePreEdgeFactor(this->Top[v]);
      const bool finite = group.Code[v] != static_cast<double>(Validity::NotFinite);
      const bool large = height > 0.0 && height >= this->Plan.Limits.MinimumEdgeJump;
      const bool significant =
        perNoise == 0.0 || std::isnan(noise) || height >= (perNoise + ofNoiseAlone) * noise;
      const Validity code = !finite ? Validity::NotFinite
        : !large                    ? Validity::JumpTooSmall
        : !significant              ? Validity::JumpNotSignificant
                                    : Validity::Valid;
      this->HeightCodes[v] = static_cast<double>(code);
    }
    Divide(
      group.AbovePreEdge, this->Height, this->Plan.Methods.Finder().Window, this->Scaled.data());
  }

  // Standard error of mu - pre at a sample over the noise of one sample.
  double AbovePreEdgeFactor(int k) const
  {
    double squares = 1.0;
    for (const std::vector<double>& basis : this->Fits.PreBasis)
    {
      squares += basis[static_cast<std::size_t>(k)] * basis[static_cast<std::size_t>(k)];
    }
    return std::sqrt(squares);
  }

  double PreEdgeNoise(int v) const
  {
    return Deviation(this->Group->PreEdgeSquares[v],
      this->Fits.PreEdge.Size() - (this->Fits.Settings.PreEdgeDegree + 1));
  }

  double SampleNoise(int v) const
  {
    return Deviation(this->Group->Squares[v], this->Fits.DegreesOfFreedom);
  }

  void AnalyzeVoxel(int v)
  {
    const SpectrumGroup& group = *this->Group;
    const std::int64_t voxel = group.First + v;
    const bool outside = this->Mask && this->Mask[voxel] == 0;
    Validity codes[NumberOfEdgeMethods];
    std::fill(std::begin(codes), std::end(codes), Validity::OutsideMask);
    if (!outside)
    {
      this->Run(EdgeMethod::Level, v, codes);
      this->Run(EdgeMethod::Derivative, v, codes);
      this->Run(EdgeMethod::WhiteLineFraction, v, codes);
      this->Run(EdgeMethod::Centroid, v, codes);
      this->Run(EdgeMethod::WhiteLine, v, codes);
    }
    for (int m = 0; m < NumberOfEdgeMethods; ++m)
    {
      this->Store(static_cast<EdgeMethod>(m), voxel, codes[m]);
    }
    if (this->Maps.Validity)
    {
      this->Maps.Validity[voxel] =
        static_cast<std::uint8_t>(codes[static_cast<int>(this->Plan.Main)]);
    }
    if (this->Maps.EdgeJump)
    {
      this->Maps.EdgeJump[voxel] = static_cast<float>(this->IsFinite(v) ? group.EdgeJump[v] : NaN);
    }
    this->StoreQuality(v, voxel);
  }

  bool IsFinite(int v) const
  {
    return this->Group->Code[v] != static_cast<double>(Validity::NotFinite);
  }

  // The code that a voxel has before a method looks at it.
  double CodeBefore(EdgeMethod method, int v, const Validity* codes) const
  {
    switch (method)
    {
      case EdgeMethod::Level:
        return this->OfLevel.Codes[v];
      case EdgeMethod::WhiteLineFraction:
        return this->OfFraction.Codes[v];
      case EdgeMethod::WhiteLine:
        return this->Plan.Main != method
          ? static_cast<double>(codes[static_cast<int>(this->Plan.Main)])
          : this->IsFitted() ? this->HeightCodes[v]
                             : this->Group->Code[v];
      case EdgeMethod::Derivative:
      case EdgeMethod::Centroid:
        break;
    }
    return this->Group->Code[v];
  }

  void Run(EdgeMethod method, int v, Validity* codes)
  {
    if (!this->Wants(method))
    {
      return;
    }
    Result& result = this->Results[static_cast<int>(method)];
    const double code = this->CodeBefore(method, v, codes);
    codes[static_cast<int>(method)] = static_cast<Validity>(code);
    if (IsValid(code))
    {
      result = this->Find(method, v);
      codes[static_cast<int>(method)] = result.Found.Code;
    }
  }

  struct Result
  {
    EdgeResult Found;
    double Error = NaN;
  };

  Result Find(EdgeMethod method, int v)
  {
    const SpectrumGroup& group = *this->Group;
    const EdgeMethods& methods = this->Plan.Methods;
    const bool wantsError = this->MapsOf(method).Error != nullptr;
    SampleWeights* weights = wantsError ? &this->Weights : nullptr;
    const double noise = this->SampleNoise(v);
    const SampleView normalized(group.Normalized + v, Size);
    Result result;
    switch (method)
    {
      case EdgeMethod::Level:
        result.Found = methods.Level(normalized, this->OfLevel.Upper[v], this->OfLevel.Energies[v],
          noise / group.EdgeJump[v], weights);
        break;
      case EdgeMethod::Derivative:
        result.Found = methods.Derivative(normalized, this->Steepest[v]);
        break;
      case EdgeMethod::Centroid:
        result.Found = methods.Centroid(normalized, this->Area[v], weights);
        break;
      case EdgeMethod::WhiteLineFraction:
        result.Found = methods.WhiteLineFraction(SampleView(this->Scaled.data() + v, Size),
          this->Height[v], this->Top[v], this->OfFraction.Upper[v], this->OfFraction.Energies[v],
          noise / this->Height[v], weights);
        break;
      case EdgeMethod::WhiteLine:
        result.Found = methods.WhiteLine(SampleView(group.Mu + v, Size), this->TopOfMu[v], nullptr);
        break;
    }
    if (wantsError && result.Found.Code == Validity::Valid)
    {
      result.Error = this->ErrorOf(method, v, noise, result.Found.Energy);
    }
    return result;
  }

  // Of what was found last, whose weights are in Weights.
  double ErrorOf(EdgeMethod method, int v, double noise, double energy)
  {
    switch (method)
    {
      case EdgeMethod::Derivative:
        return this->ScatterOf(
          method, this->Group->Normalized, v, noise / this->Group->EdgeJump[v], energy);
      case EdgeMethod::WhiteLine:
        return this->ScatterOf(method, this->Group->Mu, v, noise, energy);
      case EdgeMethod::WhiteLineFraction:
        return noise * this->Noise.OfAbovePreEdge(this->Weights);
      case EdgeMethod::Level:
      case EdgeMethod::Centroid:
        break;
    }
    FittedStep fit;
    fit.EdgeJump = this->Group->EdgeJump[v];
    for (std::size_t j = 0; j < fit.Post.size(); ++j)
    {
      fit.Post[j] = this->Group->Post[j][v];
    }
    return noise *
      this->Noise.OfNormalized(this->Weights, SampleView(this->Group->Normalized + v, Size), fit);
  }

  double ScatterOf(EdgeMethod method, const double* tile, int v, double noise, double energy)
  {
    if (!this->Scatter)
    {
      this->Scatter.emplace(this->Plan.Methods, this->Fits.DegreesOfFreedom);
    }
    return this->Scatter->Of(method, SampleView(tile + v, Size), noise, energy);
  }

  void Store(EdgeMethod method, std::int64_t voxel, Validity code)
  {
    const MethodMaps& maps = this->MapsOf(method);
    const Result& result = this->Results[static_cast<int>(method)];
    const bool valid = code == Validity::Valid;
    const auto put = [&](auto* map, double value)
    {
      if (map)
      {
        map[voxel] = static_cast<std::remove_reference_t<decltype(*map)>>(valid ? value : NaN);
      }
    };
    put(maps.Energy, result.Found.Energy);
    put(maps.Error, result.Error);
    put(maps.Height, result.Found.Height);
  }

  void StoreQuality(int v, std::int64_t voxel)
  {
    const QualityMaps& maps = this->Maps.Quality;
    const bool finite = this->IsFinite(v);
    const auto put = [&](float* map, double value)
    {
      if (map)
      {
        map[voxel] = static_cast<float>(finite ? value : NaN);
      }
    };
    const double noise = this->SampleNoise(v);
    put(maps.PreEdgeNoise, this->PreEdgeNoise(v));
    put(maps.FitResidual, noise);
    const double jumpError = noise * this->Fits.JumpErrorFactor;
    put(maps.JumpError, jumpError);
    put(maps.JumpToNoise, this->Group->EdgeJump[v] / jumpError);
    if (maps.PreEdgeSlope || maps.PostEdgeSlope)
    {
      const double slope = this->Group->Pre1[v] * this->SlopeOver(this->Fits.PreBasis[1]);
      put(maps.PreEdgeSlope, slope);
      double step = 0.0;
      for (int j = 1; j <= this->Fits.Settings.PostEdgeDegree; ++j)
      {
        step += this->Group->Post[j][v] * this->SlopeOver(this->Fits.PostBasis[j]);
      }
      put(maps.PostEdgeSlope, slope + step);
    }
  }

  // Mean slope of a curve over the post-edge range, per eV.
  double SlopeOver(const std::vector<double>& curve) const
  {
    const std::vector<double>& energies = this->Plan.Methods.Finder().Energies;
    const auto first = static_cast<std::size_t>(this->Fits.PostEdge.First);
    const auto last = static_cast<std::size_t>(this->Fits.PostEdge.Last - 1);
    return last > first ? (curve[last] - curve[first]) / (energies[last] - energies[first]) : 0.0;
  }

  const EdgeAnalysis& Plan;
  const Normalization& Fits;
  const std::uint8_t* const Mask;
  const AnalysisMaps& Maps;
  const int Energies;
  const Normalization Identity;
  const NoisePropagation Noise;
  std::optional<EdgeScatter> Scatter; // made where it is needed: it is expensive

  const SpectrumGroup* Group = nullptr;
  Crossings OfLevel;
  Crossings OfFraction;
  double HeightCodes[Size]; // of the white line
  int Top[Size];
  double Height[Size];
  int TopOfMu[Size];
  int Steepest[Size];
  double Area[Size];
  std::vector<double> Scaled;
  SampleWeights Weights;
  Result Results[NumberOfEdgeMethods];
};

// Spectra as they are, sixteen at a time.
template <typename T>
void VisitUnfitted(const T* spectra, std::int64_t count, int energies, const std::uint8_t* validity,
  SpectrumGroupVisitor& visitor)
{
  std::vector<double> tile(static_cast<std::size_t>(energies) * Size);
  SpectrumGroup group = {};
  group.Mu = group.AbovePreEdge = group.Normalized = tile.data();
  for (group.First = 0; group.First < count; group.First += Size)
  {
    group.Count = static_cast<int>(std::min<std::int64_t>(Size, count - group.First));
    for (int v = 0; v < Size; ++v)
    {
      const std::int64_t voxel = group.First + std::min(v, group.Count - 1);
      for (int k = 0; k < energies; ++k)
      {
        tile[static_cast<std::size_t>(k * Size + v)] =
          static_cast<double>(spectra[voxel * energies + k]);
      }
      group.Code[v] = validity ? static_cast<double>(validity[voxel]) : 0.0;
    }
    visitor.Visit(group);
  }
}

}

AnalysisMaps AnalysisMaps::From(std::int64_t first) const
{
  AnalysisMaps part = *this;
  const auto move = [first](auto*&... map) { ((map = map ? map + first : nullptr), ...); };
  for (MethodMaps& method : part.Methods)
  {
    move(method.Energy, method.Error, method.Height);
  }
  QualityMaps& quality = part.Quality;
  move(quality.PreEdgeNoise, quality.FitResidual, quality.PreEdgeSlope, quality.PostEdgeSlope,
    quality.JumpError, quality.JumpToNoise);
  move(part.EdgeJump, part.Validity);
  return part;
}

template <typename T>
void AnalyzeSpectra(const EdgeAnalysis& analysis, const T* spectra, std::int64_t count,
  const std::uint8_t* mask, const AnalysisMaps& maps)
{
  Analyzer analyzer(analysis, mask, maps);
  VisitSpectra(analysis.Normalization, analysis.Limits, spectra, count,
    analysis.Methods.Finder().Window, analyzer);
}

template <typename T>
void AnalyzeUnfitted(const EdgeAnalysis& analysis, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const AnalysisMaps& maps)
{
  Analyzer analyzer(analysis, mask, maps);
  const auto energies = static_cast<int>(analysis.Methods.Finder().Energies.size());
  VisitUnfitted(spectra, count, energies, validity, analyzer);
}

template void AnalyzeSpectra(
  const EdgeAnalysis&, const float*, std::int64_t, const std::uint8_t*, const AnalysisMaps&);
template void AnalyzeSpectra(
  const EdgeAnalysis&, const double*, std::int64_t, const std::uint8_t*, const AnalysisMaps&);
template void AnalyzeUnfitted(const EdgeAnalysis&, const float*, std::int64_t, const std::uint8_t*,
  const std::uint8_t*, const AnalysisMaps&);
template void AnalyzeUnfitted(const EdgeAnalysis&, const double*, std::int64_t, const std::uint8_t*,
  const std::uint8_t*, const AnalysisMaps&);

}
