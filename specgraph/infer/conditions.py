"""What holds only for some sizes of named dims, said once for a model.

each skip of a U-Net fits for some sizes   ->   the model works only when H and W are multiples of 8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgraph.diagnostics import Edit, Fix, Label
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import GraphNode
from specgraph.ir.sizes import Sizes
from specgraph.rows.base import Condition, Reject
from specgraph.source.text import Span

if TYPE_CHECKING:
    from .walk import Walk

MAX_PLACES = 4
Found = tuple[GraphNode, Condition]


def say_conditions(found: list[Found], walk: Walk, report: Report) -> None:
    """Warns of the sizes that a model asks of its named dims; an error where none is left.

    A least size is what every window asks of a named dim, and nothing to warn of.
    """
    asked = [one for one in found if not _is_least_size(one[1])]
    joint = [one for one in asked if one[1].verdict.sizes]
    left = _joined(joint, report)
    if left:
        _say_joint(joint, left, walk, report)
    for node, condition in asked:
        if left is None or not condition.verdict.sizes:
            _say_alone(node, condition, report)


def _is_least_size(condition: Condition) -> bool:
    if condition.reject.rule == "window-too-large":
        return True
    pieces = [(sizes, piece) for sizes in condition.verdict.sizes for piece in sizes.pieces]
    return bool(pieces) and all(piece[1] == sizes.var.bounds[1] and piece[2] == 1 for sizes, piece in pieces)


def _joined(found: list[Found], report: Report) -> dict[str, Sizes] | None:
    """What is left for each dim; None where it cannot be told, {} where nothing is, which is reported."""
    left: dict[str, Sizes] = {}
    for i, (node, condition) in enumerate(found):
        for sizes in condition.verdict.sizes:
            before = left.get(sizes.var.name)
            both = sizes if before is None else before.both(sizes)
            if both is None:
                return None
            if not both.pieces:
                _say_nothing_left(sizes, node, condition.reject, found[:i], report)
                return {}
            left[sizes.var.name] = both
    return left if all(one.text() for one in left.values()) else None


def _say_joint(found: list[Found], left: dict[str, Sizes], walk: Walk, report: Report) -> None:
    node, condition = found[0]
    causes = _others(node, found[1:])
    for sizes in left.values():
        if isinstance(sizes.var.origin, Span):
            causes.append(Label(sizes.var.origin, f"`{sizes.var}` is any size here"))
    facts = _facts(left)
    report.say(
        "divisibility",
        f"the model works only when {condition_text(list(left.values()))}",
        _place(node, condition.reject),
        label=condition.reject.label or condition.reject.message,
        causes=causes,
        help=f"say so under `dims: {{{facts}}}`, or pad or resize what is merged" if facts else None,
        fix=_fix(facts, walk),
        layer=node.name,
        severity="warning",
    )


def _say_alone(node: GraphNode, condition: Condition, report: Report) -> None:
    reject = condition.reject
    report.say(
        "divisibility",
        f"{reject.message}; it works only when {condition.verdict.condition}",
        _place(node, reject),
        label=reject.label,
        layer=node.name,
        severity="warning",
    )


def _say_nothing_left(
    sizes: Sizes, node: GraphNode, reject: Reject, before: list[Found], report: Report
) -> None:
    others = [
        one for one in before if any(other.var.name == sizes.var.name for other in one[1].verdict.sizes)
    ]
    text = sizes.text() or "the sizes are others"
    report.say(
        "divisibility",
        f"no size of `{sizes.var}` works: here {text}, and other layers ask for other sizes",
        _place(node, reject),
        label=reject.label or reject.message,
        causes=_others(node, others),
        layer=node.name,
    )


def _others(node: GraphNode, found: list[Found]) -> list[Label]:
    """A label for each other node, with what it asks for."""
    labels: dict[str, Label] = {}
    for other, condition in found:
        if other is not node and other.name not in labels and len(labels) < MAX_PLACES:
            asked = condition.verdict.condition
            labels[other.name] = Label(_place(other, condition.reject), f"works when {asked}")
    return list(labels.values())


def _place(node: GraphNode, reject: Reject) -> Span:
    value = node.argument(reject.argument) if reject.argument else None
    return value.span if value is not None else node.key.span


def condition_text(sizes: list[Sizes]) -> str:
    """Several dims' conditions in one: `H and W are multiples of 8`."""
    multiples: dict[int, list[str]] = {}
    rest = []
    for one in sizes:
        by = _multiple(one)
        if by is None:
            text = one.text()
            rest.append(f"({text})" if " or " in text and len(sizes) > 1 else text)
        else:
            multiples.setdefault(by, []).append(str(one.var))
    texts = []
    for by, names in multiples.items():
        *most, last = names
        texts.append(
            f"{', '.join(most)} and {last} are multiples of {by}" if most else f"{last} is a multiple of {by}"
        )
    return " and ".join(texts + rest)


def _multiple(sizes: Sizes) -> int | None:
    """n, where the sizes are all multiples of n."""
    if len(sizes.pieces) != 1:
        return None
    [(start, end, period, residues)] = sizes.pieces
    low, high = sizes.var.bounds
    if residues != {0} or period == 1 or end != high or start - low >= period:
        return None
    return period * sizes.unit


def _facts(left: dict[str, Sizes]) -> str:
    """The conditions as `dims:` would state them; empty where one has no such form."""
    multiples = {name: _multiple(sizes) for name, sizes in left.items()}
    if None in multiples.values():
        return ""
    return ", ".join(f"{name}: {{multiple_of: {by}}}" for name, by in multiples.items())


def _fix(facts: str, walk: Walk) -> Fix | None:
    """State the facts, where the file has no `dims:` yet."""
    if not facts or walk.root is None or "dims" in walk.root.entries or walk.root.flow:
        return None
    key = next((key for name, (key, _) in walk.root.entries.items() if name in ("inputs", "models")), None)
    if key is None:
        return None
    place = Span(key.source, key.start, key.start)
    return Fix(f"state `dims: {{{facts}}}`", (Edit(place, f"dims: {{{facts}}}\n"),), safe=False)
