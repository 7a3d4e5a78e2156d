"""`assert:`: what holds passes in silence, what does not is said with its value."""

from __future__ import annotations

from typing import Any

import pytest

from specgraph.analysis import analyze

SPEC = """\
specgraph: 1
params: {{budget: 5000}}
dims: {{H: {{multiple_of: 4, min: 8}}}}
inputs:
  image: [H, 8, 3]
layers:
  - Conv2D: {{name: stem, filters: 4, kernel_size: 3, strides: 2, padding: same}}
  - LSTM: {{name: seq, from: flat, units: 2, return_state: true}}
  - Reshape: {{name: flat, from: stem, target_shape: [-1, 16]}}
  - GlobalAveragePooling2D: {{name: pooled, from: stem}}
  - Dense: {{name: probs, units: 10}}
outputs: [probs, seq.0]
assert: [{0}]
"""


def found(assertion: str, **params: Any) -> list[tuple[str, str]]:
    analysis = analyze(SPEC.format(f'"{assertion}"'), params=params)
    return [(one.code.rule, one.message) for one in analysis.diagnostics if one.severity == "error"]


@pytest.mark.parametrize(
    "assertion",
    [
        "params < budget",
        "params == 112 + 50 + 152",
        "trainable_params == params and layers == 5",
        "probs.shape == [batch, 10]",
        "stem.shape == [batch, H // 2, 4, 4]",
        "seq.1.shape == [batch, 2]",
        "stem.dtype == 'float32'",
        "stem.params == 112",
        "weight_bytes == 4 * params",
        "H >= 8",
        "stem.shape[1] >= 4",
        "flops > 0 and flops < 1e12 * H",
        "stem.shape[1] != 3",
    ],
)
def test_what_holds(assertion: str) -> None:
    assert found(assertion) == []


@pytest.mark.parametrize(
    ("assertion", "rule", "message"),
    [
        ("params < 100", "assertion", "`params < 100` does not hold: params is 314"),
        ("params < budget", "assertion", "`params < budget` does not hold: params is 314 and budget is 200"),
        ("probs.shape == [batch, 9]", "assertion", "`probs.shape == [batch, 9]` does not hold: probs.shape is [batch, 10]"),
        ("probs.shape[1] * 2 > 30", "assertion", "`probs.shape[1] * 2 > 30` does not hold: 20 is on the left"),
        ("params > 1 and layers > 9", "assertion", "`params > 1 and layers > 9` does not hold: it is false"),
        ("H == 16", "bad-expression", "whether H == 16 depends on sizes that are open"),
        ("parms < 3", "undefined-param", "an assertion knows nothing called `parms`"),
        ("head.shape == [1]", "undefined-param", "an assertion knows nothing called `head.shape`"),
        ("params", "bad-expression", "an assertion is true or false"),
        ("params <", "bad-expression", "the expression ends too early"),
    ],
)  # fmt: skip
def test_what_does_not_hold(assertion: str, rule: str, message: str) -> None:
    params = {"budget": 200} if "budget" in assertion else {}
    assert found(assertion, **params) == [(rule, message)]


@pytest.mark.parametrize("section", ["params < 3", "[3]", "{a: b}", "[[params]]"])
def test_sections_at_fault(section: str) -> None:
    text = f"specgraph: 1\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: 1}}]\nassert: {section}\n"
    assert [one.code.rule for one in analyze(text).diagnostics] == ["malformed-item"]


def test_a_faulty_model_asserts_nothing() -> None:
    text = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dens: {units: 1}]\nassert: [params < 1]\n"
    assert [one.code.rule for one in analyze(text).diagnostics] == ["unknown-layer-or-key"]


def test_each_model_has_its_own() -> None:
    model = "{{inputs: {{x: [4]}}, layers: [Dense: {{units: {0}}}], assert: [params < 11]}}"
    text = f"specgraph: 1\nmodels:\n  a: {model.format(2)}\n  b: {model.format(3)}\n"
    assert [one.message for one in analyze(text).diagnostics] == ["`params < 11` does not hold: params is 15"]
