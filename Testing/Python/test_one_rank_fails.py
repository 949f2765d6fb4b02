# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What fails on one rank fails on all, and none of them waits for ever.

    mpiexec -np 2 pvbatch --sym test_one_rank_fails.py
"""
import os
import resource
import sys
import tempfile

import numpy as np
from paraview.simple import *
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkTable
from vtkmodules.vtkParallelCore import vtkMultiProcessController

from messages import Messages

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
    with Messages():
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
expect_failure(ParticleLabels(Input=edges), InputArray=["POINTS", "nothing"])
expect_failure(ParticleLabels(Input=edges, SplitTouching=1), SplitDepth=-1)
expect_failure(RadialAngleHistogram(Input=gradient, ParticleInput=edges), GradientArray=["POINTS", "nothing"])
expect_failure(RadialAngleHistogram(Input=gradient), ErrorArray=["POINTS", "nothing"])
expect_failure(RadialAngleHistogram(Input=gradient), NumberOfBootstrapSamples=-1)
def expect_table_failure(proxy, **spoilt):
    if last:
        for name, value in spoilt.items():
            setattr(proxy, name, value)
    with Messages() as messages:
        proxy.UpdatePipeline()
    rows = proxy.GetClientSideObject().GetOutputDataObject(0).GetNumberOfRows()
    if rows != 0 or not messages.text:
        failures.append(f"{proxy.GetXMLName()} has {rows} rows and says: {messages.text}")


expect_table_failure(SpectrumProbe(Input=phantom), Points=[50, 0, 0])
expect_table_failure(SpectrumProbe(Input=phantom), Points=[0.1, 0.1, 0.1, 0.2, 0.2, 0.2])
expect_table_failure(SpectrumProbe(Input=phantom, Selection="Labels"), LabelArray=["POINTS", "nothing"])
expect_failure(DepthProfile(Input=edges), LabelArray=["POINTS", "nothing"])
expect_failure(MaskedProjection(Input=edges), MaskArray=["POINTS", "nothing"])


def run_again(algorithm, last_one=None):
    """What it has then, or what the one behind it has."""
    algorithm.Modified()
    last_one = last_one or algorithm
    last_one.UpdatePiece(int(last), 2, 0)
    return last_one.GetOutputDataObject(0).GetNumberOfPoints()


def expect_stop(proxy, behind=None):
    """Stopped on one rank, all end with nothing, none of them calls it an error, and later it runs again."""
    algorithm = proxy.GetClientSideObject()
    behind = behind and behind.GetClientSideObject()
    whole = run_again(algorithm, behind)
    if last:
        observer = algorithm.AddObserver("ProgressEvent", lambda *_: algorithm.SetAbortExecuteAndUpdateTime())
    with Messages() as messages:
        points = run_again(algorithm, behind)
    if points != 0 or messages.text:
        failures.append("%s, stopped, which has %d points and says: %s" % (proxy.GetXMLName(), points, messages.text))
    if last:
        algorithm.RemoveObserver(observer)
        algorithm.SetAbortExecute(0)
    points = run_again(algorithm, behind)
    if points != whole or (whole == 0 and not last):  # projections are on the first rank
        failures.append("%s, stopped before, which has %d points" % (proxy.GetXMLName(), points))


points_of(gradient)
expect_stop(EdgeEnergy(Input=phantom))
expect_stop(edges, behind=gradient)
expect_stop(ParticleLabels(Input=edges))
expect_stop(RadialAngleHistogram(Input=gradient, ParticleInput=edges))
expect_stop(MaskedProjection(Input=edges))


class LimitedMemory:
    """The process has so many bytes more than now."""

    def __init__(self, more, here):
        self.more, self.here = more, here
        self.limit = resource.getrlimit(resource.RLIMIT_AS)

    def __enter__(self):
        if self.here:
            with open("/proc/self/statm") as statm:
                used = int(statm.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + self.more, self.limit[1]))

    def __exit__(self, *_):
        resource.setrlimit(resource.RLIMIT_AS, self.limit)


# A reference spectrum of 96 MB on the first rank, which the last one cannot take.
table = vtkTable()
for name, value in (("energy (eV)", lambda x: 8000.0 + 700.0 * x), ("mu", lambda x: x)):
    column = numpy_to_vtk(value(np.linspace(0.0, 1.0, 1 if last else 6000000)), deep=True)
    column.SetName(name)
    table.AddColumn(column)
spectrum = TrivialProducer()
spectrum.GetClientSideObject().SetOutput(table)
fit = LinearCombinationFit(Input=phantom, References=[spectrum])
with LimitedMemory(60 << 20, last), Messages() as messages:
    points = points_of(fit)
if points != 0 or ("not enough memory" if last else "Another rank failed") not in messages.text:
    failures.append("LinearCombinationFit, which says: " + messages.text)

# The sums of 100000 replicates, 63 MB on each rank; to add those of the ranks up takes no more.
bands = RadialAngleHistogram(Input=gradient)
points_of(bands)  # what is kept between runs, and threads
bands.NumberOfBootstrapSamples = 100000
for more, limited in ((40, last), (40, not last), (110, True)):
    bands.BootstrapBlockEdge += 1  # runs again
    with LimitedMemory(more << 20, limited), Messages() as messages:
        points = points_of(bands)
    reason = "" if more > 100 else "not enough memory" if limited else "Another rank failed"
    if (points == 0) != (more < 100) or reason not in messages.text:
        failures.append("the bands with %d MB, %d points, which say: %s" % (more, points, messages.text))
# Histograms of 16 MB.
angles = RadialAngleHistogram(Input=gradient)
points_of(angles)
angles.NumberOfBins = 1000000
with LimitedMemory(4 << 20, last), Messages() as messages:
    points = points_of(angles)
if points != 0 or ("not enough memory" if last else "Another rank failed") not in messages.text:
    failures.append("RadialAngleHistogram with many bins, which says: " + messages.text)

# Files of all ranks beside each other, as every rank must know the name.
folder = os.path.join(tempfile.gettempdir(), "paraxanes_one_rank_fails_%d" % os.getppid())
os.makedirs(folder, exist_ok=True)


def expect_no_file(name, reason, proxy=phantom, **properties):
    path = os.path.join(folder, name + ".h5")
    with Messages() as messages:
        SaveData(path, proxy, **properties)
    if reason not in messages.text:
        failures.append("the writer, %s, which does not say \"%s\" but: %s" % (name, reason, messages.text))
    if os.path.exists(path):
        failures.append("the writer, " + name)
        os.remove(path)


elsewhere = "Another rank failed"
for level in (0, 1):
    expect_no_file("array_%d" % level, "\"nothing\"" if last else elsewhere, CompressionLevel=level,
                   **({"DataArray": "nothing"} if last else {}))
# The rank that gathers compressed samples has memory for its own, but not for those of all.
large = TXMPhantom(Size=26, Energies=[8000.0 + k for k in range(2000)])
large.UpdatePipeline()
with LimitedMemory(110 << 20, not last):
    expect_no_file("memory", elsewhere if last else "not enough memory", large, CompressionLevel=1)
# A disk that is full for one rank only: for what it writes itself, or for what it gathers.
for level, limited, reason in ((0, last, "File too large"), (1, not last, "File too large")):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limited:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, before[1]))
    expect_no_file("disk_%d" % level, reason if limited else elsewhere, phantom, CompressionLevel=level)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
vtkMultiProcessController.GetGlobalController().Barrier()
if not last:
    os.rmdir(folder)  # fails where a temporary file is left
if points_of(VoxelBin(Input=edges)) == 0:
    failures.append("VoxelBin, which nobody spoilt")
for failure in failures:
    print("failed:", failure, "on rank", int(last))
if failures:
    sys.exit(1)
