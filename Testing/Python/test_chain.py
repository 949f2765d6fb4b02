# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""From a stack to the statistics of theta, through the plugin, against what is known of the stack.

    pvpython test_chain.py PART        PART: analytic, noise, errors, particles, air, als DATA_FOLDER, large
"""
import os
import sys
import time

import numpy as np
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy

failures = 0


def check(condition, text):
    global failures
    print("ok    " if condition else "FAILED", text)
    failures += 0 if condition else 1


def within(low, value, high, text):
    check(low <= value <= high, f"{text}: {value:.6g} in {low:g} .. {high:g}")


def output(proxy, port=0):
    proxy.UpdatePipeline()
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def array(proxy, name):
    return vtk_to_numpy(output(proxy).GetPointData().GetArray(name))


def column(proxy, port, name):
    return vtk_to_numpy(output(proxy, port).GetColumnByName(name))


def statistics(edges, block, valid_fraction=0.75, plane="Volume", particle=None):
    """Bin, gradient and angles of an edge-energy map."""
    size = [block, block, 1 if plane == "XY" and output(edges).GetDimensions()[2] == 1 else block]
    binned = VoxelBin(Input=edges, BlockSize=size, MinimumValidFraction=valid_fraction)
    gradient = ValenceGradient(Input=binned, Plane=plane)
    return RadialAngleHistogram(Input=gradient, ParticleInput=particle or edges)


def summary(angles, name):
    return output(angles, 3).GetColumnByName(name).GetValue(0)


def analytic():
    # Linear: the gradient is (0.5, -0.3, 0.2) eV/um everywhere.
    truth = np.array([0.5, -0.3, 0.2])
    phantom = TXMPhantom(Kind="Linear", Size=40, Noise=0, EdgeShape="PiecewiseLinear")
    gradient = ValenceGradient(Input=phantom, InputArray=["POINTS", "true_edge_energy"])
    image = output(gradient)
    names = [image.GetPointData().GetArrayName(i) for i in range(image.GetPointData().GetNumberOfArrays())]
    name = next(n for n in names if n.endswith("_gradient") or n == "valence_gradient")
    u = vtk_to_numpy(image.GetPointData().GetArray(name)).astype(float)
    found = np.isfinite(u).all(axis=1)
    check(found.sum() == 38**3, f"Linear: {found.sum()} vectors of {38**3}")
    size = np.linalg.norm(u[found], axis=1)
    check(np.abs(size / np.linalg.norm(truth) - 1).max() < 1e-6, "Linear, true edge energies: |u| to 1e-6")
    angles = RadialAngleHistogram(Input=gradient, GradientArray=name, CenterMode="Point", Center=[0.6, 0.55, 0.5])
    theta = array(angles, "theta").astype(float)
    points = np.array([image.GetPoint(i) for i in range(image.GetNumberOfPoints())])
    v = np.array([0.6, 0.55, 0.5]) - points
    cross = np.linalg.norm(np.cross(np.broadcast_to(truth, v.shape), v), axis=1)
    expected = np.degrees(np.arctan2(cross, v @ truth))
    check(np.abs(theta - expected)[found].max() < 1e-3, "Linear, true edge energies: theta to 1e-3 degrees")

    edges = EdgeEnergy(Input=phantom)
    difference = np.abs(array(edges, "edge_energy") - array(phantom, "true_edge_energy"))
    check(np.nanmax(difference) < 5e-6, f"PiecewiseLinear spectra: edge energies to {np.nanmax(difference):.2g} eV")
    u = array(ValenceGradient(Input=edges), "valence_gradient")
    error = np.nanmax(np.abs(np.linalg.norm(u, axis=1) - np.linalg.norm(truth)))
    check(error < 5e-5, f"PiecewiseLinear spectra: |u| to {error:.2g} eV/um")

    for kind, angle in (("Azimuthal", 90), ("Radial", 180)):
        edges = EdgeEnergy(Input=TXMPhantom(Kind=kind, Size=64, Noise=0, EdgeShape="PiecewiseLinear"))
        theta = array(statistics(edges, 1), "theta")
        within(angle - 0.1, np.nanmedian(theta), angle + 0.1, f"{kind}: median theta")

    for porosity, bound in ((0, 0.0), (0.25, 1e-4)):
        edges = EdgeEnergy(Input=TXMPhantom(Kind="Uniform", Size=48, Noise=0, Porosity=porosity))
        size = array(ValenceGradient(Input=edges), "valence_gradient_magnitude")
        check(np.isfinite(size).sum() == 46**3, f"Uniform: {np.isfinite(size).sum()} vectors")
        check(np.nanmax(size) <= bound, f"Uniform, porosity {porosity}: |u| up to {np.nanmax(size):.2g} eV/um")


def noise():
    for seed in (1, 2, 3):
        edges = EdgeEnergy(Input=TXMPhantom(Kind="WhiteNoise", Size=96, Seed=seed))
        for block in (1, 2, 3):
            for plane in ("Volume", "XY"):
                angles = statistics(edges, block, valid_fraction=1, plane=plane)
                within(0.5, summary(angles, "chi2_per_dof_independent"), 1.8,
                       f"WhiteNoise, seed {seed}, block {block}, {plane}: chi2 per degree of freedom")


def errors():
    """Errors of edge energies and what they leave of |u|, beside the same particle without noise."""
    def edges_of(kind, noise):
        return EdgeEnergy(Input=TXMPhantom(Kind=kind, Size=96, Noise=noise), ComputeErrors=1)

    def sizes_of(edges, block):
        gradient = ValenceGradient(Input=VoxelBin(Input=edges, BlockSize=[block] * 3), ErrorArray="edge_energy_error")
        angles = RadialAngleHistogram(Input=gradient, ErrorArray="valence_gradient_error")
        return {name: summary(angles, name)
                for name in ("rms |u| without noise (eV/um)", "mean |u| without noise (eV/um)", "rms |u| (eV/um)")}

    for kind in ("Rod", "Gravel"):
        clean, noisy = edges_of(kind, 0), edges_of(kind, 0.08)
        valid = (array(clean, "validity") == 0) & (array(noisy, "validity") == 0)
        deviation = (array(noisy, "edge_energy") - array(clean, "edge_energy"))[valid]
        error = array(noisy, "edge_energy_error")[valid].astype(float)
        ratio = np.sqrt(np.mean(error**2) / np.mean(deviation**2))
        within(0.95, ratio, 1.1, f"{kind}: root mean square of the errors over that of the deviations")
        for block, bound in ((2, 0.08), (3, 0.02)):
            truth, found = sizes_of(clean, block), sizes_of(noisy, block)
            for name in list(truth)[:2]:
                within(1 - bound, found[name] / truth[name], 1 + bound, f"{kind}, block {block}: {name}, found over true")
            check(found["rms |u| (eV/um)"] > truth["rms |u| (eV/um)"], f"{kind}, block {block}: noise adds to |u|")


def particles():
    bounds = {"Rod": {1: (1.03, 1.12), 2: (1.5, 1.9), 3: (1.9, 9)}, "Gravel": {n: (0.95, 1.05) for n in (1, 2, 3)}}
    for kind in ("Rod", "Gravel"):
        for seed in (1, 2, 3):
            phantom = TXMPhantom(Kind=kind, Size=128, Seed=seed)
            edges = EdgeEnergy(Input=phantom)
            scatter = np.nanstd(array(edges, "edge_energy") - array(phantom, "true_edge_energy"))
            within(0.5, scatter, 0.7, f"{kind}, seed {seed}: scatter of the edge energies (eV)")
            Delete(phantom)
            before = 0
            for block in (1, 2, 3):
                angles = statistics(edges, block)
                plain = summary(angles, "P(80..100) over random")
                ratio = summary(angles, "weighted P(80..100) over random") / plain
                text = f"{kind}, seed {seed}, block {block}: "
                low, high = bounds[kind][block]
                within(low, plain, high, text + "P(80..100) over random")
                if kind == "Rod":
                    check(plain > before, text + "rises with the block")
                before = plain
                if kind == "Gravel":
                    within(0.97, ratio, 1.03, text + "weighted over plain")
                elif block > 1:
                    within(1.07, ratio, 9, text + "weighted over plain")
                check_sizes(angles, text)
                Delete(angles)
            Delete(edges)


def check_sizes(angles, text):
    table = output(angles, 2)
    sizes = column(angles, 2, table.GetColumnName(0))
    width = sizes[1] - sizes[0]
    groups = [table.GetColumnName(i) for i in range(table.GetNumberOfColumns())]
    densities = [n for n in groups if "probability density" in n]
    counts = [n for n in groups if n.endswith("count")]
    integrals = [column(angles, 2, n).sum() * width for n in densities]
    check(len(densities) == 9 and np.allclose(integrals, 1, atol=1e-6), text + "nine densities of |u| integrate to 1")
    theta = array(angles, "theta")
    with np.errstate(invalid="ignore"):
        expected = int((theta <= 90).sum())
    total = int(sum(column(angles, 2, n).sum() for n in counts))
    check(total == expected, text + f"the groups hold {total} of {expected} vectors with theta in 0..90")
    density = column(angles, 1, "probability density (1/deg)")
    check(abs(density.sum() * 180 / len(density) - 1) < 1e-9, text + "the density of theta integrates to 1")


def air():
    offset = [0.3, -0.2, 0.25]
    ratios, vectors = [], []
    for invalid in (0, 0.02):
        phantom = TXMPhantom(Kind="Rod", Size=128, CenterOffset=offset, InvalidFraction=invalid)
        edges = EdgeEnergy(Input=phantom)
        outside = array(phantom, "particle_id") == 0
        within(0, (array(edges, "validity")[outside] == 0).mean(), 0.002, "share of the air that is valid")
        angles = statistics(edges, 3)
        center = np.array([summary(angles, f"center {axis} (um)") for axis in "xyz"])
        inside = ~outside
        image = output(phantom)
        nx, ny, nz = image.GetDimensions()
        index = np.flatnonzero(inside)
        xyz = np.stack([index % nx, index // nx % ny, index // (nx * ny)], axis=1)
        truth = xyz.mean(axis=0) * image.GetSpacing() + image.GetOrigin()
        within(0, np.linalg.norm(center - truth) / image.GetSpacing()[0], 0.3, "centre off the truth (voxels)")
        ratios.append(summary(angles, "P(80..100) over random"))
        vectors.append(summary(angles, "number of vectors"))
    within(0.95, vectors[1] / vectors[0], 1.05, "vectors with 2 % of dead voxels over those without")
    within(-0.05, ratios[1] - ratios[0], 0.05, "change of P(80..100) over random by 2 % of dead voxels")


def als(folder):
    folder = os.path.join(folder, "als-stxm-71214078")
    if not os.path.isdir(folder):
        print("SKIPPED: the ALS stack is not here (set PARAXANES_TEST_DATA):", folder)
        sys.exit(77)
    stack = TXMStackReader(FileNames=[os.path.join(folder, "71214078_counts_float32.tif")],
                           I0File=os.path.join(folder, "i0.xsp"))
    absorbance = array(stack, "absorbance")
    within(1.074425 - 1e-5, absorbance.astype(float).mean(), 1.074425 + 1e-5, "ALS: mean absorbance")
    edges = EdgeEnergy(Input=stack, Element="Fe", Edge="L3", PreEdgeDegree=0, PostEdgeDegree=0,
                       PreEdgeRange=[700, 705], PostEdgeRange=[727, 800], Window=[700, 713],
                       MinimumEdgeJump=0.05, MinimumJumpToNoise=0)
    energies = array(edges, "edge_energy")
    energies = energies[np.isfinite(energies)]
    within(639, len(energies), 643, "ALS, recipe B: valid pixels")
    within(706.5385, energies.mean(), 706.5585, "ALS, recipe B: mean edge energy")
    within(706.6853, np.median(energies), 706.7053, "ALS, recipe B: median edge energy")
    automatic = EdgeEnergy(Input=stack, Element="Fe", Edge="L3", MinimumEdgeJump=0.05, MinimumJumpToNoise=0)
    found = array(automatic, "edge_energy")
    within(706.6453, np.nanmedian(found), 706.7453, "ALS, automatic ranges: median edge energy as by recipe B")
    within(600, np.isfinite(found).sum(), 680, "ALS, automatic ranges: valid pixels")
    forward = EdgeEnergy(Input=stack, Element="Fe", Edge="L3", PreEdgeDegree=0, PostEdgeDegree=0,
                         PreEdgeRange=[700, 705], PostEdgeRange=[727, 800], Window=[705, 731], Crossing="First",
                         MinimumEdgeJump=0.05, MinimumJumpToNoise=0)
    # Crossings between the first two energies of the window have a code of their own here.
    energies, codes = array(forward, "edge_energy"), array(forward, "validity")
    within(640, np.isfinite(energies).sum() + (codes == 6).sum(), 640, "ALS, recipe B upwards: pixels with a crossing")
    within(89, (codes == 6).sum(), 89, "ALS, recipe B upwards: between the first two energies")
    within(705.382, energies[50 * 125 + 45], 705.402, "ALS, recipe B upwards: pixel 45, 50")
    within(707.064, energies[20 * 125 + 115], 707.084, "ALS, recipe B upwards: pixel 115, 20")
    for crossing, mean, median in ("DownFromMaximum", 708.7872, 709.0454), ("First", 708.0285, 707.9850):
        line = EdgeEnergy(Input=stack, Element="Fe", Edge="L3", PreEdgeDegree=0, PostEdgeDegree=0,
                          PreEdgeRange=[700, 705], PostEdgeRange=[727, 800],
                          Window=[700 if crossing == "DownFromMaximum" else 705, 713], Crossing=crossing,
                          Method="WhiteLineFraction", MinimumEdgeJump=0.3, MinimumJumpToNoise=0)
        energies = array(line, "edge_energy_white_line_fraction")
        energies = energies[np.isfinite(energies)]
        within(2801, len(energies), 2801, f"ALS, recipe A, {crossing}: valid pixels")
        within(mean - 0.01, energies.mean(), mean + 0.01, f"ALS, recipe A, {crossing}: mean edge energy")
        within(median - 0.01, np.median(energies), median + 0.01, f"ALS, recipe A, {crossing}: median")
        heights = array(line, "white_line_above_pre_edge")[np.isfinite(array(line, "white_line_above_pre_edge"))]
        within(0.77472, heights.mean(), 0.77474, f"ALS, recipe A, {crossing}: mean height of the white line")
    angles = statistics(edges, 1)
    check(summary(angles, "number of vectors") > 50, "ALS: the chain goes on in 2D")
    check(output(angles, 1).GetColumnByName("random reference, uniform (1/deg)") is not None, "ALS: uniform reference")


def large():
    phantom = TXMPhantom(Kind="Rod", Size=206, Noise=0.08)
    stack = output(phantom).GetPointData().GetArray("absorbance")
    check(stack.GetNumberOfValues() * 4 > 2e9, f"a stack of {stack.GetNumberOfValues() * 4e-9:.2f} GB")
    start = time.time()
    phantom.GetDataInformation().GetPointDataInformation().GetArrayInformation("absorbance").GetComponentRange(3)
    within(0, time.time() - start, 0.1, "seconds for ParaView's data information")


part = sys.argv[1]
globals()[part](*sys.argv[2:])
if failures:
    sys.exit(f"{failures} checks failed")
