"""`extends:`: a spec that is another one with changes to named layers.

    extends: resnet50.yaml
    params: {classes: 5}
    changes:
      - remove: dropout
      - replace: {layer: head, with: [Dense: {units: 5}]}
      - insert: {after: stem, layers: [Dropout: {rate: 0.1}]}
      - set: {layer: stem, filters: 32}
      - append: [Softmax]

Keys that the extending spec has itself stand in the place of the base's; `params`, `dims`, `blocks`,
`imports` and `variants` are joined, name by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specgraph.diagnostics.report import Report
from specgraph.resolve.items import split_item
from specgraph.resolve.keys import ITEMS
from specgraph.resolve.names import Scope, automatic
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.spec.kinds import Str, show
from specgraph.spec.record import Field, by_name

_MODEL = Field("model", Str(), None, "In which model, where there are several.")
REPLACE = by_name(
    Field("layer", Str(), doc="The name of the layer that goes."),
    Field("with", ITEMS, doc="What stands in its place."),
    _MODEL,
)
INSERT = by_name(
    Field("after", Str(), None, "The name of the layer before."),
    Field("before", Str(), None, "The name of the layer after."),
    Field("layers", ITEMS, doc="What stands there."),
    _MODEL,
)
JOINED = ("params", "dims", "blocks", "imports", "variants")
OWN = ("extends", "changes")
MOST_LISTED = 12
"""Names that a help line lists."""

Change = Callable[["Layers", Node, Scalar], None]


def extend(base: MapNode, top: MapNode, report: Report) -> MapNode:
    """The document that `top`, which extends `base`, stands for."""
    entries = dict(base.entries)
    for name, (key, node) in top.entries.items():
        if name in OWN:
            continue
        before = base.get(name)
        if name in JOINED and isinstance(before, MapNode) and isinstance(node, MapNode):
            node = _joined(before, node) if name != "params" else _params(before, node)
        entries[name] = (key, node)
    changes = top.get("changes")
    if changes is not None:
        _change(entries, changes, report)
    return MapNode(top.source, top.start, top.end, entries, top.flow)


def _joined(before: MapNode, node: MapNode) -> MapNode:
    return MapNode(node.source, node.start, node.end, {**before.entries, **node.entries}, node.flow)


def _params(before: MapNode, node: MapNode) -> MapNode:
    """A plain value for a param of the base is its new default; type and bounds stay."""
    entries = dict(before.entries)
    for name, (key, value) in node.entries.items():
        definition = before.get(name)
        if isinstance(definition, MapNode) and not isinstance(value, MapNode):
            named = Scalar(key.source, key.start, key.end, "default")
            full = {**definition.entries, "default": (named, value)}
            value = MapNode(definition.source, definition.start, definition.end, full, definition.flow)
        entries[name] = (key, value)
    return MapNode(node.source, node.start, node.end, entries, node.flow)


def _change(entries: dict[str, tuple[Scalar, Node]], changes: Node, report: Report) -> None:
    if not isinstance(changes, ListNode):
        report.say("malformed-item", "`changes` is a list of changes", changes.span)
        return
    names: dict[int, str] = {}
    for item in changes.items:
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            message = f"a change is one of {', '.join(CHANGES)}, with what it changes"
            report.say("malformed-item", message, item.span)
            continue
        [(key, body)] = item
        run = CHANGES.get(str(key.value))
        if run is None:
            _, help = report.did_you_mean(str(key.value), list(CHANGES))
            help = help or f"there are {', '.join(CHANGES)}"
            report.say("unknown-layer-or-key", f"there is no change `{key.value}`", key.span, help=help)
            continue
        layers = _layers_of(entries, body, key, report, names)
        if layers is not None:
            run(layers, body, key)


def _layers_of(
    entries: dict[str, tuple[Scalar, Node]],
    body: Node,
    key: Scalar,
    report: Report,
    names: dict[int, str],
) -> Layers | None:
    """The list that a change is made to: the only model's, or that of the one it names."""
    models = entries.get("models")
    if models is None:
        return Layers(entries, report, names)
    holder = models[1]
    named = body.get("model") if isinstance(body, MapNode) else None
    name = str(named.data()) if named is not None else ""
    section = holder.get(name) if isinstance(holder, MapNode) else None
    if not isinstance(section, MapNode) or not isinstance(holder, MapNode):
        place = named.span if named is not None else key.span
        report.say("missing-argument", "with several models, a change names its `model`", place)
        return None
    changed = MapNode(section.source, section.start, section.end, dict(section.entries), section.flow)
    new = {**holder.entries, name: (holder.key(name), changed)}
    entries["models"] = (models[0], MapNode(holder.source, holder.start, holder.end, new, holder.flow))
    return Layers(changed.entries, report, names)


