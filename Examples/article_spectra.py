# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Single spectra from files, normalised and with their edge energies, for reproduce_article.py."""

import os

from paraview import simple

import stack_options
from article_particle import METHODS
from pipeline_tools import Failure, fetch_table, table_columns

# The level may lie well below the edge's steepest rise, from which this counts.
WINDOW = [-20.0, 30.0]
TABLE = ("name", "edge_energy", "white_line", "edge_jump", "peak", "validity", "meaning")


class GivenSpectra:
    """Normalised spectra of files, each over its own energies, and the table of their edge energies."""

    def __init__(self, arguments, watch):
        for file in arguments.spectra:
            if not os.path.exists(file):
                raise Failure("there is no file %s" % file)
        readers = [watch.run(simple.XASSpectrumReader(FileName=file), "reading %s" % file)
                   for file in arguments.spectra]
        # Whatever the element: spectra that are given may be of another edge than the stacks, so that options in eV
        # are not for them. The peaks are of Ni L3.
        analysis = simple.SpectrumAnalysis(
            Input=readers, E0Source="MeanSpectrum", RangesRelativeToE0=1, Window=WINDOW,
            PeakRatio=int(arguments.peak_ratio), AdditionalMethods=list(METHODS),
            **stack_options.given(Level=arguments.level, Mode=arguments.mode),
            **({"Element": "Ni", "Edge": "L3"} if arguments.peak_ratio else {}))
        watch.run(analysis, "normalising the spectra that were given")
        curves = table_columns(fetch_table(analysis, 0))
        rows = table_columns(fetch_table(analysis, 1))
        self.rows = {name: values for name, values in rows.items() if name.startswith(TABLE)}
        found = {name: covered(curves["energy (eV)"], curves.get("normalized " + name, [])) for name in rows["name"]}
        self.curves = {name: curve for name, curve in found.items() if curve}
        self.left_out = [name for name in found if name not in self.curves]
        if not self.curves:
            raise Failure("no spectrum of --spectra can be normalised; the warnings say why")

    def table(self):
        return self.rows

    def description(self):
        """What figures say of them."""
        text = ("The spectra of panels b and c were given. Level and mode are those of the particles; as they may be "
                "of another edge, ranges, degrees and limits are automatic, and the window is %g to %g eV from the "
                "steepest rise, whatever the options say." % tuple(WINDOW))
        if not self.left_out:
            return text
        return "%s Left out, as they cannot be normalised (Table S3 and the warnings say why): %s." % (
            text, ", ".join(self.left_out))


def covered(energies, values):
    """The energies of a spectrum and its values; in the table of all it has gaps. Empty if it was not normalised."""
    return tuple(zip(*((energy, value) for energy, value in zip(energies, values) if value == value)))
