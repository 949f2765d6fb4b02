# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Stack Quality through the loaded plugin.

    pvpython test_stack_quality.py table FILE     # the tables of phantoms; FILE is made or compared with
    pvpython test_stack_quality.py als FOLDER     # a measured stack that is in order
    pvpython test_stack_quality.py ssrl FOLDER    # two measured frames that are not
"""

import glob
import hashlib
import json
import math
import os
import sys
import tempfile

import numpy as np
from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

EXACT = ("energy (eV)", "NaN count", "zero count", "outlier", "remark")
controller = vtkMultiProcessController.GetGlobalController()
rank = controller.GetLocalProcessId() if controller else 0
ranks = controller.GetNumberOfProcesses() if controller else 1


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


class Messages:
    """What VTK writes while this is open."""

    def __enter__(self):
        sys.stderr.flush()
        self.kept = os.dup(2)
        self.file = tempfile.TemporaryFile()
        os.dup2(self.file.fileno(), 2)
        return self

    def __exit__(self, *_):
        os.dup2(self.kept, 2)
        self.file.seek(0)
        self.text = self.file.read().decode()


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


def als(folder):
    folder = os.path.join(folder, "als-stxm-71214078")
    if not os.path.isdir(folder):
        print("SKIPPED: the ALS stack is not here:", folder)
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
        print("SKIPPED: the SSRL frames are not here:", folder)
        sys.exit(77)
    with open(os.path.join(folder, "manifest.json")) as file:
        files = json.load(file)["files"]
    frames = {}
    for entry in files:
        with open(os.path.join(folder, entry["file"]), "rb") as file:
            content = file.read()
        image = entry["images"][0]
        # The pixels lie in one piece, at a multiple of the sector size.
        for begin in range(0, len(content) - image["bytes"] + 1, 4096):
            pixels = content[begin:begin + image["bytes"]]
            if hashlib.sha256(pixels).hexdigest() == image["sha256_le_bytes"]:
                kind = "reference" if "_ref_" in entry["file"] else "sample"
                frames.setdefault((kind, entry["energy_eV_from_file_name"]), []).append(
                    np.frombuffer(pixels, "<u2").reshape(1024, 1024).astype(float))
    check(len(frames) == 4, "the frames of the manifest")
    energies = sorted({energy for _, energy in frames})
    absorbance = [-np.log(np.mean(frames["sample", e], 0) / np.mean(frames["reference", e], 0)) for e in energies]
    output = tempfile.mkdtemp()
    for energy, values in zip(energies, absorbance):
        write_tiff(os.path.join(output, "ssrl_%.2f_eV.tif" % energy), values.astype("<f4"))
    with Messages() as messages:
        reader = OpenDataFile(sorted(glob.glob(os.path.join(output, "*.tif")))[0])
        reader.UpdatePipeline()
    check("do not fit together: from 8324.00 eV to 8354.00 eV" in messages.text, "a warning: " + messages.text)
    with Messages() as messages:
        columns = table_of(StackQuality(Input=reader))
    check("jumps, and stays there, at 8354.00 eV" in messages.text, "a warning: " + messages.text)
    print("SSRL frames: shift x %.2f, y %.2f px, quality %.2f" % tuple(
        columns[name][1] for name in ("shift x (px)", "shift y (px)", "shift quality")))
    check(abs(columns["shift x (px)"][1] - 9.4) < 1.0, "shift in columns")
    check(abs(columns["shift y (px)"][1] - 20.7) < 1.0, "shift in rows")
    check(abs(columns["mean"][0] - 0.586371) < 1e-5 and abs(columns["mean"][1] - 0.686541) < 1e-5, "means")


def write_tiff(path, values):
    """One strip of float32, little-endian."""
    height, width = values.shape
    tags = [(256, 4, width), (257, 4, height), (258, 3, 32), (259, 3, 1), (262, 3, 1), (273, 4, 8),
            (277, 3, 1), (278, 4, height), (279, 4, values.nbytes), (339, 3, 3)]
    with open(path, "wb") as file:
        file.write(b"II" + np.array([42], "<u2").tobytes() + np.array([8 + values.nbytes], "<u4").tobytes())
        file.write(values.tobytes())
        file.write(np.array([len(tags)], "<u2").tobytes())
        for tag, kind, value in tags:
            file.write(np.array([tag, kind], "<u2").tobytes() + np.array([1, value], "<u4").tobytes())
        file.write(np.array([0], "<u4").tobytes())


globals()[sys.argv[1]](*sys.argv[2:])
print("passed")
