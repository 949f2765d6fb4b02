# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""When one rank is killed the job ends, with an exit status, and what was there before is there still.

    python3 test_killed_rank.py PVBATCH MPIEXEC FOLDER
"""
import os
import shutil
import subprocess
import sys
import time

pvbatch, mpiexec, folder = sys.argv[1:4]
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "killed_rank.py")
folder = os.path.join(folder, "killed_rank")
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
path = os.path.join(folder, "stack.h5")
with open(path, "w") as file:
    file.write("precious")
for step in ("map", "write"):
    command = [mpiexec, "-np", "2", pvbatch, "--sym", "--dr", "--force-offscreen-rendering", script, step, folder]
    start = time.monotonic()
    # A job that hangs is stopped by ctest.
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print("%s: status %d after %.0f s" % (step, done.returncode, time.monotonic() - start))
    if done.returncode == 0 or "killed at" not in done.stdout or "not killed" in done.stdout:
        sys.exit("failed: %s, which says:\n%s" % (step, done.stdout))
with open(path) as file:
    if file.read() != "precious":
        sys.exit("failed: a file that was not finished has taken the place of another")
visible = [name for name in os.listdir(folder) if not name.startswith(".")]
if visible != ["stack.h5"]:
    sys.exit("failed: there are files of the killed job: %s" % visible)
