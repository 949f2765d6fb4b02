# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The whole pipeline, on a server or in this process; writes its tables as JSON.

    pvpython client_pipeline.py PLUGIN FOLDER [PORT]
"""
import json
import os
import sys

from paraview import servermanager, simple

plugin, folder = sys.argv[1:3]
remote = len(sys.argv) > 3
if remote:
    simple.Connect("localhost", int(sys.argv[3]))
    simple.LoadPlugin(plugin, remote=True, ns=vars(simple))
simple.LoadPlugin(plugin, remote=False, ns=vars(simple))
result = {"processes": servermanager.ActiveConnection.GetNumberOfDataPartitions()}


def record(key, proxy, *ports):
    proxy.UpdatePipeline()
    for port in ports or (0,):
        table = servermanager.Fetch(proxy, idx=port)
        for i in range(table.GetNumberOfColumns()):
            column = table.GetColumn(i)
            values = [column.GetValue(row) for row in range(column.GetNumberOfValues())]
            result["%s %d %s" % (key, port, table.GetColumnName(i))] = values


def record_ranges(key, proxy):
    proxy.UpdatePipeline()
    points = proxy.GetDataInformation().GetPointDataInformation()
    for i in range(points.GetNumberOfArrays()):
        array = points.GetArrayInformation(i)
        if array.GetName() != "vtkGhostType":
            result["%s %s" % (key, array.GetName())] = list(array.GetComponentRange(0))


path = os.path.join(folder, "stack.h5")
simple.SaveData(path, simple.TXMPhantom(Kind="Rod", Size=40, Noise=0.04))
stack = simple.TXMStackReader(FileNames=[path])
record("quality", simple.StackQuality(Input=stack))
edges = simple.EdgeEnergy(Input=stack, ComputeErrors=1)
record_ranges("map", edges)
one_by_one = simple.TXMStackReader(FileNames=[path], OutputMode="EnergyAsTime")
record_ranges("pulled", simple.EdgeEnergy(Input=one_by_one, ComputeErrors=1, MemoryLimit=0.001))
record("particles", simple.ParticleLabels(Input=edges), 1)
record("histogram", simple.MapHistogram(Input=edges, InputArray="edge_energy"), 0, 1)
gradient = simple.ValenceGradient(Input=simple.VoxelBin(Input=edges), ErrorArray="edge_energy_error")
record_ranges("gradient", gradient)
angles = simple.RadialAngleHistogram(Input=gradient, ParticleInput=edges, NumberOfBootstrapSamples=40)
record("angles", angles, 1, 2, 3)
record("probe", simple.SpectrumProbe(Input=stack, Points=[0.6, 0.6, 0.6], Radius=0.2), 0, 1)
with open(os.path.join(folder, "tables.json"), "w") as file:
    json.dump(result, file)
