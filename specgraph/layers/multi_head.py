"""Attention of several heads, each with projections of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows import work
from specgraph.rows.arguments import (
    Axes,
    Constraint,
    NamedInitializer,
    PositiveInt,
    Rate,
    Regularizer,
    Seed,
    initializer,
)
from specgraph.rows.base import Layer, Port, Reject, Weight, computing, known, require, warn
from specgraph.rows.broadcast import Shape, broadcast, check_into
from specgraph.spec.kinds import Either, Int, ListOf, Optional
from specgraph.spec.record import Record

from .attention import contracted
from .devices import check_softmax
from .reshaping import MANY, check_axes

_SIZES = Either(Int(1), ListOf(Int(1), least=1), phrase="a size, or a list of sizes")


class _Common(Record):
    dropout: Rate = 0.0
    use_bias: bool = True
    sliding_window: PositiveInt | None = None
    flash_attention: bool | None = None
    kernel_initializer: NamedInitializer = "glorot_uniform"
    bias_initializer: NamedInitializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    use_gate: bool = False
    seed: Seed = None
    return_attention_scores: bool = False
    use_causal_mask: bool = False


class _Heads(Record):
    num_heads: PositiveInt
    key_dim: PositiveInt
    value_dim: PositiveInt | None = None


class _Shape(Record):
    output_shape: Annotated[int | tuple[int, ...] | None, Optional(_SIZES)] = None
    attention_axes: Axes | None = None


class MultiHeadAttentionArgs(_Common, _Shape, _Heads):
    """Bases stand in reverse: the fields of the last come first."""


class _GroupHeads(Record):
    head_dim: PositiveInt
    num_query_heads: PositiveInt
    num_key_value_heads: PositiveInt


class GroupQueryAttentionArgs(_Common, _GroupHeads):
    """As `MultiHeadAttentionArgs`, with groups of heads that share keys and values."""


Masks = Mapping[str, TensorType | None]


def multi_head(
    args: MultiHeadAttentionArgs,
    query: TensorType,
    value: TensorType,
    key: TensorType | None = None,
    value_mask: TensorType | None = None,
    key_mask: TensorType | None = None,
    attention_mask: TensorType | None = None,
) -> tuple[TensorType, ...]:
    """`(batch, T, d)`, `(batch, S, e)` -> `(batch, T, *output_shape)`, and the scores if asked for.

    Keras declares scores of `(batch, heads, T, T)`; they are `(batch, heads, T, S)`, with more axes where
    attention runs over more.
    """
    key = key or value
    _check_places(key, value)
    if query.rank != value.rank:
        message = f"query and value must have the same number of axes, they are {query} and {value}"
        raise Reject("fails-when-run", message, input=1)
    axes = _axes(args, query)
    around = [i for i in range(query.rank - 1) if i not in axes]
    for i in around:
        message = f"query and value must be of the same size along axis {i}: {query} and {value}"
        require(equal(query.shape[i], value.shape[i]), Reject("fails-when-run", message, input=1))
    attended = (*(query.shape[i] for i in axes), *(value.shape[i] for i in axes))
    scores: Shape = (*(query.shape[i] for i in around), args.num_heads, *attended)
    masks = {"value_mask": value_mask, "key_mask": key_mask, "attention_mask": attention_mask}
    _check_flash(args, query.rank == 3)
    _check_mask(args, query, value, masks, scores, len(axes))
    check_softmax(len(scores), over=len(axes))
    output = TensorType((*query.shape[:-1], *_output_sizes(args, query)), computing())
    if not args.return_attention_scores:
        return (output,)
    steps = query.shape[1]
    declared = TensorType((query.batch, args.num_heads, steps, steps), computing())
    if declared.shape != scores:
        declared = declared._replace(real=TensorType(scores, computing()))
    return output, declared


def multi_head_weights(
    args: MultiHeadAttentionArgs, query: TensorType, value: TensorType, key: TensorType | None = None
) -> Iterator[Weight]:
    per_key = (args.num_heads, args.key_dim)
    per_value = (args.num_heads, args.value_dim or args.key_dim)
    yield from _projection(args, (_width("query", query),), per_key)
    yield from _projection(args, (_width("key", key or value),), per_key)
    if args.use_gate:
        yield from _projection(args, (_width("query", query),), per_value)
    yield from _projection(args, (_width("value", value),), per_value)
    yield from _projection(args, per_value, _output_sizes(args, query))


def group_query(
    args: GroupQueryAttentionArgs,
    query: TensorType,
    value: TensorType,
    key: TensorType | None = None,
    query_mask: TensorType | None = None,
    value_mask: TensorType | None = None,
    key_mask: TensorType | None = None,
    attention_mask: TensorType | None = None,
) -> tuple[TensorType, ...]:
    """`(batch, T, d)`, `(batch, S, d)` -> `(batch, T, d)`, and scores `(batch, heads, T, S)` if asked for."""
    key = key or value
    _check_groups(args)
    _check_places(key, value)
    widths = _width("query", query), _width("value", value)
    if widths[0] != widths[1]:
        message = (
            f"Keras wants query and value to have as many features, they have {widths[0]} and {widths[1]}"
        )
        raise contracted(message, (0, 1), query, value, -1)
    message = f"query and value must have the same batch: {query} and {value}"
    require(equal(query.batch, value.batch), Reject("fails-when-run", message, input=1))
    scores: Shape = (query.batch, args.num_query_heads, query.shape[1], value.shape[1])
    masks = {
        "query_mask": query_mask, "value_mask": value_mask,
        "key_mask": key_mask, "attention_mask": attention_mask,
    }  # fmt: skip
    _check_flash(args, True)
    _check_mask(args, query, value, masks, scores, 1)
    output = TensorType(query.shape, computing())
    return (output, TensorType(scores, computing())) if args.return_attention_scores else (output,)


def group_query_weights(
    args: GroupQueryAttentionArgs, query: TensorType, value: TensorType, key: TensorType | None = None
) -> Iterator[Weight]:
    width = _width("query", query)
    asking, asked = (args.num_query_heads, args.head_dim), (args.num_key_value_heads, args.head_dim)
    yield from _projection(args, (width,), asking)
    yield from _projection(args, (_width("key", key or value),), asked)
    if args.use_gate:
        yield from _projection(args, (width,), asking)
    yield from _projection(args, (_width("value", value),), asked)
    yield from _projection(args, asking, (width,))


def _projection(args: _Common, of: tuple[int, ...], to: tuple[int, ...]) -> Iterator[Weight]:
    yield Weight("kernel", (*of, *to), initializer=initializer(args.kernel_initializer))
    if args.use_bias:
        yield Weight("bias", to, initializer=initializer(args.bias_initializer))


def _output_sizes(args: MultiHeadAttentionArgs, query: TensorType) -> tuple[int, ...]:
    stated = args.output_shape
    if stated is None:
        return (_width("query", query),)
    return (stated,) if isinstance(stated, int) else stated


def _width(name: str, x: TensorType) -> int:
    index = ("query", "value", "key").index(name)
    message = f"the projection of the {name} needs to know how many features it has: {x}"
    return known(x.shape[-1], message, axis=-1, input=index)


def _axes(args: MultiHeadAttentionArgs, query: TensorType) -> tuple[int, ...]:
    """The axes that attention runs over, counted from the start; by default all but batch and features."""
    stated = args.attention_axes
    if stated is None:
        return tuple(range(1, query.rank - 1))
    listed = (stated,) if isinstance(stated, int) else stated
    check_axes("MultiHeadAttention", listed, query, "attention_axes")
    axes = tuple(axis % query.rank for axis in listed)
    if not all(0 < axis < query.rank - 1 for axis in axes) or len(set(axes)) < len(axes):
        message = f"attention runs over axes between the batch and the features, each once: {query}"
        raise Reject("axis-out-of-range", message, argument="attention_axes", axis=axes[0], rank=query.rank)
    return axes


def _check_places(key: TensorType, value: TensorType) -> None:
    """Keras compares what it declares, and an open size equals no number."""
    message = f"key and value must agree but for their last axes, they are {key} and {value}"
    if key.rank != value.rank:
        raise Reject("fails-when-run", message, input=2)
    for axis, (a, b) in enumerate(zip(key.shape[:-1], value.shape[:-1], strict=True)):
        reject = contracted(message, (1, 2), value, key, axis)
        if axis and isinstance(a, int) != isinstance(b, int):
            raise reject
        require(equal(a, b), reject)


def _check_groups(args: GroupQueryAttentionArgs) -> None:
    if args.num_query_heads % args.num_key_value_heads:
        raise Reject(
            "groups-divisible",
            f"{args.num_query_heads} query heads cannot share {args.num_key_value_heads} keys evenly",
            argument="num_key_value_heads",
            of="num_query_heads",
            count=args.num_query_heads,
        )


def _check_flash(args: _Common, fused: bool) -> None:
    if not args.flash_attention:
        return
    if args.dropout > 0:
        raise Reject(
            "bad-param", "flash attention and `dropout` exclude each other", argument="flash_attention"
        )
    if args.return_attention_scores:
        message = "flash attention keeps no scores, which `return_attention_scores` asks for"
        raise Reject("fails-when-run", message, argument="flash_attention")
    if fused:
        message = "TensorFlow has no flash attention; it runs with JAX or PyTorch on a GPU only"
        warn(Reject("fails-when-run", message, argument="flash_attention"))


def _check_mask(
    args: _Common, query: TensorType, value: TensorType, masks: Masks, scores: Shape, axes: int
) -> None:
    """Rejects masks that do not fit each other, or not the scores.

    Keras puts ones before the last `2 * axes` axes of the mask, to make it as long as the scores.
    """
    own = [_raised(name, mask) for name, mask in masks.items() if mask is not None]
    if args.use_causal_mask or args.sliding_window is not None:
        own.insert(
            0, ("use_causal_mask" if args.use_causal_mask else "sliding_window", _square(query, value))
        )
    if not own:
        return
    argument, over = own[0]
    for name, mask in own[1:]:
        argument, over = name, broadcast(over, mask, _no_mask(mask, over, name))
    while len(over) < len(scores):
        place = len(over) - 2 * axes
        if place < 0:
            raise _no_mask(over, scores, argument)
        over = (*over[:place], 1, *over[place:])
    check_into(over, scores, _no_mask(over, scores, argument))


def _raised(name: str, mask: TensorType) -> tuple[str, Shape]:
    """A mask with the axis that the others have and it has not."""
    if name == "attention_mask" or not mask.shape:
        return name, mask.shape
    if name == "query_mask":
        return name, (*mask.shape, 1)
    return name, (*mask.shape[:-1], 1, mask.shape[-1])


def _square(query: TensorType, value: TensorType) -> Shape:
    return (1, query.shape[1], value.shape[1])


def _no_mask(mask: Shape, scores: Shape, argument: str) -> Reject:
    message = f"a mask of {TensorType(mask)} does not go over scores of {TensorType(scores)}"
    return Reject("fails-when-run", message, argument=argument)


_NAMES = ("query", "value", "key")
_CALL = ("return_attention_scores", "use_causal_mask")
_MASKS = ("query_mask", "value_mask", "key_mask", "attention_mask")

LAYERS = (
    Layer(
        name="MultiHeadAttention",
        rank=(3, MANY),
        args=MultiHeadAttentionArgs,
        infer=multi_head,
        weights=multi_head_weights,
        work=work.multi_head,
        inputs=(2, 3),
        input_names=_NAMES,
        spread_inputs=True,
        ports=tuple(Port(name) for name in _MASKS[1:]),  # Keras overwrites `query_mask`
        call=_CALL,
        doc="Attention of several heads: each projects query, key and value, and attends on its own.",
        shapes="(batch, T, d), (batch, S, e) -> (batch, T, d), and scores (batch, heads, T, S) if asked for",
    ),
    Layer(
        name="GroupQueryAttention",
        rank=3,
        args=GroupQueryAttentionArgs,
        infer=group_query,
        weights=group_query_weights,
        work=work.multi_head,
        inputs=(2, 3),
        input_names=_NAMES,
        spread_inputs=True,
        ports=tuple(Port(name) for name in _MASKS),
        call=_CALL,
        doc="Attention of several heads, groups of which share one key and value, which saves memory.",
        shapes="(batch, T, d), (batch, S, d) -> (batch, T, d), and scores (batch, heads, T, S) if asked for",
    ),
)