class Layers:
    """The items of a model that is changed.

    `names` are those that items without a name have in the base; changes of other items leave them alone.
    """

    def __init__(
        self, entries: dict[str, tuple[Scalar, Node]], report: Report, names: dict[int, str]
    ) -> None:
        self.entries = entries
        self.report = report
        self.names = names
        node = entries["layers"][1] if "layers" in entries else None
        self.items = list(node.items) if isinstance(node, ListNode) else []
        names.update(automatic_names([one for one in self.items if id(one) not in names]))

    def keep(self) -> None:
        """Put the changed list where the old one was."""
        if "layers" not in self.entries:
            return
        key, old = self.entries["layers"]
        made = ListNode(old.source, old.start, old.end, self.items, False)
        self.entries["layers"] = (key, made)

    def find(self, node: Node | None, key: Scalar) -> int | None:
        """The place of the item with a name; None, with a diagnostic, if there is none."""
        name = node.data() if node is not None else None
        for i, item in enumerate(self.items):
            if isinstance(name, str) and name == (_name(item) or self.names.get(id(item))):
                return i
        known = [one for item in self.items if (one := _name(item) or self.names.get(id(item)))]
        span = node.span if node is not None else key.span
        if not isinstance(name, str):
            self.report.say("missing-argument", f"`{key.value}` names a `layer`", span)
        else:
            _, help = self.report.did_you_mean(name, known)
            listed = ", ".join(known[:MOST_LISTED]) + (", …" if len(known) > MOST_LISTED else "")
            help = help or f"its layers are {listed}"
            if name.partition(".")[0] in known:
                help = f"what stands in `{name.partition('.')[0]}` is changed as a whole: replace it"
            message = f"the spec that is extended has no layer named `{name}`"
            self.report.say("undefined-ref", message, span, help=help or None)
        return None

    def check(self, body: Node, key: Scalar, keys: Mapping[str, Field]) -> MapNode | None:
        """The body of a change with these keys, or None with a diagnostic."""
        if not isinstance(body, MapNode):
            message = f"`{key.value}` is a mapping with {', '.join(keys)}"
            self.report.say("malformed-item", message, body.span)
            return None
        for name, _ in body:
            if name.value not in keys:
                _, help = self.report.did_you_mean(str(name.value), keys)
                message = f"`{key.value}` has no key `{name.value}`"
                help = help or f"it has {', '.join(keys)}"
                self.report.say("unknown-layer-or-key", message, name.span, help=help)
        return body

    def list(self, node: Node | None, key: Scalar) -> list[Node]:
        """The items of a change that brings some."""
        if isinstance(node, ListNode):
            return node.items
        span = node.span if node is not None else key.span
        self.report.say("malformed-item", f"`{key.value}` brings a list of layers", span)
        return []


def _name(item: Node) -> str | None:
    """The name that an item states."""
    if isinstance(item, MapNode) and len(item.entries) == 1:
        [(_, body)] = item
        name = body.get("name") if isinstance(body, MapNode) else None
        if isinstance(name, Scalar) and isinstance(name.value, str):
            return name.value
    return None


def automatic_names(items: list[Node]) -> dict[int, str]:
    """By identity, the names that the items of a list get which state none.

    None for what stands behind a `when` with layers of the same class, which may be there or not.
    """
    scope = Scope()
    scope.names.update({name: () for name in map(_name, items) if name is not None})
    unsure: set[str] = set()
    found: dict[int, str] = {}
    for item in items:
        key = item if isinstance(item, Scalar) else next((one for one, _ in item), None)  # type: ignore[union-attr]
        if not isinstance(key, Scalar) or not isinstance(key.value, str) or _name(item) is not None:
            continue
        if key.value == "when":
            unsure |= _words(item)
        elif key.value != "reuse" and automatic(key.value) not in unsure:
            found[id(item)] = scope.free(automatic(key.value))
    return found


def _words(node: Node) -> set[str]:
    """What layers in a node might be called."""
    if isinstance(node, Scalar):
        return {automatic(node.value)} if isinstance(node.value, str) else set()
    parts = node.items if isinstance(node, ListNode) else [part for pair in node for part in pair]
    return {word for part in parts for word in _words(part)}


def _remove(layers: Layers, body: Node, key: Scalar) -> None:
    if isinstance(body, MapNode):
        body = body.get("layer") or body
    for name in body.items if isinstance(body, ListNode) else [body]:
        place = layers.find(name, key)
        if place is not None:
            del layers.items[place]
    layers.keep()


def _replace(layers: Layers, body: Node, key: Scalar) -> None:
    known = layers.check(body, key, REPLACE)
    place = layers.find(known.get("layer"), key) if known is not None else None
    if known is not None and place is not None:
        layers.items[place : place + 1] = layers.list(known.get("with"), key)
        layers.keep()


def _insert(layers: Layers, body: Node, key: Scalar) -> None:
    known = layers.check(body, key, INSERT)
    if known is None:
        return
    after, before = known.get("after"), known.get("before")
    if (after is None) == (before is None):
        layers.report.say("missing-argument", "`insert` needs either `after` or `before`", key.span)
        return
    place = layers.find(after or before, key)
    if place is not None:
        at = place + 1 if after is not None else place
        layers.items[at:at] = layers.list(known.get("layers"), key)
        layers.keep()


def _append(layers: Layers, body: Node, key: Scalar) -> None:
    layers.items += layers.list(body.get("layers") if isinstance(body, MapNode) else body, key)
    layers.keep()


def _set(layers: Layers, body: Node, key: Scalar) -> None:
    if not isinstance(body, MapNode):
        message = f"`set` names a layer and arguments, not {show(body.data())}"
        layers.report.say("malformed-item", message, body.span)
        return
    place = layers.find(body.get("layer"), key)
    if place is None:
        return
    item = layers.items[place]
    pair = split_item(item, layers.report)
    if pair is None:
        return
    name, arguments = pair[0], pair[1] or MapNode(item.source, item.start, item.end, {}, True)
    new = {one: pair for one, pair in body.entries.items() if one not in ("layer", "model")}
    changed = {**arguments.entries, **new}
    made = MapNode(arguments.source, arguments.start, arguments.end, changed, arguments.flow)
    entries: dict[str, tuple[Scalar, Node]] = {str(name.value): (name, made)}
    made_item = MapNode(item.source, item.start, item.end, entries, True)
    if id(item) in layers.names:
        layers.names[id(made_item)] = layers.names[id(item)]
    layers.items[place] = made_item
    layers.keep()


CHANGES: dict[str, Change] = {
    "remove": _remove, "replace": _replace, "insert": _insert, "append": _append, "set": _set,
}  # fmt: skip
