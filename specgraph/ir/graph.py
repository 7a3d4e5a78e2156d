"""The typed graph: what a spec says, with every name resolved and every argument checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from specgraph.diagnostics import Label
from specgraph.source.nodes import MapNode, Node
from specgraph.source.text import Span

from .tensor import TensorType

if TYPE_CHECKING:
    from specgraph.spec.record import Record

    from .training import Column


class Ref(NamedTuple):
    """One output of a node, and where the spec refers to it (None: the layer above)."""

    node: str
    output: int = 0
    span: Span | None = None
    explicit: bool = False
    """Whether the spec chose the output by its number."""


class GraphNode:
    """An input, a layer, or a model of the same file used as a layer."""

    __slots__ = (
        "args", "cut", "dtype", "inputs", "item", "key", "kind", "name", "params", "ports", "range",
        "resolved", "row", "shares", "steps", "target", "trainable", "type", "via",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: Literal["input", "layer", "model"],
        target: str,
        item: Node,
        key: Node,
    ) -> None:
        self.name = name
        self.kind = kind
        self.target = target
        """The layer's key (`Conv2D`), or the name of the model that is called."""
        self.item = item
        """The whole item in the source."""
        self.key = key
        """The key of the item: where a fault of the whole layer is shown."""
        self.params: Mapping[str, Any] = {}
        """The params that its arguments may use."""
        self.resolved: MapNode | None = None
        """Its arguments with every param and expression replaced."""
        self.row: Any = None
        """The row of its layer; None for inputs and models."""
        self.args: Record | None = None
        """Checked arguments; None where they are at fault, and for inputs and models."""
        self.inputs: list[Ref] = []
        self.ports: dict[str, list[Ref]] = {}
        self.steps = 0
        """How many axes of steps TimeDistributed takes off what a model is called with."""
        self.cut = False
        """Whether it lacks some of what it should read, which has been reported."""
        self.shares: str | None = None
        """The node whose weights it uses, if it has none of its own."""
        self.via: tuple[Label, ...] = ()
        """The lines that brought it here, nearest first: uses of blocks, rounds of repeats."""
        self.trainable = True
        self.dtype: str | None = None
        self.type: TensorType | None = None
        """The declared type of an input."""
        self.range: tuple[float, float] | None = None
        """The least and the greatest value of an input, where the spec says so."""

    @property
    def shown(self) -> str:
        """What it is, in words: its layer or its model."""
        kind = "Input" if self.kind == "input" else self.target
        return f"{'TimeDistributed(' * self.steps}{kind}{')' * self.steps}"

    def argument(self, name: str) -> Node | None:
        """The source of an argument's value, if it was written."""
        body = self.body()
        return body.get(name) if body is not None else None

    def body(self) -> Any:
        """The mapping of arguments in the source, or None."""
        from specgraph.source.nodes import MapNode

        if self.kind != "input" and isinstance(self.item, MapNode):
            [(_, value)] = self.item
            return value if isinstance(value, MapNode) else None
        return None


def with_called(names: Iterable[str], graphs: Mapping[str, Graph]) -> set[str]:
    """These models and all that they call."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [node.target for node in graphs[name].nodes.values() if node.kind == "model"]
    return found


class Graph(NamedTuple):
    """One model: its nodes in an order in which each comes after those it reads."""

    name: str
    nodes: dict[str, GraphNode]
    inputs: list[str]
    outputs: list[Ref]
    compile: Any
    """The checked compile settings, or None."""
    section: MapNode
    """The model's section, params replaced but in `layers`."""
    span: Span | None = None
    sound: bool = True
    """Whether nothing that the graph needs was left out for an error."""
    targets: Mapping[str, Column] = MappingProxyType({})
    """What is said of the data that outputs are trained towards, by output."""
