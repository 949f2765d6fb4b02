# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Voxel Bin and Valence Gradient through the plugin, on one rank or several.

The image comes from a source that is not ours, whose pieces say nothing or something else about
who owns the plane that they share.
"""
import math
import sys

from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray
from vtkmodules.vtkParallelCore import vtkCommunicator, vtkMultiProcessController

failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("failed:", text, file=sys.stderr)


def sum_over_ranks(*values):
    mine, everyone = vtkDoubleArray(), vtkDoubleArray()
    for value in values:
        mine.InsertNextValue(value)
    controller = vtkMultiProcessController.GetGlobalController()
    controller.AllReduce(mine, everyone, vtkCommunicator.SUM_OP)
    return tuple(everyone.GetValue(i) for i in range(len(values)))


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
    return sum_over_ranks(count, total)


def slice_area(proxy):
    """Area of the polygons of a slice that are no ghosts."""
    cut = Slice(Input=proxy, SliceType="Plane")
    cut.SliceType.Normal = [0, 0, 1]
    cut.SliceType.Origin = [0.1, 0.2, 0.3]
    cut.UpdatePipeline()
    data = cut.GetClientSideObject().GetOutputDataObject(0)
    marks = data.GetCellData().GetArray("vtkGhostType")
    area = 0.0
    for i in range(data.GetNumberOfCells()):
        if marks is None or marks.GetValue(i) == 0:
            area += data.GetCell(i).ComputeArea()
    return sum_over_ranks(area)[0]


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

# What one rank gives.
check(math.isclose(total, 46495.071708679199, rel_tol=1e-12), "sum of means: %.17g" % total)
check(math.isclose(size, 1285.1416072845459, rel_tol=1e-12), "sum of sizes: %.17g" % size)
check(repeated[0] == 16, "binned sizes: %d" % repeated[0])
check(math.isclose(repeated[1], 204.69322395324707, rel_tol=1e-12), "sizes: %.17g" % repeated[1])
area = slice_area(bins)
check(math.isclose(area, 18 * 15), "slice of the blocks: %g" % area)
area = slice_area(gradient)
check(math.isclose(area, 18 * 15), "slice of the gradient: %g" % area)

# The defaults reach the classes, and the properties have their names.
check(list(VoxelBin(Input=wavelet).BlockSize) == [2, 2, 2], "BlockSize")
check(VoxelBin(Input=wavelet).MinimumValidFraction == 0.75, "MinimumValidFraction")
check(gradient.Plane == "Volume" and gradient.Neighbors == "Strict", "enumerations")
gradient.Plane = "XY"
gradient.Neighbors = "OneSided"
gradient.UpdatePipeline()
check(owned_sums(gradient, "RTData_gradient_magnitude")[0] == 7 * 6 * 7, "one-sided in a plane")
again.PointArrays = ["RTData"]
again.UpdatePipeline()
check(owned_sums(again, "RTData")[0] == 27, "the array that was chosen")
arrays = again.PointData.keys()
check("RTData_gradient" not in arrays, "binned though not chosen: %s" % arrays)

if failures:
    sys.exit(1)
