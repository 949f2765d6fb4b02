# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Examples/reproduce_article.py as users run it: every figure, its numbers against the filters, the page.

Arguments: pvpython, the script. On a virtual display of its own, for the pictures of whole particles.
"""

import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import traceback
from contextlib import redirect_stderr
from types import SimpleNamespace

import numpy as np
from paraview import servermanager
from paraview.simple import *
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkPNGReader

PVPYTHON, SCRIPT = sys.argv[1:3]
sys.path.insert(0, os.path.dirname(SCRIPT))
import pipeline_tools
import reproduce_article
SIZE = 64
FIGURES = ["1hk", "2", "depth", "3", "4", "S8", "S9", "S10", "S11", "S12", "S13", "S16"]
OF_VOLUMES, OF_PHANTOMS = {"S8", "S9", "S10"}, {"S12"}
TABLES = ["table_S2", "table_S3", "table_angles"]
DENSITY = "probability density (1/deg)"
# The script with a figure that fails.
BROKEN = """
import os, runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
import article_figures

def broken(*_):
    raise IndexError("no such color <8>")

article_figures.FIGURES["figure_2"] = ("Fig. 2", "", broken)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def start_display():
    """A virtual X server, and its number."""
    read, write = os.pipe()
    # Without -noreset the server restarts after each last window, and may miss the next one.
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-noreset",
                               "-nolisten", "tcp"],
                              pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    number = os.fdopen(read).readline().strip()  # empty when the server has ended
    check(number, "the virtual display does not start")
    return server, ":" + number


def run(output, *arguments, display="", script=(SCRIPT,)):
    return subprocess.run(
        [PVPYTHON, "--force-offscreen-rendering", *script, "--output", output, "--dpi", "100", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ, DISPLAY=display))


def rows_of(output, name, /, **wanted):
    """The rows of a CSV file in which these columns have these values."""
    with open(os.path.join(output, name + ".csv"), newline="", encoding="utf-8") as file:
        wanted = {key.replace("_", " "): value for key, value in wanted.items()}
        return [row for row in csv.DictReader(file) if all(row[key] == value for key, value in wanted.items())]


def column(table, name):
    values = table.GetColumnByName(name)
    return [values.GetValue(i) for i in range(values.GetNumberOfValues())]


def section(page, name):
    return page.split('<h2 id="%s">' % name)[1].split("<h2")[0]


def check_files(output, figures, widths):
    expected = {"index.html"} | {"%s.csv" % name for name in TABLES}
    expected |= {"figure_%s.%s" % (name, kind) for name in figures for kind in ("png", "csv")}
    check(set(os.listdir(output)) == expected, "the files: %s" % sorted(os.listdir(output)))
    with open(os.path.join(output, "index.html"), encoding="utf-8") as file:
        page = file.read()
    linked = set(re.findall(r'(?:src|href)="([^":#]+)"', page))
    check(linked == expected - {"index.html"}, "the page shows every file: %s" % sorted(linked))
    for name in figures:
        reader = vtkPNGReader()
        reader.SetFileName(os.path.join(output, "figure_%s.png" % name))
        reader.Update()
        image = reader.GetOutput()
        check(min(abs(image.GetDimensions()[0] - width / 25.4 * 100) for width in widths) <= 2,
              "figure %s: the width" % name)
        check(vtk_to_numpy(image.GetPointData().GetScalars()).std() > 10, "figure %s is not empty" % name)
        check(len(rows_of(output, "figure_" + name)) > 5, "the numbers of figure %s" % name)
    return page


