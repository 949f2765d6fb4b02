# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""How the figures of reproduce_article.py look: sizes in mm, 7 pt letters, colours for the colour-blind."""

import matplotlib

matplotlib.use("Agg")

import numpy
from matplotlib import pyplot
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle
from paraview import simple

import figures
from pipeline_tools import whole_file, write_table

DOUBLE_COLUMN = 180.0  # mm
PICTURE = 1000  # pixels along an edge of what ParaView draws
# Okabe and Ito's colours: seen apart by everybody.
PARTICLES = ["#0072B2", "#D55E00"]
BLOCKS = ["#999999", "#56B4E9", "#CC3311", "#009E73", "#CC79A7"]
SPECTRA = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
GROUPS = matplotlib.colormaps["viridis"] if hasattr(matplotlib, "colormaps") else pyplot.get_cmap("viridis")


def begin(dots_per_inch):
    pyplot.rcParams.update({
        "font.family": "sans-serif",
        "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
        "mathtext.fontset": "dejavusans", "font.size": 7.0, "axes.labelsize": 7.0,
        "axes.titlesize": 7.0, "xtick.labelsize": 6.0, "ytick.labelsize": 6.0, "legend.fontsize": 6.0,
        "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
        "xtick.major.size": 2.5, "ytick.major.size": 2.5, "lines.linewidth": 1.0,
        "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False,
        "legend.handlelength": 1.6, "axes.formatter.useoffset": False, "figure.dpi": dots_per_inch,
        "figure.constrained_layout.use": True, "figure.constrained_layout.h_pad": 0.03,
        "figure.constrained_layout.w_pad": 0.03})


def new_figure(height, rows=1, columns=1, width=DOUBLE_COLUMN, **options):
    """A figure of that many mm, as wide as the page, and its axes as a table of rows and columns."""
    return pyplot.subplots(rows, columns, squeeze=False, figsize=(width / 25.4, height / 25.4), **options)


def save(figure, path):
    with whole_file(path) as name:
        figure.canvas.print_png(name)  # savefig lays out twice, which takes most of the time
    pyplot.close(figure)


def head(axes, letter, title=""):
    axes.set_title(letter, loc="left", fontweight="bold", fontsize=8.0)
    axes.set_title(title, loc="center")


def edge_energy_colors():
    """The colour map of edge energies, as ParaView draws them: blue low, red high."""
    colors = figures.edge_energy_colors((0.0, 1.0))
    return ListedColormap(figures.sampled_colors(colors), "edge energy")


def limits(planes):
    """The range of colours for several maps: all but the outermost hundredths."""
    return figures.percentiles(numpy.concatenate([plane.values.ravel() for plane in planes]))


def show_map(axes, plane, colors, energies):
    """A Map in its place in um, without axes but with a scale bar."""
    axes.set_aspect("equal", anchor="N")
    axes.axis("off")
    plane = plane.part(*plane.inside())
    shown = axes.imshow(plane.values, origin="lower", cmap=colors, vmin=energies[0], vmax=energies[1],
                        extent=plane.bounds, interpolation="nearest")
    scale_bar(axes)
    return shown


def round_length(largest):
    """The largest of 1, 2, 5 x 10^n um that is not above a length."""
    power = 10.0 ** numpy.floor(numpy.log10(largest))
    return max(power * factor for factor in (1.0, 2.0, 5.0) if power * factor <= largest * 1.0001)


def scale_bar(axes):
    """Below the lower left corner of a map, so that it covers nothing."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    length = round_length(0.3 * (high - low))
    thickness = 0.015 * (top - bottom)
    axes.add_patch(Rectangle((low, bottom - 3.0 * thickness), length, thickness, color="black",
                             linewidth=0.0, clip_on=False))
    axes.text(low + 1.08 * length, bottom - 2.5 * thickness, "%g µm" % length, va="center", ha="left", fontsize=6.0)
    axes.set_ylim(bottom - 5.0 * thickness, top)
    axes.set_xlim(low, high)


def color_bar(figure, shown, axes, label="edge energy (eV)", **options):
    # panchor: the maps stay at the top, where the panels' letters are.
    options = dict({"shrink": 0.8, "aspect": 22, "pad": 0.02, "panchor": False}, **options)
    bar = figure.colorbar(shown, ax=axes, **options)
    bar.set_label(label)
    bar.outline.set_linewidth(0.4)
    return bar


def group_bar(figure, axes, groups):
    """The colours of the groups of theta."""
    bounds = numpy.linspace(0.0, 90.0, groups + 1)
    shown = pyplot.cm.ScalarMappable(BoundaryNorm(bounds, groups), ListedColormap(group_colors(groups)))
    bar = color_bar(figure, shown, axes, "theta (degrees)", aspect=25)
    bar.set_ticks(bounds)
    return bar


def group_colors(groups):
    return [GROUPS(0.95 * i / (groups - 1)) for i in range(groups)]


def render(image, array, colors, path, **inside):
    """The particle with an octant taken out, drawn by ParaView; returns the size of a pixel in um."""
    surface, center, reach = figures.octant_open(image, **inside)
    view = figures.new_view()
    view.ViewSize = [PICTURE, PICTURE]
    display = figures.show_surface(surface, view)
    # Less shade, so that the colours are nearer to those of the colour bar.
    display.Ambient, display.Diffuse = 0.72, 0.32
    simple.ColorBy(display, ("POINTS", array))
    display.LookupTable = colors
    display.SetScalarBarVisibility(view, False)
    figures.look_into_octant(view, center, reach)
    view.CameraParallelProjection = 1
    view.CameraParallelScale = 0.7 * max(reach)
    figures.save(view, path, view.ViewSize)
    simple.Delete(view)
    return 2.0 * 0.7 * max(reach) / PICTURE


def without_margins(picture):
    """A picture without its white margins."""
    rows, columns = numpy.nonzero((picture[..., :3] < 1.0).any(axis=2))
    if rows.size == 0:
        return picture
    return picture[rows.min():rows.max() + 1, columns.min():columns.max() + 1]


class Numbers:
    """The numbers of a figure as one table: a row for each point, blank where a panel has no such column."""

    def __init__(self):
        self.rows = []

    def add(self, columns, **constants):
        """`columns`: {name: values}; the constants, such as panel and particle, stand in each row."""
        names = [name for name in columns]
        for values in zip(*columns.values()):
            self.rows.append(dict({key.replace("_", " "): value for key, value in constants.items()},
                                  **dict(zip(names, values))))

    def add_map(self, plane, value, **constants):
        """The pixels of a Map that have a value."""
        rows, columns = numpy.nonzero(numpy.isfinite(plane.values))
        places = {"%s (um)" % name: (plane.origin[i] + index * plane.spacing[i]).round(6).tolist()
                  for i, (name, index) in enumerate(zip(plane.axes, (columns, rows)))}
        self.add(dict(places, **{value: plane.values[rows, columns].round(6).tolist()}), **constants)

    def save(self, path):
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        write_table({name: [row.get(name, "") for row in self.rows] for name in names}, path)
