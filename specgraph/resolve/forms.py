"""The control forms: `repeat`, `branch`, `when` and `reuse`.

- repeat: {name: stage, times: 3, index: i, layers: […]}
- repeat: {for: {f: [64, 128], s: [1, 2]}, layers: […]}
- branch: {main: […], skip: […]}
- when: {if: "${stride > 1}", layers: […], else: […]}
- reuse: {layer: encoder, from: right}
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.spec.kinds import show
from specgraph.spec.record import Field

from .definitions import Unresolved
from .keys import PARAM_NAME, REPEAT, WAYS, WHEN
from .names import Composite, Scope
from .params import Param
from .substitution import Substitution

if TYPE_CHECKING:
    from .expand import Above, Expander, Frame

Form = Callable[["Expander", Scalar, "MapNode | None", "Frame", "Above"], "Above"]


def _read(
    expander: Expander, key: Scalar, body: MapNode | None, frame: Frame, keys: Mapping[str, Field]
) -> dict[str, Node] | None:
    """A form's settings, with params replaced, and its lists of layers as they are."""
    found: dict[str, Node] = {}
    if body is None:
        help = f"it has {', '.join(keys)}"
        expander.fail("missing-argument", f"`{key.value}` says nothing", key.span, help=help)
        return None
    for name, node in body:
        if name.value not in keys:
            expander.sound = False
            say_key(key, name, keys, expander.report)
            continue
        layers = name.value in ("layers", "else")
        found[str(name.value)] = node if layers else frame.params.apply(node)
    return found


def say_key(form: Scalar, key: Scalar, keys: Mapping[str, Field], report: Report) -> None:
    """Report a key that a form has not."""
    _, help = report.did_you_mean(str(key.value), keys)
    message = f"`{form.value}` has no key `{key.value}`"
    help = help or f"it has {', '.join(keys)}"
    report.say("unknown-layer-or-key", message, key.span, help=help)


def _layers(expander: Expander, key: Scalar, node: Node | None) -> list[Node] | None:
    if isinstance(node, ListNode):
        return node.items
    if node is None:
        expander.fail("missing-argument", f"`{key.value}` needs a list of `layers`", key.span)
    else:
        expander.fail("malformed-item", "`layers` is a list of items", node.span)
    return None


def repeat(expander: Expander, key: Scalar, body: MapNode | None, frame: Frame, above: Above) -> Above:
    """The same layers several times, each round reading what the one before gives.

    `stage.0` is the first round and `stage.last` the last, so that `stage.last.1` is an output of it.
    """
    found = _read(expander, key, body, frame, REPEAT)
    layers = _layers(expander, key, found.get("layers")) if found is not None else None
    if found is None or layers is None:
        return None
    index = found["index"].data() if "index" in found else "index"
    if not isinstance(index, str) or not PARAM_NAME.fullmatch(index):
        expander.fail("bad-param", f"`index` names a param, not {show(index)}", found["index"].span)
        return None
    if "from" in found:
        above = expander.references(found["from"], frame)
    path = expander.path("repeat", body, frame)
    expander.claim(path, key)
    i = -1
    for i, values in enumerate(_rounds(expander, key, found)):
        if expander.exhausted(key):
            break
        expander.uses -= 1
        own = {**values, index: _param(index, _number(i, key), key)}
        params = ChainMap(own, frame.params.params)  # type: ignore[arg-type]  # it is only read
        scope = Scope(f"{path}.{i}.", frame.scope)
        via = (Label(key.span, f"round {i} of this `repeat`"), *frame.via)
        inner = frame._replace(
            scope=scope,
            params=Substitution(params, expander.report, expander.limits, frame.params.what),
            via=via,
            shares=frame.shares and f"{frame.shares}{path[len(frame.scope.prefix) :]}.{i}.",
        )
        with expander.within(via):
            above = expander.items(layers, inner, above)
        expander.names.composites[f"{path}.{i}"] = expander.names.as_composite(above or ())
        expander.names.last_rounds[f"{path}.last"] = f"{path}.{i}"
    if i < 0:
        walked = found.get("for")
        names = [str(name.value) for name, _ in walked] if isinstance(walked, MapNode) else []
        own = dict.fromkeys((*names, index), _param(index, key, key))
        known = ChainMap(own, frame.params.params)  # type: ignore[arg-type]  # it is only read
        expander.reach.left_out(found["layers"], known, frame.params.what, frame.via)
    given = expander.names.as_composite(above or ())
    expander.names.composites[path] = expander.names.composites[f"{path}.last"] = given
    return (path,) if above else above


