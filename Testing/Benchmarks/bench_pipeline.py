# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Whole filters, each beside the ceiling of the machine and beside what users have today.

    pvbatch bench_pipeline.py run [--size 160] [--repeat 5] [--plugin ParaXANES.so] [--json FILE]
    pvbatch bench_pipeline.py growth [--voxels 1e6 4e6 1e7] [--energies 20 60 120 200] [--figure FILE]
    pvbatch bench_pipeline.py compare A.json B.json [--tolerance 0.1]

`run` makes a phantom stack in memory and on disk. Ceilings, measured in the same run with as many
threads: reading the stack's memory, copying it into a new array (whose pages the system has to clear
first), and read() of its file into a new array. Beside the filters run
a blocked numpy program, Larch (where it is installed, on some spectra), ParaView's Gradient and
VTK's vtkImageShrink3D. Times are medians of first runs of new filters or readers: new arrays are
part of them. What paraview.simple takes to make a filter, whatever it works on, is told beside them
(`making`) and is no part of them. Peak memory is what the process took beyond what it held before.

Maps have the arrays of a measured stack, without what only a phantom knows; Voxel Bin is timed with
those, too. Voxels are those of the map: of a chain (bin by 2, gradient and angles of the blocks)
those that enter it, so that its later filters work on an eighth of them.

`growth` takes Edge Energy of stacks of growing numbers of voxels and of energies, as far as they fit
into the free memory, and tells by which power time and memory grow (1: linear).

`compare` lists both files and ends with exit status 1 where B is slower than A beyond the tolerance,
in units of the ceiling of its own run where there is one.
"""
import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time

import numpy as np

SPECTRA_FOR_LARCH = 100
VOXELS_FOR_NUMPY = 300_000
NUMPY_BLOCK = 4096


class Bench:
    """Times steps and keeps what they showed."""

    def __init__(self, repeat):
        self.repeat = repeat
        self.results = []

    def time(self, name, voxels, step, reset=lambda: None, moved=0, ceiling=None):
        """`step` is timed, `reset` is told beside it; `moved`: bytes that `step` has to read and write,
        beside those per second of `ceiling`."""
        seconds, peaks, making = [], [], []
        for _ in range(self.repeat):
            begin = time.perf_counter()
            reset()
            making.append(time.perf_counter() - begin)
            before = start_of_peak()
            begin = time.perf_counter()
            kept = step()
            seconds.append(time.perf_counter() - begin)
            peaks.append(peak_memory() - before)
            del kept
        median = statistics.median(seconds)
        result = {"name": name, "seconds": median, "best": min(seconds), "voxels/s": voxels / median,
                  "peak MB": max(peaks) * 1e-6, "making": statistics.median(making)}
        if ceiling:
            result["ratio to ceiling"] = moved / median / ceiling
        self.results.append(result)
        print(row(result), flush=True)
        return median


def row(result):
    ratio = result.get("ratio to ceiling")
    return "%-46s %9.4f s  %9.3g voxels/s  %8.0f MB  %s%s" % (
        result["name"], result["seconds"], result["voxels/s"], result["peak MB"],
        "making %.3f s  " % result["making"] if result["making"] > 1e-3 else "",
        "" if ratio is None else "%.2f of the ceiling" % ratio)


def start_of_peak():
    """Resident memory in bytes; the kernel's peak starts from it."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    return memory_line("VmRSS:")


def peak_memory():
    return memory_line("VmHWM:")


def memory_line(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key))


def number_of_threads():
    limit = os.environ.get("VTK_SMP_MAX_THREADS", "")
    available = len(os.sched_getaffinity(0))
    return min(int(limit), available) if limit.isdigit() and int(limit) > 0 else available


