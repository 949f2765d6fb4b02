# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""TIFF volumes opened as a user opens them, on any number of ranks."""

import os
import shutil
import sys
import tempfile

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkCommonCore import vtkFloatArray
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkTIFFWriter
from vtkmodules.vtkParallelCore import vtkMultiProcessController

ENERGIES = [8330.0, 8331.5, 8340.0]
SIZE = (9, 7, 6)


def value(x, y, z, energy):
    return 100.0 * energy + x + 10.0 * y + 0.125 * z


def write_volume(path, energy):
    image = vtkImageData()
    image.SetDimensions(SIZE)
    values = vtkFloatArray()
    values.SetName("values")
    for z in range(SIZE[2]):
        for y in range(SIZE[1]):
            for x in range(SIZE[0]):
                values.InsertNextValue(value(x, y, z, energy))
    image.GetPointData().SetScalars(values)
    writer = vtkTIFFWriter()
    writer.SetFileName(path)
    writer.SetInputData(image)
    writer.SetCompressionToNoCompression()
    writer.Write()


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


controller = vtkMultiProcessController.GetGlobalController()
folder = os.path.join(tempfile.gettempdir(), "paraxanes-reader-%d" % os.getuid())
paths = [os.path.join(folder, "vol_%.2f_eV.tif" % energy) for energy in ENERGIES]
if controller is None or controller.GetLocalProcessId() == 0:
    os.makedirs(folder, exist_ok=True)
    for k, path in enumerate(paths):
        write_volume(path, k)

reader = OpenDataFile(paths[1])
check(type(reader).__name__ == "TXMStackReader", "the reader that is taken")
reader.PixelSize = 0.5
reader.UpdatePipeline()
information = reader.GetDataInformation().DataInformation
array = information.GetPointDataInformation().GetArrayInformation("absorbance")
check(array.GetNumberOfComponents() == len(ENERGIES), "one component per energy")
check(array.GetComponentName(1) == "8331.50 eV", "names of the components")
check(information.GetBounds() == (0.0, 4.0, 0.0, 3.0, 0.0, 2.5), "bounds")
for k in range(len(ENERGIES)):
    check(array.GetComponentRange(k) == (value(0, 0, 0, k), value(8, 6, 5, k)), "ranges")

# The top and bottom planes belong to the first and the last rank.
for z in (0, SIZE[2] - 1):
    part = ExtractSubset(Input=reader, VOI=[3, 3, 2, 2, z, z])
    part.UpdatePipeline()
    fetched = servermanager.Fetch(part)
    if fetched is not None and fetched.GetNumberOfPoints() > 0:
        spectrum = fetched.GetPointData().GetArray("absorbance").GetTuple(0)
        check(spectrum == tuple(value(3, 2, z, k) for k in range(3)), "spectrum at z = %d" % z)

reader.OutputMode = "EnergyAsTime"
reader.ExcludedEnergies = [8340.0]
reader.UpdatePipelineInformation()
check(list(reader.TimestepValues) == ENERGIES[:2], "energies as time steps")
reader.UpdatePipeline(8331.5)
shown = reader.GetDataInformation().DataInformation.GetPointDataInformation()
shown = shown.GetArrayInformation("absorbance")
check(shown.GetNumberOfComponents() == 1, "one energy is shown")
check(shown.GetComponentRange(0) == (value(0, 0, 0, 1), value(8, 6, 5, 1)), "range at an energy")
shutil.rmtree(folder)
print("passed")
