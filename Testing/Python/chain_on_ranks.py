# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Every reader and filter on this number of ranks; writes what must not depend on it as JSON.

    pvbatch --sym chain_on_ranks.py FOLDER [brief]
"""
import json
import os
import sys

import numpy as np
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkIdTypeArray
from vtkmodules.vtkParallelCore import vtkCommunicator

import formats_on_ranks
from rank_results import (controller, local_output, owned, record_image, record_table, record_values, reduced,
                          result, root)


def count_executions(proxy):
    counts = [0]

    def count(*_):
        counts[0] += 1

    proxy.GetClientSideObject().AddObserver("StartEvent", count)
    return counts


folder = sys.argv[1]
brief = "brief" in sys.argv[2:]
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


def record_more():
    # Specks in the noisy air too: many pieces of equal size.
    record_particles("valid", edge, "validity", MinimumSize=1)
    record_particles("filled", edge, "validity", MinimumSize=3, FillHoles=1)
    record_particles("jump", edge, "edge_jump", ThresholdMethod="Otsu")
    for constraint in ("None", "NonNegativeSumToOne"):
        fit = LinearCombinationFit(Input=stack, References=references, Constraint=constraint)
        fit.ReferenceNames = ["low", "high"]
        record_image(f"fractions {constraint}", fit, [
            "fraction_low", "fraction_low_error", "fraction_high", "lcf_r_factor", "edge_jump", "validity"])
    # The names of the references are those of their files, which only the first rank has read.
    fit = LinearCombinationFit(Input=stack, References=references)
    record_values("named", fit, [])
    for name in ("low", "high"):
        array = f"fraction_spectrum_{name}"
        image = local_output(fit)
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


for block in ([1, 1, 1], [2, 2, 2], [3, 3, 3]):
    record_chain(block)
histogram = Histogram(Input=edge, SelectInputArray=["POINTS", "edge_energy"], BinCount=10)
histogram.UpdatePipeline()
table = local_output(histogram)
column = table.GetRowData().GetArray("bin_values") if table.IsA("vtkTable") else None
counted = sum(column.GetValue(i) for i in range(column.GetNumberOfTuples())) if column and root else 0
result["ParaView histogram count"] = counted
result["voxels"] = result["edge owned"]
image = local_output(edge)
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
    path = os.path.join(folder, f"spectrum_{name}.txt")
    if root:
        with open(path, "w") as spectrum:
            spectrum.write("# energy mu\n")
            for e in np.arange(8140.0, 8621.0, 0.5):
                spectrum.write(f"{e} {0.5 + np.arctan((e - 8344.4 - shift) / 1.5) / np.pi}\n")
    controller.Barrier()
    references.append(XASSpectrumReader(FileName=path))
if not brief:
    record_more()
formats_on_ranks.record(folder, references)

if root:
    with open(os.path.join(folder, "results.json"), "w") as out:
        json.dump(result, out, indent=1)
