# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The colours in which maps and stacks are shown at first.

    pvpython test_colors.py EXAMPLES
"""
import os
import sys

import numpy
from paraview.modules.vtkRemotingViews import vtkSMTransferFunctionPresets
from paraview.simple import *

sys.path.insert(0, sys.argv[1])
from pipeline_tools import color_by_energy, energy_title

# What people see who lack one of three cones: Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput.
# Graph. 15, 1291 (2009), table 1, severity 1.
NORMAL = numpy.eye(3)
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
TRITANOPIA = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def cielab(rgb, sight=NORMAL):
    linear = numpy.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = numpy.clip(linear @ numpy.array(sight).T, 0, 1)
    xyz = linear @ numpy.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                                [0.0193339, 0.1191920, 0.9503041]]).T / [0.95047, 1, 1.08883]
    f = numpy.where(xyz > 216 / 24389, numpy.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return numpy.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def difference(first, second):
    """CIEDE2000: G. Sharma, W. Wu and E. N. Dalal, Color Res. Appl. 30, 21 (2005)."""
    (l1, a1, b1), (l2, a2, b2) = first.T, second.T
    chroma = 0.5 * (numpy.hypot(a1, b1) + numpy.hypot(a2, b2))
    stretch = 1.5 - 0.5 * numpy.sqrt(chroma ** 7 / (chroma ** 7 + 25.0 ** 7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = numpy.hypot(a1, b1), numpy.hypot(a2, b2)
    h1, h2 = numpy.degrees(numpy.arctan2(b1, a1)) % 360, numpy.degrees(numpy.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    hues = 2 * numpy.sqrt(c1 * c2) * numpy.sin(numpy.radians(turn / 2))
    light, chroma, hue = 0.5 * (l1 + l2), 0.5 * (c1 + c2), (h1 + turn / 2) % 360

    def cosine(times, shift):
        return numpy.cos(numpy.radians(times * hue + shift))

    t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.2 * cosine(4, -63)
    of_light = 1 + 0.015 * (light - 50) ** 2 / numpy.sqrt(20 + (light - 50) ** 2)
    of_chroma, of_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rotation = (-2 * numpy.sqrt(chroma ** 7 / (chroma ** 7 + 25.0 ** 7))
                * numpy.sin(numpy.radians(60 * numpy.exp(-((hue - 275) / 25) ** 2))))
    l, c, h = (l2 - l1) / of_light, (c2 - c1) / of_chroma, hues / of_hue
    return numpy.sqrt(l ** 2 + c ** 2 + h ** 2 + rotation * c * h)


# A pair of that paper's table.
pair = numpy.array([[50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485]])
check(abs(difference(pair[:1], pair[1:])[0] - 2.0425) < 1e-4, "the colour difference of this test is wrong")

stack = TXMPhantom(Size=8)
edge = EdgeEnergy(Input=stack)
edge.UpdatePipeline()

colors = GetColorTransferFunction("edge_energy")
points = numpy.array(colors.RGBPoints).reshape(-1, 4)
rgb = points[:, 1:]
check(colors.NanOpacity == 0, "voxels without an edge energy are drawn")
check(rgb[0].argmax() == 2 and rgb[-1].argmax() == 0, f"low is {rgb[0]}, high is {rgb[-1]}: not blue and red")
steps = difference(cielab(rgb[:-1]), cielab(rgb[1:]))
check(steps.max() < 1.05 * steps.min(), f"the steps of the colours are {steps.min():.2f} to {steps.max():.2f}")
for name, sight in (("protanopia", PROTANOPIA), ("deuteranopia", DEUTERANOPIA), ("tritanopia", TRITANOPIA)):
    seen = cielab(rgb, sight)
    least = min(difference(seen[k:k + 1].repeat(len(rgb) - k - 8, axis=0), seen[k + 8:]).min()
                for k in range(len(rgb) - 8))
    check(least > 10, f"with {name} two colours a quarter of the range apart differ by {least:.1f} only")

check(GetColorTransferFunction("theta").NanOpacity == 0, "voxels without theta are drawn")
spectra = GetColorTransferFunction("absorbance")
check((spectra.VectorMode, spectra.VectorComponent) == ("Component", 0), "a stack is coloured by its magnitude")
other = GetColorTransferFunction("another")
check(other.VectorMode == "Magnitude" and other.NanOpacity == 1, "arrays of others have colours of this plugin")
presets = vtkSMTransferFunctionPresets.GetInstance()
check(presets.HasPreset("Valence"), "there is no colour map Valence to choose")

check(energy_title(edge) == "Ni K-edge energy (eV)", f"the colour bar says {energy_title(edge)}")

def bar_of(source, array, *component):
    """The colour bar as ParaView's window shows it."""
    view = CreateRenderView()
    display = Show(source, view)
    display.SetRepresentationType("Slice")
    ColorBy(display, ("POINTS", array, *component))
    display.SetScalarBarVisibility(view, True)
    return GetScalarBar(GetColorTransferFunction(array), view)


