"""A layer of our own that gives each place of a sequence a learnt vector."""

from __future__ import annotations

from collections.abc import Iterator

from specgraph.ir.compare import at_least
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import Initializer, PositiveInt, initializer
from specgraph.rows.base import Layer, Reject, Weight, known, require
from specgraph.spec.record import Record


class PositionEmbeddingArgs(Record):
    sequence_length: PositiveInt
    initializer: Initializer = "glorot_uniform"


def positions(args: PositionEmbeddingArgs, x: TensorType) -> TensorType:
    """`(batch, steps, features)` -> a vector for each step, the same for all of the batch."""
    _features(x)
    message = f"there are vectors for {args.sequence_length} steps, its input has {x.shape[1]}"
    reject = Reject("bad-param", message, argument="sequence_length", help="set it to the longest sequence")
    require(at_least(args.sequence_length - x.shape[1], 0), reject)
    return x


def position_weights(args: PositionEmbeddingArgs, x: TensorType) -> Iterator[Weight]:
    shape = (args.sequence_length, _features(x))
    yield Weight("embeddings", shape, initializer=initializer(args.initializer))


def _features(x: TensorType) -> int:
    return known(x.shape[-1], "the vectors are as long as each step, whose size is not known", axis=-1)


LAYERS = (
    Layer(
        name="PositionEmbedding",
        rank=3,
        args=PositionEmbeddingArgs,
        infer=positions,
        weights=position_weights,
        floats_only=True,
        keras_name="specgraph.PositionEmbedding",
        doc="A learnt vector for each step of a sequence, to be added to what stands there; longer sequences "
        "than `sequence_length` it cannot take.",
        shapes="(batch, steps, features) -> (batch, steps, features)",
    ),
)