def check_numbers(output):
    """Those of theta, and of the mean spectra, against the filters."""
    for particle, kind in (("rod", "Rod"), ("gravel", "Gravel")):
        stack = TXMPhantom(Kind=kind, Size=SIZE, SurfaceTrend={"Rod": 0.8, "Gravel": 0.5}[kind])
        edge = EdgeEnergy(Input=stack, PassStack=1)
        labels = ParticleLabels(Input=edge, LargestOnly=1, FillHoles=1)
        spectra = SpectrumProbe(Input=labels, Selection="Labels", LabelArray=["POINTS", "particle_id"])
        for size in (1, 2, 3):
            blocks = VoxelBin(Input=labels, BlockSize=[size] * 3, PointArrays=["edge_energy", "particle_id"])
            angles = RadialAngleHistogram(Input=ValenceGradient(Input=blocks), ParticleInput=labels,
                                          LabelArray=["POINTS", "particle_id"], NumberOfSizeBins=25,
                                          NumberOfBootstrapSamples=200, BootstrapBlockEdge=max(2, 16 // size))
            angles.UpdatePipeline()
            check_band(output, servermanager.Fetch(angles, idx=3), particle, size)
            angles_of_voxels = angles if size == 1 else angles_of_voxels
            theta = servermanager.Fetch(angles, idx=1)
            written = rows_of(output, "figure_S11", particle=particle, block_size=str(size))
            densities = [float(row[DENSITY]) for row in written if row[DENSITY]]
            check(densities == column(theta, DENSITY)[:36], "densities of theta, %s, %d" % (particle, size))
            sizes = servermanager.Fetch(angles, idx=2)
            written = rows_of(output, "figure_S13", particle=particle, block_size=str(size))
            name = "theta 80-90 count"
            check([int(row[name]) for row in written] == column(sizes, name)[:25], "sizes, %s, %d" % (particle, size))
        spectra.UpdatePipeline()
        energy = column(servermanager.Fetch(spectra, idx=1), "edge_energy (eV)")
        written = rows_of(output, "table_S2", particle=particle)
        check([float(row["edge_energy (eV)"]) for row in written] == energy, "table S2, " + particle)
        depth = [float(row["mean edge_energy (eV)"]) for row in rows_of(output, "figure_depth", particle=particle)]
        third = len(depth) // 3
        check(np.mean(depth[:third]) > np.mean(depth[third:2 * third]) + 0.05, "%s: depth: %s" % (particle, depth))
        grains = rows_of(output, "figure_S12", particle=particle, place="boundary")
        check([row["block size"] for row in grains] == ["1", "2", "3"], "sizes of blocks in grains")
        check_left_out(output, particle, angles_of_voxels, labels)
        # All vectors of single voxels are at boundaries, inside or near the surface.
        count = sum(int(row["count"]) for row in rows_of(output, "figure_S12", particle=particle, block_size="1")
                    if row["count"])
        vectors = sum(int(row["count"]) for row in rows_of(output, "figure_S11", particle=particle, block_size="1")
                      if row["count"])
        check(0 <= count - vectors < 0.001 * vectors, "vectors in grains: %d of %d" % (count, vectors))


def check_band(output, summary, particle, size):
    """The error of the peak is the band of the filter, in the table and in what must come out."""
    written = rows_of(output, "table_angles", particle=particle, block_size=str(size))[0]
    names = ["P(80..100) over random" + end for end in ("", " lower", " upper")]
    found = [column(summary, name)[0] for name in names]
    check([float(written[name]) for name in names] == found, "band of the peak: %s, not %s" % (written, found))
    with open(os.path.join(output, "index.html"), encoding="utf-8") as file:
        check(file.read().count("%.2f (%.2f–%.2f)" % tuple(found)) >= 2, "the page has the band: %s" % found)


def check_left_out(output, particle, angles, labels):
    """Neither boundary nor inside: what is less than 0.09 um below the particle's surface."""
    depth = DepthProfile(Input=labels, InputArray=["POINTS", "edge_energy"], LabelArray=["POINTS", "particle_id"])
    depth.UpdatePipeline()
    below = vtk_to_numpy(servermanager.Fetch(depth).GetPointData().GetArray("depth"))
    theta = vtk_to_numpy(servermanager.Fetch(angles).GetPointData().GetArray("theta"))
    near = int(np.sum(np.isfinite(theta) & (below < 0.09)))
    written = rows_of(output, "figure_S12", particle=particle, block_size="1", place="surface")
    check(near > 1000 and [int(row["count"]) for row in written] == [near], "left out: %d, %s" % (near, written))


def check_missing_numbers():
    import article_report

    table = article_report.table({"size": [float("nan"), 1.5], "noise note": ["the errors account for all", ""]})
    check("nan" not in table and '<td class="number">-</td>' in table, "a missing number: " + table)
    check("-: there is no such number: " in table and "see the column noise note" in table, "why: " + table)
    check("there is no such number" not in article_report.table({"size": [1.5]}), "all numbers are there")


def check_statements():
    """Poor statistics do not make gravel random; a trend without a number has none on the page."""
    import article_particle

    def particle(ratios, half_band, trend):
        made = article_particle.Particle("made")
        made.shells = SimpleNamespace(rows={"edge_energy (eV)": [8345.0 + trend, 8345.0]})
        for size, ratio in enumerate(ratios, 1):
            summary = {"P(80..100) over random": [ratio], "mean |u| (eV/um)": [8.0]}
            if half_band is not None:
                summary["P(80..100) over random lower"] = [ratio - half_band]
                summary["P(80..100) over random upper"] = [ratio + half_band]
            image = vtkImageData()
            image.SetDimensions(4, 1, 1)
            image.GetPointData().AddArray(named(numpy_to_vtk(np.array([float("nan"), 30.0, 70.0, 100.0])), "theta"))
            made.levels[size] = SimpleNamespace(size=size, summary=summary, image=image)
        return made

    rod = particle([1.1, 1.7, 2.0], 0.05, float("nan"))
    for ratios, half_band, follows in (([1.0, 1.01, 1.04], 0.05, True), ([1.0, 1.15, 1.2], 0.25, False),
                                       ([1.0, 0.8, 1.25], 0.09, False), ([1.0, 1.01, 1.04], 1.2, False),
                                       ([1.0, 0.95, 1.09], None, True), ([1.0, 0.95, 1.2], None, False)):
        found = reproduce_article.statements(rod, particle(ratios, half_band, 0.4))
        check(found[1].holds == follows, "gravel of %s ± %s: %s" % (ratios, half_band, found[1]))
    check(found[4].measured == "-, +0.40" and not found[4].holds, "trends: %s" % (found[4],))
    check(found[3].measured == "0.67, 0.67", "shares at large angles: %s" % (found[3],))


def named(array, name):
    array.SetName(name)
    return array


def check_phantoms(folder, display):
    output = os.path.join(folder, "phantoms")
    done = run(output, "--size", str(SIZE), display=display)
    check(done.returncode == 0, done.stdout)
    check(done.stdout.count("holds: ") == 5, "five statements: " + done.stdout)
    page = check_files(output, FIGURES, [180.0, 90.0])
    check(page.count('<span class="good">') == 5 and "Left out" not in page, "the page has what must come out")
    check(not re.search(r"\bnan\b", page), "the page has no nan")
    check_numbers(output)


def check_measured(folder):
    """A 2D stack from a file, and spectra: figures that it does not give are named, also those of an earlier run go."""
    stack = os.path.join(folder, "scan.h5")
    SaveData(stack, proxy=TXMPhantom(Size=64, Dimension="2D", Noise=0.02))
    spectrum = write_spectrum(folder, "surface", nickel, 830.0, 880.0)
    short = write_spectrum(folder, "short", nickel, 852.0, 856.0)

    output = os.path.join(folder, "measured")
    os.makedirs(output)
    open(os.path.join(output, "figure_S12.png"), "w").close()
    mine = os.path.join(output, "figure_mine.png")
    open(mine, "w").close()
    done = run(output, "--input", stack, "--names", "scan <1>", "--spectra", spectrum, short, "--peak-ratio",
               "--no-renders", "--block-sizes", "1", "2", "--post-degree", "2", "--level", "0.3")
    check(done.returncode == 0, done.stdout)
    check(os.path.exists(mine), "files of others are left alone")
    os.remove(mine)
    page = check_files(output, [name for name in FIGURES if name not in OF_VOLUMES | OF_PHANTOMS], [180.0, 90.0])
    check(page.count("it needs volumes") == 3 and page.count("it needs the true grains") == 1, "what is left out")
    counts, middle = ([row["count"] for row in rows] for rows in (
        rows_of(output, "figure_S11", panel="a", block_size="1"), rows_of(output, "figure_4", panel="c")))
    check("Of the maps of single voxels" in page and counts == middle, "of two block sizes the finer is the middle")
    check("scan &lt;1&gt;" in page and "scan <1>" not in page, "names are escaped")
    warning = section(page, "messages")
    check(warning.count("vtkEdgeEnergy: PostEdgeDegree 2 over") == 1 and "finding the edge energies" in warning
          and "(0x" not in warning, "the page has the warning, once, with its step: " + warning)
    low, high = ([nickel(energy) - 0.1 for energy in np.arange(*window, 0.01)] for window in ((852, 854), (854, 857)))
    given = rows_of(output, "table_S3", name="surface")
    check(abs(float(given[0]["peak_ratio"]) - max(high) / max(low)) < 1e-3, "the spectrum that was given: %s" % given)
    check(re.search(r"Left out, .*: short\.", section(page, "figure_2")), "the spectrum without an edge is named")
    check([row["validity"] for row in rows_of(output, "table_S3", name="short")] == ["8"], "it stays in the table")
    spectra = {row["spectrum"] for row in rows_of(output, "figure_2", panel="b")}
    check(spectra == {"surface"}, "curves that were given: %s" % spectra)
    check_level(page, given[0])
    check_mode(folder)


def check_level(page, given):
    """All numbers, texts and figures are of the level, and so is a spectrum that was given."""
    energies = np.arange(845.0, 853.0, 0.001)
    crossing = np.interp(0.1 + 0.3 * 0.2, nickel(energies), energies)
    check(abs(float(given["edge_energy (eV)"]) - crossing) < 0.01, "level of the spectrum: %s, %g" % (given, crossing))
    check("eV (at 0.3 of the edge;" in section(page, "figure_2"), "level of Fig. 2: " + section(page, "figure_2"))
    check("half of the edge" not in page, "no other level on the page")
    import article_figures
    from matplotlib import pyplot

    curve = {"edge": (np.arange(10.0), np.linspace(0.0, 0.9, 10))}
    check(np.allclose(article_figures.edge_window([curve], 0.25), (1.4, 3.6)), "the window about the crossing")
    axis = pyplot.figure().add_subplot()
    article_figures.draw_spectra(axis, curve, ["black"], (1.4, 3.6), 0.25)
    inset = axis.child_axes[0]
    check(np.allclose(inset.get_ylim(), (0.1, 0.4)), "the inset: %s" % (inset.get_ylim(),))
    check(any(np.all(np.equal(line.get_ydata(), 0.25)) for line in inset.lines), "the line at the level")
    axis = pyplot.figure().add_subplot()
    article_figures.draw_whole_spectra(axis, {str(i): curve["edge"] for i in range(9)}, ["black", "red"])
    check(len(axis.lines) == 9, "more spectra than colours are drawn: %d" % len(axis.lines))
    axis = pyplot.figure().add_subplot()
    table = {"edge_energy (eV)": [2.5], "edge_energy_error (eV)": [float("nan")]}
    energies, values = curve["edge"]
    spectra = SimpleNamespace(energies=energies, table=lambda: table, normalized=lambda: {"a": values})
    article_figures.draw_shifted_spectra(axis, spectra, (0.0, 9.0), 1.0, 0.25)
    check([list(line.get_ydata()) for line in axis.lines if line.get_marker() == "|"] == [[0.25]], "the mark of S16")
    check("nan" not in axis.texts[0].get_text(), "the edge energy: " + axis.texts[0].get_text())
    pyplot.close("all")


def check_mode(folder):
    """EdgeStep keeps the slope above the edge, Ratio does not; the window of the particles is not for such spectra."""
    def sloped(energy):
        return 0.1 + (0.2 + 0.0002 * (energy - 8344.0)) / (1.0 + np.exp((8344.0 - energy) / 1.5))

    import article_spectra

    file = write_spectrum(folder, "sloped", sloped, 8200.0, 8600.0)
    for mode, last in (("EdgeStep", 1.0 + 0.0002 * 256.0 / 0.2), ("Ratio", 1.0)):
        spectra = article_spectra.GivenSpectra(
            parsed("--spectra", file, "--mode", mode, "--window", "840", "860"), pipeline_tools.Watch())
        found = spectra.curves["sloped"][1][-1]
        check(abs(found - last) < 0.005, "mode %s: %s" % (mode, found))
        check("the window is -20 to 30 eV" in spectra.description(), "their window is said")


def write_spectrum(folder, name, function, low, high):
    path = os.path.join(folder, name + ".txt")
    with open(path, "w") as file:
        file.write("# energy mu\n")
        file.writelines("%g %.9g\n" % (energy, function(energy)) for energy in np.arange(low, high, 0.1))
    return path


def nickel(energy):
    """Something like the Ni L3 edge with its two peaks, on a constant."""
    edge = 0.2 / (1.0 + np.exp((853.0 - energy) / 0.3))
    return 0.1 + edge + np.exp(-((energy - 853.0) / 0.8)**2) + 0.6 * np.exp(-((energy - 855.0) / 0.8)**2)


def check_gradient_options(folder):
    """--plane and --neighbors reach |u| in grains, and --neighbors the arrows in the section."""
    import article_figures
    import article_particle
    import article_style

    arguments = parsed("--plane", "XZ", "--neighbors", "OneSided", "--block-sizes", "2", "--bootstrap", "0")
    watch = pipeline_tools.Watch()
    stack = TXMPhantom(Kind="Rod", Size=32)
    particle = article_particle.measure("rod", stack, arguments, watch, lambda text: None, 0.09)
    # The blocks and their gradients do not depend on where boundaries are: all places together are the whole map.
    rows = particle.grains[2].values()
    numbers = [row["number of vectors"][0] for row in rows]
    mean = sum(row["mean |u| (eV/um)"][0] * number for row, number in zip(rows, numbers)) / sum(numbers)
    expected = particle.levels[2].summary["mean |u| (eV/um)"][0]
    check(abs(mean - expected) < 0.02 * expected, "|u| in grains: %g, of the map: %g" % (mean, expected))

    blocks = article_particle.producer(particle.levels[2].image)
    arrows = ValenceGradient(Input=blocks, InputArray=["POINTS", "edge_energy"], Plane="XY", Neighbors="OneSided")
    arrows.UpdatePipeline()
    found, expected = (vtk_to_numpy(image.GetPointData().GetArray("valence_gradient"))
                       for image in (particle.in_plane, servermanager.Fetch(arrows)))
    check(np.array_equal(found, expected, equal_nan=True), "the arrows have the neighbours of the angles")
    seen = article_figures.figure_3(article_figures.Study([particle], watch, renders=False), article_style.Numbers(),
                                    os.path.join(folder, "figure_3.png"))
    check("within the xy section (angles and |u| of the other figures: XZ)" in seen, "the plane is said: " + seen)


def check_failures(folder):
    output = os.path.join(folder, "bad")
    for arguments, reason in ((["--input", "no_such_file.tif"], "No filter warned"),
                              (["--size", "16", "--pre-edge", "100", "200"], "range 100 to 200 eV holds 0")):
        failed = run(output, "--no-renders", *arguments)
        check("reproduce_article: " in failed.stdout, failed.stdout)
        check(reason in section(failure_page(output, failed), "messages"), "the reason of %s" % arguments)

    # What nobody foresaw, when there are figures already.
    script = os.path.join(folder, "broken.py")
    with open(script, "w") as file:
        file.write(BROKEN)
    failed = run(output, "--no-renders", "--size", "24", "--block-sizes", "1", "--bootstrap", "0",
                 script=[script, SCRIPT])
    check("IndexError" in failed.stdout and "Fig. 1h–k: " in failed.stdout, failed.stdout)
    check("drawing Fig. 2: IndexError: no such color &lt;8&gt;" in failure_page(output, failed), "a fault is named")

    for arguments, reason in ((["--input", "a/scan.h5", "--input", "b/scan.h5"], "the same name"),
                              (["--input", "scan.h5", "--size", "64", "--seed", "2"], "--size, --seed: of phantoms"),
                              (["--energies", "energies.txt"], "--energies: of files"),
                              (["--block-sizes", "0", "1"], "--block-sizes have to be 1 or more"),
                              (["--block-sizes"] + [str(1 + i) for i in range(13)], "at most 12 of them"),
                              (["--bins", "1"], "--bins has to be 2 to 360, not 1"),
                              (["--dpi", "0"], "--dpi has to be 10 to 1200, not 0"),
                              (["--bootstrap", "-1"], "--bootstrap has to be 0 or 40 to 100000, not -1"),
                              (["--minimum-valid-fraction", "nan"], "--minimum-valid-fraction has to be 0 to 1")):
        status, text = refused(arguments)
        check(status == 2 and reason in text, "%s: %s" % (arguments, text))
    image = os.path.join(folder, "a.vti")
    open(image, "w").close()
    failed = run(output, "--input", image, "--energy-shift", "1")
    check(failed.returncode == 1 and "--energy-shift cannot go with it" in failed.stdout, failed.stdout)


def failure_page(output, failed):
    check(failed.returncode == 1, "exit status: %d" % failed.returncode)
    check(os.listdir(output) == ["index.html"], "no figures after a failure: %s" % os.listdir(output))
    with open(os.path.join(output, "index.html"), encoding="utf-8") as file:
        page = file.read()
    check("There are no figures: " in page, page)
    return page


def parsed(*arguments):
    """The options of the script, read as it reads them."""
    given = sys.argv
    sys.argv = [SCRIPT, *arguments]
    try:
        return reproduce_article.parse_arguments()
    finally:
        sys.argv = given


def refused(arguments):
    """The exit status of the script with bad options, and what it says."""
    text = io.StringIO()
    try:
        with redirect_stderr(text):
            parsed(*arguments)
    except SystemExit as end:
        return end.code, text.getvalue()
    return 0, "was accepted"


failed = False
server, display = start_display()
try:
    with tempfile.TemporaryDirectory() as folder:
        check_missing_numbers()
        check_statements()
        check_phantoms(folder, display)
        check_measured(folder)
        check_gradient_options(folder)
        check_failures(folder)
    print("passed")
except Exception:
    traceback.print_exc()
    failed = True
finally:
    server.terminate()
if failed:
    os._exit(1)  # ParaView's own end would give 0
