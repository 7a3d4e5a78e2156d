"""What every document must look like: its keys, its version, its models' sections."""

from __future__ import annotations

from collections.abc import Mapping

from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.resolve.names import PATH
from specgraph.source.nodes import MapNode, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.spec.record import Field, required
from specgraph.vocabulary import ALIASES, ROWS

from .sections import BODY, MODEL


def string(section: MapNode, key: str, default: str, report: Report) -> str:
    """A text under `key`, or the default."""
    node = section.get(key)
    if node is None:
        return default
    value = node.data()
    if not isinstance(value, str):
        report.say("bad-param", f"`{key}` is a string, not {show(value)}", node.span)
    return str(value)


def check_keys(section: MapNode, allowed: Mapping[str, Field], what: str, report: Report) -> None:
    """Report the keys that a section does not have."""
    for key, _ in section:
        if key.value not in allowed:
            _, help = report.did_you_mean(str(key.value), allowed)
            message = f"{what} has no key `{key.value}`"
            report.say("unknown-layer-or-key", message, key.span, help=help or f"it has {', '.join(allowed)}")


def model_sections(root: MapNode, name: str, report: Report, limits: Limits) -> dict[str, MapNode]:
    """The models of a document by name; none in a file that has blocks only, for others to import."""
    models = root.get("models")
    if models is None and "blocks" in root.entries and not any(key in root.entries for key in BODY):
        return {}
    if models is None:
        _check_missing(root, "a spec", Span(root.source, root.start, root.start), report)
        return {name: root}
    for misplaced in BODY:
        if misplaced in root.entries:
            message = f"with `models`, `{misplaced}` stands in each model"
            report.say("unknown-layer-or-key", message, root.key(misplaced).span)
    if not isinstance(models, MapNode) or not models.entries:
        report.say("malformed-item", "`models` maps names to models", models.span)
        return {}
    found = {}
    for key, section in models:
        _check_model_name(key, report, limits)
        if isinstance(section, MapNode):
            check_keys(section, MODEL, "a model", report)
            _check_missing(section, f"model `{key.value}`", key.span, report)
            string(section, "doc", "", report)
            found[str(key.value)] = section
        else:
            report.say("malformed-item", f"model `{key.value}` is a mapping of keys", section.span)
    return found


def _check_missing(section: MapNode, what: str, place: Span, report: Report) -> None:
    missing = [key for key in required(MODEL) if key not in section.entries]
    if missing:
        listed = " and ".join(f"`{key}`" for key in missing)
        report.say("missing-argument", f"{what} needs {listed}", place)


def _check_model_name(key: Scalar, report: Report, limits: Limits) -> None:
    name = str(key.value)
    if name in ROWS or name in ALIASES:
        message = f"a model cannot be called `{name}`, because there is a layer of that name"
        report.say("duplicate-name", message, key.span)
    elif not PATH.fullmatch(name) or len(name) > limits.name_length:
        message = f"'{name}' is no name for a model: letters, digits, `_` and `-` only"
        report.say("bad-param", message, key.span)
