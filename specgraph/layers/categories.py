"""Layers that turn numbers and words into numbers of categories, by bins or by hashes."""

from __future__ import annotations

from typing import Annotated, Literal

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import Positive, PositiveInt
from specgraph.rows.base import Layer, Port, Reject, adapts, computing, policy, require
from specgraph.rows.policy import variable_dtype
from specgraph.spec.kinds import Either, Int, ListOf, Number, Optional, Str
from specgraph.spec.record import Record

from .encoding import OR_TRAIN, Salt, Shape, Sparse, claimed, declared_gathered, gathered, one_hot
from .reshaping import MANY


class CategoryEncodingArgs(Record):
    num_tokens: PositiveInt | None = None
    output_mode: Literal["one_hot", "multi_hot", "count"] = "multi_hot"
    sparse: Sparse = False


class DiscretizationArgs(Record):
    bin_boundaries: Annotated[tuple[float, ...] | None, Optional(ListOf(Number(), least=1))] = None
    num_bins: PositiveInt | None = None
    epsilon: Positive = 0.01
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: Sparse = False


class HashingArgs(Record):
    num_bins: PositiveInt
    mask_value: Annotated[
        int | str | None, Optional(Either(Int(), Str(), phrase="an integer or a string"))
    ] = None
    salt: Salt = None
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: Sparse = False


class HashedCrossingArgs(Record):
    num_bins: PositiveInt
    output_mode: Literal["int", "one_hot"] = "int"
    sparse: Sparse = False


def encode(args: CategoryEncodingArgs, x: TensorType, count_weights: TensorType | None = None) -> TensorType:
    """`(batch, values)` -> `(batch, num_tokens)`; `one_hot` gives each value a row of its own."""
    if args.num_tokens is None:
        raise Reject("missing-argument", "CategoryEncoding needs `num_tokens`, how many categories there are")
    if count_weights is not None:
        _check_weights(args, x, count_weights)
    if args.output_mode == "one_hot":
        true = shape = one_hot("CategoryEncoding", x, args.num_tokens)
    else:
        true = gathered("CategoryEncoding", x, args.num_tokens)
        _check_counting("CategoryEncoding", x, variable_dtype(policy.get()))
        shape = declared_gathered(x, args.num_tokens)
    weighted = count_weights is not None and x.rank > 2
    return claimed(shape, computing(), true, computing() if weighted else variable_dtype(policy.get()))


def _check_weights(args: CategoryEncodingArgs, x: TensorType, weights: TensorType) -> None:
    if args.output_mode != "count":
        message = f"`count_weights` go with `output_mode: count`, not with {args.output_mode}"
        raise Reject("fails-when-run", message, argument="count_weights")
    message = f"`count_weights` must have the shape of the input, {x}, they have {weights}"
    reject = Reject("fails-when-run", message, argument="count_weights")
    if weights.rank != x.rank:
        raise reject
    for a, b in zip(x.shape, weights.shape, strict=True):
        require(equal(a, b), reject)


def discretize(args: DiscretizationArgs, x: TensorType) -> TensorType:
    """The same shape of int32; other modes as the layers that look up, and as Keras declares them."""
    depth = check_bins(args)
    if x.dtype == "string":
        raise Reject("dtype-mismatch", "Discretization sorts numbers, not strings", input=0, dtype=x.dtype)
    if args.output_mode == "int":
        return TensorType(x.shape, "int32")
    if args.output_mode == "one_hot":
        return TensorType(one_hot("Discretization", x, depth), computing())
    _check_counting("Discretization", x, computing())
    return TensorType(gathered("Discretization", x, depth), computing())


def _check_counting(name: str, x: TensorType, dtype: str) -> None:
    """Rejects counts of the values of an example in half floats, which TensorFlow has no kernel for."""
    if x.rank <= 2 and dtype in ("float16", "bfloat16"):
        message = f"{name} cannot count in {dtype}"
        raise Reject(
            "fails-when-run", message, argument="dtype", help="leave `dtype` out, and cast behind it"
        )


def check_bins(args: DiscretizationArgs) -> int:
    """How many bins there are; rejects bounds that do not go up, and none at all that nothing will tell."""
    bounds = args.bin_boundaries
    if bounds is not None and args.num_bins is not None:
        message = "`bin_boundaries` are known, so that `num_bins` has nothing to say"
        raise Reject("bad-param", message, argument="num_bins")
    if bounds is None and not adapts.get():
        message = "Discretization needs adapt: nothing tells where its bins are"
        help = f"give `bin_boundaries`, a list of numbers, {OR_TRAIN}"
        raise Reject("needs-adapt", message, help=help)
    if bounds is None and args.num_bins is None:
        message = "Discretization needs `num_bins`, how many bins the data are sorted into"
        raise Reject("missing-argument", message, help="`num_bins: 10`")
    if bounds is None:
        return args.num_bins or 1
    if list(bounds) != sorted(bounds):
        raise Reject("fails-when-run", "`bin_boundaries` must go up", argument="bin_boundaries")
    return len(bounds) + 1


