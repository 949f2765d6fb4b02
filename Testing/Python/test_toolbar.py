# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The toolbar in ParaView's own window: its buttons, the spectrum under the mouse, the charge distribution.

    pvpython test_toolbar.py PARAVIEW GUI_PLUGIN_FOLDER FOLDER       FOLDER: for the files of this test
"""

import collections
import math
import os
import shutil
import sys
import xml.etree.ElementTree

from display import play, start_display
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy

CLICKS = (0.4, 0.6)  # from the view's upper border, of its height
WORKED = ("TXMPhantom", "XANESNormalize", "EdgeEnergy", "VoxelBin", "ValenceGradient", "RadialAngleHistogram", "SpectrumProbe")


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def proxies(state):
    return list(xml.etree.ElementTree.parse(os.path.join(folder, state + ".pvsm")).iter("Proxy"))


def counted(state):
    """How many of each of our sources and filters are in a state."""
    return dict(collections.Counter(proxy.get("type") for proxy in proxies(state) if proxy.get("type") in WORKED))


def texts(proxy, name):
    return [value.get("value") for value in proxy.findall("./Property[@name='%s']/Element" % name)]


def values(proxy, name):
    return [float(text) for text in texts(proxy, name)]


def pairs(proxy, name):
    flat = texts(proxy, name)
    return dict(zip(flat[::2], flat[1::2]))


def only(state, kind):
    found = [proxy for proxy in proxies(state) if proxy.get("type") == kind]
    check(len(found) == 1, "the state %s has %d of %s" % (state, len(found), kind))
    return found[0]


def points(state):
    flat = values(only(state, "SpectrumProbe"), "Points")
    return [flat[k:k + 3] for k in range(0, len(flat), 3)]


def check_points(state, spacing):
    """The points that were clicked, as the camera sees the middle slice."""
    view = only(state, "RenderView")
    camera, focus = values(view, "CameraPosition"), values(view, "CameraFocalPoint")
    height = 2 * (camera[2] - focus[2]) * math.tan(math.radians(values(view, "CameraViewAngle")[0] / 2))
    clicked = points(state)
    for point, share in zip(clicked, CLICKS):
        expected = [focus[0], focus[1] + (0.5 - share) * height]
        # The middle of the view is between two pixels.
        check(all(abs(a - b) < 0.5 * spacing for a, b in zip(point, expected)),
              "%s: clicked at %s um, and the point is %s" % (state, expected, point))
        slices = point[2] / spacing
        check(abs(slices - round(slices)) < 1e-3, "%s: z is %s um, between two slices" % (state, point[2]))
    return clicked


def check_charts(state):
    """Spectra with the fits of the last point in one chart, normalised ones in the other, edges marked in both."""
    shown = []
    for display in proxies(state):
        if display.get("type") in ("TableChartRepresentation", "XYPointChartRepresentation"):
            shown.append(sorted(name for name, on in pairs(display, "SeriesVisibility").items() if on == "1"))
            corners = set(pairs(display, "SeriesPlotCorner").values())
            check(corners == {"0"}, "%s: curves and marks have the ordinates %s" % (state, corners))
    expected = [["mu 1", "mu 2", "post-edge 2", "pre-edge 2"], ["mu at edge"],
                ["normalized 1", "normalized 2"], ["normalized at edge"]]
    check(sorted(shown) == expected, "%s: the charts show %s" % (state, shown))


def check_spectra(clicked):
    """The spectra of the state against the stack and the map."""
    stack = TXMPhantom()
    edge = EdgeEnergy(Input=stack)
    edge.UpdatePipeline()
    image, maps = (proxy.GetClientSideObject().GetOutputDataObject(0) for proxy in (stack, edge))
    LoadState(os.path.join(folder, "two_points.pvsm"))
    probe = next(proxy for proxy in GetSources().values() if proxy.GetXMLName() == "SpectrumProbe")
    probe.UpdatePipeline()
    curves, results = (servermanager.Fetch(probe, idx=port) for port in (0, 1))
    for k, point in enumerate(clicked):
        voxel = image.FindPoint(point)
        mu = vtk_to_numpy(curves.GetColumnByName("mu %d" % (k + 1)))
        truth = vtk_to_numpy(image.GetPointData().GetArray("absorbance"))[voxel]
        check(abs(mu - truth).max() < 1e-6, "spectrum %d is not that of the voxel at %s" % (k + 1, point))
        energy = results.GetColumnByName("edge_energy (eV)").GetValue(k)
        expected = maps.GetPointData().GetArray("edge_energy").GetValue(voxel)
        check(abs(energy - expected) < 1e-6, "point %d has %.3f eV, and the map %.3f eV" % (k + 1, energy, expected))


def played(script, **environment):
    code, text = play(paraview, script, folder, display, **environment)
    check(code == 0, "ParaView ends with %d, and 0 is expected. It says:\n%s" % (code, text[:2000]))
    bad = [line for line in text.splitlines() if "ERR|" in line or "Traceback" in line or "critical:" in line]
    check(not bad, "ParaView says:\n%s" % "\n".join(bad[:10]))


paraview, gui_plugin, folder = sys.argv[1:]
if not os.path.exists(paraview) or not shutil.which("Xvfb"):
    print("SKIPPED: this test needs ParaView's own program (%s) and Xvfb" % paraview)
    sys.exit(77)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
server, display = start_display()
try:
    for script in ("gui_toolbar.xml", "gui_toolbar_off.xml"):
        played(script, PV_PLUGIN_PATH=os.environ["PV_PLUGIN_PATH"] + ":" + gui_plugin)
    played("gui_toolbar_alone.xml", PV_PLUGIN_PATH=gui_plugin)
finally:
    server.terminate()
    server.wait()

check(counted("alone") == {}, "without ParaXANES the buttons have made %s" % counted("alone"))
check(counted("off") == {"TXMPhantom": 1}, "a click while the spectrum is off makes %s" % counted("off"))
made = {"TXMPhantom": 1, "EdgeEnergy": 1, "SpectrumProbe": 1}
for state in ("one_point", "two_points"):
    check(counted(state) == made, "%s has %s" % (state, counted(state)))
spacing = 0.03  # um, of the phantom
check(len(check_points("one_point", spacing)) == 1, "after one click there are %s" % points("one_point"))
clicked = check_points("two_points", spacing)
check(len(clicked) == 2, "after a click with Shift and one beside the image there are %s" % clicked)
pre_edge = values(only("two_points", "SpectrumProbe"), "PreEdgeRange")
check(pre_edge == values(only("two_points", "EdgeEnergy"), "PreEdgeRange") and pre_edge != [0, 0],
      "the spectrum has the pre-edge range %s" % pre_edge)
kinds = [proxy.get("type") for proxy in proxies("two_points") if proxy.get("group") == "views"]
check(sorted(kinds) == ["RenderView", "XYChartView", "XYChartView"], "beside the view are %s" % kinds)

check_charts("two_points")

expected = dict(made, EdgeEnergy=2, SpectrumProbe=2, VoxelBin=1, ValenceGradient=1, RadialAngleHistogram=1)
check(counted("charge_distribution") == expected, "Charge Distribution makes %s" % counted("charge_distribution"))
kinds = [proxy.get("type") for proxy in proxies("charge_distribution") if proxy.get("group") == "views"]
check(sorted(kinds) == ["RenderView"] * 3 + ["XYChartView"] * 4, "with Charge Distribution there are %s" % kinds)
check_spectra(clicked)
print("passed")
