# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A virtual display of a test's own, and how much is drawn on a picture."""

import os
import subprocess

from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOImage import vtkPNGReader


def start_display():
    """A virtual X server, and its number."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    number = os.fdopen(read).readline().strip()  # empty when the server has ended
    if not number:
        raise RuntimeError("the virtual display does not start")
    return server, ":" + number


def share_of_picture(path):
    """The share of the pixels that are not of the colour of the corner."""
    reader = vtkPNGReader()
    reader.SetFileName(path)
    reader.Update()
    pixels = vtk_to_numpy(reader.GetOutput().GetPointData().GetScalars())
    return (pixels != pixels[0]).any(axis=1).mean()
