# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The data figures of Xu et al., Nat. Commun. 11, 83 (2020), and of its supplement: one function each.

A figure function draws with the particles of a Study, puts its numbers into a Numbers table, writes
the picture, and returns one or two sentences about what is seen. It raises LeftOut where the input
has not what the figure needs.
"""

import itertools
import os
import string
import tempfile

import numpy
from matplotlib import pyplot
from matplotlib.ticker import MaxNLocator

import article_particle
import article_style as style
import figures
from article_particle import AXES, PLACES, POINTS, Map
from pipeline_tools import fetch_table, table_columns

THETA = "theta (deg)"
DENSITY = "probability density (1/deg)"
LOWER, UPPER = ("probability density %s (1/deg)" % end for end in ("lower", "upper"))
WEIGHTED = "weighted probability density (1/deg)"
MEAN_SIZE = "mean |u| (eV/um)"
RATIO = "P(80..100) over random"
# What the table of angles has of the summary: names and units; with their bands where there are such.
ANGLES = (("number of vectors", ""), ("bootstrap blocks", ""), (RATIO, ""), ("weighted " + RATIO, ""),
          ("mean |u|", " (eV/um)"), ("mean |u| without noise", " (eV/um)"), ("noise note", ""))
SIZE = "|u| (eV/um)"
ENERGY = "energy (eV)"
EDGE = "edge energy (eV)"
DEPTH_COLUMNS = ("mean edge_energy (eV)", "standard deviation (eV)", "standard error (eV)")
FEW = 500  # vectors of a group of theta: too few for a smooth density
# Of voxels in grains: label, marker, colour.
PLACE_STYLE = {"boundary": ("at grain boundaries", "o", "#CC3311"), "inside": ("inside grains", "s", "#0072B2")}
REGION = 0.42  # of the diameter: the side of the region that is shown larger


class LeftOut(Exception):
    """Why a figure cannot be made from this input."""


class Study:
    """The particles that are compared, and what their figures share."""

    def __init__(self, particles, watch, spectra=None, renders=True):
        self.particles = particles
        self.watch = watch
        self.spectra = spectra  # GivenSpectra from files of the user, or None
        self.renders = renders
        self.level = particles[0].parameters["edge_energy_level"]
        self.colors = style.edge_energy_colors()

    def need_volumes(self):
        if not all(particle.volume for particle in self.particles):
            raise LeftOut("it needs volumes, and the input is two-dimensional")

    def tables(self):
        """{name: (title, columns)} of the tables that go with the figures."""
        mean = joined((particle.name, particle.mean.table()) for particle in self.particles)
        shells = joined((particle.name, particle.shells.table()) for particle in self.particles)
        given = joined([("given", self.spectra.table())]) if self.spectra else shells
        return {
            "table_S2": ("Supplementary Table 2: Edge energies of the mean spectra", mean),
            "table_S3": ("Supplementary Table 3: Edge energies of the spectra that were given (errors are upper "
                         "bounds: oscillations behind the edge count as noise)" if self.spectra else
                         "Supplementary Table 3: Edge energies of the mean spectra of surface and bulk", given),
            "table_angles": ("Angles and vector sizes at each block size (lower, upper: 95 % confidence bands)",
                             self.angles()),
        }

    def angles(self):
        levels = [(particle.name, level) for particle in self.particles for level in particle.levels.values()]
        names = [name + end + unit for name, unit in ANGLES for end in ("", " lower", " upper")
                 if name + end + unit in levels[0][1].summary]
        rows = {"particle": [particle for particle, _ in levels], "block size": [level.size for _, level in levels]}
        return dict(rows, **{name: [level.summary[name][0] for _, level in levels] for name in names})


def joined(tables):
    """Tables one below the other, with the particle in the first column; without columns that say nothing."""
    tables = list(tables)
    names = [name for name in dict.fromkeys(name for _, table in tables for name in table) if name != "particle"]
    columns = {name: [] for name in names + ["particle"]}
    for particle, table in tables:
        rows = len(table["name"])
        for name in names:
            columns[name].extend(table.get(name, [float("nan")] * rows))
        columns["particle"].extend([particle] * rows)
    empty = [name for name, values in columns.items() if all(value != value for value in values)]
    if columns["name"] == columns["particle"]:
        empty.append("name")
    order = ["particle"] + [name for name in columns if name != "particle" and name not in empty]
    return {name: columns[name] for name in order}


def number(value, pattern="%.2f"):
    return pattern % value if value == value else "-"


def random_name(theta):
    return next(name for name in theta if name.startswith("random reference"))


def letters(first, number):
    start = string.ascii_lowercase.index(first)
    return string.ascii_lowercase[start:start + number]


def in_blocks(size):
    return figures.block_name(size)


def ratio(level):
    """How many times more vectors than by chance stand within 10 degrees of 90."""
    return level.summary[RATIO][0]


def band_of_ratio(level):
    """The lower and the upper end of its confidence band; None without a bootstrap."""
    return band(level.summary, RATIO)


def band(summary, name, unit=""):
    ends = [name + end + unit for end in (" lower", " upper")]
    if not all(end in summary for end in ends) or any(summary[end][0] != summary[end][0] for end in ends):
        return None
    return [summary[end][0] for end in ends]


def ratio_and_band(level):
    ends = band_of_ratio(level)
    return "%.2f" % ratio(level) + (" (%.2f–%.2f)" % tuple(ends) if ends else "")


# --- figures of the article ---------------------------------------------------------------------


def figure_1(study, numbers, path):
    """Two-dimensional maps and their histograms."""
    columns = 2 * len(study.particles)
    figure, axes = style.new_figure(47, 1, columns, 0.5 * len(study.particles) * style.DOUBLE_COLUMN,
                                    gridspec_kw={"width_ratios": [1.25, 1.05] * len(study.particles)})
    images = [particle.flat["Z"] if particle.volume else particle.finest.image for particle in study.particles]
    maps = [Map(image, "edge_energy") for image in images]
    colors = style.limits(maps)
    # All histograms over the same bins: those of the colours, and half as much on each side.
    margin = 0.5 * (colors[1] - colors[0])
    span = [colors[0] - margin, colors[1] + margin]
    histograms = [map_histogram(study, image, span) for image in images]
    top = 1.3 * max(max(histogram["probability density (1/eV)"]) for histogram, _ in histograms)
    seen = []
    for i, (particle, plane, (histogram, summary)) in enumerate(zip(study.particles, maps, histograms)):
        panels = letters("h", columns)[2 * i:2 * i + 2]
        axis = axes[0, 2 * i]
        style.head(axis, panels[0], particle.name)
        shown = style.show_map(axis, plane, study.colors, colors)
        style.color_bar(figure, shown, axis)
        numbers.add_map(plane, EDGE, panel=panels[0], particle=particle.name)

        axis = axes[0, 2 * i + 1]
        style.head(axis, panels[1], particle.name)
        draw_map_histogram(study, axis, histogram, colors, top)
        mean, deviation = summary["mean edge_energy (eV)"][0], summary["standard deviation (eV)"][0]
        width = summary["width, 16th to 84th percentile (eV)"][0]
        axis.text(0.98, 0.98, "median %.2f eV\nwidth %.2f eV" % (summary["median (eV)"][0], width),
                  transform=axis.transAxes, ha="right", va="top", fontsize=6.0)
        numbers.add(histogram, panel=panels[1], particle=particle.name)
        numbers.add(summary, panel=panels[1] + " summary", particle=particle.name)
        seen.append("%s: mean %.3f eV, standard deviation %.3f eV, width (16th to 84th percentile) %.3f eV"
                    % (particle.name, mean, deviation, width))
    style.save(figure, path)
    return "; ".join(seen) + "."


def map_histogram(study, image, span):
    from paraview import simple

    histogram = simple.MapHistogram(Input=article_particle.producer(image), NumberOfBins=60, Range=span)
    study.watch.run(histogram, "histogram of a map of Fig. 1")
    summary = table_columns(fetch_table(histogram, 1))
    del summary["particle"]  # a number, 0
    return table_columns(fetch_table(histogram, 0)), summary


def draw_map_histogram(study, axis, histogram, colors, top):
    centers = numpy.array(histogram["edge_energy (eV)"])
    heights = histogram["probability density (1/eV)"]
    shade = study.colors((centers - colors[0]) / (colors[1] - colors[0]))
    axis.bar(centers, heights, width=centers[1] - centers[0], color=shade, edgecolor="0.3", linewidth=0.2)
    axis.set_xlabel(EDGE)
    axis.set_ylabel("probability density (1/eV)")
    axis.set_ylim(0.0, top)
    axis.xaxis.set_major_locator(MaxNLocator(3))


def figure_2(study, numbers, path):
    """Mean spectra; spectra of surface and bulk, or those that were given."""
    columns = 3 if study.spectra else 1 + len(study.particles)
    figure, axes = style.new_figure(58, 1, columns, columns / 3.0 * style.DOUBLE_COLUMN)
    axis = axes[0, 0]
    style.head(axis, "a", "mean of each particle")
    curves = {particle.name: (particle.mean.energies, particle.mean.normalized()[particle.name])
              for particle in study.particles}
    shells = [{name: (particle.shells.energies, values) for name, values in particle.shells.normalized().items()}
              for particle in study.particles]
    # The same in all panels, so that they can be compared.
    window = edge_window([curves] + ([] if study.spectra else shells), study.level)
    draw_spectra(axis, curves, style.PARTICLES, window, study.level)
    add_curves(numbers, "a", curves)

    if study.spectra:
        seen = study.spectra.description()
        curves = study.spectra.curves
        for axis, letter in zip(axes[0, 1:], "bc"):
            style.head(axis, letter, "spectra that were given")
            add_curves(numbers, letter, curves)
        draw_spectra(axes[0, 1], curves, style.SPECTRA, edge_window([curves], study.level), study.level)
        draw_whole_spectra(axes[0, 2], curves, style.SPECTRA)
    else:
        for axis, letter, particle, curves in zip(axes[0, 1:], "bc", study.particles, shells):
            style.head(axis, letter, particle.name + ", by depth")
            draw_spectra(axis, curves, ["#CC3311", "#0072B2"], window, study.level)
            add_curves(numbers, letter, curves)
        seen = "Surface less bulk: %s." % trends(study)
    style.save(figure, path)
    return "Mean edge energies: " + ", ".join(
        "%s %s eV" % (particle.name, number(particle.mean.rows["edge_energy (eV)"][0], "%.3f"))
        for particle in study.particles) + " (at %g of the edge; other definitions in Table S2). " % study.level + seen


def surface_less_bulk(particle):
    """Of the edge energies of their mean spectra; not a number where one has no spectrum."""
    energies = particle.shells.rows["edge_energy (eV)"]
    return energies[0] - energies[1] if len(energies) == 2 else float("nan")


def trends(study):
    return ", ".join("%s %s eV" % (particle.name, number(surface_less_bulk(particle), "%+.3f"))
                     for particle in study.particles)


def figure_depth(study, numbers, path):
    """Mean edge energy against the depth below the surface."""
    figure, axes = style.new_figure(62.0, width=0.5 * style.DOUBLE_COLUMN)
    axis = axes[0, 0]
    for particle, color in zip(study.particles, style.PARTICLES):
        depth = particle.depth["depth (um)"]
        mean, deviation, error = (numpy.array(particle.depth[name]) for name in DEPTH_COLUMNS)
        axis.fill_between(depth, mean - deviation, mean + deviation, color=color, alpha=0.2, linewidth=0.0)
        axis.errorbar(depth, mean, yerr=error, color=color, linewidth=0.9, elinewidth=0.6, label=particle.name)
        numbers.add(particle.depth, particle=particle.name)
    axis.set_xlim(0.0, 1.03 * max(particle.depth["depth (um)"][-1] for particle in study.particles))
    axis.set_xlabel("depth below the particle's surface (µm)")
    axis.set_ylabel(EDGE)
    axis.legend(loc="upper center", ncol=2)
    style.save(figure, path)
    return ("Lines: means, bars: their standard errors (of independent voxels), bands: standard deviation of the "
            "voxels. Spectra of the surface (outer tenth of the depth) less those of the bulk (inner half): %s."
            % trends(study))


def draw_spectra(axis, curves, colors, window, level):
    """Normalised spectra about the edge, and the crossing of the level once more, larger."""
    inset = axis.inset_axes([0.58, 0.11, 0.41, 0.33])
    low, high = window
    axis.set_xlim(*span_of([energies for energies, _ in curves.values()], low - 36.0, high + 55.0))
    for (name, (energies, values)), color in zip(curves.items(), itertools.cycle(colors)):
        for one in (axis, inset):
            one.plot(energies, values, color=color, label=name, marker=".", markersize=2.0, linewidth=0.9)
    axis.set_ylim(-0.08, 1.32 * max(max(values) for _, values in curves.values()))
    inset.set_xlim(low, high)
    inset.set_ylim(level - 0.15, level + 0.15)
    inset.axhline(level, color="0.5", linewidth=0.5, linestyle=":")
    inset.tick_params(labelsize=5.0, length=1.5, pad=1.5)
    axis.set_xlabel("photon energy (eV)")
    axis.set_ylabel("normalised absorption")
    axis.legend(loc="upper left", handlelength=1.2)


def span_of(energies, low, high):
    """That part of a range which is covered by some of the energies."""
    return max(low, min(one[0] for one in energies)), min(high, max(one[-1] for one in energies))


def draw_whole_spectra(axis, curves, colors):
    """Normalised spectra over all of their energies."""
    for (name, (energies, values)), color in zip(curves.items(), itertools.cycle(colors)):
        axis.plot(energies, values, color=color, label=name)
    axis.set_xlabel("photon energy (eV)")
    axis.set_ylabel("normalised absorption")
    axis.legend(loc="lower right")


def edge_window(panels, level):
    """Where the spectra of these panels cross the level, and a little on both sides."""
    crossings = []
    for energies, values in (curve for curves in panels for curve in curves.values()):
        above = next((i for i, value in enumerate(values) if value > level), len(values) - 1)
        crossings += [energies[max(0, above - 1)], energies[above]]
    return min(crossings) - 0.6, max(crossings) + 0.6


def add_curves(numbers, panel, curves):
    for name, (energies, values) in curves.items():
        numbers.add({ENERGY: list(energies), "normalized absorption": list(values)}, panel=panel, spectrum=name)


def figure_3(study, numbers, path):
    """The particle cut open, a region of a section, and the gradient in it."""
    volumes = all(particle.volume for particle in study.particles) and study.renders
    columns = 3 if volumes else 2
    rows = len(study.particles)
    figure, axes = style.new_figure(62.0 * rows, rows, columns)
    sections = [Map(particle.middle.image, "edge_energy") for particle in study.particles]
    colors = style.limits(sections)
    windows = [window_of(particle, section) for particle, section in zip(study.particles, sections)]
    fields = [arrows_in(particle, window) for particle, window in zip(study.particles, windows)]
    # The same scale for all, so that they can be compared.
    longest = numpy.percentile(numpy.concatenate([numpy.hypot(u, v) for _, _, u, v in fields]), 98)
    seen = []
    for row, (particle, section, window, field) in enumerate(zip(study.particles, sections, windows, fields)):
        panels = letters("a", 3 * rows)[3 * row:3 * row + 3][-columns:]
        axis = iter(axes[row])
        panel = iter(panels)
        size = in_blocks(particle.middle.size)
        if volumes:
            letter = next(panel)
            draw_render(study, next(axis), letter, particle, "edge_energy", figures.edge_energy_colors(colors))
            numbers.add({"color low (eV)": [colors[0]], "color high (eV)": [colors[1]]},
                        panel=letter, particle=particle.name)
        region = section.part(*window)
        letter, one = next(panel), next(axis)
        style.head(one, letter, "%s, region, %s" % (particle.name, size))
        style.show_map(one, region, study.colors, colors)
        numbers.add_map(region, EDGE, panel=letter, particle=particle.name)

        letter, one = next(panel), next(axis)
        style.head(one, letter, "%s, gradient in the plane" % particle.name)
        shown = style.show_map(one, region, study.colors, colors)
        draw_arrows(one, field, longest, particle.in_plane.GetSpacing()[0])
        numbers.add(dict(zip(("x (um)", "y (um)", "u x (eV/um)", "u y (eV/um)"), (part.tolist() for part in field))),
                    panel=letter, particle=particle.name)
        seen.append("%s: %d arrows" % (particle.name, len(field[0])))
    style.color_bar(figure, shown, list(axes.flat), aspect=40, shrink=0.6)
    style.save(figure, path)
    return "%s; maps and arrows of %s. Arrows: the gradient within the xy section%s, to higher edge energy." % (
        "; ".join(seen), in_blocks(study.particles[0].middle.size), other_plane(study.particles[0]))


def other_plane(particle):
    """That of the angles, where it is not that of the arrows."""
    plane = particle.parameters["gradient_plane"]
    return " (angles and |u| of the other figures: %s)" % plane if plane in ("YZ", "XZ") else ""


def window_of(particle, section):
    """The pixels of the region that is shown: half way to the surface, where grains are many, or all."""
    diameter = particle.shape["equivalent diameter (um)"][0]
    center = [particle.shape["center %s (um)" % axis][0] for axis in "xy"]
    window = section.square([center[0] + 0.2 * diameter, center[1] + 0.08 * diameter], REGION * diameter)
    values = section.part(*window).values
    return window if values.size >= 25 and numpy.isfinite(values).mean() > 0.8 else section.inside()


def arrows_in(particle, window):
    """The gradient in the plane: x, y and the two components of each arrow."""
    parts = [Map(particle.in_plane, "valence_gradient", component=i).part(*window) for i in (0, 1)]
    rows, columns = numpy.nonzero(numpy.isfinite(parts[0].values))
    if rows.size == 0:
        raise LeftOut("no block of the section through the middle has four valid neighbours")
    part = parts[0]
    x, y = part.origin[0] + columns * part.spacing[0], part.origin[1] + rows * part.spacing[1]
    return (x.round(6), y.round(6), *(component.values[rows, columns] for component in parts))


def draw_arrows(axis, field, longest, block):
    # The longest arrows reach over one and a half blocks.
    quiver = axis.quiver(*field, angles="xy", scale_units="xy", scale=longest / (1.5 * block),
                         pivot="middle", width=0.004, headwidth=3.5, headlength=4.0, headaxislength=3.5, color="black")
    unit = style.round_length(longest)
    axis.quiverkey(quiver, 0.74, 0.025, unit, "%g eV/µm" % unit, labelpos="E", coordinates="axes",
                   fontproperties={"size": 6.0}, labelsep=0.04)


def draw_render(study, axis, letter, particle, array, colors, **inside):
    """ParaView's picture of the particle cut open."""
    image = article_particle.producer(particle.middle.image)
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "particle.png")
        pixel = style.render(image, array, colors, name, **inside)
        picture = style.without_margins(pyplot.imread(name))
    study.watch.check("drawing %s" % particle.name)
    style.head(axis, letter, particle.name)
    axis.axis("off")
    axis.set_anchor("N")
    axis.imshow(picture, extent=(0.0, picture.shape[1] * pixel, 0.0, picture.shape[0] * pixel),
                interpolation="antialiased")
    style.scale_bar(axis)


