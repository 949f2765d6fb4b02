// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumKernels.h"

#include <algorithm>
#include <limits>
#include <vector>

// Vectors of unknown length cannot be members of a structure; Arm has NEON anyway.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "SpectrumKernels.cxx"
#include <hwy/foreach_target.h> // must come before highway.h

#include <hwy/aligned_allocator.h>
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace paraxanes
{
namespace HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

// Voxels that are worked on together: a tile holds `Group` values of each energy.
constexpr int Group = SpectrumGroup::Size;

// Fits, interpolation and results run in double, the search for a crossing in the spectra's type.
using Doubles = hn::CappedTag<double, Group>;
using Vector = hn::Vec<Doubles>;
using Mask = hn::Mask<Doubles>;
constexpr int Lanes = static_cast<int>(hn::MaxLanes(Doubles()));

HWY_INLINE Vector Set(double value)
{
  return hn::Set(Doubles(), value);
}

HWY_INLINE Vector Load(const double* p)
{
  return hn::LoadU(Doubles(), p);
}

HWY_INLINE Vector Load(const float* p)
{
  return hn::PromoteTo(Doubles(), hn::LoadU(hn::Rebind<float, Doubles>(), p));
}

HWY_INLINE void Store(Vector v, double* p)
{
  hn::StoreU(v, Doubles(), p);
}

HWY_INLINE Vector Code(Validity code)
{
  return Set(static_cast<double>(code));
}

// Doubles in memory as lanes of the tag's type.
HWY_INLINE Vector LoadAs(Doubles, const double* p)
{
  return Load(p);
}

HWY_INLINE hn::Vec<hn::CappedTag<float, Group>> LoadAs(
  hn::CappedTag<float, Group> d, const double* p)
{
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(d, static_cast<float>(*p));
#else
  const hn::Half<decltype(d)> half;
  return hn::Combine(d, hn::DemoteTo(half, Load(p + Lanes)), hn::DemoteTo(half, Load(p)));
#endif
}

// Asks for the spectra of a later group a line at a time, in between the work on this group: memory
// and arithmetic then overlap. (All lines at once would have to wait for each other.)
class NextGroup
{
public:
  template <typename T>
  HWY_INLINE NextGroup(const T* begin, const T* end)
    : Line(reinterpret_cast<const char*>(begin))
    , End(reinterpret_cast<const char*>(end))
  {
  }

  HWY_INLINE void FetchALine()
  {
    if (this->Line < this->End)
    {
      hwy::Prefetch(this->Line);
      this->Line += 64;
    }
  }

private:
  const char* Line;
  const char* End;
};

// --- Transposition: tile[k * Group + voxel] = spectra[voxel * stride + k] ---

template <typename T>
void TransposeOneByOne(const T* spectra, std::int64_t stride, int first, int last, T* tile)
{
  for (int k = first; k < last; ++k)
  {
    for (int v = 0; v < Group; ++v)
    {
      tile[k * Group + v] = spectra[v * stride + k];
    }
  }
}

HWY_INLINE void Transpose(
  const double* spectra, std::int64_t stride, int energies, double* tile, NextGroup&)
{
  TransposeOneByOne(spectra, stride, 0, energies, tile);
}

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void Transpose(
  const float* spectra, std::int64_t stride, int energies, float* tile, NextGroup&)
{
  TransposeOneByOne(spectra, stride, 0, energies, tile);
}
#else
// Four energies of a voxel in the lower four lanes, of the fourth voxel after it in the upper ones.
template <class D>
HWY_INLINE hn::Vec<D> LoadFour(D d, const float* spectrum, std::int64_t stride)
{
#if HWY_MAX_BYTES >= 32
  const hn::Half<D> half;
  return hn::Combine(d, hn::LoadU(half, spectrum + 4 * stride), hn::LoadU(half, spectrum));
#else
  (void)stride;
  return hn::LoadU(d, spectrum);
#endif
}

template <class D>
HWY_INLINE void StoreFour(hn::Vec<D> v, D d, float* spectrum, std::int64_t stride)
{
#if HWY_MAX_BYTES >= 32
  const hn::Half<D> half;
  hn::StoreU(hn::LowerHalf(half, v), half, spectrum);
  hn::StoreU(hn::UpperHalf(half, v), half, spectrum + 4 * stride);
#else
  (void)stride;
  hn::StoreU(v, d, spectrum);
#endif
}

// Four by four values, in each group of four lanes.
template <class D>
HWY_INLINE void Turn(D d, hn::Vec<D>& row0, hn::Vec<D>& row1, hn::Vec<D>& row2, hn::Vec<D>& row3)
{
  const hn::RepartitionToWide<D> pairs;
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, row0, row1));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, row0, row1));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, row2, row3));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, row2, row3));
  row0 = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  row1 = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  row2 = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  row3 = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}

HWY_INLINE void Transpose(
  const float* spectra, std::int64_t stride, int energies, float* tile, NextGroup& next)
{
  const hn::CappedTag<float, 8> d;
  constexpr int width = static_cast<int>(hn::MaxLanes(d));
  int k = 0;
  for (; k + 4 <= energies; k += 4)
  {
    for (int v = 0; v < Group; v += width)
    {
      next.FetchALine();
      const float* from = spectra + v * stride + k;
      float* to = tile + k * Group + v;
      auto row0 = LoadFour(d, from, stride);
      auto row1 = LoadFour(d, from + stride, stride);
      auto row2 = LoadFour(d, from + 2 * stride, stride);
      auto row3 = LoadFour(d, from + 3 * stride, stride);
      Turn(d, row0, row1, row2, row3);
      hn::StoreU(row0, d, to);
      hn::StoreU(row1, d, to + Group);
      hn::StoreU(row2, d, to + 2 * Group);
      hn::StoreU(row3, d, to + 3 * Group);
    }
  }
  TransposeOneByOne(spectra, stride, k, energies, tile);
}
#endif

