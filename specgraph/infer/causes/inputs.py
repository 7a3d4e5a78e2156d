"""A layer gets too few inputs or too many, or not the output that was meant."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from specgraph.diagnostics import Edit, rename
from specgraph.diagnostics.edits import format_value, insert_before, is_json, replace, set_argument
from specgraph.ir.graph import GraphNode, Ref
from specgraph.rows.apply import apply
from specgraph.rows.base import Reject
from specgraph.source.nodes import ListNode
from specgraph.source.text import Span
from specgraph.vocabulary import ROWS

from .finding import Finding
from .mend import item_text, read, reference, take_out
from .search import Search
from .slots import edit, line, slots, turned

if TYPE_CHECKING:
    from specgraph.infer.walk import Walk


MOST_USES = 50
"""Readers of one layer that a fix rewrites."""


def arity(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """How many inputs a layer has: the row says how many it takes."""
    declared = reject.facts.get("declared")
    if node.kind == "model" and declared:
        for one in declared:
            finding.because(one.key.span, f"`{node.target}` takes {one.type}")
        finding.help = f"`from: {{{', '.join(f'{one.name}: …' for one in declared)}}}`"
    if node.kind != "layer" or reject.argument is not None:
        return
    least, most = node.row.inputs
    count = len(node.inputs)
    if count == 0:
        finding.help = "say what it reads with `from:`"
    elif count < least:
        _too_few(node, search, finding)
    elif most is not None and count > most:
        _too_many(node, most, search, finding)


def _too_few(node: GraphNode, search: Search, finding: Finding) -> None:
    above = reference(node.inputs[0])
    names = node.row.input_names
    if names[:1] == ("query",) and len(node.inputs) == 1:
        both = format_value([above, above], quoted=is_json(node.item))
        finding.help = (
            f"it takes {' and '.join(names[:2])}; for self-attention, twice the same: `from: {both}`"
        )
        finding.mend(f"let it attend to `{above}`", set_argument(node.item, "from", both))
        return
    other = _candidate(node, search)
    finding.help = f"list what it joins, `from: [{above}, {other or '…'}]`, or delete it"
    if len(node.inputs) == 1:
        edits = take_out(search, node)
        finding.mend(f"delete `{node.target}`, which has nothing to join", *(edits or (None,)))


def _candidate(node: GraphNode, search: Search) -> str | None:
    """Another output that has the same type as the one that is read, such as a skip's."""
    here = search.type(node.inputs[0])
    before = node.inputs[0].node
    for above in search.above(node):
        if above.name != before and search.type_of(above) == here and above.kind != "model":
            return above.name
    return None


def _too_many(node: GraphNode, most: int, search: Search, finding: Finding) -> None:
    names = [ref.span.text.strip("'\"") if ref.span else reference(ref) for ref in node.inputs]
    if most != 1 or node.args is None:
        finding.help = f"give it {most} at a time: `from: [{', '.join(names[:most])}]`"
        return
    join = ROWS["Concatenate"]
    try:
        search.make(node, apply(join, join.args(), search.inputs(node)))
    except Reject:
        finding.help = f"it reads one tensor: join them first, or choose one of {', '.join(names)}"
        return
    finding.help = f"join them first: `Concatenate: {{from: [{', '.join(names)}]}}`"
    source = node.argument("from")
    if isinstance(source, ListNode) and search.alone(node):
        name = search.free_name("joined", node)
        text = item_text(node.item, "Concatenate", {"name": name, "from": names})
        quoted = is_json(node.item)
        edits = insert_before(node.item, text), replace(source, format_value(name, quoted=quoted))
        finding.mend("join them with Concatenate", *edits)