def figure_4(study, numbers, path):
    """Where theta lies, how it is distributed, and how long the vectors of each theta are."""
    volumes = all(particle.volume for particle in study.particles) and study.renders
    columns = 3 if volumes else 2
    rows = len(study.particles)
    figure, axes = style.new_figure(56.0 * rows, rows, columns)
    top = 1.75 * max(max(max(particle.middle.theta[name]) for name in (DENSITY, WEIGHTED))
                     for particle in study.particles)
    longest, highest = limits_of_groups([particle.middle.sizes for particle in study.particles])
    for row, particle in enumerate(study.particles):
        panels = iter(letters("b", 3 * rows)[3 * row:3 * row + 3][-columns:])
        axis = iter(axes[row])
        if volumes:
            letter, one = next(panels), next(axis)
            # The outermost blocks have no gradient.
            draw_render(study, one, letter, particle, "theta", theta_colors(), inside=("theta", 0.0, 180.0))
            shown = pyplot.cm.ScalarMappable(pyplot.Normalize(0.0, 180.0), "viridis")
            style.color_bar(figure, shown, one, "theta (degrees)", shrink=0.7).set_ticks([0, 45, 90, 135, 180])
            numbers.add({"color low (deg)": [0.0], "color high (deg)": [180.0]}, panel=letter, particle=particle.name)
        letter, one = next(panels), next(axis)
        title = "%s, %s" % (particle.name, in_blocks(particle.middle.size))
        style.head(one, letter, title)
        draw_theta(one, particle.middle.theta, style.PARTICLES[row], top)
        one.legend(loc="upper right")
        numbers.add(particle.middle.theta, panel=letter, particle=particle.name)
        letter, one = next(panels), next(axis)
        style.head(one, letter, title)
        draw_groups(one, particle.middle.sizes, longest, highest)
        style.group_bar(figure, one, 9)
        numbers.add(particle.middle.sizes, panel=letter, particle=particle.name)
    style.save(figure, path)
    return "; ".join(
        "%s: P(80..100) is %s times that of random directions (weighted by |u| %.2f times), mean |u| %.2f eV/µm"
        % (particle.name, ratio_and_band(particle.middle), particle.middle.summary["weighted " + RATIO][0],
           particle.middle.summary[MEAN_SIZE][0]) for particle in study.particles) + bands_are(study) + "."


