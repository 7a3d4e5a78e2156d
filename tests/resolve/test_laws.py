"""Laws of the language, under specs drawn at random: blocks in blocks, repeats, branches and choices."""

from __future__ import annotations

import copy
import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics.edits import format_value
from specgraph.report.expand import expand

EXAMPLES = 500 if os.environ.get("SPECGRAPH_FUZZ") else 40
WIDTH = 4
"""Every layer keeps this many features, so that any of them may follow any other."""

leaves = st.sampled_from([
    {"Dense": {"units": WIDTH}}, "ReLU", {"Dropout": {"rate": "$rate"}}, {"Dense": {"units": "$width", "activation": "$act"}},
    {"Dense": {"units": "${width * 2 - 4}"}}, "LayerNormalization",
])  # fmt: skip


def composites(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(items, min_size=1, max_size=3)
    branch = st.tuples(some, st.lists(items, max_size=2)).map(lambda ways: [{"branch": {"a": ways[0], "b": ways[1]}}, "Add"])
    repeat = st.tuples(st.integers(0, 3), some).map(lambda pair: [{"repeat": {"times": pair[0], "layers": pair[1]}}])
    walk = some.map(lambda layers: [{"repeat": {"for": {"width": [WIDTH, "$width"]}, "layers": layers}}])
    when = st.tuples(st.sampled_from(["$deep", "${not deep}", "${width > 3}"]), some, some).map(
        lambda three: [{"when": {"if": three[0], "layers": three[1], "else": three[2]}}]
    )
    use = st.sampled_from([
        [{"inner": {}}], [{"outer": {"rate": 0.5}}], [{"inner": {"trainable": False}}], [{"kept": {}}], [{"outer": {"deep": True}}],
    ])  # fmt: skip
    return st.one_of(branch, repeat, walk, when, use)


def flat(lists: list[Any]) -> list[Any]:
    return [item for one in lists for item in (one if isinstance(one, list) else [one])]


items = st.recursive(leaves, composites, max_leaves=8)
bodies = st.lists(items, min_size=1, max_size=4).map(flat)


def nested(body: list[Any]) -> list[Any]:
    """Items that are lists of items, as `branch` and the merge behind it, laid out in their list."""
    laid: list[Any] = []
    for item in body:
        if isinstance(item, list):
            laid += nested(item)
        elif isinstance(item, dict):
            [(key, value)] = item.items()
            laid.append({key: {name: nested(one) if name in ("layers", "else", "a", "b") else one for name, one in value.items()}})
        else:
            laid.append(item)
    return laid


def without_uses(body: list[Any]) -> list[Any]:
    """Blocks that use blocks in turn would recurse."""
    kept = [item for item in body if not (isinstance(item, dict) and next(iter(item)) in ("inner", "outer", "kept"))]
    return [
        {key: {name: without_uses(one) if isinstance(one, list) and name in ("layers", "else", "a", "b") else one for name, one in value.items()}}
        if isinstance(item, dict) and isinstance(value := next(iter(item.values())), dict) and (key := next(iter(item)))
        else item
        for item in kept
    ] or ["ReLU"]


PARAMS: dict[str, Any] = {"width": WIDTH, "rate": 0.25, "act": "tanh", "deep": False}


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    inner, outer, main = (nested(draw(bodies)) for _ in range(3))
    block = {"params": dict(PARAMS)}
    return {
        "specgraph": 1,
        "name": "law",
        "params": dict(PARAMS),
        "blocks": {
            "inner": {**block, "layers": without_uses(inner)},
            "kept": {**block, "shared": True, "layers": [{"Dense": {"units": WIDTH, "name": "k"}}, *without_uses(inner)]},
            "outer": {**block, "layers": [*without_uses(outer), {"inner": {"rate": "$rate"}}]},
        },
        "inputs": {"x": [WIDTH]},
        "layers": [{"Dense": {"name": "first", "units": "$width"}}, *main],
    }


def text(spec: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {format_value(value)}" for key, value in spec.items()) + "\n"


def errors(analysis: Analysis) -> list[str]:
    return [f"{one.code.rule}: {one.message}" for one in analysis.diagnostics if one.severity == "error"]


def shape(analysis: Analysis) -> list[Any]:
    assert not errors(analysis), errors(analysis)
    return [
        (node.name, node.target, node.args, [ref[:2] for ref in node.inputs], node.shares, node.trainable)
        for model in analysis.all_models.values()
        for node in model.graph.nodes.values()
    ]


@given(specs())
@settings(max_examples=EXAMPLES, deadline=None)
def test_expansion_is_a_fixed_point_of_the_same_graph(spec: dict[str, Any]) -> None:
    analysis = analyze(text(spec))
    found = shape(analysis)
    written = expand(analysis)
    again = analyze(written)
    assert shape(again) == found
    assert expand(again) == written


@given(specs(), st.permutations(["name", "params", "blocks", "inputs", "layers"]), st.permutations(list(PARAMS)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_keys_says_nothing(spec: dict[str, Any], keys: list[str], params: list[str]) -> None:
    other = {"specgraph": 1, **{key: spec[key] for key in keys}}
    other["params"] = {name: PARAMS[name] for name in params}
    other["blocks"] = {name: spec["blocks"][name] for name in ("outer", "kept", "inner")}
    assert shape(analyze(text(other))) == shape(analyze(text(spec)))


@given(specs())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_names_of_params_say_nothing(spec: dict[str, Any]) -> None:
    renamed = text(spec)
    for name in PARAMS:  # the names stand nowhere else than as params
        for before, after in ((f"${name}", f"$q_{name}"), (f"{name}: ", f"q_{name}: "), (f"not {name}", f"not q_{name}"), (f"${{{name}", f"${{q_{name}")):
            renamed = renamed.replace(before, after)
    renamed = renamed.replace("Dropout: {q_rate:", "Dropout: {rate:")
    assert shape(analyze(renamed)) == shape(analyze(text(spec)))


@given(specs(), st.sampled_from(["inner", "outer", "kept"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_fault_in_a_block_names_the_line_that_used_it(spec: dict[str, Any], block: str) -> None:
    faulty = copy.deepcopy(spec)
    faulty["blocks"][block]["layers"].append({"Dense": {"units": WIDTH, "activaton": "relu"}})
    analysis = analyze(text(faulty))
    used = any(node.name.rpartition(".")[0].split(".")[-1].startswith(block) for model in analysis.all_models.values() for node in model.graph.nodes.values())
    found = [one for one in analysis.diagnostics if one.severity == "error"]
    assert bool(found) >= used
    for one in found:
        assert one.span.text == "activaton"
        assert any(cause.span.text == block for cause in one.causes)
        assert one.fix is None or not one.fix.safe
