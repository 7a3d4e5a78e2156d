"""What a build may cost, and tensors that nothing can count: both known without Keras."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import specgraph
from specgraph.analysis import Analysis, analyze
from specgraph.infer.budget import initializer_cost, needed, weight_bytes
from specgraph.limits import DEFAULT, Limits
from specgraph.rows.base import Weight

HEAD = "specgraph: 1\ninputs: {x: [8]}\nlayers:\n"
HUGE = 1 << 53


def budget(text: str, limits: Limits = DEFAULT) -> Analysis:
    analysis = analyze(text)
    assert analysis.ok
    analysis.check_budget(limits)
    return analysis


def rules(analysis: Analysis) -> list[str]:
    return [one.code.rule for one in analysis.diagnostics]


def test_the_layer_with_the_most_weights_is_named() -> None:
    text = HEAD + "  - Dense: {units: 100000}\n  - Dense: {name: wide, units: 50000}\n  - Dense: {units: 1}\n"
    [found] = budget(text).diagnostics
    assert found.code.id == "B01" and found.layer == "wide" and found.label == "99 % of the weights"
    assert found.message == "the weights would take 20 GB, 4.29 GB are allowed"
    assert "--limit weight_bytes=20004000004`" in str(found.help)


def test_a_raised_limit_lets_it_pass() -> None:
    text = HEAD + "  - Dense: {units: 100000}\n  - Dense: {units: 50000}\n"
    assert rules(budget(text)) == ["weight-budget"]
    assert rules(budget(text, Limits(weight_bytes=21_000_000_000))) == []


def test_bytes_follow_the_dtype() -> None:
    assert weight_bytes(Weight("kernel", (3, 5))) == 60
    assert weight_bytes(Weight("kernel", (3, 5), dtype="float16")) == 30
    assert weight_bytes(Weight("kernel", (3, 5), dtype="float64")) == 120
    text = HEAD + "  - Dense: {units: 100, dtype: DTYPE, use_bias: false}\n"
    for dtype, size in (
        ("float64", 6_400),
        ("float32", 3_200),
        ("bfloat16", 1_600),
        ("mixed_float16", 3_200),
    ):
        assert rules(budget(text.replace("DTYPE", dtype), Limits(weight_bytes=size))) == []
        assert rules(budget(text.replace("DTYPE", dtype), Limits(weight_bytes=size - 1))) == ["weight-budget"]


@pytest.mark.parametrize(
    ("layer", "fires"),
    [
        ("LSTM: {units: 4000}", True),
        ("GRU: {units: 4000}", True),
        ("LSTM: {units: 4000, recurrent_initializer: glorot_uniform}", False),
        ("LSTM: {units: 4000, recurrent_initializer: {RandomNormal: {}}}", False),
        ("Dense: {units: 8000}", False),
        ("Dense: {units: 8000, kernel_initializer: orthogonal}", False),
        ("Bidirectional: {layer: {LSTM: {units: 4000}}}", True),
        ("LSTM: {units: 1000}", False),
    ],
)
def test_orthogonal_initializers_have_a_budget_of_their_own(layer: str, fires: bool) -> None:
    text = f"specgraph: 1\ninputs: {{x: [20, 8]}}\nlayers:\n  - {layer}\n"
    found = budget(text).diagnostics
    assert [one.code.rule for one in found] == ["weight-budget"] * fires
    assert all("initializer_cost" in str(one.help) for one in found)


def test_orthogonal_initializers_by_every_name() -> None:
    shapes = {(3, 4, 5): 2 * 12 * 5 * 5, (4, 16): 2 * 4 * 16 * 4, (7,): 0}
    for written in ("orthogonal", "Orthogonal", "{Orthogonal: {gain: 2.0}}", "OrthogonalInitializer"):
        text = HEAD + f"  - Dense: {{units: 50, kernel_initializer: {written}}}\n"
        [weights] = budget(text).models["model"].weights.values()
        assert list(map(initializer_cost, weights)) == [2 * 8 * 50 * 8, 0]
    for shape, cost in shapes.items():
        assert initializer_cost(Weight("kernel", shape, initializer="orthogonal")) == cost
        assert initializer_cost(Weight("kernel", shape, initializer="zeros")) == 0


MODELS = """\
specgraph: 1
models:
  small: {inputs: {x: [8]}, layers: [Dense: {units: 8}]}
  large: {inputs: {x: [8]}, layers: [Dense: {units: 1000}, Dense: {units: 1000}]}
  both: {inputs: {x: [8]}, layers: [small, large]}
  twice: {inputs: {x: [8]}, layers: [small: {name: a}, small: {name: b}]}
