"""How causes are searched: by trying, within a budget, through blocks and shared layers."""

from __future__ import annotations

from typing import Any

import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.edits import apply
from specgraph.infer.causes.axes import constant_loss, dropped, stride, sum_up, way_up
from specgraph.infer.causes.search import EFFORT, FAR, Search, Trial
from specgraph.infer.causes.slots import setter, slots
from specgraph.infer.walk import Walk
from specgraph.ir.graph import Ref

HEAD = "specgraph: 1\ninputs: {image: [33, 24, 3]}\nlayers:\n"


def searched(layers: str, head: str = HEAD) -> Search:
    """A search in a model that is sound."""
    analysis = analyze(head + layers)
    [model] = analysis.models.values()
    walk = Walk(model.graph, {}, analysis._report)
    walk.types, walk.weights = model.types, model.weights
    return Search(walk)


def only(analysis: Analysis) -> Diagnostic:
    [found] = [one for one in analysis.diagnostics if one.severity == "error"]
    return found


def mended(text: str, found: Diagnostic) -> Analysis:
    assert found.fix is not None
    return analyze(apply(found.fix.edits[0].span.source.text, [found.fix]))


@pytest.mark.parametrize(
    ("layer", "axis", "formula", "loss", "left_over", "step"),
    [
        ("MaxPooling2D", 1, "33//2 = 16", 0, 1, 2),
        ("MaxPooling2D", 2, "24//2 = 12", 0, 0, 2),
        ("Conv2D: {filters: 4, kernel_size: 3}", 1, "33 - 2 = 31", 2, 0, 1),
        ("Conv2D: {filters: 4, kernel_size: 3, strides: 2}", 2, "(24 - 3)//2 + 1 = 11", 0, 1, 2),
        ("Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}", 1, "(33 + 1)//2 = 17", 0, 0, 2),
        ("AveragePooling2D: {pool_size: 4, strides: 4}", 1, "33//4 = 8", 0, 1, 4),
        ("Cropping2D: {cropping: 2}", 1, "33 - 4 = 29", 4, 0, 1),
        ("UpSampling2D", 1, "2*33 = 66", 0, 0, 1),
        ("BatchNormalization", 3, "3 = 3", 0, 0, 1),
    ],
)
def test_what_a_layer_does_to_an_axis(
    layer: str, axis: int, formula: str, loss: int, left_over: int, step: int
) -> None:
    search = searched(f"  - {layer}\n")
    [name] = [one for one in search.nodes if one != "image"]
    found = way_up(search, Ref(name), axis)
    assert [one.node.name for one in found] == [name, "image"]
    assert (sum_up(found[0]), constant_loss(found[0]), dropped(found[0])) == (formula, loss, left_over)
    assert stride(found[0]) == step or layer == "UpSampling2D"


@pytest.mark.parametrize(
    ("layer", "argument"),
    [
        ("Conv2D: {filters: 4, kernel_size: 4}", "filters"),
        ("TimeDistributed: {layer: {Dense: {units: 8}}}", "units"),
        ("Dense: {units: 5}", "units"),
        ("MaxPooling2D", None),
        ("Reshape: {target_shape: [33, 72]}", None),
    ],
)
def test_the_argument_that_decides_a_size(layer: str, argument: str | None) -> None:
    search = searched(f"  - {layer}\n")
    [name] = [one for one in search.nodes if one != "image"]
    made = search.type(Ref(name))
    assert made is not None
    found = setter(search, way_up(search, Ref(name), made.rank - 1)[-1])
    assert (found.slot.name if found else None) == argument


def test_slots_reach_into_nested_layers() -> None:
    search = searched("  - TimeDistributed: {name: t, layer: {Dense: {units: 8}}}\n")
    assert ("layer", "units") in [one.path for one in slots(search.nodes["t"])]


