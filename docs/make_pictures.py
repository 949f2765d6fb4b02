# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the pictures of ParaView's window in window.md, on a virtual display.

    python3 docs/make_pictures.py PLUGIN_FOLDER      such as build/lib/paraview-5.11/plugins/ParaXANES, with
                                                     ParaXANESGui beside it

It needs ParaView's graphical program, Xvfb, xdotool, and import and convert of ImageMagick.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
SIZE = ("1600", "1000")
PATIENCE = 120  # seconds
STEPS = {
    "stack": """
stack = TXMPhantom(registrationName="TXMPhantom1", Size=96)
stack.UpdatePipeline()
view = GetActiveViewOrCreate("RenderView")
display = Show(stack, view)
display.SetRepresentationType("Slice")
ColorBy(display, ("POINTS", "absorbance", "8350.10 eV"))
display.RescaleTransferFunctionToDataRange(False, True)
display.SetScalarBarVisibility(view, True)
ResetCamera(view)
SetActiveSource(stack)
""",
    "edge_energy": """
stack = TXMPhantom(registrationName="TXMPhantom1", Size=96)
edge = EdgeEnergy(registrationName="EdgeEnergy1", Input=stack, Element="Ni", Edge="K")
edge.UpdatePipeline()
for name in ("PreEdgeRange", "PostEdgeRange", "Window"):
    edge.SMProxy.GetProperty(name).ResetToDomainDefaults()
view = GetActiveViewOrCreate("RenderView")
display = Show(edge, view)
display.SetRepresentationType("Slice")
ColorBy(display, ("POINTS", "edge_energy"))
GetColorTransferFunction("edge_energy").RescaleTransferFunction(8343.0, 8348.0)
display.SetScalarBarVisibility(view, True)
ResetCamera(view)
SetActiveSource(edge)
""",
    "charge_distribution": """
SetActiveSource(TXMPhantom(registrationName="TXMPhantom1", Size=96))
exec(open(%r).read())
""" % os.path.join(os.path.dirname(FOLDER), "Examples", "window_charge_distribution.py"),
}


# What is pressed and clicked, played by ParaView's own test machinery. Once there are charts, the view is the left
# part of a split one, which has another number.
VIEW = ("centralwidget/MultiViewWidget/CoreWidget/qt_tabwidget_stackedwidget/MultiViewWidget1/Container/Frame.%d/"
        "CentralWidgetFrame/Viewport/1QVTKOpenGLNativeWidget0")
APPLY = ("propertiesDock/propertiesPanel/Accept", "activate", "")
SHIFT = 0x02000000
CLICKS = {
    "spectrum": [
        ("XANES/TXMPhantom", "activate", ""), APPLY, ("XANES/EdgeEnergy", "activate", ""), APPLY,
        ("representationToolbar/displayRepresentation/comboBox", "set_string", "Slice"),
        ("XANES/Spectrum", "set_boolean", "true"),
        (VIEW % 0, "mousePress", "(0.55,0.55,1,1,0)"), (VIEW % 1, "mouseRelease", "(0.55,0.55,1,0,0)"),
        (VIEW % 1, "mousePress", "(0.45,0.42,1,1,%d)" % SHIFT), (VIEW % 1, "mouseRelease", "(0.45,0.42,1,0,%d)" % SHIFT),
        ("menubar/menu_File", "activate", "actionFileSaveServerState"),
        ("FileSaveServerStateDialog", "filesSelected", "$PARAVIEW_TEST_ROOT/ready.pvsm"),
    ],
}


def start_display():
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "x".join(SIZE) + "x24", "-noreset",
                               "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    return server, ":" + os.fdopen(read).readline().strip()


def windows(environment):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "ParaView"], env=environment,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return found.stdout.split()


def fill_display(environment):
    """The window is as large as the display; there is no window manager to do it."""
    for window in windows(environment):
        subprocess.run(["xdotool", "windowmove", window, "0", "0", "windowsize", window, *SIZE], env=environment, check=True)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit("make_pictures: after %d s there is still no %s" % (PATIENCE, what))
        time.sleep(0.5)


def script_of(step, folder):
    """The option that runs the lines of a step, and the file that tells that it has been done."""
    ready, script = os.path.join(folder, "ready"), os.path.join(folder, "step.py")
    with open(script, "w") as file:
        file.write("from paraview.simple import *\n%s\nRenderAllViews()\nopen(%r, 'w').close()\n" % (step, ready))
    return ["--script=" + script], ready


def script_of_clicks(clicks, folder):
    """Likewise; the last one saves a state."""
    script = os.path.join(folder, "clicks.xml")
    events = "".join('<pqevent object="pqClientMainWindow/%s" command="%s" arguments="%s"/>\n' % event for event in clicks)
    with open(script, "w") as file:
        file.write("<pqevents>\n%s</pqevents>\n" % events)
    return ["--test-directory=" + folder, "--test-script=" + script], os.path.join(folder, "ready.pvsm")


def take(name, options_of, step, environment):
    with tempfile.TemporaryDirectory() as folder:
        options, ready = options_of(step, folder)
        client = subprocess.Popen(["paraview", "--dr"] + options, env=dict(environment, HOME=folder),
                                  start_new_session=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: windows(environment), "window of ParaView")
            fill_display(environment)
            wait_for(lambda: os.path.exists(ready), "result of the step %s" % name)
            fill_display(environment)
            time.sleep(4)  # the last frame
            path = os.path.join(FOLDER, "pictures", name + ".png")
            subprocess.run(["import", "-window", "root", path], env=environment, check=True)
            subprocess.run(["convert", path, "-resize", "1280x", "-colors", "128", path], check=True)
        finally:
            os.killpg(client.pid, signal.SIGKILL)
            client.wait()
        print("docs/pictures/%s.png" % name)


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(__doc__)
    server, display = start_display()
    try:
        plugin = os.path.abspath(sys.argv[1])
        environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", PV_PLUGIN_PATH=plugin + ":" + plugin + "Gui")
        for name, step in STEPS.items():
            take(name, script_of, step, environment)
        for name, clicks in CLICKS.items():
            take(name, script_of_clicks, clicks, environment)
    finally:
        server.terminate()
        server.wait()


main()
