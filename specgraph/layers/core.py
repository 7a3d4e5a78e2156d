"""The plainest layers: dense products, look-up tables, and what works value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, TypeAlias

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import (
    Activation,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
    initializer,
)
from specgraph.rows.base import Layer, Reject, Weight, computing, demand, known, require, same
from specgraph.rows.work import each_output, values
from specgraph.spec.catalog import Named
from specgraph.spec.kinds import Choice, Either, ListOf, Number, Optional
from specgraph.spec.record import Record

from .activated import activated
from .reshaping import MANY

Null: TypeAlias = Annotated[None, Choice(None)]
"""An argument of Keras that takes objects or arrays, which a spec cannot hold."""
Numbers: TypeAlias = Annotated[
    float | tuple[float, ...],
    Either(Number(), ListOf(Number(), least=1), phrase="a number, or a list of numbers"),
]


class DenseArgs(Record):
    units: PositiveInt
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    lora_rank: PositiveInt | None = None
    lora_alpha: float | None = None
    quantization_config: Null = None


class EmbeddingArgs(Record):
    input_dim: PositiveInt
    output_dim: PositiveInt
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: bool = False
    weights: Null = None
    lora_rank: PositiveInt | None = None
    lora_alpha: float | None = None
    quantization_config: Null = None


class ReversibleEmbeddingArgs(Record):
    input_dim: PositiveInt
    output_dim: PositiveInt
    tie_weights: bool = True
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: bool = False
    reverse_dtype: Annotated[str | None, Optional(Choice("float16", "bfloat16", "float32", "float64"))] = None
    logit_soft_cap: Annotated[float | None, Optional(Number(above=0))] = None
    reverse: bool = False


class ActivationArgs(Record):
    activation: Activation


class IdentityArgs(Record):
    pass


class MaskingArgs(Record):
    mask_value: float = 0.0


class RescalingArgs(Record):
    scale: Numbers
    offset: Numbers = 0.0


def dense(args: DenseArgs, x: TensorType) -> TensorType:
    """`(batch, ..., features)` -> `(batch, ..., units)`."""
    _features(x)
    reject_constrained_lora(args.lora_rank, args.kernel_constraint, "kernel_constraint")
    return activated(args.activation, x.with_shape(*x.shape[:-1], args.units))


def dense_weights(args: DenseArgs, x: TensorType) -> Iterator[Weight]:
    features, units = _features(x), args.units
    free = args.lora_rank is None
    yield Weight("kernel", (features, units), free, initializer(args.kernel_initializer))
    if args.use_bias:
        yield Weight("bias", (units,), initializer=initializer(args.bias_initializer))
    if args.lora_rank is not None:
        yield from lora("kernel", (features,), args.lora_rank, units)


def embed(args: EmbeddingArgs, x: TensorType) -> TensorType:
    """Any shape of ints -> the same with an axis of `output_dim` at its end."""
    reject_constrained_lora(args.lora_rank, args.embeddings_constraint, "embeddings_constraint")
    return _looked_up("Embedding", args.output_dim, x)


def _looked_up(name: str, width: int, x: TensorType) -> TensorType:
    if is_float(x.dtype):
        message = f"{name} looks up integers, its input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, label="looks up integers", dtype=x.dtype)
    return x.with_shape(*x.shape, width)


def reversible(args: ReversibleEmbeddingArgs, x: TensorType) -> TensorType:
    """As `embed`; with `reverse`, `(…, output_dim)` -> a score for each integer, `(…, input_dim)`."""
    if not args.reverse:
        return _looked_up("ReversibleEmbedding", args.output_dim, x)
    features = x.shape[-1]
    message = f"in reverse it reads vectors of {args.output_dim}, the input has {features}: {x}"
    require(equal(features, args.output_dim), Reject("fails-when-run", message, input=0))
    from specgraph.rows.dtypes import result_type  # which most specs do without

    shape = (*x.shape[:-1], args.input_dim)
    true = args.reverse_dtype or result_type(x.dtype, computing())
    return TensorType(shape, computing(), None if true == computing() else TensorType(shape, true))


def reversible_weights(args: ReversibleEmbeddingArgs, x: TensorType) -> Iterator[Weight]:
    rows, columns = args.input_dim, args.output_dim
    fill = initializer(args.embeddings_initializer)
    yield Weight("embeddings", (rows, columns), initializer=fill)
    if not args.tie_weights:
        yield Weight("reverse_embeddings", (columns, rows), initializer=fill)


def reversible_work(
    args: ReversibleEmbeddingArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """In reverse, a product with all of the vectors; a look-up else."""
    return values(outputs[0]) * args.output_dim if args.reverse else 0


def embedding_weights(args: EmbeddingArgs, x: TensorType) -> Iterator[Weight]:
    rows, columns = args.input_dim, args.output_dim
    free = args.lora_rank is None
    yield Weight("embeddings", (rows, columns), free, initializer(args.embeddings_initializer))
    if args.lora_rank is not None:
        yield from lora("embeddings", (rows,), args.lora_rank, columns)


_KEEP_INTS = (None, "linear", "relu", "relu6")
_FOR_INTS = ("tanh", "exponential", "leaky_relu")


def activate(args: ActivationArgs, x: TensorType) -> TensorType:
    """The same shape, except for `glu`; few activations work on ints."""
    name = args.activation
    if is_float(x.dtype):
        return activated(name, x)
    if name not in (*_KEEP_INTS, *_FOR_INTS) or (x.dtype == "bool" and "relu" in (name or "")):
        message = f"`{name}` works on floats, the input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, argument="activation", dtype=x.dtype)
    return x.but_really(x.dtype if name in _KEEP_INTS else "float32")


def rescale(args: RescalingArgs, x: TensorType) -> TensorType:
    """The same shape; a list of factors must fit the last axis."""
    last = x.shape[-1]
    for name, value in (("scale", args.scale), ("offset", args.offset)):
        if isinstance(value, tuple) and len(value) > 1:
            reject = Reject(
                "bad-param",
                f"`{name}` has {len(value)} values, the last axis of the input has {last}",
                argument=name,
                label=f"{len(value)} values",
            )
            if x.rank == 1:
                raise reject
            demand(equal(last, len(value)), reject, last)
    return x


def _features(x: TensorType) -> int:
    return known(x.shape[-1], f"Dense needs to know how many features come in; its input is {x}", axis=-1)


def lora(name: str, rows: tuple[int, ...], rank: int, columns: int) -> Iterator[Weight]:
    """Two factors whose product is added to the frozen matrix; float32 under any policy."""
    yield Weight(f"lora_{name}_a", (*rows, rank), dtype="float32")
    yield Weight(f"lora_{name}_b", (rank, columns), dtype="float32")


def reject_constrained_lora(rank: int | None, constraint: Named | str | None, argument: str) -> None:
    if rank is not None and constraint is not None:
        raise Reject("bad-param", f"`lora_rank` and `{argument}` exclude each other", argument=argument)


LAYERS = (
    Layer(
        name="Dense",
        rank=(2, MANY),
        args=DenseArgs,
        infer=dense,
        weights=dense_weights,
        work=each_output,
        doc="Multiplies the last axis by a matrix of weights and adds a bias for each unit.",
        shapes="(batch, ..., features) -> (batch, ..., units)",
    ),
    Layer(
        name="Embedding",
        args=EmbeddingArgs,
        infer=embed,
        weights=embedding_weights,
        autocast=False,
        doc="Looks up a learnt vector for each integer from 0 to `input_dim` - 1.",
        shapes="(batch, ...) -> (batch, ..., output_dim)",
    ),
    Layer(
        name="ReversibleEmbedding",
        args=ReversibleEmbeddingArgs,
        infer=reversible,
        weights=reversible_weights,
        autocast=False,
        call=("reverse",),
        work=reversible_work,
        doc="An Embedding that also turns vectors back into a score for each integer, with `reverse`.",
        shapes="(batch, ...) -> (batch, ..., output_dim), or (batch, ..., input_dim) in reverse",
    ),
    Layer(
        name="Activation",
        args=ActivationArgs,
        infer=activate,
        doc="Applies a named function, such as `relu`, to every value.",
        shapes="(batch, ...) -> (batch, ...)",
    ),
    Layer(
        name="Identity",
        args=IdentityArgs,
        infer=same,
        keeps_dtype=True,
        doc="Gives back its input.",
        shapes="(batch, ...) -> (batch, ...)",
    ),
    Layer(
        name="Masking",
        args=MaskingArgs,
        infer=same,
        keeps_ints=True,
        no_bools=True,
        doc="Marks the steps whose features all equal `mask_value`, so that later layers skip them.",
        shapes="(batch, steps, ...) -> (batch, steps, ...)",
    ),
    Layer(
        name="Rescaling",
        args=RescalingArgs,
        infer=rescale,
        autocast=False,
        doc="Multiplies every value by `scale` and adds `offset`, such as from 0..255 to 0..1.",
        shapes="(batch, ...) -> (batch, ...)",
    ),
)
