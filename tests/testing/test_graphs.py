"""Whole graphs at random: what we say of each is what Keras builds; and the tools around that."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from specgraph.analysis import analyze
from specgraph.ir.dim import named
from specgraph.ir.tensor import TensorType
from specgraph.layers import LAYERS
from specgraph.rows.base import Layer
from specgraph.testing import fuzz
from specgraph.testing.coverage import Coverage, Seen
from specgraph.testing.graph_oracle import Difference, compare, compare_run
from specgraph.testing.graphs import BATCH, Drawing, Graph, Node, Ref, changed, draw_graph, types, usable
from specgraph.testing.nesting import compare_nested, nest, window
from specgraph.testing.nesting import spec as nested_spec
from specgraph.testing.profile import examples
from specgraph.testing.reduce import reduce_graph
from specgraph.testing.rows import Unsatisfied, draw_arguments
from specgraph.testing.source import random_source
from specgraph.vocabulary import ROWS

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]
CHUNK = 10


@pytest.mark.parametrize("chunk", range(examples(4)))
def test_graphs_and_near_misses_are_as_keras_has_them(chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        checked = fuzz.check(f"test {seed}", run=seed % 10 == 0)
        assert not checked.found, "\n".join(map(str, checked.found))


def test_most_graphs_have_the_size_that_was_asked_for() -> None:
    sizes = [len(draw_graph(random_source(i), 10).nodes) for i in range(100)]
    assert sum(size == 10 for size in sizes) >= 95


def test_graphs_depend_on_the_seed_alone() -> None:
    assert draw_graph(random_source(5)).spec() == draw_graph(random_source(5)).spec()
    assert draw_graph(random_source(5)).spec() != draw_graph(random_source(6)).spec()


def test_a_model_within_a_model_is_what_the_flat_graph_is() -> None:
    nested = 0
    for seed in range(examples(30)):
        source = random_source(f"nested {seed}")
        graph = draw_graph(source, 6)
        names, again = window(source, graph), source.chance(2)
        nested += nest(graph, names) is not None
        difference = compare_nested(graph, names, again)
        assert difference is None, f"{difference}\n{graph.spec()}"
    assert nested > examples(30) // 2


def test_how_a_graph_is_nested() -> None:
    dense, drop = LAYERS["Dense"], LAYERS["Dropout"]
    nodes = (
        Node("a", dense, {"units": 3}, (Ref("x"),), {}),
        Node("b", drop, {"rate": 0.5}, (Ref("a"),), {}),
        Node("c", dense, {"units": 2}, (Ref("b"),), {}),
        Node("d", dense, {"units": 2}, (Ref("a"),), {}),
    )
    graph = Graph({"x": TensorType((BATCH, 4), "float32")}, nodes)
    made = nest(graph, frozenset("b"), again=True)
    assert made is not None
    text = nested_spec(graph, made)
    assert "- inner: {name: again, from: [a]}" in text and "outputs: [c, d, again]" in text
    analysis = analyze(text)
    assert analysis.ok and sum(analysis.all_models["outer"].parameters()) == 15 + 8 + 8
    assert nest(graph, frozenset("ac")) is None  # what is between them would be outside


NETWORKS = "networks of many layers, which tests of their own build node for node"
IN_OTHERS = "cells and the like, which other layers hold"


def test_all_that_can_stand_in_a_graph_is_drawn() -> None:
    """Each layer and op by itself, in a graph of an open or a fixed batch."""
    left_out = {row.name: NETWORKS for row in ROWS.values() if row.keras_name.startswith("applications.")}
    left_out |= {row.name: IN_OTHERS for row in ROWS.values() if row.nested_only}
    missing = [name for name, row in ROWS.items() if name not in left_out and not _is_drawn(row)]
    assert not missing, "draw them by a hint in specgraph.testing.hints"


def _is_drawn(row: Layer[Any]) -> bool:
    """Whether a graph of it alone is found, as one is within a few dozen."""
    return any(Drawing(random_source(f"{row.name}{seed}"), [row]).node() for seed in range(200))


def test_graphs_are_diverse() -> None:
    """Over a few hundred: branches, several inputs and outputs, shared layers, named dims, ports, policies."""
    graphs = [draw_graph(random_source(i)) for i in range(600)]
    nodes = [node for graph in graphs for node in graph.nodes]
    assert any(len(graph.inputs) > 2 and len(graph.outputs()) > 2 for graph in graphs)
    assert any(node.shares for node in nodes)
    assert any(node.ports for node in nodes)
    assert any(node.policy for node in nodes)
    assert any(ref.output for node in nodes for ref in node.reads)
    assert any("H" in graph.spec() for graph in graphs)
    assert any("batch_size" in graph.spec() for graph in graphs)
    seen = Coverage()
    for graph in graphs:
        seen.add(graph)
    assert len(seen.layers) > 0.8 * len(usable())
    assert len(seen.pairs) > 500
    report = seen.report(usable())
    assert report.startswith("600 graphs, ") and "unseen: " in report


def chain(*keys: str) -> Graph:
    nodes, above = [], "x"
    for i, key in enumerate(keys):
        values = {"units": 3} if key == "Dense" else {}
        nodes.append(Node(f"n{i}", LAYERS[key], values, (Ref(above),), {}))
        above = f"n{i}"
    side = Node("side", LAYERS["Dropout"], {"rate": 0.5, "seed": 1}, (Ref("x"),), {})
    return Graph({"x": TensorType((BATCH, 8, 4)), "y": TensorType((BATCH, 2))}, (*nodes, side))


def test_the_reducer_keeps_what_fails() -> None:
    graph = chain("ReLU", "Dense", "Softmax", "Flatten", "ELU")

    def fails(one: Graph) -> bool:
        return any(node.row.name == "Softmax" for node in one.nodes) and "n2" in types(one)

    small = reduce_graph(graph, fails, "n2")
    assert [node.row.name for node in small.nodes] == ["Softmax"]
    assert len(small.inputs) == 1
    assert analyze(small.spec()).ok


def test_the_reducer_leaves_arguments_to_their_defaults() -> None:
    graph = chain("ReLU")

    def fails(one: Graph) -> bool:
        return any(node.row.name == "Dropout" for node in one.nodes)

    assert reduce_graph(graph, fails).nodes[0].values == {"rate": 0.5}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A row that says what Keras does not."""
    row = LAYERS["Flatten"]
    monkeypatch.setattr(row, "infer", lambda args, x: x.with_shape(x.shape[0], 7))
    yield