def hash_values(args: HashingArgs, x: TensorType) -> TensorType:
    """The same shape of int64, or rows; of `one_hot`, Keras declares the shape of `multi_hot`."""
    _check_mask(args, x)
    if args.output_mode == "int":
        if policy.get() is not None:
            message = f"Hashing gives integers, `{policy.get()}` is not for them"
            raise Reject("bad-param", message, argument="dtype", help="leave `dtype` out")
        return TensorType(x.shape, "int64")
    dtype = variable_dtype(policy.get())
    if args.output_mode == "one_hot":
        true = _hot(x, args.num_bins)
    else:
        true = gathered("Hashing", x, args.num_bins)
        _check_counting("Hashing", x, dtype)
    return claimed(declared_gathered(x, args.num_bins), dtype, true, dtype)


def _hot(x: TensorType, depth: int) -> Shape:
    """A last axis of one is dropped, and once more if the next is one as well."""
    left = x.with_shape(*x.shape[:-1]) if x.rank > 1 and x.shape[-1] == 1 else x
    return one_hot("Hashing", left, depth)


def _check_mask(args: HashingArgs, x: TensorType) -> None:
    if args.mask_value is None or args.num_bins == 1:
        return
    if x.dtype == "bool" or (x.dtype == "string") != isinstance(args.mask_value, str):
        message = f"`mask_value` is compared with the input, which is {x.dtype}"
        raise Reject("fails-when-run", message, argument="mask_value")


def cross(args: HashedCrossingArgs, x: TensorType, y: TensorType) -> TensorType:
    """Two of `(batch,)` or of `(batch, 1)` -> the same shape of int64, or `(batch, num_bins)`.

    Of a batch of one, Keras takes the batch for the axis of values, and declares `(num_bins,)`.
    """
    for i, one in enumerate((x, y)):
        if is_float(one.dtype) or one.dtype == "bool":
            message = f"HashedCrossing works on integers and strings, its input is {one.dtype}"
            raise Reject("fails-when-run", message, input=i)
        if one.rank > 2 or (one.rank == 2 and one.shape[1] != 1):
            when = "" if isinstance(one.shape[-1], int) else ", and to know so before it runs"
            message = f"HashedCrossing needs one value of each example, (batch, 1){when}; its input is {one}"
            raise Reject("fails-when-run", message, input=i)
    if x.rank != y.rank:
        message = f"HashedCrossing needs two inputs of one shape, it has {x} and {y}"
        raise Reject("merge-mismatch", message, input=1)
    if args.output_mode == "one_hot":
        true = (x.batch, args.num_bins)
        return claimed(true[1:] if x.shape == (1,) else true, computing(), true, computing())
    return TensorType(x.shape, "int64" if policy.get() is None else computing())


_SHAPES = (
    "(batch, values) -> (batch, values), or (batch, bins) if counted, or (batch, values, bins) if one-hot"
)

LAYERS = (
    Layer(
        name="CategoryEncoding",
        rank=(1, MANY),
        args=CategoryEncodingArgs,
        infer=encode,
        input_names=("inputs",),
        ports=(Port("count_weights"),),
        autocast=False,
        doc="Turns integers below `num_tokens` into rows of 0 and 1, or counts them.",
        shapes="(batch, values) -> (batch, num_tokens), or (batch, values, num_tokens) if one-hot",
    ),
    Layer(
        name="Discretization",
        rank=(1, MANY),
        args=DiscretizationArgs,
        infer=discretize,
        keeps_dtype=True,
        doc="Sorts numbers into bins, and gives the number of each one's bin.",
        shapes=_SHAPES,
    ),
    Layer(
        name="Hashing",
        rank=(1, MANY),
        args=HashingArgs,
        infer=hash_values,
        keeps_dtype=True,
        autocast=False,
        doc="Sorts integers or strings into bins by their hash, so that no vocabulary is needed.",
        shapes=_SHAPES,
    ),
    Layer(
        name="HashedCrossing",
        rank=(1, MANY),
        args=HashedCrossingArgs,
        infer=cross,
        inputs=(2, 2),
        keeps_dtype=True,
        autocast=False,
        doc="Sorts pairs of integers or strings into bins by the hash of both.",
        shapes="(batch, 1) and (batch, 1) -> (batch, 1), or (batch, num_bins) if one-hot",
    ),
)
