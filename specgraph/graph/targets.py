"""`targets:` read: what is known of the data that outputs are trained towards.

targets:
  probs: {shape: [10], encoding: onehot, classes: 10}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Ref
from specgraph.ir.training import Column
from specgraph.source.nodes import MapNode, Node, Scalar

from .inputs import InputReader
from .items import check_arguments
from .sections import TARGET


def read_targets(
    node: Node, outputs: Sequence[Ref], reader: InputReader, report: Report
) -> dict[str, Column]:
    """The targets by output, those at fault reported and left out."""
    found: dict[str, Column] = {}
    if not isinstance(node, MapNode):
        help = "`targets: {probs: {encoding: onehot, classes: 10}}`"
        report.say(
            "malformed-item", "`targets` maps outputs to what is known of their targets", node.span, help=help
        )
        return found
    names = [ref.node for ref in outputs]
    for key, value in node:
        name = str(key.value)
        if name not in names:
            _, help = report.did_you_mean(name, names)
            message = f"`targets` names `{name}`, which is no output"
            help = help or f"the outputs are {', '.join(names)}"
            report.say("output-loss-count", message, key.span, help=help)
            continue
        made = _target(key, value, reader, report)
        if made is not None:
            found[name] = made
    return found


def _target(key: Scalar, value: Node, reader: InputReader, report: Report) -> Column | None:
    if not isinstance(value, MapNode):
        message = f"the target of `{key.value}` is a mapping of facts"
        report.say(
            "malformed-item", message, value.span, help=f"`{key.value}: {{shape: [10], encoding: onehot}}`"
        )
        return None
    what = f"the target of `{key.value}`"
    stated = value.get("shape")
    shape = reader.read_shape(str(key.value), stated) if stated is not None else None
    checked = check_arguments(TARGET, value, what, key.span, report, None, ("shape",))
    if checked is None or (stated is not None and shape is None):
        return None
    range_ = check_range(checked.get("range"), value.get("range"), report)
    encoding: Any = checked.get("encoding")
    return Column(shape, None, encoding, checked.get("classes"), range_, value)


def check_range(value: Any, node: Node | None, report: Report) -> tuple[float, float] | None:
    """The least and the greatest value; None where there are none or they are the wrong way round."""
    if value is None or node is None:
        return None
    least, greatest = value
    if least > greatest:
        message = f"a range goes from the least value to the greatest, not from {least:g} to {greatest:g}"
        report.say("bad-param", message, node.span)
        return None
    return float(least), float(greatest)
