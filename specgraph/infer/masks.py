"""Masks, which Keras hands on with a tensor from layer to layer, and layers that fail with the one they get.

A mask is known by how many axes it has: those of its tensor, from the first on. An Embedding with `mask_zero`
and a Masking leave out the last, a Softmax that is given a mask leaves out none. What layers do with masks is
measured on Keras 3.15.1; where that depends on more than axes, nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from specgraph.ir.compare import equal
from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

from .walk import ModelTypes, makes_mask

HANDS_ON = frozenset([
    "Activation", "ActivityRegularization", "AlphaDropout", "Dense", "Dropout", "ELU", "GaussianDropout",
    "GaussianNoise", "GroupNormalization", "Identity", "LayerNormalization", "LeakyReLU", "Normalization",
    "PReLU", "ReLU", "Rescaling", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
    "UnitNormalization",
])  # fmt: skip
"""Layers with one input that look at no mask, and hand it on."""
IDLE = frozenset(["AugMix", "CutMix", "MixUp", "RandAugment", "Solarization"])
"""Like all random layers, they give their very input in `predict`, mask and all."""
ONE_LESS = frozenset([
    "AdditiveAttention", "Attention", "BatchNormalization", "GroupQueryAttention", "Maximum", "Minimum",
    "MultiHeadAttention", "Multiply",
])  # fmt: skip
"""Layers that fail unless a mask has one axis less than its tensor."""
SCORED = frozenset(["AdditiveAttention", "Attention"])
"""Layers that lay the mask of their second input over scores without an axis for the steps of the first."""
HEADS = frozenset(["GroupQueryAttention", "MultiHeadAttention"])
"""Layers whose Softmax leaves the mask that it is given on the scores, with all their axes."""
MERGES = frozenset(["Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"])
"""Layers that give a mask if all of their inputs have one."""
STEPS = frozenset([
    "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN",
])  # fmt: skip
"""Layers that keep their state where a step is masked, so that further axes must be those of the state."""
INSTEAD = {
    "Softmax": "`Activation: {activation: softmax}` takes no mask",
    "Multiply": "`ops.multiply` takes no notice of it",
    "Maximum": "`ops.maximum` takes no notice of it",
    "Minimum": "`ops.minimum` takes no notice of it",
}
DROP = "`ops.copy` before it drops the mask"


DEEPEST = 40
"""Calls of models within models, below which masks are not followed."""
_ORIGIN = "\0{}\0"


class Mask(NamedTuple):
    """A mask that goes with a tensor."""

    origin: str
    """The node that made it."""
    axes: int


class Masks:
    """Follows masks through a graph, node by node."""

    def __init__(
        self, models: Mapping[str, ModelTypes], given: Mapping[str, Mask] | None = None, depth: int = 0
    ) -> None:
        self.models, self.depth = models, depth
        self.found: dict[str, Mask] = dict(given or {})
        """The mask of the first output of a node."""
        self.second: dict[str, Mask] = {}
        """The mask of a node's second output: of attention scores, or of what a layer makes from behind."""

    def meet(
        self,
        node: GraphNode,
        inputs: Sequence[TensorType],
        made: Sequence[TensorType],
        given: TensorType | None,
    ) -> None:
        """Notes which mask a node gives; rejects a layer that fails with the one it gets.

        `given` is the mask, or the first of them, that the spec gives it.
        """
        got = [
            (self.found if ref.output == 0 else self.second if ref.output == 1 else {}).get(ref.node)
            for ref in node.inputs
        ]
        if node.target in HEADS and len(made) > 1 and (_hides(node) or any(got)):
            self.second[node.name] = Mask(node.name, made[1].rank)
        mask = self._made(node, inputs, got, made) if given is None else _handed(node, given)
        if mask is not None:
            self.found[node.name] = mask
            if node.target == "Bidirectional" and getattr(node.args, "merge_mode", "") is None:
                self.second[node.name] = mask

    def _made(
        self,
        node: GraphNode,
        inputs: Sequence[TensorType],
        got: Sequence[Mask | None],
        made: Sequence[TensorType],
    ) -> Mask | None:
        if node.kind == "model":
            return self._called(node, got)
        if makes_mask(node):
            return Mask(node.name, inputs[0].rank - (node.target == "Masking"))
        for i, (x, mask) in enumerate(zip(inputs, got, strict=True)):
            if mask is not None:
                _check(node, i, x, mask, made)
        return _kept(node, inputs, got)

    def _called(self, node: GraphNode, got: Sequence[Mask | None]) -> Mask | None:
        """What becomes of masks in a model that is called, which is asked once for masks of such axes."""
        model = self.models.get(node.target)
        if model is None or self.depth > DEEPEST:
            return None
        key = tuple(None if mask is None else mask.axes - node.steps for mask in got)
        if key not in model.mask_calls:
            model.mask_calls[key] = self._asked(model, key)
        found: Mask | Reject | None = model.mask_calls[key]
        if isinstance(found, Reject):
            message = _named(found.message, got)
            within = message if message.startswith("in `") else f"in `{node.target}`, {message}"
            raise Reject("fails-when-run", within, input=0, help=found.help)
        if node.steps:
            return got[0] if got and got[0] is not None and got[0].axes == 2 else None
        return found and Mask(_named(found.origin, got), found.axes)

    def _asked(self, model: ModelTypes, axes: Sequence[int | None]) -> Mask | Reject | None:
        """What comes of a call with masks of so many axes, whose origins are left to be named."""
        given = {
            name: Mask(_ORIGIN.format(i), count)
            for i, (name, count) in enumerate(zip(model.graph.inputs, axes, strict=False))
            if count is not None
        }
        inner = Masks(model.layers_weights, given, self.depth + 1)
        for one in model.graph.nodes.values():
            types = [_type(ref, model) for ref in one.inputs]
            known = [type_ for type_ in types if type_ is not None]
            if one.kind == "input" or one.name not in model.types or len(known) < len(types):
                continue
            try:
                mask = [_type(ref, model) for ref in one.ports.get("mask", ())]
                inner.meet(one, known, model.types[one.name], mask[0] if mask else None)
            except Reject as reject:
                return reject
        first = model.graph.outputs[0] if model.graph.outputs else None
        return inner.found.get(first.node) if first is not None and not first.output else None


