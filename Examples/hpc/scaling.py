# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast the ranks of a job are together: one line for this number of ranks and threads.

    VTK_SMP_MAX_THREADS=1 mpiexec -np 2 --bind-to none pvbatch --sym --force-offscreen-rendering scaling.py

Run it with several numbers of ranks: the same --size for strong scaling, for weak scaling one that grows with
the cube root of the ranks. Medians count on a quiet machine; on one that others use too, run the cases by turns
and compare the best.
"""
import argparse
import os
import statistics
import time

from paraview import simple
from vtkmodules.vtkCommonCore import vtkDoubleArray
from vtkmodules.vtkParallelCore import vtkCommunicator, vtkMultiProcessController

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--size", type=int, default=160, help="voxels per edge, of 61 energies (%(default)s)")
parser.add_argument("--repeat", type=int, default=7, help="of each step (%(default)s)")
arguments = parser.parse_args()
controller = vtkMultiProcessController.GetGlobalController()


def largest(value):
    """Of all ranks."""
    mine, everyone = vtkDoubleArray(), vtkDoubleArray()
    mine.InsertNextValue(value)
    controller.AllReduce(mine, everyone, vtkCommunicator.MAX_OP)
    return everyone.GetValue(0)


def seconds_of(proxy):
    algorithm = proxy.GetClientSideObject()
    proxy.UpdatePipeline()
    times = []
    for _ in range(arguments.repeat):
        algorithm.Modified()
        controller.Barrier()
        start = time.perf_counter()
        algorithm.UpdatePiece(controller.GetLocalProcessId(), controller.GetNumberOfProcesses(), 0)
        times.append(largest(time.perf_counter() - start))
    return times


def peak():
    with open("/proc/self/status") as status:
        return next(1024.0 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))


# Not brought up to date by itself: a map asks for more of it than its own part, and it would be made twice.
stack = simple.TXMPhantom(Size=arguments.size)
steps = {"edge energies": simple.EdgeEnergy(Input=stack)}
steps["blocks of 2"] = simple.VoxelBin(Input=steps["edge energies"])
steps["gradient"] = simple.ValenceGradient(Input=steps["blocks of 2"])
steps["angles"] = simple.RadialAngleHistogram(Input=steps["gradient"], ParticleInput=steps["edge energies"])
told = []
for name, proxy in steps.items():
    times = seconds_of(proxy)
    rates = [arguments.size**3 * 1e-6 / seconds for seconds in (statistics.median(times), min(times))]
    told.append("%s %.1f (best %.1f)" % (name, *rates))
highest = largest(peak())
if controller.GetLocalProcessId() == 0:
    print("%d rank(s), threads %s, %d voxels: %s million voxels/s; peak of a rank %.0f MB" % (
        controller.GetNumberOfProcesses(), os.environ.get("VTK_SMP_MAX_THREADS", "by the cores"), arguments.size**3,
        ", ".join(told), highest * 1e-6), flush=True)
