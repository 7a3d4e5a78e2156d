"""Two inputs of a layer disagree on an axis: where their ways part, and what each did to the axis since."""

from __future__ import annotations

from specgraph.ir.graph import GraphNode, Ref
from specgraph.spec.kinds import Choice, PerAxis
from specgraph.spec.record import Record

from .axes import Step, constant_loss, dropped, filled_up, noun, part, stride, sum_up, way_up
from .finding import Finding
from .inside import through
from .mend import set_shape, shape_text
from .origin import origin
from .search import Search, Trial
from .sizes import nearest
from .slots import Slot, edit, line, slots, turned_for_all, works


class Apart:
    """The ways of two inputs up to where they meet, or to where each begins."""

    def __init__(self, search: Search, node: GraphNode, refs: tuple[Ref, Ref], axes: tuple[int, int]) -> None:
        self.search = search
        self.node = node
        ways = [way_up(search, ref, axis) for ref, axis in zip(refs, axes, strict=True)]
        self.whole = ways
        self.left, self.right, self.meeting = part(*ways)

    @property
    def steps(self) -> list[Step]:
        """The steps since the ways parted, in the order of the text."""
        return sorted((*self.left, *self.right), key=lambda step: step.node.item.start)

    def roots(self) -> list[Step]:
        """Where the axis begins: once if the ways meet."""
        ends = [way[-1] for way in self.whole if way]
        return ends[:1] if self.meeting is not None else ends


def say_apart(apart: Apart, finding: Finding) -> None:
    """Label what drops a row or shrinks the axis, on the ways since they parted."""
    for step in apart.steps:
        left_over, inside = dropped(step), through(apart.search, step)
        if left_over:
            made = apart.search.walk.types[step.node.name][step.output]
            what = noun(made.rank, step.axis)
            count = f"one {what} is" if left_over == 1 else f"{left_over} {what}s are"
            finding.because(step.node.key.span, f"{sum_up(step)}, {count} dropped here{inside}")
        elif step.shrinks:
            filled = filled_up(step)
            words = f"{sum_up(step)}, filled up with {filled}" if filled else f"{step.came} -> {step.size}"
            finding.because(step.node.key.span, f"{words}{inside}")
    if apart.meeting is None:
        for root in apart.roots():
            words = (
                f"`{root.node.name}` has {root.size} here"
                if root.node.kind == "input"
                else f"makes {root.size}"
            )
            finding.because(origin(root), words)


def pad_alike(apart: Apart, finding: Finding) -> bool:
    """Offer `padding: same` where kernels without padding took rows away, or added some, on one way."""
    losses = [step for step in apart.steps if constant_loss(step)]
    grown = [step for step in apart.steps if not step.shrinks and step.size != step.came]
    return _pad(apart, losses, finding) or _pad(apart, [*losses, *grown], finding)


def _pad(apart: Apart, steps: list[Step], finding: Finding) -> bool:
    changed: dict[str, Record] = {}
    edits, lines = [], []
    for step in steps:
        slot = _padding(step.node)
        if slot is None or step.node.args is None:
            continue
        args = turned_for_all(apart.search, step.node, slot, "same")
        if args is not None and step.node.name not in changed:
            changed |= args
            edits.append(edit(step.node, slot.path, "same"))
            lines.append(line(step.node.key.span))
    if not changed or Trial(apart.search, args=changed).refusal(apart.node) is not None:
        return False
    listed = ", ".join(map(str, lines[:6])) + (", …" if len(lines) > 6 else "")
    title = f"set `padding: same` on line{'s' if len(lines) > 1 else ''} {listed}"
    finding.help = None
    finding.mend(title, *edits)
    return True


def _padding(node: GraphNode) -> Slot | None:
    for slot in slots(node):
        if isinstance(slot.field.kind, Choice) and "same" in slot.field.kind.values and slot.value == "valid":
            return slot
    return None


def resize(apart: Apart, finding: Finding) -> bool:
    """Name the nearest sizes of the input with which the whole model works, and offer one."""
    roots = apart.roots()
    if len(roots) != 1 or roots[0].node.kind != "input" or all(stride(step) == 1 for step in apart.steps):
        return False
    root = roots[0]
    sizes = nearest(apart.search, apart.node, root, max(map(_period, apart.whole)))
    if sizes is None:
        return False
    finding.help = f"{root.size} does not divide evenly; {sizes.text} would"
    title = f"declare `{root.node.name}` as {shape_text(sizes.shape)}"
    finding.mend(title, *(set_shape(root.node, sizes.shape) or (None,)))
    return True


def _period(way: list[Step]) -> int:
    """The product of the strides on a way."""
    period = 1
    for step in way:
        period *= stride(step)
    return period


def stride_alike(apart: Apart, finding: Finding) -> bool:
    """Offer to drop the stride that only one of the ways has."""
    strided = [step for step in apart.steps if step.shrinks and stride(step) > 1]
    if len(strided) != 1:
        return False
    [step] = strided
    for slot in slots(step.node):
        if slot.value in (None, 1) or not isinstance(slot.field.kind, PerAxis) or step.node.args is None:
            continue
        if not works(apart.search, apart.node, step.node, slot, 1):
            continue
        finding.help = None
        title = f"set `{slot.name}: 1` on line {line(step.node.key.span)}, as on the other way"
        finding.mend(title, edit(step.node, slot.path, 1))
        return True
    return False
