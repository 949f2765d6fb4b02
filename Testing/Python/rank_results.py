# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What must not depend on the number of ranks: bits of images, tables, areas and volumes, by name."""
import numpy as np
from paraview.simple import Slice
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkIdTypeArray
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline
from vtkmodules.vtkFiltersVerdict import vtkCellSizeFilter
from vtkmodules.vtkParallelCore import vtkCommunicator, vtkMultiProcessController

controller = vtkMultiProcessController.GetGlobalController()
root = controller.GetLocalProcessId() == 0
result = {}


def reduced(values, array_class=vtkDoubleArray, operation=vtkCommunicator.SUM_OP):
    mine, everyone = array_class(), array_class()
    for value in values:
        mine.InsertNextValue(value)
    controller.AllReduce(mine, everyone, operation)
    return [everyone.GetValue(i) for i in range(len(values))]


def local_output(proxy, port=0):
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def owned(image):
    marks = image.GetPointData().GetArray("vtkGhostType")
    if marks is None:
        return np.ones(image.GetNumberOfPoints(), bool)
    return vtk_to_numpy(marks) == 0


def global_indices(image, whole):
    """Index of every point of a piece in the whole image."""
    ext = image.GetExtent()
    nx, ny = whole[1] - whole[0] + 1, whole[3] - whole[2] + 1
    z, y, x = np.meshgrid(*(np.arange(ext[2 * a], ext[2 * a + 1] + 1) - whole[2 * a] for a in (2, 1, 0)),
                          indexing="ij")
    return ((z.astype(np.int64) * ny + y) * nx + x).ravel()


def fingerprint(image, name, whole):
    """A sum over the owned voxels that changes with any bit of any value at any place, and does not
    depend on the order. In parts of 31 bits, which survive the reduction."""
    if image.GetNumberOfPoints() == 0:
        return 0
    values = vtk_to_numpy(image.GetPointData().GetArray(name))
    values = values.reshape(image.GetNumberOfPoints(), -1)
    bits = np.ascontiguousarray(values).view({1: np.uint8, 4: np.uint32, 8: np.uint64}[values.itemsize])
    index = global_indices(image, whole).astype(np.uint64)
    keep = owned(image)
    total = np.uint64(0)
    with np.errstate(over="ignore"):
        for component in range(bits.shape[1]):
            mixed = bits[:, component].astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * (
                index * np.uint64(64) + np.uint64(component + 1))
            mixed ^= mixed >> np.uint64(29)
            mixed *= np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(32)
            total += mixed[keep].sum(dtype=np.uint64)
    return int(total & np.uint64(0x7FFFFFFF))


def slice_area(proxy, normal, origin):
    cut = Slice(Input=proxy, SliceType="Plane")
    cut.SliceType.Normal = normal
    cut.SliceType.Origin = origin
    cut.UpdatePipeline()
    sizes = vtkCellSizeFilter()
    sizes.SetInputData(local_output(cut))
    sizes.Update()
    cells = sizes.GetOutput().GetCellData()
    areas, marks = cells.GetArray("Area"), cells.GetArray("vtkGhostType")
    areas = np.zeros(0) if areas is None else vtk_to_numpy(areas)
    return reduced([areas[vtk_to_numpy(marks) == 0].sum() if marks and len(areas) else areas.sum()])[0]


def cell_volume(image):
    if image.GetNumberOfPoints() == 0:
        return 0.0
    marks = image.GetCellData().GetArray("vtkGhostType")
    cells = image.GetNumberOfCells()
    flat = any(image.GetExtent()[2 * a] == image.GetExtent()[2 * a + 1] for a in range(3))
    if flat:  # a piece of one plane has no volume
        return 0.0
    if marks is not None:
        cells = int((vtk_to_numpy(marks) == 0).sum())
    return cells * float(np.prod(image.GetSpacing()))


def record_values(key, proxy, arrays):
    proxy.UpdatePipeline()
    image = local_output(proxy)
    info = proxy.GetClientSideObject().GetOutputInformation(0)
    whole = info.Get(vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT())
    for name in arrays:
        parts = reduced([fingerprint(image, name, whole)], vtkIdTypeArray)
        result[f"{key} {name} bits"] = parts[0] & 0x7FFFFFFF
    result[f"{key} owned"] = reduced([int(owned(image).sum())], vtkIdTypeArray)[0]
    return image, info, whole


def record_image(key, proxy, arrays):
    image, info, whole = record_values(key, proxy, arrays)
    result[f"{key} volume"] = reduced([cell_volume(image)])[0]
    middle = [info.Get(image.ORIGIN())[a] + 0.37 * info.Get(image.SPACING())[a] * (whole[2 * a + 1] - whole[2 * a])
              for a in range(3)]
    for axis, normal in (("x", [1, 0, 0]), ("z", [0, 0, 1])):
        result[f"{key} slice {axis} area"] = slice_area(proxy, normal, middle)


def record_table(key, proxy, port=0):
    if port == 0:
        proxy.UpdatePipeline()
    table = local_output(proxy, port)
    rows = reduced([table.GetNumberOfRows()], vtkIdTypeArray)[0]
    result[f"{key} rows"] = rows
    if not root:
        assert table.GetNumberOfRows() == 0, f"{key}: a table on a rank that is not the first"
        return
    for i in range(table.GetNumberOfColumns()):
        column = table.GetColumn(i)
        values = [column.GetValue(r) for r in range(table.GetNumberOfRows())]
        result[f"{key} {table.GetColumnName(i)}"] = values
