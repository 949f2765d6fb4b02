# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""From an energy stack to edge energies, valence gradients and their angles, for several block sizes.

    pvpython --force-offscreen-rendering charge_distribution.py --phantom rod --output out/rod
    pvpython --force-offscreen-rendering charge_distribution.py --input stack_8333.00_eV.tif \\
        --element Ni --edge K --output out/particle
    mpiexec -np 4 pvbatch --force-offscreen-rendering charge_distribution.py --input ...
    pvpython --force-offscreen-rendering charge_distribution.py --input ... --dry-run --nodes 4 --ranks-per-node 2

PV_PLUGIN_PATH has to name the plugin's folder. The method is that of Xu et al., Nat. Commun. 11, 83
(2020). Writes maps (.vti), tables (.csv), summary.json and figures (.png) to the output folder.
"""

import argparse
import glob
import json
import math
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from paraview import simple
from paraview.modules.vtkRemotingServerManager import vtkSMProxyManager
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline

import figures
import scaling_model
import stack_options
from pipeline_tools import (Failure, Progress, Watch, fetch_image, fetch_table, field_values, is_first_rank,
                            number_of_ranks, remove_pieces, table_columns, whole_file, write_image, write_pieces,
                            write_table)

MAP_ARRAYS = ["edge_energy", "edge_energy_error", "edge_jump", "validity"]
GRADIENT_ARRAYS = ["valence_gradient", "valence_gradient_magnitude", "theta", "edge_energy",
                   "validity", "block_count"]
PHANTOMS = ["rod", "gravel", "azimuthal", "radial", "linear", "whitenoise", "uniform"]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", nargs="+", metavar="FILE",
                        help="files of an energy stack; one file stands for its series. Also .vti")
    source.add_argument("--phantom", choices=PHANTOMS, help="make a stack instead")
    parser.add_argument("--output", default="out", metavar="DIR", help="default: %(default)s")

    group = parser.add_argument_group("phantom")
    group.add_argument("--size", type=int, default=128, help="voxels per edge (%(default)s)")
    group.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    group.add_argument("--noise", type=float, help="absorbance, per energy")
    group.add_argument("--two-dimensional", action="store_true")

    stack_options.add(parser)
    parser.add_argument("--no-figures", action="store_true")
    parser.add_argument("--pieces", action="store_true",
                        help="each rank writes its part of a map (.pvti), and the first one gathers none")
    parser.add_argument("--memory-limit", type=float, metavar="GIB",
                        help="of spectra per rank: the stack is read in slabs, and only its maps are held")

    group = parser.add_argument_group("dry run")
    group.add_argument("--dry-run", action="store_true",
                       help="tell what memory and time the run is expected to take, and do nothing")
    for name, what in (("nodes", "(1)"), ("ranks-per-node", "(1)"), ("threads-per-rank", "(1)")):
        group.add_argument("--" + name, type=positive, default=1, metavar="N", help=what)
    group.add_argument("--read-rate", type=float, metavar="GB/S", help="of the file system, for all nodes together")
    return parser.parse_args()


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("%s is less than 1" % text)
    return number


def make_stack(arguments):
    if not arguments.phantom:
        stack = stack_options.open_stack(arguments.input, arguments)
    else:
        kind = {"whitenoise": "WhiteNoise"}.get(arguments.phantom, arguments.phantom.capitalize())
        stack = simple.TXMPhantom(
            Kind=kind, Size=arguments.size, Seed=arguments.seed,
            Dimension="2D" if arguments.two_dimensional else "3D",
            **stack_options.given(Noise=arguments.noise))
    if arguments.memory_limit or arguments.dry_run:
        if not hasattr(stack, "OutputMode"):
            raise Failure("%s is an image that ParaView reads as a whole: --memory-limit and --dry-run are for "
                          "the files of a stack" % arguments.input[0])
        stack.OutputMode = "EnergyAsTime"
    return stack


def describe_stack(stack, watch):
    """Whole extent and number of energies (of a stack that shows one at a time), without reading a voxel: what is
    read here would be read again by the first filter on several ranks, with voxels of its neighbours."""
    watch.begin("describing the stack")
    stack.UpdatePipelineInformation()
    watch.check("describing the stack")
    information = stack.GetClientSideObject().GetOutputInformation(0)
    whole = information.Get(vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT())
    if whole[0] > whole[1]:
        watch.run(stack, "reading the stack")  # which says why there is none
    return whole, information.Length(vtkStreamingDemandDrivenPipeline.TIME_STEPS())


def tell_expectations(arguments, watch):
    whole, energies = describe_stack(make_stack(arguments), watch)
    report = scaling_model.report(
        whole, energies, arguments.nodes, arguments.ranks_per_node, arguments.threads_per_rank,
        arguments.block_sizes, arguments.memory_limit, arguments.read_rate)
    if is_first_rank():
        print(report)


def finite(value):
    """NaN is not JSON."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_map(proxy, path, arrays, in_pieces):
    """A map as one file, which the first rank gathers, or in pieces."""
    if in_pieces:
        write_pieces(proxy, path + ".pvti", arrays)
        return
    image = fetch_image(proxy)
    if is_first_rank():
        write_image(image, path + ".vti", arrays)


