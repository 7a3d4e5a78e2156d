"""A layer around another that keeps the greatest singular value of its kernel at 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import PositiveInt
from specgraph.rows.base import Layer, Reject, Weight
from specgraph.spec.record import Record

from .nested import LayerKind, Nested, run

_WITH_KERNEL = (
    "Dense", "EinsumDense", "Embedding", "ReversibleEmbedding", "Conv1D", "Conv2D", "Conv3D",
    "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D",
    "SpectralNormalization",
)  # fmt: skip


class SpectralNormalizationArgs(Record):
    layer: Annotated[Nested, LayerKind("a layer with one kernel or embeddings", only=_WITH_KERNEL)]
    power_iterations: PositiveInt = 1


def spectral(args: SpectralNormalizationArgs, x: TensorType) -> TensorType:
    """What the nested layer makes, in the dtype of the input."""
    inner: Any = args.layer.args
    if getattr(inner, "lora_rank", None) is not None:
        message = "the kernel is not a variable with `lora_rank`, and cannot be scaled in training"
        raise Reject("fails-when-run", message, argument="layer")
    [made] = run(args.layer, x)
    true = made.truth
    if (true.shape, x.dtype) == (made.shape, made.dtype):
        return made.declared
    return made._replace(real=TensorType(true.shape, x.dtype))


def spectral_weights(args: SpectralNormalizationArgs, x: TensorType) -> Iterator[Weight]:
    """The kernel, the vector that estimates its greatest singular value, and what else there is."""
    kernel, *others = args.layer.row.weights(args.layer.args, x)
    yield kernel
    yield Weight("vector_u", (1, kernel.shape[-1]), False)
    yield from others


def spectral_work(
    args: SpectralNormalizationArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """What the nested layer takes; the scaling is done in training."""
    once: Dim = args.layer.row.work(args.layer.args, inputs, outputs, [weights[0], *weights[2:]])
    return once


LAYERS = (
    Layer(
        name="SpectralNormalization",
        args=SpectralNormalizationArgs,
        infer=spectral,
        weights=spectral_weights,
        work=spectral_work,
        doc="Scales the kernel of the layer in it to a greatest singular value of 1, which steadies GANs.",
        shapes="those of the layer in it",
    ),
)
