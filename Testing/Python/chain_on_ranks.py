# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The whole chain on this number of ranks; writes what must not depend on it as JSON.

    pvbatch --sym chain_on_ranks.py OUTPUT.json [TIFF files of a stack]
"""
import json
import os
import sys

import numpy as np
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkIdTypeArray
from vtkmodules.vtkParallelCore import vtkCommunicator, vtkMultiProcessController

controller = vtkMultiProcessController.GetGlobalController()
root = controller.GetLocalProcessId() == 0
ranks = controller.GetNumberOfProcesses()
result = {}


def reduced(values, array_class=vtkDoubleArray, operation=vtkCommunicator.SUM_OP):
    mine, everyone = array_class(), array_class()
    for value in values:
        mine.InsertNextValue(value)
    controller.AllReduce(mine, everyone, operation)
    return [everyone.GetValue(i) for i in range(len(values))]


def image_of(proxy):
    return proxy.GetClientSideObject().GetOutputDataObject(0)


def local_output(proxy, port=0):
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def owned(image):
    marks = image.GetPointData().GetArray("vtkGhostType")
    if marks is None:
        return np.ones(image.GetNumberOfPoints(), bool)
    return vtk_to_numpy(marks) == 0


def global_indices(image, whole):
    """Index of every point of a piece in the whole image."""
    ext = image.GetExtent()
    nx, ny = whole[1] - whole[0] + 1, whole[3] - whole[2] + 1
    z, y, x = np.meshgrid(*(np.arange(ext[2 * a], ext[2 * a + 1] + 1) - whole[2 * a] for a in (2, 1, 0)),
                          indexing="ij")
    return ((z.astype(np.int64) * ny + y) * nx + x).ravel()


def fingerprint(image, name, whole):
    """A sum over the owned voxels that changes with any bit of any value at any place, and does not
    depend on the order. In parts of 31 bits, which survive the reduction."""
    if image.GetNumberOfPoints() == 0:
        return 0
    values = vtk_to_numpy(image.GetPointData().GetArray(name))
    values = values.reshape(image.GetNumberOfPoints(), -1)
    bits = np.ascontiguousarray(values).view({1: np.uint8, 4: np.uint32, 8: np.uint64}[values.itemsize])
    index = global_indices(image, whole).astype(np.uint64)
    keep = owned(image)
    total = np.uint64(0)
    with np.errstate(over="ignore"):
        for component in range(bits.shape[1]):
            mixed = bits[:, component].astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * (
                index * np.uint64(64) + np.uint64(component + 1))
            mixed ^= mixed >> np.uint64(29)
            mixed *= np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(32)
            total += mixed[keep].sum(dtype=np.uint64)
    return int(total & np.uint64(0x7FFFFFFF))


def slice_area(proxy, normal, origin):
    cut = Slice(Input=proxy, SliceType="Plane")
    cut.SliceType.Normal = normal
    cut.SliceType.Origin = origin
    cut.UpdatePipeline()
    data = image_of(cut)
    marks = data.GetCellData().GetArray("vtkGhostType")
    area = 0.0
    for i in range(data.GetNumberOfCells()):
        if marks is None or marks.GetValue(i) == 0:
            cell = data.GetCell(i)
            points = np.array([cell.GetPoints().GetPoint(j) for j in range(cell.GetNumberOfPoints())])
            if cell.GetClassName() == "vtkPixel":
                points = points[[0, 1, 3, 2]]
            if len(points) >= 3:
                edges = points[1:] - points[0]
                area += 0.5 * np.linalg.norm(np.cross(edges[:-1], edges[1:]).sum(axis=0))
    return reduced([area])[0]


def cell_volume(image):
    if image.GetNumberOfPoints() == 0:
        return 0.0
    marks = image.GetCellData().GetArray("vtkGhostType")
    cells = image.GetNumberOfCells()
    flat = any(image.GetExtent()[2 * a] == image.GetExtent()[2 * a + 1] for a in range(3))
    if flat:  # a piece of one plane has no volume
        return 0.0
    if marks is not None:
        cells = int((vtk_to_numpy(marks) == 0).sum())
    return cells * float(np.prod(image.GetSpacing()))


def record_values(key, proxy, arrays):
    proxy.UpdatePipeline()
    image = image_of(proxy)
    info = proxy.GetClientSideObject().GetOutputInformation(0)
    whole = info.Get(__import__("vtkmodules").vtkCommonExecutionModel.vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT())
    for name in arrays:
        parts = reduced([fingerprint(image, name, whole)], vtkIdTypeArray)
        result[f"{key} {name} bits"] = parts[0] & 0x7FFFFFFF
    result[f"{key} owned"] = reduced([int(owned(image).sum())], vtkIdTypeArray)[0]
    return image, info, whole


def record_image(key, proxy, arrays):
    image, info, whole = record_values(key, proxy, arrays)
    result[f"{key} volume"] = reduced([cell_volume(image)])[0]
    middle = [info.Get(image.ORIGIN())[a] + 0.37 * info.Get(image.SPACING())[a] * (whole[2 * a + 1] - whole[2 * a])
              for a in range(3)]
    for axis, normal in (("x", [1, 0, 0]), ("z", [0, 0, 1])):
        result[f"{key} slice {axis} area"] = slice_area(proxy, normal, middle)


def record_table(key, proxy, port):
    table = local_output(proxy, port)
    rows = reduced([table.GetNumberOfRows()], vtkIdTypeArray)[0]
    result[f"{key} rows"] = rows
    if not root:
        assert table.GetNumberOfRows() == 0, f"{key}: a table on a rank that is not the first"
        return
    for i in range(table.GetNumberOfColumns()):
        column = table.GetColumn(i)
        values = [column.GetValue(r) for r in range(table.GetNumberOfRows())]
        result[f"{key} {table.GetColumnName(i)}"] = values


def count_executions(proxy):
    counts = [0]

    def count(*_):
        counts[0] += 1

    proxy.GetClientSideObject().AddObserver("StartEvent", count)
    return counts


files = sys.argv[2:]
if files:
    stack = TXMStackReader(FileNames=files)
else:
    stack = TXMPhantom(Kind="Rod", Size=47, Noise=0.04)
reads = count_executions(stack)
stack.UpdatePipeline()
edge = EdgeEnergy(Input=stack)
maps = count_executions(edge)
record_image("edge", edge, ["edge_energy", "edge_jump", "validity"])



def record_chain(block):
    key = "b" + "".join(map(str, block))
    binned = edge if block == [1, 1, 1] else VoxelBin(Input=edge, BlockSize=block)
    if binned is not edge:
        record_image(f"bin {key}", binned, ["edge_energy", "validity", "block_count", "block_centroid"])
    gradient = ValenceGradient(Input=binned)
    record_image(f"gradient {key}", gradient, ["valence_gradient", "valence_gradient_magnitude"])
    angles = RadialAngleHistogram(Input=gradient, ParticleInput=edge)
    record_image(f"angles {key}", angles, ["theta"])
    for port, name in ((1, "theta"), (2, "sizes"), (3, "summary")):
        record_table(f"{name} {key}", angles, port)


def record_particles(key, proxy, array, record=record_image, **properties):
    labels = ParticleLabels(Input=proxy, InputArray=["POINTS", array], **properties)
    record(f"{key} labels", labels, ["particle_id"])
    record_table(f"{key} particles", labels, 1)
    field = local_output(labels).GetFieldData()
    result[f"{key} threshold"] = list(vtk_to_numpy(field.GetArray("particle_threshold")))


for block in ([1, 1, 1], [2, 2, 2], [3, 3, 3]):
    record_chain(block)
# Specks in the noisy air too: many pieces of equal size.
record_particles("valid", edge, "validity", MinimumSize=1)
record_particles("filled", edge, "validity", MinimumSize=3, FillHoles=1)
record_particles("jump", edge, "edge_jump", ThresholdMethod="Otsu")

histogram = Histogram(Input=edge, SelectInputArray=["POINTS", "edge_energy"], BinCount=10)
histogram.UpdatePipeline()
table = local_output(histogram)
column = table.GetRowData().GetArray("bin_values") if table.IsA("vtkTable") else None
counted = sum(column.GetValue(i) for i in range(column.GetNumberOfTuples())) if column and root else 0
result["ParaView histogram count"] = counted
result["voxels"] = result["edge owned"]
image = image_of(edge)
values = vtk_to_numpy(image.GetPointData().GetArray("edge_energy")) if image.GetNumberOfPoints() else np.zeros(0)
result["finite"] = reduced([int((np.isfinite(values) & owned(image)).sum())], vtkIdTypeArray)[0]

result["stack executions"] = int(reduced([reads[0]], operation=vtkCommunicator.MAX_OP)[0])
result["map executions"] = int(reduced([maps[0]], operation=vtkCommunicator.MAX_OP)[0])

# Its halo is larger than what the map delivers unasked, so that it is not part of the count above.
record_chain([1, 1, 4])

record_image("valence", ValenceCalibration(Input=edge, ReferencePoints=[8344.0, 2.0, 8346.0, 3.0]), ["valence"])

# The spectra are on the first rank only.
references = []
for name, shift in (("low", -2.0), ("high", 2.0)):
    path = sys.argv[1] + "_" + name + ".txt"
    if root:
        with open(path, "w") as spectrum:
            spectrum.write("# energy mu\n")
            for e in np.arange(8140.0, 8621.0, 0.5):
                spectrum.write(f"{e} {0.5 + np.arctan((e - 8344.4 - shift) / 1.5) / np.pi}\n")
    controller.Barrier()
    references.append(XASSpectrumReader(FileName=path))
for constraint in ("None", "NonNegativeSumToOne"):
    fit = LinearCombinationFit(Input=stack, References=references, Constraint=constraint)
    fit.ReferenceNames = ["low", "high"]  # the files are called after the number of ranks
    record_image(f"fractions {constraint}", fit, [
        "fraction_low", "fraction_low_error", "fraction_high", "lcf_r_factor", "edge_jump", "validity"])
# The names of the references are those of their files, which only the first rank has read.
fit = LinearCombinationFit(Input=stack, References=references)
record_values("named", fit, [])
for name in ("low", "high"):
    array = f"fraction_{os.path.basename(sys.argv[1])}_{name}"
    image = image_of(fit)
    found = image.GetNumberOfPoints() == 0 or image.GetPointData().HasArray(array)
    result[f"ranks without a fraction {name}"] = reduced([int(not found)], vtkIdTypeArray)[0]
# Of the stack itself (ParaView 5.11 cannot slice it on one rank), and of a source that is not ours;
# behind bins, whose pieces are others.
record_particles("stack", stack, "absorbance", record=record_values, ThresholdMethod="Otsu", FillHoles=1)
wavelet = Wavelet(WholeExtent=[-20, 20, -18, 21, -9, 12])
record_particles("wavelet", wavelet, "RTData", Threshold=[150, 1000], MinimumSize=1)
for fill in (0, 1):  # the hottest voxels are enclosed, where the ranks meet
    record_particles(f"wavelet fill {fill}", wavelet, "RTData", Threshold=[100, 240], FillHoles=fill)
# 99 basins of 3 pieces: each maximum of the distance has its own.
record_particles("wavelet split", wavelet, "RTData", Threshold=[150, 1000], MinimumSize=1, SplitTouching=1, SplitDepth=0)
record_particles("bins", VoxelBin(Input=edge, BlockSize=[2, 3, 2]), "validity", MinimumSize=1)

methods = EdgeEnergy(Input=stack, AdditionalMethods=["Derivative", "WhiteLineFraction", "WhiteLine", "Centroid"],
                     ComputeErrors=1, QualityMaps=1, LocalFitDegree=3)
record_values("methods", methods, [
    "edge_energy", "edge_energy_error", "edge_energy_derivative", "edge_energy_derivative_error", "white_line_energy",
    "white_line_height", "edge_energy_white_line_fraction", "edge_energy_centroid", "edge_energy_centroid_error",
    "fit_residual", "post_edge_slope", "jump_to_noise", "validity"])
errors = ValenceGradient(Input=VoxelBin(Input=EdgeEnergy(Input=stack, ComputeErrors=1)),
                         ErrorArray=["POINTS", "edge_energy_error"])
record_values("errors", errors, ["edge_energy_error", "valence_gradient_error"])
significant = RadialAngleHistogram(Input=errors, ErrorArray=["POINTS", "valence_gradient_error"],
                                   MinimumSignificance=2, NumberOfBootstrapSamples=40)
record_values("significant", significant, ["theta"])
for port in (1, 2, 3):
    record_table(f"significant {port}", significant, port)

# A sphere across the borders of the ranks, a mask, and particles cut by them.
for name, properties in {
        "sphere": {"Points": [0.7, 0.72, 0.69, 0.2, 0.9, 1.1], "Radius": 0.3}, "voxel": {},
        "mask": {"Selection": "Mask", "MaskArray": ["POINTS", "grain_id"]},
        "labels": {"Selection": "Labels", "LabelArray": ["POINTS", "grain_id"]}}.items():
    probe = SpectrumProbe(Input=stack, **properties)
    probe.UpdatePipeline()
    for port in (0, 1):
        record_table(f"probe {name} {port}", probe, port)

if root:
    with open(sys.argv[1], "w") as out:
        json.dump(result, out, indent=1)