def in_threads(pieces, work):
    threads = [threading.Thread(target=work, args=(piece,)) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def read_memory(stack, threads):
    """Reading and nothing else: numpy's maximum is a vector loop outside of the interpreter's lock."""
    in_threads(np.array_split(stack.reshape(-1), threads), np.maximum.reduce)


def copy_memory(stack, threads):
    """Into a new array, as a filter has to make one."""
    copy = np.empty(stack.size, stack.dtype)
    pieces = zip(np.array_split(copy, threads), np.array_split(stack.reshape(-1), threads))
    in_threads(list(pieces), lambda piece: np.copyto(*piece))
    return copy


def read_file(path, threads):
    """read() into a new array."""
    whole = np.empty(os.path.getsize(path), np.uint8)

    def read(piece):
        with open(path, "rb", buffering=0) as file:
            for begin in range(piece[0], piece[1], 1 << 20):
                os.preadv(file.fileno(), [whole[begin:min(begin + (1 << 20), piece[1])]], begin)

    ends = np.linspace(0, len(whole), threads + 1).astype(int)
    in_threads(list(zip(ends[:-1], ends[1:])), read)
    return whole


class NumpyEdges:
    """Default normalisation (Ratio) and level 0.5, as a careful user of numpy writes it: weights of the
    fits once, matrix products, blocks that stay in the cache."""

    def __init__(self, energies, e0):
        def fit(low, high):
            inside = (energies >= low) & (energies <= high)
            scaled = (energies - energies[inside].mean()) / np.ptp(energies[inside])
            lines = np.stack([np.ones_like(scaled), scaled]).astype(np.float32)
            return inside, np.linalg.pinv(lines[:, inside]).astype(np.float32), lines

        self.energies = energies
        self.pre, self.pre_weights, self.pre_lines = fit(max(energies[0], e0 - 200), e0 - 20)
        self.post, self.post_weights, self.post_lines = fit(e0 + 50, energies[-1])
        self.window = np.flatnonzero((energies >= e0 - 5) & (energies <= e0 + 30))

    def of(self, spectra):
        above = spectra - (spectra[:, self.pre] @ self.pre_weights) @ self.pre_lines
        step = (above[:, self.post] @ self.post_weights) @ self.post_lines[:, self.window]
        y = above[:, self.window] / step
        rises = (y[:, :-1] < 0.5) & (y[:, 1:] >= 0.5)
        rises &= np.arange(rises.shape[1]) < y.argmax(axis=1)[:, None]
        lower = rises.shape[1] - 1 - rises[:, ::-1].argmax(axis=1)
        at = np.arange(len(y))
        low, high = y[at, lower], y[at, lower + 1]
        energies = self.energies[self.window]
        found = energies[lower] + (0.5 - low) / (high - low) * (energies[lower + 1] - energies[lower])
        return np.where(rises.any(axis=1), found, np.nan)

    def map(self, stack):
        edges = np.empty(len(stack))
        with np.errstate(all="ignore"):
            for begin in range(0, len(stack), NUMPY_BLOCK):
                block = slice(begin, begin + NUMPY_BLOCK)
                edges[block] = self.of(stack[block])
        return edges


def larch_edges(spectra, energies, e0):
    import larch
    from larch.xafs import pre_edge
    edges = []
    for mu in spectra:
        group = larch.Group()
        pre_edge(energies, mu.astype(float), group=group, e0=e0, pre1=-200, pre2=-20, norm1=50,
                 norm2=energies[-1] - e0, nnorm=1)
        near = (energies >= e0 - 5) & (energies <= e0 + 30)
        y, x = group.norm[near], energies[near]
        rises = [k for k in range(y.argmax()) if y[k] < 0.5 <= y[k + 1]]
        k = rises[-1] if rises else None
        edges.append(np.nan if k is None else x[k] + (0.5 - y[k]) / (y[k + 1] - y[k]) * (x[k + 1] - x[k]))
    return edges


def hold(simple, proxy):
    """Its output as the start of a pipeline of its own, so that nothing before it runs again."""
    proxy.UpdatePipeline()
    source = proxy.GetClientSideObject().GetOutputDataObject(0)
    image = source.NewInstance()
    image.ShallowCopy(source)
    producer = simple.TrivialProducer()
    producer.GetClientSideObject().SetOutput(image)
    simple.Delete(proxy)
    return producer, image


class Fresh:
    """A step that brings the last of some filters up to date, and what makes them anew before it;
    `opening`: making them is a part of the step, as that of a reader, which looks into its files."""

    def __init__(self, simple):
        self.simple = simple
        self.made = []

    def __call__(self, *makes, opening=False):
        def make_all():
            for make in makes:
                self.made.append(make(self.made[-1]) if self.made else make())

        def reset():
            self.clear()
            if not opening:
                make_all()

        def step():
            if opening:
                make_all()
            self.made[-1].UpdatePipeline()
        return {"step": step, "reset": reset}

    def clear(self):
        while self.made:
            self.simple.Delete(self.made.pop())


def without(simple, image, names):
    """A source of the image without some arrays."""
    lean = image.NewInstance()
    lean.ShallowCopy(image)
    for name in names:
        lean.GetPointData().RemoveArray(name)
    producer = simple.TrivialProducer()
    producer.GetClientSideObject().SetOutput(lean)
    return producer, lean


def start(options):
    from paraview import simple
    if options.plugin:
        simple.LoadPlugin(options.plugin, remote=False, ns=vars(simple))
    return simple


def run(options):
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkImagingCore import vtkImageShrink3D

    simple = start(options)
    threads = number_of_threads()
    bench = Bench(options.repeat)
    phantom = simple.TXMPhantom(Size=options.size)
    phantom.UpdatePipeline()

    stack, image = hold(simple, phantom)
    values = vtk_to_numpy(image.GetPointData().GetArray("absorbance"))
    energies = vtk_to_numpy(image.GetFieldData().GetArray("energy"))
    voxels = len(values)
    print("%d threads; %d voxels of %d energies, %.2f GB\n" %
          (threads, voxels, len(energies), values.nbytes * 1e-9), flush=True)

    fresh = Fresh(simple)
    reading = bench.time("ceiling: reading the stack's memory", voxels, lambda: read_memory(values, threads))
    bandwidth = values.nbytes / reading

    copying = bench.time("ceiling: copying it into a new array", voxels, lambda: copy_memory(values, threads))

    def pass_over(name, make, moved=values.nbytes, ceiling=bandwidth):
        return bench.time(name, voxels, moved=moved, ceiling=ceiling, **fresh(make))

    edge_time = pass_over("Edge Energy, Level", lambda: simple.EdgeEnergy(Input=stack))
    others = ["Derivative", "WhiteLineFraction", "WhiteLine", "Centroid"]
    for method in others:
        alone = pass_over("Edge Energy, " + method, lambda: simple.EdgeEnergy(Input=stack, Method=method))
        speedup(bench, "speed of %s over that of Level" % method, edge_time, alone)
    together = pass_over("Edge Energy, all methods", lambda: simple.EdgeEnergy(
        Input=stack, AdditionalMethods=others))
    speedup(bench, "speed of all methods over that of Level", edge_time, together)
    pass_over("Edge Energy, Level with errors", lambda: simple.EdgeEnergy(Input=stack, ComputeErrors=1))
    pass_over("XANES Normalize", lambda: simple.XANESNormalize(Input=stack),
              ceiling=values.nbytes / copying)
    fresh.clear()

    compared = min(voxels, VOXELS_FOR_NUMPY)
    middle = (voxels - compared) // 2
    part = values[middle:middle + compared]
    numpy_edges = NumpyEdges(energies, 8333.0)
    numpy_time = bench.time("numpy in blocks", compared, lambda: numpy_edges.map(part))
    speedup(bench, "Edge Energy over numpy", numpy_time / compared, edge_time / voxels)
    try:
        few = part[::max(1, compared // SPECTRA_FOR_LARCH)][:SPECTRA_FOR_LARCH]
        larch_time = bench.time("Larch, spectrum by spectrum", len(few), lambda: larch_edges(few, energies, 8333.0))
        speedup(bench, "Edge Energy over Larch", larch_time / len(few), edge_time / voxels)
    except ImportError:
        print("Larch is not installed (Debian: python3-larch): left out", flush=True)

    all_maps, map_image = hold(simple, simple.EdgeEnergy(Input=stack, E0=8333.0))
    agree(vtk_to_numpy(map_image.GetPointData().GetArray("edge_energy"))[middle:middle + compared],
          numpy_edges.map(part))

    bench.time("Voxel Bin 2, with the phantom's own arrays", voxels,
               **fresh(lambda: simple.VoxelBin(Input=all_maps, BlockSize=[2, 2, 2])))
    fresh.clear()
    maps, map_image = without(simple, map_image, ["true_edge_energy", "true_edge_jump", "grain_id", "particle_id"])
    bin_time = bench.time("Voxel Bin 2", voxels, **fresh(lambda: simple.VoxelBin(Input=maps, BlockSize=[2, 2, 2])))
    fresh.clear()
    gradient_time = bench.time("Valence Gradient", voxels, **fresh(lambda: simple.ValenceGradient(Input=maps)))
    fresh.clear()
    gradient, _ = hold(simple, simple.ValenceGradient(Input=maps))
    angle_time = bench.time("Radial Angle Histogram", voxels,
                            **fresh(lambda: simple.RadialAngleHistogram(Input=gradient)))
    fresh.clear()
    together = voxels / (bin_time + gradient_time + angle_time)
    print("each of bin, gradient and angles over all voxels: %.3g voxels/s" % together)
    bench.results.append({"name": "bin, gradient and angles, each over all voxels", "voxels/s": together})

    bench.time("bin by 2, gradient and angles of the blocks", voxels, **fresh(
        lambda: simple.VoxelBin(Input=maps, BlockSize=[2, 2, 2]),
        lambda blocks: simple.ValenceGradient(Input=blocks),
        lambda vectors: simple.RadialAngleHistogram(Input=vectors)))
    fresh.clear()

    def of_paraview():
        return simple.Gradient(Input=maps, ScalarArray=["POINTS", "edge_energy"])

    theirs = bench.time("ParaView's Gradient", voxels, **fresh(of_paraview))
    fresh.clear()
    speedup(bench, "Valence Gradient over ParaView's Gradient", theirs, gradient_time)

    def shrink():
        map_image.GetPointData().SetActiveScalars("edge_energy")
        filter_ = vtkImageShrink3D()
        filter_.SetInputData(map_image)
        filter_.SetShrinkFactors(2, 2, 2)
        filter_.MeanOn()
        filter_.Update()
        return filter_

    theirs = bench.time("vtkImageShrink3D (one array)", voxels, shrink)
    speedup(bench, "Voxel Bin (all arrays) over vtkImageShrink3D", theirs, bin_time)

    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = os.path.join(folder, "stack.h5")
        simple.SaveData(path, stack)
        size = os.path.getsize(path)
        read = bench.time("ceiling: read() of the file, new array", voxels, lambda: read_file(path, threads))
        bench.time("TXM Stack Reader, HDF5", voxels, moved=size, ceiling=size / read,
                   **fresh(lambda: simple.TXMStackReader(FileNames=[path]), opening=True))
        fresh.clear()

        chain = fresh(
            lambda: simple.TXMStackReader(FileNames=[path]),
            lambda raw: simple.EdgeEnergy(Input=raw),
            lambda edges: simple.VoxelBin(Input=edges, BlockSize=[2, 2, 2]),
            lambda blocks: simple.ValenceGradient(Input=blocks),
            lambda vectors: simple.RadialAngleHistogram(Input=vectors), opening=True)
        bench.time("file to angles, block 2", voxels, moved=size, ceiling=size / read, **chain)
        fresh.clear()

    write_json(options, threads, {"voxels": voxels, "energies": len(energies), "results": bench.results})


def write_json(options, threads, results):
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"machine": machine(threads), **results}, file, indent=1)


def scan(count):
    """Energies of a Ni K scan: most of them at the edge."""
    return np.concatenate([np.linspace(8150, 8300, count // 6), np.linspace(8320, 8380, count - 2 * (count // 6)),
                           np.linspace(8390, 8590, count // 6)])


def growth(options):
    from vtkmodules.util.numpy_support import vtk_to_numpy
    simple = start(options)
    threads = number_of_threads()
    bench = Bench(options.repeat)
    fresh = Fresh(simple)

    def measure(voxels, energies):
        size = round(voxels ** (1 / 3))
        if size ** 3 * energies * 4 > 0.5 * available_memory():
            print("%d^3 voxels of %d energies do not fit into half of the free memory: left out" % (size, energies))
            return []
        stack, image = hold(simple, simple.TXMPhantom(Size=size, Energies=scan(energies)))
        values = vtk_to_numpy(image.GetPointData().GetArray("absorbance"))
        name = "%d voxels, %d energies" % (len(values), energies)
        reading = bench.time("reading " + name, len(values), lambda: read_memory(values, threads))
        bench.time("Edge Energy " + name, len(values), moved=values.nbytes, ceiling=values.nbytes / reading,
                   **fresh(lambda: simple.EdgeEnergy(Input=stack)))
        fresh.clear()
        simple.Delete(stack)
        return [{"voxels": len(values), "energies": energies, **bench.results[-1]}]

    usual = 60
    by_voxels = [point for voxels in options.voxels for point in measure(voxels, usual)]
    middle = sorted(options.voxels)[len(options.voxels) // 2]
    by_energies = [point for energies in options.energies for point in measure(middle, energies)]
    powers = {"time over voxels": power(by_voxels, "voxels", "seconds"),
              "memory over voxels": power(by_voxels, "voxels", "peak MB"),
              "time over energies": power(by_energies, "energies", "seconds")}
    for name, exponent in powers.items():
        print("%s: power %.2f" % (name, exponent))
    if options.figure:
        draw_growth(options.figure, by_voxels, by_energies)
    write_json(options, threads, {"results": bench.results, "powers": powers})


def available_memory():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable:"))


def power(points, abscissa, ordinate):
    """Slope of the logarithms."""
    if len(points) < 2:
        return float("nan")
    return np.polyfit(np.log([p[abscissa] for p in points]), np.log([max(p[ordinate], 1e-9) for p in points]), 1)[0]


def draw_growth(path, by_voxels, by_energies):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    panels = [(by_voxels, "voxels", "seconds", "time (s)"), (by_voxels, "voxels", "peak MB", "peak beyond the stack (MB)"),
              (by_energies, "energies", "seconds", "time (s)")]
    for axis, (points, abscissa, ordinate, label) in zip(axes, panels):
        x = np.array([p[abscissa] for p in points], float)
        y = np.array([p[ordinate] for p in points], float)
        axis.loglog(x, y, "o", label="Edge Energy")
        if len(x):
            axis.loglog(x, y[-1] * x / x[-1], "-", color="0.6", label="linear")
        axis.set_xlabel(abscissa)
        axis.set_ylabel(label)
        axis.legend(frameon=False)
    figure.savefig(path, dpi=150)


def speedup(bench, name, theirs, ours):
    print("%-46s %9.3g times" % (name, theirs / ours), flush=True)
    bench.results.append({"name": name, "times": theirs / ours})


def agree(ours, theirs):
    both = np.isfinite(ours) & np.isfinite(theirs)
    far = np.abs(ours - theirs)[both] > 0.01
    if both.mean() < 0.05 or far.mean() > 1e-3:
        sys.exit("numpy and Edge Energy find different edges in %.2g of %.2g of the voxels; compare nothing" %
                 (far.mean(), both.mean()))


def machine(threads):
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return {"processor": model, "threads": threads, "system": platform.platform()}


def compare(options):
    with open(options.first) as file:
        first = json.load(file)
    with open(options.second) as file:
        second = json.load(file)
    before = {result["name"]: result for result in first["results"]}
    slower = 0
    for result in second["results"]:
        for key in ("ratio to ceiling", "times", "voxels/s"):
            if key in result and key in before.get(result["name"], {}):
                change = result[key] / before[result["name"]][key]
                worse = change < 1 - options.tolerance and not result["name"].startswith("ceiling")
                slower += worse
                print("%-46s %-16s %9.3g %9.3g  %5.2f %s" % (
                    result["name"], key, before[result["name"]][key], result[key], change, "SLOWER" if worse else ""))
                break
    return 1 if slower else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    of_run = commands.add_parser("run")
    of_run.add_argument("--size", type=int, default=160, help="voxels along an edge of the phantom")
    of_run.add_argument("--repeat", type=int, default=5)
    of_run.add_argument("--plugin", help="the plugin's file, where ParaView does not load it by itself")
    of_run.add_argument("--folder", help="where the stack is written")
    of_run.add_argument("--json", help="where the results are written")
    of_growth = commands.add_parser("growth")
    of_growth.add_argument("--voxels", type=float, nargs="+", default=[1e6, 2e6, 4e6, 8e6, 16e6])
    of_growth.add_argument("--energies", type=int, nargs="+", default=[20, 40, 60, 120, 200])
    of_growth.add_argument("--repeat", type=int, default=5)
    of_growth.add_argument("--plugin", help="the plugin's file, where ParaView does not load it by itself")
    of_growth.add_argument("--figure", help="where the plot is written")
    of_growth.add_argument("--json", help="where the results are written")
    of_compare = commands.add_parser("compare")
    of_compare.add_argument("first")
    of_compare.add_argument("second")
    of_compare.add_argument("--tolerance", type=float, default=0.1)
    options = parser.parse_args()
    sys.exit({"run": run, "growth": growth, "compare": compare}[options.command](options))


main()
