# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Voxel Bin and Valence Gradient through the plugin, on one rank or several.

The image comes from a source that is not ours, whose pieces say nothing or something else about
who owns the plane that they share.
"""
import math
import sys

from mpi4py import MPI
from paraview.simple import *
from paraview import servermanager
from vtkmodules.util.numpy_support import vtk_to_numpy

ranks = MPI.COMM_WORLD
failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("failed:", text, file=sys.stderr)


def owned_sums(proxy, name):
    """Number and sum of the finite values of this image that its ranks own."""
    image = proxy.GetClientSideObject().GetOutputDataObject(0)
    points = image.GetPointData()
    count, total = 0, 0.0
    if image.GetNumberOfPoints() > 0:
        values = vtk_to_numpy(points.GetArray(name)).astype(float)
        marks = points.GetArray("vtkGhostType")
        mine = values == values
        if marks is not None:
            mine &= vtk_to_numpy(marks) == 0
        count, total = int(mine.sum()), float(values[mine].sum())
    return ranks.allreduce(count), ranks.allreduce(total)


def slice_area(proxy):
    """Area of the polygons of a slice that are no ghosts."""
    # Slice always runs on all ranks; only the root has the result.
    cut = Slice(Input=proxy, SliceType="Plane")
    cut.SliceType.Normal = [0, 0, 1]
    cut.SliceType.Origin = [0.1, 0.2, 0.3]
    cut.UpdatePipeline()
    area = Integrate(cut)
    Delete(cut)
    return area


def Integrate(cut):
    data = cut.GetClientSideObject().GetOutputDataObject(0)
    area = 0.0
    marks = data.GetCellData().GetArray("vtkGhostType")
    for i in range(data.GetNumberOfCells()):
        if marks is None or marks.GetValue(i) == 0:
            area += data.GetCell(i).ComputeArea()
    return ranks.allreduce(area)


wavelet = Wavelet(WholeExtent=[-10, 10, -8, 11, -9, 12])
wavelet.UpdatePipeline()
bins = VoxelBin(Input=wavelet, BlockSize=[3, 3, 3])
bins.UpdatePipeline()
gradient = ValenceGradient(Input=bins, InputArray=["POINTS", "RTData"])
gradient.UpdatePipeline()
again = VoxelBin(Input=gradient, BlockSize=[2, 2, 2], MinimumValidFraction=0.5)
again.UpdatePipeline()

count, total = owned_sums(bins, "RTData")
check(count == 7 * 6 * 7, "blocks of 3: %d" % count)
voxels = owned_sums(bins, "block_count")[1]
check(voxels == 21 * 18 * 21, "voxels in blocks: %d" % voxels)
vectors, size = owned_sums(gradient, "RTData_gradient_magnitude")
check(vectors == 5 * 4 * 5, "vectors: %d" % vectors)
check(owned_sums(again, "block_count") == (3 * 3 * 3, 18.0 * 18 * 18), "blocks of blocks")
repeated = owned_sums(again, "RTData_gradient_magnitude")

expected = {  # of one rank
    "sum of means": 47075.19757604599,
    "sum of vectors": 0.0,
}
area = slice_area(bins)
check(math.isclose(area, 18 * 15), "slice of the blocks: %g" % area)
area = slice_area(gradient)
check(math.isclose(area, 18 * 15), "slice of the gradient: %g" % area)

if ranks.rank == 0:
    print("sums %.17g %.17g %d %.17g" % (total, size, repeated[0], repeated[1]))

# The defaults reach the classes, and the properties have their names.
check(list(VoxelBin(Input=wavelet).BlockSize) == [2, 2, 2], "BlockSize")
check(VoxelBin(Input=wavelet).MinimumValidFraction == 0.75, "MinimumValidFraction")
check(gradient.Plane == "Volume" and gradient.Neighbors == "Strict", "enumerations")
gradient.Plane = "XY"
gradient.Neighbors = "OneSided"
gradient.UpdatePipeline()
check(owned_sums(gradient, "RTData_gradient_magnitude")[0] == 7 * 6 * 7, "one-sided in a plane")
check(list(bins.PointArrays) == ["RTData"], "PointArrays %s" % list(bins.PointArrays))

sys.exit(1 if failures else 0)
