# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Readers of every format, and every filter of stacks and maps on images with fewer voxels than ranks."""
import os

from paraview.simple import *

import stack_files
from rank_results import controller, local_output, record_table, record_values, result, root

MAPS = ["edge_energy", "edge_jump", "validity"]


def path(*parts):
    return os.path.join(folder, *parts)


def record_readers():
    volumes = path("raw", "volumes.txmstack")
    tiff = path("tiff", "vol_8340.00_eV.tif")
    raw = TXMStackReader(FileNames=[volumes])
    for level in (0, 1):
        SaveData(path("level_%d.h5" % level), raw, CompressionLevel=level)
    # A zinger is found by its neighbours, a shifted voxel made of them: on either side of a border.
    repaired = {"ZingerThreshold": 5, "DespeckleReferences": 1, "BackgroundRegion": [0, 3, 0, 2]}
    readers = {
        "TIFF": {"FileNames": [tiff]},
        "TIFF, part": {"FileNames": [tiff], "VOI": [1, 9, 0, 8, 2, 6], "Stride": [2, 1, 2]},
        "TIFF, shifted": {"FileNames": [tiff], "ShiftsFile": path("shifts.csv"), "Interpolation": "Cubic"},
        "TIFF, one slice": {"FileNames": [tiff], "VOI": [0, 10, 0, 8, 3, 3]},
        "TIFF, four voxels": {"FileNames": [tiff], "VOI": [3, 4, 5, 6, 2, 2]},
        "TIFF, one voxel": {"FileNames": [tiff], "VOI": [3, 3, 5, 5, 2, 2]},
        "HDF5": {"FileNames": [path("level_0.h5")]},
        "HDF5, compressed": {"FileNames": [path("level_1.h5")]},
        "TXM": {"FileNames": [path("txm", "vol_8340.00_eV.txm")], "ValueType": "Absorbance"},
        "TXRM": dict(repaired, FileNames=[path("txrm", "series.txrm")]),
        "ScanInfo": dict(repaired, FileNames=[path("scan", "ScanInfo_s.txt")]),
        "raw": {"FileNames": [volumes]},
        "frames": dict(repaired, FileNames=[path("raw", "frames.txmstack")], CorrectMagnification=1),
    }
    for name, properties in readers.items():
        reader = TXMStackReader(**properties)
        image = record_values(name, reader, ["absorbance"])[0]
        components = image.GetPointData().GetArray("absorbance")
        if components and components.GetNumberOfComponents() != len(stack_files.ENERGIES):
            result[name + " energies"] = components.GetNumberOfComponents()
        edges = EdgeEnergy(Input=reader, Element="Ni", Edge="K")
        record_values(name + " edges", edges, MAPS)
        one_by_one = TXMStackReader(OutputMode="EnergyAsTime", **properties)
        pulled = EdgeEnergy(Input=one_by_one, Element="Ni", Edge="K", MemoryLimit=1e-5)
        record_values(name + " pulled", pulled, MAPS)
    for part in (" bits", " edges edge_energy bits"):
        for name in ("HDF5", "HDF5, compressed", "raw", "TXM"):
            key = name + (" absorbance" if part == " bits" else "") + part
            same = "TIFF" + (" absorbance" if part == " bits" else "") + part
            assert result[key] == result[same], f"{key} differs from {same}"
    for name in readers:
        for array in MAPS:
            assert result[f"{name} pulled {array} bits"] == result[f"{name} edges {array} bits"], \
                f"{name}: {array} differs when it is pulled"


def record_filters(key, stack, references, block):
    edges = EdgeEnergy(Input=stack, ComputeErrors=1, QualityMaps=1, AdditionalMethods=["Derivative", "Centroid"])
    record_values(f"{key} maps", edges, MAPS + ["edge_energy_error", "edge_energy_derivative", "edge_energy_centroid"])
    normalized = XANESNormalize(Input=stack)
    record_values(f"{key} normalized", normalized, ["normalized_absorbance"])
    record_values(f"{key} edges of normalized", EdgeEnergy(Input=normalized), ["edge_energy"])
    record_values(f"{key} mean E0", EdgeEnergy(Input=stack, E0Source="MeanSpectrum"), MAPS)
    fit = LinearCombinationFit(Input=stack, References=references, ReferenceNames=["low", "high"])
    record_values(f"{key} fractions", fit, ["fraction_low", "lcf_r_factor"])
    record_values(f"{key} mass", MetalMass(Input=edges, JumpUnit="Absorbance"), ["metal_mass"])
    calibrated = ValenceCalibration(Input=edges, ReferencePoints=[8344.0, 2.0, 8346.0, 3.0])
    record_values(f"{key} valence", calibrated, ["valence"])
    binned = VoxelBin(Input=edges, BlockSize=block)
    record_values(f"{key} blocks", binned, ["edge_energy", "block_count"])
    for name, image in ("voxels", edges), ("blocks", binned):
        gradient = ValenceGradient(Input=image, Neighbors="OneSided")
        record_values(f"{key} gradient of {name}", gradient, ["valence_gradient"])
        angles = RadialAngleHistogram(Input=gradient, ParticleInput=edges, CenterMode="Point", Center=[1, 1, 1])
        record_values(f"{key} angles of {name}", angles, ["theta"])
        for port in (1, 2, 3):
            record_table(f"{key} angles of {name} {port}", angles, port)
    pooled = PoolAngleTables(Input=[OutputPort(angles, 1), OutputPort(angles, 1)])
    record_table(f"{key} pooled", pooled)
    labels = ParticleLabels(Input=edges, MinimumSize=1, FillHoles=1, SplitTouching=1)
    record_values(f"{key} labels", labels, ["particle_id"])
    record_table(f"{key} particles", labels, 1)
    depth = DepthProfile(Input=labels, InputArray="edge_energy", LabelArray="particle_id", SubtractProfile=1)
    record_values(f"{key} depth", depth, ["depth", "edge_energy_detrended"])
    record_table(f"{key} depth profile", depth, 1)
    histogram = MapHistogram(Input=edges, InputArray="edge_energy", Range=[8330, 8360])
    for port in (0, 1):
        record_table(f"{key} histogram {port}", histogram, port)
    for axis in "XYZ":
        for image, array in (edges, "edge_energy"), (stack, "absorbance"):
            record_values(f"{key} projection {axis} of {array}", MaskedProjection(Input=image, Axis=axis), [array])
    record_table(f"{key} quality", StackQuality(Input=stack))
    probe = SpectrumProbe(Input=stack, Selection="Mask", MaskArray=["POINTS", "true_edge_jump"])
    for port in (0, 1):
        record_table(f"{key} probe {port}", probe, port)


def record(where, references):
    global folder
    folder = where
    if root:
        stack_files.write_all(folder)
    controller.Barrier()
    record_readers()
    phantom = {"Kind": "Linear", "Noise": 0.01}
    record_filters("5^3", TXMPhantom(Size=5, **phantom), references, [2, 2, 3])
    record_filters("3^2", TXMPhantom(Size=3, Dimension="2D", **phantom), references, [1, 1, 1])
