"""The layers inside of networks are layers of the file."""

from __future__ import annotations

from specgraph.analysis import analyze
from specgraph.limits import DEFAULT

SPEC = "specgraph: 1\ninputs: {image: [64, 64, 3]}\nlayers:\n"


def networks(count: int) -> str:
    item = "  - ResNet50: {{name: net{}, from: image, weights: null, classes: {}}}\n"
    names = ", ".join(f"net{i}" for i in range(1, count + 1))
    return SPEC + "".join(item.format(i, i + 1) for i in range(1, count + 1)) + f"outputs: [{names}]\n"


def test_a_few_are_fine() -> None:
    assert analyze(networks(5)).ok


def test_many_are_too_many_and_it_is_said_once() -> None:
    [found] = analyze(networks(200)).diagnostics
    assert (found.code.rule, found.layer) == ("limit", "net57")
    assert "10,000 layers, those inside networks counted" in found.message


def test_a_trusted_file_may_raise_the_limit() -> None:
    assert analyze(networks(60), limits=DEFAULT._replace(layers=20_000)).ok


def test_the_models_of_a_file_count_together() -> None:
    model = "  {}:\n    inputs: {{image: [64, 64, 3]}}\n    layers:\n      - ResNet50: {{weights: null}}\n"
    text = "specgraph: 1\nmodels:\n" + "".join(model.format(name) for name in ("a", "b"))
    assert analyze(text, limits=DEFAULT._replace(layers=400)).ok
    [found] = analyze(text, limits=DEFAULT._replace(layers=300)).diagnostics
    assert found.code.rule == "limit"
