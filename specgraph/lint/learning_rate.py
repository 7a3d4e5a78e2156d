"""T13. A learning rate far from those with which its optimizer usually learns.

Too high a rate diverges or leaves all units dead, too low a one changes next to nothing in a run.
"""

from __future__ import annotations

from typing import Any

from specgraph.ir.training import Phase
from specgraph.source.nodes import MapNode, Node
from specgraph.spec.catalog import Named

from .mend import fixed, put
from .view import View

USUAL = {
    "SGD": (1e-5, 0.5), "RMSprop": (1e-6, 1e-2), "Adam": (1e-6, 1e-2), "AdamW": (1e-6, 1e-2),
    "Adadelta": (1e-4, 2.0), "Adagrad": (1e-4, 0.5), "Adamax": (1e-6, 2e-2), "Adafactor": (1e-6, 0.1),
    "Ftrl": (1e-4, 1.0), "Lamb": (1e-6, 2e-2), "Lion": (1e-7, 3e-3), "Muon": (1e-5, 0.1),
    "Nadam": (1e-6, 1e-2), "ScheduleFreeAdamW": (1e-5, 5e-2),
}  # fmt: skip
"""The least and the greatest rate with which each is used."""


def check(view: View) -> None:
    """The rate of `compile`, and those of phases."""
    optimizer = getattr(view.compile, "optimizer", None)
    if not isinstance(optimizer, Named):
        return
    node = view.section.get("optimizer") if view.section is not None else None
    optimizer, node = _inner(optimizer, node)
    rate = getattr(optimizer.args, "learning_rate", None)
    if "learning_rate" in optimizer.args.given and node is not None:
        where = _argument(node, "learning_rate")
        _check(view, optimizer, rate, where or node)
    for phase in view.phases:
        _check_phase(view, optimizer, phase)


def _inner(optimizer: Named, node: Node | None) -> tuple[Named, Node | None]:
    """The optimizer that the loss scale wraps."""
    args: Any = optimizer.args
    if optimizer.name != "LossScaleOptimizer" or node is None:
        return optimizer, node
    return args.inner_optimizer, _argument(node, "inner_optimizer")


def _argument(node: Node, name: str) -> Node | None:
    """The value of an argument in `{Name: {argument: value}}`."""
    inner = next(iter(node))[1] if isinstance(node, MapNode) and len(node.entries) == 1 else None
    return inner.get(name) if isinstance(inner, MapNode) else None


def _check_phase(view: View, optimizer: Named, phase: Phase) -> None:
    node = phase.node.get("learning_rate")
    if node is not None:
        _check(view, optimizer, phase.args.learning_rate, node)


def _check(view: View, optimizer: Named, rate: Any, node: Node) -> None:
    usual = USUAL.get(optimizer.name)
    if usual is None or rate is None:
        return
    highest, lowest = _span(rate)
    low, high = usual
    default = type(optimizer.args).defaults()["learning_rate"]
    if lowest == 0 == highest:
        said = f"with a learning rate of 0, {optimizer.name} changes nothing"
    elif highest > high:
        said = f"{optimizer.name} with a learning rate of {highest:g} tends to diverge"
    elif highest < low:
        said = f"{optimizer.name} with a learning rate of {highest:g} hardly changes anything"
    else:
        return
    message = f"{said}; it is usually {_plain(low)} to {_plain(high)}"
    fix = None
    if not isinstance(rate, Named):
        fix = fixed(f"set the default, {_plain(default)}", put(node, default))
    view.say(
        "learning-rate", message, None, node.span, help=f"{_plain(default)} is the default", fix=fix,
        severity="warning",
    )  # fmt: skip


def _span(rate: Any) -> tuple[float, float]:
    """The greatest rate and the first one; of a schedule, those that it is given."""
    if not isinstance(rate, Named):
        return float(rate), float(rate)
    args: Any = rate.args
    if rate.name == "PiecewiseConstantDecay":
        return max(args.values), args.values[0]
    first = float(args.initial_learning_rate)
    target = getattr(args, "warmup_target", None)
    return max(first, target or 0.0), first


def _plain(value: float) -> str:
    return f"{value:g}" if value >= 1e-4 else f"{value:.0e}".replace("e-0", "e-")
