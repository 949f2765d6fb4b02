# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A pvserver on two ranks gives its client the tables of one process.

    python3 test_client_server.py PVPYTHON PVSERVER MPIEXEC PLUGIN FOLDER
"""
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import time

pvpython, pvserver, mpiexec, plugin, folder = sys.argv[1:6]
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "client_pipeline.py")
folder = os.path.join(folder, "client_server")
# The plugin is loaded by name, on both sides, not by its folder.
environment = {name: value for name, value in os.environ.items() if name != "PV_PLUGIN_PATH"}


def run(name, *arguments):
    place = os.path.join(folder, name)
    os.makedirs(place)
    done = subprocess.run([pvpython, "--force-offscreen-rendering", script, plugin, place, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    if done.returncode != 0 or "ERR|" in done.stdout or "Traceback" in done.stdout:
        raise RuntimeError("%s failed with status %d:\n%s" % (name, done.returncode, done.stdout))
    with open(os.path.join(place, "tables.json")) as file:
        return json.load(file)


def wait_for_server(log):
    for _ in range(600):
        with open(log) as file:
            if "Accepting connection" in file.read():
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not start within a minute")


def run_on_server():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    log = os.path.join(folder, "server.log")
    with open(log, "w") as output:
        server = subprocess.Popen(
            [mpiexec, "-np", "2", pvserver, "--force-offscreen-rendering", "--server-port=" + port],
            stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            wait_for_server(log)
            result = run("server", port)
            server.wait(60)  # ends with its client
        finally:
            server.terminate()
            server.wait()
            with open(log) as file:
                said = file.read()
                print(said)
    if server.returncode != 0 or "ERR|" in said:
        sys.exit("failed: the server ends with status %d" % server.returncode)
    return result


def same(one, other):
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return one == other or math.isnan(one) and math.isnan(other) or math.isclose(one, other, rel_tol=1e-12)
    return one == other


shutil.rmtree(folder, ignore_errors=True)
one, several = run("one"), run_on_server()
assert (one.pop("processes"), several.pop("processes")) == (1, 2)
differing = [key for key in one.keys() | several.keys() if not same(one.get(key), several.get(key))]
for key in sorted(differing):
    print("failed: %s: %s instead of %s" % (key, str(several.get(key))[:200], str(one.get(key))[:200]))
print("%d columns and ranges compared, %d differ" % (len(one), len(differing)))
sys.exit(1 if differing or len(one) < 100 else 0)
