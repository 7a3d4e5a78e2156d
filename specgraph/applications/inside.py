"""The inside of an application: the layers that Keras builds it from, node for node.

A family describes the inside by a function that calls the network once for each layer, in the order of
Keras's own code:

    x = net("Conv2D", net.image, name="conv1", filters=64, kernel_size=7, strides=2)
    x = net("Add", shortcut, x, name="add1")

Each call asks the layer's row at once, so that a description may look at the sizes it has come to, as
Keras's code does. A refusal names the layer inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.layers import LAYERS as PUBLIC
from specgraph.rows.apply import apply, weights
from specgraph.rows.base import Condition, Layer, Reject, Weight, conditions
from specgraph.rows.naming import snake
from specgraph.spec.catalog import Named
from specgraph.spec.kinds import Bad
from specgraph.spec.record import Record

from .private import NAMELESS, PRIVATE

APART = {"merge-mismatch": "divisibility", "concat-mismatch": "divisibility"}
"""Layers inside do fit together, but for some sizes of the image."""


class Made(NamedTuple):
    """What a layer inside makes of its inputs."""

    row: Layer[Any]
    args: Record
    type: TensorType
    weights: tuple[Weight, ...]
    conditions: tuple[Condition, ...]


class Inner:
    """One node inside; equal to itself only.

    `name` is Keras's, unnamed layers being counted as in a fresh process; `path` leads to it through the
    scopes that it is in. The image has no `made`.
    """

    __slots__ = ("inputs", "made", "name", "path", "type")

    def __init__(
        self, name: str, path: str, inputs: tuple[Inner, ...], type: TensorType, made: Made | None
    ) -> None:
        self.name = name
        self.path = path
        self.inputs = inputs
        self.type = type
        self.made = made

    @property
    def channels(self) -> int:
        """The size of the last axis, which a layer has made and so is known."""
        size = self.type.shape[-1]
        assert isinstance(size, int)
        return size


class Step(NamedTuple):
    """A node inside that changes the size of an axis."""

    name: str
    size: Dim


class Inside:
    """The network inside an application, for one image.

    The image comes in as float32, whatever it was, for so Keras declares the application's own input.
    """

    def __init__(self, application: str, image: TensorType, policy: str | None = None) -> None:
        self.application = application
        self.policy = policy
        self.image = Inner("input_layer", "input_layer", (), TensorType(image.shape, "float32"), None)
        self.output = self.image
        self.nodes: dict[str, Inner] = {self.image.name: self.image}
        self.conditions: list[Condition] = []
        self.by_size = False
        """Whether Keras's code looks at the sizes, so that names for them do not tell what numbers would."""
        self._scopes: list[str] = []
        self._counts: Counter[str] = Counter()
        self._made: dict[Any, Made] = {}

    def __call__(self, key: str, *inputs: Inner, name: str | None = None, **arguments: Any) -> Inner:
        """The next layer; arguments are those of its row."""
        types = tuple(one.type for one in inputs)
        cached = (key, types, *arguments.items())
        made = self._made.get(cached)
        row: Layer[Any] = made.row if made else PRIVATE[key] if key in PRIVATE else PUBLIC[key]
        name = name or self._count(snake(row.keras_name))
        if made is None:
            try:
                made = self._made[cached] = _make(row, arguments, types, self.policy)
            except Reject as reject:
                raise self._within(name, reject) from None
        for one in made.conditions:
            self.conditions.append(Condition(one.verdict, self._within(name, one.reject)))
        path = "/".join((*self._scopes, name))
        node = self.nodes[name] = self.output = Inner(name, path, inputs, made.type, made)
        return node

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """A `Sequential` or a name scope, which the paths of weights go through."""
        self._scopes.append(name)
        yield
        self._scopes.pop()

    def ordered(self) -> list[Inner]:
        """The nodes that reach the output, as Keras orders the layers of a model.

        Those farther from the output come first; of the same distance, those that a walk up from the
        output meets first.
        """
        met: dict[Inner, int] = {}
        above = [self.output]
        while above:
            node = above.pop()
            if node not in met:
                met[node] = len(met)
                above.extend(reversed(node.inputs))
        distance = dict.fromkeys(met, 0)
        for node in reversed(self.nodes.values()):
            for one in node.inputs if node in met else ():
                distance[one] = max(distance[one], distance[node] + 1)
        return sorted(met, key=lambda node: (-distance[node], met[node]))

    def weights(self) -> Iterator[Weight]:
        """All variables in Keras's order, each named `path/weight`; nameless ones are counted."""
        nameless = 0
        for node in self.ordered():
            for weight in node.made.weights if node.made else ():
                name = weight.name
                if name == NAMELESS:
                    name, nameless = f"{name}_{nameless}" if nameless else name, nameless + 1
                yield weight._replace(name=f"{node.path}/{name}")

    def steps(self, axis: int) -> list[Step]:
        """From the image to the output, the nodes that change the size of an axis."""
        path = [self.output]
        while path[-1].inputs:
            path.append(path[-1].inputs[0])
        path.reverse()
        found = [Step(path[0].name, path[0].type.shape[axis])]
        for node in path:
            if axis < node.type.rank and node.type.shape[axis] != found[-1].size:
                found.append(Step(node.name, node.type.shape[axis]))
        return found

    def _count(self, base: str) -> str:
        count = self._counts[base]
        self._counts[base] += 1
        return f"{base}_{count}" if count else base

    def _within(self, name: str, reject: Reject) -> Reject:
        facts = {**reject.facts, "application": self.application, "inner": name, "detail": reject.message}
        message = f"inside {self.application}, at `{name}`: {reject.message}"
        return Reject(APART.get(reject.rule, reject.rule), message, input=0, help=reject.help, **facts)


def _make(
    row: Layer[Any], arguments: dict[str, Any], inputs: tuple[TensorType, ...], policy: str | None
) -> Made:
    args = _checked(row, arguments)
    found: list[Condition] = []
    token = conditions.set(found)
    try:
        [made] = apply(row, args, inputs, policy)
    finally:
        conditions.reset(token)
    return Made(row, args, made, tuple(weights(row, args, inputs, policy)), tuple(found))


def _checked(row: Layer[Any], arguments: dict[str, Any]) -> Record:
    fields, checked = row.fields(), {}
    for name, value in arguments.items():
        try:
            checked[name] = value if isinstance(value, Named) else fields[name].kind.check(value)
        except Bad as bad:
            raise Reject(bad.rule, f"{row.name}'s `{name}` {bad.message}") from None
    args: Record = row.args.checked(checked)
    return args
