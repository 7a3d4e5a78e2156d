"""A model's section of a spec -> `Graph`: names resolved, arguments checked, nodes in order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from specgraph.diagnostics import Fix, Label, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode
from specgraph.limits import Limits
from specgraph.resolve.blocks import CONTROL, Home
from specgraph.resolve.expand import Expander
from specgraph.resolve.items import Flat
from specgraph.resolve.names import NAME
from specgraph.resolve.substitution import Substitution
from specgraph.resolve.unreached import Reach
from specgraph.rows.policy import POLICIES
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.vocabulary import ALIASES

from .dims import Dims
from .inputs import INPUT_ITEMS, InputReader, read_input_item
from .items import COMMON, check_arguments, is_layer, unresolved
from .order import cycles, in_order
from .steps import AROUND, check_call, held_model
from .unused import say_unused
from .wiring import Wiring

MOST_IN_CYCLE = 8
"""Names of a cycle that a message lists."""


class Builder:
    """Builds one model's graph; what is at fault is reported and left out."""

    def __init__(
        self,
        name: str,
        models: dict[str, Graph],
        home: Home,
        params: Substitution,
        report: Report,
        limits: Limits,
        dims: Dims,
        used: int = 0,
        reach: Reach | None = None,
    ) -> None:
        self.name = name
        self.models = models
        """The models that are built already, by their names in the whole document."""
        self.home = home
        self.params = params
        self.report = report
        self.limits = limits
        self.dims = dims
        self.reach = reach
        self.allowed = limits.layers - used
        """How many layers the models before this one have left over."""
        self.nodes: dict[str, GraphNode] = {}
        self.inputs: list[str] = []
        self.sound = True
        self.taken: set[str] = set()
        """The names of all inputs and layers."""
        self.reader = InputReader(report, limits, dims)
        self.section: Node | None = None
        """What stands under `inputs:`."""
        self.renames: dict[str, int] = {}
        """For each name that is there twice, the last number that a fix puts behind it."""

    def build(self, section: MapNode) -> Graph:
        """The graph of a section whose `layers` are as written, and all else resolved."""
        self._inputs(section.get("inputs"))
        layers = section.get("layers")
        items = layers.items if isinstance(layers, ListNode) else []
        if layers is not None and not isinstance(layers, ListNode):
            self._fail("malformed-item", "`layers` is a list of items", layers.span)
        expander = Expander(self.home, self.report, self.limits, self.allowed, self.reach)
        expansion = expander.run(items, self.inputs, self.params)
        self.sound = self.sound and expansion.sound
        self.taken = expansion.names.layers
        made = []
        for i, flat in enumerate(expansion.flats):
            below = expansion.flats[i + 1] if i + 1 < len(expansion.flats) else None
            made.append((flat, self._node(flat, below)))
        wiring = Wiring(self.nodes, self.inputs, expansion.names, self.models, self.report)
        wiring.check_stated()
        for flat, node in made:
            if node is not None and node.kind != "input":
                self.report.via = flat.via
                wiring.share(node, flat)
                wiring.connect(node, flat, first=flat is expansion.flats[0])
        self.report.via = ()
        self._check_model_names()
        place = expansion.last.span if expansion.last is not None else section.span
        listed = wiring.outputs(section.get("outputs"), expansion.above, self.sound, place)
        self.sound = self.sound and wiring.sound
        order = self._ordered()
        outputs = [ref for ref in listed if ref.node in order]
        settings = section.get("compile")
        compiled = None
        if settings is not None:
            from .compiling import read_compile

            compiled = read_compile(settings, [ref.node for ref in listed], self.report)
        facts = section.get("targets")
        targets = {}
        if facts is not None:
            from .targets import read_targets

            targets = read_targets(facts, listed, self.reader, self.report)
        if self.sound and outputs:
            say_unused(order, outputs, section, len(self.home.models) > 1, self.report)
        inputs = [name for name in self.inputs if name in order]
        return Graph(self.name, order, inputs, outputs, compiled, section, section.span, self.sound, targets)

    def _fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        self.sound = False
        self.report.say(rule, message, span, **more)

    def _canonical(self, flat: Flat, target: str) -> str:
        """The name that Keras itself writes, with a note where the spec has another."""
        key = flat.key
        fix = Fix(f"write `{target}`", (rename(key.span, target),))
        message = f"{key.value} is another name for {target}"
        self.report.say("layer-alias", message, key.span, fix=fix, layer=flat.name, severity="info")
        return target

    def _inputs(self, section: Node | None) -> None:
        self.section = section
        for node in self.reader.read(section):
            name = node.name
            self.inputs.append(name)
            if not NAME.fullmatch(name) or len(name) > self.limits.name_length:
                message = f"'{name}' is no name: letters, digits, `_` and `-` only"
                self._fail("bad-param", message, node.key.span)
            else:
                self.nodes[name] = node
        self.sound = self.sound and self.reader.sound

    def _node(self, flat: Flat, below: Flat | None) -> GraphNode | None:
        """The node of a layer or model call, its arguments checked, not yet connected."""
        self.report.via = flat.via
        name = self._name(flat)
        target = str(flat.key.value)
        if target in ALIASES:
            target = self._canonical(flat, ALIASES[target])
        target = flat.home.models.get(target, target)
        if target in INPUT_ITEMS:
            self.sound = False
            self.nodes[name] = read_input_item(name, flat, below, self.section, self.reader)
            return self.nodes[name]
        held = held_model(flat.body, flat.home.models) if target == AROUND else None
        key = held.key if held is not None else flat.key
        target = flat.home.models[str(key.value)] if held is not None else target
        kind = self._kind(target, key, flat.home, name)
        if kind is None:
            return None
        node = GraphNode(name, kind, target, flat.item, flat.key)
        node.steps = held.steps if held is not None else 0
        node.via = flat.via
        node.resolved, node.params = flat.body, flat.params
        node.row = flat.home.rows.get(target) if kind == "layer" else None
        common = node.row.common if node.row is not None else COMMON
        self._common(node, flat.body, common)
        node.trainable = node.trainable and not (flat.frozen and "trainable" in common)
        entries = list(flat.body) if flat.body is not None else []
        if target in CONTROL:
            node.cut = True  # until the layer that it uses again is known
        elif kind == "layer":
            row = node.row
            checked = check_arguments(
                row.fields(), entries, target, flat.key.span, self.report, node.name, common, flat.home.models
            )
            node.args = row.args.checked(checked) if checked is not None else None
            self.sound = self.sound and checked is not None
        else:
            fits = check_call(held, entries, target, flat.key.span, self.report, node.name)
            self.sound = self.sound and fits
        self.nodes[node.name] = node
        return node

    def _kind(self, target: str, key: Scalar, home: Home, name: str) -> Literal["layer", "model"] | None:
        if key.value in home.models:
            if target in self.models:
                return "model"
            message = f"model `{target}` cannot be used here: models would contain each other"
            if key.span.text != key.value:  # by a param, which does not count when models are put in order
                message = f"model `{target}` cannot be used here: say its name itself, not by a param"
            self._fail("cycle", message, key.span, layer=name)
            return None
        if target in CONTROL:
            return "layer"
        if is_layer(key, target, home, self.report, name):
            return "layer"
        self.sound = False
        return None

    def _name(self, flat: Flat) -> str:
        """The name of a layer; where it has another's, or one too long, one to go on with."""
        name = flat.name
        stated = flat.body.get("name") if flat.body is not None else None
        span = stated.span if stated is not None else flat.key.span
        longest = self.limits.name_length * (1 if not flat.via else 8)
        if len(name) > longest:
            self._fail("bad-param", f"a name has at most {longest} characters", span)
            return name
        first = self.nodes.get(name)
        if first is None:
            return name
        place = first.argument("name") or first.key
        path = self._free_name(name)
        free = path.rpartition(".")[2]
        self._fail(
            "duplicate-name", f"two things are called `{name}`", span, layer=name,
            causes=[Label(place.span, "the first one")], help="names are unique within a model",
            fix=Fix(f"rename it to `{free}`", (rename(span, free),), safe=False),
        )  # fmt: skip
        return path

    def _check_model_names(self) -> None:
        """A model that is called has its own name in Keras, however the call is named."""
        said: set[str] = set()
        for node in self.nodes.values():
            other = self.nodes.get(node.target) if node.kind == "model" and not node.steps else None
            if other is None or node.target in said or (other.kind, other.target) == ("model", node.target):
                continue
            said.add(node.target)
            self._fail(
                "duplicate-name", f"`{other.name}` is also what Keras calls model `{node.target}` here",
                other.key.span, layer=other.name, causes=[Label(node.key.span, "the model is called here")],
                help="names are unique within a model; give one of them another",
            )  # fmt: skip

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

    def _ordered(self) -> dict[str, GraphNode]:
        """The nodes in order, without those that feed each other or come after such, which is reported."""
        order = in_order(self.nodes)
        if len(order) < len(self.nodes):
            self.sound = False
            for cycle in cycles(self.nodes, order):
                self._say_cycle(cycle)
        return order

    def _say_cycle(self, cycle: list[str]) -> None:
        first = self.nodes[cycle[0]]
        more = ["…"] if len(cycle) > MOST_IN_CYCLE else []
        chain = " -> ".join([*cycle[:MOST_IN_CYCLE], *more, cycle[0]])
        causes: list[Label] = []
        for name, source in zip(cycle, [cycle[-1], *cycle], strict=False):
            for ref in self.nodes[name].inputs:
                if ref.node == source and len(causes) < MOST_IN_CYCLE:
                    causes.append(Label(ref.span or self.nodes[name].key.span, f"`{name}` reads `{source}`"))
        self.report.via = first.via
        self.report.say(
            "cycle", f"the layers feed each other: {chain}", first.key.span, layer=first.name, causes=causes,
            help="let one of them read something that comes before them all",
        )  # fmt: skip
        self.report.via = ()
