"""What a row of `keras.ops` is: a function of tensors, some of which may be constants of the spec."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Concatenate, Literal, TypeVar

from specgraph.ir.dim import Dim, unknown
from specgraph.ir.tensor import TensorType
from specgraph.spec.record import Record

from .base import Layer, Port, Reject, Types, conditions
from .constants import Constant

A = TypeVar("A", bound=Record)


class Op(Layer[A]):
    """One function of `keras.ops`, without weights and without a dtype policy.

    `tensors` are Keras's names of the parameters that take a tensor. Where `args` has a field of the same
    name, the tensor may be a constant; the inputs of an item then fill the others, in their order.
    `optional` are tensors by name that need not be given. `takes` says how Keras wants the tensors: `each`
    as an argument of its own, all in one `list` under the only name in `tensors`, in `lists` of one length
    under its names, or as `star` arguments.

    `rule(args, *tensors, **optional)` gives the types that come out. It sees a type for every tensor, also
    for a constant; the weak dtypes `int` and `float` are those of scalar constants. Its refusals read on
    from the op's name: `needs a square matrix, …`.

    `arrays` are tensors for which Keras wants something with a shape and a dtype: a scalar goes there as a
    list of one.
    `leading` are arguments that Keras takes before the star. `prepare` makes of an argument, by its name,
    what Keras takes in its place. `spread` is a mapping that Keras takes as arguments of those names.
    """

    __slots__ = ("arrays", "fails_on", "leading", "prepare", "rule", "spread", "takes", "tensors")

    common = ("name", "from")

    def __init__(
        self,
        *,
        name: str,
        args: type[A],
        rule: Callable[Concatenate[A, ...], Types],
        doc: str,
        shapes: str = "",
        tensors: tuple[str, ...] = ("x",),
        optional: tuple[str, ...] = (),
        takes: Literal["each", "list", "lists", "star"] = "each",
        inputs: tuple[int, int | None] | None = None,
        arrays: tuple[str, ...] = (),
        leading: tuple[str, ...] = (),
        prepare: Mapping[str, Callable[[Any], Any]] | None = None,
        spread: str = "",
        fails_on: Collection[str] = (),
    ) -> None:
        each = takes == "each"
        super().__init__(
            name=f"ops.{name}",
            args=args,
            infer=self._infer,
            doc=doc,
            shapes=shapes,
            inputs=inputs or ((len(tensors), len(tensors) if each else None)),
            input_names=tensors if each or takes == "lists" else (),
            ports=tuple(Port(one) for one in optional),
            keeps_dtype=True,
            autocast=False,
            keras_name=f"ops.{name}",
        )
        self.rule = rule
        self.tensors = tensors
        self.takes = takes
        self.arrays = arrays
        self.leading = leading
        self.prepare = prepare or {}
        self.spread = spread
        self.fails_on = fails_on
        """Dtypes for which TensorFlow has no kernel, although Keras builds the op."""

    def arity(self, args: A) -> tuple[int, int | None]:
        if self.takes != "each":
            return self.inputs  # constants stand for single tensors only
        count = sum(self.constant(args, name) is None for name in self.tensors)
        return max(count, 1), count

    def constant(self, args: Record, name: str) -> Constant | None:
        """The constant that stands for a tensor, if there is one."""
        found = getattr(args, name, None)
        return found if isinstance(found, Constant) else None

    def _infer(self, args: A, *inputs: TensorType, **ports: TensorType) -> Types:
        names = [name for name in self.input_names if self.constant(args, name) is None]
        operands = self._operands(args, inputs)
        options = {name: self._type(name, one) for name, one in self._constants(args, self.ports)}
        before = len(conditions.get() or ())
        try:
            self._check_dtypes(operands)
            return self.rule(args, *operands, **options, **ports)
        except Reject as reject:
            self._name(reject, names)
            raise
        finally:
            for condition in (conditions.get() or [])[before:]:
                self._name(condition.reject, names)

    def _operands(self, args: Record, inputs: tuple[TensorType, ...]) -> list[TensorType]:
        """A type for each tensor, in the order of their names."""
        given = iter(inputs)
        found = []
        for name in self.input_names if self.takes == "each" else ():
            constant = self.constant(args, name)
            found.append(next(given) if constant is None else self._type(name, constant))
        return [*found, *given]

    def _constants(self, args: Record, ports: Iterable[Port]) -> Iterator[tuple[str, Constant]]:
        for port in ports:
            constant = self.constant(args, port.name)
            if constant is not None:
                yield port.name, constant

    def _name(self, reject: Reject, names: list[str]) -> None:
        """Lets a refusal begin with the op's name, and count the inputs without the constants."""
        if reject.message.startswith(self.name):
            return  # one refusal may stand for several axes
        reject.message = f"{self.name} {reject.message}"
        if reject.input is not None and self.takes == "each":
            name = self.input_names[reject.input] if reject.input < len(self.input_names) else None
            reject.input = names.index(name) if name in names else None
            if name is not None and reject.input is None:
                reject.argument = reject.argument or name

    def _type(self, name: str, constant: Constant) -> TensorType:
        if name in self.arrays:
            return TensorType(constant.array_shape, constant.array_dtype)
        return TensorType(constant.shape, constant.dtype)

    def _check_dtypes(self, operands: list[TensorType]) -> None:
        for i, x in enumerate(operands):
            if x.dtype == "string":
                raise Reject("dtype-mismatch", "cannot work on strings", input=i, dtype=x.dtype)
            if x.dtype in self.fails_on:
                message = f"cannot run on {x.dtype}, although Keras builds it"
                raise Reject("fails-when-run", message, input=i, dtype=x.dtype)


