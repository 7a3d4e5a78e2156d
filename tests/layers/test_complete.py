"""Every layer that the installed Keras has is a row, another name of one, or refused with its reason."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from specgraph.layers import ALIASES, LAYERS, REFUSED


def classes() -> dict[str, Any]:
    found = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    return {
        name: one for name, one in found.items() if isinstance(one, type) and issubclass(one, keras.layers.Layer)
    }


def waiting(layer: Any) -> bool:
    return ".preprocessing." in layer.__module__


@pytest.mark.parametrize("name", [name for name, layer in classes().items() if not waiting(layer)])
def test_a_layer_of_keras_is_known(name: str) -> None:
    assert (name in LAYERS) + (name in ALIASES) + (name in REFUSED) == 1


def test_cells_stand_in_other_layers_only() -> None:
    cells = {name for name, row in LAYERS.items() if row.nested_only}
    assert cells == {"SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells"}


def test_the_count_of_model_layers() -> None:
    """As many as Keras 3.15 has, 89, less Lambda."""
    known = classes()
    rows = [row for row in LAYERS.values() if row.keras_name in known and not row.nested_only]
    assert len([row for row in rows if not waiting(known[row.keras_name])]) == 88
