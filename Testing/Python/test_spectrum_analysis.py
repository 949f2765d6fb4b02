# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Single spectra from file to edge energy, and the edge jump to a mass, on any number of ranks."""

import math
import os
import sys
import tempfile

from paraview import servermanager
from paraview.simple import *
from vtkmodules.vtkParallelCore import vtkMultiProcessController

from messages import Messages


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


def table(proxy, port):
    """The columns, on the first rank; all of them take part."""
    fetched = servermanager.Fetch(proxy, idx=port)
    if fetched is None or rank > 0:
        return {}
    return {fetched.GetColumnName(i): [fetched.GetValue(r, i).ToString() if
                                       fetched.GetColumn(i).IsA("vtkStringArray") else fetched.GetValue(r, i).ToDouble()
                                       for r in range(fetched.GetNumberOfRows())]
            for i in range(fetched.GetNumberOfColumns())}


def ramp(energy, edge):
    """Rises from 0.2 to 1 over 10 eV about the edge."""
    return 0.2 + 0.8 * min(1.0, max(0.0, (energy - edge) / 10.0 + 0.5))


def energies(step):
    return [8200 + step * k for k in range(int(350 / step))]


def spectrum(edge, step):
    return "# energy mu\n" + "".join(f"{e:.9g} {ramp(e, edge):.17g}\n" for e in energies(step))


first = XASSpectrumReader(FileName=write("first.dat", spectrum(8344.0, 0.5)))
second = XASSpectrumReader(FileName=write("second.dat", spectrum(8346.5, 0.7)))
analysis = SpectrumAnalysis(Input=[first, second], Element="Ni", AdditionalMethods=["Derivative", "Centroid"],
                            MinimumJumpToNoise=0)
analysis.UpdatePipeline()
curves, rows = table(analysis, 0), table(analysis, 1)
if rank == 0:
    check(rows["name"] == ["first", "second"], "names: %s" % rows["name"])
    for found, edge in zip(rows["edge_energy (eV)"], (8344.0, 8346.5)):
        check(abs(found - edge) < 1e-6, f"edge energy {found} of {edge}")
    for found, edge in zip(rows["edge_energy_centroid (eV)"], (8344.0, 8346.5)):
        check(abs(found - edge) < 0.3, f"centroid {found} of {edge}")
    check(rows["validity"] == [0, 0] and rows["meaning"] == ["valid", "valid"], "validity")
    check(rows["E0 (eV)"] == [8333, 8333] and rows["edge"] == ["Ni K", "Ni K"], "E0")
    check(all(abs(jump - 0.8) < 1e-6 for jump in rows["edge_jump"]), "edge jumps")
    check(len(curves["energy (eV)"]) == len(energies(0.5)) + len(energies(0.7)), "rows of both")
    check(list(curves)[:5] == ["energy (eV)", "mu first", "pre-edge first", "post-edge first", "normalized first"],
          "names of the curves: %s" % list(curves))
    normalized = curves["normalized second"]
    check(math.isnan(normalized[0]) and abs(normalized[-1] - 1) < 1e-9, "own energies")
else:
    for port in (0, 1):
        check(analysis.GetClientSideObject().GetOutputDataObject(port).GetNumberOfRows() == 0,
              "rows on the first rank only")

# A series of depths: columns of one table.
lines = ["E,0 um,5 um,10 um"] + [
    ",".join(f"{v:.12g}" for v in (e, ramp(e, 8343.0), ramp(e, 8344.0), ramp(e, 8345.0))) for e in energies(0.5)]
series = CSVReader(FileName=[write("series.csv", "\n".join(lines))])
depths = SpectrumAnalysis(Input=series, Element="Ni", EnergyColumn="E", MuColumns=["0 um", "5 um", "10 um"],
                          MinimumJumpToNoise=0)
depths.UpdatePipeline()
rows = table(depths, 1)
if rank == 0:
    check(rows["name"] == ["0 um", "5 um", "10 um"], "names: %s" % rows["name"])
    check(all(abs(found - 8343.0 - k) < 1e-6 for k, found in enumerate(rows["edge_energy (eV)"])),
          "edges of the depths: %s" % rows["edge_energy (eV)"])

# Failing on the first rank is failing on all of them.
depths.MuColumns = ["nothing"]
with Messages() as messages:
    depths.UpdatePipeline()
check(('no column of numbers "nothing"' if rank == 0 else "Another rank failed") in messages.text,
      "an error: " + messages.text)
check(depths.GetClientSideObject().GetOutputDataObject(1).GetNumberOfColumns() == 0, "no columns after an error")

calibration = EnergyCalibration(Input=first, Element="Cu")
with Messages() as messages:
    calibration.UpdatePipeline()
check(("or ReferenceEnergy" if rank == 0 else "Another rank failed") in messages.text, "an error: " + messages.text)

# The same voxels have the same mass on any number of ranks.
phantom = TXMPhantom(Size=24, Noise=0.005, Dimension="2D")
edge = EdgeEnergy(Input=phantom, Element="Ni", QualityMaps=1)
mass = MetalMass(Input=edge)
mass.UpdatePipeline()
image = mass.GetClientSideObject().GetOutput()
points = image.GetPointData()
for v in range(image.GetNumberOfPoints()):
    jump, found = (points.GetArray(name).GetValue(v) for name in ("edge_jump", "metal_mass"))
    check(math.isclose(found, jump / 285.1, rel_tol=1e-6) or math.isnan(jump), f"mass {found} of a jump of {jump}")
check(points.HasArray("metal_mass_error"), "the error of the mass")
unit = image.GetFieldData().GetAbstractArray("metal_mass_unit").GetValue(0)
check(unit == "g/cm2", "unit: " + unit)
volume = MetalMass(Input=EdgeEnergy(Input=TXMPhantom(Size=8), Element="Ni"))
with Messages() as messages:
    volume.UpdatePipeline()
check("Set JumpUnit" in messages.text, "an error: " + messages.text)
volume.JumpUnit = "PerMicrometre"
volume.UpdatePipeline()
check(volume.GetClientSideObject().GetOutput().GetPointData().HasArray("metal_mass"), "the mass of a volume")
print("passed")
