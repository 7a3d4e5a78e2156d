"""Tensors with more values than any backend can count are refused where they first appear."""

from __future__ import annotations

from collections.abc import Iterable

from specgraph.ir.dim import Dim, bounds
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, Weight

MOST_AXES = 254
"""Of a tensor in TensorFlow; other backends have fewer."""
LARGEST = (1 << 63) - 1
"""Backends count values in signed 64-bit integers."""
_NOTABLE = 1 << 10
"""Arguments below this are not what makes a tensor too large."""


def check_sizes(node: GraphNode, types: Iterable[TensorType], weights: Iterable[Weight] = ()) -> None:
    """Rejects outputs and variables that are too large for every size of the named dims."""
    what = f"input `{node.name}`" if node.kind == "input" else f"the output of {node.target}"
    for one in types:
        if one.rank > MOST_AXES:
            message = f"{what} would have {one.rank:,} axes; TensorFlow has at most {MOST_AXES}"
            raise Reject("limit", message)
        count = least_count(one.shape[1:])
        if count > LARGEST:
            raise _overflow(node, f"{what} would have {_about(count)} values per example", count)
    for weight in weights:
        count = least_count(weight.shape)
        if count > LARGEST:
            message = f"the {weight.name} of {node.target} would have {_about(count)} values"
            raise _overflow(node, message, count)


def least_count(shape: Iterable[Dim]) -> int:
    """The fewest values that a shape may hold: the product of its dims' lower bounds."""
    count = 1
    for dim in shape:
        count *= dim if isinstance(dim, int) else max(bounds(dim)[0], 0)
    return count


def _about(count: int) -> str:
    return f"about 2^{count.bit_length() - 1}"


def _overflow(node: GraphNode, message: str, count: int) -> Reject:
    argument = _largest_argument(node)
    return Reject(
        "size-overflow",
        f"{message}; backends count to 2^63",
        argument=argument,
        label=_about(count) if argument else "",
        help="one of the sizes is surely a slip",
    )


def _largest_argument(node: GraphNode) -> str | None:
    """The argument with the largest integer, if one is large."""
    found: tuple[int, str | None] = (_NOTABLE, None)
    for name, value in node.args.given_values() if node.args is not None else ():
        for one in value if isinstance(value, tuple) else (value,):
            if type(one) is int and one > found[0]:
                found = one, name
    return found[1]