def need_rank(x: TensorType, least: int, most: int | None = None, input: int = 0) -> None:
    """Rejects a tensor with fewer axes, or more; `most` is None for no bound."""
    if x.rank < least or (most is not None and x.rank > most):
        if most == least:
            need = f"{least} axes" if least != 1 else "one axis"
        else:
            need = f"at least {least} axes" if x.rank < least else f"at most {most} axes"
        message = f"needs {need}, its input has {x.rank}: {x}"
        raise Reject(
            "rank-mismatch", message, input=input, label=need, rank=x.rank, least=least, most=most or least
        )


def axis_of(axis: int, rank: int, x: TensorType, argument: str = "axis", input: int = 0) -> int:
    """An axis counted from the front; rejects one that a tensor of this rank does not have."""
    if not -rank <= axis < rank:
        if rank == 0:
            message = f"has axis {axis}, its input is a scalar"
        else:
            message = f"has axis {axis}, its input has {rank} axes: {x}"
        label = f"from {-rank} to {rank - 1}" if rank else "a scalar has no axes"
        raise Reject(
            "axis-out-of-range", message, argument=argument, input=input, label=label, axis=axis, rank=rank
        )
    return axis % rank


def axes_of(axes: int | tuple[int, ...], x: TensorType, argument: str = "axis") -> tuple[int, ...]:
    """Several axes counted from the front; rejects one that is there twice."""
    found = tuple(axis_of(one, x.rank, x, argument) for one in ((axes,) if isinstance(axes, int) else axes))
    if len(set(found)) < len(found):
        raise Reject("bad-param", "has the same axis twice", argument=argument, label="the same axis twice")
    return found


def declared(dim: Dim, *sources: Dim) -> Dim:
    """A size as Keras declares it: open where one of the sizes it is worked out from is."""
    if isinstance(dim, int) and not all(isinstance(one, int) for one in sources):
        return unknown()
    return dim


def need_sizes(x: TensorType, *axes: int, input: int = 0) -> None:
    """Rejects a tensor with sizes that TensorFlow must know, although Keras builds the op without.

    All of them, if no axes are named.
    """
    for axis in axes or range(x.rank):
        if not isinstance(x.shape[axis], int):
            what = f"the size of axis {axis}" if axes else "all sizes"
            message = f"fails when it runs without knowing {what}, its input is {x}"
            help = "give the input a `batch_size`" if axis == 0 else None
            raise Reject("fails-when-run", message, input=input, axis=axis, help=help)


def fixed(dim: Dim, x: TensorType, axis: int, input: int = 0) -> int:
    """The size of an axis that Keras must know when it builds; rejects one that is not known now."""
    if isinstance(dim, int):
        return dim
    message = f"needs to know the size of axis {axis}, its input is {x}"
    raise Reject("undefined-features", message, input=input, axis=axis, dim=dim)
