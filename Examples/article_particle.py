# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What reproduce_article.py needs to know of one particle: run through the filters, stack by stack.

All numbers come from filters. A stack may fill most of the memory, so it is not kept: only its maps
and tables are.
"""

import copy
import math

import numpy
from paraview import simple

import stack_options
from pipeline_tools import (Failure, fetch_image, fetch_table, field_values, point_array,
                            table_columns)

AXES = ("X", "Y", "Z")
METHODS = ("Derivative", "WhiteLine")
# Of the greatest depth: the outer tenth is the surface, the inner half the bulk.
SURFACE, BULK = 0.1, 0.5
# Groups of theta with few vectors need wide bins of |u|.
SIZE_BINS = 25
BOOTSTRAP_EDGE = 16  # voxels: a grain of the phantoms
PLACES = {1: "boundary", 2: "inside", 3: "surface"}
# Of the radius: where single spectra are looked at.
POINTS = {"centre": 0.1, "half way": 0.5, "near the surface": 0.85}


class Level:
    """Maps and angle tables at one block size."""

    def __init__(self, size, image, angles):
        self.size = size
        self.image = image
        # Limited to the largest particle: of it and of all together the tables are the same.
        self.theta, self.sizes, self.summary = (first_particle(fetch_table(angles, port))
                                                for port in (1, 2, 3))


class Particle:
    def __init__(self, name):
        self.name = name
        self.levels = {}      # block size: Level
        self.in_plane = None  # image: the gradient within the XY plane, at the middle block size
        self.mean = None      # Spectra of the whole particle
        self.depth = {}       # columns: mean edge energy against the depth below the surface
        self.shells = None    # Spectra of surface and bulk
        self.points = {}      # block size: Spectra at points
        self.flat = {}        # axis: edge energies of the stack as one sees it along the axis, in 2D
        self.projected = {}   # axis: mean of the 3D map along the axis
        self.grains = {}      # block size: PLACES: summary of |u|
        self.boundary_width = None  # um, where it is known
        self.shape = {}       # volume, diameter, ...
        self.parameters = {}

    @property
    def volume(self):
        return bool(self.projected)

    @property
    def finest(self):
        return self.levels[min(self.levels)]

    @property
    def middle(self):
        """Less noise than the smallest blocks, finer than the largest; of an even number the finer of two."""
        sizes = sorted(self.levels)
        return self.levels[sizes[(len(sizes) - 1) // 2]]


class Spectra:
    """The two tables of Spectrum Probe: curves against energy, and a row for each spectrum.

    The probe numbers its spectra from 1; it has none where no voxel is finite."""

    def __init__(self, probe, names):
        self.curves = table_columns(fetch_table(probe, 0))
        self.rows = table_columns(fetch_table(probe, 1))
        self.names = {key: names[int(key) - 1] for key in self.rows["name"]}

    @property
    def energies(self):
        return self.curves["energy (eV)"]

    def normalized(self):
        """{name: values}"""
        return {name: self.curves["normalized " + key] for key, name in self.names.items()}

    def table(self):
        """The rows, with the names that were given."""
        rows = dict(self.rows)
        rows["name"] = [self.names[key] for key in rows["name"]]
        return rows


def first_particle(table):
    """The rows of a table with several particles that are of the first one, all particles together."""
    columns = table_columns(table)
    particles = columns.pop("particle")
    return {name: [value for value, particle in zip(values, particles) if particle == particles[0]]
            for name, values in columns.items()}


def is_image(stack):
    """Whether a stack is of images, not of volumes."""
    extent = stack.GetDataInformation().GetExtent()
    return extent[4] == extent[5]


def measure(name, stack, arguments, watch, progress, boundary_width):
    """Runs all filters on a stack and returns the Particle."""
    particle = Particle(name)
    plane = is_image(stack)
    options = stack_options.edge_options(arguments)

    edge = simple.EdgeEnergy(Input=stack, PassStack=1, ComputeErrors=1, **options)
    watch.run(edge, "%s: finding the edge energies" % name)
    labels = watch.run(simple.ParticleLabels(Input=edge, LargestOnly=1, FillHoles=1),
                       "%s: finding the particle" % name)
    particle.shape = table_columns(fetch_table(labels, 1))
    if not particle.shape["voxels"]:
        raise Failure("%s: there is no particle of 100 or more voxels; check element and energy ranges" % name)
    progress("%s: particle of %d voxels, %.2f um across"
             % (name, particle.shape["voxels"][0], particle.shape["equivalent diameter (um)"][0]))

    depth = measure_depth(particle, labels, watch)
    measure_spectra(particle, labels, depth, options, watch)
    measure_points(particle, labels, options, arguments, plane, watch)
    measure_angles(particle, labels, arguments, plane, watch)
    particle.parameters = field_values(particle.middle.image)
    if not plane:
        measure_projections(particle, labels, options, watch)
    if "grain_id" in point_arrays(labels) and boundary_width:
        measure_grains(particle, depth, arguments, plane, boundary_width, watch)
    progress("%s: %d spectra, maps at block sizes %s" % (
        name, particle.shape["voxels"][0], ", ".join(str(size) for size in particle.levels)))
    return particle


def point_arrays(proxy):
    """{name: number of components}"""
    data = proxy.GetDataInformation().GetPointDataInformation()
    arrays = [data.GetArrayInformation(i) for i in range(data.GetNumberOfArrays())]
    return {array.GetName(): array.GetNumberOfComponents() for array in arrays}


def stack_array(proxy, options):
    """The name of the stack: what the user says, or the array with the most components."""
    arrays = point_arrays(proxy)
    return options.get("InputArray", [None, max(arrays, key=arrays.get)])[1]


def only_particle(filter_name):
    """The property that limits a filter to the largest particle."""
    return {filter_name: ["POINTS", "particle_id"]}


def measure_depth(particle, labels, watch):
    """The depth below the particle's surface, and the mean edge energy against it."""
    depth = watch.run(simple.DepthProfile(Input=labels, InputArray=["POINTS", "edge_energy"],
                                          **only_particle("LabelArray")),
                      "%s: depth" % particle.name)
    particle.depth = table_columns(fetch_table(depth, 1))
    return depth