// Back to spectra, of the first `voxels` of a group.
HWY_INLINE void TransposeBack(const float* tile, int energies, int voxels, float* spectra)
{
  int k = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<float, 8> d;
  constexpr int width = static_cast<int>(hn::MaxLanes(d));
  for (; k + 4 <= energies && voxels == Group; k += 4)
  {
    for (int v = 0; v < Group; v += width)
    {
      const float* from = tile + k * Group + v;
      float* to = spectra + v * energies + k;
      auto row0 = hn::LoadU(d, from);
      auto row1 = hn::LoadU(d, from + Group);
      auto row2 = hn::LoadU(d, from + 2 * Group);
      auto row3 = hn::LoadU(d, from + 3 * Group);
      Turn(d, row0, row1, row2, row3);
      StoreFour(row0, d, to, energies);
      StoreFour(row1, d, to + energies, energies);
      StoreFour(row2, d, to + 2 * energies, energies);
      StoreFour(row3, d, to + 3 * energies, energies);
    }
  }
#endif
  for (; k < energies; ++k)
  {
    for (int v = 0; v < voxels; ++v)
    {
      spectra[v * energies + k] = tile[k * Group + v];
    }
  }
}

// test[v]: 0 where the spectrum is finite, NaN elsewhere. Four sums, so that none waits for itself.
template <typename T>
HWY_INLINE void TestFinite(const T* tile, int energies, T* test)
{
  const hn::CappedTag<T, Group> d;
  constexpr int width = static_cast<int>(hn::MaxLanes(d));
  const auto zero = hn::Zero(d);
  for (int v = 0; v < Group; v += width)
  {
    const T* samples = tile + v;
    auto sum0 = zero;
    auto sum1 = zero;
    auto sum2 = zero;
    auto sum3 = zero;
    int k = 0;
    for (; k + 4 <= energies; k += 4, samples += 4 * Group)
    {
      sum0 = hn::MulAdd(hn::LoadU(d, samples), zero, sum0);
      sum1 = hn::MulAdd(hn::LoadU(d, samples + Group), zero, sum1);
      sum2 = hn::MulAdd(hn::LoadU(d, samples + 2 * Group), zero, sum2);
      sum3 = hn::MulAdd(hn::LoadU(d, samples + 3 * Group), zero, sum3);
    }
    for (; k < energies; ++k, samples += Group)
    {
      sum0 = hn::MulAdd(hn::LoadU(d, samples), zero, sum0);
    }
    hn::StoreU(hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3)), d, test + v);
  }
}

// --- Fits ---

/// pre(E_k) = Pre0 + Pre1 PreBasis[1][k]; post - pre = Post0 + sum_j Post[j] PostBasis[j][k]. In
/// mode EdgeStep the edge jump stands for post - pre.
struct Fits
{
  double Pre0[Group], Pre1[Group];
  double Post0[Group], Post1[Group], Post2[Group], Post3[Group];
  double EdgeJump[Group];
  double PreEdgeSquares[Group], Squares[Group]; // residuals of the pre-edge fit, of both
  double Code[Group];                           // validity
};

/// PostTerms: 2 or 4, the number of terms after the edge that may differ from zero. Voxels
/// [part, part + Lanes) of the group.
template <int PostTerms, typename T>
HWY_INLINE void FitSpectra(const Normalization& n, const JumpLimits& limits, const T* tile,
  const T* finite, int part, Fits& fits)
{
  const T* samples = tile + part;
  const double* p0 = n.PreBasis[0].data();
  const double* p1 = n.PreBasis[1].data();
  Vector a0 = Set(0.0);
  Vector a1 = Set(0.0);
  Vector squares = Set(0.0);
  for (int k = n.PreEdge.First; k < n.PreEdge.Last; ++k)
  {
    const Vector mu = Load(samples + k * Group);
    a0 = hn::MulAdd(Set(p0[k]), mu, a0);
    a1 = hn::MulAdd(Set(p1[k]), mu, a1);
    squares = hn::MulAdd(mu, mu, squares);
  }
  Store(hn::NegMulAdd(a0, a0, hn::NegMulAdd(a1, a1, squares)), fits.PreEdgeSquares + part);

  const double* q0 = n.PostBasis[0].data();
  const double* q1 = n.PostBasis[1].data();
  const double* q2 = n.PostBasis[2].data();
  const double* q3 = n.PostBasis[3].data();
  Vector b0 = Set(0.0);
  Vector b1 = Set(0.0);
  Vector b2 = Set(0.0);
  Vector b3 = Set(0.0);
  for (int k = n.PostEdge.First; k < n.PostEdge.Last; ++k)
  {
    const Vector mu = Load(samples + k * Group);
    b0 = hn::MulAdd(Set(q0[k]), mu, b0);
    b1 = hn::MulAdd(Set(q1[k]), mu, b1);
    if (PostTerms > 2)
    {
      b2 = hn::MulAdd(Set(q2[k]), mu, b2);
      b3 = hn::MulAdd(Set(q3[k]), mu, b3);
    }
    squares = hn::MulAdd(mu, mu, squares);
  }

  // What the fits leave: sum of squares less that of the coefficients, in an orthonormal basis.
  Vector residual = hn::NegMulAdd(a0, a0, hn::NegMulAdd(a1, a1, squares));
  residual = hn::NegMulAdd(b0, b0, hn::NegMulAdd(b1, b1, residual));
  residual = hn::NegMulAdd(b2, b2, hn::NegMulAdd(b3, b3, residual));

  const auto lessPreEdge = [&](int j, Vector b)
  {
    const Vector sum = hn::NegMulAdd(Set(n.PreInPost[j][0]), a0, b);
    return hn::NegMulAdd(Set(n.PreInPost[j][1]), a1, sum);
  };
  const Vector c0 = lessPreEdge(0, b0);
  Vector c1 = lessPreEdge(1, b1);
  if (n.Settings.PostEdgeDegree < 1)
  {
    residual = hn::MulAdd(c1, c1, residual); // not fitted, so that it is left over
    c1 = Set(0.0);
  }
  const Vector c2 = PostTerms > 2 ? lessPreEdge(2, b2) : Set(0.0);
  const Vector c3 = PostTerms > 2 ? lessPreEdge(3, b3) : Set(0.0);
  Vector jump = hn::Mul(Set(n.AtE0[0]), c0);
  jump = hn::MulAdd(Set(n.AtE0[1]), c1, jump);
  jump = hn::MulAdd(Set(n.AtE0[2]), c2, jump);
  jump = hn::MulAdd(Set(n.AtE0[3]), c3, jump);

  const bool ratio = n.Settings.Mode != NormalizationMode::EdgeStep;
  Store(hn::Mul(a0, Set(p0[0])), fits.Pre0 + part);
  Store(a1, fits.Pre1 + part);
  Store(ratio ? hn::Mul(c0, Set(q0[0])) : jump, fits.Post0 + part);
  Store(ratio ? c1 : Set(0.0), fits.Post1 + part);
  Store(ratio ? c2 : Set(0.0), fits.Post2 + part);
  Store(ratio ? c3 : Set(0.0), fits.Post3 + part);
  Store(jump, fits.EdgeJump + part);
  Store(residual, fits.Squares + part);

  // Squares of the jump, of what it has to reach in noise, and of what float32 tells of a spectrum.
  const double freedom = n.DegreesOfFreedom > 0 ? 1.0 / n.DegreesOfFreedom : 0.0;
  const double perSample = limits.MinimumJumpToNoise * n.JumpErrorFactor;
  const double samplesOfFits = n.PreEdge.Size() + n.PostEdge.Size();
  const Vector jump2 = hn::Mul(jump, jump);
  const Vector noise2 = hn::Mul(residual, Set(freedom * perSample * perSample));
  const Vector rounding2 = hn::Mul(squares, Set(1e-14 / samplesOfFits));
  const Mask large = hn::And(hn::Gt(jump, Set(0.0)),
    hn::And(hn::Ge(jump, Set(limits.MinimumEdgeJump)), hn::Gt(jump2, rounding2)));
  const Mask significant = hn::Ge(jump2, noise2);
  const Mask isFinite = hn::Eq(Load(finite + part), Set(0.0));
  Vector code =
    hn::IfThenElse(significant, Code(Validity::Valid), Code(Validity::JumpNotSignificant));
  code = hn::IfThenElse(large, code, Code(Validity::JumpTooSmall));
  code = hn::IfThenElse(isFinite, code, Code(Validity::NotFinite));
  Store(code, fits.Code + part);
}