"""


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["small"], "small"),
        (["both"], "small large both"),
        (["twice"], "small twice"),
        (["large", "twice"], "small large twice"),
    ],
)
def test_a_model_costs_what_it_calls_too_once(names: list[str], wanted: str) -> None:
    analysis = analyze(MODELS)
    assert list(needed(analysis.models, names)) == wanted.split()
    size = 288 * ("small" in wanted) + 4_040_000 * ("large" in wanted)
    sizes = sum(
        weight_bytes(one)
        for name in wanted.split()
        for all in analysis.models[name].weights.values()
        for one in all
    )
    assert sizes == size
    analysis.check_budget(Limits(weight_bytes=size), names)
    assert analysis.ok
    analysis.check_budget(Limits(weight_bytes=size - 1), names)
    assert not analysis.ok


@pytest.mark.parametrize(
    "spec",
    [
        f"inputs: {{x: [{HUGE}, 4096]}}\nlayers: [Flatten]",
        f"inputs: {{x: [4096]}}\nlayers: [RepeatVector: {{n: {HUGE}}}, GlobalAveragePooling1D]",
        f"inputs: {{x: [H, 4]}}\ndims: {{H: {{min: 4096}}}}\nlayers: [UpSampling1D: {{size: {HUGE}}}]",
        "inputs: {x: [64, 64, 3]}\nlayers: [" + ", ".join(["UpSampling2D: {size: 1000}"] * 4) + "]",
        f"inputs: {{x: [8, 8, 1]}}\nlayers: [ZeroPadding2D: {{padding: {HUGE}}}]",
        f"inputs: {{x: [8]}}\nlayers: [Dense: {{units: {HUGE}}}, Dense: {{units: {HUGE}}}]",
        f"inputs: {{x: {{shape: [8], dtype: int32}}}}\nlayers: [Embedding: {{input_dim: {HUGE}, output_dim: {HUGE}}}]",
        f"inputs: {{x: [8, 8, 1]}}\nlayers: [Conv2D: {{filters: 1, kernel_size: {HUGE}, padding: same}}]",
        f"inputs: {{x: [8, 8]}}\nlayers: [LSTM: {{units: {HUGE}}}]",
        f"inputs: {{x: [8, 8, 8]}}\nlayers: [TimeDistributed: {{layer: {{Dense: {{units: {HUGE}}}}}}}, Flatten, Dense: {{units: {HUGE}}}]",
    ],
)
def test_a_tensor_that_cannot_be_counted_is_an_error_always(spec: str) -> None:
    analysis = analyze("specgraph: 1\n" + spec + "\n")
    assert rules(analysis) == ["size-overflow"]


@pytest.mark.parametrize(
    "spec",
    [
        "inputs: {x: [4096]}\nlayers: [RepeatVector: {n: 4096}]",
        f"inputs: {{x: [8]}}\nlayers: [Dense: {{units: {1 << 40}}}]",
        f"inputs: {{x: [{1 << 31}, {1 << 31}]}}\nlayers: [GlobalAveragePooling1D]",
        "inputs: {x: [H, W, 3]}\nlayers: [UpSampling2D: {size: 1000}, UpSampling2D: {size: 1000}]",
    ],
)
def test_large_is_not_too_large_to_be_valid(spec: str) -> None:
    assert "size-overflow" not in rules(analyze("specgraph: 1\n" + spec + "\n"))


def test_the_argument_at_fault_is_shown() -> None:
    text = (
        HEAD
        + f"  - RepeatVector: {{n: 3}}\n  - UpSampling1D: {{size: {HUGE}}}\n  - UpSampling1D: {{size: 4096}}\n"
    )
    [found] = analyze(text).diagnostics
    assert found.span.text == "4096" and found.label == "about 2^69"
    assert (
        found.message
        == "the output of UpSampling1D would have about 2^69 values per example; backends count to 2^63"
    )


@pytest.mark.parametrize("output", ["text", "json"])
def test_build_refuses_before_keras_is_there(output: str, tmp_path: Path) -> None:
    spec = tmp_path / "s.yaml"
    spec.write_text(HEAD + "  - Dense: {units: 100000}\n  - Dense: {units: 50000}\n")
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"assert main(['build', {str(spec)!r}, '--output-format', {output!r}]) == 1\n"
        "assert not {'keras', 'tensorflow', 'numpy'} & set(sys.modules)\n"
        f"assert main(['validate', {str(spec)!r}]) == 0\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    if output == "json":
        [found] = json.loads(done.stdout)["diagnostics"]
        assert (found["code"], found["rule"], found["layer"]) == ("B01", "weight-budget", "dense_1")
        assert "weight_bytes" in found["help"]
    else:
        assert "error[B01 weight-budget]: the weights would take 20 GB" in done.stderr
    assert list(tmp_path.iterdir()) == [spec]


def test_build_from_python_has_the_same_budget() -> None:
    text = HEAD + "  - Dense: {units: 100}\n"
    with pytest.raises(specgraph.SpecError, match="B01 weight-budget"):
        specgraph.build(text, limits=Limits(weight_bytes=3_599))
