# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The page that ties the figures of reproduce_article.py together: one HTML file beside them."""

import html
import math

from figures import block_name
from pipeline_tools import whole_file

STYLE = """
body { font: 15px/1.5 Arial, Helvetica, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
h2 { margin-top: 2em; border-top: 1px solid #ccc; padding-top: 1em; }
img { width: 100%; border: 1px solid #eee; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
td, th { border: 1px solid #ccc; padding: 0.2em 0.6em; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: #00643f; } .bad { color: #b00020; font-weight: bold; }
"""


def text(value):
    return html.escape(str(value))


def missing(value):
    return isinstance(value, float) and not math.isfinite(value)


def cell(value):
    if isinstance(value, float):
        return '<td class="number">%s</td>' % ("-" if missing(value) else "%.4f" % value)
    return "<td>%s</td>" % text(value)


def table(columns):
    head = "".join("<th>%s</th>" % text(name.replace("_", " ")) for name in columns)
    rows = "".join("<tr>%s</tr>" % "".join(map(cell, row)) for row in zip(*columns.values()))
    return "<table><tr>%s</tr>%s</table>%s" % (head, rows, why_missing(columns))


def why_missing(columns):
    """Below a table in which numbers are missing."""
    if not any(missing(value) for values in columns.values() for value in values):
        return ""
    reasons = [name for name in ("meaning", "noise note") if name in columns]
    return ("<p>-: there is no such number: the spectrum has no such edge, noise accounts for all of it, or the "
            "bootstrap has too few blocks%s.</p>" % ("; see the column %s" % " and ".join(reasons) if reasons else ""))


def statement(one):
    mark = '<span class="good">holds</span>' if one.holds else '<span class="bad">does not hold</span>'
    return "<tr><td>%s</td><td>%s</td><td>%s</td></tr>" % (text(one.text), text(one.measured), mark)


def figure(entry):
    links = ('<p>Numbers: <a href="%s.csv">%s.csv</a>. <a href="#parameters">Parameters</a></p>'
             % (entry.name, entry.name))
    return ('<h2 id="%s">%s</h2><p><b>The article:</b> %s</p><p><b>Here:</b> %s</p>'
            '<img src="%s.png" alt="%s">%s' % (entry.name, text(entry.title), text(entry.article), text(entry.seen),
                                               entry.name, text(entry.title), links))


def parameters(particles):
    """One column for each particle, one row for each parameter."""
    names = list(dict.fromkeys(name for particle in particles for name in particle.parameters))
    columns = {"parameter": names}
    for particle in particles:
        columns[particle.name] = [text_of(particle.parameters.get(name, "")) for name in names]
    return table(columns)


def text_of(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text_of, value))
    if missing(value):
        return "-"
    return "%g" % value if isinstance(value, float) and abs(value) < 1e4 else str(value)


def messages(found):
    """What filters warned of, each message once, with all steps in which it arose."""
    if not found:
        return '<h2 id="messages">Warnings and errors</h2><p>No filter warned of anything.</p>'
    steps = {}
    for message in found:
        steps.setdefault((message.kind, message.text), []).append(message.step)
    rows = "".join(
        '<tr><td%s>%s</td><td>%s</td><td>%s</td></tr>'
        % (' class="bad"' if kind == "error" else "", kind, "<br>".join(map(text, dict.fromkeys(where))), text(what))
        for (kind, what), where in steps.items())
    return ('<h2 id="messages">Warnings and errors</h2><p>What the filters wrote while this was made.</p>'
            "<table><tr><th></th><th>step</th><th>message</th></tr>%s</table>" % rows)


def head(names):
    return ("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Charge distribution: the figures of "
            "Xu et al.</title><style>%s</style></head><body><h1>Charge distribution in %s</h1>"
            % (STYLE, text(" and ".join(names))))


def save(path, parts):
    with whole_file(path) as name, open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "</body></html>\n")


def write_failure(path, names, reason, found, command):
    """The page of a run that ended before there was a figure."""
    save(path, [head(names), '<p class="bad">There are no figures: %s</p>' % text(reason), messages(found),
                "<p>Made by <code>%s</code></p>" % text(command)])


def write(path, particles, statements, entries, left_out, tables, found, versions, command):
    parts = [
        head([particle.name for particle in particles]),
        "<p>The data figures of Xu <i>et al.</i>, Nat. Commun. <b>11</b>, 83 (2020), "
        '<a href="https://doi.org/10.1038/s41467-019-13884-x">doi 10.1038/s41467-019-13884-x</a>, and of its '
        "supplement, made anew from %s.</p>" % text(" and ".join(
            str(particle.parameters.get("source", particle.name)) for particle in particles)),
        "<p>%s</p>" % text(", ".join("%s %s" % version for version in versions.items())),
        "<p>Made by <code>%s</code></p>" % text(command)]
    if statements:
        parts.append("<h2>What must come out</h2><table><tr><th>statement</th><th>measured</th><th></th></tr>%s"
                     "</table>" % "".join(map(statement, statements)))
    parts.append(messages(found))
    parts += map(figure, entries)
    for name, (title, columns) in tables.items():
        parts.append('<h2 id="%s">%s</h2>%s<p>Numbers: <a href="%s.csv">%s.csv</a></p>'
                     % (name, text(title), table(columns), name, name))
    if left_out:
        parts.append("<h2>Left out</h2><ul>%s</ul>" % "".join(
            "<li>%s: %s.</li>" % (text(title), text(why)) for title, why in left_out))
    parts.append('<h2 id="parameters">Parameters</h2><p>Of the maps of %s; those of the edge energies hold for '
                 "all figures.</p>%s" % (block_name(particles[0].middle.size), parameters(particles)))
    save(path, parts)
