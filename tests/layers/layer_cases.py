"""One layer, or a few, in a model: what is said of it, what Keras declares, and what comes out."""

from __future__ import annotations

import os
import textwrap
from typing import Any, NamedTuple

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.analysis import Analysis, analyze
from specgraph.ir.dim import Dim

SIZES = {"batch": 2, "H": 5}


class Case(NamedTuple):
    """`inputs` and `layers` of a spec, on one line each."""

    id: str
    inputs: str
    layers: str
    outputs: str = ""

    def analyze(self) -> Analysis:
        head = f"specgraph: 1\ninputs: {{{self.inputs}}}\nlayers:\n"
        tail = f"outputs: [{self.outputs}]\n" if self.outputs else ""
        return analyze(head + textwrap.indent(textwrap.dedent(self.layers).strip(), "  ") + "\n" + tail)


def param(*fields: str) -> Any:
    return pytest.param(Case(*fields), id=fields[0])


def found(analysis: Analysis, severity: str) -> list[str]:
    return [one.code.rule for one in analysis.diagnostics if one.severity == severity]


def build(analysis: Analysis) -> Any:
    """The Keras model, of a spec with errors too."""
    from specgraph.lower.build import lower

    [model] = lower(analysis.models).values()
    return model


def run(model: Any) -> list[Any]:
    """The outputs for arrays of ones."""
    import keras

    arrays = [
        np.ones([SIZES["H"] if d is None else d for d in (2, *x.shape[1:])], x.dtype) for x in model.inputs
    ]
    return list(keras.tree.flatten(model(arrays if len(arrays) > 1 else arrays[0])))


def size(dim: Dim) -> int:
    return dim if isinstance(dim, int) else SIZES[str(dim)]


def true(analysis: Analysis) -> list[tuple[tuple[int, ...], str]]:
    [model] = analysis.models.values()
    assert model.outputs is not None
    return [(tuple(map(size, one.truth.shape)), one.truth.dtype) for one in model.outputs]


def seen(outputs: list[Any]) -> list[tuple[tuple[int, ...], str]]:
    import keras

    return [(tuple(one.shape), keras.backend.standardize_dtype(one.dtype)) for one in outputs]
