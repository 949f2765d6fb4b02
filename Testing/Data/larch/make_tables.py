# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Normalises spectra with Larch and writes what it finds, for the test of Larch parity.

    python3 make_tables.py SPECTRA_FOLDER > larch.csv      (Debian: python3-xraylarch)

One line for each quantity: spectrum, E0 (eV), pre1, pre2, norm1, norm2 (eV from E0), degree,
quantity, index of the energy (-1 for the edge step), value. Without the folder: the spectrum that
is computed, only.
"""
import os
import sys

import larch
import numpy
from larch import Group
from larch.xafs import pre_edge


def computed():
    energy = 8200.0 + 1.25 * numpy.arange(321)
    mu = (0.4 - 2e-4 * (energy - 8333.0) + 0.7 * (0.5 + numpy.arctan((energy - 8344.0) / 2.0) / numpy.pi)
          + 0.3 * numpy.exp(-(((energy - 8350.0) / 4.0) ** 2))
          + 1e-6 * (energy - 8333.0) ** 2 * (energy > 8333.0))
    return energy, mu


def two_columns(path, scale=1.0, **options):
    energy, mu = numpy.loadtxt(path, usecols=(0, 1), unpack=True, **options)
    return energy * scale, mu


def spectra(folder):
    yield "computed", 8345.0, computed()
    if folder:
        yield "ref_NiO.txt", 8345.0, two_columns(os.path.join(folder, "ref_NiO.txt"), 1000.0)
        yield "ref_LiNiO2.txt", 8345.0, two_columns(os.path.join(folder, "ref_LiNiO2.txt"), 1000.0)
        yield "ni_metal_rt.xdi", 8333.0, two_columns(os.path.join(folder, "ni_metal_rt.xdi"))
        yield "cu_10k.xmu", 8979.0, two_columns(os.path.join(folder, "cu_10k.xmu"))


def write(*values):
    print(*(repr(float(v)) if isinstance(v, float) else v for v in values), sep=",")


def normalise(name, energy, mu, e0, degree):
    pre1, pre2, norm1 = -120.0, -33.0, 47.0
    norm2 = float(min(210.0, energy[-1] - e0 - 9.0))
    group = Group(energy=energy, mu=mu)
    pre_edge(group, e0=e0, pre1=pre1, pre2=pre2, norm1=norm1, norm2=norm2, nnorm=degree)
    settings = (name, float(e0), pre1, pre2, norm1, norm2, degree)
    write(*settings, "edge_step", -1, float(group.edge_step))
    for k in range(3, len(energy), 23):
        write(*settings, "norm", k, float(group.norm[k]))
        write(*settings, "flat", k, float(group.flat[k]))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else ""
    print(f"# larch {larch.__version__}, numpy {numpy.__version__}")
    for name, edge, (energy, mu) in spectra(folder):
        on_sample = float(energy[numpy.argmin(abs(energy - edge))])
        for degree in (0, 1, 2):
            normalise(name, energy, mu, on_sample, degree)
        normalise(name, energy, mu, on_sample + 0.31, 1)


main()
