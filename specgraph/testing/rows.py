"""A layer with arguments and inputs, drawn so that it builds; and the same with one thing wrong.

Inputs are drawn first and arguments to fit them, so that a generator of whole graphs can do the
second half alone (`draw_arguments`) on tensors that it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from specgraph.ir.dim import Dim, named, substitute
from specgraph.ir.tensor import TensorType
from specgraph.rows.apply import apply
from specgraph.rows.apply import weights as weights_of
from specgraph.rows.base import Condition, Layer, Reject, Weight, conditions
from specgraph.rows.op import Op
from specgraph.rows.policy import POLICIES
from specgraph.spec.catalog import OneOf, check_fields
from specgraph.spec.kinds import Bad, Kind, Optional
from specgraph.spec.record import Record

from .hints import Draft, hint_of
from .hints.hint import BATCH, PortTypes
from .source import Source
from .values import Pick, legal

ATTEMPTS = 50
FLOATS = ("float16", "bfloat16", "float64")
INTS = ("bool", "int32", "uint8", "int64", "int8", "uint32", "int16", "uint16")
AXIS_NAMES = "HWDTUVXYZ"


class Unsatisfied(Exception):
    """No arguments were found that go with the inputs."""


NO_PORTS: PortTypes = MappingProxyType({})


class Case(NamedTuple):
    """One use of a layer. `values` are the arguments as a spec says them."""

    row: Layer[Any]
    values: Mapping[str, Any]
    inputs: tuple[TensorType, ...]
    ports: PortTypes = NO_PORTS
    policy: str | None = None

    def args(self) -> Record:
        """The checked arguments; `Bad` if one is not what its kind takes."""
        return check(self.row, self.values)

    def outputs(self) -> tuple[tuple[TensorType, ...], list[Condition]]:
        """What is inferred, and under which conditions; `Bad` or `Reject` where it is refused."""
        found: list[Condition] = []
        token = conditions.set(found)
        try:
            return apply(self.row, self.args(), self.inputs, self.policy, self.ports), found
        finally:
            conditions.reset(token)

    def weights(self) -> list[Weight]:
        return weights_of(self.row, self.args(), self.inputs, self.policy)

    def accepted(self) -> bool:
        try:
            self.outputs()
            self.weights()
        except (Bad, Reject):
            return False
        return True

    def at(self, sizes: Mapping[str, Dim]) -> Case:
        """The same with sizes for named dims."""
        ports = {
            name: at(one, sizes) if isinstance(one, TensorType) else tuple(at(each, sizes) for each in one)
            for name, one in self.ports.items()
        }
        return self._replace(inputs=tuple(at(x, sizes) for x in self.inputs), ports=ports)

    def __str__(self) -> str:
        said = ", ".join(f"{name}: {value}" for name, value in self.values.items())
        policy = f", dtype: {self.policy}" if self.policy else ""
        given = ", ".join(f"{x.dtype}{x}" for x in self.inputs)
        ports = "".join(f", {name}={value}" for name, value in self.ports.items())
        return f"{self.row.name}: {{{said}{policy}}} on {given}{ports}"


def at(x: TensorType, sizes: Mapping[str, Dim]) -> TensorType:
    """A type with sizes for named dims, in what comes out as in what is declared."""
    real = None if x.real is None else at(x.real, sizes)
    return TensorType(tuple(substitute(dim, sizes) for dim in x.shape), x.dtype, real)


def check(row: Layer[Any], values: Mapping[str, Any]) -> Record:
    """Checked arguments from plain data; `Bad` at the first fault."""
    return check_fields(_fitted(row), dict(values), row.name)


@cache
def _fitted(row: Layer[Any]) -> type[Record]:
    """The row's arguments, per-axis ones fitted to its rank."""
    fitted: type[Record] = type(row.args.__name__, (row.args,), {"_fields": row.fields()})
    return fitted


class _Plan(NamedTuple):
    required: list[tuple[str, Pick]]
    shaping: list[tuple[str, Pick]]
    plain: list[tuple[str, Pick]]
    """Initializers and their like, which change no shape."""


@cache
def _plan(row: Layer[Any]) -> _Plan:
    plan = _Plan([], [], [])
    for field in row.fields().values():
        if field.required:
            plan.required.append((field.name, legal(field.kind)))
        elif _is_plain(field.kind):
            plan.plain.append((field.name, legal(field.kind)))
        elif field.kind.schema() != {"enum": [None]}:
            plan.shaping.append((field.name, legal(field.kind)))
    return plan


def _is_plain(kind: Kind) -> bool:
    return isinstance(kind.kind if isinstance(kind, Optional) else kind, OneOf)


def draw_case(source: Source, row: Layer[Any], attempts: int = ATTEMPTS) -> Case:
    """A layer that is accepted, on inputs whose sizes are known, but for the batch.

    `Unsatisfied` if so many attempts give none.
    """
    for _ in range(attempts):
        policy = source.choice(tuple(POLICIES)) if source.chance(8) and "dtype" in row.common else None
        inputs = draw_inputs(source, row)
        case = draw_arguments(source, row, inputs, policy)
        if case.accepted():
            return case
    raise Unsatisfied(f"{row.name}: nothing that is accepted in {attempts} attempts")


