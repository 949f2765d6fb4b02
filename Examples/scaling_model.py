# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What a run of charge_distribution.py takes on so many ranks: pieces, memory, bytes, messages, time.

Pieces and bytes are computed as the filters do; memory and times rest on what was measured, see hpc/README.md.
"""

from vtkmodules.vtkCommonExecutionModel import vtkExtentTranslator

GIB = 2.0**30
HALO = 7  # layers of voxels that a map has beyond its rank's part, read twice: EdgeEnergy's HaloVoxels

# Bytes.
PROCESS = 420e6  # ParaView, its modules and the plugin
SPECTRUM_VALUE = 4
SHOWN = 4  # per voxel: the energy that the reader shows when spectra are pulled
MAPS = 8 + 4 + 1 + 1  # per voxel: edge energy, edge jump, validity, owner
BLOCKS = 8 + 4 + 1 + 4 + 24 + 1  # per block: these, count, centroid, owner
ANGLES = 12 + 4 + 4  # per block: gradient, its length, theta
SLAB = 256 * 2.0**20  # spectra that are pulled at once where there is no limit

# Of a thread of a server's processor, per second.
READ_BYTES = 1.5e9  # from the page cache, all formats without compression
FIT_BYTES = 3.5e9  # spectra to edge energies
BLOCKS_MADE = 5e6  # bin, gradient and angles, counted in voxels of the map


def voxels_of(extent):
    sizes = [max(0, extent[2 * axis + 1] - extent[2 * axis] + 1) for axis in range(3)]
    return sizes[0] * sizes[1] * sizes[2]


def pieces(whole, ranks):
    """The voxels of every rank, with the halo where there are several."""
    translator = vtkExtentTranslator()
    found = []
    for rank in range(ranks):
        extent = [0, -1, 0, -1, 0, -1]
        if translator.PieceToExtentThreadSafe(
                rank, ranks, HALO if ranks > 1 else 0, whole, extent, translator.GetSplitMode(), 0):
            found.append(voxels_of(extent))
        else:
            found.append(0)
    return found


def expect(whole, energies, nodes, ranks_per_node, threads, block_sizes, memory_limit=None, read_rate=None):
    """Of the run as a whole, as a dict. Limit in GiB per rank; read_rate: of the file system, GB/s."""
    ranks = nodes * ranks_per_node
    parts = pieces(whole, ranks)
    voxels, largest = voxels_of(whole), max(parts)
    spectrum = energies * SPECTRUM_VALUE
    of_blocks = sum((BLOCKS + ANGLES) / size**3 for size in block_sizes)
    maps = largest * (MAPS + of_blocks)
    slab = min(largest * spectrum, memory_limit * GIB if memory_limit else SLAB)
    # The first rank has the pieces of an image and the image put together from them, one image at a time.
    gathered = 2 * voxels * (MAPS + (BLOCKS + ANGLES if min(block_sizes) == 1 else 0))
    reading = largest * spectrum / (threads * READ_BYTES)
    if read_rate:
        reading = max(reading, sum(parts) * spectrum / (read_rate * 1e9))
    return {
        "ranks": ranks, "voxels": voxels, "stack": voxels * spectrum,
        "largest piece": largest, "without a part": parts.count(0),
        "read in all": sum(parts) * spectrum, "read by a rank": largest * spectrum,
        "whole": PROCESS + largest * spectrum + maps,
        "in slabs": PROCESS + slab + largest * SHOWN + maps,
        "gathered": gathered,
        "reading": reading,
        "edge energies": largest * spectrum / (threads * FIT_BYTES),
        "blocks and angles": len(block_sizes) * largest / (threads * BLOCKS_MADE),
        "reductions": 50 + 130 * len(block_sizes), "message bytes": 1.06e6 * len(block_sizes),
    }


def report(whole, energies, nodes, ranks_per_node, threads, block_sizes, memory_limit=None, read_rate=None):
    """The same as lines of text."""
    run = expect(whole, energies, nodes, ranks_per_node, threads, block_sizes, memory_limit, read_rate)
    sizes = tuple(whole[2 * axis + 1] - whole[2 * axis] + 1 for axis in range(3))
    seconds = [run[step] for step in ("reading", "edge energies", "blocks and angles")]
    lines = [
        "stack: %d x %d x %d voxels, %d energies, %.3g GB" % (sizes + (energies, run["stack"] * 1e-9)),
        "run: %d node(s) x %d rank(s) x %d thread(s)" % (nodes, ranks_per_node, threads),
        "pieces: %d, the largest of %.3g million voxels with its halo; %.3g GB are read in all, %.2f times the stack" % (
            run["ranks"], run["largest piece"] * 1e-6, run["read in all"] * 1e-9, run["read in all"] / run["stack"]),
        "memory of a rank: %.3g GiB with its part of the stack, %.3g GiB in slabs (--memory-limit)" % (
            run["whole"] / GIB, run["in slabs"] / GIB),
        "memory of a node: %.3g GiB, or %.3g GiB in slabs; the first has %.3g GiB more, to gather and write maps (none with --pieces)" % (
            ranks_per_node * run["whole"] / GIB, ranks_per_node * run["in slabs"] / GIB, run["gathered"] / GIB),
        "messages of a rank: about %d reductions, %.3g MB" % (run["reductions"], run["message bytes"] * 1e-6),
        "time: %.3g s (reading %.3g, edge energies %.3g, blocks and angles %.3g), and that of writing" % (
            (sum(seconds),) + tuple(seconds))]
    if run["without a part"]:
        lines.append("%d ranks have no part: take fewer" % run["without a part"])
    return "\n".join(lines)
