"""What each node reads, and whose weights it uses: references to the nodes that they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from specgraph.diagnostics import Fix, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.resolve.items import Flat
from specgraph.resolve.names import MAX_TARGETS, Names, Scope, Target
from specgraph.source.nodes import ListNode, MapNode, Node
from specgraph.source.text import Span
from specgraph.spec.kinds import show

from .items import COMMON, check_arguments, unresolved

_INDEXED = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[\[(:#]([0-9]{1,4})[\])]?", re.ASCII)
"""How others write the second output: `lstm[1]`, `lstm:1`, `lstm#1`."""
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
MOST_LISTED = 12


class Wiring:
    """Connects the nodes of one model; `sound` is false once something was at fault."""

    def __init__(
        self,
        nodes: dict[str, GraphNode],
        inputs: Sequence[str],
        names: Names,
        models: Mapping[str, Graph],
        report: Report,
    ) -> None:
        self.nodes = nodes
        self.inputs = inputs
        self.names = names
        self.models = models
        self.report = report
        self.sound = True
        self._last: tuple[Scope, Collection[str]] | None = None
        """The scope in which a name was last not found, and its words."""

    def fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        """Report an error; the model is not sound then."""
        self.sound = False
        self.report.say(rule, message, span, **more)

    def check_stated(self) -> None:
        """Report what blocks, repeats and branches are given and nothing is called, where it is given."""
        for one in self.names.stated:
            if one.path not in self.names.lost and not self.names.known(one.path):
                self.report.via = one.via
                if one.written.partition(".")[0] not in self.names.broken:
                    self._say_undefined(one.written, one.span, one.scope, None)
                self.names.lost.add(one.path)
        self.report.via = ()

    # what a node reads

    def connect(self, node: GraphNode, flat: Flat, first: bool) -> None:
        """Fill in what a node reads; `first` is true for the first layer of the model."""
        source = flat.body.get("from") if flat.body is not None else None
        if isinstance(source, MapNode):
            self._ports(node, source, flat)
        elif source is not None:
            node.inputs = self._references(source, flat.scope, node)
        elif flat.above is not None:
            node.inputs = self._above(flat.above, node)
        elif not first or not self.inputs:
            self.sound = False  # what it would read was left out for an error
            node.cut = True
        elif flat.body is not None and {"input", "inputs"} & flat.body.entries.keys():
            node.cut = True  # `from` is meant, which has been reported
        elif len(self.inputs) > 1:
            self._say_several(node)

    def _say_several(self, node: GraphNode) -> None:
        """The first layer of a model with several inputs has to choose."""
        from specgraph.diagnostics.edits import format_value, is_json, set_argument

        node.cut = True
        most = node.row.inputs[1] if node.row is not None else 1
        most = len(self.models[node.target].inputs) if node.target in self.models else most
        all_fit = most is None or most >= len(self.inputs)
        all_fit = all_fit and len(self.inputs) <= MOST_LISTED
        read = list(self.inputs) if all_fit else self.inputs[0]
        value = format_value(read, quoted=is_json(node.item))
        fix = Fix(f"read `{value}`", (set_argument(node.item, "from", value),), safe=False)
        message, help = f"{node.target} must say which input it reads", f"`from: {format_value(read)}`"
        self.fail("missing-argument", message, node.key.span, layer=node.name, help=help, fix=fix)

    def _above(self, references: Sequence[str], node: GraphNode) -> list[Ref]:
        """What the items above give; what is not there has been reported."""
        targets = self.names.look_up(references)
        refs = []
        for target in targets or ():
            if target.path in self.nodes:
                refs.append(Ref(target.path, target.output or 0, None, target.output is not None))
            elif target.path in self.names.composites:
                self._say_composite(target, node.key.span, node)
        if targets is None and self.names.tangled:
            self._say_tangled(node.key.span)
        elif targets is None and self.sound and not self.report.failed:
            self._say_lost(references, node)
        if targets is None or len(refs) < len(targets):
            self.sound = False
            node.cut = True
        return refs

    def _say_lost(self, references: Sequence[str], node: GraphNode) -> None:
        """A repeat or branch without layers hands a reference on that nothing has checked."""
        lost = next(one for one in references if self.names.look_up((one,)) is None)
        _, help = self.report.did_you_mean(lost, self.nodes)
        message = f"nothing is called `{lost}`, which `{node.target}` would read by the item above it"
        self.fail("undefined-ref", message, node.key.span, help=help or None, layer=node.name)

    def _say_tangled(self, place: Span) -> None:
        message = f"the branches above stand for more than {MAX_TARGETS:,} outputs, or lead too far back"
        self.fail("limit", message, place)

    def _ports(self, node: GraphNode, source: MapNode, flat: Flat) -> None:
        ports: list[str] = []
        constants: set[str] = set()
        if node.row is None and node.target not in self.models:  # a reuse, whose owner is not known yet
            names, least = [str(key.value) for key, _ in source], 0
        elif node.kind == "model":
            names, least = self.models[node.target].inputs, len(self.models[node.target].inputs)
        else:
            row = node.row
            ports = [port.name for port in row.ports]
            constants = {str(key.value) for key, _ in flat.body or ()} & {*row.named_inputs(), *ports}
            names = [name for name in row.named_inputs() if name not in constants]
            least = min(row.inputs[0], len(names))
        given = {str(key.value): (key, value) for key, value in source}
        wrong = node.kind == "model" and not self.models[node.target].sound
        for name, (key, value) in given.items():
            if name in ports and name not in constants:
                node.ports[name] = self._references(value, flat.scope, node)
            elif name not in names and not (node.kind == "model" and wrong):
                wrong = True
                self._say_no_input(node, name, [*names, *ports], key.span, name in constants)
        for i, name in enumerate(names):
            if name in given:
                node.inputs += self._references(given[name][1], flat.scope, node)
            elif not wrong and (i < least or any(later in given for later in names[i:])):
                wrong = True
                message = f"{node.target} needs input `{name}`"
                self.fail("missing-argument", message, source.span, layer=node.name)
        node.cut = node.cut or wrong

    def _say_no_input(self, node: GraphNode, name: str, names: list[str], span: Span, constant: bool) -> None:
        if constant:
            message = f"`{name}` is there twice, as a constant and under `from`"
            self.fail("bad-param", message, span, layer=node.name)
            return
        _, help = self.report.did_you_mean(name, names)
        message = f"{node.target} has no input `{name}`"
        help = help or f"it has {', '.join(names)}"
        self.fail("unknown-layer-or-key", message, span, help=help, layer=node.name)

    def _references(self, node: Node, scope: Scope, reader: GraphNode | None) -> list[Ref]:
        layer = reader.name if reader is not None else None
        if isinstance(node, ListNode) and node.items:
            return [ref for item in node.items for ref in self._references(item, scope, reader)]
        value = node.data()
        if value == []:
            self.fail("bad-param", "a list of references has at least one", node.span, layer=layer)
        elif not isinstance(value, str):
            self.fail("bad-param", f"a reference is a name, not {show(value)}", node.span, layer=layer)
        elif not unresolved(value):
            return self._reference(value, node.span, scope, reader)
        self.sound = False
        if reader is not None:
            reader.cut = True
        return []

    def _reference(self, value: str, span: Span, scope: Scope, reader: GraphNode | None) -> list[Ref]:
        targets = self.names.look_up(scope.full(value))
        refs = []
        for target in targets or ():
            if target.path in self.nodes:
                refs.append(Ref(target.path, target.output or 0, span, target.output is not None))
            elif target.path in self.names.composites:
                self._say_composite(target, span, reader)
        if targets is None and self.names.tangled:
            self._say_tangled(span)
        elif targets is None and value.partition(".")[0] not in self.names.broken:
            self._say_undefined(value, span, scope, reader)
        if targets is None or len(refs) < len(targets):
            self.sound = False
            if reader is not None:
                reader.cut = True
        return refs

    def _say_composite(self, target: Target, span: Span, reader: GraphNode | None) -> None:
        """An output of a block that it has not, or none of several chosen."""
        head = target.path
        count = len(self.names.composites[head].outputs)
        layer = reader.name if reader is not None else None
        if f"{head}.last" in self.names.composites:
            head += ".last"
        if target.output is None and count > 1:
            message = f"`{head}` has {count} outputs; one must be chosen"
            help = f"`from: {head}.0` is the first"
        elif count:
            message = f"`{head}` has {count} output{'s' if count > 1 else ''}, counted from `{head}.0`"
            help = f"write `{head}`" if count == 1 else f"`{head}.{count - 1}` is the last"
        else:
            message, help = f"`{head}` gives nothing", "say what it reads with `from:`"
        self.fail("multi-output-misuse", message, span, help=help, layer=layer)

    def _say_undefined(self, value: str, span: Span, scope: Scope, reader: GraphNode | None) -> None:
        layer = reader.name if reader is not None else None
        fix: Fix | None = None
        head, _, output = value.partition(".")
        known = self.names.look_up(scope.full(head))
        if known is not None and not output.isdigit() and head not in self.names.composites:
            message = f"'{value}' is no reference; the second output is `{head}.1`"
            self.fail("undefined-ref", message, span, layer=layer)
            return
        if (other := _INDEXED.fullmatch(value)) is not None:
            right = f"{other[1]}.{other[2]}"
            fix = Fix(f"write `{right}`", (rename(span, right),))
            self.fail(
                "undefined-ref", f"'{value}' is no reference", span, help=fix.title, fix=fix, layer=layer
            )
            return
        name = head if output.isdigit() else value
        words = self._words(scope) if self.report.patient else ()
        sought = self.names.numbered(name)
        near, help = self.report.did_you_mean(sought, words)
        if near is not None:
            alike = _DIGITS.sub("", near) == _DIGITS.sub("", sought)  # of `conv1` and `conv2`, who knows
            if sought != name:
                near = self._with_last(near, name)
                help = f"did you mean `{near}`?"
            right = f"{near}.{output}" if name != value else near
            fix = Fix(f"change it to `{right}`", (rename(span, right),), safe=not alike)
        message = f"nothing is called `{name}`"
        help = help or self._what_is_there(name, scope)
        self.fail("undefined-ref", message, span, help=help or None, fix=fix, layer=layer)

    def _with_last(self, near: str, name: str) -> str:
        """A path with `last` for the round for which `name` says so, if that is where it leads."""
        here = name.rpartition(".last.")[0] + ".last."
        there = self.names.numbered(f"{here}x")[:-1]
        return here + near.removeprefix(there) if near.startswith(there) else near

    def _words(self, scope: Scope) -> Collection[str]:
        """All that something in a scope could have been meant to be."""
        if self._last is None or self._last[0] is not scope:
            self._last = scope, {*scope.names, *self.nodes, *self.names.composites}
        return self._last[1]

    def _what_is_there(self, name: str, scope: Scope) -> str:
        """A help line for a name that comes near nothing."""
        if name in self.models:
            return f"`{name}` is a model; call it, `- {name}: {{from: …}}`, and refer to that"
        for model, graph in self.models.items():
            if name in graph.nodes:
                return f"it stands in model `{model}`, and a model sees its own names only"
        names = scope.names if scope.names else self.nodes
        return f"there are {', '.join(names)}" if len(names) <= MOST_LISTED else ""

    def outputs(
        self, section: Node | None, above: Sequence[str] | None, sound: bool, place: Span | None = None
    ) -> list[Ref]:
        """The model's outputs: those it names, or what its last item gives."""
        if section is not None:
            return self._references(section, self.names.root, None)
        targets = self.names.look_up(above) if above is not None else None
        if targets is None and self.names.tangled and sound and self.sound and place is not None:
            self._say_tangled(place)
        elif above is None and len(self.inputs) > 1 and sound and self.sound and place is not None:
            message = "a model without layers gives back its input, and this one has several"
            self.fail("missing-argument", message, place, help=f"`outputs: [{self.inputs[0]}]`")
        for one in targets or ():
            if one.path in self.names.composites and one.path not in self.nodes and place is not None:
                self._say_which(one.path, place)
        return [
            Ref(one.path, one.output or 0, None, one.output is not None)
            for one in targets or ()
            if one.path in self.nodes
        ]

    def _say_which(self, path: str, place: Span) -> None:
        """A model that ends in a block with several outputs, and has no `outputs`."""
        count = len(self.names.composites[path].outputs)
        if count > 1:
            shown = ", ".join(f"{path}.{i}" for i in range(min(count, MOST_LISTED)))
            message = f"`{path}` has {count} outputs; the model must say which it gives"
            self.fail("multi-output-misuse", message, place, help=f"such as `outputs: [{shown}]`")

    # whose weights it uses

    def share(self, node: GraphNode, flat: Flat) -> None:
        """Let a node use another's weights, if it is one that does."""
        if flat.shares is None:
            return
        targets = self.names.look_up((flat.shares,))
        owner = self.nodes.get(targets[0].path) if targets and len(targets) == 1 else None
        if owner is None or owner.kind == "input" or owner is node:
            if flat.key.value == "reuse":
                self._say_no_owner(flat)
            node.cut = True
            return
        if owner.kind == "layer" and owner.row is None:  # a reuse further down, whose owner is unknown
            node.cut = True
            self.sound = False
            self._say_no_owner(flat)
            return
        if flat.key.value == "reuse":
            node.cut = owner.cut and owner.args is None and owner.kind == "layer"
            node.kind, node.target, node.row = owner.kind, owner.target, owner.row
            node.steps = owner.steps
            node.args = self._call_arguments(node, owner, flat)
        node.shares = owner.shares or owner.name
        node.dtype = owner.dtype
        node.trainable = owner.trainable

    def _say_no_owner(self, flat: Flat) -> None:
        place = flat.body.get("layer") if flat.body is not None else None
        span = place.span if place is not None else flat.key.span
        written = str(place.data()) if place is not None else ""
        near, help = self.report.did_you_mean(written, self.nodes)
        fix = Fix(f"change it to `{near}`", (rename(span, near),)) if near else None
        message = f"there is no layer `{written}` whose weights could be used"
        self.fail("undefined-ref", message, span, help=help or None, fix=fix, layer=flat.name)

    def _call_arguments(self, node: GraphNode, owner: GraphNode, flat: Flat) -> Any:
        """The owner's arguments, with those replaced that this call may set for itself."""
        entries = list(flat.body) if flat.body is not None else []
        if owner.kind == "model":
            check_arguments({}, entries, "reuse", flat.key.span, self.report, node.name, (*COMMON, "layer"))
            return None
        row = owner.row
        fields = {name: field for name, field in row.fields().items() if name in row.call}
        checked = check_arguments(
            fields, entries, "reuse", flat.key.span, self.report, node.name, (*COMMON, "layer")
        )
        if checked is None or owner.args is None:
            self.sound = False
            return None
        return row.args.checked({**dict(owner.args.given_values()), **checked})
