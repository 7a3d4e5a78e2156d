"""A model's section of a spec -> `Graph`: names resolved, arguments checked, nodes in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from specgraph.diagnostics import Fix, Label, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode
from specgraph.limits import Limits
from specgraph.resolve.blocks import CONTROL, Block
from specgraph.resolve.expand import Expander
from specgraph.resolve.items import Flat
from specgraph.resolve.names import NAME
from specgraph.resolve.substitution import Substitution
from specgraph.rows.policy import POLICIES
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

from .dims import Dims
from .inputs import InputReader
from .items import COMMON, check_arguments, unresolved
from .order import find_cycle, in_order
from .unused import say_unused
from .wiring import Wiring


class Builder:
    """Builds one model's graph; what is at fault is reported and left out."""

    def __init__(
        self,
        name: str,
        models: dict[str, Graph],
        declared: Collection[str],
        blocks: Mapping[str, Block],
        params: Substitution,
        report: Report,
        limits: Limits,
        dims: Dims,
        used: int = 0,
    ) -> None:
        self.name = name
        self.models = models
        """The models of the same file that are built already."""
        self.declared = declared
        """The names of all models of the file."""
        self.blocks = blocks
        self.params = params
        self.report = report
        self.limits = limits
        self.dims = dims
        self.allowed = limits.layers - used
        """How many layers the models before this one have left over."""
        self.nodes: dict[str, GraphNode] = {}
        self.inputs: list[str] = []
        self.sound = True
        self.taken: set[str] = set()
        """The names of all inputs and layers."""
        self.renames: dict[str, int] = {}
        """For each name that is there twice, the last number that a fix puts behind it."""

    def build(self, section: MapNode) -> Graph:
        """The graph of a section whose `layers` are as written, and all else resolved."""
        self._inputs(section.get("inputs"))
        layers = section.get("layers")
        items = layers.items if isinstance(layers, ListNode) else []
        if layers is not None and not isinstance(layers, ListNode):
            self._fail("malformed-item", "`layers` is a list of items", layers.span)
        expander = Expander(self.blocks, self.report, self.limits, self.allowed)
        expansion = expander.run(items, self.inputs, self.params)
        self.sound = self.sound and expansion.sound
        self.taken = expansion.names.layers
        made = [(flat, self._node(flat)) for flat in expansion.flats]
        wiring = Wiring(self.nodes, self.inputs, expansion.names, self.models, self.report)
        for flat, node in made:
            if node is not None:
                self.report.via = flat.via
                wiring.share(node, flat)
                wiring.connect(node, flat, first=flat is expansion.flats[0])
        self.report.via = ()
        outputs = wiring.outputs(section.get("outputs"), expansion.above, self.sound)
        self.sound = self.sound and wiring.sound
        order = in_order(self.nodes)
        if order is None:
            self._say_cycle()
            order = {name: node for name, node in self.nodes.items() if node.kind == "input"}
        settings = section.get("compile")
        compiled = None
        if settings is not None:
            from .training import read_compile

            compiled = read_compile(settings, [ref.node for ref in outputs], self.report)
        if self.sound and outputs:
            say_unused(order, outputs, self.report)
        return Graph(self.name, order, self.inputs, outputs, compiled, span=section.span, sound=self.sound)

    def _fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        self.sound = False
        self.report.say(rule, message, span, **more)

    def _inputs(self, section: Node | None) -> None:
        reader = InputReader(self.report, self.limits, self.dims)
        for node in reader.read(section):
            name = node.name
            if not NAME.fullmatch(name) or len(name) > self.limits.name_length:
                message = f"'{name}' is no name: letters, digits, `_` and `-` only"
                self._fail("bad-param", message, node.key.span)
            else:
                self.nodes[name] = node
                self.inputs.append(name)
        self.sound = self.sound and reader.sound

    def _node(self, flat: Flat) -> GraphNode | None:
        """The node of a layer or model call, its arguments checked, not yet connected."""
        self.report.via = flat.via
        if not self._free(flat):
            return None
        target = ALIASES.get(str(flat.key.value), str(flat.key.value))
        kind = self._kind(target, flat.key)
        if kind is None:
            return None
        node = GraphNode(flat.name, kind, target, flat.item, flat.key)
        node.via = flat.via
        common = ROWS[target].common if kind == "layer" and target in ROWS else COMMON
        self._common(node, flat.body, common)
        node.trainable = node.trainable and not flat.frozen
        entries = list(flat.body) if flat.body is not None else []
        if target in CONTROL:
            node.cut = True  # until the layer that it uses again is known
        elif kind == "layer":
            row = ROWS[target]
            checked = check_arguments(
                row.fields(), entries, target, flat.key.span, self.report, node.name, common
            )
            node.args = row.args.checked(checked) if checked is not None else None
            self.sound = self.sound and checked is not None
        else:
            what = f"model `{target}`"
            checked = check_arguments({}, entries, what, flat.key.span, self.report, node.name, COMMON)
            self.sound = self.sound and checked is not None
        self.nodes[node.name] = node
        return node

    def _kind(self, target: str, key: Scalar) -> Literal["layer", "model"] | None:
        if target in self.declared:
            if target in self.models:
                return "model"
            message = f"model `{target}` cannot be used here: models would contain each other"
            self._fail("cycle", message, key.span)
            return None
        if target in CONTROL:
            return "layer"
        if target in ROWS:
            if not ROWS[target].nested_only:
                return "layer"
            message = f"{target} is no layer of its own, it is an argument of another"
            self._fail("refused-layer", message, key.span)
            return None
        self.sound = False
        if target in REFUSED:
            self.report.say("refused-layer", f"{target} has no place in a spec: {REFUSED[target]}", key.span)
            return None
        near, help = self.report.did_you_mean(target, [*ROWS, *self.declared, *self.blocks, *CONTROL])
        fix = Fix(f"change it to `{near}`", (rename(key.span, near),)) if near else None
        help = help or "`specgraph layers` lists them"
        self.report.say("unknown-layer-or-key", f"there is no layer `{target}`", key.span, help=help, fix=fix)
        return None

    def _free(self, flat: Flat) -> bool:
        """Whether the name of a layer is its own, and not too long."""
        name = flat.name
        stated = flat.body.get("name") if flat.body is not None else None
        span = stated.span if stated is not None else flat.key.span
        longest = self.limits.name_length * (1 if not flat.via else 8)
        if len(name) > longest:
            self._fail("bad-param", f"a name has at most {longest} characters", span)
            return False
        first = self.nodes.get(name)
        if first is None:
            return True
        place = first.argument("name") or first.key
        free = self._free_name(name).rpartition(".")[2]
        self._fail(
            "duplicate-name", f"two things are called `{name}`", span, layer=name,
            causes=[Label(place.span, "the first one")], help="names are unique within a model",
            fix=Fix(f"rename it to `{free}`", (rename(span, free),), safe=False),
        )  # fmt: skip
        return False

    def _free_name(self, name: str) -> str:
        while True:
            self.renames[name] = n = self.renames.get(name, 1) + 1
            if f"{name}_{n}" not in self.taken:
                return f"{name}_{n}"

    def _common(self, node: GraphNode, body: MapNode | None, common: Collection[str]) -> None:
        trainable = body.get("trainable") if body is not None and "trainable" in common else None
        if trainable is not None and not unresolved(trainable.data()):
            if isinstance(trainable.data(), bool):
                node.trainable = bool(trainable.data())
            else:
                message = f"`trainable` must be true or false, not {show(trainable.data())}"
                self._fail("bad-param", message, trainable.span, layer=node.name)
        dtype = body.get("dtype") if body is not None and "dtype" in common else None
        if dtype is not None and dtype.data() is not None and not unresolved(dtype.data()):
            value = dtype.data()
            if isinstance(value, str) and value in POLICIES:
                node.dtype = value
            else:
                _, help = self.report.did_you_mean(str(value), list(POLICIES))
                message = f"{show(value)} is not a dtype policy"
                help = help or f"one of {', '.join(POLICIES)}"
                self._fail("bad-param", message, dtype.span, layer=node.name, help=help)

    def _say_cycle(self) -> None:
        self.sound = False
        cycle = find_cycle(self.nodes)
        written = {name: i for i, name in enumerate(self.nodes)}
        first_written = min(range(len(cycle)), key=lambda i: written[cycle[i]])
        cycle = cycle[first_written:] + cycle[:first_written]
        first = self.nodes[cycle[0]]
        chain = " -> ".join([*cycle, cycle[0]])
        self.report.say("cycle", f"the layers feed each other: {chain}", first.key.span, layer=first.name)
