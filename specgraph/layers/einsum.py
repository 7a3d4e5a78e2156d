"""A product of the input and a kernel along any axes, by an einsum equation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import Annotated, NamedTuple

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim, SymDim, unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import (
    Activation,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
    initializer,
)
from specgraph.rows.base import Layer, Reject, Weight, computing, known, rank_pinned, require
from specgraph.rows.broadcast import broadcast
from specgraph.rows.work import values
from specgraph.spec.kinds import Either, Int, ListOf, Optional
from specgraph.spec.record import Record

from .activated import activated
from .core import Null, lora, reject_constrained_lora
from .reshaping import MANY

_SIZE = Int(minimum=1)


class EinsumDenseArgs(Record):
    equation: str
    output_shape: Annotated[
        int | tuple[int | None, ...],
        Either(
            _SIZE,
            ListOf(Optional(_SIZE)),
            phrase="a size, or a list of sizes with null for those of the input",
        ),
    ]
    activation: Activation = None
    bias_axes: str | None = None
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    lora_rank: PositiveInt | None = None
    lora_alpha: float | None = None
    gptq_unpacked_column_size: PositiveInt | None = None
    quantization_config: Null = None


class Equation(NamedTuple):
    """`input,kernel->output`, a letter for each axis; `dots` says where the input has axes without one."""

    input: str
    kernel: str
    output: str
    dots: str
    """"left", "right" or ""."""


class Shapes(NamedTuple):
    declared: tuple[Dim, ...]
    true: tuple[Dim, ...]
    kernel: tuple[int, ...]
    bias: tuple[int, ...] | None


_FORMS = (
    ("", re.compile(r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)")),
    ("left", re.compile(r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)")),
    ("right", re.compile(r"([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.")),
)


@lru_cache(maxsize=256)
def parse(text: str) -> Equation | None:
    """The equation in one of the three forms that Keras reads, else None."""
    for dots, form in _FORMS:
        if found := form.fullmatch(text):
            input, kernel, output = found.groups()
            return Equation(input, kernel, output, dots)
    return None


def einsum_dense(args: EinsumDenseArgs, x: TensorType) -> TensorType:
    """The axes that the equation's output names; what Keras declares differs in a few cases."""
    reject_constrained_lora(args.lora_rank, args.kernel_constraint, "kernel_constraint")
    shapes = _shapes(args, x)
    made = TensorType(shapes.declared, computing())
    if shapes.true != shapes.declared:
        made = made._replace(real=TensorType(shapes.true, computing()))
    return activated(args.activation, made)


def einsum_weights(args: EinsumDenseArgs, x: TensorType) -> Iterator[Weight]:
    shapes = _shapes(args, x)
    free = args.lora_rank is None
    yield Weight("kernel", shapes.kernel, free, initializer(args.kernel_initializer))
    if shapes.bias is not None:
        yield Weight("bias", shapes.bias, initializer=initializer(args.bias_initializer))
    if args.lora_rank is not None:
        yield from lora("kernel", shapes.kernel[:-1], args.lora_rank, shapes.kernel[-1])


