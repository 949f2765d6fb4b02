# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The options with which scripts open energy stacks, and the filters that these options set up.

What is not given keeps the default of the reader or filter.
"""

import os

from paraview import simple

from pipeline_tools import Failure


# Names of the options that say how files are read.
READING = ("energies", "i0", "references", "value_type", "pixel_size", "slice_spacing", "energy_shift",
           "excluded_energies")


def add(parser):
    """The options of input files, edge energies, gradients and angles."""
    group = parser.add_argument_group("input files")
    group.add_argument("--energies", metavar="FILE", help="file with one energy per line, eV or keV")
    group.add_argument("--i0", metavar="FILE", help="incident counts: columns energy and I0")
    group.add_argument("--references", nargs="+", metavar="FILE", help="images without the sample")
    group.add_argument("--value-type", choices=["Auto", "Absorbance", "Transmission", "Counts"])
    group.add_argument("--pixel-size", type=float, metavar="UM")
    group.add_argument("--slice-spacing", type=float, metavar="UM")
    group.add_argument("--energy-shift", type=float, metavar="EV")
    group.add_argument("--excluded-energies", type=float, nargs="+", metavar="EV")

    group = parser.add_argument_group("edge energy (automatic where not given)")
    group.add_argument("--array", help="point array of the stack (absorbance)")
    group.add_argument("--element", help="such as Ni")
    group.add_argument("--edge", choices=["K", "L3"])
    group.add_argument("--e0", type=float, metavar="EV", help="reference energy; else from the table")
    for name in ("pre-edge", "post-edge", "window"):
        group.add_argument("--" + name, type=float, nargs=2, metavar=("LOW", "HIGH"), help="eV")
    group.add_argument("--pre-degree", type=int, choices=[0, 1])
    group.add_argument("--post-degree", type=int, choices=[0, 1, 2, 3])
    group.add_argument("--mode", choices=["Ratio", "EdgeStep"], help="normalisation (Ratio)")
    group.add_argument("--level", type=float, help="level of the normalised spectrum (0.5)")
    group.add_argument("--minimum-edge-jump", type=float, help="in the stack's unit (0)")
    group.add_argument("--minimum-jump-to-noise", type=float, help="(4)")

    group = parser.add_argument_group("gradients and angles")
    group.add_argument("--block-sizes", type=int, nargs="+", default=[1, 2, 3], metavar="N",
                       help="(1 2 3); what is shown at one size only is at the middle one")
    group.add_argument("--minimum-valid-fraction", type=float, help="of a block (0.75)")
    group.add_argument("--plane", choices=["Volume", "XY", "YZ", "XZ"])
    group.add_argument("--neighbors", choices=["Strict", "OneSided"])
    group.add_argument("--outward", action="store_true", help="theta 0 where the edge energy rises outward")
    group.add_argument("--bins", type=int, help="of theta (36)")
    group.add_argument("--bootstrap", type=int, default=0, metavar="N",
                       help="replicates for 95 %% confidence bands, 200 or more (%(default)s: none)")


def given_options(arguments, names):
    """Those of these options that were given, as the user writes them."""
    return ", ".join("--" + name.replace("_", "-") for name in names if getattr(arguments, name) is not None)


def given(**properties):
    """The properties that have a value; the others keep the filter's default."""
    return {name: value for name, value in properties.items() if value is not None}


def check_plugin():
    for name in ("TXMStackReader", "EdgeEnergy", "ValenceGradient"):
        if not hasattr(simple, name):
            raise Failure("the plugin is not loaded; set PV_PLUGIN_PATH to the folder of ParaXANES.so")


def open_stack(files, arguments):
    """The energy stack of one or more files, in the way that the options say."""
    for name in files + (arguments.references or []):
        if not os.path.exists(name):
            raise Failure("there is no file %s" % name)
    if files[0].endswith((".vti", ".pvti")):
        ignored = given_options(arguments, READING)
        if ignored or len(files) > 1:
            raise Failure("%s is one image that is complete: %s cannot go with it" % (
                files[0], ignored or "more files"))
        return simple.OpenDataFile(files[0])
    return simple.TXMStackReader(
        FileNames=files, FindSeries=int(len(files) == 1),
        **given(EnergiesFile=arguments.energies, I0File=arguments.i0,
                ReferenceFileNames=arguments.references, ValueType=arguments.value_type,
                PixelSize=arguments.pixel_size, SliceSpacing=arguments.slice_spacing,
                EnergyShift=arguments.energy_shift, ExcludedEnergies=arguments.excluded_energies))


def edge_options(arguments):
    """The properties of Edge Energy and Spectrum Probe."""
    # Element and edge choose E0 from the table; an E0 that is given wins.
    source = "Value" if arguments.e0 is not None else None
    array = ["POINTS", arguments.array] if arguments.array else None
    return given(
        InputArray=array, Element=arguments.element, Edge=arguments.edge, E0Source=source,
        E0=arguments.e0, PreEdgeRange=arguments.pre_edge, PostEdgeRange=arguments.post_edge,
        Window=arguments.window, PreEdgeDegree=arguments.pre_degree,
        PostEdgeDegree=arguments.post_degree, Mode=arguments.mode, Level=arguments.level,
        MinimumEdgeJump=arguments.minimum_edge_jump,
        MinimumJumpToNoise=arguments.minimum_jump_to_noise)


def bin_voxels(image, size, arguments, two_dimensional, **properties):
    return simple.VoxelBin(
        Input=image, BlockSize=[size, size, 1 if two_dimensional else size],
        **given(MinimumValidFraction=arguments.minimum_valid_fraction), **properties)


def gradient_options(arguments):
    """The properties of Valence Gradient."""
    return given(Plane=arguments.plane, Neighbors=arguments.neighbors)


def make_angles(blocks, particle, arguments, errors=None, **properties):
    """The gradient of binned maps and its angles; `particle` is the map at full resolution.

    With an array of `errors` of the map the summary has the lengths of the vectors without noise."""
    gradient = simple.ValenceGradient(
        Input=blocks, **given(ErrorArray=["POINTS", errors] if errors else None), **gradient_options(arguments))
    if errors:
        properties["ErrorArray"] = ["POINTS", "valence_gradient_error"]
    # Particle Input: the centre is that of the voxels at full resolution, whatever the blocks.
    return simple.RadialAngleHistogram(
        Input=gradient, ParticleInput=particle, Outward=int(arguments.outward),
        NumberOfBootstrapSamples=arguments.bootstrap, **given(NumberOfBins=arguments.bins), **properties)
