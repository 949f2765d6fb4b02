# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What the panels know of a loaded stack: automatic ranges as numbers, arrays that fit, groups."""
import os
import sys
import tempfile

from paraview.simple import *

RANGES = {"PreEdgeRange": "pre_edge_range", "PostEdgeRange": "post_edge_range", "Window": "edge_energy_window"}
ENERGIES = [8150 + 10 * k for k in range(46)]  # to 8600 eV


def check(condition, what):
    if not condition:
        print("FAILED:", what, file=sys.stderr)
        os._exit(1)


def show_automatic(proxy, name):
    """What the button beside a range does; whether there were numbers to show."""
    return proxy.SMProxy.GetProperty(name).ResetToDomainDefaults()


def given(proxy):
    return {name: list(proxy.GetPropertyValue(name)) for name in RANGES}


def field(proxy, name):
    data = proxy.GetClientSideObject().GetOutputDataObject(0).GetFieldData()
    values = data.GetArray(name)
    return [values.GetValue(k) for k in range(values.GetNumberOfValues())]


def automatic(stack, **settings):
    """The ranges that Edge Energy resolves, and that its panel shows."""
    edge = EdgeEnergy(Input=stack, **settings)
    check(all(value == [0, 0] for value in given(edge).values()), f"a new filter has the ranges {given(edge)}")
    edge.UpdatePipeline()
    resolved = {name: field(edge, array) for name, array in RANGES.items()}
    for name in RANGES:
        check(show_automatic(edge, name), f"{name} has no numbers with {settings}")
    shown = given(edge)
    for name in RANGES:
        check(all(abs(a - b) < 1e-9 for a, b in zip(resolved[name], shown[name])),
              f"{name} is {resolved[name]} where 0 0 is automatic, and the panel shows {shown[name]}, with {settings}")
    return edge, shown


stack = TXMPhantom(Size=8, Energies=ENERGIES)
stack.UpdatePipeline()
edge, nickel = automatic(stack)
check(nickel["PreEdgeRange"][0] == 8150 and nickel["PostEdgeRange"][1] == 8600, f"Ni K has {nickel}")

# Another reference energy, or ranges that count from it, are shown as they are resolved.
_, other = automatic(stack, E0Source="Value", E0=8345.0)
check(abs(other["Window"][0] - 8340) < 1e-9, f"with E0 at 8345 eV the window is {other['Window']}")
_, erbium = automatic(stack, Element="Er", Edge="L3")
check(erbium != nickel, "Er L3 has the ranges of Ni K")

relative = EdgeEnergy(Input=stack, RangesRelativeToE0=1)
show_automatic(relative, "Window")
check(all(abs(a - b) < 1e-9 for a, b in zip(relative.Window, (-5, 30))),
      f"from E0 on the window is {list(relative.Window)}")

# Where only the filter can know, there are no numbers, and the range stays automatic.
for settings in (dict(E0Source="MeanSpectrum"), dict(Element="Fe"), dict(RangeRule="Larch")):
    unknown = EdgeEnergy(Input=stack, **settings)
    check(not show_automatic(unknown, "PreEdgeRange") and list(unknown.PreEdgeRange) == [0, 0],
          f"{settings} has the pre-edge range {list(unknown.PreEdgeRange)}")

# Bounds for those who edit the numbers.
domain = edge.SMProxy.GetProperty("PreEdgeRange").GetDomain("automatic")
check((domain.GetMinimum(0), domain.GetMaximum(1)) == (8150, 8600), "the bounds are not the energies of the scan")

# One energy at a time: the same ranges, and the array that is shown is the stack.
browsed = TXMPhantom(Size=8, Energies=ENERGIES, OutputMode="EnergyAsTime")
browsed.UpdatePipeline()
pulled, shown = automatic(browsed)
check(shown == nickel, f"one energy at a time has {shown}")


def offered(proxy, name):
    domain = proxy.SMProxy.GetProperty(name).GetDomain("array_list")
    return [domain.GetString(k) for k in range(domain.GetNumberOfStrings())]


def chosen(proxy, name):
    return proxy.SMProxy.GetProperty(name).GetElement(4)


for proxy in (XANESNormalize(Input=stack), edge, StackQuality(Input=stack), SpectrumProbe(Input=stack)):
    check(offered(proxy, "InputArray") == ["Automatic", "absorbance"] and chosen(proxy, "InputArray") == "Automatic", f"{proxy.GetXMLName()} offers {offered(proxy, 'InputArray')}")
check("absorbance" in offered(pulled, "InputArray"), f"one energy at a time offers {offered(pulled, 'InputArray')}")
check(offered(edge, "MaskArray") == ["None", "grain_id", "particle_id", "true_edge_energy", "true_edge_jump"],
      f"Mask Array offers {offered(edge, 'MaskArray')}")

# What is chosen automatically says so, and is what an empty choice is, as older states have it.
for proxy, name in ((ValenceGradient(Input=edge), "InputArray"), (MapHistogram(Input=edge), "InputArray"),
                    (DepthProfile(Input=edge), "InputArray"), (SpectrumProbe(Input=stack), "LabelArray")):
    check(chosen(proxy, name) == offered(proxy, name)[0] == "Automatic",
          f"{name} of {proxy.GetXMLName()} is {chosen(proxy, name)} and offers {offered(proxy, name)}")
for name in ("Automatic", ""):
    gradient = ValenceGradient(Input=edge)
    gradient.SMProxy.GetProperty("InputArray").SetElement(4, name)
    gradient.SMProxy.UpdateVTKObjects()
    gradient.UpdatePipeline()
    check("valence_gradient" in gradient.PointData.keys(), f"with the array '{name}' there is no gradient")

# Every property that a panel shows is in one group at most, and the groups are not mixed up by inheritance.
GROUPS = {
    "XANESNormalize": ["Absorption Edge", "Energy Ranges (eV, 0 = automatic)", "Normalization", "Validity"],
    "EdgeEnergy": ["Absorption Edge", "Energy Ranges (eV, 0 = automatic)", "Normalization", "Validity", "Method", "Advanced", "Results"],
}
for name, expected in GROUPS.items():
    proxy = globals()[name](Input=stack).SMProxy
    groups = [proxy.GetPropertyGroup(k) for k in range(proxy.GetNumberOfPropertyGroups())]
    labels = [group.GetXMLLabel() for group in groups]
    check(labels == expected, f"{name} has the groups {labels}")
    members = [group.GetProperty(k).GetXMLName() for group in groups for k in range(group.GetNumberOfProperties())]
    check(len(members) == len(set(members)), f"{name} has properties in two groups: {members}")

# A state keeps what is automatic and what was given.
edge.PreEdgeRange = [0, 0]
state = os.path.join(tempfile.mkdtemp(), "panel.pvsm")
expected = given(edge)
SaveState(state)
ResetSession()
LoadState(state)
loaded = [given(proxy) for proxy in GetSources().values() if proxy.GetXMLName() == "EdgeEnergy"]
check(expected in loaded and expected["Window"] != [0, 0], f"the state has {loaded}, not {expected}")
print("passed")
