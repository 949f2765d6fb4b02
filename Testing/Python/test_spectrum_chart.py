# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Tables of spectra open as charts against the energy, which is no curve itself."""

import os
import sys
import tempfile

from paraview.simple import *


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


path = os.path.join(tempfile.mkdtemp(), "edge.dat")
with open(path, "w") as file:
    file.write("# energy mu\n")
    file.writelines(f"{e} {0.2 + 0.8 * min(1.0, max(0.0, (e - 8339) / 10))}\n" for e in range(8200, 8550))
reader = XASSpectrumReader(FileName=path)
analysis = SpectrumAnalysis(Input=reader, Element="Ni", MinimumJumpToNoise=0)
probe = SpectrumProbe(Input=TXMPhantom(Size=8), Element="Ni")
for source, curves in ((reader, ["mu"]),
                       (analysis, ["mu edge", "normalized edge", "post-edge edge", "pre-edge edge"]),
                       (probe, ["mu 1", "normalized 1", "post-edge 1", "pre-edge 1"])):
    name = source.GetXMLName()
    view = CreateView("XYChartView")
    chart = Show(source, view)
    check(chart.XArrayName == "energy (eV)", f"{name}: X array {chart.XArrayName}")
    check(chart.UseIndexForXAxis == 0, f"{name}: against the number of the row")
    check(sorted(chart.SeriesVisibility) == curves, f"{name}: curves {chart.SeriesVisibility}")
print("passed")
