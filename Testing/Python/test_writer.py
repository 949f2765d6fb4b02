# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Files of the energy stack writer on 1, 2 and 4 ranks, read with h5py.

    python3 test_writer.py PVBATCH MPIEXEC FOLDER
"""
import filecmp
import os
import shutil
import subprocess
import sys

try:
    import h5py
    import numpy
except ImportError as error:
    print("skipped: this Python has no h5py:", error)
    sys.exit(77)

pvbatch, mpiexec, folder = sys.argv[1:4]
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "write_on_ranks.py")
failures = []


def check(ok, message):
    if not ok:
        failures.append(message)


def run(ranks):
    output = os.path.join(folder, f"writer_{ranks}")
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    command = [mpiexec, "-np", str(ranks), pvbatch, "--dr", "--force-offscreen-rendering", script, output]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if done.returncode != 0 or "ERR|" in done.stdout or "Traceback" in done.stdout:
        sys.exit(f"{ranks} ranks failed with status {done.returncode}:\n{done.stdout}")
    check(all(name.endswith((".h5", ".hdf5")) for name in os.listdir(output)), f"{ranks} ranks left {os.listdir(output)}")
    return output


def bits(path):
    with h5py.File(path, "r") as file:
        return file["exchange/data"][()].view("u4")


one = run(1)
with h5py.File(os.path.join(one, "plain.h5"), "r") as file:
    data = file["exchange/data"]
    check(data.shape == (61, 24, 24, 24) and data.dtype == numpy.float32, f"{data.shape}, {data.dtype}")
    check(data.attrs["axes"] == "energy:z:y:x", "axes")
    check(list(data.attrs["spacing"]) == [0.03] * 3, "spacing")
    check(file["exchange/energy"].attrs["units"] == "eV", "the unit of the energies")
    check(file["exchange/energy"][0] == 8150.0, "the first energy")
    check(file["process/paraxanes/element"].asstr()[()] == "Ni", "the element")
with h5py.File(os.path.join(one, "compressed.h5"), "r") as file:
    check(file["exchange/data"].compression == "gzip", "not compressed")
with h5py.File(os.path.join(one, "flat.h5"), "r") as file:
    check(file["exchange/data"].shape == (61, 24, 24), "the shape of a flat stack")
check(filecmp.cmp(os.path.join(one, "plain.h5"), os.path.join(one, "plain.hdf5"), shallow=False), "plain.hdf5")
for name in ("compressed", "pulled", "pulled_compressed", "again_pulled"):
    check(numpy.array_equal(bits(os.path.join(one, "plain.h5")), bits(os.path.join(one, name + ".h5"))), name)
check(numpy.array_equal(bits(os.path.join(one, "normalized.h5")), bits(os.path.join(one, "again.h5"))), "again")
with h5py.File(os.path.join(one, "normalized.h5"), "r") as first, \
        h5py.File(os.path.join(one, "again.h5"), "r") as second:
    for name in ("spacing", "origin"):
        before, after = first["exchange/data"].attrs[name], second["exchange/data"].attrs[name]
        check(list(before) == list(after), f"{name}: {after} after reading, {before} before")
    for name in first["process/paraxanes"]:
        if name != "paraxanes_version":
            before, after = (file["process/paraxanes"].get(name) for file in (first, second))
            check(after is not None and numpy.array_equal(before[()], after[()]), f"field data {name}")
for ranks in (2, 4):
    several = run(ranks)
    for name in sorted(os.listdir(one)):
        same = filecmp.cmp(os.path.join(one, name), os.path.join(several, name), shallow=False)
        check(same, f"{name} differs on {ranks} ranks")

for failure in failures:
    print("failed:", failure)
print(f"files of 1, 2 and 4 ranks compared, {len(failures)} failures")
sys.exit(1 if failures else 0)
