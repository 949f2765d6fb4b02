# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The TXM Phantom through the loaded plugin: public names, defaults, time steps."""
from paraview.simple import *

DEFAULTS = {
    "Kind": "Rod", "Size": 96, "Dimension": "3D", "VoxelSize": 0.03, "EdgeShape": "Compact",
    "EdgeJump": 0.7, "Porosity": 0.25, "EdgeEnergy": 8344.4, "BoundaryExcess": 1.5,
    "BoundaryWidth": 0.09, "SurfaceTrend": 0.3, "GrainSize": 0.42, "AspectRatio": [1, 1, 1],
    "CenterOffset": [0, 0, 0], "NumberOfParticles": 1, "InvalidFraction": 0, "Resolution": 0,
    "Noise": 0.08, "NoiseModel": "Gaussian", "Seed": 1, "OutputMode": "Stack", "MemoryLimit": 0,
}


# Also the C++ class's own, see TestTXMPhantomSource.cxx.
ENERGIES = (
    [8150 + 16 * i for i in range(11)] + [8318, 8325, 8330]
    + [(83330 + 9 * i) / 10 for i in range(31)] + [8363, 8367, 8374]
    + [8384 + 18 * i for i in range(13)])


def value(proxy, name):
    found = proxy.GetPropertyValue(name)
    if not hasattr(found, "__len__"):
        return found
    found = list(found)
    return found[0] if len(found) == 1 else found


def check_defaults():
    phantom = TXMPhantom()
    for name, expected in DEFAULTS.items():
        assert value(phantom, name) == expected, (name, value(phantom, name), expected)
    assert list(phantom.Energies) == ENERGIES
    phantom.UpdatePropertyInformation()
    assert "0.607 eV" in phantom.GetPropertyValue("ExpectedScatter")
    Delete(phantom)


def check_kinds():
    phantom = TXMPhantom(Size=16, CenterOffset=[0.03, 0.0, -0.03], AspectRatio=[1.0, 1.2, 0.9])
    for kind in ("Rod", "Gravel", "Azimuthal", "Radial", "Linear", "WhiteNoise", "Uniform"):
        for shape in ("Compact", "PiecewiseLinear", "EXAFS"):
            phantom.Kind = kind
            phantom.EdgeShape = shape
            phantom.UpdatePipeline()
            points = phantom.PointData
            assert points["absorbance"].GetNumberOfComponents() == len(phantom.Energies)
            low, high = points["true_edge_energy"].GetRange()
            assert 8330 < low <= high < 8360, (kind, low, high)
    phantom.Dimension = "2D"
    phantom.NoiseModel = "Poisson"
    phantom.Energies = [8300.0, 8344.0, 8400.0]
    phantom.UpdatePipeline()
    assert phantom.GetDataInformation().GetExtent() == (0, 15, 0, 15, 0, 0)
    assert phantom.PointData["absorbance"].GetNumberOfComponents() == 3
    Delete(phantom)


def check_energy_as_time():
    phantom = TXMPhantom(Size=12, OutputMode="EnergyAsTime")
    phantom.UpdatePipelineInformation()
    assert list(phantom.TimestepValues) == list(phantom.Energies)
    phantom.UpdatePipeline(8344.0)
    assert phantom.PointData["absorbance"].GetNumberOfComponents() == 1
    Delete(phantom)


check_defaults()
check_kinds()
check_energy_as_time()
print("done")
