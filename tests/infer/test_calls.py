"""What a model gives that is called: its open sizes are those of what it is given."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from specgraph.analysis import Analysis, analyze

SPEC = """\
specgraph: 1
models:
  inner:
    inputs: {x: [H, W, 3]}
    layers: [{Conv2D: {filters: 4, kernel_size: 3, strides: 2, padding: same}}]
  outer:
    inputs: {y: [32, 33, 3], z: [A, 20, 3], clip: [8, 32, 32, 3]}
    layers:
      - inner: {name: one, from: y}
      - inner: {name: named, from: z}
      - ops.reshape: {name: fold, from: clip, newshape: [-1, 32, 32, 3]}
      - inner: {name: many, from: fold}
      - ops.reshape: {name: unfold, from: many, newshape: [-1, 8, 1024]}
    outputs: [one, named, unfold]
"""


def outputs(found: Analysis) -> list[str]:
    return [str(one) for one in found.all_models["outer"].outputs or ()]


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_open_sizes_and_the_batch_are_those_of_the_call() -> None:
    from specgraph.lower.build import lower

    found = analyze(SPEC)
    assert not found.diagnostics
    assert outputs(found) == ["(batch, 16, 17, 4)", "(batch, (A + 1)//2, 10, 4)", "(batch, 8, 1024)"]
    made = lower(found.all_models)["outer"]
    assert [tuple(one.shape) for one in made.outputs] == [
        (None, 16, 17, 4), (None, None, 10, 4), (None, 8, 1024),
    ]  # fmt: skip


def test_a_name_that_is_given_two_sizes_stays_open() -> None:
    text = """\
specgraph: 1
models:
  inner:
    inputs: {a: [N, 2], b: [N, 3]}
    layers: [{Concatenate: {from: [a, b]}}]
  outer:
    inputs: {c: [4, 2], d: [5, 3]}
    layers: [{inner: {from: [c, d]}}]
"""
    assert outputs(analyze(text)) == ["(batch, N, 5)"]


def test_what_really_comes_in_goes_through_a_call() -> None:
    """Keras declares 8 features behind `glu`, and 4 come out; the model that is called takes any number."""
    text = """\
specgraph: 1
models:
  inner:
    inputs: {x: [N]}
    layers: [{Activation: {activation: relu}}]
  outer:
    inputs: {y: [5]}
    layers: [{Dense: {units: 8, activation: glu}}, {inner: {name: called}}]
"""
    [made] = analyze(text).all_models["outer"].outputs or ()
    assert (str(made.declared), str(made.truth)) == ("(batch, 8)", "(batch, 4)")
