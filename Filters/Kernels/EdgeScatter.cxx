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

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();
constexpr int SamplesOnEachSide = 3;
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

EdgeScatter::EdgeScatter(const EdgeMethods& methods, int degreesOfFreedom)
  : Methods(methods)
  , Window(methods.Finder().Window)
  , Spread(degreesOfFreedom > 2 ? std::sqrt(degreesOfFreedom / (degreesOfFreedom - 2.0)) : NaN)
  , Base(static_cast<std::size_t>(this->Window.Last))
  , Noisy(this->Base.size())
{
  const std::vector<double>& energies = methods.Finder().Energies;
  for (int k = this->Window.First; k < this->Window.Last; ++k)
  {
    const IndexRange near = { std::max(k - SamplesOnEachSide, this->Window.First),
      std::min(k + SamplesOnEachSide + 1, this->Window.Last) };
    const LocalFit& parabola =
      this->Parabolas.emplace_back(energies, near, std::min(2, near.Size() - 1));
    this->FreeSamples += 1.0 - parabola.InValue(k, energies[static_cast<std::size_t>(k)]);
  }
}

void EdgeScatter::Smooth(SampleView values, double noise)
{
  const std::vector<double>& energies = this->Methods.Finder().Energies;
  double squares = 0.0;
  for (int k = this->Window.First; k < this->Window.Last; ++k)
  {
    const LocalFit& parabola = this->Parabolas[static_cast<std::size_t>(k - this->Window.First)];
    const auto sample = static_cast<std::size_t>(k);
    this->Base[sample] = parabola.Through(values).Value(energies[sample]);
    squares += (values[k] - this->Base[sample]) * (values[k] - this->Base[sample]);
  }
  const double expected = this->FreeSamples * noise * noise;
  if (squares <= expected)
  {
    return;
  }
  const double structure = 1.0 - expected / squares;
  for (int k = this->Window.First; k < this->Window.Last; ++k)
  {
    double& base = this->Base[static_cast<std::size_t>(k)];
    base += structure * (values[k] - base);
  }
}

double EdgeScatter::Of(EdgeMethod method, SampleView values, double noise, double found)
{
  if (!(noise > 0.0))
  {
    return noise;
  }
  this->Smooth(values, noise);
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
      this->Noisy[sample] = this->Base[sample] + noise * normal;
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
  return count > 1
    ? this->Spread * std::sqrt(std::max(squares - sum * sum / count, 0.0) / (count - 1))
    : NaN;
}

}