def bands_are(study):
    there_are = band_of_ratio(study.particles[0].middle)
    return "; in parentheses the 95 % confidence bands of the bootstrap" if there_are else ""


def theta_colors():
    from paraview import simple

    colors = simple.GetColorTransferFunction("theta")
    colors.ApplyPreset("Viridis (matplotlib)", True)
    colors.AutomaticRescaleRangeMode = "Never"
    colors.RescaleTransferFunction(0.0, 180.0)
    return colors


def draw_theta(axis, theta, color, top):
    """Densities of theta: plain as bars with its confidence band, weighted and random as lines."""
    centers = theta[THETA]
    width = centers[1] - centers[0]
    axis.bar(centers, theta[DENSITY], width=width, color=color, alpha=0.45, linewidth=0.0, label="vectors")
    axis.step(centers, theta[WEIGHTED], where="mid", color=color, linewidth=0.9, label="weighted by |u|")
    if LOWER in theta:
        axis.fill_between(centers, theta[LOWER], theta[UPPER], step="mid", color=color, alpha=0.6, linewidth=0.0,
                          label="95 % confidence")
    axis.plot(centers, theta[random_name(theta)], color="black", linestyle="--", linewidth=0.8,
              label="random directions")
    axis.set_xlim(0.0, 180.0)
    axis.set_xticks([0, 45, 90, 135, 180])
    axis.set_ylim(0.0, top)
    axis.set_xlabel("theta (degrees)")
    axis.set_ylabel("probability density (1/degree)")