def drawable(row: Layer[Any]) -> bool:
    """Whether values are known for all of a row's arguments."""
    try:
        _plan(row)
    except TypeError:
        return False
    return True


def draw_inputs(source: Source, row: Layer[Any]) -> tuple[TensorType, ...]:
    """Types that the row takes, most of them float32."""
    hint = hint_of(row)
    if hint.inputs is not None:
        return tuple(hint.inputs(source, row))
    least, most = row.inputs
    count = source.integer(least, least + 2 if most is None else most)
    return (draw_type(source, row),) * count


def draw_type(source: Source, row: Layer[Any]) -> TensorType:
    """One type that has a rank and dtype which the row takes."""
    least, most = row.rank if isinstance(row.rank, tuple) else (row.rank or 2, row.rank or 5)
    rank = source.integer(least, min(most, max(least, 5)))
    batch = source.integer(1, 3) if source.chance(8) else BATCH
    shape = [source.integer(1, 8 if rank < 5 else 5) for _ in range(rank - 1)]
    return TensorType((batch, *shape), draw_dtype(source, row))


def draw_dtype(source: Source, row: Layer[Any]) -> str:
    if not source.chance(6):
        return "float32"
    fails = getattr(row, "fails_on", ())
    dtypes = FLOATS if row.floats_only else (*FLOATS, *INTS[1 if row.no_bools else 0 :])
    return source.choice([one for one in dtypes if one not in fails])


def draw_arguments(
    source: Source, row: Layer[Any], inputs: Sequence[TensorType], policy: str | None = None
) -> Case:
    """Arguments that most probably go with the inputs."""
    plan, hint = _plan(row), hint_of(row)
    picked = [*plan.required, *source.some(plan.shaping, 4)]
    if plan.plain and source.chance(4):
        picked.append(source.choice(plan.plain))
    values = {name: pick(source) for name, pick in picked}
    for name in ("axis", "axes"):
        if name in values and inputs:
            values[name] = _within(values[name], inputs[0].rank)
    _leave_room(row, values, len(inputs))
    _fill_room(source, row, values, len(inputs))
    if hint.fit is not None:
        hint.fit(source, Draft(row, values, inputs))
    case = Case(row, values, tuple(inputs), policy=policy)
    if hint.ports is None or not source.chance(3):
        return case
    try:
        return case._replace(ports=hint.ports(source, case.args(), inputs))
    except Bad:
        return case


def _leave_room(row: Layer[Any], values: dict[str, Any], inputs: int) -> None:
    """Drops constants of an op that would take the place of an input."""
    for name in [name for name in values if name in row.input_names]:
        try:
            most = row.arity(check(row, values))[1]
        except Bad:
            return
        if most is not None and most < inputs:
            del values[name]


def constants_of(row: Layer[Any]) -> list[str]:
    """The tensors of an op that may be constants, where any of them may and others must come in."""
    if not isinstance(row, Op) or row.takes != "each" or len(row.tensors) < 2 or hint_of(row).fit is not None:
        return []
    return [name for name in row.tensors if name in row.args.fields()]


def _fill_room(source: Source, row: Layer[Any], values: dict[str, Any], inputs: int) -> None:
    """Constants for the tensors of an op that no input is left for."""
    free = [name for name in constants_of(row) if name not in values]
    given = sum(values.get(name) is not None for name in constants_of(row))
    for _ in range(min(row.inputs[0] - given - inputs, len(free))):
        name = source.choice(free)
        free.remove(name)
        values[name] = legal(row.args.fields()[name].kind)(source)


def _within(axis: Any, rank: int) -> Any:
    """An axis, or several distinct ones, that a tensor of this rank has."""
    if isinstance(axis, list) and all(isinstance(one, int) for one in axis):
        return list({(one + rank) % rank: (one + rank) % (2 * rank) - rank for one in axis}.values())
    return (axis + rank) % (2 * rank) - rank if isinstance(axis, int) else axis


def loosen(source: Source, case: Case) -> tuple[Case, dict[str, int]]:
    """The same with some sizes named, and the sizes that the names stand for.

    Axes of one size may share a name; some names come with facts that hold of their size.
    """
    sizes: dict[str, int] = {}
    dims: dict[str, Dim] = {}
    inputs = tuple(
        x.with_shape(x.shape[0], *(_name(source, dim, sizes, dims) for dim in x.shape[1:]))
        for x in case.inputs
    )
    return case._replace(inputs=inputs), sizes


def _name(source: Source, dim: Dim, sizes: dict[str, int], dims: dict[str, Dim]) -> Dim:
    if not isinstance(dim, int) or not source.chance(2):
        return dim
    known = [name for name, size in sizes.items() if size == dim]
    if known and not source.chance(4):
        return dims[source.choice(known)]
    name = AXIS_NAMES[len(sizes) % len(AXIS_NAMES)] + str(len(sizes) // len(AXIS_NAMES) or "")
    sizes[name] = dim
    factor = source.choice([one for one in range(1, dim + 1) if dim % one == 0]) if source.chance(4) else 1
    least = source.integer(1, dim) if source.chance(4) else 1
    dims[name] = named(name, minimum=least, multiple_of=factor)
    return dims[name]
