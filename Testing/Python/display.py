# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A virtual display of a test's own, ParaView's window on it, and how much is drawn on a picture."""

import os
import signal
import subprocess
import time

from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOImage import vtkPNGReader


def start_display():
    """A virtual X server, and its number."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp"],
                              pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    number = os.fdopen(read).readline().strip()  # empty when the server has ended
    if not number:
        raise RuntimeError("the virtual display does not start")
    return server, ":" + number


def play(paraview, script, folder, display, patience=240, **environment):
    """The exit code of ParaView, whose own test machinery plays a script beside this file, and what it said. It waits
    for ever where a window is not as expected; then it is ended, after so many seconds or as soon as it says so."""
    log = os.path.join(folder, "paraview.log")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), script)
    with open(log, "w") as output:
        client = subprocess.Popen(
            [paraview, "--dr", "--data-directory=" + folder, "--test-directory=" + folder,
             "--test-script=" + script, "--exit"],
            env=dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", **environment), stdout=output, stderr=output,
            start_new_session=True)
    end = time.monotonic() + patience
    text = ""
    while client.poll() is None and time.monotonic() < end and "critical:" not in text:
        time.sleep(0.5)
        with open(log, errors="replace") as file:
            text = file.read()
    if client.poll() is None:
        os.killpg(client.pid, signal.SIGKILL)
    code = client.wait()
    with open(log, errors="replace") as file:
        return code, file.read()


def share_of_picture(path):
    """The share of the pixels that are not of the colour of the corner."""
    reader = vtkPNGReader()
    reader.SetFileName(path)
    reader.Update()
    pixels = vtk_to_numpy(reader.GetOutput().GetPointData().GetScalars())
    return (pixels != pixels[0]).any(axis=1).mean()