def groups_of(sizes):
    """Densities of |u| in the groups of theta, and whether a group has few vectors."""
    return [(sizes[name], sum(sizes[name.split(" probability")[0] + " count"]) < FEW)
            for name in sizes if name.endswith("density (um/eV)")]


def limits_of_groups(tables):
    """The longest |u| and the highest density of several particles, without the groups of few vectors."""
    densities = [density for sizes in tables for density, few in groups_of(sizes) if not few]
    return (max(max(sizes[SIZE]) for sizes in tables),
            1.15 * max(max(density) for density in densities) if densities else None)


def draw_groups(axis, sizes, longest, highest):
    """Densities of |u| in the groups of theta; of few vectors faint."""
    groups = groups_of(sizes)
    for (density, few), color in zip(groups, style.group_colors(len(groups))):
        axis.plot(sizes[SIZE], density, color=color, linewidth=0.5 if few else 1.0, alpha=0.5 if few else 1.0)
    axis.set_xlim(0.0, longest)
    axis.set_ylim(0.0, highest)
    axis.set_xlabel("|u| (eV/µm)")
    axis.set_ylabel("probability density (µm/eV)")


# --- figures of the supplement ------------------------------------------------------------------


def figure_s8(study, numbers, path):
    """Two-dimensional maps in three directions."""
    return three_planes(study, numbers, path, lambda particle, axis: Map(particle.flat[axis], "edge_energy", axis),
                        ["seen along " + axis for axis in "xyz"],
                        "2D maps of the edge energy of the stack as it is seen along x, y and z")


