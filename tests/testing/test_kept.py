"""Specs that the fuzzer found and reduced: each is judged as it turned out that Keras does.

The second line of each says how: accepted, with a warning of some rule, or refused by one. What is accepted runs and
gives what was inferred; what is refused, or warned of, fails to be built or fails in `predict`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from specgraph.analysis import Analysis, analyze

KEPT = sorted((Path(__file__).parent / "kept").glob("*.yaml"))

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]


def predicted(found: Analysis) -> list[Any]:
    import keras

    from specgraph.lower.build import lower

    [model] = lower(found.models).values()
    made = None
    for batch in (2, 5):  # for the second, TensorFlow traces a batch of any size
        arrays = []
        for one in model.inputs:
            shape = [3 if size is None else size for size in (one.shape[0] or batch, *one.shape[1:])]
            array = np.full(shape, "c d") if one.dtype == "string" else np.ones(shape, one.dtype)
            arrays.append(keras.ops.convert_to_tensor(array))
        made = model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0)
    return list(keras.tree.flatten(made))


@pytest.mark.parametrize("path", KEPT, ids=[path.stem for path in KEPT])
def test_a_kept_spec_is_judged_as_keras_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    verdict = text.splitlines()[1].removeprefix("# ")
    found = analyze(text)
    said = {(one.severity, one.code.rule) for one in found.diagnostics}
    if verdict == "accepted":
        assert found.ok
        [model] = found.models.values()
        made = predicted(found)
        assert [one.dtype.name for one in made] == [one.truth.dtype for one in model.outputs or ()]
        assert [one.ndim for one in made] == [one.truth.rank for one in model.outputs or ()]
        return
    severity, _, rule = verdict.rpartition(" ")
    assert (severity or "error", rule) in said
    with pytest.raises(Exception):  # noqa: B017 - whatever Keras or TensorFlow raises
        predicted(found)
