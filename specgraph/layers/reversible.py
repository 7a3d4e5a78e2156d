"""A layer of our own: a Dense that also leads back, by the same matrix, as tied autoencoders have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import Activation, Initializer, PositiveInt, Regularizer, initializer
from specgraph.rows.base import Layer, Reject, Weight, require
from specgraph.rows.work import values
from specgraph.spec.record import Record

from .activated import activated
from .reshaping import MANY


class ReversibleDenseArgs(Record):
    input_dim: PositiveInt
    units: PositiveInt
    activation: Activation = None
    reverse_activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    kernel_regularizer: Regularizer = None
    reverse: bool = False


def reversible(args: ReversibleDenseArgs, x: TensorType) -> TensorType:
    """`(batch, ..., input_dim)` -> `(batch, ..., units)`; in reverse, the other way."""
    read, given = (args.units, args.input_dim) if args.reverse else (args.input_dim, args.units)
    how = "in reverse it reads" if args.reverse else "it reads"
    message = f"{how} {read} features, its input has {x.shape[-1]}: {x}"
    require(equal(x.shape[-1], read), Reject("fails-when-run", message, input=0))
    name = "reverse_activation" if args.reverse else "activation"
    return activated(getattr(args, name), x.with_shape(*x.shape[:-1], given), name)


def reversible_weights(args: ReversibleDenseArgs, x: TensorType) -> Iterator[Weight]:
    shape = (args.input_dim, args.units)
    yield Weight("kernel", shape, initializer=initializer(args.kernel_initializer))
    if args.use_bias:
        yield Weight("bias", (args.units,))
        yield Weight("reverse_bias", (args.input_dim,))


def reversible_work(
    args: ReversibleDenseArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """Each value that it gives is a sum over what it reads."""
    return values(outputs[0]) * (args.units if args.reverse else args.input_dim)


LAYERS = (
    Layer(
        name="ReversibleDense",
        rank=(2, MANY),
        args=ReversibleDenseArgs,
        infer=reversible,
        weights=reversible_weights,
        call=("reverse",),
        work=reversible_work,
        keras_name="specgraph.ReversibleDense",
        doc="A Dense that with `reverse` leads back by the same matrix: the decoder of a tied autoencoder.",
        shapes="(batch, ..., input_dim) -> (batch, ..., units), or the other way in reverse",
    ),
)
