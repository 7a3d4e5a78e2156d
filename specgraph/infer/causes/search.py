"""What the searches for causes share: a budget, and the graph as it would be if something were different."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.rows.apply import weights
from specgraph.rows.base import Layer, Reject, conditions, warnings
from specgraph.spec.record import Record

if TYPE_CHECKING:
    from specgraph.infer.walk import Walk

EFFORT = 20_000
"""How often the searches in one model may look at a node, so that many faults cost no more than a few."""

FAR = 500
"""How many layers up a search goes."""

Types = tuple[TensorType, ...]


class Use(NamedTuple):
    """A place where a node is read: an input or a port of another, or an output of the model (None)."""

    reader: GraphNode | None
    ref: Ref


class Search:
    """The searches in one model."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.nodes = walk.graph.nodes
        self.effort = EFFORT
        self.blamed: set[str] = set()
        """Inputs that are named as the cause of an error."""
        self.misread: set[tuple[str, str | None]] = set()
        """Nodes of which an output is asked for that is not there, each with its reader."""
        self._uses: dict[str, list[Use]] | None = None
        self._places: dict[str, int] | None = None
        self._items: dict[int, list[GraphNode]] | None = None
        self._written: dict[str, GraphNode | None] | None = None
        self._flat: bool | None = None
        self._cone: tuple[str, list[str]] | None = None

    def spend(self, cost: int = 1) -> bool:
        """Whether one more node may be looked at."""
        self.effort -= cost
        return self.effort >= 0

    def source(self, node: GraphNode, input: int | None = None) -> GraphNode | None:
        """The node that an input comes from, by default the first."""
        position = input or 0
        if len(node.inputs) <= position or not self.spend():
            return None
        return self.nodes[node.inputs[position].node]

    def above(self, node: GraphNode, input: int | None = None) -> Iterator[GraphNode]:
        """The chain of nodes above, nearest first, along first inputs, as far as a reader would look."""
        here = self.source(node, input)
        for _ in range(FAR):
            if here is None:
                return
            yield here
            here = self.source(here)

    def before(self, node: GraphNode) -> GraphNode | None:
        """The layer that is written before another in the file."""
        if self._written is None:
            layers = [one for one in self.nodes.values() if one.kind != "input"]
            layers.sort(key=lambda one: one.item.start)
            self._written = {one.name: layers[i - 1] if i else None for i, one in enumerate(layers)}
        return self._written.get(node.name)

    @property
    def flat(self) -> bool:
        """Whether no layer comes out of a block, a repeat or a branch."""
        if self._flat is None:
            self._flat = not any("." in name for name in self.nodes)
        return self._flat

    def type(self, ref: Ref) -> TensorType | None:
        """What Keras declares of an output; None where it is not known."""
        types = self.walk.types.get(ref.node, ())
        return types[ref.output].declared if ref.output < len(types) else None

    def type_of(self, node: GraphNode) -> TensorType | None:
        """The type of a node's first output."""
        return self.type(Ref(node.name))

    def inputs(self, node: GraphNode) -> list[TensorType]:
        """The types of the inputs of a node that has been tried."""
        found = [self.type(ref) for ref in node.inputs]
        return [one for one in found if one is not None]

    def make(
        self,
        node: GraphNode,
        inputs: Sequence[TensorType],
        *,
        row: Layer[Any] | None = None,
        args: Record | None = None,
        ports: Mapping[str, Types] | None = None,
    ) -> Types:
        """What a node would make of these inputs; `Reject` if nothing, or if the search has to end."""
        if not self.spend(1 + len(self.walk.weights.get(node.name, ())) // 4):
            raise Reject("limit", "the search has to end")
        with _unheard():
            if node.kind == "model":
                made = self.walk.call(node, list(inputs))
            else:
                given = dict(ports) if ports is not None else self._ports(node)
                made, _ = self.walk.layer(node, list(inputs), given, row or node.row, args or node.args)
        if made is None:
            raise Reject("limit", "the model is at fault itself")
        return made

    def _ports(self, node: GraphNode) -> dict[str, Types]:
        found = {port: [self.type(ref) for ref in refs] for port, refs in node.ports.items()}
        return {port: tuple(one for one in types if one is not None) for port, types in found.items()}

    def uses(self, name: str) -> list[Use]:
        """Everything that reads a node."""
        if self._uses is None:
            self._uses = {}
            for node in self.nodes.values():
                for ref in (*node.inputs, *(ref for refs in node.ports.values() for ref in refs)):
                    self._uses.setdefault(ref.node, []).append(Use(node, ref))
            for ref in self.walk.graph.outputs:
                self._uses.setdefault(ref.node, []).append(Use(None, ref))
        return self._uses.get(name, [])

    def twins(self, node: GraphNode) -> list[GraphNode]:
        """All nodes that the node's text stands for, itself among them: in a block, one for each use."""
        if self._items is None:
            self._items = {}
            for one in self.nodes.values():
                self._items.setdefault(id(one.item), []).append(one)
        return self._items.get(id(node.item), [node])

    def alone(self, node: GraphNode) -> bool:
        """Whether the node's text stands for this node only, so that an edit changes no other."""
        return len(self.twins(node)) == 1

    def free_name(self, base: str, beside: GraphNode) -> str:
        """A name that nothing has yet where a node stands."""
        prefix = beside.name[: beside.name.rfind(".") + 1]
        name, number = base, 2
        while prefix + name in self.nodes:
            name, number = f"{base}_{number}", number + 1
        return name

    def cone(self, goal: GraphNode) -> list[str]:
        """The names of all nodes that a node depends on, itself at the end, in the graph's order."""
        if self._cone is None or self._cone[0] != goal.name:
            self._cone = goal.name, self._find_cone(goal)
        return self._cone[1]

    def _find_cone(self, goal: GraphNode) -> list[str]:
        if self._places is None:
            self._places = {name: i for i, name in enumerate(self.nodes)}
        found, waiting = {goal.name}, [goal]
        while waiting:
            node = waiting.pop()
            for ref in (*node.inputs, *(ref for refs in node.ports.values() for ref in refs)):
                if ref.node not in found and self.spend():
                    found.add(ref.node)
                    waiting.append(self.nodes[ref.node])
        return sorted(found, key=self._places.__getitem__)


@contextmanager
def _unheard() -> Iterator[None]:
    """What holds only sometimes, or is odd, says nothing of the model while something is tried out."""
    tokens = conditions.set(None), warnings.set(None)
    try:
        yield
    finally:
        conditions.reset(tokens[0])
        warnings.reset(tokens[1])


class Trial:
    """The graph with other types of inputs or other arguments, and with some nodes passed by."""

    def __init__(
        self,
        search: Search,
        *,
        types: Mapping[str, TensorType] | None = None,
        args: Mapping[str, Record] | None = None,
        gone: Collection[str] = (),
    ) -> None:
        self.search = search
        self.args = args or {}
        self.gone = gone
        self.new: dict[str, Types] = {name: (one,) for name, one in (types or {}).items()}
        self.given = frozenset(self.new)

    def refusal(self, goal: GraphNode) -> Reject | None:
        """What still refuses, of all that the goal depends on and the goal itself."""
        for name in self.search.cone(goal):
            node = self.search.nodes[name]
            if node.kind != "input" and (node is goal or self._touched(node)):
                try:
                    self._try(node)
                except Reject as reject:
                    return reject
        return None

    def refusals(self) -> dict[str, Reject]:
        """What refuses anywhere, by node; nothing is said of what depends on it."""
        found: dict[str, Reject] = {}
        for name, node in self.search.nodes.items():
            if node.kind != "input" and (name not in self.search.walk.types or self._touched(node)):
                try:
                    self._try(node)
                except Reject as reject:
                    if reject.rule != "limit":
                        found[name] = reject
        return found

    def type(self, ref: Ref) -> TensorType:
        types = self.new.get(ref.node)
        found = self.search.type(ref) if types is None else _declared(types, ref)
        if found is None:
            raise Reject("limit", "an input is not known")
        return found

    def _touched(self, node: GraphNode) -> bool:
        if node.name in self.given:
            return False
        refs = (*node.inputs, *(ref for refs in node.ports.values() for ref in refs))
        return node.name in self.args or node.name in self.gone or any(ref.node in self.new for ref in refs)

    def _try(self, node: GraphNode) -> None:
        if node.kind == "layer" and node.args is None:
            raise Reject("limit", "the arguments are at fault")
        inputs = [self.type(ref) for ref in node.inputs]
        if node.name in self.gone:
            made: Types = (inputs[0],)
        else:
            ports = {name: tuple(self.type(ref) for ref in refs) for name, refs in node.ports.items()}
            self._check_shared(node, inputs)
            made = self.search.make(node, inputs, args=self.args.get(node.name), ports=ports)
        if made != self.search.walk.types.get(node.name):
            self.new[node.name] = made

    def _check_shared(self, node: GraphNode, inputs: list[TensorType]) -> None:
        """Rejects a use of another layer's weights that do not fit it."""
        there = self.search.walk.weights.get(node.shares or "")
        args = self.args.get(node.name, node.args)
        if there is None or args is None or node.kind != "layer":
            return
        needed = weights(node.row, args, inputs, node.dtype)
        if [one.shape for one in needed] != [one.shape for one in there]:
            raise Reject("shared-weights-shape", "the weights do not fit", input=0)


def _declared(types: Types, ref: Ref) -> TensorType | None:
    return types[ref.output].declared if ref.output < len(types) else None
