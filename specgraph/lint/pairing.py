"""Whether an output and its target go together: in the labels' form, in number, in shape.

Of several faults that come to the same, one is named: the form of the labels first, then how many values
there are, then the shape.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from specgraph.ir.dim import Dim

from .losses import BINARY, CROSS, HINGES, REGRESSION, ROWS, SHAPELESS, SPARSE, fit
from .view import Output


class Fault(NamedTuple):
    """What is wrong between an output and its target."""

    rule: Literal["label-encoding", "output-units", "target-mismatch"]
    want: int | None = None
    """How many units there should be."""
    certain: bool = True
    """Whether training fails or teaches nothing; else it wastes units."""
    stretched: bool = False
    """Whether Keras goes on by comparing values of different examples or steps."""


def fault(output: Output) -> Fault | None:
    """The fault between an output and its target, if there is one."""
    target, loss = output.target, output.loss_name
    if target is None or loss in SHAPELESS:
        return None
    if output.loss is not None:
        found = _encoding(output)
        if found is not None:
            return found
        found = _classes(output)
        if found is not None:
            return found
    return _shape(output) if target.shape is not None else None


def _fits(output: Output) -> bool:
    target = output.target
    if target is None or target.shape is None:
        return False
    return fit(output.loss_name, target.shape, output.shape) == "fits"


def _encoding(output: Output) -> Fault | None:
    """Labels of a form that the loss does not take."""
    target, loss, units = output.target, output.loss_name, output.units
    assert target is not None
    wrong = Fault("label-encoding")
    few = units == 1 and (output.classes or 2) > 2
    if target.encoding == "index":
        if loss in ROWS | {"CategoricalHinge"} and units != 1:
            return wrong
        if loss in BINARY | REGRESSION | HINGES and units not in (1, None) and not _fits(output):
            many = output.classes is None or output.classes > 2 or units == output.classes
            return wrong if many else None
    if loss in SPARSE and target.encoding in ("onehot", "float") and not few:
        return wrong
    if target.encoding == "binary":
        if loss in SPARSE and target.shape is not None and target.shape[-1:] not in ((), (1,)):
            return wrong if not _fits(output) else None
        if loss in CROSS and units == 2 and (target.shape is None or target.shape in ((), (1,))):
            return wrong
    if target.encoding == "float" and loss in CROSS and target.range is not None:
        return wrong if target.range[0] < 0 or target.range[1] > 1 else None
    return None


def _classes(output: Output) -> Fault | None:
    """Another number of units than of classes."""
    target, loss, units, classes = output.target, output.loss_name, output.units, output.classes
    assert target is not None
    if units is None or classes is None or not _same_depth(output):
        return None
    if target.encoding == "onehot" or (loss in ROWS and target.encoding is None):
        return Fault("output-units", classes) if units != classes else None
    if loss in SPARSE and target.encoding in ("index", "binary", None):
        numbered_on = target.range is not None and target.range[1] >= classes
        if units == classes or (units > classes and numbered_on):
            return None
        if units > classes and target.shape is not None and not _fits(output):
            return None
        return Fault("output-units", classes, units < classes)
    if target.encoding == "index" and units == 1 and classes > 2 and loss in BINARY | ROWS | HINGES:
        return Fault("output-units", classes)
    return None


def _same_depth(output: Output) -> bool:
    """Whether the target has the axes of the output, the last one aside."""
    target = output.target
    if target is None or target.shape is None or target.encoding is None:
        return True
    shape = target.shape
    want = len(output.shape)
    if target.encoding == "onehot":
        return len(shape) == want
    return len(shape) in (want, want - 1) and (len(shape) < want or shape[-1] == 1)


def _shape(output: Output) -> Fault | None:
    target = output.target
    assert target is not None and target.shape is not None
    if output.loss is None:
        return None
    found = fit(output.loss_name, target.shape, output.shape)
    if found == "fits":
        return None
    want = _width(target.shape, output.shape) if output.loss_name not in SPARSE else None
    stretched = found == "stretched"
    single = len(output.shape) == 1 or target.encoding in ("onehot", "binary", "index")
    if want is not None and single and not output.from_inputs:
        return Fault("output-units", want, stretched=stretched)
    return Fault("target-mismatch", want, stretched=stretched)


def _width(target: tuple[Dim, ...], output: tuple[Dim, ...]) -> int | None:
    """How many values the target has last, where the shapes differ in nothing else."""
    if len(target) == len(output) - 1:
        target = (*target, 1)
    same = len(target) == len(output) and all(a == b for a, b in zip(target[:-1], output[:-1], strict=True))
    last = target[-1] if target else None
    return last if same and isinstance(last, int) and output and last != output[-1] else None
