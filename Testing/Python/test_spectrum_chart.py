# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The main tables open as charts against their abscissa, which is no curve itself."""

import os
import sys
import tempfile

from paraview.simple import *


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


path = os.path.join(tempfile.mkdtemp(), "edge.dat")
with open(path, "w") as file:
    file.write("# energy mu\n")
    file.writelines(f"{e} {0.2 + 0.8 * min(1.0, max(0.0, (e - 8339) / 10))}\n" for e in range(8200, 8550))
reader = XASSpectrumReader(FileName=path)
analysis = SpectrumAnalysis(Input=reader, Element="Ni", MinimumJumpToNoise=0)
probe = SpectrumProbe(Input=TXMPhantom(Size=8), Element="Ni")
for source, curves in ((reader, ["mu"]),
                       (analysis, ["mu edge", "normalized edge", "post-edge edge", "pre-edge edge"]),
                       (probe, ["mu 1", "normalized 1", "post-edge 1", "pre-edge 1"])):
    name = source.GetXMLName()
    view = CreateView("XYChartView")
    chart = Show(source, view)
    check(chart.XArrayName == "energy (eV)", f"{name}: X array {chart.XArrayName}")
    check(chart.UseIndexForXAxis == 0, f"{name}: against the number of the row")
    check(sorted(chart.SeriesVisibility) == curves, f"{name}: curves {chart.SeriesVisibility}")


def pairs(values, length):
    return {values[k]: tuple(values[k + 1:k + length]) for k in range(0, len(values), length)}


# Tables of angles and of the depth: what is plotted, against what, and how.
DENSITY = "probability density (1/deg)"
for dimension, reference in (("3D", "random reference, sin(theta)/2 (1/deg)"), ("2D", "random reference, uniform (1/deg)")):
    edge = EdgeEnergy(Input=TXMPhantom(Size=24, Dimension=dimension))
    angles = RadialAngleHistogram(Input=ValenceGradient(Input=edge))
    angles.UpdatePipeline()
    view = CreateView("XYChartView")
    chart = Show(OutputPort(angles, 1), view)
    check(chart.XArrayName == "theta (deg)" and chart.UseIndexForXAxis == 0,
          f"theta densities against {chart.XArrayName}, or the row: {chart.UseIndexForXAxis}")
    check(sorted(chart.SeriesVisibility) == sorted([DENSITY, reference, "weighted " + DENSITY]),
          f"of theta densities {chart.SeriesVisibility} is shown")
    check(pairs(chart.SeriesLineStyle, 2)[reference] == ("2",) and pairs(chart.SeriesLineStyle, 2)[DENSITY] == ("1",),
          f"the lines of theta densities are {chart.SeriesLineStyle}")
    labels = pairs(chart.SeriesLabel, 2)
    check(labels[reference] == ("random directions",), f"the legend of theta densities is {labels}")
    check(pairs(chart.SeriesColor, 4)[DENSITY] == ("0", "0.447", "0.698"), f"the colours are {chart.SeriesColor}")
    sizes = Show(OutputPort(angles, 2), CreateView("XYChartView"))
    check(sizes.XArrayName == "|u| (eV/um)" and len(sizes.SeriesVisibility) == 9,
          f"of vector sizes {sizes.SeriesVisibility} is shown against {sizes.XArrayName}")
    profile = DepthProfile(Input=edge)
    profile.UpdatePipeline()
    depth = Show(OutputPort(profile, 1), CreateView("XYChartView"))
    check(depth.XArrayName == "depth (um)" and list(depth.SeriesVisibility) == ["mean edge_energy (eV)"],
          f"of the depth profile {depth.SeriesVisibility} is shown against {depth.XArrayName}")
print("passed")
