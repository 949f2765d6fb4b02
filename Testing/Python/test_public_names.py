# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The names that users' scripts rely on, their defaults, and a text of help for each.

    pvpython test_public_names.py SOURCES       SOURCES: the folder with the XML files
"""
import glob
import os
import sys
import xml.etree.ElementTree

from paraview import servermanager
from paraview.simple import *

STACK_FILTER = {
    "InputArray": None, "Element": "", "Edge": "", "E0Source": "Table", "E0": 0, "RangesRelativeToE0": 0,
    "PreEdgeRange": [0, 0], "PostEdgeRange": [0, 0], "PreEdgeDegree": -1, "PostEdgeDegree": -1, "Mode": "Ratio",
    "RangeRule": "Closed", "MaskArray": ["POINTS", "None"], "MinimumEdgeJump": 0, "MinimumJumpToNoise": 4}
EDGE_SEARCH = dict(
    STACK_FILTER, Method="Level", AdditionalMethods=None, Level=0.5, Window=[0, 0], Crossing="DownFromMaximum",
    ReferenceEnergy=0, LocalFitDegree=0, LocalFitHalfWidth=3, MemoryLimit=0)
NAMES = {
    "TXMStackReader": {
        "FileNames": None, "FindSeries": 1, "EnergiesFile": "", "EnergyShift": 0, "ExcludedEnergies": None,
        "PixelSize": 0, "SliceSpacing": 0, "ValueType": "Auto", "ReferenceFileNames": None, "I0File": "",
        "DarkFileNames": None, "ScaleByExposure": 1, "BackgroundRegion": [0, -1, 0, -1], "ZingerThreshold": 0,
        "DespeckleReferences": 0, "CorrectMagnification": 0, "OpticalAxis": [-1, -1], "ShiftsFile": "",
        "Interpolation": "Linear", "DataPath": "", "EnergyPath": "", "AxisOrder": "",
        "EnergyRange": None, "VOI": None, "Stride": [1, 1, 1], "OutputMode": "Stack", "MemoryLimit": 0},
    "XASSpectrumReader": {"FileName": None, "EnergyColumn": "", "MuColumn": "", "EnergyShift": 0},
    "TXMPhantom": {
        "Kind": "Rod", "Size": 96, "Dimension": "3D", "VoxelSize": 0.03, "EdgeShape": "Compact", "EdgeJump": 0.7,
        "Porosity": 0.25, "EdgeEnergy": 8344.4, "BoundaryExcess": 1.5, "BoundaryWidth": 0.09, "SurfaceTrend": 0.3,
        "GrainSize": 0.42, "AspectRatio": [1, 1, 1], "CenterOffset": [0, 0, 0], "NumberOfParticles": 1,
        "InvalidFraction": 0, "Resolution": 0, "Noise": 0.08, "NoiseModel": "Gaussian", "Seed": 1, "Energies": None},
    "XANESNormalize": STACK_FILTER,
    "EdgeEnergy": dict(EDGE_SEARCH, ComputeErrors=0, QualityMaps=0, OutputSuffix="", PassStack=0),
    "SpectrumAnalysis": dict(
        {name: value for name, value in EDGE_SEARCH.items() if name not in ("InputArray", "MaskArray", "MemoryLimit")},
        EnergyColumn="", MuColumns=None, ExcludedEnergies=None, PeakRatio=0, LowPeak=[0, 0], HighPeak=[0, 0]),
    "SpectrumProbe": dict(EDGE_SEARCH, Selection="Points", Points=None, Radius=0, LabelArray=None),
    "MetalMass": {"InputArray": None, "Element": "", "Edge": "", "MassAttenuationJump": 0, "JumpUnit": "Auto",
                  "VoxelWidth": 0},
    "ValenceCalibration": {"InputArray": None, "ReferencePoints": None, "Degree": "Linear", "ResultName": "valence"},
    "LinearCombinationFit": dict(
        STACK_FILTER, References=None, ReferenceNames=None, NormalizedReferences=0, FitRange=[0, 0],
        Constraint="None", PassStack=0, MemoryLimit=0),
    "StackQuality": {"InputArray": None, "OutlierThreshold": 5},
    "DepthProfile": {
        "InputArray": None, "LabelArray": ["POINTS", "None"], "MaskArray": ["POINTS", "None"], "NumberOfBins": 0,
        "DepthRange": [0, 0], "SubtractProfile": 0},
    "MaskedProjection": {"Operation": "Mean", "Axis": "Z", "MaskArray": ["POINTS", "None"]},
    "MapHistogram": {
        "InputArray": None, "LabelArray": ["POINTS", "None"], "NumberOfBins": 100, "Range": [0, 0]},
    "ParticleLabels": {"InputArray": ["POINTS", "validity"], "ThresholdMethod": "Range",
                       "Threshold": [0, 0], "FillHoles": 0, "SplitTouching": 0, "SplitDepth": 2,
                       "MinimumSize": 100, "LargestOnly": 0},
    "EnergyCalibration": {"Input": None, "Element": "", "Edge": "", "ReferenceEnergy": 0, "HalfWidth": 30},
    "VoxelBin": {"BlockSize": [2, 2, 2], "MinimumValidFraction": 0.75, "PointArrays": None},
    "ValenceGradient": {"InputArray": None, "ErrorArray": ["POINTS", "None"], "Plane": "Volume", "Neighbors": "Strict"},
    "PoolAngleTables": {"Input": None},
    "RadialAngleHistogram": {
        "Input": None, "ParticleInput": None, "GradientArray": ["POINTS", "valence_gradient"],
        "CenterMode": "Centroid", "WeightArray": ["POINTS", "None"], "Center": [0, 0, 0],
        "LabelArray": ["POINTS", "None"], "Outward": 0, "NumberOfBins": 36, "FoldAngles": 0, "NumberOfSizeBins": 50,
        "SizeRange": [0, 0], "ErrorArray": ["POINTS", "None"], "MinimumSignificance": 0,
        "NumberOfBootstrapSamples": 0, "BootstrapBlockEdge": 8, "ConfidenceLevel": 0.95, "Seed": 1},
}
failures = []


def plain(value):
    value = list(value) if hasattr(value, "__len__") and not isinstance(value, str) else value
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def create(name):
    # A reader without a file says so as soon as it is asked what it has.
    if name.endswith("Reader"):
        return getattr(servermanager.sources, name)()
    if name in ("EnergyCalibration", "PoolAngleTables", "SpectrumAnalysis"):  # take no image
        return getattr(servermanager.filters, name)()
    return globals()[name]() if name.startswith("TXM") else globals()[name](Input=source)


source = Wavelet()
source.UpdatePipeline()
for name, properties in NAMES.items():
    if name not in globals():
        failures.append(f"there is no {name}")
        continue
    proxy = create(name)
    for prop, default in properties.items():
        if prop not in proxy.ListProperties():
            failures.append(f"{name} has no property {prop}")
        elif default is not None and plain(proxy.GetPropertyValue(prop)) != default:
            failures.append(f"{name}.{prop} is {plain(proxy.GetPropertyValue(prop))} by default, not {default}")
    if name == "SpectrumAnalysis":
        failures += [f"{name} has {prop}, which is one of stacks" for prop in ("InputArray", "MaskArray", "MemoryLimit")
                     if prop in proxy.ListProperties()]



def has_text(documented):
    documentation = documented.GetDocumentation()
    return documentation is not None and len((documentation.GetDescription() or "").strip()) >= 15


# Every proxy that the plugin offers is described, with each of its properties, and listed above.
offered = []
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*", "*.xml"))):
    for group in xml.etree.ElementTree.parse(path).iter("ProxyGroup"):
        if group.get("name") in ("sources", "filters", "writers"):
            offered += [(group.get("name"), proxy.get("name")) for proxy in group if proxy.get("name")]
for group, name in offered:
    proxy = servermanager.ProxyManager().SMProxyManager.NewProxy(group, name)
    if proxy is None:
        failures.append(f"the plugin does not offer {group} {name}")
        continue
    label = proxy.GetXMLLabel().replace(" ", "")
    if group != "writers" and label not in NAMES:
        failures.append(f"{label} is not listed in this test")
    if not has_text(proxy):
        failures.append(f"{label} has no documentation")
    properties = proxy.NewPropertyIterator()
    properties.Begin()
    while not properties.IsAtEnd():
        if not has_text(properties.GetProperty()):
            failures.append(f"{label}.{properties.GetKey()} has no documentation")
        properties.Next()
if len(offered) < len(NAMES):
    failures.append(f"{sys.argv[1]} has {len(offered)} sources, filters and writers; there are {len(NAMES)} and more")

# The view that Apply opens for each output.
VIEWS = {"PoolAngleTables": ["SpreadSheetView"],  # a summary has one row, of which a chart shows nothing
         "RadialAngleHistogram": [None, "XYChartView", "None", "None"]}
controller = servermanager.vtkSMParaViewPipelineControllerWithRendering()
for name, views in VIEWS.items():
    proxy = create(name).SMProxy
    found = [controller.GetPreferredViewType(proxy, port) for port in range(len(views))]
    if found != views:
        failures.append(f"{name} opens {found}, not {views}")

for failure in failures:
    print("failed:", failure)
if failures:
    sys.exit(f"{len(failures)} failures")
