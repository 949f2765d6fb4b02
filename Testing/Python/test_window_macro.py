# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The macro that makes the picture of a charge distribution, on a virtual display.

    pvpython test_window_macro.py EXAMPLES FOLDER       FOLDER: for the pictures of this test
"""
import os
import runpy
import shutil
import sys

from display import share_of_picture, start_display
from paraview.simple import *


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        server.terminate()
        os._exit(1)


def run_macro():
    """What it says when it refuses, else nothing."""
    try:
        runpy.run_path(os.path.join(examples, "window_charge_distribution.py"))
    except RuntimeError as reason:
        return str(reason)
    return ""


def share_of_view(path, view):
    SaveScreenshot(path, view, ImageResolution=[600, 400])
    return share_of_picture(path)


examples, folder = sys.argv[1:]
if not shutil.which("Xvfb"):
    print("SKIPPED: this test needs Xvfb")
    sys.exit(77)
os.makedirs(folder, exist_ok=True)
server, os.environ["DISPLAY"] = start_display()
try:
    refused = run_macro()
    check("Select an energy stack" in refused, f"without a source the macro says: {refused}")
    SetActiveSource(Wavelet())
    refused = run_macro()
    check("is no energy stack" in refused, f"of a wavelet the macro says: {refused}")
    for dimension, kinds in (("3D", ["RenderView"] * 2 + ["XYChartView"] * 2), ("2D", ["RenderView"] + ["XYChartView"] * 2)):
        ResetSession()
        SetActiveSource(TXMPhantom(Size=40, Dimension=dimension))
        refused = run_macro()
        check(not refused, f"the macro refuses a {dimension} stack: {refused}")
        layout = GetLayoutByName("Charge distribution")
        views = sorted((view for view in GetViews() if layout.GetViewLocation(view) >= 0), key=layout.GetViewLocation)
        check([view.GetXMLName() for view in views] == kinds, f"{dimension}: the views are {views}")
        for number, view in enumerate(views):
            share = share_of_view(os.path.join(folder, f"{dimension}_{number}.png"), view)
            check(share > 0.02, f"{dimension}: view {number} shows {100 * share:.1f} % of anything")
        charts = [view.BottomAxisTitle for view in views if view.GetXMLName() == "XYChartView"]
        check(charts == ["theta (degrees)", "photon energy (eV)"], f"{dimension}: the abscissas are {charts}")
        points = GetColorTransferFunction("edge_energy").RGBPoints
        check(8340 < points[0] < points[-4] < 8350, f"{dimension}: the colours are from {points[0]} to {points[-4]} eV")
        bar = GetScalarBar(GetColorTransferFunction("edge_energy"), views[0])
        check(bar.Title == "Ni K-edge energy (eV)", f"{dimension}: the colour bar says {bar.Title}")
        state = os.path.join(folder, "state.pvsm")
        sources = sorted(name for name, _ in GetSources())
        SaveState(state)
        ResetSession()
        LoadState(state)
        loaded = sorted(name for name, _ in GetSources())
        check(loaded == sources, f"{dimension}: the state has {loaded}, not {sources}")
finally:
    server.terminate()
    server.wait()
print("passed")
