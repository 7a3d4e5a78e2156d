"""A layer gets values of a type it cannot work on: where the type comes from."""

from __future__ import annotations

from specgraph.diagnostics import Edit
from specgraph.diagnostics.edits import format_value, is_json, replace
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Reject
from specgraph.source.nodes import ListNode, MapNode

from .finding import Finding
from .mend import put_before
from .search import Search, Trial
from .slots import is_written_here


def dtype(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `dtype` that comes in."""
    given = reject.facts.get("dtype")
    maker = _maker(search, node, reject)
    if maker is None or not isinstance(given, str):
        return
    if maker.kind != "input":
        finding.because(maker.key.span, f"makes {given}")
        finding.help = finding.help or _advice(given)
        return
    stated = maker.item.get("dtype") if isinstance(maker.item, MapNode) else None
    words = f"declared {given} here" if stated is not None else f"{given}, as no `dtype` is declared"
    finding.because((stated or maker.item).span, words)
    finding.help = _advice(given)
    if given == "string":
        return
    want = "int32" if is_float(given) else "float32"
    assert maker.type is not None
    changed = TensorType(maker.type.shape, want)
    if Trial(search, types={maker.name: changed}).refusal(node) is None:
        title = f"declare `{maker.name}` as {want}"
        finding.help = title
        finding.mend(title, _declare(maker, want), safe=is_float(given) and stated is None)
    if given == "uint8":
        _rescale(reject, node, search, finding)


def _maker(search: Search, node: GraphNode, reject: Reject) -> GraphNode | None:
    """The nearest layer, or the input, that decides the type."""
    last: GraphNode | None = None
    for above in search.above(node, reject.input):
        made = search.walk.types.get(above.name)
        if made is None or made[0].truth.dtype != reject.facts.get("dtype"):
            break
        last = above
        inputs = search.walk.types.get(above.inputs[0].node) if above.inputs else None
        if (
            inputs is None
            or search.walk.weights.get(above.name)
            or inputs[0].truth.dtype != made[0].truth.dtype
        ):
            break
    return last


def _advice(given: str) -> str:
    if given == "string":
        return "turn strings into numbers first, with StringLookup or TextVectorization"
    if is_float(given):
        return "an Embedding looks up whole numbers: round or bin the values, or use a Dense instead"
    return "convert it first; Rescaling turns whole numbers into floats"


def _declare(node: GraphNode, dtype: str) -> Edit | None:
    """`[8]` -> `{shape: [8], dtype: int32}`, or the dtype that is written changed."""
    item = node.item
    if isinstance(item, MapNode):
        stated = item.get("dtype")
        quoted = is_json(item)
        if stated is not None:
            return replace(stated, format_value(dtype, quoted=quoted)) if is_written_here(stated) else None
        shape = item.get("shape")
        if shape is None or not item.flow:
            return None
        text = f", {format_value('dtype', quoted=quoted)}: {format_value(dtype, quoted=quoted)}"
        end = replace(shape, "").span
        return Edit(type(end)(end.source, end.end, end.end), text)
    if isinstance(item, ListNode) and item.flow:
        quoted = node.key.span.text[:1] == '"'
        key = (format_value(one, quoted=quoted) for one in ("shape", "dtype", dtype))
        shape_key, dtype_key, value = key
        return replace(item, f"{{{shape_key}: {item.span.text.strip()}, {dtype_key}: {value}}}")
    return None


def _rescale(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """Bytes of an image become floats from 0 to 1."""
    arguments = {"scale": 1 / 255}
    title = "put `Rescaling: {scale: 0.00392156862745098}` before it, from bytes to 0…1"
    edits = put_before(search, node, reject.input or 0, "Rescaling", arguments, "scaled")
    finding.help = title
    finding.mend(title, *(edits or (None,)))
