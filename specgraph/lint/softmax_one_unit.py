"""T01. A softmax over a single value is 1, whatever the value: nothing can be learned through it."""

from __future__ import annotations

from specgraph.diagnostics import Edit
from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode

from .activation import nested, softmax_axes
from .losses import CROSS, SPARSE
from .mend import fixed, rename_loss, set_units, units_name, write
from .view import Output, View


def check(model: ModelTypes, view: View | None, report: Report) -> None:
    """Every layer of a model, whether its output is trained or not."""
    for name, node in model.graph.nodes.items():
        types = model.types.get(name)
        axes = softmax_axes(node) if types else None
        if not axes or not types:
            continue
        shape = types[0].truth.shape
        if all(-len(shape) <= axis < len(shape) and shape[axis] == 1 for axis in axes):
            _say(node, len(shape), _output(view, node), report)


def _output(view: View | None, node: GraphNode) -> Output | None:
    """The output that the layer is the end of."""
    outputs = view.outputs if view is not None else ()
    return next((one for one in outputs if one.last.node is node), None)


def _say(node: GraphNode, rank: int, output: Output | None, report: Report) -> None:
    message = "softmax over 1 unit is 1 whatever comes in"
    causes = []
    if output is not None and output.loss_name in CROSS | SPARSE:
        message += f", and {output.loss_name} over one class is 0"
        causes = output.view.why(output)
    classes = output.classes if output is not None else None
    path, args = nested(node)
    edits: list[Edit | None]
    if classes is not None and classes > 2 and output is not None:
        help = f"give it a unit for each of the {classes} classes"
        edits = [set_units(output.maker, classes)]
        if units_name(output.maker):
            help += f": `{units_name(output.maker)}: {classes}`"
    elif output is not None and output.target is not None and output.target.encoding == "float":
        help = "`activation: null`, for a number"
        edits = [write(node, (*path, "activation"), None) if hasattr(args, "activation") else None]
    elif rank > 2 and output is None:
        help = "`sigmoid` for a share of each step, or Softmax with `axis: 1` for shares of all steps"
        edits = []
    else:
        help = "`activation: sigmoid`"
        own = hasattr(args, "activation")
        edits = [write(node, (*path, "activation"), "sigmoid") if own else None]
        if output is not None and output.loss is not None and output.loss_name in CROSS | SPARSE:
            help += " with `loss: binary_crossentropy`"
            edits.append(rename_loss(output.loss, "BinaryCrossentropy"))
    fix = fixed(f"set {help}" if help.startswith("`") else help, *edits)
    place = node.argument("activation") or node.key
    report.via = node.via
    report.say(
        "softmax-one-unit", message, place.span, causes=causes, help=help, fix=fix, layer=node.name
    )  # fmt: skip
    report.via = ()
    if output is not None:
        output.told.add("softmax-one-unit")
