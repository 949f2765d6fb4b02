# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The main tables open as finished charts: against their abscissa, which is no curve itself, with titles, a legend and
colours, in Show() as in ParaView's window."""

import os
import shutil
import sys
import tempfile

from paraview.simple import *
from display import start_display

DENSITY = "probability density (1/deg)"
BLUE, VERMILION = ("0", "0.447", "0.698"), ("0.835", "0.369", "0")


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        server.terminate()
        os._exit(1)


def show(source, port=0):
    source.UpdatePipeline()
    view = CreateView("XYChartView")
    chart = Show(OutputPort(source, port), view)
    view.SMProxy.Update()
    check(chart.UseIndexForXAxis == 0, f"{source.GetXMLName()}: against the number of the row")
    check("" not in titles(view), f"{source.GetXMLName()}: the titles are {titles(view)}")
    check(view.BottomAxisLabelPrecision == view.LeftAxisLabelPrecision == 6, "8330 is written 8.3e+03")
    return view, chart


def titles(view):
    return [view.ChartTitle, view.BottomAxisTitle, view.LeftAxisTitle]


def of(curve, values, length):
    return dict((values[k], tuple(values[k + 1:k + length])) for k in range(0, len(values), length))[curve]


if not shutil.which("Xvfb"):
    print("SKIPPED: this test needs Xvfb")
    sys.exit(77)
server, os.environ["DISPLAY"] = start_display()
path = os.path.join(tempfile.mkdtemp(), "edge.dat")
with open(path, "w") as file:
    file.write("# energy mu\n")
    file.writelines(f"{e} {0.2 + 0.8 * min(1.0, max(0.0, (e - 8339) / 10))}\n" for e in range(8200, 8550))
reader = XASSpectrumReader(FileName=path)
analysis = SpectrumAnalysis(Input=reader, Element="Ni", MinimumJumpToNoise=0)
probe = SpectrumProbe(Input=TXMPhantom(Size=8), Element="Ni", Points=[0.1, 0.1, 0.1, 0.12, 0.12, 0.12])
CURVES = ["mu", "normalized", "post-edge", "pre-edge"]
for source, curves in ((reader, ["mu"]), (analysis, [name + " edge" for name in CURVES]),
                       (probe, [name + number for name in CURVES for number in (" 1", " 2")])):
    view, chart = show(source)
    check(chart.XArrayName == "energy (eV)", f"{source.GetXMLName()}: X array {chart.XArrayName}")
    check(sorted(chart.SeriesVisibility) == curves, f"{source.GetXMLName()}: curves {chart.SeriesVisibility}")
    check(view.BottomAxisTitle == "photon energy (eV)", f"{source.GetXMLName()}: {titles(view)}")
check(of("pre-edge 2", chart.SeriesColor, 4) == of("mu 2", chart.SeriesColor, 4) == VERMILION,
      f"a spectrum and its fit have the colours {chart.SeriesColor}")
check(of("pre-edge 2", chart.SeriesLineStyle, 2) == ("2",), "a fit is not dashed")
check(of("normalized 1", chart.SeriesPlotCorner, 2) == ("1",) and view.RightAxisTitle == "normalised absorption",
      "normalised spectra have no axis of their own")

