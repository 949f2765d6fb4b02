// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Absorbance.h"
#include "Interleave.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace
{

constexpr float NaN = std::numeric_limits<float>::quiet_NaN();

TEST(Absorbance, IsMinusTheLogarithmOfTheTransmission)
{
  std::vector<float> values = { 100.0f, 50.0f, 1.0f, 200.0f };
  EXPECT_EQ(paraxanes::ToAbsorbance(values.data(), 4, 100.0), 0);
  EXPECT_FLOAT_EQ(values[0], 0.0f);
  EXPECT_FLOAT_EQ(values[1], static_cast<float>(std::log(2.0)));
  EXPECT_FLOAT_EQ(values[2], static_cast<float>(std::log(100.0)));
  EXPECT_FLOAT_EQ(values[3], static_cast<float>(-std::log(2.0)));
}

TEST(Absorbance, IsNotThereWithoutLight)
{
  std::vector<float> values = { 0.0f, -1.0f, NaN, 10.0f, 10.0f, 10.0f };
  const std::vector<float> incident = { 1.0f, 1.0f, 1.0f, 0.0f, -2.0f, 5.0f };
  EXPECT_EQ(paraxanes::ToAbsorbance(values.data(), 6, incident.data(), 2.0), 4);
  for (int i = 0; i < 5; ++i)
  {
    EXPECT_TRUE(std::isnan(values[static_cast<std::size_t>(i)])) << i;
  }
  EXPECT_FLOAT_EQ(values[5], 0.0f);
}

TEST(Absorbance, NotFiniteValuesAreCounted)
{
  std::vector<float> values(10000, -1e38f);
  EXPECT_EQ(paraxanes::CountNotFinite(values.data(), 10000), 0);
  values[0] = NaN;
  values[5000] = std::numeric_limits<float>::infinity();
  values[9999] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(paraxanes::CountNotFinite(values.data(), 10000), 3);
}

TEST(Absorbance, SpectraAreInterpolatedInsideOnly)
{
  const std::vector<double> energies = { 10.0, 12.0, 13.0 };
  const std::vector<double> values = { 1.0, 5.0, 4.0 };
  const auto at = [&](double energy)
  { return paraxanes::InterpolateSpectrum(energies, values, energy, 0.05); };
  EXPECT_DOUBLE_EQ(*at(10.0), 1.0);
  EXPECT_DOUBLE_EQ(*at(10.5), 2.0);
  EXPECT_DOUBLE_EQ(*at(12.0), 5.0);
  EXPECT_DOUBLE_EQ(*at(12.75), 4.25);
  EXPECT_DOUBLE_EQ(*at(13.04), 4.0);
  EXPECT_DOUBLE_EQ(*at(9.96), 1.0);
  EXPECT_FALSE(at(13.06));
  EXPECT_FALSE(at(9.94));
}

// Every rest of the vectors, aligned and not, whole spectra and parts of them.
TEST(Interleave, PutsEveryValueInItsPlace)
{
  for (const int planes : { 1, 3, 4, 7, 60, 61 })
  {
    for (const int count : { 1, 5, 16, 17, 133 })
    {
      for (const int more : { 0, 2 })
      {
        const int planeStride = count + 3;
        const int spectrumStride = planes + more;
        std::vector<float> in(static_cast<std::size_t>(planes) * planeStride);
        for (std::size_t i = 0; i < in.size(); ++i)
        {
          in[i] = static_cast<float>(i);
        }
        std::vector<float> out(static_cast<std::size_t>(count) * spectrumStride + 1, -1.0f);
        float* spectra = out.data() + 1; // not aligned
        paraxanes::Interleave(in.data(), planeStride, planes, count, spectra, spectrumStride);
        for (int v = 0; v < count; ++v)
        {
          for (int k = 0; k < spectrumStride; ++k)
          {
            const float expected =
              k < planes ? in[static_cast<std::size_t>(k * planeStride + v)] : -1.0f;
            ASSERT_EQ(spectra[v * spectrumStride + k], expected)
              << planes << " planes, voxel " << v << ", plane " << k;
          }
        }
      }
    }
  }
}

}
