# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What fails on one rank fails on all, and none of them waits for ever.

    mpiexec -np 2 pvbatch --sym test_one_rank_fails.py
"""
import sys

from paraview.simple import *
from vtkmodules.vtkCommonCore import vtkOutputWindow
from vtkmodules.vtkParallelCore import vtkMultiProcessController

vtkOutputWindow.GetInstance().SetDisplayModeToNever()
last = vtkMultiProcessController.GetGlobalController().GetLocalProcessId() == 1
failures = []


def points_of(proxy):
    proxy.UpdatePipeline()
    return proxy.GetClientSideObject().GetOutputDataObject(0).GetNumberOfPoints()


def expect_failure(proxy, **spoilt):
    """The properties are set on one rank only."""
    if last:
        for name, value in spoilt.items():
            setattr(proxy, name, value)
    if points_of(proxy) != 0:
        failures.append(proxy.GetXMLName())


# A file that cannot even be described, on all ranks.
expect_failure(TXMStackReader(FileNames=["no_such_file_8333.00_eV.tif"]))
phantom = TXMPhantom(Size=24)
expect_failure(TXMPhantom(Size=24), MemoryLimit=1e-6)
expect_failure(EdgeEnergy(Input=phantom), PreEdgeRange=[1.0, 2.0])
expect_failure(XANESNormalize(Input=phantom), MaskArray="nothing")
edges = EdgeEnergy(Input=phantom)
gradient = ValenceGradient(Input=edges)
expect_failure(ValenceGradient(Input=edges), InputArray=["POINTS", "nothing"])
expect_failure(RadialAngleHistogram(Input=gradient, ParticleInput=edges), GradientArray=["POINTS", "nothing"])
if points_of(VoxelBin(Input=edges)) == 0:
    failures.append("VoxelBin, which nobody spoilt")
for failure in failures:
    print("failed:", failure, "on rank", int(last))
if failures:
    sys.exit(1)
