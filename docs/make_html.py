# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The guide as HTML: the Markdown files of this folder, and a reference of all sources, filters and writers made from the
texts that ParaView shows.

    pvpython make_html.py OUTPUT               PV_PLUGIN_PATH names the plugin's folder

Needs Python-Markdown (Debian: python3-markdown).
"""

import os
import re
import shutil
import sys

import markdown
from paraview import servermanager, simple  # simple: connects, and loads the plugins

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = [
    ("sources", ["AbsorptionStackReader", "AbsorptionSpectrumReader", "TXMPhantom"]),
    ("filters", ["XANESNormalize", "EdgeEnergy", "SpectrumProbe", "SpectrumAnalysis", "EnergyCalibration",
                 "LinearCombinationFit", "StackQuality", "ParticleLabels", "VoxelBin", "ValenceGradient",
                 "RadialAngleHistogram", "PoolAngleTables", "DepthProfile", "MapHistogram", "MaskedProjection",
                 "MetalMass", "ValenceCalibration"]),
    ("writers", ["EnergyStackWriter", "StackDescriptionWriter"]),
]

PAGES = ["window.md", "methods.md", "troubleshooting.md", "txmstack.md"]
STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; margin: 1em 0; } td, th { border: 1px solid #ccc; padding: .3em .6em; text-align: left;
vertical-align: top; } th { background: #f2f4f7; } code { background: #f2f4f7; } pre { background: #f2f4f7; padding: .8em;
overflow: auto; } img { max-width: 100%; } nav a { margin-right: 1.2em; }
"""


def one_line(documentation):
    return re.sub(r"\s+", " ", (documentation.GetDescription() if documentation else None) or "").strip()


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("_", "\\_").replace("*", "\\*")


def default_of(prop):
    if not prop.IsA("vtkSMVectorProperty") or prop.IsA("vtkSMProxyProperty") or prop.IsA("vtkSMInputProperty"):
        return ""
    return " ".join(str(prop.GetElement(i)) for i in range(min(prop.GetNumberOfElements(), 6)))


def properties(proxy):
    """(label, default, text) of those that a user sets."""
    iterator = proxy.NewPropertyIterator()
    iterator.Begin()
    while not iterator.IsAtEnd():
        prop = iterator.GetProperty()
        if not prop.GetInformationOnly() and not prop.GetIsInternal():
            yield prop.GetXMLLabel(), default_of(prop), one_line(prop.GetDocumentation())
        iterator.Next()


def reference():
    """Markdown; the names in pvpython are the labels without spaces."""
    manager = servermanager.ProxyManager()
    parts = ["# Reference\n\nIn pvpython a name is the label without its spaces: *Edge Energy* is `EdgeEnergy`. "
             "The texts are those of ParaView's tooltips."]
    for group, names in ORDER:
        parts.append("## %s" % group.capitalize())
        for name in names:
            proxy = manager.NewProxy(group, name)
            if not proxy:
                sys.exit("make_html: there is no %s in %s. PV_PLUGIN_PATH has to name the plugin's folder." % (name, group))
            parts.append("### %s\n\n%s" % (proxy.GetXMLLabel(), cell(one_line(proxy.GetDocumentation()))))
            rows = ["| property | default | |", "|---|---|---|"]
            rows += ["| %s | %s | %s |" % tuple(map(cell, row)) for row in properties(proxy)]
            parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def page(text, names):
    html = markdown.markdown(text, extensions=["tables", "fenced_code", "toc"])
    html = re.sub(r'href="([\w-]+)\.md', r'href="\1.html', html)
    title = re.match(r"# (.*)", text).group(1)
    links = "".join('<a href="%s.html">%s</a>' % (name, name) for name in names)
    return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s - ParaXANES</title><style>%s</style></head>'
            "<body><nav>%s</nav>%s</body></html>\n" % (title, STYLE, links, html))


def main(output):
    os.makedirs(output, exist_ok=True)
    texts = {}
    for name in PAGES:
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            texts[os.path.splitext(name)[0]] = file.read()
    texts["reference"] = reference()
    for name, text in texts.items():
        path = os.path.join(output, name + ".html")
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(page(text, texts))
        os.replace(path + ".part", path)
    for name in os.listdir(HERE):
        if name.endswith(".png"):
            shutil.copy(os.path.join(HERE, name), output)
    shutil.copytree(os.path.join(HERE, "pictures"), os.path.join(output, "pictures"), dirs_exist_ok=True)
    print("wrote %s" % os.path.join(output, "methods.html"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: pvpython make_html.py OUTPUT")
    main(sys.argv[1])