template <int PostTerms, typename T>
HWY_INLINE void FitGroup(
  const Normalization& n, const JumpLimits& limits, const T* tile, Fits& fits)
{
  T finite[Group];
  TestFinite(tile, n.NumberOfEnergies, finite);
  for (int part = 0; part < Group; part += Lanes)
  {
    FitSpectra<PostTerms>(n, limits, tile, finite, part, fits);
  }
}

// --- Normalised samples ---

/// The fits of some voxels, one a lane.
template <class D>
struct FitLanes
{
  hn::Vec<D> Pre0, Pre1, Post0, Post1, Post2, Post3, SmallestStep;

  HWY_INLINE FitLanes(D d, const Fits& fits, int part)
    : Pre0(LoadAs(d, fits.Pre0 + part))
    , Pre1(LoadAs(d, fits.Pre1 + part))
    , Post0(LoadAs(d, fits.Post0 + part))
    , Post1(LoadAs(d, fits.Post1 + part))
    , Post2(LoadAs(d, fits.Post2 + part))
    , Post3(LoadAs(d, fits.Post3 + part))
    // Below 10 % of the edge jump a normalised sample is NaN.
    , SmallestStep(hn::Mul(
        LoadAs(d, fits.EdgeJump + part), hn::Set(d, static_cast<hn::TFromV<hn::Vec<D>>>(0.1))))
  {
  }
};

/// The basis functions that go with them, at one energy or, lane by lane, at several.
template <class D>
struct BasisValues
{
  hn::Vec<D> Pre1, Post1, Post2, Post3;
};

/// The tables of the basis functions in type T.
template <typename T>
struct Curves
{
  std::vector<T> Pre1, Post1, Post2, Post3;

  explicit Curves(const Normalization& n)
    : Pre1(n.PreBasis[1].begin(), n.PreBasis[1].end())
    , Post1(n.PostBasis[1].begin(), n.PostBasis[1].end())
    , Post2(n.PostBasis[2].begin(), n.PostBasis[2].end())
    , Post3(n.PostBasis[3].begin(), n.PostBasis[3].end())
  {
  }

  template <class D>
  HWY_INLINE BasisValues<D> At(D d, int k) const
  {
    return { hn::Set(d, this->Pre1[k]), hn::Set(d, this->Post1[k]), hn::Set(d, this->Post2[k]),
      hn::Set(d, this->Post3[k]) };
  }
};

/// mu - pre.
template <class D>
HWY_INLINE hn::Vec<D> AbovePreEdge(
  const FitLanes<D>& fit, const BasisValues<D>& basis, hn::Vec<D> mu)
{
  return hn::Sub(mu, hn::MulAdd(fit.Pre1, basis.Pre1, fit.Pre0));
}

/// post - pre.
template <int PostTerms, class D>
HWY_INLINE hn::Vec<D> Step(const FitLanes<D>& fit, const BasisValues<D>& basis)
{
  auto step = hn::MulAdd(fit.Post1, basis.Post1, fit.Post0);
  if (PostTerms > 2)
  {
    step = hn::MulAdd(fit.Post2, basis.Post2, step);
    step = hn::MulAdd(fit.Post3, basis.Post3, step);
  }
  return step;
}

// --- Level crossing ---

/// Where y / step reaches the level between two samples, as a fraction of the way from 0 to 1.
template <class V>
HWY_INLINE V CrossingFraction(V level, V y0, V step0, V y1, V step1)
{
  return hn::Div(
    hn::Mul(step1, hn::MulSub(level, step0, y0)), hn::MulSub(y1, step0, hn::Mul(y0, step1)));
}

