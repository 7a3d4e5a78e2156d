"""Whole graphs, drawn layer by layer so that each fits the tensors that are there.

A graph is a list of uses of layers, with the tensors that each reads: by construction one that Keras
builds. It has branches and merges, layers with several inputs and outputs, layers used twice, named dims and
several inputs and outputs; `spec` writes it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from specgraph.diagnostics.edits import format_value
from specgraph.ir.dim import Dim, SymDim, named
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.apply import check_built
from specgraph.rows.base import Layer, Reject
from specgraph.spec.kinds import Bad
from specgraph.vocabulary import ROWS

from .hints.hint import BATCH, PortTypes
from .rows import NO_PORTS, Case, Unsatisfied, constants_of, draw_arguments, draw_inputs, drawable
from .source import Source

ATTEMPTS = 12
"""Rows tried for a node before the graph is taken as it is."""
FIXED = 8
"""Of so many graphs, one has a fixed batch."""
MOST_INPUTS = 5
DTYPES = ("mixed_float16", "float16", "float64")
NAMES = ("H", "W", "T")


class Ref(NamedTuple):
    """One tensor of a graph: an input, or an output of a node."""

    node: str
    output: int | None = None

    def __str__(self) -> str:
        return self.node if self.output is None else f"{self.node}.{self.output}"


class Node(NamedTuple):
    """A use of a layer. `shares` is the node whose weights it has."""

    name: str
    row: Layer[Any]
    values: Mapping[str, Any]
    reads: tuple[Ref, ...]
    ports: Mapping[str, tuple[Ref, ...]]
    policy: str | None = None
    shares: str | None = None


class Graph(NamedTuple):
    """Inputs and nodes, each after those it reads; every tensor that nothing reads is an output."""

    inputs: Mapping[str, TensorType]
    nodes: tuple[Node, ...]

    def outputs(self) -> list[Ref]:
        """What no node reads, in its order; a layer of several outputs gives the first if none is read."""
        read = {ref.node for node in self.nodes for ref in reads(node)}
        return [Ref(node.name) for node in self.nodes if node.name not in read]

    def spec(self) -> str:
        """The graph as a spec, one that is refused too."""
        known = known_types(self)
        lines = ["specgraph: 1", "inputs:"]
        lines += [f"  {input_line(name, type_)}" for name, type_ in self.inputs.items()]
        lines.append("layers:")
        lines += [f"  - {item_line(node)}" for node in self.nodes]
        listed = [f"{ref}.0" if len(known.get(ref.node, ())) > 1 else str(ref) for ref in self.outputs()]
        lines.append(f"outputs: {format_value(listed)}")
        return "\n".join(lines) + "\n"


def changed(graph: Graph, node: Node, **changes: Any) -> Graph:
    """The graph with changes to a node, and to all that have its weights: they are one layer."""
    layer = node.shares or node.name
    nodes = tuple(one._replace(**changes) if layer in (one.name, one.shares) else one for one in graph.nodes)
    return Graph(graph.inputs, nodes)


def reads(node: Node) -> Iterator[Ref]:
    """Every tensor that a node reads."""
    yield from node.reads
    for refs in node.ports.values():
        yield from refs


def input_line(name: str, type_: TensorType) -> str:
    """An input as a spec says it."""
    shape = [str(dim) if isinstance(dim, SymDim) else dim for dim in type_.shape[1:]]
    stated: dict[str, Any] = {"shape": shape, "dtype": type_.dtype}
    if isinstance(type_.shape[0], int):
        stated["batch_size"] = type_.shape[0]
    return f"{name}: {format_value(stated)}"


def item_line(node: Node) -> str:
    """A node as a spec says it."""
    names = node.row.named_inputs()
    refs = [str(ref) for ref in node.reads]
    source: Any = refs
    if node.ports:
        whole = len(names) == 1 and len(refs) > 1
        source = {names[0]: refs} if whole else dict(zip(names, refs, strict=False))
        source |= {port: [str(ref) for ref in given] for port, given in node.ports.items()}
    given = {"name": node.name, "from": source}
    if node.shares is not None:
        call = {name: value for name, value in node.values.items() if name in node.row.call}
        return f"reuse: {format_value({'layer': node.shares, **given, **call})}"
    if node.policy is not None:
        given["dtype"] = node.policy
    return f"{node.row.name}: {format_value({**given, **_escaped(dict(node.values))})}"


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return f"${value}" if value.startswith("$") else value
    if isinstance(value, list | tuple):
        return [_escaped(one) for one in value]
    return {key: _escaped(one) for key, one in value.items()} if isinstance(value, dict) else value


# what comes out of each node


def case_of(node: Node, known: Mapping[str, tuple[TensorType, ...]], truth: bool = False) -> Case:
    """The use of the layer alone, on the types that it reads: as declared, or as they really come.

    `Reject` where it reads an output that is not there.
    """

    def pick(ref: Ref) -> TensorType:
        made, output = known[ref.node], ref.output or 0
        if output >= len(made):
            raise Reject("bad-param", f"{ref.node} has {len(made)} outputs")
        return made[output].truth if truth else made[output].declared

    ports: dict[str, TensorType | tuple[TensorType, ...]] = {}
    for name, refs in node.ports.items():
        port = node.row.port(name)
        many = port is not None and port.many
        ports[name] = tuple(map(pick, refs)) if many else pick(refs[0])
    return Case(node.row, node.values, tuple(map(pick, node.reads)), ports or NO_PORTS, node.policy)


def types(graph: Graph) -> dict[str, tuple[TensorType, ...]]:
    """The types of all inputs and nodes; `Bad` or `Reject` at the first node that is refused."""
    known: dict[str, tuple[TensorType, ...]] = {name: (one,) for name, one in graph.inputs.items()}
    for node in graph.nodes:
        known[node.name] = made_of(node, known)
    return known


def known_types(graph: Graph) -> dict[str, tuple[TensorType, ...]]:
    """The types as far as they are known."""
    known: dict[str, tuple[TensorType, ...]] = {name: (one,) for name, one in graph.inputs.items()}
    for node in graph.nodes:
        try:
            known[node.name] = made_of(node, known)
        except (Bad, Reject, KeyError):
            continue
    return known


def made_of(node: Node, known: Mapping[str, tuple[TensorType, ...]]) -> tuple[TensorType, ...]:
    """What a node gives, as declared and as it really comes; `Bad` or `Reject` if it is refused."""
    case = case_of(node, known)
    made, _ = case.outputs()
    weights = case.weights()
    if all(known[ref.node][ref.output or 0].real is None for ref in reads(node)):
        return made
    real = case_of(node, known, truth=True)
    true, _ = real.outputs()
    check_built(node.row, case.args(), weights, case.inputs, real.inputs)
    if real.weights() != weights:
        raise Reject("fails-when-run", f"{node.row.name} would be built for another type than comes in")
    if len(true) != len(made):
        raise Reject("fails-when-run", f"{node.row.name} would be built for {len(made)} outputs")
    return tuple(
        one.declared if one.declared == other.truth else one._replace(real=other.truth)
        for one, other in zip(made, true, strict=True)
    )


# drawing


def sayable(one: TensorType) -> bool:
    """Whether an input may have this type: its sizes are names or from 1 on, its values not complex."""
    said = all(dim > 0 if isinstance(dim, int) else str(dim).isidentifier() for dim in one.shape)
    return said and BATCH not in one.shape[1:] and not one.dtype.startswith("complex")


class Drawing:
    """A graph in the making."""

    def __init__(self, source: Source, rows: Sequence[Layer[Any]]) -> None:
        self.source = source
        self.ops = [row for row in rows if row.name.startswith("ops.")]
        self.layers = [row for row in rows if not row.name.startswith("ops.")]
        self.batch: Dim = source.integer(2, 4) if source.chance(FIXED) else BATCH
        """Of all inputs: some ops need to know it."""
        self.inputs: dict[str, TensorType] = {}
        self.nodes: list[Node] = []
        self.known: dict[str, tuple[TensorType, ...]] = {}
        self.tensors: list[Ref] = []

    def input(self, type_: TensorType) -> Ref:
        """A new input of this type."""
        name = f"x{len(self.inputs)}"
        self.inputs[name] = type_ = self._batched(type_)
        self.known[name] = (type_,)
        self.tensors.append(Ref(name))
        return Ref(name)

    def _batched(self, type_: TensorType) -> TensorType:
        """A type with this graph's batch in the place of an open one."""
        return type_.with_shape(self.batch, *type_.shape[1:]) if type_.shape[0] == BATCH else type_

    def type_of(self, ref: Ref) -> TensorType:
        return self.known[ref.node][ref.output or 0]

    def node(self) -> bool:
        """Add one node; False if none was found that fits."""
        for _ in range(ATTEMPTS):
            try:
                again = self.nodes and self.source.chance(12)
                node = self._again() if again else self._fresh(self._row())
            except Unsatisfied:
                continue
            if node is not None and self._add(node):
                return True
        return False

    def _row(self) -> Layer[Any]:
        """Layers twice as often as ops, of which there are more."""
        kind = self.ops if self.ops and (not self.layers or self.source.chance(3)) else self.layers
        return self.source.choice(kind)

    def _add(self, node: Node) -> bool:
        try:
            made = made_of(node, self.known)
        except (Bad, Reject):
            return False
        if any(dim == 0 for one in made for dim in one.shape):
            return False  # cut to nothing, which says little of what follows
        self.nodes.append(node)
        self.known[node.name] = made
        self.tensors += [Ref(node.name, i if len(made) > 1 else None) for i in range(len(made))]
        return True

    def _fresh(self, row: Layer[Any]) -> Node | None:
        picked = self._found(row) if not self.source.chance(3) else None
        if picked is None:
            picked = self._drawn(row)
        if picked is None:
            return None
        policed = "dtype" in row.common and self.source.chance(16)
        policy = self.source.choice(DTYPES) if policed else None
        case = draw_arguments(self.source, row, [self.type_of(ref).declared for ref in picked], policy)
        ports = self._ports(row, case.ports)
        if ports is None:
            return None
        return Node(f"n{len(self.nodes)}", row, case.values, tuple(picked), ports, policy)

    def _found(self, row: Layer[Any]) -> list[Ref] | None:
        """Tensors that are there and that the row may take: one, and others of its shape."""
        least, most = row.rank if isinstance(row.rank, tuple) else (row.rank or 1, row.rank or 64)
        fit = [
            ref
            for ref in self.tensors
            if least <= self.type_of(ref).rank <= most
            and (not row.floats_only or is_float(self.type_of(ref).truth.dtype))
        ]
        if not fit:
            return None
        first = fit[-1] if not self.source.chance(3) else self.source.choice(fit)
        count = self.source.integer(row.inputs[0], max(row.inputs[0], min(row.inputs[1] or 3, 3)))
        if count > 1 and constants_of(row) and self.source.chance(3):
            count -= 1  # a constant stands for one
        alike = [ref for ref in fit if self.type_of(ref).declared == self.type_of(first).declared]
        return [first, *(self.source.choice(alike) for _ in range(count - 1))]

    def _drawn(self, row: Layer[Any]) -> list[Ref] | None:
        """Tensors of types that the row's own generator draws, new inputs where none is there."""
        return self._of_types(draw_inputs(self.source, row))

    def _of_types(self, wanted: Sequence[TensorType]) -> list[Ref] | None:
        wanted = [self._batched(one) if one.shape else one for one in wanted]
        if any(isinstance(one.shape[0], int) and one.shape[0] != self.batch for one in wanted if one.shape):
            return None  # a model has one batch axis
        found = []
        for one in wanted:
            there = [ref for ref in self.tensors if self.type_of(ref) == one.declared]
            if there and not self.source.chance(3):
                found.append(self.source.choice(there))
            elif len(self.inputs) < MOST_INPUTS and one.rank > 0 and sayable(one):
                found.append(self.input(one.declared))
            else:
                return None
        return found

    def _ports(self, row: Layer[Any], wanted: PortTypes) -> dict[str, tuple[Ref, ...]] | None:
        found: dict[str, tuple[Ref, ...]] = {}
        for name, one in wanted.items():
            refs = self._of_types([one] if isinstance(one, TensorType) else one)
            if refs is None:
                return None
            found[name] = tuple(refs)
        return found

    def _again(self) -> Node | None:
        """An earlier layer on another tensor of the type that it reads, its weights shared."""
        owner = self.source.choice(self.nodes)
        if owner.shares is not None or owner.ports or owner.row.inputs != (1, 1):
            return None
        wanted = self.type_of(owner.reads[0])
        there = [ref for ref in self.tensors if self.type_of(ref) == wanted and ref not in owner.reads]
        if not there:
            return None
        return owner._replace(
            name=f"n{len(self.nodes)}", reads=(self.source.choice(there),), shares=owner.name
        )


def draw_graph(source: Source, size: int = 10, rows: Sequence[Layer[Any]] | None = None) -> Graph:
    """A graph of at most `size` nodes, out of these rows or all."""
    drawing = Drawing(source, rows if rows is not None else usable())
    drawing.input(_first_input(source))
    for _ in range(size):
        if not drawing.node():
            break
    return Graph(drawing.inputs, tuple(drawing.nodes)) if drawing.nodes else draw_graph(source, size, rows)


def _first_input(source: Source) -> TensorType:
    rank = source.integer(2, 5)
    shape: list[Dim] = []
    for axis in range(rank - 2):
        open_ = source.chance(4)
        shape.append(named(NAMES[axis]) if open_ else source.integer(4, 12 if rank < 5 else 6))
    return TensorType((BATCH, *shape, source.integer(1, 8)), "float32")


def usable() -> list[Layer[Any]]:
    """Every row that stands on its own and costs little: no networks, no cells."""
    if not _USABLE:
        _USABLE.extend(
            row
            for row in ROWS.values()
            if not row.nested_only and not row.keras_name.startswith("applications.") and drawable(row)
        )
    return _USABLE


_USABLE: list[Layer[Any]] = []
