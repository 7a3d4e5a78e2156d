"""One item of `layers:` read: its key, its arguments checked against the row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from specgraph.diagnostics import Edit, Fix, rename
from specgraph.diagnostics.report import Report
from specgraph.resolve.blocks import CONTROL, Home
from specgraph.resolve.definitions import Unresolved
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar, at
from specgraph.source.scalars import legacy
from specgraph.source.text import Span
from specgraph.spec.kinds import Bad, NoLayer, show
from specgraph.spec.record import Field
from specgraph.vocabulary import REFUSED

from .sections import ITEM

COMMON = tuple(ITEM)
"""Keys that every layer takes, whatever its row."""

_NO_ARGUMENTS = {
    "training": "`fit` and `predict` set it, whatever a call says; a BatchNormalization with"
    " `trainable: false` runs as in use",
}
"""Arguments that Keras has, and that would do nothing in a spec."""


def is_layer(key: Scalar, target: str, home: Home, report: Report, layer: str | None) -> bool:
    """Whether a key names a layer, an op or an application that may be an item; if not, it is reported."""
    if target in home.rows:
        if not home.rows[target].nested_only:
            return True
        message = f"{target} is no layer of its own, it is an argument of another"
        report.say("refused-layer", message, key.span, layer=layer)
        return False
    if target in REFUSED:
        message = f"{target} has no place in a spec: {REFUSED[target]}"
        report.say("refused-layer", message, key.span, layer=layer)
        return False
    near, help = report.did_you_mean(target, [*home.rows, *home.models, *home.blocks, *CONTROL])
    fix = Fix(f"change it to `{near}`", (rename(key.span, near),)) if near else None
    help = help or "`specgraph layers` lists them"
    message = f"there is no layer `{target}`"
    report.say("unknown-layer-or-key", message, key.span, help=help, fix=fix, layer=layer)
    return False


def unresolved(value: Any) -> bool:
    """Whether a value still holds a reference, which has been reported already."""
    if isinstance(value, list):
        return any(unresolved(one) for one in value)
    if isinstance(value, dict):
        return any(unresolved(one) for one in value.values())
    return isinstance(value, Unresolved)


def check_arguments(
    fields: dict[str, Field],
    entries: Iterable[tuple[Scalar, Node]],
    what: str,
    owner: Span,
    report: Report,
    layer: str | None = None,
    skip: Sequence[str] = (),
    models: Collection[str] = (),
) -> dict[str, Any] | None:
    """The values of all arguments, or None where any of them is at fault (all faults are reported).

    `models` are those that the file has, which no layer can hold.
    """
    checked: dict[str, Any] = {}
    sound = True
    seen: set[str] = set()
    for key, node in entries:
        name = str(key.value)
        if name in skip:
            continue
        seen.add(name)
        field = fields.get(name)
        if field is None:
            seen.add(_unknown(key, what, [*fields, *skip], report, layer) or "")
            sound = False
        elif unresolved(node.data()):
            sound = False
        else:
            try:
                checked[name] = field.kind.check(node.data())
            except Bad as bad:
                if isinstance(bad, NoLayer) and bad.models:
                    bad.candidates = [*bad.candidates, *models]
                held = _no_layer(bad, models)
                say_bad(bad, node, f"`{name}`", report, layer, held)
                sound = False
            else:
                sound = not _say_ambiguous(node, report, layer) and sound
    missing = [name for name, field in fields.items() if field.required and name not in seen]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        report.say("missing-argument", f"{what} needs {listed}", owner, layer=layer)
        sound = False
    return checked if sound else None


def _unknown(key: Scalar, what: str, names: Sequence[str], report: Report, layer: str | None) -> str | None:
    """Report the key; the name that was probably meant, which then does not count as missing too."""
    word = str(key.value)
    found = None if word in _NO_ARGUMENTS else report.near(word, names, argument=True)
    other = _NO_ARGUMENTS.get(word, f"it takes {', '.join(names[:12]) or 'none'}")
    report.say(
        "unknown-layer-or-key",
        f"{what} has no argument `{word}`",
        key.span,
        help=f"did you mean `{found}`?" if found else other,
        fix=Fix(f"rename it to `{found}`", (rename(key.span, found),)) if found else None,
        layer=layer,
    )
    return found


def say_bad(
    bad: Bad,
    node: Node,
    subject: str,
    report: Report,
    layer: str | None,
    held: tuple[str, str] | None = None,
) -> None:
    """Report a value that its kind refused, at the part of it that is at fault.

    `held` is what `_no_layer` says of it, where the caller knows the layer around it.
    """
    place: Node = at(node, bad.path)
    span = place.span
    if bad.on_key and bad.path:
        holder = at(node, bad.path[:-1])
        if isinstance(holder, MapNode) and isinstance(bad.path[-1], str):
            span = holder.key(bad.path[-1]).span
    held = held or _no_layer(bad)
    if held is not None:
        report.say("bad-param", f"{subject} {held[0]}", span, help=held[1], layer=layer)
        return
    help, fix = bad.help, None
    if bad.name is not None:
        near, found = report.did_you_mean(bad.name, bad.candidates)
        if near:
            help = found
            fix = Fix(f"change it to `{near}`", (rename(span, near),))
    other = legacy(place) if isinstance(place, Scalar) and place.plain else None
    if other is not None and bad.rule == "bad-param":
        text = span.text
        message = (
            f"{subject} {bad.message}: `{text}` is {show(place.data())} in YAML 1.2 and {other} in YAML 1.1"
        )
        fix = Fix(f"write `{other}`", (Edit(span, other),), safe=False)
        report.say("ambiguous-scalar", message, span, help=f"write `{other}`", fix=fix, layer=layer)
        return
    message = bad.message if bad.rule == "unknown-layer-or-key" else f"{subject} {bad.message}"
    report.say(bad.rule, message, span, help=help, fix=fix, layer=layer)


def _no_layer(bad: Bad, models: Collection[str] = ()) -> tuple[str, str] | None:
    """Why another layer cannot hold what a spec has elsewhere, and what to write.

    None for a name that nothing has.
    """
    from specgraph.vocabulary import ROWS

    if not isinstance(bad, NoLayer):
        return None
    name, alone = str(bad.name), "write it as an item of its own"
    if name in models:
        return f"holds one layer, and `{name}` is a model", alone
    if name not in ROWS:
        return None
    if name.startswith("ops."):
        return f"cannot hold {name}, which is an op", alone
    return f"holds one layer, and {name} is a network of many, with weights of its own to load", alone


def _say_ambiguous(node: Node, report: Report, layer: str | None) -> bool:
    """Numbers that YAML 1.1 reads as other numbers; True if one was found."""
    if isinstance(node, ListNode):
        return sum(_say_ambiguous(item, report, layer) for item in node.items) > 0
    if isinstance(node, MapNode):
        return sum(_say_ambiguous(value, report, layer) for _, value in node) > 0
    if not node.plain or isinstance(node.value, str):
        return False
    other = legacy(node)
    if other is None:
        return False
    report.say(
        "ambiguous-scalar",
        f"`{node.span.text}` is {show(node.value)} in YAML 1.2 and {other} in YAML 1.1",
        node.span,
        help=f"write `{show(node.value)}` or `{other}`",
        layer=layer,
    )
    return True
