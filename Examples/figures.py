# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Figures of charge_distribution.py, drawn by ParaView, and what other scripts draw in the same way."""

import functools
import math
import os

import numpy
from paraview import servermanager, simple
from vtkmodules.vtkRenderingCore import vtkRenderWindow

from pipeline_tools import Failure, energy_title, whole_file

FONT = 22
COLORS = {1: (0.55, 0.55, 0.55), 2: (0.17, 0.45, 0.70), 3: (0.80, 0.22, 0.16)}
# More points than this along an edge do not show in a figure.
LARGEST_DRAWN = 160


def percentiles(values):
    return [float(value) for value in numpy.nanpercentile(values, [2, 98])]


def percentiles_of_histogram(centers, counts):
    """The same of a histogram with bins of equal width, to about one of them."""
    shares = numpy.cumsum(counts) / numpy.sum(counts)
    return [float(value) for value in numpy.interp([0.02, 0.98], shares, centers)]


def block_name(size):
    return "single voxels" if size == 1 else "blocks of %d" % size


def save(view_or_layout, path, resolution):
    with whole_file(path) as name:
        simple.SaveScreenshot(name, view_or_layout, ImageResolution=list(resolution),
                              OverrideColorPalette="WhiteBackground")


@functools.lru_cache(maxsize=None)
def open_display():
    """A window that stays while views come and go: a virtual X server starts anew when its last window is
    closed, and ParaView ends with it. Raises Failure without an X server, where ParaView ends too: call it
    before long work."""
    window = vtkRenderWindow()
    if window.GetClassName().startswith("vtkX") and not os.environ.get("DISPLAY"):
        raise Failure("there is no X server (DISPLAY is not set), and ParaView needs one to draw; put "
                      "xvfb-run -a before the command, or leave the pictures out (--help says how)")
    window.SetOffScreenRendering(1)
    window.SetSize(16, 16)
    window.Render()
    return window


def new_view():
    view = simple.CreateRenderView()
    view.OrientationAxesVisibility = 0
    view.UseColorPaletteForBackground = 0
    view.Background = [1.0, 1.0, 1.0]
    return view


def edge_energy_colors(energies):
    """The plugin's colour map of edge energies: blue low, red high; no edge energy: not drawn."""
    colors = simple.GetColorTransferFunction("edge_energy")
    colors.AutomaticRescaleRangeMode = "Never"
    colors.RescaleTransferFunction(*energies)
    return colors


def color_by_edge_energy(display, view, energies, with_bar):
    simple.ColorBy(display, ("POINTS", "edge_energy"))
    edge_energy_colors(energies)  # ColorBy rescales them
    display.SetScalarBarVisibility(view, with_bar)
    if not with_bar:
        return
    bar = simple.GetScalarBar(simple.GetColorTransferFunction("edge_energy"), view)
    bar.Title = energy_title(display.Input)
    bar.ComponentTitle = ""
    bar.TitleColor = bar.LabelColor = [0.0, 0.0, 0.0]
    bar.TitleFontSize = bar.LabelFontSize = FONT
    bar.AutomaticLabelFormat = 0
    bar.LabelFormat = bar.RangeLabelFormat = "%.1f"
    bar.AddRangeLabels = 0
    bar.UseCustomLabels = 1
    points = simple.GetColorTransferFunction("edge_energy").RGBPoints
    bar.CustomLabels = round_numbers(points[0], points[-4])
    bar.Orientation = "Horizontal"
    bar.WindowLocation = "Lower Center"
    bar.ScalarBarLength = 0.6


def round_numbers(low, high):
    """At most seven round numbers between two numbers."""
    step = 10.0 ** math.floor(math.log10(high - low))
    step = next(step * factor for factor in (0.2, 0.5, 1.0, 2.0) if high - low <= 6 * step * factor)
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def caption(text, view):
    label = simple.Text(registrationName=text, Text=text)
    display = simple.Show(label, view)
    display.Color = [0.0, 0.0, 0.0]
    display.FontSize = FONT
    display.WindowLocation = "Upper Center"


