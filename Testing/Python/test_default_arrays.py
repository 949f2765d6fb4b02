# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Which array a filter takes where none is named, whatever source was active before."""

import os
import sys

from paraview.simple import *


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def arrays(proxy):
    """Runs the filter; the names of the point arrays of its output."""
    proxy.UpdatePipeline()
    return proxy.PointData.keys()


phantom = TXMPhantom(Size=12)
normalized = XANESNormalize(Input=phantom)
check("normalized_absorbance" in arrays(normalized), "of the phantom, when nothing was active")
# The last filter is the active source, and ParaView takes its arrays for those of the input.
check("normalized_absorbance" in arrays(XANESNormalize(Input=phantom)), "of the phantom, the normalised one active")
edges = EdgeEnergy(Input=phantom)
check("edge_energy" in arrays(edges), "of the phantom again")
check("absorbance" not in arrays(edges), "the maps alone")
both = EdgeEnergy(Input=phantom, PassStack=1)
check("absorbance" in arrays(both), "of the phantom, maps active")

# Behind Normalize its result is taken, not the absorbance beside it.
behind = EdgeEnergy(Input=normalized)
check("edge_energy" in arrays(behind), "behind Normalize")
field = behind.GetClientSideObject().GetOutput().GetFieldData()
check(field.GetAbstractArray("normalization").GetValue(0).startswith("Ratio"), "the normalisation of Normalize")

# Where maps are beside the stack, and active.
check("normalized_absorbance" in arrays(XANESNormalize(Input=both)), "of a stack with maps")
quality = StackQuality(Input=both)
quality.UpdatePipeline()
check(quality.GetClientSideObject().GetOutput().GetNumberOfRows() > 0, "the quality of a stack with maps")
for source in (edges, both, behind, ParticleLabels(Input=edges), VoxelBin(Input=edges)):
    arrays(source)
    arrays(normalized)
    SetActiveSource(normalized)
    check("valence_gradient" in arrays(ValenceGradient(Input=source)), "the gradient of %s" % source)
