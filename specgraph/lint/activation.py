"""What a tensor has been through last: which activation, and which layer gave it its values."""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.applications import APPLICATIONS
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode, Ref
from specgraph.rows.arguments import ACTIVATIONS

from . import SOFTMAX, SOFTMAX_LAYERS

FAR = 200
"""How many layers up an activation is looked for."""

_SAME = frozenset(
    [
        "Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "ActivityRegularization", "Masking",
        "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
        "ops.reshape", "ops.ravel", "ops.transpose", "ops.expand_dims", "ops.squeeze", "ops.moveaxis",
        "ops.swapaxes", "ops.flip", "ops.stop_gradient", "ops.copy", "ops.rearrange", "ops.broadcast_to",
        "ops.tile", "ops.repeat", "ops.cast",
    ]
)  # fmt: skip
"""What moves values about, and leaves each as it is."""
_MEANS = ("AveragePooling", "MaxPooling", "UpSampling", "Cropping")
"""What picks values, or takes the mean of some: between the least and the greatest of them."""
_LINEAR = frozenset(["BatchNormalization", "LayerNormalization", "Embedding", "GroupNormalization"])
_SUMS = frozenset(["Add", "Subtract", "ops.add", "ops.subtract", "Concatenate", "ops.concatenate", "Average"])
_LAYERS = {
    "Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu", "ELU": "elu",
}  # fmt: skip
_OPS = frozenset(ACTIVATIONS) - {"glu"}


class Last(NamedTuple):
    """The last activation of a tensor."""

    name: str | None
    """As `activation` names it; "linear" where there is certainly none, None where that is not known."""
    node: GraphNode | None = None
    """The layer that has it."""
    path: tuple[str, ...] | None = None
    """The argument that says so, through nested layers; None where the layer is nothing else."""
    maker: GraphNode | None = None
    """The layer that makes the values: a Dense, where an Activation follows it."""
    model: ModelTypes | None = None
    """The model that these layers stand in."""


def last_activation(model: ModelTypes, ref: Ref, far: int = FAR) -> Last:
    """The last activation of an output; layers that only move values about are looked through."""
    for _ in range(far):
        node = model.graph.nodes[ref.node]
        if node.kind == "input":
            return Last(None, None, None, None, model)
        if node.kind == "model":
            inner = model.layers_weights[node.target]
            return last_activation(inner, inner.graph.outputs[ref.output], far // 2)
        found = _own(node, model)
        if found is not None:
            return found if found.maker is not None else found._replace(maker=_maker(model, node))
        if node.target in _SUMS:
            return _joined(model, node, far)
        if not node.inputs or not _passes(node):
            return Last(None, node, None, node, model)
        ref = node.inputs[0]
    return Last(None)


def _own(node: GraphNode, model: ModelTypes) -> Last | None:
    """The activation that a layer has itself; None where it has none, or none that is known."""
    target = node.target
    if target in APPLICATIONS:
        args: Any = node.args
        name = (args.classifier_activation or "linear") if args.include_top else None
        return Last(name, node, ("classifier_activation",), node, model)
    if target in _LAYERS:
        return Last(_plain_relu(node) if target == "ReLU" else _LAYERS[target], node, None, None, model)
    if target.startswith("ops."):
        name = target[4:]
        return Last(name, node, None, None, model) if name in _OPS else None
    if target == "Activation":
        name = getattr(node.args, "activation", None)
        return None if name in (None, "linear") else Last(name, node, ("activation",), None, model)
    if target in _LINEAR:
        return Last("linear", node, None, node, model)
    path, args = nested(node)
    if hasattr(args, "recurrent_activation") or hasattr(args, "return_sequences"):
        return Last(_recurrent(node, args), node, (*path, "activation"), node, model)
    if hasattr(args, "activation"):
        return Last(args.activation or "linear", node, (*path, "activation"), node, model)
    if target == "ReversibleEmbedding" and getattr(args, "logit_soft_cap", None) is None:
        return Last("linear", node, None, node, model)
    return None


def _plain_relu(node: GraphNode) -> str | None:
    args: Any = node.args
    if args.max_value is not None or args.threshold:
        return None
    return "leaky_relu" if args.negative_slope else "relu"


def nested(node: GraphNode) -> tuple[tuple[str, ...], Any]:
    """The arguments of the innermost layer that is applied in a wrapper, and the way to them."""
    path: tuple[str, ...] = ()
    args: Any = node.args
    while hasattr(args, "layer") and hasattr(args.layer, "args"):
        path, args = (*path, "layer"), args.layer.args
    return path, args


def _recurrent(node: GraphNode, args: Any) -> str | None:
    """What bounds the output: of an LSTM or GRU its activation, unless directions are added up."""
    name = getattr(args, "activation", None)
    merged = getattr(node.args, "merge_mode", "concat")
    return name if merged in ("concat", "ave", None) and name in ("tanh", "sigmoid") else None


def _joined(model: ModelTypes, node: GraphNode, far: int) -> Last:
    """Of values side by side what all have in common; a sum is linear if one of its parts is."""
    if len(node.inputs) > 16:
        return Last(None, node, None, node, model)
    parts = [last_activation(model, ref, far // 4) for ref in node.inputs]
    names = {part.name for part in parts}
    if node.target in ("Concatenate", "ops.concatenate", "Average"):
        name = names.pop() if len(names) == 1 else None
        name = None if name == "softmax" and node.target != "Average" else name
    else:
        name = "linear" if names == {"linear"} else None
    return Last(name, node, None, node, model)


def _passes(node: GraphNode) -> bool:
    target = node.target
    return target in _SAME or target == "Activation" or any(word in target for word in _MEANS)


def _maker(model: ModelTypes, node: GraphNode) -> GraphNode | None:
    """The layer above whose values an activation layer is given."""
    for _ in range(FAR):
        if not node.inputs:
            return None
        node = model.graph.nodes[node.inputs[0].node]
        if node.kind != "layer" or not (_passes(node) or node.target in ("BatchNormalization",)):
            return node if node.kind == "layer" else None
    return None


def softmax_axes(node: GraphNode) -> tuple[int, ...] | None:
    """The axes that a layer takes a softmax along; None where it takes none."""
    axis: Any = None
    if node.target in SOFTMAX_LAYERS:
        axis = getattr(node.args, "axis", -1)
        if axis is None:
            return None
    else:
        _, args = nested(node)
        names = (getattr(args, "activation", None), getattr(args, "classifier_activation", None))
        if not SOFTMAX & set(map(str, names)):
            return None
        axis = -1
    return (axis,) if isinstance(axis, int) else tuple(axis)
