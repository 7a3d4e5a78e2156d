"""Columns held against the inputs that they feed."""

from __future__ import annotations

from itertools import permutations
from math import prod

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.ir.dim import Dim, variable
from specgraph.ir.graph import Graph, GraphNode
from specgraph.ir.tensor import is_float
from specgraph.ir.training import Column, Feed
from specgraph.spec.catalog import Named


def shape_text(shape: tuple[Dim, ...]) -> str:
    """As Python writes a tuple."""
    inner = ", ".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def describe(name: str, column: Column) -> str:
    """A column in a list of columns."""
    known = [shape_text(column.shape)] if column.shape is not None else []
    known += [column.dtype] if column.dtype else []
    return f"`{name}` {' '.join(known)}".rstrip()


def fitted(feed: Feed, model: Graph) -> Feed:
    """The feed with a step more for data that lack an axis of 1 at the end, or have one: as in Keras."""
    if feed.facts is None:
        return feed
    steps, columns = dict(feed.steps), dict(feed.facts.columns)
    for name, column in feed.inputs.items():
        type_ = model.nodes[name].type
        found, wanted = columns[column].shape, type_.shape[1:] if type_ is not None else ()
        if (
            found is None
            or found == wanted
            or not any(a == (*b, 1) for a, b in ((found, wanted), (wanted, found)))
        ):
            continue
        if all(isinstance(size, int) for size in wanted):
            from specgraph.data.step_catalog import rule
            from specgraph.data.steps import ReshapeArgs

            step = Named("reshape", ReshapeArgs.checked({"shape": wanted}), None, "steps")
            steps[column] = (*steps.get(column, ()), step)
            columns[column] = rule(step, columns[column])
    return feed._replace(steps=steps, facts=feed.facts._replace(columns=columns))


def check_inputs(feed: Feed, model: Graph, report: Report) -> bool:
    """Whether every input is fed what it declares; what differs is reported."""
    sound = True
    sizes: dict[str, tuple[int, str]] = {}
    for name in model.inputs:
        column = feed.fed(name)
        node = model.nodes[name]
        if column is not None and node.type is not None:
            message = difference(column, node, sizes)
            if message is not None:
                said, help = message
                causes = [Label(node.item.span, f"`{name}` is declared here")]
                span = (column.node or feed.node).span
                report.say("data-shape", said, span, causes=causes, help=help, layer=name)
                sound = False
            elif _exceeds(column, node):
                _say_range(feed, column, node, report)
    return sound


def difference(
    column: Column, node: GraphNode, sizes: dict[str, tuple[int, str]]
) -> tuple[str, str | None] | None:
    """What is wrong with a column for an input, and how it may be mended."""
    assert node.type is not None
    wanted, dtype = node.type.shape[1:], node.type.dtype
    if column.shape is not None:
        found = column.shape
        said = f"data is {shape_text(found)}, the model declares {shape_text(wanted)}"
        if len(found) != len(wanted) or not all(_fits(a, b) for a, b in zip(found, wanted, strict=True)):
            dims = _order(found, wanted)
            if dims is not None:
                step = f"permute: {{dims: [{', '.join(map(str, dims))}]}}"
                return f"{said}: axes look swapped", f"transpose the data, as the step `{step}` does"
            mend = _step(found, wanted)
            return said, mend and f"`{mend}` is a step that brings the data to this shape"
        clash = _clash(found, wanted, node.name, sizes)
        if clash is not None:
            return clash, None
    if column.dtype is not None and not _casts(column.dtype, dtype):
        help = f"`cast: {{dtype: {dtype}}}` is a step that turns one into the other"
        if "string" in (column.dtype, dtype):
            help = "StringLookup and TextVectorization are steps, and layers, that turn words into numbers"
        return f"data is {column.dtype}, input `{node.name}` is {dtype}", help
    return None


def _fits(found: Dim, wanted: Dim) -> bool:
    """Whether an axis of this size goes where another is declared; unknown sizes may."""
    if not isinstance(found, int):
        return True
    if isinstance(wanted, int):
        return found == wanted
    only = variable(wanted)
    if only is None:
        return True
    high = only.maximum
    return found >= only.minimum and (high is None or found <= high) and found % only.multiple_of == 0


def _clash(
    found: tuple[Dim, ...], wanted: tuple[Dim, ...], name: str, sizes: dict[str, tuple[int, str]]
) -> str | None:
    """A named dim that would have two sizes."""
    for size, dim in zip(found, wanted, strict=True):
        only = variable(dim)
        if only is None or only.unknown or not isinstance(size, int):
            continue
        before, where = sizes.setdefault(only.name, (size, name))
        if before != size:
            return f"`{only.name}` is {before} in the data of `{where}` and {size} in that of `{name}`"
    return None


def _order(found: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> list[int] | None:
    """The axes of the data, counted from 1, in the order in which the sizes are those that are wanted."""
    if len(found) != len(wanted) or not 2 <= len(found) <= 4:
        return None
    if not all(isinstance(size, int) for size in found):
        return None
    for order in permutations(range(len(found))):
        if all(_fits(found[axis], size) for axis, size in zip(order, wanted, strict=True)):
            return [axis + 1 for axis in order]
    return None


def _step(found: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> str | None:
    """A step that brings one shape to the other, as it stands in a spec."""
    sizes = [one for one in (*found, *wanted) if isinstance(one, int)]
    if len(sizes) < len(found) + len(wanted):
        return None
    listed = ", ".join(map(str, wanted))
    if prod(sizes[: len(found)]) == prod(sizes[len(found) :]):
        return f"reshape: {{shape: [{listed}]}}"
    if len(found) == len(wanted) == 3:
        if found[:2] == wanted[:2] and (found[2], wanted[2]) in ((1, 3), (3, 1)):
            return f"channels: {{count: {wanted[2]}}}"
        if found[2] == wanted[2]:
            return f"Resizing: {{height: {wanted[0]}, width: {wanted[1]}}}"
    if len(found) == len(wanted) and found[1:] == wanted[1:]:
        return f"{'truncate' if sizes[0] > sizes[len(found)] else 'pad'}: {{length: {wanted[0]}}}"
    return None


def _casts(found: str, wanted: str) -> bool:
    """Whether Keras turns one dtype into the other without loss of more than precision."""
    if found == wanted:
        return True
    if "string" in (found, wanted):
        return False
    return is_float(wanted) or not is_float(found)


def _exceeds(column: Column, node: GraphNode) -> bool:
    if column.range is None or node.range is None:
        return False
    return column.range[0] < node.range[0] or column.range[1] > node.range[1]


def _say_range(feed: Feed, column: Column, node: GraphNode, report: Report) -> None:
    assert column.range is not None and node.range is not None
    low, high = node.range
    found = f"{column.range[0]:g} to {column.range[1]:g}"
    message = f"values of the data go from {found}, those of input `{node.name}` from {low:g} to {high:g}"
    help = f"a step of column `{feed.inputs[node.name]}` can be `scale: {{to: [{low:g}, {high:g}]}}`"
    report.say("data-shape", message, feed.node.span, help=help, layer=node.name, severity="warning")