def _rounds(expander: Expander, key: Scalar, found: dict[str, Node]) -> Iterator[dict[str, Param]]:
    """The values that each round has, from `times` or `for`."""
    times, walked = found.get("times"), found.get("for")
    if (times is None) == (walked is None):
        expander.fail("missing-argument", "`repeat` needs either `times` or `for`", key.span)
        return
    if times is not None:
        count = times.data()
        if type(count) is not int or count < 0:
            if not isinstance(count, Unresolved):
                message = f"`times` must be an integer of at least 0, not {show(count)}"
                expander.fail("bad-param", message, times.span)
            expander.sound = False
            return
        for _ in range(count):
            yield {}
        return
    if not isinstance(walked, MapNode) or not walked.entries:
        assert walked is not None
        help = "`for: {f: [64, 128]}`"
        expander.fail("malformed-item", "`for` maps names to lists", walked.span, help=help)
        return
    lists = {}
    for name, node in walked:
        if not isinstance(node, ListNode):
            expander.fail("bad-param", f"`{name.value}` must be a list, not {show(node.data())}", node.span)
            return
        lists[str(name.value)] = (name, node)
    lengths = {len(node.items) for _, node in lists.values()}
    if len(lengths) > 1:
        said = ", ".join(f"{name} has {len(node.items)}" for name, (_, node) in lists.items())
        expander.fail("bad-param", f"the lists of `for` have one length: {said}", walked.span)
        return
    for i in range(lengths.pop()):
        yield {name: _param(name, node.items[i], key) for name, (key, node) in lists.items()}


def _param(name: str, node: Node, key: Scalar) -> Param:
    return Param(name, key, "", node, "", "repeat", failed=False)


def _number(value: int, key: Scalar) -> Scalar:
    return Scalar(key.source, key.start, key.end, value)


def branch(expander: Expander, key: Scalar, body: MapNode | None, frame: Frame, above: Above) -> Above:
    """Parallel ways from the same input; the next item reads what all of them give, in their order."""
    if body is None or not any(isinstance(node, ListNode) for _, node in body):
        expander.fail("malformed-item", "`branch` maps names to lists of layers", key.span)
        return None
    source = body.get("from")
    if source is not None and not is_way(source):
        above = expander.references(frame.params.apply(source), frame)
    stated = body.get("name")
    path = expander.path("branch", body if stated is None or not is_way(stated) else None, frame)
    expander.claim(path, key)
    scope = Scope(f"{path}.", frame.scope)
    ways: tuple[str, ...] = ()
    for name, node in body:
        way = f"{path}.{name.value}"
        if name.value in WAYS and not is_way(node):
            continue
        if not isinstance(node, ListNode):
            message = f"way `{name.value}` is a list of layers, not {show(node.data())}"
            expander.fail("malformed-item", message, node.span)
            continue
        inner = frame._replace(
            scope=Scope(f"{way}.", scope, str(name.value)),
            shares=frame.shares and f"{frame.shares}{way[len(frame.scope.prefix) :]}.",
        )
        given = expander.items(node.items, inner, above)
        expander.names.composites[way] = expander.names.as_composite(given or ())
        scope.names[str(name.value)] = (way,)
        ways += (way,)
    expander.names.composites[path] = Composite(ways, spreads=True)
    return (path,)


def is_way(node: Node) -> bool:
    """Whether this is a list of items, and not a name or a list of references."""
    return isinstance(node, ListNode) and any(isinstance(one, MapNode) for one in node.items)


def when(expander: Expander, key: Scalar, body: MapNode | None, frame: Frame, above: Above) -> Above:
    """One list of layers or the other, by params."""
    found = _read(expander, key, body, frame, WHEN)
    if found is None:
        return None
    if "if" not in found:
        expander.fail("missing-argument", "`when` needs `if`", key.span)
        return None
    value = found["if"].data()
    if not isinstance(value, bool):
        expander.sound = False
        if not isinstance(value, Unresolved):
            message = f"`if` must be true or false, not {show(value)}"
            help = 'it is decided before the model is built: `if: $param`, or `if: "${width > 8}"`'
            expander.fail("bad-param", message, found["if"].span, help=help)
        return None
    if "layers" not in found and "else" not in found:
        expander.fail("missing-argument", "`when` needs a list of `layers`", key.span)
        return None
    chosen, other = (found.get(one) for one in (("layers", "else") if value else ("else", "layers")))
    expander.reach.left_out(other, frame.params.params, frame.params.what, frame.via)
    if chosen is None:
        return above
    layers = _layers(expander, key, chosen)
    return expander.items(layers, frame, above) if layers is not None else None


def reuse(expander: Expander, key: Scalar, body: MapNode | None, frame: Frame, above: Above) -> Above:
    """A layer or a use of a block once more, with the same weights."""
    known = frame.params.apply(body) if body is not None else None
    node = known.get("layer") if isinstance(known, MapNode) else None
    if not isinstance(known, MapNode) or node is None:
        expander.fail("missing-argument", "`reuse` needs `layer`", key.span, help="`reuse: {layer: encoder}`")
        return None
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        expander.fail("bad-param", f"`layer` is the name of a layer, not {show(node.data())}", node.span)
        return None
    owners = frame.scope.full(node.value)
    owner = expander.names.numbered(owners[0]) if len(owners) == 1 else node.value
    path = expander.path(node.value.rpartition(".")[2], known, frame)
    if owner in expander.instances:
        instance = expander.instances[owner]
        what = f"block `{instance.block.name}`"
        inputs = expander.read_inputs(instance.block.inputs, what, key, known, frame, above)
        if inputs is None:
            return None
        return expander.enter(instance, path, inputs, key, known, frame, f"{owner}.")
    item = MapNode(key.source, key.start, known.end, {str(key.value): (key, known)})
    return (expander.add(path, key, known, item, frame, above, shares=owner),)


FORMS: dict[str, Form] = {"repeat": repeat, "branch": branch, "when": when, "reuse": reuse}