def theta_densities(levels, path):
    """Probability densities of theta at each block size, their confidence bands where there are any,
    and that of random directions, dashed."""
    view = simple.CreateView("XYChartView")
    view.ViewSize = [1200, 900]
    view.LeftAxisTitle = "probability density (1/degree)\n "
    view.BottomAxisTitle = "theta: gradient to line towards the centre (degrees)"
    view.LeftAxisTitleFontSize = view.BottomAxisTitleFontSize = FONT
    view.LeftAxisLabelFontSize = view.BottomAxisLabelFontSize = FONT - 2
    view.LegendFontSize = FONT
    view.ShowLeftAxisGrid = view.ShowBottomAxisGrid = 0
    view.LegendLocation = "TopRight"
    view.BottomAxisUseCustomRange = 1
    view.BottomAxisRangeMinimum, view.BottomAxisRangeMaximum = 0.0, 180.0
    view.BottomAxisUseCustomLabels = 1
    view.BottomAxisLabels = ["0", "", "45", "", "90", "", "135", "", "180", ""]
    highest = 0.0
    for number, (size, _, angles) in enumerate(levels):
        port = servermanager.OutputPort(angles, 1)
        data = angles.GetDataInformation(1).GetRowDataInformation()
        names = [data.GetArrayInformation(i).GetName() for i in range(data.GetNumberOfArrays())]
        density = "probability density (1/deg)"
        random = next(name for name in names if name.startswith("random reference"))
        band = [name for name in names if name.startswith("probability density") and name != density]
        highest = max(highest, *(data.GetArrayInformation(name).GetComponentRange(0)[1] for name in [density] + band))
        display = simple.Show(port, view, "XYChartRepresentation")
        display.UseIndexForXAxis = 0
        display.XArrayName = "theta (deg)"
        display.SeriesVisibility = [density] + band + ([random] if number == len(levels) - 1 else [])
        color = [str(part) for part in COLORS.get(size, (0.3, 0.6, 0.3))]

        def each(of_density, of_random, of_band):
            """A property of all series: the band is drawn as its two ends, thin."""
            ends = [part for name in band for part in [name] + of_band]
            return [density] + of_density + [random] + of_random + ends

        display.SeriesColor = each(color, ["0", "0", "0"], color)
        display.SeriesLabel = each([block_name(size)], ["random directions"], [""])
        display.SeriesLineThickness = each(["4"], ["3"], ["1"])
        display.SeriesLineStyle = each(["1"], ["2"], ["1"])
        display.SeriesMarkerStyle = each(["0"], ["0"], ["0"])
    view.LeftAxisUseCustomRange = 1
    view.LeftAxisRangeMinimum, view.LeftAxisRangeMaximum = 0.0, 1.15 * highest
    view.LeftAxisUseCustomLabels = 1
    view.LeftAxisLabels = [text for value in round_numbers(0.0, 1.15 * highest)
                           for text in ("%.3g" % value, "")]
    save(view, path, view.ViewSize)