def parameters_of(proxy):
    """What the field data of a map say of how it was made."""
    return field_values(proxy.GetClientSideObject().GetOutputDataObject(0))


def distribution_of(proxy, watch):
    """Histogram and summary of a map's valid edge energies, of all ranks; None but on the first one."""
    histogram = simple.MapHistogram(Input=proxy, InputArray=["POINTS", "edge_energy"], NumberOfBins=1000)
    watch.begin("distribution of the edge energies")
    histogram.UpdatePipeline()
    watch.check("distribution of the edge energies")
    tables = [fetch_table(histogram, port) for port in (0, 1)]
    simple.Delete(histogram)
    return [table_columns(table) for table in tables] if is_first_rank() else None


def describe_map(proxy, extent, distribution):
    summary = {name: values[0] for name, values in distribution[1].items() if values}
    if not summary.get("count"):
        raise Failure("no voxel has a valid edge energy; check element, edge and energy ranges")
    sizes = [extent[2 * i + 1] - extent[2 * i] + 1 for i in range(3)]
    return {
        "dimensions": sizes,
        "spacing_um": list(proxy.GetClientSideObject().GetOutputDataObject(0).GetSpacing()),
        "voxels": math.prod(sizes),
        "valid_voxels": summary["count"],
        "edge_energy_mean_eV": summary["mean edge_energy (eV)"],
        "edge_energy_standard_deviation_eV": summary["standard deviation (eV)"],
        "parameters": parameters_of(proxy),
    }


def describe_block(size, summary, proxy, distribution):
    summary = {name: [finite(value) for value in values]
               for name, values in table_columns(summary).items()}
    if summary["number of vectors"][0] == 0:
        raise Failure("block size %d: no block has six valid neighbours; the particle is too small for "
                      "such blocks, give smaller --block-sizes" % size)
    return {
        "block_size": size,
        "edge_energy_percentiles_2_98_eV": figures.percentiles_of_histogram(
            distribution[0]["edge_energy (eV)"], distribution[0]["count"]),
        "ratio_80_100": summary["P(80..100) over random"][0],
        "weighted_ratio_80_100": summary["weighted P(80..100) over random"][0],
        "summary": summary,
        "parameters": parameters_of(proxy),
    }


def remove_results(folder):
    """Those of an earlier run, so that nothing of it stands beside the new ones."""
    for name in ("edge_energy", "valence_gradient_b*"):
        for path in glob.glob(os.path.join(glob.escape(folder), name + ".pvti")):
            os.remove(path)
            remove_pieces(os.path.splitext(path)[0])
    for pattern in ("summary.json", "edge_energy.vti", "valence_gradient_b*.vti", "theta_b*.csv",
                    "vector_size_b*.csv", "theta_density.png", "edge_energy_section.png",
                    "particle_cut_open.png"):
        for path in glob.glob(os.path.join(glob.escape(folder), pattern)):
            os.remove(path)


