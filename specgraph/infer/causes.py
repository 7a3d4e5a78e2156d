"""From a row's refusal to a diagnostic: the place, the cause further up, the mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specgraph.diagnostics import Edit, Fix, Label
from specgraph.diagnostics.edits import set_argument
from specgraph.diagnostics.report import Report
from specgraph.ir.dim import variables
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject
from specgraph.source.text import Span

if TYPE_CHECKING:
    from .walk import Walk

_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")
_KEEPS_COUNT = (
    "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "Dropout", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "BatchNormalization", "LayerNormalization", "Flatten", "Reshape",
    "Permute", "Identity", "Rescaling", "Masking", "ActivityRegularization",
)  # fmt: skip


class Finding:
    """A diagnostic in the making."""

    def __init__(self) -> None:
        self.causes: list[Label] = []
        self.help: str | None = None
        self.fix: Fix | None = None


def explain(reject: Reject, node: GraphNode, walk: Walk, report: Report) -> None:
    """Report a refusal."""
    finding = Finding()
    finding.help = reject.help
    search = _SEARCHES.get(reject.rule)
    if search is not None:
        search(reject, node, walk, finding)
    value = node.argument(reject.argument) if reject.argument else None
    span = value.span if value is not None else node.key.span
    report.say(
        reject.rule, reject.message, span, label=reject.label, causes=finding.causes,
        help=finding.help, fix=finding.fix, layer=node.name,
    )  # fmt: skip


def ancestors(node: GraphNode, walk: Walk, input: int | None = None) -> Iterator[GraphNode]:
    """The chain of nodes above, nearest first, along first inputs."""
    position = input or 0
    while len(node.inputs) > position:
        node = walk.graph.nodes[node.inputs[position].node]
        position = 0
        yield node


def _line(span: Span) -> int:
    return span.source.position(span.start)[0]


def _rank(reject: Reject, node: GraphNode, walk: Walk, finding: Finding) -> None:
    above = next(ancestors(node, walk, reject.input), None)
    if above is None:
        return
    missing, rank = reject.facts["least"] - reject.facts["rank"], reject.facts["rank"]
    if above.target in _RECURRENT and missing == 1 and rank == 2:
        finding.causes.append(
            Label(above.key.span, f"gives its last step only: (batch, {walk.types[above.name][0].shape[-1]})")
        )
        finding.help = f"set `return_sequences: true` on line {_line(above.key.span)}"
        if above.target != "Bidirectional":
            edit = set_argument(above.item, "return_sequences", "true")
            finding.fix = Fix(finding.help, (edit,))
        return
    if above.kind == "input":
        finding.causes.append(Label(above.item.span, "the input is declared here"))
        if missing == 1:
            finding.help = "add the axis that is missing, such as one channel, to the input's shape"
            _add_axis(above, finding)
        return
    if above.target in ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D"):
        finding.causes.append(Label(above.key.span, "takes the spatial axes away"))
        return
    if missing < 0 and reject.facts["least"] == 2:
        finding.help = "flatten or pool globally before it"
    finding.causes.append(Label(above.key.span, f"makes {walk.types[above.name][0]}"))


def _add_axis(above: GraphNode, finding: Finding) -> None:
    from specgraph.source.nodes import ListNode, MapNode

    shape = above.item.get("shape") if isinstance(above.item, MapNode) else above.item
    if isinstance(shape, ListNode) and shape.flow and shape.items:
        end = shape.items[-1].span
        finding.fix = Fix("add one channel", (Edit(Span(end.source, end.end, end.end), ", 1"),), safe=False)


def _reshape(reject: Reject, node: GraphNode, walk: Walk, finding: Finding) -> None:
    for above in ancestors(node, walk, reject.input):
        if above.target in _KEEPS_COUNT:
            continue
        units = above.argument("units") if above.kind == "layer" else None
        have, want = reject.facts.get("have"), reject.facts.get("want")
        place = units or above.key
        finding.causes.append(Label(place.span, f"{have} values per example come from here"))
        if units is not None and isinstance(want, int) and walk.types[above.name][0].rank == 2:
            finding.help = (
                f"set `units: {want}` on line {_line(units.span)}, or choose a target of {have} values"
            )
            edit = Edit(units.span, str(want))
            finding.fix = Fix(f"set `units: {want}`", (edit,))
        return


def _features(reject: Reject, node: GraphNode, walk: Walk, finding: Finding) -> None:
    flat: GraphNode | None = None
    for above in ancestors(node, walk, reject.input):
        types = walk.types[above.name]
        if above.target in ("Flatten", "Reshape") and flat is None:
            flat = above
            what = (
                "multiplies the sizes that are unknown"
                if above.target == "Flatten"
                else "makes the unknown axis"
            )
            finding.causes.append(Label(above.key.span, what))
        elif flat is not None and above.kind == "layer" and above.target in ("VGG16", "VGG19"):
            finding.causes.append(Label(above.key.span, f"without top, gives {types[0]}"))
    dim = reject.facts.get("dim")
    for variable in variables(dim) if dim is not None else ():
        if isinstance(variable.origin, Span):
            finding.causes.append(Label(variable.origin, "this size is not known"))
    if flat is not None and flat.target == "Flatten":
        finding.help = "give the input a size, or put GlobalAveragePooling2D in the place of Flatten"
        rank = walk.types[flat.inputs[0].node][0].rank
        if rank in (3, 4, 5) and flat.item is flat.key:
            text = f"GlobalAveragePooling{rank - 2}D"
            finding.help = finding.help.replace("GlobalAveragePooling2D", text)
            finding.fix = Fix(f"pool globally instead: {text}", (Edit(flat.key.span, text),), safe=False)


def _window(reject: Reject, node: GraphNode, walk: Walk, finding: Finding) -> None:
    finding.help = "set `padding: same`, or use a smaller window"
    finding.fix = Fix("set `padding: same`", (set_argument(node.item, "padding", "same"),), safe=False)


def _arity(reject: Reject, node: GraphNode, walk: Walk, finding: Finding) -> None:
    if finding.help is None and node.kind == "layer" and not node.inputs:
        finding.help = "say what it reads with `from:`"


_SEARCHES = {
    "rank-mismatch": _rank,
    "reshape-count": _reshape,
    "undefined-features": _features,
    "window-too-large": _window,
    "merge-arity": _arity,
}
