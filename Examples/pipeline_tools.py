# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What scripts around ParaView pipelines need: failures that are noticed, files that are whole.

A filter that fails raises nothing in pvpython and leaves its output empty, so a script has to look.
"""

import csv
import glob
import inspect
import math
import os
import re
import shutil
import time
import warnings
import xml.etree.ElementTree
from collections import namedtuple

import numpy
from paraview import servermanager, simple
from paraview.modules.vtkRemotingCore import vtkProcessModule
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.util.vtkConstants import VTK_STRING
from vtkmodules.vtkCommonCore import vtkOutputWindow
from vtkmodules.vtkCommonDataModel import vtkDataObject
from vtkmodules.vtkFiltersCore import vtkImageAppend
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter


class Failure(Exception):
    """Something that the user has to know of; the message says what to do."""


def number_of_ranks():
    return vtkProcessModule.GetProcessModule().GetNumberOfLocalPartitions()


def is_first_rank():
    """False on all ranks but one of pvbatch --symmetric, where every rank runs the script."""
    return vtkProcessModule.GetProcessModule().GetPartitionId() == 0


class Progress:
    """Lines with the time since the start, on the first rank."""

    def __init__(self):
        self.start = time.perf_counter()

    def __call__(self, text):
        if is_first_rank():
            print("[%6.1f s] %s" % (time.perf_counter() - self.start, text), flush=True)


Message = namedtuple("Message", "step kind text")


class Watch:
    """Runs pipeline steps, raises Failure when one of them failed, and keeps what filters warned of."""

    def __init__(self):
        self.messages = []
        self.checked = 0
        self.step = ""
        for event in ("ErrorEvent", "WarningEvent"):
            vtkOutputWindow.GetInstance().AddObserver(event, self._note)
        warnings.showwarning = self._note_python  # else pvpython makes an error of it

    def _note_python(self, message, category, *_):
        text = "%s: %s" % (category.__name__, message)
        print(text, flush=True)
        self.messages.append(Message(self.step, "warning", text))

    @calldata_type(VTK_STRING)
    def _note(self, _window, event, text):
        self.messages.append(Message(self.step, event.replace("Event", "").lower(), plain(text)))

    def begin(self, what):
        """Messages from now on are of this step."""
        self.step = what

    @property
    def errors(self):
        return [message for message in self.messages if message.kind == "error"]

    def run(self, proxy, what, port=0):
        """Brings a proxy up to date and returns it; `what` names the step in the message."""
        self.begin(what)
        proxy.UpdatePipeline()
        self.check(what)
        information = proxy.GetDataInformation(port)
        if information.GetNumberOfPoints() == 0 and information.GetNumberOfRows() == 0:
            raise Failure("%s: the result is empty" % what)
        return proxy

    def check(self, what):
        """Raises Failure when there was an error since the last check."""
        new, self.checked = self.messages[self.checked:], len(self.messages)
        if any(message.kind == "error" for message in new):
            raise Failure("%s failed; the filter's message says why" % what)


def plain(text):
    """A message of VTK without the line of source and the address of the object that it comes from."""
    text = re.sub(r"^\s*(?:ERROR|Warning|Generic Warning): In .*?, line \d+\s*", "", text)
    text = re.sub(r" ?\(0x[0-9a-fA-F]+\)", "", text)
    # After the first line stands a print of the request, which says nothing to users.
    return text.strip().split("\n")[0] if "returned failure for request" in text else text.strip()


def fetch_table(proxy, port=0):
    """The table of an output port; None but on the first rank."""
    return servermanager.Fetch(proxy, idx=port)


def fetch_image(proxy):
    """The whole image of a proxy's first output, put together from the pieces that the ranks own."""
    pieces = [servermanager.Fetch(proxy, rank) for rank in range(number_of_ranks())]
    if not is_first_rank():
        return None
    if len(pieces) == 1:
        return pieces[0]
    append = vtkImageAppend()
    append.PreserveExtentsOn()
    for piece in pieces:
        owned = owned_part(piece)
        if owned is not None:
            append.AddInputData(owned)
    append.Update()
    image = append.GetOutput()
    image.SetFieldData(pieces[0].GetFieldData())
    return image