def say_output(walk: Walk, ref: Ref, reader: GraphNode | None, count: int) -> None:
    """Report that an output is chosen which is not there, or none where there are several."""
    search = walk.search = walk.search or Search(walk)
    made = walk.graph.nodes[ref.node]
    pair = made.name, None if reader is None else reader.name
    if pair in search.misread:
        return
    search.misread.add(pair)
    finding = Finding(Reject("multi-output-misuse", ""), reader or made)
    finding.layer = reader.name if reader is not None else made.name
    finding.span = ref.span or finding.span
    if not ref.explicit:
        finding.message = f"`{ref.node}` has {count} outputs; one must be chosen"
        _choose(search, ref, reader, count, finding)
    elif count > 1:
        finding.message = f"`{ref.node}` has {count} outputs, from `{ref.node}.0` to `{ref.node}.{count - 1}`"
    else:
        finding.message = f"`{ref.node}` has one output, there is no `{ref.node}.{ref.output}`"
        finding.help = f"write `{ref.node}`"
        _give_more(search, ref, made, finding)
    finding.because(made.key.span, f"gives {count} outputs" if count > 1 else "gives one output")
    finding.say(walk.report)


def _choose(search: Search, ref: Ref, reader: GraphNode | None, count: int, finding: Finding) -> None:
    """Name the outputs, and take the first, or, where states are wanted, all but the first."""
    port = _port(ref, reader)
    name = ref.span.text.strip("'\"") if ref.span is not None else ref.node
    states = [f"{name}.{i}" for i in range(1, count)]
    first = f"{name}.0"
    if port is not None and ref.span is not None:
        text = format_value(states, quoted=ref.span.text[:1] == '"')
        finding.help = f"its states are {', '.join(states)}: `{port}: {text}`"
        finding.mend(f"take its states: `{text}`", Edit(ref.span, text))
        return
    finding.help = (
        f"`from: {first}` is the first, {', '.join(states[:3])} {'are' if count > 2 else 'is'} behind it"
    )
    refs = search.walk.graph.outputs if reader is None else (*reader.inputs, *chain(*reader.ports.values()))
    alike = [one for one in refs if one.node == ref.node and not one.explicit]
    changes = [read(search, reader, first) if one.span is None else _with_index(one.span, 0) for one in alike]
    finding.mend(f"read the first: `from: {first}`", *changes, safe=port is None)


def _with_index(span: Span, output: int) -> Edit | None:
    """`enc` -> `enc.0`, in the quotes that it has; None for a param that stands for a name."""
    text = span.text.strip("'\"")
    return None if "$" in text else rename(span, f"{text}.{output}")


def _port(ref: Ref, reader: GraphNode | None) -> str | None:
    """The port for several tensors through which something is read, if it is one."""
    if reader is None or reader.kind != "layer":
        return None
    for name, refs in reader.ports.items():
        port = reader.row.port(name)
        if ref in refs and len(refs) == 1 and port is not None and port.many:
            return name
    return None


def _give_more(search: Search, ref: Ref, made: GraphNode, finding: Finding) -> None:
    """A switch that gives the layer the output that is asked for: `return_state`."""
    if made.kind != "layer" or made.args is None:
        return
    for slot in slots(made):
        if slot.value is not False:
            continue
        args = turned(made.args, slot, True)
        try:
            outputs = search.make(made, search.inputs(made), args=args)
        except Reject:
            continue
        if args is None or len(outputs) <= ref.output:
            continue
        title = f"set `{slot.name}: true` on line {line(made.key.span)}"
        edits: list[Edit | None] = [edit(made, slot.path, True)]
        uses = search.uses(made.name)
        edits += [None] if len(uses) > MOST_USES else []
        for use in uses[:MOST_USES]:
            if use.ref.explicit:
                continue
            if use.ref.span is not None:
                edits.append(_with_index(use.ref.span, 0))
            else:
                edits.append(read(search, use.reader, f"{made.name}.0"))
        finding.help = f"{title}, which gives {len(outputs)} outputs"
        finding.mend(title, *edits)
        return


def stateful(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the batch's `dim`, which is open."""
    root = next((one for one in search.above(node) if one.kind == "input"), None)
    if root is not None:
        finding.because(root.item.span, f"the batch of `{root.name}` is open")
        finding.help = f"give `{root.name}` a `batch_size`, or drop `stateful`"