def test_a_wrong_row_is_found_and_reduced(broken: None) -> None:
    graph = chain("ReLU", "Dense", "Flatten", "ELU")
    difference = compare(graph)
    assert difference is not None and (difference.kind, difference.node) == ("differs", "n2")

    def fails(one: Graph) -> bool:
        other = compare(one)
        return isinstance(other, Difference) and other.kind == "differs"

    small = reduce_graph(graph, fails, "n2")
    assert [node.row.name for node in small.nodes] == ["Flatten"]
    assert len(small.spec().splitlines()) == 6


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--count", "3", "--run", "0"]) == 0
    out = capsys.readouterr().out
    assert "3 graphs" in out and out.endswith("0 disagreements\n")


def test_the_command_for_small_graphs_all_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--count", "10", "--run", "1", "--nodes", "2"]) == 0
    assert "built by Keras: 10; run: 10" in capsys.readouterr().out


def test_the_command_for_each_row(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "usable", lambda: [LAYERS["Dense"], LAYERS["ReLU"], LAYERS["Add"]])
    assert fuzz.main(["--each", "2", "--run", "1"]) == 0
    out = capsys.readouterr().out
    assert "6 graphs, 6 nodes" in out and "run: 6" in out and "layers and ops: 3 of 3" in out


def test_the_command_in_several_processes_counts_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reports = []
    for jobs in ("1", "2"):
        counts = tmp_path / f"{jobs}.json"
        assert fuzz.main(["--count", "25", "--run", "0", "--jobs", jobs, "--counts", str(counts)]) == 0
        reports.append(json.loads(counts.read_text()))
    assert reports[0] == reports[1]
    assert reports[0]["graphs"] == 25
    assert sum(reports[0]["layers"].values()) > 25


def test_a_change_to_a_layer_is_one_to_all_its_uses() -> None:
    first = Node("a", LAYERS["Dense"], {"units": 3}, (Ref("x"),), {})
    graph = Graph({"x": TensorType((BATCH, 4))}, (first, first._replace(name="b", shares="a")))
    for one in graph.nodes:
        assert [node.values for node in changed(graph, one, values={"units": 4}).nodes] == [{"units": 4}] * 2


def test_the_reducer_stops_where_an_output_is_a_layer_that_another_shares() -> None:
    first = Node("a", LAYERS["Dense"], {"units": 3}, (Ref("x"),), {})
    graph = Graph(
        {"x": TensorType((BATCH, 4)), "y": TensorType((BATCH, 4))},
        (first, first._replace(name="b", shares="a", reads=(Ref("y"),))),
    )
    assert reduce_graph(graph, lambda one: any(node.shares for node in one.nodes)) == graph


def test_stacked_cells_begin_with_a_state_for_each_when_they_run() -> None:
    cells = [{"LSTMCell": {"units": 4}}, {"LSTMCell": {"units": 2}}]
    states = {"initial_state": (Ref("four"), Ref("four"), Ref("two"), Ref("two"))}
    node = Node("a", LAYERS["RNN"], {"cell": cells}, (Ref("x"),), states)
    sizes = {"x": (3, 2), "four": (4,), "two": (2,)}
    graph = Graph({name: TensorType((BATCH, *shape)) for name, shape in sizes.items()}, (node,))
    assert compare(graph) is None
    assert compare_run(graph) is None


