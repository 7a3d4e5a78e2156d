"""The catalogue is the one that would be generated now, and nothing of the installed Keras is missing in it."""

from __future__ import annotations

import inspect

import pytest

from specgraph.codegen.catalogue import OWN, PATH, text
from specgraph.layers import ALIASES, LAYERS, REFUSED

NO_CLASSES = {"InputSpec"}
"""Of `keras.layers`, what is no layer."""


def test_the_page_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == text()


@pytest.mark.filterwarnings("default")
def test_every_layer_of_keras_is_there_or_refused() -> None:
    import keras

    names = {name for name, one in vars(keras.layers).items() if inspect.isclass(one)} - NO_CLASSES
    assert names - set(LAYERS) - set(ALIASES) - set(REFUSED) == set()
    assert set(LAYERS) - names == set(OWN)
    assert len([name for name, row in LAYERS.items() if not row.nested_only]) - len(OWN) == 131
    # of Keras's 143: all but 2 base classes, 4 cells, InputLayer, 4 that load foreign code, and Lambda


@pytest.mark.filterwarnings("default")
def test_aliases_are_keras_own() -> None:
    import keras

    for alias, name in ALIASES.items():
        assert getattr(keras.layers, alias) is getattr(keras.layers, name), alias
