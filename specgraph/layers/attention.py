"""Attention without weights to project with: a query looks over keys and takes a mixture of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows import work
from specgraph.rows.arguments import Rate, Seed
from specgraph.rows.base import Layer, Port, Reject, Weight, computing, known, require
from specgraph.rows.broadcast import Shape, broadcast
from specgraph.rows.dtypes import FLOATX, result_type
from specgraph.spec.record import Record

from .devices import check_softmax
from .reshaping import MANY


class _Common(Record):
    dropout: Rate = 0.0
    return_attention_scores: bool = False
    use_causal_mask: bool = False


class AttentionArgs(_Common):
    use_scale: bool = False
    score_mode: Literal["dot", "concat"] = "dot"
    seed: Seed = None


class AdditiveAttentionArgs(_Common):
    use_scale: bool = True


def attention(
    args: AttentionArgs,
    query: TensorType,
    value: TensorType,
    key: TensorType | None = None,
    mask: tuple[TensorType, ...] | None = None,
) -> tuple[TensorType, ...]:
    """`(…, T, d)`, `(…, S, e)` and `(…, S, d)` -> `(…, T, e)`, and the scores `(…, T, S)` if asked for.

    The key is the value if there is none.
    """
    key, at = (value, 1) if key is None else (key, 2)
    dtype = computing()
    if args.score_mode == "dot":
        _check_contracted(query, key, at)
        product = result_type(query.dtype, key.dtype)
        if not is_float(product) and not args.use_scale:
            message = f"the softmax of the scores needs floats, query and key are {product}"
            raise Reject("dtype-mismatch", message, input=0, dtype=product)
    else:
        _check_sum(query, key, at)
        if not args.use_scale:
            dtype = result_type(_after_tanh(query), dtype)
    return _mixture(args, query, value, key, mask, dtype)


def additive(
    args: AdditiveAttentionArgs,
    query: TensorType,
    value: TensorType,
    key: TensorType | None = None,
    mask: tuple[TensorType, ...] | None = None,
) -> tuple[TensorType, ...]:
    """As `attention`, for scores that are sums of `tanh(query + key)`."""
    key, at = (value, 1) if key is None else (key, 2)
    if args.use_scale:
        _width(query)
    _check_sum(query, key, at)
    dtype = _after_tanh(query)
    return _mixture(
        args, query, value, key, mask, result_type(dtype, computing()) if args.use_scale else dtype
    )


def attention_weights(args: AttentionArgs, *inputs: TensorType) -> Iterator[Weight]:
    if args.use_scale:
        yield Weight("scale", ())
    if args.score_mode == "concat":
        yield Weight("concat_score_weight", ())


def additive_weights(args: AdditiveAttentionArgs, query: TensorType, *others: TensorType) -> Iterator[Weight]:
    if args.use_scale:
        yield Weight("scale", (_width(query),), initializer="glorot_uniform")


def _width(query: TensorType) -> int:
    message = f"the scale has a factor for each feature of the query, which is {query}"
    return known(query.shape[-1], message, axis=-1)


def _check_contracted(query: TensorType, key: TensorType, at: int) -> None:
    one, other = query.shape[-1], key.shape[-1]
    message = f"query and key are multiplied along their last axes, {one} and {other}: {query} and {key}"
    require(equal(one, other), contracted(message, (0, at), query, key, -1))


def _check_sum(query: TensorType, key: TensorType, at: int) -> None:
    """Query and key are added, for which TensorFlow wants numbers of one dtype."""
    message = f"query and key are added along their last axes, and must agree there: {query} and {key}"
    broadcast(query.shape[-1:], key.shape[-1:], contracted(message, (0, at), query, key, -1))
    if query.dtype != key.dtype or query.dtype == "bool":
        message = f"query and key are added, which must be numbers of one dtype; they are {query.dtype}"
        message += "" if query.dtype == key.dtype else f" and {key.dtype}"
        raise Reject("dtype-mismatch", message, input=0, dtype=query.dtype)


def _after_tanh(x: TensorType) -> str:
    """Ints become float32 under any policy."""
    return x.dtype if is_float(x.dtype) else FLOATX


def _mixture(
    args: _Common,
    query: TensorType,
    value: TensorType,
    key: TensorType,
    mask: tuple[TensorType, ...] | None,
    dtype: str,
) -> tuple[TensorType, ...]:
    """The declared shapes follow the query's leading axes; the real ones broadcast.

    `dtype` is that of the scores.
    """
    check_softmax(query.rank)
    message = f"key and value must have the same steps, they are {key} and {value}"
    require(equal(key.shape[-2], value.shape[-2]), contracted(message, (1, 2), value, key, -2))
    fault = Reject("fails-when-run", f"query and key do not broadcast: {query} and {key}", input=1)
    scores = (*broadcast(query.shape[:-2], key.shape[:-2], fault), query.shape[-2], key.shape[-2])
    over = _score_mask(args, scores, mask)
    if over is not None:
        scores = broadcast(over, scores, _mask_fault(over, scores))
        require(equal(scores[-1], value.shape[-2]), _mask_fault(over, scores))
    message = f"scores and value do not broadcast: {TensorType(scores)} and {value}"
    fault = Reject("fails-when-run", message, input=1)
    mixed = (*broadcast(scores[:-2], value.shape[:-2], fault), scores[-2], value.shape[-1])
    if mask is not None:
        kept = (*mask[0].shape, 1)
        mixed = broadcast(kept, mixed, _mask_fault(kept[:-1], mixed))
    output = _claim((*query.shape[:-1], value.shape[-1]), TensorType(mixed, result_type(dtype, value.dtype)))
    if not args.return_attention_scores:
        return (output,)
    return output, _claim((*query.shape[:-1], key.shape[-2]), TensorType(scores, dtype))


def _score_mask(args: _Common, scores: Shape, mask: tuple[TensorType, ...] | None) -> Shape | None:
    """The shape of what hides scores: the value's mask, and the causal one."""
    causal: Shape | None = (1, *scores[-2:]) if args.use_causal_mask else None
    if mask is None:
        return causal
    if not 2 <= len(mask) <= 3:
        message = f"`mask` takes the masks of query and value, it is given {len(mask)}"
        raise Reject("merge-arity", message, argument="mask")
    own = mask[1].shape
    if causal is None:
        return (*own[:-1], 1, own[-1]) if len(own) == 2 else own
    if not own:
        raise _mask_fault(own, scores)
    own = (*own[:-1], 1, own[-1])
    return broadcast(own, causal, _mask_fault(own, scores))


