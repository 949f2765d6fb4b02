# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs chain_on_ranks.py on 1, 2, 3, 4 and 8 ranks and compares: maps to the bit, counts exactly, sums to
1e-12, areas and volumes; and counts how often the stack was read. Uneven parts (3) and many ranks (8) leave out
what 2 and 4 tell as well.

    python3 test_ranks.py PVBATCH MPIEXEC FOLDER
"""
import json
import math
import os
import shutil
import subprocess
import sys

pvbatch, mpiexec, folder = sys.argv[1:4]
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chain_on_ranks.py")
failures = []
BRIEF = (3, 8)


def run(ranks):
    output = os.path.join(folder, f"ranks_{ranks}")
    shutil.rmtree(output, ignore_errors=True)
    os.makedirs(output)
    command = [mpiexec, "-np", str(ranks), pvbatch, "--sym", "--dr", "--force-offscreen-rendering",
               script, output] + (["brief"] if ranks in BRIEF else [])
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=500)
    noise = [line for line in done.stdout.splitlines() if "ERR|" in line or "Traceback" in line]
    if done.returncode != 0 or noise:
        print(done.stdout)
        sys.exit(f"{ranks} ranks failed with status {done.returncode}")
    with open(os.path.join(output, "results.json")) as file:
        return json.load(file)


def same(key, one, other):
    if isinstance(one, list):
        return len(one) == len(other) and all(same(key, a, b) for a, b in zip(one, other))
    if isinstance(one, float) and isinstance(other, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        bound = 1e-6 if "area" in key else 1e-12
        return math.isclose(one, other, rel_tol=bound, abs_tol=1e-300)
    return one == other


one = run(1)
if one["ParaView histogram count"] != one["voxels"]:
    failures.append(f"ParaView's histogram counts {one['ParaView histogram count']} of {one['voxels']} voxels")
if one["ranks without a fraction low"] != 0 or one["ranks without a fraction high"] != 0:
    failures.append("fractions are not named after the files of their references")
if one["finite"] < 10000:
    failures.append("the phantom has too few valid voxels for this test")
for ranks in (2, 3, 4, 8):
    several = run(ranks)
    missing = one.keys() - several.keys() if ranks not in BRIEF else set()
    if missing or several.keys() - one.keys():
        failures.append(f"{ranks} ranks: other results: {sorted(missing | (several.keys() - one.keys()))}")
    for key in one.keys() - (several.keys() ^ one.keys()):
        if key.endswith("executions"):
            continue
        if not same(key, one[key], several.get(key)):
            failures.append(f"{ranks} ranks: {key}: {several.get(key)} instead of {one[key]}")
    for key, most in (("stack executions", 2), ("map executions", 1)):
        print(f"{ranks} ranks: {key}: {several[key]}")
        if several[key] > most:
            failures.append(f"{ranks} ranks: {key}: {several[key]}, at most {most} are needed")

for failure in failures:
    print("failed:", failure[:500])
print(f"{len(one)} results compared on 1, 2, 3, 4 and 8 ranks, {len(failures)} differ")
sys.exit(1 if failures else 0)
