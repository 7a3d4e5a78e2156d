"""A fault of the graph is told once: what depends on it is quiet, what does not is told as well."""

from __future__ import annotations

import textwrap

import pytest

from specgraph.analysis import analyze
from specgraph.diagnostics.edits import apply
from specgraph.limits import Limits

HEAD = "specgraph: 1\ninputs: {x: [8]}\nlayers:\n"


def found(text: str, limits: Limits | None = None) -> list[tuple[str, int]]:
    analysis = analyze(textwrap.dedent(text), **({"limits": limits} if limits else {}))
    return [(one.code.rule, one.span.source.position(one.span.start)[0]) for one in analysis.diagnostics]


@pytest.mark.parametrize(
    ("layers", "rules"),
    [
        # what reads a faulty item is quiet, implicitly or by name
        ("  - Dense\n  - Conv1D: {filters: 1, kernel_size: 1}\n", [("missing-argument", 4)]),
        ("  - Dens: {units: 1}\n  - Conv2D: {filters: 1, kernel_size: 1}\n", [("unknown-layer-or-key", 4)]),
        ("  - 3\n  - Conv2D: {filters: 1, kernel_size: 1}\n", [("malformed-item", 4)]),
        ("  - Lambda: {name: l}\n  - Add: {from: [l, x]}\n", [("refused-layer", 4)]),
        ("  - Dense: {name: 1a, units: 1}\n  - Add: {from: [1a, x]}\n", [("bad-param", 4)]),
        ("  - Add: {from: [x, 3]}\n", [("bad-param", 4)]),
        ("  - Add: {from: [x, nothing_like_it]}\n  - Dense: {units: 1}\n", [("undefined-ref", 4)]),
        ("  - LSTM: {units: 1, from: {sequences: x, initial: x}}\n  - Flatten\n", [("unknown-layer-or-key", 4)]),
        # two faults that have nothing to do with each other
        ("  - Dense: {units: 0}\n  - Dense: {units: -1, from: x}\n", [("bad-param", 4), ("bad-param", 5)]),
        ("  - LSTM: {name: a, units: 1, from: x}\n  - Conv1D: {name: b, filters: 1, kernel_size: 1, from: x}\noutputs: [a, b]\n", [("rank-mismatch", 4), ("rank-mismatch", 5)]),
        # a cycle takes only what depends on it
        ("  - Add: {name: a, from: [a, x]}\n  - Dense: {units: 1}\n  - LSTM: {units: 1, from: x}\n", [("cycle", 4), ("rank-mismatch", 6)]),
    ],
)  # fmt: skip
def test_faults_of_layers(layers: str, rules: list[tuple[str, int]]) -> None:
    assert found(HEAD + layers) == rules


@pytest.mark.parametrize(
    ("inputs", "rules"),
    [
        ("{x: 8.5}", [("bad-shape-value", 2)]),
        ("{1x: [8]}", [("bad-param", 2)]),
        ("{1x: [8], y: [8]}", [("bad-param", 2), ("missing-argument", 4)]),
        ("{x: {shape: [8], dtype: flot32}}", [("bad-param", 2)]),
        ("{x: $missing}", [("undefined-param", 2)]),
        ("[8]", [("bad-shape-value", 2)]),
        ("{}", [("bad-shape-value", 2)]),
    ],
)
def test_faults_of_inputs(inputs: str, rules: list[tuple[str, int]]) -> None:
    assert (
        found(f"specgraph: 1\ninputs: {inputs}\nlayers:\n  - LSTM: {{units: 1}}\n  - Dense: {{units: 1}}\n")
        == rules
    )


def test_where_the_meaning_is_clear_the_analysis_goes_on() -> None:
    text = "specgraph: 1\ninputs:\n  x: (28, 28)\nlayers:\n  - Flatten\n  - LSTM: {units: 1}\n"
    assert found(text) == [("bad-shape-value", 3), ("rank-mismatch", 6)]


CALLER = """
      pair:
        inputs: {left: [8], right: [5]}
        layers:
          - encoder: {name: a, from: left}
          - encoder: {name: b, from: right}
          - Subtract: {from: [a, b]}
"""


@pytest.mark.parametrize(
    ("encoder", "rules"),
    [
        ("{inputs: {words: [8]}, layers: [Dense: {units: 4}]}", [("shared-weights-shape", 9)]),
        ("{inputs: {words: [8]}, layers: [Dense: {units: 0}]}", [("bad-param", 4), ("shared-weights-shape", 9)]),
        ("{inputs: {words: 8.5}, layers: [Dense: {units: 4}]}", [("bad-shape-value", 4)]),
        ("{inputs: {1: [8]}, layers: [Dense: {units: 4}]}", [("bad-param", 4)]),
        ("{inputs: [8], layers: [Dense: {units: 4}]}", [("bad-shape-value", 4)]),
        ("{inputs: {words: [8]}, layers: [Dense: {units: 4}], outputs: [zzzz]}", [("undefined-ref", 4), ("shared-weights-shape", 9)]),
        ("{inputs: {words: [8]}, layers: [pair: {from: [words, words]}]}", [("cycle", 4), ("shared-weights-shape", 9)]),
    ],
)  # fmt: skip
def test_a_fault_in_a_model_is_not_told_of_its_callers(encoder: str, rules: list[tuple[str, int]]) -> None:
    assert (
        found(
            f"    specgraph: 1\n    # the pair calls it twice\n    models:\n      encoder: {encoder}{CALLER}"
        )
        == rules
    )


