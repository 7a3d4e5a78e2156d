"""`assert:` checked: what a spec says must hold of its model.

assert:
  - params < 5_000_000
  - flops < 600e6
  - probs.shape == [batch, 10]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.ir.compare import Verdict, at_least, equal
from specgraph.ir.dim import Dim, SymDim, variables
from specgraph.limits import Limits
from specgraph.resolve.expressions import Evaluation, ExpressionError
from specgraph.resolve.syntax import Tree, parse
from specgraph.source.nodes import ListNode, Node, Scalar
from specgraph.source.text import Span

from .cost import cost, parameters_of
from .walk import ModelTypes

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def check_assertions(model: ModelTypes, params: Mapping[str, Any], report: Report, limits: Limits) -> None:
    """Reports each assertion of a sound model that does not hold; `params` are the spec's values."""
    section = model.graph.section.get("assert")
    if section is None:
        return
    if not isinstance(section, ListNode):
        help = "`assert: [params < 5_000_000]`"
        report.say("malformed-item", "`assert` is a list of conditions", section.span, help=help)
        return
    names = dict(_names(model, params))
    for item in section.items:
        _check(item, names, report, limits)


def _names(model: ModelTypes, params: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Everything an assertion may speak of; the model's own facts count for more than params."""
    yield from params.items()
    for name, types in model.types.items():
        for i, one in enumerate(types):
            path = name if len(types) == 1 else f"{name}.{i}"
            yield f"{path}.shape", list(one.truth.shape)
            yield f"{path}.dtype", one.truth.dtype
            for dim in one.truth.shape:
                for variable in variables(dim):
                    if not variable.unknown:
                        yield variable.name, SymDim((((variable,), 1),), 0)
        yield f"{name}.params", parameters_of(model, name)
    found = cost(model)
    yield from (("params", found.parameters), ("trainable_params", found.trainable), ("flops", found.flops))
    yield from (("weight_bytes", found.weight_bytes), ("activation_bytes", found.activation_bytes))
    yield "layers", found.layers


def _check(item: Node, names: Mapping[str, Any], report: Report, limits: Limits) -> None:
    text = item.data()
    if not isinstance(item, Scalar) or not isinstance(text, str):
        message = "an assertion is a condition, such as `params < 5_000_000`"
        report.say("malformed-item", message, item.span)
        return
    evaluation = _Sizes(names, limits)
    try:
        tree = parse(text, limits)
        holds = evaluation.value(tree)
        if holds is True:
            return
        if holds is not False:
            raise ExpressionError("an assertion is true or false", tree.offset)
        message = f"`{text}` does not hold: {_sides(tree, evaluation)}"
        report.say("assertion", message, item.span)
    except ExpressionError as error:
        _say(error, item, names, report)


def _say(error: ExpressionError, item: Scalar, names: Mapping[str, Any], report: Report) -> None:
    if error.name is None:
        report.say("bad-expression", str(error), item.span)
        return
    _, help = report.did_you_mean(error.name, names)
    help = help or "there are params, flops, weight_bytes, activation_bytes, layers, NAME.shape, NAME.params"
    message = f"an assertion knows nothing called `{error.name}`"
    report.say("undefined-param", message, _inside(item, error.offset, len(error.name)), help=help)


def _inside(item: Scalar, offset: int, length: int) -> Span:
    start = item.start + item.span.text.find(str(item.value)) + offset
    return Span(item.source, start, start + length) if start + length <= item.end else item.span


def _sides(tree: Tree, evaluation: Evaluation) -> str:
    """The values of what was compared."""
    if tree.kind not in _COMPARISONS:
        return "it is false"
    said = [
        f"{part.value} is {_shown(evaluation.value(part))}"
        for part in tree.parts
        if part.kind == "name" and isinstance(part.value, str)
    ]
    return " and ".join(said) or f"{_shown(evaluation.value(tree.parts[0]))} is on the left"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{value:,}" if type(value) is int else str(value)


class _Sizes(Evaluation):
    """Expressions over named dims too; a comparison must be decided."""

    def binary(self, sign: str, a: Any, b: Any, offset: int) -> Any:
        if isinstance(a, SymDim) or isinstance(b, SymDim):
            a, b = _whole(a, offset), _whole(b, offset)
            if sign in _COMPARISONS:
                return _decided(sign, a, b, offset)
        if sign in ("==", "!=") and isinstance(a, list) and isinstance(b, list):
            pairs = zip(a, b, strict=False)
            same = len(a) == len(b) and all(self.binary("==", x, y, offset) for x, y in pairs)
            return same == (sign == "==")
        return super().binary(sign, a, b, offset)


def _whole(value: Any, offset: int) -> Any:
    """What can be compared with a size, or multiplied with one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, SymDim) or type(value) is int:
        return value
    raise ExpressionError("a size that is open goes together with whole numbers only", offset)


def _decided(sign: str, a: Any, b: Any, offset: int) -> bool:
    question: dict[str, tuple[Verdict, bool]] = {
        "==": (equal(a, b), True), "!=": (equal(a, b), False),
        "<": (_less(a, b, 1), True), "<=": (_less(a, b, 0), True),
        ">": (_less(b, a, 1), True), ">=": (_less(b, a, 0), True),
    }  # fmt: skip
    verdict, wanted = question[sign]
    if verdict.kind == "sometimes":
        raise ExpressionError(f"whether {a} {sign} {b} depends on sizes that are open", offset)
    return (verdict.kind == "always") == wanted


def _less(a: Dim, b: Dim, by: int) -> Verdict:
    """Whether `a + by <= b`."""
    return at_least(b - a, by)
