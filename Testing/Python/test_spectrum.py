# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Spectra opened as a user opens them, on any number of ranks: who is offered a file, what is in it."""

import os
import sys
import tempfile

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

from messages import Messages

XDI = """# XDI/1.0
# Column.1: energy keV
# Column.2: i0
# Column.3: mutrans
# Element.symbol: Ni
# Sample.name: NiO
#----
8.3344 20 -1.25
8.3335 10 -1.5
"""


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


controller = vtkMultiProcessController.GetGlobalController()
rank = controller.GetLocalProcessId() if controller else 0
folder = tempfile.mkdtemp()  # each rank its own: only the first one reads


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def columns(reader):
    table = servermanager.Fetch(reader)  # on all ranks; the first one has the result
    if table is None or rank > 0:
        return {}
    return {table.GetColumnName(i): [table.GetValue(r, i).ToDouble() for r in range(table.GetNumberOfRows())]
            for i in range(table.GetNumberOfColumns())}


reader = OpenDataFile(write("spectrum.xdi", XDI))
check(type(reader).__name__ == "XASSpectrumReader", "the reader of .xdi")
with Messages() as messages:
    reader.UpdatePipeline()
table = columns(reader)
fetched = servermanager.Fetch(reader)
if rank == 0:
    check(messages.text.count("1 rows had a lower energy") == 1, "one warning of the order: " + messages.text)
    check(list(table) == ["energy (eV)", "mu", "i0"], "names of the columns: %s" % list(table))
    check(table["energy (eV)"] == [8333.5, 8334.4], "energies in eV, ascending")
    check(table["mu"] == [-1.5, -1.25] and table["i0"] == [10, 20], "rows stay together")
    fields = fetched.GetFieldData()
    check(fetched.GetNumberOfRows() == 2, "each row once")
    check(fields.GetAbstractArray("Sample.name").GetValue(0) == "NiO", "headers in the field data")
    check(fields.GetAbstractArray("element").GetValue(0) == "Ni", "the element")
else:
    check(reader.GetClientSideObject().GetOutput().GetNumberOfRows() == 0, "rows on the first rank only")

reader.MuColumn = "i0"
reader.EnergyShift = -1.5
with Messages():
    reader.UpdatePipeline()
table = columns(reader)
if rank == 0:
    check(table["energy (eV)"] == [8332.0, 8332.9] and table["mu"] == [10, 20], "columns can be chosen")

# Failing on the first rank is failing on all of them.
reader.MuColumn = "nothing"
with Messages() as messages:
    reader.UpdatePipeline()
check(("MuColumn is" if rank == 0 else "Another rank failed") in messages.text, "an error: " + messages.text)
check(reader.GetClientSideObject().GetOutput().GetNumberOfColumns() == 0, "no columns after an error")

# What is a spectrum without doubt, whatever its name; other tables stay with ParaView's own readers.
for name, text in (("spectrum.csv", "energy,mu\n8300,1\n8310,2\n"), ("spectrum.txt", "# energy mu\n8300 1\n8310 2\n"),
                   ("spectrum.dat", "# energy mu\n8300 1\n8310 2\n")):
    chosen = OpenDataFile(write(name, text))
    check(type(chosen).__name__ == "XASSpectrumReader", "the reader of " + name)
    chosen.UpdatePipeline()
    table = columns(chosen)
    if rank == 0:
        check(table["mu"] == [1, 2], "mu of " + name)
TECPLOT = 'TITLE = "a"\nVARIABLES = "X", "Y"\nZONE I=2, F=POINT\n8300 1\n8310 2\n'
for name, text, expected in (("general.csv", "x,y\n8300,1\n8310,2\n", "CSVReader"),
                             ("tecplot.dat", TECPLOT, "TecplotReader")):
    found = type(OpenDataFile(write(name, text))).__name__
    check(found == expected, "the reader of %s: %s" % (name, found))
print("passed")