for dimension, reference in (("3D", "random reference, sin(theta)/2 (1/deg)"), ("2D", "random reference, uniform (1/deg)")):
    edge = EdgeEnergy(Input=TXMPhantom(Size=24, Dimension=dimension))
    gradient = ValenceGradient(Input=edge)
    angles = RadialAngleHistogram(Input=gradient)
    view, chart = show(angles, 1)
    check(chart.XArrayName == "theta (deg)", f"theta densities against {chart.XArrayName}")
    check(sorted(chart.SeriesVisibility) == sorted([DENSITY, reference, "weighted " + DENSITY]),
          f"of theta densities {chart.SeriesVisibility} is shown")
    check(of(reference, chart.SeriesLineStyle, 2) == ("2",) and of(DENSITY, chart.SeriesLineStyle, 2) == ("1",),
          f"the lines of theta densities are {chart.SeriesLineStyle}")
    check(of(reference, chart.SeriesLabel, 2) == ("random directions",), f"the legend is {chart.SeriesLabel}")
    check(of(DENSITY, chart.SeriesColor, 4) == BLUE, f"the colours are {chart.SeriesColor}")
    check(titles(view)[1:] == ["theta (degrees)", "probability density (1/degree)"], f"the titles are {titles(view)}")
    _, sizes = show(angles, 2)
    check(sizes.XArrayName == "|u| (eV/um)" and len(sizes.SeriesVisibility) == 9,
          f"of vector sizes {sizes.SeriesVisibility} is shown against {sizes.XArrayName}")
    depth, chart = show(DepthProfile(Input=edge), 1)
    check(chart.XArrayName == "depth (um)" and list(chart.SeriesVisibility) == ["mean edge_energy (eV)"],
          f"of the depth profile {chart.SeriesVisibility} is shown against {chart.XArrayName}")
    check(depth.LeftAxisTitle == "edge energy (eV)", f"the titles are {titles(depth)}")

    view, chart = show(MapHistogram(Input=edge))
    check(chart.XArrayName == "edge_energy (eV)" and list(chart.SeriesVisibility) == ["probability density (1/eV)"],
          f"of a histogram {chart.SeriesVisibility} is shown against {chart.XArrayName}")
    check(titles(view) == ["Histogram", "edge energy (eV)", "probability density (1/eV)"], f"the titles are {titles(view)}")

# Bands that come later: those of the plain density join, dotted, in its colour.
view, chart = show(angles, 1)
angles.NumberOfBootstrapSamples, angles.BootstrapBlockEdge = 40, 2
angles.UpdatePipeline()
view.SMProxy.Update()
chart = GetRepresentation(OutputPort(angles, 1), view)
band = [f"probability density {end} (1/deg)" for end in ("lower", "upper")]
check(sorted(chart.SeriesVisibility) == sorted([DENSITY, reference, "weighted " + DENSITY] + band),
      f"with bands {chart.SeriesVisibility} is shown")
check(of(band[0], chart.SeriesLineStyle, 2) == ("3",) and of(band[1], chart.SeriesColor, 4) == BLUE,
      "the band does not look like one")

# What the user has chosen stays; titles that are not the user's follow what is shown.
chart.SeriesColor = [DENSITY, "1", "0", "0"]
view.LeftAxisTitle = "mine"
Hide(OutputPort(angles, 1), view)
Show(OutputPort(angles, 2), view)
view.SMProxy.Update()
check(titles(view)[1:] == ["size of the gradient (eV/um)", "mine"], f"with another table the titles are {titles(view)}")
Hide(OutputPort(angles, 2), view)
Show(OutputPort(angles, 1), view)
view.SMProxy.Update()
check(titles(view)[1:] == ["theta (degrees)", "mine"], f"with the first table again the titles are {titles(view)}")
check(of(DENSITY, chart.SeriesColor, 4) == ("1", "0", "0"), f"the user's colour is gone: {chart.SeriesColor}")

# Gradients of another map have another unit.
valence = ValenceCalibration(Input=edge, ReferencePoints=[8340, 2, 8350, 4])
other = RadialAngleHistogram(Input=ValenceGradient(Input=valence, InputArray="valence"), GradientArray="valence_gradient")
other.UpdatePipeline()
view, chart = show(other, 1)
check(len(chart.SeriesVisibility) == 3, f"of the angles of a valence map {chart.SeriesVisibility} is shown")
view, chart = show(other, 2)
check(len(chart.SeriesVisibility) == 9, f"of the sizes of a valence gradient {chart.SeriesVisibility} is shown")
check(titles(view)[1:] == ["size of the gradient (1/um)", "probability density (um)"],
      f"of the sizes of a valence gradient the titles are {titles(view)}")
view.BottomAxisTitle, view.BottomAxisLabelPrecision = "", 2
other.NumberOfBins = 20
other.UpdatePipeline()
Render(view)
check(view.BottomAxisTitle == "" and view.BottomAxisLabelPrecision == 2,
      f"what the user set is gone: {view.BottomAxisTitle}, {view.BottomAxisLabelPrecision}")
print("passed")
server.terminate()
sys.stdout.flush()
os._exit(0)  # the windows are gone with the display
