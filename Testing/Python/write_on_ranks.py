# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Saves stacks to .h5 in every way, for test_writer.py, and reads one back.

    pvbatch write_on_ranks.py FOLDER
"""
import os
import sys

from paraview.simple import *

folder = sys.argv[1]


def save(name, proxy, **properties):
    path = os.path.join(folder, name)
    SaveData(path if path.endswith(".hdf5") else path + ".h5", proxy, **properties)


def information(proxy):
    """Extent, spacing, origin, and field data of the whole."""
    proxy.UpdatePipeline()
    data = proxy.GetDataInformation().DataInformation
    return list(data.GetExtent()), [round(bound, 12) for bound in data.GetBounds()]


phantom = TXMPhantom(Size=24)
save("plain", phantom)
save("plain.hdf5", phantom)
save("compressed", phantom, CompressionLevel=3)
save("pulled", TXMPhantom(Size=24, OutputMode="EnergyAsTime"))
save("pulled_compressed", TXMPhantom(Size=24, OutputMode="EnergyAsTime"), CompressionLevel=1)
save("flat", TXMPhantom(Size=24, Dimension="2D"))
# A grid elsewhere, few voxels along z (ranks without a part), another array than the usual one.
blocks = VoxelBin(Input=XANESNormalize(Input=phantom), BlockSize=[1, 2, 12])
save("normalized", blocks, DataArray="normalized_absorbance")

# Read back, all and one at a time, and written again: nothing changes.
reader = TXMStackReader(FileNames=[os.path.join(folder, "normalized.h5")])
if information(reader)[1] != information(blocks)[1]:
    sys.exit(f"the grid is {information(reader)} after reading, not {information(blocks)}")
save("again", reader)
save("again_pulled", TXMStackReader(FileNames=[os.path.join(folder, "compressed.h5")],
                                    OutputMode="EnergyAsTime"))
