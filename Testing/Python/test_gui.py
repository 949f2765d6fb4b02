# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Files opened with File > Open in ParaView's own window, on a virtual display.

    pvpython test_gui.py PARAVIEW FOLDER       FOLDER: for the files of this test
"""

import os
import shutil
import sys
import xml.etree.ElementTree

from paraview.simple import *
from display import play, share_of_picture, start_display
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkTIFFWriter

ENERGIES = [8250.0, 8300.0, 8333.5, 8344.4, 8350.0, 8400.0, 8450.0]


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def write_stacks(folder):
    """The same stack as a TIFF file for each energy and as an HDF5 file."""
    phantom = TXMPhantom(Size=48, Dimension="2D", Energies=ENERGIES)  # of volumes only the outline is shown
    phantom.UpdatePipeline()
    SaveData(os.path.join(folder, "rod.h5"), proxy=phantom)
    stack = phantom.GetClientSideObject().GetOutput()
    spectra = vtk_to_numpy(stack.GetPointData().GetArray("absorbance"))
    for k, energy in enumerate(ENERGIES):
        image = vtkImageData()
        image.SetDimensions(stack.GetDimensions())
        image.GetPointData().SetScalars(numpy_to_vtk(spectra[:, k].copy(), deep=True))
        writer = vtkTIFFWriter()
        writer.SetFileName(os.path.join(folder, "rod_%.2f_eV.tif" % energy))
        writer.SetInputData(image)
        writer.Write()


def opened(state):
    """The files of each TXM Stack Reader in a state file."""
    files = []
    for proxy in xml.etree.ElementTree.parse(state).iter("Proxy"):
        if proxy.get("type") == "AbsorptionStackReader":
            names = proxy.find("./Property[@name='FileNames']")
            files.append([os.path.basename(name.get("value")) for name in names.findall("Element")])
    return sorted(files)


def ranges(state):
    """The ranges of Edge Energy in a state file."""
    found = {}
    for proxy in xml.etree.ElementTree.parse(state).iter("Proxy"):
        for name in ("PreEdgeRange", "PostEdgeRange", "Window") if proxy.get("type") == "EdgeEnergy" else ():
            values = proxy.findall("./Property[@name='%s']/Element" % name)
            found[name] = [float(value.get("value")) for value in values]
    return found


paraview, folder = sys.argv[1:]
if not os.path.exists(paraview) or not shutil.which("Xvfb"):
    print("SKIPPED: this test needs ParaView's own program (%s) and Xvfb" % paraview)
    sys.exit(77)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
write_stacks(folder)
server, display = start_display()
try:
    code, text = play(paraview, "gui_open_files.xml", folder, display)
finally:
    server.terminate()
    server.wait()
said = "\n".join(text.splitlines()[:12])
check(code == 0, "ParaView ends with %d, and 0 is expected. It says:\n%s" % (code, said))
# Of the TIFF files no pixel size is known, and that is all that is to be said.
warnings = [line for line in text.splitlines() if "vtkTXMStackReader" in line]
check(len(warnings) == 1 and "No pixel size is found" in warnings[0],
      "TXM Stack Reader says:\n%s" % "\n".join(warnings))
files = opened(os.path.join(folder, "gui.pvsm"))
check(files == [["rod.h5"], ["rod_8344.40_eV.tif"]], "TXM Stack Reader has opened %s" % files)
# The button of the pre-edge range was pressed, and no other: from the first energy to E0 - 20 (Ni K: 8333 eV).
found = ranges(os.path.join(folder, "gui.pvsm"))
check(found == {"PreEdgeRange": [8250, 8313], "PostEdgeRange": [0, 0], "Window": [0, 0]},
      "the panel of Edge Energy has set %s" % found)
share = share_of_picture(os.path.join(folder, "gui.png"))
check(share > 0.05, "%.1f %% of the picture are not background" % (100 * share))
print("%.0f %% of the picture are not background" % (100 * share))