/**
 * Index of the upper sample of the crossing that the rule chooses, -1 where there is none.
 * One pass upwards: the last crossing seen when the running maximum was last raised is the first
 * one down from the maximum. y1/s1 > y0/s0 is tested without dividing; steps are positive.
 * Some samples may be NaN or have too small a step.
 */
template <int PostTerms, CrossingRule Rule, class D, typename T>
HWY_INLINE hn::Vec<D> FindCrossing(D d, const EdgeFinder& finder, const FitLanes<D>& fit,
  const Curves<T>& curves, const T* samples, NextGroup& next)
{
  const auto level = hn::Set(d, static_cast<T>(finder.Settings.Level));
  const auto none = hn::Set(d, T(-1));
  auto found = none;                   // the crossing that the rule has chosen so far
  auto latest = none;                  // the latest crossing that a walk down may reach
  auto highest = hn::Set(d, T(-1e30)); // y of the running maximum
  auto highestStep = hn::Set(d, T(1)); // and its step
  auto nearest = hn::Set(d, T(1e30));  // distance of the chosen crossing to the reference
  auto previous = none;
  auto previousStep = highestStep;
  auto blocked = hn::Eq(none, none); // the sample before is no start of a rise
  auto index = hn::Set(d, static_cast<T>(finder.Window.First));
  for (int k = finder.Window.First; k < finder.Window.Last; ++k)
  {
    next.FetchALine();
    const BasisValues<D> basis = curves.At(d, k);
    const auto y = AbovePreEdge(fit, basis, hn::LoadU(d, samples + k * Group));
    const auto step = Step<PostTerms>(fit, basis);
    auto high = hn::Ge(y, hn::Mul(level, step));
    auto higher = hn::Gt(hn::Mul(y, highestStep), hn::Mul(highest, step));
    const auto bad = hn::Not(hn::And(hn::Ge(step, fit.SmallestStep), hn::Eq(y, y)));
    high = hn::AndNot(bad, high);
    higher = hn::AndNot(bad, higher);
    latest = hn::IfThenElse(bad, none, latest);
    const auto rises = hn::AndNot(blocked, high);
    switch (Rule)
    {
      case CrossingRule::DownFromMaximum:
        latest = hn::IfThenElse(rises, index, latest);
        found = hn::IfThenElse(higher, latest, found);
        highest = hn::IfThenElse(higher, y, highest);
        highestStep = hn::IfThenElse(higher, step, highestStep);
        break;
      case CrossingRule::First:
        found = hn::IfThenElse(hn::And(rises, hn::Eq(found, none)), index, found);
        break;
      case CrossingRule::Last:
        found = hn::IfThenElse(rises, index, found);
        break;
      case CrossingRule::Nearest:
        if (!hn::AllFalse(d, rises))
        {
          // Relative to the reference first: whole energies would lose digits in float.
          const auto from = static_cast<T>(finder.Energies[k - 1] - finder.Settings.Reference);
          const auto width = static_cast<T>(finder.Energies[k] - finder.Energies[k - 1]);
          const auto fraction = CrossingFraction(level, previous, previousStep, y, step);
          const auto distance = hn::Abs(hn::MulAdd(fraction, hn::Set(d, width), hn::Set(d, from)));
          const auto closer = hn::And(rises, hn::Lt(distance, nearest));
          found = hn::IfThenElse(closer, index, found);
          nearest = hn::IfThenElse(closer, distance, nearest);
        }
        previous = y;
        previousStep = step;
        break;
    }
    blocked = hn::Or(high, bad);
    index = hn::Add(index, hn::Set(d, T(1)));
  }
  return found;
}

/// What a pass upwards over some samples has seen, for the rule "down from the maximum".
template <class D>
struct Ascent
{
  hn::Vec<D> Index;       // of the sample that comes
  hn::Vec<D> Latest;      // crossing
  hn::Vec<D> Found;       // the latest crossing when the maximum was last raised
  hn::Vec<D> Highest;     // y of the running maximum
  hn::Vec<D> HighestStep; // and its step
  hn::Mask<D> High;       // the sample before is at or above the level
};

/**
 * The same for finite samples with straight steps that are large enough. In two halves side by
 * side, as each sample has to wait for the maximum of those before it.
 */
template <class D, typename T>
HWY_INLINE hn::Vec<D> FindCrossingInHalves(D d, const EdgeFinder& finder, const FitLanes<D>& fit,
  const Curves<T>& curves, const T* samples, NextGroup& next)
{
  const auto level = hn::Set(d, static_cast<T>(finder.Settings.Level));
  const auto none = hn::Set(d, T(-1));
  const auto pass = [&](int k, Ascent<D>& seen)
  {
    const BasisValues<D> basis = curves.At(d, k);
    const auto y = AbovePreEdge(fit, basis, hn::LoadU(d, samples + k * Group));
    const auto step = Step<2>(fit, basis);
    const auto high = hn::Ge(y, hn::Mul(level, step));
    const auto higher = hn::Gt(hn::Mul(y, seen.HighestStep), hn::Mul(seen.Highest, step));
    seen.Latest = hn::IfThenElse(hn::AndNot(seen.High, high), seen.Index, seen.Latest);
    seen.Found = hn::IfThenElse(higher, seen.Latest, seen.Found);
    seen.Highest = hn::IfThenElse(higher, y, seen.Highest);
    seen.HighestStep = hn::IfThenElse(higher, step, seen.HighestStep);
    seen.High = high;
    seen.Index = hn::Add(seen.Index, hn::Set(d, T(1)));
  };
  const auto start = [&](int k) -> Ascent<D>
  {
    return { hn::Set(d, static_cast<T>(k)), none, none, hn::Set(d, T(-1e30)), hn::Set(d, T(1)),
      hn::Eq(none, none) };
  };
  // The last sample of the lower half is the first of the upper one, which begins no rise.
  const int first = finder.Window.First;
  const int size = (finder.Window.Size() + 1) / 2;
  const int middle = first + size - 1;
  Ascent<D> lower = start(first);
  Ascent<D> upper = start(middle);
  for (int i = 0; i < size; ++i)
  {
    next.FetchALine();
    next.FetchALine();
    pass(first + i, lower);
    pass(middle + i, upper);
  }
  for (int k = middle + size; k < finder.Window.Last; ++k)
  {
    pass(k, upper);
  }
  const auto isUpper =
    hn::Gt(hn::Mul(upper.Highest, lower.HighestStep), hn::Mul(lower.Highest, upper.HighestStep));
  const auto ofUpper = hn::IfThenElse(hn::Eq(upper.Found, none), lower.Latest, upper.Found);
  return hn::IfThenElse(isUpper, ofUpper, lower.Found);
}

