# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Undo, redo and delete in ParaView's own window.

    pvpython test_undo.py PARAVIEW FOLDER       FOLDER: for the files of this test
"""

import os
import shutil
import sys
import xml.etree.ElementTree

from display import play, start_display


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def filters(state):
    """Our sources and filters in a state, with the window of Edge Energy."""
    found = {}
    for proxy in xml.etree.ElementTree.parse(os.path.join(folder, state + ".pvsm")).iter("Proxy"):
        if proxy.get("type") in ("TXMPhantom", "EdgeEnergy"):
            window = [float(value.get("value")) for value in proxy.findall("./Property[@name='Window']/Element")]
            found[proxy.get("type")] = window
    return found


paraview, folder = sys.argv[1:]
if not os.path.exists(paraview) or not shutil.which("Xvfb"):
    print("SKIPPED: this test needs ParaView's own program (%s) and Xvfb" % paraview)
    sys.exit(77)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
server, display = start_display()
try:
    code, text = play(paraview, "gui_undo.xml", folder, display)
finally:
    server.terminate()
    server.wait()
check(code == 0 and "ERR|" not in text and "WARN|" not in text,
      "ParaView ends with %d. It says:\n%s" % (code, "\n".join(text.splitlines()[:12])))
automatic = {"TXMPhantom": [], "EdgeEnergy": [0, 0]}
changed = {"TXMPhantom": [], "EdgeEnergy": [8328, 8363]}  # about Ni K, 8333 eV
for state, expected in (("changed", changed), ("undone", automatic), ("redone", changed),
                        ("deleted", {"TXMPhantom": []}), ("back", changed)):
    check(filters(state) == expected, "the state %s has %s, not %s" % (state, filters(state), expected))
print("passed")