def test_losses_are_counted_with_outputs_that_failed() -> None:
    text = HEAD + "  - Dense: {name: a, units: 0}\n  - Dense: {name: b, units: 1, from: x}\n"
    assert found(text + "outputs: [a, b]\ncompile: {loss: {a: mse, b: mse}}\n") == [("bad-param", 4)]
    assert found(text + "outputs: [a, b]\ncompile: {loss: [mse, mse]}\n") == [("bad-param", 4)]


def test_at_most_some_cycles_are_printed() -> None:
    layers = "".join(f"  - Add: {{name: a{i}, from: [a{i}, x]}}\n" for i in range(40))
    assert len(found(HEAD + layers)) == 8


def test_a_long_cycle_is_cut_short() -> None:
    layers = "".join(f"  - Dense: {{name: a{i}, units: 8, from: a{(i + 1) % 60}}}\n" for i in range(60))
    [one] = analyze(HEAD + layers).diagnostics
    assert one.code.rule == "cycle" and "…" in one.message and len(one.causes) == 8


def test_a_name_of_another_model_is_explained() -> None:
    text = "specgraph: 1\nmodels:\n  a: {inputs: {x: [8]}, layers: [Dense: {name: inner, units: 4}]}\n  b: {inputs: {x: [8]}, layers: [a: {name: first}, Dense: {units: 1, from: inner}]}\n"
    [one] = analyze(text).diagnostics
    assert one.help == "it stands in model `a`, and a model sees its own names only"


@pytest.mark.parametrize(
    ("ref", "fix", "safe"), [("stme", "stem", True), ("stem_3", "stem_2", False), ("stme.0", "stem.0", True)]
)
def test_a_name_that_comes_near(ref: str, fix: str, safe: bool) -> None:
    layers = f"  - Dense: {{name: stem, units: 8}}\n  - Dense: {{name: stem_2, units: 8}}\n  - Add: {{from: [x, {ref}]}}\n"
    [one] = analyze(HEAD + layers).diagnostics
    assert one.fix is not None and (one.fix.edits[0].replacement, one.fix.safe) == (fix, safe)


def test_a_name_within_the_last_round_keeps_its_way() -> None:
    text = """\
    specgraph: 1
    inputs: {x: [8, 8, 3]}
    layers:
      - repeat: {name: stage, times: 2, layers: [{Conv2D: {name: conv, filters: 4, kernel_size: 3}}]}
      - Identity: {from: stage.last.cnv}
    """
    (fault,) = analyze(textwrap.dedent(text)).diagnostics
    assert fault.message == "nothing is called `stage.last.cnv`"
    assert fault.help == "did you mean `stage.last.conv`?"
    assert fault.fix is not None and "stage.last.conv" in str(fault.fix)


@pytest.mark.parametrize(
    ("layer", "rule"),
    [
        ("ReversibleDense: {input_dim: 8, units: 2}", None),
        ("ReversibleDense: {input_dim: 7, units: 2}", "fails-when-run"),
        ("ReversibleDense: {input_dim: 2, units: 8, reverse: true}", None),
        ("ReversibleDense: {input_dim: 2, units: 8, reverse: true, reverse_activation: glu}", "wrong-claim"),
        (
            "ReversibleDense: {input_dim: 3, units: 8, reverse: true, reverse_activation: glu}",
            "fails-when-run",
        ),
    ],
)
def test_dense_both_ways(layer: str, rule: str | None) -> None:
    assert [name for name, _ in found(f"{HEAD}  - {layer}\n")] == ([] if rule is None else [rule])


BESIDE = [
    ("- Dense: {units: 3}\n  name: out", "write `- Dense: {units: 3, name: out}`", "- Dense: {units: 3, name: out}"),
    ("- Dense:\n    units: 3\n  name: out", "write `- Dense: {units: 3, name: out}`", "- Dense: {units: 3, name: out}"),
    ("- Flatten:\n  name: flat", "write `- Flatten: {name: flat}`", "- Flatten: {name: flat}"),
    ("- Dense: {units: 3} # three\n  name: out", "write `- Dense: {…}`", None),
    ("- Dense: {units: 3}\n  units: 4", "write `- Dense: {…}`", None),
    ("- Dense: 3\n  name: out", "write `- Dense: {…}`", None),
    ("- Dense: {units: 3}\n  Flatten:", "put a dash before it, `- Flatten`, if it is the next layer", None),
]  # fmt: skip


@pytest.mark.parametrize(("item", "help", "mended"), BESIDE)
def test_arguments_beside_their_layer(item: str, help: str, mended: str | None) -> None:
    text = HEAD + textwrap.indent(item, "  ") + "\n"
    [one] = analyze(text).diagnostics
    assert (one.code.rule, one.help) == ("malformed-item", help)
    assert (one.fix is not None) == (mended is not None)
    if one.fix is not None:
        assert apply(text, [one.fix]) == f"{HEAD}  {mended}\n"


def test_inputs_are_told_to_be_from() -> None:
    text = "specgraph: 1\ninputs: {x: [8], y: [8]}\nlayers:\n  - Add: {inputs: [x, y]}\n"
    [one] = analyze(text).diagnostics
    assert one.fix is not None
    assert one.help == "did you mean `from`?"
    assert analyze(apply(text, [one.fix])).ok
