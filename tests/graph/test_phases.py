"""What phases inherit from `train`, and that each of them is held against the rules."""

from __future__ import annotations

from collections import Counter

import pytest

from specgraph import analyze
from specgraph.data.index import source
from specgraph.data.source import Place, Source
from specgraph.ir.training import Facts

HEAD = """\
specgraph: 1
inputs: {image: [8, 8, 1]}
layers: [Flatten, Dense: {name: probs, units: 10, activation: softmax}]
"""
CNN = f"{HEAD}compile: {{optimizer: adam, loss: sparse_categorical_crossentropy}}\n"
WORDS = """\
specgraph: 1
inputs: {words: {shape: [4], dtype: int32}}
layers: [Embedding: {input_dim: 50, output_dim: 4}, Flatten, Dense: {name: out, units: 1}]
compile: {optimizer: adam, loss: mse}
train:
  phases:
    - data: FIRST
    - data: SECOND
"""
TWO = """\
specgraph: 1
inputs: {x: [4]}
layers: [Dense: {name: a, units: 1}, Dense: {name: b, units: 1, from: x}]
outputs: [a, b]
"""


def said(text: str) -> list[tuple[str, str, str]]:
    """Each finding's rule and message, and the text that it points at."""
    return [(one.code.rule, one.message, one.span.text) for one in analyze(text).diagnostics]


FAULTS = [
    ("{source: digits, steps: {imag: [scale]}}", "data-source", "there is no column `imag`", "imag"),
    ("{source: digits, inputs: {imag: image}}", "undefined-ref", "the model has no input `imag`", "imag"),
    ("{source: digits, inputs: {image: imgae}}", "data-source", "there is no column `imgae`", "imgae"),
    ("{npz: {file: none.npz}}", "unsafe-path", "text that is no file has no folder to look into", "none.npz"),
    ("{source: digits, take: 99999}", "data-source", "there are 1,437 examples, fewer than the 99,999 to be taken", "99999"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "rule", "message", "place"), FAULTS, ids=[one[0] for one in FAULTS])
@pytest.mark.parametrize("phases", ["[{epochs: 1}]", "[{epochs: 1}, {data: null}, {name: c}]"])
def test_data_that_phases_inherit_are_checked_once(
    phases: str, data: str, rule: str, message: str, place: str
) -> None:
    train = f"train: {{data: {data}, phases: {phases}}}\n"
    alone = said(f"{CNN}train: {{data: {data}}}\n")
    assert said(CNN + train) == alone == [(rule, message, place)]


def test_a_step_that_does_not_fit_inherited_data() -> None:
    [(rule, message, place)] = said(
        f"{CNN}train: {{data: {{source: digits, steps: {{image: [one_hot]}}}}, phases: [{{epochs: 1}}]}}\n"
    )
    assert (rule, place) == ("data-source", "one_hot") and message.startswith("column `image`: ")


def test_a_source_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    digits = source("digits")

    def facts(args: object, place: Place) -> Facts | None:
        asked["digits"] += 1
        return digits.facts(args, place)

    counted = Source(digits.name, digits.args, facts, digits.load, digits.doc)
    monkeypatch.setattr("specgraph.data.index.source", lambda name: counted)
    assert said(CNN + "train: {data: digits, phases: [{}, {}, {}, {name: d}]}\n") == []
    assert asked == {"digits": 1}


@pytest.mark.parametrize(("key", "item"), [("phases", "{epochs: 1}"), ("callbacks", "TerminateOnNaN")])
def test_there_are_bounds(key: str, item: str) -> None:
    most = f"{CNN}train: {{data: digits, {key}: [{', '.join([item] * 100)}]}}\n"
    assert said(most) == []
    [(rule, message, _)] = said(most.replace(item, f"{item}, {item}", 1))
    assert (rule, message) == ("limit", f"101 {key} are more than 100")


def arrays(high: int) -> str:
    words = f"{{shape: [4], dtype: int32, range: [0, {high}]}}"
    return f"{{source: {{arrays: {{columns: {{words: {words}, out: {{shape: [1], dtype: float32}}}}}}}}}}"


