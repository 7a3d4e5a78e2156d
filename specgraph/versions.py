"""Versions of the language: which is the newest, and how a spec of an older one is brought to it.

    # specgraph: 0                      # specgraph: 1
    layer_list: [Flatten]  # one   ->   layers: [Flatten]  # one

When the language changes so that older specs would mean something else, `VERSION` goes up by one, and a
`Step` from the version before is added to `STEPS`. It says what to write differently, as edits, so that the
rest of the text and its comments stay; the number itself is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from specgraph.diagnostics.diagnostic import Edit, Fix
from specgraph.diagnostics.report import Report
from specgraph.limits import DEFAULT, Limits
from specgraph.source import MapNode, Source, SourceError, Span, read

VERSION = 1
"""The version that this release reads."""


class Step(NamedTuple):
    """From one version to the next."""

    before: int
    edits: Callable[[MapNode], Iterable[Edit]]
    """The changes to a document of version `before`. They do not overlap; one given twice is made once."""


STEPS: tuple[Step, ...] = ()
"""In the order of their versions, without a gap, the last to `VERSION`. Nothing came before version 1."""


class StepError(Exception):
    """A step made a text that is no spec of the next version: a fault of the step, never of the text."""


def check_version(root: MapNode, report: Report) -> bool:
    """Report a document that does not say its language version, or is of another.

    False if it is of another, so that nothing else in it can be judged.
    """
    node = root.get("specgraph")
    if node is None:
        start = Span(root.source, root.start, root.start)
        message = "the spec does not say its language version"
        report.say("spec-version", message, start, help=f"add `specgraph: {VERSION}` on top")
        return True
    version = node.data()
    if type(version) is not int:
        from specgraph.spec.kinds import show

        message = f"a language version is a number, not {show(version)}"
        report.say("spec-version", message, node.span, help=f"this is version {VERSION}")
    elif version > VERSION:
        message = f"the spec is of language version {version}; this release reads version {VERSION}"
        report.say("spec-version", message, node.span, help="install a newer release of specgraph")
    elif version < VERSION and any(step.before == version for step in STEPS):
        message = f"the spec is of language version {version}; this release reads version {VERSION}"
        file = "FILE" if node.source.path is None else node.source.name
        help = f"`specgraph upgrade {file}` brings it to this one"
        report.say("spec-version", message, node.span, help=help)
    elif version != VERSION:
        message = f"there is no language version {version}; this is version {VERSION}"
        report.say("spec-version", message, node.span, help=f"if it is a slip, write `specgraph: {VERSION}`")
    return type(version) is not int or version == VERSION


def upgrade(source: Source, report: Report, limits: Limits = DEFAULT) -> str | None:
    """The text of a spec in the newest version, the same if it is of that already.

    None where there is no way to that version, or the text is no spec: the report says why.
    SourceError for a text that cannot be read, StepError for a fault of a step.
    """
    root = _mapping(source, report, limits)
    if root is None:
        return None
    for step in _way(root, report):
        root = _taken(step, root, limits)
    return None if report.failed else root.source.text


def _mapping(source: Source, report: Report, limits: Limits) -> MapNode | None:
    root = read(source, limits)
    if isinstance(root, MapNode):
        return root
    report.say("malformed-item", "a spec is a mapping of keys", root.span)
    return None


def _way(root: MapNode, report: Report) -> Sequence[Step]:
    """The steps from a document's version to the newest; none, with a diagnostic, where there is no way."""
    node = root.get("specgraph")
    version = None if node is None else node.data()
    steps = [step for step in STEPS if type(version) is int and step.before >= version]
    if steps and steps[0].before == version:
        if node is None or node.start > root.key("specgraph").start:
            return steps
        help = f"write the version itself in place of the alias: `specgraph: {version}`"
        report.say("spec-version", "this version stands elsewhere", root.key("specgraph").span, help=help)
        return ()
    check_version(root, report)
    return ()


def _taken(step: Step, root: MapNode, limits: Limits) -> MapNode:
    """The document after one step."""
    from specgraph.diagnostics.edits import apply, replace

    source = root.source
    number = replace(root.entries["specgraph"][1], str(step.before + 1))
    edits = tuple(dict.fromkeys([number, *step.edits(root)]))
    text = apply(source.text, [Fix("", edits)])
    try:
        after = read(Source(text, source.name, source.path), limits)
    except SourceError as error:
        raise StepError(f"version {step.before + 1} of it cannot be read: {error.message}") from None
    version = after.get("specgraph") if isinstance(after, MapNode) else None
    if not isinstance(after, MapNode) or version is None or version.data() != step.before + 1:
        raise StepError(f"version {step.before + 1} of it does not say so")
    return after