def figure_s9(study, numbers, path):
    """Sections through the middle."""
    return three_planes(study, numbers, path,
                        lambda particle, axis: Map(particle.finest.image, "edge_energy", axis),
                        ["yz section", "xz section", "xy section"],
                        "Sections of the 3D map, " + in_blocks(study.particles[0].finest.size))


def figure_s10(study, numbers, path):
    """Mean of the map along each axis."""
    return three_planes(study, numbers, path,
                        lambda particle, axis: Map(particle.projected[axis], "edge_energy", axis),
                        ["mean along " + axis for axis in "xyz"], "Means of the 3D map along x, y and z")


def three_planes(study, numbers, path, plane_of, titles, what):
    study.need_volumes()
    rows = len(study.particles)
    figure, axes = style.new_figure(60.0 * rows, rows, 3)
    panels = [(particle, title, plane_of(particle, axis))
              for particle in study.particles for axis, title in zip(AXES, titles)]
    colors = style.limits([plane for _, _, plane in panels])
    for one, letter, (particle, title, plane) in zip(axes.flat, string.ascii_lowercase, panels):
        style.head(one, letter, "%s, %s" % (particle.name, title))
        shown = style.show_map(one, plane, study.colors, colors)
        numbers.add_map(plane, EDGE, panel=letter, particle=particle.name)
    style.color_bar(figure, shown, list(axes.flat), aspect=40, shrink=0.6)
    style.save(figure, path)
    return "%s; colours from %.2f to %.2f eV, the 2nd to the 98th percentile of all." % (what, *colors)