def run(arguments):
    progress = Progress()
    watch = Watch()
    stack_options.check_plugin()
    if arguments.dry_run:
        tell_expectations(arguments, watch)
        return
    try:
        os.makedirs(arguments.output, exist_ok=True)
    except OSError as reason:
        raise Failure("cannot make the folder of --output: %s" % reason) from reason
    if not arguments.no_figures and is_first_rank():
        figures.open_display()
    if is_first_rank():
        remove_results(arguments.output)

    def path(name):
        return os.path.join(arguments.output, name)

    progress("%d rank(s); %s" % (number_of_ranks(), "phantom " + arguments.phantom
                                 if arguments.phantom else arguments.input[0]))
    stack = make_stack(arguments)
    extent = describe_stack(stack, watch)[0]
    two_dimensional = extent[4] == extent[5]
    progress("stack of %d x %d x %d voxels" % tuple(extent[2 * i + 1] - extent[2 * i] + 1
                                                    for i in range(3)))

    limit = stack_options.given(MemoryLimit=arguments.memory_limit)
    edge_map = watch.run(simple.EdgeEnergy(Input=stack, **limit, **stack_options.edge_options(arguments)),
                         "finding the edge energies")
    distribution = distribution_of(edge_map, watch)
    report = {"versions": {"paraview": vtkSMProxyManager.GetParaViewSourceVersion()},
              "command": {name: value for name, value in vars(arguments).items()},
              "input": {"phantom": arguments.phantom, "files": arguments.input},
              "ranks": number_of_ranks(), "blocks": []}
    if is_first_rank():
        report["map"] = describe_map(edge_map, extent, distribution)
        report["versions"]["paraxanes"] = report["map"]["parameters"].get("paraxanes_version")
    write_map(edge_map, path("edge_energy"), MAP_ARRAYS, arguments.pieces)
    if is_first_rank():
        progress("%(valid_voxels)d of %(voxels)d voxels have an edge energy, "
                 "mean %(edge_energy_mean_eV).3f eV" % report["map"])

    levels = []
    for size in arguments.block_sizes:
        blocks = stack_options.bin_voxels(edge_map, size, arguments, two_dimensional)
        angles = stack_options.make_angles(blocks, edge_map, arguments)
        watch.run(angles, "angles at block size %d" % size)
        levels.append((size, blocks, angles))
        distribution = distribution_of(angles, watch)
        theta, sizes = fetch_table(angles, 1), fetch_table(angles, 2)
        summary = fetch_table(angles, 3)
        watch.check("angles at block size %d" % size)
        if is_first_rank():
            block = describe_block(size, summary, angles, distribution)
            report["blocks"].append(block)
        write_map(angles, path("valence_gradient_b%d" % size), GRADIENT_ARRAYS, arguments.pieces)
        if not is_first_rank():
            continue
        write_table(table_columns(theta), path("theta_b%d.csv" % size))
        write_table(table_columns(sizes), path("vector_size_b%d.csv" % size))
        progress("block size %d: %d vectors, P(80..100) over random %.3f, weighted %.3f"
                 % (size, block["summary"]["number of vectors"][0], block["ratio_80_100"],
                    block["weighted_ratio_80_100"]))

    if not arguments.no_figures:
        energies = [0.0, 1.0]
        if is_first_rank():
            energies = figures.middle_level(report["blocks"])["edge_energy_percentiles_2_98_eV"]
        figures.theta_densities(levels, path("theta_density.png"))
        figures.sections(levels, energies, path("edge_energy_section.png"))
        if not two_dimensional:
            figures.cut_open(levels, energies, path("particle_cut_open.png"))
        watch.check("drawing the figures")
        progress("figures drawn")

    if is_first_rank():
        with whole_file(path("summary.json")) as name, open(name, "w") as file:
            json.dump(report, file, indent=2)
            file.write("\n")
    progress("tables, maps and figures are in %s" % os.path.abspath(arguments.output))


def main():
    try:
        run(parse_arguments())
    except Failure as failure:
        print("charge_distribution: %s" % failure, file=sys.stderr)
    except (OSError, RuntimeError, MemoryError):
        traceback.print_exc()
    else:
        return
    # At once, without ParaView's own end: a rank that fails ends the others too.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


main()
