"""Losses as functions of tensors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import same_shape, same_size
from specgraph.rows.op import Op, axis_of, need_rank
from specgraph.spec.kinds import Int
from specgraph.spec.record import Record

from .arguments import (
    COMPLEX,
    NO_FLOATS,
    check_kernel,
    joint,
    same_dtype,
)


class BinaryArgs(Record):
    from_logits: bool = False


class CategoricalArgs(Record):
    from_logits: bool = False
    axis: int = -1


class CtcLossArgs(Record):
    mask_index: int = 0


class CtcDecodeArgs(Record):
    strategy: Literal["greedy", "beam_search"] = "greedy"
    beam_width: Annotated[int, Int(1)] = 100
    top_paths: Annotated[int, Int(1)] = 1
    merge_repeated: bool = True
    mask_index: int = 0


def binary_crossentropy(args: BinaryArgs, target: TensorType, output: TensorType) -> TensorType:
    """Two of one shape -> the same."""
    message = f"compares {target} with {output}, which must be of one shape"
    same_shape(target.shape, output.shape, Reject("shape-mismatch", message, input=1))
    same_dtype(output, target)
    return output


def categorical_crossentropy(args: CategoricalArgs, target: TensorType, output: TensorType) -> TensorType:
    """Two of one shape -> that without the axis of classes; Keras leaves the last axis out instead."""
    message = f"compares {target} with {output}, which must be of one shape"
    same_shape(target.shape, output.shape, Reject("shape-mismatch", message, input=1))
    need_rank(output, 1, input=1)
    axis = args.axis
    if not -output.rank <= axis < output.rank:
        message = f"has axis {axis}, its input has {output.rank} axes: {output}"
        raise Reject("fails-when-run", message, argument="axis", label=f"axis {axis}")
    if args.from_logits and axis < -1:
        message = (
            f"of logits fails along axis {axis} in `fit` and `predict`, where TensorFlow slices up to it"
        )
        help = f"count from the front: `axis: {axis % output.rank}`"
        raise Reject("fails-when-run", message, argument="axis", help=help)
    axis %= output.rank
    same_dtype(output, target)
    made = output.with_shape(*output.shape[:-1])
    real = output.with_shape(*output.shape[:axis], *output.shape[axis + 1 :])
    return made if real.shape == made.shape else TensorType(made.shape, made.dtype, real)


def sparse_categorical_crossentropy(
    args: CategoricalArgs, target: TensorType, output: TensorType
) -> TensorType:
    """`(...), (..., classes)` -> `(...)`."""
    need_rank(output, 1, input=1)
    axis = axis_of(args.axis, output.rank, output, input=1)
    rest = (*output.shape[:axis], *output.shape[axis + 1 :])
    shape = target.shape
    if target.rank == output.rank and shape[-1] == 1:
        shape = shape[:-1]
    message = f"compares classes {target} with {output}"
    same_shape(shape, rest, Reject("shape-mismatch", message, input=1))
    check_kernel(output.dtype, NO_FLOATS, 1)
    if axis != output.rank - 1:
        message = f"takes classes along the last axis only when it runs, not along axis {args.axis}"
        raise Reject("fails-when-run", message, argument="axis", label=f"axis {args.axis}")
    return output.with_shape(*rest)


def ctc_loss(
    args: CtcLossArgs,
    target: TensorType,
    output: TensorType,
    target_length: TensorType,
    output_length: TensorType,
) -> TensorType:
    """`(batch, labels), (batch, steps, classes), (batch,), (batch,)` -> `(batch,)`."""
    for i, (x, axes) in enumerate(((target, 2), (output, 3), (target_length, 1), (output_length, 1))):
        if x.rank != axes:
            message = f"needs ({'batch, labels' if axes == 2 else 'batch, …'}) of {axes} axes, it has {x}"
            raise Reject("fails-when-run" if x.rank else "rank-mismatch", message, input=i,
                         rank=x.rank, least=axes, most=axes)  # fmt: skip
        message = f"has batches of {target.shape[0]} and {x.shape[0]}"
        same_size(target.shape[0], x.shape[0], Reject("shape-mismatch", message, input=i))
    for i, x in ((2, target_length), (3, output_length)):
        if x.dtype not in ("int32", "int64"):
            raise Reject("fails-when-run", f"takes lengths as integers, not {x.dtype}", input=i)
    return TensorType((target.shape[0],), joint(output, also=("float32",)))


def ctc_decode(
    args: CtcDecodeArgs, inputs: TensorType, sequence_lengths: TensorType
) -> tuple[TensorType, TensorType]:
    """`(batch, steps, classes), (batch,)` -> `(paths, batch, steps)` and `(batch, paths)`."""
    if inputs.rank != 3 or sequence_lengths.rank != 1:
        message = f"decodes (batch, steps, classes) with (batch,) lengths, it has {inputs}"
        least = 3 if inputs.rank >= 2 else 2
        rule = "fails-when-run" if inputs.rank >= 2 else "rank-mismatch"
        raise Reject(rule, message, input=0, rank=inputs.rank, least=least, most=3)
    demand(
        equal(inputs.shape[0], sequence_lengths.shape[0]),
        Reject("fails-when-run", f"decodes {inputs} with lengths {sequence_lengths}", input=1),
        inputs.shape[0],
        sequence_lengths.shape[0],
    )
    classes, index = inputs.shape[2], args.mask_index
    if args.strategy == "greedy" and isinstance(classes, int) and not -classes <= index < classes:
        message = f"masks class {index}, and there are {classes}, from 0 to {classes - 1}"
        raise Reject("fails-when-run", message, argument="mask_index")
    paths = 1 if args.strategy == "greedy" else args.top_paths
    if paths > args.beam_width:
        message = f"keeps {args.beam_width} ways at a time, and is to give the best {paths}"
        raise Reject("fails-when-run", message, argument="top_paths", help=f"`beam_width: {paths}`")
    dtype = joint(inputs, also=("float32",))
    scores = TensorType((inputs.shape[0], paths), dtype)
    return TensorType((paths, inputs.shape[0], inputs.shape[1]), "int32"), scores


_LOSS: Any = {"tensors": ("target", "output")}

LAYERS = (
    Op(
        name="binary_crossentropy",
        args=BinaryArgs,
        rule=binary_crossentropy,
        doc="The loss of shares of two classes, value by value.",
        shapes="(...), (...) -> (...)",
        fails_on=NO_FLOATS,
        **_LOSS,
    ),
    Op(
        name="categorical_crossentropy",
        args=CategoricalArgs,
        rule=categorical_crossentropy,
        doc="The loss of shares of several classes, whose targets are shares, too.",
        shapes="(..., classes), (..., classes) -> (...)",
        fails_on=NO_FLOATS,
        **_LOSS,
    ),
    Op(
        name="sparse_categorical_crossentropy",
        args=CategoricalArgs,
        rule=sparse_categorical_crossentropy,
        doc="The loss of shares of several classes, whose targets are their numbers.",
        shapes="(...), (..., classes) -> (...)",
        **_LOSS,
    ),
    Op(
        name="ctc_loss",
        args=CtcLossArgs,
        rule=ctc_loss,
        tensors=("target", "output", "target_length", "output_length"),
        doc="The loss of labels that have no place in the steps.",
        shapes="(batch, labels), (batch, steps, classes), (batch,), (batch,) -> (batch,)",
    ),
    Op(
        name="ctc_decode",
        args=CtcDecodeArgs,
        rule=ctc_decode,
        tensors=("inputs", "sequence_lengths"),
        doc="The labels that steps of shares stand for, and their scores, two outputs.",
        fails_on=COMPLEX,
        shapes="(batch, steps, classes), (batch,) -> (paths, batch, steps), (batch, paths)",
    ),
)
