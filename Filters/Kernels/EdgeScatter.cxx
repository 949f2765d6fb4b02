// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "EdgeScatter.h"

#include "CounterNoise.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace paraxanes
{
namespace
{

constexpr int SamplesOnEachSide = 2;
constexpr std::size_t NumberOfNormals = 4096;

const std::vector<float>& Normals()
{
  static const std::vector<float> normals = []
  {
    std::vector<float> made(NumberOfNormals);
    CounterNormals(0, 0, 0, static_cast<int>(NumberOfNormals), made.data());
    return made;
  }();
  return normals;
}

std::uint64_t BitsOf(double value)
{
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

}

EdgeScatter::EdgeScatter(const EdgeMethods& methods)
  : Methods(methods)
  , Window(methods.Finder().Window)
  , Smoothed(static_cast<std::size_t>(this->Window.Last))
  , Noisy(this->Smoothed.size())
{
  for (int k = this->Window.First; k < this->Window.Last; ++k)
  {
    const IndexRange near = { std::max(k - SamplesOnEachSide, this->Window.First),
      std::min(k + SamplesOnEachSide + 1, this->Window.Last) };
    this->Parabolas.emplace_back(methods.Finder().Energies, near, std::min(2, near.Size() - 1));
  }
}

double EdgeScatter::Of(EdgeMethod method, const double* values, double noise, double found)
{
  if (!(noise > 0.0))
  {
    return noise;
  }
  for (int k = this->Window.First; k < this->Window.Last; ++k)
  {
    const LocalFit& parabola = this->Parabolas[static_cast<std::size_t>(k - this->Window.First)];
    this->Smoothed[static_cast<std::size_t>(k)] =
      parabola.Through(values).Value(this->Methods.Finder().Energies[static_cast<std::size_t>(k)]);
  }
  const std::vector<float>& normals = Normals();
  double sum = 0.0; // of differences from `found`, which are small
  double squares = 0.0;
  int count = 0;
  for (int draw = 0; draw < Draws; ++draw)
  {
    const std::uint64_t start = HashCounter(BitsOf(found), static_cast<std::uint64_t>(draw));
    for (int k = this->Window.First; k < this->Window.Last; ++k)
    {
      const auto sample = static_cast<std::size_t>(k);
      const double normal = normals[(start + sample) % NumberOfNormals];
      this->Noisy[sample] = this->Smoothed[sample] + noise * normal;
    }
    const EdgeResult result = method == EdgeMethod::Derivative
      ? this->Methods.Derivative(this->Noisy.data())
      : this->Methods.WhiteLine(this->Noisy.data());
    if (result.Code == Validity::Valid)
    {
      const double difference = result.Energy - found;
      sum += difference;
      squares += difference * difference;
      ++count;
    }
  }
  return count > 1 ? std::sqrt(std::max(squares - sum * sum / count, 0.0) / (count - 1))
                   : std::numeric_limits<double>::quiet_NaN();
}

}
