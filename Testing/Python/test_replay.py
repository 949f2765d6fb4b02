# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A whole pipeline, what it computes and what its views show, made anew elsewhere: from its Python trace, from its state, and
from states of older versions, each in a ParaView of its own, in which the plugin is loaded more than once.

    pvpython test_replay.py PVPYTHON EXAMPLES STATES FOLDER     FOLDER: for the files of this test
    pvpython test_replay.py replay FILE RESULTS                 what a trace or a state makes, as .npz
    pvpython test_replay.py write STATE                         the state that is kept for later versions
"""
import os
import runpy
import shutil
import subprocess
import sys

import numpy
from display import start_display
from paraview import servermanager, smtrace
from paraview.modules.vtkRemotingViews import vtkSMTransferFunctionPresets
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy

ENERGIES = ([8150.0 + 15 * k for k in range(11)] + [8330.0 + 1.5 * k for k in range(27)]
            + [8380.0 + 20 * k for k in range(12)])
VIEW = ("ChartTitle", "LeftAxisTitle", "BottomAxisTitle")
VIEWS, SHOWN = "kinds of views", "what is shown"
# What a script changes in views, displays and the box of a clip after they were made is not in a trace of ParaView's;
# what a user changes is.
NOT_TRACED = ("Particle cut open", "Surface of the particle")
DISPLAY = ("Representation", "ColorArrayName", "XArrayName", "UseIndexForXAxis", "SeriesVisibility")
CURVES = {"SeriesLabel": 2, "SeriesColor": 4, "SeriesLineStyle": 2}


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        server.terminate()
        os._exit(1)


def build_filters():
    """Every kind of property is changed: numbers, ranges, choices, arrays, switches, second inputs, points."""
    stack = TXMPhantom(registrationName="Stack", Size=24, Kind="Gravel", Energies=ENERGIES, Noise=0.05)
    edge = EdgeEnergy(registrationName="Edge", Input=stack, Element="Ni", Edge="K", Level=0.45, Window=[8336, 8360],
                      ComputeErrors=1, AdditionalMethods=["Derivative", "Centroid"])
    edge.UpdatePipeline()  # or its arrays cannot be chosen from
    labels = ParticleLabels(registrationName="Labels", Input=edge)
    labels.UpdatePipeline()
    blocks = VoxelBin(registrationName="Blocks", Input=labels, BlockSize=[2, 2, 1], MinimumValidFraction=0.5)
    blocks.UpdatePipeline()
    gradient = ValenceGradient(registrationName="Gradient", Input=blocks, Plane="XY", InputArray="edge_energy_centroid",
                               ErrorArray="edge_energy_centroid_error")
    gradient.UpdatePipeline()
    angles = RadialAngleHistogram(registrationName="Angles", Input=gradient, ParticleInput=labels,
                                  GradientArray="valence_gradient_centroid", NumberOfBins=18, LabelArray="particle_id",
                                  Outward=1, NumberOfBootstrapSamples=40, BootstrapBlockEdge=4)
    probe = SpectrumProbe(registrationName="Probe", Input=stack, Points=[0.3, 0.3, 0.3, 0.4, 0.4, 0.4], Radius=0.07)
    profile = DepthProfile(registrationName="Profile", Input=edge)
    for source in (angles, probe, profile):
        source.UpdatePipeline()


def build():
    build_filters()
    view = CreateRenderView()
    display = Show(FindSource("Blocks"), view)
    display.SetRepresentationType("Slice")
    ColorBy(display, ("POINTS", "edge_energy_derivative"))
    for name, port in (("Angles", 1), ("Angles", 2), ("Probe", 0), ("Profile", 1)):
        show_chart(name, port)


def show_chart(name, port):
    Show(OutputPort(FindSource(name), port), CreateView("XYChartView"))


def build_first():
    """The pipeline of states/0.1.0-2026-11-21.pvsm: the filters of the first day."""
    stack = TXMPhantom(registrationName="Stack", Size=16, Kind="Gravel", Energies=ENERGIES)
    edge = EdgeEnergy(registrationName="Edge", Input=stack, InputArray="absorbance", Element="Ni", Edge="K", Level=0.45,
                      Window=[8336, 8360], MinimumJumpToNoise=5)
    XANESNormalize(registrationName="Normalized", Input=stack, InputArray="absorbance", Mode="EdgeStep", PostEdgeDegree=0)
    labels = ParticleLabels(registrationName="Labels", Input=edge)
    blocks = VoxelBin(registrationName="Blocks", Input=labels, BlockSize=[2, 2, 1], MinimumValidFraction=0.5)
    blocks.UpdatePipeline()
    gradient = ValenceGradient(registrationName="Gradient", Input=blocks, InputArray="edge_energy", Plane="XY")
    gradient.UpdatePipeline()
    RadialAngleHistogram(registrationName="Angles", Input=gradient, ParticleInput=labels, LabelArray="particle_id",
                         NumberOfBins=18, Outward=1)


STATES = {"0.1.0-2026-11-21.pvsm": build_first, "0.1.0-2026-11-22.pvsm": build_filters}


def arrays(data):
    if data.IsA("vtkTable"):
        return {data.GetColumnName(k): data.GetColumn(k) for k in range(data.GetNumberOfColumns())}
    points = data.GetPointData()
    return {points.GetArrayName(k): points.GetAbstractArray(k) for k in range(points.GetNumberOfArrays())}


def settings(display):
    """Of curves that are shown only: for the others ParaView fills its lists when it likes."""
    values = {name: display.GetPropertyValue(name) for name in DISPLAY if display.GetProperty(name)}
    for name, length in CURVES.items():
        if display.GetProperty(name):
            given = list(display.GetPropertyValue(name))
            each = {given[k]: given[k + 1:k + length] for k in range(0, len(given), length)}
            values[name] = [each.get(curve) for curve in display.SeriesVisibility]
    return str(values)


def results():
    """The arrays of all outputs; and as text the kinds of the views, and what they say and show."""
    found = {}
    for (name, _), source in GetSources().items():
        source.UpdatePipeline()
        for port in range(source.SMProxy.GetNumberOfOutputPorts()):
            for key, array in arrays(servermanager.Fetch(source, idx=port)).items():
                values = (vtk_to_numpy(array) if array.IsA("vtkDataArray") else
                          numpy.array([array.GetValue(k) for k in range(array.GetNumberOfValues())]))
                found[f"{name} {port} {key}".replace("/", "|")] = values
    shown = []
    for view in GetViews():
        titles = [view.GetPropertyValue(name) for name in VIEW if view.GetProperty(name)]
        shown.append(f"{view.GetXMLName()} {titles}")
        for display in view.Representations:
            if display.GetProperty("Input") and display.Visibility:
                shown.append(f"{view.GetXMLName()} {display.GetXMLName()} {settings(display)}")
    found[VIEWS] = numpy.array(sorted(view.GetXMLName() for view in GetViews()))
    found[SHOWN] = numpy.array(sorted(shown))
    return found


def load_again():
    """The plugin, which is loaded."""
    for remote in (False, True):
        LoadPlugin(os.path.join(os.environ["PV_PLUGIN_PATH"], "ParaXANES.so"), remote=remote, ns=globals())
    presets = vtkSMTransferFunctionPresets.GetInstance()
    names = [presets.GetPresetName(k) for k in range(presets.GetNumberOfPresets())]
    assert names.count("Valence") == 1, names


def replay(path):
    load_again()
    if path.endswith(".py"):
        exec(compile(open(path).read(), path, "exec"), {"__name__": "__main__"})
    else:
        LoadState(path)
    load_again()
    return results()


def compare(expected, path, left_out=()):
    """What a ParaView of its own makes of a trace or a state; left out are names or their beginnings."""
    saved = os.path.join(folder, "results.npz")
    child = subprocess.run([pvpython, "--dr", "--force-offscreen-rendering", os.path.abspath(__file__), "replay", path, saved],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    name = os.path.basename(path)
    check(child.returncode == 0 and "ERR|" not in child.stdout, f"{name}: {child.stdout[-3000:]}")
    with numpy.load(saved) as made:
        check(sorted(made) == sorted(expected), f"{name} makes {sorted(set(made) ^ set(expected))} on one side only")
        for key, values in expected.items():
            if key.startswith(tuple(left_out)):
                continue
            again = made[key]
            same = values.dtype == again.dtype and numpy.array_equal(values, again, equal_nan=values.dtype.kind == "f")
            differing = values != again if values.shape == again.shape else slice(20)
            check(same, f"{name}: {key} is {again[differing][:20]}, not {values[differing][:20]}")
    print("passed:", name, "makes", len(expected), "arrays")


if sys.argv[1] == "replay":
    numpy.savez(sys.argv[3], **replay(sys.argv[2]))
    sys.exit(0)
if sys.argv[1] == "write":
    build_filters()
    show_chart("Angles", 1)
    SaveState(sys.argv[2])
    sys.exit(0)

pvpython, examples, states, folder = sys.argv[1:]
if not shutil.which("Xvfb"):
    print("SKIPPED: this test needs Xvfb")
    sys.exit(77)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
server, os.environ["DISPLAY"] = start_display()
try:
    for name, pipeline in STATES.items():
        pipeline()
        expected = results()
        check(len(expected) > 50, f"{name} is compared with {len(expected)} arrays only")
        # How charts look may change.
        compare(expected, os.path.join(states, name), [SHOWN, VIEWS])
        # Their former names.
        with open(os.path.join(states, name)) as file:
            text = file.read()
        if "TableChartRepresentation" in text:
            for former in ("Spectrum", "Angle", "Size", "Depth"):
                path = os.path.join(folder, former + name)
                with open(path, "w") as file:
                    file.write(text.replace("TableChartRepresentation", former + "ChartRepresentation"))
                compare(expected, path, [SHOWN, VIEWS])
        ResetSession()

    # With a reader, and with what the macro makes.
    stack = os.path.join(folder, "stack.h5")
    SaveData(stack, TXMPhantom(Size=24, Energies=ENERGIES))
    ResetSession()
    smtrace.start_trace()
    build()
    SetActiveSource(TXMStackReader(registrationName="Opened", FileNames=[stack], Stride=[1, 1, 2], EnergyShift=0.5))
    runpy.run_path(os.path.join(examples, "window_charge_distribution.py"))
    text = smtrace.stop_trace()
    expected = results()
    with open(os.path.join(folder, "trace.py"), "w") as file:
        file.write(text)
    SaveState(os.path.join(folder, "state.pvsm"))
    compare(expected, os.path.join(folder, "trace.py"), [SHOWN, *NOT_TRACED])
    compare(expected, os.path.join(folder, "state.pvsm"))
finally:
    server.terminate()
sys.stdout.flush()
os._exit(0)  # the windows are gone with the display
