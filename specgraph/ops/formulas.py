"""Ops that take a formula of axes: `ij,jk->ik`, `b (h w) -> b h w`."""

from __future__ import annotations

import re
from typing import Annotated, Any

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import broadcast
from specgraph.rows.op import Op, fixed
from specgraph.spec.kinds import Bad, Int, MapOf, Schema, Str
from specgraph.spec.record import Record

from .arguments import BOOL, check_kernel, joint

_SIDE = r"(?:[a-z]*(?:\.\.\.)?[a-z]*)"
_SUBSCRIPTS = re.compile(rf"{_SIDE}(?:,{_SIDE})*(?:->{_SIDE})?")
_AXIS = "[A-Za-z_][A-Za-z0-9_]*"
_GROUPED = rf"(?:{_AXIS}|\({_AXIS}(?: +{_AXIS})*\))"
_PATTERN = re.compile(rf"{_GROUPED}(?: +{_GROUPED})* *-> *{_GROUPED}(?: +{_GROUPED})*", re.ASCII)
MOST = 256


class Subscripts(Str):
    phrase = "a formula such as `ij,jk->ik`: a small letter for each axis, `...` for those in front"

    def check(self, value: Any) -> str:
        text = super().check(value).replace(" ", "")
        if len(text) > MOST or not _SUBSCRIPTS.fullmatch(text):
            raise self.wrong(value)
        inputs, _, output = text.partition("->")
        for one in {*output.replace(".", "")} - {*inputs}:
            raise Bad(f"has `{one}` in its output, and in no input")
        if len({*output.replace(".", "")}) < len(output.replace(".", "")):
            raise Bad("has an axis twice in its output")
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[a-z .]*(,[a-z .]*)*(->[a-z .]*)?$"}


class Pattern(Str):
    phrase = "a pattern such as `b (h w) c -> b h w c`: a name for each axis, groups in brackets"

    def check(self, value: Any) -> str:
        text = super().check(value)
        if len(text) > MOST or not _PATTERN.fullmatch(text):
            raise self.wrong(value)
        before, after = (sorted(re.findall(r"\w+", side)) for side in text.split("->"))
        if len({*before}) < len(before):
            raise Bad("has an axis twice")
        if before != after:
            raise Bad("must have the same axes on both sides")
        return text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{_PATTERN.pattern}$", "maxLength": MOST}


class EinsumArgs(Record):
    subscripts: Annotated[str, Subscripts()]


class RearrangeArgs(Record):
    pattern: Annotated[str, Pattern()]
    axes_lengths: Annotated[dict[str, int], MapOf(Int(1))] = {}  # noqa: RUF012  (never changed)


def einsum(args: EinsumArgs, *operands: TensorType) -> TensorType:
    """Axes with one letter are multiplied with each other; those not in the output are summed."""
    inputs, arrow, output = args.subscripts.partition("->")
    specs = inputs.split(",")
    if len(specs) != len(operands):
        message = f"has a formula for {len(specs)} tensors, it has {len(operands)}"
        raise Reject("merge-arity", message, argument="subscripts", label=f"for {len(specs)}")
    if not arrow:
        letters = inputs.replace(".", "").replace(",", "")
        output = "..." + "".join(sorted(one for one in letters if letters.count(one) == 1))
    named = [_axes(spec, x, i) for i, (spec, x) in enumerate(zip(specs, operands, strict=True))]
    _check_letters(specs, operands, named)
    shapes = [_declared(output, letters, rest) for letters, rest in named]
    reject = Reject("shape-mismatch", f"cannot join its inputs: {_shown(operands)}", argument="subscripts")
    made = shapes[0]
    for shape in shapes[1:]:
        made = broadcast(made, shape, lambda axis: reject)
    check_kernel(joint(*operands), BOOL)
    dtypes = {x.dtype for x in operands}
    dtype = "int32" if dtypes == {"int8"} else joint(*operands)
    return TensorType(made, dtype)


def _axes(spec: str, x: TensorType, input: int) -> tuple[dict[str, Dim], tuple[Dim, ...]]:
    """The sizes of an operand's letters, and of the axes under its ellipsis."""
    front, dots, back = spec.partition("...")
    count = len(front) + len(back)
    if x.rank < count or (not dots and x.rank > count):
        message = f"has {count} axes in `{spec}`, its input has {x.rank}: {x}"
        most = None if dots else count
        raise Reject(
            "rank-mismatch", message, argument="subscripts", input=input, label=f"`{spec}`",
            rank=x.rank, least=count, most=most or count,
        )  # fmt: skip
    sizes: dict[str, Dim] = {}
    ends = [*zip(front, x.shape[: len(front)], strict=True)]
    ends += zip(back, x.shape[x.rank - len(back) :], strict=True)
    for letter, dim in ends:
        sizes.setdefault(letter, dim)
    return sizes, x.shape[len(front) : x.rank - len(back)]


