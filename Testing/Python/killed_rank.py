# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The last rank kills itself in the middle of a step, for test_killed_rank.py.

    mpiexec -np 2 pvbatch --sym killed_rank.py STEP FOLDER        STEP: map, write
"""
import os
import signal
import sys

from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

step, folder = sys.argv[1:3]
controller = vtkMultiProcessController.GetGlobalController()
last = controller.GetLocalProcessId() == controller.GetNumberOfProcesses() - 1


def kill_in(proxy):
    """At the first progress that is not the begin."""
    algorithm = proxy.GetClientSideObject()

    def kill(*_):
        if 0.0 < algorithm.GetProgress() < 1.0:
            print("killed at", algorithm.GetProgress(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    if last:
        algorithm.AddObserver("ProgressEvent", kill)


stack = TXMPhantom(Size=64)
if step == "map":
    victim = EdgeEnergy(Input=stack)
else:
    victim = CreateWriter(os.path.join(folder, "stack.h5"), stack)
kill_in(victim)
victim.UpdatePipeline()
print("not killed", flush=True)
