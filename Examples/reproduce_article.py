# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The data figures of Xu et al., Nat. Commun. 11, 83 (2020), and of its supplement.

    pvpython --force-offscreen-rendering reproduce_article.py --output out/article
    pvpython --force-offscreen-rendering reproduce_article.py --input rod_8333.00_eV.tif \\
        --input gravel_8333.00_eV.tif --names rod gravel --element Ni --edge K --output out/article

Without --input: from a simulated rod and a simulated gravel particle, of which it also checks that they
show what the article says. With --input: from one or two measured stacks. Writes a picture (.png) and its
numbers (.csv) for each figure, and index.html, which ties them together and has the warnings and errors of
the filters. The exit status is 0 only when there was no error. PV_PLUGIN_PATH has to name the plugin's folder.
"""

import argparse
import os
import platform
import sys
import traceback
from collections import namedtuple

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import matplotlib
import numpy
from paraview import simple
from paraview.modules.vtkRemotingServerManager import vtkSMProxyManager

import article_figures
import article_particle
import article_report
import article_style
import figures
import stack_options
from article_spectra import GivenSpectra
from pipeline_tools import Failure, Progress, Watch, number_of_ranks, point_array, write_table

KINDS = {"rod": "Rod", "gravel": "Gravel"}
# eV. Rods narrow inward, so that more of the bulk is boundary: with the phantom's own 0.3 eV the rod particle would be
# the more charged inside, against the article. With these both have the same mean edge energy; more would turn theta of
# gravel from the sine.
SURFACE_TREND = {"Rod": 0.8, "Gravel": 0.5}
# What is not given of the phantoms. The other options say None, so that one in vain is noticed.
PHANTOMS = {"size": 160, "seed": 1, "noise": None}
# Of numbers that would fail late, when all filters ran. A histogram of one bin has no width.
LIMITS = {"dpi": (10, 1200), "bins": (2, 360), "minimum_valid_fraction": (0.0, 1.0)}
BOOTSTRAP = (40, 100000)  # fewer replicates have no 95 %
MOST_BLOCK_SIZES = 12  # a figure has no letters for more panels

Entry = namedtuple("Entry", "name title article seen")
Statement = namedtuple("Statement", "text measured holds")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", nargs="+", action="append", metavar="FILE",
                        help="files of an energy stack; one file stands for its series. Give it once or twice")
    parser.add_argument("--names", nargs="+", help="of the particles in the figures")
    parser.add_argument("--output", default="out", metavar="DIR", help="default: %(default)s")
    parser.add_argument("--spectra", nargs="+", metavar="FILE",
                        help="spectra for Fig. 2b,c and Table S3 instead of those of surface and bulk")
    parser.add_argument("--peak-ratio", action="store_true",
                        help="of these spectra also the ratio of the two peaks of Ni L3, high over low")
    parser.add_argument("--no-renders", action="store_true",
                        help="leave out the pictures of whole particles, which need an X server")
    parser.add_argument("--dpi", type=int, default=300, help="dots per inch of the pictures (%(default)s)")
    group = parser.add_argument_group("phantoms, without --input")
    group.add_argument("--size", type=int, help="voxels per edge (%d)" % PHANTOMS["size"])
    group.add_argument("--seed", type=int, help="(%d)" % PHANTOMS["seed"])
    group.add_argument("--noise", type=float, help="absorbance, per energy")
    stack_options.add(parser)
    parser.set_defaults(bootstrap=200)
    arguments = parser.parse_args()
    in_vain = stack_options.given_options(arguments, PHANTOMS if arguments.input else stack_options.READING)
    if in_vain:
        parser.error("%s: of phantoms, cannot go with --input" % in_vain if arguments.input else
                     "%s: of files, has to go with --input" % in_vain)
    for name, value in PHANTOMS.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    for name, (low, high) in LIMITS.items():
        value = getattr(arguments, name)
        if value is not None and not low <= value <= high:
            parser.error("--%s has to be %g to %g, not %g" % (name.replace("_", "-"), low, high, value))
    if arguments.bootstrap and not BOOTSTRAP[0] <= arguments.bootstrap <= BOOTSTRAP[1]:
        parser.error("--bootstrap has to be 0 or %d to %d, not %d" % (*BOOTSTRAP, arguments.bootstrap))
    if min(arguments.block_sizes) < 1 or len(arguments.block_sizes) > MOST_BLOCK_SIZES:
        parser.error("--block-sizes have to be 1 or more, and at most %d of them" % MOST_BLOCK_SIZES)
    if arguments.input and len(arguments.input) > 2:
        parser.error("one or two stacks can be compared; --input was given %d times" % len(arguments.input))
    if arguments.names and len(arguments.names) != len(arguments.input or KINDS):
        parser.error("--names needs a name for each particle")
    if len(set(names_of(arguments))) < len(names_of(arguments)):
        parser.error("the particles have the same name; give each its own with --names")
    if arguments.peak_ratio and not arguments.spectra:
        parser.error("--peak-ratio is of the spectra that --spectra gives")
    return arguments


def names_of(arguments):
    if arguments.names or not arguments.input:
        return arguments.names or list(KINDS)
    return [os.path.splitext(os.path.basename(files[0]))[0] for files in arguments.input]


def sources(arguments):
    """(name, function that makes the stack, width of the grain boundaries if known) of each particle."""
    names = names_of(arguments)
    if arguments.input:
        return [(name, lambda files=files: stack_options.open_stack(files, arguments), None)
                for name, files in zip(names, arguments.input)]
    return [(name, lambda kind=kind: simple.TXMPhantom(
        Kind=kind, Size=arguments.size, Seed=arguments.seed, SurfaceTrend=SURFACE_TREND[kind],
        **stack_options.given(Noise=arguments.noise)), 0.09)
            for name, kind in zip(names, KINDS.values())]


def statements(rod, gravel):
    """What the article says of rods and gravel, and whether these particles show it."""
    sizes = sorted(rod.levels)
    ratios = [article_figures.ratio(rod.levels[size]) for size in sizes]
    sizes_of = {particle: particle.middle.summary["mean |u| (eV/um)"][0] for particle in (rod, gravel)}
    shares = {particle: share_at_large_angles(particle.middle.image) for particle in (rod, gravel)}
    trends = [article_figures.surface_less_bulk(particle) for particle in (rod, gravel)]

    def numbers(values, pattern="%.2f"):
        return ", ".join(article_figures.number(value, pattern) for value in values)

    def with_bands(particle):
        return ", ".join(article_figures.ratio_and_band(particle.levels[size]) for size in sizes)

    return [
        Statement("In the rod particle theta piles up at 90 degrees, the more clearly the larger the blocks "
                  "(P(80..100) over random above 1 and rising with the block size)", with_bands(rod),
                  all(one < two for one, two in zip([1.0] + ratios, ratios))),
        Statement("In the gravel particle theta follows the random distribution, and not that of the rod (P(80..100) "
                  "over random within 0.1 of 1, or 1 within the 95 % confidence band of the bootstrap, and that below "
                  "the ratio of the rod, at each block size)", with_bands(gravel),
                  all(is_random(gravel.levels[size], ratio) for size, ratio in zip(sizes, ratios))),
        Statement("The rod particle has the smaller mean vector (|u|, eV/um, %s; rod, gravel)"
                  % figures.block_name(rod.middle.size), numbers(sizes_of.values()), sizes_of[rod] < sizes_of[gravel]),
        Statement("The rod particle has the larger share of its vectors at large angles (theta or 180 - theta of 60 to "
                  "90 degrees, %s; rod, gravel)" % figures.block_name(rod.middle.size), numbers(shares.values()),
                  shares[rod] > shares[gravel]),
        Statement("In both particles the surface is more charged than the bulk (edge energy of the mean spectrum of "
                  "the surface less that of the bulk, eV; rod, gravel)", numbers(trends, "%+.2f"),
                  all(trend > 0.0 for trend in trends))]


def is_random(level, ratio_of_rod):
    """A band that is wide enough to hold the rod as well says nothing."""
    ratio, band = article_figures.ratio(level), article_figures.band_of_ratio(level)
    near = abs(ratio - 1.0) < 0.1
    if band is None:
        return near and ratio < ratio_of_rod
    return (near or band[0] <= 1.0 <= band[1]) and band[1] < ratio_of_rod


def share_at_large_angles(image):
    """Of all vectors: those below 90 degrees alone are fewer where the edge energy rises outward."""
    theta = point_array(image, "theta")
    theta = theta[numpy.isfinite(theta)]
    return ((theta >= 60.0) & (theta < 120.0)).mean()


def draw(study, output, watch, progress):
    """All figures that this input gives; the others with the reason."""
    entries, left_out = [], []
    for name, (title, article, function) in article_figures.FIGURES.items():
        numbers = article_style.Numbers()
        watch.begin("drawing %s" % title)
        try:
            seen = function(study, numbers, os.path.join(output, name + ".png"))
            watch.check("drawing %s" % title)
        except (article_figures.LeftOut, Failure) as reason:
            left_out.append((title, str(reason)))
            continue
        numbers.save(os.path.join(output, name + ".csv"))
        entries.append(Entry(name, title, article, seen))
        progress("%s: %s" % (title, seen))
    if not study.renders:
        left_out.append(("Pictures of whole particles in Fig. 3 and Fig. 4", "--no-renders was given"))
    return entries, left_out


def versions(particles):
    return {"ParaXANES": particles[0].parameters.get("paraxanes_version", "unknown"),
            "ParaView": vtkSMProxyManager.GetParaViewSourceVersion().replace("paraview version ", ""),
            "matplotlib": matplotlib.__version__, "Python": platform.python_version()}


def remove_results(folder):
    """Those of an earlier run, so that nothing of it stands beside the new ones."""
    figures_and_numbers = [name + end for name in article_figures.FIGURES for end in (".png", ".csv")]
    for name in figures_and_numbers + ["table_S2.csv", "table_S3.csv", "table_angles.csv", "index.html"]:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.remove(path)


def measured(arguments, watch, progress):
    """The particles, and the spectra that were given."""
    spectra = GivenSpectra(arguments, watch) if arguments.spectra else None
    particles = []
    for name, make, boundary_width in sources(arguments):
        watch.begin("%s: opening the stack" % name)
        stack = watch.run(make(), "%s: making the stack" % name)
        if not arguments.no_renders and not article_particle.is_image(stack):
            figures.open_display()
        particles.append(article_particle.measure(name, stack, arguments, watch, progress, boundary_width))
        article_particle.release()
    return particles, spectra


def make_page(page, arguments, watch, progress, command):
    """Figures, tables and the page. Returns what must come out."""
    particles, spectra = measured(arguments, watch, progress)
    article_style.begin(arguments.dpi)
    study = article_figures.Study(particles, watch, spectra, not arguments.no_renders)
    entries, left_out = draw(study, arguments.output, watch, progress)
    watch.begin("writing tables and page")
    tables = study.tables()
    for name, (_, columns) in tables.items():
        write_table(columns, os.path.join(arguments.output, name + ".csv"))
    found = [] if arguments.input else statements(*particles)
    article_report.write(page, particles, found, entries, left_out, tables, watch.messages,
                         versions(particles), command)
    for title, reason in left_out:
        progress("left out: %s: %s" % (title, reason))
    return found


def description(reason, step):
    """What ended the run, in words; of what nobody foresaw also where it was."""
    if isinstance(reason, Failure):
        return str(reason)
    return "%s: %s: %s (the terminal has more)" % (step, type(reason).__name__, reason)


def run(arguments):
    """Raises Failure when something did not work or does not come out as it must."""
    progress = Progress()
    watch = Watch()
    stack_options.check_plugin()
    if number_of_ranks() > 1:
        raise Failure("this script runs on one rank; charge_distribution.py runs on many")
    try:
        os.makedirs(arguments.output, exist_ok=True)
        remove_results(arguments.output)
    except OSError as reason:
        raise Failure("cannot write to the folder of --output: %s" % reason) from reason
    page = os.path.join(arguments.output, "index.html")
    command = " ".join(["reproduce_article.py"] + sys.argv[1:])
    try:
        found = make_page(page, arguments, watch, progress, command)
    except Exception as reason:
        remove_results(arguments.output)
        article_report.write_failure(page, names_of(arguments), description(reason, watch.step), watch.messages,
                                     command)
        raise
    for one in found:
        progress("%s: %s: %s" % ("holds" if one.holds else "DOES NOT HOLD", one.text, one.measured))
    progress("the report is %s" % os.path.abspath(page))
    if watch.errors:
        raise Failure("filters failed, see above and the report")
    if not all(one.holds for one in found):
        raise Failure("the phantoms do not show what they must, see above")


def main():
    try:
        run(parse_arguments())
        return
    except Failure as failure:
        print("reproduce_article: %s" % failure, file=sys.stderr)
    except Exception:  # whatever it is: the exit status says that something failed
        traceback.print_exc()
    # At once, without ParaView's own end, which would give 0.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main()
