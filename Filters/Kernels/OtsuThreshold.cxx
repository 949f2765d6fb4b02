// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "OtsuThreshold.h"

namespace paraxanes
{

double OtsuThreshold(const std::vector<std::int64_t>& counts, const FiniteRange& range)
{
  // Whole numbers, so that empty bins leave the variance as it is to the bit.
  std::int64_t all = 0;
  std::int64_t moment = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin)
  {
    all += counts[bin];
    moment += static_cast<std::int64_t>(bin) * counts[bin];
  }
  const double mean = static_cast<double>(moment) / static_cast<double>(all);

  double largest = 0.0;
  std::size_t first = 0; // best last bins of the lower class
  std::size_t last = 0;
  std::int64_t below = 0;
  std::int64_t momentBelow = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin)
  {
    below += counts[bin];
    momentBelow += static_cast<std::int64_t>(bin) * counts[bin];
    if (below == 0 || below == all)
    {
      continue;
    }
    const double lower = static_cast<double>(below);
    const double difference = mean * lower - static_cast<double>(momentBelow);
    const double variance = difference * difference / (lower * static_cast<double>(all - below));
    if (variance > largest)
    {
      largest = variance;
      first = bin;
    }
    if (variance == largest)
    {
      last = bin;
    }
  }
  if (largest == 0.0)
  {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double end = 0.5 * static_cast<double>(first + last) + 1.0;
  return range.Low + (range.High - range.Low) * end / static_cast<double>(counts.size());
}

}