def owned_part(piece, layers=0):
    """What no other rank owns, ParaXANES marks the other points in vtkGhostType, and so many layers above it; without
    marks."""
    import numpy  # the source of this function is also run by the ranks themselves
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkImagingCore import vtkExtractVOI
    if piece.GetNumberOfPoints() == 0:
        return None
    extent = piece.GetExtent()
    voi = list(extent)
    marks = piece.GetPointData().GetArray("vtkGhostType")
    if marks is not None:
        flags = vtk_to_numpy(marks).reshape([extent[2 * i + 1] - extent[2 * i] + 1 for i in (2, 1, 0)])
        where = numpy.nonzero(flags & 1 == 0)  # DUPLICATEPOINT
        if where[0].size == 0:
            return None
        for i in range(3):
            indices = where[2 - i]
            voi[2 * i] = extent[2 * i] + int(indices.min())
            last = extent[2 * i] + int(indices.max()) + layers
            voi[2 * i + 1] = last if last < extent[2 * i + 1] else extent[2 * i + 1]  # min() is another one there
    extract = vtkExtractVOI()
    extract.SetInputData(piece)
    extract.SetVOI(voi)
    extract.Update()
    owned = extract.GetOutput()
    owned.GetPointData().RemoveArray("vtkGhostType")
    owned.GetCellData().Initialize()
    return owned


def field_text(proxy, name):
    """A text in the field data of a proxy's output; empty where there is none."""
    array = proxy.GetDataInformation().GetArrayInformation(name, vtkDataObject.FIELD)
    return array.GetStringValue(0) if array and array.GetNumberOfStringValues() else ""


def energy_title(proxy):
    """What the colour bar of an edge-energy map says, such as "Ni K-edge energy (eV)"."""
    element, edge = field_text(proxy, "element"), field_text(proxy, "edge")
    return "%s %s-edge energy (eV)" % (element, edge) if element and edge else "edge energy (eV)"


def color_by_energy(display, view, energy, array="absorbance"):
    """Colours a stack by one of its energies, the nearest to the one given (eV), and says which."""
    stack = display.Input.GetDataInformation().GetArrayInformation(array, vtkDataObject.POINT)
    if stack is None:
        raise Failure("there is no point array '%s' to colour by" % array)
    names = [stack.GetComponentName(k) for k in range(stack.GetNumberOfComponents())]
    nearest = min(range(len(names)), key=lambda k: abs(float(names[k].split()[0]) - energy))
    simple.ColorBy(display, ("POINTS", array, names[nearest]))
    display.RescaleTransferFunctionToDataRange(False, True)
    display.SetScalarBarVisibility(view, True)
    bar = simple.GetScalarBar(simple.GetColorTransferFunction(array), view)
    bar.Title, bar.ComponentTitle = "%s at %s" % (array.replace("_", " "), names[nearest]), ""
    return names[nearest]


def table_columns(table):
    """A vtkTable as {column name: list of values}."""
    columns = {}
    for i in range(table.GetNumberOfColumns()):
        column = table.GetColumn(i)
        values = [column.GetValue(row) for row in range(column.GetNumberOfValues())]
        columns[column.GetName()] = values
    return columns


def field_values(data, longest=16):
    """The short field data arrays of a data set as {name: value or list of values}."""
    fields = {}
    field_data = data.GetFieldData()
    for i in range(field_data.GetNumberOfArrays()):
        array = field_data.GetAbstractArray(i)
        values = [array.GetValue(k) for k in range(array.GetNumberOfValues())]
        if len(values) == 1:
            fields[array.GetName()] = values[0]
        elif len(values) <= longest:
            fields[array.GetName()] = values
    return fields


def point_array(image, name):
    """A point array as a numpy array."""
    array = image.GetPointData().GetArray(name)
    if array is None:
        raise Failure("there is no point array '%s'" % name)
    return vtk_to_numpy(array)


class whole_file:
    """`with whole_file(path) as name:` - write to `name`; it becomes `path` when all went well."""

    def __init__(self, path):
        self.path = path
        root, extension = os.path.splitext(path)
        self.temporary = "%s.part%s" % (root, extension)

    def __enter__(self):
        return self.temporary

    def __exit__(self, kind, _value, _trace):
        if kind is None:
            os.replace(self.temporary, self.path)
        elif os.path.exists(self.temporary):
            os.remove(self.temporary)