/// The crossing of the finder's rule.
template <int PostTerms, class D, typename T>
HWY_INLINE hn::Vec<D> FindCrossingOfRule(D d, const EdgeFinder& finder, const FitLanes<D>& fit,
  const Curves<T>& curves, const T* samples, NextGroup& next)
{
  switch (finder.Settings.Rule)
  {
    case CrossingRule::First:
      return FindCrossing<PostTerms, CrossingRule::First>(d, finder, fit, curves, samples, next);
    case CrossingRule::Last:
      return FindCrossing<PostTerms, CrossingRule::Last>(d, finder, fit, curves, samples, next);
    case CrossingRule::Nearest:
      return FindCrossing<PostTerms, CrossingRule::Nearest>(d, finder, fit, curves, samples, next);
    case CrossingRule::DownFromMaximum:
      break;
  }
  return FindCrossing<PostTerms, CrossingRule::DownFromMaximum>(
    d, finder, fit, curves, samples, next);
}

/// True when no sample of the window can have too small a step: a straight step is smallest at an
/// end.
template <class D, typename T>
HWY_INLINE bool StepsAreLarge(
  D d, const EdgeFinder& finder, const FitLanes<D>& fit, const Curves<T>& curves)
{
  const auto first = Step<2>(fit, curves.At(d, finder.Window.First));
  const auto last = Step<2>(fit, curves.At(d, finder.Window.Last - 1));
  return hn::AllTrue(d, hn::And(hn::Ge(first, fit.SmallestStep), hn::Ge(last, fit.SmallestStep)));
}

/// One sample of each lane, with the basis functions at its own energy.
struct LaneSamples
{
  Vector Mu;
  Vector Energy;
  BasisValues<Doubles> Basis;
};

HWY_INLINE Vector GatherMu(const float* samples, hn::Vec<hn::Rebind<std::int32_t, Doubles>> index)
{
  return hn::PromoteTo(Doubles(), hn::GatherIndex(hn::Rebind<float, Doubles>(), samples, index));
}

HWY_INLINE Vector GatherMu(const double* samples, hn::Vec<hn::Rebind<std::int32_t, Doubles>> index)
{
  return hn::GatherIndex(Doubles(), samples, hn::PromoteTo(hn::RebindToSigned<Doubles>(), index));
}

/// Sample k of each lane.
template <int PostTerms, typename T>
HWY_INLINE LaneSamples Gather(
  Vector k, const T* samples, const Normalization& n, const EdgeFinder& finder)
{
  const Doubles d;
  const hn::Rebind<std::int32_t, Doubles> ints;
  const auto k32 = hn::DemoteTo(ints, k);
  const auto k64 = hn::PromoteTo(hn::RebindToSigned<Doubles>(), k32);
  const auto table = [&](const std::vector<double>& values)
  { return hn::GatherIndex(d, values.data(), k64); };
  const auto place = hn::Add(hn::Mul(k32, hn::Set(ints, Group)), hn::Iota(ints, 0));
  LaneSamples sample;
  sample.Mu = GatherMu(samples, place);
  sample.Energy = table(finder.Energies);
  sample.Basis.Pre1 = table(n.PreBasis[1]);
  sample.Basis.Post1 = table(n.PostBasis[1]);
  sample.Basis.Post2 = PostTerms > 2 ? table(n.PostBasis[2]) : Set(0.0);
  sample.Basis.Post3 = PostTerms > 2 ? table(n.PostBasis[3]) : Set(0.0);
  return sample;
}

/// Interpolates between the samples found; completes the codes. Voxels [part, part + Lanes).
template <int PostTerms, typename T>
HWY_INLINE void Interpolate(const Normalization& n, const EdgeFinder& finder, const T* tile,
  const T* found, int part, Fits& fits, double* energies)
{
  const Vector upper = Load(found + part);
  const Vector k = hn::Max(upper, Set(1.0)); // none: any two samples
  const LaneSamples above = Gather<PostTerms>(k, tile + part, n, finder);
  const LaneSamples below = Gather<PostTerms>(hn::Sub(k, Set(1.0)), tile + part, n, finder);
  const FitLanes<Doubles> fit(Doubles(), fits, part);
  const Vector fraction = CrossingFraction(Set(finder.Settings.Level),
    AbovePreEdge(fit, below.Basis, below.Mu), Step<PostTerms>(fit, below.Basis),
    AbovePreEdge(fit, above.Basis, above.Mu), Step<PostTerms>(fit, above.Basis));
  Store(hn::MulAdd(fraction, hn::Sub(above.Energy, below.Energy), below.Energy), energies + part);

  const Vector codeOfFit = Load(fits.Code + part);
  const Mask none = hn::Lt(upper, Set(0.0));
  const Mask atEnd = hn::Or(
    hn::Eq(upper, Set(finder.Window.First + 1.0)), hn::Eq(upper, Set(finder.Window.Last - 1.0)));
  Vector code = hn::IfThenElse(atEnd, Code(Validity::CrossingAtWindowEnd), Code(Validity::Valid));
  code = hn::IfThenElse(none, Code(Validity::NoCrossing), code);
  code = hn::IfThenElse(hn::Eq(codeOfFit, Set(0.0)), code, codeOfFit);
  Store(code, fits.Code + part);
}

