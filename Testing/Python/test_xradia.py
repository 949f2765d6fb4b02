# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Real files of Xradia microscopes, as a user opens them, against the numbers of their manifests.

Argument: the folder of the measurements; skipped (77) where there is none."""

import glob
import hashlib
import json
import math
import os
import sys

import numpy
from paraview import servermanager
from paraview.simple import *
from vtkmodules.util.numpy_support import vtk_to_numpy


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def close(value, expected, what, relative=1e-8):
    check(abs(value - expected) <= relative * max(1.0, abs(expected)), "%s: %.12g, %.12g expected"
          % (what, value, expected))


def read_pixels(reader):
    """Images, rows and columns of the first energy."""
    image = servermanager.Fetch(reader)
    values = vtk_to_numpy(image.GetPointData().GetArray("absorbance"))
    return values.reshape(image.GetDimensions()[::-1])


def check_statistics(pixels, oracle, what):
    values = pixels.astype(numpy.float64)
    for name, value in (("min", values.min()), ("max", values.max()), ("mean", values.mean()),
                        ("std", values.std()), ("sum", values.sum())):
        close(value, oracle[name], what + ", " + name)
    for pixel in oracle["pixels"]:
        check(values[pixel["row"], pixel["col"]] == pixel["value"], what + ", a pixel")
    digest = hashlib.sha256(values.astype("<u2").tobytes()).hexdigest()
    check(digest == oracle["sha256_le_bytes"], what + ", SHA-256 of the pixels")


def check_file(folder, entry):
    reader = OpenDataFile(os.path.join(folder, entry["file"]))
    check(type(reader).__name__ == "TXMStackReader", "the reader of " + entry["file"])
    reader.FindSeries = 0
    reader.ValueType = "Absorbance"  # the numbers as they are stored
    reader.UpdatePipeline()
    information = entry["ImageInfo"]
    pixels = read_pixels(reader)
    check(pixels.shape == (len(entry["images"]), information["ImageHeight"],
                           information["ImageWidth"]), "the size of " + entry["file"])
    for image, oracle in zip(pixels, entry["images"]):
        check_statistics(image, oracle, entry["file"] + " " + oracle["stream"])
    energy = servermanager.Fetch(reader).GetFieldData().GetArray("energy").GetValue(0)
    known = entry["energy_eV_from_file_name"]
    if known is None:
        stored = information["Energy"]
        known = stored[0] if isinstance(stored, list) else stored
        close(servermanager.Fetch(reader).GetSpacing()[0], information["PixelSize"], "pixel size")
    close(energy, known, "the energy of " + entry["file"])
    Delete(reader)


data = sys.argv[1]
if not os.path.isdir(os.path.join(data, "dxchange")):
    print("skipped: no measurements in", data)
    sys.exit(77)

for name in ("dxchange", "ssrl-6-2c"):
    with open(os.path.join(data, name, "manifest.json"), encoding="utf-8") as text:
        manifest = json.load(text)
    for entry in manifest["files"]:
        check_file(os.path.join(data, name), entry)
    print(name, "passed:", len(manifest["files"]), "files")

# A reference in the file, as it is, without exposure times.
with open(os.path.join(data, "dxchange", "manifest.json"), encoding="utf-8") as text:
    oracle = json.load(text)["internal_reference_oracle"]
reader = OpenDataFile(os.path.join(data, "dxchange", oracle["file"]))
reader.ScaleByExposure = 0
reader.UpdatePipeline()
values = read_pixels(reader)[0].astype(numpy.float64)
for name, value in (("min", values.min()), ("max", values.max()), ("mean", values.mean()),
                    ("std", values.std()), ("median", numpy.median(values))):
    close(value, oracle["od"][name], "absorbance, " + name, 1e-5)
for pixel in oracle["pixels"]:
    close(values[pixel["row"], pixel["col"]], pixel["value"], "absorbance of a pixel", 1e-5)
reader.ScaleByExposure = 1
reader.UpdatePipeline()
scaled = read_pixels(reader)[0].astype(numpy.float64)
close((scaled - values).mean(), math.log(39.8847275 / 40.0), "scaling by exposure", 1e-5)
Delete(reader)

# The scan: from a frame, a reference, its ScanInfo and its script.
folder = os.path.join(data, "ssrl-6-2c")
with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as text:
    manifest = json.load(text)
for pattern in ("rep01_2*08354.0_eV_002of003.xrm", "rep01_000054_ref_*", "ScanInfo_*.txt",
                "*_XANES.txt"):
    path = glob.glob(os.path.join(folder, pattern))[0]
    for scale, key in ((0, "od_plain"), (1, "od_exposure")):
        reader = OpenDataFile(path)
        check(type(reader).__name__ == "TXMStackReader", "the reader of " + pattern)
        reader.ScaleByExposure = scale
        reader.UpdatePipeline()
        image = servermanager.Fetch(reader)
        values = vtk_to_numpy(image.GetPointData().GetArray("absorbance")).astype(numpy.float64)
        check(values.shape == (1024 * 1024, 2), "two energies of " + pattern)
        for k, energy in enumerate(("08324.0", "08354.0")):
            check(image.GetFieldData().GetArray("energy").GetValue(k) == float(energy), "energy")
            od = manifest["od"][energy]["dev_4_references"][key]
            plane = values[:, k].reshape(1024, 1024)
            for name, value in (("min", plane.min()), ("max", plane.max()), ("mean", plane.mean()),
                                ("std", plane.std())):
                close(value, od[name], "%s %s %s" % (energy, key, name), 1e-5)
            for pixel in od["pixels"]:
                close(plane[pixel["row"], pixel["col"]], pixel["value"], "pixel", 1e-5)
        close(image.GetSpacing()[0], 36.39296 * 8324.0 / 9000.0 / 1024, "the pixel size")
        scan = image.GetFieldData().GetAbstractArray("scan").GetValue(0)
        check(scan == "6 exposures and 8 references of 2 energies", scan)
        Delete(reader)
print("passed")