def measure_spectra(particle, labels, depth, options, watch):
    probe = simple.SpectrumProbe(Input=labels, Selection="Labels", AdditionalMethods=list(METHODS),
                                 **only_particle("LabelArray"), **options)
    particle.mean = Spectra(watch.run(probe, "%s: mean spectrum" % particle.name), [particle.name])

    deepest = particle.depth["depth (um)"][-1]
    # 0 outside, where the depth is not a number.
    shell = simple.Calculator(
        Input=depth, ResultArrayName="shell", ResultArrayType="Int",
        Function="depth < %g ? 1 : (depth > %g ? 2 : 0)" % (SURFACE * deepest, BULK * deepest))
    probe = simple.SpectrumProbe(Input=shell, Selection="Labels", LabelArray=["POINTS", "shell"],
                                 AdditionalMethods=list(METHODS), **options)
    watch.run(probe, "%s: spectra of surface and bulk" % particle.name)
    particle.shells = Spectra(probe, ["surface (depth < %.2f µm)" % (SURFACE * deepest),
                                      "bulk (depth > %.2f µm)" % (BULK * deepest)])


def measure_points(particle, labels, options, arguments, plane, watch):
    """Spectra at the same points in single voxels and in blocks."""
    center = [particle.shape["center %s (um)" % axis][0] for axis in "xyz"]
    radius = 0.5 * particle.shape["equivalent diameter (um)"][0]
    points = []
    for part in POINTS.values():
        step = part * radius / math.sqrt(2.0)
        points += [center[0] + step, center[1] + step, center[2]]
    for size in arguments.block_sizes:
        blocks = labels if size == 1 else stack_options.bin_voxels(
            labels, size, arguments, plane, PointArrays=[stack_array(labels, options)])
        probe = simple.SpectrumProbe(Input=blocks, Selection="Points", Points=points, Radius=0.0,
                                     **options)
        watch.run(probe, "%s: spectra at points" % particle.name)
        particle.points[size] = Spectra(probe, list(POINTS))


