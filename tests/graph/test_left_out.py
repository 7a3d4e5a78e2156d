"""Layers that are in no model, by params or because nothing uses their block, are checked all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from specgraph.analysis import Analysis, analyze

PLACES = {
    "block": "blocks: {{b: {{params: {{n: 3}}, layers: [{}, Dense: {{units: $n}}]}}}}\ninputs: {{x: [4]}}\nlayers: [ReLU]\n",
    "library": "blocks: {{b: {{params: {{n: 3}}, layers: [{}, Dense: {{units: $n}}]}}}}\n",
    "when": "params: {{n: 3}}\ninputs: {{x: [4]}}\nlayers: [when: {{if: '${{n > 3}}', layers: [{}], else: [Dense: {{units: $n}}]}}]\n",
    "else": "params: {{n: 3}}\ninputs: {{x: [4]}}\nlayers: [when: {{if: true, layers: [Dense: {{units: $n}}], else: [branch: {{a: [], b: [{}]}}, Add]}}]\n",
    "repeat": "params: {{n: 3}}\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: $n}}, repeat: {{times: 0, layers: [{}]}}]\n",
    "for": "params: {{n: 3}}\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: $n}}, repeat: {{for: {{k: []}}, index: i, layers: [{}]}}]\n",
    "way of a used block": "blocks:\n  b: {{params: {{n: 3}}, layers: [when: {{if: '${{n < 3}}', layers: [{}]}}]}}\ninputs: {{x: [4]}}\nlayers: [b, ReLU]\n",
}  # fmt: skip


def run(text: str) -> Analysis:
    return analyze("specgraph: 1\n" + text)


def errors(text: str) -> list[tuple[str, str]]:
    return [(one.code.rule, one.message) for one in run(text).diagnostics if one.severity == "error"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("item", "rule", "message"),
    [
        ("Dens: {units: 1}", "unknown-layer-or-key", "there is no layer `Dens`"),
        ("Dense: {unit: 1}", "unknown-layer-or-key", "Dense has no argument `unit`"),
        ("Dense: {units: -1}", "bad-param", "`units` must be a positive integer, not -1"),
        ("Dense", "missing-argument", "Dense needs `units`"),
        ("Lambda: {}", "refused-layer", "Lambda has no place in a spec: it runs Python code"),
        ("Dense: {units: $m}", "undefined-param", "has no param `m`"),
        ("Dense: {units: '${n +}'}", "bad-expression", "the expression ends too early"),
        ("LSTMCell: {units: 1}", "refused-layer", "LSTMCell is no layer of its own, it is an argument of another"),
        ("repeat: {time: 2, layers: []}", "unknown-layer-or-key", "`repeat` has no key `time`"),
        ("repeat: {times: x, layers: []}", "bad-param", "`times` must be an integer of at least 0, not 'x'"),
        ("when: {if: true, layers: 3}", "malformed-item", "`layers` is a list of items"),
        ("3", "malformed-item", "an item is a layer, not 3"),
    ],
)  # fmt: skip
def test_a_fault_is_found(place: str, item: str, rule: str, message: str) -> None:
    [(found, words)] = errors(PLACES[place].format(item))
    assert found == rule
    assert words.startswith(message) or words.endswith(message)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "item",
    [
        "Dense: {units: $n, activation: relu, name: d, from: anywhere}",
        "Dense: {units: '${100 // (n - 3)}'}",
        "repeat: {for: {k: [1, 2]}, index: j, layers: [Dense: {units: '${k + j + n}'}]}",
        "branch: {from: x, up: [ReLU], down: []}, Add",
        "reuse: {layer: d, from: x}",
        "'ops.tanh': {}",
        "Conv2D: {filters: 2, kernel_size: 1}",
    ],
)
def test_what_depends_on_params_or_inputs_is_left_alone(place: str, item: str) -> None:
    assert errors(PLACES[place].format(item)) == []


def test_a_fault_in_a_used_block_names_its_use() -> None:
    [found] = run(PLACES["way of a used block"].format("Dens")).diagnostics
    assert [cause.span.text for cause in found.causes] == ["b"]


def test_a_use_in_a_block_that_nothing_uses() -> None:
    text = "blocks:\n  a: {{params: {{n: int, m: 3}}, layers: [Dense: {{units: '${{n * m}}'}}]}}\n  b: {{layers: [a: {}]}}\n"
    assert errors(text.format("{n: 3}")) == []
    assert errors(text.format("{m: 3}")) == [("missing-argument", "block `a` needs `n`")]
    assert errors(text.format("{n: 3, k: 3}")) == [("unknown-layer-or-key", "block `a` has no param `k`")]


def test_definitions_of_params_are_checked() -> None:
    text = "blocks: {b: {params: {n: {type: int, default: x}}, layers: [Dense: {units: $n}]}}\n"
    assert errors(text) == [("param-type", "param `n` is an int, not 'x'")]


def test_recursion_where_nothing_uses_it() -> None:
    text = "blocks: {a: {layers: [b]}, b: {layers: [when: {if: false, layers: [c]}, c]}, c: {layers: [b, ReLU]}, d: {layers: [a]}}\n"
    assert errors(text) == [("cycle", "block `b` uses itself: b -> c -> b")]


def test_a_block_that_nothing_uses_is_a_warning() -> None:
    text = "blocks:\n  a: {layers: [b]}\n  b: {layers: [ReLU]}\n  c: {layers: [ReLU]}\ninputs: {x: [4]}\nlayers: [c]\n"
    found = run(text)
    assert found.ok
    assert [(one.code.rule, one.span.text) for one in found.diagnostics] == [
        ("unused-block", "a"),
        ("unused-block", "b"),
    ]


def test_a_block_in_a_choice_not_taken_is_used() -> None:
    assert not run(
        "blocks: {c: {layers: [ReLU]}}\ninputs: {x: [4]}\nlayers: [when: {if: false, layers: [c]}, ReLU]\n"
    ).diagnostics


def test_blocks_of_a_library_are_there_for_others(tmp_path: Path) -> None:
    library = "specgraph: 1\nblocks: {a: {layers: [ReLU]}, b: {layers: [ReLU]}}\n"
    assert not analyze(library).diagnostics
    (tmp_path / "lib.yaml").write_text(library)
    (tmp_path / "main.yaml").write_text(
        "specgraph: 1\nimports: {l: lib.yaml}\ninputs: {x: [4]}\nlayers: [l.a]\n"
    )
    assert not analyze(tmp_path / "main.yaml").diagnostics
    (tmp_path / "base.yaml").write_text(
        "specgraph: 1\nblocks: {a: {layers: [ReLU]}}\ninputs: {x: [4]}\nlayers: [a: {name: gone}, ReLU]\n"
    )
    (tmp_path / "main.yaml").write_text("specgraph: 1\nextends: base.yaml\nchanges: [remove: gone]\n")
    assert not analyze(tmp_path / "main.yaml").diagnostics  # what the base has is not this file's to delete


def test_a_param_that_its_block_does_not_use_is_a_warning() -> None:
    text = "blocks: {b: {params: {n: 3, m: '${n + 1}', k: 2, out: r}, layers: [Dense: {units: $m}, ReLU: {name: r}], outputs: $out}}\ninputs: {x: [4]}\nlayers: [b]\n"
    [found] = run(text).diagnostics
    assert (found.code.rule, found.severity, found.span.text) == ("unused-param", "warning", "k")
    assert not run(text.replace("units: $m", "units: '${m + k}'")).diagnostics


def test_a_cycle_in_a_block_names_its_use() -> None:
    text = "blocks:\n  b: {layers: [Dense: {name: d, units: 4, from: e}, Dense: {name: e, units: 4, from: d}]}\ninputs: {x: [4]}\nlayers:\n  - b\n"
    [found] = run(text).diagnostics
    assert found.code.rule == "cycle" and "b" in [cause.span.text for cause in found.causes]


def test_a_way_of_a_branch_may_be_called_like_what_it_reads() -> None:
    text = "blocks: {b: {inputs: [main, skip], layers: [branch: {main: [ReLU: {from: main}], skip: [ReLU: {from: skip}]}, Add]}}\ninputs: {x: [4], y: [4]}\nlayers: [b: {from: [x, y]}]\n"
    graph = run(text).models["model"].graph
    assert [[ref.node for ref in node.inputs] for node in graph.nodes.values() if node.kind != "input"] == [
        ["x"],
        ["y"],
        ["b.branch.main.re_lu", "b.branch.skip.re_lu"],
    ]