def _named(text: str, got: Sequence[Mask | None]) -> str:
    """A text with the origins of masks that were given."""
    for i, mask in enumerate(got):
        if mask is not None:
            text = text.replace(_ORIGIN.format(i), mask.origin)
    return text


def _type(ref: Ref, model: ModelTypes) -> TensorType | None:
    types = model.types.get(ref.node)
    return types[ref.output] if types is not None and ref.output < len(types) else None


def _hides(node: GraphNode) -> bool:
    """Whether an attention layer is told what to hide."""
    return bool(getattr(node.args, "use_causal_mask", False)) or any(
        port.endswith("mask") for port in node.ports
    )


def _handed(node: GraphNode, given: TensorType) -> Mask | None:
    """What a layer hands on of the mask that the spec gives it."""
    mask = Mask(node.name, given.rank)
    kept = node.target in SCORED or _hands_on(node.target, node.args, mask)
    return mask if kept else None


def _kept(node: GraphNode, inputs: Sequence[TensorType], got: Sequence[Mask | None]) -> Mask | None:
    """What a layer hands on of the masks of its inputs."""
    masks = [mask for mask in got if mask is not None]
    if not masks:
        return None
    if node.target == "Concatenate":
        return Mask(masks[0].origin, inputs[0].rank - 1)
    if node.target in MERGES:
        return _merged(node, inputs, masks) if len(masks) == len(got) else None
    if node.target in SCORED or node.target in HEADS:
        return got[0]
    return got[0] if len(got) == 1 and _hands_on(node.target, node.args, masks[0]) else None


def _merged(node: GraphNode, inputs: Sequence[TensorType], masks: Sequence[Mask]) -> Mask | None:
    """The mask of merged tensors, where that of any counts; none if nobody can say how many axes it has."""
    shapes = [x.shape[: mask.axes] for x, mask in zip(inputs, masks, strict=True)]
    if len({len(shape) for shape in shapes}) == len({x.rank for x in inputs}) == 1:
        return masks[0]
    for i, shape in enumerate(shapes):
        pairs = zip(reversed(shapes[0]), reversed(shape), strict=False)
        if not all(1 in (a, b) or equal(a, b).kind == "always" for a, b in pairs):
            first, other = TensorType(shapes[0]), TensorType(shape)
            message = (
                f"{node.target} fails with the masks of `{masks[0].origin}`, {first}, and "
                f"`{masks[i].origin}`, {other}, which Keras hands on"
            )
            raise Reject("fails-when-run", message, input=i, help=INSTEAD.get(node.target, DROP))
    return None


def _check(node: GraphNode, i: int, x: TensorType, mask: Mask, made: Sequence[TensorType]) -> None:
    """Rejects a layer that fails with a mask."""
    target, args = _inside(node.target, node.args)
    if not _fails(target, args, i, x, mask.axes, made):
        return
    shape = TensorType(x.shape[: mask.axes])
    message = f"{node.target} fails with the mask of `{mask.origin}`, which Keras hands on: {shape} for {x}"
    raise Reject("fails-when-run", message, input=i, help=INSTEAD.get(node.target, DROP))


def _inside(target: str, args: Any) -> tuple[str, Any]:
    """Of a Pipeline, the first layer that does more than hand a mask on."""
    if target == "Pipeline":
        for one in args.layers:
            if one.row.name not in HANDS_ON:
                return one.row.name, one.args
    return target, args


def _fails(target: str, args: Any, i: int, x: TensorType, axes: int, made: Sequence[TensorType]) -> bool:
    if target == "Softmax":
        return axes < x.rank
    if target in SCORED and i == 1 and axes > 2:
        return not args.use_causal_mask or axes != x.rank - 1
    if target in HEADS and axes == x.rank - 1 and x.rank > 3:
        return not _over_columns(args, x)
    if target in ONE_LESS:
        return axes != x.rank - 1
    if target == "Concatenate":
        return axes < x.rank - 1
    if target == "GlobalAveragePooling1D":
        last = getattr(args, "data_format", None) != "channels_first"
        return axes != 2 or not (last or equal(x.shape[1], x.shape[2]).kind == "always")
    if target in STEPS and made:
        sequences = made[0].rank == x.rank
        state = made[0].shape[2 if sequences else 1 :]
        if target == "Bidirectional":
            return axes != 2
        pairs = zip(x.shape[2:axes], state, strict=False)
        return axes < 2 or any(equal(a, b).kind == "never" for a, b in pairs)
    return False


def _over_columns(args: Any, x: TensorType) -> bool:
    """Whether an attention over images goes along their columns alone, for which Keras lays masks out."""
    axes = getattr(args, "attention_axes", None)
    return x.rank == 4 and [axis % 4 for axis in ([axes] if isinstance(axes, int) else axes or ())] == [2]


def _hands_on(target: str, args: Any, mask: Mask) -> bool:
    if target in HANDS_ON or target in IDLE or target.startswith("Random"):
        return True
    if target in STEPS:
        inner = args.layer.args if target == "Bidirectional" else args
        return mask.axes == 2 and bool(getattr(inner, "return_sequences", False))
    return target in ("Softmax", "BatchNormalization") or (target == "TimeDistributed" and mask.axes == 2)
