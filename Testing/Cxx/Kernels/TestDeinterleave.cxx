// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Deinterleave.h"
#include "Interleave.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

namespace
{

// Numbers of voxels on both sides of a tile's end, and a NaN of unusual bits.
TEST(Deinterleave, PutsEveryValueIntoItsPlane)
{
  for (const int planes : { 1, 2, 7, 61 })
  {
    for (const std::int64_t count : { 1, 15, 16, 17, 100 })
    {
      std::vector<float> spectra(static_cast<std::size_t>(planes * count));
      for (std::size_t i = 0; i < spectra.size(); ++i)
      {
        spectra[i] = static_cast<float>(i) + 0.5F;
      }
      const std::uint32_t bits = 0x7FC12345;
      std::memcpy(spectra.data() + spectra.size() / 2, &bits, sizeof(bits));

      const std::int64_t stride = count + 3;
      std::vector<float> out(static_cast<std::size_t>(planes * stride), -1.0F);
      paraxanes::Deinterleave(spectra.data(), planes, count, out.data(), stride);
      for (int k = 0; k < planes; ++k)
      {
        for (std::int64_t v = 0; v < count; ++v)
        {
          ASSERT_EQ(std::memcmp(&out[k * stride + v], &spectra[v * planes + k], sizeof(float)), 0)
            << planes << " planes, " << count << " voxels, plane " << k << ", voxel " << v;
        }
        EXPECT_EQ(out[k * stride + count], -1.0F) << "written past the plane";
      }
      std::vector<float> back(spectra.size());
      paraxanes::Interleave(out.data(), stride, planes, count, back.data(), planes);
      EXPECT_EQ(std::memcmp(back.data(), spectra.data(), back.size() * sizeof(float)), 0);
    }
  }
}

}