def sections(levels, energies, path):
    """The middle plane of the edge-energy map, one panel for each block size."""
    width, height = 800, 900
    layout = simple.CreateLayout("Sections")
    place = 0
    for number, (size, blocks, _) in enumerate(levels):
        view = new_view()
        if number == 0:
            layout.AssignView(0, view)
        else:
            layout.SplitHorizontal(place, 1.0 / (len(levels) - number + 1))
            place = 2 * place + 2
            layout.AssignView(place, view)
        extent = blocks.GetDataInformation().GetExtent()
        middle = (extent[4] + extent[5]) // 2
        plane = simple.ExtractSubset(Input=blocks, VOI=[*extent[:4], middle, middle])
        display = simple.Show(plane, view)
        display.SetRepresentationType("Slice")
        color_by_edge_energy(display, view, energies, number == len(levels) // 2)
        caption(block_name(size), view)
        look_down(view, plane)
    layout.SetSize(width * len(levels), height)
    save(layout, path, (width * len(levels), height))


def look_down(view, plane):
    view.CameraParallelProjection = 1
    view.InteractionMode = "2D"
    simple.ResetCamera(view)
    bounds = plane.GetDataInformation().GetBounds()
    center = [0.5 * (bounds[2 * i] + bounds[2 * i + 1]) for i in range(3)]
    reach = max(bounds[1] - bounds[0], bounds[3] - bounds[2])
    view.CameraFocalPoint = center
    view.CameraPosition = [center[0], center[1], center[2] + 10.0 * reach]
    view.CameraViewUp = [0.0, 1.0, 0.0]
    view.CameraParallelScale = 0.62 * reach


def octant_open(blocks, inside=("validity", 0, 0)):
    """The surface of the voxels inside with one octant taken out, its centre and its extent.

    Inside are those whose array, named first, is not below the second and not above the third."""
    stride = 1 + (longest_edge(blocks) - 1) // LARGEST_DRAWN
    information = blocks.GetDataInformation()
    image = simple.ExtractSubset(Input=blocks, VOI=list(information.GetExtent()),
                                 SampleRateI=stride, SampleRateJ=stride, SampleRateK=stride)
    particle = simple.Threshold(Input=image, Scalars=["POINTS", inside[0]], AllScalars=1,
                                LowerThreshold=inside[1], UpperThreshold=inside[2])
    particle.UpdatePipeline()
    bounds = particle.GetDataInformation().GetBounds()
    center = [0.5 * (bounds[2 * i] + bounds[2 * i + 1]) for i in range(3)]
    reach = [bounds[2 * i + 1] - bounds[2 * i] for i in range(3)]
    octant = simple.Clip(Input=particle, ClipType="Box", Invert=0, Crinkleclip=0)
    octant.ClipType.Position = center
    octant.ClipType.Length = reach
    return simple.ExtractSurface(Input=octant), center, reach


def look_into_octant(view, center, reach):
    view.CameraViewUp = [0.0, 0.0, 1.0]
    view.CameraFocalPoint = center
    view.CameraPosition = [c + d * max(reach) for c, d in zip(center, (1.7, 1.3, 1.2))]


def show_surface(surface, view):
    display = simple.Show(surface, view)
    display.SetRepresentationType("Surface")
    # The faces of the cut look away from the light at the camera: brighter shadows.
    display.Ambient, display.Diffuse = 0.6, 0.45
    return display


def cut_open(levels, energies, path):
    """The particle with the octant nearest to the viewer taken out."""
    _, blocks, _ = middle_level(levels)
    surface, center, reach = octant_open(blocks)
    view = new_view()
    view.ViewSize = [1200, 1000]
    display = show_surface(surface, view)
    color_by_edge_energy(display, view, energies, True)
    look_into_octant(view, center, reach)
    view.CameraViewAngle = 30.0
    save(view, path, view.ViewSize)


def middle_level(levels):
    """Less noise than the first, finer than the last; of an even number the finer of two."""
    return levels[(len(levels) - 1) // 2]


def longest_edge(image):
    extent = image.GetDataInformation().GetExtent()
    return 1 + max(extent[2 * i + 1] - extent[2 * i] for i in range(3))


def sampled_colors(transfer_function, number=256):
    """Red, green and blue from the low to the high end, for figures that ParaView does not draw."""
    points = transfer_function.RGBPoints
    low, high = points[0], points[-4]
    color = [0.0, 0.0, 0.0]
    sampled = []
    for i in range(number):
        transfer_function.GetClientSideObject().GetColor(low + (high - low) * i / (number - 1), color)
        sampled.append(tuple(color))
    return sampled