def test_a_graph_that_no_memory_holds_is_not_run() -> None:
    node = Node("a", ROWS["ops.meshgrid"], {}, (Ref("x"),) * 3, {})
    assert compare_run(Graph({"x": TensorType((BATCH, 8, 5, 4, 6))}, (node,))) is None


def test_graphs_of_strings_are_run() -> None:
    node = Node("a", LAYERS["StringLookup"], {"vocabulary": ["a", "b"]}, (Ref("x"),), {})
    graph = Graph({"x": TensorType((BATCH, 2), "string")}, (node,))
    assert compare(graph) is None
    assert compare_run(graph) is None


SHAPES = [
    (BATCH,), (BATCH, 1), (BATCH, 4), (BATCH, named("H")), (BATCH, 3, 1), (BATCH, named("H"), 3),
    (BATCH, 4, 4, 3), (BATCH, named("H"), named("W"), 3), (2, 3, 4, 5, 6), (BATCH, 1, 2, 1, 2, 1), (3,), (5, BATCH, 4),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_arguments_are_drawn_for_whatever_tensors_are_there(shape: tuple[Any, ...]) -> None:
    """A hint may find none that fit, but does not fail."""
    for row in usable():
        least, most = row.rank if isinstance(row.rank, tuple) else (row.rank or 1, row.rank or 64)
        inputs = [TensorType(shape)] * max(1, row.inputs[0])
        for seed in range(3) if least <= len(shape) <= most else ():
            with suppress(Unsatisfied):
                draw_arguments(random_source(seed), row, inputs)


def test_what_cannot_be_checked_is_told_and_does_not_end_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(seed: str, *_: Any) -> None:
        raise ValueError("no luck")

    monkeypatch.setattr(fuzz, "check", fails)
    [(seed, said)] = fuzz.check_some([7], fuzz.How(run=0)).found
    assert seed == "7" and "no luck" in said and all(line.startswith("#") for line in said.splitlines())


def test_reports_tell_how_often_keras_builds_what_we_refuse() -> None:
    seen = Coverage()
    graph = draw_graph(random_source(0))
    seen.add(graph, Seen(refused=True, run=True, excuse="a slip"))
    seen.add(graph, Seen(refused=True, miss_built=False))
    lines = seen.report(usable()).splitlines()
    assert lines[1] == "built by Keras: 2; run: 1"
    assert lines[2] == "near misses: 2 refused, 1 built by Keras, 1 both, for recorded reasons"
    assert lines[3] == "  1: a slip"
    assert json.loads(seen.counts(usable()))["refused though built"] == {"a slip": 1}


def test_constants_stand_for_tensors_of_ops() -> None:
    seen = set()
    for seed in range(60):
        drawing = Drawing(random_source(seed), [ROWS["ops.add"]])
        drawing.input(TensorType((BATCH, 4)))
        assert drawing.node()
        seen.update(drawing.nodes[0].values)
    assert seen == {"x1", "x2"}


def test_a_layer_stays_before_those_that_share_it_when_some_nodes_become_a_model() -> None:
    inside = Node("a", LAYERS["ReLU"], {}, (Ref("x"),), {})
    owner = Node("b", LAYERS["Dense"], {"units": 3}, (Ref("a"),), {})
    graph = Graph(
        {"x": TensorType((BATCH, 4))},
        (inside, owner, owner._replace(name="c", reads=(Ref("x"),), shares="b")),
    )
    made = nest(graph, frozenset("a"))
    assert made is not None and [node.name for node in made.after] == ["b", "c"]
    assert compare_nested(graph, frozenset("a")) is None


def test_no_model_begins_with_complex_numbers() -> None:
    first = Node("a", ROWS["ops.cast"], {"dtype": "complex64"}, (Ref("x"),), {})
    graph = Graph({"x": TensorType((BATCH, 4))}, (first, Node("b", ROWS["ops.real"], {}, (Ref("a"),), {})))
    assert nest(graph, frozenset("b")) is None
    assert nest(graph, frozenset("ab")) is not None


@pytest.mark.parametrize("batch", [1, 2])
def test_crossed_values_of_a_batch_of_one(batch: int) -> None:
    """Seed 8005780: Keras takes a batch of one for an axis of one value, and declares no batch."""
    values = {"num_bins": 5, "output_mode": "one_hot"}
    node = Node("a", LAYERS["HashedCrossing"], values, (Ref("x"), Ref("x")), {})
    graph = Graph({"x": TensorType((batch,), "int64")}, (node,))
    assert compare(graph) is None
    [made] = types(graph)["a"]
    assert (made.shape, made.truth.shape) == ((5,) if batch == 1 else (2, 5), (batch, 5))