def bootstrap_edge(size):
    """In blocks; as long at every block size, so that the bands can be compared."""
    return max(2, BOOTSTRAP_EDGE // size)


def measure_angles(particle, labels, arguments, plane, watch):
    maps = ["edge_energy", "edge_energy_error", "particle_id"]
    for size in arguments.block_sizes:
        blocks = stack_options.bin_voxels(labels, size, arguments, plane, PointArrays=maps)
        angles = stack_options.make_angles(blocks, labels, arguments, "edge_energy_error", NumberOfSizeBins=SIZE_BINS,
                                           BootstrapBlockEdge=bootstrap_edge(size), **only_particle("LabelArray"))
        watch.run(angles, "%s: angles at block size %d" % (particle.name, size))
        level = particle.levels[size] = Level(size, fetch_image(angles), angles)
        watch.check("%s: angles at block size %d" % (particle.name, size))
        if level.summary["number of vectors"][0] == 0:
            raise Failure("%s, block size %d: no block has six valid neighbours; the particle is too small for "
                          "such blocks, give smaller --block-sizes" % (particle.name, size))
    blocks = stack_options.bin_voxels(labels, particle.middle.size, arguments, plane, PointArrays=maps)
    # Of the section that is shown, whatever plane the angles are of.
    gradient = simple.ValenceGradient(Input=blocks, **dict(stack_options.gradient_options(arguments), Plane="XY"))
    particle.in_plane = fetch_image(watch.run(gradient, "%s: gradient in the plane" % particle.name))


def measure_projections(particle, labels, options, watch):
    for axis in AXES:
        flat = simple.MaskedProjection(Input=labels, Operation="Sum", Axis=axis,
                                       PointArrays=[stack_array(labels, options)], MaskArray=["POINTS", "particle_id"])
        edge = watch.run(simple.EdgeEnergy(Input=flat, **options), "%s: 2D map along %s" % (particle.name, axis))
        particle.flat[axis] = fetch_image(edge)
        mean = simple.MaskedProjection(Input=labels, Operation="Mean", Axis=axis, PointArrays=["edge_energy"],
                                       MaskArray=["POINTS", "particle_id"])
        watch.run(mean, "%s: projection along %s" % (particle.name, axis))
        particle.projected[axis] = fetch_image(mean)


def measure_grains(particle, depth, arguments, plane, boundary_width, watch):
    """|u| near the boundaries of the true grains and inside them, at each block size.

    A grain ends at the particle's surface too, where there is no other grain: what is near it stands apart."""
    what = "%s: |u| in grains" % particle.name
    particle.boundary_width = boundary_width
    surface = simple.Calculator(Input=depth, ResultArrayName="depth_in_particle", Function="depth")
    grains = simple.DepthProfile(Input=surface, InputArray=["POINTS", "edge_energy"], LabelArray=["POINTS", "grain_id"])
    watch.run(grains, what)
    for size in arguments.block_sizes:
        blocks = stack_options.bin_voxels(grains, size, arguments, plane,
                                          PointArrays=["edge_energy", "depth", "depth_in_particle"])
        gradient = simple.ValenceGradient(Input=blocks, **stack_options.gradient_options(arguments))
        place = simple.Calculator(Input=gradient, ResultArrayName="place", ResultArrayType="Int",
                                  Function="depth_in_particle < %g ? 3 : (depth < %g ? 1 : 2)"
                                  % (boundary_width, boundary_width))
        # Not for theta: its summary has the means of |u| with their bands.
        angles = simple.RadialAngleHistogram(
            Input=place, LabelArray=["POINTS", "place"], NumberOfBootstrapSamples=arguments.bootstrap,
            BootstrapBlockEdge=bootstrap_edge(size))
        watch.run(angles, what)
        summary = table_columns(fetch_table(angles, 3))
        particle.grains[size] = {
            PLACES[number]: {name: [values[row]] for name, values in summary.items()}
            for row, number in enumerate(summary["particle"]) if number in PLACES}


def producer(image):
    """A proxy of an image that was fetched."""
    proxy = simple.TrivialProducer()
    proxy.GetClientSideObject().SetOutput(image)
    proxy.UpdatePipeline()
    return proxy


def release():
    """Frees the stack: deletes the pipeline that was built."""
    for proxy in reversed(list(simple.GetSources().values())):
        simple.Delete(proxy)


class Map:
    """A plane of an image: values [row, column], not a number outside the particle; places in um."""

    def __init__(self, image, name, axis="Z", component=None):
        normal = AXES.index(axis)
        across, up = [i for i in range(3) if i != normal]
        self.axes = ["xyz"[across], "xyz"[up]]
        values = point_array(image, name)
        if component is not None:
            values = values[:, component]
        values = values.astype(float)
        if image.GetPointData().GetArray("particle_id"):
            values[point_array(image, "particle_id") < 1] = math.nan
        size = image.GetDimensions()
        volume = values.reshape(size[2], size[1], size[0])
        self.values = volume.take(size[normal] // 2, axis=2 - normal)
        extent, origin = image.GetExtent(), image.GetOrigin()
        self.spacing = [image.GetSpacing()[i] for i in (across, up)]
        self.origin = [origin[i] + extent[2 * i] * image.GetSpacing()[i] for i in (across, up)]

    @property
    def bounds(self):
        """Left, right, bottom and top edge."""
        return [edge for i, number in enumerate(reversed(self.values.shape))
                for edge in (self.origin[i] - 0.5 * self.spacing[i],
                             self.origin[i] + (number - 0.5) * self.spacing[i])]

    def part(self, first, number):
        """The pixels from `first` (column, row) on."""
        part = copy.copy(self)
        part.values = self.values[first[1]:first[1] + number[1], first[0]:first[0] + number[0]]
        part.origin = [self.origin[i] + first[i] * self.spacing[i] for i in (0, 1)]
        return part

    def square(self, center, side):
        """First pixel (column, row) and numbers of pixels of a square."""
        first = [max(0, round((center[i] - 0.5 * side - self.origin[i]) / self.spacing[i])) for i in (0, 1)]
        return first, [round(side / self.spacing[i]) for i in (0, 1)]

    def inside(self):
        """First pixel and numbers of pixels of what has values, without margins."""
        rows, columns = numpy.nonzero(numpy.isfinite(self.values))
        if rows.size == 0:
            return [0, 0], list(reversed(self.values.shape))
        first = [int(columns.min()), int(rows.min())]
        return first, [int(columns.max()) + 1 - first[0], int(rows.max()) + 1 - first[1]]
