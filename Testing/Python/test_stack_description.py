# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A stack opened, described by SaveData, and opened again from its description."""

import json
import os
import struct
import sys
import tempfile

from paraview.simple import *
from paraview import servermanager

SIZE = (9, 7, 4)
ENERGIES = [8330.0, 8331.5, 8340.0]


def value(x, y, z, e):
    return 1000.0 * e + x + 10.0 * y + 0.125 * z


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def values_of(proxy):
    proxy.UpdatePipeline()
    image = servermanager.Fetch(proxy)
    array = image.GetPointData().GetArray("absorbance")
    check(array is not None, "the stack is read")
    energies = image.GetFieldData().GetArray("energy")
    return (
        [array.GetTuple(k) for k in range(array.GetNumberOfTuples())],
        [energies.GetValue(k) for k in range(energies.GetNumberOfTuples())],
        image.GetSpacing(),
        image.GetOrigin(),
        image.GetDimensions(),
    )


with tempfile.TemporaryDirectory(prefix="paraxanes-description-") as folder:
    for e in range(3):
        with open(os.path.join(folder, "part%d.raw" % e), "wb") as raw:
            for z in range(SIZE[2]):
                for y in range(SIZE[1]):
                    row = [value(x, y, z, e) for x in range(SIZE[0])]
                    raw.write(struct.pack(">%df" % SIZE[0], *row))
    layout = {"format": "raw", "type": "float32", "byte_order": "big"}
    layout.update({"columns": SIZE[0], "rows": SIZE[1]})
    path = os.path.join(folder, "stack.txmstack")
    with open(path, "w") as text:
        json.dump(
            {
                "txmstack": 1,
                "element": "Ni",
                "pixel_size": 0.03,
                "files": [dict(layout, file="part%d.raw" % e) for e in range(3)],
                "energies": ENERGIES,
            },
            text,
        )

    reader = OpenDataFile(path)
    check(type(reader).__name__ == "TXMStackReader", "the reader that is taken")
    for name in ("EnergiesFile", "I0File", "ReferenceFileNames", "DarkFileNames", "ShiftsFile"):
        domain = reader.SMProxy.GetProperty(name).FindDomain("vtkSMFileListDomain")
        check(domain is not None, name + " is chosen on the server")
    tuples, energies, spacing, _, dimensions = values_of(reader)
    check(energies == ENERGIES and dimensions == SIZE, "energies and size")
    check(max(abs(s - 0.03) for s in spacing) < 1e-12, "spacing")
    expected = [
        tuple(value(x, y, z, e) for e in range(3))
        for z in range(SIZE[2])
        for y in range(SIZE[1])
        for x in range(SIZE[0])
    ]
    check(tuples == expected, "values")

    # A part of it, calibrated; one energy is shown at a time, and all are described.
    reader.VOI = [1, 7, 0, -1, 1, 3]
    reader.Stride = [2, 1, 1]
    reader.EnergyShift = 0.25
    reader.ExcludedEnergies = [8331.75]
    whole = values_of(reader)
    check(whole[1] == [8330.25, 8340.25] and whole[4] == (4, 7, 3), "a part of the stack")
    reader.OutputMode = "EnergyAsTime"
    os.mkdir(os.path.join(folder, "out"))
    copy = os.path.join(folder, "out", "copy.txmstack")
    SaveData(copy, reader)
    check(os.listdir(os.path.join(folder, "out")) == ["copy.txmstack"], "one file is written")
    with open(copy) as text:
        described = json.load(text)
    check(described["frames"][0]["images"][0]["file"] == "../part0.raw", "relative paths")
    again = OpenDataFile(copy)
    check(values_of(again) == whole, "the description gives the same stack")

print("passed")