@pytest.mark.parametrize(("first", "second"), [(99, 49), (49, 99)])
def test_the_ids_of_every_phase_are_looked_at(first: int, second: int) -> None:
    text = WORDS.replace("FIRST", arrays(first)).replace("SECOND", arrays(second))
    assert said(text) == [("embedding-range", "ids go to 99, `embedding` has 50 rows, for 0 to 49", "50")]


def test_ids_that_all_have_rows() -> None:
    assert said(WORDS.replace("FIRST", arrays(49)).replace("SECOND", arrays(9))) == []


def labels(encoding: str) -> str:
    shape = "[10]" if encoding == "onehot" else "[]"
    columns = f"image: {{shape: [8, 8, 1], dtype: float32}}, probs: {{shape: {shape}, dtype: int64, encoding: {encoding}, classes: 10}}"
    return f"{{data: {{arrays: {{columns: {{{columns}}}}}}}}}"


@pytest.mark.parametrize("order", [("onehot", "index"), ("index", "onehot")])
def test_the_labels_of_every_phase_are_looked_at(order: tuple[str, str]) -> None:
    phases = ", ".join(map(labels, order))
    rules = [rule for rule, _, _ in said(f"{CNN}train: {{phases: [{phases}]}}\n")]
    assert rules == ["label-encoding"]
    assert said(f"{CNN}train: {{phases: [{labels('index')}, {labels('index')}]}}\n") == []


def monitored(loss: str, figure: str) -> list[tuple[str, str, str]]:
    columns = ", ".join(
        f"{name}: {{shape: [{size}], dtype: float32}}" for name, size in (("x", 4), ("a", 1), ("b", 1))
    )
    data = f"{{arrays: {{columns: {{{columns}}}}}}}"
    train = f"train: {{data: {data}, callbacks: [{{EarlyStopping: {{monitor: {figure}}}}}]}}\n"
    return said(f"{TWO}compile: {{optimizer: adam, loss: {loss}}}\n{train}")


@pytest.mark.parametrize(
    ("loss", "figure"),
    [
        ("{a: mse}", "val_b_loss"),
        ("{a: mse}", "a_loss"),
        ("[mse, null]", "b_loss"),
        ("{a: mse, b: mse}", "c_loss"),
    ],
)
def test_losses_that_no_epoch_has(loss: str, figure: str) -> None:
    [(rule, message, _)] = monitored(loss, figure)
    assert rule == "train-plan" and message.startswith(f"EarlyStopping looks at `{figure}`")


@pytest.mark.parametrize(
    ("loss", "figure"), [("{a: mse}", "val_loss"), ("{a: mse, b: mae}", "val_b_loss"), ("mse", "a_loss")]
)
def test_losses_that_epochs_have(loss: str, figure: str) -> None:
    assert monitored(loss, figure) == []


GAN = """\
specgraph: 1
models:
  generator:
    inputs: {z: [4]}
    layers: [Dense: {name: x, units: 8}]
    compile: {optimizer: adam}
  critic:
    inputs: {x: [8]}
    layers: [Dense: {name: real, units: 1, activation: relu}]
    compile: {optimizer: adam}
train:
  data: {arrays: {columns: {x: {shape: [8], dtype: float32}}}}
  objective: {adversarial: {generator: generator, discriminator: critic, loss: least_squares}}
  phases: [{epochs: 1}]
"""


def test_an_inherited_objective_is_pointed_at() -> None:
    [one] = analyze(GAN).diagnostics
    assert one.code.rule == "loss-activation" and [label.span.text for label in one.causes] == [
        "least_squares"
    ]


def test_a_vae_that_phases_inherit() -> None:
    text = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {name: out, units: 4}]\ncompile: {optimizer: adam, loss: mse}\n"
    data = "{arrays: {columns: {x: {shape: [4], dtype: float32}}}}"
    [(rule, _, place)] = said(f"{text}train: {{data: {data}, objective: vae, phases: [{{epochs: 1}}]}}\n")
    assert (rule, place) == ("plain-autoencoder", "vae")
