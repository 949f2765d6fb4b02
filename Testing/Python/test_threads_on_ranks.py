# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Two ranks do not run more threads than they have cores, and say what they run.

    mpiexec -np 2 pvbatch --sym test_threads_on_ranks.py
"""
import os
import sys

from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

from messages import Messages

controller = vtkMultiProcessController.GetGlobalController()
rank = controller.GetLocalProcessId()
failures = []


def threads_of(work):
    """More threads of this process than before."""
    before = len(os.listdir("/proc/self/task"))
    work()
    return len(os.listdir("/proc/self/task")) - before


def run():
    edges = EdgeEnergy(Input=TXMPhantom(Size=48))
    edges.UpdatePipeline()
    Delete(edges)


def expect(cores, limit, threads, binding):
    """Cores of this rank, VTK_SMP_MAX_THREADS, and what comes of it."""
    os.sched_setaffinity(0, cores)
    os.environ.pop("VTK_SMP_MAX_THREADS", None)
    if limit:
        os.environ["VTK_SMP_MAX_THREADS"] = str(limit)
    controller.Barrier()
    with Messages() as messages:
        started = threads_of(run)
    if started > threads - 1:
        failures.append("%d threads started, limit %s on cores %s of rank %d" % (started, limit, cores, rank))
    for line in binding if rank == 0 else []:
        if line not in messages.text:
            failures.append("the binding \"%s\" is not told, but: %s" % (line, messages.text))
    with Messages() as messages:
        run()
    if "Binding" in messages.text:
        failures.append("the binding is told again: " + messages.text)


def check():
    # The cores of both ranks, which mpiexec may have bound to one each.
    os.sched_setaffinity(0, range(os.cpu_count()))
    pair = sorted(os.sched_getaffinity(0))[:2]
    if len(pair) < 2:
        print("skipped: this needs two cores")
        os._exit(77)
    cores = "%d-%d" % tuple(pair) if pair[1] == pair[0] + 1 else "%d,%d" % tuple(pair)
    # Fewer threads first: those that are there stay.
    expect(pair, 1, 1, ["Binding of 2 ranks:", "2 ranks on ", ", cores %s: 1 thread each" % cores])
    expect(pair[rank:rank + 1], None, 1, ["1 rank on "] + [", cores %d: 1 thread" % core for core in pair])
    expect(pair, None, 1, [", cores %s: 1 thread each" % cores])
    expect(pair, 4, 1, [])


if not hasattr(os, "sched_setaffinity"):
    print("skipped: this system does not tell which cores a process may run on")
    os._exit(77)
check()
for failure in failures:
    print("failed:", failure)
if failures:
    sys.exit(1)
