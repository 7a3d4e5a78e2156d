"""What the mask of a Softmax does further on.

Keras hands a mask on with the tensor, from layer to layer. That of a Softmax has all axes of its input, and a
layer that takes a mask of one axis less, or merges masks, fails when it runs. Measured on Keras 3.15.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

HANDS_ON = frozenset([
    "Activation", "ActivityRegularization", "AlphaDropout", "Dense", "Dropout", "ELU", "GaussianDropout",
    "GaussianNoise", "GroupNormalization", "Identity", "LayerNormalization", "LeakyReLU", "Normalization",
    "PReLU", "ReLU", "Rescaling", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
    "UnitNormalization",
])  # fmt: skip
"""Layers with one input that hand the mask on as it is."""

_FAILS = frozenset([
    "AdditiveAttention", "Attention", "BatchNormalization", "GlobalAveragePooling1D", "GroupQueryAttention",
    "Maximum", "Minimum", "MultiHeadAttention", "Multiply",
])  # fmt: skip
_STEPS = {
    "SimpleRNN": "units", "LSTM": "units", "GRU": "units",
    "ConvLSTM1D": "filters", "ConvLSTM2D": "filters", "ConvLSTM3D": "filters",
}  # fmt: skip
"""Those that fail unless the state has as many features as the mask."""
OP = {"Multiply": "ops.multiply", "Maximum": "ops.maximum", "Minimum": "ops.minimum"}


class FullMasks:
    """Follows such masks through a graph, node by node."""

    def __init__(self) -> None:
        self.carried: dict[str, str] = {}
        """For nodes whose first output has such a mask, the Softmax that it is from."""

    def meet(self, node: GraphNode, inputs: list[TensorType]) -> None:
        """Rejects a layer that a mask comes to which it cannot take; notes one that hands it on."""
        if node.kind != "layer" or (not self.carried and node.target != "Softmax"):
            return
        if node.target == "Softmax" and "mask" in node.ports:
            self.carried[node.name] = node.name
            return
        i = next(
            (i for i, ref in enumerate(node.inputs) if ref.node in self.carried and not ref.output), None
        )
        if i is None or "mask" in node.ports:
            return
        origin = self.carried[node.inputs[i].node]
        layers = [(node.target, node.args)]
        if node.target == "Pipeline":
            layers = [(one.row.name, one.args) for one in getattr(node.args, "layers", ())]
        if _fails(layers, inputs[i]):
            message = (
                f"{node.target} fails with the mask of `{origin}`, which Keras hands on and has all axes"
            )
            op = OP.get(node.target)
            help = f"`{op}` takes no notice of it" if op else "`ops.copy` before it drops the mask"
            raise Reject("fails-when-run", message, input=i, help=help)
        if node.target in HANDS_ON:
            self.carried[node.name] = origin


def _fails(layers: Iterable[tuple[str, Any]], x: TensorType) -> bool:
    """Whether the first of these layers that does not hand such a mask on cannot take it."""
    for name, args in layers:
        if name in HANDS_ON:
            continue
        if name == "Bidirectional":
            name, args = args.layer.row.name, args.layer.args
        size = getattr(args, _STEPS.get(name, ""), None)
        return name in _FAILS or (size is not None and size != x.shape[-1])
    return False
