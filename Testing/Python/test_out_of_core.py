# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The edge map of a stack that is larger than the memory it may take, and the angles behind it.

    python3 test_out_of_core.py PVPYTHON FOLDER [GB]

Writes a stack of so many gigabytes (12) to FOLDER, and one of 1.5 GB that fits, and removes them. Each
run is a process of its own, whose peak is that of the whole work. What is said of time holds on a
machine that does nothing else.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

LIMIT = 1.0  # GiB
GIB, MB = 2.0**30, 1e6
ROUNDS = 3
ENERGIES = 61
BYTES_OF_MAPS = 8 + 4 + 1  # edge_energy, edge_jump, validity


def peak():
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def processor():
    return sum(os.times()[:2])


def work(step, path, size):
    """One step, in a process of its own; tells what it took."""
    from paraview import simple
    from vtkmodules.util.numpy_support import vtk_to_numpy

    if step == "write":
        simple.SaveData(path, simple.TXMPhantom(Size=int(size), OutputMode="EnergyAsTime"))
        return
    stack = simple.TXMStackReader(FileNames=[path])
    before, start, used = peak(), time.perf_counter(), processor()
    edges = simple.EdgeEnergy(Input=stack)
    if step != "whole":
        stack.OutputMode = "EnergyAsTime"
        edges.MemoryLimit = LIMIT
    edges.UpdatePipeline()
    told = {"seconds": time.perf_counter() - start, "processor": processor() - used, "before": before}
    if step == "chain":
        gradient = simple.ValenceGradient(Input=simple.VoxelBin(Input=edges))
        angles = simple.RadialAngleHistogram(Input=gradient, ParticleInput=edges)
        angles.UpdatePipeline()
        told["vectors"] = angles.GetClientSideObject().GetOutputDataObject(3).GetColumnByName(
            "number of vectors").GetValue(0)
    image = edges.GetClientSideObject().GetOutputDataObject(0)
    told["peak"] = peak()  # before the check below takes memory
    points = image.GetPointData()
    told["maps"] = {name: zlib.crc32(vtk_to_numpy(points.GetArray(name)))
                    for name in ("edge_energy", "edge_jump", "validity")}
    told["valid"] = int((vtk_to_numpy(points.GetArray("validity")) == 0).sum())
    print("told " + json.dumps(told), flush=True)


def run(step, path, size):
    done = subprocess.run([pvpython, "--dr", "--force-offscreen-rendering", __file__, step, path, str(size)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("told ")]
    if done.returncode != 0 or "ERR|" in done.stdout or (step != "write" and not lines):
        sys.exit("failed: %s of %s:\n%s" % (step, path, done.stdout))
    if step == "write":
        return None
    told = json.loads(lines[-1][5:])
    told["ns"] = 1e9 * told["seconds"] / size**3
    print("%-8s %5.2f GB: %6.1f s, %5.1f ns per voxel (%5.1f of processors), peak %5.0f MB, %d valid voxels" % (
        step, size**3 * ENERGIES * 4e-9, told["seconds"], told["ns"], 1e9 * told["processor"] / size**3,
        told["peak"] / MB, told["valid"]), flush=True)
    return told


def check(condition, text):
    print("ok    " if condition else "failed:", text)
    return condition


def main(folder, gigabytes):
    edge = lambda size: round((size * 1e9 / ENERGIES / 4) ** (1 / 3))
    small, large = edge(min(1.5, gigabytes)), edge(gigabytes)
    good = True
    with tempfile.TemporaryDirectory(dir=folder) as place:
        paths = {size: os.path.join(place, "stack_%d.h5" % size) for size in (small, large)}
        for size, path in paths.items():
            run("write", path, size)
            print("wrote %.2f GB" % (os.path.getsize(path) * 1e-9), flush=True)
        whole, limited = [], []
        for _ in range(ROUNDS):
            whole.append(run("whole", paths[small], small))
            limited.append(run("limited", paths[large], large))
        pulled = run("limited", paths[small], small)
        chain = run("chain", paths[large], large)

    good &= check(pulled["maps"] == whole[0]["maps"], "the maps are those of the whole stack, to the bit")
    bound = LIMIT * GIB + large**3 * BYTES_OF_MAPS + 300 * MB
    highest = max(told["peak"] for told in limited)
    good &= check(highest < bound, "peak %.0f MB, at most %.0f MB (limit + maps + 300 MB); %.0f MB before" % (
        highest / MB, bound / MB, limited[0]["before"] / MB))
    good &= check(chain["vectors"] > 0, "%d vectors behind it; peak with bins, gradient and angles %.0f MB" % (
        chain["vectors"], chain["peak"] / MB))
    good &= check(chain["peak"] < bound, "bins, gradient and angles need no array of the size of the stack")
    ratio = statistics.median(b["ns"] / a["ns"] for a, b in zip(whole, limited))
    good &= check(ratio < 1.3, "time per voxel over that of a stack that fits: %.2f (median of %d pairs; %s)" % (
        ratio, ROUNDS, ", ".join("%.2f" % (b["ns"] / a["ns"]) for a, b in zip(whole, limited))))
    sys.exit(0 if good else 1)


if sys.argv[1] in ("write", "whole", "limited", "chain"):
    work(*sys.argv[1:])
else:
    pvpython = sys.argv[1]
    main(sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 12.0)