def _check_letters(
    specs: list[str], operands: tuple[TensorType, ...], named: list[tuple[dict[str, Dim], tuple[Dim, ...]]]
) -> None:
    """Rejects a letter that stands for different sizes."""
    known: dict[str, Dim] = {}
    for i, (spec, x) in enumerate(zip(specs, operands, strict=True)):
        front, _, back = spec.partition("...")
        places = [*enumerate(front), *((x.rank - len(back) + k, one) for k, one in enumerate(back))]
        for axis, letter in places:
            other = known.setdefault(letter, x.shape[axis])
            message = f"has `{letter}` for axes of {other} and {x.shape[axis]}: {_shown(operands)}"
            reject = Reject("shape-mismatch", message, argument="subscripts", input=i, label=f"`{letter}`")
            demand(equal(other, x.shape[axis]), reject, other, x.shape[axis])


def _declared(output: str, sizes: dict[str, Dim], rest: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """What one operand adds to the output, 1 where it has no such axis."""
    front, _, back = output.partition("...")
    middle = rest if "..." in output else ()
    return (*(sizes.get(one, 1) for one in front), *middle, *(sizes.get(one, 1) for one in back))


def _shown(operands: tuple[TensorType, ...]) -> str:
    return " and ".join(str(x) for x in operands)


def rearrange(args: RearrangeArgs, tensor: TensorType) -> TensorType:
    """The axes in another order, groups parted and joined; Keras must know all sizes."""
    before, after = args.pattern.split("->")
    groups = [re.findall(r"\w+", one) for one in re.findall(r"\w+|\(.*?\)", before)]
    if len(groups) != tensor.rank:
        message = f"has {len(groups)} axes in its pattern, its input has {tensor.rank}: {tensor}"
        raise Reject(
            "rank-mismatch", message, argument="pattern", input=0, label=f"{len(groups)} axes",
            rank=tensor.rank, least=len(groups), most=len(groups),
        )  # fmt: skip
    names = [name for group in groups for name in group]
    for name in args.axes_lengths:
        if name not in names:
            raise Reject("bad-param", f"has no axis `{name}` in its pattern", argument="axes_lengths")
    sizes: dict[str, int] = {}
    for axis, group in enumerate(groups):
        sizes |= _parted(group, axis, args, tensor)
    shape = []
    for one in re.findall(r"\w+|\(.*?\)", after):
        total = 1
        for name in re.findall(r"\w+", one):
            total *= sizes[name]
        shape.append(total)
    return tensor.with_shape(*shape)


def _parted(group: list[str], axis: int, args: RearrangeArgs, x: TensorType) -> dict[str, int]:
    """The sizes of the axes that one axis is made of; one of them may be worked out."""
    given = {name: args.axes_lengths[name] for name in group if name in args.axes_lengths}
    open_names = [name for name in group if name not in given]
    known = 1
    for size in given.values():
        known *= size
    said = " ".join(group)
    if len(open_names) > 1:
        message = f"needs the sizes of all but one of ({said})"
        raise Reject("bad-param", message, argument="pattern", help="give them in `axes_lengths`")
    message = f"cannot part an axis of {x.shape[axis]} into ({said}), of which {known} is given: {x}"
    reject = Reject("shape-mismatch", message, argument="pattern", label=f"({said})")
    if not open_names and len(group) > 1:
        demand(equal(x.shape[axis], known), reject, x.shape[axis])
        return given
    size = fixed(x.shape[axis], x, axis)
    if size % known or (not open_names and size != known):
        raise reject
    return {name: given.get(name, size // known) for name in group}


LAYERS = (
    Op(
        name="einsum",
        args=EinsumArgs,
        rule=einsum,
        tensors=("operands",),
        takes="star",
        leading=("subscripts",),
        doc="Multiplies tensors and sums, by a formula of their axes.",
        shapes="(i, j), (j, k) -> (i, k)",
    ),
    Op(
        name="rearrange",
        args=RearrangeArgs,
        rule=rearrange,
        tensors=("tensor",),
        spread="axes_lengths",
        doc="Orders, parts and joins axes by a pattern of their names.",
        shapes="(b, h * w, c) -> (b, h, w, c)",
    ),
)
