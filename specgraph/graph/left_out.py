"""What no model comes to: blocks that nothing uses, the other way of a `when`, a `repeat` of no rounds.

Params decide it, so that the next `--set` may bring it back. Names are checked, and all values that depend on
no param; shapes and references are not, because there is nothing that such layers read.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.resolve.blocks import CONTROL, Block, Home, say_use
from specgraph.resolve.definitions import fits, read_definition
from specgraph.resolve.forms import is_way, say_key
from specgraph.resolve.items import split_item
from specgraph.resolve.keys import REPEAT, REUSE, WHEN
from specgraph.resolve.params import Param
from specgraph.resolve.substitution import Substitution
from specgraph.resolve.unreached import Reach
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.spec.kinds import Bad
from specgraph.spec.record import Field
from specgraph.vocabulary import ALIASES

from .items import check_arguments, is_layer, say_bad, unresolved
from .modules import Module, Section
from .steps import AROUND, check_call, held_model

MOST_LINES = 64
"""Of the lines that lead to a block, those that are told."""
_NAMES = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LISTS = ("layers", "else")
_FORMS: dict[str, Mapping[str, Field]] = {"repeat": REPEAT, "when": WHEN}


def check_left_out(
    module: Module, sections: Mapping[str, Section], reach: Reach, report: Report, limits: Limits
) -> None:
    """Reports what is at fault in layers of this file that are in no model; warns of what nothing uses."""
    own = {name: block for name, block in module.home.blocks.items() if "." not in name}
    checker = _Checker(module.home, report, limits)
    for dead in reach.dead():
        if dead.layers.source in (module.root.source, *(block.layers.source for block in own.values())):
            checker.params, checker.what = _opened(dead.params), dead.what
            report.via = dead.via
            checker.layers(dead.layers)
    uses = _uses([sections[name].node.get("layers") for name in module.own], own) if own else {}
    for name, block in own.items():
        if not reach.reached(block.layers):
            report.via = uses.get(name, ())
            checker.block(block)
    report.via = ()
    _check_cycles({name: block for name, block in own.items() if name not in uses}, report)
    if not report.failed:
        _say_unused(module, own, uses, report)


def _opened(params: Mapping[str, Param]) -> dict[str, Param]:
    """Params of the same names whose values are not known."""
    return {name: Param(name, param.key, "", None, "", "", failed=True) for name, param in params.items()}


class _Checker:
    """Checks lists of layers with the names of the params in scope, and none of their values."""

    def __init__(self, home: Home, report: Report, limits: Limits) -> None:
        self.home = home
        self.report = report
        self.limits = limits
        self.params: Mapping[str, Param] = {}
        self.what = ""

    def apply(self, node: Node) -> Node:
        return Substitution(self.params, self.report, self.limits, self.what).apply(node)

    def block(self, block: Block) -> None:
        """A block's params, layers and outputs."""
        known: dict[str, Param] = {}
        self.params, self.what = known, f"block `{block.name}`"
        for key, written in block.params or ():
            definition = read_definition(key, self.apply(written), self.report)
            if definition is not None and definition.default is not None:
                fits(definition, definition.default, self.report)
            known[str(key.value)] = Param(str(key.value), key, "", None, "", "", failed=True)
        self.layers(block.layers)
        if block.outputs is not None:
            self.apply(block.outputs)

    def layers(self, node: Node) -> None:
        if not isinstance(node, ListNode):
            self.report.say("malformed-item", "`layers` is a list of items", node.span)
            return
        for item in node.items:
            split = split_item(item, self.report)
            if split is not None:
                self.item(*split)

    def item(self, key: Scalar, body: MapNode | None) -> None:
        name = str(key.value)
        if name in CONTROL:
            self.form(key, body)
            return
        known = self.apply(body) if body is not None else None
        entries = list(known) if isinstance(known, MapNode) else []
        held = held_model(known, self.home.models) if name == AROUND else None
        if name in self.home.blocks:
            say_use(self.home.blocks[name], entries, key.span, self.report)
        elif held is not None or name in self.home.models:
            check_call(held, entries, held.key.value if held else name, key.span, self.report, None)
        elif is_layer(key, name := ALIASES.get(name, name), self.home, self.report, None):
            row = self.home.rows[name]
            models = self.home.models
            check_arguments(row.fields(), entries, name, key.span, self.report, None, row.common, models)

    def form(self, key: Scalar, body: MapNode | None) -> None:
        """A control form: its keys, and what stands in its lists."""
        name = str(key.value)
        before = self.params
        if name == "repeat" and body is not None:
            self.params = ChainMap(self.looped(key, body), before)  # type: ignore[arg-type]  # it is only read
        for one, node in body or ():
            field = _FORMS.get(name, {}).get(str(one.value))
            way = name == "branch" and (is_way(node) or (isinstance(node, ListNode) and one.value != "from"))
            if way or (field is not None and one.value in _LISTS):
                self.layers(node)
            elif field is not None or name not in _FORMS:
                self.value(field or REUSE.get(str(one.value)), self.apply(node))
            else:
                say_key(key, one, _FORMS[name], self.report)
        self.params = before

    def looped(self, key: Scalar, body: MapNode) -> dict[str, Param]:
        """The params that each round of a repeat has."""
        walked, index = body.get("for"), body.get("index")
        names = [str(name.value) for name, _ in walked] if isinstance(walked, MapNode) else []
        names.append(str(index.data()) if index is not None else "index")
        return {name: Param(name, key, "", None, "", "", failed=True) for name in names}

    def value(self, field: Field | None, node: Node) -> None:
        if field is None or unresolved(node.data()):
            return
        try:
            field.kind.check(node.data())
        except Bad as bad:
            say_bad(bad, node, f"`{field.name}`", self.report, None)