def test_a_trial_changes_nothing() -> None:
    search = searched("  - Flatten: {name: flat}\n  - Dense: {name: out, units: 4}\n")
    before = dict(search.walk.types)
    type_ = search.nodes["image"].type
    assert type_ is not None
    trial = Trial(search, types={"image": type_.with_shape(type_.batch, 8, 8, 3)})
    assert trial.refusal(search.nodes["out"]) is None and trial.refusals() == {}
    assert str(trial.type(Ref("flat"))) == "(batch, 192)" and search.walk.types == before


def test_many_faults_cost_no_more_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    layer = Walk.layer

    def counted(self: Walk, *given: Any) -> Any:
        nonlocal calls
        calls += 1
        return layer(self, *given)

    monkeypatch.setattr(Walk, "layer", counted)
    count = 3000
    chain = "  - Conv2D: {filters: 3, kernel_size: 3, padding: same}\n" * count
    faults = "".join(f"  - Add: {{name: a{i}, from: [c, image]}}\n" for i in range(count))
    analysis = analyze(HEAD + chain + "  - Conv2D: {name: c, filters: 9, kernel_size: 3}\n" + faults)
    assert len([one for one in analysis.diagnostics if one.severity == "error"]) == count
    assert calls <= 2 * count + 1 + EFFORT


def test_a_search_does_not_go_up_for_ever() -> None:
    search = searched("  - Dropout: {rate: 0.1}\n" * (FAR + 50) + "  - Identity: {name: end}\n")
    assert len(list(search.above(search.nodes["end"]))) == FAR
    assert len(way_up(search, Ref("end"), 1)) == FAR


def test_searches_ask_no_conditions_of_a_model() -> None:
    text = "specgraph: 1\ninputs: {image: [H, 24, 3]}\nlayers:\n  - MaxPooling2D\n  - Conv1D: {filters: 4, kernel_size: 3}\n"
    assert [one.code.rule for one in analyze(text).diagnostics] == ["rank-mismatch"]


BLOCK = """\
specgraph: 1
blocks:
  residual:
    params: {width: 8}
    layers:
      - Conv2D: {name: main, filters: $width, kernel_size: 3}
      - Add: {from: [main, input]}
inputs: {image: [32, 32, 8]}
layers:
  - residual: {name: a}
"""


def test_a_fix_in_a_block_is_for_all_its_uses() -> None:
    text = BLOCK + "  - residual: {name: b}\n"
    first = only(analyze(text))
    assert first.layer == "a.add" and first.help == "set `padding: same` on line 6"
    assert mended(text, first).ok


def test_a_layer_put_into_a_block_is_named_as_the_block_sees_it() -> None:
    text = BLOCK.replace("kernel_size: 3", "kernel_size: 1").replace("width: 8", "width: 16")
    found = only(analyze(text))
    assert found.fix is not None and "from: input" in found.fix.edits[0].replacement
    assert mended(text, found).ok
    # used twice, the layer put in would be there twice as well, on inputs that may need none
    assert all(one.fix is None for one in analyze(text + "  - residual: {name: b}\n").diagnostics)


def test_a_shared_layer_on_other_features() -> None:
    text = (
        "specgraph: 1\ninputs: {a: [8], b: [5]}\nlayers:\n  - Dense: {name: shared, units: 4, from: a}\n"
        "  - Dense: {name: wide, units: 6, from: b}\n  - reuse: {layer: shared, from: wide}\n"
    )
    found = only(analyze(text))
    assert found.code.rule == "shared-weights-shape" and found.help and "units: 8" in found.help
    assert mended(text, found).ok


def test_params_are_not_written_over() -> None:
    text = "specgraph: 1\nparams: {width: 100}\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: $width}\n  - Reshape: {target_shape: [7, 7]}\n"
    found = only(analyze(text))
    assert found.help is not None and "set `units: 49` on line 5" in found.help
    assert found.fix is None or "$width" in apply(text, [found.fix])
