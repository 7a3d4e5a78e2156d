"""A row applied to types: the checks that all layers share, then the row's own rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.ir.tensor import TensorType, is_float
from specgraph.spec.record import Record

from .base import Layer, Reject, Types, Weight
from .base import policy as current_policy
from .fits import check_activity, check_halves, check_weights
from .policy import compute_dtype, variable_dtype


def apply(
    row: Layer[Any],
    args: Record,
    inputs: Sequence[TensorType],
    policy: str | None = None,
    ports: Mapping[str, TensorType | tuple[TensorType, ...]] | None = None,
) -> tuple[TensorType, ...]:
    """The types of a layer's outputs, as Keras declares them; `Reject` where it would not build.

    Where something else than declared will come out, the type's `real` says what.
    """
    check_arity(row, args, len(inputs))
    compute = compute_dtype(policy)
    given = [_entering(row, x, compute, i) for i, x in enumerate(inputs)]
    for i, x in enumerate(given):
        _check_rank(row, x, i)
    made = _infer(row, args, given, ports or {}, policy)
    outputs = (made,) if isinstance(made, TensorType) else tuple(made)
    check_activity(args, outputs[0], compute)
    check_halves(args, compute)
    if row.keeps_dtype:
        return outputs
    kept = row.keeps_ints and not is_float(inputs[0].dtype)
    return tuple(_declared(one, compute, inputs[0].dtype if kept else None) for one in outputs)


def _infer(
    row: Layer[Any],
    args: Record,
    given: Sequence[TensorType],
    ports: Mapping[str, TensorType | tuple[TensorType, ...]],
    policy: str | None,
) -> Types:
    token = current_policy.set(policy)
    try:
        return row.infer(args, *given, **ports)
    finally:
        current_policy.reset(token)


def _declared(made: TensorType, compute: str, kept: str | None) -> TensorType:
    real = made.real
    if kept is not None and real is None:
        real = TensorType(made.shape, kept)
    declared = TensorType(made.shape, compute)
    return declared if real == declared else TensorType(made.shape, compute, real)


def weights(
    row: Layer[Any], args: Record, inputs: Sequence[TensorType], policy: str | None = None
) -> list[Weight]:
    """The variables of a layer that `apply` has accepted, each with its dtype.

    `Reject` where an initializer, regularizer or constraint does not go with the shape of its weight.
    """
    dtype = variable_dtype(policy)
    made = [one if one.dtype else one._replace(dtype=dtype) for one in row.weights(args, *inputs)]
    check_weights(args, made)
    return made


def check_built(
    row: Layer[Any],
    args: Record,
    made: Sequence[Weight],
    inputs: Sequence[TensorType],
    true: Sequence[TensorType],
) -> None:
    """Rejects a layer with weights that is built for some number of axes, when others come in.

    Dense works along the last axis of any.
    """
    if row.pinned(args, *inputs) != row.pinned(args, *true):
        message = f"{row.name} would be built for {inputs[0]}, but {true[0]} comes in"
        raise Reject("fails-when-run", message, input=0)
    if not made or row.name == "Dense":
        return
    for i, (one, other) in enumerate(zip(inputs, true, strict=True)):
        if one.rank != other.rank:
            message = f"{row.name} would be built for {one}, but {other.rank} axes come in: {other}"
            raise Reject("fails-when-run", message, input=i)


def check_arity(row: Layer[Any], args: Record, count: int) -> None:
    """Rejects a number of inputs that the layer does not take."""
    least, most = row.arity(args)
    if most == 0:
        message = f"all tensors of {row.name} are constants; one must come from an input or a layer"
        raise Reject("merge-arity", message, help="leave one out")
    if count < least:
        need = f"{least} inputs" if most == least else f"at least {least} inputs"
        named = ", ".join(f"{name}: …" for name in row.input_names[:least])
        help = f"`from: {{{named}}}`" if row.input_names else None
        message = f"{row.name} joins {need}, it has {count}"
        raise Reject("merge-arity", message, label="joins several tensors", help=help)
    if most is not None and count > most:
        need = "one input" if most == 1 else f"{most} inputs"
        message = f"{row.name} takes {need}, it is given {count}"
        raise Reject("merge-arity", message, label=f"takes {need}")


def _entering(row: Layer[Any], x: TensorType, compute: str, index: int) -> TensorType:
    if x.dtype == "string" and not row.keeps_dtype:
        raise Reject("dtype-mismatch", f"{row.name} cannot work on strings", input=index, dtype=x.dtype)
    if x.dtype.startswith("complex") and not row.name.startswith("ops."):
        message = f"{row.name} computes on real numbers, its input is {x.dtype}"
        help = "read `ops.real`, `ops.imag` or `ops.absolute` of it"
        raise Reject("dtype-mismatch", message, input=index, dtype=x.dtype, help=help)
    if row.floats_only and not is_float(x.dtype):
        message = f"{row.name} computes on floats, its input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=index, dtype=x.dtype)
    if row.no_bools and x.dtype == "bool":
        message = f"{row.name} computes on numbers, its input is bool"
        raise Reject("dtype-mismatch", message, input=index, dtype=x.dtype)
    if row.autocast and is_float(x.dtype) and x.dtype != compute:
        return TensorType(x.shape, compute)
    return x


def _check_rank(row: Layer[Any], x: TensorType, index: int) -> None:
    if row.rank is None and (x.rank or row.name.startswith("ops.")):
        return
    least, most = (
        (1, 1) if row.rank is None else (row.rank, row.rank) if isinstance(row.rank, int) else row.rank
    )
    if least <= x.rank <= most:
        return
    if least == most:
        need = f"{least} axes"
    else:
        need = f"at least {least} axes" if x.rank < least else f"at most {most} axes"
    shape = row.shapes.partition(" -> ")[0]
    wants = f"{row.name} needs {need}" + (f", {shape}" if shape else "")
    message = f"{wants}; its input has {x.rank}: {x}"
    raise Reject("rank-mismatch", message, input=index, rank=x.rank, least=least, most=most)