def figure_s11(study, numbers, path):
    """Theta at each block size, and mean |u| against theta."""
    sizes = sorted(study.particles[0].levels)
    rows, columns = len(study.particles), len(sizes) + 1
    figure, axes = style.new_figure(46.0 * rows, rows, columns)
    tables = [particle.levels[size].theta for particle in study.particles for size in sizes]
    top = 1.35 * max(max(table[name]) for table in tables for name in (DENSITY, WEIGHTED))
    longest = 1.6 * max(numpy.nanmax(table[MEAN_SIZE]) for table in tables)
    for row, particle in enumerate(study.particles):
        panels = letters("a", rows * columns)[row * columns:(row + 1) * columns]
        for axis, letter, size in zip(axes[row], panels, sizes):
            style.head(axis, letter, "%s, %s" % (particle.name, in_blocks(size)))
            draw_theta(axis, particle.levels[size].theta, style.PARTICLES[row], top)
            axis.text(0.5, 0.99, "P(80..100)/random\n%s" % ratio_and_band(particle.levels[size]), ha="center", va="top",
                      transform=axis.transAxes, fontsize=6.0)
            numbers.add(particle.levels[size].theta, panel=letter, particle=particle.name, block_size=size)
        axis = axes[row, -1]
        style.head(axis, panels[-1], particle.name)
        for number, size in enumerate(sizes):
            theta = particle.levels[size].theta
            axis.plot(theta[THETA], theta[MEAN_SIZE], color=style.BLOCKS[number % len(style.BLOCKS)],
                      label=in_blocks(size))
            numbers.add({name: theta[name] for name in (THETA, MEAN_SIZE)}, panel=panels[-1], particle=particle.name,
                        block_size=size)
        axis.set_xlim(0.0, 180.0)
        axis.set_xticks([0, 45, 90, 135, 180])
        axis.set_ylim(0.0, longest)
        axis.set_xlabel("theta (degrees)")
        axis.set_ylabel("mean |u| (eV/µm)")
        axis.legend(loc="upper right")
    for row in axes[:, 1:-1]:
        for axis in row:
            axis.set_ylabel("")
    handles, names = axes[0, 0].get_legend_handles_labels()
    axes[0, 0].legend(handles, names, loc="upper right", bbox_to_anchor=(1.0, 0.87))
    style.save(figure, path)
    return "; ".join("%s: P(80..100) over random %s" % (
        particle.name, ", ".join("%s %s" % (in_blocks(size), ratio_and_band(particle.levels[size])) for size in sizes))
        for particle in study.particles) + bands_are(study) + "."


