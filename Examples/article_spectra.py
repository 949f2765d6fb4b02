# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Single spectra from files, normalised and with their edge energies, for reproduce_article.py."""

import os

from paraview import simple
from vtkmodules.vtkCommonCore import vtkFloatArray
from vtkmodules.vtkCommonDataModel import vtkImageData

from article_particle import METHODS, producer
from pipeline_tools import Failure, fetch_table, field_values, table_columns


class GivenSpectra:
    """Normalised spectra of files, each over its own energies, and the table of their edge energies."""

    def __init__(self, files, watch):
        self.curves = {}
        self.rows = {}
        for file in files:
            if not os.path.exists(file):
                raise Failure("there is no file %s" % file)
            name = os.path.splitext(os.path.basename(file))[0]
            curves, rows = analyse(file, watch)
            rows["name"] = [name]
            self.curves[name] = (curves["energy (eV)"], next(
                values for column, values in curves.items() if column.startswith("normalized")))
            for column, values in rows.items():
                self.rows.setdefault(column, []).extend(values)

    def table(self):
        return self.rows


def analyse(file, watch):
    """The two tables of Spectrum Probe of one spectrum."""
    reader = watch.run(simple.XASSpectrumReader(FileName=file), "reading %s" % file)
    # Whatever the element: spectra that are given may be of another edge than the stacks.
    probe = simple.SpectrumProbe(Input=producer(as_stack(fetch_table(reader))), Selection="EveryVoxel",
                                 E0Source="MeanSpectrum", AdditionalMethods=list(METHODS))
    watch.run(probe, "normalising %s" % file)
    # That E0 is the steepest rise, and half of the edge may lie well below it.
    e0 = field_values(fetch_table(probe, 1))["E0"]
    probe.Window = [e0 - 20.0, e0 + 30.0]
    watch.run(probe, "normalising %s" % file)
    return table_columns(fetch_table(probe, 0)), table_columns(fetch_table(probe, 1))


def as_stack(table):
    """A spectrum as an energy stack of a single voxel."""
    columns = table_columns(table)
    energies, values = columns["energy (eV)"], columns["mu"]
    image = vtkImageData()
    image.SetDimensions(1, 1, 1)
    spectrum = vtkFloatArray()
    spectrum.SetName("absorbance")
    spectrum.SetNumberOfComponents(len(values))
    spectrum.InsertNextTuple(values)
    image.GetPointData().SetScalars(spectrum)
    axis = table.GetColumnByName("energy (eV)").NewInstance()
    axis.SetName("energy")
    for energy in energies:
        axis.InsertNextTuple1(energy)
    image.GetFieldData().AddArray(axis)
    return image
