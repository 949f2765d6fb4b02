# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Examples/charge_distribution.py as users run it: its files, and its exit status when a step fails.

Arguments: pvpython, pvbatch, mpiexec, the script.
"""

import csv
import filecmp
import json
import os
import subprocess
import sys
import tempfile

import numpy
from paraview.simple import IntegrateVariables, OpenDataFile
from vtkmodules.util.numpy_support import vtk_to_numpy

PVPYTHON, PVBATCH, MPIEXEC, SCRIPT = sys.argv[1:]
# Without what MPI has left there for this process alone: jobs of their own would take it for theirs.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith("PMIX_")
               and (not name.startswith("OMPI_") or name.startswith(("OMPI_ALLOW_", "OMPI_MCA_rmaps_")))}


def run(output, *arguments, script=(SCRIPT,), python=(PVPYTHON,)):
    return subprocess.run(
        [*python, "--force-offscreen-rendering", *script, "--output", output, "--no-figures",
         *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT)


def columns(path):
    with open(path, newline="") as file:
        return [dict(zip(row, map(float, row.values()))) for row in csv.DictReader(file)]


def check_files(output):
    done = run(output, "--phantom", "rod", "--size", "32", "--block-sizes", "1", "2",
               "--bootstrap", "40")
    assert done.returncode == 0, done.stdout
    expected = {"edge_energy.vti", "summary.json"}
    for size in (1, 2):
        expected |= {"theta_b%d.csv" % size, "vector_size_b%d.csv" % size,
                     "valence_gradient_b%d.vti" % size}
    assert set(os.listdir(output)) == expected, os.listdir(output)
    with open(os.path.join(output, "summary.json")) as file:
        summary = json.load(file)
    assert summary["map"]["parameters"]["E0"] == 8333.0
    for block in summary["blocks"]:
        rows = columns(os.path.join(output, "theta_b%d.csv" % block["block_size"]))
        width = 180.0 / len(rows)
        for row in rows:
            assert (row["probability density lower (1/deg)"] <= row["probability density (1/deg)"]
                    <= row["probability density upper (1/deg)"]), row
        assert abs(width * sum(row["probability density (1/deg)"] for row in rows) - 1.0) < 1e-9
        assert sum(row["count"] for row in rows) == block["summary"]["number of vectors"][0] > 0
    assert [block["block_size"] for block in summary["blocks"]] == [1, 2]


def check_slabs(output, whole):
    """Pulled slab by slab, with the results of the run before."""
    done = run(output, "--phantom", "rod", "--size", "32", "--block-sizes", "1", "2",
               "--bootstrap", "40", "--memory-limit", "0.001")
    assert done.returncode == 0, done.stdout
    for name in os.listdir(whole):
        if name.endswith(".csv"):
            assert filecmp.cmp(os.path.join(output, name), os.path.join(whole, name), shallow=False), name


def read(path):
    reader = OpenDataFile(path)
    reader.UpdatePipeline()
    image = reader.GetClientSideObject().GetOutputDataObject(0)
    points = image.GetPointData()
    sizes = IntegrateVariables(Input=reader)  # ghost cells would be left out
    sizes.UpdatePipeline()
    volume = sizes.GetClientSideObject().GetOutputDataObject(0).GetCellData().GetArray("Volume").GetValue(0)
    return (image.GetDimensions(), round(volume, 9)), {points.GetArrayName(i): vtk_to_numpy(points.GetArray(i))
                                                       for i in range(points.GetNumberOfArrays())}


def check_pieces(output, whole):
    """Twice: of the first run nothing stands in the way. What is not of this script stays."""
    os.makedirs(os.path.join(output, "edge_energy"))
    other = os.path.join(output, "edge_energy", "notes.txt")
    with open(other, "w"):
        pass
    for _ in range(2):
        done = run(output, "--phantom", "rod", "--size", "32", "--block-sizes", "1", "2", "--bootstrap", "40", "--pieces")
        assert done.returncode == 1 and "notes.txt" in done.stdout, done.stdout
    os.remove(other)
    for ranks in (1, 3):
        python = (MPIEXEC, "-np", "3", PVBATCH) if ranks == 3 else (PVPYTHON,)
        done = run(output, "--phantom", "rod", "--size", "32", "--block-sizes", "1", "2", "--bootstrap", "40", "--pieces",
                   python=python)
        assert done.returncode == 0, done.stdout
        compare_pieces(output, whole, ranks)
    for name in os.listdir(whole):
        if name.startswith("vector_size"):
            assert filecmp.cmp(os.path.join(output, name), os.path.join(whole, name), shallow=False), name


def compare_pieces(output, whole, ranks):
    for name in ("edge_energy", "valence_gradient_b1", "valence_gradient_b2"):
        assert len(os.listdir(os.path.join(output, name))) == ranks
        size, arrays = read(os.path.join(output, name + ".pvti"))
        expected_size, expected = read(os.path.join(whole, name + ".vti"))
        assert size == expected_size and set(arrays) == set(expected) != set()
        for array in arrays:
            assert numpy.array_equal(arrays[array], expected[array], equal_nan=True), (name, array)


def check_dry_run(output):
    done = run(output, "--phantom", "rod", "--size", "32", "--dry-run", "--nodes", "2", "--ranks-per-node", "2")
    assert done.returncode == 0, done.stdout
    # A quarter of 32 x 32 x 32 voxels, with 7 layers of the neighbours: 32 x 24 x 24.
    for part in ("32 x 32 x 32 voxels, 61 energies, 0.008 GB", "pieces: 4, the largest of 0.0184 million voxels"):
        assert part in done.stdout, done.stdout
    assert not os.path.exists(output)
    failed = run(output, "--phantom", "rod", "--dry-run", "--nodes", "0")
    assert failed.returncode != 0 and "less than 1" in failed.stdout, failed.stdout


def check_failures(output):
    # A file that is not there, ranges without samples, blocks without a neighbour.
    for arguments in (["--input", "no_such_file.tif"],
                      ["--phantom", "rod", "--size", "16", "--pre-edge", "100", "200"],
                      ["--phantom", "rod", "--size", "16", "--block-sizes", "8"]):
        failed = run(output, *arguments)
        assert failed.returncode == 1, (arguments, failed.returncode, failed.stdout)
        assert "charge_distribution: " in failed.stdout, failed.stdout
        assert "Traceback" not in failed.stdout, failed.stdout
        assert not os.path.exists(os.path.join(output, "summary.json"))


def check_full_disk(output):
    """No file may be larger than this, as on a disk that fills up while the map is written. Only from the
    script on: MPI has files of its own."""
    limited = output + ".py"
    with open(limited, "w") as file:
        file.write("import resource, runpy, sys\n"
                   "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, resource.RLIM_INFINITY))\n"
                   "del sys.argv[0]\n"
                   "runpy.run_path(sys.argv[0], run_name='__main__')\n")
    full = run(output, "--phantom", "rod", "--size", "24", "--block-sizes", "1", script=[limited, SCRIPT])
    assert full.returncode == 1, (full.returncode, full.stdout)
    assert "charge_distribution: cannot write" in full.stdout, full.stdout
    assert os.listdir(output) == [], os.listdir(output)


with tempfile.TemporaryDirectory() as folder:
    check_files(os.path.join(folder, "good"))
    check_slabs(os.path.join(folder, "slabs"), os.path.join(folder, "good"))
    check_pieces(os.path.join(folder, "pieces"), os.path.join(folder, "good"))
    check_dry_run(os.path.join(folder, "dry"))
    check_failures(os.path.join(folder, "bad"))
    check_full_disk(os.path.join(folder, "full"))
