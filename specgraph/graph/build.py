"""A model's section of a spec -> `Graph`: names resolved, arguments checked, nodes in order."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from specgraph.diagnostics import Fix, Label, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.limits import Limits
from specgraph.rows.policy import POLICIES
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

from .dims import Dims
from .inputs import InputReader
from .items import COMMON, check_arguments, split_item, unresolved
from .order import find_cycle, in_order
from .sections import NAME
from .unused import say_unused


class Builder:
    """Builds one model's graph; what is at fault is reported and left out."""

    def __init__(
        self,
        name: str,
        models: dict[str, Graph],
        declared: Collection[str],
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
        self.report = report
        self.limits = limits
        self.dims = dims
        self.allowed = limits.layers - used
        """How many layers the models before this one have left over."""
        self.nodes: dict[str, GraphNode] = {}
        self.inputs: list[str] = []
        self.counts: dict[str, int] = {}
        self.sound = True
        self.broken: set[str] = set()
        """Names of items that were left out for an error."""
        self.taken: set[str] = set()
        """Names that items of this model state, which unnamed layers keep clear of."""
        self.renames: dict[str, int] = {}
        """For each name that is there twice, the last number that a fix puts behind it."""

    def build(self, section: MapNode) -> Graph:
        self._inputs(section.get("inputs"))
        layers = section.get("layers")
        items = layers.items if isinstance(layers, ListNode) else []
        if layers is not None and not isinstance(layers, ListNode):
            self._fail("malformed-item", "`layers` is a list of items", layers.span)
        self.taken = {name for name in map(_stated_name, items) if name}
        above: str | None = self.inputs[0] if len(self.inputs) == 1 else None
        for i, item in enumerate(items):
            if i >= self.allowed:
                self._say_too_many(item)
                break
            above = self._item(item, above)
        self._check_references()
        outputs = self._outputs(section.get("outputs"), above)
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
            if self._valid_name(node.name, node.key.span):
                self.nodes[node.name] = node
                self.inputs.append(node.name)
        self.sound = self.sound and reader.sound

    # layers

    def _item(self, item: Node, above: str | None) -> str | None:
        split = split_item(item, self.report)
        if split is None:
            self.sound = False
            return None
        key, body = split
        target = ALIASES.get(str(key.value), str(key.value))
        name = self._node_name(target, item, body)
        if name is None:
            return None
        kind = self._kind(target, key)
        if kind is None:
            self.broken.add(name)
            return name
        node = GraphNode(name, kind, target, item, key)
        self._common(node, body)
        entries = list(body) if body is not None else []
        if kind == "layer":
            row = ROWS[target]
            checked = check_arguments(row.fields(), entries, target, key.span, self.report, name, COMMON)
            node.args = row.args.checked(checked) if checked is not None else None
            self.sound = self.sound and checked is not None
        elif check_arguments({}, entries, f"model `{target}`", key.span, self.report, name, COMMON) is None:
            self.sound = False
        self._wire(node, body, above)
        self.nodes[name] = node
        return name

    def _say_too_many(self, item: Node) -> None:
        message = f"the file has more than {self.limits.layers:,} layers"
        help = "the limit is named `layers`; a trusted file may raise it"
        self._fail("limit", message, item.span, help=help)

    def _kind(self, target: str, key: Scalar) -> Any:
        if target in self.declared:
            if target not in self.models:
                self._fail(
                    "cycle",
                    f"model `{target}` cannot be used here: models would contain each other",
                    key.span,
                )
                return None
            return "model"
        if target in ROWS:
            if ROWS[target].nested_only:
                message = f"{target} is no layer of its own, it is an argument of another"
                self._fail("refused-layer", message, key.span)
                return None
            return "layer"
        self.sound = False
        if target in REFUSED:
            self.report.say("refused-layer", f"{target} has no place in a spec: {REFUSED[target]}", key.span)
            return None
        near, help = self.report.did_you_mean(target, [*ROWS, *self.declared])
        fix = Fix(f"change it to `{near}`", (rename(key.span, near),)) if near else None
        help = help or "`specgraph layers` lists them"
        self.report.say("unknown-layer-or-key", f"there is no layer `{target}`", key.span, help=help, fix=fix)
        return None

    def _node_name(self, target: str, item: Node, body: MapNode | None) -> str | None:
        stated = body.get("name") if body is not None else None
        if stated is None:
            base = _snake(target)
            while True:
                count = self.counts.get(base, 0)
                self.counts[base] = count + 1
                name = f"{base}_{count}" if count else base
                if name not in self.nodes and name not in self.taken:
                    return name
        name = str(stated.data())
        if not isinstance(stated.data(), str):
            self._fail("bad-param", f"a name is a string, not {show(stated.data())}", stated.span)
            return None
        return name if self._valid_name(name, stated.span) else None

    def _valid_name(self, name: str, span: Span) -> bool:
        if not NAME.fullmatch(name) or len(name) > self.limits.name_length:
            self._fail("bad-param", f"'{name}' is no name: letters, digits, `_` and `-` only", span)
            return False
        first = self.nodes.get(name)
        if first is None:
            return True
        place = first.argument("name") or first.key
        free = self._free_name(name)
        self._fail(
            "duplicate-name", f"two things are called `{name}`", span, layer=name,
            causes=[Label(place.span, "the first one")], help="names are unique within a model",
            fix=Fix(f"rename it to `{free}`", (rename(span, free),), safe=False),
        )  # fmt: skip
        return False

    def _free_name(self, name: str) -> str:
        while True:
            self.renames[name] = n = self.renames.get(name, 1) + 1
            free = f"{name}_{n}"
            if free not in self.taken and free not in self.nodes:
                return free

    def _common(self, node: GraphNode, body: MapNode | None) -> None:
        trainable = body.get("trainable") if body is not None else None
        if trainable is not None and not unresolved(trainable.data()):
            if isinstance(trainable.data(), bool):
                node.trainable = bool(trainable.data())
            else:
                message = f"`trainable` must be true or false, not {show(trainable.data())}"
                self._fail("bad-param", message, trainable.span, layer=node.name)
        dtype = body.get("dtype") if body is not None else None
        if dtype is not None and dtype.data() is not None and not unresolved(dtype.data()):
            value = dtype.data()
            if isinstance(value, str) and value in POLICIES:
                node.dtype = value
            else:
                _, help = self.report.did_you_mean(str(value), list(POLICIES))
                message = f"{show(value)} is not a dtype policy"
                self._fail(
                    "bad-param",
                    message,
                    dtype.span,
                    layer=node.name,
                    help=help or f"one of {', '.join(POLICIES)}",
                )

    # references

    def _wire(self, node: GraphNode, body: MapNode | None, above: str | None) -> None:
        source = body.get("from") if body is not None else None
        if source is None:
            if above is not None:
                node.inputs = [Ref(above)]
            elif len(self.inputs) > 1 and not any(one.kind != "input" for one in self.nodes.values()):
                message = f"{node.target} must say which input it reads"
                self._fail(
                    "missing-argument",
                    message,
                    node.key.span,
                    layer=node.name,
                    help=f"`from: {self.inputs[0]}`",
                )
            return
        if isinstance(source, MapNode):
            self._wire_ports(node, source)
        else:
            node.inputs = self._references(source, node.name)

    def _wire_ports(self, node: GraphNode, source: MapNode) -> None:
        ports: list[str] = []
        if node.kind == "model":
            names, least = self.models[node.target].inputs, len(self.models[node.target].inputs)
        else:
            row = ROWS[node.target]
            ports = [port.name for port in row.ports]
            names = list(row.named_inputs())
            least = row.inputs[0]
        given = {str(key.value): (key, value) for key, value in source}
        for name, (key, value) in given.items():
            if name in ports:
                node.ports[name] = self._references(value, node.name)
            elif name not in names:
                _, help = self.report.did_you_mean(name, [*names, *ports])
                message = f"{node.target} has no input `{name}`"
                self._fail(
                    "unknown-layer-or-key",
                    message,
                    key.span,
                    help=help or f"it has {', '.join([*names, *ports])}",
                    layer=node.name,
                )
        for i, name in enumerate(names):
            if name in given:
                node.inputs += self._references(given[name][1], node.name)
            elif i < least or any(later in given for later in names[i:]):
                self._fail(
                    "missing-argument", f"{node.target} needs input `{name}`", source.span, layer=node.name
                )

    def _references(self, node: Node, layer: str | None) -> list[Ref]:
        if isinstance(node, ListNode):
            return [ref for item in node.items for ref in self._references(item, layer)]
        value = node.data()
        if not isinstance(value, str):
            self._fail("bad-param", f"a reference is a name, not {show(value)}", node.span, layer=layer)
            return []
        if unresolved(value):
            self.sound = False
            return []
        name, dot, output = value.partition(".")
        if dot and not (output.isascii() and output.isdigit() and len(output) <= 4):
            self._fail(
                "undefined-ref",
                f"'{value}' is no reference; the second output is `{name}.1`",
                node.span,
                layer=layer,
            )
            return []
        return [Ref(name, int(output) if dot else 0, node.span, bool(dot))]

    def _check_references(self) -> None:
        for node in list(self.nodes.values()):
            node.inputs = self._existing(node.inputs, node)
            for port, refs in node.ports.items():
                node.ports[port] = self._existing(refs, node)

    def _existing(self, refs: list[Ref], node: GraphNode) -> list[Ref]:
        kept = [ref for ref in refs if self._exists(ref, node.name)]
        node.cut = node.cut or len(kept) < len(refs)
        return kept

    def _exists(self, ref: Ref, layer: str | None) -> bool:
        if ref.node in self.nodes:
            return True
        self.sound = False
        if ref.node in self.broken or ref.span is None:
            return False
        near, help = self.report.did_you_mean(ref.node, self.nodes)
        fix = Fix(f"change it to `{near}`", (rename(ref.span, near),)) if near else None
        if fix and ref.explicit:
            fix = None
        self.report.say(
            "undefined-ref",
            f"nothing is called `{ref.node}`",
            ref.span,
            help=help or None,
            fix=fix,
            layer=layer,
        )
        return False

    def _outputs(self, section: Node | None, last: str | None) -> list[Ref]:
        if section is not None:
            refs = self._references(section, None)
            if not refs and self.sound:
                self._fail("bad-param", "`outputs` names no layer", section.span)
            return [ref for ref in refs if self._exists(ref, None)]
        return [Ref(last)] if last is not None and last in self.nodes else []

    def _say_cycle(self) -> None:
        self.sound = False
        cycle = find_cycle(self.nodes)
        written = {name: i for i, name in enumerate(self.nodes)}
        first_written = min(range(len(cycle)), key=lambda i: written[cycle[i]])
        cycle = cycle[first_written:] + cycle[:first_written]
        first = self.nodes[cycle[0]]
        chain = " -> ".join([*cycle, cycle[0]])
        self.report.say("cycle", f"the layers feed each other: {chain}", first.key.span, layer=first.name)


def _stated_name(item: Node) -> str | None:
    if isinstance(item, MapNode):
        for _, body in item:
            if isinstance(body, MapNode):
                name = body.get("name")
                return name.value if isinstance(name, Scalar) and isinstance(name.value, str) else None
    return None


def _snake(name: str) -> str:
    """Keras's way from class to layer name: `MaxPooling2D` -> `max_pooling2d`."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