several = EdgeEnergy(Input=stack, OutputSuffix="Ni", AdditionalMethods=["Derivative"])
gradient = ValenceGradient(Input=edge)
other_energy = EdgeEnergy(Input=TXMPhantom(Size=8), AdditionalMethods=["WhiteLine"])
for source in (several, gradient, other_energy):
    source.UpdatePipeline()
for source, array, title, component in (
        (edge, "edge_energy", "Ni K-edge energy (eV)", ""),
        (several, "edge_energy_Ni", "Ni K-edge energy (eV)", ""),
        (several, "edge_energy_derivative_Ni", "Ni K-edge energy, derivative Ni (eV)", ""),
        (other_energy, "white_line_energy", "white line energy (eV)", ""),
        (stack, "true_edge_energy", "true edge energy (eV)", ""),
        (stack, "absorbance", "absorbance", "8150.00 eV"),
        (gradient, "valence_gradient", "valence gradient (eV/um)", "Magnitude"),
        (gradient, "valence_gradient_magnitude", "valence gradient magnitude (eV/um)", "")):
    bar = bar_of(source, array)
    check((bar.Title, bar.ComponentTitle) == (title, component), f"of {array} the colour bar says {bar.Title} {bar.ComponentTitle}")
    check("6g" in bar.LabelFormat and "6g" in bar.RangeLabelFormat, f"8344.4 is written by {bar.RangeLabelFormat}")
    check(GetColorTransferFunction(array).NanOpacity == 0, f"voxels without {array} are drawn")
# What a volume is coloured by as soon as it is shown as a slice.
blocks = VoxelBin(Input=edge)
blocks.UpdatePipeline()
display = Show(blocks, CreateRenderView())
display.SetRepresentationType("Slice")
check(display.ColorArrayName[1] == "edge_energy", f"blocks are coloured by {display.ColorArrayName[1]}")

# Amounts go from dark to light, and have no two sides.
for array in ("absorbance", "valence_gradient_magnitude", "edge_energy_error", "depth"):
    light = cielab(numpy.array(GetColorTransferFunction(array).RGBPoints).reshape(-1, 4)[:, 1:])[:, 0]
    check((numpy.diff(light) > 0).all(), f"the lightness of {array} is {light}")
bar = bar_of(edge, "edge_jump")
check(bar.Title == "edge_jump", f"the colour bar of another array says {bar.Title}")
suffixed = GetColorTransferFunction("edge_energy_Ni").RGBPoints
check(len(suffixed) == len(colors.RGBPoints), "edge_energy_Ni has not the colours of edge_energy")

view = CreateRenderView()
shown = color_by_energy(Show(stack, view), view, 8350)
spectra = GetColorTransferFunction("absorbance")
check((shown, spectra.VectorMode, spectra.VectorComponent) == ("8350.10 eV", "Component", 33),
      f"near 8350 eV {shown} is shown, component {spectra.VectorComponent}")
title = GetScalarBar(spectra, view).Title
check(title == "absorbance at 8350.10 eV", f"the colour bar says {title}")
print("passed")
