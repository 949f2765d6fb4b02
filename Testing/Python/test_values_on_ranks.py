# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Values that are not finite are told once, those of all ranks together.

    mpiexec -np 2 pvbatch --sym test_values_on_ranks.py
"""
import json
import sys

import numpy as np
from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

controller = vtkMultiProcessController.GetGlobalController()
root = controller.GetLocalProcessId() == 0
said = []


def keep(_, event, text):
    said.append(text)


keep.CallDataType = "string0"

if root:
    stack = np.ones((2, 8, 4, 4), np.float32)  # energy, z, y, x
    stack[:, 7, 0, :3] = np.nan  # in the part of the last rank only
    stack.tofile("values_on_ranks.raw")
    with open("values_on_ranks.txmstack", "w") as file:
        json.dump({"txmstack": 1, "pixel_size": 0.03, "slices": 8, "energies": [8330, 8340], "files": [
            {"file": "values_on_ranks.raw", "format": "raw", "type": "float32", "columns": 4, "rows": 4}]}, file)
controller.Barrier()

reader = TXMStackReader(FileNames=["values_on_ranks.txmstack"])
reader.GetClientSideObject().AddObserver("WarningEvent", keep)
reader.UpdatePipeline()
reader.EnergyShift = 1.0
reader.UpdatePipeline()
expected = 1 if root else 0
if len(said) != expected or not all("6 of " in text for text in said):
    print("failed: on rank", int(not root), "was said", said)
    sys.exit(1)
