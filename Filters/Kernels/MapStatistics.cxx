// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "MapStatistics.h"

#include <numeric>

namespace paraxanes
{

double FixedPointScale(double largest, int bits)
{
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0, bits - std::max(exponent, bits - 1000));
}

MomentScale::MomentScale(const ValueRange& range)
  : Unit(std::ldexp(1.0, 52))
{
  if (range.Count > 0)
  {
    this->Low = range.Low;
    this->PerHalfWidth = FixedPointScale(0.5 * range.High - 0.5 * range.Low, 0);
  }
}

double MomentScale::Mean(const FixedPointSum& sum, std::int64_t count) const
{
  const double place = sum.Value() / this->Unit / static_cast<double>(count);
  const double half = place / this->PerHalfWidth;
  return this->Low + half + half; // the two together may be more than a double holds
}

double MomentScale::StandardDeviation(const FixedPointSum& sum, std::int64_t count) const
{
  const auto free = static_cast<double>(count - 1);
  return free > 0.0 ? 2.0 * (std::sqrt(sum.Value() / this->Unit / free) / this->PerHalfWidth)
                    : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> Densities(const std::vector<std::int64_t>& counts, const ValueBins& bins)
{
  const auto total =
    static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{ 0 }));
  std::vector<double> densities;
  for (const std::int64_t count : counts)
  {
    densities.push_back(static_cast<double>(count) / (total * bins.Width()));
  }
  return densities;
}

BinnedProfile::BinnedProfile(const ValueBins& bins, const std::vector<Moments>& moments)
{
  for (int bin = 0; bin < bins.Number; ++bin)
  {
    const Moments& found = moments[static_cast<std::size_t>(bin)];
    if (found.Count > 0)
    {
      this->Centers.push_back(bins.Center(bin));
      this->Means.push_back(found.Mean);
    }
  }
}

double BinnedProfile::At(double abscissa) const
{
  if (this->Centers.empty() || std::isnan(abscissa))
  {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto next = std::upper_bound(this->Centers.begin(), this->Centers.end(), abscissa);
  if (next == this->Centers.begin())
  {
    return this->Means.front();
  }
  if (next == this->Centers.end())
  {
    return this->Means.back();
  }
  const auto i = static_cast<std::size_t>(next - this->Centers.begin());
  const double part = (abscissa - this->Centers[i - 1]) / (this->Centers[i] - this->Centers[i - 1]);
  return this->Means[i - 1] + part * (this->Means[i] - this->Means[i - 1]);
}

std::int64_t PercentileSearch::RankOf(double part, std::int64_t count)
{
  const auto rank = static_cast<std::int64_t>(std::ceil(part * static_cast<double>(count)));
  return std::max<std::int64_t>(1, rank);
}

void PercentileSearch::Next(const std::int64_t* counts)
{
  std::uint32_t digit = 0;
  while (digit + 1 < Digits && this->Rank > counts[digit])
  {
    this->Rank -= counts[digit];
    ++digit;
  }
  this->Found = this->Found << 8 | digit;
  ++this->Pass;
}

double PercentileSearch::Value() const
{
  const double place = (static_cast<double>(this->Found) + 0.5) / 4294967296.0;
  return this->Low + place * (this->High - this->Low);
}

}