/// Edge energies of a group whose fits are known, and the upper samples of the crossings; completes
/// the codes.
template <int PostTerms, typename T>
HWY_INLINE void FindEdgesOfGroup(const Normalization& n, const EdgeFinder& finder,
  const Curves<T>& curves, const T* tile, Fits& fits, T* found, double* energies, NextGroup& next)
{
  const hn::CappedTag<T, Group> d;
  constexpr int width = static_cast<int>(hn::MaxLanes(d));
  const bool plain = PostTerms == 2 && finder.Settings.Rule == CrossingRule::DownFromMaximum;
  for (int part = 0; part < Group; part += width)
  {
    const FitLanes<hn::CappedTag<T, Group>> fit(d, fits, part);
    const auto crossing = plain && StepsAreLarge(d, finder, fit, curves)
      ? FindCrossingInHalves(d, finder, fit, curves, tile + part, next)
      : FindCrossingOfRule<PostTerms>(d, finder, fit, curves, tile + part, next);
    hn::StoreU(crossing, d, found + part);
  }
  for (int part = 0; part < Group; part += Lanes)
  {
    Interpolate<PostTerms>(n, finder, tile, found, part, fits, energies);
  }
}

// --- Passes ---

/// Calls body(tile, first voxel, number of voxels) for each group. The last one is filled up with
/// copies of the last voxel.
template <typename T, typename Body>
HWY_INLINE void ForEachGroup(const T* spectra, std::int64_t count, int energies, Body body)
{
  const auto tile = hwy::AllocateAligned<T>(static_cast<std::size_t>(energies) * Group);
  const std::int64_t groupSize = static_cast<std::int64_t>(energies) * Group;
  const T* end = spectra + count * energies;
  std::int64_t first = 0;
  for (; first + Group <= count; first += Group)
  {
    const T* group = spectra + first * energies;
    // The group after the next: by then its lines have come from memory.
    NextGroup next(std::min(group + 2 * groupSize, end), std::min(group + 3 * groupSize, end));
    Transpose(group, energies, energies, tile.get(), next);
    body(tile.get(), first, Group, next);
  }
  if (first < count)
  {
    const int left = static_cast<int>(count - first);
    for (int k = 0; k < energies; ++k)
    {
      for (int v = 0; v < Group; ++v)
      {
        tile[static_cast<std::size_t>(k * Group + v)] =
          spectra[(first + std::min(v, left - 1)) * energies + k];
      }
    }
    NextGroup none(end, end);
    body(tile.get(), first, left, none);
  }
}

HWY_INLINE bool IsOutside(const std::uint8_t* mask, std::int64_t voxel)
{
  return mask && mask[voxel] == 0;
}

/// Writes what is wanted of a group's first `count` voxels.
HWY_INLINE void StoreMaps(const Fits& fits, const double* energies, std::int64_t first, int count,
  const std::uint8_t* mask, const SpectrumMaps& maps)
{
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr auto outside = static_cast<std::uint8_t>(Validity::OutsideMask);
  constexpr auto notFinite = static_cast<double>(Validity::NotFinite);
  std::uint8_t codes[Group];
  for (int v = 0; v < count; ++v)
  {
    codes[v] = IsOutside(mask, first + v) ? outside : static_cast<std::uint8_t>(fits.Code[v]);
  }
  if (maps.Validity)
  {
    std::copy(codes, codes + count, maps.Validity + first);
  }
  for (int v = 0; maps.EdgeEnergy && v < count; ++v)
  {
    maps.EdgeEnergy[first + v] = codes[v] == 0 ? energies[v] : nan;
  }
  for (int v = 0; maps.EdgeJump && v < count; ++v)
  {
    maps.EdgeJump[first + v] =
      static_cast<float>(fits.Code[v] == notFinite ? nan : fits.EdgeJump[v]);
  }
}

template <int PostTerms, typename T>
void FindEdgesWithTerms(const Normalization& normalization, const JumpLimits& limits,
  const EdgeFinder& finder, const T* spectra, std::int64_t count, const std::uint8_t* mask,
  const SpectrumMaps& maps)
{
  const Curves<T> curves(normalization);
  const auto body = [&](const T* tile, std::int64_t first, int voxels, NextGroup& next)
  {
    Fits fits;
    T found[Group];
    double energies[Group];
    FitGroup<PostTerms>(normalization, limits, tile, fits);
    FindEdgesOfGroup<PostTerms>(normalization, finder, curves, tile, fits, found, energies, next);
    StoreMaps(fits, energies, first, voxels, mask, maps);
  };
  ForEachGroup(spectra, count, normalization.NumberOfEnergies, body);
}

template <typename T>
void FindEdgesFor(const Normalization& normalization, const JumpLimits& limits,
  const EdgeFinder& finder, const T* spectra, std::int64_t count, const std::uint8_t* mask,
  const SpectrumMaps& maps)
{
  const bool straight = normalization.Settings.PostEdgeDegree < 2;
  (straight ? FindEdgesWithTerms<2, T> : FindEdgesWithTerms<4, T>)(normalization, limits, finder,
    spectra, count, mask, maps);
}

/// A line at 0 before the edge and one at 1 behind it.
HWY_INLINE Fits NormalizedFits()
{
  Fits fits = {};
  std::fill(fits.Post0, fits.Post0 + Group, 1.0);
  std::fill(fits.EdgeJump, fits.EdgeJump + Group, 1.0);
  return fits;
}

template <typename T>
void FindEdgesOfNormalizedFor(const EdgeFinder& finder, const T* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  const Normalization identity = IdentityNormalization(static_cast<int>(finder.Energies.size()));
  const Curves<T> curves(identity);
  SpectrumMaps noJump = maps;
  noJump.EdgeJump = nullptr;
  const auto body = [&](const T* tile, std::int64_t first, int voxels, NextGroup& next)
  {
    Fits fits = NormalizedFits();
    T found[Group];
    double energies[Group];
    if (validity)
    {
      std::copy(validity + first, validity + first + voxels, fits.Code);
    }
    FindEdgesOfGroup<4>(identity, finder, curves, tile, fits, found, energies, next);
    StoreMaps(fits, energies, first, voxels, mask, noJump);
  };
  ForEachGroup(spectra, count, static_cast<int>(finder.Energies.size()), body);
}

