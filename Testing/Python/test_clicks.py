# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The ways of docs/window.md from an empty ParaView to the theta plot, click by click in ParaView's own window.

    pvpython test_clicks.py phantom PARAVIEW GUI_PLUGIN_FOLDER FOLDER          FOLDER: for the files of this test
    pvpython test_clicks.py als PARAVIEW GUI_PLUGIN_FOLDER FOLDER DATA_FOLDER
"""

import os
import shutil
import sys
import xml.etree.ElementTree

from display import play, start_display
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy

CLICKS = {"phantom": 3, "als": 5}  # as docs/window.md says
FEWEST = {"phantom": 50, "als": 0}  # vectors: particles of the ALS stack are a few blocks wide
OF_AN_EVENT = {"activate": 1, "filesSelected": 2}  # a file and OK
# True of the ALS stack.
TRUE_OF_ALS = ("lie at the border of the field", "The valid voxels form")
DENSITY = "probability density (1/deg)"


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        if server:
            server.terminate()
        os._exit(1)


def skip(why):
    print("SKIPPED:", why)
    sys.exit(77)


def clicks(script):
    """Of the way alone, which ends at the comment."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), script)) as file:
        way = file.read().split("<!-- Not of the way. -->")[0] + "</pqevents>"
    return sum(OF_AN_EVENT[event.get("command")] for event in xml.etree.ElementTree.fromstring(way))


def theta_chart():
    """The source of the theta plot, its view and its display."""
    for view in GetViews():
        for display in view.Representations if view.GetXMLName() == "XYChartView" else ():
            if display.Visibility and display.Input.GetXMLName() == "RadialAngleHistogram":
                return display.Input, view, display
    check(False, "there is no theta plot")


server = None
part, paraview, gui_plugin, folder, *data = sys.argv[1:]
if not os.path.exists(paraview) or not shutil.which("Xvfb"):
    skip("this test needs ParaView's own program (%s) and Xvfb" % paraview)
if part == "als":
    data = os.path.join(data[0], "als-stxm-71214078")
    if not os.path.isdir(data):
        skip("the ALS stack is not here (set PARAXANES_TEST_DATA): " + data)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
script = "gui_clicks_%s.xml" % part
check(clicks(script) == CLICKS[part], "the way takes %d clicks, not %d" % (clicks(script), CLICKS[part]))
if part == "als":  # described with its incident light, as its files hold counts
    counts = TXMStackReader(FileNames=[os.path.join(data, "71214078_counts_float64.h5")],
                            I0File=os.path.join(data, "i0.xsp"))
    SaveData(os.path.join(folder, "als.txmstack"), counts)
    ResetSession()
server, os.environ["DISPLAY"] = start_display()
try:
    code, text = play(paraview, script, folder, os.environ["DISPLAY"],
                      PV_PLUGIN_PATH=os.environ["PV_PLUGIN_PATH"] + ":" + gui_plugin)
    check(code == 0, "ParaView ends with %d. It says:\n%s" % (code, text[:2000]))
    bad = [line for line in text.splitlines() if any(word in line for word in ("ERR|", "WARN|", "Traceback", "critical:"))
           and not (part == "als" and any(text in line for text in TRUE_OF_ALS))]
    check(not bad, "ParaView says:\n%s" % "\n".join(bad[:10]))
    LoadState(os.path.join(folder, "clicks.pvsm"))
    angles, view, display = theta_chart()
    angles.UpdatePipeline()
    table = servermanager.Fetch(angles, idx=1)
    density = vtk_to_numpy(table.GetColumnByName(DENSITY))
    number = vtk_to_numpy(table.GetColumnByName("count")).sum()
    check(number > FEWEST[part] and abs(density.sum() * 180 / len(density) - 1) < 1e-9, "the theta plot is of %d vectors" % number)
    check(DENSITY in display.SeriesVisibility and any("random" in name for name in display.SeriesVisibility),
          "the theta plot shows %s" % display.SeriesVisibility)
    check("theta" in view.BottomAxisTitle and "density" in view.LeftAxisTitle and view.ChartTitle,
          "the titles are %s, %s, %s" % (view.ChartTitle, view.BottomAxisTitle, view.LeftAxisTitle))
finally:
    server.terminate()
print("passed: %d clicks, %d vectors" % (CLICKS[part], number))
sys.stdout.flush()
os._exit(0)  # the windows are gone with the display