def figure_s12(study, numbers, path):
    """|u| at grain boundaries and inside grains against the block size."""
    if not all(particle.grains for particle in study.particles):
        raise LeftOut("it needs the true grains (grain_id), which only a phantom has")
    columns = len(study.particles) + 1
    figure, axes = style.new_figure(56.0, 1, columns)
    seen = []
    top = 1.25 * numpy.nanmax([summary[MEAN_SIZE][0] for particle in study.particles
                               for places in particle.grains.values() for summary in places.values()])
    for axis, letter, particle in zip(axes[0], string.ascii_lowercase, study.particles):
        style.head(axis, letter, particle.name)
        for place in PLACES.values():
            rows = {size: summary[place] for size, summary in particle.grains.items() if place in summary}
            values = [row[MEAN_SIZE][0] for row in rows.values()]
            bands = [band(row, "mean |u|", " (eV/um)") for row in rows.values()]
            lower, upper = zip(*bands) if bands and all(bands) else ((), ())
            columns_of_bands = {"mean |u| lower (eV/um)": lower, "mean |u| upper (eV/um)": upper} if lower else {}
            numbers.add(dict({"block size": list(rows), MEAN_SIZE: values}, **columns_of_bands,
                             count=[row["number of vectors"][0] for row in rows.values()]),
                        panel=letter, particle=particle.name, place=place)
            if place not in PLACE_STYLE or not rows:
                continue
            label, marker, color = PLACE_STYLE[place]
            ends = numpy.abs(numpy.array([lower, upper]) - values) if lower else None
            axis.errorbar(list(rows), values, yerr=ends, color=color, marker=marker, markersize=3.5, capsize=2.5,
                          label=label)
        axis.set_ylabel("mean |u| (eV/µm)")
        axis.set_ylim(0.0, top)
        axis.legend(loc="upper right")
    axis = axes[0, -1]
    style.head(axis, letters("a", columns)[-1], "boundaries over inside")
    for particle, color in zip(study.particles, style.PARTICLES):
        contrast = {size: places["boundary"][MEAN_SIZE][0] / places["inside"][MEAN_SIZE][0]
                    for size, places in particle.grains.items() if set(PLACE_STYLE) <= set(places)}
        axis.plot(list(contrast), list(contrast.values()), color=color, marker="o", markersize=4.0, label=particle.name)
        numbers.add({"block size": list(contrast), "|u| at boundaries over inside": list(contrast.values())},
                    panel=letters("a", columns)[-1], particle=particle.name)
        seen.append("%s %s" % (particle.name, ", ".join(map(number, contrast.values()))))
    axis.axhline(1.0, color="0.5", linewidth=0.6, linestyle=":")
    axis.set_ylabel("ratio of mean |u|")
    axis.legend(loc="best")
    for axis in axes[0]:
        axis.set_xlabel("block size (voxels)")
        axis.set_xticks(sorted(study.particles[0].levels))
        axis.margins(x=0.12)
    style.save(figure, path)
    return (
        "Mean |u| at grain boundaries (less than %g µm from another grain) over that inside grains, at block sizes "
        "%s: %s. What lies less than %g µm below the particle's outer surface is left out of both, as there a grain "
        "ends without a neighbour (%s of the vectors of %s; in the numbers as place surface). Bars: 95 %% confidence "
        "bands of the bootstrap, where there was one." % (
            study.particles[0].boundary_width, ", ".join(str(size) for size in study.particles[0].grains),
            "; ".join(seen), study.particles[0].boundary_width,
            ", ".join("%.0f %%" % (100.0 * share_near_surface(particle)) for particle in study.particles),
            in_blocks(study.particles[0].finest.size)))


def share_near_surface(particle):
    counts = {place: row["number of vectors"][0] for place, row in particle.grains[particle.finest.size].items()}
    return counts.get("surface", 0) / sum(counts.values())


def figure_s13(study, numbers, path):
    """|u| in nine groups of theta at each block size."""
    sizes = sorted(study.particles[0].levels)
    rows = len(study.particles)
    figure, axes = style.new_figure(50.0 * rows, rows, len(sizes))
    letter = iter(string.ascii_lowercase)
    limits = {size: limits_of_groups([particle.levels[size].sizes for particle in study.particles]) for size in sizes}
    for row, particle in enumerate(study.particles):
        for axis, size in zip(axes[row], sizes):
            panel = next(letter)
            style.head(axis, panel, "%s, %s" % (particle.name, in_blocks(size)))
            table = particle.levels[size].sizes
            draw_groups(axis, table, *limits[size])
            numbers.add(table, panel=panel, particle=particle.name, block_size=size)
    style.group_bar(figure, list(axes.flat), 9)
    style.save(figure, path)
    return "Mean |u| at block sizes %s: %s." % (", ".join(str(size) for size in sizes), "; ".join(
        "%s %s eV/µm" % (particle.name, ", ".join("%.2f" % particle.levels[size].summary[MEAN_SIZE][0]
                                                  for size in sizes)) for particle in study.particles))