HWY_INLINE void StoreAs(Vector v, float* p)
{
  const hn::Rebind<float, Doubles> floats;
  hn::StoreU(hn::DemoteTo(floats, v), floats, p);
}

HWY_INLINE void StoreAs(Vector v, double* p)
{
  Store(v, p);
}

/// Samples of a group whose fits are known, at [k * Group + v]; `above` may be null.
template <int PostTerms, typename T, typename Out>
HWY_INLINE void NormalizeGroup(const Normalization& n, const Curves<double>& curves, const T* tile,
  const Fits& fits, IndexRange samples, Out* normalized, Out* above)
{
  const Doubles d;
  const Vector nan = Set(std::numeric_limits<double>::quiet_NaN());
  const bool flattened = n.Settings.Mode == NormalizationMode::Flattened;
  for (int part = 0; part < Group; part += Lanes)
  {
    const FitLanes<Doubles> fit(d, fits, part);
    const Vector jump = Load(fits.EdgeJump + part);
    for (int k = samples.First; k < samples.Last; ++k)
    {
      const BasisValues<Doubles> basis = curves.At(d, k);
      const Vector step = Step<PostTerms>(fit, basis);
      const Vector z = AbovePreEdge(fit, basis, Load(tile + k * Group + part));
      if (above)
      {
        StoreAs(z, above + k * Group + part);
      }
      if (flattened)
      {
        const Vector flat = k < n.FirstFlat ? z : hn::Sub(hn::Add(z, jump), step);
        StoreAs(hn::Div(flat, jump), normalized + k * Group + part);
        continue;
      }
      const Vector large = hn::IfThenElse(hn::Ge(step, fit.SmallestStep), step, nan);
      StoreAs(hn::Div(z, large), normalized + k * Group + part);
    }
  }
}

template <int PostTerms, typename T>
void NormalizeSpectraWithTerms(const Normalization& normalization, const JumpLimits& limits,
  const T* spectra, std::int64_t count, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  const Curves<double> curves(normalization);
  const int energies = normalization.NumberOfEnergies;
  const auto normalized = hwy::AllocateAligned<float>(static_cast<std::size_t>(energies) * Group);
  SpectrumMaps noEdge = maps;
  noEdge.EdgeEnergy = nullptr;
  const auto body = [&](const T* tile, std::int64_t first, int voxels, NextGroup&)
  {
    Fits fits;
    FitGroup<PostTerms>(normalization, limits, tile, fits);
    StoreMaps(fits, nullptr, first, voxels, mask, noEdge);
    for (int v = 0; v < voxels; ++v)
    {
      // No step is as large as NaN, and no sample over NaN a number.
      const bool valid = fits.Code[v] == 0.0 && !IsOutside(mask, first + v);
      fits.EdgeJump[v] = valid ? fits.EdgeJump[v] : std::numeric_limits<double>::quiet_NaN();
    }
    NormalizeGroup<PostTerms, T, float>(
      normalization, curves, tile, fits, { 0, energies }, normalized.get(), nullptr);
    TransposeBack(normalized.get(), energies, voxels, maps.Normalized + first * energies);
  };
  ForEachGroup(spectra, count, energies, body);
}

template <typename T>
void NormalizeSpectraFor(const Normalization& normalization, const JumpLimits& limits,
  const T* spectra, std::int64_t count, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  const bool straight = normalization.Settings.PostEdgeDegree < 2;
  (straight ? NormalizeSpectraWithTerms<2, T> : NormalizeSpectraWithTerms<4, T>)(normalization,
    limits, spectra, count, mask, maps);
}

template <int PostTerms, typename T>
void VisitSpectraWithTerms(const Normalization& normalization, const JumpLimits& limits,
  const T* spectra, std::int64_t count, IndexRange samples, SpectrumGroupVisitor& visitor)
{
  Normalization n = normalization;
  if (n.Settings.Mode == NormalizationMode::EdgeStep)
  {
    // Never flattened: the same, and the fits keep the post-edge polynomial.
    n.Settings.Mode = NormalizationMode::Flattened;
    n.FirstFlat = n.NumberOfEnergies;
  }
  const Curves<double> curves(n);
  const std::size_t values = static_cast<std::size_t>(n.NumberOfEnergies) * Group;
  const auto mu = hwy::AllocateAligned<double>(values);
  const auto above = hwy::AllocateAligned<double>(values);
  const auto normalized = hwy::AllocateAligned<double>(values);
  SpectrumGroup group;
  group.Mu = mu.get();
  group.AbovePreEdge = above.get();
  group.Normalized = normalized.get();
  const auto body = [&](const T* tile, std::int64_t first, int voxels, NextGroup&)
  {
    Fits fits;
    FitGroup<PostTerms>(n, limits, tile, fits);
    std::copy(
      tile + samples.First * Group, tile + samples.Last * Group, mu.get() + samples.First * Group);
    NormalizeGroup<PostTerms, T, double>(
      n, curves, tile, fits, samples, normalized.get(), above.get());
    group.First = first;
    group.Count = voxels;
    // The first basis function is a constant, which the fits hold already.
    std::transform(fits.Post0, fits.Post0 + Group, group.Post[0],
      [&n](double constant) { return constant / n.PostBasis[0][0]; });
    std::copy(fits.Post1, fits.Post1 + Group, group.Post[1]);
    std::copy(fits.Post2, fits.Post2 + Group, group.Post[2]);
    std::copy(fits.Post3, fits.Post3 + Group, group.Post[3]);
    std::copy(fits.Pre1, fits.Pre1 + Group, group.Pre1);
    std::copy(fits.EdgeJump, fits.EdgeJump + Group, group.EdgeJump);
    std::copy(fits.PreEdgeSquares, fits.PreEdgeSquares + Group, group.PreEdgeSquares);
    std::copy(fits.Squares, fits.Squares + Group, group.Squares);
    std::copy(fits.Code, fits.Code + Group, group.Code);
    visitor.Visit(group);
  };
  ForEachGroup(spectra, count, n.NumberOfEnergies, body);
}