def _claim(declared: Shape, true: TensorType) -> TensorType:
    """A type of the layer's dtype, with what really comes out where that is another."""
    made = TensorType(declared, computing())
    return made if made == true else made._replace(real=true)


def _mask_fault(mask: Shape, over: Shape) -> Reject:
    message = f"a mask of {TensorType(mask)} does not go over {TensorType(over)}"
    return Reject("fails-when-run", message, argument="mask")


def contracted(message: str, inputs: tuple[int, int], a: TensorType, b: TensorType, axis: int) -> Reject:
    """The refusal of two inputs, by their positions, that are multiplied along an axis where they differ."""
    axes, shapes = (axis % a.rank, axis % b.rank), (a.shape, b.shape)
    return Reject("dot-axes", message, input=inputs[1], inputs=inputs, axes=axes, shapes=shapes)


_SHAPES = (
    "(batch, T, d), (batch, S, e), (batch, S, d) -> (batch, T, e), and scores (batch, T, S) if asked for"
)
_NAMES = ("query", "value", "key")
_CALL = ("return_attention_scores", "use_causal_mask")

LAYERS = (
    Layer(
        name="Attention",
        rank=(2, MANY),
        args=AttentionArgs,
        infer=attention,
        weights=attention_weights,
        work=work.attention,
        inputs=(2, 3),
        input_names=_NAMES,
        ports=(Port("mask", many=True),),
        call=_CALL,
        doc="Mixes values by how well their keys match the query, measured by a dot product.",
        shapes=_SHAPES,
    ),
    Layer(
        name="AdditiveAttention",
        rank=(2, MANY),
        args=AdditiveAttentionArgs,
        infer=additive,
        weights=additive_weights,
        work=work.attention,
        inputs=(2, 3),
        input_names=_NAMES,
        ports=(Port("mask", many=True),),
        call=_CALL,
        doc="Mixes values by how well their keys match the query, measured by a learnt sum.",
        shapes=_SHAPES,
    ),
)
