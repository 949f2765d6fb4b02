# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What opening and looking at a stack takes of memory, in sizes of the stack.

    pvpython test_large_stacks.py FOLDER       FOLDER: for the file of this test
"""

import os
import shutil
import sys

from display import start_display
from paraview.simple import *

SIZE = 112  # voxels along an edge; 337 MB


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        server.terminate()
        os._exit(1)


def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def grown(what, limit):
    """Since the last call, in stacks."""
    global before
    now = resident()
    stacks = (now - before) / stack_bytes
    print("%-45s %+.2f stacks" % (what, stacks))
    check(stacks < limit, "%s takes %.2f stacks, and %.2f is expected at most" % (what, stacks, limit))
    before = now


folder = sys.argv[1]
if not shutil.which("Xvfb") or not os.path.exists("/proc/self/status"):
    print("SKIPPED: this test needs Xvfb, and Linux")
    sys.exit(77)
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, "stack.h5")
phantom = TXMPhantom(Size=SIZE)
SaveData(path, phantom)
Delete(phantom)
server, os.environ["DISPLAY"] = start_display()
view = CreateRenderView()
Show(Sphere(), view)
Render(view)  # what drawing itself takes

reader = OpenDataFile(path)
reader.UpdatePipelineInformation()
stack_bytes = 60 * 4 * SIZE ** 3
before = resident()
for one_by_one in (True, False):
    reader = OpenDataFile(path)
    reader.OutputMode = "EnergyAsTime" if one_by_one else "Stack"
    reader.UpdatePipelineInformation()
    grown("opening", 0.02)
    display = Show(reader, view)
    Render(view)
    check(display.Representation == "Outline" or one_by_one, "a stack is shown as %s at first" % display.Representation)
    grown("applying, energy by energy" if one_by_one else "applying", 0.1 if one_by_one else 1.15)
    display.SetRepresentationType("Slice")
    component = [] if one_by_one else ["8350.10 eV"]
    ColorBy(display, ("POINTS", "absorbance", *component))
    Render(view)
    grown("a slice, coloured by an energy", 0.1)
    Delete(reader)
    before = resident()
server.terminate()
os.remove(path)
print("passed")
sys.stdout.flush()
os._exit(0)  # the windows are gone with the display
