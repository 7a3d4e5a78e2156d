"""A use of a layer with one thing changed: one pad, stride, unit or axis off, or a value of another kind.

About half of what comes out is refused. Whether it is must be as Keras has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specgraph.ir.tensor import TensorType

from .graphs import Graph, case_of, changed, known_types, types
from .rows import FLOATS, INTS, Case
from .source import Source
from .values import legal, near_misses

ATTEMPTS = 20
"""Near misses drawn of a graph until one differs from it."""


def draw_miss(source: Source, case: Case) -> Case:
    """The case with one change; the same case if the change drawn cannot be made."""
    return source.choice(_CHANGES)(source, case)


def miss_graph(source: Source, graph: Graph) -> Graph:
    """The graph with one thing changed at one of its nodes; the same one if nothing could be."""
    known = types(graph)
    for _ in range(ATTEMPTS):
        node = source.choice(graph.nodes)
        twin = changed(graph, node, values=draw_miss(source, case_of(node, known)).values)
        if twin != graph and _same_outputs(known, known_types(twin)):
            return twin
    return graph


def _same_outputs(one: Mapping[str, tuple[Any, ...]], other: Mapping[str, tuple[Any, ...]]) -> bool:
    """Whether nodes have as many outputs as before, so that what reads one of them still names it."""
    return all(len(made) == len(one[name]) for name, made in other.items())


def _nudge(source: Source, case: Case) -> Case:
    """One int among the arguments more or less by one, a default's too."""
    fields = case.row.fields()
    defaults = {name: field.default for name, field in fields.items() if not field.required}
    values = {**{k: v for k, v in defaults.items() if k not in ("seed", "weights")}, **case.values}
    places = [place for name, value in values.items() for place in _ints(value, (name,))]
    if not places:
        return case
    path = source.choice(places)
    step = -1 if source.chance(2) else 1
    changed = _replace(values[path[0]], path[1:], lambda number: number + step)
    return case._replace(values={**case.values, path[0]: changed})


def _ints(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if type(value) is int:
        yield path
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _ints(item, (*path, i))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _ints(item, (*path, name))


def _replace(value: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    if isinstance(value, dict):
        return {k: _replace(v, path[1:], change) if k == path[0] else v for k, v in value.items()}
    return [_replace(item, path[1:], change) if i == path[0] else item for i, item in enumerate(value)]


def _relist(source: Source, case: Case) -> Case:
    """One list among the arguments longer or shorter by one."""
    lists = [name for name, value in case.values.items() if isinstance(value, list) and value]
    if not lists:
        return _nudge(source, case)
    name = source.choice(lists)
    value = case.values[name]
    changed = value[:-1] if source.chance(2) else [*value, value[-1]]
    return case._replace(values={**case.values, name: changed})


def _another(source: Source, case: Case) -> Case:
    """One argument redrawn, without regard for the others."""
    fields = [field for field in case.row.fields().values() if field.name != "weights"]
    if not fields:
        return _resize(source, case)
    field = source.choice(fields)
    return case._replace(values={**case.values, field.name: legal(field.kind)(source)})


def _outside(source: Source, case: Case) -> Case:
    """One argument just outside what its kind takes."""
    fields = [field for field in case.row.fields().values() if field.name != "weights"]
    misses = [(field.name, value) for field in fields for value in near_misses(field.kind)]
    if not misses:
        return case
    name, value = source.choice(misses)
    return case._replace(values={**case.values, name: value})


def _forgotten(source: Source, case: Case) -> Case:
    """One argument left out."""
    if not case.values:
        return case
    name = source.choice([*case.values])
    if name == "weights":
        return case
    return case._replace(values={key: value for key, value in case.values.items() if key != name})


def _resize(source: Source, case: Case) -> Case:
    """One axis of one input longer or shorter by one."""

    def change(x: TensorType) -> TensorType:
        known = [i for i, dim in enumerate(x.shape) if isinstance(dim, int)]
        if not known:
            return x
        axis = source.choice(known)
        size = x.shape[axis]
        smaller = source.chance(2) and isinstance(size, int) and size > 1
        return x.with_shape(*x.shape[:axis], size - 1 if smaller else size + 1, *x.shape[axis + 1 :])

    return _one_input(source, case, change)


def _rerank(source: Source, case: Case) -> Case:
    """One axis of one input there or not."""

    def change(x: TensorType) -> TensorType:
        if source.chance(2) and x.rank > 1:
            return x.with_shape(*x.shape[:-1])
        return x.with_shape(*x.shape[:-1], 2, *x.shape[-1:]) if x.rank > 1 else x.with_shape(*x.shape, 2)

    return _one_input(source, case, change)


def _retype(source: Source, case: Case) -> Case:
    """Another dtype for one input."""
    dtype = source.choice((*FLOATS, *INTS, "string"))
    return _one_input(source, case, lambda x: TensorType(x.shape, dtype))


def _one_input(source: Source, case: Case, change: Callable[[TensorType], TensorType]) -> Case:
    if not case.inputs:
        return case
    at = source.integer(0, len(case.inputs) - 1)
    return case._replace(inputs=tuple(change(x) if i == at else x for i, x in enumerate(case.inputs)))


def _recount(source: Source, case: Case) -> Case:
    """One input more or less."""
    if source.chance(2) and len(case.inputs) > 1:
        return case._replace(inputs=case.inputs[:-1])
    return case._replace(inputs=(*case.inputs, *case.inputs[-1:]))


def _reported(source: Source, case: Case) -> Case:
    """One axis of one port longer by one, or one type more or less in it."""
    if not case.ports:
        return _resize(source, case)
    name = source.choice([*case.ports])
    types = case.ports[name]
    if isinstance(types, TensorType):
        changed: Any = _grown(types)
    elif source.chance(2):
        changed = types[:-1] if source.chance(2) else (*types, types[-1])
    else:
        changed = (_grown(types[0]), *types[1:])
    return case._replace(ports={**case.ports, name: changed})


def _grown(x: TensorType) -> TensorType:
    return x.with_shape(*x.shape[:-1], x.shape[-1] + 1)


_CHANGES = (
    _nudge, _nudge, _nudge, _resize, _resize, _relist, _another, _another, _outside, _forgotten, _rerank,
    _retype, _recount, _reported,
)  # fmt: skip
