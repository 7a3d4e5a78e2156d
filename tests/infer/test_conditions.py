"""What holds only for some sizes is said once for a model, and facts under `dims:` decide it."""

from __future__ import annotations

import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics.edits import apply


def unet(depth: int, head: str = "") -> str:
    lines = ["inputs:", "  image: [H, W, 3]", "layers:"]
    for d in range(depth):
        lines.append(f"  - Conv2D: {{name: e{d}, filters: 4, kernel_size: 3, padding: same}}")
        lines.append("  - MaxPooling2D")
    for d in reversed(range(depth)):
        lines.append(f"  - UpSampling2D: {{name: u{d}}}")
        lines.append(f"  - Concatenate: {{name: skip{d}, from: [e{d}, u{d}]}}")
    return "specgraph: 1\n" + head + "\n".join(lines) + "\n"


def rules(analysis: Analysis) -> list[tuple[str, str, str | None]]:
    return [(one.code.rule, one.severity, one.layer) for one in analysis.diagnostics]


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_a_unet_says_its_multiples_once(depth: int) -> None:
    analysis = analyze(unet(depth))
    assert rules(analysis) == [("divisibility", "warning", f"skip{depth - 1}")]
    [found] = analysis.diagnostics
    assert found.message == f"the model works only when H and W are multiples of {2**depth}"


def test_the_fix_states_the_facts_and_silences_it() -> None:
    analysis = analyze(unet(3))
    [found] = analysis.diagnostics
    assert found.fix is not None and not found.fix.safe
    mended = apply(analysis.source.text, [found.fix])
    assert "dims: {H: {multiple_of: 8}, W: {multiple_of: 8}}\n" in mended
    assert rules(analyze(mended)) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("H: {multiple_of: 8}, W: {multiple_of: 16}", []),
        ("H: {multiple_of: 8}", [("divisibility", "warning", "skip2")]),
        ("H: {min: 24, max: 24}, W: {multiple_of: 8}", []),
        ("H: {min: 25, max: 25}, W: {multiple_of: 8}", [("concat-mismatch", "error", "skip0")]),
        ("H: {min: 9, max: 15}, W: {multiple_of: 8}", [("divisibility", "error", "skip0")]),
    ],
)
def test_facts_decide(facts: str, expected: list[tuple[str, str, str]]) -> None:
    assert rules(analyze(unet(3, f"dims: {{{facts}}}\n"))) == expected


def test_conditions_that_exclude_each_other_are_an_error() -> None:
    text = unet(1).replace("[H, W, 3]", "[H, 8, 3]") + (
        "  - Conv2D: {name: odd, from: image, filters: 1, kernel_size: 2}\n"
        "  - MaxPooling2D: {name: half}\n"
        "  - UpSampling2D: {name: whole}\n"
        "  - Cropping2D: {name: cut, from: odd, cropping: [[0, 0], [0, 1]]}\n"
        "  - Concatenate: {name: both, from: [whole, cut]}\n"
    )
    found = [one for one in analyze(text).diagnostics if one.severity == "error"]
    assert [(one.code.rule, one.layer) for one in found] == [("divisibility", "both")]
    assert found[0].message.startswith("no size of `H` works")
    assert [cause.message for cause in found[0].causes] == ["works when H is a multiple of 2"]


def test_a_least_size_is_nothing_to_warn_of() -> None:
    assert (
        rules(analyze("specgraph: 1\ninputs: {x: [T, 3]}\nlayers: [Conv1D: {filters: 2, kernel_size: 9}]\n"))
        == []
    )


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ("{H: {min: 9, max: 3}}", "bad-shape-value"),
        ("{H: {multiple_of: 8, min: 9, max: 15}}", "bad-shape-value"),
        ("{H: {multiple_of: 0}}", "bad-param"),
        ("{H: {multiple: 8}}", "unknown-layer-or-key"),
        ("{H: 8}", "malformed-item"),
        ("[H]", "malformed-item"),
        ("{Z: {min: 2}}", "unused-param"),
    ],
)
def test_facts_at_fault(facts: str, rule: str) -> None:
    text = f"specgraph: 1\ndims: {facts}\ninputs: {{x: [H, 3]}}\nlayers: [Dense: {{units: 1}}]\n"
    assert [one.code.rule for one in analyze(text).diagnostics] == [rule]


def test_facts_may_use_params() -> None:
    text = unet(2, "params: {step: 4}\ndims: {H: {multiple_of: $step}, W: {multiple_of: '${step * 2}'}}\n")
    assert rules(analyze(text)) == []


def test_the_batch_axis_may_be_fixed() -> None:
    text = "specgraph: 1\ninputs: {x: {shape: [5, 3], batch_size: %s}}\nlayers: [LSTM: {units: 2, stateful: true}]\n"
    analysis = analyze(text % 4)
    assert analysis.ok
    assert analysis.models["model"].types["lstm"][0].shape == (4, 2)
    assert rules(analyze(text % "null")) == [("stateful-batch", "error", "lstm")]
    assert rules(analyze(text % 0))[0] == ("bad-param", "error", "x")


@pytest.mark.filterwarnings("default")
def test_a_fixed_batch_axis_is_built() -> None:
    import specgraph

    text = "specgraph: 1\ninputs: {x: {shape: [5, 3], batch_size: 4}}\nlayers: [LSTM: {units: 2, stateful: true}]\n"
    model = specgraph.build(text)
    assert not isinstance(model, dict)
    assert model.output_shape == (4, 2)
