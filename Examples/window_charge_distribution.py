# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""ParaView macro: from the selected energy stack to the picture of its charge distribution.

Select a stack in the Pipeline Browser (TXM Stack Reader, TXM Phantom), then run this (Macros > Import New Macro,
once). It builds Edge Energy, Voxel Bin, Valence Gradient, Radial Angle Histogram and Spectrum Probe, and lays out
four views: the particle cut open, the gradients in its middle plane, the density of theta, and a spectrum. All
filters stay in the Pipeline Browser, to be changed there.
"""
from paraview import servermanager, simple
from vtkmodules.vtkCommonDataModel import vtkDataObject

BLOCK = 2  # voxels along each edge
LARGEST_DRAWN = 160  # points along an edge of what is drawn
ARROWS = 30  # along the longer edge of the plane
AXES = "xyz"


def field_text(source, name):
    array = source.GetDataInformation().GetArrayInformation(name, vtkDataObject.FIELD)
    return array.GetStringValue(0) if array and array.GetNumberOfStringValues() else ""


def extent_of(image):
    return list(image.GetDataInformation().GetExtent())


def lengths(extent):
    return [extent[2 * i + 1] - extent[2 * i] + 1 for i in range(3)]


def spacing(image):
    """Along x."""
    bounds = image.GetDataInformation().GetBounds()
    return (bounds[1] - bounds[0]) / max(1, lengths(extent_of(image))[0] - 1)


def row(source, port):
    """The first row of a table."""
    table = servermanager.Fetch(source, idx=port)
    return {table.GetColumnName(i): table.GetColumn(i).GetVariantValue(0)
            for i in range(table.GetNumberOfColumns() if table and table.GetNumberOfRows() else 0)}


def find_stack():
    stack = simple.GetActiveSource()
    if stack is None:
        raise RuntimeError("Select an energy stack in the Pipeline Browser first.")
    stack.UpdatePipeline()
    information = stack.GetDataInformation()
    if (information.GetDataSetTypeAsString() != "vtkImageData"
            or not information.GetArrayInformation("energy", vtkDataObject.FIELD)):
        raise RuntimeError("The selected source is no energy stack: it has no energies. Select the TXM Stack Reader "
                           "or TXM Phantom in the Pipeline Browser.")
    return stack


def analyse(stack):
    edge = simple.EdgeEnergy(registrationName="EdgeEnergy", Input=stack)
    edge.UpdatePipeline()
    size = [BLOCK if n > 1 else 1 for n in lengths(extent_of(stack))]
    blocks = simple.VoxelBin(registrationName="VoxelBin", Input=edge, BlockSize=size)
    gradient = simple.ValenceGradient(registrationName="ValenceGradient", Input=blocks)
    angles = simple.RadialAngleHistogram(registrationName="RadialAngleHistogram", Input=gradient, ParticleInput=edge)
    angles.UpdatePipeline()
    summary = row(angles, 3)
    if not summary or summary["number of vectors"].ToInt() == 0:
        raise RuntimeError("No voxel has six valid neighbours, so that there are no gradients: see the messages of Edge "
                           "Energy, and check Element, Edge and the ranges in its panel.")
    center = [summary["center %s (um)" % axis].ToDouble() for axis in AXES]
    probe = simple.SpectrumProbe(registrationName="SpectrumProbe", Input=stack, Points=center, Radius=BLOCK * spacing(stack))
    return edge, blocks, angles, probe, center


def middle_of_values(blocks):
    """A range about the median, 2.4 widths of the distribution: outliers do not stretch the colours."""
    histogram = simple.MapHistogram(Input=blocks)
    histogram.UpdatePipeline()
    values = row(histogram, 1)
    median = values["median (eV)"].ToDouble()
    width = values["width, 16th to 84th percentile (eV)"].ToDouble()
    simple.Delete(histogram)
    return median - 1.2 * width, median + 1.2 * width


def color(display, view, title, span, with_bar):
    simple.ColorBy(display, ("POINTS", "edge_energy"))
    colors = simple.GetColorTransferFunction("edge_energy")
    colors.AutomaticRescaleRangeMode = "Never"
    colors.RescaleTransferFunction(*span)
    display.SetScalarBarVisibility(view, with_bar)
    if not with_bar:
        return
    bar = simple.GetScalarBar(colors, view)
    bar.Title, bar.ComponentTitle = title, ""
    bar.TitleColor = bar.LabelColor = [0.0, 0.0, 0.0]
    bar.TitleFontSize = bar.LabelFontSize = 14
    bar.AutomaticLabelFormat = 0
    bar.LabelFormat = bar.RangeLabelFormat = "%.1f"


def new_view(kind):
    view = simple.CreateView(kind)
    if kind == "RenderView":
        view.UseColorPaletteForBackground = 0
        view.Background = [1.0, 1.0, 1.0]
        view.OrientationAxesLabelColor = [0.0, 0.0, 0.0]
    return view


def show_cut_open(blocks, title, span):
    """The valid blocks, with the octant nearest to the viewer taken out."""
    view = new_view("RenderView")
    stride = 1 + (max(lengths(extent_of(blocks))) - 1) // LARGEST_DRAWN
    image = simple.ExtractSubset(registrationName="Particle (stride)", Input=blocks, VOI=extent_of(blocks),
                                 SampleRateI=stride, SampleRateJ=stride, SampleRateK=stride)
    particle = simple.Threshold(registrationName="Particle", Input=image, Scalars=["POINTS", "validity"],
                                AllScalars=1, LowerThreshold=0, UpperThreshold=0)
    particle.UpdatePipeline()
    bounds = particle.GetDataInformation().GetBounds()
    center = [0.5 * (bounds[2 * i] + bounds[2 * i + 1]) for i in range(3)]
    reach = [bounds[2 * i + 1] - bounds[2 * i] for i in range(3)]
    octant = simple.Clip(registrationName="Particle cut open", Input=particle, ClipType="Box", Invert=0, Crinkleclip=0)
    octant.ClipType.Position, octant.ClipType.Length = center, reach
    surface = simple.ExtractSurface(registrationName="Surface of the particle", Input=octant)
    display = simple.Show(surface, view)
    display.SetRepresentationType("Surface")
    display.Ambient, display.Diffuse = 0.6, 0.45  # the faces of the cut look away from the light
    color(display, view, title, span, True)
    view.CameraViewUp, view.CameraFocalPoint = [0.0, 0.0, 1.0], center
    view.CameraPosition = [c + d * max(reach) for c, d in zip(center, (1.4, 1.05, 1.0))]
    return view


def show_plane(angles, title, span, center, with_bar):
    """The middle plane, and the gradients in it."""
    view = new_view("RenderView")
    extent = extent_of(angles)
    information = angles.GetDataInformation()
    bounds, counts = information.GetBounds(), lengths(extent)
    height = (bounds[5] - bounds[4]) / max(1, counts[2] - 1)
    k = extent[4] + (round((center[2] - bounds[4]) / height) if height > 0 else 0)
    plane = simple.ExtractSubset(registrationName="Middle plane", Input=angles, VOI=extent[:4] + [k, k])
    display = simple.Show(plane, view)
    display.SetRepresentationType("Slice")
    color(display, view, title, span, with_bar)
    stride = 1 + (max(counts[:2]) - 1) // ARROWS
    sparse = simple.ExtractSubset(registrationName="Middle plane (stride)", Input=angles, VOI=extent[:4] + [k, k],
                                  SampleRateI=stride, SampleRateJ=stride)
    vectors = simple.Threshold(registrationName="Vectors", Input=sparse, Scalars=["POINTS", "theta"],
                               LowerThreshold=0, UpperThreshold=180)
    arrows = simple.Glyph(registrationName="Gradients", Input=vectors, GlyphType="Arrow", GlyphMode="All Points")
    arrows.OrientationArray = ["POINTS", "valence_gradient"]
    arrows.ScaleArray = ["POINTS", "No scale array"]
    arrows.ScaleFactor = 0.9 * stride * spacing(angles)
    display = simple.Show(arrows, view)
    display.ColorArrayName = [None, ""]  # ColorBy fails where there is no arrow
    display.AmbientColor = display.DiffuseColor = [0.1, 0.1, 0.1]
    view.InteractionMode = "2D"
    view.CameraParallelProjection = 1
    middle = [0.5 * (bounds[2 * i] + bounds[2 * i + 1]) for i in range(2)]
    view.CameraFocalPoint = middle + [center[2]]
    view.CameraPosition = middle + [center[2] + 10 * (bounds[1] - bounds[0])]
    view.CameraViewUp = [0.0, 1.0, 0.0]
    view.CameraParallelScale = 0.6 * max(bounds[1] - bounds[0], bounds[3] - bounds[2])
    return view


def show_table(source, port, title, bottom, left):
    view = new_view("XYChartView")
    view.ChartTitle, view.BottomAxisTitle, view.LeftAxisTitle = title, bottom, left
    display = simple.Show(servermanager.OutputPort(source, port), view)
    return view, display


def show_theta(angles):
    view, _ = show_table(angles, 1, "Angle between gradient and radius", "theta (degrees)", "probability density (1/degree)")
    view.BottomAxisUseCustomRange = 1
    view.BottomAxisRangeMinimum, view.BottomAxisRangeMaximum = 0.0, 180.0
    return view


def show_spectrum(probe):
    probe.UpdatePipeline()
    view, display = show_table(probe, 0, "Spectrum at the particle's centre", "photon energy (eV)", "absorption")
    names = {"mu 1": ("spectrum", "0 0.447 0.698", "1"), "pre-edge 1": ("pre-edge fit", "0.3 0.3 0.3", "2"),
             "post-edge 1": ("post-edge fit", "0.835 0.369 0", "2")}
    display.SeriesVisibility = list(names)
    display.SeriesLabel = [text for name in names for text in (name, names[name][0])]
    display.SeriesColor = [text for name in names for text in [name] + names[name][1].split()]
    display.SeriesLineStyle = [text for name in names for text in (name, names[name][2])]
    return view


def new_layout(name):
    """As simple.CreateLayout makes it, which forgets to write it into a trace."""
    layout = servermanager.ProxyManager().NewProxy("misc", "ViewLayout")
    servermanager.vtkSMParaViewPipelineControllerWithRendering().RegisterLayoutProxy(layout, name)
    return simple.GetLayoutByName(name)


def lay_out(views):
    """Two by two; of a 2D stack one beside two charts. The parts of a place p are 2 p + 1 and 2 p + 2."""
    layout = new_layout("Charge distribution")
    layout.SplitHorizontal(0, 0.5)
    layout.SplitVertical(2, 0.5)
    places = [1, 5, 6]
    if len(views) == 4:
        layout.SplitVertical(1, 0.5)
        places = [3, 4, 5, 6]
    for place, view in zip(places, views):
        layout.AssignView(place, view)


def main():
    stack = find_stack()
    edge, blocks, angles, probe, center = analyse(stack)
    element, line = field_text(edge, "element"), field_text(edge, "edge")
    title = "%s %s-edge energy (eV)" % (element, line) if element and line else "edge energy (eV)"
    span = middle_of_values(blocks)
    is_volume = lengths(extent_of(blocks))[2] > 1
    views = [show_cut_open(blocks, title, span)] if is_volume else []
    views.append(show_plane(angles, title, span, center, not is_volume))
    views += [show_theta(angles), show_spectrum(probe)]
    lay_out(views)
    for view in views:
        simple.Render(view)
    simple.SetActiveSource(angles)


main()
