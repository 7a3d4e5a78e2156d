"""Blocks, repeats, branches and choices -> the flat list of layers that they stand for.

Before: `- repeat: {name: stage, times: 2, layers: [Conv2D: {name: conv, …}]}`. After: two Conv2D, with the
paths `stage.0.conv` and `stage.1.conv`, each knowing the lines that brought it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.rows.naming import snake
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show

from .blocks import CONTROL, USE, Block, Home, bind
from .definitions import Unresolved
from .items import Flat, split_item
from .names import PATH, Composite, Names, Scope, Stated, automatic
from .substitution import Substitution
from .unreached import Reach

Above = tuple[str, ...] | None


class Frame(NamedTuple):
    """Where a list of items stands: its names, its params, and the lines that led to it."""

    scope: Scope
    params: Substitution
    home: Home
    via: tuple[Label, ...] = ()
    shares: str | None = None
    """The prefix of the paths whose weights are used, in another use of a shared block."""
    frozen: bool = False


class Instance(NamedTuple):
    """A use of a block, for others that share its weights."""

    block: Block
    params: Substitution
    key: Scalar


class Expansion(NamedTuple):
    """The flat list of one model."""

    flats: list[Flat]
    names: Names
    above: Above
    """References to what the last item gives."""
    sound: bool
    last: Scalar | None
    """The key of the last item."""


class Expander:
    """Expands the items of one model; what is at fault is reported and left out."""

    def __init__(
        self, home: Home, report: Report, limits: Limits, allowed: int, reach: Reach | None = None
    ) -> None:
        self.home = home
        self.reach = reach or Reach()
        self.report = report
        self.limits = limits
        self.allowed = allowed
        """How many layers the file may still have."""
        self.uses = limits.uses
        self.passed = False
        """Whether a limit was passed, which is said once."""
        self.flats: list[Flat] = []
        self.names = Names()
        self.instances: dict[str, Instance] = {}
        self.first_uses: dict[str, str] = {}
        """Shared block -> the path of its first use."""
        self.open: list[Block] = []
        self.level = 0
        """How deep the list that is expanded lies in others."""
        self.sound = True

    def run(self, items: Sequence[Node], inputs: Sequence[str], params: Substitution) -> Expansion:
        """The flat list; `inputs` are the model's, of which a single one feeds the first item."""
        for name in inputs:
            self.names.layers.add(name)
            self.names.root.names[name] = (name,)
        above: Above = (inputs[0],) if len(inputs) == 1 else None
        frame = Frame(self.names.root, params, self.home)
        above = self.items(items, frame, above)
        last = split_item(items[-1], self.report) if items else None
        return Expansion(self.flats, self.names, above, self.sound, last and last[0])

    def fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        """Report an error; the model is not sound then."""
        self.sound = False
        self.report.say(rule, message, span, **more)

    def items(self, items: Sequence[Node], frame: Frame, above: Above) -> Above:
        """Expand a list; what its last item gives."""
        self.reach.came_to(items)
        if self.level >= self.limits.depth:
            if items:
                message = f"blocks, repeats and branches are nested more than {self.limits.depth} deep"
                help = "the limit is named `depth`; a trusted file may raise it"
                self.fail("limit", message, items[0].span, help=help)
            return None
        self.level += 1
        try:
            return self._items(items, frame, above)
        finally:
            self.level -= 1

    def _items(self, items: Sequence[Node], frame: Frame, above: Above) -> Above:
        for item in items:
            name = _stated_name(item, frame.params)
            if name is not None:
                frame.scope.names.setdefault(name, (frame.scope.prefix + name,))
        for item in items:
            if self.exhausted(item):
                break
            above = self._item(item, frame, above)
        return above

    def _item(self, item: Node, frame: Frame, above: Above) -> Above:
        split = split_item(item, self.report)
        if split is None:
            self.sound = False
            return None
        key, body = split
        target = str(key.value)
        if target in CONTROL:
            from . import forms

            self.uses -= 1
            return forms.FORMS[target](self, key, body, frame, above)
        if target in frame.home.blocks:
            self.uses -= 1
            return self._use(frame.home.blocks[target], key, body, frame, above)
        known = frame.params.apply(body) if body is not None else None
        assert known is None or isinstance(known, MapNode)
        name = self.path(automatic(target), known, frame)
        return (self.add(name, key, known, item, frame, above),)

    def add(
        self, name: str, key: Scalar, body: MapNode | None, item: Node, frame: Frame, above: Above,
        shares: str | None = None,
    ) -> str:  # fmt: skip
        """One more layer of the flat list; its path."""
        self.allowed -= 1
        if shares is None and frame.shares is not None:
            shares = frame.shares + name[len(frame.scope.prefix) :]
        self.names.layers.add(name)
        self.flats.append(Flat(
            name, key, body, item, frame.scope, above, frame.home, frame.params.params, frame.via, shares,
            frame.frozen,
        ))  # fmt: skip
        return name

    def path(self, base: str, body: MapNode | None, frame: Frame) -> str:
        """The path of an item: by the name it states, or by the first free one."""
        stated = body.get("name") if body is not None else None
        name = frame.params.apply(stated).data() if stated is not None else None
        if stated is not None and (not isinstance(name, str) or not PATH.fullmatch(name)):
            if not isinstance(name, Unresolved):
                words = f"a name is letters, digits, `_` and `-`, not {show(name)}"
                self.fail("bad-param", words, stated.span)
                self.names.broken.add(str(name))
            self.sound, name = False, None
        if not isinstance(name, str):
            name = frame.scope.free(base)
            frame.scope.names[name] = (frame.scope.prefix + name,)
        return frame.scope.prefix + name

    def claim(self, path: str, key: Scalar) -> None:
        """Report a block, repeat or branch with a name that something else has."""
        if path in self.names.layers or path in self.names.composites:
            message = f"two things are called `{path}`"
            self.fail("duplicate-name", message, key.span, help="names are unique within a model")

    # blocks

    def _use(self, block: Block, key: Scalar, body: MapNode | None, frame: Frame, above: Above) -> Above:
        known = frame.params.apply(body) if body is not None else None
        assert known is None or isinstance(known, MapNode)
        path = self.path(snake(block.name), known, frame)
        params = bind(block, known or (), frame.params.params, key.span, self.report, self.limits)
        inputs = self.read_inputs(block.inputs, f"block `{block.name}`", key, known, frame, above)
        if params is None or inputs is None:
            self.sound = False
            return None
        shares = frame.shares and frame.shares + path[len(frame.scope.prefix) :] + "."
        if block.shared and shares is None:
            first = self.first_uses.setdefault(block.name, path)
            shares = self._same_params(first, params, key) if first != path else None
        return self.enter(Instance(block, params, key), path, inputs, key, known, frame, shares)

    def enter(
        self, instance: Instance, path: str, inputs: Mapping[str, tuple[str, ...]], key: Scalar,
        body: MapNode | None, frame: Frame, shares: str | None,
    ) -> Above:  # fmt: skip
        """Expand a use of a block under `path`; a reference to it."""
        block, params, _ = instance
        again = next((i for i, one in enumerate(self.open) if one is block), None)
        if again is not None:
            chain = " -> ".join([*(one.name for one in self.open[again:]), block.name])
            self.fail("cycle", f"block `{block.name}` uses itself: {chain}", key.span)
            return None
        self.claim(path, key)
        self.instances[path] = instance
        scope = Scope(path + ".")
        scope.names.update(inputs)
        via = (Label(key.span, f"`{block.name}` is used here"), *frame.via)
        inner = Frame(scope, params, block.home, via, shares, frame.frozen or self.frozen(body))
        self.open.append(block)
        with self.within(via):
            first = inputs[block.inputs[0]] if len(block.inputs) == 1 else None
            last = self.items(block.layers.items, inner, first)
            outputs = self._outputs(block, inner, last)
        self.open.pop()
        self.names.composites[path] = Composite(outputs)
        return (path,)

    def _outputs(self, block: Block, frame: Frame, last: Above) -> tuple[str, ...]:
        if block.outputs is None:
            return last or ()
        names = frame.params.apply(block.outputs).data()
        found: tuple[str, ...] = ()
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str):
                found += frame.scope.full(name)
            else:
                self.fail("bad-param", f"an output is a name, not {show(name)}", block.outputs.span)
        return found

    def _same_params(self, first: str, params: Substitution, key: Scalar) -> str | None:
        """The prefix of the paths to share, if this use of a shared block gives the params of its first."""
        before = self.instances.get(first)
        if before is None or before.params.values == params.values:
            return first + "."
        message = "a shared block has one set of weights, so that all its uses give the same params"
        self.fail("shared-weights-shape", message, key.span, causes=[Label(before.key.span, "its first use")])
        return None

    def read_inputs(
        self, names: Sequence[str], what: str, key: Scalar, body: MapNode | None, frame: Frame, above: Above
    ) -> dict[str, tuple[str, ...]] | None:
        """What each input of a block reads; None, with a diagnostic, where they do not match."""
        source = body.get("from") if body is not None else None
        if isinstance(source, MapNode):
            found = {str(name.value): self.references(value, frame) for name, value in source}
            for name, _ in source:
                if name.value not in names:
                    _, help = self.report.did_you_mean(str(name.value), names)
                    help = help or f"it has {', '.join(names)}"
                    message = f"{what} has no input `{name.value}`"
                    self.fail("unknown-layer-or-key", message, name.span, help=help)
            missing = [name for name in names if name not in found]
            if missing:
                self.fail("missing-argument", f"{what} needs input `{missing[0]}`", source.span)
            return None if missing else found
        if len(names) == 1:
            refs = self.references(source, frame) if source is not None else above
            if refs is None:
                help = f"say what it reads: `from: {next(iter(self.names.root.names), 'name')}`"
                self.fail("missing-argument", f"{what} reads nothing", key.span, help=help)
                return None
            return {names[0]: refs}
        given: list[tuple[str, ...]] | None = None
        if isinstance(source, ListNode):
            given = [self.references(one, frame) for one in source.items]
        if given is None or len(given) == 1:
            refs = self.references(source, frame) if source is not None else above
            given = [(one,) for one in self.names.as_composite(refs or ()).outputs]
        if given is None or len(given) != len(names):
            count = 0 if given is None else len(given)
            message = f"{what} takes {len(names)} inputs, it is given {count or 'none'}"
            place = source.span if source is not None else key.span
            help = f"`from: {{{', '.join(f'{one}: …' for one in names)}}}`"
            self.fail("merge-arity", message, place, help=help)
            return None
        return dict(zip(names, given, strict=True))

    def references(self, node: Node, frame: Frame) -> tuple[str, ...]:
        """The references of a `from`, by paths."""
        if isinstance(node, ListNode) and node.items:
            return tuple(one for item in node.items for one in self.references(item, frame))
        value = node.data()
        if value == []:
            self.fail("bad-param", "a list of references has at least one", node.span)
            return ()
        if isinstance(value, str):
            full = frame.scope.full(value)
            if not isinstance(value, Unresolved):
                stated = [Stated(one, value, node.span, frame.scope, self.report.via) for one in full]
                self.names.stated += stated
            return full
        self.fail("bad-param", f"a reference is a name, not {show(value)}", node.span)
        return ()

    def frozen(self, body: MapNode | None) -> bool:
        """Whether a use says `trainable: false`."""
        node = body.get("trainable") if body is not None else None
        if node is None or isinstance(node.data(), bool):
            return node is not None and node.data() is False
        self.fail("bad-param", f"`trainable` must be true or false, not {show(node.data())}", node.span)
        return False

    @contextmanager
    def within(self, via: tuple[Label, ...]) -> Iterator[None]:
        """What is reported meanwhile names these lines too."""
        before, self.report.via = self.report.via, via
        try:
            yield
        finally:
            self.report.via = before

    def exhausted(self, place: Node) -> bool:
        """Whether the file has no more layers or uses left, which is then reported."""
        if self.report.expanded > self.limits.expanded_nodes:
            self.sound = False
            return True
        if self.allowed > 0 and self.uses > 0:
            return False
        if self.allowed <= 0:
            name, words = "layers", f"the file has more than {self.limits.layers:,} layers"
        else:
            name, words = "uses", f"blocks and repeats are used more than {self.limits.uses:,} times"
        help = f"the limit is named `{name}`; a trusted file may raise it"
        if not self.passed:
            self.fail("limit", words, place.span, help=help)
        self.passed = True
        return True


def _stated_name(item: Node, params: Substitution) -> str | None:
    """The name that an item gives itself, wherever its form has it."""
    if not isinstance(item, MapNode) or len(item.entries) != 1:
        return None
    [(_, body)] = item
    name = body.get("name") if isinstance(body, MapNode) else None
    if not isinstance(name, Scalar) or not isinstance(name.value, str):
        return None
    if name.value.startswith("$"):
        known = params.apply(name).data()
        return known if isinstance(known, str) else None
    return name.value


__all__ = ("USE", "Above", "Expander", "Expansion", "Frame", "Instance")
