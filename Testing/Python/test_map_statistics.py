# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Depth Profile, Masked Projection, Map Histogram and the bands of Radial Angle Histogram: on several ranks everything is the same to the
bit as on one, whose results are kept in a file.

    pvbatch --sym test_map_statistics.py RESULTS.json
"""
import json
import sys
import zlib

import numpy as np
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkIdTypeArray
from vtkmodules.vtkParallelCore import vtkCommunicator, vtkMultiProcessController

controller = vtkMultiProcessController.GetGlobalController()
ranks = controller.GetNumberOfProcesses()
root = controller.GetLocalProcessId() == 0
result = {}


def summed(value):
    mine, everyone = vtkIdTypeArray(), vtkIdTypeArray()
    mine.InsertNextValue(int(value))
    controller.AllReduce(mine, everyone, vtkCommunicator.SUM_OP)
    return everyone.GetValue(0)


def output(proxy, port=0):
    proxy.UpdatePipeline()
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def record_image(key, image, names):
    """Sums of checksums of each owned row of voxels with its place."""
    marks = image.GetPointData().GetArray("vtkGhostType")
    points = image.GetNumberOfPoints()
    owned = np.ones(points, bool) if marks is None else vtk_to_numpy(marks) == 0
    places = [image.GetPoint(i) for i in np.flatnonzero(owned)]
    result[f"{key} owned"] = summed(len(places))
    for name in names:
        total = 0
        if points:
            values = vtk_to_numpy(image.GetPointData().GetArray(name)).reshape(points, -1)[owned]
            for place, value in zip(places, values):
                total += zlib.crc32(value.tobytes() + np.round(place, 6).tobytes())
        result[f"{key} {name}"] = summed(total)


def record_table(key, table, wanted=lambda name: True):
    assert root or table.GetNumberOfRows() == 0, f"{key}: a table on a rank that is not the first"
    for i in filter(lambda i: wanted(table.GetColumnName(i)), range(table.GetNumberOfColumns() if root else 0)):
        result[f"{key} {table.GetColumnName(i)}"] = [
            repr(table.GetColumn(i).GetValue(row)) for row in range(table.GetNumberOfRows())]


# The particle, and some of its grains, lie across the borders of ranks.
stack = TXMPhantom(Kind="Rod", Size=25, Noise=0.04, VoxelSize=0.05)
edge = EdgeEnergy(Input=stack)

for name, options in (("validity", {}), ("labels", {"LabelArray": "grain_id", "NumberOfBins": 7})):
    source = edge if name == "validity" else stack
    options = dict(options, InputArray="edge_energy" if source is edge else "true_edge_energy", SubtractProfile=1)
    profile = DepthProfile(Input=source, **options)
    detrended = options["InputArray"] + "_detrended"
    record_image(f"depth {name}", output(profile), ["depth", detrended])
    record_table(f"depth {name}", output(profile, 1))
    # Through the chain: ghost layers of the new array come along.
    gradient = ValenceGradient(Input=profile, InputArray=detrended)
    vector = "valence_gradient_detrended" if source is edge else detrended + "_gradient"
    record_image(f"gradient {name}", output(gradient), [vector])

for axis in "XYZ":
    for operation in ("Mean", "Minimum", "Maximum", "Sum"):
        flat = MaskedProjection(Input=edge, Axis=axis, Operation=operation)
        record_image(f"map {axis} {operation}", output(flat), ["edge_energy", "edge_jump", "projection_count"])
    flat = MaskedProjection(Input=stack, Axis=axis, Operation="Mean", MaskArray="particle_id")
    record_image(f"stack {axis}", output(flat), ["absorbance", "projection_count"])
# A stack again, of which the edge is found on the rank that has it.
record_image("edge of a projection", output(EdgeEnergy(Input=flat)), ["edge_energy", "validity"])

for name, options in (("all", {}), ("labels", {"LabelArray": "grain_id", "NumberOfBins": 31})):
    histogram = MapHistogram(Input=edge if name == "all" else stack,
                             InputArray="edge_energy" if name == "all" else "true_edge_energy", **options)
    for port, part in enumerate(("histogram", "summary")):
        record_table(f"{part} {name}", output(histogram, port))

# Blocks of the bootstrap that the ranks cut.
errors = EdgeEnergy(Input=stack, ComputeErrors=1)
blocks = VoxelBin(Input=errors, BlockSize=[1, 1, 1])
vectors = ValenceGradient(Input=blocks, ErrorArray=["POINTS", "edge_energy_error"])
for name, options in (("all", {}), ("labels", {"LabelArray": ["POINTS", "grain_id"]})):
    if options:
        vectors = ValenceGradient(Input=stack, InputArray=["POINTS", "true_edge_energy"])
        options.update(GradientArray=["POINTS", "true_edge_energy_gradient"])
    else:
        options.update(ErrorArray=["POINTS", "valence_gradient_error"], MinimumSignificance=1.5)
    angles = RadialAngleHistogram(Input=vectors, NumberOfBootstrapSamples=60, BootstrapBlockEdge=4, **options)
    for port in (1, 3):
        record_table(f"angles {name} {port}", output(angles, port),
                     lambda column: any(part in column for part in ("lower", "upper", "blocks", "cut off")))

if root:
    assert len([key for key in result if key.startswith("angles all")]) == 4 + 13, result.keys()
    if ranks == 1:
        columns = [key for key in result if key.startswith("summary labels")]
        assert len(result["summary labels particle"]) > 3, result["summary labels particle"]
        assert len(columns) == 8, columns
        with open(sys.argv[1], "w") as file:
            json.dump(result, file)
    with open(sys.argv[1]) as file:
        one = json.load(file)
    differing = [key for key in one.keys() | result.keys() if one.get(key) != result.get(key)]
    for key in sorted(differing):
        print(f"failed: {key}: {str(result.get(key))[:200]} instead of {str(one.get(key))[:200]}")
    print(f"{len(one)} results on {ranks} ranks, {len(differing)} differ from those on one")
    assert not differing, "Traceback: results depend on the number of ranks"