def _keys(node: Node | None) -> Iterator[Scalar]:
    """The keys of the items of a list, and of the lists within them, in their order."""
    waiting: list[Node] = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield one
        elif isinstance(one, ListNode):
            waiting += reversed(one.items)
        else:
            for key, value in reversed(list(one)):
                if not isinstance(value, Scalar):
                    waiting.append(value)
                waiting.append(key)


def _uses(models: list[Node | None], own: Mapping[str, Block]) -> dict[str, tuple[Label, ...]]:
    """The blocks that models name, or that such blocks name in turn, with the lines that lead there."""
    uses: dict[str, tuple[Label, ...]] = {}
    waiting: list[tuple[Node | None, tuple[Label, ...]]] = [(node, ()) for node in models]
    for node, via in waiting:  # grows as it is walked
        for key in _keys(node):
            name = str(key.value)
            if name in own and name not in uses:
                uses[name] = (Label(key.span, f"`{name}` is used here"), *via)[:MOST_LINES]
                waiting.append((own[name].layers, uses[name]))
    return uses


def _check_cycles(blocks: Mapping[str, Block], report: Report) -> None:
    """Reports blocks that use themselves among those that nothing else uses."""
    done: set[str] = set()
    for start in blocks:
        chain: list[str] = []
        waiting: list[tuple[str, Scalar | None, int]] = [(start, None, 0)]
        while waiting:
            name, key, depth = waiting.pop()
            del chain[depth:]
            if name in chain:
                assert key is not None
                listed = " -> ".join([*chain[chain.index(name) :], name])
                report.say("cycle", f"block `{name}` uses itself: {listed}", key.span)
            elif name not in done:
                done.add(name)
                chain.append(name)
                found = [one for one in _keys(blocks[name].layers) if one.value in blocks]
                waiting += [(str(one.value), one, depth + 1) for one in reversed(found)]


def _say_unused(
    module: Module, own: Mapping[str, Block], uses: Mapping[str, tuple[Label, ...]], report: Report
) -> None:
    """Warns of blocks that no model of the file uses, and of params that a block does not use."""
    for name, block in own.items():
        if block.key.source is not module.root.source:
            continue
        if name not in uses and module.own:
            message = f"nothing uses block `{name}`"
            help = "use it as a layer, or delete it; blocks for other files stand in a file without layers"
            report.say("unused-block", message, block.key.span, severity="warning", help=help)
        named = set(_named([block.params, block.layers, block.outputs]))
        for key, _ in block.params or ():
            if key.value not in named:
                message = f"nothing in block `{name}` uses its param `{key.value}`"
                report.say("unused-param", message, key.span, severity="warning")


def _named(parts: list[Node | None]) -> Iterator[str]:
    """The names in what refers to params."""
    waiting = [one for one in parts if one is not None]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node, MapNode):
            waiting += [value for _, value in node]
        elif isinstance(node.value, str) and node.value.startswith("$"):
            yield from _NAMES.findall(node.value)
