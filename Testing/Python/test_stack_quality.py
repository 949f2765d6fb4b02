# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Stack Quality through the loaded plugin.

    pvpython test_stack_quality.py table FILE     # the tables of phantoms; FILE is made or compared with
    pvpython test_stack_quality.py aligned        # a stack that moves, aligned by its table
    pvpython test_stack_quality.py als FOLDER     # a measured stack that is in order
    pvpython test_stack_quality.py ssrl FOLDER    # two measured frames that are not
"""

import json
import math
import os
import sys
import tempfile

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

from messages import Messages

EXACT = ("energy (eV)", "NaN count", "zero count", "outlier", "remark")
controller = vtkMultiProcessController.GetGlobalController()
rank = controller.GetLocalProcessId() if controller else 0
ranks = controller.GetNumberOfProcesses() if controller else 1


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def table_of(proxy):
    """Columns of the table; on the first rank only, where the others have no rows."""
    proxy.UpdatePipeline()
    mine = proxy.GetClientSideObject().GetOutputDataObject(0)
    check(rank == 0 or mine.GetNumberOfRows() == 0, "rows on the first rank only")
    columns = {}
    for i in range(mine.GetNumberOfColumns()):
        values = [mine.GetValue(row, i) for row in range(mine.GetNumberOfRows())]
        columns[mine.GetColumnName(i)] = [v.ToDouble() if v.IsNumeric() else v.ToString() for v in values]
    return columns


def same(name, one, other):
    if name in EXACT:
        return one == other
    return len(one) == len(other) and all(
        (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
        for a, b in zip(one, other))


def table(path):
    tables = {}
    for name, options in {
            "volume": {"Size": 40, "CenterOffset": [0.06, 0.03, -0.03]},
            "energy as time": {"Size": 33, "OutputMode": "EnergyAsTime"},
            "plane": {"Size": 72, "Dimension": "2D"}}.items():
        quality = StackQuality(Input=TXMPhantom(**options))
        tables[name] = table_of(quality)
    if rank > 0:
        return
    check(len(tables["volume"]["mean"]) == 61, "one row for each energy")
    check(sum(tables["volume"]["zero count"]) >= 0 and not any(tables["volume"]["NaN count"]), "counts")
    check(any(math.isfinite(shift) for shift in tables["volume"]["shift x (px)"]), "shifts")
    if ranks == 1:
        with open(path, "w") as file:
            json.dump(tables, file)
        return
    with open(path) as file:
        expected = json.load(file)
    for name, columns in expected.items():
        check(list(columns) == list(tables[name]), "columns on %d ranks" % ranks)
        for column, values in columns.items():
            check(same(column, values, tables[name][column]), "%s, %s on %d ranks" % (name, column, ranks))


def aligned():
    folder = tempfile.mkdtemp()
    path = lambda name: os.path.join(folder, name)
    SaveData(path("still.h5"), TXMPhantom(Size=64, Noise=0.01))
    still = TXMStackReader(FileNames=[path("still.h5")])
    still.UpdatePipeline()
    energies = still.GetClientSideObject().GetOutputDataObject(0).GetFieldData().GetArray("energy")
    energies = [energies.GetValue(k) for k in range(energies.GetNumberOfTuples())]

    # Moved by whole voxels: a drift, a jump, and one frame that is displaced alone.
    places = [[round(4 * math.sin(k / 8)), k // 20 + (3 if k == 30 else 0), -(k // 25)] for k in range(len(energies))]
    with open(path("moves.csv"), "w") as file:
        file.write("energy,dx,dy,dz\n")
        for energy, place in zip(energies, places):
            file.write("%s,%d,%d,%d\n" % (energy, *[-x for x in place]))
    still.ShiftsFile = path("moves.csv")
    with Messages():
        SaveData(path("moving.h5"), still)

    # The table, saved as it is, aligns the stack.
    moving = TXMStackReader(FileNames=[path("moving.h5")])
    quality = StackQuality(Input=moving)
    with Messages() as messages:
        columns = table_of(quality)
        SaveData(path("table.csv"), quality)
    check("jump" in messages.text or "stand out" in messages.text, "a warning: " + messages.text)
    for axis, name in enumerate(("dx (px)", "dy (px)", "dz (px)")):
        worst = max(abs(found - place[axis]) for found, place in zip(columns[name], places))
        print("%s: off by %.2f at most" % (name, worst))
        check(worst < 0.6, "%s is off by %s" % (name, worst))
    moving.ShiftsFile = path("table.csv")
    with Messages() as messages:
        columns = table_of(quality)
    check("ERR" not in messages.text and "jumps" not in messages.text, "messages: " + messages.text)
    rest = max(abs(v) for name in ("x", "y", "z") for v in columns["shift %s (px)" % name][1:] if math.isfinite(v))
    print("aligned by the table: %.2f px remain" % rest)
    check(rest < 0.5, "shift after alignment: %s" % rest)


def als(folder):
    folder = os.path.join(folder, "als-stxm-71214078")
    if not os.path.isdir(folder):
        print("SKIPPED: the ALS stack is not here (set PARAXANES_TEST_DATA):", folder)
        sys.exit(77)
    with Messages() as messages:
        stack = TXMStackReader(FileNames=[os.path.join(folder, "71214078_counts_float32.tif")],
                               I0File=os.path.join(folder, "i0.xsp"))
        columns = table_of(StackQuality(Input=stack))
    check(messages.text == "", "messages about a stack that is in order: " + messages.text)
    check(not any(columns["outlier"]), "outliers")
    check(abs(columns["mean"][0] - 1.0489413) < 1e-5 and abs(columns["mean"][42] - 1.2137757) < 1e-5, "means")
    check(max(abs(v) for v in columns["shift x (px)"][1:] + columns["shift y (px)"][1:]) < 0.2, "shifts")
    check(min(columns["shift quality"][1:]) > 0.8, "quality")


def ssrl(folder):
    folder = os.path.join(folder, "ssrl-6-2c")
    if not os.path.isdir(folder):
        print("SKIPPED: the SSRL frames are not here (set PARAXANES_TEST_DATA):", folder)
        sys.exit(77)
    frame = os.path.join(folder, "rep01_20161456_ssrl-test-data_08354.0_eV_002of003.xrm")
    with Messages() as messages:
        reader = TXMStackReader(FileNames=[frame])
        reader.UpdatePipeline()
    check("do not fit together: from 8324.00 eV to 8354.00 eV" in messages.text, "a warning: " + messages.text)
    quality = StackQuality(Input=reader)
    with Messages() as messages:
        columns = table_of(quality)
    check("jumps, and stays there, at 8354.00 eV" in messages.text, "a warning: " + messages.text)
    shift = [columns["shift x (px)"][1], columns["shift y (px)"][1]]
    print("SSRL frames: shift x %.2f, y %.2f px, quality %.2f" % (*shift, columns["shift quality"][1]))
    check(abs(shift[0] - 9.4) < 1.0 and abs(shift[1] - 20.7) < 1.0, "shift: %s" % shift)
    check(abs(columns["mean"][0] - 1.09719623) < 1e-5 and abs(columns["mean"][1] - 1.197366518) < 1e-5, "means")

    # What was found, as a ShiftsFile, brings the frames together.
    path = os.path.join(tempfile.mkdtemp(), "shifts.csv")
    with open(path, "w") as file:
        file.write("energy,dx,dy\n8324,0,0\n8354,%.3f,%.3f\n" % tuple(shift))
    reader.ShiftsFile = path
    with Messages() as messages:
        columns = table_of(quality)
    rest = [columns["shift x (px)"][1], columns["shift y (px)"][1]]
    print("aligned by these: %.2f, %.2f px remain" % tuple(rest))
    check(max(abs(rest[0]), abs(rest[1])) < 0.5, "shift after alignment: %s" % rest)
    check("do not fit" not in messages.text and "jumps" not in messages.text, "no warning: " + messages.text)


globals()[sys.argv[1]](*sys.argv[2:])
print("passed")