def write_image(image, path, arrays):
    """Writes an image with the named point arrays (those that are there) to a .vti file."""
    reduced = image.NewInstance()
    reduced.CopyStructure(image)
    reduced.SetFieldData(image.GetFieldData())
    for name in arrays:
        array = image.GetPointData().GetArray(name)
        if array is not None:
            reduced.GetPointData().AddArray(array)
    reduced.GetPointData().SetActiveScalars(arrays[0])
    writer = vtkXMLImageDataWriter()
    writer.SetInputData(reduced)
    writer.SetCompressorTypeToLZ4()
    writer.EncodeAppendedDataOff()
    with whole_file(path) as name:
        writer.SetFileName(name)
        if not writer.Write() or writer.GetErrorCode():
            raise Failure("cannot write %s" % path)


# Pieces share the plane between them, as those of ParaView do: pictures then have no gaps.
TO_WRITE = """
{owned_part}
image = owned_part(self.GetInputDataObject(0, 0), layers=1)
output = self.GetOutputDataObject(0)
if image is None:
    output.Initialize()
else:
    output.ShallowCopy(image)
    points = output.GetPointData()
    for name in [points.GetArrayName(i) for i in range(points.GetNumberOfArrays())]:
        if name not in {arrays}:
            points.RemoveArray(name)
"""


def write_pieces(proxy, path, arrays):
    """Writes the named point arrays (those that are there) of a proxy's image to a .pvti file: each rank its own part,
    in the folder that is named like the file. Collective where every rank runs the script."""
    root, name = os.path.splitext(path)[0], os.path.basename(path)
    temporary = root + ".part"
    if is_first_rank():
        shutil.rmtree(temporary, ignore_errors=True)
        os.mkdir(temporary)
    parts = simple.ProgrammableFilter(
        Input=proxy, Script=TO_WRITE.format(owned_part=inspect.getsource(owned_part), arrays=arrays))
    simple.SaveData(os.path.join(temporary, name), parts, CompressorType="LZ4")
    simple.Delete(parts)
    if not is_first_rank():
        return
    if not are_whole_pieces(os.path.join(temporary, name)):
        shutil.rmtree(temporary)
        raise Failure("cannot write %s: a rank could not write its part. Is the disk full, or the folder not that of "
                      "all nodes?" % path)
    remove_pieces(root)
    if os.path.isdir(root):
        shutil.rmtree(temporary)
        raise Failure("cannot write %s: its folder %s has other files, such as %s; move them or give another --output"
                      % (path, root, os.listdir(root)[0]))
    os.replace(os.path.join(temporary, os.path.basename(root)), root)
    os.replace(os.path.join(temporary, name), path)
    os.rmdir(temporary)


def are_whole_pieces(path):
    """A rank that cannot write tells no other rank. Are all files that a .pvti names whole, and do they make up the
    image?"""
    try:
        image = xml.etree.ElementTree.parse(path).getroot().find("PImageData")
    except (OSError, xml.etree.ElementTree.ParseError):
        return False

    def cells(element, key):
        extent = [int(number) for number in element.get(key).split()]
        return math.prod(max(1, extent[2 * i + 1] - extent[2 * i]) for i in range(3))

    pieces = image.findall("Piece")
    return (sum(cells(piece, "Extent") for piece in pieces) == cells(image, "WholeExtent")
            and all(is_whole_xml(os.path.join(os.path.dirname(path), piece.get("Source"))) for piece in pieces))


def is_whole_xml(path):
    """Whether a file of VTK has its end."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - 32))
            return file.read().rstrip().endswith(b"</VTKFile>")
    except OSError:
        return False


def remove_pieces(folder):
    """Those of a .pvti file of the same name, and the folder when nothing else is in it."""
    for path in glob.glob(os.path.join(glob.escape(folder), os.path.basename(folder) + "_*.vti")):
        os.remove(path)
    if os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)


def write_table(columns, path):
    with whole_file(path) as name, open(name, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        rows.writerows(zip(*columns.values()))
