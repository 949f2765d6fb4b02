# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a small stack in every format but HDF5, which the plugin writes itself."""
import json
import os
import struct

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkTIFFWriter

SHAPE = (7, 9, 11)  # slices, rows, columns
ENERGIES = [8300.0 + 4.0 * k for k in range(31)]
INCIDENT = 30000.0
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def absorbance():
    """Energies, slices, rows, columns: an edge that is nowhere the same, with noise."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    edge = 8342.0 + 0.1 * x + 0.07 * y * y / 9.0 + 0.05 * z
    energies = np.reshape(ENERGIES, (-1, 1, 1, 1))
    noise = np.random.default_rng(1).normal(0.0, 0.005, (len(ENERGIES),) + SHAPE)
    return (0.2 + (0.6 + 0.01 * x) * (0.5 + np.arctan((energies - edge) / 2.0) / np.pi) + noise).astype(np.float32)


def write_compound_file(path, streams):
    """{"storage/stream": bytes} as an OLE2 file: sectors of 512 bytes, short streams in the mini stream."""
    sectors, following, mini, mini_following = [], [], b"", []
    entries = [["Root Entry", 5, FREE, FREE, END, 0]]  # name, kind, right, child, first sector, size

    def add_chain(data):
        first = len(sectors)
        parts = [data[i:i + 512].ljust(512, b"\0") for i in range(0, len(data), 512)]
        sectors.extend(parts)
        following.extend([first + k + 1 for k in range(len(parts) - 1)] + [END][:len(parts)])
        return first if parts else END

    def add_mini(data):
        nonlocal mini
        first, count = len(mini_following), -(-len(data) // 64)
        mini += data.ljust(64 * count, b"\0")
        mini_following.extend([first + k + 1 for k in range(count - 1)] + [END][:count])
        return first if count else END

    def add_storage(parent, prefix):
        last = None
        for name in sorted({path[len(prefix):].split("/")[0] for path in streams if path.startswith(prefix)}):
            number, data = len(entries), streams.get(prefix + name)
            entries[parent if last is None else last][3 if last is None else 2] = number
            last = number
            entries.append([name, 1 if data is None else 2, FREE, FREE, END, 0])
            if data is None:
                add_storage(number, prefix + name + "/")
            else:
                entries[number][4:] = [add_mini(data) if len(data) < 4096 else add_chain(data), len(data)]

    add_storage(0, "")
    entries[0][4:] = [add_chain(mini), len(mini)]
    mini_table = add_chain(struct.pack("<%dI" % len(mini_following), *mini_following))
    directory = b""
    for name, kind, right, child, first, size in entries:
        text = (name + "\0").encode("utf-16-le")
        directory += text.ljust(64, b"\0") + struct.pack("<HBB3I36xIQ", len(text), kind, 1, FREE, right, child, first, size)
    first_directory = add_chain(directory)
    tables = 1
    while tables * 128 < len(following) + tables:
        tables += 1
    assert tables <= 109, "this writer knows no larger files"
    names = list(range(len(sectors), len(sectors) + tables))
    following += [TABLE] * tables
    following += [FREE] * (tables * 128 - len(following))
    header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, first_directory, 0, 4096, mini_table, 1, END, 0)
    header += struct.pack("<109I", *(names + [FREE] * (109 - tables)))
    with open(path, "wb") as file:
        file.write(header + b"".join(sectors) + struct.pack("<%dI" % len(following), *following))


def write_xrm(path, images, energies, references=None, exposure=0.5):
    """Images of an Xradia microscope, of 16 bits or single precision."""
    number = lambda value: struct.pack("<i", value)
    reals = lambda values: np.asarray(values, "<f4").tobytes()
    kind = {np.dtype(np.uint16): 5, np.dtype(np.float32): 10}
    streams = {
        "ImageInfo/ImageWidth": number(images.shape[2]), "ImageInfo/ImageHeight": number(images.shape[1]),
        "ImageInfo/NoOfImages": number(len(images)), "ImageInfo/ImagesTaken": number(len(images)),
        "ImageInfo/DataType": number(kind[images.dtype]), "ImageInfo/OriginalDataRefCorrected": number(0),
        "ImageInfo/PixelSize": reals([0.25]), "Version": reals([4.0]), "ImageInfo/Energy": reals(energies),
        "ImageInfo/ExpTimes": reals([exposure] * len(images))}
    for k, image in enumerate(images):
        streams["ImageData%d/Image%d" % (k // 100 + 1, k + 1)] = image.tobytes()
    if references is not None:
        streams["ReferenceData/Image"] = references.tobytes()
        streams["ReferenceData/DataType"] = number(kind[references.dtype])
        streams["ReferenceData/ExpTime"] = reals([exposure])
    write_compound_file(path, streams)


def write_tiff(path, volume):
    image = vtkImageData()
    image.SetDimensions(volume.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(volume.ravel(), deep=True))
    writer = vtkTIFFWriter()
    writer.SetFileName(path)
    writer.SetInputData(image)
    writer.SetCompressionToDeflate()
    writer.Write()


def write_all(folder):
    stack = absorbance()
    names = ["vol_%.2f_eV" % energy for energy in ENERGIES]
    for part in ("tiff", "txm", "txrm", "scan", "raw"):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    path = lambda *parts: os.path.join(folder, *parts)

    for name, energy, volume in zip(names, ENERGIES, stack):
        write_tiff(path("tiff", name + ".tif"), volume)
        write_xrm(path("txm", name + ".txm"), volume, [energy])

    # Counts of the first slice, some of them zingers, two exposures, references of other exposure.
    rows, columns = SHAPE[1:]
    incident = INCIDENT + 40.0 * np.arange(columns) - 25.0 * np.arange(rows)[:, None]
    counts = (incident * np.exp(-stack[:, 0])).astype(np.uint16)
    counts[::5, 4, 3] = 60000
    references = incident.astype(np.uint16)
    write_xrm(path("txrm", "series.txrm"), counts, ENERGIES, references)
    listed = ""
    for k, energy in enumerate(ENERGIES):
        for exposure in (1, 2):
            name = "s_%07.1f_eV_%03dof002.xrm" % (energy, exposure)
            write_xrm(path("scan", "rep01_" + name), counts[k:k + 1], [0.0])
            write_xrm(path("scan", "rep01_%06d_ref_%s" % (k, name)), references[None], [0.0], exposure=0.3)
            listed += "rep01_%s\nrep01_%06d_ref_%s\n" % (name, k, name)
    with open(path("scan", "ScanInfo_s.txt"), "w") as file:
        file.write("VERSION 1\nENERGY 1\nNEXPOSURES 2\nFILES\n" + listed)

    stack.astype(">f4").tofile(path("raw", "absorbance.raw"))
    counts.tofile(path("raw", "counts.raw"))
    references.tofile(path("raw", "references.raw"))
    raw = {"format": "raw", "columns": columns, "rows": rows}
    with open(path("raw", "volumes.txmstack"), "w") as file:
        json.dump({"txmstack": 1, "slices": SHAPE[0], "energies": ENERGIES, "pixel_size": 0.03, "values": "absorbance",
                   "files": [dict(raw, file="absorbance.raw", type="float32", byte_order="big")]}, file)
    with open(path("raw", "frames.txmstack"), "w") as file:
        json.dump({"txmstack": 1, "values": "counts", "pixel_size": 0.03,
                   "files": [dict(raw, file=name, type="uint16") for name in ("counts.raw", "references.raw")],
                   "references": ["references.raw"],
                   "frames": [{"energy": energy, "images": [{"file": "counts.raw", "image": k}],
                               "pixel_size": 0.03 + 1e-5 * k, "shift": [0.3 * (k % 4), -0.2 * (k % 3), 0]}
                              for k, energy in enumerate(ENERGIES)]}, file)
    with open(path("shifts.csv"), "w") as file:
        file.write("energy,dx,dy,dz\n")
        for k, energy in enumerate(ENERGIES):
            file.write("%s,%g,%g,%g\n" % (energy, 0.4 * (k % 3), -0.25 * (k % 2), 0.5 * (k % 2)))
