"""Laws of the language, under specs drawn at random. `SPECGRAPH_FUZZ=long` draws a hundred times as many."""

from __future__ import annotations

import copy
import os
from random import Random
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
from changes import ALIVE, FAULTS, lists, renamed, shuffled
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lawful import PARAMS, examples, specs, text

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics import Diagnostic
from specgraph.report.expand import expand
from specgraph.source.nodes import MapNode
from specgraph.source.text import Span

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
NAMES = ("q", "Width", "x", "name_", "n1", "max", "len", "input", "relu", "index_of", "_", "p0", "units", "k")
"""What params may be called as well: like layers, functions, values and arguments."""


def errors(analysis: Analysis) -> list[str]:
    return [f"{one.code.rule}: {one.message}" for one in analysis.diagnostics if one.severity == "error"]


def shape(analysis: Analysis) -> dict[str, Any]:
    """All that a build depends on, and what is inferred, by model."""
    assert not errors(analysis), errors(analysis)
    return {
        name: (
            [
                (node.name, node.target, node.args, [ref[:2] for ref in node.inputs], node.shares, node.trainable, node.dtype,
                 {port: [ref[:2] for ref in refs] for port, refs in node.ports.items()})
                for node in model.graph.nodes.values()
            ],
            [ref[:2] for ref in model.graph.outputs], model.types, model.weights, model.parameters(),
        )
        for name, model in analysis.all_models.items()
    }  # fmt: skip


@given(specs())
@settings(max_examples=examples(40), deadline=None, suppress_health_check=SLOW)
def test_expansion_is_a_fixed_point_of_the_same_graph(spec: dict[str, Any]) -> None:
    analysis = analyze(text(spec))
    found = shape(analysis)
    written = expand(analysis)
    again = analyze(written)
    assert shape(again) == found
    assert expand(again) == written
    assert not again.diagnostics or analysis.diagnostics


def built(analysis: Analysis) -> list[tuple[str, Any]]:
    """The weights of all models, and what they give for one input, from one seed."""
    import keras

    from specgraph.lower.build import lower

    keras.utils.set_random_seed(3)
    models = lower(analysis.models)
    x = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)
    found = [(f"{name} {one.path}", one.numpy()) for name, model in models.items() for one in model.weights]
    given = [
        (name, np.asarray(one)) for name, model in models.items() for one in keras.tree.flatten(model(x))
    ]
    keras.backend.clear_session()
    return found + given


@pytest.mark.filterwarnings("default")
@given(specs())
@settings(max_examples=examples(3), deadline=None, suppress_health_check=SLOW)
def test_the_flat_form_is_built_the_same_bit_for_bit(spec: dict[str, Any]) -> None:
    analysis = analyze(text(spec))
    assume(sum(len(model.graph.nodes) for model in analysis.all_models.values()) < 150)
    assert analysis.ok
    one, two = built(analysis), built(analyze(expand(analysis)))
    assert [name for name, _ in one] == [name for name, _ in two]
    for (name, a), (_, b) in zip(one, two, strict=True):
        assert a.dtype == b.dtype and np.array_equal(a, b), name


@given(specs(), st.integers(0, 2**32))
@settings(max_examples=examples(40), deadline=None, suppress_health_check=SLOW)
def test_the_order_of_keys_says_nothing(spec: dict[str, Any], seed: int) -> None:
    found = shape(analyze(text(spec)))
    assert shape(analyze(text(shuffled(spec, Random(seed))))) == found


@given(specs(), st.permutations([*PARAMS, *NAMES]))
@settings(max_examples=examples(40), deadline=None, suppress_health_check=SLOW)
def test_the_names_of_params_say_nothing(spec: dict[str, Any], names: list[str]) -> None:
    found = shape(analyze(text(spec)))
    other = renamed(spec, dict(zip(PARAMS, names, strict=False)), frozenset(spec["blocks"]))
    assert shape(analyze(text(other))) == found


class Definitions:
    """Where the blocks of a spec are defined in its text, and which of them its models use."""

    def __init__(self, analysis: Analysis, spec: dict[str, Any]) -> None:
        assert analysis.module is not None
        section = analysis.module.root.get("blocks")
        assert isinstance(section, MapNode)
        self.spans = {str(key.value): Span(key.source, key.start, value.end) for key, value in section}
        bodies = {name: str(block) for name, block in spec["blocks"].items()}
        models = spec.get("models") or {"": spec["layers"]}
        self.used: set[str] = set()
        waiting = [str(body) for body in models.values()]
        while waiting:
            body = waiting.pop()
            found = {
                name
                for name in bodies
                if f"'{name}':" in body or f"'{name}'," in body or f"'{name}']" in body
            }
            waiting += [bodies[name] for name in found - self.used]
            self.used |= found

    def around(self, span: Span) -> str | None:
        """The block in whose definition a place is."""
        return next((name for name, one in self.spans.items() if one.start <= span.start < one.end), None)

    def check(self, found: Diagnostic) -> None:
        """That the lines from a place in a block up to a model are named."""
        block = self.around(found.span)
        seen: set[str] = set()
        while block is not None and block in self.used:
            assert block not in seen, found
            seen.add(block)
            uses = [
                cause.span
                for cause in found.causes
                if cause.span.text == block and self.around(cause.span) != block
            ]
            assert uses, (block, found)
            block = self.around(uses[0])


@given(specs(), st.data())
@settings(max_examples=examples(80), deadline=None, suppress_health_check=SLOW)
def test_a_fault_in_a_block_names_the_lines_that_use_it(spec: dict[str, Any], data: st.DataObject) -> None:
    faulty = copy.deepcopy(spec)
    name = data.draw(st.sampled_from(["inner", "pair", "kept", "outer"]))
    make, rule = data.draw(st.sampled_from([*FAULTS, *ALIVE]))
    item = make()
    assume(name == "outer" or not (isinstance(item, dict) and "inner" in item))  # the others would recurse
    body = data.draw(st.sampled_from(list(lists(faulty["blocks"][name]))))
    body.insert(data.draw(st.integers(0, len(body))), item)
    analysis = analyze(text(faulty))
    found = [one for one in analysis.diagnostics if not one.code.rule.startswith("unused-")]  # of definitions
    if (make, rule) in FAULTS:
        assert rule in [one.code.rule for one in found]
    definitions = Definitions(analysis, faulty)
    for one in found:
        definitions.check(one)
        assert one.fix is None or not one.fix.safe or definitions.around(one.span) not in definitions.used
