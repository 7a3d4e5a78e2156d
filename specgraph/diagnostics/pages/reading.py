"""Codes of the text itself."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "syntax": Page(
        """\
The text is not well-formed YAML or JSON, so nothing beyond this place could be read. Keras never sees
such a file. Look for a bracket or quote that is not closed, a tab in the indentation, or a colon without
a space behind it; the place shown is where reading had to stop, which may be a line after the slip.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
    "encoding": Page(
        """\
A spec is UTF-8 text, with or without a byte order mark. This file has bytes that are not UTF-8, often
because it was saved as UTF-16 or Latin-1, or because it is no text at all. Save it again as UTF-8.
""",
        None,
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
    "limit": Page(
        """\
A spec comes from anyone, so what it may cost has limits: the size of the file, its nesting, how much its
aliases and repeats expand to, the length of names, the size of integers. This file passes one of them.
Make it smaller, or, if you trust it, raise that limit on the command line with `--limit NAME=VALUE`; the
spec itself cannot.
""",
        None,
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
    "duplicate-key": Page(
        """\
A mapping has the same key twice. Most readers keep the last value and say nothing, so that the first one
is lost; Keras would build the model without it. Remove one of the two, or merge what stands under them.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activation: relu, units: 8}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 8, activation: relu}
""",
    ),
    "yaml-feature": Page(
        """\
Specs use the plain part of YAML: mappings, lists and values. Tags (`!!int`) could name types of the
reader's language, merge keys (`<<`) hide where a value comes from, and a second document in a file would
be ignored, so none of them is read. Write the value plainly, and use `params` and `blocks` for what is to
be shared.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: !!int 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
    "ambiguous-scalar": Page(
        """\
YAML 1.1 and YAML 1.2 read this value differently: `010` is 8 to one and 10 to the other, `yes` is true or
a word, `1:30` is 90 or a string. Many tools still read 1.1, and Keras takes what it is given without a
word (`units: yes` makes one unit). Write it so that both agree: `10`, `true`, or quotes around a string.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 010}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 10}
""",
    ),
    "spec-version": Page(
        """\
A spec says in which version of the language it is written, so that it keeps its meaning when the
language grows. The line `specgraph: 1` is missing here, or names a version that this release does not
read. Put it at the top; `specgraph upgrade FILE` brings a spec of an older version to this one, and one of
a newer version needs a newer specgraph.
""",
        """\
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
}
