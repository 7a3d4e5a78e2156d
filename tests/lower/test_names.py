"""Names of a spec, and of what Keras makes in the graph beside its layers, such as masks."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

import specgraph
from specgraph.analysis import analyze
from specgraph.lower.build import lower
from specgraph.lower.scopes import own_names

TWO_TEXTS = """\
specgraph: 1
inputs: {a: {shape: [6], dtype: int32}, b: {shape: [6], dtype: int32}}
layers:
  - Embedding: {name: first, from: a, input_dim: 9, output_dim: 3, mask_zero: true}
  - Embedding: {name: not_equal_1, from: b, input_dim: 9, output_dim: 3, mask_zero: true}
  - Concatenate: {from: [first, not_equal_1]}
  - LSTM: {units: 4}
  - Dense: {name: any, units: 2}
"""


@pytest.mark.tensorflow
def test_masks_do_not_take_the_names_of_layers() -> None:
    """Keras joins the masks of both by an operation that it would call `concatenate`, too."""
    model = specgraph.build(TWO_TEXTS)
    names = [layer.name for layer in model.layers]
    assert {"first", "not_equal_1", "concatenate", "lstm", "any"} <= set(names)
    assert model.predict([np.ones((2, 6), "int32")] * 2, verbose=0).shape == (2, 2)


def test_counts_go_on_behind_the_names_taken() -> None:
    from keras.src.utils.naming import auto_name

    with own_names(["dense", "any_3", "not_equal_", "x_01", "_5", "y_²", "z_" + "9" * 30]):
        made = [auto_name(one) for one in ("Dense", "Any", "Any", "NotEqual", "Add", "z")]
    assert made == ["dense_1", "any_4", "any_5", "not_equal", "add", "z"]


CALLED = """\
specgraph: 1
models:
  encoder: {inputs: {a: [4]}, layers: [Dense: {units: 4}]}
  outer: {inputs: {s: [4]}, layers: [encoder: {name: FIRST}, Dense: {name: SECOND, units: 2}]}
"""


@pytest.mark.tensorflow
def test_a_model_that_is_called_has_a_name_of_its_own() -> None:
    clash = CALLED.replace("FIRST", "whole").replace("SECOND", "encoder")
    [found] = analyze(clash).diagnostics
    assert (found.code.rule, found.layer) == ("duplicate-name", "encoder")
    with pytest.raises(ValueError, match="used 2 times"):
        lower(analyze(clash).all_models)
    for first, second in (("whole", "dense"), ("encoder", "whole")):
        text = CALLED.replace("FIRST", first).replace("SECOND", second)
        assert not analyze(text).diagnostics
        assert specgraph.build(text)["outer"].output_shape == (None, 2)