template <typename T>
void VisitSpectraFor(const Normalization& normalization, const JumpLimits& limits, const T* spectra,
  std::int64_t count, IndexRange samples, SpectrumGroupVisitor& visitor)
{
  const bool straight = normalization.Settings.PostEdgeDegree < 2;
  (straight ? VisitSpectraWithTerms<2, T> : VisitSpectraWithTerms<4, T>)(normalization, limits,
    spectra, count, samples, visitor);
}

void FindCrossingsFor(const Normalization& identity, const EdgeFinder& finder, const double* group,
  double* codes, int* upper, double* energies)
{
  const Curves<double> curves(identity);
  Fits fits = NormalizedFits();
  std::copy(codes, codes + Group, fits.Code);
  double found[Group];
  NextGroup none(group, group);
  FindEdgesOfGroup<4>(identity, finder, curves, group, fits, found, energies, none);
  std::copy(fits.Code, fits.Code + Group, codes);
  std::transform(found, found + Group, upper, [](double k) { return static_cast<int>(k); });
}

// Names for the table of targets, which knows no templates.
void VisitSpectraF(const Normalization& n, const JumpLimits& l, const float* s, std::int64_t c,
  IndexRange samples, SpectrumGroupVisitor& visitor)
{
  VisitSpectraFor(n, l, s, c, samples, visitor);
}
void VisitSpectraD(const Normalization& n, const JumpLimits& l, const double* s, std::int64_t c,
  IndexRange samples, SpectrumGroupVisitor& visitor)
{
  VisitSpectraFor(n, l, s, c, samples, visitor);
}
void FindEdgesF(const Normalization& n, const JumpLimits& l, const EdgeFinder& f, const float* s,
  std::int64_t c, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  FindEdgesFor(n, l, f, s, c, mask, maps);
}
void FindEdgesD(const Normalization& n, const JumpLimits& l, const EdgeFinder& f, const double* s,
  std::int64_t c, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  FindEdgesFor(n, l, f, s, c, mask, maps);
}
void FindEdgesOfNormalizedF(const EdgeFinder& f, const float* s, std::int64_t c,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  FindEdgesOfNormalizedFor(f, s, c, validity, mask, maps);
}
void FindEdgesOfNormalizedD(const EdgeFinder& f, const double* s, std::int64_t c,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  FindEdgesOfNormalizedFor(f, s, c, validity, mask, maps);
}
void NormalizeSpectraF(const Normalization& n, const JumpLimits& l, const float* s, std::int64_t c,
  const std::uint8_t* mask, const SpectrumMaps& maps)
{
  NormalizeSpectraFor(n, l, s, c, mask, maps);
}
void NormalizeSpectraD(const Normalization& n, const JumpLimits& l, const double* s, std::int64_t c,
  const std::uint8_t* mask, const SpectrumMaps& maps)
{
  NormalizeSpectraFor(n, l, s, c, mask, maps);
}

} // namespace HWY_NAMESPACE
} // namespace paraxanes
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paraxanes
{

HWY_EXPORT(FindEdgesF);
HWY_EXPORT(FindEdgesD);
HWY_EXPORT(FindEdgesOfNormalizedF);
HWY_EXPORT(FindEdgesOfNormalizedD);
HWY_EXPORT(NormalizeSpectraF);
HWY_EXPORT(NormalizeSpectraD);
HWY_EXPORT(VisitSpectraF);
HWY_EXPORT(VisitSpectraD);
HWY_EXPORT(FindCrossingsFor);

template <>
void FindEdges(const Normalization& normalization, const JumpLimits& limits,
  const EdgeFinder& finder, const float* spectra, std::int64_t count, const std::uint8_t* mask,
  const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(FindEdgesF)(normalization, limits, finder, spectra, count, mask, maps);
}

template <>
void FindEdges(const Normalization& normalization, const JumpLimits& limits,
  const EdgeFinder& finder, const double* spectra, std::int64_t count, const std::uint8_t* mask,
  const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(FindEdgesD)(normalization, limits, finder, spectra, count, mask, maps);
}

template <>
void FindEdgesOfNormalized(const EdgeFinder& finder, const float* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(FindEdgesOfNormalizedF)(finder, spectra, count, validity, mask, maps);
}

template <>
void FindEdgesOfNormalized(const EdgeFinder& finder, const double* spectra, std::int64_t count,
  const std::uint8_t* validity, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(FindEdgesOfNormalizedD)(finder, spectra, count, validity, mask, maps);
}

template <>
void NormalizeSpectra(const Normalization& normalization, const JumpLimits& limits,
  const float* spectra, std::int64_t count, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(NormalizeSpectraF)(normalization, limits, spectra, count, mask, maps);
}

template <>
void NormalizeSpectra(const Normalization& normalization, const JumpLimits& limits,
  const double* spectra, std::int64_t count, const std::uint8_t* mask, const SpectrumMaps& maps)
{
  HWY_DYNAMIC_DISPATCH(NormalizeSpectraD)(normalization, limits, spectra, count, mask, maps);
}

template <>
void VisitSpectra(const Normalization& normalization, const JumpLimits& limits,
  const float* spectra, std::int64_t count, IndexRange samples, SpectrumGroupVisitor& visitor)
{
  HWY_DYNAMIC_DISPATCH(VisitSpectraF)(normalization, limits, spectra, count, samples, visitor);
}

template <>
void VisitSpectra(const Normalization& normalization, const JumpLimits& limits,
  const double* spectra, std::int64_t count, IndexRange samples, SpectrumGroupVisitor& visitor)
{
  HWY_DYNAMIC_DISPATCH(VisitSpectraD)(normalization, limits, spectra, count, samples, visitor);
}

void FindCrossings(const Normalization& identity, const EdgeFinder& finder, const double* group,
  double* codes, int* upper, double* energies)
{
  HWY_DYNAMIC_DISPATCH(FindCrossingsFor)(identity, finder, group, codes, upper, energies);
}

}
#endif