def figure_s16(study, numbers, path):
    """Spectra at three points at each block size, and where the points are."""
    particle = study.particles[0]
    sizes = sorted(particle.points)
    figure, axes = style.new_figure(50.0, 1, len(sizes) + 1)
    panels = letters("a", len(sizes) + 1)
    center = particle.mean.rows["edge_energy (eV)"][0]
    heights = [value for spectra in particle.points.values() for values in spectra.normalized().values()
               for value in values if value == value] or [0.0, 1.0]
    for axis, letter, size in zip(axes[0], panels, sizes):
        style.head(axis, letter, "%s, %s" % (particle.name, in_blocks(size)))
        spectra = particle.points[size]
        draw_shifted_spectra(axis, spectra, span_of([spectra.energies], center - 30.0, center + 65.0),
                             max(heights), study.level)
        for name, values in spectra.normalized().items():
            numbers.add({ENERGY: spectra.energies, "normalized absorption": values}, panel=letter, point=name,
                        block_size=size)
        numbers.add(spectra.table(), panel=letter + " edge energies", block_size=size)
    axes[0, 0].set_ylabel("normalised absorption (shifted)")
    axis = axes[0, -1]
    style.head(axis, panels[-1], "places of the spectra")
    section = Map(particle.middle.image, "edge_energy")
    shown = style.show_map(axis, section, study.colors, style.limits([section]))
    style.color_bar(figure, shown, axis)
    numbers.add_map(section, EDGE, panel=panels[-1])
    rows = particle.points[sizes[0]].table()
    for x, y, color in zip(rows["x (um)"], rows["y (um)"], style.SPECTRA):
        axis.plot([x], [y], marker="o", markersize=4.0, color=color, markeredgecolor="white", markeredgewidth=0.8)
    style.save(figure, path)
    return "Errors of the edge energies, mean of the points: %s." % ", ".join(
        "%s eV (%s)" % (number(mean_of(particle.points[size].rows["edge_energy_error (eV)"])), in_blocks(size))
        for size in sizes)


def mean_of(values):
    """Of those that are numbers; not a number where there is none."""
    values = [value for value in values if value == value]
    return sum(values) / len(values) if values else float("nan")


def draw_shifted_spectra(axis, spectra, span, highest, level):
    """Normalised spectra one above the other, with their edge energies."""
    rows, curves = spectra.table(), spectra.normalized()
    step = max(1.0, 0.6 * highest)
    for row, (values, color) in enumerate(zip(curves.values(), style.SPECTRA)):
        shift = step * row
        axis.plot(spectra.energies, numpy.array(values) + shift, color=color, marker=".", markersize=2.0, linewidth=0.7)
        energy, error = rows["edge_energy (eV)"][row], rows["edge_energy_error (eV)"][row]
        axis.plot([energy], [level + shift], color="black", marker="|", markersize=7.0)
        # The number stands above what lies at the right.
        tail = [value for photon, value in zip(spectra.energies, values)
                if value == value and 0.45 * span[0] + 0.55 * span[1] < photon <= span[1]]
        axis.text(0.99, max(tail, default=1.0) + 0.08 * step + shift,
                  "%.1f ± %s eV" % (energy, number(error, "%.1f")) if energy == energy else "no edge energy",
                  color=color, fontsize=6.0, ha="right", va="bottom", transform=axis.get_yaxis_transform())
    axis.set_xlim(*span)
    axis.set_ylim(-0.5, step * (len(POINTS) - 1) + 1.1 * highest)
    axis.set_xlabel("photon energy (eV)")


# File name: (title, what the article shows, function).
FIGURES = {
    "figure_1hk": ("Fig. 1h–k", "Two-dimensional Ni K-edge energy maps of a charged rod and a charged gravel "
                   "particle, and the histograms of their edge energies.", figure_1),
    "figure_2": ("Fig. 2", "Spectra of the charged electrodes: their means at the Ni K edge (a), with the edge "
                 "energies in Supplementary Table 2, and spectra that tell the surface from the bulk (b, c), with "
                 "Supplementary Table 3.", figure_2),
    "figure_depth": ("Surface to bulk", "The charge distribution from surface to bulk in polycrystalline particles, "
                     "here as the mean edge energy against the depth below the particle's surface.", figure_depth),
    "figure_3": ("Fig. 3", "The Ni valence state in 3D, a region of it, and the valence gradient in that region as "
                 "arrows, of the rod (a–c) and of the gravel particle (d–f). Blue: low edge energy, red: high.",
                 figure_3),
    "figure_4": ("Fig. 4b–g", "The angle theta between the valence gradient and the line to the particle's centre "
                 "of gravity: in the rod particle it piles up at 90 degrees, in the gravel particle it follows the "
                 "random distribution; the lengths of the vectors in nine groups of theta.", figure_4),
    "figure_S8": ("Supplementary Fig. 8", "Two-dimensional maps of the edge energy of whole particles.", figure_s8),
    "figure_S9": ("Supplementary Fig. 9", "Sections of the three-dimensional edge-energy maps.", figure_s9),
    "figure_S10": ("Supplementary Fig. 10", "Projections of the three-dimensional edge-energy maps.", figure_s10),
    "figure_S11": ("Supplementary Fig. 11", "Theta, plain and weighted by the vectors' lengths, for single voxels and "
                   "for blocks of 2 and 3 voxels: in the rod particle the peak at 90 degrees grows with the block "
                   "size; and the mean length of the vectors against theta.", figure_s11),
    "figure_S12": ("Supplementary Fig. 12", "The valence gradient at grain boundaries and inside grains for several "
                   "block sizes.", figure_s12),
    "figure_S13": ("Supplementary Fig. 13", "The lengths of the vectors in nine groups of theta for several block "
                   "sizes.", figure_s13),
    "figure_S16": ("Supplementary Fig. 16", "Spectra of single voxels and blocks, and the edge energies that are "
                   "read from them.", figure_s16),
}