def einsum_work(
    args: EinsumDenseArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """Each value of the output is a sum over the letters of the kernel that are not in it."""
    equation = _checked(args, inputs[0])
    summed = [
        size
        for letter, size in zip(equation.kernel, weights[0].shape, strict=False)
        if letter not in equation.output
    ]
    return values(outputs[0]) * prod(summed)


def _shapes(args: EinsumDenseArgs, x: TensorType) -> Shapes:
    equation = _checked(args, x)
    elided = x.rank - len(equation.input)
    before = elided if equation.dots == "left" else 0
    sizes = {letter: x.shape[i + before] for i, letter in enumerate(equation.input)}
    declared = _declared(args, equation, x, elided)
    claims = dict(zip(equation.output, declared[before:], strict=False))
    kernel = {letter: _kernel_size(letter, claims, sizes) for letter in equation.kernel}
    for letter, size in kernel.items():
        have = sizes.setdefault(letter, size)
        message = f"the kernel has {size} along axis '{letter}', the input {have}: {x}"
        require(equal(have, size), Reject("fails-when-run", message, argument="output_shape"))
    own = tuple(sizes[letter] for letter in equation.output)
    true = (*x.shape[:before], *own) if before else (*own, *x.shape[len(equation.input) :])
    bias = _bias(args, equation, claims, elided - before)
    if bias is not None:
        message = f"a bias of {TensorType(bias)} does not go with an output of {TensorType(true)}"
        fault = Reject("fails-when-run", message, argument="bias_axes")
        true = broadcast(true, bias, fault)
    return Shapes(_told(declared, true), true, tuple(kernel.values()), bias)


def _checked(args: EinsumDenseArgs, x: TensorType) -> Equation:
    """The equation, whose letters all have a meaning, with as many as the input has axes."""
    equation = parse(args.equation)
    if equation is None:
        message = f"'{args.equation}' is not of the form 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...'"
        raise Reject("bad-param", message, argument="equation")
    for term in equation[:3]:
        if len(set(term)) < len(term):
            message = f"'{term}' names an axis twice"
            raise Reject("bad-param", message, argument="equation")
    for letter in (set(equation.output) | set(equation.kernel)) - set(equation.input):
        if letter not in equation.output or letter not in equation.kernel:
            message = f"nothing says how large axis '{letter}' is: it is in one place of the equation only"
            raise Reject("bad-param", message, argument="equation")
    least = len(equation.input) + (equation.dots == "left")
    if x.rank < least or (not equation.dots and x.rank > least):
        message = f"'{args.equation}' is for an input with {len(equation.input)} axes, it has {x.rank}: {x}"
        most = MANY if equation.dots else least
        raise Reject(
            "rank-mismatch", message, argument="equation", input=0, rank=x.rank, least=least, most=most
        )
    return equation


def _declared(
    args: EinsumDenseArgs, equation: Equation, x: TensorType, elided: int
) -> tuple[Dim | None, ...]:
    """The shape as Keras puts it together: the batch, then `output_shape`, axes without a letter around it.

    With several of those on the left it turns their order around.
    """
    stated = (args.output_shape,) if isinstance(args.output_shape, int) else args.output_shape
    before = elided if equation.dots == "left" else 0
    turned = [x.shape[i] for i in range(before - 1, 0, -1)]
    after = [] if before else x.shape[len(equation.input) :]
    made: tuple[Dim | None, ...] = (x.batch, *turned, *stated, *after)
    missing = len(equation.output) + before - len(made)
    if missing > 0:
        message = f"`output_shape` leaves out {missing} of the output's axes"
        raise Reject("bad-param", message, argument="output_shape")
    for letter, claim in zip(equation.output, made[before:], strict=False):
        at = equation.input.find(letter)
        if at >= 0 and isinstance(claim, int) and claim != x.shape[at + before]:
            message = f"`output_shape` has {claim} for axis '{letter}', the input has {x.shape[at + before]}"
            raise Reject("bad-param", message, argument="output_shape", label=f"{claim} is not that")
    return made


def _kernel_size(letter: str, claims: dict[str, Dim | None], sizes: dict[str, Dim]) -> int:
    """Keras takes an axis of the kernel from the declared output, or else from the input."""
    size = claims[letter] if letter in claims else sizes[letter]
    message = f"the kernel needs to know axis '{letter}'"
    if size is None:
        raise Reject(
            "undefined-features", message, argument="output_shape", help="say its size in `output_shape`"
        )
    return known(size, message, axis=-1)


def _bias(
    args: EinsumDenseArgs, equation: Equation, claims: dict[str, Dim | None], after: int
) -> tuple[int, ...] | None:
    axes = args.bias_axes
    if axes is None:
        return None
    if not axes or not set(axes) <= set(equation.output):
        message = f"must name axes of the output, '{equation.output}'"
        raise Reject("bad-param", message, argument="bias_axes")
    first = min(equation.output.index(letter) for letter in axes)
    return (
        *(_kernel_size(one, claims, {}) if one in axes else 1 for one in equation.output[first:]),
        *(1,) * after,
    )


def _told(declared: tuple[Dim | None, ...], true: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """What Keras leaves open is what comes out, if that has no number, and else unknown."""
    told: list[Dim] = []
    for i, claim in enumerate(declared):
        size = true[i] if len(true) == len(declared) else None
        told.append(claim if claim is not None else size if isinstance(size, SymDim) else unknown())
    return tuple(told)


LAYERS = (
    Layer(
        name="EinsumDense",
        rank=(1, MANY),
        args=EinsumDenseArgs,
        infer=einsum_dense,
        weights=einsum_weights,
        pinned=rank_pinned,
        work=einsum_work,
        doc="Multiplies the input by a kernel along the axes that an equation such as `abc,cd->abd` names.",
        shapes="what the equation says",
    ),
)
